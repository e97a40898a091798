//! Norms.

use runtime_core::Result;
use tch::Kind;

use super::{
    Attribute, Builder, Op, Out, Outs, Size, Table, Term, Val, moved, one, reduced, reshaped,
};

pub(super) const OPERATORS: Table = &[
    ("alpha_dropout", dropout),
    ("batch_norm", batch_norm),
    ("dropout", dropout),
    ("feature_alpha_dropout", dropout),
    ("feature_dropout", dropout),
    ("group_norm", group_norm),
    ("instance_norm", instance_norm),
    ("layer_norm", layer_norm),
    ("rms_norm", rms_norm),
];

/// In evaluation mode dropout does nothing.
fn dropout(_: &mut Builder, op: &Op<'_>) -> Outs {
    if op.bool("train")? && op.float("p")? != 0.0 {
        return Err(op.refuse("it is in training mode, where it is random"));
    }
    Ok(vec![Out::Val(Val::Tensor(op.tensor("input")?.clone()))])
}

/// A weight or bias, or as many of its default.
fn weight(b: &mut Builder, op: &Op<'_>, name: &str, sizes: &[i64], default: f64) -> Result<String> {
    match op.optional_tensor(name)? {
        Some(term) => Ok(term.name.clone()),
        None => b.filled(sizes, default, op.out_kind(0)?),
    }
}

fn channels(op: &Op<'_>, x: &Term) -> Result<i64> {
    x.known(1).ok_or_else(|| op.refuse("its channels are a dynamic axis"))
}

fn epsilon(op: &Op<'_>) -> Result<(&'static str, Attribute)> {
    Ok(("epsilon", Attribute::Float(op.float_or("eps", 1e-5)?)))
}

fn with_statistics(b: &mut Builder, op: &Op<'_>, x: &Term) -> Outs {
    let count = channels(op, x)?;
    let (scale, bias) =
        (weight(b, op, "weight", &[count], 1.0)?, weight(b, op, "bias", &[count], 0.0)?);
    let (mean, var) = (op.tensor("running_mean")?, op.tensor("running_var")?);
    let inputs = [&x.name, &scale, &bias, &mean.name, &var.name].map(String::as_str);
    one(b.with("BatchNormalization", &inputs, vec![epsilon(op)?]))
}

fn batch_norm(b: &mut Builder, op: &Op<'_>) -> Outs {
    let x = op.tensor("input")?;
    if !op.bool("training")? {
        return with_statistics(b, op, x);
    }
    // A layer without statistics of its own takes the batch's.
    let dims: Vec<usize> = (0..x.dims()).filter(|dim| *dim != 1).collect();
    let normed = standardized(b, op, &x.name, &dims)?;
    affine(b, op, &normed, x.dims())
}

/// The tensor without its mean, divided by its deviation over some dimensions.
fn standardized(b: &mut Builder, op: &Op<'_>, x: &str, dims: &[usize]) -> Result<String> {
    let mean = reduced(b, "ReduceMean", x, dims, true);
    let centred = b.node("Sub", &[x, &mean]);
    let squares = b.node("Mul", &[&centred, &centred]);
    let variance = reduced(b, "ReduceMean", &squares, dims, true);
    let eps = b.number(op.float_or("eps", 1e-5)?, op.out_kind(0)?)?;
    let variance = b.node("Add", &[&variance, &eps]);
    let deviation = b.node("Sqrt", &[&variance]);
    Ok(b.node("Div", &[&centred, &deviation]))
}

/// Times the weight and plus the bias of each channel, which is the second dimension.
fn affine(b: &mut Builder, op: &Op<'_>, x: &str, dims: usize) -> Outs {
    let mut x = String::from(x);
    for (name, operator) in [("weight", "Mul"), ("bias", "Add")] {
        if let Some(term) = op.optional_tensor(name)? {
            let axes: Vec<i64> = (1..dims as i64 - 1).collect();
            let wide = if axes.is_empty() {
                term.name.clone()
            } else {
                moved(b, "Unsqueeze", &term.name, &axes)
            };
            x = b.node(operator, &[&x, &wide]);
        }
    }
    one(x)
}

fn instance_norm(b: &mut Builder, op: &Op<'_>) -> Outs {
    let x = op.tensor("input")?;
    if !op.bool("use_input_stats")? {
        return with_statistics(b, op, x);
    }
    let count = channels(op, x)?;
    let (scale, bias) =
        (weight(b, op, "weight", &[count], 1.0)?, weight(b, op, "bias", &[count], 0.0)?);
    one(b.with("InstanceNormalization", &[&x.name, &scale, &bias], vec![epsilon(op)?]))
}

fn group_norm(b: &mut Builder, op: &Op<'_>) -> Outs {
    let x = op.tensor("input")?;
    let groups = op.int("num_groups")?;
    let kind = op.out_kind(0)?;
    // Each group is a channel of its own; what is in it becomes one dimension.
    let shape = b.ints(&[0, groups, -1]);
    let grouped = b.node("Reshape", &[&x.name, &shape]);
    let (scale, bias) = (b.filled(&[groups], 1.0, kind)?, b.filled(&[groups], 0.0, kind)?);
    let normed = b.with("InstanceNormalization", &[&grouped, &scale, &bias], vec![epsilon(op)?]);
    let first = x.sizes.first().cloned().unwrap_or_else(|| Size::known(1));
    let rest = Size::product(x.sizes.iter().skip(1));
    let rest = rest.ok_or_else(|| op.refuse("its dimensions depend on the same dynamic axis"))?;
    let flat = Term { name: normed, kind, sizes: vec![first, Size::known(groups), rest] };
    let back = reshaped(b, &flat, &x.sizes)?;
    affine(b, op, &back, x.dims())
}

fn layer_norm(b: &mut Builder, op: &Op<'_>) -> Outs {
    let x = op.tensor("input")?;
    let shape = op.ints("normalized_shape")?;
    let scale = weight(b, op, "weight", &shape, 1.0)?;
    let bias = op.optional_tensor("bias")?.map_or("", |bias| bias.name.as_str());
    let attributes = vec![("axis", Attribute::Int(-(shape.len() as i64))), epsilon(op)?];
    one(b.with("LayerNormalization", &[&x.name, &scale, bias], attributes))
}

fn rms_norm(b: &mut Builder, op: &Op<'_>) -> Outs {
    let x = op.tensor("input")?;
    let kind = op.out_kind(0)?;
    let count = op.ints("normalized_shape")?.len();
    let dims: Vec<usize> = (x.dims().saturating_sub(count)..x.dims()).collect();
    let squares = b.node("Mul", &[&x.name, &x.name]);
    let mean = reduced(b, "ReduceMean", &squares, &dims, true);
    let default = if kind == Kind::Double { f64::EPSILON } else { f64::from(f32::EPSILON) };
    let eps = b.number(op.float_or("eps", default)?, kind)?;
    let mean = b.node("Add", &[&mean, &eps]);
    let root = b.node("Sqrt", &[&mean]);
    let mut normed = b.node("Div", &[&x.name, &root]);
    if let Some(weight) = op.optional_tensor("weight")? {
        normed = b.node("Mul", &[&normed, &weight.name]);
    }
    one(normed)
}
