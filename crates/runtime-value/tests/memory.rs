//! What functions do when memory runs out: the documented failure and RT_ERROR_OUT_OF_MEMORY, whichever
//! allocation it was that failed, and nothing left behind. An allocation that nobody thought of ends the
//! process, and so this test.
#![cfg(feature = "ffi")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use runtime_core::error::codes::{RT_ERROR_NONE, RT_ERROR_OUT_OF_MEMORY};
use runtime_core::ffi::{rt_last_error_clear, rt_last_error_code};
use runtime_value::RuntimeValue;
use runtime_value::codes::{RT_ERROR_INDEX, RT_ERROR_NOT_A_VALUE, RT_ERROR_WRONG_TYPE};
use runtime_value::ffi::array::*;
use runtime_value::ffi::array_derive::*;
use runtime_value::ffi::boxes::*;
use runtime_value::ffi::collection::*;
use runtime_value::ffi::dict::*;
use runtime_value::ffi::enumeration::*;
use runtime_value::ffi::fields::*;
use runtime_value::ffi::memory::*;
use runtime_value::ffi::string::*;
use runtime_value::ffi::value::*;
use runtime_value::types::numbers::RT_TYPE_STRING;

thread_local! {
    /// How many more allocations of this thread succeed.
    static LEFT: Cell<usize> = const { Cell::new(usize::MAX) };
    /// Whether one has failed.
    static FAILED: Cell<bool> = const { Cell::new(false) };
}

/// The system's allocator, which runs out of memory when it is told to.
struct Budget;

impl Budget {
    fn has_memory() -> bool {
        let left = LEFT.get();
        if left == 0 {
            FAILED.set(true);
        } else if left != usize::MAX {
            LEFT.set(left - 1);
        }
        left != 0
    }
}

// SAFETY: memory is the system allocator's, or none.
unsafe impl GlobalAlloc for Budget {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if !Self::has_memory() {
            return std::ptr::null_mut();
        }
        // SAFETY: the caller's promise is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if !Self::has_memory() {
            return std::ptr::null_mut();
        }
        // SAFETY: the caller's promise is the same.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if size > layout.size() && !Self::has_memory() {
            return std::ptr::null_mut();
        }
        // SAFETY: the caller's promise is the same.
        unsafe { System.realloc(block, layout, size) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise is the same.
        unsafe { System.dealloc(block, layout) };
    }
}

#[global_allocator]
static MEMORY: Budget = Budget;

/// Runs `operation` with memory for no allocation, for one, for two and so on until none fails, each
/// time from a state that `prepare` makes. An operation says `None` for its failure value. At least
/// `least` allocations must be there to fail.
fn sweep<S>(
    name: &str,
    least: usize,
    prepare: impl Fn() -> S,
    operation: impl Fn(&S) -> Option<RuntimeValue>,
) {
    for allocations in 0.. {
        let state = prepare();
        rt_last_error_clear();
        let live = rt_heap_alloc_count() - rt_heap_free_count();
        FAILED.set(false);
        LEFT.set(allocations);
        let result = operation(&state);
        LEFT.set(usize::MAX);
        let what = format!("{name}, memory for {allocations} allocations");
        match result {
            Some(_) => assert_eq!(rt_last_error_code(), RT_ERROR_NONE, "{what}"),
            None => {
                assert!(FAILED.get(), "{what}: failed with {}", rt_last_error_code());
                assert_eq!(rt_last_error_code(), RT_ERROR_OUT_OF_MEMORY, "{what}");
                let now = rt_heap_alloc_count() - rt_heap_free_count();
                assert_eq!(now, live, "{what}: objects are left behind");
            }
        }
        if !FAILED.get() {
            assert!(result.is_some(), "{what}");
            assert!(allocations >= least, "{name} needs {allocations} allocations, not {least}");
            return;
        }
    }
}

fn is_value(value: RuntimeValue) -> Option<RuntimeValue> {
    (value != RuntimeValue::NIL).then_some(value)
}

fn is_done(done: bool) -> Option<RuntimeValue> {
    done.then_some(RuntimeValue::TRUE)
}

fn is_count(count: i64) -> Option<RuntimeValue> {
    (count >= 0).then_some(RuntimeValue::TRUE)
}

fn text(text: &str) -> RuntimeValue {
    RuntimeValue::from(text)
}

fn array(elements: &[RuntimeValue]) -> RuntimeValue {
    let array = rt_array_new(0);
    elements.iter().for_each(|&element| assert!(rt_array_push(array, element)));
    array
}

/// Structures in structures, an array of many of them, dicts as keys and values.
fn nested() -> RuntimeValue {
    let pair = |number: i64| {
        let tuple = rt_tuple_new(2);
        assert!(rt_tuple_set(tuple, 0, rt_value_int(number)));
        assert!(rt_tuple_set(tuple, 1, array(&[text("inner"), rt_enum_new(1, 2, array(&[]))])));
        tuple
    };
    let numbers: Vec<RuntimeValue> = (0..40).map(|number| pair(number / 2)).collect();
    let (inner, outer) = (rt_dict_new(0), rt_dict_new(0));
    assert!(rt_dict_set(inner, pair(1), pair(2)));
    assert!(rt_dict_set(outer, inner, pair(3)));
    assert!(rt_dict_set(outer, text("numbers"), array(&numbers)));
    array(&[outer, rt_value_float(f64::MAX), rt_value_int(i64::MAX)])
}

/// An array of arrays, in no order, with equal ones.
fn unsorted() -> RuntimeValue {
    let element = |number: i64| array(&[text("key"), rt_value_int(number * 7919 % 61)]);
    array(&(0..200).map(element).collect::<Vec<_>>())
}

fn twins() -> (RuntimeValue, RuntimeValue) {
    (nested(), nested())
}

// One test only: it counts the live objects of the process.
#[test]
fn whichever_allocation_fails() {
    comparing();
    searching();
    sorting();
    deriving();
    dicts();
    making();
    failing();
    scopes();
    threads();
}

fn comparing() {
    sweep("rt_value_eq", 3, twins, |&(a, b)| is_done(rt_value_eq(a, b) == 1));
    sweep("rt_value_compare", 3, twins, |&(a, b)| {
        let ordering = rt_value_compare(a, b);
        assert_eq!(ordering, 0);
        is_done(rt_last_error_code() == RT_ERROR_NONE)
    });
    let unequal = || {
        let (a, b) = twins();
        assert!(rt_dict_set(rt_array_get(b, 0), text("more"), b));
        (a, b)
    };
    sweep("rt_value_compare, unequal", 3, unequal, |&(a, b)| is_done(rt_value_compare(a, b) != 0));
    sweep("rt_value_copy_deep", 200, nested, |&value| is_value(rt_value_copy_deep(value)));
    sweep("rt_value_free_deep", 3, nested, |&value| is_done(rt_value_free_deep(value) > 0));
}

fn searching() {
    let haystack = || {
        let (a, b) = twins();
        (array(&[text("no"), a, text("no")]), b)
    };
    sweep("rt_array_index_of", 3, haystack, |&(a, b)| is_count(rt_array_index_of(a, b)));
    sweep("rt_array_last_index_of", 3, haystack, |&(a, b)| is_count(rt_array_last_index_of(a, b)));
    sweep("rt_array_count", 3, haystack, |&(a, b)| is_count(rt_array_count(a, b)));
    sweep("rt_contains", 3, haystack, |&(a, b)| is_done(rt_contains(a, b) == 1));
    let in_tuple = || {
        let (a, b) = twins();
        let tuple = rt_tuple_new(2);
        assert!(rt_tuple_set(tuple, 1, a));
        (tuple, b)
    };
    sweep("rt_contains of a tuple", 3, in_tuple, |&(a, b)| is_done(rt_contains(a, b) == 1));
    let two = || {
        let (a, b) = twins();
        array(&[a, b])
    };
    sweep("rt_array_min", 3, two, |&a| is_value(rt_array_min(a)));
    sweep("rt_array_max", 3, two, |&a| is_value(rt_array_max(a)));
}

fn sorting() {
    sweep("rt_array_sort", 5, unsorted, |&a| is_done(rt_array_sort(a)));
    sweep("rt_array_sort_desc", 5, unsorted, |&a| is_done(rt_array_sort_desc(a)));
    sweep("rt_array_sorted", 5, unsorted, |&a| is_value(rt_array_sorted(a)));
    let ints = || array(&(0..5000).map(|n| rt_value_int(n * 7919 % 6007)).collect::<Vec<_>>());
    sweep("rt_array_sort of ints", 2, ints, |&a| is_done(rt_array_sort(a)));
}

fn deriving() {
    sweep("rt_array_unique", 5, unsorted, |&a| is_value(rt_array_unique(a)));
    sweep("rt_array_join", 2, || (nested(), text(", ")), |&(a, b)| is_value(rt_array_join(a, b)));
    sweep("rt_array_copy", 2, unsorted, |&a| is_value(rt_array_copy(a)));
    sweep("rt_array_concat", 2, unsorted, |&a| is_value(rt_array_concat(a, a)));
    sweep("rt_array_reversed", 2, unsorted, |&a| is_value(rt_array_reversed(a)));
    sweep("rt_array_enumerate", 200, unsorted, |&a| is_value(rt_array_enumerate(a)));
    sweep("rt_array_zip", 200, unsorted, |&a| is_value(rt_array_zip(a, a)));
    sweep("rt_array_flatten", 3, unsorted, |&a| is_value(rt_array_flatten(a)));
    sweep("rt_array_take", 2, unsorted, |&a| is_value(rt_array_take(a, 100)));
    sweep("rt_array_drop", 2, unsorted, |&a| is_value(rt_array_drop(a, 100)));
    sweep("rt_array_repeat", 2, unsorted, |&a| is_value(rt_array_repeat(a, 100)));
    sweep("rt_array_range", 4, || (), |()| is_value(rt_array_range(i64::MAX - 3, i64::MAX, 1)));
    #[cfg(not(feature = "compat-floats"))]
    let floats = || array(&[rt_value_float(f64::MAX), rt_value_int(1)]);
    #[cfg(not(feature = "compat-floats"))]
    sweep("rt_array_sum", 1, floats, |&a| is_value(rt_array_sum(a)));
    sweep("rt_slice", 2, unsorted, |&a| is_value(rt_slice(a, 0, 100, 2)));
    sweep("rt_slice of a tuple", 1, || rt_tuple_new(100), |&a| is_value(rt_slice(a, 90, 2, -1)));
    sweep(
        "rt_slice of a string",
        1,
        || text(&"text".repeat(99)),
        |&a| is_value(rt_slice(a, 0, 300, 2)),
    );
    sweep("rt_index_get", 1, || text("text"), |&a| is_value(rt_index_get(a, rt_value_int(1))));
}

fn dicts() {
    let dict = || {
        let dict = rt_dict_new(0);
        let (a, b) = twins();
        assert!(rt_dict_set(dict, a, text("value")));
        (0..100).for_each(|n| assert!(rt_dict_set(dict, rt_value_int(n), rt_value_int(n))));
        (dict, b)
    };
    sweep("rt_dict_get", 3, dict, |&(dict, key)| is_value(rt_dict_get(dict, key)));
    sweep("rt_dict_contains", 3, dict, |&(dict, key)| is_done(rt_dict_contains(dict, key)));
    sweep("rt_dict_set", 3, dict, |&(dict, key)| is_done(rt_dict_set(dict, key, key)));
    sweep("rt_dict_remove", 3, dict, |&(dict, key)| is_value(rt_dict_remove(dict, key)));
    sweep("rt_index_get of a dict", 3, dict, |&(dict, key)| is_value(rt_index_get(dict, key)));
    sweep("rt_index_set of a dict", 3, dict, |&(dict, key)| is_done(rt_index_set(dict, key, key)));
    sweep("rt_contains of a dict", 3, dict, |&(dict, key)| is_done(rt_contains(dict, key) == 1));
    sweep("rt_dict_keys", 2, dict, |&(dict, _)| is_value(rt_dict_keys(dict)));
    sweep("rt_dict_values", 2, dict, |&(dict, _)| is_value(rt_dict_values(dict)));
    sweep("rt_dict_entries", 100, dict, |&(dict, _)| is_value(rt_dict_entries(dict)));
    sweep("rt_dict_new", 3, || (), |()| is_value(rt_dict_new(100)));
    sweep(
        "rt_dict_set, growing",
        2,
        || rt_dict_new(0),
        |&dict| is_done((0..100).all(|n| rt_dict_set(dict, rt_value_int(n), RuntimeValue::NIL))),
    );
    // A dict whose index is full of gaps that removed pairs left behind.
    let worn = || {
        let dict = rt_dict_new(0);
        (0..24).for_each(|n| assert!(rt_dict_set(dict, rt_value_int(n), RuntimeValue::TRUE)));
        dict
    };
    sweep("rt_dict_set after removals", 0, worn, |&dict| {
        is_done((0..2000).all(|n| {
            let key = rt_value_int(1000 + n);
            rt_dict_set(dict, key, RuntimeValue::TRUE)
                && !rt_value_is_nil(rt_dict_remove(dict, key))
        }))
    });
}

fn making() {
    const TEXT: &[u8] = b"some bytes";
    sweep(
        "rt_string_new",
        1,
        || (),
        |()| {
            // SAFETY: the bytes and their length.
            is_value(unsafe { rt_string_new(TEXT.as_ptr(), TEXT.len() as u64) })
        },
    );
    sweep("rt_string_concat", 1, || text("a"), |&a| is_value(rt_string_concat(a, a)));
    sweep("rt_array_new", 2, || (), |()| is_value(rt_array_new(10)));
    sweep("rt_array_push", 1, || array(&[RuntimeValue::NIL; 8]), |&a| is_done(rt_array_push(a, a)));
    sweep(
        "rt_array_insert",
        1,
        || array(&[RuntimeValue::NIL; 8]),
        |&a| is_done(rt_array_insert(a, 0, a)),
    );
    sweep("rt_tuple_new", 1, || (), |()| is_value(rt_tuple_new(3)));
    sweep("rt_object_new", 1, || (), |()| is_value(rt_object_new(1, 3)));
    sweep("rt_closure_new", 1, || (), |()| is_value(rt_closure_new(std::ptr::null(), 3)));
    sweep("rt_enum_new", 1, || (), |()| is_value(rt_enum_new(1, 2, RuntimeValue::NIL)));
    sweep("rt_unique_new", 1, || (), |()| is_value(rt_unique_new(RuntimeValue::NIL)));
    sweep("rt_shared_new", 1, || (), |()| is_value(rt_shared_new(RuntimeValue::NIL)));
    sweep("rt_handle_new", 1, || (), |()| is_value(rt_handle_new(RuntimeValue::NIL)));
    let shared = || rt_shared_new(RuntimeValue::NIL);
    sweep("rt_shared_downgrade", 1, shared, |&a| is_value(rt_shared_downgrade(a)));
    sweep("rt_value_int", 1, || (), |()| is_value(rt_value_int(i64::MIN)));
    sweep("rt_value_u64", 1, || (), |()| is_value(rt_value_u64(-1)));
    #[cfg(not(feature = "compat-floats"))]
    sweep("rt_value_float", 1, || (), |()| is_value(rt_value_float(f64::MAX)));
    sweep("rt_alloc", 1, || (), |()| is_done(!rt_alloc(100).is_null()));
    sweep(
        "rt_realloc",
        1,
        || rt_alloc(100),
        |&block| is_done(!rt_realloc(block.cast_mut().cast(), 200).is_null()),
    );
}

/// Errors that are no fault of the memory need some, too.
fn failing() {
    let told = |name: &str, code: i64, call: &dyn Fn()| {
        sweep(
            name,
            1,
            || (),
            |()| {
                call();
                (rt_last_error_code() == code).then(|| {
                    rt_last_error_clear();
                    RuntimeValue::TRUE
                })
            },
        );
    };
    let (value, tuple) = (nested(), rt_tuple_new(0));
    let dead = text("dead");
    assert_eq!(rt_value_free(dead), 1);
    told("a wrong type", RT_ERROR_WRONG_TYPE, &|| _ = rt_dict_len(value));
    told("a dead value", RT_ERROR_NOT_A_VALUE, &|| _ = rt_string_len(dead));
    told("a second free", RT_ERROR_NOT_A_VALUE, &|| _ = rt_value_free(dead));
    told("an index", RT_ERROR_INDEX, &|| _ = rt_array_set(value, 99, value));
    told("a slot", RT_ERROR_INDEX, &|| _ = rt_tuple_set(tuple, 99, value));
    told("a dead key", RT_ERROR_NOT_A_VALUE, &|| {
        _ = rt_dict_set(rt_array_get(value, 0), dead, dead);
    });
    rt_array_len(dead);
    sweep("rt_last_error_message", 0, || rt_array_len(dead), |_| is_done(true));
    LEFT.set(0);
    let message = rt_last_error_message();
    LEFT.set(usize::MAX);
    assert!(rt_value_is_nil(message));
}

fn scopes() {
    sweep("rt_scope_begin", 1, || (), |()| is_done(rt_scope_begin() > 0));
    while rt_scope_end(RuntimeValue::NIL) >= 0 {}
    let scope = || {
        assert!(rt_scope_begin() > 0);
        nested()
    };
    sweep("rt_scope_end", 2, scope, |&kept| is_count(rt_scope_end(kept)));
    while rt_scope_end(RuntimeValue::NIL) >= 0 {}
    sweep("an object in a scope", 2, || rt_scope_begin(), |_| is_value(rt_tuple_new(1)));
    while rt_scope_end(RuntimeValue::NIL) >= 0 {}
}

/// The first call of a thread finds no memory.
fn threads() {
    let string = text("from another thread").to_bits();
    let work = move || {
        LEFT.set(0);
        let made = rt_tuple_new(0);
        // SAFETY: the other thread waits for this one.
        let freed = rt_value_free(unsafe { RuntimeValue::from_bits(string) });
        LEFT.set(usize::MAX);
        assert!(rt_value_is_nil(made));
        assert_eq!((rt_last_error_code(), freed), (RT_ERROR_OUT_OF_MEMORY, 1));
        assert_eq!(rt_value_free(rt_tuple_new(0)), 1);
    };
    let live = rt_heap_live_count_by_kind(RT_TYPE_STRING);
    assert!(std::thread::spawn(work).join().is_ok());
    assert_eq!(rt_heap_live_count_by_kind(RT_TYPE_STRING), live - 1);
}
