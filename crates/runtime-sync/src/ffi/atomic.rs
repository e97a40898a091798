//! Atomic ints as values.

use std::sync::atomic::Ordering::SeqCst;

use runtime_core::{arguments, boundary};
use runtime_value::RuntimeValue;

use crate::atomic::Atomic;

/// An atomic int with this value, as a value of the language. The caller owns it and frees it with
/// `rt_atomic_free`. NIL and an error when there is no memory (RT_ERROR_OUT_OF_MEMORY) or no handle
/// left (RT_ERROR_HANDLES_EXHAUSTED). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_new(initial: i64) -> RuntimeValue {
    boundary("rt_atomic_new", RuntimeValue::NIL, || Ok(Atomic::new(initial)?.value()))
}

/// The value. Sequentially consistent. 0 and an error otherwise: RT_ERROR_NOT_A_VALUE or
/// RT_ERROR_WRONG_TYPE when `atomic` is no live atomic. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_load(atomic: RuntimeValue) -> i64 {
    boundary("rt_atomic_load", 0, || Ok(Atomic::of("atomic", atomic)?.cell()?.load(SeqCst)))
}

/// Stores a value. Sequentially consistent. Returns 1. 0 and an error otherwise:
/// RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `atomic` is no live atomic. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_store(atomic: RuntimeValue, value: i64) -> i64 {
    boundary("rt_atomic_store", 0, || {
        Atomic::of("atomic", atomic)?.cell()?.store(value, SeqCst);
        Ok(1)
    })
}

/// Stores a value and returns the one before. Sequentially consistent. 0 and an error otherwise:
/// RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `atomic` is no live atomic. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_swap(atomic: RuntimeValue, value: i64) -> i64 {
    boundary("rt_atomic_swap", 0, || Ok(Atomic::of("atomic", atomic)?.cell()?.swap(value, SeqCst)))
}

/// Stores `new_value` if the value is `expected`: 1, else 0. Either way the value before is written
/// to `result_ptr`, if that is not null. Sequentially consistent. 0 and an error otherwise, and
/// nothing is written: RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `atomic` is no live atomic,
/// RT_ERROR_MISALIGNED when `result_ptr` is not aligned to 8 bytes. Thread-safe.
///
/// # Safety
/// `result_ptr` is null or points at an `int64_t` that nothing else uses during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_atomic_compare_exchange(
    atomic: RuntimeValue,
    expected: i64,
    new_value: i64,
    result_ptr: *mut i64,
) -> i64 {
    boundary("rt_atomic_compare_exchange", 0, || {
        let cell = Atomic::of("atomic", atomic)?.cell()?;
        // SAFETY: the caller says that a pointer that is not null may be written through.
        let result = unsafe {
            arguments::slice_mut("result_ptr", result_ptr, u64::from(!result_ptr.is_null()))?
        };
        let outcome = cell.compare_exchange(expected, new_value, SeqCst, SeqCst);
        let (Ok(before) | Err(before)) = outcome;
        result.fill(before);
        Ok(i64::from(outcome.is_ok()))
    })
}

/// Adds `delta`, wrapping around, and returns the value before. Sequentially consistent. 0 and an
/// error otherwise: RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `atomic` is no live atomic.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_fetch_add(atomic: RuntimeValue, delta: i64) -> i64 {
    boundary("rt_atomic_fetch_add", 0, || {
        Ok(Atomic::of("atomic", atomic)?.cell()?.fetch_add(delta, SeqCst))
    })
}

/// Subtracts `delta`, wrapping around, and returns the value before. Sequentially consistent. 0 and
/// an error otherwise: RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `atomic` is no live atomic.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_fetch_sub(atomic: RuntimeValue, delta: i64) -> i64 {
    boundary("rt_atomic_fetch_sub", 0, || {
        Ok(Atomic::of("atomic", atomic)?.cell()?.fetch_sub(delta, SeqCst))
    })
}

/// Keeps the bits of `mask` and returns the value before. Sequentially consistent. 0 and an error
/// otherwise: RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `atomic` is no live atomic.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_fetch_and(atomic: RuntimeValue, mask: i64) -> i64 {
    boundary("rt_atomic_fetch_and", 0, || {
        Ok(Atomic::of("atomic", atomic)?.cell()?.fetch_and(mask, SeqCst))
    })
}

/// Sets the bits of `mask` and returns the value before. Sequentially consistent. 0 and an error
/// otherwise: RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `atomic` is no live atomic.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_fetch_or(atomic: RuntimeValue, mask: i64) -> i64 {
    boundary("rt_atomic_fetch_or", 0, || {
        Ok(Atomic::of("atomic", atomic)?.cell()?.fetch_or(mask, SeqCst))
    })
}

/// Flips the bits of `mask` and returns the value before. Sequentially consistent. 0 and an error
/// otherwise: RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `atomic` is no live atomic.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_fetch_xor(atomic: RuntimeValue, mask: i64) -> i64 {
    boundary("rt_atomic_fetch_xor", 0, || {
        Ok(Atomic::of("atomic", atomic)?.cell()?.fetch_xor(mask, SeqCst))
    })
}

/// The number of the atomic, from 1; no other lock object of the process has it. 0 and an error
/// otherwise: RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `atomic` is no live atomic.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_id(atomic: RuntimeValue) -> i64 {
    boundary("rt_atomic_id", 0, || Atomic::of("atomic", atomic)?.id())
}

/// Frees the atomic. Returns 1. 0 and an error otherwise: RT_ERROR_NOT_A_VALUE or
/// RT_ERROR_WRONG_TYPE when `atomic` is no live atomic, so also the second time. Thread-safe: of
/// several threads that free it, one succeeds.
#[unsafe(no_mangle)]
pub extern "C" fn rt_atomic_free(atomic: RuntimeValue) -> i64 {
    boundary("rt_atomic_free", 0, || Atomic::of("atomic", atomic)?.free().map(|()| 1))
}
