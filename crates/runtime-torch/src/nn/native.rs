//! Activations with settings, through `cpp/activations.cpp`: tch has LibTorch's defaults only.

use std::ffi::c_char;
use std::ptr;

use runtime_core::Result;
use tch::Tensor;
use torch_sys::C_tensor;

use crate::shim;

unsafe extern "C" {
    fn runtime_torch_activation(
        function: i32,
        input: *const C_tensor,
        a: f64,
        b: f64,
        training: bool,
        in_place: bool,
        result: *mut *mut C_tensor,
    ) -> *mut c_char;
}

/// An activation with its settings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Function {
    Celu { alpha: f64 },
    Elu { alpha: f64 },
    Hardshrink { lambd: f64 },
    Hardtanh { min: f64, max: f64 },
    LeakyRelu { slope: f64 },
    Rrelu { lower: f64, upper: f64 },
    Softplus { beta: f64, threshold: f64 },
    Softshrink { lambd: f64 },
}

impl Function {
    /// The number in `cpp/activations.cpp`, and the settings.
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

    /// The result for a tensor, which is the tensor itself when it works in place.
    pub(super) fn apply(self, input: &Tensor, training: bool, in_place: bool) -> Result<Tensor> {
        let (function, a, b) = self.parts();
        let mut result = ptr::null_mut();
        // SAFETY: the tensor is live, and `result` is there to be written.
        shim::check(unsafe {
            runtime_torch_activation(
                function,
                input.as_ptr(),
                a,
                b,
                training,
                in_place,
                &raw mut result,
            )
        })?;
        // SAFETY: without an error, `result` is a new tensor that nobody else owns.
        Ok(unsafe { Tensor::from_ptr(result) })
    }
}
