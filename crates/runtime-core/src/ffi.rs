//! The C functions of this crate. What returns a string (`rt_last_error_message`) is one floor up,
//! in runtime-value, where strings are.

use crate::{error, handle};

/// The code of this thread's last error, one of the `RT_ERROR_` numbers; 0 (`RT_ERROR_NONE`) when
/// no call has failed on this thread, or since `rt_last_error_clear`. A call that succeeds leaves
/// the last error alone. Thread-safe: each thread has its own.
#[unsafe(no_mangle)]
pub extern "C" fn rt_last_error_code() -> i64 {
    error::last_code()
}

/// The system's error number (`errno`) behind this thread's last error, 0 when the failure did not
/// come from the system. Thread-safe: each thread has its own.
#[unsafe(no_mangle)]
pub extern "C" fn rt_last_error_errno() -> i64 {
    i64::from(error::last_errno())
}

/// Forgets this thread's last error. Thread-safe: each thread has its own.
#[unsafe(no_mangle)]
pub extern "C" fn rt_last_error_clear() {
    error::clear_last();
}

/// How many handles of `kind` (one of the `RT_HANDLE_KIND_` numbers) are live in the process;
/// kind 0 counts all kinds; 0 for a number that is no kind. Thread-safe; with other threads making
/// and freeing handles meanwhile, a moment's truth.
#[unsafe(no_mangle)]
pub extern "C" fn rt_handle_live_count(kind: i64) -> i64 {
    handle::live_count(kind)
}
