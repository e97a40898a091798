//! Directories and files with names that nobody else has, for a while.

use std::ffi::OsStr;
use std::fs::{DirBuilder, OpenOptions};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use runtime_core::{Error, Result};

use crate::name;

/// After so many names that others had, something else is wrong.
const MOST_TRIES: usize = 1000;

/// Makes a directory that only this user may enter, with a new name that begins with `prefix`, in
/// `parent`, or without one in the system's place for such things (`TMPDIR`, or `/tmp`). Gives its
/// path. Nobody removes it but its owner.
///
/// # Errors
/// `RT_ERROR_INVALID_ARGUMENT` when the prefix has a slash or a zero byte; `RT_ERROR_SYSTEM`.
///
/// ```
/// use std::ffi::OsStr;
/// use runtime_file::dir::temporary_directory;
///
/// let place = tempfile::tempdir()?;
/// let made = temporary_directory(Some(place.path()), OsStr::new("work-"))?;
/// assert!(made.is_dir() && made.starts_with(place.path()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn temporary_directory(parent: Option<&Path>, prefix: &OsStr) -> Result<PathBuf> {
    make(parent, prefix, |path| DirBuilder::new().mode(0o700).create(path))
}

/// Makes an empty file that only this user may read and write, named and placed as
/// [`temporary_directory`] does it. Gives its path; the file is closed.
///
/// # Errors
/// As [`temporary_directory`].
pub fn temporary_file(parent: Option<&Path>, prefix: &OsStr) -> Result<PathBuf> {
    make(parent, prefix, |path| {
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map(drop)
    })
}

/// Makes something under one new name after another until nobody else has it.
fn make(
    parent: Option<&Path>,
    prefix: &OsStr,
    make: impl Fn(&Path) -> io::Result<()>,
) -> Result<PathBuf> {
    if prefix.as_bytes().iter().any(|byte| matches!(byte, b'/' | 0)) {
        return Err(Error::invalid(format!("prefix {prefix:?} is no beginning of a name")));
    }
    let parent = parent.map_or_else(std::env::temp_dir, Path::to_path_buf);
    let mut tries = 0;
    loop {
        let mut name = prefix.to_os_string();
        name.push(format!("{:016x}", random()));
        let path = parent.join(name);
        tries += 1;
        match make(&path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && tries < MOST_TRIES => {}
            Err(error) => return Err(name::refused("path", &path, error)),
        }
    }
}

/// A number that others cannot foresee: what a hash with fresh random keys makes of nothing.
fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}
