//! Making, running and looking into modules of any class.

use runtime_value::RuntimeValue;

#[cfg(feature = "pytorch")]
use {
    crate::arguments::{self, give_array, text},
    crate::nn::handles::{free_module, give_module, module_of, modules_of},
    crate::nn::{Module, Output, Sequential},
    crate::objects::{Held, give_tensor, optional_tensor, tensor},
    crate::options::Options,
    runtime_core::Result,
    runtime_value::{Array, Dict, View},
    tch::Tensor,
};

/// Makes a module of the class that Python calls `kind` (a string: "Conv2d"), with the options that
/// Python's constructor takes, under their names and with their defaults (a dict, or NIL for none).
/// `dtype` and `device` are numbers. Options that are modules ("modules" of Sequential and ModuleList,
/// "encoder_layer", "norm") are handles.
///
/// Returns a module in training mode, which the caller frees with rt_torch_module_free. Its parameters
/// are initialised as in Python, from LibTorch's generator. NIL when it fails: RT_ERROR_TORCH_OPTION for
/// an unknown class, an unknown option, one that is missing or one that will not do;
/// RT_ERROR_TORCH_TOO_LARGE for absurd sizes; RT_ERROR_WRONG_TYPE when `kind` is no string or `options`
/// no dict. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_module_new(kind: RuntimeValue, options: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_module_new", RuntimeValue::NIL, {
        let class = text("kind", kind)?;
        let options = Options::of(&class, "options", options)?;
        give_module(Module::new(&class, options)?)
    })
}

/// Makes a container of modules (an array or tuple of handles): each one's result is the next one's
/// input. It holds the very modules, named "0", "1" and so on, and their handles stay the caller's: they
/// may be freed at once.
///
/// Returns a module that the caller frees with rt_torch_module_free; NIL and an error for what is no
/// module (RT_ERROR_WRONG_TYPE, RT_ERROR_STALE_HANDLE, RT_ERROR_WRONG_KIND), and RT_ERROR_TORCH_TOO_LARGE
/// when modules lie more than 200 deep. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_sequential_new(modules: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_sequential_new", RuntimeValue::NIL, {
        give_module(Sequential::module(modules_of("modules", modules)?)?)
    })
}

/// Runs a module. `input` is a tensor, or an array or tuple of tensors for a module of several inputs
/// (as rt_torch_module_new's Bilinear, LSTM with states, MultiheadAttention); NIL in it stands for an
/// input that is left out.
///
/// Returns a tensor, or a tuple of tensors where Python's forward gives a tuple: all of them the
/// caller's to free. NIL when it fails: RT_ERROR_TORCH with LibTorch's reason for shapes and dtypes that
/// do not fit, RT_ERROR_INVALID_ARGUMENT for a wrong number of inputs, and the errors of handles. Threads
/// may run one module at once as long as none of them changes it (training mode of batch norm does).
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_module_forward(
    module: RuntimeValue,
    input: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_module_forward", RuntimeValue::NIL, {
        let module = module_of("module", module)?;
        if Inputs::is_one(input) {
            return give(module.forward_all(&[Some(&*tensor("input", input)?)])?);
        }
        give(module.forward_all(&Inputs::of("input", input)?.tensors())?)
    })
}

/// Runs a module with the keyword arguments that Python's forward takes besides the inputs, in a dict
/// (or NIL): "attn_mask", "need_weights", "src_key_padding_mask", "output_size" and so on.
///
/// As rt_torch_module_forward, and RT_ERROR_TORCH_OPTION for an option that the class does not have.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_module_forward_with(
    module: RuntimeValue,
    input: RuntimeValue,
    options: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_module_forward_with", RuntimeValue::NIL, {
        let module = module_of("module", module)?;
        let options = Options::of(module.class(), "options", options)?;
        give(module.forward_with(&Inputs::of("input", input)?.tensors(), options)?)
    })
}

/// The parameters of a module and those in it, each once, in Python's order, as an array of new handles
/// of the very tensors: what an optimizer takes. The caller frees each of them.
///
/// NIL and an error when `module` is no module. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_module_parameters(module: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_module_parameters", RuntimeValue::NIL, {
        give_array(module_of("module", module)?.parameters())
    })
}

/// The parameters of a module and those in it as a dict from Python's names ("0.weight") to new handles
/// of the very tensors, in Python's order. The caller frees each of them.
///
/// NIL and an error when `module` is no module. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_module_named_parameters(module: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_module_named_parameters", RuntimeValue::NIL, {
        give_dict(module_of("module", module)?.named_parameters())
    })
}

/// The buffers of a module and those in it (batch norm's running statistics) as a dict from Python's
/// names to new handles of the very tensors. The caller frees each of them.
///
/// NIL and an error when `module` is no module. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_module_buffers(module: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_module_buffers", RuntimeValue::NIL, {
        give_dict(module_of("module", module)?.named_buffers())
    })
}

/// The parameter of a module or of one in it with this name ("weight", "0.bias"), as a new handle of the
/// very tensor, which the caller frees. NIL without an error when there is none of that name, as `bias`
/// of a layer without a bias.
///
/// NIL and an error when `module` is no module or `name` no string. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_module_get_parameter(
    module: RuntimeValue,
    name: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_module_get_parameter", RuntimeValue::NIL, {
        let module = module_of("module", module)?;
        let name = text("name", name)?;
        let found = module.named_parameters().into_iter().find(|(known, _)| *known == name);
        found.map_or(Ok(RuntimeValue::NIL), |(_, tensor)| give_tensor(tensor))
    })
}

/// The modules right inside a module, as a dict from their names to new handles of the very modules. The
/// caller frees each of them.
///
/// NIL and an error when `module` is no module. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_module_children(module: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_module_children", RuntimeValue::NIL, {
        let module = module_of("module", module)?;
        let children = Dict::new(0)?;
        for (name, child) in module.named_children() {
            children.insert(RuntimeValue::string(name)?, give_module(child.clone())?)?;
        }
        Ok(children.value())
    })
}

/// A module and all in it, each once, as a dict from their dotted names (its own is "") to new handles of
/// the very modules. The caller frees each of them.
///
/// NIL and an error when `module` is no module. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_module_named_modules(module: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_module_named_modules", RuntimeValue::NIL, {
        let modules = Dict::new(0)?;
        for (name, module) in module_of("module", module)?.named_modules() {
            modules.insert(RuntimeValue::string(&name)?, give_module(module)?)?;
        }
        Ok(modules.value())
    })
}

/// The name of a module's class, as Python has it: "Conv2d". A string, which is the caller's.
///
/// NIL and an error when `module` is no module. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_module_class(module: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_module_class", RuntimeValue::NIL, {
        RuntimeValue::string(module_of("module", module)?.class())
    })
}

/// The names of all classes that rt_torch_module_new knows: an array of strings, which is the caller's.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_module_classes() -> RuntimeValue {
    torch!("rt_torch_module_classes", RuntimeValue::NIL, {
        let names = crate::nn::class_names().into_iter();
        let names = names.map(RuntimeValue::string).collect::<Result<Vec<_>>>()?;
        Ok(Array::from_slice(&names)?.value())
    })
}

/// A module's text, as Python's repr has it, over several lines when it holds modules. A string, which
/// is the caller's.
///
/// NIL and an error when `module` is no module. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_module_repr(module: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_module_repr", RuntimeValue::NIL, {
        RuntimeValue::string(&module_of("module", module)?.repr())
    })
}

/// Ends a module's handle. The module itself lives on while a container holds it, and its parameters
/// while anything refers to them.
///
/// Returns 1; 0 and an error when `module` is no module, or was freed before. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_module_free(module: RuntimeValue) -> i64 {
    torch!("rt_torch_module_free", 0, {
        free_module("module", module)?;
        Ok(1)
    })
}

/// The inputs of a module, held while it runs.
#[cfg(feature = "pytorch")]
pub(crate) struct Inputs(Vec<Option<Held>>);

#[cfg(feature = "pytorch")]
impl Inputs {
    /// Whether the value is no list.
    fn is_one(value: RuntimeValue) -> bool {
        Array::find(value).is_none() && runtime_value::Tuple::find(value).is_none()
    }

    /// One tensor, or a list of tensors and NILs.
    pub(crate) fn of(name: &str, value: RuntimeValue) -> Result<Self> {
        if Self::is_one(value) {
            return Ok(Self(vec![Some(tensor(name, value)?)]));
        }
        let elements = arguments::elements(name, value)?.into_iter().enumerate();
        let held = elements.map(|(at, element)| optional_tensor(&format!("{name}[{at}]"), element));
        held.collect::<Result<_>>().map(Self)
    }

    pub(crate) fn tensors(&self) -> Vec<Option<&Tensor>> {
        self.0.iter().map(|held| held.as_deref()).collect()
    }
}

/// A module's results, as a tensor or a tuple of tensors.
#[cfg(feature = "pytorch")]
pub(crate) fn give(output: Output) -> Result<RuntimeValue> {
    match output {
        Output::One(tensor) => give_tensor(tensor),
        Output::Many(tensors) => arguments::give_tuple(tensors),
    }
}

/// Named tensors, as a dict of new handles.
#[cfg(feature = "pytorch")]
pub(super) fn give_dict(tensors: Vec<(String, Tensor)>) -> Result<RuntimeValue> {
    let dict = Dict::new(tensors.len() as u64)?;
    for (name, tensor) in tensors {
        dict.insert(RuntimeValue::string(&name)?, give_tensor(tensor)?)?;
    }
    Ok(dict.value())
}
