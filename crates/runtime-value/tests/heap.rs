//! The heap: any word, frees, scopes, raw blocks, statistics, threads.
#![cfg(feature = "ffi")]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

use std::ptr;
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};

use runtime_core::error::{self, codes};
use runtime_value::codes::*;
use runtime_value::ffi::{array::*, boxes::*, dict::*, fields::*, memory::*, string::*, value::*};
use runtime_value::types::numbers::*;
use runtime_value::{Array, Object, RuntimeValue, Str, View};

const NIL: RuntimeValue = RuntimeValue::NIL;

fn string(text: &str) -> RuntimeValue {
    RuntimeValue::string(text).unwrap()
}

fn word(bits: u64) -> RuntimeValue {
    // SAFETY: the bits are forged or of this thread's own objects.
    unsafe { RuntimeValue::from_bits(bits) }
}

#[track_caller]
fn fails_with(code: i64) {
    assert_eq!(error::last_code(), code, "{:?}", error::last_message());
    error::clear_last();
}

/// Words that refer to nothing, however much they look like it.
fn forged() -> Vec<RuntimeValue> {
    let live = string("live").to_bits();
    let mut bits = vec![1, 9, 0x11, 4097, u64::MAX, u64::MAX - 6, 1 << 47 | 1, 1 << 48 | 1];
    bits.extend([live + 8, live - 8, live + 16, live - 16, live ^ 1 << 47, live | 1 << 63]);
    bits.extend((0..64).map(|bit| 1_u64 << bit | 1));
    let local = 0_u64;
    bits.push(ptr::from_ref(&local).addr() as u64 & !7 | 1);
    bits.push(forged as *const u8 as u64 & !7 | 1);
    bits.into_iter().map(word).collect()
}

#[test]
fn forged_words_are_refused() {
    for word in forged() {
        assert!(word.is_dead() || word.tag() != 1, "{word:?}");
        assert!(!rt_value_is_heap(word) && !rt_value_truthy(word) || word.tag() != 1);
        if word.tag() != 1 {
            continue;
        }
        assert_eq!(rt_array_len(word), -1);
        fails_with(RT_ERROR_NOT_A_VALUE);
        assert_eq!(rt_string_len(word), -1);
        assert_eq!(rt_dict_len(word), -1);
        assert_eq!(rt_value_free(word), 0);
        fails_with(RT_ERROR_NOT_A_VALUE);
        assert_eq!(rt_value_eq(word, word), 0);
        fails_with(RT_ERROR_NOT_A_VALUE);
        assert!(rt_value_to_ptr(word).is_null());
        fails_with(RT_ERROR_NOT_A_VALUE);
        let dict = rt_dict_new(0);
        assert!(!rt_dict_set(dict, word, NIL));
        fails_with(RT_ERROR_NOT_A_VALUE);
        assert_eq!(rt_dict_get(dict, word), NIL);
    }
}

#[test]
fn freed_words_are_refused() {
    let (array, text) = (rt_array_new(4), string("text"));
    rt_array_push(array, text);
    assert_eq!(rt_value_free(text), 1);
    assert_eq!(rt_value_free(text), 0);
    fails_with(RT_ERROR_NOT_A_VALUE);
    assert_eq!(rt_string_len(text), -1);
    // The array still holds the word, which is refused wherever it is looked into.
    assert_eq!(rt_array_get(array, 0), text);
    assert_eq!(rt_array_index_of(array, string("text")), -1);
    assert_eq!(
        Array::of("array", array).unwrap().to_string(),
        format!("[<invalid {:#x}>]", text.to_bits())
    );
    assert_eq!(rt_value_free_deep(array), 1);
    assert_eq!(rt_array_len(array), -1);
}

use runtime_value::ffi::array_derive::rt_array_index_of;

#[test]
fn a_freed_address_rests() {
    let first = string("0123456789abcdef");
    rt_value_free(first);
    for _ in 0..50 {
        let next = string("0123456789abcdef");
        assert_ne!(next, first);
        rt_value_free(next);
    }
    // Large blocks rest too, with little memory.
    let large = rt_string_len(string(&"x".repeat(1 << 20)));
    assert_eq!(large, 1 << 20);
    let first = string(&"x".repeat(1 << 20));
    rt_value_free(first);
    assert_ne!(string(&"x".repeat(1 << 20)), first);
}

#[test]
fn a_key_that_was_freed_harms_nothing() {
    let dict = rt_dict_new(0);
    let keys: Vec<_> = (0..100).map(|number| string(&format!("key {number}"))).collect();
    for &key in &keys {
        assert!(rt_dict_set(dict, key, NIL));
    }
    for &key in &keys[..50] {
        rt_value_free(key);
    }
    for number in 100..300 {
        assert!(rt_dict_set(dict, string(&format!("key {number}")), NIL));
    }
    assert!(!rt_dict_contains(dict, string("key 7")) && rt_dict_contains(dict, string("key 77")));
    assert_eq!(rt_dict_len(dict), 300);
}

#[test]
fn deep_frees_meet_cycles_and_shared_parts() {
    let (outer, inner, text) = (rt_array_new(0), rt_array_new(0), string("shared"));
    for array in [outer, inner] {
        rt_array_push(array, text);
        rt_array_push(array, outer);
        rt_array_push(array, inner);
    }
    let dict = rt_dict_new(0);
    rt_dict_set(dict, text, outer);
    let object = rt_object_new(1, 1);
    rt_object_field_set(object, 0, dict);
    let unique = rt_unique_new(object);
    assert_eq!(rt_value_free_deep(unique), 6);
    for word in [outer, inner, text, dict, object, unique] {
        assert!(word.is_dead());
    }
    assert_eq!(rt_value_free_deep(unique), 0);
    fails_with(RT_ERROR_NOT_A_VALUE);
    assert_eq!(rt_array_free_deep(rt_array_new(0)), 1);
    assert_eq!(rt_array_free_deep(string("no array")), 0);
    fails_with(RT_ERROR_WRONG_TYPE);
}

#[test]
fn a_long_chain_needs_no_stack() {
    let mut chain = NIL;
    for _ in 0..200_000 {
        let link = rt_array_new(1);
        rt_array_push(link, chain);
        chain = link;
    }
    let copy = rt_value_copy_deep(chain);
    assert_eq!((rt_value_eq(chain, copy), rt_value_compare(chain, copy)), (1, 0));
    assert!(Array::of("chain", chain).unwrap().to_string().contains("[...]"));
    assert_eq!(rt_value_free_deep(copy), 200_000);
    assert_eq!(rt_value_free_deep(chain), 200_000);
}

#[test]
fn dicts_as_keys_of_dicts_end_somewhere() {
    let chain = || {
        (0..5_000).fold(rt_dict_new(0), |inner, _| {
            let outer = rt_dict_new(0);
            rt_dict_set(outer, inner, NIL);
            outer
        })
    };
    let (a, b) = (chain(), chain());
    // Beyond the limit of nesting they count as different; what matters is that this returns.
    assert_eq!(rt_value_eq(a, b), 0);
    assert_ne!(rt_value_compare(a, b), 0);
    assert_eq!(rt_value_copy_deep(a), NIL);
    fails_with(RT_ERROR_WRONG_TYPE);
}

#[test]
fn copies_keep_the_shape() {
    let (cycle, text) = (rt_array_new(0), string("text"));
    rt_array_push(cycle, text);
    rt_array_push(cycle, text);
    rt_array_push(cycle, cycle);
    let copy = rt_value_copy_deep(cycle);
    assert_ne!(copy, cycle);
    assert_eq!(rt_array_get(copy, 2), copy);
    assert_eq!(rt_array_get(copy, 0), rt_array_get(copy, 1));
    assert_ne!(rt_array_get(copy, 0), text);
    assert_eq!(rt_value_eq(cycle, copy), 1);
    assert_eq!(rt_value_free_deep(copy), 2);
    rt_array_push(cycle, rt_shared_downgrade(rt_shared_new(NIL)));
    assert_eq!(rt_value_copy_deep(cycle), NIL);
    fails_with(RT_ERROR_WRONG_TYPE);
}

#[test]
fn scopes_free_what_was_made_in_them() {
    let outside = string("outside");
    assert_eq!(rt_scope_begin(), 1);
    let (kept, inner) = (rt_array_new(0), string("inner"));
    rt_array_push(kept, inner);
    rt_array_push(kept, outside);
    let lost = string("lost");
    let freed_before = string("freed before");
    rt_value_free(freed_before);
    assert_eq!(rt_scope_begin(), 2);
    let passed_out = string("passed out");
    assert_eq!(rt_scope_end(passed_out), 0);
    assert!(!passed_out.is_dead());
    assert_eq!(rt_scope_end(kept), 2);
    assert!(lost.is_dead() && passed_out.is_dead() && freed_before.is_dead());
    assert!(!kept.is_dead() && !inner.is_dead() && !outside.is_dead());
    assert_eq!(rt_scope_end(NIL), -1);
    fails_with(RT_ERROR_NO_SCOPE);
    assert_eq!(rt_value_free_deep(kept), 3);
}

#[test]
fn a_scope_keeps_addresses_of_what_was_freed_in_it() {
    rt_scope_begin();
    let freed = string("freed");
    rt_value_free(freed);
    let others: Vec<_> = (0..1000)
        .map(|_| std::thread::spawn(|| string("freed").to_bits()))
        .take(4)
        .map(|thread| thread.join().unwrap())
        .collect();
    for _ in 0..1000 {
        assert_ne!(string("freed"), freed);
    }
    assert_eq!(rt_scope_end(NIL), 1000);
    assert!(others.into_iter().all(|bits| !word(bits).is_dead()), "what other threads made stays");
}

#[test]
fn a_thread_that_ends_in_a_scope_leaves_its_values() {
    let bits = std::thread::spawn(|| {
        rt_scope_begin();
        rt_value_free(string("gone"));
        string("left").to_bits()
    })
    .join()
    .unwrap();
    assert_eq!(rt_string_len(word(bits)), 4);
    assert_eq!(rt_value_free(word(bits)), 1);
}

#[test]
fn raw_blocks() {
    for size in [1, 8, 16, 24, 1024, 1 << 20] {
        let block = rt_alloc(size);
        assert!(!block.is_null() && block.addr().is_multiple_of(8));
        // SAFETY: a live block of this size.
        let bytes = unsafe { std::slice::from_raw_parts(block, size as usize) };
        assert!(bytes.iter().all(|&byte| byte == 0));
        assert_eq!(rt_free(block, size + 1), 0);
        fails_with(codes::RT_ERROR_INVALID_ARGUMENT);
        assert_eq!(rt_free(block, size), 1);
        assert_eq!(rt_free(block, size), 0);
        fails_with(RT_ERROR_NOT_A_BLOCK);
    }
    assert!(rt_alloc(0).is_null());
    fails_with(codes::RT_ERROR_LENGTH);
    for size in [u64::MAX, u64::MAX - 15, 1 << 63, 1 << 61] {
        assert!(rt_alloc(size).is_null());
        fails_with(codes::RT_ERROR_OUT_OF_MEMORY);
    }
    assert_eq!((rt_free(ptr::null(), 64), rt_free(ptr::null(), 0)), (1, 1));
    for address in [1, 8, 16, 0xdead_beef, usize::MAX, usize::MAX - 15] {
        assert_eq!(rt_free(ptr::without_provenance(address), 8), 0);
        assert_eq!(rt_ptr_to_value(ptr::without_provenance(address)), NIL);
        fails_with(RT_ERROR_NOT_A_BLOCK);
    }
    // An object is no block, and a block no object.
    assert_eq!(rt_free(rt_value_to_ptr(string("text")), 28), 0);
    fails_with(RT_ERROR_NOT_A_BLOCK);
    assert_eq!(rt_ptr_to_value(ptr::null()), NIL);
    assert!(rt_value_to_ptr(rt_value_int(42)).is_null());
    assert_eq!(error::last_code(), codes::RT_ERROR_NONE);
}

#[test]
fn blocks_change_their_size() {
    let block = rt_realloc(ptr::null_mut(), 16).cast::<u8>();
    // SAFETY: a live block of 16 bytes.
    unsafe { block.write_bytes(7, 16) };
    let grown = rt_realloc(block.cast(), 1000).cast::<u8>();
    // SAFETY: a live block of 1000 bytes.
    let bytes = unsafe { std::slice::from_raw_parts(grown, 1000) };
    assert!(bytes[..16].iter().all(|&byte| byte == 7) && bytes[16..].iter().all(|&byte| byte == 0));
    assert!(rt_realloc(grown.cast(), -1).is_null());
    fails_with(codes::RT_ERROR_LENGTH);
    assert!(rt_realloc(grown.cast(), i64::MAX).is_null());
    fails_with(codes::RT_ERROR_OUT_OF_MEMORY);
    assert!(rt_realloc(block.cast(), 8).is_null());
    fails_with(RT_ERROR_NOT_A_BLOCK);
    assert!(rt_realloc(grown.cast(), 0).is_null());
    assert_eq!(error::last_code(), codes::RT_ERROR_NONE);
    assert_eq!(rt_free(grown, 1000), 0);
}

/// What compiled code does: a header and fields written into a raw block.
#[test]
fn objects_built_in_raw_blocks_are_live() {
    let block = rt_alloc(16 + 2 * 8).cast_mut();
    let value = rt_ptr_to_value(block);
    assert!(value.is_dead(), "nothing is built yet");
    // SAFETY: a live block of 32 bytes.
    unsafe {
        block.write(RT_TYPE_OBJECT as u8);
        block.add(8).cast::<u32>().write(42);
        block.add(12).cast::<u32>().write(2);
    }
    assert_eq!((rt_object_class_id(value), rt_object_field_count(value)), (42, 2));
    assert!(rt_object_field_set(value, 1, value));
    assert_eq!(Object::of("object", value).unwrap().get(1), Some(value));
    assert_eq!(rt_value_to_ptr(value), block.cast_const());
    // More fields than the block holds, a type that cannot be built, a type that is none.
    // SAFETY: as above.
    unsafe { block.add(12).cast::<u32>().write(3) };
    assert_eq!(rt_object_field_count(value), -1);
    for object_type in [RT_TYPE_ARRAY, RT_TYPE_DICT, RT_TYPE_MUTEX, RT_TYPE_RAW, 0, 0xFF] {
        // SAFETY: as above.
        unsafe { block.write(object_type as u8) };
        assert!(value.is_dead());
    }
    // SAFETY: as above.
    unsafe {
        block.write(RT_TYPE_STRING as u8);
        block.add(8).cast::<u64>().write(8);
    }
    assert_eq!(rt_string_len(value), 8);
    // SAFETY: as above.
    unsafe { block.add(8).cast::<u64>().write(u64::MAX) };
    assert_eq!(rt_string_len(value), -1);
    // SAFETY: as above.
    unsafe { block.add(8).cast::<u64>().write(0) };
    assert_eq!((rt_value_free(value), rt_free(block, 32)), (1, 0));
    let small = rt_alloc(4);
    assert!(rt_ptr_to_value(small).is_dead());
}

/// Alone in its process under nextest; else other tests make strings meanwhile, so this counts a type
/// that no other test makes.
#[test]
fn statistics_follow() {
    let kind = RT_TYPE_HANDLE;
    let (live, bytes) = (rt_heap_live_count_by_kind(kind), rt_heap_live_bytes_by_kind(kind));
    let (made, freed) = (rt_heap_alloc_count(), rt_heap_free_count());
    let handles: Vec<_> = (0..1000).map(|_| rt_handle_new(NIL)).collect();
    assert_eq!(rt_heap_live_count_by_kind(kind), live + 1000);
    assert_eq!(rt_heap_live_bytes_by_kind(kind), bytes + 24_000);
    assert!(rt_heap_peak_bytes() >= 24_000 && rt_heap_live_bytes() >= 24_000);
    let words: Vec<u64> = handles.iter().map(|handle| handle.to_bits()).collect();
    std::thread::spawn(move || {
        words.into_iter().for_each(|bits| assert_eq!(rt_handle_free(word(bits)), 1));
    })
    .join()
    .unwrap();
    assert_eq!(rt_heap_live_count_by_kind(kind), live);
    assert_eq!(rt_heap_live_bytes_by_kind(kind), bytes);
    assert!(rt_heap_alloc_count() >= made + 1000 && rt_heap_free_count() >= freed + 1000);
    for no_kind in [-1, 32, i64::MAX, i64::MIN] {
        assert_eq!(rt_heap_live_count_by_kind(no_kind), 0);
        assert_eq!(rt_heap_live_bytes_by_kind(no_kind), 0);
    }
}

#[test]
fn of_many_frees_one_succeeds() {
    const THREADS: usize = 4;
    for _ in 0..50 {
        let bits: Vec<u64> = (0..100).map(|_| string("contended").to_bits()).collect();
        let (start, freed) = (Barrier::new(THREADS), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    start.wait();
                    for &bits in &bits {
                        freed.fetch_add(rt_value_free(word(bits)) as usize, Ordering::Relaxed);
                    }
                });
            }
        });
        assert_eq!(freed.into_inner(), bits.len());
    }
}

#[test]
fn threads_make_and_free_each_on_its_own() {
    std::thread::scope(|scope| {
        for thread in 0..4 {
            scope.spawn(move || {
                for round in 0..2_000 {
                    let text = format!("{thread} {round}");
                    let (array, value) = (rt_array_new(0), string(&text));
                    rt_array_push(array, value);
                    assert_eq!(
                        Str::of("value", rt_array_get(array, 0)).unwrap().as_bytes(),
                        text.as_bytes()
                    );
                    assert_eq!(rt_value_free_deep(array), 2);
                }
            });
        }
    });
}

#[test]
fn a_string_is_built_in_its_own_memory() {
    use runtime_value::string::{Builder, LONGEST_HASHED, stored_hash};

    let nothing = Builder::new(0).unwrap().finish().unwrap();
    assert!(nothing.is_empty() && nothing.stored_hash() == 0);

    // Grown from nothing, past its capacity, and cut to what was written.
    let mut builder = Builder::new(0).unwrap();
    let mut wanted = Vec::new();
    for number in 0..1000_u32 {
        let bytes = number.to_le_bytes();
        builder.extend(&bytes).unwrap();
        wanted.extend_from_slice(&bytes);
    }
    let built = builder.finish().unwrap();
    assert_eq!(built.as_bytes(), wanted);

    // Filled by somebody else.
    let mut builder = Builder::new(100).unwrap();
    builder.spare_capacity_mut()[0].write(b'x');
    // SAFETY: one byte was written.
    unsafe { builder.advance(1) };
    assert_eq!(builder.as_bytes(), b"x");
    let short = builder.finish().unwrap();
    assert_eq!(short.as_bytes(), b"x");
    assert_eq!(short.stored_hash(), stored_hash(b"x"));

    // Its size is that of any other string of the length: a free finds it.
    let mut builder = Builder::new(1 << 20).unwrap();
    builder.extend(b"abandoned").unwrap();
    drop(builder);
    assert!(Builder::new(u64::MAX).is_err());

    let long = vec![b'y'; LONGEST_HASHED + 1];
    assert_eq!(Str::new(&long).unwrap().stored_hash(), 0);
    assert_ne!(Str::new(&long[1..]).unwrap().stored_hash(), 0);
    for string in [nothing, built, short] {
        // SAFETY: no borrow of it is in use.
        unsafe { string.value().free().unwrap() };
    }
}
