//! One operation of a trace with its arguments by name, as the lowerings of operators read it.

use runtime_core::{Error, Result};
use tch::Kind;

use super::size::Size;
use super::trace::Type;
use crate::codes::RT_ERROR_TORCH_ONNX_OPERATOR;

/// What stands for a value of the trace.
#[derive(Clone, Debug)]
pub(super) enum Val {
    None,
    Bool(bool),
    Int(Size),
    Float(f64),
    Text(String),
    Tensor(Term),
    List(Vec<Val>),
    /// A module of the trace's own, by its path.
    Module(String),
    /// A result that is not made, and what it is: an error for who uses it.
    Missing(&'static str),
}

/// A tensor of the ONNX graph.
#[derive(Clone, Debug)]
pub(super) struct Term {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) sizes: Vec<Size>,
}

impl Term {
    pub(super) fn dims(&self) -> usize {
        self.sizes.len()
    }

    /// The dimension as one from 0 on.
    pub(super) fn dim(&self, dim: i64) -> Option<usize> {
        let dims = self.dims().max(1) as i64;
        let dim = if dim < 0 { dim + dims } else { dim };
        (0..dims).contains(&dim).then_some(dim as usize)
    }

    /// The size of a dimension, when it depends on no dynamic axis.
    pub(super) fn known(&self, dim: usize) -> Option<i64> {
        self.sizes.get(dim).and_then(Size::number)
    }
}

/// An operation.
pub(super) struct Op<'t> {
    pub(super) kind: &'t str,
    pub(super) origin: &'t str,
    pub(super) arguments: &'t [String],
    pub(super) values: Vec<Val>,
    /// What is known of its outputs.
    pub(super) outputs: Vec<&'t Type>,
}

impl Op<'_> {
    /// The error that the operation is not covered in this form, and where it came from.
    #[cold]
    pub(super) fn refuse(&self, why: impl AsRef<str>) -> Error {
        let text = format!("{}{}: {}", self.kind, self.origin, why.as_ref());
        Error::new(RT_ERROR_TORCH_ONNX_OPERATOR, text)
    }

    pub(super) fn argument(&self, name: &str) -> Option<&Val> {
        let position = self.arguments.iter().position(|argument| argument == name)?;
        self.values.get(position).filter(|value| !matches!(value, Val::None))
    }

    fn wanted(&self, name: &str) -> Result<&Val> {
        self.argument(name).ok_or_else(|| self.refuse(format!("{name} is missing")))
    }

    fn wrong(&self, name: &str, wanted: &str, value: &Val) -> Error {
        match value {
            Val::Missing(what) => self.refuse(format!("it takes {what}, which ONNX does not give")),
            _ => {
                self.refuse(format!("{name} is no {wanted} that is known before the model is run"))
            }
        }
    }

    pub(super) fn tensor(&self, name: &str) -> Result<&Term> {
        match self.wanted(name)? {
            Val::Tensor(term) => Ok(term),
            other => Err(self.wrong(name, "tensor", other)),
        }
    }

    pub(super) fn optional_tensor(&self, name: &str) -> Result<Option<&Term>> {
        match self.argument(name) {
            None => Ok(None),
            Some(_) => self.tensor(name).map(Some),
        }
    }

    pub(super) fn tensors(&self, name: &str) -> Result<Vec<&Term>> {
        let Val::List(items) = self.wanted(name)? else {
            return Err(self.refuse(format!("{name} is no list of tensors")));
        };
        let mut tensors = Vec::with_capacity(items.len());
        for item in items {
            match item {
                Val::Tensor(term) => tensors.push(term),
                other => return Err(self.wrong(name, "list of tensors", other)),
            }
        }
        Ok(tensors)
    }

    pub(super) fn size(&self, name: &str) -> Result<Size> {
        match self.wanted(name)? {
            Val::Int(size) => Ok(size.clone()),
            Val::Bool(value) => Ok(Size::known(i64::from(*value))),
            other => Err(self.wrong(name, "int", other)),
        }
    }

    pub(super) fn int(&self, name: &str) -> Result<i64> {
        let size = self.size(name)?;
        size.number().ok_or_else(|| self.refuse(format!("{name} depends on a dynamic axis")))
    }

    pub(super) fn int_or(&self, name: &str, default: i64) -> Result<i64> {
        if self.argument(name).is_some() { self.int(name) } else { Ok(default) }
    }

    /// The ints of a list; one int is a list of it.
    pub(super) fn ints(&self, name: &str) -> Result<Vec<i64>> {
        let int = |item: &Val| match item {
            Val::Int(size) => size
                .number()
                .ok_or_else(|| self.refuse(format!("{name} depends on a dynamic axis"))),
            other => Err(self.wrong(name, "list of ints", other)),
        };
        match self.wanted(name)? {
            Val::List(items) => items.iter().map(int).collect(),
            one => int(one).map(|one| vec![one]),
        }
    }

    pub(super) fn bool(&self, name: &str) -> Result<bool> {
        match self.wanted(name)? {
            Val::Bool(value) => Ok(*value),
            Val::Int(size) => Ok(!size.is(0)),
            other => Err(self.wrong(name, "bool", other)),
        }
    }

    pub(super) fn bool_or(&self, name: &str, default: bool) -> Result<bool> {
        if self.argument(name).is_some() { self.bool(name) } else { Ok(default) }
    }

    pub(super) fn float(&self, name: &str) -> Result<f64> {
        match self.wanted(name)? {
            Val::Float(value) => Ok(*value),
            Val::Bool(value) => Ok(f64::from(u8::from(*value))),
            Val::Int(_) => {
                let int = self.int(name)?;
                let float = int as f64;
                if float as i64 != int {
                    return Err(self.refuse(format!("{name} {int} is no 64-bit float")));
                }
                Ok(float)
            }
            other => Err(self.wrong(name, "number", other)),
        }
    }

    pub(super) fn float_or(&self, name: &str, default: f64) -> Result<f64> {
        if self.argument(name).is_some() { self.float(name) } else { Ok(default) }
    }

    pub(super) fn text(&self, name: &str) -> Result<&str> {
        match self.wanted(name)? {
            Val::Text(text) => Ok(text),
            other => Err(self.wrong(name, "text", other)),
        }
    }

    /// A dimension of the tensor.
    pub(super) fn dim(&self, name: &str, of: &Term) -> Result<usize> {
        let dim = self.int(name)?;
        of.dim(dim).ok_or_else(|| self.refuse(format!("{name} {dim} is out of range")))
    }

    /// The dimensions of a list; all when it is none or empty.
    pub(super) fn dims(&self, name: &str, of: &Term) -> Result<Vec<usize>> {
        let dims = match self.argument(name) {
            Some(_) => self.ints(name)?,
            None => Vec::new(),
        };
        if dims.is_empty() {
            return Ok((0..of.dims()).collect());
        }
        let dim =
            |dim: i64| of.dim(dim).ok_or_else(|| self.refuse(format!("{dim} is no dimension")));
        dims.into_iter().map(dim).collect()
    }

    /// The dtype of an output.
    pub(super) fn out_kind(&self, position: usize) -> Result<Kind> {
        self.out(position).map(|(kind, _)| *kind)
    }

    /// The sizes of an output.
    pub(super) fn out_sizes(&self, position: usize) -> Result<&[Size]> {
        self.out(position).map(|(_, sizes)| sizes.as_slice())
    }

    fn out(&self, position: usize) -> Result<&(Kind, Vec<Size>)> {
        let known = self.outputs.get(position).and_then(|output| output.tensor.as_ref());
        known.ok_or_else(|| self.refuse("its result is no tensor of a known shape"))
    }
}

pub(super) fn is_float(kind: Kind) -> bool {
    matches!(kind, Kind::Float | Kind::Double | Kind::Half | Kind::BFloat16)
}

/// The dtype of what two tensors, or a tensor and a number, are combined in, as PyTorch promotes them.
pub(super) fn promoted(left: &Val, right: &Val) -> Option<Kind> {
    let (left, right) = (Promoted::of(left)?, Promoted::of(right)?);
    let category = |kind: Kind| match kind {
        Kind::Bool => 0,
        kind if is_float(kind) => 2,
        _ => 1,
    };
    // A tensor with dimensions decides over one without, and that over a number, unless it is of a lower
    // category.
    let (strong, weak) = if left.rank >= right.rank { (left, right) } else { (right, left) };
    if strong.rank > weak.rank {
        return Some(match category(weak.kind) > category(strong.kind) {
            // Of a number only its category counts.
            true if weak.rank == 0 && category(weak.kind) == 2 => Kind::Float,
            true => weak.kind,
            false => strong.kind,
        });
    }
    Some(wider(strong.kind, weak.kind))
}

struct Promoted {
    kind: Kind,
    /// 2 for a tensor with dimensions, 1 for one without, 0 for a number.
    rank: u8,
}

impl Promoted {
    fn of(value: &Val) -> Option<Self> {
        Some(match value {
            Val::Tensor(term) => Self { kind: term.kind, rank: 1 + u8::from(term.dims() > 0) },
            Val::Bool(_) => Self { kind: Kind::Bool, rank: 0 },
            Val::Int(_) => Self { kind: Kind::Int64, rank: 0 },
            Val::Float(_) => Self { kind: Kind::Double, rank: 0 },
            _ => return None,
        })
    }
}

fn wider(left: Kind, right: Kind) -> Kind {
    let order = |kind: Kind| match kind {
        Kind::Bool => 0,
        Kind::Uint8 => 1,
        Kind::Int8 => 2,
        Kind::Int16 => 3,
        Kind::Int => 4,
        Kind::Int64 => 5,
        Kind::Half => 6,
        Kind::BFloat16 => 7,
        Kind::Float => 8,
        _ => 9,
    };
    match (left, right) {
        (Kind::Half, Kind::BFloat16) | (Kind::BFloat16, Kind::Half) => Kind::Float,
        (Kind::Uint8, Kind::Int8) | (Kind::Int8, Kind::Uint8) => Kind::Int16,
        _ if order(left) >= order(right) => left,
        _ => right,
    }
}
