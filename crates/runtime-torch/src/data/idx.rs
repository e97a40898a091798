//! IDX files: the format of MNIST, for arrays of numbers of any size.
//!
//! Two zero bytes, one for the type, one for the number of dimensions, a big-endian 32-bit size for
//! each of them, and the numbers, big-endian.

use std::path::Path;

use runtime_core::Result;
use tch::{Device, Kind, Tensor};

use super::bad_file;
use super::files::Source;
use crate::error::OrTorch;
use crate::memory;

/// The most dimensions that LibTorch has operations for.
const MOST_DIMENSIONS: u8 = 64;

/// Reads an IDX file, plain or compressed, into a tensor of its shape and type.
///
/// # Errors
/// `RT_ERROR_SYSTEM` when the file cannot be read, `RT_ERROR_TORCH_DATA` when it is no IDX file, is cut
/// off or goes on after its end, `RT_ERROR_TORCH_TOO_LARGE`.
pub fn load(path: &Path) -> Result<Tensor> {
    let mut source = Source::open(path)?;
    let [zero, other_zero, code, dimensions] = source.array()?;
    let kind = match code {
        0x08 => Kind::Uint8,
        0x09 => Kind::Int8,
        0x0b => Kind::Int16,
        0x0c => Kind::Int,
        0x0d => Kind::Float,
        0x0e => Kind::Double,
        _ => return Err(bad_file(path, format!("is no IDX file: no type has the code {code}"))),
    };
    if (zero, other_zero) != (0, 0) {
        return Err(bad_file(path, "is no IDX file: it does not begin with two zeros"));
    }
    if dimensions > MOST_DIMENSIONS {
        return Err(bad_file(path, format!("has {dimensions} dimensions")));
    }
    let mut shape = Vec::with_capacity(usize::from(dimensions));
    for _ in 0..dimensions {
        shape.push(i64::from(u32::from_be_bytes(source.array()?)));
    }
    memory::check(&path.display().to_string(), &shape, kind, Device::Cpu)?;
    let size = kind.elt_size_in_bytes();
    // No overflow: what is checked above fits into memory.
    let count: i64 = if shape.contains(&0) { 0 } else { shape.iter().product() };
    let mut bytes = source.rest(count as u64 * size as u64)?;
    if size > 1 {
        // What the file has with the largest byte first, this machine has as it does.
        for number in bytes.chunks_exact_mut(size) {
            if cfg!(target_endian = "little") {
                number.reverse();
            }
        }
    }
    Tensor::f_from_data_size(&bytes, &shape, kind).or_torch()
}
