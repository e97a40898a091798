//! The names in one directory, read at once.

use std::ffi::{CStr, OsStr};
use std::io;
use std::os::unix::ffi::OsStrExt;

use rustix::fs::{FileType, RawDir};

use super::handle::Handle;

/// What a name in a directory stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Link,
    /// A device, a pipe or a socket.
    Other,
}

impl From<FileType> for Kind {
    fn from(kind: FileType) -> Self {
        match kind {
            FileType::RegularFile => Self::File,
            FileType::Directory => Self::Directory,
            FileType::Symlink => Self::Link,
            _ => Self::Other,
        }
    }
}

/// The names in a directory with their kinds, in the order of the system until they are sorted.
#[derive(Default)]
pub struct Listing {
    /// All names, each with a zero behind it.
    names: Vec<u8>,
    slots: Vec<Slot>,
}

#[derive(Clone, Copy)]
struct Slot {
    start: usize,
    len: usize,
    /// The first eight bytes as a number, zeros where there are fewer: what sorting looks at first.
    beginning: u64,
    kind: Kind,
}

impl Listing {
    /// How many names there are.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Sorts the names by their bytes.
    pub fn sort(&mut self) {
        let names = &self.names;
        let bytes = |slot: &Slot| &names[slot.start..slot.start + slot.len];
        self.slots.sort_unstable_by(|one, other| {
            // No name has a zero byte, so where the beginnings differ the names differ there.
            one.beginning.cmp(&other.beginning).then_with(|| bytes(one).cmp(bytes(other)))
        });
    }

    /// The names.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &OsStr> {
        self.slots.iter().map(|slot| OsStr::from_bytes(self.bytes(slot)))
    }

    /// The names with what they stand for.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = (&OsStr, Kind)> {
        self.names().zip(&self.slots).map(|(name, slot)| (name, slot.kind))
    }

    /// The entry at a position: its name as the system wants it, and its kind.
    pub(crate) fn get(&self, position: usize) -> Option<(&CStr, Kind)> {
        let slot = self.slots.get(position)?;
        let name = &self.names[slot.start..=slot.start + slot.len];
        Some((CStr::from_bytes_with_nul(name).ok()?, slot.kind))
    }

    fn bytes(&self, slot: &Slot) -> &[u8] {
        &self.names[slot.start..slot.start + slot.len]
    }

    /// Forgets the names, and keeps their memory.
    pub(crate) fn clear(&mut self) {
        self.names.clear();
        self.slots.clear();
    }

    fn push(&mut self, name: &CStr, kind: Kind) {
        let (start, len) = (self.names.len(), name.count_bytes());
        let mut first = [0; 8];
        first.iter_mut().zip(name.to_bytes()).for_each(|(first, byte)| *first = *byte);
        let beginning = u64::from_be_bytes(first);
        self.names.extend_from_slice(name.to_bytes_with_nul());
        self.slots.push(Slot { start, len, beginning, kind });
    }
}

/// Reads directories, one after another, into the same memory.
pub(crate) struct Reader {
    buffer: Vec<u8>,
}

impl Reader {
    /// What one system call fetches at most: some thousand names.
    const ROOM: usize = 64 << 10;

    pub(crate) fn new() -> Self {
        Self { buffer: Vec::with_capacity(Self::ROOM) }
    }

    /// Makes `listing` the names in a directory, without `.` and `..`.
    pub(crate) fn read(&mut self, directory: &Handle, listing: &mut Listing) -> io::Result<()> {
        listing.clear();
        let mut entries = RawDir::new(directory, self.buffer.spare_capacity_mut());
        while let Some(entry) = entries.next() {
            let entry = entry?;
            let name = entry.file_name();
            if name == c"." || name == c".." {
                continue;
            }
            let kind = match entry.file_type() {
                // Some file systems do not say it in the list.
                FileType::Unknown => match directory.kind(name) {
                    Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                    kind => kind?,
                },
                known => Kind::from(known),
            };
            listing.push(name, kind);
        }
        Ok(())
    }
}
