//! What a training step costs: a small perceptron (64-64-10, batches of 64, Adam), through the C
//! functions of losses and optimizers.
//!
//!     cargo bench -p runtime-torch --features ffi,pytorch --bench train
//!     python benches/train.py
//!
//! Both print microseconds for a step, the best of many short rounds.

use std::time::Instant;

use runtime_torch::ffi::loss::rt_torch_cross_entropy;
use runtime_torch::ffi::optimizer::{
    rt_torch_optimizer_new, rt_torch_optimizer_step, rt_torch_optimizer_zero_grad,
};
use runtime_torch::objects;
use runtime_value::{Array, RuntimeValue, View};
use tch::nn::{self, Module, OptimizerConfig};
use tch::{Device, Kind, Tensor};

const ROUNDS: usize = 400;
const STEPS: usize = 25;

fn main() {
    let x = Tensor::randn([64, 64], (Kind::Float, Device::Cpu));
    let y = Tensor::randint(10, [64], (Kind::Int64, Device::Cpu));
    for kind in ["SGD", "Adam", "AdamW", "RMSprop"] {
        let (w1, b1, w2, b2) = (leaf(&[64, 64]), leaf(&[64]), leaf(&[10, 64]), leaf(&[10]));
        let params: Vec<RuntimeValue> = [&w1, &b1, &w2, &b2].map(give).into();
        let params = Array::from_slice(&params).expect("memory").value();
        let optimizer = rt_torch_optimizer_new(kind.into(), params, RuntimeValue::NIL);
        let target = give(&y);
        let (mut whole, mut update) = (f64::MAX, f64::MAX);
        for _ in 0..ROUNDS {
            let begin = Instant::now();
            for _ in 0..STEPS {
                rt_torch_optimizer_zero_grad(optimizer);
                let scores = x.linear(&w1, Some(&b1)).relu().linear(&w2, Some(&b2));
                let scores = objects::give_tensor(scores).expect("a handle");
                let loss = rt_torch_cross_entropy(scores, target);
                objects::tensor("loss", loss).expect("a tensor").backward();
                rt_torch_optimizer_step(optimizer);
                for handle in [scores, loss] {
                    objects::free_tensor("tensor", handle).expect("a tensor");
                }
            }
            whole = whole.min(begin.elapsed().as_secs_f64());
            let begin = Instant::now();
            for _ in 0..STEPS {
                rt_torch_optimizer_step(optimizer);
            }
            update = update.min(begin.elapsed().as_secs_f64());
        }
        let micros = |seconds: f64| seconds / STEPS as f64 * 1e6;
        println!(
            "{kind:8} step {:7.1} us, of it the update {:6.1} us",
            micros(whole),
            micros(update)
        );
    }
    println!("tch Adam step {:7.1} us", tch_adam(&x, &y));
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
    let mut best = f64::MAX;
    for _ in 0..ROUNDS {
        let begin = Instant::now();
        for _ in 0..STEPS {
            optimizer.backward_step(&net.forward(x).cross_entropy_for_logits(y));
        }
        best = best.min(begin.elapsed().as_secs_f64());
    }
    best / STEPS as f64 * 1e6
}

fn leaf(shape: &[i64]) -> Tensor {
    (Tensor::randn(shape, (Kind::Float, Device::Cpu)) * 0.1).set_requires_grad(true)
}

fn give(tensor: &Tensor) -> RuntimeValue {
    objects::give_tensor(tensor.shallow_clone()).expect("a handle")
}
