//! The two output streams of the process.

use std::fmt;
use std::io;

use runtime_core::Result;
use runtime_value::{RuntimeValue, Str, View, display};

use crate::{capture, output};

/// Standard output or standard error.
///
/// ```
/// use runtime_io::Stream;
/// use runtime_value::RuntimeValue;
///
/// Stream::Stdout.print(b"six times seven is ")?;
/// Stream::Stdout.println_value(RuntimeValue::int(42)?)?;
/// // Whatever goes to standard error comes after what was printed before it.
/// Stream::Stderr.println(b"a warning")?;
/// # Ok::<(), runtime_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stream {
    /// Standard output, which is buffered.
    Stdout,
    /// Standard error, which is not.
    Stderr,
}

impl Stream {
    /// Prints `text`, which may be any bytes.
    ///
    /// Text for standard output waits in a buffer until that is full, until something is printed to
    /// standard error, until a [`flush`](Self::flush) or the exit; on a terminal, until its line
    /// ends. While a [capture](crate::capture) is on, the text goes there instead.
    ///
    /// # Errors
    /// `RT_ERROR_CLOSED_PIPE` when the reader is gone, `RT_ERROR_SYSTEM` when the system refuses
    /// otherwise. The text and what waited before it are lost then. An error is reported once; an
    /// error of a flush that nobody asked for is reported by the next print or flush.
    #[inline]
    pub fn print(self, text: &[u8]) -> Result<()> {
        self.print_parts(text, b"")
    }

    /// Prints `text` and the end of the line, with nothing between them.
    ///
    /// # Errors
    /// As [`print`](Self::print).
    #[inline]
    pub fn println(self, text: &[u8]) -> Result<()> {
        self.print_parts(text, b"\n")
    }

    /// Prints a value as Simple shows it; see [`runtime_value::display`].
    ///
    /// # Errors
    /// As [`print`](Self::print).
    pub fn print_value(self, value: RuntimeValue) -> Result<()> {
        with_text_of(value, |text| self.print(text))
    }

    /// Prints a value and the end of the line.
    ///
    /// # Errors
    /// As [`print`](Self::print).
    pub fn println_value(self, value: RuntimeValue) -> Result<()> {
        with_text_of(value, |text| self.println(text))
    }

    /// Writes what is buffered. Captured texts stay where they are.
    ///
    /// # Errors
    /// As [`print`](Self::print).
    pub fn flush(self) -> Result<()> {
        output::flush(self)
    }

    /// What the stream is called in errors.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Stdout => "standard output",
            Self::Stderr => "standard error",
        }
    }

    #[inline]
    fn print_parts(self, text: &[u8], end: &[u8]) -> Result<()> {
        match capture::divert(self, text, end) {
            Some(captured) => captured,
            None => output::print(self, text, end),
        }
    }
}

impl fmt::Display for Stream {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl io::Write for Stream {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.print(text).map_err(io::Error::other)?;
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        (*self).flush().map_err(io::Error::other)
    }
}

/// The text of a value, as it would be printed, as a string.
///
/// # Errors
/// `RT_ERROR_OUT_OF_MEMORY`.
pub fn text(value: RuntimeValue) -> Result<RuntimeValue> {
    with_text_of(value, RuntimeValue::bytes)
}

/// Strings are used where they lie; of other values the text is made.
fn with_text_of<R>(value: RuntimeValue, then: impl FnOnce(&[u8]) -> Result<R>) -> Result<R> {
    match Str::find(value) {
        Some(string) => then(string.as_bytes()),
        None => then(&display::to_bytes(value)?),
    }
}
