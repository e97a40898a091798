//! Arithmetic of tensors with tensors and numbers, in new tensors.

use runtime_value::RuntimeValue;

#[cfg(feature = "pytorch")]
use super::{binary, unary};
#[cfg(feature = "pytorch")]
use crate::scalar;
#[cfg(feature = "pytorch")]
use tch::Tensor;

/// The sums of two tensors, element by element, with PyTorch's broadcasting and promotion of
/// dtypes. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses,
/// and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_add(a: RuntimeValue, b: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_add", RuntimeValue::NIL, binary(a, b, Tensor::f_add))
}

/// The differences of two tensors, element by element, with PyTorch's broadcasting and promotion of
/// dtypes. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses,
/// and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_sub(a: RuntimeValue, b: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_sub", RuntimeValue::NIL, binary(a, b, Tensor::f_sub))
}

/// The products of two tensors, element by element, with PyTorch's broadcasting and promotion of
/// dtypes. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses,
/// and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_mul(a: RuntimeValue, b: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_mul", RuntimeValue::NIL, binary(a, b, Tensor::f_mul))
}

/// The quotients of two tensors, element by element; of ints they are floats, with PyTorch's
/// broadcasting and promotion of dtypes. A new tensor that is the caller's to free. NIL with
/// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_div(a: RuntimeValue, b: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_div", RuntimeValue::NIL, binary(a, b, Tensor::f_div))
}

/// Every element plus `scalar`. A tensor of ints becomes one of floats, as with a float in Python.
/// A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and
/// with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_add_scalar(tensor: RuntimeValue, scalar: f64) -> RuntimeValue {
    torch!(
        "rt_torch_add_scalar",
        RuntimeValue::NIL,
        unary(tensor, |tensor| scalar::add(tensor, scalar))
    )
}

/// Every element minus `scalar`. A tensor of ints becomes one of floats, as with a float in Python.
/// A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and
/// with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_sub_scalar(tensor: RuntimeValue, scalar: f64) -> RuntimeValue {
    torch!(
        "rt_torch_sub_scalar",
        RuntimeValue::NIL,
        unary(tensor, |tensor| scalar::sub(tensor, scalar))
    )
}

/// Every element times `scalar`. A tensor of ints becomes one of floats, as with a float in Python.
/// A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and
/// with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_mul_scalar(tensor: RuntimeValue, scalar: f64) -> RuntimeValue {
    torch!(
        "rt_torch_mul_scalar",
        RuntimeValue::NIL,
        unary(tensor, |tensor| scalar::mul(tensor, scalar))
    )
}

/// Every element divided by `scalar`. A tensor of ints becomes one of floats, as with a float in
/// Python. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses,
/// and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_div_scalar(tensor: RuntimeValue, scalar: f64) -> RuntimeValue {
    torch!(
        "rt_torch_div_scalar",
        RuntimeValue::NIL,
        unary(tensor, |tensor| scalar::div(tensor, scalar))
    )
}

/// Every element to the power `exponent`. A new tensor that is the caller's to free. NIL with
/// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_pow(tensor: RuntimeValue, exponent: f64) -> RuntimeValue {
    torch!("rt_torch_pow", RuntimeValue::NIL, unary(tensor, |tensor| scalar::pow(tensor, exponent)))
}

/// The elements of `a` to the power of those of `b`, with PyTorch's broadcasting and promotion of
/// dtypes. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses,
/// and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_pow_tensor(a: RuntimeValue, b: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_pow_tensor", RuntimeValue::NIL, binary(a, b, Tensor::f_pow))
}

/// The quotients, rounded down, element by element with PyTorch's broadcasting and promotion of
/// dtypes. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses,
/// and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_floor_divide(a: RuntimeValue, b: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_floor_divide", RuntimeValue::NIL, binary(a, b, Tensor::f_floor_divide))
}

/// The remainders with the sign of the divisor, as % in Python, element by element with PyTorch's
/// broadcasting and promotion of dtypes. A new tensor that is the caller's to free. NIL with
/// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_remainder(a: RuntimeValue, b: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_remainder", RuntimeValue::NIL, binary(a, b, Tensor::f_remainder_tensor))
}

/// The remainders with the sign of the dividend, as fmod in C, element by element with PyTorch's
/// broadcasting and promotion of dtypes. A new tensor that is the caller's to free. NIL with
/// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_fmod(a: RuntimeValue, b: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_fmod", RuntimeValue::NIL, binary(a, b, Tensor::f_fmod_tensor))
}

/// The larger of two elements; NaN wins, element by element with PyTorch's broadcasting and
/// promotion of dtypes. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when
/// PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_maximum(a: RuntimeValue, b: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_maximum", RuntimeValue::NIL, binary(a, b, Tensor::f_maximum))
}

/// The smaller of two elements; NaN wins, element by element with PyTorch's broadcasting and
/// promotion of dtypes. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when
/// PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_minimum(a: RuntimeValue, b: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_minimum", RuntimeValue::NIL, binary(a, b, Tensor::f_minimum))
}

/// The angles of the points with `a` as y and `b` as x, in radians, element by element with
/// PyTorch's broadcasting and promotion of dtypes. A new tensor that is the caller's to free. NIL
/// with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_atan2(a: RuntimeValue, b: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_atan2", RuntimeValue::NIL, binary(a, b, Tensor::f_atan2))
}

/// The lengths of the hypotenuses, element by element with PyTorch's broadcasting and promotion of
/// dtypes. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses,
/// and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_hypot(a: RuntimeValue, b: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_hypot", RuntimeValue::NIL, binary(a, b, Tensor::f_hypot))
}

/// The remainders with the sign of `scalar`, as % in Python. A new tensor that is the caller's to
/// free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no
/// tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_remainder_scalar(tensor: RuntimeValue, scalar: f64) -> RuntimeValue {
    torch!(
        "rt_torch_remainder_scalar",
        RuntimeValue::NIL,
        unary(tensor, |tensor| scalar::remainder(tensor, scalar))
    )
}

/// The remainders with the sign of the elements, as fmod in C. A new tensor that is the caller's to
/// free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no
/// tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_fmod_scalar(tensor: RuntimeValue, scalar: f64) -> RuntimeValue {
    torch!(
        "rt_torch_fmod_scalar",
        RuntimeValue::NIL,
        unary(tensor, |tensor| scalar::fmod(tensor, scalar))
    )
}

/// The elements limited to the range from `min` to `max`; `max` where that is below `min`. A new
/// tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a
/// handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_clamp(tensor: RuntimeValue, min: f64, max: f64) -> RuntimeValue {
    torch!(
        "rt_torch_clamp",
        RuntimeValue::NIL,
        unary(tensor, |tensor| scalar::clamp(tensor, min, max))
    )
}

/// The elements, and `min` for those below it. A new tensor that is the caller's to free. NIL with
/// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_clamp_min(tensor: RuntimeValue, min: f64) -> RuntimeValue {
    torch!(
        "rt_torch_clamp_min",
        RuntimeValue::NIL,
        unary(tensor, |tensor| scalar::clamp_min(tensor, min))
    )
}

/// The elements, and `max` for those above it. A new tensor that is the caller's to free. NIL with
/// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_clamp_max(tensor: RuntimeValue, max: f64) -> RuntimeValue {
    torch!(
        "rt_torch_clamp_max",
        RuntimeValue::NIL,
        unary(tensor, |tensor| scalar::clamp_max(tensor, max))
    )
}

/// The points between the elements of `a` (weight 0) and `b` (weight 1). A new tensor that is the
/// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for
/// what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_lerp(a: RuntimeValue, b: RuntimeValue, weight: f64) -> RuntimeValue {
    torch!("rt_torch_lerp", RuntimeValue::NIL, binary(a, b, |a, b| scalar::lerp(a, b, weight)))
}

/// The bits that both elements have, of ints or bools. A new tensor that is the caller's to free.
/// NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_bitwise_and(a: RuntimeValue, b: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_bitwise_and", RuntimeValue::NIL, binary(a, b, Tensor::f_bitwise_and_tensor))
}

/// The bits that either element has, of ints or bools. A new tensor that is the caller's to free.
/// NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_bitwise_or(a: RuntimeValue, b: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_bitwise_or", RuntimeValue::NIL, binary(a, b, Tensor::f_bitwise_or_tensor))
}

/// The bits that one of the elements has, of ints or bools. A new tensor that is the caller's to
/// free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no
/// tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_bitwise_xor(a: RuntimeValue, b: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_bitwise_xor", RuntimeValue::NIL, binary(a, b, Tensor::f_bitwise_xor_tensor))
}

/// The elements with every bit turned over, of ints or bools. A new tensor that is the caller's to
/// free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no
/// tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_bitwise_not(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_bitwise_not", RuntimeValue::NIL, unary(tensor, Tensor::f_bitwise_not))
}
