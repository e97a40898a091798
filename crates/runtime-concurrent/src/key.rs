//! Values as keys of a map that many threads use.

use std::borrow::Borrow;
use std::hash::{Hash, Hasher};

use runtime_core::{Error, Result};
use runtime_value::codes::RT_ERROR_NOT_A_VALUE;
use runtime_value::{Number, RuntimeValue, Str, View};

/// A key that a map keeps: it refers to no heap object, so it stays what it is whatever becomes of
/// the value that it was made of.
///
/// Strings are equal by bytes. Numbers are equal by mathematical value, whatever their form: 2 is
/// 2.0, and NaN is itself. All else is equal by identity: NIL, bools and symbols are what they are,
/// and a container is equal to itself only, because what is inside may change on any thread.
///
/// # Example
/// ```
/// use runtime_concurrent::{Key, Map};
/// use runtime_concurrent::key::{AsKey, Given};
/// use runtime_value::RuntimeValue;
///
/// let map: Map<Key, u64> = Map::new();
/// let (one, other) = (RuntimeValue::string("name")?, RuntimeValue::string("name")?);
/// map.insert(Given::of("key", one)?.to_key(), 1);
/// assert_eq!(map.get::<dyn AsKey>(&Given::of("key", other)?), Some(1));
/// # Ok::<(), runtime_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub enum Key {
    /// The bytes of a string.
    Bytes(Box<[u8]>),
    /// Anything else.
    Scalar(Scalar),
}

/// A key that is a word long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scalar {
    /// A number that is an int, whatever its form.
    Int(i64),
    /// An int above `i64::MAX`.
    UInt(u64),
    /// The bits of a float that is no int of 64 bits.
    Float(u64),
    /// The bits of a value that is neither a string nor a number.
    Word(u64),
}

/// A key as it is compared and hashed, wherever its bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyRef<'k> {
    /// The bytes of a string.
    Bytes(&'k [u8]),
    /// Anything else.
    Scalar(Scalar),
}

/// What can be looked up in a map of [`Key`]s.
pub trait AsKey {
    /// The key.
    fn as_key(&self) -> KeyRef<'_>;
}

/// A value as it was given to be a key: nothing is copied before it has to be kept.
#[derive(Clone, Copy, Debug)]
pub enum Given {
    /// A string, where it is.
    Str(Str),
    /// Anything else.
    Scalar(Scalar),
}

impl Given {
    /// The key that `value` stands for. `name` is the argument's, for the error.
    ///
    /// # Errors
    /// `RT_ERROR_NOT_A_VALUE` for a forged or freed word.
    pub fn of(name: &str, value: RuntimeValue) -> Result<Self> {
        if let Some(string) = Str::find(value) {
            return Ok(Self::Str(string));
        }
        match Number::of(value) {
            Some(Number::Int(int)) => Ok(Self::Scalar(Scalar::Int(int))),
            Some(Number::UInt(int)) => Ok(Self::Scalar(Scalar::UInt(int))),
            Some(Number::Float(float)) => Ok(Self::Scalar(Scalar::of_float(float))),
            None if value.is_dead() => Err(dead(name, value)),
            None => Ok(Self::Scalar(Scalar::Word(value.to_bits()))),
        }
    }

    /// The key, to be kept.
    pub fn to_key(self) -> Key {
        match self {
            Self::Str(string) => Key::Bytes(string.as_bytes().into()),
            Self::Scalar(scalar) => Key::Scalar(scalar),
        }
    }
}

impl Key {
    /// The key as a value: a new string or number where the word does not hold it itself, which is
    /// the caller's; else the word that was given.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    pub fn to_value(&self) -> Result<RuntimeValue> {
        match *self {
            Self::Bytes(ref bytes) => RuntimeValue::bytes(bytes),
            Self::Scalar(Scalar::Int(int)) => RuntimeValue::int(int),
            Self::Scalar(Scalar::UInt(int)) => RuntimeValue::uint(int),
            Self::Scalar(Scalar::Float(bits)) => RuntimeValue::float(f64::from_bits(bits)),
            // SAFETY: the word was given by a thread that handed it over with the key.
            Self::Scalar(Scalar::Word(bits)) => Ok(unsafe { RuntimeValue::from_bits(bits) }),
        }
    }

    /// Calls `function` with the key as a value. One that had to be made is freed afterwards.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    pub fn lend<R>(&self, function: impl FnOnce(RuntimeValue) -> R) -> Result<R> {
        let value = self.to_value()?;
        let _made = (!matches!(self, Self::Scalar(Scalar::Word(_)))).then(|| Made(value));
        Ok(function(value))
    }
}

/// A value that was made for one use, and goes after it, also when that panics.
struct Made(RuntimeValue);

impl Drop for Made {
    fn drop(&mut self) {
        // A number in the word itself is no heap object, and the user may have freed the value: both
        // are refused, which is fine.
        // SAFETY: the use that the value was made for is over.
        let _ = unsafe { self.0.free() };
    }
}

impl Scalar {
    /// The float's int where it has one, so that a float and an int of one value are one key.
    fn of_float(float: f64) -> Self {
        const ABOVE_I64: f64 = 9_223_372_036_854_775_808.0;
        const ABOVE_U64: f64 = 2.0 * ABOVE_I64;
        if float.trunc() != float || !(-ABOVE_I64..ABOVE_U64).contains(&float) {
            return Self::Float(if float.is_nan() { f64::NAN.to_bits() } else { float.to_bits() });
        }
        if float < ABOVE_I64 { Self::Int(float as i64) } else { Self::UInt(float as u64) }
    }
}

#[cold]
fn dead(name: &str, value: RuntimeValue) -> Error {
    Error::new(
        RT_ERROR_NOT_A_VALUE,
        format!("{name} {:#x} is not a live value (forged or freed)", value.to_bits()),
    )
}

impl AsKey for Key {
    fn as_key(&self) -> KeyRef<'_> {
        match self {
            Self::Bytes(bytes) => KeyRef::Bytes(bytes),
            Self::Scalar(scalar) => KeyRef::Scalar(*scalar),
        }
    }
}

impl AsKey for Given {
    fn as_key(&self) -> KeyRef<'_> {
        match self {
            Self::Str(string) => KeyRef::Bytes(string.as_bytes()),
            Self::Scalar(scalar) => KeyRef::Scalar(*scalar),
        }
    }
}

impl<'k> Borrow<dyn AsKey + 'k> for Key {
    fn borrow(&self) -> &(dyn AsKey + 'k) {
        self
    }
}

impl Hash for dyn AsKey + '_ {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_key().hash(state);
    }
}

impl PartialEq for dyn AsKey + '_ {
    fn eq(&self, other: &Self) -> bool {
        self.as_key() == other.as_key()
    }
}

impl Eq for dyn AsKey + '_ {}

// A key hashes and compares as what it is borrowed as.

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_key().hash(state);
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.as_key() == other.as_key()
    }
}

impl Eq for Key {}

#[cfg(all(test, not(loom)))]
mod tests {
    use runtime_value::{Array, equality};

    use super::*;
    use crate::Map;

    fn key(value: RuntimeValue) -> Key {
        Given::of("key", value).expect("the tests make keys of live values").to_key()
    }

    #[test]
    fn keys_are_equal_as_dict_keys_are() {
        let values: Vec<RuntimeValue> =
            [0.0, -0.0, 2.0, 2.5, -1e300, 9e18, 9.3e18, 1.9e19, f64::NAN, -f64::NAN, f64::INFINITY]
                .into_iter()
                .map(|float| RuntimeValue::float(float).unwrap())
                .chain([0, 2, i64::MIN, i64::MAX].map(|int| RuntimeValue::int(int).unwrap()))
                .chain(
                    [9_300_000_000_000_000_000, u64::MAX]
                        .map(|int| RuntimeValue::uint(int).unwrap()),
                )
                .chain(["", "2", "a", "a"].map(|text| RuntimeValue::string(text).unwrap()))
                .chain([RuntimeValue::NIL, RuntimeValue::TRUE, RuntimeValue::FALSE])
                .collect();
        for &a in &values {
            for &b in &values {
                assert_eq!(key(a) == key(b), equality::same_key(a, b).unwrap(), "{a:?} and {b:?}");
            }
            assert_eq!(key(key(a).to_value().unwrap()), key(a), "{a:?} comes back");
        }
    }

    #[test]
    fn a_key_outlives_its_string() {
        let map: Map<Key, u64> = Map::new();
        let text = RuntimeValue::string("short life").unwrap();
        map.insert(key(text), 7);
        // SAFETY: nobody uses the string any more.
        unsafe { text.free() }.unwrap();
        assert_eq!(
            Given::of("key", text).unwrap_err().code(),
            RT_ERROR_NOT_A_VALUE,
            "a freed string is no key"
        );
        let again = RuntimeValue::string("short life").unwrap();
        assert_eq!(map.get::<dyn AsKey>(&Given::of("key", again).unwrap()), Some(7));
    }

    #[test]
    fn containers_are_keys_by_identity() {
        let (a, b) = (Array::new(0).unwrap().value(), Array::new(0).unwrap().value());
        assert_eq!(key(a), key(a));
        assert_ne!(key(a), key(b));
        assert_eq!(key(a).to_value().unwrap(), a);
        key(a).lend(|lent| assert_eq!(lent, a)).unwrap();
        assert!(!a.is_dead(), "a container is not made, so it is not freed");
    }

    #[test]
    fn what_is_lent_goes_afterwards() {
        let lent = key(RuntimeValue::string("a").unwrap()).lend(|value| {
            assert!(!value.is_dead());
            value
        });
        assert!(lent.unwrap().is_dead());
        assert_eq!(key(RuntimeValue::TRUE).lend(|value| value).unwrap(), RuntimeValue::TRUE);
    }
}
