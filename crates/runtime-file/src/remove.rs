//! Removing directories, and whole trees of them, without ever leaving the tree.
//!
//! Each directory of a tree is opened from the one above by its name, never through a link and never
//! onto another file system, and names are removed in what was opened. So whoever puts a link in the
//! place of a directory while its tree is removed loses the link, and nothing that it leads to.

use std::ffi::{CStr, CString, OsStr};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use runtime_core::{Error, Result};

use crate::codes;
use crate::dir::Kind;
use crate::dir::descent::{Descent, Entry};
use crate::dir::handle::{Handle, Identity, Purpose};
use crate::dir::listing::{Listing, Reader};
use crate::name;

/// Removes an empty directory.
///
/// # Errors
/// `RT_ERROR_SYSTEM` when it is not empty, is none (a link to one included), or may not be removed.
pub fn directory(path: &Path) -> Result<()> {
    std::fs::remove_dir(path).map_err(|error| name::refused("path", path, error))
}

/// Removes a directory with everything in it; of links in it, the links themselves. What others
/// remove meanwhile is no error.
///
/// # Errors
/// Before anything is removed: `RT_ERROR_PROTECTED` for what no program means to remove, which is the
/// root and the directories in it, the current and the home directory, and every one that these are
/// in; also a path that ends in `.` or `..`. `RT_ERROR_SYSTEM` when it is no directory (a link to
/// one included), or a file system is mounted on it.
///
/// When part of the tree is removed already: `RT_ERROR_SYSTEM` with the path of the first file or
/// directory that may not be removed, on which a file system is mounted, or that someone moved.
///
/// ```
/// use std::path::Path;
/// use runtime_file::remove;
///
/// let place = tempfile::tempdir()?;
/// let tree = place.path().join("tree");
/// std::fs::create_dir_all(tree.join("a/b"))?;
/// std::fs::write(tree.join("a/file"), "")?;
/// remove::tree(&tree)?;
/// assert!(!tree.exists());
/// assert!(remove::tree(Path::new("/")).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn tree(path: &Path) -> Result<()> {
    let refused = |error| name::refused("path", path, error);
    let (parent, name) = split(path)?;
    let parent = Handle::open(parent, Purpose::Search).map_err(refused)?;
    let start = parent.enter_here(&name).map_err(refused)?;
    let identity = start.identity().map_err(refused)?;
    if let Some(what) = protected(identity, parent.identity().map_err(refused)?) {
        return Err(is_protected(path, what));
    }
    let mut removal = Removal {
        reader: Reader::new(),
        descent: Descent::new(start),
        frames: Vec::new(),
        spare: Vec::new(),
    };
    removal.run().map_err(|error| name::refused("path", &removal.place(path), error))?;
    if_still_there(parent.remove_directory(&name)).map_err(refused)?;
    Ok(())
}

/// The directory that the last name of a path is in, and that name.
fn split(path: &Path) -> Result<(&Path, CString)> {
    let bytes = path.as_os_str().as_bytes();
    let end = bytes.iter().rposition(|byte| *byte != b'/').map_or(0, |last| last + 1);
    let start = bytes[..end].iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
    let name = &bytes[start..end];
    if name.is_empty() {
        let what = if bytes.is_empty() { "an empty path" } else { "the root" };
        return Err(is_protected(path, what));
    }
    if name == b"." || name == b".." {
        return Err(is_protected(path, "a directory without its name"));
    }
    let parent: &[u8] = if start == 0 { b"." } else { &bytes[..start] };
    let name = CString::new(name)
        .map_err(|error| Error::new(codes::RT_ERROR_PATH, format!("path {path:?}: {error}")))?;
    Ok((Path::new(OsStr::from_bytes(parent)), name))
}

/// What the directory is that must not be removed, if it is one.
fn protected(directory: Identity, parent: Identity) -> Option<&'static str> {
    let root = Path::new("/");
    // What cannot be asked about does not exist, or is out of this process's reach anyway.
    let is = |path: &Path| Identity::of(path).is_ok_and(|identity| identity == directory);
    let holds = |path: PathBuf| path.ancestors().any(is);
    if is(root) {
        return Some("the root");
    }
    if Identity::of(root).is_ok_and(|root| root == parent) {
        return Some("a directory in the root");
    }
    if std::env::current_dir().is_ok_and(holds) {
        return Some("the current directory or one that it is in");
    }
    let home = std::env::home_dir().filter(|home| home.is_absolute());
    if home.is_some_and(|home| holds(home.canonicalize().unwrap_or(home))) {
        return Some("the home directory or one that it is in");
    }
    None
}

#[cold]
fn is_protected(path: &Path, what: &str) -> Error {
    let reason = format!("{} is {what}, which is not removed", name::shown("path", path));
    Error::new(codes::RT_ERROR_PROTECTED, reason)
}

/// A tree that is being removed.
struct Removal {
    reader: Reader,
    descent: Descent,
    frames: Vec<Frame>,
    /// Listings that were read to their end, for their memory.
    spare: Vec<Listing>,
}

/// A directory that is being emptied.
struct Frame {
    listing: Listing,
    next: usize,
}

impl Frame {
    /// The entry whose turn it is.
    fn entry(&self) -> Option<(&CStr, Kind)> {
        self.listing.get(self.next)
    }
}

impl Removal {
    /// Empties the start.
    fn run(&mut self) -> io::Result<()> {
        self.list()?;
        while let Some(frame) = self.frames.last_mut() {
            let here = self.descent.here();
            let Some((name, kind)) = frame.entry() else {
                self.ascend()?;
                continue;
            };
            let directory = match kind {
                Kind::Directory => enter(here, name)?,
                _ => remove(here, name)?,
            };
            match directory {
                None => frame.next += 1,
                Some(directory) => {
                    self.descent.enter(directory, Entry::Name)?;
                    self.list()?;
                }
            }
        }
        Ok(())
    }

    /// Begins with the directory that was entered.
    fn list(&mut self) -> io::Result<()> {
        let mut listing = self.spare.pop().unwrap_or_default();
        if_still_there(self.reader.read(self.descent.here(), &mut listing))?;
        self.frames.push(Frame { listing, next: 0 });
        Ok(())
    }

    /// Leaves a directory that is empty now, and removes it.
    fn ascend(&mut self) -> io::Result<()> {
        self.spare.extend(self.frames.pop().map(|frame| frame.listing));
        let Some(frame) = self.frames.last_mut() else { return Ok(()) };
        self.descent.leave()?;
        if let Some((name, _)) = frame.entry() {
            if_still_there(self.descent.here().remove_directory(name))?;
        }
        frame.next += 1;
        Ok(())
    }

    /// The path of the entry whose turn it is.
    fn place(&self, start: &Path) -> PathBuf {
        let names = self.frames.iter().filter_map(Frame::entry);
        let names = names.map(|(name, _)| OsStr::from_bytes(name.to_bytes()));
        std::iter::once(start.as_os_str()).chain(names).collect()
    }
}

/// Opens a directory to empty it. `None` when it is gone, or was no directory any more and is removed.
fn enter(here: &Handle, name: &CStr) -> io::Result<Option<Handle>> {
    match here.enter_here(name) {
        Err(error) if is_no_directory(&error) => {
            if_still_there(here.remove_file(name))?;
            Ok(None)
        }
        opened => if_still_there(opened),
    }
}

/// Removes what is no directory. When it has become one, opens it.
fn remove(here: &Handle, name: &CStr) -> io::Result<Option<Handle>> {
    match here.remove_file(name) {
        Err(error) if error.kind() == io::ErrorKind::IsADirectory => {
            if_still_there(here.enter_here(name))
        }
        removed => if_still_there(removed).map(|_| None),
    }
}

fn is_no_directory(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotADirectory
        || error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error())
}

/// `None` when what should be removed is gone already.
fn if_still_there<T>(outcome: io::Result<T>) -> io::Result<Option<T>> {
    match outcome {
        Ok(outcome) => Ok(Some(outcome)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
