//! Functions of one tensor, element by element, in new tensors.

use runtime_value::RuntimeValue;

#[cfg(feature = "pytorch")]
use super::unary;
#[cfg(feature = "pytorch")]
use tch::Tensor;

/// The elements with the other sign. A new tensor that is the caller's to free. NIL with
/// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_neg(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_neg", RuntimeValue::NIL, unary(tensor, Tensor::f_neg))
}

/// The absolute values; of complex numbers their lengths. A new tensor that is the caller's to
/// free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no
/// tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_abs(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_abs", RuntimeValue::NIL, unary(tensor, Tensor::f_abs))
}

/// -1, 0 or 1 for every element. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH
/// when PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_sign(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_sign", RuntimeValue::NIL, unary(tensor, Tensor::f_sign))
}

/// The elements rounded down. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH
/// when PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_floor(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_floor", RuntimeValue::NIL, unary(tensor, Tensor::f_floor))
}

/// The elements rounded up. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when
/// PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_ceil(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_ceil", RuntimeValue::NIL, unary(tensor, Tensor::f_ceil))
}

/// The elements rounded to the nearest whole number, halves to the even one. A new tensor that is
/// the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error
/// for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_round(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_round", RuntimeValue::NIL, unary(tensor, Tensor::f_round))
}

/// The elements without their fraction. A new tensor that is the caller's to free. NIL with
/// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_trunc(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_trunc", RuntimeValue::NIL, unary(tensor, Tensor::f_trunc))
}

/// The fractions of the elements. A new tensor that is the caller's to free. NIL with
/// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_frac(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_frac", RuntimeValue::NIL, unary(tensor, Tensor::f_frac))
}

/// 1 divided by every element. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH
/// when PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_reciprocal(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_reciprocal", RuntimeValue::NIL, unary(tensor, Tensor::f_reciprocal))
}

/// The square roots; NaN for what is negative. A new tensor that is the caller's to free. NIL with
/// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_sqrt(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_sqrt", RuntimeValue::NIL, unary(tensor, Tensor::f_sqrt))
}

/// 1 divided by the square root of every element. A new tensor that is the caller's to free. NIL
/// with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_rsqrt(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_rsqrt", RuntimeValue::NIL, unary(tensor, Tensor::f_rsqrt))
}

/// The squares. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch
/// refuses, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_square(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_square", RuntimeValue::NIL, unary(tensor, Tensor::f_square))
}

/// e to the power of every element. A new tensor that is the caller's to free. NIL with
/// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_exp(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_exp", RuntimeValue::NIL, unary(tensor, Tensor::f_exp))
}

/// 2 to the power of every element. A new tensor that is the caller's to free. NIL with
/// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_exp2(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_exp2", RuntimeValue::NIL, unary(tensor, Tensor::f_exp2))
}

/// e to the power of every element, minus 1, exact near 0. A new tensor that is the caller's to
/// free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no
/// tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_expm1(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_expm1", RuntimeValue::NIL, unary(tensor, Tensor::f_expm1))
}

/// The natural logarithms; -inf for 0, NaN for what is negative. A new tensor that is the caller's
/// to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no
/// tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_log(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_log", RuntimeValue::NIL, unary(tensor, Tensor::f_log))
}

/// The logarithms to base 2. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH
/// when PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_log2(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_log2", RuntimeValue::NIL, unary(tensor, Tensor::f_log2))
}

/// The logarithms to base 10. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH
/// when PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_log10(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_log10", RuntimeValue::NIL, unary(tensor, Tensor::f_log10))
}

/// The natural logarithms of 1 plus every element, exact near 0. A new tensor that is the caller's
/// to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no
/// tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_log1p(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_log1p", RuntimeValue::NIL, unary(tensor, Tensor::f_log1p))
}

/// The sines of angles in radians. A new tensor that is the caller's to free. NIL with
/// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_sin(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_sin", RuntimeValue::NIL, unary(tensor, Tensor::f_sin))
}

/// The cosines of angles in radians. A new tensor that is the caller's to free. NIL with
/// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_cos(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_cos", RuntimeValue::NIL, unary(tensor, Tensor::f_cos))
}

/// The tangents of angles in radians. A new tensor that is the caller's to free. NIL with
/// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_tan(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_tan", RuntimeValue::NIL, unary(tensor, Tensor::f_tan))
}

/// The arc sines, in radians. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH
/// when PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_asin(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_asin", RuntimeValue::NIL, unary(tensor, Tensor::f_asin))
}

/// The arc cosines, in radians. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH
/// when PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_acos(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_acos", RuntimeValue::NIL, unary(tensor, Tensor::f_acos))
}

/// The arc tangents, in radians. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH
/// when PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_atan(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_atan", RuntimeValue::NIL, unary(tensor, Tensor::f_atan))
}

/// The hyperbolic sines. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when
/// PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_sinh(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_sinh", RuntimeValue::NIL, unary(tensor, Tensor::f_sinh))
}

/// The hyperbolic cosines. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when
/// PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_cosh(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_cosh", RuntimeValue::NIL, unary(tensor, Tensor::f_cosh))
}

/// The inverse hyperbolic sines. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH
/// when PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_asinh(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_asinh", RuntimeValue::NIL, unary(tensor, Tensor::f_asinh))
}

/// The inverse hyperbolic cosines. A new tensor that is the caller's to free. NIL with
/// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_acosh(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_acosh", RuntimeValue::NIL, unary(tensor, Tensor::f_acosh))
}

/// The inverse hyperbolic tangents. A new tensor that is the caller's to free. NIL with
/// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_atanh(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_atanh", RuntimeValue::NIL, unary(tensor, Tensor::f_atanh))
}

/// The error function of every element. A new tensor that is the caller's to free. NIL with
/// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_erf(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_erf", RuntimeValue::NIL, unary(tensor, Tensor::f_erf))
}

/// 1 minus the error function of every element. A new tensor that is the caller's to free. NIL with
/// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_erfc(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_erfc", RuntimeValue::NIL, unary(tensor, Tensor::f_erfc))
}

/// The elements, with `nan` for NaN, `posinf` for infinity and `neginf` for minus infinity. A new
/// tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a
/// handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_nan_to_num(
    tensor: RuntimeValue,
    nan: f64,
    posinf: f64,
    neginf: f64,
) -> RuntimeValue {
    torch!(
        "rt_torch_nan_to_num",
        RuntimeValue::NIL,
        unary(tensor, |tensor| tensor.f_nan_to_num(nan, posinf, neginf))
    )
}
