//! Texts that C++ hands over, and the results of calls that may leave one as their error.

use std::ffi::{c_char, c_int};
use std::{ptr, slice};

use crate::Result;
use crate::ffi::{ErrorText, shim_text_free, shim_text_new};

/// Makes a call that returns a pointer, null on failure.
pub(crate) fn pointer<T>(call: impl FnOnce(ErrorText) -> *mut T) -> Result<*mut T> {
    let mut error = ptr::null_mut();
    let result = call(&raw mut error);
    if result.is_null() { Err(reason(error)) } else { Ok(result) }
}

/// Makes a call that returns 1, or 0 on failure.
pub(crate) fn done(call: impl FnOnce(ErrorText) -> c_int) -> Result<()> {
    let mut error = ptr::null_mut();
    if call(&raw mut error) == 0 { Err(reason(error)) } else { Ok(()) }
}

/// Makes a call that returns a text of its own, null on failure.
pub(crate) fn string(call: impl FnOnce(ErrorText) -> *mut c_char) -> Result<String> {
    // SAFETY: texts that C++ returns end with a zero, and this one is ours.
    pointer(call).map(|text| unsafe { take(text, None) })
}

/// The text in memory that C++ frees.
pub(crate) fn give(text: &str) -> *mut c_char {
    // SAFETY: the pointer and the length are those of the text.
    unsafe { shim_text_new(text.as_ptr().cast(), text.len()) }
}

/// Copies a text of C++'s and frees it.
///
/// # Safety
/// The text came from `shim_text_new`, has `length` bytes (or ends at its first zero), and nobody
/// uses it after this.
pub(crate) unsafe fn take(text: *mut c_char, length: Option<usize>) -> String {
    // SAFETY: the caller vouches for the pointer; such a text always ends with a zero.
    unsafe {
        let length = length.unwrap_or_else(|| std::ffi::CStr::from_ptr(text).count_bytes());
        let bytes = slice::from_raw_parts(text.cast::<u8>(), length);
        let copy = String::from_utf8_lossy(bytes).into_owned();
        shim_text_free(text);
        copy
    }
}

#[cold]
fn reason(error: *mut c_char) -> String {
    if error.is_null() {
        return String::from("there is no memory left to say why");
    }
    // SAFETY: what stands there after a failure is a text for us to free.
    unsafe { take(error, None) }
}
