//! Atomic ints. Arithmetic wraps around; every operation is thread-safe.

use std::sync::atomic::Ordering::SeqCst;

use runtime_core::boundary;

use crate::cells::INTS;
use crate::order;

/// Makes an atomic int of 64 bits. Returns its handle, which the caller owns and frees with
/// `rt_atomic_int_free`; 0 and RT_ERROR_HANDLES_EXHAUSTED when no handle is left. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_int_new(initial: i64) -> i64 {
    boundary("rt_atomic_int_new", 0, || INTS.insert(|cell| cell.store(initial, SeqCst)))
}

/// The value. Sequentially consistent. 0 and a handle error for what is no live atomic int.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_int_load(handle: i64) -> i64 {
    boundary("rt_atomic_int_load", 0, || Ok(INTS.get(handle)?.load(SeqCst)))
}

/// The value, loaded with a memory order (relaxed, consume, acquire or seq_cst of
/// RT_MEMORY_ORDER_). 0 and a handle error for what is no live atomic int. 0 and
/// RT_ERROR_MEMORY_ORDER for another order. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_int_load_explicit(handle: i64, order: i32) -> i64 {
    boundary("rt_atomic_int_load_explicit", 0, || Ok(INTS.get(handle)?.load(order::load(order)?)))
}

/// Stores `value`. Sequentially consistent. Returns 1; 0 and a handle error for what is no live
/// atomic int. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_int_store(handle: i64, value: i64) -> i64 {
    boundary("rt_atomic_int_store", 0, || {
        INTS.get(handle)?.store(value, SeqCst);
        Ok(1)
    })
}

/// Stores `value` with a memory order (relaxed, release or seq_cst of RT_MEMORY_ORDER_). Returns 1;
/// 0 and a handle error for what is no live atomic int. 0 and RT_ERROR_MEMORY_ORDER for another
/// order, and nothing is stored. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_int_store_explicit(handle: i64, value: i64, order: i32) -> i64 {
    boundary("rt_atomic_int_store_explicit", 0, || {
        INTS.get(handle)?.store(value, order::store(order)?);
        Ok(1)
    })
}

/// Stores `value`. Returns the value before. Sequentially consistent. 0 and a handle error for what
/// is no live atomic int. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_int_swap(handle: i64, value: i64) -> i64 {
    boundary("rt_atomic_int_swap", 0, || Ok(INTS.get(handle)?.swap(value, SeqCst)))
}

/// As `rt_atomic_int_swap`, with a memory order, any of RT_MEMORY_ORDER_. 0 and
/// RT_ERROR_MEMORY_ORDER for another number, and nothing is changed. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_int_swap_explicit(handle: i64, value: i64, order: i32) -> i64 {
    boundary("rt_atomic_int_swap_explicit", 0, || {
        Ok(INTS.get(handle)?.swap(value, order::read_write(order)?))
    })
}

/// Stores `new_value` if the value equals `current`. Returns true when it did; false when the value
/// was another one, which is no error. Sequentially consistent. false and a handle error for what
/// is no live atomic int. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_int_compare_exchange(
    handle: i64,
    current: i64,
    new_value: i64,
) -> bool {
    boundary("rt_atomic_int_compare_exchange", false, || {
        Ok(INTS.get(handle)?.compare_exchange(current, new_value, SeqCst, SeqCst).is_ok())
    })
}

/// As `rt_atomic_int_compare_exchange`, with a memory order for when it stores, any of
/// RT_MEMORY_ORDER_, and one for when it does not, which is that of a load. false and
/// RT_ERROR_MEMORY_ORDER for other orders, and nothing is changed. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_int_compare_exchange_explicit(
    handle: i64,
    current: i64,
    new_value: i64,
    success: i32,
    failure: i32,
) -> bool {
    boundary("rt_atomic_int_compare_exchange_explicit", false, || {
        let (success, failure) = order::compare_exchange(success, failure)?;
        Ok(INTS.get(handle)?.compare_exchange(current, new_value, success, failure).is_ok())
    })
}

/// Stores `new_value` if the value equals `current`. Returns the value that was there: it is
/// `current` exactly when the exchange took place, and otherwise what to try with next.
/// Sequentially consistent. 0 and a handle error for what is no live atomic int. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_int_compare_exchange_value(
    handle: i64,
    current: i64,
    new_value: i64,
) -> i64 {
    boundary("rt_atomic_int_compare_exchange_value", 0, || {
        Ok(either(INTS.get(handle)?.compare_exchange(current, new_value, SeqCst, SeqCst)))
    })
}

/// As `rt_atomic_int_compare_exchange_value`, with memory orders as in
/// `rt_atomic_int_compare_exchange_explicit`. 0 and RT_ERROR_MEMORY_ORDER for other orders, and
/// nothing is changed. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_int_compare_exchange_value_explicit(
    handle: i64,
    current: i64,
    new_value: i64,
    success: i32,
    failure: i32,
) -> i64 {
    boundary("rt_atomic_int_compare_exchange_value_explicit", 0, || {
        let (success, failure) = order::compare_exchange(success, failure)?;
        Ok(either(INTS.get(handle)?.compare_exchange(current, new_value, success, failure)))
    })
}

/// Adds `value`, around at overflow. Returns the value before. Sequentially consistent. 0 and a
/// handle error for what is no live atomic int. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_int_fetch_add(handle: i64, value: i64) -> i64 {
    boundary("rt_atomic_int_fetch_add", 0, || Ok(INTS.get(handle)?.fetch_add(value, SeqCst)))
}

/// As `rt_atomic_int_fetch_add`, with a memory order, any of RT_MEMORY_ORDER_. 0 and
/// RT_ERROR_MEMORY_ORDER for another number, and nothing is changed. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_int_fetch_add_explicit(handle: i64, value: i64, order: i32) -> i64 {
    boundary("rt_atomic_int_fetch_add_explicit", 0, || {
        Ok(INTS.get(handle)?.fetch_add(value, order::read_write(order)?))
    })
}

/// Subtracts `value`, around at overflow. Returns the value before. Sequentially consistent. 0 and
/// a handle error for what is no live atomic int. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_int_fetch_sub(handle: i64, value: i64) -> i64 {
    boundary("rt_atomic_int_fetch_sub", 0, || Ok(INTS.get(handle)?.fetch_sub(value, SeqCst)))
}

/// As `rt_atomic_int_fetch_sub`, with a memory order, any of RT_MEMORY_ORDER_. 0 and
/// RT_ERROR_MEMORY_ORDER for another number, and nothing is changed. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_int_fetch_sub_explicit(handle: i64, value: i64, order: i32) -> i64 {
    boundary("rt_atomic_int_fetch_sub_explicit", 0, || {
        Ok(INTS.get(handle)?.fetch_sub(value, order::read_write(order)?))
    })
}

/// Keeps the bits that `value` has too. Returns the value before. Sequentially consistent. 0 and a
/// handle error for what is no live atomic int. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_int_fetch_and(handle: i64, value: i64) -> i64 {
    boundary("rt_atomic_int_fetch_and", 0, || Ok(INTS.get(handle)?.fetch_and(value, SeqCst)))
}

/// As `rt_atomic_int_fetch_and`, with a memory order, any of RT_MEMORY_ORDER_. 0 and
/// RT_ERROR_MEMORY_ORDER for another number, and nothing is changed. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_int_fetch_and_explicit(handle: i64, value: i64, order: i32) -> i64 {
    boundary("rt_atomic_int_fetch_and_explicit", 0, || {
        Ok(INTS.get(handle)?.fetch_and(value, order::read_write(order)?))
    })
}

/// Sets the bits of `value`. Returns the value before. Sequentially consistent. 0 and a handle
/// error for what is no live atomic int. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_int_fetch_or(handle: i64, value: i64) -> i64 {
    boundary("rt_atomic_int_fetch_or", 0, || Ok(INTS.get(handle)?.fetch_or(value, SeqCst)))
}

/// As `rt_atomic_int_fetch_or`, with a memory order, any of RT_MEMORY_ORDER_. 0 and
/// RT_ERROR_MEMORY_ORDER for another number, and nothing is changed. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_int_fetch_or_explicit(handle: i64, value: i64, order: i32) -> i64 {
    boundary("rt_atomic_int_fetch_or_explicit", 0, || {
        Ok(INTS.get(handle)?.fetch_or(value, order::read_write(order)?))
    })
}

/// Flips the bits of `value`. Returns the value before. Sequentially consistent. 0 and a handle
/// error for what is no live atomic int. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_int_fetch_xor(handle: i64, value: i64) -> i64 {
    boundary("rt_atomic_int_fetch_xor", 0, || Ok(INTS.get(handle)?.fetch_xor(value, SeqCst)))
}

/// As `rt_atomic_int_fetch_xor`, with a memory order, any of RT_MEMORY_ORDER_. 0 and
/// RT_ERROR_MEMORY_ORDER for another number, and nothing is changed. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_int_fetch_xor_explicit(handle: i64, value: i64, order: i32) -> i64 {
    boundary("rt_atomic_int_fetch_xor_explicit", 0, || {
        Ok(INTS.get(handle)?.fetch_xor(value, order::read_write(order)?))
    })
}

/// Keeps the bits that `value` has too, and then flips all bits. Returns the value before.
/// Sequentially consistent. 0 and a handle error for what is no live atomic int. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_int_fetch_nand(handle: i64, value: i64) -> i64 {
    boundary("rt_atomic_int_fetch_nand", 0, || Ok(INTS.get(handle)?.fetch_nand(value, SeqCst)))
}

/// As `rt_atomic_int_fetch_nand`, with a memory order, any of RT_MEMORY_ORDER_. 0 and
/// RT_ERROR_MEMORY_ORDER for another number, and nothing is changed. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_int_fetch_nand_explicit(handle: i64, value: i64, order: i32) -> i64 {
    boundary("rt_atomic_int_fetch_nand_explicit", 0, || {
        Ok(INTS.get(handle)?.fetch_nand(value, order::read_write(order)?))
    })
}

/// Stores `value` if it is greater. Returns the value before. Sequentially consistent. 0 and a
/// handle error for what is no live atomic int. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_int_fetch_max(handle: i64, value: i64) -> i64 {
    boundary("rt_atomic_int_fetch_max", 0, || Ok(INTS.get(handle)?.fetch_max(value, SeqCst)))
}

/// As `rt_atomic_int_fetch_max`, with a memory order, any of RT_MEMORY_ORDER_. 0 and
/// RT_ERROR_MEMORY_ORDER for another number, and nothing is changed. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_int_fetch_max_explicit(handle: i64, value: i64, order: i32) -> i64 {
    boundary("rt_atomic_int_fetch_max_explicit", 0, || {
        Ok(INTS.get(handle)?.fetch_max(value, order::read_write(order)?))
    })
}

/// Stores `value` if it is less. Returns the value before. Sequentially consistent. 0 and a handle
/// error for what is no live atomic int. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_int_fetch_min(handle: i64, value: i64) -> i64 {
    boundary("rt_atomic_int_fetch_min", 0, || Ok(INTS.get(handle)?.fetch_min(value, SeqCst)))
}

/// As `rt_atomic_int_fetch_min`, with a memory order, any of RT_MEMORY_ORDER_. 0 and
/// RT_ERROR_MEMORY_ORDER for another number, and nothing is changed. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_int_fetch_min_explicit(handle: i64, value: i64, order: i32) -> i64 {
    boundary("rt_atomic_int_fetch_min_explicit", 0, || {
        Ok(INTS.get(handle)?.fetch_min(value, order::read_write(order)?))
    })
}

/// Frees the atomic int. Returns 1; 0 and a handle error for what is no live atomic int, so for a
/// second free too. A thread that is inside another function with this handle finishes unharmed.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_int_free(handle: i64) -> i64 {
    boundary("rt_atomic_int_free", 0, || INTS.free(handle).map(|()| 1))
}

/// The value that a comparison with exchange saw.
#[inline(always)]
fn either(outcome: Result<i64, i64>) -> i64 {
    match outcome {
        Ok(seen) | Err(seen) => seen,
    }
}
