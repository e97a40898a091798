//! Many steps of training leave the memory and the handles as they were. A test program of its own, since it
//! looks at the memory of the whole process.
#![cfg(all(feature = "ffi", feature = "pytorch", target_os = "linux"))]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

#[path = "common/process.rs"]
mod process;

use process::kilobytes;
use runtime_torch::ffi::autograd::rt_torch_backward;
use runtime_torch::ffi::loss::rt_torch_cross_entropy;
use runtime_torch::ffi::nn::module::{
    rt_torch_module_forward, rt_torch_module_free, rt_torch_module_new, rt_torch_module_parameters,
    rt_torch_sequential_new,
};
use runtime_torch::ffi::optimizer::{
    rt_torch_optimizer_free, rt_torch_optimizer_new, rt_torch_optimizer_step,
    rt_torch_optimizer_zero_grad,
};
use runtime_torch::ffi::tensor::read::rt_torch_free;
use runtime_torch::objects::give_tensor;
use runtime_value::{Array, Dict, RuntimeValue, View};
use tch::{Device, Kind, Tensor};

const NIL: RuntimeValue = RuntimeValue::NIL;

fn linear(input: i64, output: i64) -> RuntimeValue {
    let options = Dict::new(2).unwrap();
    for (name, size) in [("in_features", input), ("out_features", output)] {
        options.insert(name.into(), RuntimeValue::int(size).unwrap()).unwrap();
    }
    rt_torch_module_new("Linear".into(), options.value())
}

/// All live handles, of whatever kind.
fn handles() -> i64 {
    runtime_core::handle::live_count(0)
}

#[test]
fn ten_thousand_steps_leave_the_memory_flat() {
    tch::set_num_threads(1);
    let layers = [linear(64, 64), rt_torch_module_new("ReLU".into(), NIL), linear(64, 10)];
    let net = rt_torch_sequential_new(Array::from_slice(&layers).unwrap().value());
    let optimizer = rt_torch_optimizer_new("Adam".into(), rt_torch_module_parameters(net), NIL);
    let input = give_tensor(Tensor::randn([64, 64], (Kind::Float, Device::Cpu))).unwrap();
    let target = give_tensor(Tensor::randint(10, [64], (Kind::Int64, Device::Cpu))).unwrap();
    let step = || {
        assert_eq!(rt_torch_optimizer_zero_grad(optimizer), 1);
        let scores = rt_torch_module_forward(net, input);
        let loss = rt_torch_cross_entropy(scores, target);
        assert_eq!(rt_torch_backward(loss), 1);
        assert_eq!(rt_torch_optimizer_step(optimizer), 1);
        assert_eq!(rt_torch_free(scores) + rt_torch_free(loss), 2);
    };
    (0..500).for_each(|_| step());
    let (memory, live) = (kilobytes("VmRSS:"), handles());
    (0..10_000).for_each(|_| step());
    assert_eq!(handles(), live);
    // A step makes some tensors of 16 kB; keeping one of them would make 160 MB.
    let grown = kilobytes("VmRSS:").saturating_sub(memory);
    assert!(grown < 4096, "{grown} kB more after 10,000 steps");
    assert_eq!(rt_torch_optimizer_free(optimizer), 1);
    assert_eq!(rt_torch_module_free(net), 1);
}
