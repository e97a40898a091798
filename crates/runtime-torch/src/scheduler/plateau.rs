//! The scheduler that follows a metric: the rate falls when it does not get better any more.

use runtime_core::{Error, Result};

use super::rules::refused;
use crate::optim::Group;

/// Multiplies by `factor` when the metric has not been better for more than `patience` epochs.
#[derive(Clone, Debug)]
pub struct Plateau {
    /// Whether more is better.
    pub maximize: bool,
    /// The factor, below 1.
    pub factor: f64,
    /// How many bad epochs are borne.
    pub patience: i64,
    /// By how much a metric must be better to count.
    pub threshold: f64,
    /// Whether the threshold is a share of the best metric, and not a difference from it.
    pub relative: bool,
    /// How many epochs after a fall do not count.
    pub cooldown: i64,
    /// The least learning rate: one for all groups, or one for each.
    pub min_lr: Vec<f64>,
    /// A fall that is no more than this is left out.
    pub eps: f64,
}

/// A plateau's arguments, and where it stands.
pub(super) struct Progress {
    plateau: Plateau,
    pub(super) best: f64,
    pub(super) bad_epochs: i64,
    pub(super) cooldown_left: i64,
    pub(super) last_epoch: i64,
}

impl Default for Plateau {
    fn default() -> Self {
        Self {
            maximize: false,
            factor: 0.1,
            patience: 10,
            threshold: 1e-4,
            relative: true,
            cooldown: 0,
            min_lr: vec![0.0],
            eps: 1e-8,
        }
    }
}

impl Plateau {
    pub(super) const CLASS: &'static str = "ReduceLROnPlateau";

    /// The beginning, for an optimizer of so many groups.
    pub(super) fn start(self, groups: usize) -> Result<Progress> {
        // NaN is refused, too.
        if self.factor.is_nan() || self.factor >= 1.0 {
            return Err(refused("Factor should be < 1.0."));
        }
        if self.min_lr.len() != 1 && self.min_lr.len() != groups {
            let given = self.min_lr.len();
            return Err(refused(format!("expected {groups} min_lrs, got {given}")));
        }
        let best = if self.maximize { f64::NEG_INFINITY } else { f64::INFINITY };
        Ok(Progress { plateau: self, best, bad_epochs: 0, cooldown_left: 0, last_epoch: 0 })
    }

    fn is_better(&self, metric: f64, best: f64) -> bool {
        match (self.maximize, self.relative) {
            (false, true) => metric < best * (1.0 - self.threshold),
            (false, false) => metric < best - self.threshold,
            (true, true) => metric > best * (self.threshold + 1.0),
            (true, false) => metric > best + self.threshold,
        }
    }

    fn reduce(&self, groups: &mut [Group]) -> Result<()> {
        if self.min_lr.len() != 1 && self.min_lr.len() != groups.len() {
            let (given, count) = (self.min_lr.len(), groups.len());
            return Err(Error::invalid(format!(
                "the optimizer has {count} groups, and min_lr is for {given}"
            )));
        }
        for (group, least) in groups.iter_mut().zip(self.min_lr.iter().cycle()) {
            let old = group.lr();
            // As Python's max: the first, unless the second is greater.
            let scaled = old * self.factor;
            let new = if *least > scaled { *least } else { scaled };
            if old - new > self.eps {
                group.set_lr(new);
            }
        }
        Ok(())
    }
}

impl Progress {
    pub(super) fn step(&mut self, groups: &mut [Group], metric: f64) -> Result<Vec<f64>> {
        self.last_epoch = self.last_epoch.saturating_add(1);
        if self.plateau.is_better(metric, self.best) {
            self.best = metric;
            self.bad_epochs = 0;
        } else {
            self.bad_epochs = self.bad_epochs.saturating_add(1);
        }
        if self.cooldown_left > 0 {
            self.cooldown_left -= 1;
            self.bad_epochs = 0;
        }
        if self.bad_epochs > self.plateau.patience {
            self.plateau.reduce(groups)?;
            self.cooldown_left = self.plateau.cooldown;
            self.bad_epochs = 0;
        }
        Ok(groups.iter_mut().map(Group::lr).collect())
    }
}
