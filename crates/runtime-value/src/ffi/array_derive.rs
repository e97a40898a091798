//! Arrays: search, and new arrays and values from arrays.

use runtime_core::boundary;

use crate::view::{Array, Str, View};
use crate::word::RuntimeValue;

/// The index of the first element that `rt_value_eq` calls equal to `value`. -1 when there is none, which is no
/// error. -1 and an error otherwise: RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array.
#[unsafe(no_mangle)]
pub extern "C" fn rt_array_index_of(array: RuntimeValue, value: RuntimeValue) -> i64 {
    boundary("rt_array_index_of", -1, || {
        Ok(Array::of("array", array)?.index_of(value)?.map_or(-1, |index| index as i64))
    })
}

/// The index of the last element that `rt_value_eq` calls equal to `value`. -1 when there is none, which is no
/// error. -1 and an error otherwise: RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array.
#[unsafe(no_mangle)]
pub extern "C" fn rt_array_last_index_of(array: RuntimeValue, value: RuntimeValue) -> i64 {
    boundary("rt_array_last_index_of", -1, || {
        Ok(Array::of("array", array)?.last_index_of(value)?.map_or(-1, |index| index as i64))
    })
}

/// How many elements `rt_value_eq` calls equal to `value`. -1 and an error otherwise:
/// RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array.
#[unsafe(no_mangle)]
pub extern "C" fn rt_array_count(array: RuntimeValue, value: RuntimeValue) -> i64 {
    boundary("rt_array_count", -1, || Ok(Array::of("array", array)?.count(value)? as i64))
}

/// 1 when every element counts as true, as `rt_value_truthy` says (so also when there are none), else 0.
/// 0 and an error otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array.
#[unsafe(no_mangle)]
pub extern "C" fn rt_array_all_truthy(array: RuntimeValue) -> i64 {
    boundary("rt_array_all_truthy", 0, || {
        Ok(i64::from(Array::of("array", array)?.iter().all(RuntimeValue::is_truthy)))
    })
}

/// 1 when an element counts as true, as `rt_value_truthy` says, else 0.
/// 0 and an error otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array.
#[unsafe(no_mangle)]
pub extern "C" fn rt_array_any_truthy(array: RuntimeValue) -> i64 {
    boundary("rt_array_any_truthy", 0, || {
        Ok(i64::from(Array::of("array", array)?.iter().any(RuntimeValue::is_truthy)))
    })
}

/// A new array with the elements in reverse order.
/// The caller owns the result and frees it with `rt_value_free`. NIL and an error otherwise:
/// RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array.
#[unsafe(no_mangle)]
pub extern "C" fn rt_array_reversed(array: RuntimeValue) -> RuntimeValue {
    boundary("rt_array_reversed", RuntimeValue::NIL, || {
        Array::of("array", array)?.reversed().map(Array::value)
    })
}

/// A new array with the elements in the order of `rt_value_compare`; equal ones keep their order.
/// The caller owns the result and frees it with `rt_value_free`. NIL and an error otherwise:
/// RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array.
#[unsafe(no_mangle)]
pub extern "C" fn rt_array_sorted(array: RuntimeValue) -> RuntimeValue {
    boundary("rt_array_sorted", RuntimeValue::NIL, || {
        Array::of("array", array)?.sorted().map(Array::value)
    })
}

/// A new array with the same elements.
/// The caller owns the result and frees it with `rt_value_free`. NIL and an error otherwise:
/// RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array.
#[unsafe(no_mangle)]
pub extern "C" fn rt_array_copy(array: RuntimeValue) -> RuntimeValue {
    boundary("rt_array_copy", RuntimeValue::NIL, || {
        Array::of("array", array)?.copy().map(Array::value)
    })
}

/// A new array of (index, element) tuples. The caller owns the tuples too.
/// The caller owns the result and frees it with `rt_value_free`. NIL and an error otherwise:
/// RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array.
#[unsafe(no_mangle)]
pub extern "C" fn rt_array_enumerate(array: RuntimeValue) -> RuntimeValue {
    boundary("rt_array_enumerate", RuntimeValue::NIL, || {
        Array::of("array", array)?.enumerate().map(Array::value)
    })
}

/// A new array with the elements, those of elements that are arrays in their place; one level deep.
/// The caller owns the result and frees it with `rt_value_free`. NIL and an error otherwise:
/// RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array.
#[unsafe(no_mangle)]
pub extern "C" fn rt_array_flatten(array: RuntimeValue) -> RuntimeValue {
    boundary("rt_array_flatten", RuntimeValue::NIL, || {
        Array::of("array", array)?.flatten().map(Array::value)
    })
}

/// A new array with the elements, without those that equal an earlier one (NaN equals NaN here).
/// The caller owns the result and frees it with `rt_value_free`. NIL and an error otherwise:
/// RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array.
#[unsafe(no_mangle)]
pub extern "C" fn rt_array_unique(array: RuntimeValue) -> RuntimeValue {
    boundary("rt_array_unique", RuntimeValue::NIL, || {
        Array::of("array", array)?.unique().map(Array::value)
    })
}

/// A new array with the elements of `a`, then those of `b`.
/// The caller owns the result and frees it with `rt_value_free`. NIL and an error otherwise:
/// RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when one is no live array.
#[unsafe(no_mangle)]
pub extern "C" fn rt_array_concat(a: RuntimeValue, b: RuntimeValue) -> RuntimeValue {
    boundary("rt_array_concat", RuntimeValue::NIL, || {
        Array::of("a", a)?.concat(&Array::of("b", b)?).map(Array::value)
    })
}

/// A new array of tuples of the elements at the same indexes, as many as the shorter array has. The caller
/// owns the tuples too.
/// The caller owns the result and frees it with `rt_value_free`. NIL and an error otherwise:
/// RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when one is no live array.
#[unsafe(no_mangle)]
pub extern "C" fn rt_array_zip(a: RuntimeValue, b: RuntimeValue) -> RuntimeValue {
    boundary("rt_array_zip", RuntimeValue::NIL, || {
        Array::of("a", a)?.zip(&Array::of("b", b)?).map(Array::value)
    })
}

/// A new array of the first `n` elements, or of all; none for a negative `n`.
/// The caller owns the result and frees it with `rt_value_free`. NIL and an error otherwise:
/// RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array.
#[unsafe(no_mangle)]
pub extern "C" fn rt_array_take(array: RuntimeValue, n: i64) -> RuntimeValue {
    boundary("rt_array_take", RuntimeValue::NIL, || {
        Array::of("array", array)?.take(usize::try_from(n).unwrap_or(0)).map(Array::value)
    })
}

/// A new array of the elements after the first `n`; all for a negative `n`.
/// The caller owns the result and frees it with `rt_value_free`. NIL and an error otherwise:
/// RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array.
#[unsafe(no_mangle)]
pub extern "C" fn rt_array_drop(array: RuntimeValue, n: i64) -> RuntimeValue {
    boundary("rt_array_drop", RuntimeValue::NIL, || {
        Array::of("array", array)?.drop_first(usize::try_from(n).unwrap_or(0)).map(Array::value)
    })
}

/// The sum: an int when all elements are ints, exact; a float when one is a float; int 0 for no elements.
/// NIL and an error otherwise: RT_ERROR_WRONG_TYPE for an element that is no number, RT_ERROR_OVERFLOW for
/// a sum of ints beyond 64 bits, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array.
#[unsafe(no_mangle)]
pub extern "C" fn rt_array_sum(array: RuntimeValue) -> RuntimeValue {
    boundary("rt_array_sum", RuntimeValue::NIL, || Array::of("array", array)?.sum())
}

/// The least element in the order of `rt_value_compare`. NIL when there is none, which is no error. NIL and
/// an error otherwise: RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array.
#[unsafe(no_mangle)]
pub extern "C" fn rt_array_min(array: RuntimeValue) -> RuntimeValue {
    boundary("rt_array_min", RuntimeValue::NIL, || {
        Ok(Array::of("array", array)?.min()?.unwrap_or(RuntimeValue::NIL))
    })
}

/// The greatest element in the order of `rt_value_compare`. NIL when there is none, which is no error. NIL and
/// an error otherwise: RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array.
#[unsafe(no_mangle)]
pub extern "C" fn rt_array_max(array: RuntimeValue) -> RuntimeValue {
    boundary("rt_array_max", RuntimeValue::NIL, || {
        Ok(Array::of("array", array)?.max()?.unwrap_or(RuntimeValue::NIL))
    })
}

/// The texts of the elements (as printed, strings as they are) with the string `separator` between them.
/// The caller owns the result and frees it with `rt_value_free`. NIL and an error otherwise:
/// RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array or
/// `separator` no live string.
#[unsafe(no_mangle)]
pub extern "C" fn rt_array_join(array: RuntimeValue, separator: RuntimeValue) -> RuntimeValue {
    boundary("rt_array_join", RuntimeValue::NIL, || {
        let separator = Str::of("separator", separator)?;
        Array::of("array", array)?.join(separator.as_bytes()).map(Str::value)
    })
}

/// A new array of `count` times `value`; empty for a negative count. The caller owns the array and frees it
/// with `rt_value_free`. NIL and RT_ERROR_OUT_OF_MEMORY without memory.
#[unsafe(no_mangle)]
pub extern "C" fn rt_array_repeat(value: RuntimeValue, count: i64) -> RuntimeValue {
    boundary("rt_array_repeat", RuntimeValue::NIL, || {
        Array::repeat(value, u64::try_from(count).unwrap_or(0)).map(Array::value)
    })
}

/// A new array of the ints from `start` to but without `end` in steps of `step`; empty when the step leads
/// away from the end. The caller owns the result and frees it with `rt_value_free`. NIL and an error otherwise:
/// RT_ERROR_INVALID_ARGUMENT for step 0, RT_ERROR_OUT_OF_MEMORY.
#[unsafe(no_mangle)]
pub extern "C" fn rt_array_range(start: i64, end: i64, step: i64) -> RuntimeValue {
    boundary("rt_array_range", RuntimeValue::NIL, || {
        Array::range(start, end, step).map(Array::value)
    })
}
