#![doc = include_str!("../README.md")]
#![cfg(feature = "pytorch")]

pub mod autograd;
mod callback;
pub mod dist;
mod ffi;
pub mod jit;
mod large_stack;
pub mod optim;
mod text;
pub mod value;

pub use callback::Callback;
pub use value::Value;

/// What LibTorch did, or the text of why not.
pub type Result<T> = std::result::Result<T, String>;
