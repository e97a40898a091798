//! Resizing of images, and moving elements between channels and space.

use runtime_core::Result;

use super::{Attribute, Builder, Op, Outs, Size, Table, Term, Val, one, reshaped, transposed};

pub(super) const OPERATORS: Table = &[
    ("_upsample_nearest_exact1d", |b, op| resized(b, op, "nearest", true)),
    ("_upsample_nearest_exact2d", |b, op| resized(b, op, "nearest", true)),
    ("_upsample_nearest_exact3d", |b, op| resized(b, op, "nearest", true)),
    ("channel_shuffle", channel_shuffle),
    ("pixel_shuffle", |b, op| pixels(b, op, true)),
    ("pixel_unshuffle", |b, op| pixels(b, op, false)),
    ("upsample_bicubic2d", |b, op| resized(b, op, "cubic", false)),
    ("upsample_bilinear2d", |b, op| resized(b, op, "linear", false)),
    ("upsample_linear1d", |b, op| resized(b, op, "linear", false)),
    ("upsample_nearest1d", |b, op| resized(b, op, "nearest", false)),
    ("upsample_nearest2d", |b, op| resized(b, op, "nearest", false)),
    ("upsample_nearest3d", |b, op| resized(b, op, "nearest", false)),
    ("upsample_trilinear3d", |b, op| resized(b, op, "linear", false)),
];

/// The factors that PyTorch scales the coordinates with, when it was given them.
fn scales(op: &Op<'_>) -> Result<Vec<f32>> {
    let mut scales = Vec::new();
    match op.argument("scale_factors") {
        Some(Val::List(items)) => {
            for item in items {
                let Val::Float(scale) = item else { return Err(op.refuse("a scale is no number")) };
                scales.push(*scale as f32);
            }
        }
        _ => {
            for name in ["scales", "scales_d", "scales_h", "scales_w"] {
                if op.argument(name).is_some() {
                    scales.push(op.float(name)? as f32);
                }
            }
        }
    }
    Ok(scales)
}

fn resized(b: &mut Builder, op: &Op<'_>, mode: &str, exact: bool) -> Outs {
    let x = op.tensor(if op.argument("self").is_some() { "self" } else { "input" })?;
    let corners = op.bool_or("align_corners", false)?;
    let coordinates = match (mode, corners, exact) {
        (_, true, _) => "align_corners",
        ("nearest", _, false) => "asymmetric",
        _ => "half_pixel",
    };
    let text = |text: &str| Attribute::Text(String::from(text));
    let mut attributes =
        vec![("mode", text(mode)), ("coordinate_transformation_mode", text(coordinates))];
    match mode {
        // Between two pixels, the one above; PyTorch cuts where it is not exact.
        "nearest" if exact => attributes.push(("nearest_mode", text("round_prefer_ceil"))),
        "nearest" => attributes.push(("nearest_mode", text("floor"))),
        "cubic" => attributes.push(("cubic_coeff_a", Attribute::Float(-0.75))),
        _ => {}
    }
    let scales = scales(op)?;
    let output = op.out_sizes(0)?;
    if scales.len() + 2 == x.dims() && !corners {
        let all: Vec<f32> = [1.0, 1.0].into_iter().chain(scales).collect();
        let scales = b.floats(&all);
        return one(b.with("Resize", &[&x.name, "", &scales], attributes));
    }
    let sizes = b.sizes(output)?;
    one(b.with("Resize", &[&x.name, "", "", &sizes], attributes))
}

/// The tensor with its dimensions taken apart into these, the parts in another order, and together again as
/// the result has them.
fn rearranged(b: &mut Builder, op: &Op<'_>, x: &Term, sizes: &[Size], order: &[usize]) -> Outs {
    let name = reshaped(b, x, sizes)?;
    let name = transposed(b, &name, order.iter().map(|dim| *dim as i64).collect());
    let sizes = order.iter().filter_map(|dim| sizes.get(*dim).cloned()).collect();
    one(reshaped(b, &Term { name, kind: x.kind, sizes }, op.out_sizes(0)?)?)
}

fn divided(op: &Op<'_>, x: &Term, dim: usize, by: i64) -> Result<Size> {
    let number = x.known(dim).ok_or_else(|| op.refuse("what it divides is a dynamic axis"))?;
    Ok(Size::known(number / by.max(1)))
}

fn channel_shuffle(b: &mut Builder, op: &Op<'_>) -> Outs {
    let x = op.tensor("self")?;
    let groups = op.int("groups")?;
    let mut sizes = x.sizes.clone();
    sizes.splice(1..2, [Size::known(groups), divided(op, x, 1, groups)?]);
    let order: Vec<usize> = [0, 2, 1].into_iter().chain(3..sizes.len()).collect();
    rearranged(b, op, x, &sizes, &order)
}

/// Channels to pixels or back. Dimensions before the channels are as many as there are.
fn pixels(b: &mut Builder, op: &Op<'_>, to_pixels: bool) -> Outs {
    let x = op.tensor("self")?;
    let factor = op.int(if to_pixels { "upscale_factor" } else { "downscale_factor" })?;
    let first = x.dims().saturating_sub(3);
    let (lead, tail) = x.sizes.split_at(first);
    let [channels, height, width] = tail else {
        return Err(op.refuse("it has too few dimensions"));
    };
    let by = Size::known(factor);
    let (parts, order) = if to_pixels {
        let channels = divided(op, x, first, factor * factor)?;
        (vec![channels, by.clone(), by, height.clone(), width.clone()], [0, 3, 1, 4, 2])
    } else {
        let (tall, wide) = (divided(op, x, first + 1, factor)?, divided(op, x, first + 2, factor)?);
        (vec![channels.clone(), tall, by.clone(), wide, by], [0, 2, 4, 1, 3])
    };
    let sizes = [lead, &parts].concat();
    let order: Vec<usize> = (0..first).chain(order.into_iter().map(|dim| dim + first)).collect();
    rearranged(b, op, x, &sizes, &order)
}
