//! Handles of containers that many threads use at once.
//!
//! The table of runtime-core that pins objects counts the pins in the object's slot. For a container
//! that would be the one word that all its users write, and so the first thing that keeps it from
//! scaling; entering an epoch instead costs more than an operation of a queue. Here a lookup writes
//! nothing at all, because there is nothing to protect: a container, once made, is never destroyed.
//! A free empties it, and the slot's next tenant gets it.

use std::sync::LazyLock;

use runtime_core::Result;
use runtime_core::handle::{HandleKind, InPlace, InPlaceTable};

/// A container that can be used again after it was emptied, by any number of threads.
pub trait Reuse: Default + Send + Sync + 'static {
    /// Takes out everything that is there at the begin and gives back what memory it can. Does not go
    /// on for ever when another thread puts things in meanwhile.
    fn vacate(&self);
}

/// For what costs something to make even when it is empty: a slot's first tenant makes it.
impl<T: Reuse> Reuse for LazyLock<T> {
    fn vacate(&self) {
        (**self).vacate();
    }
}

/// Handles of one kind to containers that threads share.
///
/// Every method takes `&self` and may be called from any number of threads. A lookup takes no lock
/// and writes nothing. A free takes effect at one moment and never waits: calls that look the handle
/// up later are refused. A call that looked it up before acts on a container that stays one; the
/// slot rests for 1,024 more frees before it gets its next tenant, which begins with taking out
/// what such a call may have left.
///
/// # Example
/// ```
/// use runtime_concurrent::Stack;
/// use runtime_concurrent::table::SharedTable;
/// use runtime_core::handle::kinds;
///
/// static STACKS: SharedTable<Stack<i32>> = SharedTable::new(kinds::CONCURRENT_STACK);
/// let handle = STACKS.insert(|_| ())?;
/// STACKS.get(handle)?.push(7);
/// assert_eq!(STACKS.get(handle)?.len(), 1);
/// STACKS.free(handle)?;
/// assert!(STACKS.get(handle).is_err());
/// # Ok::<(), runtime_core::Error>(())
/// ```
pub struct SharedTable<T> {
    slots: InPlaceTable<Place<T>>,
}

/// A slot's container, which passes from tenant to tenant.
struct Place<T>(T);

impl<T: Reuse> InPlace for Place<T> {
    fn vacant() -> Self {
        Self(T::default())
    }
}

impl<T: Reuse> SharedTable<T> {
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

    /// Gives a handle to an empty container. `set` makes it what it is to be, before any other
    /// thread can reach it.
    ///
    /// # Errors
    /// `RT_ERROR_HANDLES_EXHAUSTED` when all 2^26 handles are in use or memory is.
    pub fn insert(&self, set: impl FnOnce(&T)) -> Result<i64> {
        self.slots.insert(|place| {
            place.0.vacate();
            set(&place.0);
        })
    }

    /// The container of a live handle.
    ///
    /// # Errors
    /// `RT_ERROR_NOT_A_HANDLE`, `RT_ERROR_STALE_HANDLE` or `RT_ERROR_WRONG_KIND`.
    #[inline(always)]
    pub fn get(&self, handle: i64) -> Result<&T> {
        self.slots.get(handle).map(|place| &place.0)
    }

    /// Empties the container and ends the life of its handle. Of several threads that free one
    /// handle, one succeeds.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn free(&self, handle: i64) -> Result<()> {
        // While the handle is live: afterwards the container may be another tenant's already.
        self.get(handle)?.vacate();
        self.slots.free(handle)
    }
}
