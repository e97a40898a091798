//! The text of a value, as Simple prints it.
//!
//! `nil`, `true`, `42`, `1.0` (the shortest digits that read back as the same float, never with an
//! exponent), strings as they are, `[1, "two"]` with strings inside containers quoted, `(1,)`,
//! `{"key": 1}`, `Some(1)`. Strings are bytes, so a text is bytes too: what is not UTF-8 comes out as
//! it is, but for [`std::fmt::Display`], which replaces it.

use std::fmt::{self, Write};

use runtime_core::{Error, Result};

use crate::enumeration::discriminants;
use crate::heap;
use crate::number::Number;
use crate::room::Room;
use crate::string::Builder;
use crate::types::ObjectType;
use crate::view::{Array, Closure, Dict, Enum, Handle, Object, Shared, Str, Tuple, Unique, View};
use crate::word::RuntimeValue;

/// How deep containers are printed; deeper ones are `...`.
const DEPTH: usize = 100;
/// How many characters of a value an error message shows.
const SHORT: usize = 40;

/// Where a text goes.
pub trait Sink {
    /// Appends bytes.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    fn put(&mut self, bytes: &[u8]) -> Result<()>;
}

impl Sink for Vec<u8> {
    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.make_room(bytes.len())?;
        self.extend_from_slice(bytes);
        Ok(())
    }
}

impl Sink for Builder {
    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.extend(bytes)
    }
}

/// Appends the text of `value`.
///
/// # Errors
/// `RT_ERROR_OUT_OF_MEMORY`; a part of the text may be there then.
pub fn write(value: RuntimeValue, out: &mut impl Sink) -> Result<()> {
    match Str::find(value) {
        Some(string) => out.put(string.as_bytes()),
        None => Writer::to(out).value(value),
    }
}

/// The text of `value`.
///
/// # Errors
/// `RT_ERROR_OUT_OF_MEMORY`.
pub fn to_bytes(value: RuntimeValue) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    write(value, &mut out)?;
    Ok(out)
}

/// The text of a float: the shortest digits that read back as the same float, never an exponent.
pub fn float(float: f64) -> String {
    Float(float).to_string()
}

struct Float(f64);

impl fmt::Display for Float {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(float) = *self;
        if float.is_nan() {
            out.write_str("NaN")
        } else if float.is_finite() && float.trunc() == float {
            write!(out, "{float}.0")
        } else {
            write!(out, "{float}")
        }
    }
}

/// Displays the first characters of a value's text, quoted, for an error message. Needs no memory,
/// and no more time for a large value than for a small one.
pub(crate) struct Short(pub(crate) RuntimeValue);

/// As many bytes as one character more than an error message shows can have.
struct Beginning {
    bytes: [u8; 4 * (SHORT + 1)],
    len: usize,
}

impl Sink for Beginning {
    /// Fails when no more is needed.
    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        let room = &mut self.bytes[self.len..];
        let count = bytes.len().min(room.len());
        room[..count].copy_from_slice(&bytes[..count]);
        self.len += count;
        if count == bytes.len() { Ok(()) } else { Err(Error::out_of_memory(bytes.len())) }
    }
}

impl fmt::Display for Short {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Beginning { bytes: [0; _], len: 0 };
        // What did not fit is not shown.
        let _ = Writer::to(&mut text).value(self.0);
        let mut shown = 0;
        for chunk in text.bytes[..text.len].utf8_chunks() {
            let broken = (!chunk.invalid().is_empty()).then_some(char::REPLACEMENT_CHARACTER);
            for character in chunk.valid().chars().chain(broken) {
                if shown == SHORT {
                    return out.write_str("...");
                }
                out.write_char(character)?;
                shown += 1;
            }
        }
        Ok(())
    }
}

/// Displays a value with strings quoted, also at the top.
pub(crate) struct Quoted(pub(crate) RuntimeValue);

impl fmt::Display for Quoted {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Vec::new();
        Writer::to(&mut text).value(self.0).map_err(|_| fmt::Error)?;
        out.write_str(&String::from_utf8_lossy(&text))
    }
}

impl fmt::Display for RuntimeValue {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = to_bytes(*self).map_err(|_| fmt::Error)?;
        out.pad(&String::from_utf8_lossy(&text))
    }
}

struct Writer<'o, S> {
    out: &'o mut S,
    /// The containers around the value that is being written, for cycles and depth.
    path: [RuntimeValue; DEPTH],
    depth: usize,
}

impl<'o, S: Sink> Writer<'o, S> {
    fn to(out: &'o mut S) -> Self {
        Self { out, path: [RuntimeValue::NIL; DEPTH], depth: 0 }
    }

    fn text(&mut self, text: impl fmt::Display) -> Result<()> {
        struct Passing<'s, S>(&'s mut S, Result<()>);

        impl<S: Sink> Write for Passing<'_, S> {
            fn write_str(&mut self, part: &str) -> fmt::Result {
                self.1 = self.0.put(part.as_bytes());
                if self.1.is_ok() { Ok(()) } else { Err(fmt::Error) }
            }
        }

        let mut passing = Passing(self.out, Ok(()));
        // The sink's own error tells more.
        let _ = write!(passing, "{text}");
        passing.1
    }

    fn value(&mut self, value: RuntimeValue) -> Result<()> {
        if let Some(id) = value.special_id() {
            match id {
                0 => self.text("nil"),
                1 => self.text("true"),
                2 => self.text("false"),
                3 => self.text("error"),
                symbol => self.text(format_args!("<symbol {symbol}>")),
            }
        } else if let Some(number) = Number::of(value) {
            match number {
                Number::Int(int) => self.text(int),
                Number::UInt(int) => self.text(int),
                Number::Float(float) => self.text(Float(float)),
            }
        } else if let Some((object_type, _)) = heap::live(value) {
            self.object(object_type, value)
        } else {
            self.text(format_args!("<invalid {:#x}>", value.to_bits()))
        }
    }

    fn object(&mut self, object_type: ObjectType, value: RuntimeValue) -> Result<()> {
        if let Some(string) = Str::find(value) {
            return self.quoted(string.as_bytes());
        }
        if self.depth == DEPTH || self.path[..self.depth].contains(&value) {
            return self.text("...");
        }
        self.path[self.depth] = value;
        self.depth += 1;
        self.inside(object_type, value)?;
        self.depth -= 1;
        Ok(())
    }

    fn inside(&mut self, object_type: ObjectType, value: RuntimeValue) -> Result<()> {
        if let Some(array) = Array::find(value) {
            self.sequence("[", array.iter(), "]")
        } else if let Some(tuple) = Tuple::find(value) {
            self.sequence("(", tuple.iter(), if tuple.len() == 1 { ",)" } else { ")" })
        } else if let Some(dict) = Dict::find(value) {
            self.dict(dict)
        } else if let Some(variant) = Enum::find(value) {
            self.variant(variant)
        } else if let Some(object) = Object::find(value) {
            self.text(format_args!("<object {}", object.class_id()))?;
            self.sequence(" (", object.iter(), ")>")
        } else if let Some(closure) = Closure::find(value) {
            self.text(format_args!("<closure {:#x}>", closure.function().addr()))
        } else if let Some(value) = boxed(value) {
            self.text(format_args!("<{} ", object_type.name()))?;
            self.value(value)?;
            self.text(">")
        } else {
            self.text(format_args!("<{}>", object_type.name()))
        }
    }

    fn sequence(
        &mut self,
        open: &str,
        items: impl Iterator<Item = RuntimeValue>,
        close: &str,
    ) -> Result<()> {
        self.text(open)?;
        for (position, item) in items.enumerate() {
            if position > 0 {
                self.text(", ")?;
            }
            self.value(item)?;
        }
        self.text(close)
    }

    fn dict(&mut self, dict: Dict) -> Result<()> {
        self.text("{")?;
        for (position, (key, value)) in dict.iter().enumerate() {
            if position > 0 {
                self.text(", ")?;
            }
            self.value(key)?;
            self.text(": ")?;
            self.value(value)?;
        }
        self.text("}")
    }

    fn variant(&mut self, variant: Enum) -> Result<()> {
        match variant.discriminant() {
            discriminants::NONE => return self.text("None"),
            discriminants::SOME => self.text("Some"),
            discriminants::OK => self.text("Ok"),
            discriminants::ERR => self.text("Err"),
            other => self.text(format_args!("<enum {} variant {other:#x}>", variant.enum_id())),
        }?;
        self.text("(")?;
        self.value(variant.payload())?;
        self.text(")")
    }

    /// A string in quotes, with what would break them escaped.
    fn quoted(&mut self, bytes: &[u8]) -> Result<()> {
        self.out.put(b"\"")?;
        for run in bytes.chunk_by(|&a, &b| !breaks(a) && !breaks(b)) {
            match run {
                [b'"'] => self.out.put(b"\\\""),
                [b'\\'] => self.out.put(b"\\\\"),
                [b'\n'] => self.out.put(b"\\n"),
                [b'\r'] => self.out.put(b"\\r"),
                [b'\t'] => self.out.put(b"\\t"),
                [byte] if breaks(*byte) => self.text(format_args!("\\x{byte:02x}")),
                plain => self.out.put(plain),
            }?;
        }
        self.out.put(b"\"")
    }
}

/// Whether a byte cannot stand in a quoted string as it is.
fn breaks(byte: u8) -> bool {
    matches!(byte, b'"' | b'\\' | 0..0x20 | 0x7f)
}

/// The value in a box.
fn boxed(value: RuntimeValue) -> Option<RuntimeValue> {
    Unique::find(value)
        .map(|unique| unique.get())
        .or_else(|| Shared::find(value).map(|shared| shared.get()))
        .or_else(|| Handle::find(value).map(|handle| handle.get()))
}
