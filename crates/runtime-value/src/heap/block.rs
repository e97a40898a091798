//! The memory of one object, from the allocator and back to it.

use std::alloc::{Layout, alloc, alloc_zeroed, dealloc, realloc};
use std::mem::ManuallyDrop;
use std::ptr::NonNull;

use runtime_core::{Error, Result};

use super::page_map::GRANULE;

/// A block that rests may keep this much.
const RESTING_SIZE: usize = 4096;

/// Memory that this owner frees.
pub(super) struct Block {
    address: NonNull<u8>,
    size: usize,
}

impl Block {
    /// `size` bytes (at least one) at a multiple of [`GRANULE`]; not initialised.
    #[inline(always)]
    pub(super) fn new(size: usize) -> Result<Self> {
        Self::with(alloc, size)
    }

    /// As [`new`](Self::new), all zero.
    pub(super) fn zeroed(size: usize) -> Result<Self> {
        Self::with(alloc_zeroed, size)
    }

    #[inline(always)]
    fn with(allocate: unsafe fn(Layout) -> *mut u8, size: usize) -> Result<Self> {
        let Ok(layout) = Layout::from_size_align(size, GRANULE) else {
            return Err(Error::out_of_memory(size));
        };
        // SAFETY: every object has a header and every raw block a prefix: the size is not zero.
        match NonNull::new(unsafe { allocate(layout) }) {
            Some(address) => Ok(Self { address, size }),
            None => Err(Error::out_of_memory(size)),
        }
    }

    /// The owner of the block at `address`, which was let go with [`Self::into_address`].
    pub(super) fn from_parts(address: NonNull<u8>, size: usize) -> Self {
        Self { address, size }
    }

    #[inline(always)]
    pub(super) fn address(&self) -> NonNull<u8> {
        self.address
    }

    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// Lets the memory go: whoever has the address owns it.
    #[inline(always)]
    pub(super) fn into_address(self) -> NonNull<u8> {
        ManuallyDrop::new(self).address
    }

    /// The same content, as far as it fits, in `size` bytes (at least one); it may move.
    pub(super) fn resize(&mut self, size: usize) -> Result<()> {
        if Layout::from_size_align(size, GRANULE).is_err() {
            return Err(Error::out_of_memory(size));
        }
        // SAFETY: the block was allocated with this layout; the new size is not zero and, rounded
        // up, no more than a layout can be.
        let moved = unsafe { realloc(self.address.as_ptr(), self.layout(), size) };
        self.address = NonNull::new(moved).ok_or_else(|| Error::out_of_memory(size))?;
        self.size = size;
        Ok(())
    }

    /// The same address with little memory, for a block that only keeps its address taken.
    #[inline(always)]
    pub(super) fn shrunk(self) -> Self {
        if self.size <= RESTING_SIZE { self } else { self.shrunk_slowly() }
    }

    #[cold]
    fn shrunk_slowly(mut self) -> Self {
        // A block that cannot shrink rests as it is.
        let _ = self.resize(RESTING_SIZE);
        self
    }

    fn layout(&self) -> Layout {
        // SAFETY: it was a layout when the block was allocated.
        unsafe { Layout::from_size_align_unchecked(self.size, GRANULE) }
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        // SAFETY: this is the owner, and the block was allocated with this layout.
        unsafe { dealloc(self.address.as_ptr(), self.layout()) };
    }
}
