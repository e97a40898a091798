//! Linear algebra, where PyTorch has defaults that tch does not.

use runtime_core::{Error, Result};
use tch::Tensor;

use crate::error::OrTorch;

/// `torch.linalg.svd`: U, S and the conjugate transpose of V.
///
/// # Errors
/// `RT_ERROR_TORCH`.
pub fn svd(tensor: &Tensor, full_matrices: bool) -> Result<(Tensor, Tensor, Tensor)> {
    // The function of the newer name wants a driver, which only a GPU has.
    let (u, s, v) = tensor.f_svd(!full_matrices, true).or_torch()?;
    let vh = v.f_mh().and_then(|vh| vh.f_resolve_conj()).or_torch()?;
    Ok((u, s, vh))
}

/// `torch.linalg.lstsq` with the default driver: the solution, the residuals, the rank and the
/// singular values, of which some are empty.
///
/// # Errors
/// `RT_ERROR_TORCH`.
pub fn lstsq(a: &Tensor, b: &Tensor) -> Result<(Tensor, Tensor, Tensor, Tensor)> {
    let driver = if a.device().is_cuda() { "gels" } else { "gelsy" };
    a.f_linalg_lstsq(b, None::<f64>, driver).or_torch()
}

/// `torch.linalg.matrix_rank` with the default tolerance.
///
/// # Errors
/// `RT_ERROR_TORCH`.
pub fn matrix_rank(tensor: &Tensor) -> Result<Tensor> {
    tensor.f_linalg_matrix_rank_atol_rtol_float(None::<f64>, None::<f64>, false).or_torch()
}

/// `torch.linalg.pinv` with the default tolerance.
///
/// # Errors
/// `RT_ERROR_TORCH`.
pub fn pinv(tensor: &Tensor) -> Result<Tensor> {
    tensor.f_linalg_pinv_atol_rtol_float(None::<f64>, None::<f64>, false).or_torch()
}

/// `torch.linalg.matrix_power`.
///
/// # Errors
/// `RT_ERROR_TORCH` for what is no square matrix, or has no inverse when the exponent is negative.
pub fn matrix_power(tensor: &Tensor, exponent: i64) -> Result<Tensor> {
    // LibTorch negates a negative exponent, and would never end with the one that stays negative.
    if exponent == i64::MIN {
        return Err(Error::invalid(format!("n {exponent} is too small")));
    }
    tensor.f_linalg_matrix_power(exponent).or_torch()
}
