//! What lies at an address: one byte for every 16 bytes of address space, in two levels.
//!
//! A byte is zero unless a live object (or a block of `rt_alloc`) begins at its address; then it
//! says which type. So "is this word a live array?" is two loads and a comparison for any word,
//! takes no lock and touches neither the object nor a byte that another core writes, unless an
//! object near it comes or goes.
//!
//! Leaves are made on demand and stay. Their memory comes zeroed from the system page by page, so a
//! leaf costs what is touched of it: one sixteenth of the heap.

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU8, Ordering};

#[cfg(not(target_pointer_width = "64"))]
compile_error!("the page map covers the 48-bit address spaces of 64-bit machines");

/// Objects begin at multiples of 16 bytes.
pub(crate) const GRANULE: usize = 16;
const GRANULE_SHIFT: u32 = 4;
/// A leaf covers 64 MiB.
const LEAF_SHIFT: u32 = 26;
const LEAF_LEN: usize = 1 << (LEAF_SHIFT - GRANULE_SHIFT);
const ADDRESS_BITS: u32 = 48;
const ROOT_LEN: usize = 1 << (ADDRESS_BITS - LEAF_SHIFT);

type Leaf = [AtomicU8; LEAF_LEN];

/// 32 MiB of address space in the zero section, of which a program touches a few pages.
static ROOT: [AtomicPtr<Leaf>; ROOT_LEN] = [const { AtomicPtr::new(ptr::null_mut()) }; ROOT_LEN];

/// The mark at `address`, 0 where nothing lives. `address` is any number; only multiples of
/// [`GRANULE`] have marks of their own, others share the one of the granule they lie in.
#[inline(always)]
pub(crate) fn mark(address: usize) -> u8 {
    match cell(address) {
        // Acquire pairs with the release of `set`: who sees the mark sees the object.
        Some(cell) => cell.load(Ordering::Acquire),
        None => 0,
    }
}

/// The cell of an address whose leaf exists.
#[inline(always)]
pub(crate) fn cell(address: usize) -> Option<&'static AtomicU8> {
    let leaf = ROOT.get(address >> LEAF_SHIFT)?.load(Ordering::Acquire);
    if leaf.is_null() {
        return None;
    }
    // SAFETY: a leaf that is there is initialised (zeroed atomics) and never freed.
    let leaf: &'static Leaf = unsafe { &*leaf };
    Some(&leaf[(address >> GRANULE_SHIFT) & (LEAF_LEN - 1)])
}

/// The cell of `address`, whose leaf is made if need be. `None` when there is no memory for it, or
/// the address is outside of the 48 bits that a heap object has.
#[inline(always)]
pub(crate) fn cell_or_make(address: usize) -> Option<&'static AtomicU8> {
    cell(address).or_else(|| {
        make_leaf(address)?;
        cell(address)
    })
}

#[cold]
fn make_leaf(address: usize) -> Option<()> {
    let root = ROOT.get(address >> LEAF_SHIFT)?;
    let layout = Layout::new::<Leaf>();
    // SAFETY: a leaf is not zero-sized; zeroed bytes are valid atomics.
    let leaf = unsafe { alloc_zeroed(layout) }.cast::<Leaf>();
    if leaf.is_null() {
        return None;
    }
    // Release publishes the zeroed leaf. Who loses the race drops its own.
    let outcome = root.compare_exchange(ptr::null_mut(), leaf, Ordering::AcqRel, Ordering::Acquire);
    if outcome.is_err() {
        // SAFETY: allocated above with this layout, and not published.
        unsafe { dealloc(leaf.cast(), layout) };
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_address_has_a_mark() {
        for address in [0, 1, 7, 8, 15, 16, 4095, usize::MAX, usize::MAX - 15, 1 << 47, 1 << 48] {
            assert_eq!(mark(address), 0);
        }
        assert!(cell_or_make(1 << 48).is_none());
    }
}
