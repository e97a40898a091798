//! The C functions of this crate, by algorithm.
//!
//! The functions of all algorithms do the same things to different hashers. What they do is here,
//! once; what they are called and what C reads about them is in the files by algorithm.

pub mod sha1;
pub mod sha256;
pub mod sha512;
pub mod xxhash;

use runtime_core::{Result, arguments, boundary};
use runtime_value::{RuntimeValue, Str, View};

use crate::digest::Digest;
use crate::hasher::StreamHasher;
use crate::table::HasherTable;

/// What a `_new` does: a handle, or 0.
fn open<H: StreamHasher + Send>(
    function: &'static str,
    table: &HasherTable<H>,
    make: impl FnOnce() -> H,
) -> i64 {
    boundary(function, 0, || table.open(make()))
}

/// What a `_write` does: 1, or 0.
///
/// # Safety
/// `data_ptr` is null or points at `data_len` readable bytes.
unsafe fn write<H: StreamHasher + Send>(
    function: &'static str,
    table: &HasherTable<H>,
    handle: i64,
    data_ptr: *const u8,
    data_len: u64,
) -> i64 {
    boundary(function, 0, || {
        // SAFETY: the caller's promise is this function's own.
        let data = unsafe { arguments::bytes("data_ptr", data_ptr, data_len)? };
        table.write(handle, data).map(|()| 1)
    })
}

/// What a `_finish` of a secure hash does: the digest as `encode` writes it, or NIL.
fn finish<H: StreamHasher + Send>(
    function: &'static str,
    table: &HasherTable<H>,
    handle: i64,
    encode: impl FnOnce(&H::Digest) -> Result<RuntimeValue>,
) -> RuntimeValue {
    boundary(function, RuntimeValue::NIL, || encode(&table.finish(handle)?))
}

/// What a `_reset` does: 1, or 0.
fn reset<H: StreamHasher + Send>(
    function: &'static str,
    table: &HasherTable<H>,
    handle: i64,
) -> i64 {
    boundary(function, 0, || table.reset(handle).map(|()| 1))
}

/// What a `_free` does: 1, or 0.
fn free<H: StreamHasher + Send>(
    function: &'static str,
    table: &HasherTable<H>,
    handle: i64,
) -> i64 {
    boundary(function, 0, || table.free(handle).map(|()| 1))
}

/// What the functions that hash bytes in one call do: the hash as `hash` gives it, or `failure`.
///
/// # Safety
/// `data_ptr` is null or points at `data_len` readable bytes.
unsafe fn hash<R>(
    function: &'static str,
    failure: R,
    data_ptr: *const u8,
    data_len: u64,
    hash: impl FnOnce(&[u8]) -> Result<R>,
) -> R {
    boundary(function, failure, || {
        // SAFETY: the caller's promise is this function's own.
        hash(unsafe { arguments::bytes("data_ptr", data_ptr, data_len)? })
    })
}

/// What the functions that hash a string value do: the hash as `hash` gives it, or `failure`.
fn hash_string<R>(
    function: &'static str,
    failure: R,
    string: RuntimeValue,
    hash: impl FnOnce(&[u8]) -> Result<R>,
) -> R {
    boundary(function, failure, || hash(Str::of("string", string)?.as_bytes()))
}

/// A string with the digest in hexadecimal.
fn hex<const N: usize>(digest: &Digest<N>) -> Result<RuntimeValue> {
    RuntimeValue::string(&digest.hex())
}

/// A string with the digest's bytes themselves.
fn raw<const N: usize>(digest: &Digest<N>) -> Result<RuntimeValue> {
    RuntimeValue::bytes(digest.as_bytes())
}

/// A string with the digest in base64.
fn base64<const N: usize>(digest: &Digest<N>) -> Result<RuntimeValue> {
    RuntimeValue::string(&digest.to_base64())
}
