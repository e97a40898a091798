//! Layers that drop elements or channels in training.

use runtime_core::{Error, Result};
use tch::Tensor;

use super::module::{Layer, Module, State};
use super::repr::{boolean, float};
use crate::error::OrTorch;
use crate::options::Options;

/// `Dropout` and its kin.
pub struct Dropout {
    form: Form,
    p: f64,
    inplace: bool,
}

/// What is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Elements.
    Elements,
    /// Channels of so many dimensions.
    Channels(usize),
    /// Elements, and the rest is moved so that mean and variance stay.
    Alpha,
    /// Channels, and the rest is moved so that mean and variance stay.
    AlphaChannels,
}

impl Dropout {
    /// A layer that drops elements with the probability `p`.
    ///
    /// # Errors
    /// `RT_ERROR_INVALID_ARGUMENT` when `p` is not from 0 to 1.
    pub fn module(p: f64, inplace: bool) -> Result<Module> {
        check_probability("p", p)?;
        Module::of(Self { form: Form::Elements, p, inplace }, State::new())
    }

    pub(crate) fn from_options(form: Form, options: Options) -> Result<Module> {
        let p = options.float("p", 0.5)?;
        let inplace = options.bool("inplace", false)?;
        check_probability("p", p)?;
        options.finish()?;
        Module::of(Self { form, p, inplace }, State::new())
    }

    /// As `forward`, whichever mode the module is in.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH`.
    pub fn run(&self, input: &Tensor, training: bool) -> Result<Tensor> {
        let Self { form, p, inplace } = *self;
        let mut alias = input.shallow_clone();
        match form {
            Form::Elements if inplace => alias.f_dropout_(p, training).or_torch(),
            Form::Elements => input.f_dropout(p, training).or_torch(),
            // Python does not drop in place in these.
            Form::Alpha => input.f_alpha_dropout(p, training).or_torch(),
            Form::AlphaChannels => input.f_feature_alpha_dropout(p, training).or_torch(),
            Form::Channels(dims) => {
                if dims == 1 && !(2..=3).contains(&input.dim()) {
                    let text = format!("Dropout1d cannot take {} dimensions", input.dim());
                    return Err(Error::invalid(text));
                }
                // Without a batch, the channels come first. Two dimensions are the exception: there
                // three of the input are a batch of one-dimensional channels, as in Python.
                let single = match dims {
                    1 => input.dim() == 2,
                    2 => false,
                    _ => input.dim() != 5,
                };
                let mut batch = if single { input.f_unsqueeze(0).or_torch()? } else { alias };
                let dropped = match inplace {
                    true => batch.f_feature_dropout_(p, training),
                    false => batch.f_feature_dropout(p, training),
                };
                let dropped = dropped.or_torch()?;
                if single { dropped.f_squeeze_dim(0).or_torch() } else { Ok(dropped) }
            }
        }
    }
}

impl Layer for Dropout {
    fn class(&self) -> &'static str {
        match self.form {
            Form::Elements => "Dropout",
            Form::Channels(1) => "Dropout1d",
            Form::Channels(2) => "Dropout2d",
            Form::Channels(_) => "Dropout3d",
            Form::Alpha => "AlphaDropout",
            Form::AlphaChannels => "FeatureAlphaDropout",
        }
    }

    #[inline]
    fn forward(&self, module: &Module, input: &Tensor) -> Result<Tensor> {
        self.run(input, module.is_training())
    }

    fn extra_repr(&self, _module: &Module) -> String {
        format!("p={}, inplace={}", float(self.p), boolean(self.inplace))
    }
}

/// Refuses what is no probability.
///
/// # Errors
/// `RT_ERROR_INVALID_ARGUMENT`.
pub fn check_probability(name: &str, p: f64) -> Result<()> {
    if (0.0..=1.0).contains(&p) {
        return Ok(());
    }
    Err(Error::invalid(format!("{name} {p} is no probability: those are from 0 to 1")))
}
