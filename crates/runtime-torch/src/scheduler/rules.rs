//! The rules of schedulers that go by epochs, in the order of operations of PyTorch's, so that the
//! last bits agree.

use std::f64::consts::PI;

use runtime_core::{Error, Result};

use super::{At, Rule};
use crate::codes;
use crate::optim::Group;

/// Multiplies by `gamma` every `step_size` epochs.
#[derive(Clone, Debug)]
pub struct StepLr {
    /// How many epochs a rate holds.
    pub step_size: i64,
    /// The factor.
    pub gamma: f64,
}

impl Rule for StepLr {
    fn class(&self) -> &'static str {
        "StepLR"
    }

    fn check(&self) -> Result<()> {
        positive(self.class(), "step_size", self.step_size)
    }

    fn next(&mut self, at: At<'_>, groups: &mut [Group]) -> Result<Vec<f64>> {
        let now = at.epoch != 0 && at.epoch.rem_euclid(self.step_size) == 0;
        Ok(if now { scaled(groups, self.gamma) } else { unchanged(groups) })
    }

    fn closed(&self, at: At<'_>) -> Option<Vec<f64>> {
        let factor = self.gamma.powf(at.epoch.div_euclid(self.step_size) as f64);
        Some(at.base_lrs.iter().map(|base| base * factor).collect())
    }
}

/// Multiplies by `gamma` at each of the milestones.
#[derive(Clone, Debug)]
pub struct MultiStepLr {
    /// The epochs; one may come several times.
    pub milestones: Vec<i64>,
    /// The factor.
    pub gamma: f64,
}

impl Rule for MultiStepLr {
    fn class(&self) -> &'static str {
        "MultiStepLR"
    }

    fn check(&self) -> Result<()> {
        Ok(())
    }

    fn next(&mut self, at: At<'_>, groups: &mut [Group]) -> Result<Vec<f64>> {
        let times = self.milestones.iter().filter(|milestone| **milestone == at.epoch).count();
        Ok(match times {
            0 => unchanged(groups),
            times => scaled(groups, self.gamma.powf(times as f64)),
        })
    }

    fn closed(&self, at: At<'_>) -> Option<Vec<f64>> {
        let passed = self.milestones.iter().filter(|milestone| **milestone <= at.epoch).count();
        let factor = self.gamma.powf(passed as f64);
        Some(at.base_lrs.iter().map(|base| base * factor).collect())
    }
}

/// Multiplies by `factor` until epoch `total_iters`.
#[derive(Clone, Debug)]
pub struct ConstantLr {
    /// The factor.
    pub factor: f64,
    /// The epoch of the full rate.
    pub total_iters: i64,
}

impl Rule for ConstantLr {
    fn class(&self) -> &'static str {
        "ConstantLR"
    }

    fn check(&self) -> Result<()> {
        if (0.0..=1.0).contains(&self.factor) {
            return Ok(());
        }
        Err(refused("Constant multiplicative factor expected to be between 0 and 1."))
    }

    fn next(&mut self, at: At<'_>, groups: &mut [Group]) -> Result<Vec<f64>> {
        Ok(if at.epoch == 0 {
            scaled(groups, self.factor)
        } else if at.epoch == self.total_iters {
            scaled(groups, 1.0 / self.factor)
        } else {
            unchanged(groups)
        })
    }

    fn closed(&self, at: At<'_>) -> Option<Vec<f64>> {
        let over = if at.epoch >= self.total_iters { 1.0 } else { 0.0 };
        let factor = self.factor + over * (1.0 - self.factor);
        Some(at.base_lrs.iter().map(|base| base * factor).collect())
    }
}

/// Goes from one factor to another in a straight line: a warm-up.
#[derive(Clone, Debug)]
pub struct LinearLr {
    /// The factor in epoch 0.
    pub start_factor: f64,
    /// The factor from epoch `total_iters` on.
    pub end_factor: f64,
    /// How many epochs it takes.
    pub total_iters: i64,
}

impl Rule for LinearLr {
    fn class(&self) -> &'static str {
        "LinearLR"
    }

    fn check(&self) -> Result<()> {
        if !(self.start_factor > 0.0 && self.start_factor <= 1.0) {
            return Err(refused(
                "Starting multiplicative factor expected to be greater than 0 and less or equal to \
                 1.",
            ));
        }
        if !(0.0..=1.0).contains(&self.end_factor) {
            return Err(refused("Ending multiplicative factor expected to be between 0 and 1."));
        }
        Ok(())
    }

    fn next(&mut self, at: At<'_>, groups: &mut [Group]) -> Result<Vec<f64>> {
        let Self { start_factor: start, end_factor: end, total_iters } = *self;
        Ok(if at.epoch == 0 {
            scaled(groups, start)
        } else if at.initial || at.epoch > total_iters {
            unchanged(groups)
        } else {
            let before = total_iters as f64 * start + (at.epoch - 1) as f64 * (end - start);
            scaled(groups, 1.0 + (end - start) / before)
        })
    }

    fn closed(&self, at: At<'_>) -> Option<Vec<f64>> {
        let Self { start_factor: start, end_factor: end, total_iters } = *self;
        let done = at.epoch.min(total_iters) as f64;
        let factor = start + (end - start) * done / total_iters as f64;
        Some(at.base_lrs.iter().map(|base| base * factor).collect())
    }
}

/// Multiplies by `gamma` every epoch.
#[derive(Clone, Debug)]
pub struct ExponentialLr {
    /// The factor.
    pub gamma: f64,
}

impl Rule for ExponentialLr {
    fn class(&self) -> &'static str {
        "ExponentialLR"
    }

    fn check(&self) -> Result<()> {
        Ok(())
    }

    fn next(&mut self, at: At<'_>, groups: &mut [Group]) -> Result<Vec<f64>> {
        Ok(if at.initial { unchanged(groups) } else { scaled(groups, self.gamma) })
    }

    fn closed(&self, at: At<'_>) -> Option<Vec<f64>> {
        let factor = self.gamma.powf(at.epoch as f64);
        Some(at.base_lrs.iter().map(|base| base * factor).collect())
    }
}

/// Falls to 0 as a power of what is left.
#[derive(Clone, Debug)]
pub struct PolynomialLr {
    /// How many epochs it takes.
    pub total_iters: i64,
    /// The power.
    pub power: f64,
}

impl Rule for PolynomialLr {
    fn class(&self) -> &'static str {
        "PolynomialLR"
    }

    fn check(&self) -> Result<()> {
        positive(self.class(), "total_iters", self.total_iters)
    }

    fn next(&mut self, at: At<'_>, groups: &mut [Group]) -> Result<Vec<f64>> {
        if at.initial || at.epoch > self.total_iters {
            return Ok(unchanged(groups));
        }
        let total = self.total_iters as f64;
        let left = 1.0 - at.epoch as f64 / total;
        let before = 1.0 - (at.epoch - 1) as f64 / total;
        Ok(scaled(groups, (left / before).powf(self.power)))
    }

    fn closed(&self, at: At<'_>) -> Option<Vec<f64>> {
        let done = at.epoch.min(self.total_iters) as f64 / self.total_iters as f64;
        let factor = (1.0 - done).powf(self.power);
        Some(at.base_lrs.iter().map(|base| base * factor).collect())
    }
}

/// Falls to `eta_min` along half a cosine, and rises again.
#[derive(Clone, Debug)]
pub struct CosineAnnealing {
    /// The epoch of the least rate.
    pub t_max: i64,
    /// The least rate.
    pub eta_min: f64,
}

impl Rule for CosineAnnealing {
    fn class(&self) -> &'static str {
        "CosineAnnealingLR"
    }

    fn check(&self) -> Result<()> {
        positive(self.class(), "T_max", self.t_max)
    }

    fn next(&mut self, at: At<'_>, groups: &mut [Group]) -> Result<Vec<f64>> {
        let Self { t_max, eta_min } = *self;
        let (epoch, total) = (at.epoch as f64, t_max as f64);
        if at.initial {
            return Ok(unchanged(groups));
        }
        if at.step_count == 1 && at.epoch > 0 {
            let factor = 1.0 + (epoch * PI / total).cos();
            return Ok(at
                .base_lrs
                .iter()
                .map(|b| eta_min + (b - eta_min) * factor / 2.0)
                .collect());
        }
        // At the bottom the ratio below has nothing to start from.
        if (at.epoch - 1).wrapping_sub(t_max).wrapping_rem(t_max.saturating_mul(2)) == 0 {
            let rise = 1.0 - (PI / total).cos();
            let lrs = unchanged(groups).into_iter().zip(at.base_lrs);
            return Ok(lrs.map(|(lr, base)| lr + (base - eta_min) * rise / 2.0).collect());
        }
        let now = 1.0 + (PI * epoch / total).cos();
        let before = 1.0 + (PI * (at.epoch - 1) as f64 / total).cos();
        let ratio = now / before;
        Ok(unchanged(groups).into_iter().map(|lr| ratio * (lr - eta_min) + eta_min).collect())
    }

    fn closed(&self, at: At<'_>) -> Option<Vec<f64>> {
        let factor = 1.0 + (PI * at.epoch as f64 / self.t_max as f64).cos();
        let lr = |base: &f64| self.eta_min + (base - self.eta_min) * factor / 2.0;
        Some(at.base_lrs.iter().map(lr).collect())
    }
}

/// Falls to `eta_min` along half a cosine again and again, each time `t_mult` times as slowly.
#[derive(Clone, Debug)]
pub struct CosineWarmRestarts {
    t_0: i64,
    t_mult: i64,
    eta_min: f64,
    /// How far it is since the last restart, and how far it is to the next.
    t_cur: f64,
    t_i: f64,
}

impl CosineWarmRestarts {
    /// The rule that restarts after `t_0` epochs, `t_0 * t_mult` more, and so on.
    pub fn new(t_0: i64, t_mult: i64, eta_min: f64) -> Self {
        Self { t_0, t_mult, eta_min, t_cur: -1.0, t_i: t_0 as f64 }
    }

    /// The same rule, to go on after an epoch.
    #[must_use]
    pub fn after(self, last_epoch: i64) -> Self {
        Self { t_cur: last_epoch as f64, ..self }
    }
}

impl Rule for CosineWarmRestarts {
    fn class(&self) -> &'static str {
        "CosineAnnealingWarmRestarts"
    }

    fn check(&self) -> Result<()> {
        if self.t_0 <= 0 {
            return Err(refused(format!("Expected positive integer T_0, but got {}", self.t_0)));
        }
        if self.t_mult < 1 {
            return Err(refused(format!("Expected integer T_mult >= 1, but got {}", self.t_mult)));
        }
        Ok(())
    }

    fn advance(&mut self, last_epoch: i64, to: Option<f64>) -> Result<i64> {
        let to = if last_epoch < 0 { to.or(Some(0.0)) } else { to };
        let (first, times) = (self.t_0 as f64, self.t_mult as f64);
        let Some(epoch) = to else {
            self.t_cur += 1.0;
            if self.t_cur >= self.t_i {
                self.t_cur %= self.t_i;
                self.t_i *= times;
            }
            return Ok(last_epoch.saturating_add(1));
        };
        if !(epoch >= 0.0 && epoch.is_finite()) {
            return Err(Error::invalid(format!("Expected non-negative epoch, but got {epoch:?}")));
        }
        if epoch < first {
            (self.t_cur, self.t_i) = (epoch, first);
        } else if self.t_mult == 1 {
            self.t_cur = epoch % first;
        } else {
            let restarts = ((epoch / first * (times - 1.0) + 1.0).ln() / times.ln()).trunc();
            self.t_cur = epoch - first * (times.powf(restarts) - 1.0) / (times - 1.0);
            self.t_i = first * times.powf(restarts);
        }
        Ok(epoch.floor() as i64)
    }

    fn next(&mut self, at: At<'_>, _groups: &mut [Group]) -> Result<Vec<f64>> {
        let factor = 1.0 + (PI * self.t_cur / self.t_i).cos();
        let lr = |base: &f64| self.eta_min + (base - self.eta_min) * factor / 2.0;
        Ok(at.base_lrs.iter().map(lr).collect())
    }

    fn moving(&mut self) -> Vec<(&'static str, &mut f64)> {
        vec![("T_cur", &mut self.t_cur), ("T_i", &mut self.t_i)]
    }
}

/// The groups' learning rates as they are.
pub(super) fn unchanged(groups: &mut [Group]) -> Vec<f64> {
    groups.iter_mut().map(Group::lr).collect()
}

fn scaled(groups: &mut [Group], factor: f64) -> Vec<f64> {
    groups.iter_mut().map(|group| group.lr() * factor).collect()
}

/// Refuses a number of epochs that is not above 0.
pub(super) fn positive(class: &str, name: &str, number: i64) -> Result<()> {
    if number > 0 {
        return Ok(());
    }
    Err(refused(format!("{class}: {name} {number} is not above 0")))
}

/// The error for a value that a rule does not take.
#[cold]
pub(super) fn refused(text: impl Into<String>) -> Error {
    Error::new(codes::RT_ERROR_TORCH_OPTION, text.into())
}
