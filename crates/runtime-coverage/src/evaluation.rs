//! The evaluations of a decision in one thread.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use foldhash::fast::FixedState;

use crate::registry::{Group, Vector};

/// A power of two.
const RECENT: usize = 8;

pub(crate) struct Evaluation {
    /// The conditions that were evaluated since the decision was, and their values. Atomics, because
    /// the compiler joins two plain words into one vector, and a vector that comes back out of the
    /// memory it was just written to takes the processor longer than the rest of the probe.
    seen: AtomicU64,
    values: AtomicU64,
    /// The vectors that came last, each at a place of its own: most evaluations repeat one of them.
    recent: [Vector; RECENT],
    pub(crate) group: Group,
    /// What all threads were told of.
    pub(crate) told: HashSet<Vector, FixedState>,
}

impl Evaluation {
    pub(crate) fn new(group: Group) -> Self {
        Self {
            seen: AtomicU64::new(0),
            values: AtomicU64::new(0),
            recent: [Vector::default(); RECENT],
            group,
            told: HashSet::default(),
        }
    }

    /// Whether a condition was evaluated since the decision was.
    #[inline(always)]
    pub(crate) fn is_open(&self) -> bool {
        self.seen.load(Relaxed) != 0
    }

    /// Enters a condition's value.
    #[inline(always)]
    pub(crate) fn enter(&mut self, condition: u32, value: bool) {
        let bit = 1 << condition;
        self.seen.store(self.seen.load(Relaxed) | bit, Relaxed);
        let others = self.values.load(Relaxed) & !bit;
        self.values.store(others | u64::from(value) << condition, Relaxed);
    }

    /// The vector, with which a new one begins.
    #[inline(always)]
    pub(crate) fn close(&mut self, outcome: bool) -> Vector {
        let (seen, values) = (std::mem::take(self.seen.get_mut()), self.values.load(Relaxed));
        *self.values.get_mut() = 0;
        Vector { seen, values, outcome }
    }

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
