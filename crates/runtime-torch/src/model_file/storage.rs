//! Storages: the memory that tensors are parts of.

use std::ffi::{c_char, c_void};
use std::ptr;

use runtime_core::Result;
use tch::{Device, Kind, Tensor};
use torch_sys::C_tensor;

use crate::error::OrTorch;
use crate::shim::check;

unsafe extern "C" {
    fn runtime_torch_storage(
        tensor: *const C_tensor,
        elements: *mut *mut C_tensor,
        offset: *mut i64,
        storage_identity: *mut *const c_void,
        tensor_identity: *mut *const c_void,
    ) -> *mut c_char;
    fn runtime_torch_part(
        elements: *const C_tensor,
        offset: i64,
        sizes: *const i64,
        strides: *const i64,
        dimensions: usize,
        result: *mut *mut C_tensor,
    ) -> *mut c_char;
}

/// The storage of a tensor.
pub(super) struct Storage {
    /// All of its elements, in one dimension.
    pub(super) elements: Tensor,
    /// Where in it the tensor begins.
    pub(super) offset: i64,
    /// The same for tensors of one storage, as long as it lives.
    pub(super) identity: usize,
    /// The same for handles of one tensor, as long as it lives.
    pub(super) tensor: usize,
}

/// The storage of a tensor.
///
/// # Errors
/// `RT_ERROR_TORCH` for a tensor without one: a sparse tensor.
pub(super) fn of(tensor: &Tensor) -> Result<Storage> {
    let (mut elements, mut offset) = (ptr::null_mut(), 0);
    let (mut storage, mut identity) = (ptr::null(), ptr::null());
    // SAFETY: the tensor is live, and the four places are there to be written.
    check(unsafe {
        runtime_torch_storage(
            tensor.as_ptr(),
            &raw mut elements,
            &raw mut offset,
            &raw mut storage,
            &raw mut identity,
        )
    })?;
    // SAFETY: the shim wrote a new tensor that nobody else owns.
    let elements = unsafe { Tensor::from_ptr(elements) };
    Ok(Storage { elements, offset, identity: storage.addr(), tensor: identity.addr() })
}

/// The tensor that is a part of the storage of `elements`, as Python's `set_` makes it: not a view of any
/// other tensor. The caller has seen to it that it lies in the storage.
///
/// # Errors
/// `RT_ERROR_TORCH`.
pub(super) fn part(
    elements: &Tensor,
    offset: i64,
    sizes: &[i64],
    strides: &[i64],
) -> Result<Tensor> {
    debug_assert_eq!(sizes.len(), strides.len());
    let mut result = ptr::null_mut();
    // SAFETY: the tensor is live, and both lists are as long as it is said.
    check(unsafe {
        runtime_torch_part(
            elements.as_ptr(),
            offset,
            sizes.as_ptr(),
            strides.as_ptr(),
            sizes.len().min(strides.len()),
            &raw mut result,
        )
    })?;
    // SAFETY: the shim wrote a new tensor that nobody else owns.
    Ok(unsafe { Tensor::from_ptr(result) })
}

/// A new tensor of so many elements in one dimension, on the CPU, whose memory holds anything.
///
/// # Errors
/// `RT_ERROR_TORCH` when memory is short.
pub(super) fn empty(elements: usize, kind: Kind) -> Result<Tensor> {
    let size = i64::try_from(elements).unwrap_or(i64::MAX);
    Tensor::f_empty([size], (kind, Device::Cpu)).or_torch()
}

/// The bytes of a dense tensor on the CPU. Whoever writes to the tensor meanwhile spoils what is read.
pub(super) fn bytes(tensor: &Tensor) -> &[u8] {
    match length(tensor) {
        0 => &[],
        // SAFETY: a dense tensor has so many bytes there, and they live as long as it does.
        length => unsafe { std::slice::from_raw_parts(tensor.data_ptr().cast(), length) },
    }
}

/// The bytes of a new dense tensor on the CPU, to be written.
pub(super) fn bytes_mut(tensor: &mut Tensor) -> &mut [u8] {
    match length(tensor) {
        0 => &mut [],
        // SAFETY: as above, and nobody else has the tensor.
        length => unsafe { std::slice::from_raw_parts_mut(tensor.data_ptr().cast(), length) },
    }
}

/// Makes bools of the bytes of a tensor of bools, which are 0 and 1 and nothing else.
pub(super) fn only_bools(tensor: &mut Tensor) {
    if tensor.kind() == Kind::Bool {
        bytes_mut(tensor).iter_mut().for_each(|byte| *byte = u8::from(*byte != 0));
    }
}

fn length(tensor: &Tensor) -> usize {
    assert!(tensor.device() == Device::Cpu && tensor.is_contiguous(), "only dense ones on the CPU");
    tensor.numel() * tensor.kind().elt_size_in_bytes()
}
