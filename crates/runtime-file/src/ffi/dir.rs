//! Directories: made, asked for, listed, walked and removed.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use runtime_core::{Result, arguments, boundary};
use runtime_value::array::array_of;
use runtime_value::string::array_of_strings;
use runtime_value::{Array, RuntimeValue, View};

use crate::walk::{Walk, Walker};
use crate::{dir, remove};

/// Makes a directory. With `recursive` those above it that are missing are made too, and one that
/// exists is as good as made; without, one that exists is an error. False when it fails:
/// RT_ERROR_SYSTEM with the system's number; RT_ERROR_PATH for a path that is empty or has a zero byte
/// inside, null with a length (RT_ERROR_NULL_POINTER), a length that memory cannot hold
/// (RT_ERROR_LENGTH). Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_dir_create(
    path_ptr: *const u8,
    path_len: u64,
    recursive: bool,
) -> bool {
    boundary("rt_dir_create", false, || {
        // SAFETY: the caller's promise.
        let path = unsafe { super::path("path", path_ptr, path_len)? };
        let create = if recursive { dir::create_all } else { dir::create };
        create(path).map(|()| true)
    })
}

/// Makes a directory and those above it that are missing: rt_dir_create with `recursive`, and the
/// same errors. Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_dir_create_all(path_ptr: *const u8, path_len: u64) -> bool {
    boundary("rt_dir_create_all", false, || {
        // SAFETY: the caller's promise.
        let path = unsafe { super::path("path", path_ptr, path_len)? };
        dir::create_all(path).map(|()| true)
    })
}

/// Makes a directory that only this user may enter, in `parent` (when its length is 0, in `TMPDIR` or
/// `/tmp`), with a new name that begins with `prefix`. Its path, a string that the caller owns; the
/// directory is the caller's too, nobody removes it. NIL when it fails: RT_ERROR_SYSTEM with the
/// system's number; RT_ERROR_INVALID_ARGUMENT when the prefix has a slash or a zero byte,
/// RT_ERROR_PATH when the parent has a zero byte, null with a length (RT_ERROR_NULL_POINTER), a length
/// that memory cannot hold (RT_ERROR_LENGTH), RT_ERROR_OUT_OF_MEMORY. Thread-safe.
///
/// # Safety
/// `parent_ptr` points at `parent_len` readable bytes and `prefix_ptr` at `prefix_len`, or they are
/// null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_dir_create_temp(
    parent_ptr: *const u8,
    parent_len: u64,
    prefix_ptr: *const u8,
    prefix_len: u64,
) -> RuntimeValue {
    boundary("rt_dir_create_temp", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise.
        let (parent, prefix) = unsafe {
            (parent(parent_ptr, parent_len)?, arguments::bytes("prefix", prefix_ptr, prefix_len)?)
        };
        let made = dir::temporary_directory(parent, OsStr::from_bytes(prefix))?;
        RuntimeValue::bytes(made.as_os_str().as_bytes())
    })
}

/// Makes an empty file that only this user may read and write, named and placed as
/// rt_dir_create_temp does it, with the same errors. Its path, a string that the caller owns; the file
/// is the caller's too, and is not open. Thread-safe.
///
/// # Safety
/// `parent_ptr` points at `parent_len` readable bytes and `prefix_ptr` at `prefix_len`, or they are
/// null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_file_create_temp(
    parent_ptr: *const u8,
    parent_len: u64,
    prefix_ptr: *const u8,
    prefix_len: u64,
) -> RuntimeValue {
    boundary("rt_file_create_temp", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise.
        let (parent, prefix) = unsafe {
            (parent(parent_ptr, parent_len)?, arguments::bytes("prefix", prefix_ptr, prefix_len)?)
        };
        let made = dir::temporary_file(parent, OsStr::from_bytes(prefix))?;
        RuntimeValue::bytes(made.as_os_str().as_bytes())
    })
}

/// Whether the path leads to a directory, links followed. That there is none is no error. False when
/// it fails: RT_ERROR_SYSTEM when the system does not tell, with its number; RT_ERROR_PATH for a path
/// that is empty or has a zero byte inside, null with a length (RT_ERROR_NULL_POINTER), a length that
/// memory cannot hold (RT_ERROR_LENGTH). Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_dir_exists(path_ptr: *const u8, path_len: u64) -> bool {
    boundary("rt_dir_exists", false, || {
        // SAFETY: the caller's promise.
        let path = unsafe { super::path("path", path_ptr, path_len)? };
        dir::exists(path)
    })
}

/// The names in a directory, without `.` and `..`, in the order of the system: an array of strings
/// that the caller owns (rt_value_free_deep frees both). Names are bytes, UTF-8 or not. NIL when it
/// fails: RT_ERROR_SYSTEM when it is no directory or may not be read, with the system's number;
/// RT_ERROR_PATH for a path that is empty or has a zero byte inside, null with a length
/// (RT_ERROR_NULL_POINTER), a length that memory cannot hold (RT_ERROR_LENGTH),
/// RT_ERROR_OUT_OF_MEMORY. Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_dir_list(path_ptr: *const u8, path_len: u64) -> RuntimeValue {
    boundary("rt_dir_list", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise.
        let path = unsafe { super::path("path", path_ptr, path_len)? };
        names(&dir::list(path)?)
    })
}

/// As rt_dir_list, the names sorted by their bytes. Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_dir_list_sorted(path_ptr: *const u8, path_len: u64) -> RuntimeValue {
    boundary("rt_dir_list_sorted", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise.
        let path = unsafe { super::path("path", path_ptr, path_len)? };
        let mut listing = dir::list(path)?;
        listing.sort();
        names(&listing)
    })
}

/// The paths of everything below a directory, at any depth: each directory before what it holds, the
/// names in each sorted by their bytes, links not followed. The paths begin with `path` as it is
/// given, which itself is not among them. An array of strings that the caller owns
/// (rt_value_free_deep frees both). What vanishes during the walk is left out. NIL when it fails:
/// RT_ERROR_SYSTEM when `path` or a directory below it may not be read, with the system's number;
/// RT_ERROR_PATH for a path that is empty or has a zero byte inside, null with a length
/// (RT_ERROR_NULL_POINTER), a length that memory cannot hold (RT_ERROR_LENGTH),
/// RT_ERROR_OUT_OF_MEMORY. Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_dir_walk(path_ptr: *const u8, path_len: u64) -> RuntimeValue {
    boundary("rt_dir_walk", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise.
        let path = unsafe { super::path("path", path_ptr, path_len)? };
        paths(Walk::new().sorted(true).below(path)?)
    })
}

/// As rt_dir_walk, no deeper than `max_depth` levels (1 is what the directory itself holds, -1 is no
/// limit), as the sum of RT_WALK_ numbers in `flags` says; with 0, in the order of the system. NIL and
/// RT_ERROR_INVALID_ARGUMENT for a depth below -1 or a flag that does not exist. Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_dir_walk_with(
    path_ptr: *const u8,
    path_len: u64,
    max_depth: i64,
    flags: i64,
) -> RuntimeValue {
    boundary("rt_dir_walk_with", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise.
        let path = unsafe { super::path("path", path_ptr, path_len)? };
        paths(Walk::with_flags(max_depth, flags)?.below(path)?)
    })
}

/// Removes an empty directory, or with `recursive` a whole tree, as rt_dir_remove_all does it. A link
/// to a directory is none. False when it fails: RT_ERROR_SYSTEM when it is not empty, no directory, or
/// may not be removed, with the system's number; RT_ERROR_PATH for a path that is empty or has a zero
/// byte inside, null with a length (RT_ERROR_NULL_POINTER), a length that memory cannot hold
/// (RT_ERROR_LENGTH); with `recursive` RT_ERROR_PROTECTED. Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_dir_remove(
    path_ptr: *const u8,
    path_len: u64,
    recursive: bool,
) -> bool {
    boundary("rt_dir_remove", false, || {
        // SAFETY: the caller's promise.
        let path = unsafe { super::path("path", path_ptr, path_len)? };
        let remove = if recursive { remove::tree } else { remove::directory };
        remove(path).map(|()| true)
    })
}

/// Removes a directory with everything in it; of links, the links themselves, and nothing that they
/// lead to, even when someone puts a link in the place of a directory meanwhile. What others remove
/// meanwhile is no error. False when it fails. With nothing removed: RT_ERROR_PROTECTED for the root
/// and the directories in it, the current and the home directory and every one that these are in, and
/// for a path that ends in `.` or `..`; RT_ERROR_SYSTEM when it does not exist, is no directory (a link
/// to one is none) or a file system is mounted on it; RT_ERROR_PATH for a path that is empty or has a
/// zero byte inside, null with a length (RT_ERROR_NULL_POINTER), a length that memory cannot hold
/// (RT_ERROR_LENGTH). With a part removed: RT_ERROR_SYSTEM, with the system's number and the path of
/// the first that may not be removed or on which a file system is mounted. Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_dir_remove_all(path_ptr: *const u8, path_len: u64) -> bool {
    boundary("rt_dir_remove_all", false, || {
        // SAFETY: the caller's promise.
        let path = unsafe { super::path("path", path_ptr, path_len)? };
        remove::tree(path).map(|()| true)
    })
}

/// The parent argument of a temporary name: none when it is empty.
///
/// # Safety
/// As [`arguments::bytes`].
unsafe fn parent<'a>(pointer: *const u8, length: u64) -> Result<Option<&'a Path>> {
    // SAFETY: the caller's promise is this function's own.
    (length > 0).then(|| unsafe { super::path("parent", pointer, length) }).transpose()
}

fn names(listing: &dir::Listing) -> Result<RuntimeValue> {
    array_of_strings(listing.names().map(OsStr::as_bytes)).map(Array::value)
}

fn paths(mut walker: Walker) -> Result<RuntimeValue> {
    let paths = std::iter::from_fn(|| {
        let entry = walker.next_entry()?;
        Some(entry.and_then(|entry| RuntimeValue::bytes(entry.path().as_os_str().as_bytes())))
    });
    array_of(paths).map(Array::value)
}
