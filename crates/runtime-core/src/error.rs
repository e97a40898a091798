//! Errors: a code, a reason, the system's number where there is one; and the last error of a thread.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt::{self, Write};

/// The numbers of the errors that any function may set. Each area has a range of its own, listed
/// in docs/errors.md. A number is never given to a second meaning.
pub mod codes {
    /// No error.
    pub const RT_ERROR_NONE: i64 = 0;
    /// A panic inside the runtime, or in a callback written in Rust, was stopped at the border.
    pub const RT_ERROR_PANIC: i64 = 1;
    /// An argument is outside of what the function accepts.
    pub const RT_ERROR_INVALID_ARGUMENT: i64 = 2;
    /// A null pointer where bytes, a function or an object are needed.
    pub const RT_ERROR_NULL_POINTER: i64 = 3;
    /// A length, count or capacity that is negative or larger than an object can be.
    pub const RT_ERROR_LENGTH: i64 = 4;
    /// The system has no memory left for this.
    pub const RT_ERROR_OUT_OF_MEMORY: i64 = 5;
    /// Bytes that are not UTF-8 where text is needed.
    pub const RT_ERROR_NOT_UTF8: i64 = 6;
    /// A pointer that is not aligned as its type demands.
    pub const RT_ERROR_MISALIGNED: i64 = 7;
    /// The system refused: `rt_last_error_errno` has its number.
    pub const RT_ERROR_SYSTEM: i64 = 8;
    /// The operation would wait for itself for ever.
    pub const RT_ERROR_DEADLOCK: i64 = 9;
    /// The number is no handle: it was never given out.
    pub const RT_ERROR_NOT_A_HANDLE: i64 = 10;
    /// The handle's object was freed.
    pub const RT_ERROR_STALE_HANDLE: i64 = 11;
    /// The handle is of another kind than the function works on.
    pub const RT_ERROR_WRONG_KIND: i64 = 12;
    /// No handle is left for this kind of object.
    pub const RT_ERROR_HANDLES_EXHAUSTED: i64 = 13;
    /// The object is in use in a way that forbids the operation.
    pub const RT_ERROR_BUSY: i64 = 14;
}

/// The result of everything that can fail.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a call failed. One pointer wide, so that the way of success stays cheap.
///
/// The pointer is missing when memory was so short that not even the reason could be written down.
pub struct Error(Option<Box<Parts>>);

struct Parts {
    code: i64,
    errno: i32,
    reason: Cow<'static, str>,
}

impl Error {
    /// An error with a code of [`codes`] or of an area, and its reason: a sentence without a full
    /// stop that begins with the argument's name and value where an argument is to blame.
    #[cold]
    pub fn new(code: i64, reason: impl Into<Cow<'static, str>>) -> Self {
        Self::of(Parts { code, errno: 0, reason: reason.into() })
    }

    /// As [`new`](Self::new), with a reason that is put together here. Without memory for it, this is
    /// `RT_ERROR_OUT_OF_MEMORY` instead, while `format!` would end the process.
    #[cold]
    pub fn written(code: i64, reason: fmt::Arguments<'_>) -> Self {
        match write_text(reason) {
            Some(text) => Self::new(code, text),
            None => Self(None),
        }
    }

    /// An argument that the function does not accept.
    #[cold]
    pub fn invalid(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(codes::RT_ERROR_INVALID_ARGUMENT, reason)
    }

    /// No memory for `bytes` bytes. Needs none that must be there.
    #[cold]
    pub fn out_of_memory(bytes: usize) -> Self {
        Self::written(codes::RT_ERROR_OUT_OF_MEMORY, format_args!("no memory for {bytes} bytes"))
    }

    /// A refusal of the system. Keeps its number; the text of it follows `what`.
    #[cold]
    pub fn system(what: &str, error: &std::io::Error) -> Self {
        let errno = error.raw_os_error().unwrap_or(0);
        match write_text(format_args!("{what}: {error}")) {
            Some(text) => {
                Self::of(Parts { code: codes::RT_ERROR_SYSTEM, errno, reason: text.into() })
            }
            None => Self(None),
        }
    }

    /// `Box::new`, if there is memory.
    fn of(error: Parts) -> Self {
        let mut parts = Vec::new();
        if parts.try_reserve_exact(1).is_err() {
            return Self(None);
        }
        parts.push(error);
        let parts: Option<Box<[Parts; 1]>> = parts.into_boxed_slice().try_into().ok();
        // SAFETY: an array of one is laid out as its element.
        Self(parts.map(|parts| unsafe { Box::from_raw(Box::into_raw(parts).cast()) }))
    }

    /// The same error under another code, for an area that has its own number for it.
    #[must_use]
    pub fn with_code(mut self, code: i64) -> Self {
        if let Some(parts) = &mut self.0 {
            parts.code = code;
        }
        self
    }

    /// The error's number.
    pub fn code(&self) -> i64 {
        self.0.as_ref().map_or(codes::RT_ERROR_OUT_OF_MEMORY, |parts| parts.code)
    }

    /// The system's error number, or 0.
    pub fn errno(&self) -> i32 {
        self.0.as_ref().map_or(0, |parts| parts.errno)
    }

    /// The reason, without the function's name.
    pub fn reason(&self) -> &str {
        self.0.as_ref().map_or("no memory", |parts| &parts.reason)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.reason())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Error")
            .field("code", &self.code())
            .field("errno", &self.errno())
            .field("reason", &self.reason())
            .finish()
    }
}

impl std::error::Error for Error {}

/// A failure that is known when the program is built: setting it takes no memory and no time.
pub struct Fixed {
    /// The number.
    pub code: i64,
    /// The reason, as in [`Error::new`].
    pub reason: &'static str,
}

/// The failure that a thread saw last, and in which function.
struct Last {
    function: &'static str,
    error: Stored,
}

enum Stored {
    Made(Error),
    Fixed(&'static Fixed),
}

impl Last {
    fn code(&self) -> i64 {
        match &self.error {
            Stored::Made(error) => error.code(),
            Stored::Fixed(fixed) => fixed.code,
        }
    }

    fn errno(&self) -> i32 {
        match &self.error {
            Stored::Made(error) => error.errno(),
            Stored::Fixed(_) => 0,
        }
    }

    fn reason(&self) -> &str {
        match &self.error {
            Stored::Made(error) => error.reason(),
            Stored::Fixed(fixed) => fixed.reason,
        }
    }
}

/// What `format!` makes, if there is memory.
fn write_text(text: fmt::Arguments<'_>) -> Option<String> {
    struct Text(String);

    impl Write for Text {
        fn write_str(&mut self, part: &str) -> fmt::Result {
            self.0.try_reserve(part.len()).map_err(|_| fmt::Error)?;
            self.0.push_str(part);
            Ok(())
        }
    }

    let mut written = Text(String::new());
    written.write_fmt(text).ok().map(|()| written.0)
}

thread_local! {
    static LAST: RefCell<Option<Last>> = const { RefCell::new(None) };
}

/// Makes `error` the last error of this thread. Does nothing while the thread is being torn down.
#[cold]
pub fn set_last(function: &'static str, error: Error) {
    remember(Last { function, error: Stored::Made(error) });
}

/// Makes `error` the last error of this thread, as [`set_last`] does, in a few instructions.
pub fn set_last_fixed(function: &'static str, error: &'static Fixed) {
    remember(Last { function, error: Stored::Fixed(error) });
}

#[inline]
fn remember(failure: Last) {
    // A thread whose thread-locals are gone has nobody left to ask for the error.
    let _ = LAST.try_with(|last| last.replace(Some(failure)));
}

/// Gets this thread ready to remember an error. The first error of a thread does so itself, but the
/// system notes then that the thread has something to drop, which takes memory: a thread that is
/// about to run out of it has none.
pub fn prepare() {
    let _ = LAST.try_with(|_| ());
}

/// Forgets the last error of this thread.
pub fn clear_last() {
    let _ = LAST.try_with(|last| last.replace(None));
}

/// The code of this thread's last error, [`codes::RT_ERROR_NONE`] without one.
pub fn last_code() -> i64 {
    read_last(Last::code).unwrap_or(codes::RT_ERROR_NONE)
}

/// The system's error number in this thread's last error, 0 without one.
pub fn last_errno() -> i32 {
    read_last(Last::errno).unwrap_or(0)
}

/// The text of this thread's last error, `function: reason`; `None` without an error, or without
/// memory for the text.
pub fn last_message() -> Option<String> {
    read_last(|last| write_text(format_args!("{}: {}", last.function, last.reason()))).flatten()
}

fn read_last<R>(read: impl FnOnce(&Last) -> R) -> Option<R> {
    LAST.try_with(|last| last.borrow().as_ref().map(read)).ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_thread_has_its_own() {
        set_last("rt_here", Error::invalid("n 3 is odd"));
        std::thread::spawn(|| {
            assert_eq!(last_code(), codes::RT_ERROR_NONE);
            assert_eq!(last_message(), None);
        })
        .join()
        .unwrap();
        assert_eq!(last_message().as_deref(), Some("rt_here: n 3 is odd"));
        clear_last();
        assert_eq!(last_code(), 0);
    }

    #[test]
    fn a_fixed_error_takes_the_place_of_another() {
        static CLOSED: Fixed = Fixed { code: 8, reason: "closed for today" };
        set_last("rt_here", Error::invalid("n 3 is odd"));
        set_last_fixed("rt_there", &CLOSED);
        assert_eq!((last_code(), last_errno()), (8, 0));
        assert_eq!(last_message().as_deref(), Some("rt_there: closed for today"));
        clear_last();
    }

    #[test]
    fn system_errors_keep_their_number() {
        let refusal = std::io::Error::from_raw_os_error(2);
        set_last("rt_open", Error::system("path \"x\"", &refusal));
        assert_eq!((last_code(), last_errno()), (codes::RT_ERROR_SYSTEM, 2));
        assert!(last_message().unwrap().starts_with("rt_open: path \"x\": "));
        clear_last();
    }

    #[test]
    fn out_of_memory_says_how_much() {
        let error = Error::out_of_memory(usize::MAX);
        assert_eq!(error.code(), codes::RT_ERROR_OUT_OF_MEMORY);
        assert_eq!(error.reason(), format!("no memory for {} bytes", usize::MAX));
        assert_eq!(Error(None).code(), codes::RT_ERROR_OUT_OF_MEMORY);
        assert_eq!(Error(None).reason(), "no memory");
    }

    #[test]
    fn an_error_is_one_pointer() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }
}
