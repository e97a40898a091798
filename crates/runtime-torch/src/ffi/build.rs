//! What this build has: PyTorch at all, and its version.

/// 1 when the library was built with PyTorch, else 0. Never an error. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_available() -> i64 {
    i64::from(cfg!(feature = "pytorch"))
}
