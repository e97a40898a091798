//! Memory for locks that stays memory for locks: places that locks use one after the other, reached
//! by a number.
//!
//! A table of handles would do; it checks the handle against the slot and then lets the caller use
//! the slot. The locks check more cheaply: the exchange that takes a lock carries the epoch, which
//! says whether the lock in the place is the one that was meant. So reaching a place is one load.

use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use parking_lot::Mutex;
use runtime_core::error::codes;
use runtime_core::{Error, Result};

use crate::raw::lock::{Epoch, MAX_TENANCY};

const INDEX_BITS: u32 = 26;
const CHUNK_BITS: u32 = 10;
const CHUNK_LEN: usize = 1 << CHUNK_BITS;
const CHUNKS: usize = 1 << (INDEX_BITS - CHUNK_BITS);

/// A number that leads to a place, and the count of its tenants when the number was given out. Any
/// 64 bits may be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Address(pub(crate) i64);

impl Address {
    /// The epoch of the lock that was made in the place.
    #[inline(always)]
    pub(crate) fn epoch(self) -> Epoch {
        Epoch::of_tenancy(self.tenancy())
    }

    #[inline(always)]
    fn tenancy(self) -> u64 {
        self.0 as u64 >> INDEX_BITS
    }

    #[inline(always)]
    fn index(self) -> usize {
        self.0 as usize & ((1 << INDEX_BITS) - 1)
    }
}

/// What a place is made of.
pub(crate) trait Place: Send + Sync + 'static {
    /// A place without a lock.
    fn vacant() -> Self;
}

/// The places of one kind of lock.
pub(crate) struct Places<T: 'static> {
    chunks: [AtomicPtr<T>; CHUNKS],
    unused: Mutex<Unused>,
}

/// Places that no lock is in.
struct Unused {
    /// Those that were used, with the address of the next tenant.
    again: Vec<Address>,
    /// The first index that was never used.
    fresh: usize,
}

impl<T: Place> Places<T> {
    pub(crate) const fn new() -> Self {
        Self {
            chunks: [const { AtomicPtr::new(ptr::null_mut()) }; CHUNKS],
            unused: Mutex::new(Unused { again: Vec::new(), fresh: 0 }),
        }
    }

    /// The place that the address leads to, whichever lock is in it now.
    #[inline(always)]
    pub(crate) fn get(&self, address: Address) -> Option<&'static T> {
        let index = address.index();
        // Acquire pairs with the release in `claim`: the places are seen vacant or later.
        let chunk = self.chunks[index >> CHUNK_BITS].load(Ordering::Acquire);
        if chunk.is_null() {
            return None;
        }
        // SAFETY: a chunk that is there has this many places, and is never freed.
        Some(unsafe { &*chunk.add(index & (CHUNK_LEN - 1)) })
    }

    /// A place for a new lock, which is the caller's until it begins the lock there.
    ///
    /// # Errors
    /// `RT_ERROR_HANDLES_EXHAUSTED` when all 2^26 are in use, `RT_ERROR_OUT_OF_MEMORY`.
    pub(crate) fn claim(&self) -> Result<(Address, &'static T)> {
        let mut unused = self.unused.lock();
        let address = match unused.again.pop() {
            Some(address) => address,
            None => {
                let fresh = unused.fresh;
                self.make_chunk_of(fresh)?;
                unused.fresh += 1;
                // The first tenant has the number 1.
                Address(1 << INDEX_BITS | fresh as i64)
            }
        };
        let place = self.get(address).expect("a place that was ever claimed has its chunk");
        Ok((address, place))
    }

    /// Gives a place back in which the lock was retired.
    pub(crate) fn release(&self, address: Address) {
        // When the epochs of a place are used up it rests for ever: an address never comes back.
        if address.tenancy() < MAX_TENANCY {
            self.unused.lock().again.push(Address(address.0 + (1 << INDEX_BITS)));
        }
    }

    /// Makes the chunk in which `index` lies, if it is the first of it. The caller holds the lock.
    fn make_chunk_of(&self, index: usize) -> Result<()> {
        let Some(chunk) = self.chunks.get(index >> CHUNK_BITS) else {
            return Err(Error::new(codes::RT_ERROR_HANDLES_EXHAUSTED, "2^26 locks are in use"));
        };
        if chunk.load(Ordering::Relaxed).is_null() {
            let mut places = Vec::new();
            places
                .try_reserve_exact(CHUNK_LEN)
                .map_err(|_| Error::out_of_memory(CHUNK_LEN * size_of::<T>()))?;
            places.extend(std::iter::repeat_with(T::vacant).take(CHUNK_LEN));
            let places: &'static mut [T] = places.leak();
            chunk.store(places.as_mut_ptr(), Ordering::Release);
        }
        Ok(())
    }
}
