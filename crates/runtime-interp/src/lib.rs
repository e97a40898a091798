#![doc = include_str!("../README.md")]

mod bridge;
pub mod codes;
#[cfg(feature = "ffi")]
pub mod ffi;
pub mod report;
mod slot;

pub use bridge::{
    call, clear_call_handler, clear_eval_handler, eval, set_call_handler, set_eval_handler,
};
