//! Constants. The numbers are written out because the C header takes them from here.
#![allow(
    clippy::approx_constant,
    clippy::excessive_precision,
    reason = "these are the definitions of the constants for C, with the digits that a double holds"
)]

/// The ratio of a circle's circumference to its diameter.
pub const RT_MATH_PI: f64 = 3.141592653589793;
/// The ratio of a circle's circumference to its radius: twice pi.
pub const RT_MATH_TAU: f64 = 6.283185307179586;
/// Euler's number, the base of the natural logarithm.
pub const RT_MATH_E: f64 = 2.718281828459045;
/// The golden ratio.
pub const RT_MATH_PHI: f64 = 1.618033988749895;
/// The square root of 2.
pub const RT_MATH_SQRT2: f64 = 1.4142135623730951;
/// The natural logarithm of 2.
pub const RT_MATH_LN2: f64 = 0.6931471805599453;
/// The natural logarithm of 10.
pub const RT_MATH_LN10: f64 = 2.302585092994046;
/// The logarithm of e to base 2.
pub const RT_MATH_LOG2E: f64 = 1.4426950408889634;
/// The logarithm of e to base 10.
pub const RT_MATH_LOG10E: f64 = 0.4342944819032518;
/// The distance from 1 to the next larger double.
pub const RT_MATH_EPSILON: f64 = 2.220446049250313e-16;
/// The largest finite double.
pub const RT_MATH_MAX: f64 = 1.7976931348623157e308;
/// The smallest positive double with full precision.
pub const RT_MATH_MIN_POSITIVE: f64 = 2.2250738585072014e-308;
