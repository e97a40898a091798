//! Constants as functions, for callers that cannot read the header.

use crate::constants::{
    RT_MATH_E, RT_MATH_EPSILON, RT_MATH_LN2, RT_MATH_LN10, RT_MATH_LOG2E, RT_MATH_LOG10E,
    RT_MATH_MAX, RT_MATH_MIN_POSITIVE, RT_MATH_PHI, RT_MATH_PI, RT_MATH_SQRT2, RT_MATH_TAU,
};

/// RT_MATH_PI, the ratio of a circle's circumference to its diameter.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_pi() -> f64 {
    RT_MATH_PI
}

/// RT_MATH_TAU, twice pi.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_tau() -> f64 {
    RT_MATH_TAU
}

/// RT_MATH_E, Euler's number.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_e() -> f64 {
    RT_MATH_E
}

/// RT_MATH_PHI, the golden ratio.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_phi() -> f64 {
    RT_MATH_PHI
}

/// RT_MATH_SQRT2, the square root of 2.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_sqrt2() -> f64 {
    RT_MATH_SQRT2
}

/// RT_MATH_LN2, the natural logarithm of 2.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_ln2() -> f64 {
    RT_MATH_LN2
}

/// RT_MATH_LN10, the natural logarithm of 10.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_ln10() -> f64 {
    RT_MATH_LN10
}

/// RT_MATH_LOG2E, the logarithm of e to base 2.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_log2e() -> f64 {
    RT_MATH_LOG2E
}

/// RT_MATH_LOG10E, the logarithm of e to base 10.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_log10e() -> f64 {
    RT_MATH_LOG10E
}

/// RT_MATH_EPSILON, the distance from 1 to the next larger double.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_epsilon() -> f64 {
    RT_MATH_EPSILON
}

/// RT_MATH_MAX, the largest finite double.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_max_float() -> f64 {
    RT_MATH_MAX
}

/// RT_MATH_MIN_POSITIVE, the smallest positive double with full precision.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_min_positive() -> f64 {
    RT_MATH_MIN_POSITIVE
}

/// Positive infinity.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_inf() -> f64 {
    f64::INFINITY
}

/// A quiet NaN.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_nan() -> f64 {
    f64::NAN
}
