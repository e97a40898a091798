//! Attributes: exactly one value, of the type that they say.

use super::super::proto::{AttributeProto, AttributeType};
use super::graph::{Scope, check_type};
use super::{Context, Verdict, graph, tensor};

/// Checks an attribute; graphs in it see what is defined in `scope`.
pub(super) fn check(
    attribute: &AttributeProto,
    scope: &Scope<'_>,
    context: &Context<'_>,
) -> Verdict {
    if attribute.name.is_empty() {
        return Err(String::from("it has no name"));
    }
    let used = used(attribute);
    let said = AttributeType::try_from(attribute.r#type)
        .map_err(|_| format!("{} is no type of attributes", attribute.r#type))?;
    if !attribute.ref_attr_name.is_empty() {
        if !context.is_function {
            return Err(String::from("it refers to a function's attribute, outside of a function"));
        }
        return match used.is_empty() {
            true => Ok(()),
            false => Err(String::from("it refers to a function's attribute and has a value too")),
        };
    }
    if used.len() > 1 {
        return Err(format!("it has several values: {used:?}"));
    }
    let is_list = matches!(
        said,
        AttributeType::Floats
            | AttributeType::Ints
            | AttributeType::Strings
            | AttributeType::Tensors
            | AttributeType::Graphs
            | AttributeType::SparseTensors
            | AttributeType::TypeProtos
    );
    match (said, used.first()) {
        (AttributeType::Undefined, Some(_)) if context.ir_version < 2 => {}
        (AttributeType::Undefined, _) => return Err(String::from("its type is missing")),
        (said, Some(used)) if said != *used => {
            return Err(format!("its type is {said:?}, and its value is of {used:?}"));
        }
        // A list may be empty.
        (_, None) if is_list => {}
        (said, None) => return Err(format!("its type is {said:?}, and it has no such value")),
        _ => {}
    }
    content(attribute, scope, context)
}

/// The type that an attribute's value has.
pub(super) fn kind_of(attribute: &AttributeProto) -> Option<AttributeType> {
    match AttributeType::try_from(attribute.r#type) {
        Ok(AttributeType::Undefined) | Err(_) => used(attribute).first().copied(),
        Ok(said) => Some(said),
    }
}

/// The types of the values that are there.
fn used(attribute: &AttributeProto) -> Vec<AttributeType> {
    let there = [
        (AttributeType::Float, attribute.f.is_some()),
        (AttributeType::Int, attribute.i.is_some()),
        (AttributeType::String, attribute.s.is_some()),
        (AttributeType::Tensor, attribute.t.is_some()),
        (AttributeType::Graph, attribute.g.is_some()),
        (AttributeType::SparseTensor, attribute.sparse_tensor.is_some()),
        (AttributeType::TypeProto, attribute.tp.is_some()),
        (AttributeType::Floats, !attribute.floats.is_empty()),
        (AttributeType::Ints, !attribute.ints.is_empty()),
        (AttributeType::Strings, !attribute.strings.is_empty()),
        (AttributeType::Tensors, !attribute.tensors.is_empty()),
        (AttributeType::Graphs, !attribute.graphs.is_empty()),
        (AttributeType::SparseTensors, !attribute.sparse_tensors.is_empty()),
        (AttributeType::TypeProtos, !attribute.type_protos.is_empty()),
    ];
    there.into_iter().filter(|(_, is_there)| *is_there).map(|(kind, _)| kind).collect()
}

/// Checks what is in a value.
fn content(attribute: &AttributeProto, scope: &Scope<'_>, context: &Context<'_>) -> Verdict {
    for inner in attribute.t.as_deref().into_iter().chain(&attribute.tensors) {
        tensor::check(inner, context.folder)?;
    }
    for inner in attribute.sparse_tensor.as_deref().into_iter().chain(&attribute.sparse_tensors) {
        tensor::check_sparse(inner, context.folder)?;
    }
    for inner in attribute.tp.as_deref().into_iter().chain(&attribute.type_protos) {
        check_type(inner)?;
    }
    for inner in attribute.g.as_deref().into_iter().chain(&attribute.graphs) {
        graph::check(inner, Some(scope), context)
            .map_err(|reason| format!("graph {:?}: {reason}", inner.name))?;
    }
    Ok(())
}
