//! Schedulers that move the learning rate up and down, and the momentum the other way.

use std::f64::consts::PI;

use runtime_core::{Error, Result};

use super::rules::{positive, refused};
use super::{At, Rule};
use crate::optim::Group;

/// How a phase goes from its start to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Half a cosine.
    Cosine,
    /// A straight line.
    Linear,
}

/// How many phases a cycle has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phases {
    /// Up, and down to the least rate.
    Two,
    /// Up, down to the first rate in the same time, and down to the least rate.
    Three,
}

/// One cycle over the whole training: up to `max_lr`, and down to next to nothing.
#[derive(Clone, Debug)]
pub struct OneCycle {
    /// The highest rate: one for all groups, or one for each.
    pub max_lr: Vec<f64>,
    /// How many steps there are.
    pub total_steps: i64,
    /// The share of the steps that go up.
    pub pct_start: f64,
    /// How the rate moves.
    pub anneal_strategy: Shape,
    /// Whether the momentum moves the other way.
    pub cycle_momentum: bool,
    /// The least momentum: one for all groups, or one for each.
    pub base_momentum: Vec<f64>,
    /// The highest momentum: one for all groups, or one for each.
    pub max_momentum: Vec<f64>,
    /// The first rate is `max_lr` over this.
    pub div_factor: f64,
    /// The last rate is the first one over this.
    pub final_div_factor: f64,
    /// How many phases there are.
    pub phases: Phases,
}

impl OneCycle {
    /// PyTorch's defaults.
    pub fn new(max_lr: f64, total_steps: i64) -> Self {
        Self {
            max_lr: vec![max_lr],
            total_steps,
            pct_start: 0.3,
            anneal_strategy: Shape::Cosine,
            cycle_momentum: true,
            base_momentum: vec![0.85],
            max_momentum: vec![0.95],
            div_factor: 25.0,
            final_div_factor: 1e4,
            phases: Phases::Two,
        }
    }

    /// Where each phase ends, and the notes of the rates and momenta that it goes between.
    fn phases(&self) -> Vec<(f64, [&'static str; 2], [&'static str; 2])> {
        let (up, last) = (self.pct_start * self.total_steps as f64, (self.total_steps - 1) as f64);
        let rise = (up - 1.0, ["initial_lr", "max_lr"], ["max_momentum", "base_momentum"]);
        match self.phases {
            Phases::Two => {
                vec![rise, (last, ["max_lr", "min_lr"], ["base_momentum", "max_momentum"])]
            }
            Phases::Three => {
                let down = 2.0 * self.pct_start * self.total_steps as f64 - 2.0;
                vec![
                    rise,
                    (down, ["max_lr", "initial_lr"], ["base_momentum", "max_momentum"]),
                    (last, ["initial_lr", "min_lr"], ["max_momentum", "max_momentum"]),
                ]
            }
        }
    }

    fn between(&self, start: f64, end: f64, share: f64) -> f64 {
        match self.anneal_strategy {
            Shape::Cosine => end + (start - end) / 2.0 * ((PI * share).cos() + 1.0),
            Shape::Linear => (end - start) * share + start,
        }
    }
}

impl Rule for OneCycle {
    fn class(&self) -> &'static str {
        "OneCycleLR"
    }

    fn check(&self) -> Result<()> {
        if self.total_steps <= 0 {
            let given = self.total_steps;
            return Err(refused(format!("Expected positive integer total_steps, but got {given}")));
        }
        if !(0.0..=1.0).contains(&self.pct_start) {
            let given = self.pct_start;
            return Err(refused(format!(
                "Expected float between 0 and 1 pct_start, but got {given:?}"
            )));
        }
        Ok(())
    }

    fn begin(&mut self, groups: &mut [Group]) -> Result<()> {
        let highest = of_groups("max_lr", &self.max_lr, groups)?;
        for (group, highest) in groups.iter_mut().zip(highest) {
            let first = highest / self.div_factor;
            group.note("initial_lr", first);
            group.note("max_lr", highest);
            group.note("min_lr", first / self.final_div_factor);
        }
        if self.cycle_momentum {
            begin_momentum(&self.base_momentum, &self.max_momentum, groups)?;
        }
        Ok(())
    }

    fn next(&mut self, at: At<'_>, groups: &mut [Group]) -> Result<Vec<f64>> {
        let total = self.total_steps;
        if at.epoch > total {
            return Err(Error::invalid(format!(
                "Tried to step {} times. The specified number of total steps is {total}",
                at.epoch
            )));
        }
        let phases = self.phases();
        let step = at.epoch as f64;
        let reached = phases.iter().position(|(end, ..)| step <= *end).unwrap_or(phases.len() - 1);
        let start = if reached == 0 { 0.0 } else { phases[reached - 1].0 };
        let (end, rates, momenta) = phases[reached];
        let share = (step - start) / (end - start);
        let mut lrs = Vec::with_capacity(groups.len());
        for group in groups {
            let [from, to] = rates.map(|name| note(group, name));
            lrs.push(self.between(from?, to?, share));
            if self.cycle_momentum {
                let [from, to] = momenta.map(|name| note(group, name));
                group.set_momentum(self.between(from?, to?, share));
            }
        }
        Ok(lrs)
    }
}

/// How the height of a cycle changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It does not.
    Triangular,
    /// It halves with each cycle.
    Triangular2,
    /// It is `gamma` to the power of the step.
    ExpRange,
}

/// Up and down between two rates, again and again.
#[derive(Clone, Debug)]
pub struct Cyclic {
    /// The least rate: one for all groups, or one for each.
    pub base_lr: Vec<f64>,
    /// The highest rate: one for all groups, or one for each.
    pub max_lr: Vec<f64>,
    /// How many steps go up.
    pub step_size_up: i64,
    /// How many steps go down.
    pub step_size_down: i64,
    /// How the height changes.
    pub mode: Mode,
    /// The base of [`Mode::ExpRange`].
    pub gamma: f64,
    /// Whether the momentum moves the other way.
    pub cycle_momentum: bool,
    /// The least momentum: one for all groups, or one for each.
    pub base_momentum: Vec<f64>,
    /// The highest momentum: one for all groups, or one for each.
    pub max_momentum: Vec<f64>,
}

impl Cyclic {
    /// PyTorch's defaults.
    pub fn new(base_lr: f64, max_lr: f64) -> Self {
        Self {
            base_lr: vec![base_lr],
            max_lr: vec![max_lr],
            step_size_up: 2000,
            step_size_down: 2000,
            mode: Mode::Triangular,
            gamma: 1.0,
            cycle_momentum: true,
            base_momentum: vec![0.8],
            max_momentum: vec![0.9],
        }
    }
}

impl Rule for Cyclic {
    fn class(&self) -> &'static str {
        "CyclicLR"
    }

    fn check(&self) -> Result<()> {
        positive(self.class(), "step_size_up", self.step_size_up)?;
        positive(self.class(), "step_size_down", self.step_size_down)
    }

    fn begin(&mut self, groups: &mut [Group]) -> Result<()> {
        let least = of_groups("base_lr", &self.base_lr, groups)?;
        of_groups("max_lr", &self.max_lr, groups)?;
        for (group, least) in groups.iter_mut().zip(least) {
            group.set_lr(least);
        }
        if self.cycle_momentum {
            begin_momentum(&self.base_momentum, &self.max_momentum, groups)?;
        }
        Ok(())
    }

    fn next(&mut self, at: At<'_>, groups: &mut [Group]) -> Result<Vec<f64>> {
        let (up, down) = (self.step_size_up as f64, self.step_size_down as f64);
        let (step, total) = (at.epoch as f64, up + down);
        let ratio = up / total;
        let cycle = (1.0 + step / total).floor();
        let x = 1.0 + step / total - cycle;
        let height = if x <= ratio { x / ratio } else { (x - 1.0) / (ratio - 1.0) };
        let scale = match self.mode {
            Mode::Triangular => 1.0,
            Mode::Triangular2 => 1.0 / 2.0_f64.powf(cycle - 1.0),
            Mode::ExpRange => self.gamma.powf(step),
        };
        if self.cycle_momentum {
            for group in &mut *groups {
                let (least, highest) =
                    (note(group, "base_momentum")?, note(group, "max_momentum")?);
                group.set_momentum(highest - (highest - least) * height * scale);
            }
        }
        let least = of_groups("base_lr", &self.base_lr, groups)?;
        let highest = of_groups("max_lr", &self.max_lr, groups)?;
        let lr = |(least, highest): (f64, f64)| least + (highest - least) * height * scale;
        Ok(least.into_iter().zip(highest).map(lr).collect())
    }
}

/// One number for each group.
fn of_groups(name: &str, numbers: &[f64], groups: &[Group]) -> Result<Vec<f64>> {
    match numbers {
        [one] => Ok(vec![*one; groups.len()]),
        numbers if numbers.len() == groups.len() => Ok(numbers.to_vec()),
        numbers => Err(refused(format!(
            "{name} must have the same length as optimizer.param_groups. {name} has {} values, \
             param_groups has {}.",
            numbers.len(),
            groups.len()
        ))),
    }
}

/// Notes the momenta with the groups, and begins at the highest.
fn begin_momentum(least: &[f64], highest: &[f64], groups: &mut [Group]) -> Result<()> {
    if groups.iter_mut().any(|group| group.momentum().is_none()) {
        return Err(refused(
            "optimizer must support momentum or beta1 with `cycle_momentum` option enabled",
        ));
    }
    let highest = of_groups("max_momentum", highest, groups)?;
    let least = of_groups("base_momentum", least, groups)?;
    for ((group, highest), least) in groups.iter_mut().zip(highest).zip(least) {
        group.set_momentum(highest);
        group.note("max_momentum", highest);
        group.note("base_momentum", least);
    }
    Ok(())
}

/// What the beginning noted with a group.
fn note(group: &Group, name: &str) -> Result<f64> {
    let missing = || Error::invalid(format!("a group came later and does not know its {name}"));
    group.noted(name).ok_or_else(missing)
}
