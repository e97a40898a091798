//! The C functions of PyTorch, one file per topic.
//!
//! Every function is there with the feature `pytorch` and without it. The macro [`torch!`] makes the
//! difference: the body that it is given is the whole body with the feature, and is not compiled
//! without it.
#![cfg_attr(
    not(feature = "pytorch"),
    allow(
        unused_variables,
        clippy::needless_pass_by_value,
        reason = "without PyTorch no function looks at its arguments"
    )
)]
#![allow(
    rustdoc::broken_intra_doc_links,
    reason = "the comments are the header's, where brackets hold shapes and not links"
)]

#[cfg(not(feature = "pytorch"))]
use runtime_core::error::{Fixed, set_last_fixed};

/// The body of an exported function: its name, what it returns when it fails, and what it does.
#[cfg(feature = "pytorch")]
macro_rules! torch {
    ($function:literal, $failure:expr, $body:expr) => {
        runtime_core::boundary($function, $failure, || $body)
    };
}

/// The body of an exported function, when there is no PyTorch: the failure value and an error.
#[cfg(not(feature = "pytorch"))]
macro_rules! torch {
    ($function:literal, $failure:expr, $($body:tt)*) => {{
        $crate::ffi::without_pytorch($function);
        $failure
    }};
}

pub mod autograd;
pub mod autograd_context;
pub mod autograd_function;
pub mod build;
pub mod dataloader;
pub mod dataset;
pub mod device;
pub mod dist;
pub mod download;
pub mod jit;
pub mod loss;
pub mod model_file;
pub mod nn;
pub mod onnx;
pub mod onnx_export;
pub mod optimizer;
pub mod scheduler;
pub mod tensor;

/// Sets the error of a function that needs PyTorch. Out of line: it is called from hundreds, which
/// need no table for a panic that passes through, since none leaves a function of C.
#[cfg(not(feature = "pytorch"))]
#[inline(never)]
#[allow(improper_ctypes_definitions, reason = "it is called from here only")]
extern "C" fn without_pytorch(function: &'static str) {
    static UNAVAILABLE: Fixed = Fixed {
        code: crate::codes::RT_ERROR_TORCH_UNAVAILABLE,
        reason: "this library was built without PyTorch (feature \"pytorch\")",
    };
    set_last_fixed(function, &UNAVAILABLE);
}
