//! Rounding to integers, what rounding leaves over, and remainders.

/// The fraction of `x`: what [`f64::trunc`] cuts off, with the sign of `x`. As C's `modf` and
/// unlike [`f64::fract`], the fraction of an infinity is zero.
///
/// ```
/// use runtime_math::rounding::fract;
///
/// assert_eq!(fract(-3.75), -0.75);
/// assert!(fract(f64::NEG_INFINITY).is_sign_negative());
/// ```
#[inline]
pub fn fract(x: f64) -> f64 {
    let fraction = if x.is_infinite() { 0.0 } else { x - x.trunc() };
    fraction.copysign(x)
}

/// 1 for positive numbers, -1 for negative ones, 0 for both zeros, NaN for NaN.
#[inline]
pub fn sign(x: f64) -> f64 {
    if x == 0.0 { 0.0 } else { x.signum() }
}

/// The remainder of the division whose quotient is rounded down: as Python's `%`, it has the sign of
/// `y`. NaN for `y` 0. `x % y` in Rust, C's `fmod`, has the sign of `x`.
///
/// ```
/// use runtime_math::rounding::modulo;
///
/// assert_eq!(modulo(-7.0, 3.0), 2.0);
/// assert_eq!(modulo(7.0, -3.0), -2.0);
/// ```
#[inline]
pub fn modulo(x: f64, y: f64) -> f64 {
    let remainder = x % y;
    if remainder == 0.0 {
        0.0_f64.copysign(y)
    } else if (remainder < 0.0) != (y < 0.0) {
        remainder + y
    } else {
        remainder
    }
}
