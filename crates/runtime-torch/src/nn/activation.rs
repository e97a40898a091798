//! Activations, as functions and as modules.

use runtime_core::{Error, Result};
use tch::{Kind, Tensor};
use torch_shim::activation::Activation as Native;

use super::factory::Factory;
use super::linear::no_weight;
use super::module::{Layer, Module, State};
use super::repr::float;
use crate::error::OrTorch;
use crate::init;
use crate::options::Options;
use crate::scalar;

/// `alpha * (e^x - 1)` below 0.
///
/// # Errors
/// `RT_ERROR_TORCH`.
pub fn elu(input: &Tensor, alpha: f64) -> Result<Tensor> {
    Native::Elu { alpha }.apply(input, false, false).or_torch()
}

/// `alpha * (e^(x / alpha) - 1)` below 0.
///
/// # Errors
/// `RT_ERROR_TORCH`.
pub fn celu(input: &Tensor, alpha: f64) -> Result<Tensor> {
    Native::Celu { alpha }.apply(input, false, false).or_torch()
}

/// `slope * x` below 0.
///
/// # Errors
/// `RT_ERROR_TORCH`.
pub fn leaky_relu(input: &Tensor, slope: f64) -> Result<Tensor> {
    Native::LeakyRelu { slope }.apply(input, false, false).or_torch()
}

/// `ln(1 + e^(beta x)) / beta`, and `x` itself where `beta x` is above `threshold`.
///
/// # Errors
/// `RT_ERROR_TORCH`.
pub fn softplus(input: &Tensor, beta: f64, threshold: f64) -> Result<Tensor> {
    Native::Softplus { beta, threshold }.apply(input, false, false).or_torch()
}

/// `x` between `min` and `max`, which are the least and the most.
///
/// # Errors
/// `RT_ERROR_INVALID_ARGUMENT` when they are no interval, `RT_ERROR_TORCH`.
pub fn hardtanh(input: &Tensor, min: f64, max: f64) -> Result<Tensor> {
    check_interval(min, max)?;
    Native::Hardtanh { min, max }.apply(input, false, false).or_torch()
}

/// `x`, and 0 from `-lambd` to `lambd`.
///
/// # Errors
/// `RT_ERROR_TORCH`.
pub fn hardshrink(input: &Tensor, lambd: f64) -> Result<Tensor> {
    Native::Hardshrink { lambd }.apply(input, false, false).or_torch()
}

/// `x` moved by `lambd` towards 0, and 0 from `-lambd` to `lambd`.
///
/// # Errors
/// `RT_ERROR_TORCH`.
pub fn softshrink(input: &Tensor, lambd: f64) -> Result<Tensor> {
    Native::Softshrink { lambd }.apply(input, false, false).or_torch()
}

/// `x / (1 + |x|)`.
///
/// # Errors
/// `RT_ERROR_TORCH`.
pub fn softsign(input: &Tensor) -> Result<Tensor> {
    let below = input.f_abs().and_then(|size| scalar::add(&size, 1_i64)).or_torch()?;
    input.f_div(&below).or_torch()
}

/// `x - tanh(x)`.
///
/// # Errors
/// `RT_ERROR_TORCH`.
pub fn tanhshrink(input: &Tensor) -> Result<Tensor> {
    input.f_sub(&input.f_tanh().or_torch()?).or_torch()
}

/// Shares of 1 over `dim`.
///
/// # Errors
/// `RT_ERROR_TORCH`.
pub fn softmax(input: &Tensor, dim: i64) -> Result<Tensor> {
    input.f_softmax(dim, None::<Kind>).or_torch()
}

/// Logarithms of [`softmax`].
///
/// # Errors
/// `RT_ERROR_TORCH`.
pub fn log_softmax(input: &Tensor, dim: i64) -> Result<Tensor> {
    input.f_log_softmax(dim, None::<Kind>).or_torch()
}

/// [`softmax`] of the negative.
///
/// # Errors
/// `RT_ERROR_TORCH`.
pub fn softmin(input: &Tensor, dim: i64) -> Result<Tensor> {
    softmax(&input.f_neg().or_torch()?, dim)
}

fn check_interval(min: f64, max: f64) -> Result<()> {
    if min < max {
        return Ok(());
    }
    Err(Error::invalid(format!("max_val {max} has to be greater than min_val {min}")))
}

/// The modules of all activations but `PReLU`.
pub struct Activation {
    form: Form,
    inplace: bool,
}

/// Which activation, with its settings.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Form {
    Native(Native),
    Gelu { tanh: bool },
    Glu { dim: i64 },
    Hardsigmoid,
    Hardswish,
    LogSigmoid,
    LogSoftmax { dim: Option<i64> },
    Mish,
    Relu,
    Relu6,
    Selu,
    Sigmoid,
    Silu,
    Softmax { dim: Option<i64> },
    Softmax2d,
    Softmin { dim: Option<i64> },
    Softsign,
    Tanh,
    Tanhshrink,
    Threshold { threshold: f64, value: f64 },
}

impl Activation {
    /// The activation that Python calls `class`.
    pub(crate) fn from_options(class: &str, options: Options) -> Result<Module> {
        let number = |option, default| options.float(option, default);
        let required = |option: &'static str| {
            options.optional_float(option)?.ok_or_else(|| options.refuse(option, "is missing"))
        };
        let form = match class {
            "CELU" => Form::Native(Native::Celu { alpha: number("alpha", 1.0)? }),
            "ELU" => Form::Native(Native::Elu { alpha: number("alpha", 1.0)? }),
            "GELU" => Form::Gelu {
                tanh: options.choice("approximate", "none", &["none", "tanh"])? == "tanh",
            },
            "GLU" => Form::Glu { dim: options.int("dim", -1)? },
            "Hardshrink" => Form::Native(Native::Hardshrink { lambd: number("lambd", 0.5)? }),
            "Hardsigmoid" => Form::Hardsigmoid,
            "Hardswish" => Form::Hardswish,
            "Hardtanh" => {
                let (min, max) = (number("min_val", -1.0)?, number("max_val", 1.0)?);
                check_interval(min, max)?;
                Form::Native(Native::Hardtanh { min, max })
            }
            "LeakyReLU" => {
                Form::Native(Native::LeakyRelu { slope: number("negative_slope", 0.01)? })
            }
            "LogSigmoid" => Form::LogSigmoid,
            "LogSoftmax" => Form::LogSoftmax { dim: options.optional_int("dim")? },
            "Mish" => Form::Mish,
            "RReLU" => Form::Native(Native::Rrelu {
                lower: number("lower", 1.0 / 8.0)?,
                upper: number("upper", 1.0 / 3.0)?,
            }),
            "ReLU" => Form::Relu,
            "ReLU6" => Form::Relu6,
            "SELU" => Form::Selu,
            "SiLU" => Form::Silu,
            "Sigmoid" => Form::Sigmoid,
            "Softmax" => Form::Softmax { dim: options.optional_int("dim")? },
            "Softmax2d" => Form::Softmax2d,
            "Softmin" => Form::Softmin { dim: options.optional_int("dim")? },
            "Softplus" => Form::Native(Native::Softplus {
                beta: number("beta", 1.0)?,
                threshold: number("threshold", 20.0)?,
            }),
            "Softshrink" => Form::Native(Native::Softshrink { lambd: number("lambd", 0.5)? }),
            "Softsign" => Form::Softsign,
            "Tanh" => Form::Tanh,
            "Tanhshrink" => Form::Tanhshrink,
            _ => Form::Threshold { threshold: required("threshold")?, value: required("value")? },
        };
        let inplace = form.can_be_in_place() && options.bool("inplace", false)?;
        options.finish()?;
        Module::of(Self { form, inplace }, State::new())
    }
}

impl Form {
    fn can_be_in_place(self) -> bool {
        use Native::{Celu, Elu, Hardtanh, LeakyRelu, Rrelu};
        match self {
            Self::Native(function) => matches!(
                function,
                Celu { .. } | Elu { .. } | Hardtanh { .. } | LeakyRelu { .. } | Rrelu { .. }
            ),
            Self::Hardsigmoid
            | Self::Hardswish
            | Self::Mish
            | Self::Relu
            | Self::Relu6
            | Self::Selu
            | Self::Silu
            | Self::Threshold { .. } => true,
            _ => false,
        }
    }

    fn apply(self, input: &Tensor, training: bool) -> Result<Tensor> {
        match self {
            Self::Native(function) => return function.apply(input, training, false).or_torch(),
            Self::Softsign => return softsign(input),
            Self::Tanhshrink => return tanhshrink(input),
            Self::Softmin { dim } => return softmin(input, dim.unwrap_or_else(|| usual(input))),
            Self::Softmax { dim } => return softmax(input, dim.unwrap_or_else(|| usual(input))),
            Self::LogSoftmax { dim } => {
                return log_softmax(input, dim.unwrap_or_else(|| usual(input)));
            }
            Self::Softmax2d if !(3..=4).contains(&input.dim()) => {
                let text = format!("Softmax2d cannot take {} dimensions", input.dim());
                return Err(Error::invalid(text));
            }
            Self::Softmax2d => return softmax(input, -3),
            Self::Gelu { tanh } => input.f_gelu(if tanh { "tanh" } else { "none" }),
            Self::Glu { dim } => input.f_glu(dim),
            Self::Hardsigmoid => input.f_hardsigmoid(),
            Self::Hardswish => input.f_hardswish(),
            Self::LogSigmoid => input.f_log_sigmoid(),
            Self::Mish => input.f_mish(),
            Self::Relu => input.f_relu(),
            Self::Relu6 => input.f_relu6(),
            Self::Selu => input.f_selu(),
            Self::Sigmoid => input.f_sigmoid(),
            Self::Silu => input.f_silu(),
            Self::Tanh => input.f_tanh(),
            Self::Threshold { threshold, value } => scalar::threshold(input, threshold, value),
        }
        .or_torch()
    }

    fn apply_in_place(self, input: &Tensor, training: bool) -> Result<Tensor> {
        let mut alias = input.shallow_clone();
        match self {
            Self::Native(function) => return function.apply(input, training, true).or_torch(),
            Self::Hardsigmoid => alias.f_hardsigmoid_(),
            Self::Hardswish => alias.f_hardswish_(),
            Self::Mish => alias.f_mish_(),
            Self::Relu => alias.f_relu_(),
            Self::Relu6 => alias.f_relu6_(),
            Self::Selu => alias.f_selu_(),
            Self::Silu => alias.f_silu_(),
            Self::Threshold { threshold, value } => scalar::threshold_(&alias, threshold, value),
            _ => return self.apply(input, training),
        }
        .or_torch()
    }
}

/// The dimension that Python's softmax takes when it is told none.
fn usual(input: &Tensor) -> i64 {
    if matches!(input.dim(), 0 | 1 | 3) { 0 } else { 1 }
}

impl Layer for Activation {
    fn class(&self) -> &'static str {
        match self.form {
            Form::Native(Native::Celu { .. }) => "CELU",
            Form::Native(Native::Elu { .. }) => "ELU",
            Form::Native(Native::Hardshrink { .. }) => "Hardshrink",
            Form::Native(Native::Hardtanh { .. }) => "Hardtanh",
            Form::Native(Native::LeakyRelu { .. }) => "LeakyReLU",
            Form::Native(Native::Rrelu { .. }) => "RReLU",
            Form::Native(Native::Softplus { .. }) => "Softplus",
            Form::Native(Native::Softshrink { .. }) => "Softshrink",
            Form::Gelu { .. } => "GELU",
            Form::Glu { .. } => "GLU",
            Form::Hardsigmoid => "Hardsigmoid",
            Form::Hardswish => "Hardswish",
            Form::LogSigmoid => "LogSigmoid",
            Form::LogSoftmax { .. } => "LogSoftmax",
            Form::Mish => "Mish",
            Form::Relu => "ReLU",
            Form::Relu6 => "ReLU6",
            Form::Selu => "SELU",
            Form::Sigmoid => "Sigmoid",
            Form::Silu => "SiLU",
            Form::Softmax { .. } => "Softmax",
            Form::Softmax2d => "Softmax2d",
            Form::Softmin { .. } => "Softmin",
            Form::Softsign => "Softsign",
            Form::Tanh => "Tanh",
            Form::Tanhshrink => "Tanhshrink",
            Form::Threshold { .. } => "Threshold",
        }
    }

    #[inline]
    fn forward(&self, module: &Module, input: &Tensor) -> Result<Tensor> {
        match self.inplace {
            true => self.form.apply_in_place(input, module.is_training()),
            false => self.form.apply(input, module.is_training()),
        }
    }

    fn extra_repr(&self, _module: &Module) -> String {
        let text = match self.form {
            Form::Native(function) => match function {
                Native::Celu { alpha } | Native::Elu { alpha } => {
                    format!("alpha={}", float(alpha))
                }
                Native::Hardshrink { lambd } | Native::Softshrink { lambd } => float(lambd),
                Native::Hardtanh { min, max } => {
                    format!("min_val={}, max_val={}", float(min), float(max))
                }
                Native::LeakyRelu { slope } => format!("negative_slope={}", float(slope)),
                Native::Rrelu { lower, upper } => {
                    format!("lower={}, upper={}", float(lower), float(upper))
                }
                Native::Softplus { beta, threshold } => {
                    format!("beta={}, threshold={}", float(beta), float(threshold))
                }
            },
            Form::Gelu { tanh } => {
                format!("approximate='{}'", if tanh { "tanh" } else { "none" })
            }
            Form::Glu { dim } => format!("dim={dim}"),
            Form::LogSoftmax { dim } | Form::Softmax { dim } | Form::Softmin { dim } => {
                format!("dim={}", dim.map_or_else(|| String::from("None"), |dim| dim.to_string()))
            }
            Form::Threshold { threshold, value } => {
                format!("threshold={}, value={}", float(threshold), float(value))
            }
            _ => String::new(),
        };
        let shown = self.inplace && !matches!(self.form, Form::Hardsigmoid | Form::Hardswish);
        match (shown, text.is_empty()) {
            (false, _) => text,
            (true, true) => String::from("inplace=True"),
            (true, false) => format!("{text}, inplace=True"),
        }
    }
}

/// `PReLU`: a leaky relu whose slopes are trained.
pub struct Prelu {
    num_parameters: i64,
}

impl Prelu {
    pub(crate) fn from_options(options: Options) -> Result<Module> {
        let num_parameters = options.int("num_parameters", 1)?;
        let start = options.float("init", 0.25)?;
        let factory = Factory::of(&options)?;
        options.finish()?;
        let weight = factory.parameter("weight", &[num_parameters])?;
        init::constant(&weight, start)?;
        Module::of(Self { num_parameters }, State::new().parameter("weight", weight))
    }
}

impl Layer for Prelu {
    fn class(&self) -> &'static str {
        "PReLU"
    }

    fn forward(&self, module: &Module, input: &Tensor) -> Result<Tensor> {
        let Some(weight) = module.parameter_at(0) else { return Err(no_weight("PReLU")) };
        input.f_prelu(weight).or_torch()
    }

    fn extra_repr(&self, _module: &Module) -> String {
        format!("num_parameters={}", self.num_parameters)
    }
}
