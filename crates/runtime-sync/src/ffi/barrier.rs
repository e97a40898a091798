//! Barriers.

use runtime_core::{arguments, boundary};
use runtime_value::RuntimeValue;

use crate::barrier::Barrier;

/// A barrier for `thread_count` threads. The caller owns it and frees it with `rt_barrier_free`.
/// NIL and an error otherwise: RT_ERROR_INVALID_ARGUMENT for 0, RT_ERROR_LENGTH for a negative
/// count, RT_ERROR_OUT_OF_MEMORY, RT_ERROR_HANDLES_EXHAUSTED. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_barrier_new(thread_count: i64) -> RuntimeValue {
    boundary("rt_barrier_new", RuntimeValue::NIL, || {
        let threads = arguments::count("thread_count", thread_count)?;
        Ok(Barrier::new(threads)?.value())
    })
}

/// Waits until as many threads have come as the barrier is for; then it is ready for the next
/// round. Returns 1 to one of them, the last, and 0 to the others. 0 and an error otherwise:
/// RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `barrier` is no live barrier,
/// RT_ERROR_STALE_HANDLE when another thread freed it during the call. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_barrier_wait(barrier: RuntimeValue) -> i64 {
    boundary("rt_barrier_wait", 0, || Barrier::of("barrier", barrier)?.wait().map(i64::from))
}

/// How many threads the barrier is for. 0 and an error otherwise: RT_ERROR_NOT_A_VALUE or
/// RT_ERROR_WRONG_TYPE when `barrier` is no live barrier. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_barrier_thread_count(barrier: RuntimeValue) -> i64 {
    boundary("rt_barrier_thread_count", 0, || {
        Barrier::of("barrier", barrier)?.thread_count().map(|count| count as i64)
    })
}

/// The number of the barrier, from 1; no other lock object of the process has it. 0 and an error
/// otherwise: RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `barrier` is no live barrier.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_barrier_id(barrier: RuntimeValue) -> i64 {
    boundary("rt_barrier_id", 0, || Barrier::of("barrier", barrier)?.id())
}

/// Frees the barrier. Returns 1. 0 and an error otherwise: RT_ERROR_BUSY while a thread waits,
/// RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `barrier` is no live barrier, so also the
/// second time. Thread-safe: of several threads that free it, one succeeds.
#[unsafe(no_mangle)]
pub extern "C" fn rt_barrier_free(barrier: RuntimeValue) -> i64 {
    boundary("rt_barrier_free", 0, || Barrier::of("barrier", barrier)?.free().map(|()| 1))
}
