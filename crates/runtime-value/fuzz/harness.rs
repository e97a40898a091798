//! Reads bytes as a sequence of operations on values, does them through the C functions, and checks
//! after each what must hold whatever the sequence: which words are live, that frees happen once, that
//! equality and order agree.
//!
//! The fuzz target and the bounded run among the tests share this file.

use std::collections::HashSet;

use runtime_core::error;
use runtime_value::RuntimeValue;
use runtime_value::ffi::{
    array::*, array_derive::*, boxes::*, collection::*, dict::*, enumeration::*, fields::*,
    memory::*, string::*, value::*,
};

/// How many words there are to choose from. A new one takes the place of an old one, which is not
/// freed by that: it stays reachable, or leaks until the end.
const WORDS: usize = 32;

/// Does the operations that `bytes` name. Panics when something does not hold.
#[allow(unreachable_pub, reason = "the fuzz target and the test see this file differently")]
pub fn run(bytes: &[u8]) {
    let mut state =
        State { bytes, words: vec![RuntimeValue::NIL; WORDS], live: HashSet::new(), scopes: 0 };
    while !state.bytes.is_empty() {
        state.step();
        state.check();
    }
    while state.scopes > 0 {
        state.end_scope(RuntimeValue::NIL);
    }
    let live: Vec<u64> = state.live.drain().collect();
    for bits in live {
        assert_eq!(rt_value_free(word(bits)), 1, "what is live is freed once");
        assert_eq!(rt_value_free(word(bits)), 0);
    }
    error::clear_last();
}

fn word(bits: u64) -> RuntimeValue {
    // SAFETY: the bits are forged, or of objects that this thread made and alone uses.
    unsafe { RuntimeValue::from_bits(bits) }
}

/// Whether a key cannot change while it is in a dict. A container can: it may even hold the dict.
fn is_constant(key: RuntimeValue) -> bool {
    !rt_value_is_heap(key)
        || rt_string_len(key) >= 0
        || rt_value_is_int(key)
        || rt_value_is_float(key)
}

struct State<'b> {
    bytes: &'b [u8],
    words: Vec<RuntimeValue>,
    /// The heap objects that were made here and not freed.
    live: HashSet<u64>,
    scopes: usize,
}

impl State<'_> {
    fn byte(&mut self) -> u8 {
        match self.bytes.split_first() {
            Some((&first, rest)) => {
                self.bytes = rest;
                first
            }
            None => 0,
        }
    }

    fn number(&mut self) -> u64 {
        // Small numbers, numbers of all sizes, and those near the ends.
        match self.byte() {
            byte @ 0..200 => u64::from(byte) % 17,
            200..220 => u64::MAX - u64::from(self.byte()),
            220..235 => i64::MAX as u64 - u64::from(self.byte()),
            _ => u64::from_le_bytes(std::array::from_fn(|_| self.byte())),
        }
    }

    fn pick(&mut self) -> RuntimeValue {
        let place = usize::from(self.byte()) % WORDS;
        self.words[place]
    }

    /// Takes a result in: remembers it if it is a new object, and makes it one of the words.
    fn take(&mut self, value: RuntimeValue) {
        if rt_value_is_heap(value) {
            self.live.insert(value.to_bits());
        }
        let place = usize::from(self.byte()) % WORDS;
        self.words[place] = value;
    }

    /// Takes in an array and those of its elements that are new objects.
    fn take_with_elements(&mut self, array: RuntimeValue) {
        for index in 0..rt_array_len(array) {
            let element = rt_array_get(array, index);
            if rt_value_is_heap(element) {
                self.live.insert(element.to_bits());
            }
        }
        self.take(array);
    }

    fn step(&mut self) {
        match self.byte() % 48 {
            0 => self.make_number(),
            1 => self.make_string(),
            2 => {
                let capacity = self.number() % 100;
                self.take(rt_array_new(capacity));
            }
            3 => {
                let capacity = self.number() % 100;
                self.take(rt_dict_new(capacity));
            }
            4 => {
                let len = self.number() % 20;
                self.take(rt_tuple_new(len));
            }
            5 => {
                let payload = self.pick();
                self.take(rt_enum_new(1, 0xF198_7159, payload));
            }
            6 => {
                let count = self.number() as u32 % 20;
                self.take(rt_object_new(7, count));
            }
            7 => {
                let value = self.pick();
                self.take(rt_unique_new(value));
            }
            8 => {
                let value = self.pick();
                self.take(rt_shared_new(value));
            }
            9 => {
                let shared = self.pick();
                self.take(rt_shared_downgrade(shared));
            }
            10 => {
                let weak = self.pick();
                let upgraded = rt_weak_upgrade(weak);
                assert!(rt_value_is_nil(upgraded) || self.live.contains(&upgraded.to_bits()));
            }
            11 => {
                let shared = self.pick();
                if rt_shared_release(shared) == RuntimeValue::TRUE {
                    assert!(self.live.remove(&shared.to_bits()));
                }
            }
            12 => self.forge(),
            13..=18 => {
                let (array, value) = (self.pick(), self.pick());
                let len = rt_array_len(array);
                let pushed = rt_array_push(array, value);
                assert_eq!(rt_array_len(array), if pushed { len + 1 } else { len });
            }
            19 => {
                let (array, index, value) = (self.pick(), self.number() as i64, self.pick());
                if rt_array_set(array, index, value) {
                    assert_eq!(rt_array_get(array, index), value);
                }
            }
            20 => {
                let (array, index) = (self.pick(), self.number() as i64);
                rt_array_remove(array, index);
            }
            21 => {
                let (array, index, value) = (self.pick(), self.number() as i64, self.pick());
                rt_array_insert(array, index, value);
            }
            22 => {
                let array = self.pick();
                rt_array_pop(array);
            }
            23..=28 => {
                let (dict, key, value) = (self.pick(), self.pick(), self.pick());
                if rt_dict_set(dict, key, value) && is_constant(key) {
                    assert_eq!(rt_dict_get(dict, key), value);
                    assert!(rt_dict_contains(dict, key));
                }
            }
            29 => {
                let (dict, key) = (self.pick(), self.pick());
                rt_dict_remove(dict, key);
                assert!(!rt_dict_contains(dict, key) || !is_constant(key));
            }
            30 => {
                let dict = self.pick();
                let entries = rt_dict_entries(dict);
                assert!(rt_array_len(entries) == rt_dict_len(dict));
                self.take_with_elements(entries);
            }
            31 => {
                let (tuple, index, value) = (self.pick(), self.number(), self.pick());
                if rt_tuple_set(tuple, index, value) {
                    assert_eq!(rt_tuple_get(tuple, index), value);
                }
            }
            32 => {
                let (object, index, value) = (self.pick(), self.number() as u32, self.pick());
                rt_object_field_set(object, index, value);
            }
            33 => {
                let (collection, start, end, step) =
                    (self.pick(), self.number() as i64, self.number() as i64, self.number() as i64);
                self.take(rt_slice(collection, start, end, step));
            }
            34 => {
                let (a, b) = (self.pick(), self.pick());
                // Thirty doublings would be all of the memory.
                if rt_string_len(a).max(rt_string_len(b)) < 1 << 20 {
                    self.take(rt_string_concat(a, b));
                }
            }
            35 => {
                let array = self.pick();
                rt_array_sort(array);
            }
            36 => {
                let array = self.pick();
                self.take(rt_array_unique(array));
            }
            37 => {
                let array = self.pick();
                if rt_array_len(array) < 1000 {
                    self.take(rt_array_flatten(array));
                }
            }
            38 => {
                let array = self.pick();
                self.take(rt_array_sum(array));
            }
            39 => {
                let (array, separator) = (self.pick(), self.pick());
                self.take(rt_array_join(array, separator));
            }
            40 => {
                let (collection, index) = (self.pick(), self.pick());
                let item = rt_index_get(collection, index);
                self.take(item);
            }
            41 => self.copy(),
            42 => self.compare(),
            43 => {
                rt_scope_begin();
                self.scopes += 1;
            }
            44 if self.scopes > 0 => {
                let keep = self.pick();
                self.end_scope(keep);
            }
            45 => self.free_deep(),
            _ => self.free(),
        }
    }

    fn make_number(&mut self) {
        let bits = self.number();
        let value = match self.byte() % 3 {
            0 => rt_value_int(bits as i64),
            1 => rt_value_u64(bits as i64),
            _ => rt_value_float(f64::from_bits(bits)),
        };
        self.take(value);
    }

    fn make_string(&mut self) {
        let length = usize::from(self.byte()) % 40;
        let (text, rest) = self.bytes.split_at(length.min(self.bytes.len()));
        self.bytes = rest;
        // SAFETY: a slice with its own length.
        let string = unsafe { rt_string_new(text.as_ptr(), text.len() as u64) };
        assert_eq!(rt_string_len(string), text.len() as i64);
        self.take(string);
    }

    /// A word that refers to nothing, unless by chance to something that is live.
    fn forge(&mut self) {
        let bits = self.number();
        let place = usize::from(self.byte()) % WORDS;
        self.words[place] = word(bits);
    }

    fn copy(&mut self) {
        let value = self.pick();
        let copy = rt_value_copy_deep(value);
        if rt_value_is_heap(copy) {
            assert!(rt_value_free_deep(copy) >= 1);
        }
    }

    fn compare(&mut self) {
        let (a, b) = (self.pick(), self.pick());
        let ordering = rt_value_compare(a, b);
        assert_eq!(ordering, -rt_value_compare(b, a));
        assert_eq!(rt_value_eq(a, b), rt_value_eq(b, a));
        assert!(rt_value_eq(a, b) == 0 || ordering == 0);
        rt_contains(a, b);
        assert_eq!(rt_value_truthy(a), rt_value_truthy(a));
        let _ = a.to_string();
    }

    fn free(&mut self) {
        let value = self.pick();
        let was_live = self.live.remove(&value.to_bits());
        assert_eq!(rt_value_free(value), i64::from(was_live));
    }

    fn free_deep(&mut self) {
        let value = self.pick();
        let freed = rt_value_free_deep(value);
        let before = self.live.len();
        self.live.retain(|&bits| rt_value_is_heap(word(bits)));
        assert_eq!((before - self.live.len()) as i64, freed);
    }

    fn end_scope(&mut self, keep: RuntimeValue) {
        let freed = rt_scope_end(keep);
        self.scopes -= 1;
        let before = self.live.len();
        self.live.retain(|&bits| rt_value_is_heap(word(bits)));
        assert_eq!((before - self.live.len()) as i64, freed);
    }

    /// What is in `words` is live if and only if it was made here and not freed.
    fn check(&self) {
        for &value in &self.words {
            assert_eq!(rt_value_is_heap(value), self.live.contains(&value.to_bits()), "{value:?}");
        }
    }
}
