//! Tuples, objects and closures.

use std::ptr;

use runtime_core::boundary;

use crate::view::{Closure, Object, Tuple, View};
use crate::word::RuntimeValue;

/// A tuple of `len` values, all NIL. The caller owns the result and frees it with `rt_value_free`. NIL and an error
/// otherwise: RT_ERROR_LENGTH, RT_ERROR_OUT_OF_MEMORY.
#[unsafe(no_mangle)]
pub extern "C" fn rt_tuple_new(len: u64) -> RuntimeValue {
    boundary("rt_tuple_new", RuntimeValue::NIL, || Tuple::new(len).map(Tuple::value))
}

/// The value at `index`. NIL when there is none, which is no error. NIL and an error otherwise:
/// RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `tuple` is no live tuple.
#[unsafe(no_mangle)]
pub extern "C" fn rt_tuple_get(tuple: RuntimeValue, index: u64) -> RuntimeValue {
    boundary("rt_tuple_get", RuntimeValue::NIL, || {
        Ok(Tuple::of("tuple", tuple)?.get(index).unwrap_or(RuntimeValue::NIL))
    })
}

/// Replaces the value at `index`. False and an error otherwise: RT_ERROR_INDEX when there is none,
/// RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `tuple` is no live tuple.
#[unsafe(no_mangle)]
pub extern "C" fn rt_tuple_set(tuple: RuntimeValue, index: u64, value: RuntimeValue) -> bool {
    boundary("rt_tuple_set", false, || Tuple::of("tuple", tuple)?.set(index, value).map(|()| true))
}

/// How many values there are. -1 and an error otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `tuple` is no live tuple.
#[unsafe(no_mangle)]
pub extern "C" fn rt_tuple_len(tuple: RuntimeValue) -> i64 {
    boundary("rt_tuple_len", -1, || Ok(Tuple::of("tuple", tuple)?.len() as i64))
}

/// Frees the tuple; what it holds stays. Returns 1. 0 and an error otherwise:
/// RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `tuple` is no live tuple.
#[unsafe(no_mangle)]
pub extern "C" fn rt_tuple_free(tuple: RuntimeValue) -> i64 {
    boundary("rt_tuple_free", 0, || {
        let tuple = Tuple::of("tuple", tuple)?;
        // SAFETY: that nobody uses the tuple any more is the C caller's word.
        unsafe { tuple.value().free() }.map(|()| 1)
    })
}

/// An instance of class `class_id` with `field_count` fields, all NIL. The caller owns the result and frees it with `rt_value_free`.
/// NIL and RT_ERROR_OUT_OF_MEMORY without memory.
#[unsafe(no_mangle)]
pub extern "C" fn rt_object_new(class_id: u32, field_count: u32) -> RuntimeValue {
    boundary("rt_object_new", RuntimeValue::NIL, || {
        Object::new(class_id, field_count).map(Object::value)
    })
}

/// The field at `field_index`. NIL when there is none, which is no error. NIL and an error otherwise:
/// RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `object` is no live object.
#[unsafe(no_mangle)]
pub extern "C" fn rt_object_field_get(object: RuntimeValue, field_index: u32) -> RuntimeValue {
    boundary("rt_object_field_get", RuntimeValue::NIL, || {
        let object = Object::of("object", object)?;
        Ok(object.get(field_index.into()).unwrap_or(RuntimeValue::NIL))
    })
}

/// Replaces the field at `field_index`. False and an error otherwise: RT_ERROR_INDEX when there is none,
/// RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `object` is no live object.
#[unsafe(no_mangle)]
pub extern "C" fn rt_object_field_set(
    object: RuntimeValue,
    field_index: u32,
    value: RuntimeValue,
) -> bool {
    boundary("rt_object_field_set", false, || {
        Object::of("object", object)?.set(field_index.into(), value).map(|()| true)
    })
}

/// The id of the class. -1 and an error otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `object` is no live object.
#[unsafe(no_mangle)]
pub extern "C" fn rt_object_class_id(object: RuntimeValue) -> i64 {
    boundary("rt_object_class_id", -1, || Ok(Object::of("object", object)?.class_id().into()))
}

/// How many fields there are. -1 and an error otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `object` is no live object.
#[unsafe(no_mangle)]
pub extern "C" fn rt_object_field_count(object: RuntimeValue) -> i64 {
    boundary("rt_object_field_count", -1, || Ok(Object::of("object", object)?.field_count() as i64))
}

/// Frees the object; what it holds stays. Returns 1. 0 and an error otherwise:
/// RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `object` is no live object.
#[unsafe(no_mangle)]
pub extern "C" fn rt_object_free(object: RuntimeValue) -> i64 {
    boundary("rt_object_free", 0, || {
        let object = Object::of("object", object)?;
        // SAFETY: that nobody uses the object any more is the C caller's word.
        unsafe { object.value().free() }.map(|()| 1)
    })
}

/// A closure of the function at `func_ptr` (null is allowed, but cannot be called) with `capture_count`
/// captured values, all NIL. The function takes the closure's word, then its argument words, and returns a
/// word. The caller owns the result and frees it with `rt_value_free`. NIL and RT_ERROR_OUT_OF_MEMORY without
/// memory. The address is not read.
#[unsafe(no_mangle)]
pub extern "C" fn rt_closure_new(func_ptr: *const u8, capture_count: u32) -> RuntimeValue {
    boundary("rt_closure_new", RuntimeValue::NIL, || {
        Closure::new(func_ptr, capture_count).map(Closure::value)
    })
}

/// Replaces the captured value at `index`. False and an error otherwise: RT_ERROR_INDEX when there is none,
/// RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `closure` is no live closure.
#[unsafe(no_mangle)]
pub extern "C" fn rt_closure_set_capture(
    closure: RuntimeValue,
    index: u32,
    value: RuntimeValue,
) -> bool {
    boundary("rt_closure_set_capture", false, || {
        Closure::of("closure", closure)?.set(index.into(), value).map(|()| true)
    })
}

/// The captured value at `index`. NIL when there is none, which is no error. NIL and an error otherwise:
/// RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `closure` is no live closure.
#[unsafe(no_mangle)]
pub extern "C" fn rt_closure_get_capture(closure: RuntimeValue, index: u32) -> RuntimeValue {
    boundary("rt_closure_get_capture", RuntimeValue::NIL, || {
        let closure = Closure::of("closure", closure)?;
        Ok(closure.get(index.into()).unwrap_or(RuntimeValue::NIL))
    })
}

/// The address of the function. Null and an error otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `closure` is no live closure.
#[unsafe(no_mangle)]
pub extern "C" fn rt_closure_func_ptr(closure: RuntimeValue) -> *const u8 {
    boundary("rt_closure_func_ptr", ptr::null(), || Ok(Closure::of("closure", closure)?.function()))
}

/// Frees the closure; what it holds stays. Returns 1. 0 and an error otherwise:
/// RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `closure` is no live closure.
#[unsafe(no_mangle)]
pub extern "C" fn rt_closure_free(closure: RuntimeValue) -> i64 {
    boundary("rt_closure_free", 0, || {
        let closure = Closure::of("closure", closure)?;
        // SAFETY: that nobody uses the closure any more is the C caller's word.
        unsafe { closure.value().free() }.map(|()| 1)
    })
}
