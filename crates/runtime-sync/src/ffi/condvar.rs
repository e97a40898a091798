//! Condition variables.

use std::time::Duration;

use runtime_core::boundary;

use super::word;
use crate::condvar::Condvar;
use crate::mutex::Mutex;

/// The mutex whose value word is passed as an `int64_t`.
fn mutex_of(number: i64) -> runtime_core::Result<Mutex> {
    Mutex::of("mutex_handle", word(number as u64))
}

/// A condition variable. The caller owns it and frees it with `rt_condvar_free`. 0 and
/// RT_ERROR_HANDLES_EXHAUSTED when no handle is left. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_condvar_new() -> i64 {
    boundary("rt_condvar_new", 0, || Ok(Condvar::new()?.handle()))
}

/// Gives up the mutex, waits until notified, and takes the mutex again. `mutex_handle` is the
/// mutex's value word; this thread holds it. A wait may end without a notification, so it belongs
/// into a loop that looks at the condition (`rt_mutex_get`). Returns 1. -1 and an error otherwise,
/// and the mutex is held as before: RT_ERROR_NOT_A_HANDLE, RT_ERROR_STALE_HANDLE or
/// RT_ERROR_WRONG_KIND when `handle` is no live condition variable, RT_ERROR_NOT_A_VALUE or
/// RT_ERROR_WRONG_TYPE when `mutex_handle` is no live mutex, RT_ERROR_NOT_HELD when this thread
/// does not hold it. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_condvar_wait(handle: i64, mutex_handle: i64) -> i64 {
    boundary("rt_condvar_wait", -1, || {
        Condvar::of(handle).wait(mutex_of(mutex_handle)?).map(|()| 1)
    })
}

/// As `rt_condvar_wait`, but waits at most `timeout_ms` milliseconds of a monotonic clock for the
/// notification. Returns 1 when notified, 0 when the time was over first, which is no error; the
/// mutex is held in both cases. -1 and an error otherwise: RT_ERROR_NOT_A_HANDLE,
/// RT_ERROR_STALE_HANDLE or RT_ERROR_WRONG_KIND when `condvar_handle` is no live condition
/// variable, RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `mutex_handle` is no live mutex,
/// RT_ERROR_NOT_HELD when this thread does not hold it. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_condvar_wait_timeout(
    condvar_handle: i64,
    mutex_handle: i64,
    timeout_ms: u64,
) -> i64 {
    boundary("rt_condvar_wait_timeout", -1, || {
        Condvar::of(condvar_handle)
            .wait_for(mutex_of(mutex_handle)?, Duration::from_millis(timeout_ms))
            .map(i64::from)
    })
}

/// Wakes one thread that waits, if there is one. Returns 1. 0 and an error otherwise:
/// RT_ERROR_NOT_A_HANDLE, RT_ERROR_STALE_HANDLE or RT_ERROR_WRONG_KIND when `handle` is no live
/// condition variable. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_condvar_notify_one(handle: i64) -> i64 {
    boundary("rt_condvar_notify_one", 0, || Condvar::of(handle).notify_one().map(|()| 1))
}

/// Wakes all threads that wait. Returns 1. 0 and an error otherwise: RT_ERROR_NOT_A_HANDLE,
/// RT_ERROR_STALE_HANDLE or RT_ERROR_WRONG_KIND when `handle` is no live condition variable.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_condvar_notify_all(handle: i64) -> i64 {
    boundary("rt_condvar_notify_all", 0, || Condvar::of(handle).notify_all().map(|()| 1))
}

/// Frees the condition variable. Returns 1. 0 and an error otherwise: RT_ERROR_BUSY while a thread
/// waits on it, RT_ERROR_NOT_A_HANDLE, RT_ERROR_STALE_HANDLE or RT_ERROR_WRONG_KIND when `handle`
/// is no live condition variable. Thread-safe: of several threads that free it, one succeeds.
#[unsafe(no_mangle)]
pub extern "C" fn rt_condvar_free(handle: i64) -> i64 {
    boundary("rt_condvar_free", 0, || Condvar::of(handle).free().map(|()| 1))
}
