//! Values for the C functions, out of fixtures, and tensors out of values.
#![allow(dead_code, unreachable_pub, reason = "each test program uses a part of this")]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

use runtime_core::error::{clear_last, last_code, last_message};
use runtime_torch::objects;
use runtime_value::{Array, Dict, RuntimeValue, View};
use tch::Tensor;

use crate::common::Case;

/// A new handle of the tensor.
pub fn give(tensor: &Tensor) -> RuntimeValue {
    objects::give_tensor(tensor.shallow_clone()).unwrap()
}

/// The tensor, whose handle ends.
#[track_caller]
pub fn take(value: RuntimeValue) -> Tensor {
    let tensor = look(value);
    objects::free_tensor("tensor", value).unwrap();
    tensor
}

/// The tensor, whose handle stays.
#[track_caller]
pub fn look(value: RuntimeValue) -> Tensor {
    let tensor = objects::tensor("tensor", value);
    tensor.unwrap_or_else(|error| panic!("{error}; {:?}", last_message())).shallow_clone()
}

/// An array of values.
pub fn array(values: &[RuntimeValue]) -> RuntimeValue {
    Array::from_slice(values).unwrap().value()
}

/// A dict of values.
pub fn dict(pairs: &[(&str, RuntimeValue)]) -> RuntimeValue {
    let dict = Dict::new(0).unwrap();
    for (key, value) in pairs {
        dict.insert((*key).into(), *value).unwrap();
    }
    dict.value()
}

/// The value under a key of a dict.
#[track_caller]
pub fn under(value: RuntimeValue, key: impl Into<RuntimeValue>) -> RuntimeValue {
    Dict::find(value).unwrap().get(key.into()).unwrap().expect("no such key")
}

/// The options of a case: its attributes and tensors whose names begin with `option_`.
pub fn options(case: &Case) -> RuntimeValue {
    let mut pairs = Vec::new();
    for (name, text) in case.attributes() {
        if let Some(name) = name.strip_prefix("option_") {
            pairs.push((name, word(text)));
        }
    }
    for (name, tensor) in &case.tensors {
        if let Some(name) = name.strip_prefix("option_") {
            pairs.push((name, give(tensor)));
        }
    }
    dict(&pairs)
}

/// A number, a list of numbers, or a text.
fn word(text: &str) -> RuntimeValue {
    if text.contains(',') {
        return array(&text.split(',').map(word).collect::<Vec<_>>());
    }
    match (text.parse::<i64>(), text.parse::<f64>()) {
        (Ok(int), _) => int.into(),
        (_, Ok(float)) => float.into(),
        _ => RuntimeValue::from(text),
    }
}

/// The code and text of the error of a call that has just failed.
#[track_caller]
pub fn refusal() -> (i64, String) {
    let refusal = (last_code(), last_message().expect("no error was set"));
    clear_last();
    refusal
}
