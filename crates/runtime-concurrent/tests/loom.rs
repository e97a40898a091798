//! Models of the lock-free code: every interleaving that loom can make of a few threads.
//!
//! Run with `RUSTFLAGS="--cfg loom" cargo test -p runtime-concurrent --test loom --release`; `cargo
//! xtask test` does.
#![cfg(loom)]

use loom::sync::Arc;
use loom::thread;
use runtime_concurrent::{Arena, Pool, Queue, Stack};

#[test]
fn arena_allocations_never_overlap() {
    loom::model(|| {
        let arena = Arc::new(Arena::new(64).unwrap());
        let other = {
            let arena = Arc::clone(&arena);
            thread::spawn(move || {
                [(3, 1), (8, 8)].map(|(size, align)| {
                    let start = arena.alloc(size, align).unwrap().addr().get();
                    assert_eq!(start % align, 0);
                    (start, start + size)
                })
            })
        };
        let start = arena.alloc(5, 4).unwrap().addr().get();
        assert_eq!(start % 4, 0);
        let mut places = vec![(start, start + 5)];
        places.extend(other.join().unwrap());
        places.sort_unstable();
        assert!(places.windows(2).all(|pair| pair[0].1 <= pair[1].0), "{places:x?}");
    });
}

#[test]
fn a_full_arena_is_full_for_all() {
    loom::model(|| {
        let arena = Arc::new(Arena::new(16).unwrap());
        let other = {
            let arena = Arc::clone(&arena);
            thread::spawn(move || arena.alloc(12, 1).is_ok())
        };
        let mine = arena.alloc(12, 1).is_ok();
        assert!(mine ^ other.join().unwrap(), "one of the two fits");
        assert_eq!(arena.used(), 12);
    });
}

#[test]
fn stack_values_come_out_once() {
    loom::model(|| {
        let stack = Arc::new(Stack::new());
        stack.push(1);
        let other = {
            let stack = Arc::clone(&stack);
            thread::spawn(move || {
                stack.push(2);
                stack.pop()
            })
        };
        let mine = stack.pop();
        let mut out: Vec<i32> = [mine, other.join().unwrap()].into_iter().flatten().collect();
        assert_eq!(stack.len(), 2 - out.len());
        out.extend(std::iter::from_fn(|| stack.pop()));
        out.sort_unstable();
        assert_eq!(out, [1, 2]);
        assert!(stack.is_empty());
    });
}

/// What was written before a push is seen after the pop, and the length of what is seen is right.
#[test]
fn stack_pushes_are_seen_whole() {
    loom::model(|| {
        let stack = Arc::new(Stack::new());
        let pushers: Vec<_> = (0..2)
            .map(|n| {
                let stack = Arc::clone(&stack);
                thread::spawn(move || stack.push(Box::new(n)))
            })
            .collect();
        let before = stack.len();
        if let Some(value) = stack.pop() {
            assert!(*value < 2);
        } else {
            assert_eq!(before, 0);
        }
        for pusher in pushers {
            pusher.join().unwrap();
        }
        assert!((1..=2).contains(&stack.len()));
    });
}

#[test]
fn pool_never_holds_too_many() {
    loom::model(|| {
        let pool = Arc::new(Pool::new(1).unwrap());
        pool.release(1).unwrap();
        let other = {
            let pool = Arc::clone(&pool);
            thread::spawn(move || (pool.acquire(), pool.release(2).is_ok()))
        };
        let mine = (pool.acquire(), pool.release(3).is_ok());
        let other = other.join().unwrap();
        let released = 1 + usize::from(mine.1) + usize::from(other.1);
        let acquired = usize::from(mine.0.is_some()) + usize::from(other.0.is_some());
        assert_eq!(pool.available(), released - acquired);
        assert!(pool.available() <= 1);
    });
}

/// Values come out once, and in the order in which a thread put them in, over the ends of blocks.
#[test]
fn queue_values_come_out_once() {
    loom::model(|| {
        let queue = Arc::new(Queue::new());
        // The first block is nearly used up.
        queue.push(Box::new(1));
        let other = {
            let queue = Arc::clone(&queue);
            thread::spawn(move || {
                queue.push(Box::new(2));
                queue.pop().map(|value| *value)
            })
        };
        let mine = queue.pop().map(|value| *value);
        let mut out: Vec<i32> = [mine, other.join().unwrap()].into_iter().flatten().collect();
        assert_eq!(queue.len(), 2 - out.len());
        out.extend(std::iter::from_fn(|| queue.pop().map(|value| *value)));
        out.sort_unstable();
        assert_eq!(out, [1, 2]);
        assert!(queue.is_empty());
    });
}

/// A pop sees the whole of what was pushed, also while the push is not at its end.
#[test]
fn queue_pushes_are_seen_whole() {
    loom::model(|| {
        let queue = Arc::new(Queue::new());
        let other = {
            let queue = Arc::clone(&queue);
            thread::spawn(move || queue.push(Box::new(7)))
        };
        let mine = queue.pop();
        other.join().unwrap();
        assert_eq!(mine.or_else(|| queue.pop()).as_deref(), Some(&7));
    });
}

/// Two threads read in one block, and one of them leaves it.
#[test]
fn a_block_outlives_its_readers() {
    loom::model(|| {
        let queue = Arc::new(Queue::new());
        (0..3).for_each(|n| queue.push(Box::new(n)));
        let other = {
            let queue = Arc::clone(&queue);
            thread::spawn(move || *queue.pop().unwrap())
        };
        let mine = *queue.pop().unwrap();
        let mut out = [mine, other.join().unwrap(), *queue.pop().unwrap()];
        out.sort_unstable();
        assert_eq!(out, [0, 1, 2]);
    });
}

/// Two threads put values in where one block ends and the next begins.
#[test]
fn blocks_begin_once() {
    loom::model(|| {
        let queue = Arc::new(Queue::new());
        let other = {
            let queue = Arc::clone(&queue);
            thread::spawn(move || (0..2).for_each(|n| queue.push(n)))
        };
        queue.push(10);
        other.join().unwrap();
        let out: Vec<i32> = std::iter::from_fn(|| queue.pop()).collect();
        assert_eq!(out.iter().filter(|n| **n < 10).collect::<Vec<_>>(), [&0, &1]);
        assert_eq!(out.len(), 3);
    });
}
