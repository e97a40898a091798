//! The C functions of `glob`.
