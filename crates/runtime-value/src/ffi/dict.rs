//! Dicts.

use runtime_core::boundary;

use crate::view::{Array, Dict, View};
use crate::word::RuntimeValue;

/// An empty dict with room for `capacity` pairs; it grows beyond them, and its word stays the same. Keys are
/// values of any type (NIL too), compared as `rt_value_eq` does, with NaN equal to itself; pairs keep the
/// order of insertion. The caller owns the result and frees it with `rt_value_free`. NIL and
/// RT_ERROR_OUT_OF_MEMORY for a capacity that memory does not have.
#[unsafe(no_mangle)]
pub extern "C" fn rt_dict_new(capacity: u64) -> RuntimeValue {
    boundary("rt_dict_new", RuntimeValue::NIL, || Dict::new(capacity).map(Dict::value))
}

/// How many pairs there are. -1 and an error otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `dict` is no live dict.
#[unsafe(no_mangle)]
pub extern "C" fn rt_dict_len(dict: RuntimeValue) -> i64 {
    boundary("rt_dict_len", -1, || Ok(Dict::of("dict", dict)?.len() as i64))
}

/// The value of `key`. NIL when it is absent, which is no error (`rt_dict_contains` tells a NIL value from
/// that). NIL and an error otherwise: RT_ERROR_OUT_OF_MEMORY for a key that is a structure, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `dict` is no live dict.
#[unsafe(no_mangle)]
pub extern "C" fn rt_dict_get(dict: RuntimeValue, key: RuntimeValue) -> RuntimeValue {
    boundary("rt_dict_get", RuntimeValue::NIL, || {
        Ok(Dict::of("dict", dict)?.get(key)?.unwrap_or(RuntimeValue::NIL))
    })
}

/// Sets the value of `key`. The dict does not own key and value: a key must not change or be freed while it
/// is in use. False and an error otherwise: RT_ERROR_NOT_A_VALUE for a forged or freed key,
/// RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `dict` is no live dict.
#[unsafe(no_mangle)]
pub extern "C" fn rt_dict_set(dict: RuntimeValue, key: RuntimeValue, value: RuntimeValue) -> bool {
    boundary("rt_dict_set", false, || Dict::of("dict", dict)?.insert(key, value).map(|_| true))
}

/// Whether `key` is there, whatever its value. False and an error otherwise:
/// RT_ERROR_OUT_OF_MEMORY for a key that is a structure, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `dict` is no live dict.
#[unsafe(no_mangle)]
pub extern "C" fn rt_dict_contains(dict: RuntimeValue, key: RuntimeValue) -> bool {
    boundary("rt_dict_contains", false, || Dict::of("dict", dict)?.contains_key(key))
}

/// Removes `key` and returns its value. NIL when it is absent, which is no error. NIL and an error
/// otherwise: RT_ERROR_OUT_OF_MEMORY for a key that is a structure, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `dict` is no live dict.
#[unsafe(no_mangle)]
pub extern "C" fn rt_dict_remove(dict: RuntimeValue, key: RuntimeValue) -> RuntimeValue {
    boundary("rt_dict_remove", RuntimeValue::NIL, || {
        Ok(Dict::of("dict", dict)?.remove(key)?.unwrap_or(RuntimeValue::NIL))
    })
}

/// Removes all pairs; the room stays. True. False and an error otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `dict` is no live dict.
#[unsafe(no_mangle)]
pub extern "C" fn rt_dict_clear(dict: RuntimeValue) -> bool {
    boundary("rt_dict_clear", false, || {
        Dict::of("dict", dict)?.clear();
        Ok(true)
    })
}

/// A new array of the keys in order of insertion. The caller owns the result and frees it with `rt_value_free`.
/// NIL and an error otherwise: RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `dict` is no live dict.
#[unsafe(no_mangle)]
pub extern "C" fn rt_dict_keys(dict: RuntimeValue) -> RuntimeValue {
    boundary("rt_dict_keys", RuntimeValue::NIL, || Dict::of("dict", dict)?.keys().map(Array::value))
}

/// A new array of the values in order of insertion. The caller owns the result and frees it with `rt_value_free`.
/// NIL and an error otherwise: RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `dict` is no live dict.
#[unsafe(no_mangle)]
pub extern "C" fn rt_dict_values(dict: RuntimeValue) -> RuntimeValue {
    boundary("rt_dict_values", RuntimeValue::NIL, || {
        Dict::of("dict", dict)?.values().map(Array::value)
    })
}

/// A new array of the (key, value) tuples, which the caller owns too, in order of insertion. The caller owns the result and frees it with `rt_value_free`.
/// NIL and an error otherwise: RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `dict` is no live dict.
#[unsafe(no_mangle)]
pub extern "C" fn rt_dict_entries(dict: RuntimeValue) -> RuntimeValue {
    boundary("rt_dict_entries", RuntimeValue::NIL, || {
        Dict::of("dict", dict)?.entries().map(Array::value)
    })
}

/// Frees the dict; its keys and values stay. Returns 1. 0 and an error otherwise:
/// RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `dict` is no live dict.
#[unsafe(no_mangle)]
pub extern "C" fn rt_dict_free(dict: RuntimeValue) -> i64 {
    boundary("rt_dict_free", 0, || {
        let dict = Dict::of("dict", dict)?;
        // SAFETY: that nobody uses the dict any more is the C caller's word.
        unsafe { dict.value().free() }.map(|()| 1)
    })
}
