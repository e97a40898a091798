//! Functions whose gradient is a function of ours, and checkpoints.

use tch::Tensor;
use torch_sys::C_tensor;

use crate::Result;
use crate::callback::{Callback, function};
use crate::ffi::{shim_checkpoint, shim_custom_function, shim_is_same};
use crate::text::pointer;
use crate::value::{Raw, Value, addresses, raw_all};

/// What a custom function's forward did, for [`record`].
pub struct Forward<'t> {
    /// What went in.
    pub inputs: &'t [Tensor],
    /// What came out, computed while nothing was recorded.
    pub outputs: &'t [Tensor],
    /// For each output, whether it has a gradient.
    pub differentiable: &'t [bool],
    /// What backward needs, kept as LibTorch keeps such tensors: an output does not keep itself alive,
    /// and one that is changed in place meanwhile is an error.
    pub saved: &'t [Tensor],
    /// Whether an output without a gradient gets one of zeros.
    pub materialize: bool,
}

/// Makes `backward` the gradient of what was computed, and returns the outputs that have it.
///
/// `backward` gets three tuples: the outputs' gradients, the saved tensors, and for each input whether
/// its gradient is wanted. It returns a tuple of the inputs' gradients, with [`Value::None`] for none.
///
/// On the CPU the thread that calls backward runs it; gradients of tensors on a GPU are computed on a
/// thread of that GPU's.
///
/// # Errors
/// LibTorch's text.
///
/// # Example
/// ```
/// use tch::{Device, Kind, Tensor, no_grad};
/// use torch_shim::Value;
/// use torch_shim::autograd::{Forward, record};
///
/// # fn main() -> Result<(), String> {
/// let x = Tensor::from(3.0).set_requires_grad(true);
/// let square = no_grad(|| &x * &x);
/// let forward = Forward {
///     inputs: &[x.shallow_clone()],
///     outputs: &[square],
///     differentiable: &[true],
///     saved: &[x.shallow_clone()],
///     materialize: true,
/// };
/// let backward = |parts: Vec<Value>| {
///     let [Value::Tuple(gradients), Value::Tuple(saved), _] = &parts[..] else {
///         return Err(String::from("three tuples were promised"));
///     };
///     let (Value::Tensor(gradient), Value::Tensor(x)) = (&gradients[0], &saved[0]) else {
///         return Err(String::from("tensors were promised"));
///     };
///     Ok(Value::tensors([gradient * x * 2.0]))
/// };
/// let y = record(&forward, Box::new(backward))?.remove(0);
/// y.backward();
/// assert_eq!(x.grad().double_value(&[]), 6.0);
/// # Ok(())
/// # }
/// ```
pub fn record(forward: &Forward<'_>, backward: Callback) -> Result<Vec<Tensor>> {
    let outputs = pointers(forward.outputs);
    if forward.differentiable.len() != outputs.len() {
        return Err(String::from("there is not one flag for each output"));
    }
    let (inputs, saved) = (pointers(forward.inputs), pointers(forward.saved));
    let result = pointer(|error| {
        // SAFETY: the pointers are those of live tensors; the flags are as many as the outputs.
        unsafe {
            shim_custom_function(
                function(backward),
                inputs.as_ptr(),
                inputs.len(),
                outputs.as_ptr(),
                forward.differentiable.as_ptr(),
                outputs.len(),
                saved.as_ptr(),
                saved.len(),
                forward.materialize,
                error,
            )
        }
    })?;
    // SAFETY: the value is new and ours.
    let outputs = unsafe { Raw::new(result) }.to_value()?.into_items().into_iter();
    let tensor = |value| match value {
        Value::Tensor(tensor) => Ok(tensor),
        _ => Err(String::from("an output is no tensor")),
    };
    outputs.map(tensor).collect()
}

/// Runs `run` without keeping what its gradient needs: backward runs it again, with the random numbers
/// of the first time.
///
/// Gradients are those of a plain call, whichever way they are asked for, also of tensors that `run`
/// uses without being given them. `run` gets `inputs` and must compute the same each time.
///
/// The generator of random numbers is the process's. When `run` uses it, another thread that draws
/// numbers while `run` is run again gets other ones than it would have.
///
/// # Errors
/// LibTorch's text, or the text of `run`'s own error.
pub fn checkpoint(run: Callback, inputs: &[Value]) -> Result<Value> {
    let inputs = raw_all(inputs)?;
    let result = pointer(|error| {
        // SAFETY: the inputs are live values.
        unsafe { shim_checkpoint(function(run), addresses(&inputs), inputs.len(), error) }
    })?;
    // SAFETY: the value is new and ours.
    unsafe { Raw::new(result) }.to_value()
}

/// Whether both are the very same tensor, and not only equal or of the same memory.
pub fn is_same(a: &Tensor, b: &Tensor) -> bool {
    // SAFETY: both tensors are live.
    unsafe { shim_is_same(a.as_ptr(), b.as_ptr()) }
}

fn pointers(tensors: &[Tensor]) -> Vec<*const C_tensor> {
    tensors.iter().map(Tensor::as_ptr).collect()
}
