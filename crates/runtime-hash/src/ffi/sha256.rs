//! SHA-256 for C.

use runtime_value::RuntimeValue;

use crate::sha::{Sha256, sha256};
use crate::table::SHA256;

/// A new SHA-256 hasher of no bytes yet: its handle, a positive number. It is the caller's to use up
/// with a `_finish` or to free with `rt_sha256_free`.
///
/// Returns 0 when no handle is left (`RT_ERROR_HANDLES_EXHAUSTED`). Thread-safe; the handle may be
/// used on any thread.
#[unsafe(no_mangle)]
pub extern "C" fn rt_sha256_new() -> i64 {
    super::open("rt_sha256_new", &SHA256, Sha256::new)
}

/// Appends `data_len` bytes at `data_ptr` to what the hasher hashes. How the bytes are cut into
/// writes makes no difference. Null with length 0 appends nothing.
///
/// Returns 1, or 0 with the hasher unchanged: for null with a length (`RT_ERROR_NULL_POINTER`), a
/// length beyond memory (`RT_ERROR_LENGTH`), and a handle that is not a live SHA-256 hasher
/// (`RT_ERROR_NOT_A_HANDLE`, `RT_ERROR_STALE_HANDLE`, `RT_ERROR_WRONG_KIND`). Thread-safe: writes
/// of several threads follow one another, each whole.
///
/// # Safety
/// `data_ptr` is null or points at `data_len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_sha256_write(handle: i64, data_ptr: *const u8, data_len: u64) -> i64 {
    // SAFETY: the caller's promise is the same.
    unsafe { super::write("rt_sha256_write", &SHA256, handle, data_ptr, data_len) }
}

/// The digest of what was written: a string of 64 lower-case hexadecimal digits, the caller's.
/// Uses the handle up, even when there is no memory for the string.
///
/// Returns NIL for a handle that is not a live SHA-256 hasher (`RT_ERROR_NOT_A_HANDLE`,
/// `RT_ERROR_STALE_HANDLE`, `RT_ERROR_WRONG_KIND`) and without memory (`RT_ERROR_OUT_OF_MEMORY`).
/// Thread-safe: of several threads that finish one hasher, one gets the digest.
#[unsafe(no_mangle)]
pub extern "C" fn rt_sha256_finish(handle: i64) -> RuntimeValue {
    super::finish("rt_sha256_finish", &SHA256, handle, super::hex)
}

/// As `rt_sha256_finish`, but the digest's 32 bytes themselves, as a string that is seldom UTF-8.
#[unsafe(no_mangle)]
pub extern "C" fn rt_sha256_finish_bytes(handle: i64) -> RuntimeValue {
    super::finish("rt_sha256_finish_bytes", &SHA256, handle, super::raw)
}

/// As `rt_sha256_finish`, but the digest in base64: the standard alphabet with padding, 44
/// characters.
#[unsafe(no_mangle)]
pub extern "C" fn rt_sha256_finish_base64(handle: i64) -> RuntimeValue {
    super::finish("rt_sha256_finish_base64", &SHA256, handle, super::base64)
}

/// Forgets what was written: the hasher is as new.
///
/// Returns 1, or 0 for a handle that is not a live SHA-256 hasher (`RT_ERROR_NOT_A_HANDLE`,
/// `RT_ERROR_STALE_HANDLE`, `RT_ERROR_WRONG_KIND`). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_sha256_reset(handle: i64) -> i64 {
    super::reset("rt_sha256_reset", &SHA256, handle)
}

/// Frees a hasher whose digest is not wanted. After a `_finish` there is nothing left to free.
///
/// Returns 1, or 0 for a handle that is not a live SHA-256 hasher (`RT_ERROR_NOT_A_HANDLE`,
/// `RT_ERROR_STALE_HANDLE`, `RT_ERROR_WRONG_KIND`). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_sha256_free(handle: i64) -> i64 {
    super::free("rt_sha256_free", &SHA256, handle)
}

/// The SHA-256 digest of `data_len` bytes at `data_ptr`: a string of 64 lower-case hexadecimal
/// digits, the caller's. Null with length 0 is the empty input.
///
/// Returns NIL for null with a length (`RT_ERROR_NULL_POINTER`), a length beyond memory
/// (`RT_ERROR_LENGTH`), and without memory (`RT_ERROR_OUT_OF_MEMORY`). Thread-safe.
///
/// # Safety
/// `data_ptr` is null or points at `data_len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_sha256_hash(data_ptr: *const u8, data_len: u64) -> RuntimeValue {
    // SAFETY: the caller's promise is the same.
    unsafe {
        super::hash("rt_sha256_hash", RuntimeValue::NIL, data_ptr, data_len, |data| {
            super::hex(&sha256(data))
        })
    }
}

/// As `rt_sha256_hash`, but the digest's 32 bytes themselves, as a string that is seldom UTF-8.
///
/// # Safety
/// `data_ptr` is null or points at `data_len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_sha256_hash_bytes(data_ptr: *const u8, data_len: u64) -> RuntimeValue {
    // SAFETY: the caller's promise is the same.
    unsafe {
        super::hash("rt_sha256_hash_bytes", RuntimeValue::NIL, data_ptr, data_len, |data| {
            super::raw(&sha256(data))
        })
    }
}

/// The SHA-256 digest of the bytes of a string value: a string of 64 lower-case hexadecimal
/// digits, the caller's.
///
/// Returns NIL for what is no string (`RT_ERROR_WRONG_TYPE`, `RT_ERROR_NOT_A_VALUE`) and without
/// memory (`RT_ERROR_OUT_OF_MEMORY`). On the string's own thread only.
#[unsafe(no_mangle)]
pub extern "C" fn rt_sha256_hash_string(string: RuntimeValue) -> RuntimeValue {
    super::hash_string("rt_sha256_hash_string", RuntimeValue::NIL, string, |data| {
        super::hex(&sha256(data))
    })
}
