//! Fourier transforms: their norms by number, and sizes that the memory holds.

use runtime_core::{Error, Result};
use tch::{Kind, Tensor};

use crate::error::OrTorch;
use crate::memory;

/// PyTorch's name of a norm: 0 and 2 are `backward`, 1 is `forward`, 3 is `ortho`.
///
/// # Errors
/// `RT_ERROR_INVALID_ARGUMENT` for another number.
pub fn norm(number: i64) -> Result<&'static str> {
    match number {
        0 | 2 => Ok("backward"),
        1 => Ok("forward"),
        3 => Ok("ortho"),
        _ => Err(Error::invalid(format!("norm {number} is none of 0, 1, 2, 3"))),
    }
}

/// The signal's length; `None`, the whole length, for 0 and less.
///
/// # Errors
/// `RT_ERROR_TORCH_TOO_LARGE` for one that the signals of this tensor cannot have.
pub fn length(tensor: &Tensor, n: i64, dim: i64) -> Result<Option<i64>> {
    if n <= 0 {
        return Ok(None);
    }
    check(tensor, &[n], &[dim])?;
    Ok(Some(n))
}

/// Refuses sizes of signals that make the transformed tensor larger than the memory.
///
/// # Errors
/// `RT_ERROR_TORCH_TOO_LARGE`.
pub fn check(tensor: &Tensor, sizes: &[i64], dims: &[i64]) -> Result<()> {
    let mut shape = tensor.size();
    let count = i64::try_from(shape.len()).unwrap_or(i64::MAX);
    for (&size, &dim) in sizes.iter().zip(dims) {
        let position = if dim < 0 { dim.saturating_add(count) } else { dim };
        // A dimension that is none, or a negative size, is PyTorch's to refuse.
        let place = usize::try_from(position).ok().and_then(|position| shape.get_mut(position));
        if let Some(place) = place {
            *place = size.max(0);
        }
    }
    memory::check("the transformed tensor", &shape, Kind::ComplexDouble, tensor.device())
}

/// `torch.fft.irfft2` and `irfftn`: of sizes and dims that both may be left out.
///
/// # Errors
/// `RT_ERROR_TORCH`, `RT_ERROR_TORCH_TOO_LARGE`, `RT_ERROR_INVALID_ARGUMENT` for a norm that is none.
pub fn irfftn(
    tensor: &Tensor,
    sizes: Option<&[i64]>,
    dims: Option<&[i64]>,
    norm_number: i64,
) -> Result<Tensor> {
    if let Some(sizes) = sizes {
        let last = i64::try_from(sizes.len()).unwrap_or(i64::MAX);
        let trailing: Vec<i64> = (-last..0).collect();
        check(tensor, sizes, dims.unwrap_or(&trailing))?;
    }
    tensor.f_fft_irfftn(sizes, dims, norm(norm_number)?).or_torch()
}
