//! Violations as objects.

use runtime_core::boundary;
use runtime_value::RuntimeValue;

use super::{bytes, function_name, kind, message_text};
use crate::violation::Violation;

/// A violation of the kind (an `RT_CONTRACT_` number; an unknown one counts as 0) with copies of the
/// function's name and the message. An empty name is `<unknown>`, one that is not UTF-8 is
/// `<invalid UTF-8>`; an empty message, or one that is not UTF-8, is none. The caller owns the result and
/// frees it with `rt_contract_violation_free`. NIL and an error otherwise: RT_ERROR_NULL_POINTER for null
/// with a length (null with length 0 is empty), RT_ERROR_LENGTH for a negative length,
/// RT_ERROR_OUT_OF_MEMORY. Thread-safe.
///
/// # Safety
/// Both pointers are null or point at so many readable bytes as the lengths say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_contract_violation_new(
    kind: i64,
    func_name_ptr: *const u8,
    func_name_len: i64,
    message_ptr: *const u8,
    message_len: i64,
) -> RuntimeValue {
    boundary("rt_contract_violation_new", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise is this function's own.
        let name = unsafe { bytes("func_name_ptr", func_name_ptr, func_name_len)? };
        // SAFETY: as above.
        let message = unsafe { bytes("message_ptr", message_ptr, message_len)? };
        Violation::new(self::kind(kind), function_name(name), message_text(message))?.into_value()
    })
}

/// The violation's kind, an `RT_CONTRACT_` number. -1 and RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE for
/// what is no live violation. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_contract_violation_kind(violation: RuntimeValue) -> i64 {
    boundary("rt_contract_violation_kind", -1, || {
        Ok(Violation::of("violation", &violation)?.kind().number())
    })
}

/// The name of the function whose contract was broken, as a new string. The caller owns the result and
/// frees it with `rt_value_free`. NIL and an error otherwise: as `rt_contract_violation_kind`, and
/// RT_ERROR_OUT_OF_MEMORY. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_contract_violation_func_name(violation: RuntimeValue) -> RuntimeValue {
    boundary("rt_contract_violation_func_name", RuntimeValue::NIL, || {
        RuntimeValue::string(Violation::of("violation", &violation)?.function())
    })
}

/// The violation's message, as a new string. The caller owns the result and frees it with
/// `rt_value_free`. NIL without an error when there is no message; NIL and an error otherwise, as
/// `rt_contract_violation_func_name`. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_contract_violation_message(violation: RuntimeValue) -> RuntimeValue {
    boundary("rt_contract_violation_message", RuntimeValue::NIL, || {
        Violation::of("violation", &violation)?
            .message()
            .map_or(Ok(RuntimeValue::NIL), RuntimeValue::string)
    })
}

/// The whole sentence about the violation, as a check would print it, as a new string. The caller owns
/// the result and frees it with `rt_value_free`. NIL and an error otherwise, as
/// `rt_contract_violation_func_name`. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_contract_violation_text(violation: RuntimeValue) -> RuntimeValue {
    boundary("rt_contract_violation_text", RuntimeValue::NIL, || {
        RuntimeValue::string(&Violation::of("violation", &violation)?.to_string())
    })
}

/// 1 when the value is a live violation, else 0; no word is an error. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_is_contract_violation(value: RuntimeValue) -> i64 {
    boundary("rt_is_contract_violation", 0, || Ok(i64::from(Violation::is(value))))
}

/// Frees the violation with its texts. Returns 1. 0 and RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE for
/// what is no live violation, so for a second free too.
#[unsafe(no_mangle)]
pub extern "C" fn rt_contract_violation_free(violation: RuntimeValue) -> i64 {
    boundary("rt_contract_violation_free", 0, || {
        Violation::of("violation", &violation)?;
        // SAFETY: that nobody uses the violation any more is the C caller's word.
        unsafe { violation.free() }.map(|()| 1)
    })
}
