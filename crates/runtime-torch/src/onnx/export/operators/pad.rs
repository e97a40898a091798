//! Padding.

use runtime_core::Result;

use super::{Attribute, Builder, Op, Outs, Table, Term, joined, one, sliced};

pub(super) const OPERATORS: Table = &[
    ("constant_pad_nd", |b, op| padded(b, op, "pad", "constant")),
    ("pad", |b, op| {
        let mode = if op.argument("mode").is_some() {
            op.text("mode")?.to_owned()
        } else {
            String::from("constant")
        };
        padded(b, op, "pad", &mode)
    }),
    ("reflection_pad1d", |b, op| padded(b, op, "padding", "reflect")),
    ("reflection_pad2d", |b, op| padded(b, op, "padding", "reflect")),
    ("reflection_pad3d", |b, op| padded(b, op, "padding", "reflect")),
    ("replication_pad1d", |b, op| padded(b, op, "padding", "replicate")),
    ("replication_pad2d", |b, op| padded(b, op, "padding", "replicate")),
    ("replication_pad3d", |b, op| padded(b, op, "padding", "replicate")),
];

fn padded(b: &mut Builder, op: &Op<'_>, pads: &str, mode: &str) -> Outs {
    let x = op.tensor("self")?;
    let pads = op.ints(pads)?;
    // PyTorch's pairs begin with the last dimension.
    let dims = x.dims();
    let (mut begins, mut ends) = (vec![0_i64; dims], vec![0_i64; dims]);
    for (pair, dim) in pads.chunks(2).zip((0..dims).rev()) {
        let [begin, end] = pair else { return Err(op.refuse("its padding is no list of pairs")) };
        if let (Some(first), Some(last)) = (begins.get_mut(dim), ends.get_mut(dim)) {
            (*first, *last) = (*begin, *end);
        }
    }
    let mut name = x.name.clone();
    // Less than none cuts off.
    for (dim, (begin, end)) in begins.iter_mut().zip(&mut ends).enumerate() {
        if *begin < 0 || *end < 0 {
            let start = (-*begin).max(0);
            let stop = if *end < 0 { *end } else { i64::MAX };
            name = sliced(b, &name, dim, start, stop);
        }
        (*begin, *end) = ((*begin).max(0), (*end).max(0));
    }
    if begins.iter().chain(&ends).all(|pad| *pad == 0) {
        return one(if name == x.name { b.node("Identity", &[&name]) } else { name });
    }
    let mode = match mode {
        "constant" => "constant",
        "reflect" => "reflect",
        "replicate" => "edge",
        "circular" => return one(circular(b, op, x, name, &begins, &ends)?),
        other => return Err(op.refuse(format!("the mode {other:?} is not covered"))),
    };
    let pads = b.ints(&[begins, ends].concat());
    let attributes = vec![("mode", Attribute::Text(String::from(mode)))];
    if mode != "constant" {
        return one(b.with("Pad", &[&name, &pads], attributes));
    }
    let value = b.number(op.float_or("value", 0.0)?, op.out_kind(0)?)?;
    one(b.with("Pad", &[&name, &pads, &value], attributes))
}

/// What lies on the other side is put before and behind: ONNX has a mode for it from opset 19 on only.
fn circular(
    b: &mut Builder,
    op: &Op<'_>,
    x: &Term,
    mut name: String,
    begins: &[i64],
    ends: &[i64],
) -> Result<String> {
    for (dim, (begin, end)) in begins.iter().zip(ends).enumerate() {
        if *begin == 0 && *end == 0 {
            continue;
        }
        if x.known(dim).is_none() {
            return Err(op.refuse("what it goes around is a dynamic axis"));
        }
        let mut parts = vec![name.clone()];
        if *begin > 0 {
            parts.insert(0, sliced(b, &name, dim, -begin, i64::MAX));
        }
        if *end > 0 {
            parts.push(sliced(b, &name, dim, 0, *end));
        }
        name = joined(b, &parts, dim as i64);
    }
    Ok(name)
}
