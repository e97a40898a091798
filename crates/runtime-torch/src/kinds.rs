//! The numbers of dtypes and devices, and what they are in LibTorch.

use runtime_core::{Error, Result};
use tch::{Cuda, Device, Kind};

use crate::codes::{self, *};

const DTYPES: [(i64, Kind); 12] = [
    (RT_TORCH_FLOAT32, Kind::Float),
    (RT_TORCH_FLOAT64, Kind::Double),
    (RT_TORCH_INT32, Kind::Int),
    (RT_TORCH_INT64, Kind::Int64),
    (RT_TORCH_BOOL, Kind::Bool),
    (RT_TORCH_UINT8, Kind::Uint8),
    (RT_TORCH_INT8, Kind::Int8),
    (RT_TORCH_INT16, Kind::Int16),
    (RT_TORCH_FLOAT16, Kind::Half),
    (RT_TORCH_BFLOAT16, Kind::BFloat16),
    (RT_TORCH_COMPLEX64, Kind::ComplexFloat),
    (RT_TORCH_COMPLEX128, Kind::ComplexDouble),
];

/// The dtype with this number.
///
/// # Errors
/// `RT_ERROR_TORCH_DTYPE`.
pub fn dtype(name: &str, number: i64) -> Result<Kind> {
    let found = usize::try_from(number).ok().and_then(|index| DTYPES.get(index));
    found.map(|(_, kind)| *kind).ok_or_else(|| {
        Error::new(RT_ERROR_TORCH_DTYPE, format!("{name} {number} is no dtype: those are 0 to 11"))
    })
}

/// The number of a dtype; `None` for those that the runtime has no number for (quantized ones).
pub fn dtype_number(kind: Kind) -> Option<i64> {
    DTYPES.iter().find(|(_, known)| *known == kind).map(|(number, _)| *number)
}

/// The device with this number: 0 is the CPU, n is CUDA device n - 1.
///
/// # Errors
/// `RT_ERROR_TORCH_DEVICE` when the number is none, or there is no such device.
pub fn device(name: &str, number: i64) -> Result<Device> {
    if number == 0 {
        return Ok(Device::Cpu);
    }
    let wrong =
        |why: String| Error::new(codes::RT_ERROR_TORCH_DEVICE, format!("{name} {number} {why}"));
    let index = number.checked_sub(1).and_then(|index| usize::try_from(index).ok());
    let index =
        index.ok_or_else(|| wrong(String::from("is no device: 0 is the CPU, 1 the first GPU")))?;
    let count = Cuda::device_count();
    if i64::try_from(index).is_ok_and(|index| index < count) {
        return Ok(Device::Cuda(index));
    }
    Err(wrong(match count {
        0 => String::from("is not there: there is no GPU"),
        count => format!("is not there: there are {count} GPUs"),
    }))
}

/// The device of this name: `cpu`, `cuda`, `cuda:1`.
///
/// # Errors
/// `RT_ERROR_TORCH_DEVICE` when the name is none, or there is no such device.
pub fn device_named(name: &str, text: &str) -> Result<Device> {
    let index = match text {
        "cpu" => return Ok(Device::Cpu),
        "cuda" => Some(0),
        text => text.strip_prefix("cuda:").and_then(|index| index.parse::<u16>().ok()),
    };
    let missing = |why: &str| {
        let shown: String = text.chars().take(80).collect();
        Error::new(RT_ERROR_TORCH_DEVICE, format!("{name} {shown:?} {why}"))
    };
    let index = index.ok_or_else(|| missing("is no device: those are \"cpu\" and \"cuda:0\""))?;
    device(name, i64::from(index) + 1).map_err(|_| missing("is not there"))
}

/// The number of a device; `None` for kinds of devices that the runtime has no number for.
pub fn device_number(device: Device) -> Option<i64> {
    match device {
        Device::Cpu => Some(0),
        Device::Cuda(index) => i64::try_from(index + 1).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dtypes_stand_at_their_number() {
        for (position, (number, kind)) in DTYPES.iter().enumerate() {
            assert_eq!(*number, position as i64);
            assert_eq!(dtype("dtype", *number).unwrap(), *kind);
            assert_eq!(dtype_number(*kind), Some(*number));
        }
        for number in [-1, 12, i64::MIN, i64::MAX] {
            assert_eq!(dtype("dtype", number).unwrap_err().code(), RT_ERROR_TORCH_DTYPE);
        }
        assert_eq!(dtype_number(Kind::QInt8), None);
    }

    #[test]
    fn devices_are_checked() {
        assert_eq!(device("device", 0).unwrap(), Device::Cpu);
        for number in [-1, 1000, i64::MIN, i64::MAX] {
            assert_eq!(device("device", number).unwrap_err().code(), RT_ERROR_TORCH_DEVICE);
        }
        assert_eq!(device_named("device", "cpu").unwrap(), Device::Cpu);
        for name in ["", "gpu", "cuda:", "cuda:-1", "cuda:65535", "cuda:99999999", "CPU", "meta"] {
            assert_eq!(device_named("device", name).unwrap_err().code(), RT_ERROR_TORCH_DEVICE);
        }
    }
}
