//! Adam and AdamW.

use runtime_core::Result;
use tch::Tensor;
use torch_shim::optim::{Adam as Numbers, AdamState, fusable, fused_adam};

use super::method::{
    Entry, Field, Method, STEP, Slot, add_quotient, average, average_square, check_betas,
    not_negative, zeros,
};
use crate::error::OrTorch;
use crate::scalar;

const MEAN: usize = 1;
const SQUARE: usize = 2;
const LARGEST: usize = 3;
const SLOTS: &[Slot] = &[STEP, zeros("exp_avg"), zeros("exp_avg_sq"), zeros("max_exp_avg_sq")];

#[derive(Clone)]
pub(super) struct Adam {
    lr: f64,
    betas: [f64; 2],
    eps: f64,
    weight_decay: f64,
    amsgrad: bool,
    maximize: bool,
    decoupled: bool,
    /// Whether this is PyTorch's class `AdamW`, whose weight decay is always decoupled.
    w: bool,
}

impl Adam {
    pub(super) fn plain() -> Self {
        Self {
            lr: 1e-3,
            betas: [0.9, 0.999],
            eps: 1e-8,
            weight_decay: 0.0,
            amsgrad: false,
            maximize: false,
            decoupled: false,
            w: false,
        }
    }

    pub(super) fn decoupled() -> Self {
        Self { weight_decay: 1e-2, decoupled: true, w: true, ..Self::plain() }
    }
}

impl Method for Adam {
    fn class(&self) -> &'static str {
        if self.w { "AdamW" } else { "Adam" }
    }

    fn fields(&mut self) -> Vec<(&'static str, Field<'_>)> {
        vec![
            ("lr", Field::Float(&mut self.lr)),
            ("betas", Field::Pair(&mut self.betas)),
            ("eps", Field::Float(&mut self.eps)),
            ("weight_decay", Field::Float(&mut self.weight_decay)),
            ("amsgrad", Field::Bool(&mut self.amsgrad)),
            ("maximize", Field::Bool(&mut self.maximize)),
            ("foreach", Field::Hint),
            ("capturable", Field::Off),
            ("differentiable", Field::Off),
            ("fused", Field::Hint),
            (
                "decoupled_weight_decay",
                if self.w { Field::On } else { Field::Bool(&mut self.decoupled) },
            ),
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

    fn uses(&self, slot: usize) -> bool {
        slot != LARGEST || self.amsgrad
    }

    fn update(&self, entries: &mut [Entry<'_>]) -> Result<()> {
        let state = if self.amsgrad { MEAN..=LARGEST } else { MEAN..=SQUARE };
        let (mut together, mut alone) = (Vec::new(), Vec::new());
        for entry in entries {
            let state = state.clone().filter_map(|slot| entry.slot(slot));
            if fusable([&entry.parameter, &entry.gradient].into_iter().chain(state)) {
                together.push(entry);
            } else {
                alone.push(entry);
            }
        }
        if !together.is_empty() {
            self.fused(&together)?;
        }
        alone.into_iter().try_for_each(|entry| self.one(entry))
    }

    fn copy(&self) -> Box<dyn Method> {
        Box::new(self.clone())
    }
}

impl Adam {
    fn fused(&self, entries: &[&mut Entry<'_>]) -> Result<()> {
        let numbers = Numbers {
            lr: self.lr,
            beta1: self.betas[0],
            beta2: self.betas[1],
            eps: self.eps,
            weight_decay: self.weight_decay,
            amsgrad: self.amsgrad,
            maximize: self.maximize,
            decoupled: self.decoupled,
        };
        let all = |slot| entries.iter().filter_map(|entry| entry.slot(slot)).collect::<Vec<_>>();
        let parameters: Vec<&Tensor> = entries.iter().map(|entry| &entry.parameter).collect();
        let gradients: Vec<&Tensor> = entries.iter().map(|entry| &entry.gradient).collect();
        let state = AdamState {
            means: &all(MEAN),
            squares: &all(SQUARE),
            largest: &if self.amsgrad { all(LARGEST) } else { Vec::new() },
            steps: &all(0),
        };
        fused_adam(&numbers, &parameters, &gradients, &state).or_torch()
    }

    /// One parameter, in the steps of `_single_tensor_adam`.
    fn one(&self, entry: &mut Entry<'_>) -> Result<()> {
        let step = entry.advance()?;
        let parameter = entry.parts()?;
        let decay = if self.decoupled { 0.0 } else { self.weight_decay };
        if self.decoupled && self.weight_decay != 0.0 {
            let _ = scalar::mul_(&parameter, 1.0 - self.lr * self.weight_decay).or_torch()?;
        }
        let slope = entry.slope(self.maximize, decay)?;
        let [beta1, beta2] = self.betas;
        let (mean, mut square) = (entry.kept(MEAN)?, entry.kept(SQUARE)?);
        average(&mean, &slope, beta1)?;
        average_square(&square, &slope, beta2)?;
        if self.amsgrad {
            let largest = entry.kept(LARGEST)?;
            square = largest.f_maximum_out(&largest, &square).or_torch()?;
        }
        let correction1 = 1.0 - beta1.powf(step);
        let correction2 = (1.0 - beta2.powf(step)).powf(0.5);
        let root = || scalar::add_(&scalar::div_(&square.f_sqrt()?, correction2)?, self.eps);
        add_quotient(&parameter, &mean, &root().or_torch()?, -(self.lr / correction1))
    }
}
