//! `cargo xtask onnxruntime`: the ONNX Runtime that models are run on.
//!
//! Nothing is linked with it. It lies in the cache beside LibTorch, where the runtime looks for it, and comes
//! out of the wheel of a package registry, verified by its hash.

use std::env;
use std::ffi::{CStr, c_char};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::libtorch::cache::{self, Cache};
use crate::libtorch::pip::{self, Wheel};
use crate::libtorch::tree::Tree;
use crate::{Result, process, screen};

/// The version that the runtime looks for in the cache.
pub const VERSION: &str = "1.32.0";

/// Names the library of another one, for the runtime as for this command.
const VARIABLE: &str = "ORT_DYLIB_PATH";

const USAGE: &str = "usage: cargo xtask onnxruntime [--force | --check]";

/// Provisions the library and says where it is, in a line that a shell can read.
pub fn run(arguments: &[String]) -> Result<()> {
    let (mut force, mut check) = (false, false);
    match *arguments.iter().map(String::as_str).collect::<Vec<_>>() {
        // What `loads` starts, in a process of its own.
        ["--load", library] => return load(Path::new(library)),
        ref options => {
            for option in options {
                match *option {
                    "--force" => force = true,
                    "--check" => check = true,
                    _ => return Err(USAGE.into()),
                }
            }
        }
    }
    let library = match given() {
        Some(library) => library?,
        None if force => fetch(&Cache::find()?)?,
        None => ensure()?,
    };
    if check {
        let version = loads(&library)?;
        if given().is_none() {
            let count =
                Cache::find()?.check_folder(&folder(), "cargo xtask onnxruntime --force")?;
            eprintln!("{count} files are what they were");
        }
        eprintln!("ONNX Runtime {version} loads");
    }
    println!("export {VARIABLE}='{}'", library.display());
    Ok(())
}

/// The library: the environment's, else the one in the cache, which is put there when it is not.
pub fn ensure() -> Result<PathBuf> {
    if let Some(given) = given() {
        return given;
    }
    let cache = Cache::find()?;
    match cached(&cache) {
        Some(library) => Ok(library),
        None => fetch(&cache),
    }
}

/// The library that [`ensure`] would return without fetching anything.
pub fn present() -> Result<Option<PathBuf>> {
    match given() {
        Some(given) => given.map(Some),
        None => Ok(cached(&Cache::find()?)),
    }
}

/// The library that the environment names, if it names one.
fn given() -> Option<Result<PathBuf>> {
    let library = PathBuf::from(env::var_os(VARIABLE).filter(|path| !path.is_empty())?);
    Some(match library.is_file() {
        // A name without a folder would be looked up elsewhere.
        true => std::path::absolute(library).map_err(Into::into),
        false => Err(format!(
            "{VARIABLE} is {}, and there is no such file. Unset it, and `cargo xtask onnxruntime` gets an \
             ONNX Runtime {VERSION}",
            library.display()
        )
        .into()),
    })
}

fn folder() -> String {
    format!("onnxruntime-{VERSION}")
}

fn cached(cache: &Cache) -> Option<PathBuf> {
    cache.whole(&folder()).map(|folder| folder.join(library()))
}

/// Where the library is in the folder.
fn library() -> String {
    let extension = if cfg!(target_os = "macos") { "dylib" } else { "so" };
    format!("lib/libonnxruntime.{extension}")
}

/// Puts the library into the cache. What is there stays until the new one is complete.
fn fetch(cache: &Cache) -> Result<PathBuf> {
    let known = cached(cache).is_some();
    let _lock = cache.lock()?;
    // Another run may have been faster.
    if let Some(library) = cached(cache).filter(|_| !known) {
        return Ok(library);
    }
    eprintln!("{} ONNX Runtime {VERSION} from the wheel, through pip", screen::bold("getting"));
    let downloads = cache.folder_of_downloads(&folder());
    let got = pip::download_all(&wheels()?, &downloads).and_then(|paths| {
        let mut tree = Tree::of_wheels(&paths)?;
        let fill = |fresh: &Path| {
            copy(&mut tree, fresh)?;
            Ok(tree.finish())
        };
        cache.put_folder(&folder(), fill, |fresh| loads(&fresh.join(library())).map(|_| ()))
    });
    let folder = got.map_err(|error| {
        format!(
            "there is no ONNX Runtime {VERSION} to be had: {error}. What helps: a network for pip, or \
             {VARIABLE} with the library of an ONNX Runtime from elsewhere"
        )
    })?;
    cache::remove(&downloads)?;
    let library = folder.join(library());
    eprintln!("{} {}", screen::green("ready"), library.display());
    Ok(library)
}

/// The library and its licences.
fn copy(tree: &mut Tree, folder: &Path) -> Result<()> {
    let names = tree.names();
    let is_library = |name: &&String| {
        let file = name.strip_prefix("onnxruntime/capi/libonnxruntime.");
        file.is_some_and(|rest| rest.contains(VERSION))
    };
    let own = names.iter().find(is_library).ok_or("the wheel has no library")?;
    let licences = ["onnxruntime/LICENSE", "onnxruntime/ThirdPartyNotices.txt"];
    let licences: Vec<_> =
        names.iter().filter(|name| licences.contains(&name.as_str())).cloned().collect();
    tree.expect(&[licences.as_slice(), std::slice::from_ref(own)].concat());
    tree.copy(own, &folder.join(library()))?;
    for name in licences {
        let file = name.rsplit('/').next().unwrap_or(&name);
        tree.copy(&name, &folder.join("licenses").join(file))?;
    }
    Ok(())
}

/// The wheel for this system.
fn wheels() -> Result<Vec<Wheel>> {
    let platform = match (env::consts::OS, env::consts::ARCH) {
        ("linux", "x86_64") => "manylinux_2_28_x86_64",
        ("linux", "aarch64") => "manylinux_2_28_aarch64",
        ("macos", "aarch64") => "macosx_14_0_arm64",
        (system, machine) => {
            return Err(format!("there is no wheel for {system} on {machine}").into());
        }
    };
    let list = include_str!("onnxruntime/wheels.txt");
    Ok(pip::read_lines(list.lines().filter(|line| line.contains(platform))))
}

/// The version of a library that the dynamic linker loads. It is tried in another process, which may fall
/// without taking this one along.
pub fn loads(library: &Path) -> Result<String> {
    let mut command = Command::new(env::current_exe()?);
    command.args(["onnxruntime", "--load"]).arg(library);
    let version = process::output(&mut command).map_err(|error| {
        let text = error.to_string();
        let reason = text.lines().find_map(|line| line.strip_prefix("error: "));
        format!("{} does not load: {}", library.display(), reason.unwrap_or(&text))
    })?;
    Ok(version.trim().to_string())
}

/// Loads the library into this process and prints its version.
fn load(path: &Path) -> Result<()> {
    /// The table that ONNX Runtime's only exported function gives.
    #[repr(C)]
    struct Base {
        api: unsafe extern "C" fn(u32) -> *const u8,
        version: unsafe extern "C" fn() -> *const c_char,
    }
    type GetBase = unsafe extern "C" fn() -> *const Base;
    // SAFETY: the library was made to be loaded, and its initializers do not depend on this program.
    let library = unsafe { libloading::Library::new(path) }.map_err(|error| {
        std::error::Error::source(&error).map_or(error.to_string(), ToString::to_string)
    })?;
    // SAFETY: in every ONNX Runtime the function of this name has this type.
    let base = unsafe { library.get::<GetBase>(b"OrtGetApiBase\0") }
        .map_err(|_| "it is no ONNX Runtime: it has no OrtGetApiBase")?;
    // SAFETY: as above; the table lives as long as the library.
    let base = unsafe { base().as_ref() }.ok_or("it is no ONNX Runtime: it has no functions")?;
    // SAFETY: the function gives a zero-terminated text that lives as long as the library.
    println!("{}", unsafe { CStr::from_ptr((base.version)()) }.to_string_lossy());
    // Its global objects do not bear being unloaded.
    std::mem::forget(library);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runtime_looks_for_the_version_that_is_put_there() {
        let runtime = include_str!("../../crates/runtime-torch/src/onnx/library.rs");
        assert!(runtime.contains(&format!("pub const VERSION: &str = \"{VERSION}\";")));
        let list = include_str!("onnxruntime/wheels.txt");
        let wheels = list.lines().filter(|line| !line.starts_with('#'));
        assert!(wheels.clone().count() == 3);
        assert!(wheels.clone().all(|line| line.contains(&format!("onnxruntime-{VERSION}-"))));
    }
}
