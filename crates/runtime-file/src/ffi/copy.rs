//! The C functions of `copy`.
