//! Lines and characters of standard input, or of a text that stands in for it.
//!
//! ```
//! use runtime_io::input;
//!
//! input::mock(b"one\r\n\nlast")?;
//! assert_eq!(input::read_line()?.as_deref(), Some(&b"one"[..]));
//! assert_eq!(input::read_line()?.as_deref(), Some(&b""[..]));
//! assert_eq!(input::read_char()?, Some('l'));
//! assert_eq!(input::read_line()?.as_deref(), Some(&b"ast"[..]));
//! assert_eq!(input::read_line()?, None);
//! input::clear_mock();
//! # Ok::<(), runtime_core::Error>(())
//! ```

use std::cell::RefCell;
use std::str;

use parking_lot::Mutex;
use runtime_core::{Error, Result, error};

use crate::descriptor::Descriptor;
use crate::output;

/// The next line without its end (`\n` or `\r\n`); the last one need not have an end. `None` at the
/// end of the input. Lines are bytes of any kind and any length.
///
/// Reading the real standard input first flushes standard output, so that a question is seen before
/// its answer is waited for.
///
/// # Errors
/// `RT_ERROR_SYSTEM` when the system refuses to read, `RT_ERROR_OUT_OF_MEMORY` for a line that memory
/// does not hold. What was read already stays for the next call.
pub fn read_line() -> Result<Option<Vec<u8>>> {
    on_input(Source::line)
}

/// The next character; `None` at the end of the input.
///
/// # Errors
/// As [`read_line`], and `RT_ERROR_NOT_UTF8` for bytes that are no character. They are skipped, so
/// that the next call goes on behind them.
pub fn read_char() -> Result<Option<char>> {
    on_input(Source::char)
}

/// Lets this thread read `text` instead of standard input, until [`clear_mock`]. A mock that was
/// there before is replaced. After the last byte comes the end of the input.
///
/// # Errors
/// `RT_ERROR_OUT_OF_MEMORY`.
pub fn mock(text: &[u8]) -> Result<()> {
    let mut bytes = Vec::new();
    reserve(&mut bytes, text.len())?;
    bytes.extend_from_slice(text);
    MOCK.replace(Some(Source { bytes, start: 0, descriptor: None }));
    Ok(())
}

/// Whether this thread reads a mock, read to its end or not.
pub fn has_mock() -> bool {
    MOCK.with_borrow(Option::is_some)
}

/// Lets this thread read standard input again.
pub fn clear_mock() {
    MOCK.take();
}

/// How much is read at once.
const CHUNK: usize = 64 << 10;

thread_local! {
    static MOCK: RefCell<Option<Source>> = const { RefCell::new(None) };
}

static STDIN: Mutex<Source> =
    Mutex::new(Source { bytes: Vec::new(), start: 0, descriptor: Some(Descriptor::STDIN) });

fn on_input<R>(read: impl FnOnce(&mut Source) -> R) -> R {
    MOCK.with_borrow_mut(|mock| match mock {
        Some(mock) => read(mock),
        None => read(&mut STDIN.lock()),
    })
}

/// Bytes that were not read by the program yet, and where more come from.
struct Source {
    bytes: Vec<u8>,
    /// How many of them the program has had.
    start: usize,
    /// `None` for a mock, which has all its bytes from the start.
    descriptor: Option<Descriptor>,
}

impl Source {
    fn line(&mut self) -> Result<Option<Vec<u8>>> {
        let mut searched = 0;
        let (line_end, next) = loop {
            let rest = self.rest();
            if let Some(found) = memchr::memchr(b'\n', &rest[searched..]) {
                let newline = searched + found;
                break (newline - usize::from(rest[..newline].ends_with(b"\r")), newline + 1);
            }
            searched = rest.len();
            if !self.fill()? {
                if searched == 0 {
                    return Ok(None);
                }
                break (searched, searched);
            }
        };
        let mut line = Vec::new();
        reserve(&mut line, line_end)?;
        line.extend_from_slice(&self.rest()[..line_end]);
        self.start += next;
        Ok(Some(line))
    }

    fn char(&mut self) -> Result<Option<char>> {
        loop {
            let rest = self.rest();
            let first = &rest[..rest.len().min(char::MAX_LEN_UTF8)];
            // What comes behind the first character does not matter.
            let (good, broken) = match str::from_utf8(first) {
                Ok(text) => (text, None),
                Err(refusal) => {
                    let (good, bad) = first.split_at(refusal.valid_up_to());
                    (str::from_utf8(good).unwrap_or_default(), Some((refusal.error_len(), bad)))
                }
            };
            if let Some(char) = good.chars().next() {
                self.start += char.len_utf8();
                return Ok(Some(char));
            }
            match broken {
                Some((Some(length), bad)) => {
                    let refusal = not_utf8(&bad[..length]);
                    self.start += length;
                    return Err(refusal);
                }
                // A character that is cut off, or nothing at all: more may follow.
                unfinished => {
                    let refusal = unfinished.map(|(_, bad)| (bad.len(), not_utf8(bad)));
                    if !self.fill()? {
                        let Some((length, refusal)) = refusal else { return Ok(None) };
                        self.start += length;
                        return Err(refusal);
                    }
                }
            }
        }
    }

    fn rest(&self) -> &[u8] {
        &self.bytes[self.start..]
    }

    /// Reads more. False at the end of the input.
    fn fill(&mut self) -> Result<bool> {
        let Some(descriptor) = self.descriptor else { return Ok(false) };
        output::flush_for_another();
        self.bytes.drain(..self.start);
        self.start = 0;
        let before = self.bytes.len();
        reserve(&mut self.bytes, CHUNK)?;
        self.bytes.resize(before + CHUNK, 0);
        let read = descriptor.read(&mut self.bytes[before..]);
        self.bytes.truncate(before + read.as_ref().map_or(0, |count| *count));
        match read {
            Ok(count) => Ok(count > 0),
            Err(error) => Err(Error::system("standard input", &error)),
        }
    }
}

fn reserve(bytes: &mut Vec<u8>, more: usize) -> Result<()> {
    bytes.try_reserve(more).map_err(|_| Error::out_of_memory(more))
}

#[cold]
fn not_utf8(bytes: &[u8]) -> Error {
    let shown = bytes.escape_ascii();
    Error::new(
        error::codes::RT_ERROR_NOT_UTF8,
        format!("the bytes \"{shown}\" of the input are no UTF-8 character"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(bytes: &[u8]) -> Source {
        Source { bytes: bytes.to_vec(), start: 0, descriptor: None }
    }

    fn lines(text: &[u8]) -> Vec<Vec<u8>> {
        let mut source = source(text);
        std::iter::from_fn(|| source.line().unwrap()).collect()
    }

    #[test]
    fn a_line_ends_with_a_newline_and_perhaps_a_return() {
        assert!(lines(b"").is_empty());
        assert_eq!(lines(b"\n"), [b""]);
        assert_eq!(lines(b"a\n\r\n\nb"), [&b"a"[..], b"", b"", b"b"]);
        assert_eq!(lines(b"a\r\r\nb\rc\n\r"), [&b"a\r"[..], b"b\rc", b"\r"]);
        assert_eq!(lines(b"\xff\0\n"), [b"\xff\0"]);
    }

    #[test]
    fn characters_of_every_length_and_broken_ones() {
        let mut source = source("aé€😀".as_bytes());
        for char in "aé€😀".chars() {
            assert_eq!(source.char().unwrap(), Some(char));
        }
        assert_eq!(source.char().unwrap(), None);
        assert_eq!(source.char().unwrap(), None);
    }

    #[test]
    fn bytes_that_are_no_character_are_skipped_with_an_error() {
        // A lone continuation, a surrogate (three bytes, none of which belongs to a character), a
        // character that is cut off by another one, and one that is cut off by the end.
        let mut source = source(b"\x80x\xed\xa0\x80\xe2\x82y\xf0\x9f");
        let read: Vec<Option<char>> = std::iter::from_fn(|| match source.char() {
            Ok(Some(char)) => Some(Some(char)),
            Ok(None) => None,
            Err(refusal) => {
                assert_eq!(refusal.code(), error::codes::RT_ERROR_NOT_UTF8);
                Some(None)
            }
        })
        .collect();
        let expected = [None, Some('x'), None, None, None, None, Some('y'), None];
        assert_eq!(read, expected);
    }
}
