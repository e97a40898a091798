//! Shapes: reading them from values, and operations whose numbers could ask for too much.

use runtime_core::{Error, Result};
use runtime_value::RuntimeValue;
use tch::{Device, Kind, Tensor};

use crate::error::OrTorch;
use crate::{arguments, memory};

/// As many dimensions as all of LibTorch's operations take.
pub const MOST_DIMS: usize = 64;

/// The shape in an argument. Sizes may be negative here: some operations take -1.
///
/// # Errors
/// Those of an array of ints, and `RT_ERROR_INVALID_ARGUMENT` for more than 64 of them.
pub fn sizes(name: &str, value: RuntimeValue) -> Result<Vec<i64>> {
    let sizes = arguments::ints(name, value)?;
    if sizes.len() > MOST_DIMS {
        return Err(Error::invalid(format!(
            "{name} has {} dimensions, more than {MOST_DIMS}",
            sizes.len()
        )));
    }
    Ok(sizes)
}

/// How many elements a shape has. Negative sizes count as they are without the sign.
pub fn product(shape: &[i64]) -> u64 {
    if shape.contains(&0) {
        return 0;
    }
    shape.iter().fold(1, |product: u64, size| product.saturating_mul(size.unsigned_abs()))
}

/// `Tensor.reshape`.
///
/// # Errors
/// `RT_ERROR_TORCH` for sizes that hold other than the tensor's elements.
pub fn reshape(tensor: &Tensor, sizes: &[i64]) -> Result<Tensor> {
    tensor.f_reshape(sizes).or_torch()
}

/// `Tensor.expand`. The result takes no memory, but what reads it would take forever, so a size that
/// no memory holds is refused.
///
/// # Errors
/// `RT_ERROR_TORCH` for sizes that the tensor's cannot become, `RT_ERROR_TORCH_TOO_LARGE`.
pub fn expand(tensor: &Tensor, sizes: &[i64]) -> Result<Tensor> {
    let own = tensor.size();
    let kept = sizes.len().saturating_sub(own.len());
    let whole: Vec<i64> = sizes
        .iter()
        .enumerate()
        .map(|(dim, &size)| match size {
            // -1 keeps the tensor's own.
            -1 => dim.checked_sub(kept).and_then(|dim| own.get(dim)).copied().unwrap_or(-1),
            size => size,
        })
        .collect();
    if !whole.iter().any(|size| *size < 0) {
        check("the expanded tensor", &whole, tensor)?;
    }
    tensor.f_expand(sizes, false).or_torch()
}

/// `Tensor.repeat`.
///
/// # Errors
/// `RT_ERROR_TORCH` for negative counts, or fewer than the tensor has dimensions,
/// `RT_ERROR_TORCH_TOO_LARGE`.
pub fn repeat(tensor: &Tensor, repeats: &[i64]) -> Result<Tensor> {
    check_repeated(tensor, repeats)?;
    tensor.f_repeat(repeats).or_torch()
}

/// `torch.tile`.
///
/// # Errors
/// As [`repeat`], and fewer counts than dimensions are right.
pub fn tile(tensor: &Tensor, repeats: &[i64]) -> Result<Tensor> {
    check_repeated(tensor, repeats)?;
    tensor.f_tile(repeats).or_torch()
}

/// `torch.repeat_interleave` with one count; `None` repeats the elements of the flat tensor.
///
/// # Errors
/// As [`repeat`].
pub fn repeat_interleave(tensor: &Tensor, repeats: i64, dim: Option<i64>) -> Result<Tensor> {
    check_repeated(tensor, &[repeats])?;
    tensor.f_repeat_interleave_self_int(repeats, dim, None).or_torch()
}

/// `torch.chunk`.
///
/// # Errors
/// `RT_ERROR_TORCH` for a count below 1, `RT_ERROR_TORCH_TOO_LARGE`.
pub fn chunk(tensor: &Tensor, chunks: i64, dim: i64) -> Result<Vec<Tensor>> {
    let size = size_along(tensor, dim)?;
    // More chunks than elements are as many as elements; of none there are as many as asked for.
    let chunks = if size > 0 { chunks.min(size) } else { chunks };
    check_pieces(chunks)?;
    tensor.f_chunk(chunks, dim).or_torch()
}

/// `torch.split` with one size.
///
/// # Errors
/// `RT_ERROR_TORCH` for a size that does not fit, `RT_ERROR_TORCH_TOO_LARGE`.
pub fn split(tensor: &Tensor, size: i64, dim: i64) -> Result<Vec<Tensor>> {
    let along = size_along(tensor, dim)?;
    check_pieces(along.checked_div(size).unwrap_or(0))?;
    tensor.f_split(size, dim).or_torch()
}

/// `torch.unbind`.
///
/// # Errors
/// `RT_ERROR_TORCH` for a dimension that is none, `RT_ERROR_TORCH_TOO_LARGE`.
pub fn unbind(tensor: &Tensor, dim: i64) -> Result<Vec<Tensor>> {
    check_pieces(size_along(tensor, dim)?)?;
    tensor.f_unbind(dim).or_torch()
}

/// `Tensor.slice`: from `start` to before `end` by `step` along `dim`; `None` is an open end.
///
/// # Errors
/// `RT_ERROR_TORCH` for a step below 1 or a dimension that is none.
pub fn slice(
    tensor: &Tensor,
    dim: i64,
    start: Option<i64>,
    end: Option<i64>,
    step: i64,
) -> Result<Tensor> {
    // A larger step gives the same, and LibTorch would add it to a size.
    let step = step.min(size_along(tensor, dim)?.max(1));
    tensor.f_slice(dim, start, end, step).or_torch()
}

/// `torch.diag`.
///
/// # Errors
/// `RT_ERROR_TORCH` for a tensor of other than one or two dimensions, `RT_ERROR_TORCH_TOO_LARGE`.
pub fn diag(tensor: &Tensor, diagonal: i64) -> Result<Tensor> {
    if let [size] = tensor.size().as_slice() {
        let side = size.saturating_add(diagonal.saturating_abs());
        check("the matrix", &[side, side], tensor)?;
    }
    tensor.f_diag(diagonal).or_torch()
}

/// The dimensions of all, in order, which some operations want spelled out.
pub fn all_dims(tensor: &Tensor) -> Vec<i64> {
    (0..).take(tensor.dim()).collect()
}

/// The size along a dimension, which may be counted from the end. Of a number's: 1.
fn size_along(tensor: &Tensor, dim: i64) -> Result<i64> {
    let sizes = tensor.size();
    let count = i64::try_from(sizes.len()).unwrap_or(i64::MAX);
    let position = if dim < 0 { dim.saturating_add(count) } else { dim };
    let found = usize::try_from(position).ok().and_then(|position| sizes.get(position));
    match found {
        Some(size) => Ok(*size),
        // A number has dimension 0 and -1 in LibTorch.
        None if count == 0 && (dim == 0 || dim == -1) => Ok(1),
        None => Err(Error::new(
            crate::codes::RT_ERROR_TORCH,
            format!("dim {dim} is out of range for a tensor of {count} dimensions"),
        )),
    }
}

fn check(what: &str, shape: &[i64], like: &Tensor) -> Result<()> {
    memory::check(what, shape, like.f_kind().or_torch()?, like.device())
}

/// The result has the product of the counts times as many elements.
fn check_repeated(tensor: &Tensor, repeats: &[i64]) -> Result<()> {
    if repeats.iter().any(|count| *count < 0) {
        return Ok(());
    }
    check("the repeated tensor", &[tensor.size().as_slice(), repeats].concat(), tensor)
}

/// Each piece is a tensor with a handle, some hundred bytes even when it shares its elements.
fn check_pieces(count: i64) -> Result<()> {
    memory::check("the list of pieces", &[count.max(0), 512], Kind::Uint8, Device::Cpu)
}
