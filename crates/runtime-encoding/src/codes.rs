//! The error codes of this area: 800 to 899.

/// Base64 text has a byte that is neither in the alphabet nor white space.
pub const RT_ERROR_BASE64_CHARACTER: i64 = 800;
/// Base64 padding is missing, misplaced, or there where the variant has none.
pub const RT_ERROR_BASE64_PADDING: i64 = 801;
/// Base64 text ends with a single character of a group, which holds no whole byte.
pub const RT_ERROR_BASE64_TRUNCATED: i64 = 802;
/// The last character of base64 text has bits set that belong to no byte, as in `QR==`.
pub const RT_ERROR_BASE64_BITS: i64 = 803;
/// Hexadecimal text has a byte that is no digit.
pub const RT_ERROR_HEX_CHARACTER: i64 = 810;
/// Hexadecimal text has an odd number of digits.
pub const RT_ERROR_HEX_ODD: i64 = 811;
