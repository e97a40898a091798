//! Nodes: their operators, how many inputs and results those take, and their attributes.

use super::super::proto::NodeProto;
use super::graph::Scope;
use super::operators::{Count, Operator, find};
use super::{Context, Verdict, attribute, domain, unique};

/// Checks a node whose inputs are defined in `scope`.
pub(super) fn check(node: &NodeProto, scope: &Scope<'_>, context: &Context<'_>) -> Verdict {
    if node.op_type.is_empty() {
        return Err(String::from("it has no operator"));
    }
    if node.input.is_empty() && node.output.is_empty() {
        return Err(String::from("it has neither inputs nor outputs"));
    }
    unique("attributes", node.attribute.iter().map(|attribute| attribute.name.as_str()))?;
    for given in &node.attribute {
        attribute::check(given, scope, context)
            .map_err(|reason| format!("attribute {:?}: {reason}", given.name))?;
    }
    let domain = domain(&node.domain);
    let Some(&version) = context.opsets.get(domain) else {
        return Err(format!("no version of its domain {domain:?} is imported"));
    };
    if context.functions.contains(&(domain, node.op_type.as_str(), node.overload.as_str())) {
        return Ok(());
    }
    match find(domain, &node.op_type, version) {
        // What other domains have only who defines them knows.
        None => Ok(()),
        Some(Ok(operator)) => fits(node, operator, context),
        Some(Err(reason)) => Err(reason),
    }
}

/// Compares a node with what its operator takes.
fn fits(node: &NodeProto, operator: &Operator, context: &Context<'_>) -> Verdict {
    count("inputs", &node.input, &operator.inputs)?;
    count("outputs", &node.output, &operator.outputs)?;
    for given in &node.attribute {
        let name = given.name.as_str();
        match operator.attribute(name) {
            Some(known) => {
                let is_ref = context.is_function && !given.ref_attr_name.is_empty();
                let kind = attribute::kind_of(given);
                if !is_ref && kind.is_some_and(|kind| kind != known.kind) {
                    return Err(format!(
                        "attribute {name:?} is not of the type that the operator takes ({:?})",
                        known.kind
                    ));
                }
            }
            // Those are nobody's business but their writer's.
            None if name.starts_with('_') => {}
            None => return Err(format!("the operator has no attribute {name:?}")),
        }
    }
    let missing = |known: &&super::operators::Attribute| {
        known.is_required && !node.attribute.iter().any(|given| given.name == known.name)
    };
    match operator.attributes.iter().find(missing) {
        Some(known) => Err(format!("attribute {:?} is missing", known.name)),
        None => Ok(()),
    }
}

fn count(what: &str, given: &[String], takes: &Count) -> Verdict {
    let number = given.len();
    if number < takes.least || number > takes.most {
        let wanted = match (takes.least, takes.most) {
            (least, most) if least == most => format!("{least}"),
            (least, usize::MAX) => format!("{least} or more"),
            (least, most) => format!("{least} to {most}"),
        };
        return Err(format!("it has {number} {what}, and the operator takes {wanted}"));
    }
    let left_out =
        given.iter().enumerate().find(|(index, name)| name.is_empty() && takes.is_needed(*index));
    match left_out {
        Some((index, _)) => Err(format!("{what}[{index}] is left out, which it must not be")),
        None => Ok(()),
    }
}
