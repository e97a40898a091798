#![doc = include_str!("../README.md")]

pub mod capture;
pub mod codes;
mod descriptor;
#[cfg(feature = "ffi")]
pub mod ffi;
pub mod input;
mod output;
mod stream;

pub use stream::{Stream, text};
