//! TorchScript modules: from source text, from tracing and from files.

use std::path::Path;

use runtime_core::handle::{Pin, kinds};
use runtime_core::{Error, Result};
use runtime_value::{Array, RuntimeValue, Tuple, View};
use tch::{Device, Tensor};
use torch_shim::Value;
pub use torch_shim::jit::Module;
use torch_shim::jit::{Argument, Type};

use crate::callable::Function;
use crate::codes::{RT_ERROR_TORCH_ARCHIVE, RT_ERROR_TORCH_METHOD, RT_ERROR_TORCH_SCRIPT};
use crate::error::{OrTorch, from_text, to_text};
use crate::options::Options;
use crate::replace::replace;
use crate::table::Table;
use crate::values::decode;
use crate::{arguments, nn, regular_file};

/// The modules that have handles.
pub static MODULES: Table<Module> = Table::new(kinds::JIT_MODULE);

/// A module that stays while it is in use, whoever frees its handle meanwhile.
pub type Held = Pin<'static, Module>;

/// The module that the argument `name` stands for.
///
/// # Errors
/// `RT_ERROR_WRONG_TYPE` or `RT_ERROR_NOT_A_VALUE` when the value is no int, or one of the handle errors.
pub fn held(name: &str, value: RuntimeValue) -> Result<Held> {
    MODULES.get(name, value)
}

/// A module with the functions of the source text as its methods.
///
/// # Errors
/// `RT_ERROR_TORCH_SCRIPT` with the line and the column of what is wrong.
pub fn script(source: &str) -> Result<Module> {
    let module = Module::new().or_torch()?;
    define(&module, source)?;
    Ok(module)
}

/// Adds the functions of the source text to a module.
///
/// # Errors
/// As [`script`]; the module is as before then.
pub fn define(module: &Module, source: &str) -> Result<()> {
    module.define(source).map_err(|text| Error::new(RT_ERROR_TORCH_SCRIPT, text))
}

/// Tensors that a traced function uses and that stay parameters and buffers of the module.
#[derive(Default)]
pub struct Registered {
    /// Parameters, by names that may have dots.
    pub parameters: Vec<(String, Tensor)>,
    /// Buffers.
    pub buffers: Vec<(String, Tensor)>,
    /// Whether the module is in evaluation mode.
    pub evaluates: bool,
}

impl Registered {
    /// Those of a module.
    pub fn of_module(module: &nn::Module) -> Self {
        Self {
            parameters: module.named_parameters(),
            buffers: module.named_buffers(),
            evaluates: !module.is_training(),
        }
    }

    /// Those that the options "parameters" and "buffers" name, each a dict of tensors.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_OPTION`, and those of a tensor.
    pub fn of_options(options: &Options) -> Result<Self> {
        Ok(Self {
            parameters: tensors_of(options, "parameters")?,
            buffers: tensors_of(options, "buffers")?,
            evaluates: false,
        })
    }
}

fn tensors_of(options: &Options, option: &'static str) -> Result<Vec<(String, Tensor)>> {
    let given = options.value(option)?.filter(|value| *value != RuntimeValue::NIL);
    let Some(value) = given else { return Ok(Vec::new()) };
    let declared = Type::Dict(Box::new(Type::Text), Box::new(Type::Tensor));
    let Value::Dict(pairs) = decode(option, value, &declared)? else { return Ok(Vec::new()) };
    let pair = |pair| match pair {
        (Value::Text(name), Value::Tensor(tensor)) => Some((name, tensor)),
        _ => None,
    };
    Ok(pairs.into_iter().filter_map(pair).collect())
}

/// Runs the function once and makes a module of what it computed on the way. Parameters and buffers of a
/// module that is traced are the new module's too, by their names, as are the tensors in `registered`;
/// other tensors become constants.
///
/// # Errors
/// The function's own, `RT_ERROR_TORCH` for what cannot be traced: a constant that needs a gradient.
pub fn trace(function: Function, inputs: &[Value], registered: Registered) -> Result<Module> {
    let traced = Module::new().or_torch()?;
    let mut all = vec![registered];
    if let Function::Module(module) = &function {
        all.push(Registered::of_module(module));
    }
    for registered in &all {
        for (name, tensor) in &registered.parameters {
            traced.register_parameter(name, tensor).or_torch()?;
        }
        for (name, tensor) in &registered.buffers {
            traced.register_buffer(name, tensor).or_torch()?;
        }
    }
    let run = move |inputs| function.call(inputs).map_err(|error| to_text(&error));
    traced.trace(Box::new(run), inputs).or_torch()?;
    traced.train(!all.iter().any(|registered| registered.evaluates)).or_torch()?;
    Ok(traced)
}

/// Loads an archive that [`save`] or Python's `torch.jit.save` wrote. Code in it that makes the module's
/// objects is run, in TorchScript's interpreter.
///
/// # Errors
/// The system's, when the file cannot be read; `RT_ERROR_TORCH_ARCHIVE` when it is no such archive.
pub fn load(path: &Path, device: Device) -> Result<Module> {
    // The system says better than LibTorch why a file cannot be read.
    regular_file::open(path)?;
    Module::load(path, device).map_err(|text| {
        let reason = format!("the file is no TorchScript archive: {}", from_text(&text).reason());
        Error::new(RT_ERROR_TORCH_ARCHIVE, reason)
    })
}

/// Writes an archive that Python's `torch.jit.load` reads, too.
///
/// # Errors
/// The system's, and `RT_ERROR_TORCH` for what cannot be saved. What stood at the path is as before then.
pub fn save(module: &Module, path: &Path) -> Result<()> {
    replace(path, |temporary| module.save(temporary).or_torch())
}

/// Runs a method. `inputs` is an array or tuple of inputs, or the only input.
///
/// # Errors
/// `RT_ERROR_TORCH_METHOD` when there is no such method, the errors of inputs that are not what is declared,
/// `RT_ERROR_TORCH` for too many or too few, and for what the method raised.
pub fn call(module: &Module, method: &str, inputs: RuntimeValue) -> Result<Value> {
    let declared = arguments_of(module, method)?;
    let inputs = match inputs_of("inputs", inputs)? {
        Inputs::One(input) => vec![decode("inputs", input, declared_at(&declared, 0))?],
        Inputs::Many(inputs) => {
            let inputs = inputs.into_iter().enumerate();
            let input = |(index, input)| {
                decode(&format!("inputs[{index}]"), input, declared_at(&declared, index))
            };
            inputs.map(input).collect::<Result<_>>()?
        }
    };
    module.call(method, &inputs).or_torch()
}

/// What a method takes.
///
/// # Errors
/// `RT_ERROR_TORCH_METHOD` when there is no such method.
pub fn arguments_of(module: &Module, method: &str) -> Result<std::sync::Arc<[Argument]>> {
    module.arguments(method).map_err(|text| Error::new(RT_ERROR_TORCH_METHOD, text))
}

fn declared_at(arguments: &[Argument], position: usize) -> &Type {
    arguments.get(position).map_or(&Type::Other, |argument| &argument.declared)
}

enum Inputs {
    One(RuntimeValue),
    Many(Vec<RuntimeValue>),
}

fn inputs_of(name: &str, value: RuntimeValue) -> Result<Inputs> {
    if Array::find(value).is_some() || Tuple::find(value).is_some() {
        return arguments::elements(name, value).map(Inputs::Many);
    }
    Ok(Inputs::One(value))
}

/// Inputs of which nothing is declared, for tracing and checkpoints: an array or tuple of them, or the only
/// one.
///
/// # Errors
/// Those of [`decode`].
pub fn plain_inputs(name: &str, value: RuntimeValue) -> Result<Vec<Value>> {
    match inputs_of(name, value)? {
        Inputs::One(input) => Ok(vec![decode(name, input, &Type::Other)?]),
        Inputs::Many(inputs) => inputs
            .into_iter()
            .enumerate()
            .map(|(index, input)| decode(&format!("{name}[{index}]"), input, &Type::Other))
            .collect(),
    }
}

/// The page about TorchScript, whose examples run as tests.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/torchscript.md")]
struct Guide;
