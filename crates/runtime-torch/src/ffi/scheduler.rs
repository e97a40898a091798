//! Learning rate schedulers.

use runtime_value::RuntimeValue;

#[cfg(feature = "pytorch")]
use std::sync::{Arc, Mutex};

#[cfg(feature = "pytorch")]
use runtime_core::Result;

#[cfg(feature = "pytorch")]
use crate::arguments;
#[cfg(feature = "pytorch")]
use crate::optim::{self, OPTIMIZERS};
#[cfg(feature = "pytorch")]
use crate::scheduler::{
    self, ConstantLr, CosineAnnealing, CosineWarmRestarts, ExponentialLr, LinearLr, MultiStepLr,
    OneCycle, Plateau, Rule, SCHEDULERS, Scheduler, StepLr,
};

#[cfg(feature = "pytorch")]
fn give(scheduler: Scheduler) -> Result<RuntimeValue> {
    SCHEDULERS.give(Arc::new(Mutex::new(scheduler)))
}

/// Does something with the scheduler that the argument stands for.
#[cfg(feature = "pytorch")]
fn with<R>(value: RuntimeValue, act: impl FnOnce(&mut Scheduler) -> Result<R>) -> Result<R> {
    scheduler::with(&*SCHEDULERS.get("scheduler", value)?, act)
}

#[cfg(feature = "pytorch")]
fn optimizer(value: RuntimeValue) -> Result<optim::Shared> {
    Ok(optim::Shared::clone(&*OPTIMIZERS.get("optimizer", value)?))
}

/// The scheduler that goes by a rule from epoch 0 on.
#[cfg(feature = "pytorch")]
fn by(rule: impl Rule + 'static, of: RuntimeValue) -> Result<RuntimeValue> {
    give(Scheduler::new(&optimizer(of)?, rule)?)
}

/// Makes StepLR: the learning rates are multiplied by `gamma` every `step_size` steps.
///
/// Returns a new scheduler, the caller's to free with rt_torch_scheduler_free; it does not keep the
/// optimizer alive, and sets the learning rates of all groups as PyTorch's does, those for epoch 0
/// at once. NIL with RT_ERROR_TORCH_OPTION for values that PyTorch refuses, or with a handle's
/// error for what is no optimizer. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_scheduler_step_new(
    optimizer: RuntimeValue,
    step_size: i64,
    gamma: f64,
) -> RuntimeValue {
    torch!("rt_torch_scheduler_step_new", RuntimeValue::NIL, {
        by(StepLr { step_size, gamma }, optimizer)
    })
}

/// Makes MultiStepLR: the learning rates are multiplied by `gamma` at each step that is in
/// `milestones`, an array of ints.
///
/// As rt_torch_scheduler_step_new. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_scheduler_multi_step_new(
    optimizer: RuntimeValue,
    milestones: RuntimeValue,
    gamma: f64,
) -> RuntimeValue {
    torch!("rt_torch_scheduler_multi_step_new", RuntimeValue::NIL, {
        let milestones = arguments::ints("milestones", milestones)?;
        by(MultiStepLr { milestones, gamma }, optimizer)
    })
}

/// Makes ExponentialLR: the learning rates are multiplied by `gamma` in every step.
///
/// As rt_torch_scheduler_step_new. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_scheduler_exponential_new(
    optimizer: RuntimeValue,
    gamma: f64,
) -> RuntimeValue {
    torch!("rt_torch_scheduler_exponential_new", RuntimeValue::NIL, {
        by(ExponentialLr { gamma }, optimizer)
    })
}

/// Makes CosineAnnealingLR: the learning rates fall to `eta_min` in `t_max` steps along half a
/// cosine, and rise again.
///
/// As rt_torch_scheduler_step_new. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_scheduler_cosine_new(
    optimizer: RuntimeValue,
    t_max: i64,
    eta_min: f64,
) -> RuntimeValue {
    torch!("rt_torch_scheduler_cosine_new", RuntimeValue::NIL, {
        by(CosineAnnealing { t_max, eta_min }, optimizer)
    })
}

/// Makes CosineAnnealingWarmRestarts: the learning rates fall to `eta_min` in `t_0` steps along
/// half a cosine and start anew, each time `t_mult` times as slowly.
///
/// As rt_torch_scheduler_step_new. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_scheduler_cosine_warm_restarts_new(
    optimizer: RuntimeValue,
    t_0: i64,
    t_mult: i64,
    eta_min: f64,
) -> RuntimeValue {
    torch!("rt_torch_scheduler_cosine_warm_restarts_new", RuntimeValue::NIL, {
        by(CosineWarmRestarts::new(t_0, t_mult, eta_min), optimizer)
    })
}

/// Makes LinearLR, a warm-up: the learning rates are multiplied by what goes from `start_factor` to
/// `end_factor` in `total_iters` steps.
///
/// As rt_torch_scheduler_step_new. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_scheduler_linear_new(
    optimizer: RuntimeValue,
    start_factor: f64,
    end_factor: f64,
    total_iters: i64,
) -> RuntimeValue {
    torch!("rt_torch_scheduler_linear_new", RuntimeValue::NIL, {
        by(LinearLr { start_factor, end_factor, total_iters }, optimizer)
    })
}

/// Makes ConstantLR: the learning rates are multiplied by `factor` until step `total_iters`.
///
/// As rt_torch_scheduler_step_new. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_scheduler_constant_new(
    optimizer: RuntimeValue,
    factor: f64,
    total_iters: i64,
) -> RuntimeValue {
    torch!("rt_torch_scheduler_constant_new", RuntimeValue::NIL, {
        by(ConstantLr { factor, total_iters }, optimizer)
    })
}

/// Makes OneCycleLR with PyTorch's defaults: up to `max_lr` in three tenths of `total_steps`, and
/// down to next to nothing, the momentum the other way. The step after the last is an error.
///
/// As rt_torch_scheduler_step_new. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_scheduler_one_cycle_new(
    optimizer: RuntimeValue,
    max_lr: f64,
    total_steps: i64,
) -> RuntimeValue {
    torch!("rt_torch_scheduler_one_cycle_new", RuntimeValue::NIL, {
        by(OneCycle::new(max_lr, total_steps), optimizer)
    })
}

/// Makes ReduceLROnPlateau: the learning rates are multiplied by `factor` when the metric has not
/// been better for more than `patience` epochs. Better is lower for mode 0, else higher, and by the
/// share `threshold` of the best metric, as PyTorch's default is. It is stepped with
/// rt_torch_scheduler_step_with_metric.
///
/// As rt_torch_scheduler_step_new. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_scheduler_plateau_new(
    optimizer: RuntimeValue,
    mode: i64,
    factor: f64,
    patience: i64,
    threshold: f64,
) -> RuntimeValue {
    torch!("rt_torch_scheduler_plateau_new", RuntimeValue::NIL, {
        let maximize = mode != 0;
        let plateau = Plateau { maximize, factor, patience, threshold, ..Plateau::default() };
        give(Scheduler::plateau(&self::optimizer(optimizer)?, plateau)?)
    })
}

/// Makes a scheduler of a class of torch.optim.lr_scheduler: `kind` is the string "StepLR",
/// "MultiStepLR", "ConstantLR", "LinearLR", "ExponentialLR", "PolynomialLR", "CosineAnnealingLR",
/// "CosineAnnealingWarmRestarts", "OneCycleLR", "CyclicLR", "ReduceLROnPlateau" or "SequentialLR".
///
/// `options` is a dict of the class's arguments by PyTorch's names; `last_epoch` goes on after an
/// epoch, with the learning rates that the optimizer's groups began with.
///
/// As rt_torch_scheduler_step_new, and RT_ERROR_TORCH_OPTION for a class or an option that there is
/// not, and for one that is missing. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_scheduler_new(
    kind: RuntimeValue,
    optimizer: RuntimeValue,
    options: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_scheduler_new", RuntimeValue::NIL, {
        let kind = arguments::text("kind", kind)?;
        give(Scheduler::from_values(&kind, &self::optimizer(optimizer)?, options)?)
    })
}

/// Makes SequentialLR of an array of the optimizer's schedulers: the first until the first of
/// `milestones` (an array of ints), then the second, and so on. Their handles stay the caller's,
/// and may be freed.
///
/// As rt_torch_scheduler_step_new. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_scheduler_sequential_new(
    optimizer: RuntimeValue,
    schedulers: RuntimeValue,
    milestones: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_scheduler_sequential_new", RuntimeValue::NIL, {
        let parts = scheduler::shared("schedulers", schedulers)?;
        let milestones = arguments::ints("milestones", milestones)?;
        give(Scheduler::sequential(&self::optimizer(optimizer)?, parts, milestones)?)
    })
}

/// Makes ChainedScheduler of an array of one optimizer's schedulers: each step is a step of all of
/// them. Their handles stay the caller's, and may be freed.
///
/// As rt_torch_scheduler_step_new. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_scheduler_chained_new(schedulers: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_scheduler_chained_new", RuntimeValue::NIL, {
        let parts = scheduler::shared("schedulers", schedulers)?;
        give(Scheduler::chained(parts)?)
    })
}

/// Goes on to the next epoch. Call it after the optimizer's step.
///
/// Returns 1; 0 with RT_ERROR_INVALID_ARGUMENT for a scheduler that needs a metric, or one that has
/// come to its end, with RT_ERROR_STALE_HANDLE when the optimizer was freed, or with a handle's
/// error. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_scheduler_step(scheduler: RuntimeValue) -> i64 {
    torch!("rt_torch_scheduler_step", 0, {
        with(scheduler, Scheduler::step)?;
        Ok(1)
    })
}

/// Tells a scheduler that follows a metric how good the epoch was; another one goes on to the next
/// epoch. Returns 1; 0 with the errors of rt_torch_scheduler_step. NaN is no improvement.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_scheduler_step_with_metric(scheduler: RuntimeValue, metric: f64) -> i64 {
    torch!("rt_torch_scheduler_step_with_metric", 0, {
        with(scheduler, |scheduler| scheduler.step_with_metric(metric))?;
        Ok(1)
    })
}

/// Goes to an epoch, as PyTorch's step(epoch): warm restarts take numbers between whole ones.
///
/// Returns 1; 0 with RT_ERROR_INVALID_ARGUMENT for an epoch below 0 or a scheduler that cannot be
/// sent to one, and with the errors of rt_torch_scheduler_step. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_scheduler_step_to(scheduler: RuntimeValue, epoch: f64) -> i64 {
    torch!("rt_torch_scheduler_step_to", 0, {
        with(scheduler, |scheduler| scheduler.step_to(epoch))?;
        Ok(1)
    })
}

/// The learning rates of the groups after the scheduler's last step, as a new array of floats. NIL
/// with a handle's error for what is no scheduler. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_scheduler_get_last_lr(scheduler: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_scheduler_get_last_lr", RuntimeValue::NIL, {
        with(scheduler, |scheduler| scheduler::floats(scheduler.last_lr()))
    })
}

/// The scheduler's state, as a new dict by PyTorch's names: what changes from step to step, but not
/// the arguments of the class. NIL with a handle's error for what is no scheduler. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_scheduler_state_dict(scheduler: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_scheduler_state_dict", RuntimeValue::NIL, {
        with(scheduler, Scheduler::state_dict)
    })
}

/// Takes over a state in the form of rt_torch_scheduler_state_dict. The optimizer's learning rates
/// are not changed: they are in its own state.
///
/// Returns 1; 0 with RT_ERROR_TORCH_OPTION when it does not fit, or with the errors of values and
/// handles. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_scheduler_load_state_dict(
    scheduler: RuntimeValue,
    state_dict: RuntimeValue,
) -> i64 {
    torch!("rt_torch_scheduler_load_state_dict", 0, {
        with(scheduler, |scheduler| scheduler.load_state_dict("state_dict", state_dict))?;
        Ok(1)
    })
}

/// Ends a scheduler; its optimizer stays. Returns 1, or 0 with a handle's error. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_scheduler_free(scheduler: RuntimeValue) -> i64 {
    torch!("rt_torch_scheduler_free", 0, {
        SCHEDULERS.free("scheduler", scheduler)?;
        Ok(1)
    })
}
