//! The C functions, called from Rust: known answers, bad input, callbacks, many threads.
#![cfg(feature = "ffi")]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

use std::collections::HashSet;
use std::ffi::c_void;
use std::ptr;
use std::sync::Barrier;
use std::sync::atomic::{AtomicI64, Ordering};
use std::thread;
use std::time::Instant;

use proptest::prelude::*;
use runtime_concurrent::codes::{RT_ERROR_CLOSED, RT_ERROR_FULL};
use runtime_concurrent::ffi::*;
use runtime_core::error::{self, codes};
use runtime_value::codes::RT_ERROR_NOT_A_VALUE;
use runtime_value::{Array, RuntimeValue, Tuple, View};

const NIL: RuntimeValue = RuntimeValue::NIL;

/// The code of the last error, which is forgotten.
fn error() -> i64 {
    let code = error::last_code();
    error::clear_last();
    code
}

fn int(int: i64) -> RuntimeValue {
    RuntimeValue::int(int).unwrap()
}

fn text(text: &str) -> RuntimeValue {
    RuntimeValue::string(text).unwrap()
}

#[test]
fn arena() {
    let arena = rt_arena_new(1024);
    assert_eq!((rt_arena_capacity(arena), rt_arena_used(arena)), (1024, 0));
    let first = rt_arena_alloc(arena, 64, 8);
    assert_eq!((first % 64, rt_arena_used(arena)), (0, 64));
    assert!(rt_arena_alloc(arena, 32, 8) > first);
    assert_eq!(rt_arena_used(arena), 96);
    assert_eq!(rt_arena_reset(arena), 1);
    assert_eq!(rt_arena_alloc(arena, 5, 1), first);
    assert_eq!(rt_arena_alloc(arena, 8, 8), first + 8);
    assert_eq!(rt_arena_used(arena), 16);
    assert!(rt_arena_alloc(arena, 0, 1) != 0);
    assert_eq!(rt_arena_used(arena), 16);
    assert_eq!(error(), 0);
    for (size, align, code) in [
        (-1, 8, codes::RT_ERROR_LENGTH),
        (8, 0, codes::RT_ERROR_INVALID_ARGUMENT),
        (8, -8, codes::RT_ERROR_INVALID_ARGUMENT),
        (8, 12, codes::RT_ERROR_INVALID_ARGUMENT),
        (i64::MIN, i64::MIN, codes::RT_ERROR_LENGTH),
        (i64::MAX, 1, RT_ERROR_FULL),
        (1, 1 << 62, RT_ERROR_FULL),
        (0, 1 << 62, RT_ERROR_FULL),
    ] {
        assert_eq!((rt_arena_alloc(arena, size, align), error()), (0, code), "{size} {align}");
    }
    assert_eq!(rt_arena_used(arena), 16);
    assert_eq!((rt_arena_free(arena), rt_arena_free(arena)), (1, 0));
    assert_eq!(error(), codes::RT_ERROR_STALE_HANDLE);
    assert_eq!((rt_arena_alloc(arena, 8, 8), error()), (0, codes::RT_ERROR_STALE_HANDLE));
    assert_eq!((rt_arena_new(-1), error()), (0, codes::RT_ERROR_LENGTH));
    assert_eq!((rt_arena_new(i64::MAX), error()), (0, codes::RT_ERROR_LENGTH));
    let empty = rt_arena_new(0);
    assert_eq!((rt_arena_alloc(empty, 1, 1), error()), (0, RT_ERROR_FULL));
    assert_eq!(rt_arena_free(empty), 1);
}

#[test]
fn arena_threads_never_share_a_byte() {
    const THREADS: usize = 4;
    let arena = rt_arena_new(1 << 16);
    let places: Vec<(i64, i64)> = thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| {
                scope.spawn(move || {
                    let mut places = Vec::new();
                    for size in (1..40).cycle().skip(7 * thread) {
                        match rt_arena_alloc(arena, size, 1 << (size % 5)) {
                            0 => break,
                            start => places.push((start, start + size)),
                        }
                    }
                    places
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let mut sorted = places.clone();
    sorted.sort_unstable();
    assert!(sorted.windows(2).all(|pair| pair[0].1 <= pair[1].0));
    assert!(places.iter().map(|(start, end)| end - start).sum::<i64>() <= rt_arena_used(arena));
    assert_eq!(rt_arena_free(arena), 1);
}

#[test]
fn map() {
    let map = rt_concurrent_map_new();
    assert_eq!(rt_concurrent_map_insert(map, 1, int(10)), 1);
    assert_eq!(rt_concurrent_map_insert(map, 1, int(11)), 2);
    assert_eq!((rt_concurrent_map_len(map), rt_concurrent_map_get(map, 1)), (1, int(11)));
    assert_eq!(rt_concurrent_map_get(map, 2), NIL);
    assert_eq!(rt_concurrent_map_swap(map, 2, int(20)), NIL);
    assert_eq!(rt_concurrent_map_swap(map, 2, int(21)), int(20));
    assert_eq!(rt_concurrent_map_get_or_insert(map, 2, int(99)), int(21));
    assert_eq!(rt_concurrent_map_get_or_insert(map, i64::MIN, int(3)), int(3));
    assert!(rt_concurrent_map_compare_exchange(map, 2, int(21), int(22)));
    assert!(!rt_concurrent_map_compare_exchange(map, 2, int(21), int(23)));
    assert!(!rt_concurrent_map_compare_exchange(map, 5, NIL, int(23)));
    let keys = Array::of("keys", rt_concurrent_map_keys(map)).unwrap();
    let keys: HashSet<i64> = keys.iter().map(|key| key.to_int().unwrap()).collect();
    assert_eq!(keys, HashSet::from([1, 2, i64::MIN]));
    let entries = Array::of("entries", rt_concurrent_map_entries(map)).unwrap();
    let entry = |entry| Tuple::of("entry", entry).unwrap();
    assert!(entries.iter().any(|pair| entry(pair).iter().eq([int(2), int(22)])));
    assert!(rt_concurrent_map_contains(map, 1) && !rt_concurrent_map_contains(map, 9));
    assert_eq!(rt_concurrent_map_remove(map, 1), int(11));
    assert_eq!(rt_concurrent_map_remove(map, 1), NIL);
    assert_eq!((rt_concurrent_map_clear(map), rt_concurrent_map_len(map)), (1, 0));
    assert_eq!(error(), 0);
    assert_eq!((rt_concurrent_map_free(map), rt_concurrent_map_free(map)), (1, 0));
    assert_eq!(error(), codes::RT_ERROR_STALE_HANDLE);
    assert_eq!((rt_concurrent_map_insert(map, 1, NIL), error()), (0, codes::RT_ERROR_STALE_HANDLE));
}

/// A map that a slot's next tenant gets is as good as new.
#[test]
fn a_freed_map_leaves_nothing_to_the_next() {
    for round in 0..3_000 {
        let map = rt_concurrent_map_new();
        assert_eq!(rt_concurrent_map_len(map), 0);
        rt_concurrent_map_insert(map, round, int(round));
        assert_eq!(rt_concurrent_map_free(map), 1);
    }
}

/// What a callback is to do, and with which map.
struct Order {
    map: i64,
    calls: i64,
    act: fn(&mut Order),
}

extern "C-unwind" fn increment(
    order: *mut c_void,
    current: RuntimeValue,
    found: bool,
) -> RuntimeValue {
    // SAFETY: the tests pass an order, and nobody else has it.
    let order = unsafe { &mut *order.cast::<Order>() };
    order.calls += 1;
    (order.act)(order);
    int(if found { current.to_int().unwrap() + 1 } else { 1 })
}

fn update(map: i64, act: fn(&mut Order)) -> (RuntimeValue, i64) {
    let mut order = Order { map, calls: 0, act };
    // SAFETY: the callback takes an order.
    let new = unsafe { rt_concurrent_map_update(map, 7, Some(increment), (&raw mut order).cast()) };
    (new, order.calls)
}

#[test]
fn update_callbacks_may_do_as_they_like() {
    let map = rt_concurrent_map_new();
    assert_eq!(update(map, |_| ()), (int(1), 1));
    assert_eq!(update(map, |_| ()), (int(2), 1));
    // Other entries of the same map.
    let other_entries = |order: &mut Order| {
        for key in 100..200 {
            rt_concurrent_map_insert(order.map, key, NIL);
        }
        assert_eq!(rt_concurrent_map_len(order.map), 101);
    };
    assert_eq!(update(map, other_entries), (int(3), 1));
    // The same entry: the function is asked again with the new value.
    let same_entry = |order: &mut Order| {
        if order.calls == 1 {
            rt_concurrent_map_insert(order.map, 7, int(50));
        }
    };
    assert_eq!(update(map, same_entry), (int(51), 2));
    // An update inside of an update.
    let nested = |order: &mut Order| {
        if order.calls == 1 {
            assert_eq!(update(order.map, |_| ()), (int(52), 1));
        }
    };
    assert_eq!(update(map, nested), (int(53), 2));
    assert_eq!(error(), 0);
    // A panic leaves everything as it was, and nothing locked.
    assert_eq!(update(map, |_| panic!("no idea")), (NIL, 1));
    assert_eq!(error(), codes::RT_ERROR_PANIC);
    assert_eq!(rt_concurrent_map_swap(map, 7, int(1)), int(53));
    // The end of the map itself.
    assert_eq!(update(map, |order| assert_eq!(rt_concurrent_map_free(order.map), 1)), (NIL, 1));
    assert_eq!(error(), codes::RT_ERROR_STALE_HANDLE);
    // SAFETY: null is refused.
    assert_eq!(unsafe { rt_concurrent_map_update(map, 7, None, ptr::null_mut()) }, NIL);
    assert_eq!(error(), codes::RT_ERROR_NULL_POINTER);
}

#[test]
fn for_each_tolerates_everything() {
    extern "C-unwind" fn visit(order: *mut c_void, key: i64, value: RuntimeValue) -> bool {
        // SAFETY: the test passes an order, and nobody else has it.
        let order = unsafe { &mut *order.cast::<Order>() };
        assert_eq!(value, int(-key));
        order.calls += 1;
        (order.act)(order);
        order.calls < 60
    }
    let map = rt_concurrent_map_new();
    let walk = |act| {
        let mut order = Order { map, calls: 0, act };
        // SAFETY: the callback takes an order.
        unsafe { rt_concurrent_map_for_each(map, Some(visit), (&raw mut order).cast()) }
    };
    for key in 0..50 {
        rt_concurrent_map_insert(map, key, int(-key));
    }
    assert_eq!(walk(|_| ()), 50);
    assert_eq!(
        walk(|order| assert_ne!(
            rt_concurrent_map_insert(order.map, 50 + order.calls, int(-50 - order.calls)),
            0
        )),
        50
    );
    assert_eq!(walk(|_| ()), 60, "false ends the walk");
    assert_eq!(error(), 0);
    assert_eq!((walk(|_| panic!("enough")), error()), (-1, codes::RT_ERROR_PANIC));
    assert_eq!(
        walk(|order| {
            rt_concurrent_map_free(order.map);
        }),
        60
    );
    error();
    assert_eq!((walk(|_| ()), error()), (-1, codes::RT_ERROR_STALE_HANDLE));
}

#[test]
fn value_map() {
    let map = rt_concurrent_value_map_new();
    let key = text("name");
    assert_eq!(rt_concurrent_value_map_insert(map, key, int(1)), 1);
    // SAFETY: nobody uses the string any more: the map has its own copy.
    unsafe { key.free() }.unwrap();
    assert_eq!(rt_concurrent_value_map_get(map, text("name")), int(1));
    assert_eq!((rt_concurrent_value_map_get(map, key), error()), (NIL, RT_ERROR_NOT_A_VALUE));
    assert_eq!(rt_concurrent_value_map_insert(map, text("name"), int(2)), 2);
    assert_eq!(rt_concurrent_value_map_insert(map, int(2), text("two")), 1);
    assert!(rt_concurrent_value_map_contains(map, RuntimeValue::float(2.0).unwrap()));
    assert!(!rt_concurrent_value_map_contains(map, text("2")));
    assert_eq!(rt_concurrent_value_map_get_or_insert(map, NIL, int(5)), int(5));
    assert_eq!(rt_concurrent_value_map_swap(map, NIL, int(6)), int(5));
    assert!(rt_concurrent_value_map_compare_exchange(map, NIL, int(6), int(7)));
    assert_eq!(rt_concurrent_value_map_len(map), 3);
    let keys = Array::of("keys", rt_concurrent_value_map_keys(map)).unwrap();
    let mut shown: Vec<String> = keys.iter().map(|key| key.type_name().to_string()).collect();
    shown.sort_unstable();
    assert_eq!(shown, ["int", "nil", "string"]);
    let entries = Array::of("entries", rt_concurrent_value_map_entries(map)).unwrap();
    assert_eq!(entries.len(), 3);

    extern "C-unwind" fn twice(_: *mut c_void, current: RuntimeValue, found: bool) -> RuntimeValue {
        if found { int(2 * current.to_int().unwrap()) } else { NIL }
    }
    // SAFETY: the callback takes no data.
    let doubled =
        unsafe { rt_concurrent_value_map_update(map, text("name"), Some(twice), ptr::null_mut()) };
    assert_eq!(doubled, int(4));
    extern "C-unwind" fn count(calls: *mut c_void, key: RuntimeValue, _: RuntimeValue) -> bool {
        assert!(!key.is_dead());
        // SAFETY: the test passes a number.
        unsafe { *calls.cast::<i64>() += 1 };
        true
    }
    let mut calls = 0_i64;
    // SAFETY: the callback takes a number.
    let walked =
        unsafe { rt_concurrent_value_map_for_each(map, Some(count), (&raw mut calls).cast()) };
    assert_eq!((walked, calls), (3, 3));
    assert_eq!(rt_concurrent_value_map_remove(map, text("name")), int(4));
    assert_eq!(rt_concurrent_value_map_remove(map, text("name")), NIL);
    assert_eq!(rt_concurrent_value_map_clear(map), 1);
    assert_eq!((rt_concurrent_value_map_len(map), error()), (0, 0));
    assert_eq!((rt_concurrent_map_len(map), error()), (0, codes::RT_ERROR_WRONG_KIND));
    assert_eq!(rt_concurrent_value_map_free(map), 1);
}

#[test]
fn queue_and_stack() {
    let (queue, stack) = (rt_concurrent_queue_new(), rt_concurrent_stack_new());
    for n in 0..100 {
        assert_eq!(rt_concurrent_queue_push(queue, int(n)), 1);
        assert_eq!(rt_concurrent_stack_push(stack, int(n)), 1);
    }
    assert_eq!((rt_concurrent_queue_len(queue), rt_concurrent_stack_len(stack)), (100, 100));
    for n in 0..100 {
        assert_eq!(rt_concurrent_queue_pop(queue), int(n));
        assert_eq!(rt_concurrent_stack_pop(stack), int(99 - n));
    }
    assert!(rt_concurrent_queue_is_empty(queue) && rt_concurrent_stack_is_empty(stack));
    assert_eq!((rt_concurrent_queue_pop(queue), rt_concurrent_stack_pop(stack)), (NIL, NIL));
    assert_eq!(error(), 0);
    assert_eq!((rt_concurrent_queue_free(queue), rt_concurrent_stack_free(stack)), (1, 1));
    assert_eq!((rt_concurrent_queue_pop(queue), error()), (NIL, codes::RT_ERROR_STALE_HANDLE));
    assert!(rt_concurrent_stack_is_empty(stack));
    assert_eq!(error(), codes::RT_ERROR_STALE_HANDLE);
}

#[test]
fn pool() {
    let pool = rt_pool_new(3);
    assert_eq!((rt_pool_capacity(pool), rt_pool_available(pool)), (3, 0));
    assert_eq!(rt_pool_acquire(pool), NIL);
    for n in 1..=3 {
        assert_eq!(rt_pool_release(pool, int(n)), 1);
    }
    assert_eq!(error(), 0);
    assert_eq!((rt_pool_release(pool, int(4)), error()), (0, RT_ERROR_FULL));
    assert_eq!((rt_pool_available(pool), rt_pool_acquire(pool)), (3, int(1)));
    assert_eq!(rt_pool_release(pool, int(4)), 1);
    assert_eq!(rt_pool_free(pool), 1);
    for capacity in [0, -1, i64::MIN] {
        assert_eq!((rt_pool_new(capacity), error()), (0, codes::RT_ERROR_LENGTH));
    }
    let huge = rt_pool_new(i64::MAX);
    assert_eq!((rt_pool_release(huge, NIL), rt_pool_capacity(huge)), (1, i64::MAX));
    assert_eq!(rt_pool_free(huge), 1);
}

#[test]
fn tls() {
    let store = rt_tls_new();
    assert_eq!(rt_tls_set(store, u64::MAX - 1, int(42)), 1);
    thread::spawn(move || {
        assert_eq!(rt_tls_get(store, u64::MAX - 1), NIL);
        assert_eq!(rt_tls_set(store, u64::MAX - 1, int(1)), 1);
        assert_eq!(rt_tls_clear(store), 1);
        assert_eq!(rt_tls_get(store, u64::MAX - 1), NIL);
        assert_eq!(error(), 0);
    })
    .join()
    .unwrap();
    assert_eq!(rt_tls_remove(store, u64::MAX - 1), int(42));
    assert_eq!(rt_tls_remove(store, u64::MAX - 1), NIL);
    assert_eq!(error(), 0);
    assert_eq!((rt_tls_free(store), rt_tls_free(store)), (1, 0));
    assert_eq!(error(), codes::RT_ERROR_STALE_HANDLE);
    assert_eq!((rt_tls_set(store, 1, NIL), error()), (0, codes::RT_ERROR_STALE_HANDLE));
}

#[test]
fn bounded_queue() {
    let queue = rt_concurrent_bounded_queue_new(2);
    assert_eq!(rt_concurrent_bounded_queue_capacity(queue), 2);
    assert_eq!(rt_concurrent_bounded_queue_try_pop(queue), NIL);
    assert_eq!(rt_concurrent_bounded_queue_pop_timeout(queue, 5), NIL);
    assert_eq!(rt_concurrent_bounded_queue_push(queue, int(1)), 1);
    assert_eq!(rt_concurrent_bounded_queue_push_timeout(queue, int(2), -5), 1);
    assert_eq!(rt_concurrent_bounded_queue_try_push(queue, int(3)), 0);
    assert_eq!(rt_concurrent_bounded_queue_push_timeout(queue, int(3), 5), 0);
    assert_eq!(error(), 0, "a time-out is no error");
    thread::scope(|scope| {
        scope.spawn(|| assert_eq!(rt_concurrent_bounded_queue_push(queue, int(3)), 1));
        for n in 1..=3 {
            assert_eq!(rt_concurrent_bounded_queue_pop(queue), int(n));
        }
    });
    thread::scope(|scope| {
        scope.spawn(|| assert_eq!(rt_concurrent_bounded_queue_pop(queue), NIL));
        assert_eq!(rt_concurrent_bounded_queue_close(queue), 1);
    });
    assert!(rt_concurrent_bounded_queue_is_closed(queue));
    assert_eq!((rt_concurrent_bounded_queue_push(queue, NIL), error()), (0, RT_ERROR_CLOSED));
    assert!(rt_concurrent_bounded_queue_is_empty(queue));
    assert_eq!(rt_concurrent_bounded_queue_len(queue), 0);
    assert_eq!(rt_concurrent_bounded_queue_free(queue), 1);
    assert_eq!(rt_concurrent_bounded_queue_pop(queue), NIL);
    assert_eq!(error(), codes::RT_ERROR_STALE_HANDLE);
    assert_eq!((rt_concurrent_bounded_queue_new(0), error()), (0, codes::RT_ERROR_LENGTH));
}

#[test]
fn a_bounded_queue_is_not_freed_while_a_thread_waits() {
    let queue = rt_concurrent_bounded_queue_new(1);
    thread::scope(|scope| {
        let waiting = scope.spawn(|| rt_concurrent_bounded_queue_pop(queue).to_bits());
        // The thread waits sooner or later; a free before that succeeds and the pop is refused.
        let freed = rt_concurrent_bounded_queue_free(queue) == 1;
        assert_eq!(error(), if freed { 0 } else { codes::RT_ERROR_BUSY });
        if !freed {
            assert_eq!(rt_concurrent_bounded_queue_push(queue, int(9)), 1);
        }
        let expected = if freed { NIL } else { int(9) };
        assert_eq!(waiting.join().unwrap(), expected.to_bits());
        assert_eq!(rt_concurrent_bounded_queue_free(queue), i64::from(!freed));
    });
}

type Push = extern "C" fn(i64, RuntimeValue) -> i64;
type Pop = extern "C" fn(i64) -> RuntimeValue;

/// What goes in comes out once: two threads push, two pop, and the sums agree.
fn conserve(container: i64, push: Push, pop: Pop) {
    const EACH: i64 = 20_000;
    let (popped, sum) = (AtomicI64::new(0), AtomicI64::new(0));
    thread::scope(|scope| {
        for thread in 0..2 {
            scope.spawn(move || {
                for n in 0..EACH {
                    while push(container, int(thread * EACH + n)) != 1 {
                        thread::yield_now();
                    }
                }
            });
        }
        for _ in 0..2 {
            scope.spawn(|| {
                while popped.load(Ordering::Relaxed) < 2 * EACH {
                    let value = pop(container);
                    if value == NIL {
                        thread::yield_now();
                    } else {
                        popped.fetch_add(1, Ordering::Relaxed);
                        sum.fetch_add(value.to_int().unwrap(), Ordering::Relaxed);
                    }
                }
            });
        }
    });
    assert_eq!(sum.into_inner(), EACH * (2 * EACH - 1));
    assert_eq!((popped.into_inner(), pop(container)), (2 * EACH, NIL));
}

#[test]
fn values_are_conserved() {
    let queue = rt_concurrent_queue_new();
    conserve(queue, rt_concurrent_queue_push, rt_concurrent_queue_pop);
    assert_eq!(rt_concurrent_queue_free(queue), 1);
    let stack = rt_concurrent_stack_new();
    conserve(stack, rt_concurrent_stack_push, rt_concurrent_stack_pop);
    assert_eq!(rt_concurrent_stack_free(stack), 1);
    let pool = rt_pool_new(100);
    conserve(pool, rt_pool_release, rt_pool_acquire);
    assert_eq!(rt_pool_free(pool), 1);
    let bounded = rt_concurrent_bounded_queue_new(16);
    conserve(bounded, rt_concurrent_bounded_queue_push, rt_concurrent_bounded_queue_try_pop);
    assert_eq!(rt_concurrent_bounded_queue_free(bounded), 1);
}

#[test]
fn updates_are_not_lost_and_first_inserts_win() {
    const ROUNDS: i64 = 5_000;
    const INSERTS: i64 = 100;
    let map = rt_concurrent_map_new();
    let winners = AtomicI64::new(0);
    thread::scope(|scope| {
        for thread in 0..4 {
            let winners = &winners;
            scope.spawn(move || {
                for key in 0..INSERTS {
                    let first = rt_concurrent_map_get_or_insert(map, 1_000 + key, int(thread));
                    winners.fetch_add(i64::from(first == int(thread)), Ordering::Relaxed);
                    assert_ne!(rt_concurrent_map_keys(map), NIL, "a snapshot tolerates writers");
                }
                for _ in 0..ROUNDS {
                    assert_ne!(update(map, |_| ()).0, NIL);
                }
            });
        }
    });
    assert_eq!(rt_concurrent_map_get(map, 7), int(4 * ROUNDS));
    assert_eq!(winners.into_inner(), INSERTS);
    assert_eq!(rt_concurrent_map_free(map), 1);
}

/// Threads use a queue while others free it and make the next: every call is done or refused.
#[test]
fn use_after_free_from_another_thread_is_refused() {
    let shared = AtomicI64::new(rt_concurrent_stack_new());
    let start = Barrier::new(3);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                start.wait();
                loop {
                    match shared.load(Ordering::Relaxed) {
                        -1 => break,
                        stack if rt_concurrent_stack_push(stack, int(1)) == 1 => {
                            let value = rt_concurrent_stack_pop(stack);
                            assert!(value == int(1) || value == NIL);
                        }
                        _ => assert_eq!(error(), codes::RT_ERROR_STALE_HANDLE),
                    }
                    error();
                }
            });
        }
        start.wait();
        let begin = Instant::now();
        while begin.elapsed().as_millis() < 200 {
            let next = rt_concurrent_stack_new();
            let last = shared.swap(next, Ordering::Relaxed);
            assert_eq!(rt_concurrent_stack_free(last), 1);
        }
        assert_eq!(rt_concurrent_stack_free(shared.swap(-1, Ordering::Relaxed)), 1);
    });
}

proptest! {
    #[test]
    fn no_number_is_taken_for_a_handle(number: i64, word: u64) {
        // SAFETY: any bits are a word, and this one is not followed.
        let word = unsafe { RuntimeValue::from_bits(word) };
        prop_assert_eq!(rt_arena_alloc(number, number, number), 0);
        prop_assert_eq!(rt_concurrent_map_insert(number, number, word), 0);
        prop_assert_eq!(rt_concurrent_value_map_get(number, word), NIL);
        prop_assert_eq!(rt_concurrent_queue_push(number, word), 0);
        prop_assert_eq!(rt_concurrent_stack_pop(number), NIL);
        prop_assert_eq!(rt_pool_release(number, word), 0);
        prop_assert_eq!(rt_tls_get(number, number as u64), NIL);
        prop_assert_eq!(rt_concurrent_bounded_queue_pop(number), NIL);
        prop_assert!(error() != 0);
    }
}
