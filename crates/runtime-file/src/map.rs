//! Memory maps of files, by address. A table knows the live ones, so that a wrong address or length
//! is an error and not the end of the process.
//!
//! A map shows the file as it is. Where another process cuts the file short, the pages behind the
//! new end are gone, and the system ends a process that touches them with SIGBUS. What is read
//! through this module, with [`read`] and [`read_file`], is an error then; nothing can be done for
//! those who follow the address themselves.

use std::collections::BTreeMap;
use std::os::fd::{AsFd, BorrowedFd};
use std::path::Path;
use std::ptr;

use parking_lot::RwLock;
use runtime_core::{Error, Result, error::codes};
use runtime_value::Str;
use runtime_value::string::Builder;
use rustix::fs::{self, FileType, OFlags};
use rustix::mm::{self, MapFlags, MsyncFlags, ProtFlags};

use crate::codes::{RT_ERROR_BEYOND_END, RT_ERROR_NOT_MAPPED, RT_ERROR_NOT_REGULAR};
use crate::{descriptor, name, utf8};

/// The live maps: where each begins, and where it ends, both on a page's border.
static MAPS: RwLock<BTreeMap<usize, usize>> = RwLock::new(BTreeMap::new());

/// Flags of `mmap` that may be given; MAP_SHARED or MAP_PRIVATE is one of them.
const FLAGS: i32 = libc::MAP_SHARED | libc::MAP_PRIVATE | libc::MAP_NORESERVE | libc::MAP_POPULATE;

/// What `madvise` may be told: what is about one's own pages, and can be taken back or repeated.
const ADVICE: [i32; 14] = [
    libc::MADV_NORMAL,
    libc::MADV_RANDOM,
    libc::MADV_SEQUENTIAL,
    libc::MADV_WILLNEED,
    libc::MADV_DONTNEED,
    libc::MADV_DONTFORK,
    libc::MADV_DOFORK,
    libc::MADV_HUGEPAGE,
    libc::MADV_NOHUGEPAGE,
    libc::MADV_DONTDUMP,
    libc::MADV_DODUMP,
    libc::MADV_COLD,
    libc::MADV_PAGEOUT,
    libc::MADV_POPULATE_READ,
];

/// Maps `length` bytes of the file from `offset` on, which lies on a page's border; returns where.
/// The system chooses the place. `prot` is a combination of the system's PROT_ numbers; `flags` is
/// MAP_SHARED or MAP_PRIVATE, with MAP_NORESERVE or MAP_POPULATE if wanted. The map outlives the
/// descriptor.
///
/// # Errors
/// `RT_ERROR_LENGTH` for a length of 0, `RT_ERROR_BEYOND_END` when all of it would lie behind the
/// end of a regular file, `RT_ERROR_INVALID_ARGUMENT` for other bits, MAP_FIXED and MAP_ANONYMOUS
/// among them, `RT_ERROR_DESCRIPTOR`, and the system's.
pub fn map(
    file: BorrowedFd<'_>,
    offset: u64,
    length: u64,
    prot: i32,
    flags: i32,
) -> Result<*mut u8> {
    if length == 0 {
        return Err(Error::new(codes::RT_ERROR_LENGTH, "length is 0"));
    }
    let sharing = flags & (libc::MAP_SHARED | libc::MAP_PRIVATE);
    if flags & !FLAGS != 0 || !matches!(sharing, libc::MAP_SHARED | libc::MAP_PRIVATE) {
        let wanted = "MAP_SHARED or MAP_PRIVATE, with MAP_NORESERVE or MAP_POPULATE";
        return Err(Error::invalid(format!("flags {flags:#x} is not {wanted}")));
    }
    let all = ProtFlags::READ | ProtFlags::WRITE | ProtFlags::EXEC;
    let prot = u32::try_from(prot)
        .ok()
        .and_then(ProtFlags::from_bits)
        .filter(|known| all.contains(*known))
        .ok_or_else(|| Error::invalid(format!("prot {prot:#x} is not of PROT_'s three bits")))?;
    let stat = fs::fstat(file).map_err(descriptor::refused(file))?;
    if FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile
        && offset >= stat.st_size as u64
    {
        let reason = format!("offset {offset} is not before the end of the file, {}", stat.st_size);
        return Err(Error::new(RT_ERROR_BEYOND_END, reason));
    }
    let Some(size) = whole_pages(length) else {
        return Err(too_long(length));
    };
    // Only the bits that were looked at, which have the same meaning there.
    let flags = MapFlags::from_bits_retain(flags as u32);
    // SAFETY: the system chooses a place where nothing is.
    let start = unsafe { mm::mmap(ptr::null_mut(), size, prot, flags, file, offset) }
        .map_err(descriptor::refused(file))?
        .cast::<u8>();
    MAPS.write().insert(start.addr(), start.addr() + size);
    Ok(start)
}

/// Ends the map at `address`, or a part of it that begins and ends on pages' borders; what is left
/// on either side goes on.
///
/// # Errors
/// `RT_ERROR_NOT_MAPPED`, `RT_ERROR_LENGTH` for a length of 0, `RT_ERROR_MISALIGNED`.
///
/// # Safety
/// Nobody uses that memory any more.
pub unsafe fn unmap(address: usize, length: u64) -> Result<()> {
    let mut maps = MAPS.write();
    let part = find(&maps, address, length)?;
    // SAFETY: the part is of a live map, as the table says, and unused, as the caller says.
    unsafe { mm::munmap(ptr::with_exposed_provenance_mut(part.start), part.end - part.start) }
        .map_err(|error| refused(&part, error))?;
    maps.remove(&part.map_start);
    for (start, end) in [(part.map_start, part.start), (part.end, part.map_end)] {
        if start != end {
            maps.insert(start, end);
        }
    }
    Ok(())
}

/// Tells the system how the memory at `address` will be used, with one of its MADV_ numbers.
///
/// # Errors
/// `RT_ERROR_NOT_MAPPED`, `RT_ERROR_LENGTH` for a length of 0, `RT_ERROR_MISALIGNED`,
/// `RT_ERROR_INVALID_ARGUMENT` for advice that would damage the file or the machine's memory, or
/// that there is not; the system's.
///
/// # Safety
/// Nobody relies on the content of that memory when `advice` is MADV_DONTNEED and the map is
/// private.
pub unsafe fn advise(address: usize, length: u64, advice: i32) -> Result<()> {
    if !ADVICE.contains(&advice) {
        return Err(Error::invalid(format!("advice {advice} is none that a map takes")));
    }
    let maps = MAPS.read();
    let part = find(&maps, address, length)?;
    let memory = ptr::with_exposed_provenance_mut(part.start);
    // SAFETY: the part is of a live map, which stays while the table is held; the advice is
    // harmless, or the caller's to answer for.
    if unsafe { libc::madvise(memory, part.end - part.start, advice) } == 0 {
        return Ok(());
    }
    Err(refused(&part, std::io::Error::last_os_error()))
}

/// Writes changes of the memory at `address` to the file. `flags` is MS_SYNC or MS_ASYNC, with
/// MS_INVALIDATE if wanted.
///
/// # Errors
/// `RT_ERROR_NOT_MAPPED`, `RT_ERROR_LENGTH` for a length of 0, `RT_ERROR_MISALIGNED`,
/// `RT_ERROR_INVALID_ARGUMENT` for other flags; the system's.
pub fn sync(address: usize, length: u64, flags: i32) -> Result<()> {
    const BOTH: i32 = libc::MS_SYNC | libc::MS_ASYNC;
    if flags & !(BOTH | libc::MS_INVALIDATE) != 0 || flags & BOTH == BOTH {
        return Err(Error::invalid(format!("flags {flags:#x} is not MS_SYNC or MS_ASYNC")));
    }
    let flags = MsyncFlags::from_bits_retain(flags as u32);
    let maps = MAPS.read();
    let part = find(&maps, address, length)?;
    let memory = ptr::with_exposed_provenance_mut(part.start);
    // SAFETY: the part is of a live map, which stays while the table is held.
    unsafe { mm::msync(memory, part.end - part.start, flags) }
        .map_err(|error| refused(&part, error))
}

/// A copy of the `length` bytes at `address`, which may lie anywhere in a live map.
///
/// # Errors
/// `RT_ERROR_NOT_MAPPED`; `RT_ERROR_SYSTEM` with EFAULT where the map may not be read or the file
/// has become shorter; those of making a string.
pub fn read(address: usize, length: u64) -> Result<Str> {
    let maps = MAPS.read();
    if length == 0 {
        return Str::new(b"");
    }
    let end = usize::try_from(length).ok().and_then(|length| address.checked_add(length));
    let around = maps.range(..=address).next_back();
    let (Some(end), Some((_, map_end))) = (end, around) else {
        return Err(not_mapped(address, length));
    };
    if end > *map_end {
        return Err(not_mapped(address, length));
    }
    let content = copy_out(address, end - address)
        .map_err(|error| Error::system(&format!("addr {address:#x}"), &error))??;
    content.finish()
}

/// The bytes of the file, read through a map.
///
/// # Errors
/// `RT_ERROR_NOT_REGULAR` for a directory, a pipe or a device; `RT_ERROR_SYSTEM` with EFAULT when
/// the file becomes shorter meanwhile; the system's; those of making a string.
pub fn read_file(path: &Path) -> Result<Str> {
    mapped_content(path)?.finish()
}

/// The text of the file, read through a map.
///
/// # Errors
/// As [`read_file`]; `RT_ERROR_NOT_UTF8` with the position, when the content is no text.
pub fn read_text(path: &Path) -> Result<Str> {
    let content = mapped_content(path)?;
    utf8::text(|| name::shown("path", path), content.as_bytes())?;
    content.finish()
}

/// A part of a live map, in whole pages.
struct Part {
    start: usize,
    end: usize,
    map_start: usize,
    map_end: usize,
}

/// The live map that the part is in.
fn find(maps: &BTreeMap<usize, usize>, address: usize, length: u64) -> Result<Part> {
    if length == 0 {
        return Err(Error::new(codes::RT_ERROR_LENGTH, "length is 0"));
    }
    if !address.is_multiple_of(rustix::param::page_size()) {
        let reason = format!("addr {address:#x} is not on the border of a page");
        return Err(Error::new(codes::RT_ERROR_MISALIGNED, reason));
    }
    let end = whole_pages(length).and_then(|size| address.checked_add(size));
    let around = maps.range(..=address).next_back();
    match (end, around) {
        (Some(end), Some((&map_start, &map_end))) if end <= map_end => {
            Ok(Part { start: address, end, map_start, map_end })
        }
        _ => Err(not_mapped(address, length)),
    }
}

/// `length` bytes up to the next border of a page, if an address can reach there.
fn whole_pages(length: u64) -> Option<usize> {
    usize::try_from(length).ok()?.checked_next_multiple_of(rustix::param::page_size())
}

#[cold]
fn not_mapped(address: usize, length: u64) -> Error {
    let reason = format!("addr {address:#x} with length {length} is not in a live map");
    Error::new(RT_ERROR_NOT_MAPPED, reason)
}

#[cold]
fn too_long(length: u64) -> Error {
    Error::new(codes::RT_ERROR_LENGTH, format!("length {length} is more than memory holds"))
}

#[cold]
fn refused(part: &Part, error: impl Into<std::io::Error>) -> Error {
    Error::system(&format!("addr {:#x}", part.start), &error.into())
}

/// A map that ends with its owner, and that nobody else knows.
struct Private {
    start: *mut libc::c_void,
    size: usize,
}

impl Private {
    fn new(file: BorrowedFd<'_>, size: usize) -> rustix::io::Result<Self> {
        let (prot, flags) = (ProtFlags::READ, MapFlags::PRIVATE);
        // SAFETY: the system chooses a place where nothing is.
        let start = unsafe { mm::mmap(ptr::null_mut(), size, prot, flags, file, 0)? };
        Ok(Self { start, size })
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        // SAFETY: the memory is this owner's; whoever read from it has copied. Ending a whole map
        // does not fail.
        let _ = unsafe { mm::munmap(self.start, self.size) };
    }
}

/// The content of the file, in memory that will be a string's.
fn mapped_content(path: &Path) -> Result<Builder> {
    let refused = |error: std::io::Error| name::refused("path", path, error);
    let file = descriptor::open(path, OFlags::RDONLY | OFlags::NONBLOCK, 0)?;
    let stat = fs::fstat(&file).map_err(|error| refused(error.into()))?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        let reason = format!("{} is no regular file", name::shown("path", path));
        return Err(Error::new(RT_ERROR_NOT_REGULAR, reason));
    }
    let size = stat.st_size as usize;
    if size == 0 {
        // The system makes no map of nothing.
        return Builder::new(0);
    }
    let map = Private::new(file.as_fd(), size).map_err(|error| refused(error.into()))?;
    copy_out(map.start.addr(), size).map_err(refused)?
}

/// Copies mapped memory. The kernel does it, for which a page that is gone is an error, where it
/// would be a signal to the process. The outer failure is the system's, the inner one that of
/// making a string.
fn copy_out(address: usize, length: usize) -> std::io::Result<Result<Builder>> {
    let mut content = match Builder::new(length as u64) {
        Ok(content) => content,
        Err(error) => return Ok(Err(error)),
    };
    while content.len() < length {
        let from = ptr::without_provenance_mut(address + content.len());
        let room = content.spare_capacity_mut();
        let to = libc::iovec { iov_base: room.as_mut_ptr().cast(), iov_len: room.len() };
        let from = libc::iovec { iov_base: from, iov_len: room.len() };
        // SAFETY: the room is the builder's, as long as it says. The kernel looks at the other
        // memory on its own, and refuses what may not be read.
        let copied = unsafe {
            libc::process_vm_readv(libc::getpid(), &raw const to, 1, &raw const from, 1, 0)
        };
        match usize::try_from(copied) {
            Ok(0) => return Err(rustix::io::Errno::FAULT.into()),
            // SAFETY: so many bytes of the room were written.
            Ok(copied) => unsafe { content.advance(copied) },
            Err(_) => return Err(std::io::Error::last_os_error()),
        }
    }
    Ok(Ok(content))
}
