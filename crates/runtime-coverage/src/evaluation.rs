//! The evaluations of a decision in one thread.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use foldhash::fast::FixedState;

use crate::registry::{Group, Vector};

/// A power of two.
const RECENT: usize = 8;

/// Small, because the probes of all decisions read theirs.
#[derive(Default)]
pub(crate) struct Evaluation {
    /// The conditions that were evaluated since the decision was, and their values. Atomics, because
    /// the compiler joins two plain words into one vector, and a vector that comes back out of the
    /// memory it was just written to takes the processor longer than the rest of the probe.
    seen: AtomicU64,
    values: AtomicU64,
    /// Nothing when nobody asks.
    pub(crate) finished: Option<Box<Finished>>,
}

/// The evaluations of a decision that one thread has finished.
pub(crate) struct Finished {
    /// The vectors that came last, each at a place of its own: most evaluations repeat one of them.
    recent: [Vector; RECENT],
    pub(crate) group: Group,
    /// What all threads were told of.
    pub(crate) told: HashSet<Vector, FixedState>,
}

impl Evaluation {
    pub(crate) fn of(group: Group) -> Self {
        let recent = [Vector::default(); RECENT];
        let finished = Finished { recent, group, told: HashSet::default() };
        Self { finished: Some(Box::new(finished)), ..Self::default() }
    }

    /// Whether a condition was evaluated since the decision was.
    #[inline(always)]
    pub(crate) fn is_open(&self) -> bool {
        self.seen.load(Relaxed) != 0
    }

    /// Enters a condition's value. One that takes part in nothing may have any number.
    #[inline(always)]
    pub(crate) fn enter(&mut self, condition: u32, value: bool) {
        let bit = 1_u64.wrapping_shl(condition);
        self.seen.store(self.seen.load(Relaxed) | bit, Relaxed);
        let others = self.values.load(Relaxed) & !bit;
        self.values.store(others | u64::from(value).wrapping_shl(condition), Relaxed);
    }

    /// The vector, with which a new one begins.
    #[inline(always)]
    pub(crate) fn close(&mut self, outcome: bool) -> Vector {
        let (seen, values) = (std::mem::take(self.seen.get_mut()), self.values.load(Relaxed));
        *self.values.get_mut() = 0;
        Vector { seen, values, outcome }
    }
}

impl Finished {
    /// Whether all threads were told of the vector. It is the most recent one from now on.
    #[inline(always)]
    pub(crate) fn has_told(&mut self, vector: Vector) -> bool {
        let recent = &mut self.recent[place_of(vector)];
        if *recent == vector {
            return true;
        }
        *recent = vector;
        self.told.contains(&vector)
    }
}

/// Where a vector stands among the recent ones.
fn place_of(Vector { seen, values, outcome }: Vector) -> usize {
    const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
    let mixed =
        (seen.rotate_left(32) ^ values.rotate_left(1) ^ u64::from(outcome)).wrapping_mul(GOLDEN);
    (mixed >> (u64::BITS - RECENT.trailing_zeros())) as usize
}
