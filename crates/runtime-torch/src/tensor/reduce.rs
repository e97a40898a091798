//! Reductions: over all elements, or over some dimensions.

use runtime_core::Result;
use runtime_value::RuntimeValue;
use tch::Tensor;

use super::shape;
use crate::arguments;
use crate::error::OrTorch;

/// The dimensions in an argument: an int, an array of ints, or NIL for all.
///
/// # Errors
/// `RT_ERROR_WRONG_TYPE` or `RT_ERROR_NOT_A_VALUE`.
pub fn dims(name: &str, value: RuntimeValue) -> Result<Option<Vec<i64>>> {
    match value.to_int() {
        Ok(dim) => Ok(Some(vec![dim])),
        Err(_) => arguments::optional_ints(name, value),
    }
}

/// The dimensions, spelled out when they are all.
///
/// # Errors
/// As [`dims`].
pub fn dims_of(tensor: &Tensor, name: &str, value: RuntimeValue) -> Result<Vec<i64>> {
    Ok(dims(name, value)?.unwrap_or_else(|| shape::all_dims(tensor)))
}

/// The one dimension in an argument; `None` for NIL.
///
/// # Errors
/// `RT_ERROR_WRONG_TYPE` or `RT_ERROR_NOT_A_VALUE`.
pub fn dim(name: &str, value: RuntimeValue) -> Result<Option<i64>> {
    if value == RuntimeValue::NIL {
        return Ok(None);
    }
    value.to_int().map(Some).map_err(|_| runtime_value::view::wrong_type(name, value, "int"))
}

/// Whether any element is true of which `test` says so.
///
/// # Errors
/// `RT_ERROR_TORCH`.
pub fn any(
    tensor: &Tensor,
    test: impl FnOnce(&Tensor) -> std::result::Result<Tensor, tch::TchError>,
) -> Result<bool> {
    let found = test(tensor).and_then(|found| found.f_any()).or_torch()?;
    Ok(found.f_int64_value(&[]).or_torch()? != 0)
}

/// `torch.where`, with a condition of any dtype: what is not zero is true.
///
/// # Errors
/// `RT_ERROR_TORCH` for shapes that do not broadcast.
pub fn choose(condition: &Tensor, yes: &Tensor, no: &Tensor) -> Result<Tensor> {
    let condition = condition.f_to_kind(tch::Kind::Bool).or_torch()?;
    yes.f_where_self(&condition, no).or_torch()
}
