/* Tests of the inline functions of the header: they agree with the functions of the library on
 * every form of ints and floats. */
#include "harness.h"

#include <math.h>

/* A generator of 64-bit numbers with a fixed start (xorshift). */
static uint64_t next_random(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static double float_of(uint64_t bits) {
    double f;
    memcpy(&f, &bits, sizeof f);
    return f;
}

static uint64_t bits_of(double f) {
    uint64_t bits;
    memcpy(&bits, &f, sizeof bits);
    return bits;
}

static bool is_same_int(int64_t i) {
    const RuntimeValue inlined = rt_inline_int(i);
    const RuntimeValue called = rt_value_int(i);
    const bool holds_itself = i >= RT_INLINE_INT_MIN && i <= RT_INLINE_INT_MAX;
    const bool same = rt_inline_as_int(inlined) == i && rt_value_as_int(inlined) == i &&
                      rt_inline_as_int(called) == i && rt_value_is_int(inlined) &&
                      rt_inline_is_int(inlined) == holds_itself &&
                      (!holds_itself || inlined == called);
    if (!holds_itself) {
        rt_value_free(inlined);
        rt_value_free(called);
    }
    return same;
}

static bool is_same_float(uint64_t bits) {
    const double f = float_of(bits);
    const RuntimeValue inlined = rt_inline_float(f);
    const RuntimeValue called = rt_value_float(f);
    const bool holds_itself = rt_inline_is_float(inlined);
    const bool same = bits_of(rt_inline_as_float(inlined)) == bits &&
                      bits_of(rt_value_as_float(inlined)) == bits &&
                      bits_of(rt_inline_as_float(called)) == bits &&
                      rt_value_is_float(inlined) && (!holds_itself || inlined == called);
    if (!holds_itself) {
        rt_value_free(inlined);
        rt_value_free(called);
    }
    return same;
}

static void ints(void) {
    static const int64_t edges[] = {
        0, 1, -1, RT_INLINE_INT_MIN, RT_INLINE_INT_MAX, RT_INLINE_INT_MIN - 1,
        RT_INLINE_INT_MAX + 1, INT64_MIN, INT64_MAX,
    };
    for (size_t i = 0; i < sizeof edges / sizeof edges[0]; i++) {
        if (!is_same_int(edges[i])) {
            CHECK_INT(edges[i], 0);
        }
    }
    uint64_t state = 1;
    int different = 0;
    for (int round = 0; round < 20000; round++) {
        const uint64_t random = next_random(&state);
        different += is_same_int((int64_t)(random >> (random & 63))) ? 0 : 1;
        different += is_same_int(-(int64_t)(random >> (random & 63) >> 1)) ? 0 : 1;
    }
    CHECK_INT(different, 0);
    CHECK_WORD(rt_inline_int(1), 8);
    CHECK_WORD(rt_inline_int(-1), UINT64_C(0xfffffffffffffff8));
}

/* Every pattern of the bits that decide the form, with every exponent near the borders. */
static void floats(void) {
    int different = 0;
    for (uint64_t exponent = 0; exponent < 2048; exponent++) {
        for (uint64_t low = 0; low < 16; low++) {
            const uint64_t bits = exponent << 52 | UINT64_C(0x8000000000000) >> (low & 3) | low;
            different += is_same_float(bits) ? 0 : 1;
            different += is_same_float(bits | UINT64_C(1) << 63) ? 0 : 1;
        }
    }
    uint64_t state = 2;
    for (int round = 0; round < 40000; round++) {
        different += is_same_float(next_random(&state)) ? 0 : 1;
    }
    CHECK_INT(different, 0);
    CHECK_WORD(rt_inline_float(0.0), 2);
    CHECK_WORD(rt_inline_float(1.5), UINT64_C(0x3ff8000000000002));
    CHECK_FLOAT(rt_inline_as_float(rt_inline_float(0.1)), 0.1);
    CHECK_FLOAT(rt_inline_as_float(rt_inline_float(-INFINITY)), -INFINITY);
    CHECK_FLOAT(rt_inline_as_float(rt_inline_float(NAN)), NAN);
    CHECK(rt_inline_is_float(rt_inline_float(3.14159)));
}

static void the_rest(void) {
    CHECK_WORD(rt_inline_bool(true), rt_value_bool(true));
    CHECK_WORD(rt_inline_bool(false), rt_value_bool(false));
    CHECK_NIL(rt_value_nil());
    CHECK_NO_ERROR();
    CHECK(!rt_inline_is_int(RT_NIL) && !rt_inline_is_float(RT_NIL));
    CHECK_INT(rt_inline_as_int(RT_NIL), rt_value_as_int(RT_NIL));
    CHECK(rt_last_error_code() != RT_ERROR_NONE);
    rt_last_error_clear();
    CHECK_FLOAT(rt_inline_as_float(rt_inline_int(7)), 7.0); /* an int converts */
    CHECK_INT(rt_heap_live_count_by_kind(RT_TYPE_INT), 0);
    CHECK_INT(rt_heap_live_count_by_kind(RT_TYPE_FLOAT), 0);
}

int main(void) {
    ints();
    floats();
    the_rest();
    return harness_report("inline");
}
