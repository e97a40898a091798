#![doc = include_str!("../README.md")]

pub mod base64;
pub mod codes;
#[cfg(feature = "ffi")]
pub mod ffi;
pub mod fnv;
pub mod hex;
mod shown;
