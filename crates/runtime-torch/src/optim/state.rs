//! State dicts of optimizers, in PyTorch's form:
//! `{"state": {0: {"step": tensor, ...}}, "param_groups": [{"lr": 0.1, ..., "params": [0]}]}`.

use std::collections::HashMap;

use runtime_core::{Error, Result};
use runtime_value::{Array, Dict, RuntimeValue, Str, View};
use tch::{Device, Kind, Tensor, no_grad_guard};

use super::method::{Method, Slot, Start};
use super::{NOTES, Optimizer, Parameter};
use crate::error::OrTorch;
use crate::objects::{self, give_tensor};
use crate::options::Options;
use crate::scalar;
use crate::{arguments, codes};

/// A number as optimizers keep it: a 32-bit float without dimensions, on the CPU.
pub(super) fn number(number: f64) -> Result<Tensor> {
    scalar::full(&[], number, Kind::Float, Device::Cpu).or_torch()
}

impl Optimizer {
    /// The state as values. Its tensors are new handles of the optimizer's own tensors, as in PyTorch:
    /// later steps change them.
    ///
    /// # Errors
    /// `RT_ERROR_HANDLES_EXHAUSTED` or `RT_ERROR_OUT_OF_MEMORY`.
    pub fn state_dict(&mut self) -> Result<RuntimeValue> {
        let (state, groups) = (Dict::new(0)?, Array::new(0)?);
        let mut index = 0;
        for group in &mut self.groups {
            let packed = Dict::new(0)?;
            group.method.write(packed)?;
            for (name, note) in &group.notes {
                packed.insert(RuntimeValue::string(name)?, RuntimeValue::float(*note)?)?;
            }
            let indices = Array::new(group.parameters.len() as u64)?;
            for parameter in &group.parameters {
                let index_value = RuntimeValue::int(index)?;
                indices.push(index_value)?;
                if let Some(kept) = kept(&*group.method, parameter)? {
                    state.insert(index_value, kept.value())?;
                }
                index += 1;
            }
            packed.insert(RuntimeValue::string("params")?, indices.value())?;
            groups.push(packed.value())?;
        }
        let result = Dict::new(2)?;
        result.insert(RuntimeValue::string("state")?, state.value())?;
        result.insert(RuntimeValue::string("param_groups")?, groups.value())?;
        Ok(result.value())
    }

    /// Takes over a state of the form of [`state_dict`](Self::state_dict), Python's included. Its
    /// tensors are copied. Nothing is changed when something does not fit.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_OPTION` or `RT_ERROR_INVALID_ARGUMENT` when it does not fit this optimizer.
    pub fn load_state_dict(&mut self, name: &str, value: RuntimeValue) -> Result<()> {
        let dict = Dict::of(name, value)?;
        let states = Dict::of("state", entry(dict, "state")?)?;
        let groups = arguments::elements("param_groups", entry(dict, "param_groups")?)?;
        if groups.len() != self.groups.len() {
            return Err(unfit("loaded state dict has a different number of parameter groups"));
        }
        let saved: HashMap<i64, RuntimeValue> =
            states.iter().map(|(key, value)| Ok((key.to_int()?, value))).collect::<Result<_>>()?;
        let _guard = no_grad_guard();
        let mut loaded = Vec::with_capacity(groups.len());
        for (group, saved_group) in self.groups.iter().zip(groups) {
            let options = Options::of(self.defaults.class(), "param_groups", saved_group)?;
            let mut method = group.method.copy();
            method.read(&options)?;
            method.check()?;
            let mut notes = group.notes.clone();
            for name in NOTES {
                if let Some(note) = options.optional_float(name)? {
                    notes.insert(name, note);
                }
            }
            let indices = options.value("params")?.unwrap_or(RuntimeValue::NIL);
            let indices = arguments::ints("params", indices)?;
            // Names of parameters, which newer PyTorch may keep; nothing depends on them here.
            options.value("param_names")?;
            options.finish()?;
            if indices.len() != group.parameters.len() {
                return Err(unfit(
                    "loaded state dict contains a parameter group that doesn't match the size of \
                     optimizer's group",
                ));
            }
            let states =
                indices.iter().zip(&group.parameters).map(|(index, parameter)| {
                    match saved.get(index) {
                        Some(state) => read(&*method, parameter, *state),
                        None => Ok(Vec::new()),
                    }
                });
            loaded.push((states.collect::<Result<Vec<_>>>()?, method, notes));
        }
        for (group, (states, method, notes)) in self.groups.iter_mut().zip(loaded) {
            group.method = method;
            group.notes = notes;
            for (parameter, state) in group.parameters.iter_mut().zip(states) {
                parameter.state = state;
            }
        }
        Ok(())
    }
}

/// What is kept for a parameter, as a dict; `None` for nothing.
fn kept(method: &dyn Method, parameter: &Parameter) -> Result<Option<Dict>> {
    if parameter.state.iter().all(Option::is_none) {
        return Ok(None);
    }
    let dict = Dict::new(0)?;
    for (slot, tensor) in method.slots().iter().zip(&parameter.state) {
        if let Some(tensor) = tensor {
            dict.insert(RuntimeValue::string(slot.name)?, give_tensor(tensor.shallow_clone())?)?;
        }
    }
    Ok(Some(dict))
}

/// What a dict has for a parameter.
fn read(
    method: &dyn Method,
    parameter: &Parameter,
    value: RuntimeValue,
) -> Result<Vec<Option<Tensor>>> {
    let slots = method.slots();
    let mut state = Vec::new();
    state.resize_with(slots.len(), || None);
    for (key, value) in Dict::of("state", value)?.iter() {
        let key = Str::of("a state's name", key)?;
        let known = slots.iter().position(|slot| slot.name.as_bytes() == key.as_bytes());
        let Some(index) = known else {
            let class = method.class();
            let name = String::from_utf8_lossy(key.as_bytes());
            return Err(unfit(format!("{class} keeps no {name:?} for a parameter")));
        };
        state[index] = match value {
            RuntimeValue::NIL => None,
            value => Some(fitted(&slots[index], &parameter.tensor, value)?),
        };
    }
    Ok(state)
}

/// A copy of a state's tensor, in the dtype and on the device in which the method keeps it.
fn fitted(slot: &Slot, parameter: &Tensor, value: RuntimeValue) -> Result<Tensor> {
    if let Start::Number(_) = slot.start {
        // Older state dicts have numbers that are no tensors; their ints may be handles by chance.
        let plain = RuntimeValue::to_float(value).ok().filter(|_| value.to_int().is_err());
        let found = match plain {
            Some(number) => number,
            None => match objects::tensor(slot.name, value) {
                Ok(tensor) if tensor.numel() == 1 => tensor.f_double_value(&[]).or_torch()?,
                Ok(_) => return Err(unfit(format!("{} is not one number", slot.name))),
                Err(_) => value.to_float()?,
            },
        };
        return number(found);
    }
    let tensor = objects::tensor(slot.name, value)?;
    let (size, wanted) = (tensor.size(), parameter.size());
    if size != wanted {
        return Err(unfit(format!(
            "{} has the size {size:?}, and its parameter {wanted:?}",
            slot.name
        )));
    }
    let mut copy = parameter.f_empty_like().or_torch()?;
    copy.f_copy_(&tensor).or_torch()?;
    Ok(copy)
}

fn entry(dict: Dict, name: &str) -> Result<RuntimeValue> {
    let named =
        |key: RuntimeValue| Str::find(key).is_some_and(|key| key.as_bytes() == name.as_bytes());
    let found = dict.iter().find(|(key, _)| named(*key));
    found.map(|(_, value)| value).ok_or_else(|| unfit(format!("the state dict has no {name:?}")))
}

#[cold]
fn unfit(text: impl Into<String>) -> Error {
    Error::new(codes::RT_ERROR_TORCH_OPTION, text.into())
}
