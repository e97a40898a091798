//! A digest of `N` bytes and the ways to write it as text.

use std::fmt;
use std::ops::Deref;

use base64_simd::STANDARD;

/// The `N` bytes that a cryptographic hash results in.
///
/// Shown, it is lower-case hexadecimal.
///
/// # Example
/// ```
/// let digest = runtime_hash::sha1(b"hello");
/// assert_eq!(digest.as_bytes()[..2], [0xaa, 0xf4]);
/// assert_eq!(format!("{digest}"), "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest<const N: usize>([u8; N]);

impl<const N: usize> Digest<N> {
    /// The bytes.
    pub const fn as_bytes(&self) -> &[u8; N] {
        &self.0
    }

    /// Two lower-case hexadecimal digits for each byte, without an allocation.
    pub fn hex(&self) -> Hex<N> {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        Hex(self.0.map(|byte| [byte >> 4, byte & 0xf].map(|half| DIGITS[usize::from(half)])))
    }

    /// Base64 with the standard alphabet and padding (RFC 4648, section 4).
    pub fn to_base64(&self) -> String {
        STANDARD.encode_to_string(self.0)
    }
}

impl<const N: usize> From<[u8; N]> for Digest<N> {
    fn from(bytes: [u8; N]) -> Self {
        Self(bytes)
    }
}

impl<const N: usize> From<Digest<N>> for [u8; N] {
    fn from(digest: Digest<N>) -> Self {
        digest.0
    }
}

impl<const N: usize> AsRef<[u8]> for Digest<N> {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl<const N: usize> fmt::Display for Digest<N> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&self.hex())
    }
}

impl<const N: usize> fmt::Debug for Digest<N> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Digest({self})")
    }
}

/// A digest in hexadecimal: a `str` that lies in place.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hex<const N: usize>([[u8; 2]; N]);

impl<const N: usize> Deref for Hex<N> {
    type Target = str;

    fn deref(&self) -> &str {
        std::str::from_utf8(self.0.as_flattened()).expect("hexadecimal digits are ASCII")
    }
}

impl<const N: usize> PartialEq<&str> for Hex<N> {
    fn eq(&self, other: &&str) -> bool {
        **self == **other
    }
}

impl<const N: usize> fmt::Display for Hex<N> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self)
    }
}

impl<const N: usize> fmt::Debug for Hex<N> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_its_two_digits() {
        let bytes: [u8; 256] = std::array::from_fn(|index| index as u8);
        let hex = Digest::from(bytes).hex();
        for (index, byte) in bytes.iter().enumerate() {
            assert_eq!(hex[2 * index..][..2], format!("{byte:02x}"));
        }
    }

    #[test]
    fn texts() {
        let digest = Digest::from([0x00, 0xff, 0x1a]);
        assert_eq!(digest.to_string(), "00ff1a");
        assert_eq!(format!("{digest:>8}"), "  00ff1a");
        assert_eq!(format!("{digest:?} {:?}", digest.hex()), "Digest(00ff1a) \"00ff1a\"");
        assert_eq!(digest.to_base64(), "AP8a");
        assert_eq!(Digest::from([0_u8; 0]).hex(), "");
        assert_eq!(<[u8; 3]>::from(digest), [0x00, 0xff, 0x1a]);
    }
}
