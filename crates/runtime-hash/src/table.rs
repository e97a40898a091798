//! Hashers behind handles, as the C functions use them: open, write, finish.
//!
//! A hasher may be used by several threads. Their writes follow one another in some order, each
//! whole. A finish or a free ends the hasher at one moment: of several threads that end it one
//! succeeds, and a write either is part of the digest or is refused.

use parking_lot::Mutex;
use runtime_core::error::codes::RT_ERROR_STALE_HANDLE;
use runtime_core::handle::{HandleKind, PinnedTable, kinds};
use runtime_core::{Error, Result};

use crate::hasher::StreamHasher;
use crate::sha::{Sha1, Sha256, Sha512};
use crate::xxh3::Xxh3;

/// The SHA-1 hashers of the process.
pub static SHA1: HasherTable<Sha1> = HasherTable::new(kinds::SHA1);
/// The SHA-256 hashers of the process.
pub static SHA256: HasherTable<Sha256> = HasherTable::new(kinds::SHA256);
/// The SHA-512 hashers of the process.
pub static SHA512: HasherTable<Sha512> = HasherTable::new(kinds::SHA512);
/// The XXH3 hashers of the process.
pub static XXHASH: HasherTable<Xxh3> = HasherTable::new(kinds::XXHASH);

/// Hashers of one kind behind handles.
///
/// # Example
/// ```
/// use runtime_hash::{Sha256, sha256, table::SHA256};
///
/// let handle = SHA256.open(Sha256::new())?;
/// SHA256.write(handle, b"hel")?;
/// SHA256.write(handle, b"lo")?;
/// assert_eq!(SHA256.finish(handle)?, sha256(b"hello"));
/// assert!(SHA256.write(handle, b"more").is_err()); // the handle is used up
/// # Ok::<(), runtime_core::Error>(())
/// ```
pub struct HasherTable<H> {
    kind: HandleKind,
    /// A place is empty from the moment that a finish has taken its hasher until the last thread
    /// that still looks at it leaves.
    hashers: PinnedTable<Mutex<Option<H>>>,
}

impl<H: StreamHasher + Send> HasherTable<H> {
    /// An empty table. One table for each kind in a process.
    const fn new(kind: HandleKind) -> Self {
        Self { kind, hashers: PinnedTable::new(kind) }
    }

    /// Gives `hasher` a handle.
    ///
    /// # Errors
    /// `RT_ERROR_HANDLES_EXHAUSTED`.
    pub fn open(&self, hasher: H) -> Result<i64> {
        self.hashers.insert(Mutex::new(Some(hasher)))
    }

    /// Appends bytes.
    ///
    /// # Errors
    /// `RT_ERROR_NOT_A_HANDLE`, `RT_ERROR_STALE_HANDLE`, `RT_ERROR_WRONG_KIND`.
    pub fn write(&self, handle: i64, bytes: &[u8]) -> Result<()> {
        self.with(handle, |hasher| hasher.update(bytes))
    }

    /// Forgets what was written. A seed stays.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub fn reset(&self, handle: i64) -> Result<()> {
        self.with(handle, H::reset)
    }

    /// The digest of what was written. The handle is used up.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub fn finish(&self, handle: i64) -> Result<H::Digest> {
        const TAKEN_ONCE: &str = "only the one thread that freed the handle takes the hasher";
        if let Some(place) = self.hashers.take(handle)? {
            return Ok(place.into_inner().expect(TAKEN_ONCE).finish());
        }
        let place = self.hashers.get(handle)?;
        // One thread frees the handle, and that one finishes. Who is already at the place goes on
        // until the hasher is taken out under the lock.
        self.hashers.free(handle)?;
        let hasher = place.lock().take();
        Ok(hasher.expect(TAKEN_ONCE).finish())
    }

    /// Drops the hasher. The handle is used up.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub fn free(&self, handle: i64) -> Result<()> {
        self.hashers.free(handle)
    }

    fn with<R>(&self, handle: i64, work: impl FnOnce(&mut H) -> R) -> Result<R> {
        let place = self.hashers.get(handle)?;
        let mut hasher = place.lock();
        hasher.as_mut().map(work).ok_or_else(|| self.finished(handle))
    }

    /// The error of a call that found the handle live and its hasher taken.
    #[cold]
    fn finished(&self, handle: i64) -> Error {
        let name = self.kind.name();
        Error::new(
            RT_ERROR_STALE_HANDLE,
            format!("handle {handle:#x} is not a live {name} (another thread finishes it)"),
        )
    }
}
