//! What two ranks on this machine cost: all_reduce of several sizes, and a step of the demo's digits network
//! (batches of 16 on each rank, Adam) alone, under DDP, and under DDP without reducing.
//!
//!     cargo bench -p runtime-torch --features ffi,pytorch --bench dist -- [PYTHON]
//!
//! With a Python that has PyTorch, the ranks of `benches/dist.py` take turns with ours. Prints microseconds
//! for a call and the ratio, first of the best rounds, then of the medians of all turns' medians. How the
//! system spreads the ranks' threads over few cores differs from turn to turn, and shows in the latter.

mod modules;

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use modules::{free, give, layer, sequential};
use runtime_core::error::last_message;
use runtime_torch::ffi::autograd::rt_torch_backward;
use runtime_torch::ffi::dist::collectives::rt_torch_dist_all_reduce;
use runtime_torch::ffi::dist::ddp::{
    rt_torch_dist_ddp_forward, rt_torch_dist_ddp_new, rt_torch_dist_ddp_set_sync,
};
use runtime_torch::ffi::dist::group::{
    rt_torch_dist_destroy_process_group, rt_torch_dist_init_process_group, rt_torch_dist_rank,
};
use runtime_torch::ffi::loss::rt_torch_cross_entropy;
use runtime_torch::ffi::nn::module::{rt_torch_module_forward, rt_torch_module_parameters};
use runtime_torch::ffi::optimizer::{
    rt_torch_adam_new, rt_torch_optimizer_step, rt_torch_optimizer_zero_grad,
};
use runtime_value::RuntimeValue;
use tch::{Device, Kind, Tensor};

const TURNS: usize = 9;
const RANKS: usize = 2;

fn main() {
    match std::env::var("RANK") {
        Ok(_) => rank(),
        Err(_) => compare(),
    }
}

/// Starts ranks of ours and of Python's in turn.
fn compare() {
    let python = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let (mut ours, mut theirs) = (Times::default(), Times::default());
    for turn in 1..=TURNS {
        eprintln!("turn {turn} of {TURNS}");
        ours.add(&run(&mut Command::new(std::env::current_exe().expect("a program"))));
        if let Some(python) = &python {
            let program = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/dist.py");
            theirs.add(&run(Command::new(python).arg(program)));
        }
    }
    println!("{:40} {:>32}   {:>32}", "microseconds", "best", "median");
    for (name, own) in &ours.0 {
        let (best, middle) = (own.best(), own.median());
        match theirs.0.get(name) {
            Some(other) => println!(
                "{name:40} {}   {}",
                pair(best, other.best()),
                pair(middle, other.median())
            ),
            None => println!("{name:40} {best:32.1}   {middle:32.1}"),
        }
    }
}

fn pair(own: f64, other: f64) -> String {
    format!("{own:9.1}, Python {other:9.1} ({:.2})", own / other)
}

/// What rank 0 of two prints.
fn run(command: &mut Command) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let port = listener.local_addr().expect("an address").port();
    drop(listener);
    command.env("MASTER_ADDR", "127.0.0.1").env("MASTER_PORT", port.to_string());
    command.env("WORLD_SIZE", RANKS.to_string()).env("OMP_NUM_THREADS", "1");
    command.env("GLOO_SOCKET_IFNAME", if cfg!(target_os = "macos") { "lo0" } else { "lo" });
    let mut start = |rank: usize| {
        command.env("RANK", rank.to_string()).stdout(Stdio::piped());
        command.spawn().expect("the rank starts")
    };
    let ranks: Vec<Child> = (0..RANKS).map(&mut start).collect();
    let mut texts = ranks.into_iter().map(|rank| {
        let output = rank.wait_with_output().expect("the rank ends");
        assert!(output.status.success(), "a rank failed");
        String::from_utf8(output.stdout).expect("text")
    });
    let first = texts.next().expect("rank 0");
    texts.for_each(drop);
    first
}

/// What several turns took, under the names of what was measured, which begin with their place.
#[derive(Default)]
struct Times(BTreeMap<String, Turns>);

impl Times {
    fn add(&mut self, text: &str) {
        for line in text.lines() {
            let fields: Vec<&str> = line.split('\t').collect();
            let [name, best, median] = fields[..] else {
                panic!("not a name and two times: {line}")
            };
            let turns = self.0.entry(name.into()).or_default();
            turns.best.push(best.parse().expect("a time"));
            turns.medians.push(median.parse().expect("a time"));
        }
    }
}

/// Microseconds: the best round and the median of each turn.
#[derive(Default)]
struct Turns {
    best: Vec<f64>,
    medians: Vec<f64>,
}

impl Turns {
    fn best(&self) -> f64 {
        self.best.iter().copied().fold(f64::MAX, f64::min)
    }

    fn median(&self) -> f64 {
        sorted(self.medians.clone())[self.medians.len() / 2]
    }
}

fn rank() {
    tch::set_num_threads(1);
    let backend = b"gloo";
    // SAFETY: the pointer and the length are those of the text.
    done(unsafe { rt_torch_dist_init_process_group(backend.as_ptr(), backend.len() as u64) });

    for (name, bytes, rounds, calls) in [
        ("1 all_reduce of 4 B", 4, 40, 200),
        ("2 all_reduce of 24 kB, the gradients", 24_360, 40, 25),
        ("3 all_reduce of 1 MiB", 1 << 20, 40, 20),
        ("4 all_reduce of 64 MiB", 64 << 20, 9, 1),
    ] {
        let tensor = give(&Tensor::zeros([bytes / 4], (Kind::Float, Device::Cpu)));
        measure(name, rounds, calls, || done(rt_torch_dist_all_reduce(tensor, 0)));
        free(&[tensor]);
    }

    let network = network();
    let optimizer =
        rt_torch_adam_new(rt_torch_module_parameters(network), 0.008, 0.9, 0.999, 1e-8, 0.0);
    let images = give(&Tensor::rand([16, 1, 8, 8], (Kind::Float, Device::Cpu)));
    let labels = give(&Tensor::randint(10, [16], (Kind::Int64, Device::Cpu)));
    let step = |forward: &dyn Fn(RuntimeValue) -> RuntimeValue| {
        done(rt_torch_optimizer_zero_grad(optimizer));
        let scores = forward(images);
        let loss = rt_torch_cross_entropy(scores, labels);
        done(rt_torch_backward(loss));
        done(rt_torch_optimizer_step(optimizer));
        free(&[scores, loss]);
    };
    measure("5 step of the digits network, alone", 40, 50, || {
        step(&|images| rt_torch_module_forward(network, images));
    });
    let ddp = rt_torch_dist_ddp_new(network);
    let under_ddp = || step(&|images| rt_torch_dist_ddp_forward(ddp, images));
    measure("6 step under DDP", 40, 50, under_ddp);
    done(rt_torch_dist_ddp_set_sync(ddp, 0));
    measure("7 step under DDP without reducing", 40, 50, under_ddp);
    done(rt_torch_dist_destroy_process_group());
}

/// The network of tests/c/demo_torch/network.c.
fn network() -> RuntimeValue {
    let conv = |input, output| {
        let options =
            [("in_channels", input), ("out_channels", output), ("kernel_size", 3), ("padding", 1)];
        [layer("Conv2d", &options), layer("ReLU", &[]), layer("MaxPool2d", &[("kernel_size", 2)])]
    };
    let linear = layer("Linear", &[("in_features", 128), ("out_features", 10)]);
    sequential(&[&conv(1, 16)[..], &conv(16, 32), &[layer("Flatten", &[]), linear]].concat())
}

/// Prints microseconds for a call on rank 0: the best of the rounds, and their median.
fn measure(name: &str, rounds: usize, calls: usize, mut call: impl FnMut()) {
    (0..calls).for_each(|_| call());
    let mut round = || {
        let begin = Instant::now();
        (0..calls).for_each(|_| call());
        begin.elapsed().as_secs_f64() * 1e6 / calls as f64
    };
    let times = sorted((0..rounds).map(|_| round()).collect());
    if rt_torch_dist_rank() == 0 {
        println!("{name}\t{}\t{}", times[0], times[rounds / 2]);
    }
}

fn sorted(mut times: Vec<f64>) -> Vec<f64> {
    times.sort_by(f64::total_cmp);
    times
}

#[track_caller]
fn done(result: i64) {
    assert_eq!(result, 1, "{:?}", last_message());
}
