//! What is done to a module's tensors as a whole.

use runtime_value::RuntimeValue;

#[cfg(feature = "pytorch")]
use {
    super::module::give_dict,
    crate::kinds,
    crate::nn::handles::{give_module, module_of},
    crate::objects::tensor,
    runtime_core::Result,
    runtime_value::string::array_of_strings,
    runtime_value::{Dict, Str, Tuple, View},
    tch::Tensor,
};

/// All parameters and buffers of a module and those in it, as Python's state_dict: a dict from names to
/// new handles of tensors that share the module's memory and have no gradients. The caller frees each
/// of them.
///
/// NIL and an error when `module` is no module. Thread-safe as long as nobody changes the module.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_module_state_dict(module: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_module_state_dict", RuntimeValue::NIL, {
        give_dict(module_of("module", module)?.state_dict()?)
    })
}

/// Copies the tensors of a dict into the parameters and buffers of the same names. Dtypes and devices may
/// differ, shapes may not. The parameters stay the same tensors, and the dict's stay the caller's.
///
/// Returns a tuple of two arrays of strings, which is the caller's: the names that the dict lacks, and
/// those that the module does not have. When `strict` is not 0, either is an error. NIL when it fails, and
/// then nothing has been copied: RT_ERROR_INVALID_ARGUMENT with the names that do not fit,
/// RT_ERROR_WRONG_TYPE when `dict` is no dict of tensors. Not while another thread uses the module.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_module_load_state_dict(
    module: RuntimeValue,
    dict: RuntimeValue,
    strict: i64,
) -> RuntimeValue {
    torch!("rt_torch_module_load_state_dict", RuntimeValue::NIL, {
        let module = module_of("module", module)?;
        let loaded = module.load_state_dict(&named_tensors("dict", dict)?, strict != 0)?;
        let missing = array_of_strings(&loaded.missing)?.value();
        let unexpected = array_of_strings(&loaded.unexpected)?.value();
        Ok(Tuple::from_slice(&[missing, unexpected])?.value())
    })
}

/// Sets a module and all in it to training mode: dropout drops, batch norm uses and records the batch's
/// statistics. New modules are in training mode.
///
/// Returns 1; 0 and an error when `module` is no module. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_module_train(module: RuntimeValue) -> i64 {
    torch!("rt_torch_module_train", 0, {
        module_of("module", module)?.train(true);
        Ok(1)
    })
}

/// Sets a module and all in it to evaluation mode: dropout does nothing, batch norm uses its running
/// statistics.
///
/// Returns 1; 0 and an error when `module` is no module. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_module_eval(module: RuntimeValue) -> i64 {
    torch!("rt_torch_module_eval", 0, {
        module_of("module", module)?.train(false);
        Ok(1)
    })
}

/// 1 when a module is in training mode, else 0; 0 and an error when `module` is no module. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_module_is_training(module: RuntimeValue) -> i64 {
    torch!("rt_torch_module_is_training", 0, {
        Ok(i64::from(module_of("module", module)?.is_training()))
    })
}

/// Moves all parameters and buffers of a module, with their gradients, to a device, and those of floats
/// to a dtype; -1 leaves either as it is. The parameters stay the same tensors: an optimizer and handles
/// go on with them.
///
/// Returns 1; 0 and an error: RT_ERROR_TORCH_DEVICE, RT_ERROR_TORCH_DTYPE (also for a dtype that is not of
/// floats or complex numbers), those of handles. Not while another thread uses the module.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_module_to(module: RuntimeValue, device: i64, dtype: i64) -> i64 {
    torch!("rt_torch_module_to", 0, {
        let module = module_of("module", module)?;
        let device = (device != -1).then(|| kinds::device("device", device)).transpose()?;
        let dtype = (dtype != -1).then(|| kinds::dtype("dtype", dtype)).transpose()?;
        module.to(device, dtype)?;
        Ok(1)
    })
}

/// Takes the gradients of all parameters of a module away: rt_torch_grad of them is NIL then.
///
/// Returns 1; 0 and an error when `module` is no module. Not while another thread uses the module.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_module_zero_grad(module: RuntimeValue) -> i64 {
    torch!("rt_torch_module_zero_grad", 0, {
        module_of("module", module)?.zero_grad()?;
        Ok(1)
    })
}

/// Lets the parameters of a module have gradients from now on, or, when `requires_grad` is 0, not: frozen
/// parameters are not trained.
///
/// Returns 1; 0 and an error when `module` is no module. Not while another thread uses the module.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_module_requires_grad_(module: RuntimeValue, requires_grad: i64) -> i64 {
    torch!("rt_torch_module_requires_grad_", 0, {
        module_of("module", module)?.requires_grad(requires_grad != 0)?;
        Ok(1)
    })
}

/// A copy of a module with parameters and buffers of its own, which start as the module's, without
/// gradients. The caller frees it with rt_torch_module_free.
///
/// NIL and an error when `module` is no module, or memory is short. Thread-safe as long as nobody changes
/// the module.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_module_clone(module: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_module_clone", RuntimeValue::NIL, {
        give_module(module_of("module", module)?.deep_copy()?)
    })
}

/// The number of elements of all parameters of a module; 0 and an error when `module` is no module.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_module_param_count(module: RuntimeValue) -> i64 {
    torch!("rt_torch_module_param_count", 0, {
        Ok(module_of("module", module)?.parameter_count(false))
    })
}

/// The number of elements of those parameters of a module that have gradients; 0 and an error when
/// `module` is no module. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_module_trainable_param_count(module: RuntimeValue) -> i64 {
    torch!("rt_torch_module_trainable_param_count", 0, {
        Ok(module_of("module", module)?.parameter_count(true))
    })
}

/// The tensors of a dict, under their names.
#[cfg(feature = "pytorch")]
fn named_tensors(name: &str, value: RuntimeValue) -> Result<Vec<(String, Tensor)>> {
    let entries = Dict::of(name, value)?.iter();
    entries
        .map(|(key, value)| {
            let key = String::from(Str::of("a key", key)?.text("a key")?);
            let tensor = tensor(&format!("{name}[{key:?}]"), value)?.shallow_clone();
            Ok((key, tensor))
        })
        .collect()
}
