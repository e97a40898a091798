//! Normalisation that looks at one sample at a time: layers, groups, neighbouring channels.

use runtime_core::{Error, Result};
use tch::Tensor;

use super::factory::Factory;
use super::module::{Layer, Module, State};
use super::pool::avg_pool;
use super::repr::{boolean, float, tuple};
use crate::arguments;
use crate::error::OrTorch;
use crate::memory;
use crate::options::Options;
use crate::scalar;

const WEIGHT: usize = 0;
const BIAS: usize = 1;

/// `LayerNorm`: over the last dimensions.
pub struct LayerNorm {
    shape: Vec<i64>,
    eps: f64,
    affine: bool,
}

impl LayerNorm {
    /// A layer norm of 32-bit floats on the CPU over the last dimensions, which are of this shape,
    /// with a weight and a bias when `affine`.
    ///
    /// # Errors
    /// `RT_ERROR_INVALID_ARGUMENT` for a negative size, `RT_ERROR_TORCH_TOO_LARGE`.
    pub fn module(shape: Vec<i64>, eps: f64, affine: bool) -> Result<Module> {
        Self::build(shape, eps, affine, true, Factory::default())
    }

    pub(crate) fn build(
        shape: Vec<i64>,
        eps: f64,
        affine: bool,
        bias: bool,
        factory: Factory,
    ) -> Result<Module> {
        if shape.is_empty() {
            return Err(Error::invalid("normalized_shape is empty"));
        }
        let state = affine_state(factory, &shape, affine, bias)?;
        Module::of(Self { shape, eps, affine }, state)
    }

    pub(crate) fn from_options(options: Options) -> Result<Module> {
        let shape = normalized_shape(&options)?;
        let eps = options.float("eps", 1e-5)?;
        let affine = options.bool("elementwise_affine", true)?;
        let bias = options.bool("bias", true)?;
        let factory = Factory::of(&options)?;
        options.finish()?;
        Self::build(shape, eps, affine, bias, factory)
    }
}

impl Layer for LayerNorm {
    fn class(&self) -> &'static str {
        "LayerNorm"
    }

    fn forward(&self, module: &Module, input: &Tensor) -> Result<Tensor> {
        let (weight, bias) = (module.parameter_at(WEIGHT), module.parameter_at(BIAS));
        input.f_layer_norm(&self.shape, weight, bias, self.eps, true).or_torch()
    }

    fn extra_repr(&self, module: &Module) -> String {
        format!(
            "{}, eps={}, elementwise_affine={}, bias={}",
            tuple(&self.shape),
            float(self.eps),
            boolean(self.affine),
            boolean(module.parameter_at(BIAS).is_some())
        )
    }
}

/// `RMSNorm`: over the last dimensions, by their root mean square.
pub struct RmsNorm {
    shape: Vec<i64>,
    eps: Option<f64>,
    affine: bool,
}

impl RmsNorm {
    pub(crate) fn from_options(options: Options) -> Result<Module> {
        let shape = normalized_shape(&options)?;
        let eps = options.optional_float("eps")?;
        let affine = options.bool("elementwise_affine", true)?;
        let factory = Factory::of(&options)?;
        options.finish()?;
        let state = affine_state(factory, &shape, affine, false)?;
        Module::of(Self { shape, eps, affine }, state)
    }
}

impl Layer for RmsNorm {
    fn class(&self) -> &'static str {
        "RMSNorm"
    }

    fn forward(&self, module: &Module, input: &Tensor) -> Result<Tensor> {
        input.f_rms_norm(&self.shape, module.parameter_at(WEIGHT), self.eps).or_torch()
    }

    fn extra_repr(&self, _module: &Module) -> String {
        format!(
            "{}, eps={}, elementwise_affine={}",
            tuple(&self.shape),
            self.eps.map_or_else(|| String::from("None"), float),
            boolean(self.affine)
        )
    }
}

fn normalized_shape(options: &Options) -> Result<Vec<i64>> {
    let Some(value) = options.value("normalized_shape")? else {
        return Err(options.refuse("normalized_shape", "is missing"));
    };
    let shape = value.to_int().map(|size| vec![size]);
    let shape = shape.or_else(|_| arguments::ints("normalized_shape", value));
    match shape {
        Ok(shape) if !shape.is_empty() => Ok(shape),
        _ => Err(options.refuse("normalized_shape", format!("{value} is no int or array of ints"))),
    }
}

/// `GroupNorm`: over each of some groups of channels.
pub struct GroupNorm {
    num_groups: i64,
    num_channels: i64,
    eps: f64,
    affine: bool,
}

impl GroupNorm {
    pub(crate) fn from_options(options: Options) -> Result<Module> {
        let layer = Self {
            num_groups: options.required_int("num_groups")?,
            num_channels: options.required_int("num_channels")?,
            eps: options.float("eps", 1e-5)?,
            affine: options.bool("affine", true)?,
        };
        let bias = options.bool("bias", true)?;
        let factory = Factory::of(&options)?;
        if layer.num_groups <= 0 || layer.num_channels % layer.num_groups != 0 {
            let text = format!("{} is not divisible by num_groups", layer.num_channels);
            return Err(options.refuse("num_channels", format!("{text} {}", layer.num_groups)));
        }
        options.finish()?;
        let state = affine_state(factory, &[layer.num_channels], layer.affine, bias)?;
        Module::of(layer, state)
    }
}

impl Layer for GroupNorm {
    fn class(&self) -> &'static str {
        "GroupNorm"
    }

    fn forward(&self, module: &Module, input: &Tensor) -> Result<Tensor> {
        if input.dim() < 2 {
            let text = format!("input has {} dimensions: GroupNorm needs at least 2", input.dim());
            return Err(Error::invalid(text));
        }
        let (weight, bias) = (module.parameter_at(WEIGHT), module.parameter_at(BIAS));
        input.f_group_norm(self.num_groups, weight, bias, self.eps, true).or_torch()
    }

    fn extra_repr(&self, module: &Module) -> String {
        format!(
            "{}, {}, eps={}, affine={}, bias={}",
            self.num_groups,
            self.num_channels,
            float(self.eps),
            boolean(self.affine),
            boolean(module.parameter_at(BIAS).is_some())
        )
    }
}

/// A weight of ones and a bias of zeros, or their names alone.
pub(super) fn affine_state(
    factory: Factory,
    shape: &[i64],
    affine: bool,
    bias: bool,
) -> Result<State> {
    let weight = factory.parameter_if(affine, "weight", shape)?;
    let bias = factory.parameter_if(affine && bias, "bias", shape)?;
    if let Some(weight) = &weight {
        crate::init::constant(weight, 1.0)?;
    }
    if let Some(bias) = &bias {
        crate::init::constant(bias, 0.0)?;
    }
    Ok(State::new().parameter("weight", weight).parameter("bias", bias))
}

/// `LocalResponseNorm`: by the squares of neighbouring channels.
pub struct LocalResponseNorm {
    size: i64,
    alpha: f64,
    beta: f64,
    k: f64,
}

impl LocalResponseNorm {
    pub(crate) fn from_options(options: Options) -> Result<Module> {
        let layer = Self {
            size: options.required_int("size")?,
            alpha: options.float("alpha", 1e-4)?,
            beta: options.float("beta", 0.75)?,
            k: options.float("k", 1.0)?,
        };
        if !(1..=i64::from(i32::MAX)).contains(&layer.size) {
            return Err(options.refuse("size", format!("{} is out of range", layer.size)));
        }
        options.finish()?;
        Module::of(layer, State::new())
    }
}

impl Layer for LocalResponseNorm {
    fn class(&self) -> &'static str {
        "LocalResponseNorm"
    }

    fn forward(&self, _module: &Module, input: &Tensor) -> Result<Tensor> {
        let shape = input.size();
        if shape.len() < 3 {
            let text = format!("input has {} dimensions: at least 3 are needed", shape.len());
            return Err(Error::invalid(text));
        }
        if shape.contains(&0) {
            return Ok(input.shallow_clone());
        }
        let mut padded = shape.clone();
        padded[1] += self.size;
        memory::check("the padded input", &padded, input.kind(), input.device())?;
        // The channels become a spatial dimension, over which the squares are averaged.
        let planes = shape[2..].iter().product::<i64>();
        let squares = input.f_mul(input).or_torch()?;
        let squares = squares.f_reshape([shape[0], 1, shape[1], planes]).or_torch()?;
        let pads = [0, 0, self.size / 2, (self.size - 1) / 2];
        let squares = squares.f_pad(pads, "constant", 0.0).or_torch()?;
        let means = avg_pool(&squares, &[self.size, 1], &[1, 1], &[0, 0], false, true, None)?;
        let means = means.f_reshape(&shape).or_torch()?;
        let scale = scalar::mul(&means, self.alpha).and_then(|scaled| scalar::add(&scaled, self.k));
        let scale = scale.and_then(|scale| scalar::pow(&scale, self.beta)).or_torch()?;
        input.f_div(&scale).or_torch()
    }

    fn extra_repr(&self, _module: &Module) -> String {
        format!(
            "{}, alpha={}, beta={}, k={}",
            self.size,
            float(self.alpha),
            float(self.beta),
            float(self.k)
        )
    }
}

/// Layer norm over the last dimensions, which are of this shape.
///
/// # Errors
/// `RT_ERROR_TORCH`.
pub fn layer_norm(
    input: &Tensor,
    shape: &[i64],
    weight: Option<&Tensor>,
    bias: Option<&Tensor>,
    eps: f64,
) -> Result<Tensor> {
    input.f_layer_norm(shape, weight, bias, eps, true).or_torch()
}
