//! Indexing as with Python's brackets: positions, slices, index tensors, masks, and any mix of them.

use runtime_core::{Error, Result};
use runtime_value::{Array, RuntimeValue, Str, Tuple, View, view};
use tch::{Kind, Tensor};

use super::{create, shape};
use crate::error::OrTorch;
use crate::objects;

/// What stands for one dimension, or several, between the brackets.
#[derive(Debug)]
pub enum Index {
    /// A position, from the end when it is negative. The dimension goes away.
    At(i64),
    /// `start:end:step`; `None` is an open end.
    Slice {
        /// The first position.
        start: Option<i64>,
        /// The position behind the last.
        end: Option<i64>,
        /// From one position to the next.
        step: i64,
    },
    /// A new dimension of size 1, Python's `None`.
    NewAxis,
    /// All the dimensions that nothing else stands for, Python's `...`.
    Ellipsis,
    /// Positions by their numbers, in any shape; or a mask of bools, for as many dimensions as it has.
    Tensor(Tensor),
}

/// Handles are above all positions that a tensor can have.
const FIRST_HANDLE: i64 = 1 << 54;

/// The indices in an argument. An int is a position or a tensor's handle; a tuple of two or three is
/// a slice, with NIL for an open end; NIL is a new axis; the texts `":"` and `"..."` are what they
/// are in Python. An array holds one such index for each dimension, and arrays in it are lists of
/// positions or bools.
///
/// # Errors
/// `RT_ERROR_WRONG_TYPE` for anything else, and the handle errors.
pub fn parse(name: &str, value: RuntimeValue) -> Result<Vec<Index>> {
    let Some(array) = Array::find(value) else { return Ok(vec![one(name, value)?]) };
    let indices = array.to_vec()?.into_iter().enumerate();
    indices.map(|(position, index)| one(&format!("{name}[{position}]"), index)).collect()
}

fn one(name: &str, value: RuntimeValue) -> Result<Index> {
    if let Ok(int) = value.to_int() {
        return if int < FIRST_HANDLE {
            Ok(Index::At(int))
        } else {
            objects::tensor(name, value).map(|tensor| Index::Tensor(tensor.shallow_clone()))
        };
    }
    if value == RuntimeValue::NIL {
        return Ok(Index::NewAxis);
    }
    if let Some(tuple) = Tuple::find(value) {
        let parts: Vec<RuntimeValue> = tuple.iter().collect();
        return slice(&parts).ok_or_else(|| {
            view::wrong_type(
                name,
                value,
                "slice (start, end) or (start, end, step) of ints and nil",
            )
        });
    }
    if let Some(text) = Str::find(value) {
        match text.as_bytes() {
            b":" => return Ok(Index::Slice { start: None, end: None, step: 1 }),
            b"..." => return Ok(Index::Ellipsis),
            _ => {}
        }
    }
    if let Some(list) = Array::find(value) {
        let bools = list.get(0).is_some_and(|first| bool::try_from(first).is_ok());
        let kind = if bools { Kind::Bool } else { Kind::Int64 };
        return create::from_values(value, kind, tch::Device::Cpu).map(Index::Tensor);
    }
    Err(view::wrong_type(name, value, "int, tensor, slice, nil, \":\" or \"...\""))
}

fn slice(parts: &[RuntimeValue]) -> Option<Index> {
    let end = |value: RuntimeValue| match value {
        RuntimeValue::NIL => Some(None),
        value => value.to_int().ok().map(Some),
    };
    match parts {
        [start, stop] => Some(Index::Slice { start: end(*start)?, end: end(*stop)?, step: 1 }),
        [start, stop, step] => Some(Index::Slice {
            start: end(*start)?,
            end: end(*stop)?,
            step: end(*step)?.unwrap_or(1),
        }),
        _ => None,
    }
}

/// `tensor[indices]`: a view where the indices are positions and slices, else a copy.
///
/// # Errors
/// `RT_ERROR_INVALID_ARGUMENT` for too many indices, `RT_ERROR_TORCH` for one out of range.
///
/// # Example
/// ```
/// use runtime_torch::tensor::index::{self, Index};
/// use tch::{Device, Kind, Tensor};
///
/// let tensor = Tensor::f_arange(6, (Kind::Int64, Device::Cpu)).and_then(|t| t.f_reshape([2, 3]));
/// let tensor = tensor.expect("six numbers fit");
/// let rows = Index::Slice { start: Some(1), end: None, step: 1 };
/// assert_eq!(index::get(&tensor, &[rows, Index::At(-1)])?.size(), [1]);
/// # Ok::<(), runtime_core::Error>(())
/// ```
pub fn get(tensor: &Tensor, indices: &[Index]) -> Result<Tensor> {
    let (view, positions) = apply(tensor, indices)?;
    if positions.iter().all(Option::is_none) {
        return view.f_alias().or_torch();
    }
    view.f_index(&positions).or_torch()
}

/// `tensor[indices] = values`, or `+=` when it accumulates, where places that occur several times
/// get all of their values.
///
/// # Errors
/// As [`get`], and `RT_ERROR_TORCH` for values that do not broadcast, or of another dtype.
pub fn put(tensor: &Tensor, indices: &[Index], values: &Tensor, accumulate: bool) -> Result<()> {
    let (mut view, positions) = apply(tensor, indices)?;
    if positions.iter().any(Option::is_some) {
        return view.f_index_put_(&positions, values, accumulate).map(drop).or_torch();
    }
    if accumulate {
        return view.f_add_(values).map(drop).or_torch();
    }
    // As in Python, sizes of 1 in front do not matter.
    let mut values = values.shallow_clone();
    while values.dim() > view.dim() && values.size().first() == Some(&1) {
        values = values.f_squeeze_dim(0).or_torch()?;
    }
    view.f_copy_(&values).or_torch()
}

/// The view that positions, slices and new axes make, and the index tensors of its dimensions.
fn apply(tensor: &Tensor, indices: &[Index]) -> Result<(Tensor, Vec<Option<Tensor>>)> {
    let dims = tensor.dim();
    let named: usize = indices.iter().map(dims_of).sum();
    let left = dims.checked_sub(named).ok_or_else(|| {
        Error::invalid(format!("{named} indices are too many for a tensor of {dims} dimensions"))
    })?;
    if indices.iter().filter(|index| matches!(index, Index::Ellipsis)).count() > 1 {
        return Err(Error::invalid("an index can only have one ellipsis"));
    }
    let mut view = tensor.shallow_clone();
    let mut positions = Vec::new();
    let mut dim = 0;
    for index in indices {
        let along = i64::try_from(dim).unwrap_or(i64::MAX);
        match index {
            Index::At(position) => view = view.f_select(along, *position).or_torch()?,
            Index::Slice { start, end, step } => {
                view = shape::slice(&view, along, *start, *end, *step)?;
                dim += 1;
            }
            Index::NewAxis => {
                view = view.f_unsqueeze(along).or_torch()?;
                dim += 1;
            }
            Index::Ellipsis => dim += left,
            Index::Tensor(index) => {
                let expanded = positions_of(index, &view, dim)?;
                if index.dim() == 0 && is_mask(index)? {
                    view = view.f_unsqueeze(along).or_torch()?;
                }
                positions.resize_with(dim, || None);
                dim += expanded.len();
                positions.extend(expanded.into_iter().map(Some));
            }
        }
    }
    Ok((view, positions))
}

/// How many of the tensor's dimensions an index stands for.
fn dims_of(index: &Index) -> usize {
    match index {
        Index::At(_) | Index::Slice { .. } => 1,
        Index::NewAxis | Index::Ellipsis => 0,
        Index::Tensor(tensor) if is_mask(tensor).unwrap_or(false) => tensor.dim(),
        Index::Tensor(_) => 1,
    }
}

/// The positions that an index tensor names: itself, or for a mask one tensor for each of its
/// dimensions, as the mask's dimensions are the view's from `dim` on.
fn positions_of(index: &Tensor, view: &Tensor, dim: usize) -> Result<Vec<Tensor>> {
    if !is_mask(index)? {
        let kind = index.f_kind().or_torch()?;
        let wide = matches!(kind, Kind::Int8 | Kind::Int16);
        let index = if wide { index.f_to_kind(Kind::Int64) } else { Ok(index.shallow_clone()) };
        return Ok(vec![index.or_torch()?]);
    }
    let (mask, sizes) = (index.size(), view.size());
    if mask.is_empty() {
        // A single bool: one element or none of the axis that is made for it.
        let count = i64::from(index.f_int64_value(&[]).or_torch()? != 0);
        let options = (Kind::Int64, index.device());
        return Ok(vec![Tensor::f_zeros([count], options).or_torch()?]);
    }
    if sizes.get(dim..dim + mask.len()) != Some(mask.as_slice()) {
        return Err(Error::new(
            crate::codes::RT_ERROR_TORCH,
            format!(
                "a mask of shape {mask:?} does not match the shape {sizes:?} from dim {dim} on"
            ),
        ));
    }
    index.f_nonzero_numpy().or_torch()
}

/// Masks are of bools, and of bytes as in old programs.
fn is_mask(index: &Tensor) -> Result<bool> {
    Ok(matches!(index.f_kind().or_torch()?, Kind::Bool | Kind::Uint8))
}
