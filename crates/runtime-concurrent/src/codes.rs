//! The error codes of this area: 400 to 499.

/// The container is full: what was to go in does not fit.
pub const RT_ERROR_FULL: i64 = 400;
/// The queue was closed: nothing goes in any more.
pub const RT_ERROR_CLOSED: i64 = 401;
/// The thread is ending and has no thread-local values any more.
pub const RT_ERROR_THREAD_ENDS: i64 = 402;
