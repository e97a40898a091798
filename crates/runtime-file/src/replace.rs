//! Replacing a file in one step: whoever opens it finds the whole old content or the whole new one,
//! also after a crash at any point.
//!
//! The new content is written to a temporary file in the same directory, brought to the disk, and
//! given the file's name; then the directory is brought to the disk. What is no regular file, a
//! device or a pipe, has no content to replace and is written to as it is.

use std::ffi::OsStr;
use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{self, Access, AtFlags, CWD, FileType, Gid, Mode, OFlags, Stat, Uid};
use rustix::io::{Errno, Result, retry_on_intr};

use crate::descriptor;

/// As many links are followed as the kernel does.
const MOST_LINKS: usize = 40;

/// The permission bits that a file passes on. Those that change the user who runs it are dropped,
/// as the kernel drops them when a file is written.
pub(crate) const PERMISSIONS: u32 = 0o777;

/// The new content of a file. Dropped before it is [committed](Self::commit), it leaves no trace.
///
/// The file keeps its permission bits, and its owner and group where the process may give them.
/// Other hard links to it keep the old content; access control lists and extended attributes are
/// not carried over. A link is followed to the file that it names, which need not exist yet. A file
/// that the process may not write is not replaced.
///
/// # Example
/// ```
/// use runtime_file::replace::Replacement;
/// use std::io::Write;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("settings");
/// std::fs::write(&path, "old")?;
/// let mut replacement = Replacement::new(&path)?;
/// replacement.file().write_all(b"new")?;
/// assert_eq!(std::fs::read(&path)?, b"old");
/// replacement.commit()?;
/// assert_eq!(std::fs::read(&path)?, b"new");
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct Replacement {
    file: File,
    /// The permission bits that the file gets in the end, unless it keeps those it was made with.
    mode: Option<Mode>,
    /// Where the file goes; `None` for what is written in place.
    staged: Option<Staged>,
}

/// A temporary file's place, and the name that it will get.
struct Staged {
    directory: Directory,
    temporary: String,
    name: Vec<u8>,
}

impl Replacement {
    /// Begins to replace what is at `path`, or to make it.
    ///
    /// # Errors
    /// The system's: `EISDIR` for a directory, `EACCES` for a file or a directory that the process
    /// may not write.
    pub fn new(path: &Path) -> std::io::Result<Self> {
        Ok(Self::begin(path, None)?)
    }

    /// The same, but the file gets the permission bits `mode` in the end, instead of those it had.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_mode(path: &Path, mode: u32) -> std::io::Result<Self> {
        Ok(Self::begin(path, Some(Mode::from_raw_mode(mode & PERMISSIONS)))?)
    }

    /// Whether what is written is seen only in the end. A device or a pipe is written to as it is.
    pub fn is_staged(&self) -> bool {
        self.staged.is_some()
    }

    /// The file to write the new content to.
    pub fn file(&mut self) -> &mut File {
        &mut self.file
    }

    /// Writes all of `bytes`.
    ///
    /// # Errors
    /// The system's.
    pub fn write_all(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        Ok(descriptor::write_pieces(self.file.as_fd(), bytes).1?)
    }

    /// Puts the new content in the place of the old.
    ///
    /// # Errors
    /// The system's. The old content is still there then, unless the very last step failed: to
    /// bring the directory to the disk.
    pub fn commit(mut self) -> std::io::Result<()> {
        let Some(staged) = &self.staged else {
            return Ok(sync_if_possible(&self.file)?);
        };
        if let Some(mode) = self.mode {
            fs::fchmod(&self.file, mode)?;
        }
        retry_on_intr(|| fs::fsync(&self.file))?;
        let Staged { directory, temporary, name } = staged;
        fs::renameat(directory, temporary.as_str(), directory, name.as_slice())?;
        // The temporary file is gone: there is nothing to take away any more.
        let staged = self.staged.take();
        staged.map_or(Ok(()), |staged| staged.directory.sync()).map_err(Into::into)
    }

    fn begin(path: &Path, mode: Option<Mode>) -> Result<Self> {
        match found(path)? {
            Some(stat) if is(&stat, FileType::Symlink) => Self::through_link(path, mode),
            existing => Self::at(path, existing.as_ref(), mode),
        }
    }

    /// What is at `path`, which is no link.
    fn at(path: &Path, existing: Option<&Stat>, mode: Option<Mode>) -> Result<Self> {
        match existing {
            Some(stat) if is(stat, FileType::Directory) => Err(Errno::ISDIR),
            Some(stat) if !is(stat, FileType::RegularFile) => Self::in_place(path),
            _ => Self::staged(path, existing, mode),
        }
    }

    /// The file that the link at `path` leads to.
    fn through_link(path: &Path, mode: Option<Mode>) -> Result<Self> {
        let target = follow(path)?;
        let (end, by_name) = (follow_and_find(path)?, found(&target)?);
        match (&end, &by_name) {
            // The kernel's own links in /proc lead to files that their texts do not name.
            (Some(end), named) if !named.is_some_and(|named| is_same(end, &named)) => {
                if is(end, FileType::Directory) { Err(Errno::ISDIR) } else { Self::in_place(path) }
            }
            _ => Self::at(&target, by_name.as_ref(), mode),
        }
    }

    fn in_place(path: &Path) -> Result<Self> {
        let flags = OFlags::WRONLY | OFlags::TRUNC | OFlags::CLOEXEC | OFlags::NOCTTY;
        let file = retry_on_intr(|| fs::open(path, flags, Mode::empty()))?;
        Ok(Self { file: File::from(file), mode: None, staged: None })
    }

    fn staged(path: &Path, existing: Option<&Stat>, mode: Option<Mode>) -> Result<Self> {
        let (parent, name) = split(path);
        if matches!(name, b"" | b"." | b"..") {
            return Err(Errno::ISDIR);
        }
        let directory = Directory::open(parent)?;
        if existing.is_some() {
            match fs::accessat(&directory, name, Access::WRITE_OK, AtFlags::EACCESS) {
                // It may vanish at any time, which changes nothing.
                Ok(()) | Err(Errno::NOENT) => {}
                Err(error) => return Err(error),
            }
        }
        // Until it has its permissions, nobody else may open a file that others may not read.
        let is_new = existing.is_none() && mode.is_none();
        let at_first = Mode::from_raw_mode(if is_new { 0o666 } else { 0o600 });
        let (temporary, file) = create_temporary(&directory, at_first)?;
        let staged = Staged { directory, temporary, name: name.to_vec() };
        // Made before its owner is looked after, so that a failure there takes the file away.
        let mut replacement = Self { file: File::from(file), mode, staged: Some(staged) };
        if let Some(existing) = existing {
            let kept = adopt(&replacement.file, existing)?;
            replacement.mode.get_or_insert(kept);
        }
        Ok(replacement)
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        if let Some(Staged { directory, temporary, .. }) = &self.staged {
            // The failure that brought us here is the one to report.
            let _ = fs::unlinkat(directory, temporary.as_str(), AtFlags::empty());
        }
    }
}

/// The directory that a name is in, open, so that the steps of a change meet the same one.
pub(crate) struct Directory {
    file: OwnedFd,
    /// A directory that the process may write but not read cannot be brought to the disk.
    is_readable: bool,
}

impl Directory {
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let flags = OFlags::DIRECTORY | OFlags::CLOEXEC;
        let open = |flags| retry_on_intr(|| fs::open(path, flags, Mode::empty()));
        match open(flags | OFlags::RDONLY) {
            Ok(file) => Ok(Self { file, is_readable: true }),
            Err(Errno::ACCESS) => {
                Ok(Self { file: open(flags | OFlags::PATH)?, is_readable: false })
            }
            Err(error) => Err(error),
        }
    }

    /// Brings everything on the directory's file system to the disk.
    pub(crate) fn sync_file_system(&self) -> Result<()> {
        if self.is_readable {
            return retry_on_intr(|| fs::syncfs(&self.file));
        }
        fs::sync();
        Ok(())
    }

    /// Brings the directory's entries to the disk, on file systems that have one.
    pub(crate) fn sync(&self) -> Result<()> {
        if self.is_readable { sync_if_possible(&self.file) } else { Ok(()) }
    }
}

impl AsFd for Directory {
    fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
        self.file.as_fd()
    }
}

/// What is at `path` itself, if anything.
pub(crate) fn found(path: &Path) -> Result<Option<Stat>> {
    absent_is_none(retry_on_intr(|| fs::statat(CWD, path, AtFlags::SYMLINK_NOFOLLOW)))
}

/// What is at the end of the links at `path`, if anything.
pub(crate) fn follow_and_find(path: &Path) -> Result<Option<Stat>> {
    absent_is_none(retry_on_intr(|| fs::statat(CWD, path, AtFlags::empty())))
}

/// Whether the file is of this kind.
pub(crate) fn is(stat: &Stat, kind: FileType) -> bool {
    FileType::from_raw_mode(stat.st_mode) == kind
}

/// Whether both are the same file.
pub(crate) fn is_same(one: &Stat, other: &Stat) -> bool {
    (one.st_dev, one.st_ino) == (other.st_dev, other.st_ino)
}

/// The directory and the last part of a path, as the kernel sees them: `a/` has an empty last part.
pub(crate) fn split(path: &Path) -> (&Path, &[u8]) {
    let bytes = path.as_os_str().as_bytes();
    match memchr::memrchr(b'/', bytes) {
        None => (Path::new("."), bytes),
        Some(0) => (Path::new("/"), &bytes[1..]),
        Some(at) => (Path::new(OsStr::from_bytes(&bytes[..at])), &bytes[at + 1..]),
    }
}

/// A name that nobody else uses in a directory, for what will be renamed or taken away again.
pub(crate) fn temporary_name() -> String {
    // Each `RandomState` is seeded anew.
    format!(".simple-{:016x}.tmp", RandomState::new().hash_one(()))
}

fn absent_is_none(answer: Result<Stat>) -> Result<Option<Stat>> {
    match answer {
        Ok(stat) => Ok(Some(stat)),
        Err(Errno::NOENT) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Where the link at `path` leads to by its text, link after link.
fn follow(path: &Path) -> Result<PathBuf> {
    let mut end = path.to_path_buf();
    for _ in 0..MOST_LINKS {
        match fs::readlinkat(CWD, &end, Vec::new()) {
            Ok(target) => {
                let target = Path::new(OsStr::from_bytes(target.as_bytes()));
                end = split(&end).0.join(target);
            }
            // No link any more, or nothing.
            Err(Errno::INVAL | Errno::NOENT) => return Ok(end),
            Err(error) => return Err(error),
        }
    }
    Err(Errno::LOOP)
}

fn create_temporary(directory: &Directory, mode: Mode) -> Result<(String, OwnedFd)> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
    loop {
        let name = temporary_name();
        match retry_on_intr(|| fs::openat(directory, name.as_str(), flags, mode)) {
            Ok(file) => return Ok((name, file)),
            Err(Errno::EXIST) => {}
            Err(error) => return Err(error),
        }
    }
}

/// Gives `file` the owner and group of `existing` where the process may; returns the permission
/// bits that then belong to it.
fn adopt(file: &File, existing: &Stat) -> Result<Mode> {
    let made = fs::fstat(file)?;
    let mode = existing.st_mode & PERMISSIONS;
    let (user, group) = (Uid::from_raw(existing.st_uid), Gid::from_raw(existing.st_gid));
    if (made.st_uid, made.st_gid) == (existing.st_uid, existing.st_gid)
        || fs::fchown(file, Some(user), Some(group)).is_ok()
        || made.st_gid == existing.st_gid
        || fs::fchown(file, None, Some(group)).is_ok()
    {
        return Ok(Mode::from_raw_mode(mode));
    }
    // Another group gets no more than everybody.
    Ok(Mode::from_raw_mode(mode & 0o707 | (mode & 0o007) << 3))
}

/// Brings `file` to the disk if it has one.
fn sync_if_possible(file: impl AsFd) -> Result<()> {
    match retry_on_intr(|| fs::fsync(&file)) {
        Err(Errno::INVAL | Errno::NOTSUP | Errno::ROFS) => Ok(()),
        answer => answer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_part_is_the_kernels() {
        let split = |path: &'static str| split(Path::new(path));
        assert_eq!(split("a"), (Path::new("."), &b"a"[..]));
        assert_eq!(split("/a"), (Path::new("/"), &b"a"[..]));
        assert_eq!(split("a/b/c"), (Path::new("a/b"), &b"c"[..]));
        assert_eq!(split("a/"), (Path::new("a"), &b""[..]));
        assert_eq!(split("a/."), (Path::new("a"), &b"."[..]));
        assert_eq!(split("/"), (Path::new("/"), &b""[..]));
    }

    #[test]
    fn temporary_names_differ() {
        assert_ne!(temporary_name(), temporary_name());
    }
}
