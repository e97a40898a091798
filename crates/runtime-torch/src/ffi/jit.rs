//! TorchScript modules.

use runtime_value::RuntimeValue;

#[cfg(feature = "pytorch")]
use super::tensor::done;
#[cfg(feature = "pytorch")]
use crate::arguments::{path, text};
#[cfg(feature = "pytorch")]
use crate::callable::Function;
#[cfg(feature = "pytorch")]
use crate::error::OrTorch;
#[cfg(feature = "pytorch")]
use crate::jit::{self, MODULES, Registered, held, plain_inputs};
#[cfg(feature = "pytorch")]
use crate::kinds;
#[cfg(feature = "pytorch")]
use crate::objects::tensor;
#[cfg(feature = "pytorch")]
use crate::options::Options;
#[cfg(feature = "pytorch")]
use crate::values::encode;
#[cfg(feature = "pytorch")]
use runtime_core::Result;
#[cfg(feature = "pytorch")]
use runtime_value::View;
#[cfg(feature = "pytorch")]
use runtime_value::string::array_of_strings;
#[cfg(feature = "pytorch")]
use tch::{Device, Tensor};
#[cfg(feature = "pytorch")]
use torch_shim::Value;

/// Tensors by name, as a dict of new handles.
#[cfg(feature = "pytorch")]
fn give_named(tensors: torch_shim::Result<Vec<(String, Tensor)>>) -> Result<RuntimeValue> {
    let pair = |(name, tensor)| (Value::Text(name), Value::Tensor(tensor));
    encode(Value::Dict(tensors.or_torch()?.into_iter().map(pair).collect()))
}

/// Makes a TorchScript module without anything, in training mode, for `rt_torch_jit_register_parameter`,
/// `rt_torch_jit_register_buffer` and `rt_torch_jit_define`. The caller frees it with
/// `rt_torch_jit_free`. NIL and RT_ERROR_HANDLES_EXHAUSTED when no handle is left. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_jit_new() -> RuntimeValue {
    torch!("rt_torch_jit_new", RuntimeValue::NIL, MODULES.give(jit::Module::new().or_torch()?))
}

/// Compiles the TorchScript source text in the string `module`: functions `def name(x, y: int = 1): ...`,
/// which become methods of a new module, with or without `self` as first parameter. Those without call
/// each other by name; those with reach the others as `self.name`, and the module's mode as
/// `self.training`. One function alone is `forward` as well. `torch` and `math` are known.
///
/// Returns the module, which the caller frees with `rt_torch_jit_free`. NIL with RT_ERROR_TORCH_SCRIPT
/// for source that does not compile, is longer than 1 MiB or nested too deeply (the message begins with
/// "line L, column C: " where there is a place); RT_ERROR_WRONG_TYPE, RT_ERROR_NOT_A_VALUE or
/// RT_ERROR_NOT_UTF8 for what is no text. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_jit_script(module: RuntimeValue) -> RuntimeValue {
    torch!(
        "rt_torch_jit_script",
        RuntimeValue::NIL,
        MODULES.give(jit::script(&text("module", module)?)?)
    )
}

/// Compiles source text and adds its functions to a module, as `rt_torch_jit_script` does. Functions with
/// `self` reach the parameters and buffers that the module has. Returns 1; 0 with the errors of
/// `rt_torch_jit_script`, and the module is as before, and with a handle's error for what is no module.
/// Waits until no other thread uses the module.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_jit_define(module: RuntimeValue, source: RuntimeValue) -> i64 {
    torch!("rt_torch_jit_define", 0, {
        let module = held("module", module)?;
        done(jit::define(&module, &text("source", source)?))
    })
}

/// Adds the very tensor to a module, as a parameter of this name. A name with dots goes into submodules,
/// which are made when missing. Returns 1; 0 with RT_ERROR_TORCH when the name is taken or is none, with
/// RT_ERROR_WRONG_TYPE for a name that is no text, and with a handle's error for what is no module and for
/// what is no tensor. Waits until no other thread uses the module.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_jit_register_parameter(
    module: RuntimeValue,
    name: RuntimeValue,
    parameter: RuntimeValue,
) -> i64 {
    torch!("rt_torch_jit_register_parameter", 0, {
        let (module, name) = (held("module", module)?, text("name", name)?);
        done(module.register_parameter(&name, &*tensor("parameter", parameter)?).or_torch())
    })
}

/// Adds the very tensor to a module, as a buffer of this name: it is saved with the module and not
/// trained. Otherwise as `rt_torch_jit_register_parameter`.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_jit_register_buffer(
    module: RuntimeValue,
    name: RuntimeValue,
    buffer: RuntimeValue,
) -> i64 {
    torch!("rt_torch_jit_register_buffer", 0, {
        let (module, name) = (held("module", module)?, text("name", name)?);
        done(module.register_buffer(&name, &*tensor("buffer", buffer)?).or_torch())
    })
}

/// Runs a function once and makes a TorchScript module of the operations on the way; what depends on the
/// values or sizes of tensors is as it was in this run.
///
/// `func` is a module, whose parameters and buffers become the new module's under the same names, with
/// the same tensors; or a closure, or an int that is the address of a function
/// `RuntimeValue f(RuntimeValue inputs)`, as for `rt_torch_checkpoint`. `example_inputs` is an array or
/// tuple of inputs, or the only one: tensors, or arrays, tuples and dicts of tensors. The result is a
/// tensor, or a tuple, array or dict of tensors. Other tensors that the function uses become constants,
/// which must not need a gradient: `rt_torch_jit_trace_with` makes parameters of them.
///
/// Returns the module, which the caller frees with `rt_torch_jit_free`. NIL with the function's own error;
/// with RT_ERROR_TORCH for what cannot be traced; with RT_ERROR_NULL_POINTER or RT_ERROR_INVALID_ARGUMENT
/// for an int where no code is; with RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE for another value, and
/// with a handle's error for what is no tensor. Thread-safe; one thread traces one function at a time.
///
/// # Safety
/// An address is that of such a function.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_torch_jit_trace(
    func: RuntimeValue,
    example_inputs: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_jit_trace", RuntimeValue::NIL, {
        // SAFETY: the caller vouches for what is at an address.
        let function = unsafe { Function::of("func", func)? };
        let inputs = plain_inputs("example_inputs", example_inputs)?;
        MODULES.give(jit::trace(function, &inputs, Registered::default())?)
    })
}

/// As `rt_torch_jit_trace`, with `options`: a dict in which "parameters" and "buffers" are dicts from
/// names to tensors that the function uses and that become the module's; or NIL. RT_ERROR_TORCH_OPTION
/// for other options.
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_torch_jit_trace_with(
    func: RuntimeValue,
    example_inputs: RuntimeValue,
    options: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_jit_trace_with", RuntimeValue::NIL, {
        // SAFETY: the caller vouches for what is at an address.
        let function = unsafe { Function::of("func", func)? };
        let inputs = plain_inputs("example_inputs", example_inputs)?;
        let options = Options::of("jit.trace", "options", options)?;
        let registered = Registered::of_options(&options)?;
        options.finish()?;
        MODULES.give(jit::trace(function, &inputs, registered)?)
    })
}

/// Loads a TorchScript archive, of `rt_torch_jit_save` or Python's torch.jit.save, onto the CPU. Code in
/// the archive that restores objects is run, in TorchScript's interpreter, which reaches neither files nor
/// memory.
///
/// Returns the module, which the caller frees with `rt_torch_jit_free`. NIL with RT_ERROR_SYSTEM when the
/// file cannot be read; with RT_ERROR_TORCH_ARCHIVE when it is no TorchScript archive or a broken one; with
/// RT_ERROR_INVALID_ARGUMENT for an empty path and for a folder or pipe, and RT_ERROR_NULL_POINTER for NULL.
/// Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_torch_jit_load(path_ptr: *const u8, path_len: u64) -> RuntimeValue {
    torch!("rt_torch_jit_load", RuntimeValue::NIL, {
        // SAFETY: the caller vouches for the pointer.
        let path = unsafe { path(path_ptr, path_len)? };
        MODULES.give(jit::load(path, Device::Cpu)?)
    })
}

/// As `rt_torch_jit_load`, onto a device: 0 is the CPU, n is GPU n - 1. RT_ERROR_TORCH_DEVICE when there
/// is none.
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_torch_jit_load_to(
    path_ptr: *const u8,
    path_len: u64,
    device: i64,
) -> RuntimeValue {
    torch!("rt_torch_jit_load_to", RuntimeValue::NIL, {
        // SAFETY: the caller vouches for the pointer.
        let path = unsafe { path(path_ptr, path_len)? };
        MODULES.give(jit::load(path, kinds::device("device", device)?)?)
    })
}

/// Writes a module as a TorchScript archive, which Python's torch.jit.load reads, too. The file is written
/// beside the path and put there as a whole. Returns 1; 0 with RT_ERROR_SYSTEM when it cannot be written;
/// with RT_ERROR_TORCH for a module that cannot be saved (one of `rt_torch_jit_optimize_for_inference` may
/// be such); with RT_ERROR_INVALID_ARGUMENT for an empty path, RT_ERROR_NULL_POINTER for NULL, and a
/// handle's error for what is no module: what stood at the path is as before. Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_torch_jit_save(
    module: RuntimeValue,
    path_ptr: *const u8,
    path_len: u64,
) -> i64 {
    torch!("rt_torch_jit_save", 0, {
        // SAFETY: the caller vouches for the pointer.
        let path = unsafe { path(path_ptr, path_len)? };
        done(jit::save(&*held("module", module)?, path))
    })
}

/// Runs a module's method `forward`. `inputs` is an array or tuple of inputs, or the only input when it is
/// neither: what the method declares. Tensors, numbers, bools, texts and NIL are themselves; a list, tuple
/// or dict is an array, tuple or dict of such; a device is its number or PyTorch's name. Inputs that have
/// a default may be left out.
///
/// Returns the result in the same manner: tensors as new handles, and the array, tuple, dict or text, are
/// the caller's to free. NIL when it is None, without an error. NIL with RT_ERROR_WRONG_TYPE and its kin
/// for an input that is not what is declared; with RT_ERROR_TORCH for too few or too many, for what the
/// method raises, and for a result that is an object; with RT_ERROR_TORCH_METHOD for a module without
/// forward, and a handle's error for what is no module. Any number of threads may run one module at once.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_jit_forward(module: RuntimeValue, inputs: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_jit_forward", RuntimeValue::NIL, {
        encode(jit::call(&*held("module", module)?, "forward", inputs)?)
    })
}

/// As `rt_torch_jit_forward`, for the method that the string `method` names.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_jit_call(
    module: RuntimeValue,
    method: RuntimeValue,
    inputs: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_jit_call", RuntimeValue::NIL, {
        encode(jit::call(&*held("module", module)?, &text("method", method)?, inputs)?)
    })
}

/// The names of a module's methods: a new array of strings. NIL with a handle's error for what is no
/// module. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_jit_method_names(module: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_jit_method_names", RuntimeValue::NIL, {
        let names = held("module", module)?.method_names().or_torch()?;
        Ok(array_of_strings(names)?.value())
    })
}

/// The graph of the method that the string `method` names, as a new string: one operation a line. NIL
/// with RT_ERROR_TORCH_METHOD when there is no such method, with RT_ERROR_WRONG_TYPE for what is no
/// string, and a handle's error for what is no module. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_jit_graph(module: RuntimeValue, method: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_jit_graph", RuntimeValue::NIL, {
        let (module, method) = (held("module", module)?, text("method", method)?);
        jit::arguments_of(&module, &method)?;
        RuntimeValue::string(&module.graph(&method).or_torch()?)
    })
}

/// The source text of a method, as it is saved: a new string. Otherwise as `rt_torch_jit_graph`.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_jit_code(module: RuntimeValue, method: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_jit_code", RuntimeValue::NIL, {
        let (module, method) = (held("module", module)?, text("method", method)?);
        jit::arguments_of(&module, &method)?;
        RuntimeValue::string(&module.code(&method).or_torch()?)
    })
}

/// Switches a module and all in it to evaluation mode, which dropout and batch norm care about. Returns
/// 1; 0 with a handle's error for what is no module. Waits until no other thread uses the module.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_jit_eval(module: RuntimeValue) -> i64 {
    torch!("rt_torch_jit_eval", 0, done(held("module", module)?.train(false).or_torch()))
}

/// Switches a module and all in it to training mode. A frozen module has no mode and stays as it is.
/// Returns 1; 0 with a handle's error for what is no module. Waits until no other thread uses the module.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_jit_train(module: RuntimeValue) -> i64 {
    torch!("rt_torch_jit_train", 0, done(held("module", module)?.train(true).or_torch()))
}

/// 1 when a module is in training mode, else 0. 0 with a handle's error for what is no module.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_jit_is_training(module: RuntimeValue) -> i64 {
    torch!("rt_torch_jit_is_training", 0, Ok(i64::from(held("module", module)?.is_training())))
}

/// The parameters of a module and those in it: a new array of new handles of the very tensors, which the
/// caller frees. NIL with a handle's error for what is no module. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_jit_parameters(module: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_jit_parameters", RuntimeValue::NIL, {
        let parameters = held("module", module)?.named_parameters().or_torch()?;
        encode(Value::List(parameters.into_iter().map(|(_, t)| Value::Tensor(t)).collect()))
    })
}

/// The parameters of a module and those in it: a new dict from names to new handles of the very tensors,
/// which the caller frees. NIL with a handle's error for what is no module. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_jit_named_parameters(module: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_jit_named_parameters", RuntimeValue::NIL, {
        give_named(held("module", module)?.named_parameters())
    })
}

/// The buffers of a module and those in it, as `rt_torch_jit_named_parameters`.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_jit_named_buffers(module: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_jit_named_buffers", RuntimeValue::NIL, {
        give_named(held("module", module)?.named_buffers())
    })
}

/// The parameters and buffers of a module and those in it, in the order of Python's state_dict, as
/// `rt_torch_jit_named_parameters`.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_jit_state_dict(module: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_jit_state_dict", RuntimeValue::NIL, {
        give_named(held("module", module)?.state_dict())
    })
}

/// Moves a module's tensors to a device, and casts those of floats to a dtype (-1 leaves it as it is).
/// They stay the tensors that they are. Returns 1; 0 with RT_ERROR_TORCH_DEVICE or RT_ERROR_TORCH_DTYPE
/// for numbers that are none, RT_ERROR_TORCH for a dtype that is not of floats, and a handle's error for
/// what is no module. Waits until no other thread uses the module.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_jit_to(module: RuntimeValue, device: i64, dtype: i64) -> i64 {
    torch!("rt_torch_jit_to", 0, {
        let dtype = if dtype == -1 { None } else { Some(kinds::dtype("dtype", dtype)?) };
        let device = kinds::device("device", device)?;
        done(held("module", module)?.to(device, dtype).or_torch())
    })
}

/// A new module in which parameters and buffers are constants, and which computes the same: every method
/// is kept. Returns the module, which the caller frees with `rt_torch_jit_free`. NIL with RT_ERROR_TORCH
/// for one in training mode, and a handle's error for what is no module. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_jit_freeze(module: RuntimeValue) -> RuntimeValue {
    torch!(
        "rt_torch_jit_freeze",
        RuntimeValue::NIL,
        MODULES.give(held("module", module)?.freeze().or_torch()?)
    )
}

/// As `rt_torch_jit_freeze`, and with convolutions, batch norms and linear layers folded and laid out for
/// this machine.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_jit_optimize_for_inference(module: RuntimeValue) -> RuntimeValue {
    torch!(
        "rt_torch_jit_optimize_for_inference",
        RuntimeValue::NIL,
        MODULES.give(held("module", module)?.optimize_for_inference().or_torch()?)
    )
}

/// A module of its own with copies of the tensors, which the caller frees with `rt_torch_jit_free`. NIL
/// with a handle's error for what is no module. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_jit_clone(module: RuntimeValue) -> RuntimeValue {
    torch!(
        "rt_torch_jit_clone",
        RuntimeValue::NIL,
        MODULES.give(held("module", module)?.try_clone().or_torch()?)
    )
}

/// Ends a module's handle. Tensors that it gave are not affected. Returns 1; 0 with a handle's error for
/// what is no module. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_jit_free(module: RuntimeValue) -> i64 {
    torch!("rt_torch_jit_free", 0, done(MODULES.free("module", module)))
}
