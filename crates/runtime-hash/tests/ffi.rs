//! The C functions, called as C calls them: every one with bad handles and bad arguments.
#![cfg(feature = "ffi")]

use std::ptr;

use runtime_core::error::codes::{
    RT_ERROR_LENGTH, RT_ERROR_NONE, RT_ERROR_NOT_A_HANDLE, RT_ERROR_NULL_POINTER,
    RT_ERROR_STALE_HANDLE, RT_ERROR_WRONG_KIND,
};
use runtime_core::error::{clear_last, last_code, last_message};
use runtime_hash::ffi::{sha1::*, sha256::*, sha512::*, xxhash::*};
use runtime_value::codes::{RT_ERROR_NOT_A_VALUE, RT_ERROR_WRONG_TYPE};
use runtime_value::{RuntimeValue, Str, View};

type Finish = extern "C" fn(i64) -> RuntimeValue;
type Hash = unsafe extern "C" fn(*const u8, u64) -> RuntimeValue;

/// The functions of one SHA algorithm, and its digest of "hello".
struct Sha {
    name: &'static str,
    new: extern "C" fn() -> i64,
    write: unsafe extern "C" fn(i64, *const u8, u64) -> i64,
    finish: Finish,
    finish_bytes: Finish,
    finish_base64: Finish,
    reset: extern "C" fn(i64) -> i64,
    free: extern "C" fn(i64) -> i64,
    hash: Hash,
    hash_bytes: Hash,
    hash_string: extern "C" fn(RuntimeValue) -> RuntimeValue,
    hello: &'static str,
    hello_base64: &'static str,
    empty: &'static str,
}

const SHA: [Sha; 3] = [
    Sha {
        name: "rt_sha1",
        new: rt_sha1_new,
        write: rt_sha1_write,
        finish: rt_sha1_finish,
        finish_bytes: rt_sha1_finish_bytes,
        finish_base64: rt_sha1_finish_base64,
        reset: rt_sha1_reset,
        free: rt_sha1_free,
        hash: rt_sha1_hash,
        hash_bytes: rt_sha1_hash_bytes,
        hash_string: rt_sha1_hash_string,
        hello: "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d",
        hello_base64: "qvTGHdzF6KLavt4PO0gs2a6pQ00=",
        empty: "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    },
    Sha {
        name: "rt_sha256",
        new: rt_sha256_new,
        write: rt_sha256_write,
        finish: rt_sha256_finish,
        finish_bytes: rt_sha256_finish_bytes,
        finish_base64: rt_sha256_finish_base64,
        reset: rt_sha256_reset,
        free: rt_sha256_free,
        hash: rt_sha256_hash,
        hash_bytes: rt_sha256_hash_bytes,
        hash_string: rt_sha256_hash_string,
        hello: "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
        hello_base64: "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=",
        empty: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    },
    Sha {
        name: "rt_sha512",
        new: rt_sha512_new,
        write: rt_sha512_write,
        finish: rt_sha512_finish,
        finish_bytes: rt_sha512_finish_bytes,
        finish_base64: rt_sha512_finish_base64,
        reset: rt_sha512_reset,
        free: rt_sha512_free,
        hash: rt_sha512_hash,
        hash_bytes: rt_sha512_hash_bytes,
        hash_string: rt_sha512_hash_string,
        hello: "9b71d224bd62f3785d96d46ad3ea3d73319bfbc2890caadae2dff72519673ca7\
            2323c3d99ba5c11d7c7acc6e14b8c5da0c4663475c2e5c3adef46f73bcdec043",
        hello_base64: "m3HSJL1i83hdltRq0+o9czGb+8KJDKra4t/3JRlnPKcj\
            I8PZm6XBHXx6zG4UuMXaDEZjR1wuXDre9G9zvN7AQw==",
        empty: "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce\
            47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
    },
];

/// XXH3 of "hello" and of nothing, by the reference implementation 0.8.4.
const XXH3_HELLO: u64 = 0x9555_e855_5c62_dcfd;
const XXH3_HELLO_SEED_12345: u64 = 0x00c8_e347_6937_eaef;
const XXH3_EMPTY: u64 = 0x2d06_8005_38d3_94c2;

/// The bytes of a string value, which is freed.
#[track_caller]
fn bytes(value: RuntimeValue) -> Vec<u8> {
    let bytes = Str::find(value).expect("a string").as_bytes().to_vec();
    // SAFETY: the value came from a call that gave it away, and is not used again.
    unsafe { value.free() }.expect("a live value");
    bytes
}

#[track_caller]
fn text(value: RuntimeValue) -> String {
    String::from_utf8(bytes(value)).expect("UTF-8")
}

/// The last error has this code and names the function; it is forgotten.
#[track_caller]
fn failed(function: &str, code: i64) {
    let message = last_message().unwrap_or_default();
    assert_eq!(last_code(), code, "{message}");
    assert!(message.starts_with(&format!("{function}: ")), "{message}");
    clear_last();
}

/// A new hasher with "hello" written in two parts, and a part of nothing.
fn with_hello(sha: &Sha) -> i64 {
    let handle = (sha.new)();
    assert!(handle > 0);
    // SAFETY: slices with their own lengths, and null with none.
    unsafe {
        assert_eq!((sha.write)(handle, b"hel".as_ptr(), 3), 1);
        assert_eq!((sha.write)(handle, ptr::null(), 0), 1);
        assert_eq!((sha.write)(handle, b"lo".as_ptr(), 2), 1);
    }
    handle
}

/// Numbers that are no live handle of the kind, with the code that each is refused with. `used` is
/// a handle of the kind that was used up, `other` a live one of another kind.
fn bad_handles(used: i64, other: i64) -> Vec<(i64, i64)> {
    let generation = 1 << 26;
    let mut bad = vec![
        (used, RT_ERROR_STALE_HANDLE),
        (other, RT_ERROR_WRONG_KIND),
        // A tenant that the slot has not had yet, and a number with one bit too many.
        (used + 1000 * generation, RT_ERROR_NOT_A_HANDLE),
        (used | 1 << 62, RT_ERROR_NOT_A_HANDLE),
    ];
    bad.extend([0, 1, -1, 999_999, i64::MIN, i64::MAX].map(|bad| (bad, RT_ERROR_NOT_A_HANDLE)));
    bad
}

#[test]
fn sha_in_chunks() {
    for sha in &SHA {
        clear_last();
        assert_eq!(text((sha.finish)(with_hello(sha))), sha.hello);
        assert_eq!(text((sha.finish_base64)(with_hello(sha))), sha.hello_base64);
        let raw = bytes((sha.finish_bytes)(with_hello(sha)));
        assert_eq!(raw.iter().map(|byte| format!("{byte:02x}")).collect::<String>(), sha.hello);

        let handle = with_hello(sha);
        assert_eq!((sha.reset)(handle), 1);
        assert_eq!(text((sha.finish)(handle)), sha.empty);
        assert_eq!((sha.free)(with_hello(sha)), 1);
        assert_eq!(last_code(), RT_ERROR_NONE);
    }
}

#[test]
fn sha_in_one_call() {
    for sha in &SHA {
        clear_last();
        // SAFETY: slices with their own lengths, and null with none.
        unsafe {
            assert_eq!(text((sha.hash)(b"hello".as_ptr(), 5)), sha.hello);
            assert_eq!(text((sha.hash)(ptr::null(), 0)), sha.empty);
            let raw = bytes((sha.hash_bytes)(b"hello".as_ptr(), 5));
            assert_eq!(raw, bytes((sha.finish_bytes)(with_hello(sha))));
        }
        let hello = RuntimeValue::string("hello").unwrap();
        assert_eq!(text((sha.hash_string)(hello)), sha.hello);
        assert_eq!(bytes(hello), b"hello");
        assert_eq!(last_code(), RT_ERROR_NONE);
    }
}

#[test]
fn sha_with_bad_handles() {
    for sha in &SHA {
        let used = with_hello(sha);
        bytes((sha.finish)(used));
        let other = rt_xxhash_new();
        for (handle, code) in bad_handles(used, other) {
            clear_last();
            for (name, finish) in [
                ("finish", sha.finish),
                ("finish_bytes", sha.finish_bytes),
                ("finish_base64", sha.finish_base64),
            ] {
                assert_eq!(finish(handle).to_bits(), RuntimeValue::NIL.to_bits());
                failed(&format!("{}_{name}", sha.name), code);
            }
            // SAFETY: a slice with its own length, and null with none.
            unsafe {
                assert_eq!((sha.write)(handle, b"x".as_ptr(), 1), 0);
                failed(&format!("{}_write", sha.name), code);
                assert_eq!((sha.write)(handle, ptr::null(), 0), 0);
                failed(&format!("{}_write", sha.name), code);
            }
            assert_eq!((sha.reset)(handle), 0);
            failed(&format!("{}_reset", sha.name), code);
            assert_eq!((sha.free)(handle), 0);
            failed(&format!("{}_free", sha.name), code);
        }
        assert_eq!(rt_xxhash_free(other), 1);
    }
}

#[test]
fn sha_with_bad_bytes() {
    for sha in &SHA {
        clear_last();
        let handle = with_hello(sha);
        // SAFETY: the calls refuse null, and lengths that no object has.
        unsafe {
            assert_eq!((sha.write)(handle, ptr::null(), 100), 0);
            failed(&format!("{}_write", sha.name), RT_ERROR_NULL_POINTER);
            assert_eq!((sha.write)(handle, b"x".as_ptr(), u64::MAX), 0);
            failed(&format!("{}_write", sha.name), RT_ERROR_LENGTH);
            for (name, hash) in [("hash", sha.hash), ("hash_bytes", sha.hash_bytes)] {
                assert_eq!(hash(ptr::null(), 1).to_bits(), RuntimeValue::NIL.to_bits());
                failed(&format!("{}_{name}", sha.name), RT_ERROR_NULL_POINTER);
                assert_eq!(hash(b"x".as_ptr(), 1 << 63).to_bits(), RuntimeValue::NIL.to_bits());
                failed(&format!("{}_{name}", sha.name), RT_ERROR_LENGTH);
            }
        }
        // What was refused has changed nothing.
        assert_eq!(text((sha.finish)(handle)), sha.hello);
    }
}

#[test]
fn what_is_no_string() {
    // SAFETY: words that refer to nothing.
    let [forged, wild] =
        unsafe { [0x7fff_ffff_fff1, u64::MAX].map(|w| RuntimeValue::from_bits(w)) };
    let seven = RuntimeValue::int(7).unwrap();
    for (word, code) in [
        (RuntimeValue::NIL, RT_ERROR_WRONG_TYPE),
        (seven, RT_ERROR_WRONG_TYPE),
        (forged, RT_ERROR_NOT_A_VALUE),
    ] {
        clear_last();
        for sha in &SHA {
            assert_eq!((sha.hash_string)(word).to_bits(), RuntimeValue::NIL.to_bits());
            failed(&format!("{}_hash_string", sha.name), code);
        }
        assert_eq!(rt_xxhash_hash_string(word, 0), 0);
        failed("rt_xxhash_hash_string", code);
    }
    assert_eq!(rt_xxhash_hash_string(wild, 0), 0);
    assert_ne!(last_code(), RT_ERROR_NONE);
}

#[test]
fn xxhash() {
    clear_last();
    // SAFETY: slices with their own lengths, and null with none.
    unsafe {
        for (handle, expected) in [
            (rt_xxhash_new(), XXH3_HELLO),
            (rt_xxhash_new_with_seed(0), XXH3_HELLO),
            (rt_xxhash_new_with_seed(12345), XXH3_HELLO_SEED_12345),
        ] {
            assert!(handle > 0);
            assert_eq!(rt_xxhash_write(handle, b"wrong".as_ptr(), 5), 1);
            // The seed stays.
            assert_eq!(rt_xxhash_reset(handle), 1);
            assert_eq!(rt_xxhash_write(handle, b"hel".as_ptr(), 3), 1);
            assert_eq!(rt_xxhash_write(handle, ptr::null(), 0), 1);
            assert_eq!(rt_xxhash_write(handle, b"lo".as_ptr(), 2), 1);
            assert_eq!(rt_xxhash_finish(handle), expected);
        }
        assert_eq!(rt_xxhash_finish(rt_xxhash_new()), XXH3_EMPTY);
        assert_eq!(rt_xxhash_hash(ptr::null(), 0, 0), XXH3_EMPTY);
        assert_eq!(rt_xxhash_hash(b"hello".as_ptr(), 5, 0), XXH3_HELLO);
        assert_eq!(rt_xxhash_hash(b"hello".as_ptr(), 5, 12345), XXH3_HELLO_SEED_12345);
    }
    let hello = RuntimeValue::string("hello").unwrap();
    assert_eq!(rt_xxhash_hash_string(hello, 12345), XXH3_HELLO_SEED_12345);
    bytes(hello);
    assert_eq!(last_code(), RT_ERROR_NONE);
}

#[test]
fn xxhash_with_bad_arguments() {
    let used = rt_xxhash_new();
    rt_xxhash_finish(used);
    let other = rt_sha1_new();
    for (handle, code) in bad_handles(used, other) {
        clear_last();
        assert_eq!(rt_xxhash_finish(handle), 0);
        failed("rt_xxhash_finish", code);
        // SAFETY: a slice with its own length.
        assert_eq!(unsafe { rt_xxhash_write(handle, b"x".as_ptr(), 1) }, 0);
        failed("rt_xxhash_write", code);
        assert_eq!(rt_xxhash_reset(handle), 0);
        failed("rt_xxhash_reset", code);
        assert_eq!(rt_xxhash_free(handle), 0);
        failed("rt_xxhash_free", code);
    }
    assert_eq!(rt_sha1_free(other), 1);

    let handle = rt_xxhash_new();
    // SAFETY: the calls refuse null, and lengths that no object has.
    unsafe {
        assert_eq!(rt_xxhash_write(handle, ptr::null(), 100), 0);
        failed("rt_xxhash_write", RT_ERROR_NULL_POINTER);
        assert_eq!(rt_xxhash_write(handle, b"x".as_ptr(), 1 << 63), 0);
        failed("rt_xxhash_write", RT_ERROR_LENGTH);
        assert_eq!(rt_xxhash_hash(ptr::null(), 100, 7), 0);
        failed("rt_xxhash_hash", RT_ERROR_NULL_POINTER);
        assert_eq!(rt_xxhash_hash(b"x".as_ptr(), u64::MAX, 7), 0);
        failed("rt_xxhash_hash", RT_ERROR_LENGTH);
    }
    assert_eq!(rt_xxhash_finish(handle), XXH3_EMPTY);
    assert_eq!(last_code(), RT_ERROR_NONE);
}
