//! How errors show a byte.

use std::fmt;

/// A byte as errors show it.
pub(crate) struct Shown(pub(crate) u8);

impl fmt::Display for Shown {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            byte @ 0x20..=0x7e => write!(out, "'{}'", char::from(byte)),
            byte => write!(out, "byte {byte:#04x}"),
        }
    }
}
