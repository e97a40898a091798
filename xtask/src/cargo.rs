//! Building with cargo.

use std::path::PathBuf;
use std::process::Command;

use crate::workspace::Workspace;
use crate::{Result, process};

/// The cargo that started this program.
pub fn program() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| String::from("cargo"))
}

/// A cargo command in the workspace's root.
pub fn command(workspace: &Workspace, arguments: &[&str]) -> Command {
    let mut command = Command::new(program());
    command.args(arguments).current_dir(&workspace.root);
    command
}

/// Which build of the libraries.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// What is shipped.
    Release,
    /// With overflow checks and debug assertions, quick to build.
    Dev,
}

/// The two libraries of one build.
pub struct Libraries {
    /// `libsimple_runtime.a`.
    pub archive: PathBuf,
    /// `libsimple_runtime.so`, or what the system calls it.
    pub shared: PathBuf,
}

/// Builds both libraries.
pub fn build_libraries(workspace: &Workspace, profile: Profile) -> Result<Libraries> {
    let mut build = command(workspace, &["build", "--quiet", "--package=simple-runtime-artifact"]);
    let folder = match profile {
        Profile::Release => {
            build.arg("--release");
            "release"
        }
        Profile::Dev => "debug",
    };
    process::output(&mut build)?;
    let folder = workspace.target().join(folder);
    let shared = if cfg!(target_os = "macos") { "dylib" } else { "so" };
    Ok(Libraries {
        archive: folder.join("libsimple_runtime.a"),
        shared: folder.join("libsimple_runtime").with_extension(shared),
    })
}
