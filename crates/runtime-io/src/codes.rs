//! The error codes of this area: 1100 to 1199.

/// A capture is to be stopped, and none is on.
pub const RT_ERROR_NOT_CAPTURING: i64 = 1100;
/// Captures are nested deeper than is allowed (1024).
pub const RT_ERROR_CAPTURE_DEPTH: i64 = 1101;
/// The reader of standard output or standard error is gone.
pub const RT_ERROR_CLOSED_PIPE: i64 = 1102;
