//! What modules cost beside the same operations of tch called directly: each in turn, in one run.
//!
//!     cargo bench -p runtime-torch --features ffi,pytorch --bench nn
//!
//! Prints nanoseconds for one call, the best of many short rounds, and the ratio.

mod modules;

use std::hint::black_box;
use std::time::Instant;

use modules::{free, give, layer, look, sequential};
use runtime_torch::ffi::nn::activation::rt_torch_relu;
use runtime_torch::ffi::nn::conv::{rt_torch_conv2d_forward, rt_torch_conv2d_new};
use runtime_torch::ffi::nn::linear::{
    rt_torch_linear_forward, rt_torch_linear_get_bias, rt_torch_linear_get_weight,
    rt_torch_linear_new,
};
use runtime_torch::ffi::nn::module::{rt_torch_module_forward, rt_torch_module_get_parameter};
use runtime_value::RuntimeValue;
use tch::{Device, Kind, Tensor};

const ROUNDS: usize = 300;

fn main() {
    tch::set_num_threads(1);
    let x = Tensor::randn([1, 4], (Kind::Float, Device::Cpu));
    let input = give(&x);
    let linear = rt_torch_linear_new(4, 4, 1);
    let weight = look(rt_torch_linear_get_weight(linear));
    let bias = look(rt_torch_linear_get_bias(linear));
    compare("relu of 4", 200, || rt_torch_relu(input), || x.relu());
    let direct = || x.linear(&weight, Some(&bias));
    compare("Linear(4, 4)", 200, || rt_torch_linear_forward(linear, input), direct);
    compare("Linear(4, 4) as a module", 200, || rt_torch_module_forward(linear, input), direct);
    let net = sequential(&[linear, layer("ReLU", &[]), linear]);
    let direct = || x.linear(&weight, Some(&bias)).relu().linear(&weight, Some(&bias));
    compare(
        "Sequential(Linear, ReLU, Linear)",
        200,
        || rt_torch_module_forward(net, input),
        direct,
    );

    let image = Tensor::randn([1, 64, 56, 56], (Kind::Float, Device::Cpu));
    let input = give(&image);
    let conv = rt_torch_conv2d_new(64, 64, 3, 1, 1);
    let weight = look(rt_torch_module_get_parameter(conv, "weight".into()));
    let bias = look(rt_torch_module_get_parameter(conv, "bias".into()));
    let direct = || image.conv2d(&weight, Some(&bias), 1, 1, 1, 1);
    compare("Conv2d(64, 64, 3) of 56 x 56", 1, || rt_torch_conv2d_forward(conv, input), direct);
}

/// Prints what a call through the C function costs, and directly.
fn compare(name: &str, calls: usize, ours: impl Fn() -> RuntimeValue, direct: impl Fn() -> Tensor) {
    let (mut best, mut best_direct) = (f64::MAX, f64::MAX);
    for _ in 0..ROUNDS {
        let begin = Instant::now();
        for _ in 0..calls {
            free(&[black_box(ours())]);
        }
        best = best.min(begin.elapsed().as_secs_f64());
        let begin = Instant::now();
        for _ in 0..calls {
            drop(black_box(direct()));
        }
        best_direct = best_direct.min(begin.elapsed().as_secs_f64());
    }
    let nanos = |seconds: f64| seconds / calls as f64 * 1e9;
    println!(
        "{name:34} {:9.0} ns, tch {:9.0} ns, ratio {:.3}",
        nanos(best),
        nanos(best_direct),
        best / best_direct
    );
}
