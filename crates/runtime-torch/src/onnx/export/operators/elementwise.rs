//! Arithmetic, element by element, with broadcasting and promotion of dtypes.

use runtime_core::Result;
use tch::Kind;

use super::{Builder, Op, Out, Outs, Table, Val, is_float, one, operand};

pub(super) const OPERATORS: Table = &[
    ("abs", |b, op| unary(b, op, "Abs")),
    ("acos", |b, op| unary(b, op, "Acos")),
    ("acosh", |b, op| unary(b, op, "Acosh")),
    ("add", |b, op| scaled(b, op, "Add")),
    ("addcdiv", |b, op| with_product(b, op, "Div")),
    ("addcmul", |b, op| with_product(b, op, "Mul")),
    ("asin", |b, op| unary(b, op, "Asin")),
    ("asinh", |b, op| unary(b, op, "Asinh")),
    ("atan", |b, op| unary(b, op, "Atan")),
    ("atanh", |b, op| unary(b, op, "Atanh")),
    ("ceil", |b, op| whole(b, op, "Ceil")),
    ("clamp", clamp),
    ("clamp_max", clamp),
    ("clamp_min", clamp),
    ("cos", |b, op| unary(b, op, "Cos")),
    ("cosh", |b, op| unary(b, op, "Cosh")),
    ("div", divide),
    ("erf", |b, op| unary(b, op, "Erf")),
    ("erfc", |b, op| {
        let (x, kind) = input(b, op)?;
        let (one_, erf) = (b.number(1.0, kind)?, b.node("Erf", &[&x]));
        one(b.node("Sub", &[&one_, &erf]))
    }),
    ("exp", |b, op| unary(b, op, "Exp")),
    ("exp2", |b, op| {
        let (x, kind) = input(b, op)?;
        let two = b.number(2.0, kind)?;
        one(b.node("Pow", &[&two, &x]))
    }),
    ("expm1", |b, op| {
        let (x, kind) = input(b, op)?;
        let (raised, one_) = (b.node("Exp", &[&x]), b.number(1.0, kind)?);
        one(b.node("Sub", &[&raised, &one_]))
    }),
    ("floor", |b, op| whole(b, op, "Floor")),
    ("floor_divide", |b, op| quotient(b, op, Some("floor"))),
    ("fmod", |b, op| {
        let (left, right, _) = both(b, op)?;
        one(b.with("Mod", &[&left, &right], vec![("fmod", super::Attribute::Int(1))]))
    }),
    ("frac", |b, op| {
        let (x, _) = input(b, op)?;
        let cut = truncated(b, &x);
        one(b.node("Sub", &[&x, &cut]))
    }),
    ("lerp", |b, op| {
        let kind = op.out_kind(0)?;
        let start = operand(b, op, "self", kind)?;
        let (end, weight) = (operand(b, op, "end", kind)?, operand(b, op, "weight", kind)?);
        let way = b.node("Sub", &[&end, &start]);
        let way = b.node("Mul", &[&way, &weight]);
        one(b.node("Add", &[&start, &way]))
    }),
    ("log", |b, op| unary(b, op, "Log")),
    ("log10", |b, op| logarithm(b, op, std::f64::consts::LN_10)),
    ("log1p", |b, op| {
        let (x, kind) = input(b, op)?;
        let one_ = b.number(1.0, kind)?;
        let more = b.node("Add", &[&x, &one_]);
        one(b.node("Log", &[&more]))
    }),
    ("log2", |b, op| logarithm(b, op, std::f64::consts::LN_2)),
    ("maximum", |b, op| binary(b, op, "Max")),
    ("minimum", |b, op| binary(b, op, "Min")),
    ("mul", |b, op| binary(b, op, "Mul")),
    ("neg", |b, op| unary(b, op, "Neg")),
    ("pow", |b, op| {
        let kind = op.out_kind(0)?;
        let (base, exponent) = (operand(b, op, "self", kind)?, operand(b, op, "exponent", kind)?);
        one(b.node("Pow", &[&base, &exponent]))
    }),
    ("reciprocal", |b, op| unary(b, op, "Reciprocal")),
    ("remainder", remainder),
    ("round", |b, op| match op.int_or("decimals", 0)? {
        0 => whole(b, op, "Round"),
        _ => Err(op.refuse("decimals are not covered")),
    }),
    ("rsqrt", |b, op| {
        let (x, _) = input(b, op)?;
        let root = b.node("Sqrt", &[&x]);
        one(b.node("Reciprocal", &[&root]))
    }),
    ("rsub", |b, op| {
        let kind = op.out_kind(0)?;
        let (own, other) = (alpha_times(b, op, "self", kind)?, operand(b, op, "other", kind)?);
        one(b.node("Sub", &[&other, &own]))
    }),
    ("sign", |b, op| unary(b, op, "Sign")),
    ("sgn", |b, op| unary(b, op, "Sign")),
    ("sin", |b, op| unary(b, op, "Sin")),
    ("sinh", |b, op| unary(b, op, "Sinh")),
    ("sqrt", |b, op| unary(b, op, "Sqrt")),
    ("square", |b, op| {
        let (x, _) = input(b, op)?;
        one(b.node("Mul", &[&x, &x]))
    }),
    ("sub", |b, op| scaled(b, op, "Sub")),
    ("tan", |b, op| unary(b, op, "Tan")),
    ("trunc", |b, op| {
        let (x, _) = input(b, op)?;
        one(truncated(b, &x))
    }),
];

/// The input as the dtype that the result has, and that dtype.
pub(super) fn input(b: &mut Builder, op: &Op<'_>) -> Result<(String, Kind)> {
    let kind = op.out_kind(0)?;
    Ok((operand(b, op, "self", kind)?, kind))
}

fn unary(b: &mut Builder, op: &Op<'_>, operator: &str) -> Outs {
    let (x, _) = input(b, op)?;
    one(b.node(operator, &[&x]))
}

/// What ints are already.
fn whole(b: &mut Builder, op: &Op<'_>, operator: &str) -> Outs {
    if is_float(op.out_kind(0)?) {
        return unary(b, op, operator);
    }
    Ok(vec![Out::Val(Val::Tensor(op.tensor("self")?.clone()))])
}

/// Both operands as the dtype that the result has, and that dtype.
fn both(b: &mut Builder, op: &Op<'_>) -> Result<(String, String, Kind)> {
    let kind = op.out_kind(0)?;
    Ok((operand(b, op, "self", kind)?, operand(b, op, "other", kind)?, kind))
}

fn binary(b: &mut Builder, op: &Op<'_>, operator: &str) -> Outs {
    let (left, right, kind) = both(b, op)?;
    if kind == Kind::Bool {
        let logical = match operator {
            "Mul" | "Min" => "And",
            "Add" | "Max" => "Or",
            _ => return Err(op.refuse("it is not covered for bools")),
        };
        return one(b.node(logical, &[&left, &right]));
    }
    one(b.node(operator, &[&left, &right]))
}

fn alpha_times(b: &mut Builder, op: &Op<'_>, name: &str, kind: Kind) -> Result<String> {
    let operand = operand(b, op, name, kind)?;
    let alpha = op.float_or("alpha", 1.0)?;
    if alpha == 1.0 {
        return Ok(operand);
    }
    let alpha = b.number(alpha, kind)?;
    Ok(b.node("Mul", &[&operand, &alpha]))
}

fn scaled(b: &mut Builder, op: &Op<'_>, operator: &str) -> Outs {
    let kind = op.out_kind(0)?;
    if kind == Kind::Bool {
        return binary(b, op, operator);
    }
    let (left, right) = (operand(b, op, "self", kind)?, alpha_times(b, op, "other", kind)?);
    one(b.node(operator, &[&left, &right]))
}

fn with_product(b: &mut Builder, op: &Op<'_>, operator: &str) -> Outs {
    let (x, kind) = input(b, op)?;
    let (left, right) = (operand(b, op, "tensor1", kind)?, operand(b, op, "tensor2", kind)?);
    let product = b.node(operator, &[&left, &right]);
    let factor = b.number(op.float_or("value", 1.0)?, kind)?;
    let product = b.node("Mul", &[&product, &factor]);
    one(b.node("Add", &[&x, &product]))
}

fn logarithm(b: &mut Builder, op: &Op<'_>, base: f64) -> Outs {
    let (x, kind) = input(b, op)?;
    let (natural, base) = (b.node("Log", &[&x]), b.number(base, kind)?);
    one(b.node("Div", &[&natural, &base]))
}

fn truncated(b: &mut Builder, x: &str) -> String {
    let (size, sign) = (b.node("Abs", &[x]), b.node("Sign", &[x]));
    let floor = b.node("Floor", &[&size]);
    b.node("Mul", &[&floor, &sign])
}

fn divide(b: &mut Builder, op: &Op<'_>) -> Outs {
    let mode =
        if op.argument("rounding_mode").is_some() { Some(op.text("rounding_mode")?) } else { None };
    quotient(b, op, mode)
}

fn quotient(b: &mut Builder, op: &Op<'_>, mode: Option<&str>) -> Outs {
    let (left, right, kind) = both(b, op)?;
    let divided = b.node("Div", &[&left, &right]);
    let result = match (mode, is_float(kind)) {
        (None, _) | (Some("trunc"), false) => divided,
        (Some("floor"), true) => b.node("Floor", &[&divided]),
        (Some("trunc"), true) => truncated(b, &divided),
        (Some("floor"), false) => {
            // ONNX cuts ints towards zero: one less where a rest has another sign than the divisor.
            let rest = b.node("Mod", &[&left, &right]);
            let whole = b.node("Sub", &[&left, &rest]);
            b.node("Div", &[&whole, &right])
        }
        (Some(mode), _) => return Err(op.refuse(format!("rounding_mode {mode:?} is not covered"))),
    };
    one(result)
}

fn remainder(b: &mut Builder, op: &Op<'_>) -> Outs {
    let (left, right, kind) = both(b, op)?;
    if !is_float(kind) {
        // For ints, ONNX has the divisor's sign, as PyTorch has.
        return one(b.node("Mod", &[&left, &right]));
    }
    let divided = b.node("Div", &[&left, &right]);
    let whole = b.node("Floor", &[&divided]);
    let back = b.node("Mul", &[&whole, &right]);
    one(b.node("Sub", &[&left, &back]))
}

fn clamp(b: &mut Builder, op: &Op<'_>) -> Outs {
    let (mut x, kind) = input(b, op)?;
    let tensors = ["min", "max"].map(|name| matches!(op.argument(name), Some(Val::Tensor(_))));
    if tensors.contains(&true) {
        for (name, operator) in [("min", "Max"), ("max", "Min")] {
            if op.argument(name).is_some() {
                let bound = operand(b, op, name, kind)?;
                x = b.node(operator, &[&x, &bound]);
            }
        }
        return one(x);
    }
    let mut bound = |name| match op.argument(name) {
        Some(_) => operand(b, op, name, kind),
        None => Ok(String::new()),
    };
    let (min, max) = (bound("min")?, bound("max")?);
    one(b.node("Clip", &[&x, &min, &max]))
}
