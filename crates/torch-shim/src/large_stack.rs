//! Calls of LibTorch that recurse as deeply as what they read is nested.

use std::{io, thread};

use crate::Result;

/// LibTorch takes up to four kilobytes of stack for each level, and the limits on nesting in `jit.cpp`
/// allow a few thousand. The memory is reserved, and used only as far as somebody nests.
const STACK: usize = 256 << 20;

/// Runs `call` where there is stack for anything within the limits.
pub(crate) fn on_large_stack<R: Send>(call: impl FnOnce() -> R + Send) -> Result<R> {
    let refused = |error: io::Error| format!("there is no memory for a stack: {error}");
    thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, call);
        let outcome = thread.map_err(refused)?.join();
        outcome.map_err(|_| String::from("the thread that read the source panicked"))
    })
}
