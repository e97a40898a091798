//! The C functions of this crate, by topic.
