//! The lowerings of PyTorch's operators, one file per family. Each file has a table of the operators that it
//! knows, by their names without `aten::`.

mod activation;
mod attention;
mod compare;
mod convolution;
mod create;
mod elementwise;
mod index;
mod linear;
mod loss;
mod norm;
mod pad;
mod pool;
mod recurrent;
mod reduce;
mod resize;
mod shape;

use runtime_core::Result;

use super::builder::{Attribute, Builder};
use super::lower::{Lower, Out, Outs, one};
use super::operator::{Op, Term, Val, is_float, promoted};
use super::size::Size;

type Table = &'static [(&'static str, Lower)];

/// The families with their tables.
const FAMILIES: &[(&str, Table)] = &[
    ("activations", activation::OPERATORS),
    ("attention", attention::OPERATORS),
    ("comparisons and logic", compare::OPERATORS),
    ("convolutions", convolution::OPERATORS),
    ("new tensors", create::OPERATORS),
    ("arithmetic", elementwise::OPERATORS),
    ("indexing", index::OPERATORS),
    ("linear algebra", linear::OPERATORS),
    ("losses", loss::OPERATORS),
    ("norms", norm::OPERATORS),
    ("padding", pad::OPERATORS),
    ("pools", pool::OPERATORS),
    ("recurrent", recurrent::OPERATORS),
    ("reductions", reduce::OPERATORS),
    ("resizing", resize::OPERATORS),
    ("shapes", shape::OPERATORS),
];

/// The lowering of an operator.
pub(super) fn find(name: &str) -> Option<Lower> {
    let mut all = FAMILIES.iter().flat_map(|(_, table)| table.iter());
    all.find(|(known, _)| *known == name).map(|(_, lower)| *lower)
}

/// The families of operators that are covered, each with the names of its operators in order.
pub(super) fn families() -> Vec<(&'static str, Vec<&'static str>)> {
    let names = |table: Table| {
        let mut names: Vec<&str> = table.iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        names
    };
    FAMILIES.iter().map(|(family, table)| (*family, names(table))).collect()
}

/// Whether the result may share memory with the first argument.
pub(super) fn is_view(name: &str) -> bool {
    shape::VIEWS.contains(&name)
}

/// A value of the trace as a tensor of this dtype: a number becomes a constant.
fn operand(b: &mut Builder, op: &Op<'_>, name: &str, kind: tch::Kind) -> Result<String> {
    match op.argument(name) {
        Some(Val::Tensor(term)) => b.cast(&term.name, term.kind, kind),
        Some(Val::Int(size)) if size.number().is_none() => {
            let list = b.size(size)?;
            let axes = b.ints(&[0]);
            let number = b.node("Squeeze", &[&list, &axes]);
            b.cast(&number, tch::Kind::Int64, kind)
        }
        Some(Val::Int(size)) if kind == tch::Kind::Int64 => {
            Ok(b.int(size.number().unwrap_or_default()))
        }
        _ => b.number(op.float(name)?, kind),
    }
}

/// A reduction over dimensions.
fn reduced(b: &mut Builder, operator: &str, x: &str, dims: &[usize], keep: bool) -> String {
    let axes: Vec<i64> = dims.iter().map(|dim| *dim as i64).collect();
    let mut attributes = vec![("keepdims", Attribute::Int(i64::from(keep)))];
    if b.opset >= 18 || operator == "ReduceSum" {
        let axes = b.ints(&axes);
        return b.with(operator, &[x, &axes], attributes);
    }
    attributes.push(("axes", Attribute::Ints(axes)));
    b.with(operator, &[x], attributes)
}

/// `Unsqueeze` or `Squeeze` of some dimensions.
fn moved(b: &mut Builder, operator: &str, x: &str, dims: &[i64]) -> String {
    let axes = b.ints(dims);
    b.node(operator, &[x, &axes])
}

/// The tensor as one of these sizes.
fn reshaped(b: &mut Builder, x: &Term, sizes: &[Size]) -> Result<String> {
    if x.sizes == sizes {
        return Ok(x.name.clone());
    }
    // Sizes that are not known: those that stay where they are are copied, and one more can be left to
    // ONNX. A size of zero elements would be taken for a copy.
    let unknown = |size: &Size| size.number().is_none();
    let empty = sizes.iter().any(|size| size.is(0));
    let copies = |dim: usize, size: &Size| x.sizes.get(dim) == Some(size);
    let others: Vec<usize> = sizes
        .iter()
        .enumerate()
        .filter(|(dim, size)| unknown(size) && !copies(*dim, size))
        .map(|(dim, _)| dim)
        .collect();
    let shape = if !empty && others.len() <= 1 {
        let entry = |(dim, size): (usize, &Size)| match size.number() {
            Some(number) => number,
            None if others.contains(&dim) => -1,
            None => 0,
        };
        let shape: Vec<i64> = sizes.iter().enumerate().map(entry).collect();
        b.ints(&shape)
    } else {
        b.sizes(sizes)?
    };
    let attributes = if empty { vec![("allowzero", Attribute::Int(1))] } else { Vec::new() };
    Ok(b.with("Reshape", &[&x.name, &shape], attributes))
}

/// A part of one dimension.
fn sliced(b: &mut Builder, x: &str, dim: usize, start: i64, end: i64) -> String {
    let (start, end, axis) = (b.ints(&[start]), b.ints(&[end]), b.ints(&[dim as i64]));
    b.node("Slice", &[x, &start, &end, &axis])
}

/// The dimensions in another order.
fn transposed(b: &mut Builder, x: &str, order: Vec<i64>) -> String {
    if order.iter().copied().eq(0..order.len() as i64) {
        return String::from(x);
    }
    b.with("Transpose", &[x], vec![("perm", Attribute::Ints(order))])
}

/// The last two dimensions exchanged.
fn matrix_transposed(b: &mut Builder, x: &Term) -> String {
    let mut order: Vec<i64> = (0..x.dims() as i64).collect();
    let last = order.len();
    if last >= 2 {
        order.swap(last - 1, last - 2);
    }
    transposed(b, &x.name, order)
}

/// Several tensors one after the other.
fn joined(b: &mut Builder, parts: &[String], axis: i64) -> String {
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    match parts.as_slice() {
        [single] => String::from(*single),
        _ => b.with("Concat", &parts, vec![("axis", Attribute::Int(axis))]),
    }
}

/// Cut into parts of these lengths.
fn split(b: &mut Builder, x: &str, dim: usize, lengths: &[i64]) -> Vec<String> {
    let sizes = b.ints(lengths);
    b.nodes("Split", &[x, &sizes], vec![("axis", Attribute::Int(dim as i64))], lengths.len())
}
