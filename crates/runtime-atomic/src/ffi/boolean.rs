//! Atomic bools. Every operation is thread-safe.

use std::sync::atomic::Ordering::SeqCst;

use runtime_core::boundary;

use crate::cells::BOOLS;
use crate::order;

/// Makes an atomic bool. Returns its handle, which the caller owns and frees with
/// `rt_atomic_bool_free`; 0 and RT_ERROR_HANDLES_EXHAUSTED when no handle is left. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_bool_new(initial: bool) -> i64 {
    boundary("rt_atomic_bool_new", 0, || BOOLS.insert(|cell| cell.store(initial, SeqCst)))
}

/// The value. Sequentially consistent. false and a handle error for what is no live atomic bool.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_bool_load(handle: i64) -> bool {
    boundary("rt_atomic_bool_load", false, || Ok(BOOLS.get(handle)?.load(SeqCst)))
}

/// The value, loaded with a memory order (relaxed, consume, acquire or seq_cst of
/// RT_MEMORY_ORDER_). false and a handle error for what is no live atomic bool. false and
/// RT_ERROR_MEMORY_ORDER for another order. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_bool_load_explicit(handle: i64, order: i32) -> bool {
    boundary("rt_atomic_bool_load_explicit", false, || {
        Ok(BOOLS.get(handle)?.load(order::load(order)?))
    })
}

/// Stores `value`. Sequentially consistent. Returns 1; 0 and a handle error for what is no live
/// atomic bool. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_bool_store(handle: i64, value: bool) -> i64 {
    boundary("rt_atomic_bool_store", 0, || {
        BOOLS.get(handle)?.store(value, SeqCst);
        Ok(1)
    })
}

/// Stores `value` with a memory order (relaxed, release or seq_cst of RT_MEMORY_ORDER_). Returns 1;
/// 0 and a handle error for what is no live atomic bool. 0 and RT_ERROR_MEMORY_ORDER for another
/// order, and nothing is stored. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_bool_store_explicit(handle: i64, value: bool, order: i32) -> i64 {
    boundary("rt_atomic_bool_store_explicit", 0, || {
        BOOLS.get(handle)?.store(value, order::store(order)?);
        Ok(1)
    })
}

/// Stores `value`. Returns the value before. Sequentially consistent. false and a handle error for
/// what is no live atomic bool. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_bool_swap(handle: i64, value: bool) -> bool {
    boundary("rt_atomic_bool_swap", false, || Ok(BOOLS.get(handle)?.swap(value, SeqCst)))
}

/// As `rt_atomic_bool_swap`, with a memory order, any of RT_MEMORY_ORDER_. false and
/// RT_ERROR_MEMORY_ORDER for another number, and nothing is changed. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_bool_swap_explicit(handle: i64, value: bool, order: i32) -> bool {
    boundary("rt_atomic_bool_swap_explicit", false, || {
        Ok(BOOLS.get(handle)?.swap(value, order::read_write(order)?))
    })
}

/// Stores `new_value` if the value equals `current`. Returns true when it did; false when the value
/// was another one, which is no error. Sequentially consistent. false and a handle error for what
/// is no live atomic bool. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_bool_compare_exchange(
    handle: i64,
    current: bool,
    new_value: bool,
) -> bool {
    boundary("rt_atomic_bool_compare_exchange", false, || {
        Ok(BOOLS.get(handle)?.compare_exchange(current, new_value, SeqCst, SeqCst).is_ok())
    })
}

/// As `rt_atomic_bool_compare_exchange`, with a memory order for when it stores, any of
/// RT_MEMORY_ORDER_, and one for when it does not, which is that of a load. false and
/// RT_ERROR_MEMORY_ORDER for other orders, and nothing is changed. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_bool_compare_exchange_explicit(
    handle: i64,
    current: bool,
    new_value: bool,
    success: i32,
    failure: i32,
) -> bool {
    boundary("rt_atomic_bool_compare_exchange_explicit", false, || {
        let (success, failure) = order::compare_exchange(success, failure)?;
        Ok(BOOLS.get(handle)?.compare_exchange(current, new_value, success, failure).is_ok())
    })
}

/// Stores whether both the value and `value` are true. Returns the value before. Sequentially
/// consistent. false and a handle error for what is no live atomic bool. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_bool_fetch_and(handle: i64, value: bool) -> bool {
    boundary("rt_atomic_bool_fetch_and", false, || Ok(BOOLS.get(handle)?.fetch_and(value, SeqCst)))
}

/// As `rt_atomic_bool_fetch_and`, with a memory order, any of RT_MEMORY_ORDER_. false and
/// RT_ERROR_MEMORY_ORDER for another number, and nothing is changed. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_bool_fetch_and_explicit(handle: i64, value: bool, order: i32) -> bool {
    boundary("rt_atomic_bool_fetch_and_explicit", false, || {
        Ok(BOOLS.get(handle)?.fetch_and(value, order::read_write(order)?))
    })
}

/// Stores whether the value or `value` is true. Returns the value before. Sequentially consistent.
/// false and a handle error for what is no live atomic bool. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_bool_fetch_or(handle: i64, value: bool) -> bool {
    boundary("rt_atomic_bool_fetch_or", false, || Ok(BOOLS.get(handle)?.fetch_or(value, SeqCst)))
}

/// As `rt_atomic_bool_fetch_or`, with a memory order, any of RT_MEMORY_ORDER_. false and
/// RT_ERROR_MEMORY_ORDER for another number, and nothing is changed. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_bool_fetch_or_explicit(handle: i64, value: bool, order: i32) -> bool {
    boundary("rt_atomic_bool_fetch_or_explicit", false, || {
        Ok(BOOLS.get(handle)?.fetch_or(value, order::read_write(order)?))
    })
}

/// Stores whether the value and `value` differ. Returns the value before. Sequentially consistent.
/// false and a handle error for what is no live atomic bool. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_bool_fetch_xor(handle: i64, value: bool) -> bool {
    boundary("rt_atomic_bool_fetch_xor", false, || Ok(BOOLS.get(handle)?.fetch_xor(value, SeqCst)))
}

/// As `rt_atomic_bool_fetch_xor`, with a memory order, any of RT_MEMORY_ORDER_. false and
/// RT_ERROR_MEMORY_ORDER for another number, and nothing is changed. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_bool_fetch_xor_explicit(handle: i64, value: bool, order: i32) -> bool {
    boundary("rt_atomic_bool_fetch_xor_explicit", false, || {
        Ok(BOOLS.get(handle)?.fetch_xor(value, order::read_write(order)?))
    })
}

/// Stores the opposite of the value. Returns the value before. Sequentially consistent. false and a
/// handle error for what is no live atomic bool. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_bool_fetch_not(handle: i64) -> bool {
    boundary("rt_atomic_bool_fetch_not", false, || Ok(BOOLS.get(handle)?.fetch_not(SeqCst)))
}

/// As `rt_atomic_bool_fetch_not`, with a memory order, any of RT_MEMORY_ORDER_. false and
/// RT_ERROR_MEMORY_ORDER for another number, and nothing is changed. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_bool_fetch_not_explicit(handle: i64, order: i32) -> bool {
    boundary("rt_atomic_bool_fetch_not_explicit", false, || {
        Ok(BOOLS.get(handle)?.fetch_not(order::read_write(order)?))
    })
}

/// Frees the atomic bool. Returns 1; 0 and a handle error for what is no live atomic bool, so for a
/// second free too. A thread that is inside another function with this handle finishes unharmed.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_bool_free(handle: i64) -> i64 {
    boundary("rt_atomic_bool_free", 0, || BOOLS.free(handle).map(|()| 1))
}
