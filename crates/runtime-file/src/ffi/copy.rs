//! Files copied and moved.

use runtime_core::boundary;

use super::path;
use crate::copy;

/// Copies the content and the permission bits of the file at the path of `src_len` bytes at
/// `src_ptr` to that at `dest_ptr`, in one step as `rt_file_write_text`: a copy that fails leaves
/// the destination as it was. Links are followed. A file copied onto itself, under whatever name,
/// stays untouched, and that is true. Returns true. False when it fails: RT_ERROR_NOT_REGULAR when
/// the source is a directory, a pipe or a device; RT_ERROR_PATH, RT_ERROR_NULL_POINTER,
/// RT_ERROR_LENGTH; RT_ERROR_SYSTEM, and `rt_last_error_errno`: ENOENT, EACCES, ENOSPC, EISDIR for
/// a destination that is a directory. Thread-safe.
///
/// # Safety
/// `src_ptr` points at `src_len` readable bytes and `dest_ptr` at `dest_len`, or they are null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_file_copy(
    src_ptr: *const u8,
    src_len: u64,
    dest_ptr: *const u8,
    dest_len: u64,
) -> bool {
    boundary("rt_file_copy", false, || {
        // SAFETY: the caller's promise is this function's own.
        let (src, dest) =
            unsafe { (path("src", src_ptr, src_len)?, path("dest", dest_ptr, dest_len)?) };
        copy::copy(src, dest).map(|()| true)
    })
}

/// Gives the file or directory at the path of `src_len` bytes at `src_ptr` the path at `dest_ptr`,
/// on whichever file system that is. Within one it is `rt_file_rename`. Between two, the file or
/// the whole tree is copied beside the destination first, gets its name in one step, and then the
/// source is removed; links are moved as links, hard links inside a tree become files of their own,
/// permissions and times are kept, owners where the process may give them. Returns true. False when
/// it fails, and then the source is whole and the destination as it was, unless the message says
/// that the copy was made and the source could not be removed: RT_ERROR_PATH,
/// RT_ERROR_NULL_POINTER, RT_ERROR_LENGTH; RT_ERROR_SYSTEM, and `rt_last_error_errno`: ENOENT,
/// EACCES, ENOSPC, ENOTEMPTY for a directory with something in it, EINVAL for a directory that
/// would go into itself; between file systems ENOTSUP for a device or a socket, EBUSY for a tree
/// with another one mounted in it. Thread-safe.
///
/// # Safety
/// `src_ptr` points at `src_len` readable bytes and `dest_ptr` at `dest_len`, or they are null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_file_move(
    src_ptr: *const u8,
    src_len: u64,
    dest_ptr: *const u8,
    dest_len: u64,
) -> bool {
    boundary("rt_file_move", false, || {
        // SAFETY: the caller's promise is this function's own.
        let (src, dest) =
            unsafe { (path("src", src_ptr, src_len)?, path("dest", dest_ptr, dest_len)?) };
        copy::move_to(src, dest).map(|()| true)
    })
}
