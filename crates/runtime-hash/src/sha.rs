//! The secure hashes SHA-1, SHA-256 and SHA-512 (FIPS 180-4), over the crates sha1 and sha2.

use std::{fmt, io};

use sha2::digest::Output;

use crate::digest::Digest;
use crate::hasher::StreamHasher;

/// A hasher of the SHA family with an algorithm `A` and a digest of `N` bytes. Its three forms are
/// [`Sha1`], [`Sha256`] and [`Sha512`].
#[derive(Clone)]
pub struct Sha<A, const N: usize>(A);

/// SHA-1: 20 bytes. Broken since 2017; for what demands it, not for security.
///
/// # Example
/// ```
/// use runtime_hash::{Sha1, StreamHasher};
///
/// let mut hasher = Sha1::new();
/// hasher.update(b"hello");
/// assert_eq!(hasher.finish().to_base64(), "qvTGHdzF6KLavt4PO0gs2a6pQ00=");
/// ```
pub type Sha1 = Sha<sha1::Sha1, 20>;

/// SHA-256: 32 bytes.
///
/// # Example
/// ```
/// use runtime_hash::{Sha256, StreamHasher};
///
/// let mut hasher = Sha256::new();
/// hasher.update(b"forgotten");
/// hasher.reset();
/// hasher.update(b"hello");
/// assert!(hasher.finish().hex().starts_with("2cf24dba5fb0a30e"));
/// ```
pub type Sha256 = Sha<sha2::Sha256, 32>;

/// SHA-512: 64 bytes.
///
/// # Example
/// ```
/// use runtime_hash::{Sha512, StreamHasher};
///
/// let mut hasher = Sha512::new();
/// hasher.update(b"abc");
/// assert!(hasher.finish().hex().starts_with("ddaf35a193617aba"));
/// ```
pub type Sha512 = Sha<sha2::Sha512, 64>;

/// The SHA-1 digest of `bytes`.
pub fn sha1(bytes: &[u8]) -> Digest<20> {
    Sha1::digest(bytes)
}

/// The SHA-256 digest of `bytes`.
pub fn sha256(bytes: &[u8]) -> Digest<32> {
    Sha256::digest(bytes)
}

/// The SHA-512 digest of `bytes`.
pub fn sha512(bytes: &[u8]) -> Digest<64> {
    Sha512::digest(bytes)
}

impl<A, const N: usize> Sha<A, N>
where
    A: sha2::Digest,
    Output<A>: Into<[u8; N]>,
{
    /// A hasher of no bytes yet.
    pub fn new() -> Self {
        Self(A::new())
    }

    /// The digest of `bytes`.
    pub fn digest(bytes: &[u8]) -> Digest<N> {
        Digest::from(A::digest(bytes).into())
    }
}

impl<A, const N: usize> Default for Sha<A, N>
where
    A: sha2::Digest,
    Output<A>: Into<[u8; N]>,
{
    fn default() -> Self {
        Self::new()
    }
}

impl<A, const N: usize> StreamHasher for Sha<A, N>
where
    A: sha2::Digest,
    Output<A>: Into<[u8; N]>,
{
    type Digest = Digest<N>;

    fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(self) -> Digest<N> {
        Digest::from(self.0.finalize().into())
    }

    fn reset(&mut self) {
        self.0 = A::new();
    }
}

impl<A: sha2::Digest, const N: usize> io::Write for Sha<A, N> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

// What was hashed may be a secret: the state is not shown.
impl<A, const N: usize> fmt::Debug for Sha<A, N> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Sha").finish_non_exhaustive()
    }
}
