//! What goes into TorchScript and comes out of it.

use std::ffi::c_char;
use std::ptr;

use tch::Tensor;

use crate::Result;
use crate::ffi::*;
use crate::text::{done, pointer, string, take};

/// Lists within lists are followed down to here.
const DEEPEST: usize = 200;

/// A value of TorchScript's.
///
/// # Example
/// ```
/// use torch_shim::Value;
///
/// let pair = Value::Tuple(vec![Value::Int(2), Value::Text("two".into())]);
/// assert!(matches!(&pair, Value::Tuple(parts) if parts.len() == 2));
/// ```
#[derive(Debug)]
pub enum Value {
    /// `None`, and a tensor that is not defined.
    None,
    /// `bool`.
    Bool(bool),
    /// `int`.
    Int(i64),
    /// `float`.
    Float(f64),
    /// `str`; a device comes out as its name.
    Text(String),
    /// `Tensor`.
    Tensor(Tensor),
    /// `List[...]`.
    List(Vec<Value>),
    /// `Tuple[...]`.
    Tuple(Vec<Value>),
    /// `Dict[...]`, in its order.
    Dict(Vec<(Value, Value)>),
}

impl Value {
    /// Tensors as a tuple.
    pub fn tensors(tensors: impl IntoIterator<Item = Tensor>) -> Self {
        Self::Tuple(tensors.into_iter().map(Self::Tensor).collect())
    }

    /// The items of a list or tuple; a single value is its own only item.
    pub fn into_items(self) -> Vec<Self> {
        match self {
            Self::List(items) | Self::Tuple(items) => items,
            other => vec![other],
        }
    }

    pub(crate) fn to_raw(&self) -> Result<Raw> {
        let made = match self {
            // SAFETY: each of these takes what Rust's types promise, for the length of the call.
            Self::None => pointer(|error| unsafe { shim_value_none(error) }),
            // SAFETY: as above.
            Self::Bool(value) => pointer(|error| unsafe { shim_value_bool(*value, error) }),
            // SAFETY: as above.
            Self::Int(value) => pointer(|error| unsafe { shim_value_int(*value, error) }),
            // SAFETY: as above.
            Self::Float(value) => pointer(|error| unsafe { shim_value_float(*value, error) }),
            Self::Text(text) => {
                let bytes = text.as_ptr().cast::<c_char>();
                // SAFETY: the pointer and the length are those of the text.
                pointer(|error| unsafe { shim_value_text(bytes, text.len(), error) })
            }
            Self::Tensor(tensor) => {
                let tensor = tensor.as_ptr();
                // SAFETY: the tensor lives.
                pointer(|error| unsafe { shim_value_tensor(tensor, error) })
            }
            Self::List(items) => {
                let items = raw_all(items)?;
                // SAFETY: the pointers are those of live values.
                pointer(|error| unsafe { shim_value_list(addresses(&items), items.len(), error) })
            }
            Self::Tuple(items) => {
                let items = raw_all(items)?;
                // SAFETY: as above.
                pointer(|error| unsafe { shim_value_tuple(addresses(&items), items.len(), error) })
            }
            Self::Dict(pairs) => {
                let parts = pairs.iter().flat_map(|(key, value)| [key, value]);
                let parts = parts.map(Self::to_raw).collect::<Result<Vec<_>>>()?;
                // SAFETY: as above; there are two for each pair.
                pointer(|error| unsafe { shim_value_dict(addresses(&parts), pairs.len(), error) })
            }
        };
        made.map(Raw)
    }
}

/// A value that C++ made and this owns.
#[repr(transparent)]
pub(crate) struct Raw(*mut ShimValue);

impl Raw {
    /// # Safety
    /// The pointer is that of a live value, which nobody else owns.
    pub(crate) unsafe fn new(pointer: *mut ShimValue) -> Self {
        Self(pointer)
    }

    pub(crate) fn into_pointer(self) -> *mut ShimValue {
        let pointer = self.0;
        std::mem::forget(self);
        pointer
    }

    pub(crate) fn to_value(&self) -> Result<Value> {
        // SAFETY: the value lives as long as `self`.
        unsafe { read(self.0, DEEPEST) }
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // SAFETY: the value is ours and not used after this.
        unsafe { shim_value_free(self.0) };
    }
}

pub(crate) fn raw_all(values: &[Value]) -> Result<Vec<Raw>> {
    values.iter().map(Value::to_raw).collect()
}

/// The values' addresses, side by side: a [`Raw`] is nothing but its pointer.
pub(crate) fn addresses(values: &[Raw]) -> *const *mut ShimValue {
    values.as_ptr().cast()
}

/// # Safety
/// The pointer is that of a live value.
pub(crate) unsafe fn read(value: *const ShimValue, depth: usize) -> Result<Value> {
    if depth == 0 {
        return Err(format!("the value is nested deeper than {DEEPEST} levels"));
    }
    // SAFETY: the caller vouches for the value; each reader is called for its kind.
    unsafe {
        Ok(match shim_value_kind(value) {
            SHIM_NONE => Value::None,
            SHIM_BOOL => Value::Bool(shim_value_as_bool(value)),
            SHIM_INT => Value::Int(shim_value_as_int(value)),
            SHIM_FLOAT => Value::Float(shim_value_as_float(value)),
            SHIM_TEXT => {
                let mut length = 0;
                let text = pointer(|error| shim_value_as_text(value, &raw mut length, error))?;
                Value::Text(take(text, Some(length)))
            }
            SHIM_TENSOR => {
                let tensor = pointer(|error| shim_value_as_tensor(value, error))?;
                Value::Tensor(Tensor::from_ptr(tensor))
            }
            SHIM_LIST => Value::List(items(value, 1, depth)?),
            SHIM_TUPLE => Value::Tuple(items(value, 1, depth)?),
            SHIM_DICT => {
                let mut parts = items(value, 2, depth)?.into_iter();
                let mut pairs = Vec::with_capacity(parts.len() / 2);
                while let (Some(key), Some(item)) = (parts.next(), parts.next()) {
                    pairs.push((key, item));
                }
                Value::Dict(pairs)
            }
            _ => {
                let name = string(|error| shim_value_type(value, error))?;
                return Err(format!("a {name} has no counterpart outside TorchScript"));
            }
        })
    }
}

/// The parts of a container, of which there are `width` for each item.
///
/// # Safety
/// As [`read`], and the value is a container.
unsafe fn items(value: *const ShimValue, width: usize, depth: usize) -> Result<Vec<Value>> {
    // SAFETY: the caller vouches for the value.
    let count = unsafe { shim_value_count(value) } * width;
    let mut pointers = vec![ptr::null_mut(); count];
    // SAFETY: there is room for `width` pointers for each item.
    done(|error| unsafe { shim_value_items(value, pointers.as_mut_ptr(), error) })?;
    // SAFETY: all of them have been written, and each is a new value.
    let parts: Vec<Raw> = pointers.into_iter().map(|part| unsafe { Raw::new(part) }).collect();
    // SAFETY: a part lives as long as its `Raw`.
    parts.iter().map(|part| unsafe { read(part.0, depth - 1) }).collect()
}
