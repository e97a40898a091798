//! Fourier transforms and complex numbers.

use runtime_value::RuntimeValue;

#[cfg(feature = "pytorch")]
use super::unary;
#[cfg(feature = "pytorch")]
use crate::arguments;
#[cfg(feature = "pytorch")]
use crate::error::OrTorch;
#[cfg(feature = "pytorch")]
use crate::kinds;
#[cfg(feature = "pytorch")]
use crate::objects::{self, give_tensor};
#[cfg(feature = "pytorch")]
use crate::tensor::{create, fft, reduce};
#[cfg(feature = "pytorch")]
use tch::Tensor;

/// The discrete Fourier transform along one dimension. The signal is cut or filled with zeros to
/// `n` elements, 0 and less leave its length. `norm` is 0 or 2 for PyTorch's "backward" (the
/// inverse divides), 1 for "forward", 3 for "ortho". A new tensor that is the caller's to free. NIL
/// with RT_ERROR_TORCH when PyTorch refuses, with RT_ERROR_INVALID_ARGUMENT for a norm that is
/// none, with RT_ERROR_TORCH_TOO_LARGE for a length that the memory does not hold, and with a
/// handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_fft(tensor: RuntimeValue, n: i64, dim: i64, norm: i64) -> RuntimeValue {
    torch!("rt_torch_fft", RuntimeValue::NIL, {
        let tensor = objects::tensor("tensor", tensor)?;
        let (n, norm) = (fft::length(&tensor, n, dim)?, fft::norm(norm)?);
        give_tensor(tensor.f_fft_fft(n, dim, norm).or_torch()?)
    })
}

/// The inverse discrete Fourier transform along one dimension. The signal is cut or filled with
/// zeros to `n` elements, 0 and less leave its length. `norm` is 0 or 2 for PyTorch's "backward"
/// (the inverse divides), 1 for "forward", 3 for "ortho". A new tensor that is the caller's to
/// free. NIL with RT_ERROR_TORCH when PyTorch refuses, with RT_ERROR_INVALID_ARGUMENT for a norm
/// that is none, with RT_ERROR_TORCH_TOO_LARGE for a length that the memory does not hold, and with
/// a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_ifft(tensor: RuntimeValue, n: i64, dim: i64, norm: i64) -> RuntimeValue {
    torch!("rt_torch_ifft", RuntimeValue::NIL, {
        let tensor = objects::tensor("tensor", tensor)?;
        let (n, norm) = (fft::length(&tensor, n, dim)?, fft::norm(norm)?);
        give_tensor(tensor.f_fft_ifft(n, dim, norm).or_torch()?)
    })
}

/// The Fourier transform of real numbers along one dimension, the half that is not its mirror. The
/// signal is cut or filled with zeros to `n` elements, 0 and less leave its length. `norm` is 0 or
/// 2 for PyTorch's "backward" (the inverse divides), 1 for "forward", 3 for "ortho". A new tensor
/// that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, with
/// RT_ERROR_INVALID_ARGUMENT for a norm that is none, with RT_ERROR_TORCH_TOO_LARGE for a length
/// that the memory does not hold, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_rfft(tensor: RuntimeValue, n: i64, dim: i64, norm: i64) -> RuntimeValue {
    torch!("rt_torch_rfft", RuntimeValue::NIL, {
        let tensor = objects::tensor("tensor", tensor)?;
        let (n, norm) = (fft::length(&tensor, n, dim)?, fft::norm(norm)?);
        give_tensor(tensor.f_fft_rfft(n, dim, norm).or_torch()?)
    })
}

/// The inverse of `rt_torch_rfft`: real numbers. The signal is cut or filled with zeros to `n`
/// elements, 0 and less leave its length. `norm` is 0 or 2 for PyTorch's "backward" (the inverse
/// divides), 1 for "forward", 3 for "ortho". A new tensor that is the caller's to free. NIL with
/// RT_ERROR_TORCH when PyTorch refuses, with RT_ERROR_INVALID_ARGUMENT for a norm that is none,
/// with RT_ERROR_TORCH_TOO_LARGE for a length that the memory does not hold, and with a handle's
/// error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_irfft(
    tensor: RuntimeValue,
    n: i64,
    dim: i64,
    norm: i64,
) -> RuntimeValue {
    torch!("rt_torch_irfft", RuntimeValue::NIL, {
        let tensor = objects::tensor("tensor", tensor)?;
        let (n, norm) = (fft::length(&tensor, n, dim)?, fft::norm(norm)?);
        give_tensor(tensor.f_fft_irfft(n, dim, norm).or_torch()?)
    })
}

/// The Fourier transform of a signal whose other half is its mirror: real numbers. The signal is
/// cut or filled with zeros to `n` elements, 0 and less leave its length. `norm` is 0 or 2 for
/// PyTorch's "backward" (the inverse divides), 1 for "forward", 3 for "ortho". A new tensor that is
/// the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, with
/// RT_ERROR_INVALID_ARGUMENT for a norm that is none, with RT_ERROR_TORCH_TOO_LARGE for a length
/// that the memory does not hold, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_hfft(tensor: RuntimeValue, n: i64, dim: i64, norm: i64) -> RuntimeValue {
    torch!("rt_torch_hfft", RuntimeValue::NIL, {
        let tensor = objects::tensor("tensor", tensor)?;
        let (n, norm) = (fft::length(&tensor, n, dim)?, fft::norm(norm)?);
        give_tensor(tensor.f_fft_hfft(n, dim, norm).or_torch()?)
    })
}

/// The inverse of `rt_torch_hfft`. The signal is cut or filled with zeros to `n` elements, 0 and
/// less leave its length. `norm` is 0 or 2 for PyTorch's "backward" (the inverse divides), 1 for
/// "forward", 3 for "ortho". A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH
/// when PyTorch refuses, with RT_ERROR_INVALID_ARGUMENT for a norm that is none, with
/// RT_ERROR_TORCH_TOO_LARGE for a length that the memory does not hold, and with a handle's error
/// for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_ihfft(
    tensor: RuntimeValue,
    n: i64,
    dim: i64,
    norm: i64,
) -> RuntimeValue {
    torch!("rt_torch_ihfft", RuntimeValue::NIL, {
        let tensor = objects::tensor("tensor", tensor)?;
        let (n, norm) = (fft::length(&tensor, n, dim)?, fft::norm(norm)?);
        give_tensor(tensor.f_fft_ihfft(n, dim, norm).or_torch()?)
    })
}

/// The discrete Fourier transform over the dimensions in `dims`: an array of ints, or NIL for all.
/// `norm` is 0 or 2 for PyTorch's "backward" (the inverse divides), 1 for "forward", 3 for "ortho".
/// A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, with
/// RT_ERROR_INVALID_ARGUMENT for a norm that is none, and with a handle's error for what is no
/// tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_fftn(
    tensor: RuntimeValue,
    dims: RuntimeValue,
    norm: i64,
) -> RuntimeValue {
    torch!("rt_torch_fftn", RuntimeValue::NIL, {
        let (dims, norm) = (reduce::dims("dims", dims)?, fft::norm(norm)?);
        let sizes = None::<&[i64]>;
        unary(tensor, |tensor| tensor.f_fft_fftn(sizes, dims.as_deref(), norm))
    })
}

/// The inverse discrete Fourier transform over the dimensions in `dims`: an array of ints, or NIL
/// for all. `norm` is 0 or 2 for PyTorch's "backward" (the inverse divides), 1 for "forward", 3 for
/// "ortho". A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch
/// refuses, with RT_ERROR_INVALID_ARGUMENT for a norm that is none, and with a handle's error for
/// what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_ifftn(
    tensor: RuntimeValue,
    dims: RuntimeValue,
    norm: i64,
) -> RuntimeValue {
    torch!("rt_torch_ifftn", RuntimeValue::NIL, {
        let (dims, norm) = (reduce::dims("dims", dims)?, fft::norm(norm)?);
        let sizes = None::<&[i64]>;
        unary(tensor, |tensor| tensor.f_fft_ifftn(sizes, dims.as_deref(), norm))
    })
}

/// The Fourier transform of real numbers over the dimensions in `dims`: an array of ints, or NIL
/// for all. `norm` is 0 or 2 for PyTorch's "backward" (the inverse divides), 1 for "forward", 3 for
/// "ortho". A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch
/// refuses, with RT_ERROR_INVALID_ARGUMENT for a norm that is none, and with a handle's error for
/// what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_rfftn(
    tensor: RuntimeValue,
    dims: RuntimeValue,
    norm: i64,
) -> RuntimeValue {
    torch!("rt_torch_rfftn", RuntimeValue::NIL, {
        let (dims, norm) = (reduce::dims("dims", dims)?, fft::norm(norm)?);
        let sizes = None::<&[i64]>;
        unary(tensor, |tensor| tensor.f_fft_rfftn(sizes, dims.as_deref(), norm))
    })
}

/// The inverse of `rt_torch_rfftn`: real numbers, over the dimensions in `dims` (an array of ints,
/// or NIL for all), of the lengths in `sizes`, which alone tell an odd last one (NIL for the even
/// ones). `norm` is 0 or 2 for PyTorch's "backward" (the inverse divides), 1 for "forward", 3 for
/// "ortho". A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch
/// refuses, with RT_ERROR_INVALID_ARGUMENT for a norm that is none, with RT_ERROR_TORCH_TOO_LARGE
/// for a length that the memory does not hold, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_irfftn(
    tensor: RuntimeValue,
    sizes: RuntimeValue,
    dims: RuntimeValue,
    norm: i64,
) -> RuntimeValue {
    torch!("rt_torch_irfftn", RuntimeValue::NIL, {
        let sizes = arguments::optional_ints("sizes", sizes)?;
        let dims = reduce::dims("dims", dims)?;
        let tensor = objects::tensor("tensor", tensor)?;
        give_tensor(fft::irfftn(&tensor, sizes.as_deref(), dims.as_deref(), norm)?)
    })
}

/// The discrete Fourier transform over the last two dimensions. `norm` is 0 or 2 for PyTorch's
/// "backward" (the inverse divides), 1 for "forward", 3 for "ortho". A new tensor that is the
/// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, with RT_ERROR_INVALID_ARGUMENT
/// for a norm that is none, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_fft2(tensor: RuntimeValue, norm: i64) -> RuntimeValue {
    torch!("rt_torch_fft2", RuntimeValue::NIL, {
        let norm = fft::norm(norm)?;
        unary(tensor, |tensor| tensor.f_fft_fft2(None::<&[i64]>, [-2, -1], norm))
    })
}

/// The inverse discrete Fourier transform over the last two dimensions. `norm` is 0 or 2 for
/// PyTorch's "backward" (the inverse divides), 1 for "forward", 3 for "ortho". A new tensor that is
/// the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, with
/// RT_ERROR_INVALID_ARGUMENT for a norm that is none, and with a handle's error for what is no
/// tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_ifft2(tensor: RuntimeValue, norm: i64) -> RuntimeValue {
    torch!("rt_torch_ifft2", RuntimeValue::NIL, {
        let norm = fft::norm(norm)?;
        unary(tensor, |tensor| tensor.f_fft_ifft2(None::<&[i64]>, [-2, -1], norm))
    })
}

/// The Fourier transform of real numbers over the last two dimensions. `norm` is 0 or 2 for
/// PyTorch's "backward" (the inverse divides), 1 for "forward", 3 for "ortho". A new tensor that is
/// the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, with
/// RT_ERROR_INVALID_ARGUMENT for a norm that is none, and with a handle's error for what is no
/// tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_rfft2(tensor: RuntimeValue, norm: i64) -> RuntimeValue {
    torch!("rt_torch_rfft2", RuntimeValue::NIL, {
        let norm = fft::norm(norm)?;
        unary(tensor, |tensor| tensor.f_fft_rfft2(None::<&[i64]>, [-2, -1], norm))
    })
}

/// The inverse of `rt_torch_rfft2`: real numbers, of the two lengths in `sizes`, which alone tell
/// an odd last one (NIL for the even ones). `norm` is 0 or 2 for PyTorch's "backward" (the inverse
/// divides), 1 for "forward", 3 for "ortho". A new tensor that is the caller's to free. NIL with
/// RT_ERROR_TORCH when PyTorch refuses, with RT_ERROR_INVALID_ARGUMENT for a norm that is none,
/// with RT_ERROR_TORCH_TOO_LARGE for a length that the memory does not hold, and with a handle's
/// error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_irfft2(
    tensor: RuntimeValue,
    sizes: RuntimeValue,
    norm: i64,
) -> RuntimeValue {
    torch!("rt_torch_irfft2", RuntimeValue::NIL, {
        let sizes = arguments::optional_ints("sizes", sizes)?;
        let tensor = objects::tensor("tensor", tensor)?;
        give_tensor(fft::irfftn(&tensor, sizes.as_deref(), Some(&[-2, -1]), norm)?)
    })
}

/// Moves the frequency zero to the middle along one dimension; -1 is the last one, as in PyTorch. A
/// new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with
/// a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_fftshift(tensor: RuntimeValue, dim: i64) -> RuntimeValue {
    torch!(
        "rt_torch_fftshift",
        RuntimeValue::NIL,
        unary(tensor, |tensor| tensor.f_fft_fftshift(dim))
    )
}

/// Moves the frequency zero to the middle along all dimensions. A new tensor that is the caller's
/// to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no
/// tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_fftshift_all(tensor: RuntimeValue) -> RuntimeValue {
    torch!(
        "rt_torch_fftshift_all",
        RuntimeValue::NIL,
        unary(tensor, |tensor| tensor.f_fft_fftshift(None::<&[i64]>))
    )
}

/// Moves the frequency zero from the middle back to the front along one dimension; -1 is the last
/// one, as in PyTorch. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when
/// PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_ifftshift(tensor: RuntimeValue, dim: i64) -> RuntimeValue {
    torch!(
        "rt_torch_ifftshift",
        RuntimeValue::NIL,
        unary(tensor, |tensor| tensor.f_fft_ifftshift(dim))
    )
}

/// Moves the frequency zero from the middle back to the front along all dimensions. A new tensor
/// that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's
/// error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_ifftshift_all(tensor: RuntimeValue) -> RuntimeValue {
    torch!(
        "rt_torch_ifftshift_all",
        RuntimeValue::NIL,
        unary(tensor, |tensor| tensor.f_fft_ifftshift(None::<&[i64]>))
    )
}

/// The frequencies of the elements that `rt_torch_fft` gives, of a signal of `n` elements at a
/// distance of `d`. `dtype` is one of RT_TORCH_FLOAT32 and so on (RT_ERROR_TORCH_DTYPE), `device` 0
/// for the CPU or 1 for the first GPU (RT_ERROR_TORCH_DEVICE). A new tensor that is the caller's to
/// free. NIL with the errors named, with RT_ERROR_TORCH when PyTorch refuses, with
/// RT_ERROR_TORCH_TOO_LARGE for more than the memory holds. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_fftfreq(n: i64, d: f64, dtype: i64, device: i64) -> RuntimeValue {
    torch!("rt_torch_fftfreq", RuntimeValue::NIL, {
        let options = (kinds::dtype("dtype", dtype)?, kinds::device("device", device)?);
        create::check_count("n", n, options.0, options.1)?;
        give_tensor(Tensor::f_fft_fftfreq(n, d, options).or_torch()?)
    })
}

/// The frequencies of the elements that `rt_torch_rfft` gives, of a signal of `n` elements at a
/// distance of `d`. `dtype` is one of RT_TORCH_FLOAT32 and so on (RT_ERROR_TORCH_DTYPE), `device` 0
/// for the CPU or 1 for the first GPU (RT_ERROR_TORCH_DEVICE). A new tensor that is the caller's to
/// free. NIL with the errors named, with RT_ERROR_TORCH when PyTorch refuses, with
/// RT_ERROR_TORCH_TOO_LARGE for more than the memory holds. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_rfftfreq(n: i64, d: f64, dtype: i64, device: i64) -> RuntimeValue {
    torch!("rt_torch_rfftfreq", RuntimeValue::NIL, {
        let options = (kinds::dtype("dtype", dtype)?, kinds::device("device", device)?);
        create::check_count("n", n, options.0, options.1)?;
        give_tensor(Tensor::f_fft_rfftfreq(n, d, options).or_torch()?)
    })
}

/// Complex numbers of their real and imaginary parts, which are floats of one dtype. A new tensor
/// that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's
/// error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_complex(real: RuntimeValue, imag: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_complex", RuntimeValue::NIL, {
        let (real, imag) = (objects::tensor("real", real)?, objects::tensor("imag", imag)?);
        give_tensor(Tensor::f_complex(&real, &imag).or_torch()?)
    })
}

/// Complex numbers of their lengths and angles in radians, which are floats of one dtype. A new
/// tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a
/// handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_polar(abs: RuntimeValue, angle: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_polar", RuntimeValue::NIL, {
        let (abs, angle) = (objects::tensor("abs", abs)?, objects::tensor("angle", angle)?);
        give_tensor(Tensor::f_polar(&abs, &angle).or_torch()?)
    })
}

/// The real parts, a view. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when
/// PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_real(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_real", RuntimeValue::NIL, unary(tensor, Tensor::f_real))
}

/// The imaginary parts of complex numbers, a view. A new tensor that is the caller's to free. NIL
/// with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_imag(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_imag", RuntimeValue::NIL, unary(tensor, Tensor::f_imag))
}

/// The conjugates, a view. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when
/// PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_conj(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_conj", RuntimeValue::NIL, unary(tensor, Tensor::f_conj))
}

/// The angles of the numbers, in radians. A new tensor that is the caller's to free. NIL with
/// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_angle(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_angle", RuntimeValue::NIL, unary(tensor, Tensor::f_angle))
}

/// A view of complex numbers as pairs of floats in a new last dimension. A new tensor that is the
/// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for
/// what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_view_as_real(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_view_as_real", RuntimeValue::NIL, unary(tensor, Tensor::f_view_as_real))
}

/// A view of pairs of floats in the last dimension as complex numbers. A new tensor that is the
/// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for
/// what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_view_as_complex(tensor: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_view_as_complex", RuntimeValue::NIL, unary(tensor, Tensor::f_view_as_complex))
}
