//! Finding files by patterns: `*`, `?`, `[a-z]`, `[!a]` or `[^a]`, `{one,other}`, and `**` for any
//! number of directories.
//!
//! A `*` and a `?` stand for no slash, and neither they nor brackets stand for a dot at the start of
//! a name: names that begin with one are hidden from a pattern that does not. `**` is special as a
//! whole name only; it enters no hidden directory, and no link back into a directory that the way
//! leads through already. A slash at the end asks for directories. Brackets also take the meaning
//! from what is special: `[*]` is a star, `[{]` a brace; [`escape`] does it for a whole text. Braces
//! without a comma in them are characters as others.
//!
//! Patterns and names are bytes; what is UTF-8 in them counts by characters.

mod matcher;
mod pattern;
mod search;

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use runtime_core::Result;

use crate::dir::handle::{Handle, Purpose};
use crate::name;
use pattern::Pattern;

/// The paths that a pattern stands for, as it is seen from a directory: each begins with the
/// directory's path as it is given, and they are sorted by their bytes. A pattern that begins with a
/// slash is seen from the root. Files and directories are found, and links, also those that lead
/// nowhere.
///
/// What is below the directory and may not be read holds nothing, as in a shell.
///
/// # Errors
/// `RT_ERROR_GLOB_PATTERN` for a pattern that is empty, has a bracket or brace that is not closed, a
/// range that runs backwards, or braces that stand for more than 4096 patterns. `RT_ERROR_SYSTEM`
/// when the directory is none or may not be read, or there are no descriptors left.
///
/// ```
/// use runtime_file::glob::glob;
///
/// let tree = tempfile::tempdir()?;
/// let root = tree.path();
/// std::fs::create_dir(root.join("src"))?;
/// for name in ["a.rs", "b.toml", ".hidden.rs", "src/c.rs"] {
///     std::fs::write(root.join(name), "")?;
/// }
/// assert_eq!(glob(root, "*.{rs,toml}")?, ["a.rs", "b.toml"].map(|name| root.join(name)));
/// assert_eq!(glob(root, "**/[!a].rs")?, [root.join("src/c.rs")]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn glob(directory: &Path, pattern: impl AsRef<[u8]>) -> Result<Vec<PathBuf>> {
    run(directory, Pattern::parse(pattern.as_ref())?)
}

/// The paths of what has a name that the pattern stands for: in the directory, or in the whole tree
/// below it except for hidden directories. The pattern has no slash, and `**` is no more than `*` in
/// it. The paths are as from [`glob`].
///
/// # Errors
/// As [`glob`]; a slash in the pattern is `RT_ERROR_GLOB_PATTERN` too.
pub fn find(
    directory: &Path,
    pattern: impl AsRef<[u8]>,
    is_recursive: bool,
) -> Result<Vec<PathBuf>> {
    run(directory, Pattern::parse_names(pattern.as_ref(), is_recursive)?)
}

/// Whether a single name is one that the pattern stands for.
///
/// # Errors
/// `RT_ERROR_GLOB_PATTERN`, as [`find`].
///
/// ```
/// use runtime_file::glob::matches;
///
/// assert!(matches("*.t[xy]t", "a.txt")?);
/// assert!(!matches("*", ".hidden")?);
/// # Ok::<(), runtime_core::Error>(())
/// ```
pub fn matches(pattern: impl AsRef<[u8]>, name: impl AsRef<[u8]>) -> Result<bool> {
    let names = pattern::names(pattern.as_ref())?;
    Ok(names.iter().any(|wanted| wanted.matches(name.as_ref())))
}

/// The pattern that stands for exactly this text.
///
/// ```
/// use runtime_file::glob::escape;
///
/// assert_eq!(escape("a[1]*.txt"), b"a[[]1][*].txt");
/// ```
pub fn escape(text: impl AsRef<[u8]>) -> Vec<u8> {
    let text = text.as_ref();
    let mut escaped = Vec::with_capacity(text.len());
    for &byte in text {
        match byte {
            b'*' | b'?' | b'[' | b'{' => escaped.extend([b'[', byte, b']']),
            _ => escaped.push(byte),
        }
    }
    escaped
}

fn run(directory: &Path, mut patterns: Vec<Pattern>) -> Result<Vec<PathBuf>> {
    let start = Handle::open(directory, Purpose::Search)
        .map_err(|error| name::refused("dir", directory, error))?;
    patterns.sort_by(|one, other| one.prefix.cmp(&other.prefix));
    let mut found = Vec::new();
    for patterns in patterns.chunk_by(|one, other| one.prefix == other.prefix) {
        search::search(&start, directory, patterns, &mut found)?;
    }
    found.sort_unstable();
    found.dedup();
    Ok(found.into_iter().map(|path| PathBuf::from(OsString::from_vec(path))).collect())
}
