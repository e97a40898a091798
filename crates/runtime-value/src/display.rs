//! The text of a value, as Simple prints it.
//!
//! `nil`, `true`, `42`, `1.0` (the shortest digits that read back as the same float, never with an
//! exponent), strings as they are, `[1, "two"]` with strings inside containers quoted, `(1,)`,
//! `{"key": 1}`, `Some(1)`. Strings are bytes, so a text is bytes too: what is not UTF-8 comes out as
//! it is, but for [`std::fmt::Display`], which replaces it.

use std::fmt;
use std::io::Write;

use crate::enumeration::discriminants;
use crate::heap;
use crate::number::Number;
use crate::types::ObjectType;
use crate::view::{Array, Closure, Dict, Enum, Handle, Object, Shared, Str, Tuple, Unique, View};
use crate::word::RuntimeValue;

/// How deep containers are printed; deeper ones are `...`.
const DEPTH: usize = 100;
/// How many bytes of a value an error message shows.
const SHORT: usize = 40;

/// Appends the text of `value`.
pub fn write(value: RuntimeValue, out: &mut Vec<u8>) {
    match Str::find(value) {
        Some(string) => out.extend_from_slice(string.as_bytes()),
        None => Writer { out, path: Vec::new() }.value(value),
    }
}

/// The text of `value`.
pub fn to_bytes(value: RuntimeValue) -> Vec<u8> {
    let mut out = Vec::new();
    write(value, &mut out);
    out
}

/// The text of a float: the shortest digits that read back as the same float, never an exponent.
pub fn float(float: f64) -> String {
    if float.is_nan() {
        String::from("NaN")
    } else if float.is_finite() && float.trunc() == float {
        format!("{float}.0")
    } else {
        format!("{float}")
    }
}

/// The first bytes of a value's text, quoted, for an error message.
pub(crate) fn short(value: RuntimeValue) -> String {
    let text = format!("{}", Quoted(value));
    match text.char_indices().nth(SHORT) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}

/// Displays a value with strings quoted, also at the top.
pub(crate) struct Quoted(pub(crate) RuntimeValue);

impl fmt::Display for Quoted {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Vec::new();
        Writer { out: &mut text, path: Vec::new() }.value(self.0);
        out.write_str(&String::from_utf8_lossy(&text))
    }
}

impl fmt::Display for RuntimeValue {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&String::from_utf8_lossy(&to_bytes(*self)))
    }
}

struct Writer<'o> {
    out: &'o mut Vec<u8>,
    /// The containers around the value that is being written, for cycles and depth.
    path: Vec<RuntimeValue>,
}

impl Writer<'_> {
    fn text(&mut self, text: impl fmt::Display) {
        // Writing into a vector fails only when memory is exhausted, which aborts.
        let _ = write!(self.out, "{text}");
    }

    fn value(&mut self, value: RuntimeValue) {
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
                Number::Float(number) => self.text(float(number)),
            }
        } else if let Some((object_type, _)) = heap::live(value) {
            self.object(object_type, value);
        } else {
            self.text(format_args!("<invalid {:#x}>", value.to_bits()));
        }
    }

    fn object(&mut self, object_type: ObjectType, value: RuntimeValue) {
        if let Some(string) = Str::find(value) {
            return self.quoted(string.as_bytes());
        }
        if self.path.len() >= DEPTH || self.path.contains(&value) {
            return self.text("...");
        }
        self.path.push(value);
        if let Some(array) = Array::find(value) {
            self.sequence("[", array.iter(), "]");
        } else if let Some(tuple) = Tuple::find(value) {
            self.sequence("(", tuple.iter(), if tuple.len() == 1 { ",)" } else { ")" });
        } else if let Some(dict) = Dict::find(value) {
            self.dict(dict);
        } else if let Some(variant) = Enum::find(value) {
            self.variant(variant);
        } else if let Some(object) = Object::find(value) {
            self.text(format_args!("<object {}", object.class_id()));
            self.sequence(" (", object.iter(), ")>");
        } else if let Some(closure) = Closure::find(value) {
            self.text(format_args!("<closure {:#x}>", closure.function().addr()));
        } else if let Some(value) = boxed(value) {
            self.text(format_args!("<{} ", object_type.name()));
            self.value(value);
            self.text(">");
        } else {
            self.text(format_args!("<{}>", object_type.name()));
        }
        self.path.pop();
    }

    fn sequence(&mut self, open: &str, items: impl Iterator<Item = RuntimeValue>, close: &str) {
        self.text(open);
        for (position, item) in items.enumerate() {
            if position > 0 {
                self.text(", ");
            }
            self.value(item);
        }
        self.text(close);
    }

    fn dict(&mut self, dict: Dict) {
        self.text("{");
        for (position, (key, value)) in dict.iter().enumerate() {
            if position > 0 {
                self.text(", ");
            }
            self.value(key);
            self.text(": ");
            self.value(value);
        }
        self.text("}");
    }

    fn variant(&mut self, variant: Enum) {
        match variant.discriminant() {
            discriminants::NONE => return self.text("None"),
            discriminants::SOME => self.text("Some"),
            discriminants::OK => self.text("Ok"),
            discriminants::ERR => self.text("Err"),
            other => self.text(format_args!("<enum {} variant {other:#x}>", variant.enum_id())),
        }
        self.text("(");
        self.value(variant.payload());
        self.text(")");
    }

    /// A string in quotes, with what would break them escaped.
    fn quoted(&mut self, bytes: &[u8]) {
        self.out.push(b'"');
        for &byte in bytes {
            match byte {
                b'"' => self.text("\\\""),
                b'\\' => self.text("\\\\"),
                b'\n' => self.text("\\n"),
                b'\r' => self.text("\\r"),
                b'\t' => self.text("\\t"),
                0..0x20 | 0x7f => self.text(format_args!("\\x{byte:02x}")),
                other => self.out.push(other),
            }
        }
        self.out.push(b'"');
    }
}

/// The value in a box.
fn boxed(value: RuntimeValue) -> Option<RuntimeValue> {
    Unique::find(value)
        .map(|unique| unique.get())
        .or_else(|| Shared::find(value).map(|shared| shared.get()))
        .or_else(|| Handle::find(value).map(|handle| handle.get()))
}
