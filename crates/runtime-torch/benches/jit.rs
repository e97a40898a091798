//! What a TorchScript module's forward costs: a small network of convolutions on images of 28 x 28, traced,
//! and traced and frozen, one image and 64 at a time, without gradients, on one thread.
//!
//!     cargo bench -p runtime-torch --features ffi,pytorch --bench jit
//!     python benches/jit.py
//!
//! Both print microseconds for a call, the best of many short rounds.

mod modules;

use std::time::Instant;

use modules::{free, give, layer, sequential};
use runtime_torch::ffi::autograd::rt_torch_set_grad_enabled;
use runtime_torch::ffi::jit::{
    rt_torch_jit_eval, rt_torch_jit_forward, rt_torch_jit_freeze, rt_torch_jit_trace,
};
use runtime_value::RuntimeValue;
use tch::{Device, Kind, Tensor};

fn main() {
    tch::set_num_threads(1);
    let net = network();
    for batch in [1, 64] {
        let image = give(&Tensor::randn([batch, 1, 28, 28], (Kind::Float, Device::Cpu)));
        // SAFETY: the function is a module and no address.
        let traced = unsafe { rt_torch_jit_trace(net, image) };
        rt_torch_jit_eval(traced);
        let frozen = rt_torch_jit_freeze(traced);
        rt_torch_set_grad_enabled(0);
        for (name, module) in [("traced", traced), ("frozen", frozen)] {
            let call = || free(&[rt_torch_jit_forward(module, image)]);
            (0..50).for_each(|_| call());
            let calls = if batch == 1 { 50 } else { 2 };
            let mut best = f64::MAX;
            for _ in 0..200 {
                let begin = Instant::now();
                (0..calls).for_each(|_| call());
                best = best.min(begin.elapsed().as_secs_f64() / f64::from(calls));
            }
            println!("{name}, batch {batch:2}: {:8.1} us", best * 1e6);
        }
        rt_torch_set_grad_enabled(1);
    }
}

fn network() -> RuntimeValue {
    let conv = |input, output| {
        let options = [("in_channels", input), ("out_channels", output), ("kernel_size", 3)];
        [layer("Conv2d", &options), layer("ReLU", &[]), layer("MaxPool2d", &[("kernel_size", 2)])]
    };
    let linear = layer("Linear", &[("in_features", 32 * 25), ("out_features", 10)]);
    let layers = [&conv(1, 16)[..], &conv(16, 32), &[layer("Flatten", &[]), linear]].concat();
    sequential(&layers)
}
