//! The C functions against values known from the Simple runtime's own tests, with its mistakes made
//! right.
#![cfg(feature = "ffi")]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

use std::ptr;

use runtime_core::error::{self, codes};
use runtime_value::codes::*;
use runtime_value::ffi::{
    array::*, array_derive::*, boxes::*, collection::*, dict::*, enumeration::*, fields::*,
    memory::*, string::*, value::*,
};
use runtime_value::{RuntimeValue, Str, View};

const NIL: RuntimeValue = RuntimeValue::NIL;

fn int(int: i64) -> RuntimeValue {
    rt_value_int(int)
}

fn float(float: f64) -> RuntimeValue {
    rt_value_float(float)
}

fn string(text: &str) -> RuntimeValue {
    // SAFETY: a text with its own length.
    unsafe { rt_string_new(text.as_ptr(), text.len() as u64) }
}

fn array(elements: &[i64]) -> RuntimeValue {
    let array = rt_array_new(0);
    for &element in elements {
        assert!(rt_array_push(array, int(element)));
    }
    array
}

fn ints(array: RuntimeValue) -> Vec<i64> {
    (0..rt_array_len(array)).map(|index| rt_value_as_int(rt_array_get(array, index))).collect()
}

fn text(value: RuntimeValue) -> String {
    Str::of("text", value).unwrap().as_text().unwrap().to_owned()
}

/// Runs `call`, which must fail with `code` and name its function.
#[track_caller]
fn fails<R>(code: i64, function: &str, call: impl FnOnce() -> R) -> R {
    error::clear_last();
    let result = call();
    assert_eq!(error::last_code(), code, "{:?}", error::last_message());
    let message = error::last_message().unwrap();
    assert!(message.starts_with(&format!("{function}: ")), "{message}");
    result
}

/// Runs `call`, which must leave the last error alone.
#[track_caller]
fn succeeds<R>(call: impl FnOnce() -> R) -> R {
    error::clear_last();
    let result = call();
    assert_eq!(error::last_code(), codes::RT_ERROR_NONE, "{:?}", error::last_message());
    result
}

#[test]
fn ints_of_all_sizes() {
    for number in [
        0,
        1,
        -1,
        42,
        -42,
        i64::MAX >> 3,
        i64::MIN >> 3,
        1 << 60,
        -(1 << 60) - 1,
        1 << 62,
        i64::MAX,
        i64::MIN,
    ] {
        let value = int(number);
        assert_eq!(rt_value_as_int(value), number);
        assert!(rt_value_is_int(value) && !rt_value_is_float(value) && !rt_value_is_bool(value));
        assert!(!rt_value_is_nil(value));
        assert_eq!(rt_value_truthy(value), number != 0);
        assert_eq!(rt_value_is_heap(value), number != (number << 3) >> 3);
        assert_eq!(rt_value_eq(value, int(number)), 1);
        assert_eq!(rt_value_compare(value, int(number)), 0);
    }
    assert_eq!(int(-1).to_bits(), 0xFFFF_FFFF_FFFF_FFF8);
}

#[test]
fn unsigned_ints() {
    for number in [0, 1, 7, (1 << 61) - 1, 1 << 61, 1 << 63, u64::MAX] {
        let value = rt_value_u64(number as i64);
        assert_eq!(rt_value_as_u64(value) as u64, number);
        assert_eq!(rt_value_eq(value, rt_value_u64(number as i64)), 1);
        assert_eq!(rt_value_truthy(value), number != 0);
        assert!(rt_value_is_int(value));
    }
    let largest = rt_value_u64(-1);
    assert_eq!(rt_value_eq(largest, int(-1)), 0);
    assert_eq!(rt_value_compare(largest, int(-1)), 1);
    assert_eq!(rt_value_eq(rt_value_u64(7), int(7)), 1);
    assert_eq!(fails(RT_ERROR_OVERFLOW, "rt_value_as_int", || rt_value_as_int(largest)), 0);
    assert_eq!(fails(RT_ERROR_OVERFLOW, "rt_value_as_u64", || rt_value_as_u64(int(-1))), 0);
}

#[test]
#[cfg(not(feature = "compat-floats"))]
fn floats_keep_every_bit() {
    for number in [
        3.14,
        0.1,
        -3.14,
        0.0,
        -0.0,
        1.0,
        f64::MAX,
        f64::MIN,
        f64::MIN_POSITIVE,
        5e-324,
        1e-200,
        1.234_567_890_123_456_7e200,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
        f64::from_bits(0x7FF0_0000_0000_0001),
    ] {
        let value = float(number);
        assert_eq!(rt_value_as_float(value).to_bits(), number.to_bits());
        assert!(rt_value_is_float(value) && !rt_value_is_int(value));
        assert_eq!(rt_value_type_tag(value), 2);
        assert_eq!(rt_value_truthy(value), number != 0.0);
    }
    assert!(rt_value_truthy(float(f64::NAN)));
    assert!(!rt_value_is_heap(float(0.1)));
    assert_eq!(rt_value_as_float(int(42)), 42.0);
    assert_eq!(fails(RT_ERROR_WRONG_TYPE, "rt_value_as_float", || rt_value_as_float(NIL)), 0.0);
    assert_eq!(fails(RT_ERROR_WRONG_TYPE, "rt_value_as_int", || rt_value_as_int(float(2.0))), 0);
    assert_eq!(
        fails(RT_ERROR_WRONG_TYPE, "rt_value_as_int", || rt_value_as_int(RuntimeValue::FALSE)),
        0
    );
}

#[test]
fn specials() {
    assert!(rt_value_as_bool(rt_value_bool(true)) && !rt_value_as_bool(rt_value_bool(false)));
    assert!(rt_value_truthy(RuntimeValue::TRUE) && !rt_value_truthy(RuntimeValue::FALSE));
    assert!(!rt_value_truthy(NIL) && !rt_value_truthy(RuntimeValue::ERROR));
    assert!(rt_value_is_nil(rt_value_nil()) && rt_is_error(RuntimeValue::ERROR));
    assert!(!rt_value_as_bool(int(1)));
}

#[test]
fn equality() {
    let eq = |a, b| rt_value_eq(a, b) == 1;
    assert!(eq(int(42), int(42)) && !eq(int(42), int(99)));
    assert!(eq(float(3.14), float(3.14)) && eq(int(42), float(42.0)));
    assert!(eq(float(0.0), float(-0.0)) && eq(int(0), float(-0.0)));
    let (infinity, nan) = (float(f64::INFINITY), float(f64::NAN));
    assert!(eq(infinity, infinity) && !eq(infinity, float(f64::NEG_INFINITY)));
    assert!(!eq(nan, nan) && rt_value_compare(nan, nan) == 0);
    assert_eq!(rt_value_compare(nan, infinity), 1);
    assert!(!eq(int(0), NIL) && !eq(NIL, RuntimeValue::FALSE) && eq(NIL, NIL));
    assert!(!eq(RuntimeValue::TRUE, int(1)) && !eq(RuntimeValue::TRUE, RuntimeValue::FALSE));
    // Exact above 2^53: neighbours that one float cannot tell apart.
    let edge = (1_i64 << 53) + 1;
    assert!(!eq(int(edge), float(edge as f64)) && eq(int(edge - 1), float((edge - 1) as f64)));
    assert_eq!(rt_value_compare(int(edge), float(edge as f64)), 1);
    assert!(eq(string("ab"), string("ab")) && !eq(string("ab"), string("abc")));
    assert!(eq(array(&[1, 2]), array(&[1, 2])) && !eq(array(&[1, 2]), array(&[1, 3])));
    assert!(eq(rt_enum_new(0, 42, NIL), rt_enum_new(0, 42, NIL)));
    assert!(!eq(rt_enum_new(0, 42, NIL), rt_enum_new(0, 99, NIL)));
    assert!(!eq(rt_object_new(1, 0), rt_object_new(1, 0)));
}

#[test]
fn order() {
    let compare = rt_value_compare;
    assert_eq!((compare(int(1), int(2)), compare(int(2), int(1))), (-1, 1));
    assert_eq!(compare(float(1.5), float(1.5)), 0);
    assert_eq!((compare(int(2), float(3.0)), compare(float(3.0), int(2))), (-1, 1));
    assert_eq!(compare(string("ab"), string("abc")), -1);
    assert_eq!(compare(string("b"), string("abc")), 1);
    let ascending = [NIL, RuntimeValue::FALSE, RuntimeValue::TRUE, RuntimeValue::ERROR, int(-1)];
    for pair in ascending.windows(2) {
        assert_eq!(compare(pair[0], pair[1]), -1);
    }
}

#[test]
fn arrays() {
    let numbers = rt_array_new(5);
    assert!(rt_value_is_heap(numbers));
    for number in [10, 20, 30] {
        assert!(rt_array_push(numbers, int(number)));
    }
    assert_eq!(rt_array_len(numbers), 3);
    for (index, expected) in [(-1, 30), (-2, 20), (-3, 10), (0, 10), (2, 30)] {
        assert_eq!(rt_value_as_int(rt_array_get(numbers, index)), expected);
    }
    for index in [3, 100, -4, i64::MIN, i64::MAX] {
        assert_eq!(succeeds(|| rt_array_get(numbers, index)), NIL);
        assert!(!fails(RT_ERROR_INDEX, "rt_array_set", || rt_array_set(numbers, index, NIL)));
    }
    assert!(rt_array_set(numbers, 1, int(99)) && rt_array_set(numbers, -1, int(7)));
    assert_eq!(ints(numbers), [10, 99, 7]);
    assert_eq!(rt_value_as_int(rt_array_pop(numbers)), 7);
    assert!(rt_array_clear(numbers));
    assert_eq!(succeeds(|| rt_array_pop(numbers)), NIL);
    for call in [rt_array_get(int(1), 0), rt_array_pop(int(1))] {
        assert_eq!(call, NIL);
    }
    assert_eq!(fails(RT_ERROR_WRONG_TYPE, "rt_array_len", || rt_array_len(int(42))), -1);
    assert!(!fails(RT_ERROR_WRONG_TYPE, "rt_array_push", || rt_array_push(int(1), NIL)));
}

#[test]
fn arrays_grow_and_keep_their_word() {
    let numbers = rt_array_new(0);
    assert!(!rt_array_push_no_grow(numbers, int(0)));
    for number in 0..10_000 {
        assert!(rt_array_push(numbers, int(number)));
    }
    assert_eq!(rt_array_len(numbers), 10_000);
    assert_eq!(rt_value_as_int(rt_array_get(numbers, 9_999)), 9_999);
    for capacity in [u64::MAX, 1 << 61, 1 << 60, (1 << 61) - 3, 1 << 45] {
        let call = || rt_array_new(capacity);
        assert_eq!(fails(codes::RT_ERROR_OUT_OF_MEMORY, "rt_array_new", call), NIL);
    }
}

#[test]
fn arrays_derived() {
    assert_eq!(ints(rt_array_reversed(array(&[1, 2, 3]))), [3, 2, 1]);
    assert_eq!(ints(rt_array_sorted(array(&[3, 1, 4, 1, 5]))), [1, 1, 3, 4, 5]);
    let numbers = array(&[3, 1, 2]);
    assert!(rt_array_sort_desc(numbers) && rt_array_reverse(numbers));
    assert_eq!(ints(numbers), [1, 2, 3]);
    assert_eq!(ints(rt_array_concat(array(&[1, 2]), array(&[3, 4]))), [1, 2, 3, 4]);
    assert_eq!(ints(rt_array_unique(array(&[1, 2, 1, 3, 2, 1]))), [1, 2, 3]);
    assert_eq!(ints(rt_array_take(array(&[1, 2, 3, 4, 5]), 3)), [1, 2, 3]);
    assert_eq!(ints(rt_array_drop(array(&[1, 2, 3, 4, 5]), 2)), [3, 4, 5]);
    assert_eq!(ints(rt_array_take(array(&[1, 2]), -1)), [0; 0]);
    assert_eq!(ints(rt_array_drop(array(&[1, 2]), i64::MIN)), [1, 2]);
    assert_eq!(ints(rt_array_repeat(int(42), 5)), [42; 5]);
    assert_eq!(ints(rt_array_repeat(int(42), -5)), [0; 0]);
    let numbers = array(&[10, 20, 30, 20]);
    assert_eq!(
        (rt_array_index_of(numbers, int(20)), rt_array_last_index_of(numbers, int(20))),
        (1, 3)
    );
    assert_eq!(succeeds(|| rt_array_index_of(numbers, int(99))), -1);
    assert_eq!(rt_array_count(array(&[1, 2, 1, 3, 1]), int(1)), 3);
    assert_eq!((rt_array_all_truthy(array(&[1, 0])), rt_array_any_truthy(array(&[1, 0]))), (0, 1));
    assert_eq!((rt_array_all_truthy(array(&[])), rt_array_any_truthy(array(&[]))), (1, 0));
    assert_eq!(rt_value_as_int(rt_array_first(numbers)), 10);
    assert_eq!(rt_value_as_int(rt_array_last(numbers)), 20);
    assert_eq!(succeeds(|| rt_array_last(rt_array_new(0))), NIL);
    let pairs = rt_array_zip(array(&[1, 2, 3]), array(&[10, 20]));
    assert_eq!(rt_array_len(pairs), 2);
    assert_eq!(rt_value_as_int(rt_tuple_get(rt_array_get(pairs, 1), 1)), 20);
    let pairs = rt_array_enumerate(array(&[10, 20]));
    assert_eq!(rt_value_as_int(rt_tuple_get(rt_array_get(pairs, 1), 0)), 1);
    let nested = rt_array_new(3);
    rt_array_push(nested, array(&[1, 2]));
    rt_array_push(nested, array(&[3, 4]));
    rt_array_push(nested, int(5));
    assert_eq!(ints(rt_array_flatten(nested)), [1, 2, 3, 4, 5]);
    rt_array_push(nested, nested);
    assert_eq!(rt_array_len(rt_array_flatten(nested)), 9);
    let texts = rt_array_new(2);
    rt_array_push(texts, string("a"));
    rt_array_push(texts, float(1.0));
    assert_eq!(text(rt_array_join(texts, string(", "))), "a, 1.0");
    assert!(rt_array_insert(numbers, 0, int(5)) && rt_array_insert(numbers, 5, int(6)));
    assert_eq!(ints(numbers), [5, 10, 20, 30, 20, 6]);
    assert_eq!(rt_value_as_int(rt_array_remove(numbers, -2)), 20);
    assert_eq!(ints(numbers), [5, 10, 20, 30, 6]);
}

#[test]
fn sums_and_extremes() {
    assert_eq!(rt_value_as_int(rt_array_sum(array(&[1, 2, 3, 4]))), 10);
    assert_eq!(rt_value_as_int(rt_array_sum(array(&[]))), 0);
    assert_eq!(rt_value_as_int(rt_array_sum(array(&[i64::MAX, -1, 1]))), i64::MAX);
    let call = || rt_array_sum(array(&[i64::MAX, 1]));
    assert_eq!(fails(RT_ERROR_OVERFLOW, "rt_array_sum", call), NIL);
    let mixed = array(&[1]);
    rt_array_push(mixed, float(0.5));
    assert_eq!(rt_value_as_float(rt_array_sum(mixed)), 1.5);
    rt_array_push(mixed, string("x"));
    assert_eq!(fails(RT_ERROR_WRONG_TYPE, "rt_array_sum", || rt_array_sum(mixed)), NIL);
    assert_eq!(rt_value_as_int(rt_array_min(array(&[3, 1, 4, 1, 5]))), 1);
    assert_eq!(rt_value_as_int(rt_array_max(array(&[3, 1, 4, 1, 5]))), 5);
    assert_eq!(succeeds(|| rt_array_min(rt_array_new(0))), NIL);
}

#[test]
fn ranges() {
    assert_eq!(ints(rt_array_range(0, 5, 1)), [0, 1, 2, 3, 4]);
    assert_eq!(ints(rt_array_range(0, 10, 2)), [0, 2, 4, 6, 8]);
    assert_eq!(ints(rt_array_range(5, 0, -1)), [5, 4, 3, 2, 1]);
    assert_eq!(ints(rt_array_range(0, 5, -1)), [0; 0]);
    assert_eq!(ints(rt_array_range(i64::MAX - 2, i64::MAX, 1)), [i64::MAX - 2, i64::MAX - 1]);
    assert_eq!(ints(rt_array_range(i64::MIN, i64::MAX, i64::MAX)), [i64::MIN, -1, i64::MAX - 1]);
    let zero = || rt_array_range(0, 5, 0);
    assert_eq!(fails(codes::RT_ERROR_INVALID_ARGUMENT, "rt_array_range", zero), NIL);
    let endless = || rt_array_range(i64::MIN, i64::MAX, 1);
    assert_eq!(fails(codes::RT_ERROR_OUT_OF_MEMORY, "rt_array_range", endless), NIL);
}

#[test]
fn strings() {
    let hello = string("Hello, World!");
    assert_eq!(rt_string_len(hello), 13);
    // SAFETY: null pointers.
    let (empty, refused) = unsafe {
        (
            rt_string_new(ptr::null(), 0),
            fails(codes::RT_ERROR_NULL_POINTER, "rt_string_new", || rt_string_new(ptr::null(), 5)),
        )
    };
    assert_eq!(rt_string_len(empty), 0);
    assert!(!rt_string_data(empty).is_null() && rt_value_is_heap(empty));
    assert_eq!(refused, NIL);
    assert_eq!(text(rt_string_concat(string("Hello"), string(" 世界 🌍"))), "Hello 世界 🌍");
    assert_eq!(rt_string_starts_with(hello, string("Hell")), 1);
    assert_eq!(rt_string_ends_with(hello, string("d!")), 1);
    assert_eq!(rt_string_starts_with(hello, empty), 1);
    assert_eq!((rt_string_eq(hello, hello), rt_string_eq(hello, empty)), (1, 0));
    assert_eq!(fails(RT_ERROR_WRONG_TYPE, "rt_string_eq", || rt_string_eq(int(1), int(1))), 0);
    assert!(fails(RT_ERROR_WRONG_TYPE, "rt_string_data", || rt_string_data(int(1))).is_null());
    // SAFETY: a literal, and null.
    unsafe {
        assert_eq!(text(rt_cstring_to_text(c"text".as_ptr())), "text");
        assert_eq!(rt_string_len(rt_cstring_to_text(ptr::null())), 0);
    }
    // The published FNV-1a vector of "foobar", where compiled code reads it.
    let data = rt_value_to_ptr(string("foobar"));
    // SAFETY: the hash of a live string is at offset 16.
    assert_eq!(unsafe { data.add(16).cast::<u64>().read() }, 0x8594_4171_f739_67e8);
    assert_eq!((rt_string_free(hello), rt_string_free(hello)), (1, 0));
}

#[test]
fn collections() {
    let numbers = array(&[0, 10, 20, 30, 40]);
    assert_eq!(rt_value_as_int(rt_index_get(numbers, int(1))), 10);
    assert_eq!(text(rt_index_get(string("ABC"), int(0))), "A");
    assert_eq!(text(rt_index_get(string("ABC"), int(-1))), "C");
    assert_eq!(ints(rt_slice(numbers, 1, 4, 1)), [10, 20, 30]);
    assert_eq!(ints(rt_slice(numbers, 99, -99, -2)), [40, 20, 0]);
    assert_eq!(text(rt_slice(string("hello"), 1, 99, 2)), "el");
    let zero = || rt_slice(numbers, 0, 1, 0);
    assert_eq!(fails(codes::RT_ERROR_INVALID_ARGUMENT, "rt_slice", zero), NIL);
    assert_eq!(rt_contains(numbers, float(20.0)), 1);
    assert_eq!(rt_contains(string("hello"), string("ell")), 1);
    assert_eq!(rt_contains(string("hello"), int(104)), 1);
    assert_eq!(rt_contains(string("hello"), string("")), 1);
    assert_eq!((rt_len(numbers), rt_len(string("ab"))), (5, 2));
    assert_eq!(fails(RT_ERROR_WRONG_TYPE, "rt_len", || rt_len(int(1))), -1);
    assert!(rt_index_set(numbers, int(-1), int(7)));
    assert!(!fails(RT_ERROR_INDEX, "rt_index_set", || rt_index_set(numbers, int(9), NIL)));
}

#[test]
fn dicts() {
    let dict = rt_dict_new(10);
    assert_eq!((rt_dict_len(dict), succeeds(|| rt_dict_get(dict, int(1)))), (0, NIL));
    for number in 0..100 {
        assert!(rt_dict_set(dict, int(number), int(number * 2)));
        assert!(rt_dict_set(dict, string(&number.to_string()), int(number)));
    }
    assert_eq!(rt_dict_len(dict), 200);
    assert_eq!(rt_value_as_int(rt_dict_get(dict, string("77"))), 77);
    assert_eq!(rt_value_as_int(rt_dict_get(dict, float(77.0))), 154);
    assert!(rt_dict_set(dict, float(77.0), int(1)) && rt_dict_len(dict) == 200);
    assert!(rt_dict_set(dict, NIL, int(5)) && rt_dict_contains(dict, NIL));
    let nan = float(f64::NAN);
    assert!(rt_dict_set(dict, nan, NIL) && rt_dict_contains(dict, nan));
    assert_eq!(rt_value_as_int(rt_dict_remove(dict, int(5))), 10);
    assert_eq!(succeeds(|| rt_dict_remove(dict, int(5))), NIL);
    assert_eq!(rt_contains(dict, string("5")), 1);
    let keys = rt_dict_keys(dict);
    assert_eq!(rt_array_len(keys), 201);
    assert_eq!(rt_value_as_int(rt_array_get(keys, 0)), 0);
    assert_eq!(rt_array_get(keys, 199), NIL);
    assert_eq!(rt_array_len(rt_dict_values(dict)), 201);
    let entry = rt_array_get(rt_dict_entries(dict), 0);
    assert_eq!((rt_tuple_len(entry), rt_tuple_get(entry, 0)), (2, int(0)));
    assert!(rt_dict_clear(dict) && rt_dict_len(dict) == 0);
    let key = rt_tuple_new(2);
    rt_tuple_set(key, 0, string("x"));
    let same = rt_tuple_new(2);
    rt_tuple_set(same, 0, string("x"));
    assert!(rt_dict_set(dict, key, int(42)));
    assert_eq!(rt_value_as_int(rt_dict_remove(dict, same)), 42);
    for capacity in [u64::MAX, 1 << 61, 1 << 33] {
        let call = || rt_dict_new(capacity);
        assert_eq!(fails(codes::RT_ERROR_OUT_OF_MEMORY, "rt_dict_new", call), NIL);
    }
}

#[test]
fn tuples_objects_closures() {
    let tuple = rt_tuple_new(3);
    assert_eq!((rt_tuple_len(tuple), rt_tuple_get(tuple, 0)), (3, NIL));
    assert!(rt_tuple_set(tuple, 2, int(3)));
    assert_eq!(succeeds(|| rt_tuple_get(tuple, 10)), NIL);
    assert!(!fails(RT_ERROR_INDEX, "rt_tuple_set", || rt_tuple_set(tuple, 3, NIL)));
    assert_eq!(fails(RT_ERROR_WRONG_TYPE, "rt_tuple_len", || rt_tuple_len(int(42))), -1);
    for len in [u64::MAX, 1 << 61, 1 << 60] {
        assert_eq!(rt_tuple_new(len), NIL);
    }
    let object = rt_object_new(42, 3);
    assert_eq!((rt_object_class_id(object), rt_object_field_count(object)), (42, 3));
    assert!(rt_object_field_set(object, 1, int(7)));
    assert_eq!((rt_object_field_get(object, 1), rt_object_field_get(object, 0)), (int(7), NIL));
    assert!(!rt_object_field_set(object, 3, NIL));
    let closure = rt_closure_new(ptr::null(), 3);
    assert!(rt_closure_func_ptr(closure).is_null());
    assert_eq!(rt_closure_get_capture(closure, 0), NIL);
    assert!(rt_closure_set_capture(closure, 2, int(30)));
    assert_eq!(
        (rt_closure_get_capture(closure, 2), rt_closure_get_capture(closure, 10)),
        (int(30), NIL)
    );
}

extern "C-unwind" fn identity(_closure: RuntimeValue, payload: RuntimeValue) -> RuntimeValue {
    payload
}

extern "C-unwind" fn panics(_closure: RuntimeValue, _payload: RuntimeValue) -> RuntimeValue {
    panic!("a callback of Rust")
}

type Function = extern "C-unwind" fn(RuntimeValue, RuntimeValue) -> RuntimeValue;

fn closure(function: Function) -> RuntimeValue {
    rt_closure_new(function as *const u8, 0)
}

#[test]
fn enums_and_options() {
    use runtime_value::enumeration::discriminants::{ERR, NONE, OK, SOME};
    let value = rt_enum_new(5, 999, int(123));
    assert_eq!((rt_enum_id(value), rt_enum_discriminant(value)), (5, 999));
    assert_eq!(rt_enum_payload(value), int(123));
    assert!(rt_enum_check_discriminant(value, 999) && !rt_enum_check_discriminant(value, -1));
    assert_eq!(
        fails(RT_ERROR_WRONG_TYPE, "rt_enum_discriminant", || rt_enum_discriminant(int(1))),
        -1
    );
    let none = rt_enum_new(0, NONE, NIL);
    assert!(rt_is_none(none) && rt_is_none(NIL) && !rt_is_none(int(0)) && rt_is_some(int(0)));
    let (some, err) = (rt_enum_new(0, SOME, int(42)), rt_enum_new(0, ERR, int(1)));
    assert_eq!(rt_unwrap_or_self(some), int(42));
    assert_eq!(rt_unwrap_or_self(rt_enum_new(0, OK, int(2))), int(2));
    assert_eq!(rt_unwrap_or_self(err), err);
    assert_eq!(rt_unwrap_or_self(value), value);
    assert_eq!(succeeds(|| rt_option_map(NIL, NIL)), NIL);
    assert_eq!(rt_option_map(none, NIL), none);
    assert_eq!(rt_value_eq(rt_option_map(some, closure(identity)), some), 1);
    let call = || rt_option_map(some, closure(panics));
    assert_eq!(fails(codes::RT_ERROR_PANIC, "rt_option_map", call), NIL);
    let call = || rt_option_map(some, rt_closure_new(ptr::null(), 0));
    assert_eq!(fails(codes::RT_ERROR_NULL_POINTER, "rt_option_map", call), NIL);
}

#[test]
fn boxes() {
    let (yes, no) = (RuntimeValue::TRUE, RuntimeValue::FALSE);
    let unique = rt_unique_new(int(10));
    assert_eq!((rt_unique_get(unique), rt_unique_needs_trace(unique)), (int(10), no));
    assert_eq!(rt_unique_set(unique, array(&[1])), yes);
    assert_eq!(rt_unique_needs_trace(unique), yes);
    assert_eq!(fails(RT_ERROR_WRONG_TYPE, "rt_unique_set", || rt_unique_set(int(1), NIL)), no);
    let shared = rt_shared_new(int(77));
    assert_eq!(rt_shared_ref_count(shared), int(1));
    assert_eq!((rt_shared_clone(shared), rt_shared_ref_count(shared)), (shared, int(2)));
    let weak = rt_shared_downgrade(shared);
    assert_eq!((rt_weak_is_valid(weak), rt_weak_upgrade(weak)), (yes, shared));
    assert_eq!(rt_shared_ref_count(shared), int(3));
    assert_eq!(
        (rt_shared_release(shared), rt_shared_release(shared), rt_shared_release(shared)),
        (no, no, yes)
    );
    assert_eq!((rt_weak_is_valid(weak), succeeds(|| rt_weak_upgrade(weak))), (no, NIL));
    assert_eq!(fails(RT_ERROR_NOT_A_VALUE, "rt_shared_get", || rt_shared_get(shared)), NIL);
    assert_eq!(rt_shared_ref_count(int(1)), int(-1));
    let handle = rt_handle_new(int(1));
    assert_eq!((rt_handle_set(handle, int(2)), rt_handle_get(handle)), (yes, int(2)));
    assert_eq!(fails(RT_ERROR_WRONG_TYPE, "rt_unique_get", || rt_unique_get(handle)), NIL);
    assert_eq!((rt_handle_free(handle), rt_handle_free(handle)), (1, 0));
    assert_eq!((rt_handle_is_valid(handle), rt_handle_get(handle)), (no, NIL));
    let target = rt_shared_new(NIL);
    let address = rt_value_to_ptr(target).addr() as u64;
    assert_eq!(rt_weak_is_valid(rt_weak_new(target, address)), yes);
    let call = || rt_weak_new(target, address + 8);
    assert_eq!(fails(codes::RT_ERROR_INVALID_ARGUMENT, "rt_weak_new", call), NIL);
}

#[test]
fn messages_name_function_argument_and_reason() {
    let message = || text(rt_last_error_message());
    fails(RT_ERROR_WRONG_TYPE, "rt_array_push", || rt_array_push(string("text"), NIL));
    assert_eq!(message(), "rt_array_push: array is the string \"text\", not an array");
    fails(RT_ERROR_INDEX, "rt_array_set", || rt_array_set(array(&[1]), 7, NIL));
    assert_eq!(message(), "rt_array_set: index 7 is out of range of the length 1");
    let freed = string("gone");
    rt_value_free(freed);
    fails(RT_ERROR_NOT_A_VALUE, "rt_string_len", || rt_string_len(freed));
    assert_eq!(
        message(),
        format!(
            "rt_string_len: string {:#x} is not a live value (forged or freed)",
            freed.to_bits()
        )
    );
    error::clear_last();
    assert_eq!(rt_last_error_message(), NIL);
}
