#![doc = include_str!("../README.md")]

mod digest;
#[cfg(feature = "ffi")]
pub mod ffi;
mod hasher;
mod sha;
pub mod table;
mod xxh3;

pub use digest::{Digest, Hex};
pub use hasher::StreamHasher;
pub use sha::{Sha, Sha1, Sha256, Sha512, sha1, sha256, sha512};
pub use xxh3::{Xxh3, xxh3, xxh3_with_seed};
