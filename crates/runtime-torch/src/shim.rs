//! What LibTorch has in C++ and tch does not wrap, through `cpp/shim.cpp`.

use std::ffi::{CStr, c_char, c_void};
use std::ptr;

use runtime_core::Result;
use tch::{TchError, Tensor};
use torch_sys::C_tensor;

use crate::error::from_tch;

type Tensors = *const *const C_tensor;

unsafe extern "C" {
    fn runtime_torch_backward(
        tensors: Tensors,
        gradients: Tensors,
        count: usize,
        retain_graph: bool,
        create_graph: bool,
    ) -> *mut c_char;
    fn runtime_torch_grad(
        outputs: Tensors,
        gradients: Tensors,
        output_count: usize,
        inputs: Tensors,
        input_count: usize,
        retain_graph: bool,
        create_graph: bool,
        allow_unused: bool,
        results: *mut *mut C_tensor,
    ) -> *mut c_char;
    fn runtime_torch_retain_grad(tensor: *const C_tensor) -> *mut c_char;
    fn runtime_torch_set_grad(tensor: *const C_tensor, gradient: *const C_tensor) -> *mut c_char;
    fn runtime_torch_grad_fn(tensor: *const C_tensor, name: *mut *mut c_char) -> *mut c_char;
    fn runtime_torch_version() -> *const c_char;
    fn runtime_torch_grad_enabled() -> bool;
    fn runtime_torch_set_grad_enabled(enabled: bool);
    fn runtime_torch_cuda_memory(device: i64, current: *mut i64, peak: *mut i64) -> *mut c_char;
    fn runtime_torch_cuda_reset_peak(device: i64) -> *mut c_char;
    fn runtime_torch_cuda_empty_cache() -> *mut c_char;
}

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
/// `RT_ERROR_TORCH`. The lists must be of equal length, which PyTorch checks.
pub fn backward(tensors: &[&Tensor], gradients: &[Option<&Tensor>], graph: Graph) -> Result<()> {
    let (tensors, gradients) = (pointers(tensors), optional_pointers(gradients));
    let count = tensors.len().min(gradients.len());
    // SAFETY: both lists hold `count` pointers to live tensors, or null.
    check(unsafe {
        runtime_torch_backward(
            tensors.as_ptr(),
            gradients.as_ptr(),
            count,
            graph.retain,
            graph.create,
        )
    })
}

/// `torch.autograd.grad`; `None` for an input that the outputs do not depend on, if that is allowed.
///
/// # Errors
/// `RT_ERROR_TORCH`.
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
    check(unsafe {
        runtime_torch_grad(
            outputs.as_ptr(),
            gradients.as_ptr(),
            count,
            inputs.as_ptr(),
            inputs.len(),
            graph.retain,
            graph.create,
            allow_unused,
            results.as_mut_ptr(),
        )
    })?;
    // SAFETY: each pointer that is not null is a new tensor that nobody else owns.
    let owned = |tensor: *mut C_tensor| unsafe { Tensor::from_ptr(tensor) };
    Ok(results.into_iter().map(|tensor| (!tensor.is_null()).then(|| owned(tensor))).collect())
}

/// `Tensor.retain_grad`.
///
/// # Errors
/// `RT_ERROR_TORCH` for a tensor that needs no gradient.
pub fn retain_grad(tensor: &Tensor) -> Result<()> {
    // SAFETY: the tensor is live.
    check(unsafe { runtime_torch_retain_grad(tensor.as_ptr()) })
}

/// Sets `Tensor.grad`, or takes it away. What fits is for the caller to see to.
///
/// # Errors
/// `RT_ERROR_TORCH`.
pub fn set_grad(tensor: &Tensor, gradient: Option<&Tensor>) -> Result<()> {
    // SAFETY: both tensors are live; null stands for none.
    check(unsafe { runtime_torch_set_grad(tensor.as_ptr(), pointer(gradient)) })
}

/// The name of the node of the graph that made the tensor, `AddBackward0`; `None` for a leaf.
///
/// # Errors
/// `RT_ERROR_TORCH` for a view whose graph was spoilt by a change in place.
pub fn grad_fn(tensor: &Tensor) -> Result<Option<String>> {
    let mut name = ptr::null_mut();
    // SAFETY: the tensor is live, and the name is there to be written.
    check(unsafe { runtime_torch_grad_fn(tensor.as_ptr(), &raw mut name) })?;
    // SAFETY: the shim wrote null or a text that is the caller's.
    Ok(unsafe { text(name) })
}

/// Whether this thread records operations for gradients.
pub fn grad_enabled() -> bool {
    // SAFETY: it reads a flag of this thread.
    unsafe { runtime_torch_grad_enabled() }
}

/// Lets this thread record operations for gradients, or not.
pub fn set_grad_enabled(enabled: bool) {
    // SAFETY: it writes a flag of this thread.
    unsafe { runtime_torch_set_grad_enabled(enabled) };
}

/// The bytes that tensors hold on a GPU: now, and at most since the last reset.
///
/// # Errors
/// `RT_ERROR_TORCH` without a GPU.
pub fn cuda_memory(device: i64) -> Result<(i64, i64)> {
    let (mut current, mut peak) = (0, 0);
    // SAFETY: both numbers are there to be written.
    check(unsafe { runtime_torch_cuda_memory(device, &raw mut current, &raw mut peak) })?;
    Ok((current, peak))
}

/// Starts the peak of [`cuda_memory`] anew.
///
/// # Errors
/// `RT_ERROR_TORCH` without a GPU.
pub fn cuda_reset_peak(device: i64) -> Result<()> {
    // SAFETY: it takes any number.
    check(unsafe { runtime_torch_cuda_reset_peak(device) })
}

/// Gives memory that LibTorch keeps for later tensors back to the GPU.
///
/// # Errors
/// `RT_ERROR_TORCH` without a GPU.
pub fn cuda_empty_cache() -> Result<()> {
    // SAFETY: it takes nothing.
    check(unsafe { runtime_torch_cuda_empty_cache() })
}

/// The version of LibTorch, `2.13.0`.
pub fn version() -> String {
    // SAFETY: it is a constant text that ends with a zero byte.
    unsafe { CStr::from_ptr(runtime_torch_version()) }.to_string_lossy().into_owned()
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

pub(crate) fn check(message: *mut c_char) -> Result<()> {
    // SAFETY: the shim returns null or a text that is the caller's.
    match unsafe { text(message) } {
        None => Ok(()),
        Some(text) => Err(from_tch(TchError::Torch(text))),
    }
}

/// Takes over a text that the shim made; `None` for null.
///
/// # Safety
/// The pointer is null or a text from malloc that nobody else frees.
unsafe fn text(pointer: *mut c_char) -> Option<String> {
    if pointer.is_null() {
        return None;
    }
    // SAFETY: it is a text that ends with a zero byte.
    let text = unsafe { CStr::from_ptr(pointer) }.to_string_lossy().into_owned();
    // SAFETY: it came from malloc and is not used after this.
    unsafe { libc::free(pointer.cast::<c_void>()) };
    Some(text)
}
