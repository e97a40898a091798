//! Walks through the graph of gradients, and what tensors know of it.

use std::ptr;

use tch::Tensor;
use torch_sys::C_tensor;

use crate::Result;
use crate::ffi::{
    shim_backward, shim_grad, shim_grad_enabled, shim_grad_fn, shim_retain_grad, shim_set_grad,
    shim_set_grad_enabled,
};
use crate::text::{done, string};

/// Which parts of the graph of gradients outlive a walk through it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Graph {
    /// Keeps the graph, so that it can be walked again.
    pub retain: bool,
    /// Makes the gradients' own graph, for gradients of gradients.
    pub create: bool,
}

/// `torch.autograd.backward`; a missing gradient stands for one, of a tensor with one element.
///
/// # Errors
/// LibTorch's text. The lists must be of equal length, which PyTorch checks.
pub fn backward(tensors: &[&Tensor], gradients: &[Option<&Tensor>], graph: Graph) -> Result<()> {
    let (tensors, gradients) = (pointers(tensors), optional_pointers(gradients));
    let count = tensors.len().min(gradients.len());
    // SAFETY: both lists hold `count` pointers to live tensors, or null.
    done(|error| unsafe {
        let (tensors, gradients) = (tensors.as_ptr(), gradients.as_ptr());
        shim_backward(tensors, gradients, count, graph.retain, graph.create, error)
    })
}

/// `torch.autograd.grad`; `None` for an input that the outputs do not depend on, if that is allowed.
///
/// # Errors
/// LibTorch's text.
///
/// # Example
/// ```
/// use tch::Tensor;
/// use torch_shim::gradient::{Graph, grad};
///
/// # fn main() -> Result<(), String> {
/// let x = Tensor::from(3.0).set_requires_grad(true);
/// let y = &x * &x;
/// let gradients = grad(&[&y], &[None], &[&x], Graph::default(), false)?;
/// assert_eq!(gradients[0].as_ref().map(|g| g.double_value(&[])), Some(6.0));
/// # Ok(())
/// # }
/// ```
pub fn grad(
    outputs: &[&Tensor],
    gradients: &[Option<&Tensor>],
    inputs: &[&Tensor],
    graph: Graph,
    allow_unused: bool,
) -> Result<Vec<Option<Tensor>>> {
    let (outputs, gradients) = (pointers(outputs), optional_pointers(gradients));
    let count = outputs.len().min(gradients.len());
    let inputs = pointers(inputs);
    let mut results = vec![ptr::null_mut(); inputs.len()];
    // SAFETY: the lists hold that many pointers to live tensors, or null where the function allows
    // it, and `results` has room for one for each input.
    done(|error| unsafe {
        shim_grad(
            outputs.as_ptr(),
            gradients.as_ptr(),
            count,
            inputs.as_ptr(),
            inputs.len(),
            graph.retain,
            graph.create,
            allow_unused,
            results.as_mut_ptr(),
            error,
        )
    })?;
    // SAFETY: each pointer that is not null is a new tensor that nobody else owns.
    let owned = |tensor: *mut C_tensor| unsafe { Tensor::from_ptr(tensor) };
    Ok(results.into_iter().map(|tensor| (!tensor.is_null()).then(|| owned(tensor))).collect())
}

/// `Tensor.retain_grad`.
///
/// # Errors
/// LibTorch's text, for a tensor that needs no gradient.
pub fn retain_grad(tensor: &Tensor) -> Result<()> {
    // SAFETY: the tensor is live.
    done(|error| unsafe { shim_retain_grad(tensor.as_ptr(), error) })
}

/// Sets `Tensor.grad`, or takes it away. What fits is for the caller to see to.
///
/// # Errors
/// LibTorch's text.
pub fn set_grad(tensor: &Tensor, gradient: Option<&Tensor>) -> Result<()> {
    // SAFETY: both tensors are live; null stands for none.
    done(|error| unsafe { shim_set_grad(tensor.as_ptr(), pointer(gradient), error) })
}

/// The name of the node of the graph that made the tensor, `AddBackward0`; `None` for a leaf.
///
/// # Errors
/// LibTorch's text, for a view whose graph was spoilt by a change in place.
pub fn grad_fn(tensor: &Tensor) -> Result<Option<String>> {
    // SAFETY: the tensor is live.
    let name = string(|error| unsafe { shim_grad_fn(tensor.as_ptr(), error) })?;
    Ok(Some(name).filter(|name| !name.is_empty()))
}

/// Whether this thread records operations for gradients.
pub fn grad_enabled() -> bool {
    // SAFETY: it reads a flag of this thread.
    unsafe { shim_grad_enabled() }
}

/// Lets this thread record operations for gradients, or not.
pub fn set_grad_enabled(enabled: bool) {
    // SAFETY: it writes a flag of this thread.
    unsafe { shim_set_grad_enabled(enabled) };
}

fn pointers(tensors: &[&Tensor]) -> Vec<*const C_tensor> {
    tensors.iter().map(|tensor| tensor.as_ptr()).collect()
}

fn optional_pointers(tensors: &[Option<&Tensor>]) -> Vec<*const C_tensor> {
    tensors.iter().map(|tensor| pointer(*tensor)).collect()
}

fn pointer(tensor: Option<&Tensor>) -> *const C_tensor {
    tensor.map_or(ptr::null(), Tensor::as_ptr)
}
