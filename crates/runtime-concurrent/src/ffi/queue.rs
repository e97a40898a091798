//! Queues without bounds.

use runtime_core::boundary;
use runtime_value::RuntimeValue;

use super::word_or_nil;
use crate::handles::QUEUES;

/// Makes an empty queue, lock-free and without bounds: first in, first out. Returns its handle,
/// which the caller owns and frees with `rt_concurrent_queue_free`; 0 and
/// RT_ERROR_HANDLES_EXHAUSTED when no handle is left. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_concurrent_queue_new() -> i64 {
    boundary("rt_concurrent_queue_new", 0, || QUEUES.insert(|_| ()))
}

/// Adds a value. Returns 1; 0 and a handle error for what is no live concurrent queue. The
/// container neither checks nor owns what the word refers to. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_concurrent_queue_push(handle: i64, value: RuntimeValue) -> i64 {
    boundary("rt_concurrent_queue_push", 0, || {
        QUEUES.get(handle)?.push(value.to_bits());
        Ok(1)
    })
}

/// Takes the oldest value. NIL when there is none, which is no error; NIL and a handle error for
/// what is no live concurrent queue. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_concurrent_queue_pop(handle: i64) -> RuntimeValue {
    boundary("rt_concurrent_queue_pop", RuntimeValue::NIL, || {
        Ok(word_or_nil(QUEUES.get(handle)?.pop()))
    })
}

/// Whether there is no value; with other threads at work, a moment's truth. true and a handle error
/// for what is no live concurrent queue. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_concurrent_queue_is_empty(handle: i64) -> bool {
    boundary("rt_concurrent_queue_is_empty", true, || Ok(QUEUES.get(handle)?.is_empty()))
}

/// How many values there are; with other threads at work, a moment's truth. 0 and a handle error
/// for what is no live concurrent queue. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_concurrent_queue_len(handle: i64) -> i64 {
    boundary("rt_concurrent_queue_len", 0, || Ok(QUEUES.get(handle)?.len() as i64))
}

/// Frees the concurrent queue. The values in it are not freed. Returns 1; 0 and a handle error for
/// what is no live concurrent queue, so for a second free too. Threads that are inside another
/// function with this handle finish unharmed. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_concurrent_queue_free(handle: i64) -> i64 {
    boundary("rt_concurrent_queue_free", 0, || QUEUES.free(handle).map(|()| 1))
}
