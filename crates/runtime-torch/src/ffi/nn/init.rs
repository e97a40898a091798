//! Filling parameters before training, as torch.nn.init does. LibTorch's generator gives the numbers:
//! the same ones as in Python for the same seed. Gradients do not notice.

use runtime_value::RuntimeValue;

#[cfg(feature = "pytorch")]
use {
    crate::arguments::text,
    crate::init::{self, Fan},
    crate::objects,
    runtime_core::Result,
};

/// Fills a tensor of at least two dimensions evenly within `gain` * sqrt(6 / (fan in + fan out)), where the
/// fans count the kernel's area (Glorot).
///
/// Returns 1; 0 and an error for what is no tensor, too few dimensions (RT_ERROR_INVALID_ARGUMENT) or a
/// dtype of ints (RT_ERROR_TORCH). The tensor stays the same one. Not while another thread uses it.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_xavier_uniform_(tensor: RuntimeValue, gain: f64) -> i64 {
    torch!("rt_torch_xavier_uniform_", 0, {
        init::xavier_uniform(&*objects::tensor("tensor", tensor)?, gain)?;
        Ok(1)
    })
}

/// The same as rt_torch_xavier_uniform_.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_init_xavier_uniform(tensor: RuntimeValue, gain: f64) -> i64 {
    torch!("rt_torch_init_xavier_uniform", 0, {
        init::xavier_uniform(&*objects::tensor("tensor", tensor)?, gain)?;
        Ok(1)
    })
}

/// As rt_torch_xavier_uniform_, but normally distributed with the deviation
/// `gain` * sqrt(2 / (fan in + fan out)).
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_init_xavier_normal(tensor: RuntimeValue, gain: f64) -> i64 {
    torch!("rt_torch_init_xavier_normal", 0, {
        init::xavier_normal(&*objects::tensor("tensor", tensor)?, gain)?;
        Ok(1)
    })
}

/// Fills a tensor of at least two dimensions evenly within sqrt(6 / ((1 + `a`^2) * fan in)), where the fan
/// counts the kernel's area (He): for a leaky relu of the slope `a`. `a` = sqrt(5) is what PyTorch's
/// linear and convolution layers start with.
///
/// As rt_torch_xavier_uniform_ otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_kaiming_uniform_(tensor: RuntimeValue, a: f64) -> i64 {
    torch!("rt_torch_kaiming_uniform_", 0, {
        init::kaiming_uniform(&*objects::tensor("tensor", tensor)?, a, Fan::In, "leaky_relu")?;
        Ok(1)
    })
}

/// As rt_torch_kaiming_uniform_, with the fan that `mode` names ("fan_in" or "fan_out") and the gain of
/// `nonlinearity` ("relu", "leaky_relu", "tanh", "linear", …): both strings; NIL stands for "fan_in" and
/// "leaky_relu". An unknown name is RT_ERROR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_init_kaiming_uniform(
    tensor: RuntimeValue,
    a: f64,
    mode: RuntimeValue,
    nonlinearity: RuntimeValue,
) -> i64 {
    torch!("rt_torch_init_kaiming_uniform", 0, {
        let tensor = objects::tensor("tensor", tensor)?;
        let (mode, nonlinearity) = he(mode, nonlinearity)?;
        init::kaiming_uniform(&tensor, a, mode, &nonlinearity)?;
        Ok(1)
    })
}

/// As rt_torch_init_kaiming_uniform, but normally distributed with the deviation gain / sqrt(fan).
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_init_kaiming_normal(
    tensor: RuntimeValue,
    a: f64,
    mode: RuntimeValue,
    nonlinearity: RuntimeValue,
) -> i64 {
    torch!("rt_torch_init_kaiming_normal", 0, {
        let tensor = objects::tensor("tensor", tensor)?;
        let (mode, nonlinearity) = he(mode, nonlinearity)?;
        init::kaiming_normal(&tensor, a, mode, &nonlinearity)?;
        Ok(1)
    })
}

/// Fills a tensor evenly from `low` up to `high`.
///
/// Returns 1; 0 and an error for what is no tensor, bounds that are no interval, or a dtype of ints
/// (RT_ERROR_TORCH). Not while another thread uses the tensor.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_init_uniform(tensor: RuntimeValue, low: f64, high: f64) -> i64 {
    torch!("rt_torch_init_uniform", 0, {
        init::uniform(&*objects::tensor("tensor", tensor)?, low, high)?;
        Ok(1)
    })
}

/// Fills a tensor with normally distributed numbers.
///
/// As rt_torch_init_uniform; a negative `std` is RT_ERROR_TORCH.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_init_normal(tensor: RuntimeValue, mean: f64, std: f64) -> i64 {
    torch!("rt_torch_init_normal", 0, {
        init::normal(&*objects::tensor("tensor", tensor)?, mean, std)?;
        Ok(1)
    })
}

/// Fills a tensor with normally distributed numbers, of which those outside of `a` to `b` are drawn again.
///
/// Returns 1; 0 and an error for what is no tensor, and RT_ERROR_INVALID_ARGUMENT when `a` is not below
/// `b`, `std` not above 0, or the interval lies so far off that a thousand draws do not fill the tensor.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_init_trunc_normal(
    tensor: RuntimeValue,
    mean: f64,
    std: f64,
    a: f64,
    b: f64,
) -> i64 {
    torch!("rt_torch_init_trunc_normal", 0, {
        init::trunc_normal(&*objects::tensor("tensor", tensor)?, mean, std, a, b)?;
        Ok(1)
    })
}

/// Fills a tensor with one number. Returns 1; 0 and an error for what is no tensor, or a number that the
/// dtype does not hold. Not while another thread uses the tensor.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_init_constant(tensor: RuntimeValue, value: f64) -> i64 {
    torch!("rt_torch_init_constant", 0, {
        init::constant(&*objects::tensor("tensor", tensor)?, value)?;
        Ok(1)
    })
}

/// Fills a tensor of at least two dimensions so that its rows (or columns, when they are fewer) stand
/// upright on one another, times `gain`; what follows the first dimension counts as columns.
///
/// Returns 1; 0 and an error for what is no tensor, too few dimensions (RT_ERROR_INVALID_ARGUMENT), or a
/// dtype that is not of floats (RT_ERROR_TORCH). Not while another thread uses the tensor.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_init_orthogonal(tensor: RuntimeValue, gain: f64) -> i64 {
    torch!("rt_torch_init_orthogonal", 0, {
        init::orthogonal(&*objects::tensor("tensor", tensor)?, gain)?;
        Ok(1)
    })
}

/// Fills a matrix with normally distributed numbers, of which the share `sparsity` of each column, chosen
/// at random, becomes 0.
///
/// Returns 1; 0 and an error for what is no tensor, and RT_ERROR_INVALID_ARGUMENT when there are not two
/// dimensions or `sparsity` is not from 0 to 1. Not while another thread uses the tensor.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_init_sparse(tensor: RuntimeValue, sparsity: f64, std: f64) -> i64 {
    torch!("rt_torch_init_sparse", 0, {
        init::sparse(&*objects::tensor("tensor", tensor)?, sparsity, std)?;
        Ok(1)
    })
}

/// Makes a tensor of two dimensions the identity matrix. Returns 1; 0 and an error for what is no tensor,
/// or has not two dimensions (RT_ERROR_INVALID_ARGUMENT). Not while another thread uses the tensor.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_init_eye(tensor: RuntimeValue) -> i64 {
    torch!("rt_torch_init_eye", 0, {
        init::eye(&*objects::tensor("tensor", tensor)?)?;
        Ok(1)
    })
}

/// Makes a convolution's weight of 3 to 5 dimensions let channels through as they are, in each of `groups`
/// groups. Returns 1; 0 and an error for what is no tensor, and RT_ERROR_INVALID_ARGUMENT for other
/// dimensions, or when `groups` does not divide the first. Not while another thread uses the tensor.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_init_dirac(tensor: RuntimeValue, groups: i64) -> i64 {
    torch!("rt_torch_init_dirac", 0, {
        init::dirac(&*objects::tensor("tensor", tensor)?, groups)?;
        Ok(1)
    })
}

/// What He's initialisation depends on.
#[cfg(feature = "pytorch")]
fn he(mode: RuntimeValue, nonlinearity: RuntimeValue) -> Result<(Fan, String)> {
    let named = |name, value, default: &str| match value {
        RuntimeValue::NIL => Ok(String::from(default)),
        value => text(name, value),
    };
    let mode = Fan::named(&named("mode", mode, "fan_in")?)?;
    Ok((mode, named("nonlinearity", nonlinearity, "leaky_relu")?))
}
