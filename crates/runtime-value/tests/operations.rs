//! A bounded run of the fuzz target: sequences of operations on values, chosen by a generator with a
//! fixed seed. `SEQUENCES=100000` makes it a long one; `cargo fuzz run value_operations` goes on from here.
#![cfg(feature = "ffi")]

#[path = "../fuzz/harness.rs"]
mod harness;

// One test only: the harness knows which words are live as long as no other thread frees and makes
// objects meanwhile.
#[test]
fn random_sequences() {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let sequences = std::env::var("SEQUENCES").ok().and_then(|number| number.parse().ok());
    for _ in 0..sequences.unwrap_or(2_000) {
        let length = random() % 1_000;
        let bytes: Vec<u8> = (0..length).map(|_| (random() >> 32) as u8).collect();
        harness::run(&bytes);
    }
}
