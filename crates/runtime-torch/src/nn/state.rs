//! What is done to a module's tensors as a whole: saving, loading, moving, copying.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use runtime_core::{Error, Result};
use tch::{Device, Kind, Tensor, no_grad_guard};
use torch_shim::gradient::set_grad;

use super::module::{Module, State, dotted};
use crate::codes;
use crate::error::OrTorch;

/// How many names an error of [`Module::load_state_dict`] shows.
const SHOWN: usize = 8;

/// Tensors under dotted names, in Python's order.
pub type StateDict = Vec<(String, Tensor)>;

/// What did not fit when a state dict was loaded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Names that the module has and the dict lacks.
    pub missing: Vec<String>,
    /// Names that the dict has and the module lacks.
    pub unexpected: Vec<String>,
}

impl Module {
    /// All parameters and buffers as Python's `state_dict` lists them: a module's parameters, its
    /// buffers, then the modules in it; what is met twice is there twice. The tensors share their
    /// memory with the module's and have no gradients.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH`.
    pub fn state_dict(&self) -> Result<StateDict> {
        let entries = self.entries().into_iter();
        entries.map(|(name, tensor)| Ok((name, tensor.f_detach().or_torch()?))).collect()
    }

    /// Copies the tensors of `dict` into the parameters and buffers of the same names. Either all
    /// that fit are copied, or, when this returns an error, none.
    ///
    /// # Errors
    /// `RT_ERROR_INVALID_ARGUMENT` for a shape that differs, and, when `strict`, for names that are
    /// missing or unexpected.
    pub fn load_state_dict(&self, dict: &[(String, Tensor)], strict: bool) -> Result<Loaded> {
        let entries = self.entries();
        let given: HashMap<&str, &Tensor> =
            dict.iter().map(|(name, tensor)| (name.as_str(), tensor)).collect();
        let known: HashSet<&str> = entries.iter().map(|(name, _)| name.as_str()).collect();
        let mut loaded = Loaded::default();
        let mut copies = Vec::new();
        let mut other_shapes = Vec::new();
        for (name, tensor) in &entries {
            match given.get(name.as_str()) {
                None => loaded.missing.push(name.clone()),
                Some(new) if new.size() != tensor.size() => {
                    other_shapes.push(format!(
                        "{name} is {:?} here and {:?} there",
                        tensor.size(),
                        new.size()
                    ));
                }
                Some(new) => copies.push((tensor, *new)),
            }
        }
        let unexpected = dict.iter().map(|(name, _)| name).filter(|name| !known.contains(&***name));
        loaded.unexpected = unexpected.cloned().collect();
        let mut wrong = Vec::new();
        if strict && !loaded.missing.is_empty() {
            wrong.push(format!("missing: {}", some(&loaded.missing)));
        }
        if strict && !loaded.unexpected.is_empty() {
            wrong.push(format!("unexpected: {}", some(&loaded.unexpected)));
        }
        if !other_shapes.is_empty() {
            wrong.push(format!("other shapes: {}", some(&other_shapes)));
        }
        if !wrong.is_empty() {
            let text = format!("the dict does not fit {}: {}", self.class(), wrong.join("; "));
            return Err(Error::invalid(text));
        }
        let _guard = no_grad_guard();
        for (tensor, new) in copies {
            tensor.shallow_clone().f_copy_(new).or_torch()?;
        }
        Ok(loaded)
    }

    /// Moves all parameters and buffers to a device, and those of floats to a dtype; `None` leaves
    /// either as it is. The parameters stay the same tensors: an optimizer goes on with them.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH`; `RT_ERROR_TORCH_DTYPE` for a dtype that parameters cannot have.
    pub fn to(&self, device: Option<Device>, kind: Option<Kind>) -> Result<()> {
        if let Some(kind) = kind.filter(|kind| !is_float(*kind)) {
            return Err(Error::new(
                codes::RT_ERROR_TORCH_DTYPE,
                format!("dtype {kind:?} is none of floats or complex numbers, as parameters are"),
            ));
        }
        let tensors = self.named_parameters().into_iter().chain(self.named_buffers());
        let moved = |tensor: &Tensor| {
            let old = tensor.kind();
            let kind = kind.filter(|_| is_float(old)).unwrap_or(old);
            let device = device.unwrap_or_else(|| tensor.device());
            tensor.f_detach()?.f_to_device_(device, kind, false, false)
        };
        for (_, mut tensor) in tensors {
            let gradient = tensor.f_grad().or_torch()?;
            if gradient.defined() {
                let gradient = moved(&gradient).or_torch()?;
                // The gradient has to agree with its tensor at every moment.
                set_grad(&tensor, None).or_torch()?;
                tensor.f_set_data(&moved(&tensor).or_torch()?).or_torch()?;
                set_grad(&tensor, Some(&gradient)).or_torch()?;
            } else {
                tensor.f_set_data(&moved(&tensor).or_torch()?).or_torch()?;
            }
        }
        Ok(())
    }

    /// Takes the gradients of all parameters away.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH`.
    pub fn zero_grad(&self) -> Result<()> {
        self.parameters().iter().try_for_each(|parameter| set_grad(parameter, None).or_torch())
    }

    /// Lets all parameters have gradients from now on, or not.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH`.
    pub fn requires_grad(&self, wanted: bool) -> Result<()> {
        let mut parameters = self.parameters().into_iter();
        parameters.try_for_each(|p| p.f_set_requires_grad(wanted).or_torch().map(drop))
    }

    /// The number of elements of all parameters, or of those that are trained.
    pub fn parameter_count(&self, trainable: bool) -> i64 {
        let parameters = self.parameters().into_iter();
        let counted = parameters.filter(|parameter| !trainable || parameter.requires_grad());
        counted.map(|parameter| i64::try_from(parameter.numel()).unwrap_or(i64::MAX)).sum()
    }

    /// A module of the same class with parameters of its own, which start as these do, without
    /// gradients. A module that is met twice in this one is met twice in the copy.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH`.
    pub fn deep_copy(&self) -> Result<Self> {
        self.copy_with(&mut HashMap::new())
    }

    fn copy_with(&self, copies: &mut HashMap<usize, Self>) -> Result<Self> {
        if let Some(copy) = copies.get(&self.address()) {
            return Ok(copy.clone());
        }
        let state = self.state();
        let mut children = Vec::with_capacity(state.children.len());
        for (name, child) in &state.children {
            children.push((name.clone(), child.copy_with(copies)?));
        }
        let copy = State {
            parameters: copied(&state.parameters)?,
            buffers: copied(&state.buffers)?,
            children,
        };
        let copy = Self::of_shared(Arc::clone(self.shared_layer()), copy, self.is_training())?;
        copies.insert(self.address(), copy.clone());
        Ok(copy)
    }

    /// A module with the very tensors, in evaluation mode, which tells a trace where its operations came
    /// from. This one stays in the mode that it is in.
    ///
    /// # Errors
    /// As [`Module::of`].
    pub(crate) fn evaluating(&self) -> Result<Self> {
        self.evaluating_as("", &mut HashMap::new())
    }

    fn evaluating_as(&self, path: &str, known: &mut HashMap<usize, Self>) -> Result<Self> {
        if let Some(module) = known.get(&self.address()) {
            return Ok(module.clone());
        }
        let state = self.state();
        let mut children = Vec::with_capacity(state.children.len());
        for (name, child) in &state.children {
            children.push((name.clone(), child.evaluating_as(&dotted(path, name), known)?));
        }
        let same = |tensors: &Vec<(Cow<'static, str>, Option<Tensor>)>| {
            let same = |(name, tensor): &(Cow<'static, str>, Option<Tensor>)| {
                (name.clone(), tensor.as_ref().map(Tensor::shallow_clone))
            };
            tensors.iter().map(same).collect()
        };
        let (parameters, buffers) = (same(&state.parameters), same(&state.buffers));
        let state = State { parameters, buffers, children };
        let origin = match path {
            "" => String::from(self.class()),
            path => format!("{path} ({})", self.class()),
        };
        let layer = Arc::clone(self.shared_layer());
        let module = Self::of_parts(layer, state, false, Some(origin.into()))?;
        known.insert(self.address(), module.clone());
        Ok(module)
    }

    /// As [`state_dict`](Self::state_dict), but the very tensors.
    fn entries(&self) -> StateDict {
        let mut entries = Vec::new();
        self.add_entries("", &mut entries);
        entries
    }

    fn add_entries(&self, prefix: &str, entries: &mut StateDict) {
        let state = self.state();
        for (name, tensor) in state.parameters.iter().chain(&state.buffers) {
            if let Some(tensor) = tensor {
                entries.push((dotted(prefix, name), tensor.shallow_clone()));
            }
        }
        for (name, child) in &state.children {
            child.add_entries(&dotted(prefix, name), entries);
        }
    }
}

type Named = (Cow<'static, str>, Option<Tensor>);

fn copied(tensors: &[Named]) -> Result<Vec<Named>> {
    let copy = |tensor: &Tensor| {
        let copy = tensor.f_detach()?.f_to_dtype(tensor.kind(), false, true)?;
        copy.f_set_requires_grad(tensor.requires_grad())
    };
    let copy = |(name, tensor): &Named| {
        Ok((name.clone(), tensor.as_ref().map(copy).transpose().or_torch()?))
    };
    tensors.iter().map(copy).collect()
}

fn is_float(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Float
            | Kind::Double
            | Kind::Half
            | Kind::BFloat16
            | Kind::ComplexFloat
            | Kind::ComplexDouble
    )
}

/// The first few of the names.
fn some(names: &[String]) -> String {
    let shown = names[..names.len().min(SHOWN)].join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
