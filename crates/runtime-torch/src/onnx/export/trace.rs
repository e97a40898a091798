//! What is exported, run once for each of several lengths of its dynamic axes, and the traces as one graph.

use std::collections::HashMap;

use runtime_core::{Error, Result};
use tch::{Kind, Tensor};
use torch_shim::Value;
use torch_shim::graph::{Graph, reads_elements};

use super::refuse;
use super::size::{Lengths, Size};
use crate::callable::Function;
use crate::error::{OrTorch, to_text};
use crate::jit;
use crate::memory;
use crate::nn;
use crate::tensor::read;

/// The most dynamic axes: each one doubles the number of traces.
pub(super) const MOST_AXES: usize = 4;

/// A module in evaluation mode, and its tensors by name.
pub(super) struct Traceable {
    form: Form,
    tensors: Vec<(String, Tensor)>,
    places: HashMap<String, usize>,
}

enum Form {
    Module { module: nn::Module, parameters: jit::Module },
    Script(jit::Module),
}

impl Traceable {
    /// A module of layers; the module itself stays in the mode that it is in.
    pub(super) fn of_module(module: &nn::Module) -> Result<Self> {
        let module = module.evaluating()?;
        let parameters = jit::Module::new().or_torch()?;
        let mut tensors = module.named_parameters();
        for (name, tensor) in &tensors {
            parameters.register_parameter(name, tensor).or_torch()?;
        }
        for (name, tensor) in module.named_buffers() {
            parameters.register_buffer(&name, &tensor).or_torch()?;
            tensors.push((name, tensor));
        }
        Ok(Self::new(Form::Module { module, parameters }, tensors))
    }

    /// A TorchScript module's forward; the module itself stays in the mode that it is in.
    pub(super) fn of_script(module: &jit::Module) -> Result<Self> {
        jit::arguments_of(module, "forward")?;
        if let Some(found) = reads_elements(module, "forward").or_torch()? {
            return Err(refuse(format!(
                "{found} makes something of the elements of a tensor that depends on the inputs which an \
                 ONNX model cannot follow"
            )));
        }
        let module = module.try_clone().or_torch()?;
        module.train(false).or_torch()?;
        let tensors = module.state_dict().or_torch()?;
        Ok(Self::new(Form::Script(module), tensors))
    }

    fn new(form: Form, tensors: Vec<(String, Tensor)>) -> Self {
        let places = tensors.iter().enumerate().map(|(place, (name, _))| (name.clone(), place));
        let places = places.collect();
        Self { form, tensors, places }
    }

    /// The parameters and buffers with their names, in their order.
    pub(super) fn tensors(&self) -> &[(String, Tensor)] {
        &self.tensors
    }

    /// The parameter or buffer of this name.
    pub(super) fn tensor(&self, name: &str) -> Option<&Tensor> {
        self.places.get(name).and_then(|place| self.tensors.get(*place)).map(|(_, tensor)| tensor)
    }

    fn trace(&self, inputs: &[Tensor]) -> Result<Graph> {
        // The module may work in place, and the inputs are the caller's.
        let copy = |input: &Tensor| {
            memory::check("dummy_input", &input.size(), input.kind(), input.device())?;
            read::copy(&input.f_detach().or_torch()?)
        };
        let inputs = &inputs.iter().map(copy).collect::<Result<Vec<_>>>()?;
        match &self.form {
            Form::Module { module, parameters } => {
                let function = Function::Module(module.clone());
                let run = move |inputs| function.call(inputs).map_err(|error| to_text(&error));
                Graph::trace(parameters, Box::new(run), inputs).or_torch()
            }
            Form::Script(module) => Graph::trace_method(module, "forward", inputs).or_torch(),
        }
    }
}

/// A dynamic axis: its name, and where it is: an input and its dimension.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    pub(super) name: String,
    pub(super) places: Vec<(usize, usize)>,
}

/// The traces as one graph.
pub(super) struct Traced {
    pub(super) nodes: Vec<Node>,
    /// What is known of the values by their numbers.
    pub(super) types: Vec<Type>,
    /// The numbers of the inputs behind the module.
    pub(super) inputs: Vec<usize>,
    pub(super) outputs: Vec<usize>,
}

/// An operation.
pub(super) struct Node {
    pub(super) kind: String,
    pub(super) origin: String,
    pub(super) module: String,
    pub(super) attribute: String,
    pub(super) inputs: Vec<usize>,
    pub(super) arguments: Vec<String>,
    pub(super) outputs: Vec<usize>,
    pub(super) constant: Constant,
}

/// The dtype and sizes of a tensor; of other values, its type's text.
#[derive(Clone, Debug)]
pub(super) struct Type {
    pub(super) declared: String,
    pub(super) tensor: Option<(Kind, Vec<Size>)>,
}

/// The value of a constant.
pub(super) enum Constant {
    None,
    Bool(bool),
    Int(Size),
    Float(f64),
    Text(String),
    Tensor(Tensor),
    List(Vec<Constant>),
}

impl Traced {
    /// Runs what is exported with the dummy inputs, and with others as long as the axes ask for.
    ///
    /// # Errors
    /// The module's own; `RT_ERROR_TORCH_ONNX_EXPORT` when it does not do the same for other lengths.
    pub(super) fn of(source: &Traceable, dummy: &[Tensor], axes: &[Axis]) -> Result<Self> {
        if axes.is_empty() {
            return merge(&[source.trace(dummy)?], &vec![], &[]);
        }
        if axes.len() > MOST_AXES {
            let text = format!("there are {} dynamic axes of different lengths", axes.len());
            return Err(refuse(format!("{text}: at most {MOST_AXES} will do")));
        }
        // A length of 1 means more than a length: what is 1 long is repeated as needed.
        let first: Lengths = axes
            .iter()
            .map(|axis| length(dummy, axis).map(|length| length.max(2)))
            .collect::<Result<_>>()?;
        let subsets = (0..1_usize << axes.len()).map(|subset| {
            let lengths = first.iter().enumerate();
            lengths.map(|(axis, length)| length + (subset >> axis & 1) as i64).collect::<Vec<_>>()
        });
        let last: Vec<i64> = (3..).zip(&first).map(|(more, length)| length + more).collect();
        let traces = subsets.chain([last.clone()]).map(|lengths| {
            let inputs = resized(dummy, axes, &lengths)?;
            source.trace(&inputs)
        });
        merge(&traces.collect::<Result<Vec<_>>>()?, &first, &last)
    }
}

fn length(dummy: &[Tensor], axis: &Axis) -> Result<i64> {
    let length = |(input, dim): &(usize, usize)| {
        dummy.get(*input).and_then(|tensor| tensor.size().get(*dim).copied())
    };
    let mut lengths = axis.places.iter().filter_map(length);
    let first = lengths.next().unwrap_or(0);
    if first == 0 {
        return Err(refuse(format!("the dynamic axis {:?} has no elements", axis.name)));
    }
    match lengths.find(|other| *other != first) {
        Some(other) => Err(refuse(format!(
            "the dynamic axis {:?} is {first} long in one place and {other} in another",
            axis.name
        ))),
        None => Ok(first),
    }
}

/// The dummy inputs with their axes as long as asked for, by repeating what is there, so that indices stay
/// such as the module takes.
fn resized(dummy: &[Tensor], axes: &[Axis], lengths: &[i64]) -> Result<Vec<Tensor>> {
    let mut inputs: Vec<Tensor> = dummy.iter().map(Tensor::shallow_clone).collect();
    for (axis, length) in axes.iter().zip(lengths) {
        for (input, dim) in &axis.places {
            let Some(tensor) = inputs.get_mut(*input) else { continue };
            let there = tensor.size().get(*dim).copied().unwrap_or(1).max(1);
            if there == *length {
                continue;
            }
            let rows: Vec<i64> = (0..*length).map(|row| row % there).collect();
            let rows =
                Tensor::f_from_slice(&rows).and_then(|rows| rows.f_to_device(tensor.device()));
            *tensor = tensor.f_index_select(*dim as i64, &rows.or_torch()?).or_torch()?;
        }
    }
    Ok(inputs)
}

/// Several traces of the same function as one.
fn merge(traces: &[Graph], first: &Lengths, last: &[i64]) -> Result<Traced> {
    let Some(graph) = traces.first() else { return Err(refuse("there is no trace")) };
    let numbers = traces.iter().map(numbered).collect::<Result<Vec<_>>>()?;
    let other = |what: &str| refuse(format!("for another length of a dynamic axis, {what}"));
    let same =
        |count: &dyn Fn(&Graph) -> usize| traces.iter().all(|trace| count(trace) == count(graph));
    if !same(&|trace| trace.nodes.len()) || !same(&|trace| trace.values.len()) {
        return Err(other("the module does other operations"));
    }
    let ids = |trace: usize, ids: &[i64]| -> Result<Vec<usize>> {
        let numbers = numbers.get(trace).ok_or_else(|| refuse("there is no trace"))?;
        let number =
            |id| numbers.get(id).copied().ok_or_else(|| refuse("the graph has an unknown value"));
        ids.iter().map(number).collect()
    };
    let merger = Merger { first, last };
    let mut nodes = Vec::with_capacity(graph.nodes.len());
    for (position, node) in graph.nodes.iter().enumerate() {
        let (inputs, outputs) = (ids(0, &node.inputs)?, ids(0, &node.outputs)?);
        let mut constants = Vec::with_capacity(traces.len());
        for (index, trace) in traces.iter().enumerate() {
            let alike = trace.nodes.get(position).filter(|alike| alike.kind == node.kind);
            let Some(alike) = alike else {
                return Err(other(&format!("the module does not do {}", node.kind)));
            };
            if ids(index, &alike.inputs)? != inputs || ids(index, &alike.outputs)? != outputs {
                return Err(other(&format!("{} works on something else", node.kind)));
            }
            constants.push(&alike.constant);
        }
        nodes.push(Node {
            kind: node.kind.clone(),
            origin: origin(&node.module, &node.place),
            module: node.module.clone(),
            attribute: node.attribute.clone(),
            inputs,
            arguments: node.arguments.clone(),
            outputs,
            constant: merger.constant(&constants)?,
        });
    }
    let mut types = vec![Type { declared: String::new(), tensor: None }; graph.values.len()];
    for (position, value) in graph.values.iter().enumerate() {
        let sizes =
            traces.iter().map(|trace| trace.values.get(position).and_then(|v| v.sizes.as_ref()));
        let tensor = match (value.kind, sizes.collect::<Option<Vec<_>>>()) {
            (Some(kind), Some(sizes)) => Some((kind, merger.sizes(&sizes)?)),
            _ => None,
        };
        let number = ids(0, &[value.id])?.first().copied().unwrap_or(0);
        if let Some(place) = types.get_mut(number) {
            *place = Type { declared: value.declared.clone(), tensor };
        }
    }
    let inputs = ids(0, &graph.inputs)?.split_off(1);
    Ok(Traced { nodes, types, inputs, outputs: ids(0, &graph.outputs)? })
}

/// The numbers of the values in the order in which they come up.
fn numbered(graph: &Graph) -> Result<HashMap<i64, usize>> {
    if graph.inputs.is_empty() {
        return Err(refuse("the graph has no module"));
    }
    Ok(graph.values.iter().enumerate().map(|(number, value)| (value.id, number)).collect())
}

fn origin(module: &str, place: &str) -> String {
    match (module, place) {
        ("", "") => String::new(),
        ("", place) => format!(" ({place})"),
        (module, _) => format!(" (in {module})"),
    }
}

struct Merger<'l> {
    first: &'l Lengths,
    last: &'l [i64],
}

impl Merger<'_> {
    fn size(&self, values: &[i64]) -> Result<Size> {
        let Some((checked, fitted)) = values.split_last().filter(|(_, fitted)| !fitted.is_empty())
        else {
            return Ok(Size::known(values.first().copied().unwrap_or(0)));
        };
        let size = Size::fit(fitted, self.first);
        size.filter(|size| size.at(self.last) == Some(*checked)).ok_or_else(|| {
            refuse(format!(
                "a size depends on the dynamic axes in a way that cannot be followed: it is {values:?}"
            ))
        })
    }

    fn sizes(&self, sizes: &[&Vec<i64>]) -> Result<Vec<Size>> {
        let dims = sizes.first().map_or(0, |sizes| sizes.len());
        if sizes.iter().any(|sizes| sizes.len() != dims) {
            return Err(refuse(
                "for another length of a dynamic axis, a tensor has other dimensions",
            ));
        }
        let one = |dim| {
            let values: Vec<i64> =
                sizes.iter().filter_map(|sizes| sizes.get(dim).copied()).collect();
            self.size(&values)
        };
        (0..dims).map(one).collect()
    }

    fn constant(&self, values: &[&Value]) -> Result<Constant> {
        let differ = |what: &str| {
            refuse(format!(
                "{what} that the module computes itself depends on the length of a dynamic axis"
            ))
        };
        let Some(first) = values.first() else { return Ok(Constant::None) };
        Ok(match first {
            Value::None => Constant::None,
            Value::Bool(value) => {
                let same = values
                    .iter()
                    .all(|other| matches!(other, Value::Bool(other) if other == value));
                if !same {
                    return Err(differ("a condition"));
                }
                Constant::Bool(*value)
            }
            Value::Int(_) => {
                let ints = values.iter().map(|value| match value {
                    Value::Int(int) => Some(*int),
                    _ => None,
                });
                Constant::Int(
                    self.size(
                        &ints.collect::<Option<Vec<_>>>().ok_or_else(|| differ("a number"))?,
                    )?,
                )
            }
            Value::Float(value) => {
                let same = |other: &&Value| matches!(other, Value::Float(other) if other == value || other.is_nan() && value.is_nan());
                if !values.iter().all(same) {
                    return Err(differ("a number"));
                }
                Constant::Float(*value)
            }
            Value::Text(text) => {
                if !values.iter().all(|other| matches!(other, Value::Text(other) if other == text))
                {
                    return Err(differ("a text"));
                }
                Constant::Text(text.clone())
            }
            Value::Tensor(tensor) => {
                for other in values {
                    let Value::Tensor(other) = other else { return Err(differ("a tensor")) };
                    let alike = other.kind() == tensor.kind() && other.size() == tensor.size();
                    if !alike || !other.f_allclose(tensor, 0.0, 0.0, true).or_torch()? {
                        return Err(differ("a tensor"));
                    }
                }
                Constant::Tensor(tensor.shallow_clone())
            }
            Value::List(items) | Value::Tuple(items) => {
                let lists = values.iter().map(|value| match value {
                    Value::List(other) | Value::Tuple(other) if other.len() == items.len() => {
                        Some(other)
                    }
                    _ => None,
                });
                let lists = lists.collect::<Option<Vec<_>>>().ok_or_else(|| differ("a list"))?;
                let item = |position: usize| {
                    let values: Vec<&Value> =
                        lists.iter().filter_map(|list| list.get(position)).collect();
                    self.constant(&values)
                };
                Constant::List((0..items.len()).map(item).collect::<Result<_>>()?)
            }
            Value::Dict(_) => return Err(Error::invalid("a constant of the module is a dict")),
        })
    }
}
