//! The C functions of `path`.
