//! Channels.

use runtime_core::boundary;
use runtime_value::RuntimeValue;

use super::{milliseconds, word_or_nil};
use crate::channel::Channel;

/// An open channel without a bound. Any number of threads send and receive; each value is received
/// once, in the order of sending. The caller owns the channel and frees it with `rt_channel_free`.
/// 0 and RT_ERROR_HANDLES_EXHAUSTED when no handle is left. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_channel_new() -> i64 {
    boundary("rt_channel_new", 0, || Ok(Channel::new()?.handle()))
}

/// Sends a value; never waits. The word is passed as it is, not copied: the object behind it is the
/// receiver's from now on. Returns 1. 0 and an error otherwise: RT_ERROR_CHANNEL_CLOSED when the
/// channel was closed, RT_ERROR_NOT_A_HANDLE, RT_ERROR_STALE_HANDLE or RT_ERROR_WRONG_KIND when
/// `handle` is no live channel, RT_ERROR_OUT_OF_MEMORY. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_channel_send(handle: i64, value: RuntimeValue) -> i64 {
    boundary("rt_channel_send", 0, || Channel::of(handle).send(value.to_bits()).map(|()| 1))
}

/// Receives the oldest value, which is the caller's. NIL without an error when there is none. NIL
/// and an error otherwise: RT_ERROR_NOT_A_HANDLE, RT_ERROR_STALE_HANDLE or RT_ERROR_WRONG_KIND when
/// `handle` is no live channel. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_channel_try_recv(handle: i64) -> RuntimeValue {
    boundary("rt_channel_try_recv", RuntimeValue::NIL, || {
        Channel::of(handle).try_receive().map(word_or_nil)
    })
}

/// Receives the oldest value, which is the caller's, waiting until there is one. NIL without an
/// error when the channel is closed and empty. NIL and an error otherwise: RT_ERROR_NOT_A_HANDLE,
/// RT_ERROR_STALE_HANDLE or RT_ERROR_WRONG_KIND when `handle` is no live channel. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_channel_recv(handle: i64) -> RuntimeValue {
    boundary("rt_channel_recv", RuntimeValue::NIL, || {
        Channel::of(handle).receive().map(word_or_nil)
    })
}

/// As `rt_channel_recv`, but waits at most `timeout_ms` milliseconds of a monotonic clock (below 0
/// counts as 0). NIL without an error when the time was not enough. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_channel_recv_timeout(handle: i64, timeout_ms: i64) -> RuntimeValue {
    boundary("rt_channel_recv_timeout", RuntimeValue::NIL, || {
        Channel::of(handle).receive_for(milliseconds(timeout_ms)).map(word_or_nil)
    })
}

/// Closes the channel: nothing more is sent, what is in it can still be received, and who waits for
/// more stops waiting. Closing it again changes nothing. Returns 1. 0 and an error otherwise:
/// RT_ERROR_NOT_A_HANDLE, RT_ERROR_STALE_HANDLE or RT_ERROR_WRONG_KIND when `handle` is no live
/// channel. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_channel_close(handle: i64) -> i64 {
    boundary("rt_channel_close", 0, || Channel::of(handle).close().map(|()| 1))
}

/// Whether the channel was closed: 1 or 0. 1 and an error otherwise: RT_ERROR_NOT_A_HANDLE,
/// RT_ERROR_STALE_HANDLE or RT_ERROR_WRONG_KIND when `handle` is no live channel. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_channel_is_closed(handle: i64) -> i64 {
    boundary("rt_channel_is_closed", 1, || Channel::of(handle).is_closed().map(i64::from))
}

/// How many values are in the channel at this moment. -1 and an error otherwise:
/// RT_ERROR_NOT_A_HANDLE, RT_ERROR_STALE_HANDLE or RT_ERROR_WRONG_KIND when `handle` is no live
/// channel. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_channel_len(handle: i64) -> i64 {
    boundary("rt_channel_len", -1, || Channel::of(handle).len().map(|len| len as i64))
}

/// Frees the channel. Values in it stay, and nobody receives them. Returns 1. 0 and an error
/// otherwise: RT_ERROR_BUSY while a thread waits to receive, RT_ERROR_NOT_A_HANDLE,
/// RT_ERROR_STALE_HANDLE or RT_ERROR_WRONG_KIND when `handle` is no live channel. Thread-safe: of
/// several threads that free it, one succeeds.
#[unsafe(no_mangle)]
pub extern "C" fn rt_channel_free(handle: i64) -> i64 {
    boundary("rt_channel_free", 0, || Channel::of(handle).free().map(|()| 1))
}
