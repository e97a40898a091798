//! Reading standard input, and the text that stands in for it.

use runtime_core::{arguments, boundary};
use runtime_value::RuntimeValue;

use crate::input;

/// The next line of standard input, or of this thread's mock, as a string without its end (`\n` or
/// `\r\n`); any bytes, of any length. NIL without an error at the end of the input: an empty line is an
/// empty string. The caller owns the result and frees it with `rt_value_free`. NIL and an error otherwise:
/// RT_ERROR_SYSTEM when the system refuses to read, RT_ERROR_OUT_OF_MEMORY. Flushes standard output
/// before it waits. Thread-safe; the input's buffer is the process's, and not that of C's `stdin`.
#[unsafe(no_mangle)]
pub extern "C" fn rt_read_stdin_line() -> RuntimeValue {
    boundary("rt_read_stdin_line", RuntimeValue::NIL, || {
        input::read_line()?.map_or(Ok(RuntimeValue::NIL), |line| RuntimeValue::bytes(&line))
    })
}

/// The next character of standard input, or of this thread's mock, as a code point, line ends among
/// them. -1 at the end of the input, which is no error. -2 and an error otherwise: RT_ERROR_NOT_UTF8 for
/// bytes that are no character, which are skipped; RT_ERROR_SYSTEM, RT_ERROR_OUT_OF_MEMORY. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_read_stdin_char() -> i64 {
    boundary("rt_read_stdin_char", -2, || {
        Ok(input::read_char()?.map_or(-1, |char| i64::from(u32::from(char))))
    })
}

/// Lets this thread read a copy of the `len` bytes at `ptr` instead of standard input, until
/// `rt_clear_stdin`; replaces an earlier mock. After the last byte comes the end of the input, not the
/// real standard input. Returns 1. 0 and an error otherwise: RT_ERROR_NULL_POINTER for null with a length
/// (null with length 0 is an empty input), RT_ERROR_LENGTH, RT_ERROR_OUT_OF_MEMORY. Thread-safe.
///
/// # Safety
/// `ptr` is null or points at `len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_set_stdin(ptr: *const u8, len: u64) -> i64 {
    boundary("rt_set_stdin", 0, || {
        // SAFETY: the caller's promise is this function's own.
        let text = unsafe { arguments::bytes("ptr", ptr, len)? };
        input::mock(text).map(|()| 1)
    })
}

/// Whether this thread reads a mock, which may be read to its end. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_has_mock_stdin() -> bool {
    boundary("rt_has_mock_stdin", false, || Ok(input::has_mock()))
}

/// Lets this thread read the real standard input again. Returns 1, also when there was no mock.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_clear_stdin() -> i64 {
    boundary("rt_clear_stdin", 0, || {
        input::clear_mock();
        Ok(1)
    })
}
