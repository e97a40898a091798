//! The error codes of this area: 100 to 199.

/// The word is not a live value: it was forged, or its object was freed.
pub const RT_ERROR_NOT_A_VALUE: i64 = 100;
/// The value is of another type than the function works on.
pub const RT_ERROR_WRONG_TYPE: i64 = 101;
/// The result does not fit into an int.
pub const RT_ERROR_OVERFLOW: i64 = 102;
/// An index, field or capture that the object does not have.
pub const RT_ERROR_INDEX: i64 = 103;
/// The address is not that of a live `rt_alloc` block or heap object.
pub const RT_ERROR_NOT_A_BLOCK: i64 = 104;
/// `rt_scope_end` without a matching `rt_scope_begin` on this thread.
pub const RT_ERROR_NO_SCOPE: i64 = 105;
/// A container that a callback changed while it was being worked on.
pub const RT_ERROR_CHANGED: i64 = 106;
