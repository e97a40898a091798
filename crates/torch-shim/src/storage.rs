//! Storages: the memory that tensors are parts of.

use std::ptr;

use tch::Tensor;

use crate::Result;
use crate::ffi::{shim_part, shim_storage};
use crate::text::{done, pointer};

/// The storage of a tensor.
pub struct Storage {
    /// All of its elements, in one dimension.
    pub elements: Tensor,
    /// Where in it the tensor begins, in elements.
    pub offset: i64,
    /// The same for tensors of one storage, as long as it lives.
    pub identity: usize,
    /// The same for handles of one tensor, as long as it lives.
    pub tensor: usize,
}

impl Storage {
    /// The storage of a tensor.
    ///
    /// # Errors
    /// LibTorch's text, for a tensor without one: a sparse tensor.
    ///
    /// # Example
    /// ```
    /// use tch::Tensor;
    /// use torch_shim::storage::Storage;
    ///
    /// # fn main() -> Result<(), String> {
    /// let part = Tensor::from_slice(&[1, 2, 3]).narrow(0, 1, 1);
    /// let storage = Storage::of(&part)?;
    /// assert_eq!((storage.elements.numel(), storage.offset), (3, 1));
    /// # Ok(())
    /// # }
    /// ```
    pub fn of(tensor: &Tensor) -> Result<Self> {
        let (mut elements, mut offset) = (ptr::null_mut(), 0);
        let (mut storage, mut identity) = (ptr::null(), ptr::null());
        // SAFETY: the tensor is live, and the four places are there to be written.
        done(|error| unsafe {
            shim_storage(
                tensor.as_ptr(),
                &raw mut elements,
                &raw mut offset,
                &raw mut storage,
                &raw mut identity,
                error,
            )
        })?;
        // SAFETY: it is a new tensor that nobody else owns.
        let elements = unsafe { Tensor::from_ptr(elements) };
        Ok(Self { elements, offset, identity: storage.addr(), tensor: identity.addr() })
    }
}

/// The tensor that is a part of the storage of `elements`, as Python's `set_` makes it: not a view of any
/// other tensor. LibTorch sees to it that the part lies in the storage, which it makes larger if need be.
///
/// # Errors
/// LibTorch's text.
pub fn part(elements: &Tensor, offset: i64, sizes: &[i64], strides: &[i64]) -> Result<Tensor> {
    let count = sizes.len().min(strides.len());
    // SAFETY: the tensor is live, and both lists are as long as it is said.
    let part = pointer(|error| unsafe {
        shim_part(elements.as_ptr(), offset, sizes.as_ptr(), strides.as_ptr(), count, error)
    })?;
    // SAFETY: it is a new tensor that nobody else owns.
    Ok(unsafe { Tensor::from_ptr(part) })
}
