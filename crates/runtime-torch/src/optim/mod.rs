//! Optimizers: PyTorch's methods, with parameter groups, on parameters that stay the tensors that
//! they are.
//!
//! ```
//! use runtime_torch::optim::Optimizer;
//! use tch::{Device, Kind, Tensor};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let weight = Tensor::f_ones([3], (Kind::Float, Device::Cpu))?.f_set_requires_grad(true)?;
//! let mut optimizer = Optimizer::new("SGD", vec![weight.shallow_clone()])?;
//! optimizer.set_lr(0.5)?;
//! weight.f_square()?.f_sum(Kind::Float)?.f_backward()?;
//! optimizer.step()?;
//! assert_eq!(weight.f_double_value(&[0])?, 0.0); // 1 - 0.5 * 2
//! optimizer.zero_grad()?;
//! assert!(!weight.f_grad()?.defined());
//! # Ok(())
//! # }
//! ```

mod adadelta;
mod adagrad;
mod adam;
mod adamax;
mod method;
mod nadam;
mod radam;
mod rmsprop;
mod sgd;
mod state;
mod values;

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use runtime_core::handle::kinds;
use runtime_core::{Error, Result};
use tch::{Kind, Tensor, no_grad_guard};

use self::method::{Entry, Method, Start, complex, not_negative, refused};
use crate::error::OrTorch;
use crate::scalar;
use crate::table::Table;

/// An optimizer that its schedulers reach, too.
pub type Shared = Arc<Mutex<Optimizer>>;

/// The optimizers that have handles.
pub static OPTIMIZERS: Table<Shared> = Table::new(kinds::OPTIMIZER);

/// The classes that [`Optimizer::new`] knows.
pub const CLASSES: [&str; 9] =
    ["SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "Adadelta", "Adamax", "NAdam", "RAdam"];

/// A method of optimization and the parameters that it works on.
pub struct Optimizer {
    /// What a group has that does not say otherwise.
    defaults: Box<dyn Method>,
    groups: Vec<Group>,
}

/// Parameters that share their hyper-parameters.
pub struct Group {
    method: Box<dyn Method>,
    parameters: Vec<Parameter>,
    /// What schedulers keep with the group: `initial_lr` and the like.
    notes: BTreeMap<&'static str, f64>,
}

/// The names that [`Group::note`] takes.
const NOTES: [&str; 5] = ["initial_lr", "max_lr", "min_lr", "base_momentum", "max_momentum"];

struct Parameter {
    tensor: Tensor,
    /// One place for each of the method's slots; none at all before the first step.
    state: Vec<Option<Tensor>>,
}

impl Optimizer {
    /// An optimizer of one of [`CLASSES`], with PyTorch's defaults and one group.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_OPTION` for another class, `RT_ERROR_INVALID_ARGUMENT` for parameters that
    /// cannot be optimized.
    pub fn new(class: &str, parameters: Vec<Tensor>) -> Result<Self> {
        let mut optimizer = Self::of(class)?;
        let method = optimizer.defaults.copy();
        optimizer.add(method, parameters)?;
        Ok(optimizer)
    }

    /// An optimizer without groups.
    fn of(class: &str) -> Result<Self> {
        let defaults: Box<dyn Method> = match class {
            "SGD" => Box::new(sgd::Sgd::default()),
            "Adam" => Box::new(adam::Adam::plain()),
            "AdamW" => Box::new(adam::Adam::decoupled()),
            "RMSprop" => Box::new(rmsprop::RmsProp::default()),
            "Adagrad" => Box::new(adagrad::Adagrad::default()),
            "Adadelta" => Box::new(adadelta::Adadelta::default()),
            "Adamax" => Box::new(adamax::Adamax::default()),
            "NAdam" => Box::new(nadam::NAdam::default()),
            "RAdam" => Box::new(radam::RAdam::default()),
            other => return Err(crate::arguments::no_choice("kind", other, &CLASSES)),
        };
        Ok(Self { defaults, groups: Vec::new() })
    }

    /// PyTorch's class.
    pub fn class(&self) -> &'static str {
        self.defaults.class()
    }

    /// Takes one step with every parameter that has a gradient, in place, and without recording it.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH`; the parameters before the one that failed have been changed then.
    pub fn step(&mut self) -> Result<()> {
        let _guard = no_grad_guard();
        self.groups.iter_mut().try_for_each(Group::step)
    }

    /// Takes the gradients of all parameters away.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH`.
    pub fn zero_grad(&self) -> Result<()> {
        let parameters = self.groups.iter().flat_map(|group| &group.parameters);
        torch_shim::optim::clear_gradients(parameters.map(|parameter| &parameter.tensor)).or_torch()
    }

    /// The groups, in the order in which they came.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The groups, to be changed.
    pub fn groups_mut(&mut self) -> &mut [Group] {
        &mut self.groups
    }

    /// The group with this number.
    ///
    /// # Errors
    /// `RT_ERROR_INVALID_ARGUMENT` when there is none.
    pub fn group(&mut self, number: i64) -> Result<&mut Group> {
        let count = self.groups.len();
        let group = usize::try_from(number).ok().and_then(|number| self.groups.get_mut(number));
        group.ok_or_else(|| {
            Error::invalid(format!("group {number} is not there: there are {count}"))
        })
    }

    /// The learning rate of the first group.
    pub fn lr(&mut self) -> f64 {
        self.groups.first_mut().map_or(0.0, Group::lr)
    }

    /// Sets the learning rate of all groups.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_OPTION` for one below 0, or that is no number.
    pub fn set_lr(&mut self, lr: f64) -> Result<()> {
        not_negative("learning rate", lr)?;
        self.groups.iter_mut().for_each(|group| group.set_lr(lr));
        Ok(())
    }

    /// Sets the learning rate of one group.
    ///
    /// # Errors
    /// Those of [`set_lr`](Self::set_lr) and [`group`](Self::group).
    pub fn set_group_lr(&mut self, group: i64, lr: f64) -> Result<()> {
        not_negative("learning rate", lr)?;
        self.group(group)?.set_lr(lr);
        Ok(())
    }

    /// Adds a group, whose hyper-parameters have been read.
    fn add(&mut self, method: Box<dyn Method>, parameters: Vec<Tensor>) -> Result<()> {
        method.check()?;
        if parameters.is_empty() {
            return Err(Error::invalid("optimizer got an empty parameter list"));
        }
        let known = self.groups.iter().flat_map(|group| &group.parameters);
        let mut known: HashSet<_> = known.filter_map(|known| identity(&known.tensor)).collect();
        for parameter in &parameters {
            if !parameter.f_is_leaf().or_torch()? && !parameter.f_retains_grad().or_torch()? {
                return Err(Error::invalid("can't optimize a non-leaf Tensor"));
            }
            if identity(parameter).is_some_and(|identity| !known.insert(identity)) {
                return Err(Error::invalid("some parameters appear more than once"));
            }
        }
        let as_parameter = |tensor| Parameter { tensor, state: Vec::new() };
        let parameters = parameters.into_iter().map(as_parameter).collect();
        let mut group = Group { method, parameters, notes: BTreeMap::new() };
        if group.method.starts_at_once() {
            let _guard = no_grad_guard();
            for parameter in &mut group.parameters {
                fill(&mut *group.method, parameter)?;
            }
        }
        self.groups.push(group);
        Ok(())
    }
}

impl Group {
    /// The learning rate.
    pub fn lr(&mut self) -> f64 {
        self.method.float("lr").map_or(0.0, |lr| *lr)
    }

    /// Sets the learning rate.
    pub fn set_lr(&mut self, new: f64) {
        if let Some(lr) = self.method.float("lr") {
            *lr = new;
        }
    }

    /// The momentum, or what goes for it: the first of the betas. None for methods that have neither.
    pub fn momentum(&mut self) -> Option<f64> {
        self.method.momentum().map(|momentum| *momentum)
    }

    /// Sets the momentum, or what goes for it, where there is one.
    pub fn set_momentum(&mut self, new: f64) {
        if let Some(momentum) = self.method.momentum() {
            *momentum = new;
        }
    }

    /// What a scheduler noted under this name.
    pub fn noted(&self, name: &str) -> Option<f64> {
        self.notes.get(name).copied()
    }

    /// Notes a number with the group, as PyTorch's schedulers do in its dict; it goes into the state
    /// dict. The name is `initial_lr`, `max_lr`, `min_lr`, `base_momentum` or `max_momentum`.
    pub fn note(&mut self, name: &'static str, number: f64) {
        debug_assert!(NOTES.contains(&name), "the state dict knows the notes by name");
        self.notes.insert(name, number);
    }

    fn step(&mut self) -> Result<()> {
        let Self { method, parameters, .. } = self;
        let mut entries = Vec::with_capacity(parameters.len());
        for parameter in parameters {
            let mut gradient = parameter.tensor.f_grad().or_torch()?;
            if !gradient.defined() {
                continue;
            }
            if gradient.is_sparse() {
                if !method.takes_sparse() {
                    let class = method.class();
                    return Err(refused(format!("{class} does not support sparse gradients")));
                }
                gradient = gradient.f_to_dense(None::<Kind>, false).or_torch()?;
            }
            fill(&mut **method, parameter)?;
            let Parameter { tensor, state } = parameter;
            entries.push(Entry::new(tensor.shallow_clone(), gradient, state));
        }
        method.update(&mut entries)
    }
}

/// Locks a shared optimizer. One that a panic left behind is as good as one that an error left.
pub fn lock(optimizer: &Shared) -> MutexGuard<'_, Optimizer> {
    optimizer.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes the tensors that the method keeps for a parameter, where they are not there yet.
fn fill(method: &mut dyn Method, parameter: &mut Parameter) -> Result<()> {
    let slots = method.slots();
    parameter.state.resize_with(slots.len(), || None);
    for (index, slot) in slots.iter().enumerate() {
        if parameter.state[index].is_some() || !method.uses(index) {
            continue;
        }
        let like = &parameter.tensor;
        parameter.state[index] = match slot.start {
            Start::Number(number) => Some(state::number(number)?),
            Start::Zeros => Some(like.f_zeros_like().or_torch()?),
            Start::Filled(name) => {
                let number = method.float(name).map_or(0.0, |number| *number);
                let filled = scalar::full_like(like, number).or_torch()?;
                if complex(&filled) {
                    // Each part of a complex number is a number of its own here.
                    let parts = filled.f_view_as_real().or_torch()?;
                    let _ = scalar::fill_(&parts, number).or_torch()?;
                }
                Some(filled)
            }
            Start::Nothing => None,
        };
    }
    Ok(())
}

/// What makes a parameter this one: its memory and how it lies there. Empty ones have no identity.
fn identity(tensor: &Tensor) -> Option<(usize, Vec<i64>, Vec<i64>)> {
    let address = tensor.data_ptr().addr();
    (address != 0).then(|| (address, tensor.size(), tensor.stride()))
}
