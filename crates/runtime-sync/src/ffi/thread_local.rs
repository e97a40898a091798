//! Thread-local slots.

use runtime_core::boundary;
use runtime_value::RuntimeValue;

use crate::thread_local::ThreadLocal;

/// A slot in which every thread has a value of its own, NIL at first. The caller owns it and frees
/// it with `rt_thread_local_free`. 0 and RT_ERROR_HANDLES_EXHAUSTED when no handle is left.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_thread_local_new() -> i64 {
    boundary("rt_thread_local_new", 0, || Ok(ThreadLocal::new()?.handle()))
}

/// This thread's value, NIL when it has set none. NIL and an error otherwise:
/// RT_ERROR_NOT_A_HANDLE, RT_ERROR_STALE_HANDLE or RT_ERROR_WRONG_KIND when `handle` is no live
/// thread-local slot. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_thread_local_get(handle: i64) -> RuntimeValue {
    boundary("rt_thread_local_get", RuntimeValue::NIL, || ThreadLocal::of(handle).get())
}

/// Sets this thread's value. The slot does not own the object behind it. Returns 1. 0 and an error
/// otherwise: RT_ERROR_NOT_A_HANDLE, RT_ERROR_STALE_HANDLE or RT_ERROR_WRONG_KIND when `handle` is
/// no live thread-local slot, RT_ERROR_THREAD_ENDING when the thread is at its end. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_thread_local_set(handle: i64, value: RuntimeValue) -> i64 {
    boundary("rt_thread_local_set", 0, || ThreadLocal::of(handle).set(value).map(|()| 1))
}

/// Frees the slot: no thread has a value in it any more. The values stay. Returns 1. 0 and an error
/// otherwise: RT_ERROR_NOT_A_HANDLE, RT_ERROR_STALE_HANDLE or RT_ERROR_WRONG_KIND when `handle` is
/// no live thread-local slot. Thread-safe: of several threads that free it, one succeeds.
#[unsafe(no_mangle)]
pub extern "C" fn rt_thread_local_free(handle: i64) -> i64 {
    boundary("rt_thread_local_free", 0, || ThreadLocal::of(handle).free().map(|()| 1))
}
