//! The concurrent map whose keys are ints.

use std::ffi::c_void;

use runtime_core::boundary;
use runtime_value::{RuntimeValue, Tuple, View, array};

use super::{callback, word, word_or_nil};
use crate::handles::MAPS;

/// Makes an empty map from ints to values that many threads can use at once. Returns its handle,
/// which the caller owns and frees with `rt_concurrent_map_free`; 0 and RT_ERROR_HANDLES_EXHAUSTED
/// when no handle is left. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_concurrent_map_new() -> i64 {
    boundary("rt_concurrent_map_new", 0, || MAPS.insert(|_| ()))
}

/// Sets the value of `key`. Returns 1 for a new key, 2 when a value was replaced; 0 and a handle
/// error for what is no live concurrent map. The container neither checks nor owns what the word
/// refers to. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_concurrent_map_insert(handle: i64, key: i64, value: RuntimeValue) -> i64 {
    boundary("rt_concurrent_map_insert", 0, || {
        let before = MAPS.get(handle)?.insert(key, value.to_bits());
        Ok(if before.is_none() { 1 } else { 2 })
    })
}

/// Sets the value of `key`. Returns the one that it had, or NIL for a new key; NIL and a handle
/// error for what is no live concurrent map. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_concurrent_map_swap(
    handle: i64,
    key: i64,
    value: RuntimeValue,
) -> RuntimeValue {
    boundary("rt_concurrent_map_swap", RuntimeValue::NIL, || {
        Ok(word_or_nil(MAPS.get(handle)?.insert(key, value.to_bits())))
    })
}

/// The value of `key`, or NIL when it has none, which is no error; NIL and a handle error for what
/// is no live concurrent map. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_concurrent_map_get(handle: i64, key: i64) -> RuntimeValue {
    boundary("rt_concurrent_map_get", RuntimeValue::NIL, || {
        Ok(word_or_nil(MAPS.get(handle)?.get(&key)))
    })
}

/// The value of `key`, which becomes `value` if it had none. Of many threads that do this at once,
/// one puts its value in and all get that one. NIL and a handle error for what is no live
/// concurrent map. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_concurrent_map_get_or_insert(
    handle: i64,
    key: i64,
    value: RuntimeValue,
) -> RuntimeValue {
    boundary("rt_concurrent_map_get_or_insert", RuntimeValue::NIL, || {
        Ok(word(MAPS.get(handle)?.get_or_insert(key, value.to_bits())))
    })
}

/// Sets the value of `key` to `new_value` if it is the very word `current`. Returns true when it
/// did; false when the key has another value or none, which is no error; false and a handle error
/// for what is no live concurrent map. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_concurrent_map_compare_exchange(
    handle: i64,
    key: i64,
    current: RuntimeValue,
    new_value: RuntimeValue,
) -> bool {
    boundary("rt_concurrent_map_compare_exchange", false, || {
        let exchanged =
            MAPS.get(handle)?.compare_exchange(key, Some(current.to_bits()), new_value.to_bits());
        Ok(exchanged.is_ok())
    })
}

/// Sets the value of `key` to what `function` makes of the one it has, and returns it. The function
/// gets `userdata`, the present value, and whether there is one (NIL and false where there is
/// none).
///
/// The function runs outside of all locks: it may use the same map, and take its time. When the
/// value of the key changes meanwhile, the function is asked again, so it is to have no effects but
/// its result. When it panics, which only one written in Rust can, the map stays as it was, and the
/// result is NIL and RT_ERROR_PANIC. Other failures: NIL and RT_ERROR_NULL_POINTER without a
/// function; a handle error for what is no live concurrent map, also when it is freed meanwhile.
/// Thread-safe.
///
/// # Safety
///
/// `function` is safe to call with `userdata` on this thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_concurrent_map_update(
    handle: i64,
    key: i64,
    function: Option<
        unsafe extern "C-unwind" fn(
            userdata: *mut c_void,
            current: RuntimeValue,
            found: bool,
        ) -> RuntimeValue,
    >,
    userdata: *mut c_void,
) -> RuntimeValue {
    boundary("rt_concurrent_map_update", RuntimeValue::NIL, || {
        let function = callback("function", function)?;
        let new = MAPS.update(handle, &key, |current| {
            // SAFETY: the caller's promise.
            unsafe { function(userdata, word_or_nil(current), current.is_some()) }.to_bits()
        })?;
        Ok(word(new))
    })
}

/// Takes `key` out. Returns the value that it had, or NIL when it had none, which is no error; NIL
/// and a handle error for what is no live concurrent map. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_concurrent_map_remove(handle: i64, key: i64) -> RuntimeValue {
    boundary("rt_concurrent_map_remove", RuntimeValue::NIL, || {
        Ok(word_or_nil(MAPS.get(handle)?.remove(&key)))
    })
}

/// Whether `key` has a value, NIL included. false and a handle error for what is no live concurrent
/// map. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_concurrent_map_contains(handle: i64, key: i64) -> bool {
    boundary("rt_concurrent_map_contains", false, || Ok(MAPS.get(handle)?.contains(&key)))
}

/// All keys, as a new array in no order. Keys that other threads put in or take out meanwhile may
/// be among them or not; all others are, once. Writers wait only while a part of the map is copied.
/// The array is the caller's. NIL and a handle error for what is no live concurrent map. NIL and
/// RT_ERROR_OUT_OF_MEMORY without memory. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_concurrent_map_keys(handle: i64) -> RuntimeValue {
    boundary("rt_concurrent_map_keys", RuntimeValue::NIL, || {
        let keys = MAPS.get(handle)?.keys();
        Ok(array::array_of(keys.into_iter().map(RuntimeValue::int))?.value())
    })
}

/// All entries, as a new array of tuples (key, value) in no order; keys that come or go meanwhile
/// as in `rt_concurrent_map_keys`. The array and the tuples are the caller's; the values are the
/// map's. NIL and a handle error for what is no live concurrent map. NIL and
/// RT_ERROR_OUT_OF_MEMORY without memory. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_concurrent_map_entries(handle: i64) -> RuntimeValue {
    boundary("rt_concurrent_map_entries", RuntimeValue::NIL, || {
        let entries = MAPS.get(handle)?.entries();
        Ok(array::array_of(entries.into_iter().map(|(key, value)| {
            Ok(Tuple::from_slice(&[RuntimeValue::int(key)?, word(value)])?.value())
        }))?
        .value())
    })
}

/// Calls `function` with `userdata` and each entry, in no order, until it returns false. Returns
/// how many times it was called; -1 and RT_ERROR_NULL_POINTER without a function, or a handle error
/// for what is no live concurrent map.
///
/// The entries are those that the map had at the start; what other threads, or the function itself,
/// change meanwhile is not seen. The function runs outside of all locks: it may use the same map,
/// and even free it. When it panics, which only one written in Rust can, the walk ends, with -1 and
/// RT_ERROR_PANIC. Thread-safe.
///
/// # Safety
///
/// `function` is safe to call with `userdata` on this thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_concurrent_map_for_each(
    handle: i64,
    function: Option<
        unsafe extern "C-unwind" fn(userdata: *mut c_void, key: i64, value: RuntimeValue) -> bool,
    >,
    userdata: *mut c_void,
) -> i64 {
    boundary("rt_concurrent_map_for_each", -1, || {
        let function = callback("function", function)?;
        // SAFETY: the caller's promise.
        let visit = |key, value| unsafe { function(userdata, key, word(value)) };
        let calls = MAPS.get(handle)?.for_each(|key, value| Ok(visit(*key, value)))?;
        Ok(calls as i64)
    })
}

/// How many entries there are; with writers meanwhile, a sum of moments. 0 and a handle error for
/// what is no live concurrent map. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_concurrent_map_len(handle: i64) -> i64 {
    boundary("rt_concurrent_map_len", 0, || Ok(MAPS.get(handle)?.len() as i64))
}

/// Takes all entries out; their values are not freed. Entries that other threads put in meanwhile
/// may stay. Returns 1; 0 and a handle error for what is no live concurrent map. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_concurrent_map_clear(handle: i64) -> i64 {
    boundary("rt_concurrent_map_clear", 0, || {
        MAPS.get(handle)?.clear();
        Ok(1)
    })
}

/// Frees the concurrent map. The values in it are not freed. Returns 1; 0 and a handle error for
/// what is no live concurrent map, so for a second free too. Threads that are inside another
/// function with this handle finish unharmed. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_concurrent_map_free(handle: i64) -> i64 {
    boundary("rt_concurrent_map_free", 0, || MAPS.free(handle).map(|()| 1))
}
