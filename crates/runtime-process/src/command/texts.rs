//! Lists of texts as C has them: arguments and variables on their way to a child.

use std::ptr;

use runtime_core::{Error, Result};

/// Texts that each end with a zero byte, one after the other in one block: a list for each child is made
/// of many short ones.
pub(crate) struct Texts {
    bytes: Vec<u8>,
    /// Where each of them begins.
    starts: Vec<usize>,
}

impl Texts {
    /// No texts, with room for so many.
    pub(super) fn with_capacity(count: usize) -> Self {
        Self { bytes: Vec::with_capacity(64 * count), starts: Vec::with_capacity(count) }
    }

    /// Adds the text that the parts make together. `name` is what it is called in an error.
    pub(super) fn push(&mut self, parts: &[&[u8]], name: impl FnOnce() -> String) -> Result<()> {
        let start = self.bytes.len();
        parts.iter().for_each(|part| self.bytes.extend_from_slice(part));
        no_zero(&self.bytes[start..], name)?;
        self.bytes.push(0);
        self.starts.push(start);
        Ok(())
    }

    /// The addresses of the texts, with null at the end. They are good as long as nothing is added. The
    /// system does not change the texts, although the type says so.
    pub(super) fn addresses(&self) -> Vec<*mut libc::c_char> {
        let address = |start: &usize| self.bytes[*start..].as_ptr().cast_mut().cast();
        self.starts.iter().map(address).chain([ptr::null_mut()]).collect()
    }
}

/// Refuses bytes that C would take for the end of a text.
pub(super) fn no_zero(bytes: &[u8], name: impl FnOnce() -> String) -> Result<()> {
    match bytes.iter().position(|byte| *byte == 0) {
        None => Ok(()),
        Some(position) => Err(Error::invalid(format!("{} has a zero byte at {position}", name()))),
    }
}
