//! Activations.

use runtime_core::Result;
use tch::Kind;

use super::elementwise::input;
use super::{Attribute, Builder, Op, Out, Outs, Table, Val, one, sliced};

pub(super) const OPERATORS: Table = &[
    ("celu", |b, op| {
        let (x, kind) = input(b, op)?;
        let alpha = op.float_or("alpha", 1.0)?;
        let scaled = b.number(alpha, kind)?;
        let inner = b.node("Div", &[&x, &scaled]);
        let below = b.with("Elu", &[&inner], vec![("alpha", Attribute::Float(1.0))]);
        let below = b.node("Mul", &[&below, &scaled]);
        one(positive_or(b, &x, &x, &below, kind)?)
    }),
    ("elu", elu),
    ("gelu", gelu),
    ("glu", glu),
    ("hardshrink", |b, op| shrink(b, op, false)),
    ("hardsigmoid", |b, op| {
        let (x, _) = input(b, op)?;
        one(hardsigmoid(b, &x))
    }),
    ("hardswish", |b, op| {
        let (x, _) = input(b, op)?;
        let share = hardsigmoid(b, &x);
        one(b.node("Mul", &[&x, &share]))
    }),
    ("hardtanh", |b, op| {
        let (min, max) = (op.float_or("min_val", -1.0)?, op.float_or("max_val", 1.0)?);
        clipped(b, op, min, max)
    }),
    ("leaky_relu", |b, op| {
        let (x, _) = input(b, op)?;
        let slope = op.float_or("negative_slope", 0.01)?;
        one(b.with("LeakyRelu", &[&x], vec![("alpha", Attribute::Float(slope))]))
    }),
    ("log_sigmoid", |b, op| {
        let (x, _) = input(b, op)?;
        let turned = b.node("Neg", &[&x]);
        let soft = b.node("Softplus", &[&turned]);
        one(b.node("Neg", &[&soft]))
    }),
    ("log_softmax", |b, op| softmax(b, op, "LogSoftmax")),
    ("mish", |b, op| {
        let (x, _) = input(b, op)?;
        let soft = b.node("Softplus", &[&x]);
        let share = b.node("Tanh", &[&soft]);
        one(b.node("Mul", &[&x, &share]))
    }),
    ("prelu", prelu),
    ("relu", |b, op| {
        let (x, _) = input(b, op)?;
        one(b.node("Relu", &[&x]))
    }),
    ("relu6", |b, op| clipped(b, op, 0.0, 6.0)),
    ("rrelu", |b, op| {
        if op.bool_or("training", false)? {
            return Err(op.refuse("it is in training mode, where its slopes are random"));
        }
        let (x, _) = input(b, op)?;
        let slope = (op.float("lower")? + op.float("upper")?) / 2.0;
        one(b.with("LeakyRelu", &[&x], vec![("alpha", Attribute::Float(slope))]))
    }),
    ("selu", |b, op| {
        let (x, _) = input(b, op)?;
        let attributes = vec![
            ("alpha", Attribute::Float(1.673_263_242_354_377_2)),
            ("gamma", Attribute::Float(1.050_700_987_355_480_5)),
        ];
        one(b.with("Selu", &[&x], attributes))
    }),
    ("sigmoid", |b, op| {
        let (x, _) = input(b, op)?;
        one(b.node("Sigmoid", &[&x]))
    }),
    ("silu", |b, op| {
        let (x, _) = input(b, op)?;
        let share = b.node("Sigmoid", &[&x]);
        one(b.node("Mul", &[&x, &share]))
    }),
    ("softmax", |b, op| softmax(b, op, "Softmax")),
    ("softplus", softplus),
    ("softshrink", |b, op| shrink(b, op, true)),
    ("tanh", |b, op| {
        let (x, _) = input(b, op)?;
        one(b.node("Tanh", &[&x]))
    }),
    ("threshold", |b, op| {
        let (x, kind) = input(b, op)?;
        let (bound, value) =
            (b.number(op.float("threshold")?, kind)?, b.number(op.float("value")?, kind)?);
        let above = b.node("Greater", &[&x, &bound]);
        one(b.node("Where", &[&above, &x, &value]))
    }),
];

/// `yes` where `x` is above 0, else `no`.
fn positive_or(b: &mut Builder, x: &str, yes: &str, no: &str, kind: Kind) -> Result<String> {
    let zero = b.number(0.0, kind)?;
    let above = b.node("Greater", &[x, &zero]);
    Ok(b.node("Where", &[&above, yes, no]))
}

fn clipped(b: &mut Builder, op: &Op<'_>, min: f64, max: f64) -> Outs {
    let (x, kind) = input(b, op)?;
    let (min, max) = (b.number(min, kind)?, b.number(max, kind)?);
    one(b.node("Clip", &[&x, &min, &max]))
}

fn elu(b: &mut Builder, op: &Op<'_>) -> Outs {
    let (x, kind) = input(b, op)?;
    let alpha = op.float_or("alpha", 1.0)?;
    let (scale, input_scale) = (op.float_or("scale", 1.0)?, op.float_or("input_scale", 1.0)?);
    if scale == 1.0 && input_scale == 1.0 {
        return one(b.with("Elu", &[&x], vec![("alpha", Attribute::Float(alpha))]));
    }
    let (inner, factor) = (b.number(input_scale, kind)?, b.number(scale * alpha, kind)?);
    let below = b.node("Mul", &[&x, &inner]);
    let below = b.with("Elu", &[&below], vec![("alpha", Attribute::Float(1.0))]);
    let below = b.node("Mul", &[&below, &factor]);
    let scale = b.number(scale, kind)?;
    let above = b.node("Mul", &[&x, &scale]);
    one(positive_or(b, &x, &above, &below, kind)?)
}

fn gelu(b: &mut Builder, op: &Op<'_>) -> Outs {
    let (x, kind) = input(b, op)?;
    let tanh = op.argument("approximate").is_some() && op.text("approximate")? == "tanh";
    let (one_, half) = (b.number(1.0, kind)?, b.number(0.5, kind)?);
    let inner = if tanh {
        let three = b.number(3.0, kind)?;
        let cube = b.node("Pow", &[&x, &three]);
        let (share, factor) =
            (b.number(0.044_715, kind)?, b.number((2.0 / std::f64::consts::PI).sqrt(), kind)?);
        let cube = b.node("Mul", &[&cube, &share]);
        let sum = b.node("Add", &[&x, &cube]);
        let sum = b.node("Mul", &[&sum, &factor]);
        b.node("Tanh", &[&sum])
    } else {
        let root = b.number(std::f64::consts::SQRT_2, kind)?;
        let scaled = b.node("Div", &[&x, &root]);
        b.node("Erf", &[&scaled])
    };
    let more = b.node("Add", &[&inner, &one_]);
    let product = b.node("Mul", &[&x, &more]);
    one(b.node("Mul", &[&product, &half]))
}

fn glu(b: &mut Builder, op: &Op<'_>) -> Outs {
    let x = op.tensor("self")?;
    let dim = op.dim("dim", x)?;
    let Some(size) = x.known(dim) else {
        return Err(op.refuse("its dimension is a dynamic axis"));
    };
    let (value, gate) =
        (sliced(b, &x.name, dim, 0, size / 2), sliced(b, &x.name, dim, size / 2, size));
    let share = b.node("Sigmoid", &[&gate]);
    one(b.node("Mul", &[&value, &share]))
}

fn hardsigmoid(b: &mut Builder, x: &str) -> String {
    let attributes = vec![("alpha", Attribute::Float(1.0 / 6.0)), ("beta", Attribute::Float(0.5))];
    b.with("HardSigmoid", &[x], attributes)
}

fn shrink(b: &mut Builder, op: &Op<'_>, soft: bool) -> Outs {
    let (x, _) = input(b, op)?;
    let lambd = op.float_or("lambd", 0.5)?;
    let bias = if soft { lambd } else { 0.0 };
    let attributes = vec![("lambd", Attribute::Float(lambd)), ("bias", Attribute::Float(bias))];
    one(b.with("Shrink", &[&x], attributes))
}

fn softmax(b: &mut Builder, op: &Op<'_>, operator: &str) -> Outs {
    let x = op.tensor("self")?;
    let dim = op.dim("dim", x)?;
    let kind = op.out_kind(0)?;
    let name = b.cast(&x.name, x.kind, kind)?;
    if x.dims() == 0 {
        // A number's share is all.
        let whole = if operator == "Softmax" { 1.0 } else { 0.0 };
        return one(b.number(whole, kind)?);
    }
    one(b.with(operator, &[&name], vec![("axis", Attribute::Int(dim as i64))]))
}

fn softplus(b: &mut Builder, op: &Op<'_>) -> Outs {
    let (x, kind) = input(b, op)?;
    let (beta, threshold) = (op.float_or("beta", 1.0)?, op.float_or("threshold", 20.0)?);
    let factor = b.number(beta, kind)?;
    let inner = if beta == 1.0 { x.clone() } else { b.node("Mul", &[&x, &factor]) };
    let mut soft = b.node("Softplus", &[&inner]);
    if beta != 1.0 {
        soft = b.node("Div", &[&soft, &factor]);
    }
    let bound = b.number(threshold, kind)?;
    let above = b.node("Greater", &[&inner, &bound]);
    one(b.node("Where", &[&above, &x, &soft]))
}

fn prelu(b: &mut Builder, op: &Op<'_>) -> Outs {
    let (x, weight) = (op.tensor("self")?, op.tensor("weight")?);
    let (kind, dims) = (op.out_kind(0)?, x.dims());
    let mut slope = b.cast(&weight.name, weight.kind, kind)?;
    if dims > 2 && weight.known(0).is_some_and(|count| count != 1) {
        // One slope for each channel, which is the second dimension.
        let axes: Vec<i64> = (1..dims as i64 - 1).collect();
        slope = super::moved(b, "Unsqueeze", &slope, &axes);
    }
    if dims == 0 {
        return Ok(vec![Out::Val(Val::Missing("prelu of a number"))]);
    }
    one(b.node("PRelu", &[&x.name, &slope]))
}
