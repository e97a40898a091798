//! Names of files as arguments, and in errors. A name is bytes, UTF-8 or not.

use std::ffi::OsStr;
use std::fmt::Write;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use runtime_core::{Error, Result};

use crate::codes::RT_ERROR_PATH;

/// The bytes of the argument `name` as a path.
///
/// # Errors
/// `RT_ERROR_PATH` when there are none, or a zero byte among them.
///
/// # Example
/// ```
/// use runtime_file::{codes, name};
///
/// assert!(name::path("path", b"not UTF-8: \xff").is_ok());
/// let refused = name::path("path", b"a\0b").unwrap_err();
/// assert_eq!(refused.code(), codes::RT_ERROR_PATH);
/// assert_eq!(refused.reason(), "path \"a\\0b\" has a zero byte at 1");
/// ```
pub fn path<'a>(name: &str, bytes: &'a [u8]) -> Result<&'a Path> {
    if bytes.is_empty() {
        return Err(Error::new(RT_ERROR_PATH, format!("{name} is empty")));
    }
    let path = Path::new(OsStr::from_bytes(bytes));
    match memchr::memchr(0, bytes) {
        None => Ok(path),
        Some(at) => {
            Err(Error::new(RT_ERROR_PATH, format!("{} has a zero byte at {at}", shown(name, path))))
        }
    }
}

/// The system's refusal to do something with the path that is the argument `name`:
/// `path "x": No such file or directory (os error 2)`. Keeps the system's number.
#[cold]
pub fn refused(name: &str, path: &Path, error: impl Into<io::Error>) -> Error {
    Error::system(&shown(name, path), &error.into())
}

/// An argument and its path as errors name it: quoted, in one line, and no longer than helps.
pub(crate) fn shown(name: &str, path: &Path) -> String {
    /// Bytes of a path that an error shows; the end of a longer one, where the file's name is.
    const LONGEST: usize = 300;

    let bytes = path.as_os_str().as_bytes();
    let mut text = format!("{name} ");
    let tail = &bytes[bytes.len().saturating_sub(LONGEST)..];
    if tail.len() < bytes.len() {
        text.push_str("...");
    }
    // Writing to a string does not fail.
    let _ = write!(text, "{:?}", OsStr::from_bytes(tail));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_bytes() {
        let odd = path("path", b"a\xff\n").unwrap();
        assert_eq!(odd.as_os_str().as_bytes(), b"a\xff\n");
        assert_eq!(shown("path", odd), "path \"a\\xFF\\n\"");
        assert_eq!(path("dir", b"").unwrap_err().reason(), "dir is empty");
        assert_eq!(path("dir", b"\0").unwrap_err().code(), RT_ERROR_PATH);
    }

    #[test]
    fn refusals_keep_number_and_text() {
        let error = refused("path", Path::new("x"), rustix::io::Errno::NOENT);
        assert_eq!(error.errno(), libc::ENOENT);
        assert_eq!(error.reason(), "path \"x\": No such file or directory (os error 2)");
    }

    #[test]
    fn long_names_are_cut() {
        let long = "x".repeat(5000);
        assert!(shown("path", Path::new(&long)).len() < 400);
    }
}
