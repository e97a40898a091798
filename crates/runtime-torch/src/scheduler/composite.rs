//! Schedulers that are made of others.

use std::sync::{Arc, Weak};

use runtime_core::Result;

use super::rules::refused;
use super::{Plan, Scheduler, Shared, with};
use crate::optim::{self, Group};

/// How deep schedulers of schedulers may be nested: each level takes stack.
const DEEPEST: usize = 64;

/// One scheduler after the other.
pub(super) struct Sequence {
    pub(super) parts: Vec<Shared>,
    milestones: Vec<i64>,
    pub(super) last_epoch: i64,
}

impl Scheduler {
    /// The first of `parts` until the first milestone, then the second, and so on. The learning
    /// rates go back to those that the groups began with.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_OPTION` when there is no part, one goes by a metric, is composite or belongs to
    /// another optimizer, or the milestones are not one fewer.
    pub fn sequential(
        optimizer: &optim::Shared,
        parts: Vec<Shared>,
        milestones: Vec<i64>,
    ) -> Result<Self> {
        check(&Arc::downgrade(optimizer), &parts, "SequentialLR")?;
        if milestones.len() + 1 != parts.len() {
            return Err(refused(format!(
                "Sequential Schedulers expects number of schedulers provided to be one more than the \
                 number of milestone points, but got number of schedulers {} and the number of \
                 milestones to be equal to {}",
                parts.len(),
                milestones.len()
            )));
        }
        let plain = |part: &Shared| with(part, |part| matches!(part.plan, Plan::Epochs(_)));
        if !parts.iter().all(plain) {
            return Err(refused("SequentialLR takes no schedulers that are made of others"));
        }
        for group in optim::lock(optimizer).groups_mut() {
            if let Some(initial) = group.noted("initial_lr") {
                group.set_lr(initial);
            }
        }
        // Making the parts took a step of each, of which only the first one's counts.
        for part in &parts {
            with(part, |part| {
                if let Plan::Epochs(epochs) = &mut part.plan {
                    epochs.last_epoch = epochs.last_epoch.saturating_sub(1);
                }
            });
        }
        let mut sequence = Sequence { parts, milestones, last_epoch: 0 };
        let first = sequence.reached();
        let last_lr = with(&sequence.parts[first], |part| part.begin_again(optimizer))?;
        sequence.last_epoch = 0;
        Ok(Self { optimizer: Arc::downgrade(optimizer), plan: Plan::Sequence(sequence), last_lr })
    }

    /// All of `parts` in each step.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_OPTION` when there is no part, one goes by a metric, or they do not belong to one
    /// optimizer.
    pub fn chained(parts: Vec<Shared>) -> Result<Self> {
        let optimizer = match parts.first() {
            Some(part) => with(part, |part| part.optimizer.clone()),
            None => Weak::new(),
        };
        check(&optimizer, &parts, "ChainedScheduler")?;
        if parts.iter().any(|part| with(part, |part| part.depth()) >= DEEPEST) {
            return Err(refused(format!("ChainedScheduler is nested more than {DEEPEST} times")));
        }
        let mut scheduler = Self { optimizer, plan: Plan::Chain(parts), last_lr: Vec::new() };
        let optimizer = scheduler.optimizer()?;
        let mut locked = optim::lock(&optimizer);
        scheduler.last_lr = locked.groups_mut().iter_mut().map(Group::lr).collect();
        Ok(scheduler)
    }

    /// How many levels of schedulers there are.
    fn depth(&self) -> usize {
        match &self.plan {
            Plan::Epochs(_) | Plan::Plateau(_) => 1,
            Plan::Sequence(_) => 2,
            Plan::Chain(parts) => {
                let depths = parts.iter().map(|part| with(part, |part| part.depth()));
                1 + depths.max().unwrap_or(0)
            }
        }
    }

    /// Takes the step that making a scheduler takes once more.
    fn begin_again(&mut self, optimizer: &optim::Shared) -> Result<Vec<f64>> {
        if let Plan::Epochs(epochs) = &mut self.plan {
            epochs.step_count = 0;
            self.last_lr = epochs.step(optim::lock(optimizer).groups_mut(), None, true)?;
        }
        Ok(self.last_lr.clone())
    }

    /// Starts at epoch 0 where the groups stand: what PyTorch's `_update_lr(0)` does.
    fn start_over(&mut self) -> Result<Vec<f64>> {
        let optimizer = self.optimizer()?;
        if let Plan::Epochs(epochs) = &mut self.plan {
            epochs.last_epoch = 0;
            self.last_lr = epochs.update(optim::lock(&optimizer).groups_mut(), true, false)?;
        }
        Ok(self.last_lr.clone())
    }
}

impl Sequence {
    /// The number of the part that the epoch belongs to.
    fn reached(&self) -> usize {
        self.milestones.iter().filter(|milestone| **milestone <= self.last_epoch).count()
    }

    pub(super) fn step(&mut self) -> Result<Vec<f64>> {
        self.last_epoch = self.last_epoch.saturating_add(1);
        let reached = self.reached();
        let begins = reached > 0 && self.milestones[reached - 1] == self.last_epoch;
        with(&self.parts[reached], |part| {
            if begins {
                return part.start_over();
            }
            part.step()?;
            Ok(part.last_lr.clone())
        })
    }
}

fn check(
    optimizer: &Weak<std::sync::Mutex<optim::Optimizer>>,
    parts: &[Shared],
    class: &str,
) -> Result<()> {
    if parts.is_empty() {
        return Err(refused(format!(
            "{class} expects at least one scheduler, but got no scheduler."
        )));
    }
    for (index, part) in parts.iter().enumerate() {
        with(part, |part| {
            if matches!(part.plan, Plan::Plateau(_)) {
                return Err(refused(format!(
                    "{class} does not support `ReduceLROnPlateau`, but got one at index {index}"
                )));
            }
            if !part.optimizer.ptr_eq(optimizer) {
                return Err(refused(format!(
                    "{class} expects all schedulers to belong to the same optimizer, but the one at \
                     index {index} does not"
                )));
            }
            part.optimizer().map(drop)
        })?;
    }
    Ok(())
}
