#![doc = include_str!("../README.md")]

pub mod codes;
pub mod copy;
pub mod descriptor;
pub mod dir;
pub mod entry;
#[cfg(feature = "ffi")]
pub mod ffi;
pub mod glob;
pub mod map;
pub mod name;
pub mod path;
pub mod remove;
pub mod replace;
pub mod text;
mod utf8;
pub mod walk;
