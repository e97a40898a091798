//! Autograd contexts: what a function's forward leaves for its backward.

use std::collections::HashMap;

use parking_lot::Mutex;
use runtime_core::Result;
use runtime_core::handle::{PinnedTable, kinds};
use runtime_value::{RuntimeValue, display, view};
use tch::Tensor;

use crate::objects::{blame, handle, value_of};

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
}

static CONTEXTS: PinnedTable<Context> = PinnedTable::new(kinds::AUTOGRAD_CONTEXT);

impl Context {
    /// Adds a reference of its own to the tensor to the list.
    pub fn save_tensor(&self, tensor: &Tensor) {
        self.0.lock().tensors.push(tensor.shallow_clone());
    }

    /// References to the tensors that were saved, in that order.
    pub fn saved_tensors(&self) -> Vec<Tensor> {
        self.0.lock().tensors.iter().map(Tensor::shallow_clone).collect()
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
}

/// A value for the caller that holds the handle of a new context.
///
/// # Errors
/// `RT_ERROR_HANDLES_EXHAUSTED`.
pub fn give() -> Result<RuntimeValue> {
    value_of(CONTEXTS.insert(Context::default())?)
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
    let context = CONTEXTS.get(handle(name, value, "autograd context")?);
    body(&*context.map_err(|error| blame(name, &error))?)
}

/// Ends a context, and gives its tensors up.
///
/// # Errors
/// The handle errors.
pub fn free(name: &str, value: RuntimeValue) -> Result<()> {
    let handle = handle(name, value, "autograd context")?;
    CONTEXTS.free(handle).map_err(|error| blame(name, &error))
}

fn text_of(key: RuntimeValue) -> Result<Vec<u8>> {
    if key.is_dead() {
        return Err(view::wrong_type("key", key, "value"));
    }
    Ok(display::to_bytes(key))
}
