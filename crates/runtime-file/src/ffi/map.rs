//! The C functions of `map`.
