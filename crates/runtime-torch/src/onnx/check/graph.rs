//! Graphs: who defines which name, and what inputs and results are.

use std::collections::HashSet;

use super::super::proto::{DataType, GraphProto, NodeProto, TypeProto, TypeValue, ValueInfoProto};
use super::{Context, Rigour, Verdict, node, tensor, unique};

/// The names that are defined so far in a graph, and in those around it.
pub(super) struct Scope<'g> {
    names: HashSet<&'g str>,
    outer: Option<&'g Scope<'g>>,
}

impl<'g> Scope<'g> {
    pub(super) fn within(outer: Option<&'g Scope<'g>>) -> Self {
        Self { names: HashSet::new(), outer }
    }

    fn has(&self, name: &str) -> bool {
        self.names.contains(name) || self.outer.is_some_and(|outer| outer.has(name))
    }

    pub(super) fn add(&mut self, name: &'g str) -> bool {
        self.names.insert(name)
    }

    /// Checks nodes in their order, and defines what comes out of them.
    pub(super) fn check_nodes<'n: 'g>(
        &mut self,
        nodes: &'n [NodeProto],
        context: &Context<'_>,
    ) -> Verdict {
        for (index, node) in nodes.iter().enumerate() {
            self.check_node(node, context).map_err(|reason| {
                format!("node {index} ({} {:?}): {reason}", node.op_type, node.name)
            })?;
        }
        Ok(())
    }

    fn check_node<'n: 'g>(&mut self, node: &'n NodeProto, context: &Context<'_>) -> Verdict {
        let given = node.input.iter().filter(|name| !name.is_empty());
        if let Some(name) = given.into_iter().find(|name| !self.has(name)) {
            return Err(format!(
                "input {name:?} is not defined before it: nodes must be in the order of what they need"
            ));
        }
        node::check(node, self, context)?;
        for name in node.output.iter().filter(|name| !name.is_empty()) {
            if self.has(name) {
                return Err(format!(
                    "output {name:?} is defined already: a value has one definition"
                ));
            }
            self.names.insert(name);
        }
        Ok(())
    }
}

/// Checks a graph; `outer` has the names that it may use from around it.
pub(super) fn check(
    graph: &GraphProto,
    outer: Option<&Scope<'_>>,
    context: &Context<'_>,
) -> Verdict {
    let is_main = outer.is_none();
    if graph.name.is_empty() && context.rigour == Rigour::Checker {
        return Err(String::from("the graph has no name"));
    }
    let mut scope = Scope::within(outer);
    for (what, ports) in [("input", &graph.input), ("output", &graph.output)] {
        for port in ports {
            if port.name.is_empty() {
                return Err(format!("an {what} of the graph has no name"));
            }
            // Those of inner graphs may be inferred.
            if is_main {
                check_port(port, context.rigour)
                    .map_err(|reason| format!("{what} {:?}: {reason}", port.name))?;
            }
        }
    }
    for input in &graph.input {
        if !scope.add(&input.name) {
            return Err(format!("input {:?} comes twice: a value has one definition", input.name));
        }
    }
    unique("initializers", graph.initializer.iter().map(|initializer| initializer.name.as_str()))?;
    let inputs = graph.input.len();
    for initializer in &graph.initializer {
        let name = &initializer.name;
        let named = |reason| format!("initializer {name:?}: {reason}");
        if name.is_empty() {
            return Err(String::from("an initializer has no name"));
        }
        if scope.add(name) && context.ir_version < 4 {
            return Err(named(String::from("it is no input, which it must be below ir_version 4")));
        }
        tensor::check(initializer, context.folder).map_err(named)?;
    }
    for sparse in &graph.sparse_initializer {
        let name = sparse.values.as_ref().map(|values| values.name.as_str()).unwrap_or_default();
        if name.is_empty() {
            return Err(String::from("a sparse initializer has no name"));
        }
        let is_new = scope.add(name);
        if !is_new && !graph.input[..inputs].iter().any(|input| input.name == name) {
            return Err(format!("sparse initializer {name:?} comes twice"));
        }
        tensor::check_sparse(sparse, context.folder)
            .map_err(|reason| format!("sparse initializer {name:?}: {reason}"))?;
    }
    scope.check_nodes(&graph.node, context)?;
    match graph.output.iter().find(|output| !scope.has(&output.name)) {
        Some(output) => Err(format!("output {:?} of the graph is not defined in it", output.name)),
        None => Ok(()),
    }
}

/// An input or a result of the model, whose type must be said.
fn check_port(port: &ValueInfoProto, rigour: Rigour) -> Verdict {
    let given = port.r#type.as_ref().ok_or("it has no type")?;
    check_type(given)?;
    match &given.value {
        Some(TypeValue::TensorType(tensor))
            if tensor.shape.is_none() && rigour == Rigour::Checker =>
        {
            Err(String::from("its shape is missing"))
        }
        _ => Ok(()),
    }
}

/// Checks a type.
pub(super) fn check_type(given: &TypeProto) -> Verdict {
    let inner = |given: Option<&TypeProto>, what: &str| match given {
        Some(given) => check_type(given),
        None => Err(format!("the type of its {what} is missing")),
    };
    match given.value.as_ref().ok_or("its type is empty")? {
        TypeValue::TensorType(tensor) | TypeValue::SparseTensorType(tensor) => {
            check_element(tensor.elem_type)
        }
        TypeValue::SequenceType(items) => inner(items.elem_type.as_deref(), "items"),
        TypeValue::OptionalType(item) => inner(item.elem_type.as_deref(), "content"),
        TypeValue::MapType(map) => {
            check_element(map.key_type)?;
            inner(map.value_type.as_deref(), "values")
        }
        TypeValue::OpaqueType(_) => Ok(()),
    }
}

/// Refuses a number that is no element type.
pub(super) fn check_element(number: i32) -> Verdict {
    match DataType::try_from(number) {
        Ok(DataType::Undefined) => Err(String::from("its element type is missing")),
        Ok(_) => Ok(()),
        Err(_) => Err(format!("{number} is no element type")),
    }
}
