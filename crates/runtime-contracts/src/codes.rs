//! The error codes of this area: 1300 to 1399.

/// A contract does not hold, and the handler let the program go on.
pub const RT_ERROR_CONTRACT_VIOLATED: i64 = 1300;
