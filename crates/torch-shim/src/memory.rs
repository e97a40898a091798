//! The memory of large tensors on the CPU, which is kept for the next ones: see `cpp/memory.cpp`.

use std::sync::Once;

use crate::ffi::{shim_count_pages, shim_empty_pages, shim_keep_pages};

/// Lets LibTorch take the memory of tensors of 128 KiB and more on the CPU from pages that stay with the
/// process when a tensor is freed: as many as were in use at one time, or 64 MiB, and 1 GiB at most. For
/// the whole process, from the first call on. Costs next to nothing after the first call.
#[inline(always)]
pub fn keep() {
    static KEPT: Once = Once::new();
    if !KEPT.is_completed() {
        // SAFETY: it may be called at any time, once.
        KEPT.call_once(|| unsafe { shim_keep_pages() });
    }
}

/// Gives the pages that are kept back to the system.
pub fn empty() {
    // SAFETY: it may be called at any time.
    unsafe { shim_empty_pages() };
}

/// The bytes of large tensors, and the bytes that are kept for others.
///
/// # Example
/// ```
/// use tch::{Device, Kind, Tensor};
/// use torch_shim::memory;
///
/// memory::keep();
/// let tensor = Tensor::zeros([1 << 20], (Kind::Float, Device::Cpu));
/// assert_eq!(memory::count(), (4 << 20, 0));
/// drop(tensor);
/// assert_eq!(memory::count(), (0, 4 << 20));
/// memory::empty();
/// assert_eq!(memory::count(), (0, 0));
/// ```
pub fn count() -> (u64, u64) {
    let (mut used, mut kept) = (0, 0);
    // SAFETY: both are there to be written.
    unsafe { shim_count_pages(&raw mut used, &raw mut kept) };
    (used, kept)
}
