//! The C functions, called from Rust: known answers, bad handles, memory orders, many threads.
#![cfg(feature = "ffi")]

use std::sync::Barrier;
use std::sync::atomic::{AtomicI64, Ordering};
use std::thread;

use proptest::prelude::*;
use runtime_atomic::codes::RT_ERROR_MEMORY_ORDER;
use runtime_atomic::ffi::*;
use runtime_atomic::order::{
    RT_MEMORY_ORDER_ACQ_REL, RT_MEMORY_ORDER_ACQUIRE, RT_MEMORY_ORDER_RELAXED,
    RT_MEMORY_ORDER_RELEASE, RT_MEMORY_ORDER_SEQ_CST,
};
use runtime_core::error::{self, codes};

/// The code of the last error, which is forgotten.
fn error() -> i64 {
    let code = error::last_code();
    error::clear_last();
    code
}

#[test]
fn int_known_answers() {
    let int = rt_atomic_int_new(42);
    assert_eq!(rt_atomic_int_load(int), 42);
    assert_eq!(rt_atomic_int_store(int, 10), 1);
    assert_eq!(rt_atomic_int_swap(int, 20), 10);
    assert!(rt_atomic_int_compare_exchange(int, 20, 200));
    assert!(!rt_atomic_int_compare_exchange(int, 20, 300));
    assert_eq!(rt_atomic_int_compare_exchange_value(int, 20, 300), 200);
    assert_eq!(rt_atomic_int_compare_exchange_value(int, 200, 15), 200);
    assert_eq!(rt_atomic_int_fetch_add(int, 5), 15);
    assert_eq!(rt_atomic_int_fetch_sub(int, 7), 20);
    assert_eq!(rt_atomic_int_fetch_or(int, 0b0010), 13);
    assert_eq!(rt_atomic_int_fetch_and(int, 0b1100), 15);
    assert_eq!(rt_atomic_int_fetch_xor(int, 0b1010), 0b1100);
    assert_eq!(rt_atomic_int_fetch_nand(int, 0b0101), 0b0110);
    assert_eq!(rt_atomic_int_fetch_max(int, 7), !0b0100);
    assert_eq!(rt_atomic_int_fetch_min(int, -7), 7);
    assert_eq!(rt_atomic_int_load(int), -7);
    assert_eq!(rt_atomic_int_free(int), 1);
    assert_eq!(error(), 0);
}

#[test]
fn int_wraps_around() {
    let int = rt_atomic_int_new(i64::MAX);
    assert_eq!(rt_atomic_int_fetch_add(int, 1), i64::MAX);
    assert_eq!(rt_atomic_int_fetch_sub(int, 1), i64::MIN);
    assert_eq!(rt_atomic_int_load(int), i64::MAX);
    rt_atomic_int_free(int);
}

#[test]
fn bool_known_answers() {
    let cell = rt_atomic_bool_new(false);
    assert!(!rt_atomic_bool_load(cell));
    assert!(!rt_atomic_bool_swap(cell, true));
    assert!(rt_atomic_bool_compare_exchange(cell, true, false));
    assert!(!rt_atomic_bool_compare_exchange(cell, true, false));
    assert!(!rt_atomic_bool_fetch_not(cell));
    assert!(rt_atomic_bool_fetch_and(cell, false));
    assert!(!rt_atomic_bool_fetch_or(cell, true));
    assert!(rt_atomic_bool_fetch_xor(cell, true));
    assert!(!rt_atomic_bool_load(cell));
    assert_eq!(rt_atomic_bool_store(cell, true), 1);
    assert!(rt_atomic_bool_load(cell));
    assert_eq!(rt_atomic_bool_free(cell), 1);
    assert_eq!(error(), 0);
}

#[test]
fn flag_known_answers() {
    let flag = rt_atomic_flag_new();
    assert!(!rt_atomic_flag_load(flag));
    assert!(!rt_atomic_flag_test_and_set(flag));
    assert!(rt_atomic_flag_test_and_set(flag));
    assert!(rt_atomic_flag_load(flag));
    assert_eq!(rt_atomic_flag_clear(flag), 1);
    assert!(!rt_atomic_flag_test_and_set(flag));
    assert_eq!(rt_atomic_flag_free(flag), 1);
    assert!(rt_atomic_flag_test_and_set(flag), "nobody gets a lock that is gone");
    assert_eq!(error(), codes::RT_ERROR_STALE_HANDLE);
}

#[test]
fn a_second_free_and_a_foreign_handle_are_refused() {
    let (int, cell) = (rt_atomic_int_new(1), rt_atomic_bool_new(true));
    assert_eq!(rt_atomic_int_load(cell), 0);
    assert_eq!(error(), codes::RT_ERROR_WRONG_KIND);
    assert!(!rt_atomic_bool_load(int));
    assert_eq!(error(), codes::RT_ERROR_WRONG_KIND);
    assert_eq!(rt_atomic_bool_free(int), 0);
    assert_eq!(error(), codes::RT_ERROR_WRONG_KIND);
    assert_eq!((rt_atomic_int_free(int), rt_atomic_bool_free(cell)), (1, 1));
    assert_eq!((rt_atomic_int_free(int), error()), (0, codes::RT_ERROR_STALE_HANDLE));
    assert_eq!((rt_atomic_int_fetch_add(int, 1), error()), (0, codes::RT_ERROR_STALE_HANDLE));
}

#[test]
fn orders_that_do_not_fit_change_nothing() {
    let int = rt_atomic_int_new(5);
    assert_eq!(rt_atomic_int_load_explicit(int, RT_MEMORY_ORDER_RELEASE), 0);
    assert_eq!(error(), RT_ERROR_MEMORY_ORDER);
    assert_eq!(rt_atomic_int_store_explicit(int, 6, RT_MEMORY_ORDER_ACQUIRE), 0);
    assert_eq!(error(), RT_ERROR_MEMORY_ORDER);
    assert_eq!(rt_atomic_int_fetch_add_explicit(int, 1, 6), 0);
    assert_eq!(error(), RT_ERROR_MEMORY_ORDER);
    assert!(!rt_atomic_int_compare_exchange_explicit(
        int,
        5,
        6,
        RT_MEMORY_ORDER_RELAXED,
        RT_MEMORY_ORDER_ACQ_REL
    ));
    assert_eq!(error(), RT_ERROR_MEMORY_ORDER);
    assert_eq!(rt_atomic_int_load_explicit(int, RT_MEMORY_ORDER_ACQUIRE), 5);
    assert_eq!(rt_atomic_int_store_explicit(int, 6, RT_MEMORY_ORDER_RELEASE), 1);
    assert_eq!(rt_atomic_int_fetch_sub_explicit(int, 2, RT_MEMORY_ORDER_ACQ_REL), 6);
    assert_eq!(rt_atomic_int_load(int), 4);
    rt_atomic_int_free(int);

    let flag = rt_atomic_flag_new();
    assert!(rt_atomic_flag_test_and_set_explicit(flag, -1));
    assert_eq!(error(), RT_ERROR_MEMORY_ORDER);
    assert!(!rt_atomic_flag_test_and_set_explicit(flag, RT_MEMORY_ORDER_ACQUIRE));
    assert_eq!(rt_atomic_flag_clear_explicit(flag, RT_MEMORY_ORDER_RELEASE), 1);
    assert!(!rt_atomic_flag_load_explicit(flag, RT_MEMORY_ORDER_SEQ_CST));
    rt_atomic_flag_free(flag);
    assert_eq!(error(), 0);
}

proptest! {
    /// The explicit forms do what the standard library's atomics do.
    #[test]
    fn explicit_is_the_same_operation(initial: i64, value: i64, order in 0_i32..6) {
        let (int, model) = (rt_atomic_int_new(initial), AtomicI64::new(initial));
        let seq_cst = Ordering::SeqCst;
        type Explicit = extern "C" fn(i64, i64, i32) -> i64;
        type Model = fn(&AtomicI64, i64, Ordering) -> i64;
        let pairs: [(Explicit, Model); 9] = [
            (rt_atomic_int_fetch_add_explicit, AtomicI64::fetch_add),
            (rt_atomic_int_fetch_sub_explicit, AtomicI64::fetch_sub),
            (rt_atomic_int_fetch_and_explicit, AtomicI64::fetch_and),
            (rt_atomic_int_fetch_or_explicit, AtomicI64::fetch_or),
            (rt_atomic_int_fetch_xor_explicit, AtomicI64::fetch_xor),
            (rt_atomic_int_fetch_nand_explicit, AtomicI64::fetch_nand),
            (rt_atomic_int_fetch_max_explicit, AtomicI64::fetch_max),
            (rt_atomic_int_fetch_min_explicit, AtomicI64::fetch_min),
            (rt_atomic_int_swap_explicit, AtomicI64::swap),
        ];
        for (ours, theirs) in pairs {
            prop_assert_eq!(ours(int, value, order), theirs(&model, value, seq_cst));
            prop_assert_eq!(rt_atomic_int_load(int), model.load(seq_cst));
        }
        rt_atomic_int_free(int);
    }

    #[test]
    fn no_number_is_taken_for_a_handle(number: i64) {
        prop_assert_eq!(rt_atomic_int_load(number), 0);
        prop_assert!(rt_atomic_flag_test_and_set(number));
        prop_assert_eq!(rt_once_free(number), 0);
        prop_assert!(error() != 0);
    }
}

/// What goes in comes out: additions, subtractions and exchanges of many threads balance.
#[test]
fn additions_are_not_lost() {
    const THREADS: i64 = 4;
    const ROUNDS: i64 = 20_000;
    let (sum, product) = (rt_atomic_int_new(0), rt_atomic_int_new(0));
    thread::scope(|scope| {
        for thread in 0..THREADS {
            scope.spawn(move || {
                for round in 0..ROUNDS {
                    rt_atomic_int_fetch_add(sum, round);
                    rt_atomic_int_fetch_sub(sum, thread);
                    let mut seen = rt_atomic_int_load(product);
                    loop {
                        let now = rt_atomic_int_compare_exchange_value(product, seen, seen + 2);
                        if now == seen {
                            break;
                        }
                        seen = now;
                    }
                }
            });
        }
    });
    let expected = THREADS * (ROUNDS * (ROUNDS - 1) / 2) - ROUNDS * (THREADS * (THREADS - 1) / 2);
    assert_eq!(rt_atomic_int_load(sum), expected);
    assert_eq!(rt_atomic_int_load(product), 2 * THREADS * ROUNDS);
    rt_atomic_int_free(sum);
    rt_atomic_int_free(product);
}

/// A flag as a lock: what it guards is changed by one thread at a time.
#[test]
fn a_flag_excludes() {
    let flag = rt_atomic_flag_new();
    let guarded = AtomicI64::new(0);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..2_000 {
                    while rt_atomic_flag_test_and_set(flag) {
                        thread::yield_now();
                    }
                    let seen = guarded.load(Ordering::Relaxed);
                    guarded.store(seen + 1, Ordering::Relaxed);
                    rt_atomic_flag_clear(flag);
                }
            });
        }
    });
    assert_eq!(guarded.into_inner(), 8_000);
    rt_atomic_flag_free(flag);
}

/// Threads make, use and free while others use what is freed: each call is done or refused.
#[test]
fn use_after_free_from_another_thread_is_refused() {
    let start = Barrier::new(2);
    let shared = AtomicI64::new(0);
    thread::scope(|scope| {
        scope.spawn(|| {
            start.wait();
            for round in 1..5_000 {
                let int = rt_atomic_int_new(round);
                shared.store(int, Ordering::Relaxed);
                assert_eq!(rt_atomic_int_free(int), 1);
            }
            shared.store(-1, Ordering::Relaxed);
        });
        start.wait();
        loop {
            match shared.load(Ordering::Relaxed) {
                -1 => break,
                int => {
                    error::clear_last();
                    let value = rt_atomic_int_load(int);
                    assert!(value > 0 || error() != 0);
                }
            }
        }
    });
}

static CALLS: AtomicI64 = AtomicI64::new(0);

extern "C-unwind" fn counting() {
    thread::yield_now();
    CALLS.fetch_add(1, Ordering::Relaxed);
}

extern "C-unwind" fn panicking() {
    panic!("out of luck");
}

fn once_call(token: i64, function: extern "C-unwind" fn()) -> i64 {
    // SAFETY: a function without parameters.
    unsafe { rt_once_call(token, function as *const () as i64) }
}

#[test]
fn once_calls_once() {
    const TOKENS: i64 = 100;
    for _ in 0..TOKENS {
        let token = rt_once_new();
        assert!(!rt_once_is_completed(token));
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    assert_eq!(once_call(token, counting), 1);
                    assert!(rt_once_is_completed(token));
                });
            }
        });
        assert_eq!(rt_once_free(token), 1);
    }
    assert_eq!(CALLS.load(Ordering::Relaxed), TOKENS);
}

#[test]
fn once_refuses_null_and_survives_a_panic() {
    let token = rt_once_new();
    // SAFETY: null is refused.
    assert_eq!(unsafe { rt_once_call(token, 0) }, 0);
    assert_eq!(error(), codes::RT_ERROR_NULL_POINTER);
    assert_eq!(once_call(token, panicking), 0);
    assert_eq!(error(), codes::RT_ERROR_PANIC);
    assert!(!rt_once_is_completed(token));
    extern "C-unwind" fn quiet() {}
    assert_eq!(once_call(token, quiet), 1);
    assert_eq!(once_call(token, panicking), 1, "a completed token calls nothing");
    assert_eq!(rt_once_free(token), 1);
    assert_eq!((once_call(token, quiet), error()), (0, codes::RT_ERROR_STALE_HANDLE));
}

static NESTED: AtomicI64 = AtomicI64::new(0);

extern "C-unwind" fn calls_itself() {
    let token = NESTED.load(Ordering::Relaxed);
    assert_eq!(once_call(token, calls_itself), 0);
    assert_eq!(error(), codes::RT_ERROR_DEADLOCK);
    assert_eq!(rt_once_free(token), 1, "a free while the function runs takes effect at once");
}

#[test]
fn once_refuses_itself_and_may_be_freed_meanwhile() {
    let token = rt_once_new();
    NESTED.store(token, Ordering::Relaxed);
    assert_eq!(once_call(token, calls_itself), 1);
    assert!(!rt_once_is_completed(token));
    assert_eq!(error(), codes::RT_ERROR_STALE_HANDLE);
}
