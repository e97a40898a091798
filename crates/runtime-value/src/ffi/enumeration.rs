//! Enums, Option and Result.

use runtime_core::boundary;

use crate::view::{self, Closure, Enum, View};
use crate::word::RuntimeValue;

/// The variant `discriminant` of enum `enum_id` with its payload. The caller owns the result and frees it with `rt_value_free`.
/// NIL and RT_ERROR_OUT_OF_MEMORY without memory.
#[unsafe(no_mangle)]
pub extern "C" fn rt_enum_new(
    enum_id: u32,
    discriminant: u32,
    payload: RuntimeValue,
) -> RuntimeValue {
    boundary("rt_enum_new", RuntimeValue::NIL, || {
        Enum::new(enum_id, discriminant, payload).map(Enum::value)
    })
}

/// The variant's number. -1 and an error otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `value` is no live enum.
#[unsafe(no_mangle)]
pub extern "C" fn rt_enum_discriminant(value: RuntimeValue) -> i64 {
    boundary("rt_enum_discriminant", -1, || Ok(Enum::of("value", value)?.discriminant().into()))
}

/// The id of the enum. -1 and an error otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `value` is no live enum.
#[unsafe(no_mangle)]
pub extern "C" fn rt_enum_id(value: RuntimeValue) -> i64 {
    boundary("rt_enum_id", -1, || Ok(Enum::of("value", value)?.enum_id().into()))
}

/// What the variant carries. NIL and an error otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `value` is no live enum.
#[unsafe(no_mangle)]
pub extern "C" fn rt_enum_payload(value: RuntimeValue) -> RuntimeValue {
    boundary("rt_enum_payload", RuntimeValue::NIL, || Ok(Enum::of("value", value)?.payload()))
}

/// Whether `value` is an enum with this discriminant. False for what is no live enum, without an error.
#[unsafe(no_mangle)]
pub extern "C" fn rt_enum_check_discriminant(value: RuntimeValue, expected: i64) -> bool {
    Enum::find(value).is_some_and(|found| i64::from(found.discriminant()) == expected)
}

/// The payload of `Some` and `Ok`; every other live value itself, `None` and `Err` too. NIL and
/// RT_ERROR_NOT_A_VALUE for a forged or freed word.
#[unsafe(no_mangle)]
pub extern "C" fn rt_unwrap_or_self(value: RuntimeValue) -> RuntimeValue {
    boundary("rt_unwrap_or_self", RuntimeValue::NIL, || {
        if value.is_dead() {
            return Err(view::wrong_type("value", value, "value"));
        }
        Ok(value.unwrap_or_self())
    })
}

/// Whether `value` is NIL or `None`. Int 0 is not. False for a forged or freed word. Sets no error.
#[unsafe(no_mangle)]
pub extern "C" fn rt_is_none(value: RuntimeValue) -> bool {
    value.is_none()
}

/// Whether `value` is a live value other than NIL and `None`. False for a forged or freed word. Sets no
/// error.
#[unsafe(no_mangle)]
pub extern "C" fn rt_is_some(value: RuntimeValue) -> bool {
    value.is_some()
}

/// NIL and `None` as they are. Else `Some` of what the closure makes of the payload, or of `value` itself
/// when it is no enum. The closure's function is called with the closure's word and the payload's.
/// The caller owns the result and frees it with `rt_value_free`. NIL and an error otherwise:
/// RT_ERROR_NOT_A_VALUE, RT_ERROR_WRONG_TYPE when `closure` is no closure, RT_ERROR_NULL_POINTER when it
/// has no function, RT_ERROR_OUT_OF_MEMORY, RT_ERROR_PANIC when a function written in Rust panics.
#[unsafe(no_mangle)]
pub extern "C" fn rt_option_map(value: RuntimeValue, closure: RuntimeValue) -> RuntimeValue {
    boundary("rt_option_map", RuntimeValue::NIL, || {
        if value.is_none() {
            return Ok(value);
        }
        if value.is_dead() {
            return Err(view::wrong_type("value", value, "value"));
        }
        let closure = Closure::of("closure", closure)?;
        // SAFETY: that a closure's function has the documented signature is the word of whoever
        // made the closure.
        unsafe { value.option_map(closure) }
    })
}
