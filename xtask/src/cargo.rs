//! Building with cargo.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::libtorch::LibTorch;
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

/// The same for a build with PyTorch. It has a target folder of its own: the libraries of both
/// builds have the same names.
pub fn command_with_torch(
    workspace: &Workspace,
    libtorch: &LibTorch,
    arguments: &[&str],
) -> Command {
    let mut command = command(workspace, arguments);
    command.env("CARGO_TARGET_DIR", torch_target(workspace));
    libtorch.serve(&mut command);
    command
}

/// The target folder of builds with PyTorch.
pub fn torch_target(workspace: &Workspace) -> PathBuf {
    workspace.target().join("pytorch")
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
    /// What the linker needs after the archive, before the system's libraries.
    pub needs: Vec<String>,
}

impl Libraries {
    /// Whether they were built with PyTorch.
    pub fn has_torch(&self) -> bool {
        !self.needs.is_empty()
    }
}

/// Builds both libraries without PyTorch.
pub fn build_libraries(workspace: &Workspace, profile: Profile) -> Result<Libraries> {
    let build = command(workspace, BUILD);
    built(build, profile, workspace.target(), vec![])
}

/// Builds both libraries with PyTorch.
pub fn build_libraries_with_torch(
    workspace: &Workspace,
    profile: Profile,
    libtorch: &LibTorch,
) -> Result<Libraries> {
    let mut build = command_with_torch(workspace, libtorch, BUILD);
    build.arg("--features=pytorch");
    built(build, profile, &torch_target(workspace), libtorch.link_arguments())
}

const BUILD: &[&str] = &["build", "--quiet", "--package=simple-runtime-artifact"];

fn built(
    mut build: Command,
    profile: Profile,
    target: &Path,
    needs: Vec<String>,
) -> Result<Libraries> {
    let folder = match profile {
        Profile::Release => {
            build.arg("--release");
            "release"
        }
        Profile::Dev => "debug",
    };
    process::output(&mut build)?;
    let folder = target.join(folder);
    let shared = if cfg!(target_os = "macos") { "dylib" } else { "so" };
    Ok(Libraries {
        archive: folder.join("libsimple_runtime.a"),
        shared: folder.join("libsimple_runtime").with_extension(shared),
        needs,
    })
}
