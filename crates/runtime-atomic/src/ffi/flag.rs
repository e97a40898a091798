//! Atomic flags: the smallest lock there is. Every operation is thread-safe.

use std::sync::atomic::Ordering::SeqCst;

use runtime_core::boundary;

use crate::cells::FLAGS;
use crate::order;

/// Makes a flag that is not set. Returns its handle, which the caller owns and frees with
/// `rt_atomic_flag_free`; 0 and RT_ERROR_HANDLES_EXHAUSTED when no handle is left. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_flag_new() -> i64 {
    boundary("rt_atomic_flag_new", 0, || FLAGS.insert(|flag| flag.store(false, SeqCst)))
}

/// Sets the flag. Returns whether it was set before: false tells the caller that it is the one who
/// set it. Sequentially consistent. For what is no live flag true, so that nobody believes to have
/// got it, and a handle error. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_flag_test_and_set(handle: i64) -> bool {
    boundary("rt_atomic_flag_test_and_set", true, || Ok(FLAGS.get(handle)?.swap(true, SeqCst)))
}

/// As `rt_atomic_flag_test_and_set`, with a memory order, any of RT_MEMORY_ORDER_. true and
/// RT_ERROR_MEMORY_ORDER for another number, and the flag stays as it is. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_flag_test_and_set_explicit(handle: i64, order: i32) -> bool {
    boundary("rt_atomic_flag_test_and_set_explicit", true, || {
        Ok(FLAGS.get(handle)?.swap(true, order::read_write(order)?))
    })
}

/// Whether the flag is set. Changes nothing. Sequentially consistent. false and a handle error for
/// what is no live atomic flag. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_flag_load(handle: i64) -> bool {
    boundary("rt_atomic_flag_load", false, || Ok(FLAGS.get(handle)?.load(SeqCst)))
}

/// As `rt_atomic_flag_load`, with a memory order (relaxed, consume, acquire or seq_cst of
/// RT_MEMORY_ORDER_). false and RT_ERROR_MEMORY_ORDER for another order. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_flag_load_explicit(handle: i64, order: i32) -> bool {
    boundary("rt_atomic_flag_load_explicit", false, || {
        Ok(FLAGS.get(handle)?.load(order::load(order)?))
    })
}

/// Clears the flag. Sequentially consistent. Returns 1; 0 and a handle error for what is no live
/// atomic flag. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_flag_clear(handle: i64) -> i64 {
    boundary("rt_atomic_flag_clear", 0, || {
        FLAGS.get(handle)?.store(false, SeqCst);
        Ok(1)
    })
}

/// As `rt_atomic_flag_clear`, with a memory order (relaxed, release or seq_cst of
/// RT_MEMORY_ORDER_). 0 and RT_ERROR_MEMORY_ORDER for another order, and the flag stays as it is.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_flag_clear_explicit(handle: i64, order: i32) -> i64 {
    boundary("rt_atomic_flag_clear_explicit", 0, || {
        FLAGS.get(handle)?.store(false, order::store(order)?);
        Ok(1)
    })
}

/// Frees the flag. Returns 1; 0 and a handle error for what is no live flag, so for a second free
/// too. A thread that is inside another function with this handle finishes unharmed. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_flag_free(handle: i64) -> i64 {
    boundary("rt_atomic_flag_free", 0, || FLAGS.free(handle).map(|()| 1))
}
