//! An object that is being made over several calls: memory that no word refers to yet.

use std::ptr::NonNull;

use runtime_core::Result;

use super::block::Block;
use super::layout::{Header, Object};

/// The memory of an object that nobody can find yet. Dropped, it goes back to the allocator.
pub(crate) struct Unpublished {
    block: Block,
}

impl Unpublished {
    /// `size` bytes, the object's header among them; not initialised.
    pub(crate) fn new(size: usize) -> Result<Self> {
        Block::new(size).map(|block| Self { block })
    }

    /// The size of the memory.
    pub(crate) fn size(&self) -> usize {
        self.block.size()
    }

    /// The address `offset` bytes from the beginning, which must be inside or at the end.
    pub(crate) fn at(&self, offset: usize) -> *mut u8 {
        debug_assert!(offset <= self.size());
        self.block.address().as_ptr().wrapping_add(offset)
    }

    /// Gives the memory another size and keeps its content.
    pub(crate) fn resize(&mut self, size: usize) -> Result<()> {
        if size == self.size() { Ok(()) } else { self.block.resize(size) }
    }

    /// Makes the object findable, after `fill` wrote its fields. It takes the whole memory.
    pub(crate) fn publish<T: Object>(self, fill: impl FnOnce(NonNull<T>)) -> Result<NonNull<T>> {
        let (address, size) = (self.block.address(), self.block.size());
        debug_assert!(size >= size_of::<T>());
        // SAFETY: the memory is at least as large as a header, and aligned to 16.
        unsafe { address.cast().write(Header::new(T::TYPE, size)) };
        fill(address.cast());
        super::publish(&self.block, address, T::TYPE, size)?;
        Ok(self.block.into_address().cast())
    }
}
