//! FNV-1a, the hash of Fowler, Noll and Vo, in 64 and 32 bits.
//!
//! It is quick to write down and well known, and neither fast on long input nor safe against input
//! that was chosen to collide. The strings of the language keep the 64-bit hash of their bytes, with
//! one difference: an empty string keeps 0, the hash of nothing is the offset basis.

/// The 64-bit FNV-1a hash of the bytes; of none, the offset basis.
///
/// ```
/// assert_eq!(runtime_encoding::fnv::hash_64(b"foobar"), 0x8594_4171_f739_67e8);
/// ```
#[inline]
pub fn hash_64(bytes: &[u8]) -> u64 {
    const OFFSET_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    bytes.iter().fold(OFFSET_BASIS, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME))
}

/// The 32-bit FNV-1a hash of the bytes; of none, the offset basis.
///
/// ```
/// assert_eq!(runtime_encoding::fnv::hash_32(b"foobar"), 0xbf9c_f968);
/// ```
#[inline]
pub fn hash_32(bytes: &[u8]) -> u32 {
    const OFFSET_BASIS: u32 = 0x811c_9dc5;
    const PRIME: u32 = 0x0100_0193;
    bytes.iter().fold(OFFSET_BASIS, |hash, &byte| (hash ^ u32::from(byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use super::*;
    use runtime_value::string::stored_hash;

    /// The vectors of draft-eastlake-fnv, appendix C.
    #[test]
    fn published_vectors() {
        for (text, short, long) in [
            ("", 0x811c_9dc5, 0xcbf2_9ce4_8422_2325),
            ("a", 0xe40c_292c, 0xaf63_dc4c_8601_ec8c),
            ("foobar", 0xbf9c_f968, 0x8594_4171_f739_67e8),
        ] {
            assert_eq!(hash_32(text.as_bytes()), short, "{text}");
            assert_eq!(hash_64(text.as_bytes()), long, "{text}");
        }
        assert_eq!(hash_64(b"Hello"), 0x63f0_bfac_f2c0_0f6b);
    }

    #[test]
    fn strings_keep_the_same_hash_unless_empty() {
        assert_eq!(stored_hash(b"Hello"), hash_64(b"Hello"));
        assert_eq!(stored_hash(b""), 0);
    }
}
