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
#define SIMPLE_RUNTIME_ABI_MAJOR 1
#define SIMPLE_RUNTIME_ABI_MINOR 2
#define SIMPLE_RUNTIME_ABI_VERSION \
    (((uint32_t)SIMPLE_RUNTIME_ABI_MAJOR << 16) | (uint32_t)SIMPLE_RUNTIME_ABI_MINOR)

/* The version of the package. */
#define SIMPLE_RUNTIME_VERSION "0.1.0"

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

/* ============================================================================================= */
/* simple-runtime: The runtime library of the Simple language: every rt_* function behind one C  */
/* header                                                                                        */
/* ============================================================================================= */

// The version of the binary interface: (major << 16) | minor, as SIMPLE_RUNTIME_ABI_VERSION
// of the header that belongs to this library. A loader accepts a library with an equal major
// number and a minor number that is not below the one it was built for. Thread-safe.
RT_API uint32_t simple_runtime_abi_version(void);


/* ============================================================================================= */
/* runtime-core: What every rt_* function of the Simple runtime is made of: errors, the panic    */
/* boundary, argument decoding, handle tables                                                    */
/* ============================================================================================= */

// No error.
#define RT_ERROR_NONE 0
// A panic inside the runtime, or in a callback written in Rust, was stopped at the border.
#define RT_ERROR_PANIC 1
// An argument is outside of what the function accepts.
#define RT_ERROR_INVALID_ARGUMENT 2
// A null pointer where bytes, a function or an object are needed.
#define RT_ERROR_NULL_POINTER 3
// A length, count or capacity that is negative or larger than an object can be.
#define RT_ERROR_LENGTH 4
// The system has no memory left for this.
#define RT_ERROR_OUT_OF_MEMORY 5
// Bytes that are not UTF-8 where text is needed.
#define RT_ERROR_NOT_UTF8 6
// A pointer that is not aligned as its type demands.
#define RT_ERROR_MISALIGNED 7
// The system refused: rt_last_error_errno has its number.
#define RT_ERROR_SYSTEM 8
// The operation would wait for itself for ever.
#define RT_ERROR_DEADLOCK 9
// The number is no handle: it was never given out.
#define RT_ERROR_NOT_A_HANDLE 10
// The handle's object was freed.
#define RT_ERROR_STALE_HANDLE 11
// The handle is of another kind than the function works on.
#define RT_ERROR_WRONG_KIND 12
// No handle is left for this kind of object.
#define RT_ERROR_HANDLES_EXHAUSTED 13
// The object is in use in a way that forbids the operation.
#define RT_ERROR_BUSY 14
// All kinds together, for rt_handle_live_count.
#define RT_HANDLE_KIND_ALL 0
// Made by rt_atomic_bool_new.
#define RT_HANDLE_KIND_ATOMIC_BOOL 1
// Made by rt_atomic_int_new.
#define RT_HANDLE_KIND_ATOMIC_INT 2
// Made by rt_atomic_flag_new.
#define RT_HANDLE_KIND_ATOMIC_FLAG 3
// Made by rt_once_new.
#define RT_HANDLE_KIND_ONCE 4
// Made by rt_arena_new.
#define RT_HANDLE_KIND_ARENA 5
// Made by rt_concurrent_map_new.
#define RT_HANDLE_KIND_CONCURRENT_MAP 6
// Made by rt_concurrent_queue_new.
#define RT_HANDLE_KIND_CONCURRENT_QUEUE 7
// Made by rt_concurrent_stack_new.
#define RT_HANDLE_KIND_CONCURRENT_STACK 8
// Made by rt_pool_new.
#define RT_HANDLE_KIND_POOL 9
// Made by rt_tls_new.
#define RT_HANDLE_KIND_TLS 10
// Made by rt_sha1_new.
#define RT_HANDLE_KIND_SHA1 11
// Made by rt_sha256_new.
#define RT_HANDLE_KIND_SHA256 12
// Made by rt_sha512_new.
#define RT_HANDLE_KIND_SHA512 13
// Made by rt_xxhash_new and rt_xxhash_new_with_seed.
#define RT_HANDLE_KIND_XXHASH 14
// Made by rt_condvar_new.
#define RT_HANDLE_KIND_CONDVAR 15
// Made by rt_thread_local_new.
#define RT_HANDLE_KIND_THREAD_LOCAL 16
// Made by rt_thread_spawn_isolated and its kin.
#define RT_HANDLE_KIND_THREAD 17
// Made by the concurrent map whose keys are values.
#define RT_HANDLE_KIND_CONCURRENT_VALUE_MAP 18
// Made by the bounded concurrent queue.
#define RT_HANDLE_KIND_BOUNDED_QUEUE 19
// Made by the streaming encoders and decoders of base64.
#define RT_HANDLE_KIND_BASE64_STREAM 20
// Made by rt_process_spawn and its kin.
#define RT_HANDLE_KIND_PROCESS 21

// The code of this thread's last error, one of the RT_ERROR_ numbers; 0 (RT_ERROR_NONE) when
// no call has failed on this thread, or since rt_last_error_clear. A call that succeeds leaves
// the last error alone. Thread-safe: each thread has its own.
RT_API int64_t rt_last_error_code(void);

// The system's error number (errno) behind this thread's last error, 0 when the failure did not
// come from the system. Thread-safe: each thread has its own.
RT_API int64_t rt_last_error_errno(void);

// Forgets this thread's last error. Thread-safe: each thread has its own.
RT_API void rt_last_error_clear(void);

// How many handles of kind (one of the RT_HANDLE_KIND_ numbers) are live in the process;
// kind 0 counts all kinds; 0 for a number that is no kind. Thread-safe; with other threads making
// and freeing handles meanwhile, a moment's truth.
RT_API int64_t rt_handle_live_count(int64_t kind);


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
