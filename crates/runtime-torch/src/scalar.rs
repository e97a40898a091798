//! Operations of tensors with numbers.
//!
//! tch has them too, but not so that they can fail: when LibTorch refuses, the number that tch made
//! for the call is dropped before the error is read, and dropping it takes the error for its own and
//! panics. Here the number outlives the reading.

use std::ffi::{CStr, c_int, c_void};
use std::ptr;

use tch::{Device, Kind, TchError, Tensor};
use torch_sys::c_generated::*;
use torch_sys::{C_scalar, C_tensor, ats_float, ats_free, ats_int, get_and_reset_last_err};

/// What tch's operations return.
type Result<T> = std::result::Result<T, TchError>;

/// A number for LibTorch: an int or a float, which promote differently.
pub struct Number(*mut C_scalar);

impl From<f64> for Number {
    fn from(float: f64) -> Self {
        // SAFETY: it makes a number.
        Self(unsafe { ats_float(float) })
    }
}

impl From<i64> for Number {
    fn from(int: i64) -> Self {
        // SAFETY: it makes a number.
        Self(unsafe { ats_int(int) })
    }
}

impl Drop for Number {
    fn drop(&mut self) {
        // SAFETY: the number is this object's own.
        unsafe { ats_free(self.0) };
    }
}

/// An argument as LibTorch's C functions take it, for as long as `self` lives.
trait Argument {
    type Raw;
    fn raw(&self) -> Self::Raw;
}

impl Argument for Number {
    type Raw = *mut C_scalar;

    fn raw(&self) -> *mut C_scalar {
        self.0
    }
}

impl Argument for &Tensor {
    type Raw = *mut C_tensor;

    fn raw(&self) -> *mut C_tensor {
        self.as_ptr().cast_mut()
    }
}

impl Argument for i64 {
    type Raw = i64;

    fn raw(&self) -> i64 {
        *self
    }
}

/// How a parameter of an operation is declared.
macro_rules! parameter {
    (Number) => { impl Into<Number> };
    (Tensor) => { &Tensor };
    (Dim) => { i64 };
}

/// What lives for as long as the call lasts.
macro_rules! held {
    (Number, $argument:ident) => {
        Into::<Number>::into($argument)
    };
    ($other:ident, $argument:ident) => {
        $argument
    };
}

/// Safe functions around those of torch-sys whose arguments are a tensor and these.
macro_rules! operations {
    ($($(#[$doc:meta])* $name:ident($($argument:ident: $kind:ident),*) = $function:ident;)*) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        /// LibTorch's.
        pub fn $name(tensor: &Tensor, $($argument: parameter!($kind)),*) -> Result<Tensor> {
            $(let $argument = held!($kind, $argument);)*
            // SAFETY: the tensors and numbers live until the call returns.
            made(|out| unsafe { $function(out, tensor.raw(), $($argument.raw()),*) })
        }
    )*};
}

operations! {
    /// `tensor + number`.
    add(number: Number) = atg_add_scalar;
    /// `tensor - number`.
    sub(number: Number) = atg_sub_scalar;
    /// `tensor * number`.
    mul(number: Number) = atg_mul_scalar;
    /// `tensor / number`.
    div(number: Number) = atg_div_scalar;
    /// `tensor ** exponent`.
    pow(exponent: Number) = atg_pow_tensor_scalar;
    /// `torch.remainder`, with the sign of the number.
    remainder(number: Number) = atg_remainder;
    /// `torch.fmod`, with the sign of the tensor.
    fmod(number: Number) = atg_fmod;
    /// `torch.clamp`.
    clamp(min: Number, max: Number) = atg_clamp;
    /// `torch.clamp` with the lower bound only.
    clamp_min(min: Number) = atg_clamp_min;
    /// `torch.clamp` with the upper bound only.
    clamp_max(max: Number) = atg_clamp_max;
    /// `torch.lerp`.
    lerp(end: Tensor, weight: Number) = atg_lerp;
    /// `torch.threshold`: the value where the tensor is not above the threshold.
    threshold(threshold: Number, value: Number) = atg_threshold;
    /// `tensor == number`.
    eq(number: Number) = atg_eq;
    /// `tensor != number`.
    ne(number: Number) = atg_ne;
    /// `tensor < number`.
    lt(number: Number) = atg_lt;
    /// `tensor <= number`.
    le(number: Number) = atg_le;
    /// `tensor > number`.
    gt(number: Number) = atg_gt;
    /// `tensor >= number`.
    ge(number: Number) = atg_ge;
    /// `torch.full_like`.
    full_like(value: Number) = atg_full_like;
    /// `torch.masked_fill`.
    masked_fill(mask: Tensor, value: Number) = atg_masked_fill;
    /// `torch.scatter` with one value.
    scatter_value(dim: Dim, index: Tensor, value: Number) = atg_scatter_value;
    /// `torch.index_fill`.
    index_fill(dim: Dim, index: Tensor, value: Number) = atg_index_fill;
    /// `Tensor.add_`; as all that end with `_` it changes the tensor, and returns it.
    add_(number: Number) = atg_add_scalar_;
    /// `Tensor.sub_`.
    sub_(number: Number) = atg_sub_scalar_;
    /// `Tensor.mul_`.
    mul_(number: Number) = atg_mul_scalar_;
    /// `Tensor.div_`.
    div_(number: Number) = atg_div_scalar_;
    /// `Tensor.pow_`.
    pow_(exponent: Number) = atg_pow_;
    /// `Tensor.clamp_`.
    clamp_(min: Number, max: Number) = atg_clamp_;
    /// `Tensor.lerp_`.
    lerp_(end: Tensor, weight: Number) = atg_lerp_;
    /// `torch.baddbmm`: `beta * tensor + alpha * left @ right`, of batches.
    baddbmm(left: Tensor, right: Tensor, beta: Number, alpha: Number) = atg_baddbmm;
    /// `Tensor.fill_`.
    fill_(value: Number) = atg_fill_;
    /// `Tensor.masked_fill_`.
    masked_fill_(mask: Tensor, value: Number) = atg_masked_fill_;
    /// `Tensor.index_fill_`.
    index_fill_(dim: Dim, index: Tensor, value: Number) = atg_index_fill_;
    /// `torch.nn.functional.threshold_`.
    threshold_(threshold: Number, value: Number) = atg_threshold_;
}

/// `torch.std` over `dims` (`None` for all), divided by N - `correction`.
///
/// # Errors
/// LibTorch's.
pub fn std(
    tensor: &Tensor,
    dims: Option<&[i64]>,
    correction: i64,
    keepdim: bool,
) -> Result<Tensor> {
    let (correction, (dims, count)) = (Number::from(correction), list(dims));
    // SAFETY: the tensor, the list and the number live until the call returns.
    made(|out| unsafe {
        atg_std_correction(out, tensor.raw(), dims, count, correction.0, c_int::from(keepdim));
    })
}

/// `torch.var` over `dims` (`None` for all), divided by N - `correction`.
///
/// # Errors
/// LibTorch's.
pub fn var(
    tensor: &Tensor,
    dims: Option<&[i64]>,
    correction: i64,
    keepdim: bool,
) -> Result<Tensor> {
    let (correction, (dims, count)) = (Number::from(correction), list(dims));
    // SAFETY: the tensor, the list and the number live until the call returns.
    made(|out| unsafe {
        atg_var_correction(out, tensor.raw(), dims, count, correction.0, c_int::from(keepdim));
    })
}

/// `torch.norm` over `dims`, all when there are none.
///
/// # Errors
/// LibTorch's.
pub fn norm(tensor: &Tensor, p: f64, dims: &[i64], keepdim: bool) -> Result<Tensor> {
    let (p, (dims, count)) = (Number::from(p), list(Some(dims)));
    // SAFETY: the tensor, the list and the number live until the call returns.
    made(|out| unsafe {
        atg_norm_scalaropt_dim(out, tensor.raw(), p.0, dims, count, c_int::from(keepdim));
    })
}

/// `torch.linalg.norm` over `dims`, `None` for all.
///
/// # Errors
/// LibTorch's.
pub fn linalg_norm(
    tensor: &Tensor,
    ord: f64,
    dims: Option<&[i64]>,
    keepdim: bool,
) -> Result<Tensor> {
    let (ord, (dims, count)) = (Number::from(ord), list(dims));
    // The dtype stays the tensor's.
    let kept = -1;
    // SAFETY: the tensor, the list and the number live until the call returns.
    made(|out| unsafe {
        atg_linalg_norm(out, tensor.raw(), ord.0, dims, count, c_int::from(keepdim), kept);
    })
}

/// `torch.full`.
///
/// # Errors
/// LibTorch's.
pub fn full(shape: &[i64], value: impl Into<Number>, kind: Kind, device: Device) -> Result<Tensor> {
    let (value, (sizes, count)) = (value.into(), list(Some(shape)));
    let (kind, device) = options(kind, device)?;
    // SAFETY: the list and the number live until the call returns.
    made(|out| unsafe { atg_full(out, sizes, count, value.0, kind, device) })
}

/// `torch.arange`.
///
/// # Errors
/// LibTorch's.
pub fn arange<N: Into<Number>>(
    start: N,
    end: N,
    step: N,
    kind: Kind,
    device: Device,
) -> Result<Tensor> {
    let (start, end, step) = (start.into(), end.into(), step.into());
    let (kind, device) = options(kind, device)?;
    // SAFETY: the numbers live until the call returns.
    made(|out| unsafe { atg_arange_start_step(out, start.0, end.0, step.0, kind, device) })
}

/// `torch.linspace`.
///
/// # Errors
/// LibTorch's.
pub fn linspace(start: f64, end: f64, steps: i64, kind: Kind, device: Device) -> Result<Tensor> {
    let (start, end) = (Number::from(start), Number::from(end));
    let (kind, device) = options(kind, device)?;
    // SAFETY: the numbers live until the call returns.
    made(|out| unsafe { atg_linspace(out, start.0, end.0, steps, kind, device) })
}

/// `torch.logspace`.
///
/// # Errors
/// LibTorch's.
pub fn logspace(
    start: f64,
    end: f64,
    steps: i64,
    base: f64,
    kind: Kind,
    device: Device,
) -> Result<Tensor> {
    let (start, end) = (Number::from(start), Number::from(end));
    let (kind, device) = options(kind, device)?;
    // SAFETY: the numbers live until the call returns.
    made(|out| unsafe { atg_logspace(out, start.0, end.0, steps, base, kind, device) })
}

/// The tensor that a function of torch-sys writes, or the error that it leaves.
#[inline(always)]
fn made(call: impl FnOnce(*mut *mut C_tensor)) -> Result<Tensor> {
    let mut tensor = ptr::null_mut();
    call(&raw mut tensor);
    // SAFETY: it takes this thread's error, if there is one.
    let error = unsafe { get_and_reset_last_err() };
    if error.is_null() {
        // SAFETY: without an error, a new tensor was written that nobody else owns.
        return Ok(unsafe { Tensor::from_ptr(tensor) });
    }
    // SAFETY: the error is a text that ends with a zero byte.
    let text = unsafe { CStr::from_ptr(error) }.to_string_lossy().into_owned();
    // SAFETY: it came from malloc and is not used after this.
    unsafe { libc::free(error.cast::<c_void>()) };
    Err(TchError::Torch(text))
}

/// A list of ints as LibTorch's C functions take it; -1 and null for none.
fn list(ints: Option<&[i64]>) -> (*const i64, c_int) {
    match ints {
        Some(ints) => (ints.as_ptr(), c_int::try_from(ints.len()).unwrap_or(c_int::MAX)),
        None => (ptr::null(), -1),
    }
}

/// The numbers of a dtype and a device in LibTorch's C functions, which tch keeps to itself.
fn options(kind: Kind, device: Device) -> Result<(c_int, c_int)> {
    let kind = match kind {
        Kind::Uint8 => 0,
        Kind::Int8 => 1,
        Kind::Int16 => 2,
        Kind::Int => 3,
        Kind::Int64 => 4,
        Kind::Half => 5,
        Kind::Float => 6,
        Kind::Double => 7,
        Kind::ComplexHalf => 8,
        Kind::ComplexFloat => 9,
        Kind::ComplexDouble => 10,
        Kind::Bool => 11,
        Kind::BFloat16 => 15,
        other => return Err(TchError::Kind(format!("{other:?} is not made of a number"))),
    };
    let device = match device {
        Device::Cpu => -1,
        Device::Cuda(index) => c_int::try_from(index).unwrap_or(c_int::MAX),
        Device::Mps => -2,
        Device::Vulkan => -3,
    };
    Ok((kind, device))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_an_error() {
        let leaf = Tensor::from_slice(&[1.0_f32]).set_requires_grad(true);
        let error = fill_(&leaf, 2.0).unwrap_err().to_string();
        assert!(error.contains("a leaf Variable that requires grad"), "{error}");
        // The next call finds no error left over.
        assert_eq!(add(&leaf, 2.0).unwrap().double_value(&[0]), 3.0);
    }

    #[test]
    fn ints_stay_ints() {
        let ints = Tensor::from_slice(&[5_i64]);
        assert_eq!(mul(&ints, 2_i64).unwrap().kind(), Kind::Int64);
        assert_eq!(mul(&ints, 2.0).unwrap().kind(), Kind::Float);
        let range = arange(0_i64, 5, 2, Kind::Int64, Device::Cpu).unwrap();
        assert!(range.equal(&Tensor::from_slice(&[0_i64, 2, 4])));
    }

    #[test]
    fn dtypes_are_as_asked() {
        for kind in [Kind::Uint8, Kind::Int8, Kind::Int16, Kind::Int, Kind::Int64, Kind::Half] {
            assert_eq!(full(&[2], 1.0, kind, Device::Cpu).unwrap().kind(), kind);
        }
        for kind in [Kind::Float, Kind::Double, Kind::ComplexHalf, Kind::ComplexFloat] {
            assert_eq!(full(&[2], 1.0, kind, Device::Cpu).unwrap().kind(), kind);
        }
        for kind in [Kind::ComplexDouble, Kind::Bool, Kind::BFloat16] {
            assert_eq!(full(&[2], 1.0, kind, Device::Cpu).unwrap().kind(), kind);
        }
    }
}
