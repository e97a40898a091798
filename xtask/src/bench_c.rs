//! `cargo xtask bench-c`: the benchmarks that are C or C++ programs, against the shared library.
//!
//! A program that needs a library beside names it in a line `links: -lNAME` of its first comment.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::c::{Link, Program};
use crate::cargo::{Profile, build_libraries};
use crate::workspace::{Workspace, files};
use crate::{Result, process, screen};

/// Builds and runs every program in tests/bench, or those whose names contain the argument.
pub fn run(arguments: &[String]) -> Result<()> {
    let wanted = match arguments {
        [] => "",
        [only] => only.as_str(),
        _ => return Err("usage: cargo xtask bench-c [NAME]".into()),
    };
    let workspace = Workspace::find()?;
    let libraries = build_libraries(&workspace, Profile::Release)?;
    let folder = workspace.root.join("tests/bench");
    if !folder.is_dir() {
        return Err(format!("there are no benchmarks in {}", folder.display()).into());
    }
    let mut sources = files(&folder, "c")?;
    sources.extend(files(&folder, "cpp")?);
    for source in sources {
        let name = stem(&source);
        if !name.contains(wanted) {
            continue;
        }
        println!("{}", screen::bold(&name));
        let text = fs::read_to_string(&source)?;
        let uses_python = text.contains("<Python.h>");
        let links =
            text.lines().find_map(|line| line.split_once("links: ")).map(|(_, names)| names);
        let mut program = Program { name: &name, sources: vec![source], ..Program::default() };
        program
            .libraries
            .extend(links.into_iter().flat_map(str::split_whitespace).map(String::from));
        if uses_python {
            // Python's own headers are not held to our warnings.
            program.flags = python_config(&["--includes"])?;
            program.flags.iter_mut().for_each(|flag| *flag = flag.replace("-I", "-isystem"));
            program.libraries = python_config(&["--ldflags", "--embed"])?;
        }
        process::run(&mut Command::new(program.build(&workspace, &libraries, Link::Shared)?))?;
    }
    Ok(())
}

/// What a program that embeds CPython needs; where its library is, the program finds it.
fn python_config(questions: &[&str]) -> Result<Vec<String>> {
    let answer = process::output(Command::new("python3-config").args(questions))?;
    let mut flags: Vec<String> = answer.split_whitespace().map(str::to_string).collect();
    let folders: Vec<String> = flags
        .iter()
        .filter_map(|flag| flag.strip_prefix("-L"))
        .map(|folder| format!("-Wl,-rpath,{folder}"))
        .collect();
    flags.extend(folders);
    Ok(flags)
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
