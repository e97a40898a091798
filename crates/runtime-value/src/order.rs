//! One total order over all values, for sorting and `rt_value_compare`.
//!
//! Kinds come in this order: NIL, FALSE, TRUE, ERROR, symbols; numbers by exact value, NaN after all
//! of them; strings by bytes; arrays and tuples element by element, the shorter first; dicts by
//! length, then as sorted pairs; enums by discriminant, then payload; everything else by type and
//! address. It agrees with [`crate::equality`]: two values compare equal when they are the
//! same dict key. As there, comparing structures takes memory, so it can fail.

use std::cmp::Ordering;

use runtime_core::Result;

use crate::equality;
use crate::hash;
use crate::heap;
use crate::nesting;
use crate::number::Number;
use crate::room::Room;
use crate::sort::sort;
use crate::types::ObjectType;
use crate::view::{Array, Dict, Enum, Str, Tuple, View};
use crate::word::RuntimeValue;

/// Compares two values in the total order.
///
/// # Errors
/// `RT_ERROR_OUT_OF_MEMORY`, for structures only.
#[inline]
pub fn compare(a: RuntimeValue, b: RuntimeValue) -> Result<Ordering> {
    if let (Some(a), Some(b)) = (a.inline_int(), b.inline_int()) {
        return Ok(a.cmp(&b));
    }
    match compare_leaves(a, b) {
        Some(ordering) => Ok(ordering),
        None => compare_structures(a, b),
    }
}

/// The place of a value's kind among kinds.
fn rank(value: RuntimeValue) -> (u8, u64) {
    if let Some(id) = value.special_id() {
        // TRUE (1) and FALSE (2) change places: false comes first.
        let place = match id {
            1 => 2,
            2 => 1,
            other => other,
        };
        return (0, place);
    }
    if Number::of(value).is_some() {
        return (1, 0);
    }
    match heap::live(value) {
        Some((ObjectType::String, _)) => (2, 0),
        Some((ObjectType::Array, _)) => (3, 0),
        Some((ObjectType::Tuple, _)) => (4, 0),
        Some((ObjectType::Dict, _)) => (5, 0),
        Some((ObjectType::Enum, _)) => (6, 0),
        Some((other, _)) => (7 + other as u8, value.to_bits()),
        None => (u8::MAX, value.to_bits()),
    }
}

/// The order, unless both are objects with parts.
fn compare_leaves(a: RuntimeValue, b: RuntimeValue) -> Option<Ordering> {
    if let (Some(a), Some(b)) = (Str::find(a), Str::find(b)) {
        return Some(a.as_bytes().cmp(b.as_bytes()));
    }
    if let (Some(a), Some(b)) = (Number::of(a), Number::of(b)) {
        return Some(a.total_cmp(b));
    }
    if a == b {
        return Some(Ordering::Equal);
    }
    let (rank_a, rank_b) = (rank(a), rank(b));
    if rank_a != rank_b || !(3..=6).contains(&rank_a.0) {
        return Some(rank_a.cmp(&rank_b));
    }
    None
}

/// A pair still to compare, or an answer for the case that all pairs before it are equal.
enum Next {
    Pair(RuntimeValue, RuntimeValue),
    Answer(Ordering),
}

fn compare_structures(a: RuntimeValue, b: RuntimeValue) -> Result<Ordering> {
    // Dicts that are equal have no order of their own to be found by walking them in parallel, and
    // cyclic ones no end: equality, which ends, is asked first.
    if equality::same_key(a, b)? {
        return Ok(Ordering::Equal);
    }
    let mut assumed = hash::word_set();
    let mut rest = Vec::new();
    add_parts(a, b, &mut rest)?;
    while let Some(next) = rest.pop() {
        let ordering = match next {
            Next::Answer(ordering) => ordering,
            Next::Pair(a, b) => match compare_leaves(a, b) {
                Some(ordering) => ordering,
                None => {
                    assumed.make_room(1)?;
                    if assumed.insert((a.to_bits(), b.to_bits())) {
                        add_parts(a, b, &mut rest)?;
                    }
                    Ordering::Equal
                }
            },
        };
        if ordering.is_ne() {
            return Ok(ordering);
        }
    }
    // They are not the same key, and no part says which comes first: what is nested too deep is told
    // apart by address.
    Ok(a.to_bits().cmp(&b.to_bits()))
}

/// Puts the parts of two objects of one kind on the list, first ones on top.
fn add_parts(a: RuntimeValue, b: RuntimeValue, rest: &mut Vec<Next>) -> Result<()> {
    let pair = |(a, b)| Next::Pair(a, b);
    let before = rest.len();
    if let (Some(a), Some(b)) = (Array::find(a), Array::find(b)) {
        rest.make_room(a.len().min(b.len()).saturating_add(1))?;
        rest.extend(a.iter().zip(b).map(pair));
        rest.push(Next::Answer(a.len().cmp(&b.len())));
    } else if let (Some(a), Some(b)) = (Tuple::find(a), Tuple::find(b)) {
        rest.make_room((a.len().min(b.len()) as usize).saturating_add(1))?;
        rest.extend(a.iter().zip(b.iter()).map(pair));
        rest.push(Next::Answer(a.len().cmp(&b.len())));
    } else if let (Some(a), Some(b)) = (Enum::find(a), Enum::find(b)) {
        rest.make_room(2)?;
        rest.push(Next::Answer(a.discriminant().cmp(&b.discriminant())));
        rest.push(Next::Pair(a.payload(), b.payload()));
    } else if let (Some(a), Some(b)) = (Dict::find(a), Dict::find(b)) {
        rest.make_room(a.len().min(b.len()).saturating_mul(2).saturating_add(2))?;
        rest.push(Next::Answer(a.len().cmp(&b.len())));
        match nesting::deeper(|| Ok((sorted_pairs(a)?, sorted_pairs(b)?))) {
            Some(sorted) => {
                let (pairs_a, pairs_b) = sorted?;
                for ((key_a, value_a), (key_b, value_b)) in pairs_a.into_iter().zip(pairs_b) {
                    rest.push(Next::Pair(key_a, key_b));
                    rest.push(Next::Pair(value_a, value_b));
                }
            }
            None => {
                rest.push(Next::Answer(a.value().to_bits().cmp(&b.value().to_bits())));
            }
        }
    }
    rest[before..].reverse();
    Ok(())
}

fn sorted_pairs(dict: Dict) -> Result<Vec<(RuntimeValue, RuntimeValue)>> {
    let mut pairs = Vec::new();
    pairs.make_room(dict.len())?;
    pairs.extend(dict);
    sort(&mut pairs, |a, b| compare(a.0, b.0))?;
    Ok(pairs)
}
