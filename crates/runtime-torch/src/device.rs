//! Threads, seeds and GPUs.

use runtime_core::{Error, Result};
use tch::Cuda;
use torch_shim::device::{cuda_empty_cache, cuda_memory, cuda_reset_peak};

use crate::codes::RT_ERROR_TORCH_DEVICE;
use crate::error::OrTorch;

/// More threads than this are refused: a process that cannot start all of them would end.
const MOST_THREADS: i64 = 256;

/// Sets how many threads one operation uses, for the whole process.
///
/// # Errors
/// `RT_ERROR_INVALID_ARGUMENT` for other than 1 to 256.
pub fn set_threads(count: i64) -> Result<()> {
    let threads = i32::try_from(count).ok().filter(|_| (1..=MOST_THREADS).contains(&count));
    let threads = threads.ok_or_else(|| {
        Error::invalid(format!("count {count} is not between 1 and {MOST_THREADS}"))
    })?;
    tch::set_num_threads(threads);
    Ok(())
}

/// Seeds the generators of the CPU and of every GPU, for the whole process.
pub fn seed(seed: i64) {
    tch::manual_seed(seed);
}

/// The GPU with this number, which starts at 0.
///
/// # Errors
/// `RT_ERROR_TORCH_DEVICE` when there is no such GPU.
pub fn gpu(name: &str, number: i64) -> Result<usize> {
    let count = Cuda::device_count();
    usize::try_from(number).ok().filter(|_| number < count).ok_or_else(|| {
        let text = format!("{name} {number} is not there: the number of GPUs is {count}");
        Error::new(RT_ERROR_TORCH_DEVICE, text)
    })
}

/// Waits until a GPU has done all that was asked of it.
///
/// # Errors
/// As [`gpu`].
pub fn synchronize(number: i64) -> Result<()> {
    gpu("device_id", number)?;
    Cuda::synchronize(number);
    Ok(())
}

/// The bytes that tensors hold on a GPU: now, and at most since the last reset.
///
/// # Errors
/// As [`gpu`].
pub fn memory(number: i64) -> Result<(i64, i64)> {
    gpu("device_id", number)?;
    cuda_memory(number).or_torch()
}

/// Starts the peak of [`memory`] anew.
///
/// # Errors
/// As [`gpu`].
pub fn reset_peak(number: i64) -> Result<()> {
    gpu("device_id", number)?;
    cuda_reset_peak(number).or_torch()
}

/// Gives memory that LibTorch keeps for later tensors back to the GPUs. Without a GPU there is none.
///
/// # Errors
/// `RT_ERROR_TORCH`.
pub fn empty_cache() -> Result<()> {
    if Cuda::is_available() { cuda_empty_cache().or_torch() } else { Ok(()) }
}
