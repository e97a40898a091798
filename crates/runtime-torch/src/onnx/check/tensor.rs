//! Tensors: as much data as their dims and their element type say, in one place.

use super::super::proto::{DataLocation, DataType, SparseTensorProto, TensorProto};
use super::Verdict;
use super::external::Folder;
use super::graph::check_element;

/// Checks a tensor.
pub(super) fn check(tensor: &TensorProto, folder: &Folder) -> Verdict {
    check_element(tensor.data_type)?;
    let element = DataType::try_from(tensor.data_type).unwrap_or(DataType::Undefined);
    let count = count(&tensor.dims)?;
    let bytes = bytes(element, count)?;
    let places = places(tensor);
    if tensor.data_location == DataLocation::External as i32 {
        if places > 0 {
            return Err(String::from("its data is in another file, and in this one too"));
        }
        if element == DataType::String {
            return Err(String::from("texts cannot be in another file"));
        }
        return folder.check(&tensor.external_data, bytes);
    }
    if tensor.data_location != DataLocation::Default as i32 {
        return Err(format!("{} is no place for data", tensor.data_location));
    }
    if tensor.segment.is_some() {
        return Err(String::from("it is a segment of a tensor, which nobody reads"));
    }
    if count == 0 {
        return match places == 0
            || tensor.raw_data.as_ref().is_some_and(prost::bytes::Bytes::is_empty)
        {
            true => Ok(()),
            false => Err(String::from("it has no elements, and it has data")),
        };
    }
    if places != 1 {
        return Err(format!("its data is in {} places, where it must be in one", places));
    }
    if let Some(raw) = &tensor.raw_data {
        if element == DataType::String {
            return Err(String::from("texts cannot be in raw_data"));
        }
        return agree("raw_data has", raw.len() as u64, bytes, "bytes");
    }
    // Which field holds the elements, and how many entries of it they take.
    let (name, length, wanted) = match element {
        DataType::Float => ("float_data", tensor.float_data.len(), count),
        DataType::Complex64 => ("float_data", tensor.float_data.len(), count.saturating_mul(2)),
        DataType::Double => ("double_data", tensor.double_data.len(), count),
        DataType::Complex128 => ("double_data", tensor.double_data.len(), count.saturating_mul(2)),
        DataType::Int64 => ("int64_data", tensor.int64_data.len(), count),
        DataType::Uint32 | DataType::Uint64 => ("uint64_data", tensor.uint64_data.len(), count),
        DataType::String => ("string_data", tensor.string_data.len(), count),
        // Those of less than a byte are packed, and an entry holds a byte.
        _ if bits(element) < 8 => ("int32_data", tensor.int32_data.len(), bytes),
        _ => ("int32_data", tensor.int32_data.len(), count),
    };
    if length == 0 {
        return Err(format!("its data is not in {name}, where data of its type must be"));
    }
    agree(&format!("{name} has"), length as u64, wanted, "entries")
}

/// Checks a tensor that is mostly zeros: values, and where they are.
pub(super) fn check_sparse(sparse: &SparseTensorProto, folder: &Folder) -> Verdict {
    let values = sparse.values.as_ref().ok_or("it has no values")?;
    check(values, folder).map_err(|reason| format!("values: {reason}"))?;
    let element = DataType::try_from(values.data_type).unwrap_or(DataType::Undefined);
    let dense = bytes(element, count(&sparse.dims)?)?;
    let [entries] = values.dims[..] else {
        return Err(String::from("its values must have one axis"));
    };
    if sparse.dims.is_empty() || sparse.dims.contains(&0) {
        return Err(String::from("its dims must be there, and positive"));
    }
    // A loader makes the whole tensor, zeros and all, of a few bytes in a file.
    if dense > LARGEST_SPARSE {
        return Err(format!(
            "it would take {dense} bytes with its zeros, more than {LARGEST_SPARSE}"
        ));
    }
    if entries == 0 {
        return Ok(());
    }
    let indices = sparse.indices.as_ref().ok_or("it has no indices")?;
    check(indices, folder).map_err(|reason| format!("indices: {reason}"))?;
    let rank = sparse.dims.len() as i64;
    if indices.data_type != DataType::Int64 as i32 {
        return Err(String::from("its indices must be int64"));
    }
    let fits = match indices.dims[..] {
        [count] => count == entries,
        [count, axes] => count == entries && axes == rank,
        _ => false,
    };
    if !fits {
        return Err(String::from("its indices must be [values] or [values, axes]"));
    }
    let positions = int64s(indices);
    let limits: Vec<i64> = match indices.dims.len() {
        1 => vec![sparse.dims.iter().product()],
        _ => sparse.dims.clone(),
    };
    let is_outside =
        |(at, position): (usize, &i64)| !(0..limits[at % limits.len()]).contains(position);
    if positions.iter().enumerate().any(is_outside) {
        return Err(String::from("an index is outside of its dims"));
    }
    if !positions.chunks(limits.len()).is_sorted_by(|a, b| a < b) {
        return Err(String::from("its indices are not in ascending order"));
    }
    Ok(())
}

/// What a sparse initializer may become.
const LARGEST_SPARSE: u64 = 4 << 30;

/// The elements of a checked tensor of int64, if they are in this file.
fn int64s(tensor: &TensorProto) -> Vec<i64> {
    match &tensor.raw_data {
        Some(raw) => {
            let chunks = raw.chunks_exact(8).map(<[u8; 8]>::try_from);
            chunks.flatten().map(i64::from_le_bytes).collect()
        }
        None => tensor.int64_data.clone(),
    }
}

/// In how many places of the message data is.
fn places(tensor: &TensorProto) -> usize {
    let there = [
        tensor.raw_data.is_some(),
        !tensor.float_data.is_empty(),
        !tensor.int32_data.is_empty(),
        !tensor.string_data.is_empty(),
        !tensor.int64_data.is_empty(),
        !tensor.double_data.is_empty(),
        !tensor.uint64_data.is_empty(),
    ];
    there.iter().filter(|is_there| **is_there).count()
}

/// How many elements the dims make.
fn count(dims: &[i64]) -> Result<u64, String> {
    if let Some(size) = dims.iter().find(|size| **size < 0) {
        return Err(format!("its dims have the negative size {size}"));
    }
    if dims.contains(&0) {
        return Ok(0);
    }
    let product = dims.iter().try_fold(1_i64, |product, size| product.checked_mul(*size));
    let product = product.ok_or_else(|| format!("its dims {dims:?} are too large"))?;
    Ok(product.unsigned_abs())
}

/// How many bytes the elements take; texts take none.
fn bytes(element: DataType, count: u64) -> Result<u64, String> {
    let bits = count.checked_mul(bits(element));
    Ok(bits.ok_or("its dims are too large")?.div_ceil(8))
}

fn bits(element: DataType) -> u64 {
    use DataType::*;
    match element {
        Undefined | String => 0,
        Uint2 | Int2 => 2,
        Uint4 | Int4 | Float4e2m1 => 4,
        Float6e2m3 | Float6e3m2 => 6,
        Uint8 | Int8 | Bool | Float8e4m3fn | Float8e4m3fnuz | Float8e5m2 | Float8e5m2fnuz
        | Float8e8m0 => 8,
        Uint16 | Int16 | Float16 | Bfloat16 => 16,
        Int32 | Uint32 | Float => 32,
        Int64 | Uint64 | Double | Complex64 => 64,
        Complex128 => 128,
    }
}

fn agree(what: &str, found: u64, wanted: u64, unit: &str) -> Verdict {
    if found == wanted {
        return Ok(());
    }
    Err(format!("{what} {found} {unit}, and its dims and element type ask for {wanted}"))
}
