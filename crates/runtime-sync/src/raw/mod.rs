//! The waiting itself: locks, semaphores and condition variables as atomic words with a queue of
//! parked threads, without values, handles or errors. What is here is checked by the loom models.

pub mod condvar;
pub mod lock;
mod parking;
pub mod semaphore;

pub use parking::Patience;
#[cfg(loom)]
pub use parking::{end, start};

#[cfg(loom)]
use loom::sync::atomic::{AtomicU32, AtomicU64, Ordering};
#[cfg(not(loom))]
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// How a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acquired {
    /// The caller has what it asked for.
    Taken,
    /// It was not to be had in the time that the caller had patience for.
    Busy,
    /// The object was retired before.
    Gone,
    /// The caller holds it alone already.
    Own,
}

/// Why an object cannot be retired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InUse {
    /// A thread holds it.
    Held,
    /// A thread waits for it.
    WaitedFor,
    /// It was retired before.
    Gone,
}
