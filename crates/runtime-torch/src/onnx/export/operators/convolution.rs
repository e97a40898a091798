//! Convolutions, and those the other way.

use runtime_core::Result;

use super::{Attribute, Builder, Op, Outs, Table, Term, moved, one};

pub(super) const OPERATORS: Table =
    &[("_convolution", general), ("_convolution_mode", |b, op| convolution(b, op, false))];

fn general(b: &mut Builder, op: &Op<'_>) -> Outs {
    let transposed = op.bool("transposed")?;
    convolution(b, op, transposed)
}

fn convolution(b: &mut Builder, op: &Op<'_>, transposed: bool) -> Outs {
    let x = op.tensor("input")?;
    let weight = op.tensor("weight")?;
    let spatial = weight.dims().saturating_sub(2);
    let kernel = kernel_of(op, weight)?;
    let all = |name: &str, default: i64| -> Result<Vec<i64>> {
        if op.argument(name).is_none() {
            return Ok(vec![default; spatial]);
        }
        widened(op, name, spatial)
    };
    let (strides, dilations) = (all("stride", 1)?, all("dilation", 1)?);
    let pads = match op.argument("padding") {
        Some(super::Val::Text(text)) => {
            let text = text.clone();
            named_pads(op, &text, &kernel, &dilations)?
        }
        _ => {
            let pads = all("padding", 0)?;
            [pads.as_slice(), pads.as_slice()].concat()
        }
    };
    let mut attributes = vec![
        ("kernel_shape", Attribute::Ints(kernel)),
        ("strides", Attribute::Ints(strides)),
        ("pads", Attribute::Ints(pads)),
        ("dilations", Attribute::Ints(dilations)),
        ("group", Attribute::Int(op.int_or("groups", 1)?)),
    ];
    if transposed {
        attributes.push(("output_padding", Attribute::Ints(all("output_padding", 0)?)));
    }
    let bias = op.optional_tensor("bias")?.map_or("", |bias| bias.name.as_str());
    let batched = x.dims() == spatial + 2;
    let input = if batched { x.name.clone() } else { moved(b, "Unsqueeze", &x.name, &[0]) };
    let operator = if transposed { "ConvTranspose" } else { "Conv" };
    let result = b.with(operator, &[&input, &weight.name, bias], attributes);
    one(if batched { result } else { moved(b, "Squeeze", &result, &[0]) })
}

fn kernel_of(op: &Op<'_>, weight: &Term) -> Result<Vec<i64>> {
    let sizes = weight.sizes.iter().skip(2).map(super::Size::number);
    sizes
        .collect::<Option<_>>()
        .ok_or_else(|| op.refuse("its kernel's size depends on a dynamic axis"))
}

/// The ints of a list, of which one stands for all.
pub(super) fn widened(op: &Op<'_>, name: &str, count: usize) -> Result<Vec<i64>> {
    let ints = op.ints(name)?;
    match ints.as_slice() {
        [single] => Ok(vec![*single; count]),
        many if many.len() == count => Ok(ints),
        _ => Err(op.refuse(format!("{name} has {} elements, not {count}", ints.len()))),
    }
}

/// What `padding="same"` means: more at the end where it is no even number.
fn named_pads(op: &Op<'_>, name: &str, kernel: &[i64], dilations: &[i64]) -> Result<Vec<i64>> {
    let total = kernel.iter().zip(dilations).map(|(kernel, dilation)| dilation * (kernel - 1));
    let total: Vec<i64> = match name {
        "same" => total.collect(),
        "valid" => vec![0; kernel.len()],
        other => return Err(op.refuse(format!("padding {other:?} is not covered"))),
    };
    let begins = total.iter().map(|total| total / 2);
    Ok(begins.chain(total.iter().map(|total| total - total / 2)).collect())
}
