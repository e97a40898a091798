//! Walking a tree: every file and directory below a start, parents before what they hold.
//!
//! A tree may be of any depth and its paths of any length: directories are opened from the one above
//! by a single name, and only some of them are open at a time. Each directory is read at once, so
//! that what happens to it afterwards does not disturb the walk; what has vanished by the time its
//! turn comes is passed over.

use std::ffi::{CStr, OsStr, OsString};
use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use runtime_core::{Error, Result};

use crate::dir::Kind;
use crate::dir::descent::{Descent, Entry as Entered};
use crate::dir::handle::{Handle, Links, Purpose};
use crate::dir::listing::{Listing, Reader};
use crate::name;

/// The names in each directory are sorted by their bytes.
pub const RT_WALK_SORTED: i64 = 1;
/// Links to directories are followed, but not back into one that the way leads through.
pub const RT_WALK_FOLLOW_LINKS: i64 = 2;
/// Directories below the start that may not be read are left out, instead of being an error.
pub const RT_WALK_SKIP_UNREADABLE: i64 = 4;
/// Only regular files are met, not the directories that they are in.
pub const RT_WALK_FILES: i64 = 8;
/// Only directories are met.
pub const RT_WALK_DIRECTORIES: i64 = 16;

/// How a tree is walked.
///
/// ```
/// use runtime_file::walk::Walk;
///
/// let tree = tempfile::tempdir()?;
/// std::fs::create_dir(tree.path().join("b"))?;
/// std::fs::write(tree.path().join("b/c"), "")?;
/// std::fs::write(tree.path().join("a"), "")?;
///
/// let paths: Vec<_> = Walk::new().sorted(true).below(tree.path())?.collect::<Result<_, _>>()?;
/// assert_eq!(paths, ["a", "b", "b/c"].map(|name| tree.path().join(name)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Walk {
    is_sorted: bool,
    follows_links: bool,
    skips_unreadable: bool,
    max_depth: Option<usize>,
    only: Option<Kind>,
}

impl Walk {
    /// All of a tree in the order of the system, without following links, stopping at directories
    /// that may not be read.
    pub fn new() -> Self {
        Self::default()
    }

    /// A walk as C asks for it: a depth, -1 for no limit, and the sum of `RT_WALK_` numbers.
    ///
    /// # Errors
    /// `RT_ERROR_INVALID_ARGUMENT` for a depth below -1, a flag that does not exist, and for only
    /// files and only directories at once.
    pub fn with_flags(max_depth: i64, flags: i64) -> Result<Self> {
        const ALL: i64 = RT_WALK_SORTED
            | RT_WALK_FOLLOW_LINKS
            | RT_WALK_SKIP_UNREADABLE
            | RT_WALK_FILES
            | RT_WALK_DIRECTORIES;
        let has = |flag| flags & flag != 0;
        if flags & !ALL != 0 || has(RT_WALK_FILES) && has(RT_WALK_DIRECTORIES) {
            return Err(Error::invalid(format!(
                "flags {flags} ask for what there is not, or for two kinds at once"
            )));
        }
        let max_depth = match max_depth {
            -1 => None,
            depth => Some(usize::try_from(depth).map_err(|_| {
                Error::invalid(format!("max_depth {depth} is negative, and not -1"))
            })?),
        };
        let only = match () {
            () if has(RT_WALK_FILES) => Some(Kind::File),
            () if has(RT_WALK_DIRECTORIES) => Some(Kind::Directory),
            () => None,
        };
        Ok(Self {
            is_sorted: has(RT_WALK_SORTED),
            follows_links: has(RT_WALK_FOLLOW_LINKS),
            skips_unreadable: has(RT_WALK_SKIP_UNREADABLE),
            max_depth,
            only,
        })
    }

    /// Whether the names in each directory are sorted by their bytes.
    #[must_use]
    pub fn sorted(mut self, is_sorted: bool) -> Self {
        self.is_sorted = is_sorted;
        self
    }

    /// Whether links to directories are followed, except back into a directory that the way leads
    /// through already. The kinds of links are then those of what they lead to.
    #[must_use]
    pub fn follow_links(mut self, follows_links: bool) -> Self {
        self.follows_links = follows_links;
        self
    }

    /// Whether directories below the start that may not be read are left out in silence, instead of
    /// being an error.
    #[must_use]
    pub fn skip_unreadable(mut self, skips_unreadable: bool) -> Self {
        self.skips_unreadable = skips_unreadable;
        self
    }

    /// So many levels only: 1 is what the start itself holds.
    #[must_use]
    pub fn max_depth(mut self, max_depth: usize) -> Self {
        self.max_depth = Some(max_depth);
        self
    }

    /// Only what is of this kind; the whole tree is walked for it.
    #[must_use]
    pub fn only(mut self, kind: Kind) -> Self {
        self.only = Some(kind);
        self
    }

    /// Begins to walk what is below `start`, which may be a link.
    ///
    /// # Errors
    /// `RT_ERROR_SYSTEM` when the start is no directory or may not be read.
    pub fn below(self, start: &Path) -> Result<Walker> {
        let refused = |error| name::refused("path", start, error);
        let directory = Handle::open(start, Purpose::List).map_err(refused)?;
        let mut path = start.as_os_str().as_bytes().to_vec();
        if path.last() != Some(&b'/') {
            path.push(b'/');
        }
        let mut walker = Walker {
            walk: self,
            reader: Reader::new(),
            descent: Descent::new(directory),
            frames: Vec::new(),
            spare: Vec::new(),
            path,
            entered: None,
        };
        if self.max_depth != Some(0) {
            walker.list().map_err(refused)?;
        }
        Ok(walker)
    }
}

/// A walk under way: an iterator over the paths, and [`next_entry`](Self::next_entry) for more than
/// paths.
///
/// After an error about one directory the walk goes on with the next entry.
pub struct Walker {
    walk: Walk,
    reader: Reader,
    descent: Descent,
    frames: Vec<Frame>,
    /// Listings that were read to their end, for their memory.
    spare: Vec<Listing>,
    /// The path of the entry that was met last; where the walk is, with a slash behind it, before.
    path: Vec<u8>,
    /// How the entry that was met last is to be entered, when it is a directory.
    entered: Option<Entered>,
}

/// A directory that is being walked.
struct Frame {
    listing: Listing,
    next: usize,
    /// How much of the path is its own, with the slash behind it.
    path_len: usize,
}

impl Frame {
    /// The entry that was met last.
    fn met(&self) -> Option<(&CStr, Kind)> {
        self.listing.get(self.next.checked_sub(1)?)
    }
}

/// What a walk meets.
pub struct Entry<'a> {
    path: &'a [u8],
    name_start: usize,
    kind: Kind,
    depth: usize,
}

impl<'a> Entry<'a> {
    /// The path: the start as it was given, and the way from there.
    pub fn path(&self) -> &'a Path {
        Path::new(OsStr::from_bytes(self.path))
    }

    /// The last name of the path.
    pub fn name(&self) -> &'a OsStr {
        OsStr::from_bytes(&self.path[self.name_start..])
    }

    /// What it is; of a link, what it leads to when links are followed and it leads anywhere.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// How far below the start it is, from 1.
    pub fn depth(&self) -> usize {
        self.depth
    }
}

impl Walker {
    /// The next entry. It borrows the walk's own memory, which makes this the fastest way.
    ///
    /// # Errors
    /// `RT_ERROR_SYSTEM` when the directory that comes next may not be read, or was moved to another
    /// place while what is below it was walked; the latter ends the walk.
    pub fn next_entry(&mut self) -> Option<Result<Entry<'_>>> {
        loop {
            if let Some(entered) = self.entered.take()
                && let Err(error) = self.enter(entered)
            {
                return Some(Err(name::refused("path", self.last_path(), error)));
            }
            match self.meet() {
                Ok(None) => return None,
                Ok(Some(kind)) if self.walk.only.is_none_or(|only| only == kind) => {
                    let (path, depth) = (&*self.path, self.frames.len());
                    let name_start = self.frames.last().map_or(0, |frame| frame.path_len);
                    return Some(Ok(Entry { path, name_start, kind, depth }));
                }
                Ok(Some(_)) => {}
                Err(error) => {
                    self.frames.clear();
                    return Some(Err(name::refused("path", self.last_path(), error)));
                }
            }
        }
    }

    /// Leaves out what is below the entry that was met last.
    pub fn skip_directory(&mut self) {
        self.entered = None;
    }

    /// Goes on to the next entry, upwards where a directory is at its end. Gives its kind.
    fn meet(&mut self) -> io::Result<Option<Kind>> {
        loop {
            let Some(frame) = self.frames.last_mut() else { return Ok(None) };
            self.path.truncate(frame.path_len);
            if let Some((name, kind)) = frame.listing.get(frame.next) {
                self.path.extend_from_slice(name.to_bytes());
                frame.next += 1;
                let mut entered = Entered::Name;
                let mut kind = kind;
                if kind == Kind::Link && self.walk.follows_links {
                    entered = Entered::Link;
                    // A link to nothing stays a link.
                    kind = self.descent.here().target_kind(name).unwrap_or(kind);
                }
                let is_deep = self.walk.max_depth.is_some_and(|max| self.frames.len() >= max);
                self.entered = (kind == Kind::Directory && !is_deep).then_some(entered);
                return Ok(Some(kind));
            }
            if let Some(frame) = self.frames.pop() {
                self.spare.push(frame.listing);
            }
            self.descent.leave()?;
        }
    }

    /// Enters the directory that was met last, unless it is gone or the way leads through it.
    fn enter(&mut self, entered: Entered) -> io::Result<()> {
        let Some((name, _)) = self.frames.last().and_then(Frame::met) else { return Ok(()) };
        let links = match entered {
            Entered::Name => Links::Refuse,
            Entered::Link if self.descent.is_full_of_links() => return Ok(()),
            Entered::Link => Links::Follow,
        };
        let directory = match self.descent.here().enter(name, Purpose::List, links) {
            Err(error) if has_changed(&error) => return Ok(()),
            Err(error) if self.walk.skips_unreadable && is_forbidden(&error) => return Ok(()),
            opened => opened?,
        };
        if self.descent.depth_of(&directory, entered)?.is_some() {
            return Ok(());
        }
        self.descent.enter(directory, entered)?;
        self.path.push(b'/');
        self.list().or_else(|error| {
            self.path.pop();
            self.descent.leave()?;
            if has_changed(&error) { Ok(()) } else { Err(error) }
        })
    }

    /// Reads the directory where the walk is.
    fn list(&mut self) -> io::Result<()> {
        let mut listing = self.spare.pop().unwrap_or_default();
        self.reader.read(self.descent.here(), &mut listing)?;
        if self.walk.is_sorted {
            listing.sort();
        }
        self.frames.push(Frame { listing, next: 0, path_len: self.path.len() });
        Ok(())
    }

    fn last_path(&self) -> &Path {
        Path::new(OsStr::from_bytes(&self.path))
    }
}

impl Iterator for Walker {
    type Item = Result<PathBuf>;

    fn next(&mut self) -> Option<Self::Item> {
        let entry = self.next_entry()?;
        Some(entry.map(|entry| PathBuf::from(OsString::from_vec(entry.path.to_vec()))))
    }
}

/// Whether what was a directory in the list is none any more.
pub(crate) fn has_changed(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
        || error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error())
}

/// Whether the system refuses for want of a permission.
pub(crate) fn is_forbidden(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::PermissionDenied
}
