//! Whole files as text and as bytes.
//!
//! Reads go into the memory of the string that they return. Text is UTF-8, and everything in it is
//! kept, carriage returns too; bytes may be any. Writes [replace](crate::replace) the file in one
//! step; appends add to it.

use std::os::fd::AsFd;
use std::path::Path;

use runtime_core::{Error, Result};
use runtime_value::string::{self, Builder};
use runtime_value::{Array, Str, View};
use rustix::fs::{self, FileType, OFlags};

use crate::replace::Replacement;
use crate::utf8::{self, Checked};
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
    text_content(path)?.finish()
}

/// The file's bytes.
///
/// # Errors
/// The system's; those of making a string.
pub fn read_bytes(path: &Path) -> Result<Str> {
    content(path, usize::MAX, |_| Ok(()))?.finish()
}

/// The lines of the file's text, without what ends them, `\n` or `\r\n`. A last line need not be
/// ended; after the last end there is no other line.
///
/// # Errors
/// As [`read`].
pub fn lines(path: &Path) -> Result<Array> {
    let content = text_content(path)?;
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

/// Makes `content` the content of the file, if it is text.
///
/// # Errors
/// `RT_ERROR_NOT_UTF8` with the position, when it is not; the system's. The file has its old
/// content then.
pub fn write_checked(path: &Path, content: &[u8]) -> Result<()> {
    let name = || String::from("content");
    let refused = |error| name::refused("path", path, error);
    if content.len() <= utf8::PIECE {
        return write(path, utf8::text(name, content)?);
    }
    let mut replacement = Replacement::new(path).map_err(refused)?;
    if replacement.is_staged() {
        let mut checked = Checked::default();
        for (number, piece) in content.chunks(utf8::PIECE).enumerate() {
            checked.more(name, &content[..number * utf8::PIECE + piece.len()])?;
            replacement.write_all(piece).map_err(refused)?;
        }
        checked.all(name, content)?;
    } else {
        // What is written there is seen at once.
        utf8::text(name, content)?;
        replacement.write_all(content).map_err(refused)?;
    }
    replacement.commit().map_err(refused)
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

/// Adds `content` at the end of the file, if it is text.
///
/// # Errors
/// `RT_ERROR_NOT_UTF8` with the position, when it is not, and nothing is added then; those of
/// [`append_bytes`].
pub fn append_checked(path: &Path, content: &[u8]) -> Result<()> {
    append(path, utf8::text(|| String::from("content"), content)?)
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

/// The text of the file, in memory that will be a string's.
fn text_content(path: &Path) -> Result<Builder> {
    let name = || name::shown("path", path);
    let mut checked = Checked::default();
    let content = content(path, utf8::PIECE, |content| checked.more(name, content))?;
    checked.all(name, content.as_bytes())?;
    Ok(content)
}

/// The content of the file, in memory that will be a string's, read in pieces of at most `piece`
/// bytes; `watch` gets what there is, while more will come.
fn content(
    path: &Path,
    piece: usize,
    mut watch: impl FnMut(&[u8]) -> Result<()>,
) -> Result<Builder> {
    /// What a file of unknown size is read with at first; the room doubles.
    const ROOM: usize = 8192;

    let refused = |error| name::refused("path", path, error);
    let file = descriptor::open(path, OFlags::RDONLY, 0)?;
    let stat = fs::fstat(&file).map_err(refused)?;
    let kind = FileType::from_raw_mode(stat.st_mode);
    // Files of the kernel's, in /proc and elsewhere, have no size, or a wrong one.
    let expected = if kind == FileType::RegularFile { stat.st_size as usize } else { 0 };
    let mut content = Builder::new(expected as u64)?;
    loop {
        if content.spare_capacity_mut().is_empty() {
            content.reserve(ROOM)?;
        }
        let read = descriptor::read_into(file.as_fd(), &mut content, piece).map_err(refused)?;
        if read == 0 || content.len() == expected {
            return Ok(content);
        }
        watch(content.as_bytes())?;
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
