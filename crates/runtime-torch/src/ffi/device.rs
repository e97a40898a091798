//! Threads, seeds and GPUs.

use runtime_value::RuntimeValue;

#[cfg(feature = "pytorch")]
use super::tensor::done;
#[cfg(feature = "pytorch")]
use crate::device;
#[cfg(feature = "pytorch")]
use tch::Cuda;
#[cfg(feature = "pytorch")]
use torch_shim::device::version;

/// The version of LibTorch, "2.13.0": a new string that is the caller's. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_version() -> RuntimeValue {
    torch!("rt_torch_version", RuntimeValue::NIL, RuntimeValue::string(&version()))
}

/// Seeds PyTorch's generators of random numbers, that of the CPU and those of the GPUs, which all
/// threads share: the same operations give the same numbers after it. Returns 1. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_manual_seed(seed: i64) -> i64 {
    torch!("rt_torch_manual_seed", 0, {
        device::seed(seed);
        Ok(1)
    })
}

/// How many threads an operation on the CPU uses. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_get_num_threads() -> i64 {
    torch!("rt_torch_get_num_threads", 0, Ok(i64::from(tch::get_num_threads())))
}

/// Sets how many threads an operation on the CPU uses, for the whole process. Returns 1; 0 with
/// RT_ERROR_INVALID_ARGUMENT for other than 1 to 256. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_set_num_threads(count: i64) -> i64 {
    torch!("rt_torch_set_num_threads", 0, done(device::set_threads(count)))
}

/// 1 when there is a GPU that this LibTorch can use, else 0, which is no error. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_cuda_available() -> i64 {
    torch!("rt_torch_cuda_available", 0, Ok(i64::from(Cuda::is_available())))
}

/// How many GPUs this LibTorch can use. 0 without an error when there is none. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_cuda_device_count() -> i64 {
    torch!("rt_torch_cuda_device_count", 0, Ok(Cuda::device_count()))
}

/// Waits until a GPU, whose numbers start at 0, has done all that was asked of it. Returns 1; 0
/// with RT_ERROR_TORCH_DEVICE when there is no such GPU. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_cuda_synchronize(device_id: i64) -> i64 {
    torch!("rt_torch_cuda_synchronize", 0, done(device::synchronize(device_id)))
}

/// The bytes that tensors hold on a GPU, whose numbers start at 0. 0 with RT_ERROR_TORCH_DEVICE
/// when there is no such GPU. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_cuda_memory_allocated(device_id: i64) -> i64 {
    torch!(
        "rt_torch_cuda_memory_allocated",
        0,
        device::memory(device_id).map(|(current, _)| current)
    )
}

/// The most bytes that tensors held on a GPU since the start or the last
/// `rt_torch_cuda_reset_peak_memory_stats`. 0 with RT_ERROR_TORCH_DEVICE when there is no such GPU.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_cuda_max_memory_allocated(device_id: i64) -> i64 {
    torch!("rt_torch_cuda_max_memory_allocated", 0, device::memory(device_id).map(|(_, peak)| peak))
}

/// Starts what `rt_torch_cuda_max_memory_allocated` reports anew. Returns 1; 0 with
/// RT_ERROR_TORCH_DEVICE when there is no such GPU. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_cuda_reset_peak_memory_stats(device_id: i64) -> i64 {
    torch!("rt_torch_cuda_reset_peak_memory_stats", 0, done(device::reset_peak(device_id)))
}

/// Gives memory that LibTorch keeps for later tensors back to the GPUs. Returns 1, also without a
/// GPU, where there is none; 0 with RT_ERROR_TORCH. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_cuda_empty_cache() -> i64 {
    torch!("rt_torch_cuda_empty_cache", 0, done(device::empty_cache()))
}

/// Gives memory on the CPU that is kept for later tensors back to the system. Memory of tensors of 128 KiB and
/// more stays with the process when they are freed: at most as much as was in use at one time, or 64 MiB if
/// that is more, and never above 1 GiB. Returns 1. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_cpu_empty_cache() -> i64 {
    torch!("rt_torch_cpu_empty_cache", 0, {
        torch_shim::memory::empty();
        Ok(1)
    })
}
