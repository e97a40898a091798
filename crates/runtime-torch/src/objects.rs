//! The tables of what handles stand for, and values that hold a handle.

use std::ops::Deref;

use runtime_core::handle::{Pin, PinnedTable, kinds};
use runtime_core::{Error, Result};
use runtime_value::{RuntimeValue, view};
use tch::Tensor;

/// A tensor in the table.
pub struct Shared(Tensor);

// SAFETY: LibTorch counts references atomically and its const operations may run on one tensor in
// several threads at once; operations that change a tensor are the caller's to order, as in C++ and
// as the documentation of every `rt_torch_*_` function says. A race of them spoils numbers, which
// have no invalid bit patterns.
unsafe impl Sync for Shared {}

static TENSORS: PinnedTable<Shared> = PinnedTable::new(kinds::TENSOR);

/// A tensor that stays alive while it is in use, whoever frees its handle meanwhile.
pub struct Held(Pin<'static, Shared>);

impl Deref for Held {
    type Target = Tensor;

    #[inline(always)]
    fn deref(&self) -> &Tensor {
        &self.0.0
    }
}

/// The tensor that the argument `name` stands for.
///
/// # Errors
/// `RT_ERROR_WRONG_TYPE` or `RT_ERROR_NOT_A_VALUE` when the value is no int, or one of the handle errors.
#[inline]
pub fn tensor(name: &str, value: RuntimeValue) -> Result<Held> {
    Ok(Held(TENSORS.get(handle(name, value, "tensor")?).map_err(|error| blame(name, &error))?))
}

/// The tensor, or `None` for NIL.
///
/// # Errors
/// As [`tensor`].
pub fn optional_tensor(name: &str, value: RuntimeValue) -> Result<Option<Held>> {
    if value == RuntimeValue::NIL { Ok(None) } else { tensor(name, value).map(Some) }
}

/// A value for the caller that holds a new handle of the tensor.
///
/// # Errors
/// `RT_ERROR_HANDLES_EXHAUSTED` or `RT_ERROR_OUT_OF_MEMORY`.
#[inline]
pub fn give_tensor(tensor: Tensor) -> Result<RuntimeValue> {
    torch_shim::memory::keep();
    value_of(TENSORS.insert(Shared(tensor))?)
}

/// Ends a tensor's handle.
///
/// # Errors
/// As [`tensor`].
pub fn free_tensor(name: &str, value: RuntimeValue) -> Result<()> {
    TENSORS.free(handle(name, value, "tensor")?).map_err(|error| blame(name, &error))
}

/// The handle in a value that should hold one.
///
/// # Errors
/// `RT_ERROR_WRONG_TYPE` or `RT_ERROR_NOT_A_VALUE` when the value is no int.
#[inline]
pub fn handle(name: &str, value: RuntimeValue, what: &str) -> Result<i64> {
    value.to_int().map_err(|_| view::wrong_type(name, value, what))
}

/// The value that holds a handle.
///
/// # Errors
/// None in practice: handles fit into the word.
#[inline]
pub fn value_of(handle: i64) -> Result<RuntimeValue> {
    RuntimeValue::int(handle)
}

/// Puts the argument's name before a table's error.
#[cold]
pub fn blame(name: &str, error: &Error) -> Error {
    Error::new(error.code(), format!("{name}: {}", error.reason()))
}
