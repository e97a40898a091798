//! Hexadecimal text: two digits for each byte, nothing else.

use hex_simd::AsciiCase;
use runtime_core::{Error, Result, error};

use crate::codes;
use crate::shown::Shown;

/// The bytes in hexadecimal, with lower-case letters.
///
/// # Errors
/// `RT_ERROR_OUT_OF_MEMORY`, `RT_ERROR_LENGTH`.
///
/// ```
/// assert_eq!(runtime_encoding::hex::encode_lower(b"\x00\xab")?, "00ab");
/// # Ok::<(), runtime_core::Error>(())
/// ```
pub fn encode_lower(bytes: &[u8]) -> Result<String> {
    encode(bytes, AsciiCase::Lower)
}

/// The bytes in hexadecimal, with upper-case letters.
///
/// # Errors
/// `RT_ERROR_OUT_OF_MEMORY`, `RT_ERROR_LENGTH`.
pub fn encode_upper(bytes: &[u8]) -> Result<String> {
    encode(bytes, AsciiCase::Upper)
}

fn encode(bytes: &[u8], case: AsciiCase) -> Result<String> {
    let length = bytes.len().checked_mul(2).ok_or_else(|| {
        let reason = format!("the text of {} bytes is longer than memory", bytes.len());
        Error::new(error::codes::RT_ERROR_LENGTH, reason)
    })?;
    let mut text = String::new();
    text.try_reserve_exact(length).map_err(|_| Error::out_of_memory(length))?;
    hex_simd::encode_append(bytes, &mut text, case);
    Ok(text)
}

/// The bytes of hexadecimal text, in letters of either case. White space is refused too.
///
/// # Errors
/// `RT_ERROR_HEX_CHARACTER` with the position of the first byte that is no digit,
/// `RT_ERROR_HEX_ODD`, `RT_ERROR_OUT_OF_MEMORY`.
///
/// ```
/// use runtime_encoding::hex::decode;
///
/// assert_eq!(decode(b"00aBff")?, [0x00, 0xab, 0xff]);
/// assert_eq!(decode(b"0g").unwrap_err().reason(), "input has 'g' at position 1, which is no hexadecimal digit");
/// # Ok::<(), runtime_core::Error>(())
/// ```
pub fn decode(text: &[u8]) -> Result<Vec<u8>> {
    let length = text.len() / 2;
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(length).map_err(|_| Error::out_of_memory(length))?;
    hex_simd::decode_append(text, &mut bytes).map_err(|_| refusal(text))?;
    Ok(bytes)
}

/// Why the library refused.
#[cold]
fn refusal(text: &[u8]) -> Error {
    match text.iter().position(|byte| !byte.is_ascii_hexdigit()) {
        Some(position) => Error::new(
            codes::RT_ERROR_HEX_CHARACTER,
            format!(
                "input has {} at position {position}, which is no hexadecimal digit",
                Shown(text[position])
            ),
        ),
        None => Error::new(
            codes::RT_ERROR_HEX_ODD,
            format!("input has {} digits, an odd number", text.len()),
        ),
    }
}
