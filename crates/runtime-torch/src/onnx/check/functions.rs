//! A model's own functions: that they are well formed, and that putting them in where they are called ends.

use std::collections::{HashMap, HashSet};

use super::super::proto::{FunctionProto, GraphProto, NodeProto};
use super::graph::Scope;
use super::{Context, Verdict, domain, opsets, unique};

/// What a node calls: domain, name and overload.
type Name<'m> = (&'m str, &'m str, &'m str);

/// The names of the functions, each there once.
pub(super) fn check_names(functions: &[FunctionProto]) -> Result<HashSet<Name<'_>>, String> {
    let mut names = HashSet::new();
    for function in functions {
        if function.name.is_empty() || function.domain.is_empty() {
            return Err(format!("function {:?} has no name or no domain", function.name));
        }
        if !names.insert(name(function)) {
            return Err(format!("function {:?} comes twice", function.name));
        }
    }
    Ok(names)
}

fn name(function: &FunctionProto) -> Name<'_> {
    (domain(&function.domain), &function.name, &function.overload)
}

/// Checks what is in a function.
pub(super) fn check(function: &FunctionProto, model: &Context<'_>) -> Verdict {
    let context = Context {
        ir_version: model.ir_version,
        rigour: model.rigour,
        opsets: opsets(&function.opset_import),
        functions: model.functions,
        folder: model.folder,
        is_function: true,
    };
    unique("attributes", function.attribute.iter().map(String::as_str))?;
    let mut scope = Scope::within(None);
    for input in &function.input {
        if !scope.add(input) {
            return Err(format!("input {input:?} comes twice"));
        }
    }
    scope.check_nodes(&function.node, &context)
}

/// How many nodes a model may have when every function is put in where it is called, and how deep calls may
/// go.
const MOST_NODES: u64 = 10_000_000;
const DEEPEST: usize = 64;

/// Refuses functions that call themselves, and those that become too many nodes.
pub(super) fn check_calls(functions: &[FunctionProto], graph: &GraphProto) -> Verdict {
    if functions.is_empty() {
        return Ok(());
    }
    let index: HashMap<Name<'_>, usize> =
        functions.iter().enumerate().map(|(index, function)| (name(function), index)).collect();
    let calls: Vec<Calls> = functions.iter().map(|one| Calls::of(&one.node, &index)).collect();
    // Sizes become known from those that call nobody upwards; what calls itself never does.
    let mut sizes: Vec<Option<u64>> = vec![None; functions.len()];
    let mut is_settled = false;
    for _ in 0..DEEPEST {
        let known = |calls: &Calls| calls.size(&sizes);
        let next: Vec<Option<u64>> = calls.iter().map(known).collect();
        is_settled = next == sizes;
        sizes = next;
        if is_settled {
            break;
        }
    }
    if let Some(at) = sizes.iter().position(Option::is_none) {
        let name = &functions[at].name;
        return Err(match is_settled {
            true => format!("function {name:?} calls itself, or one that does"),
            false => format!("function {name:?}: calls of functions go deeper than {DEEPEST}"),
        });
    }
    let size = Calls::of(&graph.node, &index).size(&sizes).unwrap_or(u64::MAX);
    if size > MOST_NODES {
        return Err(format!(
            "with its functions put in the model has more than {MOST_NODES} nodes"
        ));
    }
    Ok(())
}

/// What a body consists of: nodes of its own, and which functions it calls how often.
struct Calls {
    own: u64,
    called: HashMap<usize, u64>,
}

impl Calls {
    fn of(nodes: &[NodeProto], index: &HashMap<Name<'_>, usize>) -> Self {
        let mut calls = Self { own: 0, called: HashMap::new() };
        calls.add(nodes, index);
        calls
    }

    fn add(&mut self, nodes: &[NodeProto], index: &HashMap<Name<'_>, usize>) {
        for node in nodes {
            self.own += 1;
            let name = (domain(&node.domain), node.op_type.as_str(), node.overload.as_str());
            if let Some(function) = index.get(&name) {
                *self.called.entry(*function).or_default() += 1;
            }
            for attribute in &node.attribute {
                for graph in attribute.g.as_deref().into_iter().chain(&attribute.graphs) {
                    self.add(&graph.node, index);
                }
            }
        }
    }

    /// How many nodes it becomes, when that is known of all that it calls.
    fn size(&self, sizes: &[Option<u64>]) -> Option<u64> {
        self.called.iter().try_fold(self.own, |total, (function, times)| {
            Some(total.saturating_add(sizes[*function]?.saturating_mul(*times)))
        })
    }
}
