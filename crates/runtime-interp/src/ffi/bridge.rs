//! Calls, evaluations, and their handlers.

use std::ffi::c_void;

use runtime_core::userdata::Userdata;
use runtime_core::{arguments, boundary};
use runtime_value::RuntimeValue;

use crate::bridge;

/// Calls the function of the interpreter that the `name_len` bytes at `name_ptr` name, with the `argc`
/// words at `argv`; returns what the handler returns, and it belongs to whom the handler says. NIL and
/// an error otherwise: RT_ERROR_NO_HANDLER; RT_ERROR_NULL_POINTER for null with a length (null with
/// length 0 is empty), RT_ERROR_MISALIGNED, RT_ERROR_LENGTH, all before the handler is asked;
/// RT_ERROR_BAD_RESULT when the handler returns a word that is no live value; RT_ERROR_PANIC for a
/// handler, written in Rust, that panics. A handler may call this again, and may be replaced while it
/// runs. Thread-safe.
///
/// # Safety
/// `name_ptr` is null or points at `name_len` readable bytes, `argv` is null or points at `argc` words.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_interp_call(
    name_ptr: *const u8,
    name_len: u64,
    argc: u64,
    argv: *const RuntimeValue,
) -> RuntimeValue {
    boundary("rt_interp_call", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise is this function's own.
        let name = unsafe { arguments::bytes("name_ptr", name_ptr, name_len)? };
        // SAFETY: as above.
        let arguments = unsafe { arguments::slice("argv", argv, argc)? };
        bridge::call(name, arguments)
    })
}

/// Evaluates the expression with this index through the eval handler. Returns and refuses as
/// `rt_interp_call`. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_interp_eval(expr_index: i64) -> RuntimeValue {
    boundary("rt_interp_eval", RuntimeValue::NIL, || bridge::eval(expr_index))
}

/// Lets `handler` answer every `rt_interp_call` of the process from now on; null lets nobody. It gets
/// the name and the arguments as they were given (empty ones as addresses that are not to be read),
/// on the thread that calls, so from several threads at once; names and arguments are valid during the
/// call. The handler before goes on with the calls that run it. Returns 1. Thread-safe.
///
/// # Safety
/// `handler` is null or a function that is safe to call from any thread for as long as it is set and
/// until the last call that it answers has left.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_interp_set_call_handler(
    handler: Option<
        unsafe extern "C-unwind" fn(
            name_ptr: *const u8,
            name_len: u64,
            argc: u64,
            argv: *const RuntimeValue,
        ) -> RuntimeValue,
    >,
) -> i64 {
    boundary("rt_interp_set_call_handler", 0, || {
        match handler {
            Some(handler) => bridge::set_call_handler(move |name, arguments| {
                let (argc, argv) = (arguments.len() as u64, arguments.as_ptr());
                // SAFETY: whoever set the handler promised that it may be called.
                Ok(unsafe { handler(name.as_ptr(), name.len() as u64, argc, argv) })
            }),
            None => bridge::clear_call_handler(),
        }
        Ok(1)
    })
}

/// As `rt_interp_set_call_handler`, for a handler that also gets `userdata`. Takes `userdata` over: it is
/// given to `drop`, if that is not null, once no call runs the handler any more, on any thread; with a
/// null handler at once. Returns 1. Thread-safe.
///
/// # Safety
/// As `rt_interp_set_call_handler`, for both functions with `userdata`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_interp_set_call_handler_with(
    handler: Option<
        unsafe extern "C-unwind" fn(
            userdata: *mut c_void,
            name_ptr: *const u8,
            name_len: u64,
            argc: u64,
            argv: *const RuntimeValue,
        ) -> RuntimeValue,
    >,
    userdata: *mut c_void,
    drop: Option<unsafe extern "C-unwind" fn(userdata: *mut c_void)>,
) -> i64 {
    boundary("rt_interp_set_call_handler_with", 0, || {
        // SAFETY: the caller's promise.
        let userdata = unsafe { Userdata::new(userdata, drop) };
        match handler {
            Some(handler) => bridge::set_call_handler(move |name, arguments| {
                let (argc, argv) = (arguments.len() as u64, arguments.as_ptr());
                let userdata = userdata.address();
                // SAFETY: whoever set the handler promised that it may be called.
                Ok(unsafe { handler(userdata, name.as_ptr(), name.len() as u64, argc, argv) })
            }),
            None => bridge::clear_call_handler(),
        }
        Ok(1)
    })
}

/// Lets `handler` answer every `rt_interp_eval` of the process from now on; null lets nobody. As
/// `rt_interp_set_call_handler`. Returns 1. Thread-safe.
///
/// # Safety
/// As `rt_interp_set_call_handler`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_interp_set_eval_handler(
    handler: Option<unsafe extern "C-unwind" fn(expr_index: i64) -> RuntimeValue>,
) -> i64 {
    boundary("rt_interp_set_eval_handler", 0, || {
        match handler {
            // SAFETY: whoever set the handler promised that it may be called.
            Some(handler) => bridge::set_eval_handler(move |index| Ok(unsafe { handler(index) })),
            None => bridge::clear_eval_handler(),
        }
        Ok(1)
    })
}

/// As `rt_interp_set_eval_handler`, for a handler that also gets `userdata`, which is taken over as by
/// `rt_interp_set_call_handler_with`. Returns 1. Thread-safe.
///
/// # Safety
/// As `rt_interp_set_call_handler_with`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_interp_set_eval_handler_with(
    handler: Option<
        unsafe extern "C-unwind" fn(userdata: *mut c_void, expr_index: i64) -> RuntimeValue,
    >,
    userdata: *mut c_void,
    drop: Option<unsafe extern "C-unwind" fn(userdata: *mut c_void)>,
) -> i64 {
    boundary("rt_interp_set_eval_handler_with", 0, || {
        // SAFETY: the caller's promise.
        let userdata = unsafe { Userdata::new(userdata, drop) };
        match handler {
            Some(handler) => bridge::set_eval_handler(move |index| {
                // SAFETY: whoever set the handler promised that it may be called.
                Ok(unsafe { handler(userdata.address(), index) })
            }),
            None => bridge::clear_eval_handler(),
        }
        Ok(1)
    })
}
