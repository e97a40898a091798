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

/// How many locks a place can have, one after the other.
pub const MAX_TENANCY: u64 = EPOCH >> EPOCH_SHIFT;

/// The largest number that a thread may have.
pub const MAX_OWNER: u64 = HOLDER >> HOLDER_SHIFT;

/// What a thread wants of a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// To hold it alone.
    Exclusive,
    /// To share it, behind those who already wait.
    Shared,
    /// To share it although others wait: as a thread does that holds it already, or was woken.
    SharedAtOnce,
}

impl Wish {
    /// The word after the wish of the thread `me` came true, if it may now.
    #[inline(always)]
    fn granted(self, state: u64, me: u64) -> Option<u64> {
        match self {
            Self::Exclusive if state & HELD == 0 => Some(state | own(me)),
            Self::Shared if state & EXCLUSIVE == 0 && (state & HOLDER == 0 || !parked(state)) => {
                Some(state + SHARE)
            }
            Self::SharedAtOnce if state & EXCLUSIVE == 0 => Some(state + SHARE),
            _ => None,
        }
    }

    /// By what the sleeping thread `me` is known: its number when it wants the lock alone.
    fn token(self, me: u64) -> usize {
        match self {
            Self::Exclusive => me as usize,
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

fn is_gone(state: u64, epoch: Epoch) -> bool {
    state & EPOCH != epoch.0 || state & HELD == own(0)
}

/// One use of a place by one lock. It leads to that lock and to none after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Epoch(u64);

impl Epoch {
    /// The epoch of the lock that is the `tenancy`th in its place, counted from 1.
    #[inline(always)]
    pub fn of_tenancy(tenancy: u64) -> Self {
        Self(tenancy << EPOCH_SHIFT)
    }
}

/// That a thread holds a lock alone: the lock's word then, but for sleepers.
#[derive(Debug)]
pub struct Ownership(u64);

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
        let last = self.state.load(Ordering::Relaxed) & EPOCH;
        self.state.store(last.wrapping_add(1 << EPOCH_SHIFT), Ordering::Release);
    }

    /// Ends the lock of this epoch, unless it is in use: held, or waited for. Makes the place ready
    /// for another.
    ///
    /// # Errors
    /// How it is in use.
    pub fn retire(&self, epoch: Epoch) -> Result<(), InUse> {
        let state = self.state.load(Ordering::Acquire);
        if is_gone(state, epoch) {
            return Err(InUse::Gone);
        }
        if state & HELD != 0 {
            return Err(InUse::Held);
        }
        if parked(state) || self.waiters.load(Ordering::Acquire) != 0 {
            return Err(InUse::WaitedFor);
        }
        let next = state | own(0);
        match self.state.compare_exchange(state, next, Ordering::AcqRel, Ordering::Relaxed) {
            Ok(_) => Ok(()),
            Err(now) if is_gone(now, epoch) => Err(InUse::Gone),
            Err(_) => Err(InUse::Held),
        }
    }

    /// Takes the lock of this epoch for the thread `me`, a number from 1 to [`MAX_OWNER`].
    #[inline(always)]
    pub fn acquire(&self, epoch: Epoch, me: u64, wish: Wish, patience: Patience) -> Acquired {
        // One that wants the lock alone hopes that it is free, and need not look first.
        let taken = match wish {
            Wish::Exclusive => self.acquire_if_free(epoch, me),
            Wish::Shared | Wish::SharedAtOnce => self.share_if_free(epoch, me, wish),
        };
        if taken { Acquired::Taken } else { self.acquire_slowly(epoch, me, wish, patience) }
    }

    /// Takes the lock of this epoch alone for the thread `me`, if nobody has it now or sleeps for it.
    #[inline(always)]
    pub fn acquire_if_free(&self, epoch: Epoch, me: u64) -> bool {
        let Epoch(free) = epoch;
        self.state
            .compare_exchange(free, free | own(me), Ordering::Acquire, Ordering::Relaxed)
            .is_ok()
    }

    #[inline(always)]
    fn share_if_free(&self, epoch: Epoch, me: u64, wish: Wish) -> bool {
        let state = self.state.load(Ordering::Relaxed);
        let exchanged = |next| {
            self.state.compare_exchange(state, next, Ordering::Acquire, Ordering::Relaxed).is_ok()
        };
        state & EPOCH == epoch.0 && wish.granted(state, me).is_some_and(exchanged)
    }

    #[cold]
    #[inline(never)]
    fn acquire_slowly(&self, epoch: Epoch, me: u64, wish: Wish, patience: Patience) -> Acquired {
        if patience == Patience::None {
            return self.try_acquire(epoch, me, wish).unwrap_or(Acquired::Busy);
        }
        self.add_waiter();
        let outcome = self.wait(epoch, me, wish, patience);
        self.remove_waiter();
        outcome
    }

    /// Takes the lock without waiting. The word that denies it if that cannot be.
    fn try_acquire(&self, epoch: Epoch, me: u64, wish: Wish) -> Result<Acquired, u64> {
        let mut state = self.state.load(Ordering::Relaxed);
        loop {
            if is_gone(state, epoch) {
                return Ok(Acquired::Gone);
            }
            if state & HELD == own(me) {
                return Ok(Acquired::Own);
            }
            let next = wish.granted(state, me).ok_or(state)?;
            match self.exchange(state, next, Ordering::Acquire) {
                Ok(_) => return Ok(Acquired::Taken),
                Err(now) => state = now,
            }
        }
    }

    fn wait(&self, epoch: Epoch, me: u64, mut wish: Wish, patience: Patience) -> Acquired {
        let mut spin = Spin::new();
        loop {
            let state = match self.try_acquire(epoch, me, wish) {
                Ok(outcome) => return outcome,
                Err(state) => state,
            };
            // The flag is set in the very word that denied the wish: in another one it might be
            // the flag itself that denies it, and nobody would ever take it away.
            if !parked(state)
                && (spin.again()
                    || self.exchange(state, state | PARKED, Ordering::Relaxed).is_err())
            {
                continue;
            }
            let still_needed = || {
                let state = self.state.load(Ordering::Relaxed);
                parked(state) && !is_gone(state, epoch) && wish.granted(state, me).is_none()
            };
            let leave = |last| {
                if last {
                    self.state.fetch_and(!PARKED, Ordering::Relaxed);
                }
            };
            match parking::park(
                self,
                wish.token(me),
                still_needed,
                || (),
                leave,
                patience.deadline(),
            ) {
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

    /// Whether the thread `owner` holds the lock of this epoch alone.
    #[inline(always)]
    pub fn is_owned_by(&self, epoch: Epoch, owner: u64) -> bool {
        self.ownership(epoch, owner).is_some()
    }

    /// The ownership of the thread `owner`, if it holds the lock of this epoch alone. When that is
    /// the calling thread, it holds the lock until it gives the ownership to
    /// [`release`](Self::release).
    #[inline(always)]
    pub fn ownership(&self, epoch: Epoch, owner: u64) -> Option<Ownership> {
        let held = epoch.0 | own(owner);
        (self.state.load(Ordering::Relaxed) & !PARKED == held).then_some(Ownership(held))
    }

    /// Releases the lock that the calling thread holds alone.
    #[inline(always)]
    pub fn release(&self, Ownership(held): Ownership) {
        let free = held & EPOCH;
        let done =
            self.state.compare_exchange(held, free, Ordering::Release, Ordering::Relaxed).is_ok();
        // What else may be in the word is that threads sleep.
        if !done {
            self.release_to_sleepers();
        }
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
    #[inline(never)]
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
                // Acquire too: whoever is handed the lock learns from this thread, which learns it
                // here, what others did that shared the lock before.
                match self.exchange(state, next, Ordering::AcqRel) {
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
