//! The bytes of storages, the memory that tensors are parts of.

use runtime_core::Result;
use tch::{Device, Kind, Tensor};
pub(super) use torch_shim::storage::Storage;

use crate::error::OrTorch;

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
