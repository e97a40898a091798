/* Tests of the functions of runtime-math: the values that are promised, special cases, errors. */
#include "harness.h"

#include <float.h>
#include <math.h>

static void powers_and_logarithms(void) {
    CHECK_FLOAT(rt_math_pow(2, 3), 8);
    CHECK_FLOAT(rt_math_pow(10, 2), 100);
    CHECK_FLOAT(rt_math_pow(2, -1), 0.5);
    CHECK_FLOAT(rt_math_pow(0, 0), 1);
    CHECK_FLOAT(rt_math_pow(rt_math_nan(), 0), 1);
    CHECK_FLOAT(rt_math_pow(-8, 1.0 / 3), NAN);
    CHECK_NEAR(rt_math_log(rt_math_e()), 1, 1e-10);
    CHECK_FLOAT(rt_math_log(1), 0);
    CHECK_FLOAT(rt_math_log(0), -INFINITY);
    CHECK_FLOAT(rt_math_log(-1), NAN);
    CHECK_FLOAT(rt_math_log10(1000), 3);
    CHECK_FLOAT(rt_math_log2(1024), 10);
    CHECK_FLOAT(rt_math_exp(0), 1);
    CHECK_NEAR(rt_math_exp(1), RT_MATH_E, 1e-10);
    CHECK_FLOAT(rt_math_sqrt(9), 3);
    CHECK_FLOAT(rt_math_sqrt(-1), NAN);
    CHECK_NEAR(rt_math_cbrt(-8), -2, 1e-10);
    CHECK_FLOAT(rt_math_hypot(3e300, 4e300), 5e300);
    CHECK_FLOAT(rt_math_fma(0.1, 10, -1), 0x1p-54);
    CHECK_FLOAT(rt_math_ldexp(1, INT64_MAX), INFINITY);
    CHECK_FLOAT(rt_math_ldexp(1, INT64_MIN), 0);
    CHECK_FLOAT(rt_math_gamma(5), 24);
}

static void angles(void) {
    CHECK_FLOAT(rt_math_sin(0), 0);
    CHECK_NEAR(rt_math_sin(RT_MATH_PI / 2), 1, 1e-10);
    CHECK_NEAR(rt_math_sin(RT_MATH_PI), 0, 1e-10);
    CHECK_NEAR(rt_math_cos(RT_MATH_PI), -1, 1e-10);
    CHECK_NEAR(rt_math_tan(-RT_MATH_PI / 4), -1, 1e-10);
    CHECK_FLOAT(rt_math_asin(2), NAN);
    CHECK_FLOAT(rt_math_acos(-2), NAN);
    CHECK_FLOAT(rt_math_acos(1), 0);
    CHECK_FLOAT(rt_math_atan2(1, 0), RT_MATH_PI / 2);
    CHECK_FLOAT(rt_math_atan2(0, -1), RT_MATH_PI);
    CHECK_FLOAT(rt_math_atan2(-0.0, -1), -RT_MATH_PI);
    CHECK_FLOAT(rt_math_tanh(INFINITY), 1);
    CHECK_FLOAT(rt_math_cosh(0), 1);
    CHECK_FLOAT(rt_math_to_degrees(rt_math_pi()), 180);
}

static void every_result_is_libms(void) {
    static const double points[] = {0.1, 0.7, 1.3, 2.5, 10.25, 1e5, 3e100, 5e-324, -0.3, -7.5};
    for (size_t i = 0; i < sizeof points / sizeof points[0]; i++) {
        /* volatile: the compiler's own idea of these functions is not libm's. */
        volatile double x = points[i];
        CHECK_FLOAT(rt_math_sin(x), sin(x));
        CHECK_FLOAT(rt_math_cos(x), cos(x));
        CHECK_FLOAT(rt_math_tan(x), tan(x));
        CHECK_FLOAT(rt_math_exp(x), exp(x));
        CHECK_FLOAT(rt_math_log(x), log(x));
        CHECK_FLOAT(rt_math_log10(x), log10(x));
        CHECK_FLOAT(rt_math_log2(x), log2(x));
        /* The library may use a cbrt that Rust brings along: the last digit may differ from libm. */
        CHECK_NEAR(rt_math_cbrt(x) / cbrt(x), 1, 1e-15);
        CHECK_FLOAT(rt_math_sinh(x), sinh(x));
        CHECK_FLOAT(rt_math_asinh(x), asinh(x));
        CHECK_FLOAT(rt_math_atan(x), atan(x));
        CHECK_FLOAT(rt_math_erfc(x), erfc(x));
        CHECK_FLOAT(rt_math_lgamma(x), lgamma(x));
        CHECK_FLOAT(rt_math_pow(x, 1.7), pow(x, 1.7));
        CHECK_FLOAT(rt_math_rem(x, 0.3), fmod(x, 0.3));
    }
}

static void rounding(void) {
    CHECK_FLOAT(rt_math_floor(-3.7), -4);
    CHECK_FLOAT(rt_math_floor(-INFINITY), -INFINITY);
    CHECK_FLOAT(rt_math_ceil(3.2), 4);
    CHECK_FLOAT(rt_math_ceil(-0.5), -0.0);
    CHECK_FLOAT(rt_math_round(-2.5), -3);
    CHECK_FLOAT(rt_math_round_even(-2.5), -2);
    CHECK_FLOAT(rt_math_trunc(-2.9), -2);
    CHECK_FLOAT(rt_math_fract(-2.75), -0.75);
    CHECK_FLOAT(rt_math_fract(INFINITY), 0);
    CHECK_FLOAT(rt_math_rem(-7, 3), -1);
    CHECK_FLOAT(rt_math_mod(-7, 3), 2);
    CHECK_FLOAT(rt_math_remainder(7, 4), -1);
    CHECK_FLOAT(rt_math_rem(1, 0), NAN);
    CHECK_FLOAT(rt_math_sign(-0.0), 0);
    CHECK_FLOAT(rt_math_nextafter(0, 1), 0x1p-1074);
}

static void smallest_and_largest(void) {
    CHECK_FLOAT(rt_math_min(0.0, -0.0), -0.0);
    CHECK_FLOAT(rt_math_max(-0.0, 0.0), 0.0);
    CHECK_FLOAT(rt_math_min(1, NAN), NAN);
    CHECK_FLOAT(rt_math_max(NAN, 1), NAN);
    CHECK_FLOAT(rt_math_min_number(1, NAN), 1);
    CHECK_FLOAT(rt_math_max_number(NAN, 1), 1);
    CHECK_FLOAT(rt_math_clamp(7, 0, 5), 5);
    CHECK_NO_ERROR();
    CHECK_FLOAT(rt_math_clamp(7, 5, 0), NAN);
    CHECK_LAST_ERROR(RT_ERROR_MATH_DOMAIN, "rt_math_clamp");
    CHECK_FLOAT(rt_math_clamp(7, 0, NAN), NAN);
    CHECK_ERROR(RT_ERROR_MATH_DOMAIN);
    CHECK(rt_math_is_nan(NAN) && !rt_math_is_nan(1));
    CHECK(rt_math_is_inf(-INFINITY) && !rt_math_is_finite(INFINITY) && rt_math_is_finite(1));
    CHECK(rt_math_is_negative(-0.0) && !rt_math_is_negative(0.0));
}

static void integers(void) {
    CHECK_INT(rt_math_gcd(-12, 18), 6);
    CHECK_INT(rt_math_gcd(0, 0), 0);
    CHECK_INT(rt_math_lcm(-4, 6), 12);
    CHECK_INT(rt_math_lcm(INT64_MIN, 0), 0);
    CHECK_INT(rt_math_pow_int(-2, 63), INT64_MIN);
    CHECK_INT(rt_math_pow_int(0, 0), 1);
    CHECK_INT(rt_math_isqrt(INT64_MAX), 3037000499);
    CHECK_INT(rt_math_factorial(20), INT64_C(2432902008176640000));
    CHECK_NO_ERROR();
    CHECK_INT(rt_math_gcd(INT64_MIN, 0), -1);
    CHECK_LAST_ERROR(RT_ERROR_MATH_OVERFLOW, "rt_math_gcd");
    CHECK_INT(rt_math_lcm(INT64_MAX, 2), -1);
    CHECK_LAST_ERROR(RT_ERROR_MATH_OVERFLOW, "rt_math_lcm");
    CHECK_INT(rt_math_pow_int(2, 63), 0);
    CHECK_LAST_ERROR(RT_ERROR_MATH_OVERFLOW, "rt_math_pow_int");
    CHECK_INT(rt_math_pow_int(2, -1), 0);
    CHECK_ERROR(RT_ERROR_MATH_DOMAIN);
    CHECK_INT(rt_math_isqrt(-1), -1);
    CHECK_LAST_ERROR(RT_ERROR_MATH_DOMAIN, "rt_math_isqrt");
    CHECK_INT(rt_math_factorial(21), -1);
    CHECK_LAST_ERROR(RT_ERROR_MATH_OVERFLOW, "rt_math_factorial");
}

static void constants(void) {
    CHECK_FLOAT(rt_math_pi(), RT_MATH_PI);
    CHECK_FLOAT(rt_math_tau(), 2 * RT_MATH_PI);
    CHECK_FLOAT(RT_MATH_PI, acos(-1));
    CHECK_FLOAT(RT_MATH_EPSILON, DBL_EPSILON);
    CHECK_FLOAT(RT_MATH_MAX, DBL_MAX);
    CHECK_FLOAT(rt_math_max_float(), DBL_MAX);
    CHECK_FLOAT(RT_MATH_MIN_POSITIVE, DBL_MIN);
    CHECK_FLOAT(rt_math_inf(), INFINITY);
    CHECK_FLOAT(rt_math_nan(), NAN);
}

int main(void) {
    powers_and_logarithms();
    angles();
    every_result_is_libms();
    rounding();
    smallest_and_largest();
    integers();
    constants();
    return harness_report("math");
}
