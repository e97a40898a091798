//! Both handle tables against an oracle, on hostile numbers, and from several threads.
#![cfg(not(loom))]

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use proptest::prelude::*;
use runtime_core::error::codes;
use runtime_core::handle::{self, InPlaceTable, PinnedTable, kinds};

#[derive(Clone, Debug)]
enum Step {
    Insert(i64),
    Get(usize),
    Free(usize),
    Forge(i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => any::<i64>().prop_map(Step::Insert),
        3 => any::<usize>().prop_map(Step::Get),
        2 => any::<usize>().prop_map(Step::Free),
        1 => any::<i64>().prop_map(Step::Forge),
    ];
    prop::collection::vec(step, 1..300)
}

proptest! {
    #[test]
    fn in_place_agrees_with_a_map(steps in steps()) {
        let table = InPlaceTable::<AtomicI64>::new(kinds::ATOMIC_INT);
        let mut oracle = HashMap::new();
        let mut given = Vec::new();
        for step in steps {
            match step {
                Step::Insert(value) => {
                    let handle = table.insert(|cell| cell.store(value, Ordering::Relaxed)).unwrap();
                    prop_assert!(handle > 0 && handle < 1 << 60);
                    prop_assert!(oracle.insert(handle, value).is_none(), "a handle came back");
                    given.push(handle);
                }
                Step::Get(pick) if !given.is_empty() => {
                    let handle = given[pick % given.len()];
                    let found = table.get(handle).ok().map(|cell| cell.load(Ordering::Relaxed));
                    prop_assert_eq!(found, oracle.get(&handle).copied());
                }
                Step::Free(pick) if !given.is_empty() => {
                    let handle = given[pick % given.len()];
                    prop_assert_eq!(table.free(handle).is_ok(), oracle.remove(&handle).is_some());
                }
                Step::Forge(number) => {
                    prop_assert_eq!(table.get(number).is_ok(), oracle.contains_key(&number));
                }
                Step::Get(_) | Step::Free(_) => {}
            }
        }
    }

    #[test]
    fn pinned_agrees_with_a_map(steps in steps()) {
        let table = PinnedTable::<Box<i64>>::new(kinds::POOL);
        let mut oracle = HashMap::new();
        let mut given = Vec::new();
        for step in steps {
            match step {
                Step::Insert(value) => {
                    let handle = table.insert(Box::new(value)).unwrap();
                    prop_assert!(handle > 0 && handle < 1 << 60);
                    prop_assert!(oracle.insert(handle, value).is_none(), "a handle came back");
                    given.push(handle);
                }
                Step::Get(pick) if !given.is_empty() => {
                    let handle = given[pick % given.len()];
                    let found = table.get(handle).ok().map(|object| **object);
                    prop_assert_eq!(found, oracle.get(&handle).copied());
                }
                Step::Free(pick) if !given.is_empty() => {
                    let handle = given[pick % given.len()];
                    prop_assert_eq!(table.free(handle).is_ok(), oracle.remove(&handle).is_some());
                }
                Step::Forge(number) => {
                    prop_assert_eq!(table.get(number).is_ok(), oracle.contains_key(&number));
                }
                Step::Get(_) | Step::Free(_) => {}
            }
        }
        for handle in oracle.into_keys() {
            table.free(handle).unwrap();
        }
    }
}

/// Numbers that are no handles, among them the states of vacant slots.
fn hostile() -> Vec<i64> {
    let mut numbers = vec![0, 1, -1, i64::MIN, i64::MAX, 99_999, 1 << 60, (1 << 60) - 1];
    for bit in 0..64 {
        numbers.extend([1_i64 << bit, !(1_i64 << bit), (1_i64 << bit).wrapping_sub(1)]);
        numbers.push(i64::MIN | bit);
    }
    numbers
}

#[test]
fn hostile_numbers_are_refused() {
    let in_place = InPlaceTable::<AtomicI64>::new(kinds::ATOMIC_FLAG);
    let pinned = PinnedTable::<i64>::new(kinds::ARENA);
    for filled in [false, true] {
        for number in hostile() {
            assert!(in_place.get(number).is_err(), "{number:#x}");
            assert!(in_place.free(number).is_err(), "{number:#x}");
            assert!(pinned.get(number).is_err(), "{number:#x}");
            assert!(pinned.free(number).is_err(), "{number:#x}");
        }
        if !filled {
            for round in 0..3000 {
                let (counter, object) =
                    (in_place.insert(|_| ()).unwrap(), pinned.insert(round).unwrap());
                in_place.free(counter).unwrap();
                pinned.free(object).unwrap();
            }
        }
    }
}

#[test]
fn each_refusal_has_its_code() {
    let table = PinnedTable::<i64>::new(kinds::CONCURRENT_MAP);
    let other = PinnedTable::<i64>::new(kinds::CONCURRENT_QUEUE);
    let (mine, theirs) = (table.insert(1).unwrap(), other.insert(2).unwrap());
    table.free(mine).unwrap();
    let refused = |handle| table.get(handle).unwrap_err();
    assert_eq!(refused(mine).code(), codes::RT_ERROR_STALE_HANDLE);
    assert_eq!(
        refused(mine).reason(),
        format!("handle {mine:#x} is not a live concurrent map (it was freed)")
    );
    assert_eq!(refused(theirs).code(), codes::RT_ERROR_WRONG_KIND);
    assert_eq!(
        refused(theirs).reason(),
        format!(
            "handle {theirs:#x} is not a live concurrent map (it is a handle of kind concurrent queue)"
        )
    );
    assert_eq!(refused(0).code(), codes::RT_ERROR_NOT_A_HANDLE);
    assert_eq!(
        refused(-7).reason(),
        "handle -7 is not a live concurrent map (it was never given out)"
    );
    other.free(theirs).unwrap();
}

#[test]
fn live_counts_follow() {
    let table = PinnedTable::<i64>::new(kinds::BASE64_STREAM);
    let kind = i64::from(kinds::BASE64_STREAM.number());
    let handles: Vec<_> = (0..10).map(|number| table.insert(number).unwrap()).collect();
    assert_eq!(handle::live_count(kind), 10);
    let pin = table.get(handles[0]).unwrap();
    for handle in handles {
        table.free(handle).unwrap();
    }
    assert_eq!(handle::live_count(kind), 0, "a pinned object is not live any more");
    drop(pin);
    assert_eq!(handle::live_count(kind), 0);
    for no_kind in [-1, 63, 64, i64::MAX, i64::MIN] {
        assert_eq!(handle::live_count(no_kind), 0);
    }
}

#[test]
fn a_freed_slot_rests() {
    let table = InPlaceTable::<AtomicI64>::new(kinds::ONCE);
    let first = table.insert(|_| ()).unwrap();
    table.free(first).unwrap();
    let index = first & ((1 << 26) - 1);
    for _ in 0..1000 {
        let handle = table.insert(|_| ()).unwrap();
        assert_ne!(handle & ((1 << 26) - 1), index);
        table.free(handle).unwrap();
    }
}

/// Every object is dropped once, whatever the order of frees and last uses on four threads.
#[test]
fn threads_free_and_use() {
    struct Counted(Arc<AtomicUsize>);
    impl Drop for Counted {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
    static TABLE: PinnedTable<Counted> = PinnedTable::new(kinds::CONCURRENT_STACK);
    const THREADS: usize = 4;
    const ROUNDS: usize = 3_000;
    let dropped = Arc::new(AtomicUsize::new(0));
    let shared: Arc<Vec<AtomicI64>> = Arc::new((0..16).map(|_| AtomicI64::new(0)).collect());
    let threads: Vec<_> = (0..THREADS)
        .map(|thread| {
            let (dropped, shared) = (Arc::clone(&dropped), Arc::clone(&shared));
            std::thread::spawn(move || {
                let (mut freed, mut seen) = (0, HashSet::new());
                for round in 0..ROUNDS {
                    let place = &shared[(round * 7 + thread) % shared.len()];
                    let handle = TABLE.insert(Counted(Arc::clone(&dropped))).unwrap();
                    assert!(seen.insert(handle), "a handle came back");
                    let old = place.swap(handle, Ordering::AcqRel);
                    let pin = TABLE.get(old);
                    if old != 0 {
                        let extra = TABLE.get(place.load(Ordering::Acquire));
                        freed += usize::from(TABLE.free(old).is_ok());
                        assert!(TABLE.free(old).is_err());
                        drop(extra);
                    }
                    drop(pin);
                }
                freed
            })
        })
        .collect();
    let mut freed: usize = threads.into_iter().map(|thread| thread.join().unwrap()).sum();
    for place in shared.iter() {
        freed += usize::from(TABLE.free(place.load(Ordering::Relaxed)).is_ok());
    }
    assert_eq!(freed, THREADS * ROUNDS);
    assert_eq!(dropped.load(Ordering::Relaxed), THREADS * ROUNDS);
}
