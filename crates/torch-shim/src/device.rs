//! LibTorch's version, and what the allocator of a GPU counts.

use std::ffi::CStr;

use crate::Result;
use crate::ffi::{shim_cuda_empty_cache, shim_cuda_memory, shim_cuda_reset_peak, shim_version};
use crate::text::done;

/// The version of LibTorch, `2.13.0`.
pub fn version() -> String {
    // SAFETY: it is a constant text that ends with a zero byte.
    unsafe { CStr::from_ptr(shim_version()) }.to_string_lossy().into_owned()
}

/// The bytes that tensors hold on a GPU: now, and at most since the last reset.
///
/// # Errors
/// LibTorch's text, without a GPU.
pub fn cuda_memory(device: i64) -> Result<(i64, i64)> {
    let (mut current, mut peak) = (0, 0);
    // SAFETY: both numbers are there to be written.
    done(|error| unsafe { shim_cuda_memory(device, &raw mut current, &raw mut peak, error) })?;
    Ok((current, peak))
}

/// Starts the peak of [`cuda_memory`] anew.
///
/// # Errors
/// LibTorch's text, without a GPU.
pub fn cuda_reset_peak(device: i64) -> Result<()> {
    // SAFETY: it takes any number.
    done(|error| unsafe { shim_cuda_reset_peak(device, error) })
}

/// Gives memory that LibTorch keeps for later tensors back to the GPU.
///
/// # Errors
/// LibTorch's text, without a GPU.
pub fn cuda_empty_cache() -> Result<()> {
    // SAFETY: it takes nothing.
    done(|error| unsafe { shim_cuda_empty_cache(error) })
}
