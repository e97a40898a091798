//! The steps that are cargo's: formatting, lints, documentation, tests, loom models.

use std::process::Command;

use super::Context;
use super::checks::Checks;
use crate::{Result, cargo, process};

/// Features that are not part of an ordinary build: PyTorch needs LibTorch, and the lossy floats
/// change what the library does.
const APART: &[&str] = &["pytorch", "compat-floats"];

/// `cargo fmt`.
pub fn fmt(context: &Context, checks: &mut Checks) {
    checks
        .check("cargo fmt", || quiet(context, &["fmt", "--all", "--", "--check", "--color=never"]));
}

/// `cargo clippy` over all targets, and all features but PyTorch.
pub fn clippy(context: &Context, checks: &mut Checks) {
    checks.check("cargo clippy", || {
        let features = context.workspace.features_without(&["pytorch"]);
        let mut command = cargo::command(&context.workspace, &["clippy", "--quiet"]);
        command.args(["--workspace", "--all-targets", "--features", &features]);
        command.args(["--", "-D", "warnings"]);
        run(&mut command)
    });
}

/// `cargo doc`, where a warning is an error.
pub fn rustdoc(context: &Context, checks: &mut Checks) {
    checks.check("cargo doc", || {
        let features = context.workspace.features_without(APART);
        let mut command = cargo::command(&context.workspace, &["doc", "--quiet", "--no-deps"]);
        command.args(["--workspace", "--features", &features]);
        command.env("RUSTDOCFLAGS", "-D warnings");
        run(&mut command)
    });
}

/// All Rust tests, with and without the exported functions.
pub fn tests(context: &Context, checks: &mut Checks) {
    let features = context.workspace.features_without(APART);
    checks
        .check("with the C functions", || test(context, &["--workspace", "--features", &features]));
    checks.check("without the C functions", || {
        // The facade and what is built on it always have them.
        let mut arguments = vec![String::from("--workspace"), String::from("--exclude=xtask")];
        let linking = ["simple-runtime", "simple-runtime-artifact"];
        arguments.extend(linking.iter().map(|name| format!("--exclude={name}")));
        test(context, &arguments)
    });
}

/// The examples in the documentation, which nextest leaves out.
pub fn doc_tests(context: &Context, checks: &mut Checks) {
    checks.check("cargo test --doc", || {
        let features = context.workspace.features_without(APART);
        let mut command =
            cargo::command(&context.workspace, &["test", "--doc", "--quiet", "--workspace"]);
        command.args(["--features", &features]);
        run(&mut command).map(|text| count_passed(&text))
    });
}

/// The values with the other float form.
pub fn compat_floats(context: &Context, checks: &mut Checks) {
    checks.check("runtime-value", || {
        test(context, &["--package=runtime-value", "--features=ffi,compat-floats"])
    });
}

/// The loom models of every crate that has some. They are another build of the crate, so they have
/// a target folder of their own.
pub fn loom(context: &Context, checks: &mut Checks) {
    let workspace = &context.workspace;
    for package in workspace.members() {
        if !package.folder().join("tests/loom.rs").is_file() {
            continue;
        }
        checks.check(package.name(), || {
            let mut command = cargo::command(workspace, &["test", "--release", "--test=loom"]);
            command.args(["--package", package.name()]);
            command.env("RUSTFLAGS", "--cfg loom");
            // Models need an optimizer, but not one that looks at the whole program.
            command.env("CARGO_PROFILE_RELEASE_LTO", "off");
            command.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
            command.env("CARGO_TARGET_DIR", workspace.target().join("loom"));
            run(&mut command).map(|text| count_passed(&text))
        });
    }
}

/// Runs tests with nextest where it is installed, else with cargo's own runner.
fn test<S: AsRef<str>>(context: &Context, arguments: &[S]) -> Result<String> {
    let arguments = arguments.iter().map(AsRef::as_ref);
    let has_nextest = process::exists("cargo-nextest", "--version");
    let start: &[&str] = if has_nextest {
        &[
            "nextest",
            "run",
            "--cargo-quiet",
            "--no-fail-fast",
            "--status-level=fail",
            "--final-status-level=fail",
        ]
    } else {
        &["test", "--quiet", "--lib", "--bins", "--tests", "--no-fail-fast"]
    };
    let mut command = cargo::command(&context.workspace, start);
    command.args(arguments);
    let text = run(&mut command)?;
    let summary = text.lines().find_map(|line| line.trim().strip_prefix("Summary "));
    Ok(summary.map_or_else(|| count_passed(&text), |line| String::from(after_bracket(line))))
}

fn quiet(context: &Context, arguments: &[&str]) -> Result<String> {
    run(&mut cargo::command(&context.workspace, arguments)).map(|_| String::new())
}

/// Runs the command; what it printed is the error when it fails.
pub fn run(command: &mut Command) -> Result<String> {
    command.env("CARGO_TERM_COLOR", "never");
    let (passed, text) = process::transcript(command)?;
    if passed { Ok(text) } else { Err(text.into()) }
}

/// How many tests passed, added up over the `test result:` lines.
pub fn count_passed(text: &str) -> String {
    let count = |line: &str| -> Option<u64> {
        let rest = line.trim().strip_prefix("test result: ok. ")?;
        rest.split_once(" passed")?.0.parse().ok()
    };
    format!("{} passed", text.lines().filter_map(count).sum::<u64>())
}

/// nextest's `[   0.012s] 5 tests run: 5 passed, 0 skipped` without the time.
fn after_bracket(line: &str) -> &str {
    line.split_once(']').map_or(line, |(_, rest)| rest).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries_are_read() {
        let text = "test result: ok. 3 passed; 0 failed\nx\ntest result: ok. 4 passed; 0 failed";
        assert_eq!(count_passed(text), "7 passed");
        assert_eq!(after_bracket("[   0.01s] 5 tests run: 5 passed"), "5 tests run: 5 passed");
    }
}
