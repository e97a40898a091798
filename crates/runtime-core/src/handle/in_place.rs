//! Handles of objects that are atomics themselves: reached in place, one load and one comparison.

use super::slots::{Slot, Slots};
use super::{HandleKind, Parts, count_live, diagnose, refused};
use crate::error::{Error, Result, codes};
use crate::sync::{AtomicU32, AtomicU64, Ordering};

/// An object that lives in a slot of an [`InPlaceTable`] and is reused from tenant to tenant. It is
/// changed through `&self` by any number of threads at once, so it is an atomic or made of them.
pub trait InPlace: Send + Sync + 'static {
    /// An object in any state. Called once for each slot.
    fn vacant() -> Self;
}

impl InPlace for std::sync::atomic::AtomicI64 {
    fn vacant() -> Self {
        Self::new(0)
    }
}

impl InPlace for std::sync::atomic::AtomicBool {
    fn vacant() -> Self {
        Self::new(false)
    }
}

/// Set in the state of a slot without a tenant; the rest is then the last tenant's generation. The
/// state of a slot with a tenant is the tenant's handle.
const VACANT: u64 = 1 << 63;

struct InPlaceSlot<T> {
    state: AtomicU64,
    next: AtomicU32,
    object: T,
}

impl<T: InPlace> Slot for InPlaceSlot<T> {
    fn vacant() -> Self {
        Self { state: AtomicU64::new(VACANT), next: AtomicU32::new(0), object: T::vacant() }
    }

    fn next(&self) -> &AtomicU32 {
        &self.next
    }
}

/// Handles of one kind to objects that are atomics.
///
/// Every method takes `&self` and may be called from any number of threads. Lookup takes no lock
/// and writes nothing. A free takes effect at one moment: calls that look the handle up later are
/// refused. A call that looked it up before acts on memory that stays an object of this type; the
/// slot rests for 1,024 more frees before it gets another tenant.
///
/// # Example
/// ```
/// use runtime_core::handle::{InPlaceTable, kinds};
/// use std::sync::atomic::{AtomicI64, Ordering};
///
/// static COUNTERS: InPlaceTable<AtomicI64> = InPlaceTable::new(kinds::ATOMIC_INT);
/// let handle = COUNTERS.insert(|counter| counter.store(5, Ordering::Relaxed))?;
/// assert_eq!(COUNTERS.get(handle)?.fetch_add(1, Ordering::SeqCst), 5);
/// COUNTERS.free(handle)?;
/// assert!(COUNTERS.get(handle).is_err());
/// # Ok::<(), runtime_core::Error>(())
/// ```
pub struct InPlaceTable<T> {
    kind: HandleKind,
    slots: Slots<InPlaceSlot<T>>,
}

impl<T: InPlace> InPlaceTable<T> {
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

    /// Makes an object live and gives its handle. `set` puts it into its first state, before any
    /// other thread can reach it.
    ///
    /// # Errors
    /// `RT_ERROR_HANDLES_EXHAUSTED` when all 2^26 handles are in use or memory is.
    pub fn insert(&self, set: impl FnOnce(&T)) -> Result<i64> {
        let (index, slot) = self.slots.claim().ok_or_else(|| exhausted(self.kind))?;
        let generation = (slot.state.load(Ordering::Relaxed) & !VACANT) + 1;
        let handle = Parts { kind: self.kind.number(), generation, index }.handle();
        set(&slot.object);
        // Release: who finds the handle live sees the object's first state.
        slot.state.store(handle as u64, Ordering::Release);
        count_live(self.kind, 1);
        Ok(handle)
    }

    /// The object of a live handle.
    ///
    /// # Errors
    /// `RT_ERROR_NOT_A_HANDLE`, `RT_ERROR_STALE_HANDLE` or `RT_ERROR_WRONG_KIND`.
    #[inline(always)]
    pub fn get(&self, handle: i64) -> Result<&T> {
        match self.slots.get(Parts::of(handle).index) {
            // The state is the whole handle, so this one comparison checks kind and generation. A
            // negative number could be a vacant slot's state.
            Some(slot) if slot.state.load(Ordering::Acquire) == handle as u64 && handle >= 0 => {
                Ok(&slot.object)
            }
            _ => Err(self.refuse(handle)),
        }
    }

    /// Ends the object's life. Of several threads that free one handle, one succeeds.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn free(&self, handle: i64) -> Result<()> {
        let parts = Parts::of(handle);
        let Some(slot) = self.slots.get(parts.index) else { return Err(self.refuse(handle)) };
        let freed = handle >= 0
            && slot
                .state
                .compare_exchange(
                    handle as u64,
                    VACANT | parts.generation,
                    Ordering::AcqRel,
                    Ordering::Relaxed,
                )
                .is_ok();
        if !freed {
            return Err(self.refuse(handle));
        }
        count_live(self.kind, -1);
        if parts.generation < super::GENERATION_MASK {
            self.slots.release(parts.index);
        }
        Ok(())
    }

    #[cold]
    #[inline(never)]
    fn refuse(&self, handle: i64) -> Error {
        let reached = self.slots.get(Parts::of(handle).index).map(|slot| {
            match slot.state.load(Ordering::Relaxed) {
                vacant if vacant & VACANT != 0 => vacant & !VACANT,
                live => Parts::of(live as i64).generation,
            }
        });
        refused(handle, self.kind, diagnose(handle, self.kind, reached))
    }
}

#[cold]
pub(super) fn exhausted(kind: HandleKind) -> Error {
    Error::written(
        codes::RT_ERROR_HANDLES_EXHAUSTED,
        format_args!("no handle is left for another {}", kind.name()),
    )
}
