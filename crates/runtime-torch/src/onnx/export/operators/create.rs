//! Tensors that depend on no other, or on the shape of one only.

use super::super::builder::element;
use super::{Builder, Op, Outs, Table, one, operand};

pub(super) const OPERATORS: Table = &[
    ("arange", |b, op| {
        let kind = op.out_kind(0)?;
        let end = operand(b, op, "end", kind)?;
        let start = match op.argument("start") {
            Some(_) => operand(b, op, "start", kind)?,
            None => b.number(0.0, kind)?,
        };
        let step = match op.argument("step") {
            Some(_) => operand(b, op, "step", kind)?,
            None => b.number(1.0, kind)?,
        };
        one(b.node("Range", &[&start, &end, &step]))
    }),
    ("full", |b, op| full(b, op, None)),
    ("full_like", |b, op| full(b, op, None)),
    ("new_full", |b, op| full(b, op, None)),
    ("new_ones", |b, op| full(b, op, Some(1.0))),
    ("new_zeros", |b, op| full(b, op, Some(0.0))),
    ("ones", |b, op| full(b, op, Some(1.0))),
    ("ones_like", |b, op| full(b, op, Some(1.0))),
    ("scalar_tensor", |b, op| {
        let kind = op.out_kind(0)?;
        one(operand(b, op, "s", kind)?)
    }),
    ("zeros", |b, op| full(b, op, Some(0.0))),
    ("zeros_like", |b, op| full(b, op, Some(0.0))),
];

/// As many of one number as the result has elements.
fn full(b: &mut Builder, op: &Op<'_>, number: Option<f64>) -> Outs {
    let kind = op.out_kind(0)?;
    let number = match number {
        Some(number) => number,
        None => op.float("fill_value")?,
    };
    let sizes = op.out_sizes(0)?;
    if sizes.is_empty() {
        return one(b.number(number, kind)?);
    }
    let shape = b.sizes(sizes)?;
    one(b.with("ConstantOfShape", &[&shape], vec![("value", element(number, kind)?)]))
}
