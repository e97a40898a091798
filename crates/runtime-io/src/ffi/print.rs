//! Printing texts and values, and flushing.

use runtime_core::{Result, arguments, boundary};
use runtime_value::RuntimeValue;

use crate::stream::{self, Stream};

/// Prints the `len` bytes at `ptr` to standard output as they are, UTF-8 or not. They wait in a buffer
/// of the process until it is full, until something goes to standard error, until `rt_stdout_flush`, a
/// read of standard input, the start of a child process or the exit; on a terminal, until their line
/// ends. While a capture is on, they go there instead. The buffer is not that of C's `stdout`: a
/// program that uses both flushes in between.
/// Returns 1. 0 and an error otherwise: RT_ERROR_NULL_POINTER for null with a length (null with length
/// 0 prints nothing), RT_ERROR_LENGTH, RT_ERROR_CLOSED_PIPE when the reader is gone (no signal is
/// sent), RT_ERROR_SYSTEM when the system refuses otherwise. What failed to be written is lost and
/// reported once, by the call that noticed; the next print tries anew. Thread-safe; texts of several
/// threads do not mix.
///
/// # Safety
/// `ptr` is null or points at `len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_print_str(ptr: *const u8, len: u64) -> i64 {
    boundary("rt_print_str", 0, || {
        // SAFETY: the caller's promise is this function's own.
        let text = unsafe { arguments::bytes("ptr", ptr, len)? };
        done(Stream::Stdout.print(text))
    })
}

/// As `rt_print_str`, with the end of the line in the same piece; null with length 0 prints an empty
/// line.
///
/// # Safety
/// `ptr` is null or points at `len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_println_str(ptr: *const u8, len: u64) -> i64 {
    boundary("rt_println_str", 0, || {
        // SAFETY: the caller's promise is this function's own.
        let text = unsafe { arguments::bytes("ptr", ptr, len)? };
        done(Stream::Stdout.println(text))
    })
}

/// Prints the `len` bytes at `ptr` to standard error, at once, and after what was printed to standard
/// output before. Returns, refuses and may be captured as `rt_print_str`. An error of standard output
/// that comes up here is reported by the next print there. Thread-safe.
///
/// # Safety
/// `ptr` is null or points at `len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_eprint_str(ptr: *const u8, len: u64) -> i64 {
    boundary("rt_eprint_str", 0, || {
        // SAFETY: the caller's promise is this function's own.
        let text = unsafe { arguments::bytes("ptr", ptr, len)? };
        done(Stream::Stderr.print(text))
    })
}

/// As `rt_eprint_str`, with the end of the line in the same piece; null with length 0 prints an empty
/// line.
///
/// # Safety
/// `ptr` is null or points at `len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_eprintln_str(ptr: *const u8, len: u64) -> i64 {
    boundary("rt_eprintln_str", 0, || {
        // SAFETY: the caller's promise is this function's own.
        let text = unsafe { arguments::bytes("ptr", ptr, len)? };
        done(Stream::Stderr.println(text))
    })
}

/// Prints a value to standard output as Simple shows it: `nil`, `true`, `42`, `1.0` (the shortest digits
/// that read back as the same float), a string as it is, `[1, "two"]`; a word that is no live value
/// as `<invalid 0x...>`. Returns and refuses as `rt_print_str`. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_print_value(v: RuntimeValue) -> i64 {
    boundary("rt_print_value", 0, || done(Stream::Stdout.print_value(v)))
}

/// As `rt_print_value`, with the end of the line in the same piece.
#[unsafe(no_mangle)]
pub extern "C" fn rt_println_value(v: RuntimeValue) -> i64 {
    boundary("rt_println_value", 0, || done(Stream::Stdout.println_value(v)))
}

/// Prints a value to standard error, as `rt_print_value` shows it and as `rt_eprint_str` prints.
#[unsafe(no_mangle)]
pub extern "C" fn rt_eprint_value(v: RuntimeValue) -> i64 {
    boundary("rt_eprint_value", 0, || done(Stream::Stderr.print_value(v)))
}

/// As `rt_eprint_value`, with the end of the line in the same piece.
#[unsafe(no_mangle)]
pub extern "C" fn rt_eprintln_value(v: RuntimeValue) -> i64 {
    boundary("rt_eprintln_value", 0, || done(Stream::Stderr.println_value(v)))
}

/// Another name of `rt_print_value`.
#[unsafe(no_mangle)]
pub extern "C" fn rt_print(v: RuntimeValue) -> i64 {
    boundary("rt_print", 0, || done(Stream::Stdout.print_value(v)))
}

/// Another name of `rt_println_value`.
#[unsafe(no_mangle)]
pub extern "C" fn rt_println(v: RuntimeValue) -> i64 {
    boundary("rt_println", 0, || done(Stream::Stdout.println_value(v)))
}

/// The text of a value as `rt_print_value` prints it, as a new string. The caller owns the result and
/// frees it with `rt_value_free`. NIL and RT_ERROR_OUT_OF_MEMORY without memory. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_value_to_string(v: RuntimeValue) -> RuntimeValue {
    boundary("rt_value_to_string", RuntimeValue::NIL, || stream::text(v))
}

/// Another name of `rt_value_to_string`.
#[unsafe(no_mangle)]
pub extern "C" fn rt_to_string(value: RuntimeValue) -> RuntimeValue {
    boundary("rt_to_string", RuntimeValue::NIL, || stream::text(value))
}

/// Writes what was printed to standard output and still waits. Returns 1. 0 and an error otherwise, as
/// `rt_print_str`: a program that must know whether its output arrived flushes before it ends.
/// Captured texts stay where they are. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_stdout_flush() -> i64 {
    boundary("rt_stdout_flush", 0, || done(Stream::Stdout.flush()))
}

/// Returns 1: standard error never waits. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_stderr_flush() -> i64 {
    boundary("rt_stderr_flush", 0, || done(Stream::Stderr.flush()))
}

#[inline]
fn done(result: Result<()>) -> Result<i64> {
    result.map(|()| 1)
}
