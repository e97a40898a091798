//! Smallest, largest, limits; what kind of number it is.

use runtime_core::boundary;

use crate::comparison;

/// The smaller number. NaN if either is NaN; -0 is smaller than +0 (IEEE 754-2019 minimum). Cannot
/// fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_min(x: f64, y: f64) -> f64 {
    comparison::min(x, y)
}

/// The larger number. NaN if either is NaN; +0 is larger than -0 (IEEE 754-2019 maximum). Cannot
/// fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_max(x: f64, y: f64) -> f64 {
    comparison::max(x, y)
}

/// As rt_math_min, but a NaN beside a number does not count (IEEE 754-2019 minimumNumber). Cannot
/// fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_min_number(x: f64, y: f64) -> f64 {
    comparison::min_number(x, y)
}

/// As rt_math_max, but a NaN beside a number does not count (IEEE 754-2019 maximumNumber). Cannot
/// fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_max_number(x: f64, y: f64) -> f64 {
    comparison::max_number(x, y)
}

/// The number nearest to x that is not below min and not above max; NaN for NaN. NaN and
/// RT_ERROR_MATH_DOMAIN when a bound is NaN or min is above max. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_clamp(x: f64, min: f64, max: f64) -> f64 {
    boundary("rt_math_clamp", f64::NAN, || comparison::clamp(x, min, max))
}

/// Whether x is NaN. Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_is_nan(x: f64) -> bool {
    x.is_nan()
}

/// Whether x is an infinity of either sign. Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_is_inf(x: f64) -> bool {
    x.is_infinite()
}

/// Whether x is neither infinite nor NaN. Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_is_finite(x: f64) -> bool {
    x.is_finite()
}

/// Whether the sign bit of x is set: true for -0 and for a NaN with that bit. Cannot fail.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_is_negative(x: f64) -> bool {
    x.is_sign_negative()
}
