//! What layers do, as functions of tensors that the caller holds.

use runtime_value::RuntimeValue;

#[cfg(feature = "pytorch")]
use {
    crate::arguments::ints,
    crate::error::OrTorch,
    crate::memory,
    crate::nn::{Target, avg_pool, check_probability, convolve, interpolate, layer_norm, max_pool},
    crate::objects::{Held, give_tensor, optional_tensor, tensor},
    crate::options::Options,
    runtime_core::{Error, Result},
    tch::Tensor,
};

/// `input` `weight`^T + `bias` over the last dimension; `bias` may be NIL.
///
/// Returns a tensor, which the caller frees; NIL and an error for shapes or dtypes that do not fit
/// (RT_ERROR_TORCH). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_nn_linear(
    input: RuntimeValue,
    weight: RuntimeValue,
    bias: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_nn_linear", RuntimeValue::NIL, {
        let (input, weight) = (tensor("input", input)?, tensor("weight", weight)?);
        let bias = optional_tensor("bias", bias)?;
        give_tensor(input.f_linear(&weight, bias.as_deref()).or_torch()?)
    })
}

/// A convolution over one dimension, as rt_torch_nn_conv2d.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_nn_conv1d(
    input: RuntimeValue,
    weight: RuntimeValue,
    bias: RuntimeValue,
    stride: RuntimeValue,
    padding: RuntimeValue,
    dilation: RuntimeValue,
    groups: i64,
) -> RuntimeValue {
    torch!("rt_torch_nn_conv1d", RuntimeValue::NIL, {
        let convolution = Convolution::of(1, input, weight, bias, (stride, padding, dilation))?;
        give_tensor(convolution.run(groups)?)
    })
}

/// A convolution over two dimensions: `input` [N, C, H, W], `weight` [outputs, C / `groups`, h, w], `bias`
/// [outputs] or NIL. `stride`, `padding` and `dilation` are ints or arrays of one int for each dimension.
///
/// Returns a tensor, which the caller frees; NIL and an error for sizes beyond 2^31
/// (RT_ERROR_INVALID_ARGUMENT), absurd paddings (RT_ERROR_TORCH_TOO_LARGE), and what does not fit
/// (RT_ERROR_TORCH). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_nn_conv2d(
    input: RuntimeValue,
    weight: RuntimeValue,
    bias: RuntimeValue,
    stride: RuntimeValue,
    padding: RuntimeValue,
    dilation: RuntimeValue,
    groups: i64,
) -> RuntimeValue {
    torch!("rt_torch_nn_conv2d", RuntimeValue::NIL, {
        let convolution = Convolution::of(2, input, weight, bias, (stride, padding, dilation))?;
        give_tensor(convolution.run(groups)?)
    })
}

/// A convolution over three dimensions, as rt_torch_nn_conv2d.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_nn_conv3d(
    input: RuntimeValue,
    weight: RuntimeValue,
    bias: RuntimeValue,
    stride: RuntimeValue,
    padding: RuntimeValue,
    dilation: RuntimeValue,
    groups: i64,
) -> RuntimeValue {
    torch!("rt_torch_nn_conv3d", RuntimeValue::NIL, {
        let convolution = Convolution::of(3, input, weight, bias, (stride, padding, dilation))?;
        give_tensor(convolution.run(groups)?)
    })
}

/// The largest elements of windows over the last two dimensions. The sizes are ints or arrays of two;
/// `stride` NIL is the kernel's size.
///
/// As rt_torch_max_pool2d.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_nn_max_pool2d(
    input: RuntimeValue,
    kernel_size: RuntimeValue,
    stride: RuntimeValue,
    padding: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_nn_max_pool2d", RuntimeValue::NIL, {
        let kernel = sizes("kernel_size", kernel_size, 2)?;
        let stride = or_kernel(stride, &kernel)?;
        let padding = sizes("padding", padding, 2)?;
        give_tensor(max_pool(
            &*tensor("input", input)?,
            &kernel,
            &stride,
            &padding,
            &[1; 2],
            false,
        )?)
    })
}

/// The means of windows over the last two dimensions. The sizes are ints or arrays of two; `stride` NIL is
/// the kernel's size.
///
/// As rt_torch_avg_pool2d.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_nn_avg_pool2d(
    input: RuntimeValue,
    kernel_size: RuntimeValue,
    stride: RuntimeValue,
    padding: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_nn_avg_pool2d", RuntimeValue::NIL, {
        let kernel = sizes("kernel_size", kernel_size, 2)?;
        let stride = or_kernel(stride, &kernel)?;
        let padding = sizes("padding", padding, 2)?;
        let input = tensor("input", input)?;
        give_tensor(avg_pool(&input, &kernel, &stride, &padding, false, true, None)?)
    })
}

/// Batch norm over the second dimension, with running statistics [C], weight and bias [C], each of which may
/// be NIL. `training` not 0 takes the batch's statistics, and lets them into the running ones with the weight
/// `momentum`, in place.
///
/// Returns a tensor, which the caller frees; NIL and an error for what does not fit (RT_ERROR_TORCH). Not
/// while another thread uses the running statistics.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_nn_batch_norm(
    input: RuntimeValue,
    running_mean: RuntimeValue,
    running_var: RuntimeValue,
    weight: RuntimeValue,
    bias: RuntimeValue,
    training: i64,
    momentum: f64,
    eps: f64,
) -> RuntimeValue {
    torch!("rt_torch_nn_batch_norm", RuntimeValue::NIL, {
        let input = tensor("input", input)?;
        let mean = channels("running_mean", running_mean, &input)?;
        let variance = channels("running_var", running_var, &input)?;
        let weight = channels("weight", weight, &input)?;
        let bias = channels("bias", bias, &input)?;
        let (mean, variance) = (mean.as_deref(), variance.as_deref());
        let (weight, bias) = (weight.as_deref(), bias.as_deref());
        let by_batch = training != 0;
        let output = input
            .f_batch_norm(weight, bias, mean, variance, by_batch, momentum, eps, true)
            .or_torch()?;
        give_tensor(output)
    })
}

/// Layer norm over the last dimensions, which have the sizes `normalized_shape` (an array of ints); `weight`
/// and `bias` of that shape may be NIL.
///
/// Returns a tensor, which the caller frees; NIL and an error for what does not fit (RT_ERROR_TORCH).
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_nn_layer_norm(
    input: RuntimeValue,
    normalized_shape: RuntimeValue,
    weight: RuntimeValue,
    bias: RuntimeValue,
    eps: f64,
) -> RuntimeValue {
    torch!("rt_torch_nn_layer_norm", RuntimeValue::NIL, {
        let shape = ints("normalized_shape", normalized_shape)?;
        let (weight, bias) = (optional_tensor("weight", weight)?, optional_tensor("bias", bias)?);
        let input = tensor("input", input)?;
        give_tensor(layer_norm(&input, &shape, weight.as_deref(), bias.as_deref(), eps)?)
    })
}

/// The same as rt_torch_dropout.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_nn_dropout(input: RuntimeValue, p: f64, training: i64) -> RuntimeValue {
    torch!("rt_torch_nn_dropout", RuntimeValue::NIL, {
        check_probability("p", p)?;
        give_tensor(tensor("input", input)?.f_dropout(p, training != 0).or_torch()?)
    })
}

/// The rows of `weight` [count, size] at the indices in `input` (a tensor of 32- or 64-bit ints).
///
/// Returns a tensor, which the caller frees; NIL and an error for an index out of range, or a tensor that is
/// not of ints (RT_ERROR_TORCH). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_nn_embedding(input: RuntimeValue, weight: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_nn_embedding", RuntimeValue::NIL, {
        let (indices, weight) = (tensor("input", input)?, tensor("weight", weight)?);
        give_tensor(Tensor::f_embedding(&weight, &indices, -1, false, false).or_torch()?)
    })
}

/// The input [N, C, …] in another size. Options (a dict): "size" or "scale_factor" (a number, or an array of
/// one for each spatial dimension), "mode" ("nearest", "nearest-exact", "linear", "bilinear", "bicubic",
/// "trilinear", "area"), "align_corners", "recompute_scale_factor".
///
/// Returns a tensor, which the caller frees; NIL and an error for a mode that does not fit the dimensions
/// (RT_ERROR_INVALID_ARGUMENT), an unknown option (RT_ERROR_TORCH_OPTION), and absurd sizes
/// (RT_ERROR_TORCH_TOO_LARGE). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_nn_interpolate(
    input: RuntimeValue,
    options: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_nn_interpolate", RuntimeValue::NIL, {
        let options = Options::of("interpolate", "options", options)?;
        let target = Target::of(&options)?;
        let mode = options.text("mode", "nearest")?;
        let corners = options.bool("align_corners", false)?;
        let recompute = options.bool("recompute_scale_factor", false)?;
        options.finish()?;
        give_tensor(interpolate(&*tensor("input", input)?, &target, &mode, corners, recompute)?)
    })
}

/// A convolution's tensors and sizes.
#[cfg(feature = "pytorch")]
struct Convolution {
    input: Held,
    weight: Held,
    bias: Option<Held>,
    stride: Vec<i64>,
    padding: Vec<i64>,
    dilation: Vec<i64>,
}

#[cfg(feature = "pytorch")]
impl Convolution {
    fn of(
        dims: usize,
        input: RuntimeValue,
        weight: RuntimeValue,
        bias: RuntimeValue,
        (stride, padding, dilation): (RuntimeValue, RuntimeValue, RuntimeValue),
    ) -> Result<Self> {
        Ok(Self {
            input: tensor("input", input)?,
            weight: tensor("weight", weight)?,
            bias: optional_tensor("bias", bias)?,
            stride: sizes("stride", stride, dims)?,
            padding: sizes("padding", padding, dims)?,
            dilation: sizes("dilation", dilation, dims)?,
        })
    }

    fn run(&self, groups: i64) -> Result<Tensor> {
        let size = self.input.size();
        let start = size.len().saturating_sub(self.padding.len());
        let padded = size[start..].iter().zip(&self.padding).map(|(n, pad)| n + 2 * pad.max(&0));
        let shape: Vec<i64> = size[..start].iter().copied().chain(padded).collect();
        memory::check("the padded input", &shape, self.input.kind(), self.input.device())?;
        let bias = self.bias.as_deref();
        let (stride, padding) = (&self.stride, &self.padding);
        convolve(&self.input, &self.weight, bias, stride, padding, &self.dilation, groups)
    }
}

/// One int for each of `dims` dimensions; one stands for all.
#[cfg(feature = "pytorch")]
fn sizes(name: &str, value: RuntimeValue, dims: usize) -> Result<Vec<i64>> {
    let sizes = match value.to_int() {
        Ok(single) => vec![single; dims],
        Err(_) => ints(name, value)?,
    };
    let in_range = sizes.iter().all(|size| i32::try_from(*size).is_ok());
    if sizes.len() == dims && in_range {
        return Ok(sizes);
    }
    Err(Error::invalid(format!("{name} {sizes:?} is no size for {dims} dimensions")))
}

#[cfg(feature = "pytorch")]
fn or_kernel(stride: RuntimeValue, kernel: &[i64]) -> Result<Vec<i64>> {
    if stride == RuntimeValue::NIL {
        return Ok(kernel.to_vec());
    }
    sizes("stride", stride, kernel.len())
}

/// A tensor of one number for each channel of the input, or none.
#[cfg(feature = "pytorch")]
fn channels(name: &str, value: RuntimeValue, input: &Tensor) -> Result<Option<Held>> {
    let held = optional_tensor(name, value)?;
    let wanted = input.size().get(1).copied();
    match &held {
        Some(tensor) if wanted.is_none_or(|wanted| tensor.size() != [wanted]) => {
            let text = format!("{name} is {:?}, and the input {:?}", tensor.size(), input.size());
            Err(Error::invalid(text))
        }
        _ => Ok(held),
    }
}
