//! Strings.

use std::ffi::{CStr, c_char};
use std::ptr;

use runtime_core::{arguments, boundary};

use crate::view::{Str, View};
use crate::word::RuntimeValue;

/// A string with a copy of the `len` bytes at `bytes`; UTF-8 is not demanded. The caller owns the result and frees it with `rt_value_free`.
/// NIL and an error otherwise: RT_ERROR_NULL_POINTER for null with a length (null with length 0 is the
/// empty string), RT_ERROR_LENGTH, RT_ERROR_OUT_OF_MEMORY. Thread-safe.
///
/// # Safety
/// `bytes` is null or points at `len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_string_new(bytes: *const u8, len: u64) -> RuntimeValue {
    boundary("rt_string_new", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise is this function's own.
        let bytes = unsafe { arguments::bytes("bytes", bytes, len)? };
        Str::new(bytes).map(Str::value)
    })
}

/// A string with a copy of the NUL-terminated text at `cstr`; null gives the empty string.
/// The caller owns the result and frees it with `rt_value_free`. NIL and RT_ERROR_OUT_OF_MEMORY without memory.
/// Thread-safe.
///
/// # Safety
/// `cstr` is null or points at readable bytes that end with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_cstring_to_text(cstr: *const c_char) -> RuntimeValue {
    boundary("rt_cstring_to_text", RuntimeValue::NIL, || {
        if cstr.is_null() {
            return RuntimeValue::bytes(b"");
        }
        // SAFETY: not null; that a NUL ends it is the caller's promise.
        RuntimeValue::bytes(unsafe { CStr::from_ptr(cstr) }.to_bytes())
    })
}

/// The length in bytes. -1 and an error otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `string` is no live string.
#[unsafe(no_mangle)]
pub extern "C" fn rt_string_len(string: RuntimeValue) -> i64 {
    boundary("rt_string_len", -1, || Ok(Str::of("string", string)?.len() as i64))
}

/// The address of the bytes, which are not NUL-terminated and not to be changed; valid until the string is
/// freed; not null for the empty string. Null and an error otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `string` is no live string.
#[unsafe(no_mangle)]
pub extern "C" fn rt_string_data(string: RuntimeValue) -> *const u8 {
    boundary("rt_string_data", ptr::null(), || Ok(Str::of("string", string)?.data()))
}

/// A new string with the bytes of `a`, then those of `b`. The caller owns the result and frees it with `rt_value_free`.
/// NIL and an error otherwise: RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when
/// one is no live string.
#[unsafe(no_mangle)]
pub extern "C" fn rt_string_concat(a: RuntimeValue, b: RuntimeValue) -> RuntimeValue {
    boundary("rt_string_concat", RuntimeValue::NIL, || {
        let (a, b) = (Str::of("a", a)?, Str::of("b", b)?);
        Str::concat(&[a.as_bytes(), b.as_bytes()]).map(Str::value)
    })
}

/// 1 when the string `string` begins with those of `prefix`, else 0. 0 and an error otherwise:
/// RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when one is no live string.
#[unsafe(no_mangle)]
pub extern "C" fn rt_string_starts_with(string: RuntimeValue, prefix: RuntimeValue) -> i64 {
    boundary("rt_string_starts_with", 0, || {
        let prefix = Str::of("prefix", prefix)?;
        Ok(i64::from(Str::of("string", string)?.as_bytes().starts_with(prefix.as_bytes())))
    })
}

/// 1 when the string `string` ends with those of `suffix`, else 0. 0 and an error otherwise:
/// RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when one is no live string.
#[unsafe(no_mangle)]
pub extern "C" fn rt_string_ends_with(string: RuntimeValue, suffix: RuntimeValue) -> i64 {
    boundary("rt_string_ends_with", 0, || {
        let suffix = Str::of("suffix", suffix)?;
        Ok(i64::from(Str::of("string", string)?.as_bytes().ends_with(suffix.as_bytes())))
    })
}

/// 1 when the strings have the same bytes, else 0. 0 and an error otherwise: RT_ERROR_WRONG_TYPE or
/// RT_ERROR_NOT_A_VALUE when one is no live string.
#[unsafe(no_mangle)]
pub extern "C" fn rt_string_eq(string1: RuntimeValue, string2: RuntimeValue) -> i64 {
    boundary("rt_string_eq", 0, || {
        let (string1, string2) = (Str::of("string1", string1)?, Str::of("string2", string2)?);
        Ok(i64::from(string1.as_bytes() == string2.as_bytes()))
    })
}

/// Frees the string. Returns 1. 0 and an error otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when
/// `value` is no live string (a second free).
#[unsafe(no_mangle)]
pub extern "C" fn rt_string_free(value: RuntimeValue) -> i64 {
    boundary("rt_string_free", 0, || {
        let string = Str::of("value", value)?;
        // SAFETY: that nobody uses the string any more is the C caller's word.
        unsafe { string.value().free() }.map(|()| 1)
    })
}
