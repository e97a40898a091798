//! Other shapes of the same elements, and tensors joined and cut.

use runtime_value::RuntimeValue;

#[cfg(feature = "pytorch")]
use super::unary;
#[cfg(feature = "pytorch")]
use crate::arguments::{self, give_array};
#[cfg(feature = "pytorch")]
use crate::error::OrTorch;
#[cfg(feature = "pytorch")]
use crate::objects::{self, give_tensor};
#[cfg(feature = "pytorch")]
use crate::tensor::shape;
#[cfg(feature = "pytorch")]
use tch::Tensor;

/// The same elements in another shape; one size may be -1 and is what is left. They are shared
/// where that is possible, else copied. A new tensor that is the caller's to free. NIL with
/// RT_ERROR_TORCH when PyTorch refuses, with RT_ERROR_WRONG_TYPE for what is no array of ints, and
/// with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_reshape(tensor: RuntimeValue, new_shape: RuntimeValue) -> RuntimeValue {
    torch!(
        "rt_torch_reshape",
        RuntimeValue::NIL,
        give_tensor(shape::reshape(
            &*objects::tensor("tensor", tensor)?,
            &shape::sizes("new_shape", new_shape)?
        )?)
    )
}

/// As `rt_torch_reshape`, and refused where the elements cannot be shared. A new tensor that shares
/// the elements and is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, with
/// RT_ERROR_WRONG_TYPE for what is no array of ints, and with a handle's error for what is no
/// tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_view(tensor: RuntimeValue, shape: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_view", RuntimeValue::NIL, {
        let sizes = shape::sizes("shape", shape)?;
        unary(tensor, |tensor| tensor.f_view_(&sizes))
    })
}

/// The dimensions from `start_dim` to `end_dim` (0 and -1 for all) as one. A new tensor that is the
/// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for
/// what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_flatten(
    tensor: RuntimeValue,
    start_dim: i64,
    end_dim: i64,
) -> RuntimeValue {
    torch!(
        "rt_torch_flatten",
        RuntimeValue::NIL,
        unary(tensor, |tensor| tensor.f_flatten(start_dim, end_dim))
    )
}

/// One dimension as several; one size may be -1 and is what is left. A new tensor that shares the
/// elements and is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, with
/// RT_ERROR_WRONG_TYPE for what is no array of ints, and with a handle's error for what is no
/// tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_unflatten(
    tensor: RuntimeValue,
    dim: i64,
    sizes: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_unflatten", RuntimeValue::NIL, {
        let sizes = shape::sizes("sizes", sizes)?;
        unary(tensor, |tensor| tensor.f_unflatten(dim, &sizes))
    })
}

/// The dimensions in another order. A new tensor that shares the elements and is the caller's to
/// free. NIL with RT_ERROR_TORCH when PyTorch refuses, with RT_ERROR_WRONG_TYPE for what is no
/// array of ints, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_permute(tensor: RuntimeValue, dims: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_permute", RuntimeValue::NIL, {
        let dims = arguments::ints("dims", dims)?;
        unary(tensor, |tensor| tensor.f_permute(&dims))
    })
}

/// Two dimensions exchanged. A new tensor that shares the elements and is the caller's to free. NIL
/// with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_transpose(tensor: RuntimeValue, dim0: i64, dim1: i64) -> RuntimeValue {
    torch!(
        "rt_torch_transpose",
        RuntimeValue::NIL,
        unary(tensor, |tensor| tensor.f_transpose(dim0, dim1))
    )
}

/// A matrix transposed; fewer dimensions stay as they are. A new tensor that shares the elements
/// and is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's
/// error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_t(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_t", RuntimeValue::NIL, unary(tensor, Tensor::f_tr))
}

/// The dimensions in `source` moved to the places in `destination`, arrays of ints. A new tensor
/// that shares the elements and is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch
/// refuses, with RT_ERROR_WRONG_TYPE for what is no array of ints, and with a handle's error for
/// what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_movedim(
    tensor: RuntimeValue,
    source: RuntimeValue,
    destination: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_movedim", RuntimeValue::NIL, {
        let source = arguments::ints("source", source)?;
        let destination = arguments::ints("destination", destination)?;
        unary(tensor, |tensor| tensor.f_movedim(&source, &destination))
    })
}

/// Without the dimension `dim` if its size is 1; -1 is the last one, as in PyTorch. A new tensor
/// that shares the elements and is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch
/// refuses, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_squeeze(tensor: RuntimeValue, dim: i64) -> RuntimeValue {
    torch!("rt_torch_squeeze", RuntimeValue::NIL, unary(tensor, |tensor| tensor.f_squeeze_dim(dim)))
}

/// Without all the dimensions whose size is 1. A new tensor that shares the elements and is the
/// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for
/// what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_squeeze_all(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_squeeze_all", RuntimeValue::NIL, unary(tensor, Tensor::f_squeeze))
}

/// With a new dimension of size 1 at `dim`. A new tensor that shares the elements and is the
/// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for
/// what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_unsqueeze(tensor: RuntimeValue, dim: i64) -> RuntimeValue {
    torch!("rt_torch_unsqueeze", RuntimeValue::NIL, unary(tensor, |tensor| tensor.f_unsqueeze(dim)))
}

/// Dimensions of size 1 as often as `sizes` says, without a copy; -1 leaves a size. A new tensor
/// that shares the elements and is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch
/// refuses, with RT_ERROR_TORCH_TOO_LARGE for more than the memory holds, with RT_ERROR_WRONG_TYPE
/// for what is no array of ints, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_expand(tensor: RuntimeValue, sizes: RuntimeValue) -> RuntimeValue {
    torch!(
        "rt_torch_expand",
        RuntimeValue::NIL,
        give_tensor(shape::expand(
            &*objects::tensor("tensor", tensor)?,
            &shape::sizes("sizes", sizes)?
        )?)
    )
}

/// As `rt_torch_expand`. NIL with RT_ERROR_TORCH when PyTorch refuses, with
/// RT_ERROR_TORCH_TOO_LARGE for more than the memory holds, with RT_ERROR_WRONG_TYPE for what is no
/// array of ints, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_broadcast_to(tensor: RuntimeValue, shape: RuntimeValue) -> RuntimeValue {
    torch!(
        "rt_torch_broadcast_to",
        RuntimeValue::NIL,
        give_tensor(shape::expand(
            &*objects::tensor("tensor", tensor)?,
            &shape::sizes("shape", shape)?
        )?)
    )
}

/// The tensor as often along each dimension as `repeats` says. A new tensor that is the caller's to
/// free. NIL with RT_ERROR_TORCH when PyTorch refuses, with RT_ERROR_TORCH_TOO_LARGE for more than
/// the memory holds, with RT_ERROR_WRONG_TYPE for what is no array of ints, and with a handle's
/// error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_repeat(tensor: RuntimeValue, repeats: RuntimeValue) -> RuntimeValue {
    torch!(
        "rt_torch_repeat",
        RuntimeValue::NIL,
        give_tensor(shape::repeat(
            &*objects::tensor("tensor", tensor)?,
            &shape::sizes("repeats", repeats)?
        )?)
    )
}

/// As `rt_torch_repeat`, with fewer counts than dimensions allowed. NIL with RT_ERROR_TORCH when
/// PyTorch refuses, with RT_ERROR_TORCH_TOO_LARGE for more than the memory holds, with
/// RT_ERROR_WRONG_TYPE for what is no array of ints, and with a handle's error for what is no
/// tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_tile(tensor: RuntimeValue, repeats: RuntimeValue) -> RuntimeValue {
    torch!(
        "rt_torch_tile",
        RuntimeValue::NIL,
        give_tensor(shape::tile(
            &*objects::tensor("tensor", tensor)?,
            &shape::sizes("repeats", repeats)?
        )?)
    )
}

/// Every slice along `dim` as often as `repeats` says, one after the other. A new tensor that is
/// the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, with
/// RT_ERROR_TORCH_TOO_LARGE for more than the memory holds, and with a handle's error for what is
/// no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_repeat_interleave(
    tensor: RuntimeValue,
    repeats: i64,
    dim: i64,
) -> RuntimeValue {
    torch!(
        "rt_torch_repeat_interleave",
        RuntimeValue::NIL,
        give_tensor(shape::repeat_interleave(
            &*objects::tensor("tensor", tensor)?,
            repeats,
            Some(dim)
        )?)
    )
}

/// The tensors of an array one after the other along a dimension that they have. A new tensor that
/// is the caller's to free. NIL with RT_ERROR_TORCH for shapes that do not fit and for no tensors
/// at all, with RT_ERROR_WRONG_TYPE for what is no array, and with a handle's error for what is no
/// tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_cat(tensors: RuntimeValue, dim: i64) -> RuntimeValue {
    torch!("rt_torch_cat", RuntimeValue::NIL, {
        let tensors = arguments::tensors("tensors", tensors)?;
        give_tensor(Tensor::f_cat(&tensors, dim).or_torch()?)
    })
}

/// The tensors of an array, all of one shape, side by side along a new dimension. A new tensor that
/// is the caller's to free. NIL with RT_ERROR_TORCH for shapes that do not fit and for no tensors
/// at all, with RT_ERROR_WRONG_TYPE for what is no array, and with a handle's error for what is no
/// tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_stack(tensors: RuntimeValue, dim: i64) -> RuntimeValue {
    torch!("rt_torch_stack", RuntimeValue::NIL, {
        let tensors = arguments::tensors("tensors", tensors)?;
        give_tensor(Tensor::f_stack(&tensors, dim).or_torch()?)
    })
}

/// The tensor cut along `dim` into so many pieces, or fewer, that share its elements. A new array
/// that is the caller's, of new tensors that are the caller's to free. NIL with RT_ERROR_TORCH when
/// PyTorch refuses, with RT_ERROR_TORCH_TOO_LARGE for more than the memory holds, and with a
/// handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_chunk(tensor: RuntimeValue, chunks: i64, dim: i64) -> RuntimeValue {
    torch!(
        "rt_torch_chunk",
        RuntimeValue::NIL,
        give_array(shape::chunk(&*objects::tensor("tensor", tensor)?, chunks, dim)?)
    )
}

/// The tensor cut along `dim` into pieces of this size, the last one smaller, that share its
/// elements. A new array that is the caller's, of new tensors that are the caller's to free. NIL
/// with RT_ERROR_TORCH when PyTorch refuses, with RT_ERROR_TORCH_TOO_LARGE for more than the memory
/// holds, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_split(tensor: RuntimeValue, split_size: i64, dim: i64) -> RuntimeValue {
    torch!(
        "rt_torch_split",
        RuntimeValue::NIL,
        give_array(shape::split(&*objects::tensor("tensor", tensor)?, split_size, dim)?)
    )
}

/// The tensor cut along `dim` into pieces of the sizes in an array, that share its elements. A new
/// array that is the caller's, of new tensors that are the caller's to free. NIL with
/// RT_ERROR_TORCH when PyTorch refuses, with RT_ERROR_WRONG_TYPE for what is no array of ints, and
/// with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_split_sizes(
    tensor: RuntimeValue,
    sizes: RuntimeValue,
    dim: i64,
) -> RuntimeValue {
    torch!("rt_torch_split_sizes", RuntimeValue::NIL, {
        let sizes = arguments::ints("sizes", sizes)?;
        give_array(objects::tensor("tensor", tensor)?.f_split_with_sizes(&sizes, dim).or_torch()?)
    })
}

/// The slices along `dim`, without it, that share the elements. A new array that is the caller's,
/// of new tensors that are the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, with
/// RT_ERROR_TORCH_TOO_LARGE for more than the memory holds, and with a handle's error for what is
/// no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_unbind(tensor: RuntimeValue, dim: i64) -> RuntimeValue {
    torch!(
        "rt_torch_unbind",
        RuntimeValue::NIL,
        give_array(shape::unbind(&*objects::tensor("tensor", tensor)?, dim)?)
    )
}

/// The grids of coordinates of an array of vectors, the first one along the rows. A new array that
/// is the caller's, of new tensors that are the caller's to free. NIL with RT_ERROR_TORCH when
/// PyTorch refuses, with RT_ERROR_WRONG_TYPE for what is no array, and with a handle's error for
/// what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_meshgrid(tensors: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_meshgrid", RuntimeValue::NIL, {
        let tensors = arguments::tensors("tensors", tensors)?;
        give_array(Tensor::f_meshgrid_indexing(&tensors, "ij").or_torch()?)
    })
}

/// The elements in the other direction along the dimensions of an array. A new tensor that is the
/// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, with RT_ERROR_WRONG_TYPE for
/// what is no array of ints, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_flip(tensor: RuntimeValue, dims: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_flip", RuntimeValue::NIL, {
        let dims = arguments::ints("dims", dims)?;
        unary(tensor, |tensor| tensor.f_flip(&dims))
    })
}

/// The elements shifted along the dimensions of an array, by an array of counts; what leaves at the
/// end comes in at the front. No dimensions at all shift the flat tensor. A new tensor that is the
/// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, with RT_ERROR_WRONG_TYPE for
/// what is no array of ints, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_roll(
    tensor: RuntimeValue,
    shifts: RuntimeValue,
    dims: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_roll", RuntimeValue::NIL, {
        let (shifts, dims) = (arguments::ints("shifts", shifts)?, arguments::ints("dims", dims)?);
        unary(tensor, |tensor| tensor.f_roll(&shifts, &dims))
    })
}

/// The tensor turned `k` times by 90 degrees from `dim0` towards `dim1`. A new tensor that is the
/// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for
/// what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_rot90(
    tensor: RuntimeValue,
    k: i64,
    dim0: i64,
    dim1: i64,
) -> RuntimeValue {
    torch!(
        "rt_torch_rot90",
        RuntimeValue::NIL,
        unary(tensor, |tensor| tensor.f_rot90(k, [dim0, dim1]))
    )
}

/// The lower triangle of matrices, zeros elsewhere; the triangle ends at the diagonal so far above
/// the main one. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch
/// refuses, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_tril(tensor: RuntimeValue, diagonal: i64) -> RuntimeValue {
    torch!("rt_torch_tril", RuntimeValue::NIL, unary(tensor, |tensor| tensor.f_tril(diagonal)))
}

/// The upper triangle of matrices, zeros elsewhere; the triangle ends at the diagonal so far above
/// the main one. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch
/// refuses, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_triu(tensor: RuntimeValue, diagonal: i64) -> RuntimeValue {
    torch!("rt_torch_triu", RuntimeValue::NIL, unary(tensor, |tensor| tensor.f_triu(diagonal)))
}

/// The diagonal of a matrix, or the matrix that has a vector as its diagonal; `diagonal` is so far
/// above the main one. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when
/// PyTorch refuses, with RT_ERROR_TORCH_TOO_LARGE for more than the memory holds, and with a
/// handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_diag(tensor: RuntimeValue, diagonal: i64) -> RuntimeValue {
    torch!(
        "rt_torch_diag",
        RuntimeValue::NIL,
        give_tensor(shape::diag(&*objects::tensor("tensor", tensor)?, diagonal)?)
    )
}

/// The diagonals of the matrices that two dimensions make. A new tensor that shares the elements
/// and is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's
/// error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_diagonal(
    tensor: RuntimeValue,
    offset: i64,
    dim1: i64,
    dim2: i64,
) -> RuntimeValue {
    torch!(
        "rt_torch_diagonal",
        RuntimeValue::NIL,
        unary(tensor, |tensor| tensor.f_diagonal(offset, dim1, dim2))
    )
}

/// The same elements row by row without gaps: shared if they are so, else copied. A new tensor that
/// is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error
/// for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_contiguous(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_contiguous", RuntimeValue::NIL, unary(tensor, Tensor::f_contiguous))
}
