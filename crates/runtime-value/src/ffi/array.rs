//! Arrays: making, reading, changing.

use runtime_core::boundary;

use crate::collection::no_index;
use crate::view::{Array, View};
use crate::word::RuntimeValue;

/// An empty array with room for `capacity` elements; it grows beyond them, and its word stays the same.
/// The caller owns the result and frees it with `rt_value_free`. NIL and RT_ERROR_OUT_OF_MEMORY for a capacity
/// that memory does not have.
#[unsafe(no_mangle)]
pub extern "C" fn rt_array_new(capacity: u64) -> RuntimeValue {
    boundary("rt_array_new", RuntimeValue::NIL, || Array::new(capacity).map(Array::value))
}

/// How many elements there are. -1 and an error otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array.
#[unsafe(no_mangle)]
pub extern "C" fn rt_array_len(array: RuntimeValue) -> i64 {
    boundary("rt_array_len", -1, || Ok(Array::of("array", array)?.len() as i64))
}

/// The element at `index`; negative indexes count from the end. NIL when there is none, which is no error.
/// NIL and an error otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array.
#[unsafe(no_mangle)]
pub extern "C" fn rt_array_get(array: RuntimeValue, index: i64) -> RuntimeValue {
    boundary("rt_array_get", RuntimeValue::NIL, || {
        let array = Array::of("array", array)?;
        Ok(array
            .position(index)
            .and_then(|position| array.get(position))
            .unwrap_or(RuntimeValue::NIL))
    })
}

/// Replaces the element at `index`; negative indexes count from the end. False and an error otherwise:
/// RT_ERROR_INDEX when there is none, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array.
#[unsafe(no_mangle)]
pub extern "C" fn rt_array_set(array: RuntimeValue, index: i64, value: RuntimeValue) -> bool {
    boundary("rt_array_set", false, || {
        let array = Array::of("array", array)?;
        let position = array.position(index).ok_or_else(|| no_index(index, array.len()))?;
        Ok(array.set(position, value))
    })
}

/// Appends `value`; the array grows as needed. False and an error otherwise:
/// RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array.
#[unsafe(no_mangle)]
pub extern "C" fn rt_array_push(array: RuntimeValue, value: RuntimeValue) -> bool {
    boundary("rt_array_push", false, || Array::of("array", array)?.push(value).map(|()| true))
}

/// As `rt_array_push`, which grows too. False and an error otherwise:
/// RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array.
#[unsafe(no_mangle)]
pub extern "C" fn rt_array_push_grow(array: RuntimeValue, value: RuntimeValue) -> bool {
    boundary("rt_array_push_grow", false, || Array::of("array", array)?.push(value).map(|()| true))
}

/// Appends `value` if there is room without growing. False, without an error, when there is not; false and
/// an error otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array.
#[unsafe(no_mangle)]
pub extern "C" fn rt_array_push_no_grow(array: RuntimeValue, value: RuntimeValue) -> bool {
    boundary("rt_array_push_no_grow", false, || {
        Ok(Array::of("array", array)?.push_within_capacity(value))
    })
}

/// Puts `value` before the element at `index` (at the end when `index` is the length); negative indexes
/// count from the end. False and an error otherwise: RT_ERROR_INDEX, RT_ERROR_OUT_OF_MEMORY,
/// RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array.
#[unsafe(no_mangle)]
pub extern "C" fn rt_array_insert(array: RuntimeValue, index: i64, value: RuntimeValue) -> bool {
    boundary("rt_array_insert", false, || {
        let array = Array::of("array", array)?;
        let position = match usize::try_from(index) {
            Ok(position) => position,
            Err(_) => array.position(index).ok_or_else(|| no_index(index, array.len()))?,
        };
        array.insert(position, value).map(|()| true)
    })
}

/// Removes and returns the element at `index`; negative indexes count from the end. NIL and an error
/// otherwise: RT_ERROR_INDEX when there is none, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array.
#[unsafe(no_mangle)]
pub extern "C" fn rt_array_remove(array: RuntimeValue, index: i64) -> RuntimeValue {
    boundary("rt_array_remove", RuntimeValue::NIL, || {
        let array = Array::of("array", array)?;
        let removed = array.position(index).and_then(|position| array.remove(position));
        removed.ok_or_else(|| no_index(index, array.len()))
    })
}

/// Removes and returns the last element. NIL when there is none, which is no error. NIL and an error
/// otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array.
#[unsafe(no_mangle)]
pub extern "C" fn rt_array_pop(array: RuntimeValue) -> RuntimeValue {
    boundary("rt_array_pop", RuntimeValue::NIL, || {
        Ok(Array::of("array", array)?.pop().unwrap_or(RuntimeValue::NIL))
    })
}

/// Removes all elements; the room stays. True. False and
/// an error otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array.
#[unsafe(no_mangle)]
pub extern "C" fn rt_array_clear(array: RuntimeValue) -> bool {
    boundary("rt_array_clear", false, || {
        Array::of("array", array)?.clear();
        Ok(true)
    })
}

/// Reverses the order of the elements. True. False and
/// an error otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array.
#[unsafe(no_mangle)]
pub extern "C" fn rt_array_reverse(array: RuntimeValue) -> bool {
    boundary("rt_array_reverse", false, || {
        Array::of("array", array)?.reverse();
        Ok(true)
    })
}

/// Sorts the elements in the order of `rt_value_compare`; equal ones keep their order. True. False,
/// with the array as it was, and an error otherwise: RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array.
#[unsafe(no_mangle)]
pub extern "C" fn rt_array_sort(array: RuntimeValue) -> bool {
    boundary("rt_array_sort", false, || Array::of("array", array)?.sort().map(|()| true))
}

/// Sorts the elements in the order of `rt_value_compare`, greatest first; equal ones keep their order. True. False,
/// with the array as it was, and an error otherwise: RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array.
#[unsafe(no_mangle)]
pub extern "C" fn rt_array_sort_desc(array: RuntimeValue) -> bool {
    boundary("rt_array_sort_desc", false, || {
        Array::of("array", array)?.sort_descending().map(|()| true)
    })
}

/// Makes every element `value`. True. False and an error otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array.
#[unsafe(no_mangle)]
pub extern "C" fn rt_array_fill(array: RuntimeValue, value: RuntimeValue) -> bool {
    boundary("rt_array_fill", false, || {
        Array::of("array", array)?.fill(value);
        Ok(true)
    })
}

/// The first element. NIL when there is none, which is no error. NIL and an error otherwise:
/// RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array.
#[unsafe(no_mangle)]
pub extern "C" fn rt_array_first(array: RuntimeValue) -> RuntimeValue {
    boundary("rt_array_first", RuntimeValue::NIL, || {
        Ok(Array::of("array", array)?.get(0).unwrap_or(RuntimeValue::NIL))
    })
}

/// The last element. NIL when there is none, which is no error. NIL and an error otherwise:
/// RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array.
#[unsafe(no_mangle)]
pub extern "C" fn rt_array_last(array: RuntimeValue) -> RuntimeValue {
    boundary("rt_array_last", RuntimeValue::NIL, || {
        let array = Array::of("array", array)?;
        Ok(array.position(-1).and_then(|position| array.get(position)).unwrap_or(RuntimeValue::NIL))
    })
}

/// Frees the array; its elements stay. Returns 1. 0 and an error otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array.
#[unsafe(no_mangle)]
pub extern "C" fn rt_array_free(array: RuntimeValue) -> i64 {
    boundary("rt_array_free", 0, || {
        let array = Array::of("array", array)?;
        // SAFETY: that nobody uses the array any more is the C caller's word.
        unsafe { array.value().free() }.map(|()| 1)
    })
}

/// Frees the array and everything that it reaches, each object once. Returns 1. 0 and an error otherwise:
/// RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `value` is no live array.
#[unsafe(no_mangle)]
pub extern "C" fn rt_array_free_deep(value: RuntimeValue) -> i64 {
    boundary("rt_array_free_deep", 0, || {
        let array = Array::of("value", value)?;
        // SAFETY: that nobody uses the objects any more is the C caller's word.
        unsafe { array.value().free_deep() }.map(|_| 1)
    })
}
