//! The C functions of this crate, by topic.

pub mod array;
pub mod array_derive;
pub mod boxes;
pub mod collection;
pub mod dict;
pub mod enumeration;
pub mod fields;
pub mod memory;
pub mod string;
pub mod value;
