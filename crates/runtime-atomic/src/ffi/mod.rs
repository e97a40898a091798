//! The C functions of this crate, by what they work on.

mod boolean;
mod flag;
mod int;
mod once;

pub use boolean::*;
pub use flag::*;
pub use int::*;
pub use once::*;
