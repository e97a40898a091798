//! The C functions of `entry`.
