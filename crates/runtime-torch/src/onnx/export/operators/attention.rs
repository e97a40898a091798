//! Attention, step by step.

use runtime_core::Result;
use tch::{Device, Kind, Tensor};

use super::{Attribute, Builder, Op, Outs, Size, Table, Term, matrix_transposed, moved, one};
use crate::error::OrTorch;

pub(super) const OPERATORS: Table = &[("scaled_dot_product_attention", attention)];

fn attention(b: &mut Builder, op: &Op<'_>) -> Outs {
    let (query, key, value) = (op.tensor("query")?, op.tensor("key")?, op.tensor("value")?);
    if op.float_or("dropout_p", 0.0)? != 0.0 {
        return Err(op.refuse("it has dropout, which is random"));
    }
    if op.bool_or("enable_gqa", false)? {
        return Err(op.refuse("groups of queries (enable_gqa) are not covered"));
    }
    let kind = op.out_kind(0)?;
    let head = query.sizes.last().and_then(Size::number);
    let scale = match (op.argument("scale"), head) {
        (Some(_), _) => op.float("scale")?,
        (None, Some(head)) => 1.0 / (head as f64).sqrt(),
        (None, None) => return Err(op.refuse("the size of its heads is a dynamic axis")),
    };
    let scale = b.number(scale, kind)?;
    let scaled = b.node("Mul", &[&query.name, &scale]);
    let turned = matrix_transposed(b, key);
    let mut scores = b.node("MatMul", &[&scaled, &turned]);
    if op.bool_or("is_causal", false)? {
        let seen = causal(b, op, query, key)?;
        scores = hidden(b, &scores, &seen, kind)?;
    }
    if let Some(mask) = op.optional_tensor("attn_mask")? {
        scores = match mask.kind {
            Kind::Bool => hidden(b, &scores, &mask.name, kind)?,
            _ => {
                let mask = b.cast(&mask.name, mask.kind, kind)?;
                b.node("Add", &[&scores, &mask])
            }
        };
    }
    let weights = b.with("Softmax", &[&scores], vec![("axis", Attribute::Int(-1))]);
    one(b.node("MatMul", &[&weights, &value.name]))
}

/// The scores where the mask is true, and minus infinity elsewhere.
fn hidden(b: &mut Builder, scores: &str, seen: &str, kind: Kind) -> Result<String> {
    let least = b.number(f64::NEG_INFINITY, kind)?;
    Ok(b.node("Where", &[seen, scores, &least]))
}

/// Whether a query sees a key: true from the diagonal down.
fn causal(b: &mut Builder, op: &Op<'_>, query: &Term, key: &Term) -> Result<String> {
    let length =
        |term: &Term| term.dims().checked_sub(2).and_then(|dim| term.sizes.get(dim).cloned());
    let (Some(queries), Some(keys)) = (length(query), length(key)) else {
        return Err(op.refuse("its tensors have too few dimensions"));
    };
    if let (Some(queries), Some(keys)) = (queries.number(), keys.number()) {
        let all = Tensor::f_ones([queries, keys], (Kind::Bool, Device::Cpu)).or_torch()?;
        return b.small(&all.f_tril(0).or_torch()?);
    }
    let rows = counted(b, &queries)?;
    let columns = counted(b, &keys)?;
    let rows = moved(b, "Unsqueeze", &rows, &[1]);
    Ok(b.node("GreaterOrEqual", &[&rows, &columns]))
}

/// The numbers from 0 up to a size.
fn counted(b: &mut Builder, size: &Size) -> Result<String> {
    let end = b.size(size)?;
    let end = moved(b, "Squeeze", &end, &[0]);
    let (start, step) = (b.int(0), b.int(1));
    Ok(b.node("Range", &[&start, &end, &step]))
}
