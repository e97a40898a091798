//! The error codes of this area: 300 to 399.

/// A number that is no memory order, or an order that the operation cannot have.
pub const RT_ERROR_MEMORY_ORDER: i64 = 300;
