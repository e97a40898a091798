//! Locks that one thread frees while others use them: every call does its work or is refused, and
//! what the locks guard stays whole.
#![cfg(feature = "ffi")]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use runtime_core::error::{self, codes};
use runtime_sync::ffi::*;
use runtime_value::RuntimeValue;
use runtime_value::codes::{RT_ERROR_NOT_A_VALUE, RT_ERROR_WRONG_TYPE};
use runtime_value::ffi::memory::rt_value_free;

const USERS: usize = 3;
const PLACES: usize = 8;
const LOCKS: u64 = 3_000;

fn word(bits: u64) -> RuntimeValue {
    // SAFETY: the words are locks, which threads share, or what is left of them.
    unsafe { RuntimeValue::from_bits(bits) }
}

/// A refusal must say that the lock is gone; anything else would be a lock that lost its way.
fn assert_gone() {
    let code = error::last_code();
    let gone = [RT_ERROR_NOT_A_VALUE, RT_ERROR_WRONG_TYPE, codes::RT_ERROR_STALE_HANDLE];
    assert!(gone.contains(&code), "{:?}", error::last_message());
    error::clear_last();
}

#[test]
fn every_call_works_or_is_refused() {
    let places: [AtomicU64; PLACES] =
        std::array::from_fn(|_| AtomicU64::new(rt_mutex_new(RuntimeValue::TRUE).to_bits()));
    let held: [AtomicBool; PLACES] = [const { AtomicBool::new(false) }; PLACES];
    let done = AtomicBool::new(false);
    let start = Barrier::new(USERS + 1);

    std::thread::scope(|scope| {
        for user in 0..USERS {
            let (places, held, done, start) = (&places, &held, &done, &start);
            scope.spawn(move || {
                let mut turn = user;
                start.wait();
                while !done.load(Ordering::Relaxed) {
                    turn = (turn + 1) % PLACES;
                    let mutex = word(places[turn].load(Ordering::Relaxed));
                    if rt_mutex_lock(mutex) != RuntimeValue::TRUE {
                        assert_gone();
                        continue;
                    }
                    // The word may be an older lock's; then the place is another one's to guard.
                    if places[turn].load(Ordering::Relaxed) == mutex.to_bits() {
                        assert!(!held[turn].swap(true, Ordering::Relaxed), "two held one lock");
                        held[turn].store(false, Ordering::Relaxed);
                    }
                    assert_eq!(rt_mutex_unlock(mutex, RuntimeValue::TRUE), 1);
                }
            });
        }
        start.wait();
        for made in 0..LOCKS {
            let place = &places[made as usize % PLACES];
            let old = word(place.load(Ordering::Relaxed));
            // The new lock takes the place while the old one is held, so that no user guards the
            // place with one and another user with the other.
            assert_eq!(rt_mutex_lock(old), RuntimeValue::TRUE);
            place.store(rt_mutex_new(RuntimeValue::TRUE).to_bits(), Ordering::Relaxed);
            assert_eq!(rt_mutex_unlock(old, RuntimeValue::TRUE), 1);
            while rt_value_free(old) != 1 {
                assert_eq!(error::last_code(), codes::RT_ERROR_BUSY);
                std::thread::yield_now();
            }
        }
        done.store(true, Ordering::Relaxed);
    });

    for place in &places {
        assert_eq!(rt_value_free(word(place.load(Ordering::Relaxed))), 1);
    }
}
