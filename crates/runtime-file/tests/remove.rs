//! Removing: what goes, what stays, and what must not go.
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

mod common;
mod walk_support;

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use runtime_file::{codes, dir, remove};
use rustix::fs::{CWD, RenameFlags, renameat_with};
use tempfile::tempdir;
use walk_support::{as_nobody, in_child, in_memory, make};

#[test]
fn directories_that_are_empty() {
    let root = tempdir().unwrap();
    make(root.path(), &["empty/", "full/file", "file"]);
    symlink("empty", root.path().join("link")).unwrap();
    let refused = |name| remove::directory(&root.path().join(name)).unwrap_err().errno();
    assert_eq!(refused("full"), libc::ENOTEMPTY);
    assert_eq!(refused("file"), libc::ENOTDIR);
    assert_eq!(refused("link"), libc::ENOTDIR);
    assert_eq!(refused("link/"), libc::ENOTDIR);
    assert_eq!(refused("missing"), libc::ENOENT);
    remove::directory(&root.path().join("empty")).unwrap();
    assert!(!root.path().join("empty").exists());
}

#[test]
fn trees_go_and_what_links_lead_to_stays() {
    let root = tempdir().unwrap();
    let outside = tempdir().unwrap();
    make(outside.path(), &["precious"]);
    let names = ["tree/a/b/c", "tree/a/b/d", "tree/.hidden/x", "tree/empty/", "tree/file"];
    make(root.path(), &names);
    let tree = root.path().join("tree");
    symlink(outside.path(), tree.join("out")).unwrap();
    symlink(outside.path().join("precious"), tree.join("a/out")).unwrap();
    symlink("nowhere", tree.join("a/dangling")).unwrap();
    fs::write(tree.join(OsStr::from_bytes(b"\xff\n")), "").unwrap();
    remove::tree(&tree).unwrap();
    assert_eq!(fs::read_dir(root.path()).unwrap().count(), 0);
    assert!(outside.path().join("precious").exists());
}

#[test]
fn what_is_no_tree_is_refused() {
    let root = tempdir().unwrap();
    make(root.path(), &["tree/file", "file"]);
    symlink("tree", root.path().join("link")).unwrap();
    for (name, errno) in [
        ("missing", libc::ENOENT),
        ("file", libc::ENOTDIR),
        ("file/", libc::ENOTDIR),
        ("link", libc::ENOTDIR),
        // Elsewhere the slash would lead through the link.
        ("link/", libc::ENOTDIR),
        ("link//", libc::ENOTDIR),
    ] {
        let refused = remove::tree(&root.path().join(name)).unwrap_err();
        assert_eq!(refused.errno(), errno, "{refused}");
    }
    assert!(root.path().join("tree/file").exists());
    // A link on the way is followed, as by rm; only the last name must be no link.
    symlink(".", root.path().join("way")).unwrap();
    remove::tree(&root.path().join("way/tree//")).unwrap();
    assert!(!root.path().join("tree").exists());
}

#[test]
fn protected_directories() {
    in_child("protected_directories", |place| {
        make(place, &["work/here/", "house/me/", "data/x"]);
        std::env::set_current_dir(place.join("work/here")).unwrap();
        // SAFETY: this process runs nothing but the one test.
        unsafe { std::env::set_var("HOME", place.join("house/me")) };
        symlink(place.join("house"), place.join("link")).unwrap();
        let here = place.join("work/here");
        let paths = [
            "",
            "/",
            "//",
            ".",
            "./",
            "..",
            "../..",
            "/.",
            "../here",
            "../../work",
            "../../data/.",
            "../../data/x/..",
            "../../house",
            "../../house/me/",
            "../../link/me",
            "../../data/../house",
        ];
        for path in paths.map(Path::new).into_iter().chain([&*here, place]) {
            let refused = remove::tree(path).unwrap_err();
            assert_eq!(refused.code(), codes::RT_ERROR_PROTECTED, "{path:?}: {refused}");
            assert!(refused.reason().ends_with("is not removed"), "{refused}");
        }
        assert!(place.join("data/x").exists() && place.join("house/me").exists() && here.exists());
        std::env::set_current_dir(place).unwrap();
        remove::tree(Path::new("work")).unwrap();
        remove::tree(&place.join("data")).unwrap();
    });
}

/// Someone puts a link to another place where a directory was, again and again, while the tree is
/// removed: the other place keeps its files.
#[test]
fn a_link_in_the_place_of_a_directory() {
    let root = in_memory();
    let precious = root.path().join("outside/precious/file");
    make(root.path(), &["outside/precious/file", "spare/"]);
    // The link leads to the same place from both of its own.
    let (tree, link) = (root.path().join("tree"), root.path().join("spare/link"));
    let names: Vec<_> = (0..30).map(|number| tree.join(format!("{number}"))).collect();
    let is_over = AtomicBool::new(false);
    let (mut swaps, mut removals) = (0, 0);
    thread::scope(|scope| {
        let swapper = scope.spawn(|| {
            let mut swaps = 0;
            while !is_over.load(Ordering::Relaxed) {
                for name in &names {
                    let _ = fs::remove_dir_all(&link);
                    let _ = symlink("../outside", &link);
                    // The two change places in one step, while there is such a directory.
                    let exchange = RenameFlags::EXCHANGE;
                    swaps += u32::from(renameat_with(CWD, name, CWD, &link, exchange).is_ok());
                }
            }
            swaps
        });
        while removals < 300 {
            // A name may be a link by now, so this may fail; and all of them are in the list before
            // the first is removed.
            for name in &names {
                let _ = fs::create_dir_all(name.join("precious"));
            }
            removals += u32::from(remove::tree(&tree).is_ok());
        }
        is_over.store(true, Ordering::Relaxed);
        swaps = swapper.join().unwrap();
    });
    assert!(precious.exists(), "after {swaps} swaps and {removals} removals");
    assert!(swaps > 0);
}

#[test]
fn several_at_the_same_tree() {
    for _ in 0..20 {
        let root = tempdir().unwrap();
        let tree = root.path().join("tree");
        for number in 0..10 {
            make(&tree, &[&format!("{number}/a/b/c/d"), &format!("{number}/x/y"), "f"]);
        }
        thread::scope(|scope| {
            for _ in 0..3 {
                // Who comes when all is gone finds nothing.
                scope.spawn(|| {
                    remove::tree(&tree).map_err(|error| assert_eq!(error.errno(), libc::ENOENT))
                });
            }
        });
        assert!(!tree.exists());
    }
}

/// In another user's directory nothing goes and nothing comes, and the error names what is in the way.
#[test]
fn what_may_not_be_changed() {
    in_child("what_may_not_be_changed", |place| {
        make(place, &["tree/a/file", "tree/closed/x"]);
        if !as_nobody(place, &place.join("tree/closed")) {
            return;
        }
        let tree = place.join("tree");
        let refused = remove::tree(&tree).unwrap_err();
        assert_eq!(refused.errno(), libc::EACCES);
        assert!(refused.reason().contains("/tree/"), "{refused}");
        assert!(tree.join("closed").exists());
        if fs::metadata(&tree).unwrap().uid() == rustix::process::getuid().as_raw() {
            return;
        }
        assert!(tree.join("a/file").exists());
        for refused in [
            remove::directory(&tree.join("a")).unwrap_err(),
            dir::create(&tree.join("new")).unwrap_err(),
            dir::create_all(&tree.join("new/er")).unwrap_err(),
            dir::temporary_directory(Some(&tree), OsStr::new("x")).unwrap_err(),
        ] {
            assert_eq!(refused.errno(), libc::EACCES);
            assert!(refused.reason().contains("/tree/"), "{refused}");
        }
    });
}

/// A file system that is mounted in the tree is no part of it.
#[test]
fn a_mounted_file_system() {
    in_child("a_mounted_file_system", |place| {
        if let Err(error) = common::own_mounts() {
            eprintln!("skipped: this process may not mount a file system: {error}");
            return;
        }
        make(place, &["tree/a", "tree/mounted/", "bound/"]);
        let run = |command: &mut Command| assert!(command.status().unwrap().success());
        let mounted = place.join("tree/mounted");
        run(Command::new("mount").args(["-t", "tmpfs", "none"]).arg(&mounted));
        make(&mounted, &["precious"]);
        for path in [place.join("tree"), mounted.clone()] {
            let refused = remove::tree(&path).unwrap_err();
            assert_eq!(refused.errno(), libc::EXDEV);
            assert!(refused.reason().contains("mounted"), "{refused}");
        }
        assert!(mounted.join("precious").exists());
        run(Command::new("umount").arg(&mounted));
        // The same file system at a second place.
        make(place, &["bound/precious"]);
        run(Command::new("mount").arg("--bind").args([&place.join("bound"), &mounted]));
        assert_eq!(remove::tree(&place.join("tree")).unwrap_err().errno(), libc::EXDEV);
        assert!(place.join("bound/precious").exists());
        run(Command::new("umount").arg(&mounted));
        remove::tree(&place.join("tree")).unwrap();
    });
}
