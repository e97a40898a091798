
/* ============================================================================================= */
/* Boxing and unboxing without a call, for code generators                                       */
/* ============================================================================================= */

/* Whether the word holds an int itself. False for ints outside of RT_INLINE_INT_MIN to
 * RT_INLINE_INT_MAX, which rt_value_is_int recognizes too. */
static inline bool rt_inline_is_int(RuntimeValue v) {
    return (v & 7) == 0;
}

/* Whether the word holds a float itself. False for the few floats that are heap objects, which
 * rt_value_is_float recognizes too. */
static inline bool rt_inline_is_float(RuntimeValue v) {
    return (v & 7) == 2 || (v & 4) != 0;
}

/* The value of a bool. */
static inline RuntimeValue rt_inline_bool(bool b) {
    return b ? RT_TRUE : RT_FALSE;
}

/* As rt_value_int: calls it for an int outside of RT_INLINE_INT_MIN to RT_INLINE_INT_MAX. */
static inline RuntimeValue rt_inline_int(int64_t i) {
    if (i >= RT_INLINE_INT_MIN && i <= RT_INLINE_INT_MAX) {
        return (RuntimeValue)i << 3;
    }
    return rt_value_int(i);
}

/* As rt_value_as_int: calls it for a word that does not hold an int itself. */
static inline int64_t rt_inline_as_int(RuntimeValue v) {
    if ((v & 7) == 0) {
        return (int64_t)v >> 3;
    }
    return rt_value_as_int(v);
}

/* As rt_value_float. A float whose three lowest bits are zero is its own bits with the tag 010.
 * Another one whose bits 62 and 61 differ is rotated left by four, and bit 2, where bit 62 comes
 * to lie, is set: bit 61 alone says what it was. Floats of neither form are made by a call. */
static inline RuntimeValue rt_inline_float(double f) {
    uint64_t bits;
    memcpy(&bits, &f, sizeof bits);
#ifdef SIMPLE_RUNTIME_COMPAT_FLOATS /* the library was built with the feature compat-floats */
    return (bits & ~UINT64_C(7)) | 2;
#else
    if ((bits & 7) == 0) {
        return bits | 2;
    }
    if ((((bits >> 62) ^ (bits >> 61)) & 1) != 0) {
        return (bits << 4) | (bits >> 60) | 4;
    }
    return rt_value_float(f);
#endif
}

/* As rt_value_as_float: calls it for a word that does not hold a float itself. */
static inline double rt_inline_as_float(RuntimeValue v) {
    uint64_t bits;
    double f;
    if ((v & 7) == 2) {
        bits = v & ~UINT64_C(7);
    } else if ((v & 4) != 0) {
        const uint64_t word = v & ~UINT64_C(4);
        bits = (word >> 4) | (word << 60);
        bits |= (~bits & (UINT64_C(1) << 61)) << 1;
    } else {
        return rt_value_as_float(v);
    }
    memcpy(&f, &bits, sizeof f);
    return f;
}

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* SIMPLE_RUNTIME_H */
