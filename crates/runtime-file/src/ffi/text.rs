//! The C functions of `text`.
