//! How many objects and bytes are live, by type, without a shared counter on the way.
//!
//! Each thread counts in a block of its own, with plain loads and stores; who asks sums all blocks.
//! A block outlives its thread, with its counts, and serves the next thread that needs one.

use std::cell::Cell;
use std::ptr;
use std::sync::atomic::Ordering;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicPtr, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

use crate::room::Room;
use crate::types::{ObjectType, TYPES};

/// The counts of one thread at a time.
pub(super) struct Counters {
    in_use: AtomicBool,
    next: *const Counters,
    types: [TypeCounters; TYPES],
    /// Bytes gained since they were last added to [`LIVE_BYTES`], and the most that this was.
    pending: AtomicI64,
    pending_peak: AtomicI64,
}

struct TypeCounters {
    allocated: AtomicI64,
    freed: AtomicI64,
    live_bytes: AtomicI64,
}

impl TypeCounters {
    const fn new() -> Self {
        Self {
            allocated: AtomicI64::new(0),
            freed: AtomicI64::new(0),
            live_bytes: AtomicI64::new(0),
        }
    }
}

// SAFETY: all fields but `next` are atomics; `next` is set before the block is published.
unsafe impl Sync for Counters {}

/// All blocks but the spare one, newest first. Blocks are never unlinked or freed.
static BLOCKS: AtomicPtr<Counters> = AtomicPtr::new(ptr::null_mut());
/// Live bytes without what threads have pending.
static LIVE_BYTES: AtomicI64 = AtomicI64::new(0);
static PEAK_BYTES: AtomicI64 = AtomicI64::new(0);
/// How much a thread may have pending.
const PENDING_LIMIT: i64 = 64 << 10;

/// The block of threads that have none: those that are being torn down, and those that found no
/// memory for one. They take turns.
static SPARE: Counters = Counters::new(true);
static SPARE_TURN: Mutex<()> = Mutex::new(());

impl Counters {
    const fn new(in_use: bool) -> Self {
        Self {
            in_use: AtomicBool::new(in_use),
            next: ptr::null(),
            types: [const { TypeCounters::new() }; TYPES],
            pending: AtomicI64::new(0),
            pending_peak: AtomicI64::new(0),
        }
    }

    /// A block that the caller alone counts in, until it gives it [back](Self::give_back). `None`
    /// without memory for one.
    pub(super) fn claim() -> Option<&'static Self> {
        for block in blocks() {
            let claimed = block.in_use.compare_exchange(
                false,
                true,
                // Acquire pairs with the release in `give_back`: the counts are continued.
                Ordering::Acquire,
                Relaxed,
            );
            if claimed.is_ok() {
                return Some(block);
            }
        }
        let mut made = Vec::new();
        made.make_room(1).ok()?;
        made.push(Self::new(true));
        let block = made.leak().first_mut()?;
        let mut head = BLOCKS.load(Relaxed);
        loop {
            block.next = head;
            match BLOCKS.compare_exchange_weak(head, block, Ordering::Release, Relaxed) {
                Ok(_) => return Some(block),
                Err(now) => head = now,
            }
        }
    }

    /// Counts for a thread that has no block.
    #[cold]
    pub(super) fn count_in_spare(count: impl FnOnce(&Self)) {
        // What is counted is whole whenever the lock is free.
        let _turn = SPARE_TURN.lock().unwrap_or_else(PoisonError::into_inner);
        count(&SPARE);
        SPARE.settle();
    }

    pub(super) fn give_back(&self) {
        self.settle();
        self.in_use.store(false, Ordering::Release);
    }

    #[inline(always)]
    pub(super) fn allocated(&self, object_type: ObjectType, bytes: usize) {
        let counters = &self.types[object_type as usize];
        add(&counters.allocated, 1);
        self.grown(counters, bytes as i64);
    }

    #[inline(always)]
    pub(super) fn freed(&self, object_type: ObjectType, bytes: usize) {
        let counters = &self.types[object_type as usize];
        add(&counters.freed, 1);
        self.shrunk(counters, -(bytes as i64));
    }

    /// A separate buffer of an object has grown or shrunk.
    pub(super) fn resized(&self, object_type: ObjectType, change: i64) {
        let counters = &self.types[object_type as usize];
        if change > 0 { self.grown(counters, change) } else { self.shrunk(counters, change) }
    }

    #[inline(always)]
    fn grown(&self, counters: &TypeCounters, change: i64) {
        add(&counters.live_bytes, change);
        let pending = add(&self.pending, change);
        if pending > self.pending_peak.load(Relaxed) {
            self.pending_peak.store(pending, Relaxed);
            // The peak is below the limit, so what is not above the one is not above the other.
            if pending > PENDING_LIMIT {
                self.settle();
            }
        }
    }

    #[inline(always)]
    fn shrunk(&self, counters: &TypeCounters, change: i64) {
        add(&counters.live_bytes, change);
        if add(&self.pending, change) < -PENDING_LIMIT {
            self.settle();
        }
    }

    #[cold]
    fn settle(&self) {
        let (pending, peak) = (self.pending.load(Relaxed), self.pending_peak.load(Relaxed));
        let before = LIVE_BYTES.fetch_add(pending, Relaxed);
        PEAK_BYTES.fetch_max(before + peak, Relaxed);
        self.pending.store(0, Relaxed);
        self.pending_peak.store(0, Relaxed);
    }
}

/// Adds to a counter that no other thread writes. Returns the sum.
#[inline(always)]
fn add(counter: &AtomicI64, change: i64) -> i64 {
    let sum = counter.load(Relaxed) + change;
    counter.store(sum, Relaxed);
    sum
}

fn blocks() -> impl Iterator<Item = &'static Counters> {
    // Acquire pairs with the release in `claim`. The blocks further down were published before.
    let next = Cell::new(BLOCKS.load(Ordering::Acquire).cast_const());
    std::iter::from_fn(move || {
        // SAFETY: null, or a block that was leaked for good and published with its link.
        let block = unsafe { next.get().as_ref()? };
        next.set(block.next);
        Some(block)
    })
}

fn sum(types: std::ops::Range<usize>, count: impl Fn(&TypeCounters) -> i64) -> i64 {
    blocks().chain([&SPARE]).flat_map(|block| &block.types[types.clone()]).map(count).sum()
}

/// The range of types that a `kind` argument means; empty for a number that is no type.
fn range(kind: i64) -> std::ops::Range<usize> {
    match usize::try_from(kind) {
        Ok(index) if index < TYPES => index..index + 1,
        _ => 0..0,
    }
}

/// How many objects of the type with this number are live.
pub fn live_count(kind: i64) -> i64 {
    sum(range(kind), |counters| counters.allocated.load(Relaxed) - counters.freed.load(Relaxed))
}

/// How many bytes the objects of the type with this number hold, their buffers included.
pub fn live_bytes(kind: i64) -> i64 {
    sum(range(kind), |counters| counters.live_bytes.load(Relaxed))
}

/// How many objects of all types are live.
pub fn total_live_count() -> i64 {
    alloc_count() - free_count()
}

/// How many bytes all objects hold, their buffers included.
pub fn total_live_bytes() -> i64 {
    sum(0..TYPES, |counters| counters.live_bytes.load(Relaxed))
}

/// How many objects were ever made.
pub fn alloc_count() -> i64 {
    sum(0..TYPES, |counters| counters.allocated.load(Relaxed))
}

/// How many objects were ever freed.
pub fn free_count() -> i64 {
    sum(0..TYPES, |counters| counters.freed.load(Relaxed))
}

/// The most bytes that were ever live at once. Exact while one thread makes objects; with several,
/// each may have up to 64 KiB that are seen a little late, and the peaks of those are added up.
pub fn peak_bytes() -> i64 {
    let pending: i64 = blocks().map(|block| block.pending_peak.load(Relaxed).max(0)).sum();
    PEAK_BYTES.load(Relaxed).max(LIVE_BYTES.load(Relaxed) + pending)
}
