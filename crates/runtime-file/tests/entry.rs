//! What there is under a name, and changes to it.
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

mod common;

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use common::{make_fifo, names, place};
use runtime_core::error::codes::{RT_ERROR_INVALID_ARGUMENT, RT_ERROR_LENGTH, RT_ERROR_SYSTEM};
use runtime_file::entry::{self, Facts, Times};

fn errno<T>(result: runtime_core::Result<T>) -> i32 {
    let error = result.err().unwrap();
    assert_eq!(error.code(), RT_ERROR_SYSTEM, "{error}");
    error.errno()
}

#[test]
fn a_missing_file_is_an_answer() {
    let (folder, path) = place("file");
    let dir = folder.path();
    assert!(!entry::exists(&path).unwrap());
    assert_eq!(entry::facts(&path).unwrap(), None);
    assert!(!entry::is_symlink(&path).unwrap());
    symlink("nowhere", dir.join("dangling")).unwrap();
    assert!(!entry::exists(&dir.join("dangling")).unwrap());
    assert!(entry::is_symlink(&dir.join("dangling")).unwrap());
    fs::write(&path, "five5").unwrap();
    assert!(!entry::exists(&path.join("below")).unwrap());
    assert!(!entry::is_symlink(&path.join("below")).unwrap());
    // What cannot be told is not an answer.
    symlink("loop", dir.join("loop")).unwrap();
    assert_eq!(errno(entry::exists(&dir.join("loop"))), libc::ELOOP);
    assert_eq!(errno(entry::facts(&dir.join("x".repeat(300)))), libc::ENAMETOOLONG);
    assert_eq!(errno(entry::size(&dir.join("missing"))), libc::ENOENT);
}

#[test]
fn facts_are_the_systems() {
    let (folder, path) = place("file");
    let dir = folder.path();
    fs::write(&path, "five5").unwrap();
    let file =
        Facts { is_file: true, is_readable: true, is_writable: true, size: 5, is_dir: false };
    assert_eq!(entry::facts(&path).unwrap(), Some(file));
    assert_eq!(entry::size(&path).unwrap(), 5);
    symlink("file", dir.join("link")).unwrap();
    assert_eq!(entry::facts(&dir.join("link")).unwrap(), Some(file));
    let facts = entry::facts(dir).unwrap().unwrap();
    assert!(facts.is_dir && !facts.is_file);
    make_fifo(&dir.join("pipe"));
    let facts = entry::facts(&dir.join("pipe")).unwrap().unwrap();
    assert!(!facts.is_dir && !facts.is_file);
    // The kernel's files cannot be written, whoever asks.
    let facts = entry::facts(Path::new("/proc/version")).unwrap().unwrap();
    assert!(facts.is_readable && facts.is_file);
}

#[test]
fn same_files() {
    let (folder, path) = place("file");
    let dir = folder.path();
    fs::write(&path, "").unwrap();
    fs::write(dir.join("twin"), "").unwrap();
    entry::hard_link(&path, &dir.join("hard")).unwrap();
    entry::symlink(Path::new("file"), &dir.join("soft")).unwrap();
    assert!(entry::is_same_file(&path, &dir.join("hard")).unwrap());
    assert!(entry::is_same_file(&dir.join("soft"), &path).unwrap());
    assert!(!entry::is_same_file(&path, &dir.join("twin")).unwrap());
    let refused = entry::is_same_file(&path, &dir.join("missing")).unwrap_err();
    assert!(refused.reason().starts_with("other \""), "{refused}");
}

#[test]
fn permissions() {
    let (_folder, path) = place("file");
    fs::write(&path, "").unwrap();
    for bits in [0, 0o400, 0o644, 0o755, 0o7777] {
        entry::set_permissions(&path, bits).unwrap();
        assert_eq!(i64::from(entry::permissions(&path).unwrap()), bits);
        assert_eq!(i64::from(fs::metadata(&path).unwrap().mode() & 0o7777), bits);
    }
    for bits in [-1, 0o10000, i64::MAX, i64::MIN, 1 << 32] {
        let refused = entry::set_permissions(&path, bits).unwrap_err();
        assert_eq!(refused.code(), RT_ERROR_INVALID_ARGUMENT);
    }
    assert_eq!(entry::permissions(&path).unwrap(), 0o7777);
}

#[test]
fn times() {
    let (_folder, path) = place("file");
    fs::write(&path, "").unwrap();
    let found = || entry::times(&path).unwrap();
    entry::set_times(&path, Some(1_234_567_890_123_456), Some(-1)).unwrap();
    assert_eq!(found(), Times { accessed: 1_234_567_890_123_456, modified: -1 });
    let metadata = fs::metadata(&path).unwrap();
    assert_eq!((metadata.atime(), metadata.atime_nsec()), (1_234_567_890, 123_456_000));
    assert_eq!((metadata.mtime(), metadata.mtime_nsec()), (-1, 999_999_000));
    entry::set_times(&path, None, Some(7)).unwrap();
    assert_eq!(found(), Times { accessed: 1_234_567_890_123_456, modified: 7 });
    entry::set_times(&path, None, None).unwrap();
    assert_eq!(found().modified, 7);
    // Far away, the file system does what it can.
    entry::set_times(&path, Some(i64::MAX), Some(i64::MIN + 1)).unwrap();
    assert!(found().accessed > 1_234_567_890_123_456 && found().modified < 0);
    entry::touch(&path).unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros() as i64;
    let age = now - found().modified;
    assert!((-1_000_000..600_000_000).contains(&age), "{age}");
}

#[test]
fn touch_makes_an_empty_file() {
    let (folder, path) = place("file");
    entry::touch(&path).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"");
    fs::write(&path, "kept").unwrap();
    entry::touch(&path).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"kept");
    entry::touch(folder.path()).unwrap();
    assert_eq!(errno(entry::touch(&path.join("below"))), libc::ENOTDIR);
    assert_eq!(errno(entry::touch(&folder.path().join("no/file"))), libc::ENOENT);
}

#[test]
fn truncate_happens_in_place() {
    let (folder, path) = place("file");
    fs::write(&path, "content").unwrap();
    let number = fs::metadata(&path).unwrap().ino();
    entry::truncate(&path, 4).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"cont");
    entry::truncate(&path, 6).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"cont\0\0");
    assert_eq!(fs::metadata(&path).unwrap().ino(), number);
    assert_eq!(entry::truncate(&path, -1).unwrap_err().code(), RT_ERROR_LENGTH);
    assert_eq!(errno(entry::truncate(&path, i64::MAX)), libc::EFBIG);
    assert_eq!(errno(entry::truncate(folder.path(), 0)), libc::EISDIR);
    assert_eq!(errno(entry::truncate(&folder.path().join("missing"), 0)), libc::ENOENT);
    assert_eq!(fs::metadata(&path).unwrap().len(), 6);
    assert_eq!(names(folder.path()), ["file"]);
}

#[test]
fn names_are_removed_and_changed() {
    let (folder, path) = place("file");
    let dir = folder.path();
    fs::write(&path, "x").unwrap();
    symlink("file", dir.join("link")).unwrap();
    entry::remove(&dir.join("link")).unwrap();
    assert_eq!(names(dir), ["file"]);
    assert_eq!(errno(entry::remove(&dir.join("link"))), libc::ENOENT);
    assert_eq!(errno(entry::remove(dir)), libc::EISDIR);
    symlink(".", dir.join("to_dir")).unwrap();
    entry::remove(&dir.join("to_dir")).unwrap();
    assert!(dir.exists());

    fs::write(dir.join("other"), "replaced").unwrap();
    entry::rename(&path, &dir.join("other")).unwrap();
    assert_eq!(fs::read(dir.join("other")).unwrap(), b"x");
    let refused = entry::rename(&path, &dir.join("new")).unwrap_err();
    assert_eq!(refused.errno(), libc::ENOENT);
    assert!(refused.reason().starts_with("from \"/"), "{refused}");
    assert!(refused.reason().contains("/file\", to \"/"), "{refused}");
    entry::remove(&dir.join("other")).unwrap();
    assert!(names(dir).is_empty());
}

#[test]
fn links_say_where_they_lead() {
    let (folder, link) = place("link");
    let odd = Path::new(OsStr::from_bytes(b"../n\xff\n"));
    entry::symlink(odd, &link).unwrap();
    assert_eq!(entry::read_link(&link).unwrap(), odd);
    assert_eq!(errno(entry::symlink(odd, &link)), libc::EEXIST);
    assert_eq!(errno(entry::read_link(folder.path())), libc::EINVAL);
    assert_eq!(errno(entry::read_link(&folder.path().join("missing"))), libc::ENOENT);
    let long = "x/".repeat(2000);
    let deep = folder.path().join("deep");
    entry::symlink(Path::new(&long), &deep).unwrap();
    assert_eq!(entry::read_link(&deep).unwrap().as_os_str().len(), 4000);
    // Of a link, the link itself gets another name.
    entry::hard_link(&link, &folder.path().join("twin")).unwrap();
    assert_eq!(entry::read_link(&folder.path().join("twin")).unwrap(), odd);
    assert_eq!(errno(entry::hard_link(folder.path(), &folder.path().join("d"))), libc::EPERM);
}

#[test]
fn sync_reaches_files_and_directories() {
    let (folder, path) = place("file");
    fs::write(&path, "x").unwrap();
    entry::sync(&path).unwrap();
    entry::sync(folder.path()).unwrap();
    assert_eq!(errno(entry::sync(&folder.path().join("missing"))), libc::ENOENT);
    assert_eq!(errno(entry::sync(Path::new("/dev/null"))), libc::EINVAL);
}
