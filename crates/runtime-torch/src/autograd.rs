//! Gradients: the modes of this thread, walks back through the graph, and clipping.

use std::cell::RefCell;

use runtime_core::{Error, Result};
use runtime_value::RuntimeValue;
use tch::Tensor;
use torch_shim::gradient;
pub use torch_shim::gradient::Graph;

use crate::codes::RT_ERROR_TORCH;
use crate::error::OrTorch;
use crate::options::Options;
use crate::{arguments, objects, scalar};

thread_local! {
    /// What the mode was before each scope of [`begin_no_grad`] that is open on this thread.
    static SCOPES: RefCell<Vec<bool>> = const { RefCell::new(Vec::new()) };
}

/// Whether operations of this thread are recorded for gradients.
pub fn is_enabled() -> bool {
    gradient::grad_enabled()
}

/// Records this thread's operations for gradients, or not. Returns how it was before.
pub fn set_enabled(enabled: bool) -> bool {
    let before = gradient::grad_enabled();
    gradient::set_grad_enabled(enabled);
    before
}

/// Runs `body` without recording it for gradients, and sets the mode back whatever happens.
///
/// # Example
/// ```
/// use runtime_torch::autograd;
///
/// assert!(autograd::is_enabled());
/// assert!(!autograd::without(autograd::is_enabled));
/// assert!(autograd::is_enabled());
/// ```
pub fn without<R>(body: impl FnOnce() -> R) -> R {
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            gradient::set_grad_enabled(self.0);
        }
    }
    let _restore = Restore(set_enabled(false));
    body()
}

/// Opens a scope without gradients on this thread. Scopes nest.
pub fn begin_no_grad() {
    let before = set_enabled(false);
    SCOPES.with_borrow_mut(|scopes| scopes.push(before));
}

/// Closes the scope that was opened last, and sets the mode to what it was before.
///
/// # Errors
/// `RT_ERROR_INVALID_ARGUMENT` when no scope is open on this thread.
pub fn end_no_grad() -> Result<()> {
    let before = SCOPES.with_borrow_mut(Vec::pop);
    let before = before.ok_or_else(|| Error::invalid("no scope without gradients is open"))?;
    gradient::set_grad_enabled(before);
    Ok(())
}

/// Says whether operations on the tensor are recorded for its gradient.
///
/// # Errors
/// `RT_ERROR_TORCH` for a tensor that is not of floats, and for one that an operation made.
pub fn set_required(tensor: &Tensor, required: bool) -> Result<()> {
    tensor.shallow_clone().f_requires_grad_(required).map(drop).or_torch()
}

/// The gradient that has gathered, if there is one.
///
/// # Errors
/// `RT_ERROR_TORCH`.
pub fn gradient(tensor: &Tensor) -> Result<Option<Tensor>> {
    // Asking a tensor that keeps none would print a warning.
    if !tensor.f_is_leaf().or_torch()? && !tensor.f_retains_grad().or_torch()? {
        return Ok(None);
    }
    let gradient = tensor.f_grad().or_torch()?;
    Ok(gradient.defined().then_some(gradient))
}

/// Sets the gradient, or takes it away.
///
/// # Errors
/// `RT_ERROR_TORCH` when its shape, dtype or device is not the tensor's.
pub fn set_gradient(tensor: &Tensor, gradient: Option<&Tensor>) -> Result<()> {
    if let Some(gradient) = gradient {
        let fits = gradient.size() == tensor.size()
            && gradient.f_kind().or_torch()? == tensor.f_kind().or_torch()?
            && gradient.device() == tensor.device();
        if !fits {
            return Err(Error::new(
                RT_ERROR_TORCH,
                "a gradient has the shape, the dtype and the device of its tensor",
            ));
        }
    }
    gradient::set_grad(tensor, gradient).or_torch()
}

/// Walks back from `tensor` and adds to the gradients of what it depends on. Without a `gradient`
/// the tensor has one element, and starts with 1.
///
/// # Errors
/// `RT_ERROR_TORCH`: there is no graph, or it is gone; the gradient is missing or of another shape.
pub fn backward(tensor: &Tensor, gradient: Option<&Tensor>, graph: Graph) -> Result<()> {
    gradient::backward(&[tensor], &[gradient], graph).or_torch()
}

/// The gradients of `outputs` by `inputs`, as `torch.autograd.grad` gives them: nothing is added to
/// anything. `start` holds a gradient for each output, or nothing at all where the outputs have one
/// element each. An input that nothing depends on gives `None` where `allow_unused` says so.
///
/// # Errors
/// `RT_ERROR_TORCH`, and `RT_ERROR_INVALID_ARGUMENT` for a list of another length.
pub fn gradients_of(
    outputs: &[Tensor],
    inputs: &[Tensor],
    start: &[Option<Tensor>],
    graph: Graph,
    allow_unused: bool,
) -> Result<Vec<Option<Tensor>>> {
    if !start.is_empty() && start.len() != outputs.len() {
        return Err(Error::invalid(format!(
            "grad_outputs has {} gradients, and outputs {} tensors",
            start.len(),
            outputs.len()
        )));
    }
    let start: Vec<Option<&Tensor>> = match start {
        [] => vec![None; outputs.len()],
        start => start.iter().map(Option::as_ref).collect(),
    };
    let (outputs, inputs): (Vec<&Tensor>, Vec<&Tensor>) =
        (outputs.iter().collect(), inputs.iter().collect());
    gradient::grad(&outputs, &start, &inputs, graph, allow_unused).or_torch()
}

/// The option `grad_outputs`: an array of tensors, and NIL for those that start with 1.
///
/// # Errors
/// `RT_ERROR_TORCH_OPTION` for what is no array, and the handle errors.
pub fn start_of(options: &Options) -> Result<Vec<Option<Tensor>>> {
    let name = "grad_outputs";
    let given = options.value(name)?.filter(|value| *value != RuntimeValue::NIL);
    let Some(value) = given else { return Ok(Vec::new()) };
    let elements = arguments::elements(name, value)
        .map_err(|_| options.refuse(name, "is no array of tensors"))?;
    let tensors = elements.into_iter().map(|element| {
        let tensor = objects::optional_tensor(name, element)?;
        Ok(tensor.map(|tensor| tensor.shallow_clone()))
    });
    tensors.collect()
}

/// The options of a walk: `retain_graph` and `create_graph`. A graph that is created is retained too
/// unless it is said otherwise.
///
/// # Errors
/// `RT_ERROR_TORCH_OPTION`.
pub fn graph_of(options: &Options) -> Result<Graph> {
    let create = options.bool("create_graph", false)?;
    Ok(Graph { retain: options.bool("retain_graph", create)?, create })
}

/// Scales the gradients of `parameters` down so that the norm of all together is at most `max_norm`.
/// Returns the norm as it was. Parameters without a gradient are left out.
///
/// # Errors
/// `RT_ERROR_TORCH`.
pub fn clip_norm(parameters: &[Tensor], max_norm: f64, norm_type: f64) -> Result<f64> {
    let mut gradients = gradients(parameters)?;
    without(|| {
        let norms = gradients.iter().map(|gradient| norm(gradient, norm_type));
        let norms = norms.collect::<Result<Vec<_>>>()?;
        if norms.is_empty() {
            return Ok(0.0);
        }
        let total = norm(&Tensor::f_stack(&norms, 0).or_torch()?, norm_type)?;
        let scale = scalar::add(&total, 1e-6)
            .and_then(|total| total.f_reciprocal())
            .and_then(|inverse| scalar::mul(&inverse, max_norm))
            .and_then(|scale| scalar::clamp_max(&scale, 1.0))
            .or_torch()?;
        for gradient in &mut gradients {
            let scale = scale.f_to_device(gradient.device()).or_torch()?;
            let _ = gradient.f_mul_(&scale).or_torch()?;
        }
        total.f_double_value(&[]).or_torch()
    })
}

/// Limits every element of the gradients of `parameters` to the range from `-limit` to `limit`.
///
/// # Errors
/// `RT_ERROR_TORCH`.
pub fn clip_value(parameters: &[Tensor], limit: f64) -> Result<()> {
    let gradients = gradients(parameters)?;
    without(|| {
        for gradient in &gradients {
            let _ = scalar::clamp_(gradient, -limit, limit).or_torch()?;
        }
        Ok(())
    })
}

fn gradients(parameters: &[Tensor]) -> Result<Vec<Tensor>> {
    let all = parameters.iter().map(gradient).collect::<Result<Vec<_>>>()?;
    Ok(all.into_iter().flatten().collect())
}

/// The norm of all elements.
fn norm(tensor: &Tensor, p: f64) -> Result<Tensor> {
    scalar::norm(tensor, p, &[], false).or_torch()
}
