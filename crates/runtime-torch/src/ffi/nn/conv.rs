//! Convolutions.

use runtime_value::RuntimeValue;

#[cfg(feature = "pytorch")]
use {
    crate::nn::handles::{give_module, layer_of, module_of},
    crate::nn::{Conv, Layer},
    crate::objects::{give_tensor, tensor},
    runtime_core::{Error, Result, error::codes},
};

/// Makes a convolution over one dimension, as rt_torch_conv2d_new.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_conv1d_new(
    in_channels: i64,
    out_channels: i64,
    kernel_size: i64,
    stride: i64,
    padding: i64,
) -> RuntimeValue {
    torch!("rt_torch_conv1d_new", RuntimeValue::NIL, {
        give_module(Conv::module(1, in_channels, out_channels, kernel_size, stride, padding)?)
    })
}

/// Runs a convolution over an input [N, C, L] or [C, L], as rt_torch_conv2d_forward.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_conv1d_forward(
    module: RuntimeValue,
    input: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_conv1d_forward", RuntimeValue::NIL, { run("Conv1d", module, input) })
}

/// Makes a convolution over two dimensions of 32-bit floats on the CPU, with a square kernel and a bias:
/// weight [out_channels, in_channels, kernel_size, kernel_size], both initialised evenly within
/// 1 / sqrt(in_channels * kernel_size^2) as in PyTorch. rt_torch_module_new("Conv2d", options) has the
/// other options.
///
/// Returns a module, which the caller frees with rt_torch_module_free; NIL and an error when the kernel or
/// the stride is below 1, the padding below 0, or a number of channels negative
/// (RT_ERROR_INVALID_ARGUMENT), or sizes are absurd (RT_ERROR_TORCH_TOO_LARGE). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_conv2d_new(
    in_channels: i64,
    out_channels: i64,
    kernel_size: i64,
    stride: i64,
    padding: i64,
) -> RuntimeValue {
    torch!("rt_torch_conv2d_new", RuntimeValue::NIL, {
        give_module(Conv::module(2, in_channels, out_channels, kernel_size, stride, padding)?)
    })
}

/// Runs a convolution over an input [N, C, H, W] or [C, H, W].
///
/// Returns a tensor, which the caller frees; NIL and an error when `module` is of another class
/// (RT_ERROR_WRONG_KIND) or shapes or dtypes do not fit (RT_ERROR_TORCH). Threads may run one module at once.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_conv2d_forward(
    module: RuntimeValue,
    input: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_conv2d_forward", RuntimeValue::NIL, { run("Conv2d", module, input) })
}

/// Makes a convolution over three dimensions with a cubic kernel, stride 1 and no padding, as
/// rt_torch_conv2d_new. rt_torch_module_new("Conv3d", options) has the other options.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_conv3d_new(
    in_channels: i64,
    out_channels: i64,
    kernel_size: i64,
) -> RuntimeValue {
    torch!("rt_torch_conv3d_new", RuntimeValue::NIL, {
        give_module(Conv::module(3, in_channels, out_channels, kernel_size, 1, 0)?)
    })
}

/// Runs a convolution over an input [N, C, D, H, W] or [C, D, H, W], as rt_torch_conv2d_forward.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_conv3d_forward(
    layer: RuntimeValue,
    input: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_conv3d_forward", RuntimeValue::NIL, { run("Conv3d", layer, input) })
}

/// Runs a module that has to be of this class of convolutions.
#[cfg(feature = "pytorch")]
fn run(class: &str, module: RuntimeValue, input: RuntimeValue) -> Result<RuntimeValue> {
    let module = module_of("module", module)?;
    let layer = layer_of::<Conv>("module", &module, class)?;
    if layer.class() != class {
        let text = format!("module is the module {}, not {class}", layer.class());
        return Err(Error::new(codes::RT_ERROR_WRONG_KIND, text));
    }
    give_tensor(layer.forward(&module, &*tensor("input", input)?)?)
}
