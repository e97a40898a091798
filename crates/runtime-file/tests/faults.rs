//! What goes wrong outside: a full disk, a directory that is read-only, files that vanish, no
//! descriptors left. Nothing is lost, nothing is left behind, and the error says what it was.
//!
//! Limits bind a whole process, so each test of one runs in a child.
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

mod common;

use std::fs::{self, File};
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use common::{
    Over, child_folder, is_root, limit, mount, mount_small, names, open_descriptors, own_mounts,
    place, run_child,
};
use runtime_core::Result;
use runtime_core::error::codes::RT_ERROR_SYSTEM;
use runtime_file::{copy, descriptor, entry, map, text};
use runtime_value::string::array_of_strings;
use runtime_value::{Str, View};

/// Runs the test `name` as a child; in the child, the folder to work on.
fn in_child(name: &str) -> Option<PathBuf> {
    let folder = child_folder();
    if folder.is_none() {
        let (folder, _) = place("");
        // Another user must get there too.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        run_child(name, folder.path());
    }
    folder
}

#[track_caller]
fn refused<T>(result: Result<T>, errno: i32) -> String {
    let error = result.err().unwrap();
    assert_eq!((error.code(), error.errno()), (RT_ERROR_SYSTEM, errno), "{error}");
    error.reason().to_string()
}

/// Gives a string back: readers that go on and on would fill the memory.
fn free(string: Str) {
    // SAFETY: nobody else knows the string.
    unsafe { string.value().free().unwrap() };
}

/// Writes of every kind that do not fit into `small`, where 300,000 bytes are left at most.
fn writes_do_not_fit(dir: &Path, small: &Path, errno: i32) {
    let big = "x".repeat(2_000_000);
    let file = small.join("file");
    text::write(&file, "the old content").unwrap();
    fs::write(dir.join("big"), &big).unwrap();
    let before = (names(small), open_descriptors());

    refused(text::write(&file, &big), errno);
    refused(text::write_bytes(&file, big.as_bytes()), errno);
    refused(text::write_lines(&file, array_of_strings([&big]).unwrap()), errno);
    refused(text::write(&small.join("new"), &big), errno);
    let reason = refused(copy::copy(&dir.join("big"), &file), errno);
    assert!(reason.contains("big\", dest \"") && reason.contains("small/file\": "), "{reason}");
    refused(copy::copy(&dir.join("big"), &small.join("new")), errno);
    assert_eq!(fs::read(&file).unwrap(), b"the old content");
    assert_eq!((names(small), open_descriptors()), before);

    // What is added in place, and cannot all be: the error says how much was.
    let log = small.join("log");
    text::append(&log, "begun ").unwrap();
    let reason = refused(text::append(&log, &big), errno);
    let added = fs::metadata(&log).unwrap().len() - 6;
    assert!(added > 0);
    assert!(reason.contains(&format!("log\", after {added} of 2000000 bytes: ")), "{reason}");
    assert!(fs::read(&log).unwrap().starts_with(b"begun xxxx"));
    fs::remove_file(&log).unwrap();

    // A write says how much went, and the next one why no more.
    let open = File::create(small.join("open")).unwrap();
    let written = descriptor::write(open.as_fd(), big.as_bytes()).unwrap();
    assert!(0 < written && written < big.len());
    refused(descriptor::write(open.as_fd(), big.as_bytes()), errno);
    assert_eq!(open.metadata().unwrap().len(), written as u64);
    drop(open);
    fs::remove_file(small.join("open")).unwrap();
    assert_eq!((names(small), open_descriptors()), before);

    // There is room again.
    text::write(&file, "the new content").unwrap();
    assert_eq!(fs::read(&file).unwrap(), b"the new content");
}

#[test]
fn a_full_disk() {
    let Some(dir) = in_child("a_full_disk") else { return };
    let small = dir.join("small");
    fs::create_dir(&small).unwrap();
    if let Err(error) = mount_small(&small, 300_000) {
        eprintln!("skipped: a small file system cannot be mounted here: {error}");
        return;
    }
    writes_do_not_fit(&dir, &small, libc::ENOSPC);
    // A file that has to go there goes nowhere.
    let before = (names(&small), open_descriptors());
    let reason = refused(copy::move_to(&dir.join("big"), &small.join("big")), libc::ENOSPC);
    assert!(reason.contains("big\", dest \""), "{reason}");
    assert_eq!(fs::metadata(dir.join("big")).unwrap().len(), 2_000_000);
    assert_eq!((names(&small), open_descriptors()), before);
    // No room for even a name.
    for number in 0.. {
        if fs::write(small.join(format!("filler{number}")), vec![0; 4096]).is_err() {
            break;
        }
    }
    let before = names(&small);
    refused(text::write(&small.join("file"), &"y".repeat(5000)), libc::ENOSPC);
    assert_eq!(fs::read(small.join("file")).unwrap(), b"the new content");
    assert_eq!(names(&small), before);
}

#[test]
fn a_limit_on_the_size_of_files() {
    let Some(dir) = in_child("a_limit_on_the_size_of_files") else { return };
    let small = dir.join("small");
    fs::create_dir(&small).unwrap();
    fs::write(dir.join("big"), "").unwrap();
    File::options().write(true).open(dir.join("big")).unwrap().set_len(2_000_000).unwrap();
    // SAFETY: ignoring a signal is always allowed.
    unsafe { libc::signal(libc::SIGXFSZ, libc::SIG_IGN) };
    // The source is made before the limit holds; the copy in the test below finds it there.
    fs::write(dir.join("big"), "x".repeat(2_000_000)).unwrap();
    limit(libc::RLIMIT_FSIZE, 300_000);
    let file = small.join("file");
    text::write(&file, "the old content").unwrap();
    let before = (names(&small), open_descriptors());
    refused(text::write(&file, &"x".repeat(2_000_000)), libc::EFBIG);
    refused(copy::copy(&dir.join("big"), &file), libc::EFBIG);
    refused(entry::truncate(&file, 2_000_000), libc::EFBIG);
    assert_eq!(fs::read(&file).unwrap(), b"the old content");
    assert_eq!((names(&small), open_descriptors()), before);
}

#[test]
fn a_directory_that_is_read_only() {
    let Some(dir) = in_child("a_directory_that_is_read_only") else { return };
    let (closed, open) = (dir.join("closed"), dir.join("open"));
    for (folder, bits) in [(&closed, 0o555), (&open, 0o777)] {
        fs::create_dir(folder).unwrap();
        for (name, bits) in [("all", 0o666), ("read", 0o444), ("none", 0o000)] {
            fs::write(folder.join(name), "old").unwrap();
            fs::set_permissions(folder.join(name), fs::Permissions::from_mode(bits)).unwrap();
        }
        fs::set_permissions(folder, fs::Permissions::from_mode(bits)).unwrap();
    }
    let was_root = is_root();
    if was_root {
        // Root is refused nothing by permission bits; nobody is.
        // SAFETY: the process becomes less than it was.
        unsafe {
            common::check(libc::setgroups(0, std::ptr::null())).unwrap();
            common::check(libc::setgid(65534)).unwrap();
            common::check(libc::setuid(65534)).unwrap();
        }
    }
    let before = (names(&closed), names(&open), open_descriptors());
    let facts = |path: &Path| {
        let facts = entry::facts(path).unwrap().unwrap();
        (facts.is_readable, facts.is_writable)
    };
    assert_eq!(facts(&open.join("all")), (true, true));
    assert_eq!(facts(&open.join("read")), (true, false));
    assert_eq!(facts(&open.join("none")), (false, false));
    assert_eq!(facts(&closed), (true, false));

    // In the directory, no name is made, changed or taken away.
    refused(text::write(&closed.join("all"), "new"), libc::EACCES);
    refused(text::write(&closed.join("new"), "new"), libc::EACCES);
    refused(text::append(&closed.join("new"), "new"), libc::EACCES);
    refused(copy::copy(&open.join("all"), &closed.join("all")), libc::EACCES);
    refused(entry::remove(&closed.join("all")), libc::EACCES);
    refused(entry::rename(&closed.join("all"), &open.join("new")), libc::EACCES);
    refused(copy::move_to(&closed.join("all"), &open.join("new")), libc::EACCES);
    refused(copy::move_to(&open.join("all"), &closed.join("new")), libc::EACCES);
    refused(entry::symlink(Path::new("x"), &closed.join("new")), libc::EACCES);
    refused(entry::touch(&closed.join("new")), libc::EACCES);
    // A file that may not be written is not replaced either, where its directory would allow it.
    refused(text::write(&open.join("read"), "new"), libc::EACCES);
    refused(copy::copy(&open.join("all"), &open.join("read")), libc::EACCES);
    refused(text::read(&open.join("none")), libc::EACCES);
    refused(map::read_file(&open.join("none")), libc::EACCES);
    if was_root {
        // Somebody else's.
        refused(entry::set_permissions(&open.join("all"), 0o600), libc::EPERM);
        refused(entry::set_times(&open.join("all"), Some(0), None), libc::EPERM);
    }
    // What may be done is done.
    text::append(&closed.join("all"), "+").unwrap();
    text::write(&open.join("all"), "new").unwrap();
    assert_eq!(fs::read(closed.join("all")).unwrap(), b"old+");
    assert_eq!(fs::read(open.join("all")).unwrap(), b"new");
    assert_eq!((names(&closed), names(&open), open_descriptors()), before);

    // A drop box may be written, but not looked into.
    let drop_box = open.join("box");
    fs::create_dir(&drop_box).unwrap();
    fs::set_permissions(&drop_box, fs::Permissions::from_mode(0o300)).unwrap();
    text::write(&drop_box.join("letter"), "one").unwrap();
    text::write(&drop_box.join("letter"), "two").unwrap();
    assert_eq!(fs::read(drop_box.join("letter")).unwrap(), b"two");
    // What lies in a directory that may not be entered cannot be told.
    fs::set_permissions(&drop_box, fs::Permissions::from_mode(0o000)).unwrap();
    refused(entry::exists(&drop_box.join("letter")), libc::EACCES);
    fs::set_permissions(&drop_box, fs::Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn a_file_system_that_is_read_only() {
    let Some(dir) = in_child("a_file_system_that_is_read_only") else { return };
    let (there, closed) = (dir.join("there"), dir.join("closed"));
    fs::create_dir(&there).unwrap();
    fs::create_dir(&closed).unwrap();
    fs::write(there.join("file"), "old").unwrap();
    let mounted: io::Result<()> = own_mounts()
        .and_then(|()| mount(&there, &closed, "none", libc::MS_BIND, ""))
        .and_then(|()| {
            let flags = libc::MS_BIND | libc::MS_REMOUNT | libc::MS_RDONLY;
            mount(&there, &closed, "none", flags, "")
        });
    if let Err(error) = mounted {
        eprintln!("skipped: a file system cannot be mounted here: {error}");
        return;
    }
    let file = closed.join("file");
    let before = open_descriptors();
    let facts = entry::facts(&file).unwrap().unwrap();
    assert!(facts.is_readable && !facts.is_writable);
    refused(text::write(&file, "new"), libc::EROFS);
    refused(text::write(&closed.join("new"), "new"), libc::EROFS);
    refused(text::append(&file, "new"), libc::EROFS);
    refused(entry::remove(&file), libc::EROFS);
    refused(entry::truncate(&file, 0), libc::EROFS);
    // A copy could be made, but the source could not be removed.
    let moved = copy::move_to(&file, &dir.join("moved"));
    refused(moved, libc::EROFS);
    assert_eq!(text::read(&file).unwrap().as_bytes(), b"old");
    assert_eq!(open_descriptors(), before);
    entry::sync(&file).unwrap();
}

#[test]
fn no_descriptors_left() {
    let Some(dir) = in_child("no_descriptors_left") else { return };
    let path = dir.join("file");
    text::write(&path, "old").unwrap();
    let before = (names(&dir), open_descriptors());
    limit(libc::RLIMIT_NOFILE, 40);
    // With every number of descriptors left, from none to enough, it works or it does not.
    let mut taken = Vec::new();
    while let Ok(file) = File::open("/dev/null") {
        taken.push(file);
    }
    for what in [text::read(&path).map(drop), map::read_file(&path).map(drop)] {
        let reason = refused(what, libc::EMFILE);
        assert!(reason.ends_with("/file\": Too many open files (os error 24)"), "{reason}");
    }
    refused(copy::copy(&path, &dir.join("copy")), libc::EMFILE);
    let mut writes = 0;
    while taken.pop().is_some() {
        match text::write(&path, "new") {
            Ok(()) => writes += 1,
            failed => drop(refused(failed, libc::EMFILE)),
        }
        let found = fs::read(&path).unwrap();
        assert_eq!(found, if writes > 0 { &b"new"[..] } else { b"old" });
        if let Err(error) = copy::copy(&path, &dir.join("copy")) {
            assert_eq!(error.errno(), libc::EMFILE);
        }
    }
    assert!(writes > 0);
    assert_eq!(fs::read(dir.join("copy")).unwrap(), b"new");
    fs::remove_file(dir.join("copy")).unwrap();
    assert_eq!((names(&dir), open_descriptors()), before);
}

#[test]
fn files_that_vanish() {
    let (folder, path) = place("file");
    let (copied, moved) = (folder.path().join("copied"), folder.path().join("moved"));
    let content = "content ".repeat(1000);
    let is_over = AtomicBool::new(false);
    let whole_or_missing = |read: Result<Str>| match read {
        Ok(found) => {
            assert!(found.as_bytes() == content.as_bytes());
            free(found);
        }
        Err(error) => assert_eq!(error.errno(), libc::ENOENT, "{error}"),
    };
    let done_or_missing = |result: Result<()>| {
        if let Err(error) = result {
            assert_eq!(error.errno(), libc::ENOENT, "{error}");
        }
    };
    thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                done_or_missing(entry::remove(&path));
                done_or_missing(entry::rename(&moved, &path));
            }
        });
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                whole_or_missing(text::read(&path));
                whole_or_missing(map::read_file(&path));
                done_or_missing(copy::copy(&path, &copied));
                whole_or_missing(text::read(&copied));
                done_or_missing(entry::size(&path).map(drop));
                entry::facts(&path).unwrap();
            }
        });
        let _over = Over(&is_over);
        for _ in 0..100 {
            text::write(&path, &content).unwrap();
            done_or_missing(copy::move_to(&path, &moved));
        }
    });
    let known = ["copied", "file", "moved"];
    assert!(names(folder.path()).iter().all(|name| known.contains(&name.as_str())));
}

#[test]
fn files_that_become_shorter() {
    let (_folder, path) = place("file");
    let long = 1 << 20;
    fs::write(&path, vec![b'x'; long]).unwrap();
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            let file = File::options().write(true).open(&path).unwrap();
            while !is_over.load(Ordering::Relaxed) {
                file.set_len(1).unwrap();
                file.set_len(long as u64).unwrap();
            }
        });
        let _over = Over(&is_over);
        for _ in 0..300 {
            // An error, or what was there; never a signal.
            match map::read_file(&path) {
                Ok(found) => {
                    assert!(found.len() == long || found.len() == 1);
                    free(found);
                }
                Err(error) => assert_eq!(error.errno(), libc::EFAULT, "{error}"),
            }
            let found = text::read_bytes(&path).unwrap();
            assert!(found.len() <= long);
            free(found);
        }
    });
}
