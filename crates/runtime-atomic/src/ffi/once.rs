//! Tokens for what is done once.

use runtime_core::error::codes;
use runtime_core::{Error, Result, boundary};

use crate::once::{Once, TOKENS};

/// Makes a token for what is to be done once. Returns its handle, which the caller owns and frees
/// with `rt_once_free`; 0 and RT_ERROR_HANDLES_EXHAUSTED when no handle is left. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_once_new() -> i64 {
    boundary("rt_once_new", 0, || TOKENS.insert(Once::new()))
}

/// Calls the function at the address `func_ptr`, a `void (*)(void)`, unless the token is completed;
/// then completes it. Whatever the number of threads, the function comes to its end exactly once,
/// and each caller returns after that: a thread that finds another one in the function waits for
/// it, and then sees all that the function wrote.
///
/// Returns 1 when the token is completed, by this call or another. 0 and RT_ERROR_NULL_POINTER for
/// null; RT_ERROR_DEADLOCK for a call from inside the token's own function; RT_ERROR_PANIC for a
/// function, written in Rust, that panics: the token stays as it was, and the next call tries
/// again; a handle error for what is no live token. Two functions that each call the other one's
/// token wait for each other for ever. Thread-safe.
///
/// # Safety
/// `func_ptr` is null or the address of a function without parameters that is safe to call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_once_call(handle: i64, func_ptr: i64) -> i64 {
    boundary("rt_once_call", 0, || {
        let token = TOKENS.get(handle)?;
        // SAFETY: the caller's promise.
        let function = unsafe { function("func_ptr", func_ptr)? };
        token.call(|| function())?;
        Ok(1)
    })
}

/// Whether the token is completed: a function was called and has come to its end. false and a
/// handle error for what is no live token. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_once_is_completed(handle: i64) -> bool {
    boundary("rt_once_is_completed", false, || Ok(TOKENS.get(handle)?.is_completed()))
}

/// Frees the token. Returns 1; 0 and a handle error for what is no live token, so for a second free
/// too. Calls that are under way, and threads that wait in one, finish unharmed. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_once_free(handle: i64) -> i64 {
    boundary("rt_once_free", 0, || TOKENS.free(handle).map(|()| 1))
}

/// The function at an address.
///
/// # Safety
/// `address` is 0 or the address of a function of this type.
unsafe fn function(name: &str, address: i64) -> Result<extern "C-unwind" fn()> {
    let pointer = std::ptr::with_exposed_provenance::<()>(address as usize);
    // SAFETY: a nullable function pointer has null as its `None`; else the caller's promise.
    unsafe { std::mem::transmute::<*const (), Option<extern "C-unwind" fn()>>(pointer) }
        .ok_or_else(|| Error::new(codes::RT_ERROR_NULL_POINTER, format!("{name} is null")))
}
