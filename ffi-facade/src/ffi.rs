//! The C functions of the facade itself.

/// The version of the binary interface: `(major << 16) | minor`, as `SIMPLE_RUNTIME_ABI_VERSION`
/// of the header that belongs to this library. A loader accepts a library with an equal major
/// number and a minor number that is not below the one it was built for. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn simple_runtime_abi_version() -> u32 {
    crate::ABI_VERSION
}
