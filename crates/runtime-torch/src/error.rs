//! LibTorch's refusals as errors of the runtime.

use runtime_core::{Error, Result};
use tch::TchError;

use crate::codes;

/// Turns a result of tch's or torch-shim's into the runtime's.
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

impl<T> OrTorch<T> for torch_shim::Result<T> {
    #[inline]
    fn or_torch(self) -> Result<T> {
        self.map_err(|text| from_text(&text))
    }
}

/// The error that stands for one of tch's.
#[cold]
pub fn from_tch(error: TchError) -> Error {
    match error {
        TchError::Torch(text) => from_text(&text),
        TchError::Io(error) => Error::system("file", &error),
        other => Error::new(codes::RT_ERROR_TORCH, other.to_string()),
    }
}

/// An error that passes through LibTorch: the text that [`from_text`] makes it of again.
pub fn to_text(error: &Error) -> String {
    format!("[error {}] {}", error.code(), error.reason())
}

/// The error that stands for a text of LibTorch's: `RT_ERROR_TORCH` with its first line, or the error of
/// ours that passed through.
#[cold]
pub fn from_text(text: &str) -> Error {
    if let Some((code, reason)) =
        text.strip_prefix("[error ").and_then(|rest| rest.split_once("] "))
        && let Ok(code) = code.parse()
    {
        return Error::new(code, String::from(reason));
    }
    // What follows the first line is where in LibTorch's sources it was thrown.
    let line = text.lines().next().unwrap_or_default().trim();
    Error::new(codes::RT_ERROR_TORCH, String::from(line))
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

    #[test]
    fn errors_of_ours_pass_through_as_text() {
        let ours = Error::new(7, "two\nlines");
        let error = from_text(&to_text(&ours));
        assert_eq!((error.code(), error.reason()), (7, "two\nlines"));
        for text in ["[error x] y", "[error 7", "plain", ""] {
            let error = from_text(text);
            assert_eq!((error.code(), error.reason()), (codes::RT_ERROR_TORCH, text));
        }
    }
}
