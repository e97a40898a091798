//! The C functions of this crate, by topic.

mod bridge;
mod report;
mod userdata;

pub use bridge::*;
pub use report::*;
