//! Model files that the fuzzer chooses. `cargo fuzz run model_files tests/fixtures/files` in the crate's folder
//! begins with what Python wrote; it needs a nightly compiler, and LibTorch in the environment.
//! `tests/model_file_hostile.rs` does a bounded part of this in every test run.
#![no_main]

use runtime_torch::model_file::{LoadOptions, load_bytes, safetensors};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = load_bytes(bytes, LoadOptions::default());
    let _ = safetensors::load_bytes(bytes, LoadOptions::default());
});
