//! The counting semaphore: permits, and two flags, in one word.

use super::parking::{self, Pick, Spin, Wakeup};
use super::{Acquired, AtomicU32, AtomicU64, InUse, Ordering, Patience};

/// A thread sleeps, or is about to, until a permit comes.
const PARKED: u64 = 1;
/// The semaphore was retired.
const GONE: u64 = 1 << 1;
const COUNT_SHIFT: u32 = 2;
const PERMIT: u64 = 1 << COUNT_SHIFT;

/// How many permits a semaphore can have.
pub const MAX_COUNT: u64 = i64::MAX as u64 >> COUNT_SHIFT;

/// How giving a permit back ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Released {
    /// The permit is there, or a waiting thread has it.
    Done,
    /// [`MAX_COUNT`] permits are there already.
    Full,
    /// The semaphore was retired before.
    Gone,
}

/// The semaphore.
#[derive(Debug)]
pub struct RawSemaphore {
    state: AtomicU64,
    /// Threads that found no permit and are not through, asleep or awake.
    waiters: AtomicU32,
}

impl RawSemaphore {
    /// A semaphore with `count` permits, at most [`MAX_COUNT`].
    pub fn new(count: u64) -> Self {
        Self { state: AtomicU64::new(count << COUNT_SHIFT), waiters: AtomicU32::new(0) }
    }

    /// How many permits are there at this moment.
    pub fn count(&self) -> u64 {
        self.state.load(Ordering::Relaxed) >> COUNT_SHIFT
    }

    /// Takes a permit.
    #[inline(always)]
    pub fn acquire(&self, patience: Patience) -> Acquired {
        match self.try_acquire() {
            Acquired::Busy if patience != Patience::None => self.acquire_slowly(patience),
            outcome => outcome,
        }
    }

    #[inline(always)]
    fn try_acquire(&self) -> Acquired {
        let mut state = self.state.load(Ordering::Relaxed);
        loop {
            if state & GONE != 0 {
                return Acquired::Gone;
            }
            if state < PERMIT {
                return Acquired::Busy;
            }
            match self.exchange(state, state - PERMIT, Ordering::Acquire) {
                Ok(_) => return Acquired::Taken,
                Err(now) => state = now,
            }
        }
    }

    #[cold]
    fn acquire_slowly(&self, patience: Patience) -> Acquired {
        self.waiters.fetch_add(1, Ordering::Relaxed);
        let outcome = self.wait(patience);
        // Release pairs with the acquire in `retire`.
        self.waiters.fetch_sub(1, Ordering::Release);
        outcome
    }

    fn wait(&self, patience: Patience) -> Acquired {
        let mut spin = Spin::new();
        loop {
            match self.try_acquire() {
                Acquired::Busy => {}
                outcome => return outcome,
            }
            let state = self.state.load(Ordering::Relaxed);
            if state & PARKED == 0
                && (spin.again()
                    || state >= PERMIT
                    || self.exchange(state, state | PARKED, Ordering::Relaxed).is_err())
            {
                continue;
            }
            let still_needed = || self.state.load(Ordering::Relaxed) == PARKED;
            let leave = |last| {
                if last {
                    self.state.fetch_and(!PARKED, Ordering::Relaxed);
                }
            };
            match parking::park(self, 0, still_needed, || (), leave, patience.deadline()) {
                Wakeup::Handed => return Acquired::Taken,
                Wakeup::Woken | Wakeup::Unneeded => {}
                Wakeup::TimedOut => return Acquired::Busy,
            }
            spin.reset();
        }
    }

    /// Gives a permit, which wakes a thread that waits for one.
    #[inline(always)]
    pub fn release(&self) -> Released {
        let mut state = self.state.load(Ordering::Relaxed);
        loop {
            if state & GONE != 0 {
                return Released::Gone;
            }
            if state >> COUNT_SHIFT == MAX_COUNT {
                return Released::Full;
            }
            if state & PARKED != 0 {
                return self.release_to_sleeper();
            }
            match self.exchange(state, state + PERMIT, Ordering::Release) {
                Ok(_) => return Released::Done,
                Err(now) => state = now,
            }
        }
    }

    #[cold]
    fn release_to_sleeper(&self) -> Released {
        let mut found = false;
        let first = |_| if std::mem::replace(&mut found, true) { Pick::Stop } else { Pick::Wake };
        let mut released = Released::Done;
        parking::unpark(self, first, |woken| {
            // As for locks: while the queue is locked, the flag is what the queue says.
            let queue = if woken.more { PARKED } else { 0 };
            let handed = woken.fair && woken.count != 0;
            let mut state = self.state.load(Ordering::Relaxed);
            loop {
                // A semaphore that was waited for a moment ago may be full, or gone, when nobody
                // waits any more; the woken then find that out themselves.
                if state & GONE != 0 {
                    released = Released::Gone;
                    return false;
                }
                if state >> COUNT_SHIFT == MAX_COUNT {
                    released = Released::Full;
                    return false;
                }
                let rest = state & !PARKED | queue;
                let next = if handed { rest } else { rest + PERMIT };
                match self.exchange(state, next, Ordering::Release) {
                    Ok(_) => return handed,
                    Err(now) => state = now,
                }
            }
        });
        released
    }

    /// Ends the semaphore, unless a thread waits for a permit.
    ///
    /// # Errors
    /// [`InUse::WaitedFor`] or [`InUse::Gone`].
    pub fn retire(&self) -> Result<(), InUse> {
        let mut state = self.state.load(Ordering::Acquire);
        loop {
            if state & GONE != 0 {
                return Err(InUse::Gone);
            }
            if state & PARKED != 0 || self.waiters.load(Ordering::Acquire) != 0 {
                return Err(InUse::WaitedFor);
            }
            match self.exchange(state, state | GONE, Ordering::AcqRel) {
                Ok(_) => return Ok(()),
                Err(now) => state = now,
            }
        }
    }

    #[inline(always)]
    fn exchange(&self, state: u64, next: u64, success: Ordering) -> Result<u64, u64> {
        self.state.compare_exchange_weak(state, next, success, Ordering::Relaxed)
    }
}
