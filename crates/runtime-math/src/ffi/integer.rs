//! Functions of integers.

use runtime_core::boundary;

use crate::integer;

/// The greatest common divisor, never negative; 0 only of two zeros. -1 and RT_ERROR_MATH_OVERFLOW
/// for 2^63, which is that of the smallest int64_t with itself or with 0. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_gcd(a: i64, b: i64) -> i64 {
    boundary("rt_math_gcd", -1, || integer::gcd(a, b))
}

/// The least common multiple, never negative; 0 if either is 0. -1 and RT_ERROR_MATH_OVERFLOW when
/// it does not fit. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_lcm(a: i64, b: i64) -> i64 {
    boundary("rt_math_lcm", -1, || integer::lcm(a, b))
}

/// base to the power exponent; 1 for exponent 0, of base 0 too. 0 and RT_ERROR_MATH_DOMAIN for a
/// negative exponent, 0 and RT_ERROR_MATH_OVERFLOW when the result does not fit. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_pow_int(base: i64, exponent: i64) -> i64 {
    boundary("rt_math_pow_int", 0, || integer::pow(base, exponent))
}

/// The square root of n, rounded down. -1 and RT_ERROR_MATH_DOMAIN for a negative n. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_isqrt(n: i64) -> i64 {
    boundary("rt_math_isqrt", -1, || integer::isqrt(n))
}

/// The product of the numbers from 1 to n. -1 and RT_ERROR_MATH_DOMAIN for a negative n, -1 and
/// RT_ERROR_MATH_OVERFLOW above 20. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_math_factorial(n: i64) -> i64 {
    boundary("rt_math_factorial", -1, || integer::factorial(n))
}
