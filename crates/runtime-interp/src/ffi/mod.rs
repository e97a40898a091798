//! The C functions of this crate, by topic.

mod bridge;
mod report;

pub use bridge::*;
pub use report::*;
