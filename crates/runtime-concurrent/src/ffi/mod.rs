//! The C functions of this crate, a file for each kind of container.

mod arena;
mod bounded_queue;
mod map;
mod pool;
mod queue;
mod stack;
mod tls;
mod value_map;

use runtime_core::error::codes::{RT_ERROR_LENGTH, RT_ERROR_NULL_POINTER};
use runtime_core::{Error, Result};
use runtime_value::RuntimeValue;

use crate::pool::below_one;

pub use arena::*;
pub use bounded_queue::*;
pub use map::*;
pub use pool::*;
pub use queue::*;
pub use stack::*;
pub use tls::*;
pub use value_map::*;

/// The word with these bits, which came out of a container.
#[inline(always)]
fn word(bits: u64) -> RuntimeValue {
    // SAFETY: a word passes through a container as it is. What it refers to changes hands with it;
    // that two threads do not use one object at the same time is the rule for all values.
    unsafe { RuntimeValue::from_bits(bits) }
}

/// The word that came out of a container, NIL where none did.
#[inline(always)]
fn word_or_nil(bits: Option<u64>) -> RuntimeValue {
    bits.map_or(RuntimeValue::NIL, word)
}

/// A size as Rust has it. One that is too large for the machine is no size.
#[inline(always)]
fn size(name: &'static str, given: i64) -> Result<usize> {
    if given < 0 {
        // Out of the way, so that the way of success has nothing to keep for the message.
        return Err(negative(name, given));
    }
    Ok(usize::try_from(given).unwrap_or(usize::MAX))
}

#[cold]
#[inline(never)]
fn negative(name: &str, given: i64) -> Error {
    Error::new(RT_ERROR_LENGTH, format!("{name} {given} is negative"))
}

/// The callback that was given.
fn callback<F>(name: &str, function: Option<F>) -> Result<F> {
    function.ok_or_else(|| Error::new(RT_ERROR_NULL_POINTER, format!("{name} is null")))
}

/// A capacity that must be at least 1.
fn positive(capacity: i64) -> Result<usize> {
    match usize::try_from(capacity) {
        Ok(capacity) if capacity > 0 => Ok(capacity),
        _ => Err(below_one(capacity)),
    }
}
