//! What works on collections of several types: length, index, slice, membership.

use memchr::memmem;
use runtime_core::{Error, Result};

use crate::codes;
use crate::number::Number;
use crate::string;
use crate::view::{self, Array, Dict, Str, Tuple, View};
use crate::word::RuntimeValue;

/// A collection of any type.
enum Collection {
    Array(Array),
    Tuple(Tuple),
    Str(Str),
    Dict(Dict),
}

impl Collection {
    fn of(name: &str, value: RuntimeValue) -> Result<Self> {
        if let Some(array) = Array::find(value) {
            Ok(Self::Array(array))
        } else if let Some(string) = Str::find(value) {
            Ok(Self::Str(string))
        } else if let Some(dict) = Dict::find(value) {
            Ok(Self::Dict(dict))
        } else if let Some(tuple) = Tuple::find(value) {
            Ok(Self::Tuple(tuple))
        } else {
            Err(view::wrong_type(name, value, "collection"))
        }
    }
}

/// The length of an array, string (in bytes), tuple or dict.
///
/// # Errors
/// `RT_ERROR_WRONG_TYPE`, `RT_ERROR_NOT_A_VALUE`.
pub fn len(value: RuntimeValue) -> Result<usize> {
    Ok(match Collection::of("value", value)? {
        Collection::Array(array) => array.len(),
        Collection::Tuple(tuple) => tuple.len() as usize,
        Collection::Str(string) => string.len(),
        Collection::Dict(dict) => dict.len(),
    })
}

/// The item at `index`: of an array or tuple the element, of a string the byte there as a string of
/// its own, of a dict the value of the key. Negative indexes count from the end. `None` when there
/// is no such item.
///
/// # Errors
/// `RT_ERROR_WRONG_TYPE`, `RT_ERROR_NOT_A_VALUE`.
pub fn get(collection: RuntimeValue, index: RuntimeValue) -> Result<Option<RuntimeValue>> {
    match Collection::of("collection", collection)? {
        Collection::Dict(dict) => dict.get(index),
        Collection::Array(array) => {
            Ok(array.position(int_index(index)?).and_then(|position| array.get(position)))
        }
        Collection::Tuple(tuple) => Ok(crate::array::position(tuple.len(), int_index(index)?)
            .and_then(|position| tuple.get(position as u64))),
        Collection::Str(string) => {
            let position = crate::array::position(string.len() as u64, int_index(index)?);
            position
                .map(|position| RuntimeValue::bytes(&string.as_bytes()[position..=position]))
                .transpose()
        }
    }
}

/// Replaces the element of an array, or sets the value of a dict's key.
///
/// # Errors
/// `RT_ERROR_INDEX` for an index that the array does not have, `RT_ERROR_WRONG_TYPE`,
/// `RT_ERROR_NOT_A_VALUE`, `RT_ERROR_OUT_OF_MEMORY`.
pub fn set(collection: RuntimeValue, index: RuntimeValue, value: RuntimeValue) -> Result<()> {
    match Collection::of("collection", collection)? {
        Collection::Dict(dict) => dict.insert(index, value).map(|_| ()),
        Collection::Array(array) => {
            let index = int_index(index)?;
            let position = array.position(index).ok_or_else(|| no_index(index, array.len()))?;
            array.set(position, value);
            Ok(())
        }
        Collection::Tuple(_) | Collection::Str(_) => {
            Err(view::wrong_type("collection", collection, "array or dict"))
        }
    }
}

/// The error for an index that a sequence of this length does not have.
#[cold]
pub fn no_index(index: i64, len: usize) -> Error {
    Error::written(
        codes::RT_ERROR_INDEX,
        format_args!("index {index} is out of range of the length {len}"),
    )
}

fn int_index(index: RuntimeValue) -> Result<i64> {
    match index.inline_int() {
        Some(int) => Ok(int),
        None => match Number::of(index) {
            // An int that large is out of range of everything, in its direction.
            Some(Number::Int(int)) => Ok(int),
            Some(Number::UInt(_)) => Ok(i64::MAX),
            _ => Err(view::wrong_type("index", index, "int")),
        },
    }
}

/// Whether an array or tuple has an element equal to `value`, a string has `value` as a part (or has
/// the byte that an int names), a dict has the key.
///
/// # Errors
/// `RT_ERROR_WRONG_TYPE`, `RT_ERROR_NOT_A_VALUE`.
pub fn contains(collection: RuntimeValue, value: RuntimeValue) -> Result<bool> {
    match Collection::of("collection", collection)? {
        Collection::Array(array) => array.contains(value),
        Collection::Tuple(tuple) => {
            for item in tuple.iter() {
                if crate::equality::equal(item, value)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        Collection::Dict(dict) => dict.contains_key(value),
        Collection::Str(string) => match (value.inline_int(), Str::find(value)) {
            (Some(byte), _) => {
                Ok(u8::try_from(byte).is_ok_and(|byte| string.as_bytes().contains(&byte)))
            }
            (None, Some(part)) => Ok(memmem::find(string.as_bytes(), part.as_bytes()).is_some()),
            _ => Err(view::wrong_type("value", value, "string or int")),
        },
    }
}

/// The part from `start` to but without `end` in steps of `step`, of an array, tuple or string (of
/// whose bytes). Python's rules: negative bounds count from the end, bounds beyond the ends are the
/// ends, a negative step goes backwards.
///
/// # Errors
/// `RT_ERROR_INVALID_ARGUMENT` for step 0, `RT_ERROR_WRONG_TYPE`, `RT_ERROR_NOT_A_VALUE`,
/// `RT_ERROR_OUT_OF_MEMORY`.
pub fn slice(collection: RuntimeValue, start: i64, end: i64, step: i64) -> Result<RuntimeValue> {
    let collection_view = Collection::of("collection", collection)?;
    if step == 0 {
        return Err(Error::invalid("step 0 leads nowhere"));
    }
    match collection_view {
        Collection::Array(array) => {
            let (count, part) = positions(array.len(), start, end, step);
            Array::collect(count, part.filter_map(|position| array.get(position))).map(Array::value)
        }
        Collection::Tuple(tuple) => {
            let (count, part) = positions(tuple.len() as usize, start, end, step);
            let slice = Tuple::new(count as u64)?;
            for (place, item) in (0..).zip(part.filter_map(|from| tuple.get(from as u64))) {
                slice.set(place, item)?;
            }
            Ok(slice.value())
        }
        Collection::Str(string) => {
            let bytes = string.as_bytes();
            let (count, mut part) = positions(bytes.len(), start, end, step);
            if step == 1 {
                let first = part.next().unwrap_or(0);
                return RuntimeValue::bytes(&bytes[first..first + count]);
            }
            let mut slice = string::Builder::new(count as u64)?;
            for position in part {
                slice.extend(&bytes[position..=position])?;
            }
            slice.finish().map(Str::value)
        }
        Collection::Dict(_) => Err(view::wrong_type("collection", collection, "sequence")),
    }
}

/// How many positions a slice of `len` items has, and which, as Python's
/// `range(*slice(start, end, step).indices(len))`.
fn positions(len: usize, start: i64, end: i64, step: i64) -> (usize, impl Iterator<Item = usize>) {
    let (len, step) = (len as i128, i128::from(step));
    // Bounds are clamped to 0..=len going forward, to -1..=len-1 going backward.
    let (low, high) = if step > 0 { (0, len) } else { (-1, len - 1) };
    let clamp = |bound: i64| {
        let bound = i128::from(bound);
        let absolute = if bound < 0 { bound + len } else { bound };
        absolute.clamp(low, high)
    };
    let (start, end) = (clamp(start), clamp(end));
    let distance = if step > 0 { end - start } else { start - end };
    let count = (distance.max(0) + step.abs() - 1) / step.abs();
    (count as usize, (0..count).map(move |number| (start + number * step) as usize))
}

#[cfg(test)]
mod tests {
    use super::positions;

    #[test]
    fn slices_are_pythons() {
        // From Python 3.11: list(range(*slice(start, end, step).indices(5)))
        let cases: [(i64, i64, i64, &[usize]); 10] = [
            (1, 4, 1, &[1, 2, 3]),
            (-3, 5, 1, &[2, 3, 4]),
            (0, 99, 2, &[0, 2, 4]),
            (4, 0, -1, &[4, 3, 2, 1]),
            (99, -99, -1, &[4, 3, 2, 1, 0]),
            (-1, -6, -2, &[4, 2, 0]),
            (3, 1, 1, &[]),
            (1, 3, -1, &[]),
            (i64::MIN, i64::MAX, i64::MAX, &[0]),
            (i64::MAX, i64::MIN, i64::MIN, &[4]),
        ];
        for (start, end, step, expected) in cases {
            assert_eq!(positions(5, start, end, step).1.collect::<Vec<_>>(), expected);
        }
        assert_eq!(positions(0, 0, 5, -1).0, 0);
    }
}
