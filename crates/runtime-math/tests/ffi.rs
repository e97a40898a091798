//! The C functions: what they add to the safe functions behind them is failure values and errors.
#![cfg(feature = "ffi")]

use runtime_core::error::{self, codes as core_codes};
use runtime_math::codes;
use runtime_math::ffi::*;

/// The last error's code, which is forgotten.
fn last_error() -> i64 {
    let code = error::last_code();
    error::clear_last();
    code
}

#[test]
fn floats_set_no_error() {
    assert!(rt_math_sqrt(-1.0).is_nan());
    assert!(rt_math_log(-1.0).is_nan());
    assert_eq!(rt_math_atan2(1.0, 0.0), std::f64::consts::FRAC_PI_2);
    assert_eq!(rt_math_round(2.5), 3.0);
    assert_eq!(rt_math_round_even(2.5), 2.0);
    assert_eq!(rt_math_fma(0.1, 10.0, -1.0), 5.551115123125783e-17);
    assert_eq!(rt_math_gamma(5.0), 24.0);
    assert!(rt_math_is_nan(rt_math_nan()) && rt_math_is_inf(-rt_math_inf()));
    assert!(!rt_math_is_finite(rt_math_inf()) && rt_math_is_negative(-0.0));
    assert_eq!(last_error(), core_codes::RT_ERROR_NONE);
}

#[test]
fn failures_have_their_value_and_error() {
    assert_eq!(rt_math_gcd(i64::MIN, i64::MIN), -1);
    assert_eq!(
        error::last_message().unwrap(),
        "rt_math_gcd: the gcd of a -9223372036854775808 \
        and b -9223372036854775808 is larger than an int64_t holds"
    );
    assert_eq!(last_error(), codes::RT_ERROR_MATH_OVERFLOW);
    assert_eq!((rt_math_lcm(i64::MAX, 2), last_error()), (-1, codes::RT_ERROR_MATH_OVERFLOW));
    assert_eq!((rt_math_pow_int(3, -1), last_error()), (0, codes::RT_ERROR_MATH_DOMAIN));
    assert_eq!((rt_math_pow_int(2, 63), last_error()), (0, codes::RT_ERROR_MATH_OVERFLOW));
    assert_eq!((rt_math_pow_int(-2, 63), last_error()), (i64::MIN, core_codes::RT_ERROR_NONE));
    assert_eq!((rt_math_isqrt(-4), last_error()), (-1, codes::RT_ERROR_MATH_DOMAIN));
    assert_eq!((rt_math_factorial(i64::MAX), last_error()), (-1, codes::RT_ERROR_MATH_OVERFLOW));
    assert!(rt_math_clamp(1.0, 3.0, 2.0).is_nan());
    assert_eq!(last_error(), codes::RT_ERROR_MATH_DOMAIN);
}
