//! Capturing what is printed instead of writing it.
//!
//! A capture is a thread's own or the whole process's. Captures nest: the innermost one gets what is
//! printed, and when it stops the one around it goes on with what it had. A thread's own capture
//! comes before the process's.
//!
//! ```
//! use runtime_io::{Stream, capture};
//!
//! let (sum, text) = capture::during(Stream::Stdout, || {
//!     Stream::Stdout.println(b"adding").unwrap();
//!     1 + 1
//! })?;
//! assert_eq!(sum, 2);
//! assert_eq!(text, b"adding\n");
//! # Ok::<(), runtime_core::Error>(())
//! ```

use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;
use runtime_core::{Error, Result};

use crate::codes;
use crate::stream::Stream;

/// How deep captures may be nested. A program that starts captures and never stops them is told,
/// instead of growing for ever.
pub const MAX_DEPTH: usize = 1024;

/// Whose prints are captured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Those of the calling thread.
    Thread,
    /// Those of all threads that do not capture themselves.
    Process,
}

/// Starts a capture inside of those that are on.
///
/// # Errors
/// `RT_ERROR_CAPTURE_DEPTH` when there are [`MAX_DEPTH`] already.
pub fn start(scope: Scope, stream: Stream) -> Result<()> {
    on(scope, stream, |captures| {
        if captures.len() >= MAX_DEPTH {
            return Err(too_deep(stream));
        }
        captures.push(Vec::new());
        Ok(())
    })
}

/// Stops the innermost capture and returns its text.
///
/// # Errors
/// `RT_ERROR_NOT_CAPTURING` when none is on.
pub fn stop(scope: Scope, stream: Stream) -> Result<Vec<u8>> {
    on(scope, stream, |captures| captures.pop().ok_or_else(|| not_capturing(stream)))
}

/// The text of the innermost capture so far; `None` when none is on.
pub fn text(scope: Scope, stream: Stream) -> Option<Vec<u8>> {
    on(scope, stream, |captures| captures.last().cloned())
}

/// Forgets the text of the innermost capture, which goes on. Does nothing when none is on.
pub fn clear(scope: Scope, stream: Stream) {
    on(scope, stream, |captures| {
        if let Some(text) = captures.last_mut() {
            text.clear();
        }
    });
}

/// Whether a capture is on.
pub fn is_on(scope: Scope, stream: Stream) -> bool {
    on(scope, stream, |captures| !captures.is_empty())
}

/// Calls `work` and returns what it returned and what it printed on this thread. Captures that `work`
/// leaves on, by a panic too, are stopped.
///
/// # Errors
/// `RT_ERROR_CAPTURE_DEPTH`, before anything is called, and `RT_ERROR_NOT_CAPTURING` when `work` has
/// stopped this capture itself.
pub fn during<R>(stream: Stream, work: impl FnOnce() -> R) -> Result<(R, Vec<u8>)> {
    /// Brings back the depth that there was.
    struct Around(Stream, usize);
    impl Drop for Around {
        fn drop(&mut self) {
            on(Scope::Thread, self.0, |captures| captures.truncate(self.1));
        }
    }

    let around = Around(stream, on(Scope::Thread, stream, |captures| captures.len()));
    start(Scope::Thread, stream)?;
    let result = work();
    let text = on(Scope::Thread, stream, |captures| {
        captures.truncate(around.1 + 1);
        if captures.len() > around.1 { captures.pop() } else { None }
    });
    Ok((result, text.ok_or_else(|| not_capturing(stream))?))
}

/// Gives the text to the innermost capture. `None` when none is on.
#[inline]
pub(crate) fn divert(stream: Stream, text: &[u8], end: &[u8]) -> Option<Result<()>> {
    // A thread that is being torn down has no captures any more.
    let own = THREAD.try_with(|captures| {
        captures[stream as usize].borrow_mut().last_mut().map(|capture| add(capture, text, end))
    });
    if let Ok(own @ Some(_)) = own {
        return own;
    }
    let process = &PROCESS[stream as usize];
    // Relaxed: whoever must be captured has learned of the start in a way that orders this.
    if !process.is_on.load(Ordering::Relaxed) {
        return None;
    }
    process.captures.lock().last_mut().map(|capture| add(capture, text, end))
}

/// The texts of the captures that are on, the innermost last.
type Captures = Vec<Vec<u8>>;

thread_local! {
    /// This thread's, by stream.
    static THREAD: [RefCell<Captures>; 2] =
        const { [RefCell::new(Vec::new()), RefCell::new(Vec::new())] };
}

struct Process {
    /// Whether there are captures, so that a print need not take the lock to know.
    is_on: AtomicBool,
    captures: Mutex<Captures>,
}

impl Process {
    const fn new() -> Self {
        Self { is_on: AtomicBool::new(false), captures: Mutex::new(Vec::new()) }
    }
}

/// The process's, by stream.
static PROCESS: [Process; 2] = [Process::new(), Process::new()];

fn on<R>(scope: Scope, stream: Stream, work: impl FnOnce(&mut Captures) -> R) -> R {
    match scope {
        Scope::Thread => THREAD.with(|captures| work(&mut captures[stream as usize].borrow_mut())),
        Scope::Process => {
            let process = &PROCESS[stream as usize];
            let mut captures = process.captures.lock();
            let result = work(&mut captures);
            process.is_on.store(!captures.is_empty(), Ordering::Relaxed);
            result
        }
    }
}

fn add(capture: &mut Vec<u8>, text: &[u8], end: &[u8]) -> Result<()> {
    let more = text.len() + end.len();
    capture.try_reserve(more).map_err(|_| Error::out_of_memory(more))?;
    capture.extend_from_slice(text);
    capture.extend_from_slice(end);
    Ok(())
}

#[cold]
fn too_deep(stream: Stream) -> Error {
    let reason = format!("{MAX_DEPTH} captures of {stream} are on already");
    Error::new(codes::RT_ERROR_CAPTURE_DEPTH, reason)
}

#[cold]
fn not_capturing(stream: Stream) -> Error {
    Error::new(codes::RT_ERROR_NOT_CAPTURING, format!("no capture of {stream} is on"))
}
