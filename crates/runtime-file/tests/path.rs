//! Paths as text, against Python's os.path and pathlib.
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use runtime_file::codes;
use runtime_file::path::{
    absolute, canonicalize, components, join, normalize, relative, with_extension,
};
use serde_json::Value;

fn fixture() -> Value {
    serde_json::from_str(include_str!("fixtures/paths.json")).unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn parts(path: &Path) -> Vec<String> {
    components(path).map(|part| part.to_str().unwrap().to_string()).collect()
}

/// What Python says of a path from another current directory, seen from it.
fn from_there(fixture: &Value, path: &str) -> PathBuf {
    Path::new(text(&fixture["current"])).join(path)
}

#[test]
fn python_agrees_on_single_paths() {
    let fixture = fixture();
    for facts in fixture["paths"].as_array().unwrap() {
        let path = Path::new(text(&facts["path"]));
        assert_eq!(normalize(path).to_str(), facts["normal"].as_str(), "{path:?}");
        assert_eq!(path.is_absolute(), facts["is_absolute"].as_bool().unwrap(), "{path:?}");
        assert_eq!(Value::from(parts(path)), facts["parts"], "{path:?}");
        let part = |part: Option<&OsStr>| part.unwrap_or_default().to_str().unwrap().to_string();
        assert_eq!(part(path.file_name()), text(&facts["name"]), "{path:?}");
        assert_eq!(part(path.extension()), text(&facts["ext"]), "{path:?}");
        if let Some(stem) = facts["stem"].as_str() {
            assert_eq!(part(path.file_stem()), stem, "{path:?}");
        }
        if !facts["parent"].is_null() {
            let mut parent = parts(path.parent().unwrap());
            parent.iter_mut().filter(|part| *part == "//").for_each(|root| *root = "/".into());
            assert_eq!(Value::from(parent), facts["parent"], "{path:?}");
        }
        let from_there = from_there(&fixture, text(&facts["path"]));
        assert_eq!(absolute(&from_there).unwrap().to_str(), facts["absolute"].as_str());
    }
}

#[test]
fn python_agrees_on_pairs() {
    let fixture = fixture();
    for pair in fixture["pairs"].as_array().unwrap() {
        let (path, base) = (text(&pair["path"]), text(&pair["base"]));
        let way = relative(&from_there(&fixture, path), &from_there(&fixture, base)).unwrap();
        assert_eq!(way.to_str(), pair["relative"].as_str(), "{path:?} from {base:?}");
        assert_eq!(join([path, base]).to_str(), pair["joined"].as_str(), "{path:?} and {base:?}");
    }
}

#[test]
fn relative_paths_continue_the_current_directory() {
    let current = std::env::current_dir().unwrap();
    assert_eq!(absolute(Path::new("a/../b")).unwrap(), current.join("b"));
    assert_eq!(absolute(Path::new(".")).unwrap(), current);
    assert_eq!(relative(&current.join("x"), Path::new("y")).unwrap(), Path::new("../x"));
    for path in ["", "a\0b"] {
        assert_eq!(absolute(Path::new(path)).unwrap_err().code(), codes::RT_ERROR_PATH);
        let refused = relative(Path::new("a"), Path::new(path)).unwrap_err();
        assert_eq!(refused.code(), codes::RT_ERROR_PATH);
    }
}

#[test]
fn parts_are_put_together_again() {
    assert_eq!(join(["a", ""]), Path::new("a"));
    assert_eq!(join(["", "a"]), Path::new("a"));
    assert_eq!(join::<&str>([]), Path::new(""));
    for path in ["/usr/lib/x", "a/b/../c", "//x/y", "/", ".."] {
        assert_eq!(join(components(Path::new(path))).to_str(), Some(path));
    }
}

#[test]
fn extensions_are_exchanged() {
    let with = |path: &str, extension: &str| {
        with_extension(Path::new(path), OsStr::new(extension)).map(PathBuf::into_os_string)
    };
    assert_eq!(with("a/b.txt", "md").unwrap(), "a/b.md");
    assert_eq!(with("a/b.txt", "").unwrap(), "a/b");
    assert_eq!(with(".profile", "old").unwrap(), ".profile.old");
    assert_eq!(with("a/b/", "d").unwrap(), "a/b.d");
    assert!(with("/", "x").is_err());
    assert!(with("..", "x").is_err());
    assert!(with("a", "x/y").is_err());
}

#[test]
fn bytes_survive() {
    let odd = Path::new(OsStr::from_bytes(b"/\xff/./\xfe.\xfd"));
    assert_eq!(normalize(odd).as_os_str().as_bytes(), b"/\xff/\xfe.\xfd");
    assert_eq!(odd.extension().unwrap().as_bytes(), b"\xfd");
    assert_eq!(relative(odd, Path::new("/")).unwrap().as_os_str().as_bytes(), b"\xff/\xfe.\xfd");
}

/// The text alone and the file system give different answers where a link lies on the way.
#[test]
fn only_canonical_paths_know_of_links() {
    let place = tempfile::tempdir().unwrap();
    let place = place.path().canonicalize().unwrap();
    std::fs::create_dir_all(place.join("far/away")).unwrap();
    std::os::unix::fs::symlink("far/away", place.join("link")).unwrap();
    let above = place.join("link/..");
    assert_eq!(normalize(&above), place);
    assert_eq!(canonicalize(&above).unwrap(), place.join("far"));
    let refused = canonicalize(&place.join("missing")).unwrap_err();
    assert_eq!(refused.errno(), rustix::io::Errno::NOENT.raw_os_error());
    assert!(refused.reason().contains("missing"), "{refused}");
}
