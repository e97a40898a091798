//! Smallest, largest and nearest within bounds, as IEEE 754-2019 defines them.

use runtime_core::{Error, Result};

use crate::codes;

/// The smaller number; NaN if either is NaN; -0 is smaller than +0 (IEEE 754-2019 `minimum`).
///
/// ```
/// use runtime_math::comparison::{min, min_number};
///
/// assert!(min(1.0, f64::NAN).is_nan());
/// assert_eq!(min_number(1.0, f64::NAN), 1.0);
/// ```
#[inline]
pub fn min(x: f64, y: f64) -> f64 {
    if x < y {
        x
    } else if y < x {
        y
    } else if x == y {
        if x.is_sign_negative() { x } else { y }
    } else {
        // A sum with a NaN is a quiet NaN.
        x + y
    }
}

/// The larger number; NaN if either is NaN; +0 is larger than -0 (IEEE 754-2019 `maximum`).
#[inline]
pub fn max(x: f64, y: f64) -> f64 {
    if x > y {
        x
    } else if y > x {
        y
    } else if x == y {
        if x.is_sign_positive() { x } else { y }
    } else {
        x + y
    }
}

/// The smaller of what is a number; NaN only if both are (IEEE 754-2019 `minimumNumber`).
#[inline]
pub fn min_number(x: f64, y: f64) -> f64 {
    if x.is_nan() {
        y
    } else if y.is_nan() {
        x
    } else {
        min(x, y)
    }
}

/// The larger of what is a number; NaN only if both are (IEEE 754-2019 `maximumNumber`).
#[inline]
pub fn max_number(x: f64, y: f64) -> f64 {
    if x.is_nan() {
        y
    } else if y.is_nan() {
        x
    } else {
        max(x, y)
    }
}

/// The number nearest to `x` that is not below `min` and not above `max`; NaN for NaN. An `x` that
/// equals a bound is returned as it is, so -0 stays -0 between zeros.
///
/// # Errors
/// `RT_ERROR_MATH_DOMAIN` when a bound is NaN, or `min` is above `max`.
///
/// ```
/// use runtime_math::comparison::clamp;
///
/// assert_eq!(clamp(7.0, 0.0, 5.0)?, 5.0);
/// assert!(clamp(7.0, 5.0, 0.0).is_err());
/// # Ok::<(), runtime_core::Error>(())
/// ```
#[inline]
pub fn clamp(x: f64, min: f64, max: f64) -> Result<f64> {
    if min <= max { Ok(x.clamp(min, max)) } else { Err(no_range(min, max)) }
}

#[cold]
fn no_range(min: f64, max: f64) -> Error {
    let reason = if min.is_nan() || max.is_nan() {
        format!("min {min:?} to max {max:?} is no range: a bound is not a number")
    } else {
        format!("min {min:?} is above max {max:?}")
    };
    Error::new(codes::RT_ERROR_MATH_DOMAIN, reason)
}
