//! The buffer of standard output, and the order between it and standard error.
//!
//! Standard output is buffered for the whole process; standard error is not, but is written only
//! after what was printed before it. One lock is for both, so that texts never mix.

use std::io::{ErrorKind, IoSlice};
use std::sync::Once;
use std::time::Duration;

use parking_lot::Mutex;
use runtime_core::{Error, Result, hooks};

use crate::codes;
use crate::descriptor::Descriptor;
use crate::stream::Stream;

/// How much is buffered: what a pipe holds on most systems.
const CAPACITY: usize = 64 << 10;

/// How long the end of the process waits for a thread that is in the middle of a write.
const PATIENCE: Duration = Duration::from_secs(1);

static STDOUT: Mutex<Buffer> = Mutex::new(Buffer::new());

/// Writes `text` and `end` to a stream, in one piece.
#[inline]
pub(crate) fn print(stream: Stream, text: &[u8], end: &[u8]) -> Result<()> {
    let mut stdout = STDOUT.lock();
    match stream {
        Stream::Stdout => stdout.print(text, end),
        Stream::Stderr => {
            stdout.flush_for_another();
            write(stream, Descriptor::STDERR, text, end)
        }
    }
}

/// Writes what is buffered.
pub(crate) fn flush(stream: Stream) -> Result<()> {
    match stream {
        Stream::Stdout => STDOUT.lock().flush(),
        // Nothing is ever buffered there.
        Stream::Stderr => Ok(()),
    }
}

/// Writes what is buffered because something else comes next. An error is kept for the next print.
pub(crate) fn flush_for_another() {
    STDOUT.lock().flush_for_another();
}

/// Texts that wait to be written.
struct Buffer {
    waiting: Vec<u8>,
    /// Standard output is a terminal: a line is written when it ends.
    by_line: bool,
    /// The process is about to end: nothing waits any more.
    ending: bool,
    /// What went wrong in a flush that nobody asked for.
    unreported: Option<Error>,
}

impl Buffer {
    const fn new() -> Self {
        Self { waiting: Vec::new(), by_line: false, ending: false, unreported: None }
    }

    #[inline]
    fn print(&mut self, text: &[u8], end: &[u8]) -> Result<()> {
        let fits = self.waiting.len() + text.len() + end.len() <= self.waiting.capacity();
        if self.waiting.is_empty() || !fits || self.by_line || self.unreported.is_some() {
            return self.print_slowly(text, end);
        }
        self.push(text, end);
        Ok(())
    }

    #[inline]
    fn push(&mut self, text: &[u8], end: &[u8]) {
        self.waiting.extend_from_slice(text);
        self.waiting.extend_from_slice(end);
    }

    /// The way of the first text after a flush, of long texts, and of terminals.
    #[cold]
    fn print_slowly(&mut self, text: &[u8], end: &[u8]) -> Result<()> {
        if let Some(error) = self.unreported.take() {
            // The text itself is printed all the same. Should that fail too, one report is enough.
            let _ = self.print_slowly(text, end);
            return Err(error);
        }
        if self.waiting.is_empty() {
            self.begin();
        }
        if self.waiting.len() + text.len() + end.len() > self.waiting.capacity() {
            self.flush()?;
        }
        if text.len() + end.len() > self.waiting.capacity() {
            return write(Stream::Stdout, Descriptor::STDOUT, text, end);
        }
        self.push(text, end);
        let ends_a_line = || !end.is_empty() || memchr::memchr(b'\n', text).is_some();
        if self.ending || self.by_line && ends_a_line() {
            return self.flush();
        }
        Ok(())
    }

    /// Gets ready to hold a text. Looks anew at what standard output is, as it may be redirected.
    fn begin(&mut self) {
        static EXIT: Once = Once::new();
        EXIT.call_once(|| {
            hooks::at_abort(finish);
            // SAFETY: the function may be called at any time. Without memory for it the exit
            // flushes nothing, which is all that can be done then.
            unsafe { libc::atexit(at_exit) };
        });
        self.by_line = Descriptor::STDOUT.is_terminal();
        // Without memory for the buffer every text is written at once.
        let _ = self.waiting.try_reserve_exact(CAPACITY);
    }

    /// Writes what waits. What could not be written is given up: it would fail again, and grow.
    fn flush(&mut self) -> Result<()> {
        let written = write(Stream::Stdout, Descriptor::STDOUT, &self.waiting, b"");
        self.waiting.clear();
        match self.unreported.take() {
            Some(earlier) => Err(earlier),
            None => written,
        }
    }

    fn flush_for_another(&mut self) {
        self.unreported = self.flush().err();
    }
}

/// Writes both parts at once, past any buffer.
fn write(stream: Stream, descriptor: Descriptor, text: &[u8], end: &[u8]) -> Result<()> {
    descriptor.write_all(&mut [IoSlice::new(text), IoSlice::new(end)]).map_err(|error| {
        let refusal = Error::system(stream.name(), &error);
        match error.kind() {
            ErrorKind::BrokenPipe => refusal.with_code(codes::RT_ERROR_CLOSED_PIPE),
            _ => refusal,
        }
    })
}

/// Flushes although other threads may hold the lock for ever: at an exit or before an abort.
fn finish() {
    if let Some(mut stdout) = STDOUT.try_lock_for(PATIENCE) {
        stdout.flush_for_another();
    }
}

/// Flushes, and lets what other exit functions still print through at once.
extern "C" fn at_exit() {
    if let Some(mut stdout) = STDOUT.try_lock_for(PATIENCE) {
        stdout.flush_for_another();
        stdout.ending = true;
    }
}
