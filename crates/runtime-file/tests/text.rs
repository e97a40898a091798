//! Whole files as text and bytes: what is read is what was written, and what cannot be is refused.
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

mod common;

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::thread;

use common::{names, place};
use proptest::prelude::*;
use runtime_core::error::codes::{RT_ERROR_NOT_UTF8, RT_ERROR_SYSTEM};
use runtime_file::{map, text};
use runtime_value::string::array_of_strings;
use runtime_value::{Array, RuntimeValue, Str, View, display};

fn errno<T>(result: runtime_core::Result<T>) -> i32 {
    let error = result.err().unwrap();
    assert_eq!(error.code(), RT_ERROR_SYSTEM, "{error}");
    error.errno()
}

#[test]
fn text_comes_back() {
    let (_folder, path) = place("file");
    let long = "zwölf Boxkämpfer, \u{1f98a}\r\n".repeat(100_000);
    for content in ["", "Hello, World!", "a\r\nb\rc\n\0d", "\u{feff}bom", &long] {
        text::write(&path, content).unwrap();
        assert_eq!(fs::read(&path).unwrap(), content.as_bytes());
        assert_eq!(text::read(&path).unwrap().as_bytes(), content.as_bytes());
        assert_eq!(text::read_bytes(&path).unwrap().as_bytes(), content.as_bytes());
        assert_eq!(map::read_text(&path).unwrap().as_bytes(), content.as_bytes());
    }
}

#[test]
fn bytes_are_no_text() {
    let (_folder, path) = place("file");
    text::write_bytes(&path, b"ab\xffcd").unwrap();
    for refused in [text::read(&path).err(), map::read_text(&path).err(), text::lines(&path).err()]
    {
        let refused = refused.unwrap();
        assert_eq!(refused.code(), RT_ERROR_NOT_UTF8);
        let reason = refused.reason();
        assert!(reason.starts_with("path \"/"), "{reason}");
        assert!(reason.ends_with("is not UTF-8: the byte at 2 starts no character"), "{reason}");
    }
    assert_eq!(text::read_bytes(&path).unwrap().as_bytes(), b"ab\xffcd");
    assert_eq!(map::read_file(&path).unwrap().as_bytes(), b"ab\xffcd");
}

#[test]
fn long_texts_are_checked_as_a_whole() {
    let (folder, path) = place("file");
    // Characters of three bytes lie across every border of a piece.
    let long = "€".repeat(300_000);
    text::write_checked(&path, long.as_bytes()).unwrap();
    assert!(text::read(&path).unwrap().as_bytes() == long.as_bytes());
    assert_eq!(text::lines(&path).unwrap().len(), 1);
    for at in [0, 262_143, 262_144, 262_145, 899_999] {
        let mut broken = long.clone().into_bytes();
        broken[at] = b'x';
        let expected = std::str::from_utf8(&broken).unwrap_err().valid_up_to();
        let end = format!("is not UTF-8: the byte at {expected} starts no character");
        for write in [text::write_checked, text::append_checked] {
            let refused = write(&path, &broken).unwrap_err();
            assert_eq!(refused.code(), RT_ERROR_NOT_UTF8);
            assert_eq!(refused.reason(), format!("content {end}"));
        }
        assert_eq!(names(folder.path()), ["file"]);
        assert!(fs::read(&path).unwrap() == long.as_bytes());
        let other = folder.path().join("other");
        fs::write(&other, &broken).unwrap();
        assert!(text::read(&other).unwrap_err().reason().ends_with(&end));
        fs::remove_file(&other).unwrap();
    }
    // A device is told nothing of it.
    let mut cut = long.into_bytes();
    cut.pop();
    let refused = text::write_checked(Path::new("/dev/null"), &cut).unwrap_err();
    assert_eq!(refused.code(), RT_ERROR_NOT_UTF8);
}

#[test]
fn files_that_do_not_know_their_size() {
    // The kernel's files in /proc say that they are empty.
    let ours = text::read(Path::new("/proc/self/status")).unwrap();
    assert!(ours.as_text().unwrap().contains("\nPid:\t"));
    let long = text::read_bytes(Path::new("/proc/self/maps")).unwrap();
    assert!(long.len() > 1000);
    assert_eq!(text::read_bytes(Path::new("/dev/null")).unwrap().len(), 0);
}

#[test]
fn refusals_keep_their_number_and_name_the_path() {
    let (folder, path) = place("missing");
    let dir = folder.path();
    assert_eq!(errno(text::read(&path)), libc::ENOENT);
    assert_eq!(errno(text::read(dir)), libc::EISDIR);
    assert_eq!(errno(text::write(dir, "x")), libc::EISDIR);
    assert_eq!(errno(text::append(dir, "x")), libc::EISDIR);
    assert_eq!(errno(text::write(&path.join("below"), "x")), libc::ENOENT);
    fs::write(&path, "a file").unwrap();
    assert_eq!(errno(text::read(&path.join("below"))), libc::ENOTDIR);
    assert_eq!(errno(text::write(&path.join("below"), "x")), libc::ENOTDIR);
    assert_eq!(errno(text::read(Path::new(&"x".repeat(300)))), libc::ENAMETOOLONG);
    // A slash or a dot at the end means a directory.
    for end in ["new/", "new/.", "new/..", ".", "..", "missing/", "missing/."] {
        let path = format!("{}/{end}", dir.display());
        assert!(text::write(Path::new(&path), "x").is_err(), "{path}");
    }
    assert_eq!(names(dir), ["missing"]);
    assert_eq!(fs::read(&path).unwrap(), b"a file");
    let reason = text::read(&dir.join("n\n")).unwrap_err().reason().to_string();
    let end = "/n\\n\": No such file or directory (os error 2)";
    assert!(reason.starts_with("path \"/") && reason.ends_with(end), "{reason}");
}

#[test]
fn names_need_not_be_text() {
    let (folder, _) = place("");
    let path = folder.path().join(OsStr::from_bytes(b"n\xff\n\x01"));
    text::write(&path, "here").unwrap();
    text::append(&path, " too").unwrap();
    assert_eq!(text::read(&path).unwrap().as_bytes(), b"here too");
    let name = fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().file_name();
    assert_eq!(name.as_bytes(), b"n\xff\n\x01");
    // As long as names get, where a temporary one must not be longer.
    let long = folder.path().join("x".repeat(255));
    text::write(&long, "here").unwrap();
    assert_eq!(text::read(&long).unwrap().as_bytes(), b"here");
}

#[test]
fn lines_come_and_go() {
    let (_folder, path) = place("file");
    text::write(&path, "one\r\ntwo\n\nthr\ree").unwrap();
    let lines = text::lines(&path).unwrap();
    assert_eq!(display::to_bytes(lines.value()).unwrap(), br#"["one", "two", "", "thr\ree"]"#);
    let made = array_of_strings(["one", "", "zwölf"]).unwrap();
    text::write_lines(&path, made).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "one\n\nzwölf\n");
    assert_eq!(text::lines(&path).unwrap().len(), 3);
    text::write_lines(&path, Array::new(0).unwrap()).unwrap();
    assert_eq!(text::lines(&path).unwrap().len(), 0);

    fs::write(&path, "old").unwrap();
    made.push(RuntimeValue::from(7)).unwrap();
    let refused = text::write_lines(&path, made).unwrap_err();
    assert_eq!(refused.code(), runtime_value::codes::RT_ERROR_WRONG_TYPE);
    assert!(refused.reason().starts_with("lines[3] "), "{}", refused.reason());
    let no_text = array_of_strings([b"\xff"]).unwrap();
    assert_eq!(text::write_lines(&path, no_text).unwrap_err().code(), RT_ERROR_NOT_UTF8);
    assert_eq!(fs::read(&path).unwrap(), b"old");
}

#[test]
fn appends_do_not_meet() {
    let (_folder, path) = place("log");
    thread::scope(|scope| {
        for letter in b'a'..=b'd' {
            let path = &path;
            scope.spawn(move || {
                for length in 0..200 {
                    let line = [&vec![letter; length % 40][..], b"\n"].concat();
                    text::append_bytes(path, &line).unwrap();
                }
            });
        }
    });
    let content = fs::read(&path).unwrap();
    assert_eq!(content.iter().filter(|byte| **byte == b'\n').count(), 800);
    for line in content.split(|byte| *byte == b'\n') {
        assert!(line.iter().all(|byte| Some(byte) == line.first()));
    }
}

#[test]
fn links_are_followed() {
    let (folder, path) = place("file");
    let dir = folder.path();
    fs::create_dir(dir.join("sub")).unwrap();
    fs::write(&path, "old").unwrap();
    symlink("../file", dir.join("sub/link")).unwrap();
    symlink("sub/link", dir.join("link")).unwrap();
    text::write(&dir.join("link"), "new").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"new");
    assert!(fs::symlink_metadata(dir.join("link")).unwrap().is_symlink());
    assert!(fs::symlink_metadata(dir.join("sub/link")).unwrap().is_symlink());
    // A link to nothing makes what it names.
    symlink("sub/made", dir.join("dangling")).unwrap();
    text::write(&dir.join("dangling"), "made").unwrap();
    assert_eq!(fs::read(dir.join("sub/made")).unwrap(), b"made");
    // Round and round.
    symlink("loop", dir.join("loop")).unwrap();
    assert_eq!(errno(text::write(&dir.join("loop"), "x")), libc::ELOOP);
    assert_eq!(errno(text::read(&dir.join("loop"))), libc::ELOOP);
    symlink("sub", dir.join("to_dir")).unwrap();
    assert_eq!(errno(text::write(&dir.join("to_dir"), "x")), libc::EISDIR);
    assert_eq!(names(dir), ["dangling", "file", "link", "loop", "sub", "to_dir"]);
    assert_eq!(names(&dir.join("sub")), ["link", "made"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Against the standard library's reader and its idea of text and of lines.
    #[test]
    fn any_bytes(content in proptest::collection::vec(
        prop_oneof![Just(b'\n'), Just(b'\r'), Just(b'a'), Just(0xc3), Just(0xa4), any::<u8>()],
        0..200,
    )) {
        let (_folder, path) = place("file");
        text::write_bytes(&path, &content).unwrap();
        let bytes = text::read_bytes(&path).unwrap();
        prop_assert_eq!(bytes.as_bytes(), &content[..]);
        let mapped = map::read_file(&path).unwrap();
        prop_assert_eq!(mapped.as_bytes(), &content[..]);
        match fs::read_to_string(&path) {
            Err(_) => prop_assert!(text::read(&path).is_err()),
            Ok(expected) => {
                let text = text::read(&path).unwrap();
                prop_assert_eq!(text.as_text().unwrap(), &expected);
                let lines = text::lines(&path).unwrap();
                let ours: Vec<String> = lines
                    .iter()
                    .map(|line| Str::find(line).unwrap().as_text().unwrap().to_string())
                    .collect();
                prop_assert_eq!(ours, expected.lines().map(str::to_string).collect::<Vec<_>>());
            }
        }
    }
}
