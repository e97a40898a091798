//! Functions whose results every implementation must agree on, against Python's math module
//! (tests/fixtures/exact.py) and the properties that define them.

mod fixture;

use fixture::{binary, same, unary};
use proptest::prelude::*;
use runtime_core::Result;
use runtime_math::{codes, comparison, integer, rounding};

#[test]
fn floats_as_python() {
    let mut checked = 0;
    for line in fixture::lines(include_str!("fixtures/exact.txt")) {
        let actual = if let Some(function) = unary(line.name) {
            function(line.float(0))
        } else if let Some(function) = binary(line.name) {
            function(line.float(0), line.float(1))
        } else {
            continue;
        };
        assert!(same(actual, line.result()), "{}: {actual:?} {:?}", line.text, line.result());
        checked += 1;
    }
    assert!(checked > 3000);
}

#[test]
fn integers_as_python() {
    let mut checked = 0;
    for line in fixture::lines(include_str!("fixtures/exact.txt")) {
        let actual: Result<i64> = match line.name {
            "gcd" => integer::gcd(line.int(0), line.int(1)),
            "lcm" => integer::lcm(line.int(0), line.int(1)),
            "pow_int" => integer::pow(line.int(0), line.int(1)),
            "isqrt" => integer::isqrt(line.int(0)),
            "factorial" => integer::factorial(line.int(0)),
            _ => continue,
        };
        let actual = actual.map_or_else(|_| String::from("error"), |number| number.to_string());
        assert_eq!(actual, line.last(), "{}", line.text);
        checked += 1;
    }
    assert!(checked > 1500);
}

#[test]
fn integer_errors_name_the_argument() {
    let refused = integer::gcd(i64::MIN, 0).unwrap_err();
    assert_eq!(refused.code(), codes::RT_ERROR_MATH_OVERFLOW);
    assert!(refused.reason().starts_with("the gcd of a -9223372036854775808 and b 0 is larger"));
    let refused = integer::pow(2, -1).unwrap_err();
    assert_eq!(refused.code(), codes::RT_ERROR_MATH_DOMAIN);
    assert_eq!(refused.reason(), "exponent -1 is negative");
    assert_eq!(integer::factorial(21).unwrap_err().code(), codes::RT_ERROR_MATH_OVERFLOW);
    assert_eq!(integer::isqrt(-1).unwrap_err().code(), codes::RT_ERROR_MATH_DOMAIN);
}

#[test]
fn minimum_and_maximum_of_ieee_754_2019() {
    let (nan, inf) = (f64::NAN, f64::INFINITY);
    for (x, y, min, max) in [
        (1.0, 2.0, 1.0, 2.0),
        (-0.0, 0.0, -0.0, 0.0),
        (0.0, -0.0, -0.0, 0.0),
        (-0.0, -0.0, -0.0, -0.0),
        (-inf, inf, -inf, inf),
        (inf, inf, inf, inf),
        (-inf, nan, nan, nan),
        (nan, inf, nan, nan),
        (nan, nan, nan, nan),
    ] {
        for (x, y) in [(x, y), (y, x)] {
            assert!(same(comparison::min(x, y), min), "min({x:?}, {y:?})");
            assert!(same(comparison::max(x, y), max), "max({x:?}, {y:?})");
        }
    }
    for number in [-inf, -1.0, -0.0, 0.0, 1.0, inf] {
        for (x, y) in [(number, nan), (nan, number)] {
            assert!(same(comparison::min_number(x, y), number));
            assert!(same(comparison::max_number(x, y), number));
        }
    }
    assert!(comparison::min_number(nan, nan).is_nan());
    assert!(comparison::max_number(nan, nan).is_nan());
    assert!(same(comparison::min_number(0.0, -0.0), -0.0));
    assert!(same(comparison::max_number(-0.0, 0.0), 0.0));
}

#[test]
fn clamp_refuses_what_is_no_range() {
    let (nan, inf) = (f64::NAN, f64::INFINITY);
    for (min, max) in [(2.0, 1.0), (nan, 1.0), (1.0, nan), (nan, nan), (inf, -inf)] {
        let refused = comparison::clamp(1.5, min, max).unwrap_err();
        assert_eq!(refused.code(), codes::RT_ERROR_MATH_DOMAIN);
        assert!(refused.reason().contains("min "), "{}", refused.reason());
    }
    for (x, min, max, expected) in [
        (1.5, 1.0, 2.0, 1.5),
        (0.0, 1.0, 2.0, 1.0),
        (inf, 1.0, 2.0, 2.0),
        (nan, 1.0, 2.0, nan),
        (-0.0, 0.0, 0.0, -0.0),
        (7.0, -inf, inf, 7.0),
        (7.0, 3.0, 3.0, 3.0),
    ] {
        assert!(same(comparison::clamp(x, min, max).unwrap(), expected), "clamp({x:?})");
    }
}

#[test]
fn signs() {
    for (x, expected) in [
        (3.5, 1.0),
        (-3.5, -1.0),
        (f64::MIN_POSITIVE / 4.0, 1.0),
        (0.0, 0.0),
        (-0.0, 0.0),
        (f64::NEG_INFINITY, -1.0),
        (f64::NAN, f64::NAN),
    ] {
        assert!(same(rounding::sign(x), expected), "sign({x:?})");
    }
}

proptest! {
    #[test]
    fn gcd_divides_and_lcm_is_a_multiple(a: i64, b: i64) {
        prop_assume!(a != 0 && b != 0);
        let divisor = integer::gcd(a, b).unwrap();
        prop_assert!(divisor > 0 && a % divisor == 0 && b % divisor == 0);
        let multiple = i128::from(a / divisor) * i128::from(b);
        prop_assert_eq!(integer::lcm(a, b).ok().map(i128::from),
            i64::try_from(multiple.unsigned_abs()).ok().map(i128::from));
    }

    #[test]
    fn isqrt_is_the_largest_that_fits(n in 0..=i64::MAX) {
        let root = i128::from(integer::isqrt(n).unwrap());
        prop_assert!(root * root <= i128::from(n) && i128::from(n) < (root + 1) * (root + 1));
    }

    #[test]
    fn min_and_max_sort(x: f64, y: f64) {
        let (low, high) = (comparison::min(x, y), comparison::max(x, y));
        prop_assert!(same(low, x) && same(high, y) || same(low, y) && same(high, x) || low.is_nan());
        prop_assert!(low <= high || low.is_nan() && high.is_nan());
    }

    #[test]
    fn fraction_and_whole_make_the_number(x: f64) {
        prop_assume!(x.is_finite());
        prop_assert!(same(x.trunc() + rounding::fract(x), x) || x == 0.0);
    }
}
