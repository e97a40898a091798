//! Pools of values to use again.

use runtime_core::boundary;
use runtime_value::RuntimeValue;

use super::{positive, word_or_nil};
use crate::handles::POOLS;

/// Makes an empty pool that keeps at most `capacity` values, at least 1. It makes no values itself.
/// Returns its handle, which the caller owns and frees with `rt_pool_free`; 0 and RT_ERROR_LENGTH
/// for a capacity below 1, or RT_ERROR_HANDLES_EXHAUSTED. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_pool_new(capacity: i64) -> i64 {
    boundary("rt_pool_new", 0, || {
        let capacity = positive(capacity)?;
        POOLS.insert(|pool| pool.set_capacity(capacity))
    })
}

/// Takes the value that was released first. NIL when there is none, which is no error; NIL and a
/// handle error for what is no live pool. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_pool_acquire(handle: i64) -> RuntimeValue {
    boundary("rt_pool_acquire", RuntimeValue::NIL, || Ok(word_or_nil(POOLS.get(handle)?.acquire())))
}

/// Puts a value into the pool. Returns 1; 0 and RT_ERROR_FULL when the pool holds as many as it
/// can: the value stays the caller's; 0 and a handle error for what is no live pool. The container
/// neither checks nor owns what the word refers to. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_pool_release(handle: i64, resource: RuntimeValue) -> i64 {
    boundary("rt_pool_release", 0, || POOLS.get(handle)?.release(resource.to_bits()).map(|()| 1))
}

/// How many values can be acquired; with other threads at work, a moment's truth. 0 and a handle
/// error for what is no live pool. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_pool_available(handle: i64) -> i64 {
    boundary("rt_pool_available", 0, || Ok(POOLS.get(handle)?.available() as i64))
}

/// How many values the pool can hold. 0 and a handle error for what is no live pool. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_pool_capacity(handle: i64) -> i64 {
    boundary("rt_pool_capacity", 0, || Ok(POOLS.get(handle)?.capacity() as i64))
}

/// Frees the pool. The values in it are not freed. Returns 1; 0 and a handle error for what is no
/// live pool, so for a second free too. Threads that are inside another function with this handle
/// finish unharmed. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_pool_free(handle: i64) -> i64 {
    boundary("rt_pool_free", 0, || POOLS.free(handle).map(|()| 1))
}
