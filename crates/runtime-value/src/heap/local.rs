//! What each thread has of the heap: its counters, the blocks it freed lately, its scopes.

use std::alloc::{Layout, alloc};
use std::cell::{Cell, RefCell, UnsafeCell};
use std::ptr::{self, NonNull};

use super::block::{self, Block};
use super::scope::Scopes;
use super::statistics::Counters;
use crate::types::ObjectType;

/// How many freed blocks rest before their memory goes back to the allocator, so that a word of a
/// freed object is told from a new object's for a while.
const RESTING: usize = 64;

pub(super) struct Local {
    counters: Cell<Option<&'static Counters>>,
    resting: Resting,
    /// How many scopes are open: what `scopes` says, where every allocation looks.
    pub(super) scope_depth: Cell<usize>,
    pub(super) scopes: RefCell<Scopes>,
}

runtime_core::thread_pointer! { mod place: Local = "runtime_value_local", null }

thread_local! {
    /// Ends the thread's part with the thread. The part itself is in a box: a shared library with a pointer for
    /// each thread has all its thread-locals in a block of which there is little left when it is loaded late.
    static OWNER: Owner = const { Owner };
}

struct Owner;

impl Drop for Owner {
    fn drop(&mut self) {
        let local = place::get();
        // What ends here may free objects; it finds no part any more.
        place::set(ptr::null_mut());
        if !local.is_null() {
            // SAFETY: it was made in `first_look`, and nothing finds it any more.
            drop(unsafe { Box::from_raw(local) });
        }
    }
}

/// This thread's part; `None` when the thread is being torn down, or there is no memory for one.
///
/// Not a closure's argument: what a closure captures goes through memory on its way into another
/// function, and that costs more than the rest of an allocation's bookkeeping.
///
/// # Safety
/// The reference is not kept beyond the call in which it was fetched.
#[inline(always)]
pub(super) unsafe fn current<'c>() -> Option<&'c Local> {
    // SAFETY: a thread's part goes when the thread ends, and the caller's call ends before.
    unsafe { place::get().as_ref() }.or_else(first_look)
}

/// The same on a thread that has no part.
#[cold]
#[inline(never)]
fn first_look<'c>() -> Option<&'c Local> {
    if is_torn_down() {
        return None;
    }
    // SAFETY: the layout is not empty.
    let local = NonNull::new(unsafe { alloc(Layout::new::<Local>()) }.cast::<Local>())?;
    // SAFETY: new memory of this very layout.
    unsafe { local.write(Local::new()) };
    place::set(local.as_ptr());
    // SAFETY: as in `current`.
    Some(unsafe { local.as_ref() })
}

/// Whether this thread is at its end, and never has a part again.
pub(super) fn is_torn_down() -> bool {
    OWNER.try_with(|_| ()).is_err()
}

/// Counts in the thread's own counters, where there are some.
#[inline(always)]
pub(super) fn count(local: Option<&Local>, count: impl FnOnce(&Counters)) {
    match local.and_then(Local::counters) {
        Some(counters) => count(counters),
        None => Counters::count_in_spare(count),
    }
}

/// Notes that a separate buffer of an object grew or shrank.
pub(crate) fn count_resize(object_type: ObjectType, change: i64) {
    // SAFETY: not kept beyond this call.
    let local = unsafe { current() };
    count(local, |counters| counters.resized(object_type, change));
}

impl Local {
    const fn new() -> Self {
        Self {
            counters: Cell::new(None),
            resting: Resting::new(),
            scope_depth: Cell::new(0),
            scopes: RefCell::new(Scopes::new()),
        }
    }

    #[inline(always)]
    fn counters(&self) -> Option<&'static Counters> {
        match self.counters.get() {
            Some(counters) => Some(counters),
            None => self.claim_counters(),
        }
    }

    /// Runs when a thread first makes or frees an object.
    #[cold]
    fn claim_counters(&self) -> Option<&'static Counters> {
        // The first error may be that memory has run out.
        runtime_core::error::prepare();
        runtime_core::alone::look_up();
        self.counters.set(Counters::claim());
        self.counters.get()
    }

    /// Lets a freed block rest; the one that has rested longest goes back to the allocator.
    #[inline(always)]
    pub(super) fn rest(&self, block: Block) {
        self.resting.push(block);
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        self.scopes.get_mut().abandon();
        if let Some(counters) = self.counters.get() {
            counters.give_back();
        }
    }
}

/// A ring of the blocks that were freed last.
struct Resting {
    blocks: UnsafeCell<[Option<Block>; RESTING]>,
    next: Cell<usize>,
}

impl Resting {
    const fn new() -> Self {
        Self { blocks: UnsafeCell::new([const { None }; RESTING]), next: Cell::new(0) }
    }

    #[inline(always)]
    fn push(&self, block: Block) {
        let next = self.next.get();
        self.next.set((next + 1) % RESTING);
        // SAFETY: the cell is this thread's alone, the reference ends with the statement, and
        // nothing in between comes back here.
        let rested = unsafe { (&mut *self.blocks.get())[next].replace(block.shrunk()) };
        drop(rested);
    }
}

/// Frees the memory of a block at once, for a thread without a local part.
pub(super) fn rest_without_local(address: NonNull<u8>, size: usize) {
    drop(block::Block::from_parts(address, size));
}
