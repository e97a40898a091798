//! The condition variable: a queue of sleepers, each with the lock that it gave up to sleep.

use super::lock::{Epoch, RawLock, Wish};
use super::parking::{self, Pick, Wakeup};
use super::{AtomicU64, InUse, Ordering, Patience};

/// Set when the condition variable was retired; below it the number of threads inside.
const GONE: u64 = 1 << 63;

/// How a wait on a condition variable ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waited {
    /// Another thread notified this one.
    Notified,
    /// The deadline came first.
    TimedOut,
    /// The condition variable was retired before; the lock was not given up.
    Gone,
    /// The thread does not hold the lock.
    NotHeld,
}

/// The condition variable.
#[derive(Debug)]
pub struct RawCondvar {
    inside: AtomicU64,
}

impl Default for RawCondvar {
    fn default() -> Self {
        Self::new()
    }
}

impl RawCondvar {
    /// A condition variable that nobody waits on.
    pub fn new() -> Self {
        Self { inside: AtomicU64::new(0) }
    }

    /// Gives up `lock` of this epoch, which the thread `owner` holds alone, sleeps until notified, and takes the
    /// lock again. Nothing is missed in between: who notifies while holding the lock finds this
    /// thread asleep.
    pub fn wait(&self, lock: &RawLock, epoch: Epoch, owner: u64, patience: Patience) -> Waited {
        let Some(ownership) = lock.ownership(epoch, owner) else { return Waited::NotHeld };
        if self.inside.fetch_add(1, Ordering::Relaxed) & GONE != 0 {
            self.inside.fetch_sub(1, Ordering::Relaxed);
            return Waited::Gone;
        }
        // The lock cannot be retired while it is given up, so it is there to be taken again.
        lock.add_waiter();
        let give_up = || lock.release(ownership);
        let wakeup = parking::park(self, 0, || true, give_up, |_| (), patience.deadline());
        lock.acquire(epoch, owner, Wish::Exclusive, Patience::Unlimited);
        lock.remove_waiter();
        // Release pairs with the acquire in `retire`.
        self.inside.fetch_sub(1, Ordering::Release);
        match wakeup {
            Wakeup::TimedOut => Waited::TimedOut,
            Wakeup::Handed | Wakeup::Woken | Wakeup::Unneeded => Waited::Notified,
        }
    }

    /// Wakes one thread that waits.
    pub fn notify_one(&self) {
        let mut found = false;
        self.notify(|_| if std::mem::replace(&mut found, true) { Pick::Stop } else { Pick::Wake });
    }

    /// Wakes all threads that wait.
    pub fn notify_all(&self) {
        self.notify(|_| Pick::Wake);
    }

    fn notify(&self, pick: impl FnMut(usize) -> Pick) {
        // A thread that changed the condition under the lock sees everyone who waits for it.
        if self.inside.load(Ordering::Acquire) & !GONE != 0 {
            parking::unpark(self, pick, |_| false);
        }
    }

    /// Ends the condition variable, unless a thread waits on it.
    ///
    /// # Errors
    /// [`InUse::WaitedFor`] or [`InUse::Gone`].
    pub fn retire(&self) -> Result<(), InUse> {
        match self.inside.compare_exchange(0, GONE, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => Ok(()),
            Err(state) if state & GONE != 0 => Err(InUse::Gone),
            Err(_) => Err(InUse::WaitedFor),
        }
    }
}
