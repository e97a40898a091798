//! What compiled code calls where it finds no function or method.

use runtime_core::{arguments, boundary};
use runtime_value::RuntimeValue;

use crate::report::{self, Name};

/// Reports that there is no function of this name: writes the line
/// "Runtime error: Function 'name' not found" to standard error, past any capture and after what was
/// printed before, and sets RT_ERROR_FUNCTION_NOT_FOUND. Returns the ERROR value, always. A null name is
/// reported as (unknown name), one that is not UTF-8 as (invalid UTF-8 name). Thread-safe.
///
/// # Safety
/// `name_ptr` is null or points at `name_len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_function_not_found(name_ptr: *const u8, name_len: u64) -> RuntimeValue {
    boundary("rt_function_not_found", RuntimeValue::ERROR, || {
        // SAFETY: the caller's promise is this function's own.
        Err(report::function_not_found(unsafe { name(name_ptr, name_len) }))
    })
}

/// Reports that a type has no method of this name: writes the line
/// "Runtime error: Method 'method' not found on type 'type'" to standard error, as
/// `rt_function_not_found`, and sets RT_ERROR_METHOD_NOT_FOUND. Returns the ERROR value, always. Null is
/// reported as `<unknown type>` and `<unknown method>`, what is not UTF-8 as `<invalid UTF-8>`. Thread-safe.
///
/// # Safety
/// `type_ptr` and `method_ptr` are null or point at so many readable bytes as the lengths say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_method_not_found(
    type_ptr: *const u8,
    type_len: u64,
    method_ptr: *const u8,
    method_len: u64,
) -> RuntimeValue {
    boundary("rt_method_not_found", RuntimeValue::ERROR, || {
        // SAFETY: the caller's promise is this function's own.
        let (on, method) = unsafe { (name(type_ptr, type_len), name(method_ptr, method_len)) };
        Err(report::method_not_found(on, method))
    })
}

/// The name at an address. A report is never refused: what cannot be read is an unknown name.
///
/// # Safety
/// `pointer` is null or points at `length` readable bytes.
unsafe fn name<'a>(pointer: *const u8, length: u64) -> Name<'a> {
    if pointer.is_null() {
        return Name::Unknown;
    }
    // SAFETY: the caller's promise is this function's own.
    unsafe { arguments::bytes("name", pointer, length) }.map_or(Name::Unknown, Name::of)
}
