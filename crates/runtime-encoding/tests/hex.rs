//! Hexadecimal: every byte both ways, and what is refused.

use proptest::prelude::*;
use runtime_encoding::{codes, hex};

#[test]
fn every_byte() {
    let all: Vec<u8> = (0..=u8::MAX).collect();
    let lower: String = all.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex::encode_lower(&all).unwrap(), lower);
    assert_eq!(hex::encode_upper(&all).unwrap(), lower.to_uppercase());
    assert_eq!(hex::decode(lower.as_bytes()).unwrap(), all);
    assert_eq!(hex::decode(lower.to_uppercase().as_bytes()).unwrap(), all);
    assert_eq!(hex::decode(b"").unwrap(), b"");
}

#[test]
fn every_byte_at_every_place() {
    let mut text = vec![b'0'; 100];
    for place in 0..text.len() {
        for byte in 0..=u8::MAX {
            text[place] = byte;
            match hex::decode(&text) {
                Ok(_) => assert!(byte.is_ascii_hexdigit(), "{byte} at {place}"),
                Err(refused) => {
                    assert!(!byte.is_ascii_hexdigit(), "{byte} at {place}");
                    assert_eq!(refused.code(), codes::RT_ERROR_HEX_CHARACTER);
                    assert!(refused.reason().contains(&format!("at position {place},")));
                }
            }
        }
        text[place] = b'0';
    }
}

#[test]
fn an_odd_number_of_digits() {
    let refused = hex::decode(b"abc").unwrap_err();
    assert_eq!(refused.code(), codes::RT_ERROR_HEX_ODD);
    assert_eq!(refused.reason(), "input has 3 digits, an odd number");
    // A foreign byte is the better explanation.
    assert_eq!(hex::decode(b"ab ").unwrap_err().code(), codes::RT_ERROR_HEX_CHARACTER);
}

proptest! {
    #[test]
    fn what_is_encoded_is_decoded(bytes: Vec<u8>) {
        prop_assert_eq!(&hex::decode(hex::encode_lower(&bytes).unwrap().as_bytes()).unwrap(), &bytes);
        prop_assert_eq!(&hex::decode(hex::encode_upper(&bytes).unwrap().as_bytes()).unwrap(), &bytes);
    }
}
