//! Activations: functions of one tensor, with gradients.

use runtime_value::RuntimeValue;

#[cfg(feature = "pytorch")]
use {
    crate::error::OrTorch,
    crate::nn::activation,
    crate::objects::{self, Held, give_tensor},
    crate::scalar,
    runtime_core::Result,
};

/// max(0, x), for each element. Returns a new tensor, which the caller frees; NIL and an error for what
/// is no tensor, or a dtype that the function does not take (RT_ERROR_TORCH). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_relu(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_relu", RuntimeValue::NIL, {
        let x = input(tensor)?;
        give_tensor(x.f_relu().or_torch()?)
    })
}

/// min(max(0, x), 6), for each element. Returns a new tensor, which the caller frees; NIL and an error
/// for what is no tensor, or a dtype that the function does not take (RT_ERROR_TORCH). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_relu6(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_relu6", RuntimeValue::NIL, {
        let x = input(tensor)?;
        give_tensor(x.f_relu6().or_torch()?)
    })
}

/// 1 / (1 + e^-x), for each element. Returns a new tensor, which the caller frees; NIL and an error for
/// what is no tensor, or a dtype that the function does not take (RT_ERROR_TORCH). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_sigmoid(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_sigmoid", RuntimeValue::NIL, {
        let x = input(tensor)?;
        give_tensor(x.f_sigmoid().or_torch()?)
    })
}

/// The hyperbolic tangent, for each element. Returns a new tensor, which the caller frees; NIL and an
/// error for what is no tensor, or a dtype that the function does not take (RT_ERROR_TORCH). Thread-
/// safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_tanh(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_tanh", RuntimeValue::NIL, {
        let x = input(tensor)?;
        give_tensor(x.f_tanh().or_torch()?)
    })
}

/// The exact Gaussian error linear unit x * P(X <= x), for each element. Returns a new tensor, which
/// the caller frees; NIL and an error for what is no tensor, or a dtype that the function does not take
/// (RT_ERROR_TORCH). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_gelu(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_gelu", RuntimeValue::NIL, {
        let x = input(tensor)?;
        give_tensor(x.f_gelu("none").or_torch()?)
    })
}

/// The Gaussian error linear unit by its approximation with tanh, for each element. Returns a new
/// tensor, which the caller frees; NIL and an error for what is no tensor, or a dtype that the function
/// does not take (RT_ERROR_TORCH). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_gelu_tanh(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_gelu_tanh", RuntimeValue::NIL, {
        let x = input(tensor)?;
        give_tensor(x.f_gelu("tanh").or_torch()?)
    })
}

/// x * sigmoid(x), for each element. Returns a new tensor, which the caller frees; NIL and an error for
/// what is no tensor, or a dtype that the function does not take (RT_ERROR_TORCH). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_silu(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_silu", RuntimeValue::NIL, {
        let x = input(tensor)?;
        give_tensor(x.f_silu().or_torch()?)
    })
}

/// x * tanh(softplus(x)), for each element. Returns a new tensor, which the caller frees; NIL and an
/// error for what is no tensor, or a dtype that the function does not take (RT_ERROR_TORCH). Thread-
/// safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_mish(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_mish", RuntimeValue::NIL, {
        let x = input(tensor)?;
        give_tensor(x.f_mish().or_torch()?)
    })
}

/// The scaled exponential linear unit, for each element. Returns a new tensor, which the caller frees;
/// NIL and an error for what is no tensor, or a dtype that the function does not take (RT_ERROR_TORCH).
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_selu(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_selu", RuntimeValue::NIL, {
        let x = input(tensor)?;
        give_tensor(x.f_selu().or_torch()?)
    })
}

/// x * relu6(x + 3) / 6, for each element. Returns a new tensor, which the caller frees; NIL and an
/// error for what is no tensor, or a dtype that the function does not take (RT_ERROR_TORCH). Thread-
/// safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_hardswish(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_hardswish", RuntimeValue::NIL, {
        let x = input(tensor)?;
        give_tensor(x.f_hardswish().or_torch()?)
    })
}

/// relu6(x + 3) / 6, for each element. Returns a new tensor, which the caller frees; NIL and an error
/// for what is no tensor, or a dtype that the function does not take (RT_ERROR_TORCH). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_hardsigmoid(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_hardsigmoid", RuntimeValue::NIL, {
        let x = input(tensor)?;
        give_tensor(x.f_hardsigmoid().or_torch()?)
    })
}

/// ln(sigmoid(x)), for each element. Returns a new tensor, which the caller frees; NIL and an error for
/// what is no tensor, or a dtype that the function does not take (RT_ERROR_TORCH). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_log_sigmoid(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_log_sigmoid", RuntimeValue::NIL, {
        let x = input(tensor)?;
        give_tensor(x.f_log_sigmoid().or_torch()?)
    })
}

/// x / (1 + |x|), for each element. Returns a new tensor, which the caller frees; NIL and an error for
/// what is no tensor, or a dtype that the function does not take (RT_ERROR_TORCH). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_softsign(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_softsign", RuntimeValue::NIL, {
        let x = input(tensor)?;
        give_tensor(activation::softsign(&x)?)
    })
}

/// x - tanh(x), for each element. Returns a new tensor, which the caller frees; NIL and an error for
/// what is no tensor, or a dtype that the function does not take (RT_ERROR_TORCH). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_tanhshrink(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_tanhshrink", RuntimeValue::NIL, {
        let x = input(tensor)?;
        give_tensor(activation::tanhshrink(&x)?)
    })
}

/// x from 0 on, `negative_slope` * x below, for each element. Returns a new tensor, which the caller
/// frees; NIL and an error for what is no tensor, or a dtype that the function does not take
/// (RT_ERROR_TORCH). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_leaky_relu(tensor: RuntimeValue, negative_slope: f64) -> RuntimeValue {
    torch!("rt_torch_leaky_relu", RuntimeValue::NIL, {
        let x = input(tensor)?;
        give_tensor(activation::leaky_relu(&x, negative_slope)?)
    })
}

/// x from 0 on, `alpha` * (e^x - 1) below, for each element. Returns a new tensor, which the caller
/// frees; NIL and an error for what is no tensor, or a dtype that the function does not take
/// (RT_ERROR_TORCH). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_elu(tensor: RuntimeValue, alpha: f64) -> RuntimeValue {
    torch!("rt_torch_elu", RuntimeValue::NIL, {
        let x = input(tensor)?;
        give_tensor(activation::elu(&x, alpha)?)
    })
}

/// x from 0 on, `alpha` * (e^(x / `alpha`) - 1) below; an `alpha` of 0 is an error. Returns a new
/// tensor, which the caller frees; NIL and an error for what is no tensor, or a dtype that the function
/// does not take (RT_ERROR_TORCH). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_celu(tensor: RuntimeValue, alpha: f64) -> RuntimeValue {
    torch!("rt_torch_celu", RuntimeValue::NIL, {
        let x = input(tensor)?;
        give_tensor(activation::celu(&x, alpha)?)
    })
}

/// ln(1 + e^(`beta` x)) / `beta`, and x itself where `beta` x is above `threshold`, for each element.
/// Returns a new tensor, which the caller frees; NIL and an error for what is no tensor, or a dtype
/// that the function does not take (RT_ERROR_TORCH). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_softplus(
    tensor: RuntimeValue,
    beta: f64,
    threshold: f64,
) -> RuntimeValue {
    torch!("rt_torch_softplus", RuntimeValue::NIL, {
        let x = input(tensor)?;
        give_tensor(activation::softplus(&x, beta, threshold)?)
    })
}

/// x kept between `min` and `max`; RT_ERROR_INVALID_ARGUMENT unless `min` is below `max`. Returns a new
/// tensor, which the caller frees; NIL and an error for what is no tensor, or a dtype that the function
/// does not take (RT_ERROR_TORCH). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_hardtanh(tensor: RuntimeValue, min: f64, max: f64) -> RuntimeValue {
    torch!("rt_torch_hardtanh", RuntimeValue::NIL, {
        let x = input(tensor)?;
        give_tensor(activation::hardtanh(&x, min, max)?)
    })
}

/// x, and 0 from -`lambd` to `lambd`, for each element. Returns a new tensor, which the caller frees;
/// NIL and an error for what is no tensor, or a dtype that the function does not take (RT_ERROR_TORCH).
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_hardshrink(tensor: RuntimeValue, lambd: f64) -> RuntimeValue {
    torch!("rt_torch_hardshrink", RuntimeValue::NIL, {
        let x = input(tensor)?;
        give_tensor(activation::hardshrink(&x, lambd)?)
    })
}

/// x moved by `lambd` towards 0, and 0 from -`lambd` to `lambd`, for each element. Returns a new
/// tensor, which the caller frees; NIL and an error for what is no tensor, or a dtype that the function
/// does not take (RT_ERROR_TORCH). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_softshrink(tensor: RuntimeValue, lambd: f64) -> RuntimeValue {
    torch!("rt_torch_softshrink", RuntimeValue::NIL, {
        let x = input(tensor)?;
        give_tensor(activation::softshrink(&x, lambd)?)
    })
}

/// x above `threshold`, `value` elsewhere, for each element. Returns a new tensor, which the caller
/// frees; NIL and an error for what is no tensor, or a dtype that the function does not take
/// (RT_ERROR_TORCH). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_threshold(
    tensor: RuntimeValue,
    threshold: f64,
    value: f64,
) -> RuntimeValue {
    torch!("rt_torch_threshold", RuntimeValue::NIL, {
        let x = input(tensor)?;
        give_tensor(scalar::threshold(&x, threshold, value).or_torch()?)
    })
}

/// x from 0 on, `weight` (a tensor of one slope, or of one for each channel) * x below, for each
/// element. Returns a new tensor, which the caller frees; NIL and an error for what is no tensor, or a
/// dtype that the function does not take (RT_ERROR_TORCH). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_prelu(tensor: RuntimeValue, weight: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_prelu", RuntimeValue::NIL, {
        let x = input(tensor)?;
        give_tensor(x.f_prelu(&*objects::tensor("weight", weight)?).or_torch()?)
    })
}

/// The first half along `dim` times the sigmoid of the second half. Returns a new tensor, which the
/// caller frees; NIL and an error for what is no tensor, or a dtype or dimension that the function does
/// not take (RT_ERROR_TORCH). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_glu(tensor: RuntimeValue, dim: i64) -> RuntimeValue {
    torch!("rt_torch_glu", RuntimeValue::NIL, {
        let x = input(tensor)?;
        give_tensor(x.f_glu(dim).or_torch()?)
    })
}

/// Shares of 1 along `dim`, in the input's dtype. Returns a new tensor, which the caller frees; NIL and
/// an error for what is no tensor, or a dtype or dimension that the function does not take
/// (RT_ERROR_TORCH). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_softmax(tensor: RuntimeValue, dim: i64) -> RuntimeValue {
    torch!("rt_torch_softmax", RuntimeValue::NIL, {
        let x = input(tensor)?;
        give_tensor(activation::softmax(&x, dim)?)
    })
}

/// Softmax of -x along `dim`. Returns a new tensor, which the caller frees; NIL and an error for what
/// is no tensor, or a dtype or dimension that the function does not take (RT_ERROR_TORCH). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_softmin(tensor: RuntimeValue, dim: i64) -> RuntimeValue {
    torch!("rt_torch_softmin", RuntimeValue::NIL, {
        let x = input(tensor)?;
        give_tensor(activation::softmin(&x, dim)?)
    })
}

/// ln(softmax(x)) along `dim`, in the input's dtype. Returns a new tensor, which the caller frees; NIL
/// and an error for what is no tensor, or a dtype or dimension that the function does not take
/// (RT_ERROR_TORCH). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_log_softmax(tensor: RuntimeValue, dim: i64) -> RuntimeValue {
    torch!("rt_torch_log_softmax", RuntimeValue::NIL, {
        let x = input(tensor)?;
        give_tensor(activation::log_softmax(&x, dim)?)
    })
}

/// The tensor that an activation is applied to.
#[cfg(feature = "pytorch")]
#[inline]
fn input(value: RuntimeValue) -> Result<Held> {
    objects::tensor("tensor", value)
}
