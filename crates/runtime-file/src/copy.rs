//! Files copied and moved, also between file systems, without ever losing one.

use std::fs::File;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use runtime_core::{Error, Result};
use rustix::fs::{
    self, AtFlags, CWD, FileType, Gid, Mode, OFlags, Stat, Timespec, Timestamps, Uid,
};
use rustix::io::{Errno, retry_on_intr};

use crate::codes::RT_ERROR_NOT_REGULAR;
use crate::entry::{self, between};
use crate::replace::{self, Directory, Replacement, follow_and_find, found, is, is_same, split};
use crate::walk::Walk;
use crate::{name, remove};

/// Copies the content and the permission bits of the file `src` to `dest`, which is
/// [replaced](crate::replace) in one step. Links are followed. A file copied onto itself, under
/// whatever name, stays untouched. The kernel copies, or shares, the content where it can.
///
/// # Errors
/// `RT_ERROR_NOT_REGULAR` when `src` is a directory, a pipe or a device; the system's. `dest` is as
/// it was then.
///
/// # Example
/// ```
/// use runtime_file::{copy, text};
///
/// let folder = tempfile::tempdir().unwrap();
/// let (one, two) = (folder.path().join("one"), folder.path().join("two"));
/// text::write(&one, "the same")?;
/// copy::copy(&one, &two)?;
/// copy::copy(&one, &one)?;
/// assert_eq!(text::read(&two)?.as_text()?, text::read(&one)?.as_text()?);
/// # Ok::<(), runtime_core::Error>(())
/// ```
pub fn copy(src: &Path, dest: &Path) -> Result<()> {
    // A pipe that nobody writes to would keep an open that blocks waiting.
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let open = || fs::open(src, flags, Mode::empty());
    let refused = |error| name::refused("src", src, error);
    let from = File::from(retry_on_intr(open).map_err(refused)?);
    let stat = fs::fstat(&from).map_err(refused)?;
    if !is(&stat, FileType::RegularFile) {
        let reason = format!("{} is no regular file", name::shown("src", src));
        return Err(Error::new(RT_ERROR_NOT_REGULAR, reason));
    }
    let write = || {
        if follow_and_find(dest)?.is_some_and(|there| is_same(&stat, &there)) {
            return Ok(());
        }
        let mut replacement = Replacement::with_mode(dest, stat.st_mode)?;
        copy_content(&from, replacement.file())?;
        replacement.commit()
    };
    write().map_err(|error| between("src", src, "dest", dest, error))
}

/// Gives the file or directory `src` the name `dest`, on whichever file system that is. Within one,
/// this is a rename. Between two, everything is copied beside `dest` first, with permissions, times
/// and, where the process may give them, owners; then it gets its name in one step; then `src` is
/// removed. Links are moved as links; hard links inside a tree become files of their own.
///
/// # Errors
/// The system's: between file systems `ENOTSUP` for a device or a socket, and `EBUSY` for a tree
/// with another one mounted in it. `src` is whole then, and `dest` is as it was, unless `src` could
/// not be removed in the end: the error says so.
pub fn move_to(src: &Path, dest: &Path) -> Result<()> {
    match retry_on_intr(|| fs::renameat(CWD, src, CWD, dest)) {
        Err(Errno::XDEV) => move_across(src, dest),
        answer => answer.map_err(|error| between("src", src, "dest", dest, error)),
    }
}

/// The content of one file, copied by the kernel where it can.
fn copy_content(mut from: &File, mut to: &File) -> std::io::Result<()> {
    std::io::copy(&mut from, &mut to).map(|_| ())
}

fn move_across(src: &Path, dest: &Path) -> Result<()> {
    let refused = |error: Errno| between("src", src, "dest", dest, error);
    let stat = found(src).map_err(refused)?.ok_or_else(|| refused(Errno::NOENT))?;
    let (parent, name) = split(strip_slashes(dest));
    if matches!(name, b"" | b"." | b"..") {
        return Err(refused(Errno::ISDIR));
    }
    refuse_inside(src, parent).map_err(|error| between("src", src, "dest", dest, error))?;
    let directory = Directory::open(parent).map_err(refused)?;
    let staged = Staged(parent.join(replace::temporary_name()));
    copy_tree(src, &stat, &staged.0)?;
    let finish = || {
        // One wait for everything that was copied.
        directory.sync_file_system()?;
        fs::renameat(CWD, &staged.0, &directory, name)?;
        directory.sync()
    };
    finish().map_err(refused)?;
    let removed = if is(&stat, FileType::Directory) {
        std::fs::remove_dir_all(src)
    } else {
        std::fs::remove_file(src)
    };
    removed.map_err(|error| {
        let what = format!("{} was copied, but not removed", name::shown("src", src));
        Error::system(&what, &error)
    })
}

/// A copy that has not got its name yet: it goes away unless it gets it.
struct Staged(PathBuf);

impl Drop for Staged {
    fn drop(&mut self) {
        // The failure that brought us here is the one to report.
        let _ = match found(&self.0) {
            Ok(Some(stat)) if is(&stat, FileType::Directory) => remove::tree(&self.0),
            Ok(Some(_)) => entry::remove(&self.0),
            Ok(None) | Err(_) => Ok(()),
        };
    }
}

/// A directory may end in slashes.
fn strip_slashes(path: &Path) -> &Path {
    use std::os::unix::ffi::OsStrExt;

    let bytes = path.as_os_str().as_bytes();
    let end = bytes.iter().rposition(|byte| *byte != b'/').map_or(bytes.len(), |last| last + 1);
    Path::new(std::ffi::OsStr::from_bytes(&bytes[..end]))
}

/// A tree cannot go into itself, which a file system mounted inside it would make possible.
fn refuse_inside(src: &Path, parent: &Path) -> std::io::Result<()> {
    // A link goes as a link, wherever it leads.
    if found(src)?.is_some_and(|stat| is(&stat, FileType::Directory))
        && std::fs::canonicalize(parent)?.starts_with(std::fs::canonicalize(src)?)
    {
        return Err(Errno::INVAL.into());
    }
    Ok(())
}

/// Copies all that there is at and below `src` to `dest`, where there is nothing yet.
fn copy_tree(src: &Path, stat: &Stat, dest: &Path) -> Result<()> {
    if !is(stat, FileType::Directory) {
        return copy_entry(src, dest, stat)
            .map_err(|error| between("src", src, "dest", dest, error));
    }
    // A directory's times and permissions are set when everything is in it.
    let mut directories = vec![(dest.to_path_buf(), *stat)];
    fs::mkdirat(CWD, dest, Mode::RWXU).map_err(|error| between("src", src, "dest", dest, error))?;
    let mut walker = Walk::new().below(src)?;
    while let Some(entry) = walker.next_entry() {
        let entry = entry?;
        let from = entry.path();
        let to = dest.join(from.strip_prefix(src).unwrap_or(from));
        let refused = |error| between("src", from, "dest", &to, error);
        let found =
            fs::statat(CWD, from, AtFlags::SYMLINK_NOFOLLOW).map_err(|e| refused(e.into()))?;
        if !is(&found, FileType::Directory) {
            copy_entry(from, &to, &found).map_err(refused)?;
        } else if found.st_dev == stat.st_dev {
            fs::mkdirat(CWD, &to, Mode::RWXU).map_err(|error| refused(error.into()))?;
            directories.push((to, found));
        } else {
            // A file system that is mounted there would not go away with the source.
            return Err(refused(Errno::BUSY.into()));
        }
    }
    for (path, stat) in directories.iter().rev() {
        adopt(path, stat).map_err(|error| name::refused("dest", path, error))?;
    }
    Ok(())
}

/// Copies what is no directory.
fn copy_entry(from: &Path, to: &Path, stat: &Stat) -> std::io::Result<()> {
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => {
            let from = File::open(from)?;
            // Until it has its permissions, it is nobody else's.
            let file = File::options().write(true).create_new(true).mode(0o600).open(to)?;
            copy_content(&from, &file)?;
        }
        FileType::Symlink => fs::symlinkat(std::fs::read_link(from)?, CWD, to)?,
        FileType::Fifo => fs::mknodat(CWD, to, FileType::Fifo, Mode::RWXU, 0)?,
        // Sockets belong to whoever listens, and devices to the administrator.
        _ => return Err(Errno::NOTSUP.into()),
    }
    Ok(adopt(to, stat)?)
}

/// Gives the entry at `path` the owner, permissions and times of another.
fn adopt(path: &Path, stat: &Stat) -> rustix::io::Result<()> {
    let (user, group) = (Uid::from_raw(stat.st_uid), Gid::from_raw(stat.st_gid));
    let owned = fs::chownat(CWD, path, Some(user), Some(group), AtFlags::SYMLINK_NOFOLLOW).is_ok();
    if !is(stat, FileType::Symlink) {
        // Bits that make a program run as its owner mean nothing under another one.
        let bits = if owned { 0o7777 } else { 0o1777 };
        fs::chmodat(CWD, path, Mode::from_raw_mode(stat.st_mode & bits), AtFlags::empty())?;
    }
    let times = Timestamps {
        last_access: Timespec { tv_sec: stat.st_atime, tv_nsec: stat.st_atime_nsec as i64 },
        last_modification: Timespec { tv_sec: stat.st_mtime, tv_nsec: stat.st_mtime_nsec as i64 },
    };
    fs::utimensat(CWD, path, &times, AtFlags::SYMLINK_NOFOLLOW)
}
