//! The C functions of this crate, a file for each kind of object.

mod atomic;
mod barrier;
mod channel;
mod condvar;
mod mutex;
mod rwlock;
mod semaphore;
mod thread;
mod thread_local;

use std::time::Duration;

use runtime_value::RuntimeValue;

pub use atomic::*;
pub use barrier::*;
pub use channel::*;
pub use condvar::*;
pub use mutex::*;
pub use rwlock::*;
pub use semaphore::*;
pub use thread::*;
pub use thread_local::*;

/// The word with these bits, which came out of a lock or a channel.
#[inline(always)]
fn word(bits: u64) -> RuntimeValue {
    // SAFETY: locks and channels hand words from thread to thread, ordered. That two threads do not
    // use one object at the same time is the rule for all values, which C code keeps itself.
    unsafe { RuntimeValue::from_bits(bits) }
}

/// The word that came out, NIL where none did.
#[inline(always)]
fn word_or_nil(bits: Option<u64>) -> RuntimeValue {
    bits.map_or(RuntimeValue::NIL, word)
}

/// A number of milliseconds; below 0 counts as 0.
fn milliseconds(number: i64) -> Duration {
    Duration::from_millis(u64::try_from(number).unwrap_or(0))
}
