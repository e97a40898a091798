//! Pooling over windows: the largest, the mean, the power mean.

use runtime_core::{Error, Result};
use tch::Tensor;

use super::module::{Layer, Module, Output, State, wrong_inputs};
use super::repr::{boolean, float};
use super::sizes::Size;
use crate::error::OrTorch;
use crate::options::Options;
use crate::scalar;

/// `MaxPool1d`, `MaxPool2d`, `MaxPool3d`.
pub struct MaxPool {
    kernel: Size,
    stride: Size,
    padding: Size,
    dilation: Size,
    ceil_mode: bool,
    return_indices: bool,
}

impl MaxPool {
    pub(crate) fn from_options(dims: usize, options: Options) -> Result<Module> {
        let kernel = Size::required(&options, "kernel_size", dims, 1)?;
        let stride = Size::optional(&options, "stride", dims, 1)?;
        let layer = Self {
            stride: stride.unwrap_or_else(|| kernel.clone()),
            kernel,
            padding: Size::or(&options, "padding", dims, 0, 0)?,
            dilation: Size::or(&options, "dilation", dims, 1, 1)?,
            ceil_mode: options.bool("ceil_mode", false)?,
            return_indices: options.bool("return_indices", false)?,
        };
        options.finish()?;
        Module::of(layer, State::new())
    }
}

impl Layer for MaxPool {
    fn class(&self) -> &'static str {
        match self.kernel.values().len() {
            1 => "MaxPool1d",
            2 => "MaxPool2d",
            _ => "MaxPool3d",
        }
    }

    fn forward_all(&self, _module: &Module, inputs: &[Option<&Tensor>]) -> Result<Output> {
        let [Some(input)] = inputs else {
            return Err(wrong_inputs(self.class(), "1", inputs.len()));
        };
        let (kernel, stride) = (self.kernel.values(), self.stride.values());
        let (padding, dilation) = (self.padding.values(), self.dilation.values());
        let ceil = self.ceil_mode;
        if !self.return_indices {
            return max_pool(input, kernel, stride, padding, dilation, ceil).map(Output::One);
        }
        let (values, indices) = match kernel.len() {
            1 => input.f_max_pool1d_with_indices(kernel, stride, padding, dilation, ceil),
            2 => input.f_max_pool2d_with_indices(kernel, stride, padding, dilation, ceil),
            _ => input.f_max_pool3d_with_indices(kernel, stride, padding, dilation, ceil),
        }
        .or_torch()?;
        Ok(Output::Many(vec![values, indices]))
    }

    fn extra_repr(&self, _module: &Module) -> String {
        format!(
            "kernel_size={}, stride={}, padding={}, dilation={}, ceil_mode={}",
            self.kernel,
            self.stride,
            self.padding,
            self.dilation,
            boolean(self.ceil_mode)
        )
    }
}

/// Max pooling over as many dimensions as `kernel` has.
///
/// # Errors
/// `RT_ERROR_TORCH`.
pub fn max_pool(
    input: &Tensor,
    kernel: &[i64],
    stride: &[i64],
    padding: &[i64],
    dilation: &[i64],
    ceil_mode: bool,
) -> Result<Tensor> {
    for sizes in [kernel, stride, padding, dilation] {
        check_range(sizes)?;
    }
    match kernel.len() {
        1 => input.f_max_pool1d(kernel, stride, padding, dilation, ceil_mode),
        2 => input.f_max_pool2d(kernel, stride, padding, dilation, ceil_mode),
        _ => input.f_max_pool3d(kernel, stride, padding, dilation, ceil_mode),
    }
    .or_torch()
}

/// `AvgPool1d`, `AvgPool2d`, `AvgPool3d`.
pub struct AvgPool {
    kernel: Size,
    stride: Size,
    padding: Size,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor_override: Option<i64>,
}

impl AvgPool {
    pub(crate) fn from_options(dims: usize, options: Options) -> Result<Module> {
        let kernel = Size::required(&options, "kernel_size", dims, 1)?;
        let stride = Size::optional(&options, "stride", dims, 1)?;
        let layer = Self {
            stride: stride.unwrap_or_else(|| kernel.clone()),
            kernel,
            padding: Size::or(&options, "padding", dims, 0, 0)?,
            ceil_mode: options.bool("ceil_mode", false)?,
            count_include_pad: options.bool("count_include_pad", true)?,
            divisor_override: match dims {
                1 => None,
                _ => options.optional_int("divisor_override")?,
            },
        };
        options.finish()?;
        Module::of(layer, State::new())
    }
}

impl Layer for AvgPool {
    fn class(&self) -> &'static str {
        match self.kernel.values().len() {
            1 => "AvgPool1d",
            2 => "AvgPool2d",
            _ => "AvgPool3d",
        }
    }

    fn forward(&self, _module: &Module, input: &Tensor) -> Result<Tensor> {
        avg_pool(
            input,
            self.kernel.values(),
            self.stride.values(),
            self.padding.values(),
            self.ceil_mode,
            self.count_include_pad,
            self.divisor_override,
        )
    }

    fn extra_repr(&self, _module: &Module) -> String {
        match self.kernel.values().len() {
            1 => format!(
                "kernel_size={}, stride={}, padding={}",
                self.kernel.as_tuple(),
                self.stride.as_tuple(),
                self.padding.as_tuple()
            ),
            _ => format!(
                "kernel_size={}, stride={}, padding={}",
                self.kernel, self.stride, self.padding
            ),
        }
    }
}

/// Average pooling over as many dimensions as `kernel` has.
///
/// # Errors
/// `RT_ERROR_TORCH`.
pub fn avg_pool(
    input: &Tensor,
    kernel: &[i64],
    stride: &[i64],
    padding: &[i64],
    ceil_mode: bool,
    count_include_pad: bool,
    divisor_override: Option<i64>,
) -> Result<Tensor> {
    for sizes in [kernel, stride, padding] {
        check_range(sizes)?;
    }
    let (ceil, count, divisor) = (ceil_mode, count_include_pad, divisor_override);
    match kernel.len() {
        1 => input.f_avg_pool1d(kernel, stride, padding, ceil, count),
        2 => input.f_avg_pool2d(kernel, stride, padding, ceil, count, divisor),
        _ => input.f_avg_pool3d(kernel, stride, padding, ceil, count, divisor),
    }
    .or_torch()
}

/// LibTorch computes with these numbers before it judges them.
fn check_range(sizes: &[i64]) -> Result<()> {
    match sizes.iter().find(|size| i32::try_from(**size).is_err()) {
        None => Ok(()),
        Some(size) => Err(Error::invalid(format!("the window's size {size} is absurd"))),
    }
}

/// `LPPool1d`, `LPPool2d`, `LPPool3d`: the root of the sum of powers.
pub struct LpPool {
    norm_type: f64,
    kernel: Size,
    stride: Option<Size>,
    ceil_mode: bool,
}

impl LpPool {
    pub(crate) fn from_options(dims: usize, options: Options) -> Result<Module> {
        let Some(norm_type) = options.optional_float("norm_type")? else {
            return Err(options.refuse("norm_type", "is missing"));
        };
        let layer = Self {
            norm_type,
            kernel: Size::required(&options, "kernel_size", dims, 1)?,
            stride: Size::optional(&options, "stride", dims, 1)?,
            ceil_mode: options.bool("ceil_mode", false)?,
        };
        options.finish()?;
        Module::of(layer, State::new())
    }
}

impl Layer for LpPool {
    fn class(&self) -> &'static str {
        match self.kernel.values().len() {
            1 => "LPPool1d",
            2 => "LPPool2d",
            _ => "LPPool3d",
        }
    }

    fn forward(&self, _module: &Module, input: &Tensor) -> Result<Tensor> {
        let kernel = self.kernel.values();
        let stride = self.stride.as_ref().unwrap_or(&self.kernel).values();
        let padding = vec![0; kernel.len()];
        let powers = scalar::pow(input, self.norm_type).or_torch()?;
        let mean = avg_pool(&powers, kernel, stride, &padding, self.ceil_mode, true, None)?;
        let area: f64 = kernel.iter().map(|size| *size as f64).product();
        let size = mean.f_abs().and_then(|size| size.f_relu()).or_torch()?;
        let signed = mean.f_sign().and_then(|sign| sign.f_mul(&size)).or_torch()?;
        let sum = scalar::mul(&signed, area).or_torch()?;
        scalar::pow(&sum, 1.0 / self.norm_type).or_torch()
    }

    fn extra_repr(&self, _module: &Module) -> String {
        format!(
            "norm_type={}, kernel_size={}, stride={}, ceil_mode={}",
            float(self.norm_type),
            self.kernel,
            self.stride.as_ref().map_or_else(|| String::from("None"), Size::to_string),
            boolean(self.ceil_mode)
        )
    }
}
