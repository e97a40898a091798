//! `cargo xtask install`: header, libraries and the pkg-config files into a prefix.

use std::fs;
use std::path::{Path, PathBuf};

use crate::cargo::{Libraries, Profile, build_libraries, build_libraries_with_torch};
use crate::workspace::{FACADE, Workspace};
use crate::{Result, c, header, libtorch};

/// The files for pkg-config: for the shared library, and for the static one.
pub const DESCRIPTIONS: [&str; 2] = ["simple-runtime.pc", "simple-runtime-static.pc"];

/// Builds what is shipped and installs it below the folder that `--prefix` names.
pub fn run(arguments: &[String]) -> Result<()> {
    let (prefix, with_torch) = match *arguments.iter().map(String::as_str).collect::<Vec<_>>() {
        ["--prefix", prefix] => (prefix, false),
        ["--prefix", prefix, "--pytorch"] | ["--pytorch", "--prefix", prefix] => (prefix, true),
        _ => return Err("usage: cargo xtask install --prefix FOLDER [--pytorch]".into()),
    };
    let workspace = Workspace::find()?;
    let libraries = if with_torch {
        build_libraries_with_torch(&workspace, Profile::Release, &libtorch::ensure()?)?
    } else {
        build_libraries(&workspace, Profile::Release)?
    };
    fs::create_dir_all(prefix)?;
    let prefix = fs::canonicalize(prefix)?;
    for path in install(&workspace, &libraries, &prefix)? {
        println!("{}", path.display());
    }
    Ok(())
}

/// Installs below `prefix`, an absolute path; returns what was written.
pub fn install(
    workspace: &Workspace,
    libraries: &Libraries,
    prefix: &Path,
) -> Result<Vec<PathBuf>> {
    let mut written = Vec::new();
    let mut put = |folder: &str, name: &str, bytes: Vec<u8>| -> Result<()> {
        let folder = prefix.join(folder);
        fs::create_dir_all(&folder)?;
        let path = folder.join(name);
        // A program may be running from the file: it is replaced, not written over.
        let fresh = folder.join(format!("{name}.new"));
        fs::write(&fresh, bytes)?;
        fs::rename(&fresh, &path)?;
        written.push(path);
        Ok(())
    };
    put("include", "simple_runtime.h", fs::read(header::path(workspace))?)?;
    put("lib", "libsimple_runtime.a", fs::read(&libraries.archive)?)?;
    for name in c::shared_names(workspace)? {
        put("lib", &name, fs::read(&libraries.shared)?)?;
    }
    for name in DESCRIPTIONS {
        let template = workspace.root.join("ffi-facade").join(format!("{name}.in"));
        let description = fs::read_to_string(template)?
            .replace("@PREFIX@", &prefix.display().to_string())
            .replace("@VERSION@", workspace.member(FACADE)?.version())
            .replace("@AFTER_ARCHIVE@", &c::after_archive(libraries).join(" "));
        put("lib/pkgconfig", name, description.into_bytes())?;
    }
    Ok(written)
}
