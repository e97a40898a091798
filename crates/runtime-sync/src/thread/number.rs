//! The numbers of threads: from 1, in the order in which threads first ask, never a second time.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::raw::lock::MAX_OWNER;

static NEXT: AtomicU64 = AtomicU64::new(1);

thread_local! {
    static NUMBER: Cell<u64> = const { Cell::new(0) };
}

/// The number of the calling thread, by which locks know their owners: from 1, and given once.
#[inline(always)]
pub fn current_number() -> u64 {
    match NUMBER.get() {
        0 => assign_new(),
        number => number,
    }
}

/// The number of the calling thread, if it has asked for it before. Without one it holds no lock.
#[inline(always)]
pub(crate) fn number_so_far() -> Option<u64> {
    let number = NUMBER.get();
    (number != 0).then_some(number)
}

#[cold]
#[inline(never)]
fn assign_new() -> u64 {
    assign(new_number())
}

/// A number for a thread that is about to be started.
pub(super) fn new_number() -> u64 {
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    assert!(number <= MAX_OWNER, "more than 2^34 threads were started in this process");
    number
}

/// Gives the calling thread its number.
pub(super) fn assign(number: u64) -> u64 {
    NUMBER.set(number);
    number
}
