//! What the tests of walking and removing share: trees, and children with fewer rights.
#![allow(dead_code, reason = "not every test uses everything")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rustix::fs::{CWD, Mode, OFlags, mkdirat, openat};
use tempfile::TempDir;

use crate::common;

/// An empty directory in memory, if there is such a place: a disk that others keep busy takes its time
/// for each directory.
pub(crate) fn in_memory() -> TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

/// Makes files, and directories where the name ends in a slash.
pub(crate) fn make(root: &Path, names: &[&str]) {
    for name in names {
        let path = root.join(name);
        if name.ends_with('/') {
            fs::create_dir_all(path).unwrap();
        } else {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, *name).unwrap();
        }
    }
}

/// So many directories `d` in each other, and a file `leaf` in the last.
pub(crate) fn deep_tree(root: &Path, depth: usize) {
    let flags = OFlags::DIRECTORY | OFlags::RDONLY | OFlags::CLOEXEC;
    let mut here = openat(CWD, root, flags, Mode::empty()).unwrap();
    for _ in 0..depth {
        mkdirat(&here, "d", Mode::RWXU).unwrap();
        here = openat(&here, "d", flags, Mode::empty()).unwrap();
    }
    openat(&here, "leaf", OFlags::CREATE | OFlags::WRONLY, Mode::RUSR).unwrap();
}

/// Runs the body of the test `name` in a process of its own, whose limits and rights it may change,
/// with an empty directory for it.
pub(crate) fn in_child(name: &str, body: impl FnOnce(&Path)) {
    if let Some(place) = common::child_folder() {
        return body(&place);
    }
    let place = tempfile::tempdir().unwrap();
    common::run_child(name, place.path());
}

/// Gives up the rights of root, so that modes count: `root` may be read then, `closed` in it not.
/// False, with a line that says so, where there are no such rights to give up.
pub(crate) fn as_nobody(root: &Path, closed: &Path) -> bool {
    const NOBODY: u32 = 65534;
    fs::set_permissions(root, fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(closed, fs::Permissions::from_mode(0o000)).unwrap();
    if !common::is_root() {
        // An ordinary user is refused already.
        return true;
    }
    // SAFETY: plain system calls; this process runs nothing but the one test.
    let has_changed = unsafe { libc::setgid(NOBODY) == 0 && libc::setuid(NOBODY) == 0 };
    if !has_changed {
        eprintln!("skipped: this root cannot become another user");
    }
    has_changed
}
