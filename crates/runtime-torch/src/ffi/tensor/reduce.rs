//! Reductions over all elements or some dimensions.

use runtime_value::RuntimeValue;

#[cfg(feature = "pytorch")]
use super::unary;
#[cfg(feature = "pytorch")]
use crate::arguments::give_tuple;
#[cfg(feature = "pytorch")]
use crate::error::OrTorch;
#[cfg(feature = "pytorch")]
use crate::objects::{self, give_tensor};
#[cfg(feature = "pytorch")]
use crate::scalar;
#[cfg(feature = "pytorch")]
use crate::tensor::reduce;
#[cfg(feature = "pytorch")]
use tch::Tensor;

/// The sum of all elements, of ints and bools in int64. A new tensor without dimensions that is the
/// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for
/// what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_sum(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_sum", RuntimeValue::NIL, unary(tensor, |tensor| tensor.f_sum(None)))
}

/// The mean of all elements, which are floats. A new tensor without dimensions that is the caller's
/// to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no
/// tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_mean(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_mean", RuntimeValue::NIL, unary(tensor, |tensor| tensor.f_mean(None)))
}

/// The product of all elements. A new tensor without dimensions that is the caller's to free. NIL
/// with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_prod(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_prod", RuntimeValue::NIL, unary(tensor, |tensor| tensor.f_prod(None)))
}

/// The largest element; NaN if there is one. A new tensor without dimensions that is the caller's
/// to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no
/// tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_max(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_max", RuntimeValue::NIL, unary(tensor, Tensor::f_max))
}

/// The smallest element; NaN if there is one. A new tensor without dimensions that is the caller's
/// to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no
/// tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_min(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_min", RuntimeValue::NIL, unary(tensor, Tensor::f_min))
}

/// The standard deviation of all elements with Bessel's correction (N - 1). A new tensor without
/// dimensions that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with
/// a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_std(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_std", RuntimeValue::NIL, unary(tensor, |tensor| tensor.f_std(true)))
}

/// The variance of all elements with Bessel's correction (N - 1). A new tensor without dimensions
/// that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's
/// error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_var(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_var", RuntimeValue::NIL, unary(tensor, |tensor| tensor.f_var(true)))
}

/// The 2-norm of all elements. A new tensor without dimensions that is the caller's to free. NIL
/// with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_norm(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_norm", RuntimeValue::NIL, unary(tensor, Tensor::f_norm))
}

/// The place of the largest element in the flat tensor, an int64. A new tensor without dimensions
/// that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's
/// error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_argmax(tensor: RuntimeValue) -> RuntimeValue {
    torch!(
        "rt_torch_argmax",
        RuntimeValue::NIL,
        unary(tensor, |tensor| tensor.f_argmax(None, false))
    )
}

/// The place of the smallest element in the flat tensor, an int64. A new tensor without dimensions
/// that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's
/// error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_argmin(tensor: RuntimeValue) -> RuntimeValue {
    torch!(
        "rt_torch_argmin",
        RuntimeValue::NIL,
        unary(tensor, |tensor| tensor.f_argmin(None, false))
    )
}

/// Whether any element is not zero. A new tensor without dimensions that is the caller's to free.
/// NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_any(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_any", RuntimeValue::NIL, unary(tensor, Tensor::f_any))
}

/// Whether all elements are not zero. A new tensor without dimensions that is the caller's to free.
/// NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_all(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_all", RuntimeValue::NIL, unary(tensor, Tensor::f_all))
}

/// The median of all elements, the lower one of two. A new tensor without dimensions that is the
/// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for
/// what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_median(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_median", RuntimeValue::NIL, unary(tensor, Tensor::f_median))
}

/// The sums over some dimensions. `dims` is an int, an array of ints, or NIL for all; with
/// `keepdim` other than 0 they stay, with size 1. A new tensor that is the caller's to free. NIL
/// with RT_ERROR_TORCH when PyTorch refuses, with RT_ERROR_WRONG_TYPE for dims that are none, and
/// with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_sum_dim(
    tensor: RuntimeValue,
    dims: RuntimeValue,
    keepdim: i64,
) -> RuntimeValue {
    torch!("rt_torch_sum_dim", RuntimeValue::NIL, {
        let dims = reduce::dims("dims", dims)?;
        unary(tensor, |tensor| tensor.f_sum_dim_intlist(dims.as_deref(), keepdim != 0, None))
    })
}

/// The means over some dimensions. `dims` is an int, an array of ints, or NIL for all; with
/// `keepdim` other than 0 they stay, with size 1. A new tensor that is the caller's to free. NIL
/// with RT_ERROR_TORCH when PyTorch refuses, with RT_ERROR_WRONG_TYPE for dims that are none, and
/// with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_mean_dim(
    tensor: RuntimeValue,
    dims: RuntimeValue,
    keepdim: i64,
) -> RuntimeValue {
    torch!("rt_torch_mean_dim", RuntimeValue::NIL, {
        let dims = reduce::dims("dims", dims)?;
        unary(tensor, |tensor| tensor.f_mean_dim(dims.as_deref(), keepdim != 0, None))
    })
}

/// Whether any element over some dimensions is not zero. `dims` is an int, an array of ints, or NIL
/// for all; with `keepdim` other than 0 they stay, with size 1. A new tensor that is the caller's
/// to free. NIL with RT_ERROR_TORCH when PyTorch refuses, with RT_ERROR_WRONG_TYPE for dims that
/// are none, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_any_dim(
    tensor: RuntimeValue,
    dims: RuntimeValue,
    keepdim: i64,
) -> RuntimeValue {
    torch!("rt_torch_any_dim", RuntimeValue::NIL, {
        let dims = reduce::dims("dims", dims)?;
        unary(tensor, |tensor| tensor.f_any_dims(dims.as_deref(), keepdim != 0))
    })
}

/// Whether all elements over some dimensions are not zero. `dims` is an int, an array of ints, or
/// NIL for all; with `keepdim` other than 0 they stay, with size 1. A new tensor that is the
/// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, with RT_ERROR_WRONG_TYPE for
/// dims that are none, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_all_dim(
    tensor: RuntimeValue,
    dims: RuntimeValue,
    keepdim: i64,
) -> RuntimeValue {
    torch!("rt_torch_all_dim", RuntimeValue::NIL, {
        let dims = reduce::dims("dims", dims)?;
        unary(tensor, |tensor| tensor.f_all_dims(dims.as_deref(), keepdim != 0))
    })
}

/// The standard deviations over some dimensions, of N elements divided by N - `correction`: 1 is
/// Bessel's, 0 none. `dims` is an int, an array of ints, or NIL for all; with `keepdim` other than
/// 0 they stay, with size 1. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH
/// when PyTorch refuses, with RT_ERROR_WRONG_TYPE for dims that are none, and with a handle's error
/// for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_std_dim(
    tensor: RuntimeValue,
    dims: RuntimeValue,
    correction: i64,
    keepdim: i64,
) -> RuntimeValue {
    torch!("rt_torch_std_dim", RuntimeValue::NIL, {
        let dims = reduce::dims("dims", dims)?;
        unary(tensor, |tensor| scalar::std(tensor, dims.as_deref(), correction, keepdim != 0))
    })
}

/// The variances over some dimensions, of N elements divided by N - `correction`: 1 is Bessel's, 0
/// none. `dims` is an int, an array of ints, or NIL for all; with `keepdim` other than 0 they stay,
/// with size 1. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch
/// refuses, with RT_ERROR_WRONG_TYPE for dims that are none, and with a handle's error for what is
/// no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_var_dim(
    tensor: RuntimeValue,
    dims: RuntimeValue,
    correction: i64,
    keepdim: i64,
) -> RuntimeValue {
    torch!("rt_torch_var_dim", RuntimeValue::NIL, {
        let dims = reduce::dims("dims", dims)?;
        unary(tensor, |tensor| scalar::var(tensor, dims.as_deref(), correction, keepdim != 0))
    })
}

/// The `p`-norms over some dimensions; `p` may be infinite. `dims` is an int, an array of ints, or
/// NIL for all; with `keepdim` other than 0 they stay, with size 1. A new tensor that is the
/// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, with RT_ERROR_WRONG_TYPE for
/// dims that are none, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_norm_dim(
    tensor: RuntimeValue,
    p: f64,
    dims: RuntimeValue,
    keepdim: i64,
) -> RuntimeValue {
    torch!("rt_torch_norm_dim", RuntimeValue::NIL, {
        let tensor = objects::tensor("tensor", tensor)?;
        let dims = reduce::dims_of(&tensor, "dims", dims)?;
        give_tensor(scalar::norm(&tensor, p, &dims, keepdim != 0).or_torch()?)
    })
}

/// The logarithms of the sums of the exponentials over some dimensions. `dims` is an int, an array
/// of ints, or NIL for all; with `keepdim` other than 0 they stay, with size 1. A new tensor that
/// is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, with RT_ERROR_WRONG_TYPE
/// for dims that are none, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_logsumexp(
    tensor: RuntimeValue,
    dims: RuntimeValue,
    keepdim: i64,
) -> RuntimeValue {
    torch!("rt_torch_logsumexp", RuntimeValue::NIL, {
        let tensor = objects::tensor("tensor", tensor)?;
        let dims = reduce::dims_of(&tensor, "dims", dims)?;
        give_tensor(tensor.f_logsumexp(dims, keepdim != 0).or_torch()?)
    })
}

/// The largest elements over some dimensions. `dims` is an int, an array of ints, or NIL for all;
/// with `keepdim` other than 0 they stay, with size 1. A new tensor that is the caller's to free.
/// NIL with RT_ERROR_TORCH when PyTorch refuses, with RT_ERROR_WRONG_TYPE for dims that are none,
/// and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_amax(
    tensor: RuntimeValue,
    dims: RuntimeValue,
    keepdim: i64,
) -> RuntimeValue {
    torch!("rt_torch_amax", RuntimeValue::NIL, {
        let tensor = objects::tensor("tensor", tensor)?;
        let dims = reduce::dims_of(&tensor, "dims", dims)?;
        give_tensor(tensor.f_amax(dims, keepdim != 0).or_torch()?)
    })
}

/// The smallest elements over some dimensions. `dims` is an int, an array of ints, or NIL for all;
/// with `keepdim` other than 0 they stay, with size 1. A new tensor that is the caller's to free.
/// NIL with RT_ERROR_TORCH when PyTorch refuses, with RT_ERROR_WRONG_TYPE for dims that are none,
/// and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_amin(
    tensor: RuntimeValue,
    dims: RuntimeValue,
    keepdim: i64,
) -> RuntimeValue {
    torch!("rt_torch_amin", RuntimeValue::NIL, {
        let tensor = objects::tensor("tensor", tensor)?;
        let dims = reduce::dims_of(&tensor, "dims", dims)?;
        give_tensor(tensor.f_amin(dims, keepdim != 0).or_torch()?)
    })
}

/// The places of the largest elements along one dimension, int64. With `keepdim` other than 0 the
/// dimension stays, with size 1. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH
/// when PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_argmax_dim(
    tensor: RuntimeValue,
    dim: i64,
    keepdim: i64,
) -> RuntimeValue {
    torch!(
        "rt_torch_argmax_dim",
        RuntimeValue::NIL,
        unary(tensor, |tensor| tensor.f_argmax(dim, keepdim != 0))
    )
}

/// The places of the smallest elements along one dimension, int64. With `keepdim` other than 0 the
/// dimension stays, with size 1. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH
/// when PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_argmin_dim(
    tensor: RuntimeValue,
    dim: i64,
    keepdim: i64,
) -> RuntimeValue {
    torch!(
        "rt_torch_argmin_dim",
        RuntimeValue::NIL,
        unary(tensor, |tensor| tensor.f_argmin(dim, keepdim != 0))
    )
}

/// The largest elements along one dimension, and their places. With `keepdim` other than 0 the
/// dimension stays, with size 1. A new tuple that is the caller's, of new tensors that are the
/// caller's to free: (values, indices). NIL with RT_ERROR_TORCH when PyTorch refuses, and with a
/// handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_max_dim(tensor: RuntimeValue, dim: i64, keepdim: i64) -> RuntimeValue {
    torch!(
        "rt_torch_max_dim",
        RuntimeValue::NIL,
        pair(objects::tensor("tensor", tensor)?.f_max_dim(dim, keepdim != 0))
    )
}

/// The smallest elements along one dimension, and their places. With `keepdim` other than 0 the
/// dimension stays, with size 1. A new tuple that is the caller's, of new tensors that are the
/// caller's to free: (values, indices). NIL with RT_ERROR_TORCH when PyTorch refuses, and with a
/// handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_min_dim(tensor: RuntimeValue, dim: i64, keepdim: i64) -> RuntimeValue {
    torch!(
        "rt_torch_min_dim",
        RuntimeValue::NIL,
        pair(objects::tensor("tensor", tensor)?.f_min_dim(dim, keepdim != 0))
    )
}

/// The middle elements along one dimension, and their places. With `keepdim` other than 0 the
/// dimension stays, with size 1. A new tuple that is the caller's, of new tensors that are the
/// caller's to free: (values, indices). NIL with RT_ERROR_TORCH when PyTorch refuses, and with a
/// handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_median_dim(
    tensor: RuntimeValue,
    dim: i64,
    keepdim: i64,
) -> RuntimeValue {
    torch!(
        "rt_torch_median_dim",
        RuntimeValue::NIL,
        pair(objects::tensor("tensor", tensor)?.f_median_dim(dim, keepdim != 0))
    )
}

#[cfg(feature = "pytorch")]
fn pair(pair: Result<(Tensor, Tensor), tch::TchError>) -> runtime_core::Result<RuntimeValue> {
    let (values, indices) = pair.or_torch()?;
    give_tuple([values, indices])
}

/// The products along one dimension. With `keepdim` other than 0 the dimension stays, with size 1.
/// A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and
/// with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_prod_dim(tensor: RuntimeValue, dim: i64, keepdim: i64) -> RuntimeValue {
    torch!(
        "rt_torch_prod_dim",
        RuntimeValue::NIL,
        unary(tensor, |tensor| tensor.f_prod_dim_int(dim, keepdim != 0, None))
    )
}

/// The sums of the elements so far along one dimension. A new tensor that is the caller's to free.
/// NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_cumsum(tensor: RuntimeValue, dim: i64) -> RuntimeValue {
    torch!("rt_torch_cumsum", RuntimeValue::NIL, unary(tensor, |tensor| tensor.f_cumsum(dim, None)))
}

/// The products of the elements so far along one dimension. A new tensor that is the caller's to
/// free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no
/// tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_cumprod(tensor: RuntimeValue, dim: i64) -> RuntimeValue {
    torch!(
        "rt_torch_cumprod",
        RuntimeValue::NIL,
        unary(tensor, |tensor| tensor.f_cumprod(dim, None))
    )
}

/// The largest of the elements so far along one dimension, and their places. A new tuple that is
/// the caller's, of new tensors that are the caller's to free: (values, indices). NIL with
/// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_cummax(tensor: RuntimeValue, dim: i64) -> RuntimeValue {
    torch!(
        "rt_torch_cummax",
        RuntimeValue::NIL,
        pair(objects::tensor("tensor", tensor)?.f_cummax(dim))
    )
}

/// The smallest of the elements so far along one dimension, and their places. A new tuple that is
/// the caller's, of new tensors that are the caller's to free: (values, indices). NIL with
/// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_cummin(tensor: RuntimeValue, dim: i64) -> RuntimeValue {
    torch!(
        "rt_torch_cummin",
        RuntimeValue::NIL,
        pair(objects::tensor("tensor", tensor)?.f_cummin(dim))
    )
}

/// How many elements are not zero, an int64. A new tensor without dimensions that is the caller's
/// to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no
/// tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_count_nonzero(tensor: RuntimeValue) -> RuntimeValue {
    torch!(
        "rt_torch_count_nonzero",
        RuntimeValue::NIL,
        unary(tensor, |tensor| tensor.f_count_nonzero(None))
    )
}

/// The `k` largest elements along one dimension, or smallest where `largest` is 0, and their
/// places; in order unless `sorted` is 0. A new tuple that is the caller's, of new tensors that are
/// the caller's to free: (values, indices). NIL with RT_ERROR_TORCH when PyTorch refuses, and with
/// a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_topk(
    tensor: RuntimeValue,
    k: i64,
    dim: i64,
    largest: i64,
    sorted: i64,
) -> RuntimeValue {
    torch!(
        "rt_torch_topk",
        RuntimeValue::NIL,
        pair(objects::tensor("tensor", tensor)?.f_topk(k, dim, largest != 0, sorted != 0))
    )
}

/// The `k`-th smallest elements along one dimension, counted from 1, and their places. With
/// `keepdim` other than 0 the dimension stays, with size 1. A new tuple that is the caller's, of
/// new tensors that are the caller's to free: (values, indices). NIL with RT_ERROR_TORCH when
/// PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_kthvalue(
    tensor: RuntimeValue,
    k: i64,
    dim: i64,
    keepdim: i64,
) -> RuntimeValue {
    torch!(
        "rt_torch_kthvalue",
        RuntimeValue::NIL,
        pair(objects::tensor("tensor", tensor)?.f_kthvalue(k, dim, keepdim != 0))
    )
}

/// The most frequent elements along one dimension, and a place of each. With `keepdim` other than 0
/// the dimension stays, with size 1. A new tuple that is the caller's, of new tensors that are the
/// caller's to free: (values, indices). NIL with RT_ERROR_TORCH when PyTorch refuses, and with a
/// handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_mode(tensor: RuntimeValue, dim: i64, keepdim: i64) -> RuntimeValue {
    torch!(
        "rt_torch_mode",
        RuntimeValue::NIL,
        pair(objects::tensor("tensor", tensor)?.f_mode(dim, keepdim != 0))
    )
}

/// The quantiles at `q`, a tensor of numbers from 0 to 1, along one dimension or, with NIL, of all
/// elements. With `keepdim` other than 0 the dimension stays, with size 1. A new tensor that is the
/// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, with RT_ERROR_WRONG_TYPE for
/// dims that are none, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_quantile(
    tensor: RuntimeValue,
    q: RuntimeValue,
    dim: RuntimeValue,
    keepdim: i64,
) -> RuntimeValue {
    torch!("rt_torch_quantile", RuntimeValue::NIL, {
        let (tensor, q, dim) = (
            objects::tensor("tensor", tensor)?,
            objects::tensor("q", q)?,
            reduce::dim("dim", dim)?,
        );
        give_tensor(tensor.f_quantile(&q, dim, keepdim != 0, "linear").or_torch()?)
    })
}

/// The elements in order along one dimension, and where they were. NaN is above all numbers. A new
/// tuple that is the caller's, of new tensors that are the caller's to free: (values, indices). NIL
/// with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_sort(tensor: RuntimeValue, dim: i64, descending: i64) -> RuntimeValue {
    torch!(
        "rt_torch_sort",
        RuntimeValue::NIL,
        pair(objects::tensor("tensor", tensor)?.f_sort(dim, descending != 0))
    )
}

/// The places that put the elements in order along one dimension, int64. A new tensor that is the
/// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for
/// what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_argsort(
    tensor: RuntimeValue,
    dim: i64,
    descending: i64,
) -> RuntimeValue {
    torch!(
        "rt_torch_argsort",
        RuntimeValue::NIL,
        unary(tensor, |tensor| tensor.f_argsort(dim, descending != 0))
    )
}

/// The different elements of the tensor in order, in one dimension. A new tensor that is the
/// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for
/// what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_unique(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_unique", RuntimeValue::NIL, {
        let (values, _, _) =
            objects::tensor("tensor", tensor)?.f_internal_unique2(true, false, false).or_torch()?;
        give_tensor(values)
    })
}

/// The different elements of the tensor in order, the place of each element among them, and how
/// often they occur. A new tuple that is the caller's, of new tensors that are the caller's to
/// free: (values, inverse, counts). NIL with RT_ERROR_TORCH when PyTorch refuses, and with a
/// handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_unique_counts(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_unique_counts", RuntimeValue::NIL, {
        let tensor = objects::tensor("tensor", tensor)?;
        let (values, places, counts) = tensor.f_internal_unique2(true, true, true).or_torch()?;
        give_tuple([values, places, counts])
    })
}

/// As `rt_torch_unique_counts`, of the slices along one dimension. NIL with RT_ERROR_TORCH when
/// PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_unique_dim(tensor: RuntimeValue, dim: i64) -> RuntimeValue {
    torch!("rt_torch_unique_dim", RuntimeValue::NIL, {
        let tensor = objects::tensor("tensor", tensor)?;
        let (values, places, counts) = tensor.f_unique_dim(dim, true, true, true).or_torch()?;
        give_tuple([values, places, counts])
    })
}
