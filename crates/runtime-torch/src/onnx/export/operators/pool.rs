//! Pools.

use runtime_core::Result;
use tch::Tensor;

use super::convolution::widened;
use super::{
    Attribute, Builder, Op, Out, Outs, Size, Table, Term, Val, joined, moved, one, reduced, sliced,
};
use crate::error::OrTorch;

pub(super) const OPERATORS: Table = &[
    ("adaptive_avg_pool1d", |b, op| adaptive(b, op, 1, "AveragePool")),
    ("adaptive_avg_pool2d", |b, op| adaptive(b, op, 2, "AveragePool")),
    ("adaptive_avg_pool3d", |b, op| adaptive(b, op, 3, "AveragePool")),
    ("adaptive_max_pool1d", |b, op| adaptive(b, op, 1, "MaxPool")),
    ("adaptive_max_pool2d", |b, op| adaptive(b, op, 2, "MaxPool")),
    ("adaptive_max_pool3d", |b, op| adaptive(b, op, 3, "MaxPool")),
    ("avg_pool1d", |b, op| average(b, op, 1)),
    ("avg_pool2d", |b, op| average(b, op, 2)),
    ("avg_pool3d", |b, op| average(b, op, 3)),
    ("max_pool1d", |b, op| max(b, op, 1, false)),
    ("max_pool1d_with_indices", |b, op| max(b, op, 1, true)),
    ("max_pool2d", |b, op| max(b, op, 2, false)),
    ("max_pool2d_with_indices", |b, op| max(b, op, 2, true)),
    ("max_pool3d", |b, op| max(b, op, 3, false)),
    ("max_pool3d_with_indices", |b, op| max(b, op, 3, true)),
];

/// The windows of a pool.
struct Windows {
    kernel: Vec<i64>,
    strides: Vec<i64>,
    padding: Vec<i64>,
    dilations: Vec<i64>,
    /// What the last window of each dimension has beyond the padding.
    beyond: Vec<i64>,
}

impl Windows {
    fn of(op: &Op<'_>, x: &Term, spatial: usize) -> Result<Self> {
        let all = |name: &str, default: i64| match op.argument(name) {
            Some(Val::List(items)) if items.is_empty() => Ok(None),
            Some(_) => widened(op, name, spatial).map(Some),
            None => Ok(Some(vec![default; spatial])),
        };
        let kernel = widened(op, "kernel_size", spatial)?;
        let strides = match op.argument("stride") {
            Some(_) => all("stride", 1)?.unwrap_or_else(|| kernel.clone()),
            None => kernel.clone(),
        };
        let padding = all("padding", 0)?.unwrap_or_else(|| vec![0; spatial]);
        let dilations = all("dilation", 1)?.unwrap_or_else(|| vec![1; spatial]);
        let mut windows = Self { kernel, strides, padding, dilations, beyond: vec![0; spatial] };
        if op.bool_or("ceil_mode", false)? {
            windows.find_beyond(op, x)?;
        }
        Ok(windows)
    }

    /// PyTorch and ONNX Runtime do not agree on windows that begin in the padding at the end: those that
    /// there are come from the trace, and enough padding for them.
    fn find_beyond(&mut self, op: &Op<'_>, x: &Term) -> Result<()> {
        let spatial = self.kernel.len();
        let tail = |sizes: &[Size]| -> Option<Vec<i64>> {
            sizes.get(sizes.len().checked_sub(spatial)?..)?.iter().map(Size::number).collect()
        };
        let (Some(inputs), Some(outputs)) = (tail(&x.sizes), tail(op.out_sizes(0)?)) else {
            return Err(op.refuse("ceil_mode is not covered where a dynamic axis is pooled"));
        };
        for (dim, beyond) in self.beyond.iter_mut().enumerate() {
            let at = |list: &[i64]| list.get(dim).copied().unwrap_or(1);
            let window = at(&self.dilations) * (at(&self.kernel) - 1) + 1;
            let reach = (at(&outputs) - 1) * at(&self.strides) + window;
            *beyond = (reach - at(&inputs) - 2 * at(&self.padding)).max(0);
        }
        Ok(())
    }

    fn attributes(&self) -> Vec<(&'static str, Attribute)> {
        let ends = self.padding.iter().zip(&self.beyond).map(|(end, more)| end + more);
        let pads = self.padding.iter().copied().chain(ends).collect();
        vec![
            ("kernel_shape", Attribute::Ints(self.kernel.clone())),
            ("strides", Attribute::Ints(self.strides.clone())),
            ("pads", Attribute::Ints(pads)),
        ]
    }

    /// For each window of a dimension, how many times more it has than what counts for PyTorch: the padding,
    /// but not what is beyond it.
    fn excess(&self, dim: usize, input: i64, outputs: i64) -> Vec<f64> {
        let at = |list: &[i64]| list.get(dim).copied().unwrap_or(0);
        let (kernel, padding) = (at(&self.kernel), at(&self.padding));
        let excess = |window: i64| {
            let start = window * at(&self.strides) - padding;
            let end = (start + kernel).min(input + padding);
            kernel as f64 / (end - start).max(1) as f64
        };
        (0..outputs).map(excess).collect()
    }
}

/// The input with a batch, and whether one was added.
fn batched(b: &mut Builder, x: &Term, spatial: usize) -> (String, bool) {
    let missing = x.dims() == spatial + 1;
    (if missing { moved(b, "Unsqueeze", &x.name, &[0]) } else { x.name.clone() }, missing)
}

fn unbatched(b: &mut Builder, name: String, missing: bool) -> String {
    if missing { moved(b, "Squeeze", &name, &[0]) } else { name }
}

fn max(b: &mut Builder, op: &Op<'_>, spatial: usize, with_indices: bool) -> Outs {
    let x = op.tensor("self")?;
    let windows = Windows::of(op, x, spatial)?;
    let mut attributes = windows.attributes();
    attributes.push(("dilations", Attribute::Ints(windows.dilations.clone())));
    let (input, missing) = batched(b, x, spatial);
    if !with_indices {
        let result = b.with("MaxPool", &[&input], attributes);
        return one(unbatched(b, result, missing));
    }
    let results = b.nodes("MaxPool", &[&input], attributes, 2);
    let [values, indices] = results.as_slice() else { return Err(op.refuse("it has no results")) };
    // PyTorch counts within a channel, ONNX through the whole tensor.
    let plane = x.sizes.get(x.dims().saturating_sub(spatial)..).and_then(Size::product);
    let plane = plane.ok_or_else(|| op.refuse("its dimensions depend on the same dynamic axis"))?;
    let plane = b.size(&plane)?;
    let within = b.node("Mod", &[indices, &plane]);
    let values = unbatched(b, values.clone(), missing);
    let indices = unbatched(b, within, missing);
    Ok(vec![Out::Name(values), Out::Name(indices)])
}

fn average(b: &mut Builder, op: &Op<'_>, spatial: usize) -> Outs {
    let x = op.tensor("self")?;
    let windows = Windows::of(op, x, spatial)?;
    let (input, missing) = batched(b, x, spatial);
    let kind = op.out_kind(0)?;
    let overridden = op.argument("divisor_override").is_some();
    let counted = overridden || op.bool_or("count_include_pad", true)?;
    let mut attributes = windows.attributes();
    attributes.push(("count_include_pad", Attribute::Int(i64::from(counted))));
    let mut result = b.with("AveragePool", &[&input], attributes);
    if overridden {
        // The sum of a window, as its mean times its size.
        let area = windows.kernel.iter().product::<i64>() as f64;
        let factor = b.number(area / op.int("divisor_override")? as f64, kind)?;
        result = b.node("Mul", &[&result, &factor]);
    } else if counted && windows.beyond.iter().any(|beyond| *beyond > 0) {
        let first = x.dims().saturating_sub(spatial);
        let outputs = op.out_sizes(0)?;
        for dim in 0..spatial {
            let output = outputs.get(first + dim).and_then(Size::number);
            let Some((input, output)) = x.known(first + dim).zip(output) else { continue };
            let excess = windows.excess(dim, input, output);
            let mut shape = vec![1; spatial];
            if let Some(size) = shape.get_mut(dim) {
                *size = output;
            }
            let excess = Tensor::f_from_slice(&excess).and_then(|excess| excess.f_to_kind(kind));
            let excess = excess.and_then(|excess| excess.f_reshape(&shape)).or_torch()?;
            let excess = b.small(&excess)?;
            result = b.node("Mul", &[&result, &excess]);
        }
    }
    one(unbatched(b, result, missing))
}

fn adaptive(b: &mut Builder, op: &Op<'_>, spatial: usize, operator: &str) -> Outs {
    let x = op.tensor("self")?;
    let first = x.dims().saturating_sub(spatial);
    let outputs = op.out_sizes(0)?.get(first..).map(<[Size]>::to_vec).unwrap_or_default();
    let dims: Vec<usize> = (first..x.dims()).collect();
    let result = if outputs.iter().all(|size| size.is(1)) {
        let reduce = if operator == "MaxPool" { "ReduceMax" } else { "ReduceMean" };
        reduced(b, reduce, &x.name, &dims, true)
    } else {
        let mut sizes = Vec::new();
        for (dim, output) in dims.iter().zip(&outputs) {
            let Some((input, output)) = x.known(*dim).zip(output.number()) else {
                return Err(op.refuse("what it pools has the length of a dynamic axis"));
            };
            sizes.push((*dim, input, output));
        }
        if sizes.iter().all(|(_, input, output)| input % output == 0) {
            let kernel: Vec<i64> = sizes.iter().map(|(_, input, output)| input / output).collect();
            let attributes = vec![
                ("kernel_shape", Attribute::Ints(kernel.clone())),
                ("strides", Attribute::Ints(kernel)),
            ];
            let (input, missing) = batched(b, x, spatial);
            let result = b.with(operator, &[&input], attributes);
            unbatched(b, result, missing)
        } else {
            uneven(b, op, &x.name, &sizes, operator)?
        }
    };
    if op.outputs.len() == 1 {
        return one(result);
    }
    Ok(vec![Out::Name(result), Out::Val(Val::Missing("the places of an adaptive pool's maxima"))])
}

/// Windows of different lengths: one after the other, dimension by dimension.
fn uneven(
    b: &mut Builder,
    op: &Op<'_>,
    x: &str,
    sizes: &[(usize, i64, i64)],
    operator: &str,
) -> Result<String> {
    /// Each window is two nodes.
    const MOST_WINDOWS: i64 = 256;
    if sizes.iter().any(|(_, _, output)| *output > MOST_WINDOWS) {
        return Err(op.refuse(format!("its windows are uneven and more than {MOST_WINDOWS}")));
    }
    let reduce = if operator == "MaxPool" { "ReduceMax" } else { "ReduceMean" };
    let mut x = String::from(x);
    for (dim, input, output) in sizes {
        let mut parts = Vec::new();
        for window in 0..*output {
            let start = window * input / output;
            let end = ((window + 1) * input + output - 1) / output;
            let part = sliced(b, &x, *dim, start, end);
            parts.push(reduced(b, reduce, &part, &[*dim], true));
        }
        x = joined(b, &parts, *dim as i64);
    }
    Ok(x)
}
