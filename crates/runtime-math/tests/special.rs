//! The special cases that C's Annex F (IEC 60559 arithmetic, section F.10) prescribes, and the
//! values that the runtime promises exactly.

mod fixture;

use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};

use fixture::{binary, same, unary};
use runtime_math::{constants, libm};

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

#[test]
fn functions_of_one_argument() {
    for (name, x, expected) in [
        ("acos", 1.0, 0.0),
        ("acos", 2.0, NAN),
        ("asin", -0.0, -0.0),
        ("asin", -2.0, NAN),
        ("atan", -0.0, -0.0),
        ("atan", INF, FRAC_PI_2),
        ("atan", -INF, -FRAC_PI_2),
        ("cos", -0.0, 1.0),
        ("cos", INF, NAN),
        ("sin", -0.0, -0.0),
        ("sin", -INF, NAN),
        ("tan", -0.0, -0.0),
        ("tan", INF, NAN),
        ("acosh", 1.0, 0.0),
        ("acosh", 0.5, NAN),
        ("acosh", INF, INF),
        ("asinh", -0.0, -0.0),
        ("asinh", -INF, -INF),
        ("atanh", -0.0, -0.0),
        ("atanh", 1.0, INF),
        ("atanh", -1.0, -INF),
        ("atanh", 1.5, NAN),
        ("cosh", 0.0, 1.0),
        ("cosh", -INF, INF),
        ("sinh", -0.0, -0.0),
        ("sinh", -INF, -INF),
        ("tanh", -0.0, -0.0),
        ("tanh", INF, 1.0),
        ("tanh", -INF, -1.0),
        ("exp", -0.0, 1.0),
        ("exp", -INF, 0.0),
        ("exp", INF, INF),
        ("exp", 710.0, INF),
        ("exp2", 10.0, 1024.0),
        ("exp2", -INF, 0.0),
        ("exp2", -1074.0, 5e-324),
        ("expm1", -0.0, -0.0),
        ("expm1", -INF, -1.0),
        ("log", 1.0, 0.0),
        ("log", -0.0, -INF),
        ("log", -1.0, NAN),
        ("log", INF, INF),
        ("log10", 1000.0, 3.0),
        ("log10", 1e22, 22.0),
        ("log10", 0.0, -INF),
        ("log2", 1024.0, 10.0),
        ("log2", 5e-324, -1074.0),
        ("log2", -1.0, NAN),
        ("log1p", -0.0, -0.0),
        ("log1p", -1.0, -INF),
        ("log1p", -2.0, NAN),
        ("cbrt", -0.0, -0.0),
        ("cbrt", -8.0, -2.0),
        ("cbrt", -INF, -INF),
        ("sqrt", -0.0, -0.0),
        ("sqrt", -1.0, NAN),
        ("erf", -0.0, -0.0),
        ("erf", -INF, -1.0),
        ("erfc", INF, 0.0),
        ("erfc", -INF, 2.0),
        ("lgamma", 1.0, 0.0),
        ("lgamma", 2.0, 0.0),
        ("lgamma", -3.0, INF),
        ("lgamma", -INF, INF),
        ("tgamma", -0.0, -INF),
        ("tgamma", 0.0, INF),
        ("tgamma", -1.0, NAN),
        ("tgamma", -INF, NAN),
        ("tgamma", 6.0, 120.0),
        ("tgamma", 172.0, INF),
        ("ceil", -0.5, -0.0),
        ("floor", -0.0, -0.0),
    ] {
        let actual = unary(name).unwrap()(x);
        assert!(same(actual, expected), "{name}({x:?}) is {actual:?}, expected {expected:?}");
        assert!(unary(name).unwrap()(NAN).is_nan(), "{name}(NaN)");
    }
}

#[test]
fn functions_of_two_arguments() {
    for (name, x, y, expected) in [
        // The arguments of atan2 are y and x.
        ("atan2", 0.0, 0.0, 0.0),
        ("atan2", -0.0, 0.0, -0.0),
        ("atan2", 0.0, -0.0, PI),
        ("atan2", -0.0, -1.0, -PI),
        ("atan2", 1.0, 0.0, FRAC_PI_2),
        ("atan2", -1.0, -0.0, -FRAC_PI_2),
        ("atan2", 1.0, 1.0, FRAC_PI_4),
        ("atan2", INF, INF, FRAC_PI_4),
        ("atan2", -INF, -INF, -3.0 * FRAC_PI_4),
        ("atan2", 1.0, INF, 0.0),
        ("atan2", 1.0, NAN, NAN),
        ("pow", 2.0, 3.0, 8.0),
        ("pow", 0.0, 0.0, 1.0),
        ("pow", NAN, 0.0, 1.0),
        ("pow", 1.0, NAN, 1.0),
        ("pow", -1.0, INF, 1.0),
        ("pow", -8.0, 1.0 / 3.0, NAN),
        ("pow", -0.0, -3.0, -INF),
        ("pow", -0.0, -2.0, INF),
        ("pow", -0.0, 3.0, -0.0),
        ("pow", 0.5, -INF, INF),
        ("pow", 2.0, -INF, 0.0),
        ("pow", -INF, 3.0, -INF),
        ("pow", -INF, -3.0, -0.0),
        ("pow", 10.0, 308.0, 1e308),
        ("hypot", 3.0, -4.0, 5.0),
        ("hypot", INF, NAN, INF),
        ("hypot", NAN, -INF, INF),
        ("hypot", 1e300, 1e300, 1.4142135623730952e300),
        ("remainder", INF, 1.0, NAN),
        ("remainder", 1.0, 0.0, NAN),
        ("nextafter", 0.0, -1.0, -5e-324),
        ("nextafter", f64::MAX, INF, INF),
        ("nextafter", 0.0, -0.0, -0.0),
    ] {
        let actual = binary(name).unwrap()(x, y);
        assert!(same(actual, expected), "{name}({x:?}, {y:?}) is {actual:?}, not {expected:?}");
    }
}

#[test]
fn scaling_by_any_power() {
    for (x, exponent, expected) in [
        (1.0, 10, 1024.0),
        (1.0, -1074, 5e-324),
        // Half of the smallest double is rounded to even, once.
        (1.0, -1075, 0.0),
        (1.5, -1075, 5e-324),
        (1.0, 1024, INF),
        (5e-324, 2097, 8.98846567431158e307),
        (-1.0, i64::MIN, -0.0),
        (-1.0, i64::MAX, -INF),
        (0.0, i64::MAX, 0.0),
        (INF, i64::MIN, INF),
        (NAN, 1, NAN),
    ] {
        let actual = libm::ldexp(x, exponent);
        assert!(same(actual, expected), "ldexp({x:?}, {exponent}) is {actual:?}");
    }
}

#[test]
fn constants_are_those_of_the_language() {
    use std::f64::consts as c;
    for (actual, expected) in [
        (constants::RT_MATH_PI, c::PI),
        (constants::RT_MATH_TAU, c::TAU),
        (constants::RT_MATH_E, c::E),
        (constants::RT_MATH_PHI, f64::midpoint(1.0, 5.0_f64.sqrt())),
        (constants::RT_MATH_SQRT2, c::SQRT_2),
        (constants::RT_MATH_LN2, c::LN_2),
        (constants::RT_MATH_LN10, c::LN_10),
        (constants::RT_MATH_LOG2E, c::LOG2_E),
        (constants::RT_MATH_LOG10E, c::LOG10_E),
        (constants::RT_MATH_EPSILON, f64::EPSILON),
        (constants::RT_MATH_MAX, f64::MAX),
        (constants::RT_MATH_MIN_POSITIVE, f64::MIN_POSITIVE),
    ] {
        assert_eq!(actual.to_bits(), expected.to_bits());
    }
}
