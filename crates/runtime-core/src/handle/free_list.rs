//! The vacant slots of a table, lock-free.
//!
//! Two stacks of slot indexes, linked through the slots: `freed` takes what is given back, `ready`
//! hands out. When `ready` is empty and at least [`REUSE_DISTANCE`] slots lie on `freed`, whoever
//! asks takes the whole of `freed` and makes it the new `ready`. So a slot rests for a while before
//! it gets a new tenant.
//!
//! Both are Treiber's stack (R. K. Treiber, "Systems Programming: Coping with Parallelism", 1986).
//! Popping a single element has the ABA problem, met by a tag that changes with every exchange of
//! the head of `ready`; pushing and taking everything have none.

use super::REUSE_DISTANCE;
use crate::sync::{AtomicU32, AtomicU64, Ordering};

/// In a link or a head: no slot. Otherwise a link is the index + 1.
const NONE: u32 = 0;

pub(super) struct FreeList {
    /// Tag (high half) and link of the first slot (low half).
    ready: AtomicU64,
    /// How many slots there are (high half) and link of the first one (low half).
    freed: AtomicU64,
}

impl FreeList {
    #[cfg(not(loom))]
    pub(super) const fn new() -> Self {
        Self { ready: AtomicU64::new(0), freed: AtomicU64::new(0) }
    }

    #[cfg(loom)]
    pub(super) fn new() -> Self {
        Self { ready: AtomicU64::new(0), freed: AtomicU64::new(0) }
    }

    /// Takes a slot, if one may be reused. `next` gives the link of a slot.
    pub(super) fn pop<'s>(&self, next: impl Fn(u32) -> &'s AtomicU32) -> Option<u32> {
        self.pop_ready(&next).or_else(|| self.turn_over(&next))
    }

    /// Gives a slot back.
    pub(super) fn push<'s>(&self, index: u32, next: impl Fn(u32) -> &'s AtomicU32) {
        let mut head = self.freed.load(Ordering::Relaxed);
        loop {
            next(index).store(head as u32, Ordering::Relaxed);
            let grown = (head >> 32) + 1;
            let changed = grown << 32 | u64::from(index + 1);
            // Release publishes the link, and with it all that the last tenant's end wrote.
            match self.freed.compare_exchange_weak(
                head,
                changed,
                Ordering::Release,
                Ordering::Relaxed,
            ) {
                Ok(_) => return,
                Err(now) => head = now,
            }
        }
    }

    fn pop_ready<'s>(&self, next: &impl Fn(u32) -> &'s AtomicU32) -> Option<u32> {
        let mut head = self.ready.load(Ordering::Acquire);
        loop {
            let (tag, link) = ((head >> 32) as u32, head as u32);
            if link == NONE {
                return None;
            }
            // The slot may have been taken and even freed since; then its link is of no use and
            // the tag makes the exchange fail.
            let rest = next(link - 1).load(Ordering::Relaxed);
            let changed = u64::from(tag.wrapping_add(1)) << 32 | u64::from(rest);
            match self.ready.compare_exchange_weak(
                head,
                changed,
                Ordering::AcqRel,
                Ordering::Acquire,
            ) {
                Ok(_) => return Some(link - 1),
                Err(now) => head = now,
            }
        }
    }

    /// Makes the freed slots ready, if they are enough, and takes the first.
    fn turn_over<'s>(&self, next: &impl Fn(u32) -> &'s AtomicU32) -> Option<u32> {
        if self.freed.load(Ordering::Relaxed) >> 32 < u64::from(REUSE_DISTANCE) {
            return None;
        }
        // Acquire pairs with the release of every push: the chain is seen whole.
        let first = self.freed.swap(0, Ordering::Acquire) as u32;
        if first == NONE {
            return None;
        }
        let mut last = first;
        loop {
            match next(last - 1).load(Ordering::Relaxed) {
                NONE => break,
                link => last = link,
            }
        }
        let rest = next(first - 1).load(Ordering::Relaxed);
        if rest != NONE {
            self.push_ready(rest, next(last - 1));
        }
        Some(first - 1)
    }

    /// Puts the chain from `first` to the slot whose link is `last_next` in front of `ready`.
    fn push_ready(&self, first: u32, last_next: &AtomicU32) {
        let mut head = self.ready.load(Ordering::Relaxed);
        loop {
            last_next.store(head as u32, Ordering::Relaxed);
            let tag = ((head >> 32) as u32).wrapping_add(1);
            let changed = u64::from(tag) << 32 | u64::from(first);
            match self.ready.compare_exchange_weak(
                head,
                changed,
                Ordering::AcqRel,
                Ordering::Relaxed,
            ) {
                Ok(_) => return,
                Err(now) => head = now,
            }
        }
    }
}
