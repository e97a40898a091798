//! State dicts of schedulers: what changes from step to step, by PyTorch's names. The arguments of the
//! class are not in it: they are those of the scheduler that takes the state over.

use runtime_core::{Error, Result};
use runtime_value::{Dict, RuntimeValue, View, array};

use super::{Plan, Scheduler, with};
use crate::options::Options;
use crate::{arguments, codes};

impl Scheduler {
    /// The state as values.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    pub fn state_dict(&mut self) -> Result<RuntimeValue> {
        let dict = Dict::new(0)?;
        let put = |name: &str, value: RuntimeValue| {
            dict.insert(RuntimeValue::string(name)?, value).map(drop)
        };
        match &mut self.plan {
            Plan::Epochs(epochs) => {
                put("base_lrs", floats(&epochs.base_lrs)?)?;
                put("last_epoch", RuntimeValue::int(epochs.last_epoch)?)?;
                put("_step_count", RuntimeValue::int(epochs.step_count)?)?;
                for (name, number) in epochs.rule.moving() {
                    put(name, RuntimeValue::float(*number)?)?;
                }
            }
            Plan::Plateau(progress) => {
                put("last_epoch", RuntimeValue::int(progress.last_epoch)?)?;
                put("best", RuntimeValue::float(progress.best)?)?;
                put("cooldown_counter", RuntimeValue::int(progress.cooldown_left)?)?;
                put("num_bad_epochs", RuntimeValue::int(progress.bad_epochs)?)?;
            }
            Plan::Sequence(sequence) => {
                put("last_epoch", RuntimeValue::int(sequence.last_epoch)?)?;
            }
            Plan::Chain(_) => {}
        }
        if let Some(parts) = self.parts() {
            let states = parts.iter().map(|part| with(part, Self::state_dict));
            put("_schedulers", array::array_of(states)?.value())?;
        }
        put("_last_lr", floats(&self.last_lr)?)?;
        Ok(dict.value())
    }

    /// Takes over a state of the form of [`state_dict`](Self::state_dict), or Python's. What it does
    /// not have stays; names that nobody knows are passed over, as the arguments in Python's are.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_OPTION` for a value of another type, or another number of parts.
    pub fn load_state_dict(&mut self, name: &str, value: RuntimeValue) -> Result<()> {
        Dict::of(name, value)?;
        let options = Options::of(self.class(), name, value)?;
        if let Some(parts) = self.parts()
            && let Some(states) = options.value("_schedulers")?
        {
            let states = arguments::elements("_schedulers", states)?;
            if states.len() != parts.len() {
                return Err(Error::new(
                    codes::RT_ERROR_TORCH_OPTION,
                    format!("there are {} states for {} schedulers", states.len(), parts.len()),
                ));
            }
            for (part, state) in parts.iter().zip(states) {
                with(part, |part| part.load_state_dict("_schedulers", state))?;
            }
        }
        match &mut self.plan {
            Plan::Epochs(epochs) => {
                epochs.last_epoch = options.int("last_epoch", epochs.last_epoch)?;
                epochs.step_count = options.int("_step_count", epochs.step_count)?;
                if let Some(base) = options.value("base_lrs")? {
                    epochs.base_lrs = numbers("base_lrs", base)?;
                }
                for (name, number) in epochs.rule.moving() {
                    *number = options.float(name, *number)?;
                }
            }
            Plan::Plateau(progress) => {
                progress.last_epoch = options.int("last_epoch", progress.last_epoch)?;
                progress.best = options.float("best", progress.best)?;
                progress.cooldown_left = options.int("cooldown_counter", progress.cooldown_left)?;
                progress.bad_epochs = options.int("num_bad_epochs", progress.bad_epochs)?;
            }
            Plan::Sequence(sequence) => {
                sequence.last_epoch = options.int("last_epoch", sequence.last_epoch)?;
            }
            Plan::Chain(_) => {}
        }
        if let Some(lrs) = options.value("_last_lr")? {
            self.last_lr = numbers("_last_lr", lrs)?;
        }
        Ok(())
    }

    fn parts(&self) -> Option<&[super::Shared]> {
        match &self.plan {
            Plan::Sequence(sequence) => Some(&sequence.parts),
            Plan::Chain(parts) => Some(parts),
            Plan::Epochs(_) | Plan::Plateau(_) => None,
        }
    }
}

/// Floats as an array.
///
/// # Errors
/// `RT_ERROR_OUT_OF_MEMORY`.
pub fn floats(numbers: &[f64]) -> Result<RuntimeValue> {
    Ok(array::array_of(numbers.iter().map(|number| RuntimeValue::float(*number)))?.value())
}

fn numbers(name: &str, value: RuntimeValue) -> Result<Vec<f64>> {
    arguments::elements(name, value)?.into_iter().map(RuntimeValue::to_float).collect()
}
