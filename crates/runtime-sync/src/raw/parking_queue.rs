//! The queues of `parking_lot_core`.

use std::time::Instant;

use parking_lot_core::{FilterOp, ParkResult, ParkToken, SpinWait, UnparkToken};

use super::{Pick, Wakeup, Woken};

const WOKEN: UnparkToken = UnparkToken(0);
const HANDED: UnparkToken = UnparkToken(1);

/// Puts this thread to sleep in the queue of `place`, known there by `token`, if `needed` says so.
///
/// `needed` and `timed_out` run while the queue is locked; `timed_out` hears whether this thread was
/// the last one in it. `asleep` runs when the thread is in the queue and wakers can find it.
pub(in crate::raw) fn park<T>(
    place: &T,
    token: usize,
    needed: impl FnOnce() -> bool,
    asleep: impl FnOnce(),
    timed_out: impl FnOnce(bool),
    deadline: Option<Instant>,
) -> Wakeup {
    // SAFETY: the key is the address of an object of this crate that the caller borrows. The
    // callbacks are this crate's: none of them panics, and those that run under the queue's lock do
    // not come back to the queues.
    let result = unsafe {
        parking_lot_core::park(
            std::ptr::from_ref(place).addr(),
            needed,
            asleep,
            |_, last| timed_out(last),
            ParkToken(token),
            deadline,
        )
    };
    match result {
        ParkResult::Unparked(HANDED) => Wakeup::Handed,
        ParkResult::Unparked(_) => Wakeup::Woken,
        ParkResult::Invalid => Wakeup::Unneeded,
        ParkResult::TimedOut => Wakeup::TimedOut,
    }
}

/// Wakes those at the head of the queue of `place` that `pick` chooses by their tokens. `settle`
/// runs while the queue is locked, before they wake; it says whether they are handed what they wait
/// for.
pub(in crate::raw) fn unpark<T>(
    place: &T,
    mut pick: impl FnMut(usize) -> Pick,
    settle: impl FnOnce(Woken) -> bool,
) {
    // SAFETY: as in `park`.
    unsafe {
        parking_lot_core::unpark_filter(
            std::ptr::from_ref(place).addr(),
            |ParkToken(token)| match pick(token) {
                Pick::Wake => FilterOp::Unpark,
                Pick::Stop => FilterOp::Stop,
            },
            |result| {
                let handed = settle(Woken {
                    count: result.unparked_threads as u64,
                    more: result.have_more_threads,
                    fair: result.be_fair,
                });
                if handed { HANDED } else { WOKEN }
            },
        );
    }
}

/// A moment of busy waiting before a thread goes to sleep.
pub(in crate::raw) struct Spin(SpinWait);

impl Spin {
    pub(in crate::raw) fn new() -> Self {
        Self(SpinWait::new())
    }

    /// Waits a little, each time longer. False when it is time to sleep instead.
    pub(in crate::raw) fn again(&mut self) -> bool {
        self.0.spin()
    }

    pub(in crate::raw) fn reset(&mut self) {
        self.0.reset();
    }
}
