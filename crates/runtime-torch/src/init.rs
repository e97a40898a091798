//! Filling tensors before training, as `torch.nn.init` does, with the same numbers for the same seed.
//!
//! Every function changes the tensor in place, without a trace in its gradient: whoever refers to the
//! tensor sees the new numbers.

use runtime_core::{Error, Result};
use tch::{Kind, Tensor, no_grad_guard};

use crate::error::OrTorch;
use crate::scalar;

/// How often a rejected number is drawn again before [`trunc_normal`] gives up.
const MOST_DRAWS: usize = 1000;

/// Which side of a weight the variance is kept on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fan {
    /// Forward: the number of inputs that one output depends on.
    In,
    /// Backward: the number of outputs that one input reaches.
    Out,
}

impl Fan {
    /// The mode that Python calls `fan_in` or `fan_out`.
    ///
    /// # Errors
    /// `RT_ERROR_INVALID_ARGUMENT` for another name.
    pub fn named(name: &str) -> Result<Self> {
        match name {
            "fan_in" => Ok(Self::In),
            "fan_out" => Ok(Self::Out),
            other => Err(crate::arguments::no_choice("mode", other, &["fan_in", "fan_out"])),
        }
    }
}

/// The number of inputs and of outputs of a weight of at least two dimensions.
///
/// # Errors
/// `RT_ERROR_INVALID_ARGUMENT` for fewer dimensions.
pub fn fans(weight: &Tensor) -> Result<(i64, i64)> {
    match weight.size().as_slice() {
        [outputs, inputs, kernel @ ..] => {
            let area: i64 = kernel.iter().product();
            Ok((inputs * area, outputs * area))
        }
        few => Err(Error::invalid(format!(
            "tensor has {} dimensions: fan in and fan out need at least 2",
            few.len()
        ))),
    }
}

/// The factor that `nonlinearity` asks for; `parameter` is the slope of `leaky_relu`.
///
/// # Errors
/// `RT_ERROR_INVALID_ARGUMENT` for an unknown name.
pub fn gain(nonlinearity: &str, parameter: f64) -> Result<f64> {
    match nonlinearity {
        "linear" | "conv1d" | "conv2d" | "conv3d" | "conv_transpose1d" | "conv_transpose2d"
        | "conv_transpose3d" | "sigmoid" => Ok(1.0),
        "tanh" => Ok(5.0 / 3.0),
        "relu" => Ok(2.0_f64.sqrt()),
        "leaky_relu" => Ok((2.0 / (1.0 + parameter * parameter)).sqrt()),
        "selu" => Ok(3.0 / 4.0),
        other => Err(crate::arguments::no_choice(
            "nonlinearity",
            other,
            &["linear", "conv1d", "sigmoid", "tanh", "relu", "leaky_relu", "selu"],
        )),
    }
}

/// Evenly from `from` up to `to`.
///
/// # Errors
/// `RT_ERROR_TORCH` for a tensor of ints, and for bounds that are no interval.
pub fn uniform(tensor: &Tensor, from: f64, to: f64) -> Result<()> {
    let _guard = no_grad_guard();
    tensor.shallow_clone().f_uniform_(from, to).or_torch().map(drop)
}

/// Normally distributed.
///
/// # Errors
/// `RT_ERROR_TORCH` for a tensor of ints, and for a negative deviation.
pub fn normal(tensor: &Tensor, mean: f64, std: f64) -> Result<()> {
    let _guard = no_grad_guard();
    tensor.shallow_clone().f_normal_(mean, std).or_torch().map(drop)
}

/// The same number everywhere.
///
/// # Errors
/// `RT_ERROR_TORCH` when the dtype does not hold the number.
pub fn constant(tensor: &Tensor, value: f64) -> Result<()> {
    let _guard = no_grad_guard();
    scalar::fill_(tensor, value).or_torch().map(drop)
}

/// Glorot's: evenly within `gain * sqrt(6 / (fan in + fan out))`.
///
/// # Errors
/// As [`fans`] and [`uniform`].
pub fn xavier_uniform(tensor: &Tensor, gain: f64) -> Result<()> {
    let bound = 3.0_f64.sqrt() * xavier(tensor, gain)?;
    uniform(tensor, -bound, bound)
}

/// Glorot's: normally with the deviation `gain * sqrt(2 / (fan in + fan out))`.
///
/// # Errors
/// As [`fans`] and [`normal`].
pub fn xavier_normal(tensor: &Tensor, gain: f64) -> Result<()> {
    normal(tensor, 0.0, xavier(tensor, gain)?)
}

/// He's: evenly within `gain * sqrt(3 / fan)`.
///
/// # Errors
/// As [`fans`], [`gain`] and [`uniform`].
pub fn kaiming_uniform(tensor: &Tensor, a: f64, mode: Fan, nonlinearity: &str) -> Result<()> {
    if has_no_elements(tensor) {
        return Ok(());
    }
    let bound = 3.0_f64.sqrt() * kaiming(tensor, a, mode, nonlinearity)?;
    uniform(tensor, -bound, bound)
}

/// He's: normally with the deviation `gain / sqrt(fan)`.
///
/// # Errors
/// As [`fans`], [`gain`] and [`normal`].
pub fn kaiming_normal(tensor: &Tensor, a: f64, mode: Fan, nonlinearity: &str) -> Result<()> {
    if has_no_elements(tensor) {
        return Ok(());
    }
    normal(tensor, 0.0, kaiming(tensor, a, mode, nonlinearity)?)
}

/// What PyTorch's linear and convolution layers start with: the weight as [`kaiming_uniform`] with
/// `a = sqrt(5)`, the bias evenly within `1 / sqrt(fan in)`.
///
/// # Errors
/// As [`uniform`].
pub fn layer(weight: &Tensor, bias: Option<&Tensor>) -> Result<()> {
    kaiming_uniform(weight, 5.0_f64.sqrt(), Fan::In, "leaky_relu")?;
    let Some(bias) = bias else { return Ok(()) };
    let (fan_in, _) = fans(weight)?;
    let bound = if fan_in > 0 { 1.0 / (fan_in as f64).sqrt() } else { 0.0 };
    uniform(bias, -bound, bound)
}

/// Normally distributed, but for what falls outside of `a` to `b`, which is drawn again.
///
/// # Errors
/// `RT_ERROR_INVALID_ARGUMENT` when `a` to `b` is no interval, the deviation is not above 0, or the
/// interval lies where so few numbers fall that a thousand draws do not fill the tensor: it holds
/// numbers of the interval then.
pub fn trunc_normal(tensor: &Tensor, mean: f64, std: f64, a: f64, b: f64) -> Result<()> {
    // NaN is in none of these comparisons.
    let sound = a < b && std > 0.0 && mean.is_finite() && std.is_finite();
    if !sound {
        return Err(Error::invalid(format!(
            "mean {mean}, std {std}, a {a}, b {b} are no truncated normal distribution"
        )));
    }
    let _guard = no_grad_guard();
    let inside = share_below((b - mean) / std)? - share_below((a - mean) / std)?;
    if inside > 0.3 {
        truncate_by_normals(tensor, mean, std, a, b)
    } else {
        truncate_by_uniforms(tensor, mean, std, a, b)
    }
}

fn truncate_by_normals(tensor: &Tensor, mean: f64, std: f64, a: f64, b: f64) -> Result<()> {
    // The bounds as the tensor's dtype has them.
    let bound = |bound: f64| -> Result<f64> {
        let bound = Tensor::f_from_slice(&[bound]).and_then(|bound| bound.f_to_kind(tensor.kind()));
        bound.and_then(|bound| bound.f_double_value(&[0])).or_torch()
    };
    let (low, high) = (bound(a)?, bound(b)?);
    let mut result = tensor.shallow_clone().f_normal_(mean, std).or_torch()?;
    for _ in 0..MOST_DRAWS {
        let outside = scalar::lt(&result, low).or_torch()?;
        let outside = outside.f_logical_or(&scalar::gt(&result, high).or_torch()?).or_torch()?;
        if !any(&outside)? {
            return tensor.shallow_clone().f_copy_(&result).or_torch();
        }
        let fresh = result.f_empty_like().or_torch()?.f_normal_(mean, std).or_torch()?;
        result = fresh.f_where_self(&outside, &result).or_torch()?;
    }
    tensor.shallow_clone().f_copy_(&scalar::clamp(&result, low, high).or_torch()?).or_torch()?;
    Err(too_rare(a, b))
}

fn truncate_by_uniforms(tensor: &Tensor, mean: f64, std: f64, a: f64, b: f64) -> Result<()> {
    let peak = -0.5 * ((mean.clamp(a, b) - mean) / std).powi(2);
    let mut candidates = tensor.f_empty_like().or_torch()?;
    let mut chances = tensor.f_empty_like().or_torch()?;
    let mut result = tensor.shallow_clone().f_uniform_(a, b).or_torch()?;
    candidates.f_copy_(&result).or_torch()?;
    let mut pending: Option<Tensor> = None;
    for _ in 0..MOST_DRAWS {
        if let Some(pending) = &pending {
            candidates.f_uniform_(a, b).or_torch().map(drop)?;
            result = candidates.f_where_self(pending, &result).or_torch()?;
        }
        for step in [
            scalar::sub_(&candidates, mean),
            scalar::div_(&candidates, std),
            scalar::pow_(&candidates, 2.0),
            scalar::mul_(&candidates, -0.5),
            scalar::sub_(&candidates, peak),
        ] {
            step.or_torch().map(drop)?;
        }
        let chance = chances.f_uniform_(0.0, 1.0).or_torch()?.f_log_().or_torch()?;
        let refused = chance.f_gt_tensor(&candidates).or_torch()?;
        let now = match &pending {
            Some(pending) => refused.f_where_self(pending, pending).or_torch()?,
            None => refused,
        };
        if !any(&now)? {
            return tensor.shallow_clone().f_copy_(&result).or_torch();
        }
        pending = Some(now);
    }
    tensor.shallow_clone().f_copy_(&result).or_torch()?;
    Err(too_rare(a, b))
}

#[cold]
fn too_rare(a: f64, b: f64) -> Error {
    Error::invalid(format!("numbers from {a} to {b} are too rare in this distribution to draw"))
}

fn any(mask: &Tensor) -> Result<bool> {
    Ok(mask.f_any().or_torch()?.f_int64_value(&[]).or_torch()? != 0)
}

/// Rows, or columns when they are fewer, that stand upright on one another, times `gain`.
///
/// # Errors
/// `RT_ERROR_INVALID_ARGUMENT` for fewer than two dimensions, `RT_ERROR_TORCH`.
pub fn orthogonal(tensor: &Tensor, gain: f64) -> Result<()> {
    let size = tensor.size();
    if size.len() < 2 {
        return Err(too_few(size.len(), 2));
    }
    if has_no_elements(tensor) {
        return Ok(());
    }
    let _guard = no_grad_guard();
    let (rows, columns) = (size[0], size[1..].iter().product::<i64>());
    let options = (tensor.kind(), tensor.device());
    let drawn = Tensor::f_empty([rows, columns], options).or_torch()?.f_normal_(0.0, 1.0);
    let drawn = drawn.or_torch()?;
    let drawn = if rows < columns { drawn.f_transpose(0, 1).or_torch()? } else { drawn };
    let (q, r) = Tensor::f_linalg_qr(&drawn, "reduced").or_torch()?;
    // The signs make the distribution of the results uniform.
    let signs = r.f_diagonal(0, 0, 1).or_torch()?.f_sign().or_torch()?;
    let q = q.f_mul(&signs).or_torch()?;
    let q = if rows < columns { q.f_transpose(0, 1).or_torch()? } else { q };
    let q = scalar::mul(&q.f_reshape(&size).or_torch()?, gain).or_torch()?;
    tensor.shallow_clone().f_copy_(&q).or_torch()
}

/// Normally distributed, but for the share `sparsity` of each column, which is 0.
///
/// # Errors
/// `RT_ERROR_INVALID_ARGUMENT` when there are not two dimensions or `sparsity` is not from 0 to 1,
/// `RT_ERROR_TORCH`.
pub fn sparse(tensor: &Tensor, sparsity: f64, std: f64) -> Result<()> {
    let [rows, columns] = tensor.size()[..] else {
        return Err(Error::invalid(format!(
            "tensor has {} dimensions: sparse initialisation needs 2",
            tensor.dim()
        )));
    };
    if !(0.0..=1.0).contains(&sparsity) {
        return Err(Error::invalid(format!("sparsity {sparsity} is not from 0 to 1")));
    }
    let _guard = no_grad_guard();
    normal(tensor, 0.0, std)?;
    let zeros = (sparsity * rows as f64).ceil() as i64;
    for column in 0..columns {
        let order = Tensor::f_randperm(rows, (Kind::Int64, tensor.device())).or_torch()?;
        let chosen = order.f_narrow(0, 0, zeros.min(rows)).or_torch()?;
        let place = tensor.f_select(1, column).or_torch()?;
        scalar::index_fill_(&place, 0, &chosen, 0.0).or_torch().map(drop)?;
    }
    Ok(())
}

/// The identity matrix.
///
/// # Errors
/// `RT_ERROR_INVALID_ARGUMENT` when there are not two dimensions, `RT_ERROR_TORCH`.
pub fn eye(tensor: &Tensor) -> Result<()> {
    if tensor.dim() != 2 {
        return Err(Error::invalid(format!(
            "tensor has {} dimensions: an identity matrix has 2",
            tensor.dim()
        )));
    }
    let _guard = no_grad_guard();
    constant(tensor, 0.0)?;
    scalar::fill_(&tensor.f_diagonal(0, 0, 1).or_torch()?, 1.0).or_torch().map(drop)
}

/// What lets the channels of a convolution through as they are, in each of `groups` groups.
///
/// # Errors
/// `RT_ERROR_INVALID_ARGUMENT` when there are not 3 to 5 dimensions, or the groups are not equal,
/// `RT_ERROR_TORCH`.
pub fn dirac(tensor: &Tensor, groups: i64) -> Result<()> {
    let size = tensor.size();
    if !(3..=5).contains(&size.len()) {
        return Err(Error::invalid(format!(
            "tensor has {} dimensions: a convolution's weight has 3 to 5",
            size.len()
        )));
    }
    if groups <= 0 || size[0] % groups != 0 {
        return Err(Error::invalid(format!("{} channels do not make {groups} groups", size[0])));
    }
    let _guard = no_grad_guard();
    constant(tensor, 0.0)?;
    if has_no_elements(tensor) {
        return Ok(());
    }
    // The middle of the kernel is a matrix, and each group of its rows starts with an identity.
    let mut middle = tensor.shallow_clone();
    for extent in &size[2..] {
        middle = middle.f_select(2, extent / 2).or_torch()?;
    }
    let channels = size[0] / groups;
    for group in 0..groups {
        let rows = middle.f_narrow(0, group * channels, channels).or_torch()?;
        scalar::fill_(&rows.f_diagonal(0, 0, 1).or_torch()?, 1.0).or_torch().map(drop)?;
    }
    Ok(())
}

fn xavier(tensor: &Tensor, gain: f64) -> Result<f64> {
    let (fan_in, fan_out) = fans(tensor)?;
    Ok(gain * (2.0 / (fan_in + fan_out) as f64).sqrt())
}

fn kaiming(tensor: &Tensor, a: f64, mode: Fan, nonlinearity: &str) -> Result<f64> {
    let (fan_in, fan_out) = fans(tensor)?;
    let fan = if mode == Fan::In { fan_in } else { fan_out };
    Ok(gain(nonlinearity, a)? / (fan as f64).sqrt())
}

fn has_no_elements(tensor: &Tensor) -> bool {
    tensor.size().contains(&0)
}

#[cold]
fn too_few(given: usize, wanted: usize) -> Error {
    Error::invalid(format!("tensor has {given} dimensions: at least {wanted} are needed"))
}

/// The share of a standard normal distribution that lies below `x`.
fn share_below(x: f64) -> Result<f64> {
    let erf = Tensor::f_from_slice(&[x / 2.0_f64.sqrt()]).and_then(|x| x.f_erf());
    let erf = erf.and_then(|erf| erf.f_double_value(&[0])).or_torch()?;
    Ok((1.0 + erf) / 2.0)
}
