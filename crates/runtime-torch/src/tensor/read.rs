//! Reading tensors back: as nested arrays, as bytes, as numbers.

use runtime_core::error::codes::RT_ERROR_LENGTH;
use runtime_core::{Error, Result};
use runtime_value::{Array, RuntimeValue, Tuple, View, array};
use tch::{Device, Kind, Tensor};

use super::shape;
use crate::codes::{RT_ERROR_TORCH_DEVICE, RT_ERROR_TORCH_DTYPE};
use crate::error::OrTorch;
use crate::{kinds, memory};

/// The number of the tensor's dtype.
///
/// # Errors
/// `RT_ERROR_TORCH_DTYPE` for one that has none.
pub fn dtype(tensor: &Tensor) -> Result<i64> {
    let kind = tensor.f_kind().or_torch()?;
    kinds::dtype_number(kind)
        .ok_or_else(|| Error::new(RT_ERROR_TORCH_DTYPE, format!("{kind:?} has no number here")))
}

/// The number of the tensor's device.
///
/// # Errors
/// `RT_ERROR_TORCH_DEVICE` for one that has none.
pub fn device(tensor: &Tensor) -> Result<i64> {
    let device = tensor.device();
    kinds::device_number(device)
        .ok_or_else(|| Error::new(RT_ERROR_TORCH_DEVICE, format!("{device:?} has no number here")))
}

/// A copy of the elements, through which gradients flow to the original.
///
/// # Errors
/// `RT_ERROR_TORCH`.
pub fn copy(tensor: &Tensor) -> Result<Tensor> {
    let kind = tensor.f_kind().or_torch()?;
    tensor.f_to_dtype(kind, false, true).or_torch()
}

/// Nested arrays of ints, floats or bools with the tensor's elements; the number itself of a tensor
/// without dimensions. A complex element is a tuple of its real and imaginary part.
///
/// # Errors
/// `RT_ERROR_OUT_OF_MEMORY`, `RT_ERROR_TORCH_TOO_LARGE` for sizes like `[2^60, 0]`, whose arrays
/// are empty and too many, `RT_ERROR_INVALID_ARGUMENT` for more than 64 dimensions.
pub fn to_values(tensor: &Tensor) -> Result<RuntimeValue> {
    let sizes = tensor.size();
    if sizes.len() > shape::MOST_DIMS {
        return Err(Error::invalid(format!(
            "a tensor of {} dimensions is nested too deep: the most are {}",
            sizes.len(),
            shape::MOST_DIMS
        )));
    }
    for outer in 1..sizes.len() {
        memory::check("the arrays", &sizes[..outer], Kind::ComplexDouble, Device::Cpu)?;
    }
    let mut elements = Elements::of(tensor)?;
    nested(&sizes, &mut || elements.next())
}

/// The elements' bytes in order, in the tensor's own dtype and the machine's byte order, copied to
/// the front of `out`. Returns how many bytes they are.
///
/// # Errors
/// `RT_ERROR_LENGTH` when `out` is too short; nothing is written then.
pub fn copy_into(tensor: &Tensor, out: &mut [u8]) -> Result<usize> {
    let kind = tensor.f_kind().or_torch()?;
    let count = usize::try_from(super::numel(tensor)).unwrap_or(usize::MAX);
    let bytes = count.saturating_mul(kind.elt_size_in_bytes());
    if out.len() < bytes {
        return Err(Error::new(
            RT_ERROR_LENGTH,
            format!("the buffer has {} bytes, and the tensor {bytes}", out.len()),
        ));
    }
    plain(tensor)?.f_copy_data_u8(out, count).or_torch()?;
    Ok(bytes)
}

/// The elements in order, as 64-bit floats.
///
/// # Errors
/// `RT_ERROR_TORCH` for complex elements.
pub fn floats(tensor: &Tensor) -> Result<Vec<f64>> {
    let mut floats = vec![0.0; usize::try_from(super::numel(tensor)).unwrap_or(usize::MAX)];
    let count = floats.len();
    let tensor = plain(tensor)?.f_to_kind(Kind::Double).or_torch()?;
    tensor.f_copy_data(&mut floats, count).or_torch()?;
    Ok(floats)
}

/// The elements in order, as 64-bit ints.
///
/// # Errors
/// `RT_ERROR_TORCH`.
pub fn ints(tensor: &Tensor) -> Result<Vec<i64>> {
    let mut ints = vec![0; usize::try_from(super::numel(tensor)).unwrap_or(usize::MAX)];
    let count = ints.len();
    let tensor = plain(tensor)?.f_to_kind(Kind::Int64).or_torch()?;
    tensor.f_copy_data(&mut ints, count).or_torch()?;
    Ok(ints)
}

/// The same elements, without a graph, on the CPU, not lazily conjugated or negated.
pub(super) fn plain(tensor: &Tensor) -> Result<Tensor> {
    tensor
        .f_detach()
        .and_then(|tensor| tensor.f_to_device(Device::Cpu))
        .and_then(|tensor| tensor.f_resolve_conj())
        .and_then(|tensor| tensor.f_resolve_neg())
        .or_torch()
}

/// The elements of a tensor, one after another, as values.
enum Elements {
    Ints(std::vec::IntoIter<i64>),
    Bools(std::vec::IntoIter<i64>),
    Floats(std::vec::IntoIter<f64>),
    Complex(std::vec::IntoIter<f64>),
}

impl Elements {
    fn of(tensor: &Tensor) -> Result<Self> {
        Ok(match tensor.f_kind().or_torch()? {
            Kind::Bool => Self::Bools(ints(tensor)?.into_iter()),
            Kind::Uint8 | Kind::Int8 | Kind::Int16 | Kind::Int | Kind::Int64 => {
                Self::Ints(ints(tensor)?.into_iter())
            }
            Kind::ComplexHalf | Kind::ComplexFloat | Kind::ComplexDouble => {
                let pairs = plain(tensor)?.f_view_as_real().or_torch()?;
                Self::Complex(floats(&pairs)?.into_iter())
            }
            _ => Self::Floats(floats(tensor)?.into_iter()),
        })
    }

    fn next(&mut self) -> Result<RuntimeValue> {
        match self {
            Self::Ints(ints) => RuntimeValue::int(ints.next().unwrap_or(0)),
            Self::Bools(ints) => Ok(RuntimeValue::bool(ints.next().unwrap_or(0) != 0)),
            Self::Floats(floats) => RuntimeValue::float(floats.next().unwrap_or(0.0)),
            Self::Complex(floats) => {
                let parts = [floats.next().unwrap_or(0.0), floats.next().unwrap_or(0.0)];
                let [real, imaginary] = parts.map(RuntimeValue::float);
                Ok(Tuple::from_slice(&[real?, imaginary?])?.value())
            }
        }
    }
}

fn nested(sizes: &[i64], next: &mut impl FnMut() -> Result<RuntimeValue>) -> Result<RuntimeValue> {
    let Some((&size, inner)) = sizes.split_first() else { return next() };
    let elements: Array = array::array_of((0..size).map(|_| nested(inner, next)))?;
    Ok(elements.value())
}
