//! Products of matrices, and linear algebra.

use runtime_value::RuntimeValue;

#[cfg(feature = "pytorch")]
use super::{binary, unary};
#[cfg(feature = "pytorch")]
use crate::arguments::{self, give_tuple};
#[cfg(feature = "pytorch")]
use crate::error::OrTorch;
#[cfg(feature = "pytorch")]
use crate::objects::{self, give_tensor};
#[cfg(feature = "pytorch")]
use crate::scalar;
#[cfg(feature = "pytorch")]
use crate::tensor::{linalg, reduce};
#[cfg(feature = "pytorch")]
use tch::Tensor;

/// The matrix product of two tensors: of vectors, matrices, or batches of matrices with
/// broadcasting. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch
/// refuses, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_matmul(a: RuntimeValue, b: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_matmul", RuntimeValue::NIL, binary(a, b, Tensor::f_matmul))
}

/// The product of two matrices. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH
/// when PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_mm(a: RuntimeValue, b: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_mm", RuntimeValue::NIL, binary(a, b, Tensor::f_mm))
}

/// The products of two batches of matrices, which have three dimensions. A new tensor that is the
/// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for
/// what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_bmm(a: RuntimeValue, b: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_bmm", RuntimeValue::NIL, binary(a, b, Tensor::f_bmm))
}

/// The product of a matrix and a vector. A new tensor that is the caller's to free. NIL with
/// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_mv(a: RuntimeValue, b: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_mv", RuntimeValue::NIL, binary(a, b, Tensor::f_mv))
}

/// The dot product of two vectors. A new tensor that is the caller's to free. NIL with
/// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dot(a: RuntimeValue, b: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_dot", RuntimeValue::NIL, binary(a, b, Tensor::f_dot))
}

/// The outer product of two vectors. A new tensor that is the caller's to free. NIL with
/// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_outer(a: RuntimeValue, b: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_outer", RuntimeValue::NIL, binary(a, b, Tensor::f_outer))
}

/// The Kronecker product. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when
/// PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_kron(a: RuntimeValue, b: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_kron", RuntimeValue::NIL, binary(a, b, Tensor::f_kron))
}

/// The product of the matrices `a` and `b`, plus `tensor` with broadcasting. A new tensor that is
/// the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error
/// for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_addmm(
    tensor: RuntimeValue,
    a: RuntimeValue,
    b: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_addmm", RuntimeValue::NIL, {
        let (a, b) = (objects::tensor("a", a)?, objects::tensor("b", b)?);
        unary(tensor, |tensor| tensor.f_addmm(&a, &b))
    })
}

/// The cross products of vectors of three elements along one dimension. A new tensor that is the
/// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for
/// what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_cross(a: RuntimeValue, b: RuntimeValue, dim: i64) -> RuntimeValue {
    torch!("rt_torch_cross", RuntimeValue::NIL, binary(a, b, |a, b| a.f_linalg_cross(b, dim)))
}

/// The sum of products that `equation` says, a string like "ij,jk->ik", over an array of tensors. A
/// new tensor that is the caller's to free. NIL with RT_ERROR_TORCH for an equation that is none,
/// or does not fit, with RT_ERROR_WRONG_TYPE for what is no string or array, and with a handle's
/// error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_einsum(equation: RuntimeValue, tensors: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_einsum", RuntimeValue::NIL, {
        let equation = arguments::text("equation", equation)?;
        let tensors = arguments::tensors("tensors", tensors)?;
        give_tensor(Tensor::f_einsum(&equation, &tensors, None::<&[i64]>).or_torch()?)
    })
}

/// The sum of a matrix's diagonal. A new tensor that is the caller's to free. NIL with
/// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_trace(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_trace", RuntimeValue::NIL, unary(tensor, Tensor::f_trace))
}

/// The determinants of square matrices. A new tensor that is the caller's to free. NIL with
/// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_linalg_det(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_linalg_det", RuntimeValue::NIL, unary(tensor, Tensor::f_linalg_det))
}

/// The signs of the determinants of square matrices, and the logarithms of their absolute values. A
/// new tuple that is the caller's, of new tensors that are the caller's to free. NIL with
/// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_linalg_slogdet(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_linalg_slogdet", RuntimeValue::NIL, {
        let (sign, logarithm) =
            Tensor::f_linalg_slogdet(&*objects::tensor("tensor", tensor)?).or_torch()?;
        give_tuple([sign, logarithm])
    })
}

/// The inverses of square matrices. A new tensor that is the caller's to free. NIL with
/// RT_ERROR_TORCH for what is singular or not square, and with a handle's error for what is no
/// tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_linalg_inv(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_linalg_inv", RuntimeValue::NIL, unary(tensor, Tensor::f_linalg_inv))
}

/// The X for which the matrix `a` times X is `b`. A new tensor that is the caller's to free. NIL
/// with RT_ERROR_TORCH for what is singular or does not fit, and with a handle's error for what is
/// no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_linalg_solve(a: RuntimeValue, b: RuntimeValue) -> RuntimeValue {
    torch!(
        "rt_torch_linalg_solve",
        RuntimeValue::NIL,
        binary(a, b, |a, b| Tensor::f_linalg_solve(a, b, true))
    )
}

/// The singular value decomposition: U times the diagonal matrix of S times Vh is the tensor. A new
/// tuple that is the caller's, of new tensors that are the caller's to free: (U, S, Vh). NIL with
/// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_linalg_svd(tensor: RuntimeValue, full_matrices: i64) -> RuntimeValue {
    torch!("rt_torch_linalg_svd", RuntimeValue::NIL, {
        let tensor = objects::tensor("tensor", tensor)?;
        let (u, s, vh) = linalg::svd(&tensor, full_matrices != 0)?;
        give_tuple([u, s, vh])
    })
}

/// The eigenvalues, in ascending order, and eigenvectors, as columns, of symmetric or Hermitian
/// matrices, of which the lower half is read. A new tuple that is the caller's, of new tensors that
/// are the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's
/// error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_linalg_eigh(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_linalg_eigh", RuntimeValue::NIL, {
        let (values, vectors) = objects::tensor("tensor", tensor)?.f_linalg_eigh("L").or_torch()?;
        give_tuple([values, vectors])
    })
}

/// The eigenvalues and eigenvectors, as columns, of square matrices, in complex numbers. A new
/// tuple that is the caller's, of new tensors that are the caller's to free. NIL with
/// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_linalg_eig(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_linalg_eig", RuntimeValue::NIL, {
        let (values, vectors) = objects::tensor("tensor", tensor)?.f_linalg_eig().or_torch()?;
        give_tuple([values, vectors])
    })
}

/// The reduced QR decomposition. A new tuple that is the caller's, of new tensors that are the
/// caller's to free: (Q, R). NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's
/// error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_linalg_qr(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_linalg_qr", RuntimeValue::NIL, {
        let (q, r) =
            Tensor::f_linalg_qr(&*objects::tensor("tensor", tensor)?, "reduced").or_torch()?;
        give_tuple([q, r])
    })
}

/// The lower triangular L for which L times its conjugate transpose is the tensor. A new tensor
/// that is the caller's to free. NIL with RT_ERROR_TORCH for what is not positive definite, and
/// with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_linalg_cholesky(tensor: RuntimeValue) -> RuntimeValue {
    torch!(
        "rt_torch_linalg_cholesky",
        RuntimeValue::NIL,
        unary(tensor, |tensor| tensor.f_linalg_cholesky(false))
    )
}

/// The norms of vectors (one dim) or matrices (two), as torch.linalg.norm. `dims` is an int, an
/// array of ints, or NIL for all; with `keepdim` other than 0 they stay, with size 1. A new tensor
/// that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, with
/// RT_ERROR_WRONG_TYPE for dims that are none, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_linalg_norm(
    tensor: RuntimeValue,
    ord: f64,
    dims: RuntimeValue,
    keepdim: i64,
) -> RuntimeValue {
    torch!("rt_torch_linalg_norm", RuntimeValue::NIL, {
        let dims = reduce::dims("dims", dims)?;
        unary(tensor, |tensor| scalar::linalg_norm(tensor, ord, dims.as_deref(), keepdim != 0))
    })
}

/// The ranks of matrices, int64: how many singular values are above PyTorch's own bound. A new
/// tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a
/// handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_linalg_matrix_rank(tensor: RuntimeValue) -> RuntimeValue {
    torch!(
        "rt_torch_linalg_matrix_rank",
        RuntimeValue::NIL,
        give_tensor(linalg::matrix_rank(&*objects::tensor("tensor", tensor)?)?)
    )
}

/// The pseudoinverses of matrices. A new tensor that is the caller's to free. NIL with
/// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_linalg_pinv(tensor: RuntimeValue) -> RuntimeValue {
    torch!(
        "rt_torch_linalg_pinv",
        RuntimeValue::NIL,
        give_tensor(linalg::pinv(&*objects::tensor("tensor", tensor)?)?)
    )
}

/// The X for which `a` times X is nearest to `b`, which has as many dimensions as `a`, with the
/// residuals, the rank and the singular values of `a`. A new tuple that is the caller's, of new
/// tensors that are the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a
/// handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_linalg_lstsq(a: RuntimeValue, b: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_linalg_lstsq", RuntimeValue::NIL, {
        let (a, b) = (objects::tensor("a", a)?, objects::tensor("b", b)?);
        let (solution, residuals, rank, singular) = linalg::lstsq(&a, &b)?;
        give_tuple([solution, residuals, rank, singular])
    })
}

/// Square matrices to the power `n`; a negative one inverts them. A new tensor that is the caller's
/// to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no
/// tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_linalg_matrix_power(tensor: RuntimeValue, n: i64) -> RuntimeValue {
    torch!(
        "rt_torch_linalg_matrix_power",
        RuntimeValue::NIL,
        give_tensor(linalg::matrix_power(&*objects::tensor("tensor", tensor)?, n)?)
    )
}
