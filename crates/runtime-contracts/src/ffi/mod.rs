//! The C functions of this crate, by topic.

mod check;
mod violation;

pub use check::*;
pub use violation::*;

use runtime_core::{Result, arguments};

use crate::kind::Kind;

/// The name of a function that was not given.
const UNKNOWN: &str = "<unknown>";
/// The name of a function that is not UTF-8.
const NOT_TEXT: &str = "<invalid UTF-8>";

/// The kind with this number. Compiled code of another version may know more kinds: what is unknown
/// counts as the first.
fn kind(number: i64) -> Kind {
    Kind::from_number(number).unwrap_or(Kind::Precondition)
}

/// The bytes at `pointer`.
///
/// # Safety
/// `pointer` is null or points at `length` readable bytes.
unsafe fn bytes<'a>(name: &str, pointer: *const u8, length: i64) -> Result<&'a [u8]> {
    // SAFETY: the caller's promise is this function's own.
    unsafe { arguments::bytes(name, pointer, arguments::count(name, length)?) }
}

/// The function's name in these bytes.
fn function_name(bytes: &[u8]) -> &str {
    match bytes {
        [] => UNKNOWN,
        bytes => std::str::from_utf8(bytes).unwrap_or(NOT_TEXT),
    }
}

/// The message in these bytes; none when they are not UTF-8.
fn message_text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}
