#![doc = include_str!("../README.md")]

mod evaluation;
#[cfg(feature = "ffi")]
pub mod ffi;
mod local;
mod place;
mod probe;
mod registry;
mod report;
mod table;
mod trace;

pub use probe::{
    Place, clear, condition, condition_at, decision, decision_at, finish_path, is_enabled, path,
    set_enabled,
};
pub use registry::limits;
pub use report::{Condition, Decision, Report, Sequence};
