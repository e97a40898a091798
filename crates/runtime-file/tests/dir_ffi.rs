//! The C functions for paths, directories and patterns, called as C calls them.
#![cfg(feature = "ffi")]

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::ptr;

use runtime_core::error::{self, codes as core_codes};
use runtime_file::codes;
use runtime_file::ffi::*;
use runtime_file::walk::{RT_WALK_FILES, RT_WALK_SORTED};
use runtime_value::{Array, RuntimeValue, Str, View};
use tempfile::tempdir;

type OfPath = unsafe extern "C" fn(*const u8, u64) -> RuntimeValue;
type OfTwo = unsafe extern "C" fn(*const u8, u64, *const u8, u64) -> RuntimeValue;
type Asks = unsafe extern "C" fn(*const u8, u64) -> bool;

fn call(function: OfPath, path: impl AsRef<[u8]>) -> RuntimeValue {
    let path = path.as_ref();
    // SAFETY: a live slice with its own length.
    unsafe { function(path.as_ptr(), path.len() as u64) }
}

fn call_two(function: OfTwo, one: impl AsRef<[u8]>, other: impl AsRef<[u8]>) -> RuntimeValue {
    let (one, other) = (one.as_ref(), other.as_ref());
    // SAFETY: live slices with their own lengths.
    unsafe { function(one.as_ptr(), one.len() as u64, other.as_ptr(), other.len() as u64) }
}

fn ask(function: Asks, path: &Path) -> bool {
    let path = path.as_os_str().as_bytes();
    // SAFETY: a live slice with its own length.
    unsafe { function(path.as_ptr(), path.len() as u64) }
}

fn bytes(value: RuntimeValue) -> Vec<u8> {
    Str::of("result", value).expect("the call succeeds").as_bytes().to_vec()
}

fn all_bytes(value: RuntimeValue) -> Vec<Vec<u8>> {
    Array::of("result", value).expect("the call succeeds").iter().map(bytes).collect()
}

fn at(root: &Path, name: &str) -> Vec<u8> {
    root.join(name).as_os_str().as_bytes().to_vec()
}

#[test]
fn known_answers() {
    let cases: [(OfPath, &str, &str); 26] = [
        (rt_path_basename, "/path/to/file.txt", "file.txt"),
        (rt_path_basename, "/", ""),
        (rt_path_basename, ".", ""),
        (rt_path_basename, "..", ""),
        (rt_path_basename, "/path/to/", "to"),
        (rt_path_basename, "a/.", "a"),
        (rt_path_basename, "a/..", ""),
        (rt_path_dirname, "/path/to/file.txt", "/path/to"),
        (rt_path_dirname, "/", ""),
        (rt_path_dirname, "file.txt", ""),
        (rt_path_dirname, "a/b/", "a"),
        (rt_path_dirname, "./x", "."),
        (rt_path_ext, "file.txt", "txt"),
        (rt_path_ext, "README", ""),
        (rt_path_ext, "archive.tar.gz", "gz"),
        (rt_path_ext, ".gitignore", ""),
        (rt_path_ext, "a.", ""),
        (rt_path_ext, ".tar.gz", "gz"),
        (rt_path_stem, "a/archive.tar.gz", "archive.tar"),
        (rt_path_stem, ".gitignore", ".gitignore"),
        (rt_path_stem, "a.", "a"),
        (rt_path_normalize, "a/./b//../c/", "a/c"),
        (rt_path_absolute, "/a/../b/.", "/b"),
        (rt_glob_escape, "[x]*", "[[]x][*]"),
        (rt_path_basename, "", ""),
        (rt_path_normalize, "", "."),
    ];
    for (function, path, answer) in cases {
        assert_eq!(bytes(call(function, path)), answer.as_bytes(), "{path}");
    }
    assert_eq!(bytes(rt_path_separator()), b"/");
    assert_eq!(bytes(call_two(rt_path_join, "a", "b")), b"a/b");
    assert_eq!(bytes(call_two(rt_path_join, "a", "/b")), b"/b");
    assert_eq!(bytes(call_two(rt_path_join, "a", "")), b"a");
    assert_eq!(bytes(call_two(rt_path_relative, "/a/b", "/a/c")), b"../b");
    assert_eq!(bytes(call_two(rt_path_with_ext, "a.txt", "md")), b"a.md");
    assert_eq!(bytes(call(rt_path_basename, b"/\xff\xfe")), b"\xff\xfe");
    let parts = call(rt_path_components, "/usr//lib/./x/");
    assert_eq!(all_bytes(parts), [&b"/"[..], b"usr", b"lib", b"x"]);
    assert_eq!(bytes(rt_path_join_all(parts)), b"/usr/lib/x");
    // SAFETY: live slices with their own lengths.
    unsafe {
        assert!(rt_path_is_absolute(b"/a".as_ptr(), 2));
        assert!(!rt_path_is_absolute(b"a/".as_ptr(), 2));
        assert!(rt_glob_matches(b"*.t?t".as_ptr(), 5, b"a.txt".as_ptr(), 5));
        assert!(!rt_glob_matches(b"[!a]".as_ptr(), 4, b"a".as_ptr(), 1));
    }
}

#[test]
fn bad_arguments() {
    let any: [OfPath; 7] = [
        rt_path_basename,
        rt_path_dirname,
        rt_path_ext,
        rt_path_stem,
        rt_path_components,
        rt_path_normalize,
        rt_glob_escape,
    ];
    let named: [OfPath; 5] =
        [rt_file_canonicalize, rt_path_absolute, rt_dir_list, rt_dir_list_sorted, rt_dir_walk];
    for function in any.into_iter().chain(named) {
        // SAFETY: null is documented for every length, and so is every length beyond memory's.
        unsafe {
            assert_eq!(function(ptr::null(), 1), RuntimeValue::NIL);
            assert_eq!(error::last_code(), core_codes::RT_ERROR_NULL_POINTER);
            assert_eq!(function(b"x".as_ptr(), u64::MAX), RuntimeValue::NIL);
            assert_eq!(error::last_code(), core_codes::RT_ERROR_LENGTH);
        }
    }
    for function in any {
        error::clear_last();
        // SAFETY: null with length 0 is an empty slice.
        assert_ne!(unsafe { function(ptr::null(), 0) }, RuntimeValue::NIL);
        assert_eq!(error::last_code(), 0);
    }
    for function in named {
        for path in [&b""[..], b"a\0b"] {
            assert_eq!(call(function, path), RuntimeValue::NIL);
            assert_eq!(error::last_code(), codes::RT_ERROR_PATH);
        }
    }
    for function in [rt_dir_create_all as Asks, rt_dir_exists, rt_dir_remove_all] {
        for path in ["", "a\0b"] {
            assert!(!ask(function, Path::new(path)));
            assert_eq!(error::last_code(), codes::RT_ERROR_PATH);
        }
    }
    for word in [RuntimeValue::NIL, RuntimeValue::TRUE, rt_path_separator()] {
        assert_eq!(rt_path_join_all(word), RuntimeValue::NIL);
        assert_ne!(error::last_code(), 0);
        error::clear_last();
    }
    assert_eq!(call_two(rt_path_with_ext, "/", "x"), RuntimeValue::NIL);
    assert_eq!(error::last_code(), core_codes::RT_ERROR_INVALID_ARGUMENT);
    assert_eq!(call_two(rt_dir_create_temp, "", "a/b"), RuntimeValue::NIL);
    assert_eq!(error::last_code(), core_codes::RT_ERROR_INVALID_ARGUMENT);
    assert_eq!(call_two(rt_dir_glob, ".", "["), RuntimeValue::NIL);
    assert_eq!(error::last_code(), codes::RT_ERROR_GLOB_PATTERN);
    assert!(error::last_message().unwrap().starts_with("rt_dir_glob: pattern \"[\" is broken"));
    for (depth, flags) in [(-2, 0), (-1, 1 << 40)] {
        // SAFETY: a live slice with its own length.
        assert_eq!(unsafe { rt_dir_walk_with(b".".as_ptr(), 1, depth, flags) }, RuntimeValue::NIL);
        assert_eq!(error::last_code(), core_codes::RT_ERROR_INVALID_ARGUMENT);
    }
}

#[test]
fn a_life_of_directories() {
    let place = tempdir().unwrap();
    let root = place.path();
    let create = |name: &str, recursive| {
        let path = at(root, name);
        // SAFETY: a live slice with its own length.
        unsafe { rt_dir_create(path.as_ptr(), path.len() as u64, recursive) }
    };
    let remove = |name: &str, recursive| {
        let path = at(root, name);
        // SAFETY: a live slice with its own length.
        unsafe { rt_dir_remove(path.as_ptr(), path.len() as u64, recursive) }
    };
    let names = |found: RuntimeValue| -> Vec<String> {
        let start = root.as_os_str().len() + 1;
        let found = all_bytes(found).into_iter();
        found.map(|path| String::from_utf8(path[start..].to_vec()).unwrap()).collect()
    };
    assert!(create("new_dir", false) && create("a/b/c", true) && create("a/b/c", true));
    assert!(!create("new_dir", false) && !create("x/y", false));
    assert_eq!(
        (error::last_code(), error::last_errno()),
        (core_codes::RT_ERROR_SYSTEM, libc::ENOENT)
    );
    assert!(ask(rt_dir_create_all, &root.join("a/d")));
    assert!(ask(rt_dir_exists, root) && ask(rt_dir_exists, &root.join("a/b")));
    error::clear_last();
    assert!(!ask(rt_dir_exists, &root.join("missing")));
    assert_eq!(error::last_code(), 0);
    for name in ["test1.txt", "test2.txt", "other.md", "a/b/test3.txt"] {
        fs::write(root.join(name), "").unwrap();
    }
    let listed = all_bytes(call(rt_dir_list_sorted, at(root, "")));
    assert_eq!(listed, [&b"a"[..], b"new_dir", b"other.md", b"test1.txt", b"test2.txt"]);
    let mut unsorted = all_bytes(call(rt_dir_list, at(root, "")));
    unsorted.sort();
    assert_eq!(unsorted, listed);

    let find = |pattern: &[u8], recursive| {
        let dir = root.as_os_str().as_bytes();
        let (len, pattern_len) = (dir.len() as u64, pattern.len() as u64);
        // SAFETY: live slices with their own lengths.
        names(unsafe { rt_file_find(dir.as_ptr(), len, pattern.as_ptr(), pattern_len, recursive) })
    };
    assert_eq!(find(b"*.txt", false), ["test1.txt", "test2.txt"]);
    assert_eq!(find(b"*.txt", true), ["a/b/test3.txt", "test1.txt", "test2.txt"]);
    assert_eq!(find(b"nothing", true), [""; 0]);
    let root_bytes = root.as_os_str().as_bytes();
    assert_eq!(names(call_two(rt_dir_glob, root_bytes, "**/*3.{txt,md}")), ["a/b/test3.txt"]);
    assert_eq!(call_two(rt_dir_glob, at(root, "missing"), "*"), RuntimeValue::NIL);
    assert_eq!(error::last_errno(), libc::ENOENT);

    let everything = ["a", "a/b", "a/b/c", "a/b/test3.txt", "a/d", "new_dir", "other.md"];
    assert_eq!(names(call(rt_dir_walk, root_bytes))[..7], everything);
    let flags = RT_WALK_SORTED | RT_WALK_FILES;
    // SAFETY: a live slice with its own length.
    let files = unsafe { rt_dir_walk_with(root_bytes.as_ptr(), root_bytes.len() as u64, 1, flags) };
    assert_eq!(names(files), ["other.md", "test1.txt", "test2.txt"]);

    symlink("a", root.join("link")).unwrap();
    assert!(!remove("a", false) && !remove("link", false) && !remove("link", true));
    assert_eq!(error::last_errno(), libc::ENOTDIR);
    assert!(remove("new_dir", false) && remove("a", true) && !remove("a", true));
    assert_eq!(error::last_errno(), libc::ENOENT);
    assert!(!ask(rt_dir_remove_all, Path::new("/")));
    assert_eq!(error::last_code(), codes::RT_ERROR_PROTECTED);
    let made = bytes(call_two(rt_dir_create_temp, root_bytes, "work-"));
    let file = bytes(call_two(rt_file_create_temp, &made, "x"));
    assert!(file.starts_with(&made));
    assert!(ask(rt_dir_remove_all, Path::new(std::str::from_utf8(&made).unwrap())));
    assert!(!root.join("a").exists() && root.join("test1.txt").exists());
}

#[test]
fn canonical_paths() {
    let place = tempdir().unwrap();
    let root = place.path().canonicalize().unwrap();
    fs::create_dir(root.join("real")).unwrap();
    symlink("real", root.join("link")).unwrap();
    let canonical = call(rt_file_canonicalize, at(&root, "link/../link/."));
    assert_eq!(bytes(canonical), at(&root, "real"));
    assert_eq!(call(rt_file_canonicalize, at(&root, "missing")), RuntimeValue::NIL);
    assert_eq!(
        (error::last_code(), error::last_errno()),
        (core_codes::RT_ERROR_SYSTEM, libc::ENOENT)
    );
    let message = error::last_message().unwrap();
    assert!(message.starts_with("rt_file_canonicalize: path \"") && message.contains("missing"));
}
