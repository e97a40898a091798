//! Model files.

use runtime_value::RuntimeValue;

#[cfg(feature = "pytorch")]
use super::tensor::done;
#[cfg(feature = "pytorch")]
use crate::arguments::path;
#[cfg(feature = "pytorch")]
use crate::model_file::safetensors::{self, Texts};
#[cfg(feature = "pytorch")]
use crate::model_file::{self, LoadOptions};
#[cfg(feature = "pytorch")]
use crate::values::{decode, encode};
#[cfg(feature = "pytorch")]
use runtime_core::Result;
#[cfg(feature = "pytorch")]
use runtime_value::view;
#[cfg(feature = "pytorch")]
use tch::Tensor;
#[cfg(feature = "pytorch")]
use torch_shim::Value;
#[cfg(feature = "pytorch")]
use torch_shim::jit::Type;

/// Writes a value into a file as Python's torch.save does; Python's torch.load reads it, with
/// weights_only=True too. The value is a tensor, a dict of tensors (a module's state dict), or any arrays,
/// tuples and dicts of tensors, numbers, bools, strings and NIL (an optimizer's state dict); they become
/// Python's lists, tuples, dicts, ints, floats, bools, strs and None. Keys of dicts are numbers, bools,
/// strings, NIL or tuples of those. Tensors that share their memory do so in the file, and a tensor that is
/// there twice is one there.
///
/// `path_ptr` points at the `path_len` bytes of the path. What stands there is the old file or the new one,
/// never half of one. Returns 1. 0 and an error, and the old file is as it was: the system's when the file
/// cannot be written; RT_ERROR_TORCH_FILE_VALUE for a value that Python has no counterpart of (a key that is
/// an array, two keys that are one in Python, as 1 and true are); RT_ERROR_STALE_HANDLE and
/// RT_ERROR_WRONG_KIND for freed tensors and for modules, whose state dict is what is saved;
/// RT_ERROR_WRONG_TYPE, RT_ERROR_NOT_A_VALUE and RT_ERROR_NOT_UTF8 for other values and texts;
/// RT_ERROR_INVALID_ARGUMENT for more than 100 levels or 2,097,152 values, and for an empty path;
/// RT_ERROR_TORCH for a sparse tensor. Thread-safe, while nobody changes the value or its tensors.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_torch_save(
    value: RuntimeValue,
    path_ptr: *const u8,
    path_len: u64,
) -> i64 {
    torch!("rt_torch_save", 0, {
        // SAFETY: the caller's promise.
        let path = unsafe { path(path_ptr, path_len)? };
        done(model_file::save(path, &decode("value", value, &Type::Other)?))
    })
}

/// Loads a file that rt_torch_save or Python's torch.save wrote. No code of the file is run: it makes
/// tensors, lists, tuples, dicts (OrderedDicts too, without their attributes), ints, floats, bools, strs and
/// None, which become tensors, arrays, tuples, dicts, numbers, bools, strings and NIL. A torch.Size becomes a
/// tuple, a torch.device its name, a torch.dtype its number. Parameters become tensors that require gradients.
/// Tensors go to the device that they were on, and share their memory as they did.
///
/// Returns the value, which is the caller's to free: every tensor's handle, every array, tuple, dict and
/// string. NIL and an error: the system's when the file cannot be read; RT_ERROR_TORCH_FILE for a file that
/// is none of these (for a TorchScript archive there is rt_torch_jit_load; for one from before PyTorch 1.6,
/// Python), is cut off, or whose checksums are wrong; RT_ERROR_TORCH_FILE_GLOBAL for one that needs another
/// class or function, which the message names; RT_ERROR_TORCH_DTYPE for another dtype than the runtime's;
/// RT_ERROR_TORCH_DEVICE for a device that is not there; RT_ERROR_INVALID_ARGUMENT for an empty path, and one
/// that is no regular file. A file of None is NIL without an error. Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_torch_load(path_ptr: *const u8, path_len: u64) -> RuntimeValue {
    torch!("rt_torch_load", RuntimeValue::NIL, {
        // SAFETY: the caller's promise.
        let path = unsafe { path(path_ptr, path_len)? };
        encode(model_file::load(path)?)
    })
}

/// As rt_torch_load, with options: NIL, or a dict with "map_location", which is the device that all tensors
/// go to, wherever they were (0 for the CPU, 1 for the first GPU, or "cpu", "cuda", "cuda:1"; NIL for where
/// they were). NIL also with RT_ERROR_TORCH_OPTION for other options.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_torch_load_with(
    path_ptr: *const u8,
    path_len: u64,
    options: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_load_with", RuntimeValue::NIL, {
        // SAFETY: the caller's promise.
        let path = unsafe { path(path_ptr, path_len)? };
        let options = LoadOptions::of_values("rt_torch_load_with", "options", options)?;
        encode(model_file::load_with(path, options)?)
    })
}

/// Writes a dict from names to tensors into a file of safetensors. Each tensor has a memory of its own
/// there, whatever it shared, and no gradient.
///
/// Returns 1. 0 and an error, and the old file is as it was: the system's when the file cannot be written;
/// RT_ERROR_WRONG_TYPE for what is no dict from strings to tensors; RT_ERROR_TORCH_DTYPE for a tensor of
/// RT_TORCH_COMPLEX128, which the format does not have; RT_ERROR_TORCH_FILE_VALUE for the name
/// "__metadata__"; RT_ERROR_INVALID_ARGUMENT for an empty path; those of handles. Thread-safe, while nobody
/// changes the dict or its tensors.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_torch_safetensors_save(
    dict: RuntimeValue,
    path_ptr: *const u8,
    path_len: u64,
) -> i64 {
    torch!("rt_torch_safetensors_save", 0, {
        // SAFETY: the caller's promise.
        let path = unsafe { path(path_ptr, path_len)? };
        done(safetensors::save(path, &named_tensors(dict)?, Texts::new()))
    })
}

/// As rt_torch_safetensors_save, with texts about the tensors: `metadata` is a dict from strings to strings,
/// or NIL. 0 also with RT_ERROR_WRONG_TYPE for another.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_torch_safetensors_save_with(
    dict: RuntimeValue,
    path_ptr: *const u8,
    path_len: u64,
    metadata: RuntimeValue,
) -> i64 {
    torch!("rt_torch_safetensors_save_with", 0, {
        // SAFETY: the caller's promise.
        let path = unsafe { path(path_ptr, path_len)? };
        done(safetensors::save(path, &named_tensors(dict)?, texts_of(metadata)?))
    })
}

/// Loads the tensors of a file of safetensors: a dict from names to tensors on the CPU, in the order in
/// which they lie in the file.
///
/// The dict, its strings and the tensors' handles are the caller's to free. NIL and an error: the system's
/// when the file cannot be read; RT_ERROR_TORCH_FILE for a file that is none, or is cut off;
/// RT_ERROR_TORCH_DTYPE for a dtype that the runtime does not have; RT_ERROR_INVALID_ARGUMENT for an empty
/// path, and one that is no regular file. Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_torch_safetensors_load(
    path_ptr: *const u8,
    path_len: u64,
) -> RuntimeValue {
    torch!("rt_torch_safetensors_load", RuntimeValue::NIL, {
        // SAFETY: the caller's promise.
        let path = unsafe { path(path_ptr, path_len)? };
        give_named(safetensors::load(path, LoadOptions::default())?)
    })
}

/// As rt_torch_safetensors_load, with the options of rt_torch_load_with.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_torch_safetensors_load_with(
    path_ptr: *const u8,
    path_len: u64,
    options: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_safetensors_load_with", RuntimeValue::NIL, {
        // SAFETY: the caller's promise.
        let path = unsafe { path(path_ptr, path_len)? };
        let owner = "rt_torch_safetensors_load_with";
        let options = LoadOptions::of_values(owner, "options", options)?;
        give_named(safetensors::load(path, options)?)
    })
}

/// The texts about the tensors of a file of safetensors: a dict from strings to strings, which is the
/// caller's to free, empty when there are none. NIL and the errors of rt_torch_safetensors_load.
/// Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_torch_safetensors_metadata(
    path_ptr: *const u8,
    path_len: u64,
) -> RuntimeValue {
    torch!("rt_torch_safetensors_metadata", RuntimeValue::NIL, {
        // SAFETY: the caller's promise.
        let path = unsafe { path(path_ptr, path_len)? };
        let mut texts: Vec<_> = safetensors::texts(path)?.into_iter().collect();
        // A map has no order; a program's output should not depend on that.
        texts.sort_unstable();
        let pair = |(name, text)| (Value::Text(name), Value::Text(text));
        encode(Value::Dict(texts.into_iter().map(pair).collect()))
    })
}

/// The pairs of a dict from strings to what is declared.
#[cfg(feature = "pytorch")]
fn pairs_of(name: &str, value: RuntimeValue, item: Type) -> Result<Vec<(Value, Value)>> {
    let declared = Type::Dict(Box::new(Type::Text), Box::new(item));
    match decode(name, value, &declared)? {
        Value::Dict(pairs) => Ok(pairs),
        _ => Err(view::wrong_type(name, value, "dict")),
    }
}

#[cfg(feature = "pytorch")]
fn named_tensors(dict: RuntimeValue) -> Result<Vec<(String, Tensor)>> {
    let pairs = pairs_of("dict", dict, Type::Tensor)?.into_iter();
    let named = |pair| match pair {
        (Value::Text(name), Value::Tensor(tensor)) => Some((name, tensor)),
        _ => None,
    };
    Ok(pairs.filter_map(named).collect())
}

#[cfg(feature = "pytorch")]
fn texts_of(metadata: RuntimeValue) -> Result<Texts> {
    if metadata == RuntimeValue::NIL {
        return Ok(Texts::new());
    }
    let pairs = pairs_of("metadata", metadata, Type::Text)?.into_iter();
    let named = |pair| match pair {
        (Value::Text(name), Value::Text(text)) => Some((name, text)),
        _ => None,
    };
    Ok(pairs.filter_map(named).collect())
}

/// Tensors by name, as a dict of new handles.
#[cfg(feature = "pytorch")]
fn give_named(tensors: Vec<(String, Tensor)>) -> Result<RuntimeValue> {
    let pair = |(name, tensor)| (Value::Text(name), Value::Tensor(tensor));
    encode(Value::Dict(tensors.into_iter().map(pair).collect()))
}
