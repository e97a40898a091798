//! An arena: memory that is handed out from one end to the other and taken back all at once.

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::fmt;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::ptr::{self, NonNull};
use std::sync::atomic::AtomicPtr;

use runtime_core::alone::is_alone;
use runtime_core::error::codes::RT_ERROR_LENGTH;
use runtime_core::handle::{HandleKind, InPlace, InPlaceTable};
use runtime_core::{Error, Result};

use crate::codes;
use crate::sync::{AtomicUsize, Ordering};

/// The alignment of an arena's first byte: that of a cache line.
pub const BASE_ALIGN: usize = 64;

/// An arena of fixed capacity that any number of threads allocate from at once.
///
/// It hands out addresses and follows none, so all of it is safe; what may be done with an address
/// is up to who asked for it. The memory goes when the arena is dropped.
///
/// # Example
/// ```
/// use runtime_concurrent::Arena;
///
/// let arena = Arena::new(1024)?;
/// let first = arena.alloc(5, 1)?;
/// let second = arena.alloc(8, 8)?;
/// assert_eq!(second.addr().get() - first.addr().get(), 8);
/// assert_eq!(arena.used(), 16);
/// arena.reset();
/// assert_eq!(arena.alloc(5, 1)?, first);
/// # Ok::<(), runtime_core::Error>(())
/// ```
pub struct Arena(Region);

impl Arena {
    /// An arena over `capacity` bytes, all zero. Their address is a multiple of [`BASE_ALIGN`].
    ///
    /// # Errors
    /// `RT_ERROR_LENGTH` for more than an object can have, `RT_ERROR_OUT_OF_MEMORY`.
    pub fn new(capacity: usize) -> Result<Self> {
        let layout = layout(capacity).ok_or_else(|| too_large(capacity))?;
        // SAFETY: the layout is not empty.
        let base = unsafe { alloc_zeroed(layout) };
        if base.is_null() {
            return Err(Error::out_of_memory(capacity));
        }
        Ok(Self(Region::over(base, capacity)))
    }
}

impl Deref for Arena {
    type Target = Region;

    fn deref(&self) -> &Region {
        &self.0
    }
}

impl Drop for Arena {
    fn drop(&mut self) {
        let layout = layout(self.capacity()).expect("the arena was allocated with this layout");
        // SAFETY: allocated in `new` with this layout, and the arena is its only owner.
        unsafe { dealloc(self.0.base.load(Ordering::Relaxed), layout) };
    }
}

impl fmt::Debug for Arena {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

/// The memory of an [`Arena`], without the ownership of it.
#[repr(align(64))]
pub struct Region {
    base: AtomicPtr<u8>,
    /// The address behind the last byte.
    limit: std::sync::atomic::AtomicUsize,
    /// The address of the first byte that is not handed out.
    next: AtomicUsize,
    /// Most often the same, and never relied on. An allocation begins with it, because a load of
    /// `next` would have to wait until the exchange of the allocation before has come to its end.
    guess: AtomicUsize,
}

impl Region {
    fn over(base: *mut u8, capacity: usize) -> Self {
        Self {
            base: AtomicPtr::new(base),
            limit: (base.addr() + capacity).into(),
            next: AtomicUsize::new(base.addr()),
            guess: AtomicUsize::new(base.addr()),
        }
    }

    /// `size` bytes whose address is a multiple of `align`. No two live allocations overlap. Of size
    /// 0: an address inside of the arena or at its end, and no byte is used.
    ///
    /// # Errors
    /// `RT_ERROR_INVALID_ARGUMENT` when `align` is no power of two, `RT_ERROR_FULL` when the arena
    /// has too little room left.
    #[inline(always)]
    pub fn alloc(&self, size: usize, align: usize) -> Result<NonNull<u8>> {
        if !align.is_power_of_two() {
            return Err(no_alignment(align as i64));
        }
        // Relaxed all over: the numbers alone decide who gets what, and the memory behind an
        // address is nobody's before it is handed out.
        let limit = self.limit.load(Ordering::Relaxed);
        let mut next = self.guess.load(Ordering::Relaxed);
        loop {
            match place(next, size, align).filter(|(_, end)| *end <= limit) {
                Some((start, end)) if size > 0 => match self.take(next, end) {
                    Ok(_) => {
                        self.guess.store(end, Ordering::Relaxed);
                        return self.address(start, size, align);
                    }
                    Err(now) => next = now,
                },
                // Nothing to take, or no room. A guess is not enough to say so.
                fits => {
                    let now = self.next.load(Ordering::Relaxed);
                    if now == next {
                        let (start, _) = fits.ok_or_else(|| self.full(size, align))?;
                        return self.address(start, size, align);
                    }
                    next = now;
                }
            }
        }
    }

    /// Moves `next` from where it was to `end`, unless another thread moved it: then where it is.
    #[inline(always)]
    fn take(&self, next: usize, end: usize) -> std::result::Result<usize, usize> {
        if is_alone() {
            let now = self.next.load(Ordering::Relaxed);
            if now != next {
                return Err(now);
            }
            self.next.store(end, Ordering::Relaxed);
            return Ok(now);
        }
        self.next.compare_exchange(next, end, Ordering::Relaxed, Ordering::Relaxed)
    }

    /// The pointer to an address of the arena.
    #[inline(always)]
    fn address(&self, start: usize, size: usize, align: usize) -> Result<NonNull<u8>> {
        // Null, and so no room, is the base of a handle that is freed meanwhile.
        let base = self.base.load(Ordering::Relaxed);
        NonNull::new(base.with_addr(start)).ok_or_else(|| self.full(size, align))
    }

    /// How many bytes the arena has.
    pub fn capacity(&self) -> usize {
        // Saturating, for a handle that is freed and given to another arena meanwhile.
        self.limit.load(Ordering::Relaxed).saturating_sub(self.base.load(Ordering::Relaxed).addr())
    }

    /// How many bytes are handed out, those skipped for alignment among them.
    pub fn used(&self) -> usize {
        self.next.load(Ordering::Relaxed).saturating_sub(self.base.load(Ordering::Relaxed).addr())
    }

    /// Takes everything back: later allocations get the same memory again, with what is in it.
    pub fn reset(&self) {
        let base = self.base.load(Ordering::Relaxed).addr();
        self.next.store(base, Ordering::Relaxed);
        self.guess.store(base, Ordering::Relaxed);
    }

    /// Becomes the memory of `arena`.
    fn take_over(&self, arena: Arena) {
        let arena = ManuallyDrop::new(arena);
        self.base.store(arena.base.load(Ordering::Relaxed), Ordering::Relaxed);
        self.limit.store(arena.limit.load(Ordering::Relaxed), Ordering::Relaxed);
        let next = arena.next.load(Ordering::Relaxed);
        self.next.store(next, Ordering::Relaxed);
        self.guess.store(next, Ordering::Relaxed);
    }

    /// An owner of this memory, to be dropped by who may.
    fn owner(&self) -> ManuallyDrop<Arena> {
        ManuallyDrop::new(Arena(Self::over(self.base.load(Ordering::Relaxed), self.capacity())))
    }

    #[cold]
    #[inline(never)]
    fn full(&self, size: usize, align: usize) -> Error {
        let (used, capacity) = (self.used(), self.capacity());
        Error::new(
            codes::RT_ERROR_FULL,
            format!(
                "size {size} with align {align} does not fit: {used} of {capacity} bytes are used"
            ),
        )
    }
}

impl InPlace for Region {
    fn vacant() -> Self {
        Self::over(ptr::null_mut(), 0)
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Arena")
            .field("capacity", &self.capacity())
            .field("used", &self.used())
            .finish_non_exhaustive()
    }
}

/// Handles of arenas. An allocation never touches the memory that it hands out, so a lookup needs
/// no protection against a free on another thread: at worst it gives an address that dangles, as
/// all addresses of a freed arena do.
pub struct ArenaTable {
    slots: InPlaceTable<Region>,
}

impl ArenaTable {
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

    /// Gives `arena` a handle.
    ///
    /// # Errors
    /// `RT_ERROR_HANDLES_EXHAUSTED`.
    pub fn insert(&self, arena: Arena) -> Result<i64> {
        self.slots.insert(|region| region.take_over(arena))
    }

    /// The arena of a live handle.
    ///
    /// # Errors
    /// `RT_ERROR_NOT_A_HANDLE`, `RT_ERROR_STALE_HANDLE` or `RT_ERROR_WRONG_KIND`.
    #[inline(always)]
    pub fn get(&self, handle: i64) -> Result<&Region> {
        self.slots.get(handle)
    }

    /// Drops the arena. Of several threads that free one handle, one succeeds.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn free(&self, handle: i64) -> Result<()> {
        let owner = self.slots.get(handle)?.owner();
        // The handle was live before the owner was made and is until here, so the memory is its.
        self.slots.free(handle)?;
        drop(ManuallyDrop::into_inner(owner));
        Ok(())
    }
}

/// An alignment given as `int64_t`: a power of two.
///
/// # Errors
/// `RT_ERROR_INVALID_ARGUMENT`.
#[inline(always)]
pub fn alignment(align: i64) -> Result<usize> {
    match usize::try_from(align) {
        Ok(fit) if fit.is_power_of_two() => Ok(fit),
        _ => Err(no_alignment(align)),
    }
}

/// Where `size` bytes begin and end, from `next` on.
#[inline(always)]
fn place(next: usize, size: usize, align: usize) -> Option<(usize, usize)> {
    let start = next.checked_add(align - 1)? & !(align - 1);
    Some((start, start.checked_add(size)?))
}

/// The layout of an arena's memory; an arena without capacity has a byte that it does not use.
fn layout(capacity: usize) -> Option<Layout> {
    Layout::from_size_align(capacity.max(1), BASE_ALIGN).ok()
}

#[cold]
fn too_large(capacity: usize) -> Error {
    Error::new(RT_ERROR_LENGTH, format!("capacity {capacity} is more than memory holds"))
}

#[cold]
fn no_alignment(align: i64) -> Error {
    Error::invalid(format!("align {align} is not a power of two"))
}

#[cfg(all(test, not(loom)))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_answers() {
        let arena = Arena::new(1024).unwrap();
        assert_eq!((arena.capacity(), arena.used()), (1024, 0));
        arena.alloc(64, 8).unwrap();
        assert_eq!(arena.used(), 64);
        arena.alloc(32, 8).unwrap();
        assert_eq!(arena.used(), 96);

        let small = Arena::new(100).unwrap();
        assert_eq!(small.alloc(200, 1).unwrap_err().code(), codes::RT_ERROR_FULL);
        small.alloc(50, 1).unwrap();
        small.alloc(50, 1).unwrap();
        assert_eq!(
            small.alloc(1, 1).unwrap_err().reason(),
            "size 1 with align 1 does not fit: 100 of 100 bytes are used"
        );
    }

    #[test]
    fn nothing_fits_into_nothing() {
        let arena = Arena::new(0).unwrap();
        assert_eq!(arena.alloc(0, 64).unwrap().addr().get() % 64, 0);
        assert!(arena.alloc(1, 1).is_err());
        assert_eq!(arena.used(), 0);
    }

    #[test]
    fn what_no_memory_holds_is_refused() {
        assert_eq!(Arena::new(usize::MAX).unwrap_err().code(), RT_ERROR_LENGTH);
        let arena = Arena::new(64).unwrap();
        for align in [0, 3, usize::MAX] {
            assert!(arena.alloc(1, align).is_err());
        }
        assert!(arena.alloc(usize::MAX, 1).is_err());
        assert!(arena.alloc(1, 1 << 63).is_err());
        assert_eq!(arena.used(), 0);
        for align in [0, -1, -8, 6, i64::MIN, i64::MAX] {
            assert!(alignment(align).is_err());
        }
    }

    proptest! {
        #[test]
        fn allocations_are_aligned_inside_and_apart(
            asked in proptest::collection::vec((0_usize..100, 0_u32..9), 0..60)
        ) {
            let arena = Arena::new(2_000).unwrap();
            let base = arena.base.load(Ordering::Relaxed).addr();
            let mut end = base;
            for (size, shift) in asked {
                let before = arena.used();
                match arena.alloc(size, 1 << shift) {
                    Ok(address) => {
                        let start = address.addr().get();
                        prop_assert_eq!(start % (1 << shift), 0);
                        prop_assert!(start >= end && start + size <= base + 2_000);
                        if size > 0 {
                            end = start + size;
                            // SAFETY: the bytes were just handed out.
                            unsafe { address.write_bytes(0xaa, size) };
                        }
                        prop_assert_eq!(arena.used(), end - base);
                    }
                    Err(refusal) => {
                        prop_assert_eq!(refusal.code(), codes::RT_ERROR_FULL);
                        prop_assert_eq!(arena.used(), before);
                    }
                }
            }
        }
    }
}
