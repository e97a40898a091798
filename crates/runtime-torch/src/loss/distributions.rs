//! Losses of predicted distributions.

use std::f64::consts::PI;

use runtime_core::{Error, Result};
use tch::{Reduction, Tensor};

use super::arguments::{Argument, arguments};
use super::{Loss, TripleLoss, reduce};
use crate::error::OrTorch;
use crate::options::Options;
use crate::scalar;

arguments! {
    /// Kullback-Leibler divergence of log-probabilities.
    KlDiv("KLDivLoss") {
        /// Whether the target is log-probabilities too.
        log_target: bool = false,
        /// How the elements' losses become one.
        reduction: KlReduction = KlReduction::Elements(Reduction::Mean),
    }

    /// Negative log likelihood of counts, with rates predicted.
    PoissonNll("PoissonNLLLoss") {
        /// Whether the prediction is the logarithm of the rate.
        log_input: bool = true,
        /// Whether Stirling's term is added.
        full: bool = false,
        /// Keeps the logarithm of a rate of 0 away.
        eps: f64 = 1e-8,
        /// How the elements' losses become one.
        reduction: Reduction = Reduction::Mean,
    }

    /// Negative log likelihood of numbers, with means and variances predicted.
    GaussianNll("GaussianNLLLoss") {
        /// Whether the constant term is added.
        full: bool = false,
        /// The least variance.
        eps: f64 = 1e-6,
        /// How the elements' losses become one.
        reduction: Reduction = Reduction::Mean,
    }
}

/// How a divergence is reduced.
#[derive(Clone, Copy, Debug)]
pub enum KlReduction {
    /// As other losses.
    Elements(Reduction),
    /// `batchmean`: the sum over the length of the first dimension, which is what the divergence is.
    Batch,
}

impl Argument for KlReduction {
    fn read(options: &Options, name: &'static str, _: Self) -> Result<Self> {
        Ok(match options.choice(name, "mean", &["none", "mean", "sum", "batchmean"])? {
            "batchmean" => Self::Batch,
            _ => Self::Elements(Reduction::read(options, name, Reduction::Mean)?),
        })
    }
}

impl Loss for KlDiv {
    fn of(&self, prediction: &Tensor, target: &Tensor) -> Result<Tensor> {
        let divergence = |reduction| prediction.f_kl_div(target, reduction, self.log_target);
        match self.reduction {
            KlReduction::Elements(reduction) => divergence(reduction).or_torch(),
            KlReduction::Batch => {
                let sum = divergence(Reduction::Sum).or_torch()?;
                match prediction.size().first() {
                    Some(&batch) => scalar::div(&sum, batch).or_torch(),
                    None => Ok(sum),
                }
            }
        }
    }
}

impl Loss for PoissonNll {
    fn of(&self, prediction: &Tensor, target: &Tensor) -> Result<Tensor> {
        let Self { log_input, full, eps, reduction } = *self;
        prediction.f_poisson_nll_loss(target, log_input, full, eps, reduction).or_torch()
    }
}

impl TripleLoss for GaussianNll {
    /// The third tensor is the variances: in the prediction's shape, or one for each of its rows.
    fn of(&self, prediction: &Tensor, target: &Tensor, variance: &Tensor) -> Result<Tensor> {
        let negative = || scalar::lt(variance, 0.0)?.f_any()?.f_int64_value(&[]);
        if negative().or_torch()? != 0 {
            return Err(Error::invalid("var has a negative entry"));
        }
        let variance = fitted(variance, &prediction.size())?;
        let loss = || {
            // The least variance is put in outside of the graph, so that gradients pass it.
            let missing = {
                let variance = variance.f_detach()?;
                scalar::clamp_min(&variance, self.eps)?.f_sub(&variance)?
            };
            let variance = variance.f_add(&missing)?;
            let error = prediction.f_sub(target)?.f_square()?.f_div(&variance)?;
            let loss = scalar::mul(&variance.f_log()?.f_add(&error)?, 0.5)?;
            if self.full { scalar::add(&loss, 0.5 * (2.0 * PI).ln()) } else { Ok(loss) }
        };
        reduce(loss().or_torch()?, self.reduction)
    }
}

/// The variances in a shape that goes with the prediction's.
fn fitted(variance: &Tensor, shape: &[i64]) -> Result<Tensor> {
    let given = variance.size();
    if shape.split_last().is_some_and(|(_, rows)| rows == given) {
        return variance.f_unsqueeze(-1).or_torch();
    }
    let mut differing = shape.iter().zip(&given).filter(|(wanted, given)| wanted != given);
    // One variance for all numbers along one dimension is right, too.
    let fits = shape.len() == given.len()
        && differing.next().is_none_or(|(_, size)| *size == 1)
        && differing.next().is_none();
    if fits {
        Ok(variance.shallow_clone())
    } else {
        Err(Error::invalid("var is of incorrect size"))
    }
}
