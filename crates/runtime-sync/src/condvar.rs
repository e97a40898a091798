//! The condition variable, which waits on the mutex that it is given.

use std::time::Duration;

use runtime_core::Result;
use runtime_core::handle::{PinnedTable, kinds};

use crate::mutex::{self, Mutex};
use crate::object;
use crate::raw::Patience;
use crate::raw::condvar::{RawCondvar, Waited};
use crate::thread::current_number;

static TABLE: PinnedTable<RawCondvar> = PinnedTable::new(kinds::CONDVAR);

/// A condition variable: the handle of one, which lives until it is freed.
///
/// A wait may end without a notification, so it belongs into a loop that looks at the condition. A
/// condition variable may be used with several mutexes.
///
/// # Example
/// ```
/// use runtime_sync::{Condvar, Mutex};
///
/// let (ready, mutex) = (Condvar::new()?, Mutex::new(0)?);
/// let other = std::thread::spawn(move || {
///     mutex.with(|_| 1).unwrap();
///     ready.notify_one().unwrap();
/// });
/// mutex.lock()?;
/// while mutex.get()? == 0 {
///     ready.wait(mutex)?;
/// }
/// mutex.unlock(0)?;
/// # other.join().unwrap();
/// # ready.free()?;
/// # mutex.free()?;
/// # Ok::<(), runtime_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Condvar(i64);

impl Condvar {
    /// A condition variable.
    ///
    /// # Errors
    /// `RT_ERROR_HANDLES_EXHAUSTED`.
    pub fn new() -> Result<Self> {
        TABLE.insert(RawCondvar::new()).map(Self)
    }

    /// The condition variable with this handle. Any number will do: the calls refuse what is none.
    pub fn of(handle: i64) -> Self {
        Self(handle)
    }

    /// The handle.
    pub fn handle(self) -> i64 {
        self.0
    }

    /// Gives up the mutex, which this thread holds, waits until notified, and takes the mutex again.
    ///
    /// # Errors
    /// `RT_ERROR_NOT_HELD` when this thread does not hold the mutex; a handle error when the
    /// condition variable was freed. The mutex stays as it was then.
    pub fn wait(self, mutex: Mutex) -> Result<()> {
        self.wait_with(mutex, Patience::Unlimited).map(drop)
    }

    /// As [`wait`](Self::wait), at most so long. False when the time was over first; the mutex is
    /// held then too.
    ///
    /// # Errors
    /// As [`wait`](Self::wait).
    pub fn wait_for(self, mutex: Mutex, duration: Duration) -> Result<bool> {
        self.wait_with(mutex, Patience::lasting(duration))
    }

    fn wait_with(self, mutex: Mutex, patience: Patience) -> Result<bool> {
        let condvar = TABLE.get(self.0)?;
        let (lock, epoch) = mutex.raw()?;
        match condvar.wait(lock, epoch, current_number(), patience) {
            Waited::Notified => Ok(true),
            Waited::TimedOut => Ok(false),
            Waited::Gone => Err(object::gone("condition variable")),
            Waited::NotHeld => Err(mutex::not_held()),
        }
    }

    /// Wakes one thread that waits, if there is one.
    ///
    /// # Errors
    /// A handle error when there is no such condition variable.
    pub fn notify_one(self) -> Result<()> {
        TABLE.get(self.0)?.notify_one();
        Ok(())
    }

    /// Wakes all threads that wait.
    ///
    /// # Errors
    /// As [`notify_one`](Self::notify_one).
    pub fn notify_all(self) -> Result<()> {
        TABLE.get(self.0)?.notify_all();
        Ok(())
    }

    /// Frees the condition variable.
    ///
    /// # Errors
    /// `RT_ERROR_BUSY` while a thread waits on it; as [`notify_one`](Self::notify_one).
    pub fn free(self) -> Result<()> {
        TABLE.free_if(self.0, |condvar| {
            condvar.retire().map_err(|use_| object::in_use("condition variable", use_))
        })
    }
}
