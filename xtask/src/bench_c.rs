//! `cargo xtask bench-c`: the benchmarks that are C programs, against the shared library.

use std::path::Path;
use std::process::Command;

use crate::c::{Link, Program};
use crate::cargo::{Profile, build_libraries};
use crate::workspace::{Workspace, files};
use crate::{Result, process, screen};

/// Builds and runs every `tests/bench/*.c`, or those whose names contain the argument.
pub fn run(arguments: &[String]) -> Result<()> {
    let wanted = match arguments {
        [] => "",
        [only] => only.as_str(),
        _ => return Err("usage: cargo xtask bench-c [NAME]".into()),
    };
    let workspace = Workspace::find()?;
    let libraries = build_libraries(&workspace, Profile::Release)?;
    for source in files(&workspace.root.join("tests/bench"), "c")? {
        let name = stem(&source);
        if !name.contains(wanted) {
            continue;
        }
        println!("{}", screen::bold(&name));
        let mut flags = vec![String::from("-O2")];
        if std::fs::read_to_string(&source)?.contains("<Python.h>") {
            flags.extend(python_flags()?);
        }
        let program = Program { name: &name, sources: vec![source], flags };
        process::run(&mut Command::new(program.build(&workspace, &libraries, Link::Shared)?))?;
    }
    Ok(())
}

/// What a program that embeds CPython is compiled and linked with. Python's own headers are not
/// held to our warnings.
fn python_flags() -> Result<Vec<String>> {
    let ask = |question: &[&str]| process::output(Command::new("python3-config").args(question));
    let includes = ask(&["--includes"])?.replace("-I", "-isystem");
    let mut flags: Vec<String> = includes.split_whitespace().map(str::to_string).collect();
    let libraries = ask(&["--ldflags", "--embed"])?;
    for flag in libraries.split_whitespace() {
        flags.push(flag.to_string());
        if let Some(folder) = flag.strip_prefix("-L") {
            flags.push(format!("-Wl,-rpath,{folder}"));
        }
    }
    Ok(flags)
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
