#![doc = include_str!("../README.md")]

pub mod codes;
pub mod comparison;
pub mod constants;
#[cfg(feature = "ffi")]
pub mod ffi;
pub mod integer;
pub mod libm;
pub mod rounding;
