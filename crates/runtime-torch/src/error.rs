//! LibTorch's refusals as errors of the runtime.

use runtime_core::{Error, Result};
use tch::TchError;

use crate::codes;

/// Turns tch's result into the runtime's.
pub trait OrTorch<T> {
    /// The value, or `RT_ERROR_TORCH` with the first line of LibTorch's message.
    fn or_torch(self) -> Result<T>;
}

impl<T> OrTorch<T> for std::result::Result<T, TchError> {
    #[inline]
    fn or_torch(self) -> Result<T> {
        self.map_err(from_tch)
    }
}

/// The error that stands for one of tch's.
#[cold]
pub fn from_tch(error: TchError) -> Error {
    match error {
        // What follows the first line is where in LibTorch's sources it was thrown.
        TchError::Torch(text) => {
            let line = text.lines().next().unwrap_or_default().trim();
            Error::new(codes::RT_ERROR_TORCH, String::from(line))
        }
        TchError::Io(error) => Error::system("file", &error),
        other => Error::new(codes::RT_ERROR_TORCH, other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use tch::{Device, Kind, Tensor};

    use super::*;

    #[test]
    fn the_first_line_is_kept() {
        let a = Tensor::f_ones([2, 3], (Kind::Float, Device::Cpu)).unwrap();
        let error = a.f_matmul(&a).or_torch().unwrap_err();
        assert_eq!(error.code(), codes::RT_ERROR_TORCH);
        assert_eq!(error.reason(), "mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)");
    }
}
