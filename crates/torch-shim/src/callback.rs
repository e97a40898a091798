//! Rust functions that C++ calls.

use std::any::Any;
use std::ffi::{c_char, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use crate::Result;
use crate::ffi::{ShimFunction, ShimValue};
use crate::text::give;
use crate::value::{Value, read};

/// Values handed to a function may be nested so deep.
const DEEPEST: usize = 200;

/// A function that C++ may keep and call, on whichever thread needs it.
///
/// An `Err`, and a panic, becomes an exception that passes through LibTorch; the call that led to it
/// returns its text.
pub type Callback = Box<dyn Fn(Vec<Value>) -> Result<Value> + Send + Sync>;

/// The callback as C++ takes it over.
pub(crate) fn function(callback: Callback) -> ShimFunction {
    // A fat pointer does not fit into the context, a pointer to it does.
    let context = Box::into_raw(Box::new(callback));
    ShimFunction { call, drop: release, context: context.cast() }
}

/// # Safety
/// `context` is that of [`function`], not yet released; the inputs are `count` live values.
unsafe extern "C" fn call(
    context: *mut c_void,
    inputs: *const *mut ShimValue,
    count: usize,
    error: *mut *mut c_char,
) -> *mut ShimValue {
    let run = || {
        // SAFETY: C++ keeps the callback until it calls `release`.
        let callback = unsafe { &*context.cast::<Callback>() };
        let inputs = (0..count)
            // SAFETY: there are `count` live values.
            .map(|position| unsafe { read(*inputs.add(position), DEEPEST) })
            .collect::<Result<Vec<_>>>()?;
        callback(inputs)?.to_raw()
    };
    let failure = match catch_unwind(AssertUnwindSafe(run)) {
        Ok(Ok(value)) => return value.into_pointer(),
        Ok(Err(text)) => text,
        Err(payload) => panic_text(payload),
    };
    // SAFETY: C++ gives a place for the text.
    unsafe { *error = give(&failure) };
    ptr::null_mut()
}

/// # Safety
/// `context` is that of [`function`], and nobody uses it after this.
unsafe extern "C" fn release(context: *mut c_void) {
    // SAFETY: the caller hands the callback back.
    let callback = unsafe { Box::from_raw(context.cast::<Callback>()) };
    // What the callback holds may panic when it is dropped, and C++ could not bear that.
    if let Err(payload) = catch_unwind(AssertUnwindSafe(move || drop(callback))) {
        std::mem::forget(payload);
    }
}

#[cold]
fn panic_text(payload: Box<dyn Any + Send>) -> String {
    let text = match (payload.downcast_ref::<&'static str>(), payload.downcast_ref::<String>()) {
        (Some(text), _) => format!("a callback panicked: {text}"),
        (_, Some(text)) => format!("a callback panicked: {text}"),
        _ => String::from("a callback panicked without a text"),
    };
    // A payload may panic when it is dropped; that one is stopped here too.
    if let Err(second) = catch_unwind(AssertUnwindSafe(move || drop(payload))) {
        std::mem::forget(second);
    }
    text
}
