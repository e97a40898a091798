//! A bound on recursion through dicts as keys of dicts, the one nesting that is not walked with a list.

use std::cell::Cell;

/// How deep dicts may lie in keys of dicts before they count as different, or cannot be copied.
const LIMIT: u32 = 64;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// Runs `work` one level deeper. `None` when the limit is reached.
pub(crate) fn deeper<R>(work: impl FnOnce() -> R) -> Option<R> {
    struct Leave;
    impl Drop for Leave {
        fn drop(&mut self) {
            DEPTH.set(DEPTH.get() - 1);
        }
    }
    if DEPTH.get() >= LIMIT {
        return None;
    }
    DEPTH.set(DEPTH.get() + 1);
    let _leave = Leave;
    Some(work())
}
