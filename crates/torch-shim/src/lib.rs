#![doc = include_str!("../README.md")]
#![cfg(feature = "pytorch")]

pub mod activation;
pub mod autograd;
mod callback;
pub mod device;
pub mod dist;
mod ffi;
pub mod gradient;
pub mod graph;
pub mod jit;
mod large_stack;
pub mod memory;
pub mod optim;
pub mod storage;
mod text;
pub mod value;

pub use callback::Callback;
pub use value::Value;

/// What LibTorch did, or the text of why not.
pub type Result<T> = std::result::Result<T, String>;
