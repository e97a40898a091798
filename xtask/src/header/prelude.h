/* simple_runtime.h: the C interface of the Simple runtime.
 *
 * `cargo xtask header` writes this file from the Rust sources: change those, not this file.
 *
 * Conventions, unless a function says otherwise:
 * - A value is a RuntimeValue, a word of 64 bits. Any word may be passed to any function: one that
 *   is not a live value of the right type is refused with an error, never followed.
 * - A handle is a positive int64_t that stands for an object of one RT_HANDLE_KIND_. Stale, forged
 *   and foreign handles are refused with an error.
 * - A function that fails returns the failure value it documents and sets the last error of the
 *   calling thread: rt_last_error_code, rt_last_error_message, rt_last_error_errno. A function that
 *   succeeds leaves the last error alone.
 * - Null with length 0 is an empty slice; null with a length is an error.
 * - What a function returns belongs to the caller, who frees it.
 * - Heap objects are not locked: threads may read one object together, not change it.
 * - A pointer that is not null must point at what the function says. A C++ exception must not
 *   leave a callback. */
#ifndef SIMPLE_RUNTIME_H
#define SIMPLE_RUNTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Stands before every function. On Windows define SIMPLE_RUNTIME_SHARED to use the shared library. */
#ifndef RT_API
#if defined(_WIN32) && defined(SIMPLE_RUNTIME_SHARED)
#define RT_API __declspec(dllimport)
#elif defined(__GNUC__)
#define RT_API __attribute__((visibility("default")))
#else
#define RT_API
#endif
#endif

/* The version of the binary interface that this header describes. A library fits when its
 * simple_runtime_abi_version() has the same major number and a minor number that is not smaller. */
#define SIMPLE_RUNTIME_ABI_MAJOR @ABI_MAJOR@
#define SIMPLE_RUNTIME_ABI_MINOR @ABI_MINOR@
#define SIMPLE_RUNTIME_ABI_VERSION \
    (((uint32_t)SIMPLE_RUNTIME_ABI_MAJOR << 16) | (uint32_t)SIMPLE_RUNTIME_ABI_MINOR)

/* The version of the package. */
#define SIMPLE_RUNTIME_VERSION "@VERSION@"

/* A value of the Simple language. The low three bits are the tag, one of RT_TAG_. */
typedef uint64_t RuntimeValue;

/* The special values. Symbols follow from word 0x23 on, in steps of 8. */
#define RT_NIL ((RuntimeValue)0x03)
#define RT_TRUE ((RuntimeValue)0x0B)
#define RT_FALSE ((RuntimeValue)0x13)
/* Stands for a failed call in compiled code; not an error code. */
#define RT_ERROR_VALUE ((RuntimeValue)0x1B)

/* The smallest and the largest int that a word holds itself. Others are heap objects. */
#define RT_INLINE_INT_MIN (-INT64_C(0x1000000000000000))
#define RT_INLINE_INT_MAX INT64_C(0x0FFFFFFFFFFFFFFF)

#ifdef __cplusplus
extern "C" {
#endif
