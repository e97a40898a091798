//! The format of safetensors: named tensors, and texts about them.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use ::safetensors::tensor::{Dtype, Metadata, TensorInfo};
use runtime_core::{Error, Result};
use tch::{Device, Kind, Tensor};

use super::source::{OpenFile, Source, Wanted, read_all};
use super::{LoadOptions, broken, storage, unsavable};
use crate::codes::RT_ERROR_TORCH_DTYPE;
use crate::error::OrTorch;
use crate::memory;
use crate::nn::StateDict;
use crate::replace::replace;

/// The longest header that the format's own library reads.
const LONGEST_HEADER: u64 = 100_000_000;
/// The length of the header is told in so many bytes.
const LENGTH: u64 = 8;
/// PyTorch's own operations take no more dimensions.
const MOST_DIMENSIONS: usize = 64;

const DTYPES: [(Dtype, Kind); 11] = [
    (Dtype::F32, Kind::Float),
    (Dtype::F64, Kind::Double),
    (Dtype::F16, Kind::Half),
    (Dtype::BF16, Kind::BFloat16),
    (Dtype::I8, Kind::Int8),
    (Dtype::U8, Kind::Uint8),
    (Dtype::I16, Kind::Int16),
    (Dtype::I32, Kind::Int),
    (Dtype::I64, Kind::Int64),
    (Dtype::BOOL, Kind::Bool),
    (Dtype::C64, Kind::ComplexFloat),
];

/// The texts of a file, by name.
pub type Texts = HashMap<String, String>;

/// Writes named tensors, each one row by row and with a memory of its own, and texts about them.
///
/// What stands at the path is the old file or the new one, never a part of one.
///
/// # Errors
/// The system's; `RT_ERROR_TORCH_DTYPE` for 128-bit complex numbers, which the format does not have;
/// `RT_ERROR_TORCH_FILE_VALUE` for a name that is there twice, or the format's own; `RT_ERROR_TORCH`.
///
/// # Example
/// ```
/// use runtime_torch::model_file::{LoadOptions, safetensors};
/// use tch::Tensor;
///
/// let path = std::env::temp_dir().join(format!("weights-{}.safetensors", std::process::id()));
/// let weight = Tensor::from_slice(&[1_i64, 2, 3]);
/// let texts = [(String::from("made_by"), String::from("me"))].into();
/// safetensors::save(&path, &[(String::from("weight"), weight)], texts)?;
/// let loaded = safetensors::load(&path, LoadOptions::default())?;
/// assert_eq!((loaded[0].0.as_str(), loaded[0].1.size()), ("weight", vec![3]));
/// assert_eq!(safetensors::texts(&path)?["made_by"], "me");
/// # std::fs::remove_file(path).map_err(|error| runtime_core::Error::system("path", &error))?;
/// # Ok::<(), runtime_core::Error>(())
/// ```
pub fn save(path: &Path, tensors: &[(String, Tensor)], texts: Texts) -> Result<()> {
    let mut sorted = Vec::with_capacity(tensors.len());
    for (name, tensor) in tensors {
        if name == "__metadata__" {
            return Err(unsavable("a tensor has the name \"__metadata__\", which the texts have"));
        }
        let found = DTYPES.iter().find(|(_, kind)| *kind == tensor.kind());
        let (dtype, _) = found.ok_or_else(|| {
            let text = format!("{name}: safetensors has no {:?}", tensor.kind());
            Error::new(RT_ERROR_TORCH_DTYPE, text)
        })?;
        // One that shows the same elements again and again is written in full.
        memory::check(name, &tensor.size(), tensor.kind(), Device::Cpu)?;
        sorted.push((*dtype, name, tensor));
    }
    // The order of the format's own library, in which every tensor is aligned.
    sorted.sort_by(|(dtype, name, _), (other, other_name, _)| {
        other.cmp(dtype).then_with(|| name.cmp(other_name))
    });
    let mut infos: Vec<(String, TensorInfo)> = Vec::with_capacity(sorted.len());
    let mut begin = 0;
    for (dtype, name, tensor) in &sorted {
        if infos.last().is_some_and(|(last, _)| last == *name) {
            return Err(unsavable(format!("there are two tensors of the name {name:?}")));
        }
        let end = begin + tensor.numel() * tensor.kind().elt_size_in_bytes();
        let shape = tensor.size().iter().map(|size| usize::try_from(*size).unwrap_or(0)).collect();
        infos.push((
            (*name).clone(),
            TensorInfo { dtype: *dtype, shape, data_offsets: (begin, end) },
        ));
        begin = end;
    }
    let texts = (!texts.is_empty()).then_some(texts);
    let metadata = Metadata::new(texts, infos);
    let metadata = metadata.map_err(|error| unsavable(format!("the tensors: {error}")))?;
    let mut header =
        serde_json::to_vec(&metadata).map_err(|error| unsavable(format!("the header: {error}")))?;
    header.resize(header.len().next_multiple_of(LENGTH as usize), b' ');
    if header.len() as u64 > LONGEST_HEADER {
        return Err(unsavable(format!("the header has {} bytes", header.len())));
    }
    replace(path, |temporary| {
        let system = |error| Error::system("path", &error);
        let mut file = BufWriter::new(File::create(temporary).map_err(system)?);
        file.write_all(&(header.len() as u64).to_le_bytes()).map_err(system)?;
        file.write_all(&header).map_err(system)?;
        for (_, _, tensor) in sorted {
            let plain = tensor.f_detach().and_then(|t| t.f_resolve_conj()?.f_resolve_neg());
            let dense =
                plain.and_then(|t| t.f_to_device(Device::Cpu)?.f_contiguous()).or_torch()?;
            file.write_all(storage::bytes(&dense)).map_err(system)?;
        }
        file.flush().map_err(system)
    })
}

/// Loads the tensors of a file, in the order in which they lie in it.
///
/// # Errors
/// The system's; `RT_ERROR_TORCH_FILE` for what is no such file; `RT_ERROR_TORCH_DTYPE` for a dtype that the
/// runtime does not have.
pub fn load(path: &Path, options: LoadOptions) -> Result<StateDict> {
    load_from(&OpenFile::open(path)?, options)
}

/// As [`load`], of a file that is in memory.
///
/// # Errors
/// As there.
pub fn load_bytes(bytes: &[u8], options: LoadOptions) -> Result<StateDict> {
    load_from(&bytes, options)
}

/// The texts of a file, without its tensors.
///
/// # Errors
/// As [`load`].
pub fn texts(path: &Path) -> Result<Texts> {
    let (metadata, _) = header(&OpenFile::open(path)?)?;
    Ok(metadata.metadata().clone().unwrap_or_default())
}

fn load_from<S: Source>(source: &S, options: LoadOptions) -> Result<StateDict> {
    let (metadata, start) = header(source)?;
    let mut tensors = Vec::new();
    let mut starts = Vec::new();
    for name in metadata.offset_keys() {
        let Some(info) = metadata.info(&name) else { continue };
        let (shape, kind) = form(&name, info)?;
        let tensor = Tensor::f_empty(&shape, (kind, Device::Cpu)).or_torch()?;
        starts.push(start + info.data_offsets.0 as u64);
        tensors.push((name, tensor));
    }
    let wanted = tensors.iter_mut().zip(starts).map(|((name, tensor), start)| Wanted {
        name: name.clone(),
        start,
        checksum: 0,
        memory: storage::bytes_mut(tensor),
    });
    read_all(source, wanted.collect())?;
    tensors.iter_mut().for_each(|(_, tensor)| storage::only_bools(tensor));
    match options.device {
        None | Some(Device::Cpu) => Ok(tensors),
        Some(device) => tensors
            .into_iter()
            .map(|(name, tensor)| Ok((name, tensor.f_to_device(device).or_torch()?)))
            .collect(),
    }
}

/// The header, which agrees with itself and the file's length, and where the tensors begin.
fn header<S: Source>(source: &S) -> Result<(Metadata, u64)> {
    let system = |error| Error::system("path", &error);
    let mut length = [0; LENGTH as usize];
    if source.length() < LENGTH {
        return Err(broken("the file is too short for one of safetensors"));
    }
    source.read_at(&mut length, 0).map_err(system)?;
    let length = u64::from_le_bytes(length);
    if length > LONGEST_HEADER || length > source.length() - LENGTH {
        return Err(broken(format!("the file is none of safetensors: a header of {length} bytes")));
    }
    let mut bytes = vec![0; usize::try_from(length).unwrap_or(0)];
    source.read_at(&mut bytes, LENGTH).map_err(system)?;
    let metadata: Metadata = serde_json::from_slice(&bytes)
        .map_err(|error| broken(format!("the file is none of safetensors: its header: {error}")))?;
    let start = LENGTH + length;
    if source.length() - start != metadata.data_len() as u64 {
        return Err(broken(format!(
            "the tensors have {} bytes, and the file has {} for them",
            metadata.data_len(),
            source.length() - start
        )));
    }
    Ok((metadata, start))
}

fn form(name: &str, info: &TensorInfo) -> Result<(Vec<i64>, Kind)> {
    let found = DTYPES.iter().find(|(dtype, _)| *dtype == info.dtype);
    let (_, kind) = found.ok_or_else(|| {
        let text = format!("{name}: the runtime does not have the dtype {}", info.dtype);
        Error::new(RT_ERROR_TORCH_DTYPE, text)
    })?;
    let size = |size: &usize| {
        i64::try_from(*size).map_err(|_| broken(format!("{name} has the shape {:?}", info.shape)))
    };
    let shape = info.shape.iter().map(size).collect::<Result<Vec<_>>>()?;
    if shape.len() > MOST_DIMENSIONS {
        return Err(broken(format!("{name} has {} dimensions", shape.len())));
    }
    memory::check(name, &shape, *kind, Device::Cpu)?;
    Ok((shape, *kind))
}
