//! Making tensors.

use runtime_value::RuntimeValue;

#[cfg(feature = "pytorch")]
use super::unary;
#[cfg(feature = "pytorch")]
use crate::kinds;
#[cfg(feature = "pytorch")]
use crate::objects::{self, give_tensor};
#[cfg(feature = "pytorch")]
use crate::scalar;
#[cfg(feature = "pytorch")]
use crate::tensor::create::{self, Fill};
#[cfg(feature = "pytorch")]
use crate::tensor::shape;
#[cfg(feature = "pytorch")]
use runtime_core::{Result, arguments};
#[cfg(feature = "pytorch")]
use tch::{Device, Kind};

#[cfg(feature = "pytorch")]
fn options(dtype: i64, device: i64) -> Result<(Kind, Device)> {
    Ok((kinds::dtype("dtype", dtype)?, kinds::device("device", device)?))
}

/// A tensor of a shape out of the language.
#[cfg(feature = "pytorch")]
fn filled(fill: Fill, shape: RuntimeValue, dtype: i64, device: i64) -> Result<RuntimeValue> {
    let (kind, device) = options(dtype, device)?;
    give_tensor(create::filled(fill, &shape::sizes("shape", shape)?, kind, device)?)
}

/// A tensor of a few sizes.
#[cfg(feature = "pytorch")]
fn sized(fill: Fill, sizes: &[i64], dtype: i64, device: i64) -> Result<RuntimeValue> {
    let (kind, device) = options(dtype, device)?;
    give_tensor(create::filled(fill, sizes, kind, device)?)
}

/// A tensor as PyTorch makes it when it is told nothing: of 32-bit floats, on the CPU.
#[cfg(feature = "pytorch")]
fn plain(fill: Fill, dims: RuntimeValue) -> Result<RuntimeValue> {
    give_tensor(create::filled(fill, &shape::sizes("dims", dims)?, Kind::Float, Device::Cpu)?)
}

/// A tensor with a copy of the `data_bytes` bytes at `data_ptr`: its elements row by row, in the
/// machine's byte order. `shape` is an array of ints, empty for a tensor without dimensions;
/// `dtype` is one of RT_TORCH_FLOAT32 and so on (RT_ERROR_TORCH_DTYPE), `device` 0 for the CPU or 1
/// for the first GPU (RT_ERROR_TORCH_DEVICE). A bool is a byte, complex numbers are pairs. A new
/// tensor that is the caller's to free. NIL with the errors named, with RT_ERROR_LENGTH when the
/// bytes are not as many as the shape needs, with RT_ERROR_NULL_POINTER for null with a length,
/// with RT_ERROR_WRONG_TYPE for a shape that is none, with RT_ERROR_TORCH_TOO_LARGE for more
/// elements than the memory holds. Thread-safe.
///
/// # Safety
/// `data_ptr` points at `data_bytes` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_torch_tensor_from_buffer(
    data_ptr: *const std::ffi::c_void,
    data_bytes: u64,
    shape: RuntimeValue,
    dtype: i64,
    device: i64,
) -> RuntimeValue {
    torch!("rt_torch_tensor_from_buffer", RuntimeValue::NIL, {
        let (kind, device) = options(dtype, device)?;
        let shape = shape::sizes("shape", shape)?;
        // SAFETY: the caller's promise.
        let data = unsafe { arguments::bytes("data", data_ptr.cast(), data_bytes)? };
        give_tensor(create::from_bytes(data, &shape, kind, device)?)
    })
}

/// A tensor out of a number, which has no dimensions then, or of arrays (or tuples) of numbers
/// nested to any depth up to 64, as torch.tensor. Bools are numbers too; in a complex dtype a tuple
/// of two numbers is one element. `dtype` is one of RT_TORCH_FLOAT32 and so on
/// (RT_ERROR_TORCH_DTYPE), `device` 0 for the CPU or 1 for the first GPU (RT_ERROR_TORCH_DEVICE). A
/// new tensor that is the caller's to free. NIL with the errors named, with RT_ERROR_WRONG_TYPE or
/// RT_ERROR_NOT_A_VALUE for what is no number, with RT_ERROR_INVALID_ARGUMENT for arrays of
/// different lengths side by side and for a number that the dtype does not have. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_tensor(data: RuntimeValue, dtype: i64, device: i64) -> RuntimeValue {
    torch!("rt_torch_tensor", RuntimeValue::NIL, {
        let (kind, device) = options(dtype, device)?;
        give_tensor(create::from_values(data, kind, device)?)
    })
}

/// As `rt_torch_tensor`, of 32-bit floats on the CPU: `rt_torch_tensor_new([2, 3, 4])` has these
/// three values. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_tensor_new(values: RuntimeValue) -> RuntimeValue {
    torch!(
        "rt_torch_tensor_new",
        RuntimeValue::NIL,
        give_tensor(create::from_values(values, Kind::Float, Device::Cpu)?)
    )
}

/// As `rt_torch_tensor_new`, in the shape `dims`. NIL with RT_ERROR_TORCH as well when the values
/// are not as many as the shape needs. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_tensor_from_data(
    data: RuntimeValue,
    dims: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_tensor_from_data", RuntimeValue::NIL, {
        let flat = create::from_values(data, Kind::Float, Device::Cpu)?;
        give_tensor(shape::reshape(&flat, &shape::sizes("dims", dims)?)?)
    })
}

/// A tensor of zeros. `shape` is an array of ints, empty for a tensor without dimensions; `dtype`
/// is one of RT_TORCH_FLOAT32 and so on (RT_ERROR_TORCH_DTYPE), `device` 0 for the CPU or 1 for the
/// first GPU (RT_ERROR_TORCH_DEVICE). A new tensor that is the caller's to free. NIL with the
/// errors named, with RT_ERROR_WRONG_TYPE for a shape that is none, with RT_ERROR_INVALID_ARGUMENT
/// for a negative size, with RT_ERROR_TORCH_TOO_LARGE for more elements than the memory holds.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_zeros(shape: RuntimeValue, dtype: i64, device: i64) -> RuntimeValue {
    torch!("rt_torch_zeros", RuntimeValue::NIL, filled(Fill::Zeros, shape, dtype, device))
}

/// A tensor of ones. `shape` is an array of ints, empty for a tensor without dimensions; `dtype` is
/// one of RT_TORCH_FLOAT32 and so on (RT_ERROR_TORCH_DTYPE), `device` 0 for the CPU or 1 for the
/// first GPU (RT_ERROR_TORCH_DEVICE). A new tensor that is the caller's to free. NIL with the
/// errors named, with RT_ERROR_WRONG_TYPE for a shape that is none, with RT_ERROR_INVALID_ARGUMENT
/// for a negative size, with RT_ERROR_TORCH_TOO_LARGE for more elements than the memory holds.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_ones(shape: RuntimeValue, dtype: i64, device: i64) -> RuntimeValue {
    torch!("rt_torch_ones", RuntimeValue::NIL, filled(Fill::Ones, shape, dtype, device))
}

/// A tensor of whatever the memory held. `shape` is an array of ints, empty for a tensor without
/// dimensions; `dtype` is one of RT_TORCH_FLOAT32 and so on (RT_ERROR_TORCH_DTYPE), `device` 0 for
/// the CPU or 1 for the first GPU (RT_ERROR_TORCH_DEVICE). A new tensor that is the caller's to
/// free. NIL with the errors named, with RT_ERROR_WRONG_TYPE for a shape that is none, with
/// RT_ERROR_INVALID_ARGUMENT for a negative size, with RT_ERROR_TORCH_TOO_LARGE for more elements
/// than the memory holds. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_empty(shape: RuntimeValue, dtype: i64, device: i64) -> RuntimeValue {
    torch!("rt_torch_empty", RuntimeValue::NIL, filled(Fill::Nothing, shape, dtype, device))
}

/// A tensor of samples from 0 to below 1, all equally likely, drawn from the generator of the
/// process. `shape` is an array of ints, empty for a tensor without dimensions; `dtype` is one of
/// RT_TORCH_FLOAT32 and so on (RT_ERROR_TORCH_DTYPE), `device` 0 for the CPU or 1 for the first GPU
/// (RT_ERROR_TORCH_DEVICE). A new tensor that is the caller's to free. NIL with the errors named,
/// with RT_ERROR_WRONG_TYPE for a shape that is none, with RT_ERROR_INVALID_ARGUMENT for a negative
/// size, with RT_ERROR_TORCH_TOO_LARGE for more elements than the memory holds. RT_ERROR_TORCH for
/// a dtype of ints. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_rand(shape: RuntimeValue, dtype: i64, device: i64) -> RuntimeValue {
    torch!("rt_torch_rand", RuntimeValue::NIL, filled(Fill::Uniform, shape, dtype, device))
}

/// A tensor of samples of the standard normal distribution, drawn from the generator of the
/// process. `shape` is an array of ints, empty for a tensor without dimensions; `dtype` is one of
/// RT_TORCH_FLOAT32 and so on (RT_ERROR_TORCH_DTYPE), `device` 0 for the CPU or 1 for the first GPU
/// (RT_ERROR_TORCH_DEVICE). A new tensor that is the caller's to free. NIL with the errors named,
/// with RT_ERROR_WRONG_TYPE for a shape that is none, with RT_ERROR_INVALID_ARGUMENT for a negative
/// size, with RT_ERROR_TORCH_TOO_LARGE for more elements than the memory holds. RT_ERROR_TORCH for
/// a dtype of ints. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_randn(shape: RuntimeValue, dtype: i64, device: i64) -> RuntimeValue {
    torch!("rt_torch_randn", RuntimeValue::NIL, filled(Fill::Normal, shape, dtype, device))
}

/// As `rt_torch_zeros`, of one size. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_zeros_1d(size: i64, dtype: i64, device: i64) -> RuntimeValue {
    torch!("rt_torch_zeros_1d", RuntimeValue::NIL, sized(Fill::Zeros, &[size], dtype, device))
}

/// As `rt_torch_zeros`, of two sizes. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_zeros_2d(rows: i64, cols: i64, dtype: i64, device: i64) -> RuntimeValue {
    torch!("rt_torch_zeros_2d", RuntimeValue::NIL, sized(Fill::Zeros, &[rows, cols], dtype, device))
}

/// As `rt_torch_zeros`, of three sizes. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_zeros_3d(
    d1: i64,
    d2: i64,
    d3: i64,
    dtype: i64,
    device: i64,
) -> RuntimeValue {
    torch!("rt_torch_zeros_3d", RuntimeValue::NIL, sized(Fill::Zeros, &[d1, d2, d3], dtype, device))
}

/// As `rt_torch_ones`, of one size. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_ones_1d(size: i64, dtype: i64, device: i64) -> RuntimeValue {
    torch!("rt_torch_ones_1d", RuntimeValue::NIL, sized(Fill::Ones, &[size], dtype, device))
}

/// As `rt_torch_ones`, of two sizes. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_ones_2d(rows: i64, cols: i64, dtype: i64, device: i64) -> RuntimeValue {
    torch!("rt_torch_ones_2d", RuntimeValue::NIL, sized(Fill::Ones, &[rows, cols], dtype, device))
}

/// As `rt_torch_ones`, of three sizes. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_ones_3d(
    d1: i64,
    d2: i64,
    d3: i64,
    dtype: i64,
    device: i64,
) -> RuntimeValue {
    torch!("rt_torch_ones_3d", RuntimeValue::NIL, sized(Fill::Ones, &[d1, d2, d3], dtype, device))
}

/// As `rt_torch_randn`, of one size. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_randn_1d(size: i64, dtype: i64, device: i64) -> RuntimeValue {
    torch!("rt_torch_randn_1d", RuntimeValue::NIL, sized(Fill::Normal, &[size], dtype, device))
}

/// As `rt_torch_randn`, of two sizes. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_randn_2d(rows: i64, cols: i64, dtype: i64, device: i64) -> RuntimeValue {
    torch!(
        "rt_torch_randn_2d",
        RuntimeValue::NIL,
        sized(Fill::Normal, &[rows, cols], dtype, device)
    )
}

/// As `rt_torch_randn`, of three sizes. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_randn_3d(
    d1: i64,
    d2: i64,
    d3: i64,
    dtype: i64,
    device: i64,
) -> RuntimeValue {
    torch!(
        "rt_torch_randn_3d",
        RuntimeValue::NIL,
        sized(Fill::Normal, &[d1, d2, d3], dtype, device)
    )
}

/// A tensor with `value` everywhere. `shape` is an array of ints, empty for a tensor without
/// dimensions; `dtype` is one of RT_TORCH_FLOAT32 and so on (RT_ERROR_TORCH_DTYPE), `device` 0 for
/// the CPU or 1 for the first GPU (RT_ERROR_TORCH_DEVICE). A new tensor that is the caller's to
/// free. NIL with the errors named, with RT_ERROR_WRONG_TYPE for a shape that is none, with
/// RT_ERROR_INVALID_ARGUMENT for a negative size, with RT_ERROR_TORCH_TOO_LARGE for more elements
/// than the memory holds. RT_ERROR_TORCH for a value that the dtype does not have. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_full(
    shape: RuntimeValue,
    value: f64,
    dtype: i64,
    device: i64,
) -> RuntimeValue {
    torch!("rt_torch_full", RuntimeValue::NIL, {
        let (kind, device) = options(dtype, device)?;
        give_tensor(create::full(&shape::sizes("shape", shape)?, value, kind, device)?)
    })
}

/// The ints from `start` to before `end` by `step`, in any dtype. `dtype` is one of
/// RT_TORCH_FLOAT32 and so on (RT_ERROR_TORCH_DTYPE), `device` 0 for the CPU or 1 for the first GPU
/// (RT_ERROR_TORCH_DEVICE). A new tensor that is the caller's to free. NIL with the errors named,
/// with RT_ERROR_TORCH for a step of 0 or away from the end, with RT_ERROR_TORCH_TOO_LARGE for more
/// than the memory holds. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_arange(
    start: i64,
    end: i64,
    step: i64,
    dtype: i64,
    device: i64,
) -> RuntimeValue {
    torch!("rt_torch_arange", RuntimeValue::NIL, {
        let (kind, device) = options(dtype, device)?;
        give_tensor(create::arange(start, end, step, kind, device)?)
    })
}

/// As `rt_torch_arange`, of floats. RT_ERROR_TORCH as well for NaN and infinities. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_arange_float(
    start: f64,
    end: f64,
    step: f64,
    dtype: i64,
    device: i64,
) -> RuntimeValue {
    torch!("rt_torch_arange_float", RuntimeValue::NIL, {
        let (kind, device) = options(dtype, device)?;
        give_tensor(create::arange_float(start, end, step, kind, device)?)
    })
}

/// `steps` numbers from `start` to `end`, both included, at equal distances. `dtype` is one of
/// RT_TORCH_FLOAT32 and so on (RT_ERROR_TORCH_DTYPE), `device` 0 for the CPU or 1 for the first GPU
/// (RT_ERROR_TORCH_DEVICE). A new tensor that is the caller's to free. NIL with the errors named,
/// with RT_ERROR_TORCH for a negative count, with RT_ERROR_TORCH_TOO_LARGE for more than the memory
/// holds. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_linspace(
    start: f64,
    end: f64,
    steps: i64,
    dtype: i64,
    device: i64,
) -> RuntimeValue {
    torch!("rt_torch_linspace", RuntimeValue::NIL, {
        let (kind, device) = options(dtype, device)?;
        give_tensor(create::linspace(start, end, steps, kind, device)?)
    })
}

/// The powers of `base` whose exponents `rt_torch_linspace` would give, and with its errors.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_logspace(
    start: f64,
    end: f64,
    steps: i64,
    base: f64,
    dtype: i64,
    device: i64,
) -> RuntimeValue {
    torch!("rt_torch_logspace", RuntimeValue::NIL, {
        let (kind, device) = options(dtype, device)?;
        give_tensor(create::logspace(start, end, steps, base, kind, device)?)
    })
}

/// A matrix with ones on its diagonal and zeros elsewhere. `dtype` is one of RT_TORCH_FLOAT32 and
/// so on (RT_ERROR_TORCH_DTYPE), `device` 0 for the CPU or 1 for the first GPU
/// (RT_ERROR_TORCH_DEVICE). A new tensor that is the caller's to free. NIL with the errors named,
/// with RT_ERROR_INVALID_ARGUMENT for a negative size, with RT_ERROR_TORCH_TOO_LARGE for more than
/// the memory holds. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_eye(rows: i64, columns: i64, dtype: i64, device: i64) -> RuntimeValue {
    torch!("rt_torch_eye", RuntimeValue::NIL, {
        let (kind, device) = options(dtype, device)?;
        give_tensor(create::eye(rows, columns, kind, device)?)
    })
}

/// A tensor of ints from `low` to below `high`, all equally likely, drawn from the generator of the
/// process. `shape` is an array of ints, empty for a tensor without dimensions; `dtype` is one of
/// RT_TORCH_FLOAT32 and so on (RT_ERROR_TORCH_DTYPE), `device` 0 for the CPU or 1 for the first GPU
/// (RT_ERROR_TORCH_DEVICE). A new tensor that is the caller's to free. NIL with the errors named,
/// with RT_ERROR_WRONG_TYPE for a shape that is none, with RT_ERROR_INVALID_ARGUMENT for a negative
/// size, with RT_ERROR_TORCH_TOO_LARGE for more elements than the memory holds. RT_ERROR_TORCH for
/// an empty range, and one that the dtype does not have. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_randint(
    low: i64,
    high: i64,
    shape: RuntimeValue,
    dtype: i64,
    device: i64,
) -> RuntimeValue {
    torch!("rt_torch_randint", RuntimeValue::NIL, {
        let (kind, device) = options(dtype, device)?;
        give_tensor(create::randint(low, high, &shape::sizes("shape", shape)?, kind, device)?)
    })
}

/// The ints from 0 to before `n` in an order drawn from the generator of the process. `dtype` is
/// one of RT_TORCH_FLOAT32 and so on (RT_ERROR_TORCH_DTYPE), `device` 0 for the CPU or 1 for the
/// first GPU (RT_ERROR_TORCH_DEVICE). A new tensor that is the caller's to free. NIL with the
/// errors named, with RT_ERROR_TORCH for a negative `n`, with RT_ERROR_TORCH_TOO_LARGE for more
/// than the memory holds. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_randperm(n: i64, dtype: i64, device: i64) -> RuntimeValue {
    torch!("rt_torch_randperm", RuntimeValue::NIL, {
        let (kind, device) = options(dtype, device)?;
        give_tensor(create::randperm(n, kind, device)?)
    })
}

/// A tensor of zeros, of the shape, dtype and device of `tensor`. A new tensor that is the caller's
/// to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no
/// tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_zeros_like(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_zeros_like", RuntimeValue::NIL, unary(tensor, tch::Tensor::f_zeros_like))
}

/// A tensor of ones, of the shape, dtype and device of `tensor`. A new tensor that is the caller's
/// to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no
/// tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_ones_like(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_ones_like", RuntimeValue::NIL, unary(tensor, tch::Tensor::f_ones_like))
}

/// A tensor of whatever the memory held, of the shape, dtype and device of `tensor`. A new tensor
/// that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's
/// error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_empty_like(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_empty_like", RuntimeValue::NIL, unary(tensor, tch::Tensor::f_empty_like))
}

/// A tensor of samples from 0 to below 1, of the shape, dtype and device of `tensor`. A new tensor
/// that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's
/// error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_rand_like(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_rand_like", RuntimeValue::NIL, unary(tensor, tch::Tensor::f_rand_like))
}

/// A tensor of samples of the standard normal distribution, of the shape, dtype and device of
/// `tensor`. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch
/// refuses, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_randn_like(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_randn_like", RuntimeValue::NIL, unary(tensor, tch::Tensor::f_randn_like))
}

/// A tensor with `value` everywhere, of the shape, dtype and device of `tensor`. A new tensor that
/// is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error
/// for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_full_like(tensor: RuntimeValue, value: f64) -> RuntimeValue {
    torch!(
        "rt_torch_full_like",
        RuntimeValue::NIL,
        unary(tensor, |tensor| scalar::full_like(tensor, value))
    )
}

/// A tensor of ints from `low` to below `high`, of the shape, dtype and device of `tensor`. A new
/// tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a
/// handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_randint_like(tensor: RuntimeValue, low: i64, high: i64) -> RuntimeValue {
    torch!(
        "rt_torch_randint_like",
        RuntimeValue::NIL,
        unary(tensor, |tensor| tensor.f_randint_like_low_dtype(low, high))
    )
}

/// A one for the class that each int64 element of `tensor` names, in a new last dimension of
/// `num_classes`; -1 stands for as many as there are. A new tensor that is the caller's to free.
/// NIL with RT_ERROR_TORCH for another dtype or an element that is no class, with
/// RT_ERROR_TORCH_TOO_LARGE for more than the memory holds, and with a handle's error for what is
/// no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_one_hot(tensor: RuntimeValue, num_classes: i64) -> RuntimeValue {
    torch!(
        "rt_torch_one_hot",
        RuntimeValue::NIL,
        give_tensor(create::one_hot(&*objects::tensor("tensor", tensor)?, num_classes)?)
    )
}

/// How often each int occurs in a tensor of one dimension of ints from 0 on, or the sum of its
/// `weights` (NIL for none), in at least `minlength` places. A new tensor that is the caller's to
/// free. NIL with RT_ERROR_TORCH for other ints or shapes, with RT_ERROR_TORCH_TOO_LARGE for more
/// than the memory holds, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_bincount(
    tensor: RuntimeValue,
    weights: RuntimeValue,
    minlength: i64,
) -> RuntimeValue {
    torch!("rt_torch_bincount", RuntimeValue::NIL, {
        let weights = objects::optional_tensor("weights", weights)?;
        let tensor = objects::tensor("tensor", tensor)?;
        give_tensor(create::bincount(&tensor, weights.as_deref(), minlength)?)
    })
}

/// As `rt_torch_zeros`, of 32-bit floats on the CPU. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_tensor_zeros(dims: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_tensor_zeros", RuntimeValue::NIL, plain(Fill::Zeros, dims))
}

/// As `rt_torch_ones`, of 32-bit floats on the CPU. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_tensor_ones(dims: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_tensor_ones", RuntimeValue::NIL, plain(Fill::Ones, dims))
}

/// As `rt_torch_rand`, of 32-bit floats on the CPU. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_tensor_rand(dims: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_tensor_rand", RuntimeValue::NIL, plain(Fill::Uniform, dims))
}

/// As `rt_torch_randn`, of 32-bit floats on the CPU. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_tensor_randn(dims: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_tensor_randn", RuntimeValue::NIL, plain(Fill::Normal, dims))
}

/// As `rt_torch_empty`, of 32-bit floats on the CPU. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_tensor_empty(dims: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_tensor_empty", RuntimeValue::NIL, plain(Fill::Nothing, dims))
}

/// As `rt_torch_full`, of 32-bit floats on the CPU. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_tensor_full(dims: RuntimeValue, value: f64) -> RuntimeValue {
    torch!("rt_torch_tensor_full", RuntimeValue::NIL, {
        let dims = shape::sizes("dims", dims)?;
        give_tensor(create::full(&dims, value, Kind::Float, Device::Cpu)?)
    })
}

/// As `rt_torch_arange_float`, of 32-bit floats on the CPU. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_tensor_arange(start: f64, end: f64, step: f64) -> RuntimeValue {
    torch!(
        "rt_torch_tensor_arange",
        RuntimeValue::NIL,
        give_tensor(create::arange_float(start, end, step, Kind::Float, Device::Cpu)?)
    )
}

/// As `rt_torch_linspace`, of 32-bit floats on the CPU. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_tensor_linspace(start: f64, end: f64, steps: i64) -> RuntimeValue {
    torch!(
        "rt_torch_tensor_linspace",
        RuntimeValue::NIL,
        give_tensor(create::linspace(start, end, steps, Kind::Float, Device::Cpu)?)
    )
}

/// As `rt_torch_eye` with as many columns as rows, of 32-bit floats on the CPU. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_tensor_eye(n: i64) -> RuntimeValue {
    torch!(
        "rt_torch_tensor_eye",
        RuntimeValue::NIL,
        give_tensor(create::eye(n, n, Kind::Float, Device::Cpu)?)
    )
}
