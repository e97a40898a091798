//! Other dtypes and devices.

use runtime_value::RuntimeValue;

#[cfg(feature = "pytorch")]
use super::unary;
#[cfg(feature = "pytorch")]
use crate::device;
#[cfg(feature = "pytorch")]
use crate::kinds;
#[cfg(feature = "pytorch")]
use tch::Device;

/// The tensor with elements of another dtype (RT_TORCH_FLOAT32 and so on); a new handle of the same
/// one if it has that already. A new tensor that is the caller's to free. NIL with
/// RT_ERROR_TORCH_DTYPE for a number that is no dtype, and with a handle's error for what is no
/// tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_to_dtype(tensor: RuntimeValue, dtype: i64) -> RuntimeValue {
    torch!("rt_torch_to_dtype", RuntimeValue::NIL, {
        let kind = kinds::dtype("dtype", dtype)?;
        unary(tensor, |tensor| tensor.f_to_kind(kind))
    })
}

/// The tensor on a device, 0 for the CPU or 1 for the first GPU; a new handle of the same one if it
/// is there already. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH_DEVICE for
/// a device that is not there, with RT_ERROR_TORCH when its memory is short, and with a handle's
/// error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_to_device(tensor: RuntimeValue, device: i64) -> RuntimeValue {
    torch!("rt_torch_to_device", RuntimeValue::NIL, {
        let device = kinds::device("device", device)?;
        unary(tensor, |tensor| tensor.f_to_device(device))
    })
}

/// As `rt_torch_to_device` with 0. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_to_cpu(tensor: RuntimeValue) -> RuntimeValue {
    torch!(
        "rt_torch_to_cpu",
        RuntimeValue::NIL,
        unary(tensor, |tensor| tensor.f_to_device(Device::Cpu))
    )
}

/// As `rt_torch_to_device`, of a GPU, whose numbers start at 0 here. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_to_cuda(tensor: RuntimeValue, device_id: i64) -> RuntimeValue {
    torch!("rt_torch_to_cuda", RuntimeValue::NIL, {
        let gpu = Device::Cuda(device::gpu("device_id", device_id)?);
        unary(tensor, |tensor| tensor.f_to_device(gpu))
    })
}
