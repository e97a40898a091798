//! Boxes around one value: unique, shared, weak, handle.

use runtime_core::boundary;

use crate::view::{Handle, Shared, Unique, View, Weak};
use crate::word::RuntimeValue;

/// The int -1 as a word.
const MINUS_ONE: RuntimeValue = RuntimeValue::raw(!0 << 3);

/// A box with one owner around `value`. The caller owns the result and frees it with `rt_value_free`.
/// NIL and RT_ERROR_OUT_OF_MEMORY without memory.
#[unsafe(no_mangle)]
pub extern "C" fn rt_unique_new(value: RuntimeValue) -> RuntimeValue {
    boundary("rt_unique_new", RuntimeValue::NIL, || Unique::new(value).map(Unique::value))
}

/// The value in the box. NIL and an error otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `unique` is no live unique.
#[unsafe(no_mangle)]
pub extern "C" fn rt_unique_get(unique: RuntimeValue) -> RuntimeValue {
    boundary("rt_unique_get", RuntimeValue::NIL, || Ok(Unique::of("unique", unique)?.get()))
}

/// Puts another value into the box. RT_TRUE. RT_FALSE and an error otherwise:
/// RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `unique` is no live unique.
#[unsafe(no_mangle)]
pub extern "C" fn rt_unique_set(unique: RuntimeValue, new_value: RuntimeValue) -> RuntimeValue {
    boundary("rt_unique_set", RuntimeValue::FALSE, || {
        Unique::of("unique", unique)?.set(new_value);
        Ok(RuntimeValue::TRUE)
    })
}

/// Frees the box; the value in it stays. Returns 1. 0 and an error otherwise:
/// RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `unique` is no live unique.
#[unsafe(no_mangle)]
pub extern "C" fn rt_unique_free(unique: RuntimeValue) -> i64 {
    boundary("rt_unique_free", 0, || {
        let unique = Unique::of("unique", unique)?;
        // SAFETY: that nobody uses the box any more is the C caller's word.
        unsafe { unique.value().free() }.map(|()| 1)
    })
}

/// RT_TRUE when the value in the box refers to a live heap object, else RT_FALSE. RT_FALSE and an error
/// otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `unique` is no live unique.
#[unsafe(no_mangle)]
pub extern "C" fn rt_unique_needs_trace(unique: RuntimeValue) -> RuntimeValue {
    boundary("rt_unique_needs_trace", RuntimeValue::FALSE, || {
        Ok(RuntimeValue::bool(Unique::of("unique", unique)?.needs_trace()))
    })
}

/// A box around `value` with a reference count of 1. The caller owns the result and frees it with `rt_value_free`.
/// NIL and RT_ERROR_OUT_OF_MEMORY without memory.
#[unsafe(no_mangle)]
pub extern "C" fn rt_shared_new(value: RuntimeValue) -> RuntimeValue {
    boundary("rt_shared_new", RuntimeValue::NIL, || Shared::new(value).map(Shared::value))
}

/// The value in the box. NIL and an error otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `shared` is no live shared.
#[unsafe(no_mangle)]
pub extern "C" fn rt_shared_get(shared: RuntimeValue) -> RuntimeValue {
    boundary("rt_shared_get", RuntimeValue::NIL, || Ok(Shared::of("shared", shared)?.get()))
}

/// Adds an owner and returns the same word. NIL and an error otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `shared` is no live shared.
#[unsafe(no_mangle)]
pub extern "C" fn rt_shared_clone(shared: RuntimeValue) -> RuntimeValue {
    boundary("rt_shared_clone", RuntimeValue::NIL, || {
        let shared = Shared::of("shared", shared)?;
        shared.retain();
        Ok(shared.value())
    })
}

/// How many owners there are, as an int. Int -1 and an error otherwise:
/// RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `shared` is no live shared.
#[unsafe(no_mangle)]
pub extern "C" fn rt_shared_ref_count(shared: RuntimeValue) -> RuntimeValue {
    boundary("rt_shared_ref_count", MINUS_ONE, || {
        RuntimeValue::uint(Shared::of("shared", shared)?.ref_count())
    })
}

/// Takes an owner away. RT_TRUE when that was the last one, and the box was freed (the value in it stays);
/// else RT_FALSE. RT_FALSE and an error otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `shared` is no live shared.
#[unsafe(no_mangle)]
pub extern "C" fn rt_shared_release(shared: RuntimeValue) -> RuntimeValue {
    boundary("rt_shared_release", RuntimeValue::FALSE, || {
        let shared = Shared::of("shared", shared)?;
        // SAFETY: the last owner's word is that nobody else uses the box.
        unsafe { shared.release() }.map(RuntimeValue::bool)
    })
}

/// RT_TRUE when the value in the box refers to a live heap object, else RT_FALSE. RT_FALSE and an error
/// otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `shared` is no live shared.
#[unsafe(no_mangle)]
pub extern "C" fn rt_shared_needs_trace(shared: RuntimeValue) -> RuntimeValue {
    boundary("rt_shared_needs_trace", RuntimeValue::FALSE, || {
        Ok(RuntimeValue::bool(Shared::of("shared", shared)?.needs_trace()))
    })
}

/// A weak reference to the box; the count stays. The caller owns it and frees it with `rt_weak_free`. NIL
/// and an error otherwise: RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `shared` is no live shared.
#[unsafe(no_mangle)]
pub extern "C" fn rt_shared_downgrade(shared: RuntimeValue) -> RuntimeValue {
    boundary("rt_shared_downgrade", RuntimeValue::NIL, || {
        Shared::of("shared", shared)?.downgrade().map(Weak::value)
    })
}

/// A weak reference to the shared box `shared_value`, which lies at `shared_addr`. The caller owns it and
/// frees it with `rt_weak_free`. NIL and an error otherwise: RT_ERROR_INVALID_ARGUMENT when the address is
/// not the box's, RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when
/// `shared_value` is no live shared box.
#[unsafe(no_mangle)]
pub extern "C" fn rt_weak_new(shared_value: RuntimeValue, shared_addr: u64) -> RuntimeValue {
    boundary("rt_weak_new", RuntimeValue::NIL, || {
        Weak::new(shared_value, shared_addr).map(Weak::value)
    })
}

/// The shared box with one owner more. NIL when it was freed, which is no error. NIL and an error
/// otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `weak` is no live weak.
#[unsafe(no_mangle)]
pub extern "C" fn rt_weak_upgrade(weak: RuntimeValue) -> RuntimeValue {
    boundary("rt_weak_upgrade", RuntimeValue::NIL, || {
        Ok(Weak::of("weak", weak)?.upgrade().map_or(RuntimeValue::NIL, Shared::value))
    })
}

/// RT_TRUE when the shared box still lives, else RT_FALSE. RT_FALSE and an error otherwise:
/// RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `weak` is no live weak.
#[unsafe(no_mangle)]
pub extern "C" fn rt_weak_is_valid(weak: RuntimeValue) -> RuntimeValue {
    boundary("rt_weak_is_valid", RuntimeValue::FALSE, || {
        Ok(RuntimeValue::bool(Weak::of("weak", weak)?.target().is_some()))
    })
}

/// Frees the box; the value in it stays. Returns 1. 0 and an error otherwise:
/// RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `weak` is no live weak.
#[unsafe(no_mangle)]
pub extern "C" fn rt_weak_free(weak: RuntimeValue) -> i64 {
    boundary("rt_weak_free", 0, || {
        let weak = Weak::of("weak", weak)?;
        // SAFETY: that nobody uses the box any more is the C caller's word.
        unsafe { weak.value().free() }.map(|()| 1)
    })
}

/// A handle to `value`: a box that answers NIL once it is freed. The caller owns the result and frees it with `rt_value_free`.
/// NIL and RT_ERROR_OUT_OF_MEMORY without memory.
#[unsafe(no_mangle)]
pub extern "C" fn rt_handle_new(value: RuntimeValue) -> RuntimeValue {
    boundary("rt_handle_new", RuntimeValue::NIL, || Handle::new(value).map(Handle::value))
}

/// The value in the box. NIL and an error otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `handle` is no live handle.
#[unsafe(no_mangle)]
pub extern "C" fn rt_handle_get(handle: RuntimeValue) -> RuntimeValue {
    boundary("rt_handle_get", RuntimeValue::NIL, || Ok(Handle::of("handle", handle)?.get()))
}

/// Puts another value into the box. RT_TRUE. RT_FALSE and an error otherwise:
/// RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `handle` is no live handle.
#[unsafe(no_mangle)]
pub extern "C" fn rt_handle_set(handle: RuntimeValue, new_value: RuntimeValue) -> RuntimeValue {
    boundary("rt_handle_set", RuntimeValue::FALSE, || {
        Handle::of("handle", handle)?.set(new_value);
        Ok(RuntimeValue::TRUE)
    })
}

/// Frees the box; the value in it stays. Returns 1. 0 and an error otherwise:
/// RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `handle` is no live handle.
#[unsafe(no_mangle)]
pub extern "C" fn rt_handle_free(handle: RuntimeValue) -> i64 {
    boundary("rt_handle_free", 0, || {
        let handle = Handle::of("handle", handle)?;
        // SAFETY: that nobody uses the box any more is the C caller's word.
        unsafe { handle.value().free() }.map(|()| 1)
    })
}

/// RT_TRUE when `handle` is a live handle, else RT_FALSE. Sets no error.
#[unsafe(no_mangle)]
pub extern "C" fn rt_handle_is_valid(handle: RuntimeValue) -> RuntimeValue {
    RuntimeValue::bool(Handle::find(handle).is_some())
}
