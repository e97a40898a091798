//! Handles of containers that many threads use at once.
//!
//! The table of runtime-core that pins objects counts the pins in the object's slot. For a container
//! that would be the one word that all its users write, and so the first thing that stops it from
//! scaling. Here a lookup writes nothing that threads share: it enters an epoch of crossbeam's,
//! which is a write to memory of the own thread, and reads the slot.

use runtime_core::Result;
use runtime_core::handle::{HandleKind, InPlace, InPlaceTable};

use crate::sync::Ordering;
use crate::sync::epoch::{self, Atomic, Guard, Owned};

/// Handles of one kind to objects that threads share.
///
/// A free takes effect at one moment and never waits: calls that look the handle up later are
/// refused. The object is dropped when no thread is left that could have found it. A table is made
/// to be static: dropping it drops no object.
///
/// # Example
/// ```
/// use runtime_concurrent::table::SharedTable;
/// use runtime_core::handle::kinds;
///
/// static TEXTS: SharedTable<String> = SharedTable::new(kinds::CONCURRENT_STACK);
/// let handle = TEXTS.insert(String::from("here"))?;
/// assert_eq!(TEXTS.with(handle, |text| text.len())?, 4);
/// TEXTS.free(handle)?;
/// assert!(TEXTS.with(handle, |text| text.len()).is_err());
/// # Ok::<(), runtime_core::Error>(())
/// ```
pub struct SharedTable<T: Send + Sync + 'static> {
    slots: InPlaceTable<Place<T>>,
}

impl<T: Send + Sync + 'static> SharedTable<T> {
    /// An empty table. One table for each kind in a process: the kind's live count is shared.
    #[cfg(not(loom))]
    pub const fn new(kind: HandleKind) -> Self {
        Self { slots: InPlaceTable::new(kind) }
    }

    /// An empty table, inside a loom model.
    #[cfg(loom)]
    pub fn new(kind: HandleKind) -> Self {
        Self { slots: InPlaceTable::new(kind) }
    }

    /// Gives `object` a handle.
    ///
    /// # Errors
    /// `RT_ERROR_HANDLES_EXHAUSTED` when all 2^26 handles are in use or memory is.
    pub fn insert(&self, object: T) -> Result<i64> {
        self.slots.insert(|place| place.0.store(Owned::new(object), Ordering::Release))
    }

    /// Runs `act` on the object of a live handle. The object stays for as long as that takes, even
    /// when the handle is freed meanwhile; and nothing that any thread frees in this crate goes
    /// back to the system meanwhile, so `act` is to be short.
    ///
    /// # Errors
    /// `RT_ERROR_NOT_A_HANDLE`, `RT_ERROR_STALE_HANDLE` or `RT_ERROR_WRONG_KIND`.
    #[inline(always)]
    pub fn with<R>(&self, handle: i64, act: impl FnOnce(&T) -> R) -> Result<R> {
        let guard = epoch::pin();
        let object = self.slots.get(handle)?.find(&guard);
        Ok(act(object))
    }

    /// Ends the object's life. Of several threads that free one handle, one succeeds.
    ///
    /// # Errors
    /// As [`with`](Self::with).
    pub fn free(&self, handle: i64) -> Result<()> {
        let guard = epoch::pin();
        let place = self.slots.get(handle)?;
        let object = place.0.load(Ordering::Acquire, &guard);
        // The handle was live before the load and is until here, so the object is its own.
        self.slots.free(handle)?;
        // SAFETY: the handle was freed by this call, once, and who looks it up from now on is
        // refused. Who found the object before is in an epoch that the destruction waits for.
        unsafe { guard.defer_destroy(object) };
        drop(guard);
        collect();
        Ok(())
    }
}

/// Lets time pass for the collector, so that a freed object is dropped at once when nobody uses
/// it. An object is dropped two epochs after its end; each round may start one.
fn collect() {
    for _ in 0..3 {
        epoch::pin().flush();
    }
}

/// Where a slot keeps its object. After a free the address stays, and nobody follows it: lookups
/// are refused before.
struct Place<T>(Atomic<T>);

impl<T> Place<T> {
    /// The object. The slot's handle was found live in the epoch of `guard`.
    #[inline(always)]
    fn find<'g>(&self, guard: &'g Guard) -> &'g T {
        let object = self.0.load(Ordering::Acquire, guard);
        // SAFETY: the object was put here before its handle became live, which is seen, since the
        // lookup acquires. If it was freed since then it is destroyed after this epoch; if the slot
        // has another object already, so is that one.
        unsafe { object.deref() }
    }
}

impl<T: Send + Sync + 'static> InPlace for Place<T> {
    fn vacant() -> Self {
        Self(Atomic::null())
    }
}
