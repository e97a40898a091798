//! Readers-writer locks.

use runtime_core::boundary;
use runtime_value::RuntimeValue;

use super::{milliseconds, word, word_or_nil};
use crate::rwlock::RwLock;

/// The lock whose value word is passed as an `int64_t`.
fn of_number(name: &str, number: i64) -> runtime_core::Result<RwLock> {
    RwLock::of(name, word(number as u64))
}

/// A readers-writer lock that holds `value`. Any 64 bits may be held; the lock does not own the
/// object behind them. The caller owns the lock and frees it with `rt_rwlock_free`. NIL and an
/// error when there is no memory (RT_ERROR_OUT_OF_MEMORY) or no handle left
/// (RT_ERROR_HANDLES_EXHAUSTED). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_rwlock_new(value: RuntimeValue) -> RuntimeValue {
    boundary("rt_rwlock_new", RuntimeValue::NIL, || Ok(RwLock::new(value.to_bits())?.value()))
}

/// Takes the lock for reading, waiting while a thread writes or waits to write, and returns its
/// value. It holds until this thread calls `rt_rwlock_unlock_read`. A thread may read several times
/// at once; it unlocks as often. NIL and an error otherwise: RT_ERROR_DEADLOCK when this thread
/// writes, RT_ERROR_TOO_MANY_HOLDS when it reads 1,048,576 times already, RT_ERROR_NOT_A_VALUE or
/// RT_ERROR_WRONG_TYPE when `lock` is no live rwlock, RT_ERROR_STALE_HANDLE when another thread
/// freed it during the call. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_rwlock_read(lock: RuntimeValue) -> RuntimeValue {
    boundary("rt_rwlock_read", RuntimeValue::NIL, || RwLock::of("lock", lock)?.read().map(word))
}

/// Takes the lock for reading if that needs no waiting, and returns its value. NIL without an error
/// when it does; `rt_rwlock_read_timeout` with 0 tells that from a NIL that the lock holds. NIL and
/// an error as in `rt_rwlock_read`. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_rwlock_try_read(lock: RuntimeValue) -> RuntimeValue {
    boundary("rt_rwlock_try_read", RuntimeValue::NIL, || {
        RwLock::of("lock", lock)?.try_read().map(word_or_nil)
    })
}

/// Takes the lock for reading, waiting at most `timeout_ms` milliseconds of a monotonic clock
/// (below 0 counts as 0). Returns 1 when it is taken, 0 when the time was not enough, which is no
/// error, -1 and an error as in `rt_rwlock_read`. `rt_rwlock_get` gives the value. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_rwlock_read_timeout(lock: RuntimeValue, timeout_ms: i64) -> i64 {
    boundary("rt_rwlock_read_timeout", -1, || {
        let taken = RwLock::of("lock", lock)?.read_for(milliseconds(timeout_ms))?;
        Ok(i64::from(taken.is_some()))
    })
}

/// Takes the lock for writing, waiting as long as it takes, and returns its value. It holds until
/// this thread calls `rt_rwlock_unlock_write`; `rt_rwlock_set` stores a new value. NIL and an error
/// otherwise: RT_ERROR_DEADLOCK when this thread reads or writes already, RT_ERROR_NOT_A_VALUE or
/// RT_ERROR_WRONG_TYPE when `lock` is no live rwlock, RT_ERROR_STALE_HANDLE when another thread
/// freed it during the call. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_rwlock_write(lock: RuntimeValue) -> RuntimeValue {
    boundary("rt_rwlock_write", RuntimeValue::NIL, || RwLock::of("lock", lock)?.write().map(word))
}

/// Takes the lock for writing if it is free, and returns its value. NIL without an error when it is
/// not; `rt_rwlock_write_timeout` with 0 tells that from a NIL that the lock holds. NIL and an
/// error as in `rt_rwlock_write`. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_rwlock_try_write(lock: RuntimeValue) -> RuntimeValue {
    boundary("rt_rwlock_try_write", RuntimeValue::NIL, || {
        RwLock::of("lock", lock)?.try_write().map(word_or_nil)
    })
}

/// Takes the lock for writing, waiting at most `timeout_ms` milliseconds of a monotonic clock
/// (below 0 counts as 0). Returns 1 when it is taken, 0 when the time was not enough, which is no
/// error, -1 and an error as in `rt_rwlock_write`. `rt_rwlock_get` gives the value. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_rwlock_write_timeout(lock: RuntimeValue, timeout_ms: i64) -> i64 {
    boundary("rt_rwlock_write_timeout", -1, || {
        let taken = RwLock::of("lock", lock)?.write_for(milliseconds(timeout_ms))?;
        Ok(i64::from(taken.is_some()))
    })
}

/// Stores a value. A thread that writes goes on to hold the lock; a thread that does not hold it
/// takes it for the moment of storing, waiting as long as it takes. Returns 1. 0 and an error
/// otherwise: RT_ERROR_DEADLOCK when this thread reads, RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE
/// when `lock` is no live rwlock. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_rwlock_set(lock: RuntimeValue, new_value: RuntimeValue) -> i64 {
    boundary("rt_rwlock_set", 0, || RwLock::of("lock", lock)?.set(new_value.to_bits()).map(|()| 1))
}

/// The value of a lock that this thread reads or writes. NIL and an error otherwise:
/// RT_ERROR_NOT_HELD when it does neither, RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `lock`
/// is no live rwlock. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_rwlock_get(lock: RuntimeValue) -> RuntimeValue {
    boundary("rt_rwlock_get", RuntimeValue::NIL, || RwLock::of("lock", lock)?.get().map(word))
}

/// Ends one read of this thread. `handle` is the lock's value word. Returns 1. 0 and an error
/// otherwise: RT_ERROR_NOT_HELD when this thread does not read, RT_ERROR_NOT_A_VALUE or
/// RT_ERROR_WRONG_TYPE when `handle` is no live rwlock. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_rwlock_unlock_read(handle: i64) -> i64 {
    boundary("rt_rwlock_unlock_read", 0, || of_number("handle", handle)?.unlock_read().map(|()| 1))
}

/// Ends this thread's writing. `handle` is the lock's value word. Returns 1. 0 and an error
/// otherwise: RT_ERROR_NOT_HELD when this thread does not write, RT_ERROR_NOT_A_VALUE or
/// RT_ERROR_WRONG_TYPE when `handle` is no live rwlock. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_rwlock_unlock_write(handle: i64) -> i64 {
    boundary("rt_rwlock_unlock_write", 0, || {
        of_number("handle", handle)?.unlock_write().map(|()| 1)
    })
}

/// The number of the lock, from 1; no other lock object of the process has it. 0 and an error
/// otherwise: RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `lock` is no live rwlock.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_rwlock_id(lock: RuntimeValue) -> i64 {
    boundary("rt_rwlock_id", 0, || RwLock::of("lock", lock)?.id())
}

/// Frees the lock; the value that it holds stays. Returns 1. 0 and an error otherwise:
/// RT_ERROR_BUSY while a thread reads, writes or waits to, RT_ERROR_NOT_A_VALUE or
/// RT_ERROR_WRONG_TYPE when `lock` is no live rwlock, so also the second time. Thread-safe: of
/// several threads that free it, one succeeds.
#[unsafe(no_mangle)]
pub extern "C" fn rt_rwlock_free(lock: RuntimeValue) -> i64 {
    boundary("rt_rwlock_free", 0, || RwLock::of("lock", lock)?.free().map(|()| 1))
}
