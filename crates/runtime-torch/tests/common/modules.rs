//! Making values, and reading them, in tests of modules.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "each test program uses a part of this, and says what it expects by unwrapping"
)]

use runtime_core::error::{clear_last, last_code, last_message};
use runtime_torch::ffi::nn::module::rt_torch_module_new;
use runtime_torch::objects::{give_tensor, tensor};
use runtime_value::{Array, Dict, RuntimeValue, Str, Tuple, View};
use tch::{Device, Kind, Tensor};

/// No value.
pub const NIL: RuntimeValue = RuntimeValue::NIL;

/// A new handle of a tensor.
pub fn give(tensor: Tensor) -> RuntimeValue {
    give_tensor(tensor).unwrap()
}

/// Random numbers.
pub fn randn(size: &[i64]) -> Tensor {
    Tensor::randn(size, (Kind::Float, Device::Cpu))
}

/// The tensor behind a handle.
#[track_caller]
pub fn held(value: RuntimeValue) -> Tensor {
    tensor("value", value).unwrap_or_else(|error| panic!("{error:?}, {}", text())).shallow_clone()
}

/// The last error's text.
pub fn text() -> String {
    last_message().unwrap_or_default()
}

/// An array of values.
pub fn array(values: &[RuntimeValue]) -> RuntimeValue {
    Array::from_slice(values).unwrap().value()
}

/// An array of ints.
pub fn ints(values: &[i64]) -> RuntimeValue {
    array(&values.iter().map(|value| RuntimeValue::from(*value)).collect::<Vec<_>>())
}

/// A dict of options.
pub fn dict(pairs: &[(&str, RuntimeValue)]) -> RuntimeValue {
    let dict = Dict::new(0).unwrap();
    for (key, value) in pairs {
        dict.insert((*key).into(), *value).unwrap();
    }
    dict.value()
}

/// A module with these options.
pub fn new(class: &str, options: &[(&str, RuntimeValue)]) -> RuntimeValue {
    let module = rt_torch_module_new(class.into(), dict(options));
    assert_ne!(module, NIL, "{class}: {}", text());
    module
}

/// A string's text.
pub fn shown(value: RuntimeValue) -> String {
    String::from(Str::of("text", value).unwrap().text("text").unwrap())
}

/// The keys of a dict.
pub fn keys(value: RuntimeValue) -> Vec<String> {
    Dict::of("dict", value).unwrap().iter().map(|(key, _)| shown(key)).collect()
}

/// The values in a tuple.
pub fn tuple(value: RuntimeValue) -> Vec<RuntimeValue> {
    let tuple = Tuple::of("tuple", value);
    tuple.unwrap_or_else(|error| panic!("{error:?}, {}", text())).iter().collect()
}

/// Fails unless the call returned its failure value and set this error.
#[track_caller]
pub fn refused(result: RuntimeValue, code: i64) {
    assert_eq!(result, NIL);
    assert_eq!(last_code(), code, "{}", text());
    clear_last();
}
