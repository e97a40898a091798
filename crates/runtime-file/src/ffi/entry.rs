//! What there is under a name, and changes to it that leave the content alone.

use runtime_core::boundary;
use runtime_value::RuntimeValue;

use super::path;
use crate::entry;

/// What a function that returns a time returns when it fails: no file is that old.
const NO_TIME: i64 = i64::MIN;

/// Whether there is a file or directory at the path of `path_len` bytes at `path_ptr`, at the end
/// of its links. A missing one is no failure. False, and an error, when it cannot be told:
/// RT_ERROR_PATH for an empty path or a zero byte inside, RT_ERROR_NULL_POINTER, RT_ERROR_LENGTH;
/// RT_ERROR_SYSTEM, and `rt_last_error_errno`: EACCES for a directory on the way, ELOOP,
/// ENAMETOOLONG. Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_file_exists(path_ptr: *const u8, path_len: u64) -> bool {
    boundary("rt_file_exists", false, || {
        // SAFETY: the caller's promise is this function's own.
        entry::exists(unsafe { path("path", path_ptr, path_len)? })
    })
}

/// Says what is at a path, at the end of its links: whether there is anything, a regular file or a
/// directory, whether this process may read and write it (by its effective user, access control
/// lists and read-only file systems too), and the size in bytes. Where a result points to nothing
/// (null), it is left out. All are false and 0 for a missing file, which is no failure, and when it
/// fails. Returns 1. 0 when it fails: as `rt_file_exists`. Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null; the other pointers are null or to be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_file_stat(
    path_ptr: *const u8,
    path_len: u64,
    out_exists: *mut bool,
    out_is_file: *mut bool,
    out_is_dir: *mut bool,
    out_is_readable: *mut bool,
    out_is_writable: *mut bool,
    out_size: *mut i64,
) -> i64 {
    let mut found = None;
    let done = boundary("rt_file_stat", 0, || {
        // SAFETY: the caller's promise is this function's own.
        found = entry::facts(unsafe { path("path", path_ptr, path_len)? })?;
        Ok(1)
    });
    let facts = found.unwrap_or_default();
    let results = [
        (out_exists, found.is_some()),
        (out_is_file, facts.is_file),
        (out_is_dir, facts.is_dir),
        (out_is_readable, facts.is_readable),
        (out_is_writable, facts.is_writable),
    ];
    for (out, fact) in results {
        if !out.is_null() {
            // SAFETY: not null, so to be written, as the caller says.
            unsafe { out.write(fact) };
        }
    }
    if !out_size.is_null() {
        // SAFETY: as above.
        unsafe { out_size.write_unaligned(facts.size) };
    }
    done
}

/// Whether the path itself is a symbolic link, wherever it leads. A missing file is no failure.
/// False, and an error, when it cannot be told: as `rt_file_exists`. Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_file_is_symlink(path_ptr: *const u8, path_len: u64) -> bool {
    boundary("rt_file_is_symlink", false, || {
        // SAFETY: the caller's promise is this function's own.
        entry::is_symlink(unsafe { path("path", path_ptr, path_len)? })
    })
}

/// Whether both paths lead to the same file, by whatever names. False, and an error, when it cannot
/// be told: RT_ERROR_PATH, RT_ERROR_NULL_POINTER, RT_ERROR_LENGTH; RT_ERROR_SYSTEM, and
/// `rt_last_error_errno`: ENOENT when one is missing, EACCES. Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes and `other_ptr` at `other_len`, or they are null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_file_is_same(
    path_ptr: *const u8,
    path_len: u64,
    other_ptr: *const u8,
    other_len: u64,
) -> bool {
    boundary("rt_file_is_same", false, || {
        // SAFETY: the caller's promise is this function's own.
        let (path, other) =
            unsafe { (path("path", path_ptr, path_len)?, path("other", other_ptr, other_len)?) };
        entry::is_same_file(path, other)
    })
}

/// The size in bytes of the file at a path, at the end of its links. -1 when it fails:
/// RT_ERROR_PATH, RT_ERROR_NULL_POINTER, RT_ERROR_LENGTH; RT_ERROR_SYSTEM, and
/// `rt_last_error_errno`: ENOENT, EACCES. Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_file_size(path_ptr: *const u8, path_len: u64) -> i64 {
    boundary("rt_file_size", -1, || {
        // SAFETY: the caller's promise is this function's own.
        entry::size(unsafe { path("path", path_ptr, path_len)? })
    })
}

/// The permission bits, 0 to 07777, of the file at a path, at the end of its links. -1 when it
/// fails: as `rt_file_size`. Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_file_get_permissions(path_ptr: *const u8, path_len: u64) -> i64 {
    boundary("rt_file_get_permissions", -1, || {
        // SAFETY: the caller's promise is this function's own.
        entry::permissions(unsafe { path("path", path_ptr, path_len)? }).map(i64::from)
    })
}

/// Sets the permission bits, 0 to 07777, of the file at a path, at the end of its links. Returns
/// true. False when it fails: RT_ERROR_INVALID_ARGUMENT for other bits; as `rt_file_size`, and
/// EPERM for somebody else's file. Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_file_set_permissions(
    path_ptr: *const u8,
    path_len: u64,
    permissions: i64,
) -> bool {
    boundary("rt_file_set_permissions", false, || {
        // SAFETY: the caller's promise is this function's own.
        let path = unsafe { path("path", path_ptr, path_len)? };
        entry::set_permissions(path, permissions).map(|()| true)
    })
}

/// When the content of the file at a path was last changed, in microseconds since 1970 (UTC).
/// INT64_MIN when it fails: as `rt_file_size`. Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_file_get_modified(path_ptr: *const u8, path_len: u64) -> i64 {
    boundary("rt_file_get_modified", NO_TIME, || {
        // SAFETY: the caller's promise is this function's own.
        entry::times(unsafe { path("path", path_ptr, path_len)? }).map(|times| times.modified)
    })
}

/// When the content of the file at a path was last read, in microseconds since 1970 (UTC), as far
/// as the file system keeps count. INT64_MIN when it fails: as `rt_file_size`. Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_file_get_accessed(path_ptr: *const u8, path_len: u64) -> i64 {
    boundary("rt_file_get_accessed", NO_TIME, || {
        // SAFETY: the caller's promise is this function's own.
        entry::times(unsafe { path("path", path_ptr, path_len)? }).map(|times| times.accessed)
    })
}

/// Sets when the file at a path was last read and last changed, in microseconds since 1970 (UTC);
/// INT64_MIN leaves one as it is. What the file system cannot hold it takes for the nearest that it
/// can. Returns true. False when it fails: as `rt_file_size`, and EPERM for somebody else's file.
/// Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_file_set_times(
    path_ptr: *const u8,
    path_len: u64,
    accessed: i64,
    modified: i64,
) -> bool {
    boundary("rt_file_set_times", false, || {
        // SAFETY: the caller's promise is this function's own.
        let path = unsafe { path("path", path_ptr, path_len)? };
        let time = |micros| (micros != NO_TIME).then_some(micros);
        entry::set_times(path, time(accessed), time(modified)).map(|()| true)
    })
}

/// Sets both times of the file at a path to now, and makes an empty file where there is none.
/// Returns true. False when it fails: RT_ERROR_PATH, RT_ERROR_NULL_POINTER, RT_ERROR_LENGTH;
/// RT_ERROR_SYSTEM, and `rt_last_error_errno`. Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_file_touch(path_ptr: *const u8, path_len: u64) -> bool {
    boundary("rt_file_touch", false, || {
        // SAFETY: the caller's promise is this function's own.
        entry::touch(unsafe { path("path", path_ptr, path_len)? }).map(|()| true)
    })
}

/// Cuts the existing file at a path to `size` bytes, or lengthens it with zero bytes, in place.
/// Returns true. False when it fails: RT_ERROR_LENGTH for a negative size; as `rt_file_size`, and
/// EISDIR, EFBIG. Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_file_truncate(path_ptr: *const u8, path_len: u64, size: i64) -> bool {
    boundary("rt_file_truncate", false, || {
        // SAFETY: the caller's promise is this function's own.
        entry::truncate(unsafe { path("path", path_ptr, path_len)? }, size).map(|()| true)
    })
}

/// Waits until what was written to the file at a path, by whomever, is on the disk; of a directory,
/// the names in it. Returns true. False when it fails: as `rt_file_size`, and EIO, ENOSPC.
/// Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_file_sync(path_ptr: *const u8, path_len: u64) -> bool {
    boundary("rt_file_sync", false, || {
        // SAFETY: the caller's promise is this function's own.
        entry::sync(unsafe { path("path", path_ptr, path_len)? }).map(|()| true)
    })
}

/// Takes the name at a path away: of a file, or of a link itself. A file is gone with its last name
/// and its last descriptor. Returns true. False when it fails: RT_ERROR_PATH,
/// RT_ERROR_NULL_POINTER, RT_ERROR_LENGTH; RT_ERROR_SYSTEM, and `rt_last_error_errno`: ENOENT,
/// EACCES, EISDIR for a directory. Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_file_remove(path_ptr: *const u8, path_len: u64) -> bool {
    boundary("rt_file_remove", false, || {
        // SAFETY: the caller's promise is this function's own.
        entry::remove(unsafe { path("path", path_ptr, path_len)? }).map(|()| true)
    })
}

/// Gives the file or directory at the path `from` the path `to`, in one step; a file that has it is
/// replaced. Where both are names of one file already, nothing happens. Returns true. False when it
/// fails: RT_ERROR_PATH, RT_ERROR_NULL_POINTER, RT_ERROR_LENGTH; RT_ERROR_SYSTEM, and
/// `rt_last_error_errno`: ENOENT, EACCES, EXDEV to another file system (`rt_file_move` can do
/// that), ENOTEMPTY for a directory with something in it. Thread-safe.
///
/// # Safety
/// `from_ptr` points at `from_len` readable bytes and `to_ptr` at `to_len`, or they are null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_file_rename(
    from_ptr: *const u8,
    from_len: u64,
    to_ptr: *const u8,
    to_len: u64,
) -> bool {
    boundary("rt_file_rename", false, || {
        // SAFETY: the caller's promise is this function's own.
        let (from, to) =
            unsafe { (path("from", from_ptr, from_len)?, path("to", to_ptr, to_len)?) };
        entry::rename(from, to).map(|()| true)
    })
}

/// Makes the symbolic link `link`, which leads to `target`, whether or not that exists; a relative
/// target counts from the link's directory. Returns true. False when it fails: RT_ERROR_PATH,
/// RT_ERROR_NULL_POINTER, RT_ERROR_LENGTH; RT_ERROR_SYSTEM, and `rt_last_error_errno`: EEXIST when
/// there is something at `link`, EACCES. Thread-safe.
///
/// # Safety
/// `target_ptr` points at `target_len` readable bytes and `link_ptr` at `link_len`, or they are
/// null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_file_symlink(
    target_ptr: *const u8,
    target_len: u64,
    link_ptr: *const u8,
    link_len: u64,
) -> bool {
    boundary("rt_file_symlink", false, || {
        // SAFETY: the caller's promise is this function's own.
        let (target, link) =
            unsafe { (path("target", target_ptr, target_len)?, path("link", link_ptr, link_len)?) };
        entry::symlink(target, link).map(|()| true)
    })
}

/// Where the symbolic link at a path leads to, as it was given: a string that the caller owns. NIL
/// when it fails: as `rt_file_size`, and EINVAL for what is no link. Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_file_read_link(path_ptr: *const u8, path_len: u64) -> RuntimeValue {
    use std::os::unix::ffi::OsStrExt;

    boundary("rt_file_read_link", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise is this function's own.
        let target = entry::read_link(unsafe { path("path", path_ptr, path_len)? })?;
        RuntimeValue::bytes(target.as_os_str().as_bytes())
    })
}

/// Gives the file at the path `existing` the further name `link`; a link gets one itself. Returns
/// true. False when it fails: RT_ERROR_PATH, RT_ERROR_NULL_POINTER, RT_ERROR_LENGTH;
/// RT_ERROR_SYSTEM, and `rt_last_error_errno`: ENOENT, EEXIST when there is something at `link`,
/// EXDEV, EPERM for a directory. Thread-safe.
///
/// # Safety
/// `existing_ptr` points at `existing_len` readable bytes and `link_ptr` at `link_len`, or they are
/// null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_file_hard_link(
    existing_ptr: *const u8,
    existing_len: u64,
    link_ptr: *const u8,
    link_len: u64,
) -> bool {
    boundary("rt_file_hard_link", false, || {
        // SAFETY: the caller's promise is this function's own.
        let (existing, link) = unsafe {
            (path("existing", existing_ptr, existing_len)?, path("link", link_ptr, link_len)?)
        };
        entry::hard_link(existing, link).map(|()| true)
    })
}
