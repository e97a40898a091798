//! Activations with settings: tch has LibTorch's defaults only.

use tch::Tensor;

use crate::Result;
use crate::ffi::shim_activation;
use crate::text::pointer;

/// An activation with its settings, by the names that PyTorch gives them.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs, reason = "the names are those of torch.nn, and say it all")]
pub enum Activation {
    Celu { alpha: f64 },
    Elu { alpha: f64 },
    Hardshrink { lambd: f64 },
    Hardtanh { min: f64, max: f64 },
    LeakyRelu { slope: f64 },
    Rrelu { lower: f64, upper: f64 },
    Softplus { beta: f64, threshold: f64 },
    Softshrink { lambd: f64 },
}

impl Activation {
    /// The number of `ShimActivation` in C++, and the settings.
    fn parts(self) -> (i32, f64, f64) {
        match self {
            Self::Celu { alpha } => (0, alpha, 0.0),
            Self::Elu { alpha } => (1, alpha, 0.0),
            Self::Hardshrink { lambd } => (2, lambd, 0.0),
            Self::Hardtanh { min, max } => (3, min, max),
            Self::LeakyRelu { slope } => (4, slope, 0.0),
            Self::Rrelu { lower, upper } => (5, lower, upper),
            Self::Softplus { beta, threshold } => (6, beta, threshold),
            Self::Softshrink { lambd } => (7, lambd, 0.0),
        }
    }

    /// The result for a tensor, which is the tensor itself when it works in place. `training` lets
    /// `Rrelu` draw its slopes.
    ///
    /// # Errors
    /// LibTorch's text, and for what does not work in place.
    ///
    /// # Example
    /// ```
    /// use tch::Tensor;
    /// use torch_shim::activation::Activation;
    ///
    /// # fn main() -> Result<(), String> {
    /// let leaky = Activation::LeakyRelu { slope: 0.5 };
    /// let result = leaky.apply(&Tensor::from_slice(&[-2.0, 1.0]), false, false)?;
    /// assert!(result.equal(&Tensor::from_slice(&[-1.0, 1.0])));
    /// # Ok(())
    /// # }
    /// ```
    pub fn apply(self, input: &Tensor, training: bool, in_place: bool) -> Result<Tensor> {
        let (function, a, b) = self.parts();
        // SAFETY: the tensor is live.
        let result = pointer(|error| unsafe {
            shim_activation(function, input.as_ptr(), a, b, training, in_place, error)
        })?;
        // SAFETY: it is a new tensor that nobody else owns.
        Ok(unsafe { Tensor::from_ptr(result) })
    }
}
