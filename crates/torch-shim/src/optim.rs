//! What optimizers need: operations with a factor, and LibTorch's fused kernels.

use tch::Tensor;
use torch_sys::C_tensor;

use crate::Result;
use crate::ffi::{
    shim_add, shim_add_in_place, shim_add_product, shim_add_quotient, shim_clear_gradients,
    shim_fusable, shim_fused_adam, shim_fused_sgd,
};
use crate::text::{done, pointer};

/// The numbers of stochastic gradient descent.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Sgd {
    /// The learning rate.
    pub lr: f64,
    /// How much of the buffer stays; 0 for none.
    pub momentum: f64,
    /// How much of a gradient does not go into the buffer.
    pub dampening: f64,
    /// The factor of the parameter that is added to its gradient.
    pub weight_decay: f64,
    /// Whether the gradient is taken where the momentum leads.
    pub nesterov: bool,
    /// Whether it ascends.
    pub maximize: bool,
}

/// The numbers of Adam.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Adam {
    /// The learning rate.
    pub lr: f64,
    /// How much of the mean stays.
    pub beta1: f64,
    /// How much of the mean square stays.
    pub beta2: f64,
    /// What is added to the root of the mean square.
    pub eps: f64,
    /// How much the parameter decays.
    pub weight_decay: f64,
    /// Whether the largest mean square counts.
    pub amsgrad: bool,
    /// Whether it ascends.
    pub maximize: bool,
    /// Whether the parameter decays by itself (`AdamW`), and not through its gradient.
    pub decoupled: bool,
}

/// Takes the tensors' gradients away.
///
/// # Errors
/// LibTorch's text.
pub fn clear_gradients<'t>(tensors: impl IntoIterator<Item = &'t Tensor>) -> Result<()> {
    let tensors = pointers(tensors);
    // SAFETY: the pointers are those of live tensors.
    done(|error| unsafe { shim_clear_gradients(tensors.as_ptr(), tensors.len(), error) })
}

/// `tensor + factor * other`
///
/// # Errors
/// LibTorch's text.
pub fn add(tensor: &Tensor, other: &Tensor, factor: f64) -> Result<Tensor> {
    // SAFETY: the tensors are live.
    let sum = pointer(|error| unsafe { shim_add(tensor.as_ptr(), other.as_ptr(), factor, error) })?;
    // SAFETY: the tensor is new and nobody else's.
    Ok(unsafe { Tensor::from_ptr(sum) })
}

/// `tensor += factor * other`
///
/// # Errors
/// LibTorch's text.
pub fn add_in_place(tensor: &Tensor, other: &Tensor, factor: f64) -> Result<()> {
    // SAFETY: the tensors are live.
    done(|error| unsafe { shim_add_in_place(tensor.as_ptr(), other.as_ptr(), factor, error) })
}

/// `tensor += factor * left * right`
///
/// # Errors
/// LibTorch's text.
pub fn add_product(tensor: &Tensor, left: &Tensor, right: &Tensor, factor: f64) -> Result<()> {
    let (tensor, left, right) = (tensor.as_ptr(), left.as_ptr(), right.as_ptr());
    // SAFETY: the tensors are live.
    done(|error| unsafe { shim_add_product(tensor, left, right, factor, error) })
}

/// `tensor += factor * left / right`
///
/// # Errors
/// LibTorch's text.
pub fn add_quotient(tensor: &Tensor, left: &Tensor, right: &Tensor, factor: f64) -> Result<()> {
    let (tensor, left, right) = (tensor.as_ptr(), left.as_ptr(), right.as_ptr());
    // SAFETY: the tensors are live.
    done(|error| unsafe { shim_add_quotient(tensor, left, right, factor, error) })
}

/// Whether the fused kernels take a parameter with its gradient and state: floats or doubles on the
/// CPU, dense, and all of one layout.
pub fn fusable<'t>(tensors: impl IntoIterator<Item = &'t Tensor>) -> bool {
    let tensors = pointers(tensors);
    // SAFETY: the pointers are those of live tensors, and there is one.
    !tensors.is_empty() && unsafe { shim_fusable(tensors.as_ptr(), tensors.len()) }
}

/// One step of [`Sgd`] for parameters that are [`fusable`]. The lists are of one length; `buffers` may
/// be empty without momentum. `first_step`: the buffers hold nothing yet.
///
/// # Errors
/// LibTorch's text; lists of different lengths.
pub fn fused_sgd(
    sgd: &Sgd,
    params: &[&Tensor],
    grads: &[&Tensor],
    buffers: &[&Tensor],
    first_step: bool,
) -> Result<()> {
    let count = params.len();
    same_length(count, grads)?;
    if sgd.momentum != 0.0 {
        same_length(count, buffers)?;
    }
    let [params, grads, buffers] = [params, grads, buffers].map(list);
    let (params, grads, buffers) = (params.as_ptr(), grads.as_ptr(), buffers.as_ptr());
    // SAFETY: the lists hold `count` pointers to live tensors; the kernel looks at no buffers without
    // momentum.
    done(|error| unsafe { shim_fused_sgd(params, grads, buffers, count, sgd, first_step, error) })
}

/// The state of the parameters that [`fused_adam`] works on: lists of one length.
pub struct AdamState<'s> {
    /// The means of the gradients.
    pub means: &'s [&'s Tensor],
    /// The means of their squares.
    pub squares: &'s [&'s Tensor],
    /// The largest of those; looked at with `amsgrad` only.
    pub largest: &'s [&'s Tensor],
    /// How many steps there were: 32-bit floats without dimensions, on the CPU.
    pub steps: &'s [&'s Tensor],
}

/// One step of [`Adam`] for parameters that are [`fusable`]. Counts the steps up.
///
/// # Errors
/// LibTorch's text; lists of different lengths.
pub fn fused_adam(
    adam: &Adam,
    params: &[&Tensor],
    grads: &[&Tensor],
    state: &AdamState<'_>,
) -> Result<()> {
    let count = params.len();
    for tensors in [grads, state.means, state.squares, state.steps] {
        same_length(count, tensors)?;
    }
    if adam.amsgrad {
        same_length(count, state.largest)?;
    }
    let [params, grads] = [params, grads].map(list);
    let [means, squares, largest, steps] =
        [state.means, state.squares, state.largest, state.steps].map(list);
    // SAFETY: the lists hold `count` pointers to live tensors; the kernel looks at no largest squares
    // without amsgrad.
    done(|error| unsafe {
        shim_fused_adam(
            params.as_ptr(),
            grads.as_ptr(),
            means.as_ptr(),
            squares.as_ptr(),
            largest.as_ptr(),
            steps.as_ptr(),
            count,
            adam,
            error,
        )
    })
}

fn list(tensors: &[&Tensor]) -> Vec<*const C_tensor> {
    pointers(tensors.iter().copied())
}

fn pointers<'t>(tensors: impl IntoIterator<Item = &'t Tensor>) -> Vec<*const C_tensor> {
    tensors.into_iter().map(Tensor::as_ptr).collect()
}

fn same_length(count: usize, tensors: &[&Tensor]) -> Result<()> {
    if tensors.len() == count {
        return Ok(());
    }
    Err(format!("there are {} tensors for {count} parameters", tensors.len()))
}
