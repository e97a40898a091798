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

// The version of the binary interface: `(major << 16) | minor`, as `SIMPLE_RUNTIME_ABI_VERSION` of
// the header that belongs to this library. A loader accepts a library with an equal major number
// and a minor number that is not below the one it was built for. Thread-safe.
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
// The system refused: `rt_last_error_errno` has its number.
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

// All kinds together, for `rt_handle_live_count`.
#define RT_HANDLE_KIND_ALL 0
// Made by `rt_atomic_bool_new`.
#define RT_HANDLE_KIND_ATOMIC_BOOL 1
// Made by `rt_atomic_int_new`.
#define RT_HANDLE_KIND_ATOMIC_INT 2
// Made by `rt_atomic_flag_new`.
#define RT_HANDLE_KIND_ATOMIC_FLAG 3
// Made by `rt_once_new`.
#define RT_HANDLE_KIND_ONCE 4
// Made by `rt_arena_new`.
#define RT_HANDLE_KIND_ARENA 5
// Made by `rt_concurrent_map_new`.
#define RT_HANDLE_KIND_CONCURRENT_MAP 6
// Made by `rt_concurrent_queue_new`.
#define RT_HANDLE_KIND_CONCURRENT_QUEUE 7
// Made by `rt_concurrent_stack_new`.
#define RT_HANDLE_KIND_CONCURRENT_STACK 8
// Made by `rt_pool_new`.
#define RT_HANDLE_KIND_POOL 9
// Made by `rt_tls_new`.
#define RT_HANDLE_KIND_TLS 10
// Made by `rt_sha1_new`.
#define RT_HANDLE_KIND_SHA1 11
// Made by `rt_sha256_new`.
#define RT_HANDLE_KIND_SHA256 12
// Made by `rt_sha512_new`.
#define RT_HANDLE_KIND_SHA512 13
// Made by `rt_xxhash_new` and `rt_xxhash_new_with_seed`.
#define RT_HANDLE_KIND_XXHASH 14
// Made by `rt_condvar_new`.
#define RT_HANDLE_KIND_CONDVAR 15
// Made by `rt_thread_local_new`.
#define RT_HANDLE_KIND_THREAD_LOCAL 16
// Made by `rt_thread_spawn_isolated` and its kin.
#define RT_HANDLE_KIND_THREAD 17
// Made by the concurrent map whose keys are values.
#define RT_HANDLE_KIND_CONCURRENT_VALUE_MAP 18
// Made by the bounded concurrent queue.
#define RT_HANDLE_KIND_BOUNDED_QUEUE 19
// Made by the streaming encoders and decoders of base64.
#define RT_HANDLE_KIND_BASE64_STREAM 20
// Made by `rt_process_spawn` and its kin.
#define RT_HANDLE_KIND_PROCESS 21
// Made by `rt_semaphore_new`, behind its value.
#define RT_HANDLE_KIND_SEMAPHORE 22
// Made by `rt_barrier_new`, behind its value.
#define RT_HANDLE_KIND_BARRIER 23
// Made by `rt_atomic_new`, behind its value.
#define RT_HANDLE_KIND_ATOMIC 24
// Made by `rt_channel_new`.
#define RT_HANDLE_KIND_CHANNEL 25
// Made by the `rt_torch_*` functions that return tensors.
#define RT_HANDLE_KIND_TENSOR 26
// Made by `rt_torch_module_new` and the layers' constructors.
#define RT_HANDLE_KIND_MODULE 27
// Made by `rt_torch_optimizer_new` and its kin.
#define RT_HANDLE_KIND_OPTIMIZER 28
// Made by the `rt_torch_scheduler_*_new` functions.
#define RT_HANDLE_KIND_SCHEDULER 29
// Made by `rt_torch_tensor_dataset_new` and the readers of data sets.
#define RT_HANDLE_KIND_DATASET 30
// Made by `rt_torch_dataloader_new`.
#define RT_HANDLE_KIND_DATALOADER 31
// Made by `rt_torch_autograd_context_new`.
#define RT_HANDLE_KIND_AUTOGRAD_CONTEXT 32
// Made by `rt_torch_jit_script`, `rt_torch_jit_trace`, `rt_torch_jit_load` and their kin.
#define RT_HANDLE_KIND_JIT_MODULE 33
// Made by `rt_torch_autograd_function_new`.
#define RT_HANDLE_KIND_AUTOGRAD_FUNCTION 34
// Made by `rt_torch_onnx_load`.
#define RT_HANDLE_KIND_ONNX_SESSION 35
// Made by `rt_torch_dist_init_process_group` and its kin.
#define RT_HANDLE_KIND_PROCESS_GROUP 36
// Made by the collectives that do not wait.
#define RT_HANDLE_KIND_WORK 37
// Made by `rt_torch_dist_ddp_new`.
#define RT_HANDLE_KIND_DDP 38
// Made by `rt_torch_dist_sampler_new`.
#define RT_HANDLE_KIND_SAMPLER 39

// The code of this thread's last error, one of the `RT_ERROR_` numbers; 0 (`RT_ERROR_NONE`) when no
// call has failed on this thread, or since `rt_last_error_clear`. A call that succeeds leaves the
// last error alone. Thread-safe: each thread has its own.
RT_API int64_t rt_last_error_code(void);

// The system's error number (`errno`) behind this thread's last error, 0 when the failure did not
// come from the system. Thread-safe: each thread has its own.
RT_API int64_t rt_last_error_errno(void);

// Forgets this thread's last error. Thread-safe: each thread has its own.
RT_API void rt_last_error_clear(void);

// How many handles of `kind` (one of the `RT_HANDLE_KIND_` numbers) are live in the process; kind 0
// counts all kinds; 0 for a number that is no kind. Thread-safe; with other threads making and
// freeing handles meanwhile, a moment's truth.
RT_API int64_t rt_handle_live_count(int64_t kind);


/* ============================================================================================= */
/* runtime-value: The value word of the Simple language and its heap objects: strings, arrays,   */
/* tuples, dicts, objects, enums, closures                                                       */
/* ============================================================================================= */

// The word is not a live value: it was forged, or its object was freed.
#define RT_ERROR_NOT_A_VALUE 100
// The value is of another type than the function works on.
#define RT_ERROR_WRONG_TYPE 101
// The result does not fit into an int.
#define RT_ERROR_OVERFLOW 102
// An index, field or capture that the object does not have.
#define RT_ERROR_INDEX 103
// The address is not that of a live `rt_alloc` block or heap object.
#define RT_ERROR_NOT_A_BLOCK 104
// `rt_scope_end` without a matching `rt_scope_begin` on this thread.
#define RT_ERROR_NO_SCOPE 105
// A container that a callback changed while it was being worked on.
#define RT_ERROR_CHANGED 106

// A string: bytes with a length and a hash.
#define RT_TYPE_STRING 1
// An array: a growable sequence.
#define RT_TYPE_ARRAY 2
// A dict: a map from values to values.
#define RT_TYPE_DICT 3
// A tuple: a sequence of fixed length.
#define RT_TYPE_TUPLE 4
// An instance of a class.
#define RT_TYPE_OBJECT 5
// A function with its captures.
#define RT_TYPE_CLOSURE 6
// A variant with its payload.
#define RT_TYPE_ENUM 7
// An owning box.
#define RT_TYPE_UNIQUE 11
// A box with a reference count.
#define RT_TYPE_SHARED 12
// A box that can be marked invalid, made by `rt_handle_new`.
#define RT_TYPE_HANDLE 13
// A reference to a shared box that does not keep it.
#define RT_TYPE_WEAK 15
// A broken contract.
#define RT_TYPE_CONTRACT_VIOLATION 16
// A mutex around a value.
#define RT_TYPE_MUTEX 17
// A readers-writer lock around a value.
#define RT_TYPE_RWLOCK 18
// A counting semaphore.
#define RT_TYPE_SEMAPHORE 19
// A barrier.
#define RT_TYPE_BARRIER 20
// An atomic int as a heap object.
#define RT_TYPE_ATOMIC 21
// A PyTorch tensor, module, optimizer and so on.
#define RT_TYPE_TORCH 27
// A double that no inline form holds.
#define RT_TYPE_FLOAT 28
// An int above the largest signed one.
#define RT_TYPE_UINT 29
// A signed int of more than 61 bits.
#define RT_TYPE_INT 30
// A block of `rt_alloc`: no object until compiled code builds one in it.
#define RT_TYPE_RAW 31

// A 61-bit int.
#define RT_TAG_INT 0
// A reference to a heap object.
#define RT_TAG_HEAP 1
// A float whose three lowest bits are zero.
#define RT_TAG_FLOAT 2
// NIL, TRUE, FALSE, ERROR and symbols.
#define RT_TAG_SPECIAL 3
// Set in the tag of every float of the other inline form.
#define RT_TAG_FLOAT_ROTATED 4

/* ---- runtime-value: array ------------------------------------------------------------------- */

// An empty array with room for `capacity` elements; it grows beyond them, and its word stays the
// same. The caller owns the result and frees it with `rt_value_free`. NIL and
// RT_ERROR_OUT_OF_MEMORY for a capacity that memory does not have.
RT_API RuntimeValue rt_array_new(uint64_t capacity);

// How many elements there are. -1 and an error otherwise: RT_ERROR_WRONG_TYPE or
// RT_ERROR_NOT_A_VALUE when `array` is no live array.
RT_API int64_t rt_array_len(RuntimeValue array);

// The element at `index`; negative indexes count from the end. NIL when there is none, which is no
// error. NIL and an error otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no
// live array.
RT_API RuntimeValue rt_array_get(RuntimeValue array, int64_t index);

// Replaces the element at `index`; negative indexes count from the end. False and an error
// otherwise: RT_ERROR_INDEX when there is none, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when
// `array` is no live array.
RT_API bool rt_array_set(RuntimeValue array, int64_t index, RuntimeValue value);

// Appends `value`; the array grows as needed. False and an error otherwise: RT_ERROR_OUT_OF_MEMORY,
// RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array.
RT_API bool rt_array_push(RuntimeValue array, RuntimeValue value);

// As `rt_array_push`, which grows too. False and an error otherwise: RT_ERROR_OUT_OF_MEMORY,
// RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array.
RT_API bool rt_array_push_grow(RuntimeValue array, RuntimeValue value);

// Appends `value` if there is room without growing. False, without an error, when there is not;
// false and an error otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live
// array.
RT_API bool rt_array_push_no_grow(RuntimeValue array, RuntimeValue value);

// Puts `value` before the element at `index` (at the end when `index` is the length); negative
// indexes count from the end. False and an error otherwise: RT_ERROR_INDEX, RT_ERROR_OUT_OF_MEMORY,
// RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array.
RT_API bool rt_array_insert(RuntimeValue array, int64_t index, RuntimeValue value);

// Removes and returns the element at `index`; negative indexes count from the end. NIL and an error
// otherwise: RT_ERROR_INDEX when there is none, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when
// `array` is no live array.
RT_API RuntimeValue rt_array_remove(RuntimeValue array, int64_t index);

// Removes and returns the last element. NIL when there is none, which is no error. NIL and an error
// otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array.
RT_API RuntimeValue rt_array_pop(RuntimeValue array);

// Removes all elements; the room stays. True. False and an error otherwise: RT_ERROR_WRONG_TYPE or
// RT_ERROR_NOT_A_VALUE when `array` is no live array.
RT_API bool rt_array_clear(RuntimeValue array);

// Reverses the order of the elements. True. False and an error otherwise: RT_ERROR_WRONG_TYPE or
// RT_ERROR_NOT_A_VALUE when `array` is no live array.
RT_API bool rt_array_reverse(RuntimeValue array);

// Sorts the elements in the order of `rt_value_compare`; equal ones keep their order. True. False,
// with the array as it was, and an error otherwise: RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or
// RT_ERROR_NOT_A_VALUE when `array` is no live array.
RT_API bool rt_array_sort(RuntimeValue array);

// Sorts the elements in the order of `rt_value_compare`, greatest first; equal ones keep their
// order. True. False, with the array as it was, and an error otherwise: RT_ERROR_OUT_OF_MEMORY,
// RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array.
RT_API bool rt_array_sort_desc(RuntimeValue array);

// Makes every element `value`. True. False and an error otherwise: RT_ERROR_WRONG_TYPE or
// RT_ERROR_NOT_A_VALUE when `array` is no live array.
RT_API bool rt_array_fill(RuntimeValue array, RuntimeValue value);

// The first element. NIL when there is none, which is no error. NIL and an error otherwise:
// RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array.
RT_API RuntimeValue rt_array_first(RuntimeValue array);

// The last element. NIL when there is none, which is no error. NIL and an error otherwise:
// RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array.
RT_API RuntimeValue rt_array_last(RuntimeValue array);

// Frees the array; its elements stay. Returns 1. 0 and an error otherwise: RT_ERROR_WRONG_TYPE or
// RT_ERROR_NOT_A_VALUE when `array` is no live array.
RT_API int64_t rt_array_free(RuntimeValue array);

// Frees the array and everything that it reaches, each object once. Returns 1. 0 and an error
// otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `value` is no live array.
RT_API int64_t rt_array_free_deep(RuntimeValue value);

/* ---- runtime-value: array_derive ------------------------------------------------------------ */

// The index of the first element that `rt_value_eq` calls equal to `value`. -1 when there is none,
// which is no error. -1 and an error otherwise: RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or
// RT_ERROR_NOT_A_VALUE when `array` is no live array.
RT_API int64_t rt_array_index_of(RuntimeValue array, RuntimeValue value);

// The index of the last element that `rt_value_eq` calls equal to `value`. -1 when there is none,
// which is no error. -1 and an error otherwise: RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or
// RT_ERROR_NOT_A_VALUE when `array` is no live array.
RT_API int64_t rt_array_last_index_of(RuntimeValue array, RuntimeValue value);

// How many elements `rt_value_eq` calls equal to `value`. -1 and an error otherwise:
// RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live
// array.
RT_API int64_t rt_array_count(RuntimeValue array, RuntimeValue value);

// 1 when every element counts as true, as `rt_value_truthy` says (so also when there are none),
// else 0. 0 and an error otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no
// live array.
RT_API int64_t rt_array_all_truthy(RuntimeValue array);

// 1 when an element counts as true, as `rt_value_truthy` says, else 0. 0 and an error otherwise:
// RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array.
RT_API int64_t rt_array_any_truthy(RuntimeValue array);

// A new array with the elements in reverse order. The caller owns the result and frees it with
// `rt_value_free`. NIL and an error otherwise: RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or
// RT_ERROR_NOT_A_VALUE when `array` is no live array.
RT_API RuntimeValue rt_array_reversed(RuntimeValue array);

// A new array with the elements in the order of `rt_value_compare`; equal ones keep their order.
// The caller owns the result and frees it with `rt_value_free`. NIL and an error otherwise:
// RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live
// array.
RT_API RuntimeValue rt_array_sorted(RuntimeValue array);

// A new array with the same elements. The caller owns the result and frees it with `rt_value_free`.
// NIL and an error otherwise: RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE
// when `array` is no live array.
RT_API RuntimeValue rt_array_copy(RuntimeValue array);

// A new array of (index, element) tuples. The caller owns the tuples too. The caller owns the
// result and frees it with `rt_value_free`. NIL and an error otherwise: RT_ERROR_OUT_OF_MEMORY,
// RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array.
RT_API RuntimeValue rt_array_enumerate(RuntimeValue array);

// A new array with the elements, those of elements that are arrays in their place; one level deep.
// The caller owns the result and frees it with `rt_value_free`. NIL and an error otherwise:
// RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live
// array.
RT_API RuntimeValue rt_array_flatten(RuntimeValue array);

// A new array with the elements, without those that equal an earlier one (NaN equals NaN here). The
// caller owns the result and frees it with `rt_value_free`. NIL and an error otherwise:
// RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live
// array.
RT_API RuntimeValue rt_array_unique(RuntimeValue array);

// A new array with the elements of `a`, then those of `b`. The caller owns the result and frees it
// with `rt_value_free`. NIL and an error otherwise: RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or
// RT_ERROR_NOT_A_VALUE when one is no live array.
RT_API RuntimeValue rt_array_concat(RuntimeValue a, RuntimeValue b);

// A new array of tuples of the elements at the same indexes, as many as the shorter array has. The
// caller owns the tuples too. The caller owns the result and frees it with `rt_value_free`. NIL and
// an error otherwise: RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when one
// is no live array.
RT_API RuntimeValue rt_array_zip(RuntimeValue a, RuntimeValue b);

// A new array of the first `n` elements, or of all; none for a negative `n`. The caller owns the
// result and frees it with `rt_value_free`. NIL and an error otherwise: RT_ERROR_OUT_OF_MEMORY,
// RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array.
RT_API RuntimeValue rt_array_take(RuntimeValue array, int64_t n);

// A new array of the elements after the first `n`; all for a negative `n`. The caller owns the
// result and frees it with `rt_value_free`. NIL and an error otherwise: RT_ERROR_OUT_OF_MEMORY,
// RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array.
RT_API RuntimeValue rt_array_drop(RuntimeValue array, int64_t n);

// The sum: an int when all elements are ints, exact; a float when one is a float; int 0 for no
// elements. NIL and an error otherwise: RT_ERROR_WRONG_TYPE for an element that is no number,
// RT_ERROR_OVERFLOW for a sum of ints beyond 64 bits, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE
// when `array` is no live array.
RT_API RuntimeValue rt_array_sum(RuntimeValue array);

// The least element in the order of `rt_value_compare`. NIL when there is none, which is no error.
// NIL and an error otherwise: RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE
// when `array` is no live array.
RT_API RuntimeValue rt_array_min(RuntimeValue array);

// The greatest element in the order of `rt_value_compare`. NIL when there is none, which is no
// error. NIL and an error otherwise: RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or
// RT_ERROR_NOT_A_VALUE when `array` is no live array.
RT_API RuntimeValue rt_array_max(RuntimeValue array);

// The texts of the elements (as printed, strings as they are) with the string `separator` between
// them. The caller owns the result and frees it with `rt_value_free`. NIL and an error otherwise:
// RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `array` is no live array
// or `separator` no live string.
RT_API RuntimeValue rt_array_join(RuntimeValue array, RuntimeValue separator);

// A new array of `count` times `value`; empty for a negative count. The caller owns the array and
// frees it with `rt_value_free`. NIL and RT_ERROR_OUT_OF_MEMORY without memory.
RT_API RuntimeValue rt_array_repeat(RuntimeValue value, int64_t count);

// A new array of the ints from `start` to but without `end` in steps of `step`; empty when the step
// leads away from the end. The caller owns the result and frees it with `rt_value_free`. NIL and an
// error otherwise: RT_ERROR_INVALID_ARGUMENT for step 0, RT_ERROR_OUT_OF_MEMORY.
RT_API RuntimeValue rt_array_range(int64_t start, int64_t end, int64_t step);

/* ---- runtime-value: boxes ------------------------------------------------------------------- */

// A box with one owner around `value`. The caller owns the result and frees it with
// `rt_value_free`. NIL and RT_ERROR_OUT_OF_MEMORY without memory.
RT_API RuntimeValue rt_unique_new(RuntimeValue value);

// The value in the box. NIL and an error otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE
// when `unique` is no live unique.
RT_API RuntimeValue rt_unique_get(RuntimeValue unique);

// Puts another value into the box. RT_TRUE. RT_FALSE and an error otherwise: RT_ERROR_WRONG_TYPE or
// RT_ERROR_NOT_A_VALUE when `unique` is no live unique.
RT_API RuntimeValue rt_unique_set(RuntimeValue unique, RuntimeValue new_value);

// Frees the box; the value in it stays. Returns 1. 0 and an error otherwise: RT_ERROR_WRONG_TYPE or
// RT_ERROR_NOT_A_VALUE when `unique` is no live unique.
RT_API int64_t rt_unique_free(RuntimeValue unique);

// RT_TRUE when the value in the box refers to a live heap object, else RT_FALSE. RT_FALSE and an
// error otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `unique` is no live unique.
RT_API RuntimeValue rt_unique_needs_trace(RuntimeValue unique);

// A box around `value` with a reference count of 1. The caller owns the result and frees it with
// `rt_value_free`. NIL and RT_ERROR_OUT_OF_MEMORY without memory.
RT_API RuntimeValue rt_shared_new(RuntimeValue value);

// The value in the box. NIL and an error otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE
// when `shared` is no live shared.
RT_API RuntimeValue rt_shared_get(RuntimeValue shared);

// Adds an owner and returns the same word. NIL and an error otherwise: RT_ERROR_WRONG_TYPE or
// RT_ERROR_NOT_A_VALUE when `shared` is no live shared.
RT_API RuntimeValue rt_shared_clone(RuntimeValue shared);

// How many owners there are, as an int. Int -1 and an error otherwise: RT_ERROR_WRONG_TYPE or
// RT_ERROR_NOT_A_VALUE when `shared` is no live shared.
RT_API RuntimeValue rt_shared_ref_count(RuntimeValue shared);

// Takes an owner away. RT_TRUE when that was the last one, and the box was freed (the value in it
// stays); else RT_FALSE. RT_FALSE and an error otherwise: RT_ERROR_WRONG_TYPE or
// RT_ERROR_NOT_A_VALUE when `shared` is no live shared.
RT_API RuntimeValue rt_shared_release(RuntimeValue shared);

// RT_TRUE when the value in the box refers to a live heap object, else RT_FALSE. RT_FALSE and an
// error otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `shared` is no live shared.
RT_API RuntimeValue rt_shared_needs_trace(RuntimeValue shared);

// A weak reference to the box; the count stays. The caller owns it and frees it with
// `rt_weak_free`. NIL and an error otherwise: RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or
// RT_ERROR_NOT_A_VALUE when `shared` is no live shared.
RT_API RuntimeValue rt_shared_downgrade(RuntimeValue shared);

// A weak reference to the shared box `shared_value`, which lies at `shared_addr`. The caller owns
// it and frees it with `rt_weak_free`. NIL and an error otherwise: RT_ERROR_INVALID_ARGUMENT when
// the address is not the box's, RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE
// when `shared_value` is no live shared box.
RT_API RuntimeValue rt_weak_new(RuntimeValue shared_value, uint64_t shared_addr);

// The shared box with one owner more. NIL when it was freed, which is no error. NIL and an error
// otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `weak` is no live weak.
RT_API RuntimeValue rt_weak_upgrade(RuntimeValue weak);

// RT_TRUE when the shared box still lives, else RT_FALSE. RT_FALSE and an error otherwise:
// RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `weak` is no live weak.
RT_API RuntimeValue rt_weak_is_valid(RuntimeValue weak);

// Frees the box; the value in it stays. Returns 1. 0 and an error otherwise: RT_ERROR_WRONG_TYPE or
// RT_ERROR_NOT_A_VALUE when `weak` is no live weak.
RT_API int64_t rt_weak_free(RuntimeValue weak);

// A handle to `value`: a box that answers NIL once it is freed. The caller owns the result and
// frees it with `rt_value_free`. NIL and RT_ERROR_OUT_OF_MEMORY without memory.
RT_API RuntimeValue rt_handle_new(RuntimeValue value);

// The value in the box. NIL and an error otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE
// when `handle` is no live handle.
RT_API RuntimeValue rt_handle_get(RuntimeValue handle);

// Puts another value into the box. RT_TRUE. RT_FALSE and an error otherwise: RT_ERROR_WRONG_TYPE or
// RT_ERROR_NOT_A_VALUE when `handle` is no live handle.
RT_API RuntimeValue rt_handle_set(RuntimeValue handle, RuntimeValue new_value);

// Frees the box; the value in it stays. Returns 1. 0 and an error otherwise: RT_ERROR_WRONG_TYPE or
// RT_ERROR_NOT_A_VALUE when `handle` is no live handle.
RT_API int64_t rt_handle_free(RuntimeValue handle);

// RT_TRUE when `handle` is a live handle, else RT_FALSE. Sets no error.
RT_API RuntimeValue rt_handle_is_valid(RuntimeValue handle);

/* ---- runtime-value: collection -------------------------------------------------------------- */

// The length of an array, string (in bytes), tuple or dict. -1 and an error otherwise:
// RT_ERROR_WRONG_TYPE, RT_ERROR_NOT_A_VALUE.
RT_API int64_t rt_len(RuntimeValue value);

// The item at `index`: of an array or tuple the element; of a string the byte there as a string of
// its own, which the caller owns; of a dict the value of the key. Negative indexes count from the
// end. NIL when there is no such item, which is no error. NIL and an error otherwise:
// RT_ERROR_WRONG_TYPE for another collection or an index that is no int, RT_ERROR_NOT_A_VALUE,
// RT_ERROR_OUT_OF_MEMORY.
RT_API RuntimeValue rt_index_get(RuntimeValue collection, RuntimeValue index);

// Replaces the element of an array, or sets the value of a dict's key. False and an error
// otherwise: RT_ERROR_INDEX for an index that the array does not have, RT_ERROR_WRONG_TYPE,
// RT_ERROR_NOT_A_VALUE, RT_ERROR_OUT_OF_MEMORY.
RT_API bool rt_index_set(RuntimeValue collection, RuntimeValue index, RuntimeValue value);

// A new array, tuple or string of the items (bytes of a string) from `start` to but without `end`
// in steps of `step`, by Python's rules: negative bounds count from the end, bounds beyond the ends
// are the ends, a negative step goes backwards. The caller owns the result and frees it with
// `rt_value_free`. NIL and an error otherwise: RT_ERROR_INVALID_ARGUMENT for step 0,
// RT_ERROR_WRONG_TYPE, RT_ERROR_NOT_A_VALUE, RT_ERROR_OUT_OF_MEMORY.
RT_API RuntimeValue rt_slice(RuntimeValue collection, int64_t start, int64_t end, int64_t step);

// 1 when an array or tuple has an element equal to `value`, a string has the string `value` as a
// part (or has the byte that an int names), a dict has the key `value`; else 0. 0 and an error
// otherwise: RT_ERROR_WRONG_TYPE, RT_ERROR_NOT_A_VALUE, RT_ERROR_OUT_OF_MEMORY.
RT_API uint8_t rt_contains(RuntimeValue collection, RuntimeValue value);

/* ---- runtime-value: dict -------------------------------------------------------------------- */

// An empty dict with room for `capacity` pairs; it grows beyond them, and its word stays the same.
// Keys are values of any type (NIL too), compared as `rt_value_eq` does, with NaN equal to itself;
// pairs keep the order of insertion. The caller owns the result and frees it with `rt_value_free`.
// NIL and RT_ERROR_OUT_OF_MEMORY for a capacity that memory does not have.
RT_API RuntimeValue rt_dict_new(uint64_t capacity);

// How many pairs there are. -1 and an error otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE
// when `dict` is no live dict.
RT_API int64_t rt_dict_len(RuntimeValue dict);

// The value of `key`. NIL when it is absent, which is no error (`rt_dict_contains` tells a NIL
// value from that). NIL and an error otherwise: RT_ERROR_OUT_OF_MEMORY for a key that is a
// structure, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `dict` is no live dict.
RT_API RuntimeValue rt_dict_get(RuntimeValue dict, RuntimeValue key);

// Sets the value of `key`. The dict does not own key and value: a key must not change or be freed
// while it is in use. False and an error otherwise: RT_ERROR_NOT_A_VALUE for a forged or freed key,
// RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `dict` is no live dict.
RT_API bool rt_dict_set(RuntimeValue dict, RuntimeValue key, RuntimeValue value);

// Whether `key` is there, whatever its value. False and an error otherwise: RT_ERROR_OUT_OF_MEMORY
// for a key that is a structure, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `dict` is no live
// dict.
RT_API bool rt_dict_contains(RuntimeValue dict, RuntimeValue key);

// Removes `key` and returns its value. NIL when it is absent, which is no error. NIL and an error
// otherwise: RT_ERROR_OUT_OF_MEMORY for a key that is a structure, RT_ERROR_WRONG_TYPE or
// RT_ERROR_NOT_A_VALUE when `dict` is no live dict.
RT_API RuntimeValue rt_dict_remove(RuntimeValue dict, RuntimeValue key);

// Removes all pairs; the room stays. True. False and an error otherwise: RT_ERROR_WRONG_TYPE or
// RT_ERROR_NOT_A_VALUE when `dict` is no live dict.
RT_API bool rt_dict_clear(RuntimeValue dict);

// A new array of the keys in order of insertion. The caller owns the result and frees it with
// `rt_value_free`. NIL and an error otherwise: RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or
// RT_ERROR_NOT_A_VALUE when `dict` is no live dict.
RT_API RuntimeValue rt_dict_keys(RuntimeValue dict);

// A new array of the values in order of insertion. The caller owns the result and frees it with
// `rt_value_free`. NIL and an error otherwise: RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or
// RT_ERROR_NOT_A_VALUE when `dict` is no live dict.
RT_API RuntimeValue rt_dict_values(RuntimeValue dict);

// A new array of the (key, value) tuples, which the caller owns too, in order of insertion. The
// caller owns the result and frees it with `rt_value_free`. NIL and an error otherwise:
// RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `dict` is no live dict.
RT_API RuntimeValue rt_dict_entries(RuntimeValue dict);

// Frees the dict; its keys and values stay. Returns 1. 0 and an error otherwise:
// RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `dict` is no live dict.
RT_API int64_t rt_dict_free(RuntimeValue dict);

/* ---- runtime-value: enumeration ------------------------------------------------------------- */

// The variant `discriminant` of enum `enum_id` with its payload. The caller owns the result and
// frees it with `rt_value_free`. NIL and RT_ERROR_OUT_OF_MEMORY without memory.
RT_API RuntimeValue rt_enum_new(uint32_t enum_id, uint32_t discriminant, RuntimeValue payload);

// The variant's number. -1 and an error otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when
// `value` is no live enum.
RT_API int64_t rt_enum_discriminant(RuntimeValue value);

// The id of the enum. -1 and an error otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when
// `value` is no live enum.
RT_API int64_t rt_enum_id(RuntimeValue value);

// What the variant carries. NIL and an error otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE
// when `value` is no live enum.
RT_API RuntimeValue rt_enum_payload(RuntimeValue value);

// Whether `value` is an enum with this discriminant. False for what is no live enum, without an
// error.
RT_API bool rt_enum_check_discriminant(RuntimeValue value, int64_t expected);

// The payload of `Some` and `Ok`; every other live value itself, `None` and `Err` too. NIL and
// RT_ERROR_NOT_A_VALUE for a forged or freed word.
RT_API RuntimeValue rt_unwrap_or_self(RuntimeValue value);

// Whether `value` is NIL or `None`. Int 0 is not. False for a forged or freed word. Sets no error.
RT_API bool rt_is_none(RuntimeValue value);

// Whether `value` is a live value other than NIL and `None`. False for a forged or freed word. Sets
// no error.
RT_API bool rt_is_some(RuntimeValue value);

// NIL and `None` as they are. Else `Some` of what the closure makes of the payload, or of `value`
// itself when it is no enum. The closure's function is called with the closure's word and the
// payload's. The caller owns the result and frees it with `rt_value_free`. NIL and an error
// otherwise: RT_ERROR_NOT_A_VALUE, RT_ERROR_WRONG_TYPE when `closure` is no closure,
// RT_ERROR_NULL_POINTER when it has no function, RT_ERROR_OUT_OF_MEMORY, RT_ERROR_PANIC when a
// function written in Rust panics.
RT_API RuntimeValue rt_option_map(RuntimeValue value, RuntimeValue closure);

/* ---- runtime-value: fields ------------------------------------------------------------------ */

// A tuple of `len` values, all NIL. The caller owns the result and frees it with `rt_value_free`.
// NIL and an error otherwise: RT_ERROR_LENGTH, RT_ERROR_OUT_OF_MEMORY.
RT_API RuntimeValue rt_tuple_new(uint64_t len);

// The value at `index`. NIL when there is none, which is no error. NIL and an error otherwise:
// RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `tuple` is no live tuple.
RT_API RuntimeValue rt_tuple_get(RuntimeValue tuple, uint64_t index);

// Replaces the value at `index`. False and an error otherwise: RT_ERROR_INDEX when there is none,
// RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `tuple` is no live tuple.
RT_API bool rt_tuple_set(RuntimeValue tuple, uint64_t index, RuntimeValue value);

// How many values there are. -1 and an error otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE
// when `tuple` is no live tuple.
RT_API int64_t rt_tuple_len(RuntimeValue tuple);

// Frees the tuple; what it holds stays. Returns 1. 0 and an error otherwise: RT_ERROR_WRONG_TYPE or
// RT_ERROR_NOT_A_VALUE when `tuple` is no live tuple.
RT_API int64_t rt_tuple_free(RuntimeValue tuple);

// An instance of class `class_id` with `field_count` fields, all NIL. The caller owns the result
// and frees it with `rt_value_free`. NIL and RT_ERROR_OUT_OF_MEMORY without memory.
RT_API RuntimeValue rt_object_new(uint32_t class_id, uint32_t field_count);

// The field at `field_index`. NIL when there is none, which is no error. NIL and an error
// otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `object` is no live object.
RT_API RuntimeValue rt_object_field_get(RuntimeValue object, uint32_t field_index);

// Replaces the field at `field_index`. False and an error otherwise: RT_ERROR_INDEX when there is
// none, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `object` is no live object.
RT_API bool rt_object_field_set(RuntimeValue object, uint32_t field_index, RuntimeValue value);

// The id of the class. -1 and an error otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when
// `object` is no live object.
RT_API int64_t rt_object_class_id(RuntimeValue object);

// How many fields there are. -1 and an error otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE
// when `object` is no live object.
RT_API int64_t rt_object_field_count(RuntimeValue object);

// Frees the object; what it holds stays. Returns 1. 0 and an error otherwise: RT_ERROR_WRONG_TYPE
// or RT_ERROR_NOT_A_VALUE when `object` is no live object.
RT_API int64_t rt_object_free(RuntimeValue object);

// A closure of the function at `func_ptr` (null is allowed, but cannot be called) with
// `capture_count` captured values, all NIL. The function takes the closure's word, then its
// argument words, and returns a word. The caller owns the result and frees it with `rt_value_free`.
// NIL and RT_ERROR_OUT_OF_MEMORY without memory. The address is not read.
RT_API RuntimeValue rt_closure_new(const uint8_t *func_ptr, uint32_t capture_count);

// Replaces the captured value at `index`. False and an error otherwise: RT_ERROR_INDEX when there
// is none, RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `closure` is no live closure.
RT_API bool rt_closure_set_capture(RuntimeValue closure, uint32_t index, RuntimeValue value);

// The captured value at `index`. NIL when there is none, which is no error. NIL and an error
// otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `closure` is no live closure.
RT_API RuntimeValue rt_closure_get_capture(RuntimeValue closure, uint32_t index);

// The address of the function. Null and an error otherwise: RT_ERROR_WRONG_TYPE or
// RT_ERROR_NOT_A_VALUE when `closure` is no live closure.
RT_API const uint8_t *rt_closure_func_ptr(RuntimeValue closure);

// Frees the closure; what it holds stays. Returns 1. 0 and an error otherwise: RT_ERROR_WRONG_TYPE
// or RT_ERROR_NOT_A_VALUE when `closure` is no live closure.
RT_API int64_t rt_closure_free(RuntimeValue closure);

/* ---- runtime-value: memory ------------------------------------------------------------------ */

// A zeroed block of `size` bytes at a multiple of 16. The caller owns it and frees it with
// `rt_free`. Compiled code may build an object in it (header and fields as documented); a word of
// its address is then a live value. Null and an error otherwise: RT_ERROR_LENGTH for size 0,
// RT_ERROR_OUT_OF_MEMORY. Thread-safe.
RT_API const uint8_t *rt_alloc(uint64_t size);

// Frees the block of `rt_alloc` at `ptr`, which holds `size` bytes. Returns 1, also for a null
// pointer, which frees nothing. 0 and an error, and nothing is freed, for any other address
// (RT_ERROR_NOT_A_BLOCK) or size (RT_ERROR_INVALID_ARGUMENT). Nobody may use the block any more.
RT_API int64_t rt_free(const uint8_t *ptr, uint64_t size);

// The block of `rt_alloc` at `ptr` with `size` bytes: the first bytes are kept, further ones are
// zero. The old block is freed, unless this fails. A null `ptr` is `rt_alloc`; size 0 is `rt_free`,
// which gives null. Null and an error otherwise: RT_ERROR_NOT_A_BLOCK, RT_ERROR_LENGTH for a
// negative size, RT_ERROR_OUT_OF_MEMORY; the old block is untouched then.
RT_API void *rt_realloc(void *ptr, int64_t size);

// The word that refers to the heap object or `rt_alloc` block that begins at `ptr`. NIL for null;
// NIL and RT_ERROR_NOT_A_BLOCK for any other address. Any address may be given: it is not read.
RT_API RuntimeValue rt_ptr_to_value(const uint8_t *ptr);

// The address of the heap object that `v` refers to. Null for a word that is no reference; null and
// RT_ERROR_NOT_A_VALUE for a forged or freed one.
RT_API const uint8_t *rt_value_to_ptr(RuntimeValue v);

// Frees the heap object that `value` refers to; what the object holds stays. Returns 1. 0 and an
// error otherwise: RT_ERROR_NOT_A_VALUE for a word that refers to no live object (a second free),
// RT_ERROR_BUSY for a lock that is held or waited on. Nobody may use the object any more.
RT_API int64_t rt_value_free(RuntimeValue value);

// Frees everything that `value` reaches, each object once, cycles and shared parts too. Locks that
// are held stay. Returns how many objects were freed; 0 and RT_ERROR_NOT_A_VALUE for a word that
// refers to no live object, or RT_ERROR_OUT_OF_MEMORY, and then nothing is freed. Nobody may use
// any of the objects any more.
RT_API int64_t rt_value_free_deep(RuntimeValue value);

// Opens a scope on this thread. Returns how many are open now. 0 and RT_ERROR_OUT_OF_MEMORY without
// memory for it.
RT_API int64_t rt_scope_begin(void);

// Closes the newest scope of this thread: frees every heap object that this thread made since it
// was opened, except what `keep` reaches (NIL keeps nothing) and locks that are held, which pass to
// the scope around, if there is one. Returns how many objects were freed; -1 and RT_ERROR_NO_SCOPE
// without an open scope, -1 and RT_ERROR_OUT_OF_MEMORY with the scope still open. Nobody may use
// the freed objects any more.
RT_API int64_t rt_scope_end(RuntimeValue keep);

// How many bytes the live heap objects and `rt_alloc` blocks hold, separate buffers included.
// Thread-safe; with other threads at work, a moment's truth.
RT_API int64_t rt_heap_live_bytes(void);

// The most bytes that were ever live at once. Exact while one thread makes objects; with several it
// can be too large by 64 KiB for each. Thread-safe; with other threads at work, a moment's truth.
RT_API int64_t rt_heap_peak_bytes(void);

// How many heap objects and `rt_alloc` blocks were ever made. Thread-safe; with other threads at
// work, a moment's truth.
RT_API int64_t rt_heap_alloc_count(void);

// How many heap objects and `rt_alloc` blocks were ever freed. Thread-safe; with other threads at
// work, a moment's truth.
RT_API int64_t rt_heap_free_count(void);

// How many heap objects of the type `kind` (an RT_TYPE_ number) are live; 0 for a number that is no
// type. Thread-safe; with other threads at work, a moment's truth.
RT_API int64_t rt_heap_live_count_by_kind(int64_t kind);

// How many bytes the live heap objects of the type `kind` (an RT_TYPE_ number) hold, separate
// buffers included; 0 for a number that is no type. Thread-safe; with other threads at work, a
// moment's truth.
RT_API int64_t rt_heap_live_bytes_by_kind(int64_t kind);

/* ---- runtime-value: string ------------------------------------------------------------------ */

// A string with a copy of the `len` bytes at `bytes`; UTF-8 is not demanded. The caller owns the
// result and frees it with `rt_value_free`. NIL and an error otherwise: RT_ERROR_NULL_POINTER for
// null with a length (null with length 0 is the empty string), RT_ERROR_LENGTH,
// RT_ERROR_OUT_OF_MEMORY. Thread-safe.
//
// Safety:
// `bytes` is null or points at `len` readable bytes.
RT_API RuntimeValue rt_string_new(const uint8_t *bytes, uint64_t len);

// A string with a copy of the NUL-terminated text at `cstr`; null gives the empty string. The
// caller owns the result and frees it with `rt_value_free`. NIL and RT_ERROR_OUT_OF_MEMORY without
// memory. Thread-safe.
//
// Safety:
// `cstr` is null or points at readable bytes that end with a NUL.
RT_API RuntimeValue rt_cstring_to_text(const char *cstr);

// The length in bytes. -1 and an error otherwise: RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when
// `string` is no live string.
RT_API int64_t rt_string_len(RuntimeValue string);

// The address of the bytes, which are not NUL-terminated and not to be changed; valid until the
// string is freed; not null for the empty string. Null and an error otherwise: RT_ERROR_WRONG_TYPE
// or RT_ERROR_NOT_A_VALUE when `string` is no live string.
RT_API const uint8_t *rt_string_data(RuntimeValue string);

// A new string with the bytes of `a`, then those of `b`. The caller owns the result and frees it
// with `rt_value_free`. NIL and an error otherwise: RT_ERROR_OUT_OF_MEMORY, RT_ERROR_WRONG_TYPE or
// RT_ERROR_NOT_A_VALUE when one is no live string.
RT_API RuntimeValue rt_string_concat(RuntimeValue a, RuntimeValue b);

// 1 when the string `string` begins with those of `prefix`, else 0. 0 and an error otherwise:
// RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when one is no live string.
RT_API int64_t rt_string_starts_with(RuntimeValue string, RuntimeValue prefix);

// 1 when the string `string` ends with those of `suffix`, else 0. 0 and an error otherwise:
// RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when one is no live string.
RT_API int64_t rt_string_ends_with(RuntimeValue string, RuntimeValue suffix);

// 1 when the strings have the same bytes, else 0. 0 and an error otherwise: RT_ERROR_WRONG_TYPE or
// RT_ERROR_NOT_A_VALUE when one is no live string.
RT_API int64_t rt_string_eq(RuntimeValue string1, RuntimeValue string2);

// Frees the string. Returns 1. 0 and an error otherwise: RT_ERROR_WRONG_TYPE or
// RT_ERROR_NOT_A_VALUE when `value` is no live string (a second free).
RT_API int64_t rt_string_free(RuntimeValue value);

/* ---- runtime-value: value ------------------------------------------------------------------- */

// An int, exact for all 64 bits. Within -2^60 .. 2^60-1 the word holds the int itself; beyond, it
// is a heap object that the caller owns and frees with `rt_value_free`. NIL and
// RT_ERROR_OUT_OF_MEMORY without memory for that object. Thread-safe.
RT_API RuntimeValue rt_value_int(int64_t i);

// A float, with all its bits. Magnitudes from about 1e-154 to 1e154, 0, infinities and the common
// NaN are in the word itself; the few others are heap objects that the caller owns and frees with
// `rt_value_free`. NIL and RT_ERROR_OUT_OF_MEMORY without memory for that object. Thread-safe.
RT_API RuntimeValue rt_value_float(double f);

// RT_TRUE or RT_FALSE. Thread-safe.
RT_API RuntimeValue rt_value_bool(bool b);

// RT_NIL. Thread-safe.
RT_API RuntimeValue rt_value_nil(void);

// The unsigned int with these 64 bits. Up to 2^60-1 the word holds it itself; beyond, it is a heap
// object that the caller owns and frees with `rt_value_free`. It equals and hashes like the signed
// int of the same value. NIL and RT_ERROR_OUT_OF_MEMORY without memory. Thread-safe.
RT_API RuntimeValue rt_value_u64(int64_t bits);

// The int `v`, of any form. 0 and an error otherwise: RT_ERROR_WRONG_TYPE (a float too),
// RT_ERROR_OVERFLOW for an unsigned int above the largest signed one, RT_ERROR_NOT_A_VALUE for a
// forged or freed word.
RT_API int64_t rt_value_as_int(RuntimeValue v);

// The bits of the int `v` as an unsigned one. 0 and an error otherwise: RT_ERROR_OVERFLOW for a
// negative int, RT_ERROR_WRONG_TYPE, RT_ERROR_NOT_A_VALUE.
RT_API int64_t rt_value_as_u64(RuntimeValue v);

// The float `v`; of an int the nearest float. 0.0 and an error otherwise: RT_ERROR_WRONG_TYPE,
// RT_ERROR_NOT_A_VALUE.
RT_API double rt_value_as_float(RuntimeValue v);

// True for RT_TRUE; false for every other word, without an error. Thread-safe.
RT_API bool rt_value_as_bool(RuntimeValue v);

// Whether `v` counts as true: RT_TRUE, every number but 0 (NaN counts as true), every live heap
// object (empty strings and containers too). RT_NIL, RT_FALSE, errors, symbols, forged and freed
// words do not. Sets no error.
RT_API bool rt_value_truthy(RuntimeValue v);

// Whether `v` is RT_NIL. Sets no error.
RT_API bool rt_value_is_nil(RuntimeValue v);

// Whether `v` is an int, of any form. False for a forged or freed word. Sets no error.
RT_API bool rt_value_is_int(RuntimeValue v);

// Whether `v` is a float, of any form. False for a forged or freed word. Sets no error.
RT_API bool rt_value_is_float(RuntimeValue v);

// Whether `v` is RT_TRUE or RT_FALSE. Sets no error.
RT_API bool rt_value_is_bool(RuntimeValue v);

// Whether `v` refers to a live heap object: a string, an array and so on, or a number that the word
// does not hold itself. False for a forged or freed word. Sets no error.
RT_API bool rt_value_is_heap(RuntimeValue v);

// Whether `v` is the special value RT_ERROR_VALUE. Sets no error.
RT_API bool rt_is_error(RuntimeValue v);

// The low three bits of the word: RT_TAG_INT, RT_TAG_HEAP, RT_TAG_FLOAT, RT_TAG_SPECIAL, or, from
// RT_TAG_FLOAT_ROTATED on, a float of the other inline form, whose tag is given as RT_TAG_FLOAT, as
// is that of a float on the heap. Sets no error.
RT_API uint8_t rt_value_type_tag(RuntimeValue v);

// 1 when the values are equal, else 0. Numbers by exact mathematical value (2 equals 2.0), NaN
// equal to no number; strings by bytes; arrays, tuples and dicts by structure (cycles end); enums
// by discriminant and payload; all else, and a container with itself, by identity. 0 and an error
// otherwise: RT_ERROR_NOT_A_VALUE when a word is forged or freed, RT_ERROR_OUT_OF_MEMORY, since
// comparing structures inside of structures takes memory.
RT_API uint8_t rt_value_eq(RuntimeValue a, RuntimeValue b);

// -1, 0 or 1: one total order over all values. NIL, false, true, error, symbols; numbers by exact
// value, NaN after all of them and equal to itself; strings by bytes; arrays and tuples element by
// element; dicts; enums; the rest by type and address. 0 and an error otherwise:
// RT_ERROR_NOT_A_VALUE when a word is forged or freed, RT_ERROR_OUT_OF_MEMORY, since comparing
// structures takes memory.
RT_API int64_t rt_value_compare(RuntimeValue a, RuntimeValue b);

// A copy of `value` and of everything that it reaches; what is shared or cyclic in it is so in the
// copy. Locks and atomics are not copied: the copy refers to the same ones. The caller owns the
// copy and frees it with `rt_value_free_deep`. NIL and an error otherwise: RT_ERROR_NOT_A_VALUE,
// RT_ERROR_WRONG_TYPE for a value that holds something that cannot be copied (a weak reference),
// RT_ERROR_OUT_OF_MEMORY.
RT_API RuntimeValue rt_value_copy_deep(RuntimeValue value);

// The text of this thread's last error, "function: reason", as a string that the caller owns and
// frees with `rt_value_free`. NIL when there is no error, or no memory for the text. Thread-safe:
// each thread has its own last error.
RT_API RuntimeValue rt_last_error_message(void);


/* ============================================================================================= */
/* runtime-atomic: Atomic ints, bools and flags of the Simple runtime, and tokens for what is    */
/* done once                                                                                     */
/* ============================================================================================= */

// A number that is no memory order, or an order that the operation cannot have.
#define RT_ERROR_MEMORY_ORDER 300

// No order between this operation and others, only atomicity. The numbers are those of C11's
// `memory_order`.
#define RT_MEMORY_ORDER_RELAXED 0
// As acquire, which is how every compiler treats it.
#define RT_MEMORY_ORDER_CONSUME 1
// What the thread that released wrote before is seen after this. For loads.
#define RT_MEMORY_ORDER_ACQUIRE 2
// What this thread wrote before is seen by who acquires. For stores.
#define RT_MEMORY_ORDER_RELEASE 3
// Both. For operations that read and write.
#define RT_MEMORY_ORDER_ACQ_REL 4
// Both, and all such operations have one order that every thread sees.
#define RT_MEMORY_ORDER_SEQ_CST 5

/* ---- runtime-atomic: boolean ---------------------------------------------------------------- */

// Makes an atomic bool. Returns its handle, which the caller owns and frees with
// `rt_atomic_bool_free`; 0 and RT_ERROR_HANDLES_EXHAUSTED when no handle is left. Thread-safe.
RT_API int64_t rt_atomic_bool_new(bool initial);

// The value. Sequentially consistent. false and a handle error for what is no live atomic bool.
// Thread-safe.
RT_API bool rt_atomic_bool_load(int64_t handle);

// The value, loaded with a memory order (relaxed, consume, acquire or seq_cst of RT_MEMORY_ORDER_).
// false and a handle error for what is no live atomic bool. false and RT_ERROR_MEMORY_ORDER for
// another order. Thread-safe.
RT_API bool rt_atomic_bool_load_explicit(int64_t handle, int32_t order);

// Stores `value`. Sequentially consistent. Returns 1; 0 and a handle error for what is no live
// atomic bool. Thread-safe.
RT_API int64_t rt_atomic_bool_store(int64_t handle, bool value);

// Stores `value` with a memory order (relaxed, release or seq_cst of RT_MEMORY_ORDER_). Returns 1;
// 0 and a handle error for what is no live atomic bool. 0 and RT_ERROR_MEMORY_ORDER for another
// order, and nothing is stored. Thread-safe.
RT_API int64_t rt_atomic_bool_store_explicit(int64_t handle, bool value, int32_t order);

// Stores `value`. Returns the value before. Sequentially consistent. false and a handle error for
// what is no live atomic bool. Thread-safe.
RT_API bool rt_atomic_bool_swap(int64_t handle, bool value);

// As `rt_atomic_bool_swap`, with a memory order, any of RT_MEMORY_ORDER_. false and
// RT_ERROR_MEMORY_ORDER for another number, and nothing is changed. Thread-safe.
RT_API bool rt_atomic_bool_swap_explicit(int64_t handle, bool value, int32_t order);

// Stores `new_value` if the value equals `current`. Returns true when it did; false when the value
// was another one, which is no error. Sequentially consistent. false and a handle error for what is
// no live atomic bool. Thread-safe.
RT_API bool rt_atomic_bool_compare_exchange(int64_t handle, bool current, bool new_value);

// As `rt_atomic_bool_compare_exchange`, with a memory order for when it stores, any of
// RT_MEMORY_ORDER_, and one for when it does not, which is that of a load. false and
// RT_ERROR_MEMORY_ORDER for other orders, and nothing is changed. Thread-safe.
RT_API
bool rt_atomic_bool_compare_exchange_explicit(int64_t handle,
                                              bool current,
                                              bool new_value,
                                              int32_t success,
                                              int32_t failure);

// Stores whether both the value and `value` are true. Returns the value before. Sequentially
// consistent. false and a handle error for what is no live atomic bool. Thread-safe.
RT_API bool rt_atomic_bool_fetch_and(int64_t handle, bool value);

// As `rt_atomic_bool_fetch_and`, with a memory order, any of RT_MEMORY_ORDER_. false and
// RT_ERROR_MEMORY_ORDER for another number, and nothing is changed. Thread-safe.
RT_API bool rt_atomic_bool_fetch_and_explicit(int64_t handle, bool value, int32_t order);

// Stores whether the value or `value` is true. Returns the value before. Sequentially consistent.
// false and a handle error for what is no live atomic bool. Thread-safe.
RT_API bool rt_atomic_bool_fetch_or(int64_t handle, bool value);

// As `rt_atomic_bool_fetch_or`, with a memory order, any of RT_MEMORY_ORDER_. false and
// RT_ERROR_MEMORY_ORDER for another number, and nothing is changed. Thread-safe.
RT_API bool rt_atomic_bool_fetch_or_explicit(int64_t handle, bool value, int32_t order);

// Stores whether the value and `value` differ. Returns the value before. Sequentially consistent.
// false and a handle error for what is no live atomic bool. Thread-safe.
RT_API bool rt_atomic_bool_fetch_xor(int64_t handle, bool value);

// As `rt_atomic_bool_fetch_xor`, with a memory order, any of RT_MEMORY_ORDER_. false and
// RT_ERROR_MEMORY_ORDER for another number, and nothing is changed. Thread-safe.
RT_API bool rt_atomic_bool_fetch_xor_explicit(int64_t handle, bool value, int32_t order);

// Stores the opposite of the value. Returns the value before. Sequentially consistent. false and a
// handle error for what is no live atomic bool. Thread-safe.
RT_API bool rt_atomic_bool_fetch_not(int64_t handle);

// As `rt_atomic_bool_fetch_not`, with a memory order, any of RT_MEMORY_ORDER_. false and
// RT_ERROR_MEMORY_ORDER for another number, and nothing is changed. Thread-safe.
RT_API bool rt_atomic_bool_fetch_not_explicit(int64_t handle, int32_t order);

// Frees the atomic bool. Returns 1; 0 and a handle error for what is no live atomic bool, so for a
// second free too. A thread that is inside another function with this handle finishes unharmed.
// Thread-safe.
RT_API int64_t rt_atomic_bool_free(int64_t handle);

/* ---- runtime-atomic: flag ------------------------------------------------------------------- */

// Makes a flag that is not set. Returns its handle, which the caller owns and frees with
// `rt_atomic_flag_free`; 0 and RT_ERROR_HANDLES_EXHAUSTED when no handle is left. Thread-safe.
RT_API int64_t rt_atomic_flag_new(void);

// Sets the flag. Returns whether it was set before: false tells the caller that it is the one who
// set it. Sequentially consistent. For what is no live flag true, so that nobody believes to have
// got it, and a handle error. Thread-safe.
RT_API bool rt_atomic_flag_test_and_set(int64_t handle);

// As `rt_atomic_flag_test_and_set`, with a memory order, any of RT_MEMORY_ORDER_. true and
// RT_ERROR_MEMORY_ORDER for another number, and the flag stays as it is. Thread-safe.
RT_API bool rt_atomic_flag_test_and_set_explicit(int64_t handle, int32_t order);

// Whether the flag is set. Changes nothing. Sequentially consistent. false and a handle error for
// what is no live atomic flag. Thread-safe.
RT_API bool rt_atomic_flag_load(int64_t handle);

// As `rt_atomic_flag_load`, with a memory order (relaxed, consume, acquire or seq_cst of
// RT_MEMORY_ORDER_). false and RT_ERROR_MEMORY_ORDER for another order. Thread-safe.
RT_API bool rt_atomic_flag_load_explicit(int64_t handle, int32_t order);

// Clears the flag. Sequentially consistent. Returns 1; 0 and a handle error for what is no live
// atomic flag. Thread-safe.
RT_API int64_t rt_atomic_flag_clear(int64_t handle);

// As `rt_atomic_flag_clear`, with a memory order (relaxed, release or seq_cst of RT_MEMORY_ORDER_).
// 0 and RT_ERROR_MEMORY_ORDER for another order, and the flag stays as it is. Thread-safe.
RT_API int64_t rt_atomic_flag_clear_explicit(int64_t handle, int32_t order);

// Frees the flag. Returns 1; 0 and a handle error for what is no live flag, so for a second free
// too. A thread that is inside another function with this handle finishes unharmed. Thread-safe.
RT_API int64_t rt_atomic_flag_free(int64_t handle);

/* ---- runtime-atomic: int -------------------------------------------------------------------- */

// Makes an atomic int of 64 bits. Returns its handle, which the caller owns and frees with
// `rt_atomic_int_free`; 0 and RT_ERROR_HANDLES_EXHAUSTED when no handle is left. Thread-safe.
RT_API int64_t rt_atomic_int_new(int64_t initial);

// The value. Sequentially consistent. 0 and a handle error for what is no live atomic int.
// Thread-safe.
RT_API int64_t rt_atomic_int_load(int64_t handle);

// The value, loaded with a memory order (relaxed, consume, acquire or seq_cst of RT_MEMORY_ORDER_).
// 0 and a handle error for what is no live atomic int. 0 and RT_ERROR_MEMORY_ORDER for another
// order. Thread-safe.
RT_API int64_t rt_atomic_int_load_explicit(int64_t handle, int32_t order);

// Stores `value`. Sequentially consistent. Returns 1; 0 and a handle error for what is no live
// atomic int. Thread-safe.
RT_API int64_t rt_atomic_int_store(int64_t handle, int64_t value);

// Stores `value` with a memory order (relaxed, release or seq_cst of RT_MEMORY_ORDER_). Returns 1;
// 0 and a handle error for what is no live atomic int. 0 and RT_ERROR_MEMORY_ORDER for another
// order, and nothing is stored. Thread-safe.
RT_API int64_t rt_atomic_int_store_explicit(int64_t handle, int64_t value, int32_t order);

// Stores `value`. Returns the value before. Sequentially consistent. 0 and a handle error for what
// is no live atomic int. Thread-safe.
RT_API int64_t rt_atomic_int_swap(int64_t handle, int64_t value);

// As `rt_atomic_int_swap`, with a memory order, any of RT_MEMORY_ORDER_. 0 and
// RT_ERROR_MEMORY_ORDER for another number, and nothing is changed. Thread-safe.
RT_API int64_t rt_atomic_int_swap_explicit(int64_t handle, int64_t value, int32_t order);

// Stores `new_value` if the value equals `current`. Returns true when it did; false when the value
// was another one, which is no error. Sequentially consistent. false and a handle error for what is
// no live atomic int. Thread-safe.
RT_API bool rt_atomic_int_compare_exchange(int64_t handle, int64_t current, int64_t new_value);

// As `rt_atomic_int_compare_exchange`, with a memory order for when it stores, any of
// RT_MEMORY_ORDER_, and one for when it does not, which is that of a load. false and
// RT_ERROR_MEMORY_ORDER for other orders, and nothing is changed. Thread-safe.
RT_API
bool rt_atomic_int_compare_exchange_explicit(int64_t handle,
                                             int64_t current,
                                             int64_t new_value,
                                             int32_t success,
                                             int32_t failure);

// Stores `new_value` if the value equals `current`. Returns the value that was there: it is
// `current` exactly when the exchange took place, and otherwise what to try with next. Sequentially
// consistent. 0 and a handle error for what is no live atomic int. Thread-safe.
RT_API
int64_t rt_atomic_int_compare_exchange_value(int64_t handle,
                                             int64_t current,
                                             int64_t new_value);

// As `rt_atomic_int_compare_exchange_value`, with memory orders as in
// `rt_atomic_int_compare_exchange_explicit`. 0 and RT_ERROR_MEMORY_ORDER for other orders, and
// nothing is changed. Thread-safe.
RT_API
int64_t rt_atomic_int_compare_exchange_value_explicit(int64_t handle,
                                                      int64_t current,
                                                      int64_t new_value,
                                                      int32_t success,
                                                      int32_t failure);

// Adds `value`, around at overflow. Returns the value before. Sequentially consistent. 0 and a
// handle error for what is no live atomic int. Thread-safe.
RT_API int64_t rt_atomic_int_fetch_add(int64_t handle, int64_t value);

// As `rt_atomic_int_fetch_add`, with a memory order, any of RT_MEMORY_ORDER_. 0 and
// RT_ERROR_MEMORY_ORDER for another number, and nothing is changed. Thread-safe.
RT_API int64_t rt_atomic_int_fetch_add_explicit(int64_t handle, int64_t value, int32_t order);

// Subtracts `value`, around at overflow. Returns the value before. Sequentially consistent. 0 and a
// handle error for what is no live atomic int. Thread-safe.
RT_API int64_t rt_atomic_int_fetch_sub(int64_t handle, int64_t value);

// As `rt_atomic_int_fetch_sub`, with a memory order, any of RT_MEMORY_ORDER_. 0 and
// RT_ERROR_MEMORY_ORDER for another number, and nothing is changed. Thread-safe.
RT_API int64_t rt_atomic_int_fetch_sub_explicit(int64_t handle, int64_t value, int32_t order);

// Keeps the bits that `value` has too. Returns the value before. Sequentially consistent. 0 and a
// handle error for what is no live atomic int. Thread-safe.
RT_API int64_t rt_atomic_int_fetch_and(int64_t handle, int64_t value);

// As `rt_atomic_int_fetch_and`, with a memory order, any of RT_MEMORY_ORDER_. 0 and
// RT_ERROR_MEMORY_ORDER for another number, and nothing is changed. Thread-safe.
RT_API int64_t rt_atomic_int_fetch_and_explicit(int64_t handle, int64_t value, int32_t order);

// Sets the bits of `value`. Returns the value before. Sequentially consistent. 0 and a handle error
// for what is no live atomic int. Thread-safe.
RT_API int64_t rt_atomic_int_fetch_or(int64_t handle, int64_t value);

// As `rt_atomic_int_fetch_or`, with a memory order, any of RT_MEMORY_ORDER_. 0 and
// RT_ERROR_MEMORY_ORDER for another number, and nothing is changed. Thread-safe.
RT_API int64_t rt_atomic_int_fetch_or_explicit(int64_t handle, int64_t value, int32_t order);

// Flips the bits of `value`. Returns the value before. Sequentially consistent. 0 and a handle
// error for what is no live atomic int. Thread-safe.
RT_API int64_t rt_atomic_int_fetch_xor(int64_t handle, int64_t value);

// As `rt_atomic_int_fetch_xor`, with a memory order, any of RT_MEMORY_ORDER_. 0 and
// RT_ERROR_MEMORY_ORDER for another number, and nothing is changed. Thread-safe.
RT_API int64_t rt_atomic_int_fetch_xor_explicit(int64_t handle, int64_t value, int32_t order);

// Keeps the bits that `value` has too, and then flips all bits. Returns the value before.
// Sequentially consistent. 0 and a handle error for what is no live atomic int. Thread-safe.
RT_API int64_t rt_atomic_int_fetch_nand(int64_t handle, int64_t value);

// As `rt_atomic_int_fetch_nand`, with a memory order, any of RT_MEMORY_ORDER_. 0 and
// RT_ERROR_MEMORY_ORDER for another number, and nothing is changed. Thread-safe.
RT_API int64_t rt_atomic_int_fetch_nand_explicit(int64_t handle, int64_t value, int32_t order);

// Stores `value` if it is greater. Returns the value before. Sequentially consistent. 0 and a
// handle error for what is no live atomic int. Thread-safe.
RT_API int64_t rt_atomic_int_fetch_max(int64_t handle, int64_t value);

// As `rt_atomic_int_fetch_max`, with a memory order, any of RT_MEMORY_ORDER_. 0 and
// RT_ERROR_MEMORY_ORDER for another number, and nothing is changed. Thread-safe.
RT_API int64_t rt_atomic_int_fetch_max_explicit(int64_t handle, int64_t value, int32_t order);

// Stores `value` if it is less. Returns the value before. Sequentially consistent. 0 and a handle
// error for what is no live atomic int. Thread-safe.
RT_API int64_t rt_atomic_int_fetch_min(int64_t handle, int64_t value);

// As `rt_atomic_int_fetch_min`, with a memory order, any of RT_MEMORY_ORDER_. 0 and
// RT_ERROR_MEMORY_ORDER for another number, and nothing is changed. Thread-safe.
RT_API int64_t rt_atomic_int_fetch_min_explicit(int64_t handle, int64_t value, int32_t order);

// Frees the atomic int. Returns 1; 0 and a handle error for what is no live atomic int, so for a
// second free too. A thread that is inside another function with this handle finishes unharmed.
// Thread-safe.
RT_API int64_t rt_atomic_int_free(int64_t handle);

/* ---- runtime-atomic: once ------------------------------------------------------------------- */

// Makes a token for what is to be done once. Returns its handle, which the caller owns and frees
// with `rt_once_free`; 0 and RT_ERROR_HANDLES_EXHAUSTED when no handle is left. Thread-safe.
RT_API int64_t rt_once_new(void);

// Calls the function at the address `func_ptr`, a `void (*)(void)`, unless the token is completed;
// then completes it. Whatever the number of threads, the function comes to its end exactly once,
// and each caller returns after that: a thread that finds another one in the function waits for it,
// and then sees all that the function wrote.
//
// Returns 1 when the token is completed, by this call or another. 0 and RT_ERROR_NULL_POINTER for
// null; RT_ERROR_DEADLOCK for a call from inside the token's own function; RT_ERROR_PANIC for a
// function, written in Rust, that panics: the token stays as it was, and the next call tries again;
// a handle error for what is no live token. Two functions that each call the other one's token wait
// for each other for ever. Thread-safe.
//
// Safety:
// `func_ptr` is null or the address of a function without parameters that is safe to call.
RT_API int64_t rt_once_call(int64_t handle, int64_t func_ptr);

// Whether the token is completed: a function was called and has come to its end. false and a handle
// error for what is no live token. Thread-safe.
RT_API bool rt_once_is_completed(int64_t handle);

// Frees the token. Returns 1; 0 and a handle error for what is no live token, so for a second free
// too. Calls that are under way, and threads that wait in one, finish unharmed. Thread-safe.
RT_API int64_t rt_once_free(int64_t handle);


/* ============================================================================================= */
/* runtime-concurrent: Containers of the Simple runtime that many threads use at once: maps,     */
/* queues, a stack, a pool, an arena, thread-local stores                                        */
/* ============================================================================================= */

// The container is full: what was to go in does not fit.
#define RT_ERROR_FULL 400
// The queue was closed: nothing goes in any more.
#define RT_ERROR_CLOSED 401
// The thread is ending and has no thread-local values any more.
#define RT_ERROR_THREAD_ENDS 402

/* ---- runtime-concurrent: arena -------------------------------------------------------------- */

// Makes an arena over `capacity` bytes, all zero, whose address is a multiple of 64. A capacity of
// 0 is fine. Returns its handle, which the caller owns and frees with `rt_arena_free`; 0 and
// RT_ERROR_LENGTH for a negative capacity or one that no object can have, RT_ERROR_OUT_OF_MEMORY,
// or RT_ERROR_HANDLES_EXHAUSTED. Thread-safe.
RT_API int64_t rt_arena_new(int64_t capacity);

// Allocates `size` bytes. Returns their address, a multiple of `align`, which is a power of two;
// the bytes are valid until the arena is reset or freed, and no two allocations overlap, whatever
// the number of threads. A size of 0 gives an address that is not 0 and uses no byte.
//
// 0 and RT_ERROR_FULL when the arena has too little room left; RT_ERROR_LENGTH for a negative size;
// RT_ERROR_INVALID_ARGUMENT for an alignment that is no power of two; a handle error for what is no
// live arena. A failure uses no byte. Thread-safe.
RT_API int64_t rt_arena_alloc(int64_t handle, int64_t size, int64_t align);

// How many bytes the arena has. 0 and a handle error for what is no live arena. Thread-safe.
RT_API int64_t rt_arena_capacity(int64_t handle);

// How many bytes are allocated, those skipped for alignment among them. 0 and a handle error for
// what is no live arena. Thread-safe.
RT_API int64_t rt_arena_used(int64_t handle);

// Takes all allocations back; the next ones get the same memory again, with what is in it. Returns
// 1; 0 and a handle error for what is no live arena. Thread-safe, but who still uses an allocation
// then shares it with the next.
RT_API int64_t rt_arena_reset(int64_t handle);

// Gives the arena's memory back: all its addresses dangle. Returns 1; 0 and a handle error for what
// is no live arena, so for a second free too. Thread-safe, but no thread may use an allocation any
// more.
RT_API int64_t rt_arena_free(int64_t handle);

/* ---- runtime-concurrent: bounded_queue ------------------------------------------------------ */

// Makes an empty queue for at most `capacity` values, at least 1: first in, first out. Memory is
// taken as values come. Returns its handle, which the caller owns and frees with
// `rt_concurrent_bounded_queue_free`; 0 and RT_ERROR_LENGTH for a capacity below 1, or
// RT_ERROR_HANDLES_EXHAUSTED. Thread-safe.
RT_API int64_t rt_concurrent_bounded_queue_new(int64_t capacity);

// Adds a value at the end; waits while the queue is full. Returns 1; 0 and RT_ERROR_CLOSED when the
// queue is closed, also while this waits; 0 and a handle error for what is no live bounded queue.
// The container neither checks nor owns what the word refers to. Thread-safe.
RT_API int64_t rt_concurrent_bounded_queue_push(int64_t handle, RuntimeValue value);

// Adds a value at the end if there is room. Returns 1, or 0 when the queue is full, which is no
// error; 0 and RT_ERROR_CLOSED when the queue is closed; 0 and a handle error for what is no live
// bounded queue. Thread-safe.
RT_API int64_t rt_concurrent_bounded_queue_try_push(int64_t handle, RuntimeValue value);

// Adds a value at the end; waits at most `timeout_ms` milliseconds of a monotonic clock while the
// queue is full, and not at all when that is not positive. Returns 1, or 0 when there was no room
// in time, which is no error; 0 and RT_ERROR_CLOSED when the queue is closed, also while this
// waits; 0 and a handle error for what is no live bounded queue. Thread-safe.
RT_API
int64_t rt_concurrent_bounded_queue_push_timeout(int64_t handle,
                                                 RuntimeValue value,
                                                 int64_t timeout_ms);

// Takes the oldest value; waits while the queue is empty. NIL at once when it is empty and closed,
// which is no error; NIL and a handle error for what is no live bounded queue. Thread-safe.
RT_API RuntimeValue rt_concurrent_bounded_queue_pop(int64_t handle);

// Takes the oldest value, if there is one. NIL when there is none, which is no error; NIL and a
// handle error for what is no live bounded queue. Thread-safe.
RT_API RuntimeValue rt_concurrent_bounded_queue_try_pop(int64_t handle);

// Takes the oldest value; waits at most `timeout_ms` milliseconds of a monotonic clock while the
// queue is empty, and not at all when that is not positive. NIL when none came in time, which is no
// error; NIL at once when it is empty and closed, which is no error; NIL and a handle error for
// what is no live bounded queue. Thread-safe.
RT_API RuntimeValue rt_concurrent_bounded_queue_pop_timeout(int64_t handle, int64_t timeout_ms);

// Ends the queue: pushes are refused from now on, pops take what is left and do not wait, and
// whoever waits is woken. A second time it changes nothing. Returns 1; 0 and a handle error for
// what is no live bounded queue. Thread-safe.
RT_API int64_t rt_concurrent_bounded_queue_close(int64_t handle);

// Whether the queue was closed. true and a handle error for what is no live bounded queue.
// Thread-safe.
RT_API bool rt_concurrent_bounded_queue_is_closed(int64_t handle);

// Whether there is no value; with other threads at work, a moment's truth. true and a handle error
// for what is no live bounded queue. Thread-safe.
RT_API bool rt_concurrent_bounded_queue_is_empty(int64_t handle);

// How many values there are; with other threads at work, a moment's truth. 0 and a handle error for
// what is no live bounded queue. Thread-safe.
RT_API int64_t rt_concurrent_bounded_queue_len(int64_t handle);

// How many values the queue can hold. 0 and a handle error for what is no live bounded queue.
// Thread-safe.
RT_API int64_t rt_concurrent_bounded_queue_capacity(int64_t handle);

// Frees the bounded queue. The values in it are not freed. Returns 1; 0 and RT_ERROR_BUSY while a
// thread waits in it: close it first; 0 and a handle error for what is no live bounded queue, so
// for a second free too. Thread-safe.
RT_API int64_t rt_concurrent_bounded_queue_free(int64_t handle);

/* ---- runtime-concurrent: map ---------------------------------------------------------------- */

// Makes an empty map from ints to values that many threads can use at once. Returns its handle,
// which the caller owns and frees with `rt_concurrent_map_free`; 0 and RT_ERROR_HANDLES_EXHAUSTED
// when no handle is left. Thread-safe.
RT_API int64_t rt_concurrent_map_new(void);

// Sets the value of `key`. Returns 1 for a new key, 2 when a value was replaced; 0 and a handle
// error for what is no live concurrent map. The container neither checks nor owns what the word
// refers to. Thread-safe.
RT_API int64_t rt_concurrent_map_insert(int64_t handle, int64_t key, RuntimeValue value);

// Sets the value of `key`. Returns the one that it had, or NIL for a new key; NIL and a handle
// error for what is no live concurrent map. Thread-safe.
RT_API RuntimeValue rt_concurrent_map_swap(int64_t handle, int64_t key, RuntimeValue value);

// The value of `key`, or NIL when it has none, which is no error; NIL and a handle error for what
// is no live concurrent map. Thread-safe.
RT_API RuntimeValue rt_concurrent_map_get(int64_t handle, int64_t key);

// The value of `key`, which becomes `value` if it had none. Of many threads that do this at once,
// one puts its value in and all get that one. NIL and a handle error for what is no live concurrent
// map. Thread-safe.
RT_API
RuntimeValue rt_concurrent_map_get_or_insert(int64_t handle,
                                             int64_t key,
                                             RuntimeValue value);

// Sets the value of `key` to `new_value` if it is the very word `current`. Returns true when it
// did; false when the key has another value or none, which is no error; false and a handle error
// for what is no live concurrent map. Thread-safe.
RT_API
bool rt_concurrent_map_compare_exchange(int64_t handle,
                                        int64_t key,
                                        RuntimeValue current,
                                        RuntimeValue new_value);

// Sets the value of `key` to what `function` makes of the one it has, and returns it. The function
// gets `userdata`, the present value, and whether there is one (NIL and false where there is none).
//
// The function runs outside of all locks: it may use the same map, and take its time. When the
// value of the key changes meanwhile, the function is asked again, so it is to have no effects but
// its result. When it panics, which only one written in Rust can, the map stays as it was, and the
// result is NIL and RT_ERROR_PANIC. Other failures: NIL and RT_ERROR_NULL_POINTER without a
// function; a handle error for what is no live concurrent map, also when it is freed meanwhile.
// Thread-safe.
//
// Safety:
//
// `function` is safe to call with `userdata` on this thread.
RT_API
RuntimeValue rt_concurrent_map_update(int64_t handle,
                                      int64_t key,
                                      RuntimeValue (*function)(void *userdata,
                                                               RuntimeValue current,
                                                               bool found),
                                      void *userdata);

// Takes `key` out. Returns the value that it had, or NIL when it had none, which is no error; NIL
// and a handle error for what is no live concurrent map. Thread-safe.
RT_API RuntimeValue rt_concurrent_map_remove(int64_t handle, int64_t key);

// Whether `key` has a value, NIL included. false and a handle error for what is no live concurrent
// map. Thread-safe.
RT_API bool rt_concurrent_map_contains(int64_t handle, int64_t key);

// All keys, as a new array in no order. Keys that other threads put in or take out meanwhile may be
// among them or not; all others are, once. Writers wait only while a part of the map is copied. The
// array is the caller's. NIL and a handle error for what is no live concurrent map. NIL and
// RT_ERROR_OUT_OF_MEMORY without memory. Thread-safe.
RT_API RuntimeValue rt_concurrent_map_keys(int64_t handle);

// All entries, as a new array of tuples (key, value) in no order; keys that come or go meanwhile as
// in `rt_concurrent_map_keys`. The array and the tuples are the caller's; the values are the map's.
// NIL and a handle error for what is no live concurrent map. NIL and RT_ERROR_OUT_OF_MEMORY without
// memory. Thread-safe.
RT_API RuntimeValue rt_concurrent_map_entries(int64_t handle);

// Calls `function` with `userdata` and each entry, in no order, until it returns false. Returns how
// many times it was called; -1 and RT_ERROR_NULL_POINTER without a function, or a handle error for
// what is no live concurrent map.
//
// The entries are those that the map had at the start; what other threads, or the function itself,
// change meanwhile is not seen. The function runs outside of all locks: it may use the same map,
// and even free it. When it panics, which only one written in Rust can, the walk ends, with -1 and
// RT_ERROR_PANIC. Thread-safe.
//
// Safety:
//
// `function` is safe to call with `userdata` on this thread.
RT_API
int64_t rt_concurrent_map_for_each(int64_t handle,
                                   bool (*function)(void *userdata, int64_t key, RuntimeValue value),
                                   void *userdata);

// How many entries there are; with writers meanwhile, a sum of moments. 0 and a handle error for
// what is no live concurrent map. Thread-safe.
RT_API int64_t rt_concurrent_map_len(int64_t handle);

// Takes all entries out; their values are not freed. Entries that other threads put in meanwhile
// may stay. Returns 1; 0 and a handle error for what is no live concurrent map. Thread-safe.
RT_API int64_t rt_concurrent_map_clear(int64_t handle);

// Frees the concurrent map. The values in it are not freed. Returns 1; 0 and a handle error for
// what is no live concurrent map, so for a second free too. Threads that are inside another
// function with this handle finish unharmed. Thread-safe.
RT_API int64_t rt_concurrent_map_free(int64_t handle);

/* ---- runtime-concurrent: pool --------------------------------------------------------------- */

// Makes an empty pool that keeps at most `capacity` values, at least 1. It makes no values itself.
// Returns its handle, which the caller owns and frees with `rt_pool_free`; 0 and RT_ERROR_LENGTH
// for a capacity below 1, or RT_ERROR_HANDLES_EXHAUSTED. Thread-safe.
RT_API int64_t rt_pool_new(int64_t capacity);

// Takes the value that was released first. NIL when there is none, which is no error; NIL and a
// handle error for what is no live pool. Thread-safe.
RT_API RuntimeValue rt_pool_acquire(int64_t handle);

// Puts a value into the pool. Returns 1; 0 and RT_ERROR_FULL when the pool holds as many as it can:
// the value stays the caller's; 0 and a handle error for what is no live pool. The container
// neither checks nor owns what the word refers to. Thread-safe.
RT_API int64_t rt_pool_release(int64_t handle, RuntimeValue resource);

// How many values can be acquired; with other threads at work, a moment's truth. 0 and a handle
// error for what is no live pool. Thread-safe.
RT_API int64_t rt_pool_available(int64_t handle);

// How many values the pool can hold. 0 and a handle error for what is no live pool. Thread-safe.
RT_API int64_t rt_pool_capacity(int64_t handle);

// Frees the pool. The values in it are not freed. Returns 1; 0 and a handle error for what is no
// live pool, so for a second free too. Threads that are inside another function with this handle
// finish unharmed. Thread-safe.
RT_API int64_t rt_pool_free(int64_t handle);

/* ---- runtime-concurrent: queue -------------------------------------------------------------- */

// Makes an empty queue, lock-free and without bounds: first in, first out. Returns its handle,
// which the caller owns and frees with `rt_concurrent_queue_free`; 0 and RT_ERROR_HANDLES_EXHAUSTED
// when no handle is left. Thread-safe.
RT_API int64_t rt_concurrent_queue_new(void);

// Adds a value. Returns 1; 0 and a handle error for what is no live concurrent queue. The container
// neither checks nor owns what the word refers to. Thread-safe.
RT_API int64_t rt_concurrent_queue_push(int64_t handle, RuntimeValue value);

// Takes the oldest value. NIL when there is none, which is no error; NIL and a handle error for
// what is no live concurrent queue. Thread-safe.
RT_API RuntimeValue rt_concurrent_queue_pop(int64_t handle);

// Whether there is no value; with other threads at work, a moment's truth. true and a handle error
// for what is no live concurrent queue. Thread-safe.
RT_API bool rt_concurrent_queue_is_empty(int64_t handle);

// How many values there are; with other threads at work, a moment's truth. 0 and a handle error for
// what is no live concurrent queue. Thread-safe.
RT_API int64_t rt_concurrent_queue_len(int64_t handle);

// Frees the concurrent queue. The values in it are not freed. Returns 1; 0 and a handle error for
// what is no live concurrent queue, so for a second free too. Threads that are inside another
// function with this handle finish unharmed. Thread-safe.
RT_API int64_t rt_concurrent_queue_free(int64_t handle);

/* ---- runtime-concurrent: stack -------------------------------------------------------------- */

// Makes an empty stack, lock-free and without bounds: last in, first out. Returns its handle, which
// the caller owns and frees with `rt_concurrent_stack_free`; 0 and RT_ERROR_HANDLES_EXHAUSTED when
// no handle is left. Thread-safe.
RT_API int64_t rt_concurrent_stack_new(void);

// Adds a value. Returns 1; 0 and a handle error for what is no live concurrent stack. The container
// neither checks nor owns what the word refers to. Thread-safe.
RT_API int64_t rt_concurrent_stack_push(int64_t handle, RuntimeValue value);

// Takes the newest value. NIL when there is none, which is no error; NIL and a handle error for
// what is no live concurrent stack. Thread-safe.
RT_API RuntimeValue rt_concurrent_stack_pop(int64_t handle);

// Whether there is no value; with other threads at work, a moment's truth. true and a handle error
// for what is no live concurrent stack. Thread-safe.
RT_API bool rt_concurrent_stack_is_empty(int64_t handle);

// How many values there are; with other threads at work, a moment's truth. 0 and a handle error for
// what is no live concurrent stack. Thread-safe.
RT_API int64_t rt_concurrent_stack_len(int64_t handle);

// Frees the concurrent stack. The values in it are not freed. Returns 1; 0 and a handle error for
// what is no live concurrent stack, so for a second free too. Threads that are inside another
// function with this handle finish unharmed. Thread-safe.
RT_API int64_t rt_concurrent_stack_free(int64_t handle);

/* ---- runtime-concurrent: tls ---------------------------------------------------------------- */

// Makes a store from keys to values, with values of its own for each thread: what one thread sets
// no other sees. A thread's values go when it ends; what they refer to is not freed. Returns its
// handle, which the caller owns and frees with `rt_tls_free`; 0 and RT_ERROR_HANDLES_EXHAUSTED when
// no handle is left. Thread-safe.
RT_API int64_t rt_tls_new(void);

// Sets this thread's value for `key`. Returns 1; 0 and RT_ERROR_THREAD_ENDS in a destructor of a
// thread that has lost its values already; 0 and a handle error for what is no live thread-local
// store. Thread-safe.
RT_API int64_t rt_tls_set(int64_t handle, uint64_t key, RuntimeValue value);

// This thread's value for `key`, or NIL when it has none, which is no error; NIL and
// RT_ERROR_THREAD_ENDS in a destructor of a thread that has lost its values already; NIL and a
// handle error for what is no live thread-local store. Thread-safe.
RT_API RuntimeValue rt_tls_get(int64_t handle, uint64_t key);

// Takes this thread's value for `key` out and returns it, or NIL when it has none, which is no
// error; NIL and RT_ERROR_THREAD_ENDS in a destructor of a thread that has lost its values already;
// NIL and a handle error for what is no live thread-local store. Thread-safe.
RT_API RuntimeValue rt_tls_remove(int64_t handle, uint64_t key);

// Takes all of this thread's values out; those of other threads stay. Returns 1; 0 and
// RT_ERROR_THREAD_ENDS in a destructor of a thread that has lost its values already; 0 and a handle
// error for what is no live thread-local store. Thread-safe.
RT_API int64_t rt_tls_clear(int64_t handle);

// Frees the store, for all threads. What the values refer to is not freed. Returns 1; 0 and a
// handle error for what is no live thread-local store, so for a second free too. Thread-safe.
RT_API int64_t rt_tls_free(int64_t handle);

/* ---- runtime-concurrent: value_map ---------------------------------------------------------- */

// Makes an empty map from values to values that many threads can use at once. Strings are keys by
// their bytes, which the map copies; numbers by mathematical value, so that 2 is 2.0, and NaN is
// itself; all else by identity: NIL, bools and symbols are what they are, and an array or an object
// is equal to itself only. Returns its handle, which the caller owns and frees with
// `rt_concurrent_value_map_free`; 0 and RT_ERROR_HANDLES_EXHAUSTED when no handle is left.
// Thread-safe.
RT_API int64_t rt_concurrent_value_map_new(void);

// Sets the value of `key`. Returns 1 for a new key, 2 when a value was replaced; 0 and a handle
// error for what is no live concurrent value map. 0 and RT_ERROR_NOT_A_VALUE for a key that is a
// forged or freed word. The container neither checks nor owns what the word refers to. Thread-safe.
RT_API int64_t rt_concurrent_value_map_insert(int64_t handle, RuntimeValue key, RuntimeValue value);

// Sets the value of `key`. Returns the one that it had, or NIL for a new key; NIL and a handle
// error for what is no live concurrent value map. NIL and RT_ERROR_NOT_A_VALUE for a key that is a
// forged or freed word. Thread-safe.
RT_API
RuntimeValue rt_concurrent_value_map_swap(int64_t handle,
                                          RuntimeValue key,
                                          RuntimeValue value);

// The value of `key`, or NIL when it has none, which is no error; NIL and a handle error for what
// is no live concurrent value map. NIL and RT_ERROR_NOT_A_VALUE for a key that is a forged or freed
// word. Thread-safe.
RT_API RuntimeValue rt_concurrent_value_map_get(int64_t handle, RuntimeValue key);

// The value of `key`, which becomes `value` if it had none. Of many threads that do this at once,
// one puts its value in and all get that one. NIL and a handle error for what is no live concurrent
// value map. NIL and RT_ERROR_NOT_A_VALUE for a key that is a forged or freed word. Thread-safe.
RT_API
RuntimeValue rt_concurrent_value_map_get_or_insert(int64_t handle,
                                                   RuntimeValue key,
                                                   RuntimeValue value);

// Sets the value of `key` to `new_value` if it is the very word `current`. Returns true when it
// did; false when the key has another value or none, which is no error; false and a handle error
// for what is no live concurrent value map. false and RT_ERROR_NOT_A_VALUE for a key that is a
// forged or freed word. Thread-safe.
RT_API
bool rt_concurrent_value_map_compare_exchange(int64_t handle,
                                              RuntimeValue key,
                                              RuntimeValue current,
                                              RuntimeValue new_value);

// Sets the value of `key` to what `function` makes of the one it has, and returns it. The function
// gets `userdata`, the present value, and whether there is one (NIL and false where there is none).
//
// The function runs outside of all locks: it may use the same map, and take its time. When the
// value of the key changes meanwhile, the function is asked again, so it is to have no effects but
// its result. When it panics, which only one written in Rust can, the map stays as it was, and the
// result is NIL and RT_ERROR_PANIC. Other failures: NIL and RT_ERROR_NULL_POINTER without a
// function; RT_ERROR_NOT_A_VALUE for a key that is a forged or freed word; a handle error for what
// is no live concurrent value map, also when it is freed meanwhile. Thread-safe.
//
// Safety:
//
// `function` is safe to call with `userdata` on this thread.
RT_API
RuntimeValue rt_concurrent_value_map_update(int64_t handle,
                                            RuntimeValue key,
                                            RuntimeValue (*function)(void *userdata,
                                                                     RuntimeValue current,
                                                                     bool found),
                                            void *userdata);

// Takes `key` out. Returns the value that it had, or NIL when it had none, which is no error; NIL
// and a handle error for what is no live concurrent value map. NIL and RT_ERROR_NOT_A_VALUE for a
// key that is a forged or freed word. Thread-safe.
RT_API RuntimeValue rt_concurrent_value_map_remove(int64_t handle, RuntimeValue key);

// Whether `key` has a value, NIL included. false and a handle error for what is no live concurrent
// value map. false and RT_ERROR_NOT_A_VALUE for a key that is a forged or freed word. Thread-safe.
RT_API bool rt_concurrent_value_map_contains(int64_t handle, RuntimeValue key);

// All keys, as a new array in no order. Keys that other threads put in or take out meanwhile may be
// among them or not; all others are, once. Writers wait only while a part of the map is copied. The
// array is the caller's, and so are the strings and boxed numbers in it, which are new. NIL and a
// handle error for what is no live concurrent value map. NIL and RT_ERROR_OUT_OF_MEMORY without
// memory. Thread-safe.
RT_API RuntimeValue rt_concurrent_value_map_keys(int64_t handle);

// All entries, as a new array of tuples (key, value) in no order; keys that come or go meanwhile as
// in `rt_concurrent_value_map_keys`. The array and the tuples are the caller's, and so are the
// strings and boxed numbers that are keys, which are new; the values are the map's. NIL and a
// handle error for what is no live concurrent value map. NIL and RT_ERROR_OUT_OF_MEMORY without
// memory. Thread-safe.
RT_API RuntimeValue rt_concurrent_value_map_entries(int64_t handle);

// Calls `function` with `userdata` and each entry, in no order, until it returns false. Returns how
// many times it was called; -1 and RT_ERROR_NULL_POINTER without a function, or a handle error for
// what is no live concurrent value map. The key is a value that lives as long as the call.
//
// The entries are those that the map had at the start; what other threads, or the function itself,
// change meanwhile is not seen. The function runs outside of all locks: it may use the same map,
// and even free it. When it panics, which only one written in Rust can, the walk ends, with -1 and
// RT_ERROR_PANIC. Thread-safe.
//
// Safety:
//
// `function` is safe to call with `userdata` on this thread.
RT_API
int64_t rt_concurrent_value_map_for_each(int64_t handle,
                                         bool (*function)(void *userdata,
                                                          RuntimeValue key,
                                                          RuntimeValue value),
                                         void *userdata);

// How many entries there are; with writers meanwhile, a sum of moments. 0 and a handle error for
// what is no live concurrent value map. Thread-safe.
RT_API int64_t rt_concurrent_value_map_len(int64_t handle);

// Takes all entries out; their values are not freed. Entries that other threads put in meanwhile
// may stay. Returns 1; 0 and a handle error for what is no live concurrent value map. Thread-safe.
RT_API int64_t rt_concurrent_value_map_clear(int64_t handle);

// Frees the concurrent value map. The values in it are not freed. Returns 1; 0 and a handle error
// for what is no live concurrent value map, so for a second free too. Threads that are inside
// another function with this handle finish unharmed. Thread-safe.
RT_API int64_t rt_concurrent_value_map_free(int64_t handle);


/* ============================================================================================= */
/* runtime-contracts: Contracts of the Simple language: checks, violations, the handler for      */
/* them, counters                                                                                */
/* ============================================================================================= */

// A contract does not hold, and the handler let the program go on.
#define RT_ERROR_CONTRACT_VIOLATED 1300

// What must hold when a function is called.
#define RT_CONTRACT_PRECONDITION 0
// What holds when a function returns.
#define RT_CONTRACT_POSTCONDITION 1
// What holds when a function returns an error.
#define RT_CONTRACT_ERROR_POSTCONDITION 2
// An invariant of a class, at the start of a method.
#define RT_CONTRACT_ENTRY_INVARIANT 3
// An invariant of a class, at the end of a method.
#define RT_CONTRACT_EXIT_INVARIANT 4
// What holds in the middle of a function.
#define RT_CONTRACT_ASSERTION 5
// All kinds together, for the counts.
#define RT_CONTRACT_ALL -1

/* ---- runtime-contracts: check --------------------------------------------------------------- */

// Checks a contract of the function whose name is the `func_name_len` bytes at `func_name_ptr`.
// `kind` is an `RT_CONTRACT_` number; an unknown one counts as 0. The condition is violated by 0
// and by the words NIL and FALSE. Returns 1 when it holds.
//
// When it is violated, the handler gets the violation (`rt_contract_set_handler`). Without a
// handler the process ends: what was printed is flushed, "Precondition violation in function
// 'name': contract condition failed" goes to standard error, and the process aborts. When the
// handler returns, this returns 0 and sets RT_ERROR_CONTRACT_VIOLATED with the same sentence. A
// name that is null, of length 0 or less, or too long is reported as `<unknown>`, one that is not
// UTF-8 as `<invalid UTF-8>`. A violation inside of the handler is not handed to it again.
// Thread-safe.
//
// Safety:
// `func_name_ptr` is null or points at `func_name_len` readable bytes.
RT_API
int64_t simple_contract_check(int64_t condition,
                              int64_t kind,
                              const uint8_t *func_name_ptr,
                              int64_t func_name_len);

// As `simple_contract_check`, with " (message)" behind the sentence for the `message_len` bytes at
// `message_ptr`. A message that is null, of length 0 or less, too long or not UTF-8 is none.
// Thread-safe.
//
// Safety:
// Both pointers are null or point at so many readable bytes as the lengths say.
RT_API
int64_t simple_contract_check_msg(int64_t condition,
                                  int64_t kind,
                                  const uint8_t *func_name_ptr,
                                  int64_t func_name_len,
                                  const uint8_t *message_ptr,
                                  int64_t message_len);

// Lets `handler` have the violations of all threads from now on; null lets a violation end the
// process again. It is called on the thread of the check, so from several threads at once. The
// violation is freed when the handler returns; its accessors give copies that may be kept. When the
// handler returns, the program goes on behind the check; it may also end the process. Returns 1.
// Thread-safe.
//
// Safety:
// `handler` is null or a function that is safe to call from any thread for as long as it is set and
// until the last call of it has left. It does not jump out (`longjmp`).
RT_API int64_t rt_contract_set_handler(void (*handler)(RuntimeValue violation));

// As `rt_contract_set_handler`, for a handler that also gets `userdata`. Takes `userdata` over: it
// is given to `drop`, if that is not null, once no call runs the handler any more, on any thread;
// with a null handler at once. Returns 1. Thread-safe.
//
// Safety:
// As `rt_contract_set_handler`, for both functions with `userdata`.
RT_API
int64_t rt_contract_set_handler_with(void (*handler)(void *userdata, RuntimeValue violation),
                                     void *userdata,
                                     void (*drop)(void *userdata));

// How many checks of the kind (an `RT_CONTRACT_` number; `RT_CONTRACT_ALL` for all) there were, in
// all threads, since the start or `rt_contract_reset_counts`; 0 for a number that is no kind.
// Thread-safe; with checks meanwhile, a moment's truth.
RT_API int64_t rt_contract_check_count(int64_t kind);

// How many of the checks found a violation, as `rt_contract_check_count` counts.
RT_API int64_t rt_contract_violation_count(int64_t kind);

// Begins all counts at 0 again. Returns 1. Thread-safe.
RT_API int64_t rt_contract_reset_counts(void);

/* ---- runtime-contracts: violation ----------------------------------------------------------- */

// A violation of the kind (an `RT_CONTRACT_` number; an unknown one counts as 0) with copies of the
// function's name and the message. An empty name is `<unknown>`, one that is not UTF-8 is `<invalid
// UTF-8>`; an empty message, or one that is not UTF-8, is none. The caller owns the result and
// frees it with `rt_contract_violation_free`. NIL and an error otherwise: RT_ERROR_NULL_POINTER for
// null with a length (null with length 0 is empty), RT_ERROR_LENGTH for a negative length,
// RT_ERROR_OUT_OF_MEMORY. Thread-safe.
//
// Safety:
// Both pointers are null or point at so many readable bytes as the lengths say.
RT_API
RuntimeValue rt_contract_violation_new(int64_t kind,
                                       const uint8_t *func_name_ptr,
                                       int64_t func_name_len,
                                       const uint8_t *message_ptr,
                                       int64_t message_len);

// The violation's kind, an `RT_CONTRACT_` number. -1 and RT_ERROR_WRONG_TYPE or
// RT_ERROR_NOT_A_VALUE for what is no live violation. Thread-safe.
RT_API int64_t rt_contract_violation_kind(RuntimeValue violation);

// The name of the function whose contract was broken, as a new string. The caller owns the result
// and frees it with `rt_value_free`. NIL and an error otherwise: as `rt_contract_violation_kind`,
// and RT_ERROR_OUT_OF_MEMORY. Thread-safe.
RT_API RuntimeValue rt_contract_violation_func_name(RuntimeValue violation);

// The violation's message, as a new string. The caller owns the result and frees it with
// `rt_value_free`. NIL without an error when there is no message; NIL and an error otherwise, as
// `rt_contract_violation_func_name`. Thread-safe.
RT_API RuntimeValue rt_contract_violation_message(RuntimeValue violation);

// The whole sentence about the violation, as a check would print it, as a new string. The caller
// owns the result and frees it with `rt_value_free`. NIL and an error otherwise, as
// `rt_contract_violation_func_name`. Thread-safe.
RT_API RuntimeValue rt_contract_violation_text(RuntimeValue violation);

// 1 when the value is a live violation, else 0; no word is an error. Thread-safe.
RT_API int64_t rt_is_contract_violation(RuntimeValue value);

// Frees the violation with its texts. Returns 1. 0 and RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE
// for what is no live violation, so for a second free too.
RT_API int64_t rt_contract_violation_free(RuntimeValue violation);


/* ============================================================================================= */
/* runtime-coverage: Coverage probes of the Simple runtime: decisions, conditions with MC/DC,    */
/* paths; reports in SDN, LCOV and JSON                                                          */
/* ============================================================================================= */

// Counts an outcome of the decision, and closes the vector of condition values that this thread has
// gathered for it. Never fails; what finds no room is counted as dropped.
RT_API void rt_decision_probe(uint64_t decision_id, bool result);

// Counts an outcome of a condition of the decision. To be called before the decision's own probe.
// Conditions from 64 on are counted, but take no part in MC/DC. Never fails.
RT_API void rt_condition_probe(uint64_t decision_id, uint32_t condition_id, bool result);

// Counts a block of a path, and adds it to this thread's trace of the path. Never fails.
RT_API void rt_path_probe(uint64_t path_id, uint32_t block_id);

// Ends this thread's trace of the path and counts its sequence of blocks. An id without a trace in
// this thread is ignored; a trace of more than 1024 blocks is counted as dropped. Never fails.
RT_API void rt_path_finalize(uint64_t path_id);

// As `rt_decision_probe`, for a decision with a place. A null `file`, or one that is not UTF-8,
// counts as "". The text is read when a thread first sees this address with this id, line and
// column; it must be a constant of the program.
//
// Safety:
// `file` is null or a zero-terminated text.
RT_API
void rt_coverage_decision_probe(uint32_t decision_id,
                                bool result,
                                const char *file,
                                uint32_t line,
                                uint32_t column);

// As `rt_condition_probe`, for a condition with a place; `file` as in `rt_coverage_decision_probe`.
//
// Safety:
// `file` is null or a zero-terminated text.
RT_API
void rt_coverage_condition_probe(uint32_t decision_id,
                                 uint32_t condition_id,
                                 bool result,
                                 const char *file,
                                 uint32_t line,
                                 uint32_t column);

// As `rt_path_probe`, with an id of 32 bits.
RT_API void rt_coverage_path_probe(uint32_t path_id, uint32_t block_id);

// As `rt_path_finalize`, with an id of 32 bits.
RT_API void rt_coverage_path_finalize(uint32_t path_id);

// The report in SDN, of all threads: decisions (with those seen one way only), conditions (with
// those that have shown independence), paths, blocks, summary. The caller owns the text and frees
// it with `rt_coverage_free_sdn`. Null and a last error when it cannot be made.
RT_API char *rt_coverage_dump_sdn(void);

// As `rt_coverage_dump_sdn`, in JSON; freed the same way.
RT_API char *rt_coverage_dump_json(void);

// As `rt_coverage_dump_sdn`, in LCOV's trace format: the decisions that have a file and a line, as
// branches. Freed the same way.
RT_API char *rt_coverage_dump_lcov(void);

// Frees a text of a dump. Null is ignored; any other pointer that is no live dump, so a second free
// too, is left alone and sets RT_ERROR_INVALID_ARGUMENT.
RT_API void rt_coverage_free_sdn(char *ptr);

// Forgets all counts, vectors and traces of all threads. Probes that run meanwhile may be forgotten
// too.
RT_API void rt_coverage_clear(void);

// Whether probes count; they do from the start.
RT_API bool rt_coverage_enabled(void);

// Has probes count from now on. Returns whether they did before.
RT_API bool rt_coverage_enable(void);

// Has probes count nothing from now on; what was counted stays. Returns whether they counted
// before.
RT_API bool rt_coverage_disable(void);


/* ============================================================================================= */
/* runtime-encoding: Encodings of the Simple runtime: base64 that refuses malformed input with   */
/* its position, hexadecimal, FNV-1a                                                             */
/* ============================================================================================= */

// The standard alphabet with padding, for streams.
#define RT_BASE64_STANDARD 0
// The URL-safe alphabet with padding, for streams.
#define RT_BASE64_URL 1
// The standard alphabet without padding, for streams.
#define RT_BASE64_NOPAD 2
// The URL-safe alphabet without padding, for streams.
#define RT_BASE64_URL_NOPAD 3

// Base64 text has a byte that is neither in the alphabet nor white space.
#define RT_ERROR_BASE64_CHARACTER 800
// Base64 padding is missing, misplaced, or there where the variant has none.
#define RT_ERROR_BASE64_PADDING 801
// Base64 text ends with a single character of a group, which holds no whole byte.
#define RT_ERROR_BASE64_TRUNCATED 802
// The last character of base64 text has bits set that belong to no byte, as in `QR==`.
#define RT_ERROR_BASE64_BITS 803
// Hexadecimal text has a byte that is no digit.
#define RT_ERROR_HEX_CHARACTER 810
// Hexadecimal text has an odd number of digits.
#define RT_ERROR_HEX_ODD 811

// The `input_len` bytes at `input_ptr` as base64 in the standard alphabet (`+` and `/`), padded
// with `=`, without line breaks: a string that the caller owns. The bytes may be any. NIL when it
// fails: null with a length (RT_ERROR_NULL_POINTER), a length that memory cannot hold
// (RT_ERROR_LENGTH), RT_ERROR_OUT_OF_MEMORY. Thread-safe.
//
// Safety:
// `input_ptr` points at `input_len` readable bytes, or is null.
RT_API RuntimeValue rt_base64_encode(const uint8_t *input_ptr, uint64_t input_len);

// The `input_len` bytes at `input_ptr` as base64 in the URL-safe alphabet (`-` and `_`), padded
// with `=`, without line breaks: a string that the caller owns. The bytes may be any. NIL when it
// fails: null with a length (RT_ERROR_NULL_POINTER), a length that memory cannot hold
// (RT_ERROR_LENGTH), RT_ERROR_OUT_OF_MEMORY. Thread-safe.
//
// Safety:
// `input_ptr` points at `input_len` readable bytes, or is null.
RT_API RuntimeValue rt_base64_encode_url(const uint8_t *input_ptr, uint64_t input_len);

// The `input_len` bytes at `input_ptr` as base64 in the standard alphabet (`+` and `/`), without
// padding, without line breaks: a string that the caller owns. The bytes may be any. NIL when it
// fails: null with a length (RT_ERROR_NULL_POINTER), a length that memory cannot hold
// (RT_ERROR_LENGTH), RT_ERROR_OUT_OF_MEMORY. Thread-safe.
//
// Safety:
// `input_ptr` points at `input_len` readable bytes, or is null.
RT_API RuntimeValue rt_base64_encode_nopad(const uint8_t *input_ptr, uint64_t input_len);

// The `input_len` bytes at `input_ptr` as base64 in the URL-safe alphabet (`-` and `_`), without
// padding, without line breaks: a string that the caller owns. The bytes may be any. NIL when it
// fails: null with a length (RT_ERROR_NULL_POINTER), a length that memory cannot hold
// (RT_ERROR_LENGTH), RT_ERROR_OUT_OF_MEMORY. Thread-safe.
//
// Safety:
// `input_ptr` points at `input_len` readable bytes, or is null.
RT_API RuntimeValue rt_base64_encode_url_nopad(const uint8_t *input_ptr, uint64_t input_len);

// The bytes that the base64 text of `input_len` bytes at `input_ptr` stands for, in the standard
// alphabet (`+` and `/`), padded with `=`: a string that the caller owns, with any bytes, zero
// bytes too. ASCII white space is skipped. Padding is required; everything else that an encoder
// would not write is refused, and the last error's message has its position. NIL when it fails:
// RT_ERROR_BASE64_CHARACTER, RT_ERROR_BASE64_PADDING, RT_ERROR_BASE64_TRUNCATED,
// RT_ERROR_BASE64_BITS; null with a length (RT_ERROR_NULL_POINTER), a length that memory cannot
// hold (RT_ERROR_LENGTH), RT_ERROR_OUT_OF_MEMORY. Thread-safe.
//
// Safety:
// `input_ptr` points at `input_len` readable bytes, or is null.
RT_API RuntimeValue rt_base64_decode(const uint8_t *input_ptr, uint64_t input_len);

// The bytes that the base64 text of `input_len` bytes at `input_ptr` stands for, in the URL-safe
// alphabet (`-` and `_`), padded with `=`: a string that the caller owns, with any bytes, zero
// bytes too. ASCII white space is skipped. Padding is required; everything else that an encoder
// would not write is refused, and the last error's message has its position. NIL when it fails:
// RT_ERROR_BASE64_CHARACTER, RT_ERROR_BASE64_PADDING, RT_ERROR_BASE64_TRUNCATED,
// RT_ERROR_BASE64_BITS; null with a length (RT_ERROR_NULL_POINTER), a length that memory cannot
// hold (RT_ERROR_LENGTH), RT_ERROR_OUT_OF_MEMORY. Thread-safe.
//
// Safety:
// `input_ptr` points at `input_len` readable bytes, or is null.
RT_API RuntimeValue rt_base64_decode_url(const uint8_t *input_ptr, uint64_t input_len);

// The bytes that the base64 text of `input_len` bytes at `input_ptr` stands for, in the standard
// alphabet (`+` and `/`), without padding: a string that the caller owns, with any bytes, zero
// bytes too. ASCII white space is skipped. Padding is refused; everything else that an encoder
// would not write is refused, and the last error's message has its position. NIL when it fails:
// RT_ERROR_BASE64_CHARACTER, RT_ERROR_BASE64_PADDING, RT_ERROR_BASE64_TRUNCATED,
// RT_ERROR_BASE64_BITS; null with a length (RT_ERROR_NULL_POINTER), a length that memory cannot
// hold (RT_ERROR_LENGTH), RT_ERROR_OUT_OF_MEMORY. Thread-safe.
//
// Safety:
// `input_ptr` points at `input_len` readable bytes, or is null.
RT_API RuntimeValue rt_base64_decode_nopad(const uint8_t *input_ptr, uint64_t input_len);

// The bytes that the base64 text of `input_len` bytes at `input_ptr` stands for, in the URL-safe
// alphabet (`-` and `_`), without padding: a string that the caller owns, with any bytes, zero
// bytes too. ASCII white space is skipped. Padding is refused; everything else that an encoder
// would not write is refused, and the last error's message has its position. NIL when it fails:
// RT_ERROR_BASE64_CHARACTER, RT_ERROR_BASE64_PADDING, RT_ERROR_BASE64_TRUNCATED,
// RT_ERROR_BASE64_BITS; null with a length (RT_ERROR_NULL_POINTER), a length that memory cannot
// hold (RT_ERROR_LENGTH), RT_ERROR_OUT_OF_MEMORY. Thread-safe.
//
// Safety:
// `input_ptr` points at `input_len` readable bytes, or is null.
RT_API RuntimeValue rt_base64_decode_url_nopad(const uint8_t *input_ptr, uint64_t input_len);

// Where base64 text is malformed: the position of the first byte that `rt_base64_decode` would
// refuse (the length where something is missing at the end), -1 when the text is well formed.
// `variant` is one of the RT_BASE64_ numbers. What is found is no failure and leaves the last error
// alone. -2 when it fails: another variant (RT_ERROR_INVALID_ARGUMENT), null with a length
// (RT_ERROR_NULL_POINTER), a length that memory cannot hold (RT_ERROR_LENGTH),
// RT_ERROR_OUT_OF_MEMORY. Thread-safe.
//
// Safety:
// `input_ptr` points at `input_len` readable bytes, or is null.
RT_API
int64_t rt_base64_find_malformed(const uint8_t *input_ptr,
                                 uint64_t input_len,
                                 int64_t variant);

// Writes the base64 text of the `input_len` bytes at `input_ptr` to `output_ptr`, where there is
// room for `output_len` bytes, without a zero byte at the end; returns the text's length, which is
// 4 characters for each 3 bytes begun, or less without padding. The fastest way for large input: no
// string is made. `variant` is one of the RT_BASE64_ numbers. -1 when it fails, and nothing is
// written: not enough room (RT_ERROR_LENGTH), another variant or an output that overlaps the input
// (RT_ERROR_INVALID_ARGUMENT), null with a length (RT_ERROR_NULL_POINTER). Thread-safe.
//
// Safety:
// `input_ptr` points at `input_len` readable bytes and `output_ptr` at `output_len` writable ones,
// or they are null.
RT_API
int64_t rt_base64_encode_into(const uint8_t *input_ptr,
                              uint64_t input_len,
                              uint8_t *output_ptr,
                              uint64_t output_len,
                              int64_t variant);

// Writes the bytes that the base64 text of `input_len` bytes at `input_ptr` stands for to
// `output_ptr`, where there is room for `output_len` bytes; returns how many they are, at most 3
// for each 4 characters. What is refused is as for `rt_base64_decode`. `variant` is one of the
// RT_BASE64_ numbers. -1 when it fails, and nothing is written: RT_ERROR_BASE64_CHARACTER,
// RT_ERROR_BASE64_PADDING, RT_ERROR_BASE64_TRUNCATED, RT_ERROR_BASE64_BITS; not enough room
// (RT_ERROR_LENGTH), another variant or an output that overlaps the input
// (RT_ERROR_INVALID_ARGUMENT), null with a length (RT_ERROR_NULL_POINTER), RT_ERROR_OUT_OF_MEMORY.
// Thread-safe.
//
// Safety:
// `input_ptr` points at `input_len` readable bytes and `output_ptr` at `output_len` writable ones,
// or they are null.
RT_API
int64_t rt_base64_decode_into(const uint8_t *input_ptr,
                              uint64_t input_len,
                              uint8_t *output_ptr,
                              uint64_t output_len,
                              int64_t variant);

// A new encoder for input that comes in pieces, to be freed with `rt_base64_stream_free`. `variant`
// is one of the RT_BASE64_ numbers. 0 when it fails: another variant (RT_ERROR_INVALID_ARGUMENT),
// RT_ERROR_HANDLES_EXHAUSTED. Thread-safe.
RT_API int64_t rt_base64_stream_new_encoder(int64_t variant);

// A new decoder for input that comes in pieces, to be freed with `rt_base64_stream_free`. `variant`
// is one of the RT_BASE64_ numbers. 0 when it fails: another variant (RT_ERROR_INVALID_ARGUMENT),
// RT_ERROR_HANDLES_EXHAUSTED. Thread-safe.
RT_API int64_t rt_base64_stream_new_decoder(int64_t variant);

// Gives the stream its next piece of input, cut anywhere; returns what it yields, a string that the
// caller owns (empty while the stream waits for more). An encoder yields text, a decoder bytes. NIL
// when it fails: malformed text (as for `rt_base64_decode`, with the position in the whole stream;
// every later piece is then refused the same way), RT_ERROR_NOT_A_HANDLE, RT_ERROR_STALE_HANDLE,
// RT_ERROR_WRONG_KIND, null with a length (RT_ERROR_NULL_POINTER), a length that memory cannot hold
// (RT_ERROR_LENGTH), RT_ERROR_OUT_OF_MEMORY. Thread-safe; threads that share a stream take turns.
//
// Safety:
// `input_ptr` points at `input_len` readable bytes, or is null.
RT_API
RuntimeValue rt_base64_stream_update(int64_t stream,
                                     const uint8_t *input_ptr,
                                     uint64_t input_len);

// Ends the stream's input; returns what is left of the result, a string that the caller owns. The
// stream is then at the start of another input, also after a refusal. NIL when it fails: malformed
// text (as for `rt_base64_decode`), RT_ERROR_NOT_A_HANDLE, RT_ERROR_STALE_HANDLE,
// RT_ERROR_WRONG_KIND, RT_ERROR_OUT_OF_MEMORY. Thread-safe; threads that share a stream take turns.
RT_API RuntimeValue rt_base64_stream_finish(int64_t stream);

// Frees a stream. 1 when it is done, 0 when it fails: RT_ERROR_NOT_A_HANDLE, RT_ERROR_STALE_HANDLE
// (it was freed before), RT_ERROR_WRONG_KIND. Thread-safe.
RT_API int64_t rt_base64_stream_free(int64_t stream);

// The `input_len` bytes at `input_ptr` in hexadecimal with lower-case letters: a string that the
// caller owns. NIL when it fails: null with a length (RT_ERROR_NULL_POINTER), a length that memory
// cannot hold (RT_ERROR_LENGTH), RT_ERROR_OUT_OF_MEMORY. Thread-safe.
//
// Safety:
// `input_ptr` points at `input_len` readable bytes, or is null.
RT_API RuntimeValue rt_hex_encode(const uint8_t *input_ptr, uint64_t input_len);

// As `rt_hex_encode`, with upper-case letters.
//
// Safety:
// `input_ptr` points at `input_len` readable bytes, or is null.
RT_API RuntimeValue rt_hex_encode_upper(const uint8_t *input_ptr, uint64_t input_len);

// The bytes that hexadecimal text of `input_len` bytes at `input_ptr` stands for, in letters of
// either case: a string that the caller owns. NIL when it fails: RT_ERROR_HEX_CHARACTER (the
// message has the position; white space is refused too), RT_ERROR_HEX_ODD, null with a length
// (RT_ERROR_NULL_POINTER), a length that memory cannot hold (RT_ERROR_LENGTH),
// RT_ERROR_OUT_OF_MEMORY. Thread-safe.
//
// Safety:
// `input_ptr` points at `input_len` readable bytes, or is null.
RT_API RuntimeValue rt_hex_decode(const uint8_t *input_ptr, uint64_t input_len);

// The 64-bit FNV-1a hash of the `data_len` bytes at `data_ptr`; of no bytes, the offset basis
// 0xcbf29ce484222325 (the hash that an empty string object keeps is 0 instead). 0 when it fails:
// null with a length (RT_ERROR_NULL_POINTER), a length that memory cannot hold (RT_ERROR_LENGTH).
// Thread-safe.
//
// Safety:
// `data_ptr` points at `data_len` readable bytes, or is null.
RT_API uint64_t rt_fnv_hash(const uint8_t *data_ptr, uint64_t data_len);

// The 32-bit FNV-1a hash of the `data_len` bytes at `data_ptr`; of no bytes, the offset basis
// 0x811c9dc5. 0 when it fails: null with a length (RT_ERROR_NULL_POINTER), a length that memory
// cannot hold (RT_ERROR_LENGTH). Thread-safe.
//
// Safety:
// `data_ptr` points at `data_len` readable bytes, or is null.
RT_API uint32_t rt_fnv_hash_32(const uint8_t *data_ptr, uint64_t data_len);


/* ============================================================================================= */
/* runtime-file: Files, directories, paths and memory maps for the Simple language: writes that  */
/* replace a file in one step, walks that end, errors that keep the system's number              */
/* ============================================================================================= */

// A path that is empty or has a zero byte inside.
#define RT_ERROR_PATH 900
// The number is no open descriptor; `rt_last_error_errno` is EBADF.
#define RT_ERROR_DESCRIPTOR 901
// Descriptors 0 to 2 belong to the process: they are not closed.
#define RT_ERROR_STANDARD_DESCRIPTOR 902
// The file is no regular file where one is needed: a directory, a pipe, a device.
#define RT_ERROR_NOT_REGULAR 903
// The address and length are not within one live map of `rt_file_mmap`.
#define RT_ERROR_NOT_MAPPED 904
// The map would begin at or behind the end of the file.
#define RT_ERROR_BEYOND_END 905
// A glob pattern that is empty or broken: a bracket or brace that is not closed, a range that runs
// backwards, too many alternatives.
#define RT_ERROR_GLOB_PATTERN 950
// The directory is one that is not removed: the root, one in it, the current or the home directory,
// or one that these are in.
#define RT_ERROR_PROTECTED 951

// `rt_file_open_with`: the file may be read.
#define RT_OPEN_READ 1
// `rt_file_open_with`: the file may be written.
#define RT_OPEN_WRITE 2
// `rt_file_open_with`: a file that is not there is made.
#define RT_OPEN_CREATE 4
// `rt_file_open_with`: the file's content is thrown away; with RT_OPEN_WRITE.
#define RT_OPEN_TRUNCATE 8
// `rt_file_open_with`: every write goes to the end of the file; with RT_OPEN_WRITE.
#define RT_OPEN_APPEND 16
// `rt_file_open_with`: a file that is there is an error (EEXIST); with RT_OPEN_CREATE.
#define RT_OPEN_EXCLUSIVE 32

// The names in each directory are sorted by their bytes.
#define RT_WALK_SORTED 1
// Links to directories are followed, but not back into one that the way leads through.
#define RT_WALK_FOLLOW_LINKS 2
// Directories below the start that may not be read are left out, instead of being an error.
#define RT_WALK_SKIP_UNREADABLE 4
// Only regular files are met, not the directories that they are in.
#define RT_WALK_FILES 8
// Only directories are met.
#define RT_WALK_DIRECTORIES 16

/* ---- runtime-file: copy --------------------------------------------------------------------- */

// Copies the content and the permission bits of the file at the path of `src_len` bytes at
// `src_ptr` to that at `dest_ptr`, in one step as `rt_file_write_text`: a copy that fails leaves
// the destination as it was. Links are followed. A file copied onto itself, under whatever name,
// stays untouched, and that is true. Returns true. False when it fails: RT_ERROR_NOT_REGULAR when
// the source is a directory, a pipe or a device; RT_ERROR_PATH, RT_ERROR_NULL_POINTER,
// RT_ERROR_LENGTH; RT_ERROR_SYSTEM, and `rt_last_error_errno`: ENOENT, EACCES, ENOSPC, EISDIR for a
// destination that is a directory. Thread-safe.
//
// Safety:
// `src_ptr` points at `src_len` readable bytes and `dest_ptr` at `dest_len`, or they are null.
RT_API
bool rt_file_copy(const uint8_t *src_ptr,
                  uint64_t src_len,
                  const uint8_t *dest_ptr,
                  uint64_t dest_len);

// Gives the file or directory at the path of `src_len` bytes at `src_ptr` the path at `dest_ptr`,
// on whichever file system that is. Within one it is `rt_file_rename`. Between two, the file or the
// whole tree is copied beside the destination first, gets its name in one step, and then the source
// is removed; links are moved as links, hard links inside a tree become files of their own,
// permissions and times are kept, owners where the process may give them. Returns true. False when
// it fails, and then the source is whole and the destination as it was, unless the message says
// that the copy was made and the source could not be removed: RT_ERROR_PATH, RT_ERROR_NULL_POINTER,
// RT_ERROR_LENGTH; RT_ERROR_SYSTEM, and `rt_last_error_errno`: ENOENT, EACCES, ENOSPC, ENOTEMPTY
// for a directory with something in it, EINVAL for a directory that would go into itself; between
// file systems ENOTSUP for a device or a socket, EBUSY for a tree with another one mounted in it.
// Thread-safe.
//
// Safety:
// `src_ptr` points at `src_len` readable bytes and `dest_ptr` at `dest_len`, or they are null.
RT_API
bool rt_file_move(const uint8_t *src_ptr,
                  uint64_t src_len,
                  const uint8_t *dest_ptr,
                  uint64_t dest_len);

/* ---- runtime-file: descriptor --------------------------------------------------------------- */

// Opens the existing file at the path of `path_len` bytes at `path_ptr`; returns its descriptor, to
// be closed with `rt_file_close`. `mode` is 0 to read, 1 to read and write, 2 to write. Programs
// that this one starts do not inherit it. A pipe waits for its other end. -1 when it fails:
// RT_ERROR_INVALID_ARGUMENT for another mode; RT_ERROR_PATH, RT_ERROR_NULL_POINTER,
// RT_ERROR_LENGTH; RT_ERROR_SYSTEM, and `rt_last_error_errno`: ENOENT, EACCES, EISDIR, EMFILE when
// no descriptor is left. Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API int32_t rt_file_open(const uint8_t *path_ptr, uint64_t path_len, int32_t mode);

// Opens the file at a path as the combination `flags` of the RT_OPEN_ numbers says; returns its
// descriptor, to be closed with `rt_file_close`. RT_OPEN_READ or RT_OPEN_WRITE is among them.
// `permissions`, 0 to 07777, are those of a file that is made, less the process's umask. -1 when it
// fails: RT_ERROR_INVALID_ARGUMENT for other bits, and for combinations without a sense; otherwise
// as `rt_file_open`. Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API
int32_t rt_file_open_with(const uint8_t *path_ptr,
                          uint64_t path_len,
                          int64_t flags,
                          int64_t permissions);

// The size in bytes of the file `fd`. 0 when it fails, which an empty file gives too:
// RT_ERROR_DESCRIPTOR when it is not open; RT_ERROR_SYSTEM. Thread-safe.
RT_API uint64_t rt_file_get_size(int32_t fd);

// Closes the descriptor `fd`, whoever opened it. Returns 1. 0 when it fails: RT_ERROR_DESCRIPTOR
// when it is not open; RT_ERROR_STANDARD_DESCRIPTOR for 0 to 2, which stay open; RT_ERROR_SYSTEM
// when what was written before did not reach the disk, where the file system says so (it is closed
// then). Thread-safe; the number may be given to another file at once.
RT_API int64_t rt_file_close(int32_t fd);

// Reads from the current position of the file `fd` on, at most `buffer_len` bytes, to `buffer_ptr`;
// returns how many came, 0 at the end. -1 when it fails: RT_ERROR_DESCRIPTOR when it is not open;
// null with a length (RT_ERROR_NULL_POINTER), RT_ERROR_LENGTH; RT_ERROR_SYSTEM, and
// `rt_last_error_errno`: EBADF when it is not open for reading, EISDIR, EAGAIN when it does not
// block and nothing is there. Thread-safe; threads share the position.
//
// Safety:
// `buffer_ptr` points at `buffer_len` writable bytes, or is null.
RT_API int64_t rt_fd_read(int32_t fd, uint8_t *buffer_ptr, uint64_t buffer_len);

// As `rt_fd_read`, into a new string of at most `max_len` bytes that the caller owns; empty at the
// end. NIL when it fails: as there; RT_ERROR_OUT_OF_MEMORY.
RT_API RuntimeValue rt_fd_read_string(int32_t fd, int64_t max_len);

// Reads at most `buffer_len` bytes of the file `fd` from `offset` on to `buffer_ptr`, and leaves
// the current position alone; returns and fails as `rt_fd_read`, and RT_ERROR_LENGTH for a negative
// offset, ESPIPE for what has no positions.
//
// Safety:
// `buffer_ptr` points at `buffer_len` writable bytes, or is null.
RT_API int64_t rt_fd_pread(int32_t fd, uint8_t *buffer_ptr, uint64_t buffer_len, int64_t offset);

// Writes the `data_len` bytes at `data_ptr` at the current position of the file `fd`; returns how
// many were written: all, or fewer when the system refused after some, and then the next call says
// why. It may wait for a pipe's reader; one that is gone is an error (EPIPE), and no signal is
// sent. -1 when it fails: RT_ERROR_DESCRIPTOR when it is not open; null with a length
// (RT_ERROR_NULL_POINTER), RT_ERROR_LENGTH; RT_ERROR_SYSTEM, and `rt_last_error_errno`: EBADF when
// it is not open for writing, ENOSPC, EFBIG, EAGAIN when it does not block. Thread-safe; threads
// share the position.
//
// Safety:
// `data_ptr` points at `data_len` readable bytes, or is null.
RT_API int64_t rt_fd_write(int32_t fd, const uint8_t *data_ptr, uint64_t data_len);

// Writes the `data_len` bytes at `data_ptr` to the file `fd` at `offset`, and leaves the current
// position alone; returns and fails as `rt_fd_write`, and RT_ERROR_LENGTH for a negative offset,
// ESPIPE for what has no positions. A file opened with RT_OPEN_APPEND gets them at its end.
//
// Safety:
// `data_ptr` points at `data_len` readable bytes, or is null.
RT_API int64_t rt_fd_pwrite(int32_t fd, const uint8_t *data_ptr, uint64_t data_len, int64_t offset);

// Moves the current position of the file `fd` to `offset` bytes from the beginning (`whence` 0),
// from where it is (1) or from the end (2); returns the new one, counted from the beginning. -1
// when it fails: RT_ERROR_DESCRIPTOR when it is not open; RT_ERROR_INVALID_ARGUMENT for another
// `whence`; RT_ERROR_LENGTH for a negative offset from the beginning; RT_ERROR_SYSTEM, and
// `rt_last_error_errno`: EINVAL for a position before the beginning, ESPIPE for what has none.
// Thread-safe; threads share the position.
RT_API int64_t rt_fd_seek(int32_t fd, int64_t offset, int64_t whence);

// Cuts the file `fd` to `size` bytes, or lengthens it with zero bytes. Returns 1. 0 when it fails:
// RT_ERROR_DESCRIPTOR when it is not open; RT_ERROR_LENGTH for a negative size; RT_ERROR_SYSTEM,
// and `rt_last_error_errno`: EINVAL when it is not open for writing or no regular file, EFBIG.
// Thread-safe.
RT_API int64_t rt_fd_truncate(int32_t fd, int64_t size);

// Waits until what was written to the file `fd` is on the disk. Returns 1. 0 when it fails:
// RT_ERROR_DESCRIPTOR when it is not open; RT_ERROR_SYSTEM, and `rt_last_error_errno`: EIO, ENOSPC,
// EINVAL for what has no disk. Thread-safe.
RT_API int64_t rt_fd_sync(int32_t fd);

// Locks the file `fd` for one holder (`exclusive`) or for several, and waits as long as others hold
// it. The lock binds those only who lock too. It belongs to the opening of the file: a second lock
// of it takes the place of the first, and it ends with `rt_fd_unlock` or when the last descriptor
// of that opening is closed. Returns 1. 0 when it fails: RT_ERROR_DESCRIPTOR when it is not open;
// RT_ERROR_SYSTEM. Thread-safe.
RT_API int64_t rt_fd_lock(int32_t fd, bool exclusive);

// As `rt_fd_lock`, without waiting: 1 when the file is locked now, 0 when others hold it, which is
// no failure. -1 when it fails: RT_ERROR_DESCRIPTOR when it is not open; RT_ERROR_SYSTEM.
// Thread-safe.
RT_API int64_t rt_fd_try_lock(int32_t fd, bool exclusive);

// Gives the lock of the file `fd` back; without one, nothing happens. Returns 1. 0 when it fails:
// RT_ERROR_DESCRIPTOR when it is not open; RT_ERROR_SYSTEM. Thread-safe.
RT_API int64_t rt_fd_unlock(int32_t fd);

/* ---- runtime-file: dir ---------------------------------------------------------------------- */

// Makes a directory. With `recursive` those above it that are missing are made too, and one that
// exists is as good as made; without, one that exists is an error. False when it fails:
// RT_ERROR_SYSTEM with the system's number; RT_ERROR_PATH for a path that is empty or has a zero
// byte inside, null with a length (RT_ERROR_NULL_POINTER), a length that memory cannot hold
// (RT_ERROR_LENGTH). Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API bool rt_dir_create(const uint8_t *path_ptr, uint64_t path_len, bool recursive);

// Makes a directory and those above it that are missing: rt_dir_create with `recursive`, and the
// same errors. Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API bool rt_dir_create_all(const uint8_t *path_ptr, uint64_t path_len);

// Makes a directory that only this user may enter, in `parent` (when its length is 0, in `TMPDIR`
// or `/tmp`), with a new name that begins with `prefix`. Its path, a string that the caller owns;
// the directory is the caller's too, nobody removes it. NIL when it fails: RT_ERROR_SYSTEM with the
// system's number; RT_ERROR_INVALID_ARGUMENT when the prefix has a slash or a zero byte,
// RT_ERROR_PATH when the parent has a zero byte, null with a length (RT_ERROR_NULL_POINTER), a
// length that memory cannot hold (RT_ERROR_LENGTH), RT_ERROR_OUT_OF_MEMORY. Thread-safe.
//
// Safety:
// `parent_ptr` points at `parent_len` readable bytes and `prefix_ptr` at `prefix_len`, or they are
// null.
RT_API
RuntimeValue rt_dir_create_temp(const uint8_t *parent_ptr,
                                uint64_t parent_len,
                                const uint8_t *prefix_ptr,
                                uint64_t prefix_len);

// Makes an empty file that only this user may read and write, named and placed as
// rt_dir_create_temp does it, with the same errors. Its path, a string that the caller owns; the
// file is the caller's too, and is not open. Thread-safe.
//
// Safety:
// `parent_ptr` points at `parent_len` readable bytes and `prefix_ptr` at `prefix_len`, or they are
// null.
RT_API
RuntimeValue rt_file_create_temp(const uint8_t *parent_ptr,
                                 uint64_t parent_len,
                                 const uint8_t *prefix_ptr,
                                 uint64_t prefix_len);

// Whether the path leads to a directory, links followed. That there is none is no error. False when
// it fails: RT_ERROR_SYSTEM when the system does not tell, with its number; RT_ERROR_PATH for a
// path that is empty or has a zero byte inside, null with a length (RT_ERROR_NULL_POINTER), a
// length that memory cannot hold (RT_ERROR_LENGTH). Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API bool rt_dir_exists(const uint8_t *path_ptr, uint64_t path_len);

// The names in a directory, without `.` and `..`, in the order of the system: an array of strings
// that the caller owns (rt_value_free_deep frees both). Names are bytes, UTF-8 or not. NIL when it
// fails: RT_ERROR_SYSTEM when it is no directory or may not be read, with the system's number;
// RT_ERROR_PATH for a path that is empty or has a zero byte inside, null with a length
// (RT_ERROR_NULL_POINTER), a length that memory cannot hold (RT_ERROR_LENGTH),
// RT_ERROR_OUT_OF_MEMORY. Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API RuntimeValue rt_dir_list(const uint8_t *path_ptr, uint64_t path_len);

// As rt_dir_list, the names sorted by their bytes. Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API RuntimeValue rt_dir_list_sorted(const uint8_t *path_ptr, uint64_t path_len);

// The paths of everything below a directory, at any depth: each directory before what it holds, the
// names in each sorted by their bytes, links not followed. The paths begin with `path` as it is
// given, which itself is not among them. An array of strings that the caller owns
// (rt_value_free_deep frees both). What vanishes during the walk is left out. NIL when it fails:
// RT_ERROR_SYSTEM when `path` or a directory below it may not be read, with the system's number;
// RT_ERROR_PATH for a path that is empty or has a zero byte inside, null with a length
// (RT_ERROR_NULL_POINTER), a length that memory cannot hold (RT_ERROR_LENGTH),
// RT_ERROR_OUT_OF_MEMORY. Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API RuntimeValue rt_dir_walk(const uint8_t *path_ptr, uint64_t path_len);

// As rt_dir_walk, no deeper than `max_depth` levels (1 is what the directory itself holds, -1 is no
// limit), as the sum of RT_WALK_ numbers in `flags` says; with 0, in the order of the system. NIL
// and RT_ERROR_INVALID_ARGUMENT for a depth below -1 or a flag that does not exist. Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API
RuntimeValue rt_dir_walk_with(const uint8_t *path_ptr,
                              uint64_t path_len,
                              int64_t max_depth,
                              int64_t flags);

// Removes an empty directory, or with `recursive` a whole tree, as rt_dir_remove_all does it. A
// link to a directory is none. False when it fails: RT_ERROR_SYSTEM when it is not empty, no
// directory, or may not be removed, with the system's number; RT_ERROR_PATH for a path that is
// empty or has a zero byte inside, null with a length (RT_ERROR_NULL_POINTER), a length that memory
// cannot hold (RT_ERROR_LENGTH); with `recursive` RT_ERROR_PROTECTED. Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API bool rt_dir_remove(const uint8_t *path_ptr, uint64_t path_len, bool recursive);

// Removes a directory with everything in it; of links, the links themselves, and nothing that they
// lead to, even when someone puts a link in the place of a directory meanwhile. What others remove
// meanwhile is no error. False when it fails. With nothing removed: RT_ERROR_PROTECTED for the root
// and the directories in it, the current and the home directory and every one that these are in,
// and for a path that ends in `.` or `..`; RT_ERROR_SYSTEM when it does not exist, is no directory
// (a link to one is none) or a file system is mounted on it; RT_ERROR_PATH for a path that is empty
// or has a zero byte inside, null with a length (RT_ERROR_NULL_POINTER), a length that memory
// cannot hold (RT_ERROR_LENGTH). With a part removed: RT_ERROR_SYSTEM, with the system's number and
// the path of the first that may not be removed or on which a file system is mounted. Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API bool rt_dir_remove_all(const uint8_t *path_ptr, uint64_t path_len);

/* ---- runtime-file: entry -------------------------------------------------------------------- */

// Whether there is a file or directory at the path of `path_len` bytes at `path_ptr`, at the end of
// its links. A missing one is no failure. False, and an error, when it cannot be told:
// RT_ERROR_PATH for an empty path or a zero byte inside, RT_ERROR_NULL_POINTER, RT_ERROR_LENGTH;
// RT_ERROR_SYSTEM, and `rt_last_error_errno`: EACCES for a directory on the way, ELOOP,
// ENAMETOOLONG. Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API bool rt_file_exists(const uint8_t *path_ptr, uint64_t path_len);

// Says what is at a path, at the end of its links: whether there is anything, a regular file or a
// directory, whether this process may read and write it (by its effective user, access control
// lists and read-only file systems too), and the size in bytes. Where a result points to nothing
// (null), it is left out. All are false and 0 for a missing file, which is no failure, and when it
// fails. Returns 1. 0 when it fails: as `rt_file_exists`. Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null; the other pointers are null or to be
// written.
RT_API
int64_t rt_file_stat(const uint8_t *path_ptr,
                     uint64_t path_len,
                     bool *out_exists,
                     bool *out_is_file,
                     bool *out_is_dir,
                     bool *out_is_readable,
                     bool *out_is_writable,
                     int64_t *out_size);

// Whether the path itself is a symbolic link, wherever it leads. A missing file is no failure.
// False, and an error, when it cannot be told: as `rt_file_exists`. Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API bool rt_file_is_symlink(const uint8_t *path_ptr, uint64_t path_len);

// Whether both paths lead to the same file, by whatever names. False, and an error, when it cannot
// be told: RT_ERROR_PATH, RT_ERROR_NULL_POINTER, RT_ERROR_LENGTH; RT_ERROR_SYSTEM, and
// `rt_last_error_errno`: ENOENT when one is missing, EACCES. Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes and `other_ptr` at `other_len`, or they are null.
RT_API
bool rt_file_is_same(const uint8_t *path_ptr,
                     uint64_t path_len,
                     const uint8_t *other_ptr,
                     uint64_t other_len);

// The size in bytes of the file at a path, at the end of its links. -1 when it fails:
// RT_ERROR_PATH, RT_ERROR_NULL_POINTER, RT_ERROR_LENGTH; RT_ERROR_SYSTEM, and
// `rt_last_error_errno`: ENOENT, EACCES. Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API int64_t rt_file_size(const uint8_t *path_ptr, uint64_t path_len);

// The permission bits, 0 to 07777, of the file at a path, at the end of its links. -1 when it
// fails: as `rt_file_size`. Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API int64_t rt_file_get_permissions(const uint8_t *path_ptr, uint64_t path_len);

// Sets the permission bits, 0 to 07777, of the file at a path, at the end of its links. Returns
// true. False when it fails: RT_ERROR_INVALID_ARGUMENT for other bits; as `rt_file_size`, and EPERM
// for somebody else's file. Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API
bool rt_file_set_permissions(const uint8_t *path_ptr,
                             uint64_t path_len,
                             int64_t permissions);

// When the content of the file at a path was last changed, in microseconds since 1970 (UTC).
// INT64_MIN when it fails: as `rt_file_size`. Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API int64_t rt_file_get_modified(const uint8_t *path_ptr, uint64_t path_len);

// When the content of the file at a path was last read, in microseconds since 1970 (UTC), as far as
// the file system keeps count. INT64_MIN when it fails: as `rt_file_size`. Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API int64_t rt_file_get_accessed(const uint8_t *path_ptr, uint64_t path_len);

// Sets when the file at a path was last read and last changed, in microseconds since 1970 (UTC);
// INT64_MIN leaves one as it is. What the file system cannot hold it takes for the nearest that it
// can. Returns true. False when it fails: as `rt_file_size`, and EPERM for somebody else's file.
// Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API
bool rt_file_set_times(const uint8_t *path_ptr,
                       uint64_t path_len,
                       int64_t accessed,
                       int64_t modified);

// Sets both times of the file at a path to now, and makes an empty file where there is none.
// Returns true. False when it fails: RT_ERROR_PATH, RT_ERROR_NULL_POINTER, RT_ERROR_LENGTH;
// RT_ERROR_SYSTEM, and `rt_last_error_errno`. Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API bool rt_file_touch(const uint8_t *path_ptr, uint64_t path_len);

// Cuts the existing file at a path to `size` bytes, or lengthens it with zero bytes, in place.
// Returns true. False when it fails: RT_ERROR_LENGTH for a negative size; as `rt_file_size`, and
// EISDIR, EFBIG. Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API bool rt_file_truncate(const uint8_t *path_ptr, uint64_t path_len, int64_t size);

// Waits until what was written to the file at a path, by whomever, is on the disk; of a directory,
// the names in it. Returns true. False when it fails: as `rt_file_size`, and EIO, ENOSPC.
// Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API bool rt_file_sync(const uint8_t *path_ptr, uint64_t path_len);

// Takes the name at a path away: of a file, or of a link itself. A file is gone with its last name
// and its last descriptor. Returns true. False when it fails: RT_ERROR_PATH, RT_ERROR_NULL_POINTER,
// RT_ERROR_LENGTH; RT_ERROR_SYSTEM, and `rt_last_error_errno`: ENOENT, EACCES, EISDIR for a
// directory. Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API bool rt_file_remove(const uint8_t *path_ptr, uint64_t path_len);

// Gives the file or directory at the path `from` the path `to`, in one step; a file that has it is
// replaced. Where both are names of one file already, nothing happens. Returns true. False when it
// fails: RT_ERROR_PATH, RT_ERROR_NULL_POINTER, RT_ERROR_LENGTH; RT_ERROR_SYSTEM, and
// `rt_last_error_errno`: ENOENT, EACCES, EXDEV to another file system (`rt_file_move` can do that),
// ENOTEMPTY for a directory with something in it. Thread-safe.
//
// Safety:
// `from_ptr` points at `from_len` readable bytes and `to_ptr` at `to_len`, or they are null.
RT_API
bool rt_file_rename(const uint8_t *from_ptr,
                    uint64_t from_len,
                    const uint8_t *to_ptr,
                    uint64_t to_len);

// Makes the symbolic link `link`, which leads to `target`, whether or not that exists; a relative
// target counts from the link's directory. Returns true. False when it fails: RT_ERROR_PATH,
// RT_ERROR_NULL_POINTER, RT_ERROR_LENGTH; RT_ERROR_SYSTEM, and `rt_last_error_errno`: EEXIST when
// there is something at `link`, EACCES. Thread-safe.
//
// Safety:
// `target_ptr` points at `target_len` readable bytes and `link_ptr` at `link_len`, or they are
// null.
RT_API
bool rt_file_symlink(const uint8_t *target_ptr,
                     uint64_t target_len,
                     const uint8_t *link_ptr,
                     uint64_t link_len);

// Where the symbolic link at a path leads to, as it was given: a string that the caller owns. NIL
// when it fails: as `rt_file_size`, and EINVAL for what is no link. Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API RuntimeValue rt_file_read_link(const uint8_t *path_ptr, uint64_t path_len);

// Gives the file at the path `existing` the further name `link`; a link gets one itself. Returns
// true. False when it fails: RT_ERROR_PATH, RT_ERROR_NULL_POINTER, RT_ERROR_LENGTH;
// RT_ERROR_SYSTEM, and `rt_last_error_errno`: ENOENT, EEXIST when there is something at `link`,
// EXDEV, EPERM for a directory. Thread-safe.
//
// Safety:
// `existing_ptr` points at `existing_len` readable bytes and `link_ptr` at `link_len`, or they are
// null.
RT_API
bool rt_file_hard_link(const uint8_t *existing_ptr,
                       uint64_t existing_len,
                       const uint8_t *link_ptr,
                       uint64_t link_len);

/* ---- runtime-file: glob --------------------------------------------------------------------- */

// The paths of what has a name that the pattern stands for: in the directory `dir`, or with
// `recursive` in the whole tree below it, hidden directories left out. In the pattern `*` stands
// for any characters, `?` for one, `[a-z]` for one of these, `[!a]` and `[^a]` for another,
// `{one,other}` for either; a name that begins with a dot needs a pattern that does; there is no
// slash. Files, directories and links are found; links to directories are entered, but not back
// into one that the way leads through. Each path begins with `dir` as it is given; they are sorted
// by their bytes. An array of strings that the caller owns (rt_value_free_deep frees both), empty
// when nothing is found. NIL when it fails: RT_ERROR_GLOB_PATTERN for a pattern that is empty or
// has a slash, a bracket or brace that is not closed, a range that runs backwards, or more than
// 4096 alternatives; RT_ERROR_SYSTEM when `dir` is no directory or may not be read, with the
// system's number; RT_ERROR_PATH for a `dir` that is empty or has a zero byte inside, null with a
// length (RT_ERROR_NULL_POINTER), a length that memory cannot hold (RT_ERROR_LENGTH),
// RT_ERROR_OUT_OF_MEMORY. Thread-safe.
//
// Safety:
// `dir_ptr` points at `dir_len` readable bytes and `pattern_ptr` at `pattern_len`, or they are
// null.
RT_API
RuntimeValue rt_file_find(const uint8_t *dir_ptr,
                          uint64_t dir_len,
                          const uint8_t *pattern_ptr,
                          uint64_t pattern_len,
                          bool recursive);

// The paths that a pattern stands for as it is seen from the directory `dir`. Between its slashes
// are patterns of names, as for rt_file_find; `**` between two slashes stands for any number of
// directories that are not hidden, links to them followed, but not back into one that the way leads
// through; a slash at the end asks for directories, and is then at the end of the paths too. A
// pattern that begins with a slash is seen from the root. Each other path begins with `dir` as it
// is given; they are sorted by their bytes. What is below `dir` and may not be read holds nothing.
// An array of strings that the caller owns (rt_value_free_deep frees both), empty when nothing is
// found. NIL when it fails, with the errors of rt_file_find; slashes are none. Thread-safe.
//
// Safety:
// `dir_ptr` points at `dir_len` readable bytes and `pattern_ptr` at `pattern_len`, or they are
// null.
RT_API
RuntimeValue rt_dir_glob(const uint8_t *dir_ptr,
                         uint64_t dir_len,
                         const uint8_t *pattern_ptr,
                         uint64_t pattern_len);

// Whether a single name is one that the pattern of names stands for, as rt_file_find takes it. No
// file is looked for. False when it fails: RT_ERROR_GLOB_PATTERN, null with a length
// (RT_ERROR_NULL_POINTER), a length that memory cannot hold (RT_ERROR_LENGTH). Thread-safe.
//
// Safety:
// `pattern_ptr` points at `pattern_len` readable bytes and `name_ptr` at `name_len`, or they are
// null.
RT_API
bool rt_glob_matches(const uint8_t *pattern_ptr,
                     uint64_t pattern_len,
                     const uint8_t *name_ptr,
                     uint64_t name_len);

// The pattern that stands for exactly this text: what is special in it is put in brackets. A string
// that the caller owns; NIL when it fails: null with a length (RT_ERROR_NULL_POINTER), a length
// that memory cannot hold (RT_ERROR_LENGTH), RT_ERROR_OUT_OF_MEMORY. Thread-safe.
//
// Safety:
// `text_ptr` points at `text_len` readable bytes, or is null.
RT_API RuntimeValue rt_glob_escape(const uint8_t *text_ptr, uint64_t text_len);

/* ---- runtime-file: map ---------------------------------------------------------------------- */

// Maps `length` bytes of the file `fd` from `offset` on, a multiple of the page size, into memory;
// returns where, to be ended with `rt_file_munmap`. The system chooses the place, and `addr` is
// ignored. `prot` is a combination of the system's PROT_READ, PROT_WRITE and PROT_EXEC; `flags` is
// MAP_SHARED or MAP_PRIVATE, with MAP_NORESERVE or MAP_POPULATE if wanted. The map outlives the
// descriptor. Null when it fails: RT_ERROR_LENGTH for a length of 0 or beyond what memory holds;
// RT_ERROR_BEYOND_END when `offset` is not before the end of the file; RT_ERROR_INVALID_ARGUMENT
// for other bits, MAP_FIXED among them; RT_ERROR_DESCRIPTOR; RT_ERROR_SYSTEM, and
// `rt_last_error_errno`: EINVAL for an `offset` inside of a page, EACCES for a descriptor that may
// not be used so. Thread-safe.
//
// Memory of the map that lies behind the last page of the file ends the process with SIGBUS when it
// is touched: behind the end of a file that was always shorter than `offset + length`, and of one
// that anybody cuts short later. Keep maps within the file, and files that are mapped as they are;
// `rt_file_mmap_read` turns that into an error.
RT_API
uint8_t *rt_file_mmap(uint8_t *addr,
                      uint64_t length,
                      int32_t prot,
                      int32_t flags,
                      int32_t fd,
                      uint64_t offset);

// Ends a map of `rt_file_mmap`, or a part of it: `addr` is where it begins, on the border of a
// page, and `length` counts up to the next border; what is left on either side goes on. Returns 0.
// -1 when it fails: RT_ERROR_NOT_MAPPED when the part is not within one live map, ended ones among
// them; RT_ERROR_MISALIGNED; RT_ERROR_LENGTH for a length of 0. Thread-safe.
//
// Safety:
// Nobody uses memory of a live map at `addr` any more.
RT_API int32_t rt_file_munmap(uint8_t *addr, uint64_t length);

// Tells the system how a map, or a part of it, will be used. `advice` is one of the system's
// numbers: MADV_NORMAL, RANDOM, SEQUENTIAL, WILLNEED, DONTNEED (changes in a private map are lost),
// COLD, PAGEOUT, POPULATE_READ, HUGEPAGE, NOHUGEPAGE, DONTFORK, DOFORK, DONTDUMP, DODUMP. Returns
// 0. -1 when it fails: RT_ERROR_INVALID_ARGUMENT for other advice; RT_ERROR_NOT_MAPPED,
// RT_ERROR_MISALIGNED, RT_ERROR_LENGTH as `rt_file_munmap`; RT_ERROR_SYSTEM. Thread-safe.
//
// Safety:
// With MADV_DONTNEED, nobody relies on what was changed in a private map at `addr`.
RT_API int32_t rt_file_madvise(uint8_t *addr, uint64_t length, int32_t advice);

// Writes what was changed in a shared map, or in a part of it, to the file. `flags` is the system's
// MS_SYNC (waits for the disk) or MS_ASYNC, with MS_INVALIDATE if wanted. Returns 0. -1 when it
// fails: RT_ERROR_INVALID_ARGUMENT for other flags; RT_ERROR_NOT_MAPPED, RT_ERROR_MISALIGNED,
// RT_ERROR_LENGTH as `rt_file_munmap`; RT_ERROR_SYSTEM. Thread-safe.
RT_API int32_t rt_file_msync(uint8_t *addr, uint64_t length, int32_t flags);

// A copy of `length` bytes of a live map, from any address in it: a string that the caller owns.
// NIL when it fails: RT_ERROR_NOT_MAPPED when they are not within one live map; RT_ERROR_SYSTEM
// with EFAULT where the map may not be read or lies behind the end of the file;
// RT_ERROR_OUT_OF_MEMORY. Thread-safe.
RT_API RuntimeValue rt_file_mmap_read(const uint8_t *addr, uint64_t length);

/* ---- runtime-file: path --------------------------------------------------------------------- */

// The last name of a path, slashes at its end ignored: `/path/to/file.txt` gives `file.txt`. Empty
// for `/`, `.` and what ends in `..`. The path is any bytes, an empty one is fine. A string that
// the caller owns; NIL when it fails: null with a length (RT_ERROR_NULL_POINTER), a length that
// memory cannot hold (RT_ERROR_LENGTH), RT_ERROR_OUT_OF_MEMORY. Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API RuntimeValue rt_path_basename(const uint8_t *path_ptr, uint64_t path_len);

// A path without its last name: `/path/to/file.txt` gives `/path/to`, `/a` gives `/`. Empty for `/`
// and for a name alone. The path is any bytes, an empty one is fine. A string that the caller owns;
// NIL when it fails: null with a length (RT_ERROR_NULL_POINTER), a length that memory cannot hold
// (RT_ERROR_LENGTH), RT_ERROR_OUT_OF_MEMORY. Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API RuntimeValue rt_path_dirname(const uint8_t *path_ptr, uint64_t path_len);

// The last name of a path without its extension: `archive.tar.gz` gives `archive.tar`, `.gitignore`
// stays as it is. Empty where rt_path_basename is. The path is any bytes, an empty one is fine. A
// string that the caller owns; NIL when it fails: null with a length (RT_ERROR_NULL_POINTER), a
// length that memory cannot hold (RT_ERROR_LENGTH), RT_ERROR_OUT_OF_MEMORY. Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API RuntimeValue rt_path_stem(const uint8_t *path_ptr, uint64_t path_len);

// What follows the last dot of a path's last name: `archive.tar.gz` gives `gz`. Empty without a
// dot; one at the start of the name does not count. The path is any bytes, an empty one is fine. A
// string that the caller owns; NIL when it fails: null with a length (RT_ERROR_NULL_POINTER), a
// length that memory cannot hold (RT_ERROR_LENGTH), RT_ERROR_OUT_OF_MEMORY. Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API RuntimeValue rt_path_ext(const uint8_t *path_ptr, uint64_t path_len);

// A path with another extension on its last name, given without its dot, or with none when
// `ext_len` is 0: `a/data.tar.gz` with `xz` gives `a/data.tar.xz`. A string that the caller owns;
// NIL when it fails: a path without a last name or an extension with a slash
// (RT_ERROR_INVALID_ARGUMENT), null with a length (RT_ERROR_NULL_POINTER), a length that memory
// cannot hold (RT_ERROR_LENGTH), RT_ERROR_OUT_OF_MEMORY. Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes and `ext_ptr` at `ext_len`, or they are null.
RT_API
RuntimeValue rt_path_with_ext(const uint8_t *path_ptr,
                              uint64_t path_len,
                              const uint8_t *ext_ptr,
                              uint64_t ext_len);

// Two paths, one behind the other, with one slash between them. An absolute second one is the
// answer by itself; an empty one adds nothing. A string that the caller owns; NIL when it fails:
// null with a length (RT_ERROR_NULL_POINTER), a length that memory cannot hold (RT_ERROR_LENGTH),
// RT_ERROR_OUT_OF_MEMORY. Thread-safe.
//
// Safety:
// `path1_ptr` points at `path1_len` readable bytes and `path2_ptr` at `path2_len`, or they are
// null.
RT_API
RuntimeValue rt_path_join(const uint8_t *path1_ptr,
                          uint64_t path1_len,
                          const uint8_t *path2_ptr,
                          uint64_t path2_len);

// The paths in an array of strings, one behind the other as rt_path_join does it. A string that the
// caller owns; NIL when it fails: `parts` is no array or one of its elements no string
// (RT_ERROR_WRONG_TYPE), RT_ERROR_OUT_OF_MEMORY. Thread-safe as long as nothing changes the array.
RT_API RuntimeValue rt_path_join_all(RuntimeValue parts);

// The names of a path from left to right, without `.` and empty ones; for an absolute path its root
// is the first. `/usr//lib/./x/` gives `/`, `usr`, `lib` and `x`; rt_path_join_all is the way back.
// An array of strings that the caller owns (rt_value_free_deep frees both); NIL when it fails: null
// with a length (RT_ERROR_NULL_POINTER), a length that memory cannot hold (RT_ERROR_LENGTH),
// RT_ERROR_OUT_OF_MEMORY. Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API RuntimeValue rt_path_components(const uint8_t *path_ptr, uint64_t path_len);

// A path without `.`, without doubled slashes, and without each `..` that has a name before it:
// `a/./b//../c/` gives `a/c`, an empty path gives `.`. The text alone decides: where a link leads
// elsewhere, `..` behind it does too, and only rt_file_canonicalize knows. A string that the caller
// owns; NIL when it fails: null with a length (RT_ERROR_NULL_POINTER), a length that memory cannot
// hold (RT_ERROR_LENGTH), RT_ERROR_OUT_OF_MEMORY. Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API RuntimeValue rt_path_normalize(const uint8_t *path_ptr, uint64_t path_len);

// The path from the root on, in the form of rt_path_normalize: a relative one continues the current
// directory. It need not exist, and links are not resolved: rt_file_canonicalize does that. A
// string that the caller owns; NIL when it fails: RT_ERROR_PATH for one that is empty or has a zero
// byte inside, RT_ERROR_SYSTEM when the current directory is gone, null with a length
// (RT_ERROR_NULL_POINTER), a length that memory cannot hold (RT_ERROR_LENGTH),
// RT_ERROR_OUT_OF_MEMORY. Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API RuntimeValue rt_path_absolute(const uint8_t *path_ptr, uint64_t path_len);

// The way from `base` to `path`: `../b/c` from `/a/d` to `/a/b/c`, `.` when they are the same.
// Relative ones continue the current directory. The text alone decides, as in rt_path_normalize. A
// string that the caller owns; NIL when it fails, for either: RT_ERROR_PATH for one that is empty
// or has a zero byte inside, RT_ERROR_SYSTEM when the current directory is gone, null with a length
// (RT_ERROR_NULL_POINTER), a length that memory cannot hold (RT_ERROR_LENGTH),
// RT_ERROR_OUT_OF_MEMORY. Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes and `base_ptr` at `base_len`, or they are null.
RT_API
RuntimeValue rt_path_relative(const uint8_t *path_ptr,
                              uint64_t path_len,
                              const uint8_t *base_ptr,
                              uint64_t base_len);

// Whether a path begins at the root. An empty one does not. False when it fails: null with a length
// (RT_ERROR_NULL_POINTER), a length that memory cannot hold (RT_ERROR_LENGTH). Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API bool rt_path_is_absolute(const uint8_t *path_ptr, uint64_t path_len);

// What stands between the names of a path: a new string `/` that the caller owns; NIL and
// RT_ERROR_OUT_OF_MEMORY without memory. Thread-safe.
RT_API RuntimeValue rt_path_separator(void);

// The path of what `path` leads to: absolute, in normal form, with all links resolved. It must
// exist. A string that the caller owns; NIL when it fails: RT_ERROR_SYSTEM when it does not exist
// or cannot be reached, with the system's number; RT_ERROR_PATH for one that is empty or has a zero
// byte inside, null with a length (RT_ERROR_NULL_POINTER), a length that memory cannot hold
// (RT_ERROR_LENGTH), RT_ERROR_OUT_OF_MEMORY. Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API RuntimeValue rt_file_canonicalize(const uint8_t *path_ptr, uint64_t path_len);

/* ---- runtime-file: text --------------------------------------------------------------------- */

// The text of the file at the path of `path_len` bytes at `path_ptr`: a string that the caller
// owns, with every byte as it is in the file. The path's bytes may be any but zero. NIL when it
// fails: a content that is not UTF-8 (RT_ERROR_NOT_UTF8, with the position); no such path
// (RT_ERROR_PATH for an empty one or a zero byte inside, RT_ERROR_NULL_POINTER, RT_ERROR_LENGTH);
// the system refuses (RT_ERROR_SYSTEM, and `rt_last_error_errno`: ENOENT for a missing file,
// EACCES, EISDIR); RT_ERROR_OUT_OF_MEMORY. Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API RuntimeValue rt_file_read_text(const uint8_t *path_ptr, uint64_t path_len);

// The bytes of the file at a path: a string that the caller owns, whatever they are. NIL when it
// fails: as `rt_file_read_text`, but for RT_ERROR_NOT_UTF8. Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API RuntimeValue rt_file_read_bytes(const uint8_t *path_ptr, uint64_t path_len);

// The lines of the file's text: an array of strings, all of which the caller owns. A line is
// without what ends it, a line feed or a carriage return and a line feed; a carriage return
// elsewhere stays. The last line need not be ended; an empty file has no lines. NIL when it fails:
// as `rt_file_read_text`. Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API RuntimeValue rt_file_read_lines(const uint8_t *path_ptr, uint64_t path_len);

// As `rt_file_read_text`, through a memory map. RT_ERROR_NOT_REGULAR for what cannot be mapped: a
// directory, a pipe, a device. A file that another process cuts short meanwhile is an error
// (RT_ERROR_SYSTEM with EFAULT).
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API RuntimeValue rt_file_mmap_read_text(const uint8_t *path_ptr, uint64_t path_len);

// As `rt_file_read_bytes`, through a memory map; fails as `rt_file_mmap_read_text`.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API RuntimeValue rt_file_mmap_read_bytes(const uint8_t *path_ptr, uint64_t path_len);

// Makes the text of `content_len` bytes at `content_ptr` the content of the file at a path, which
// need not exist. It happens in one step: the text goes to a temporary file in the same directory
// (`.simple-*.tmp`), to the disk, and gets the name; whoever opens the file finds the whole old
// content or the whole new one, also after a crash. The file keeps its permission bits, and its
// owner where the process may give it; its other hard links keep the old content; a link is
// followed. A device or a pipe is written to as it is. Returns true. False when it fails, and the
// file is as it was: RT_ERROR_NOT_UTF8 for a content that is no text; RT_ERROR_PATH; null with a
// length (RT_ERROR_NULL_POINTER), a length that memory cannot hold (RT_ERROR_LENGTH); the system
// refuses (RT_ERROR_SYSTEM, and `rt_last_error_errno`: EACCES for a file or a directory that may
// not be written, ENOSPC, EISDIR). Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes and `content_ptr` at `content_len`, or they are
// null.
RT_API
bool rt_file_write_text(const uint8_t *path_ptr,
                        uint64_t path_len,
                        const uint8_t *content_ptr,
                        uint64_t content_len);

// Makes the `data_len` bytes at `data_ptr` the content of the file at a path, as
// `rt_file_write_text` does; they may be any.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes and `data_ptr` at `data_len`, or they are null.
RT_API
bool rt_file_write_bytes(const uint8_t *path_ptr,
                         uint64_t path_len,
                         const uint8_t *data_ptr,
                         uint64_t data_len);

// Makes the strings of the array `lines`, each with a line feed behind it, the content of the file
// at a path, as `rt_file_write_text` does. False when it fails: RT_ERROR_NOT_A_VALUE or
// RT_ERROR_WRONG_TYPE for what is no array of strings (the message says which element); otherwise
// as there. The array must not be changed by another thread meanwhile.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API bool rt_file_write_lines(const uint8_t *path_ptr, uint64_t path_len, RuntimeValue lines);

// Adds the text of `content_len` bytes at `content_ptr` at the end of the file at a path, which
// need not exist. Appends of several threads and processes do not overwrite each other. It does not
// wait for the disk. Returns true. False when it fails: as `rt_file_write_text`; where the system
// refused after a part of the text was added, the message says how much. Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes and `content_ptr` at `content_len`, or they are
// null.
RT_API
bool rt_file_append_text(const uint8_t *path_ptr,
                         uint64_t path_len,
                         const uint8_t *content_ptr,
                         uint64_t content_len);

// Adds the `data_len` bytes at `data_ptr` at the end of the file at a path, as
// `rt_file_append_text` does; they may be any.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes and `data_ptr` at `data_len`, or they are null.
RT_API
bool rt_file_append_bytes(const uint8_t *path_ptr,
                          uint64_t path_len,
                          const uint8_t *data_ptr,
                          uint64_t data_len);


/* ============================================================================================= */
/* runtime-hash: Hashing for the Simple language: SHA-1, SHA-256, SHA-512 and XXH3, in one go    */
/* and in chunks                                                                                 */
/* ============================================================================================= */

/* ---- runtime-hash: sha1 --------------------------------------------------------------------- */

// A new SHA-1 hasher of no bytes yet: its handle, a positive number. It is the caller's to use up
// with a `_finish` or to free with `rt_sha1_free`.
//
// Returns 0 when no handle is left (`RT_ERROR_HANDLES_EXHAUSTED`). Thread-safe; the handle may be
// used on any thread.
RT_API int64_t rt_sha1_new(void);

// Appends `data_len` bytes at `data_ptr` to what the hasher hashes. How the bytes are cut into
// writes makes no difference. Null with length 0 appends nothing.
//
// Returns 1, or 0 with the hasher unchanged: for null with a length (`RT_ERROR_NULL_POINTER`), a
// length beyond memory (`RT_ERROR_LENGTH`), and a handle that is not a live SHA-1 hasher
// (`RT_ERROR_NOT_A_HANDLE`, `RT_ERROR_STALE_HANDLE`, `RT_ERROR_WRONG_KIND`). Thread-safe: writes of
// several threads follow one another, each whole.
//
// Safety:
// `data_ptr` is null or points at `data_len` readable bytes.
RT_API int64_t rt_sha1_write(int64_t handle, const uint8_t *data_ptr, uint64_t data_len);

// The digest of what was written: a string of 40 lower-case hexadecimal digits, the caller's. Uses
// the handle up, even when there is no memory for the string.
//
// Returns NIL for a handle that is not a live SHA-1 hasher (`RT_ERROR_NOT_A_HANDLE`,
// `RT_ERROR_STALE_HANDLE`, `RT_ERROR_WRONG_KIND`) and without memory (`RT_ERROR_OUT_OF_MEMORY`).
// Thread-safe: of several threads that finish one hasher, one gets the digest.
RT_API RuntimeValue rt_sha1_finish(int64_t handle);

// As `rt_sha1_finish`, but the digest's 20 bytes themselves, as a string that is seldom UTF-8.
RT_API RuntimeValue rt_sha1_finish_bytes(int64_t handle);

// As `rt_sha1_finish`, but the digest in base64: the standard alphabet with padding, 28 characters.
RT_API RuntimeValue rt_sha1_finish_base64(int64_t handle);

// Forgets what was written: the hasher is as new.
//
// Returns 1, or 0 for a handle that is not a live SHA-1 hasher (`RT_ERROR_NOT_A_HANDLE`,
// `RT_ERROR_STALE_HANDLE`, `RT_ERROR_WRONG_KIND`). Thread-safe.
RT_API int64_t rt_sha1_reset(int64_t handle);

// Frees a hasher whose digest is not wanted. After a `_finish` there is nothing left to free.
//
// Returns 1, or 0 for a handle that is not a live SHA-1 hasher (`RT_ERROR_NOT_A_HANDLE`,
// `RT_ERROR_STALE_HANDLE`, `RT_ERROR_WRONG_KIND`). Thread-safe.
RT_API int64_t rt_sha1_free(int64_t handle);

// The SHA-1 digest of `data_len` bytes at `data_ptr`: a string of 40 lower-case hexadecimal digits,
// the caller's. Null with length 0 is the empty input.
//
// Returns NIL for null with a length (`RT_ERROR_NULL_POINTER`), a length beyond memory
// (`RT_ERROR_LENGTH`), and without memory (`RT_ERROR_OUT_OF_MEMORY`). Thread-safe.
//
// Safety:
// `data_ptr` is null or points at `data_len` readable bytes.
RT_API RuntimeValue rt_sha1_hash(const uint8_t *data_ptr, uint64_t data_len);

// As `rt_sha1_hash`, but the digest's 20 bytes themselves, as a string that is seldom UTF-8.
//
// Safety:
// `data_ptr` is null or points at `data_len` readable bytes.
RT_API RuntimeValue rt_sha1_hash_bytes(const uint8_t *data_ptr, uint64_t data_len);

// The SHA-1 digest of the bytes of a string value: a string of 40 lower-case hexadecimal digits,
// the caller's.
//
// Returns NIL for what is no string (`RT_ERROR_WRONG_TYPE`, `RT_ERROR_NOT_A_VALUE`) and without
// memory (`RT_ERROR_OUT_OF_MEMORY`). On the string's own thread only.
RT_API RuntimeValue rt_sha1_hash_string(RuntimeValue string);

/* ---- runtime-hash: sha256 ------------------------------------------------------------------- */

// A new SHA-256 hasher of no bytes yet: its handle, a positive number. It is the caller's to use up
// with a `_finish` or to free with `rt_sha256_free`.
//
// Returns 0 when no handle is left (`RT_ERROR_HANDLES_EXHAUSTED`). Thread-safe; the handle may be
// used on any thread.
RT_API int64_t rt_sha256_new(void);

// Appends `data_len` bytes at `data_ptr` to what the hasher hashes. How the bytes are cut into
// writes makes no difference. Null with length 0 appends nothing.
//
// Returns 1, or 0 with the hasher unchanged: for null with a length (`RT_ERROR_NULL_POINTER`), a
// length beyond memory (`RT_ERROR_LENGTH`), and a handle that is not a live SHA-256 hasher
// (`RT_ERROR_NOT_A_HANDLE`, `RT_ERROR_STALE_HANDLE`, `RT_ERROR_WRONG_KIND`). Thread-safe: writes of
// several threads follow one another, each whole.
//
// Safety:
// `data_ptr` is null or points at `data_len` readable bytes.
RT_API int64_t rt_sha256_write(int64_t handle, const uint8_t *data_ptr, uint64_t data_len);

// The digest of what was written: a string of 64 lower-case hexadecimal digits, the caller's. Uses
// the handle up, even when there is no memory for the string.
//
// Returns NIL for a handle that is not a live SHA-256 hasher (`RT_ERROR_NOT_A_HANDLE`,
// `RT_ERROR_STALE_HANDLE`, `RT_ERROR_WRONG_KIND`) and without memory (`RT_ERROR_OUT_OF_MEMORY`).
// Thread-safe: of several threads that finish one hasher, one gets the digest.
RT_API RuntimeValue rt_sha256_finish(int64_t handle);

// As `rt_sha256_finish`, but the digest's 32 bytes themselves, as a string that is seldom UTF-8.
RT_API RuntimeValue rt_sha256_finish_bytes(int64_t handle);

// As `rt_sha256_finish`, but the digest in base64: the standard alphabet with padding, 44
// characters.
RT_API RuntimeValue rt_sha256_finish_base64(int64_t handle);

// Forgets what was written: the hasher is as new.
//
// Returns 1, or 0 for a handle that is not a live SHA-256 hasher (`RT_ERROR_NOT_A_HANDLE`,
// `RT_ERROR_STALE_HANDLE`, `RT_ERROR_WRONG_KIND`). Thread-safe.
RT_API int64_t rt_sha256_reset(int64_t handle);

// Frees a hasher whose digest is not wanted. After a `_finish` there is nothing left to free.
//
// Returns 1, or 0 for a handle that is not a live SHA-256 hasher (`RT_ERROR_NOT_A_HANDLE`,
// `RT_ERROR_STALE_HANDLE`, `RT_ERROR_WRONG_KIND`). Thread-safe.
RT_API int64_t rt_sha256_free(int64_t handle);

// The SHA-256 digest of `data_len` bytes at `data_ptr`: a string of 64 lower-case hexadecimal
// digits, the caller's. Null with length 0 is the empty input.
//
// Returns NIL for null with a length (`RT_ERROR_NULL_POINTER`), a length beyond memory
// (`RT_ERROR_LENGTH`), and without memory (`RT_ERROR_OUT_OF_MEMORY`). Thread-safe.
//
// Safety:
// `data_ptr` is null or points at `data_len` readable bytes.
RT_API RuntimeValue rt_sha256_hash(const uint8_t *data_ptr, uint64_t data_len);

// As `rt_sha256_hash`, but the digest's 32 bytes themselves, as a string that is seldom UTF-8.
//
// Safety:
// `data_ptr` is null or points at `data_len` readable bytes.
RT_API RuntimeValue rt_sha256_hash_bytes(const uint8_t *data_ptr, uint64_t data_len);

// The SHA-256 digest of the bytes of a string value: a string of 64 lower-case hexadecimal digits,
// the caller's.
//
// Returns NIL for what is no string (`RT_ERROR_WRONG_TYPE`, `RT_ERROR_NOT_A_VALUE`) and without
// memory (`RT_ERROR_OUT_OF_MEMORY`). On the string's own thread only.
RT_API RuntimeValue rt_sha256_hash_string(RuntimeValue string);

/* ---- runtime-hash: sha512 ------------------------------------------------------------------- */

// A new SHA-512 hasher of no bytes yet: its handle, a positive number. It is the caller's to use up
// with a `_finish` or to free with `rt_sha512_free`.
//
// Returns 0 when no handle is left (`RT_ERROR_HANDLES_EXHAUSTED`). Thread-safe; the handle may be
// used on any thread.
RT_API int64_t rt_sha512_new(void);

// Appends `data_len` bytes at `data_ptr` to what the hasher hashes. How the bytes are cut into
// writes makes no difference. Null with length 0 appends nothing.
//
// Returns 1, or 0 with the hasher unchanged: for null with a length (`RT_ERROR_NULL_POINTER`), a
// length beyond memory (`RT_ERROR_LENGTH`), and a handle that is not a live SHA-512 hasher
// (`RT_ERROR_NOT_A_HANDLE`, `RT_ERROR_STALE_HANDLE`, `RT_ERROR_WRONG_KIND`). Thread-safe: writes of
// several threads follow one another, each whole.
//
// Safety:
// `data_ptr` is null or points at `data_len` readable bytes.
RT_API int64_t rt_sha512_write(int64_t handle, const uint8_t *data_ptr, uint64_t data_len);

// The digest of what was written: a string of 128 lower-case hexadecimal digits, the caller's. Uses
// the handle up, even when there is no memory for the string.
//
// Returns NIL for a handle that is not a live SHA-512 hasher (`RT_ERROR_NOT_A_HANDLE`,
// `RT_ERROR_STALE_HANDLE`, `RT_ERROR_WRONG_KIND`) and without memory (`RT_ERROR_OUT_OF_MEMORY`).
// Thread-safe: of several threads that finish one hasher, one gets the digest.
RT_API RuntimeValue rt_sha512_finish(int64_t handle);

// As `rt_sha512_finish`, but the digest's 64 bytes themselves, as a string that is seldom UTF-8.
RT_API RuntimeValue rt_sha512_finish_bytes(int64_t handle);

// As `rt_sha512_finish`, but the digest in base64: the standard alphabet with padding, 88
// characters.
RT_API RuntimeValue rt_sha512_finish_base64(int64_t handle);

// Forgets what was written: the hasher is as new.
//
// Returns 1, or 0 for a handle that is not a live SHA-512 hasher (`RT_ERROR_NOT_A_HANDLE`,
// `RT_ERROR_STALE_HANDLE`, `RT_ERROR_WRONG_KIND`). Thread-safe.
RT_API int64_t rt_sha512_reset(int64_t handle);

// Frees a hasher whose digest is not wanted. After a `_finish` there is nothing left to free.
//
// Returns 1, or 0 for a handle that is not a live SHA-512 hasher (`RT_ERROR_NOT_A_HANDLE`,
// `RT_ERROR_STALE_HANDLE`, `RT_ERROR_WRONG_KIND`). Thread-safe.
RT_API int64_t rt_sha512_free(int64_t handle);

// The SHA-512 digest of `data_len` bytes at `data_ptr`: a string of 128 lower-case hexadecimal
// digits, the caller's. Null with length 0 is the empty input.
//
// Returns NIL for null with a length (`RT_ERROR_NULL_POINTER`), a length beyond memory
// (`RT_ERROR_LENGTH`), and without memory (`RT_ERROR_OUT_OF_MEMORY`). Thread-safe.
//
// Safety:
// `data_ptr` is null or points at `data_len` readable bytes.
RT_API RuntimeValue rt_sha512_hash(const uint8_t *data_ptr, uint64_t data_len);

// As `rt_sha512_hash`, but the digest's 64 bytes themselves, as a string that is seldom UTF-8.
//
// Safety:
// `data_ptr` is null or points at `data_len` readable bytes.
RT_API RuntimeValue rt_sha512_hash_bytes(const uint8_t *data_ptr, uint64_t data_len);

// The SHA-512 digest of the bytes of a string value: a string of 128 lower-case hexadecimal digits,
// the caller's.
//
// Returns NIL for what is no string (`RT_ERROR_WRONG_TYPE`, `RT_ERROR_NOT_A_VALUE`) and without
// memory (`RT_ERROR_OUT_OF_MEMORY`). On the string's own thread only.
RT_API RuntimeValue rt_sha512_hash_string(RuntimeValue string);

/* ---- runtime-hash: xxhash ------------------------------------------------------------------- */

// A new XXH3 hasher (64 bits, seed 0) of no bytes yet: its handle, a positive number. It is the
// caller's to use up with `rt_xxhash_finish` or to free with `rt_xxhash_free`.
//
// Returns 0 when no handle is left (`RT_ERROR_HANDLES_EXHAUSTED`). Thread-safe; the handle may be
// used on any thread.
RT_API int64_t rt_xxhash_new(void);

// As `rt_xxhash_new`, with a seed of the caller's. Any number is a seed.
RT_API int64_t rt_xxhash_new_with_seed(uint64_t seed);

// Appends `data_len` bytes at `data_ptr` to what the hasher hashes. How the bytes are cut into
// writes makes no difference. Null with length 0 appends nothing.
//
// Returns 1, or 0 with the hasher unchanged: for null with a length (`RT_ERROR_NULL_POINTER`), a
// length beyond memory (`RT_ERROR_LENGTH`), and a handle that is not a live XXH3 hasher
// (`RT_ERROR_NOT_A_HANDLE`, `RT_ERROR_STALE_HANDLE`, `RT_ERROR_WRONG_KIND`). Thread-safe: writes of
// several threads follow one another, each whole.
//
// Safety:
// `data_ptr` is null or points at `data_len` readable bytes.
RT_API int64_t rt_xxhash_write(int64_t handle, const uint8_t *data_ptr, uint64_t data_len);

// The hash of what was written. Uses the handle up.
//
// Returns 0 for a handle that is not a live XXH3 hasher (`RT_ERROR_NOT_A_HANDLE`,
// `RT_ERROR_STALE_HANDLE`, `RT_ERROR_WRONG_KIND`). 0 is a possible hash too: who must tell them
// apart calls `rt_last_error_clear` before, and `rt_last_error_code` after a 0. Thread-safe: of
// several threads that finish one hasher, one gets the hash.
RT_API uint64_t rt_xxhash_finish(int64_t handle);

// Forgets what was written: the hasher is as new, with the same seed.
//
// Returns 1, or 0 for a handle that is not a live XXH3 hasher (`RT_ERROR_NOT_A_HANDLE`,
// `RT_ERROR_STALE_HANDLE`, `RT_ERROR_WRONG_KIND`). Thread-safe.
RT_API int64_t rt_xxhash_reset(int64_t handle);

// Frees a hasher whose hash is not wanted. After `rt_xxhash_finish` there is nothing left to free.
//
// Returns 1, or 0 for a handle that is not a live XXH3 hasher (`RT_ERROR_NOT_A_HANDLE`,
// `RT_ERROR_STALE_HANDLE`, `RT_ERROR_WRONG_KIND`). Thread-safe.
RT_API int64_t rt_xxhash_free(int64_t handle);

// The XXH3 hash (64 bits) of `data_len` bytes at `data_ptr` with a seed, 0 for the plain hash. Null
// with length 0 is the empty input.
//
// Returns 0 for null with a length (`RT_ERROR_NULL_POINTER`) and a length beyond memory
// (`RT_ERROR_LENGTH`); 0 is a possible hash too, and the last error tells them apart. Thread-safe.
//
// Safety:
// `data_ptr` is null or points at `data_len` readable bytes.
RT_API uint64_t rt_xxhash_hash(const uint8_t *data_ptr, uint64_t data_len, uint64_t seed);

// The XXH3 hash (64 bits) of the bytes of a string value with a seed, 0 for the plain hash.
//
// Returns 0 for what is no string (`RT_ERROR_WRONG_TYPE`, `RT_ERROR_NOT_A_VALUE`); 0 is a possible
// hash too, and the last error tells them apart. On the string's own thread only.
RT_API uint64_t rt_xxhash_hash_string(RuntimeValue string, uint64_t seed);


/* ============================================================================================= */
/* runtime-interp: The bridge from compiled Simple code to an interpreter: calls, evaluation,    */
/* and reports of what is not found                                                              */
/* ============================================================================================= */

// A call or an evaluation for which no handler is set.
#define RT_ERROR_NO_HANDLER 1200
// A handler returned a word that is no live value.
#define RT_ERROR_BAD_RESULT 1201
// The program calls a function that does not exist.
#define RT_ERROR_FUNCTION_NOT_FOUND 1202
// The program calls a method that the type does not have.
#define RT_ERROR_METHOD_NOT_FOUND 1203

/* ---- runtime-interp: bridge ----------------------------------------------------------------- */

// Calls the function of the interpreter that the `name_len` bytes at `name_ptr` name, with the
// `argc` words at `argv`; returns what the handler returns, and it belongs to whom the handler
// says. NIL and an error otherwise: RT_ERROR_NO_HANDLER; RT_ERROR_NULL_POINTER for null with a
// length (null with length 0 is empty), RT_ERROR_MISALIGNED, RT_ERROR_LENGTH, all before the
// handler is asked; RT_ERROR_BAD_RESULT when the handler returns a word that is no live value;
// RT_ERROR_PANIC for a handler, written in Rust, that panics. A handler may call this again, and
// may be replaced while it runs. Thread-safe.
//
// Safety:
// `name_ptr` is null or points at `name_len` readable bytes, `argv` is null or points at `argc`
// words.
RT_API
RuntimeValue rt_interp_call(const uint8_t *name_ptr,
                            uint64_t name_len,
                            uint64_t argc,
                            const RuntimeValue *argv);

// Evaluates the expression with this index through the eval handler. Returns and refuses as
// `rt_interp_call`. Thread-safe.
RT_API RuntimeValue rt_interp_eval(int64_t expr_index);

// Lets `handler` answer every `rt_interp_call` of the process from now on; null lets nobody. It
// gets the name and the arguments as they were given (empty ones as addresses that are not to be
// read), on the thread that calls, so from several threads at once; names and arguments are valid
// during the call. The handler before goes on with the calls that run it. Returns 1. Thread-safe.
//
// Safety:
// `handler` is null or a function that is safe to call from any thread for as long as it is set and
// until the last call that it answers has left.
RT_API int64_t rt_interp_set_call_handler(RuntimeValue (*handler)(const uint8_t *name_ptr,
                                                                  uint64_t name_len,
                                                                  uint64_t argc,
                                                                  const RuntimeValue *argv));

// As `rt_interp_set_call_handler`, for a handler that also gets `userdata`. Takes `userdata` over:
// it is given to `drop`, if that is not null, once no call runs the handler any more, on any
// thread; with a null handler at once. Returns 1. Thread-safe.
//
// Safety:
// As `rt_interp_set_call_handler`, for both functions with `userdata`.
RT_API
int64_t rt_interp_set_call_handler_with(RuntimeValue (*handler)(void *userdata,
                                                                const uint8_t *name_ptr,
                                                                uint64_t name_len,
                                                                uint64_t argc,
                                                                const RuntimeValue *argv),
                                        void *userdata,
                                        void (*drop)(void *userdata));

// Lets `handler` answer every `rt_interp_eval` of the process from now on; null lets nobody. As
// `rt_interp_set_call_handler`. Returns 1. Thread-safe.
//
// Safety:
// As `rt_interp_set_call_handler`.
RT_API int64_t rt_interp_set_eval_handler(RuntimeValue (*handler)(int64_t expr_index));

// As `rt_interp_set_eval_handler`, for a handler that also gets `userdata`, which is taken over as
// by `rt_interp_set_call_handler_with`. Returns 1. Thread-safe.
//
// Safety:
// As `rt_interp_set_call_handler_with`.
RT_API
int64_t rt_interp_set_eval_handler_with(RuntimeValue (*handler)(void *userdata, int64_t expr_index),
                                        void *userdata,
                                        void (*drop)(void *userdata));

/* ---- runtime-interp: report ----------------------------------------------------------------- */

// Reports that there is no function of this name: writes the line "Runtime error: Function 'name'
// not found" to standard error, past any capture and after what was printed before, and sets
// RT_ERROR_FUNCTION_NOT_FOUND. Returns the ERROR value, always. A null name is reported as (unknown
// name), one that is not UTF-8 as (invalid UTF-8 name). Thread-safe.
//
// Safety:
// `name_ptr` is null or points at `name_len` readable bytes.
RT_API RuntimeValue rt_function_not_found(const uint8_t *name_ptr, uint64_t name_len);

// Reports that a type has no method of this name: writes the line "Runtime error: Method 'method'
// not found on type 'type'" to standard error, as `rt_function_not_found`, and sets
// RT_ERROR_METHOD_NOT_FOUND. Returns the ERROR value, always. Null is reported as `<unknown type>`
// and `<unknown method>`, what is not UTF-8 as `<invalid UTF-8>`. Thread-safe.
//
// Safety:
// `type_ptr` and `method_ptr` are null or point at so many readable bytes as the lengths say.
RT_API
RuntimeValue rt_method_not_found(const uint8_t *type_ptr,
                                 uint64_t type_len,
                                 const uint8_t *method_ptr,
                                 uint64_t method_len);


/* ============================================================================================= */
/* runtime-io: Standard output, error and input for the Simple language: buffered prints, lines, */
/* capture, mock input                                                                           */
/* ============================================================================================= */

// A capture is to be stopped, and none is on.
#define RT_ERROR_NOT_CAPTURING 1100
// Captures are nested deeper than is allowed (1024).
#define RT_ERROR_CAPTURE_DEPTH 1101
// The reader of standard output or standard error is gone.
#define RT_ERROR_CLOSED_PIPE 1102

/* ---- runtime-io: capture -------------------------------------------------------------------- */

// Captures what this thread prints to standard output from now on, instead of writing it. Captures
// nest: a further start begins an inner one, empty, and the outer one goes on with what it had when
// the inner one stops. Returns 1. 0 and RT_ERROR_CAPTURE_DEPTH when 1024 are on already.
// Thread-safe: each thread has its own.
RT_API int64_t rt_capture_stdout_start(void);

// Stops the innermost capture of this thread's standard output and returns its text. The caller
// owns the result and frees it with `rt_value_free`. NIL and an error otherwise:
// RT_ERROR_NOT_CAPTURING when none is on, RT_ERROR_OUT_OF_MEMORY (it is stopped all the same).
// Thread-safe.
RT_API RuntimeValue rt_capture_stdout_stop(void);

// The text of the innermost capture of this thread's standard output so far; it goes on. The caller
// owns the result and frees it with `rt_value_free`. NIL when none is on, which is no error; NIL
// and RT_ERROR_OUT_OF_MEMORY without memory. Thread-safe.
RT_API RuntimeValue rt_get_captured_stdout(void);

// Forgets the text of the innermost capture of this thread's standard output, which goes on.
// Returns 1, also when none is on. Thread-safe.
RT_API int64_t rt_clear_captured_stdout(void);

// Whether a capture of this thread's standard output is on. Thread-safe.
RT_API bool rt_is_stdout_capturing(void);

// Captures what this thread prints to standard error from now on. As `rt_capture_stdout_start`.
RT_API int64_t rt_capture_stderr_start(void);

// Stops the innermost capture of this thread's standard error and returns its text, as
// `rt_capture_stdout_stop`.
RT_API RuntimeValue rt_capture_stderr_stop(void);

// The text of the innermost capture of this thread's standard error so far, as
// `rt_get_captured_stdout`.
RT_API RuntimeValue rt_get_captured_stderr(void);

// Forgets the text of the innermost capture of this thread's standard error, as
// `rt_clear_captured_stdout`.
RT_API int64_t rt_clear_captured_stderr(void);

// Whether a capture of this thread's standard error is on. Thread-safe.
RT_API bool rt_is_stderr_capturing(void);

// Captures what all threads print that do not capture themselves to standard output from now on,
// instead of writing it. Nests, returns and refuses as `rt_capture_stdout_start`. Thread-safe:
// there is one nest for the process.
RT_API int64_t rt_capture_process_stdout_start(void);

// Stops the innermost capture of the process's standard output and returns its text, as
// `rt_capture_stdout_stop`.
RT_API RuntimeValue rt_capture_process_stdout_stop(void);

// The text of the innermost capture of the process's standard output so far, as
// `rt_get_captured_stdout`.
RT_API RuntimeValue rt_get_captured_process_stdout(void);

// Forgets the text of the innermost capture of the process's standard output, as
// `rt_clear_captured_stdout`.
RT_API int64_t rt_clear_captured_process_stdout(void);

// Whether a capture of the process's standard output is on. Thread-safe.
RT_API bool rt_is_process_stdout_capturing(void);

// Captures what all threads print that do not capture themselves to standard error from now on. As
// `rt_capture_process_stdout_start`.
RT_API int64_t rt_capture_process_stderr_start(void);

// Stops the innermost capture of the process's standard error and returns its text, as
// `rt_capture_stdout_stop`.
RT_API RuntimeValue rt_capture_process_stderr_stop(void);

// The text of the innermost capture of the process's standard error so far, as
// `rt_get_captured_stdout`.
RT_API RuntimeValue rt_get_captured_process_stderr(void);

// Forgets the text of the innermost capture of the process's standard error, as
// `rt_clear_captured_stdout`.
RT_API int64_t rt_clear_captured_process_stderr(void);

// Whether a capture of the process's standard error is on. Thread-safe.
RT_API bool rt_is_process_stderr_capturing(void);

/* ---- runtime-io: input ---------------------------------------------------------------------- */

// The next line of standard input, or of this thread's mock, as a string without its end (`\n` or
// `\r\n`); any bytes, of any length. NIL without an error at the end of the input: an empty line is
// an empty string. The caller owns the result and frees it with `rt_value_free`. NIL and an error
// otherwise: RT_ERROR_SYSTEM when the system refuses to read, RT_ERROR_OUT_OF_MEMORY. Flushes
// standard output before it waits. Thread-safe; the input's buffer is the process's, and not that
// of C's `stdin`.
RT_API RuntimeValue rt_read_stdin_line(void);

// The next character of standard input, or of this thread's mock, as a code point, line ends among
// them. -1 at the end of the input, which is no error. -2 and an error otherwise: RT_ERROR_NOT_UTF8
// for bytes that are no character, which are skipped; RT_ERROR_SYSTEM, RT_ERROR_OUT_OF_MEMORY.
// Thread-safe.
RT_API int64_t rt_read_stdin_char(void);

// Lets this thread read a copy of the `len` bytes at `ptr` instead of standard input, until
// `rt_clear_stdin`; replaces an earlier mock. After the last byte comes the end of the input, not
// the real standard input. Returns 1. 0 and an error otherwise: RT_ERROR_NULL_POINTER for null with
// a length (null with length 0 is an empty input), RT_ERROR_LENGTH, RT_ERROR_OUT_OF_MEMORY.
// Thread-safe.
//
// Safety:
// `ptr` is null or points at `len` readable bytes.
RT_API int64_t rt_set_stdin(const uint8_t *ptr, uint64_t len);

// Whether this thread reads a mock, which may be read to its end. Thread-safe.
RT_API bool rt_has_mock_stdin(void);

// Lets this thread read the real standard input again. Returns 1, also when there was no mock.
// Thread-safe.
RT_API int64_t rt_clear_stdin(void);

/* ---- runtime-io: print ---------------------------------------------------------------------- */

// Prints the `len` bytes at `ptr` to standard output as they are, UTF-8 or not. They wait in a
// buffer of the process until it is full, until something goes to standard error, until
// `rt_stdout_flush`, a read of standard input, the start of a child process or the exit; on a
// terminal, until their line ends. While a capture is on, they go there instead. The buffer is not
// that of C's `stdout`: a program that uses both flushes in between. Returns 1. 0 and an error
// otherwise: RT_ERROR_NULL_POINTER for null with a length (null with length 0 prints nothing),
// RT_ERROR_LENGTH, RT_ERROR_CLOSED_PIPE when the reader is gone (no signal is sent),
// RT_ERROR_SYSTEM when the system refuses otherwise. What failed to be written is lost and reported
// once, by the call that noticed; the next print tries anew. Thread-safe; texts of several threads
// do not mix.
//
// Safety:
// `ptr` is null or points at `len` readable bytes.
RT_API int64_t rt_print_str(const uint8_t *ptr, uint64_t len);

// As `rt_print_str`, with the end of the line in the same piece; null with length 0 prints an empty
// line.
//
// Safety:
// `ptr` is null or points at `len` readable bytes.
RT_API int64_t rt_println_str(const uint8_t *ptr, uint64_t len);

// Prints the `len` bytes at `ptr` to standard error, at once, and after what was printed to
// standard output before. Returns, refuses and may be captured as `rt_print_str`. An error of
// standard output that comes up here is reported by the next print there. Thread-safe.
//
// Safety:
// `ptr` is null or points at `len` readable bytes.
RT_API int64_t rt_eprint_str(const uint8_t *ptr, uint64_t len);

// As `rt_eprint_str`, with the end of the line in the same piece; null with length 0 prints an
// empty line.
//
// Safety:
// `ptr` is null or points at `len` readable bytes.
RT_API int64_t rt_eprintln_str(const uint8_t *ptr, uint64_t len);

// Prints a value to standard output as Simple shows it: `nil`, `true`, `42`, `1.0` (the shortest
// digits that read back as the same float), a string as it is, `[1, "two"]`; a word that is no live
// value as `<invalid 0x...>`. Returns and refuses as `rt_print_str`. Thread-safe.
RT_API int64_t rt_print_value(RuntimeValue v);

// As `rt_print_value`, with the end of the line in the same piece.
RT_API int64_t rt_println_value(RuntimeValue v);

// Prints a value to standard error, as `rt_print_value` shows it and as `rt_eprint_str` prints.
RT_API int64_t rt_eprint_value(RuntimeValue v);

// As `rt_eprint_value`, with the end of the line in the same piece.
RT_API int64_t rt_eprintln_value(RuntimeValue v);

// Another name of `rt_print_value`.
RT_API int64_t rt_print(RuntimeValue v);

// Another name of `rt_println_value`.
RT_API int64_t rt_println(RuntimeValue v);

// The text of a value as `rt_print_value` prints it, as a new string. The caller owns the result
// and frees it with `rt_value_free`. NIL and RT_ERROR_OUT_OF_MEMORY without memory. Thread-safe.
RT_API RuntimeValue rt_value_to_string(RuntimeValue v);

// Another name of `rt_value_to_string`.
RT_API RuntimeValue rt_to_string(RuntimeValue value);

// Writes what was printed to standard output and still waits. Returns 1. 0 and an error otherwise,
// as `rt_print_str`: a program that must know whether its output arrived flushes before it ends.
// Captured texts stay where they are. Thread-safe.
RT_API int64_t rt_stdout_flush(void);

// Returns 1: standard error never waits. Thread-safe.
RT_API int64_t rt_stderr_flush(void);


/* ============================================================================================= */
/* runtime-math: Mathematics of the Simple runtime: the platform's libm, rounding and comparison */
/* as IEEE 754 has them, checked integer functions, constants                                    */
/* ============================================================================================= */

// The result is larger than the largest int64_t.
#define RT_ERROR_MATH_OVERFLOW 600
// The function is not defined for this argument.
#define RT_ERROR_MATH_DOMAIN 601

// The ratio of a circle's circumference to its diameter.
#define RT_MATH_PI 3.141592653589793
// The ratio of a circle's circumference to its radius: twice pi.
#define RT_MATH_TAU 6.283185307179586
// Euler's number, the base of the natural logarithm.
#define RT_MATH_E 2.718281828459045
// The golden ratio.
#define RT_MATH_PHI 1.618033988749895
// The square root of 2.
#define RT_MATH_SQRT2 1.4142135623730951
// The natural logarithm of 2.
#define RT_MATH_LN2 0.6931471805599453
// The natural logarithm of 10.
#define RT_MATH_LN10 2.302585092994046
// The logarithm of e to base 2.
#define RT_MATH_LOG2E 1.4426950408889634
// The logarithm of e to base 10.
#define RT_MATH_LOG10E 0.4342944819032518
// The distance from 1 to the next larger double.
#define RT_MATH_EPSILON 2.220446049250313e-16
// The largest finite double.
#define RT_MATH_MAX 1.7976931348623157e308
// The smallest positive double with full precision.
#define RT_MATH_MIN_POSITIVE 2.2250738585072014e-308

/* ---- runtime-math: angles ------------------------------------------------------------------- */

// The sine of x radians; NaN for infinities. At most 1 ulp from the exact result with glibc. Cannot
// fail. Thread-safe.
RT_API double rt_math_sin(double x);

// The cosine of x radians; NaN for infinities. At most 1 ulp from the exact result with glibc.
// Cannot fail. Thread-safe.
RT_API double rt_math_cos(double x);

// The tangent of x radians; NaN for infinities. At most 1 ulp from the exact result with glibc.
// Cannot fail. Thread-safe.
RT_API double rt_math_tan(double x);

// The inverse sine in radians, from -pi/2 to pi/2; NaN outside of -1 to 1. At most 1 ulp from the
// exact result with glibc. Cannot fail. Thread-safe.
RT_API double rt_math_asin(double x);

// The inverse cosine in radians, from 0 to pi; NaN outside of -1 to 1. At most 1 ulp from the exact
// result with glibc. Cannot fail. Thread-safe.
RT_API double rt_math_acos(double x);

// The inverse tangent in radians, from -pi/2 to pi/2. At most 1 ulp from the exact result with
// glibc. Cannot fail. Thread-safe.
RT_API double rt_math_atan(double x);

// The angle of the point (x, y) in radians, from -pi to pi. NOTE THE ORDER: y comes first. 0 for
// (0, 0); a negative zero y with a negative x gives -pi. At most 1 ulp from the exact result with
// glibc. Cannot fail. Thread-safe.
RT_API double rt_math_atan2(double y, double x);

// The hyperbolic sine. At most 2 ulp from the exact result with glibc. Cannot fail. Thread-safe.
RT_API double rt_math_sinh(double x);

// The hyperbolic cosine. At most 2 ulp from the exact result with glibc. Cannot fail. Thread-safe.
RT_API double rt_math_cosh(double x);

// The hyperbolic tangent. At most 2 ulp from the exact result with glibc. Cannot fail. Thread-safe.
RT_API double rt_math_tanh(double x);

// The inverse hyperbolic sine. At most 2 ulp from the exact result with glibc. Cannot fail.
// Thread-safe.
RT_API double rt_math_asinh(double x);

// The inverse hyperbolic cosine; NaN below 1. At most 2 ulp from the exact result with glibc.
// Cannot fail. Thread-safe.
RT_API double rt_math_acosh(double x);

// The inverse hyperbolic tangent; an infinity for -1 and 1, NaN beyond. At most 2 ulp from the
// exact result with glibc. Cannot fail. Thread-safe.
RT_API double rt_math_atanh(double x);

// x radians in degrees. Cannot fail. Thread-safe.
RT_API double rt_math_to_degrees(double x);

// x degrees in radians. Cannot fail. Thread-safe.
RT_API double rt_math_to_radians(double x);

/* ---- runtime-math: comparison --------------------------------------------------------------- */

// The smaller number. NaN if either is NaN; -0 is smaller than +0 (IEEE 754-2019 minimum). Cannot
// fail. Thread-safe.
RT_API double rt_math_min(double x, double y);

// The larger number. NaN if either is NaN; +0 is larger than -0 (IEEE 754-2019 maximum). Cannot
// fail. Thread-safe.
RT_API double rt_math_max(double x, double y);

// As rt_math_min, but a NaN beside a number does not count (IEEE 754-2019 minimumNumber). Cannot
// fail. Thread-safe.
RT_API double rt_math_min_number(double x, double y);

// As rt_math_max, but a NaN beside a number does not count (IEEE 754-2019 maximumNumber). Cannot
// fail. Thread-safe.
RT_API double rt_math_max_number(double x, double y);

// The number nearest to x that is not below min and not above max; NaN for NaN. NaN and
// RT_ERROR_MATH_DOMAIN when a bound is NaN or min is above max. Thread-safe.
RT_API double rt_math_clamp(double x, double min, double max);

// Whether x is NaN. Cannot fail. Thread-safe.
RT_API bool rt_math_is_nan(double x);

// Whether x is an infinity of either sign. Cannot fail. Thread-safe.
RT_API bool rt_math_is_inf(double x);

// Whether x is neither infinite nor NaN. Cannot fail. Thread-safe.
RT_API bool rt_math_is_finite(double x);

// Whether the sign bit of x is set: true for -0 and for a NaN with that bit. Cannot fail.
// Thread-safe.
RT_API bool rt_math_is_negative(double x);

/* ---- runtime-math: constants ---------------------------------------------------------------- */

// RT_MATH_PI, the ratio of a circle's circumference to its diameter.
RT_API double rt_math_pi(void);

// RT_MATH_TAU, twice pi.
RT_API double rt_math_tau(void);

// RT_MATH_E, Euler's number.
RT_API double rt_math_e(void);

// RT_MATH_PHI, the golden ratio.
RT_API double rt_math_phi(void);

// RT_MATH_SQRT2, the square root of 2.
RT_API double rt_math_sqrt2(void);

// RT_MATH_LN2, the natural logarithm of 2.
RT_API double rt_math_ln2(void);

// RT_MATH_LN10, the natural logarithm of 10.
RT_API double rt_math_ln10(void);

// RT_MATH_LOG2E, the logarithm of e to base 2.
RT_API double rt_math_log2e(void);

// RT_MATH_LOG10E, the logarithm of e to base 10.
RT_API double rt_math_log10e(void);

// RT_MATH_EPSILON, the distance from 1 to the next larger double.
RT_API double rt_math_epsilon(void);

// RT_MATH_MAX, the largest finite double.
RT_API double rt_math_max_float(void);

// RT_MATH_MIN_POSITIVE, the smallest positive double with full precision.
RT_API double rt_math_min_positive(void);

// Positive infinity.
RT_API double rt_math_inf(void);

// A quiet NaN.
RT_API double rt_math_nan(void);

/* ---- runtime-math: integer ------------------------------------------------------------------ */

// The greatest common divisor, never negative; 0 only of two zeros. -1 and RT_ERROR_MATH_OVERFLOW
// for 2^63, which is that of the smallest int64_t with itself or with 0. Thread-safe.
RT_API int64_t rt_math_gcd(int64_t a, int64_t b);

// The least common multiple, never negative; 0 if either is 0. -1 and RT_ERROR_MATH_OVERFLOW when
// it does not fit. Thread-safe.
RT_API int64_t rt_math_lcm(int64_t a, int64_t b);

// base to the power exponent; 1 for exponent 0, of base 0 too. 0 and RT_ERROR_MATH_DOMAIN for a
// negative exponent, 0 and RT_ERROR_MATH_OVERFLOW when the result does not fit. Thread-safe.
RT_API int64_t rt_math_pow_int(int64_t base, int64_t exponent);

// The square root of n, rounded down. -1 and RT_ERROR_MATH_DOMAIN for a negative n. Thread-safe.
RT_API int64_t rt_math_isqrt(int64_t n);

// The product of the numbers from 1 to n. -1 and RT_ERROR_MATH_DOMAIN for a negative n, -1 and
// RT_ERROR_MATH_OVERFLOW above 20. Thread-safe.
RT_API int64_t rt_math_factorial(int64_t n);

/* ---- runtime-math: powers ------------------------------------------------------------------- */

// base raised to exp, as C's pow. Anything to the power 0 is 1, NaN included; a negative base with
// a fractional exponent is NaN. At most 1 ulp from the exact result with glibc. Cannot fail.
// Thread-safe.
RT_API double rt_math_pow(double base, double exp);

// e raised to x; infinity above 709.78, 0 below -745.13. At most 1 ulp from the exact result with
// glibc. Cannot fail. Thread-safe.
RT_API double rt_math_exp(double x);

// 2 raised to x; exact for integers. At most 1 ulp from the exact result with glibc. Cannot fail.
// Thread-safe.
RT_API double rt_math_exp2(double x);

// e raised to x, minus 1, without the loss of digits near 0. At most 1 ulp from the exact result
// with glibc. Cannot fail. Thread-safe.
RT_API double rt_math_expm1(double x);

// The natural logarithm; minus infinity for 0, NaN for negative numbers. At most 1 ulp from the
// exact result with glibc. Cannot fail. Thread-safe.
RT_API double rt_math_log(double x);

// The logarithm to base 10, exact for powers of ten; minus infinity for 0, NaN for negative
// numbers. At most 2 ulp from the exact result with glibc. Cannot fail. Thread-safe.
RT_API double rt_math_log10(double x);

// The logarithm to base 2, exact for powers of two; minus infinity for 0, NaN for negative numbers.
// At most 2 ulp from the exact result with glibc. Cannot fail. Thread-safe.
RT_API double rt_math_log2(double x);

// The natural logarithm of 1 + x, without the loss of digits near 0; minus infinity for -1, NaN
// below. At most 1 ulp from the exact result with glibc. Cannot fail. Thread-safe.
RT_API double rt_math_log1p(double x);

// The square root, correctly rounded; NaN for negative numbers, -0 for -0. Cannot fail.
// Thread-safe.
RT_API double rt_math_sqrt(double x);

// The cube root, of negative numbers too. At most 4 ulp from the exact result with glibc. Cannot
// fail. Thread-safe.
RT_API double rt_math_cbrt(double x);

// The square root of x * x + y * y without overflow on the way; infinity if either is infinite,
// even beside NaN. At most 1 ulp from the exact result with glibc. Cannot fail. Thread-safe.
RT_API double rt_math_hypot(double x, double y);

// x * y + z with one rounding at the end. Cannot fail. Thread-safe.
RT_API double rt_math_fma(double x, double y, double z);

// x times 2 to the power exponent, rounded once; infinity or zero when the exponent is out of a
// double's range. Cannot fail. Thread-safe.
RT_API double rt_math_ldexp(double x, int64_t exponent);

// The error function. At most 1 ulp from the exact result with glibc. Cannot fail. Thread-safe.
RT_API double rt_math_erf(double x);

// 1 minus the error function, without the loss of digits for large x. At most 5 ulp from the exact
// result with glibc. Cannot fail. Thread-safe.
RT_API double rt_math_erfc(double x);

// The gamma function, (x - 1)! for positive integers; NaN for negative integers and minus infinity,
// an infinity with the sign of x for zeros. At most 9 ulp from the exact result with glibc. Cannot
// fail. Thread-safe.
RT_API double rt_math_gamma(double x);

// The natural logarithm of the gamma function's magnitude; infinity for 0 and negative integers. At
// most 4 ulp from the exact result with glibc, more close to its zeros on the negative side. Cannot
// fail. Thread-safe.
RT_API double rt_math_lgamma(double x);

/* ---- runtime-math: rounding ----------------------------------------------------------------- */

// The largest integer that is not above x, as a double; infinities and NaN pass through. Cannot
// fail. Thread-safe.
RT_API double rt_math_floor(double x);

// The smallest integer that is not below x, as a double; infinities and NaN pass through; between
// -1 and 0 it is -0. Cannot fail. Thread-safe.
RT_API double rt_math_ceil(double x);

// The integer nearest to x, halves away from zero; infinities and NaN pass through. Cannot fail.
// Thread-safe.
RT_API double rt_math_round(double x);

// The integer nearest to x, halves to the even neighbour; infinities and NaN pass through. Cannot
// fail. Thread-safe.
RT_API double rt_math_round_even(double x);

// The integer next to x in the direction of zero; infinities and NaN pass through. Cannot fail.
// Thread-safe.
RT_API double rt_math_trunc(double x);

// What rt_math_trunc cuts off, with the sign of x; a zero for infinities. Cannot fail. Thread-safe.
RT_API double rt_math_fract(double x);

// The remainder of x / y with the quotient rounded toward zero (C's fmod): it has the sign of x.
// NaN for y 0 or x infinite. Cannot fail. Thread-safe.
RT_API double rt_math_rem(double x, double y);

// The remainder of x / y with the quotient rounded down (Python's %): it has the sign of y. NaN for
// y 0 or x infinite. Rounded once. Cannot fail. Thread-safe.
RT_API double rt_math_mod(double x, double y);

// The remainder of x / y with the quotient rounded to nearest, halves to even (IEEE 754's): from
// -y/2 to y/2. NaN for y 0 or x infinite. Cannot fail. Thread-safe.
RT_API double rt_math_remainder(double x, double y);

// The magnitude of x. Cannot fail. Thread-safe.
RT_API double rt_math_abs(double x);

// 1 for positive numbers, -1 for negative ones, 0 for both zeros, NaN for NaN. Cannot fail.
// Thread-safe.
RT_API double rt_math_sign(double x);

// The magnitude of x with the sign of y, zeros and NaN included. Cannot fail. Thread-safe.
RT_API double rt_math_copysign(double x, double y);

// The double next to x in the direction of y; y itself if they are equal; NaN if either is. Cannot
// fail. Thread-safe.
RT_API double rt_math_nextafter(double x, double y);


/* ============================================================================================= */
/* runtime-process: Processes of the Simple runtime: environment, arguments, child processes     */
/* with time-outs and pipes, the system it runs on                                               */
/* ============================================================================================= */

// The name of an environment variable that is empty, or has `=` or a zero byte in it.
#define RT_ERROR_ENV_NAME 1000
// The value of an environment variable that has a zero byte in it.
#define RT_ERROR_ENV_VALUE 1001
// There is no program of this name.
#define RT_ERROR_PROGRAM_NOT_FOUND 1010
// The program is there and cannot be run: a directory, without permission, or of no known format.
#define RT_ERROR_PROGRAM_NOT_EXECUTABLE 1011
// A process was ended by a signal.
#define RT_ERROR_PROCESS_SIGNALED 1020
// A process was ended because its time was up.
#define RT_ERROR_PROCESS_TIMED_OUT 1021
// A process wrote more than was to be kept.
#define RT_ERROR_PROCESS_OUTPUT_CUT 1022
// The number is that of no process that this one started, or whose end was fetched before.
#define RT_ERROR_NOT_A_CHILD 1023
// A process has ended, and how is unknown: the program ignores SIGCHLD or waited for it elsewhere.
#define RT_ERROR_PROCESS_STATUS_LOST 1024
// A stream of a process that is no pipe, or was closed.
#define RT_ERROR_PROCESS_NO_PIPE 1025
// The process reads its standard input no more.
#define RT_ERROR_PROCESS_CLOSED_PIPE 1026
// An option that does not exist, or not in this function.
#define RT_ERROR_PROCESS_OPTION 1027

/* ---- runtime-process: arguments ------------------------------------------------------------- */

// The arguments that the process was started with, as an array of strings, the program's name
// first; any bytes. They need no help of `main`, and are those of the start whatever became of
// `argv` since then. The caller owns the array and its strings. NIL and RT_ERROR_OUT_OF_MEMORY
// without memory. Thread-safe.
RT_API RuntimeValue rt_get_args(void);

// The same as `rt_get_args`.
RT_API RuntimeValue rt_args_get(void);

// How many arguments the process was started with, the program's name among them. Thread-safe.
RT_API int64_t rt_args_count(void);

// The argument at `index` as a string; 0 is the program's name. The caller owns the string. NIL
// without an error when there is none, also for a negative index; NIL and RT_ERROR_OUT_OF_MEMORY
// without memory. Thread-safe.
RT_API RuntimeValue rt_args_at(int64_t index);

/* ---- runtime-process: environment ----------------------------------------------------------- */

// The value of an environment variable as a new string, in bytes as they are. The caller owns it.
// NIL without an error when the variable is not set. NIL and an error otherwise: RT_ERROR_ENV_NAME
// for a name that is empty or has '=' or a zero byte in it, RT_ERROR_NULL_POINTER, RT_ERROR_LENGTH,
// RT_ERROR_OUT_OF_MEMORY. Thread-safe among the functions of the runtime.
//
// Safety:
// `name_ptr` is null or points at `name_len` readable bytes.
RT_API RuntimeValue rt_env_get(const uint8_t *name_ptr, uint64_t name_len);

// The same as `rt_env_get`.
//
// Safety:
// As for `rt_env_get`.
RT_API RuntimeValue rt_get_env(const uint8_t *name_ptr, uint64_t name_len);

// Whether an environment variable is set. False and an error as in `rt_env_get`. Thread-safe among
// the functions of the runtime.
//
// Safety:
// As for `rt_env_get`.
RT_API bool rt_env_exists(const uint8_t *name_ptr, uint64_t name_len);

// Sets an environment variable of this process, also for the processes that are started from now
// on; any bytes, null with length 0 as the empty value. Returns true. False and an error otherwise:
// RT_ERROR_ENV_NAME for a name that is empty or has '=' or a zero byte in it, RT_ERROR_ENV_VALUE
// for a value with a zero byte in it, RT_ERROR_NULL_POINTER, RT_ERROR_LENGTH. Thread-safe among the
// functions of the runtime; C's `getenv` must not run on another thread meanwhile, nor what calls
// it.
//
// Safety:
// Each pointer is null or points at so many readable bytes, and no other thread uses the
// environment otherwise than through the runtime meanwhile.
RT_API
bool rt_env_set(const uint8_t *name_ptr,
                uint64_t name_len,
                const uint8_t *value_ptr,
                uint64_t value_len);

// The same as `rt_env_set`, with 1 and 0 for true and false.
//
// Safety:
// As for `rt_env_set`.
RT_API
int64_t rt_set_env(const uint8_t *name_ptr,
                   uint64_t name_len,
                   const uint8_t *value_ptr,
                   uint64_t value_len);

// Takes an environment variable away. Returns true, also when it was not set. False and an error
// otherwise: RT_ERROR_ENV_NAME, RT_ERROR_NULL_POINTER, RT_ERROR_LENGTH, as in `rt_env_set`.
// Thread-safe in the same way.
//
// Safety:
// As for `rt_env_set`.
RT_API bool rt_env_remove(const uint8_t *name_ptr, uint64_t name_len);

// All environment variables at one moment, as an array of tuples (name, value) of strings, in no
// order. The caller owns all of them and frees them with `rt_value_free_deep`. NIL and
// RT_ERROR_OUT_OF_MEMORY without memory. Thread-safe among the functions of the runtime.
RT_API RuntimeValue rt_env_vars(void);

// The same as `rt_env_vars`.
RT_API RuntimeValue rt_env_all(void);

// All environment variables at one moment, as a dict from names to values, both strings. The caller
// owns all of them and frees them with `rt_value_free_deep`. NIL and RT_ERROR_OUT_OF_MEMORY without
// memory. Thread-safe among the functions of the runtime.
RT_API RuntimeValue rt_env_dict(void);

// The directory that the process works in, as a string, in bytes as they are. The caller owns it.
// NIL and an error otherwise: RT_ERROR_SYSTEM when the system does not tell, as when the directory
// was removed; RT_ERROR_OUT_OF_MEMORY. Thread-safe.
RT_API RuntimeValue rt_env_cwd(void);

// The same as `rt_env_cwd`.
RT_API RuntimeValue rt_current_dir(void);

// Makes the process, all its threads, work in another directory. Returns true. False and an error
// otherwise: RT_ERROR_SYSTEM when there is no such directory or it may not be entered
// (RT_ERROR_SYSTEM also for an empty path or one with a zero byte in it), RT_ERROR_NULL_POINTER,
// RT_ERROR_LENGTH. Thread-safe.
//
// Safety:
// `path_ptr` is null or points at `path_len` readable bytes.
RT_API bool rt_set_current_dir(const uint8_t *path_ptr, uint64_t path_len);

// The user's own directory as a string: what the variable HOME says, else what the system's list of
// users says. The caller owns it. NIL without an error when neither says anything; NIL and
// RT_ERROR_OUT_OF_MEMORY without memory. Thread-safe among the functions of the runtime.
RT_API RuntimeValue rt_env_home(void);

// The directory for temporary files as a string: what the first of TMPDIR, TMP and TEMP says that
// says anything, else /tmp. The caller owns it. NIL and RT_ERROR_OUT_OF_MEMORY without memory.
// Thread-safe among the functions of the runtime.
RT_API RuntimeValue rt_env_temp(void);

/* ---- runtime-process: host ------------------------------------------------------------------ */

// The platform as a string: "linux", "macos", "windows", otherwise "unix". The caller owns it. NIL
// and RT_ERROR_OUT_OF_MEMORY without memory. Thread-safe.
RT_API RuntimeValue rt_platform_name(void);

// The processor's architecture as a string: "x86_64", "aarch64" and so on. The caller owns it. NIL
// and RT_ERROR_OUT_OF_MEMORY without memory. Thread-safe.
RT_API RuntimeValue rt_platform_arch(void);

// The version of the system's kernel as a string, as `uname -r` prints it. The caller owns it. NIL
// and RT_ERROR_OUT_OF_MEMORY without memory. Thread-safe.
RT_API RuntimeValue rt_platform_version(void);

// The machine's name in its network, as a string. The caller owns it. NIL and
// RT_ERROR_OUT_OF_MEMORY without memory. Thread-safe.
RT_API RuntimeValue rt_hostname(void);

// The name of the user whose rights the process has, as a string. The caller owns it. NIL without
// an error when the system's list of users does not have it; NIL and RT_ERROR_OUT_OF_MEMORY without
// memory. Thread-safe.
RT_API RuntimeValue rt_username(void);

// How many processors the process may use, as far as the system says; 1 if it does not.
// Thread-safe.
RT_API int64_t rt_cpu_count(void);

// The number of this process. Thread-safe.
RT_API int64_t rt_getpid(void);

// The number of the process that started this one, or of the one that took its place when it ended.
// Thread-safe.
RT_API int64_t rt_getppid(void);

// Whether there is a process with this number in the system, whoever started it; also one that has
// ended and whose end nobody has fetched. False without an error for a number that is none.
// Thread-safe.
RT_API bool rt_process_exists(int64_t pid);

// Writes what was printed and ends the process with `code`, of which the system keeps the low 8
// bits. What the program registered with `atexit` runs; destructors of what lives on the stacks do
// not. Does not return. Thread-safe: of several threads that call it, one ends the process. Called
// by what an exit runs, it lets the rest of that run and changes the code.
RT_API void rt_exit(int32_t code);

/* ---- runtime-process: pipes ----------------------------------------------------------------- */

// Writes all of the `len` bytes at `data_ptr` to the process's standard input, waiting until there
// is room for them. Returns 1. 0 and an error otherwise: RT_ERROR_PROCESS_CLOSED_PIPE when the
// process reads no more (no signal is sent), RT_ERROR_PROCESS_NO_PIPE when its input is no pipe or
// was closed, RT_ERROR_NOT_A_HANDLE, RT_ERROR_STALE_HANDLE or RT_ERROR_WRONG_KIND when `handle` is
// no live process, RT_ERROR_NULL_POINTER, RT_ERROR_LENGTH, RT_ERROR_SYSTEM. A process that waits
// until its output is read does not read: for much of both, use `rt_process_run_with`, or two
// threads. Thread-safe; texts of several threads do not mix.
//
// Safety:
// `data_ptr` is null or points at `data_len` readable bytes.
RT_API int64_t rt_process_write_stdin(int64_t handle, const uint8_t *data_ptr, uint64_t data_len);

// Closes the process's standard input: it reads what is in the pipe, then the end. Returns 1, also
// when there is nothing to close. 0 and an error otherwise: RT_ERROR_NOT_A_HANDLE,
// RT_ERROR_STALE_HANDLE or RT_ERROR_WRONG_KIND when `handle` is no live process. Thread-safe.
RT_API int64_t rt_process_close_stdin(int64_t handle);

// What the process has written to its standard output, at most `max_len` bytes, as a string; waits
// until there is something. The caller owns the string. NIL without an error when the stream is at
// its end. NIL and an error otherwise: RT_ERROR_PROCESS_NO_PIPE when its output is no pipe,
// RT_ERROR_LENGTH when `max_len` is negative, RT_ERROR_NOT_A_HANDLE, RT_ERROR_STALE_HANDLE or
// RT_ERROR_WRONG_KIND when `handle` is no live process, RT_ERROR_SYSTEM, RT_ERROR_OUT_OF_MEMORY.
// Thread-safe.
RT_API RuntimeValue rt_process_read_stdout(int64_t handle, int64_t max_len);

// As `rt_process_read_stdout`, waiting for at most `timeout_ms` milliseconds (below 0 counts as 0):
// an empty string when nothing came. Thread-safe.
RT_API
RuntimeValue rt_process_read_stdout_timeout(int64_t handle,
                                            int64_t max_len,
                                            int64_t timeout_ms);

// As `rt_process_read_stdout`, for the process's standard error. Thread-safe.
RT_API RuntimeValue rt_process_read_stderr(int64_t handle, int64_t max_len);

// As `rt_process_read_stdout_timeout`, for the process's standard error. Thread-safe.
RT_API
RuntimeValue rt_process_read_stderr_timeout(int64_t handle,
                                            int64_t max_len,
                                            int64_t timeout_ms);

/* ---- runtime-process: process --------------------------------------------------------------- */

// Starts a program, found as by `rt_process_run`, with the standard streams of this process, and
// does not wait for it. Returns the system's number of the process. It can be waited for by that
// number, and need not be: no zombie stays behind. At least the last 4096 ends that nobody asked
// for are remembered. -1 and an error of `rt_process_run` when it does not start. Thread-safe.
//
// Safety:
// `cmd_ptr` is null or points at `cmd_len` readable bytes.
RT_API int64_t rt_process_spawn(const uint8_t *cmd_ptr, uint64_t cmd_len, RuntimeValue args);

// The same as `rt_process_spawn`.
//
// Safety:
// As for `rt_process_spawn`.
RT_API int64_t rt_process_spawn_async(const uint8_t *cmd_ptr, uint64_t cmd_len, RuntimeValue args);

// Starts a program, found as by `rt_process_run`, with pipes to its standard streams, and does not
// wait for it. Returns a handle, which the caller owns and frees with `rt_process_free`. `options`
// are those of `rt_process_run_with` without `input`, `timeout_ms`, `grace_ms` and `max_output`;
// "pipe" is the default of all three streams. 0 and an error of `rt_process_run_with` when it does
// not start; RT_ERROR_HANDLES_EXHAUSTED. Thread-safe.
//
// Safety:
// `cmd_ptr` is null or points at `cmd_len` readable bytes.
RT_API
int64_t rt_process_start(const uint8_t *cmd_ptr,
                         uint64_t cmd_len,
                         RuntimeValue args,
                         RuntimeValue options);

// The system's number of a process. `process` is, here and in all functions with a parameter of
// that name, the handle of `rt_process_start` or the number of `rt_process_spawn`. -1 and an error
// otherwise: RT_ERROR_NOT_A_CHILD for a number of a process that was not started here or whose end
// was told, also after a `fork`; RT_ERROR_NOT_A_HANDLE, RT_ERROR_STALE_HANDLE or
// RT_ERROR_WRONG_KIND for what is no live handle. Thread-safe.
RT_API int64_t rt_process_pid(int64_t process);

// Waits until the process has ended and returns its exit code; 128 and the signal's number when a
// signal ended it, and RT_ERROR_PROCESS_SIGNALED is set. A handle tells the end again and again;
// the number of `rt_process_spawn` tells it once and stands for nothing then. What the process
// writes into a pipe should be read meanwhile, lest it wait for room for ever. -1 and an error
// otherwise: RT_ERROR_NOT_A_CHILD and the errors of handles as in `rt_process_pid`;
// RT_ERROR_PROCESS_STATUS_LOST when this process ignores SIGCHLD or has waited otherwise.
// Thread-safe: several threads may wait for one handle.
RT_API int64_t rt_process_wait(int64_t process);

// As `rt_process_wait`, at once: -1 without an error while the process runs, -2 and an error
// otherwise. Thread-safe.
RT_API int64_t rt_process_try_wait(int64_t process);

// As `rt_process_wait`, for at most `timeout_ms` milliseconds (below 0 counts as 0): -1 without an
// error when the process did not end in time, -2 and an error otherwise. Thread-safe.
RT_API int64_t rt_process_wait_timeout(int64_t process, int64_t timeout_ms);

// Whether the process has not ended; does not take its end from who waits for it. False and an
// error otherwise: RT_ERROR_NOT_A_CHILD and the errors of handles as in `rt_process_pid`.
// Thread-safe.
RT_API bool rt_process_is_running(int64_t process);

// Kills the process with SIGKILL, or its whole group if it was started with the option `group` and
// its end was not told yet. Returns true; false without an error when it has ended. A signal never
// reaches a stranger who has got the number. False and an error otherwise: RT_ERROR_NOT_A_CHILD and
// the errors of handles as in `rt_process_pid`, RT_ERROR_SYSTEM when the system does not allow it.
// Thread-safe.
RT_API bool rt_process_kill(int64_t process);

// As `rt_process_kill`, with another signal: a number of the system's, 15 being SIGTERM.
// RT_ERROR_INVALID_ARGUMENT for a number that is no signal's. Thread-safe.
RT_API bool rt_process_signal(int64_t process, int64_t signal);

// Frees the handle and closes the pipes. A process that runs runs on, with the end of its input
// before it and nobody behind its output, and stands under its own number as one of
// `rt_process_spawn` does; when it ends, no zombie stays behind. Returns 1. 0 and an error
// otherwise: RT_ERROR_NOT_A_HANDLE, RT_ERROR_STALE_HANDLE or RT_ERROR_WRONG_KIND when `handle` is
// no live process. Thread-safe: of several threads that free it, one succeeds.
RT_API int64_t rt_process_free(int64_t handle);

/* ---- runtime-process: run ------------------------------------------------------------------- */

// Runs a program to its end and returns a tuple (stdout, stderr, exit code): two strings, in bytes
// as they are, and an int. The program is looked for in the directories of PATH, unless there is a
// '/' in its name; no shell is involved. `args` is an array of strings, or NIL for none. Its
// standard input is empty. It is over when the program has ended and both streams are closed, also
// by what it has started in turn.
//
// The exit code of a program that a signal ended is 128 and the signal's number, and
// RT_ERROR_PROCESS_SIGNALED is set. When it does not start at all, the result is ("", "", -1) and
// an error is set: RT_ERROR_PROGRAM_NOT_FOUND, RT_ERROR_PROGRAM_NOT_EXECUTABLE;
// RT_ERROR_INVALID_ARGUMENT for an empty name, or a zero byte in the name or an argument;
// RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE when `args` is no array, or an argument, whose
// position the text tells, is no string; RT_ERROR_NULL_POINTER, RT_ERROR_LENGTH; RT_ERROR_SYSTEM
// when the system refuses. The same result when it started but the outcome is lost:
// RT_ERROR_OUT_OF_MEMORY, RT_ERROR_PROCESS_STATUS_LOST when the process ignores SIGCHLD. NIL and
// RT_ERROR_OUT_OF_MEMORY without memory for the tuple.
//
// The caller owns the tuple and the strings and frees them with `rt_value_free_deep`. What was
// printed is written before the program starts. The program gets no descriptors of the runtime's,
// no signals held back, and the default treatment of SIGPIPE. Thread-safe.
//
// Safety:
// `cmd_ptr` is null or points at `cmd_len` readable bytes.
RT_API RuntimeValue rt_process_run(const uint8_t *cmd_ptr, uint64_t cmd_len, RuntimeValue args);

// As `rt_process_run`, for at most `timeout_ms` milliseconds (below 0 counts as 0). The program
// gets a process group of its own, so the keyboard's signals do not reach it. When the time is up,
// the group is killed: the program and all that it has started, unless that has left the group. The
// result has what they wrote until then, and RT_ERROR_PROCESS_TIMED_OUT is set, also when only the
// streams were not closed in time. Thread-safe.
//
// Safety:
// As for `rt_process_run`.
RT_API
RuntimeValue rt_process_run_timeout(const uint8_t *cmd_ptr,
                                    uint64_t cmd_len,
                                    RuntimeValue args,
                                    int64_t timeout_ms);

// As `rt_process_run`, with options: a dict whose keys are among these, or NIL for none. NIL as an
// option's value is as if it were not there.
//
// - `input`, a string: what the program reads from its standard input. Programs that do not read
// all of it do no harm.
// - `cwd`, a string: the directory that the program works in. A program's name with a '/' in it is
// relative to that.
// - `env`, a dict of strings: variables that are set for the program; NIL as a value takes one
// away.
// - `clear_env`, a bool: whether this process's variables are kept from the program.
// - `timeout_ms`, an int: as in `rt_process_run_timeout`.
// - `grace_ms`, an int: how long the group has, when the time is up, between SIGTERM and SIGKILL;
// without it there is no SIGTERM.
// - `max_output`, an int: how many bytes of each stream are kept, the first ones. When there were
// more, RT_ERROR_PROCESS_OUTPUT_CUT is set.
// - `group`, a bool: whether the program gets a process group of its own without a time-out, too.
// - `stdin`, `stdout`, `stderr`, strings: "pipe", "null" (nothing) or "inherit" (the stream of this
// process); for `stderr` also "stdout", which puts both into one in the order of writing. The
// result has what went through pipes.
//
// Besides the errors of `rt_process_run`: RT_ERROR_PROCESS_OPTION for an option that there is not;
// RT_ERROR_WRONG_TYPE, RT_ERROR_NOT_A_VALUE or RT_ERROR_INVALID_ARGUMENT for a value that does not
// fit, a negative number among them; RT_ERROR_ENV_NAME, RT_ERROR_ENV_VALUE. Thread-safe.
//
// Safety:
// As for `rt_process_run`.
RT_API
RuntimeValue rt_process_run_with(const uint8_t *cmd_ptr,
                                 uint64_t cmd_len,
                                 RuntimeValue args,
                                 RuntimeValue options);

// Runs a program to its end, as `rt_process_run`, and returns what it wrote to its standard output.
// The caller owns the string. NIL and an error when it does not start; of a program that a signal
// ended, what it wrote, and RT_ERROR_PROCESS_SIGNALED is set. Thread-safe.
//
// Safety:
// As for `rt_process_run`.
RT_API RuntimeValue rt_process_output(const uint8_t *cmd_ptr, uint64_t cmd_len, RuntimeValue args);

// Runs a program to its end with the standard streams of this process, and returns its exit code;
// 128 and the signal's number when a signal ended it, and RT_ERROR_PROCESS_SIGNALED is set. -1 and
// an error of `rt_process_run` when it does not start or the outcome is lost. Thread-safe.
//
// Safety:
// As for `rt_process_run`.
RT_API int32_t rt_process_execute(const uint8_t *cmd_ptr, uint64_t cmd_len, RuntimeValue args);

// Runs a command line with the shell `/bin/sh` and the standard streams of this process. Returns
// its exit code, or -1 and an error, as `rt_process_execute`. Thread-safe.
//
// Safety:
// `line_ptr` is null or points at `line_len` readable bytes.
RT_API int64_t rt_shell(const uint8_t *line_ptr, uint64_t line_len);

// Runs a command line with the shell `/bin/sh` and returns what it wrote to its standard output, as
// `rt_process_output`. Thread-safe.
//
// Safety:
// `line_ptr` is null or points at `line_len` readable bytes.
RT_API RuntimeValue rt_shell_output(const uint8_t *line_ptr, uint64_t line_len);


/* ============================================================================================= */
/* runtime-sync: Locks, condition variables, channels and threads of the Simple language         */
/* ============================================================================================= */

// The thread does not hold the lock that it wants to release or use.
#define RT_ERROR_NOT_HELD 500
// The thread's result was taken by a join before.
#define RT_ERROR_JOINED 501
// The channel was closed: nothing can be sent into it.
#define RT_ERROR_CHANNEL_CLOSED 502
// More permits, or more read holds of one thread, than can be counted.
#define RT_ERROR_TOO_MANY_HOLDS 503
// The calling thread is at its end and has no storage of its own any more.
#define RT_ERROR_THREAD_ENDING 504

/* ---- runtime-sync: atomic ------------------------------------------------------------------- */

// An atomic int with this value, as a value of the language. The caller owns it and frees it with
// `rt_atomic_free`. NIL and an error when there is no memory (RT_ERROR_OUT_OF_MEMORY) or no handle
// left (RT_ERROR_HANDLES_EXHAUSTED). Thread-safe.
RT_API RuntimeValue rt_atomic_new(int64_t initial);

// The value. Sequentially consistent. 0 and an error otherwise: RT_ERROR_NOT_A_VALUE or
// RT_ERROR_WRONG_TYPE when `atomic` is no live atomic. Thread-safe.
RT_API int64_t rt_atomic_load(RuntimeValue atomic);

// Stores a value. Sequentially consistent. Returns 1. 0 and an error otherwise:
// RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `atomic` is no live atomic. Thread-safe.
RT_API int64_t rt_atomic_store(RuntimeValue atomic, int64_t value);

// Stores a value and returns the one before. Sequentially consistent. 0 and an error otherwise:
// RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `atomic` is no live atomic. Thread-safe.
RT_API int64_t rt_atomic_swap(RuntimeValue atomic, int64_t value);

// Stores `new_value` if the value is `expected`: 1, else 0. Either way the value before is written
// to `result_ptr`, if that is not null. Sequentially consistent. 0 and an error otherwise, and
// nothing is written: RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `atomic` is no live atomic,
// RT_ERROR_MISALIGNED when `result_ptr` is not aligned to 8 bytes. Thread-safe.
//
// Safety:
// `result_ptr` is null or points at an `int64_t` that nothing else uses during the call.
RT_API
int64_t rt_atomic_compare_exchange(RuntimeValue atomic,
                                   int64_t expected,
                                   int64_t new_value,
                                   int64_t *result_ptr);

// Adds `delta`, wrapping around, and returns the value before. Sequentially consistent. 0 and an
// error otherwise: RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `atomic` is no live atomic.
// Thread-safe.
RT_API int64_t rt_atomic_fetch_add(RuntimeValue atomic, int64_t delta);

// Subtracts `delta`, wrapping around, and returns the value before. Sequentially consistent. 0 and
// an error otherwise: RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `atomic` is no live atomic.
// Thread-safe.
RT_API int64_t rt_atomic_fetch_sub(RuntimeValue atomic, int64_t delta);

// Keeps the bits of `mask` and returns the value before. Sequentially consistent. 0 and an error
// otherwise: RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `atomic` is no live atomic.
// Thread-safe.
RT_API int64_t rt_atomic_fetch_and(RuntimeValue atomic, int64_t mask);

// Sets the bits of `mask` and returns the value before. Sequentially consistent. 0 and an error
// otherwise: RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `atomic` is no live atomic.
// Thread-safe.
RT_API int64_t rt_atomic_fetch_or(RuntimeValue atomic, int64_t mask);

// Flips the bits of `mask` and returns the value before. Sequentially consistent. 0 and an error
// otherwise: RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `atomic` is no live atomic.
// Thread-safe.
RT_API int64_t rt_atomic_fetch_xor(RuntimeValue atomic, int64_t mask);

// The number of the atomic, from 1; no other lock object of the process has it. 0 and an error
// otherwise: RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `atomic` is no live atomic.
// Thread-safe.
RT_API int64_t rt_atomic_id(RuntimeValue atomic);

// Frees the atomic. Returns 1. 0 and an error otherwise: RT_ERROR_NOT_A_VALUE or
// RT_ERROR_WRONG_TYPE when `atomic` is no live atomic, so also the second time. Thread-safe: of
// several threads that free it, one succeeds.
RT_API int64_t rt_atomic_free(RuntimeValue atomic);

/* ---- runtime-sync: barrier ------------------------------------------------------------------ */

// A barrier for `thread_count` threads. The caller owns it and frees it with `rt_barrier_free`. NIL
// and an error otherwise: RT_ERROR_INVALID_ARGUMENT for 0, RT_ERROR_LENGTH for a negative count,
// RT_ERROR_OUT_OF_MEMORY, RT_ERROR_HANDLES_EXHAUSTED. Thread-safe.
RT_API RuntimeValue rt_barrier_new(int64_t thread_count);

// Waits until as many threads have come as the barrier is for; then it is ready for the next round.
// Returns 1 to one of them, the last, and 0 to the others. 0 and an error otherwise:
// RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `barrier` is no live barrier,
// RT_ERROR_STALE_HANDLE when another thread freed it during the call. Thread-safe.
RT_API int64_t rt_barrier_wait(RuntimeValue barrier);

// How many threads the barrier is for. 0 and an error otherwise: RT_ERROR_NOT_A_VALUE or
// RT_ERROR_WRONG_TYPE when `barrier` is no live barrier. Thread-safe.
RT_API int64_t rt_barrier_thread_count(RuntimeValue barrier);

// The number of the barrier, from 1; no other lock object of the process has it. 0 and an error
// otherwise: RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `barrier` is no live barrier.
// Thread-safe.
RT_API int64_t rt_barrier_id(RuntimeValue barrier);

// Frees the barrier. Returns 1. 0 and an error otherwise: RT_ERROR_BUSY while a thread waits,
// RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `barrier` is no live barrier, so also the second
// time. Thread-safe: of several threads that free it, one succeeds.
RT_API int64_t rt_barrier_free(RuntimeValue barrier);

/* ---- runtime-sync: channel ------------------------------------------------------------------ */

// An open channel without a bound. Any number of threads send and receive; each value is received
// once, in the order of sending. The caller owns the channel and frees it with `rt_channel_free`. 0
// and RT_ERROR_HANDLES_EXHAUSTED when no handle is left. Thread-safe.
RT_API int64_t rt_channel_new(void);

// Sends a value; never waits. The word is passed as it is, not copied: the object behind it is the
// receiver's from now on. Returns 1. 0 and an error otherwise: RT_ERROR_CHANNEL_CLOSED when the
// channel was closed, RT_ERROR_NOT_A_HANDLE, RT_ERROR_STALE_HANDLE or RT_ERROR_WRONG_KIND when
// `handle` is no live channel, RT_ERROR_OUT_OF_MEMORY. Thread-safe.
RT_API int64_t rt_channel_send(int64_t handle, RuntimeValue value);

// Receives the oldest value, which is the caller's. NIL without an error when there is none. NIL
// and an error otherwise: RT_ERROR_NOT_A_HANDLE, RT_ERROR_STALE_HANDLE or RT_ERROR_WRONG_KIND when
// `handle` is no live channel. Thread-safe.
RT_API RuntimeValue rt_channel_try_recv(int64_t handle);

// Receives the oldest value, which is the caller's, waiting until there is one. NIL without an
// error when the channel is closed and empty. NIL and an error otherwise: RT_ERROR_NOT_A_HANDLE,
// RT_ERROR_STALE_HANDLE or RT_ERROR_WRONG_KIND when `handle` is no live channel. Thread-safe.
RT_API RuntimeValue rt_channel_recv(int64_t handle);

// As `rt_channel_recv`, but waits at most `timeout_ms` milliseconds of a monotonic clock (below 0
// counts as 0). NIL without an error when the time was not enough. Thread-safe.
RT_API RuntimeValue rt_channel_recv_timeout(int64_t handle, int64_t timeout_ms);

// Closes the channel: nothing more is sent, what is in it can still be received, and who waits for
// more stops waiting. Closing it again changes nothing. Returns 1. 0 and an error otherwise:
// RT_ERROR_NOT_A_HANDLE, RT_ERROR_STALE_HANDLE or RT_ERROR_WRONG_KIND when `handle` is no live
// channel. Thread-safe.
RT_API int64_t rt_channel_close(int64_t handle);

// Whether the channel was closed: 1 or 0. 1 and an error otherwise: RT_ERROR_NOT_A_HANDLE,
// RT_ERROR_STALE_HANDLE or RT_ERROR_WRONG_KIND when `handle` is no live channel. Thread-safe.
RT_API int64_t rt_channel_is_closed(int64_t handle);

// How many values are in the channel at this moment. -1 and an error otherwise:
// RT_ERROR_NOT_A_HANDLE, RT_ERROR_STALE_HANDLE or RT_ERROR_WRONG_KIND when `handle` is no live
// channel. Thread-safe.
RT_API int64_t rt_channel_len(int64_t handle);

// Frees the channel. Values in it stay, and nobody receives them. Returns 1. 0 and an error
// otherwise: RT_ERROR_BUSY while a thread waits to receive, RT_ERROR_NOT_A_HANDLE,
// RT_ERROR_STALE_HANDLE or RT_ERROR_WRONG_KIND when `handle` is no live channel. Thread-safe: of
// several threads that free it, one succeeds.
RT_API int64_t rt_channel_free(int64_t handle);

/* ---- runtime-sync: condvar ------------------------------------------------------------------ */

// A condition variable. The caller owns it and frees it with `rt_condvar_free`. 0 and
// RT_ERROR_HANDLES_EXHAUSTED when no handle is left. Thread-safe.
RT_API int64_t rt_condvar_new(void);

// Gives up the mutex, waits until notified, and takes the mutex again. `mutex_handle` is the
// mutex's value word; this thread holds it. A wait may end without a notification, so it belongs
// into a loop that looks at the condition (`rt_mutex_get`). Returns 1. -1 and an error otherwise,
// and the mutex is held as before: RT_ERROR_NOT_A_HANDLE, RT_ERROR_STALE_HANDLE or
// RT_ERROR_WRONG_KIND when `handle` is no live condition variable, RT_ERROR_NOT_A_VALUE or
// RT_ERROR_WRONG_TYPE when `mutex_handle` is no live mutex, RT_ERROR_NOT_HELD when this thread does
// not hold it. Thread-safe.
RT_API int64_t rt_condvar_wait(int64_t handle, int64_t mutex_handle);

// As `rt_condvar_wait`, but waits at most `timeout_ms` milliseconds of a monotonic clock for the
// notification. Returns 1 when notified, 0 when the time was over first, which is no error; the
// mutex is held in both cases. -1 and an error otherwise: RT_ERROR_NOT_A_HANDLE,
// RT_ERROR_STALE_HANDLE or RT_ERROR_WRONG_KIND when `condvar_handle` is no live condition variable,
// RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `mutex_handle` is no live mutex,
// RT_ERROR_NOT_HELD when this thread does not hold it. Thread-safe.
RT_API
int64_t rt_condvar_wait_timeout(int64_t condvar_handle,
                                int64_t mutex_handle,
                                uint64_t timeout_ms);

// Wakes one thread that waits, if there is one. Returns 1. 0 and an error otherwise:
// RT_ERROR_NOT_A_HANDLE, RT_ERROR_STALE_HANDLE or RT_ERROR_WRONG_KIND when `handle` is no live
// condition variable. Thread-safe.
RT_API int64_t rt_condvar_notify_one(int64_t handle);

// Wakes all threads that wait. Returns 1. 0 and an error otherwise: RT_ERROR_NOT_A_HANDLE,
// RT_ERROR_STALE_HANDLE or RT_ERROR_WRONG_KIND when `handle` is no live condition variable.
// Thread-safe.
RT_API int64_t rt_condvar_notify_all(int64_t handle);

// Frees the condition variable. Returns 1. 0 and an error otherwise: RT_ERROR_BUSY while a thread
// waits on it, RT_ERROR_NOT_A_HANDLE, RT_ERROR_STALE_HANDLE or RT_ERROR_WRONG_KIND when `handle` is
// no live condition variable. Thread-safe: of several threads that free it, one succeeds.
RT_API int64_t rt_condvar_free(int64_t handle);

/* ---- runtime-sync: mutex -------------------------------------------------------------------- */

// A mutex that holds `value`. Any 64 bits may be held; the mutex does not own the object behind
// them. The caller owns the mutex and frees it with `rt_mutex_free`. NIL and an error when there is
// no memory (RT_ERROR_OUT_OF_MEMORY) or no handle left (RT_ERROR_HANDLES_EXHAUSTED). Thread-safe.
RT_API RuntimeValue rt_mutex_new(RuntimeValue value);

// Locks the mutex, waiting as long as it takes, and returns its value. The lock holds until this
// thread calls `rt_mutex_unlock`. NIL and an error otherwise: RT_ERROR_DEADLOCK when this thread
// holds it already, RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `mutex` is no live mutex,
// RT_ERROR_STALE_HANDLE when another thread freed it during the call. Thread-safe.
RT_API RuntimeValue rt_mutex_lock(RuntimeValue mutex);

// Locks the mutex if it is free, and returns its value. NIL without an error when another thread
// holds it; whether a NIL is the value of a locked mutex, `rt_mutex_is_held_by_me` tells. NIL and
// an error as in `rt_mutex_lock`. Thread-safe.
RT_API RuntimeValue rt_mutex_try_lock(RuntimeValue mutex);

// Locks the mutex, waiting at most `timeout_ms` milliseconds of a monotonic clock (below 0 counts
// as 0). Returns 1 when it is locked, 0 when the time was not enough, which is no error, -1 and an
// error as in `rt_mutex_lock`. `rt_mutex_get` gives the value. Thread-safe.
RT_API int64_t rt_mutex_lock_timeout(RuntimeValue mutex, int64_t timeout_ms);

// Stores `new_value` and unlocks the mutex. Returns 1. 0 and an error otherwise, and nothing is
// stored: RT_ERROR_NOT_HELD when this thread does not hold the mutex, RT_ERROR_NOT_A_VALUE or
// RT_ERROR_WRONG_TYPE when `mutex` is no live mutex. Thread-safe.
RT_API int64_t rt_mutex_unlock(RuntimeValue mutex, RuntimeValue new_value);

// The value of a mutex that this thread holds, as after a wait on a condition variable. NIL and an
// error otherwise: RT_ERROR_NOT_HELD when it does not, RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE
// when `mutex` is no live mutex. Thread-safe.
RT_API RuntimeValue rt_mutex_get(RuntimeValue mutex);

// Stores a value into a mutex that this thread holds and goes on to hold, as before a wait on a
// condition variable. Returns 1. 0 and an error otherwise: RT_ERROR_NOT_HELD when it does not hold
// the mutex, RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `mutex` is no live mutex.
// Thread-safe.
RT_API int64_t rt_mutex_set(RuntimeValue mutex, RuntimeValue new_value);

// Whether the calling thread holds the mutex: 1 or 0. 0 and an error otherwise:
// RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `mutex` is no live mutex. Thread-safe.
RT_API int64_t rt_mutex_is_held_by_me(RuntimeValue mutex);

// The number of the mutex, from 1; no other lock object of the process has it. 0 and an error
// otherwise: RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `mutex` is no live mutex.
// Thread-safe.
RT_API int64_t rt_mutex_id(RuntimeValue mutex);

// Frees the mutex; the value that it holds stays. Returns 1. 0 and an error otherwise:
// RT_ERROR_BUSY while a thread holds the mutex or waits for it (on a condition variable too),
// RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `mutex` is no live mutex, so also the second
// time. Thread-safe: of several threads that free it, one succeeds.
RT_API int64_t rt_mutex_free(RuntimeValue mutex);

/* ---- runtime-sync: rwlock ------------------------------------------------------------------- */

// A readers-writer lock that holds `value`. Any 64 bits may be held; the lock does not own the
// object behind them. The caller owns the lock and frees it with `rt_rwlock_free`. NIL and an error
// when there is no memory (RT_ERROR_OUT_OF_MEMORY) or no handle left (RT_ERROR_HANDLES_EXHAUSTED).
// Thread-safe.
RT_API RuntimeValue rt_rwlock_new(RuntimeValue value);

// Takes the lock for reading, waiting while a thread writes or waits to write, and returns its
// value. It holds until this thread calls `rt_rwlock_unlock_read`. A thread may read several times
// at once; it unlocks as often. NIL and an error otherwise: RT_ERROR_DEADLOCK when this thread
// writes, RT_ERROR_TOO_MANY_HOLDS when it reads 1,048,576 times already, RT_ERROR_NOT_A_VALUE or
// RT_ERROR_WRONG_TYPE when `lock` is no live rwlock, RT_ERROR_STALE_HANDLE when another thread
// freed it during the call. Thread-safe.
RT_API RuntimeValue rt_rwlock_read(RuntimeValue lock);

// Takes the lock for reading if that needs no waiting, and returns its value. NIL without an error
// when it does; `rt_rwlock_read_timeout` with 0 tells that from a NIL that the lock holds. NIL and
// an error as in `rt_rwlock_read`. Thread-safe.
RT_API RuntimeValue rt_rwlock_try_read(RuntimeValue lock);

// Takes the lock for reading, waiting at most `timeout_ms` milliseconds of a monotonic clock (below
// 0 counts as 0). Returns 1 when it is taken, 0 when the time was not enough, which is no error, -1
// and an error as in `rt_rwlock_read`. `rt_rwlock_get` gives the value. Thread-safe.
RT_API int64_t rt_rwlock_read_timeout(RuntimeValue lock, int64_t timeout_ms);

// Takes the lock for writing, waiting as long as it takes, and returns its value. It holds until
// this thread calls `rt_rwlock_unlock_write`; `rt_rwlock_set` stores a new value. NIL and an error
// otherwise: RT_ERROR_DEADLOCK when this thread reads or writes already, RT_ERROR_NOT_A_VALUE or
// RT_ERROR_WRONG_TYPE when `lock` is no live rwlock, RT_ERROR_STALE_HANDLE when another thread
// freed it during the call. Thread-safe.
RT_API RuntimeValue rt_rwlock_write(RuntimeValue lock);

// Takes the lock for writing if it is free, and returns its value. NIL without an error when it is
// not; `rt_rwlock_write_timeout` with 0 tells that from a NIL that the lock holds. NIL and an error
// as in `rt_rwlock_write`. Thread-safe.
RT_API RuntimeValue rt_rwlock_try_write(RuntimeValue lock);

// Takes the lock for writing, waiting at most `timeout_ms` milliseconds of a monotonic clock (below
// 0 counts as 0). Returns 1 when it is taken, 0 when the time was not enough, which is no error, -1
// and an error as in `rt_rwlock_write`. `rt_rwlock_get` gives the value. Thread-safe.
RT_API int64_t rt_rwlock_write_timeout(RuntimeValue lock, int64_t timeout_ms);

// Stores a value. A thread that writes goes on to hold the lock; a thread that does not hold it
// takes it for the moment of storing, waiting as long as it takes. Returns 1. 0 and an error
// otherwise: RT_ERROR_DEADLOCK when this thread reads, RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE
// when `lock` is no live rwlock. Thread-safe.
RT_API int64_t rt_rwlock_set(RuntimeValue lock, RuntimeValue new_value);

// The value of a lock that this thread reads or writes. NIL and an error otherwise:
// RT_ERROR_NOT_HELD when it does neither, RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `lock`
// is no live rwlock. Thread-safe.
RT_API RuntimeValue rt_rwlock_get(RuntimeValue lock);

// Ends one read of this thread. `handle` is the lock's value word. Returns 1. 0 and an error
// otherwise: RT_ERROR_NOT_HELD when this thread does not read, RT_ERROR_NOT_A_VALUE or
// RT_ERROR_WRONG_TYPE when `handle` is no live rwlock. Thread-safe.
RT_API int64_t rt_rwlock_unlock_read(int64_t handle);

// Ends this thread's writing. `handle` is the lock's value word. Returns 1. 0 and an error
// otherwise: RT_ERROR_NOT_HELD when this thread does not write, RT_ERROR_NOT_A_VALUE or
// RT_ERROR_WRONG_TYPE when `handle` is no live rwlock. Thread-safe.
RT_API int64_t rt_rwlock_unlock_write(int64_t handle);

// The number of the lock, from 1; no other lock object of the process has it. 0 and an error
// otherwise: RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `lock` is no live rwlock.
// Thread-safe.
RT_API int64_t rt_rwlock_id(RuntimeValue lock);

// Frees the lock; the value that it holds stays. Returns 1. 0 and an error otherwise: RT_ERROR_BUSY
// while a thread reads, writes or waits to, RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `lock`
// is no live rwlock, so also the second time. Thread-safe: of several threads that free it, one
// succeeds.
RT_API int64_t rt_rwlock_free(RuntimeValue lock);

/* ---- runtime-sync: semaphore ---------------------------------------------------------------- */

// A semaphore with `initial_count` permits, from 0 to 2^61 - 1. The caller owns it and frees it
// with `rt_semaphore_free`. NIL and an error otherwise: RT_ERROR_LENGTH for a count that is
// negative or too large, RT_ERROR_OUT_OF_MEMORY, RT_ERROR_HANDLES_EXHAUSTED. Thread-safe.
RT_API RuntimeValue rt_semaphore_new(int64_t initial_count);

// Takes a permit, waiting as long as it takes. Returns 1. 0 and an error otherwise:
// RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `sem` is no live semaphore,
// RT_ERROR_STALE_HANDLE when another thread freed it during the call. Thread-safe.
RT_API int64_t rt_semaphore_acquire(RuntimeValue sem);

// Takes a permit if there is one: 1. 0 without an error when there is none, 0 and an error as in
// `rt_semaphore_acquire`. Thread-safe.
RT_API int64_t rt_semaphore_try_acquire(RuntimeValue sem);

// Takes a permit, waiting at most `timeout_ms` milliseconds of a monotonic clock (below 0 counts as
// 0). Returns 1. 0 without an error when the time was not enough, 0 and an error as in
// `rt_semaphore_acquire`. Thread-safe.
RT_API int64_t rt_semaphore_acquire_timeout(RuntimeValue sem, int64_t timeout_ms);

// Gives a permit, whoever took it, and wakes a thread that waits for one. Returns 1. 0 and an error
// otherwise: RT_ERROR_TOO_MANY_HOLDS when there are 2^61 - 1 permits, RT_ERROR_NOT_A_VALUE or
// RT_ERROR_WRONG_TYPE when `sem` is no live semaphore. Thread-safe.
RT_API int64_t rt_semaphore_release(RuntimeValue sem);

// How many permits there are at this moment. 0 and an error otherwise: RT_ERROR_NOT_A_VALUE or
// RT_ERROR_WRONG_TYPE when `sem` is no live semaphore. Thread-safe.
RT_API int64_t rt_semaphore_count(RuntimeValue sem);

// The number of the semaphore, from 1; no other lock object of the process has it. 0 and an error
// otherwise: RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `sem` is no live semaphore.
// Thread-safe.
RT_API int64_t rt_semaphore_id(RuntimeValue sem);

// Frees the semaphore. Returns 1. 0 and an error otherwise: RT_ERROR_BUSY while a thread waits for
// a permit, RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `sem` is no live semaphore, so also
// the second time. Thread-safe: of several threads that free it, one succeeds.
RT_API int64_t rt_semaphore_free(RuntimeValue sem);

/* ---- runtime-sync: thread ------------------------------------------------------------------- */

// Starts a thread that calls `closure_ptr` with a deep copy of `data`. `closure_ptr` is the address
// of a function `RuntimeValue f(RuntimeValue data)`, or a closure value, whose code gets the
// closure (a copy too) before the data. The copies are the thread's own; locks, atomics and other
// objects that threads share are not copied. Returns a handle when the copy is made, so `data` may
// be changed again at once. The caller owns the handle and frees it with `rt_thread_free`. 0 and an
// error otherwise: RT_ERROR_NULL_POINTER, RT_ERROR_INVALID_ARGUMENT, RT_ERROR_NOT_A_VALUE or
// RT_ERROR_WRONG_TYPE when `closure_ptr` is null, a number where no code can be, or a heap word
// that is no live closure; RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when something in the data
// is freed or cannot be copied; RT_ERROR_SYSTEM when the system starts no thread;
// RT_ERROR_OUT_OF_MEMORY, RT_ERROR_HANDLES_EXHAUSTED. Thread-safe.
//
// Safety:
// A `closure_ptr` that is an address is that of such a function, and so is the code of a closure.
RT_API uint64_t rt_thread_spawn_isolated(uint64_t closure_ptr, RuntimeValue data);

// As `rt_thread_spawn_isolated`, with two arguments: `RuntimeValue f(RuntimeValue data1,
// RuntimeValue data2)`. `data1` is copied; `data2` is passed as it is, for a channel's handle or an
// object that both threads use by turns. The caller owns the handle and frees it with
// `rt_thread_free`. 0 and an error otherwise: RT_ERROR_NULL_POINTER, RT_ERROR_INVALID_ARGUMENT,
// RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when `closure_ptr` is null, a number where no code
// can be, or a heap word that is no live closure; RT_ERROR_NOT_A_VALUE or RT_ERROR_WRONG_TYPE when
// something in the data is freed or cannot be copied; RT_ERROR_SYSTEM when the system starts no
// thread; RT_ERROR_OUT_OF_MEMORY, RT_ERROR_HANDLES_EXHAUSTED. Thread-safe.
//
// Safety:
// As for `rt_thread_spawn_isolated`.
RT_API
uint64_t rt_thread_spawn_isolated2(uint64_t closure_ptr,
                                   RuntimeValue data1,
                                   RuntimeValue data2);

// Waits until the thread has ended and returns its result, which is the caller's. The handle stays
// until `rt_thread_free`. NIL and an error otherwise: RT_ERROR_JOINED when the result was taken
// before or another thread waits for it, RT_ERROR_PANIC when a Rust panic ended the thread,
// RT_ERROR_DEADLOCK when the calling thread would wait for itself (also by way of other joins),
// RT_ERROR_NOT_A_HANDLE, RT_ERROR_STALE_HANDLE or RT_ERROR_WRONG_KIND when `handle` is no live
// thread. Thread-safe.
RT_API RuntimeValue rt_thread_join(uint64_t handle);

// Whether the thread has ended: 1 or 0. 1 and an error otherwise, so that nobody waits in a loop
// for what is no thread: RT_ERROR_NOT_A_HANDLE, RT_ERROR_STALE_HANDLE or RT_ERROR_WRONG_KIND when
// `handle` is no live thread. Thread-safe.
RT_API int64_t rt_thread_is_done(uint64_t handle);

// The thread's number, from 1, as `rt_thread_current_id` returns it there; no other thread of the
// process has it, before or after. 0 and an error otherwise: RT_ERROR_NOT_A_HANDLE,
// RT_ERROR_STALE_HANDLE or RT_ERROR_WRONG_KIND when `handle` is no live thread. Thread-safe.
RT_API int64_t rt_thread_id(uint64_t handle);

// The number of the calling thread, from 1. Every thread has one, however it was started.
// Thread-safe.
RT_API int64_t rt_thread_current_id(void);

// Frees the handle. A running thread runs on, and nobody gets its result. Returns 1. 0 and an error
// otherwise: RT_ERROR_BUSY while a thread waits in `rt_thread_join`, RT_ERROR_NOT_A_HANDLE,
// RT_ERROR_STALE_HANDLE or RT_ERROR_WRONG_KIND when `handle` is no live thread. Thread-safe: of
// several threads that free it, one succeeds.
RT_API int64_t rt_thread_free(uint64_t handle);

// How many threads can run at once, as far as the system says; 1 if it does not. Thread-safe.
RT_API int64_t rt_thread_available_parallelism(void);

// Sleeps for `millis` milliseconds; returns at once for 0 and less. Thread-safe.
RT_API void rt_thread_sleep(int64_t millis);

// Lets other threads run first. Thread-safe.
RT_API void rt_thread_yield(void);

// Tells the processor that this thread waits in a loop. Thread-safe.
RT_API void rt_spin_loop_hint(void);

/* ---- runtime-sync: thread_local ------------------------------------------------------------- */

// A slot in which every thread has a value of its own, NIL at first. The caller owns it and frees
// it with `rt_thread_local_free`. 0 and RT_ERROR_HANDLES_EXHAUSTED when no handle is left.
// Thread-safe.
RT_API int64_t rt_thread_local_new(void);

// This thread's value, NIL when it has set none. NIL and an error otherwise: RT_ERROR_NOT_A_HANDLE,
// RT_ERROR_STALE_HANDLE or RT_ERROR_WRONG_KIND when `handle` is no live thread-local slot.
// Thread-safe.
RT_API RuntimeValue rt_thread_local_get(int64_t handle);

// Sets this thread's value. The slot does not own the object behind it. Returns 1. 0 and an error
// otherwise: RT_ERROR_NOT_A_HANDLE, RT_ERROR_STALE_HANDLE or RT_ERROR_WRONG_KIND when `handle` is
// no live thread-local slot, RT_ERROR_THREAD_ENDING when the thread is at its end. Thread-safe.
RT_API int64_t rt_thread_local_set(int64_t handle, RuntimeValue value);

// Frees the slot: no thread has a value in it any more. The values stay. Returns 1. 0 and an error
// otherwise: RT_ERROR_NOT_A_HANDLE, RT_ERROR_STALE_HANDLE or RT_ERROR_WRONG_KIND when `handle` is
// no live thread-local slot. Thread-safe: of several threads that free it, one succeeds.
RT_API int64_t rt_thread_local_free(int64_t handle);


/* ============================================================================================= */
/* runtime-time: Time of the Simple runtime: clocks, instants in microseconds and their          */
/* calendar, text in both directions, UTC offsets                                                */
/* ============================================================================================= */

// The instant is beyond what an int64_t of microseconds holds.
#define RT_ERROR_TIME_RANGE 700
// A component of a date or a time of day that does not exist, as 30 February.
#define RT_ERROR_TIME_COMPONENT 701
// The text is not written as the format asks for.
#define RT_ERROR_TIME_TEXT 702
// The format string has a directive that does not exist or cannot be used here.
#define RT_ERROR_TIME_FORMAT 703
// The UTC offset is impossible, or the system does not tell it.
#define RT_ERROR_TIME_OFFSET 704

/* ---- runtime-time: calendar ----------------------------------------------------------------- */

// The components of an instant, all at once.
typedef struct RtDateTime {
    // The year; 0 is the one before the year 1.
    int32_t year;
    // 1 to 12.
    int32_t month;
    // 1 to 31.
    int32_t day;
    // 0 to 23.
    int32_t hour;
    // 0 to 59.
    int32_t minute;
    // 0 to 59.
    int32_t second;
    // 0 to 999999.
    int32_t microsecond;
    // 1 (Monday) to 7 (Sunday).
    int32_t weekday;
    // 1 to 366.
    int32_t day_of_year;
} RtDateTime;


// The year of the instant micros (microseconds since 1970) in UTC; 0 is the one before the year 1.
// Cannot fail. Thread-safe.
RT_API int32_t rt_timestamp_get_year(int64_t micros);

// The month of the instant micros (microseconds since 1970) in UTC, 1 to 12. Cannot fail.
// Thread-safe.
RT_API int32_t rt_timestamp_get_month(int64_t micros);

// The day of the month of the instant micros (microseconds since 1970) in UTC, 1 to 31. Cannot
// fail. Thread-safe.
RT_API int32_t rt_timestamp_get_day(int64_t micros);

// The hour of the instant micros (microseconds since 1970) in UTC, 0 to 23. Cannot fail.
// Thread-safe.
RT_API int32_t rt_timestamp_get_hour(int64_t micros);

// The minute of the instant micros (microseconds since 1970) in UTC, 0 to 59. Cannot fail.
// Thread-safe.
RT_API int32_t rt_timestamp_get_minute(int64_t micros);

// The second of the instant micros (microseconds since 1970) in UTC, 0 to 59. Cannot fail.
// Thread-safe.
RT_API int32_t rt_timestamp_get_second(int64_t micros);

// The microsecond within the second of the instant micros (microseconds since 1970), 0 to 999999,
// before 1970 too. Cannot fail. Thread-safe.
RT_API int32_t rt_timestamp_get_microsecond(int64_t micros);

// The day of the week of the instant micros (microseconds since 1970) in UTC, 1 (Monday) to 7
// (Sunday). Cannot fail. Thread-safe.
RT_API int32_t rt_timestamp_get_weekday(int64_t micros);

// The day of the year of the instant micros (microseconds since 1970) in UTC, 1 to 366. Cannot
// fail. Thread-safe.
RT_API int32_t rt_timestamp_get_day_of_year(int64_t micros);

// The year of ISO 8601's week of the instant micros (microseconds since 1970) in UTC; around New
// Year it may be the year before or after that of rt_timestamp_get_year. Cannot fail. Thread-safe.
RT_API int32_t rt_timestamp_get_iso_year(int64_t micros);

// The week of ISO 8601 of the instant micros (microseconds since 1970) in UTC, 1 to 53: weeks begin
// on Monday, week 1 is the one with the year's first Thursday. Cannot fail. Thread-safe.
RT_API int32_t rt_timestamp_get_iso_week(int64_t micros);

// Fills *out with all components of the instant micros (microseconds since 1970) in UTC; cheaper
// than one getter after the other. 1 when done; 0 and RT_ERROR_NULL_POINTER or RT_ERROR_MISALIGNED
// for an out that is null or not aligned. Thread-safe.
//
// Safety:
// An out that is not null points at memory for an RtDateTime that nothing else uses meanwhile.
RT_API int64_t rt_timestamp_get_components(int64_t micros, struct RtDateTime *out);

// All components of the instant micros (microseconds since 1970) in UTC, as a tuple of nine ints:
// year, month, day, hour, minute, second, microsecond, weekday (1 Monday to 7 Sunday), day of the
// year. The tuple is the caller's. NIL and RT_ERROR_OUT_OF_MEMORY without memory. Thread-safe.
RT_API RuntimeValue rt_timestamp_components(int64_t micros);

// The instant of a date and time in UTC, in microseconds since 1970. INT64_MIN and
// RT_ERROR_TIME_COMPONENT for a date that does not exist or a component out of its range (month 1
// to 12, day 1 to the month's length, hour 0 to 23, minute and second 0 to 59, microsecond 0 to
// 999999); INT64_MIN and RT_ERROR_TIME_RANGE when the instant does not fit. INT64_MIN is also the
// first instant, which sets no error. Thread-safe.
RT_API
int64_t rt_timestamp_from_components(int32_t year,
                                     int32_t month,
                                     int32_t day,
                                     int32_t hour,
                                     int32_t minute,
                                     int32_t second,
                                     int32_t microsecond);

// The instant days days after micros, before it when days is negative; a day is 86,400 seconds.
// INT64_MIN and RT_ERROR_TIME_RANGE when it does not fit. Thread-safe.
RT_API int64_t rt_timestamp_add_days(int64_t micros, int64_t days);

// How many whole days lie from micros2 to micros1, rounded down: -1 when micros1 is a microsecond
// before micros2. Cannot fail. Thread-safe.
RT_API int64_t rt_timestamp_diff_days(int64_t micros1, int64_t micros2);

// As rt_timestamp_diff_days, in seconds.
RT_API int64_t rt_timestamp_diff_seconds(int64_t micros1, int64_t micros2);

// Whether the year has a 29 February. Cannot fail. Thread-safe.
RT_API bool rt_time_is_leap_year(int32_t year);

// How many days the month has, 28 to 31. -1 and RT_ERROR_TIME_COMPONENT for a month that is not 1
// to 12. Thread-safe.
RT_API int32_t rt_time_days_in_month(int32_t year, int32_t month);

// How many seconds this computer's local time is ahead of UTC at the instant micros; negative west
// of Greenwich. The zone is that of the variable TZ or the system's setting when the process first
// asked for it. INT32_MIN and RT_ERROR_TIME_OFFSET when the system does not tell. Thread-safe, as
// long as no thread changes the environment.
RT_API int32_t rt_timestamp_get_local_offset(int64_t micros);

/* ---- runtime-time: clock -------------------------------------------------------------------- */

// The wall clock: microseconds since 1970-01-01T00:00:00Z, rounded down. It jumps when the clock is
// set: not for measuring. 0 for a clock set before 1970. Cannot fail. Thread-safe.
RT_API int64_t rt_time_now_unix_micros(void);

// As rt_time_now_unix_micros, in milliseconds.
RT_API int64_t rt_time_now_unix_millis(void);

// As rt_time_now_unix_micros, in nanoseconds; the largest int64_t from the year 2262 on.
RT_API int64_t rt_time_now_unix_nanos(void);

// As rt_time_now_unix_micros, in seconds with a fraction. A double holds today's time to about a
// quarter of a microsecond.
RT_API double rt_time_now_seconds(void);

// The current time in UTC as ISO 8601 text, as rt_timestamp_to_iso. A string of the caller's; NIL
// and RT_ERROR_OUT_OF_MEMORY without memory. Thread-safe.
RT_API RuntimeValue rt_time_now_iso(void);

// The monotonic clock in nanoseconds since its first use in this process. It never goes back or
// jumps, and all threads share it: the clock for measuring. Cannot fail. Thread-safe.
RT_API int64_t rt_time_now_nanos(void);

// As rt_time_now_nanos, in microseconds.
RT_API int64_t rt_time_now_micros(void);

// As rt_time_now_nanos, in milliseconds.
RT_API int64_t rt_time_now_monotonic_ms(void);

// Starts the calling thread's stopwatch, anew if it runs. Always true. Thread-safe.
RT_API bool rt_progress_init(void);

// As rt_progress_init.
RT_API bool rt_progress_reset(void);

// The seconds since the calling thread's stopwatch was started. One that was never started starts
// now, and 0 is returned. Cannot fail. Thread-safe.
RT_API double rt_progress_get_elapsed_seconds(void);

// The current year in UTC. To take a time apart, read the clock once and use
// rt_timestamp_get_components: between two calls the clock goes on. Cannot fail. Thread-safe.
RT_API int64_t rt_time_year(void);

// The current month in UTC, 1 to 12. See rt_time_year.
RT_API int64_t rt_time_month(void);

// The current day of the month in UTC, 1 to 31. See rt_time_year.
RT_API int64_t rt_time_day(void);

// The current hour in UTC, 0 to 23. See rt_time_year.
RT_API int64_t rt_time_hour(void);

// The current minute, 0 to 59. See rt_time_year.
RT_API int64_t rt_time_minute(void);

// The current second, 0 to 59. See rt_time_year.
RT_API int64_t rt_time_second(void);

/* ---- runtime-time: text --------------------------------------------------------------------- */

// The instant micros in UTC as text: RFC 3339 for the years 0 to 9999, 2024-03-15T14:30:45.123456Z,
// the fraction without zeros at its end; beyond, ISO 8601 with a sign and six digits for the year.
// rt_timestamp_from_iso reads all of it. A string of the caller's; NIL and RT_ERROR_OUT_OF_MEMORY
// without memory. Thread-safe.
RT_API RuntimeValue rt_timestamp_to_iso(int64_t micros);

// The instant micros as RFC 3339 text in a local time offset_seconds ahead of UTC. A string of the
// caller's. NIL and RT_ERROR_TIME_RANGE for a year outside of 0 to 9999, NIL and
// RT_ERROR_TIME_OFFSET for an offset that is not of whole minutes or is a day or more. Thread-safe.
RT_API RuntimeValue rt_timestamp_to_rfc3339(int64_t micros, int32_t offset_seconds);

// The instant, in microseconds since 1970, that a text of RFC 3339 (or of ISO 8601 with a sign and
// six digits for the year) names. Digits of the fraction after the sixth are cut off. INT64_MIN and
// RT_ERROR_TIME_TEXT when the text is anything else or the date does not exist, RT_ERROR_TIME_RANGE
// when the instant does not fit, RT_ERROR_NOT_UTF8 when it is no text. Thread-safe.
//
// Safety:
// A text_ptr that is not null points at text_len readable bytes.
RT_API int64_t rt_timestamp_from_iso(const uint8_t *text_ptr, uint64_t text_len);

// As rt_timestamp_from_iso, and less strict: the other forms of ISO 8601 too; a date alone is its
// midnight; a time without an offset is UTC; a space may stand for the T; white space around the
// text is skipped. The errors are the same. Thread-safe.
//
// Safety:
// A text_ptr that is not null points at text_len readable bytes.
RT_API int64_t rt_timestamp_parse(const uint8_t *text_ptr, uint64_t text_len);

// The instant micros, in a local time offset_seconds ahead of UTC, in a format as strftime's, in
// English: %Y %C %y %m %B %b %h %d %e %j %H %k %I %l %p %P %M %S %f (microseconds) %A %a %u %w %G
// %g %V %U %W %z %:z %s %F %D %T %R %r %n %t %%, with the flags - (no padding), _ (spaces) and 0
// for numbers. A string of the caller's. NIL and RT_ERROR_TIME_FORMAT for another directive,
// RT_ERROR_TIME_OFFSET for an offset of a day or more, RT_ERROR_NOT_UTF8. Thread-safe.
//
// Safety:
// A format_ptr that is not null points at format_len readable bytes.
RT_API
RuntimeValue rt_timestamp_format(int64_t micros,
                                 int32_t offset_seconds,
                                 const uint8_t *format_ptr,
                                 uint64_t format_len);

// The instant, in microseconds since 1970, that a text names which is written in a format as
// strptime's, with the directives of rt_timestamp_format. What the format leaves open is midnight,
// the full minute or second, UTC. INT64_MIN and RT_ERROR_TIME_FORMAT for an unknown directive,
// RT_ERROR_TIME_TEXT when the text does not fit or the date does not exist, RT_ERROR_TIME_RANGE
// when the instant does not fit, RT_ERROR_NOT_UTF8. Thread-safe.
//
// Safety:
// A text_ptr that is not null points at text_len readable bytes, a format_ptr that is not null at
// format_len.
RT_API
int64_t rt_timestamp_parse_format(const uint8_t *text_ptr,
                                  uint64_t text_len,
                                  const uint8_t *format_ptr,
                                  uint64_t format_len);


/* ============================================================================================= */
/* runtime-torch: PyTorch for the Simple language: tensors, autograd, layers, optimizers and     */
/* data on LibTorch                                                                              */
/* ============================================================================================= */

// LibTorch refused: the message is the first line of its own.
#define RT_ERROR_TORCH 2000
// The library was built without PyTorch.
#define RT_ERROR_TORCH_UNAVAILABLE 2001
// A number that is no dtype.
#define RT_ERROR_TORCH_DTYPE 2002
// A number that is no device, or a device that is not there.
#define RT_ERROR_TORCH_DEVICE 2003
// An option that the class does not have, or one with a value that it does not take.
#define RT_ERROR_TORCH_OPTION 2004
// A tensor that would be larger than this machine's memory.
#define RT_ERROR_TORCH_TOO_LARGE 2005
// A file of data that is not in its format, is cut off, or goes on after its end.
#define RT_ERROR_TORCH_DATA 2030
// No mirror gave a file of data as it should be.
#define RT_ERROR_TORCH_DOWNLOAD 2031
// TorchScript source that does not compile: the message begins with its line and column.
#define RT_ERROR_TORCH_SCRIPT 2060
// A file that is no TorchScript archive, or a broken one.
#define RT_ERROR_TORCH_ARCHIVE 2061
// A method that a TorchScript module does not have.
#define RT_ERROR_TORCH_METHOD 2062
// A callback returned what it must not, or the error value without an error.
#define RT_ERROR_TORCH_CALLBACK 2063
// A file that is no model file, or a broken one.
#define RT_ERROR_TORCH_FILE 2070
// A model file with an object that loading never makes: the message names it.
#define RT_ERROR_TORCH_FILE_GLOBAL 2071
// A value that model files cannot hold.
#define RT_ERROR_TORCH_FILE_VALUE 2072
// ONNX Runtime refused a model or a run: the message is its own.
#define RT_ERROR_TORCH_ONNX 2080
// There is no ONNX Runtime, or what is there cannot be used: the message says what gets one.
#define RT_ERROR_TORCH_ONNX_LIBRARY 2081
// A file that is no ONNX model, or a wrong one: the message says what is wrong, and where.
#define RT_ERROR_TORCH_ONNX_MODEL 2082
// An input that an ONNX model does not have or cannot take, or one that is missing.
#define RT_ERROR_TORCH_ONNX_INPUT 2083
// A result of an ONNX model that is nothing the runtime has values for, or no result of it at all.
#define RT_ERROR_TORCH_ONNX_OUTPUT 2084
// An operation that the ONNX export does not cover: the message names it and the module or the
// place in the source that it came from.
#define RT_ERROR_TORCH_ONNX_OPERATOR 2085
// What an ONNX model cannot be, for another reason than an operation: results that are no tensors,
// names that clash, an axis that is not dynamic, too many weights.
#define RT_ERROR_TORCH_ONNX_EXPORT 2086
// Something of a process group before there is one, after it was destroyed, or on a rank that is no
// member.
#define RT_ERROR_TORCH_DIST_NO_GROUP 2090
// The ranks did not meet: an address, port or rank that is none, a port in use, ranks that did not
// come.
#define RT_ERROR_TORCH_DIST_INIT 2091
// Another rank did not take part in a collective within the time-out. The group is of no use after
// it.
#define RT_ERROR_TORCH_DIST_TIMEOUT 2092
// The connection to another rank broke: it died, left, or had failed itself. The group is of no use
// after it.
#define RT_ERROR_TORCH_DIST_PEER 2093
// A backend that there is not, or that this library was built without.
#define RT_ERROR_TORCH_DIST_BACKEND 2094
// The ranks were in different collectives, or with different dtypes or sizes. The group is of no
// use after it.
#define RT_ERROR_TORCH_DIST_MISMATCH 2095

// 32-bit floats.
#define RT_TORCH_FLOAT32 0
// 64-bit floats.
#define RT_TORCH_FLOAT64 1
// 32-bit ints.
#define RT_TORCH_INT32 2
// 64-bit ints.
#define RT_TORCH_INT64 3
// Booleans, one byte each.
#define RT_TORCH_BOOL 4
// Unsigned bytes.
#define RT_TORCH_UINT8 5
// Signed bytes.
#define RT_TORCH_INT8 6
// 16-bit ints.
#define RT_TORCH_INT16 7
// IEEE half precision.
#define RT_TORCH_FLOAT16 8
// bfloat16: the upper half of a 32-bit float.
#define RT_TORCH_BFLOAT16 9
// Pairs of 32-bit floats.
#define RT_TORCH_COMPLEX64 10
// Pairs of 64-bit floats.
#define RT_TORCH_COMPLEX128 11

/* ---- runtime-torch: autograd ---------------------------------------------------------------- */

// Says whether operations on the tensor are recorded for its gradient. Returns another handle of
// the same tensor, which is the caller's to free. NIL with RT_ERROR_TORCH for a tensor that is not
// of floats, and one that an operation made; with a handle's error for what is no tensor. Other
// threads must not use the tensor meanwhile.
RT_API RuntimeValue rt_torch_set_requires_grad(RuntimeValue tensor, int64_t requires_grad);

// As `rt_torch_set_requires_grad`, without another handle. Returns 1; 0 with RT_ERROR_TORCH when
// PyTorch refuses, and with a handle's error for what is no tensor. Other threads must not use the
// tensor meanwhile.
RT_API int64_t rt_torch_requires_grad_(RuntimeValue tensor, int64_t requires_grad);

// 1 when operations on the tensor are recorded for its gradient, else 0. 0 with a handle's error
// for what is no tensor. Thread-safe.
RT_API int64_t rt_torch_requires_grad(RuntimeValue tensor);

// 1 when no recorded operation made the tensor, else 0. 0 with a handle's error for what is no
// tensor. Thread-safe.
RT_API int64_t rt_torch_is_leaf(RuntimeValue tensor);

// The gradient that has gathered in the tensor: a new handle of it that is the caller's to free, or
// NIL without an error when there is none. NIL with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_grad(RuntimeValue tensor);

// Makes `gradient` the tensor's gradient, or takes it away with NIL. Returns 1; 0 with
// RT_ERROR_TORCH when its shape, dtype or device is not the tensor's, and with a handle's error for
// what is no tensor. Other threads must not use the tensor meanwhile.
RT_API int64_t rt_torch_set_grad(RuntimeValue tensor, RuntimeValue gradient);

// Takes the tensor's gradient away: `rt_torch_grad` is NIL then, as PyTorch sets it to None.
// Returns 1; 0 with a handle's error for what is no tensor. Other threads must not use the tensor
// meanwhile.
RT_API int64_t rt_torch_zero_grad(RuntimeValue tensor);

// The same elements without the operations that made them, and without a gradient. A new tensor
// that shares the elements and is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch
// refuses, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_detach(RuntimeValue tensor);

// Lets a tensor that an operation made keep its gradient too. Returns 1; 0 with RT_ERROR_TORCH for
// a tensor without recorded operations, and with a handle's error for what is no tensor. Other
// threads must not use the tensor meanwhile.
RT_API int64_t rt_torch_retain_grad(RuntimeValue tensor);

// Walks back from a tensor of one element and adds to the gradients of all that it depends on. The
// record of operations is gone then. Returns 1; 0 with RT_ERROR_TORCH for more elements, and
// without a record or after a walk; with a handle's error for what is no tensor. Other threads may
// walk through other tensors' records meanwhile.
RT_API int64_t rt_torch_backward(RuntimeValue tensor);

// As `rt_torch_backward`, from a tensor of any shape, with the `gradient` that it starts with (NIL
// for 1, of one element). `retain_graph` other than 0 keeps the record for another walk;
// `create_graph` other than 0 records the walk itself, for gradients of gradients. Returns 1; 0
// with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
RT_API
int64_t rt_torch_backward_with(RuntimeValue tensor,
                               RuntimeValue gradient,
                               int64_t retain_graph,
                               int64_t create_graph);

// The gradients of the tensors in `outputs` by those in `inputs`, as torch.autograd.grad gives
// them: nothing is added to any gradient. `options` is NIL or a dict with PyTorch's names:
// `grad_outputs` (an array of tensors and NIL), `retain_graph`, `create_graph`, `allow_unused`
// (then NIL stands for the gradient of an input that nothing depends on). A new array that is the
// caller's, of new tensors that are the caller's to free. NIL with RT_ERROR_TORCH when PyTorch
// refuses, with RT_ERROR_TORCH_OPTION for other options, with RT_ERROR_WRONG_TYPE for what is no
// array, and with a handle's error for what is no tensor. Thread-safe.
RT_API
RuntimeValue rt_torch_grad_of(RuntimeValue outputs,
                              RuntimeValue inputs,
                              RuntimeValue options);

// Says whether the operations of this thread are recorded for gradients; at first they are. Returns
// 1 when they were until now, else 0, which is no error.
RT_API int64_t rt_torch_set_grad_enabled(int64_t enabled);

// 1 when the operations of this thread are recorded for gradients, else 0, which is no error.
RT_API int64_t rt_torch_is_grad_enabled(void);

// Begins a part of this thread's program whose operations are not recorded for gradients. It ends
// with `rt_torch_autograd_no_grad_end`; such parts nest. Returns 1.
RT_API int64_t rt_torch_autograd_no_grad_begin(void);

// Ends the part that this thread began last with `rt_torch_autograd_no_grad_begin`, and sets the
// mode to what it was before. Returns 1; 0 with RT_ERROR_INVALID_ARGUMENT when there is none.
RT_API int64_t rt_torch_autograd_no_grad_end(void);

// Scales the gradients of the tensors in an array down so that the norm of all of them together is
// at most `max_norm`, as torch.nn.utils.clip_grad_norm_; `norm_type` is the p of the norm, and may
// be infinite. Returns the norm as it was. 0.0 with RT_ERROR_TORCH when PyTorch refuses, with
// RT_ERROR_WRONG_TYPE for what is no array, and with a handle's error for what is no tensor. Other
// threads must not use the gradients meanwhile.
RT_API double rt_torch_clip_grad_norm(RuntimeValue params, double max_norm, double norm_type);

// Limits every element of the gradients of the tensors in an array to the range from -`clip_value`
// to `clip_value`, as torch.nn.utils.clip_grad_value_. Returns 1; 0 with RT_ERROR_TORCH when
// PyTorch refuses, with RT_ERROR_WRONG_TYPE for what is no array, and with a handle's error for
// what is no tensor. Other threads must not use the gradients meanwhile.
RT_API int64_t rt_torch_clip_grad_value(RuntimeValue params, double clip_value);

/* ---- runtime-torch: autograd_context -------------------------------------------------------- */

// Makes an empty context: a place for tensors and values that a function's forward leaves for its
// backward. The caller frees it with `rt_torch_autograd_context_free`. NIL and
// RT_ERROR_HANDLES_EXHAUSTED when no handle is left. Thread-safe.
RT_API RuntimeValue rt_torch_autograd_context_new(void);

// Adds a tensor to the context's list. It stays alive with the context, whether or not its handle
// is freed. Returns 1; 0 with a handle's error for what is no context and for what is no tensor.
// Thread-safe.
RT_API int64_t rt_torch_autograd_context_save_tensor(RuntimeValue ctx, RuntimeValue tensor);

// The tensors of the context in the order in which they were saved: a new array that is the
// caller's, of new handles of the same tensors that are the caller's to free. NIL with a handle's
// error for what is no context. Thread-safe.
RT_API RuntimeValue rt_torch_autograd_context_get_saved_tensors(RuntimeValue ctx);

// Sets the value of a key. Keys are compared by their text: the int 1 is the string "1". The
// context neither checks nor owns what the value refers to. Returns 1; 0 with a handle's error for
// what is no context, and with RT_ERROR_NOT_A_VALUE for a key that is a forged or freed word.
// Thread-safe.
RT_API
int64_t rt_torch_autograd_context_save_value(RuntimeValue ctx,
                                             RuntimeValue key,
                                             RuntimeValue value);

// The value that was saved under the key, or NIL without an error when there is none. NIL with a
// handle's error for what is no context, and with RT_ERROR_NOT_A_VALUE for a key that is a forged
// or freed word. Thread-safe.
RT_API RuntimeValue rt_torch_autograd_context_get_value(RuntimeValue ctx, RuntimeValue key);

// Ends a context, and gives its tensors up. Returns 1; 0 with a handle's error for what is no
// context. Thread-safe.
RT_API int64_t rt_torch_autograd_context_free(RuntimeValue ctx);

/* ---- runtime-torch: autograd_function ------------------------------------------------------- */

// Makes a function whose gradient the program computes, as torch.autograd.Function does.
// `forward_fn` and `backward_fn` are the addresses of
// RuntimeValue forward(RuntimeValue ctx, RuntimeValue inputs);
// RuntimeValue backward(RuntimeValue ctx, RuntimeValue grad_outputs);
// or closure values, whose code gets the closure's word before these two. The forward gets an array
// of tensors, runs unrecorded, and returns a tensor, or an array or tuple of tensors. What the
// backward needs it saves in the context: tensors with `rt_torch_autograd_context_save_tensor`,
// values with `..._save_value`. The backward gets an array with the gradient of each output (zeros
// for one that nothing depends on; NIL after `rt_torch_autograd_context_set_materialize_grads(ctx,
// 0)`), and returns the gradients of the inputs, NIL for an input that has none: a tensor for one
// input, else an array or tuple. With create_graph its operations are recorded, so it can be
// differentiated itself.
//
// The context and the arrays and tensors that a callback is given live as long as the call. What it
// returns passes to the runtime, which frees the handles of tensors in it and the array or tuple.
// It reports a failure by returning ERROR, or NIL with a last error; that error is the one of the
// function that led to the call. The last error is cleared before each call. On the CPU the
// backward runs on the thread that asked for gradients; gradients of tensors on a GPU are computed
// on a thread of PyTorch's, so code must be callable there. A callback must be callable, and a
// closure live, as long as the function or a tensor that it made.
//
// Returns the handle; the caller frees it with `rt_torch_autograd_function_free`. NIL with
// RT_ERROR_NULL_POINTER or RT_ERROR_INVALID_ARGUMENT where no code is. Thread-safe.
//
// Safety:
// The addresses are those of such functions.
RT_API RuntimeValue rt_torch_autograd_function_new(int64_t forward_fn, int64_t backward_fn);

// As `rt_torch_autograd_function_new`, for functions that get `userdata` first. Takes `userdata`
// over: `drop`, unless it is NULL, is called with it when the function and all that it made are
// gone, on whichever thread that happens; also when this fails.
//
// Safety:
// The functions and `drop` are callable with `userdata` on any thread.
RT_API
RuntimeValue rt_torch_autograd_function_new_with(RuntimeValue (*forward_fn)(void *userdata,
                                                                            RuntimeValue ctx,
                                                                            RuntimeValue inputs),
                                                 RuntimeValue (*backward_fn)(void *userdata,
                                                                             RuntimeValue ctx,
                                                                             RuntimeValue grad_outputs),
                                                 void *userdata,
                                                 void (*drop)(void *userdata));

// Runs a custom function's forward on `inputs`, an array or tuple of tensors or one tensor, and
// gives what it returns its gradient.
//
// Returns what the forward returned, a tensor or an array or tuple of tensors, as new handles that
// are the caller's to free. NIL with the forward's own error; with RT_ERROR_PANIC when it panics;
// with RT_ERROR_TORCH_CALLBACK when it returns something else; with a handle's error for what is no
// function and for what is no tensor. Threads may run one function at once if its code allows it.
RT_API RuntimeValue rt_torch_autograd_function_apply(RuntimeValue func, RuntimeValue inputs);

// Ends a custom function's handle. What it made keeps its gradient. Returns 1; 0 with a handle's
// error for what is no function. Thread-safe.
RT_API int64_t rt_torch_autograd_function_free(RuntimeValue func);

// Says that an output of a custom function's forward has no gradient: called in the forward, with a
// tensor that it returns then. Returns 1; 0 with a handle's error for what is no context and for
// what is no tensor. Thread-safe.
RT_API
int64_t rt_torch_autograd_context_mark_non_differentiable(RuntimeValue ctx,
                                                          RuntimeValue output);

// Says, in a custom function's forward, whether the backward gets zeros for the gradients of
// outputs that nothing depends on (`value` other than 0, as at first), or NIL (0). Returns 1; 0
// with a handle's error for what is no context. Thread-safe.
RT_API int64_t rt_torch_autograd_context_set_materialize_grads(RuntimeValue ctx, int64_t value);

// 1 when the gradient of the input at this place is wanted, in a custom function's forward and
// backward, else 0, also where no input is. 0 with a handle's error for what is no context.
// Thread-safe.
RT_API int64_t rt_torch_autograd_context_needs_input_grad(RuntimeValue ctx, int64_t index);

// Runs a part of a network without keeping what its gradient needs: backward runs it again. That
// costs time and saves memory; the gradients are the same, and so are the random numbers (of
// dropout, for one), also when checkpoints nest. It works as torch.utils.checkpoint with
// use_reentrant=False.
//
// `func` is a module, a TorchScript module, a closure, or an int that is the address of a function
// `RuntimeValue f(RuntimeValue inputs)`; a closure's code gets the closure's word first. Code gets
// an array of the inputs, returns a tensor or an array, tuple or dict of tensors, and must compute
// the same each time; what it gets and returns, and how it fails, is as with
// `rt_torch_autograd_function_new`. It must be callable, and a closure live, as long as a tensor
// that it made. `inputs` is an array or tuple of inputs, or the only one.
//
// Returns what `func` returned, as new handles that are the caller's to free. NIL with the error of
// `func`; with RT_ERROR_NULL_POINTER or RT_ERROR_INVALID_ARGUMENT for an int where no code is; with
// RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE for another value, and with a handle's error for what
// is no tensor. An error of a later run, or one that computes something else, is backward's. While
// random numbers are drawn again, other threads' numbers are disturbed: PyTorch's generator is the
// process's.
//
// Safety:
// An address is that of such a function.
RT_API RuntimeValue rt_torch_checkpoint(RuntimeValue func, RuntimeValue inputs);

// As `rt_torch_checkpoint`, for a function that gets `userdata` first. Takes `userdata` over:
// `drop`, unless it is NULL, is called with it when all that the function made is gone, on
// whichever thread that happens; also when this fails.
//
// Safety:
// The function and `drop` are callable with `userdata` on any thread.
RT_API
RuntimeValue rt_torch_checkpoint_with(RuntimeValue (*func)(void *userdata, RuntimeValue inputs),
                                      RuntimeValue inputs,
                                      void *userdata,
                                      void (*drop)(void *userdata));

/* ---- runtime-torch: build ------------------------------------------------------------------- */

// 1 when the library was built with PyTorch, else 0. Never an error. Thread-safe.
RT_API int64_t rt_torch_available(void);

/* ---- runtime-torch: dataloader -------------------------------------------------------------- */

// Makes a loader that hands out a data set's samples in batches.
//
// `shuffle`: each epoch has an order of its own, which follows from the seed of
// rt_torch_manual_seed as PyTorch's DataLoader's does. `drop_last`: a last batch that is not full
// is left out. The data set's handle stays the caller's, and may be freed. Returns a new loader,
// the caller's to free with rt_torch_dataloader_free. NIL with RT_ERROR_INVALID_ARGUMENT for a
// batch size that is not above 0 or an empty data set to shuffle, or with a handle's error.
// Thread-safe.
RT_API
RuntimeValue rt_torch_dataloader_new(RuntimeValue dataset,
                                     int64_t batch_size,
                                     int64_t shuffle,
                                     int64_t drop_last);

// Makes a loader with options, a dict or NIL: `batch_size` (1), `shuffle` (false), `seed` (an int:
// the orders are those of PyTorch's DataLoader with a generator of this seed), `drop_last` (false),
// `prefetch` (how many batches a background thread gets ready ahead of time, 0 for no thread),
// `sampler` (one of rt_torch_dist_sampler_new for as many samples as the data set has, instead of
// `shuffle`: each epoch has what it says then; the handle stays the caller's).
//
// As rt_torch_dataloader_new, and NIL with RT_ERROR_TORCH_OPTION for an option that there is not.
// Thread-safe.
RT_API RuntimeValue rt_torch_dataloader_new_with(RuntimeValue dataset, RuntimeValue options);

// The next batch: a tuple of a tensor for each of the data set's, (features, labels) for two; NIL
// at the end of the epoch, which is no error.
//
// The tensors are copies, with new handles that are the caller's to free, as the tuple is. NIL with
// RT_ERROR_TORCH when there is no memory, RT_ERROR_SYSTEM when there can be no thread, or a
// handle's error. Thread-safe: several threads get different batches.
RT_API RuntimeValue rt_torch_dataloader_next(RuntimeValue dataloader);

// Goes to the beginning of another epoch, at its end or before; a loader that shuffles has another
// order then. Returns 1, or 0 with a handle's error. Thread-safe.
RT_API int64_t rt_torch_dataloader_reset(RuntimeValue dataloader);

// How many batches an epoch has; -1 with a handle's error for what is no loader. Thread-safe.
RT_API int64_t rt_torch_dataloader_len(RuntimeValue dataloader);

// Ends a loader, and its thread if it has one; the data set stays. Returns 1, or 0 with a handle's
// error. Thread-safe.
RT_API int64_t rt_torch_dataloader_free(RuntimeValue dataloader);

/* ---- runtime-torch: dataset ----------------------------------------------------------------- */

// Makes a data set of two tensors whose rows belong together.
//
// The data set refers to the tensors' memory and does not copy it; the handles stay the caller's,
// and may be freed. Returns a new data set, the caller's to free with rt_torch_dataset_free. NIL
// with RT_ERROR_INVALID_ARGUMENT when the first dimensions differ or a tensor has none, or with a
// handle's error. Thread-safe.
RT_API RuntimeValue rt_torch_tensor_dataset_new(RuntimeValue features, RuntimeValue labels);

// Makes a data set of an array of tensors whose rows belong together; as
// rt_torch_tensor_dataset_new. Thread-safe.
RT_API RuntimeValue rt_torch_dataset_new(RuntimeValue tensors);

// How many samples a data set has; -1 with a handle's error for what is none. Thread-safe.
RT_API int64_t rt_torch_dataset_len(RuntimeValue dataset);

// One sample: a tuple of its row of each tensor, (features, labels) for two. Negative indices count
// from the end.
//
// The rows are views of the data set's tensors, with new handles that are the caller's to free. NIL
// with RT_ERROR_INVALID_ARGUMENT for an index that is out of the data set, or with a handle's
// error. Thread-safe.
RT_API RuntimeValue rt_torch_dataset_get(RuntimeValue dataset, int64_t index);

// The data set's tensors with all rows, as an array of new handles that are the caller's to free.
// NIL with a handle's error for what is no data set. Thread-safe.
RT_API RuntimeValue rt_torch_dataset_tensors(RuntimeValue dataset);

// Ends a data set's handle; tensors and loaders that were made with it stay. Returns 1, or 0 with a
// handle's error. Thread-safe.
RT_API int64_t rt_torch_dataset_free(RuntimeValue dataset);

// Reads an IDX file, plain or compressed by gzip, into a tensor of the shape and type that it says.
//
// The tensor is new and the caller's to free. NIL with RT_ERROR_SYSTEM when the file cannot be
// read, RT_ERROR_TORCH_DATA when it is no IDX file, is cut off or goes on after its end,
// RT_ERROR_TORCH_TOO_LARGE when it would not fit into memory, or RT_ERROR_NOT_UTF8 for the path.
// Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes.
RT_API RuntimeValue rt_torch_idx_load(const uint8_t *path_ptr, uint64_t path_len);

// Reads MNIST, or a set in its format, out of a folder: the part to train with, or to test with
// when `train` is 0.
//
// The files are train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and
// t10k-labels-idx1-ubyte, as they are or with .gz, in the folder or where torchvision puts them
// below it; only those of the wanted part need be there. The features are float32 [N, 1, H, W] from
// 0 to 1, the labels int64 [N], with sizes as the files say. Returns a new data set, the caller's
// to free with rt_torch_dataset_free; NIL with the errors of rt_torch_idx_load. Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes.
RT_API RuntimeValue rt_torch_mnist_load(const uint8_t *path_ptr, uint64_t path_len, int64_t train);

// Reads CIFAR-10 in its binary form out of a folder: the part to train with, or to test with when
// `train` is 0.
//
// The files are data_batch_1.bin to data_batch_5.bin and test_batch.bin, as they are or with .gz,
// in the folder or in cifar-10-batches-bin below it; only those of the wanted part need be there.
// The features are float32 [N, 3, 32, 32] from 0 to 1, the labels int64 [N]. Returns a new data
// set, the caller's to free with rt_torch_dataset_free; NIL with the errors of rt_torch_idx_load.
// Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes.
RT_API
RuntimeValue rt_torch_cifar10_load(const uint8_t *path_ptr,
                                   uint64_t path_len,
                                   int64_t train);

/* ---- runtime-torch: device ------------------------------------------------------------------ */

// The version of LibTorch, "2.13.0": a new string that is the caller's. Thread-safe.
RT_API RuntimeValue rt_torch_version(void);

// Seeds PyTorch's generators of random numbers, that of the CPU and those of the GPUs, which all
// threads share: the same operations give the same numbers after it. Returns 1. Thread-safe.
RT_API int64_t rt_torch_manual_seed(int64_t seed);

// How many threads an operation on the CPU uses. Thread-safe.
RT_API int64_t rt_torch_get_num_threads(void);

// Sets how many threads an operation on the CPU uses, for the whole process. Returns 1; 0 with
// RT_ERROR_INVALID_ARGUMENT for other than 1 to 256. Thread-safe.
RT_API int64_t rt_torch_set_num_threads(int64_t count);

// 1 when there is a GPU that this LibTorch can use, else 0, which is no error. Thread-safe.
RT_API int64_t rt_torch_cuda_available(void);

// How many GPUs this LibTorch can use. 0 without an error when there is none. Thread-safe.
RT_API int64_t rt_torch_cuda_device_count(void);

// Waits until a GPU, whose numbers start at 0, has done all that was asked of it. Returns 1; 0 with
// RT_ERROR_TORCH_DEVICE when there is no such GPU. Thread-safe.
RT_API int64_t rt_torch_cuda_synchronize(int64_t device_id);

// The bytes that tensors hold on a GPU, whose numbers start at 0. 0 with RT_ERROR_TORCH_DEVICE when
// there is no such GPU. Thread-safe.
RT_API int64_t rt_torch_cuda_memory_allocated(int64_t device_id);

// The most bytes that tensors held on a GPU since the start or the last
// `rt_torch_cuda_reset_peak_memory_stats`. 0 with RT_ERROR_TORCH_DEVICE when there is no such GPU.
// Thread-safe.
RT_API int64_t rt_torch_cuda_max_memory_allocated(int64_t device_id);

// Starts what `rt_torch_cuda_max_memory_allocated` reports anew. Returns 1; 0 with
// RT_ERROR_TORCH_DEVICE when there is no such GPU. Thread-safe.
RT_API int64_t rt_torch_cuda_reset_peak_memory_stats(int64_t device_id);

// Gives memory that LibTorch keeps for later tensors back to the GPUs. Returns 1, also without a
// GPU, where there is none; 0 with RT_ERROR_TORCH. Thread-safe.
RT_API int64_t rt_torch_cuda_empty_cache(void);

// Gives memory on the CPU that is kept for later tensors back to the system. Memory of tensors of
// 128 KiB and more stays with the process when they are freed: at most as much as was in use at one
// time, or 64 MiB if that is more, and never above 1 GiB. Returns 1. Thread-safe.
RT_API int64_t rt_torch_cpu_empty_cache(void);

/* ---- runtime-torch: collectives ------------------------------------------------------------- */

// Waits until all ranks have called this. Returns 1, or 0 with the errors of
// rt_torch_dist_all_reduce.
RT_API int64_t rt_torch_dist_barrier(void);

// As rt_torch_dist_barrier, in a group (NIL: all ranks); a handle's error for what is none.
RT_API int64_t rt_torch_dist_barrier_in(RuntimeValue group);

// As rt_torch_dist_barrier_in, without waiting: returns a work for rt_torch_dist_work_wait, the
// caller's to free with rt_torch_dist_work_free. NIL with the errors of arguments; what goes wrong
// between ranks is an error of the wait.
RT_API RuntimeValue rt_torch_dist_barrier_async(RuntimeValue group);

// Reduces a tensor across all ranks, in place: `op` is 0 sum, 1 product, 2 min, 3 max, 4 avg. Every
// rank calls this with a tensor of the same shape and dtype, and has the result then.
//
// gloo has float32, float64, float16, bfloat16, int32, int64, int8, uint8, bool, and complex64 and
// complex128 for sum and avg; avg is for floats and complex numbers. The tensor is contiguous. It
// is changed as it lies in memory, whether it needs a gradient or not.
//
// Returns 1. 0 with RT_ERROR_TORCH_DIST_NO_GROUP before a group is formed, after it was destroyed,
// or on a rank that is no member; RT_ERROR_TORCH_DTYPE and RT_ERROR_INVALID_ARGUMENT for a tensor
// that will not do, or an op that is none; a handle's error. And with what goes wrong between
// ranks, after which the group is of no use and should be destroyed: RT_ERROR_TORCH_DIST_TIMEOUT
// when a rank does not take part within the group's time-out; RT_ERROR_TORCH_DIST_PEER when the
// connection to one broke, since it died or failed itself; RT_ERROR_TORCH_DIST_MISMATCH when one
// was in another collective, or with another shape, dtype or op. Shapes that differ are told apart
// where all ranks are of this library. Waits, for at most the group's time-out; several threads may
// call collectives, as long as all ranks do so in the same order.
RT_API int64_t rt_torch_dist_all_reduce(RuntimeValue tensor, int64_t op);

// As rt_torch_dist_all_reduce, in a group (NIL: all ranks); a handle's error for what is none.
RT_API int64_t rt_torch_dist_all_reduce_in(RuntimeValue group, RuntimeValue tensor, int64_t op);

// As rt_torch_dist_all_reduce_in, without waiting: returns a work for rt_torch_dist_work_wait, the
// caller's to free with rt_torch_dist_work_free. NIL with the errors of arguments; what goes wrong
// between ranks is an error of the wait.
RT_API
RuntimeValue rt_torch_dist_all_reduce_async(RuntimeValue group,
                                            RuntimeValue tensor,
                                            int64_t op);

// Gives the tensor of rank `src` to all: every rank calls this with a tensor of the same shape and
// dtype, which is written on the others. Returns 1, or 0 with the errors of
// rt_torch_dist_all_reduce, and with RT_ERROR_INVALID_ARGUMENT when there is no rank `src`.
RT_API int64_t rt_torch_dist_broadcast(RuntimeValue tensor, int64_t src);

// As rt_torch_dist_broadcast, in a group (NIL: all ranks); `src` is a member, by its rank among
// all.
RT_API int64_t rt_torch_dist_broadcast_in(RuntimeValue group, RuntimeValue tensor, int64_t src);

// As rt_torch_dist_broadcast_in, without waiting: returns a work for rt_torch_dist_work_wait, the
// caller's to free with rt_torch_dist_work_free. NIL with the errors of arguments; what goes wrong
// between ranks is an error of the wait.
RT_API
RuntimeValue rt_torch_dist_broadcast_async(RuntimeValue group,
                                           RuntimeValue tensor,
                                           int64_t src);

// Gives the tensors of all ranks to all. `tensor_list` is an array (or tuple) of one tensor for
// each rank, which are written; an empty array gets new ones, with handles that are the caller's to
// free. All have the shape and dtype of `tensor`. Returns 1, or 0 with the errors of
// rt_torch_dist_all_reduce, and of an array.
RT_API int64_t rt_torch_dist_all_gather(RuntimeValue tensor_list, RuntimeValue tensor);

// As rt_torch_dist_all_gather, in a group (NIL: all ranks); a handle's error for what is none.
RT_API
int64_t rt_torch_dist_all_gather_in(RuntimeValue group,
                                    RuntimeValue tensor_list,
                                    RuntimeValue tensor);

// As rt_torch_dist_all_gather_in, without waiting: returns a work for rt_torch_dist_work_wait, the
// caller's to free with rt_torch_dist_work_free. NIL with the errors of arguments; what goes wrong
// between ranks is an error of the wait.
RT_API
RuntimeValue rt_torch_dist_all_gather_async(RuntimeValue group,
                                            RuntimeValue tensor_list,
                                            RuntimeValue tensor);

// Adds the lists of all ranks up, and gives each rank one of the sums: `output` becomes the sum of
// the ranks' `input_list[rank]`. The list is an array of one tensor for each rank, all with the
// shape and dtype of `output`. Returns 1, or 0 with the errors of rt_torch_dist_all_reduce, and of
// an array.
RT_API int64_t rt_torch_dist_reduce_scatter(RuntimeValue output, RuntimeValue input_list);

// As rt_torch_dist_reduce_scatter, in a group (NIL: all ranks), with an `op` as of
// rt_torch_dist_all_reduce.
RT_API
int64_t rt_torch_dist_reduce_scatter_in(RuntimeValue group,
                                        RuntimeValue output,
                                        RuntimeValue input_list,
                                        int64_t op);

// As rt_torch_dist_reduce_scatter_in, without waiting: returns a work for rt_torch_dist_work_wait,
// the caller's to free with rt_torch_dist_work_free. NIL with the errors of arguments; what goes
// wrong between ranks is an error of the wait.
RT_API
RuntimeValue rt_torch_dist_reduce_scatter_async(RuntimeValue group,
                                                RuntimeValue output,
                                                RuntimeValue input_list,
                                                int64_t op);

// As rt_torch_dist_all_reduce, but only rank `dst` has the result; what the others' tensors hold
// then is not said. Returns 1, or 0 with its errors, and with RT_ERROR_INVALID_ARGUMENT when there
// is no rank `dst`.
RT_API int64_t rt_torch_dist_reduce(RuntimeValue tensor, int64_t dst, int64_t op);

// As rt_torch_dist_reduce, in a group (NIL: all ranks); `dst` is a member, by its rank among all.
RT_API
int64_t rt_torch_dist_reduce_in(RuntimeValue group,
                                RuntimeValue tensor,
                                int64_t dst,
                                int64_t op);

// As rt_torch_dist_reduce_in, without waiting: returns a work for rt_torch_dist_work_wait, the
// caller's to free with rt_torch_dist_work_free. NIL with the errors of arguments; what goes wrong
// between ranks is an error of the wait.
RT_API
RuntimeValue rt_torch_dist_reduce_async(RuntimeValue group,
                                        RuntimeValue tensor,
                                        int64_t dst,
                                        int64_t op);

// Gives the tensors of all ranks to rank `dst`, where `tensor_list` is as in
// rt_torch_dist_all_gather; on the others it is not looked at. Returns 1, or 0 with the errors of
// rt_torch_dist_all_gather, and with RT_ERROR_INVALID_ARGUMENT when there is no rank `dst`.
RT_API int64_t rt_torch_dist_gather(RuntimeValue tensor, RuntimeValue tensor_list, int64_t dst);

// As rt_torch_dist_gather, in a group (NIL: all ranks); `dst` is a member, by its rank among all.
RT_API
int64_t rt_torch_dist_gather_in(RuntimeValue group,
                                RuntimeValue tensor,
                                RuntimeValue tensor_list,
                                int64_t dst);

// As rt_torch_dist_gather_in, without waiting: returns a work for rt_torch_dist_work_wait, the
// caller's to free with rt_torch_dist_work_free. NIL with the errors of arguments; what goes wrong
// between ranks is an error of the wait.
RT_API
RuntimeValue rt_torch_dist_gather_async(RuntimeValue group,
                                        RuntimeValue tensor,
                                        RuntimeValue tensor_list,
                                        int64_t dst);

// Gives each rank one tensor of rank `src`, whose `tensor_list` is an array of one for each rank;
// on the others it is not looked at. `tensor` is written. Returns 1, or 0 with the errors of
// rt_torch_dist_reduce_scatter, and with RT_ERROR_INVALID_ARGUMENT when there is no rank `src`.
RT_API int64_t rt_torch_dist_scatter(RuntimeValue tensor, RuntimeValue tensor_list, int64_t src);

// As rt_torch_dist_scatter, in a group (NIL: all ranks); `src` is a member, by its rank among all.
RT_API
int64_t rt_torch_dist_scatter_in(RuntimeValue group,
                                 RuntimeValue tensor,
                                 RuntimeValue tensor_list,
                                 int64_t src);

// As rt_torch_dist_scatter_in, without waiting: returns a work for rt_torch_dist_work_wait, the
// caller's to free with rt_torch_dist_work_free. NIL with the errors of arguments; what goes wrong
// between ranks is an error of the wait.
RT_API
RuntimeValue rt_torch_dist_scatter_async(RuntimeValue group,
                                         RuntimeValue tensor,
                                         RuntimeValue tensor_list,
                                         int64_t src);

// Gives each rank one tensor of every rank: `output_list[i]` becomes the `input_list` of rank i at
// this rank's place. Both are arrays of one tensor for each rank, all of one shape and dtype; an
// empty `output_list` gets new ones, as in rt_torch_dist_all_gather. Returns 1, or 0 with the
// errors of rt_torch_dist_all_gather.
RT_API int64_t rt_torch_dist_all_to_all(RuntimeValue output_list, RuntimeValue input_list);

// As rt_torch_dist_all_to_all, in a group (NIL: all ranks); a handle's error for what is none.
RT_API
int64_t rt_torch_dist_all_to_all_in(RuntimeValue group,
                                    RuntimeValue output_list,
                                    RuntimeValue input_list);

// As rt_torch_dist_all_to_all_in, without waiting: returns a work for rt_torch_dist_work_wait, the
// caller's to free with rt_torch_dist_work_free. NIL with the errors of arguments; what goes wrong
// between ranks is an error of the wait.
RT_API
RuntimeValue rt_torch_dist_all_to_all_async(RuntimeValue group,
                                            RuntimeValue output_list,
                                            RuntimeValue input_list);

/* ---- runtime-torch: ddp --------------------------------------------------------------------- */

// Wraps a module, so that all ranks train it together: rank 0's parameters and buffers become
// everybody's, and backward of what rt_torch_dist_ddp_forward returns leaves the mean of the ranks'
// gradients in the module's own parameters. Every rank calls this, with a module of the same
// shapes.
//
// Returns a wrapper, the caller's to free with rt_torch_dist_ddp_free; the module's handle stays
// the caller's. NIL with RT_ERROR_TORCH_DIST_NO_GROUP without a process group,
// RT_ERROR_INVALID_ARGUMENT for a module without a parameter that needs a gradient, RT_ERROR_TORCH
// when the ranks' modules differ, the errors of a collective (see rt_torch_dist_all_reduce), or a
// handle's error.
RT_API RuntimeValue rt_torch_dist_ddp_new(RuntimeValue module);

// Wraps a module with options of PyTorch's, a dict or NIL: `bucket_cap_mb` (25: how many MiB of
// gradients are reduced at once), `find_unused_parameters` (false: every parameter takes part in
// every backward), `broadcast_buffers` (true: rank 0's buffers go to all before each forward),
// `gradient_as_bucket_view` (false), `static_graph` (false), `process_group` (a group; all ranks).
//
// As rt_torch_dist_ddp_new, and NIL with RT_ERROR_TORCH_OPTION for an option that there is not, or
// a value that it does not take.
RT_API RuntimeValue rt_torch_dist_ddp_new_with(RuntimeValue module, RuntimeValue options);

// Runs the wrapped module, as rt_torch_module_forward does. With gradients recorded and
// synchronizing on, the backward after it reduces gradients across the ranks, so every rank runs as
// many of both. One forward belongs to one backward.
//
// Returns what rt_torch_module_forward returns. NIL with its errors; RT_ERROR_TORCH when the last
// backward did not reach all parameters (`find_unused_parameters`, `static_graph`); the errors of a
// collective; RT_ERROR_TORCH_DIST_NO_GROUP after the group was destroyed. A reduction that fails is
// an error of rt_torch_backward. One thread at a time.
RT_API RuntimeValue rt_torch_dist_ddp_forward(RuntimeValue ddp, RuntimeValue input);

// Whether backward of the next forwards reduces gradients: 0 is PyTorch's no_sync, to add gradients
// up over several batches; the first backward with 1 again reduces their sums. Set it before the
// forward. Returns 1, or 0 with a handle's error. Thread-safe.
RT_API int64_t rt_torch_dist_ddp_set_sync(RuntimeValue ddp, int64_t sync);

// The module that is wrapped: a new handle, the caller's to free with rt_torch_module_free. NIL
// with a handle's error. Thread-safe.
RT_API RuntimeValue rt_torch_dist_ddp_module(RuntimeValue ddp);

// Ends a wrapper; the module stays, and its gradients are its own again: at once, or when the
// backwards that other threads are in are over. Returns 1, or 0 with a handle's error. Thread-safe.
RT_API int64_t rt_torch_dist_ddp_free(RuntimeValue ddp);

/* ---- runtime-torch: group ------------------------------------------------------------------- */

// 1: this library can form process groups, with the backend "gloo". 0 with
// RT_ERROR_TORCH_UNAVAILABLE in a library without PyTorch. Thread-safe.
RT_API int64_t rt_torch_dist_is_available(void);

// Whether a process group can have this backend: "gloo" (TCP, for tensors on the CPU and GPUs) or
// "nccl" (on a machine with a GPU, in a library that was built on a LibTorch with CUDA and NCCL's
// headers). Returns 1; 0 with RT_ERROR_TORCH_DIST_BACKEND, whose message says why not. Thread-safe.
//
// Safety:
// `backend_ptr` points at `backend_len` readable bytes.
RT_API int64_t rt_torch_dist_is_backend_available(const uint8_t *backend_ptr, uint64_t backend_len);

// 1 while this process is in a process group, 0 without an error otherwise. Thread-safe.
RT_API int64_t rt_torch_dist_is_initialized(void);

// Forms the group of all ranks, which the environment describes as torchrun sets it: MASTER_ADDR
// and MASTER_PORT (where rank 0 listens), RANK (this one, from 0) and WORLD_SIZE. Every rank calls
// this, and waits for the others for at most half an hour; ranks in Python (torch.distributed) may
// be among them.
//
// Returns 1. 0 with RT_ERROR_TORCH_DIST_BACKEND for a backend that is not "gloo" or "nccl" or not
// in this library; RT_ERROR_TORCH_DIST_INIT when there is a group already, when a variable is
// missing or is no number, when the port is in use, when rank 0 is not reached or not everybody
// comes in time, and when the ranks were told different world sizes; RT_ERROR_INVALID_ARGUMENT for
// a rank that is not below the world size; RT_ERROR_NULL_POINTER, RT_ERROR_LENGTH or
// RT_ERROR_NOT_UTF8 for a broken text. Thread-safe: one thread forms a group, others get an error.
//
// Safety:
// `backend_ptr` points at `backend_len` readable bytes.
RT_API int64_t rt_torch_dist_init_process_group(const uint8_t *backend_ptr, uint64_t backend_len);

// Forms the group of all ranks with everything said.
//
// `method` is where the ranks meet: "tcp://host:port", where rank 0 listens; "file:///path", a file
// that all ranks see, that is not there yet or was left by a group that ended well, and that goes
// with the group; "env://", as rt_torch_dist_init_process_group. `rank` is this one, from 0, of
// `world_size` (1 to 65536); -1 leaves either to the environment, or to "?rank=0&world_size=2"
// behind the method. `timeout_ms` is for how long to wait for the others, now and in each
// collective; 0 stands for PyTorch's half an hour.
//
// Returns 1, or 0 with the errors of rt_torch_dist_init_process_group, and with
// RT_ERROR_INVALID_ARGUMENT for a negative time-out. A group can be formed again after one was
// destroyed, at the same address too.
//
// Safety:
// The pointers point at so many readable bytes.
RT_API
int64_t rt_torch_dist_init(const uint8_t *backend_ptr,
                           uint64_t backend_len,
                           const uint8_t *method_ptr,
                           uint64_t method_len,
                           int64_t rank,
                           int64_t world_size,
                           int64_t timeout_ms);

// Ends all process groups of this process: sub-groups and what DDP has to do with them, too; their
// handles stay to be freed. Collectives that run fail with RT_ERROR_TORCH_DIST_PEER, here and on
// ranks that wait for this one, so call it when all ranks are done. Returns 1; 0 with
// RT_ERROR_TORCH_DIST_NO_GROUP when there is no group. Thread-safe.
RT_API int64_t rt_torch_dist_destroy_process_group(void);

// Forms a group of some of the ranks (an array of ints). Every rank of the whole calls this in the
// same order, members or not; the members wait for each other.
//
// Returns a new group, the caller's to free with rt_torch_dist_group_free. On ranks that are no
// members it has the rank -1, and its collectives are an error. NIL with
// RT_ERROR_TORCH_DIST_NO_GROUP before a group of all ranks, RT_ERROR_INVALID_ARGUMENT for no ranks,
// a rank that there is not or one named twice, RT_ERROR_TORCH_DIST_INIT when the members do not
// meet within half an hour, and with the errors of an array. Thread-safe, but threads do not keep
// an order.
RT_API RuntimeValue rt_torch_dist_new_group(RuntimeValue ranks);

// As rt_torch_dist_new_group, with the time-out of the group in milliseconds; 0 stands for half an
// hour, and a negative one is RT_ERROR_INVALID_ARGUMENT.
RT_API RuntimeValue rt_torch_dist_new_group_with(RuntimeValue ranks, int64_t timeout_ms);

// Ends a group of rt_torch_dist_new_group on this rank, and its handle. What runs in it fails, here
// and on ranks that wait for this one. Returns 1, or 0 with a handle's error. Thread-safe.
RT_API int64_t rt_torch_dist_group_free(RuntimeValue group);

// This rank among all, from 0; -1 with RT_ERROR_TORCH_DIST_NO_GROUP without a group. Thread-safe.
RT_API int64_t rt_torch_dist_rank(void);

// This rank's place in a group (NIL: of all ranks), from 0; -1 without an error when it is no
// member, and with a handle's error or RT_ERROR_TORCH_DIST_NO_GROUP. Thread-safe.
RT_API int64_t rt_torch_dist_rank_in(RuntimeValue group);

// How many ranks there are; -1 with RT_ERROR_TORCH_DIST_NO_GROUP without a group. Thread-safe.
RT_API int64_t rt_torch_dist_world_size(void);

// How many members a group has (NIL: the group of all ranks); -1 with a handle's error or
// RT_ERROR_TORCH_DIST_NO_GROUP. Thread-safe.
RT_API int64_t rt_torch_dist_world_size_in(RuntimeValue group);

// The backend of the group of all ranks, "gloo" or "nccl", as a string that is the caller's; NIL
// with RT_ERROR_TORCH_DIST_NO_GROUP without a group. Thread-safe.
RT_API RuntimeValue rt_torch_dist_backend(void);

// Sets for how many milliseconds the collectives of all ranks that start from now on wait for the
// others; 0 stands for half an hour. Returns 1; 0 with RT_ERROR_INVALID_ARGUMENT for a negative
// time or RT_ERROR_TORCH_DIST_NO_GROUP. Thread-safe.
RT_API int64_t rt_torch_dist_set_timeout(int64_t timeout_ms);

// As rt_torch_dist_set_timeout, for a group; a handle's error for what is none.
RT_API int64_t rt_torch_dist_set_timeout_in(RuntimeValue group, int64_t timeout_ms);

/* ---- runtime-torch: messages ---------------------------------------------------------------- */

// Sends a tensor to rank `dst`, which receives it with the same tag (0 to 2^31 - 1): messages of
// one tag arrive in order. Any dtype of rt_torch_dist_all_reduce, and int16. Waits until the other
// receives it. Returns 1, or 0 with the errors of rt_torch_dist_all_reduce, and with
// RT_ERROR_INVALID_ARGUMENT when there is no rank `dst`, for this very rank, and for a tag out of
// range.
RT_API int64_t rt_torch_dist_send(RuntimeValue tensor, int64_t dst, int64_t tag);

// As rt_torch_dist_send, in a group (NIL: all ranks); `dst` is a member, by its rank among all.
RT_API
int64_t rt_torch_dist_send_in(RuntimeValue group,
                              RuntimeValue tensor,
                              int64_t dst,
                              int64_t tag);

// As rt_torch_dist_send_in, without waiting: returns a work for rt_torch_dist_work_wait, the
// caller's to free with rt_torch_dist_work_free. NIL with the errors of arguments; what goes wrong
// between ranks is an error of the wait.
RT_API
RuntimeValue rt_torch_dist_send_async(RuntimeValue group,
                                      RuntimeValue tensor,
                                      int64_t dst,
                                      int64_t tag);

// Receives a tensor of the same shape and dtype from rank `src`, as rt_torch_dist_send sends it.
// Waits for it. Returns 1, or 0 with the errors of rt_torch_dist_send.
RT_API int64_t rt_torch_dist_recv(RuntimeValue tensor, int64_t src, int64_t tag);

// As rt_torch_dist_recv, in a group (NIL: all ranks); `src` is a member, by its rank among all.
RT_API
int64_t rt_torch_dist_recv_in(RuntimeValue group,
                              RuntimeValue tensor,
                              int64_t src,
                              int64_t tag);

// As rt_torch_dist_recv_in, without waiting: returns a work for rt_torch_dist_work_wait, the
// caller's to free with rt_torch_dist_work_free. NIL with the errors of arguments; what goes wrong
// between ranks is an error of the wait.
RT_API
RuntimeValue rt_torch_dist_recv_async(RuntimeValue group,
                                      RuntimeValue tensor,
                                      int64_t src,
                                      int64_t tag);

/* ---- runtime-torch: sampler ----------------------------------------------------------------- */

// Makes a sampler that gives each of `num_replicas` ranks its part of `length` samples, the same as
// PyTorch's DistributedSampler. -1 for `num_replicas` and `rank` stands for the process group's.
//
// `shuffle`: the order follows from `seed`, the same on all ranks, and the epoch. `drop_last`:
// samples at the end are left out so that all ranks have as many; without it some are there twice.
// Returns a sampler at epoch 0, the caller's to free with rt_torch_dist_sampler_free; it is also an
// option of rt_torch_dataloader_new_with. NIL with RT_ERROR_INVALID_ARGUMENT for a negative length,
// no ranks or a rank that is not below their number, or RT_ERROR_TORCH_DIST_NO_GROUP. Thread-safe.
RT_API
RuntimeValue rt_torch_dist_sampler_new(int64_t length,
                                       int64_t num_replicas,
                                       int64_t rank,
                                       int64_t shuffle,
                                       int64_t seed,
                                       int64_t drop_last);

// Chooses the order of the epochs from now on: with `shuffle`, each number has an order of its own.
// Call it with the epoch's number before each. Returns 1, or 0 with a handle's error. Thread-safe.
RT_API int64_t rt_torch_dist_sampler_set_epoch(RuntimeValue sampler, int64_t epoch);

// How many samples each rank has in an epoch; -1 with a handle's error. Thread-safe.
RT_API int64_t rt_torch_dist_sampler_len(RuntimeValue sampler);

// The positions of this rank's samples in the epoch, in their order: a new int64 tensor, the
// caller's to free. NIL with RT_ERROR_TORCH_TOO_LARGE for more than fit into memory, or with a
// handle's error. Thread-safe.
RT_API RuntimeValue rt_torch_dist_sampler_indices(RuntimeValue sampler);

// Ends a sampler's handle; loaders that were made with it stay. Returns 1, or 0 with a handle's
// error. Thread-safe.
RT_API int64_t rt_torch_dist_sampler_free(RuntimeValue sampler);

/* ---- runtime-torch: work -------------------------------------------------------------------- */

// Waits until a collective of an `_async` function is done, for at most `timeout_ms` milliseconds
// (below 0 counts as 0).
//
// Returns 1 when it is done, and the tensors hold what they should; 0 without an error when it
// still runs; -1 when it has failed, with RT_ERROR_TORCH_DIST_TIMEOUT when other ranks did not take
// part within the group's time-out, RT_ERROR_TORCH_DIST_PEER when the connection to one broke,
// RT_ERROR_TORCH_DIST_MISMATCH when one was in another collective, RT_ERROR_TORCH with LibTorch's
// reason, or a handle's error. Any thread may wait, several at once.
RT_API int64_t rt_torch_dist_work_wait(RuntimeValue work, int64_t timeout_ms);

// Whether a collective is done or has failed: 1, or 0; -1 with a handle's error. Does not wait.
// Thread-safe.
RT_API int64_t rt_torch_dist_work_is_completed(RuntimeValue work);

// Ends a work's handle. The collective goes on, and its tensors live until it is done. Returns 1,
// or 0 with a handle's error. Thread-safe.
RT_API int64_t rt_torch_dist_work_free(RuntimeValue work);

/* ---- runtime-torch: download ---------------------------------------------------------------- */

// Fetches the four files of MNIST into a folder, which is made if it is not there; they stay
// compressed, and rt_torch_mnist_load reads them so.
//
// Files that are there and have the right checksum are left alone, and a download that was cut off
// is resumed, by a later call too. The environment variable RT_TORCH_DATA_MIRROR names another
// mirror: the address of a folder that has the files. When the standard error is a terminal a bar
// shows how far it is. Returns 1; 0 with RT_ERROR_TORCH_DOWNLOAD when no mirror gives a file with
// the right checksum, RT_ERROR_SYSTEM when it cannot be written, or RT_ERROR_NOT_UTF8 for the path.
// Thread-safe, and safe beside other processes.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes.
RT_API int64_t rt_torch_mnist_download(const uint8_t *path_ptr, uint64_t path_len);

// Fetches CIFAR-10 in its binary form and unpacks it into cifar-10-batches-bin below a folder,
// where rt_torch_cifar10_load finds it. Nothing is done when its files are there. As
// rt_torch_mnist_download. Thread-safe, and safe beside other processes.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes.
RT_API int64_t rt_torch_cifar10_download(const uint8_t *path_ptr, uint64_t path_len);

/* ---- runtime-torch: jit --------------------------------------------------------------------- */

// Makes a TorchScript module without anything, in training mode, for
// `rt_torch_jit_register_parameter`, `rt_torch_jit_register_buffer` and `rt_torch_jit_define`. The
// caller frees it with `rt_torch_jit_free`. NIL and RT_ERROR_HANDLES_EXHAUSTED when no handle is
// left. Thread-safe.
RT_API RuntimeValue rt_torch_jit_new(void);

// Compiles the TorchScript source text in the string `module`: functions `def name(x, y: int = 1):
// ...`, which become methods of a new module, with or without `self` as first parameter. Those
// without call each other by name; those with reach the others as `self.name`, and the module's
// mode as `self.training`. One function alone is `forward` as well. `torch` and `math` are known.
//
// Returns the module, which the caller frees with `rt_torch_jit_free`. NIL with
// RT_ERROR_TORCH_SCRIPT for source that does not compile, is longer than 1 MiB or nested too deeply
// (the message begins with "line L, column C: " where there is a place); RT_ERROR_WRONG_TYPE,
// RT_ERROR_NOT_A_VALUE or RT_ERROR_NOT_UTF8 for what is no text. Thread-safe.
RT_API RuntimeValue rt_torch_jit_script(RuntimeValue module);

// Compiles source text and adds its functions to a module, as `rt_torch_jit_script` does. Functions
// with `self` reach the parameters and buffers that the module has. Returns 1; 0 with the errors of
// `rt_torch_jit_script`, and the module is as before, and with a handle's error for what is no
// module. Waits until no other thread uses the module.
RT_API int64_t rt_torch_jit_define(RuntimeValue module, RuntimeValue source);

// Adds the very tensor to a module, as a parameter of this name. A name with dots goes into
// submodules, which are made when missing. Returns 1; 0 with RT_ERROR_TORCH when the name is taken
// or is none, with RT_ERROR_WRONG_TYPE for a name that is no text, and with a handle's error for
// what is no module and for what is no tensor. Waits until no other thread uses the module.
RT_API
int64_t rt_torch_jit_register_parameter(RuntimeValue module,
                                        RuntimeValue name,
                                        RuntimeValue parameter);

// Adds the very tensor to a module, as a buffer of this name: it is saved with the module and not
// trained. Otherwise as `rt_torch_jit_register_parameter`.
RT_API
int64_t rt_torch_jit_register_buffer(RuntimeValue module,
                                     RuntimeValue name,
                                     RuntimeValue buffer);

// Runs a function once and makes a TorchScript module of the operations on the way; what depends on
// the values or sizes of tensors is as it was in this run.
//
// `func` is a module, whose parameters and buffers become the new module's under the same names,
// with the same tensors; or a closure, or an int that is the address of a function `RuntimeValue
// f(RuntimeValue inputs)`, as for `rt_torch_checkpoint`. `example_inputs` is an array or tuple of
// inputs, or the only one: tensors, or arrays, tuples and dicts of tensors. The result is a tensor,
// or a tuple, array or dict of tensors. Other tensors that the function uses become constants,
// which must not need a gradient: `rt_torch_jit_trace_with` makes parameters of them.
//
// Returns the module, which the caller frees with `rt_torch_jit_free`. NIL with the function's own
// error; with RT_ERROR_TORCH for what cannot be traced; with RT_ERROR_NULL_POINTER or
// RT_ERROR_INVALID_ARGUMENT for an int where no code is; with RT_ERROR_WRONG_TYPE or
// RT_ERROR_NOT_A_VALUE for another value, and with a handle's error for what is no tensor.
// Thread-safe; one thread traces one function at a time.
//
// Safety:
// An address is that of such a function.
RT_API RuntimeValue rt_torch_jit_trace(RuntimeValue func, RuntimeValue example_inputs);

// As `rt_torch_jit_trace`, with `options`: a dict in which "parameters" and "buffers" are dicts
// from names to tensors that the function uses and that become the module's; or NIL.
// RT_ERROR_TORCH_OPTION for other options.
//
// Safety:
// As there.
RT_API
RuntimeValue rt_torch_jit_trace_with(RuntimeValue func,
                                     RuntimeValue example_inputs,
                                     RuntimeValue options);

// Loads a TorchScript archive, of `rt_torch_jit_save` or Python's torch.jit.save, onto the CPU.
// Code in the archive that restores objects is run, in TorchScript's interpreter, which reaches
// neither files nor memory.
//
// Returns the module, which the caller frees with `rt_torch_jit_free`. NIL with RT_ERROR_SYSTEM
// when the file cannot be read; with RT_ERROR_TORCH_ARCHIVE when it is no TorchScript archive or a
// broken one; with RT_ERROR_INVALID_ARGUMENT for an empty path and for a folder or pipe, and
// RT_ERROR_NULL_POINTER for NULL. Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` bytes.
RT_API RuntimeValue rt_torch_jit_load(const uint8_t *path_ptr, uint64_t path_len);

// As `rt_torch_jit_load`, onto a device: 0 is the CPU, n is GPU n - 1. RT_ERROR_TORCH_DEVICE when
// there is none.
//
// Safety:
// As there.
RT_API
RuntimeValue rt_torch_jit_load_to(const uint8_t *path_ptr,
                                  uint64_t path_len,
                                  int64_t device);

// Writes a module as a TorchScript archive, which Python's torch.jit.load reads, too. The file is
// written beside the path and put there as a whole. Returns 1; 0 with RT_ERROR_SYSTEM when it
// cannot be written; with RT_ERROR_TORCH for a module that cannot be saved (one of
// `rt_torch_jit_optimize_for_inference` may be such); with RT_ERROR_INVALID_ARGUMENT for an empty
// path, RT_ERROR_NULL_POINTER for NULL, and a handle's error for what is no module: what stood at
// the path is as before. Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` bytes.
RT_API int64_t rt_torch_jit_save(RuntimeValue module, const uint8_t *path_ptr, uint64_t path_len);

// Runs a module's method `forward`. `inputs` is an array or tuple of inputs, or the only input when
// it is neither: what the method declares. Tensors, numbers, bools, texts and NIL are themselves; a
// list, tuple or dict is an array, tuple or dict of such; a device is its number or PyTorch's name.
// Inputs that have a default may be left out.
//
// Returns the result in the same manner: tensors as new handles, and the array, tuple, dict or
// text, are the caller's to free. NIL when it is None, without an error. NIL with
// RT_ERROR_WRONG_TYPE and its kin for an input that is not what is declared; with RT_ERROR_TORCH
// for too few or too many, for what the method raises, and for a result that is an object; with
// RT_ERROR_TORCH_METHOD for a module without forward, and a handle's error for what is no module.
// Any number of threads may run one module at once.
RT_API RuntimeValue rt_torch_jit_forward(RuntimeValue module, RuntimeValue inputs);

// As `rt_torch_jit_forward`, for the method that the string `method` names.
RT_API
RuntimeValue rt_torch_jit_call(RuntimeValue module,
                               RuntimeValue method,
                               RuntimeValue inputs);

// The names of a module's methods: a new array of strings. NIL with a handle's error for what is no
// module. Thread-safe.
RT_API RuntimeValue rt_torch_jit_method_names(RuntimeValue module);

// The graph of the method that the string `method` names, as a new string: one operation a line.
// NIL with RT_ERROR_TORCH_METHOD when there is no such method, with RT_ERROR_WRONG_TYPE for what is
// no string, and a handle's error for what is no module. Thread-safe.
RT_API RuntimeValue rt_torch_jit_graph(RuntimeValue module, RuntimeValue method);

// The source text of a method, as it is saved: a new string. Otherwise as `rt_torch_jit_graph`.
RT_API RuntimeValue rt_torch_jit_code(RuntimeValue module, RuntimeValue method);

// Switches a module and all in it to evaluation mode, which dropout and batch norm care about.
// Returns 1; 0 with a handle's error for what is no module. Waits until no other thread uses the
// module.
RT_API int64_t rt_torch_jit_eval(RuntimeValue module);

// Switches a module and all in it to training mode. A frozen module has no mode and stays as it is.
// Returns 1; 0 with a handle's error for what is no module. Waits until no other thread uses the
// module.
RT_API int64_t rt_torch_jit_train(RuntimeValue module);

// 1 when a module is in training mode, else 0. 0 with a handle's error for what is no module.
// Thread-safe.
RT_API int64_t rt_torch_jit_is_training(RuntimeValue module);

// The parameters of a module and those in it: a new array of new handles of the very tensors, which
// the caller frees. NIL with a handle's error for what is no module. Thread-safe.
RT_API RuntimeValue rt_torch_jit_parameters(RuntimeValue module);

// The parameters of a module and those in it: a new dict from names to new handles of the very
// tensors, which the caller frees. NIL with a handle's error for what is no module. Thread-safe.
RT_API RuntimeValue rt_torch_jit_named_parameters(RuntimeValue module);

// The buffers of a module and those in it, as `rt_torch_jit_named_parameters`.
RT_API RuntimeValue rt_torch_jit_named_buffers(RuntimeValue module);

// The parameters and buffers of a module and those in it, in the order of Python's state_dict, as
// `rt_torch_jit_named_parameters`.
RT_API RuntimeValue rt_torch_jit_state_dict(RuntimeValue module);

// Moves a module's tensors to a device, and casts those of floats to a dtype (-1 leaves it as it
// is). They stay the tensors that they are. Returns 1; 0 with RT_ERROR_TORCH_DEVICE or
// RT_ERROR_TORCH_DTYPE for numbers that are none, RT_ERROR_TORCH for a dtype that is not of floats,
// and a handle's error for what is no module. Waits until no other thread uses the module.
RT_API int64_t rt_torch_jit_to(RuntimeValue module, int64_t device, int64_t dtype);

// A new module in which parameters and buffers are constants, and which computes the same: every
// method is kept. Returns the module, which the caller frees with `rt_torch_jit_free`. NIL with
// RT_ERROR_TORCH for one in training mode, and a handle's error for what is no module. Thread-safe.
RT_API RuntimeValue rt_torch_jit_freeze(RuntimeValue module);

// As `rt_torch_jit_freeze`, and with convolutions, batch norms and linear layers folded and laid
// out for this machine.
RT_API RuntimeValue rt_torch_jit_optimize_for_inference(RuntimeValue module);

// A module of its own with copies of the tensors, which the caller frees with `rt_torch_jit_free`.
// NIL with a handle's error for what is no module. Thread-safe.
RT_API RuntimeValue rt_torch_jit_clone(RuntimeValue module);

// Ends a module's handle. Tensors that it gave are not affected. Returns 1; 0 with a handle's error
// for what is no module. Thread-safe.
RT_API int64_t rt_torch_jit_free(RuntimeValue module);

/* ---- runtime-torch: loss -------------------------------------------------------------------- */

// Binary cross entropy of probabilities and targets between 0 and 1.
//
// `pred` and `target` are tensors; the mean is returned, a new tensor without dimensions that is
// the caller's to free. NIL with RT_ERROR_TORCH when the tensors do not fit, and with a handle's
// error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_bce_loss(RuntimeValue pred, RuntimeValue target);

// As `rt_torch_bce_loss`, with the options of torch.nn.BCELoss by its names: `weight` (tensor),
// `reduction` ("none", "mean", "sum").
//
// NIL as options stands for the defaults. Also NIL with RT_ERROR_TORCH_OPTION for an option that
// there is not or a value that it does not take. Thread-safe.
RT_API
RuntimeValue rt_torch_bce_loss_with(RuntimeValue pred,
                                    RuntimeValue target,
                                    RuntimeValue options);

// Binary cross entropy of logits and targets between 0 and 1.
//
// `pred` and `target` are tensors; the mean is returned, a new tensor without dimensions that is
// the caller's to free. NIL with RT_ERROR_TORCH when the tensors do not fit, and with a handle's
// error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_bce_with_logits_loss(RuntimeValue pred, RuntimeValue target);

// As `rt_torch_bce_with_logits_loss`, with the options of torch.nn.BCEWithLogitsLoss by its names:
// `weight` and `pos_weight` (tensors), `reduction` ("none", "mean", "sum").
//
// NIL as options stands for the defaults. Also NIL with RT_ERROR_TORCH_OPTION for an option that
// there is not or a value that it does not take. Thread-safe.
RT_API
RuntimeValue rt_torch_bce_with_logits_loss_with(RuntimeValue pred,
                                                RuntimeValue target,
                                                RuntimeValue options);

// Cross entropy of scores [N, C, ...] and class numbers [N, ...] (int64), or probabilities of
// classes in the scores' shape.
//
// `pred` and `target` are tensors; the mean is returned, a new tensor without dimensions that is
// the caller's to free. NIL with RT_ERROR_TORCH when the tensors do not fit, and with a handle's
// error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_cross_entropy_loss(RuntimeValue pred, RuntimeValue target);

// The same as `rt_torch_cross_entropy_loss`.
//
// `pred` and `target` are tensors; the mean is returned, a new tensor without dimensions that is
// the caller's to free. NIL with RT_ERROR_TORCH when the tensors do not fit, and with a handle's
// error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_cross_entropy(RuntimeValue pred, RuntimeValue target);

// As `rt_torch_cross_entropy`, with the options of torch.nn.CrossEntropyLoss by its names: `weight`
// (a tensor of C factors), `ignore_index` (-100), `label_smoothing` (0.0), `reduction` ("none",
// "mean", "sum").
//
// NIL as options stands for the defaults. Also NIL with RT_ERROR_TORCH_OPTION for an option that
// there is not or a value that it does not take. Thread-safe.
RT_API
RuntimeValue rt_torch_cross_entropy_with(RuntimeValue pred,
                                         RuntimeValue target,
                                         RuntimeValue options);

// Negative log likelihood of log-probabilities [N, C, ...] and class numbers [N, ...] (int64).
//
// `pred` and `target` are tensors; the mean is returned, a new tensor without dimensions that is
// the caller's to free. NIL with RT_ERROR_TORCH when the tensors do not fit, and with a handle's
// error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_nll_loss(RuntimeValue pred, RuntimeValue target);

// As `rt_torch_nll_loss`, with the options of torch.nn.NLLLoss by its names: `weight` (a tensor of
// C factors), `ignore_index` (-100), `reduction` ("none", "mean", "sum").
//
// NIL as options stands for the defaults. Also NIL with RT_ERROR_TORCH_OPTION for an option that
// there is not or a value that it does not take. Thread-safe.
RT_API
RuntimeValue rt_torch_nll_loss_with(RuntimeValue pred,
                                    RuntimeValue target,
                                    RuntimeValue options);

// Mean squared error.
//
// `pred` and `target` are tensors; the mean is returned, a new tensor without dimensions that is
// the caller's to free. NIL with RT_ERROR_TORCH when the tensors do not fit, and with a handle's
// error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_mse_loss(RuntimeValue pred, RuntimeValue target);

// As `rt_torch_mse_loss`, with the options of torch.nn.MSELoss by its names: `reduction` ("none",
// "mean", "sum").
//
// NIL as options stands for the defaults. Also NIL with RT_ERROR_TORCH_OPTION for an option that
// there is not or a value that it does not take. Thread-safe.
RT_API
RuntimeValue rt_torch_mse_loss_with(RuntimeValue pred,
                                    RuntimeValue target,
                                    RuntimeValue options);

// Mean absolute error.
//
// `pred` and `target` are tensors; the mean is returned, a new tensor without dimensions that is
// the caller's to free. NIL with RT_ERROR_TORCH when the tensors do not fit, and with a handle's
// error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_l1_loss(RuntimeValue pred, RuntimeValue target);

// As `rt_torch_l1_loss`, with the options of torch.nn.L1Loss by its names: `reduction` ("none",
// "mean", "sum").
//
// NIL as options stands for the defaults. Also NIL with RT_ERROR_TORCH_OPTION for an option that
// there is not or a value that it does not take. Thread-safe.
RT_API
RuntimeValue rt_torch_l1_loss_with(RuntimeValue pred,
                                   RuntimeValue target,
                                   RuntimeValue options);

// Squared error below 1, absolute error above.
//
// `pred` and `target` are tensors; the mean is returned, a new tensor without dimensions that is
// the caller's to free. NIL with RT_ERROR_TORCH when the tensors do not fit, and with a handle's
// error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_smooth_l1_loss(RuntimeValue pred, RuntimeValue target);

// As `rt_torch_smooth_l1_loss`, with the options of torch.nn.SmoothL1Loss by its names: `beta` (the
// threshold, 1.0), `reduction` ("none", "mean", "sum").
//
// NIL as options stands for the defaults. Also NIL with RT_ERROR_TORCH_OPTION for an option that
// there is not or a value that it does not take. Thread-safe.
RT_API
RuntimeValue rt_torch_smooth_l1_loss_with(RuntimeValue pred,
                                          RuntimeValue target,
                                          RuntimeValue options);

// Squared error below `delta`, absolute error above.
//
// `pred` and `target` are tensors; the mean is returned, a new tensor without dimensions that is
// the caller's to free. NIL with RT_ERROR_TORCH when the tensors do not fit, and with a handle's
// error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_huber_loss(RuntimeValue pred, RuntimeValue target, double delta);

// As `rt_torch_huber_loss`, with the options of torch.nn.HuberLoss by its names: `delta` (1.0),
// `reduction` ("none", "mean", "sum").
//
// NIL as options stands for the defaults. Also NIL with RT_ERROR_TORCH_OPTION for an option that
// there is not or a value that it does not take. Thread-safe.
RT_API
RuntimeValue rt_torch_huber_loss_with(RuntimeValue pred,
                                      RuntimeValue target,
                                      RuntimeValue options);

// Kullback-Leibler divergence of log-probabilities from target probabilities, as a mean over all
// elements; "batchmean" is the divergence as it is defined.
//
// `pred` and `target` are tensors; the mean is returned, a new tensor without dimensions that is
// the caller's to free. NIL with RT_ERROR_TORCH when the tensors do not fit, and with a handle's
// error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_kl_div(RuntimeValue pred, RuntimeValue target);

// As `rt_torch_kl_div`, with the options of torch.nn.KLDivLoss by its names: `log_target` (false),
// `reduction` ("none", "mean", "sum", "batchmean").
//
// NIL as options stands for the defaults. Also NIL with RT_ERROR_TORCH_OPTION for an option that
// there is not or a value that it does not take. Thread-safe.
RT_API
RuntimeValue rt_torch_kl_div_with(RuntimeValue pred,
                                  RuntimeValue target,
                                  RuntimeValue options);

// Distances where the target is 1, and what they lack to a margin of 1 where it is -1.
//
// `pred` and `target` are tensors; the mean is returned, a new tensor without dimensions that is
// the caller's to free. NIL with RT_ERROR_TORCH when the tensors do not fit, and with a handle's
// error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_hinge_embedding_loss(RuntimeValue pred, RuntimeValue target);

// As `rt_torch_hinge_embedding_loss`, with the options of torch.nn.HingeEmbeddingLoss by its names:
// `margin` (1.0), `reduction` ("none", "mean", "sum").
//
// NIL as options stands for the defaults. Also NIL with RT_ERROR_TORCH_OPTION for an option that
// there is not or a value that it does not take. Thread-safe.
RT_API
RuntimeValue rt_torch_hinge_embedding_loss_with(RuntimeValue pred,
                                                RuntimeValue target,
                                                RuntimeValue options);

// Two-class logistic loss of targets 1 and -1.
//
// `pred` and `target` are tensors; the mean is returned, a new tensor without dimensions that is
// the caller's to free. NIL with RT_ERROR_TORCH when the tensors do not fit, and with a handle's
// error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_soft_margin_loss(RuntimeValue pred, RuntimeValue target);

// As `rt_torch_soft_margin_loss`, with the options of torch.nn.SoftMarginLoss by its names:
// `reduction` ("none", "mean", "sum").
//
// NIL as options stands for the defaults. Also NIL with RT_ERROR_TORCH_OPTION for an option that
// there is not or a value that it does not take. Thread-safe.
RT_API
RuntimeValue rt_torch_soft_margin_loss_with(RuntimeValue pred,
                                            RuntimeValue target,
                                            RuntimeValue options);

// Negative log likelihood of counts, with the logarithms of rates predicted.
//
// `pred` and `target` are tensors; the mean is returned, a new tensor without dimensions that is
// the caller's to free. NIL with RT_ERROR_TORCH when the tensors do not fit, and with a handle's
// error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_poisson_nll_loss(RuntimeValue pred, RuntimeValue target);

// As `rt_torch_poisson_nll_loss`, with the options of torch.nn.PoissonNLLLoss by its names:
// `log_input` (true), `full` (false), `eps` (1e-8), `reduction` ("none", "mean", "sum").
//
// NIL as options stands for the defaults. Also NIL with RT_ERROR_TORCH_OPTION for an option that
// there is not or a value that it does not take. Thread-safe.
RT_API
RuntimeValue rt_torch_poisson_nll_loss_with(RuntimeValue pred,
                                            RuntimeValue target,
                                            RuntimeValue options);

// Focal loss of logits and targets between 0 and 1 (sigmoid_focal_loss of torchvision).
//
// `pred` and `target` are tensors; the mean is returned, a new tensor without dimensions that is
// the caller's to free. `alpha` weighs the positive examples, negative for no weighing; `gamma`
// makes easy ones count less. NIL with RT_ERROR_TORCH when the tensors do not fit, and with a
// handle's error for what is no tensor. Thread-safe.
RT_API
RuntimeValue rt_torch_focal_loss(RuntimeValue pred,
                                 RuntimeValue target,
                                 double alpha,
                                 double gamma);

// As `rt_torch_focal_loss`, with the options of focal loss: `alpha` (0.25), `gamma` (2.0),
// `reduction` ("none", "mean", "sum").
//
// NIL as options stands for the defaults. Also NIL with RT_ERROR_TORCH_OPTION for an option that
// there is not or a value that it does not take. Thread-safe.
RT_API
RuntimeValue rt_torch_focal_loss_with(RuntimeValue pred,
                                      RuntimeValue target,
                                      RuntimeValue options);

// Cross entropy with the share `smoothing` of each target spread over all classes.
//
// `pred` and `target` are tensors; the mean is returned, a new tensor without dimensions that is
// the caller's to free. NIL with RT_ERROR_TORCH when the tensors do not fit, and with a handle's
// error for what is no tensor. Thread-safe.
RT_API
RuntimeValue rt_torch_label_smoothing_loss(RuntimeValue pred,
                                           RuntimeValue target,
                                           double smoothing);

// The angles between vectors where the target is 1, their similarity where it is -1.
//
// The arguments are tensors, then the options of torch.nn.CosineEmbeddingLoss by its names, NIL for
// the defaults: `margin` (0.0), `reduction` ("none", "mean", "sum"). A new tensor, the caller's to
// free. NIL with RT_ERROR_TORCH or RT_ERROR_INVALID_ARGUMENT when the tensors do not fit, with a
// handle's error for what is no tensor, and with RT_ERROR_TORCH_OPTION for an option that there is
// not. Thread-safe.
RT_API
RuntimeValue rt_torch_cosine_embedding_loss(RuntimeValue left,
                                            RuntimeValue right,
                                            RuntimeValue target,
                                            RuntimeValue options);

// What `left` lacks to `right` where the target is 1, and the other way round where it is -1.
//
// The arguments are tensors, then the options of torch.nn.MarginRankingLoss by its names, NIL for
// the defaults: `margin` (0.0), `reduction` ("none", "mean", "sum"). A new tensor, the caller's to
// free. NIL with RT_ERROR_TORCH or RT_ERROR_INVALID_ARGUMENT when the tensors do not fit, with a
// handle's error for what is no tensor, and with RT_ERROR_TORCH_OPTION for an option that there is
// not. Thread-safe.
RT_API
RuntimeValue rt_torch_margin_ranking_loss(RuntimeValue left,
                                          RuntimeValue right,
                                          RuntimeValue target,
                                          RuntimeValue options);

// What an anchor lacks to be nearer to a positive than to a negative example by a margin.
//
// The arguments are tensors, then the options of torch.nn.TripletMarginLoss by its names, NIL for
// the defaults: `margin` (1.0), `p` (2.0), `eps` (1e-6), `swap` (false), `reduction` ("none",
// "mean", "sum"). A new tensor, the caller's to free. NIL with RT_ERROR_TORCH or
// RT_ERROR_INVALID_ARGUMENT when the tensors do not fit, with a handle's error for what is no
// tensor, and with RT_ERROR_TORCH_OPTION for an option that there is not. Thread-safe.
RT_API
RuntimeValue rt_torch_triplet_margin_loss(RuntimeValue anchor,
                                          RuntimeValue positive,
                                          RuntimeValue negative,
                                          RuntimeValue options);

// Negative log likelihood of numbers, with means and variances predicted.
//
// The arguments are tensors, then the options of torch.nn.GaussianNLLLoss by its names, NIL for the
// defaults: `full` (false), `eps` (1e-6), `reduction` ("none", "mean", "sum"). A new tensor, the
// caller's to free. NIL with RT_ERROR_TORCH or RT_ERROR_INVALID_ARGUMENT when the tensors do not
// fit, with a handle's error for what is no tensor, and with RT_ERROR_TORCH_OPTION for an option
// that there is not. Thread-safe.
RT_API
RuntimeValue rt_torch_gaussian_nll_loss(RuntimeValue pred,
                                        RuntimeValue target,
                                        RuntimeValue variance,
                                        RuntimeValue options);

/* ---- runtime-torch: model_file -------------------------------------------------------------- */

// Writes a value into a file as Python's torch.save does; Python's torch.load reads it, with
// weights_only=True too. The value is a tensor, a dict of tensors (a module's state dict), or any
// arrays, tuples and dicts of tensors, numbers, bools, strings and NIL (an optimizer's state dict);
// they become Python's lists, tuples, dicts, ints, floats, bools, strs and None. Keys of dicts are
// numbers, bools, strings, NIL or tuples of those. Tensors that share their memory do so in the
// file, and a tensor that is there twice is one there.
//
// `path_ptr` points at the `path_len` bytes of the path. What stands there is the old file or the
// new one, never half of one. Returns 1. 0 and an error, and the old file is as it was: the
// system's when the file cannot be written; RT_ERROR_TORCH_FILE_VALUE for a value that Python has
// no counterpart of (a key that is an array, two keys that are one in Python, as 1 and true are);
// RT_ERROR_STALE_HANDLE and RT_ERROR_WRONG_KIND for freed tensors and for modules, whose state dict
// is what is saved; RT_ERROR_WRONG_TYPE, RT_ERROR_NOT_A_VALUE and RT_ERROR_NOT_UTF8 for other
// values and texts; RT_ERROR_INVALID_ARGUMENT for more than 100 levels or 2,097,152 values, and for
// an empty path; RT_ERROR_TORCH for a sparse tensor. Thread-safe, while nobody changes the value or
// its tensors.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API int64_t rt_torch_save(RuntimeValue value, const uint8_t *path_ptr, uint64_t path_len);

// Loads a file that rt_torch_save or Python's torch.save wrote. No code of the file is run: it
// makes tensors, lists, tuples, dicts (OrderedDicts too, without their attributes), ints, floats,
// bools, strs and None, which become tensors, arrays, tuples, dicts, numbers, bools, strings and
// NIL. A torch.Size becomes a tuple, a torch.device its name, a torch.dtype its number. Parameters
// become tensors that require gradients. Tensors go to the device that they were on, and share
// their memory as they did.
//
// Returns the value, which is the caller's to free: every tensor's handle, every array, tuple, dict
// and string. NIL and an error: the system's when the file cannot be read; RT_ERROR_TORCH_FILE for
// a file that is none of these (for a TorchScript archive there is rt_torch_jit_load; for one from
// before PyTorch 1.6, Python), is cut off, or whose checksums are wrong; RT_ERROR_TORCH_FILE_GLOBAL
// for one that needs another class or function, which the message names; RT_ERROR_TORCH_DTYPE for
// another dtype than the runtime's; RT_ERROR_TORCH_DEVICE for a device that is not there;
// RT_ERROR_INVALID_ARGUMENT for an empty path, and one that is no regular file. A file of None is
// NIL without an error. Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API RuntimeValue rt_torch_load(const uint8_t *path_ptr, uint64_t path_len);

// As rt_torch_load, with options: NIL, or a dict with "map_location", which is the device that all
// tensors go to, wherever they were (0 for the CPU, 1 for the first GPU, or "cpu", "cuda",
// "cuda:1"; NIL for where they were). NIL also with RT_ERROR_TORCH_OPTION for other options.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API
RuntimeValue rt_torch_load_with(const uint8_t *path_ptr,
                                uint64_t path_len,
                                RuntimeValue options);

// Writes a dict from names to tensors into a file of safetensors. Each tensor has a memory of its
// own there, whatever it shared, and no gradient.
//
// Returns 1. 0 and an error, and the old file is as it was: the system's when the file cannot be
// written; RT_ERROR_WRONG_TYPE for what is no dict from strings to tensors; RT_ERROR_TORCH_DTYPE
// for a tensor of RT_TORCH_COMPLEX128, which the format does not have; RT_ERROR_TORCH_FILE_VALUE
// for the name "__metadata__"; RT_ERROR_INVALID_ARGUMENT for an empty path; those of handles.
// Thread-safe, while nobody changes the dict or its tensors.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API
int64_t rt_torch_safetensors_save(RuntimeValue dict,
                                  const uint8_t *path_ptr,
                                  uint64_t path_len);

// As rt_torch_safetensors_save, with texts about the tensors: `metadata` is a dict from strings to
// strings, or NIL. 0 also with RT_ERROR_WRONG_TYPE for another.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API
int64_t rt_torch_safetensors_save_with(RuntimeValue dict,
                                       const uint8_t *path_ptr,
                                       uint64_t path_len,
                                       RuntimeValue metadata);

// Loads the tensors of a file of safetensors: a dict from names to tensors on the CPU, in the order
// in which they lie in the file.
//
// The dict, its strings and the tensors' handles are the caller's to free. NIL and an error: the
// system's when the file cannot be read; RT_ERROR_TORCH_FILE for a file that is none, or is cut
// off; RT_ERROR_TORCH_DTYPE for a dtype that the runtime does not have; RT_ERROR_INVALID_ARGUMENT
// for an empty path, and one that is no regular file. Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API RuntimeValue rt_torch_safetensors_load(const uint8_t *path_ptr, uint64_t path_len);

// As rt_torch_safetensors_load, with the options of rt_torch_load_with.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API
RuntimeValue rt_torch_safetensors_load_with(const uint8_t *path_ptr,
                                            uint64_t path_len,
                                            RuntimeValue options);

// The texts about the tensors of a file of safetensors: a dict from strings to strings, which is
// the caller's to free, empty when there are none. NIL and the errors of rt_torch_safetensors_load.
// Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes, or is null.
RT_API RuntimeValue rt_torch_safetensors_metadata(const uint8_t *path_ptr, uint64_t path_len);

/* ---- runtime-torch: activation -------------------------------------------------------------- */

// max(0, x), for each element. Returns a new tensor, which the caller frees; NIL and an error for
// what is no tensor, or a dtype that the function does not take (RT_ERROR_TORCH). Thread-safe.
RT_API RuntimeValue rt_torch_relu(RuntimeValue tensor);

// min(max(0, x), 6), for each element. Returns a new tensor, which the caller frees; NIL and an
// error for what is no tensor, or a dtype that the function does not take (RT_ERROR_TORCH).
// Thread-safe.
RT_API RuntimeValue rt_torch_relu6(RuntimeValue tensor);

// 1 / (1 + e^-x), for each element. Returns a new tensor, which the caller frees; NIL and an error
// for what is no tensor, or a dtype that the function does not take (RT_ERROR_TORCH). Thread-safe.
RT_API RuntimeValue rt_torch_sigmoid(RuntimeValue tensor);

// The hyperbolic tangent, for each element. Returns a new tensor, which the caller frees; NIL and
// an error for what is no tensor, or a dtype that the function does not take (RT_ERROR_TORCH).
// Thread- safe.
RT_API RuntimeValue rt_torch_tanh(RuntimeValue tensor);

// The exact Gaussian error linear unit x * P(X <= x), for each element. Returns a new tensor, which
// the caller frees; NIL and an error for what is no tensor, or a dtype that the function does not
// take (RT_ERROR_TORCH). Thread-safe.
RT_API RuntimeValue rt_torch_gelu(RuntimeValue tensor);

// The Gaussian error linear unit by its approximation with tanh, for each element. Returns a new
// tensor, which the caller frees; NIL and an error for what is no tensor, or a dtype that the
// function does not take (RT_ERROR_TORCH). Thread-safe.
RT_API RuntimeValue rt_torch_gelu_tanh(RuntimeValue tensor);

// x * sigmoid(x), for each element. Returns a new tensor, which the caller frees; NIL and an error
// for what is no tensor, or a dtype that the function does not take (RT_ERROR_TORCH). Thread-safe.
RT_API RuntimeValue rt_torch_silu(RuntimeValue tensor);

// x * tanh(softplus(x)), for each element. Returns a new tensor, which the caller frees; NIL and an
// error for what is no tensor, or a dtype that the function does not take (RT_ERROR_TORCH). Thread-
// safe.
RT_API RuntimeValue rt_torch_mish(RuntimeValue tensor);

// The scaled exponential linear unit, for each element. Returns a new tensor, which the caller
// frees; NIL and an error for what is no tensor, or a dtype that the function does not take
// (RT_ERROR_TORCH). Thread-safe.
RT_API RuntimeValue rt_torch_selu(RuntimeValue tensor);

// x * relu6(x + 3) / 6, for each element. Returns a new tensor, which the caller frees; NIL and an
// error for what is no tensor, or a dtype that the function does not take (RT_ERROR_TORCH). Thread-
// safe.
RT_API RuntimeValue rt_torch_hardswish(RuntimeValue tensor);

// relu6(x + 3) / 6, for each element. Returns a new tensor, which the caller frees; NIL and an
// error for what is no tensor, or a dtype that the function does not take (RT_ERROR_TORCH).
// Thread-safe.
RT_API RuntimeValue rt_torch_hardsigmoid(RuntimeValue tensor);

// ln(sigmoid(x)), for each element. Returns a new tensor, which the caller frees; NIL and an error
// for what is no tensor, or a dtype that the function does not take (RT_ERROR_TORCH). Thread-safe.
RT_API RuntimeValue rt_torch_log_sigmoid(RuntimeValue tensor);

// x / (1 + |x|), for each element. Returns a new tensor, which the caller frees; NIL and an error
// for what is no tensor, or a dtype that the function does not take (RT_ERROR_TORCH). Thread-safe.
RT_API RuntimeValue rt_torch_softsign(RuntimeValue tensor);

// x - tanh(x), for each element. Returns a new tensor, which the caller frees; NIL and an error for
// what is no tensor, or a dtype that the function does not take (RT_ERROR_TORCH). Thread-safe.
RT_API RuntimeValue rt_torch_tanhshrink(RuntimeValue tensor);

// x from 0 on, `negative_slope` * x below, for each element. Returns a new tensor, which the caller
// frees; NIL and an error for what is no tensor, or a dtype that the function does not take
// (RT_ERROR_TORCH). Thread-safe.
RT_API RuntimeValue rt_torch_leaky_relu(RuntimeValue tensor, double negative_slope);

// x from 0 on, `alpha` * (e^x - 1) below, for each element. Returns a new tensor, which the caller
// frees; NIL and an error for what is no tensor, or a dtype that the function does not take
// (RT_ERROR_TORCH). Thread-safe.
RT_API RuntimeValue rt_torch_elu(RuntimeValue tensor, double alpha);

// x from 0 on, `alpha` * (e^(x / `alpha`) - 1) below; an `alpha` of 0 is an error. Returns a new
// tensor, which the caller frees; NIL and an error for what is no tensor, or a dtype that the
// function does not take (RT_ERROR_TORCH). Thread-safe.
RT_API RuntimeValue rt_torch_celu(RuntimeValue tensor, double alpha);

// ln(1 + e^(`beta` x)) / `beta`, and x itself where `beta` x is above `threshold`, for each
// element. Returns a new tensor, which the caller frees; NIL and an error for what is no tensor, or
// a dtype that the function does not take (RT_ERROR_TORCH). Thread-safe.
RT_API RuntimeValue rt_torch_softplus(RuntimeValue tensor, double beta, double threshold);

// x kept between `min` and `max`; RT_ERROR_INVALID_ARGUMENT unless `min` is below `max`. Returns a
// new tensor, which the caller frees; NIL and an error for what is no tensor, or a dtype that the
// function does not take (RT_ERROR_TORCH). Thread-safe.
RT_API RuntimeValue rt_torch_hardtanh(RuntimeValue tensor, double min, double max);

// x, and 0 from -`lambd` to `lambd`, for each element. Returns a new tensor, which the caller
// frees; NIL and an error for what is no tensor, or a dtype that the function does not take
// (RT_ERROR_TORCH). Thread-safe.
RT_API RuntimeValue rt_torch_hardshrink(RuntimeValue tensor, double lambd);

// x moved by `lambd` towards 0, and 0 from -`lambd` to `lambd`, for each element. Returns a new
// tensor, which the caller frees; NIL and an error for what is no tensor, or a dtype that the
// function does not take (RT_ERROR_TORCH). Thread-safe.
RT_API RuntimeValue rt_torch_softshrink(RuntimeValue tensor, double lambd);

// x above `threshold`, `value` elsewhere, for each element. Returns a new tensor, which the caller
// frees; NIL and an error for what is no tensor, or a dtype that the function does not take
// (RT_ERROR_TORCH). Thread-safe.
RT_API RuntimeValue rt_torch_threshold(RuntimeValue tensor, double threshold, double value);

// x from 0 on, `weight` (a tensor of one slope, or of one for each channel) * x below, for each
// element. Returns a new tensor, which the caller frees; NIL and an error for what is no tensor, or
// a dtype that the function does not take (RT_ERROR_TORCH). Thread-safe.
RT_API RuntimeValue rt_torch_prelu(RuntimeValue tensor, RuntimeValue weight);

// The first half along `dim` times the sigmoid of the second half. Returns a new tensor, which the
// caller frees; NIL and an error for what is no tensor, or a dtype or dimension that the function
// does not take (RT_ERROR_TORCH). Thread-safe.
RT_API RuntimeValue rt_torch_glu(RuntimeValue tensor, int64_t dim);

// Shares of 1 along `dim`, in the input's dtype. Returns a new tensor, which the caller frees; NIL
// and an error for what is no tensor, or a dtype or dimension that the function does not take
// (RT_ERROR_TORCH). Thread-safe.
RT_API RuntimeValue rt_torch_softmax(RuntimeValue tensor, int64_t dim);

// Softmax of -x along `dim`. Returns a new tensor, which the caller frees; NIL and an error for
// what is no tensor, or a dtype or dimension that the function does not take (RT_ERROR_TORCH).
// Thread-safe.
RT_API RuntimeValue rt_torch_softmin(RuntimeValue tensor, int64_t dim);

// ln(softmax(x)) along `dim`, in the input's dtype. Returns a new tensor, which the caller frees;
// NIL and an error for what is no tensor, or a dtype or dimension that the function does not take
// (RT_ERROR_TORCH). Thread-safe.
RT_API RuntimeValue rt_torch_log_softmax(RuntimeValue tensor, int64_t dim);

/* ---- runtime-torch: attention --------------------------------------------------------------- */

// Makes an attention of `num_heads` heads that takes [batch, sequence, embed_dim], with biases and
// without dropout, of 32-bit floats on the CPU, initialised as in PyTorch.
// rt_torch_module_new("MultiheadAttention", options) has the other options, and PyTorch's layout
// [sequence, batch, …] by default.
//
// Returns a module, which the caller frees with rt_torch_module_free; NIL and an error for sizes
// that are not above 0 or when `num_heads` does not divide `embed_dim` (RT_ERROR_INVALID_ARGUMENT),
// or absurd sizes (RT_ERROR_TORCH_TOO_LARGE). Thread-safe.
RT_API RuntimeValue rt_torch_multihead_attention_new(int64_t embed_dim, int64_t num_heads);

// Attends from `query` to `key`, of which `value` is taken, without masks.
//
// Returns the output, a tensor, which the caller frees; NIL and an error when `layer` is of another
// class (RT_ERROR_WRONG_KIND) or shapes or dtypes do not fit (RT_ERROR_INVALID_ARGUMENT,
// RT_ERROR_TORCH). Threads may run one module at once.
RT_API
RuntimeValue rt_torch_multihead_attention_forward(RuntimeValue layer,
                                                  RuntimeValue query,
                                                  RuntimeValue key,
                                                  RuntimeValue value);

// Attends with the options of Python's forward (a dict, or NIL): "attn_mask" [L, S] or [N * heads,
// L, S] and "key_padding_mask" [N, S] (tensors of bools, where true hides, or of floats, which are
// added to the scores), "is_causal" (hides what comes later; no mask has to be given with it),
// "need_weights" (true) and "average_attn_weights" (true).
//
// Returns a tuple of the output and, when weights are needed, the weights [N, L, S] or, not
// averaged, [N, heads, L, S]: tensors, which the caller frees. NIL and an error as
// rt_torch_multihead_attention_forward, and RT_ERROR_TORCH_OPTION for an unknown option. Threads
// may run one module at once.
RT_API
RuntimeValue rt_torch_multihead_attention_forward_masked(RuntimeValue module,
                                                         RuntimeValue query,
                                                         RuntimeValue key,
                                                         RuntimeValue value,
                                                         RuntimeValue options);

// Attention without weights of its own: softmax(query key^T / sqrt(size) + mask) value, over the
// last two dimensions. `attn_mask` is NIL or a tensor of bools, where here, as in PyTorch, true
// lets through, or of floats, which are added. `is_causal` not 0 hides what comes later, and takes
// no mask.
//
// Returns a tensor, which the caller frees; NIL and an error when `dropout_p` is no probability
// (RT_ERROR_INVALID_ARGUMENT), or shapes or dtypes do not fit (RT_ERROR_TORCH). Thread-safe.
RT_API
RuntimeValue rt_torch_scaled_dot_product_attention(RuntimeValue query,
                                                   RuntimeValue key,
                                                   RuntimeValue value,
                                                   RuntimeValue attn_mask,
                                                   double dropout_p,
                                                   int64_t is_causal);

// The mask that hides what comes later, as PyTorch's generate_square_subsequent_mask: [size, size],
// 0 on and below the diagonal and minus infinity above it.
//
// Returns a tensor, which the caller frees; NIL and an error for a negative
// (RT_ERROR_INVALID_ARGUMENT) or absurd (RT_ERROR_TORCH_TOO_LARGE) size, an unknown dtype or
// device, or a dtype that is not of floats. Thread-safe.
RT_API RuntimeValue rt_torch_square_subsequent_mask(int64_t size, int64_t dtype, int64_t device);

// Makes a module that adds a table of sines and cosines to [batch, sequence, d_model], so that
// positions differ: at position p, columns 2i hold sin(p / 10000^(2i / d_model)), and columns 2i +
// 1 the cosine of the same. `max_len` is the longest sequence.
// rt_torch_module_new("PositionalEncoding", options) takes "d_model", "max_len", "dropout", "dtype"
// and "device". The table is the buffer "pe".
//
// Returns a module, which the caller frees with rt_torch_module_free; NIL and an error for sizes
// that are not above 0 (RT_ERROR_INVALID_ARGUMENT) or absurd (RT_ERROR_TORCH_TOO_LARGE).
// Thread-safe.
RT_API RuntimeValue rt_torch_positional_encoding_new(int64_t d_model, int64_t max_len);

// Adds the table of a positional encoding to an input [batch, sequence, d_model] or [sequence,
// d_model].
//
// Returns a tensor, which the caller frees; NIL and an error when `module` is of another class
// (RT_ERROR_WRONG_KIND), or the input is of another shape or too long (RT_ERROR_INVALID_ARGUMENT).
// Threads may run one module at once.
RT_API RuntimeValue rt_torch_positional_encoding_forward(RuntimeValue module, RuntimeValue input);

/* ---- runtime-torch: conv -------------------------------------------------------------------- */

// Makes a convolution over one dimension, as rt_torch_conv2d_new.
RT_API
RuntimeValue rt_torch_conv1d_new(int64_t in_channels,
                                 int64_t out_channels,
                                 int64_t kernel_size,
                                 int64_t stride,
                                 int64_t padding);

// Runs a convolution over an input [N, C, L] or [C, L], as rt_torch_conv2d_forward.
RT_API RuntimeValue rt_torch_conv1d_forward(RuntimeValue module, RuntimeValue input);

// Makes a convolution over two dimensions of 32-bit floats on the CPU, with a square kernel and a
// bias: weight [out_channels, in_channels, kernel_size, kernel_size], both initialised evenly
// within 1 / sqrt(in_channels * kernel_size^2) as in PyTorch. rt_torch_module_new("Conv2d",
// options) has the other options.
//
// Returns a module, which the caller frees with rt_torch_module_free; NIL and an error when the
// kernel or the stride is below 1, the padding below 0, or a number of channels negative
// (RT_ERROR_INVALID_ARGUMENT), or sizes are absurd (RT_ERROR_TORCH_TOO_LARGE). Thread-safe.
RT_API
RuntimeValue rt_torch_conv2d_new(int64_t in_channels,
                                 int64_t out_channels,
                                 int64_t kernel_size,
                                 int64_t stride,
                                 int64_t padding);

// Runs a convolution over an input [N, C, H, W] or [C, H, W].
//
// Returns a tensor, which the caller frees; NIL and an error when `module` is of another class
// (RT_ERROR_WRONG_KIND) or shapes or dtypes do not fit (RT_ERROR_TORCH). Threads may run one module
// at once.
RT_API RuntimeValue rt_torch_conv2d_forward(RuntimeValue module, RuntimeValue input);

// Makes a convolution over three dimensions with a cubic kernel, stride 1 and no padding, as
// rt_torch_conv2d_new. rt_torch_module_new("Conv3d", options) has the other options.
RT_API
RuntimeValue rt_torch_conv3d_new(int64_t in_channels,
                                 int64_t out_channels,
                                 int64_t kernel_size);

// Runs a convolution over an input [N, C, D, H, W] or [C, D, H, W], as rt_torch_conv2d_forward.
RT_API RuntimeValue rt_torch_conv3d_forward(RuntimeValue layer, RuntimeValue input);

/* ---- runtime-torch: embedding --------------------------------------------------------------- */

// Makes a table of `num_embeddings` vectors of `embedding_dim` 32-bit floats on the CPU, normally
// distributed. The vector at `padding_idx` is 0 and is not trained; -1 stands for none.
// rt_torch_module_new("Embedding", options) has the other options.
//
// Returns a module, which the caller frees with rt_torch_module_free; NIL and an error for a
// negative size or a `padding_idx` that is neither -1 nor a vector's (RT_ERROR_INVALID_ARGUMENT),
// or an absurd size (RT_ERROR_TORCH_TOO_LARGE). Thread-safe.
RT_API
RuntimeValue rt_torch_embedding_new(int64_t num_embeddings,
                                    int64_t embedding_dim,
                                    int64_t padding_idx);

// The vectors at the indices in `input` (a tensor of 32- or 64-bit ints of any shape): its shape
// with the vectors' size behind it.
//
// Returns a tensor, which the caller frees; NIL and an error when `module` is of another class
// (RT_ERROR_WRONG_KIND), or for an index out of range or a tensor that is not of ints
// (RT_ERROR_TORCH). Threads may run one module at once, unless it has a max_norm.
RT_API RuntimeValue rt_torch_embedding_forward(RuntimeValue module, RuntimeValue input);

// The table of an embedding: a new handle of the very parameter, which the caller frees.
//
// NIL and an error when `module` is of another class (RT_ERROR_WRONG_KIND). Thread-safe.
RT_API RuntimeValue rt_torch_embedding_get_weight(RuntimeValue module);

// Makes an embedding of the vectors in `weight`, a tensor of two dimensions, whose memory it shares
// as in PyTorch. `freeze` not 0 says that they are not trained; the tensor itself is left as it is.
// The vector at `padding_idx` has no gradient; -1 stands for none.
//
// Returns a module, which the caller frees with rt_torch_module_free; NIL and an error when
// `weight` has other dimensions or `padding_idx` is out of range (RT_ERROR_INVALID_ARGUMENT).
// Thread-safe.
RT_API
RuntimeValue rt_torch_embedding_from_pretrained(RuntimeValue weight,
                                                int64_t freeze,
                                                int64_t padding_idx);

/* ---- runtime-torch: functional -------------------------------------------------------------- */

// `input` `weight`^T + `bias` over the last dimension; `bias` may be NIL.
//
// Returns a tensor, which the caller frees; NIL and an error for shapes or dtypes that do not fit
// (RT_ERROR_TORCH). Thread-safe.
RT_API RuntimeValue rt_torch_nn_linear(RuntimeValue input, RuntimeValue weight, RuntimeValue bias);

// A convolution over one dimension, as rt_torch_nn_conv2d.
RT_API
RuntimeValue rt_torch_nn_conv1d(RuntimeValue input,
                                RuntimeValue weight,
                                RuntimeValue bias,
                                RuntimeValue stride,
                                RuntimeValue padding,
                                RuntimeValue dilation,
                                int64_t groups);

// A convolution over two dimensions: `input` [N, C, H, W], `weight` [outputs, C / `groups`, h, w],
// `bias` [outputs] or NIL. `stride`, `padding` and `dilation` are ints or arrays of one int for
// each dimension.
//
// Returns a tensor, which the caller frees; NIL and an error for sizes beyond 2^31
// (RT_ERROR_INVALID_ARGUMENT), absurd paddings (RT_ERROR_TORCH_TOO_LARGE), and what does not fit
// (RT_ERROR_TORCH). Thread-safe.
RT_API
RuntimeValue rt_torch_nn_conv2d(RuntimeValue input,
                                RuntimeValue weight,
                                RuntimeValue bias,
                                RuntimeValue stride,
                                RuntimeValue padding,
                                RuntimeValue dilation,
                                int64_t groups);

// A convolution over three dimensions, as rt_torch_nn_conv2d.
RT_API
RuntimeValue rt_torch_nn_conv3d(RuntimeValue input,
                                RuntimeValue weight,
                                RuntimeValue bias,
                                RuntimeValue stride,
                                RuntimeValue padding,
                                RuntimeValue dilation,
                                int64_t groups);

// The largest elements of windows over the last two dimensions. The sizes are ints or arrays of
// two; `stride` NIL is the kernel's size.
//
// As rt_torch_max_pool2d.
RT_API
RuntimeValue rt_torch_nn_max_pool2d(RuntimeValue input,
                                    RuntimeValue kernel_size,
                                    RuntimeValue stride,
                                    RuntimeValue padding);

// The means of windows over the last two dimensions. The sizes are ints or arrays of two; `stride`
// NIL is the kernel's size.
//
// As rt_torch_avg_pool2d.
RT_API
RuntimeValue rt_torch_nn_avg_pool2d(RuntimeValue input,
                                    RuntimeValue kernel_size,
                                    RuntimeValue stride,
                                    RuntimeValue padding);

// Batch norm over the second dimension, with running statistics [C], weight and bias [C], each of
// which may be NIL. `training` not 0 takes the batch's statistics, and lets them into the running
// ones with the weight `momentum`, in place.
//
// Returns a tensor, which the caller frees; NIL and an error for what does not fit
// (RT_ERROR_TORCH). Not while another thread uses the running statistics.
RT_API
RuntimeValue rt_torch_nn_batch_norm(RuntimeValue input,
                                    RuntimeValue running_mean,
                                    RuntimeValue running_var,
                                    RuntimeValue weight,
                                    RuntimeValue bias,
                                    int64_t training,
                                    double momentum,
                                    double eps);

// Layer norm over the last dimensions, which have the sizes `normalized_shape` (an array of ints);
// `weight` and `bias` of that shape may be NIL.
//
// Returns a tensor, which the caller frees; NIL and an error for what does not fit
// (RT_ERROR_TORCH). Thread-safe.
RT_API
RuntimeValue rt_torch_nn_layer_norm(RuntimeValue input,
                                    RuntimeValue normalized_shape,
                                    RuntimeValue weight,
                                    RuntimeValue bias,
                                    double eps);

// The same as rt_torch_dropout.
RT_API RuntimeValue rt_torch_nn_dropout(RuntimeValue input, double p, int64_t training);

// The rows of `weight` [count, size] at the indices in `input` (a tensor of 32- or 64-bit ints).
//
// Returns a tensor, which the caller frees; NIL and an error for an index out of range, or a tensor
// that is not of ints (RT_ERROR_TORCH). Thread-safe.
RT_API RuntimeValue rt_torch_nn_embedding(RuntimeValue input, RuntimeValue weight);

// The input [N, C, …] in another size. Options (a dict): "size" or "scale_factor" (a number, or an
// array of one for each spatial dimension), "mode" ("nearest", "nearest-exact", "linear",
// "bilinear", "bicubic", "trilinear", "area"), "align_corners", "recompute_scale_factor".
//
// Returns a tensor, which the caller frees; NIL and an error for a mode that does not fit the
// dimensions (RT_ERROR_INVALID_ARGUMENT), an unknown option (RT_ERROR_TORCH_OPTION), and absurd
// sizes (RT_ERROR_TORCH_TOO_LARGE). Thread-safe.
RT_API
RuntimeValue rt_torch_nn_interpolate(RuntimeValue input,
                                     RuntimeValue options);

/* ---- runtime-torch: init -------------------------------------------------------------------- */

// Fills a tensor of at least two dimensions evenly within `gain` * sqrt(6 / (fan in + fan out)),
// where the fans count the kernel's area (Glorot).
//
// Returns 1; 0 and an error for what is no tensor, too few dimensions (RT_ERROR_INVALID_ARGUMENT)
// or a dtype of ints (RT_ERROR_TORCH). The tensor stays the same one. Not while another thread uses
// it.
RT_API int64_t rt_torch_xavier_uniform_(RuntimeValue tensor, double gain);

// The same as rt_torch_xavier_uniform_.
RT_API int64_t rt_torch_init_xavier_uniform(RuntimeValue tensor, double gain);

// As rt_torch_xavier_uniform_, but normally distributed with the deviation `gain` * sqrt(2 / (fan
// in + fan out)).
RT_API int64_t rt_torch_init_xavier_normal(RuntimeValue tensor, double gain);

// Fills a tensor of at least two dimensions evenly within sqrt(6 / ((1 + `a`^2) * fan in)), where
// the fan counts the kernel's area (He): for a leaky relu of the slope `a`. `a` = sqrt(5) is what
// PyTorch's linear and convolution layers start with.
//
// As rt_torch_xavier_uniform_ otherwise.
RT_API int64_t rt_torch_kaiming_uniform_(RuntimeValue tensor, double a);

// As rt_torch_kaiming_uniform_, with the fan that `mode` names ("fan_in" or "fan_out") and the gain
// of `nonlinearity` ("relu", "leaky_relu", "tanh", "linear", …): both strings; NIL stands for
// "fan_in" and "leaky_relu". An unknown name is RT_ERROR_INVALID_ARGUMENT.
RT_API
int64_t rt_torch_init_kaiming_uniform(RuntimeValue tensor,
                                      double a,
                                      RuntimeValue mode,
                                      RuntimeValue nonlinearity);

// As rt_torch_init_kaiming_uniform, but normally distributed with the deviation gain / sqrt(fan).
RT_API
int64_t rt_torch_init_kaiming_normal(RuntimeValue tensor,
                                     double a,
                                     RuntimeValue mode,
                                     RuntimeValue nonlinearity);

// Fills a tensor evenly from `low` up to `high`.
//
// Returns 1; 0 and an error for what is no tensor, bounds that are no interval, or a dtype of ints
// (RT_ERROR_TORCH). Not while another thread uses the tensor.
RT_API int64_t rt_torch_init_uniform(RuntimeValue tensor, double low, double high);

// Fills a tensor with normally distributed numbers.
//
// As rt_torch_init_uniform; a negative `std` is RT_ERROR_TORCH.
RT_API int64_t rt_torch_init_normal(RuntimeValue tensor, double mean, double std);

// Fills a tensor with normally distributed numbers, of which those outside of `a` to `b` are drawn
// again.
//
// Returns 1; 0 and an error for what is no tensor, and RT_ERROR_INVALID_ARGUMENT when `a` is not
// below `b`, `std` not above 0, or the interval lies so far off that a thousand draws do not fill
// the tensor.
RT_API
int64_t rt_torch_init_trunc_normal(RuntimeValue tensor,
                                   double mean,
                                   double std,
                                   double a,
                                   double b);

// Fills a tensor with one number. Returns 1; 0 and an error for what is no tensor, or a number that
// the dtype does not hold. Not while another thread uses the tensor.
RT_API int64_t rt_torch_init_constant(RuntimeValue tensor, double value);

// Fills a tensor of at least two dimensions so that its rows (or columns, when they are fewer)
// stand upright on one another, times `gain`; what follows the first dimension counts as columns.
//
// Returns 1; 0 and an error for what is no tensor, too few dimensions (RT_ERROR_INVALID_ARGUMENT),
// or a dtype that is not of floats (RT_ERROR_TORCH). Not while another thread uses the tensor.
RT_API int64_t rt_torch_init_orthogonal(RuntimeValue tensor, double gain);

// Fills a matrix with normally distributed numbers, of which the share `sparsity` of each column,
// chosen at random, becomes 0.
//
// Returns 1; 0 and an error for what is no tensor, and RT_ERROR_INVALID_ARGUMENT when there are not
// two dimensions or `sparsity` is not from 0 to 1. Not while another thread uses the tensor.
RT_API int64_t rt_torch_init_sparse(RuntimeValue tensor, double sparsity, double std);

// Makes a tensor of two dimensions the identity matrix. Returns 1; 0 and an error for what is no
// tensor, or has not two dimensions (RT_ERROR_INVALID_ARGUMENT). Not while another thread uses the
// tensor.
RT_API int64_t rt_torch_init_eye(RuntimeValue tensor);

// Makes a convolution's weight of 3 to 5 dimensions let channels through as they are, in each of
// `groups` groups. Returns 1; 0 and an error for what is no tensor, and RT_ERROR_INVALID_ARGUMENT
// for other dimensions, or when `groups` does not divide the first. Not while another thread uses
// the tensor.
RT_API int64_t rt_torch_init_dirac(RuntimeValue tensor, int64_t groups);

/* ---- runtime-torch: linear ------------------------------------------------------------------ */

// Makes a linear layer of 32-bit floats on the CPU: weight [out_features, in_features], and, when
// `use_bias` is not 0, bias [out_features], both initialised evenly within 1 / sqrt(in_features) as
// in PyTorch. rt_torch_module_new("Linear", options) has the other options.
//
// Returns a module, which the caller frees with rt_torch_module_free; NIL and an error for a
// negative (RT_ERROR_INVALID_ARGUMENT) or absurd (RT_ERROR_TORCH_TOO_LARGE) size. Thread-safe.
RT_API
RuntimeValue rt_torch_linear_new(int64_t in_features,
                                 int64_t out_features,
                                 int64_t use_bias);

// Runs a linear layer: input W^T + bias over the last dimension of the input.
//
// Returns a tensor, which the caller frees; NIL and an error when `module` is not of the class
// Linear (RT_ERROR_WRONG_KIND) or shapes or dtypes do not fit (RT_ERROR_TORCH). Threads may run one
// module at once.
RT_API RuntimeValue rt_torch_linear_forward(RuntimeValue module, RuntimeValue input);

// A linear layer's weight: a new handle of the very parameter, which the caller frees.
//
// NIL and an error when `module` is not of the class Linear (RT_ERROR_WRONG_KIND). Thread-safe.
RT_API RuntimeValue rt_torch_linear_get_weight(RuntimeValue module);

// A linear layer's bias: a new handle of the very parameter, which the caller frees; NIL without an
// error when the layer has none.
//
// NIL and an error when `module` is not of the class Linear (RT_ERROR_WRONG_KIND). Thread-safe.
RT_API RuntimeValue rt_torch_linear_get_bias(RuntimeValue module);

/* ---- runtime-torch: module ------------------------------------------------------------------ */

// Makes a module of the class that Python calls `kind` (a string: "Conv2d"), with the options that
// Python's constructor takes, under their names and with their defaults (a dict, or NIL for none).
// `dtype` and `device` are numbers. Options that are modules ("modules" of Sequential and
// ModuleList, "encoder_layer", "norm") are handles.
//
// Returns a module in training mode, which the caller frees with rt_torch_module_free. Its
// parameters are initialised as in Python, from LibTorch's generator. NIL when it fails:
// RT_ERROR_TORCH_OPTION for an unknown class, an unknown option, one that is missing or one that
// will not do; RT_ERROR_TORCH_TOO_LARGE for absurd sizes; RT_ERROR_WRONG_TYPE when `kind` is no
// string or `options` no dict. Thread-safe.
RT_API RuntimeValue rt_torch_module_new(RuntimeValue kind, RuntimeValue options);

// Makes a container of modules (an array or tuple of handles): each one's result is the next one's
// input. It holds the very modules, named "0", "1" and so on, and their handles stay the caller's:
// they may be freed at once.
//
// Returns a module that the caller frees with rt_torch_module_free; NIL and an error for what is no
// module (RT_ERROR_WRONG_TYPE, RT_ERROR_STALE_HANDLE, RT_ERROR_WRONG_KIND), and
// RT_ERROR_TORCH_TOO_LARGE when modules lie more than 200 deep. Thread-safe.
RT_API RuntimeValue rt_torch_sequential_new(RuntimeValue modules);

// Runs a module. `input` is a tensor, or an array or tuple of tensors for a module of several
// inputs (as rt_torch_module_new's Bilinear, LSTM with states, MultiheadAttention); NIL in it
// stands for an input that is left out.
//
// Returns a tensor, or a tuple of tensors where Python's forward gives a tuple: all of them the
// caller's to free. NIL when it fails: RT_ERROR_TORCH with LibTorch's reason for shapes and dtypes
// that do not fit, RT_ERROR_INVALID_ARGUMENT for a wrong number of inputs, and the errors of
// handles. Threads may run one module at once as long as none of them changes it (training mode of
// batch norm does).
RT_API RuntimeValue rt_torch_module_forward(RuntimeValue module, RuntimeValue input);

// Runs a module with the keyword arguments that Python's forward takes besides the inputs, in a
// dict (or NIL): "attn_mask", "need_weights", "src_key_padding_mask", "output_size" and so on.
//
// As rt_torch_module_forward, and RT_ERROR_TORCH_OPTION for an option that the class does not have.
RT_API
RuntimeValue rt_torch_module_forward_with(RuntimeValue module,
                                          RuntimeValue input,
                                          RuntimeValue options);

// The parameters of a module and those in it, each once, in Python's order, as an array of new
// handles of the very tensors: what an optimizer takes. The caller frees each of them.
//
// NIL and an error when `module` is no module. Thread-safe.
RT_API RuntimeValue rt_torch_module_parameters(RuntimeValue module);

// The parameters of a module and those in it as a dict from Python's names ("0.weight") to new
// handles of the very tensors, in Python's order. The caller frees each of them.
//
// NIL and an error when `module` is no module. Thread-safe.
RT_API RuntimeValue rt_torch_module_named_parameters(RuntimeValue module);

// The buffers of a module and those in it (batch norm's running statistics) as a dict from Python's
// names to new handles of the very tensors. The caller frees each of them.
//
// NIL and an error when `module` is no module. Thread-safe.
RT_API RuntimeValue rt_torch_module_buffers(RuntimeValue module);

// The parameter of a module or of one in it with this name ("weight", "0.bias"), as a new handle of
// the very tensor, which the caller frees. NIL without an error when there is none of that name, as
// `bias` of a layer without a bias.
//
// NIL and an error when `module` is no module or `name` no string. Thread-safe.
RT_API RuntimeValue rt_torch_module_get_parameter(RuntimeValue module, RuntimeValue name);

// The modules right inside a module, as a dict from their names to new handles of the very modules.
// The caller frees each of them.
//
// NIL and an error when `module` is no module. Thread-safe.
RT_API RuntimeValue rt_torch_module_children(RuntimeValue module);

// A module and all in it, each once, as a dict from their dotted names (its own is "") to new
// handles of the very modules. The caller frees each of them.
//
// NIL and an error when `module` is no module. Thread-safe.
RT_API RuntimeValue rt_torch_module_named_modules(RuntimeValue module);

// The name of a module's class, as Python has it: "Conv2d". A string, which is the caller's.
//
// NIL and an error when `module` is no module. Thread-safe.
RT_API RuntimeValue rt_torch_module_class(RuntimeValue module);

// The names of all classes that rt_torch_module_new knows: an array of strings, which is the
// caller's. Thread-safe.
RT_API RuntimeValue rt_torch_module_classes(void);

// A module's text, as Python's repr has it, over several lines when it holds modules. A string,
// which is the caller's.
//
// NIL and an error when `module` is no module. Thread-safe.
RT_API RuntimeValue rt_torch_module_repr(RuntimeValue module);

// Ends a module's handle. The module itself lives on while a container holds it, and its parameters
// while anything refers to them.
//
// Returns 1; 0 and an error when `module` is no module, or was freed before. Thread-safe.
RT_API int64_t rt_torch_module_free(RuntimeValue module);

/* ---- runtime-torch: norm -------------------------------------------------------------------- */

// Makes a batch norm for inputs [N, C] or [N, C, L] with `num_features` channels, of 32-bit floats
// on the CPU. `affine` not 0 gives it a weight of ones and a bias of zeros, `track_running_stats`
// not 0 running statistics, into which each batch goes with the weight `momentum`.
// rt_torch_module_new("BatchNorm1d", options) has the other options.
//
// Returns a module, which the caller frees with rt_torch_module_free; NIL and an error for a
// negative (RT_ERROR_INVALID_ARGUMENT) or absurd (RT_ERROR_TORCH_TOO_LARGE) size. Thread-safe.
RT_API
RuntimeValue rt_torch_batchnorm1d_new(int64_t num_features,
                                      double eps,
                                      double momentum,
                                      int64_t affine,
                                      int64_t track_running_stats);

// Runs a batch norm over [N, C] or [N, C, L], as rt_torch_batchnorm2d_forward.
RT_API
RuntimeValue rt_torch_batchnorm1d_forward(RuntimeValue module,
                                          RuntimeValue input,
                                          int64_t training);

// Makes a batch norm for inputs [N, C, H, W] with `num_features` channels and running statistics,
// of 32-bit floats on the CPU. `affine` not 0 gives it a weight of ones and a bias of zeros, which
// are trained. rt_torch_module_new("BatchNorm2d", options) has the other options.
//
// Returns a module, which the caller frees with rt_torch_module_free; NIL and an error for a
// negative (RT_ERROR_INVALID_ARGUMENT) or absurd (RT_ERROR_TORCH_TOO_LARGE) size. Thread-safe.
RT_API
RuntimeValue rt_torch_batchnorm2d_new(int64_t num_features,
                                      double eps,
                                      double momentum,
                                      int64_t affine);

// Runs a batch norm, whichever mode the module is in: when `training` is not 0, with the statistics
// of this batch, which then go into the running ones; else with the running ones.
//
// Returns a tensor, which the caller frees; NIL and an error when `module` is of another class
// (RT_ERROR_WRONG_KIND), the input has other dimensions or, in training, one value for each channel
// (RT_ERROR_INVALID_ARGUMENT), or channels or dtypes do not fit (RT_ERROR_TORCH). In training not
// while another thread uses the module.
RT_API
RuntimeValue rt_torch_batchnorm2d_forward(RuntimeValue module,
                                          RuntimeValue input,
                                          int64_t training);

// The running means of a batch norm: a new handle of the very buffer, which the caller frees; NIL
// without an error when it has none.
//
// NIL and an error when `module` is no batch norm (RT_ERROR_WRONG_KIND). Thread-safe.
RT_API RuntimeValue rt_torch_batchnorm2d_get_running_mean(RuntimeValue module);

// The running variances of a batch norm, as rt_torch_batchnorm2d_get_running_mean.
RT_API RuntimeValue rt_torch_batchnorm2d_get_running_var(RuntimeValue module);

// Makes a layer norm over the last dimensions, which have the sizes `normalized_shape` (an array of
// ints), of 32-bit floats on the CPU. `elementwise_affine` not 0 gives it a weight of ones and a
// bias of zeros, which are trained. rt_torch_module_new("LayerNorm", options) has the other
// options.
//
// Returns a module, which the caller frees with rt_torch_module_free; NIL and an error for a shape
// that is empty or negative (RT_ERROR_INVALID_ARGUMENT), no array of ints (RT_ERROR_WRONG_TYPE), or
// absurd (RT_ERROR_TORCH_TOO_LARGE). Thread-safe.
RT_API
RuntimeValue rt_torch_layernorm_new(RuntimeValue normalized_shape,
                                    double eps,
                                    int64_t elementwise_affine);

// Runs a layer norm.
//
// Returns a tensor, which the caller frees; NIL and an error when `module` is of another class
// (RT_ERROR_WRONG_KIND) or shapes or dtypes do not fit (RT_ERROR_TORCH). Threads may run one module
// at once.
RT_API RuntimeValue rt_torch_layernorm_forward(RuntimeValue module, RuntimeValue input);

// A layer norm's weight: a new handle of the very parameter, which the caller frees; NIL without an
// error when it has none.
//
// NIL and an error when `module` is of another class (RT_ERROR_WRONG_KIND). Thread-safe.
RT_API RuntimeValue rt_torch_layernorm_get_weight(RuntimeValue module);

// A layer norm's bias, as rt_torch_layernorm_get_weight.
RT_API RuntimeValue rt_torch_layernorm_get_bias(RuntimeValue module);

// Layer norm over the last dimensions, which have the sizes `normalized_shape` (an array of ints),
// without weight and bias, with an eps of 1e-5.
//
// Returns a tensor, which the caller frees; NIL and an error when shapes or dtypes do not fit
// (RT_ERROR_TORCH). Thread-safe.
RT_API RuntimeValue rt_torch_layer_norm(RuntimeValue input, RuntimeValue normalized_shape);

// Makes a layer that drops elements with the probability `p` in training and divides the others by
// 1 - `p`; `inplace` not 0 lets it change its input.
//
// Returns a module, which the caller frees with rt_torch_module_free; NIL and
// RT_ERROR_INVALID_ARGUMENT when `p` is not from 0 to 1. Thread-safe.
RT_API RuntimeValue rt_torch_dropout_new(double p, int64_t inplace);

// Runs a dropout layer, whichever mode the module is in: when `training` is 0 the result is the
// very input, under a new handle.
//
// Returns a tensor, which the caller frees; NIL and an error when `module` is of another class
// (RT_ERROR_WRONG_KIND), or the dtype does not fit (RT_ERROR_TORCH). Threads may run one module at
// once; they share LibTorch's generator.
RT_API
RuntimeValue rt_torch_dropout_forward(RuntimeValue module,
                                      RuntimeValue input,
                                      int64_t training);

// Drops elements with the probability `p` and divides the others by 1 - `p`; when `training` is 0
// the result is the very input, under a new handle.
//
// Returns a tensor, which the caller frees; NIL and an error when `p` is not from 0 to 1
// (RT_ERROR_INVALID_ARGUMENT) or the dtype does not fit (RT_ERROR_TORCH). Thread-safe; threads
// share LibTorch's generator.
RT_API RuntimeValue rt_torch_dropout(RuntimeValue input, double p, int64_t training);

/* ---- runtime-torch: pool -------------------------------------------------------------------- */

// The largest elements of square windows over the last two dimensions of [N, C, H, W] or [C, H, W].
//
// Returns a tensor, which the caller frees; NIL and an error for a kernel or stride below 1, a
// padding below 0 or above half the kernel, or shapes that do not fit (RT_ERROR_TORCH), and for
// sizes beyond 2^31 (RT_ERROR_INVALID_ARGUMENT). Thread-safe.
RT_API
RuntimeValue rt_torch_max_pool2d(RuntimeValue input,
                                 int64_t kernel_size,
                                 int64_t stride,
                                 int64_t padding);

// The means of square windows over the last two dimensions of [N, C, H, W] or [C, H, W]; the zeros
// of the padding count.
//
// As rt_torch_max_pool2d.
RT_API
RuntimeValue rt_torch_avg_pool2d(RuntimeValue input,
                                 int64_t kernel_size,
                                 int64_t stride,
                                 int64_t padding);

// The means of whole planes: [N, C, H, W] becomes [N, C, 1, 1], in the input's dtype.
//
// Returns a tensor, which the caller frees; NIL and an error for shapes or dtypes that do not fit
// (RT_ERROR_TORCH). Thread-safe.
RT_API RuntimeValue rt_torch_global_avg_pool2d(RuntimeValue input);

// The largest elements of whole planes: [N, C, H, W] becomes [N, C, 1, 1].
//
// As rt_torch_global_avg_pool2d.
RT_API RuntimeValue rt_torch_global_max_pool2d(RuntimeValue input);

// The means of as many windows as make planes of `output_h` by `output_w`.
//
// Returns a tensor, which the caller frees; NIL and an error for negative sizes
// (RT_ERROR_INVALID_ARGUMENT), absurd ones (RT_ERROR_TORCH_TOO_LARGE), and shapes or dtypes that do
// not fit (RT_ERROR_TORCH). Thread-safe.
RT_API
RuntimeValue rt_torch_adaptive_avg_pool2d(RuntimeValue input,
                                          int64_t output_h,
                                          int64_t output_w);

// The largest elements of as many windows as make planes of `output_h` by `output_w`.
//
// As rt_torch_adaptive_avg_pool2d.
RT_API
RuntimeValue rt_torch_adaptive_max_pool2d(RuntimeValue input,
                                          int64_t output_h,
                                          int64_t output_w);

/* ---- runtime-torch: recurrent --------------------------------------------------------------- */

// Makes a recurrent layer with tanh, of one layer, that takes [batch, sequence, input_size]. Its
// weights and biases are 32-bit floats on the CPU, evenly within 1 / sqrt(hidden_size) as in
// PyTorch. rt_torch_module_new("RNN", options) has the other options, and PyTorch's layout
// [sequence, batch, …] by default.
//
// Returns a module, which the caller frees with rt_torch_module_free; NIL and an error for sizes
// that are not above 0 (RT_ERROR_INVALID_ARGUMENT) or absurd (RT_ERROR_TORCH_TOO_LARGE).
// Thread-safe.
RT_API RuntimeValue rt_torch_rnn_new(int64_t input_size, int64_t hidden_size);

// Runs a recurrent layer over a sequence, from the state `hidden` [layers * directions, batch,
// hidden_size], or from zeros when it is NIL.
//
// Returns a tuple of the output at each step and the last state: two tensors, which the caller
// frees. NIL and an error when `layer` is of another class (RT_ERROR_WRONG_KIND), or shapes or
// dtypes do not fit (RT_ERROR_INVALID_ARGUMENT, RT_ERROR_TORCH). Threads may run one module at
// once.
RT_API
RuntimeValue rt_torch_rnn_forward(RuntimeValue layer,
                                  RuntimeValue input,
                                  RuntimeValue hidden);

// Makes an LSTM of `num_layers` layers, in both directions when `bidirectional` is not 0, that
// takes [sequence, batch, input_size] as in PyTorch. Its weights and biases are 32-bit floats on
// the CPU, evenly within 1 / sqrt(hidden_size). rt_torch_module_new("LSTM", options) has the other
// options.
//
// Returns a module, which the caller frees with rt_torch_module_free; NIL and an error for sizes
// that are not above 0 (RT_ERROR_INVALID_ARGUMENT) or absurd (RT_ERROR_TORCH_TOO_LARGE).
// Thread-safe.
RT_API
RuntimeValue rt_torch_lstm_new(int64_t input_size,
                               int64_t hidden_size,
                               int64_t num_layers,
                               int64_t bidirectional);

// Runs an LSTM over a sequence, from the states `h0` and `c0` [layers * directions, batch,
// hidden_size], or from zeros when both are NIL.
//
// Returns a tuple of the output at each step, the last hidden state and the last cell state: three
// tensors, which the caller frees. NIL and an error as rt_torch_rnn_forward, and when one state
// only is NIL. Threads may run one module at once.
RT_API
RuntimeValue rt_torch_lstm_forward(RuntimeValue module,
                                   RuntimeValue input,
                                   RuntimeValue h0,
                                   RuntimeValue c0);

// Makes a GRU, as rt_torch_lstm_new makes an LSTM.
RT_API
RuntimeValue rt_torch_gru_new(int64_t input_size,
                              int64_t hidden_size,
                              int64_t num_layers,
                              int64_t bidirectional);

// Runs a GRU over a sequence, from the state `h0` [layers * directions, batch, hidden_size], or
// from zeros when it is NIL.
//
// Returns a tuple of the output at each step and the last state: two tensors, which the caller
// frees. NIL and an error as rt_torch_rnn_forward. Threads may run one module at once.
RT_API RuntimeValue rt_torch_gru_forward(RuntimeValue module, RuntimeValue input, RuntimeValue h0);

/* ---- runtime-torch: state ------------------------------------------------------------------- */

// All parameters and buffers of a module and those in it, as Python's state_dict: a dict from names
// to new handles of tensors that share the module's memory and have no gradients. The caller frees
// each of them.
//
// NIL and an error when `module` is no module. Thread-safe as long as nobody changes the module.
RT_API RuntimeValue rt_torch_module_state_dict(RuntimeValue module);

// Copies the tensors of a dict into the parameters and buffers of the same names. Dtypes and
// devices may differ, shapes may not. The parameters stay the same tensors, and the dict's stay the
// caller's.
//
// Returns a tuple of two arrays of strings, which is the caller's: the names that the dict lacks,
// and those that the module does not have. When `strict` is not 0, either is an error. NIL when it
// fails, and then nothing has been copied: RT_ERROR_INVALID_ARGUMENT with the names that do not
// fit, RT_ERROR_WRONG_TYPE when `dict` is no dict of tensors. Not while another thread uses the
// module.
RT_API
RuntimeValue rt_torch_module_load_state_dict(RuntimeValue module,
                                             RuntimeValue dict,
                                             int64_t strict);

// Sets a module and all in it to training mode: dropout drops, batch norm uses and records the
// batch's statistics. New modules are in training mode.
//
// Returns 1; 0 and an error when `module` is no module. Thread-safe.
RT_API int64_t rt_torch_module_train(RuntimeValue module);

// Sets a module and all in it to evaluation mode: dropout does nothing, batch norm uses its running
// statistics.
//
// Returns 1; 0 and an error when `module` is no module. Thread-safe.
RT_API int64_t rt_torch_module_eval(RuntimeValue module);

// 1 when a module is in training mode, else 0; 0 and an error when `module` is no module.
// Thread-safe.
RT_API int64_t rt_torch_module_is_training(RuntimeValue module);

// Moves all parameters and buffers of a module, with their gradients, to a device, and those of
// floats to a dtype; -1 leaves either as it is. The parameters stay the same tensors: an optimizer
// and handles go on with them.
//
// Returns 1; 0 and an error: RT_ERROR_TORCH_DEVICE, RT_ERROR_TORCH_DTYPE (also for a dtype that is
// not of floats or complex numbers), those of handles. Not while another thread uses the module.
RT_API int64_t rt_torch_module_to(RuntimeValue module, int64_t device, int64_t dtype);

// Takes the gradients of all parameters of a module away: rt_torch_grad of them is NIL then.
//
// Returns 1; 0 and an error when `module` is no module. Not while another thread uses the module.
RT_API int64_t rt_torch_module_zero_grad(RuntimeValue module);

// Lets the parameters of a module have gradients from now on, or, when `requires_grad` is 0, not:
// frozen parameters are not trained.
//
// Returns 1; 0 and an error when `module` is no module. Not while another thread uses the module.
RT_API int64_t rt_torch_module_requires_grad_(RuntimeValue module, int64_t requires_grad);

// A copy of a module with parameters and buffers of its own, which start as the module's, without
// gradients. The caller frees it with rt_torch_module_free.
//
// NIL and an error when `module` is no module, or memory is short. Thread-safe as long as nobody
// changes the module.
RT_API RuntimeValue rt_torch_module_clone(RuntimeValue module);

// The number of elements of all parameters of a module; 0 and an error when `module` is no module.
// Thread-safe.
RT_API int64_t rt_torch_module_param_count(RuntimeValue module);

// The number of elements of those parameters of a module that have gradients; 0 and an error when
// `module` is no module. Thread-safe.
RT_API int64_t rt_torch_module_trainable_param_count(RuntimeValue module);

/* ---- runtime-torch: transformer ------------------------------------------------------------- */

// Makes an encoder layer that takes [batch, sequence, d_model], with PyTorch's defaults otherwise:
// 2048 features between its linear layers, relu, dropout 0.1 (in training mode only, in which new
// modules are), norms after each block. Parameters are 32-bit floats on the CPU.
// rt_torch_module_new("TransformerEncoderLayer", options) has the other options, and PyTorch's
// layout [sequence, batch, …] by default.
//
// Returns a module, which the caller frees with rt_torch_module_free; NIL and an error for sizes
// that are not above 0 or when `nhead` does not divide `d_model` (RT_ERROR_INVALID_ARGUMENT), or
// absurd sizes (RT_ERROR_TORCH_TOO_LARGE). Thread-safe.
RT_API RuntimeValue rt_torch_transformer_encoder_layer_new(int64_t d_model, int64_t nhead);

// Runs an encoder layer without masks.
//
// Returns a tensor, which the caller frees; NIL and an error when `layer` is of another class
// (RT_ERROR_WRONG_KIND) or shapes or dtypes do not fit (RT_ERROR_INVALID_ARGUMENT, RT_ERROR_TORCH).
// Threads may run one module at once.
RT_API
RuntimeValue rt_torch_transformer_encoder_layer_forward(RuntimeValue layer,
                                                        RuntimeValue src);

// Runs an encoder layer, or a stack of them, with the options of Python's forward (a dict, or NIL):
// "src_mask" (of a stack: "mask"), "src_key_padding_mask", "is_causal" (no mask has to be given
// with it).
//
// As rt_torch_transformer_encoder_layer_forward, and RT_ERROR_TORCH_OPTION for an unknown option.
RT_API
RuntimeValue rt_torch_transformer_encoder_forward_masked(RuntimeValue module,
                                                         RuntimeValue src,
                                                         RuntimeValue options);

// Makes a decoder layer, as rt_torch_transformer_encoder_layer_new makes an encoder layer.
RT_API RuntimeValue rt_torch_transformer_decoder_layer_new(int64_t d_model, int64_t nhead);

// Runs a decoder layer over `tgt`, which reads `memory`, the result of an encoder, without masks:
// each target sees those that come later, too. rt_torch_transformer_decoder_forward_masked hides
// them.
//
// As rt_torch_transformer_encoder_layer_forward.
RT_API
RuntimeValue rt_torch_transformer_decoder_layer_forward(RuntimeValue layer,
                                                        RuntimeValue tgt,
                                                        RuntimeValue memory);

// Runs a decoder layer, or a stack of them, with the options of Python's forward (a dict, or NIL):
// "tgt_mask", "memory_mask", "tgt_key_padding_mask", "memory_key_padding_mask", "tgt_is_causal",
// "memory_is_causal" (no mask has to be given with these two).
//
// As rt_torch_transformer_encoder_layer_forward, and RT_ERROR_TORCH_OPTION for an unknown option.
RT_API
RuntimeValue rt_torch_transformer_decoder_forward_masked(RuntimeValue module,
                                                         RuntimeValue tgt,
                                                         RuntimeValue memory,
                                                         RuntimeValue options);

// Makes a stack of `num_layers` copies of an encoder layer, and the module `norm` after them (NIL
// for none). The layer's handle stays the caller's; the norm is held as it is.
//
// Returns a module, which the caller frees with rt_torch_module_free; NIL and an error when `layer`
// is of another class or `num_layers` not from 1 to 10,000 (RT_ERROR_INVALID_ARGUMENT), or the
// copies are too large (RT_ERROR_TORCH_TOO_LARGE). Thread-safe as long as nobody changes the layer.
RT_API
RuntimeValue rt_torch_transformer_encoder_new(RuntimeValue layer,
                                              int64_t num_layers,
                                              RuntimeValue norm);

// Makes a stack of decoder layers, as rt_torch_transformer_encoder_new one of encoder layers.
RT_API
RuntimeValue rt_torch_transformer_decoder_new(RuntimeValue layer,
                                              int64_t num_layers,
                                              RuntimeValue norm);

/* ---- runtime-torch: onnx -------------------------------------------------------------------- */

// Loads an ONNX model and makes it ready to be run, on ONNX Runtime's defaults. Weights that are in
// other files are taken from the model's folder.
//
// ONNX Runtime is a library of its own. It is opened by the first call that needs it: the one that
// the environment variable ORT_DYLIB_PATH names, else the one in the cache of the user that `cargo
// xtask onnxruntime` puts there, else the one that the system's loader knows.
//
// Returns the session, which the caller frees with rt_torch_onnx_free. NIL with
// RT_ERROR_TORCH_ONNX_LIBRARY when there is no ONNX Runtime; RT_ERROR_SYSTEM when the file cannot
// be read, and RT_ERROR_INVALID_ARGUMENT when the path names no file; RT_ERROR_TORCH_ONNX_MODEL
// with what is wrong and where when it is no model, or breaks a rule of rt_torch_onnx_check;
// RT_ERROR_TORCH_ONNX for what ONNX Runtime refuses. Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes.
RT_API RuntimeValue rt_torch_onnx_load(const uint8_t *path_ptr, uint64_t path_len);

// Loads an ONNX model as rt_torch_onnx_load does, with options: a dict, or NIL for none. Their
// names are those of Python's onnxruntime.SessionOptions: "intra_op_num_threads" (threads that
// share an operator's work; 0, the default, is one for each core), "inter_op_num_threads",
// "execution_mode" ("ORT_SEQUENTIAL", "ORT_PARALLEL"), "graph_optimization_level"
// ("ORT_DISABLE_ALL", "ORT_ENABLE_BASIC", "ORT_ENABLE_EXTENDED", "ORT_ENABLE_ALL", the default),
// "enable_cpu_mem_arena" (true: memory is kept for the next run), "enable_mem_pattern" (true),
// "use_deterministic_compute" (false), "log_severity_level" (0 to 4, the default: what is logged
// goes to the standard error), "free_dimension_overrides" (a dict from names of axes to lengths),
// and "config_entries" (a dict from ONNX Runtime's own names of settings to texts, as
// add_session_config_entry takes them).
//
// NIL with the errors of rt_torch_onnx_load, RT_ERROR_TORCH_OPTION for an option that is not there
// or has a value that it does not take, and RT_ERROR_WRONG_TYPE for options that are no dict.
// Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes.
RT_API
RuntimeValue rt_torch_onnx_load_with(const uint8_t *path_ptr,
                                     uint64_t path_len,
                                     RuntimeValue options);

// Runs a model. The inputs are an array or tuple of tensors in the model's order, its only input,
// or a dict from names to tensors, which may name inputs that have a value in the model, too.
// Tensors are taken as they are when they are contiguous and on the CPU, and copied otherwise; they
// must not change meanwhile. Gradients do not go through a model.
//
// Returns the only result, or a tuple of all in the model's order: tensors, an array of them for a
// sequence, NIL for an optional one that is not there. All are new, and the caller's. NIL with
// RT_ERROR_TORCH_ONNX_INPUT for too many or too few inputs, a name that the model does not have, a
// missing one, or one of another dtype; RT_ERROR_TORCH_ONNX with ONNX Runtime's reason for a shape
// that the model does not take and whatever else fails; RT_ERROR_TORCH_ONNX_OUTPUT for a result
// that is no tensor, or of a dtype that tensors here do not have (texts, unsigned ints of more than
// 8 bits); a handle's error for what is no session or no tensor.
//
// Threads may run one session together, and do run beside each other. One that is freed meanwhile
// ends with its last run.
RT_API RuntimeValue rt_torch_onnx_run(RuntimeValue session, RuntimeValue inputs);

// Runs a model as rt_torch_onnx_run does, and gives the results that `outputs` names: a string, an
// array or tuple of strings, or NIL for all. What only other results need is not computed. A single
// string gives the result, everything else a tuple unless it is one result of all. NIL with the
// errors of rt_torch_onnx_run, RT_ERROR_TORCH_ONNX_OUTPUT for a name of no result, and
// RT_ERROR_WRONG_TYPE for what is no name.
RT_API
RuntimeValue rt_torch_onnx_run_with(RuntimeValue session,
                                    RuntimeValue inputs,
                                    RuntimeValue outputs);

// The inputs that a model must be given: a new array of a new dict for each, in order, with "name",
// "dtype" (a number of RT_TORCH_FLOAT32's kin; a text in ONNX's words for what no tensor here can
// be) and "shape": an array with an int for a length that is fixed, a text for one that has a name,
// and NIL for one that may be any; or NIL when the number of axes is not said either. NIL with a
// handle's error for what is no session. Thread-safe.
RT_API RuntimeValue rt_torch_onnx_inputs(RuntimeValue session);

// The inputs of a model that have a value in it, and that rt_torch_onnx_run takes by name when
// another is wanted; as rt_torch_onnx_inputs.
RT_API RuntimeValue rt_torch_onnx_optional_inputs(RuntimeValue session);

// The results of a model, as rt_torch_onnx_inputs.
RT_API RuntimeValue rt_torch_onnx_outputs(RuntimeValue session);

// What a model says about itself: a new dict with "producer_name", "producer_version", "domain",
// "graph_name", "description" (texts), "version", "ir_version" (ints), "opsets" (a dict from
// domains to versions; the standard domain is "") and "properties" (a dict of texts). NIL with a
// handle's error for what is no session. Thread-safe.
RT_API RuntimeValue rt_torch_onnx_metadata(RuntimeValue session);

// Checks whether a file is an ONNX model that keeps ONNX's rules. Returns 1 when it does; else 0,
// and the last error says what is wrong and where, with RT_ERROR_TORCH_ONNX_MODEL; RT_ERROR_SYSTEM
// when the file cannot be read, RT_ERROR_INVALID_ARGUMENT when the path names none.
//
// Always checked: that the file decodes; versions and imported operator sets; names; that every
// value has one definition, and nodes come after what they need; operators of the standard domains
// against the version that is imported: known, with as many inputs and outputs as they take,
// attributes of the right types and none missing; that tensors have as much data as dims and dtype
// say; data in other files, which must be there, long enough, and in the model's folder; functions
// that call themselves or grow without end. When ONNX Runtime is found (see rt_torch_onnx_load) it
// is asked as well: about the types and shapes that operators take, and operators of other domains.
// Nothing is run. Thread-safe.
//
// Safety:
// `path_ptr` points at `path_len` readable bytes.
RT_API int64_t rt_torch_onnx_check(const uint8_t *path_ptr, uint64_t path_len);

// Ends a session's handle. Results that it gave are not affected, and runs that are under way go
// on. Returns 1; 0 with a handle's error for what is no session. Thread-safe.
RT_API int64_t rt_torch_onnx_free(RuntimeValue session);

/* ---- runtime-torch: onnx_export ------------------------------------------------------------- */

// Writes a module as an ONNX model, which ONNX Runtime and other programs run. `module` is a module
// of layers or a TorchScript module, traced or scripted; `dummy_input` are inputs as it takes them,
// an array or tuple of tensors, or the only one.
//
// The module is run a few times with such inputs, in evaluation mode, and stays in the mode that it
// is in; branches and loops of a script are as they are for these inputs. The model's inputs are
// "input", or "input_0" and so on, its outputs "output", or "output_0" and so on; a module that
// gives a tuple or list of tensors has as many outputs. The weights keep their names ("0.weight")
// and are no inputs. The first axis of each input is dynamic, with the name "batch", where the
// module takes other lengths of it. The operators are the standard ones of opset 20. The file is
// written beside the path and put there as a whole.
//
// Returns 1. 0 with RT_ERROR_TORCH_ONNX_OPERATOR for an operation that is not covered, which the
// message names with the module or the place in the source that it came from; with
// RT_ERROR_TORCH_ONNX_EXPORT for what cannot be an ONNX model (results that are no tensors, complex
// numbers, a script that makes numbers of tensors' elements, names that clash, more than 2 GiB);
// with RT_ERROR_TORCH for what cannot be traced, and the module's own error for inputs that it does
// not take; with RT_ERROR_SYSTEM when the file cannot be written; with RT_ERROR_INVALID_ARGUMENT
// for an empty path, RT_ERROR_NULL_POINTER for NULL, and a handle's error for what is no module:
// what stood at the path is as before. Any number of threads may export modules, one TorchScript
// module one after the other.
//
// Safety:
// `path_ptr` points at `path_len` bytes.
RT_API
int64_t rt_torch_onnx_export(RuntimeValue module,
                             RuntimeValue dummy_input,
                             const uint8_t *path_ptr,
                             uint64_t path_len);

// As `rt_torch_onnx_export`, with `options`, a dict, or NIL:
//
// * "input_names", "output_names": arrays of as many strings as there are inputs and outputs.
// * "dynamic_axes": a dict from names of inputs and outputs to a dict from dimensions to names of
// axes, or to an array of dimensions. Axes of one name are as long as each other; at most 4 names.
// An empty dict makes everything fixed. An axis of which the module does not take other lengths, or
// computes with them what the export cannot follow, is an error.
// * "opset_version": 17 to 21.
//
// 0 with RT_ERROR_TORCH_OPTION for other options and for values that are none of these, otherwise
// as there.
//
// Safety:
// As there.
RT_API
int64_t rt_torch_onnx_export_with(RuntimeValue module,
                                  RuntimeValue dummy_input,
                                  const uint8_t *path_ptr,
                                  uint64_t path_len,
                                  RuntimeValue options);

/* ---- runtime-torch: optimizer --------------------------------------------------------------- */

// Makes stochastic gradient descent with PyTorch's defaults for the rest.
//
// `params` is an array of tensors that are leaves, or an array of dicts, one for each group, with
// "params" and hyper-parameters of their own by PyTorch's names. The tensors stay the caller's; the
// optimizer changes them in place. Returns a new optimizer, the caller's to free with
// rt_torch_optimizer_free. NIL with RT_ERROR_TORCH_OPTION for a hyper-parameter that PyTorch
// refuses ("Invalid learning rate: -1.0"), and with RT_ERROR_INVALID_ARGUMENT for no parameters,
// one that is no leaf or one that appears twice. Thread-safe.
RT_API
RuntimeValue rt_torch_sgd_new(RuntimeValue params,
                              double lr,
                              double momentum,
                              double weight_decay);

// Makes Adam. Parameters and errors as in rt_torch_sgd_new. Thread-safe.
RT_API
RuntimeValue rt_torch_adam_new(RuntimeValue params,
                               double lr,
                               double beta1,
                               double beta2,
                               double eps,
                               double weight_decay);

// Makes AdamW: Adam whose weight decay does not go through the gradient. Parameters and errors as
// in rt_torch_sgd_new. Thread-safe.
RT_API
RuntimeValue rt_torch_adamw_new(RuntimeValue params,
                                double lr,
                                double beta1,
                                double beta2,
                                double eps,
                                double weight_decay);

// Makes RMSprop with PyTorch's defaults for the rest. Parameters and errors as in rt_torch_sgd_new.
// Thread-safe.
RT_API RuntimeValue rt_torch_rmsprop_new(RuntimeValue params, double lr);

// Makes an optimizer of a class of torch.optim: `kind` is the string "SGD", "Adam", "AdamW",
// "RMSprop", "Adagrad", "Adadelta", "Adamax", "NAdam" or "RAdam".
//
// `options` is a dict of the class's arguments by PyTorch's names, NIL for the defaults: `lr`,
// `momentum`, `dampening`, `weight_decay`, `nesterov`, `maximize`, `betas` (an array of two),
// `eps`, `amsgrad`, `alpha`, `centered` and so on. `foreach` and `fused` are taken and change
// nothing; `capturable` and `differentiable` must be false. Parameters and errors as in
// rt_torch_sgd_new, and RT_ERROR_TORCH_OPTION for an option that the class does not have.
// Thread-safe.
RT_API
RuntimeValue rt_torch_optimizer_new(RuntimeValue kind,
                                    RuntimeValue params,
                                    RuntimeValue options);

// Takes one step with every parameter that has a gradient, in place; the others are left alone.
//
// Returns 1; 0 with RT_ERROR_TORCH when LibTorch refuses, or a handle's error. Gradients stay as
// they are: rt_torch_optimizer_zero_grad takes them away. Thread-safe for the optimizer; that
// nobody else changes the parameters meanwhile is the caller's to see to.
RT_API int64_t rt_torch_optimizer_step(RuntimeValue optimizer);

// Takes the gradients of all parameters away, so that rt_torch_grad of each is NIL. Returns 1, or 0
// with a handle's error. Thread-safe as rt_torch_optimizer_step.
RT_API int64_t rt_torch_optimizer_zero_grad(RuntimeValue optimizer);

// The learning rate of the first group; 0.0 with an error for what is no optimizer. Thread-safe.
RT_API double rt_torch_optimizer_get_lr(RuntimeValue optimizer);

// Sets the learning rate of all groups. Returns 1; 0 with RT_ERROR_TORCH_OPTION for one below 0 or
// NaN, or a handle's error. Thread-safe.
RT_API int64_t rt_torch_optimizer_set_lr(RuntimeValue optimizer, double new_lr);

// How many groups of parameters there are; 0 with an error for what is no optimizer. Thread-safe.
RT_API int64_t rt_torch_optimizer_group_count(RuntimeValue optimizer);

// The learning rate of one group, counted from 0; 0.0 with RT_ERROR_INVALID_ARGUMENT when there is
// no such group, or a handle's error. Thread-safe.
RT_API double rt_torch_optimizer_get_group_lr(RuntimeValue optimizer, int64_t group);

// Sets the learning rate of one group, counted from 0. Returns 1; 0 with RT_ERROR_TORCH_OPTION for
// one below 0 or NaN, RT_ERROR_INVALID_ARGUMENT when there is no such group, or a handle's error.
// Thread-safe.
RT_API
int64_t rt_torch_optimizer_set_group_lr(RuntimeValue optimizer,
                                        int64_t group,
                                        double new_lr);

// Adds a group of parameters: a dict with "params" (an array of tensors) and hyper-parameters of
// its own by PyTorch's names; the optimizer's options stand for those that are missing. Returns 1;
// 0 with the errors of rt_torch_optimizer_new. Thread-safe.
RT_API int64_t rt_torch_optimizer_add_param_group(RuntimeValue optimizer, RuntimeValue group);

// The optimizer's state in the form of PyTorch's state dict: a dict with "state" (parameter numbers
// to dicts of tensors) and "param_groups" (an array of dicts).
//
// The tensors are the optimizer's own, which later steps change; their handles are new, and the
// caller's to free, as the containers are. NIL with a handle's error for what is no optimizer.
// Thread-safe.
RT_API RuntimeValue rt_torch_optimizer_state_dict(RuntimeValue optimizer);

// Takes over a state in the form of rt_torch_optimizer_state_dict, hyper-parameters included. The
// tensors are copied and stay the caller's.
//
// Returns 1; 0 with RT_ERROR_TORCH_OPTION when it does not fit this optimizer, which is as it was
// then, and with the errors of values and handles. Thread-safe.
RT_API int64_t rt_torch_optimizer_load_state_dict(RuntimeValue optimizer, RuntimeValue state_dict);

// Ends an optimizer; its parameters stay. Schedulers of it fail from then on. Returns 1, or 0 with
// a handle's error. Thread-safe.
RT_API int64_t rt_torch_optimizer_free(RuntimeValue optimizer);

/* ---- runtime-torch: scheduler --------------------------------------------------------------- */

// Makes StepLR: the learning rates are multiplied by `gamma` every `step_size` steps.
//
// Returns a new scheduler, the caller's to free with rt_torch_scheduler_free; it does not keep the
// optimizer alive, and sets the learning rates of all groups as PyTorch's does, those for epoch 0
// at once. NIL with RT_ERROR_TORCH_OPTION for values that PyTorch refuses, or with a handle's error
// for what is no optimizer. Thread-safe.
RT_API
RuntimeValue rt_torch_scheduler_step_new(RuntimeValue optimizer,
                                         int64_t step_size,
                                         double gamma);

// Makes MultiStepLR: the learning rates are multiplied by `gamma` at each step that is in
// `milestones`, an array of ints.
//
// As rt_torch_scheduler_step_new. Thread-safe.
RT_API
RuntimeValue rt_torch_scheduler_multi_step_new(RuntimeValue optimizer,
                                               RuntimeValue milestones,
                                               double gamma);

// Makes ExponentialLR: the learning rates are multiplied by `gamma` in every step.
//
// As rt_torch_scheduler_step_new. Thread-safe.
RT_API RuntimeValue rt_torch_scheduler_exponential_new(RuntimeValue optimizer, double gamma);

// Makes CosineAnnealingLR: the learning rates fall to `eta_min` in `t_max` steps along half a
// cosine, and rise again.
//
// As rt_torch_scheduler_step_new. Thread-safe.
RT_API
RuntimeValue rt_torch_scheduler_cosine_new(RuntimeValue optimizer,
                                           int64_t t_max,
                                           double eta_min);

// Makes CosineAnnealingWarmRestarts: the learning rates fall to `eta_min` in `t_0` steps along half
// a cosine and start anew, each time `t_mult` times as slowly.
//
// As rt_torch_scheduler_step_new. Thread-safe.
RT_API
RuntimeValue rt_torch_scheduler_cosine_warm_restarts_new(RuntimeValue optimizer,
                                                         int64_t t_0,
                                                         int64_t t_mult,
                                                         double eta_min);

// Makes LinearLR, a warm-up: the learning rates are multiplied by what goes from `start_factor` to
// `end_factor` in `total_iters` steps.
//
// As rt_torch_scheduler_step_new. Thread-safe.
RT_API
RuntimeValue rt_torch_scheduler_linear_new(RuntimeValue optimizer,
                                           double start_factor,
                                           double end_factor,
                                           int64_t total_iters);

// Makes ConstantLR: the learning rates are multiplied by `factor` until step `total_iters`.
//
// As rt_torch_scheduler_step_new. Thread-safe.
RT_API
RuntimeValue rt_torch_scheduler_constant_new(RuntimeValue optimizer,
                                             double factor,
                                             int64_t total_iters);

// Makes OneCycleLR with PyTorch's defaults: up to `max_lr` in three tenths of `total_steps`, and
// down to next to nothing, the momentum the other way. The step after the last is an error.
//
// As rt_torch_scheduler_step_new. Thread-safe.
RT_API
RuntimeValue rt_torch_scheduler_one_cycle_new(RuntimeValue optimizer,
                                              double max_lr,
                                              int64_t total_steps);

// Makes ReduceLROnPlateau: the learning rates are multiplied by `factor` when the metric has not
// been better for more than `patience` epochs. Better is lower for mode 0, else higher, and by the
// share `threshold` of the best metric, as PyTorch's default is. It is stepped with
// rt_torch_scheduler_step_with_metric.
//
// As rt_torch_scheduler_step_new. Thread-safe.
RT_API
RuntimeValue rt_torch_scheduler_plateau_new(RuntimeValue optimizer,
                                            int64_t mode,
                                            double factor,
                                            int64_t patience,
                                            double threshold);

// Makes a scheduler of a class of torch.optim.lr_scheduler: `kind` is the string "StepLR",
// "MultiStepLR", "ConstantLR", "LinearLR", "ExponentialLR", "PolynomialLR", "CosineAnnealingLR",
// "CosineAnnealingWarmRestarts", "OneCycleLR", "CyclicLR", "ReduceLROnPlateau" or "SequentialLR".
//
// `options` is a dict of the class's arguments by PyTorch's names; `last_epoch` goes on after an
// epoch, with the learning rates that the optimizer's groups began with.
//
// As rt_torch_scheduler_step_new, and RT_ERROR_TORCH_OPTION for a class or an option that there is
// not, and for one that is missing. Thread-safe.
RT_API
RuntimeValue rt_torch_scheduler_new(RuntimeValue kind,
                                    RuntimeValue optimizer,
                                    RuntimeValue options);

// Makes SequentialLR of an array of the optimizer's schedulers: the first until the first of
// `milestones` (an array of ints), then the second, and so on. Their handles stay the caller's, and
// may be freed.
//
// As rt_torch_scheduler_step_new. Thread-safe.
RT_API
RuntimeValue rt_torch_scheduler_sequential_new(RuntimeValue optimizer,
                                               RuntimeValue schedulers,
                                               RuntimeValue milestones);

// Makes ChainedScheduler of an array of one optimizer's schedulers: each step is a step of all of
// them. Their handles stay the caller's, and may be freed.
//
// As rt_torch_scheduler_step_new. Thread-safe.
RT_API RuntimeValue rt_torch_scheduler_chained_new(RuntimeValue schedulers);

// Goes on to the next epoch. Call it after the optimizer's step.
//
// Returns 1; 0 with RT_ERROR_INVALID_ARGUMENT for a scheduler that needs a metric, or one that has
// come to its end, with RT_ERROR_STALE_HANDLE when the optimizer was freed, or with a handle's
// error. Thread-safe.
RT_API int64_t rt_torch_scheduler_step(RuntimeValue scheduler);

// Tells a scheduler that follows a metric how good the epoch was; another one goes on to the next
// epoch. Returns 1; 0 with the errors of rt_torch_scheduler_step. NaN is no improvement.
// Thread-safe.
RT_API int64_t rt_torch_scheduler_step_with_metric(RuntimeValue scheduler, double metric);

// Goes to an epoch, as PyTorch's step(epoch): warm restarts take numbers between whole ones.
//
// Returns 1; 0 with RT_ERROR_INVALID_ARGUMENT for an epoch below 0 or a scheduler that cannot be
// sent to one, and with the errors of rt_torch_scheduler_step. Thread-safe.
RT_API int64_t rt_torch_scheduler_step_to(RuntimeValue scheduler, double epoch);

// The learning rates of the groups after the scheduler's last step, as a new array of floats. NIL
// with a handle's error for what is no scheduler. Thread-safe.
RT_API RuntimeValue rt_torch_scheduler_get_last_lr(RuntimeValue scheduler);

// The scheduler's state, as a new dict by PyTorch's names: what changes from step to step, but not
// the arguments of the class. NIL with a handle's error for what is no scheduler. Thread-safe.
RT_API RuntimeValue rt_torch_scheduler_state_dict(RuntimeValue scheduler);

// Takes over a state in the form of rt_torch_scheduler_state_dict. The optimizer's learning rates
// are not changed: they are in its own state.
//
// Returns 1; 0 with RT_ERROR_TORCH_OPTION when it does not fit, or with the errors of values and
// handles. Thread-safe.
RT_API int64_t rt_torch_scheduler_load_state_dict(RuntimeValue scheduler, RuntimeValue state_dict);

// Ends a scheduler; its optimizer stays. Returns 1, or 0 with a handle's error. Thread-safe.
RT_API int64_t rt_torch_scheduler_free(RuntimeValue scheduler);

/* ---- runtime-torch: arithmetic -------------------------------------------------------------- */

// The sums of two tensors, element by element, with PyTorch's broadcasting and promotion of dtypes.
// A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with
// a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_add(RuntimeValue a, RuntimeValue b);

// The differences of two tensors, element by element, with PyTorch's broadcasting and promotion of
// dtypes. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses,
// and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_sub(RuntimeValue a, RuntimeValue b);

// The products of two tensors, element by element, with PyTorch's broadcasting and promotion of
// dtypes. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses,
// and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_mul(RuntimeValue a, RuntimeValue b);

// The quotients of two tensors, element by element; of ints they are floats, with PyTorch's
// broadcasting and promotion of dtypes. A new tensor that is the caller's to free. NIL with
// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_div(RuntimeValue a, RuntimeValue b);

// Every element plus `scalar`. A tensor of ints becomes one of floats, as with a float in Python. A
// new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a
// handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_add_scalar(RuntimeValue tensor, double scalar);

// Every element minus `scalar`. A tensor of ints becomes one of floats, as with a float in Python.
// A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with
// a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_sub_scalar(RuntimeValue tensor, double scalar);

// Every element times `scalar`. A tensor of ints becomes one of floats, as with a float in Python.
// A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with
// a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_mul_scalar(RuntimeValue tensor, double scalar);

// Every element divided by `scalar`. A tensor of ints becomes one of floats, as with a float in
// Python. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses,
// and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_div_scalar(RuntimeValue tensor, double scalar);

// Every element to the power `exponent`. A new tensor that is the caller's to free. NIL with
// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_pow(RuntimeValue tensor, double exponent);

// The elements of `a` to the power of those of `b`, with PyTorch's broadcasting and promotion of
// dtypes. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses,
// and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_pow_tensor(RuntimeValue a, RuntimeValue b);

// The quotients, rounded down, element by element with PyTorch's broadcasting and promotion of
// dtypes. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses,
// and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_floor_divide(RuntimeValue a, RuntimeValue b);

// The remainders with the sign of the divisor, as % in Python, element by element with PyTorch's
// broadcasting and promotion of dtypes. A new tensor that is the caller's to free. NIL with
// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_remainder(RuntimeValue a, RuntimeValue b);

// The remainders with the sign of the dividend, as fmod in C, element by element with PyTorch's
// broadcasting and promotion of dtypes. A new tensor that is the caller's to free. NIL with
// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_fmod(RuntimeValue a, RuntimeValue b);

// The larger of two elements; NaN wins, element by element with PyTorch's broadcasting and
// promotion of dtypes. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when
// PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_maximum(RuntimeValue a, RuntimeValue b);

// The smaller of two elements; NaN wins, element by element with PyTorch's broadcasting and
// promotion of dtypes. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when
// PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_minimum(RuntimeValue a, RuntimeValue b);

// The angles of the points with `a` as y and `b` as x, in radians, element by element with
// PyTorch's broadcasting and promotion of dtypes. A new tensor that is the caller's to free. NIL
// with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_atan2(RuntimeValue a, RuntimeValue b);

// The lengths of the hypotenuses, element by element with PyTorch's broadcasting and promotion of
// dtypes. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses,
// and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_hypot(RuntimeValue a, RuntimeValue b);

// The remainders with the sign of `scalar`, as % in Python. A new tensor that is the caller's to
// free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no
// tensor. Thread-safe.
RT_API RuntimeValue rt_torch_remainder_scalar(RuntimeValue tensor, double scalar);

// The remainders with the sign of the elements, as fmod in C. A new tensor that is the caller's to
// free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no
// tensor. Thread-safe.
RT_API RuntimeValue rt_torch_fmod_scalar(RuntimeValue tensor, double scalar);

// The elements limited to the range from `min` to `max`; `max` where that is below `min`. A new
// tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a
// handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_clamp(RuntimeValue tensor, double min, double max);

// The elements, and `min` for those below it. A new tensor that is the caller's to free. NIL with
// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_clamp_min(RuntimeValue tensor, double min);

// The elements, and `max` for those above it. A new tensor that is the caller's to free. NIL with
// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_clamp_max(RuntimeValue tensor, double max);

// The points between the elements of `a` (weight 0) and `b` (weight 1). A new tensor that is the
// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for
// what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_lerp(RuntimeValue a, RuntimeValue b, double weight);

// The bits that both elements have, of ints or bools. A new tensor that is the caller's to free.
// NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_bitwise_and(RuntimeValue a, RuntimeValue b);

// The bits that either element has, of ints or bools. A new tensor that is the caller's to free.
// NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_bitwise_or(RuntimeValue a, RuntimeValue b);

// The bits that one of the elements has, of ints or bools. A new tensor that is the caller's to
// free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no
// tensor. Thread-safe.
RT_API RuntimeValue rt_torch_bitwise_xor(RuntimeValue a, RuntimeValue b);

// The elements with every bit turned over, of ints or bools. A new tensor that is the caller's to
// free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no
// tensor. Thread-safe.
RT_API RuntimeValue rt_torch_bitwise_not(RuntimeValue tensor);

/* ---- runtime-torch: compare ----------------------------------------------------------------- */

// Whether each element of `a` equals the one of `b`, with broadcasting; NaN compares as in C. A new
// tensor of bools that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and
// with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_eq(RuntimeValue a, RuntimeValue b);

// Whether each element of `a` is not the one of `b`, with broadcasting; NaN compares as in C. A new
// tensor of bools that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and
// with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_ne(RuntimeValue a, RuntimeValue b);

// Whether each element of `a` is below the one of `b`, with broadcasting; NaN compares as in C. A
// new tensor of bools that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses,
// and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_lt(RuntimeValue a, RuntimeValue b);

// Whether each element of `a` is at most the one of `b`, with broadcasting; NaN compares as in C. A
// new tensor of bools that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses,
// and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_le(RuntimeValue a, RuntimeValue b);

// Whether each element of `a` is above the one of `b`, with broadcasting; NaN compares as in C. A
// new tensor of bools that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses,
// and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_gt(RuntimeValue a, RuntimeValue b);

// Whether each element of `a` is at least the one of `b`, with broadcasting; NaN compares as in C.
// A new tensor of bools that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses,
// and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_ge(RuntimeValue a, RuntimeValue b);

// Whether each element equals `scalar`. A new tensor of bools that is the caller's to free. NIL
// with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_eq_scalar(RuntimeValue tensor, double scalar);

// Whether each element is not `scalar`. A new tensor of bools that is the caller's to free. NIL
// with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_ne_scalar(RuntimeValue tensor, double scalar);

// Whether each element is below `scalar`. A new tensor of bools that is the caller's to free. NIL
// with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_lt_scalar(RuntimeValue tensor, double scalar);

// Whether each element is at most `scalar`. A new tensor of bools that is the caller's to free. NIL
// with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_le_scalar(RuntimeValue tensor, double scalar);

// Whether each element is above `scalar`. A new tensor of bools that is the caller's to free. NIL
// with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_gt_scalar(RuntimeValue tensor, double scalar);

// Whether each element is at least `scalar`. A new tensor of bools that is the caller's to free.
// NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_ge_scalar(RuntimeValue tensor, double scalar);

// Whether both elements are not zero, with broadcasting. A new tensor of bools that is the caller's
// to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no
// tensor. Thread-safe.
RT_API RuntimeValue rt_torch_logical_and(RuntimeValue a, RuntimeValue b);

// Whether either element is not zero, with broadcasting. A new tensor of bools that is the caller's
// to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no
// tensor. Thread-safe.
RT_API RuntimeValue rt_torch_logical_or(RuntimeValue a, RuntimeValue b);

// Whether one of the two elements is not zero, with broadcasting. A new tensor of bools that is the
// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for
// what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_logical_xor(RuntimeValue a, RuntimeValue b);

// Whether each element is zero. A new tensor of bools that is the caller's to free. NIL with
// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_logical_not(RuntimeValue tensor);

// Whether each element is NaN. A new tensor of bools that is the caller's to free. NIL with
// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_isnan(RuntimeValue tensor);

// Whether each element is an infinity. A new tensor of bools that is the caller's to free. NIL with
// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_isinf(RuntimeValue tensor);

// Whether each element is neither NaN nor an infinity. A new tensor of bools that is the caller's
// to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no
// tensor. Thread-safe.
RT_API RuntimeValue rt_torch_isfinite(RuntimeValue tensor);

// Whether each element of `a` is within `atol` plus `rtol` times that of `b` from it. Infinities
// are close to themselves, NaN to nothing. A new tensor of bools that is the caller's to free. NIL
// with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_isclose(RuntimeValue a, RuntimeValue b, double rtol, double atol);

// 1 when all elements of `a` are close to those of `b` as `rt_torch_isclose` says, else 0, which is
// no error. 0 with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no
// tensor. Thread-safe.
RT_API int64_t rt_torch_allclose(RuntimeValue a, RuntimeValue b, double rtol, double atol);

// 1 when both tensors have the same shape and the same elements, else 0, which is no error. 0 with
// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API int64_t rt_torch_equal(RuntimeValue a, RuntimeValue b);

// 1 when an element is NaN, else 0, which is no error. 0 with RT_ERROR_TORCH when PyTorch refuses,
// and with a handle's error for what is no tensor. Thread-safe.
RT_API int64_t rt_torch_has_nan(RuntimeValue tensor);

// 1 when an element is an infinity, else 0, which is no error. 0 with RT_ERROR_TORCH when PyTorch
// refuses, and with a handle's error for what is no tensor. Thread-safe.
RT_API int64_t rt_torch_has_inf(RuntimeValue tensor);

// The elements of `a` where `cond` is not zero, and those of `b` elsewhere, with broadcasting. A
// new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a
// handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_where(RuntimeValue cond, RuntimeValue a, RuntimeValue b);

/* ---- runtime-torch: convert ----------------------------------------------------------------- */

// The tensor with elements of another dtype (RT_TORCH_FLOAT32 and so on); a new handle of the same
// one if it has that already. A new tensor that is the caller's to free. NIL with
// RT_ERROR_TORCH_DTYPE for a number that is no dtype, and with a handle's error for what is no
// tensor. Thread-safe.
RT_API RuntimeValue rt_torch_to_dtype(RuntimeValue tensor, int64_t dtype);

// The tensor on a device, 0 for the CPU or 1 for the first GPU; a new handle of the same one if it
// is there already. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH_DEVICE for a
// device that is not there, with RT_ERROR_TORCH when its memory is short, and with a handle's error
// for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_to_device(RuntimeValue tensor, int64_t device);

// As `rt_torch_to_device` with 0. Thread-safe.
RT_API RuntimeValue rt_torch_to_cpu(RuntimeValue tensor);

// As `rt_torch_to_device`, of a GPU, whose numbers start at 0 here. Thread-safe.
RT_API RuntimeValue rt_torch_to_cuda(RuntimeValue tensor, int64_t device_id);

/* ---- runtime-torch: create ------------------------------------------------------------------ */

// A tensor with a copy of the `data_bytes` bytes at `data_ptr`: its elements row by row, in the
// machine's byte order. `shape` is an array of ints, empty for a tensor without dimensions; `dtype`
// is one of RT_TORCH_FLOAT32 and so on (RT_ERROR_TORCH_DTYPE), `device` 0 for the CPU or 1 for the
// first GPU (RT_ERROR_TORCH_DEVICE). A bool is a byte, complex numbers are pairs. A new tensor that
// is the caller's to free. NIL with the errors named, with RT_ERROR_LENGTH when the bytes are not
// as many as the shape needs, with RT_ERROR_NULL_POINTER for null with a length, with
// RT_ERROR_WRONG_TYPE for a shape that is none, with RT_ERROR_TORCH_TOO_LARGE for more elements
// than the memory holds. Thread-safe.
//
// Safety:
// `data_ptr` points at `data_bytes` readable bytes, or is null.
RT_API
RuntimeValue rt_torch_tensor_from_buffer(const void *data_ptr,
                                         uint64_t data_bytes,
                                         RuntimeValue shape,
                                         int64_t dtype,
                                         int64_t device);

// A tensor out of a number, which has no dimensions then, or of arrays (or tuples) of numbers
// nested to any depth up to 64, as torch.tensor. Bools are numbers too; in a complex dtype a tuple
// of two numbers is one element. `dtype` is one of RT_TORCH_FLOAT32 and so on
// (RT_ERROR_TORCH_DTYPE), `device` 0 for the CPU or 1 for the first GPU (RT_ERROR_TORCH_DEVICE). A
// new tensor that is the caller's to free. NIL with the errors named, with RT_ERROR_WRONG_TYPE or
// RT_ERROR_NOT_A_VALUE for what is no number, with RT_ERROR_INVALID_ARGUMENT for arrays of
// different lengths side by side and for a number that the dtype does not have. Thread-safe.
RT_API RuntimeValue rt_torch_tensor(RuntimeValue data, int64_t dtype, int64_t device);

// As `rt_torch_tensor`, of 32-bit floats on the CPU: `rt_torch_tensor_new([2, 3, 4])` has these
// three values. Thread-safe.
RT_API RuntimeValue rt_torch_tensor_new(RuntimeValue values);

// As `rt_torch_tensor_new`, in the shape `dims`. NIL with RT_ERROR_TORCH as well when the values
// are not as many as the shape needs. Thread-safe.
RT_API RuntimeValue rt_torch_tensor_from_data(RuntimeValue data, RuntimeValue dims);

// A tensor of zeros. `shape` is an array of ints, empty for a tensor without dimensions; `dtype` is
// one of RT_TORCH_FLOAT32 and so on (RT_ERROR_TORCH_DTYPE), `device` 0 for the CPU or 1 for the
// first GPU (RT_ERROR_TORCH_DEVICE). A new tensor that is the caller's to free. NIL with the errors
// named, with RT_ERROR_WRONG_TYPE for a shape that is none, with RT_ERROR_INVALID_ARGUMENT for a
// negative size, with RT_ERROR_TORCH_TOO_LARGE for more elements than the memory holds.
// Thread-safe.
RT_API RuntimeValue rt_torch_zeros(RuntimeValue shape, int64_t dtype, int64_t device);

// A tensor of ones. `shape` is an array of ints, empty for a tensor without dimensions; `dtype` is
// one of RT_TORCH_FLOAT32 and so on (RT_ERROR_TORCH_DTYPE), `device` 0 for the CPU or 1 for the
// first GPU (RT_ERROR_TORCH_DEVICE). A new tensor that is the caller's to free. NIL with the errors
// named, with RT_ERROR_WRONG_TYPE for a shape that is none, with RT_ERROR_INVALID_ARGUMENT for a
// negative size, with RT_ERROR_TORCH_TOO_LARGE for more elements than the memory holds.
// Thread-safe.
RT_API RuntimeValue rt_torch_ones(RuntimeValue shape, int64_t dtype, int64_t device);

// A tensor of whatever the memory held. `shape` is an array of ints, empty for a tensor without
// dimensions; `dtype` is one of RT_TORCH_FLOAT32 and so on (RT_ERROR_TORCH_DTYPE), `device` 0 for
// the CPU or 1 for the first GPU (RT_ERROR_TORCH_DEVICE). A new tensor that is the caller's to
// free. NIL with the errors named, with RT_ERROR_WRONG_TYPE for a shape that is none, with
// RT_ERROR_INVALID_ARGUMENT for a negative size, with RT_ERROR_TORCH_TOO_LARGE for more elements
// than the memory holds. Thread-safe.
RT_API RuntimeValue rt_torch_empty(RuntimeValue shape, int64_t dtype, int64_t device);

// A tensor of samples from 0 to below 1, all equally likely, drawn from the generator of the
// process. `shape` is an array of ints, empty for a tensor without dimensions; `dtype` is one of
// RT_TORCH_FLOAT32 and so on (RT_ERROR_TORCH_DTYPE), `device` 0 for the CPU or 1 for the first GPU
// (RT_ERROR_TORCH_DEVICE). A new tensor that is the caller's to free. NIL with the errors named,
// with RT_ERROR_WRONG_TYPE for a shape that is none, with RT_ERROR_INVALID_ARGUMENT for a negative
// size, with RT_ERROR_TORCH_TOO_LARGE for more elements than the memory holds. RT_ERROR_TORCH for a
// dtype of ints. Thread-safe.
RT_API RuntimeValue rt_torch_rand(RuntimeValue shape, int64_t dtype, int64_t device);

// A tensor of samples of the standard normal distribution, drawn from the generator of the process.
// `shape` is an array of ints, empty for a tensor without dimensions; `dtype` is one of
// RT_TORCH_FLOAT32 and so on (RT_ERROR_TORCH_DTYPE), `device` 0 for the CPU or 1 for the first GPU
// (RT_ERROR_TORCH_DEVICE). A new tensor that is the caller's to free. NIL with the errors named,
// with RT_ERROR_WRONG_TYPE for a shape that is none, with RT_ERROR_INVALID_ARGUMENT for a negative
// size, with RT_ERROR_TORCH_TOO_LARGE for more elements than the memory holds. RT_ERROR_TORCH for a
// dtype of ints. Thread-safe.
RT_API RuntimeValue rt_torch_randn(RuntimeValue shape, int64_t dtype, int64_t device);

// As `rt_torch_zeros`, of one size. Thread-safe.
RT_API RuntimeValue rt_torch_zeros_1d(int64_t size, int64_t dtype, int64_t device);

// As `rt_torch_zeros`, of two sizes. Thread-safe.
RT_API RuntimeValue rt_torch_zeros_2d(int64_t rows, int64_t cols, int64_t dtype, int64_t device);

// As `rt_torch_zeros`, of three sizes. Thread-safe.
RT_API
RuntimeValue rt_torch_zeros_3d(int64_t d1,
                               int64_t d2,
                               int64_t d3,
                               int64_t dtype,
                               int64_t device);

// As `rt_torch_ones`, of one size. Thread-safe.
RT_API RuntimeValue rt_torch_ones_1d(int64_t size, int64_t dtype, int64_t device);

// As `rt_torch_ones`, of two sizes. Thread-safe.
RT_API RuntimeValue rt_torch_ones_2d(int64_t rows, int64_t cols, int64_t dtype, int64_t device);

// As `rt_torch_ones`, of three sizes. Thread-safe.
RT_API
RuntimeValue rt_torch_ones_3d(int64_t d1,
                              int64_t d2,
                              int64_t d3,
                              int64_t dtype,
                              int64_t device);

// As `rt_torch_randn`, of one size. Thread-safe.
RT_API RuntimeValue rt_torch_randn_1d(int64_t size, int64_t dtype, int64_t device);

// As `rt_torch_randn`, of two sizes. Thread-safe.
RT_API RuntimeValue rt_torch_randn_2d(int64_t rows, int64_t cols, int64_t dtype, int64_t device);

// As `rt_torch_randn`, of three sizes. Thread-safe.
RT_API
RuntimeValue rt_torch_randn_3d(int64_t d1,
                               int64_t d2,
                               int64_t d3,
                               int64_t dtype,
                               int64_t device);

// A tensor with `value` everywhere. `shape` is an array of ints, empty for a tensor without
// dimensions; `dtype` is one of RT_TORCH_FLOAT32 and so on (RT_ERROR_TORCH_DTYPE), `device` 0 for
// the CPU or 1 for the first GPU (RT_ERROR_TORCH_DEVICE). A new tensor that is the caller's to
// free. NIL with the errors named, with RT_ERROR_WRONG_TYPE for a shape that is none, with
// RT_ERROR_INVALID_ARGUMENT for a negative size, with RT_ERROR_TORCH_TOO_LARGE for more elements
// than the memory holds. RT_ERROR_TORCH for a value that the dtype does not have. Thread-safe.
RT_API RuntimeValue rt_torch_full(RuntimeValue shape, double value, int64_t dtype, int64_t device);

// The ints from `start` to before `end` by `step`, in any dtype. `dtype` is one of RT_TORCH_FLOAT32
// and so on (RT_ERROR_TORCH_DTYPE), `device` 0 for the CPU or 1 for the first GPU
// (RT_ERROR_TORCH_DEVICE). A new tensor that is the caller's to free. NIL with the errors named,
// with RT_ERROR_TORCH for a step of 0 or away from the end, with RT_ERROR_TORCH_TOO_LARGE for more
// than the memory holds. Thread-safe.
RT_API
RuntimeValue rt_torch_arange(int64_t start,
                             int64_t end,
                             int64_t step,
                             int64_t dtype,
                             int64_t device);

// As `rt_torch_arange`, of floats. RT_ERROR_TORCH as well for NaN and infinities. Thread-safe.
RT_API
RuntimeValue rt_torch_arange_float(double start,
                                   double end,
                                   double step,
                                   int64_t dtype,
                                   int64_t device);

// `steps` numbers from `start` to `end`, both included, at equal distances. `dtype` is one of
// RT_TORCH_FLOAT32 and so on (RT_ERROR_TORCH_DTYPE), `device` 0 for the CPU or 1 for the first GPU
// (RT_ERROR_TORCH_DEVICE). A new tensor that is the caller's to free. NIL with the errors named,
// with RT_ERROR_TORCH for a negative count, with RT_ERROR_TORCH_TOO_LARGE for more than the memory
// holds. Thread-safe.
RT_API
RuntimeValue rt_torch_linspace(double start,
                               double end,
                               int64_t steps,
                               int64_t dtype,
                               int64_t device);

// The powers of `base` whose exponents `rt_torch_linspace` would give, and with its errors.
// Thread-safe.
RT_API
RuntimeValue rt_torch_logspace(double start,
                               double end,
                               int64_t steps,
                               double base,
                               int64_t dtype,
                               int64_t device);

// A matrix with ones on its diagonal and zeros elsewhere. `dtype` is one of RT_TORCH_FLOAT32 and so
// on (RT_ERROR_TORCH_DTYPE), `device` 0 for the CPU or 1 for the first GPU (RT_ERROR_TORCH_DEVICE).
// A new tensor that is the caller's to free. NIL with the errors named, with
// RT_ERROR_INVALID_ARGUMENT for a negative size, with RT_ERROR_TORCH_TOO_LARGE for more than the
// memory holds. Thread-safe.
RT_API RuntimeValue rt_torch_eye(int64_t rows, int64_t columns, int64_t dtype, int64_t device);

// A tensor of ints from `low` to below `high`, all equally likely, drawn from the generator of the
// process. `shape` is an array of ints, empty for a tensor without dimensions; `dtype` is one of
// RT_TORCH_FLOAT32 and so on (RT_ERROR_TORCH_DTYPE), `device` 0 for the CPU or 1 for the first GPU
// (RT_ERROR_TORCH_DEVICE). A new tensor that is the caller's to free. NIL with the errors named,
// with RT_ERROR_WRONG_TYPE for a shape that is none, with RT_ERROR_INVALID_ARGUMENT for a negative
// size, with RT_ERROR_TORCH_TOO_LARGE for more elements than the memory holds. RT_ERROR_TORCH for
// an empty range, and one that the dtype does not have. Thread-safe.
RT_API
RuntimeValue rt_torch_randint(int64_t low,
                              int64_t high,
                              RuntimeValue shape,
                              int64_t dtype,
                              int64_t device);

// The ints from 0 to before `n` in an order drawn from the generator of the process. `dtype` is one
// of RT_TORCH_FLOAT32 and so on (RT_ERROR_TORCH_DTYPE), `device` 0 for the CPU or 1 for the first
// GPU (RT_ERROR_TORCH_DEVICE). A new tensor that is the caller's to free. NIL with the errors
// named, with RT_ERROR_TORCH for a negative `n`, with RT_ERROR_TORCH_TOO_LARGE for more than the
// memory holds. Thread-safe.
RT_API RuntimeValue rt_torch_randperm(int64_t n, int64_t dtype, int64_t device);

// A tensor of zeros, of the shape, dtype and device of `tensor`. A new tensor that is the caller's
// to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no
// tensor. Thread-safe.
RT_API RuntimeValue rt_torch_zeros_like(RuntimeValue tensor);

// A tensor of ones, of the shape, dtype and device of `tensor`. A new tensor that is the caller's
// to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no
// tensor. Thread-safe.
RT_API RuntimeValue rt_torch_ones_like(RuntimeValue tensor);

// A tensor of whatever the memory held, of the shape, dtype and device of `tensor`. A new tensor
// that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's
// error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_empty_like(RuntimeValue tensor);

// A tensor of samples from 0 to below 1, of the shape, dtype and device of `tensor`. A new tensor
// that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's
// error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_rand_like(RuntimeValue tensor);

// A tensor of samples of the standard normal distribution, of the shape, dtype and device of
// `tensor`. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch
// refuses, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_randn_like(RuntimeValue tensor);

// A tensor with `value` everywhere, of the shape, dtype and device of `tensor`. A new tensor that
// is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error
// for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_full_like(RuntimeValue tensor, double value);

// A tensor of ints from `low` to below `high`, of the shape, dtype and device of `tensor`. A new
// tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a
// handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_randint_like(RuntimeValue tensor, int64_t low, int64_t high);

// A one for the class that each int64 element of `tensor` names, in a new last dimension of
// `num_classes`; -1 stands for as many as there are. A new tensor that is the caller's to free. NIL
// with RT_ERROR_TORCH for another dtype or an element that is no class, with
// RT_ERROR_TORCH_TOO_LARGE for more than the memory holds, and with a handle's error for what is no
// tensor. Thread-safe.
RT_API RuntimeValue rt_torch_one_hot(RuntimeValue tensor, int64_t num_classes);

// How often each int occurs in a tensor of one dimension of ints from 0 on, or the sum of its
// `weights` (NIL for none), in at least `minlength` places. A new tensor that is the caller's to
// free. NIL with RT_ERROR_TORCH for other ints or shapes, with RT_ERROR_TORCH_TOO_LARGE for more
// than the memory holds, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_bincount(RuntimeValue tensor, RuntimeValue weights, int64_t minlength);

// As `rt_torch_zeros`, of 32-bit floats on the CPU. Thread-safe.
RT_API RuntimeValue rt_torch_tensor_zeros(RuntimeValue dims);

// As `rt_torch_ones`, of 32-bit floats on the CPU. Thread-safe.
RT_API RuntimeValue rt_torch_tensor_ones(RuntimeValue dims);

// As `rt_torch_rand`, of 32-bit floats on the CPU. Thread-safe.
RT_API RuntimeValue rt_torch_tensor_rand(RuntimeValue dims);

// As `rt_torch_randn`, of 32-bit floats on the CPU. Thread-safe.
RT_API RuntimeValue rt_torch_tensor_randn(RuntimeValue dims);

// As `rt_torch_empty`, of 32-bit floats on the CPU. Thread-safe.
RT_API RuntimeValue rt_torch_tensor_empty(RuntimeValue dims);

// As `rt_torch_full`, of 32-bit floats on the CPU. Thread-safe.
RT_API RuntimeValue rt_torch_tensor_full(RuntimeValue dims, double value);

// As `rt_torch_arange_float`, of 32-bit floats on the CPU. Thread-safe.
RT_API RuntimeValue rt_torch_tensor_arange(double start, double end, double step);

// As `rt_torch_linspace`, of 32-bit floats on the CPU. Thread-safe.
RT_API RuntimeValue rt_torch_tensor_linspace(double start, double end, int64_t steps);

// As `rt_torch_eye` with as many columns as rows, of 32-bit floats on the CPU. Thread-safe.
RT_API RuntimeValue rt_torch_tensor_eye(int64_t n);

/* ---- runtime-torch: elementwise ------------------------------------------------------------- */

// The elements with the other sign. A new tensor that is the caller's to free. NIL with
// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_neg(RuntimeValue tensor);

// The absolute values; of complex numbers their lengths. A new tensor that is the caller's to free.
// NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_abs(RuntimeValue tensor);

// -1, 0 or 1 for every element. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH
// when PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_sign(RuntimeValue tensor);

// The elements rounded down. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH
// when PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_floor(RuntimeValue tensor);

// The elements rounded up. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when
// PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_ceil(RuntimeValue tensor);

// The elements rounded to the nearest whole number, halves to the even one. A new tensor that is
// the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for
// what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_round(RuntimeValue tensor);

// The elements without their fraction. A new tensor that is the caller's to free. NIL with
// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_trunc(RuntimeValue tensor);

// The fractions of the elements. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH
// when PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_frac(RuntimeValue tensor);

// 1 divided by every element. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH
// when PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_reciprocal(RuntimeValue tensor);

// The square roots; NaN for what is negative. A new tensor that is the caller's to free. NIL with
// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_sqrt(RuntimeValue tensor);

// 1 divided by the square root of every element. A new tensor that is the caller's to free. NIL
// with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_rsqrt(RuntimeValue tensor);

// The squares. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch
// refuses, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_square(RuntimeValue tensor);

// e to the power of every element. A new tensor that is the caller's to free. NIL with
// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_exp(RuntimeValue tensor);

// 2 to the power of every element. A new tensor that is the caller's to free. NIL with
// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_exp2(RuntimeValue tensor);

// e to the power of every element, minus 1, exact near 0. A new tensor that is the caller's to
// free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no
// tensor. Thread-safe.
RT_API RuntimeValue rt_torch_expm1(RuntimeValue tensor);

// The natural logarithms; -inf for 0, NaN for what is negative. A new tensor that is the caller's
// to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no
// tensor. Thread-safe.
RT_API RuntimeValue rt_torch_log(RuntimeValue tensor);

// The logarithms to base 2. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when
// PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_log2(RuntimeValue tensor);

// The logarithms to base 10. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH
// when PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_log10(RuntimeValue tensor);

// The natural logarithms of 1 plus every element, exact near 0. A new tensor that is the caller's
// to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no
// tensor. Thread-safe.
RT_API RuntimeValue rt_torch_log1p(RuntimeValue tensor);

// The sines of angles in radians. A new tensor that is the caller's to free. NIL with
// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_sin(RuntimeValue tensor);

// The cosines of angles in radians. A new tensor that is the caller's to free. NIL with
// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_cos(RuntimeValue tensor);

// The tangents of angles in radians. A new tensor that is the caller's to free. NIL with
// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_tan(RuntimeValue tensor);

// The arc sines, in radians. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH
// when PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_asin(RuntimeValue tensor);

// The arc cosines, in radians. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH
// when PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_acos(RuntimeValue tensor);

// The arc tangents, in radians. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH
// when PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_atan(RuntimeValue tensor);

// The hyperbolic sines. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when
// PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_sinh(RuntimeValue tensor);

// The hyperbolic cosines. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when
// PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_cosh(RuntimeValue tensor);

// The inverse hyperbolic sines. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH
// when PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_asinh(RuntimeValue tensor);

// The inverse hyperbolic cosines. A new tensor that is the caller's to free. NIL with
// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_acosh(RuntimeValue tensor);

// The inverse hyperbolic tangents. A new tensor that is the caller's to free. NIL with
// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_atanh(RuntimeValue tensor);

// The error function of every element. A new tensor that is the caller's to free. NIL with
// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_erf(RuntimeValue tensor);

// 1 minus the error function of every element. A new tensor that is the caller's to free. NIL with
// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_erfc(RuntimeValue tensor);

// The elements, with `nan` for NaN, `posinf` for infinity and `neginf` for minus infinity. A new
// tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a
// handle's error for what is no tensor. Thread-safe.
RT_API
RuntimeValue rt_torch_nan_to_num(RuntimeValue tensor,
                                 double nan,
                                 double posinf,
                                 double neginf);

/* ---- runtime-torch: fft --------------------------------------------------------------------- */

// The discrete Fourier transform along one dimension. The signal is cut or filled with zeros to `n`
// elements, 0 and less leave its length. `norm` is 0 or 2 for PyTorch's "backward" (the inverse
// divides), 1 for "forward", 3 for "ortho". A new tensor that is the caller's to free. NIL with
// RT_ERROR_TORCH when PyTorch refuses, with RT_ERROR_INVALID_ARGUMENT for a norm that is none, with
// RT_ERROR_TORCH_TOO_LARGE for a length that the memory does not hold, and with a handle's error
// for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_fft(RuntimeValue tensor, int64_t n, int64_t dim, int64_t norm);

// The inverse discrete Fourier transform along one dimension. The signal is cut or filled with
// zeros to `n` elements, 0 and less leave its length. `norm` is 0 or 2 for PyTorch's "backward"
// (the inverse divides), 1 for "forward", 3 for "ortho". A new tensor that is the caller's to free.
// NIL with RT_ERROR_TORCH when PyTorch refuses, with RT_ERROR_INVALID_ARGUMENT for a norm that is
// none, with RT_ERROR_TORCH_TOO_LARGE for a length that the memory does not hold, and with a
// handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_ifft(RuntimeValue tensor, int64_t n, int64_t dim, int64_t norm);

// The Fourier transform of real numbers along one dimension, the half that is not its mirror. The
// signal is cut or filled with zeros to `n` elements, 0 and less leave its length. `norm` is 0 or 2
// for PyTorch's "backward" (the inverse divides), 1 for "forward", 3 for "ortho". A new tensor that
// is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, with
// RT_ERROR_INVALID_ARGUMENT for a norm that is none, with RT_ERROR_TORCH_TOO_LARGE for a length
// that the memory does not hold, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_rfft(RuntimeValue tensor, int64_t n, int64_t dim, int64_t norm);

// The inverse of `rt_torch_rfft`: real numbers. The signal is cut or filled with zeros to `n`
// elements, 0 and less leave its length. `norm` is 0 or 2 for PyTorch's "backward" (the inverse
// divides), 1 for "forward", 3 for "ortho". A new tensor that is the caller's to free. NIL with
// RT_ERROR_TORCH when PyTorch refuses, with RT_ERROR_INVALID_ARGUMENT for a norm that is none, with
// RT_ERROR_TORCH_TOO_LARGE for a length that the memory does not hold, and with a handle's error
// for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_irfft(RuntimeValue tensor, int64_t n, int64_t dim, int64_t norm);

// The Fourier transform of a signal whose other half is its mirror: real numbers. The signal is cut
// or filled with zeros to `n` elements, 0 and less leave its length. `norm` is 0 or 2 for PyTorch's
// "backward" (the inverse divides), 1 for "forward", 3 for "ortho". A new tensor that is the
// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, with RT_ERROR_INVALID_ARGUMENT
// for a norm that is none, with RT_ERROR_TORCH_TOO_LARGE for a length that the memory does not
// hold, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_hfft(RuntimeValue tensor, int64_t n, int64_t dim, int64_t norm);

// The inverse of `rt_torch_hfft`. The signal is cut or filled with zeros to `n` elements, 0 and
// less leave its length. `norm` is 0 or 2 for PyTorch's "backward" (the inverse divides), 1 for
// "forward", 3 for "ortho". A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when
// PyTorch refuses, with RT_ERROR_INVALID_ARGUMENT for a norm that is none, with
// RT_ERROR_TORCH_TOO_LARGE for a length that the memory does not hold, and with a handle's error
// for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_ihfft(RuntimeValue tensor, int64_t n, int64_t dim, int64_t norm);

// The discrete Fourier transform over the dimensions in `dims`: an array of ints, or NIL for all.
// `norm` is 0 or 2 for PyTorch's "backward" (the inverse divides), 1 for "forward", 3 for "ortho".
// A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, with
// RT_ERROR_INVALID_ARGUMENT for a norm that is none, and with a handle's error for what is no
// tensor. Thread-safe.
RT_API RuntimeValue rt_torch_fftn(RuntimeValue tensor, RuntimeValue dims, int64_t norm);

// The inverse discrete Fourier transform over the dimensions in `dims`: an array of ints, or NIL
// for all. `norm` is 0 or 2 for PyTorch's "backward" (the inverse divides), 1 for "forward", 3 for
// "ortho". A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses,
// with RT_ERROR_INVALID_ARGUMENT for a norm that is none, and with a handle's error for what is no
// tensor. Thread-safe.
RT_API RuntimeValue rt_torch_ifftn(RuntimeValue tensor, RuntimeValue dims, int64_t norm);

// The Fourier transform of real numbers over the dimensions in `dims`: an array of ints, or NIL for
// all. `norm` is 0 or 2 for PyTorch's "backward" (the inverse divides), 1 for "forward", 3 for
// "ortho". A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses,
// with RT_ERROR_INVALID_ARGUMENT for a norm that is none, and with a handle's error for what is no
// tensor. Thread-safe.
RT_API RuntimeValue rt_torch_rfftn(RuntimeValue tensor, RuntimeValue dims, int64_t norm);

// The inverse of `rt_torch_rfftn`: real numbers, over the dimensions in `dims` (an array of ints,
// or NIL for all), of the lengths in `sizes`, which alone tell an odd last one (NIL for the even
// ones). `norm` is 0 or 2 for PyTorch's "backward" (the inverse divides), 1 for "forward", 3 for
// "ortho". A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses,
// with RT_ERROR_INVALID_ARGUMENT for a norm that is none, with RT_ERROR_TORCH_TOO_LARGE for a
// length that the memory does not hold, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API
RuntimeValue rt_torch_irfftn(RuntimeValue tensor,
                             RuntimeValue sizes,
                             RuntimeValue dims,
                             int64_t norm);

// The discrete Fourier transform over the last two dimensions. `norm` is 0 or 2 for PyTorch's
// "backward" (the inverse divides), 1 for "forward", 3 for "ortho". A new tensor that is the
// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, with RT_ERROR_INVALID_ARGUMENT
// for a norm that is none, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_fft2(RuntimeValue tensor, int64_t norm);

// The inverse discrete Fourier transform over the last two dimensions. `norm` is 0 or 2 for
// PyTorch's "backward" (the inverse divides), 1 for "forward", 3 for "ortho". A new tensor that is
// the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, with
// RT_ERROR_INVALID_ARGUMENT for a norm that is none, and with a handle's error for what is no
// tensor. Thread-safe.
RT_API RuntimeValue rt_torch_ifft2(RuntimeValue tensor, int64_t norm);

// The Fourier transform of real numbers over the last two dimensions. `norm` is 0 or 2 for
// PyTorch's "backward" (the inverse divides), 1 for "forward", 3 for "ortho". A new tensor that is
// the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, with
// RT_ERROR_INVALID_ARGUMENT for a norm that is none, and with a handle's error for what is no
// tensor. Thread-safe.
RT_API RuntimeValue rt_torch_rfft2(RuntimeValue tensor, int64_t norm);

// The inverse of `rt_torch_rfft2`: real numbers, of the two lengths in `sizes`, which alone tell an
// odd last one (NIL for the even ones). `norm` is 0 or 2 for PyTorch's "backward" (the inverse
// divides), 1 for "forward", 3 for "ortho". A new tensor that is the caller's to free. NIL with
// RT_ERROR_TORCH when PyTorch refuses, with RT_ERROR_INVALID_ARGUMENT for a norm that is none, with
// RT_ERROR_TORCH_TOO_LARGE for a length that the memory does not hold, and with a handle's error
// for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_irfft2(RuntimeValue tensor, RuntimeValue sizes, int64_t norm);

// Moves the frequency zero to the middle along one dimension; -1 is the last one, as in PyTorch. A
// new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a
// handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_fftshift(RuntimeValue tensor, int64_t dim);

// Moves the frequency zero to the middle along all dimensions. A new tensor that is the caller's to
// free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no
// tensor. Thread-safe.
RT_API RuntimeValue rt_torch_fftshift_all(RuntimeValue tensor);

// Moves the frequency zero from the middle back to the front along one dimension; -1 is the last
// one, as in PyTorch. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when
// PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_ifftshift(RuntimeValue tensor, int64_t dim);

// Moves the frequency zero from the middle back to the front along all dimensions. A new tensor
// that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's
// error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_ifftshift_all(RuntimeValue tensor);

// The frequencies of the elements that `rt_torch_fft` gives, of a signal of `n` elements at a
// distance of `d`. `dtype` is one of RT_TORCH_FLOAT32 and so on (RT_ERROR_TORCH_DTYPE), `device` 0
// for the CPU or 1 for the first GPU (RT_ERROR_TORCH_DEVICE). A new tensor that is the caller's to
// free. NIL with the errors named, with RT_ERROR_TORCH when PyTorch refuses, with
// RT_ERROR_TORCH_TOO_LARGE for more than the memory holds. Thread-safe.
RT_API RuntimeValue rt_torch_fftfreq(int64_t n, double d, int64_t dtype, int64_t device);

// The frequencies of the elements that `rt_torch_rfft` gives, of a signal of `n` elements at a
// distance of `d`. `dtype` is one of RT_TORCH_FLOAT32 and so on (RT_ERROR_TORCH_DTYPE), `device` 0
// for the CPU or 1 for the first GPU (RT_ERROR_TORCH_DEVICE). A new tensor that is the caller's to
// free. NIL with the errors named, with RT_ERROR_TORCH when PyTorch refuses, with
// RT_ERROR_TORCH_TOO_LARGE for more than the memory holds. Thread-safe.
RT_API RuntimeValue rt_torch_rfftfreq(int64_t n, double d, int64_t dtype, int64_t device);

// Complex numbers of their real and imaginary parts, which are floats of one dtype. A new tensor
// that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's
// error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_complex(RuntimeValue real, RuntimeValue imag);

// Complex numbers of their lengths and angles in radians, which are floats of one dtype. A new
// tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a
// handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_polar(RuntimeValue abs, RuntimeValue angle);

// The real parts, a view. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when
// PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_real(RuntimeValue tensor);

// The imaginary parts of complex numbers, a view. A new tensor that is the caller's to free. NIL
// with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_imag(RuntimeValue tensor);

// The conjugates, a view. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when
// PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_conj(RuntimeValue tensor);

// The angles of the numbers, in radians. A new tensor that is the caller's to free. NIL with
// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_angle(RuntimeValue tensor);

// A view of complex numbers as pairs of floats in a new last dimension. A new tensor that is the
// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for
// what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_view_as_real(RuntimeValue tensor);

// A view of pairs of floats in the last dimension as complex numbers. A new tensor that is the
// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for
// what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_view_as_complex(RuntimeValue tensor);

/* ---- runtime-torch: index ------------------------------------------------------------------- */

// What Python's `tensor[indices]` is.
//
// `indices` is a position (an int, from the end when negative), an index tensor of ints in any
// shape, a mask (a tensor of bools), a slice (a tuple of start and end, or of start, end and step,
// NIL for an open end), NIL for a new axis, the strings ":" and "..." as in Python; or an array of
// such indices, one for each dimension, in which arrays of ints or bools are index tensors and
// masks too. Positions and slices share the elements, the others copy them. A new tensor that is
// the caller's to free. NIL with RT_ERROR_TORCH for an index out of range or a mask that does not
// fit, with RT_ERROR_INVALID_ARGUMENT for too many indices, with RT_ERROR_WRONG_TYPE for what is no
// index, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_index(RuntimeValue tensor, RuntimeValue indices);

// What Python's `tensor[indices] = values` does, with the indices of `rt_torch_index` and
// broadcasting; `accumulate` other than 0 adds instead, and adds all the values of a place that
// occurs several times. Returns 1; 0 with the errors of `rt_torch_index`. Other threads must not
// use the tensor meanwhile.
RT_API
int64_t rt_torch_index_put_(RuntimeValue tensor,
                            RuntimeValue indices,
                            RuntimeValue values,
                            int64_t accumulate);

// The slice at one position along `dim`, without it; negative positions count from the end. A new
// tensor that shares the elements and is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch
// refuses, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_select(RuntimeValue tensor, int64_t dim, int64_t index);

// `length` positions from `start` on along `dim`. A new tensor that shares the elements and is the
// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for
// what is no tensor. Thread-safe.
RT_API
RuntimeValue rt_torch_narrow(RuntimeValue tensor,
                             int64_t dim,
                             int64_t start,
                             int64_t length);

// The positions from `start` to before `end` by `step`, which is at least 1, along `dim`; ends
// beyond the tensor are its ends. A new tensor that shares the elements and is the caller's to
// free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no
// tensor. Thread-safe.
RT_API
RuntimeValue rt_torch_slice(RuntimeValue tensor,
                            int64_t dim,
                            int64_t start,
                            int64_t end,
                            int64_t step);

// The positions along `dim` that a vector of ints names. A new tensor that is the caller's to free.
// NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_index_select(RuntimeValue tensor, int64_t dim, RuntimeValue index);

// For each int64 of `index` the element of `tensor` at its place, with that int as the position
// along `dim`. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch
// refuses, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_gather(RuntimeValue tensor, int64_t dim, RuntimeValue index);

// A copy of the tensor with the elements of `src` at the places that `index` names as in
// `rt_torch_gather`. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when
// PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
RT_API
RuntimeValue rt_torch_scatter(RuntimeValue tensor,
                              int64_t dim,
                              RuntimeValue index,
                              RuntimeValue src);

// A copy of the tensor with the elements of `src` added at the places that `index` names as in
// `rt_torch_gather`. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when
// PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
RT_API
RuntimeValue rt_torch_scatter_add(RuntimeValue tensor,
                                  int64_t dim,
                                  RuntimeValue index,
                                  RuntimeValue src);

// A copy of the tensor with `value` at the places that `index` names as in `rt_torch_gather`. A new
// tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a
// handle's error for what is no tensor. Thread-safe.
RT_API
RuntimeValue rt_torch_scatter_value(RuntimeValue tensor,
                                    int64_t dim,
                                    RuntimeValue index,
                                    double value);

// A copy of the tensor with the slices of `source` added at the positions along `dim` that a vector
// of ints names. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch
// refuses, and with a handle's error for what is no tensor. Thread-safe.
RT_API
RuntimeValue rt_torch_index_add(RuntimeValue tensor,
                                int64_t dim,
                                RuntimeValue index,
                                RuntimeValue source);

// A copy of the tensor with `value` at the positions along `dim` that a vector of ints names. A new
// tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a
// handle's error for what is no tensor. Thread-safe.
RT_API
RuntimeValue rt_torch_index_fill(RuntimeValue tensor,
                                 int64_t dim,
                                 RuntimeValue index,
                                 double value);

// The elements where a tensor of bools is true, in one dimension. A new tensor that is the caller's
// to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no
// tensor. Thread-safe.
RT_API RuntimeValue rt_torch_masked_select(RuntimeValue tensor, RuntimeValue mask);

// A copy of the tensor with `value` where a tensor of bools is true. A new tensor that is the
// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for
// what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_masked_fill(RuntimeValue tensor, RuntimeValue mask, double value);

// A copy of the tensor with the elements of `source` in order where a tensor of bools is true. A
// new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a
// handle's error for what is no tensor. Thread-safe.
RT_API
RuntimeValue rt_torch_masked_scatter(RuntimeValue tensor,
                                     RuntimeValue mask,
                                     RuntimeValue source);

// The elements of the flat tensor at the places that int64 elements name, in their shape. A new
// tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a
// handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_take(RuntimeValue tensor, RuntimeValue index);

// As `rt_torch_gather`, with broadcasting: what takes the result of `rt_torch_argsort`. A new
// tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a
// handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_take_along_dim(RuntimeValue tensor, RuntimeValue index, int64_t dim);

// The places of the elements that are not zero: one row of int64 for each. A new tensor that is the
// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for
// what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_nonzero(RuntimeValue tensor);

// The places of the elements that are not zero: one vector of int64 for each dimension, as
// `rt_torch_index` takes them. A new array that is the caller's, of new tensors that are the
// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for
// what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_nonzero_tuple(RuntimeValue tensor);

/* ---- runtime-torch: inplace ----------------------------------------------------------------- */

// Adds `b` to `a`, element by element, with `b` broadcast. Returns 1; 0 with RT_ERROR_TORCH when
// PyTorch refuses, as for a leaf that needs a gradient, and with a handle's error for what is no
// tensor. Other threads must not use the tensor meanwhile.
RT_API int64_t rt_torch_add_(RuntimeValue a, RuntimeValue b);

// Takes `b` from `a`, element by element, with `b` broadcast. Returns 1; 0 with RT_ERROR_TORCH when
// PyTorch refuses, as for a leaf that needs a gradient, and with a handle's error for what is no
// tensor. Other threads must not use the tensor meanwhile.
RT_API int64_t rt_torch_sub_(RuntimeValue a, RuntimeValue b);

// Multiplies `a` by `b`, element by element, with `b` broadcast. Returns 1; 0 with RT_ERROR_TORCH
// when PyTorch refuses, as for a leaf that needs a gradient, and with a handle's error for what is
// no tensor. Other threads must not use the tensor meanwhile.
RT_API int64_t rt_torch_mul_(RuntimeValue a, RuntimeValue b);

// Divides `a` by `b`, element by element, with `b` broadcast. Returns 1; 0 with RT_ERROR_TORCH when
// PyTorch refuses, as for a leaf that needs a gradient, and with a handle's error for what is no
// tensor. Other threads must not use the tensor meanwhile.
RT_API int64_t rt_torch_div_(RuntimeValue a, RuntimeValue b);

// Adds `scalar` to every element. Returns 1; 0 with RT_ERROR_TORCH when PyTorch refuses, as for a
// leaf that needs a gradient, and with a handle's error for what is no tensor. Other threads must
// not use the tensor meanwhile.
RT_API int64_t rt_torch_add_scalar_(RuntimeValue tensor, double scalar);

// Takes `scalar` from every element. Returns 1; 0 with RT_ERROR_TORCH when PyTorch refuses, as for
// a leaf that needs a gradient, and with a handle's error for what is no tensor. Other threads must
// not use the tensor meanwhile.
RT_API int64_t rt_torch_sub_scalar_(RuntimeValue tensor, double scalar);

// Multiplies every element by `scalar`. Returns 1; 0 with RT_ERROR_TORCH when PyTorch refuses, as
// for a leaf that needs a gradient, and with a handle's error for what is no tensor. Other threads
// must not use the tensor meanwhile.
RT_API int64_t rt_torch_mul_scalar_(RuntimeValue tensor, double scalar);

// Divides every element by `scalar`. Returns 1; 0 with RT_ERROR_TORCH when PyTorch refuses, as for
// a leaf that needs a gradient, and with a handle's error for what is no tensor. Other threads must
// not use the tensor meanwhile.
RT_API int64_t rt_torch_div_scalar_(RuntimeValue tensor, double scalar);

// Raises every element to the power `exponent`. Returns 1; 0 with RT_ERROR_TORCH when PyTorch
// refuses, as for a leaf that needs a gradient, and with a handle's error for what is no tensor.
// Other threads must not use the tensor meanwhile.
RT_API int64_t rt_torch_pow_(RuntimeValue tensor, double exponent);

// Turns every element's sign over. Returns 1; 0 with RT_ERROR_TORCH when PyTorch refuses, as for a
// leaf that needs a gradient, and with a handle's error for what is no tensor. Other threads must
// not use the tensor meanwhile.
RT_API int64_t rt_torch_neg_(RuntimeValue tensor);

// Makes every element its absolute value. Returns 1; 0 with RT_ERROR_TORCH when PyTorch refuses, as
// for a leaf that needs a gradient, and with a handle's error for what is no tensor. Other threads
// must not use the tensor meanwhile.
RT_API int64_t rt_torch_abs_(RuntimeValue tensor);

// Makes every element e to its power. Returns 1; 0 with RT_ERROR_TORCH when PyTorch refuses, as for
// a leaf that needs a gradient, and with a handle's error for what is no tensor. Other threads must
// not use the tensor meanwhile.
RT_API int64_t rt_torch_exp_(RuntimeValue tensor);

// Makes every element its square root. Returns 1; 0 with RT_ERROR_TORCH when PyTorch refuses, as
// for a leaf that needs a gradient, and with a handle's error for what is no tensor. Other threads
// must not use the tensor meanwhile.
RT_API int64_t rt_torch_sqrt_(RuntimeValue tensor);

// Limits every element to the range from `min` to `max`. Returns 1; 0 with RT_ERROR_TORCH when
// PyTorch refuses, as for a leaf that needs a gradient, and with a handle's error for what is no
// tensor. Other threads must not use the tensor meanwhile.
RT_API int64_t rt_torch_clamp_(RuntimeValue tensor, double min, double max);

// Makes every element `value`. Returns 1; 0 with RT_ERROR_TORCH when PyTorch refuses, as for a leaf
// that needs a gradient, and with a handle's error for what is no tensor. Other threads must not
// use the tensor meanwhile.
RT_API int64_t rt_torch_fill_(RuntimeValue tensor, double value);

// Makes every element 0. Returns 1; 0 with RT_ERROR_TORCH when PyTorch refuses, as for a leaf that
// needs a gradient, and with a handle's error for what is no tensor. Other threads must not use the
// tensor meanwhile.
RT_API int64_t rt_torch_zero_(RuntimeValue tensor);

// Copies the elements of `source`, broadcast, into the tensor's dtype and device. Returns 1; 0 with
// RT_ERROR_TORCH when PyTorch refuses, as for a leaf that needs a gradient, and with a handle's
// error for what is no tensor. Other threads must not use the tensor meanwhile.
RT_API int64_t rt_torch_copy_(RuntimeValue tensor, RuntimeValue source);

// Makes the elements `value` where a tensor of bools is true. Returns 1; 0 with RT_ERROR_TORCH when
// PyTorch refuses, as for a leaf that needs a gradient, and with a handle's error for what is no
// tensor. Other threads must not use the tensor meanwhile.
RT_API int64_t rt_torch_masked_fill_(RuntimeValue tensor, RuntimeValue mask, double value);

// Fills the tensor with samples of the normal distribution of this mean and standard deviation, as
// torch.nn.init.normal_. The tensor keeps its dtype, its device and all its handles, and no graph
// records it, so that it may be a leaf that needs a gradient. Returns 1; 0 with RT_ERROR_TORCH when
// PyTorch refuses, and with a handle's error for what is no tensor. Other threads must not use the
// tensor meanwhile.
RT_API int64_t rt_torch_normal_(RuntimeValue tensor, double mean, double std);

// Fills the tensor with samples from `a` to below `b`, all equally likely, as
// torch.nn.init.uniform_. The tensor keeps its dtype, its device and all its handles, and no graph
// records it, so that it may be a leaf that needs a gradient. Returns 1; 0 with RT_ERROR_TORCH when
// PyTorch refuses, and with a handle's error for what is no tensor. Other threads must not use the
// tensor meanwhile.
RT_API int64_t rt_torch_uniform_(RuntimeValue tensor, double a, double b);

// Fills the tensor with ones of the probability `p`, and zeros. The tensor keeps its dtype, its
// device and all its handles, and no graph records it, so that it may be a leaf that needs a
// gradient. Returns 1; 0 with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for
// what is no tensor. Other threads must not use the tensor meanwhile.
RT_API int64_t rt_torch_bernoulli_(RuntimeValue tensor, double p);

/* ---- runtime-torch: linalg ------------------------------------------------------------------ */

// The matrix product of two tensors: of vectors, matrices, or batches of matrices with
// broadcasting. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch
// refuses, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_matmul(RuntimeValue a, RuntimeValue b);

// The product of two matrices. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH
// when PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_mm(RuntimeValue a, RuntimeValue b);

// The products of two batches of matrices, which have three dimensions. A new tensor that is the
// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for
// what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_bmm(RuntimeValue a, RuntimeValue b);

// The product of a matrix and a vector. A new tensor that is the caller's to free. NIL with
// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_mv(RuntimeValue a, RuntimeValue b);

// The dot product of two vectors. A new tensor that is the caller's to free. NIL with
// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_dot(RuntimeValue a, RuntimeValue b);

// The outer product of two vectors. A new tensor that is the caller's to free. NIL with
// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_outer(RuntimeValue a, RuntimeValue b);

// The Kronecker product. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when
// PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_kron(RuntimeValue a, RuntimeValue b);

// The product of the matrices `a` and `b`, plus `tensor` with broadcasting. A new tensor that is
// the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for
// what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_addmm(RuntimeValue tensor, RuntimeValue a, RuntimeValue b);

// The cross products of vectors of three elements along one dimension. A new tensor that is the
// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for
// what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_cross(RuntimeValue a, RuntimeValue b, int64_t dim);

// The sum of products that `equation` says, a string like "ij,jk->ik", over an array of tensors. A
// new tensor that is the caller's to free. NIL with RT_ERROR_TORCH for an equation that is none, or
// does not fit, with RT_ERROR_WRONG_TYPE for what is no string or array, and with a handle's error
// for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_einsum(RuntimeValue equation, RuntimeValue tensors);

// The sum of a matrix's diagonal. A new tensor that is the caller's to free. NIL with
// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_trace(RuntimeValue tensor);

// The determinants of square matrices. A new tensor that is the caller's to free. NIL with
// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_linalg_det(RuntimeValue tensor);

// The signs of the determinants of square matrices, and the logarithms of their absolute values. A
// new tuple that is the caller's, of new tensors that are the caller's to free. NIL with
// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_linalg_slogdet(RuntimeValue tensor);

// The inverses of square matrices. A new tensor that is the caller's to free. NIL with
// RT_ERROR_TORCH for what is singular or not square, and with a handle's error for what is no
// tensor. Thread-safe.
RT_API RuntimeValue rt_torch_linalg_inv(RuntimeValue tensor);

// The X for which the matrix `a` times X is `b`. A new tensor that is the caller's to free. NIL
// with RT_ERROR_TORCH for what is singular or does not fit, and with a handle's error for what is
// no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_linalg_solve(RuntimeValue a, RuntimeValue b);

// The singular value decomposition: U times the diagonal matrix of S times Vh is the tensor. A new
// tuple that is the caller's, of new tensors that are the caller's to free: (U, S, Vh). NIL with
// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_linalg_svd(RuntimeValue tensor, int64_t full_matrices);

// The eigenvalues, in ascending order, and eigenvectors, as columns, of symmetric or Hermitian
// matrices, of which the lower half is read. A new tuple that is the caller's, of new tensors that
// are the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error
// for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_linalg_eigh(RuntimeValue tensor);

// The eigenvalues and eigenvectors, as columns, of square matrices, in complex numbers. A new tuple
// that is the caller's, of new tensors that are the caller's to free. NIL with RT_ERROR_TORCH when
// PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_linalg_eig(RuntimeValue tensor);

// The reduced QR decomposition. A new tuple that is the caller's, of new tensors that are the
// caller's to free: (Q, R). NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error
// for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_linalg_qr(RuntimeValue tensor);

// The lower triangular L for which L times its conjugate transpose is the tensor. A new tensor that
// is the caller's to free. NIL with RT_ERROR_TORCH for what is not positive definite, and with a
// handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_linalg_cholesky(RuntimeValue tensor);

// The norms of vectors (one dim) or matrices (two), as torch.linalg.norm. `dims` is an int, an
// array of ints, or NIL for all; with `keepdim` other than 0 they stay, with size 1. A new tensor
// that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, with
// RT_ERROR_WRONG_TYPE for dims that are none, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API
RuntimeValue rt_torch_linalg_norm(RuntimeValue tensor,
                                  double ord,
                                  RuntimeValue dims,
                                  int64_t keepdim);

// The ranks of matrices, int64: how many singular values are above PyTorch's own bound. A new
// tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a
// handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_linalg_matrix_rank(RuntimeValue tensor);

// The pseudoinverses of matrices. A new tensor that is the caller's to free. NIL with
// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_linalg_pinv(RuntimeValue tensor);

// The X for which `a` times X is nearest to `b`, which has as many dimensions as `a`, with the
// residuals, the rank and the singular values of `a`. A new tuple that is the caller's, of new
// tensors that are the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a
// handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_linalg_lstsq(RuntimeValue a, RuntimeValue b);

// Square matrices to the power `n`; a negative one inverts them. A new tensor that is the caller's
// to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no
// tensor. Thread-safe.
RT_API RuntimeValue rt_torch_linalg_matrix_power(RuntimeValue tensor, int64_t n);

/* ---- runtime-torch: read -------------------------------------------------------------------- */

// Ends a tensor's handle. Its elements go when no other tensor shares them and no graph needs them.
// Returns 1; 0 with a handle's error for what is no tensor, and for one that was freed.
// Thread-safe.
RT_API int64_t rt_torch_free(RuntimeValue tensor);

// How many tensors and modules have a handle. Never an error with PyTorch. Thread-safe.
RT_API int64_t rt_torch_live_count(void);

// A copy of the tensor and its elements. Gradients flow through it to the original. A new tensor
// that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's
// error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_clone(RuntimeValue tensor);

// Another handle of the same tensor: elements, gradient and all. It is the caller's to free. NIL
// with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_shallow_clone(RuntimeValue tensor);

// The sizes of the tensor: a new array of ints that is the caller's, empty for a tensor without
// dimensions. NIL with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_shape(RuntimeValue tensor);

// How many elements lie between neighbours along each dimension: a new array of ints that is the
// caller's. NIL with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_strides(RuntimeValue tensor);

// The number of the tensor's dtype: RT_TORCH_FLOAT32 and so on. -1 with RT_ERROR_TORCH_DTYPE for a
// dtype without a number, and with a handle's error for what is no tensor. Thread-safe.
RT_API int64_t rt_torch_dtype(RuntimeValue tensor);

// Where the tensor's elements are: 0 for the CPU, 1 for the first GPU. -1 with
// RT_ERROR_TORCH_DEVICE for a device without a number, and with a handle's error for what is no
// tensor. Thread-safe.
RT_API int64_t rt_torch_device(RuntimeValue tensor);

// How many elements the tensor has. 0 with a handle's error for what is no tensor. Thread-safe.
RT_API int64_t rt_torch_numel(RuntimeValue tensor);

// How many dimensions the tensor has. 0 with a handle's error for what is no tensor. Thread-safe.
RT_API int64_t rt_torch_ndim(RuntimeValue tensor);

// How many bytes an element of the tensor has. 0 with a handle's error for what is no tensor.
// Thread-safe.
RT_API int64_t rt_torch_element_size(RuntimeValue tensor);

// 1 when the elements lie row by row without gaps, else 0. 0 with a handle's error for what is no
// tensor. Thread-safe.
RT_API int64_t rt_torch_is_contiguous(RuntimeValue tensor);

// 1 when the elements are floats of any size, else 0. 0 with a handle's error for what is no
// tensor. Thread-safe.
RT_API int64_t rt_torch_is_floating_point(RuntimeValue tensor);

// 1 when the elements are complex numbers, else 0. 0 with a handle's error for what is no tensor.
// Thread-safe.
RT_API int64_t rt_torch_is_complex(RuntimeValue tensor);

// The only element of the tensor. 0.0 with RT_ERROR_TORCH for a tensor of another number of
// elements, and for a complex number with an imaginary part; with a handle's error for what is no
// tensor. Waits for a GPU. Thread-safe.
RT_API double rt_torch_item(RuntimeValue tensor);

// The only element of the tensor as an int; a float loses its fraction. 0 with RT_ERROR_TORCH for a
// tensor of another number of elements, and for a number that no int is; with a handle's error for
// what is no tensor. Waits for a GPU. Thread-safe.
RT_API int64_t rt_torch_item_int(RuntimeValue tensor);

// The elements in nested arrays of ints, floats or bools that are the caller's; the number itself
// of a tensor without dimensions. A complex element is a tuple of its real and imaginary part. NIL
// with RT_ERROR_INVALID_ARGUMENT for more than 64 dimensions, with RT_ERROR_OUT_OF_MEMORY or
// RT_ERROR_TORCH_TOO_LARGE when the memory is short, and with a handle's error for what is no
// tensor. Waits for a GPU. Thread-safe.
RT_API RuntimeValue rt_torch_to_array(RuntimeValue tensor);

// Copies the elements to the front of `buffer`, row by row, in the tensor's own dtype and the
// machine's byte order, wherever they are and however they lie. Returns how many bytes they are, 0
// for none. 0 with RT_ERROR_LENGTH when the buffer is too short, and nothing is written then; with
// RT_ERROR_NULL_POINTER for null with a length, and with a handle's error for what is no tensor.
// Waits for a GPU. Thread-safe.
//
// Safety:
// `buffer` points at `buffer_bytes` bytes that nobody else uses meanwhile, or is null.
RT_API int64_t rt_torch_copy_data_to_cpu(RuntimeValue tensor, void *buffer, uint64_t buffer_bytes);

// The text that Python prints for the tensor, `tensor([1., 2.])`: a new string that is the
// caller's. Tensors of more than 1000 elements are summarized. NIL with a handle's error for what
// is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_to_string(RuntimeValue tensor);

// Prints the text of `rt_torch_to_string` and a line end to standard output. Returns 1; 0 with
// RT_ERROR_SYSTEM when it cannot be written, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API int64_t rt_torch_print(RuntimeValue tensor);

/* ---- runtime-torch: reduce ------------------------------------------------------------------ */

// The sum of all elements, of ints and bools in int64. A new tensor without dimensions that is the
// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for
// what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_sum(RuntimeValue tensor);

// The mean of all elements, which are floats. A new tensor without dimensions that is the caller's
// to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no
// tensor. Thread-safe.
RT_API RuntimeValue rt_torch_mean(RuntimeValue tensor);

// The product of all elements. A new tensor without dimensions that is the caller's to free. NIL
// with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_prod(RuntimeValue tensor);

// The largest element; NaN if there is one. A new tensor without dimensions that is the caller's to
// free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no
// tensor. Thread-safe.
RT_API RuntimeValue rt_torch_max(RuntimeValue tensor);

// The smallest element; NaN if there is one. A new tensor without dimensions that is the caller's
// to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no
// tensor. Thread-safe.
RT_API RuntimeValue rt_torch_min(RuntimeValue tensor);

// The standard deviation of all elements with Bessel's correction (N - 1). A new tensor without
// dimensions that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a
// handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_std(RuntimeValue tensor);

// The variance of all elements with Bessel's correction (N - 1). A new tensor without dimensions
// that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's
// error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_var(RuntimeValue tensor);

// The 2-norm of all elements. A new tensor without dimensions that is the caller's to free. NIL
// with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_norm(RuntimeValue tensor);

// The place of the largest element in the flat tensor, an int64. A new tensor without dimensions
// that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's
// error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_argmax(RuntimeValue tensor);

// The place of the smallest element in the flat tensor, an int64. A new tensor without dimensions
// that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's
// error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_argmin(RuntimeValue tensor);

// Whether any element is not zero. A new tensor without dimensions that is the caller's to free.
// NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_any(RuntimeValue tensor);

// Whether all elements are not zero. A new tensor without dimensions that is the caller's to free.
// NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_all(RuntimeValue tensor);

// The median of all elements, the lower one of two. A new tensor without dimensions that is the
// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for
// what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_median(RuntimeValue tensor);

// The sums over some dimensions. `dims` is an int, an array of ints, or NIL for all; with `keepdim`
// other than 0 they stay, with size 1. A new tensor that is the caller's to free. NIL with
// RT_ERROR_TORCH when PyTorch refuses, with RT_ERROR_WRONG_TYPE for dims that are none, and with a
// handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_sum_dim(RuntimeValue tensor, RuntimeValue dims, int64_t keepdim);

// The means over some dimensions. `dims` is an int, an array of ints, or NIL for all; with
// `keepdim` other than 0 they stay, with size 1. A new tensor that is the caller's to free. NIL
// with RT_ERROR_TORCH when PyTorch refuses, with RT_ERROR_WRONG_TYPE for dims that are none, and
// with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_mean_dim(RuntimeValue tensor, RuntimeValue dims, int64_t keepdim);

// Whether any element over some dimensions is not zero. `dims` is an int, an array of ints, or NIL
// for all; with `keepdim` other than 0 they stay, with size 1. A new tensor that is the caller's to
// free. NIL with RT_ERROR_TORCH when PyTorch refuses, with RT_ERROR_WRONG_TYPE for dims that are
// none, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_any_dim(RuntimeValue tensor, RuntimeValue dims, int64_t keepdim);

// Whether all elements over some dimensions are not zero. `dims` is an int, an array of ints, or
// NIL for all; with `keepdim` other than 0 they stay, with size 1. A new tensor that is the
// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, with RT_ERROR_WRONG_TYPE for dims
// that are none, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_all_dim(RuntimeValue tensor, RuntimeValue dims, int64_t keepdim);

// The standard deviations over some dimensions, of N elements divided by N - `correction`: 1 is
// Bessel's, 0 none. `dims` is an int, an array of ints, or NIL for all; with `keepdim` other than 0
// they stay, with size 1. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when
// PyTorch refuses, with RT_ERROR_WRONG_TYPE for dims that are none, and with a handle's error for
// what is no tensor. Thread-safe.
RT_API
RuntimeValue rt_torch_std_dim(RuntimeValue tensor,
                              RuntimeValue dims,
                              int64_t correction,
                              int64_t keepdim);

// The variances over some dimensions, of N elements divided by N - `correction`: 1 is Bessel's, 0
// none. `dims` is an int, an array of ints, or NIL for all; with `keepdim` other than 0 they stay,
// with size 1. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch
// refuses, with RT_ERROR_WRONG_TYPE for dims that are none, and with a handle's error for what is
// no tensor. Thread-safe.
RT_API
RuntimeValue rt_torch_var_dim(RuntimeValue tensor,
                              RuntimeValue dims,
                              int64_t correction,
                              int64_t keepdim);

// The `p`-norms over some dimensions; `p` may be infinite. `dims` is an int, an array of ints, or
// NIL for all; with `keepdim` other than 0 they stay, with size 1. A new tensor that is the
// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, with RT_ERROR_WRONG_TYPE for dims
// that are none, and with a handle's error for what is no tensor. Thread-safe.
RT_API
RuntimeValue rt_torch_norm_dim(RuntimeValue tensor,
                               double p,
                               RuntimeValue dims,
                               int64_t keepdim);

// The logarithms of the sums of the exponentials over some dimensions. `dims` is an int, an array
// of ints, or NIL for all; with `keepdim` other than 0 they stay, with size 1. A new tensor that is
// the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, with RT_ERROR_WRONG_TYPE for
// dims that are none, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_logsumexp(RuntimeValue tensor, RuntimeValue dims, int64_t keepdim);

// The largest elements over some dimensions. `dims` is an int, an array of ints, or NIL for all;
// with `keepdim` other than 0 they stay, with size 1. A new tensor that is the caller's to free.
// NIL with RT_ERROR_TORCH when PyTorch refuses, with RT_ERROR_WRONG_TYPE for dims that are none,
// and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_amax(RuntimeValue tensor, RuntimeValue dims, int64_t keepdim);

// The smallest elements over some dimensions. `dims` is an int, an array of ints, or NIL for all;
// with `keepdim` other than 0 they stay, with size 1. A new tensor that is the caller's to free.
// NIL with RT_ERROR_TORCH when PyTorch refuses, with RT_ERROR_WRONG_TYPE for dims that are none,
// and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_amin(RuntimeValue tensor, RuntimeValue dims, int64_t keepdim);

// The places of the largest elements along one dimension, int64. With `keepdim` other than 0 the
// dimension stays, with size 1. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH
// when PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_argmax_dim(RuntimeValue tensor, int64_t dim, int64_t keepdim);

// The places of the smallest elements along one dimension, int64. With `keepdim` other than 0 the
// dimension stays, with size 1. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH
// when PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_argmin_dim(RuntimeValue tensor, int64_t dim, int64_t keepdim);

// The largest elements along one dimension, and their places. With `keepdim` other than 0 the
// dimension stays, with size 1. A new tuple that is the caller's, of new tensors that are the
// caller's to free: (values, indices). NIL with RT_ERROR_TORCH when PyTorch refuses, and with a
// handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_max_dim(RuntimeValue tensor, int64_t dim, int64_t keepdim);

// The smallest elements along one dimension, and their places. With `keepdim` other than 0 the
// dimension stays, with size 1. A new tuple that is the caller's, of new tensors that are the
// caller's to free: (values, indices). NIL with RT_ERROR_TORCH when PyTorch refuses, and with a
// handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_min_dim(RuntimeValue tensor, int64_t dim, int64_t keepdim);

// The middle elements along one dimension, and their places. With `keepdim` other than 0 the
// dimension stays, with size 1. A new tuple that is the caller's, of new tensors that are the
// caller's to free: (values, indices). NIL with RT_ERROR_TORCH when PyTorch refuses, and with a
// handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_median_dim(RuntimeValue tensor, int64_t dim, int64_t keepdim);

// The products along one dimension. With `keepdim` other than 0 the dimension stays, with size 1. A
// new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a
// handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_prod_dim(RuntimeValue tensor, int64_t dim, int64_t keepdim);

// The sums of the elements so far along one dimension. A new tensor that is the caller's to free.
// NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_cumsum(RuntimeValue tensor, int64_t dim);

// The products of the elements so far along one dimension. A new tensor that is the caller's to
// free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no
// tensor. Thread-safe.
RT_API RuntimeValue rt_torch_cumprod(RuntimeValue tensor, int64_t dim);

// The largest of the elements so far along one dimension, and their places. A new tuple that is the
// caller's, of new tensors that are the caller's to free: (values, indices). NIL with
// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_cummax(RuntimeValue tensor, int64_t dim);

// The smallest of the elements so far along one dimension, and their places. A new tuple that is
// the caller's, of new tensors that are the caller's to free: (values, indices). NIL with
// RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_cummin(RuntimeValue tensor, int64_t dim);

// How many elements are not zero, an int64. A new tensor without dimensions that is the caller's to
// free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no
// tensor. Thread-safe.
RT_API RuntimeValue rt_torch_count_nonzero(RuntimeValue tensor);

// The `k` largest elements along one dimension, or smallest where `largest` is 0, and their places;
// in order unless `sorted` is 0. A new tuple that is the caller's, of new tensors that are the
// caller's to free: (values, indices). NIL with RT_ERROR_TORCH when PyTorch refuses, and with a
// handle's error for what is no tensor. Thread-safe.
RT_API
RuntimeValue rt_torch_topk(RuntimeValue tensor,
                           int64_t k,
                           int64_t dim,
                           int64_t largest,
                           int64_t sorted);

// The `k`-th smallest elements along one dimension, counted from 1, and their places. With
// `keepdim` other than 0 the dimension stays, with size 1. A new tuple that is the caller's, of new
// tensors that are the caller's to free: (values, indices). NIL with RT_ERROR_TORCH when PyTorch
// refuses, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_kthvalue(RuntimeValue tensor, int64_t k, int64_t dim, int64_t keepdim);

// The most frequent elements along one dimension, and a place of each. With `keepdim` other than 0
// the dimension stays, with size 1. A new tuple that is the caller's, of new tensors that are the
// caller's to free: (values, indices). NIL with RT_ERROR_TORCH when PyTorch refuses, and with a
// handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_mode(RuntimeValue tensor, int64_t dim, int64_t keepdim);

// The quantiles at `q`, a tensor of numbers from 0 to 1, along one dimension or, with NIL, of all
// elements. With `keepdim` other than 0 the dimension stays, with size 1. A new tensor that is the
// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, with RT_ERROR_WRONG_TYPE for dims
// that are none, and with a handle's error for what is no tensor. Thread-safe.
RT_API
RuntimeValue rt_torch_quantile(RuntimeValue tensor,
                               RuntimeValue q,
                               RuntimeValue dim,
                               int64_t keepdim);

// The elements in order along one dimension, and where they were. NaN is above all numbers. A new
// tuple that is the caller's, of new tensors that are the caller's to free: (values, indices). NIL
// with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_sort(RuntimeValue tensor, int64_t dim, int64_t descending);

// The places that put the elements in order along one dimension, int64. A new tensor that is the
// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for
// what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_argsort(RuntimeValue tensor, int64_t dim, int64_t descending);

// The different elements of the tensor in order, in one dimension. A new tensor that is the
// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for
// what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_unique(RuntimeValue tensor);

// The different elements of the tensor in order, the place of each element among them, and how
// often they occur. A new tuple that is the caller's, of new tensors that are the caller's to free:
// (values, inverse, counts). NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's
// error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_unique_counts(RuntimeValue tensor);

// As `rt_torch_unique_counts`, of the slices along one dimension. NIL with RT_ERROR_TORCH when
// PyTorch refuses, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_unique_dim(RuntimeValue tensor, int64_t dim);

/* ---- runtime-torch: shape ------------------------------------------------------------------- */

// The same elements in another shape; one size may be -1 and is what is left. They are shared where
// that is possible, else copied. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH
// when PyTorch refuses, with RT_ERROR_WRONG_TYPE for what is no array of ints, and with a handle's
// error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_reshape(RuntimeValue tensor, RuntimeValue new_shape);

// As `rt_torch_reshape`, and refused where the elements cannot be shared. A new tensor that shares
// the elements and is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, with
// RT_ERROR_WRONG_TYPE for what is no array of ints, and with a handle's error for what is no
// tensor. Thread-safe.
RT_API RuntimeValue rt_torch_view(RuntimeValue tensor, RuntimeValue shape);

// The dimensions from `start_dim` to `end_dim` (0 and -1 for all) as one. A new tensor that is the
// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for
// what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_flatten(RuntimeValue tensor, int64_t start_dim, int64_t end_dim);

// One dimension as several; one size may be -1 and is what is left. A new tensor that shares the
// elements and is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, with
// RT_ERROR_WRONG_TYPE for what is no array of ints, and with a handle's error for what is no
// tensor. Thread-safe.
RT_API RuntimeValue rt_torch_unflatten(RuntimeValue tensor, int64_t dim, RuntimeValue sizes);

// The dimensions in another order. A new tensor that shares the elements and is the caller's to
// free. NIL with RT_ERROR_TORCH when PyTorch refuses, with RT_ERROR_WRONG_TYPE for what is no array
// of ints, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_permute(RuntimeValue tensor, RuntimeValue dims);

// Two dimensions exchanged. A new tensor that shares the elements and is the caller's to free. NIL
// with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for what is no tensor.
// Thread-safe.
RT_API RuntimeValue rt_torch_transpose(RuntimeValue tensor, int64_t dim0, int64_t dim1);

// A matrix transposed; fewer dimensions stay as they are. A new tensor that shares the elements and
// is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error
// for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_t(RuntimeValue tensor);

// The dimensions in `source` moved to the places in `destination`, arrays of ints. A new tensor
// that shares the elements and is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch
// refuses, with RT_ERROR_WRONG_TYPE for what is no array of ints, and with a handle's error for
// what is no tensor. Thread-safe.
RT_API
RuntimeValue rt_torch_movedim(RuntimeValue tensor,
                              RuntimeValue source,
                              RuntimeValue destination);

// Without the dimension `dim` if its size is 1; -1 is the last one, as in PyTorch. A new tensor
// that shares the elements and is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch
// refuses, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_squeeze(RuntimeValue tensor, int64_t dim);

// Without all the dimensions whose size is 1. A new tensor that shares the elements and is the
// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for
// what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_squeeze_all(RuntimeValue tensor);

// With a new dimension of size 1 at `dim`. A new tensor that shares the elements and is the
// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for
// what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_unsqueeze(RuntimeValue tensor, int64_t dim);

// Dimensions of size 1 as often as `sizes` says, without a copy; -1 leaves a size. A new tensor
// that shares the elements and is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch
// refuses, with RT_ERROR_TORCH_TOO_LARGE for more than the memory holds, with RT_ERROR_WRONG_TYPE
// for what is no array of ints, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_expand(RuntimeValue tensor, RuntimeValue sizes);

// As `rt_torch_expand`. NIL with RT_ERROR_TORCH when PyTorch refuses, with RT_ERROR_TORCH_TOO_LARGE
// for more than the memory holds, with RT_ERROR_WRONG_TYPE for what is no array of ints, and with a
// handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_broadcast_to(RuntimeValue tensor, RuntimeValue shape);

// The tensor as often along each dimension as `repeats` says. A new tensor that is the caller's to
// free. NIL with RT_ERROR_TORCH when PyTorch refuses, with RT_ERROR_TORCH_TOO_LARGE for more than
// the memory holds, with RT_ERROR_WRONG_TYPE for what is no array of ints, and with a handle's
// error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_repeat(RuntimeValue tensor, RuntimeValue repeats);

// As `rt_torch_repeat`, with fewer counts than dimensions allowed. NIL with RT_ERROR_TORCH when
// PyTorch refuses, with RT_ERROR_TORCH_TOO_LARGE for more than the memory holds, with
// RT_ERROR_WRONG_TYPE for what is no array of ints, and with a handle's error for what is no
// tensor. Thread-safe.
RT_API RuntimeValue rt_torch_tile(RuntimeValue tensor, RuntimeValue repeats);

// Every slice along `dim` as often as `repeats` says, one after the other. A new tensor that is the
// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, with RT_ERROR_TORCH_TOO_LARGE for
// more than the memory holds, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_repeat_interleave(RuntimeValue tensor, int64_t repeats, int64_t dim);

// The tensors of an array one after the other along a dimension that they have. A new tensor that
// is the caller's to free. NIL with RT_ERROR_TORCH for shapes that do not fit and for no tensors at
// all, with RT_ERROR_WRONG_TYPE for what is no array, and with a handle's error for what is no
// tensor. Thread-safe.
RT_API RuntimeValue rt_torch_cat(RuntimeValue tensors, int64_t dim);

// The tensors of an array, all of one shape, side by side along a new dimension. A new tensor that
// is the caller's to free. NIL with RT_ERROR_TORCH for shapes that do not fit and for no tensors at
// all, with RT_ERROR_WRONG_TYPE for what is no array, and with a handle's error for what is no
// tensor. Thread-safe.
RT_API RuntimeValue rt_torch_stack(RuntimeValue tensors, int64_t dim);

// The tensor cut along `dim` into so many pieces, or fewer, that share its elements. A new array
// that is the caller's, of new tensors that are the caller's to free. NIL with RT_ERROR_TORCH when
// PyTorch refuses, with RT_ERROR_TORCH_TOO_LARGE for more than the memory holds, and with a
// handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_chunk(RuntimeValue tensor, int64_t chunks, int64_t dim);

// The tensor cut along `dim` into pieces of this size, the last one smaller, that share its
// elements. A new array that is the caller's, of new tensors that are the caller's to free. NIL
// with RT_ERROR_TORCH when PyTorch refuses, with RT_ERROR_TORCH_TOO_LARGE for more than the memory
// holds, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_split(RuntimeValue tensor, int64_t split_size, int64_t dim);

// The tensor cut along `dim` into pieces of the sizes in an array, that share its elements. A new
// array that is the caller's, of new tensors that are the caller's to free. NIL with RT_ERROR_TORCH
// when PyTorch refuses, with RT_ERROR_WRONG_TYPE for what is no array of ints, and with a handle's
// error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_split_sizes(RuntimeValue tensor, RuntimeValue sizes, int64_t dim);

// The slices along `dim`, without it, that share the elements. A new array that is the caller's, of
// new tensors that are the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, with
// RT_ERROR_TORCH_TOO_LARGE for more than the memory holds, and with a handle's error for what is no
// tensor. Thread-safe.
RT_API RuntimeValue rt_torch_unbind(RuntimeValue tensor, int64_t dim);

// The grids of coordinates of an array of vectors, the first one along the rows. A new array that
// is the caller's, of new tensors that are the caller's to free. NIL with RT_ERROR_TORCH when
// PyTorch refuses, with RT_ERROR_WRONG_TYPE for what is no array, and with a handle's error for
// what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_meshgrid(RuntimeValue tensors);

// The elements in the other direction along the dimensions of an array. A new tensor that is the
// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, with RT_ERROR_WRONG_TYPE for what
// is no array of ints, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_flip(RuntimeValue tensor, RuntimeValue dims);

// The elements shifted along the dimensions of an array, by an array of counts; what leaves at the
// end comes in at the front. No dimensions at all shift the flat tensor. A new tensor that is the
// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, with RT_ERROR_WRONG_TYPE for what
// is no array of ints, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_roll(RuntimeValue tensor, RuntimeValue shifts, RuntimeValue dims);

// The tensor turned `k` times by 90 degrees from `dim0` towards `dim1`. A new tensor that is the
// caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error for
// what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_rot90(RuntimeValue tensor, int64_t k, int64_t dim0, int64_t dim1);

// The lower triangle of matrices, zeros elsewhere; the triangle ends at the diagonal so far above
// the main one. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch
// refuses, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_tril(RuntimeValue tensor, int64_t diagonal);

// The upper triangle of matrices, zeros elsewhere; the triangle ends at the diagonal so far above
// the main one. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch
// refuses, and with a handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_triu(RuntimeValue tensor, int64_t diagonal);

// The diagonal of a matrix, or the matrix that has a vector as its diagonal; `diagonal` is so far
// above the main one. A new tensor that is the caller's to free. NIL with RT_ERROR_TORCH when
// PyTorch refuses, with RT_ERROR_TORCH_TOO_LARGE for more than the memory holds, and with a
// handle's error for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_diag(RuntimeValue tensor, int64_t diagonal);

// The diagonals of the matrices that two dimensions make. A new tensor that shares the elements and
// is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error
// for what is no tensor. Thread-safe.
RT_API
RuntimeValue rt_torch_diagonal(RuntimeValue tensor,
                               int64_t offset,
                               int64_t dim1,
                               int64_t dim2);

// The same elements row by row without gaps: shared if they are so, else copied. A new tensor that
// is the caller's to free. NIL with RT_ERROR_TORCH when PyTorch refuses, and with a handle's error
// for what is no tensor. Thread-safe.
RT_API RuntimeValue rt_torch_contiguous(RuntimeValue tensor);


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
