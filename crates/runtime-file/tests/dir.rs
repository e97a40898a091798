//! Making directories, asking for them, listing them.
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use runtime_file::dir::{self, Kind};
use tempfile::tempdir;

#[test]
fn one_directory_or_all_on_the_way() {
    let root = tempdir().unwrap();
    let at = |name: &str| root.path().join(name);
    dir::create(&at("new")).unwrap();
    assert_eq!(dir::create(&at("new")).unwrap_err().errno(), libc::EEXIST);
    assert_eq!(dir::create(&at("a/b")).unwrap_err().errno(), libc::ENOENT);
    dir::create_all(&at("a/b/c")).unwrap();
    dir::create_all(&at("a/b/c")).unwrap();
    assert!(at("a/b/c").is_dir());
    fs::write(at("file"), "").unwrap();
    assert_eq!(dir::create_all(&at("file")).unwrap_err().errno(), libc::EEXIST);
    assert_eq!(dir::create_all(&at("file/x")).unwrap_err().errno(), libc::ENOTDIR);
    assert_eq!(dir::create_all(&at(&"x/".repeat(3000))).unwrap_err().errno(), libc::ENAMETOOLONG);
    let refused = dir::create(&at("new")).unwrap_err();
    assert!(refused.reason().contains("new\": File exists"), "{refused}");
}

#[test]
fn existence() {
    let root = tempdir().unwrap();
    let at = |name: &str| root.path().join(name);
    fs::write(at("file"), "").unwrap();
    symlink(".", at("link")).unwrap();
    symlink("nowhere", at("dangling")).unwrap();
    symlink("loop", at("loop")).unwrap();
    assert!(dir::exists(root.path()).unwrap());
    assert!(dir::exists(&at("link")).unwrap());
    for name in ["file", "missing", "file/x", "dangling"] {
        assert!(!dir::exists(&at(name)).unwrap(), "{name}");
    }
    assert_eq!(dir::exists(&at("loop")).unwrap_err().errno(), libc::ELOOP);
}

#[test]
fn names_and_kinds() {
    let root = tempdir().unwrap();
    let mut expected: Vec<Vec<u8>> = vec![b"\xff\xfe".to_vec(), b"a\nb".to_vec(), b".x".to_vec()];
    // More than one call of the system fetches.
    expected.extend((0..3000).map(|number| format!("a file with number {number}").into_bytes()));
    for name in &expected {
        fs::write(root.path().join(OsStr::from_bytes(name)), "").unwrap();
    }
    let mut listing = dir::list(root.path()).unwrap();
    assert_eq!(listing.len(), expected.len());
    listing.sort();
    expected.sort();
    assert!(listing.names().map(OsStr::as_bytes).eq(expected.iter().map(Vec::as_slice)));
    assert!(listing.entries().all(|(_, kind)| kind == Kind::File));

    let kinds = tempdir().unwrap();
    fs::create_dir(kinds.path().join("d")).unwrap();
    symlink("d", kinds.path().join("l")).unwrap();
    let mut listing = dir::list(kinds.path()).unwrap();
    listing.sort();
    let names =
        [("d", Kind::Directory), ("l", Kind::Link)].map(|(name, kind)| (OsStr::new(name), kind));
    assert!(listing.entries().eq(names));
    assert!(dir::list(&kinds.path().join("d")).unwrap().is_empty());
    assert_eq!(dir::list(&kinds.path().join("l")).unwrap().len(), 0);
}

#[test]
fn what_cannot_be_listed() {
    let root = tempdir().unwrap();
    fs::write(root.path().join("file"), "").unwrap();
    for (name, errno) in [("file", libc::ENOTDIR), ("missing", libc::ENOENT)] {
        let refused = dir::list(&root.path().join(name)).err().unwrap();
        assert_eq!(refused.errno(), errno);
        assert!(refused.reason().contains(name), "{refused}");
    }
}

#[test]
fn temporary_names() {
    let root = tempdir().unwrap();
    let mut seen = HashSet::new();
    for _ in 0..50 {
        let made = dir::temporary_directory(Some(root.path()), OsStr::new("work-")).unwrap();
        assert_eq!(fs::metadata(&made).unwrap().permissions().mode() & 0o777, 0o700);
        assert_eq!(made.parent(), Some(root.path()));
        assert!(made.file_name().unwrap().as_bytes().starts_with(b"work-"));
        assert!(seen.insert(made));
        let made = dir::temporary_file(Some(root.path()), OsStr::from_bytes(b"\xff")).unwrap();
        assert_eq!(fs::metadata(&made).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(&made).unwrap().len(), 0);
        assert!(seen.insert(made));
    }
    for prefix in ["../up", "a/", "/", "a\0"] {
        assert!(
            dir::temporary_directory(Some(root.path()), OsStr::new(prefix)).is_err(),
            "{prefix:?}"
        );
    }
    let missing =
        dir::temporary_file(Some(Path::new("/missing/dir")), OsStr::new("x")).unwrap_err();
    assert_eq!(missing.errno(), libc::ENOENT);
    let anywhere = dir::temporary_file(None, OsStr::new("runtime-file-test-")).unwrap();
    assert!(anywhere.starts_with(std::env::temp_dir()));
    fs::remove_file(anywhere).unwrap();
}
