//! The platform's C library of mathematics, as safe functions: every result is libm's, bit for bit.
//!
//! These are C's own functions and not the methods of `f64`, which are another implementation for a
//! few of them (`asinh`, `acosh`, `atanh`) and which the compiler may compute in advance by its own
//! rules. What IEEE 754 defines to the last bit (`sqrt`, `floor`, `mul_add` and so on) needs no
//! libm: use `f64`'s methods and [`crate::rounding`].

use std::ffi::c_int;

// SAFETY: the functions are C's own, declared as in <math.h>. They take and return numbers and are
// defined for all of them; what they may change besides, errno and the floating-point flags, belongs
// to the thread.
unsafe extern "C" {
    /// `base` raised to `exp`. Anything to the power 0 is 1, NaN included; a negative base with a
    /// fractional exponent is NaN.
    pub safe fn pow(base: f64, exp: f64) -> f64;
    /// e raised to `x`.
    pub safe fn exp(x: f64) -> f64;
    /// 2 raised to `x`.
    pub safe fn exp2(x: f64) -> f64;
    /// e raised to `x`, minus 1: exact for small `x`, too.
    pub safe fn expm1(x: f64) -> f64;
    /// The natural logarithm.
    pub safe fn log(x: f64) -> f64;
    /// The logarithm to base 2.
    pub safe fn log2(x: f64) -> f64;
    /// The logarithm to base 10.
    pub safe fn log10(x: f64) -> f64;
    /// The natural logarithm of 1 + `x`: exact for small `x`, too.
    pub safe fn log1p(x: f64) -> f64;
    /// The cube root.
    pub safe fn cbrt(x: f64) -> f64;
    /// The square root of `x`² + `y`², without overflow on the way.
    pub safe fn hypot(x: f64, y: f64) -> f64;
    /// The sine of `x` radians.
    pub safe fn sin(x: f64) -> f64;
    /// The cosine of `x` radians.
    pub safe fn cos(x: f64) -> f64;
    /// The tangent of `x` radians.
    pub safe fn tan(x: f64) -> f64;
    /// The inverse sine, from -π/2 to π/2.
    pub safe fn asin(x: f64) -> f64;
    /// The inverse cosine, from 0 to π.
    pub safe fn acos(x: f64) -> f64;
    /// The inverse tangent, from -π/2 to π/2.
    pub safe fn atan(x: f64) -> f64;
    /// The angle of the point (`x`, `y`), from -π to π. Note the order of the arguments.
    pub safe fn atan2(y: f64, x: f64) -> f64;
    /// The hyperbolic sine.
    pub safe fn sinh(x: f64) -> f64;
    /// The hyperbolic cosine.
    pub safe fn cosh(x: f64) -> f64;
    /// The hyperbolic tangent.
    pub safe fn tanh(x: f64) -> f64;
    /// The inverse hyperbolic sine.
    pub safe fn asinh(x: f64) -> f64;
    /// The inverse hyperbolic cosine; NaN below 1.
    pub safe fn acosh(x: f64) -> f64;
    /// The inverse hyperbolic tangent; NaN outside of -1 to 1.
    pub safe fn atanh(x: f64) -> f64;
    /// The error function.
    pub safe fn erf(x: f64) -> f64;
    /// 1 minus the error function: exact for large `x`, too.
    pub safe fn erfc(x: f64) -> f64;
    /// The gamma function, (`x` - 1)! for positive integers.
    pub safe fn tgamma(x: f64) -> f64;
    /// The remainder of `x` / `y` with the quotient rounded to the nearest integer (IEEE 754's
    /// remainder): from -|y|/2 to |y|/2.
    pub safe fn remainder(x: f64, y: f64) -> f64;
    /// The double next to `x` in the direction of `y`.
    pub safe fn nextafter(x: f64, y: f64) -> f64;
    safe fn scalbn(x: f64, n: c_int) -> f64;
}

/// `x` times 2 to the power `exponent`, rounded once.
pub fn ldexp(x: f64, exponent: i64) -> f64 {
    // All finite doubles are zero or infinite long before these limits.
    scalbn(x, exponent.clamp(i64::from(c_int::MIN), i64::from(c_int::MAX)) as c_int)
}

/// The natural logarithm of the gamma function's magnitude.
#[cfg(not(windows))]
pub fn lgamma(x: f64) -> f64 {
    // SAFETY: declared as in <math.h>; writes the sign through the pointer and nothing else. C's
    // plain `lgamma` would write it into a variable that all threads share.
    unsafe extern "C" {
        fn lgamma_r(x: f64, sign: *mut c_int) -> f64;
    }
    let mut sign = 0;
    // SAFETY: the pointer is that of a local variable.
    unsafe { lgamma_r(x, &raw mut sign) }
}

/// The natural logarithm of the gamma function's magnitude.
#[cfg(windows)]
pub fn lgamma(x: f64) -> f64 {
    // SAFETY: declared as in <math.h>; this platform's function has no variable for the sign.
    unsafe extern "C" {
        #[link_name = "lgamma"]
        safe fn log_gamma(x: f64) -> f64;
    }
    log_gamma(x)
}
