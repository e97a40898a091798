//! The C functions of this crate, by topic.

mod capture;
mod input;
mod print;

pub use capture::*;
pub use input::*;
pub use print::*;
