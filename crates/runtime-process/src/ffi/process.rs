//! Starting processes that go on by themselves, and seeing to them.

use runtime_core::boundary;
use runtime_value::RuntimeValue;

use super::{code, command, milliseconds};
use crate::command::Use;
use crate::process::Process;

/// Starts a program, found as by `rt_process_run`, with the standard streams of this process, and does not
/// wait for it. Returns the system's number of the process. It can be waited for by that number, and need
/// not be: no zombie stays behind. At least the last 4096 ends that nobody asked for are remembered.
/// -1 and an error of `rt_process_run` when it does not start. Thread-safe.
///
/// # Safety
/// `cmd_ptr` is null or points at `cmd_len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_process_spawn(
    cmd_ptr: *const u8,
    cmd_len: u64,
    args: RuntimeValue,
) -> i64 {
    boundary("rt_process_spawn", -1, || {
        // SAFETY: the caller's promise is this function's own.
        Ok(unsafe { command(cmd_ptr, cmd_len, args)?.spawn()? }.number())
    })
}

/// The same as `rt_process_spawn`.
///
/// # Safety
/// As for `rt_process_spawn`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_process_spawn_async(
    cmd_ptr: *const u8,
    cmd_len: u64,
    args: RuntimeValue,
) -> i64 {
    boundary("rt_process_spawn_async", -1, || {
        // SAFETY: the caller's promise is this function's own.
        Ok(unsafe { command(cmd_ptr, cmd_len, args)?.spawn()? }.number())
    })
}

/// Starts a program, found as by `rt_process_run`, with pipes to its standard streams, and does not wait for
/// it. Returns a handle, which the caller owns and frees with `rt_process_free`. `options` are those of
/// `rt_process_run_with` without `input`, `timeout_ms`, `grace_ms` and `max_output`; "pipe" is the default
/// of all three streams. 0 and an error of `rt_process_run_with` when it does not start;
/// RT_ERROR_HANDLES_EXHAUSTED. Thread-safe.
///
/// # Safety
/// `cmd_ptr` is null or points at `cmd_len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_process_start(
    cmd_ptr: *const u8,
    cmd_len: u64,
    args: RuntimeValue,
    options: RuntimeValue,
) -> i64 {
    boundary("rt_process_start", 0, || {
        // SAFETY: the caller's promise is this function's own.
        let command = unsafe { command(cmd_ptr, cmd_len, args)? };
        Ok(command.options(options, Use::Start)?.start()?.number())
    })
}

/// The system's number of a process. `process` is, here and in all functions with a parameter of that name,
/// the handle of `rt_process_start` or the number of `rt_process_spawn`. -1 and an error otherwise:
/// RT_ERROR_NOT_A_CHILD for a number of a process that was not started here or whose end was told, also
/// after a `fork`; RT_ERROR_NOT_A_HANDLE, RT_ERROR_STALE_HANDLE or RT_ERROR_WRONG_KIND for what is no live
/// handle. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_process_pid(process: i64) -> i64 {
    boundary("rt_process_pid", -1, || Process::of(process).pid())
}

/// Waits until the process has ended and returns its exit code; 128 and the signal's number when a signal
/// ended it, and RT_ERROR_PROCESS_SIGNALED is set. A handle tells the end again and again; the number of
/// `rt_process_spawn` tells it once and stands for nothing then. What the process writes into a pipe should
/// be read meanwhile, lest it wait for room for ever. -1 and an error otherwise: RT_ERROR_NOT_A_CHILD and
/// the errors of handles as in `rt_process_pid`; RT_ERROR_PROCESS_STATUS_LOST when this process ignores
/// SIGCHLD or has waited otherwise. Thread-safe: several threads may wait for one handle.
#[unsafe(no_mangle)]
pub extern "C" fn rt_process_wait(process: i64) -> i64 {
    boundary("rt_process_wait", -1, || Ok(code("rt_process_wait", Process::of(process).wait()?)))
}

/// As `rt_process_wait`, at once: -1 without an error while the process runs, -2 and an error otherwise.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_process_try_wait(process: i64) -> i64 {
    boundary("rt_process_try_wait", -2, || {
        let ended = Process::of(process).try_wait()?;
        Ok(ended.map_or(-1, |status| code("rt_process_try_wait", status)))
    })
}

/// As `rt_process_wait`, for at most `timeout_ms` milliseconds (below 0 counts as 0): -1 without an error
/// when the process did not end in time, -2 and an error otherwise. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_process_wait_timeout(process: i64, timeout_ms: i64) -> i64 {
    boundary("rt_process_wait_timeout", -2, || {
        let ended = Process::of(process).wait_for(milliseconds(timeout_ms))?;
        Ok(ended.map_or(-1, |status| code("rt_process_wait_timeout", status)))
    })
}

/// Whether the process has not ended; does not take its end from who waits for it. False and an error
/// otherwise: RT_ERROR_NOT_A_CHILD and the errors of handles as in `rt_process_pid`. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_process_is_running(process: i64) -> bool {
    boundary("rt_process_is_running", false, || Process::of(process).is_running())
}

/// Kills the process with SIGKILL, or its whole group if it was started with the option `group` and its end
/// was not told yet. Returns true; false without an error when it has ended. A signal never reaches a
/// stranger who has got the number. False and an error otherwise: RT_ERROR_NOT_A_CHILD and the errors of
/// handles as in `rt_process_pid`, RT_ERROR_SYSTEM when the system does not allow it. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_process_kill(process: i64) -> bool {
    boundary("rt_process_kill", false, || Process::of(process).kill())
}

/// As `rt_process_kill`, with another signal: a number of the system's, 15 being SIGTERM.
/// RT_ERROR_INVALID_ARGUMENT for a number that is no signal's. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_process_signal(process: i64, signal: i64) -> bool {
    boundary("rt_process_signal", false, || Process::of(process).signal(signal))
}

/// Frees the handle and closes the pipes. A process that runs runs on, with the end of its input before it
/// and nobody behind its output, and stands under its own number as one of `rt_process_spawn` does; when it
/// ends, no zombie stays behind. Returns 1. 0 and an error otherwise: RT_ERROR_NOT_A_HANDLE,
/// RT_ERROR_STALE_HANDLE or RT_ERROR_WRONG_KIND when `handle` is no live process. Thread-safe: of several
/// threads that free it, one succeeds.
#[unsafe(no_mangle)]
pub extern "C" fn rt_process_free(handle: i64) -> i64 {
    boundary("rt_process_free", 0, || Process::of(handle).free().map(|()| 1))
}
