//! The atomic cells of the process, by handle.
//!
//! Handles have their own table for each type, so a handle of one type is refused by the functions
//! of another. A Rust program that has no handles uses the standard library's atomics directly.

use std::ops::Deref;
use std::sync::atomic::{AtomicBool, AtomicI64};

use runtime_core::handle::{InPlace, InPlaceTable, kinds};

/// The ints.
pub static INTS: InPlaceTable<Apart<AtomicI64>> = InPlaceTable::new(kinds::ATOMIC_INT);
/// The bools.
pub static BOOLS: InPlaceTable<Apart<AtomicBool>> = InPlaceTable::new(kinds::ATOMIC_BOOL);
/// The flags.
pub static FLAGS: InPlaceTable<Apart<AtomicBool>> = InPlaceTable::new(kinds::ATOMIC_FLAG);

/// An atomic on a cache line of its own.
///
/// The line is not shared with another cell, so that threads on different cells do not slow each
/// other down; nor with what a lookup reads, so that threads on one cell pass one line around and
/// not two uses of it.
#[derive(Debug, Default)]
#[repr(align(64))]
pub struct Apart<T>(T);

impl<T> Deref for Apart<T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Default + Send + Sync + 'static> InPlace for Apart<T> {
    fn vacant() -> Self {
        Self::default()
    }
}
