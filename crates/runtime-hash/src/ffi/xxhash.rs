//! XXH3 with 64 bits for C.

use runtime_core::boundary;
use runtime_value::RuntimeValue;

use crate::table::XXHASH;
use crate::xxh3::{Xxh3, xxh3_with_seed};

/// A new XXH3 hasher (64 bits, seed 0) of no bytes yet: its handle, a positive number. It is the
/// caller's to use up with `rt_xxhash_finish` or to free with `rt_xxhash_free`.
///
/// Returns 0 when no handle is left (`RT_ERROR_HANDLES_EXHAUSTED`). Thread-safe; the handle may be
/// used on any thread.
#[unsafe(no_mangle)]
pub extern "C" fn rt_xxhash_new() -> i64 {
    super::open("rt_xxhash_new", &XXHASH, Xxh3::new)
}

/// As `rt_xxhash_new`, with a seed of the caller's. Any number is a seed.
#[unsafe(no_mangle)]
pub extern "C" fn rt_xxhash_new_with_seed(seed: u64) -> i64 {
    super::open("rt_xxhash_new_with_seed", &XXHASH, || Xxh3::with_seed(seed))
}

/// Appends `data_len` bytes at `data_ptr` to what the hasher hashes. How the bytes are cut into
/// writes makes no difference. Null with length 0 appends nothing.
///
/// Returns 1, or 0 with the hasher unchanged: for null with a length (`RT_ERROR_NULL_POINTER`), a
/// length beyond memory (`RT_ERROR_LENGTH`), and a handle that is not a live XXH3 hasher
/// (`RT_ERROR_NOT_A_HANDLE`, `RT_ERROR_STALE_HANDLE`, `RT_ERROR_WRONG_KIND`). Thread-safe: writes
/// of several threads follow one another, each whole.
///
/// # Safety
/// `data_ptr` is null or points at `data_len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_xxhash_write(handle: i64, data_ptr: *const u8, data_len: u64) -> i64 {
    // SAFETY: the caller's promise is the same.
    unsafe { super::write("rt_xxhash_write", &XXHASH, handle, data_ptr, data_len) }
}

/// The hash of what was written. Uses the handle up.
///
/// Returns 0 for a handle that is not a live XXH3 hasher (`RT_ERROR_NOT_A_HANDLE`,
/// `RT_ERROR_STALE_HANDLE`, `RT_ERROR_WRONG_KIND`). 0 is a possible hash too: who must tell them
/// apart calls `rt_last_error_clear` before, and `rt_last_error_code` after a 0. Thread-safe: of
/// several threads that finish one hasher, one gets the hash.
#[unsafe(no_mangle)]
pub extern "C" fn rt_xxhash_finish(handle: i64) -> u64 {
    boundary("rt_xxhash_finish", 0, || XXHASH.finish(handle))
}

/// Forgets what was written: the hasher is as new, with the same seed.
///
/// Returns 1, or 0 for a handle that is not a live XXH3 hasher (`RT_ERROR_NOT_A_HANDLE`,
/// `RT_ERROR_STALE_HANDLE`, `RT_ERROR_WRONG_KIND`). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_xxhash_reset(handle: i64) -> i64 {
    super::reset("rt_xxhash_reset", &XXHASH, handle)
}

/// Frees a hasher whose hash is not wanted. After `rt_xxhash_finish` there is nothing left to free.
///
/// Returns 1, or 0 for a handle that is not a live XXH3 hasher (`RT_ERROR_NOT_A_HANDLE`,
/// `RT_ERROR_STALE_HANDLE`, `RT_ERROR_WRONG_KIND`). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_xxhash_free(handle: i64) -> i64 {
    super::free("rt_xxhash_free", &XXHASH, handle)
}

/// The XXH3 hash (64 bits) of `data_len` bytes at `data_ptr` with a seed, 0 for the plain hash.
/// Null with length 0 is the empty input.
///
/// Returns 0 for null with a length (`RT_ERROR_NULL_POINTER`) and a length beyond memory
/// (`RT_ERROR_LENGTH`); 0 is a possible hash too, and the last error tells them apart. Thread-safe.
///
/// # Safety
/// `data_ptr` is null or points at `data_len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_xxhash_hash(data_ptr: *const u8, data_len: u64, seed: u64) -> u64 {
    // SAFETY: the caller's promise is the same.
    unsafe {
        super::hash("rt_xxhash_hash", 0, data_ptr, data_len, |data| Ok(xxh3_with_seed(data, seed)))
    }
}

/// The XXH3 hash (64 bits) of the bytes of a string value with a seed, 0 for the plain hash.
///
/// Returns 0 for what is no string (`RT_ERROR_WRONG_TYPE`, `RT_ERROR_NOT_A_VALUE`); 0 is a possible
/// hash too, and the last error tells them apart. On the string's own thread only.
#[unsafe(no_mangle)]
pub extern "C" fn rt_xxhash_hash_string(string: RuntimeValue, seed: u64) -> u64 {
    super::hash_string("rt_xxhash_hash_string", 0, string, |data| Ok(xxh3_with_seed(data, seed)))
}
