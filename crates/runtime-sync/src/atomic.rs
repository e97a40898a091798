//! The atomic int as a heap object.

use std::sync::atomic::{AtomicI64, Ordering};

use runtime_core::Result;
use runtime_core::handle::{InPlaceTable, kinds};
use runtime_value::ObjectType;

use crate::object::{Kind, view};

static TABLE: InPlaceTable<AtomicI64> = InPlaceTable::new(kinds::ATOMIC);

struct AtomicKind;

impl Kind for AtomicKind {
    const TYPE: ObjectType = ObjectType::Atomic;

    fn retire(handle: i64) -> Result<()> {
        TABLE.free(handle)
    }
}

view! {
    /// An atomic int that is a value, so that it can stand in arrays and closures and pass into
    /// threads. A heap object: it lives until it is freed.
    ///
    /// # Example
    /// ```
    /// use runtime_sync::Atomic;
    /// use std::sync::atomic::Ordering;
    ///
    /// let atomic = Atomic::new(40)?;
    /// atomic.cell()?.fetch_add(2, Ordering::SeqCst);
    /// assert_eq!(atomic.cell()?.load(Ordering::SeqCst), 42);
    /// atomic.free()?;
    /// # Ok::<(), runtime_core::Error>(())
    /// ```
    Atomic of AtomicKind, "atomic"
}

impl Atomic {
    /// An atomic with this value.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY` or `RT_ERROR_HANDLES_EXHAUSTED`.
    pub fn new(initial: i64) -> Result<Self> {
        Self::of_handle(TABLE.insert(|cell| cell.store(initial, Ordering::Relaxed))?)
    }

    /// The atomic itself. It is there for good: who uses it after the object was freed changes
    /// nothing that is still in use, until 1,024 more atomics were freed.
    ///
    /// # Errors
    /// `RT_ERROR_STALE_HANDLE` when the object was freed.
    #[inline(always)]
    pub fn cell(self) -> Result<&'static AtomicI64> {
        TABLE.get(self.handle)
    }
}
