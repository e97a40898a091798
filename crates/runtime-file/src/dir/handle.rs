//! One open directory, and what is done with the names in it.
//!
//! What is reached through a handle and a single name stays in the directory that was opened, even
//! when someone renames or replaces what lies above it meanwhile.

use std::ffi::CStr;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use rustix::fs::{
    AtFlags, CWD, FileType, Mode, OFlags, ResolveFlags, Stat, openat, openat2, statat, unlinkat,
};
use rustix::io::Errno;

use super::Kind;

/// Which directory it is, whatever it is called: device and inode.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Identity {
    device: u64,
    inode: u64,
}

impl Identity {
    /// What a path leads to, links followed.
    pub(crate) fn of(path: &Path) -> io::Result<Self> {
        Ok(Self::from(&rustix::fs::stat(path)?))
    }
}

impl From<&Stat> for Identity {
    fn from(status: &Stat) -> Self {
        Self { device: status.st_dev, inode: status.st_ino }
    }
}

/// Whether a link in the place of a directory is followed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Links {
    Follow,
    Refuse,
}

/// What a directory is opened for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To read its names, which takes the permission to read.
    List,
    /// To reach names in it that are known already, which takes the permission to search.
    Search,
}

/// A directory that is open.
pub(crate) struct Handle(OwnedFd);

impl Handle {
    /// The directory at a path.
    pub(crate) fn open(path: &Path, purpose: Purpose) -> io::Result<Self> {
        Ok(Self(openat(CWD, path, flags(purpose, Links::Follow), Mode::empty())?))
    }

    /// The directory `name` in this one. The name may be a path of several.
    pub(crate) fn enter(&self, name: &CStr, purpose: Purpose, links: Links) -> io::Result<Self> {
        Ok(Self(openat(&self.0, name, flags(purpose, links), Mode::empty())?))
    }

    /// The directory `name` in this one, which must be no link and must not have another file system
    /// mounted on it.
    pub(crate) fn enter_here(&self, name: &CStr) -> io::Result<Self> {
        let flags = flags(Purpose::List, Links::Refuse);
        let resolve = ResolveFlags::NO_XDEV | ResolveFlags::NO_SYMLINKS;
        match openat2(&self.0, name, flags, Mode::empty(), resolve) {
            // A kernel before 5.6 has no such call, and some sandboxes forbid it.
            Err(Errno::NOSYS | Errno::PERM) => self.enter(name, Purpose::List, Links::Refuse),
            opened => Ok(Self(opened?)),
        }
    }

    /// The directory above this one.
    pub(crate) fn above(&self) -> io::Result<Self> {
        self.enter(c"..", Purpose::Search, Links::Refuse)
    }

    /// Which directory it is.
    pub(crate) fn identity(&self) -> io::Result<Identity> {
        Ok(Identity::from(&rustix::fs::fstat(&self.0)?))
    }

    /// What the name stands for, links not followed.
    pub(crate) fn kind(&self, name: &CStr) -> io::Result<Kind> {
        self.kind_with(name, AtFlags::SYMLINK_NOFOLLOW)
    }

    /// What the name leads to, links followed.
    pub(crate) fn target_kind(&self, name: &CStr) -> io::Result<Kind> {
        self.kind_with(name, AtFlags::empty())
    }

    fn kind_with(&self, name: &CStr, flags: AtFlags) -> io::Result<Kind> {
        let status = statat(&self.0, name, flags)?;
        Ok(Kind::from(FileType::from_raw_mode(status.st_mode)))
    }

    /// Removes a name that is no directory; of a link the link itself.
    pub(crate) fn remove_file(&self, name: &CStr) -> io::Result<()> {
        Ok(unlinkat(&self.0, name, AtFlags::empty())?)
    }

    /// Removes an empty directory.
    pub(crate) fn remove_directory(&self, name: &CStr) -> io::Result<()> {
        Ok(unlinkat(&self.0, name, AtFlags::REMOVEDIR)?)
    }
}

impl AsFd for Handle {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

fn flags(purpose: Purpose, links: Links) -> OFlags {
    let mut flags = OFlags::DIRECTORY | OFlags::CLOEXEC;
    flags |= match purpose {
        Purpose::List => OFlags::RDONLY,
        Purpose::Search => OFlags::PATH,
    };
    if links == Links::Refuse {
        flags |= OFlags::NOFOLLOW;
    }
    flags
}
