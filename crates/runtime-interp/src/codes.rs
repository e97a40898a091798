//! The error codes of this area: 1200 to 1299.

/// A call or an evaluation for which no handler is set.
pub const RT_ERROR_NO_HANDLER: i64 = 1200;
/// A handler returned a word that is no live value.
pub const RT_ERROR_BAD_RESULT: i64 = 1201;
/// The program calls a function that does not exist.
pub const RT_ERROR_FUNCTION_NOT_FOUND: i64 = 1202;
/// The program calls a method that the type does not have.
pub const RT_ERROR_METHOD_NOT_FOUND: i64 = 1203;
