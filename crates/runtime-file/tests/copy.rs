//! Files copied and moved.
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

mod common;

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;

use common::{child_folder, make_fifo, mount_small, names, place, run_child};
use runtime_file::codes::RT_ERROR_NOT_REGULAR;
use runtime_file::copy::{copy, move_to};

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().permissions().mode() & 0o7777
}

#[test]
fn content_and_permissions_are_copied() {
    let (folder, src) = place("src");
    let dest = folder.path().join("dest");
    for (length, bits) in [(0, 0o600), (1, 0o644), (3_000_000, 0o755)] {
        let content: Vec<u8> = (0..length).map(|at: u32| (at * 7 % 251) as u8).collect();
        fs::write(&src, &content).unwrap();
        fs::set_permissions(&src, fs::Permissions::from_mode(bits)).unwrap();
        copy(&src, &dest).unwrap();
        assert!(fs::read(&dest).unwrap() == content);
        assert_eq!(mode(&dest), bits);
        assert!(fs::read(&src).unwrap() == content);
    }
    assert_eq!(names(folder.path()), ["dest", "src"]);
}

#[test]
fn onto_itself_nothing_happens() {
    let (folder, src) = place("src");
    let dir = folder.path();
    fs::write(&src, "content").unwrap();
    fs::hard_link(&src, dir.join("hard")).unwrap();
    symlink("src", dir.join("link")).unwrap();
    let number = fs::metadata(&src).unwrap().ino();
    for dest in ["src", "hard", "link", "./src"] {
        copy(&src, &dir.join(dest)).unwrap();
        assert_eq!(fs::read(&src).unwrap(), b"content", "{dest}");
    }
    copy(&dir.join("link"), &src).unwrap();
    assert_eq!(fs::read(&src).unwrap(), b"content");
    assert_eq!(fs::metadata(&src).unwrap().ino(), number);
    assert_eq!(fs::metadata(&src).unwrap().nlink(), 2);
}

#[test]
fn links_are_followed_at_both_ends() {
    let (folder, _) = place("");
    let dir = folder.path();
    fs::write(dir.join("one"), "one").unwrap();
    fs::write(dir.join("two"), "two").unwrap();
    symlink("one", dir.join("to_one")).unwrap();
    symlink("two", dir.join("to_two")).unwrap();
    copy(&dir.join("to_one"), &dir.join("to_two")).unwrap();
    assert_eq!(fs::read(dir.join("two")).unwrap(), b"one");
    assert!(fs::symlink_metadata(dir.join("to_two")).unwrap().is_symlink());
}

#[test]
fn what_is_no_file_is_not_copied() {
    let (folder, src) = place("src");
    let dir = folder.path();
    fs::write(dir.join("dest"), "old").unwrap();
    make_fifo(&dir.join("pipe"));
    for odd in [dir, &dir.join("pipe"), Path::new("/dev/zero")] {
        let refused = copy(odd, &dir.join("dest")).unwrap_err();
        assert_eq!(refused.code(), RT_ERROR_NOT_REGULAR);
    }
    let refused = copy(&src, &dir.join("dest")).unwrap_err();
    assert_eq!(refused.errno(), libc::ENOENT);
    fs::write(&src, "new").unwrap();
    fs::create_dir(dir.join("sub")).unwrap();
    assert_eq!(copy(&src, &dir.join("sub")).unwrap_err().errno(), libc::EISDIR);
    let refused = copy(&src, &dir.join("no/dest")).unwrap_err();
    assert_eq!(refused.errno(), libc::ENOENT);
    let reason = refused.reason();
    assert!(
        reason.contains("src\", dest \"/") && reason.contains("/no/dest\": No such"),
        "{reason}"
    );
    assert_eq!(fs::read(dir.join("dest")).unwrap(), b"old");
    assert_eq!(names(dir), ["dest", "pipe", "src", "sub"]);
}

#[test]
fn moves_within_a_file_system_are_renames() {
    let (folder, src) = place("src");
    let dir = folder.path();
    fs::create_dir_all(src.join("deep/er")).unwrap();
    fs::write(src.join("deep/file"), "x").unwrap();
    let number = fs::metadata(&src).unwrap().ino();
    move_to(&src, &dir.join("dest")).unwrap();
    assert_eq!(fs::metadata(dir.join("dest")).unwrap().ino(), number);
    assert!(!src.exists());
    assert_eq!(move_to(&src, &dir.join("x")).unwrap_err().errno(), libc::ENOENT);
    let inside = dir.join("dest/deep/dest");
    assert_eq!(move_to(&dir.join("dest"), &inside).unwrap_err().errno(), libc::EINVAL);
    fs::create_dir_all(dir.join("full/of")).unwrap();
    let refused = move_to(&dir.join("dest"), &dir.join("full")).unwrap_err();
    assert_eq!(refused.errno(), libc::ENOTEMPTY);
    assert_eq!(names(dir), ["dest", "full"]);
}

/// A tree of all that there is, whose copy `check_tree` knows.
fn make_tree(at: &Path) {
    fs::create_dir_all(at.join("empty")).unwrap();
    fs::create_dir_all(at.join("deep/er")).unwrap();
    fs::write(at.join("deep/er/file"), vec![b'x'; 100_000]).unwrap();
    fs::write(at.join("script"), "run").unwrap();
    symlink("../script", at.join("deep/link")).unwrap();
    symlink("nowhere", at.join("dangling")).unwrap();
    symlink("/etc", at.join("out")).unwrap();
    make_fifo(&at.join("pipe"));
    let old = std::time::UNIX_EPOCH + std::time::Duration::new(1_000_000_000, 987_654_321);
    for (name, bits) in [("script", 0o750), ("deep/er", 0o700), ("deep", 0o555)] {
        let path = at.join(name);
        fs::File::open(&path).unwrap().set_modified(old).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(bits)).unwrap();
    }
}

fn check_tree(at: &Path) {
    assert_eq!(names(at), ["dangling", "deep", "empty", "out", "pipe", "script"]);
    assert_eq!(names(&at.join("deep")), ["er", "link"]);
    assert!(fs::read(at.join("deep/er/file")).unwrap() == vec![b'x'; 100_000]);
    assert_eq!(fs::read_link(at.join("deep/link")).unwrap(), Path::new("../script"));
    assert_eq!(fs::read_link(at.join("dangling")).unwrap(), Path::new("nowhere"));
    assert_eq!(fs::read_link(at.join("out")).unwrap(), Path::new("/etc"));
    for (name, bits) in [("script", 0o750), ("deep/er", 0o700), ("deep", 0o555)] {
        let found = fs::metadata(at.join(name)).unwrap();
        assert_eq!(found.mode() & 0o7777, bits, "{name}");
        assert_eq!((found.mtime(), found.mtime_nsec()), (1_000_000_000, 987_654_321), "{name}");
    }
}

#[test]
fn moves_between_file_systems() {
    let Some(dir) = child_folder() else {
        let (folder, _) = place("");
        return run_child("moves_between_file_systems", folder.path());
    };
    let small = dir.join("small");
    fs::create_dir(&small).unwrap();
    if let Err(error) = mount_small(&small, 1 << 20) {
        eprintln!("skipped: a file system cannot be mounted here: {error}");
        return;
    }
    // A tree, to a name that is free, that is an empty directory, and that ends in a slash.
    for dest in ["tree", "empty", "slash/"] {
        let (src, dest) = (dir.join("tree"), small.join(dest));
        make_tree(&src);
        if dest.ends_with("empty") {
            fs::create_dir(&dest).unwrap();
        }
        move_to(&src, &dest).unwrap();
        assert!(!src.exists());
        check_tree(&dest);
        // And back again.
        move_to(&dest, &src).unwrap();
        check_tree(&src);
        assert!(names(&small).is_empty());
        fs::remove_dir_all(&src).unwrap();
    }

    // A file, over another one; a link, as a link; nothing left over.
    let (src, dest) = (dir.join("file"), small.join("file"));
    fs::write(&src, "new").unwrap();
    fs::write(&dest, "old").unwrap();
    move_to(&src, &dest).unwrap();
    assert_eq!(fs::read(&dest).unwrap(), b"new");
    symlink("file", dir.join("link")).unwrap();
    move_to(&dir.join("link"), &small.join("link")).unwrap();
    assert_eq!(fs::read_link(small.join("link")).unwrap(), Path::new("file"));
    assert_eq!(names(&dir), ["small"]);
    assert_eq!(names(&small), ["file", "link"]);

    // What cannot go leaves everything as it was.
    make_tree(&dir.join("tree"));
    fs::create_dir_all(small.join("full/of")).unwrap();
    let refused = move_to(&dir.join("tree"), &small.join("full")).unwrap_err();
    assert_eq!(refused.errno(), libc::ENOTEMPTY);
    fs::write(dir.join("tree/big"), vec![0; 2 << 20]).unwrap();
    let refused = move_to(&dir.join("tree"), &small.join("tree")).unwrap_err();
    assert_eq!(refused.errno(), libc::ENOSPC);
    assert!(refused.reason().contains("tree/big\""), "{refused}");
    fs::remove_file(dir.join("tree/big")).unwrap();
    let listener = UnixListener::bind(dir.join("tree/socket")).unwrap();
    let refused = move_to(&dir.join("tree"), &small.join("tree")).unwrap_err();
    assert_eq!(refused.errno(), libc::ENOTSUP);
    drop(listener);
    fs::remove_file(dir.join("tree/socket")).unwrap();
    check_tree(&dir.join("tree"));
    assert_eq!(names(&small), ["file", "full", "link"]);
    assert_eq!(names(&small.join("full")), ["of"]);

    // Nor does a tree go that has a file system mounted in it.
    let refused = move_to(&dir, Path::new("/dev/shm/runtime-file-test")).unwrap_err();
    assert!([libc::EBUSY, libc::EXDEV, libc::ENOENT].contains(&refused.errno()), "{refused}");
    assert!(!Path::new("/dev/shm/runtime-file-test").exists());
    check_tree(&dir.join("tree"));

    // A tree does not go into itself by way of what is mounted in it.
    let refused = move_to(&dir, &small.join("inside")).unwrap_err();
    assert_eq!(refused.errno(), libc::EINVAL, "{refused}");
    assert!(dir.join("tree").exists());
}
