//! RAdam: Adam with a warm-up that follows from the variance.

use runtime_core::Result;

use super::method::{
    Entry, Field, Method, STEP, Slot, add_in_place, average, average_square, check_betas,
    not_negative, zeros,
};
use crate::error::OrTorch;
use crate::scalar;

const MEAN: usize = 1;
const SQUARE: usize = 2;
const SLOTS: &[Slot] = &[STEP, zeros("exp_avg"), zeros("exp_avg_sq")];

#[derive(Clone)]
pub(super) struct RAdam {
    lr: f64,
    betas: [f64; 2],
    eps: f64,
    weight_decay: f64,
    maximize: bool,
    decoupled: bool,
}

impl Default for RAdam {
    fn default() -> Self {
        Self {
            lr: 1e-3,
            betas: [0.9, 0.999],
            eps: 1e-8,
            weight_decay: 0.0,
            maximize: false,
            decoupled: false,
        }
    }
}

impl Method for RAdam {
    fn class(&self) -> &'static str {
        "RAdam"
    }

    fn fields(&mut self) -> Vec<(&'static str, Field<'_>)> {
        vec![
            ("lr", Field::Float(&mut self.lr)),
            ("betas", Field::Pair(&mut self.betas)),
            ("eps", Field::Float(&mut self.eps)),
            ("weight_decay", Field::Float(&mut self.weight_decay)),
            ("maximize", Field::Bool(&mut self.maximize)),
            ("foreach", Field::Hint),
            ("capturable", Field::Off),
            ("decoupled_weight_decay", Field::Bool(&mut self.decoupled)),
            ("differentiable", Field::Off),
        ]
    }

    fn check(&self) -> Result<()> {
        not_negative("learning rate", self.lr)?;
        not_negative("epsilon value", self.eps)?;
        check_betas(self.betas)?;
        not_negative("weight_decay value", self.weight_decay)
    }

    fn slots(&self) -> &'static [Slot] {
        SLOTS
    }

    fn update(&self, entries: &mut [Entry<'_>]) -> Result<()> {
        entries.iter_mut().try_for_each(|entry| self.one(entry))
    }

    fn copy(&self) -> Box<dyn Method> {
        Box::new(self.clone())
    }
}

impl RAdam {
    /// One parameter, in the steps of `_single_tensor_radam`.
    fn one(&self, entry: &mut Entry<'_>) -> Result<()> {
        let step = entry.advance()?;
        let parameter = entry.parts()?;
        let decay = if self.decoupled { 0.0 } else { self.weight_decay };
        if self.decoupled && self.weight_decay != 0.0 {
            let _ = scalar::mul_(&parameter, 1.0 - self.lr * self.weight_decay).or_torch()?;
        }
        let slope = entry.slope(self.maximize, decay)?;
        let [beta1, beta2] = self.betas;
        let (mean, square) = (entry.kept(MEAN)?, entry.kept(SQUARE)?);
        average(&mean, &slope, beta1)?;
        average_square(&square, &slope, beta2)?;
        let correction = 1.0 - beta2.powf(step);
        let longest = 2.0 / (1.0 - beta2) - 1.0;
        let length = longest - 2.0 * step * beta2.powf(step) / correction;
        let change = || {
            let change = scalar::mul(&scalar::div(&mean, 1.0 - beta1.powf(step))?, self.lr)?;
            if length <= 5.0 {
                return Ok(change);
            }
            let root = scalar::add_(&square.f_sqrt()?, self.eps)?;
            let adaptive = scalar::mul_(&root.f_reciprocal()?, correction.powf(0.5))?;
            let rectified = (length - 4.0) * (length - 2.0) * longest
                / ((longest - 4.0) * (longest - 2.0) * length);
            scalar::mul(&change.f_mul(&adaptive)?, rectified.powf(0.5))
        };
        add_in_place(&parameter, &change().or_torch()?, -1.0)
    }
}
