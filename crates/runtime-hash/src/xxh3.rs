//! XXH3, the fast 64-bit hash of the xxHash family, over the crate twox-hash.

use std::hash::Hasher as _;
use std::{fmt, io};

use twox_hash::xxhash3_64::{DEFAULT_SECRET_LENGTH, Hasher, RawHasher, SecretBuffer};

use crate::hasher::StreamHasher;

/// An XXH3 hasher with 64 bits and a seed.
///
/// It holds all that it needs and allocates nothing.
///
/// # Example
/// ```
/// use runtime_hash::{StreamHasher, Xxh3, xxh3, xxh3_with_seed};
///
/// let mut hasher = Xxh3::with_seed(7);
/// hasher.update(b"forgotten");
/// hasher.reset(); // the seed stays
/// hasher.update(b"hello");
/// assert_eq!(hasher.finish(), xxh3_with_seed(b"hello", 7));
/// assert_ne!(xxh3_with_seed(b"hello", 7), xxh3(b"hello"));
/// ```
#[derive(Clone)]
pub struct Xxh3 {
    seed: u64,
    state: RawHasher<[u8; DEFAULT_SECRET_LENGTH]>,
}

/// The XXH3 hash of `bytes`, with the seed 0.
pub fn xxh3(bytes: &[u8]) -> u64 {
    Hasher::oneshot(bytes)
}

/// The XXH3 hash of `bytes`.
pub fn xxh3_with_seed(bytes: &[u8], seed: u64) -> u64 {
    Hasher::oneshot_with_seed(seed, bytes)
}

impl Xxh3 {
    /// A hasher of no bytes yet, with the seed 0.
    pub fn new() -> Self {
        Self::with_seed(0)
    }

    /// A hasher of no bytes yet, with a seed of its own.
    pub fn with_seed(seed: u64) -> Self {
        Self { seed, state: initial_state(seed) }
    }

    /// The seed.
    pub fn seed(&self) -> u64 {
        self.seed
    }
}

fn initial_state(seed: u64) -> RawHasher<[u8; DEFAULT_SECRET_LENGTH]> {
    let secret = SecretBuffer::with_seed(seed, [0; DEFAULT_SECRET_LENGTH])
        .expect("a secret of the default length is as long as it must be");
    RawHasher::new(secret)
}

impl Default for Xxh3 {
    fn default() -> Self {
        Self::new()
    }
}

impl StreamHasher for Xxh3 {
    type Digest = u64;

    fn update(&mut self, bytes: &[u8]) {
        self.state.write(bytes);
    }

    fn finish(self) -> u64 {
        self.state.finish()
    }

    fn reset(&mut self) {
        self.state = initial_state(self.seed);
    }
}

impl io::Write for Xxh3 {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.state.write(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl fmt::Debug for Xxh3 {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Xxh3").field("seed", &self.seed).finish_non_exhaustive()
    }
}
