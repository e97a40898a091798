//! What works on collections of several types.

use runtime_core::boundary;

use crate::collection;
use crate::word::RuntimeValue;

/// The length of an array, string (in bytes), tuple or dict. -1 and an error otherwise:
/// RT_ERROR_WRONG_TYPE, RT_ERROR_NOT_A_VALUE.
#[unsafe(no_mangle)]
pub extern "C" fn rt_len(value: RuntimeValue) -> i64 {
    boundary("rt_len", -1, || Ok(collection::len(value)? as i64))
}

/// The item at `index`: of an array or tuple the element; of a string the byte there as a string of its
/// own, which the caller owns; of a dict the value of the key. Negative indexes count from the end. NIL when
/// there is no such item, which is no error. NIL and an error otherwise: RT_ERROR_WRONG_TYPE for another
/// collection or an index that is no int, RT_ERROR_NOT_A_VALUE, RT_ERROR_OUT_OF_MEMORY.
#[unsafe(no_mangle)]
pub extern "C" fn rt_index_get(collection: RuntimeValue, index: RuntimeValue) -> RuntimeValue {
    boundary("rt_index_get", RuntimeValue::NIL, || {
        Ok(collection::get(collection, index)?.unwrap_or(RuntimeValue::NIL))
    })
}

/// Replaces the element of an array, or sets the value of a dict's key. False and an error otherwise:
/// RT_ERROR_INDEX for an index that the array does not have, RT_ERROR_WRONG_TYPE, RT_ERROR_NOT_A_VALUE,
/// RT_ERROR_OUT_OF_MEMORY.
#[unsafe(no_mangle)]
pub extern "C" fn rt_index_set(
    collection: RuntimeValue,
    index: RuntimeValue,
    value: RuntimeValue,
) -> bool {
    boundary("rt_index_set", false, || collection::set(collection, index, value).map(|()| true))
}

/// A new array, tuple or string of the items (bytes of a string) from `start` to but without `end` in steps
/// of `step`, by Python's rules: negative bounds count from the end, bounds beyond the ends are the ends, a
/// negative step goes backwards. The caller owns the result and frees it with `rt_value_free`. NIL and an error
/// otherwise: RT_ERROR_INVALID_ARGUMENT for step 0, RT_ERROR_WRONG_TYPE, RT_ERROR_NOT_A_VALUE,
/// RT_ERROR_OUT_OF_MEMORY.
#[unsafe(no_mangle)]
pub extern "C" fn rt_slice(
    collection: RuntimeValue,
    start: i64,
    end: i64,
    step: i64,
) -> RuntimeValue {
    boundary("rt_slice", RuntimeValue::NIL, || collection::slice(collection, start, end, step))
}

/// 1 when an array or tuple has an element equal to `value`, a string has the string `value` as a part (or
/// has the byte that an int names), a dict has the key `value`; else 0. 0 and an error otherwise:
/// RT_ERROR_WRONG_TYPE, RT_ERROR_NOT_A_VALUE, RT_ERROR_OUT_OF_MEMORY.
#[unsafe(no_mangle)]
pub extern "C" fn rt_contains(collection: RuntimeValue, value: RuntimeValue) -> u8 {
    boundary("rt_contains", 0, || Ok(u8::from(collection::contains(collection, value)?)))
}
