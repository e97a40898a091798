//! Whether a folder is a LibTorch that the runtime can be built on.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::VERSION;
use crate::{Result, process};

/// What is wrong with the folder, as far as reading tells: the layout and the version.
pub fn problem(home: &Path) -> Option<String> {
    if !home.is_dir() {
        return Some(String::from("there is no such folder"));
    }
    if !home.is_absolute() {
        return Some(String::from("that is no absolute path"));
    }
    for file in ["include/torch/csrc/api/include/torch/all.h", "include/ATen/ATen.h"] {
        if !home.join(file).is_file() {
            return Some(format!("it has no {file}"));
        }
    }
    let library = library("torch_cpu");
    if !home.join("lib").join(&library).is_file() {
        return Some(format!("it has no lib/{library}"));
    }
    match version(home) {
        Some(found) if found == VERSION => None,
        Some(found) => Some(format!("that is LibTorch {found}, not {VERSION}")),
        None => Some(String::from("its headers do not say their version")),
    }
}

/// The version that the headers have.
fn version(home: &Path) -> Option<String> {
    let text =
        ["include/torch/headeronly/version.h", "include/torch/csrc/api/include/torch/version.h"]
            .iter()
            .find_map(|file| {
                let text = fs::read_to_string(home.join(file)).ok()?;
                text.contains("TORCH_VERSION_MAJOR").then_some(text)
            })?;
    let number = |part: &str| {
        let start = format!("#define TORCH_VERSION_{part} ");
        text.lines().find_map(|line| line.strip_prefix(&start)).map(str::trim)
    };
    Some(format!("{}.{}.{}", number("MAJOR")?, number("MINOR")?, number("PATCH")?))
}

/// Whether the dynamic linker can load the libraries. It is tried in another process, which may
/// fall without taking this one along.
pub fn loads(home: &Path) -> Result<()> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["libtorch", "--load"]).arg(home);
    process::output(&mut command).map(|_| ()).map_err(|error| {
        let text = error.to_string();
        let reason = text.lines().find_map(|line| line.strip_prefix("error: "));
        format!("the libraries in {}/lib do not load: {}", home.display(), reason.unwrap_or(&text))
            .into()
    })
}

/// Loads the libraries into this process.
pub fn load(home: &Path) -> Result<()> {
    use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};
    for name in ["torch_cpu", "torch_cuda"] {
        let path = home.join("lib").join(library(name));
        if !path.exists() && name == "torch_cuda" {
            continue;
        }
        // SAFETY: the library was made to be loaded, and its initializers do not depend on this
        // program.
        let loaded = unsafe { Library::open(Some(&path), RTLD_NOW | RTLD_LOCAL) }
            .map_err(|error| error.source().map_or(error.to_string(), ToString::to_string))?;
        // Its threads and its global objects do not bear being unloaded.
        std::mem::forget(loaded);
    }
    Ok(())
}

/// The file name of a library of this system.
fn library(name: &str) -> String {
    let extension = if cfg!(target_os = "macos") { "dylib" } else { "so" };
    format!("lib{name}.{extension}")
}
