//! Losses of classes: which of several, or yes and no.

use runtime_core::Result;
use tch::{Reduction, Tensor};

use super::arguments::arguments;
use super::{Loss, reduce, same_size};
use crate::error::OrTorch;
use crate::scalar;

/// The class number that PyTorch ignores by default.
const IGNORED: i64 = -100;

arguments! {
    /// Binary cross entropy of probabilities.
    Bce("BCELoss") {
        /// A factor for each element; broadcast.
        weight: Option<Tensor> = None,
        /// How the elements' losses become one.
        reduction: Reduction = Reduction::Mean,
    }

    /// Binary cross entropy of what a sigmoid would make probabilities of.
    BceWithLogits("BCEWithLogitsLoss") {
        /// A factor for each element; broadcast.
        weight: Option<Tensor> = None,
        /// A factor for the positive examples of each class.
        pos_weight: Option<Tensor> = None,
        /// How the elements' losses become one.
        reduction: Reduction = Reduction::Mean,
    }

    /// Cross entropy of scores [N, C, ...] and class numbers [N, ...], or probabilities of classes
    /// in the scores' shape.
    CrossEntropy("CrossEntropyLoss") {
        /// A factor for each class.
        weight: Option<Tensor> = None,
        /// The class number that does not count.
        ignore_index: i64 = IGNORED,
        /// The share of the target that is spread over all classes.
        label_smoothing: f64 = 0.0,
        /// How the elements' losses become one.
        reduction: Reduction = Reduction::Mean,
    }

    /// Negative log likelihood of log-probabilities [N, C, ...] and class numbers [N, ...].
    Nll("NLLLoss") {
        /// A factor for each class.
        weight: Option<Tensor> = None,
        /// The class number that does not count.
        ignore_index: i64 = IGNORED,
        /// How the elements' losses become one.
        reduction: Reduction = Reduction::Mean,
    }

    /// Two-class logistic loss of targets 1 and -1.
    SoftMargin("SoftMarginLoss") {
        /// How the elements' losses become one.
        reduction: Reduction = Reduction::Mean,
    }

    /// Focal loss of logits and targets between 0 and 1, as `torchvision.ops.sigmoid_focal_loss`
    /// has it, but reduced to the mean by default.
    Focal("FocalLoss") {
        /// The weight of the positive examples; negative for no weighing.
        alpha: f64 = 0.25,
        /// How much less the easy examples count.
        gamma: f64 = 2.0,
        /// How the elements' losses become one.
        reduction: Reduction = Reduction::Mean,
    }
}

impl Loss for Bce {
    fn of(&self, prediction: &Tensor, target: &Tensor) -> Result<Tensor> {
        same_size(prediction, target)?;
        prediction.f_binary_cross_entropy(target, self.weight.as_ref(), self.reduction).or_torch()
    }
}

impl Loss for BceWithLogits {
    fn of(&self, prediction: &Tensor, target: &Tensor) -> Result<Tensor> {
        same_size(prediction, target)?;
        let (weight, pos_weight) = (self.weight.as_ref(), self.pos_weight.as_ref());
        prediction
            .f_binary_cross_entropy_with_logits(target, weight, pos_weight, self.reduction)
            .or_torch()
    }
}

impl Loss for CrossEntropy {
    fn of(&self, prediction: &Tensor, target: &Tensor) -> Result<Tensor> {
        let Self { weight, ignore_index, label_smoothing, reduction } = self;
        prediction
            .f_cross_entropy_loss(
                target,
                weight.as_ref(),
                *reduction,
                *ignore_index,
                *label_smoothing,
            )
            .or_torch()
    }
}

impl Loss for Nll {
    fn of(&self, prediction: &Tensor, target: &Tensor) -> Result<Tensor> {
        let weight = self.weight.as_ref();
        prediction.f_nll_loss_nd(target, weight, self.reduction, self.ignore_index).or_torch()
    }
}

impl Loss for SoftMargin {
    fn of(&self, prediction: &Tensor, target: &Tensor) -> Result<Tensor> {
        prediction.f_soft_margin_loss(target, self.reduction).or_torch()
    }
}

impl Loss for Focal {
    fn of(&self, prediction: &Tensor, target: &Tensor) -> Result<Tensor> {
        let each = BceWithLogits { reduction: Reduction::None, ..BceWithLogits::default() };
        let cross_entropy = each.of(prediction, target)?;
        let focal = || {
            let other = |of: &Tensor| scalar::add(&of.f_neg()?, 1.0);
            let negative = other(target)?;
            let probability = prediction.f_sigmoid()?;
            let hit = probability.f_mul(target)?;
            let hit = hit.f_add(&other(&probability)?.f_mul(&negative)?)?;
            let loss = cross_entropy.f_mul(&scalar::pow(&other(&hit)?, self.gamma)?)?;
            if self.alpha < 0.0 {
                return Ok(loss);
            }
            let weight = scalar::mul(target, self.alpha)?;
            loss.f_mul(&weight.f_add(&scalar::mul(&negative, 1.0 - self.alpha)?)?)
        };
        reduce(focal().or_torch()?, self.reduction)
    }
}
