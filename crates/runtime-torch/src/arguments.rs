//! Values as what PyTorch's functions take: shapes, lists of tensors, names.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use runtime_core::arguments::slice;
use runtime_core::{Error, Result};
use runtime_value::{Array, RuntimeValue, Str, Tuple, View, view};
use tch::Tensor;

use crate::objects::{self, give_tensor};

/// The elements of an array or tuple.
///
/// # Errors
/// `RT_ERROR_WRONG_TYPE` or `RT_ERROR_NOT_A_VALUE`.
pub fn elements(name: &str, value: RuntimeValue) -> Result<Vec<RuntimeValue>> {
    if let Some(array) = Array::find(value) {
        return array.to_vec();
    }
    if let Some(tuple) = Tuple::find(value) {
        return Ok(tuple.iter().collect());
    }
    Err(view::wrong_type(name, value, "array"))
}

/// An array of ints: a shape, dims, sizes.
///
/// # Errors
/// As [`elements`], and for an element that is no int.
pub fn ints(name: &str, value: RuntimeValue) -> Result<Vec<i64>> {
    let elements = elements(name, value)?.into_iter().enumerate();
    elements
        .map(|(index, element)| {
            element
                .to_int()
                .map_err(|_| view::wrong_type(&format!("{name}[{index}]"), element, "int"))
        })
        .collect()
}

/// An array of ints, `None` for NIL.
///
/// # Errors
/// As [`ints`].
pub fn optional_ints(name: &str, value: RuntimeValue) -> Result<Option<Vec<i64>>> {
    if value == RuntimeValue::NIL { Ok(None) } else { ints(name, value).map(Some) }
}

/// An array of tensors: references of their own to the same tensors.
///
/// # Errors
/// As [`elements`], and those of [`tensor`](objects::tensor) for an element.
pub fn tensors(name: &str, value: RuntimeValue) -> Result<Vec<Tensor>> {
    let elements = elements(name, value)?.into_iter().enumerate();
    elements
        .map(|(index, element)| {
            Ok(objects::tensor(&format!("{name}[{index}]"), element)?.shallow_clone())
        })
        .collect()
}

/// A string that must be text.
///
/// # Errors
/// `RT_ERROR_WRONG_TYPE`, `RT_ERROR_NOT_A_VALUE` or `RT_ERROR_NOT_UTF8`.
pub fn text(name: &str, value: RuntimeValue) -> Result<String> {
    Ok(String::from(Str::of(name, value)?.text(name)?))
}

/// Several results, as a tuple of new handles that the caller owns.
///
/// # Errors
/// Those of [`give_tensor`].
pub fn give_tuple(tensors: impl IntoIterator<Item = Tensor>) -> Result<RuntimeValue> {
    let values = tensors.into_iter().map(give_tensor).collect::<Result<Vec<_>>>()?;
    Ok(Tuple::from_slice(&values)?.value())
}

/// A list of results, as an array of new handles that the caller owns.
///
/// # Errors
/// Those of [`give_tensor`].
pub fn give_array(tensors: impl IntoIterator<Item = Tensor>) -> Result<RuntimeValue> {
    let values = tensors.into_iter().map(give_tensor).collect::<Result<Vec<_>>>()?;
    Ok(Array::from_slice(&values)?.value())
}

/// The error for a choice that is none of those allowed.
#[cold]
pub fn no_choice(name: &str, given: &str, allowed: &[&str]) -> Error {
    Error::invalid(format!("{name} {given:?} is none of {}", allowed.join(", ")))
}

/// The path in the argument `path`: any bytes but none at all, and no zero.
///
/// # Errors
/// `RT_ERROR_INVALID_ARGUMENT`, and those of [`slice()`].
///
/// # Safety
/// As [`slice()`].
pub unsafe fn path<'a>(pointer: *const u8, length: u64) -> Result<&'a Path> {
    // SAFETY: the caller promises what it asks for.
    let bytes = unsafe { slice("path", pointer, length)? };
    if bytes.is_empty() || bytes.contains(&0) {
        return Err(Error::invalid("path is empty, or contains a zero"));
    }
    Ok(Path::new(OsStr::from_bytes(bytes)))
}
