//! The C functions of this crate.
//!
//! A function of floats has no boundary around it: it is one call or a few instructions, there is
//! nothing in it that can fail or panic, and NaN is its answer to what is not defined. Those that
//! report errors run inside [`runtime_core::boundary()`] like all others of the runtime.

mod angles;
mod comparison;
mod constants;
mod integer;
mod powers;
mod rounding;

pub use angles::*;
pub use comparison::*;
pub use constants::*;
pub use integer::*;
pub use powers::*;
pub use rounding::*;
