//! Adagrad.

use runtime_core::Result;

use super::method::{
    Entry, Field, Method, STEP, Slot, Start, add_product, add_quotient, not_negative,
};
use crate::error::OrTorch;
use crate::scalar;

const SUM: usize = 1;

#[derive(Clone)]
pub(super) struct Adagrad {
    lr: f64,
    lr_decay: f64,
    eps: f64,
    weight_decay: f64,
    initial_accumulator_value: f64,
    maximize: bool,
}

impl Default for Adagrad {
    fn default() -> Self {
        Self {
            lr: 1e-2,
            lr_decay: 0.0,
            eps: 1e-10,
            weight_decay: 0.0,
            initial_accumulator_value: 0.0,
            maximize: false,
        }
    }
}

impl Method for Adagrad {
    fn class(&self) -> &'static str {
        "Adagrad"
    }

    fn fields(&mut self) -> Vec<(&'static str, Field<'_>)> {
        vec![
            ("lr", Field::Float(&mut self.lr)),
            ("lr_decay", Field::Float(&mut self.lr_decay)),
            ("eps", Field::Float(&mut self.eps)),
            ("weight_decay", Field::Float(&mut self.weight_decay)),
            ("initial_accumulator_value", Field::Float(&mut self.initial_accumulator_value)),
            ("foreach", Field::Hint),
            ("maximize", Field::Bool(&mut self.maximize)),
            ("differentiable", Field::Off),
            ("fused", Field::Hint),
        ]
    }

    fn check(&self) -> Result<()> {
        not_negative("learning rate", self.lr)?;
        not_negative("lr_decay value", self.lr_decay)?;
        not_negative("weight_decay value", self.weight_decay)?;
        not_negative("initial_accumulator_value value", self.initial_accumulator_value)?;
        not_negative("epsilon value", self.eps)
    }

    fn slots(&self) -> &'static [Slot] {
        &[STEP, Slot { name: "sum", start: Start::Filled("initial_accumulator_value") }]
    }

    fn starts_at_once(&self) -> bool {
        true
    }

    fn takes_sparse(&self) -> bool {
        true
    }

    fn update(&self, entries: &mut [Entry<'_>]) -> Result<()> {
        entries.iter_mut().try_for_each(|entry| self.one(entry))
    }

    fn copy(&self) -> Box<dyn Method> {
        Box::new(self.clone())
    }
}

impl Adagrad {
    /// One parameter, in the steps of `_single_tensor_adagrad`.
    fn one(&self, entry: &mut Entry<'_>) -> Result<()> {
        let step = entry.advance()?;
        let parameter = entry.parts()?;
        let slope = entry.slope(self.maximize, self.weight_decay)?;
        let lr = self.lr / (1.0 + (step - 1.0) * self.lr_decay);
        let sum = entry.kept(SUM)?;
        add_product(&sum, &slope, &slope, 1.0)?;
        let root = sum.f_sqrt().and_then(|root| scalar::add_(&root, self.eps)).or_torch()?;
        add_quotient(&parameter, &slope, &root, -lr)
    }
}
