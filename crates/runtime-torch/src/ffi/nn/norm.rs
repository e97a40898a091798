//! Normalisation and dropout.

use runtime_value::RuntimeValue;

#[cfg(feature = "pytorch")]
use {
    super::linear::give_parameter,
    crate::arguments::ints,
    crate::error::OrTorch,
    crate::nn::handles::{give_module, layer_of, module_of},
    crate::nn::{
        BatchNorm, BatchNormSettings, Dropout, Layer, LayerNorm, check_probability, layer_norm,
    },
    crate::objects::{give_tensor, tensor},
    runtime_core::{Error, Result, error::codes},
};

/// Makes a batch norm for inputs [N, C] or [N, C, L] with `num_features` channels, of 32-bit floats on the
/// CPU. `affine` not 0 gives it a weight of ones and a bias of zeros, `track_running_stats` not 0 running
/// statistics, into which each batch goes with the weight `momentum`. rt_torch_module_new("BatchNorm1d",
/// options) has the other options.
///
/// Returns a module, which the caller frees with rt_torch_module_free; NIL and an error for a negative
/// (RT_ERROR_INVALID_ARGUMENT) or absurd (RT_ERROR_TORCH_TOO_LARGE) size. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_batchnorm1d_new(
    num_features: i64,
    eps: f64,
    momentum: f64,
    affine: i64,
    track_running_stats: i64,
) -> RuntimeValue {
    torch!("rt_torch_batchnorm1d_new", RuntimeValue::NIL, {
        give_module(BatchNorm::module(BatchNormSettings {
            dims: 1,
            num_features,
            eps,
            momentum: Some(momentum),
            affine: affine != 0,
            track_running_stats: track_running_stats != 0,
        })?)
    })
}

/// Runs a batch norm over [N, C] or [N, C, L], as rt_torch_batchnorm2d_forward.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_batchnorm1d_forward(
    module: RuntimeValue,
    input: RuntimeValue,
    training: i64,
) -> RuntimeValue {
    torch!("rt_torch_batchnorm1d_forward", RuntimeValue::NIL, {
        run_batch_norm(1, module, input, training)
    })
}

/// Makes a batch norm for inputs [N, C, H, W] with `num_features` channels and running statistics, of
/// 32-bit floats on the CPU. `affine` not 0 gives it a weight of ones and a bias of zeros, which are
/// trained. rt_torch_module_new("BatchNorm2d", options) has the other options.
///
/// Returns a module, which the caller frees with rt_torch_module_free; NIL and an error for a negative
/// (RT_ERROR_INVALID_ARGUMENT) or absurd (RT_ERROR_TORCH_TOO_LARGE) size. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_batchnorm2d_new(
    num_features: i64,
    eps: f64,
    momentum: f64,
    affine: i64,
) -> RuntimeValue {
    torch!("rt_torch_batchnorm2d_new", RuntimeValue::NIL, {
        give_module(BatchNorm::module(BatchNormSettings {
            dims: 2,
            num_features,
            eps,
            momentum: Some(momentum),
            affine: affine != 0,
            track_running_stats: true,
        })?)
    })
}

/// Runs a batch norm, whichever mode the module is in: when `training` is not 0, with the statistics of
/// this batch, which then go into the running ones; else with the running ones.
///
/// Returns a tensor, which the caller frees; NIL and an error when `module` is of another class
/// (RT_ERROR_WRONG_KIND), the input has other dimensions or, in training, one value for each channel
/// (RT_ERROR_INVALID_ARGUMENT), or channels or dtypes do not fit (RT_ERROR_TORCH). In training not while
/// another thread uses the module.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_batchnorm2d_forward(
    module: RuntimeValue,
    input: RuntimeValue,
    training: i64,
) -> RuntimeValue {
    torch!("rt_torch_batchnorm2d_forward", RuntimeValue::NIL, {
        run_batch_norm(2, module, input, training)
    })
}

/// The running means of a batch norm: a new handle of the very buffer, which the caller frees; NIL without an
/// error when it has none.
///
/// NIL and an error when `module` is no batch norm (RT_ERROR_WRONG_KIND). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_batchnorm2d_get_running_mean(module: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_batchnorm2d_get_running_mean", RuntimeValue::NIL, {
        give_buffer("running_mean", module)
    })
}

/// The running variances of a batch norm, as rt_torch_batchnorm2d_get_running_mean.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_batchnorm2d_get_running_var(module: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_batchnorm2d_get_running_var", RuntimeValue::NIL, {
        give_buffer("running_var", module)
    })
}

/// Makes a layer norm over the last dimensions, which have the sizes `normalized_shape` (an array of ints),
/// of 32-bit floats on the CPU. `elementwise_affine` not 0 gives it a weight of ones and a bias of zeros,
/// which are trained. rt_torch_module_new("LayerNorm", options) has the other options.
///
/// Returns a module, which the caller frees with rt_torch_module_free; NIL and an error for a shape that is
/// empty or negative (RT_ERROR_INVALID_ARGUMENT), no array of ints (RT_ERROR_WRONG_TYPE), or absurd
/// (RT_ERROR_TORCH_TOO_LARGE). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_layernorm_new(
    normalized_shape: RuntimeValue,
    eps: f64,
    elementwise_affine: i64,
) -> RuntimeValue {
    torch!("rt_torch_layernorm_new", RuntimeValue::NIL, {
        let shape = ints("normalized_shape", normalized_shape)?;
        give_module(LayerNorm::module(shape, eps, elementwise_affine != 0)?)
    })
}

/// Runs a layer norm.
///
/// Returns a tensor, which the caller frees; NIL and an error when `module` is of another class
/// (RT_ERROR_WRONG_KIND) or shapes or dtypes do not fit (RT_ERROR_TORCH). Threads may run one module at once.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_layernorm_forward(
    module: RuntimeValue,
    input: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_layernorm_forward", RuntimeValue::NIL, {
        let module = module_of("module", module)?;
        let layer = layer_of::<LayerNorm>("module", &module, "LayerNorm")?;
        give_tensor(layer.forward(&module, &*tensor("input", input)?)?)
    })
}

/// A layer norm's weight: a new handle of the very parameter, which the caller frees; NIL without an error
/// when it has none.
///
/// NIL and an error when `module` is of another class (RT_ERROR_WRONG_KIND). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_layernorm_get_weight(module: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_layernorm_get_weight", RuntimeValue::NIL, {
        let module = module_of("module", module)?;
        layer_of::<LayerNorm>("module", &module, "LayerNorm")?;
        give_parameter(&module, "weight")
    })
}

/// A layer norm's bias, as rt_torch_layernorm_get_weight.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_layernorm_get_bias(module: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_layernorm_get_bias", RuntimeValue::NIL, {
        let module = module_of("module", module)?;
        layer_of::<LayerNorm>("module", &module, "LayerNorm")?;
        give_parameter(&module, "bias")
    })
}

/// Layer norm over the last dimensions, which have the sizes `normalized_shape` (an array of ints), without
/// weight and bias, with an eps of 1e-5.
///
/// Returns a tensor, which the caller frees; NIL and an error when shapes or dtypes do not fit
/// (RT_ERROR_TORCH). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_layer_norm(
    input: RuntimeValue,
    normalized_shape: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_layer_norm", RuntimeValue::NIL, {
        let shape = ints("normalized_shape", normalized_shape)?;
        give_tensor(layer_norm(&*tensor("input", input)?, &shape, None, None, 1e-5)?)
    })
}

/// Makes a layer that drops elements with the probability `p` in training and divides the others by
/// 1 - `p`; `inplace` not 0 lets it change its input.
///
/// Returns a module, which the caller frees with rt_torch_module_free; NIL and RT_ERROR_INVALID_ARGUMENT
/// when `p` is not from 0 to 1. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dropout_new(p: f64, inplace: i64) -> RuntimeValue {
    torch!("rt_torch_dropout_new", RuntimeValue::NIL, {
        give_module(Dropout::module(p, inplace != 0)?)
    })
}

/// Runs a dropout layer, whichever mode the module is in: when `training` is 0 the result is the very input,
/// under a new handle.
///
/// Returns a tensor, which the caller frees; NIL and an error when `module` is of another class
/// (RT_ERROR_WRONG_KIND), or the dtype does not fit (RT_ERROR_TORCH). Threads may run one module at once; they
/// share LibTorch's generator.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dropout_forward(
    module: RuntimeValue,
    input: RuntimeValue,
    training: i64,
) -> RuntimeValue {
    torch!("rt_torch_dropout_forward", RuntimeValue::NIL, {
        let module = module_of("module", module)?;
        let layer = layer_of::<Dropout>("module", &module, "Dropout")?;
        give_tensor(layer.run(&*tensor("input", input)?, training != 0)?)
    })
}

/// Drops elements with the probability `p` and divides the others by 1 - `p`; when `training` is 0 the
/// result is the very input, under a new handle.
///
/// Returns a tensor, which the caller frees; NIL and an error when `p` is not from 0 to 1
/// (RT_ERROR_INVALID_ARGUMENT) or the dtype does not fit (RT_ERROR_TORCH). Thread-safe; threads share
/// LibTorch's generator.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dropout(input: RuntimeValue, p: f64, training: i64) -> RuntimeValue {
    torch!("rt_torch_dropout", RuntimeValue::NIL, {
        check_probability("p", p)?;
        give_tensor(tensor("input", input)?.f_dropout(p, training != 0).or_torch()?)
    })
}

/// Runs a batch norm that has to be for so many dimensions.
#[cfg(feature = "pytorch")]
fn run_batch_norm(
    dims: usize,
    module: RuntimeValue,
    input: RuntimeValue,
    training: i64,
) -> Result<RuntimeValue> {
    let module = module_of("module", module)?;
    let layer = layer_of::<BatchNorm>("module", &module, "a batch norm")?;
    if layer.dims() != dims {
        let text = format!("module is the module {}, not BatchNorm{dims}d", layer.class());
        return Err(Error::new(codes::RT_ERROR_WRONG_KIND, text));
    }
    give_tensor(layer.run(&module, &*tensor("input", input)?, training != 0)?)
}

/// A new handle of a batch norm's buffer.
#[cfg(feature = "pytorch")]
fn give_buffer(name: &str, module: RuntimeValue) -> Result<RuntimeValue> {
    let module = module_of("module", module)?;
    layer_of::<BatchNorm>("module", &module, "a batch norm")?;
    let buffer = module.buffer(name);
    buffer.map_or(Ok(RuntimeValue::NIL), |buffer| give_tensor(buffer.shallow_clone()))
}
