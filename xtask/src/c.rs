//! Building C programs against the libraries with the system's compiler.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo::Libraries;
use crate::workspace::Workspace;
use crate::{Result, header, process};

/// How strict the compiler is with our own C and C++.
pub const STRICT: &[&str] = &["-Wall", "-Wextra", "-Wpedantic", "-Werror"];

/// What the Rust standard library inside the archive needs from the system.
const SYSTEM_LIBRARIES: &[&str] = if cfg!(target_os = "macos") {
    &["-framework", "CoreFoundation", "-lSystem"]
} else {
    &["-lgcc_s", "-lutil", "-lrt", "-lpthread", "-lm", "-ldl"]
};

/// How a program gets at the runtime.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// The archive, linked in.
    Static,
    /// The shared library, found at run time.
    Shared,
    /// The archive, with the program under the address and undefined behaviour sanitizers.
    Sanitized,
}

impl Link {
    /// The word for it in names of files and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Static => "static",
            Self::Shared => "shared",
            Self::Sanitized => "sanitized",
        }
    }
}

/// The C compiler: the environment's `CC`, else `cc`.
pub fn compiler() -> String {
    std::env::var("CC").unwrap_or_else(|_| String::from("cc"))
}

/// The C++ compiler: the environment's `CXX`, else `c++`.
pub fn cxx_compiler() -> String {
    std::env::var("CXX").unwrap_or_else(|_| String::from("c++"))
}

/// A program to build.
#[derive(Default)]
pub struct Program<'a> {
    /// The name, of the file too.
    pub name: &'a str,
    /// The files, all C or all C++.
    pub sources: Vec<PathBuf>,
    /// Further arguments of the compiler.
    pub flags: Vec<String>,
    /// Further libraries: they come after everything that may need them.
    pub libraries: Vec<String>,
}

/// What stands after the archive on the line that links a program with it.
pub fn after_archive(libraries: &Libraries) -> Vec<String> {
    let system = SYSTEM_LIBRARIES.iter().map(ToString::to_string);
    libraries.needs.iter().cloned().chain(system).collect()
}

impl Program<'_> {
    /// Compiles and links the program; returns where it is.
    pub fn build(
        &self,
        workspace: &Workspace,
        libraries: &Libraries,
        link: Link,
    ) -> Result<PathBuf> {
        let output = workspace.scratch("bin")?.join(format!("{}-{}", self.name, link.name()));
        let is_cxx =
            self.sources.iter().any(|source| source.extension().is_some_and(|e| e == "cpp"));
        let (compiler, standard) =
            if is_cxx { (cxx_compiler(), "-std=c++17") } else { (compiler(), "-std=c11") };
        let mut command = Command::new(compiler);
        command.arg(standard).args(STRICT).args(&self.flags);
        command.arg("-I").arg(header::folder(workspace));
        command.arg("-o").arg(&output).args(&self.sources);
        match link {
            Link::Static => {
                command.arg("-O2").arg(&libraries.archive).args(after_archive(libraries));
            }
            Link::Sanitized => {
                command.args(["-g", "-O1", "-fno-omit-frame-pointer"]);
                command.args(["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]);
                command.arg(&libraries.archive).args(after_archive(libraries));
            }
            Link::Shared => {
                let folder = shared_folder(workspace, libraries)?;
                command.args(["-O2", "-lm", "-lpthread", "-L"]).arg(&folder);
                command.arg("-lsimple_runtime");
                command.arg(format!("-Wl,-rpath,{}", folder.display()));
            }
        }
        process::output(command.args(&self.libraries))?;
        Ok(output)
    }
}

/// The names of the shared library: the one it is linked by, and the one that programs ask the
/// dynamic linker for.
pub fn shared_names(workspace: &Workspace) -> Result<[String; 2]> {
    let major = header::facade_number(workspace, "ABI_MAJOR")?;
    Ok(if cfg!(target_os = "macos") {
        [String::from("libsimple_runtime.dylib"), format!("libsimple_runtime.{major}.dylib")]
    } else {
        [String::from("libsimple_runtime.so"), format!("libsimple_runtime.so.{major}")]
    })
}

/// A folder that holds the shared library only, under its names.
fn shared_folder(workspace: &Workspace, libraries: &Libraries) -> Result<PathBuf> {
    let build = libraries.shared.parent().unwrap_or(Path::new(""));
    let build = build.strip_prefix(workspace.target()).unwrap_or(build);
    let folder = workspace.scratch(&format!("lib-{}", build.display()).replace('/', "-"))?;
    for name in shared_names(workspace)? {
        // The file of the last build may be in use: it is replaced, not written over.
        let fresh = folder.join(format!("{name}.new"));
        fs::copy(&libraries.shared, &fresh)?;
        fs::rename(&fresh, folder.join(name))?;
    }
    Ok(folder)
}
