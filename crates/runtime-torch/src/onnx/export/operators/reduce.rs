//! Reductions, sums on the way, and the largest and smallest.

use runtime_core::Result;
use tch::Kind;

use super::elementwise::input;
use super::{Attribute, Builder, Op, Out, Outs, Size, Table, Term, moved, one, operand, reduced};

pub(super) const OPERATORS: Table = &[
    ("all", |b, op| truth(b, op, "ReduceMin")),
    ("amax", |b, op| reduce(b, op, "ReduceMax")),
    ("amin", |b, op| reduce(b, op, "ReduceMin")),
    ("any", |b, op| truth(b, op, "ReduceMax")),
    ("argmax", |b, op| place(b, op, "ArgMax")),
    ("argmin", |b, op| place(b, op, "ArgMin")),
    ("argsort", |b, op| {
        let mut outs = sort(b, op)?;
        Ok(outs.drain(1..).collect())
    }),
    ("cumsum", |b, op| {
        let (x, _) = input(b, op)?;
        let of = op.tensor("self")?;
        let axis = b.int(op.dim("dim", of)? as i64);
        one(b.node("CumSum", &[&x, &axis]))
    }),
    ("linalg_vector_norm", |b, op| norm(b, op, "ord")),
    ("logsumexp", |b, op| reduce(b, op, "ReduceLogSumExp")),
    ("max", |b, op| extreme(b, op, "ReduceMax", "ArgMax", "Max")),
    ("mean", |b, op| reduce(b, op, "ReduceMean")),
    ("min", |b, op| extreme(b, op, "ReduceMin", "ArgMin", "Min")),
    ("norm", |b, op| norm(b, op, "p")),
    ("prod", |b, op| reduce(b, op, "ReduceProd")),
    ("sort", sort),
    ("std", |b, op| {
        let (variance, _) = variance(b, op)?;
        one(b.node("Sqrt", &[&variance]))
    }),
    ("std_mean", |b, op| {
        let (variance, mean) = variance(b, op)?;
        Ok(vec![Out::Name(b.node("Sqrt", &[&variance])), Out::Name(mean)])
    }),
    ("sum", |b, op| reduce(b, op, "ReduceSum")),
    ("topk", topk),
    ("var", |b, op| {
        let (variance, _) = variance(b, op)?;
        one(variance)
    }),
    ("var_mean", |b, op| {
        let (variance, mean) = variance(b, op)?;
        Ok(vec![Out::Name(variance), Out::Name(mean)])
    }),
];

fn reduce(b: &mut Builder, op: &Op<'_>, operator: &str) -> Outs {
    let (x, _) = input(b, op)?;
    let of = op.tensor("self")?;
    if of.dims() == 0 {
        return one(b.node("Identity", &[&x]));
    }
    let dims = op.dims("dim", of)?;
    one(reduced(b, operator, &x, &dims, op.bool_or("keepdim", false)?))
}

/// Of bools, as numbers.
fn truth(b: &mut Builder, op: &Op<'_>, operator: &str) -> Outs {
    let of = op.tensor("self")?;
    let x = operand(b, op, "self", Kind::Bool)?;
    if of.dims() == 0 {
        return one(x);
    }
    let numbers = b.cast(&x, Kind::Bool, Kind::Int)?;
    let dims = op.dims("dim", of)?;
    let result = reduced(b, operator, &numbers, &dims, op.bool_or("keepdim", false)?);
    one(b.cast(&result, Kind::Int, op.out_kind(0)?)?)
}

fn place(b: &mut Builder, op: &Op<'_>, operator: &str) -> Outs {
    let x = op.tensor("self")?;
    if op.argument("dim").is_some() && x.dims() > 0 {
        let dim = op.dim("dim", x)?;
        let keep = op.bool_or("keepdim", false)?;
        return one(placed(b, operator, &x.name, dim, keep));
    }
    // Over all elements, as if they were in one row.
    let shape = b.ints(&[-1]);
    let flat = b.node("Reshape", &[&x.name, &shape]);
    let found = placed(b, operator, &flat, 0, false);
    let sizes = b.sizes(op.out_sizes(0)?)?;
    one(b.node("Reshape", &[&found, &sizes]))
}

fn placed(b: &mut Builder, operator: &str, x: &str, dim: usize, keep: bool) -> String {
    let attributes =
        vec![("axis", Attribute::Int(dim as i64)), ("keepdims", Attribute::Int(i64::from(keep)))];
    b.with(operator, &[x], attributes)
}

/// Of one tensor over all or one dimension, or of two.
fn extreme(b: &mut Builder, op: &Op<'_>, operator: &str, places: &str, of_two: &str) -> Outs {
    if op.argument("other").is_some() {
        let kind = op.out_kind(0)?;
        let (left, right) = (operand(b, op, "self", kind)?, operand(b, op, "other", kind)?);
        return one(b.node(of_two, &[&left, &right]));
    }
    let x = op.tensor("self")?;
    if op.argument("dim").is_none() {
        return reduce(b, op, operator);
    }
    if x.dims() == 0 {
        return Err(op.refuse("it is not covered for a tensor without dimensions"));
    }
    let (dim, keep) = (op.dim("dim", x)?, op.bool_or("keepdim", false)?);
    let values = reduced(b, operator, &x.name, &[dim], keep);
    let found = placed(b, places, &x.name, dim, keep);
    Ok(vec![Out::Name(values), Out::Name(found)])
}

fn norm(b: &mut Builder, op: &Op<'_>, order: &str) -> Outs {
    let (x, kind) = input(b, op)?;
    let of = op.tensor("self")?;
    let p = op.float_or(order, 2.0)?;
    let dims = op.dims("dim", of)?;
    one(normed(b, op, &x, kind, p, &dims, op.bool_or("keepdim", false)?)?)
}

/// The `p`-norm over some dimensions.
pub(super) fn normed(
    b: &mut Builder,
    op: &Op<'_>,
    x: &str,
    kind: Kind,
    p: f64,
    dims: &[usize],
    keep: bool,
) -> Result<String> {
    if dims.is_empty() {
        return Ok(b.node("Abs", &[x]));
    }
    if p == 1.0 {
        return Ok(reduced(b, "ReduceL1", x, dims, keep));
    }
    if p == 2.0 {
        return Ok(reduced(b, "ReduceL2", x, dims, keep));
    }
    let size = b.node("Abs", &[x]);
    if p.is_infinite() {
        let operator = if p > 0.0 { "ReduceMax" } else { "ReduceMin" };
        return Ok(reduced(b, operator, &size, dims, keep));
    }
    if p == 0.0 {
        return Err(op.refuse("the norm of order 0 is not covered"));
    }
    let (exponent, root) = (b.number(p, kind)?, b.number(1.0 / p, kind)?);
    let raised = b.node("Pow", &[&size, &exponent]);
    let sum = reduced(b, "ReduceSum", &raised, dims, keep);
    Ok(b.node("Pow", &[&sum, &root]))
}

/// The variance over some dimensions, and the mean.
fn variance(b: &mut Builder, op: &Op<'_>) -> Result<(String, String)> {
    let (x, kind) = input(b, op)?;
    let of = op.tensor("self")?;
    let (dims, keep) = (op.dims("dim", of)?, op.bool_or("keepdim", false)?);
    let correction = match op.argument("unbiased") {
        Some(_) => f64::from(u8::from(op.bool("unbiased")?)),
        None => op.float_or("correction", 1.0)?,
    };
    let wide = reduced(b, "ReduceMean", &x, &dims, true);
    let centred = b.node("Sub", &[&x, &wide]);
    let squares = b.node("Mul", &[&centred, &centred]);
    let mut variance = reduced(b, "ReduceMean", &squares, &dims, keep);
    if correction != 0.0 {
        // The sum divided by fewer than there are.
        let sizes: Vec<&Size> = dims.iter().filter_map(|dim| of.sizes.get(*dim)).collect();
        let count = Size::product(sizes);
        let count =
            count.ok_or_else(|| op.refuse("its dimensions depend on the same dynamic axis"))?;
        let factor = match count.number() {
            Some(count) => b.number(count as f64 / (count as f64 - correction), kind)?,
            None => {
                let count = b.size(&count)?;
                let count = moved(b, "Squeeze", &count, &[0]);
                let count = b.cast(&count, Kind::Int64, kind)?;
                let correction = b.number(correction, kind)?;
                let fewer = b.node("Sub", &[&count, &correction]);
                b.node("Div", &[&count, &fewer])
            }
        };
        variance = b.node("Mul", &[&variance, &factor]);
    }
    let mean = if keep {
        wide
    } else {
        let axes: Vec<i64> = dims.iter().map(|dim| *dim as i64).collect();
        moved(b, "Squeeze", &wide, &axes)
    };
    Ok((variance, mean))
}

fn best(b: &mut Builder, op: &Op<'_>, x: &Term, dim: usize, count: &Size, largest: bool) -> Outs {
    if x.dims() == 0 {
        return Err(op.refuse("it is not covered for a tensor without dimensions"));
    }
    let count = b.size(count)?;
    let attributes = vec![
        ("axis", Attribute::Int(dim as i64)),
        ("largest", Attribute::Int(i64::from(largest))),
        ("sorted", Attribute::Int(1)),
    ];
    let results = b.nodes("TopK", &[&x.name, &count], attributes, 2);
    Ok(results.into_iter().map(Out::Name).collect())
}

fn topk(b: &mut Builder, op: &Op<'_>) -> Outs {
    let x = op.tensor("self")?;
    let dim = op.dim("dim", x)?;
    best(b, op, x, dim, &op.size("k")?, op.bool_or("largest", true)?)
}

fn sort(b: &mut Builder, op: &Op<'_>) -> Outs {
    let x = op.tensor("self")?;
    let dim = x.dim(op.int_or("dim", -1)?).ok_or_else(|| op.refuse("dim is out of range"))?;
    let count = x.sizes.get(dim).cloned().unwrap_or_else(|| Size::known(1));
    best(b, op, x, dim, &count, op.bool_or("descending", false)?)
}
