//! RMSprop.

use runtime_core::Result;

use super::method::{
    Entry, Field, Method, STEP, Slot, add_in_place, add_product, add_quotient, average,
    average_square, duplicate, not_negative, zeros,
};
use crate::error::OrTorch;
use crate::scalar;

const SQUARE: usize = 1;
const BUFFER: usize = 2;
const MEAN: usize = 3;
const SLOTS: &[Slot] = &[STEP, zeros("square_avg"), zeros("momentum_buffer"), zeros("grad_avg")];

#[derive(Clone)]
pub(super) struct RmsProp {
    lr: f64,
    momentum: f64,
    alpha: f64,
    eps: f64,
    centered: bool,
    weight_decay: f64,
    maximize: bool,
}

impl Default for RmsProp {
    fn default() -> Self {
        Self {
            lr: 1e-2,
            momentum: 0.0,
            alpha: 0.99,
            eps: 1e-8,
            centered: false,
            weight_decay: 0.0,
            maximize: false,
        }
    }
}

impl Method for RmsProp {
    fn class(&self) -> &'static str {
        "RMSprop"
    }

    fn fields(&mut self) -> Vec<(&'static str, Field<'_>)> {
        vec![
            ("lr", Field::Float(&mut self.lr)),
            ("momentum", Field::Float(&mut self.momentum)),
            ("alpha", Field::Float(&mut self.alpha)),
            ("eps", Field::Float(&mut self.eps)),
            ("centered", Field::Bool(&mut self.centered)),
            ("weight_decay", Field::Float(&mut self.weight_decay)),
            ("capturable", Field::Off),
            ("foreach", Field::Hint),
            ("maximize", Field::Bool(&mut self.maximize)),
            ("differentiable", Field::Off),
        ]
    }

    fn check(&self) -> Result<()> {
        not_negative("learning rate", self.lr)?;
        not_negative("epsilon value", self.eps)?;
        not_negative("momentum value", self.momentum)?;
        not_negative("weight_decay value", self.weight_decay)?;
        not_negative("alpha value", self.alpha)
    }

    fn slots(&self) -> &'static [Slot] {
        SLOTS
    }

    fn uses(&self, slot: usize) -> bool {
        match slot {
            BUFFER => self.momentum > 0.0,
            MEAN => self.centered,
            _ => true,
        }
    }

    fn update(&self, entries: &mut [Entry<'_>]) -> Result<()> {
        entries.iter_mut().try_for_each(|entry| self.one(entry))
    }

    fn copy(&self) -> Box<dyn Method> {
        Box::new(self.clone())
    }
}

impl RmsProp {
    /// One parameter, in the steps of `_single_tensor_rmsprop`.
    fn one(&self, entry: &mut Entry<'_>) -> Result<()> {
        entry.advance()?;
        let parameter = entry.parts()?;
        let slope = entry.slope(self.maximize, self.weight_decay)?;
        let square = entry.kept(SQUARE)?;
        average_square(&square, &slope, self.alpha)?;
        let spread = if self.centered {
            let mean = entry.kept(MEAN)?;
            average(&mean, &slope, self.alpha)?;
            let variance = duplicate(&square)?;
            add_product(&variance, &mean, &mean, -1.0)?;
            variance.f_sqrt().or_torch()?
        } else {
            square.f_sqrt().or_torch()?
        };
        let _ = scalar::add_(&spread, self.eps).or_torch()?;
        if self.momentum > 0.0 {
            let buffer = entry.kept(BUFFER)?;
            let _ = scalar::mul_(&buffer, self.momentum).or_torch()?;
            add_quotient(&buffer, &slope, &spread, 1.0)?;
            add_in_place(&parameter, &buffer, -self.lr)
        } else {
            add_quotient(&parameter, &slope, &spread, -self.lr)
        }
    }
}
