//! What the tests share: the input of the fixture file.

/// The first `length` bytes of the pattern that tests/fixtures/hashes.py hashes.
pub(crate) fn pattern(length: usize) -> Vec<u8> {
    (0..length as u32).map(|index| (index.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
}
