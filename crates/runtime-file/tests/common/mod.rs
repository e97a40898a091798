//! What several test programs share: folders, files, and this program run again as a child.
#![allow(dead_code, reason = "each test program uses a part of it")]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

use std::ffi::CString;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};

use tempfile::TempDir;

/// The environment variable that tells a child what it works on.
const CHILD: &str = "RUNTIME_FILE_TEST_CHILD";

/// A folder of one's own, and the path of `name` in it.
pub(crate) fn place(name: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    (folder, path)
}

/// The names in a folder, sorted.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// The folder that this process is to work on, if it is the child of a test.
pub(crate) fn child_folder() -> Option<PathBuf> {
    std::env::var_os(CHILD).map(PathBuf::from)
}

/// This program again, to run nothing but the test `name`, as a child that works on `folder`.
pub(crate) fn child(name: &str, folder: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", name, "--nocapture", "--test-threads=1"]).env(CHILD, folder);
    command.stdin(Stdio::null());
    command
}

/// Runs the test `name` as a child, which must succeed; shows what it said.
pub(crate) fn run_child(name: &str, folder: &Path) {
    let output = child(name, folder).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    eprint!("{said}");
    assert!(output.status.success(), "{}{said}", String::from_utf8_lossy(&output.stdout));
}

/// Tells threads that the test is over, also when it fails.
pub(crate) struct Over<'a>(pub(crate) &'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// How many descriptors this process has open.
pub(crate) fn open_descriptors() -> usize {
    fs::read_dir("/proc/self/fd").unwrap().count()
}

/// Whether this process is the administrator, who may mount and is refused little.
pub(crate) fn is_root() -> bool {
    // SAFETY: asks only.
    unsafe { libc::geteuid() == 0 }
}

pub(crate) fn c_path(path: &Path) -> CString {
    CString::new(path.as_os_str().as_bytes()).unwrap()
}

/// Mounts something that only this thread sees, and that is gone with it.
pub(crate) fn mount(
    source: &Path,
    at: &Path,
    kind: &str,
    flags: libc::c_ulong,
    data: &str,
) -> io::Result<()> {
    let (source, at) = (c_path(source), c_path(at));
    let (kind, data) = (CString::new(kind).unwrap(), CString::new(data).unwrap());
    // SAFETY: texts that live through the call.
    check(unsafe {
        libc::mount(source.as_ptr(), at.as_ptr(), kind.as_ptr(), flags, data.as_ptr().cast())
    })
}

/// Gives this thread mounts of its own.
pub(crate) fn own_mounts() -> io::Result<()> {
    // SAFETY: takes no memory.
    check(unsafe { libc::unshare(libc::CLONE_NEWNS) })?;
    let flags = libc::MS_REC | libc::MS_PRIVATE;
    // SAFETY: texts that live through the call.
    check(unsafe { libc::mount(ptr::null(), c"/".as_ptr(), ptr::null(), flags, ptr::null()) })
}

/// A small file system at `at`, for this thread.
pub(crate) fn mount_small(at: &Path, bytes: usize) -> io::Result<()> {
    own_mounts()?;
    mount(Path::new("none"), at, "tmpfs", 0, &format!("size={bytes}"))
}

pub(crate) fn limit(resource: libc::__rlimit_resource_t, most: u64) {
    let limit = libc::rlimit { rlim_cur: most, rlim_max: most };
    // SAFETY: the limit lives through the call.
    check(unsafe { libc::setrlimit(resource, &raw const limit) }).unwrap();
}

pub(crate) fn make_fifo(path: &Path) {
    let path = c_path(path);
    // SAFETY: a text that lives through the call.
    check(unsafe { libc::mkfifo(path.as_ptr(), 0o600) }).unwrap();
}

pub(crate) fn check(answer: libc::c_int) -> io::Result<()> {
    if answer == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}
