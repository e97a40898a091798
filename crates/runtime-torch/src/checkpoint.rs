//! Parts of a network whose intermediate tensors are not kept, but computed again in backward.

use runtime_core::Result;
use torch_shim::Value;

use crate::callable::Function;
use crate::error::{from_text, to_text};

/// Runs `function` on `inputs` without keeping what its gradient needs. Backward runs it again, with the
/// random numbers of the first time, so the gradients are those of a plain call.
///
/// # Errors
/// The function's own. One of the later run comes out of backward.
pub fn checkpoint(function: Function, inputs: &[Value]) -> Result<Value> {
    let run = move |inputs| function.call(inputs).map_err(|error| to_text(&error));
    torch_shim::autograd::checkpoint(Box::new(run), inputs).map_err(|text| from_text(&text))
}
