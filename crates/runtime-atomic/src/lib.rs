#![doc = include_str!("../README.md")]

pub mod cells;
pub mod codes;
#[cfg(feature = "ffi")]
pub mod ffi;
pub mod once;
pub mod order;

pub use once::Once;
