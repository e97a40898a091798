//! Convolutions of one to three dimensions, and their transposes.

use runtime_core::{Error, Result};
use runtime_value::{RuntimeValue, Str, View};
use tch::Tensor;

use super::factory::Factory;
use super::linear::no_weight;
use super::module::{Layer, Module, Output, State, wrong_inputs};
use super::sizes::Size;
use crate::error::OrTorch;
use crate::memory;
use crate::options::Options;
use crate::{arguments, init};

const WEIGHT: usize = 0;
const BIAS: usize = 1;

/// `Conv1d`, `Conv2d`, `Conv3d`.
pub struct Conv {
    in_channels: i64,
    out_channels: i64,
    kernel: Size,
    stride: Size,
    padding: Padding,
    dilation: Size,
    groups: i64,
    mode: &'static str,
    /// What [`mode`](Self::mode) pads with, from the last dimension to the first, both sides.
    pads: Vec<i64>,
}

enum Padding {
    Sizes(Size),
    /// `same` or `valid`.
    Named(&'static str),
}

const MODES: [&str; 4] = ["zeros", "reflect", "replicate", "circular"];

impl Conv {
    /// A convolution over `dims` dimensions with the same kernel, stride and padding in all of them,
    /// with a bias, of 32-bit floats on the CPU.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_OPTION` for a size out of range, `RT_ERROR_TORCH_TOO_LARGE`.
    pub fn module(
        dims: usize,
        in_channels: i64,
        out_channels: i64,
        kernel_size: i64,
        stride: i64,
        padding: i64,
    ) -> Result<Module> {
        let size = |name: &str, value: i64, least: i64| {
            if (least..=i64::from(i32::MAX)).contains(&value) {
                return Ok(Size::all(value, dims));
            }
            Err(Error::invalid(format!("{name} {value} is not from {least} to {}", i32::MAX)))
        };
        let layer = Self {
            in_channels,
            out_channels,
            kernel: size("kernel_size", kernel_size, 1)?,
            stride: size("stride", stride, 1)?,
            padding: Padding::Sizes(size("padding", padding, 0)?),
            dilation: Size::all(1, dims),
            groups: 1,
            mode: "zeros",
            pads: Vec::new(),
        };
        layer.build(true, Factory::default())
    }

    pub(crate) fn from_options(dims: usize, options: Options) -> Result<Module> {
        let (in_channels, out_channels, groups) = channels(&options)?;
        let stride = Size::or(&options, "stride", dims, 1, 1)?;
        let mut layer = Self {
            in_channels,
            out_channels,
            kernel: Size::required(&options, "kernel_size", dims, 1)?,
            padding: Padding::of(&options, dims, &stride)?,
            stride,
            dilation: Size::or(&options, "dilation", dims, 1, 1)?,
            groups,
            mode: options.choice("padding_mode", "zeros", &MODES)?,
            pads: Vec::new(),
        };
        layer.pads = layer.reversed_pads();
        let bias = options.bool("bias", true)?;
        let factory = Factory::of(&options)?;
        options.finish()?;
        layer.build(bias, factory)
    }

    fn build(self, bias: bool, factory: Factory) -> Result<Module> {
        let shape = [self.out_channels, self.in_channels / self.groups];
        let weight = factory.parameter("weight", &[&shape, self.kernel.values()].concat())?;
        let bias = factory.parameter_if(bias, "bias", &[self.out_channels])?;
        init::layer(&weight, bias.as_ref())?;
        Module::of(self, State::new().parameter("weight", weight).parameter("bias", bias))
    }

    fn reversed_pads(&self) -> Vec<i64> {
        let sides: Vec<[i64; 2]> = match &self.padding {
            Padding::Sizes(sizes) => sizes.values().iter().map(|pad| [*pad, *pad]).collect(),
            Padding::Named("same") => {
                let kernels = self.kernel.values().iter().zip(self.dilation.values());
                let totals = kernels.map(|(kernel, dilation)| dilation * (kernel - 1));
                totals.map(|total| [total / 2, total - total / 2]).collect()
            }
            Padding::Named(_) => vec![[0, 0]; self.kernel.values().len()],
        };
        sides.into_iter().rev().flatten().collect()
    }

    /// Refuses results that padding would make larger than the memory. A padding no wider than the
    /// kernel cannot.
    fn check_size(&self, input: &Tensor) -> Result<()> {
        let Padding::Sizes(padding) = &self.padding else { return Ok(()) };
        if padding.largest() <= self.kernel.largest().max(64) {
            return Ok(());
        }
        let size = input.size();
        let dims = padding.values().len();
        let Some(start) = size.len().checked_sub(dims) else { return Ok(()) };
        let mut shape = vec![size[0].max(1), self.out_channels.max(self.in_channels)];
        shape.extend(size[start..].iter().zip(padding.values()).map(|(n, pad)| n + 2 * pad));
        memory::check("the padded input", &shape, input.kind(), input.device())
    }
}

impl Padding {
    fn of(options: &Options, dims: usize, stride: &Size) -> Result<Self> {
        let named = options.value("padding")?.filter(|value| Str::find(*value).is_some());
        if named.is_none() {
            return Ok(Self::Sizes(Size::or(options, "padding", dims, 0, 0)?));
        }
        let name = options.choice("padding", "valid", &["same", "valid"])?;
        if name == "same" && !stride.is_all(1) {
            return Err(options.refuse("padding", "\"same\" needs a stride of 1"));
        }
        Ok(Self::Named(name))
    }
}

impl Layer for Conv {
    fn class(&self) -> &'static str {
        match self.kernel.values().len() {
            1 => "Conv1d",
            2 => "Conv2d",
            _ => "Conv3d",
        }
    }

    fn forward(&self, module: &Module, input: &Tensor) -> Result<Tensor> {
        let Some(weight) = module.parameter_at(WEIGHT) else {
            return Err(no_weight(self.class()));
        };
        let bias = module.parameter_at(BIAS);
        self.check_size(input)?;
        let (stride, dilation) = (self.stride.values(), self.dilation.values());
        if self.mode != "zeros" {
            let padded = input.f_pad(&self.pads, self.mode, None::<f64>).or_torch()?;
            let none = vec![0; stride.len()];
            return convolve(&padded, weight, bias, stride, &none, dilation, self.groups);
        }
        match &self.padding {
            Padding::Sizes(padding) => {
                convolve(input, weight, bias, stride, padding.values(), dilation, self.groups)
            }
            Padding::Named(name) => match stride.len() {
                1 => input.f_conv1d_padding(weight, bias, stride, name, dilation, self.groups),
                2 => input.f_conv2d_padding(weight, bias, stride, name, dilation, self.groups),
                _ => input.f_conv3d_padding(weight, bias, stride, name, dilation, self.groups),
            }
            .or_torch(),
        }
    }

    fn extra_repr(&self, module: &Module) -> String {
        let padding = match &self.padding {
            Padding::Sizes(sizes) if sizes.is_all(0) => String::new(),
            Padding::Sizes(sizes) => format!(", padding={}", sizes.as_tuple()),
            Padding::Named(name) => format!(", padding={name}"),
        };
        let mut text = describe(
            (self.in_channels, self.out_channels),
            (&self.kernel, &self.stride),
            &padding,
            &self.dilation,
        );
        close(&mut text, self.groups, module);
        if self.mode != "zeros" {
            text += &format!(", padding_mode={}", self.mode);
        }
        text
    }
}

/// A convolution of one to three dimensions: as many as `stride` has.
///
/// # Errors
/// `RT_ERROR_TORCH`.
pub fn convolve(
    input: &Tensor,
    weight: &Tensor,
    bias: Option<&Tensor>,
    stride: &[i64],
    padding: &[i64],
    dilation: &[i64],
    groups: i64,
) -> Result<Tensor> {
    match stride.len() {
        1 => input.f_conv1d(weight, bias, stride, padding, dilation, groups),
        2 => input.f_conv2d(weight, bias, stride, padding, dilation, groups),
        _ => input.f_conv3d(weight, bias, stride, padding, dilation, groups),
    }
    .or_torch()
}

/// `ConvTranspose1d`, `ConvTranspose2d`, `ConvTranspose3d`.
pub struct ConvTranspose {
    in_channels: i64,
    out_channels: i64,
    kernel: Size,
    stride: Size,
    padding: Size,
    output_padding: Size,
    dilation: Size,
    groups: i64,
}

impl ConvTranspose {
    pub(crate) fn from_options(dims: usize, options: Options) -> Result<Module> {
        let (in_channels, out_channels, groups) = channels(&options)?;
        let layer = Self {
            in_channels,
            out_channels,
            kernel: Size::required(&options, "kernel_size", dims, 1)?,
            stride: Size::or(&options, "stride", dims, 1, 1)?,
            padding: Size::or(&options, "padding", dims, 0, 0)?,
            output_padding: Size::or(&options, "output_padding", dims, 0, 0)?,
            dilation: Size::or(&options, "dilation", dims, 1, 1)?,
            groups,
        };
        let bias = options.bool("bias", true)?;
        options.choice("padding_mode", "zeros", &["zeros"])?;
        let factory = Factory::of(&options)?;
        options.finish()?;
        let shape = [in_channels, out_channels / groups];
        let weight = factory.parameter("weight", &[&shape, layer.kernel.values()].concat())?;
        let bias = factory.parameter_if(bias, "bias", &[out_channels])?;
        init::layer(&weight, bias.as_ref())?;
        Module::of(layer, State::new().parameter("weight", weight).parameter("bias", bias))
    }

    /// The extents of the result without output padding.
    fn extents(&self, input: &[i64]) -> Vec<i64> {
        let settings = self.stride.values().iter().zip(self.padding.values());
        let settings = settings.zip(self.dilation.values().iter().zip(self.kernel.values()));
        let inputs = input.iter().zip(settings);
        let extent = |(n, ((stride, pad), (dilation, kernel))): (&i64, _)| -> i64 {
            let (stride, pad, dilation, kernel): (&i64, &i64, &i64, &i64) =
                (stride, pad, dilation, kernel);
            // Each of these is below 2^31 and n fits into memory, so that only n * stride may not
            // fit: a result of that size is refused anyway.
            (n - 1).saturating_mul(*stride).saturating_add(dilation * (kernel - 1) + 1 - 2 * pad)
        };
        inputs.map(extent).collect()
    }

    /// The output padding that gives these extents, as in Python's `forward(input, output_size)`.
    fn padding_for(&self, wanted: &[i64], least: &[i64]) -> Result<Vec<i64>> {
        let dims = least.len();
        let start = if wanted.len() > dims { wanted.len() - dims } else { 0 };
        let wanted = &wanted[start..];
        if wanted.len() != dims || start > 2 {
            return Err(Error::invalid(format!("output_size {wanted:?} has not {dims} numbers")));
        }
        let each = wanted.iter().zip(least).zip(self.stride.values());
        each.map(|((wanted, least), stride)| {
            let most = least + stride - 1;
            if (*least..=most).contains(wanted) {
                return Ok(wanted - least);
            }
            let text = format!("output_size {wanted} is not from {least} to {most}");
            Err(Error::invalid(text))
        })
        .collect()
    }

    fn run(&self, module: &Module, input: &Tensor, wanted: Option<&[i64]>) -> Result<Tensor> {
        let Some(weight) = module.parameter_at(WEIGHT) else {
            return Err(no_weight(self.class()));
        };
        let bias = module.parameter_at(BIAS);
        let size = input.size();
        let dims = self.kernel.values().len();
        let spatial = size.len().checked_sub(dims).and_then(|start| size.get(start..));
        let extents = self.extents(spatial.unwrap_or_default());
        let output_padding = match wanted {
            Some(wanted) if extents.len() == dims => self.padding_for(wanted, &extents)?,
            _ => self.output_padding.values().to_vec(),
        };
        let padded = extents.iter().zip(&output_padding).map(|(n, pad)| n.saturating_add(*pad));
        if padded.clone().all(|extent| extent > 0) {
            let mut shape = vec![size.first().copied().unwrap_or(1).max(1), self.out_channels];
            shape.extend(padded);
            memory::check("the result", &shape, input.kind(), input.device())?;
        }
        let (stride, padding) = (self.stride.values(), self.padding.values());
        let (dilation, extra) = (self.dilation.values(), output_padding.as_slice());
        let groups = self.groups;
        match dims {
            1 => input.f_conv_transpose1d(weight, bias, stride, padding, extra, groups, dilation),
            2 => input.f_conv_transpose2d(weight, bias, stride, padding, extra, groups, dilation),
            _ => input.f_conv_transpose3d(weight, bias, stride, padding, extra, groups, dilation),
        }
        .or_torch()
    }
}

impl Layer for ConvTranspose {
    fn class(&self) -> &'static str {
        match self.kernel.values().len() {
            1 => "ConvTranspose1d",
            2 => "ConvTranspose2d",
            _ => "ConvTranspose3d",
        }
    }

    fn forward(&self, module: &Module, input: &Tensor) -> Result<Tensor> {
        self.run(module, input, None)
    }

    fn forward_with(
        &self,
        module: &Module,
        inputs: &[Option<&Tensor>],
        options: Options,
    ) -> Result<Output> {
        let [Some(input)] = inputs else {
            return Err(wrong_inputs(self.class(), "1", inputs.len()));
        };
        let wanted = match options.value("output_size")? {
            None | Some(RuntimeValue::NIL) => None,
            Some(value) => Some(arguments::ints("output_size", value)?),
        };
        options.finish()?;
        self.run(module, input, wanted.as_deref()).map(Output::One)
    }

    fn extra_repr(&self, module: &Module) -> String {
        let padding = match &self.padding {
            sizes if sizes.is_all(0) => String::new(),
            sizes => format!(", padding={}", sizes.as_tuple()),
        };
        let mut text = describe(
            (self.in_channels, self.out_channels),
            (&self.kernel, &self.stride),
            &padding,
            &self.dilation,
        );
        if !self.output_padding.is_all(0) {
            text += &format!(", output_padding={}", self.output_padding.as_tuple());
        }
        close(&mut text, self.groups, module);
        text
    }
}

/// The channels and groups, which must divide them.
fn channels(options: &Options) -> Result<(i64, i64, i64)> {
    let in_channels = options.required_int("in_channels")?;
    let out_channels = options.required_int("out_channels")?;
    let groups = options.int("groups", 1)?;
    if groups <= 0 {
        return Err(options.refuse("groups", format!("{groups} is not above 0")));
    }
    for (name, channels) in [("in_channels", in_channels), ("out_channels", out_channels)] {
        if channels % groups != 0 {
            return Err(options.refuse(name, format!("{channels} is not divisible by {groups}")));
        }
    }
    Ok((in_channels, out_channels, groups))
}

/// The start of the text of both kinds.
fn describe(
    (in_channels, out_channels): (i64, i64),
    (kernel, stride): (&Size, &Size),
    padding: &str,
    dilation: &Size,
) -> String {
    let mut text = format!(
        "{in_channels}, {out_channels}, kernel_size={}, stride={}{padding}",
        kernel.as_tuple(),
        stride.as_tuple()
    );
    if !dilation.is_all(1) {
        text += &format!(", dilation={}", dilation.as_tuple());
    }
    text
}

/// The end of the text of both kinds.
fn close(text: &mut String, groups: i64, module: &Module) {
    if groups != 1 {
        *text += &format!(", groups={groups}");
    }
    if module.parameter_at(BIAS).is_none() {
        *text += ", bias=False";
    }
}
