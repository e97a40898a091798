//! Elements by their places.

use runtime_value::RuntimeValue;

#[cfg(feature = "pytorch")]
use super::{done, unary};
#[cfg(feature = "pytorch")]
use crate::arguments::give_array;
#[cfg(feature = "pytorch")]
use crate::error::OrTorch;
#[cfg(feature = "pytorch")]
use crate::objects::{self, give_tensor};
#[cfg(feature = "pytorch")]
use crate::scalar;
#[cfg(feature = "pytorch")]
use crate::tensor::{index, shape};
#[cfg(feature = "pytorch")]
use tch::Tensor;

/// What Python's `tensor[indices]` is.
///
/// `indices` is a position (an int, from the end when negative), an index tensor of ints in any
/// shape, a mask (a tensor of bools), a slice (a tuple of start and end, or of start, end and step,
/// NIL for an open end), NIL for a new axis, the strings ":" and "..." as in Python; or an array of
/// such indices, one for each dimension, in which arrays of ints or bools are index tensors and
/// masks too. Positions and slices share the elements, the others copy them. A new tensor that is
/// the caller's to free. NIL with RT_ERROR_TORCH for an index out of range or a mask that does not
/// fit, with RT_ERROR_INVALID_ARGUMENT for too many indices, with RT_ERROR_WRONG_TYPE for what is
/// no index, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_index(tensor: RuntimeValue, indices: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_index", RuntimeValue::NIL, {
        let tensor = objects::tensor("tensor", tensor)?;
        give_tensor(index::get(&tensor, &index::parse("indices", indices)?)?)
    })
}

/// What Python's `tensor[indices] = values` does, with the indices of `rt_torch_index` and
/// broadcasting; `accumulate` other than 0 adds instead, and adds all the values of a place that
/// occurs several times. Returns 1; 0 with the errors of `rt_torch_index`. Other threads must not
/// use the tensor meanwhile.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_index_put_(
    tensor: RuntimeValue,
    indices: RuntimeValue,
    values: RuntimeValue,
    accumulate: i64,
) -> i64 {
    torch!("rt_torch_index_put_", 0, {
        let (tensor, values) =
            (objects::tensor("tensor", tensor)?, objects::tensor("values", values)?);
        done(index::put(&tensor, &index::parse("indices", indices)?, &values, accumulate != 0))
    })
}

/// The slice at one position along `dim`, without it; negative positions count from the end. A new
/// tensor that shares the elements and is the caller's to free. NIL with RT_ERROR_TORCH when
/// PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_select(tensor: RuntimeValue, dim: i64, index: i64) -> RuntimeValue {
    torch!(
        "rt_torch_select",
        RuntimeValue::NIL,
        unary(tensor, |tensor| tensor.f_select(dim, index))
    )
}

/// `length` positions from `start` on along `dim`. A new tensor that shares the elements and is the
/// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for
/// what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_narrow(
    tensor: RuntimeValue,
    dim: i64,
    start: i64,
    length: i64,
) -> RuntimeValue {
    torch!(
        "rt_torch_narrow",
        RuntimeValue::NIL,
        unary(tensor, |tensor| tensor.f_narrow(dim, start, length))
    )
}

/// The positions from `start` to before `end` by `step`, which is at least 1, along `dim`; ends
/// beyond the tensor are its ends. A new tensor that shares the elements and is the caller's to
/// free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no
/// tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_slice(
    tensor: RuntimeValue,
    dim: i64,
    start: i64,
    end: i64,
    step: i64,
) -> RuntimeValue {
    torch!("rt_torch_slice", RuntimeValue::NIL, {
        let tensor = objects::tensor("tensor", tensor)?;
        give_tensor(shape::slice(&tensor, dim, Some(start), Some(end), step)?)
    })
}

/// The positions along `dim` that a vector of ints names. A new tensor that is the caller's to
/// free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no
/// tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_index_select(
    tensor: RuntimeValue,
    dim: i64,
    index: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_index_select", RuntimeValue::NIL, {
        let index = objects::tensor("index", index)?;
        unary(tensor, |tensor| tensor.f_index_select(dim, &index))
    })
}

/// For each int64 of `index` the element of `tensor` at its place, with that int as the position
/// along `dim`. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch
/// refuses, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_gather(
    tensor: RuntimeValue,
    dim: i64,
    index: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_gather", RuntimeValue::NIL, {
        let index = objects::tensor("index", index)?;
        unary(tensor, |tensor| tensor.f_gather(dim, &index, false))
    })
}

/// A copy of the tensor with the elements of `src` at the places that `index` names as in
/// `rt_torch_gather`. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when
/// PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_scatter(
    tensor: RuntimeValue,
    dim: i64,
    index: RuntimeValue,
    src: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_scatter", RuntimeValue::NIL, {
        let (index, src) = (objects::tensor("index", index)?, objects::tensor("src", src)?);
        unary(tensor, |tensor| tensor.f_scatter(dim, &index, &src))
    })
}

/// A copy of the tensor with the elements of `src` added at the places that `index` names as in
/// `rt_torch_gather`. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when
/// PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_scatter_add(
    tensor: RuntimeValue,
    dim: i64,
    index: RuntimeValue,
    src: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_scatter_add", RuntimeValue::NIL, {
        let (index, src) = (objects::tensor("index", index)?, objects::tensor("src", src)?);
        unary(tensor, |tensor| tensor.f_scatter_add(dim, &index, &src))
    })
}

/// A copy of the tensor with `value` at the places that `index` names as in `rt_torch_gather`. A
/// new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with
/// a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_scatter_value(
    tensor: RuntimeValue,
    dim: i64,
    index: RuntimeValue,
    value: f64,
) -> RuntimeValue {
    torch!("rt_torch_scatter_value", RuntimeValue::NIL, {
        let index = objects::tensor("index", index)?;
        unary(tensor, |tensor| scalar::scatter_value(tensor, dim, &index, value))
    })
}

/// A copy of the tensor with the slices of `source` added at the positions along `dim` that a
/// vector of ints names. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when
/// PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_index_add(
    tensor: RuntimeValue,
    dim: i64,
    index: RuntimeValue,
    source: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_index_add", RuntimeValue::NIL, {
        let (index, source) =
            (objects::tensor("index", index)?, objects::tensor("source", source)?);
        unary(tensor, |tensor| tensor.f_index_add(dim, &index, &source))
    })
}

/// A copy of the tensor with `value` at the positions along `dim` that a vector of ints names. A
/// new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with
/// a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_index_fill(
    tensor: RuntimeValue,
    dim: i64,
    index: RuntimeValue,
    value: f64,
) -> RuntimeValue {
    torch!("rt_torch_index_fill", RuntimeValue::NIL, {
        let index = objects::tensor("index", index)?;
        unary(tensor, |tensor| scalar::index_fill(tensor, dim, &index, value))
    })
}

/// The elements where a tensor of bools is true, in one dimension. A new tensor that is the
/// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for
/// what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_masked_select(tensor: RuntimeValue, mask: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_masked_select", RuntimeValue::NIL, {
        let mask = objects::tensor("mask", mask)?;
        unary(tensor, |tensor| tensor.f_masked_select(&mask))
    })
}

/// A copy of the tensor with `value` where a tensor of bools is true. A new tensor that is the
/// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for
/// what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_masked_fill(
    tensor: RuntimeValue,
    mask: RuntimeValue,
    value: f64,
) -> RuntimeValue {
    torch!("rt_torch_masked_fill", RuntimeValue::NIL, {
        let mask = objects::tensor("mask", mask)?;
        unary(tensor, |tensor| scalar::masked_fill(tensor, &mask, value))
    })
}

/// A copy of the tensor with the elements of `source` in order where a tensor of bools is true. A
/// new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with
/// a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_masked_scatter(
    tensor: RuntimeValue,
    mask: RuntimeValue,
    source: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_masked_scatter", RuntimeValue::NIL, {
        let (mask, source) = (objects::tensor("mask", mask)?, objects::tensor("source", source)?);
        unary(tensor, |tensor| tensor.f_masked_scatter(&mask, &source))
    })
}

/// The elements of the flat tensor at the places that int64 elements name, in their shape. A new
/// tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a
/// handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_take(tensor: RuntimeValue, index: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_take", RuntimeValue::NIL, {
        let index = objects::tensor("index", index)?;
        unary(tensor, |tensor| tensor.f_take(&index))
    })
}

/// As `rt_torch_gather`, with broadcasting: what takes the result of `rt_torch_argsort`. A new
/// tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a
/// handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_take_along_dim(
    tensor: RuntimeValue,
    index: RuntimeValue,
    dim: i64,
) -> RuntimeValue {
    torch!("rt_torch_take_along_dim", RuntimeValue::NIL, {
        let index = objects::tensor("index", index)?;
        unary(tensor, |tensor| tensor.f_take_along_dim(&index, dim))
    })
}

/// The places of the elements that are not zero: one row of int64 for each. A new tensor that is
/// the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error
/// for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_nonzero(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_nonzero", RuntimeValue::NIL, unary(tensor, Tensor::f_nonzero))
}

/// The places of the elements that are not zero: one vector of int64 for each dimension, as
/// `rt_torch_index` takes them. A new array that is the caller's, of new tensors that are the
/// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for
/// what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_nonzero_tuple(tensor: RuntimeValue) -> RuntimeValue {
    torch!(
        "rt_torch_nonzero_tuple",
        RuntimeValue::NIL,
        give_array(objects::tensor("tensor", tensor)?.f_nonzero_numpy().or_torch()?)
    )
}
