//! The readers-writer lock: shared by readers, or held by one writer, until it is unlocked.

use std::cell::RefCell;
use std::sync::atomic::Ordering;
use std::time::Duration;

use runtime_core::error::codes as core_codes;
use runtime_core::{Error, Result};
use runtime_value::ObjectType;

use crate::codes;
use crate::guarded::{Guarded, Table};
use crate::object::{self, Kind, view};
use crate::places::Address;
use crate::raw::lock::{Epoch, Wish};
use crate::raw::{Acquired, Patience};
use crate::thread::current_number;

static LOCKS: Table = Table::new("rwlock");

struct RwLockKind;

impl Kind for RwLockKind {
    const TYPE: ObjectType = ObjectType::RwLock;

    fn retire(handle: i64) -> Result<()> {
        LOCKS.retire(Address(handle))
    }

    fn value(handle: i64) -> Option<u64> {
        LOCKS.value(Address(handle))
    }
}

view! {
    /// A readers-writer lock that holds the bits of a value word. A heap object: it lives until it is
    /// freed.
    ///
    /// Any number of threads read at once; one writes alone. The lock knows who holds it: a thread
    /// may read several times at once (and unlock as often), but a writer that wants to read or
    /// write again, or a reader that wants to write, would wait for itself, which is an error.
    /// Readers that come while a writer waits wait behind it.
    ///
    /// # Example
    /// ```
    /// use runtime_sync::RwLock;
    ///
    /// let lock = RwLock::new(8)?;
    /// assert_eq!(lock.read()?, 8);
    /// assert_eq!(lock.try_read()?, Some(8));
    /// assert!(lock.write().is_err()); // this thread reads
    /// lock.unlock_read()?;
    /// lock.unlock_read()?;
    /// lock.write()?;
    /// lock.set(16)?;
    /// lock.unlock_write()?;
    /// lock.free()?;
    /// # Ok::<(), runtime_core::Error>(())
    /// ```
    RwLock of RwLockKind, "rwlock"
}

impl RwLock {
    /// A lock that holds the value with these bits.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY` or `RT_ERROR_HANDLES_EXHAUSTED`.
    pub fn new(bits: u64) -> Result<Self> {
        Self::of_handle(LOCKS.claim(bits)?.0)
    }

    /// Takes the lock for reading, waiting as long as it takes. Returns the value.
    ///
    /// # Errors
    /// `RT_ERROR_DEADLOCK` when this thread writes, `RT_ERROR_STALE_HANDLE` when the lock was freed,
    /// `RT_ERROR_TOO_MANY_HOLDS` when this thread reads a million times at once.
    #[inline]
    pub fn read(self) -> Result<u64> {
        self.acquire_read(Patience::Unlimited).map(taken)
    }

    /// Takes the lock for reading if that needs no waiting. `None` if not.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn try_read(self) -> Result<Option<u64>> {
        self.acquire_read(Patience::None)
    }

    /// Takes the lock for reading, waiting at most so long. `None` if the time was not enough.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_for(self, duration: Duration) -> Result<Option<u64>> {
        self.acquire_read(Patience::lasting(duration))
    }

    #[inline(always)]
    fn acquire_read(self, patience: Patience) -> Result<Option<u64>> {
        holds::begin_read(self.handle, |reads_already| {
            let wish = if reads_already { Wish::SharedAtOnce } else { Wish::Shared };
            self.acquire(wish, patience)
        })
    }

    /// Takes the lock for writing, waiting as long as it takes. Returns the value.
    ///
    /// # Errors
    /// `RT_ERROR_DEADLOCK` when this thread reads or writes already, `RT_ERROR_STALE_HANDLE` when
    /// the lock was freed.
    #[inline]
    pub fn write(self) -> Result<u64> {
        self.acquire_write(Patience::Unlimited).map(taken)
    }

    /// Takes the lock for writing if it is free. `None` if not.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub fn try_write(self) -> Result<Option<u64>> {
        self.acquire_write(Patience::None)
    }

    /// Takes the lock for writing, waiting at most so long. `None` if the time was not enough.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub fn write_for(self, duration: Duration) -> Result<Option<u64>> {
        self.acquire_write(Patience::lasting(duration))
    }

    #[inline(always)]
    fn acquire_write(self, patience: Patience) -> Result<Option<u64>> {
        if holds::reads(self.handle) {
            return Err(would_wait_for_itself("reads"));
        }
        self.acquire(Wish::Exclusive, patience)
    }

    #[inline(always)]
    fn state(self) -> Result<&'static Guarded> {
        LOCKS.get(Address(self.handle))
    }

    #[inline(always)]
    fn epoch(self) -> Epoch {
        Address(self.handle).epoch()
    }

    #[inline(always)]
    fn acquire(self, wish: Wish, patience: Patience) -> Result<Option<u64>> {
        let state = self.state()?;
        let epoch = self.epoch();
        match state.lock.acquire(epoch, current_number(), wish, patience) {
            Acquired::Taken => Ok(Some(state.value.load(Ordering::Relaxed))),
            Acquired::Busy => Ok(None),
            Acquired::Own => Err(would_wait_for_itself("writes")),
            Acquired::Gone => Err(object::gone("rwlock")),
        }
    }

    /// Ends one read of this thread.
    ///
    /// # Errors
    /// `RT_ERROR_NOT_HELD` when this thread does not read.
    #[inline]
    pub fn unlock_read(self) -> Result<()> {
        let state = self.state()?;
        holds::end_read(self.handle)?;
        state.lock.release_shared();
        Ok(())
    }

    /// Ends this thread's writing.
    ///
    /// # Errors
    /// `RT_ERROR_NOT_HELD` when this thread does not write.
    #[inline]
    pub fn unlock_write(self) -> Result<()> {
        let lock = &self.state()?.lock;
        lock.release(lock.ownership(self.epoch(), current_number()).ok_or_else(not_held)?);
        Ok(())
    }

    /// Whether the calling thread reads or writes.
    ///
    /// # Errors
    /// `RT_ERROR_STALE_HANDLE` when the lock was freed.
    pub fn is_held_by_me(self) -> Result<bool> {
        let state = self.state()?;
        Ok(holds::reads(self.handle) || state.lock.is_owned_by(self.epoch(), current_number()))
    }

    /// The value, for a thread that reads or writes.
    ///
    /// # Errors
    /// `RT_ERROR_NOT_HELD` when this thread does neither.
    pub fn get(self) -> Result<u64> {
        let state = self.state()?;
        if holds::reads(self.handle) || state.lock.is_owned_by(self.epoch(), current_number()) {
            Ok(state.value.load(Ordering::Relaxed))
        } else {
            Err(not_held())
        }
    }

    /// Stores a value. A thread that writes goes on to hold the lock; another one takes the lock
    /// for the moment of storing.
    ///
    /// # Errors
    /// `RT_ERROR_DEADLOCK` when this thread reads; as [`write`](Self::write).
    pub fn set(self, bits: u64) -> Result<()> {
        let state = self.state()?;
        if state.lock.is_owned_by(self.epoch(), current_number()) {
            state.value.store(bits, Ordering::Relaxed);
            return Ok(());
        }
        self.write()?;
        state.value.store(bits, Ordering::Relaxed);
        self.unlock_write()
    }
}

/// What a wait without limit gives.
#[inline(always)]
fn taken(value: Option<u64>) -> u64 {
    value.expect("a wait without limit ends with the lock")
}

#[cold]
fn would_wait_for_itself(does: &str) -> Error {
    Error::new(core_codes::RT_ERROR_DEADLOCK, format!("this thread {does} the rwlock already"))
}

#[cold]
fn not_held() -> Error {
    Error::new(codes::RT_ERROR_NOT_HELD, "the rwlock is not held so by this thread")
}

/// Which locks the calling thread reads, and how often each.
mod holds {
    use super::{Error, RefCell, Result, codes, not_held};

    /// So many reads of one lock by one thread; 2^14 threads with as many fit into the lock's word.
    const MAX: u32 = 1 << 20;

    struct Hold {
        handle: i64,
        count: u32,
    }

    thread_local! {
        // Few locks are read by one thread at once, so a list is quicker than a map.
        static HOLDS: RefCell<Vec<Hold>> = const { RefCell::new(Vec::new()) };
    }

    fn with<R>(work: impl FnOnce(&mut Vec<Hold>) -> Result<R>) -> Result<R> {
        HOLDS.try_with(|holds| work(&mut holds.borrow_mut())).unwrap_or_else(|_| Err(ending()))
    }

    #[cold]
    fn ending() -> Error {
        Error::new(codes::RT_ERROR_THREAD_ENDING, "this thread is at its end and cannot read")
    }

    #[cold]
    fn too_many() -> Error {
        Error::new(
            codes::RT_ERROR_TOO_MANY_HOLDS,
            format!("this thread reads the rwlock {MAX} times already"),
        )
    }

    /// Whether the thread reads the lock.
    #[inline(always)]
    pub(super) fn reads(handle: i64) -> bool {
        with(|holds| Ok(holds.iter().any(|hold| hold.handle == handle))).unwrap_or(false)
    }

    /// Notes a read, if `acquire` gets one. It is told whether the thread reads already.
    #[inline(always)]
    pub(super) fn begin_read(
        handle: i64,
        acquire: impl FnOnce(bool) -> Result<Option<u64>>,
    ) -> Result<Option<u64>> {
        with(|holds| {
            let place = holds.iter().rposition(|hold| hold.handle == handle);
            if place.is_some_and(|place| holds[place].count == MAX) {
                return Err(too_many());
            }
            let value = acquire(place.is_some())?;
            match place {
                _ if value.is_none() => {}
                Some(place) => holds[place].count += 1,
                None => holds.push(Hold { handle, count: 1 }),
            }
            Ok(value)
        })
    }

    /// Notes the end of a read.
    #[inline(always)]
    pub(super) fn end_read(handle: i64) -> Result<()> {
        with(|holds| {
            let place =
                holds.iter().rposition(|hold| hold.handle == handle).ok_or_else(not_held)?;
            holds[place].count -= 1;
            if holds[place].count == 0 {
                holds.swap_remove(place);
            }
            Ok(())
        })
    }
}
