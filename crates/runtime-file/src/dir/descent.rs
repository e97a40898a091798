//! The way down a tree, in a bounded number of descriptors.
//!
//! Of the directories between the start and where one is, only the last few are open, so that a tree
//! of ten thousand levels needs no more than a flat one. One that was closed is opened again from
//! below, through `..`, and must then be the directory that it was.

use std::io;

use super::handle::{Handle, Identity};

/// So many directories above the present one are kept open.
const OPEN_ABOVE: usize = 32;

/// So many links may lie on one way, as in a path that the system resolves.
const MOST_LINKS: usize = 40;

/// The directories from the start of a walk to the present one.
pub(crate) struct Descent {
    here: Level<Handle>,
    above: Vec<Level<Place>>,
    links: usize,
}

struct Level<T> {
    place: T,
    entry: Entry,
}

/// How a directory was entered from the one above.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entry {
    /// By its name: the one above is its `..`.
    Name,
    /// By a link, or by a path of several names: its `..` is another.
    Link,
}

enum Place {
    Open(Handle),
    Closed(Identity),
}

impl Place {
    fn identity(&self) -> io::Result<Identity> {
        match self {
            Self::Open(handle) => handle.identity(),
            Self::Closed(identity) => Ok(*identity),
        }
    }
}

impl Descent {
    /// At the start.
    pub(crate) fn new(start: Handle) -> Self {
        Self { here: Level { place: start, entry: Entry::Name }, above: Vec::new(), links: 0 }
    }

    /// The present directory.
    pub(crate) fn here(&self) -> &Handle {
        &self.here.place
    }

    /// Whether so many links were followed to come here that no other may be.
    pub(crate) fn is_full_of_links(&self) -> bool {
        self.links >= MOST_LINKS
    }

    /// How far below the start the present directory is.
    pub(crate) fn depth(&self) -> usize {
        self.above.len()
    }

    /// At which depth, the greatest one, the way leads through `directory` already, which would be
    /// entered from here. Without a link on the way it cannot, and nothing is asked.
    pub(crate) fn depth_of(&self, directory: &Handle, entry: Entry) -> io::Result<Option<usize>> {
        if self.links == 0 && entry == Entry::Name {
            return Ok(None);
        }
        let identity = directory.identity()?;
        if self.here.place.identity()? == identity {
            return Ok(Some(self.depth()));
        }
        for (depth, level) in self.above.iter().enumerate().rev() {
            if level.place.identity()? == identity {
                return Ok(Some(depth));
            }
        }
        Ok(None)
    }

    /// Goes down to `directory`, which was opened from here.
    pub(crate) fn enter(&mut self, directory: Handle, entry: Entry) -> io::Result<()> {
        let here = std::mem::replace(&mut self.here, Level { place: directory, entry });
        self.above.push(Level { place: Place::Open(here.place), entry: here.entry });
        self.links += usize::from(entry == Entry::Link);
        let Some(distant) = self.above.len().checked_sub(OPEN_ABOVE + 1) else { return Ok(()) };
        // What was left through a link is not found again from below, so it stays open.
        if self.above[distant + 1].entry == Entry::Name {
            let place = &mut self.above[distant].place;
            *place = Place::Closed(place.identity()?);
        }
        Ok(())
    }

    /// Goes back up. When it fails the way back is lost, and the walk with it.
    pub(crate) fn leave(&mut self) -> io::Result<()> {
        let Some(level) = self.above.pop() else { return Ok(()) };
        let handle = match level.place {
            Place::Open(handle) => handle,
            Place::Closed(identity) => {
                let handle = self.here.place.above()?;
                if handle.identity()? != identity {
                    return Err(io::Error::other("it was moved while the tree was walked"));
                }
                handle
            }
        };
        self.links -= usize::from(self.here.entry == Entry::Link);
        self.here = Level { place: handle, entry: level.entry };
        Ok(())
    }
}
