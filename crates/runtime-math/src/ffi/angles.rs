//! Trigonometric and hyperbolic functions.

use crate::libm;

/// The sine of x radians; NaN for infinities. At most 1 ulp from the exact result with glibc.
/// Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_sin(x: f64) -> f64 {
    libm::sin(x)
}

/// The cosine of x radians; NaN for infinities. At most 1 ulp from the exact result with glibc.
/// Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_cos(x: f64) -> f64 {
    libm::cos(x)
}

/// The tangent of x radians; NaN for infinities. At most 1 ulp from the exact result with glibc.
/// Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_tan(x: f64) -> f64 {
    libm::tan(x)
}

/// The inverse sine in radians, from -pi/2 to pi/2; NaN outside of -1 to 1. At most 1 ulp from the
/// exact result with glibc. Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_asin(x: f64) -> f64 {
    libm::asin(x)
}

/// The inverse cosine in radians, from 0 to pi; NaN outside of -1 to 1. At most 1 ulp from the
/// exact result with glibc. Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_acos(x: f64) -> f64 {
    libm::acos(x)
}

/// The inverse tangent in radians, from -pi/2 to pi/2. At most 1 ulp from the exact result with
/// glibc. Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_atan(x: f64) -> f64 {
    libm::atan(x)
}

/// The angle of the point (x, y) in radians, from -pi to pi. NOTE THE ORDER: y comes first. 0 for
/// (0, 0); a negative zero y with a negative x gives -pi. At most 1 ulp from the exact result with
/// glibc. Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_atan2(y: f64, x: f64) -> f64 {
    libm::atan2(y, x)
}

/// The hyperbolic sine. At most 2 ulp from the exact result with glibc. Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_sinh(x: f64) -> f64 {
    libm::sinh(x)
}

/// The hyperbolic cosine. At most 2 ulp from the exact result with glibc. Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_cosh(x: f64) -> f64 {
    libm::cosh(x)
}

/// The hyperbolic tangent. At most 2 ulp from the exact result with glibc. Cannot fail.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_tanh(x: f64) -> f64 {
    libm::tanh(x)
}

/// The inverse hyperbolic sine. At most 2 ulp from the exact result with glibc. Cannot fail.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_asinh(x: f64) -> f64 {
    libm::asinh(x)
}

/// The inverse hyperbolic cosine; NaN below 1. At most 2 ulp from the exact result with glibc.
/// Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_acosh(x: f64) -> f64 {
    libm::acosh(x)
}

/// The inverse hyperbolic tangent; an infinity for -1 and 1, NaN beyond. At most 2 ulp from the
/// exact result with glibc. Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_atanh(x: f64) -> f64 {
    libm::atanh(x)
}

/// x radians in degrees. Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_to_degrees(x: f64) -> f64 {
    x.to_degrees()
}

/// x degrees in radians. Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_to_radians(x: f64) -> f64 {
    x.to_radians()
}
