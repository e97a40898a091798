//! Equality: one relation for `rt_value_eq`, search in arrays, and dict keys.
//!
//! Numbers are equal when their mathematical values are, whatever their forms: 2 equals 2.0. NaN
//! equals no number. Strings are equal by bytes; arrays, tuples and dicts by structure; enums by
//! discriminant and payload; everything else, and a container with itself, by identity. Two cyclic
//! structures are equal when no walk through both finds a difference.
//!
//! For dict keys NaN equals NaN ([`same_key`]), so that such a key can be found again.

use crate::hash::WordSet;
use crate::heap;
use crate::nesting;
use crate::number::Number;
use crate::types::ObjectType;
use crate::view::{Array, Dict, Enum, Str, Tuple, View};
use crate::word::RuntimeValue;

/// Whether two values are equal.
#[inline]
pub fn equal(a: RuntimeValue, b: RuntimeValue) -> bool {
    decide(a, b, false)
}

/// Whether two values are the same dict key: [`equal`], and NaN is NaN.
#[inline]
pub fn same_key(a: RuntimeValue, b: RuntimeValue) -> bool {
    decide(a, b, true)
}

#[inline(always)]
fn decide(a: RuntimeValue, b: RuntimeValue, nan_is_nan: bool) -> bool {
    match scalars(a, b, nan_is_nan) {
        Verdict::Known(equal) => equal,
        Verdict::Compare => structures(a, b, nan_is_nan),
    }
}

enum Verdict {
    Known(bool),
    /// Both are live objects with parts to compare.
    Compare,
}

#[inline(always)]
fn scalars(a: RuntimeValue, b: RuntimeValue, nan_is_nan: bool) -> Verdict {
    if let (Some(a), Some(b)) = (a.inline_int(), b.inline_int()) {
        return Verdict::Known(a == b);
    }
    if let (Some(a), Some(b)) = (Str::find(a), Str::find(b)) {
        return Verdict::Known(a == b || a.as_bytes() == b.as_bytes());
    }
    slower(a, b, nan_is_nan)
}

fn slower(a: RuntimeValue, b: RuntimeValue, nan_is_nan: bool) -> Verdict {
    if let (Some(a), Some(b)) = (Number::of(a), Number::of(b)) {
        return Verdict::Known(if nan_is_nan { a.total_cmp(b).is_eq() } else { a == b });
    }
    if a == b {
        return Verdict::Known(!a.is_dead());
    }
    match (heap::live(a), heap::live(b)) {
        (Some((a, _)), Some((b, _))) if a == b && has_parts(a) => Verdict::Compare,
        _ => Verdict::Known(false),
    }
}

fn has_parts(object_type: ObjectType) -> bool {
    matches!(
        object_type,
        ObjectType::Array | ObjectType::Tuple | ObjectType::Dict | ObjectType::Enum
    )
}

/// Compares what is inside, with a list of pairs still to compare instead of recursion, so that
/// neither depth nor cycles matter.
fn structures(a: RuntimeValue, b: RuntimeValue, nan_is_nan: bool) -> bool {
    let mut assumed = WordSet::default();
    let mut pairs = vec![(a, b)];
    while let Some((a, b)) = pairs.pop() {
        match scalars(a, b, nan_is_nan) {
            Verdict::Known(true) => {}
            Verdict::Known(false) => return false,
            // A pair that was met before is equal unless another pair says otherwise.
            Verdict::Compare if !assumed.insert((a.to_bits(), b.to_bits())) => {}
            Verdict::Compare => {
                if !add_parts(a, b, &mut pairs) {
                    return false;
                }
            }
        }
    }
    true
}

/// Adds the pairs of parts that must be equal. False when the shapes differ.
fn add_parts(
    a: RuntimeValue,
    b: RuntimeValue,
    pairs: &mut Vec<(RuntimeValue, RuntimeValue)>,
) -> bool {
    if let (Some(a), Some(b)) = (Array::find(a), Array::find(b)) {
        pairs.extend(a.iter().zip(b));
        a.len() == b.len()
    } else if let (Some(a), Some(b)) = (Tuple::find(a), Tuple::find(b)) {
        pairs.extend(a.iter().zip(b.iter()));
        a.len() == b.len()
    } else if let (Some(a), Some(b)) = (Enum::find(a), Enum::find(b)) {
        pairs.push((a.payload(), b.payload()));
        a.discriminant() == b.discriminant()
    } else if let (Some(a), Some(b)) = (Dict::find(a), Dict::find(b)) {
        a.len() == b.len() && nesting::deeper(|| add_dict_parts(a, b, pairs)).unwrap_or(false)
    } else {
        false
    }
}

/// The values of equal keys must be equal. False when a key of `a` is not in `b`.
fn add_dict_parts(a: Dict, b: Dict, pairs: &mut Vec<(RuntimeValue, RuntimeValue)>) -> bool {
    a.iter().all(|(key, value)| match b.get(key) {
        Some(other) => {
            pairs.push((value, other));
            true
        }
        None => false,
    })
}
