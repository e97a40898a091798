//! The C programs in tests/c: one per area, each linked in every way there is.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::Context;
use super::checks::Checks;
use crate::c::{self, Link, Program};
use crate::cargo::{Libraries, Profile};
use crate::workspace::files;
use crate::{Result, process, symbols};

/// Builds and runs every `tests/c/test_*.c`.
pub fn check(context: &Context, checks: &mut Checks) {
    let mut programs = programs(context, "test_");
    programs.retain(|path| !stem(path).starts_with(WITH_TORCH));
    checks.check("every area has a program", || every_area_has_one(context, &programs));
    for source in &programs {
        for link in [Link::Static, Link::Shared, Link::Sanitized] {
            let name = format!("{} {}", stem(source), link.name());
            checks.check(&name, || build_and_run(context, source, link, Build::WithoutTorch));
        }
    }
    checks.check("late_load", || load_late(context, context.libraries(Profile::Release)?));
}

/// Builds and runs every `tests/c/test_torch_*.c` with PyTorch.
pub fn check_with_torch(context: &Context, checks: &mut Checks) {
    for source in &programs(context, WITH_TORCH) {
        for link in [Link::Static, Link::Shared, Link::Sanitized] {
            let name = format!("{} {}", stem(source), link.name());
            checks.check(&name, || build_and_run(context, source, link, Build::WithTorch));
        }
    }
    checks.check("late_load", || load_late(context, context.torch_libraries(Profile::Release)?));
}

/// What the names of the programs begin with that need PyTorch.
const WITH_TORCH: &str = "test_torch_";

/// Which libraries a program is linked with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Build {
    WithTorch,
    WithoutTorch,
}

/// Builds and runs every `tests/c/stress_*.c`, as long as it runs by itself: about a second.
pub fn stress(context: &Context, checks: &mut Checks) {
    for source in &programs(context, "stress_") {
        checks.check(&stem(source), || {
            build_and_run(context, source, Link::Static, Build::WithoutTorch)
        });
    }
}

fn programs(context: &Context, prefix: &str) -> Vec<PathBuf> {
    let folder = context.workspace.root.join("tests/c");
    let mut programs = files(&folder, "c").unwrap_or_default();
    programs.retain(|path| path.parent() == Some(&folder) && stem(path).starts_with(prefix));
    programs
}

fn every_area_has_one(context: &Context, programs: &[PathBuf]) -> Result<String> {
    let missing: Vec<String> = context
        .workspace
        .areas()
        .map(|package| package.name().replace("runtime-", "test_"))
        .filter(|wanted| !programs.iter().any(|path| stem(path) == *wanted))
        .map(|wanted| format!("tests/c/{wanted}.c"))
        .collect();
    if missing.is_empty() {
        return Ok(format!("{} programs", programs.len()));
    }
    Err(format!("missing: {}", missing.join(", ")).into())
}

fn build_and_run(context: &Context, source: &Path, link: Link, build: Build) -> Result<String> {
    // Under the sanitizers the library has its own checks on too.
    let profile = if link == Link::Sanitized { Profile::Dev } else { Profile::Release };
    let libraries = match build {
        Build::WithTorch => context.torch_libraries(profile)?,
        Build::WithoutTorch => context.libraries(profile)?,
    };
    let program =
        Program { name: &stem(source), sources: vec![source.to_path_buf()], ..Program::default() };
    let path = program.build(&context.workspace, libraries, link)?;
    if link == Link::Sanitized {
        sanitizers_are_in(&path)?;
    }
    let mut run = Command::new(path);
    run.current_dir(context.workspace.scratch("run")?).env("UBSAN_OPTIONS", "print_stacktrace=1");
    run.env("ASAN_OPTIONS", "detect_stack_use_after_return=1:strict_string_checks=1");
    if build == Build::WithTorch {
        run.arg(context.workspace.root.join("crates/runtime-torch/tests/fixtures"));
    }
    let output = process::output(&mut run)?;
    Ok(output.lines().last().unwrap_or_default().to_string())
}

/// Builds and runs the program that opens the shared library when it runs.
fn load_late(context: &Context, libraries: &Libraries) -> Result<String> {
    let program = context.workspace.scratch("bin")?.join("late_load");
    let mut compile = Command::new(c::compiler());
    compile.args(["-std=c11", "-D_POSIX_C_SOURCE=200809L"]).args(c::STRICT);
    compile.arg(context.workspace.root.join("tests/c/late_load.c")).arg("-o").arg(&program);
    process::output(compile.args(["-lpthread", "-ldl"]))?;
    Ok(process::output(Command::new(program).arg(&libraries.shared))?.trim().to_string())
}

/// A compiler that ignores the option would make this step say nothing.
fn sanitizers_are_in(program: &Path) -> Result<()> {
    if symbols::mentions(program, "__asan_init")? {
        return Ok(());
    }
    Err(format!("{}: the address sanitizer is not in", program.display()).into())
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
