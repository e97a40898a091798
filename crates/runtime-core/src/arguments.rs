//! From what C passes to what Rust wants: slices, texts, sizes, functions.
//!
//! Null with length 0 is an empty slice everywhere; null with a length is an error. Lengths are
//! checked before any cast, so a negative or huge one never reaches an allocation.

use crate::error::{Error, Result, codes};

/// The largest length in bytes that any Rust object, and so any slice, can have.
pub const MAX_LENGTH: u64 = isize::MAX as u64;

/// The `length` bytes at `pointer`.
///
/// # Errors
/// `RT_ERROR_NULL_POINTER` for null with a length, `RT_ERROR_LENGTH` for a length beyond what
/// memory can hold.
///
/// # Safety
/// A pointer that is not null points at `length` bytes that are readable and do not change for
/// the life `'a` of the result.
#[inline]
pub unsafe fn bytes<'a>(name: &str, pointer: *const u8, length: u64) -> Result<&'a [u8]> {
    // SAFETY: the caller's promise is this function's own; bytes have no alignment.
    unsafe { slice(name, pointer, length) }
}

/// The `length` bytes at `pointer` as text.
///
/// # Errors
/// As [`bytes`], and `RT_ERROR_NOT_UTF8` with the position of the first bad byte.
///
/// # Safety
/// As [`bytes`].
#[inline]
pub unsafe fn text<'a>(name: &str, pointer: *const u8, length: u64) -> Result<&'a str> {
    // SAFETY: the caller's promise is this function's own.
    let bytes = unsafe { bytes(name, pointer, length)? };
    utf8(name, bytes)
}

/// `bytes` as text.
///
/// # Errors
/// `RT_ERROR_NOT_UTF8` with the position of the first bad byte.
#[inline]
pub fn utf8<'a>(name: &str, bytes: &'a [u8]) -> Result<&'a str> {
    std::str::from_utf8(bytes).map_err(|refusal| {
        Error::written(
            codes::RT_ERROR_NOT_UTF8,
            format_args!(
                "{name} is not UTF-8: the byte at {} starts no character",
                refusal.valid_up_to()
            ),
        )
    })
}

/// The `count` objects at `pointer`.
///
/// # Errors
/// `RT_ERROR_NULL_POINTER` for null with a count, `RT_ERROR_MISALIGNED`, and `RT_ERROR_LENGTH`
/// for more objects than memory can hold.
///
/// # Safety
/// A pointer that is not null points at `count` valid objects that do not change for the life
/// `'a` of the result.
#[inline]
pub unsafe fn slice<'a, T>(name: &str, pointer: *const T, count: u64) -> Result<&'a [T]> {
    if count == 0 {
        return Ok(&[]);
    }
    let count = check_pointer(name, pointer, count)?;
    // SAFETY: not null, aligned, and no longer than an object may be, as just checked; that the
    // memory is readable and stable is the caller's promise.
    Ok(unsafe { std::slice::from_raw_parts(pointer, count) })
}

/// The `count` objects at `pointer`, to be written.
///
/// # Errors
/// As [`slice()`].
///
/// # Safety
/// A pointer that is not null points at `count` valid objects that nothing else reads or writes
/// for the life `'a` of the result.
#[inline]
pub unsafe fn slice_mut<'a, T>(name: &str, pointer: *mut T, count: u64) -> Result<&'a mut [T]> {
    if count == 0 {
        return Ok(&mut []);
    }
    let count = check_pointer(name, pointer, count)?;
    // SAFETY: as in `slice`; that nothing else uses the memory is the caller's promise.
    Ok(unsafe { std::slice::from_raw_parts_mut(pointer, count) })
}

#[inline]
fn check_pointer<T>(name: &str, pointer: *const T, count: u64) -> Result<usize> {
    if pointer.is_null() {
        return Err(null_with_length(name, count));
    }
    if !pointer.is_aligned() {
        return Err(misaligned(name, pointer.addr(), align_of::<T>()));
    }
    match count.checked_mul(size_of::<T>() as u64) {
        Some(size) if size <= MAX_LENGTH => Ok(count as usize),
        _ => Err(too_long(name, count)),
    }
}

#[cold]
fn null_with_length(name: &str, count: u64) -> Error {
    Error::written(
        codes::RT_ERROR_NULL_POINTER,
        format_args!("{name} is null, with a length of {count}"),
    )
}

#[cold]
fn misaligned(name: &str, address: usize, align: usize) -> Error {
    Error::written(
        codes::RT_ERROR_MISALIGNED,
        format_args!("{name} {address:#x} is not aligned to {align} bytes"),
    )
}

#[cold]
fn too_long(name: &str, count: u64) -> Error {
    Error::written(
        codes::RT_ERROR_LENGTH,
        format_args!("{name} has a length of {count}, more than memory holds"),
    )
}

/// A length, count or capacity given as `int64_t`: not negative.
///
/// # Errors
/// `RT_ERROR_LENGTH` when it is negative.
#[inline]
pub fn count(name: &str, count: i64) -> Result<u64> {
    u64::try_from(count).map_err(|_| {
        Error::written(codes::RT_ERROR_LENGTH, format_args!("{name} {count} is negative"))
    })
}

/// A size in bytes: `count` objects of `size` bytes plus `header` bytes, if memory can hold it.
///
/// # Errors
/// `RT_ERROR_LENGTH` when it cannot.
#[inline]
pub fn byte_size(name: &str, count: u64, size: usize, header: usize) -> Result<usize> {
    count
        .checked_mul(size as u64)
        .and_then(|bytes| bytes.checked_add(header as u64))
        .filter(|bytes| *bytes <= MAX_LENGTH)
        .map(|bytes| bytes as usize)
        .ok_or_else(|| too_long(name, count))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ptr;

    #[test]
    fn null_and_lengths() {
        // SAFETY: null pointers, and lengths that are refused before anything is read.
        unsafe {
            assert_eq!(bytes("data", ptr::null(), 0).unwrap(), b"");
            let refused = bytes("data", ptr::null(), 3).unwrap_err();
            assert_eq!(refused.code(), codes::RT_ERROR_NULL_POINTER);
            assert_eq!(refused.reason(), "data is null, with a length of 3");
            let one = [0_u8; 1];
            assert_eq!(
                bytes("data", one.as_ptr(), u64::MAX).unwrap_err().code(),
                codes::RT_ERROR_LENGTH
            );
            assert_eq!(
                slice("words", ptr::dangling::<u64>(), 1 << 61).unwrap_err().code(),
                codes::RT_ERROR_LENGTH
            );
            assert_eq!(
                slice("words", ptr::without_provenance::<u64>(9), 1).unwrap_err().code(),
                codes::RT_ERROR_MISALIGNED
            );
        }
    }

    #[test]
    fn text_says_where_it_breaks() {
        let bad = b"ab\xffcd";
        // SAFETY: a live array with its own length.
        let refused = unsafe { text("name", bad.as_ptr(), bad.len() as u64) }.unwrap_err();
        assert_eq!(refused.code(), codes::RT_ERROR_NOT_UTF8);
        assert_eq!(refused.reason(), "name is not UTF-8: the byte at 2 starts no character");
    }

    #[test]
    fn sizes_do_not_wrap() {
        assert_eq!(byte_size("capacity", 2, 8, 24).unwrap(), 40);
        assert!(byte_size("capacity", 1 << 61, 8, 24).is_err());
        assert!(byte_size("capacity", u64::MAX, 1, 24).is_err());
        assert!(count("capacity", -1).is_err());
        assert_eq!(count("capacity", 5).unwrap(), 5);
    }
}
