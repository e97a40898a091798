//! Model files: values with tensors in them, in the formats of `torch.save` and of safetensors.
//!
//! Reading makes tensors and plain data and nothing else: what a pickle may use is a list of a dozen names,
//! and every other one is an error that names it. What a file says about itself is checked before memory is
//! asked for.

mod archive;
mod globals;
mod keys;
mod pickle;
pub mod safetensors;
mod source;
mod storage;
mod tensors;
mod unpickle;

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use runtime_core::{Error, Result};
use runtime_value::RuntimeValue;
use tch::Device;
pub use torch_shim::Value;

use crate::codes::{RT_ERROR_TORCH_FILE, RT_ERROR_TORCH_FILE_VALUE};
use crate::error::OrTorch;
use crate::kinds;
use crate::nn::StateDict;
use crate::options::Options;
use crate::replace::replace;
use archive::{Archive, Writer};
use source::{OpenFile, Source};

/// The longest pickle: tensors are not in it.
const LONGEST_PICKLE: u64 = 64 << 20;

/// How a file is loaded.
#[derive(Clone, Copy, Debug, Default)]
pub struct LoadOptions {
    /// Where tensors go to; `None` for where they were when they were saved.
    pub device: Option<Device>,
}

impl LoadOptions {
    /// Those in a dict: "map_location", a device's number or PyTorch's name of it.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_OPTION`, and `RT_ERROR_TORCH_DEVICE` for a device that is not there.
    pub fn of_values(owner: &str, name: &str, value: RuntimeValue) -> Result<Self> {
        let options = Options::of(owner, name, value)?;
        let device = match options.value("map_location")? {
            None | Some(RuntimeValue::NIL) => None,
            Some(value) => Some(match value.to_int() {
                Ok(number) => kinds::device("map_location", number)?,
                Err(_) => kinds::device_named("map_location", &options.text("map_location", "")?)?,
            }),
        };
        options.finish()?;
        Ok(Self { device })
    }
}

/// Writes a value as `torch.save` does, and `torch.load` of Python reads it, with `weights_only=True` too.
/// Tensors that share their memory, and such as are the same, do so in the file.
///
/// What stands at the path is the old file or the new one, never a part of one.
///
/// # Errors
/// The system's; `RT_ERROR_TORCH_FILE_VALUE` for what Python has no counterpart of; `RT_ERROR_TORCH_DTYPE`
/// and `RT_ERROR_TORCH` for tensors that are not dense or of other dtypes than the runtime's.
///
/// # Example
/// ```
/// use runtime_torch::model_file::{self, Value};
/// use tch::Tensor;
///
/// let path = std::env::temp_dir().join(format!("weights-{}.pt", std::process::id()));
/// let text = |text| Value::Text(String::from(text));
/// let saved = Value::Dict(vec![
///     (text("weight"), Value::Tensor(Tensor::from_slice(&[1.0_f32, 2.0]))),
///     (text("epoch"), Value::Int(7)),
/// ]);
/// model_file::save(&path, &saved)?;
/// let Value::Dict(loaded) = model_file::load(&path)? else { panic!("it was a dict") };
/// assert!(matches!(&loaded[0], (_, Value::Tensor(weight)) if weight.size() == [2]));
/// assert!(matches!(&loaded[1], (_, Value::Int(7))));
/// # std::fs::remove_file(path).map_err(|error| runtime_core::Error::system("path", &error))?;
/// # Ok::<(), runtime_core::Error>(())
/// ```
pub fn save(path: &Path, value: &Value) -> Result<()> {
    let pickled = pickle::pickle(value)?;
    replace(path, |temporary| {
        let file = File::create(temporary).map_err(|error| Error::system("path", &error))?;
        let mut writer = Writer::begin(BufWriter::new(file), &pickled.bytes)?;
        for (position, elements) in pickled.storages.iter().enumerate() {
            let elements = elements.f_to_device(Device::Cpu).or_torch()?;
            writer.add(&format!("data/{position}"), storage::bytes(&elements))?;
        }
        let file = writer.finish()?.into_inner();
        file.map(drop).map_err(|error| Error::system("path", error.error()))
    })
}

/// Loads what [`save`] or Python's `torch.save` wrote.
///
/// # Errors
/// The system's; `RT_ERROR_TORCH_FILE` for what is no such file, or a broken one;
/// `RT_ERROR_TORCH_FILE_GLOBAL` for one with other objects than tensors and plain data;
/// `RT_ERROR_TORCH_DTYPE` and `RT_ERROR_TORCH_DEVICE` for tensors of other dtypes than the runtime's, or on
/// devices that are not there.
pub fn load(path: &Path) -> Result<Value> {
    load_with(path, LoadOptions::default())
}

/// As [`load`], and as the options say.
///
/// # Errors
/// As there.
pub fn load_with(path: &Path, options: LoadOptions) -> Result<Value> {
    load_from(&OpenFile::open(path)?, options)
}

/// As [`load`], of a file that is in memory.
///
/// # Errors
/// As there.
pub fn load_bytes(bytes: &[u8], options: LoadOptions) -> Result<Value> {
    load_from(&bytes, options)
}

fn load_from<S: Source>(source: &S, options: LoadOptions) -> Result<Value> {
    let archive = Archive::open(source)?;
    let pickled = unpickle::unpickle(&archive.read("data.pkl", LONGEST_PICKLE)?)?;
    tensors::assemble(&archive, source, &pickled, options)
}

/// Writes the tensors of a module, or others with names, as [`save`] does.
///
/// # Errors
/// As there.
///
/// # Example
/// ```
/// # use runtime_torch::{model_file, nn::Module, options::Options};
/// # use runtime_value::{Dict, View};
/// # let dict = Dict::new(2)?;
/// # dict.insert("in_features".into(), 2.into())?;
/// # dict.insert("out_features".into(), 3.into())?;
/// # let options = || Options::of("Linear", "options", dict.value());
/// let path = std::env::temp_dir().join(format!("linear-{}.pt", std::process::id()));
/// let (trained, fresh) = (Module::new("Linear", options()?)?, Module::new("Linear", options()?)?);
/// model_file::save_state_dict(&path, &trained.state_dict()?)?;
/// fresh.load_state_dict(&model_file::load_state_dict(&path)?, true)?;
/// # std::fs::remove_file(path).map_err(|error| runtime_core::Error::system("path", &error))?;
/// # Ok::<(), runtime_core::Error>(())
/// ```
pub fn save_state_dict(path: &Path, tensors: &[(String, tch::Tensor)]) -> Result<()> {
    let pair = |(name, tensor): &(String, tch::Tensor)| {
        (Value::Text(name.clone()), Value::Tensor(tensor.shallow_clone()))
    };
    save(path, &Value::Dict(tensors.iter().map(pair).collect()))
}

/// Loads a file that is a dict of tensors with names.
///
/// # Errors
/// As [`load`], and `RT_ERROR_TORCH_FILE` for one that is something else.
pub fn load_state_dict(path: &Path) -> Result<StateDict> {
    let Value::Dict(pairs) = load(path)? else { return Err(broken("the file is no dict")) };
    let pair = |pair| match pair {
        (Value::Text(name), Value::Tensor(tensor)) => Ok((name, tensor)),
        _ => Err(broken("the file has something else than tensors with names")),
    };
    pairs.into_iter().map(pair).collect()
}

/// The error for a file that is not what it should be.
#[cold]
fn broken(text: impl Into<String>) -> Error {
    Error::new(RT_ERROR_TORCH_FILE, text.into())
}

/// The error for a value that files cannot hold.
#[cold]
fn unsavable(text: impl Into<String>) -> Error {
    Error::new(RT_ERROR_TORCH_FILE_VALUE, text.into())
}

/// The page about model files, whose examples run as tests.
#[cfg(doctest)]
#[doc = include_str!("../../../../docs/model-files.md")]
struct Guide;
