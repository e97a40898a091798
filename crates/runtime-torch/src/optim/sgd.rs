//! Stochastic gradient descent.

use runtime_core::Result;
use tch::Tensor;
use torch_shim::optim::{Sgd as Numbers, fusable, fused_sgd};

use super::method::{
    Entry, Field, Method, Slot, Start, add, add_in_place, duplicate, not_negative, refused,
};
use crate::error::OrTorch;
use crate::scalar;

const BUFFER: usize = 0;

#[derive(Clone)]
pub(super) struct Sgd(Numbers);

impl Default for Sgd {
    fn default() -> Self {
        Self(Numbers {
            lr: 1e-3,
            momentum: 0.0,
            dampening: 0.0,
            weight_decay: 0.0,
            nesterov: false,
            maximize: false,
        })
    }
}

impl Method for Sgd {
    fn class(&self) -> &'static str {
        "SGD"
    }

    fn fields(&mut self) -> Vec<(&'static str, Field<'_>)> {
        let Numbers { lr, momentum, dampening, weight_decay, nesterov, maximize } = &mut self.0;
        vec![
            ("lr", Field::Float(lr)),
            ("momentum", Field::Float(momentum)),
            ("dampening", Field::Float(dampening)),
            ("weight_decay", Field::Float(weight_decay)),
            ("nesterov", Field::Bool(nesterov)),
            ("maximize", Field::Bool(maximize)),
            ("foreach", Field::Hint),
            ("differentiable", Field::Off),
            ("fused", Field::Hint),
        ]
    }

    fn check(&self) -> Result<()> {
        let Numbers { lr, momentum, dampening, weight_decay, nesterov, .. } = self.0;
        not_negative("learning rate", lr)?;
        not_negative("momentum value", momentum)?;
        not_negative("weight_decay value", weight_decay)?;
        if nesterov && (momentum <= 0.0 || dampening != 0.0) {
            return Err(refused("Nesterov momentum requires a momentum and zero dampening"));
        }
        Ok(())
    }

    fn slots(&self) -> &'static [Slot] {
        &[Slot { name: "momentum_buffer", start: Start::Nothing }]
    }

    fn uses(&self, _slot: usize) -> bool {
        self.0.momentum != 0.0
    }

    fn takes_sparse(&self) -> bool {
        true
    }

    fn update(&self, entries: &mut [Entry<'_>]) -> Result<()> {
        // The kernel wants to know for all parameters at once whether their buffers hold something.
        let (mut first, mut later, mut alone) = (Vec::new(), Vec::new(), Vec::new());
        for entry in entries {
            let fresh = self.0.momentum != 0.0 && entry.slot(BUFFER).is_none();
            let tensors = [&entry.parameter, &entry.gradient].into_iter().chain(entry.slot(BUFFER));
            if !fusable(tensors) {
                alone.push(entry);
            } else if fresh {
                let buffer = entry.parameter.f_empty_like().or_torch()?;
                entry.keep(BUFFER, buffer);
                first.push(entry);
            } else {
                later.push(entry);
            }
        }
        self.fused(&first, true)?;
        self.fused(&later, false)?;
        alone.into_iter().try_for_each(|entry| self.one(entry))
    }

    fn copy(&self) -> Box<dyn Method> {
        Box::new(self.clone())
    }
}

impl Sgd {
    fn fused(&self, entries: &[&mut Entry<'_>], first_step: bool) -> Result<()> {
        if entries.is_empty() {
            return Ok(());
        }
        let parameters: Vec<&Tensor> = entries.iter().map(|entry| &entry.parameter).collect();
        let gradients: Vec<&Tensor> = entries.iter().map(|entry| &entry.gradient).collect();
        let buffers: Vec<&Tensor> = entries.iter().filter_map(|entry| entry.slot(BUFFER)).collect();
        fused_sgd(&self.0, &parameters, &gradients, &buffers, first_step).or_torch()
    }

    /// One parameter, in the steps of `_single_tensor_sgd`, which treats complex numbers as such.
    fn one(&self, entry: &mut Entry<'_>) -> Result<()> {
        let Numbers { lr, momentum, dampening, weight_decay, nesterov, maximize } = self.0;
        let mut slope = entry.gradient.shallow_clone();
        if maximize {
            slope = slope.f_neg().or_torch()?;
        }
        if weight_decay != 0.0 {
            slope = add(&slope, &entry.parameter, weight_decay)?;
        }
        if momentum != 0.0 {
            let buffer = match entry.slot(BUFFER) {
                Some(buffer) => {
                    let buffer = buffer.shallow_clone();
                    let _ = scalar::mul_(&buffer, momentum).or_torch()?;
                    add_in_place(&buffer, &slope, 1.0 - dampening)?;
                    buffer
                }
                None => {
                    let buffer = duplicate(&slope)?;
                    entry.keep(BUFFER, buffer.shallow_clone());
                    buffer
                }
            };
            slope = if nesterov { add(&slope, &buffer, momentum)? } else { buffer };
        }
        add_in_place(&entry.parameter, &slope, -lr)
    }
}
