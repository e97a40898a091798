//! Raw blocks, frees, scopes and the heap's statistics.

use std::ffi::c_void;
use std::ptr;

use runtime_core::boundary;

use crate::heap::{raw, scope, statistics};
use crate::word::RuntimeValue;

/// A zeroed block of `size` bytes at a multiple of 16. The caller owns it and frees it with `rt_free`.
/// Compiled code may build an object in it (header and fields as documented); a word of its address is
/// then a live value. Null and an error otherwise: RT_ERROR_LENGTH for size 0, RT_ERROR_OUT_OF_MEMORY.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_alloc(size: u64) -> *const u8 {
    boundary("rt_alloc", ptr::null(), || {
        raw::allocate(size).map(|block| block.as_ptr().cast_const())
    })
}

/// Frees the block of `rt_alloc` at `ptr`, which holds `size` bytes. Returns 1, also for a null pointer,
/// which frees nothing. 0 and an error, and nothing is freed, for any other address
/// (RT_ERROR_NOT_A_BLOCK) or size (RT_ERROR_INVALID_ARGUMENT). Nobody may use the block any more.
#[unsafe(no_mangle)]
pub extern "C" fn rt_free(ptr: *const u8, size: u64) -> i64 {
    boundary("rt_free", 0, || {
        if ptr.is_null() {
            return Ok(1);
        }
        // SAFETY: any address is checked; that nobody uses the block any more is the C caller's word.
        unsafe { raw::free(ptr.addr(), size) }.map(|()| 1)
    })
}

/// The block of `rt_alloc` at `ptr` with `size` bytes: the first bytes are kept, further ones are zero. The
/// old block is freed, unless this fails. A null `ptr` is `rt_alloc`; size 0 is `rt_free`, which gives
/// null. Null and an error otherwise: RT_ERROR_NOT_A_BLOCK, RT_ERROR_LENGTH for a negative size,
/// RT_ERROR_OUT_OF_MEMORY; the old block is untouched then.
#[unsafe(no_mangle)]
pub extern "C" fn rt_realloc(ptr: *mut c_void, size: i64) -> *mut c_void {
    boundary("rt_realloc", ptr::null_mut(), || {
        let size = runtime_core::arguments::count("size", size)?;
        // SAFETY: any address is checked; that nobody uses the old block any more is the C caller's
        // word.
        unsafe { raw::resize(ptr.addr(), size) }.map(<*mut u8>::cast)
    })
}

/// The word that refers to the heap object or `rt_alloc` block that begins at `ptr`. NIL for null; NIL and
/// RT_ERROR_NOT_A_BLOCK for any other address. Any address may be given: it is not read.
#[unsafe(no_mangle)]
pub extern "C" fn rt_ptr_to_value(ptr: *const u8) -> RuntimeValue {
    boundary("rt_ptr_to_value", RuntimeValue::NIL, || {
        if ptr.is_null() { Ok(RuntimeValue::NIL) } else { raw::value_at(ptr.addr()) }
    })
}

/// The address of the heap object that `v` refers to. Null for a word that is no reference; null and
/// RT_ERROR_NOT_A_VALUE for a forged or freed one.
#[unsafe(no_mangle)]
pub extern "C" fn rt_value_to_ptr(v: RuntimeValue) -> *const u8 {
    boundary("rt_value_to_ptr", ptr::null(), || match v.heap_address() {
        Some(_) => raw::address_of(v).map(|address| address.as_ptr().cast_const()),
        None => Ok(ptr::null()),
    })
}

/// Frees the heap object that `value` refers to; what the object holds stays. Returns 1. 0 and an error
/// otherwise: RT_ERROR_NOT_A_VALUE for a word that refers to no live object (a second free),
/// RT_ERROR_BUSY for a lock that is held or waited on. Nobody may use the object any more.
#[unsafe(no_mangle)]
pub extern "C" fn rt_value_free(value: RuntimeValue) -> i64 {
    boundary(
        "rt_value_free",
        0,
        || // SAFETY: that nobody uses the object any more is the C caller's word.
        unsafe { value.free() }.map(|()| 1),
    )
}

/// Frees everything that `value` reaches, each object once, cycles and shared parts too. Locks that are
/// held stay. Returns how many objects were freed; 0 and RT_ERROR_NOT_A_VALUE for a word that refers to
/// no live object, or RT_ERROR_OUT_OF_MEMORY, and then nothing is freed. Nobody may use any of the objects any more.
#[unsafe(no_mangle)]
pub extern "C" fn rt_value_free_deep(value: RuntimeValue) -> i64 {
    boundary(
        "rt_value_free_deep",
        0,
        || // SAFETY: that nobody uses the objects any more is the C caller's word.
        unsafe { value.free_deep() }.map(|freed| freed as i64),
    )
}

/// Opens a scope on this thread. Returns how many are open now. 0 and RT_ERROR_OUT_OF_MEMORY without memory
/// for it.
#[unsafe(no_mangle)]
pub extern "C" fn rt_scope_begin() -> i64 {
    boundary("rt_scope_begin", 0, || scope::begin().map(|depth| depth as i64))
}

/// Closes the newest scope of this thread: frees every heap object that this thread made since it was
/// opened, except what `keep` reaches (NIL keeps nothing) and locks that are held, which pass to the scope
/// around, if there is one. Returns how many objects were freed; -1 and RT_ERROR_NO_SCOPE without an open
/// scope, -1 and RT_ERROR_OUT_OF_MEMORY with the scope still open. Nobody may use the freed objects any more.
#[unsafe(no_mangle)]
pub extern "C" fn rt_scope_end(keep: RuntimeValue) -> i64 {
    boundary(
        "rt_scope_end",
        -1,
        || // SAFETY: that nobody uses what is freed any more is the C caller's word.
        unsafe { scope::end(keep) }.map(|freed| freed as i64),
    )
}

/// How many bytes the live heap objects and `rt_alloc` blocks hold, separate buffers included. Thread-safe; with other
/// threads at work, a moment's truth.
#[unsafe(no_mangle)]
pub extern "C" fn rt_heap_live_bytes() -> i64 {
    statistics::total_live_bytes()
}

/// The most bytes that were ever live at once. Exact while one thread makes objects; with several it can
/// be too large by 64 KiB for each. Thread-safe; with other
/// threads at work, a moment's truth.
#[unsafe(no_mangle)]
pub extern "C" fn rt_heap_peak_bytes() -> i64 {
    statistics::peak_bytes()
}

/// How many heap objects and `rt_alloc` blocks were ever made. Thread-safe; with other
/// threads at work, a moment's truth.
#[unsafe(no_mangle)]
pub extern "C" fn rt_heap_alloc_count() -> i64 {
    statistics::alloc_count()
}

/// How many heap objects and `rt_alloc` blocks were ever freed. Thread-safe; with other
/// threads at work, a moment's truth.
#[unsafe(no_mangle)]
pub extern "C" fn rt_heap_free_count() -> i64 {
    statistics::free_count()
}

/// How many heap objects of the type `kind` (an RT_TYPE_ number) are live; 0 for a number that is no type.
/// Thread-safe; with other threads at work, a moment's truth.
#[unsafe(no_mangle)]
pub extern "C" fn rt_heap_live_count_by_kind(kind: i64) -> i64 {
    statistics::live_count(kind)
}

/// How many bytes the live heap objects of the type `kind` (an RT_TYPE_ number) hold, separate buffers
/// included; 0 for a number that is no type. Thread-safe; with other threads at work, a moment's truth.
#[unsafe(no_mangle)]
pub extern "C" fn rt_heap_live_bytes_by_kind(kind: i64) -> i64 {
    statistics::live_bytes(kind)
}
