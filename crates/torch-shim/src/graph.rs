//! Graphs of traced operations, for who translates them into another format.

use std::ffi::CString;

use tch::{Kind, Tensor};

use crate::Result;
use crate::callback::{Callback, function};
use crate::ffi::*;
use crate::jit::Module;
use crate::text::{pointer, string};
use crate::value::{Raw, Value, addresses, raw_all};

/// The operations that a function did when it was traced, in order.
#[derive(Debug)]
pub struct Graph {
    /// The operations.
    pub nodes: Vec<Node>,
    /// What they take and give.
    pub values: Vec<Typed>,
    /// The numbers of the inputs, of which the first is the module.
    pub inputs: Vec<i64>,
    /// The numbers of the outputs.
    pub outputs: Vec<i64>,
}

/// An operation.
#[derive(Debug)]
pub struct Node {
    /// Its kind: `aten::relu`, `prim::Constant`.
    pub kind: String,
    /// The module that it came from, if that is known.
    pub module: String,
    /// Its place in a source text, if there is one.
    pub place: String,
    /// The attribute that a `prim::GetAttr` reads.
    pub attribute: String,
    /// The numbers of the values that it takes.
    pub inputs: Vec<i64>,
    /// The names of its arguments, where it has a schema.
    pub arguments: Vec<String>,
    /// The numbers of the values that it gives.
    pub outputs: Vec<i64>,
    /// The value of a `prim::Constant`.
    pub constant: Value,
}

/// What is known of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// Its number.
    pub id: i64,
    /// Its type's text.
    pub declared: String,
    /// The dtype of a tensor.
    pub kind: Option<Kind>,
    /// The sizes of a tensor.
    pub sizes: Option<Vec<i64>>,
}

impl Graph {
    /// Runs the function once, without recording gradients. What it uses of the module's parameters and
    /// buffers is found in there by identity.
    ///
    /// # Errors
    /// The function's own, and LibTorch's text for what cannot be traced.
    pub fn trace(parameters: &Module, callback: Callback, inputs: &[Tensor]) -> Result<Self> {
        let inputs = raw_tensors(inputs)?;
        let graph = parameters.change_and(|module| {
            let function = function(callback);
            // SAFETY: the module and the inputs are live, the function is C++'s from here on.
            pointer(|error| unsafe {
                shim_graph_trace(module, function, addresses(&inputs), inputs.len(), error)
            })
        })?;
        // SAFETY: the value is new and ours.
        read(unsafe { Raw::new(graph) }.to_value()?)
    }

    /// Runs a method once: branches and loops are as they are for these inputs.
    ///
    /// # Errors
    /// What the method raises, and LibTorch's text for what cannot be traced.
    pub fn trace_method(module: &Module, method: &str, inputs: &[Tensor]) -> Result<Self> {
        let inputs = raw_tensors(inputs)?;
        let method = CString::new(method).map_err(|_| String::from("a name with a zero"))?;
        let graph = module.change_and(|module| {
            // SAFETY: the module and the inputs are live, the name ends with a zero.
            pointer(|error| unsafe {
                let (inputs, count) = (addresses(&inputs), inputs.len());
                shim_graph_trace_method(module, method.as_ptr(), inputs, count, error)
            })
        })?;
        // SAFETY: the value is new and ours.
        read(unsafe { Raw::new(graph) }.to_value()?)
    }
}

/// Which operation of a method makes a number of the elements of a tensor that depends on the inputs, and
/// where: it is the same in a trace whatever the inputs are.
///
/// # Errors
/// That there is no such method.
pub fn reads_elements(module: &Module, method: &str) -> Result<Option<String>> {
    let method = CString::new(method).map_err(|_| String::from("a name with a zero"))?;
    let found = module.change_and(|module| {
        // SAFETY: the module is live, the name ends with a zero.
        string(|error| unsafe { shim_graph_elements(module, method.as_ptr(), error) })
    })?;
    Ok(Some(found).filter(|found| !found.is_empty()))
}

/// Operations that this thread traces come from a module while this lives.
pub struct Scope(());

impl Scope {
    /// From here on.
    pub fn enter(module: &str) -> Self {
        // A name with a zero ends there.
        let name = module.split('\0').next().unwrap_or_default();
        if let Ok(name) = CString::new(name) {
            // SAFETY: the name ends with a zero.
            unsafe { shim_graph_enter(name.as_ptr()) };
        }
        Self(())
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        // SAFETY: nothing is passed; without a trace it does nothing.
        unsafe { shim_graph_leave() };
    }
}

fn raw_tensors(inputs: &[Tensor]) -> Result<Vec<Raw>> {
    let values: Vec<Value> =
        inputs.iter().map(|input| Value::Tensor(input.shallow_clone())).collect();
    raw_all(&values)
}

fn read(graph: Value) -> Result<Graph> {
    let other = || String::from("the graph is not as shim.h describes it");
    let [nodes, values, inputs, outputs] = parts(graph).ok_or_else(other)?;
    let nodes = nodes.into_items().into_iter().map(node);
    let values = values.into_items().into_iter().map(typed);
    Ok(Graph {
        nodes: nodes.collect::<Option<_>>().ok_or_else(other)?,
        values: values.collect::<Option<_>>().ok_or_else(other)?,
        inputs: ints(inputs).ok_or_else(other)?,
        outputs: ints(outputs).ok_or_else(other)?,
    })
}

fn node(value: Value) -> Option<Node> {
    let [kind, module, place, attribute, inputs, arguments, outputs, constant] = parts(value)?;
    Some(Node {
        kind: text(kind)?,
        module: text(module)?,
        place: text(place)?,
        attribute: text(attribute)?,
        inputs: ints(inputs)?,
        arguments: arguments.into_items().into_iter().map(text).collect::<Option<_>>()?,
        outputs: ints(outputs)?,
        constant,
    })
}

fn typed(value: Value) -> Option<Typed> {
    let [id, declared, dtype, sizes] = parts(value)?;
    let sizes = match sizes {
        Value::None => None,
        sizes => Some(ints(sizes)?),
    };
    let (Value::Int(id), Value::Int(dtype)) = (id, dtype) else { return None };
    Some(Typed { id, declared: text(declared)?, kind: kind_of(dtype), sizes })
}

/// The dtype that has this number in LibTorch.
fn kind_of(number: i64) -> Option<Kind> {
    Some(match number {
        0 => Kind::Uint8,
        1 => Kind::Int8,
        2 => Kind::Int16,
        3 => Kind::Int,
        4 => Kind::Int64,
        5 => Kind::Half,
        6 => Kind::Float,
        7 => Kind::Double,
        8 => Kind::ComplexHalf,
        9 => Kind::ComplexFloat,
        10 => Kind::ComplexDouble,
        11 => Kind::Bool,
        15 => Kind::BFloat16,
        _ => return None,
    })
}

fn parts<const N: usize>(value: Value) -> Option<[Value; N]> {
    match value {
        Value::Tuple(parts) => parts.try_into().ok(),
        _ => None,
    }
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

fn ints(value: Value) -> Option<Vec<i64>> {
    let int = |value| match value {
        Value::Int(int) => Some(int),
        _ => None,
    };
    value.into_items().into_iter().map(int).collect()
}
