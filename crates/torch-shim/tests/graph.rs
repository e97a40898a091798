//! Traced graphs: what is in them, and where it came from.
#![cfg(feature = "pytorch")]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

use std::sync::Mutex;

use tch::{Device, Kind, Tensor};
use torch_shim::Value;
use torch_shim::graph::{Graph, Scope, reads_elements};
use torch_shim::jit::Module;

fn ones(shape: &[i64]) -> Tensor {
    Tensor::f_ones(shape, (Kind::Float, Device::Cpu)).unwrap()
}

fn kinds(graph: &Graph) -> Vec<&str> {
    graph
        .nodes
        .iter()
        .map(|node| node.kind.as_str())
        .filter(|kind| *kind != "prim::Constant")
        .collect()
}

#[test]
fn a_function_is_traced_with_its_parameters_and_modules() {
    let parameters = Module::new().unwrap();
    let weight = ones(&[3]).set_requires_grad(true);
    parameters.register_parameter("inner.weight", &weight).unwrap();
    let weight = Mutex::new(weight);
    let run = move |inputs: Vec<Value>| {
        let weight = weight.lock().unwrap();
        let [Value::Tensor(input)] = inputs.as_slice() else { return Err("one input".into()) };
        let product = {
            let _scope = Scope::enter("inner (Scale)");
            input.f_mul(&weight).map_err(|error| error.to_string())?
        };
        Ok(Value::Tensor(product.f_relu().map_err(|error| error.to_string())?))
    };
    let graph = Graph::trace(&parameters, Box::new(run), &[ones(&[2, 3])]).unwrap();
    assert_eq!(kinds(&graph), ["prim::GetAttr", "prim::GetAttr", "aten::mul", "aten::relu"]);
    let node = |kind: &str| graph.nodes.iter().find(|node| node.kind == kind).unwrap();
    assert_eq!(node("aten::mul").module, "inner (Scale)");
    assert_eq!(node("aten::mul").arguments, ["self", "other"]);
    assert_eq!(node("aten::relu").module, "");
    let attributes: Vec<&str> = graph.nodes.iter().map(|node| node.attribute.as_str()).collect();
    assert!(attributes.starts_with(&["inner", "weight"]), "{attributes:?}");
    let output = graph.values.iter().find(|value| value.id == graph.outputs[0]).unwrap();
    assert_eq!(
        (output.kind, output.sizes.as_deref()),
        (Some(Kind::Float), Some([2, 3].as_slice()))
    );
    assert_eq!(graph.inputs.len(), 2);
}

#[test]
fn a_method_is_traced_with_its_places() {
    let source =
        "def forward(x):\n    for i in range(2):\n        x = x * (x.size(0) + i)\n    return x\n";
    let module = Module::script(source).unwrap();
    let graph = Graph::trace_method(&module, "forward", &[ones(&[4])]).unwrap();
    assert_eq!(kinds(&graph), ["aten::mul", "aten::mul"]);
    let places: Vec<&str> = graph
        .nodes
        .iter()
        .filter(|node| node.kind == "aten::mul")
        .map(|node| node.place.as_str())
        .collect();
    assert_eq!(places, ["source, line 3, column 13"; 2]);
    let ints: Vec<i64> = graph
        .nodes
        .iter()
        .filter_map(|node| match node.constant {
            Value::Int(int) => Some(int),
            _ => None,
        })
        .collect();
    assert_eq!(ints, [4, 5]);
    // A result that comes from no input is a constant.
    let module = Module::script("def forward(x):\n    return x, torch.ones([2])\n").unwrap();
    let graph = Graph::trace_method(&module, "forward", &[ones(&[4])]).unwrap();
    assert_eq!(graph.outputs.len(), 1);
}

#[test]
fn errors_say_what_is_wrong() {
    let module = Module::script("def forward(x):\n    return x + torch.ones([3])\n").unwrap();
    let error = Graph::trace_method(&module, "forward", &[ones(&[4])]).unwrap_err();
    assert!(error.contains("must match the size"), "{error}");
    let error = Graph::trace_method(&module, "forward", &[]).unwrap_err();
    assert_eq!(error, "forward takes 1 inputs and was given 0");
    let error = Graph::trace_method(&module, "backward", &[]).unwrap_err();
    assert!(error.contains("no method \"backward\""), "{error}");
    assert!(Graph::trace_method(&module, "a\0b", &[]).is_err());
    // A trace that failed is over: the next one works.
    Graph::trace_method(&module, "forward", &[ones(&[3])]).unwrap();
    let failing = Box::new(|_| Err(String::from("no")));
    assert_eq!(Graph::trace(&Module::new().unwrap(), failing, &[]).unwrap_err(), "no");
    let panicking = Box::new(|_| panic!("oh"));
    let error = Graph::trace(&Module::new().unwrap(), panicking, &[]).unwrap_err();
    assert!(error.contains("panicked: oh"), "{error}");
    // Without a trace a scope is nothing.
    drop(Scope::enter("outside"));
}

#[test]
fn elements_that_become_numbers_are_found() {
    let found = |body: &str| {
        let module = Module::script(&format!("def forward(x):\n    {body}\n")).unwrap();
        reads_elements(&module, "forward").unwrap()
    };
    for body in [
        "return x * x.size(0)",
        "return x * 2 if x.dim() > 1 else x",
        "return x if x.dtype == torch.float32 else x.float()",
        "return x * float(torch.ones([1]))",
        "y = [x, x]\n    return y[0]",
    ] {
        assert_eq!(found(body), None, "{body}");
    }
    for (body, wanted) in [
        ("return x * int(x.sum())", "aten::Int at source, line "),
        ("return x if bool(x.any()) else -x", "aten::Bool at source, line "),
        (
            "y = x\n    for i in range(2):\n        z = y\n        y = x * 2\n        if bool(z.any()):\n            y = y + 1\n    return y",
            "aten::Bool at source, line ",
        ),
        ("y = [x]\n    return x * y[0].item()", "aten::item at source, line "),
    ] {
        let found = found(body).unwrap_or_else(|| panic!("{body}"));
        assert!(found.starts_with(wanted), "{body}: {found}");
    }
}
