//! The C functions of this crate.

use runtime_core::{Error, Result, arguments, boundary};
use runtime_value::RuntimeValue;

use crate::base64::{self, Variant, streams};
use crate::{fnv, hex};

/// The `input_len` bytes at `input_ptr` as base64 in the standard alphabet (`+` and `/`), padded
/// with `=`, without line breaks: a string that the caller owns. The bytes may be any. NIL when it
/// fails: null with a length (RT_ERROR_NULL_POINTER), a length that memory cannot hold
/// (RT_ERROR_LENGTH), RT_ERROR_OUT_OF_MEMORY. Thread-safe.
///
/// # Safety
/// `input_ptr` points at `input_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_base64_encode(input_ptr: *const u8, input_len: u64) -> RuntimeValue {
    boundary("rt_base64_encode", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise.
        let input = unsafe { arguments::bytes("input", input_ptr, input_len)? };
        RuntimeValue::string(&base64::encode(input, Variant::Standard)?)
    })
}

/// The `input_len` bytes at `input_ptr` as base64 in the URL-safe alphabet (`-` and `_`), padded
/// with `=`, without line breaks: a string that the caller owns. The bytes may be any. NIL when it
/// fails: null with a length (RT_ERROR_NULL_POINTER), a length that memory cannot hold
/// (RT_ERROR_LENGTH), RT_ERROR_OUT_OF_MEMORY. Thread-safe.
///
/// # Safety
/// `input_ptr` points at `input_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_base64_encode_url(
    input_ptr: *const u8,
    input_len: u64,
) -> RuntimeValue {
    boundary("rt_base64_encode_url", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise.
        let input = unsafe { arguments::bytes("input", input_ptr, input_len)? };
        RuntimeValue::string(&base64::encode(input, Variant::Url)?)
    })
}

/// The `input_len` bytes at `input_ptr` as base64 in the standard alphabet (`+` and `/`), without
/// padding, without line breaks: a string that the caller owns. The bytes may be any. NIL when it
/// fails: null with a length (RT_ERROR_NULL_POINTER), a length that memory cannot hold
/// (RT_ERROR_LENGTH), RT_ERROR_OUT_OF_MEMORY. Thread-safe.
///
/// # Safety
/// `input_ptr` points at `input_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_base64_encode_nopad(
    input_ptr: *const u8,
    input_len: u64,
) -> RuntimeValue {
    boundary("rt_base64_encode_nopad", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise.
        let input = unsafe { arguments::bytes("input", input_ptr, input_len)? };
        RuntimeValue::string(&base64::encode(input, Variant::NoPad)?)
    })
}

/// The `input_len` bytes at `input_ptr` as base64 in the URL-safe alphabet (`-` and `_`), without
/// padding, without line breaks: a string that the caller owns. The bytes may be any. NIL when it
/// fails: null with a length (RT_ERROR_NULL_POINTER), a length that memory cannot hold
/// (RT_ERROR_LENGTH), RT_ERROR_OUT_OF_MEMORY. Thread-safe.
///
/// # Safety
/// `input_ptr` points at `input_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_base64_encode_url_nopad(
    input_ptr: *const u8,
    input_len: u64,
) -> RuntimeValue {
    boundary("rt_base64_encode_url_nopad", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise.
        let input = unsafe { arguments::bytes("input", input_ptr, input_len)? };
        RuntimeValue::string(&base64::encode(input, Variant::UrlNoPad)?)
    })
}

/// The bytes that the base64 text of `input_len` bytes at `input_ptr` stands for, in the standard
/// alphabet (`+` and `/`), padded with `=`: a string that the caller owns, with any bytes, zero
/// bytes too. ASCII white space is skipped. Padding is required; everything else that an encoder
/// would not write is refused, and the last error's message has its position. NIL when it fails:
/// RT_ERROR_BASE64_CHARACTER, RT_ERROR_BASE64_PADDING, RT_ERROR_BASE64_TRUNCATED,
/// RT_ERROR_BASE64_BITS; null with a length (RT_ERROR_NULL_POINTER), a length that memory cannot
/// hold (RT_ERROR_LENGTH), RT_ERROR_OUT_OF_MEMORY. Thread-safe.
///
/// # Safety
/// `input_ptr` points at `input_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_base64_decode(input_ptr: *const u8, input_len: u64) -> RuntimeValue {
    boundary("rt_base64_decode", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise.
        let input = unsafe { arguments::bytes("input", input_ptr, input_len)? };
        RuntimeValue::bytes(&base64::decode(input, Variant::Standard)?)
    })
}

/// The bytes that the base64 text of `input_len` bytes at `input_ptr` stands for, in the URL-safe
/// alphabet (`-` and `_`), padded with `=`: a string that the caller owns, with any bytes, zero
/// bytes too. ASCII white space is skipped. Padding is required; everything else that an encoder
/// would not write is refused, and the last error's message has its position. NIL when it fails:
/// RT_ERROR_BASE64_CHARACTER, RT_ERROR_BASE64_PADDING, RT_ERROR_BASE64_TRUNCATED,
/// RT_ERROR_BASE64_BITS; null with a length (RT_ERROR_NULL_POINTER), a length that memory cannot
/// hold (RT_ERROR_LENGTH), RT_ERROR_OUT_OF_MEMORY. Thread-safe.
///
/// # Safety
/// `input_ptr` points at `input_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_base64_decode_url(
    input_ptr: *const u8,
    input_len: u64,
) -> RuntimeValue {
    boundary("rt_base64_decode_url", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise.
        let input = unsafe { arguments::bytes("input", input_ptr, input_len)? };
        RuntimeValue::bytes(&base64::decode(input, Variant::Url)?)
    })
}

/// The bytes that the base64 text of `input_len` bytes at `input_ptr` stands for, in the standard
/// alphabet (`+` and `/`), without padding: a string that the caller owns, with any bytes, zero
/// bytes too. ASCII white space is skipped. Padding is refused; everything else that an encoder
/// would not write is refused, and the last error's message has its position. NIL when it fails:
/// RT_ERROR_BASE64_CHARACTER, RT_ERROR_BASE64_PADDING, RT_ERROR_BASE64_TRUNCATED,
/// RT_ERROR_BASE64_BITS; null with a length (RT_ERROR_NULL_POINTER), a length that memory cannot
/// hold (RT_ERROR_LENGTH), RT_ERROR_OUT_OF_MEMORY. Thread-safe.
///
/// # Safety
/// `input_ptr` points at `input_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_base64_decode_nopad(
    input_ptr: *const u8,
    input_len: u64,
) -> RuntimeValue {
    boundary("rt_base64_decode_nopad", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise.
        let input = unsafe { arguments::bytes("input", input_ptr, input_len)? };
        RuntimeValue::bytes(&base64::decode(input, Variant::NoPad)?)
    })
}

/// The bytes that the base64 text of `input_len` bytes at `input_ptr` stands for, in the URL-safe
/// alphabet (`-` and `_`), without padding: a string that the caller owns, with any bytes, zero
/// bytes too. ASCII white space is skipped. Padding is refused; everything else that an encoder
/// would not write is refused, and the last error's message has its position. NIL when it fails:
/// RT_ERROR_BASE64_CHARACTER, RT_ERROR_BASE64_PADDING, RT_ERROR_BASE64_TRUNCATED,
/// RT_ERROR_BASE64_BITS; null with a length (RT_ERROR_NULL_POINTER), a length that memory cannot
/// hold (RT_ERROR_LENGTH), RT_ERROR_OUT_OF_MEMORY. Thread-safe.
///
/// # Safety
/// `input_ptr` points at `input_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_base64_decode_url_nopad(
    input_ptr: *const u8,
    input_len: u64,
) -> RuntimeValue {
    boundary("rt_base64_decode_url_nopad", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise.
        let input = unsafe { arguments::bytes("input", input_ptr, input_len)? };
        RuntimeValue::bytes(&base64::decode(input, Variant::UrlNoPad)?)
    })
}

/// Where base64 text is malformed: the position of the first byte that `rt_base64_decode` would
/// refuse (the length where something is missing at the end), -1 when the text is well formed.
/// `variant` is one of the RT_BASE64_ numbers. What is found is no failure and leaves the last
/// error alone. -2 when it fails: another variant (RT_ERROR_INVALID_ARGUMENT), null with a length
/// (RT_ERROR_NULL_POINTER), a length that memory cannot hold (RT_ERROR_LENGTH),
/// RT_ERROR_OUT_OF_MEMORY. Thread-safe.
///
/// # Safety
/// `input_ptr` points at `input_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_base64_find_malformed(
    input_ptr: *const u8,
    input_len: u64,
    variant: i64,
) -> i64 {
    boundary("rt_base64_find_malformed", -2, || {
        // SAFETY: the caller's promise.
        let input = unsafe { arguments::bytes("input", input_ptr, input_len)? };
        let malformed = base64::find_malformed(input, Variant::of(variant)?)?;
        Ok(malformed.map_or(-1, |malformed| malformed.position() as i64))
    })
}

/// Writes the base64 text of the `input_len` bytes at `input_ptr` to `output_ptr`, where there is
/// room for `output_len` bytes, without a zero byte at the end; returns the text's length, which is
/// 4 characters for each 3 bytes begun, or less without padding. The fastest way for large input:
/// no string is made. `variant` is one of the RT_BASE64_ numbers. -1 when it fails, and nothing is
/// written: not enough room (RT_ERROR_LENGTH), another variant or an output that overlaps the input
/// (RT_ERROR_INVALID_ARGUMENT), null with a length (RT_ERROR_NULL_POINTER). Thread-safe.
///
/// # Safety
/// `input_ptr` points at `input_len` readable bytes and `output_ptr` at `output_len` writable ones,
/// or they are null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_base64_encode_into(
    input_ptr: *const u8,
    input_len: u64,
    output_ptr: *mut u8,
    output_len: u64,
    variant: i64,
) -> i64 {
    boundary("rt_base64_encode_into", -1, || {
        // SAFETY: the caller's promise.
        let (input, output) = unsafe { apart(input_ptr, input_len, output_ptr, output_len)? };
        Ok(base64::encode_into(input, output, Variant::of(variant)?)? as i64)
    })
}

/// Writes the bytes that the base64 text of `input_len` bytes at `input_ptr` stands for to
/// `output_ptr`, where there is room for `output_len` bytes; returns how many they are, at most 3
/// for each 4 characters. What is refused is as for `rt_base64_decode`. `variant` is one of the
/// RT_BASE64_ numbers. -1 when it fails, and nothing is written: RT_ERROR_BASE64_CHARACTER,
/// RT_ERROR_BASE64_PADDING, RT_ERROR_BASE64_TRUNCATED, RT_ERROR_BASE64_BITS; not enough room
/// (RT_ERROR_LENGTH), another variant or an output that overlaps the input
/// (RT_ERROR_INVALID_ARGUMENT), null with a length (RT_ERROR_NULL_POINTER), RT_ERROR_OUT_OF_MEMORY.
/// Thread-safe.
///
/// # Safety
/// `input_ptr` points at `input_len` readable bytes and `output_ptr` at `output_len` writable ones,
/// or they are null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_base64_decode_into(
    input_ptr: *const u8,
    input_len: u64,
    output_ptr: *mut u8,
    output_len: u64,
    variant: i64,
) -> i64 {
    boundary("rt_base64_decode_into", -1, || {
        // SAFETY: the caller's promise.
        let (input, output) = unsafe { apart(input_ptr, input_len, output_ptr, output_len)? };
        Ok(base64::decode_into(input, output, Variant::of(variant)?)? as i64)
    })
}

/// A new encoder for input that comes in pieces, to be freed with `rt_base64_stream_free`.
/// `variant` is one of the RT_BASE64_ numbers. 0 when it fails: another variant
/// (RT_ERROR_INVALID_ARGUMENT), RT_ERROR_HANDLES_EXHAUSTED. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_base64_stream_new_encoder(variant: i64) -> i64 {
    boundary("rt_base64_stream_new_encoder", 0, || streams::new_encoder(Variant::of(variant)?))
}

/// A new decoder for input that comes in pieces, to be freed with `rt_base64_stream_free`.
/// `variant` is one of the RT_BASE64_ numbers. 0 when it fails: another variant
/// (RT_ERROR_INVALID_ARGUMENT), RT_ERROR_HANDLES_EXHAUSTED. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_base64_stream_new_decoder(variant: i64) -> i64 {
    boundary("rt_base64_stream_new_decoder", 0, || streams::new_decoder(Variant::of(variant)?))
}

/// Gives the stream its next piece of input, cut anywhere; returns what it yields, a string that
/// the caller owns (empty while the stream waits for more). An encoder yields text, a decoder
/// bytes. NIL when it fails: malformed text (as for `rt_base64_decode`, with the position in the
/// whole stream; every later piece is then refused the same way), RT_ERROR_NOT_A_HANDLE,
/// RT_ERROR_STALE_HANDLE, RT_ERROR_WRONG_KIND, null with a length (RT_ERROR_NULL_POINTER), a length
/// that memory cannot hold (RT_ERROR_LENGTH), RT_ERROR_OUT_OF_MEMORY. Thread-safe; threads that
/// share a stream take turns.
///
/// # Safety
/// `input_ptr` points at `input_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_base64_stream_update(
    stream: i64,
    input_ptr: *const u8,
    input_len: u64,
) -> RuntimeValue {
    boundary("rt_base64_stream_update", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise.
        let input = unsafe { arguments::bytes("input", input_ptr, input_len)? };
        RuntimeValue::bytes(&streams::update(stream, input)?)
    })
}

/// Ends the stream's input; returns what is left of the result, a string that the caller owns. The
/// stream is then at the start of another input, also after a refusal. NIL when it fails: malformed
/// text (as for `rt_base64_decode`), RT_ERROR_NOT_A_HANDLE, RT_ERROR_STALE_HANDLE,
/// RT_ERROR_WRONG_KIND, RT_ERROR_OUT_OF_MEMORY. Thread-safe; threads that share a stream take
/// turns.
#[unsafe(no_mangle)]
pub extern "C" fn rt_base64_stream_finish(stream: i64) -> RuntimeValue {
    boundary("rt_base64_stream_finish", RuntimeValue::NIL, || {
        RuntimeValue::bytes(&streams::finish(stream)?)
    })
}

/// Frees a stream. 1 when it is done, 0 when it fails: RT_ERROR_NOT_A_HANDLE, RT_ERROR_STALE_HANDLE
/// (it was freed before), RT_ERROR_WRONG_KIND. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_base64_stream_free(stream: i64) -> i64 {
    boundary("rt_base64_stream_free", 0, || streams::free(stream).map(|()| 1))
}

/// The `input_len` bytes at `input_ptr` in hexadecimal with lower-case letters: a string that the
/// caller owns. NIL when it fails: null with a length (RT_ERROR_NULL_POINTER), a length that memory
/// cannot hold (RT_ERROR_LENGTH), RT_ERROR_OUT_OF_MEMORY. Thread-safe.
///
/// # Safety
/// `input_ptr` points at `input_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_hex_encode(input_ptr: *const u8, input_len: u64) -> RuntimeValue {
    boundary("rt_hex_encode", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise.
        let input = unsafe { arguments::bytes("input", input_ptr, input_len)? };
        RuntimeValue::string(&hex::encode_lower(input)?)
    })
}

/// As `rt_hex_encode`, with upper-case letters.
///
/// # Safety
/// `input_ptr` points at `input_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_hex_encode_upper(input_ptr: *const u8, input_len: u64) -> RuntimeValue {
    boundary("rt_hex_encode_upper", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise.
        let input = unsafe { arguments::bytes("input", input_ptr, input_len)? };
        RuntimeValue::string(&hex::encode_upper(input)?)
    })
}

/// The bytes that hexadecimal text of `input_len` bytes at `input_ptr` stands for, in letters of
/// either case: a string that the caller owns. NIL when it fails: RT_ERROR_HEX_CHARACTER (the
/// message has the position; white space is refused too), RT_ERROR_HEX_ODD, null with a length
/// (RT_ERROR_NULL_POINTER), a length that memory cannot hold (RT_ERROR_LENGTH),
/// RT_ERROR_OUT_OF_MEMORY. Thread-safe.
///
/// # Safety
/// `input_ptr` points at `input_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_hex_decode(input_ptr: *const u8, input_len: u64) -> RuntimeValue {
    boundary("rt_hex_decode", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise.
        let input = unsafe { arguments::bytes("input", input_ptr, input_len)? };
        RuntimeValue::bytes(&hex::decode(input)?)
    })
}

/// The 64-bit FNV-1a hash of the `data_len` bytes at `data_ptr`; of no bytes, the offset basis
/// 0xcbf29ce484222325 (the hash that an empty string object keeps is 0 instead). 0 when it fails:
/// null with a length (RT_ERROR_NULL_POINTER), a length that memory cannot hold (RT_ERROR_LENGTH).
/// Thread-safe.
///
/// # Safety
/// `data_ptr` points at `data_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_fnv_hash(data_ptr: *const u8, data_len: u64) -> u64 {
    boundary("rt_fnv_hash", 0, || {
        // SAFETY: the caller's promise.
        let data = unsafe { arguments::bytes("data", data_ptr, data_len)? };
        Ok(fnv::hash_64(data))
    })
}

/// The 32-bit FNV-1a hash of the `data_len` bytes at `data_ptr`; of no bytes, the offset basis
/// 0x811c9dc5. 0 when it fails: null with a length (RT_ERROR_NULL_POINTER), a length that memory
/// cannot hold (RT_ERROR_LENGTH). Thread-safe.
///
/// # Safety
/// `data_ptr` points at `data_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_fnv_hash_32(data_ptr: *const u8, data_len: u64) -> u32 {
    boundary("rt_fnv_hash_32", 0, || {
        // SAFETY: the caller's promise.
        let data = unsafe { arguments::bytes("data", data_ptr, data_len)? };
        Ok(fnv::hash_32(data))
    })
}

/// Input and output as slices, if they do not overlap.
///
/// # Safety
/// Both pointers are null, or point at as many readable and writable bytes.
unsafe fn apart<'a>(
    input_ptr: *const u8,
    input_len: u64,
    output_ptr: *mut u8,
    output_len: u64,
) -> Result<(&'a [u8], &'a mut [u8])> {
    let (input, output) = (input_ptr.addr() as u64, output_ptr.addr() as u64);
    let overlap = input < output.saturating_add(output_len)
        && output < input.saturating_add(input_len)
        && input_len != 0
        && output_len != 0;
    if overlap {
        return Err(Error::invalid(format!("output {output:#x} overlaps input {input:#x}")));
    }
    // SAFETY: the caller's promise; nothing is both read and written, as just checked.
    unsafe {
        Ok((
            arguments::bytes("input", input_ptr, input_len)?,
            arguments::slice_mut("output", output_ptr, output_len)?,
        ))
    }
}
