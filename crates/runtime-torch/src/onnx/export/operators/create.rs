//! Tensors that depend on no other, or on the shape of one only; and sizes as numbers.

use super::super::builder::element;
use super::{Builder, Op, Out, Outs, Size, Table, Val, one, operand};

pub(super) const OPERATORS: Table = &[
    ("Int", number),
    ("ScalarImplicit", number),
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
    ("prim::NumToTensor", number),
    ("scalar_tensor", |b, op| {
        let kind = op.out_kind(0)?;
        one(operand(b, op, "s", kind)?)
    }),
    ("size", |_, op| {
        let x = op.tensor("self")?;
        if op.argument("dim").is_none() {
            let sizes = x.sizes.iter().map(|size| Val::Int(size.clone())).collect();
            return Ok(vec![Out::Val(Val::List(sizes))]);
        }
        let dim = op.dim("dim", x)?;
        let size = x.sizes.get(dim).cloned().unwrap_or_else(|| Size::known(1));
        Ok(vec![Out::Val(Val::Int(size))])
    }),
    ("zeros", |b, op| full(b, op, Some(0.0))),
    ("zeros_like", |b, op| full(b, op, Some(0.0))),
];

/// A number that the trace has as a tensor in between.
fn number(_: &mut Builder, op: &Op<'_>) -> Outs {
    match op.values.first() {
        Some(value @ (Val::Int(_) | Val::Float(_) | Val::Bool(_))) => {
            Ok(vec![Out::Val(value.clone())])
        }
        _ => Err(op.refuse("it makes a number of a tensor's elements")),
    }
}

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
