//! A bounded pool of things to use again.

use crossbeam::queue::SegQueue;
use runtime_core::{Error, Result};

use crate::codes;
use crate::sync::{AtomicUsize, Ordering};
use crate::table::Reuse;

/// A lock-free pool that keeps at most `capacity` values and hands out the oldest first.
///
/// It begins empty and makes nothing itself: who finds nothing to use makes something, and releases
/// it when done.
///
/// # Example
/// ```
/// use runtime_concurrent::Pool;
///
/// let pool = Pool::new(1)?;
/// assert_eq!(pool.acquire(), None);
/// pool.release("connection")?;
/// assert!(pool.release("one too many").is_err());
/// assert_eq!(pool.acquire(), Some("connection"));
/// # Ok::<(), runtime_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Pool<T> {
    /// Changed only while nobody else knows the pool.
    capacity: AtomicUsize,
    /// How many places are taken: never fewer than there are values in the queue, for a place is
    /// taken before the value goes in and given back after it came out.
    taken: AtomicUsize,
    values: SegQueue<T>,
}

impl<T> Pool<T> {
    /// An empty pool for at most `capacity` values, at least one.
    ///
    /// # Errors
    /// `RT_ERROR_LENGTH` for a capacity of 0.
    pub fn new(capacity: usize) -> Result<Self> {
        if capacity == 0 {
            return Err(below_one(0));
        }
        let pool = Self::default();
        pool.set_capacity(capacity);
        Ok(pool)
    }

    /// Takes the oldest value, if there is one.
    pub fn acquire(&self) -> Option<T> {
        let value = self.values.pop()?;
        self.taken.fetch_sub(1, Ordering::Relaxed);
        Some(value)
    }

    /// Puts a value into the pool.
    ///
    /// # Errors
    /// `RT_ERROR_FULL` when the pool holds as many values as it can; the value is dropped.
    pub fn release(&self, value: T) -> Result<()> {
        // The order of the values is the queue's business; this only counts, so relaxed is enough.
        self.taken
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |taken| {
                (taken < self.capacity()).then_some(taken + 1)
            })
            .map_err(|_| full(self.capacity()))?;
        self.values.push(value);
        Ok(())
    }

    /// How many values can be acquired, at a moment during the call.
    pub fn available(&self) -> usize {
        self.values.len()
    }

    /// How many values the pool can hold.
    pub fn capacity(&self) -> usize {
        self.capacity.load(Ordering::Relaxed)
    }

    /// Makes it a pool for at most `capacity` values. It is empty, and nobody else knows it.
    pub(crate) fn set_capacity(&self, capacity: usize) {
        self.capacity.store(capacity, Ordering::Relaxed);
    }
}

impl<T> Default for Pool<T> {
    /// A pool that holds nothing.
    fn default() -> Self {
        Self { capacity: AtomicUsize::new(0), taken: AtomicUsize::new(0), values: SegQueue::new() }
    }
}

impl<T: Send + 'static> Reuse for Pool<T> {
    fn vacate(&self) {
        for _ in 0..self.available() {
            self.acquire();
        }
    }
}

/// The error for a capacity that must be positive and is not.
#[cold]
pub(crate) fn below_one(capacity: i64) -> Error {
    Error::new(
        runtime_core::error::codes::RT_ERROR_LENGTH,
        format!("capacity {capacity} is below 1"),
    )
}

#[cold]
fn full(capacity: usize) -> Error {
    Error::new(codes::RT_ERROR_FULL, format!("the pool holds {capacity} values, its capacity"))
}
