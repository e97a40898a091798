//! Modules: what every layer is, whatever its class.

use std::any::Any;
use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use runtime_core::{Error, Result};
use tch::Tensor;
use torch_shim::graph::Scope;

use crate::codes;
use crate::nn::classes;
use crate::options::Options;

/// How deep modules may lie in one another: what walks over them must fit on a thread's stack.
const DEEPEST: u32 = 200;
/// How many modules one may hold, counted as often as they are met: a module that holds another
/// twice, which holds another twice, and so on, would take forever to run.
const MOST: u64 = 1 << 20;

/// A layer, or several of them, with its parameters, as `torch.nn.Module` is.
///
/// A module is shared: a clone is the same module, and a container holds the very modules that it
/// was given. [`deep_copy`](Self::deep_copy) makes one with parameters of its own.
///
/// # Example
/// ```
/// use runtime_core::Result;
/// use runtime_torch::nn::{Linear, Module, Sequential};
/// use runtime_torch::options::Options;
/// use runtime_value::RuntimeValue;
/// use tch::{Device, Kind, Tensor};
///
/// # fn main() -> Result<()> {
/// let net = Sequential::module(vec![
///     Linear::module(4, 8, true)?,
///     Module::new("ReLU", Options::of("ReLU", "options", RuntimeValue::NIL)?)?,
///     Linear::module(8, 2, true)?,
/// ])?;
/// let input = Tensor::zeros([3, 4], (Kind::Float, Device::Cpu));
/// assert_eq!(net.forward(&input)?.size(), [3, 2]);
/// let names: Vec<String> = net.named_parameters().into_iter().map(|(name, _)| name).collect();
/// assert_eq!(names, ["0.weight", "0.bias", "2.weight", "2.bias"]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Module(Arc<Inner>);

struct Inner {
    layer: Arc<dyn Layer>,
    state: State,
    training: AtomicBool,
    depth: u32,
    /// This module and those in it, counted as often as they are met.
    size: u64,
    /// What a trace calls the operations of this module, in a copy that is made to be traced.
    origin: Option<Box<str>>,
}

// SAFETY: as for tensors in the handle table: LibTorch counts references atomically, and calls that
// change a tensor are the caller's to order.
unsafe impl Sync for Inner {}

/// What a class of modules does. A layer holds its settings only; the tensors and modules that
/// belong to it are in the [`State`] of its module, so that copies of a module share the layer.
///
/// A class implements [`forward`](Self::forward) when it takes one tensor and gives one, else
/// [`forward_all`](Self::forward_all); each is written in terms of the other.
pub trait Layer: Any + Send + Sync {
    /// The name of the class in Python.
    fn class(&self) -> &'static str;

    /// The result for one input.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH`, or what the class refuses.
    fn forward(&self, module: &Module, input: &Tensor) -> Result<Tensor> {
        self.forward_all(module, &[Some(input)])?.one(self.class())
    }

    /// The results for several inputs; `None` stands for an input that is left out.
    ///
    /// # Errors
    /// As [`forward`](Self::forward).
    fn forward_all(&self, module: &Module, inputs: &[Option<&Tensor>]) -> Result<Output> {
        match inputs {
            [Some(input)] => self.forward(module, input).map(Output::One),
            _ => Err(wrong_inputs(self.class(), "1", inputs.len())),
        }
    }

    /// As [`forward_all`](Self::forward_all), with the keyword arguments of Python's `forward`.
    ///
    /// # Errors
    /// As [`forward`](Self::forward), and `RT_ERROR_TORCH_OPTION` for an unknown option.
    fn forward_with(
        &self,
        module: &Module,
        inputs: &[Option<&Tensor>],
        options: Options,
    ) -> Result<Output> {
        options.finish()?;
        self.forward_all(module, inputs)
    }

    /// What stands between the brackets of the module's text.
    fn extra_repr(&self, _module: &Module) -> String {
        String::new()
    }
}

/// What a module gives.
pub enum Output {
    /// One tensor.
    One(Tensor),
    /// Several, in the order of Python's tuple.
    Many(Vec<Tensor>),
}

impl Output {
    /// The tensor, where `class` has to give one only.
    ///
    /// # Errors
    /// `RT_ERROR_INVALID_ARGUMENT` when there are several.
    pub fn one(self, class: &str) -> Result<Tensor> {
        match self {
            Self::One(tensor) => Ok(tensor),
            Self::Many(tensors) => Err(Error::invalid(format!(
                "{class} gives {} tensors where one is wanted",
                tensors.len()
            ))),
        }
    }
}

/// The error for a class that was given too many or too few inputs.
#[cold]
pub(super) fn wrong_inputs(class: &str, wanted: &str, given: usize) -> Error {
    Error::invalid(format!("{class} takes {wanted} inputs and was given {given}"))
}

/// The tensors and modules that belong to a module, under their names and in their order.
///
/// A parameter or buffer that is `None` has its name but nothing else, as `bias` without a bias.
#[derive(Default)]
pub struct State {
    pub(crate) parameters: Vec<(Cow<'static, str>, Option<Tensor>)>,
    pub(crate) buffers: Vec<(Cow<'static, str>, Option<Tensor>)>,
    pub(crate) children: Vec<(Cow<'static, str>, Module)>,
}

impl State {
    /// Without anything.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a parameter. Whether it has gradients is for its maker to say.
    #[must_use]
    pub fn parameter(
        mut self,
        name: impl Into<Cow<'static, str>>,
        tensor: impl Into<Option<Tensor>>,
    ) -> Self {
        self.parameters.push((name.into(), tensor.into()));
        self
    }

    /// Adds a buffer: a tensor that is saved with the module and not trained.
    #[must_use]
    pub fn buffer(mut self, name: &'static str, tensor: impl Into<Option<Tensor>>) -> Self {
        self.buffers.push((name.into(), tensor.into()));
        self
    }

    /// Adds a module.
    #[must_use]
    pub fn child(mut self, name: impl Into<Cow<'static, str>>, module: Module) -> Self {
        self.children.push((name.into(), module));
        self
    }
}

impl Module {
    /// A new module of the class that Python calls `class`, with Python's keyword arguments.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_OPTION` for an unknown class or option, or a value that will not do,
    /// `RT_ERROR_TORCH_TOO_LARGE`.
    pub fn new(class: &str, options: Options) -> Result<Self> {
        classes::create(class, options)
    }

    /// A module of a layer and what belongs to it, in training mode.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_TOO_LARGE` when modules lie too deep in one another, or are too many.
    pub fn of(layer: impl Layer, state: State) -> Result<Self> {
        Self::of_shared(Arc::new(layer), state, true)
    }

    pub(crate) fn of_shared(layer: Arc<dyn Layer>, state: State, training: bool) -> Result<Self> {
        Self::of_parts(layer, state, training, None)
    }

    pub(crate) fn of_parts(
        layer: Arc<dyn Layer>,
        state: State,
        training: bool,
        origin: Option<Box<str>>,
    ) -> Result<Self> {
        let children = || state.children.iter().map(|(_, child)| &child.0);
        let depth = 1 + children().map(|child| child.depth).max().unwrap_or(0);
        let size = children().fold(1_u64, |sum, child| sum.saturating_add(child.size));
        if depth > DEEPEST || size > MOST {
            return Err(Error::new(
                codes::RT_ERROR_TORCH_TOO_LARGE,
                format!(
                    "{} holds {size} modules, {depth} deep: at most {MOST} and {DEEPEST} will do",
                    layer.class()
                ),
            ));
        }
        let training = AtomicBool::new(training);
        Ok(Self(Arc::new(Inner { layer, state, training, depth, size, origin })))
    }

    /// The result for one input.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH`, or what the class refuses.
    #[inline]
    pub fn forward(&self, input: &Tensor) -> Result<Tensor> {
        let _scope = self.scope();
        self.0.layer.forward(self, input)
    }

    /// The results for several inputs; `None` stands for one that is left out.
    ///
    /// # Errors
    /// As [`forward`](Self::forward).
    #[inline]
    pub fn forward_all(&self, inputs: &[Option<&Tensor>]) -> Result<Output> {
        let _scope = self.scope();
        self.0.layer.forward_all(self, inputs)
    }

    /// The results for several inputs and the keyword arguments of Python's `forward`.
    ///
    /// # Errors
    /// As [`forward`](Self::forward), and `RT_ERROR_TORCH_OPTION` for an unknown option.
    pub fn forward_with(&self, inputs: &[Option<&Tensor>], options: Options) -> Result<Output> {
        let _scope = self.scope();
        self.0.layer.forward_with(self, inputs, options)
    }

    /// In a copy that is made to be traced: what is done from here on is done by this module.
    #[inline]
    fn scope(&self) -> Option<Scope> {
        self.0.origin.as_deref().map(Scope::enter)
    }

    /// The name of the class, as Python has it.
    pub fn class(&self) -> &'static str {
        self.0.layer.class()
    }

    /// The layer, if it is an `L`.
    #[inline]
    pub fn layer<L: Layer>(&self) -> Option<&L> {
        (&*self.0.layer as &dyn Any).downcast_ref()
    }

    pub(crate) fn shared_layer(&self) -> &Arc<dyn Layer> {
        &self.0.layer
    }

    pub(crate) fn state(&self) -> &State {
        &self.0.state
    }

    /// How many modules this is with those in it, counted as often as they are met.
    pub fn size(&self) -> u64 {
        self.0.size
    }

    /// The module's own parameter of this name.
    pub fn parameter(&self, name: &str) -> Option<&Tensor> {
        find(&self.0.state.parameters, name)
    }

    /// The module's own buffer of this name.
    pub fn buffer(&self, name: &str) -> Option<&Tensor> {
        find(&self.0.state.buffers, name)
    }

    /// The module's own parameter at this place among them, which its class has put there.
    #[inline]
    pub(crate) fn parameter_at(&self, position: usize) -> Option<&Tensor> {
        self.0.state.parameters.get(position).and_then(|(_, tensor)| tensor.as_ref())
    }

    /// The module's own buffer at this place among them.
    #[inline]
    pub(crate) fn buffer_at(&self, position: usize) -> Option<&Tensor> {
        self.0.state.buffers.get(position).and_then(|(_, tensor)| tensor.as_ref())
    }

    /// The module in it of this name, which its class has put there.
    ///
    /// # Errors
    /// `RT_ERROR_INVALID_ARGUMENT` when there is none.
    pub fn child(&self, name: &str) -> Result<&Self> {
        let found = self.0.state.children.iter().find(|(known, _)| known == name);
        found
            .map(|(_, child)| child)
            .ok_or_else(|| Error::invalid(format!("{} has no module {name:?}", self.class())))
    }

    /// The modules right inside, with their names.
    pub fn named_children(&self) -> impl Iterator<Item = (&str, &Self)> {
        self.0.state.children.iter().map(|(name, child)| (name.as_ref(), child))
    }

    /// Whether the module is in training mode, which dropout and batch norm care about.
    #[inline]
    pub fn is_training(&self) -> bool {
        self.0.training.load(Ordering::Relaxed)
    }

    /// Sets the training mode of this module and all in it.
    pub fn train(&self, training: bool) {
        self.visit(&mut |_, module| module.0.training.store(training, Ordering::Relaxed));
    }

    /// This module and all in it, each once, with their dotted names; this one's is empty.
    pub fn named_modules(&self) -> Vec<(String, Self)> {
        let mut modules = Vec::new();
        self.visit(&mut |name, module| modules.push((String::from(name), module.clone())));
        modules
    }

    /// All parameters, each once, with their dotted names: references to the very tensors.
    pub fn named_parameters(&self) -> Vec<(String, Tensor)> {
        self.tensors(|state| &state.parameters)
    }

    /// All parameters, in the order of their names' appearance.
    pub fn parameters(&self) -> Vec<Tensor> {
        self.named_parameters().into_iter().map(|(_, tensor)| tensor).collect()
    }

    /// All buffers, each once, with their dotted names: references to the very tensors.
    pub fn named_buffers(&self) -> Vec<(String, Tensor)> {
        self.tensors(|state| &state.buffers)
    }

    /// Whether `other` is this very module.
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    pub(crate) fn address(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }

    fn tensors(
        &self,
        of: impl Fn(&State) -> &Vec<(Cow<'static, str>, Option<Tensor>)>,
    ) -> Vec<(String, Tensor)> {
        let mut tensors = Vec::new();
        self.visit(&mut |prefix, module| {
            for (name, tensor) in of(module.state()) {
                if let Some(tensor) = tensor {
                    tensors.push((dotted(prefix, name), tensor.shallow_clone()));
                }
            }
        });
        tensors
    }

    /// Shows this module and all in it to `see`, each once, from the outside in.
    pub(crate) fn visit(&self, see: &mut dyn FnMut(&str, &Self)) {
        self.visit_from("", &mut HashSet::new(), see);
    }

    fn visit_from(
        &self,
        prefix: &str,
        seen: &mut HashSet<usize>,
        see: &mut dyn FnMut(&str, &Self),
    ) {
        if !seen.insert(self.address()) {
            return;
        }
        see(prefix, self);
        for (name, child) in self.named_children() {
            child.visit_from(&dotted(prefix, name), seen, see);
        }
    }
}

/// `name` inside what is called `prefix`.
pub(crate) fn dotted(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { String::from(name) } else { format!("{prefix}.{name}") }
}

fn find<'s>(tensors: &'s [(Cow<'static, str>, Option<Tensor>)], name: &str) -> Option<&'s Tensor> {
    tensors.iter().find(|(known, _)| known == name).and_then(|(_, tensor)| tensor.as_ref())
}
