//! Rounding, remainders, signs and neighbours. All exact.

use crate::{libm, rounding};

/// The largest integer that is not above x, as a double; infinities and NaN pass through. Cannot
/// fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_floor(x: f64) -> f64 {
    x.floor()
}

/// The smallest integer that is not below x, as a double; infinities and NaN pass through; between
/// -1 and 0 it is -0. Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_ceil(x: f64) -> f64 {
    x.ceil()
}

/// The integer nearest to x, halves away from zero; infinities and NaN pass through. Cannot fail.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_round(x: f64) -> f64 {
    x.round()
}

/// The integer nearest to x, halves to the even neighbour; infinities and NaN pass through. Cannot
/// fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_round_even(x: f64) -> f64 {
    x.round_ties_even()
}

/// The integer next to x in the direction of zero; infinities and NaN pass through. Cannot fail.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_trunc(x: f64) -> f64 {
    x.trunc()
}

/// What rt_math_trunc cuts off, with the sign of x; a zero for infinities. Cannot fail.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_fract(x: f64) -> f64 {
    rounding::fract(x)
}

/// The remainder of x / y with the quotient rounded toward zero (C's fmod): it has the sign of x.
/// NaN for y 0 or x infinite. Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_rem(x: f64, y: f64) -> f64 {
    x % y
}

/// The remainder of x / y with the quotient rounded down (Python's %): it has the sign of y. NaN
/// for y 0 or x infinite. Rounded once. Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_mod(x: f64, y: f64) -> f64 {
    rounding::modulo(x, y)
}

/// The remainder of x / y with the quotient rounded to nearest, halves to even (IEEE 754's): from
/// -y/2 to y/2. NaN for y 0 or x infinite. Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_remainder(x: f64, y: f64) -> f64 {
    libm::remainder(x, y)
}

/// The magnitude of x. Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_abs(x: f64) -> f64 {
    x.abs()
}

/// 1 for positive numbers, -1 for negative ones, 0 for both zeros, NaN for NaN. Cannot fail.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_sign(x: f64) -> f64 {
    rounding::sign(x)
}

/// The magnitude of x with the sign of y, zeros and NaN included. Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_copysign(x: f64, y: f64) -> f64 {
    x.copysign(y)
}

/// The double next to x in the direction of y; y itself if they are equal; NaN if either is. Cannot
/// fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_nextafter(x: f64, y: f64) -> f64 {
    libm::nextafter(x, y)
}
