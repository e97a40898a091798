//! How many checks there were, and how many found a violation, by kind.
//!
//! Each thread counts in a block of its own with plain loads and stores; who asks sums all blocks. A
//! block outlives its thread, with its counts, and serves the next thread that needs one, so there are
//! never more blocks than there were threads at once.

use std::cell::Cell;
use std::ptr;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, Ordering, Ordering::Relaxed};

use crate::kind::Kind;

/// How many checks of `kind`, or of all kinds, there were since the start or the last [`reset`].
pub fn checks(kind: Option<Kind>) -> u64 {
    total(Count::Checks, kind)
}

/// How many of them found a violation.
pub fn violations(kind: Option<Kind>) -> u64 {
    total(Count::Violations, kind)
}

/// Begins all counts at 0 again.
pub fn reset() {
    // The counts themselves belong to their threads: what there is now is remembered and left out.
    *BASELINE.lock().unwrap_or_else(PoisonError::into_inner) = sums();
}

/// Counts a check.
#[inline]
pub(crate) fn add_check(kind: Kind) {
    add(Count::Checks, kind);
}

/// Counts a violation.
#[cold]
pub(crate) fn add_violation(kind: Kind) {
    add(Count::Violations, kind);
}

const KINDS: usize = Kind::ALL.len();

#[derive(Clone, Copy)]
enum Count {
    Checks,
    Violations,
}

/// By what is counted, and by kind.
type Sums = [[u64; KINDS]; 2];

static BASELINE: Mutex<Sums> = Mutex::new([[0; KINDS]; 2]);

fn total(count: Count, kind: Option<Kind>) -> u64 {
    let baseline = BASELINE.lock().unwrap_or_else(PoisonError::into_inner);
    let (now, before) = (sums()[count as usize], baseline[count as usize]);
    let since = |kind: Kind| now[kind as usize] - before[kind as usize];
    match kind {
        Some(kind) => since(kind),
        None => Kind::ALL.iter().copied().map(since).sum(),
    }
}

/// Everything that was ever counted.
fn sums() -> Sums {
    let mut sums = [[0; KINDS]; 2];
    for block in blocks() {
        for (sums, counts) in sums.iter_mut().zip(&block.counts) {
            for (sum, count) in sums.iter_mut().zip(counts) {
                *sum += count.load(Relaxed);
            }
        }
    }
    sums
}

#[inline]
fn add(count: Count, kind: Kind) {
    let here = |claim: &Claim| {
        let counter = &claim.0.counts[count as usize][kind as usize];
        // Nobody else writes here, so nothing can come between.
        counter.store(counter.load(Relaxed) + 1, Relaxed);
    };
    // A thread that is being torn down has given its block back, and claims one for this alone.
    LOCAL.try_with(here).unwrap_or_else(|_| here(&Claim::new()));
}

thread_local! {
    static LOCAL: Claim = Claim::new();
}

/// The counts of one thread at a time, on cache lines that no other thread writes.
#[repr(align(128))]
struct Block {
    counts: [[AtomicU64; KINDS]; 2],
    in_use: AtomicBool,
    next: *const Block,
}

// SAFETY: all fields but `next` are atomics; `next` is set before the block is published.
unsafe impl Sync for Block {}

/// All blocks, newest first. Blocks are never unlinked or freed.
static BLOCKS: AtomicPtr<Block> = AtomicPtr::new(ptr::null_mut());

/// A block that one thread alone counts in.
struct Claim(&'static Block);

impl Claim {
    #[cold]
    fn new() -> Self {
        // Acquire pairs with the release of the drop: the counts are continued.
        let claimed = |block: &&Block| {
            block.in_use.compare_exchange(false, true, Ordering::Acquire, Relaxed).is_ok()
        };
        if let Some(block) = blocks().find(claimed) {
            return Self(block);
        }
        let block = Box::leak(Box::new(Block {
            counts: Default::default(),
            in_use: AtomicBool::new(true),
            next: ptr::null(),
        }));
        let mut head = BLOCKS.load(Relaxed);
        loop {
            block.next = head;
            match BLOCKS.compare_exchange_weak(head, block, Ordering::Release, Relaxed) {
                Ok(_) => return Self(block),
                Err(now) => head = now,
            }
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.0.in_use.store(false, Ordering::Release);
    }
}

fn blocks() -> impl Iterator<Item = &'static Block> {
    // Acquire pairs with the release in `Claim::new`. The blocks further down were published before.
    let next = Cell::new(BLOCKS.load(Ordering::Acquire).cast_const());
    std::iter::from_fn(move || {
        // SAFETY: null, or a block that was leaked for good and published with its link.
        let block = unsafe { next.get().as_ref()? };
        next.set(block.next);
        Some(block)
    })
}
