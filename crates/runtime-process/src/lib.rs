#![doc = include_str!("../README.md")]

mod account;
pub mod arguments;
mod child;
mod children;
pub mod codes;
pub mod command;
pub mod directories;
pub mod environment;
mod exchange;
mod exit;
#[cfg(feature = "ffi")]
pub mod ffi;
pub mod host;
mod output;
mod patience;
mod process;
#[cfg_attr(not(target_os = "linux"), path = "no_reaper.rs")]
mod reaper;
pub mod status;

pub use command::Command;
pub use exit::exit;
pub use output::Output;
pub use process::{Process, Stream};
