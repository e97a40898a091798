//! Files by patterns.

use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use runtime_core::{Result, arguments, boundary};
use runtime_value::string::array_of_strings;
use runtime_value::{Array, RuntimeValue, View};

use crate::glob;

/// The paths of what has a name that the pattern stands for: in the directory `dir`, or with
/// `recursive` in the whole tree below it, hidden directories left out. In the pattern `*` stands for
/// any characters, `?` for one, `[a-z]` for one of these, `[!a]` and `[^a]` for another, `{one,other}`
/// for either; a name that begins with a dot needs a pattern that does; there is no slash. Files,
/// directories and links are found; links to directories are entered, but not back into one that the
/// way leads through. Each path begins with `dir` as it is given; they are sorted by their bytes. An
/// array of strings that the caller owns (rt_value_free_deep frees both), empty when nothing is found.
/// NIL when it fails: RT_ERROR_GLOB_PATTERN for a pattern that is empty or has a slash, a bracket or
/// brace that is not closed, a range that runs backwards, or more than 4096 alternatives;
/// RT_ERROR_SYSTEM when `dir` is no directory or may not be read, with the system's number;
/// RT_ERROR_PATH for a `dir` that is empty or has a zero byte inside, null with a length
/// (RT_ERROR_NULL_POINTER), a length that memory cannot hold (RT_ERROR_LENGTH),
/// RT_ERROR_OUT_OF_MEMORY. Thread-safe.
///
/// # Safety
/// `dir_ptr` points at `dir_len` readable bytes and `pattern_ptr` at `pattern_len`, or they are null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_file_find(
    dir_ptr: *const u8,
    dir_len: u64,
    pattern_ptr: *const u8,
    pattern_len: u64,
    recursive: bool,
) -> RuntimeValue {
    boundary("rt_file_find", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise.
        let (dir, pattern) = unsafe {
            let dir = super::path("dir", dir_ptr, dir_len)?;
            (dir, arguments::bytes("pattern", pattern_ptr, pattern_len)?)
        };
        strings(&glob::find(dir, pattern, recursive)?)
    })
}

/// The paths that a pattern stands for as it is seen from the directory `dir`. Between its slashes are
/// patterns of names, as for rt_file_find; `**` between two slashes stands for any number of
/// directories that are not hidden, links to them followed, but not back into one that the way leads
/// through; a slash at the end asks for directories, and is then at the end of the paths too. A pattern
/// that begins with a slash is seen from the root. Each other path begins with `dir` as it is given;
/// they are sorted by their bytes. What is below `dir` and may not be read holds nothing. An array of
/// strings that the caller owns (rt_value_free_deep frees both), empty when nothing is found. NIL when
/// it fails, with the errors of rt_file_find; slashes are none. Thread-safe.
///
/// # Safety
/// `dir_ptr` points at `dir_len` readable bytes and `pattern_ptr` at `pattern_len`, or they are null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_dir_glob(
    dir_ptr: *const u8,
    dir_len: u64,
    pattern_ptr: *const u8,
    pattern_len: u64,
) -> RuntimeValue {
    boundary("rt_dir_glob", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise.
        let (dir, pattern) = unsafe {
            let dir = super::path("dir", dir_ptr, dir_len)?;
            (dir, arguments::bytes("pattern", pattern_ptr, pattern_len)?)
        };
        strings(&glob::glob(dir, pattern)?)
    })
}

/// Whether a single name is one that the pattern of names stands for, as rt_file_find takes it. No
/// file is looked for. False when it fails: RT_ERROR_GLOB_PATTERN, null with a length
/// (RT_ERROR_NULL_POINTER), a length that memory cannot hold (RT_ERROR_LENGTH). Thread-safe.
///
/// # Safety
/// `pattern_ptr` points at `pattern_len` readable bytes and `name_ptr` at `name_len`, or they are null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_glob_matches(
    pattern_ptr: *const u8,
    pattern_len: u64,
    name_ptr: *const u8,
    name_len: u64,
) -> bool {
    boundary("rt_glob_matches", false, || {
        // SAFETY: the caller's promise.
        let (pattern, name) = unsafe {
            let pattern = arguments::bytes("pattern", pattern_ptr, pattern_len)?;
            (pattern, arguments::bytes("name", name_ptr, name_len)?)
        };
        glob::matches(pattern, name)
    })
}

/// The pattern that stands for exactly this text: what is special in it is put in brackets. A string
/// that the caller owns; NIL when it fails: null with a length (RT_ERROR_NULL_POINTER), a length that
/// memory cannot hold (RT_ERROR_LENGTH), RT_ERROR_OUT_OF_MEMORY. Thread-safe.
///
/// # Safety
/// `text_ptr` points at `text_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_glob_escape(text_ptr: *const u8, text_len: u64) -> RuntimeValue {
    boundary("rt_glob_escape", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise.
        let text = unsafe { arguments::bytes("text", text_ptr, text_len)? };
        RuntimeValue::bytes(&glob::escape(text))
    })
}

fn strings(paths: &[PathBuf]) -> Result<RuntimeValue> {
    array_of_strings(paths.iter().map(|path| path.as_os_str().as_bytes())).map(Array::value)
}
