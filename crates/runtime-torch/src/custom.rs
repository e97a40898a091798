//! Functions whose forward and backward the program computes, as `torch.autograd.Function` has them.

use std::sync::Arc;

use runtime_core::handle::kinds;
use runtime_core::{Error, Result};
use runtime_value::RuntimeValue;
use tch::Tensor;
use torch_shim::Value;
use torch_shim::autograd::{Forward, record};

use crate::autograd;
use crate::callable::{Code, Lent, Returned};
use crate::codes::RT_ERROR_TORCH_CALLBACK;
use crate::context::{self, Context};
use crate::error::{from_text, to_text};
use crate::table::Table;

/// A function with a gradient of its own. Both parts get a context, and an array of tensors.
pub struct CustomFunction {
    forward: Code<2>,
    backward: Code<2>,
}

/// The custom functions that have handles.
pub static FUNCTIONS: Table<Arc<CustomFunction>> = Table::new(kinds::AUTOGRAD_FUNCTION);

impl CustomFunction {
    /// A function of these parts.
    pub fn new(forward: Code<2>, backward: Code<2>) -> Self {
        Self { forward, backward }
    }

    /// Runs the forward, unrecorded, and makes the backward the gradient of what it returns: a tensor,
    /// or a list or tuple of tensors, which comes back as it was.
    ///
    /// # Errors
    /// Those of the forward, `RT_ERROR_TORCH_CALLBACK` when it returns something else.
    pub fn apply(self: &Arc<Self>, inputs: &[Tensor]) -> Result<Value> {
        let recorded = autograd::is_enabled();
        let wanted = inputs.iter().map(|input| recorded && input.requires_grad()).collect();
        let context = Arc::new(Context::wanting(wanted));
        let returned = autograd::without(|| {
            let tensors = inputs.iter().map(|input| Value::Tensor(input.shallow_clone()));
            call(&self.forward, "forward", &context, tensors)
        })?;
        let rewrap = match &returned {
            Value::List(_) => Value::List,
            Value::Tuple(_) => Value::Tuple,
            _ => |mut items: Vec<Value>| items.pop().unwrap_or(Value::None),
        };
        let outputs = returned.into_items().into_iter().map(output).collect::<Result<Vec<_>>>()?;
        let (this, kept) = (Arc::clone(self), Arc::clone(&context));
        let forward = Forward {
            inputs,
            differentiable: &context.take_differentiable(&outputs),
            outputs: &outputs,
            saved: &context.take_tensors(),
            materialize: context.materializes(),
        };
        let backward =
            move |parts| this.differentiate(&kept, parts).map_err(|error| to_text(&error));
        let outputs = record(&forward, Box::new(backward)).map_err(|text| from_text(&text))?;
        Ok(rewrap(outputs.into_iter().map(Value::Tensor).collect()))
    }

    /// The gradients of the inputs: `parts` are those of the outputs, the saved tensors, and for each
    /// input whether its gradient is wanted.
    fn differentiate(&self, context: &Context, parts: Vec<Value>) -> Result<Value> {
        let mut parts = parts.into_iter().map(Value::into_items);
        let mut part = || parts.next().unwrap_or_default();
        let (gradients, saved, wanted) = (part(), part(), part());
        let saved = saved.into_iter().map(output).collect::<Result<Vec<_>>>()?;
        let wanted: Vec<bool> =
            wanted.iter().map(|wanted| matches!(wanted, Value::Bool(true))).collect();
        let inputs = wanted.len();
        let context = Arc::new(context.for_backward(saved, wanted));
        let gradients = match call(&self.backward, "backward", &context, gradients)? {
            Value::None => (0..inputs).map(|_| Value::None).collect(),
            other => other.into_items(),
        };
        let is_gradient = |value: &Value| matches!(value, Value::Tensor(_) | Value::None);
        if !gradients.iter().all(is_gradient) {
            return Err(no_tensor("backward"));
        }
        Ok(Value::Tuple(gradients))
    }
}

/// Calls a part with its context and an array.
fn call(
    code: &Code<2>,
    what: &str,
    context: &Arc<Context>,
    tensors: impl IntoIterator<Item = Value>,
) -> Result<Value> {
    let (context, tensors) = (context::Lent::new(context)?, Lent::array(tensors)?);
    let returned: RuntimeValue = code.call(what, [context.value(), tensors.value()])?;
    Returned::new(returned).value(what)
}

fn output(value: Value) -> Result<Tensor> {
    match value {
        Value::Tensor(tensor) => Ok(tensor),
        _ => Err(no_tensor("forward")),
    }
}

#[cold]
fn no_tensor(what: &str) -> Error {
    let text = format!("{what} returned something other than tensors");
    Error::new(RT_ERROR_TORCH_CALLBACK, text)
}
