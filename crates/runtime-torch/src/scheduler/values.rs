//! Schedulers from values: a class and options by PyTorch's names.

use runtime_core::Result;
use runtime_value::{Array, RuntimeValue, Tuple, View};

use super::{
    ConstantLr, CosineAnnealing, CosineWarmRestarts, Cyclic, ExponentialLr, LinearLr, Mode,
    MultiStepLr, OneCycle, Phases, Plateau, PolynomialLr, Rule, SCHEDULERS, Scheduler, Shape,
    Shared, StepLr,
};
use crate::optim;
use crate::options::Options;
use crate::{arguments, codes};

/// The classes that [`Scheduler::from_values`] knows.
pub const CLASSES: [&str; 12] = [
    "StepLR",
    "MultiStepLR",
    "ConstantLR",
    "LinearLR",
    "ExponentialLR",
    "PolynomialLR",
    "CosineAnnealingLR",
    "CosineAnnealingWarmRestarts",
    "OneCycleLR",
    "CyclicLR",
    "ReduceLROnPlateau",
    "SequentialLR",
];

impl Scheduler {
    /// A scheduler of one of PyTorch's classes, with options by its names.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_OPTION` for an unknown class or option, one that is missing, or a value that
    /// PyTorch refuses.
    pub fn from_values(
        class: &str,
        optimizer: &optim::Shared,
        options: RuntimeValue,
    ) -> Result<Self> {
        let given = Options::of(class, "options", options)?;
        match class {
            "ReduceLROnPlateau" => {
                let plateau = plateau(&given)?;
                given.finish()?;
                Self::plateau(optimizer, plateau)
            }
            "SequentialLR" => {
                let schedulers = required(&given, "schedulers")?;
                let parts = shared("schedulers", schedulers)?;
                let milestones = arguments::ints("milestones", required(&given, "milestones")?)?;
                given.finish()?;
                Self::sequential(optimizer, parts, milestones)
            }
            _ => {
                let last_epoch = given.int("last_epoch", -1)?;
                let rule = rule(class, &given, last_epoch)?;
                given.finish()?;
                Self::after(optimizer, rule, last_epoch)
            }
        }
    }
}

/// The schedulers in an array.
///
/// # Errors
/// Those of an array and its elements.
pub fn shared(name: &str, value: RuntimeValue) -> Result<Vec<Shared>> {
    let elements = arguments::elements(name, value)?.into_iter().enumerate();
    elements
        .map(|(index, element)| {
            let found = SCHEDULERS.get(&format!("{name}[{index}]"), element)?;
            Ok(Shared::clone(&found))
        })
        .collect()
}

fn rule(class: &str, options: &Options, last_epoch: i64) -> Result<Box<dyn Rule>> {
    Ok(match class {
        "StepLR" => Box::new(StepLr {
            step_size: options.required_int("step_size")?,
            gamma: options.float("gamma", 0.1)?,
        }),
        "MultiStepLR" => Box::new(MultiStepLr {
            milestones: arguments::ints("milestones", required(options, "milestones")?)?,
            gamma: options.float("gamma", 0.1)?,
        }),
        "ConstantLR" => Box::new(ConstantLr {
            factor: options.float("factor", 1.0 / 3.0)?,
            total_iters: options.int("total_iters", 5)?,
        }),
        "LinearLR" => Box::new(LinearLr {
            start_factor: options.float("start_factor", 1.0 / 3.0)?,
            end_factor: options.float("end_factor", 1.0)?,
            total_iters: options.int("total_iters", 5)?,
        }),
        "ExponentialLR" => {
            required(options, "gamma")?;
            Box::new(ExponentialLr { gamma: options.float("gamma", 1.0)? })
        }
        "PolynomialLR" => Box::new(PolynomialLr {
            total_iters: options.int("total_iters", 5)?,
            power: options.float("power", 1.0)?,
        }),
        "CosineAnnealingLR" => Box::new(CosineAnnealing {
            t_max: options.required_int("T_max")?,
            eta_min: options.float("eta_min", 0.0)?,
        }),
        "CosineAnnealingWarmRestarts" => {
            let t_0 = options.required_int("T_0")?;
            let t_mult = options.int("T_mult", 1)?;
            let rule = CosineWarmRestarts::new(t_0, t_mult, options.float("eta_min", 0.0)?);
            Box::new(rule.after(last_epoch))
        }
        "OneCycleLR" => Box::new(one_cycle(options)?),
        "CyclicLR" => Box::new(cyclic(options)?),
        other => {
            let error = arguments::no_choice("kind", other, &CLASSES);
            return Err(error.with_code(codes::RT_ERROR_TORCH_OPTION));
        }
    })
}

fn one_cycle(options: &Options) -> Result<OneCycle> {
    let epochs = options.optional_int("epochs")?;
    let steps_per_epoch = options.optional_int("steps_per_epoch")?;
    let total_steps = match (options.optional_int("total_steps")?, epochs, steps_per_epoch) {
        (Some(total), ..) => total,
        (None, Some(epochs), Some(steps)) if epochs > 0 && steps > 0 => {
            epochs.saturating_mul(steps)
        }
        (None, Some(_), Some(_)) => {
            return Err(options.refuse("epochs", "and steps_per_epoch must be above 0"));
        }
        _ => {
            let why = "is missing: define either total_steps OR (epochs AND steps_per_epoch)";
            return Err(options.refuse("total_steps", why));
        }
    };
    required(options, "max_lr")?;
    let shape = options.choice("anneal_strategy", "cos", &["cos", "linear"])?;
    let three = options.bool("three_phase", false)?;
    Ok(OneCycle {
        max_lr: floats(options, "max_lr", 0.0)?,
        total_steps,
        pct_start: options.float("pct_start", 0.3)?,
        anneal_strategy: if shape == "cos" { Shape::Cosine } else { Shape::Linear },
        cycle_momentum: options.bool("cycle_momentum", true)?,
        base_momentum: floats(options, "base_momentum", 0.85)?,
        max_momentum: floats(options, "max_momentum", 0.95)?,
        div_factor: options.float("div_factor", 25.0)?,
        final_div_factor: options.float("final_div_factor", 1e4)?,
        phases: if three { Phases::Three } else { Phases::Two },
    })
}

fn cyclic(options: &Options) -> Result<Cyclic> {
    required(options, "base_lr")?;
    required(options, "max_lr")?;
    let up = options.int("step_size_up", 2000)?;
    let mode = options.choice("mode", "triangular", &["triangular", "triangular2", "exp_range"])?;
    Ok(Cyclic {
        base_lr: floats(options, "base_lr", 0.0)?,
        max_lr: floats(options, "max_lr", 0.0)?,
        step_size_up: up,
        step_size_down: options.int("step_size_down", up)?,
        mode: match mode {
            "triangular" => Mode::Triangular,
            "triangular2" => Mode::Triangular2,
            _ => Mode::ExpRange,
        },
        gamma: options.float("gamma", 1.0)?,
        cycle_momentum: options.bool("cycle_momentum", true)?,
        base_momentum: floats(options, "base_momentum", 0.8)?,
        max_momentum: floats(options, "max_momentum", 0.9)?,
    })
}

fn plateau(options: &Options) -> Result<Plateau> {
    Ok(Plateau {
        maximize: options.choice("mode", "min", &["min", "max"])? == "max",
        factor: options.float("factor", 0.1)?,
        patience: options.int("patience", 10)?,
        threshold: options.float("threshold", 1e-4)?,
        relative: options.choice("threshold_mode", "rel", &["rel", "abs"])? == "rel",
        cooldown: options.int("cooldown", 0)?,
        min_lr: floats(options, "min_lr", 0.0)?,
        eps: options.float("eps", 1e-8)?,
    })
}

/// A float, or an array of one for each group.
fn floats(options: &Options, name: &'static str, default: f64) -> Result<Vec<f64>> {
    let given = options.value(name)?.unwrap_or(RuntimeValue::NIL);
    if Array::find(given).is_none() && Tuple::find(given).is_none() {
        return Ok(vec![options.float(name, default)?]);
    }
    let elements = arguments::elements(name, given)?.into_iter();
    let numbers = elements.map(RuntimeValue::to_float).collect::<Result<_>>();
    numbers.map_err(|error| options.refuse(name, format!("is no array of floats: {error}")))
}

fn required(options: &Options, name: &'static str) -> Result<RuntimeValue> {
    let given = options.value(name)?.filter(|value| *value != RuntimeValue::NIL);
    given.ok_or_else(|| options.refuse(name, "is missing"))
}
