//! Pooling over two dimensions. Other dimensions and options: rt_torch_module_new("MaxPool1d", …) and its kin.

use runtime_value::RuntimeValue;

#[cfg(feature = "pytorch")]
use {
    crate::nn::{adaptive_avg_pool, adaptive_max_pool, avg_pool, max_pool},
    crate::objects::{give_tensor, tensor},
};

/// The largest elements of square windows over the last two dimensions of [N, C, H, W] or [C, H, W].
///
/// Returns a tensor, which the caller frees; NIL and an error for a kernel or stride below 1, a padding
/// below 0 or above half the kernel, or shapes that do not fit (RT_ERROR_TORCH), and for sizes beyond 2^31
/// (RT_ERROR_INVALID_ARGUMENT). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_max_pool2d(
    input: RuntimeValue,
    kernel_size: i64,
    stride: i64,
    padding: i64,
) -> RuntimeValue {
    torch!("rt_torch_max_pool2d", RuntimeValue::NIL, {
        let (kernel, stride, padding) = ([kernel_size; 2], [stride; 2], [padding; 2]);
        let input = tensor("input", input)?;
        give_tensor(max_pool(&input, &kernel, &stride, &padding, &[1; 2], false)?)
    })
}

/// The means of square windows over the last two dimensions of [N, C, H, W] or [C, H, W]; the zeros of the
/// padding count.
///
/// As rt_torch_max_pool2d.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_avg_pool2d(
    input: RuntimeValue,
    kernel_size: i64,
    stride: i64,
    padding: i64,
) -> RuntimeValue {
    torch!("rt_torch_avg_pool2d", RuntimeValue::NIL, {
        let (kernel, stride, padding) = ([kernel_size; 2], [stride; 2], [padding; 2]);
        let input = tensor("input", input)?;
        give_tensor(avg_pool(&input, &kernel, &stride, &padding, false, true, None)?)
    })
}

/// The means of whole planes: [N, C, H, W] becomes [N, C, 1, 1], in the input's dtype.
///
/// Returns a tensor, which the caller frees; NIL and an error for shapes or dtypes that do not fit
/// (RT_ERROR_TORCH). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_global_avg_pool2d(input: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_global_avg_pool2d", RuntimeValue::NIL, {
        give_tensor(adaptive_avg_pool(&*tensor("input", input)?, &[1, 1])?)
    })
}

/// The largest elements of whole planes: [N, C, H, W] becomes [N, C, 1, 1].
///
/// As rt_torch_global_avg_pool2d.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_global_max_pool2d(input: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_global_max_pool2d", RuntimeValue::NIL, {
        give_tensor(adaptive_max_pool(&*tensor("input", input)?, &[1, 1])?.0)
    })
}

/// The means of as many windows as make planes of `output_h` by `output_w`.
///
/// Returns a tensor, which the caller frees; NIL and an error for negative sizes
/// (RT_ERROR_INVALID_ARGUMENT), absurd ones (RT_ERROR_TORCH_TOO_LARGE), and shapes or dtypes that do not fit
/// (RT_ERROR_TORCH). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_adaptive_avg_pool2d(
    input: RuntimeValue,
    output_h: i64,
    output_w: i64,
) -> RuntimeValue {
    torch!("rt_torch_adaptive_avg_pool2d", RuntimeValue::NIL, {
        give_tensor(adaptive_avg_pool(&*tensor("input", input)?, &[output_h, output_w])?)
    })
}

/// The largest elements of as many windows as make planes of `output_h` by `output_w`.
///
/// As rt_torch_adaptive_avg_pool2d.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_adaptive_max_pool2d(
    input: RuntimeValue,
    output_h: i64,
    output_w: i64,
) -> RuntimeValue {
    torch!("rt_torch_adaptive_max_pool2d", RuntimeValue::NIL, {
        give_tensor(adaptive_max_pool(&*tensor("input", input)?, &[output_h, output_w])?.0)
    })
}
