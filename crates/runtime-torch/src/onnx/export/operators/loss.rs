//! Losses, and distances between vectors.

use runtime_core::Result;
use tch::Kind;

use super::elementwise::input;
use super::reduce::normed;
use super::{Attribute, Builder, Op, Outs, Table, Term, is_float, one, operand, reduced};

pub(super) const OPERATORS: Table = &[
    ("binary_cross_entropy", |b, op| {
        let (x, kind) = input(b, op)?;
        let target = operand(b, op, "target", kind)?;
        let one_ = b.number(1.0, kind)?;
        let (opposite, rest) = (b.node("Sub", &[&one_, &x]), b.node("Sub", &[&one_, &target]));
        // PyTorch lets no logarithm go below -100.
        let least = b.number(-100.0, kind)?;
        let mut share = |of: &str, times: &str| {
            let log = b.node("Log", &[of]);
            let log = b.node("Max", &[&log, &least]);
            b.node("Mul", &[&log, times])
        };
        let (yes, no) = (share(&x, &target), share(&opposite, &rest));
        let sum = b.node("Add", &[&yes, &no]);
        let loss = b.node("Neg", &[&sum]);
        weighted(b, op, loss, kind)
    }),
    ("binary_cross_entropy_with_logits", |b, op| {
        if op.argument("pos_weight").is_some() {
            return Err(op.refuse("pos_weight is not covered"));
        }
        let (x, kind) = input(b, op)?;
        let target = operand(b, op, "target", kind)?;
        let product = b.node("Mul", &[&x, &target]);
        let soft = b.node("Softplus", &[&x]);
        let loss = b.node("Sub", &[&soft, &product]);
        weighted(b, op, loss, kind)
    }),
    ("cosine_similarity", cosine),
    ("cross_entropy_loss", |b, op| {
        if op.float_or("label_smoothing", 0.0)? != 0.0 {
            return Err(op.refuse("label_smoothing is not covered"));
        }
        classes(b, op, "SoftmaxCrossEntropyLoss")
    }),
    ("huber_loss", |b, op| {
        let (difference, kind) = difference(b, op)?;
        let delta = op.float_or("delta", 1.0)?;
        let loss = bent(b, &difference, delta, kind)?;
        mean_or_sum(b, op, loss)
    }),
    ("l1_loss", |b, op| {
        let (difference, _) = difference(b, op)?;
        let loss = b.node("Abs", &[&difference]);
        mean_or_sum(b, op, loss)
    }),
    ("mse_loss", |b, op| {
        let (difference, _) = difference(b, op)?;
        let loss = b.node("Mul", &[&difference, &difference]);
        mean_or_sum(b, op, loss)
    }),
    ("nll_loss", |b, op| classes(b, op, "NegativeLogLikelihoodLoss")),
    ("nll_loss2d", |b, op| classes(b, op, "NegativeLogLikelihoodLoss")),
    ("nll_loss_nd", |b, op| classes(b, op, "NegativeLogLikelihoodLoss")),
    ("pairwise_distance", |b, op| {
        let kind = op.out_kind(0)?;
        let (left, right) = (operand(b, op, "x1", kind)?, operand(b, op, "x2", kind)?);
        let difference = b.node("Sub", &[&left, &right]);
        let eps = b.number(op.float_or("eps", 1e-6)?, kind)?;
        let difference = b.node("Add", &[&difference, &eps]);
        let dims = op.tensor("x1")?.dims().max(op.tensor("x2")?.dims());
        let (p, keep) = (op.float_or("p", 2.0)?, op.bool_or("keepdim", false)?);
        one(normed(b, op, &difference, kind, p, &[dims.saturating_sub(1)], keep)?)
    }),
    ("smooth_l1_loss", |b, op| {
        let (difference, kind) = difference(b, op)?;
        let beta = op.float_or("beta", 1.0)?;
        let loss = if beta == 0.0 {
            b.node("Abs", &[&difference])
        } else {
            let bent = bent(b, &difference, beta, kind)?;
            let beta = b.number(beta, kind)?;
            b.node("Div", &[&bent, &beta])
        };
        mean_or_sum(b, op, loss)
    }),
];

/// PyTorch's numbers for what becomes of the losses of all elements.
fn reduction(op: &Op<'_>) -> Result<&'static str> {
    match op.int_or("reduction", 1)? {
        0 => Ok("none"),
        1 => Ok("mean"),
        2 => Ok("sum"),
        other => Err(op.refuse(format!("the reduction {other} is unknown"))),
    }
}

fn mean_or_sum(b: &mut Builder, op: &Op<'_>, loss: String) -> Outs {
    let operator = match reduction(op)? {
        "none" => return one(loss),
        "sum" => "ReduceSum",
        _ => "ReduceMean",
    };
    one(b.with(operator, &[&loss], vec![("keepdims", Attribute::Int(0))]))
}

fn weighted(b: &mut Builder, op: &Op<'_>, mut loss: String, kind: Kind) -> Outs {
    if op.argument("weight").is_some() {
        let weight = operand(b, op, "weight", kind)?;
        loss = b.node("Mul", &[&loss, &weight]);
    }
    mean_or_sum(b, op, loss)
}

fn difference(b: &mut Builder, op: &Op<'_>) -> Result<(String, Kind)> {
    let (x, kind) = input(b, op)?;
    let target = operand(b, op, "target", kind)?;
    Ok((b.node("Sub", &[&x, &target]), kind))
}

/// Half the square up to `delta`, and from there on straight.
fn bent(b: &mut Builder, difference: &str, delta: f64, kind: Kind) -> Result<String> {
    let size = b.node("Abs", &[difference]);
    let (bound, half) = (b.number(delta, kind)?, b.number(0.5, kind)?);
    let square = b.node("Mul", &[difference, difference]);
    let square = b.node("Mul", &[&square, &half]);
    let less = b.number(0.5 * delta, kind)?;
    let straight = b.node("Sub", &[&size, &less]);
    let straight = b.node("Mul", &[&straight, &bound]);
    let near = b.node("Less", &[&size, &bound]);
    Ok(b.node("Where", &[&near, &square, &straight]))
}

/// Losses of classes by their numbers.
fn classes(b: &mut Builder, op: &Op<'_>, operator: &str) -> Outs {
    let (x, target) = (op.tensor("self")?, op.tensor("target")?);
    if is_float(target.kind) {
        return Err(
            op.refuse("it is covered for classes by their numbers, not for their probabilities")
        );
    }
    if x.dims() < 2 {
        return Err(op.refuse("it is covered for inputs with a batch only"));
    }
    let attributes = vec![
        ("ignore_index", Attribute::Int(op.int_or("ignore_index", -100)?)),
        ("reduction", Attribute::Text(String::from(reduction(op)?))),
    ];
    let weight = op.optional_tensor("weight")?.map_or("", |weight| weight.name.as_str());
    one(b.with(operator, &[&x.name, &target.name, weight], attributes))
}

fn cosine(b: &mut Builder, op: &Op<'_>) -> Outs {
    let kind = op.out_kind(0)?;
    let (left, right) = (op.tensor("x1")?, op.tensor("x2")?);
    let dims = left.dims().max(right.dims());
    let dim = op.int_or("dim", 1)?;
    let dim = if dim < 0 { dim + dims as i64 } else { dim } as usize;
    let eps = b.number(op.float_or("eps", 1e-8)?, kind)?;
    let mut directed = |term: &Term| -> Result<String> {
        let x = b.cast(&term.name, term.kind, kind)?;
        // Counted from the end, which broadcasting keeps.
        let own = (dim + term.dims()).checked_sub(dims);
        let own = own.ok_or_else(|| op.refuse("dim is out of range"))?;
        let length = reduced(b, "ReduceL2", &x, &[own], true);
        let length = b.node("Max", &[&length, &eps]);
        Ok(b.node("Div", &[&x, &length]))
    };
    let (left, right) = (directed(left)?, directed(right)?);
    let product = b.node("Mul", &[&left, &right]);
    one(reduced(b, "ReduceSum", &product, &[dim], false))
}
