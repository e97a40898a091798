#![doc = include_str!("../README.md")]

pub mod alone;
pub mod arguments;
pub mod boundary;
pub mod cell;
pub mod error;
#[cfg(all(feature = "ffi", not(loom)))]
pub mod ffi;
pub mod handle;
pub mod hooks;
#[cfg(unix)]
pub mod sigpipe;
mod sync;
pub mod thread_pointer;
pub mod userdata;

pub use boundary::boundary;
pub use error::{Error, Result};
