//! Linear layers.

use runtime_value::RuntimeValue;

#[cfg(feature = "pytorch")]
use {
    crate::nn::handles::{give_module, layer_of, module_of},
    crate::nn::{Layer, Linear, Module},
    crate::objects::{give_tensor, tensor},
    runtime_core::Result,
};

/// Makes a linear layer of 32-bit floats on the CPU: weight [out_features, in_features], and, when
/// `use_bias` is not 0, bias [out_features], both initialised evenly within 1 / sqrt(in_features) as in
/// PyTorch. rt_torch_module_new("Linear", options) has the other options.
///
/// Returns a module, which the caller frees with rt_torch_module_free; NIL and an error for a negative
/// (RT_ERROR_INVALID_ARGUMENT) or absurd (RT_ERROR_TORCH_TOO_LARGE) size. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_linear_new(
    in_features: i64,
    out_features: i64,
    use_bias: i64,
) -> RuntimeValue {
    torch!("rt_torch_linear_new", RuntimeValue::NIL, {
        give_module(Linear::module(in_features, out_features, use_bias != 0)?)
    })
}

/// Runs a linear layer: input W^T + bias over the last dimension of the input.
///
/// Returns a tensor, which the caller frees; NIL and an error when `module` is not of the class Linear
/// (RT_ERROR_WRONG_KIND) or shapes or dtypes do not fit (RT_ERROR_TORCH). Threads may run one module at once.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_linear_forward(
    module: RuntimeValue,
    input: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_linear_forward", RuntimeValue::NIL, {
        let module = module_of("module", module)?;
        let layer = layer_of::<Linear>("module", &module, "Linear")?;
        give_tensor(layer.forward(&module, &*tensor("input", input)?)?)
    })
}

/// A linear layer's weight: a new handle of the very parameter, which the caller frees.
///
/// NIL and an error when `module` is not of the class Linear (RT_ERROR_WRONG_KIND). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_linear_get_weight(module: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_linear_get_weight", RuntimeValue::NIL, {
        let module = module_of("module", module)?;
        layer_of::<Linear>("module", &module, "Linear")?;
        give_parameter(&module, "weight")
    })
}

/// A linear layer's bias: a new handle of the very parameter, which the caller frees; NIL without an error
/// when the layer has none.
///
/// NIL and an error when `module` is not of the class Linear (RT_ERROR_WRONG_KIND). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_linear_get_bias(module: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_linear_get_bias", RuntimeValue::NIL, {
        let module = module_of("module", module)?;
        layer_of::<Linear>("module", &module, "Linear")?;
        give_parameter(&module, "bias")
    })
}

/// A new handle of a module's own parameter, or NIL when it has none of that name.
#[cfg(feature = "pytorch")]
pub(super) fn give_parameter(module: &Module, name: &str) -> Result<RuntimeValue> {
    let parameter = module.parameter(name);
    parameter.map_or(Ok(RuntimeValue::NIL), |parameter| give_tensor(parameter.shallow_clone()))
}
