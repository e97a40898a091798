//! The memory of a table: slots in buckets of doubling size that never move and are never freed
//! while the table lives.

use std::alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error};
use std::ptr;

use super::INDEX_BITS;
use super::free_list::FreeList;
use crate::alone;
use crate::sync::{AtomicPtr, AtomicU32, Ordering};

/// The first bucket holds `2^FIRST_BITS` slots, each next one twice as many as the one before.
const FIRST_BITS: u32 = if cfg!(loom) { 1 } else { 5 };
const BUCKETS: usize = (INDEX_BITS - FIRST_BITS + 1) as usize;
const FIRST: u32 = 1 << FIRST_BITS;

/// What a slot is made of. A slot begins its life vacant.
pub(super) trait Slot: Sync {
    fn vacant() -> Self;
    /// The link of the free list that the slot is on while it is vacant.
    fn next(&self) -> &AtomicU32;
}

pub(super) struct Slots<S> {
    buckets: [AtomicPtr<S>; BUCKETS],
    /// How many slots were ever handed out: the next fresh index.
    used: AtomicU32,
    pub(super) free: FreeList,
}

impl<S: Slot> Slots<S> {
    #[cfg(not(loom))]
    pub(super) const fn new() -> Self {
        Self {
            buckets: [const { AtomicPtr::new(ptr::null_mut()) }; BUCKETS],
            used: AtomicU32::new(0),
            free: FreeList::new(),
        }
    }

    #[cfg(loom)]
    pub(super) fn new() -> Self {
        Self {
            buckets: std::array::from_fn(|_| AtomicPtr::new(ptr::null_mut())),
            used: AtomicU32::new(0),
            free: FreeList::new(),
        }
    }

    /// The slot at `index`, if its bucket exists.
    #[inline(always)]
    pub(super) fn get(&self, index: u32) -> Option<&S> {
        let (bucket, offset) = locate(index);
        // Acquire pairs with the release in `ensure_bucket`: the slots are seen initialised.
        let slots = self.buckets[bucket].load(Ordering::Acquire);
        if slots.is_null() {
            return None;
        }
        // SAFETY: `locate` gives an offset inside the bucket, a bucket that is there holds that
        // many initialised slots, and it is freed with `self` only.
        Some(unsafe { &*slots.add(offset) })
    }

    /// A vacant slot that belongs to the caller: a freed one, or a fresh one. `None` when every
    /// index is in use.
    pub(super) fn claim(&self) -> Option<(u32, &S)> {
        let index = match self.free.pop(|index| self.listed(index).next()) {
            Some(index) => index,
            None => self.claim_fresh()?,
        };
        Some((index, self.listed(index)))
    }

    /// Gives a vacant slot back.
    pub(super) fn release(&self, index: u32) {
        self.free.push(index, |index| self.listed(index).next());
    }

    fn listed(&self, index: u32) -> &S {
        self.get(index).expect("a claimed or listed index has its bucket: it was made for it")
    }

    fn claim_fresh(&self) -> Option<u32> {
        let mut used = self.used.load(Ordering::Relaxed);
        loop {
            if used >= 1 << INDEX_BITS || !self.ensure_bucket(locate(used).0) {
                return None;
            }
            match self.used.compare_exchange_weak(
                used,
                used + 1,
                Ordering::Relaxed,
                Ordering::Relaxed,
            ) {
                Ok(index) => return Some(index),
                Err(now) => used = now,
            }
        }
    }

    /// Makes the bucket if it is not there. False when there is no memory for it.
    fn ensure_bucket(&self, bucket: usize) -> bool {
        if !self.buckets[bucket].load(Ordering::Acquire).is_null() {
            return true;
        }
        alone::look_up();
        let Some(made) = Bucket::<S>::make(bucket) else { return false };
        // Release publishes the slots; the loser's bucket is dropped here.
        let outcome = self.buckets[bucket].compare_exchange(
            ptr::null_mut(),
            made.slots,
            Ordering::AcqRel,
            Ordering::Acquire,
        );
        if outcome.is_ok() {
            std::mem::forget(made);
        }
        true
    }
}

impl<S> Drop for Slots<S> {
    fn drop(&mut self) {
        for (bucket, slots) in self.buckets.iter().enumerate() {
            let slots = slots.load(Ordering::Acquire);
            if !slots.is_null() {
                drop(Bucket { slots, bucket });
            }
        }
    }
}

/// The bucket of `index` and the offset inside it.
#[inline(always)]
fn locate(index: u32) -> (usize, usize) {
    let shifted = index + FIRST;
    let top = 31 - shifted.leading_zeros();
    ((top - FIRST_BITS) as usize, (shifted - (1 << top)) as usize)
}

/// A bucket that this owner frees.
struct Bucket<S> {
    slots: *mut S,
    bucket: usize,
}

impl<S> Bucket<S> {
    fn len(bucket: usize) -> usize {
        1 << (FIRST_BITS as usize + bucket)
    }

    fn layout(bucket: usize) -> Option<Layout> {
        Layout::array::<S>(Self::len(bucket)).ok()
    }
}

impl<S: Slot> Bucket<S> {
    fn make(bucket: usize) -> Option<Self> {
        let layout = Self::layout(bucket)?;
        // SAFETY: a slot is not zero-sized, so neither is the layout.
        let slots = unsafe { alloc_zeroed(layout) }.cast::<S>();
        if slots.is_null() {
            return None;
        }
        for offset in 0..Self::len(bucket) {
            // SAFETY: inside the allocation just made, which holds `len` slots.
            unsafe { slots.add(offset).write(S::vacant()) };
        }
        Some(Self { slots, bucket })
    }
}

impl<S> Drop for Bucket<S> {
    fn drop(&mut self) {
        let Some(layout) = Self::layout(self.bucket) else {
            handle_alloc_error(Layout::new::<S>())
        };
        for offset in 0..Self::len(self.bucket) {
            // SAFETY: every slot of a bucket is initialised, and the owner frees it once.
            unsafe { self.slots.add(offset).drop_in_place() };
        }
        // SAFETY: allocated in `make` with this very layout.
        unsafe { dealloc(self.slots.cast(), layout) };
    }
}

// SAFETY: the slots behind the pointers are shared as `&S` only, and `S: Sync`.
unsafe impl<S: Send + Sync> Sync for Slots<S> {}
// SAFETY: moving the table moves the ownership of its slots.
unsafe impl<S: Send> Send for Slots<S> {}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn every_index_has_its_own_place() {
        let mut expected = (0, 0);
        for index in 0..100_000_u32 {
            assert_eq!(locate(index), expected);
            expected.1 += 1;
            if expected.1 == Bucket::<u8>::len(expected.0) {
                expected = (expected.0 + 1, 0);
            }
        }
        assert_eq!(locate((1 << INDEX_BITS) - 1).0, BUCKETS - 1);
    }
}
