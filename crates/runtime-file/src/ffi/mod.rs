//! The C functions of this crate, by topic.

mod copy;
mod descriptor;
mod dir;
mod entry;
mod glob;
mod map;
mod path;
mod text;

pub use copy::*;
pub use descriptor::*;
pub use dir::*;
pub use entry::*;
pub use glob::*;
pub use map::*;
pub use path::*;
pub use text::*;

use std::path::Path;

use runtime_core::{Result, arguments};

use crate::name;

/// The path argument `name` of `length` bytes at `pointer`.
///
/// # Safety
/// As [`arguments::bytes`].
pub(crate) unsafe fn path<'a>(name: &str, pointer: *const u8, length: u64) -> Result<&'a Path> {
    // SAFETY: the caller's promise is this function's own.
    let bytes = unsafe { arguments::bytes(name, pointer, length)? };
    name::path(name, bytes)
}
