//! Making, asking and comparing values.

use runtime_core::boundary;

use crate::equality;
use crate::order;
use crate::view;
use crate::word::RuntimeValue;

/// An int, exact for all 64 bits. Within -2^60 .. 2^60-1 the word holds the int itself; beyond, it is a
/// heap object that the caller owns and frees with `rt_value_free`. NIL and RT_ERROR_OUT_OF_MEMORY
/// without memory for that object. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_value_int(i: i64) -> RuntimeValue {
    boundary("rt_value_int", RuntimeValue::NIL, || RuntimeValue::int(i))
}

/// A float, with all its bits. Magnitudes from about 1e-154 to 1e154, 0, infinities and the common NaN
/// are in the word itself; the few others are heap objects that the caller owns and frees with
/// `rt_value_free`. NIL and RT_ERROR_OUT_OF_MEMORY without memory for that object. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_value_float(f: f64) -> RuntimeValue {
    boundary("rt_value_float", RuntimeValue::NIL, || RuntimeValue::float(f))
}

/// RT_TRUE or RT_FALSE. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_value_bool(b: bool) -> RuntimeValue {
    RuntimeValue::bool(b)
}

/// RT_NIL. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_value_nil() -> RuntimeValue {
    RuntimeValue::NIL
}

/// The unsigned int with these 64 bits. Up to 2^60-1 the word holds it itself; beyond, it is a heap object
/// that the caller owns and frees with `rt_value_free`. It equals and hashes like the signed int of the
/// same value. NIL and RT_ERROR_OUT_OF_MEMORY without memory. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_value_u64(bits: i64) -> RuntimeValue {
    boundary("rt_value_u64", RuntimeValue::NIL, || RuntimeValue::uint(bits as u64))
}

/// The int `v`, of any form. 0 and an error otherwise: RT_ERROR_WRONG_TYPE (a float too),
/// RT_ERROR_OVERFLOW for an unsigned int above the largest signed one, RT_ERROR_NOT_A_VALUE for a forged
/// or freed word.
#[unsafe(no_mangle)]
pub extern "C" fn rt_value_as_int(v: RuntimeValue) -> i64 {
    boundary("rt_value_as_int", 0, || v.to_int())
}

/// The bits of the int `v` as an unsigned one. 0 and an error otherwise: RT_ERROR_OVERFLOW for a negative
/// int, RT_ERROR_WRONG_TYPE, RT_ERROR_NOT_A_VALUE.
#[unsafe(no_mangle)]
pub extern "C" fn rt_value_as_u64(v: RuntimeValue) -> i64 {
    boundary("rt_value_as_u64", 0, || v.to_uint().map(|int| int as i64))
}

/// The float `v`; of an int the nearest float. 0.0 and an error otherwise: RT_ERROR_WRONG_TYPE,
/// RT_ERROR_NOT_A_VALUE.
#[unsafe(no_mangle)]
pub extern "C" fn rt_value_as_float(v: RuntimeValue) -> f64 {
    boundary("rt_value_as_float", 0.0, || v.to_float())
}

/// True for RT_TRUE; false for every other word, without an error. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_value_as_bool(v: RuntimeValue) -> bool {
    v == RuntimeValue::TRUE
}

/// Whether `v` counts as true: RT_TRUE, every number but 0 (NaN counts as true), every live heap object
/// (empty strings and containers too). RT_NIL, RT_FALSE, errors, symbols, forged and freed words do not. Sets no error.
#[unsafe(no_mangle)]
pub extern "C" fn rt_value_truthy(v: RuntimeValue) -> bool {
    v.is_truthy()
}

/// Whether `v` is RT_NIL. Sets no error.
#[unsafe(no_mangle)]
pub extern "C" fn rt_value_is_nil(v: RuntimeValue) -> bool {
    v.is_nil()
}

/// Whether `v` is an int, of any form. False for a forged or freed word. Sets no error.
#[unsafe(no_mangle)]
pub extern "C" fn rt_value_is_int(v: RuntimeValue) -> bool {
    v.is_int()
}

/// Whether `v` is a float, of any form. False for a forged or freed word. Sets no error.
#[unsafe(no_mangle)]
pub extern "C" fn rt_value_is_float(v: RuntimeValue) -> bool {
    v.is_float()
}

/// Whether `v` is RT_TRUE or RT_FALSE. Sets no error.
#[unsafe(no_mangle)]
pub extern "C" fn rt_value_is_bool(v: RuntimeValue) -> bool {
    v.is_bool()
}

/// Whether `v` refers to a live heap object: a string, an array and so on, or a number that the word does
/// not hold itself. False for a forged or freed word. Sets no error.
#[unsafe(no_mangle)]
pub extern "C" fn rt_value_is_heap(v: RuntimeValue) -> bool {
    v.is_heap()
}

/// Whether `v` is the special value RT_ERROR_VALUE. Sets no error.
#[unsafe(no_mangle)]
pub extern "C" fn rt_is_error(v: RuntimeValue) -> bool {
    v.is_error()
}

/// The low three bits of the word: RT_TAG_INT, RT_TAG_HEAP, RT_TAG_FLOAT, RT_TAG_SPECIAL, or, from
/// RT_TAG_FLOAT_ROTATED on, a float of the other inline form, whose tag is given as RT_TAG_FLOAT, as is
/// that of a float on the heap. Sets no error.
#[unsafe(no_mangle)]
pub extern "C" fn rt_value_type_tag(v: RuntimeValue) -> u8 {
    if v.is_float() { crate::word::tag::RT_TAG_FLOAT } else { v.tag() }
}

/// 1 when the values are equal, else 0. Numbers by exact mathematical value (2 equals 2.0), NaN equal to
/// no number; strings by bytes; arrays, tuples and dicts by structure (cycles end); enums by discriminant
/// and payload; all else, and a container with itself, by identity. 0 and an error otherwise:
/// RT_ERROR_NOT_A_VALUE when a word is forged or freed, RT_ERROR_OUT_OF_MEMORY, since comparing
/// structures inside of structures takes memory.
#[unsafe(no_mangle)]
pub extern "C" fn rt_value_eq(a: RuntimeValue, b: RuntimeValue) -> u8 {
    boundary("rt_value_eq", 0, || {
        if equality::equal(a, b)? {
            return Ok(1);
        }
        for (name, value) in [("a", a), ("b", b)] {
            if value.is_dead() {
                return Err(view::wrong_type(name, value, "value"));
            }
        }
        Ok(0)
    })
}

/// -1, 0 or 1: one total order over all values. NIL, false, true, error, symbols; numbers by exact value,
/// NaN after all of them and equal to itself; strings by bytes; arrays and tuples element by element;
/// dicts; enums; the rest by type and address. 0 and an error otherwise: RT_ERROR_NOT_A_VALUE when a word
/// is forged or freed, RT_ERROR_OUT_OF_MEMORY, since comparing structures takes memory.
#[unsafe(no_mangle)]
pub extern "C" fn rt_value_compare(a: RuntimeValue, b: RuntimeValue) -> i64 {
    boundary("rt_value_compare", 0, || {
        for (name, value) in [("a", a), ("b", b)] {
            if value.is_dead() {
                return Err(view::wrong_type(name, value, "value"));
            }
        }
        order::compare(a, b).map(|ordering| ordering as i64)
    })
}

/// A copy of `value` and of everything that it reaches; what is shared or cyclic in it is so in the copy.
/// Locks and atomics are not copied: the copy refers to the same ones. The caller owns the copy and frees
/// it with `rt_value_free_deep`. NIL and an error otherwise: RT_ERROR_NOT_A_VALUE, RT_ERROR_WRONG_TYPE for
/// a value that holds something that cannot be copied (a weak reference), RT_ERROR_OUT_OF_MEMORY.
#[unsafe(no_mangle)]
pub extern "C" fn rt_value_copy_deep(value: RuntimeValue) -> RuntimeValue {
    boundary("rt_value_copy_deep", RuntimeValue::NIL, || crate::copy::deep(value))
}

/// The text of this thread's last error, "function: reason", as a string that the caller owns and frees
/// with `rt_value_free`. NIL when there is no error, or no memory for the text. Thread-safe: each thread
/// has its own last error.
#[unsafe(no_mangle)]
pub extern "C" fn rt_last_error_message() -> RuntimeValue {
    // Fetched first: the text must survive a failure to make a string of it.
    let Some(text) = runtime_core::error::last_message() else { return RuntimeValue::NIL };
    boundary("rt_last_error_message", RuntimeValue::NIL, || RuntimeValue::string(&text))
}
