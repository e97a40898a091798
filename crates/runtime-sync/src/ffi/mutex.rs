//! Mutexes.

use runtime_core::boundary;
use runtime_value::RuntimeValue;

use super::{milliseconds, word, word_or_nil};
use crate::mutex::Mutex;

/// A mutex that holds `value`. Any 64 bits may be held; the mutex does not own the object behind
/// them. The caller owns the mutex and frees it with `rt_mutex_free`. NIL and an error when there
/// is no memory (RT_ERROR_OUT_OF_MEMORY) or no handle left (RT_ERROR_HANDLES_EXHAUSTED).
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_mutex_new(value: RuntimeValue) -> RuntimeValue {
    boundary("rt_mutex_new", RuntimeValue::NIL, || Ok(Mutex::new(value.to_bits())?.value()))
}

/// Locks the mutex, waiting as long as it takes, and returns its value. The lock holds until this
/// thread calls `rt_mutex_unlock`. NIL and an error otherwise: RT_ERROR_DEADLOCK when this thread
/// holds it already, RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `mutex` is no live mutex,
/// RT_ERROR_STALE_HANDLE when another thread freed it during the call. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_mutex_lock(mutex: RuntimeValue) -> RuntimeValue {
    boundary("rt_mutex_lock", RuntimeValue::NIL, || Mutex::of("mutex", mutex)?.lock().map(word))
}

/// Locks the mutex if it is free, and returns its value. NIL without an error when another thread
/// holds it; whether a NIL is the value of a locked mutex, `rt_mutex_is_held_by_me` tells. NIL and
/// an error as in `rt_mutex_lock`. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_mutex_try_lock(mutex: RuntimeValue) -> RuntimeValue {
    boundary("rt_mutex_try_lock", RuntimeValue::NIL, || {
        Mutex::of("mutex", mutex)?.try_lock().map(word_or_nil)
    })
}

/// Locks the mutex, waiting at most `timeout_ms` milliseconds of a monotonic clock (below 0 counts
/// as 0). Returns 1 when it is locked, 0 when the time was not enough, which is no error, -1 and an
/// error as in `rt_mutex_lock`. `rt_mutex_get` gives the value. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_mutex_lock_timeout(mutex: RuntimeValue, timeout_ms: i64) -> i64 {
    boundary("rt_mutex_lock_timeout", -1, || {
        let locked = Mutex::of("mutex", mutex)?.lock_for(milliseconds(timeout_ms))?;
        Ok(i64::from(locked.is_some()))
    })
}

/// Stores `new_value` and unlocks the mutex. Returns 1. 0 and an error otherwise, and nothing is
/// stored: RT_ERROR_NOT_HELD when this thread does not hold the mutex, RT_ERROR_NOT_A_VALUE or
/// RT_ERROR_WRONG_TYPE when `mutex` is no live mutex. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_mutex_unlock(mutex: RuntimeValue, new_value: RuntimeValue) -> i64 {
    boundary("rt_mutex_unlock", 0, || {
        Mutex::of("mutex", mutex)?.unlock(new_value.to_bits()).map(|()| 1)
    })
}

/// The value of a mutex that this thread holds, as after a wait on a condition variable. NIL and an
/// error otherwise: RT_ERROR_NOT_HELD when it does not, RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE
/// when `mutex` is no live mutex. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_mutex_get(mutex: RuntimeValue) -> RuntimeValue {
    boundary("rt_mutex_get", RuntimeValue::NIL, || Mutex::of("mutex", mutex)?.get().map(word))
}

/// Stores a value into a mutex that this thread holds and goes on to hold, as before a wait on a
/// condition variable. Returns 1. 0 and an error otherwise: RT_ERROR_NOT_HELD when it does not hold
/// the mutex, RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `mutex` is no live mutex.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_mutex_set(mutex: RuntimeValue, new_value: RuntimeValue) -> i64 {
    boundary("rt_mutex_set", 0, || Mutex::of("mutex", mutex)?.set(new_value.to_bits()).map(|()| 1))
}

/// Whether the calling thread holds the mutex: 1 or 0. 0 and an error otherwise:
/// RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `mutex` is no live mutex. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_mutex_is_held_by_me(mutex: RuntimeValue) -> i64 {
    boundary("rt_mutex_is_held_by_me", 0, || {
        Mutex::of("mutex", mutex)?.is_held_by_me().map(i64::from)
    })
}

/// The number of the mutex, from 1; no other lock object of the process has it. 0 and an error
/// otherwise: RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `mutex` is no live mutex.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_mutex_id(mutex: RuntimeValue) -> i64 {
    boundary("rt_mutex_id", 0, || Mutex::of("mutex", mutex)?.id())
}

/// Frees the mutex; the value that it holds stays. Returns 1. 0 and an error otherwise:
/// RT_ERROR_BUSY while a thread holds the mutex or waits for it (on a condition variable too),
/// RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `mutex` is no live mutex, so also the second
/// time. Thread-safe: of several threads that free it, one succeeds.
#[unsafe(no_mangle)]
pub extern "C" fn rt_mutex_free(mutex: RuntimeValue) -> i64 {
    boundary("rt_mutex_free", 0, || Mutex::of("mutex", mutex)?.free().map(|()| 1))
}
