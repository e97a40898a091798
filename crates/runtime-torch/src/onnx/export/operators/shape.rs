//! Shapes: the same elements in other sizes or another order, parts, and several tensors as one.

use runtime_core::Result;

use super::{
    Attribute, Builder, Op, Out, Outs, Size, Table, Term, Val, joined, matrix_transposed, moved,
    one, operand, reshaped, split, transposed,
};

/// What gives a tensor that may share its first argument's memory.
pub(super) const VIEWS: &[&str] = &[
    "_reshape_alias",
    "_unsafe_view",
    "alias",
    "alpha_dropout",
    "as_strided",
    "chunk",
    "contiguous",
    "detach",
    "diagonal",
    "dropout",
    "expand",
    "expand_as",
    "feature_alpha_dropout",
    "feature_dropout",
    "flatten",
    "movedim",
    "narrow",
    "numpy_T",
    "permute",
    "reshape",
    "reshape_as",
    "select",
    "slice",
    "split",
    "split_with_sizes",
    "squeeze",
    "swapaxes",
    "swapdims",
    "t",
    "tensor_split",
    "to",
    "transpose",
    "type_as",
    "unbind",
    "unflatten",
    "unfold",
    "unsafe_chunk",
    "unsafe_split",
    "unsqueeze",
    "view",
    "view_as",
];

pub(super) const OPERATORS: Table = &[
    ("_reshape_alias", reshape),
    ("_unsafe_view", reshape),
    ("alias", same),
    ("broadcast_to", expand),
    ("cat", |b, op| {
        let kind = op.out_kind(0)?;
        let tensors = op.tensors("tensors")?;
        let dim = joint_dim(op)?;
        let mut parts = Vec::new();
        // PyTorch leaves empty lists out.
        for tensor in tensors
            .iter()
            .filter(|tensor| !(tensor.dims() == 1 && tensor.sizes.iter().all(|s| s.is(0))))
        {
            parts.push(b.cast(&tensor.name, tensor.kind, kind)?);
        }
        one(joined(b, &parts, dim))
    }),
    ("chunk", chunk),
    ("clone", same),
    ("contiguous", same),
    ("detach", same),
    ("expand", expand),
    ("expand_as", expand),
    ("flatten", reshape),
    ("flip", |b, op| {
        let x = op.tensor("self")?;
        let dims: Vec<i64> = op.dims("dims", x)?.into_iter().map(|dim| dim as i64).collect();
        let (starts, ends) =
            (b.ints(&vec![-1; dims.len()]), b.ints(&vec![i64::MIN + 1; dims.len()]));
        let (axes, steps) = (b.ints(&dims), b.ints(&vec![-1; dims.len()]));
        one(b.node("Slice", &[&x.name, &starts, &ends, &axes, &steps]))
    }),
    ("lift_fresh", same),
    ("movedim", movedim),
    ("narrow", |b, op| {
        let x = op.tensor("self")?;
        let dim = op.dim("dim", x)?;
        let start = op.size("start")?;
        let end = start.plus(&op.size("length")?);
        let end = end.ok_or_else(|| op.refuse("its end is too large"))?;
        one(part(b, x, dim, &start, Some(&end), 1)?)
    }),
    ("numpy_T", |b, op| {
        let x = op.tensor("self")?;
        one(transposed(b, &x.name, (0..x.dims() as i64).rev().collect()))
    }),
    ("permute", |b, op| {
        let x = op.tensor("self")?;
        let order = op.dims("dims", x)?.into_iter().map(|dim| dim as i64).collect();
        one(transposed(b, &x.name, order))
    }),
    ("repeat", |b, op| {
        let x = op.tensor("self")?;
        let Some(Val::List(items)) = op.argument("repeats") else {
            return Err(op.refuse("repeats is no list"));
        };
        let mut repeats = Vec::new();
        for item in items {
            let Val::Int(size) = item else { return Err(op.refuse("repeats is no list of ints")) };
            repeats.push(size.clone());
        }
        let more = repeats.len().saturating_sub(x.dims()) as i64;
        let wide = match more {
            0 => x.name.clone(),
            _ => moved(b, "Unsqueeze", &x.name, &(0..more).collect::<Vec<_>>()),
        };
        let repeats = b.sizes(&repeats)?;
        one(b.node("Tile", &[&wide, &repeats]))
    }),
    ("reshape", reshape),
    ("reshape_as", reshape),
    ("select", |b, op| {
        let x = op.tensor("self")?;
        let (dim, index) = (op.dim("dim", x)?, op.size("index")?);
        let index = match index.number() {
            Some(index) => b.int(index),
            None => {
                let list = b.size(&index)?;
                moved(b, "Squeeze", &list, &[0])
            }
        };
        one(b.with("Gather", &[&x.name, &index], vec![("axis", Attribute::Int(dim as i64))]))
    }),
    ("slice", |b, op| {
        let x = op.tensor("self")?;
        let dim = op.dim("dim", x)?;
        let start = if op.argument("start").is_some() { op.size("start")? } else { Size::known(0) };
        let end = if op.argument("end").is_some() { Some(op.size("end")?) } else { None };
        one(part(b, x, dim, &start, end.as_ref(), op.int_or("step", 1)?)?)
    }),
    ("split", |b, op| {
        let x = op.tensor("self")?;
        let (dim, size) = cut(op, x)?;
        let of = if op.argument("split_size").is_some() {
            op.ints("split_size")?
        } else {
            op.ints("split_sizes")?
        };
        match of.as_slice() {
            [single] if op.argument("split_size").is_some() => {
                parts(b, x, dim, &lengths(size, (*single).max(1)))
            }
            many => parts(b, x, dim, many),
        }
    }),
    ("split_with_sizes", |b, op| {
        let x = op.tensor("self")?;
        let (dim, _) = cut(op, x)?;
        parts(b, x, dim, &op.ints("split_sizes")?)
    }),
    ("squeeze", |b, op| {
        let x = op.tensor("self")?;
        let asked = op.dims("dim", x)?;
        let axes: Vec<i64> = asked
            .into_iter()
            .filter(|dim| x.known(*dim) == Some(1))
            .map(|dim| dim as i64)
            .collect();
        one(if axes.is_empty() {
            b.node("Identity", &[&x.name])
        } else {
            moved(b, "Squeeze", &x.name, &axes)
        })
    }),
    ("stack", |b, op| {
        let kind = op.out_kind(0)?;
        let tensors = op.tensors("tensors")?;
        let dim = joint_dim(op)?;
        let mut parts = Vec::new();
        for tensor in tensors {
            let part = b.cast(&tensor.name, tensor.kind, kind)?;
            parts.push(moved(b, "Unsqueeze", &part, &[dim]));
        }
        one(joined(b, &parts, dim))
    }),
    ("t", |b, op| one(matrix_transposed(b, op.tensor("self")?))),
    ("tile", |b, op| {
        let x = op.tensor("self")?;
        let mut dims = op.ints("dims")?;
        while dims.len() < x.dims() {
            dims.insert(0, 1);
        }
        let more = dims.len().saturating_sub(x.dims()) as i64;
        let wide = match more {
            0 => x.name.clone(),
            _ => moved(b, "Unsqueeze", &x.name, &(0..more).collect::<Vec<_>>()),
        };
        let repeats = b.ints(&dims);
        one(b.node("Tile", &[&wide, &repeats]))
    }),
    ("to", converted),
    ("transpose", |b, op| swapped(b, op, "dim0", "dim1")),
    ("type_as", converted),
    ("unbind", |b, op| {
        let x = op.tensor("self")?;
        let (dim, size) = cut(op, x)?;
        let mut items = Vec::new();
        for piece in split(b, &x.name, dim, &vec![1; size.max(0) as usize]) {
            let name = moved(b, "Squeeze", &piece, &[dim as i64]);
            items.push(Val::Tensor(Term { name, kind: x.kind, sizes: Vec::new() }));
        }
        Ok(vec![Out::Val(Val::List(items))])
    }),
    ("unflatten", reshape),
    ("unsafe_chunk", chunk),
    ("unsqueeze", |b, op| {
        let x = op.tensor("self")?;
        let dim = op.int("dim")?;
        let dim = if dim < 0 { dim + x.dims() as i64 + 1 } else { dim };
        one(moved(b, "Unsqueeze", &x.name, &[dim]))
    }),
    ("view", reshape),
    ("view_as", reshape),
];

/// The tensor itself: ONNX knows no memory.
fn same(_: &mut Builder, op: &Op<'_>) -> Outs {
    Ok(vec![Out::Val(Val::Tensor(op.tensor("self")?.clone()))])
}

/// As another dtype; devices and memory formats do not matter.
fn converted(b: &mut Builder, op: &Op<'_>) -> Outs {
    let kind = op.out_kind(0)?;
    let x = op.tensor("self")?;
    if kind == x.kind {
        return same(b, op);
    }
    one(operand(b, op, "self", kind)?)
}

/// The sizes are those that the trace says, wherever they come from.
fn reshape(b: &mut Builder, op: &Op<'_>) -> Outs {
    let x = op.tensor("self")?;
    let sizes = op.out_sizes(0)?;
    if x.sizes == sizes {
        return same(b, op);
    }
    one(reshaped(b, x, sizes)?)
}

fn expand(b: &mut Builder, op: &Op<'_>) -> Outs {
    let x = op.tensor("self")?;
    let sizes = op.out_sizes(0)?;
    if x.sizes == sizes {
        return same(b, op);
    }
    // What is as long as it was need not be known: 1 leaves it.
    let more = sizes.len().saturating_sub(x.dims());
    let entry = |(dim, size): (usize, &Size)| {
        let before = dim.checked_sub(more).and_then(|dim| x.sizes.get(dim));
        if before == Some(size) && size.number().is_none() { Size::known(1) } else { size.clone() }
    };
    let shape: Vec<Size> = sizes.iter().enumerate().map(entry).collect();
    let shape = b.sizes(&shape)?;
    one(b.node("Expand", &[&x.name, &shape]))
}

fn chunk(b: &mut Builder, op: &Op<'_>) -> Outs {
    let x = op.tensor("self")?;
    let (dim, size) = cut(op, x)?;
    let chunks = op.int("chunks")?.max(1);
    parts(b, x, dim, &lengths(size, (size + chunks - 1) / chunks))
}

fn swapped(b: &mut Builder, op: &Op<'_>, first: &str, second: &str) -> Outs {
    let x = op.tensor("self")?;
    if x.dims() == 0 {
        return same(b, op);
    }
    let (first, second) = (op.dim(first, x)?, op.dim(second, x)?);
    if first == second {
        return same(b, op);
    }
    let mut order: Vec<i64> = (0..x.dims() as i64).collect();
    order.swap(first, second);
    one(transposed(b, &x.name, order))
}

fn movedim(b: &mut Builder, op: &Op<'_>) -> Outs {
    let x = op.tensor("self")?;
    let (from, to) = (op.dims("source", x)?, op.dims("destination", x)?);
    let mut rest = (0..x.dims()).filter(|dim| !from.contains(dim));
    let mut order = Vec::new();
    for place in 0..x.dims() {
        let moved =
            to.iter().position(|to| *to == place).and_then(|position| from.get(position).copied());
        order.extend(moved.or_else(|| rest.next()).map(|dim| dim as i64));
    }
    one(transposed(b, &x.name, order))
}

/// A part of one dimension, from one size up to another.
fn part(
    b: &mut Builder,
    x: &Term,
    dim: usize,
    start: &Size,
    end: Option<&Size>,
    step: i64,
) -> Result<String> {
    let whole = |end: Option<&Size>| end.is_none_or(|end| x.sizes.get(dim) == Some(end));
    if start.is(0) && whole(end) && step == 1 {
        return Ok(x.name.clone());
    }
    let start = b.size(start)?;
    let end = match end.filter(|end| x.sizes.get(dim) != Some(*end)) {
        Some(end) => b.size(end)?,
        None => b.ints(&[i64::MAX]),
    };
    let (axis, step) = (b.ints(&[dim as i64]), b.ints(&[step]));
    Ok(b.node("Slice", &[&x.name, &start, &end, &axis, &step]))
}

/// The dimension that is cut, and its size.
fn cut(op: &Op<'_>, x: &Term) -> Result<(usize, i64)> {
    let dim = x.dim(op.int_or("dim", 0)?).ok_or_else(|| op.refuse("dim is out of range"))?;
    let size =
        x.known(dim).ok_or_else(|| op.refuse("the dimension that it cuts is a dynamic axis"))?;
    Ok((dim, size))
}

/// Parts of one length, of which the last may be shorter.
fn lengths(size: i64, each: i64) -> Vec<i64> {
    let mut lengths = vec![each; (size / each.max(1)).max(0) as usize];
    if size % each.max(1) != 0 {
        lengths.push(size % each);
    }
    lengths
}

/// The parts as a list; what takes them from there knows their sizes.
fn parts(b: &mut Builder, x: &Term, dim: usize, lengths: &[i64]) -> Outs {
    let named = split(b, &x.name, dim, lengths).into_iter().zip(lengths).map(|(name, length)| {
        let mut sizes = x.sizes.clone();
        if let Some(size) = sizes.get_mut(dim) {
            *size = Size::known(*length);
        }
        Val::Tensor(Term { name, kind: x.kind, sizes })
    });
    Ok(vec![Out::Val(Val::List(named.collect()))])
}

/// The dimension along which tensors are put together, of the result.
fn joint_dim(op: &Op<'_>) -> Result<i64> {
    let dims = op.out_sizes(0)?.len() as i64;
    let dim = op.int_or("dim", 0)?;
    Ok(if dim < 0 { dim + dims } else { dim })
}
