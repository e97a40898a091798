//! Handles of tensors, and what is in them.

use runtime_value::RuntimeValue;

#[cfg(feature = "pytorch")]
use super::flag;
#[cfg(feature = "pytorch")]
use crate::error::OrTorch;
#[cfg(feature = "pytorch")]
use crate::objects::{self, give_tensor};
#[cfg(feature = "pytorch")]
use crate::tensor::{self, print, read};
#[cfg(feature = "pytorch")]
use runtime_core::{arguments, handle};
#[cfg(feature = "pytorch")]
use runtime_value::{View, array};

/// Ends a tensor's handle. Its elements go when no other tensor shares them and no graph needs
/// them. Returns 1; 0 with a handle's error for what is no tensor, and for one that was freed.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_free(tensor: RuntimeValue) -> i64 {
    torch!("rt_torch_free", 0, objects::free_tensor("tensor", tensor).map(|()| 1))
}

/// How many tensors and modules have a handle. Never an error with PyTorch. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_live_count() -> i64 {
    torch!("rt_torch_live_count", 0, {
        let kinds = [handle::kinds::TENSOR, handle::kinds::MODULE];
        Ok(kinds.iter().map(|kind| handle::live_count(i64::from(kind.number()))).sum())
    })
}

/// A copy of the tensor and its elements. Gradients flow through it to the original. A new tensor
/// that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's
/// error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_clone(tensor: RuntimeValue) -> RuntimeValue {
    torch!(
        "rt_torch_clone",
        RuntimeValue::NIL,
        give_tensor(read::copy(&*objects::tensor("tensor", tensor)?)?)
    )
}

/// Another handle of the same tensor: elements, gradient and all. It is the caller's to free. NIL
/// with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_shallow_clone(tensor: RuntimeValue) -> RuntimeValue {
    torch!(
        "rt_torch_shallow_clone",
        RuntimeValue::NIL,
        give_tensor(objects::tensor("tensor", tensor)?.shallow_clone())
    )
}

/// The sizes of the tensor: a new array of ints that is the caller's, empty for a tensor without
/// dimensions. NIL with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_shape(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_shape", RuntimeValue::NIL, ints(&objects::tensor("tensor", tensor)?.size()))
}

/// How many elements lie between neighbours along each dimension: a new array of ints that is the
/// caller's. NIL with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_strides(tensor: RuntimeValue) -> RuntimeValue {
    torch!(
        "rt_torch_strides",
        RuntimeValue::NIL,
        ints(&objects::tensor("tensor", tensor)?.stride())
    )
}

#[cfg(feature = "pytorch")]
fn ints(ints: &[i64]) -> runtime_core::Result<RuntimeValue> {
    let values = ints.iter().map(|int| RuntimeValue::int(*int));
    Ok(array::array_of(values)?.value())
}

/// The number of the tensor's dtype: RT_TORCH_FLOAT32 and so on. -1 with RT_ERROR_TORCH_DTYPE for a
/// dtype without a number, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dtype(tensor: RuntimeValue) -> i64 {
    torch!("rt_torch_dtype", -1, read::dtype(&*objects::tensor("tensor", tensor)?))
}

/// Where the tensor's elements are: 0 for the CPU, 1 for the first GPU. -1 with
/// RT_ERROR_TORCH_DEVICE for a device without a number, and with a handle's error for what is no
/// tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_device(tensor: RuntimeValue) -> i64 {
    torch!("rt_torch_device", -1, read::device(&*objects::tensor("tensor", tensor)?))
}

/// How many elements the tensor has. 0 with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_numel(tensor: RuntimeValue) -> i64 {
    torch!("rt_torch_numel", 0, {
        let count = tensor::numel(&*objects::tensor("tensor", tensor)?);
        Ok(i64::try_from(count).unwrap_or(i64::MAX))
    })
}

/// How many dimensions the tensor has. 0 with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_ndim(tensor: RuntimeValue) -> i64 {
    torch!("rt_torch_ndim", 0, {
        let dims = objects::tensor("tensor", tensor)?.dim();
        Ok(i64::try_from(dims).unwrap_or(i64::MAX))
    })
}

/// How many bytes an element of the tensor has. 0 with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_element_size(tensor: RuntimeValue) -> i64 {
    torch!("rt_torch_element_size", 0, {
        let kind = objects::tensor("tensor", tensor)?.f_kind().or_torch()?;
        Ok(i64::try_from(kind.elt_size_in_bytes()).unwrap_or(i64::MAX))
    })
}

/// 1 when the elements lie row by row without gaps, else 0. 0 with a handle's error for what is no
/// tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_is_contiguous(tensor: RuntimeValue) -> i64 {
    torch!(
        "rt_torch_is_contiguous",
        0,
        flag(Ok(objects::tensor("tensor", tensor)?.is_contiguous()))
    )
}

/// 1 when the elements are floats of any size, else 0. 0 with a handle's error for what is no
/// tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_is_floating_point(tensor: RuntimeValue) -> i64 {
    torch!(
        "rt_torch_is_floating_point",
        0,
        flag(objects::tensor("tensor", tensor)?.f_is_floating_point())
    )
}

/// 1 when the elements are complex numbers, else 0. 0 with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_is_complex(tensor: RuntimeValue) -> i64 {
    torch!("rt_torch_is_complex", 0, flag(objects::tensor("tensor", tensor)?.f_is_complex()))
}

/// The only element of the tensor. 0.0 with RT_ERROR_TORCH for a tensor of another number of
/// elements, and for a complex number with an imaginary part; with a handle's error for what is no
/// tensor. Waits for a GPU. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_item(tensor: RuntimeValue) -> f64 {
    torch!("rt_torch_item", 0.0, objects::tensor("tensor", tensor)?.f_double_value(&[]).or_torch())
}

/// The only element of the tensor as an int; a float loses its fraction. 0 with RT_ERROR_TORCH for
/// a tensor of another number of elements, and for a number that no int is; with a handle's error
/// for what is no tensor. Waits for a GPU. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_item_int(tensor: RuntimeValue) -> i64 {
    torch!("rt_torch_item_int", 0, objects::tensor("tensor", tensor)?.f_int64_value(&[]).or_torch())
}

/// The elements in nested arrays of ints, floats or bools that are the caller's; the number itself
/// of a tensor without dimensions. A complex element is a tuple of its real and imaginary part. NIL
/// with RT_ERROR_INVALID_ARGUMENT for more than 64 dimensions, with RT_ERROR_OUT_OF_MEMORY or
/// RT_ERROR_TORCH_TOO_LARGE when the memory is short, and with a handle's error for what is no
/// tensor. Waits for a GPU. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_to_array(tensor: RuntimeValue) -> RuntimeValue {
    torch!(
        "rt_torch_to_array",
        RuntimeValue::NIL,
        read::to_values(&*objects::tensor("tensor", tensor)?)
    )
}

/// Copies the elements to the front of `buffer`, row by row, in the tensor's own dtype and the
/// machine's byte order, wherever they are and however they lie. Returns how many bytes they are, 0
/// for none. 0 with RT_ERROR_LENGTH when the buffer is too short, and nothing is written then; with
/// RT_ERROR_NULL_POINTER for null with a length, and with a handle's error for what is no tensor.
/// Waits for a GPU. Thread-safe.
///
/// # Safety
/// `buffer` points at `buffer_bytes` bytes that nobody else uses meanwhile, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_torch_copy_data_to_cpu(
    tensor: RuntimeValue,
    buffer: *mut std::ffi::c_void,
    buffer_bytes: u64,
) -> i64 {
    torch!("rt_torch_copy_data_to_cpu", 0, {
        let tensor = objects::tensor("tensor", tensor)?;
        // SAFETY: the caller's promise.
        let buffer = unsafe { arguments::slice_mut("buffer", buffer.cast::<u8>(), buffer_bytes)? };
        let written = read::copy_into(&tensor, buffer)?;
        Ok(i64::try_from(written).unwrap_or(i64::MAX))
    })
}

/// The text that Python prints for the tensor, `tensor([1., 2.])`: a new string that is the
/// caller's. Tensors of more than 1000 elements are summarized. NIL with a handle's error for what
/// is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_to_string(tensor: RuntimeValue) -> RuntimeValue {
    torch!(
        "rt_torch_to_string",
        RuntimeValue::NIL,
        RuntimeValue::string(&print::text(&*objects::tensor("tensor", tensor)?)?)
    )
}

/// Prints the text of `rt_torch_to_string` and a line end to standard output. Returns 1; 0 with
/// RT_ERROR_SYSTEM when it cannot be written, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_print(tensor: RuntimeValue) -> i64 {
    torch!("rt_torch_print", 0, {
        print::to_stdout(&*objects::tensor("tensor", tensor)?)?;
        Ok(1)
    })
}
