//! Whole files as text and as bytes.
//!
//! Reads go into the memory of the string that they return. Text is UTF-8, and everything in it is
//! kept, carriage returns too; bytes may be any. Writes [replace](crate::replace) the file in one
//! step; appends add to it.

use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use runtime_core::{Error, Result, arguments};
use runtime_value::string::{self, Builder};
use runtime_value::{Array, Str, View};
use rustix::fs::{self, FileType, OFlags};

use crate::replace::Replacement;
use crate::{descriptor, name};

/// The file's text.
///
/// # Errors
/// `RT_ERROR_NOT_UTF8` with the position, when the content is no text; the system's; those of
/// making a string.
///
/// # Example
/// ```
/// use runtime_file::text;
///
/// let folder = tempfile::tempdir().unwrap();
/// let path = folder.path().join("greeting");
/// text::write(&path, "good morning\n")?;
/// text::append(&path, "good night\n")?;
/// assert_eq!(text::read(&path)?.as_text()?, "good morning\ngood night\n");
/// assert_eq!(text::lines(&path)?.len(), 2);
/// # Ok::<(), runtime_core::Error>(())
/// ```
pub fn read(path: &Path) -> Result<Str> {
    let content = content(path)?;
    utf8(|| name::shown("path", path), content.as_bytes())?;
    content.finish()
}

/// The file's bytes.
///
/// # Errors
/// The system's; those of making a string.
pub fn read_bytes(path: &Path) -> Result<Str> {
    content(path)?.finish()
}

/// The lines of the file's text, without what ends them, `\n` or `\r\n`. A last line need not be
/// ended; after the last end there is no other line.
///
/// # Errors
/// As [`read`].
pub fn lines(path: &Path) -> Result<Array> {
    let content = content(path)?;
    utf8(|| name::shown("path", path), content.as_bytes())?;
    string::array_of_strings(split_lines(content.as_bytes()))
}

/// Makes `text` the content of the file, which need not exist.
///
/// # Errors
/// The system's; the file has its old content then.
pub fn write(path: &Path, text: &str) -> Result<()> {
    write_bytes(path, text.as_bytes())
}

/// Makes `bytes` the content of the file, which need not exist.
///
/// # Errors
/// The system's; the file has its old content then.
pub fn write_bytes(path: &Path, bytes: &[u8]) -> Result<()> {
    let write = || {
        let mut replacement = Replacement::new(path)?;
        replacement.write_all(bytes)?;
        replacement.commit()
    };
    write().map_err(|error| name::refused("path", path, error))
}

/// Makes the strings in `lines`, each ended by `\n`, the content of the file.
///
/// # Errors
/// `RT_ERROR_WRONG_TYPE` for an element that is no string, `RT_ERROR_NOT_UTF8` for one that is no
/// text, `RT_ERROR_OUT_OF_MEMORY`, and the system's; the file has its old content then.
pub fn write_lines(path: &Path, lines: Array) -> Result<()> {
    let mut text = Builder::new(0)?;
    for (index, line) in lines.iter().enumerate() {
        let line = Str::of(&format!("lines[{index}]"), line)?;
        text.extend(line.text(&format!("lines[{index}]"))?.as_bytes())?;
        text.extend(b"\n")?;
    }
    write_bytes(path, text.as_bytes())
}

/// Adds `text` at the end of the file, which need not exist.
///
/// # Errors
/// As [`append_bytes`].
pub fn append(path: &Path, text: &str) -> Result<()> {
    append_bytes(path, text.as_bytes())
}

/// Adds `bytes` at the end of the file, which need not exist. Appends by several processes do not
/// overwrite each other.
///
/// # Errors
/// The system's; a part may have been added then, and the error says so.
pub fn append_bytes(path: &Path, bytes: &[u8]) -> Result<()> {
    let flags = OFlags::WRONLY | OFlags::APPEND | OFlags::CREATE;
    let file = descriptor::open(path, flags, 0o666)?;
    match descriptor::write_pieces(file.as_fd(), bytes) {
        (_, Ok(())) => Ok(()),
        (0, Err(error)) => Err(name::refused("path", path, error)),
        (written, Err(error)) => {
            let of = bytes.len();
            let what = format!("{}, after {written} of {of} bytes", name::shown("path", path));
            Err(Error::system(&what, &error.into()))
        }
    }
}

/// `bytes` as text; `name` says what they are, in the error.
///
/// # Errors
/// `RT_ERROR_NOT_UTF8` with the position of the first bad byte.
pub(crate) fn utf8(name: impl FnOnce() -> String, bytes: &[u8]) -> Result<&str> {
    // The fast check does not know where.
    simdutf8::basic::from_utf8(bytes).or_else(|_| arguments::utf8(&name(), bytes))
}

/// The content of the file, in memory that will be a string's.
fn content(path: &Path) -> Result<Builder> {
    let file = descriptor::open(path, OFlags::RDONLY, 0)?;
    let stat = fs::fstat(&file).map_err(|error| name::refused("path", path, error))?;
    let kind = FileType::from_raw_mode(stat.st_mode);
    // Files of the kernel's, in /proc and elsewhere, have no size, or a wrong one.
    let expected = if kind == FileType::RegularFile { stat.st_size as u64 } else { 0 };
    let mut content = Builder::new(expected)?;
    fill(path, &file, &mut content, expected)?;
    Ok(content)
}

/// Reads to the end of the file, or until it has given what was expected.
fn fill(path: &Path, file: &OwnedFd, content: &mut Builder, expected: u64) -> Result<()> {
    /// What a file of unknown size is read with at first; the room doubles.
    const PIECE: usize = 8192;

    loop {
        if content.spare_capacity_mut().is_empty() {
            content.reserve(PIECE)?;
        }
        let read = descriptor::read_into(file.as_fd(), content)
            .map_err(|error| name::refused("path", path, error))?;
        if read == 0 || (content.len() as u64 == expected) {
            return Ok(());
        }
    }
}

/// The lines of `text`, see [`lines`].
fn split_lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (line, after) = match memchr::memchr(b'\n', rest) {
            None => (rest, &rest[rest.len()..]),
            Some(at) => {
                let line = &rest[..at];
                (line.strip_suffix(b"\r").unwrap_or(line), &rest[at + 1..])
            }
        };
        rest = after;
        Some(line)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_in_two_ways() {
        let lines = |text: &'static str| split_lines(text.as_bytes()).collect::<Vec<_>>();
        assert_eq!(lines(""), [b""; 0]);
        assert_eq!(lines("\n"), [b""]);
        assert_eq!(lines("a\nb"), [b"a", b"b"]);
        assert_eq!(lines("a\r\n\r\nb\n"), [&b"a"[..], b"", b"b"]);
        // A lone carriage return is a part of its line.
        assert_eq!(lines("a\rb\r\nc\r"), [&b"a\rb"[..], b"c\r"]);
        assert_eq!(lines("\r\r\n"), [b"\r"]);
    }
}
