//! Writing modules as ONNX models.

use runtime_value::RuntimeValue;

#[cfg(feature = "pytorch")]
use super::tensor::done;
#[cfg(feature = "pytorch")]
use crate::arguments::path;
#[cfg(feature = "pytorch")]
use crate::jit::{self, plain_inputs};
#[cfg(feature = "pytorch")]
use crate::nn::handles::module_of;
#[cfg(feature = "pytorch")]
use crate::onnx::export::{self, Settings, Source};
#[cfg(feature = "pytorch")]
use crate::options::Options;
#[cfg(feature = "pytorch")]
use runtime_core::{Result, error::codes::RT_ERROR_WRONG_KIND};
#[cfg(feature = "pytorch")]
use std::path::Path;

#[cfg(feature = "pytorch")]
fn write(
    module: RuntimeValue,
    dummy_input: RuntimeValue,
    path: &Path,
    settings: &Settings,
) -> Result<()> {
    let inputs = |value| export::tensors(plain_inputs("dummy_input", value)?);
    let model = match module_of("module", module) {
        Ok(module) => export::export(&Source::Module(&module), &inputs(dummy_input)?, settings)?,
        Err(error) if error.code() == RT_ERROR_WRONG_KIND => {
            let module = jit::held("module", module)?;
            export::export(&Source::Script(&module), &inputs(dummy_input)?, settings)?
        }
        Err(error) => return Err(error),
    };
    export::write(&model, path)
}

/// Writes a module as an ONNX model, which ONNX Runtime and other programs run. `module` is a module of
/// layers or a TorchScript module, traced or scripted; `dummy_input` are inputs as it takes them, an array or
/// tuple of tensors, or the only one.
///
/// The module is run a few times with such inputs, in evaluation mode, and stays in the mode that it is in;
/// branches and loops of a script are as they are for these inputs. The model's inputs are "input", or
/// "input_0" and so on, its outputs "output", or "output_0" and so on; a module that gives a tuple or list of
/// tensors has as many outputs. The weights keep their names ("0.weight") and are no inputs. The first axis of
/// each input is dynamic, with the name "batch", where the module takes other lengths of it. The operators are
/// the standard ones of opset 20. The file is written beside the path and put there as a whole.
///
/// Returns 1. 0 with RT_ERROR_TORCH_ONNX_OPERATOR for an operation that is not covered, which the message names
/// with the module or the place in the source that it came from; with RT_ERROR_TORCH_ONNX_EXPORT for what
/// cannot be an ONNX model (results that are no tensors, complex numbers, a script that makes numbers of
/// tensors' elements, names that clash, more than 2 GiB); with RT_ERROR_TORCH for what cannot be traced, and
/// the module's own error for inputs that it does not take; with RT_ERROR_SYSTEM when the file cannot be written; with RT_ERROR_INVALID_ARGUMENT for an empty
/// path, RT_ERROR_NULL_POINTER for NULL, and a handle's error for what is no module: what stood at the path is
/// as before. Any number of threads may export modules, one TorchScript module one after the other.
///
/// # Safety
/// `path_ptr` points at `path_len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_torch_onnx_export(
    module: RuntimeValue,
    dummy_input: RuntimeValue,
    path_ptr: *const u8,
    path_len: u64,
) -> i64 {
    torch!("rt_torch_onnx_export", 0, {
        // SAFETY: the caller vouches for the pointer.
        let path = unsafe { path(path_ptr, path_len)? };
        done(write(module, dummy_input, path, &Settings::default()))
    })
}

/// As `rt_torch_onnx_export`, with `options`, a dict, or NIL:
///
/// * "input_names", "output_names": arrays of as many strings as there are inputs and outputs.
/// * "dynamic_axes": a dict from names of inputs and outputs to a dict from dimensions to names of axes, or to
///   an array of dimensions. Axes of one name are as long as each other; at most 4 names. An empty dict makes
///   everything fixed. An axis of which the module does not take other lengths, or computes with them what the
///   export cannot follow, is an error.
/// * "opset_version": 17 to 21.
///
/// 0 with RT_ERROR_TORCH_OPTION for other options and for values that are none of these, otherwise as there.
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_torch_onnx_export_with(
    module: RuntimeValue,
    dummy_input: RuntimeValue,
    path_ptr: *const u8,
    path_len: u64,
    options: RuntimeValue,
) -> i64 {
    torch!("rt_torch_onnx_export_with", 0, {
        // SAFETY: the caller vouches for the pointer.
        let path = unsafe { path(path_ptr, path_len)? };
        let settings = Settings::of(Options::of("onnx.export", "options", options)?)?;
        done(write(module, dummy_input, path, &settings))
    })
}
