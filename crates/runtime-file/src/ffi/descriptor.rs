//! Descriptors: opening and closing, reading and writing, locks.

use runtime_core::{Error, Result, arguments, boundary};
use runtime_value::{RuntimeValue, View};
use rustix::fs::OFlags;

use super::path;
use crate::descriptor::{self, Lock};
use crate::entry;

/// Opens the existing file at the path of `path_len` bytes at `path_ptr`; returns its descriptor,
/// to be closed with `rt_file_close`. `mode` is 0 to read, 1 to read and write, 2 to write.
/// Programs that this one starts do not inherit it. A pipe waits for its other end. -1 when it
/// fails: RT_ERROR_INVALID_ARGUMENT for another mode; RT_ERROR_PATH, RT_ERROR_NULL_POINTER,
/// RT_ERROR_LENGTH; RT_ERROR_SYSTEM, and `rt_last_error_errno`: ENOENT, EACCES, EISDIR, EMFILE when
/// no descriptor is left. Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_file_open(path_ptr: *const u8, path_len: u64, mode: i32) -> i32 {
    boundary("rt_file_open", -1, || {
        // SAFETY: the caller's promise is this function's own.
        let path = unsafe { path("path", path_ptr, path_len)? };
        let flags = match mode {
            0 => OFlags::RDONLY,
            1 => OFlags::RDWR,
            2 => OFlags::WRONLY,
            _ => return Err(Error::invalid(format!("mode {mode} is none of 0 to 2"))),
        };
        descriptor::open(path, flags, 0).map(descriptor::into_number)
    })
}

/// Opens the file at a path as the combination `flags` of the RT_OPEN_ numbers says; returns its
/// descriptor, to be closed with `rt_file_close`. RT_OPEN_READ or RT_OPEN_WRITE is among them.
/// `permissions`, 0 to 07777, are those of a file that is made, less the process's umask. -1 when
/// it fails: RT_ERROR_INVALID_ARGUMENT for other bits, and for combinations without a sense;
/// otherwise as `rt_file_open`. Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_file_open_with(
    path_ptr: *const u8,
    path_len: u64,
    flags: i64,
    permissions: i64,
) -> i32 {
    boundary("rt_file_open_with", -1, || {
        // SAFETY: the caller's promise is this function's own.
        let path = unsafe { path("path", path_ptr, path_len)? };
        let (flags, mode) = (descriptor::open_flags(flags)?, entry::mode(permissions)?);
        descriptor::open(path, flags, mode).map(descriptor::into_number)
    })
}

/// The size in bytes of the file `fd`. 0 when it fails, which an empty file gives too:
/// RT_ERROR_DESCRIPTOR when it is not open; RT_ERROR_SYSTEM. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_file_get_size(fd: i32) -> u64 {
    // SAFETY: the descriptor is looked at.
    boundary("rt_file_get_size", 0, || descriptor::size(unsafe { descriptor::of(fd)? }))
}

/// Closes the descriptor `fd`, whoever opened it. Returns 1. 0 when it fails: RT_ERROR_DESCRIPTOR
/// when it is not open; RT_ERROR_STANDARD_DESCRIPTOR for 0 to 2, which stay open; RT_ERROR_SYSTEM
/// when what was written before did not reach the disk, where the file system says so (it is closed
/// then). Thread-safe; the number may be given to another file at once.
#[unsafe(no_mangle)]
pub extern "C" fn rt_file_close(fd: i32) -> i64 {
    // SAFETY: whose it is, whoever passes the number knows.
    boundary("rt_file_close", 0, || unsafe { descriptor::close(fd) }.map(|()| 1))
}

/// Reads from the current position of the file `fd` on, at most `buffer_len` bytes, to
/// `buffer_ptr`; returns how many came, 0 at the end. -1 when it fails: RT_ERROR_DESCRIPTOR when it
/// is not open; null with a length (RT_ERROR_NULL_POINTER), RT_ERROR_LENGTH; RT_ERROR_SYSTEM, and
/// `rt_last_error_errno`: EBADF when it is not open for reading, EISDIR, EAGAIN when it does not
/// block and nothing is there. Thread-safe; threads share the position.
///
/// # Safety
/// `buffer_ptr` points at `buffer_len` writable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_fd_read(fd: i32, buffer_ptr: *mut u8, buffer_len: u64) -> i64 {
    boundary("rt_fd_read", -1, || {
        // SAFETY: the caller's promise is this function's own.
        let buffer = unsafe { arguments::slice_mut("buffer", buffer_ptr, buffer_len)? };
        // SAFETY: the descriptor is not closed.
        count(descriptor::read(unsafe { descriptor::of(fd)? }, buffer))
    })
}

/// As `rt_fd_read`, into a new string of at most `max_len` bytes that the caller owns; empty at the
/// end. NIL when it fails: as there; RT_ERROR_OUT_OF_MEMORY.
#[unsafe(no_mangle)]
pub extern "C" fn rt_fd_read_string(fd: i32, max_len: i64) -> RuntimeValue {
    boundary("rt_fd_read_string", RuntimeValue::NIL, || {
        let most = arguments::count("max_len", max_len)?;
        // SAFETY: the descriptor is not closed.
        descriptor::read_string(unsafe { descriptor::of(fd)? }, most).map(View::value)
    })
}

/// Reads at most `buffer_len` bytes of the file `fd` from `offset` on to `buffer_ptr`, and leaves
/// the current position alone; returns and fails as `rt_fd_read`, and RT_ERROR_LENGTH for a
/// negative offset, ESPIPE for what has no positions.
///
/// # Safety
/// `buffer_ptr` points at `buffer_len` writable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_fd_pread(
    fd: i32,
    buffer_ptr: *mut u8,
    buffer_len: u64,
    offset: i64,
) -> i64 {
    boundary("rt_fd_pread", -1, || {
        // SAFETY: the caller's promise is this function's own.
        let buffer = unsafe { arguments::slice_mut("buffer", buffer_ptr, buffer_len)? };
        let offset = arguments::count("offset", offset)?;
        // SAFETY: the descriptor is not closed.
        count(descriptor::read_at(unsafe { descriptor::of(fd)? }, buffer, offset))
    })
}

/// Writes the `data_len` bytes at `data_ptr` at the current position of the file `fd`; returns how
/// many were written: all, or fewer when the system refused after some, and then the next call says
/// why. It may wait for a pipe's reader; one that is gone is an error (EPIPE), and no signal is
/// sent. -1 when it fails: RT_ERROR_DESCRIPTOR when it is not open; null with a length
/// (RT_ERROR_NULL_POINTER), RT_ERROR_LENGTH; RT_ERROR_SYSTEM, and `rt_last_error_errno`: EBADF when
/// it is not open for writing, ENOSPC, EFBIG, EAGAIN when it does not block. Thread-safe; threads
/// share the position.
///
/// # Safety
/// `data_ptr` points at `data_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_fd_write(fd: i32, data_ptr: *const u8, data_len: u64) -> i64 {
    boundary("rt_fd_write", -1, || {
        // SAFETY: the caller's promise is this function's own.
        let data = unsafe { arguments::bytes("data", data_ptr, data_len)? };
        // SAFETY: the descriptor is not closed.
        count(descriptor::write(unsafe { descriptor::of(fd)? }, data))
    })
}

/// Writes the `data_len` bytes at `data_ptr` to the file `fd` at `offset`, and leaves the current
/// position alone; returns and fails as `rt_fd_write`, and RT_ERROR_LENGTH for a negative offset,
/// ESPIPE for what has no positions. A file opened with RT_OPEN_APPEND gets them at its end.
///
/// # Safety
/// `data_ptr` points at `data_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_fd_pwrite(
    fd: i32,
    data_ptr: *const u8,
    data_len: u64,
    offset: i64,
) -> i64 {
    boundary("rt_fd_pwrite", -1, || {
        // SAFETY: the caller's promise is this function's own.
        let data = unsafe { arguments::bytes("data", data_ptr, data_len)? };
        let offset = arguments::count("offset", offset)?;
        // SAFETY: the descriptor is not closed.
        count(descriptor::write_at(unsafe { descriptor::of(fd)? }, data, offset))
    })
}

/// Moves the current position of the file `fd` to `offset` bytes from the beginning (`whence` 0),
/// from where it is (1) or from the end (2); returns the new one, counted from the beginning. -1
/// when it fails: RT_ERROR_DESCRIPTOR when it is not open; RT_ERROR_INVALID_ARGUMENT for another
/// `whence`; RT_ERROR_LENGTH for a negative offset from the beginning; RT_ERROR_SYSTEM, and
/// `rt_last_error_errno`: EINVAL for a position before the beginning, ESPIPE for what has none.
/// Thread-safe; threads share the position.
#[unsafe(no_mangle)]
pub extern "C" fn rt_fd_seek(fd: i32, offset: i64, whence: i64) -> i64 {
    boundary("rt_fd_seek", -1, || {
        // SAFETY: the descriptor is not closed.
        let position = descriptor::seek(unsafe { descriptor::of(fd)? }, offset, whence)?;
        Ok(position as i64)
    })
}

/// Cuts the file `fd` to `size` bytes, or lengthens it with zero bytes. Returns 1. 0 when it fails:
/// RT_ERROR_DESCRIPTOR when it is not open; RT_ERROR_LENGTH for a negative size; RT_ERROR_SYSTEM,
/// and `rt_last_error_errno`: EINVAL when it is not open for writing or no regular file, EFBIG.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_fd_truncate(fd: i32, size: i64) -> i64 {
    boundary("rt_fd_truncate", 0, || {
        let size = arguments::count("size", size)?;
        // SAFETY: the descriptor is not closed.
        descriptor::truncate(unsafe { descriptor::of(fd)? }, size).map(|()| 1)
    })
}

/// Waits until what was written to the file `fd` is on the disk. Returns 1. 0 when it fails:
/// RT_ERROR_DESCRIPTOR when it is not open; RT_ERROR_SYSTEM, and `rt_last_error_errno`: EIO,
/// ENOSPC, EINVAL for what has no disk. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_fd_sync(fd: i32) -> i64 {
    boundary("rt_fd_sync", 0, || {
        // SAFETY: the descriptor is not closed.
        descriptor::sync(unsafe { descriptor::of(fd)? }).map(|()| 1)
    })
}

/// Locks the file `fd` for one holder (`exclusive`) or for several, and waits as long as others
/// hold it. The lock binds those only who lock too. It belongs to the opening of the file: a second
/// lock of it takes the place of the first, and it ends with `rt_fd_unlock` or when the last
/// descriptor of that opening is closed. Returns 1. 0 when it fails: RT_ERROR_DESCRIPTOR when it is
/// not open; RT_ERROR_SYSTEM. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_fd_lock(fd: i32, exclusive: bool) -> i64 {
    boundary("rt_fd_lock", 0, || {
        // SAFETY: the descriptor is not closed.
        descriptor::lock(unsafe { descriptor::of(fd)? }, kind(exclusive)).map(|()| 1)
    })
}

/// As `rt_fd_lock`, without waiting: 1 when the file is locked now, 0 when others hold it, which is
/// no failure. -1 when it fails: RT_ERROR_DESCRIPTOR when it is not open; RT_ERROR_SYSTEM.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_fd_try_lock(fd: i32, exclusive: bool) -> i64 {
    boundary("rt_fd_try_lock", -1, || {
        // SAFETY: the descriptor is not closed.
        descriptor::try_lock(unsafe { descriptor::of(fd)? }, kind(exclusive)).map(i64::from)
    })
}

/// Gives the lock of the file `fd` back; without one, nothing happens. Returns 1. 0 when it fails:
/// RT_ERROR_DESCRIPTOR when it is not open; RT_ERROR_SYSTEM. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_fd_unlock(fd: i32) -> i64 {
    boundary("rt_fd_unlock", 0, || {
        // SAFETY: the descriptor is not closed.
        descriptor::unlock(unsafe { descriptor::of(fd)? }).map(|()| 1)
    })
}

fn kind(exclusive: bool) -> Lock {
    if exclusive { Lock::Exclusive } else { Lock::Shared }
}

/// A count of bytes for C.
fn count(bytes: Result<usize>) -> Result<i64> {
    // The system counts in numbers with a sign.
    bytes.map(|bytes| bytes as i64)
}
