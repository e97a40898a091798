//! The header by itself, as every language it says it is written for.

use std::fs;
use std::process::Command;

use super::Context;
use super::checks::Checks;
use crate::workspace::Workspace;
use crate::{Result, c, header, process};

/// Included twice, used once: guards, and the inline functions, are compiled too.
const SOURCE: &str = "#include \"simple_runtime.h\"\n#include \"simple_runtime.h\"\n\
    int use(void);\nint use(void) {\n    return (int)(SIMPLE_RUNTIME_ABI_VERSION >> 16);\n}\n";

/// Compiles the header in each language.
pub fn check(context: &Context, checks: &mut Checks) {
    for (standard, file, compiler) in [
        ("c11", "alone.c", c::compiler()),
        ("c17", "alone.c", c::compiler()),
        ("c++17", "alone.cpp", c::cxx_compiler()),
    ] {
        checks.check(standard, || compile(&context.workspace, standard, file, &compiler));
    }
}

fn compile(workspace: &Workspace, standard: &str, file: &str, compiler: &str) -> Result<String> {
    let source = workspace.scratch("header")?.join(file);
    fs::write(&source, SOURCE)?;
    let mut command = Command::new(compiler);
    command.arg(format!("-std={standard}"));
    command.args(c::STRICT).args(["-fsyntax-only", "-I"]);
    command.arg(header::folder(workspace)).arg(&source);
    process::output(&mut command).map(|_| String::new())
}
