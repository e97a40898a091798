//! Operations that change a tensor.

use runtime_value::RuntimeValue;

#[cfg(feature = "pytorch")]
use super::inplace;
#[cfg(feature = "pytorch")]
use crate::autograd;
#[cfg(feature = "pytorch")]
use crate::objects;
#[cfg(feature = "pytorch")]
use crate::scalar;

/// Adds `b` to `a`, element by element, with `b` broadcast. Returns 1; 0 with RT_ERROR_TORCH when
/// PyTorch refuses, as for a leaf that needs a gradient, and with a handle's error for what is no
/// tensor. Other threads must not use the tensor meanwhile.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_add_(a: RuntimeValue, b: RuntimeValue) -> i64 {
    torch!("rt_torch_add_", 0, {
        let b = objects::tensor("b", b)?;
        inplace("a", a, |a| a.f_add_(&b))
    })
}

/// Takes `b` from `a`, element by element, with `b` broadcast. Returns 1; 0 with RT_ERROR_TORCH
/// when PyTorch refuses, as for a leaf that needs a gradient, and with a handle's error for what is
/// no tensor. Other threads must not use the tensor meanwhile.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_sub_(a: RuntimeValue, b: RuntimeValue) -> i64 {
    torch!("rt_torch_sub_", 0, {
        let b = objects::tensor("b", b)?;
        inplace("a", a, |a| a.f_sub_(&b))
    })
}

/// Multiplies `a` by `b`, element by element, with `b` broadcast. Returns 1; 0 with RT_ERROR_TORCH
/// when PyTorch refuses, as for a leaf that needs a gradient, and with a handle's error for what is
/// no tensor. Other threads must not use the tensor meanwhile.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_mul_(a: RuntimeValue, b: RuntimeValue) -> i64 {
    torch!("rt_torch_mul_", 0, {
        let b = objects::tensor("b", b)?;
        inplace("a", a, |a| a.f_mul_(&b))
    })
}

/// Divides `a` by `b`, element by element, with `b` broadcast. Returns 1; 0 with RT_ERROR_TORCH
/// when PyTorch refuses, as for a leaf that needs a gradient, and with a handle's error for what is
/// no tensor. Other threads must not use the tensor meanwhile.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_div_(a: RuntimeValue, b: RuntimeValue) -> i64 {
    torch!("rt_torch_div_", 0, {
        let b = objects::tensor("b", b)?;
        inplace("a", a, |a| a.f_div_(&b))
    })
}

/// Adds `scalar` to every element. Returns 1; 0 with RT_ERROR_TORCH when PyTorch refuses, as for a
/// leaf that needs a gradient, and with a handle's error for what is no tensor. Other threads must
/// not use the tensor meanwhile.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_add_scalar_(tensor: RuntimeValue, scalar: f64) -> i64 {
    torch!(
        "rt_torch_add_scalar_",
        0,
        inplace("tensor", tensor, |tensor| scalar::add_(tensor, scalar))
    )
}

/// Takes `scalar` from every element. Returns 1; 0 with RT_ERROR_TORCH when PyTorch refuses, as for
/// a leaf that needs a gradient, and with a handle's error for what is no tensor. Other threads
/// must not use the tensor meanwhile.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_sub_scalar_(tensor: RuntimeValue, scalar: f64) -> i64 {
    torch!(
        "rt_torch_sub_scalar_",
        0,
        inplace("tensor", tensor, |tensor| scalar::sub_(tensor, scalar))
    )
}

/// Multiplies every element by `scalar`. Returns 1; 0 with RT_ERROR_TORCH when PyTorch refuses, as
/// for a leaf that needs a gradient, and with a handle's error for what is no tensor. Other threads
/// must not use the tensor meanwhile.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_mul_scalar_(tensor: RuntimeValue, scalar: f64) -> i64 {
    torch!(
        "rt_torch_mul_scalar_",
        0,
        inplace("tensor", tensor, |tensor| scalar::mul_(tensor, scalar))
    )
}

/// Divides every element by `scalar`. Returns 1; 0 with RT_ERROR_TORCH when PyTorch refuses, as for
/// a leaf that needs a gradient, and with a handle's error for what is no tensor. Other threads
/// must not use the tensor meanwhile.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_div_scalar_(tensor: RuntimeValue, scalar: f64) -> i64 {
    torch!(
        "rt_torch_div_scalar_",
        0,
        inplace("tensor", tensor, |tensor| scalar::div_(tensor, scalar))
    )
}

/// Raises every element to the power `exponent`. Returns 1; 0 with RT_ERROR_TORCH when PyTorch
/// refuses, as for a leaf that needs a gradient, and with a handle's error for what is no tensor.
/// Other threads must not use the tensor meanwhile.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_pow_(tensor: RuntimeValue, exponent: f64) -> i64 {
    torch!("rt_torch_pow_", 0, inplace("tensor", tensor, |tensor| scalar::pow_(tensor, exponent)))
}

/// Turns every element's sign over. Returns 1; 0 with RT_ERROR_TORCH when PyTorch refuses, as for a
/// leaf that needs a gradient, and with a handle's error for what is no tensor. Other threads must
/// not use the tensor meanwhile.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_neg_(tensor: RuntimeValue) -> i64 {
    torch!("rt_torch_neg_", 0, inplace("tensor", tensor, tch::Tensor::f_neg_))
}

/// Makes every element its absolute value. Returns 1; 0 with RT_ERROR_TORCH when PyTorch refuses,
/// as for a leaf that needs a gradient, and with a handle's error for what is no tensor. Other
/// threads must not use the tensor meanwhile.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_abs_(tensor: RuntimeValue) -> i64 {
    torch!("rt_torch_abs_", 0, inplace("tensor", tensor, tch::Tensor::f_abs_))
}

/// Makes every element e to its power. Returns 1; 0 with RT_ERROR_TORCH when PyTorch refuses, as
/// for a leaf that needs a gradient, and with a handle's error for what is no tensor. Other threads
/// must not use the tensor meanwhile.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_exp_(tensor: RuntimeValue) -> i64 {
    torch!("rt_torch_exp_", 0, inplace("tensor", tensor, tch::Tensor::f_exp_))
}

/// Makes every element its square root. Returns 1; 0 with RT_ERROR_TORCH when PyTorch refuses, as
/// for a leaf that needs a gradient, and with a handle's error for what is no tensor. Other threads
/// must not use the tensor meanwhile.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_sqrt_(tensor: RuntimeValue) -> i64 {
    torch!("rt_torch_sqrt_", 0, inplace("tensor", tensor, tch::Tensor::f_sqrt_))
}

/// Limits every element to the range from `min` to `max`. Returns 1; 0 with RT_ERROR_TORCH when
/// PyTorch refuses, as for a leaf that needs a gradient, and with a handle's error for what is no
/// tensor. Other threads must not use the tensor meanwhile.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_clamp_(tensor: RuntimeValue, min: f64, max: f64) -> i64 {
    torch!(
        "rt_torch_clamp_",
        0,
        inplace("tensor", tensor, |tensor| scalar::clamp_(tensor, min, max))
    )
}

/// Makes every element `value`. Returns 1; 0 with RT_ERROR_TORCH when PyTorch refuses, as for a
/// leaf that needs a gradient, and with a handle's error for what is no tensor. Other threads must
/// not use the tensor meanwhile.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_fill_(tensor: RuntimeValue, value: f64) -> i64 {
    torch!("rt_torch_fill_", 0, inplace("tensor", tensor, |tensor| scalar::fill_(tensor, value)))
}

/// Makes every element 0. Returns 1; 0 with RT_ERROR_TORCH when PyTorch refuses, as for a leaf that
/// needs a gradient, and with a handle's error for what is no tensor. Other threads must not use
/// the tensor meanwhile.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_zero_(tensor: RuntimeValue) -> i64 {
    torch!("rt_torch_zero_", 0, inplace("tensor", tensor, tch::Tensor::f_zero_))
}

/// Copies the elements of `source`, broadcast, into the tensor's dtype and device. Returns 1; 0
/// with RT_ERROR_TORCH when PyTorch refuses, as for a leaf that needs a gradient, and with a
/// handle's error for what is no tensor. Other threads must not use the tensor meanwhile.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_copy_(tensor: RuntimeValue, source: RuntimeValue) -> i64 {
    torch!("rt_torch_copy_", 0, {
        let source = objects::tensor("source", source)?;
        inplace("tensor", tensor, |tensor| tensor.f_copy_(&source))
    })
}

/// Makes the elements `value` where a tensor of bools is true. Returns 1; 0 with RT_ERROR_TORCH
/// when PyTorch refuses, as for a leaf that needs a gradient, and with a handle's error for what is
/// no tensor. Other threads must not use the tensor meanwhile.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_masked_fill_(
    tensor: RuntimeValue,
    mask: RuntimeValue,
    value: f64,
) -> i64 {
    torch!("rt_torch_masked_fill_", 0, {
        let mask = objects::tensor("mask", mask)?;
        inplace("tensor", tensor, |tensor| scalar::masked_fill_(tensor, &mask, value))
    })
}

/// Fills the tensor with samples of the normal distribution of this mean and standard deviation, as
/// torch.nn.init.normal_. The tensor keeps its dtype, its device and all its handles, and no graph
/// records it, so that it may be a leaf that needs a gradient. Returns 1; 0 with RT_ERROR_TORCH
/// when PyTorch refuses, and with a handle's error for what is no tensor. Other threads must not
/// use the tensor meanwhile.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_normal_(tensor: RuntimeValue, mean: f64, std: f64) -> i64 {
    torch!(
        "rt_torch_normal_",
        0,
        autograd::without(|| inplace("tensor", tensor, |tensor| tensor.f_normal_(mean, std)))
    )
}

/// Fills the tensor with samples from `a` to below `b`, all equally likely, as
/// torch.nn.init.uniform_. The tensor keeps its dtype, its device and all its handles, and no graph
/// records it, so that it may be a leaf that needs a gradient. Returns 1; 0 with RT_ERROR_TORCH
/// when PyTorch refuses, and with a handle's error for what is no tensor. Other threads must not
/// use the tensor meanwhile.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_uniform_(tensor: RuntimeValue, a: f64, b: f64) -> i64 {
    torch!(
        "rt_torch_uniform_",
        0,
        autograd::without(|| inplace("tensor", tensor, |tensor| tensor.f_uniform_(a, b)))
    )
}

/// Fills the tensor with ones of the probability `p`, and zeros. The tensor keeps its dtype, its
/// device and all its handles, and no graph records it, so that it may be a leaf that needs a
/// gradient. Returns 1; 0 with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for
/// what is no tensor. Other threads must not use the tensor meanwhile.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_bernoulli_(tensor: RuntimeValue, p: f64) -> i64 {
    torch!(
        "rt_torch_bernoulli_",
        0,
        autograd::without(|| inplace("tensor", tensor, |tensor| tensor.f_bernoulli_float_(p)))
    )
}
