//! The C functions of `dir`.
