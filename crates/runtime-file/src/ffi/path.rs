//! Paths as text. None of these but rt_file_canonicalize asks whether a path exists.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use runtime_core::{Result, arguments, boundary};
use runtime_value::string::array_of_strings;
use runtime_value::{Array, RuntimeValue, Str, View};

/// The last name of a path, slashes at its end ignored: `/path/to/file.txt` gives `file.txt`. Empty
/// for `/`, `.` and what ends in `..`. The path is any bytes, an empty one is fine. A string that the
/// caller owns; NIL when it fails: null with a length (RT_ERROR_NULL_POINTER), a length that memory
/// cannot hold (RT_ERROR_LENGTH), RT_ERROR_OUT_OF_MEMORY. Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_path_basename(path_ptr: *const u8, path_len: u64) -> RuntimeValue {
    boundary("rt_path_basename", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise.
        let path = unsafe { text("path", path_ptr, path_len)? };
        string(path.file_name().unwrap_or_default())
    })
}

/// A path without its last name: `/path/to/file.txt` gives `/path/to`, `/a` gives `/`. Empty for `/`
/// and for a name alone. The path is any bytes, an empty one is fine. A string that the caller owns;
/// NIL when it fails: null with a length (RT_ERROR_NULL_POINTER), a length that memory cannot hold
/// (RT_ERROR_LENGTH), RT_ERROR_OUT_OF_MEMORY. Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_path_dirname(path_ptr: *const u8, path_len: u64) -> RuntimeValue {
    boundary("rt_path_dirname", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise.
        let path = unsafe { text("path", path_ptr, path_len)? };
        string(path.parent().map(Path::as_os_str).unwrap_or_default())
    })
}

/// The last name of a path without its extension: `archive.tar.gz` gives `archive.tar`, `.gitignore`
/// stays as it is. Empty where rt_path_basename is. The path is any bytes, an empty one is fine. A
/// string that the caller owns; NIL when it fails: null with a length (RT_ERROR_NULL_POINTER), a
/// length that memory cannot hold (RT_ERROR_LENGTH), RT_ERROR_OUT_OF_MEMORY. Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_path_stem(path_ptr: *const u8, path_len: u64) -> RuntimeValue {
    boundary("rt_path_stem", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise.
        let path = unsafe { text("path", path_ptr, path_len)? };
        string(path.file_stem().unwrap_or_default())
    })
}

/// What follows the last dot of a path's last name: `archive.tar.gz` gives `gz`. Empty without a dot;
/// one at the start of the name does not count. The path is any bytes, an empty one is fine. A string
/// that the caller owns; NIL when it fails: null with a length (RT_ERROR_NULL_POINTER), a length that
/// memory cannot hold (RT_ERROR_LENGTH), RT_ERROR_OUT_OF_MEMORY. Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_path_ext(path_ptr: *const u8, path_len: u64) -> RuntimeValue {
    boundary("rt_path_ext", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise.
        let path = unsafe { text("path", path_ptr, path_len)? };
        string(path.extension().unwrap_or_default())
    })
}

/// A path with another extension on its last name, given without its dot, or with none when
/// `ext_len` is 0: `a/data.tar.gz` with `xz` gives `a/data.tar.xz`. A string that the caller owns; NIL
/// when it fails: a path without a last name or an extension with a slash
/// (RT_ERROR_INVALID_ARGUMENT), null with a length (RT_ERROR_NULL_POINTER), a length that memory
/// cannot hold (RT_ERROR_LENGTH), RT_ERROR_OUT_OF_MEMORY. Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes and `ext_ptr` at `ext_len`, or they are null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_path_with_ext(
    path_ptr: *const u8,
    path_len: u64,
    ext_ptr: *const u8,
    ext_len: u64,
) -> RuntimeValue {
    boundary("rt_path_with_ext", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise.
        let (path, extension) =
            unsafe { (text("path", path_ptr, path_len)?, text("ext", ext_ptr, ext_len)?) };
        string(crate::path::with_extension(path, extension.as_os_str())?.as_os_str())
    })
}

/// Two paths, one behind the other, with one slash between them. An absolute second one is the
/// answer by itself; an empty one adds nothing. A string that the caller owns; NIL when it fails: null
/// with a length (RT_ERROR_NULL_POINTER), a length that memory cannot hold (RT_ERROR_LENGTH),
/// RT_ERROR_OUT_OF_MEMORY. Thread-safe.
///
/// # Safety
/// `path1_ptr` points at `path1_len` readable bytes and `path2_ptr` at `path2_len`, or they are null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_path_join(
    path1_ptr: *const u8,
    path1_len: u64,
    path2_ptr: *const u8,
    path2_len: u64,
) -> RuntimeValue {
    boundary("rt_path_join", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise.
        let paths =
            unsafe { [text("path1", path1_ptr, path1_len)?, text("path2", path2_ptr, path2_len)?] };
        string(crate::path::join(paths).as_os_str())
    })
}

/// The paths in an array of strings, one behind the other as rt_path_join does it. A string that the
/// caller owns; NIL when it fails: `parts` is no array or one of its elements no string
/// (RT_ERROR_WRONG_TYPE), RT_ERROR_OUT_OF_MEMORY. Thread-safe as long as nothing changes the array.
#[unsafe(no_mangle)]
pub extern "C" fn rt_path_join_all(parts: RuntimeValue) -> RuntimeValue {
    boundary("rt_path_join_all", RuntimeValue::NIL, || {
        let parts = Array::of("parts", parts)?;
        let parts: Vec<Str> =
            parts.iter().map(|part| Str::of("parts", part)).collect::<Result<_>>()?;
        let paths = parts.iter().map(|part| OsStr::from_bytes(part.as_bytes()));
        string(crate::path::join(paths).as_os_str())
    })
}

/// The names of a path from left to right, without `.` and empty ones; for an absolute path its root
/// is the first. `/usr//lib/./x/` gives `/`, `usr`, `lib` and `x`; rt_path_join_all is the way back.
/// An array of strings that the caller owns (rt_value_free_deep frees both); NIL when it fails: null
/// with a length (RT_ERROR_NULL_POINTER), a length that memory cannot hold (RT_ERROR_LENGTH),
/// RT_ERROR_OUT_OF_MEMORY. Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_path_components(path_ptr: *const u8, path_len: u64) -> RuntimeValue {
    boundary("rt_path_components", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise.
        let path = unsafe { text("path", path_ptr, path_len)? };
        array_of_strings(crate::path::components(path).map(OsStr::as_bytes)).map(Array::value)
    })
}

/// A path without `.`, without doubled slashes, and without each `..` that has a name before it:
/// `a/./b//../c/` gives `a/c`, an empty path gives `.`. The text alone decides: where a link leads
/// elsewhere, `..` behind it does too, and only rt_file_canonicalize knows. A string that the caller
/// owns; NIL when it fails: null with a length (RT_ERROR_NULL_POINTER), a length that memory cannot
/// hold (RT_ERROR_LENGTH), RT_ERROR_OUT_OF_MEMORY. Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_path_normalize(path_ptr: *const u8, path_len: u64) -> RuntimeValue {
    boundary("rt_path_normalize", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise.
        let path = unsafe { text("path", path_ptr, path_len)? };
        string(crate::path::normalize(path).as_os_str())
    })
}

/// The path from the root on, in the form of rt_path_normalize: a relative one continues the current
/// directory. It need not exist, and links are not resolved: rt_file_canonicalize does that. A string
/// that the caller owns; NIL when it fails: RT_ERROR_PATH for one that is empty or has a zero byte
/// inside, RT_ERROR_SYSTEM when the current directory is gone, null with a length
/// (RT_ERROR_NULL_POINTER), a length that memory cannot hold (RT_ERROR_LENGTH),
/// RT_ERROR_OUT_OF_MEMORY. Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_path_absolute(path_ptr: *const u8, path_len: u64) -> RuntimeValue {
    boundary("rt_path_absolute", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise.
        let path = unsafe { super::path("path", path_ptr, path_len)? };
        string(crate::path::absolute(path)?.as_os_str())
    })
}

/// The way from `base` to `path`: `../b/c` from `/a/d` to `/a/b/c`, `.` when they are the same.
/// Relative ones continue the current directory. The text alone decides, as in rt_path_normalize. A
/// string that the caller owns; NIL when it fails, for either: RT_ERROR_PATH for one that is empty or
/// has a zero byte inside, RT_ERROR_SYSTEM when the current directory is gone, null with a length
/// (RT_ERROR_NULL_POINTER), a length that memory cannot hold (RT_ERROR_LENGTH),
/// RT_ERROR_OUT_OF_MEMORY. Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes and `base_ptr` at `base_len`, or they are null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_path_relative(
    path_ptr: *const u8,
    path_len: u64,
    base_ptr: *const u8,
    base_len: u64,
) -> RuntimeValue {
    boundary("rt_path_relative", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise.
        let (path, base) = unsafe {
            (super::path("path", path_ptr, path_len)?, super::path("base", base_ptr, base_len)?)
        };
        string(crate::path::relative(path, base)?.as_os_str())
    })
}

/// Whether a path begins at the root. An empty one does not. False when it fails: null with a length
/// (RT_ERROR_NULL_POINTER), a length that memory cannot hold (RT_ERROR_LENGTH). Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_path_is_absolute(path_ptr: *const u8, path_len: u64) -> bool {
    boundary("rt_path_is_absolute", false, || {
        // SAFETY: the caller's promise.
        unsafe { text("path", path_ptr, path_len) }.map(Path::is_absolute)
    })
}

/// What stands between the names of a path: a new string `/` that the caller owns; NIL and
/// RT_ERROR_OUT_OF_MEMORY without memory. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_path_separator() -> RuntimeValue {
    boundary("rt_path_separator", RuntimeValue::NIL, || {
        string(OsStr::new(crate::path::separator()))
    })
}

/// The path of what `path` leads to: absolute, in normal form, with all links resolved. It must
/// exist. A string that the caller owns; NIL when it fails: RT_ERROR_SYSTEM when it does not exist or
/// cannot be reached, with the system's number; RT_ERROR_PATH for one that is empty or has a zero byte
/// inside, null with a length (RT_ERROR_NULL_POINTER), a length that memory cannot hold
/// (RT_ERROR_LENGTH), RT_ERROR_OUT_OF_MEMORY. Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_file_canonicalize(path_ptr: *const u8, path_len: u64) -> RuntimeValue {
    boundary("rt_file_canonicalize", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise.
        let path = unsafe { super::path("path", path_ptr, path_len)? };
        string(crate::path::canonicalize(path)?.as_os_str())
    })
}

/// The text argument `name` as a path, which may be empty and have any bytes.
///
/// # Safety
/// As [`arguments::bytes`].
unsafe fn text<'a>(name: &str, pointer: *const u8, length: u64) -> Result<&'a Path> {
    // SAFETY: the caller's promise is this function's own.
    let bytes = unsafe { arguments::bytes(name, pointer, length)? };
    Ok(Path::new(OsStr::from_bytes(bytes)))
}

fn string(text: &OsStr) -> Result<RuntimeValue> {
    RuntimeValue::bytes(text.as_bytes())
}
