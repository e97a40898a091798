//! Threads, sleeping and yielding.

use runtime_core::boundary;
use runtime_value::RuntimeValue;

use super::milliseconds;
use crate::thread::{self, Entry, Thread};

/// Starts a thread that calls `closure_ptr` with a deep copy of `data`. `closure_ptr` is the
/// address of a function `RuntimeValue f(RuntimeValue data)`, or a closure value, whose code gets
/// the closure (a copy too) before the data. The copies are the thread's own; locks, atomics and
/// other objects that threads share are not copied. Returns a handle when the copy is made, so
/// `data` may be changed again at once. The caller owns the handle and frees it with
/// `rt_thread_free`. 0 and an error otherwise: RT_ERROR_NULL_POINTER, RT_ERROR_INVALID_ARGUMENT,
/// RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `closure_ptr` is null, a number where no code
/// can be, or a heap word that is no live closure; RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when
/// something in the data is freed or cannot be copied; RT_ERROR_SYSTEM when the system starts no
/// thread; RT_ERROR_OUT_OF_MEMORY, RT_ERROR_HANDLES_EXHAUSTED. Thread-safe.
///
/// # Safety
/// A `closure_ptr` that is an address is that of such a function, and so is the code of a closure.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_thread_spawn_isolated(closure_ptr: u64, data: RuntimeValue) -> u64 {
    boundary("rt_thread_spawn_isolated", 0, || {
        // SAFETY: the caller's promise is this one.
        let entry = unsafe { Entry::of("closure_ptr", closure_ptr)? };
        Ok(Thread::spawn_entry(entry, data, None)?.handle() as u64)
    })
}

/// As `rt_thread_spawn_isolated`, with two arguments: `RuntimeValue f(RuntimeValue data1,
/// RuntimeValue data2)`. `data1` is copied; `data2` is passed as it is, for a channel's handle or
/// an object that both threads use by turns. The caller owns the handle and frees it with
/// `rt_thread_free`. 0 and an error otherwise: RT_ERROR_NULL_POINTER, RT_ERROR_INVALID_ARGUMENT,
/// RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `closure_ptr` is null, a number where no code
/// can be, or a heap word that is no live closure; RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when
/// something in the data is freed or cannot be copied; RT_ERROR_SYSTEM when the system starts no
/// thread; RT_ERROR_OUT_OF_MEMORY, RT_ERROR_HANDLES_EXHAUSTED. Thread-safe.
///
/// # Safety
/// As for `rt_thread_spawn_isolated`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_thread_spawn_isolated2(
    closure_ptr: u64,
    data1: RuntimeValue,
    data2: RuntimeValue,
) -> u64 {
    boundary("rt_thread_spawn_isolated2", 0, || {
        // SAFETY: the caller's promise is this one.
        let entry = unsafe { Entry::of("closure_ptr", closure_ptr)? };
        Ok(Thread::spawn_entry(entry, data1, Some(data2.to_bits()))?.handle() as u64)
    })
}

/// Waits until the thread has ended and returns its result, which is the caller's. The handle stays
/// until `rt_thread_free`. NIL and an error otherwise: RT_ERROR_JOINED when the result was taken
/// before or another thread waits for it, RT_ERROR_PANIC when a Rust panic ended the thread,
/// RT_ERROR_DEADLOCK when the calling thread would wait for itself (also by way of other joins),
/// RT_ERROR_NOT_A_HANDLE, RT_ERROR_STALE_HANDLE or RT_ERROR_WRONG_KIND when `handle` is no live
/// thread. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_thread_join(handle: u64) -> RuntimeValue {
    boundary("rt_thread_join", RuntimeValue::NIL, || Thread::of(handle as i64).join())
}

/// Whether the thread has ended: 1 or 0. 1 and an error otherwise, so that nobody waits in a loop
/// for what is no thread: RT_ERROR_NOT_A_HANDLE, RT_ERROR_STALE_HANDLE or RT_ERROR_WRONG_KIND when
/// `handle` is no live thread. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_thread_is_done(handle: u64) -> i64 {
    boundary("rt_thread_is_done", 1, || Thread::of(handle as i64).is_done().map(i64::from))
}

/// The thread's number, from 1, as `rt_thread_current_id` returns it there; no other thread of the
/// process has it, before or after. 0 and an error otherwise: RT_ERROR_NOT_A_HANDLE,
/// RT_ERROR_STALE_HANDLE or RT_ERROR_WRONG_KIND when `handle` is no live thread. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_thread_id(handle: u64) -> i64 {
    boundary("rt_thread_id", 0, || Thread::of(handle as i64).number().map(|number| number as i64))
}

/// The number of the calling thread, from 1. Every thread has one, however it was started.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_thread_current_id() -> i64 {
    boundary("rt_thread_current_id", 0, || Ok(thread::current_number() as i64))
}

/// Frees the handle. A running thread runs on, and nobody gets its result. Returns 1. 0 and an
/// error otherwise: RT_ERROR_BUSY while a thread waits in `rt_thread_join`, RT_ERROR_NOT_A_HANDLE,
/// RT_ERROR_STALE_HANDLE or RT_ERROR_WRONG_KIND when `handle` is no live thread. Thread-safe: of
/// several threads that free it, one succeeds.
#[unsafe(no_mangle)]
pub extern "C" fn rt_thread_free(handle: u64) -> i64 {
    boundary("rt_thread_free", 0, || Thread::of(handle as i64).free().map(|()| 1))
}

/// How many threads can run at once, as far as the system says; 1 if it does not. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_thread_available_parallelism() -> i64 {
    boundary("rt_thread_available_parallelism", 1, || Ok(thread::available_parallelism() as i64))
}

/// Sleeps for `millis` milliseconds; returns at once for 0 and less. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_thread_sleep(millis: i64) {
    std::thread::sleep(milliseconds(millis));
}

/// Lets other threads run first. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_thread_yield() {
    std::thread::yield_now();
}

/// Tells the processor that this thread waits in a loop. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_spin_loop_hint() {
    std::hint::spin_loop();
}
