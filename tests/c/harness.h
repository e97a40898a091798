/* A small test harness for the C side: checks that count and go on, so that one run shows every
 * failure. A program includes this file once, checks, and ends with
 *
 *     return harness_report("area");
 *
 * Each macro evaluates its arguments once and prints file, line and both values on a failure. */
#ifndef HARNESS_H
#define HARNESS_H

#include "simple_runtime.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* ---- what a test writes ---------------------------------------------------------------------- */

/* The condition holds. */
#define CHECK(condition) harness_check((condition), __FILE__, __LINE__, #condition)

/* Two signed integers (handles, counts, codes) are equal. */
#define CHECK_INT(actual, expected) \
    harness_int((actual), (expected), __FILE__, __LINE__, #actual)

/* Two unsigned integers (hashes, sizes) are equal; a failure shows them in hexadecimal. */
#define CHECK_UINT(actual, expected) \
    harness_uint((actual), (expected), __FILE__, __LINE__, #actual)

/* Two value words are the same 64 bits. */
#define CHECK_WORD(actual, expected) CHECK_UINT((actual), (expected))

/* Two doubles have the same bits, or are both a NaN. */
#define CHECK_FLOAT(actual, expected) \
    harness_float((actual), (expected), __FILE__, __LINE__, #actual)

/* A double lies within `tolerance` of what is expected. */
#define CHECK_NEAR(actual, expected, tolerance) \
    harness_near((actual), (expected), (tolerance), __FILE__, __LINE__, #actual)

/* The word is NIL. */
#define CHECK_NIL(word) CHECK_UINT((word), RT_NIL)

/* The word is a string with these characters (a C string, so without a zero byte inside). */
#define CHECK_STR(word, text) \
    harness_bytes((word), (text), strlen(text), __FILE__, __LINE__, #word)

/* The word is a string with these `length` bytes. */
#define CHECK_BYTES(word, bytes, length) \
    harness_bytes((word), (bytes), (length), __FILE__, __LINE__, #word)

/* The C string is this text. */
#define CHECK_CSTR(actual, expected) \
    harness_cstr((actual), (expected), __FILE__, __LINE__, #actual)

/* This thread's last error has the code; forgets the error, so that the next check starts clean. */
#define CHECK_ERROR(code) harness_last_error((code), NULL, __FILE__, __LINE__)

/* The same, and the message begins with the function's name: "rt_name: ". */
#define CHECK_LAST_ERROR(code, function) harness_last_error((code), (function), __FILE__, __LINE__)

/* No call has failed since the last error was forgotten. */
#define CHECK_NO_ERROR() harness_last_error(RT_ERROR_NONE, NULL, __FILE__, __LINE__)

/* So many handles of the kind are live; RT_HANDLE_KIND_ALL counts all kinds. */
#define CHECK_LIVE_HANDLES(kind, expected) CHECK_INT(rt_handle_live_count(kind), (expected))

/* A new string value with the characters of a C string. */
static inline RuntimeValue str(const char *text) {
    return rt_string_new((const uint8_t *)text, (uint64_t)strlen(text));
}

/* Words that no function may take for a live object: an array for loops over bad arguments. */
static const RuntimeValue harness_forged_words[] = {
    UINT64_C(0x1),                /* the heap tag on a null address */
    UINT64_C(0x9),                /* an address in the first page */
    UINT64_C(0x7ffffffffff1),     /* an aligned address that nothing lives at */
    UINT64_C(0xdeadbeefdeadbee9), /* no canonical address */
    UINT64_C(0xfffffffffffffff9), /* the last aligned address */
};
#define HARNESS_FORGED_WORDS (sizeof harness_forged_words / sizeof harness_forged_words[0])

/* ---- how it works ---------------------------------------------------------------------------- */

static unsigned long harness_checks;
static unsigned long harness_failures;

static inline bool harness_count(bool passed, const char *file, int line) {
    harness_checks += 1;
    if (!passed) {
        harness_failures += 1;
        fprintf(stderr, "%s:%d: ", file, line);
    }
    return passed;
}

static inline void harness_check(bool passed, const char *file, int line, const char *text) {
    if (!harness_count(passed, file, line)) {
        fprintf(stderr, "%s does not hold\n", text);
    }
}

static inline void harness_int(int64_t actual, int64_t expected, const char *file, int line,
                               const char *text) {
    if (!harness_count(actual == expected, file, line)) {
        fprintf(stderr, "%s is %" PRId64 ", expected %" PRId64 "\n", text, actual, expected);
    }
}

static inline void harness_uint(uint64_t actual, uint64_t expected, const char *file, int line,
                                const char *text) {
    if (!harness_count(actual == expected, file, line)) {
        fprintf(stderr, "%s is 0x%" PRIx64 ", expected 0x%" PRIx64 "\n", text, actual, expected);
    }
}

static inline void harness_float(double actual, double expected, const char *file, int line,
                                 const char *text) {
    const bool both_nan = actual != actual && expected != expected;
    if (!harness_count(both_nan || memcmp(&actual, &expected, sizeof actual) == 0, file, line)) {
        fprintf(stderr, "%s is %.17g, expected %.17g\n", text, actual, expected);
    }
}

static inline void harness_near(double actual, double expected, double tolerance, const char *file,
                                int line, const char *text) {
    const double distance = actual < expected ? expected - actual : actual - expected;
    if (!harness_count(distance <= tolerance, file, line)) {
        fprintf(stderr, "%s is %.17g, expected %.17g within %g\n", text, actual, expected,
                tolerance);
    }
}

static inline void harness_bytes(RuntimeValue word, const char *bytes, size_t length,
                                 const char *file, int line, const char *text) {
    const uint8_t *data = rt_string_data(word);
    if (data == NULL) {
        harness_count(false, file, line);
        fprintf(stderr, "%s is 0x%" PRIx64 ", which is no string; expected \"%.*s\"\n", text, word,
                (int)length, bytes);
        return;
    }
    const size_t actual = (size_t)rt_string_len(word);
    const bool same = actual == length && memcmp(data, bytes, length) == 0;
    if (!harness_count(same, file, line)) {
        fprintf(stderr, "%s is \"%.*s\" (%zu bytes), expected \"%.*s\" (%zu bytes)\n", text,
                (int)actual, (const char *)data, actual, (int)length, bytes, length);
    }
}

static inline void harness_cstr(const char *actual, const char *expected, const char *file,
                                int line, const char *text) {
    const bool same = actual != NULL && strcmp(actual, expected) == 0;
    if (!harness_count(same, file, line)) {
        fprintf(stderr, "%s is \"%s\", expected \"%s\"\n", text, actual ? actual : "(null)",
                expected);
    }
}

static inline void harness_last_error(int64_t code, const char *function, const char *file,
                                      int line) {
    const int64_t actual = rt_last_error_code();
    const RuntimeValue message = rt_last_error_message();
    const char *data = (const char *)rt_string_data(message);
    const int length = data ? (int)rt_string_len(message) : 0;
    const char *shown = data ? data : "";
    if (!harness_count(actual == code, file, line)) {
        fprintf(stderr, "the last error is %" PRId64 " \"%.*s\", expected %" PRId64 "\n", actual,
                length, shown, code);
    } else if (function != NULL) {
        const size_t name = strlen(function);
        const bool named = (size_t)length > name && strncmp(shown, function, name) == 0 &&
                           shown[name] == ':';
        if (!harness_count(named, file, line)) {
            fprintf(stderr, "the last error is \"%.*s\", expected to begin with \"%s:\"\n", length,
                    shown, function);
        }
    }
    if (data != NULL) {
        rt_value_free(message);
    }
    rt_last_error_clear();
}

/* Prints the count and returns the program's exit status. */
static inline int harness_report(const char *area) {
    printf("%s: %lu checks, %lu failed\n", area, harness_checks, harness_failures);
    return harness_failures == 0 ? 0 : 1;
}

#endif /* HARNESS_H */
