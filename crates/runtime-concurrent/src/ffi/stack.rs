//! Stacks without bounds.

use runtime_core::boundary;
use runtime_value::RuntimeValue;

use super::word_or_nil;
use crate::handles::STACKS;

/// Makes an empty stack, lock-free and without bounds: last in, first out. Returns its handle,
/// which the caller owns and frees with `rt_concurrent_stack_free`; 0 and
/// RT_ERROR_HANDLES_EXHAUSTED when no handle is left. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_concurrent_stack_new() -> i64 {
    boundary("rt_concurrent_stack_new", 0, || STACKS.insert(|_| ()))
}

/// Adds a value. Returns 1; 0 and a handle error for what is no live concurrent stack. The
/// container neither checks nor owns what the word refers to. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_concurrent_stack_push(handle: i64, value: RuntimeValue) -> i64 {
    boundary("rt_concurrent_stack_push", 0, || {
        STACKS.get(handle)?.push(value.to_bits());
        Ok(1)
    })
}

/// Takes the newest value. NIL when there is none, which is no error; NIL and a handle error for
/// what is no live concurrent stack. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_concurrent_stack_pop(handle: i64) -> RuntimeValue {
    boundary("rt_concurrent_stack_pop", RuntimeValue::NIL, || {
        Ok(word_or_nil(STACKS.get(handle)?.pop()))
    })
}

/// Whether there is no value; with other threads at work, a moment's truth. true and a handle error
/// for what is no live concurrent stack. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_concurrent_stack_is_empty(handle: i64) -> bool {
    boundary("rt_concurrent_stack_is_empty", true, || Ok(STACKS.get(handle)?.is_empty()))
}

/// How many values there are; with other threads at work, a moment's truth. 0 and a handle error
/// for what is no live concurrent stack. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_concurrent_stack_len(handle: i64) -> i64 {
    boundary("rt_concurrent_stack_len", 0, || Ok(STACKS.get(handle)?.len() as i64))
}

/// Frees the concurrent stack. The values in it are not freed. Returns 1; 0 and a handle error for
/// what is no live concurrent stack, so for a second free too. Threads that are inside another
/// function with this handle finish unharmed. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_concurrent_stack_free(handle: i64) -> i64 {
    boundary("rt_concurrent_stack_free", 0, || STACKS.free(handle).map(|()| 1))
}
