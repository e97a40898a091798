#![doc = include_str!("../README.md")]

#[cfg(feature = "pytorch")]
pub mod arguments;
pub mod codes;
#[cfg(feature = "pytorch")]
pub mod error;
#[cfg(feature = "ffi")]
pub mod ffi;
#[cfg(feature = "pytorch")]
pub mod kinds;
#[cfg(feature = "pytorch")]
pub mod memory;
#[cfg(feature = "pytorch")]
pub mod objects;
#[cfg(feature = "pytorch")]
pub mod options;
