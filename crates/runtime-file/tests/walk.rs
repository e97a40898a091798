//! Walking trees: what is met, in which order, and what disturbs it.
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

mod common;
mod walk_support;

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::Path;

use runtime_file::dir::Kind;
use runtime_file::glob::glob;
use runtime_file::remove;
use runtime_file::walk::{
    RT_WALK_DIRECTORIES, RT_WALK_FILES, RT_WALK_FOLLOW_LINKS, RT_WALK_SORTED, Walk,
};
use tempfile::tempdir;
use walk_support::{as_nobody, deep_tree, in_child, in_memory, make};

/// What a walk meets, from the start on.
fn met(walk: Walk, root: &Path) -> Vec<String> {
    let paths = walk.below(root).unwrap().map(|path| path.unwrap());
    paths.map(|path| path.strip_prefix(root).unwrap().to_str().unwrap().to_string()).collect()
}

#[test]
fn parents_come_before_what_they_hold() {
    let root = tempdir().unwrap();
    make(root.path(), &["b/y", "b/x/deep", "a", "c/", ".hidden/z", "b.txt"]);
    let expected = [".hidden", ".hidden/z", "a", "b", "b/x", "b/x/deep", "b/y", "b.txt", "c"];
    let sorted = met(Walk::new().sorted(true), root.path());
    assert_eq!(sorted, expected);
    let mut unsorted = met(Walk::new(), root.path());
    let position = |name: &str| unsorted.iter().position(|met| met == name);
    assert!(position("b") < position("b/x") && position("b/x") < position("b/x/deep"));
    unsorted.sort();
    let mut expected = expected;
    expected.sort_unstable();
    assert_eq!(unsorted, expected);
}

#[test]
fn entries_say_what_they_are() {
    let root = tempdir().unwrap();
    make(root.path(), &["d/f"]);
    symlink("f", root.path().join("d/l")).unwrap();
    common::make_fifo(&root.path().join("d/p"));
    let mut walker = Walk::new().sorted(true).below(root.path()).unwrap();
    let mut seen = Vec::new();
    while let Some(entry) = walker.next_entry() {
        let entry = entry.unwrap();
        assert_eq!(entry.path().file_name(), Some(entry.name()));
        seen.push((entry.name().to_str().unwrap().to_string(), entry.kind(), entry.depth()));
    }
    let expected = [
        ("d", Kind::Directory, 1),
        ("f", Kind::File, 2),
        ("l", Kind::Link, 2),
        ("p", Kind::Other, 2),
    ];
    assert_eq!(seen, expected.map(|(name, kind, depth)| (name.to_string(), kind, depth)));
}

#[test]
fn paths_begin_as_the_start_is_given() {
    let root = tempdir().unwrap();
    make(root.path(), &["a"]);
    let first = |start: &str| Walk::new().below(Path::new(start)).unwrap().next().unwrap().unwrap();
    let start = root.path().to_str().unwrap();
    assert_eq!(first(start).as_os_str(), &*format!("{start}/a"));
    assert_eq!(first(&format!("{start}/")).as_os_str(), &*format!("{start}/a"));
    assert_eq!(first(&format!("{start}/.")).as_os_str(), &*format!("{start}/./a"));
}

#[test]
fn a_walk_can_be_narrowed() {
    let root = tempdir().unwrap();
    make(root.path(), &["a/b/c/d", "a/x", "y"]);
    let walk = Walk::new().sorted(true);
    assert_eq!(met(walk.max_depth(0), root.path()), [""; 0]);
    assert_eq!(met(walk.max_depth(1), root.path()), ["a", "y"]);
    assert_eq!(met(walk.max_depth(2), root.path()), ["a", "a/b", "a/x", "y"]);
    assert_eq!(met(walk.only(Kind::File), root.path()), ["a/b/c/d", "a/x", "y"]);
    assert_eq!(met(walk.only(Kind::Directory), root.path()), ["a", "a/b", "a/b/c"]);
    let flags = |depth, flags| met(Walk::with_flags(depth, flags).unwrap(), root.path());
    assert_eq!(flags(-1, RT_WALK_SORTED | RT_WALK_FILES), ["a/b/c/d", "a/x", "y"]);
    assert_eq!(flags(2, RT_WALK_SORTED | RT_WALK_DIRECTORIES), ["a", "a/b"]);
    for (depth, flags) in [(-2, 0), (i64::MIN, 0), (0, 32), (0, -1), (0, 24), (0, i64::MIN)] {
        assert!(Walk::with_flags(depth, flags).is_err(), "{depth} {flags}");
    }
    let mut walker = walk.below(root.path()).unwrap();
    let mut seen = Vec::new();
    while let Some(entry) = walker.next_entry() {
        let name = entry.unwrap().name().to_owned();
        if name == "b" {
            walker.skip_directory();
        }
        seen.push(name);
    }
    assert_eq!(seen, ["a", "b", "x", "y"]);
}

#[test]
fn links_are_followed_on_request_and_never_in_a_circle() {
    let root = tempdir().unwrap();
    make(root.path(), &["d/f", "e/g"]);
    let link = |target: &str, name: &str| symlink(target, root.path().join(name)).unwrap();
    link("..", "d/up");
    link(".", "d/self");
    link("../e", "d/other");
    link("nowhere", "dangling");
    link("loop", "loop");
    link("d/f", "file");
    let sorted = Walk::new().sorted(true);
    let plain = ["d", "d/f", "d/other", "d/self", "d/up", "dangling", "e", "e/g", "file", "loop"];
    assert_eq!(met(sorted, root.path()), plain);
    let followed = met(sorted.follow_links(true), root.path());
    let mut expected = plain.to_vec();
    expected.insert(3, "d/other/g");
    assert_eq!(followed, expected);
    let files = met(sorted.follow_links(true).only(Kind::File), root.path());
    assert_eq!(files, ["d/f", "d/other/g", "e/g", "file"]);
    // The start may be a link itself.
    link("d", "start");
    assert_eq!(met(sorted, &root.path().join("start")), ["f", "other", "self", "up"]);
    // A way may leave above the start and come back to it.
    let inner = met(sorted.follow_links(true), &root.path().join("d"));
    assert!(inner.contains(&"up/e/g".to_string()) && !inner.contains(&"up/d/f".to_string()));
}

#[test]
fn a_chain_of_links_is_no_longer_than_the_system_resolves() {
    let root = tempdir().unwrap();
    for number in 0..60 {
        let here = root.path().join(format!("{number}"));
        fs::create_dir(&here).unwrap();
        symlink(format!("../{}", number + 1), here.join("next")).unwrap();
    }
    let start = root.path().join("0");
    let met = met(Walk::with_flags(-1, RT_WALK_FOLLOW_LINKS).unwrap(), &start);
    assert_eq!(met.len(), 41);
    // Each of the paths can be used.
    assert!(met.iter().take(40).all(|path| start.join(path).is_dir()));
}

#[test]
fn names_that_are_no_text() {
    let root = tempdir().unwrap();
    for name in [&b"\xff\xfe"[..], b"new\nline", b"\x01", b"\xc3\xa9"] {
        fs::create_dir(root.path().join(OsStr::from_bytes(name))).unwrap();
        fs::write(root.path().join(OsStr::from_bytes(name)).join("f"), "").unwrap();
    }
    let paths = Walk::new().sorted(true).only(Kind::File).below(root.path()).unwrap();
    let parents: Vec<_> = paths.map(|path| path.unwrap().parent().unwrap().to_owned()).collect();
    let names = [&b"\x01"[..], b"new\nline", b"\xc3\xa9", b"\xff\xfe"];
    assert_eq!(parents, names.map(|name| root.path().join(OsStr::from_bytes(name))));
}

#[test]
fn a_start_that_is_none_is_an_error() {
    let root = tempdir().unwrap();
    make(root.path(), &["file"]);
    for (start, errno) in [("missing", libc::ENOENT), ("file", libc::ENOTDIR)] {
        let start = root.path().join(start);
        let refused = Walk::new().below(&start).err().unwrap();
        assert_eq!(refused.errno(), errno);
        assert!(refused.reason().contains(start.to_str().unwrap()), "{refused}");
    }
}

/// What happens to a directory between the list that it is in and its turn.
#[test]
fn what_vanishes_is_passed_over() {
    let root = tempdir().unwrap();
    let outside = tempdir().unwrap();
    make(outside.path(), &["secret"]);
    make(root.path(), &["a", "gone/x", "link/y", "file/z", "last"]);
    let mut walker = Walk::new().sorted(true).below(root.path()).unwrap();
    let mut seen = Vec::new();
    while let Some(entry) = walker.next_entry() {
        let name = entry.unwrap().name().to_owned();
        if name == "a" {
            for name in ["gone", "link", "file"] {
                fs::remove_dir_all(root.path().join(name)).unwrap();
            }
            symlink(outside.path(), root.path().join("link")).unwrap();
            fs::write(root.path().join("file"), "").unwrap();
        }
        seen.push(name);
    }
    assert_eq!(seen, ["a", "file", "gone", "last", "link"]);
}

/// Far from the start, the way back leads through `..`: to another directory, when someone has moved
/// the tree meanwhile.
#[test]
fn a_tree_that_is_moved_away_ends_the_walk() {
    let root = tempdir().unwrap();
    deep_tree(root.path(), 100);
    fs::create_dir(root.path().join("z")).unwrap();
    let mut walker = Walk::new().sorted(true).below(root.path()).unwrap();
    let mut errors = Vec::new();
    let mut met = 0;
    while let Some(entry) = walker.next_entry() {
        match entry {
            Ok(entry) if entry.name() == "leaf" => {
                fs::rename(root.path().join("d/d"), root.path().join("z/d")).unwrap();
            }
            Ok(_) => met += 1,
            Err(error) => errors.push(error),
        }
    }
    assert_eq!((met, errors.len()), (100, 1));
    assert!(errors[0].reason().contains("moved"), "{}", errors[0]);
}

/// Ten thousand levels, whose paths are far longer than the system takes, in few descriptors.
#[test]
fn deep_trees() {
    in_child("deep_trees", |_| {
        let place = in_memory();
        let tree = place.path().join("tree");
        fs::create_dir(&tree).unwrap();
        deep_tree(&tree, 10_000);
        common::limit(libc::RLIMIT_NOFILE, 60);
        let mut walker = Walk::new().sorted(true).below(&tree).unwrap();
        let mut deepest = 0;
        while let Some(entry) = walker.next_entry() {
            deepest = deepest.max(entry.unwrap().depth());
        }
        assert_eq!(deepest, 10_001);
        let found = glob(&tree, "**/[l]eaf").unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].as_os_str().len(), tree.as_os_str().len() + 20_000 + "/leaf".len());
        assert_eq!(glob(&tree, "**/d/").unwrap().len(), 10_000);
        remove::tree(&tree).unwrap();
        assert!(!tree.exists());
    });
}

#[test]
fn unreadable_directories() {
    in_child("unreadable_directories", |root| {
        make(root, &["a/x", "closed/y", "z"]);
        if !as_nobody(root, &root.join("closed")) {
            return;
        }
        let walk = Walk::new().sorted(true);
        let mut met: Vec<_> = walk.below(root).unwrap().collect();
        let refused = met.remove(3).unwrap_err();
        assert_eq!(refused.errno(), libc::EACCES);
        assert!(refused.reason().contains("closed\": Permission denied"), "{refused}");
        let expected = ["a", "a/x", "closed", "z"].map(|name| root.join(name));
        assert_eq!(met.into_iter().map(|path| path.unwrap()).collect::<Vec<_>>(), expected);
        let met: Vec<_> = walk.skip_unreadable(true).below(root).unwrap().collect();
        assert_eq!(met.into_iter().map(|path| path.unwrap()).collect::<Vec<_>>(), expected);
        assert_eq!(walk.below(&root.join("closed")).err().unwrap().errno(), libc::EACCES);
        // A pattern finds there what needs no reading.
        let open = ["a", "closed"].map(|name| root.join(name));
        assert_eq!(glob(root, "[ac]*").unwrap(), open);
        assert_eq!(glob(root, "**/y").unwrap(), [""; 0].map(std::path::PathBuf::from));
        assert!(glob(&root.join("closed"), "*").is_err());
    });
}

#[test]
fn no_descriptors_left() {
    in_child("no_descriptors_left", |root| {
        make(root, &["a/b/c"]);
        let mut walker = Walk::new().below(root).unwrap();
        common::limit(libc::RLIMIT_NOFILE, 0);
        assert!(walker.next_entry().unwrap().is_ok());
        let refused = walker.next_entry().unwrap().err().unwrap();
        assert_eq!(refused.errno(), libc::EMFILE);
        assert!(refused.reason().contains("/a\": Too many open files"), "{refused}");
        assert!(walker.next_entry().is_none());
        assert_eq!(glob(root, "**/c").unwrap_err().errno(), libc::EMFILE);
        assert_eq!(remove::tree(&root.join("a")).unwrap_err().errno(), libc::EMFILE);
    });
}
