//! Where threads wait: for every address a queue of parked threads, from `parking_lot_core`, or from
//! a small copy of it when a loom model checks what is built on it.

use std::time::{Duration, Instant};

#[cfg(loom)]
#[path = "parking_model.rs"]
mod queue;
#[cfg(not(loom))]
#[path = "parking_queue.rs"]
mod queue;

pub(super) use queue::{Spin, park, unpark};
#[cfg(loom)]
pub use queue::{end, start};

/// How long a caller is ready to wait. Deadlines are of the monotonic clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// Not at all.
    None,
    /// Until this moment.
    Until(Instant),
    /// As long as it takes.
    Unlimited,
}

impl Patience {
    /// Until `duration` from now; without limit when that is after the end of time.
    pub fn lasting(duration: Duration) -> Self {
        match duration {
            Duration::ZERO => Self::None,
            _ => Instant::now().checked_add(duration).map_or(Self::Unlimited, Self::Until),
        }
    }

    /// The moment at which a sleeping caller gives up.
    pub(super) fn deadline(self) -> Option<Instant> {
        match self {
            Self::None => Some(Instant::now()),
            Self::Until(moment) => Some(moment),
            Self::Unlimited => None,
        }
    }
}

/// How a sleep ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wakeup {
    /// Another thread ended it and gave what was waited for along.
    Handed,
    /// Another thread ended it: it is time to look again.
    Woken,
    /// The sleep did not begin, because its reason was gone.
    Unneeded,
    /// The deadline came.
    TimedOut,
}

/// What to do with a parked thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pick {
    /// Wake it, and look at the next one.
    Wake,
    /// Leave it and all behind it asleep.
    Stop,
}

/// What became of the threads of one queue.
#[derive(Clone, Copy, Debug)]
pub(super) struct Woken {
    /// How many will wake up.
    pub(super) count: u64,
    /// Whether others stay in the queue.
    pub(super) more: bool,
    /// Whether it is time to be fair: to hand over to those who wake up, so that no running thread
    /// is quicker than they. True about every half millisecond.
    pub(super) fair: bool,
}
