//! Stores of values that each thread has for itself.

use runtime_core::boundary;
use runtime_value::RuntimeValue;

use super::word_or_nil;
use crate::handles::STORES;

/// Makes a store from keys to values, with values of its own for each thread: what one thread sets
/// no other sees. A thread's values go when it ends; what they refer to is not freed. Returns its
/// handle, which the caller owns and frees with `rt_tls_free`; 0 and RT_ERROR_HANDLES_EXHAUSTED
/// when no handle is left. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_tls_new() -> i64 {
    boundary("rt_tls_new", 0, || STORES.create())
}

/// Sets this thread's value for `key`. Returns 1; 0 and RT_ERROR_THREAD_ENDS in a destructor of a
/// thread that has lost its values already; 0 and a handle error for what is no live thread-local
/// store. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_tls_set(handle: i64, key: u64, value: RuntimeValue) -> i64 {
    boundary("rt_tls_set", 0, || {
        STORES.set(handle, key, value.to_bits())?;
        Ok(1)
    })
}

/// This thread's value for `key`, or NIL when it has none, which is no error; NIL and
/// RT_ERROR_THREAD_ENDS in a destructor of a thread that has lost its values already; NIL and a
/// handle error for what is no live thread-local store. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_tls_get(handle: i64, key: u64) -> RuntimeValue {
    boundary("rt_tls_get", RuntimeValue::NIL, || Ok(word_or_nil(STORES.get(handle, key)?)))
}

/// Takes this thread's value for `key` out and returns it, or NIL when it has none, which is no
/// error; NIL and RT_ERROR_THREAD_ENDS in a destructor of a thread that has lost its values
/// already; NIL and a handle error for what is no live thread-local store. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_tls_remove(handle: i64, key: u64) -> RuntimeValue {
    boundary("rt_tls_remove", RuntimeValue::NIL, || Ok(word_or_nil(STORES.remove(handle, key)?)))
}

/// Takes all of this thread's values out; those of other threads stay. Returns 1; 0 and
/// RT_ERROR_THREAD_ENDS in a destructor of a thread that has lost its values already; 0 and a
/// handle error for what is no live thread-local store. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_tls_clear(handle: i64) -> i64 {
    boundary("rt_tls_clear", 0, || {
        STORES.clear(handle)?;
        Ok(1)
    })
}

/// Frees the store, for all threads. What the values refer to is not freed. Returns 1; 0 and a
/// handle error for what is no live thread-local store, so for a second free too. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_tls_free(handle: i64) -> i64 {
    boundary("rt_tls_free", 0, || STORES.free(handle).map(|()| 1))
}
