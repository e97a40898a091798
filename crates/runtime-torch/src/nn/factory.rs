//! The tensors that a new module starts with.

use runtime_core::Result;
use tch::{Device, Kind, Tensor};

use crate::error::OrTorch;
use crate::kinds;
use crate::memory;
use crate::options::Options;
use crate::scalar;

/// The dtype and device of a new module's parameters and buffers.
#[derive(Clone, Copy, Debug)]
pub struct Factory {
    /// The dtype of parameters.
    pub kind: Kind,
    /// Where they are.
    pub device: Device,
}

impl Default for Factory {
    fn default() -> Self {
        Self { kind: Kind::Float, device: Device::Cpu }
    }
}

impl Factory {
    /// The options `dtype` and `device`, by their numbers.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_DTYPE`, `RT_ERROR_TORCH_DEVICE` or `RT_ERROR_TORCH_OPTION`.
    pub fn of(options: &Options) -> Result<Self> {
        Ok(Self {
            kind: kinds::dtype("dtype", options.int("dtype", 0)?)?,
            device: kinds::device("device", options.int("device", 0)?)?,
        })
    }

    /// A parameter of this shape, not filled yet.
    ///
    /// # Errors
    /// `RT_ERROR_INVALID_ARGUMENT` for a negative size, `RT_ERROR_TORCH_TOO_LARGE`, `RT_ERROR_TORCH`
    /// for a dtype that has no gradients.
    pub fn parameter(&self, name: &str, shape: &[i64]) -> Result<Tensor> {
        memory::check(name, shape, self.kind, self.device)?;
        let options = (self.kind, self.device);
        // A large one takes its memory now, so that the next one sees what is left.
        let tensor = match memory::is_large(shape, self.kind) {
            true => Tensor::f_zeros(shape, options),
            false => Tensor::f_empty(shape, options),
        };
        let tensor = tensor.or_torch()?;
        tensor.f_set_requires_grad(true).or_torch()
    }

    /// A parameter of this shape, or none.
    ///
    /// # Errors
    /// As [`parameter`](Self::parameter).
    pub fn parameter_if(&self, wanted: bool, name: &str, shape: &[i64]) -> Result<Option<Tensor>> {
        if wanted { self.parameter(name, shape).map(Some) } else { Ok(None) }
    }

    /// A buffer of this shape, full of `value`.
    ///
    /// # Errors
    /// As [`parameter`](Self::parameter).
    pub fn buffer(&self, name: &str, shape: &[i64], value: f64) -> Result<Tensor> {
        memory::check(name, shape, self.kind, self.device)?;
        scalar::full(shape, value, self.kind, self.device).or_torch()
    }
}
