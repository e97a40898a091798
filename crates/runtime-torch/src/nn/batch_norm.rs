//! Normalisation by the statistics of a batch, or of each of its samples.

use runtime_core::{Error, Result};
use tch::{Kind, Tensor, no_grad_guard};

use super::factory::Factory;
use super::module::{Layer, Module, State};
use super::norm::affine_state;
use super::repr::{boolean, float};
use crate::error::OrTorch;
use crate::options::Options;
use crate::scalar;

const WEIGHT: usize = 0;
const BIAS: usize = 1;
const RUNNING_MEAN: usize = 0;
const RUNNING_VAR: usize = 1;
const BATCHES: usize = 2;

/// What `BatchNorm` and `InstanceNorm` of all dimensions are set to.
pub struct Settings {
    /// How many spatial dimensions the class's name says.
    pub dims: usize,
    /// The number of channels.
    pub num_features: i64,
    /// What is added to the variance.
    pub eps: f64,
    /// The weight of new statistics in the running ones; `None` for the plain mean of all.
    pub momentum: Option<f64>,
    /// Whether there are a weight and a bias.
    pub affine: bool,
    /// Whether running statistics are kept.
    pub track_running_stats: bool,
}

impl Settings {
    fn of(dims: usize, options: &Options, normally: bool) -> Result<Self> {
        let momentum = match options.value("momentum")? {
            None => Some(0.1),
            Some(_) => options.optional_float("momentum")?,
        };
        Ok(Self {
            dims,
            num_features: options.required_int("num_features")?,
            eps: options.float("eps", 1e-5)?,
            momentum,
            affine: options.bool("affine", normally)?,
            track_running_stats: options.bool("track_running_stats", normally)?,
        })
    }

    fn state(&self, bias: bool, factory: Factory) -> Result<State> {
        let shape = [self.num_features];
        let state = affine_state(factory, &shape, self.affine, bias)?;
        if !self.track_running_stats {
            return Ok(state
                .buffer("running_mean", None)
                .buffer("running_var", None)
                .buffer("num_batches_tracked", None));
        }
        let counter = Factory { kind: Kind::Int64, ..factory };
        Ok(state
            .buffer("running_mean", factory.buffer("running_mean", &shape, 0.0)?)
            .buffer("running_var", factory.buffer("running_var", &shape, 1.0)?)
            .buffer("num_batches_tracked", counter.buffer("num_batches_tracked", &[], 0.0)?))
    }

    fn text(&self, module: &Module) -> String {
        format!(
            "{}, eps={}, momentum={}, affine={}, bias={}, track_running_stats={}",
            self.num_features,
            float(self.eps),
            self.momentum.map_or_else(|| String::from("None"), float),
            boolean(self.affine),
            boolean(module.parameter_at(BIAS).is_some()),
            boolean(self.track_running_stats)
        )
    }
}

/// `BatchNorm1d`, `BatchNorm2d`, `BatchNorm3d`.
pub struct BatchNorm(Settings);

impl BatchNorm {
    /// A batch norm of 32-bit floats on the CPU.
    ///
    /// # Errors
    /// `RT_ERROR_INVALID_ARGUMENT` for a negative size, `RT_ERROR_TORCH_TOO_LARGE`.
    pub fn module(settings: Settings) -> Result<Module> {
        let state = settings.state(true, Factory::default())?;
        Module::of(Self(settings), state)
    }

    pub(crate) fn from_options(dims: usize, options: Options) -> Result<Module> {
        let settings = Settings::of(dims, &options, true)?;
        let bias = options.bool("bias", true)?;
        let factory = Factory::of(&options)?;
        options.finish()?;
        let state = settings.state(bias, factory)?;
        Module::of(Self(settings), state)
    }

    /// The number of spatial dimensions that the class's name says.
    pub fn dims(&self) -> usize {
        self.0.dims
    }

    /// As `forward`, whichever mode the module is in.
    ///
    /// # Errors
    /// `RT_ERROR_INVALID_ARGUMENT` for a wrong number of dimensions, or one value for each channel in
    /// training, `RT_ERROR_TORCH`.
    pub fn run(&self, module: &Module, input: &Tensor, training: bool) -> Result<Tensor> {
        let Settings { dims, eps, momentum, track_running_stats, .. } = self.0;
        let size = input.size();
        let fits = size.len() == dims + 2 || dims == 1 && size.len() == 2;
        if !fits {
            let text = format!("{} cannot take {} dimensions", self.class(), size.len());
            return Err(Error::invalid(text));
        }
        let mut factor = momentum.unwrap_or(0.0);
        if training && let Some(batches) = module.buffer_at(BATCHES) {
            let _guard = no_grad_guard();
            let count = scalar::add_(batches, 1_i64).or_torch()?;
            if momentum.is_none() {
                factor = 1.0 / count.f_double_value(&[]).or_torch()?;
            }
        }
        let statistics = !training || track_running_stats;
        let mean = module.buffer_at(RUNNING_MEAN).filter(|_| statistics);
        let variance = module.buffer_at(RUNNING_VAR).filter(|_| statistics);
        let by_batch = training || module.buffer_at(RUNNING_MEAN).is_none();
        let values: i64 =
            size.iter().enumerate().filter(|(at, _)| *at != 1).map(|(_, n)| n).product();
        if by_batch && values == 1 {
            return Err(Error::invalid(format!(
                "{} needs more than 1 value for each channel to train, and got {size:?}",
                self.class()
            )));
        }
        let (weight, bias) = (module.parameter_at(WEIGHT), module.parameter_at(BIAS));
        input.f_batch_norm(weight, bias, mean, variance, by_batch, factor, eps, true).or_torch()
    }
}

impl Layer for BatchNorm {
    fn class(&self) -> &'static str {
        match self.0.dims {
            1 => "BatchNorm1d",
            2 => "BatchNorm2d",
            _ => "BatchNorm3d",
        }
    }

    fn forward(&self, module: &Module, input: &Tensor) -> Result<Tensor> {
        self.run(module, input, module.is_training())
    }

    fn extra_repr(&self, module: &Module) -> String {
        self.0.text(module)
    }
}

/// `InstanceNorm1d`, `InstanceNorm2d`, `InstanceNorm3d`.
pub struct InstanceNorm(Settings);

impl InstanceNorm {
    pub(crate) fn from_options(dims: usize, options: Options) -> Result<Module> {
        let settings = Settings::of(dims, &options, false)?;
        let bias = options.bool("bias", true)?;
        let factory = Factory::of(&options)?;
        options.finish()?;
        let state = settings.state(bias, factory)?;
        Module::of(Self(settings), state)
    }
}

impl Layer for InstanceNorm {
    fn class(&self) -> &'static str {
        match self.0.dims {
            1 => "InstanceNorm1d",
            2 => "InstanceNorm2d",
            _ => "InstanceNorm3d",
        }
    }

    fn forward(&self, module: &Module, input: &Tensor) -> Result<Tensor> {
        let Settings { dims, num_features, eps, momentum, affine, track_running_stats } = self.0;
        let size = input.size();
        if size.len() == dims + 1 {
            let batch = input.f_unsqueeze(0).or_torch()?;
            return self.forward(module, &batch)?.f_squeeze_dim(0).or_torch();
        }
        if size.len() != dims + 2 {
            let text = format!("{} cannot take {} dimensions", self.class(), size.len());
            return Err(Error::invalid(text));
        }
        if affine && size[1] != num_features {
            let text = format!("input has {} channels, not {num_features}", size[1]);
            return Err(Error::invalid(text));
        }
        let by_input = module.is_training() || !track_running_stats;
        if by_input && size[2..].iter().product::<i64>() == 1 {
            return Err(Error::invalid(format!(
                "{} needs more than 1 value for each channel, and got {size:?}",
                self.class()
            )));
        }
        let (weight, bias) = (module.parameter_at(WEIGHT), module.parameter_at(BIAS));
        let (mean, variance) = (module.buffer_at(RUNNING_MEAN), module.buffer_at(RUNNING_VAR));
        let factor = momentum.unwrap_or(0.0);
        input.f_instance_norm(weight, bias, mean, variance, by_input, factor, eps, true).or_torch()
    }

    fn extra_repr(&self, module: &Module) -> String {
        self.0.text(module)
    }
}
