#![doc = include_str!("../README.md")]

pub mod calendar;
pub mod clock;
pub mod codes;
mod date_time;
#[cfg(feature = "ffi")]
pub mod ffi;
pub mod format;
pub mod stopwatch;
mod text;
mod timestamp;
pub mod zone;

pub use date_time::DateTime;
pub use timestamp::Timestamp;
pub use zone::Offset;
