//! Autograd contexts: what a function's forward leaves for its backward.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use runtime_core::Result;
use runtime_core::handle::kinds;
use runtime_value::{RuntimeValue, display, view};
use tch::Tensor;
use torch_shim::autograd::is_same;

use crate::table::Table;

/// Saved tensors, in order, and saved values by the text of their key.
///
/// The tensors live as long as the context does. The values are words: the context does not own what
/// they refer to.
#[derive(Default)]
pub struct Context(Mutex<Saved>);

#[derive(Default)]
struct Saved {
    tensors: Vec<Tensor>,
    values: HashMap<Vec<u8>, u64>,
    /// The outputs that the forward says have no gradient.
    without_gradient: Vec<Tensor>,
    /// Whether missing gradients come to the backward as nothing, and not as zeros.
    keeps_missing: bool,
    /// For each input, whether its gradient is wanted.
    wanted: Vec<bool>,
}

static CONTEXTS: Table<Arc<Context>> = Table::new(kinds::AUTOGRAD_CONTEXT);

impl Context {
    /// A context for a function of which the gradients of some inputs are wanted.
    pub fn wanting(wanted: Vec<bool>) -> Self {
        Self(Mutex::new(Saved { wanted, ..Saved::default() }))
    }

    /// A context with the same values, and with these tensors, for one call of a backward.
    pub fn for_backward(&self, tensors: Vec<Tensor>, wanted: Vec<bool>) -> Self {
        let values = self.0.lock().values.clone();
        Self(Mutex::new(Saved { tensors, values, wanted, ..Saved::default() }))
    }

    /// Adds a reference of its own to the tensor to the list.
    pub fn save_tensor(&self, tensor: &Tensor) {
        self.0.lock().tensors.push(tensor.shallow_clone());
    }

    /// References to the tensors that were saved, in that order.
    pub fn saved_tensors(&self) -> Vec<Tensor> {
        self.0.lock().tensors.iter().map(Tensor::shallow_clone).collect()
    }

    /// The tensors that were saved, which the context has no longer then.
    pub fn take_tensors(&self) -> Vec<Tensor> {
        std::mem::take(&mut self.0.lock().tensors)
    }

    /// Sets the value of a key. Keys are compared by their text, so that the int 1 is the text "1".
    ///
    /// # Errors
    /// `RT_ERROR_NOT_A_VALUE` for a key that is no live value.
    pub fn save_value(&self, key: RuntimeValue, value: RuntimeValue) -> Result<()> {
        let key = text_of(key)?;
        self.0.lock().values.insert(key, value.to_bits());
        Ok(())
    }

    /// The word that was saved under the key, if one was.
    ///
    /// # Errors
    /// As [`save_value`](Self::save_value).
    pub fn value(&self, key: RuntimeValue) -> Result<Option<u64>> {
        let key = text_of(key)?;
        Ok(self.0.lock().values.get(&key).copied())
    }

    /// Says that an output of the forward has no gradient.
    pub fn mark_without_gradient(&self, output: &Tensor) {
        self.0.lock().without_gradient.push(output.shallow_clone());
    }

    /// For each of the outputs, whether it has a gradient. The marks are gone then.
    pub fn take_differentiable(&self, outputs: &[Tensor]) -> Vec<bool> {
        let marked = std::mem::take(&mut self.0.lock().without_gradient);
        outputs.iter().map(|output| !marked.iter().any(|tensor| is_same(tensor, output))).collect()
    }

    /// Says whether missing gradients of outputs come to the backward as zeros, as they do at first.
    pub fn set_materialize(&self, materialize: bool) {
        self.0.lock().keeps_missing = !materialize;
    }

    /// Whether missing gradients of outputs come as zeros.
    pub fn materializes(&self) -> bool {
        !self.0.lock().keeps_missing
    }

    /// Whether the gradient of the input at this place is wanted.
    pub fn wants(&self, position: i64) -> bool {
        let position = usize::try_from(position).ok();
        position.and_then(|position| self.0.lock().wanted.get(position).copied()).unwrap_or(false)
    }
}

/// A value for the caller that holds the handle of a new context.
///
/// # Errors
/// `RT_ERROR_HANDLES_EXHAUSTED`.
pub fn give() -> Result<RuntimeValue> {
    CONTEXTS.give(Arc::default())
}

/// A handle of a context that lives as long as this.
pub struct Lent(RuntimeValue);

impl Lent {
    /// A new handle of the context.
    ///
    /// # Errors
    /// `RT_ERROR_HANDLES_EXHAUSTED`.
    pub fn new(context: &Arc<Context>) -> Result<Self> {
        CONTEXTS.give(Arc::clone(context)).map(Self)
    }

    /// The value that holds the handle.
    pub fn value(&self) -> RuntimeValue {
        self.0
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        // It may be freed already: that is the program's own doing.
        let _ = CONTEXTS.free("ctx", self.0);
    }
}

/// What `body` makes of the context that the argument `name` stands for.
///
/// # Errors
/// The handle errors, and those of `body`.
pub fn with<R>(
    name: &str,
    value: RuntimeValue,
    body: impl FnOnce(&Context) -> Result<R>,
) -> Result<R> {
    let context = CONTEXTS.get(name, value)?;
    body(&context)
}

/// Ends a context, and gives its tensors up.
///
/// # Errors
/// The handle errors.
pub fn free(name: &str, value: RuntimeValue) -> Result<()> {
    CONTEXTS.free(name, value)
}

fn text_of(key: RuntimeValue) -> Result<Vec<u8>> {
    if key.is_dead() {
        return Err(view::wrong_type("key", key, "value"));
    }
    display::to_bytes(key)
}
