//! Semaphores.

use runtime_core::{arguments, boundary};
use runtime_value::RuntimeValue;

use super::milliseconds;
use crate::semaphore::Semaphore;

/// A semaphore with `initial_count` permits, from 0 to 2^61 - 1. The caller owns it and frees it
/// with `rt_semaphore_free`. NIL and an error otherwise: RT_ERROR_LENGTH for a count that is
/// negative or too large, RT_ERROR_OUT_OF_MEMORY, RT_ERROR_HANDLES_EXHAUSTED. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_semaphore_new(initial_count: i64) -> RuntimeValue {
    boundary("rt_semaphore_new", RuntimeValue::NIL, || {
        let count = arguments::count("initial_count", initial_count)?;
        Ok(Semaphore::new(count)?.value())
    })
}

/// Takes a permit, waiting as long as it takes. Returns 1. 0 and an error otherwise:
/// RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `sem` is no live semaphore,
/// RT_ERROR_STALE_HANDLE when another thread freed it during the call. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_semaphore_acquire(sem: RuntimeValue) -> i64 {
    boundary("rt_semaphore_acquire", 0, || Semaphore::of("sem", sem)?.acquire().map(|()| 1))
}

/// Takes a permit if there is one: 1. 0 without an error when there is none, 0 and an error as in
/// `rt_semaphore_acquire`. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_semaphore_try_acquire(sem: RuntimeValue) -> i64 {
    boundary("rt_semaphore_try_acquire", 0, || {
        Semaphore::of("sem", sem)?.try_acquire().map(i64::from)
    })
}

/// Takes a permit, waiting at most `timeout_ms` milliseconds of a monotonic clock (below 0 counts
/// as 0). Returns 1. 0 without an error when the time was not enough, 0 and an error as in
/// `rt_semaphore_acquire`. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_semaphore_acquire_timeout(sem: RuntimeValue, timeout_ms: i64) -> i64 {
    boundary("rt_semaphore_acquire_timeout", 0, || {
        Semaphore::of("sem", sem)?.acquire_for(milliseconds(timeout_ms)).map(i64::from)
    })
}

/// Gives a permit, whoever took it, and wakes a thread that waits for one. Returns 1. 0 and an
/// error otherwise: RT_ERROR_TOO_MANY_HOLDS when there are 2^61 - 1 permits, RT_ERROR_NOT_A_VALUE
/// or RT_ERROR_WRONG_TYPE when `sem` is no live semaphore. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_semaphore_release(sem: RuntimeValue) -> i64 {
    boundary("rt_semaphore_release", 0, || Semaphore::of("sem", sem)?.release().map(|()| 1))
}

/// How many permits there are at this moment. 0 and an error otherwise: RT_ERROR_NOT_A_VALUE or
/// RT_ERROR_WRONG_TYPE when `sem` is no live semaphore. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_semaphore_count(sem: RuntimeValue) -> i64 {
    boundary("rt_semaphore_count", 0, || {
        Semaphore::of("sem", sem)?.count().map(|count| count as i64)
    })
}

/// The number of the semaphore, from 1; no other lock object of the process has it. 0 and an error
/// otherwise: RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `sem` is no live semaphore.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_semaphore_id(sem: RuntimeValue) -> i64 {
    boundary("rt_semaphore_id", 0, || Semaphore::of("sem", sem)?.id())
}

/// Frees the semaphore. Returns 1. 0 and an error otherwise: RT_ERROR_BUSY while a thread waits for
/// a permit, RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `sem` is no live semaphore, so also
/// the second time. Thread-safe: of several threads that free it, one succeeds.
#[unsafe(no_mangle)]
pub extern "C" fn rt_semaphore_free(sem: RuntimeValue) -> i64 {
    boundary("rt_semaphore_free", 0, || Semaphore::of("sem", sem)?.free().map(|()| 1))
}
