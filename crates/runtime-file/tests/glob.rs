//! Patterns, against Python's glob, and what is beyond it.
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use runtime_file::codes;
use runtime_file::glob::{escape, find, glob, matches};
use serde_json::Value;
use tempfile::TempDir;

/// The fixture writes each byte as the character of its number.
fn bytes(value: &str) -> Vec<u8> {
    value.chars().map(|character| u8::try_from(u32::from(character)).unwrap()).collect()
}

fn names(value: &Value) -> impl Iterator<Item = Vec<u8>> {
    value.as_array().unwrap().iter().map(|name| bytes(name.as_str().unwrap()))
}

/// An empty directory in an empty directory.
fn place() -> (TempDir, PathBuf) {
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join("tree");
    fs::create_dir(&root).unwrap();
    (place, root)
}

fn make(root: &Path, names: &[&str]) {
    for name in names {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "").unwrap();
    }
}

/// What was found, from `root` on.
fn shown(root: &Path, found: &[PathBuf]) -> Vec<String> {
    let root = root.to_str().unwrap();
    found.iter().map(|path| path.to_str().unwrap()[root.len() + 1..].to_string()).collect()
}

#[test]
fn python_agrees() {
    let fixture: Value = serde_json::from_str(include_str!("fixtures/glob.json")).unwrap();
    let (_place, root) = place();
    let at = |name: &[u8]| root.join(OsStr::from_bytes(name));
    for name in names(&fixture["directories"]) {
        fs::create_dir(at(&name)).unwrap();
    }
    for name in names(&fixture["files"]) {
        fs::write(at(&name), "").unwrap();
    }
    for (name, target) in fixture["links"].as_object().unwrap() {
        symlink(target.as_str().unwrap(), at(&bytes(name))).unwrap();
    }
    for (pattern, expected) in fixture["found"].as_object().unwrap() {
        let found = glob(&root, bytes(pattern)).unwrap();
        let start = root.as_os_str().len() + 1;
        let found: Vec<_> =
            found.iter().map(|path| path.as_os_str().as_bytes()[start..].to_vec()).collect();
        assert_eq!(found, names(expected).collect::<Vec<_>>(), "{pattern:?}");
    }
}

#[test]
fn braces_stand_for_either() {
    let (_place, root) = place();
    make(&root, &["a.rs", "b.toml", "c.md", "src/a.rs", "src/x/b.toml", "{x}", "x,y", "{a.rs"]);
    let found = |pattern: &str| shown(&root, &glob(&root, pattern).unwrap());
    assert_eq!(found("*.{rs,toml}"), ["a.rs", "b.toml", "{a.rs"]);
    assert_eq!(found("{,src/}[ab].{rs,toml}"), ["a.rs", "b.toml", "src/a.rs"]);
    assert_eq!(found("{src/{a,b},**/b}.*"), ["b.toml", "src/a.rs", "src/x/b.toml"]);
    assert_eq!(found("{x}"), ["{x}"]);
    assert_eq!(found("{a.rs,a.rs}"), ["a.rs"]);
    assert_eq!(found("[{]a.rs"), ["{a.rs"]);
    assert_eq!(found("x[,]y"), ["x,y"]);
    assert_eq!(found("{,}"), [""; 0]);
    assert_eq!(found("**/{src,x}/*"), ["src/a.rs", "src/x", "src/x/b.toml"]);
}

#[test]
fn broken_patterns_are_errors() {
    let (_place, root) = place();
    for pattern in ["", "[", "a[b", "[]", "[!]", "[a/b]", "[z-a]", "{a,b", "x/{a", "a\0b", "*/a\0"]
    {
        let refused = glob(&root, pattern).unwrap_err();
        assert_eq!(refused.code(), codes::RT_ERROR_GLOB_PATTERN, "{pattern:?}");
        assert!(refused.reason().contains("is broken"), "{refused}");
    }
    assert_eq!(glob(&root, "{a,b}".repeat(13)).unwrap_err().code(), codes::RT_ERROR_GLOB_PATTERN);
    assert_eq!(find(&root, "a/b", true).unwrap_err().code(), codes::RT_ERROR_GLOB_PATTERN);
    assert_eq!(find(&root, "{a,b/c}", true).unwrap_err().code(), codes::RT_ERROR_GLOB_PATTERN);
}

#[test]
fn nothing_found_is_no_error_but_no_directory_is() {
    let (_place, root) = place();
    assert!(glob(&root, "*").unwrap().is_empty());
    assert!(glob(&root, "missing/**/x").unwrap().is_empty());
    assert!(glob(&root, "x".repeat(5000)).unwrap().is_empty());
    assert!(glob(&root, "*/".repeat(5000)).unwrap().is_empty());
    make(&root, &["file"]);
    for (dir, errno) in [("missing", libc::ENOENT), ("file", libc::ENOTDIR)] {
        let refused = glob(&root.join(dir), "*").unwrap_err();
        assert_eq!(refused.errno(), errno);
        assert!(refused.reason().starts_with("dir "), "{refused}");
    }
}

#[test]
fn find_looks_for_names() {
    let (_place, root) = place();
    make(
        &root,
        &["test1.txt", "test2.txt", "other.md", "sub/test3.txt", ".git/test4.txt", ".x.txt"],
    );
    fs::create_dir(root.join("dir.txt")).unwrap();
    let found = |pattern, is_recursive| shown(&root, &find(&root, pattern, is_recursive).unwrap());
    assert_eq!(found("test*.txt", false), ["test1.txt", "test2.txt"]);
    assert_eq!(found("*.txt", false), ["dir.txt", "test1.txt", "test2.txt"]);
    assert_eq!(found("*.txt", true), ["dir.txt", "sub/test3.txt", "test1.txt", "test2.txt"]);
    assert_eq!(found("test?.{txt,md}", true), ["sub/test3.txt", "test1.txt", "test2.txt"]);
    assert_eq!(found("sub", true), ["sub"]);
    assert_eq!(found(".*", true), [".git", ".x.txt"]);
    assert_eq!(found("**", false), ["dir.txt", "other.md", "sub", "test1.txt", "test2.txt"]);
    assert_eq!(found("..", true), [""; 0]);
}

#[test]
fn paths_begin_as_the_directory_is_given() {
    let (_place, root) = place();
    make(&root, &["a"]);
    let slashes = format!("{}//", root.display());
    assert_eq!(glob(Path::new(&slashes), "*").unwrap()[0].as_os_str(), &*format!("{slashes}a"));
    let absolute = format!("{}/[a]", root.display());
    assert_eq!(glob(Path::new("."), &absolute).unwrap(), [root.join("a")]);
    assert_eq!(glob(Path::new("."), "/").unwrap()[0].as_os_str(), "/");
    assert!(glob(Path::new("/"), "*").unwrap().contains(&PathBuf::from("/tmp")));
    assert!(glob(Path::new("."), "/t*").unwrap().contains(&PathBuf::from("/tmp")));
}

/// Links are followed, but not in a circle.
#[test]
fn links_are_followed_once() {
    let (_place, root) = place();
    make(&root, &["d/f.txt", "e/g.txt"]);
    symlink(".", root.join("d/self")).unwrap();
    symlink("../..", root.join("d/up")).unwrap();
    symlink("../e", root.join("d/other")).unwrap();
    symlink("loop", root.join("loop")).unwrap();
    let found = |pattern| shown(&root, &glob(&root, pattern).unwrap());
    assert_eq!(found("d/**/*.txt"), ["d/f.txt", "d/other/g.txt", "d/up/tree/e/g.txt"]);
    // Each star is a directory that is asked for: that they are the same is no matter.
    assert_eq!(found("d/self/self/self/f*"), ["d/self/self/self/f.txt"]);
    assert_eq!(found("d/*/*/f*"), ["d/self/self/f.txt"]);
    assert_eq!(found("l*/*"), [""; 0]);
    let found = find(&root, "*.txt", true).unwrap();
    assert_eq!(shown(&root, &found), ["d/f.txt", "d/other/g.txt", "e/g.txt"]);
}

#[test]
fn many_links_end() {
    let (_place, root) = place();
    // Six directories with links to all others: a search that forgets where it was never ends.
    for one in 0..6 {
        fs::create_dir(root.join(format!("{one}"))).unwrap();
        fs::write(root.join(format!("{one}/file")), "").unwrap();
        for other in 0..6 {
            symlink(format!("../{other}"), root.join(format!("{one}/to{other}"))).unwrap();
        }
    }
    // From each start, every order of some of the five others.
    let orders = 1 + 5 * (1 + 4 * (1 + 3 * (1 + 2 * (1 + 1))));
    assert_eq!(find(&root, "file", true).unwrap().len(), 6 * orders);
}

#[test]
fn names_that_are_no_text() {
    let (_place, root) = place();
    for name in [&b"\xff\xfe.txt"[..], b"new\nline", b"x\xe2\x82"] {
        fs::write(root.join(OsStr::from_bytes(name)), "").unwrap();
    }
    let found = |pattern: &[u8]| -> Vec<Vec<u8>> {
        let found = glob(&root, pattern).unwrap();
        let name = |path: &PathBuf| path.file_name().unwrap().as_bytes().to_vec();
        found.iter().map(name).collect()
    };
    assert_eq!(found(b"??.txt"), [b"\xff\xfe.txt"]);
    assert_eq!(found(b"\xff*"), [b"\xff\xfe.txt"]);
    assert_eq!(found(b"[\xfe-\xff]*"), [b"\xff\xfe.txt"]);
    assert_eq!(found(b"x\xe2\x82"), [b"x\xe2\x82"]);
    assert_eq!(found(b"new?line"), [b"new\nline"]);
}

#[test]
fn escaped_texts_stand_for_themselves() {
    let (_place, root) = place();
    for name in ["a[1]*.txt", "{a,b}", "?", "*", "[", "]", "{", "plain", "..x"] {
        make(&root, &[name]);
        assert_eq!(glob(&root, escape(name)).unwrap(), [root.join(name)], "{name}");
        assert!(matches(escape(name), name).unwrap(), "{name}");
    }
    assert!(!matches("[*]", "x").unwrap());
    assert!(matches("{a,b}*", "bcd").unwrap());
    assert!(matches("[", "[").is_err());
}
