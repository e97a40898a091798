#![doc = include_str!("../README.md")]

pub mod ffi;

// One line per area. An area that is not named here exports nothing, and no tool would say so:
// `cargo xtask abi --check` does, by comparing the library's symbols with the sources.
pub use ffi::simple_runtime_abi_version;
pub use runtime_atomic::ffi as atomic;
pub use runtime_concurrent::ffi as concurrent;
pub use runtime_contracts::ffi as contracts;
pub use runtime_core::ffi as core;
pub use runtime_coverage::ffi as coverage;
pub use runtime_encoding::ffi as encoding;
pub use runtime_file::ffi as file;
pub use runtime_hash::ffi as hash;
pub use runtime_interp::ffi as interp;
pub use runtime_io::ffi as io;
pub use runtime_math::ffi as math;
pub use runtime_process::ffi as process;
pub use runtime_sync::ffi as sync;
pub use runtime_time::ffi as time;
pub use runtime_torch::ffi as torch;
pub use runtime_value::ffi as value;

/// The major number of the binary interface. It changes when a program built against an older
/// header would not work any more.
pub const ABI_MAJOR: u32 = 1;

/// The minor number of the binary interface. It grows when functions are added.
pub const ABI_MINOR: u32 = 2;

/// Both numbers in one word, as [`simple_runtime_abi_version`] returns them.
pub const ABI_VERSION: u32 = ABI_MAJOR << 16 | ABI_MINOR;

/// The version of this package, as text.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

const _: () = assert!(ABI_MAJOR <= 0xffff && ABI_MINOR <= 0xffff);

// The border turns panics into errors. With `panic = "abort"` it could not, and every panic would
// end the program that the library is linked into.
const _: () = assert!(cfg!(panic = "unwind"), "the runtime must be built with panic = \"unwind\"");

/// The examples of the project's README, which are tests too.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

#[cfg(test)]
mod tests {
    #[test]
    fn abi_version_is_one_two() {
        assert_eq!(super::simple_runtime_abi_version(), 0x0001_0002);
    }
}
