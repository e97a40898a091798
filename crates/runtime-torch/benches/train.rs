//! What a training step costs, through the C functions alone: a small perceptron (64-64-10, batches of 64)
//! with several optimizers, and two convolutions of the size that a ResNet has (64 channels of 56 x 56,
//! batches of 4, with batch norm, SGD with momentum). At the end: what the process holds after many steps.
//!
//!     cargo bench -p runtime-torch --features ffi,pytorch --bench train
//!     python benches/train.py
//!
//! Both print microseconds for a step, the best of many short rounds.

mod modules;
#[path = "../tests/common/process.rs"]
mod process;

use std::time::Instant;

use modules::{dict, free, give, int, layer, sequential};
use runtime_torch::ffi::autograd::rt_torch_backward;
use runtime_torch::ffi::loss::{rt_torch_cross_entropy, rt_torch_mse_loss};
use runtime_torch::ffi::nn::module::{
    rt_torch_module_forward, rt_torch_module_new, rt_torch_module_parameters,
};
use runtime_torch::ffi::optimizer::{
    rt_torch_optimizer_free, rt_torch_optimizer_new, rt_torch_optimizer_step,
    rt_torch_optimizer_zero_grad,
};
use runtime_value::RuntimeValue;
use tch::nn::{self, Module, OptimizerConfig};
use tch::{Device, Kind, Tensor};

const NIL: RuntimeValue = RuntimeValue::NIL;
const ROUNDS: usize = 400;
const STEPS: usize = 25;

fn main() {
    let x = Tensor::randn([64, 64], (Kind::Float, Device::Cpu));
    let y = Tensor::randint(10, [64], (Kind::Int64, Device::Cpu));
    let (input, target) = (give(&x), give(&y));
    for kind in ["SGD", "Adam", "AdamW", "RMSprop"] {
        let (net, optimizer) = perceptron(kind);
        let whole = best(ROUNDS, STEPS, || step(net, optimizer, input, target));
        let update = best(ROUNDS, STEPS, || {
            rt_torch_optimizer_step(optimizer);
        });
        println!("{kind:8} step {whole:9.1} us, of it the update {update:6.1} us");
        rt_torch_optimizer_free(optimizer);
    }
    println!("tch Adam step {:7.1} us", tch_adam(&x, &y));

    let image = Tensor::randn([4, 64, 56, 56], (Kind::Float, Device::Cpu));
    let (image, wanted) = (give(&image), give(&image.zeros_like()));
    let net = convolutions();
    let options = dict(&[("lr", 0.01_f64.into()), ("momentum", 0.9_f64.into())]);
    let optimizer = rt_torch_optimizer_new("SGD".into(), rt_torch_module_parameters(net), options);
    let conv = best(20, 1, || {
        rt_torch_optimizer_zero_grad(optimizer);
        let output = rt_torch_module_forward(net, image);
        let loss = rt_torch_mse_loss(output, wanted);
        rt_torch_backward(loss);
        rt_torch_optimizer_step(optimizer);
        free(&[output, loss]);
    });
    println!("conv     step {conv:9.1} us");

    let (net, optimizer) = perceptron("Adam");
    for round in 0..=10 {
        if round == 1 || round == 10 {
            println!(
                "after {:6} steps the process holds {} kB",
                round * 1000,
                process::kilobytes("VmRSS:")
            );
        }
        (0..1000).for_each(|_| step(net, optimizer, input, target));
    }
}

fn perceptron(kind: &str) -> (RuntimeValue, RuntimeValue) {
    let linear =
        |input, output| layer("Linear", &[("in_features", input), ("out_features", output)]);
    let net = sequential(&[linear(64, 64), layer("ReLU", &[]), linear(64, 10)]);
    (net, rt_torch_optimizer_new(kind.into(), rt_torch_module_parameters(net), NIL))
}

fn convolutions() -> RuntimeValue {
    let block = || {
        let conv = dict(&[
            ("in_channels", int(64)),
            ("out_channels", int(64)),
            ("kernel_size", int(3)),
            ("padding", int(1)),
            ("bias", false.into()),
        ]);
        [
            rt_torch_module_new("Conv2d".into(), conv),
            layer("BatchNorm2d", &[("num_features", 64)]),
            layer("ReLU", &[]),
        ]
    };
    sequential(&[block(), block()].concat())
}

fn step(net: RuntimeValue, optimizer: RuntimeValue, input: RuntimeValue, target: RuntimeValue) {
    rt_torch_optimizer_zero_grad(optimizer);
    let scores = rt_torch_module_forward(net, input);
    let loss = rt_torch_cross_entropy(scores, target);
    rt_torch_backward(loss);
    rt_torch_optimizer_step(optimizer);
    free(&[scores, loss]);
}

/// Microseconds for a call, the best of the rounds.
fn best(rounds: usize, calls: usize, mut call: impl FnMut()) -> f64 {
    let mut best = f64::MAX;
    for _ in 0..rounds {
        let begin = Instant::now();
        (0..calls).for_each(|_| call());
        best = best.min(begin.elapsed().as_secs_f64());
    }
    best / calls as f64 * 1e6
}

/// The same with tch's own layers and optimizer.
fn tch_adam(x: &Tensor, y: &Tensor) -> f64 {
    let store = nn::VarStore::new(Device::Cpu);
    let root = store.root();
    let net = nn::seq()
        .add(nn::linear(&root / "a", 64, 64, nn::LinearConfig::default()))
        .add_fn(Tensor::relu)
        .add(nn::linear(&root / "b", 64, 10, nn::LinearConfig::default()));
    let mut optimizer = nn::Adam::default().build(&store, 1e-3).expect("an optimizer");
    best(ROUNDS, STEPS, || {
        optimizer.backward_step(&net.forward(x).cross_entropy_for_logits(y));
    })
}
