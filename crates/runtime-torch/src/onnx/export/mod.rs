//! Modules as ONNX models: a trace of the module, whose operations are lowered one by one to ONNX's.
//!
//! The module is traced several times, with its dynamic axes of different lengths. What differs between the
//! traces are numbers, and each of them becomes a function of the lengths that the model computes when it is
//! run; so a module may read the sizes of tensors as it likes.

mod aliases;
mod builder;
mod lower;
mod operator;
mod operators;
mod settings;
mod size;
mod trace;

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use prost::Message;
use runtime_core::{Error, Result};
use tch::Tensor;
use torch_shim::Value;

use self::lower::Naming;
use self::trace::{Axis, Traceable, Traced};
use crate::codes::RT_ERROR_TORCH_ONNX_EXPORT;
use crate::onnx::proto::{ModelProto, OperatorSetIdProto};
use crate::replace::replace;
use crate::{jit, nn};

pub use self::settings::{DynamicAxis, Settings};

/// The name of the first axis that is dynamic, when nobody gives it another.
const BATCH: &str = "batch";

/// What is exported.
pub enum Source<'m> {
    /// A module of layers.
    Module(&'m nn::Module),
    /// The forward of a TorchScript module.
    Script(&'m jit::Module),
}

/// The operators of PyTorch that the export covers, by family, by their names without `aten::`.
pub fn operators() -> Vec<(&'static str, Vec<&'static str>)> {
    operators::families()
}

/// The module as an ONNX model. `dummy` are inputs as the module takes them. The module is traced in
/// evaluation mode, and stays in the mode that it is in.
///
/// # Errors
/// `RT_ERROR_TORCH_ONNX_OPERATOR` for an operation that is not covered, `RT_ERROR_TORCH_ONNX_EXPORT` for
/// what cannot be an ONNX model otherwise, and the module's own errors.
///
/// # Example
/// ```
/// use runtime_core::Result;
/// use runtime_torch::nn::Linear;
/// use runtime_torch::onnx::export::{Settings, Source, export};
/// use tch::{Device, Kind, Tensor};
///
/// # fn main() -> Result<()> {
/// let layer = Linear::module(4, 2, true)?;
/// let dummy = Tensor::zeros([1, 4], (Kind::Float, Device::Cpu));
/// let model = export(&Source::Module(&layer), &[dummy], &Settings::default())?;
/// let graph = model.graph.unwrap_or_default();
/// assert_eq!(graph.node[0].op_type, "Gemm");
/// assert_eq!(graph.initializer[0].name, "weight");
/// # Ok(())
/// # }
/// ```
pub fn export(source: &Source<'_>, dummy: &[Tensor], settings: &Settings) -> Result<ModelProto> {
    let ir_version = settings.ir_version()?;
    let inputs = settings.inputs(dummy.len())?;
    for tensor in dummy {
        builder::data_type(tensor.kind())?;
    }
    let source = match source {
        Source::Module(module) => Traceable::of_module(module)?,
        Source::Script(module) => Traceable::of_script(module)?,
    };
    let (axes, traced) = match &settings.dynamic_axes {
        Some(asked) => {
            // The module's own error comes before one about axes.
            let fixed = Traced::of(&source, dummy, &[])?;
            let axes = settings.axes(asked, &inputs, dummy)?;
            let traced = if axes.is_empty() { fixed } else { Traced::of(&source, dummy, &axes)? };
            (axes, traced)
        }
        None => FirstAxes { source: &source, dummy, inputs: &inputs }.axes()?,
    };
    let output_axes = output_axes(settings, &inputs, &traced)?;
    let naming = Naming { inputs, outputs: settings.output_names.clone(), axes, output_axes };
    let graph = lower::lower(&source, &traced, &naming, settings.opset_version)?;
    Ok(ModelProto {
        ir_version,
        producer_name: String::from("simple-runtime"),
        producer_version: String::from(env!("CARGO_PKG_VERSION")),
        opset_import: vec![OperatorSetIdProto {
            domain: String::new(),
            version: settings.opset_version,
        }],
        graph: Some(graph),
        ..ModelProto::default()
    })
}

/// Writes a model to a file, as a whole: what stood at the path is as before when it fails.
///
/// # Errors
/// The system's, and `RT_ERROR_TORCH_ONNX_EXPORT` for a model of more than 2 GiB.
pub fn write(model: &ModelProto, path: &Path) -> Result<()> {
    let length = model.encoded_len();
    if length > i32::MAX as usize {
        return Err(refuse(format!("the model has {length} bytes: an ONNX file may have 2 GiB")));
    }
    let bytes = model.encode_to_vec();
    replace(path, |temporary| {
        fs::write(temporary, &bytes).map_err(|error| Error::system("path", &error))
    })
}

/// The tensors among inputs, of which there may be nothing else.
///
/// # Errors
/// `RT_ERROR_TORCH_ONNX_EXPORT`.
pub fn tensors(inputs: Vec<Value>) -> Result<Vec<Tensor>> {
    let tensor = |(position, input)| match input {
        Value::Tensor(tensor) => Ok(tensor),
        _ => Err(refuse(format!(
            "dummy_input[{position}] is no tensor: an ONNX model takes tensors"
        ))),
    };
    inputs.into_iter().enumerate().map(tensor).collect()
}

#[cold]
fn refuse(why: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(RT_ERROR_TORCH_ONNX_EXPORT, why)
}

/// The names of dimensions that the user gave for outputs.
fn output_axes(
    settings: &Settings,
    inputs: &[String],
    traced: &Traced,
) -> Result<HashMap<(String, usize), String>> {
    let mut named = HashMap::new();
    for axis in settings.dynamic_axes.iter().flatten().filter(|axis| !inputs.contains(&axis.value))
    {
        // The dimensions of a single output are known already; those of others when they are named.
        let dims = match traced.outputs.as_slice() {
            [output] => traced.types.get(*output).and_then(|known| known.tensor.as_ref()),
            _ => None,
        };
        let dim = match dims {
            Some((_, sizes)) => settings::within(axis, sizes.len())?,
            None => usize::try_from(axis.dim)
                .map_err(|_| refuse("dynamic_axes: dimensions of several outputs count from 0"))?,
        };
        let name = axis.name.clone().unwrap_or_else(|| format!("{}_dim_{dim}", axis.value));
        named.insert((axis.value.clone(), dim), name);
    }
    Ok(named)
}

/// Finds the first axes that are dynamic when nobody says which.
struct FirstAxes<'t> {
    source: &'t Traceable,
    dummy: &'t [Tensor],
    inputs: &'t [String],
}

impl FirstAxes<'_> {
    /// The first axes of inputs that the module takes at other lengths. Those of the same length are one
    /// axis, if the module takes them so.
    fn axes(&self) -> Result<(Vec<Axis>, Traced)> {
        let fixed = Traced::of(self.source, self.dummy, &[])?;
        let mut groups: Vec<(i64, Vec<usize>)> = Vec::new();
        for (input, tensor) in self.dummy.iter().enumerate() {
            let Some(length) = tensor.size().first().copied().filter(|length| *length > 0) else {
                continue;
            };
            match groups.iter_mut().find(|(of, _)| *of == length) {
                Some((_, members)) => members.push(input),
                None => groups.push((length, vec![input])),
            }
        }
        let groups: Vec<Vec<usize>> = groups.into_iter().map(|(_, members)| members).collect();
        if let Some(found) = self.attempt(&groups) {
            return Ok(found);
        }
        let mut kept: Vec<Vec<usize>> = Vec::new();
        for group in groups {
            if self.attempt(std::slice::from_ref(&group)).is_some() {
                kept.push(group);
                continue;
            }
            let alone = group.into_iter().map(|input| vec![input]);
            kept.extend(alone.filter(|alone| self.attempt(std::slice::from_ref(alone)).is_some()));
        }
        Ok(self.attempt(&kept).unwrap_or((Vec::new(), fixed)))
    }

    /// The trace with these first axes dynamic, if the module takes it.
    fn attempt(&self, groups: &[Vec<usize>]) -> Option<(Vec<Axis>, Traced)> {
        if groups.is_empty() || groups.len() > trace::MOST_AXES {
            return None;
        }
        let axis = |(position, group): (usize, &Vec<usize>)| {
            let first = group.first().and_then(|input| self.inputs.get(*input));
            let name = match position {
                0 => String::from(BATCH),
                _ => format!("{}_dim_0", first.map_or("", String::as_str)),
            };
            Axis { name, places: group.iter().map(|input| (*input, 0)).collect() }
        };
        let axes: Vec<Axis> = groups.iter().enumerate().map(axis).collect();
        let traced = Traced::of(self.source, self.dummy, &axes).ok()?;
        Some((axes, traced))
    }
}
