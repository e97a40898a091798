//! How the input is cut, and what was there before a reset, makes no difference.

use proptest::collection::vec;
use proptest::prelude::*;
use runtime_hash::{Sha1, Sha256, Sha512, StreamHasher, Xxh3, xxh3_with_seed};

/// The hash of the chunks one after the other, in a hasher that was used and reset before.
fn in_chunks<H: StreamHasher>(mut hasher: H, before: &[u8], chunks: &[Vec<u8>]) -> H::Digest {
    hasher.update(before);
    hasher.reset();
    for chunk in chunks {
        hasher.update(chunk);
    }
    hasher.finish()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..<_>::default() })]

    #[test]
    fn cutting_makes_no_difference(
        before in vec(any::<u8>(), 0..400),
        chunks in vec(vec(any::<u8>(), 0..700), 0..8),
        seed in any::<u64>(),
    ) {
        let whole = chunks.concat();
        prop_assert_eq!(in_chunks(Sha1::new(), &before, &chunks), Sha1::digest(&whole));
        prop_assert_eq!(in_chunks(Sha256::new(), &before, &chunks), Sha256::digest(&whole));
        prop_assert_eq!(in_chunks(Sha512::new(), &before, &chunks), Sha512::digest(&whole));
        prop_assert_eq!(
            in_chunks(Xxh3::with_seed(seed), &before, &chunks),
            xxh3_with_seed(&whole, seed)
        );
    }
}

#[test]
fn a_copy_goes_its_own_way() {
    let mut hasher = Xxh3::with_seed(3);
    hasher.update(b"hel");
    let copy = hasher.clone();
    hasher.update(b"lo");
    assert_eq!(copy.seed(), 3);
    assert_eq!(copy.finish(), xxh3_with_seed(b"hel", 3));
    assert_eq!(hasher.finish(), xxh3_with_seed(b"hello", 3));
}

#[test]
fn a_hasher_does_not_show_what_it_hashed() {
    let mut hasher = Sha256::default();
    hasher.update(b"secret");
    assert_eq!(format!("{hasher:?}"), "Sha { .. }");
    assert_eq!(format!("{:?}", Xxh3::default()), "Xxh3 { seed: 0, .. }");
}
