//! A token for what must be done once, whatever the number of threads.

use std::num::NonZeroU64;
use std::sync::atomic::{AtomicU64, Ordering};

use once_cell::sync::OnceCell;
use runtime_core::error::codes;
use runtime_core::handle::{PinnedTable, kinds};
use runtime_core::{Error, Result};

/// The tokens of the process, by handle.
pub static TOKENS: PinnedTable<Once> = PinnedTable::new(kinds::ONCE);

/// A token for what must be done once.
///
/// It differs from [`std::sync::Once`] in two ways. A call from inside the token's own function is
/// refused, where the standard one may wait for itself for ever. And a function that panics leaves
/// the token as it was: the next call tries again, and nothing is poisoned.
///
/// # Example
/// ```
/// use std::sync::atomic::{AtomicI32, Ordering};
/// use runtime_atomic::Once;
///
/// let (once, calls) = (Once::new(), AtomicI32::new(0));
/// std::thread::scope(|scope| {
///     for _ in 0..4 {
///         scope.spawn(|| {
///             once.call(|| {
///                 calls.fetch_add(1, Ordering::Relaxed);
///             })
///         });
///     }
/// });
/// assert!(once.is_completed());
/// assert_eq!(calls.into_inner(), 1);
/// ```
#[derive(Debug, Default)]
pub struct Once {
    done: OnceCell<()>,
    /// The number of the thread that runs the function now, 0 while none does.
    runner: AtomicU64,
}

impl Once {
    /// A token that is not completed.
    pub const fn new() -> Self {
        Self { done: OnceCell::new(), runner: AtomicU64::new(0) }
    }

    /// Calls `function`, unless the token is completed; then completes it. While another thread
    /// does that, waits for it. Everything that the function wrote is seen after this.
    ///
    /// # Errors
    /// `RT_ERROR_DEADLOCK` when the thread is inside the token's own function already.
    ///
    /// # Panics
    /// When the function does. The token stays as it was; of the threads that wait, one tries next.
    pub fn call(&self, function: impl FnOnce()) -> Result<()> {
        if self.is_completed() {
            return Ok(());
        }
        let thread = this_thread().get();
        // Relaxed is enough: a thread sees its own last store, and no other thread stores this
        // thread's number.
        if self.runner.load(Ordering::Relaxed) == thread {
            return Err(Error::new(
                codes::RT_ERROR_DEADLOCK,
                "the call comes from inside the token's own function and would wait for itself",
            ));
        }
        self.done.get_or_init(|| {
            let _running = Running::enter(&self.runner, thread);
            function();
        });
        Ok(())
    }

    /// Whether a function has been called and has come to its end.
    #[inline]
    pub fn is_completed(&self) -> bool {
        self.done.get().is_some()
    }
}

/// While it lives, the thread is the token's runner; a panic ends that too.
struct Running<'t>(&'t AtomicU64);

impl<'t> Running<'t> {
    fn enter(runner: &'t AtomicU64, thread: u64) -> Self {
        runner.store(thread, Ordering::Relaxed);
        Self(runner)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

/// A number that no other thread of the process has or had.
fn this_thread() -> NonZeroU64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    thread_local! {
        static THREAD: NonZeroU64 = NonZeroU64::new(NEXT.fetch_add(1, Ordering::Relaxed))
            .expect("2^64 threads are never started");
    }
    THREAD.with(|number| *number)
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::Barrier;
    use std::thread;

    use super::*;

    #[test]
    fn one_of_many_threads_calls_and_all_see_it() {
        for _ in 0..200 {
            let (once, calls, start) = (Once::new(), AtomicU64::new(0), Barrier::new(4));
            thread::scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| {
                        start.wait();
                        once.call(|| {
                            calls.store(calls.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
                        })
                        .unwrap();
                        assert!(once.is_completed());
                        assert_eq!(calls.load(Ordering::Relaxed), 1);
                    });
                }
            });
        }
    }

    #[test]
    fn the_own_function_is_refused_and_the_token_completes() {
        let once = Once::new();
        let mut inner = Ok(());
        once.call(|| inner = once.call(|| unreachable!("the token is running"))).unwrap();
        assert_eq!(inner.unwrap_err().code(), codes::RT_ERROR_DEADLOCK);
        assert!(once.is_completed());
    }

    #[test]
    fn tokens_nest() {
        let (outer, inner) = (Once::new(), Once::new());
        outer.call(|| inner.call(|| ()).unwrap()).unwrap();
        assert!(outer.is_completed() && inner.is_completed());
    }

    #[test]
    fn a_panic_leaves_the_token_to_the_next_call() {
        let once = Once::new();
        let thrown = catch_unwind(AssertUnwindSafe(|| once.call(|| panic!("not this time"))));
        assert!(thrown.is_err());
        assert!(!once.is_completed());
        let mut called = false;
        once.call(|| called = true).unwrap();
        assert!(called && once.is_completed());
        once.call(|| unreachable!("it is completed")).unwrap();
    }

    #[test]
    fn a_panic_hands_over_to_a_thread_that_waits() {
        let (once, running) = (Once::new(), Barrier::new(2));
        thread::scope(|scope| {
            let first = scope.spawn(|| {
                once.call(|| {
                    running.wait();
                    panic!("not this time");
                })
            });
            running.wait();
            once.call(|| ()).unwrap();
            assert!(first.join().is_err());
        });
        assert!(once.is_completed());
    }
}
