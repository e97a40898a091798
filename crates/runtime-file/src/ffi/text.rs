//! Whole files as text and as bytes.

use runtime_core::{arguments, boundary};
use runtime_value::{Array, RuntimeValue, View};

use super::path;
use crate::{map, text};

/// The text of the file at the path of `path_len` bytes at `path_ptr`: a string that the caller
/// owns, with every byte as it is in the file. The path's bytes may be any but zero. NIL when it
/// fails: a content that is not UTF-8 (RT_ERROR_NOT_UTF8, with the position); no such path
/// (RT_ERROR_PATH for an empty one or a zero byte inside, RT_ERROR_NULL_POINTER, RT_ERROR_LENGTH);
/// the system refuses (RT_ERROR_SYSTEM, and `rt_last_error_errno`: ENOENT for a missing file,
/// EACCES, EISDIR); RT_ERROR_OUT_OF_MEMORY. Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_file_read_text(path_ptr: *const u8, path_len: u64) -> RuntimeValue {
    boundary("rt_file_read_text", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise is this function's own.
        let path = unsafe { path("path", path_ptr, path_len)? };
        text::read(path).map(View::value)
    })
}

/// The bytes of the file at a path: a string that the caller owns, whatever they are. NIL when it
/// fails: as `rt_file_read_text`, but for RT_ERROR_NOT_UTF8. Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_file_read_bytes(path_ptr: *const u8, path_len: u64) -> RuntimeValue {
    boundary("rt_file_read_bytes", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise is this function's own.
        let path = unsafe { path("path", path_ptr, path_len)? };
        text::read_bytes(path).map(View::value)
    })
}

/// The lines of the file's text: an array of strings, all of which the caller owns. A line is
/// without what ends it, a line feed or a carriage return and a line feed; a carriage return
/// elsewhere stays. The last line need not be ended; an empty file has no lines. NIL when it fails:
/// as `rt_file_read_text`. Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_file_read_lines(path_ptr: *const u8, path_len: u64) -> RuntimeValue {
    boundary("rt_file_read_lines", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise is this function's own.
        let path = unsafe { path("path", path_ptr, path_len)? };
        text::lines(path).map(View::value)
    })
}

/// As `rt_file_read_text`, through a memory map. RT_ERROR_NOT_REGULAR for what cannot be mapped: a
/// directory, a pipe, a device. A file that another process cuts short meanwhile is an error
/// (RT_ERROR_SYSTEM with EFAULT).
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_file_mmap_read_text(
    path_ptr: *const u8,
    path_len: u64,
) -> RuntimeValue {
    boundary("rt_file_mmap_read_text", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise is this function's own.
        let path = unsafe { path("path", path_ptr, path_len)? };
        map::read_text(path).map(View::value)
    })
}

/// As `rt_file_read_bytes`, through a memory map; fails as `rt_file_mmap_read_text`.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_file_mmap_read_bytes(
    path_ptr: *const u8,
    path_len: u64,
) -> RuntimeValue {
    boundary("rt_file_mmap_read_bytes", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise is this function's own.
        let path = unsafe { path("path", path_ptr, path_len)? };
        map::read_file(path).map(View::value)
    })
}

/// Makes the text of `content_len` bytes at `content_ptr` the content of the file at a path, which
/// need not exist. It happens in one step: the text goes to a temporary file in the same directory
/// (`.simple-*.tmp`), to the disk, and gets the name; whoever opens the file finds the whole old
/// content or the whole new one, also after a crash. The file keeps its permission bits, and its
/// owner where the process may give it; its other hard links keep the old content; a link is
/// followed. A device or a pipe is written to as it is.
/// Returns true. False when it fails, and the file is as it was: RT_ERROR_NOT_UTF8 for a content
/// that is no text; RT_ERROR_PATH; null with a length (RT_ERROR_NULL_POINTER), a length that memory
/// cannot hold (RT_ERROR_LENGTH); the system refuses (RT_ERROR_SYSTEM, and `rt_last_error_errno`:
/// EACCES for a file or a directory that may not be written, ENOSPC, EISDIR). Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes and `content_ptr` at `content_len`, or they are
/// null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_file_write_text(
    path_ptr: *const u8,
    path_len: u64,
    content_ptr: *const u8,
    content_len: u64,
) -> bool {
    boundary("rt_file_write_text", false, || {
        // SAFETY: the caller's promise is this function's own.
        let path = unsafe { path("path", path_ptr, path_len)? };
        // SAFETY: as above.
        let content = unsafe { arguments::bytes("content", content_ptr, content_len)? };
        text::write_checked(path, content).map(|()| true)
    })
}

/// Makes the `data_len` bytes at `data_ptr` the content of the file at a path, as
/// `rt_file_write_text` does; they may be any.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes and `data_ptr` at `data_len`, or they are null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_file_write_bytes(
    path_ptr: *const u8,
    path_len: u64,
    data_ptr: *const u8,
    data_len: u64,
) -> bool {
    boundary("rt_file_write_bytes", false, || {
        // SAFETY: the caller's promise is this function's own.
        let path = unsafe { path("path", path_ptr, path_len)? };
        // SAFETY: as above.
        let data = unsafe { arguments::bytes("data", data_ptr, data_len)? };
        text::write_bytes(path, data).map(|()| true)
    })
}

/// Makes the strings of the array `lines`, each with a line feed behind it, the content of the file
/// at a path, as `rt_file_write_text` does. False when it fails: RT_ERROR_NOT_A_VALUE or
/// RT_ERROR_WRONG_TYPE for what is no array of strings (the message says which element); otherwise
/// as there. The array must not be changed by another thread meanwhile.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_file_write_lines(
    path_ptr: *const u8,
    path_len: u64,
    lines: RuntimeValue,
) -> bool {
    boundary("rt_file_write_lines", false, || {
        // SAFETY: the caller's promise is this function's own.
        let path = unsafe { path("path", path_ptr, path_len)? };
        text::write_lines(path, Array::of("lines", lines)?).map(|()| true)
    })
}

/// Adds the text of `content_len` bytes at `content_ptr` at the end of the file at a path, which
/// need not exist. Appends of several threads and processes do not overwrite each other. It does
/// not wait for the disk. Returns true. False when it fails: as `rt_file_write_text`; where the
/// system refused after a part of the text was added, the message says how much. Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes and `content_ptr` at `content_len`, or they are
/// null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_file_append_text(
    path_ptr: *const u8,
    path_len: u64,
    content_ptr: *const u8,
    content_len: u64,
) -> bool {
    boundary("rt_file_append_text", false, || {
        // SAFETY: the caller's promise is this function's own.
        let path = unsafe { path("path", path_ptr, path_len)? };
        // SAFETY: as above.
        let content = unsafe { arguments::bytes("content", content_ptr, content_len)? };
        text::append_checked(path, content).map(|()| true)
    })
}

/// Adds the `data_len` bytes at `data_ptr` at the end of the file at a path, as
/// `rt_file_append_text` does; they may be any.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes and `data_ptr` at `data_len`, or they are null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_file_append_bytes(
    path_ptr: *const u8,
    path_len: u64,
    data_ptr: *const u8,
    data_len: u64,
) -> bool {
    boundary("rt_file_append_bytes", false, || {
        // SAFETY: the caller's promise is this function's own.
        let path = unsafe { path("path", path_ptr, path_len)? };
        // SAFETY: as above.
        let data = unsafe { arguments::bytes("data", data_ptr, data_len)? };
        text::append_bytes(path, data).map(|()| true)
    })
}
