//! Comparisons, logic on bools, and choices between two tensors.

use runtime_core::Result;
use tch::Kind;

use super::{Builder, Op, Outs, Table, is_float, one, operand, promoted};

pub(super) const OPERATORS: Table = &[
    ("__and__", |b, op| logic(b, op, "And", "BitwiseAnd")),
    ("__or__", |b, op| logic(b, op, "Or", "BitwiseOr")),
    ("__xor__", |b, op| logic(b, op, "Xor", "BitwiseXor")),
    ("bitwise_and", |b, op| logic(b, op, "And", "BitwiseAnd")),
    ("bitwise_not", |b, op| {
        let x = op.tensor("self")?;
        match x.kind {
            Kind::Bool => one(b.node("Not", &[&x.name])),
            _ if b.opset >= 18 => one(b.node("BitwiseNot", &[&x.name])),
            _ => Err(op.refuse("ONNX has it for ints from opset 18 on")),
        }
    }),
    ("bitwise_or", |b, op| logic(b, op, "Or", "BitwiseOr")),
    ("bitwise_xor", |b, op| logic(b, op, "Xor", "BitwiseXor")),
    ("eq", |b, op| compare(b, op, "Equal")),
    ("ge", |b, op| compare(b, op, "GreaterOrEqual")),
    ("gt", |b, op| compare(b, op, "Greater")),
    ("isinf", |b, op| test(b, op, "IsInf")),
    ("isnan", |b, op| test(b, op, "IsNaN")),
    ("le", |b, op| compare(b, op, "LessOrEqual")),
    ("logical_and", |b, op| boolean(b, op, "And")),
    ("logical_not", |b, op| {
        let x = operand(b, op, "self", Kind::Bool)?;
        one(b.node("Not", &[&x]))
    }),
    ("logical_or", |b, op| boolean(b, op, "Or")),
    ("logical_xor", |b, op| boolean(b, op, "Xor")),
    ("lt", |b, op| compare(b, op, "Less")),
    ("masked_fill", |b, op| {
        let kind = op.out_kind(0)?;
        let (mask, value) = (operand(b, op, "mask", Kind::Bool)?, operand(b, op, "value", kind)?);
        let x = operand(b, op, "self", kind)?;
        one(b.node("Where", &[&mask, &value, &x]))
    }),
    ("ne", |b, op| {
        let (left, right) = alike(b, op)?;
        let equal = b.node("Equal", &[&left, &right]);
        one(b.node("Not", &[&equal]))
    }),
    ("where", |b, op| {
        let kind = op.out_kind(0)?;
        let condition = operand(b, op, "condition", Kind::Bool)?;
        let (yes, no) = (operand(b, op, "self", kind)?, operand(b, op, "other", kind)?);
        one(b.node("Where", &[&condition, &yes, &no]))
    }),
];

/// Both operands as the dtype that PyTorch compares them in.
fn alike(b: &mut Builder, op: &Op<'_>) -> Result<(String, String)> {
    let operands = op.argument("self").zip(op.argument("other"));
    let kind = operands.and_then(|(left, right)| promoted(left, right));
    let kind = kind.ok_or_else(|| op.refuse("it compares what is no tensor or number"))?;
    Ok((operand(b, op, "self", kind)?, operand(b, op, "other", kind)?))
}

fn compare(b: &mut Builder, op: &Op<'_>, operator: &str) -> Outs {
    let (mut left, mut right) = alike(b, op)?;
    if operator != "Equal" && op.tensor("self")?.kind == Kind::Bool {
        // ONNX orders numbers only.
        left = b.cast(&left, Kind::Bool, Kind::Int)?;
        right = operand(b, op, "other", Kind::Int)?;
    }
    one(b.node(operator, &[&left, &right]))
}

fn test(b: &mut Builder, op: &Op<'_>, operator: &str) -> Outs {
    let x = op.tensor("self")?;
    let kind = if is_float(x.kind) { x.kind } else { Kind::Float };
    let x = b.cast(&x.name, x.kind, kind)?;
    one(b.node(operator, &[&x]))
}

fn boolean(b: &mut Builder, op: &Op<'_>, operator: &str) -> Outs {
    let (left, right) = (operand(b, op, "self", Kind::Bool)?, operand(b, op, "other", Kind::Bool)?);
    one(b.node(operator, &[&left, &right]))
}

fn logic(b: &mut Builder, op: &Op<'_>, of_bools: &str, of_ints: &str) -> Outs {
    let kind = op.out_kind(0)?;
    if kind != Kind::Bool && b.opset < 18 {
        return Err(op.refuse("ONNX has it for ints from opset 18 on"));
    }
    let (left, right) = (operand(b, op, "self", kind)?, operand(b, op, "other", kind)?);
    one(b.node(if kind == Kind::Bool { of_bools } else { of_ints }, &[&left, &right]))
}
