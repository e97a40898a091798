//! The text of values. Floats are checked against Rust's own shortest digits by reading them back.
#![cfg(not(feature = "compat-floats"))]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

use proptest::prelude::*;
use runtime_value::display::{float, to_bytes};
use runtime_value::enumeration::discriminants;
use runtime_value::{Array, Closure, Dict, Enum, Object, RuntimeValue, Tuple, Unique, View};

#[test]
fn texts() {
    let array = |values: &[RuntimeValue]| Array::from_slice(values).unwrap().value();
    let one = RuntimeValue::from(1);
    let text = RuntimeValue::from("a \"b\"\n\u{1}é");
    let dict = Dict::new(0).unwrap();
    dict.insert("key".into(), one).unwrap();
    dict.insert(2.into(), array(&[])).unwrap();
    let variant = |discriminant| Enum::new(0, discriminant, one).unwrap().value();
    let object = Object::new(42, 1).unwrap();
    let cases: &[(RuntimeValue, &str)] = &[
        (RuntimeValue::NIL, "nil"),
        (RuntimeValue::TRUE, "true"),
        (RuntimeValue::FALSE, "false"),
        (RuntimeValue::ERROR, "error"),
        // SAFETY: a symbol refers to no object.
        (unsafe { RuntimeValue::from_bits(4 << 3 | 3) }, "<symbol 4>"),
        (42.into(), "42"),
        (i64::MIN.into(), "-9223372036854775808"),
        (u64::MAX.into(), "18446744073709551615"),
        (1.0.into(), "1.0"),
        (0.1.into(), "0.1"),
        (3.14.into(), "3.14"),
        ((-0.0).into(), "-0.0"),
        (1e21.into(), "1000000000000000000000.0"),
        (1e-7.into(), "0.0000001"),
        (f64::NAN.into(), "NaN"),
        (f64::INFINITY.into(), "inf"),
        (f64::NEG_INFINITY.into(), "-inf"),
        ("plain".into(), "plain"),
        (text, "a \"b\"\n\u{1}é"),
        (array(&[one, text]), "[1, \"a \\\"b\\\"\\n\\x01é\"]"),
        (Tuple::from_slice(&[one]).unwrap().value(), "(1,)"),
        (Tuple::from_slice(&[one, one]).unwrap().value(), "(1, 1)"),
        (Tuple::new(0).unwrap().value(), "()"),
        (dict.value(), "{\"key\": 1, 2: []}"),
        (variant(discriminants::SOME), "Some(1)"),
        (variant(discriminants::NONE), "None"),
        (variant(discriminants::OK), "Ok(1)"),
        (variant(discriminants::ERR), "Err(1)"),
        (variant(7), "<enum 0 variant 0x7>(1)"),
        (object.value(), "<object 42 (nil)>"),
        (Closure::new(std::ptr::without_provenance(16), 0).unwrap().value(), "<closure 0x10>"),
        (Unique::new(text).unwrap().value(), "<unique \"a \\\"b\\\"\\n\\x01é\">"),
    ];
    for (value, expected) in cases {
        assert_eq!(value.to_string(), *expected);
    }
    assert_eq!(format!("{one:>3}|"), "  1|");
}

#[test]
fn bytes_that_are_no_text_come_out_as_they_are() {
    let bytes = RuntimeValue::bytes(b"\xff\xfe").unwrap();
    assert_eq!(to_bytes(bytes).unwrap(), b"\xff\xfe");
    let array = Array::from_slice(&[bytes]).unwrap().value();
    assert_eq!(to_bytes(array).unwrap(), b"[\"\xff\xfe\"]");
    assert_eq!(bytes.to_string(), "\u{fffd}\u{fffd}");
}

proptest! {
    #[test]
    fn floats_read_back(number in any::<f64>()) {
        let text = float(number);
        prop_assert!(!text.contains(['e', 'E']));
        let read: f64 = text.parse().unwrap();
        prop_assert!(read.to_bits() == number.to_bits() || number.is_nan() && read.is_nan());
    }
}
