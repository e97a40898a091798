//! Learning rate schedulers: the sequences of torch.optim.lr_scheduler, to the last bit.
//!
//! ```
//! use std::sync::{Arc, Mutex};
//!
//! use runtime_torch::optim::{Optimizer, lock};
//! use runtime_torch::scheduler::{Scheduler, StepLr};
//! use tch::{Device, Kind, Tensor};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let weight = Tensor::f_ones([3], (Kind::Float, Device::Cpu))?.f_set_requires_grad(true)?;
//! let optimizer = Arc::new(Mutex::new(Optimizer::new("SGD", vec![weight])?));
//! lock(&optimizer).set_lr(0.1)?;
//! let mut scheduler = Scheduler::new(&optimizer, StepLr { step_size: 2, gamma: 0.5 })?;
//! for expected in [0.1, 0.05, 0.05, 0.025] {
//!     scheduler.step()?;
//!     assert_eq!(lock(&optimizer).lr(), expected);
//! }
//! # Ok(())
//! # }
//! ```

mod composite;
mod cycles;
mod plateau;
mod rules;
mod state;
mod values;

use std::sync::{Arc, Mutex, PoisonError, Weak};

use runtime_core::error::codes as core;
use runtime_core::handle::kinds;
use runtime_core::{Error, Result};

use self::composite::Sequence;
pub use self::cycles::{Cyclic, Mode, OneCycle, Phases, Shape};
pub use self::plateau::Plateau;
pub use self::rules::{
    ConstantLr, CosineAnnealing, CosineWarmRestarts, ExponentialLr, LinearLr, MultiStepLr,
    PolynomialLr, StepLr,
};
pub use self::state::floats;
pub use self::values::{CLASSES, shared};
use crate::optim::{self, Group};
use crate::table::Table;

/// A scheduler that a composite one reaches, too.
pub type Shared = Arc<Mutex<Scheduler>>;

/// The schedulers that have handles.
pub static SCHEDULERS: Table<Shared> = Table::new(kinds::SCHEDULER);

/// Sets the learning rates of an optimizer's groups, step by step. It does not keep the optimizer
/// alive.
pub struct Scheduler {
    optimizer: Weak<Mutex<optim::Optimizer>>,
    plan: Plan,
    last_lr: Vec<f64>,
}

enum Plan {
    Epochs(Epochs),
    Plateau(plateau::Progress),
    Sequence(Sequence),
    Chain(Vec<Shared>),
}

/// How the learning rates follow from the epoch.
pub trait Rule: Send {
    /// PyTorch's class.
    fn class(&self) -> &'static str;

    /// Refuses values that PyTorch's class refuses, and those that it fails at later.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_OPTION`.
    fn check(&self) -> Result<()>;

    /// Prepares the groups of an optimizer that this scheduler is the first for.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_OPTION` when the rule does not fit the groups.
    fn begin(&mut self, _groups: &mut [Group]) -> Result<()> {
        Ok(())
    }

    /// Goes on to the next epoch, or to a given one, and says which that is.
    ///
    /// # Errors
    /// `RT_ERROR_INVALID_ARGUMENT` for an epoch that the rule cannot go to.
    fn advance(&mut self, last_epoch: i64, to: Option<f64>) -> Result<i64> {
        match to {
            None => Ok(last_epoch.saturating_add(1)),
            Some(epoch) if epoch.trunc() == epoch && epoch >= 0.0 => Ok(epoch as i64),
            Some(epoch) => {
                Err(Error::invalid(format!("epoch {epoch:?} is no whole number from 0 on")))
            }
        }
    }

    /// The learning rates of the groups at an epoch, from those of the epoch before.
    ///
    /// # Errors
    /// `RT_ERROR_INVALID_ARGUMENT` when the rule has come to its end.
    fn next(&mut self, at: At<'_>, groups: &mut [Group]) -> Result<Vec<f64>>;

    /// The same from the epoch alone, for rules that have such a form.
    fn closed(&self, _at: At<'_>) -> Option<Vec<f64>> {
        None
    }

    /// The numbers that change from step to step, for state dicts.
    fn moving(&mut self) -> Vec<(&'static str, &mut f64)> {
        Vec::new()
    }
}

/// Where a scheduler stands.
#[derive(Clone, Copy)]
pub struct At<'s> {
    /// The epoch that the learning rates are for.
    pub epoch: i64,
    /// Whether this is the step that making the scheduler takes.
    pub initial: bool,
    /// How many steps there were, with this one.
    pub step_count: i64,
    /// The learning rates that the groups began with.
    pub base_lrs: &'s [f64],
}

/// A rule, and where it stands.
struct Epochs {
    rule: Box<dyn Rule>,
    last_epoch: i64,
    step_count: i64,
    base_lrs: Vec<f64>,
}

impl Scheduler {
    /// A scheduler that begins at epoch 0.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_OPTION` for values that PyTorch's class refuses.
    pub fn new(optimizer: &optim::Shared, rule: impl Rule + 'static) -> Result<Self> {
        Self::after(optimizer, Box::new(rule), -1)
    }

    /// A scheduler that goes on after `last_epoch`, -1 to begin. The groups must know the learning
    /// rates that they began with when it goes on: from another scheduler, or a state dict.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_OPTION` for values that PyTorch's class refuses.
    pub fn after(
        optimizer: &optim::Shared,
        mut rule: Box<dyn Rule>,
        last_epoch: i64,
    ) -> Result<Self> {
        rule.check()?;
        let mut locked = optim::lock(optimizer);
        let groups = locked.groups_mut();
        if last_epoch == -1 {
            rule.begin(groups)?;
            for group in &mut *groups {
                if group.noted("initial_lr").is_none() {
                    let lr = group.lr();
                    group.note("initial_lr", lr);
                }
            }
        }
        let base = groups.iter().enumerate().map(|(index, group)| {
            group.noted("initial_lr").ok_or_else(|| {
                Error::invalid(format!(
                    "last_epoch {last_epoch}: group {index} does not know its initial_lr"
                ))
            })
        });
        let base_lrs = base.collect::<Result<Vec<_>>>()?;
        let mut epochs = Epochs { rule, last_epoch, step_count: 0, base_lrs };
        let last_lr = epochs.step(groups, None, true)?;
        let optimizer = Arc::downgrade(optimizer);
        Ok(Self { optimizer, plan: Plan::Epochs(epochs), last_lr })
    }

    /// A scheduler that follows a metric.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_OPTION` for values that PyTorch's class refuses.
    pub fn plateau(optimizer: &optim::Shared, plateau: Plateau) -> Result<Self> {
        let mut locked = optim::lock(optimizer);
        let plateau = plateau.start(locked.groups().len())?;
        let last_lr = locked.groups_mut().iter_mut().map(Group::lr).collect();
        let optimizer = Arc::downgrade(optimizer);
        Ok(Self { optimizer, plan: Plan::Plateau(plateau), last_lr })
    }

    /// PyTorch's class.
    pub fn class(&self) -> &'static str {
        match &self.plan {
            Plan::Epochs(epochs) => epochs.rule.class(),
            Plan::Plateau(_) => Plateau::CLASS,
            Plan::Sequence(_) => "SequentialLR",
            Plan::Chain(_) => "ChainedScheduler",
        }
    }

    /// Goes on to the next epoch.
    ///
    /// # Errors
    /// `RT_ERROR_STALE_HANDLE` when the optimizer is gone, `RT_ERROR_INVALID_ARGUMENT` for a scheduler
    /// that needs a metric, and at the end of a schedule that ends.
    pub fn step(&mut self) -> Result<()> {
        self.go(None)
    }

    /// Goes to an epoch: in the closed form of the rule where it has one. Warm restarts take epochs
    /// between whole ones.
    ///
    /// # Errors
    /// As [`step`](Self::step), and for a composite scheduler.
    pub fn step_to(&mut self, epoch: f64) -> Result<()> {
        self.go(Some(epoch))
    }

    /// Tells how good the epoch was. A scheduler that goes by epochs goes on to the next one.
    ///
    /// # Errors
    /// As [`step`](Self::step).
    pub fn step_with_metric(&mut self, metric: f64) -> Result<()> {
        let optimizer = self.optimizer()?;
        let Plan::Plateau(plateau) = &mut self.plan else { return self.step() };
        self.last_lr = plateau.step(optim::lock(&optimizer).groups_mut(), metric)?;
        Ok(())
    }

    /// The learning rates of the groups after the last step.
    pub fn last_lr(&self) -> &[f64] {
        &self.last_lr
    }

    fn go(&mut self, to: Option<f64>) -> Result<()> {
        let optimizer = self.optimizer()?;
        self.last_lr = match &mut self.plan {
            Plan::Epochs(epochs) => epochs.step(optim::lock(&optimizer).groups_mut(), to, false)?,
            Plan::Plateau(_) => {
                return Err(Error::invalid(
                    "ReduceLROnPlateau needs a metric: rt_torch_scheduler_step_with_metric",
                ));
            }
            _ if to.is_some() => {
                let class = self.class();
                return Err(Error::invalid(format!("{class} cannot be sent to an epoch")));
            }
            Plan::Sequence(sequence) => sequence.step()?,
            Plan::Chain(parts) => {
                for part in parts {
                    with(part, Self::step)?;
                }
                optim::lock(&optimizer).groups_mut().iter_mut().map(Group::lr).collect()
            }
        };
        Ok(())
    }

    fn optimizer(&self) -> Result<optim::Shared> {
        self.optimizer.upgrade().ok_or_else(|| {
            Error::new(core::RT_ERROR_STALE_HANDLE, "the scheduler's optimizer was freed")
        })
    }
}

impl Epochs {
    /// PyTorch's `step`.
    fn step(&mut self, groups: &mut [Group], to: Option<f64>, initial: bool) -> Result<Vec<f64>> {
        self.step_count = self.step_count.saturating_add(1);
        self.last_epoch = self.rule.advance(self.last_epoch, to)?;
        self.update(groups, to.is_some(), initial)
    }

    /// Sets the learning rates for the epoch that was gone to.
    fn update(&mut self, groups: &mut [Group], closed: bool, initial: bool) -> Result<Vec<f64>> {
        let Self { rule, last_epoch, step_count, base_lrs } = self;
        let at = At { epoch: *last_epoch, initial, step_count: *step_count, base_lrs };
        let lrs = match rule.closed(at).filter(|_| closed) {
            Some(lrs) => lrs,
            None => rule.next(at, groups)?,
        };
        if lrs.len() != groups.len() {
            return Err(Error::invalid(format!(
                "the optimizer has {} groups, and had {} when its scheduler was made",
                groups.len(),
                lrs.len()
            )));
        }
        if let Some(lr) = lrs.iter().find(|lr| !lr.is_finite()) {
            let class = rule.class();
            return Err(Error::invalid(format!(
                "{class} comes to a learning rate of {lr:?} in epoch {}",
                at.epoch
            )));
        }
        for (group, lr) in groups.iter_mut().zip(&lrs) {
            group.set_lr(*lr);
        }
        Ok(lrs)
    }
}

/// Does something with a shared scheduler. One that a panic left behind is as good as one that an
/// error left.
pub fn with<R>(scheduler: &Shared, act: impl FnOnce(&mut Scheduler) -> R) -> R {
    act(&mut scheduler.lock().unwrap_or_else(PoisonError::into_inner))
}
