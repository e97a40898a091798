//! `cargo xtask demo`: C programs on the shipped libraries, as compiled Simple programs are.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use crate::c::{self, Link, Program};
use crate::cargo::{Libraries, Profile, build_libraries, build_libraries_with_torch};
use crate::ranks::launch;
use crate::workspace::{Workspace, files};
use crate::{Result, libtorch, onnxruntime, process, screen};

/// Looks for duplicate files below the folder, once with each library; then learns to read digits.
pub fn run(arguments: &[String]) -> Result<()> {
    let workspace = Workspace::find()?;
    let mut arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let with_torch = !arguments.contains(&"--no-pytorch");
    arguments.retain(|argument| *argument != "--no-pytorch");
    let ranks = match arguments.iter().position(|argument| *argument == "--ranks") {
        None => None,
        Some(at) => {
            let number = arguments.get(at + 1).and_then(|number| number.parse().ok());
            let number = number.filter(|number| (1..=16).contains(number));
            let number: usize = number.ok_or("--ranks takes a number from 1 to 16")?;
            arguments.drain(at..at + 2);
            Some(number)
        }
    };
    if ranks.is_some() && !with_torch {
        return Err("--ranks is about PyTorch".into());
    }
    // Without an argument the workspace is looked at, from its root.
    let (folder, start) = match *arguments {
        [] => (PathBuf::from("."), workspace.root.clone()),
        [only] if !only.starts_with('-') => (PathBuf::from(only), env::current_dir()?),
        _ => return Err("usage: cargo xtask demo [--no-pytorch | --ranks N] [PATH]".into()),
    };
    if !start.join(&folder).is_dir() {
        return Err(format!("{} is no folder", folder.display()).into());
    }
    let libraries = if with_torch {
        let libtorch = libtorch::ensure()?;
        // The programs find it by themselves, where this puts it.
        onnxruntime::ensure()?;
        println!("building the libraries, with PyTorch: some minutes the first time");
        build_libraries_with_torch(&workspace, Profile::Release, &libtorch)?
    } else {
        println!("building the libraries");
        build_libraries(&workspace, Profile::Release)?
    };
    for link in [Link::Static, Link::Shared] {
        let program = build(&workspace, &libraries, link, "demo", "duplicate files")?;
        process::run(Command::new(program).arg(&folder).current_dir(&start))?;
    }
    if with_torch {
        let program = build(&workspace, &libraries, Link::Static, "demo_torch", "PyTorch")?;
        let digits = workspace.root.join("tests/data/digits");
        match ranks {
            None => process::run(Command::new(program).arg(digits))?,
            Some(ranks) => {
                let words = [program, digits].map(|path| path.to_string_lossy().into_owned());
                launch(ranks, words.to_vec())?;
            }
        }
    }
    Ok(())
}

/// Builds the program in the folder `tests/c/NAME` and says so.
fn build(
    workspace: &Workspace,
    libraries: &Libraries,
    link: Link,
    name: &str,
    title: &str,
) -> Result<PathBuf> {
    let folder = workspace.root.join("tests/c");
    let mut sources = files(&folder.join(name), "c")?;
    let screen = folder.join("demo/screen.c");
    if !sources.contains(&screen) {
        sources.push(screen);
    }
    let library = if link == Link::Shared { &libraries.shared } else { &libraries.archive };
    let program = Program { name, sources, ..Program::default() };
    let program = program.build(workspace, libraries, link)?;
    let library = library.file_name().unwrap_or_default().to_string_lossy();
    println!("\n{} with {} and {library}", screen::bold(&format!("{title},")), c::compiler());
    Ok(program)
}
