//! The mutex: a lock that holds a value, and holds until it is unlocked.

use std::sync::atomic::Ordering;
use std::time::Duration;

use runtime_core::error::codes as core_codes;
use runtime_core::{Error, Result};
use runtime_value::ObjectType;

use crate::codes;
use crate::guarded::{Guarded, Table};
use crate::object::{self, Kind, view};
use crate::places::Address;
use crate::raw::lock::{Epoch, RawLock, Wish};
use crate::raw::{Acquired, Patience};
use crate::thread::{current_number, number_so_far};

static LOCKS: Table = Table::new("mutex");

struct MutexKind;

impl Kind for MutexKind {
    const TYPE: ObjectType = ObjectType::Mutex;

    fn retire(handle: i64) -> Result<()> {
        LOCKS.retire(Address(handle))
    }

    fn value(handle: i64) -> Option<u64> {
        LOCKS.value(Address(handle))
    }
}

view! {
    /// A mutex that holds the bits of a value word. A heap object: it lives until it is freed.
    ///
    /// Locking gives the value, unlocking stores a new one. A mutex knows its owner: locking it a
    /// second time, or unlocking it on another thread, is an error. There is no poison: a thread
    /// that panics while it holds the lock holds it on, unless it locked it by [`with`](Self::with).
    ///
    /// The value is passed as bits, since the mutex hands it from thread to thread. Who makes a
    /// word of them again ([`RuntimeValue::from_bits`](runtime_value::RuntimeValue::from_bits))
    /// promises to use the object behind it only while holding the lock.
    ///
    /// # Example
    /// ```
    /// use runtime_sync::Mutex;
    /// use runtime_value::RuntimeValue;
    ///
    /// let mutex = Mutex::new(RuntimeValue::int(41)?.to_bits())?;
    /// let bits = mutex.lock()?;
    /// assert_eq!(bits, RuntimeValue::int(41)?.to_bits());
    /// mutex.unlock(RuntimeValue::int(42)?.to_bits())?;
    /// assert!(mutex.unlock(0).is_err()); // it is not held any more
    /// mutex.free()?;
    /// # Ok::<(), runtime_core::Error>(())
    /// ```
    Mutex of MutexKind, "mutex"
}

impl Mutex {
    /// A mutex that holds the value with these bits.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY` or `RT_ERROR_HANDLES_EXHAUSTED`.
    pub fn new(bits: u64) -> Result<Self> {
        Self::of_handle(LOCKS.claim(bits)?.0)
    }

    /// Locks the mutex, waiting as long as it takes. Returns the value.
    ///
    /// # Errors
    /// `RT_ERROR_DEADLOCK` when this thread holds it already, `RT_ERROR_STALE_HANDLE` when it was
    /// freed.
    #[inline(always)]
    pub fn lock(self) -> Result<u64> {
        match self.lock_if_free() {
            Some(bits) => Ok(bits),
            None => self.lock_slowly(),
        }
    }

    /// Locks the mutex if that takes one exchange. Everything else is a call away, so that this needs
    /// no frame.
    #[inline(always)]
    fn lock_if_free(self) -> Option<u64> {
        let (state, me) = (LOCKS.find(Address(self.handle))?, number_so_far()?);
        let taken = state.lock.acquire_if_free(self.epoch(), me);
        // The lock's acquire and release order what its owners do with the value.
        taken.then(|| state.value.load(Ordering::Relaxed))
    }

    #[cold]
    #[inline(never)]
    fn lock_slowly(self) -> Result<u64> {
        let bits = self.acquire(Patience::Unlimited)?;
        Ok(bits.expect("a wait without limit ends with the lock"))
    }

    /// Locks the mutex if it is free. `None` if another thread holds it.
    ///
    /// # Errors
    /// As [`lock`](Self::lock).
    #[inline]
    pub fn try_lock(self) -> Result<Option<u64>> {
        self.acquire(Patience::None)
    }

    /// Locks the mutex, waiting at most so long. `None` if the time was not enough.
    ///
    /// # Errors
    /// As [`lock`](Self::lock).
    pub fn lock_for(self, duration: Duration) -> Result<Option<u64>> {
        self.acquire(Patience::lasting(duration))
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
    fn acquire(self, patience: Patience) -> Result<Option<u64>> {
        let state = self.state()?;
        let epoch = self.epoch();
        match state.lock.acquire(epoch, current_number(), Wish::Exclusive, patience) {
            Acquired::Taken => Ok(Some(state.value.load(Ordering::Relaxed))),
            Acquired::Busy => Ok(None),
            Acquired::Own => Err(held_already()),
            Acquired::Gone => Err(object::gone("mutex")),
        }
    }

    /// Stores the new value and unlocks the mutex.
    ///
    /// # Errors
    /// `RT_ERROR_NOT_HELD` when this thread does not hold it; nothing is stored then.
    #[inline(always)]
    pub fn unlock(self, bits: u64) -> Result<()> {
        let state = LOCKS.find(Address(self.handle)).ok_or_else(|| object::gone("mutex"))?;
        let me = number_so_far().ok_or_else(not_held)?;
        let ownership = state.lock.ownership(self.epoch(), me).ok_or_else(not_held)?;
        state.value.store(bits, Ordering::Relaxed);
        state.lock.release(ownership);
        Ok(())
    }

    /// The value of a mutex that this thread holds.
    ///
    /// # Errors
    /// `RT_ERROR_NOT_HELD` when it does not.
    pub fn get(self) -> Result<u64> {
        Ok(self.held()?.value.load(Ordering::Relaxed))
    }

    /// Stores a value into a mutex that this thread holds, and goes on to hold it.
    ///
    /// # Errors
    /// `RT_ERROR_NOT_HELD` when it does not.
    pub fn set(self, bits: u64) -> Result<()> {
        self.held()?.value.store(bits, Ordering::Relaxed);
        Ok(())
    }

    /// Whether the calling thread holds the mutex.
    ///
    /// # Errors
    /// `RT_ERROR_STALE_HANDLE` when it was freed.
    pub fn is_held_by_me(self) -> Result<bool> {
        Ok(self.state()?.lock.is_owned_by(self.epoch(), current_number()))
    }

    /// Locks the mutex, calls `change` with the value, stores what it returns, and unlocks. When
    /// `change` panics the mutex is unlocked with the value that it had.
    ///
    /// # Errors
    /// As [`lock`](Self::lock).
    ///
    /// # Example
    /// ```
    /// use runtime_sync::Mutex;
    ///
    /// let mutex = Mutex::new(8)?;
    /// mutex.with(|bits| bits + 8)?;
    /// assert_eq!(mutex.lock()?, 16);
    /// # mutex.unlock(0)?;
    /// # mutex.free()?;
    /// # Ok::<(), runtime_core::Error>(())
    /// ```
    pub fn with(self, change: impl FnOnce(u64) -> u64) -> Result<()> {
        /// Unlocks when it is dropped, so on a panic too.
        struct Unlock(Mutex, u64);
        impl Drop for Unlock {
            fn drop(&mut self) {
                // The callback may have unlocked the mutex itself; then there is nothing to do.
                let _ = self.0.unlock(self.1);
            }
        }
        let mut guard = Unlock(self, self.lock()?);
        guard.1 = change(guard.1);
        Ok(())
    }

    /// The lock in the mutex's place, and by which epoch it is the mutex's own.
    pub(crate) fn raw(self) -> Result<(&'static RawLock, Epoch)> {
        Ok((&self.state()?.lock, self.epoch()))
    }

    /// The state of a mutex that this thread holds, and which so cannot be freed.
    fn held(self) -> Result<&'static Guarded> {
        let state = self.state()?;
        let held = state.lock.is_owned_by(self.epoch(), current_number());
        held.then_some(state).ok_or_else(not_held)
    }
}

#[cold]
fn held_already() -> Error {
    Error::new(core_codes::RT_ERROR_DEADLOCK, "the mutex is held by this thread already")
}

#[cold]
pub(crate) fn not_held() -> Error {
    Error::new(codes::RT_ERROR_NOT_HELD, "the mutex is not held by this thread")
}
