//! Optimizers.

use runtime_value::RuntimeValue;

#[cfg(feature = "pytorch")]
use std::sync::{Arc, Mutex};

#[cfg(feature = "pytorch")]
use runtime_core::Result;

#[cfg(feature = "pytorch")]
use crate::arguments;
#[cfg(feature = "pytorch")]
use crate::optim::{OPTIMIZERS, Optimizer, lock};

#[cfg(feature = "pytorch")]
fn give(optimizer: Optimizer) -> Result<RuntimeValue> {
    OPTIMIZERS.give(Arc::new(Mutex::new(optimizer)))
}

/// Does something with the optimizer that the argument stands for.
#[cfg(feature = "pytorch")]
fn with<R>(value: RuntimeValue, act: impl FnOnce(&mut Optimizer) -> Result<R>) -> Result<R> {
    let optimizer = OPTIMIZERS.get("optimizer", value)?;
    act(&mut lock(&optimizer))
}

/// Makes stochastic gradient descent with PyTorch's defaults for the rest.
///
/// `params` is an array of tensors that are leaves, or an array of dicts, one for each group, with
/// "params" and hyper-parameters of their own by PyTorch's names. The tensors stay the caller's; the
/// optimizer changes them in place. Returns a new optimizer, the caller's to free with
/// rt_torch_optimizer_free. NIL with RT_ERROR_TORCH_OPTION for a hyper-parameter that PyTorch refuses
/// ("Invalid learning rate: -1.0"), and with RT_ERROR_INVALID_ARGUMENT for no parameters, one that is
/// no leaf or one that appears twice. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_sgd_new(
    params: RuntimeValue,
    lr: f64,
    momentum: f64,
    weight_decay: f64,
) -> RuntimeValue {
    torch!("rt_torch_sgd_new", RuntimeValue::NIL, {
        let floats = [("lr", lr), ("momentum", momentum), ("weight_decay", weight_decay)];
        give(Optimizer::with_floats("SGD", params, &floats, None)?)
    })
}

/// Makes Adam. Parameters and errors as in rt_torch_sgd_new. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_adam_new(
    params: RuntimeValue,
    lr: f64,
    beta1: f64,
    beta2: f64,
    eps: f64,
    weight_decay: f64,
) -> RuntimeValue {
    torch!("rt_torch_adam_new", RuntimeValue::NIL, {
        let floats = [("lr", lr), ("eps", eps), ("weight_decay", weight_decay)];
        give(Optimizer::with_floats("Adam", params, &floats, Some([beta1, beta2]))?)
    })
}

/// Makes AdamW: Adam whose weight decay does not go through the gradient. Parameters and errors as in
/// rt_torch_sgd_new. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_adamw_new(
    params: RuntimeValue,
    lr: f64,
    beta1: f64,
    beta2: f64,
    eps: f64,
    weight_decay: f64,
) -> RuntimeValue {
    torch!("rt_torch_adamw_new", RuntimeValue::NIL, {
        let floats = [("lr", lr), ("eps", eps), ("weight_decay", weight_decay)];
        give(Optimizer::with_floats("AdamW", params, &floats, Some([beta1, beta2]))?)
    })
}

/// Makes RMSprop with PyTorch's defaults for the rest. Parameters and errors as in rt_torch_sgd_new.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_rmsprop_new(params: RuntimeValue, lr: f64) -> RuntimeValue {
    torch!("rt_torch_rmsprop_new", RuntimeValue::NIL, {
        give(Optimizer::with_floats("RMSprop", params, &[("lr", lr)], None)?)
    })
}

/// Makes an optimizer of a class of torch.optim: `kind` is the string "SGD", "Adam", "AdamW",
/// "RMSprop", "Adagrad", "Adadelta", "Adamax", "NAdam" or "RAdam".
///
/// `options` is a dict of the class's arguments by PyTorch's names, NIL for the defaults: `lr`,
/// `momentum`, `dampening`, `weight_decay`, `nesterov`, `maximize`, `betas` (an array of two), `eps`,
/// `amsgrad`, `alpha`, `centered` and so on. `foreach` and `fused` are taken and change nothing;
/// `capturable` and `differentiable` must be false. Parameters and errors as in rt_torch_sgd_new, and
/// RT_ERROR_TORCH_OPTION for an option that the class does not have. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_optimizer_new(
    kind: RuntimeValue,
    params: RuntimeValue,
    options: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_optimizer_new", RuntimeValue::NIL, {
        let kind = arguments::text("kind", kind)?;
        give(Optimizer::from_values(&kind, params, options)?)
    })
}

/// Takes one step with every parameter that has a gradient, in place; the others are left alone.
///
/// Returns 1; 0 with RT_ERROR_TORCH when LibTorch refuses, or a handle's error. Gradients stay as they
/// are: rt_torch_optimizer_zero_grad takes them away. Thread-safe for the optimizer; that nobody else
/// changes the parameters meanwhile is the caller's to see to.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_optimizer_step(optimizer: RuntimeValue) -> i64 {
    torch!("rt_torch_optimizer_step", 0, {
        with(optimizer, Optimizer::step)?;
        Ok(1)
    })
}

/// Takes the gradients of all parameters away, so that rt_torch_grad of each is NIL. Returns 1, or 0
/// with a handle's error. Thread-safe as rt_torch_optimizer_step.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_optimizer_zero_grad(optimizer: RuntimeValue) -> i64 {
    torch!("rt_torch_optimizer_zero_grad", 0, {
        with(optimizer, |optimizer| optimizer.zero_grad())?;
        Ok(1)
    })
}

/// The learning rate of the first group; 0.0 with an error for what is no optimizer. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_optimizer_get_lr(optimizer: RuntimeValue) -> f64 {
    torch!("rt_torch_optimizer_get_lr", 0.0, { with(optimizer, |optimizer| Ok(optimizer.lr())) })
}

/// Sets the learning rate of all groups. Returns 1; 0 with RT_ERROR_TORCH_OPTION for one below 0 or
/// NaN, or a handle's error. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_optimizer_set_lr(optimizer: RuntimeValue, new_lr: f64) -> i64 {
    torch!("rt_torch_optimizer_set_lr", 0, {
        with(optimizer, |optimizer| optimizer.set_lr(new_lr))?;
        Ok(1)
    })
}

/// How many groups of parameters there are; 0 with an error for what is no optimizer. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_optimizer_group_count(optimizer: RuntimeValue) -> i64 {
    torch!("rt_torch_optimizer_group_count", 0, {
        with(optimizer, |optimizer| Ok(optimizer.groups().len() as i64))
    })
}

/// The learning rate of one group, counted from 0; 0.0 with RT_ERROR_INVALID_ARGUMENT when there is no
/// such group, or a handle's error. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_optimizer_get_group_lr(optimizer: RuntimeValue, group: i64) -> f64 {
    torch!("rt_torch_optimizer_get_group_lr", 0.0, {
        with(optimizer, |optimizer| Ok(optimizer.group(group)?.lr()))
    })
}

/// Sets the learning rate of one group, counted from 0. Returns 1; 0 with RT_ERROR_TORCH_OPTION for
/// one below 0 or NaN, RT_ERROR_INVALID_ARGUMENT when there is no such group, or a handle's error.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_optimizer_set_group_lr(
    optimizer: RuntimeValue,
    group: i64,
    new_lr: f64,
) -> i64 {
    torch!("rt_torch_optimizer_set_group_lr", 0, {
        with(optimizer, |optimizer| optimizer.set_group_lr(group, new_lr))?;
        Ok(1)
    })
}

/// Adds a group of parameters: a dict with "params" (an array of tensors) and hyper-parameters of its
/// own by PyTorch's names; the optimizer's options stand for those that are missing. Returns 1; 0 with
/// the errors of rt_torch_optimizer_new. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_optimizer_add_param_group(
    optimizer: RuntimeValue,
    group: RuntimeValue,
) -> i64 {
    torch!("rt_torch_optimizer_add_param_group", 0, {
        with(optimizer, |optimizer| optimizer.add_param_group("group", group))?;
        Ok(1)
    })
}

/// The optimizer's state in the form of PyTorch's state dict: a dict with "state" (parameter numbers
/// to dicts of tensors) and "param_groups" (an array of dicts).
///
/// The tensors are the optimizer's own, which later steps change; their handles are new, and the
/// caller's to free, as the containers are. NIL with a handle's error for what is no optimizer.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_optimizer_state_dict(optimizer: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_optimizer_state_dict", RuntimeValue::NIL, {
        with(optimizer, Optimizer::state_dict)
    })
}

/// Takes over a state in the form of rt_torch_optimizer_state_dict, hyper-parameters included. The
/// tensors are copied and stay the caller's.
///
/// Returns 1; 0 with RT_ERROR_TORCH_OPTION when it does not fit this optimizer, which is as it was
/// then, and with the errors of values and handles. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_optimizer_load_state_dict(
    optimizer: RuntimeValue,
    state_dict: RuntimeValue,
) -> i64 {
    torch!("rt_torch_optimizer_load_state_dict", 0, {
        with(optimizer, |optimizer| optimizer.load_state_dict("state_dict", state_dict))?;
        Ok(1)
    })
}

/// Ends an optimizer; its parameters stay. Schedulers of it fail from then on. Returns 1, or 0 with a
/// handle's error. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_optimizer_free(optimizer: RuntimeValue) -> i64 {
    torch!("rt_torch_optimizer_free", 0, {
        OPTIMIZERS.free("optimizer", optimizer)?;
        Ok(1)
    })
}
