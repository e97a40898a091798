//! What `cargo xtask install` installs, as a user of it sees it.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::Context;
use super::checks::Checks;
use crate::cargo::{Libraries, Profile};
use crate::{Result, c, install, process};

/// Installs into a scratch folder and builds a program on what is there.
pub fn check(context: &Context, checks: &mut Checks) {
    checks.check("a program on the installed library", || {
        let libraries = context.libraries(Profile::Release)?;
        build_and_run(context, libraries, "prefix", &["test_core.c"])
    });
}

/// The same with PyTorch.
pub fn check_with_torch(context: &Context, checks: &mut Checks) {
    checks.check("a program on the installed library, with PyTorch", || {
        let libraries = context.torch_libraries(Profile::Release)?;
        build_and_run(context, libraries, "prefix-pytorch", &["test_core.c"])
    });
}

fn build_and_run(
    context: &Context,
    libraries: &Libraries,
    prefix: &str,
    sources: &[&str],
) -> Result<String> {
    let prefix = context.workspace.scratch(prefix)?;
    install::install(&context.workspace, libraries, &prefix)?;
    let described = prefix.join("lib/pkgconfig");
    for name in install::DESCRIPTIONS {
        let description = fs::read_to_string(described.join(name))?;
        if description.contains('@') {
            return Err(format!("{name} is not filled in:\n{description}").into());
        }
    }
    let has_pkg_config = process::exists("pkg-config", "--version");
    for package in ["simple-runtime", "simple-runtime-static"] {
        let flags = if has_pkg_config {
            let mut ask = Command::new("pkg-config");
            ask.args(["--cflags", "--libs", package]).env("PKG_CONFIG_PATH", &described);
            process::output(&mut ask)?.split_whitespace().map(str::to_string).collect()
        } else {
            flags_without_pkg_config(&described.join(format!("{package}.pc")), &prefix)?
        };
        let program = context.workspace.scratch("bin")?.join(format!("installed-{package}"));
        let mut compile = Command::new(c::compiler());
        compile.arg("-std=c11").args(c::STRICT).arg("-o").arg(&program);
        compile.args(sources.iter().map(|name| context.workspace.root.join("tests/c").join(name)));
        compile.arg("-lpthread").arg(format!("-Wl,-rpath,{}/lib", prefix.display()));
        process::output(compile.args(flags))?;
        process::output(&mut Command::new(program))?;
    }
    let how = if has_pkg_config { "flags from pkg-config" } else { "pkg-config is not there" };
    Ok(format!("shared and static, {how}"))
}

/// What pkg-config would answer.
fn flags_without_pkg_config(description: &Path, prefix: &Path) -> Result<Vec<String>> {
    let text = fs::read_to_string(description)?;
    let line = |start: &str| text.lines().find_map(|line| line.strip_prefix(start)).unwrap_or("");
    let prefix = prefix.display().to_string();
    let flags = format!("{} {}", line("Cflags:"), line("Libs:"))
        .replace("${libdir}", &format!("{prefix}/lib"))
        .replace("${includedir}", &format!("{prefix}/include"));
    Ok(flags.split_whitespace().map(str::to_string).collect())
}
