//! Adadelta.

use runtime_core::Result;
use tch::Tensor;

use super::method::{
    Entry, Field, Method, STEP, Slot, add_in_place, average_square, not_negative, refused, zeros,
};
use crate::error::OrTorch;
use crate::scalar;

const SQUARE: usize = 1;
const CHANGE: usize = 2;
const SLOTS: &[Slot] = &[STEP, zeros("square_avg"), zeros("acc_delta")];

#[derive(Clone)]
pub(super) struct Adadelta {
    lr: f64,
    rho: f64,
    eps: f64,
    weight_decay: f64,
    maximize: bool,
}

impl Default for Adadelta {
    fn default() -> Self {
        Self { lr: 1.0, rho: 0.9, eps: 1e-6, weight_decay: 0.0, maximize: false }
    }
}

impl Method for Adadelta {
    fn class(&self) -> &'static str {
        "Adadelta"
    }

    fn fields(&mut self) -> Vec<(&'static str, Field<'_>)> {
        vec![
            ("lr", Field::Float(&mut self.lr)),
            ("rho", Field::Float(&mut self.rho)),
            ("eps", Field::Float(&mut self.eps)),
            ("weight_decay", Field::Float(&mut self.weight_decay)),
            ("maximize", Field::Bool(&mut self.maximize)),
            ("capturable", Field::Off),
            ("foreach", Field::Hint),
            ("differentiable", Field::Off),
        ]
    }

    fn check(&self) -> Result<()> {
        not_negative("learning rate", self.lr)?;
        if !(0.0..=1.0).contains(&self.rho) {
            return Err(refused(format!("Invalid rho value: {:?}", self.rho)));
        }
        not_negative("epsilon value", self.eps)?;
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

impl Adadelta {
    /// One parameter, in the steps of `_single_tensor_adadelta`.
    fn one(&self, entry: &mut Entry<'_>) -> Result<()> {
        entry.advance()?;
        let parameter = entry.parts()?;
        let slope = entry.slope(self.maximize, self.weight_decay)?;
        let (square, change) = (entry.kept(SQUARE)?, entry.kept(CHANGE)?);
        average_square(&square, &slope, self.rho)?;
        let root = |of: &Tensor| scalar::add(of, self.eps)?.f_sqrt();
        let step = || root(&change)?.f_div(&root(&square)?)?.f_mul(&slope);
        let step = step().or_torch()?;
        average_square(&change, &step, self.rho)?;
        add_in_place(&parameter, &step, -self.lr)
    }
}
