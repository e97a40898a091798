//! Whole files, read and written, beside the standard library.

fn main() {}
