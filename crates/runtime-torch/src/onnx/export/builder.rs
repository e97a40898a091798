//! The ONNX graph that is being built: its nodes, its constants, and names that are not taken.

use std::collections::{HashMap, HashSet};

use prost::bytes::Bytes;
use runtime_core::Result;
use tch::{Kind, Tensor};

use super::refuse;
use super::size::Size;
use crate::onnx::proto::{
    AttributeProto, AttributeType, DataType, GraphProto, NodeProto, TensorProto,
};
use crate::tensor::read;

/// A file of more than this is none that protobuf's readers take.
const MOST_BYTES: usize = i32::MAX as usize;

/// An attribute of a node.
pub(super) enum Attribute {
    Int(i64),
    Ints(Vec<i64>),
    Float(f64),
    Text(String),
    Strings(Vec<&'static str>),
    Tensor(Box<TensorProto>),
}

/// Nodes and constants, in the order in which they are made.
pub(super) struct Builder {
    pub(super) opset: i64,
    graph: GraphProto,
    taken: HashSet<String>,
    counts: HashMap<String, usize>,
    /// The module that the next nodes come from.
    pub(super) module: String,
    constants: HashMap<(Vec<i64>, i32, Vec<u8>), String>,
    sizes: HashMap<Size, String>,
    lengths: HashMap<usize, String>,
    /// The input and dimension of each dynamic axis.
    axes: Vec<(String, i64)>,
    bytes: usize,
}

impl Builder {
    pub(super) fn new(opset: i64) -> Self {
        Self {
            opset,
            graph: GraphProto::default(),
            taken: HashSet::new(),
            counts: HashMap::new(),
            module: String::new(),
            constants: HashMap::new(),
            sizes: HashMap::new(),
            lengths: HashMap::new(),
            axes: Vec::new(),
            bytes: 0,
        }
    }

    /// Takes a name that has to be this one.
    pub(super) fn take(&mut self, name: &str) -> Result<()> {
        if name.is_empty() {
            return Err(refuse("a name is empty"));
        }
        if !self.taken.insert(String::from(name)) {
            return Err(refuse(format!("two values are to have the name {name:?}")));
        }
        Ok(())
    }

    /// Where the length of the next dynamic axis is read.
    pub(super) fn add_axis(&mut self, input: &str, dim: i64) {
        self.axes.push((String::from(input), dim));
    }

    fn fresh(&mut self, operator: &str) -> String {
        let operator = operator.to_lowercase();
        loop {
            let count = self.counts.entry(operator.clone()).or_insert(0);
            let name = format!("{operator}_{count}");
            *count += 1;
            if self.taken.insert(name.clone()) {
                return name;
            }
        }
    }

    /// A node with `count` outputs, whose names are returned.
    pub(super) fn nodes(
        &mut self,
        operator: &str,
        inputs: &[&str],
        attributes: Vec<(&str, Attribute)>,
        count: usize,
    ) -> Vec<String> {
        let output: Vec<String> = (0..count).map(|_| self.fresh(operator)).collect();
        let first = output.first().map_or("", String::as_str);
        let name = match self.module.split(' ').next().filter(|module| !module.is_empty()) {
            Some(module) => format!("{module}/{first}"),
            None => String::from(first),
        };
        // An input that is left out at the end is not written.
        let count = inputs.iter().rposition(|input| !input.is_empty()).map_or(0, |last| last + 1);
        self.graph.node.push(NodeProto {
            input: inputs.iter().take(count).map(|input| String::from(*input)).collect(),
            output: output.clone(),
            name,
            op_type: String::from(operator),
            attribute: attributes.into_iter().map(attribute).collect(),
            ..NodeProto::default()
        });
        output
    }

    /// A node with one output.
    pub(super) fn with(
        &mut self,
        operator: &str,
        inputs: &[&str],
        attributes: Vec<(&str, Attribute)>,
    ) -> String {
        self.nodes(operator, inputs, attributes, 1).pop().unwrap_or_default()
    }

    /// A node with one output and without attributes.
    pub(super) fn node(&mut self, operator: &str, inputs: &[&str]) -> String {
        self.with(operator, inputs, Vec::new())
    }

    /// The value as another dtype.
    pub(super) fn cast(&mut self, name: &str, from: Kind, to: Kind) -> Result<String> {
        if from == to {
            return Ok(String::from(name));
        }
        let number = i64::from(data_type(to)? as i32);
        Ok(self.with("Cast", &[name], vec![("to", Attribute::Int(number))]))
    }

    /// A constant with these bytes, which is shared with an equal one.
    fn constant(&mut self, dims: Vec<i64>, kind: DataType, raw: Vec<u8>) -> String {
        let key = (dims, kind as i32, raw);
        if let Some(name) = self.constants.get(&key) {
            return name.clone();
        }
        let name = self.fresh("constant");
        self.bytes = self.bytes.saturating_add(key.2.len());
        let mut tensor = raw_tensor(key.0.clone(), kind, key.2.clone());
        tensor.name.clone_from(&name);
        self.graph.initializer.push(tensor);
        self.constants.insert(key, name.clone());
        name
    }

    /// A list of ints.
    pub(super) fn ints(&mut self, ints: &[i64]) -> String {
        let raw = ints.iter().flat_map(|int| int.to_le_bytes()).collect();
        self.constant(vec![ints.len() as i64], DataType::Int64, raw)
    }

    /// An int without dimensions.
    pub(super) fn int(&mut self, int: i64) -> String {
        self.constant(Vec::new(), DataType::Int64, int.to_le_bytes().to_vec())
    }

    /// Floats as a list.
    pub(super) fn floats(&mut self, floats: &[f32]) -> String {
        let raw = floats.iter().flat_map(|float| float.to_le_bytes()).collect();
        self.constant(vec![floats.len() as i64], DataType::Float, raw)
    }

    /// A number without dimensions, of this dtype.
    pub(super) fn number(&mut self, number: f64, kind: Kind) -> Result<String> {
        let tensor = scalar_tensor(number, kind)?;
        self.small(&tensor)
    }

    /// As many of one number as the sizes say.
    pub(super) fn filled(&mut self, sizes: &[i64], number: f64, kind: Kind) -> Result<String> {
        let tensor = scalar_tensor(number, kind)?;
        let tensor =
            tch_ok(tensor.f_expand(sizes, false).and_then(|tensor| tensor.f_contiguous()))?;
        self.small(&tensor)
    }

    /// A tensor as a constant that is shared with an equal one.
    pub(super) fn small(&mut self, tensor: &Tensor) -> Result<String> {
        let raw = read_bytes(tensor)?;
        Ok(self.constant(tensor.size(), data_type(tensor.kind())?, raw))
    }

    /// A tensor under its own name.
    pub(super) fn weight(&mut self, name: &str, tensor: &Tensor) -> Result<()> {
        self.take(name)?;
        let size = tensor.numel().saturating_mul(tensor.kind().elt_size_in_bytes());
        self.bytes = self.bytes.saturating_add(size);
        if self.bytes > MOST_BYTES {
            return Err(refuse(format!(
                "the weights are more than {MOST_BYTES} bytes, which is the most for an ONNX file: \
                 weights in files beside it are not written"
            )));
        }
        let raw = read_bytes(tensor)?;
        let mut tensor = raw_tensor(tensor.size(), data_type(tensor.kind())?, raw);
        tensor.name = String::from(name);
        self.graph.initializer.push(tensor);
        Ok(())
    }

    /// A size as a list of one int.
    pub(super) fn size(&mut self, size: &Size) -> Result<String> {
        if let Some(number) = size.number() {
            return Ok(self.ints(&[number]));
        }
        if let Some(name) = self.sizes.get(size) {
            return Ok(name.clone());
        }
        let mut sum: Option<String> = None;
        for (axes, factor) in size.products() {
            let mut product: Option<String> = None;
            for axis in axes {
                let length = self.length(axis)?;
                product = Some(match product {
                    Some(product) => self.node("Mul", &[&product, &length]),
                    None => length,
                });
            }
            let term = match (product, factor) {
                (Some(product), 1) => product,
                (Some(product), factor) => {
                    let factor = self.ints(&[factor]);
                    self.node("Mul", &[&product, &factor])
                }
                (None, factor) => self.ints(&[factor]),
            };
            sum = Some(match sum {
                Some(sum) => self.node("Add", &[&sum, &term]),
                None => term,
            });
        }
        let name = sum.ok_or_else(|| refuse("a size is nothing"))?;
        self.sizes.insert(size.clone(), name.clone());
        Ok(name)
    }

    fn length(&mut self, axis: usize) -> Result<String> {
        let (input, dim) =
            self.axes.get(axis).cloned().ok_or_else(|| refuse("a dynamic axis is in no input"))?;
        if let Some(name) = self.lengths.get(&axis) {
            return Ok(name.clone());
        }
        let bounds = vec![("start", Attribute::Int(dim)), ("end", Attribute::Int(dim + 1))];
        let name = self.with("Shape", &[&input], bounds);
        self.lengths.insert(axis, name.clone());
        Ok(name)
    }

    /// Sizes as a list of ints.
    pub(super) fn sizes(&mut self, sizes: &[Size]) -> Result<String> {
        if let Some(known) = sizes.iter().map(Size::number).collect::<Option<Vec<_>>>() {
            return Ok(self.ints(&known));
        }
        if let [size] = sizes {
            return self.size(size);
        }
        let parts = sizes.iter().map(|size| self.size(size)).collect::<Result<Vec<_>>>()?;
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        Ok(self.with("Concat", &parts, vec![("axis", Attribute::Int(0))]))
    }

    /// A value under the name of one of the graph's outputs, which is taken for it. What a node made gets
    /// the name itself, unless it has that of an output already.
    pub(super) fn output(&mut self, value: &str, name: &str, renamable: bool) {
        let made = self
            .graph
            .node
            .iter_mut()
            .any(|node| renamable && node.output.iter().any(|output| output == value));
        if !made {
            let node = NodeProto {
                input: vec![String::from(value)],
                output: vec![String::from(name)],
                name: String::from(name),
                op_type: String::from("Identity"),
                ..NodeProto::default()
            };
            self.graph.node.push(node);
            return;
        }
        for node in &mut self.graph.node {
            for known in node.input.iter_mut().chain(&mut node.output) {
                if known == value {
                    *known = String::from(name);
                }
            }
        }
    }

    /// The graph, without nodes and constants that no output needs.
    pub(super) fn finish(mut self, outputs: &[String]) -> GraphProto {
        let mut needed: HashSet<String> = outputs.iter().cloned().collect();
        let mut nodes = Vec::with_capacity(self.graph.node.len());
        for node in std::mem::take(&mut self.graph.node).into_iter().rev() {
            if node.output.iter().any(|output| needed.contains(output)) {
                needed.extend(node.input.iter().cloned());
                nodes.push(node);
            }
        }
        nodes.reverse();
        self.graph.node = nodes;
        self.graph.initializer.retain(|tensor| needed.contains(&tensor.name));
        self.graph
    }
}

fn attribute((name, value): (&str, Attribute)) -> AttributeProto {
    let mut attribute = AttributeProto { name: String::from(name), ..AttributeProto::default() };
    let kind = match value {
        Attribute::Int(int) => {
            attribute.i = Some(int);
            AttributeType::Int
        }
        Attribute::Ints(ints) => {
            attribute.ints = ints;
            AttributeType::Ints
        }
        Attribute::Float(float) => {
            attribute.f = Some(float as f32);
            AttributeType::Float
        }
        Attribute::Text(text) => {
            attribute.s = Some(text.into_bytes());
            AttributeType::String
        }
        Attribute::Strings(texts) => {
            attribute.strings = texts.into_iter().map(|text| text.as_bytes().to_vec()).collect();
            AttributeType::Strings
        }
        Attribute::Tensor(tensor) => {
            attribute.t = Some(tensor);
            AttributeType::Tensor
        }
    };
    attribute.r#type = kind as i32;
    attribute
}

/// A tensor of one element as an attribute.
pub(super) fn element(number: f64, kind: Kind) -> Result<Attribute> {
    let raw = read_bytes(&scalar_tensor(number, kind)?)?;
    Ok(Attribute::Tensor(Box::new(raw_tensor(vec![1], data_type(kind)?, raw))))
}

fn raw_tensor(dims: Vec<i64>, kind: DataType, raw: Vec<u8>) -> TensorProto {
    TensorProto {
        dims,
        data_type: kind as i32,
        raw_data: Some(Bytes::from(raw)),
        ..TensorProto::default()
    }
}

fn scalar_tensor(number: f64, kind: Kind) -> Result<Tensor> {
    // Ints beyond 2^53 do not come here as floats: `int` makes them.
    tch_ok(
        Tensor::f_from_slice(&[number])
            .and_then(|one| one.f_to_kind(kind))
            .and_then(|one| one.f_reshape([0_i64; 0])),
    )
}

fn tch_ok<T>(result: std::result::Result<T, tch::TchError>) -> Result<T> {
    crate::error::OrTorch::or_torch(result)
}

fn read_bytes(tensor: &Tensor) -> Result<Vec<u8>> {
    let size = tensor.numel().saturating_mul(tensor.kind().elt_size_in_bytes());
    let mut bytes = Vec::new();
    bytes
        .try_reserve_exact(size)
        .map_err(|_| refuse("there is no memory for a copy of the weights"))?;
    bytes.resize(size, 0);
    read::copy_into(tensor, &mut bytes)?;
    Ok(bytes)
}

/// ONNX's number of a dtype.
///
/// # Errors
/// `RT_ERROR_TORCH_ONNX_EXPORT` for one that its operators do not take.
pub(super) fn data_type(kind: Kind) -> Result<DataType> {
    Ok(match kind {
        Kind::Float => DataType::Float,
        Kind::Double => DataType::Double,
        Kind::Half => DataType::Float16,
        Kind::BFloat16 => DataType::Bfloat16,
        Kind::Uint8 => DataType::Uint8,
        Kind::Int8 => DataType::Int8,
        Kind::Int16 => DataType::Int16,
        Kind::Int => DataType::Int32,
        Kind::Int64 => DataType::Int64,
        Kind::Bool => DataType::Bool,
        other => return Err(refuse(format!("ONNX operators do not take tensors of {other:?}"))),
    })
}

#[cfg(test)]
mod tests {
    use tch::Device;

    use super::*;

    #[test]
    fn weights_of_more_than_two_gibibytes_are_refused_before_they_are_copied() {
        let one = Tensor::f_zeros([1], (Kind::Float, Device::Cpu)).unwrap();
        let half = one.f_expand([300 << 20], false).unwrap();
        let mut builder = Builder::new(20);
        builder.bytes = MOST_BYTES - half.numel() * 4 + 1;
        let error = builder.weight("weight", &half).unwrap_err();
        assert!(error.reason().contains("2147483647 bytes"), "{}", error.reason());
    }

    #[test]
    fn names_are_taken_once() {
        let mut builder = Builder::new(20);
        builder.take("relu_0").unwrap();
        assert_eq!(builder.node("Relu", &["x"]), "relu_1");
        assert!(builder.take("relu_1").is_err());
        assert!(builder.take("").is_err());
        assert_eq!(builder.ints(&[1, 2]), builder.ints(&[1, 2]));
        assert_ne!(builder.ints(&[1]), builder.int(1));
    }
}
