//! Work to do before the process may end without a proper exit, or before a child process starts:
//! flushing what is buffered.
//!
//! Whoever buffers registers with [`at_abort`]; whoever is about to abort, or to start a child,
//! calls [`run`]. So neither has to know the other.

use std::mem;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

/// How many hooks there is room for: one per buffer of the runtime, and some to spare.
const ROOM: usize = 8;

static HOOKS: [AtomicPtr<()>; ROOM] = [const { AtomicPtr::new(ptr::null_mut()) }; ROOM];

/// Has `hook` called by every [`run`] from now on. A hook is kept once, however often it is given,
/// and for good. Returns false when there is no room left.
///
/// A hook must not wait for long, as it may run while other threads hold locks for ever.
pub fn at_abort(hook: fn()) -> bool {
    let address = hook as *mut ();
    HOOKS.iter().any(|place| {
        let taken = place.compare_exchange(
            ptr::null_mut(),
            address,
            // Release pairs with the acquire in `run`: the hook sees what was done before.
            Ordering::AcqRel,
            Ordering::Acquire,
        );
        taken.map_or_else(|there| there == address, |_| true)
    })
}

/// Calls every hook, in the order in which they were given.
pub fn run() {
    for place in &HOOKS {
        let address = place.load(Ordering::Acquire);
        if address.is_null() {
            return;
        }
        // SAFETY: only `at_abort` stores here, and only addresses of such functions.
        let hook = unsafe { mem::transmute::<*mut (), fn()>(address) };
        hook();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;

    #[test]
    fn a_hook_runs_once_however_often_it_is_given() {
        static RUNS: AtomicUsize = AtomicUsize::new(0);
        fn hook() {
            RUNS.fetch_add(1, Ordering::Relaxed);
        }
        for _ in 0..2 * ROOM {
            assert!(at_abort(hook));
        }
        run();
        assert_eq!(RUNS.load(Ordering::Relaxed), 1);
        run();
        assert_eq!(RUNS.load(Ordering::Relaxed), 2);
    }
}
