//! Bounded queues whose ends can wait.

use runtime_core::boundary;
use runtime_value::RuntimeValue;

use super::{positive, word_or_nil};
use crate::bounded::{BoundedQueue, Wait};
use crate::handles::BOUNDED_QUEUES;

/// Makes an empty queue for at most `capacity` values, at least 1: first in, first out. Memory is
/// taken as values come. Returns its handle, which the caller owns and frees with
/// `rt_concurrent_bounded_queue_free`; 0 and RT_ERROR_LENGTH for a capacity below 1, or
/// RT_ERROR_HANDLES_EXHAUSTED. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_concurrent_bounded_queue_new(capacity: i64) -> i64 {
    boundary("rt_concurrent_bounded_queue_new", 0, || {
        BOUNDED_QUEUES.insert(BoundedQueue::new(positive(capacity)?)?)
    })
}

/// Adds a value at the end; waits while the queue is full. Returns 1; 0 and RT_ERROR_CLOSED when
/// the queue is closed, also while this waits; 0 and a handle error for what is no live bounded
/// queue. The container neither checks nor owns what the word refers to. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_concurrent_bounded_queue_push(handle: i64, value: RuntimeValue) -> i64 {
    boundary("rt_concurrent_bounded_queue_push", 0, || {
        let pushed = BOUNDED_QUEUES.get(handle)?.push(value.to_bits(), Wait::ForEver)?;
        Ok(i64::from(pushed.is_ok()))
    })
}

/// Adds a value at the end if there is room. Returns 1, or 0 when the queue is full, which is no
/// error; 0 and RT_ERROR_CLOSED when the queue is closed; 0 and a handle error for what is no live
/// bounded queue. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_concurrent_bounded_queue_try_push(handle: i64, value: RuntimeValue) -> i64 {
    boundary("rt_concurrent_bounded_queue_try_push", 0, || {
        let pushed = BOUNDED_QUEUES.get(handle)?.push(value.to_bits(), Wait::No)?;
        Ok(i64::from(pushed.is_ok()))
    })
}

/// Adds a value at the end; waits at most `timeout_ms` milliseconds of a monotonic clock while the
/// queue is full, and not at all when that is not positive. Returns 1, or 0 when there was no room
/// in time, which is no error; 0 and RT_ERROR_CLOSED when the queue is closed, also while this
/// waits; 0 and a handle error for what is no live bounded queue. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_concurrent_bounded_queue_push_timeout(
    handle: i64,
    value: RuntimeValue,
    timeout_ms: i64,
) -> i64 {
    boundary("rt_concurrent_bounded_queue_push_timeout", 0, || {
        let pushed =
            BOUNDED_QUEUES.get(handle)?.push(value.to_bits(), Wait::milliseconds(timeout_ms))?;
        Ok(i64::from(pushed.is_ok()))
    })
}

/// Takes the oldest value; waits while the queue is empty. NIL at once when it is empty and closed,
/// which is no error; NIL and a handle error for what is no live bounded queue. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_concurrent_bounded_queue_pop(handle: i64) -> RuntimeValue {
    boundary("rt_concurrent_bounded_queue_pop", RuntimeValue::NIL, || {
        Ok(word_or_nil(BOUNDED_QUEUES.get(handle)?.pop(Wait::ForEver)?))
    })
}

/// Takes the oldest value, if there is one. NIL when there is none, which is no error; NIL and a
/// handle error for what is no live bounded queue. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_concurrent_bounded_queue_try_pop(handle: i64) -> RuntimeValue {
    boundary("rt_concurrent_bounded_queue_try_pop", RuntimeValue::NIL, || {
        Ok(word_or_nil(BOUNDED_QUEUES.get(handle)?.pop(Wait::No)?))
    })
}

/// Takes the oldest value; waits at most `timeout_ms` milliseconds of a monotonic clock while the
/// queue is empty, and not at all when that is not positive. NIL when none came in time, which is
/// no error; NIL at once when it is empty and closed, which is no error; NIL and a handle error for
/// what is no live bounded queue. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_concurrent_bounded_queue_pop_timeout(
    handle: i64,
    timeout_ms: i64,
) -> RuntimeValue {
    boundary("rt_concurrent_bounded_queue_pop_timeout", RuntimeValue::NIL, || {
        Ok(word_or_nil(BOUNDED_QUEUES.get(handle)?.pop(Wait::milliseconds(timeout_ms))?))
    })
}

/// Ends the queue: pushes are refused from now on, pops take what is left and do not wait, and
/// whoever waits is woken. A second time it changes nothing. Returns 1; 0 and a handle error for
/// what is no live bounded queue. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_concurrent_bounded_queue_close(handle: i64) -> i64 {
    boundary("rt_concurrent_bounded_queue_close", 0, || {
        BOUNDED_QUEUES.get(handle)?.close();
        Ok(1)
    })
}

/// Whether the queue was closed. true and a handle error for what is no live bounded queue.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_concurrent_bounded_queue_is_closed(handle: i64) -> bool {
    boundary("rt_concurrent_bounded_queue_is_closed", true, || {
        Ok(BOUNDED_QUEUES.get(handle)?.is_closed())
    })
}

/// Whether there is no value; with other threads at work, a moment's truth. true and a handle error
/// for what is no live bounded queue. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_concurrent_bounded_queue_is_empty(handle: i64) -> bool {
    boundary("rt_concurrent_bounded_queue_is_empty", true, || {
        Ok(BOUNDED_QUEUES.get(handle)?.is_empty())
    })
}

/// How many values there are; with other threads at work, a moment's truth. 0 and a handle error
/// for what is no live bounded queue. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_concurrent_bounded_queue_len(handle: i64) -> i64 {
    boundary("rt_concurrent_bounded_queue_len", 0, || Ok(BOUNDED_QUEUES.get(handle)?.len() as i64))
}

/// How many values the queue can hold. 0 and a handle error for what is no live bounded queue.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_concurrent_bounded_queue_capacity(handle: i64) -> i64 {
    boundary("rt_concurrent_bounded_queue_capacity", 0, || {
        Ok(BOUNDED_QUEUES.get(handle)?.capacity() as i64)
    })
}

/// Frees the bounded queue. The values in it are not freed. Returns 1; 0 and RT_ERROR_BUSY while a
/// thread waits in it: close it first; 0 and a handle error for what is no live bounded queue, so
/// for a second free too. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_concurrent_bounded_queue_free(handle: i64) -> i64 {
    boundary("rt_concurrent_bounded_queue_free", 0, || {
        BOUNDED_QUEUES.free_if(handle, BoundedQueue::retire).map(|()| 1)
    })
}
