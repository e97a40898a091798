//! Memory maps of files.

use std::ptr;

use runtime_core::boundary;
use runtime_value::{RuntimeValue, View};

use crate::{descriptor, map};

/// Maps `length` bytes of the file `fd` from `offset` on, a multiple of the page size, into memory;
/// returns where, to be ended with `rt_file_munmap`. The system chooses the place, and `addr` is
/// ignored. `prot` is a combination of the system's PROT_READ, PROT_WRITE and PROT_EXEC; `flags` is
/// MAP_SHARED or MAP_PRIVATE, with MAP_NORESERVE or MAP_POPULATE if wanted. The map outlives the
/// descriptor. Null when it fails: RT_ERROR_LENGTH for a length of 0 or beyond what memory holds;
/// RT_ERROR_BEYOND_END when `offset` is not before the end of the file; RT_ERROR_INVALID_ARGUMENT
/// for other bits, MAP_FIXED among them; RT_ERROR_DESCRIPTOR; RT_ERROR_SYSTEM, and
/// `rt_last_error_errno`: EINVAL for an `offset` inside of a page, EACCES for a descriptor that may
/// not be used so. Thread-safe.
///
/// Memory of the map that lies behind the last page of the file ends the process with SIGBUS when
/// it is touched: behind the end of a file that was always shorter than `offset + length`, and of
/// one that anybody cuts short later. Keep maps within the file, and files that are mapped as they
/// are; `rt_file_mmap_read` turns that into an error.
#[unsafe(no_mangle)]
pub extern "C" fn rt_file_mmap(
    addr: *mut u8,
    length: u64,
    prot: i32,
    flags: i32,
    fd: i32,
    offset: u64,
) -> *mut u8 {
    let _ = addr;
    boundary("rt_file_mmap", ptr::null_mut(), || {
        // SAFETY: the file is looked at and mapped; the descriptor is not closed.
        let file = unsafe { descriptor::of(fd)? };
        map::map(file, offset, length, prot, flags)
    })
}

/// Ends a map of `rt_file_mmap`, or a part of it: `addr` is where it begins, on the border of a
/// page, and `length` counts up to the next border; what is left on either side goes on. Returns 0.
/// -1 when it fails: RT_ERROR_NOT_MAPPED when the part is not within one live map, ended ones among
/// them; RT_ERROR_MISALIGNED; RT_ERROR_LENGTH for a length of 0. Thread-safe.
///
/// # Safety
/// Nobody uses memory of a live map at `addr` any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_file_munmap(addr: *mut u8, length: u64) -> i32 {
    boundary("rt_file_munmap", -1, || {
        // SAFETY: the caller's promise is this function's own.
        unsafe { map::unmap(addr.expose_provenance(), length) }.map(|()| 0)
    })
}

/// Tells the system how a map, or a part of it, will be used. `advice` is one of the system's
/// numbers: MADV_NORMAL, RANDOM, SEQUENTIAL, WILLNEED, DONTNEED (changes in a private map are
/// lost), COLD, PAGEOUT, POPULATE_READ, HUGEPAGE, NOHUGEPAGE, DONTFORK, DOFORK, DONTDUMP, DODUMP.
/// Returns 0. -1 when it fails: RT_ERROR_INVALID_ARGUMENT for other advice; RT_ERROR_NOT_MAPPED,
/// RT_ERROR_MISALIGNED, RT_ERROR_LENGTH as `rt_file_munmap`; RT_ERROR_SYSTEM. Thread-safe.
///
/// # Safety
/// With MADV_DONTNEED, nobody relies on what was changed in a private map at `addr`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_file_madvise(addr: *mut u8, length: u64, advice: i32) -> i32 {
    boundary("rt_file_madvise", -1, || {
        // SAFETY: the caller's promise is this function's own.
        unsafe { map::advise(addr.expose_provenance(), length, advice) }.map(|()| 0)
    })
}

/// Writes what was changed in a shared map, or in a part of it, to the file. `flags` is the
/// system's MS_SYNC (waits for the disk) or MS_ASYNC, with MS_INVALIDATE if wanted. Returns 0. -1
/// when it fails: RT_ERROR_INVALID_ARGUMENT for other flags; RT_ERROR_NOT_MAPPED,
/// RT_ERROR_MISALIGNED, RT_ERROR_LENGTH as `rt_file_munmap`; RT_ERROR_SYSTEM. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_file_msync(addr: *mut u8, length: u64, flags: i32) -> i32 {
    boundary("rt_file_msync", -1, || map::sync(addr.expose_provenance(), length, flags).map(|()| 0))
}

/// A copy of `length` bytes of a live map, from any address in it: a string that the caller owns.
/// NIL when it fails: RT_ERROR_NOT_MAPPED when they are not within one live map; RT_ERROR_SYSTEM
/// with EFAULT where the map may not be read or lies behind the end of the file;
/// RT_ERROR_OUT_OF_MEMORY. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_file_mmap_read(addr: *const u8, length: u64) -> RuntimeValue {
    boundary("rt_file_mmap_read", RuntimeValue::NIL, || {
        map::read(addr.expose_provenance(), length).map(View::value)
    })
}
