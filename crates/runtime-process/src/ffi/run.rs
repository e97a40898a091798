//! Running programs to their end.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use runtime_core::{Result, arguments as decode, boundary};
use runtime_value::{RuntimeValue, Tuple, View};

use super::{code, command, report};
use crate::command::{Command, Use};
use crate::output::Output;
use crate::status;

/// Runs a program to its end and returns a tuple (stdout, stderr, exit code): two strings, in bytes as they
/// are, and an int. The program is looked for in the directories of PATH, unless there is a '/' in its
/// name; no shell is involved. `args` is an array of strings, or NIL for none. Its standard input is empty.
/// It is over when the program has ended and both streams are closed, also by what it has started in turn.
///
/// The exit code of a program that a signal ended is 128 and the signal's number, and RT_ERROR_PROCESS_SIGNALED
/// is set. When it does not start at all, the result is ("", "", -1) and an error is set:
/// RT_ERROR_PROGRAM_NOT_FOUND, RT_ERROR_PROGRAM_NOT_EXECUTABLE; RT_ERROR_INVALID_ARGUMENT for an empty name,
/// or a zero byte in the name or an argument; RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `args` is no
/// array, or an argument, whose position the text tells, is no string; RT_ERROR_NULL_POINTER,
/// RT_ERROR_LENGTH; RT_ERROR_SYSTEM when the system refuses. The same result when it started but the
/// outcome is lost: RT_ERROR_OUT_OF_MEMORY, RT_ERROR_PROCESS_STATUS_LOST when the process ignores SIGCHLD.
/// NIL and RT_ERROR_OUT_OF_MEMORY without memory for the tuple.
///
/// The caller owns the tuple and the strings and frees them with `rt_value_free_deep`. What was printed is
/// written before the program starts. The program gets no descriptors of the runtime's, no signals held
/// back, and the default treatment of SIGPIPE. Thread-safe.
///
/// # Safety
/// `cmd_ptr` is null or points at `cmd_len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_process_run(
    cmd_ptr: *const u8,
    cmd_len: u64,
    args: RuntimeValue,
) -> RuntimeValue {
    boundary("rt_process_run", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise is this function's own.
        let command = unsafe { command(cmd_ptr, cmd_len, args) };
        triple("rt_process_run", command.and_then(|command| command.run()))
    })
}

/// As `rt_process_run`, for at most `timeout_ms` milliseconds (below 0 counts as 0). The program gets a
/// process group of its own, so the keyboard's signals do not reach it. When the time is up, the group is
/// killed: the program and all that it has started, unless that has left the group. The result has what
/// they wrote until then, and RT_ERROR_PROCESS_TIMED_OUT is set, also when only the streams were not closed
/// in time. Thread-safe.
///
/// # Safety
/// As for `rt_process_run`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_process_run_timeout(
    cmd_ptr: *const u8,
    cmd_len: u64,
    args: RuntimeValue,
    timeout_ms: i64,
) -> RuntimeValue {
    boundary("rt_process_run_timeout", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise is this function's own.
        let command = unsafe { command(cmd_ptr, cmd_len, args) };
        let timeout = super::milliseconds(timeout_ms);
        let output = command.and_then(|command| command.timeout(timeout).run());
        triple("rt_process_run_timeout", output)
    })
}

/// As `rt_process_run`, with options: a dict whose keys are among these, or NIL for none. NIL as an option's
/// value is as if it were not there.
///
/// - `input`, a string: what the program reads from its standard input. Programs that do not read all of
///   it do no harm.
/// - `cwd`, a string: the directory that the program works in. A program's name with a '/' in it is
///   relative to that.
/// - `env`, a dict of strings: variables that are set for the program; NIL as a value takes one away.
/// - `clear_env`, a bool: whether this process's variables are kept from the program.
/// - `timeout_ms`, an int: as in `rt_process_run_timeout`.
/// - `grace_ms`, an int: how long the group has, when the time is up, between SIGTERM and SIGKILL; without
///   it there is no SIGTERM.
/// - `max_output`, an int: how many bytes of each stream are kept, the first ones. When there were more,
///   RT_ERROR_PROCESS_OUTPUT_CUT is set.
/// - `group`, a bool: whether the program gets a process group of its own without a time-out, too.
/// - `stdin`, `stdout`, `stderr`, strings: "pipe", "null" (nothing) or "inherit" (the stream of this
///   process); for `stderr` also "stdout", which puts both into one in the order of writing. The result
///   has what went through pipes.
///
/// Besides the errors of `rt_process_run`: RT_ERROR_PROCESS_OPTION for an option that there is not;
/// RT_ERROR_WRONG_TYPE, RT_ERROR_NOT_A_VALUE or RT_ERROR_INVALID_ARGUMENT for a value that does not fit,
/// a negative number among them; RT_ERROR_ENV_NAME, RT_ERROR_ENV_VALUE. Thread-safe.
///
/// # Safety
/// As for `rt_process_run`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_process_run_with(
    cmd_ptr: *const u8,
    cmd_len: u64,
    args: RuntimeValue,
    options: RuntimeValue,
) -> RuntimeValue {
    boundary("rt_process_run_with", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise is this function's own.
        let command = unsafe { command(cmd_ptr, cmd_len, args) };
        let command = command.and_then(|command| command.options(options, Use::Run));
        triple("rt_process_run_with", command.and_then(|command| command.run()))
    })
}

/// Runs a program to its end, as `rt_process_run`, and returns what it wrote to its standard output. The
/// caller owns the string. NIL and an error when it does not start; of a program that a signal ended, what
/// it wrote, and RT_ERROR_PROCESS_SIGNALED is set. Thread-safe.
///
/// # Safety
/// As for `rt_process_run`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_process_output(
    cmd_ptr: *const u8,
    cmd_len: u64,
    args: RuntimeValue,
) -> RuntimeValue {
    boundary("rt_process_output", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise is this function's own.
        let output = unsafe { command(cmd_ptr, cmd_len, args)?.run()? };
        report("rt_process_output", output.trouble());
        RuntimeValue::bytes(&output.stdout)
    })
}

/// Runs a program to its end with the standard streams of this process, and returns its exit code; 128 and
/// the signal's number when a signal ended it, and RT_ERROR_PROCESS_SIGNALED is set. -1 and an error of
/// `rt_process_run` when it does not start or the outcome is lost. Thread-safe.
///
/// # Safety
/// As for `rt_process_run`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_process_execute(
    cmd_ptr: *const u8,
    cmd_len: u64,
    args: RuntimeValue,
) -> i32 {
    boundary("rt_process_execute", -1, || {
        // SAFETY: the caller's promise is this function's own.
        let status = unsafe { command(cmd_ptr, cmd_len, args)?.execute()? };
        Ok(code("rt_process_execute", status) as i32)
    })
}

/// Runs a command line with the shell `/bin/sh` and the standard streams of this process. Returns its exit
/// code, or -1 and an error, as `rt_process_execute`. Thread-safe.
///
/// # Safety
/// `line_ptr` is null or points at `line_len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_shell(line_ptr: *const u8, line_len: u64) -> i64 {
    boundary("rt_shell", -1, || {
        // SAFETY: the caller's promise is this function's own.
        let status = unsafe { shell(line_ptr, line_len)?.execute()? };
        Ok(code("rt_shell", status))
    })
}

/// Runs a command line with the shell `/bin/sh` and returns what it wrote to its standard output, as
/// `rt_process_output`. Thread-safe.
///
/// # Safety
/// `line_ptr` is null or points at `line_len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_shell_output(line_ptr: *const u8, line_len: u64) -> RuntimeValue {
    boundary("rt_shell_output", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise is this function's own.
        let output = unsafe { shell(line_ptr, line_len)?.run()? };
        report("rt_shell_output", output.trouble());
        RuntimeValue::bytes(&output.stdout)
    })
}

/// # Safety
/// As for [`decode::bytes`].
unsafe fn shell(line_ptr: *const u8, line_len: u64) -> Result<Command> {
    // SAFETY: the caller's promise is this function's own.
    let line = unsafe { decode::bytes("line", line_ptr, line_len)? };
    // The line may begin with a dash.
    Ok(Command::new("/bin/sh").args(["-c", "--"]).arg(OsStr::from_bytes(line)))
}

/// The tuple for what came of a run. What went wrong is an error besides, which `function` sets.
fn triple(function: &'static str, outcome: Result<Output>) -> Result<RuntimeValue> {
    let (stdout, stderr, code, trouble) = match outcome {
        Ok(output) => {
            let trouble = output.trouble();
            (output.stdout, output.stderr, status::number(output.status), trouble)
        }
        Err(refusal) => (Vec::new(), Vec::new(), -1, Some(refusal)),
    };
    report(function, trouble);
    let parts =
        [RuntimeValue::bytes(&stdout)?, RuntimeValue::bytes(&stderr)?, RuntimeValue::int(code)?];
    Tuple::from_slice(&parts).map(View::value)
}
