//! Functions of integers. A result that does not fit is an error, never a wrong number.

use runtime_core::{Error, Result};

use crate::codes;

/// The greatest common divisor: never negative, 0 only of two zeros.
///
/// # Errors
/// `RT_ERROR_MATH_OVERFLOW` for 2⁶³, which is that of `i64::MIN` with itself or with 0.
///
/// ```
/// use runtime_math::integer::gcd;
///
/// assert_eq!(gcd(-12, 18)?, 6);
/// assert!(gcd(i64::MIN, 0).is_err());
/// # Ok::<(), runtime_core::Error>(())
/// ```
pub fn gcd(a: i64, b: i64) -> Result<i64> {
    let divisor = gcd_of_magnitudes(a.unsigned_abs(), b.unsigned_abs());
    i64::try_from(divisor).map_err(|_| overflow(format!("the gcd of a {a} and b {b}")))
}

/// The least common multiple: never negative, 0 if either number is 0.
///
/// # Errors
/// `RT_ERROR_MATH_OVERFLOW` when it is larger than `i64::MAX`.
pub fn lcm(a: i64, b: i64) -> Result<i64> {
    if a == 0 || b == 0 {
        return Ok(0);
    }
    let (x, y) = (a.unsigned_abs(), b.unsigned_abs());
    (x / gcd_of_magnitudes(x, y))
        .checked_mul(y)
        .and_then(|multiple| i64::try_from(multiple).ok())
        .ok_or_else(|| overflow(format!("the lcm of a {a} and b {b}")))
}

/// `base` to the power `exponent`; 1 for the exponent 0, of base 0 too.
///
/// # Errors
/// `RT_ERROR_MATH_DOMAIN` for a negative exponent, `RT_ERROR_MATH_OVERFLOW` when the result does not
/// fit.
pub fn pow(base: i64, exponent: i64) -> Result<i64> {
    if exponent < 0 {
        return Err(domain(format!("exponent {exponent} is negative")));
    }
    let power = match base {
        // These bases have small powers of any exponent.
        0 | 1 => Some(if exponent == 0 { 1 } else { base }),
        -1 => Some(if exponent % 2 == 0 { 1 } else { -1 }),
        _ => u32::try_from(exponent).ok().and_then(|exponent| base.checked_pow(exponent)),
    };
    power.ok_or_else(|| overflow(format!("base {base} to the exponent {exponent}")))
}

/// The square root, rounded down.
///
/// # Errors
/// `RT_ERROR_MATH_DOMAIN` for a negative number.
pub fn isqrt(n: i64) -> Result<i64> {
    n.checked_isqrt().ok_or_else(|| domain(format!("n {n} is negative and has no square root")))
}

/// The product of the numbers from 1 to `n`.
///
/// # Errors
/// `RT_ERROR_MATH_DOMAIN` for a negative number, `RT_ERROR_MATH_OVERFLOW` above 20.
pub fn factorial(n: i64) -> Result<i64> {
    if n < 0 {
        return Err(domain(format!("n {n} is negative and has no factorial")));
    }
    (1..=n)
        .try_fold(1_i64, i64::checked_mul)
        .ok_or_else(|| overflow(format!("the factorial of n {n}")))
}

/// Euclid's algorithm.
fn gcd_of_magnitudes(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cold]
fn overflow(what: String) -> Error {
    Error::new(codes::RT_ERROR_MATH_OVERFLOW, what + " is larger than an int64_t holds")
}

#[cold]
fn domain(reason: String) -> Error {
    Error::new(codes::RT_ERROR_MATH_DOMAIN, reason)
}
