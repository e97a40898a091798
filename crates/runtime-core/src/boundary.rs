//! The boundary between C and Rust: no panic leaves it, every failure is remembered.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::error::{self, Error, Result, codes};

/// Runs the body of the exported function `function`.
///
/// Returns what the body returns. When it fails, or panics, sets the thread's last error and
/// returns `failure`. A body that succeeds leaves the last error alone.
///
/// # Example
/// ```
/// use runtime_core::{boundary, error};
///
/// let answer = boundary("rt_example", -1_i64, || panic!("out of luck"));
/// assert_eq!(answer, -1);
/// assert_eq!(error::last_code(), error::codes::RT_ERROR_PANIC);
/// ```
#[inline(always)]
pub fn boundary<R>(function: &'static str, failure: R, body: impl FnOnce() -> Result<R>) -> R {
    // The closure's captures are dropped or abandoned with the call: nothing that a later call
    // reads is left half changed by unwinding, so asserting unwind safety is right for values.
    // Tables and containers keep their own invariants before they call anything that may panic.
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(value)) => value,
        Ok(Err(error)) => {
            error::set_last(function, error);
            failure
        }
        Err(payload) => {
            error::set_last(function, panic_error(payload));
            failure
        }
    }
}

/// The error that stands for a caught panic.
#[cold]
fn panic_error(payload: Box<dyn Any + Send>) -> Error {
    let text = if let Some(text) = payload.downcast_ref::<&'static str>() {
        format!("a panic was stopped at the border: {text}")
    } else if let Some(text) = payload.downcast_ref::<String>() {
        format!("a panic was stopped at the border: {text}")
    } else {
        String::from("a panic without a text was stopped at the border")
    };
    // A payload may panic when it is dropped; that one is stopped here too.
    if let Err(second) = catch_unwind(AssertUnwindSafe(move || drop(payload))) {
        std::mem::forget(second);
    }
    Error::new(codes::RT_ERROR_PANIC, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn success_leaves_the_last_error_alone() {
        error::clear_last();
        let _ = boundary("rt_a", 0, || Err(Error::new(codes::RT_ERROR_INVALID_ARGUMENT, "first")));
        assert_eq!(boundary("rt_b", 0, || Ok(7)), 7);
        assert_eq!(error::last_message().as_deref(), Some("rt_a: first"));
    }

    #[test]
    fn a_panic_becomes_the_failure_value() {
        let text = String::from("owned text");
        assert_eq!(boundary("rt_c", 9, || std::panic::panic_any(text)), 9);
        assert_eq!(
            error::last_message().as_deref(),
            Some("rt_c: a panic was stopped at the border: owned text")
        );
    }

    #[test]
    fn a_payload_that_panics_when_dropped_is_stopped_too() {
        struct Bomb;
        impl Drop for Bomb {
            fn drop(&mut self) {
                panic!("in drop");
            }
        }
        assert_eq!(boundary("rt_d", 9, || std::panic::panic_any(Bomb)), 9);
        assert_eq!(error::last_code(), codes::RT_ERROR_PANIC);
    }
}
