//! Where a file's bytes come from, and reading many parts of it at once.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use runtime_core::{Error, Result};

use super::broken;
use crate::regular_file;

/// Bytes of which any part can be read, by several threads at once.
pub(super) trait Source: Sync {
    /// How many there are.
    fn length(&self) -> u64;

    /// Fills the buffer with the bytes from `offset` on.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()>;
}

impl Source for &[u8] {
    fn length(&self) -> u64 {
        self.len() as u64
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        let from = usize::try_from(offset).ok().and_then(|offset| self.get(offset..));
        let bytes = from.and_then(|from| from.get(..buffer.len()));
        buffer.copy_from_slice(bytes.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }
}

/// A file that is open, and as long as it was then.
pub(super) struct OpenFile {
    file: File,
    length: u64,
}

impl OpenFile {
    /// Opens a regular file.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let (file, length) = regular_file::open(path)?;
        Ok(Self { file, length })
    }
}

impl Source for OpenFile {
    fn length(&self) -> u64 {
        self.length
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        self.file.read_exact_at(buffer, offset)
    }
}

/// A source as what the reader of archives wants.
pub(super) struct Cursor<'s, S> {
    source: &'s S,
    position: u64,
}

impl<'s, S: Source> Cursor<'s, S> {
    pub(super) fn new(source: &'s S) -> Self {
        Self { source, position: 0 }
    }
}

impl<S: Source> Read for Cursor<'_, S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.source.length().saturating_sub(self.position);
        let count = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        self.source.read_at(&mut buffer[..count], self.position)?;
        self.position += count as u64;
        Ok(count)
    }
}

impl<S: Source> Seek for Cursor<'_, S> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(offset) => Some(offset),
            SeekFrom::End(offset) => self.source.length().checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        self.position = position.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}

/// A part of the file and the memory that it goes to.
pub(super) struct Wanted<'m> {
    /// What it is called in errors.
    pub(super) name: String,
    /// Where it begins in the file.
    pub(super) start: u64,
    /// Its checksum; 0 for none.
    pub(super) checksum: u32,
    /// Where it goes to, and how long it is.
    pub(super) memory: &'m mut [u8],
}

/// What one thread reads at a time: large enough for the disk, and many for each thread.
const CHUNK: usize = 1 << 20;
/// What is read before its checksum is made, while it is in the processor's cache.
const STEP: usize = 256 << 10;
/// Less than this is read by one thread.
const WORTH_THREADS: usize = 8 << 20;
/// More threads wait for memory and not for each other.
const MOST_THREADS: usize = 8;

/// A piece of a part: which part, which piece of it, and what is left of the memory.
struct Piece<'m> {
    part: usize,
    position: usize,
    start: u64,
    memory: &'m mut [u8],
    has_checksum: bool,
}

/// Reads all parts straight into their memory and compares their checksums.
///
/// # Errors
/// The system's, `RT_ERROR_TORCH_FILE` for a wrong checksum.
pub(super) fn read_all<S: Source>(source: &S, wanted: Vec<Wanted<'_>>) -> Result<()> {
    let total: usize = wanted.iter().map(|part| part.memory.len()).sum();
    let mut pieces = Vec::new();
    let mut expected = Vec::with_capacity(wanted.len());
    for (part, Wanted { name, start, checksum, memory }) in wanted.into_iter().enumerate() {
        expected.push((name, checksum));
        for (position, memory) in memory.chunks_mut(CHUNK).enumerate() {
            let start = start + (position * CHUNK) as u64;
            pieces.push(Piece { part, position, start, memory, has_checksum: checksum != 0 });
        }
    }
    let threads = match total {
        0..WORTH_THREADS => 1,
        _ => thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS),
    };
    let mut sums = read_pieces(source, pieces, threads)?;
    sums.sort_unstable_by_key(|(part, position, _)| (*part, *position));
    let mut sums = sums.into_iter().peekable();
    for (part, (name, checksum)) in expected.into_iter().enumerate() {
        let mut found = crc32fast::Hasher::new();
        while let Some((_, _, sum)) = sums.next_if(|(of, _, _)| *of == part) {
            found.combine(&sum);
        }
        let found = found.finalize();
        if checksum != 0 && found != checksum {
            let text = format!("{name} has the checksum {found:08x} instead of {checksum:08x}");
            return Err(broken(text));
        }
    }
    Ok(())
}

type Sums = Vec<(usize, usize, crc32fast::Hasher)>;

fn read_pieces<S: Source>(source: &S, pieces: Vec<Piece<'_>>, threads: usize) -> Result<Sums> {
    let sums = Mutex::new(Vec::with_capacity(pieces.len()));
    let left = Mutex::new(pieces.into_iter());
    let failure = Mutex::new(None);
    let failed = AtomicBool::new(false);
    let work = || {
        while !failed.load(Ordering::Relaxed) {
            let piece = left.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some(mut piece) = piece else { return };
            let (part, position) = (piece.part, piece.position);
            match read_piece(source, &mut piece) {
                Ok(sum) => {
                    let mut sums = sums.lock().unwrap_or_else(PoisonError::into_inner);
                    sums.push((part, position, sum));
                }
                Err(error) => {
                    failed.store(true, Ordering::Relaxed);
                    *failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                }
            }
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads {
            // A thread that the system does not give is one that the others do without.
            let _ = thread::Builder::new().spawn_scoped(scope, work);
        }
        work();
    });
    match failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(error) => Err(Error::system("path", &error)),
        None => Ok(sums.into_inner().unwrap_or_else(PoisonError::into_inner)),
    }
}

fn read_piece<S: Source>(source: &S, piece: &mut Piece<'_>) -> io::Result<crc32fast::Hasher> {
    let mut sum = crc32fast::Hasher::new();
    let mut start = piece.start;
    for step in piece.memory.chunks_mut(STEP) {
        source.read_at(step, start)?;
        start += step.len() as u64;
        if piece.has_checksum {
            sum.update(step);
        }
    }
    Ok(sum)
}
