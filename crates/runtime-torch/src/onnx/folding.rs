//! Whether ONNX Runtime may compute the constants of a model when it loads it. Dividing the smallest int by
//! -1 ends the process on x86, which a file must not be able to do by being loaded.
//!
//! What is looked for are divisions of constants that may be ints and of which it is not known that they are
//! harmless. Models that people make have none: what they divide by is a number that is seen to be another.

use std::collections::HashMap;

use super::proto::*;

/// What is known of a value.
#[derive(Clone, Default)]
struct Known {
    /// Whether it may be known before the model runs.
    may_be_constant: bool,
    /// Whether it is surely of a type whose division is harmless.
    is_harmless: bool,
    /// Its elements, when they are ints that can be seen.
    ints: Option<Vec<i64>>,
}

/// Whether computing a model's constants may divide the smallest int by -1.
pub(super) fn may_trap(model: &ModelProto) -> bool {
    let graph = model.graph.as_ref();
    let traps = graph.is_some_and(|graph| graph_may_trap(graph, &mut HashMap::new()));
    // Of functions that go by the names of operators nothing is known.
    let hides = |function: &FunctionProto| is_standard(&function.domain);
    traps || model.functions.iter().any(|one| hides(one) || function_may_trap(one))
}

fn graph_may_trap<'m>(graph: &'m GraphProto, values: &mut HashMap<&'m str, Known>) -> bool {
    for input in &graph.input {
        let is_harmless = match input.r#type.as_ref().and_then(|given| given.value.as_ref()) {
            Some(TypeValue::TensorType(tensor)) => is_harmless(tensor.elem_type),
            _ => false,
        };
        // An inner graph's inputs come from whoever calls it.
        values.insert(&input.name, Known { is_harmless, ..Known::default() });
    }
    for initializer in &graph.initializer {
        values.insert(&initializer.name, of_tensor(initializer));
    }
    for sparse in graph.sparse_initializer.iter().filter_map(|sparse| sparse.values.as_ref()) {
        values.insert(&sparse.name, Known { ints: None, ..of_tensor(sparse) });
    }
    nodes_may_trap(&graph.node, values)
}

fn is_standard(domain: &str) -> bool {
    matches!(domain, "" | "ai.onnx")
}

/// A function is put in where it is called, with whatever goes in there.
fn function_may_trap(function: &FunctionProto) -> bool {
    let unknown = || Known { may_be_constant: true, ..Known::default() };
    let mut values = function.input.iter().map(|name| (name.as_str(), unknown())).collect();
    nodes_may_trap(&function.node, &mut values)
}

fn nodes_may_trap<'m>(nodes: &'m [NodeProto], values: &mut HashMap<&'m str, Known>) -> bool {
    for node in nodes {
        let graphs = |attribute: &'m AttributeProto| {
            attribute.g.as_deref().into_iter().chain(&attribute.graphs)
        };
        if node.attribute.iter().flat_map(graphs).any(|graph| graph_may_trap(graph, values)) {
            return true;
        }
        let inputs: Vec<&Known> =
            node.input.iter().filter_map(|name| values.get(name.as_str())).collect();
        if node.op_type == "Div" && divides_dangerously(&inputs) {
            return true;
        }
        let known = of_node(node, &inputs);
        for output in &node.output {
            values.insert(output, known.clone());
        }
    }
    false
}

fn divides_dangerously(inputs: &[&Known]) -> bool {
    let [dividend, divisor] = inputs else { return false };
    let smallest = [i64::MIN, i64::from(i32::MIN)];
    let lacks = |known: &Known, numbers: &[i64]| {
        known.ints.as_ref().is_some_and(|ints| !ints.iter().any(|int| numbers.contains(int)))
    };
    let is_harmless = dividend.is_harmless || divisor.is_harmless;
    let are_constant = dividend.may_be_constant && divisor.may_be_constant;
    are_constant && !is_harmless && !lacks(divisor, &[-1]) && !lacks(dividend, &smallest)
}

/// Operators whose result has the type of their first input.
const KEEPS_TYPE: [&str; 35] = [
    "Abs",
    "Add",
    "Ceil",
    "Clip",
    "Concat",
    "CumSum",
    "Div",
    "Expand",
    "Flatten",
    "Floor",
    "Gather",
    "GatherElements",
    "GatherND",
    "Identity",
    "MatMul",
    "Max",
    "Min",
    "Mul",
    "Neg",
    "Pad",
    "Pow",
    "Range",
    "ReduceMax",
    "ReduceMin",
    "ReduceProd",
    "ReduceSum",
    "Relu",
    "Reshape",
    "Slice",
    "Squeeze",
    "Sub",
    "Tile",
    "Transpose",
    "Trilu",
    "Unsqueeze",
];

/// Operators whose result is of floats, or of bools.
const HARMLESS: [&str; 25] = [
    "And",
    "Cos",
    "DequantizeLinear",
    "Equal",
    "Erf",
    "Exp",
    "Gelu",
    "Greater",
    "GreaterOrEqual",
    "Less",
    "LessOrEqual",
    "LayerNormalization",
    "Log",
    "LogSoftmax",
    "Not",
    "Or",
    "Reciprocal",
    "Sigmoid",
    "Sin",
    "Softmax",
    "Softplus",
    "Sqrt",
    "Tan",
    "Tanh",
    "Xor",
];

fn of_node(node: &NodeProto, inputs: &[&Known]) -> Known {
    let name = node.op_type.as_str();
    let attribute = |name: &str| node.attribute.iter().find(|attribute| attribute.name == name);
    if !is_standard(&node.domain) {
        return Known { may_be_constant: true, ..Known::default() };
    }
    if name == "Constant" {
        return of_constant(node);
    }
    let has_graphs = node.attribute.iter().any(|one| one.g.is_some() || !one.graphs.is_empty());
    // A shape is known as soon as that of the input is.
    let may_be_constant = has_graphs
        || matches!(name, "Shape" | "Size")
        || inputs.iter().all(|input| input.may_be_constant);
    let is_harmless = match name {
        "Cast" => attribute("to")
            .and_then(|to| to.i)
            .is_some_and(|to| i32::try_from(to).is_ok_and(is_harmless)),
        // Of ints the mean is an int.
        "ReduceMean" => inputs.first().is_some_and(|input| input.is_harmless),
        _ if HARMLESS.contains(&name) => true,
        _ if KEEPS_TYPE.contains(&name) => inputs.first().is_some_and(|input| input.is_harmless),
        _ => false,
    };
    Known { may_be_constant, is_harmless, ints: None }
}

fn of_constant(node: &NodeProto) -> Known {
    let unknown = Known { may_be_constant: true, ..Known::default() };
    let Some(attribute) = node.attribute.first() else { return unknown };
    match attribute.name.as_str() {
        "value" => attribute.t.as_deref().map_or(unknown, of_tensor),
        "value_int" => Known { ints: attribute.i.map(|int| vec![int]), ..unknown },
        "value_ints" => Known { ints: Some(attribute.ints.clone()), ..unknown },
        "value_float" | "value_floats" | "value_string" | "value_strings" => {
            Known { is_harmless: true, ..unknown }
        }
        _ => unknown,
    }
}

fn of_tensor(tensor: &TensorProto) -> Known {
    let is_harmless = is_harmless(tensor.data_type);
    let ints = if is_harmless || tensor.data_location != DataLocation::Default as i32 {
        None
    } else {
        ints(tensor)
    };
    Known { may_be_constant: true, is_harmless, ints }
}

/// The elements of a tensor of int32 or int64.
fn ints(tensor: &TensorProto) -> Option<Vec<i64>> {
    let is_wide = tensor.data_type == DataType::Int64 as i32;
    Some(match &tensor.raw_data {
        Some(raw) if is_wide => {
            let chunks = raw.chunks_exact(8).map(<[u8; 8]>::try_from);
            chunks.flatten().map(i64::from_le_bytes).collect()
        }
        Some(raw) => {
            let chunks = raw.chunks_exact(4).map(<[u8; 4]>::try_from);
            chunks.flatten().map(|bytes| i64::from(i32::from_le_bytes(bytes))).collect()
        }
        None if is_wide => tensor.int64_data.clone(),
        None => tensor.int32_data.iter().map(|int| i64::from(*int)).collect(),
    })
}

/// Whether division of such elements ends no process: it is so for all but ints of 32 and 64 bits.
fn is_harmless(element: i32) -> bool {
    element != DataType::Int32 as i32 && element != DataType::Int64 as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn initializer(name: &str, data_type: DataType, ints: &[i64]) -> TensorProto {
        TensorProto {
            name: String::from(name),
            dims: vec![ints.len() as i64],
            data_type: data_type as i32,
            int64_data: ints.to_vec(),
            ..TensorProto::default()
        }
    }

    fn node(operator: &str, inputs: &[&str], output: &str) -> NodeProto {
        NodeProto {
            op_type: String::from(operator),
            input: inputs.iter().map(ToString::to_string).collect(),
            output: vec![String::from(output)],
            ..NodeProto::default()
        }
    }

    fn traps(initializer: Vec<TensorProto>, node: Vec<NodeProto>) -> bool {
        let input = vec![ValueInfoProto { name: String::from("x"), ..ValueInfoProto::default() }];
        let graph = GraphProto { initializer, node, input, ..GraphProto::default() };
        may_trap(&ModelProto { graph: Some(graph), ..ModelProto::default() })
    }

    #[test]
    fn divisions_that_may_end_the_process_are_seen() {
        let ints = |name: &str, ints: &[i64]| initializer(name, DataType::Int64, ints);
        let divide = || node("Div", &["a", "b"], "c");
        assert!(traps(vec![ints("a", &[i64::MIN]), ints("b", &[2, -1])], vec![divide()]));
        // Of a divisor that is computed nothing is known.
        let negate = node("Neg", &["one"], "b");
        let values = vec![ints("a", &[i64::MIN]), ints("one", &[1])];
        assert!(traps(values, vec![negate, divide()]));
        // A shape is known early, and cannot be seen.
        let shapes = vec![node("Shape", &["x"], "a"), node("Shape", &["x"], "b"), divide()];
        assert!(traps(vec![], shapes));
    }

    #[test]
    fn what_people_divide_is_not_suspected() {
        let ints = |name: &str, ints: &[i64]| initializer(name, DataType::Int64, ints);
        let floats = |name: &str| initializer(name, DataType::Float, &[]);
        let divide = || node("Div", &["a", "b"], "c");
        assert!(!traps(vec![ints("a", &[i64::MIN]), ints("b", &[2, 1])], vec![divide()]));
        assert!(!traps(vec![ints("a", &[7]), ints("b", &[-1])], vec![divide()]));
        assert!(!traps(vec![floats("a"), floats("b")], vec![divide()]));
        assert!(!traps(vec![ints("b", &[-1])], vec![node("Div", &["x", "b"], "c")]));
        let half = vec![node("Shape", &["x"], "a"), divide()];
        assert!(!traps(vec![ints("b", &[2])], half));
        let root = vec![node("Sqrt", &["f"], "b"), node("Div", &["f", "b"], "c")];
        assert!(!traps(vec![floats("f")], root));
    }
}
