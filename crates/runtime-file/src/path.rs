//! Paths as text: normal form, absolute, relative, joined and taken apart.
//!
//! What `std::path::Path` does well it does here too (`file_name`, `parent`, `file_stem`,
//! `extension`); this is the rest. A path is bytes, and nothing here asks whether it exists: only
//! [`absolute`] and [`relative`] look at anything outside of the text, which is the current
//! directory, and only [`canonicalize`] looks at the file system.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use runtime_core::{Error, Result};

use crate::name;

const SEPARATOR: u8 = b'/';

/// What stands between the names of a path.
pub fn separator() -> &'static str {
    std::path::MAIN_SEPARATOR_STR
}

/// The path without `.`, without doubled slashes, and without the `..` that have a name before
/// them. A path without a name left is `.`. Two slashes at the start stay, as POSIX allows a system
/// to give them a meaning.
///
/// The text alone decides: where `a` is a link to another place, `a/..` is not where `.` is, and
/// only [`canonicalize`] knows it.
///
/// ```
/// use std::path::Path;
/// use runtime_file::path::normalize;
///
/// assert_eq!(normalize(Path::new("a/./b//../c/")), Path::new("a/c"));
/// assert_eq!(normalize(Path::new("/../x")), Path::new("/x"));
/// assert_eq!(normalize(Path::new("../x/..")), Path::new(".."));
/// assert_eq!(normalize(Path::new("")), Path::new("."));
/// ```
pub fn normalize(path: &Path) -> PathBuf {
    let root = root(path);
    let mut kept: Vec<&[u8]> = Vec::new();
    for name in names(path) {
        let is_above = name == b"..";
        match kept.last() {
            Some(&last) if is_above && last != b".." => {
                kept.pop();
            }
            None if is_above && !root.is_empty() => {}
            _ => kept.push(name),
        }
    }
    if root.is_empty() && kept.is_empty() {
        return PathBuf::from(".");
    }
    let mut bytes = root.to_vec();
    bytes.extend(kept.join(&SEPARATOR));
    owned(bytes)
}

/// The path from the root on, in normal form: a relative one continues the current directory. It
/// need not exist, and links in it are not resolved.
///
/// # Errors
/// `RT_ERROR_PATH` when it is empty or has a zero byte, `RT_ERROR_SYSTEM` when the current directory is gone.
pub fn absolute(path: &Path) -> Result<PathBuf> {
    name::path("path", path.as_os_str().as_bytes())?;
    if path.is_absolute() {
        return Ok(normalize(path));
    }
    let current =
        std::env::current_dir().map_err(|error| Error::system("the current directory", &error))?;
    Ok(normalize(&current.join(path)))
}

/// The way from `base` to `path`, with `..` where it leads up. Both are made [`absolute`] first, so
/// the answer is a matter of text, right where no `..` crosses a link.
///
/// # Errors
/// As [`absolute`], for either.
///
/// ```
/// use std::path::Path;
/// use runtime_file::path::relative;
///
/// assert_eq!(relative(Path::new("/a/b/c"), Path::new("/a/d"))?, Path::new("../b/c"));
/// assert_eq!(relative(Path::new("/a"), Path::new("/a"))?, Path::new("."));
/// # Ok::<(), runtime_core::Error>(())
/// ```
pub fn relative(path: &Path, base: &Path) -> Result<PathBuf> {
    let (path, base) = (absolute(path)?, absolute(base)?);
    let shared = names(&path).zip(names(&base)).take_while(|(one, other)| one == other).count();
    let up = names(&base).skip(shared).map(|_| b"..".as_slice());
    let way: Vec<&[u8]> = up.chain(names(&path).skip(shared)).collect();
    Ok(if way.is_empty() { PathBuf::from(".") } else { owned(way.join(&SEPARATOR)) })
}

/// The path with its links resolved, absolute and in normal form. It must exist.
///
/// # Errors
/// `RT_ERROR_SYSTEM` when it does not exist, or cannot be reached.
pub fn canonicalize(path: &Path) -> Result<PathBuf> {
    std::fs::canonicalize(path).map_err(|error| name::refused("path", path, error))
}

/// The parts one after another, with one slash between two; an absolute part begins anew, an empty
/// one adds nothing.
///
/// ```
/// use std::path::Path;
/// use runtime_file::path::join;
///
/// assert_eq!(join(["a/", "", "b", "c.txt"]), Path::new("a/b/c.txt"));
/// assert_eq!(join(["a", "/b"]), Path::new("/b"));
/// ```
pub fn join<P: AsRef<Path>>(parts: impl IntoIterator<Item = P>) -> PathBuf {
    let mut joined = PathBuf::new();
    for part in parts {
        let part = part.as_ref();
        if !part.as_os_str().is_empty() {
            joined.push(part);
        }
    }
    joined
}

/// The names of the path from left to right, without `.`; the root is the first where there is one.
/// [`join`] puts them together again.
///
/// ```
/// use std::path::Path;
/// use runtime_file::path::components;
///
/// let parts: Vec<_> = components(Path::new("/usr//lib/./x/")).collect();
/// assert_eq!(parts, ["/", "usr", "lib", "x"]);
/// ```
pub fn components(path: &Path) -> impl Iterator<Item = &OsStr> {
    let root = Some(root(path)).filter(|root| !root.is_empty());
    root.into_iter().chain(names(path)).map(OsStr::from_bytes)
}

/// The path with another extension on its last name, or with none when `extension` is empty.
///
/// # Errors
/// `RT_ERROR_INVALID_ARGUMENT` when the path has no last name, or the extension has a slash.
///
/// ```
/// use std::ffi::OsStr;
/// use std::path::Path;
/// use runtime_file::path::with_extension;
///
/// let archive = with_extension(Path::new("x/data.tar.gz"), OsStr::new("xz"))?;
/// assert_eq!(archive, Path::new("x/data.tar.xz"));
/// # Ok::<(), runtime_core::Error>(())
/// ```
pub fn with_extension(path: &Path, extension: &OsStr) -> Result<PathBuf> {
    if path.file_name().is_none() {
        return Err(Error::invalid(format!("path {path:?} has no name to put an extension on")));
    }
    if extension.as_bytes().contains(&SEPARATOR) {
        return Err(Error::invalid(format!("extension {extension:?} has a slash")));
    }
    Ok(path.with_extension(extension))
}

/// The slashes that begin an absolute path, as they count: none, one, or exactly two.
fn root(path: &Path) -> &[u8] {
    let bytes = path.as_os_str().as_bytes();
    match bytes.iter().take_while(|byte| **byte == SEPARATOR).count() {
        0 => b"",
        2 => &bytes[..2],
        _ => &bytes[..1],
    }
}

/// The names of the path, `..` among them, without the root, empty ones and `.`.
fn names(path: &Path) -> impl Iterator<Item = &[u8]> {
    let parts = path.as_os_str().as_bytes().split(|byte| *byte == SEPARATOR);
    parts.filter(|part| !part.is_empty() && *part != b".")
}

fn owned(bytes: Vec<u8>) -> PathBuf {
    PathBuf::from(OsString::from_vec(bytes))
}
