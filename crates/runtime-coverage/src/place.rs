//! Where a thread finds what it keeps.

use crate::local::Local;

/// What a thread's pointer points to before the thread counts: a state that is never reached. So a probe
/// compares states, and need not look for null.
static NOBODY: u64 = u64::MAX;

runtime_core::thread_pointer! {
    pub(crate) mod pointer: Local = "runtime_coverage_place", NOBODY
}

/// What the pointer is at first.
pub(crate) fn nobody() -> *mut Local {
    (&raw const NOBODY).cast_mut().cast()
}
