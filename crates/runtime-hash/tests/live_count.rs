//! What is made is counted until it is used up. Alone in its file: the counts are the process's.

use runtime_core::handle::kinds::numbers;
use runtime_core::handle::live_count;
use runtime_hash::table::{SHA1, SHA256, SHA512, XXHASH};
use runtime_hash::{Sha1, Sha256, Sha512, Xxh3};

#[test]
fn each_kind_is_counted() {
    let kinds = [
        numbers::RT_HANDLE_KIND_SHA1,
        numbers::RT_HANDLE_KIND_SHA256,
        numbers::RT_HANDLE_KIND_SHA512,
        numbers::RT_HANDLE_KIND_XXHASH,
    ];
    let counts = || kinds.map(live_count);
    let one = SHA1.open(Sha1::new()).unwrap();
    let two = SHA256.open(Sha256::new()).unwrap();
    let three = SHA512.open(Sha512::new()).unwrap();
    let four = XXHASH.open(Xxh3::new()).unwrap();
    let five = XXHASH.open(Xxh3::new()).unwrap();
    assert_eq!(counts(), [1, 1, 1, 2]);
    SHA1.finish(one).unwrap();
    SHA256.free(two).unwrap();
    SHA512.reset(three).unwrap();
    XXHASH.finish(four).unwrap();
    assert_eq!(counts(), [0, 0, 1, 1]);
    SHA512.finish(three).unwrap();
    XXHASH.free(five).unwrap();
    assert!(XXHASH.free(five).is_err());
    assert_eq!(counts(), [0; 4]);
}
