//! The error codes of this area: 500 to 599.

/// The thread does not hold the lock that it wants to release or use.
pub const RT_ERROR_NOT_HELD: i64 = 500;
/// The thread's result was taken by a join before.
pub const RT_ERROR_JOINED: i64 = 501;
/// The channel was closed: nothing can be sent into it.
pub const RT_ERROR_CHANNEL_CLOSED: i64 = 502;
/// More permits, or more read holds of one thread, than can be counted.
pub const RT_ERROR_TOO_MANY_HOLDS: i64 = 503;
/// The calling thread is at its end and has no storage of its own any more.
pub const RT_ERROR_THREAD_ENDING: i64 = 504;
