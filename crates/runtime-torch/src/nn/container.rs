//! Modules that hold others.

use runtime_core::{Error, Result};
use tch::Tensor;

use super::handles;
use super::module::{Layer, Module, Output, State};
use crate::options::Options;

/// `Sequential`: each module's result is the next one's input. Without modules, the input itself.
pub struct Sequential;

impl Sequential {
    /// A container of these very modules, named 0, 1, 2 and so on.
    ///
    /// # Errors
    /// As [`Module::of`].
    pub fn module(modules: Vec<Module>) -> Result<Module> {
        Module::of(Self, numbered(modules))
    }

    pub(crate) fn from_options(options: Options) -> Result<Module> {
        let modules = listed(&options)?;
        options.finish()?;
        Self::module(modules)
    }
}

impl Layer for Sequential {
    fn class(&self) -> &'static str {
        "Sequential"
    }

    fn forward(&self, module: &Module, input: &Tensor) -> Result<Tensor> {
        let mut children = module.state().children.iter().map(|(_, child)| child);
        let Some(first) = children.next() else { return Ok(input.shallow_clone()) };
        children.try_fold(first.forward(input)?, |input, child| child.forward(&input))
    }

    fn forward_all(&self, module: &Module, inputs: &[Option<&Tensor>]) -> Result<Output> {
        let mut children = module.state().children.iter().map(|(_, child)| child);
        let Some(first) = children.next() else {
            let [Some(input)] = inputs else {
                return Err(super::module::wrong_inputs("Sequential()", "1", inputs.len()));
            };
            return Ok(Output::One(input.shallow_clone()));
        };
        // The first may take several, and the last may give several.
        let mut before = first;
        let mut output = first.forward_all(inputs)?;
        for child in children {
            output = child.forward_all(&[Some(&output.one(before.class())?)])?;
            before = child;
        }
        Ok(output)
    }
}

/// `ModuleList`: modules in a list, which is not run itself.
pub struct ModuleList;

impl ModuleList {
    /// A list of these very modules, named 0, 1, 2 and so on.
    ///
    /// # Errors
    /// As [`Module::of`].
    pub fn module(modules: Vec<Module>) -> Result<Module> {
        Module::of(Self, numbered(modules))
    }

    pub(crate) fn from_options(options: Options) -> Result<Module> {
        let modules = listed(&options)?;
        options.finish()?;
        Self::module(modules)
    }
}

impl Layer for ModuleList {
    fn class(&self) -> &'static str {
        "ModuleList"
    }

    fn forward_all(&self, _module: &Module, _inputs: &[Option<&Tensor>]) -> Result<Output> {
        Err(Error::invalid("ModuleList is a list and cannot be run: its modules can"))
    }
}

fn numbered(modules: Vec<Module>) -> State {
    let numbered = modules.into_iter().enumerate();
    numbered
        .fold(State::new(), |state, (position, module)| state.child(position.to_string(), module))
}

fn listed(options: &Options) -> Result<Vec<Module>> {
    match options.value("modules")? {
        Some(modules) => handles::modules_of("modules", modules),
        None => Ok(Vec::new()),
    }
}
