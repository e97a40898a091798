//! The C functions of `descriptor`.
