//! The counting semaphore.

use std::time::Duration;

use runtime_core::error::codes as core_codes;
use runtime_core::handle::{PinnedTable, kinds};
use runtime_core::{Error, Result};
use runtime_value::ObjectType;

use crate::codes;
use crate::object::{self, Kind, view};
use crate::raw::semaphore::{MAX_COUNT, RawSemaphore, Released};
use crate::raw::{Acquired, Patience};

static TABLE: PinnedTable<RawSemaphore> = PinnedTable::new(kinds::SEMAPHORE);

struct SemaphoreKind;

impl Kind for SemaphoreKind {
    const TYPE: ObjectType = ObjectType::Semaphore;

    fn retire(handle: i64) -> Result<()> {
        TABLE.free_if(handle, |semaphore| {
            semaphore.retire().map_err(|use_| object::in_use("semaphore", use_))
        })
    }
}

view! {
    /// A counting semaphore. A heap object: it lives until it is freed.
    ///
    /// Any thread may give a permit, whoever took it.
    ///
    /// # Example
    /// ```
    /// use runtime_sync::Semaphore;
    ///
    /// let semaphore = Semaphore::new(1)?;
    /// semaphore.acquire()?;
    /// assert!(!semaphore.try_acquire()?);
    /// semaphore.release()?;
    /// assert_eq!(semaphore.count()?, 1);
    /// semaphore.free()?;
    /// # Ok::<(), runtime_core::Error>(())
    /// ```
    Semaphore of SemaphoreKind, "semaphore"
}

impl Semaphore {
    /// A semaphore with so many permits.
    ///
    /// # Errors
    /// `RT_ERROR_LENGTH` for more than 2^61 - 1, `RT_ERROR_OUT_OF_MEMORY`,
    /// `RT_ERROR_HANDLES_EXHAUSTED`.
    pub fn new(count: u64) -> Result<Self> {
        if count > MAX_COUNT {
            return Err(Error::new(
                core_codes::RT_ERROR_LENGTH,
                format!("initial_count {count} is more than {MAX_COUNT}"),
            ));
        }
        Self::of_handle(TABLE.insert(RawSemaphore::new(count))?)
    }

    /// Takes a permit, waiting as long as it takes.
    ///
    /// # Errors
    /// `RT_ERROR_STALE_HANDLE` when the semaphore was freed.
    #[inline]
    pub fn acquire(self) -> Result<()> {
        self.take(Patience::Unlimited).map(drop)
    }

    /// Takes a permit if there is one. False if there is none.
    ///
    /// # Errors
    /// As [`acquire`](Self::acquire).
    pub fn try_acquire(self) -> Result<bool> {
        self.take(Patience::None)
    }

    /// Takes a permit, waiting at most so long. False if the time was not enough.
    ///
    /// # Errors
    /// As [`acquire`](Self::acquire).
    pub fn acquire_for(self, duration: Duration) -> Result<bool> {
        self.take(Patience::lasting(duration))
    }

    #[inline(always)]
    fn take(self, patience: Patience) -> Result<bool> {
        match TABLE.get(self.handle)?.acquire(patience) {
            Acquired::Taken => Ok(true),
            Acquired::Busy => Ok(false),
            Acquired::Gone | Acquired::Own => Err(object::gone("semaphore")),
        }
    }

    /// Gives a permit; wakes a thread that waits for one.
    ///
    /// # Errors
    /// `RT_ERROR_TOO_MANY_HOLDS` when 2^61 - 1 permits are there, `RT_ERROR_STALE_HANDLE` when the
    /// semaphore was freed.
    #[inline]
    pub fn release(self) -> Result<()> {
        match TABLE.get(self.handle)?.release() {
            Released::Done => Ok(()),
            Released::Full => Err(full()),
            Released::Gone => Err(object::gone("semaphore")),
        }
    }

    /// How many permits are there at this moment.
    ///
    /// # Errors
    /// `RT_ERROR_STALE_HANDLE` when the semaphore was freed.
    pub fn count(self) -> Result<u64> {
        Ok(TABLE.get(self.handle)?.count())
    }
}

#[cold]
fn full() -> Error {
    Error::new(
        codes::RT_ERROR_TOO_MANY_HOLDS,
        format!("the semaphore has {MAX_COUNT} permits already"),
    )
}
