//! The pipes of a process that was started with some.

use runtime_core::{Result, arguments as decode, boundary};
use runtime_value::RuntimeValue;

use super::milliseconds;
use crate::process::{Process, Stream};

/// Writes all of the `len` bytes at `data_ptr` to the process's standard input, waiting until there is room
/// for them. Returns 1. 0 and an error otherwise: RT_ERROR_PROCESS_CLOSED_PIPE when the process reads no
/// more (no signal is sent), RT_ERROR_PROCESS_NO_PIPE when its input is no pipe or was closed,
/// RT_ERROR_NOT_A_HANDLE, RT_ERROR_STALE_HANDLE or RT_ERROR_WRONG_KIND when `handle` is no live process,
/// RT_ERROR_NULL_POINTER, RT_ERROR_LENGTH, RT_ERROR_SYSTEM. A process that waits until its output is read
/// does not read: for much of both, use `rt_process_run_with`, or two threads. Thread-safe; texts of several
/// threads do not mix.
///
/// # Safety
/// `data_ptr` is null or points at `data_len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_process_write_stdin(
    handle: i64,
    data_ptr: *const u8,
    data_len: u64,
) -> i64 {
    boundary("rt_process_write_stdin", 0, || {
        // SAFETY: the caller's promise is this function's own.
        let data = unsafe { decode::bytes("data", data_ptr, data_len)? };
        Process::of(handle).write(data).map(|()| 1)
    })
}

/// Closes the process's standard input: it reads what is in the pipe, then the end. Returns 1, also when
/// there is nothing to close. 0 and an error otherwise: RT_ERROR_NOT_A_HANDLE, RT_ERROR_STALE_HANDLE or
/// RT_ERROR_WRONG_KIND when `handle` is no live process. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_process_close_stdin(handle: i64) -> i64 {
    boundary("rt_process_close_stdin", 0, || Process::of(handle).close_stdin().map(|()| 1))
}

/// What the process has written to its standard output, at most `max_len` bytes, as a string; waits until
/// there is something. The caller owns the string. NIL without an error when the stream is at its end. NIL
/// and an error otherwise: RT_ERROR_PROCESS_NO_PIPE when its output is no pipe, RT_ERROR_LENGTH when
/// `max_len` is negative, RT_ERROR_NOT_A_HANDLE, RT_ERROR_STALE_HANDLE or RT_ERROR_WRONG_KIND when `handle`
/// is no live process, RT_ERROR_SYSTEM, RT_ERROR_OUT_OF_MEMORY. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_process_read_stdout(handle: i64, max_len: i64) -> RuntimeValue {
    boundary("rt_process_read_stdout", RuntimeValue::NIL, || {
        let limit = limit(max_len)?;
        value_of(Process::of(handle).read(Stream::Stdout, limit)?)
    })
}

/// As `rt_process_read_stdout`, waiting for at most `timeout_ms` milliseconds (below 0 counts as 0): an
/// empty string when nothing came. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_process_read_stdout_timeout(
    handle: i64,
    max_len: i64,
    timeout_ms: i64,
) -> RuntimeValue {
    boundary("rt_process_read_stdout_timeout", RuntimeValue::NIL, || {
        let (limit, time) = (limit(max_len)?, milliseconds(timeout_ms));
        value_of(Process::of(handle).read_for(Stream::Stdout, limit, time)?)
    })
}

/// As `rt_process_read_stdout`, for the process's standard error. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_process_read_stderr(handle: i64, max_len: i64) -> RuntimeValue {
    boundary("rt_process_read_stderr", RuntimeValue::NIL, || {
        let limit = limit(max_len)?;
        value_of(Process::of(handle).read(Stream::Stderr, limit)?)
    })
}

/// As `rt_process_read_stdout_timeout`, for the process's standard error. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_process_read_stderr_timeout(
    handle: i64,
    max_len: i64,
    timeout_ms: i64,
) -> RuntimeValue {
    boundary("rt_process_read_stderr_timeout", RuntimeValue::NIL, || {
        let (limit, time) = (limit(max_len)?, milliseconds(timeout_ms));
        value_of(Process::of(handle).read_for(Stream::Stderr, limit, time)?)
    })
}

fn limit(max_len: i64) -> Result<usize> {
    decode::count("max_len", max_len).map(|limit| usize::try_from(limit).unwrap_or(usize::MAX))
}

/// The string, or NIL.
fn value_of(bytes: Option<Vec<u8>>) -> Result<RuntimeValue> {
    bytes.map_or(Ok(RuntimeValue::NIL), |bytes| RuntimeValue::bytes(&bytes))
}
