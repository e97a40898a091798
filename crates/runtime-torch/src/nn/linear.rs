//! Linear layers, and those that only change the shape.

use runtime_core::{Error, Result};
use tch::Tensor;

use super::factory::Factory;
use super::module::{Layer, Module, Output, State, wrong_inputs};
use super::repr::{boolean, tuple};
use crate::error::OrTorch;
use crate::init;
use crate::options::Options;

const WEIGHT: usize = 0;
const BIAS: usize = 1;

/// `Linear`: `x W^T + b` over the last dimension.
pub struct Linear {
    class: &'static str,
    in_features: i64,
    out_features: i64,
}

impl Linear {
    /// A linear layer of 32-bit floats on the CPU, with PyTorch's initialisation.
    ///
    /// # Errors
    /// `RT_ERROR_INVALID_ARGUMENT` for a negative size, `RT_ERROR_TORCH_TOO_LARGE`.
    pub fn module(in_features: i64, out_features: i64, bias: bool) -> Result<Module> {
        Self::build("Linear", in_features, out_features, bias, Factory::default())
    }

    pub(crate) fn build(
        class: &'static str,
        in_features: i64,
        out_features: i64,
        bias: bool,
        factory: Factory,
    ) -> Result<Module> {
        let weight = factory.parameter("weight", &[out_features, in_features])?;
        let bias = factory.parameter_if(bias, "bias", &[out_features])?;
        init::layer(&weight, bias.as_ref())?;
        let state = State::new().parameter("weight", weight).parameter("bias", bias);
        Module::of(Self { class, in_features, out_features }, state)
    }

    pub(crate) fn from_options(options: Options) -> Result<Module> {
        let in_features = options.required_int("in_features")?;
        let out_features = options.required_int("out_features")?;
        let bias = options.bool("bias", true)?;
        let factory = Factory::of(&options)?;
        options.finish()?;
        Self::build("Linear", in_features, out_features, bias, factory)
    }
}

impl Layer for Linear {
    fn class(&self) -> &'static str {
        self.class
    }

    #[inline]
    fn forward(&self, module: &Module, input: &Tensor) -> Result<Tensor> {
        let Some(weight) = module.parameter_at(WEIGHT) else { return Err(no_weight(self.class)) };
        input.f_linear(weight, module.parameter_at(BIAS)).or_torch()
    }

    fn extra_repr(&self, module: &Module) -> String {
        format!(
            "in_features={}, out_features={}, bias={}",
            self.in_features,
            self.out_features,
            boolean(module.parameter_at(BIAS).is_some())
        )
    }
}

/// The error for a layer whose weight is missing, which its constructor rules out.
#[cold]
pub(crate) fn no_weight(class: &str) -> Error {
    Error::invalid(format!("{class} has no weight"))
}

/// `Bilinear`: `x1^T W x2 + b` over the last dimensions of two inputs.
pub struct Bilinear {
    in1_features: i64,
    in2_features: i64,
    out_features: i64,
}

impl Bilinear {
    pub(crate) fn from_options(options: Options) -> Result<Module> {
        let in1_features = options.required_int("in1_features")?;
        let in2_features = options.required_int("in2_features")?;
        let out_features = options.required_int("out_features")?;
        let bias = options.bool("bias", true)?;
        let factory = Factory::of(&options)?;
        if in1_features <= 0 {
            return Err(options.refuse("in1_features", format!("{in1_features} is not above 0")));
        }
        options.finish()?;
        let shape = [out_features, in1_features, in2_features];
        let weight = factory.parameter("weight", &shape)?;
        let bias = factory.parameter_if(bias, "bias", &[out_features])?;
        let bound = 1.0 / (in1_features as f64).sqrt();
        init::uniform(&weight, -bound, bound)?;
        if let Some(bias) = &bias {
            init::uniform(bias, -bound, bound)?;
        }
        let state = State::new().parameter("weight", weight).parameter("bias", bias);
        Module::of(Self { in1_features, in2_features, out_features }, state)
    }
}

impl Layer for Bilinear {
    fn class(&self) -> &'static str {
        "Bilinear"
    }

    fn forward_all(&self, module: &Module, inputs: &[Option<&Tensor>]) -> Result<Output> {
        let [Some(first), Some(second)] = inputs else {
            return Err(wrong_inputs("Bilinear", "2", inputs.len()));
        };
        let Some(weight) = module.parameter_at(WEIGHT) else { return Err(no_weight("Bilinear")) };
        let bias = module.parameter_at(BIAS);
        Tensor::f_bilinear(first, second, weight, bias).or_torch().map(Output::One)
    }

    fn extra_repr(&self, module: &Module) -> String {
        format!(
            "in1_features={}, in2_features={}, out_features={}, bias={}",
            self.in1_features,
            self.in2_features,
            self.out_features,
            boolean(module.parameter_at(BIAS).is_some())
        )
    }
}

/// `Identity`: what comes in.
pub struct Identity;

impl Identity {
    pub(crate) fn from_options(options: Options) -> Result<Module> {
        options.finish()?;
        Module::of(Self, State::new())
    }
}

impl Layer for Identity {
    fn class(&self) -> &'static str {
        "Identity"
    }

    fn forward(&self, _module: &Module, input: &Tensor) -> Result<Tensor> {
        Ok(input.shallow_clone())
    }
}

/// `Flatten`: several dimensions become one.
pub struct Flatten {
    start_dim: i64,
    end_dim: i64,
}

impl Flatten {
    pub(crate) fn from_options(options: Options) -> Result<Module> {
        let layer =
            Self { start_dim: options.int("start_dim", 1)?, end_dim: options.int("end_dim", -1)? };
        options.finish()?;
        Module::of(layer, State::new())
    }
}

impl Layer for Flatten {
    fn class(&self) -> &'static str {
        "Flatten"
    }

    fn forward(&self, _module: &Module, input: &Tensor) -> Result<Tensor> {
        input.f_flatten(self.start_dim, self.end_dim).or_torch()
    }

    fn extra_repr(&self, _module: &Module) -> String {
        format!("start_dim={}, end_dim={}", self.start_dim, self.end_dim)
    }
}

/// `Unflatten`: one dimension becomes several.
pub struct Unflatten {
    dim: i64,
    sizes: Vec<i64>,
}

impl Unflatten {
    pub(crate) fn from_options(options: Options) -> Result<Module> {
        let dim = options.required_int("dim")?;
        let Some(sizes) = options.value("unflattened_size")? else {
            return Err(options.refuse("unflattened_size", "is missing"));
        };
        let sizes = crate::arguments::ints("unflattened_size", sizes)?;
        options.finish()?;
        Module::of(Self { dim, sizes }, State::new())
    }
}

impl Layer for Unflatten {
    fn class(&self) -> &'static str {
        "Unflatten"
    }

    fn forward(&self, _module: &Module, input: &Tensor) -> Result<Tensor> {
        input.f_unflatten(self.dim, &self.sizes).or_torch()
    }

    fn extra_repr(&self, _module: &Module) -> String {
        format!("dim={}, unflattened_size={}", self.dim, tuple(&self.sizes))
    }
}
