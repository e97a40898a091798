//! `cargo xtask libtorch`: the LibTorch that the feature `pytorch` is built on.
//!
//! A set lies in a cache outside of the workspace, whole or not at all. Where its files come from is
//! tried in the order of [`SOURCES`]; wherever they come from, they are verified on the way.

pub mod cache;
mod inspect;
mod libraries;
pub mod pip;
mod python;
mod set;
pub mod tree;
mod vendor;

use std::env;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Result, screen};
use cache::Cache;
pub use inspect::loads;
pub use pip::python_with_pip;
pub use python::NAMES as PYTHONS;
use set::Set;
use tree::Tree;

/// The version that the bindings in Cargo.lock are made for.
pub const VERSION: &str = "2.13.0";

const USAGE: &str = "usage: cargo xtask libtorch [--cuda] [--force | --check]";

/// A place where the files of a set may come from: its name, and how to get them there.
type Source = (&'static str, fn(Set, &Cache) -> Result<Tree>);

/// In the order in which they are tried: what costs nothing comes first.
const SOURCES: &[Source] = &[
    ("the PyTorch that Python has", python::find),
    ("the wheel, through pip", pip::fetch),
    ("the archive of pytorch.org, through curl", vendor::fetch),
];

/// A LibTorch that programs can be built on.
pub struct LibTorch {
    /// The folder with `include` and `lib`.
    pub home: PathBuf,
}

impl LibTorch {
    /// The folder of the shared libraries.
    pub fn libraries(&self) -> PathBuf {
        self.home.join("lib")
    }

    /// Lets a cargo command build on this LibTorch, and what it runs find the libraries.
    pub fn serve(&self, command: &mut Command) {
        // Each of these would make torch-sys look elsewhere.
        for other in ["LIBTORCH_INCLUDE", "LIBTORCH_LIB", "LIBTORCH_USE_PYTORCH", "LIBTORCH_STATIC"]
        {
            command.env_remove(other);
        }
        command.env("LIBTORCH", &self.home);
        let name = library_path();
        let mut folders = vec![self.libraries()];
        folders.extend(env::split_paths(&env::var_os(name).unwrap_or_default()));
        if let Ok(folders) = env::join_paths(folders) {
            command.env(name, folders);
        }
    }

    /// What the linker needs after a static library that was built on this LibTorch.
    pub fn link_arguments(&self) -> Vec<String> {
        let folder = self.libraries();
        let mut arguments = vec![
            format!("-L{}", folder.display()),
            format!("-Wl,-rpath,{}", folder.display()),
            String::from("-ltorch_cpu"),
            String::from("-lc10"),
        ];
        if self.has_cuda() {
            // No symbol of it is referred to, so a linker would leave it out.
            arguments.insert(
                2,
                String::from("-Wl,--push-state,--no-as-needed,-ltorch_cuda,--pop-state"),
            );
        }
        let runtime = if cfg!(target_os = "macos") { "-lc++" } else { "-lstdc++" };
        arguments.push(String::from(runtime));
        arguments
    }

    fn has_cuda(&self) -> bool {
        self.libraries().join("libtorch_cuda.so").exists()
    }
}

/// Provisions a set and says where it is, in lines that a shell can read.
pub fn run(arguments: &[String]) -> Result<()> {
    let mut set = Set::Cpu;
    let (mut force, mut check) = (false, false);
    match *arguments.iter().map(String::as_str).collect::<Vec<_>>() {
        // What `inspect::loads` starts, in a process of its own.
        ["--load", folder] => return inspect::load(Path::new(folder)),
        ref options => {
            for option in options {
                match *option {
                    "--cuda" => set = Set::Cuda,
                    "--force" => force = true,
                    "--check" => check = true,
                    _ => return Err(USAGE.into()),
                }
            }
        }
    }
    if let Some(given) = given() {
        let given = given?;
        inspect::loads(&given.home)?;
        eprintln!("LIBTORCH is set, and good: {}", given.home.display());
        print_environment(&given);
        return Ok(());
    }
    let cache = Cache::find()?;
    let libtorch = if force { renew(set, &cache)? } else { provision(set, &cache)? };
    if check {
        let count = cache.check(set)?;
        inspect::loads(&libtorch.home)?;
        eprintln!("{count} files are what they were, and the libraries load");
    }
    print_environment(&libtorch);
    Ok(())
}

/// The LibTorch to build on: the environment's, else the one in the cache, which is put there when
/// it is not.
pub fn ensure() -> Result<LibTorch> {
    match given() {
        Some(given) => given,
        None => provision(Set::Cpu, &Cache::find()?),
    }
}

/// The LibTorch that [`ensure`] would return without fetching anything.
pub fn present() -> Result<Option<LibTorch>> {
    match given() {
        Some(given) => given.map(Some),
        None => Ok(Cache::find()?.get(Set::Cpu)),
    }
}

/// The LibTorch that the environment names, if it names one.
fn given() -> Option<Result<LibTorch>> {
    let home = PathBuf::from(env::var_os("LIBTORCH").filter(|folder| !folder.is_empty())?);
    Some(match inspect::problem(&home) {
        None => Ok(LibTorch { home }),
        Some(problem) => Err(format!(
            "LIBTORCH is {}, and {problem}. Unset it, and `cargo xtask libtorch` gets a LibTorch \
             {VERSION}; or let it name the folder of one, with `include` and `lib` in it",
            home.display()
        )
        .into()),
    })
}

/// The set from the cache; fetched first when it is not there.
fn provision(set: Set, cache: &Cache) -> Result<LibTorch> {
    if let Some(ready) = cache.get(set) {
        return Ok(ready);
    }
    let lock = cache.lock()?;
    // Another run may have been faster.
    if let Some(ready) = cache.get(set) {
        return Ok(ready);
    }
    fetch(set, cache, &lock)
}

/// The set, fetched even when it is there. The old one stays until the new one is complete.
fn renew(set: Set, cache: &Cache) -> Result<LibTorch> {
    let lock = cache.lock()?;
    fetch(set, cache, &lock)
}

fn fetch(set: Set, cache: &Cache, _lock: &File) -> Result<LibTorch> {
    let mut reasons = String::new();
    for (name, source) in SOURCES {
        eprintln!("{} LibTorch {VERSION} ({}) from {name}", screen::bold("getting"), set.name());
        match source(set, cache).and_then(|tree| cache.put(set, tree)) {
            Ok(libtorch) => {
                eprintln!("{} {}", screen::green("ready"), libtorch.home.display());
                return Ok(libtorch);
            }
            Err(error) => {
                eprintln!("  no: {error}");
                reasons.push_str(&format!("  {name}: {error}\n"));
            }
        }
    }
    Err(format!(
        "there is no LibTorch {VERSION} to be had:\n{reasons}\
         What helps: a network for pip (`python3 -m pip download --no-deps torch=={VERSION}` shows \
         whether it has one), or LIBTORCH with the folder of a LibTorch {VERSION} from elsewhere. \
         docs/libtorch.md says more. Without PyTorch: `cargo xtask demo --no-pytorch`, \
         `cargo xtask test --no-pytorch`"
    )
    .into())
}

fn print_environment(libtorch: &LibTorch) {
    // Standard output has nothing else, so that `eval "$(cargo xtask libtorch)"` works.
    let name = library_path();
    println!("export LIBTORCH='{}'", libtorch.home.display());
    println!("export {name}=\"$LIBTORCH/lib${{{name}:+:${name}}}\"");
}

/// The variable that the dynamic linker looks into.
fn library_path() -> &'static str {
    if cfg!(target_os = "macos") { "DYLD_LIBRARY_PATH" } else { "LD_LIBRARY_PATH" }
}
