//! Calls by name and evaluations by index, which a handler of the embedder answers.

use runtime_core::{Error, Result};
use runtime_value::RuntimeValue;

use crate::codes;
use crate::slot::Slot;

type CallHandler = dyn Fn(&[u8], &[RuntimeValue]) -> Result<RuntimeValue> + Send + Sync;
type EvalHandler = dyn Fn(i64) -> Result<RuntimeValue> + Send + Sync;

static CALL: Slot<CallHandler> = Slot::new();
static EVAL: Slot<EvalHandler> = Slot::new();

/// Calls the function `name` of the interpreter.
///
/// Handlers may call back, to any depth that the stack has room for, and may be replaced meanwhile:
/// a call that runs ends with the handler that it began with.
///
/// # Errors
/// `RT_ERROR_NO_HANDLER`, `RT_ERROR_BAD_RESULT` when the handler returned a word that is no live
/// value, and whatever the handler refuses.
#[inline]
pub fn call(name: &[u8], arguments: &[RuntimeValue]) -> Result<RuntimeValue> {
    match CALL.with(|handler| handler(name, arguments)) {
        Some(result) => checked(result?),
        None => Err(no_handler("call")),
    }
}

/// Evaluates the expression with this index.
///
/// # Errors
/// As [`call`].
#[inline]
pub fn eval(expression: i64) -> Result<RuntimeValue> {
    match EVAL.with(|handler| handler(expression)) {
        Some(result) => checked(result?),
        None => Err(no_handler("eval")),
    }
}

/// Lets `handler` answer calls from now on, in the whole process and from any thread. The one before
/// is dropped when the last call that it runs has left.
pub fn set_call_handler(
    handler: impl Fn(&[u8], &[RuntimeValue]) -> Result<RuntimeValue> + Send + Sync + 'static,
) {
    CALL.set(Box::new(handler));
}

/// Lets nobody answer calls.
pub fn clear_call_handler() {
    CALL.clear();
}

/// Lets `handler` answer evaluations from now on, as [`set_call_handler`].
pub fn set_eval_handler(handler: impl Fn(i64) -> Result<RuntimeValue> + Send + Sync + 'static) {
    EVAL.set(Box::new(handler));
}

/// Lets nobody answer evaluations.
pub fn clear_eval_handler() {
    EVAL.clear();
}

/// What a handler returned, if it is a value.
#[inline]
fn checked(result: RuntimeValue) -> Result<RuntimeValue> {
    if result.is_dead() { Err(bad_result(result)) } else { Ok(result) }
}

#[cold]
fn bad_result(result: RuntimeValue) -> Error {
    let bits = result.to_bits();
    let reason = format!("the handler returned {bits:#x}, which is not a live value");
    Error::new(codes::RT_ERROR_BAD_RESULT, reason)
}

#[cold]
fn no_handler(kind: &str) -> Error {
    Error::new(codes::RT_ERROR_NO_HANDLER, format!("no {kind} handler is set"))
}
