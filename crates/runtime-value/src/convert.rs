//! Conversions between values and Rust's own types.

use runtime_core::{Error, Result};

use crate::view::{self, Str, View};
use crate::word::RuntimeValue;

/// Like Rust's own collections, a conversion that runs out of memory ends in a panic. Where that will
/// not do, [`RuntimeValue::int`] and its kin return a `Result`.
const OUT_OF_MEMORY: &str = "memory is exhausted";

impl From<()> for RuntimeValue {
    fn from((): ()) -> Self {
        Self::NIL
    }
}

impl From<bool> for RuntimeValue {
    fn from(value: bool) -> Self {
        Self::bool(value)
    }
}

impl From<i32> for RuntimeValue {
    fn from(int: i32) -> Self {
        i64::from(int).into()
    }
}

impl From<i64> for RuntimeValue {
    fn from(int: i64) -> Self {
        Self::int(int).expect(OUT_OF_MEMORY)
    }
}

impl From<u64> for RuntimeValue {
    fn from(int: u64) -> Self {
        Self::uint(int).expect(OUT_OF_MEMORY)
    }
}

impl From<f64> for RuntimeValue {
    fn from(float: f64) -> Self {
        Self::float(float).expect(OUT_OF_MEMORY)
    }
}

impl From<&str> for RuntimeValue {
    fn from(text: &str) -> Self {
        Self::string(text).expect(OUT_OF_MEMORY)
    }
}

impl From<&[u8]> for RuntimeValue {
    fn from(bytes: &[u8]) -> Self {
        Self::bytes(bytes).expect(OUT_OF_MEMORY)
    }
}

impl<T: Into<RuntimeValue>> From<Option<T>> for RuntimeValue {
    /// `None` is NIL.
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::NIL, Into::into)
    }
}

impl TryFrom<RuntimeValue> for bool {
    type Error = Error;

    fn try_from(value: RuntimeValue) -> Result<Self> {
        if value.is_bool() {
            Ok(value == RuntimeValue::TRUE)
        } else {
            Err(view::wrong_type("value", value, "bool"))
        }
    }
}

impl TryFrom<RuntimeValue> for i64 {
    type Error = Error;

    fn try_from(value: RuntimeValue) -> Result<Self> {
        value.to_int()
    }
}

impl TryFrom<RuntimeValue> for u64 {
    type Error = Error;

    fn try_from(value: RuntimeValue) -> Result<Self> {
        value.to_uint()
    }
}

impl TryFrom<RuntimeValue> for f64 {
    type Error = Error;

    /// Of an int: the nearest float.
    fn try_from(value: RuntimeValue) -> Result<Self> {
        value.to_float()
    }
}

impl TryFrom<RuntimeValue> for String {
    type Error = Error;

    fn try_from(value: RuntimeValue) -> Result<Self> {
        Ok(Str::of("value", value)?.as_text()?.to_owned())
    }
}
