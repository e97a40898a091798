//! ONNX models: what is in their files, checking them, and running them on ONNX Runtime.

pub mod check;
pub mod export;
mod folding;
pub mod interface;
pub mod library;
pub mod model;
mod options;
pub mod proto;
mod session;
mod values;

pub use interface::{Element, Interface, Length, Port, PortType};
pub use options::{Optimization, SessionOptions};
pub use session::{SESSIONS, Session, held};

use std::path::Path;

use runtime_core::Result;

/// Whether the file is a model that keeps the rules of ONNX: what [`check::model`] says and, when there is
/// an ONNX Runtime, what that says about its operators and types.
///
/// # Errors
/// `RT_ERROR_TORCH_ONNX_MODEL` with what is wrong and where, and the system's when the file cannot be read.
pub fn check(path: &Path) -> Result<()> {
    let model = model::Model::read(path, check::Rigour::Checker)?;
    match library::runtime() {
        Ok(runtime) => session::accepts(runtime, &model),
        // Without the library the file's own rules are all that can be checked.
        Err(_) => Ok(()),
    }
}
