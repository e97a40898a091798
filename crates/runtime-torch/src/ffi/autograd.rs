//! Gradients.

use runtime_value::RuntimeValue;

#[cfg(feature = "pytorch")]
use super::tensor::{done, flag, unary};
#[cfg(feature = "pytorch")]
use crate::arguments;
#[cfg(feature = "pytorch")]
use crate::autograd::{self, Graph};
#[cfg(feature = "pytorch")]
use crate::error::OrTorch;
#[cfg(feature = "pytorch")]
use crate::objects::{self, give_tensor, optional_tensor};
#[cfg(feature = "pytorch")]
use crate::options::Options;
#[cfg(feature = "pytorch")]
use runtime_core::Result;
#[cfg(feature = "pytorch")]
use runtime_value::{View, array};
#[cfg(feature = "pytorch")]
use tch::Tensor;
#[cfg(feature = "pytorch")]
use torch_shim::gradient::retain_grad;

#[cfg(feature = "pytorch")]
fn give_or_nil(tensor: Option<Tensor>) -> Result<RuntimeValue> {
    tensor.map_or(Ok(RuntimeValue::NIL), give_tensor)
}

/// Says whether operations on the tensor are recorded for its gradient. Returns another handle of
/// the same tensor, which is the caller's to free. NIL with RT_ERROR_TORCH for a tensor that is not
/// of floats, and one that an operation made; with a handle's error for what is no tensor. Other
/// threads must not use the tensor meanwhile.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_set_requires_grad(
    tensor: RuntimeValue,
    requires_grad: i64,
) -> RuntimeValue {
    torch!("rt_torch_set_requires_grad", RuntimeValue::NIL, {
        let tensor = objects::tensor("tensor", tensor)?;
        autograd::set_required(&tensor, requires_grad != 0)?;
        give_tensor(tensor.shallow_clone())
    })
}

/// As `rt_torch_set_requires_grad`, without another handle. Returns 1; 0 with RT_ERROR_TORCH when
/// PyTorch refuses, and with a handle's error for what is no tensor. Other threads must not use the
/// tensor meanwhile.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_requires_grad_(tensor: RuntimeValue, requires_grad: i64) -> i64 {
    torch!(
        "rt_torch_requires_grad_",
        0,
        done(autograd::set_required(&*objects::tensor("tensor", tensor)?, requires_grad != 0))
    )
}

/// 1 when operations on the tensor are recorded for its gradient, else 0. 0 with a handle's error
/// for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_requires_grad(tensor: RuntimeValue) -> i64 {
    torch!(
        "rt_torch_requires_grad",
        0,
        Ok(i64::from(objects::tensor("tensor", tensor)?.requires_grad()))
    )
}

/// 1 when no recorded operation made the tensor, else 0. 0 with a handle's error for what is no
/// tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_is_leaf(tensor: RuntimeValue) -> i64 {
    torch!("rt_torch_is_leaf", 0, flag(objects::tensor("tensor", tensor)?.f_is_leaf()))
}

/// The gradient that has gathered in the tensor: a new handle of it that is the caller's to free,
/// or NIL without an error when there is none. NIL with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_grad(tensor: RuntimeValue) -> RuntimeValue {
    torch!(
        "rt_torch_grad",
        RuntimeValue::NIL,
        give_or_nil(autograd::gradient(&*objects::tensor("tensor", tensor)?)?)
    )
}

/// Makes `gradient` the tensor's gradient, or takes it away with NIL. Returns 1; 0 with
/// RT_ERROR_TORCH when its shape, dtype or device is not the tensor's, and with a handle's error
/// for what is no tensor. Other threads must not use the tensor meanwhile.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_set_grad(tensor: RuntimeValue, gradient: RuntimeValue) -> i64 {
    torch!("rt_torch_set_grad", 0, {
        let (tensor, gradient) =
            (objects::tensor("tensor", tensor)?, optional_tensor("gradient", gradient)?);
        done(autograd::set_gradient(&tensor, gradient.as_deref()))
    })
}

/// Takes the tensor's gradient away: `rt_torch_grad` is NIL then, as PyTorch sets it to None.
/// Returns 1; 0 with a handle's error for what is no tensor. Other threads must not use the tensor
/// meanwhile.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_zero_grad(tensor: RuntimeValue) -> i64 {
    torch!(
        "rt_torch_zero_grad",
        0,
        done(autograd::set_gradient(&*objects::tensor("tensor", tensor)?, None))
    )
}

/// The same elements without the operations that made them, and without a gradient. A new tensor
/// that shares the elements and is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch
/// refuses, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_detach(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_detach", RuntimeValue::NIL, unary(tensor, Tensor::f_detach))
}

/// Lets a tensor that an operation made keep its gradient too. Returns 1; 0 with RT_ERROR_TORCH for
/// a tensor without recorded operations, and with a handle's error for what is no tensor. Other
/// threads must not use the tensor meanwhile.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_retain_grad(tensor: RuntimeValue) -> i64 {
    torch!(
        "rt_torch_retain_grad",
        0,
        done(retain_grad(&*objects::tensor("tensor", tensor)?).or_torch())
    )
}

/// Walks back from a tensor of one element and adds to the gradients of all that it depends on. The
/// record of operations is gone then. Returns 1; 0 with RT_ERROR_TORCH for more elements, and
/// without a record or after a walk; with a handle's error for what is no tensor. Other threads may
/// walk through other tensors' records meanwhile.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_backward(tensor: RuntimeValue) -> i64 {
    torch!(
        "rt_torch_backward",
        0,
        done(autograd::backward(&*objects::tensor("tensor", tensor)?, None, Graph::default()))
    )
}

/// As `rt_torch_backward`, from a tensor of any shape, with the `gradient` that it starts with (NIL
/// for 1, of one element). `retain_graph` other than 0 keeps the record for another walk;
/// `create_graph` other than 0 records the walk itself, for gradients of gradients. Returns 1; 0
/// with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_backward_with(
    tensor: RuntimeValue,
    gradient: RuntimeValue,
    retain_graph: i64,
    create_graph: i64,
) -> i64 {
    torch!("rt_torch_backward_with", 0, {
        let (tensor, gradient) =
            (objects::tensor("tensor", tensor)?, optional_tensor("gradient", gradient)?);
        let graph = Graph { retain: retain_graph != 0, create: create_graph != 0 };
        done(autograd::backward(&tensor, gradient.as_deref(), graph))
    })
}

/// The gradients of the tensors in `outputs` by those in `inputs`, as torch.autograd.grad gives
/// them: nothing is added to any gradient. `options` is NIL or a dict with PyTorch's names:
/// `grad_outputs` (an array of tensors and NIL), `retain_graph`, `create_graph`, `allow_unused`
/// (then NIL stands for the gradient of an input that nothing depends on). A new array that is the
/// caller's, of new tensors that are the caller's to free. NIL with RT_ERROR_TORCH when PyTorch
/// refuses, with RT_ERROR_TORCH_OPTION for other options, with RT_ERROR_WRONG_TYPE for what is no
/// array, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_grad_of(
    outputs: RuntimeValue,
    inputs: RuntimeValue,
    options: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_grad_of", RuntimeValue::NIL, {
        let outputs = arguments::tensors("outputs", outputs)?;
        let inputs = arguments::tensors("inputs", inputs)?;
        let options = Options::of("autograd.grad", "options", options)?;
        let start = autograd::start_of(&options)?;
        let (graph, unused) = (autograd::graph_of(&options)?, options.bool("allow_unused", false)?);
        options.finish()?;
        let gradients = autograd::gradients_of(&outputs, &inputs, &start, graph, unused)?;
        let values = gradients.into_iter().map(give_or_nil);
        Ok(array::array_of(values)?.value())
    })
}

/// Says whether the operations of this thread are recorded for gradients; at first they are.
/// Returns 1 when they were until now, else 0, which is no error.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_set_grad_enabled(enabled: i64) -> i64 {
    torch!("rt_torch_set_grad_enabled", 0, Ok(i64::from(autograd::set_enabled(enabled != 0))))
}

/// 1 when the operations of this thread are recorded for gradients, else 0, which is no error.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_is_grad_enabled() -> i64 {
    torch!("rt_torch_is_grad_enabled", 0, Ok(i64::from(autograd::is_enabled())))
}

/// Begins a part of this thread's program whose operations are not recorded for gradients. It ends
/// with `rt_torch_autograd_no_grad_end`; such parts nest. Returns 1.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_autograd_no_grad_begin() -> i64 {
    torch!("rt_torch_autograd_no_grad_begin", 0, {
        autograd::begin_no_grad();
        Ok(1)
    })
}

/// Ends the part that this thread began last with `rt_torch_autograd_no_grad_begin`, and sets the
/// mode to what it was before. Returns 1; 0 with RT_ERROR_INVALID_ARGUMENT when there is none.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_autograd_no_grad_end() -> i64 {
    torch!("rt_torch_autograd_no_grad_end", 0, done(autograd::end_no_grad()))
}

/// Scales the gradients of the tensors in an array down so that the norm of all of them together is
/// at most `max_norm`, as torch.nn.utils.clip_grad_norm_; `norm_type` is the p of the norm, and may
/// be infinite. Returns the norm as it was. 0.0 with RT_ERROR_TORCH when PyTorch refuses, with
/// RT_ERROR_WRONG_TYPE for what is no array, and with a handle's error for what is no tensor. Other
/// threads must not use the gradients meanwhile.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_clip_grad_norm(
    params: RuntimeValue,
    max_norm: f64,
    norm_type: f64,
) -> f64 {
    torch!("rt_torch_clip_grad_norm", 0.0, {
        autograd::clip_norm(&arguments::tensors("params", params)?, max_norm, norm_type)
    })
}

/// Limits every element of the gradients of the tensors in an array to the range from -`clip_value`
/// to `clip_value`, as torch.nn.utils.clip_grad_value_. Returns 1; 0 with RT_ERROR_TORCH when
/// PyTorch refuses, with RT_ERROR_WRONG_TYPE for what is no array, and with a handle's error for
/// what is no tensor. Other threads must not use the gradients meanwhile.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_clip_grad_value(params: RuntimeValue, clip_value: f64) -> i64 {
    torch!(
        "rt_torch_clip_grad_value",
        0,
        done(autograd::clip_value(&arguments::tensors("params", params)?, clip_value))
    )
}
