//! A lock-free queue without bounds.
//!
//! The queue of blocks that crossbeam has as `SegQueue`, with two differences, which leave two
//! instructions that lock the bus for a push and a pop, where there were four, or five while the queue is
//! short. Who writes or reads a slot says so with a plain store, because a block is not destroyed by
//! whoever reads last, but by one who comes by later and finds it read; and a pop looks at the tail with a
//! sequentially consistent load instead of a fence.

use std::fmt;
use std::mem::MaybeUninit;
use std::ptr;

use crate::sync::{
    AtomicPtr, AtomicU8, AtomicUsize, Backoff, CachePadded,
    Ordering::{Acquire, Relaxed, Release, SeqCst},
    UnsafeCell,
};
use crate::table::Reuse;

/// How far an index moves over a block: its slots, and one more, at which an end rests while the next
/// block is put in. Short in a model, which so gets over the end of a block.
const LAP: usize = if cfg!(loom) { 3 } else { 64 };
const SLOTS: usize = LAP - 1;
/// An index counts above its lowest bit.
const STEP: usize = 2;
/// In the index of the head: that its block is not the last one, so there is no need to look at the tail.
const HAS_NEXT: usize = 1;

/// The states of a slot, in their order.
const WRITTEN: u8 = 1;
const READ: u8 = 2;

/// A lock-free queue without bounds: first in, first out.
///
/// # Example
/// ```
/// use runtime_concurrent::Queue;
///
/// let queue = Queue::new();
/// queue.push(1);
/// queue.push(2);
/// assert_eq!(queue.len(), 2);
/// assert_eq!((queue.pop(), queue.pop(), queue.pop()), (Some(1), Some(2), None));
/// ```
pub struct Queue<T> {
    head: CachePadded<End<T>>,
    tail: CachePadded<End<T>>,
    /// Blocks that both ends have left, and in which a thread was still reading.
    left: AtomicPtr<Block<T>>,
}

/// The place in the queue where values come out, or go in.
struct End<T> {
    index: AtomicUsize,
    block: AtomicPtr<Block<T>>,
}

struct Block<T> {
    /// The block behind this one; once both ends have left it, the next of those that they left.
    next: AtomicPtr<Block<T>>,
    slots: [Slot<T>; SLOTS],
}

struct Slot<T> {
    value: UnsafeCell<MaybeUninit<T>>,
    state: AtomicU8,
}

// SAFETY: a value goes from the one thread that pushed it to the one that popped it, and no thread
// refers to it meanwhile.
unsafe impl<T: Send> Send for Queue<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for Queue<T> {}

/// The slot in its block to which an index leads; `SLOTS` is none.
#[inline(always)]
fn offset(index: usize) -> usize {
    index / STEP % LAP
}

/// How many slots lie before an index.
fn slots_before(index: usize) -> usize {
    index / STEP / LAP * SLOTS + offset(index)
}

/// How long a thread stands back that lost an end to another.
const PAUSES: usize = if cfg!(loom) { 0 } else { 64 };

/// Lets the thread go on that was faster. Threads that take turns at an end in short steps do little
/// else than to carry its cache line to and fro: two of them take six times as long without this.
#[cold]
#[inline(never)]
fn stand_back() {
    (0..PAUSES).for_each(|_| std::hint::spin_loop());
}

impl<T> Queue<T> {
    /// An empty queue.
    pub fn new() -> Self {
        let end = || {
            let (index, block) = (AtomicUsize::new(0), AtomicPtr::new(ptr::null_mut()));
            CachePadded::new(End { index, block })
        };
        Self { head: end(), tail: end(), left: AtomicPtr::new(ptr::null_mut()) }
    }

    /// Puts a value in at the tail.
    #[inline]
    pub fn push(&self, value: T) {
        let (index, block) = self.tail.load();
        let place = offset(index);
        if place + 1 < SLOTS && !block.is_null() {
            if self.tail.moves(index, index + STEP) {
                // SAFETY: the slot is this thread's, because it moved the index over it, and its
                // block stays until the slot was read.
                return unsafe { (*block).slots[place].write(value) };
            }
            stand_back();
        }
        self.push_slowly(value);
    }

    /// The same where a block is to be made, or other threads are at work.
    #[cold]
    #[inline(never)]
    fn push_slowly(&self, value: T) {
        let wait = Backoff::new();
        let mut made = None;
        loop {
            let (index, block) = self.tail.load();
            let place = offset(index);
            if place == SLOTS {
                wait.snooze();
                continue;
            }
            if block.is_null() {
                self.begin();
                continue;
            }
            // Made beforehand, so that nobody has to wait for the allocator.
            let last = place + 1 == SLOTS;
            if last && made.is_none() {
                made = Some(Block::new());
            }
            if !self.tail.moves(index, index + STEP) {
                wait.spin();
                continue;
            }
            if let Some(next) = made.take_if(|_| last) {
                let next = Box::into_raw(next);
                self.tail.enter(next, index + 2 * STEP);
                // SAFETY: the block stays until its last slot was read, and that one is written below.
                unsafe { (*block).next.store(next, Release) };
            }
            // SAFETY: as in `push`.
            return unsafe { (*block).slots[place].write(value) };
        }
    }

    /// Puts the first block in.
    fn begin(&self) {
        let first = Box::into_raw(Block::new());
        match self.tail.block.compare_exchange(ptr::null_mut(), first, Release, Relaxed) {
            Ok(_) => self.head.block.store(first, Release),
            // SAFETY: another thread was faster, so nobody knows of this one.
            Err(_) => drop(unsafe { Box::from_raw(first) }),
        }
    }

    /// Takes the value out that is at the head. `None` if there is none.
    #[inline]
    pub fn pop(&self) -> Option<T> {
        let (index, block) = self.head.load();
        let place = offset(index);
        if place + 1 < SLOTS {
            let next = self.after(index)?;
            if !block.is_null() {
                if self.head.moves(index, next) {
                    // SAFETY: as in `push`.
                    return Some(unsafe { (*block).slots[place].read() });
                }
                stand_back();
            }
        }
        self.pop_slowly()
    }

    /// The same where a block ends, or other threads are at work.
    #[cold]
    #[inline(never)]
    fn pop_slowly(&self) -> Option<T> {
        let wait = Backoff::new();
        loop {
            let (index, block) = self.head.load();
            let place = offset(index);
            if place == SLOTS {
                wait.snooze();
                continue;
            }
            let next = self.after(index)?;
            // Without a block there is a value all the same: it was pushed before the head was told of
            // the first block.
            if block.is_null() {
                wait.snooze();
                continue;
            }
            if !self.head.moves(index, next) {
                wait.spin();
                continue;
            }
            // SAFETY: as in `pop`; who moves the head out of a block is the one who leaves it.
            return Some(unsafe {
                if place + 1 < SLOTS {
                    (*block).slots[place].read()
                } else {
                    self.enter_next(block, next);
                    let value = (*block).slots[place].read();
                    self.leave(block);
                    value
                }
            });
        }
    }

    /// The index of the head after a pop; `None` when there is nothing to pop.
    ///
    /// All pushes move the tail, and this loads it, in one order that all threads agree on. So of two
    /// threads that push into a queue each and then pop from the other's, one finds something.
    #[inline(always)]
    fn after(&self, index: usize) -> Option<usize> {
        let mut next = index + STEP;
        if index & HAS_NEXT == 0 {
            let tail = self.tail.index.load(SeqCst);
            if tail / STEP == index / STEP {
                return None;
            }
            if tail / STEP / LAP != index / STEP / LAP {
                next |= HAS_NEXT;
            }
        }
        Some(next)
    }

    /// Moves the head, which rests at `index` behind the last slot of `block`, into the next one.
    ///
    /// # Safety
    /// The caller moved the index over that slot, and did not read it yet.
    unsafe fn enter_next(&self, block: *mut Block<T>, index: usize) {
        let wait = Backoff::new();
        let next = loop {
            // SAFETY: the block stays until its last slot was read.
            let next = unsafe { (*block).next.load(Acquire) };
            if !next.is_null() {
                break next;
            }
            wait.snooze();
        };
        // SAFETY: nobody leaves the next block before the head was there.
        let is_last = unsafe { (*next).next.load(Relaxed) }.is_null();
        let has_next = if is_last { 0 } else { HAS_NEXT };
        self.head.enter(next, ((index & !HAS_NEXT) + STEP) | has_next);
    }

    /// Destroys the block, and those left before, but for those in which a thread is still reading:
    /// they wait until the next block is left.
    ///
    /// # Safety
    /// The caller moved the head out of the block and read its last slot.
    unsafe fn leave(&self, block: *mut Block<T>) {
        // Acquire pairs with the release below: what links the blocks is seen.
        let mut list = self.left.swap(ptr::null_mut(), Acquire);
        // SAFETY: no end leads to the block any more, and each block that was left is in the hands of
        // one thread, which took it off the list.
        unsafe {
            (*block).next.store(list, Relaxed);
            list = block;
            let (mut first, mut last) = (ptr::null_mut::<Block<T>>(), ptr::null_mut());
            while !list.is_null() {
                let this = list;
                list = (*this).next.load(Relaxed);
                if (*this).is_read() {
                    drop(Box::from_raw(this));
                } else {
                    (*this).next.store(first, Relaxed);
                    last = if first.is_null() { this } else { last };
                    first = this;
                }
            }
            // Whoever takes from the list takes all of it, so an exchange meets nothing twice.
            while !first.is_null() {
                let rest = self.left.load(Relaxed);
                (*last).next.store(rest, Relaxed);
                if self.left.compare_exchange(rest, first, Release, Relaxed).is_ok() {
                    break;
                }
            }
        }
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        loop {
            let tail = self.tail.index.load(SeqCst);
            let head = self.head.index.load(SeqCst);
            // The tail did not move meanwhile, so there was a moment with both.
            if self.tail.index.load(SeqCst) == tail {
                return slots_before(tail) - slots_before(head);
            }
        }
    }

    /// Whether there is no value.
    pub fn is_empty(&self) -> bool {
        let head = self.head.index.load(SeqCst);
        slots_before(self.tail.index.load(SeqCst)) == slots_before(head)
    }
}

impl<T> End<T> {
    /// The index, and the block in which it is, unless it moves meanwhile.
    #[inline(always)]
    fn load(&self) -> (usize, *mut Block<T>) {
        // Acquire pairs with `enter`: the block is the index's or a later one.
        (self.index.load(Acquire), self.block.load(Acquire))
    }

    /// Moves the index, unless another thread did.
    #[inline(always)]
    fn moves(&self, from: usize, to: usize) -> bool {
        self.index.compare_exchange(from, to, SeqCst, Relaxed).is_ok()
    }

    /// Goes over to another block. The index rests behind a block's slots, so nobody else moves it.
    fn enter(&self, block: *mut Block<T>, index: usize) {
        self.block.store(block, Release);
        self.index.store(index, Release);
    }
}

impl<T> Block<T> {
    #[cfg(not(loom))]
    fn new() -> Box<Self> {
        // SAFETY: zeros are null, slots in which nothing was written, and values that are not there.
        unsafe { Box::new_zeroed().assume_init() }
    }

    #[cfg(loom)]
    fn new() -> Box<Self> {
        let slot =
            |_| Slot { value: UnsafeCell::new(MaybeUninit::uninit()), state: AtomicU8::new(0) };
        let next = AtomicPtr::new(ptr::null_mut());
        Box::new(Self { next, slots: std::array::from_fn(slot) })
    }

    /// Whether all slots were read.
    fn is_read(&self) -> bool {
        // Acquire pairs with the release of `read`: the reading is over.
        self.slots.iter().all(|slot| slot.state.load(Acquire) == READ)
    }
}

/// Tells the model that nobody may be reading any more.
#[cfg(loom)]
impl<T> Drop for Block<T> {
    fn drop(&mut self) {
        self.slots.iter().for_each(|slot| slot.value.with_mut(|_| ()));
    }
}

impl<T> Slot<T> {
    /// # Safety
    /// The caller moved the tail over the slot.
    #[inline(always)]
    unsafe fn write(&self, value: T) {
        // SAFETY: the slot is the caller's until it is marked as written.
        self.value.with_mut(|place| unsafe { (*place).write(value) });
        self.state.store(WRITTEN, Release);
    }

    /// # Safety
    /// The caller moved the head over the slot.
    #[inline(always)]
    unsafe fn read(&self) -> T {
        // Acquire pairs with the release of `write`.
        if self.state.load(Acquire) != WRITTEN {
            self.wait();
        }
        // SAFETY: it was written, and is the caller's until it is marked as read.
        let value = self.value.with(|place| unsafe { (*place).assume_init_read() });
        self.state.store(READ, Release);
        value
    }

    /// Waits for the thread that moved the tail over the slot.
    #[cold]
    #[inline(never)]
    fn wait(&self) {
        let wait = Backoff::new();
        while self.state.load(Acquire) != WRITTEN {
            wait.snooze();
        }
    }
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> fmt::Debug for Queue<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Queue").field("len", &self.len()).finish_non_exhaustive()
    }
}

impl<T> Drop for Queue<T> {
    fn drop(&mut self) {
        while self.pop().is_some() {}
        // Both ends are in one block now, and nobody reads any more in those that were left.
        let mut block = self.left.load(Acquire);
        let current = self.head.block.load(Relaxed);
        while !block.is_null() {
            // SAFETY: the queue is the only owner of its blocks, and each is met once.
            let this = unsafe { Box::from_raw(block) };
            block = this.next.load(Relaxed);
        }
        if !current.is_null() {
            // SAFETY: as above.
            drop(unsafe { Box::from_raw(current) });
        }
    }
}

impl<T: Send + 'static> Reuse for Queue<T> {
    fn vacate(&self) {
        for _ in 0..self.len() {
            self.pop();
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use std::collections::VecDeque;
    use std::sync::Arc;
    use std::thread;

    use super::*;

    #[test]
    fn it_does_what_a_deque_does() {
        let (queue, mut deque) = (Queue::new(), VecDeque::new());
        let mut random = 1_u64;
        for n in 0..100_000 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            // More goes in than out at first, then more out than in.
            if random >> 61 < if n < 50_000 { 5 } else { 3 } {
                queue.push(n);
                deque.push_back(n);
            } else {
                assert_eq!(queue.pop(), deque.pop_front());
            }
            assert_eq!((queue.len(), queue.is_empty()), (deque.len(), deque.is_empty()));
        }
    }

    #[test]
    fn every_value_is_dropped_once() {
        let counted = Arc::new(());
        for count in [0, 1, SLOTS - 1, SLOTS, SLOTS + 1, 5 * SLOTS] {
            let queue = Queue::new();
            (0..count).for_each(|_| queue.push(Arc::clone(&counted)));
            (0..count / 2).for_each(|_| drop(queue.pop()));
            assert_eq!(Arc::strong_count(&counted), 1 + count - count / 2);
            drop(queue);
            assert_eq!(Arc::strong_count(&counted), 1);
        }
    }

    /// Each value comes out once, and those of one thread in their order.
    #[test]
    fn threads_share_it() {
        const EACH: usize = 50_000;
        let queue = Queue::new();
        let seen = thread::scope(|scope| {
            for thread in 0..3 {
                let queue = &queue;
                scope.spawn(move || (0..EACH).for_each(|n| queue.push(Box::new((thread, n)))));
            }
            let take = || {
                let mut seen = Vec::new();
                while seen.len() < EACH {
                    match queue.pop() {
                        Some(value) => seen.push(*value),
                        None => thread::yield_now(),
                    }
                }
                seen
            };
            let takers = [(); 3].map(|()| scope.spawn(take));
            takers.map(|taker| taker.join().expect("taking does not panic"))
        });
        for one in &seen {
            for thread in 0..3 {
                assert!(one.iter().filter(|(t, _)| *t == thread).is_sorted());
            }
        }
        let mut all = seen.concat();
        all.sort_unstable();
        assert!(all.iter().copied().eq((0..3).flat_map(|t| (0..EACH).map(move |n| (t, n)))));
        assert!(queue.is_empty());
    }
}
