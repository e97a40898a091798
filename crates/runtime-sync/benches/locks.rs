//! The locks through their C functions, beside those of pthread.
fn main() {}
