//! Equality: one relation for `rt_value_eq`, search in arrays, and dict keys.
//!
//! Numbers are equal when their mathematical values are, whatever their forms: 2 equals 2.0. NaN
//! equals no number. Strings are equal by bytes; arrays, tuples and dicts by structure; enums by
//! discriminant and payload; everything else, and a container with itself, by identity. Two cyclic
//! structures are equal when no walk through both finds a difference.
//!
//! For dict keys NaN equals NaN ([`same_key`]), so that such a key can be found again.
//!
//! Comparing structures in structures takes memory, so it can fail.

use runtime_core::Result;

use crate::hash;
use crate::heap;
use crate::nesting;
use crate::number::Number;
use crate::room::Room;
use crate::types::ObjectType;
use crate::view::{Array, Dict, Enum, Str, Tuple, View};
use crate::word::RuntimeValue;

/// Whether two values are equal.
///
/// # Errors
/// `RT_ERROR_OUT_OF_MEMORY`, for structures only.
#[inline]
pub fn equal(a: RuntimeValue, b: RuntimeValue) -> Result<bool> {
    decide(a, b, false)
}

/// Whether two values are the same dict key: [`equal`], and NaN is NaN.
///
/// # Errors
/// `RT_ERROR_OUT_OF_MEMORY`, for structures only.
#[inline]
pub fn same_key(a: RuntimeValue, b: RuntimeValue) -> Result<bool> {
    decide(a, b, true)
}

#[inline(always)]
fn decide(a: RuntimeValue, b: RuntimeValue, nan_is_nan: bool) -> Result<bool> {
    match scalars(a, b, nan_is_nan) {
        Verdict::Known(equal) => Ok(equal),
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
#[inline(never)]
fn structures(a: RuntimeValue, b: RuntimeValue, nan_is_nan: bool) -> Result<bool> {
    let mut walk = Walk { nan_is_nan, rest: Vec::new() };
    if !walk.add_parts(a, b)? {
        return Ok(false);
    }
    let mut assumed = hash::word_set();
    while let Some((a, b)) = walk.rest.pop() {
        assumed.make_room(1)?;
        // A pair that was met before is equal unless another pair says otherwise.
        if assumed.insert((a.to_bits(), b.to_bits())) && !walk.add_parts(a, b)? {
            return Ok(false);
        }
    }
    Ok(true)
}

struct Walk {
    nan_is_nan: bool,
    /// The pairs of structures that are still to compare.
    rest: Vec<(RuntimeValue, RuntimeValue)>,
}

impl Walk {
    /// Compares the parts of two structures; pairs of structures are left for later. False when a
    /// part or the shapes differ.
    fn add_parts(&mut self, a: RuntimeValue, b: RuntimeValue) -> Result<bool> {
        if let (Some(a), Some(b)) = (Array::find(a), Array::find(b)) {
            Ok(a.len() == b.len() && self.add_all(a.iter().zip(b))?)
        } else if let (Some(a), Some(b)) = (Tuple::find(a), Tuple::find(b)) {
            Ok(a.len() == b.len() && self.add_all(a.iter().zip(b.iter()))?)
        } else if let (Some(a), Some(b)) = (Enum::find(a), Enum::find(b)) {
            Ok(a.discriminant() == b.discriminant() && self.add(a.payload(), b.payload(), 1)?)
        } else if let (Some(a), Some(b)) = (Dict::find(a), Dict::find(b)) {
            let same_shape = a.len() == b.len();
            Ok(same_shape && nesting::deeper(|| self.add_dict_parts(a, b)).unwrap_or(Ok(false))?)
        } else {
            Ok(false)
        }
    }

    /// The values of equal keys must be equal. False when a key of `a` is not in `b`.
    fn add_dict_parts(&mut self, a: Dict, b: Dict) -> Result<bool> {
        for (key, value) in a {
            match b.get(key)? {
                Some(other) if self.add(value, other, 1)? => {}
                _ => return Ok(false),
            }
        }
        Ok(true)
    }

    fn add_all(
        &mut self,
        mut pairs: impl Iterator<Item = (RuntimeValue, RuntimeValue)>,
    ) -> Result<bool> {
        while let Some((a, b)) = pairs.next() {
            // Where one structure is, others follow.
            let structures = 1 + pairs.size_hint().0;
            if !self.add(a, b, structures)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Compares two parts, or leaves them for later, with room for as many as are expected.
    #[inline(always)]
    fn add(&mut self, a: RuntimeValue, b: RuntimeValue, expected: usize) -> Result<bool> {
        match scalars(a, b, self.nan_is_nan) {
            Verdict::Known(equal) => Ok(equal),
            Verdict::Compare => {
                self.rest.make_room(expected)?;
                self.rest.push((a, b));
                Ok(true)
            }
        }
    }
}
