//! What a mutex and a readers-writer lock are made of alike: a place with a lock and the value that the
//! lock guards.

use std::sync::atomic::{AtomicU64, Ordering};

use runtime_core::Result;

use crate::object;
use crate::places::{Address, Place, Places};
use crate::raw::lock::RawLock;

/// A lock and the bits of the value that it guards, on a cache line of their own.
#[repr(align(64))]
pub(crate) struct Guarded {
    pub(crate) lock: RawLock,
    pub(crate) value: AtomicU64,
}

impl Place for Guarded {
    fn vacant() -> Self {
        Self { lock: RawLock::vacant(), value: AtomicU64::new(0) }
    }
}

/// The guarded values of one kind of lock.
pub(crate) struct Table {
    /// What a lock of the kind is called in errors.
    kind: &'static str,
    places: Places<Guarded>,
}

impl Table {
    pub(crate) const fn new(kind: &'static str) -> Self {
        Self { kind, places: Places::new() }
    }

    /// A place with a free lock around the value with these bits.
    pub(crate) fn claim(&self, bits: u64) -> Result<Address> {
        let (address, guarded) = self.places.claim()?;
        guarded.value.store(bits, Ordering::Relaxed);
        guarded.lock.begin();
        Ok(address)
    }

    /// The place that the address in an object leads to, if it leads to one.
    #[inline(always)]
    pub(crate) fn find(&'static self, address: Address) -> Option<&'static Guarded> {
        self.places.get(address)
    }

    /// The place that the address in an object leads to.
    #[inline(always)]
    pub(crate) fn get(&'static self, address: Address) -> Result<&'static Guarded> {
        self.find(address).ok_or_else(|| object::gone(self.kind))
    }

    /// Ends a lock that nobody holds or waits for.
    pub(crate) fn retire(&'static self, address: Address) -> Result<()> {
        let guarded = self.get(address)?;
        guarded.lock.retire(address.epoch()).map_err(|use_| object::in_use(self.kind, use_))?;
        self.places.release(address);
        Ok(())
    }

    /// The bits of the value.
    pub(crate) fn value(&'static self, address: Address) -> Option<u64> {
        Some(self.get(address).ok()?.value.load(Ordering::Acquire))
    }
}
