//! The lock behind mutexes and readers-writer locks: one word that knows its owner.
//!
//! ```text
//! bit 63..36   35..2                                      1           0
//!     epoch    the owner's number, or how many share it   exclusive   parked
//! ```
//!
//! The word lives in a slot that other locks use before and after, and each use of the slot has an
//! epoch of its own. A thread that looked the lock up and was stopped then finds another epoch when
//! it goes on, so its exchange fails: it can never take the slot's next lock for its own. A lock
//! that is retired, or not made yet, is held exclusively by the thread number 0, which is nobody's.
//!
//! The ways of waiting are those of `parking_lot`: who finds the lock held spins a little, sets
//! `parked` and sleeps. Who releases the lock and sees `parked` wakes the head of the queue: one
//! thread that wants the lock alone, or all in a row that share it. The woken compete with running
//! threads, which keeps the lock busy, but about every half millisecond they are handed the lock
//! instead: so nobody waits for ever.

use std::cell::Cell;

use super::parking::{self, Pick, Spin, Wakeup};
use super::{Acquired, AtomicU32, AtomicU64, InUse, Ordering, Patience};

/// A thread sleeps, or is about to, until the lock is released.
const PARKED: u64 = 1;
/// The lock is held by one thread alone.
const EXCLUSIVE: u64 = 1 << 1;
const HOLDER_SHIFT: u32 = 2;
/// One share.
const SHARE: u64 = 1 << HOLDER_SHIFT;
const EPOCH_SHIFT: u32 = 36;
const EPOCH: u64 = !0 << EPOCH_SHIFT;
const HOLDER: u64 = !(EPOCH | EXCLUSIVE | PARKED);
/// Zero in the word of a lock that nobody holds.
const HELD: u64 = EXCLUSIVE | HOLDER;

/// The largest number that a thread may have.
pub const MAX_OWNER: u64 = HOLDER >> HOLDER_SHIFT;

/// What a thread wants of a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// To hold it alone. The number is the thread's, from 1 to [`MAX_OWNER`].
    Exclusive(u64),
    /// To share it, behind those who already wait.
    Shared,
    /// To share it although others wait: as a thread does that holds it already, or was woken.
    SharedAtOnce,
}

impl Wish {
    /// The word after the wish came true, if it may now.
    #[inline(always)]
    fn granted(self, state: u64) -> Option<u64> {
        match self {
            Self::Exclusive(owner) if state & HELD == 0 => Some(state | own(owner)),
            Self::Shared if state & EXCLUSIVE == 0 && (state & HOLDER == 0 || !parked(state)) => {
                Some(state + SHARE)
            }
            Self::SharedAtOnce if state & EXCLUSIVE == 0 => Some(state + SHARE),
            _ => None,
        }
    }

    /// By what a sleeping thread is known: its number when it wants the lock alone, else 0.
    fn token(self) -> usize {
        match self {
            Self::Exclusive(owner) => owner as usize,
            Self::Shared | Self::SharedAtOnce => SHARING,
        }
    }

    fn after_waking(self) -> Self {
        match self {
            Self::Shared => Self::SharedAtOnce,
            other => other,
        }
    }
}

const SHARING: usize = 0;

#[inline(always)]
fn own(owner: u64) -> u64 {
    owner << HOLDER_SHIFT | EXCLUSIVE
}

#[inline(always)]
fn parked(state: u64) -> bool {
    state & PARKED != 0
}

fn is_gone(state: u64, epoch: u64) -> bool {
    state & EPOCH != epoch || state & HELD == own(0)
}

/// What a lock's word was when a caller looked; it leads to that lock and to none after it.
#[derive(Clone, Copy, Debug)]
pub struct Seen(u64);

impl Seen {
    /// Whether the thread `owner` held the lock alone. When `owner` is the calling thread, it still
    /// does.
    #[inline(always)]
    pub fn is_owned_by(self, owner: u64) -> bool {
        self.0 & HELD == own(owner)
    }
}

/// The lock.
#[derive(Debug)]
pub struct RawLock {
    state: AtomicU64,
    /// Threads that found the lock held and are not through with it, asleep or awake.
    waiters: AtomicU32,
}

impl RawLock {
    /// A place for locks, without one.
    pub fn vacant() -> Self {
        Self { state: AtomicU64::new(own(0)), waiters: AtomicU32::new(0) }
    }

    /// Makes a lock here that nobody holds. The place is the caller's alone, and has no lock.
    pub fn begin(&self) {
        let epoch = self.state.load(Ordering::Relaxed) & EPOCH;
        // Release: who sees this word sees that the lock before it is gone from the tables.
        self.state.store(epoch, Ordering::Release);
    }

    /// Ends the lock, unless it is in use: held, or waited for. Makes the place ready for another.
    ///
    /// # Errors
    /// How it is in use.
    pub fn retire(&self) -> Result<(), InUse> {
        let state = self.state.load(Ordering::Acquire);
        if state & HELD == own(0) {
            return Err(InUse::Gone);
        }
        if state & HELD != 0 {
            return Err(InUse::Held);
        }
        if parked(state) || self.waiters.load(Ordering::Acquire) != 0 {
            return Err(InUse::WaitedFor);
        }
        let next = (state & EPOCH).wrapping_add(1 << EPOCH_SHIFT) | own(0);
        match self.state.compare_exchange(state, next, Ordering::AcqRel, Ordering::Relaxed) {
            Ok(_) => Ok(()),
            Err(now) if is_gone(now, state & EPOCH) => Err(InUse::Gone),
            Err(_) => Err(InUse::Held),
        }
    }

    /// Looks at the lock. After that the caller makes sure that the lock it means is still the one
    /// in this place.
    #[inline(always)]
    pub fn look(&self) -> Seen {
        // Acquire: what the caller checks next is not read before this.
        Seen(self.state.load(Ordering::Acquire))
    }

    /// Takes the lock that was `seen`.
    #[inline(always)]
    pub fn acquire(&self, Seen(seen): Seen, wish: Wish, patience: Patience) -> Acquired {
        if let Some(next) = wish.granted(seen)
            && self.state.compare_exchange(seen, next, Ordering::Acquire, Ordering::Relaxed).is_ok()
        {
            return Acquired::Taken;
        }
        self.acquire_slowly(seen & EPOCH, wish, patience)
    }

    #[cold]
    fn acquire_slowly(&self, epoch: u64, wish: Wish, patience: Patience) -> Acquired {
        if patience == Patience::None {
            return self.try_acquire(epoch, wish);
        }
        self.add_waiter();
        let outcome = self.wait(epoch, wish, patience);
        self.remove_waiter();
        outcome
    }

    fn try_acquire(&self, epoch: u64, wish: Wish) -> Acquired {
        let mut state = self.state.load(Ordering::Relaxed);
        loop {
            if is_gone(state, epoch) {
                return Acquired::Gone;
            }
            let Some(next) = wish.granted(state) else { return Acquired::Busy };
            match self.exchange(state, next, Ordering::Acquire) {
                Ok(_) => return Acquired::Taken,
                Err(now) => state = now,
            }
        }
    }

    fn wait(&self, epoch: u64, mut wish: Wish, patience: Patience) -> Acquired {
        let mut spin = Spin::new();
        loop {
            match self.try_acquire(epoch, wish) {
                Acquired::Busy => {}
                outcome => return outcome,
            }
            let state = self.state.load(Ordering::Relaxed);
            if !parked(state)
                && (spin.again()
                    || self.exchange(state, state | PARKED, Ordering::Relaxed).is_err())
            {
                continue;
            }
            let still_needed = || {
                let state = self.state.load(Ordering::Relaxed);
                parked(state) && !is_gone(state, epoch) && wish.granted(state).is_none()
            };
            let leave = |last| {
                if last {
                    self.state.fetch_and(!PARKED, Ordering::Relaxed);
                }
            };
            match parking::park(self, wish.token(), still_needed, || (), leave, patience.deadline())
            {
                Wakeup::Handed => return Acquired::Taken,
                Wakeup::Woken => wish = wish.after_waking(),
                Wakeup::Unneeded => {}
                Wakeup::TimedOut => {
                    self.let_sharers_pass();
                    return Acquired::Busy;
                }
            }
            spin.reset();
        }
    }

    /// Wakes those that share and waited only behind a thread that has just given up.
    fn let_sharers_pass(&self) {
        if self.state.load(Ordering::Relaxed) & (EXCLUSIVE | PARKED) != PARKED {
            return;
        }
        let sharers = |token| if token == SHARING { Pick::Wake } else { Pick::Stop };
        parking::unpark(self, sharers, |woken| {
            if !woken.more {
                self.state.fetch_and(!PARKED, Ordering::Relaxed);
            }
            false
        });
    }

    /// Whether the thread `owner` holds the lock alone.
    #[inline(always)]
    pub fn is_owned_by(&self, owner: u64) -> bool {
        self.state.load(Ordering::Relaxed) & HELD == own(owner)
    }

    /// Whether anybody holds the lock.
    pub fn is_held(&self) -> bool {
        self.state.load(Ordering::Relaxed) & HELD != 0
    }

    /// Releases the lock, if `owner` holds it alone. False if not.
    #[inline(always)]
    pub fn release_exclusive(&self, owner: u64) -> bool {
        let state = self.state.load(Ordering::Relaxed);
        if state & HELD != own(owner) {
            return false;
        }
        if parked(state)
            || self
                .state
                .compare_exchange(state, state & EPOCH, Ordering::Release, Ordering::Relaxed)
                .is_err()
        {
            self.release_to_sleepers();
        }
        true
    }

    /// Gives a share back. The caller has one.
    #[inline(always)]
    pub fn release_shared(&self) {
        let mut state = self.state.load(Ordering::Relaxed);
        loop {
            if parked(state) && state & HOLDER == SHARE {
                return self.release_to_sleepers();
            }
            match self.exchange(state, state - SHARE, Ordering::Release) {
                Ok(_) => return,
                Err(now) => state = now,
            }
        }
    }

    /// Gives back what the caller holds, and wakes the head of the queue.
    #[cold]
    fn release_to_sleepers(&self) {
        let head = Cell::new(None);
        let pick = |token| match head.get() {
            None => {
                head.set(Some(token));
                Pick::Wake
            }
            Some(SHARING) if token == SHARING => Pick::Wake,
            Some(_) => Pick::Stop,
        };
        parking::unpark(self, pick, |woken| {
            // `parked` is what the queue says, since the queue is locked: a thread that sets it
            // now sees, once it comes to the queue, that it is not set any more, and looks again.
            let queue = if woken.more { PARKED } else { 0 };
            let mut state = self.state.load(Ordering::Relaxed);
            loop {
                let rest = if state & EXCLUSIVE != 0 { state & EPOCH } else { state - SHARE };
                let free = rest & !PARKED | queue;
                let handed = woken.fair && free & HELD == 0;
                let next = match head.get() {
                    Some(SHARING) if handed => free + woken.count * SHARE,
                    Some(owner) if handed => free | own(owner as u64),
                    _ => free,
                };
                match self.exchange(state, next, Ordering::Release) {
                    Ok(_) => return handed,
                    Err(now) => state = now,
                }
            }
        });
    }

    /// Keeps the lock from being retired until [`remove_waiter`](Self::remove_waiter).
    pub(super) fn add_waiter(&self) {
        self.waiters.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn remove_waiter(&self) {
        // Release pairs with the acquire in `retire`.
        self.waiters.fetch_sub(1, Ordering::Release);
    }

    #[inline(always)]
    fn exchange(&self, state: u64, next: u64, success: Ordering) -> Result<u64, u64> {
        self.state.compare_exchange_weak(state, next, success, Ordering::Relaxed)
    }
}
