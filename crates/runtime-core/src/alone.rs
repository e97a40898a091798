//! Whether this thread is the only one of the process. It then needs none of the instructions that lock a
//! cache line: they take many times as long as plain ones and wait for all that was written before.
//!
//! The GNU C library keeps a byte that says so, for this very purpose
//! (<https://sourceware.org/glibc/manual/latest/html_node/Single_002dThreaded.html>). It is looked up when the
//! program runs, since older versions do not have it. Elsewhere nobody is alone. Threads that a program makes
//! behind the C library's back are not known to it; such a program can use no part of that library either.
//!
//! What a thread reads and then writes while it is alone is one step for all: another thread can only be
//! made by this one, afterwards, and sees what was written before.

use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU8, Ordering::Relaxed};

static NOT_ALONE: AtomicU8 = AtomicU8::new(0);
static ALONE: AtomicPtr<AtomicU8> = AtomicPtr::new(ptr::from_ref(&NOT_ALONE).cast_mut());

/// Whether no other thread exists. False before [`look_up`].
///
/// # Example
/// ```
/// use runtime_core::alone;
///
/// alone::look_up();
/// std::thread::scope(|scope| {
///     scope.spawn(|| assert!(!alone::is_alone()));
/// });
/// ```
#[inline(always)]
pub fn is_alone() -> bool {
    // A model has threads that the C library knows nothing of.
    if cfg!(loom) {
        return false;
    }
    // SAFETY: either byte lives as long as the process.
    unsafe { &*ALONE.load(Relaxed) }.load(Relaxed) != 0
}

/// Finds out where the system says so. To be called where something is made for the first time; what comes
/// before does without.
pub fn look_up() {
    #[cfg(all(target_os = "linux", target_env = "gnu", not(miri)))]
    if ptr::eq(ALONE.load(Relaxed), &raw const NOT_ALONE) {
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
