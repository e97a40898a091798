//! Powers, roots, logarithms; error and gamma functions; fused multiply-add.

use crate::libm;

/// base raised to exp, as C's pow. Anything to the power 0 is 1, NaN included; a negative base with
/// a fractional exponent is NaN. At most 1 ulp from the exact result with glibc. Cannot fail.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_pow(base: f64, exp: f64) -> f64 {
    libm::pow(base, exp)
}

/// e raised to x; infinity above 709.78, 0 below -745.13. At most 1 ulp from the exact result with
/// glibc. Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_exp(x: f64) -> f64 {
    libm::exp(x)
}

/// 2 raised to x; exact for integers. At most 1 ulp from the exact result with glibc. Cannot fail.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_exp2(x: f64) -> f64 {
    libm::exp2(x)
}

/// e raised to x, minus 1, without the loss of digits near 0. At most 1 ulp from the exact result
/// with glibc. Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_expm1(x: f64) -> f64 {
    libm::expm1(x)
}

/// The natural logarithm; minus infinity for 0, NaN for negative numbers. At most 1 ulp from the
/// exact result with glibc. Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_log(x: f64) -> f64 {
    libm::log(x)
}

/// The logarithm to base 10, exact for powers of ten; minus infinity for 0, NaN for negative
/// numbers. At most 2 ulp from the exact result with glibc. Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_log10(x: f64) -> f64 {
    libm::log10(x)
}

/// The logarithm to base 2, exact for powers of two; minus infinity for 0, NaN for negative
/// numbers. At most 2 ulp from the exact result with glibc. Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_log2(x: f64) -> f64 {
    libm::log2(x)
}

/// The natural logarithm of 1 + x, without the loss of digits near 0; minus infinity for -1, NaN
/// below. At most 1 ulp from the exact result with glibc. Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_log1p(x: f64) -> f64 {
    libm::log1p(x)
}

/// The square root, correctly rounded; NaN for negative numbers, -0 for -0. Cannot fail.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_sqrt(x: f64) -> f64 {
    x.sqrt()
}

/// The cube root, of negative numbers too. At most 4 ulp from the exact result with glibc. Cannot
/// fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_cbrt(x: f64) -> f64 {
    libm::cbrt(x)
}

/// The square root of x * x + y * y without overflow on the way; infinity if either is infinite,
/// even beside NaN. At most 1 ulp from the exact result with glibc. Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_hypot(x: f64, y: f64) -> f64 {
    libm::hypot(x, y)
}

/// x * y + z with one rounding at the end. Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_fma(x: f64, y: f64, z: f64) -> f64 {
    x.mul_add(y, z)
}

/// x times 2 to the power exponent, rounded once; infinity or zero when the exponent is out of a
/// double's range. Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_ldexp(x: f64, exponent: i64) -> f64 {
    libm::ldexp(x, exponent)
}

/// The error function. At most 1 ulp from the exact result with glibc. Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_erf(x: f64) -> f64 {
    libm::erf(x)
}

/// 1 minus the error function, without the loss of digits for large x. At most 5 ulp from the exact
/// result with glibc. Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_erfc(x: f64) -> f64 {
    libm::erfc(x)
}

/// The gamma function, (x - 1)! for positive integers; NaN for negative integers and minus
/// infinity, an infinity with the sign of x for zeros. At most 9 ulp from the exact result with
/// glibc. Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_gamma(x: f64) -> f64 {
    libm::tgamma(x)
}

/// The natural logarithm of the gamma function's magnitude; infinity for 0 and negative integers.
/// At most 4 ulp from the exact result with glibc, more close to its zeros on the negative side.
/// Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_lgamma(x: f64) -> f64 {
    libm::lgamma(x)
}
