//! Known answers: of the standards, of NIST's validation programme, and of other implementations.
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

mod common;

use std::io::Write;

use runtime_hash::{
    Sha1, Sha256, Sha512, StreamHasher, Xxh3, sha1, sha256, sha512, xxh3, xxh3_with_seed,
};

/// The two-block messages of FIPS 180 for blocks of 64 and of 128 bytes.
const TWO_BLOCKS_OF_64: &[u8] = b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
const TWO_BLOCKS_OF_128: &[u8] = b"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn\
    hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu";

#[test]
fn sha1_of_rfc_3174_and_fips_180() {
    let million = [b'a'; 1_000_000];
    let eighty = b"01234567".repeat(80);
    let cases: &[(&[u8], &str)] = &[
        (b"abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (TWO_BLOCKS_OF_64, "84983e441c3bd26ebaae4aa1f95129e5e54670f1"),
        (&million, "34aa973cd4c4daa4f61eeb2bdbad27316534016f"),
        (&eighty, "dea356a2cddd90c7a7ecedc5ebb563934f460452"),
        (b"", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        (b"hello", "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d"),
        // CAVP, SHA1ShortMsg: Len = 8.
        (&[0x36], "c1dfd96eea8cc2b62785275bca38ac261256e278"),
    ];
    for (message, expected) in cases {
        assert_eq!(sha1(message).hex(), *expected);
    }
}

#[test]
fn sha256_of_fips_180_and_cavp() {
    let million = [b'a'; 1_000_000];
    let cases: &[(&[u8], &str)] = &[
        (b"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (TWO_BLOCKS_OF_64, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
        (&million, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
        (b"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (
            b"The quick brown fox jumps over the lazy dog",
            "d7a8fbb307d7809469ca9abcb0082e4f8d5651e46d3cdb762d02d0bf37c9e592",
        ),
        // CAVP, SHA256ShortMsg: Len = 8 and 16.
        (&[0xd3], "28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1"),
        (&[0x11, 0xaf], "5ca7133fa735326081558ac312c620eeca9970d1e70a4b95533d956f072d1f98"),
    ];
    for (message, expected) in cases {
        assert_eq!(sha256(message).hex(), *expected);
    }
}

#[test]
fn sha512_of_fips_180_and_cavp() {
    let million = [b'a'; 1_000_000];
    let cases: &[(&[u8], &str)] = &[
        (
            b"abc",
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
             2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        ),
        (
            TWO_BLOCKS_OF_128,
            "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018\
             501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909",
        ),
        (
            &million,
            "e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973eb\
             de0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b",
        ),
        (
            b"",
            "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce\
             47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
        ),
        // CAVP, SHA512ShortMsg: Len = 8.
        (
            &[0x21],
            "3831a6a6155e509dee59a7f451eb35324d8f8f2df6e3708894740f98fdee2388\
             9f4de5adb0c5010dfb555cda77c8ab5dc902094c52de3278f35a75ebc25f093a",
        ),
    ];
    for (message, expected) in cases {
        assert_eq!(sha512(message).hex(), *expected);
    }
}

#[test]
fn a_million_bytes_one_by_one() {
    let mut hasher = Sha1::new();
    for _ in 0..1_000_000 {
        hasher.update(b"a");
    }
    assert_eq!(hasher.finish().hex(), "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

/// One line of the fixture file.
struct Case<'f> {
    algorithm: &'f str,
    seed: u64,
    length: usize,
    expected: &'f str,
}

fn cases() -> impl Iterator<Item = Case<'static>> {
    include_str!("fixtures/hashes.txt").lines().filter(|line| !line.starts_with('#')).map(|line| {
        let mut fields = line.split(' ');
        let mut next = || fields.next().unwrap();
        Case {
            algorithm: next(),
            seed: next().parse().unwrap(),
            length: next().parse().unwrap(),
            expected: next(),
        }
    })
}

#[test]
fn in_one_call_as_other_implementations() {
    const LONG: usize = 65_543;
    let data = common::pattern(LONG);
    let mut count = 0;
    for case in cases().filter(|case| case.length <= LONG) {
        let input = &data[..case.length];
        let actual = match case.algorithm {
            "sha1" => sha1(input).to_string(),
            "sha256" => sha256(input).to_string(),
            "sha512" => sha512(input).to_string(),
            "xxh3" => {
                if case.seed == 0 {
                    assert_eq!(xxh3(input), xxh3_with_seed(input, 0));
                }
                format!("{:016x}", xxh3_with_seed(input, case.seed))
            }
            other => panic!("{other} is no algorithm"),
        };
        assert_eq!(actual, case.expected, "{} of {} bytes", case.algorithm, case.length);
        count += 1;
    }
    assert!(count > 500, "{count} lines");
}

#[test]
fn in_odd_chunks_as_other_implementations() {
    /// A chunk of each kind there is: of one byte, within a block, across blocks, of many blocks.
    const CHUNKS: [usize; 7] = [1, 63, 65, 127, 1025, 4099, 65_537];
    fn stream(mut hasher: impl Write, mut input: &[u8]) {
        for size in CHUNKS.iter().cycle() {
            let (chunk, rest) = input.split_at(input.len().min(*size));
            hasher.write_all(chunk).unwrap();
            input = rest;
            if input.is_empty() {
                break;
            }
        }
    }
    let data = common::pattern(16 << 20);
    for case in cases() {
        let input = &data[..case.length];
        let (mut one, mut two, mut three) = (Sha1::new(), Sha256::new(), Sha512::new());
        let mut fast = Xxh3::with_seed(case.seed);
        let actual = match case.algorithm {
            "sha1" => {
                stream(&mut one, input);
                one.finish().to_string()
            }
            "sha256" => {
                stream(&mut two, input);
                two.finish().to_string()
            }
            "sha512" => {
                stream(&mut three, input);
                three.finish().to_string()
            }
            _ => {
                stream(&mut fast, input);
                format!("{:016x}", fast.finish())
            }
        };
        assert_eq!(actual, case.expected, "{} of {} bytes", case.algorithm, case.length);
    }
}
