//! Descriptors: the system's numbers of open files, and what is done with them.
//!
//! A number may be anybody's: one that is not open is an error, and one that is closed meanwhile
//! makes a call fail or meet another file. Calls that a signal interrupts are repeated.

use std::os::fd::{AsRawFd, BorrowedFd, IntoRawFd, OwnedFd, RawFd};
use std::path::Path;

use runtime_core::sigpipe::HeldBack;
use runtime_core::{Error, Result, arguments};
use runtime_value::Str;
use runtime_value::string::Builder;
use rustix::fs::{self, FileType, FlockOperation, Mode, OFlags, SeekFrom};
use rustix::io::{self, Errno, retry_on_intr};

use crate::codes::{RT_ERROR_DESCRIPTOR, RT_ERROR_STANDARD_DESCRIPTOR};
use crate::name;

/// `rt_file_open_with`: the file may be read.
pub const RT_OPEN_READ: i64 = 1;
/// `rt_file_open_with`: the file may be written.
pub const RT_OPEN_WRITE: i64 = 2;
/// `rt_file_open_with`: a file that is not there is made.
pub const RT_OPEN_CREATE: i64 = 4;
/// `rt_file_open_with`: the file's content is thrown away; with RT_OPEN_WRITE.
pub const RT_OPEN_TRUNCATE: i64 = 8;
/// `rt_file_open_with`: every write goes to the end of the file; with RT_OPEN_WRITE.
pub const RT_OPEN_APPEND: i64 = 16;
/// `rt_file_open_with`: a file that is there is an error (EEXIST); with RT_OPEN_CREATE.
pub const RT_OPEN_EXCLUSIVE: i64 = 32;

/// The system's flags for a combination of the `RT_OPEN_` numbers.
///
/// # Errors
/// `RT_ERROR_INVALID_ARGUMENT` for other bits, and for combinations without a sense.
pub fn open_flags(flags: i64) -> Result<OFlags> {
    const KNOWN: [(i64, OFlags); 4] = [
        (RT_OPEN_CREATE, OFlags::CREATE),
        (RT_OPEN_TRUNCATE, OFlags::TRUNC),
        (RT_OPEN_APPEND, OFlags::APPEND),
        (RT_OPEN_EXCLUSIVE, OFlags::EXCL),
    ];
    let has = |flag| flags & flag != 0;
    let mut system = match (has(RT_OPEN_READ), has(RT_OPEN_WRITE)) {
        (true, true) => OFlags::RDWR,
        (true, false) => OFlags::RDONLY,
        (false, true) => OFlags::WRONLY,
        (false, false) => {
            let reason = format!("flags {flags} has neither RT_OPEN_READ nor RT_OPEN_WRITE");
            return Err(Error::invalid(reason));
        }
    };
    let mut left = flags & !(RT_OPEN_READ | RT_OPEN_WRITE);
    for (flag, meaning) in KNOWN {
        system.set(meaning, has(flag));
        left &= !flag;
    }
    let refused = if left != 0 {
        "bits that mean nothing"
    } else if has(RT_OPEN_TRUNCATE | RT_OPEN_APPEND) && !has(RT_OPEN_WRITE) {
        "RT_OPEN_TRUNCATE or RT_OPEN_APPEND without RT_OPEN_WRITE"
    } else if has(RT_OPEN_EXCLUSIVE) && !has(RT_OPEN_CREATE) {
        "RT_OPEN_EXCLUSIVE without RT_OPEN_CREATE"
    } else {
        return Ok(system);
    };
    Err(Error::invalid(format!("flags {flags} has {refused}")))
}

/// Opens the file at `path`. The descriptor is not inherited by programs that this one starts.
/// `permissions` are those of a file that is made, less the process's umask.
///
/// # Errors
/// The system's.
///
/// # Example
/// ```
/// use runtime_file::descriptor::{self, RT_OPEN_CREATE, RT_OPEN_READ, RT_OPEN_WRITE};
/// use std::os::fd::AsFd;
///
/// let folder = tempfile::tempdir().unwrap();
/// let flags = descriptor::open_flags(RT_OPEN_READ | RT_OPEN_WRITE | RT_OPEN_CREATE)?;
/// let file = descriptor::open(&folder.path().join("notes"), flags, 0o600)?;
/// assert_eq!(descriptor::write(file.as_fd(), b"three words here")?, 16);
/// let mut word = [0; 5];
/// assert_eq!(descriptor::read_at(file.as_fd(), &mut word, 6)?, 5);
/// assert_eq!(&word, b"words");
/// # Ok::<(), runtime_core::Error>(())
/// ```
pub fn open(path: &Path, flags: OFlags, permissions: u32) -> Result<OwnedFd> {
    let flags = flags | OFlags::CLOEXEC | OFlags::NOCTTY;
    retry_on_intr(|| fs::open(path, flags, Mode::from_raw_mode(permissions)))
        .map_err(|error| name::refused("path", path, error))
}

/// Hands a descriptor over to whoever works with numbers.
pub fn into_number(file: OwnedFd) -> RawFd {
    file.into_raw_fd()
}

/// The descriptor with this number. Whether it is open, the first call with it will tell.
///
/// # Errors
/// `RT_ERROR_DESCRIPTOR` when the number is negative.
///
/// # Safety
/// Nobody relies on the descriptor's being closed, or on its file's staying as it is, during `'a`.
pub unsafe fn of<'a>(number: RawFd) -> Result<BorrowedFd<'a>> {
    if number < 0 {
        return Err(not_open(number));
    }
    // SAFETY: not -1, as just checked; the rest is the caller's promise.
    Ok(unsafe { BorrowedFd::borrow_raw(number) })
}

/// Closes the descriptor with this number, whoever opened it, but for standard input, output and
/// error.
///
/// # Errors
/// `RT_ERROR_STANDARD_DESCRIPTOR` for 0 to 2, `RT_ERROR_DESCRIPTOR` when it is not open, and the
/// system's, as when what was written before did not reach the disk; it is closed then all the
/// same.
///
/// # Safety
/// The descriptor is not one that an object of Rust's, a `File` say, owns.
pub unsafe fn close(number: RawFd) -> Result<()> {
    if (0..=2).contains(&number) {
        let reason = format!("fd {number} belongs to the process and stays open");
        return Err(Error::new(RT_ERROR_STANDARD_DESCRIPTOR, reason));
    }
    // SAFETY: the caller's promise.
    if unsafe { libc::close(number) } == 0 {
        return Ok(());
    }
    match Errno::from_io_error(&std::io::Error::last_os_error()) {
        // Linux has closed it by then: another try could close somebody else's.
        None | Some(Errno::INTR) => Ok(()),
        Some(Errno::BADF) => Err(not_open(number)),
        Some(error) => Err(Error::system(&shown(number), &error.into())),
    }
}

/// The size of the file in bytes.
///
/// # Errors
/// `RT_ERROR_DESCRIPTOR`, and the system's.
pub fn size(file: BorrowedFd<'_>) -> Result<u64> {
    // The system's sizes are not negative.
    fs::fstat(file).map(|stat| stat.st_size as u64).map_err(refused(file))
}

/// Reads from the current position on, at most as much as `buffer` takes; 0 at the end.
///
/// # Errors
/// `RT_ERROR_DESCRIPTOR`, and the system's: `EBADF` when it is not open for reading, `EAGAIN` when
/// it does not block and nothing is there.
pub fn read(file: BorrowedFd<'_>, buffer: &mut [u8]) -> Result<usize> {
    retry_on_intr(|| io::read(file, &mut *buffer)).map_err(refused(file))
}

/// As [`read`], into a new string.
///
/// # Errors
/// As [`read`]; `RT_ERROR_OUT_OF_MEMORY`, `RT_ERROR_LENGTH`.
pub fn read_string(file: BorrowedFd<'_>, most: u64) -> Result<Str> {
    let mut builder = Builder::new(most)?;
    read_into(file, &mut builder, usize::MAX).map_err(refused(file))?;
    builder.finish()
}

/// Reads from `offset` on, and leaves the current position alone.
///
/// # Errors
/// As [`read`]; `ESPIPE` for what has no positions.
pub fn read_at(file: BorrowedFd<'_>, buffer: &mut [u8], offset: u64) -> Result<usize> {
    retry_on_intr(|| io::pread(file, &mut *buffer, offset)).map_err(refused(file))
}

/// Writes `bytes` at the current position. Fewer are written only when the system refused after
/// some; the next call will say why. A reader that is gone is an error, and no signal is sent.
///
/// # Errors
/// `RT_ERROR_DESCRIPTOR`, and the system's, when nothing was written.
pub fn write(file: BorrowedFd<'_>, bytes: &[u8]) -> Result<usize> {
    some(file, write_pieces(file, bytes))
}

/// Writes `bytes` at `offset`, and leaves the current position alone; otherwise as [`write()`]. To
/// a file opened with `RT_OPEN_APPEND`, Linux appends whatever the offset is.
///
/// # Errors
/// As [`write()`]; `ESPIPE` for what has no positions.
pub fn write_at(file: BorrowedFd<'_>, bytes: &[u8], offset: u64) -> Result<usize> {
    let write = |rest: &[u8], at: usize| match offset.checked_add(at as u64) {
        Some(offset) => io::pwrite(file, rest, offset),
        None => Err(Errno::FBIG),
    };
    some(file, in_pieces(bytes, write))
}

/// Moves the current position to `offset` bytes from the beginning (`whence` 0), the current
/// position (1) or the end (2); returns the new one, from the beginning.
///
/// # Errors
/// `RT_ERROR_DESCRIPTOR`; `RT_ERROR_INVALID_ARGUMENT` for another `whence`; the system's, as for a
/// position before the beginning or in what has none.
pub fn seek(file: BorrowedFd<'_>, offset: i64, whence: i64) -> Result<u64> {
    let to = match whence {
        0 => SeekFrom::Start(arguments::count("offset", offset)?),
        1 => SeekFrom::Current(offset),
        2 => SeekFrom::End(offset),
        _ => return Err(Error::invalid(format!("whence {whence} is none of 0 to 2"))),
    };
    fs::seek(file, to).map_err(refused(file))
}

/// Cuts the file to `size` bytes, or lengthens it with zero bytes.
///
/// # Errors
/// `RT_ERROR_DESCRIPTOR`, and the system's.
pub fn truncate(file: BorrowedFd<'_>, size: u64) -> Result<()> {
    retry_on_intr(|| fs::ftruncate(file, size)).map_err(refused(file))
}

/// Waits until what was written is on the disk.
///
/// # Errors
/// `RT_ERROR_DESCRIPTOR`, and the system's.
pub fn sync(file: BorrowedFd<'_>) -> Result<()> {
    retry_on_intr(|| fs::fsync(file)).map_err(refused(file))
}

/// Whether a lock is for one holder or for several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    /// Any number of holders, none of them exclusive.
    Shared,
    /// One holder.
    Exclusive,
}

/// Locks the file, and waits as long as others hold it. The lock binds those only who lock too; it
/// belongs to the opening of the file, so that copies of the descriptor share it; a second lock
/// takes the place of the first. It ends with [`unlock`] or with the last descriptor.
///
/// # Errors
/// `RT_ERROR_DESCRIPTOR`, and the system's.
pub fn lock(file: BorrowedFd<'_>, lock: Lock) -> Result<()> {
    let operation = match lock {
        Lock::Shared => FlockOperation::LockShared,
        Lock::Exclusive => FlockOperation::LockExclusive,
    };
    retry_on_intr(|| fs::flock(file, operation)).map_err(refused(file))
}

/// As [`lock()`], but does not wait: whether the file is locked now.
///
/// # Errors
/// `RT_ERROR_DESCRIPTOR`, and the system's.
pub fn try_lock(file: BorrowedFd<'_>, lock: Lock) -> Result<bool> {
    let operation = match lock {
        Lock::Shared => FlockOperation::NonBlockingLockShared,
        Lock::Exclusive => FlockOperation::NonBlockingLockExclusive,
    };
    match retry_on_intr(|| fs::flock(file, operation)) {
        Ok(()) => Ok(true),
        Err(Errno::WOULDBLOCK) => Ok(false),
        Err(error) => Err(refused(file)(error)),
    }
}

/// Gives the lock back. A file that is not locked stays so.
///
/// # Errors
/// `RT_ERROR_DESCRIPTOR`, and the system's.
pub fn unlock(file: BorrowedFd<'_>) -> Result<()> {
    retry_on_intr(|| fs::flock(file, FlockOperation::Unlock)).map_err(refused(file))
}

/// Reads once into the room that `builder` has, at most `most` bytes; how many came.
pub(crate) fn read_into(
    file: BorrowedFd<'_>,
    builder: &mut Builder,
    most: usize,
) -> io::Result<usize> {
    let read = retry_on_intr(|| {
        let room = builder.spare_capacity_mut();
        let most = most.min(room.len());
        let (read, _) = io::read(file, &mut room[..most])?;
        Ok(read.len())
    })?;
    // SAFETY: the system has written so many bytes to the beginning of the room.
    unsafe { builder.advance(read) };
    Ok(read)
}

/// Writes all of `bytes`, unless the system refuses: how many were written, and why no more.
pub(crate) fn write_pieces(file: BorrowedFd<'_>, bytes: &[u8]) -> (usize, io::Result<()>) {
    without_signal(file, || in_pieces(bytes, |rest, _| io::write(file, rest)))
}

/// Does `write`, which gets no SIGPIPE from a file that may be a pipe whose reader is gone.
fn without_signal<T>(file: BorrowedFd<'_>, write: impl FnOnce() -> T) -> T {
    let kind = fs::fstat(file).map(|stat| FileType::from_raw_mode(stat.st_mode));
    if !matches!(kind, Ok(FileType::Fifo | FileType::Socket)) {
        return write();
    }
    let held_back = HeldBack::new();
    let answer = write();
    // Where none was sent, this does nothing.
    held_back.swallow();
    answer
}

/// Calls `write` with what is left of `bytes`, and where that begins, until nothing is left or the
/// system refuses: how many bytes were written, and why no more.
fn in_pieces(
    bytes: &[u8],
    mut write: impl FnMut(&[u8], usize) -> io::Result<usize>,
) -> (usize, io::Result<()>) {
    let mut written = 0;
    // A write of nothing is one write: it tells whether the descriptor is open.
    loop {
        match retry_on_intr(|| write(&bytes[written..], written)) {
            Ok(0) if written < bytes.len() => return (written, Err(Errno::IO)),
            Ok(count) => written += count,
            Err(error) => return (written, Err(error)),
        }
        if written == bytes.len() {
            return (written, Ok(()));
        }
    }
}

/// A write that was refused after some bytes has done its part: the next one will say why.
fn some(file: BorrowedFd<'_>, outcome: (usize, io::Result<()>)) -> Result<usize> {
    match outcome {
        (0, Err(error)) => Err(refused(file)(error)),
        (written, _) => Ok(written),
    }
}

/// The system's refusal to work with a descriptor, told apart from one that is not open.
pub(crate) fn refused(file: BorrowedFd<'_>) -> impl Fn(Errno) -> Error {
    let number = file.as_raw_fd();
    move |error| {
        if error == Errno::BADF && io::fcntl_getfd(file).is_err() {
            not_open(number)
        } else {
            Error::system(&shown(number), &error.into())
        }
    }
}

#[cold]
fn not_open(number: RawFd) -> Error {
    Error::system(&format!("{} is not open", shown(number)), &Errno::BADF.into())
        .with_code(RT_ERROR_DESCRIPTOR)
}

fn shown(number: RawFd) -> String {
    format!("fd {number}")
}
