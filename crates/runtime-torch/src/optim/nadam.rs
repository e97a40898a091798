//! NAdam: Adam with Nesterov's momentum.

use runtime_core::Result;

use super::method::{
    Entry, Field, Method, STEP, Slot, Start, add_quotient, average, average_square, check_betas,
    not_negative, zeros,
};
use crate::error::OrTorch;
use crate::scalar;

const MOMENTA: usize = 1;
const MEAN: usize = 2;
const SQUARE: usize = 3;
const SLOTS: &[Slot] = &[
    STEP,
    Slot { name: "mu_product", start: Start::Number(1.0) },
    zeros("exp_avg"),
    zeros("exp_avg_sq"),
];

#[derive(Clone)]
pub(super) struct NAdam {
    lr: f64,
    betas: [f64; 2],
    eps: f64,
    weight_decay: f64,
    momentum_decay: f64,
    decoupled: bool,
    maximize: bool,
}

impl Default for NAdam {
    fn default() -> Self {
        Self {
            lr: 2e-3,
            betas: [0.9, 0.999],
            eps: 1e-8,
            weight_decay: 0.0,
            momentum_decay: 4e-3,
            decoupled: false,
            maximize: false,
        }
    }
}

impl Method for NAdam {
    fn class(&self) -> &'static str {
        "NAdam"
    }

    fn fields(&mut self) -> Vec<(&'static str, Field<'_>)> {
        vec![
            ("lr", Field::Float(&mut self.lr)),
            ("betas", Field::Pair(&mut self.betas)),
            ("eps", Field::Float(&mut self.eps)),
            ("weight_decay", Field::Float(&mut self.weight_decay)),
            ("momentum_decay", Field::Float(&mut self.momentum_decay)),
            ("decoupled_weight_decay", Field::Bool(&mut self.decoupled)),
            ("maximize", Field::Bool(&mut self.maximize)),
            ("foreach", Field::Hint),
            ("capturable", Field::Off),
            ("differentiable", Field::Off),
        ]
    }

    fn check(&self) -> Result<()> {
        not_negative("learning rate", self.lr)?;
        not_negative("epsilon value", self.eps)?;
        check_betas(self.betas)?;
        not_negative("weight_decay value", self.weight_decay)?;
        not_negative("momentum_decay value", self.momentum_decay)
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

impl NAdam {
    /// One parameter, in the steps of `_single_tensor_nadam`.
    fn one(&self, entry: &mut Entry<'_>) -> Result<()> {
        let step = entry.advance()?;
        let parameter = entry.parts()?;
        let decay = if self.decoupled { 0.0 } else { self.weight_decay };
        if self.decoupled && self.weight_decay != 0.0 {
            let _ = scalar::mul_(&parameter, 1.0 - self.lr * self.weight_decay).or_torch()?;
        }
        let slope = entry.slope(self.maximize, decay)?;
        let [beta1, beta2] = self.betas;
        let momentum = |step: f64| beta1 * (1.0 - 0.5 * 0.96_f64.powf(step * self.momentum_decay));
        let (now, next) = (momentum(step), momentum(step + 1.0));
        let momenta = entry.kept(MOMENTA)?;
        let product = scalar::mul_(&momenta, now).and_then(|m| m.f_double_value(&[])).or_torch()?;
        let (mean, square) = (entry.kept(MEAN)?, entry.kept(SQUARE)?);
        average(&mean, &slope, beta1)?;
        average_square(&square, &slope, beta2)?;
        let correction = 1.0 - beta2.powf(step);
        let root = || scalar::add_(&scalar::div(&square, correction)?.f_sqrt()?, self.eps);
        let root = root().or_torch()?;
        add_quotient(&parameter, &slope, &root, -self.lr * (1.0 - now) / (1.0 - product))?;
        add_quotient(&parameter, &mean, &root, -self.lr * next / (1.0 - product * next))
    }
}
