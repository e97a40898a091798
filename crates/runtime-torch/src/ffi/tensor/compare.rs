//! Comparisons and logic, in tensors of bools and as answers.

use runtime_value::RuntimeValue;

#[cfg(feature = "pytorch")]
use super::{binary, flag, unary};
#[cfg(feature = "pytorch")]
use crate::objects::{self, give_tensor};
#[cfg(feature = "pytorch")]
use crate::scalar;
#[cfg(feature = "pytorch")]
use crate::tensor::reduce;
#[cfg(feature = "pytorch")]
use tch::Tensor;

/// Whether each element of `a` equals the one of `b`, with broadcasting; NaN compares as in C. A
/// new tensor of bools that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses,
/// and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_eq(a: RuntimeValue, b: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_eq", RuntimeValue::NIL, binary(a, b, Tensor::f_eq_tensor))
}

/// Whether each element of `a` is not the one of `b`, with broadcasting; NaN compares as in C. A
/// new tensor of bools that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses,
/// and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_ne(a: RuntimeValue, b: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_ne", RuntimeValue::NIL, binary(a, b, Tensor::f_ne_tensor))
}

/// Whether each element of `a` is below the one of `b`, with broadcasting; NaN compares as in C. A
/// new tensor of bools that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses,
/// and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_lt(a: RuntimeValue, b: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_lt", RuntimeValue::NIL, binary(a, b, Tensor::f_lt_tensor))
}

/// Whether each element of `a` is at most the one of `b`, with broadcasting; NaN compares as in C.
/// A new tensor of bools that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch
/// refuses, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_le(a: RuntimeValue, b: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_le", RuntimeValue::NIL, binary(a, b, Tensor::f_le_tensor))
}

/// Whether each element of `a` is above the one of `b`, with broadcasting; NaN compares as in C. A
/// new tensor of bools that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses,
/// and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_gt(a: RuntimeValue, b: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_gt", RuntimeValue::NIL, binary(a, b, Tensor::f_gt_tensor))
}

/// Whether each element of `a` is at least the one of `b`, with broadcasting; NaN compares as in C.
/// A new tensor of bools that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch
/// refuses, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_ge(a: RuntimeValue, b: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_ge", RuntimeValue::NIL, binary(a, b, Tensor::f_ge_tensor))
}

/// Whether each element equals `scalar`. A new tensor of bools that is the caller's to free. NIL
/// with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_eq_scalar(tensor: RuntimeValue, scalar: f64) -> RuntimeValue {
    torch!(
        "rt_torch_eq_scalar",
        RuntimeValue::NIL,
        unary(tensor, |tensor| scalar::eq(tensor, scalar))
    )
}

/// Whether each element is not `scalar`. A new tensor of bools that is the caller's to free. NIL
/// with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_ne_scalar(tensor: RuntimeValue, scalar: f64) -> RuntimeValue {
    torch!(
        "rt_torch_ne_scalar",
        RuntimeValue::NIL,
        unary(tensor, |tensor| scalar::ne(tensor, scalar))
    )
}

/// Whether each element is below `scalar`. A new tensor of bools that is the caller's to free. NIL
/// with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_lt_scalar(tensor: RuntimeValue, scalar: f64) -> RuntimeValue {
    torch!(
        "rt_torch_lt_scalar",
        RuntimeValue::NIL,
        unary(tensor, |tensor| scalar::lt(tensor, scalar))
    )
}

/// Whether each element is at most `scalar`. A new tensor of bools that is the caller's to free.
/// NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_le_scalar(tensor: RuntimeValue, scalar: f64) -> RuntimeValue {
    torch!(
        "rt_torch_le_scalar",
        RuntimeValue::NIL,
        unary(tensor, |tensor| scalar::le(tensor, scalar))
    )
}

/// Whether each element is above `scalar`. A new tensor of bools that is the caller's to free. NIL
/// with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_gt_scalar(tensor: RuntimeValue, scalar: f64) -> RuntimeValue {
    torch!(
        "rt_torch_gt_scalar",
        RuntimeValue::NIL,
        unary(tensor, |tensor| scalar::gt(tensor, scalar))
    )
}

/// Whether each element is at least `scalar`. A new tensor of bools that is the caller's to free.
/// NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_ge_scalar(tensor: RuntimeValue, scalar: f64) -> RuntimeValue {
    torch!(
        "rt_torch_ge_scalar",
        RuntimeValue::NIL,
        unary(tensor, |tensor| scalar::ge(tensor, scalar))
    )
}

/// Whether both elements are not zero, with broadcasting. A new tensor of bools that is the
/// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for
/// what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_logical_and(a: RuntimeValue, b: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_logical_and", RuntimeValue::NIL, binary(a, b, Tensor::f_logical_and))
}

/// Whether either element is not zero, with broadcasting. A new tensor of bools that is the
/// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for
/// what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_logical_or(a: RuntimeValue, b: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_logical_or", RuntimeValue::NIL, binary(a, b, Tensor::f_logical_or))
}

/// Whether one of the two elements is not zero, with broadcasting. A new tensor of bools that is
/// the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error
/// for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_logical_xor(a: RuntimeValue, b: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_logical_xor", RuntimeValue::NIL, binary(a, b, Tensor::f_logical_xor))
}

/// Whether each element is zero. A new tensor of bools that is the caller's to free. NIL with
/// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_logical_not(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_logical_not", RuntimeValue::NIL, unary(tensor, Tensor::f_logical_not))
}

/// Whether each element is NaN. A new tensor of bools that is the caller's to free. NIL with
/// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_isnan(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_isnan", RuntimeValue::NIL, unary(tensor, Tensor::f_isnan))
}

/// Whether each element is an infinity. A new tensor of bools that is the caller's to free. NIL
/// with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_isinf(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_isinf", RuntimeValue::NIL, unary(tensor, Tensor::f_isinf))
}

/// Whether each element is neither NaN nor an infinity. A new tensor of bools that is the caller's
/// to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no
/// tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_isfinite(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_isfinite", RuntimeValue::NIL, unary(tensor, Tensor::f_isfinite))
}

/// Whether each element of `a` is within `atol` plus `rtol` times that of `b` from it. Infinities
/// are close to themselves, NaN to nothing. A new tensor of bools that is the caller's to free. NIL
/// with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_isclose(
    a: RuntimeValue,
    b: RuntimeValue,
    rtol: f64,
    atol: f64,
) -> RuntimeValue {
    torch!(
        "rt_torch_isclose",
        RuntimeValue::NIL,
        binary(a, b, |a, b| a.f_isclose(b, rtol, atol, false))
    )
}

/// 1 when all elements of `a` are close to those of `b` as `rt_torch_isclose` says, else 0, which
/// is no error. 0 with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is
/// no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_allclose(a: RuntimeValue, b: RuntimeValue, rtol: f64, atol: f64) -> i64 {
    torch!("rt_torch_allclose", 0, {
        let (a, b) = (objects::tensor("a", a)?, objects::tensor("b", b)?);
        flag(a.f_allclose(&b, rtol, atol, false))
    })
}

/// 1 when both tensors have the same shape and the same elements, else 0, which is no error. 0 with
/// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_equal(a: RuntimeValue, b: RuntimeValue) -> i64 {
    torch!("rt_torch_equal", 0, {
        let (a, b) = (objects::tensor("a", a)?, objects::tensor("b", b)?);
        flag(a.f_equal(&b))
    })
}

/// 1 when an element is NaN, else 0, which is no error. 0 with RT_ERROR_TORCH when PyTorch refuses,
/// and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_has_nan(tensor: RuntimeValue) -> i64 {
    torch!(
        "rt_torch_has_nan",
        0,
        Ok(i64::from(reduce::any(&*objects::tensor("tensor", tensor)?, Tensor::f_isnan)?))
    )
}

/// 1 when an element is an infinity, else 0, which is no error. 0 with RT_ERROR_TORCH when PyTorch
/// refuses, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_has_inf(tensor: RuntimeValue) -> i64 {
    torch!(
        "rt_torch_has_inf",
        0,
        Ok(i64::from(reduce::any(&*objects::tensor("tensor", tensor)?, Tensor::f_isinf)?))
    )
}

/// The elements of `a` where `cond` is not zero, and those of `b` elsewhere, with broadcasting. A
/// new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with
/// a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_where(
    cond: RuntimeValue,
    a: RuntimeValue,
    b: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_where", RuntimeValue::NIL, {
        let cond = objects::tensor("cond", cond)?;
        let (a, b) = (objects::tensor("a", a)?, objects::tensor("b", b)?);
        give_tensor(reduce::choose(&cond, &a, &b)?)
    })
}
