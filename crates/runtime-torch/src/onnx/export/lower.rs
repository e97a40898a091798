//! Walks over a trace and gives each operation to the lowering that its name has.

use std::collections::{HashMap, HashSet};

use runtime_core::{Error, Result};
use tch::Tensor;

use super::builder::{Builder, data_type};
use super::operator::{Op, Term, Val};
use super::size::Size;
use super::trace::{Axis, Constant, Node, Traceable, Traced};
use super::{aliases, operators, refuse};
use crate::codes::RT_ERROR_TORCH_ONNX_OPERATOR;
use crate::onnx::proto::{
    Dimension, DimensionValue, GraphProto, TensorShapeProto, TensorType, TypeProto, TypeValue,
    ValueInfoProto,
};

/// What a lowering gives for an output: the name of a tensor of the type that the trace says, or a value.
pub(super) enum Out {
    Name(String),
    Val(Val),
}

/// What a lowering gives for all outputs.
pub(super) type Outs = Result<Vec<Out>>;

/// One tensor.
pub(super) fn one(name: String) -> Outs {
    Ok(vec![Out::Name(name)])
}

/// A lowering: adds nodes for the operation.
pub(super) type Lower = fn(&mut Builder, &Op<'_>) -> Outs;

/// What is said of the model's inputs and outputs.
pub(super) struct Naming {
    pub(super) inputs: Vec<String>,
    /// Empty for names of our own.
    pub(super) outputs: Vec<String>,
    pub(super) axes: Vec<Axis>,
    /// The names of dimensions of outputs.
    pub(super) output_axes: HashMap<(String, usize), String>,
}

/// The graph of a trace.
///
/// # Errors
/// `RT_ERROR_TORCH_ONNX_OPERATOR` for an operation that is not covered, `RT_ERROR_TORCH_ONNX_EXPORT` for
/// names that clash and results that are no tensors.
pub(super) fn lower(
    source: &Traceable,
    traced: &Traced,
    naming: &Naming,
    opset: i64,
) -> Result<GraphProto> {
    let mut walk = Walk { builder: Builder::new(opset), source, traced, values: HashMap::new() };
    let inputs = walk.inputs(naming)?;
    // The names that the user gave and those of the weights come before ours.
    for name in &naming.outputs {
        walk.builder.take(name)?;
    }
    walk.take_weights()?;
    aliases::check(traced)?;
    for node in &traced.nodes {
        walk.node(node)?;
    }
    let outputs = walk.outputs(naming)?;
    let names: Vec<String> = outputs.iter().map(|output| output.name.clone()).collect();
    let mut graph = walk.builder.finish(&names);
    graph.name = String::from("main_graph");
    graph.input = inputs;
    graph.output = outputs;
    Ok(graph)
}

struct Walk<'t> {
    builder: Builder,
    source: &'t Traceable,
    traced: &'t Traced,
    values: HashMap<usize, Val>,
}

impl Walk<'_> {
    fn inputs(&mut self, naming: &Naming) -> Result<Vec<ValueInfoProto>> {
        let mut infos = Vec::new();
        for (position, number) in self.traced.inputs.iter().enumerate() {
            let tensor = self.traced.types.get(*number).and_then(|t| t.tensor.as_ref());
            let Some((kind, sizes)) = tensor else {
                return Err(refuse(format!("the input {position} has no known shape")));
            };
            let Some(name) = naming.inputs.get(position) else {
                return Err(refuse("there are more inputs than names"));
            };
            self.builder.take(name)?;
            let term = Term { name: name.clone(), kind: *kind, sizes: sizes.clone() };
            infos.push(info(&term, naming)?);
            self.values.insert(*number, Val::Tensor(term));
        }
        for axis in &naming.axes {
            let (input, dim) = axis.places.first().copied().unwrap_or_default();
            let input = naming.inputs.get(input).map_or("", String::as_str);
            self.builder.add_axis(input, dim as i64);
        }
        Ok(infos)
    }

    /// All weights that the trace reads, in the module's order.
    fn take_weights(&mut self) -> Result<()> {
        let mut paths: HashMap<usize, String> = HashMap::new();
        for node in self.traced.nodes.iter().filter(|node| node.kind == "prim::GetAttr") {
            let (Some(input), Some(output)) = (node.inputs.first(), node.outputs.first()) else {
                continue;
            };
            let path = paths.get(input).map(String::as_str).unwrap_or_default();
            paths.insert(*output, crate::nn::dotted(path, &node.attribute));
        }
        let read: HashSet<&String> = paths.values().collect();
        for (name, tensor) in self.source.tensors() {
            if read.contains(name) {
                self.builder.weight(name, tensor)?;
            }
        }
        Ok(())
    }

    fn node(&mut self, node: &Node) -> Result<()> {
        let values: Vec<Val> = match node.kind.as_str() {
            "prim::GetAttr" => vec![self.attribute(node)?],
            "prim::Constant" => vec![self.constant(&node.constant)?],
            "prim::ListConstruct" | "prim::TupleConstruct" => {
                vec![Val::List(self.arguments(node))]
            }
            // Where one is a result, that is said there.
            "prim::DictConstruct" => vec![Val::None],
            "prim::ListUnpack" | "prim::TupleUnpack" => return self.unpack(node),
            _ => self.operation(node)?,
        };
        for (number, value) in node.outputs.iter().zip(values) {
            self.values.insert(*number, value);
        }
        Ok(())
    }

    fn arguments(&self, node: &Node) -> Vec<Val> {
        let value = |number| self.values.get(number).cloned().unwrap_or(Val::None);
        node.inputs.iter().map(value).collect()
    }

    fn attribute(&mut self, node: &Node) -> Result<Val> {
        let of = node.inputs.first().and_then(|input| self.values.get(input));
        let path = match of {
            Some(Val::Module(path)) => path.as_str(),
            // The trace's own first input is the module.
            None => "",
            _ => return Err(refuse(format!("the attribute {} is of no module", node.attribute))),
        };
        let path = crate::nn::dotted(path, &node.attribute);
        let Some(tensor) = self.source.tensor(&path) else { return Ok(Val::Module(path)) };
        Ok(Val::Tensor(Term { kind: tensor.kind(), sizes: known(&tensor.size()), name: path }))
    }

    fn constant(&mut self, constant: &Constant) -> Result<Val> {
        Ok(match constant {
            Constant::None => Val::None,
            Constant::Bool(value) => Val::Bool(*value),
            Constant::Int(size) => Val::Int(size.clone()),
            Constant::Float(value) => Val::Float(*value),
            Constant::Text(text) => Val::Text(text.clone()),
            Constant::Tensor(tensor) => Val::Tensor(self.tensor(tensor)?),
            Constant::List(items) => {
                Val::List(items.iter().map(|item| self.constant(item)).collect::<Result<_>>()?)
            }
        })
    }

    fn tensor(&mut self, tensor: &Tensor) -> Result<Term> {
        let name = self.builder.small(tensor)?;
        Ok(Term { name, kind: tensor.kind(), sizes: known(&tensor.size()) })
    }

    /// The elements of a list get the types that the trace says.
    fn unpack(&mut self, node: &Node) -> Result<()> {
        let list = node.inputs.first().and_then(|input| self.values.get(input)).cloned();
        let Some(Val::List(items)) = list else {
            return Err(refuse(format!("{} takes apart what is no list", node.kind)));
        };
        if items.len() != node.outputs.len() {
            let text =
                format!("{} of {} elements into {}", node.kind, items.len(), node.outputs.len());
            return Err(refuse(text));
        }
        for (number, item) in node.outputs.iter().zip(items) {
            let typed = self.typed(*number);
            let item = match (item, typed) {
                (Val::Tensor(term), Some((kind, sizes))) => {
                    Val::Tensor(Term { kind, sizes, ..term })
                }
                (item, _) => item,
            };
            self.values.insert(*number, item);
        }
        Ok(())
    }

    fn typed(&self, number: usize) -> Option<(tch::Kind, Vec<Size>)> {
        self.traced.types.get(number).and_then(|known| known.tensor.clone())
    }

    fn operation(&mut self, node: &Node) -> Result<Vec<Val>> {
        let plain = node.kind.strip_prefix("aten::").unwrap_or(&node.kind);
        // One in place gives the same, and `aliases` has seen to it that this is all.
        let of_new = || plain.strip_suffix('_').and_then(operators::find);
        let Some(lower) = operators::find(plain).or_else(of_new) else {
            return Err(Error::new(
                RT_ERROR_TORCH_ONNX_OPERATOR,
                format!("{}{} has no counterpart in ONNX here", node.kind, node.origin),
            ));
        };
        self.builder.module.clone_from(&node.module);
        let op = Op {
            kind: &node.kind,
            origin: &node.origin,
            arguments: &node.arguments,
            values: self.arguments(node),
            outputs: node
                .outputs
                .iter()
                .filter_map(|number| self.traced.types.get(*number))
                .collect(),
        };
        let outs = lower(&mut self.builder, &op)?;
        if outs.len() != node.outputs.len() {
            return Err(op.refuse(format!(
                "it gives {} results, not {}",
                outs.len(),
                node.outputs.len()
            )));
        }
        let mut values = Vec::with_capacity(outs.len());
        for (position, out) in outs.into_iter().enumerate() {
            values.push(match out {
                Out::Val(value) => value,
                Out::Name(name) => Val::Tensor(Term {
                    name,
                    kind: op.out_kind(position)?,
                    sizes: op.out_sizes(position)?.to_vec(),
                }),
            });
        }
        Ok(values)
    }

    fn outputs(&mut self, naming: &Naming) -> Result<Vec<ValueInfoProto>> {
        self.builder.module.clear();
        let mut terms = Vec::new();
        for number in &self.traced.outputs {
            let declared = self.traced.types.get(*number).map_or("", |known| &known.declared);
            flatten(self.values.get(number), declared, &mut terms)?;
        }
        if terms.is_empty() {
            return Err(refuse("the module gives nothing"));
        }
        let names = match (naming.outputs.as_slice(), terms.as_slice()) {
            ([], [_]) => vec![self.take_output("output")?],
            ([], _) => (0..terms.len())
                .map(|position| self.take_output(&format!("output_{position}")))
                .collect::<Result<_>>()?,
            (given, _) if given.len() == terms.len() => given.to_vec(),
            (given, _) => {
                return Err(refuse(format!(
                    "there are {} names for {} outputs",
                    given.len(),
                    terms.len()
                )));
            }
        };
        for (name, _) in naming.output_axes.keys() {
            if !names.contains(name) {
                return Err(refuse(format!(
                    "dynamic_axes names {name:?}, which is no input or output"
                )));
            }
        }
        let mut renamed: HashMap<String, String> = HashMap::new();
        let mut infos = Vec::new();
        for (term, name) in terms.into_iter().zip(names) {
            // A tensor that is given twice has one name only.
            let value = renamed.get(&term.name).unwrap_or(&term.name).clone();
            self.builder.output(&value, &name, value == term.name);
            renamed.entry(term.name.clone()).or_insert_with(|| name.clone());
            infos.push(info(&Term { name, ..term }, naming)?);
        }
        Ok(infos)
    }

    fn take_output(&mut self, name: &str) -> Result<String> {
        self.builder.take(name)?;
        Ok(String::from(name))
    }
}

fn known(sizes: &[i64]) -> Vec<Size> {
    sizes.iter().map(|size| Size::known(*size)).collect()
}

/// The tensors of a result.
fn flatten(value: Option<&Val>, declared: &str, terms: &mut Vec<Term>) -> Result<()> {
    match value {
        Some(Val::Tensor(term)) => terms.push(term.clone()),
        Some(Val::List(items)) => {
            for item in items {
                flatten(Some(item), declared, terms)?;
            }
        }
        Some(Val::Missing(what)) => {
            return Err(Error::new(
                RT_ERROR_TORCH_ONNX_OPERATOR,
                format!("the module gives {what}, which ONNX does not"),
            ));
        }
        _ => {
            return Err(refuse(format!(
                "the module gives a {declared}: an ONNX model gives tensors, and tuples and lists of them"
            )));
        }
    }
    Ok(())
}

/// The name, dtype and shape of an input or output.
fn info(term: &Term, naming: &Naming) -> Result<ValueInfoProto> {
    let dim = |(dim, size): (usize, &Size)| {
        let named = naming.output_axes.get(&(term.name.clone(), dim)).cloned();
        let axis =
            || size.as_axis().and_then(|axis| naming.axes.get(axis)).map(|axis| axis.name.clone());
        let value = match size.number() {
            Some(number) => Some(DimensionValue::DimValue(number)),
            None => named.or_else(axis).map(DimensionValue::DimParam),
        };
        Dimension { value, ..Dimension::default() }
    };
    let shape = TensorShapeProto { dim: term.sizes.iter().enumerate().map(dim).collect() };
    let tensor = TensorType { elem_type: data_type(term.kind)? as i32, shape: Some(shape) };
    Ok(ValueInfoProto {
        name: term.name.clone(),
        r#type: Some(TypeProto {
            value: Some(TypeValue::TensorType(tensor)),
            ..TypeProto::default()
        }),
        ..ValueInfoProto::default()
    })
}
