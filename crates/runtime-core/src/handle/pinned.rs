//! Handles of objects with a destructor: a lookup pins the object while it is in use.

use std::fmt;
use std::mem::MaybeUninit;
use std::ops::Deref;

use super::in_place::exhausted;
use super::slots::{Slot, Slots};
use super::{HandleKind, Parts, count_live, diagnose, refused};
use crate::alone::is_alone;
use crate::cell::UnsafeCell;
use crate::error::{Error, Result};
use crate::sync::{AtomicU32, AtomicU64, Ordering};

/// The state of a slot: pins in the low half; in the high half the generation of the newest tenant
/// and one of the flags, or none for a vacant slot.
///
/// ```text
/// vacant --insert--> LIVE --free--> FREED --last unpin--> vacant
/// ```
///
/// Only `insert` (by whoever claimed the slot), `free` (of one tenant, once) and the last unpin
/// (once) change the high half. Pins come and go at any time, of stale handles too: those look,
/// find another generation and leave.
const LIVE: u64 = 1 << 62;
const FREED: u64 = 1 << 63;
const GENERATION_SHIFT: u32 = 32;
const PINS: u64 = (1 << GENERATION_SHIFT) - 1;

/// Adds and returns what was there before, as one step for all threads; `alone` says that there is this one
/// only.
#[inline(always)]
fn add(alone: bool, state: &AtomicU64, change: u64, order: Ordering) -> u64 {
    if alone {
        let before = state.load(Ordering::Relaxed);
        state.store(before.wrapping_add(change), Ordering::Relaxed);
        return before;
    }
    state.fetch_add(change, order)
}

struct PinnedSlot<T> {
    state: AtomicU64,
    next: AtomicU32,
    object: UnsafeCell<MaybeUninit<T>>,
}

// SAFETY: the object is shared as `&T` only while it is pinned, and moved out by one thread.
unsafe impl<T: Send + Sync> Sync for PinnedSlot<T> {}

impl<T: Send + Sync> Slot for PinnedSlot<T> {
    fn vacant() -> Self {
        Self {
            state: AtomicU64::new(0),
            next: AtomicU32::new(0),
            object: UnsafeCell::new(MaybeUninit::uninit()),
        }
    }

    fn next(&self) -> &AtomicU32 {
        &self.next
    }
}

/// Handles of one kind to objects that need their destructor run.
///
/// Every method takes `&self` and may be called from any number of threads. Lookup takes no lock.
/// A free takes effect at one moment and never waits: calls that look the handle up later are
/// refused, and the object is dropped by whoever leaves it last.
///
/// # Example
/// ```
/// use runtime_core::handle::{PinnedTable, kinds};
///
/// static TEXTS: PinnedTable<String> = PinnedTable::new(kinds::POOL);
/// let handle = TEXTS.insert(String::from("here"))?;
/// let text = TEXTS.get(handle)?;
/// TEXTS.free(handle)?;
/// assert_eq!(text.as_str(), "here"); // still pinned
/// drop(text); // dropped here
/// assert!(TEXTS.get(handle).is_err());
/// # Ok::<(), runtime_core::Error>(())
/// ```
pub struct PinnedTable<T> {
    kind: HandleKind,
    slots: Slots<PinnedSlot<T>>,
}

impl<T: Send + Sync> PinnedTable<T> {
    /// An empty table. One table for each kind in a process: the kind's live count is shared.
    #[cfg(not(loom))]
    pub const fn new(kind: HandleKind) -> Self {
        Self { kind, slots: Slots::new() }
    }

    /// An empty table, inside a loom model.
    #[cfg(loom)]
    pub fn new(kind: HandleKind) -> Self {
        Self { kind, slots: Slots::new() }
    }

    /// Gives `object` a handle.
    ///
    /// # Errors
    /// `RT_ERROR_HANDLES_EXHAUSTED` when all 2^26 handles are in use or memory is.
    pub fn insert(&self, object: T) -> Result<i64> {
        let (index, slot) = self.slots.claim().ok_or_else(|| exhausted(self.kind))?;
        let vacant = slot.state.load(Ordering::Relaxed) & !PINS;
        let generation = (vacant >> GENERATION_SHIFT) + 1;
        slot.object.with_mut(|place| {
            // SAFETY: the slot is vacant and claimed by this call: nobody reads the object.
            unsafe { (*place).write(object) };
        });
        // An addition that changes the high half only, since stale pins may come and go meanwhile.
        // Release: who finds the handle live sees the object.
        let change = (LIVE | generation << GENERATION_SHIFT).wrapping_sub(vacant);
        slot.state.fetch_add(change, Ordering::Release);
        count_live(self.kind, 1);
        Ok(Parts { kind: self.kind.number(), generation, index }.handle())
    }

    /// Pins the object of a live handle for as long as the result lives.
    ///
    /// # Errors
    /// `RT_ERROR_NOT_A_HANDLE`, `RT_ERROR_STALE_HANDLE` or `RT_ERROR_WRONG_KIND`.
    #[inline(always)]
    pub fn get(&self, handle: i64) -> Result<Pin<'_, T>> {
        let parts = Parts::of(handle);
        if parts.kind == self.kind.number()
            && let Some(slot) = self.slots.get(parts.index)
        {
            // Acquire pairs with the release in `insert`. The pin is taken first and judged then:
            // from here on the tenant that it finds, whichever it is, cannot be dropped.
            let alone = is_alone();
            let before = add(alone, &slot.state, 1, Ordering::Acquire);
            let pin = Pin { table: self, slot, index: parts.index, alone };
            if before & !PINS == LIVE | parts.generation << GENERATION_SHIFT {
                return Ok(pin);
            }
        }
        Err(self.refuse(handle))
    }

    /// Ends the object's life. Of several threads that free one handle, one succeeds. The object is
    /// dropped before the call returns, or, when another thread is using it, as soon as that one is
    /// done.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn free(&self, handle: i64) -> Result<()> {
        match self.take(handle)? {
            Some(object) => {
                drop(object);
                Ok(())
            }
            None => self.free_if(handle, |_| Ok(())),
        }
    }

    /// Ends the object's life and returns it, if nobody is using it at this moment. `None` when
    /// somebody is; the handle is still live then.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn take(&self, handle: i64) -> Result<Option<T>> {
        let parts = Parts::of(handle);
        let slot = self.slots.get(parts.index).filter(|_| parts.kind == self.kind.number());
        let Some(slot) = slot else { return Err(self.refuse(handle)) };
        let vacant = parts.generation << GENERATION_SHIFT;
        // From live without a pin to vacant in one step. Acquire pairs with the release of every
        // unpin: all uses of the object are over and seen.
        let outcome = slot.state.compare_exchange(
            LIVE | vacant,
            vacant,
            Ordering::Acquire,
            Ordering::Relaxed,
        );
        match outcome {
            Ok(_) => {
                count_live(self.kind, -1);
                // SAFETY: the exchange succeeds once for each tenant, and nobody had a pin.
                Ok(Some(unsafe { self.vacate(slot, parts.index, vacant) }))
            }
            Err(state) if state & !PINS == LIVE | vacant => Ok(None),
            Err(_) => Err(self.refuse(handle)),
        }
    }

    /// As [`free`](Self::free), if `agree` does not refuse.
    ///
    /// # Errors
    /// As [`get`](Self::get), and what `agree` refuses with.
    pub fn free_if(&self, handle: i64, agree: impl FnOnce(&T) -> Result<()>) -> Result<()> {
        let pin = self.get(handle)?;
        agree(&pin)?;
        let live = LIVE | Parts::of(handle).generation << GENERATION_SHIFT;
        let mut state = pin.slot.state.load(Ordering::Relaxed);
        while state & !PINS == live {
            // Relaxed: the object is not touched here, and the last unpin orders what is.
            match pin.slot.state.compare_exchange_weak(
                state,
                state ^ (LIVE | FREED),
                Ordering::Relaxed,
                Ordering::Relaxed,
            ) {
                Ok(_) => {
                    count_live(self.kind, -1);
                    return Ok(());
                }
                Err(now) => state = now,
            }
        }
        Err(self.refuse(handle))
    }

    #[cold]
    #[inline(never)]
    fn refuse(&self, handle: i64) -> Error {
        let reached = self
            .slots
            .get(Parts::of(handle).index)
            .map(|slot| (slot.state.load(Ordering::Relaxed) & !(LIVE | FREED)) >> GENERATION_SHIFT);
        refused(handle, self.kind, diagnose(handle, self.kind, reached))
    }

    /// Drops the freed object of a slot that nobody pins, unless another unpin is quicker.
    #[cold]
    fn reclaim(&self, slot: &PinnedSlot<T>, index: u32, freed: u64) {
        let vacant = freed & !FREED;
        // Acquire pairs with the release of every unpin: all uses of the object are over and seen.
        if slot.state.compare_exchange(freed, vacant, Ordering::Acquire, Ordering::Relaxed).is_err()
        {
            return;
        }
        // SAFETY: the exchange above succeeds once for each tenant, with no pins.
        let object = unsafe { self.vacate(slot, index, vacant) };
        // The slot is already in order: a destructor that panics harms nothing here.
        drop(object);
    }

    /// Moves the object out of a slot that has just become vacant, and gives the slot back unless
    /// its generations are used up.
    ///
    /// # Safety
    /// The caller made the slot vacant, from a state without pins. Pins that come now find a vacant
    /// slot and do not look at the object.
    unsafe fn vacate(&self, slot: &PinnedSlot<T>, index: u32, vacant: u64) -> T {
        let object = slot.object.with_mut(|place| {
            // SAFETY: the last tenant's object is there, and this caller alone reaches it.
            unsafe { (*place).assume_init_read() }
        });
        if vacant >> GENERATION_SHIFT < super::GENERATION_MASK {
            self.slots.release(index);
        }
        object
    }
}

/// A pinned object: it stays whole while this lives, even when its handle is freed.
pub struct Pin<'t, T: Send + Sync> {
    table: &'t PinnedTable<T>,
    slot: &'t PinnedSlot<T>,
    index: u32,
    /// Whether there was one thread when the pin was taken. Where there were several the end of the pin does
    /// not ask again: after a locked instruction it would have to wait for the answer.
    alone: bool,
}

impl<T: Send + Sync> Deref for Pin<'_, T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: a pin given out by `get` was taken while the object was live, and the object is
        // moved out only when no pin is left.
        self.slot.object.with(|place| unsafe { (*place).assume_init_ref() })
    }
}

impl<T: Send + Sync> Drop for Pin<'_, T> {
    #[inline(always)]
    fn drop(&mut self) {
        // Release: what this user did to the object is seen by who drops it.
        let (alone, less) = (self.alone && is_alone(), 1_u64.wrapping_neg());
        let after = add(alone, &self.slot.state, less, Ordering::Release).wrapping_sub(1);
        if after & (FREED | PINS) == FREED {
            self.table.reclaim(self.slot, self.index, after);
        }
    }
}

impl<T: Send + Sync + fmt::Debug> fmt::Debug for Pin<'_, T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(out)
    }
}
