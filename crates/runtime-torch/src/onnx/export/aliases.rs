//! Operations in place: ONNX has none, and takes each for one that gives a new tensor. That is the same
//! where nobody sees the change in another way than by the operation's result.

use std::collections::{HashMap, HashSet};

use runtime_core::{Error, Result};

use super::operators;
use super::trace::{Node, Traced};
use crate::codes::RT_ERROR_TORCH_ONNX_OPERATOR;

/// Operations that cut a tensor into parts that do not overlap.
const CUTS: &[&str] =
    &["chunk", "split", "split_with_sizes", "unbind", "unsafe_chunk", "unsafe_split"];

/// Refuses operations in place whose effect is seen through a view, or through a name from before.
///
/// # Errors
/// `RT_ERROR_TORCH_ONNX_OPERATOR`.
pub(super) fn check(traced: &Traced) -> Result<()> {
    let mut memory = Memory::default();
    for node in &traced.nodes {
        memory.node(node)?;
    }
    traced.outputs.iter().try_for_each(|output| memory.used(*output))
}

/// Which values may share memory. Each value is in a group, named after one of them; a group may be a part
/// of another one.
#[derive(Default)]
struct Memory {
    groups: HashMap<usize, usize>,
    parts: HashMap<usize, usize>,
    /// Lists whose tensors do not overlap.
    cuts: HashSet<usize>,
    /// What has been changed, and by what.
    stale: HashMap<usize, (String, String)>,
}

impl Memory {
    fn group(&self, value: usize) -> usize {
        self.groups.get(&value).copied().unwrap_or(value)
    }

    fn used(&self, value: usize) -> Result<()> {
        let Some((kind, origin)) = self.stale.get(&value) else { return Ok(()) };
        Err(Error::new(
            RT_ERROR_TORCH_ONNX_OPERATOR,
            format!("{kind}{origin} changes a tensor that is used in another way, too"),
        ))
    }

    fn node(&mut self, node: &Node) -> Result<()> {
        node.inputs.iter().try_for_each(|input| self.used(*input))?;
        let Some(source) = node.inputs.first().copied() else { return Ok(()) };
        let plain = node.kind.strip_prefix("aten::").unwrap_or(&node.kind);
        let in_place = plain.ends_with('_') && !plain.ends_with("__");
        if in_place {
            self.change(self.group(source), node);
        }
        if node.kind == "prim::ListUnpack" && self.cuts.contains(&source) {
            for output in &node.outputs {
                self.parts.insert(*output, self.group(source));
            }
            return Ok(());
        }
        if CUTS.contains(&plain) {
            self.cuts.extend(&node.outputs);
        }
        let gathers = node.kind.starts_with("prim::");
        if in_place || gathers || operators::is_view(plain) {
            let group = self.group(source);
            // What is in one list is one group.
            for input in node.inputs.iter().skip(1).filter(|_| gathers) {
                self.join(self.group(*input), group, *input);
            }
            for output in &node.outputs {
                self.groups.insert(*output, group);
            }
        }
        Ok(())
    }

    fn join(&mut self, from: usize, to: usize, value: usize) {
        for group in self.groups.values_mut().filter(|group| **group == from) {
            *group = to;
        }
        self.groups.insert(value, to);
        if from != to
            && let Some(whole) = self.parts.remove(&from)
        {
            self.parts.entry(to).or_insert(whole);
        }
    }

    /// Everything that may show the change of a group is stale.
    fn change(&mut self, changed: usize, node: &Node) {
        let members: HashSet<usize> = self
            .groups
            .keys()
            .chain(self.groups.values())
            .chain(self.parts.keys())
            .copied()
            .chain([changed])
            .collect();
        for member in members {
            let group = self.group(member);
            if self.is_part(group, changed) || self.is_part(changed, group) {
                self.stale.insert(member, (node.kind.clone(), node.origin.clone()));
            }
        }
    }

    /// Whether a group is the other one, or a part of it.
    fn is_part(&self, mut group: usize, whole: usize) -> bool {
        // Parts are made after what they are of, so this comes to an end.
        loop {
            if group == whole {
                return true;
            }
            match self.parts.get(&group) {
                Some(next) => group = *next,
                None => return false,
            }
        }
    }
}
