//! Modules and tensors for the benchmarks, by the C functions alone.
#![allow(dead_code, unreachable_pub, reason = "each benchmark uses a part of this")]

use runtime_torch::ffi::nn::module::{rt_torch_module_new, rt_torch_sequential_new};
use runtime_torch::ffi::tensor::read::rt_torch_free;
use runtime_torch::objects::{self, give_tensor};
use runtime_value::{Array, Dict, RuntimeValue, View};
use tch::Tensor;

/// A layer by the name of its class in `torch.nn`, with options that are whole numbers.
pub fn layer(class: &str, options: &[(&str, i64)]) -> RuntimeValue {
    let options: Vec<_> = options.iter().map(|(name, number)| (*name, int(*number))).collect();
    rt_torch_module_new(class.into(), dict(&options))
}

/// The layers one after the other.
pub fn sequential(layers: &[RuntimeValue]) -> RuntimeValue {
    rt_torch_sequential_new(Array::from_slice(layers).expect("memory").value())
}

/// Options under their names.
pub fn dict(options: &[(&str, RuntimeValue)]) -> RuntimeValue {
    let dict = Dict::new(8).expect("memory");
    for (name, value) in options {
        dict.insert((*name).into(), *value).expect("memory");
    }
    dict.value()
}

/// A small whole number.
pub fn int(number: i64) -> RuntimeValue {
    RuntimeValue::int(number).expect("small")
}

/// A handle of the tensor.
pub fn give(tensor: &Tensor) -> RuntimeValue {
    give_tensor(tensor.shallow_clone()).expect("a handle")
}

/// The tensor of a handle, which stays.
pub fn look(value: RuntimeValue) -> Tensor {
    objects::tensor("tensor", value).expect("a tensor").shallow_clone()
}

/// Frees handles of tensors.
pub fn free(tensors: &[RuntimeValue]) {
    for tensor in tensors {
        assert_eq!(rt_torch_free(*tensor), 1, "a tensor");
    }
}
