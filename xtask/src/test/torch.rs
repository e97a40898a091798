//! The steps about PyTorch: the functions without it, and everything else once more with it.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::process::Command;

use super::checks::Checks;
use super::{Context, c_programs, rust};
use crate::c::{Link, Program};
use crate::cargo::{self, Profile};
use crate::declarations::Declaration;
use crate::workspace::files;
use crate::{Result, abi, hostile, libtorch, onnxruntime, process};

/// What the names of PyTorch's functions begin with.
const PREFIX: &str = "rt_torch_";

/// The packages that PyTorch changes, and the features that turn it on in them.
const PACKAGES: &[&str] = &["--package=runtime-torch", "--package=simple-runtime"];
const FEATURES: &str = "--features=runtime-torch/ffi,runtime-torch/pytorch,simple-runtime/pytorch";

/// Calls every function of PyTorch in the libraries that are built without it.
pub fn without(context: &Context, checks: &mut Checks) {
    checks.check("every function says so", || {
        let fallible = fallible(context)?;
        let mut functions = abi::listed(&context.workspace)?;
        functions.retain(|function| function.name.starts_with(PREFIX));
        let source = context.workspace.scratch("stubs")?.join("calls.c");
        fs::write(&source, calls(&functions, &fallible)?)?;
        let folder = context.workspace.root.join("tests/c");
        let program = Program {
            name: "without_torch",
            sources: vec![source],
            flags: vec![format!("-I{}", folder.display())],
            ..Program::default()
        };
        let libraries = context.libraries(Profile::Release)?;
        let program = program.build(&context.workspace, libraries, Link::Static)?;
        process::output(&mut Command::new(program))?;
        Ok(format!("{} functions", functions.len()))
    });
}

/// The LibTorch that everything here is built on, and the ONNX Runtime that models are run on. The latter
/// is found by the programs themselves.
pub fn set_up(context: &Context, checks: &mut Checks) {
    checks.check("LibTorch", || {
        let libtorch = context.libtorch()?;
        libtorch::loads(&libtorch.home)?;
        Ok(libtorch::VERSION.to_string())
    });
    checks.check("ONNX Runtime", || onnxruntime::loads(&onnxruntime::ensure()?));
}

/// Lints, documentation and tests of what PyTorch changes.
pub fn rust(context: &Context, checks: &mut Checks) {
    checks.check("cargo clippy", || {
        let mut command = command(context, &["clippy", "--quiet", "--all-targets"])?;
        rust::run(command.args(["--", "-D", "warnings"])).map(|_| String::new())
    });
    checks.check("cargo doc", || {
        let mut command = command(context, &["doc", "--quiet", "--no-deps"])?;
        rust::run(command.env("RUSTDOCFLAGS", "-D warnings")).map(|_| String::new())
    });
    // Not with nextest: a process of its own for every test would load LibTorch every time.
    for (name, what) in [("cargo test", "--tests"), ("cargo test --doc", "--doc")] {
        checks.check(name, || {
            let mut command = command(context, &["test", "--quiet", "--no-fail-fast", what])?;
            rust::run(&mut command).map(|text| rust::count_passed(&text))
        });
    }
}

/// The libraries' symbols are those without PyTorch.
pub fn symbols(context: &Context, checks: &mut Checks) {
    checks.check("symbols", || {
        let libraries = context.torch_libraries(Profile::Release)?;
        Ok(format!("{} functions", abi::compare(&context.workspace, libraries)?))
    });
}

/// The C programs.
pub fn c_programs(context: &Context, checks: &mut Checks) {
    c_programs::check_with_torch(context, checks);
}

/// The hostile words, for the functions of PyTorch.
pub fn hostile_words(context: &Context, checks: &mut Checks) {
    checks.check("hostile words", || {
        hostile::check(&context.workspace, context.torch_libraries(Profile::Dev)?, PREFIX)
    });
}

fn command(context: &Context, arguments: &[&str]) -> Result<Command> {
    let mut command = cargo::command_with_torch(&context.workspace, context.libtorch()?, arguments);
    command.args(PACKAGES).arg(FEATURES);
    Ok(command)
}

/// The functions whose bodies are given to the macro `torch!`, and so need PyTorch, with the failure
/// values that they give to it.
fn fallible(context: &Context) -> Result<BTreeMap<String, String>> {
    let border = context.workspace.member("runtime-torch")?.folder().join("src/ffi");
    let mut found = BTreeMap::new();
    for path in files(&border, "rs")? {
        found.extend(given_to_macro(&fs::read_to_string(&path)?));
    }
    Ok(found)
}

/// Names and failure values: the first two arguments of each `torch!`.
fn given_to_macro(text: &str) -> impl Iterator<Item = (String, String)> {
    text.split("torch!(").skip(1).filter_map(|rest| {
        let (name, rest) = rest.trim_start().strip_prefix('"')?.split_once('"')?;
        let (failure, _) = rest.strip_prefix(',')?.split_once(',')?;
        Some((name.to_string(), failure.trim().to_string()))
    })
}

/// A program that calls each function with zeros, and checks what it returns.
fn calls(functions: &[Declaration], fallible: &BTreeMap<String, String>) -> Result<String> {
    let mut text = String::from(
        "/* Generated by `cargo xtask test`. */\n#include \"harness.h\"\n#include <math.h>\n\nint main(void) {\n",
    );
    for function in functions {
        let name = &function.name;
        let zeros = function.parameters.iter().map(|parameter| match parameter.ty.as_str() {
            pointer if pointer.contains('*') => "NULL",
            "double" | "float" => "0.0",
            "bool" => "false",
            _ => "0",
        });
        let call = format!("{name}({})", zeros.collect::<Vec<_>>().join(", "));
        let Some(failure) = fallible.get(name) else {
            writeln!(text, "    (void){call};\n    CHECK_NO_ERROR();")?;
            continue;
        };
        match failure.as_str() {
            "()" => writeln!(text, "    {call};")?,
            "RuntimeValue::NIL" => writeln!(text, "    CHECK_NIL({call});")?,
            "false" => writeln!(text, "    CHECK(!{call});")?,
            "f64::NAN" => writeln!(text, "    CHECK_FLOAT({call}, NAN);")?,
            float if float.contains('.') => writeln!(text, "    CHECK_FLOAT({call}, {float});")?,
            number => writeln!(text, "    CHECK_INT({call}, {number});")?,
        }
        writeln!(text, "    CHECK_LAST_ERROR(RT_ERROR_TORCH_UNAVAILABLE, \"{name}\");")?;
    }
    text.push_str("    return harness_report(\"without PyTorch\");\n}\n");
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declarations::parse;

    #[test]
    fn calls_check_what_is_returned() {
        let source = "torch!(\"rt_torch_a\", RuntimeValue::NIL, {})\n\
            torch!(\n    \"rt_torch_c\",\n    -1,\n    dtype(a))";
        let functions = [
            parse("RuntimeValue rt_torch_a(RuntimeValue t, const char *text, double d);").unwrap(),
            parse("int64_t rt_torch_b(void);").unwrap(),
            parse("int64_t rt_torch_c(RuntimeValue tensor);").unwrap(),
        ];
        let text = calls(&functions, &given_to_macro(source).collect()).unwrap();
        assert!(text.contains("CHECK_INT(rt_torch_c(0), -1);"), "{text}");
        assert!(text.contains("CHECK_NIL(rt_torch_a(0, NULL, 0.0));"), "{text}");
        assert!(text.contains("CHECK_LAST_ERROR(RT_ERROR_TORCH_UNAVAILABLE, \"rt_torch_a\")"));
        assert!(text.contains("(void)rt_torch_b();\n    CHECK_NO_ERROR();"));
    }
}
