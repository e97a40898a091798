//! A deep network takes less memory with checkpoints, and has the same gradients. A test program of its own,
//! since it looks at the memory of the whole process.
#![cfg(all(feature = "ffi", feature = "pytorch", target_os = "linux"))]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

#[path = "common/process.rs"]
mod process;

use process::kilobytes;
use runtime_torch::ffi::autograd::{rt_torch_backward, rt_torch_grad, rt_torch_zero_grad};
use runtime_torch::ffi::autograd_function::rt_torch_checkpoint;
use runtime_torch::ffi::nn::module::{
    rt_torch_module_forward, rt_torch_module_get_parameter, rt_torch_module_new,
    rt_torch_sequential_new,
};
use runtime_torch::ffi::tensor::read::rt_torch_free;
use runtime_torch::ffi::tensor::reduce::rt_torch_sum;
use runtime_torch::objects::{give_tensor, tensor};
use runtime_value::{Array, Dict, RuntimeValue, View};
use tch::{Device, Kind, Tensor};

const BLOCKS: usize = 8;
const LAYERS: usize = 8;

fn block() -> RuntimeValue {
    let sizes = Dict::new(2).unwrap();
    for name in ["in_features", "out_features"] {
        sizes.insert(name.into(), RuntimeValue::int(256).unwrap()).unwrap();
    }
    let layer = || {
        let linear = rt_torch_module_new("Linear".into(), sizes.value());
        [linear, rt_torch_module_new("Tanh".into(), RuntimeValue::NIL)]
    };
    let layers: Vec<RuntimeValue> = (0..LAYERS).flat_map(|_| layer()).collect();
    rt_torch_sequential_new(Array::from_slice(&layers).unwrap().value())
}

/// Runs the blocks and backward; returns the gradient of the first block's first weight.
fn gradient(blocks: &[RuntimeValue], input: RuntimeValue, with_checkpoints: bool) -> Tensor {
    let mut value = input;
    for block in blocks {
        let next = if with_checkpoints {
            // SAFETY: a module is no address.
            unsafe { rt_torch_checkpoint(*block, value) }
        } else {
            rt_torch_module_forward(*block, value)
        };
        if value != input {
            assert_eq!(rt_torch_free(value), 1);
        }
        value = next;
    }
    let sum = rt_torch_sum(value);
    assert_eq!(rt_torch_backward(sum), 1);
    assert_eq!(rt_torch_free(value) + rt_torch_free(sum), 2);
    let weight = rt_torch_module_get_parameter(blocks[0], "0.weight".into());
    let gradient = rt_torch_grad(weight);
    let copy = tensor("gradient", gradient).unwrap().copy();
    assert_eq!(rt_torch_zero_grad(weight), 1);
    assert_eq!(rt_torch_free(weight) + rt_torch_free(gradient), 2);
    copy
}

#[test]
fn checkpoints_lower_the_peak_of_the_memory() {
    tch::set_num_threads(1);
    let blocks: Vec<RuntimeValue> = (0..BLOCKS).map(|_| block()).collect();
    let input = Tensor::randn([2048, 256], (Kind::Float, Device::Cpu)).set_requires_grad(true);
    let input = give_tensor(input).unwrap();
    // The first walk brings in code and buffers that stay.
    let _ = gradient(&blocks[..1], input, false);
    let before = kilobytes("VmRSS:");
    let with = gradient(&blocks, input, true);
    let peak_with = kilobytes("VmHWM:").saturating_sub(before);
    let without = gradient(&blocks, input, false);
    let peak_without = kilobytes("VmHWM:").saturating_sub(before);
    assert!(with.allclose(&without, 1e-5, 1e-7, false));
    // 64 layers keep a tensor of 2 MB each; with checkpoints those of one block and 8 inputs of blocks.
    assert!(
        (peak_with as f64) < 0.6 * peak_without as f64,
        "{peak_with} kB with checkpoints, {peak_without} kB without"
    );
    println!("peak: {peak_with} kB with checkpoints, {peak_without} kB without");
}
