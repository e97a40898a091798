//! The error codes of this area: 600 to 699.

/// The result is larger than the largest int64_t.
pub const RT_ERROR_MATH_OVERFLOW: i64 = 600;
/// The function is not defined for this argument.
pub const RT_ERROR_MATH_DOMAIN: i64 = 601;
