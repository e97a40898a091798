//! Adamax.

use runtime_core::Result;

use super::method::{
    Entry, Field, Method, STEP, Slot, add_quotient, average, check_betas, not_negative, zeros,
};
use crate::error::OrTorch;
use crate::scalar;

const MEAN: usize = 1;
const LARGEST: usize = 2;
const SLOTS: &[Slot] = &[STEP, zeros("exp_avg"), zeros("exp_inf")];

#[derive(Clone)]
pub(super) struct Adamax {
    lr: f64,
    betas: [f64; 2],
    eps: f64,
    weight_decay: f64,
    maximize: bool,
}

impl Default for Adamax {
    fn default() -> Self {
        Self { lr: 2e-3, betas: [0.9, 0.999], eps: 1e-8, weight_decay: 0.0, maximize: false }
    }
}

impl Method for Adamax {
    fn class(&self) -> &'static str {
        "Adamax"
    }

    fn fields(&mut self) -> Vec<(&'static str, Field<'_>)> {
        vec![
            ("lr", Field::Float(&mut self.lr)),
            ("betas", Field::Pair(&mut self.betas)),
            ("eps", Field::Float(&mut self.eps)),
            ("weight_decay", Field::Float(&mut self.weight_decay)),
            ("foreach", Field::Hint),
            ("maximize", Field::Bool(&mut self.maximize)),
            ("differentiable", Field::Off),
            ("capturable", Field::Off),
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

impl Adamax {
    /// One parameter, in the steps of `_single_tensor_adamax`.
    fn one(&self, entry: &mut Entry<'_>) -> Result<()> {
        let step = entry.advance()?;
        let parameter = entry.parts()?;
        let slope = entry.slope(self.maximize, self.weight_decay)?;
        let [beta1, beta2] = self.betas;
        let (mean, largest) = (entry.kept(MEAN)?, entry.kept(LARGEST)?);
        average(&mean, &slope, beta1)?;
        let larger = || {
            let size = scalar::add_(&slope.f_abs()?, self.eps)?;
            scalar::mul_(&largest, beta2)?.f_maximum_out(&largest, &size)
        };
        let _ = larger().or_torch()?;
        add_quotient(&parameter, &mean, &largest, -(self.lr / (1.0 - beta1.powf(step))))
    }
}
