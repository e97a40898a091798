//! The hash of a value as a dict key: equal keys hash equal, in one process.
//!
//! Strings are hashed with foldhash and a seed of the process, so that keys that collide on one run
//! do not on the next. Numbers hash by mathematical value, whatever their form. Structures hash a
//! bounded part of themselves, so that cycles end and huge keys stay cheap.

use std::collections::{HashMap, HashSet, hash_map};
use std::hash::{BuildHasher, Hasher};
use std::sync::LazyLock;

use foldhash::SharedSeed;
use foldhash::fast::SeedableRandomState;

use crate::number::Number;
use crate::view::{Array, Dict, Enum, Str, Tuple, View};
use crate::word::RuntimeValue;

/// A set of words or addresses. Their hash is that of dict keys too: fast, and seeded.
pub(crate) type WordSet<T> = HashSet<T, SeedableRandomState>;

/// A map from words or addresses, as [`WordSet`].
pub(crate) type WordMap<K, V> = HashMap<K, V, SeedableRandomState>;

/// An empty set.
pub(crate) fn word_set<T>() -> WordSet<T> {
    HashSet::with_hasher(STATE.clone())
}

/// An empty map.
pub(crate) fn word_map<K, V>() -> WordMap<K, V> {
    HashMap::with_hasher(STATE.clone())
}

/// How deep a structure is hashed.
const DEPTH: u32 = 4;
/// How many elements of each level are hashed.
const WIDTH: usize = 16;

/// Foldhash's own seed would be made of an allocation's address, and end the process without memory.
static SHARED: LazyLock<SharedSeed> = LazyLock::new(|| SharedSeed::from_u64(random(0)));
static STATE: LazyLock<SeedableRandomState> =
    LazyLock::new(|| SeedableRandomState::with_seed(random(1), &SHARED));
/// A random number of this process, for what is no string.
static SEED: LazyLock<u64> = LazyLock::new(|| random(2));

/// A random number, of the system's.
fn random(number: u64) -> u64 {
    hash_map::RandomState::new().hash_one(number)
}

/// The hash of a value as a dict key. It agrees with [`same_key`](crate::equality::same_key).
#[inline(always)]
pub fn hash(value: RuntimeValue) -> u64 {
    if let Some(string) = Str::find(value) {
        return hash_bytes(string.as_bytes());
    }
    match value.inline_int() {
        Some(int) => mix(int as u64),
        None => hash_other(value, DEPTH),
    }
}

#[inline(always)]
fn hash_bytes(bytes: &[u8]) -> u64 {
    let mut hasher = STATE.build_hasher();
    hasher.write(bytes);
    hasher.finish()
}

/// Spreads the bits of a number: a folded multiplication, as in wyhash and foldhash.
#[inline(always)]
fn mix(bits: u64) -> u64 {
    const ODD: u64 = 0x9E37_79B9_7F4A_7C15;
    let product = u128::from(bits ^ *SEED) * u128::from(ODD);
    product as u64 ^ (product >> 64) as u64
}

fn hash_at(value: RuntimeValue, depth: u32) -> u64 {
    match Str::find(value) {
        Some(string) => hash_bytes(string.as_bytes()),
        None => hash_other(value, depth),
    }
}

#[inline(never)]
fn hash_other(value: RuntimeValue, depth: u32) -> u64 {
    if let Some(number) = Number::of(value) {
        return hash_number(number);
    }
    if depth == 0 {
        return 0;
    }
    if let Some(array) = Array::find(value) {
        hash_sequence(1, array.len(), array.iter(), depth)
    } else if let Some(tuple) = Tuple::find(value) {
        hash_sequence(2, tuple.len() as usize, tuple.iter(), depth)
    } else if let Some(dict) = Dict::find(value) {
        // Equal dicts may hold their pairs in different orders.
        mix(mix(3) ^ dict.len() as u64)
    } else if let Some(variant) = Enum::find(value) {
        mix(mix(4 + u64::from(variant.discriminant())) ^ hash_at(variant.payload(), depth - 1))
    } else {
        mix(value.to_bits())
    }
}

fn hash_number(number: Number) -> u64 {
    match (number.exact_int(), number) {
        // Negative ints as two's complement, unsigned ones as they are: the two ranges overlap,
        // which costs a collision and no more.
        (Some(int), _) => mix(int as u64),
        (None, Number::Float(float)) if float.is_nan() => mix(f64::NAN.to_bits()),
        (None, number) => mix(number.to_f64().to_bits()),
    }
}

fn hash_sequence(
    kind: u64,
    len: usize,
    items: impl Iterator<Item = RuntimeValue>,
    depth: u32,
) -> u64 {
    items
        .take(WIDTH)
        .fold(mix(kind ^ (len as u64) << 8), |hash, item| mix(hash ^ hash_at(item, depth - 1)))
}
