#![doc = include_str!("../README.md")]

mod check;
pub mod codes;
pub mod counters;
#[cfg(feature = "ffi")]
pub mod ffi;
pub mod kind;
mod violation;

pub use check::{check, clear_handler, set_handler};
pub use kind::Kind;
pub use violation::Violation;
