//! Products of matrices.

use super::{Attribute, Builder, Op, Outs, Table, matrix_transposed, moved, one, operand, reduced};

pub(super) const OPERATORS: Table = &[
    ("addmm", |b, op| {
        let (m1, m2) = (op.tensor("mat1")?, op.tensor("mat2")?);
        let x = op.tensor("self")?;
        let (alpha, beta) = (op.float_or("alpha", 1.0)?, op.float_or("beta", 1.0)?);
        let attributes = vec![("alpha", Attribute::Float(alpha)), ("beta", Attribute::Float(beta))];
        one(b.with("Gemm", &[&m1.name, &m2.name, &x.name], attributes))
    }),
    ("baddbmm", |b, op| {
        let kind = op.out_kind(0)?;
        let (left, right) = (op.tensor("batch1")?, op.tensor("batch2")?);
        let mut product = b.node("MatMul", &[&left.name, &right.name]);
        let mut x = operand(b, op, "self", kind)?;
        for (value, factor) in [(&mut product, "alpha"), (&mut x, "beta")] {
            let factor = op.float_or(factor, 1.0)?;
            if factor != 1.0 {
                let factor = b.number(factor, kind)?;
                *value = b.node("Mul", &[value, &factor]);
            }
        }
        one(b.node("Add", &[&x, &product]))
    }),
    ("bilinear", bilinear),
    ("bmm", |b, op| product(b, op, "self", "mat2")),
    ("dot", |b, op| product(b, op, "self", "tensor")),
    ("einsum", |b, op| {
        let equation = op.text("equation")?.to_owned();
        let tensors = op.tensors("tensors")?;
        let names: Vec<&str> = tensors.iter().map(|tensor| tensor.name.as_str()).collect();
        one(b.with("Einsum", &names, vec![("equation", Attribute::Text(equation))]))
    }),
    ("linear", linear),
    ("matmul", |b, op| product(b, op, "self", "other")),
    ("mm", |b, op| product(b, op, "self", "mat2")),
    ("mv", |b, op| product(b, op, "self", "vec")),
];

fn product(b: &mut Builder, op: &Op<'_>, left: &str, right: &str) -> Outs {
    let (left, right) = (op.tensor(left)?, op.tensor(right)?);
    one(b.node("MatMul", &[&left.name, &right.name]))
}

fn linear(b: &mut Builder, op: &Op<'_>) -> Outs {
    let (x, weight) = (op.tensor("input")?, op.tensor("weight")?);
    let bias = op.optional_tensor("bias")?;
    if let (2, 2, Some(bias)) = (x.dims(), weight.dims(), bias) {
        let attributes = vec![("transB", Attribute::Int(1))];
        return one(b.with("Gemm", &[&x.name, &weight.name, &bias.name], attributes));
    }
    let turned = matrix_transposed(b, weight);
    let mut product = b.node("MatMul", &[&x.name, &turned]);
    if let Some(bias) = bias {
        product = b.node("Add", &[&product, &bias.name]);
    }
    one(product)
}

/// `x1 W x2` for each output: the matrices of `weight` times both inputs.
fn bilinear(b: &mut Builder, op: &Op<'_>) -> Outs {
    let (left, right) = (op.tensor("input1")?, op.tensor("input2")?);
    let weight = op.tensor("weight")?;
    // [..., 1, 1, i] times [o, i, j] is [..., o, 1, j].
    let row = moved(b, "Unsqueeze", &left.name, &[-2, -3]);
    let product = b.node("MatMul", &[&row, &weight.name]);
    let other = moved(b, "Unsqueeze", &right.name, &[-2, -3]);
    let product = b.node("Mul", &[&product, &other]);
    let last = left.dims() + 1;
    let mut sum = reduced(b, "ReduceSum", &product, &[last - 1, last], false);
    if let Some(bias) = op.optional_tensor("bias")? {
        sum = b.node("Add", &[&sum, &bias.name]);
    }
    one(sum)
}
