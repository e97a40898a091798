//! Losses, each with the options of PyTorch's class.
//!
//! A loss is a struct of its options, whose default is PyTorch's:
//!
//! ```
//! use runtime_torch::loss::{CrossEntropy, Loss};
//! use tch::{Device, Kind, Tensor};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let scores = Tensor::f_zeros([2, 3], (Kind::Double, Device::Cpu))?;
//! let classes = Tensor::f_from_slice(&[0_i64, 2])?;
//! let smoothed = CrossEntropy { label_smoothing: 0.1, ..CrossEntropy::default() };
//! assert!((smoothed.of(&scores, &classes)?.f_double_value(&[])? - 3_f64.ln()).abs() < 1e-12);
//! # Ok(())
//! # }
//! ```

mod arguments;
mod classes;
mod distances;
mod distributions;

use runtime_core::{Error, Result};
use tch::{Reduction, Tensor};

pub use arguments::Arguments;
pub use classes::{Bce, BceWithLogits, CrossEntropy, Focal, Nll, SoftMargin};
pub use distances::{
    CosineEmbedding, HingeEmbedding, Huber, L1, MarginRanking, Mse, SmoothL1, TripletMargin,
};
pub use distributions::{GaussianNll, KlDiv, KlReduction, PoissonNll};

use crate::error::OrTorch;

/// A loss of a prediction and what it should have been.
pub trait Loss: Arguments {
    /// The loss of `prediction`, reduced as the options say.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH` or `RT_ERROR_INVALID_ARGUMENT` when the tensors do not fit.
    fn of(&self, prediction: &Tensor, target: &Tensor) -> Result<Tensor>;
}

/// A loss of three tensors.
pub trait TripleLoss: Arguments {
    /// The loss, reduced as the options say.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH` or `RT_ERROR_INVALID_ARGUMENT` when the tensors do not fit.
    fn of(&self, first: &Tensor, second: &Tensor, third: &Tensor) -> Result<Tensor>;
}

/// The losses of elements as one.
fn reduce(losses: Tensor, reduction: Reduction) -> Result<Tensor> {
    match reduction {
        Reduction::Mean => losses.f_mean(None).or_torch(),
        Reduction::Sum => losses.f_sum(None).or_torch(),
        _ => Ok(losses),
    }
}

/// Refuses what PyTorch's classes refuse and its operations would broadcast.
fn same_size(prediction: &Tensor, target: &Tensor) -> Result<()> {
    let (given, wanted) = (target.size(), prediction.size());
    if given == wanted {
        return Ok(());
    }
    Err(Error::invalid(format!("target size {given:?} is not the input's size {wanted:?}")))
}
