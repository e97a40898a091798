//! Whether this thread is the only one of the process, which then needs no locked instructions: they
//! wait for all that was written before, and so for a string's hash.
//!
//! The GNU C library keeps a byte that says so, for this very purpose
//! (<https://sourceware.org/glibc/manual/latest/html_node/Single_002dThreaded.html>). It is looked up when
//! the program runs, since older versions do not have it. Elsewhere nobody is alone.

use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU8, Ordering::Relaxed};

static NOT_ALONE: AtomicU8 = AtomicU8::new(0);
static ALONE: AtomicPtr<AtomicU8> = AtomicPtr::new(ptr::from_ref(&NOT_ALONE).cast_mut());

/// Whether no other thread exists. False before [`look_up`].
#[inline(always)]
pub(super) fn is_alone() -> bool {
    // SAFETY: either byte lives as long as the process.
    unsafe { &*ALONE.load(Relaxed) }.load(Relaxed) != 0
}

/// Finds out where the system says so.
pub(super) fn look_up() {
    #[cfg(all(target_os = "linux", target_env = "gnu", not(miri)))]
    {
        use std::ffi::{c_char, c_void};
        unsafe extern "C" {
            fn dlsym(handle: *mut c_void, symbol: *const c_char) -> *mut c_void;
        }
        // SAFETY: null stands for all that is loaded, and the name ends with a NUL.
        let found = unsafe { dlsym(ptr::null_mut(), c"__libc_single_threaded".as_ptr()) };
        if !found.is_null() {
            ALONE.store(found.cast(), Relaxed);
        }
    }
}
