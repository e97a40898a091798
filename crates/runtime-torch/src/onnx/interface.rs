//! What a model says about itself: its inputs and results, who made it, and the operators it is written in.

use std::fmt;

use tch::Kind;

use super::proto::{
    DataType, DimensionValue, ModelProto, TensorType, TypeProto, TypeValue, ValueInfoProto,
};

/// Inputs, results and origin of a model.
#[derive(Clone, Debug, Default)]
pub struct Interface {
    /// What has to be given, in order.
    pub inputs: Vec<Port>,
    /// What may be given by name, and has a value in the model.
    pub optional: Vec<Port>,
    /// What comes out, in order.
    pub outputs: Vec<Port>,
    /// The program that wrote the model, and its version.
    pub producer: (String, String),
    /// The domain that the model's names belong to.
    pub domain: String,
    /// The version of the model itself.
    pub model_version: i64,
    /// The version of the file's format.
    pub ir_version: i64,
    /// The name of the graph.
    pub graph_name: String,
    /// What the model is, for a reader.
    pub description: String,
    /// The sets of operators, by domain; the standard one's domain is empty.
    pub opsets: Vec<(String, i64)>,
    /// Further properties.
    pub properties: Vec<(String, String)>,
}

impl Interface {
    /// That of a model, as its file has it.
    pub fn of(model: &ModelProto) -> Self {
        let empty = super::proto::GraphProto::default();
        let graph = model.graph.as_ref().unwrap_or(&empty);
        let has_value = |port: &&ValueInfoProto| {
            let sparse =
                graph.sparse_initializer.iter().filter_map(|tensor| tensor.values.as_ref());
            graph.initializer.iter().chain(sparse).any(|tensor| tensor.name == port.name)
        };
        let (optional, inputs): (Vec<_>, Vec<_>) = graph.input.iter().partition(has_value);
        Self {
            inputs: inputs.into_iter().map(Port::of).collect(),
            optional: optional.into_iter().map(Port::of).collect(),
            outputs: graph.output.iter().map(Port::of).collect(),
            producer: (model.producer_name.clone(), model.producer_version.clone()),
            domain: model.domain.clone(),
            model_version: model.model_version,
            ir_version: model.ir_version,
            graph_name: graph.name.clone(),
            description: model.doc_string.clone(),
            opsets: model
                .opset_import
                .iter()
                .map(|set| (set.domain.clone(), set.version))
                .collect(),
            properties: model
                .metadata_props
                .iter()
                .map(|entry| (entry.key.clone(), entry.value.clone()))
                .collect(),
        }
    }
}

/// An input or a result.
#[derive(Clone, Debug, PartialEq)]
pub struct Port {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: PortType,
}

impl Port {
    fn of(info: &ValueInfoProto) -> Self {
        Self { name: info.name.clone(), kind: PortType::of(info.r#type.as_ref()) }
    }
}

/// What an input or a result is.
#[derive(Clone, Debug, PartialEq)]
pub enum PortType {
    /// A tensor. Without a shape it may have any number of axes.
    Tensor(Element, Option<Vec<Length>>),
    /// Something else, in ONNX's words: `sequence(tensor(float32))`.
    Other(String),
}

impl PortType {
    fn of(given: Option<&TypeProto>) -> Self {
        match given.and_then(|given| given.value.as_ref()) {
            Some(TypeValue::TensorType(tensor)) => {
                Self::Tensor(Element(tensor.elem_type), shape(tensor))
            }
            _ => Self::Other(words(given)),
        }
    }
}

/// The length of an axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Length {
    /// This one.
    Fixed(i64),
    /// Any, the same wherever the name stands.
    Named(String),
    /// Any.
    Any,
}

fn shape(tensor: &TensorType) -> Option<Vec<Length>> {
    let lengths = tensor.shape.as_ref()?.dim.iter().map(|axis| match &axis.value {
        Some(DimensionValue::DimValue(length)) if *length >= 0 => Length::Fixed(*length),
        Some(DimensionValue::DimParam(name)) if !name.is_empty() => Length::Named(name.clone()),
        _ => Length::Any,
    });
    Some(lengths.collect())
}

/// The type of a tensor's elements, by ONNX's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Element(pub i32);

/// The types of elements that both sides have.
const COMMON: [(DataType, Kind); 12] = [
    (DataType::Float, Kind::Float),
    (DataType::Double, Kind::Double),
    (DataType::Int32, Kind::Int),
    (DataType::Int64, Kind::Int64),
    (DataType::Bool, Kind::Bool),
    (DataType::Uint8, Kind::Uint8),
    (DataType::Int8, Kind::Int8),
    (DataType::Int16, Kind::Int16),
    (DataType::Float16, Kind::Half),
    (DataType::Bfloat16, Kind::BFloat16),
    (DataType::Complex64, Kind::ComplexFloat),
    (DataType::Complex128, Kind::ComplexDouble),
];

impl Element {
    /// That of a tensor; `None` for quantized ones.
    pub fn of(kind: Kind) -> Option<Self> {
        COMMON.iter().find(|(_, known)| *known == kind).map(|(element, _)| Self(*element as i32))
    }

    /// PyTorch's; `None` for those that tensors here do not have: texts, unsigned ones of more than eight
    /// bits, and those of less than eight.
    pub fn kind(self) -> Option<Kind> {
        COMMON.iter().find(|(element, _)| *element as i32 == self.0).map(|(_, kind)| *kind)
    }
}

impl fmt::Display for Element {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match DataType::try_from(self.0) {
            Ok(DataType::Float) => formatter.write_str("float32"),
            Ok(DataType::Double) => formatter.write_str("float64"),
            Ok(known) => formatter.write_str(&format!("{known:?}").to_lowercase()),
            Err(_) => write!(formatter, "element type {}", self.0),
        }
    }
}

/// A type in ONNX's words.
fn words(given: Option<&TypeProto>) -> String {
    let Some(given) = given.and_then(|given| given.value.as_ref()) else {
        return String::from("unknown");
    };
    match given {
        TypeValue::TensorType(tensor) => format!("tensor({})", Element(tensor.elem_type)),
        TypeValue::SparseTensorType(tensor) => {
            format!("sparse_tensor({})", Element(tensor.elem_type))
        }
        TypeValue::SequenceType(items) => {
            format!("sequence({})", words(items.elem_type.as_deref()))
        }
        TypeValue::OptionalType(item) => format!("optional({})", words(item.elem_type.as_deref())),
        TypeValue::MapType(map) => {
            format!("map({}, {})", Element(map.key_type), words(map.value_type.as_deref()))
        }
        TypeValue::OpaqueType(opaque) => format!("opaque({}, {})", opaque.domain, opaque.name),
    }
}
