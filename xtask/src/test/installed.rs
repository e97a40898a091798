//! What `cargo xtask install` installs, as a user of it sees it.

use std::fs;
use std::process::Command;

use super::Context;
use super::checks::Checks;
use crate::cargo::Profile;
use crate::{Result, c, install, process};

/// Installs into a scratch folder and builds a program on what is there.
pub fn check(context: &Context, checks: &mut Checks) {
    checks.check("a program on the installed library", || build_and_run(context));
}

fn build_and_run(context: &Context) -> Result<String> {
    let prefix = context.workspace.scratch("prefix")?;
    install::install(&context.workspace, context.libraries(Profile::Release)?, &prefix)?;
    let description = fs::read_to_string(prefix.join("lib/pkgconfig/simple-runtime.pc"))?;
    if description.contains('@') {
        return Err(format!("the pkg-config file is not filled in:\n{description}").into());
    }
    let program = context.workspace.scratch("bin")?.join("installed");
    let library = prefix.join("lib");
    let mut compile = Command::new(c::compiler());
    compile.arg("-std=c11").args(c::STRICT).arg("-o").arg(&program);
    compile.arg(context.workspace.root.join("tests/c/test_core.c"));
    compile.arg("-lpthread").arg(format!("-Wl,-rpath,{}", library.display()));
    let (flags, note) = if process::exists("pkg-config", "--version") {
        let mut ask = Command::new("pkg-config");
        ask.args(["--cflags", "--libs", "simple-runtime"]);
        let flags = process::output(ask.env("PKG_CONFIG_PATH", library.join("pkgconfig")))?;
        (flags.split_whitespace().map(str::to_string).collect(), "flags from pkg-config")
    } else {
        let prefix = prefix.display();
        let flags = vec![
            format!("-I{prefix}/include"),
            format!("-L{prefix}/lib"),
            String::from("-lsimple_runtime"),
        ];
        (flags, "without pkg-config, which is not there")
    };
    process::output(compile.args(flags))?;
    process::output(&mut Command::new(program))?;
    Ok(String::from(note))
}
