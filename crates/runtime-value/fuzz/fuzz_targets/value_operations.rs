//! Sequences of operations on values, chosen by the fuzzer. `cargo fuzz run value_operations` in the
//! crate's folder runs it; it needs a nightly compiler.
#![no_main]

#[path = "../harness.rs"]
mod harness;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| harness::run(bytes));
