//! A lock-free stack.
//!
//! Treiber's stack (R. K. Treiber, "Systems Programming: Coping with Parallelism", 1986) with
//! crossbeam's epochs for the memory: a node that was popped is destroyed when no thread can be
//! reading it any more, which rules out the ABA problem too.

use std::fmt;
use std::mem::ManuallyDrop;

use crate::sync::Ordering;
use crate::sync::epoch::{self, Atomic, Guard, Owned, Shared};
use crate::table::Reuse;

/// A lock-free stack: last in, first out.
///
/// # Example
/// ```
/// use runtime_concurrent::Stack;
///
/// let stack = Stack::new();
/// stack.push(1);
/// stack.push(2);
/// assert_eq!(stack.len(), 2);
/// assert_eq!((stack.pop(), stack.pop(), stack.pop()), (Some(2), Some(1), None));
/// ```
pub struct Stack<T> {
    top: Atomic<Node<T>>,
}

struct Node<T> {
    value: ManuallyDrop<T>,
    /// The node below. Not changed once the node is on the stack.
    next: Atomic<Node<T>>,
    /// How many nodes there are from here down, so that a length needs no counter that every
    /// push and pop would have to write.
    depth: usize,
}

impl<T> Stack<T> {
    /// An empty stack.
    pub fn new() -> Self {
        Self { top: Atomic::null() }
    }

    /// Puts a value on top.
    pub fn push(&self, value: T) {
        let mut node =
            Owned::new(Node { value: ManuallyDrop::new(value), next: Atomic::null(), depth: 0 });
        let guard = epoch::pin();
        loop {
            let top = self.top.load(Ordering::Acquire, &guard);
            node.depth = depth(top) + 1;
            node.next.store(top, Ordering::Relaxed);
            // Release publishes the node. The nodes below were published by their own pushes: every
            // change of the top is a read-modify-write, so it continues their release sequences.
            match self.top.compare_exchange(top, node, Ordering::Release, Ordering::Relaxed, &guard)
            {
                Ok(_) => return,
                Err(refused) => node = refused.new,
            }
        }
    }

    /// Takes the value on top, if there is one.
    pub fn pop(&self) -> Option<T> {
        let guard = epoch::pin();
        loop {
            let top = self.top.load(Ordering::Acquire, &guard);
            // SAFETY: the node was on the stack in this epoch, so it is destroyed after it.
            let node = unsafe { top.as_ref()? };
            let next = node.next.load(Ordering::Relaxed, &guard);
            // Relaxed is enough: the value is seen since the load of the top, and nothing new is
            // published; that the nodes below stay published is said in `push`.
            if self
                .top
                .compare_exchange(top, next, Ordering::Relaxed, Ordering::Relaxed, &guard)
                .is_ok()
            {
                // SAFETY: this thread took the node off the stack, which happens once, so it owns
                // the value; others may still read the links. Nobody finds the node from now on.
                unsafe {
                    let value = std::ptr::read(&raw const node.value);
                    guard.defer_destroy(top);
                    return Some(ManuallyDrop::into_inner(value));
                }
            }
        }
    }

    /// Whether there is no value, at a moment during the call.
    pub fn is_empty(&self) -> bool {
        self.top.load(Ordering::Relaxed, &epoch::pin()).is_null()
    }

    /// How many values there are, at a moment during the call.
    pub fn len(&self) -> usize {
        let guard = epoch::pin();
        depth(self.top.load(Ordering::Acquire, &guard))
    }
}

/// How many nodes there are from this one down. The node was loaded with acquire.
fn depth<T>(top: Shared<'_, Node<T>>) -> usize {
    // SAFETY: the node was on the stack in the epoch of the load's guard, which is alive.
    unsafe { top.as_ref() }.map_or(0, |node| node.depth)
}

impl<T> Default for Stack<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Send + 'static> Reuse for Stack<T> {
    fn vacate(&self) {
        for _ in 0..self.len() {
            self.pop();
        }
    }
}

impl<T> Drop for Stack<T> {
    fn drop(&mut self) {
        // SAFETY: nobody else has the stack.
        let guard: &Guard = unsafe { epoch::unprotected() };
        let mut top = self.top.load(Ordering::Relaxed, guard);
        while !top.is_null() {
            // SAFETY: the nodes on the stack belong to it, each with its value.
            unsafe {
                let mut node = top.into_owned();
                top = node.next.load(Ordering::Relaxed, guard);
                ManuallyDrop::drop(&mut node.value);
            }
        }
    }
}

// SAFETY: the stack hands values from thread to thread and never shares one.
unsafe impl<T: Send> Send for Stack<T> {}
// SAFETY: as above; the links are atomic.
unsafe impl<T: Send> Sync for Stack<T> {}

impl<T> fmt::Debug for Stack<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Stack").field("len", &self.len()).finish_non_exhaustive()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn last_in_first_out() {
        let stack = Stack::new();
        assert_eq!((stack.pop(), stack.len(), stack.is_empty()), (None, 0, true));
        for n in 0..100 {
            stack.push(n);
        }
        assert_eq!((stack.len(), stack.is_empty()), (100, false));
        assert!((0..100).rev().all(|n| stack.pop() == Some(n)));
        assert_eq!((stack.pop(), stack.len()), (None, 0));
    }

    #[test]
    fn every_value_is_dropped_once() {
        let value = Arc::new(());
        let stack = Stack::new();
        for _ in 0..10 {
            stack.push(Arc::clone(&value));
        }
        drop(stack.pop());
        assert_eq!(Arc::strong_count(&value), 10);
        drop(stack);
        assert_eq!(Arc::strong_count(&value), 1);
    }

    #[test]
    fn a_deep_stack_is_dropped_without_recursion() {
        let stack = Stack::new();
        for n in 0..300_000 {
            stack.push(n);
        }
        drop(stack);
    }
}
