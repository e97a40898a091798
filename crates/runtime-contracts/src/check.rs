//! Checks, and what happens when one finds a violation.

use std::cell::Cell;
use std::io::{self, Write};
use std::process;
use std::sync::Arc;

use arc_swap::ArcSwapOption;
use runtime_core::sigpipe::HeldBack;
use runtime_core::{Error, Result, hooks};

use crate::kind::Kind;
use crate::violation::Violation;
use crate::{codes, counters};

type Handler = dyn Fn(&Violation) + Send + Sync;

static HANDLER: ArcSwapOption<Box<Handler>> = ArcSwapOption::const_empty();

/// Checks a contract of `function`: counts the check, and when `holds` is false, hands the violation to
/// the handler. Without a handler the process ends: what is buffered is flushed, the violation goes to
/// standard error, and the process aborts.
///
/// # Errors
/// `RT_ERROR_CONTRACT_VIOLATED` when the handler has returned. A violation inside of the handler, on the
/// same thread, is not handed to it again, and is this error at once. `RT_ERROR_OUT_OF_MEMORY` when there
/// is a handler and no memory for what it should get.
pub fn check(holds: bool, kind: Kind, function: &str, message: Option<&str>) -> Result<()> {
    check_with(holds, kind, || Violation::new(kind, function, message))
}

/// As [`check`], with the texts looked at only when they are needed.
#[inline]
pub(crate) fn check_with(
    holds: bool,
    kind: Kind,
    violation: impl FnOnce() -> Result<Violation>,
) -> Result<()> {
    counters::add_check(kind);
    if holds { Ok(()) } else { violated(kind, violation) }
}

/// Lets `handler` have the violations of all threads from now on. When it returns, the program goes on
/// behind the check. The handler before is dropped when the last call of it has left.
pub fn set_handler(handler: impl Fn(&Violation) + Send + Sync + 'static) {
    let handler: Box<Handler> = Box::new(handler);
    HANDLER.store(Some(Arc::new(handler)));
}

/// Lets a violation end the process again.
pub fn clear_handler() {
    HANDLER.store(None);
}

#[cold]
#[inline(never)]
fn violated(kind: Kind, violation: impl FnOnce() -> Result<Violation>) -> Result<()> {
    counters::add_violation(kind);
    let Some(handler) = &*HANDLER.load() else {
        match violation() {
            Ok(violation) => end(&violation.to_string()),
            Err(_) => end(kind.name()),
        }
    };
    let violation = violation()?;
    if let Some(_inside) = Inside::enter() {
        handler(&violation);
    }
    Err(Error::new(codes::RT_ERROR_CONTRACT_VIOLATED, violation.to_string()))
}

/// Ends the process.
fn end(message: &str) -> ! {
    hooks::run();
    // The process ends by the abort, not by the signal of a pipe that nobody reads. Nothing else is
    // left to be done when standard error does not take the message.
    let _held_back = HeldBack::new();
    let _ = io::stderr().write_all(format!("{message}\n").as_bytes());
    process::abort()
}

thread_local! {
    static IN_HANDLER: Cell<bool> = const { Cell::new(false) };
}

/// While this lives, the thread is inside of the handler.
struct Inside;

impl Inside {
    /// `None` when the thread is inside already.
    fn enter() -> Option<Self> {
        (!IN_HANDLER.replace(true)).then_some(Self)
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        IN_HANDLER.set(false);
    }
}
