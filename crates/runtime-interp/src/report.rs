//! What compiled code calls where it finds no function or method: a line on standard error, and an
//! error.

use std::io::{self, ErrorKind, Write};

use runtime_core::sigpipe::HeldBack;
use runtime_core::{Error, hooks};

use crate::codes;

/// A name in a report. Whoever calls may have only bytes, or nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name<'a> {
    /// The name.
    Known(&'a str),
    /// There is a name, but it is not UTF-8.
    NotText,
    /// There is no name.
    Unknown,
}

impl<'a> Name<'a> {
    /// The name that these bytes are.
    pub fn of(bytes: &'a [u8]) -> Self {
        std::str::from_utf8(bytes).map_or(Self::NotText, Self::Known)
    }

    fn or(self, not_text: &'a str, unknown: &'a str) -> &'a str {
        match self {
            Self::Known(name) => name,
            Self::NotText => not_text,
            Self::Unknown => unknown,
        }
    }
}

/// Reports on standard error that there is no function `name`, and returns the same as an error.
#[cold]
pub fn function_not_found(name: Name<'_>) -> Error {
    let name = name.or("(invalid UTF-8 name)", "(unknown name)");
    report(codes::RT_ERROR_FUNCTION_NOT_FOUND, format!("Function '{name}' not found"))
}

/// Reports on standard error that `on` has no method `method`, and returns the same as an error.
#[cold]
pub fn method_not_found(on: Name<'_>, method: Name<'_>) -> Error {
    let on = on.or("<invalid UTF-8>", "<unknown type>");
    let method = method.or("<invalid UTF-8>", "<unknown method>");
    report(codes::RT_ERROR_METHOD_NOT_FOUND, format!("Method '{method}' not found on type '{on}'"))
}

/// Writes one line, past any capture, after what was printed before it.
fn report(code: i64, reason: String) -> Error {
    hooks::run();
    let line = format!("Runtime error: {reason}\n");
    let held_back = HeldBack::new();
    // The report is also an error, so nothing is lost when standard error does not take it.
    if let Err(refusal) = io::stderr().write_all(line.as_bytes())
        && refusal.kind() == ErrorKind::BrokenPipe
    {
        held_back.swallow();
    }
    Error::new(code, reason)
}
