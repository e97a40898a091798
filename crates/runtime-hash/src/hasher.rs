//! What all hashers have in common.

/// A hash that is computed chunk by chunk. How the bytes are cut into chunks makes no difference.
pub trait StreamHasher {
    /// What comes out.
    type Digest;

    /// Appends bytes to what is hashed.
    fn update(&mut self, bytes: &[u8]);

    /// The hash of everything since the hasher was made or reset.
    fn finish(self) -> Self::Digest;

    /// Forgets everything that was appended. A seed stays.
    fn reset(&mut self);
}
