//! The error codes of this area: 700 to 799.

/// The instant is beyond what an int64_t of microseconds holds.
pub const RT_ERROR_TIME_RANGE: i64 = 700;
/// A component of a date or a time of day that does not exist, as 30 February.
pub const RT_ERROR_TIME_COMPONENT: i64 = 701;
/// The text is not written as the format asks for.
pub const RT_ERROR_TIME_TEXT: i64 = 702;
/// The format string has a directive that does not exist or cannot be used here.
pub const RT_ERROR_TIME_FORMAT: i64 = 703;
/// The UTC offset is impossible, or the system does not tell it.
pub const RT_ERROR_TIME_OFFSET: i64 = 704;
