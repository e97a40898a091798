//! Capturing what is printed.

use runtime_core::boundary;
use runtime_value::RuntimeValue;

use crate::capture::{self, Scope};
use crate::stream::Stream;

/// Captures what this thread prints to standard output from now on, instead of writing it. Captures nest:
/// a further start begins an inner one, empty, and the outer one goes on with what it had when the
/// inner one stops. Returns 1. 0 and RT_ERROR_CAPTURE_DEPTH when 1024 are on already. Thread-safe: each
/// thread has its own.
#[unsafe(no_mangle)]
pub extern "C" fn rt_capture_stdout_start() -> i64 {
    boundary("rt_capture_stdout_start", 0, || {
        capture::start(Scope::Thread, Stream::Stdout).map(|()| 1)
    })
}

/// Stops the innermost capture of this thread's standard output and returns its text. The caller owns
/// the result and frees it with `rt_value_free`. NIL and an error otherwise: RT_ERROR_NOT_CAPTURING when
/// none is on, RT_ERROR_OUT_OF_MEMORY (it is stopped all the same). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_capture_stdout_stop() -> RuntimeValue {
    boundary("rt_capture_stdout_stop", RuntimeValue::NIL, || {
        RuntimeValue::bytes(&capture::stop(Scope::Thread, Stream::Stdout)?)
    })
}

/// The text of the innermost capture of this thread's standard output so far; it goes on. The caller
/// owns the result and frees it with `rt_value_free`. NIL when none is on, which is no error; NIL and
/// RT_ERROR_OUT_OF_MEMORY without memory. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_get_captured_stdout() -> RuntimeValue {
    boundary("rt_get_captured_stdout", RuntimeValue::NIL, || {
        capture::text(Scope::Thread, Stream::Stdout)
            .map_or(Ok(RuntimeValue::NIL), |text| RuntimeValue::bytes(&text))
    })
}

/// Forgets the text of the innermost capture of this thread's standard output, which goes on. Returns
/// 1, also when none is on. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_clear_captured_stdout() -> i64 {
    boundary("rt_clear_captured_stdout", 0, || {
        capture::clear(Scope::Thread, Stream::Stdout);
        Ok(1)
    })
}

/// Whether a capture of this thread's standard output is on. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_is_stdout_capturing() -> bool {
    boundary("rt_is_stdout_capturing", false, || Ok(capture::is_on(Scope::Thread, Stream::Stdout)))
}

/// Captures what this thread prints to standard error from now on. As `rt_capture_stdout_start`.
#[unsafe(no_mangle)]
pub extern "C" fn rt_capture_stderr_start() -> i64 {
    boundary("rt_capture_stderr_start", 0, || {
        capture::start(Scope::Thread, Stream::Stderr).map(|()| 1)
    })
}

/// Stops the innermost capture of this thread's standard error and returns its text, as
/// `rt_capture_stdout_stop`.
#[unsafe(no_mangle)]
pub extern "C" fn rt_capture_stderr_stop() -> RuntimeValue {
    boundary("rt_capture_stderr_stop", RuntimeValue::NIL, || {
        RuntimeValue::bytes(&capture::stop(Scope::Thread, Stream::Stderr)?)
    })
}

/// The text of the innermost capture of this thread's standard error so far, as
/// `rt_get_captured_stdout`.
#[unsafe(no_mangle)]
pub extern "C" fn rt_get_captured_stderr() -> RuntimeValue {
    boundary("rt_get_captured_stderr", RuntimeValue::NIL, || {
        capture::text(Scope::Thread, Stream::Stderr)
            .map_or(Ok(RuntimeValue::NIL), |text| RuntimeValue::bytes(&text))
    })
}

/// Forgets the text of the innermost capture of this thread's standard error, as
/// `rt_clear_captured_stdout`.
#[unsafe(no_mangle)]
pub extern "C" fn rt_clear_captured_stderr() -> i64 {
    boundary("rt_clear_captured_stderr", 0, || {
        capture::clear(Scope::Thread, Stream::Stderr);
        Ok(1)
    })
}

/// Whether a capture of this thread's standard error is on. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_is_stderr_capturing() -> bool {
    boundary("rt_is_stderr_capturing", false, || Ok(capture::is_on(Scope::Thread, Stream::Stderr)))
}

/// Captures what all threads print that do not capture themselves to standard output from now on,
/// instead of writing it. Nests, returns and refuses as `rt_capture_stdout_start`. Thread-safe: there is
/// one nest for the process.
#[unsafe(no_mangle)]
pub extern "C" fn rt_capture_process_stdout_start() -> i64 {
    boundary("rt_capture_process_stdout_start", 0, || {
        capture::start(Scope::Process, Stream::Stdout).map(|()| 1)
    })
}

/// Stops the innermost capture of the process's standard output and returns its text, as
/// `rt_capture_stdout_stop`.
#[unsafe(no_mangle)]
pub extern "C" fn rt_capture_process_stdout_stop() -> RuntimeValue {
    boundary("rt_capture_process_stdout_stop", RuntimeValue::NIL, || {
        RuntimeValue::bytes(&capture::stop(Scope::Process, Stream::Stdout)?)
    })
}

/// The text of the innermost capture of the process's standard output so far, as
/// `rt_get_captured_stdout`.
#[unsafe(no_mangle)]
pub extern "C" fn rt_get_captured_process_stdout() -> RuntimeValue {
    boundary("rt_get_captured_process_stdout", RuntimeValue::NIL, || {
        capture::text(Scope::Process, Stream::Stdout)
            .map_or(Ok(RuntimeValue::NIL), |text| RuntimeValue::bytes(&text))
    })
}

/// Forgets the text of the innermost capture of the process's standard output, as
/// `rt_clear_captured_stdout`.
#[unsafe(no_mangle)]
pub extern "C" fn rt_clear_captured_process_stdout() -> i64 {
    boundary("rt_clear_captured_process_stdout", 0, || {
        capture::clear(Scope::Process, Stream::Stdout);
        Ok(1)
    })
}

/// Whether a capture of the process's standard output is on. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_is_process_stdout_capturing() -> bool {
    boundary("rt_is_process_stdout_capturing", false, || {
        Ok(capture::is_on(Scope::Process, Stream::Stdout))
    })
}

/// Captures what all threads print that do not capture themselves to standard error from now on. As
/// `rt_capture_process_stdout_start`.
#[unsafe(no_mangle)]
pub extern "C" fn rt_capture_process_stderr_start() -> i64 {
    boundary("rt_capture_process_stderr_start", 0, || {
        capture::start(Scope::Process, Stream::Stderr).map(|()| 1)
    })
}

/// Stops the innermost capture of the process's standard error and returns its text, as
/// `rt_capture_stdout_stop`.
#[unsafe(no_mangle)]
pub extern "C" fn rt_capture_process_stderr_stop() -> RuntimeValue {
    boundary("rt_capture_process_stderr_stop", RuntimeValue::NIL, || {
        RuntimeValue::bytes(&capture::stop(Scope::Process, Stream::Stderr)?)
    })
}

/// The text of the innermost capture of the process's standard error so far, as
/// `rt_get_captured_stdout`.
#[unsafe(no_mangle)]
pub extern "C" fn rt_get_captured_process_stderr() -> RuntimeValue {
    boundary("rt_get_captured_process_stderr", RuntimeValue::NIL, || {
        capture::text(Scope::Process, Stream::Stderr)
            .map_or(Ok(RuntimeValue::NIL), |text| RuntimeValue::bytes(&text))
    })
}

/// Forgets the text of the innermost capture of the process's standard error, as
/// `rt_clear_captured_stdout`.
#[unsafe(no_mangle)]
pub extern "C" fn rt_clear_captured_process_stderr() -> i64 {
    boundary("rt_clear_captured_process_stderr", 0, || {
        capture::clear(Scope::Process, Stream::Stderr);
        Ok(1)
    })
}

/// Whether a capture of the process's standard error is on. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_is_process_stderr_capturing() -> bool {
    boundary("rt_is_process_stderr_capturing", false, || {
        Ok(capture::is_on(Scope::Process, Stream::Stderr))
    })
}
