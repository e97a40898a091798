//! Elements by their places.

use tch::Kind;

use super::{Attribute, Builder, Op, Outs, Table, Val, one};

pub(super) const OPERATORS: Table = &[
    ("embedding", |b, op| {
        let (weight, indices) = (op.tensor("weight")?, op.tensor("indices")?);
        one(b.node("Gather", &[&weight.name, &indices.name]))
    }),
    ("gather", |b, op| {
        let (x, index) = (op.tensor("self")?, op.tensor("index")?);
        let axis = Attribute::Int(op.dim("dim", x)? as i64);
        one(b.with("GatherElements", &[&x.name, &index.name], vec![("axis", axis)]))
    }),
    ("index", index),
    ("index_select", |b, op| {
        let (x, index) = (op.tensor("self")?, op.tensor("index")?);
        let axis = Attribute::Int(op.dim("dim", x)? as i64);
        one(b.with("Gather", &[&x.name, &index.name], vec![("axis", axis)]))
    }),
    ("tril", |b, op| triangle(b, op, 0)),
    ("triu", |b, op| triangle(b, op, 1)),
];

/// One tensor of ints in one dimension.
fn index(b: &mut Builder, op: &Op<'_>) -> Outs {
    let x = op.tensor("self")?;
    let Some(Val::List(indices)) = op.argument("indices") else {
        return Err(op.refuse("indices is no list"));
    };
    let mut given = indices.iter().enumerate().filter_map(|(dim, index)| match index {
        Val::Tensor(term) => Some((dim, term)),
        _ => None,
    });
    match (given.next(), given.next()) {
        (Some((dim, index)), None) if !matches!(index.kind, Kind::Bool | Kind::Uint8) => {
            let axis = Attribute::Int(dim as i64);
            one(b.with("Gather", &[&x.name, &index.name], vec![("axis", axis)]))
        }
        (Some(_), None) => {
            Err(op.refuse("a mask as an index gives a tensor whose size depends on its elements"))
        }
        _ => Err(op.refuse("it is covered for one index only")),
    }
}

fn triangle(b: &mut Builder, op: &Op<'_>, upper: i64) -> Outs {
    let x = op.tensor("self")?;
    let diagonal = b.int(op.int_or("diagonal", 0)?);
    let attributes = vec![("upper", Attribute::Int(upper))];
    one(b.with("Trilu", &[&x.name, &diagonal], attributes))
}
