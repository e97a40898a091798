//! One rank of a training that `oracle/check_dist.py` starts beside a rank in Python. Prints its parameters.
//!
//!     cargo run -p runtime-torch --features ffi,pytorch --example dist_rank

use runtime_core::error::last_message;
use runtime_torch::ffi::autograd::rt_torch_backward;
use runtime_torch::ffi::dist::ddp::{
    rt_torch_dist_ddp_forward, rt_torch_dist_ddp_free, rt_torch_dist_ddp_new,
};
use runtime_torch::ffi::dist::group::{
    rt_torch_dist_destroy_process_group, rt_torch_dist_init_process_group, rt_torch_dist_rank,
};
use runtime_torch::ffi::loss::rt_torch_mse_loss;
use runtime_torch::ffi::nn::module::{
    rt_torch_module_new, rt_torch_module_parameters, rt_torch_sequential_new,
};
use runtime_torch::ffi::optimizer::{
    rt_torch_optimizer_new, rt_torch_optimizer_step, rt_torch_optimizer_zero_grad,
};
use runtime_torch::ffi::tensor::read::rt_torch_free;
use runtime_torch::objects::{give_tensor, tensor};
use runtime_value::{Array, Dict, RuntimeValue, View};
use tch::{Device, Kind, Tensor};

const STEPS: i64 = 20;

fn main() {
    let backend = b"gloo";
    // SAFETY: the pointer and the length are those of the text.
    done(unsafe { rt_torch_dist_init_process_group(backend.as_ptr(), backend.len() as u64) });
    let rank = rt_torch_dist_rank();
    let layers =
        [linear(4, 8), rt_torch_module_new("Tanh".into(), RuntimeValue::NIL), linear(8, 2)];
    let net = rt_torch_sequential_new(Array::from_slice(&layers).expect("memory").value());
    let ddp = made(rt_torch_dist_ddp_new(net));
    let parameters = rt_torch_module_parameters(net);
    let options = Dict::new(1).expect("memory");
    options.insert("lr".into(), 0.1_f64.into()).expect("memory");
    let optimizer = made(rt_torch_optimizer_new("SGD".into(), parameters, options.value()));
    let numbers = |shape: [i64; 2], shift: f64| {
        let count = (0..shape[0] * shape[1]).map(|at| (at as f64 + shift).sin() as f32);
        let count: Vec<f32> = count.collect();
        give_tensor(Tensor::from_slice(&count).reshape(shape)).expect("a handle")
    };
    for step in 0..STEPS {
        let shift = (100 * rank + step) as f64;
        let (x, y) = (numbers([6, 4], shift), numbers([6, 2], shift + 0.5));
        done(rt_torch_optimizer_zero_grad(optimizer));
        let output = made(rt_torch_dist_ddp_forward(ddp, x));
        let loss = made(rt_torch_mse_loss(output, y));
        done(rt_torch_backward(loss));
        done(rt_torch_optimizer_step(optimizer));
        for used in [x, y, output, loss] {
            done(rt_torch_free(used));
        }
    }
    let mut text = String::from("parameters:");
    for parameter in Array::find(parameters).expect("an array").iter() {
        let flat = tensor("parameter", parameter).expect("a tensor").flatten(0, -1);
        let numbers = Vec::<f64>::try_from(flat.to_kind(Kind::Double).to_device(Device::Cpu));
        for number in numbers.expect("numbers") {
            text.push_str(&format!(" {number:?}"));
        }
    }
    println!("{text}");
    done(rt_torch_dist_ddp_free(ddp));
    done(rt_torch_dist_destroy_process_group());
}

fn linear(input: i64, output: i64) -> RuntimeValue {
    let options = Dict::new(2).expect("memory");
    for (name, size) in [("in_features", input), ("out_features", output)] {
        options.insert(name.into(), RuntimeValue::int(size).expect("small")).expect("memory");
    }
    rt_torch_module_new("Linear".into(), options.value())
}

fn done(result: i64) {
    assert_eq!(result, 1, "{:?}", last_message());
}

fn made(result: RuntimeValue) -> RuntimeValue {
    assert_ne!(result, RuntimeValue::NIL, "{:?}", last_message());
    result
}
