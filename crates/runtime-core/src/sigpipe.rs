//! Writing to a pipe that nobody reads, without dying of the signal that comes with it.
//!
//! `write` sends SIGPIPE to the thread that calls it, and by default the signal ends the process.
//! How the process treats signals is the program's business, so nothing of that is changed: the
//! signal is held back from this one thread, and taken away should it have come.

use std::mem::MaybeUninit;
use std::ptr;

/// While this lives, the thread gets no SIGPIPE.
pub struct HeldBack {
    signal: libc::sigset_t,
    before: libc::sigset_t,
    /// One was waiting already, which is not ours to take.
    was_pending: bool,
}

impl HeldBack {
    /// Holds the signal back from now on.
    #[expect(clippy::new_without_default, reason = "it does something, which `default` would hide")]
    pub fn new() -> Self {
        let mut signal = MaybeUninit::uninit();
        let mut before = MaybeUninit::uninit();
        // SAFETY: the sets are initialised by the first call that gets each of them; none of the
        // calls fails for a valid signal number.
        unsafe {
            libc::sigemptyset(signal.as_mut_ptr());
            libc::sigaddset(signal.as_mut_ptr(), libc::SIGPIPE);
            libc::pthread_sigmask(libc::SIG_BLOCK, signal.as_ptr(), before.as_mut_ptr());
            let (signal, before) = (signal.assume_init(), before.assume_init());
            // Without its being held back before, none could have been waiting for this thread.
            let was_pending = contains(&before) && is_pending();
            Self { signal, before, was_pending }
        }
    }

    /// Takes away the signal that a failed write has sent.
    pub fn swallow(&self) {
        // Where the program ignores the signal, none waits, and `sigwait` would wait for ever.
        if !self.was_pending && is_pending() {
            let mut number = 0;
            // SAFETY: both point at what they should; the set is initialised.
            unsafe { libc::sigwait(&raw const self.signal, &raw mut number) };
        }
    }
}

impl Drop for HeldBack {
    fn drop(&mut self) {
        // SAFETY: the set is the one that the thread had before.
        unsafe {
            libc::pthread_sigmask(libc::SIG_SETMASK, &raw const self.before, ptr::null_mut());
        }
    }
}

fn contains(set: &libc::sigset_t) -> bool {
    // SAFETY: the set is initialised and the number is a signal's.
    unsafe { libc::sigismember(set, libc::SIGPIPE) == 1 }
}

fn is_pending() -> bool {
    let mut pending = MaybeUninit::uninit();
    // SAFETY: the call initialises the set, or fails and it is not looked at.
    unsafe { libc::sigpending(pending.as_mut_ptr()) == 0 && contains(&pending.assume_init()) }
}
