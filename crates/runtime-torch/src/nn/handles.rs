//! The table of modules, and values that hold the handle of one.

use runtime_core::handle::{Pin, PinnedTable, kinds};
use runtime_core::{Error, Result, error::codes};
use runtime_value::RuntimeValue;

use super::module::{Layer, Module};
use crate::objects::{blame, handle, value_of};

static MODULES: PinnedTable<Module> = PinnedTable::new(kinds::MODULE);

/// The module that the argument `name` stands for; it stays while it is in use.
///
/// # Errors
/// `RT_ERROR_WRONG_TYPE` or `RT_ERROR_NOT_A_VALUE` when the value is no int, or one of the handle errors.
#[inline]
pub fn module_of(name: &str, value: RuntimeValue) -> Result<Pin<'static, Module>> {
    MODULES.get(handle(name, value, "module")?).map_err(|error| blame(name, &error))
}

/// The modules of an array or tuple.
///
/// # Errors
/// As [`module_of`], for an element.
pub fn modules_of(name: &str, value: RuntimeValue) -> Result<Vec<Module>> {
    let elements = crate::arguments::elements(name, value)?.into_iter().enumerate();
    elements
        .map(|(index, element)| {
            module_of(&format!("{name}[{index}]"), element).map(|module| module.clone())
        })
        .collect()
}

/// The layer of a module that must be an `L`.
///
/// # Errors
/// `RT_ERROR_WRONG_TYPE`.
#[inline]
pub fn layer_of<'m, L: Layer>(name: &str, module: &'m Module, class: &str) -> Result<&'m L> {
    module.layer().ok_or_else(|| other_class(name, module, class))
}

#[cold]
fn other_class(name: &str, module: &Module, class: &str) -> Error {
    let text = format!("{name} is the module {}, not {class}", module.class());
    Error::new(codes::RT_ERROR_WRONG_KIND, text)
}

/// A value for the caller that holds a new handle of the module.
///
/// # Errors
/// `RT_ERROR_HANDLES_EXHAUSTED` or `RT_ERROR_OUT_OF_MEMORY`.
pub fn give_module(module: Module) -> Result<RuntimeValue> {
    value_of(MODULES.insert(module)?)
}

/// Ends a module's handle. The module itself lives as long as a container holds it.
///
/// # Errors
/// As [`module_of`].
pub fn free_module(name: &str, value: RuntimeValue) -> Result<()> {
    MODULES.free(handle(name, value, "module")?).map_err(|error| blame(name, &error))
}
