//! What there is under a name, and changes to it that leave the content alone.
//!
//! Names of links stand for what they lead to, unless a function says otherwise. Times are
//! microseconds since the beginning of 1970 in UTC.

use std::path::{Path, PathBuf};

use runtime_core::{Error, Result, arguments};
use rustix::fs::{
    self, Access, AtFlags, CWD, FileType, Mode, OFlags, Timespec, Timestamps, UTIME_NOW, UTIME_OMIT,
};
use rustix::io::{Errno, retry_on_intr};

use crate::replace::{follow_and_find, found, is, is_same};
use crate::{descriptor, name};

/// What the system says of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// It is a regular file.
    pub is_file: bool,
    /// It is a directory.
    pub is_dir: bool,
    /// This process may read it.
    pub is_readable: bool,
    /// This process may write it.
    pub is_writable: bool,
    /// The size in bytes.
    pub size: i64,
}

/// Whether there is anything at the end of the links at `path`.
///
/// # Errors
/// The system's, when it cannot tell: `EACCES`, `ELOOP`, `ENAMETOOLONG`.
pub fn exists(path: &Path) -> Result<bool> {
    look(path).map(|stat| stat.is_some())
}

/// What the system says of the file, `None` when there is none. What the process may do is asked of
/// the system, which knows users, groups, access control lists and read-only file systems.
///
/// # Errors
/// The system's, when it cannot tell.
pub fn facts(path: &Path) -> Result<Option<Facts>> {
    let may = |access| fs::accessat(CWD, path, access, AtFlags::EACCESS).is_ok();
    let facts = look(path)?.map(|stat| Facts {
        is_file: is(&stat, FileType::RegularFile),
        is_dir: is(&stat, FileType::Directory),
        is_readable: may(Access::READ_OK),
        is_writable: may(Access::WRITE_OK),
        size: stat.st_size,
    });
    Ok(facts)
}

/// Whether `path` itself is a symbolic link, wherever it leads.
///
/// # Errors
/// The system's, when it cannot tell.
pub fn is_symlink(path: &Path) -> Result<bool> {
    match found(path) {
        Ok(stat) => Ok(stat.is_some_and(|stat| is(&stat, FileType::Symlink))),
        Err(Errno::NOTDIR) => Ok(false),
        Err(error) => Err(name::refused("path", path, error)),
    }
}

/// Whether both paths lead to the same file.
///
/// # Errors
/// The system's, when one of them is missing.
pub fn is_same_file(path: &Path, other: &Path) -> Result<bool> {
    Ok(is_same(&status("path", path)?, &status("other", other)?))
}

/// The size of the file in bytes.
///
/// # Errors
/// The system's.
pub fn size(path: &Path) -> Result<i64> {
    status("path", path).map(|stat| stat.st_size)
}

/// The permission bits, 0 to 0o7777.
///
/// # Errors
/// The system's.
pub fn permissions(path: &Path) -> Result<u32> {
    status("path", path).map(|stat| stat.st_mode & 0o7777)
}

/// Sets the permission bits.
///
/// # Errors
/// `RT_ERROR_INVALID_ARGUMENT` for bits beyond 0o7777; the system's.
pub fn set_permissions(path: &Path, permissions: i64) -> Result<()> {
    let mode = mode(permissions)?;
    retry_on_intr(|| fs::chmodat(CWD, path, Mode::from_raw_mode(mode), AtFlags::empty()))
        .map_err(|error| name::refused("path", path, error))
}

/// Permission bits given as a number.
///
/// # Errors
/// `RT_ERROR_INVALID_ARGUMENT` for bits beyond 0o7777.
pub fn mode(permissions: i64) -> Result<u32> {
    match u32::try_from(permissions) {
        Ok(mode) if mode <= 0o7777 => Ok(mode),
        _ => {
            Err(Error::invalid(format!("permissions {permissions} has more than the bits 0o7777")))
        }
    }
}

/// When a file was last read and last changed, as far as the file system keeps count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// When its content was last read.
    pub accessed: i64,
    /// When its content was last changed.
    pub modified: i64,
}

/// The times of the file.
///
/// # Errors
/// The system's; `RT_ERROR_INVALID_ARGUMENT` for one beyond 292,000 years.
pub fn times(path: &Path) -> Result<Times> {
    let stat = status("path", path)?;
    let micros = |seconds: i64, nanos: u64| {
        seconds
            .checked_mul(1_000_000)
            .and_then(|micros| micros.checked_add((nanos / 1000) as i64))
            .ok_or_else(|| Error::invalid(format!("{} is too far off", name::shown("path", path))))
    };
    Ok(Times {
        accessed: micros(stat.st_atime, stat.st_atime_nsec as u64)?,
        modified: micros(stat.st_mtime, stat.st_mtime_nsec as u64)?,
    })
}

/// Sets the times of the file; `None` leaves one as it is. What the file system cannot hold it
/// takes for the nearest that it can.
///
/// # Errors
/// The system's.
pub fn set_times(path: &Path, accessed: Option<i64>, modified: Option<i64>) -> Result<()> {
    let time = |micros: Option<i64>| match micros {
        None => Timespec { tv_sec: 0, tv_nsec: UTIME_OMIT },
        Some(micros) => Timespec {
            tv_sec: micros.div_euclid(1_000_000),
            tv_nsec: micros.rem_euclid(1_000_000) * 1000,
        },
    };
    stamp(path, &Timestamps { last_access: time(accessed), last_modification: time(modified) })
        .map_err(|error| name::refused("path", path, error))
}

/// Sets the times of the file to now, and makes an empty one where there is none.
///
/// # Errors
/// The system's.
pub fn touch(path: &Path) -> Result<()> {
    let now = Timespec { tv_sec: 0, tv_nsec: UTIME_NOW };
    match stamp(path, &Timestamps { last_access: now, last_modification: now }) {
        Err(Errno::NOENT) => {
            descriptor::open(path, OFlags::WRONLY | OFlags::CREATE, 0o666).map(drop)
        }
        answer => answer.map_err(|error| name::refused("path", path, error)),
    }
}

/// Cuts the file to `size` bytes, or lengthens it with zero bytes. It happens in place, and must be
/// there already.
///
/// # Errors
/// `RT_ERROR_LENGTH` when `size` is negative; the system's.
pub fn truncate(path: &Path, size: i64) -> Result<()> {
    let size = arguments::count("size", size)?;
    let file = descriptor::open(path, OFlags::WRONLY, 0)?;
    retry_on_intr(|| fs::ftruncate(&file, size)).map_err(|error| name::refused("path", path, error))
}

/// Waits until what was written to the file, by whomever, is on the disk; of a directory, its
/// entries.
///
/// # Errors
/// The system's.
pub fn sync(path: &Path) -> Result<()> {
    let file = descriptor::open(path, OFlags::RDONLY | OFlags::NONBLOCK, 0)?;
    retry_on_intr(|| fs::fsync(&file)).map_err(|error| name::refused("path", path, error))
}

/// Takes the name `path` away: of a file, or of a link itself. A file is gone with its last name
/// and last descriptor.
///
/// # Errors
/// The system's: `EISDIR` for a directory.
pub fn remove(path: &Path) -> Result<()> {
    retry_on_intr(|| fs::unlinkat(CWD, path, AtFlags::empty()))
        .map_err(|error| name::refused("path", path, error))
}

/// Gives the file or directory `from` the name `to`, in one step; a file that has it is replaced.
/// When both are names of one file already, nothing happens.
///
/// # Errors
/// The system's: `EXDEV` to another file system, which [`crate::copy::move_to`] can do.
pub fn rename(from: &Path, to: &Path) -> Result<()> {
    retry_on_intr(|| fs::renameat(CWD, from, CWD, to))
        .map_err(|error| between("from", from, "to", to, error))
}

/// Makes the symbolic link `link`, which leads to `target`, whether or not that exists. A relative
/// target counts from the directory of the link.
///
/// # Errors
/// The system's: `EEXIST` when there is something at `link`.
pub fn symlink(target: &Path, link: &Path) -> Result<()> {
    retry_on_intr(|| fs::symlinkat(target, CWD, link))
        .map_err(|error| name::refused("link", link, error))
}

/// Where the symbolic link `path` leads to, as it was given.
///
/// # Errors
/// The system's: `EINVAL` when it is no link.
pub fn read_link(path: &Path) -> Result<PathBuf> {
    use std::os::unix::ffi::OsStringExt;

    fs::readlinkat(CWD, path, Vec::new())
        .map(|target| std::ffi::OsString::from_vec(target.into_bytes()).into())
        .map_err(|error| name::refused("path", path, error))
}

/// Gives the file `existing` the further name `link`. Of a link, the link itself gets it.
///
/// # Errors
/// The system's: `EEXIST` when there is something at `link`, `EXDEV`, `EPERM` for a directory.
pub fn hard_link(existing: &Path, link: &Path) -> Result<()> {
    retry_on_intr(|| fs::linkat(CWD, existing, CWD, link, AtFlags::empty()))
        .map_err(|error| between("existing", existing, "link", link, error))
}

/// A refusal that two paths have a part in.
#[cold]
pub(crate) fn between(
    one: &str,
    path: &Path,
    other: &str,
    to: &Path,
    refusal: impl Into<std::io::Error>,
) -> Error {
    let what = format!("{}, {}", name::shown(one, path), name::shown(other, to));
    Error::system(&what, &refusal.into())
}

/// What the system says of the end of the links at `path`, which must be there.
fn status(name: &str, path: &Path) -> Result<fs::Stat> {
    retry_on_intr(|| fs::statat(CWD, path, AtFlags::empty()))
        .map_err(|error| name::refused(name, path, error))
}

/// The same, where a missing file is an answer. A file in the place of a directory has nothing in
/// it.
fn look(path: &Path) -> Result<Option<fs::Stat>> {
    match follow_and_find(path) {
        Err(Errno::NOTDIR) => Ok(None),
        answer => answer.map_err(|error| name::refused("path", path, error)),
    }
}

fn stamp(path: &Path, times: &Timestamps) -> rustix::io::Result<()> {
    retry_on_intr(|| fs::utimensat(CWD, path, times, AtFlags::empty()))
}
