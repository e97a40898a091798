//! Builds `libsimple_runtime.a` and `libsimple_runtime.so`: everything that the facade names.
pub use facade::*;
