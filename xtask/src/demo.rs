//! `cargo xtask demo`: a C program on the shipped libraries, as a compiled Simple program is.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use crate::c::{self, Link, Program};
use crate::cargo::{Profile, build_libraries};
use crate::workspace::{Workspace, files};
use crate::{Result, process, screen};

/// Builds the program once against each library and runs both on the folder.
pub fn run(arguments: &[String]) -> Result<()> {
    let workspace = Workspace::find()?;
    let folder = match arguments {
        [] => PathBuf::from("."),
        [only] => PathBuf::from(only),
        _ => return Err("usage: cargo xtask demo [PATH]".into()),
    };
    // Without an argument the workspace is looked at, from its root.
    let start = if arguments.is_empty() { workspace.root.clone() } else { env::current_dir()? };
    if !start.join(&folder).is_dir() {
        return Err(format!("{} is no folder", folder.display()).into());
    }
    println!("building the libraries");
    let libraries = build_libraries(&workspace, Profile::Release)?;
    let sources = files(&workspace.root.join("tests/c/demo"), "c")?;
    for (link, library) in [(Link::Static, &libraries.archive), (Link::Shared, &libraries.shared)] {
        let program = Program { name: "demo", sources: sources.clone(), ..Program::default() };
        let program = program.build(&workspace, &libraries, link)?;
        let name = library.file_name().unwrap_or_default().to_string_lossy();
        println!("\n{} with {} and {name}", screen::bold("duplicate files,"), c::compiler());
        process::run(Command::new(program).arg(&folder).current_dir(&start))?;
    }
    Ok(())
}
