//! DistributedDataParallel: ranks train together as one process trains alone, on all their data.
#![cfg(all(feature = "ffi", feature = "pytorch"))]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

mod common;
#[path = "common/ranks.rs"]
mod ranks;
#[path = "common/values.rs"]
mod values;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Barrier, LazyLock};
use std::thread;

use common::assert_close;
use ranks::{init, rank, refusal, run, said, say, variable};
use runtime_core::error::codes::{RT_ERROR_INVALID_ARGUMENT, RT_ERROR_STALE_HANDLE};
use runtime_core::error::last_message;
use runtime_core::handle::{kinds, live_count};
use runtime_torch::codes::*;
use runtime_torch::ffi::autograd::*;
use runtime_torch::ffi::autograd_function::*;
use runtime_torch::ffi::dist::collectives::*;
use runtime_torch::ffi::dist::ddp::*;
use runtime_torch::ffi::dist::group::*;
use runtime_torch::ffi::loss::rt_torch_cross_entropy;
use runtime_torch::ffi::nn::module::*;
use runtime_torch::ffi::nn::state::*;
use runtime_torch::ffi::optimizer::*;
use runtime_torch::ffi::tensor::elementwise::rt_torch_neg;
use runtime_torch::nn::handles::{give_module, module_of};
use runtime_torch::nn::{Layer, Linear, Module, State};
use runtime_torch::objects::free_tensor;
use runtime_value::{Array, Dict, RuntimeValue, View};
use tch::{Device, Kind, Tensor};
use values::{array, dict, give, look, take, under};

const NIL: RuntimeValue = RuntimeValue::NIL;
const STEPS: i64 = 8;
/// How many samples all ranks have together in a step.
const BATCH: i64 = 8;

const PROGRAMS: &[(&str, ranks::Program)] = &[
    ("train", train_together),
    ("sums", sums),
    ("unused", unused),
    ("buffers", buffers),
    ("differ", differ),
    ("checkpoints", checkpoints),
    ("ends", ends),
    ("freed_in_backward", freed_in_backward),
];

#[test]
#[ignore = "a rank, which the other tests start"]
fn one_rank() {
    ranks::dispatch(PROGRAMS);
}

#[track_caller]
fn done(result: i64) {
    assert_eq!(result, 1, "{:?}", last_message());
}

#[track_caller]
fn some(value: RuntimeValue) -> RuntimeValue {
    assert_ne!(value, NIL, "{:?}", last_message());
    value
}

/// A network with parameters that follow from the seed.
fn net(seed: i64) -> RuntimeValue {
    tch::manual_seed(seed);
    let tanh = some(rt_torch_module_new("Tanh".into(), NIL));
    let layers = [linear(6, 16), tanh, linear(16, 5)];
    some(rt_torch_sequential_new(array(&layers)))
}

fn linear(inputs: i64, outputs: i64) -> RuntimeValue {
    give_module(Linear::module(inputs, outputs, true).unwrap()).unwrap()
}

fn optimizer(net: RuntimeValue) -> RuntimeValue {
    some(rt_torch_sgd_new(rt_torch_module_parameters(net), 0.3, 0.9, 0.0))
}

/// The samples of a step that are this rank's. There are two batches, in turn.
fn batch(step: i64, rank: i64, size: i64) -> (RuntimeValue, RuntimeValue) {
    let (part, step) = (BATCH / size, step % 2);
    let numbers = Tensor::arange(BATCH * 6, (Kind::Float, Device::Cpu)) + (step * 17) as f64;
    let images = (numbers * 0.7).sin().view([BATCH, 6]);
    let labels = (Tensor::arange(BATCH, (Kind::Int64, Device::Cpu)) + step).remainder(5);
    (give(&images.narrow(0, rank * part, part)), give(&labels.narrow(0, rank * part, part)))
}

/// Forward and backward; returns the loss.
fn learn(forward: impl Fn(RuntimeValue) -> RuntimeValue, step: i64, rank: i64, size: i64) -> f64 {
    let (images, labels) = batch(step, rank, size);
    let scores = some(forward(images));
    let loss = some(rt_torch_cross_entropy(scores, labels));
    done(rt_torch_backward(loss));
    let number = look(loss).double_value(&[]);
    for tensor in [images, labels, scores, loss] {
        free_tensor("tensor", tensor).unwrap();
    }
    number
}

fn parameters(net: RuntimeValue) -> Vec<Tensor> {
    module_of("net", net).unwrap().parameters()
}

/// What one process makes of the joined batches.
fn alone(net: RuntimeValue) -> Vec<f64> {
    let optimizer = optimizer(net);
    let step = |step| {
        done(rt_torch_optimizer_zero_grad(optimizer));
        let loss = learn(|input| rt_torch_module_forward(net, input), step, 0, 1);
        done(rt_torch_optimizer_step(optimizer));
        loss
    };
    (0..STEPS).map(step).collect()
}

fn options_named(name: &str) -> RuntimeValue {
    match name {
        "plain" => NIL,
        "views" => {
            dict(&[("gradient_as_bucket_view", true.into()), ("bucket_cap_mb", 0.0001.into())])
        }
        "static" => dict(&[("static_graph", true.into())]),
        "unused" => dict(&[("find_unused_parameters", true.into())]),
        other => panic!("{other}"),
    }
}

#[test]
fn losses_are_those_of_one_process() {
    let one = net(0);
    let wanted = alone(one);
    for (size, options) in [(2, "plain"), (4, "plain"), (2, "views"), (2, "static"), (2, "unused")]
    {
        let texts = run("train", size, &[("OPTIONS", String::from(options))]);
        let losses = |text: &String| -> Vec<f64> {
            said(text)["losses"].split(' ').map(|loss| loss.parse().unwrap()).collect()
        };
        let losses: Vec<Vec<f64>> = texts.iter().map(losses).collect();
        for step in 0..STEPS as usize {
            let mean = losses.iter().map(|losses| losses[step]).sum::<f64>() / size as f64;
            let off = (mean - wanted[step]).abs();
            assert!(off < 1e-5, "{options}, step {step} of {size}: {mean} and {}", wanted[step]);
        }
    }
    assert!(wanted[STEPS as usize - 1] < wanted[0], "{wanted:?}");
}

fn train_together() {
    init(60_000);
    let (me, size) = (rank(), rt_torch_dist_world_size());
    // Ranks that begin with other numbers get those of rank 0.
    let net = net(me);
    let options = options_named(&std::env::var("OPTIONS").unwrap());
    let ddp = some(rt_torch_dist_ddp_new_with(net, options));
    let optimizer = optimizer(net);
    let mut losses = Vec::new();
    for step in 0..STEPS {
        done(rt_torch_optimizer_zero_grad(optimizer));
        let loss = learn(|input| rt_torch_dist_ddp_forward(ddp, input), step, me, size);
        done(rt_torch_optimizer_step(optimizer));
        losses.push(loss.to_string());
    }
    say("losses", losses.join(" "));
    all_have_the_same(&parameters(net));
    done(rt_torch_dist_ddp_free(ddp));
    done(rt_torch_dist_barrier());
    done(rt_torch_dist_destroy_process_group());
}

/// The very same numbers on all ranks.
fn all_have_the_same(tensors: &[Tensor]) {
    for tensor in tensors {
        let list = array(&[]);
        done(rt_torch_dist_all_gather(list, give(&tensor.detach())));
        let list = Array::find(list).unwrap();
        for at in 0..list.len() {
            assert!(take(list.get(at).unwrap()).equal(&tensor.detach()));
        }
    }
}

#[test]
fn gradients_add_up_without_sync() {
    run("sums", 2, &[]);
}

fn sums() {
    init(60_000);
    let me = rank();
    let net = net(0);
    let ddp = some(rt_torch_dist_ddp_new(net));
    let forward = |input| rt_torch_dist_ddp_forward(ddp, input);
    let grads = || -> Vec<Tensor> { parameters(net).iter().map(|p| p.grad().copy()).collect() };
    let clear = || parameters(net).iter().for_each(|p| done(rt_torch_zero_grad(give(p))));
    // What this rank has of its own, and what the ranks have together.
    done(rt_torch_dist_ddp_set_sync(ddp, 0));
    learn(forward, 0, me, 2);
    let own = grads();
    let others = array(&[]);
    done(rt_torch_dist_all_gather(others, give(&own[0])));
    let others = Array::find(others).unwrap();
    let sum = look(others.get(0).unwrap()) + look(others.get(1).unwrap());
    assert!(!look(others.get(0).unwrap()).equal(&look(others.get(1).unwrap())));
    // Another batch on top of it, and then reduced.
    done(rt_torch_dist_ddp_set_sync(ddp, 1));
    learn(forward, 0, me, 2);
    assert_close("twice the mean", &grads()[0], &sum, 1e-5, 1e-7);
    all_have_the_same(&grads());
    // Once more, without what has added up.
    clear();
    learn(forward, 0, me, 2);
    assert_close("the mean", &grads()[0], &(&sum / 2.0), 1e-5, 1e-7);
    // A forward without gradients is nobody else's business.
    if me == 0 {
        rt_torch_set_grad_enabled(0);
        let (images, _) = batch(1, 0, 2);
        some(rt_torch_dist_ddp_forward(ddp, images));
        rt_torch_set_grad_enabled(1);
    }
    done(rt_torch_dist_barrier());
    done(rt_torch_dist_ddp_free(ddp));
    // Now gradients are the rank's own again.
    clear();
    learn(|input| rt_torch_module_forward(net, input), 0, me, 2);
    assert_close("its own", &grads()[0], &own[0], 1e-6, 1e-8);
    done(rt_torch_dist_barrier());
    done(rt_torch_dist_destroy_process_group());
}

/// Goes left or right.
struct Fork;

/// Which way this process goes.
static RIGHT: AtomicBool = AtomicBool::new(false);

impl Layer for Fork {
    fn class(&self) -> &'static str {
        "Fork"
    }

    fn forward(&self, module: &Module, input: &Tensor) -> runtime_core::Result<Tensor> {
        let way = if RIGHT.load(Ordering::Relaxed) { "right" } else { "left" };
        module.child(way)?.forward(input)
    }
}

fn fork() -> RuntimeValue {
    tch::manual_seed(0);
    let way = || Linear::module(6, 5, true).unwrap();
    let state = State::new().child("left", way()).child("right", way());
    give_module(Module::of(Fork, state).unwrap()).unwrap()
}

#[test]
fn parameters_may_be_unused() {
    run("unused", 2, &[]);
}

fn unused() {
    init(60_000);
    let me = rank();
    RIGHT.store(me == 1, Ordering::Relaxed);
    let (net, alone) = (fork(), fork());
    let ddp = some(rt_torch_dist_ddp_new_with(net, options_named("unused")));
    for step in 0..3 {
        learn(|input| rt_torch_dist_ddp_forward(ddp, input), step, me, 2);
        learn(|input| rt_torch_module_forward(alone, input), step, me, 2);
        // Each way was gone by one rank: the mean over both is half of that.
        let own = 2 * me as usize;
        let (together, single) = (&parameters(net)[own], &parameters(alone)[own]);
        assert_close("half", &together.grad(), &(single.grad() / 2.0), 1e-5, 1e-7);
        all_have_the_same(&parameters(net).iter().map(Tensor::grad).collect::<Vec<_>>());
    }
    done(rt_torch_dist_ddp_free(ddp));
    // Without the option it is an error, at the next forward.
    RIGHT.store(false, Ordering::Relaxed);
    let ddp = some(rt_torch_dist_ddp_new(net));
    learn(|input| rt_torch_dist_ddp_forward(ddp, input), 0, me, 2);
    let (images, _) = batch(0, me, 2);
    assert_eq!(rt_torch_dist_ddp_forward(ddp, images), NIL);
    let (code, text) = refusal();
    assert_eq!(code, RT_ERROR_TORCH);
    assert!(text.contains("find_unused_parameters"), "{text}");
    done(rt_torch_dist_ddp_free(ddp));
    done(rt_torch_dist_barrier());
    done(rt_torch_dist_destroy_process_group());
}

#[test]
fn buffers_are_rank_0s() {
    run("buffers", 2, &[]);
}

fn buffers() {
    init(60_000);
    let me = rank();
    let features = dict(&[("num_features", 6.into())]);
    let norm = || some(rt_torch_module_new("BatchNorm1d".into(), features));
    let mean = |net| module_of("net", net).unwrap().named_buffers().remove(0).1;
    let (sent, kept) = (norm(), norm());
    let set = |net, number: f64| mean(net).fill_(number);
    for net in [sent, kept] {
        let _ = set(net, me as f64 + 5.0);
    }
    let ddp = some(rt_torch_dist_ddp_new(sent));
    let alone = dict(&[("broadcast_buffers", false.into())]);
    let other = some(rt_torch_dist_ddp_new_with(kept, alone));
    assert_eq!(mean(sent).double_value(&[0]), 5.0);
    assert_eq!(mean(kept).double_value(&[0]), 5.0 + me as f64);
    // Before each forward.
    let _ = set(sent, me as f64 + 7.0);
    done(rt_torch_module_eval(sent));
    let (images, _) = batch(0, me, 2);
    some(rt_torch_dist_ddp_forward(ddp, images));
    assert_eq!(mean(sent).double_value(&[0]), 7.0);
    some(rt_torch_dist_ddp_forward(other, images));
    done(rt_torch_dist_barrier());
    done(rt_torch_dist_destroy_process_group());
}

#[test]
fn modules_that_differ_are_refused() {
    run("differ", 2, &[]);
}

fn differ() {
    init(20_000);
    let me = rank();
    // Nothing to train.
    let tanh = some(rt_torch_module_new("Tanh".into(), NIL));
    assert_eq!(rt_torch_dist_ddp_new(tanh), NIL);
    assert_eq!(refusal().0, RT_ERROR_INVALID_ARGUMENT);
    for options in [
        dict(&[("bucket_cap_mb", 0.into())]),
        dict(&[("bucket_cap_mb", f64::NAN.into())]),
        dict(&[("device_ids", 0.into())]),
        dict(&[("static_graph", "yes".into())]),
    ] {
        assert_eq!(rt_torch_dist_ddp_new_with(tanh, options), NIL);
        assert_eq!(refusal().0, RT_ERROR_TORCH_OPTION);
    }
    // One of another shape: the one that sees it first says so, the other that it was left alone.
    let net = linear(4 + me, 3);
    assert_eq!(rt_torch_dist_ddp_new(net), NIL);
    let (code, text) = refusal();
    assert!(code == RT_ERROR_TORCH || code == RT_ERROR_TORCH_DIST_PEER, "{code} {text}");
    say("text", text.replace('\n', " "));
    done(rt_torch_dist_destroy_process_group());
}

/* ---- the end ---- */

#[test]
fn wrappers_end_with_their_group() {
    run("ends", 2, &[]);
}

fn ends() {
    for round in 0..2 {
        init(60_000);
        let me = rank();
        let net = net(0);
        let ddp = some(rt_torch_dist_ddp_new(net));
        learn(|input| rt_torch_dist_ddp_forward(ddp, input), 0, me, 2);
        // Something is under way that never comes to an end, and the wrapper is not freed.
        let (images, labels) = batch(1, me, 2);
        let scores = some(rt_torch_dist_ddp_forward(ddp, images));
        done(rt_torch_dist_barrier());
        done(rt_torch_dist_destroy_process_group());
        assert_eq!(rt_torch_dist_ddp_forward(ddp, images), NIL);
        assert_eq!(refusal().0, RT_ERROR_TORCH_DIST_NO_GROUP);
        // Backward of what was made before goes through, on this rank alone.
        done(rt_torch_backward(some(rt_torch_cross_entropy(scores, labels))));
        if round == 1 {
            done(rt_torch_dist_ddp_free(ddp));
            assert_eq!(rt_torch_dist_ddp_free(ddp), 0);
            assert_eq!(refusal().0, RT_ERROR_STALE_HANDLE);
            assert_eq!(live_count(i64::from(kinds::DDP.number())), 1);
        }
    }
}

#[test]
fn a_wrapper_may_be_freed_while_another_thread_goes_backward() {
    run("freed_in_backward", 1, &[]);
}

/// Where the thread that goes backward and the one that frees meet: before it is freed, and after that.
static MEETING: LazyLock<Barrier> = LazyLock::new(|| Barrier::new(2));

extern "C-unwind" fn negative(_: RuntimeValue, inputs: RuntimeValue) -> RuntimeValue {
    rt_torch_neg(Array::find(inputs).unwrap().get(0).unwrap())
}

extern "C-unwind" fn negative_when_freed(_: RuntimeValue, gradients: RuntimeValue) -> RuntimeValue {
    MEETING.wait();
    MEETING.wait();
    negative(RuntimeValue::NIL, gradients)
}

fn freed_in_backward() {
    init(60_000);
    let net = net(0);
    let (images, labels) = batch(0, 0, 1);
    let images = give(&take(images).set_requires_grad(true));
    let (forward, backward) =
        (negative as *const () as i64, negative_when_freed as *const () as i64);
    // SAFETY: these are such functions.
    let function = some(unsafe { rt_torch_autograd_function_new(forward, backward) });
    let loss = |forward: &dyn Fn(RuntimeValue) -> RuntimeValue, input| {
        some(rt_torch_cross_entropy(some(forward(input)), labels))
    };
    let gradients = || {
        let parameters = module_of("module", net).unwrap().parameters();
        let gradients = parameters.iter().map(|tensor| tensor.grad().flatten(0, -1));
        Tensor::cat(&gradients.collect::<Vec<_>>(), 0)
    };
    let plain = some(rt_torch_neg(images));
    done(rt_torch_backward(loss(&|input| rt_torch_module_forward(net, input), plain)));
    let expected = gradients();
    done(rt_torch_module_zero_grad(net));

    // Backward comes to the function last: all gradients are there then, and the reducer is to be called once
    // more, when backward is over.
    let ddp = some(rt_torch_dist_ddp_new(net));
    let input = some(rt_torch_autograd_function_apply(function, array(&[images])));
    let loss = loss(&|input| rt_torch_dist_ddp_forward(ddp, input), input).to_bits();
    thread::scope(|scope| {
        scope.spawn(|| {
            // SAFETY: a handle is any thread's.
            done(rt_torch_backward(unsafe { RuntimeValue::from_bits(loss) }));
        });
        MEETING.wait();
        done(rt_torch_dist_ddp_free(ddp));
        // Takes memory that was given back and writes over it, so that using it would show.
        let others: Vec<Vec<u8>> = (4..2048).map(|size| vec![0xee; 8 * size]).collect();
        MEETING.wait();
        drop(others);
    });
    assert_eq!(gradients(), expected);
    done(rt_torch_dist_destroy_process_group());
}

/* ---- a rank that dies, and going on from the last checkpoint ---- */

/// The step in which a rank dies.
const DEATH: i64 = 5;

#[test]
fn a_run_goes_on_after_a_rank_was_killed() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let through =
        run("checkpoints", 2, &[("CHECKPOINT", path("through")), ("DEATH", String::from("-1"))]);
    let more = [("CHECKPOINT", path("killed")), ("DEATH", DEATH.to_string())];
    let mut ends: Vec<ranks::End> =
        ranks::start("checkpoints", 2, &more).into_iter().map(ranks::Rank::end).collect();
    let (killed, left) = (ends.remove(1), ends.remove(0));
    assert!(!killed.is_done);
    // The other one notices, and says why.
    assert!(left.is_done, "{}", left.text);
    assert_eq!(said(&left.text)["failed"], format!("step {DEATH}, error 2093"), "{}", left.text);
    // Both start again, and lose the steps since the checkpoint only.
    let more = [("CHECKPOINT", path("killed")), ("DEATH", String::from("-1"))];
    let again = run("checkpoints", 2, &more);
    for (through, again) in through.iter().zip(&again) {
        assert_eq!(said(through)["began"], "0");
        assert_eq!(said(again)["began"], "4");
        assert_eq!(said(through)["parameters"], said(again)["parameters"]);
    }
}

/// Trains to the end, and leaves a checkpoint after every second step.
fn checkpoints() {
    init(30_000);
    let (me, size, death) = (rank(), rt_torch_dist_world_size(), variable("DEATH"));
    let path = PathBuf::from(std::env::var("CHECKPOINT").unwrap());
    let net = net(0);
    let optimizer = optimizer(net);
    let began = if path.exists() { load(&path, net, optimizer) } else { 0 };
    say("began", began);
    let ddp = some(rt_torch_dist_ddp_new(net));
    for step in began..STEPS {
        done(rt_torch_optimizer_zero_grad(optimizer));
        if step == death && me == 1 {
            // SAFETY: it ends this process, as a machine that is switched off would.
            unsafe { libc::kill(libc::getpid(), libc::SIGKILL) };
        }
        let (images, labels) = batch(step, me, size);
        let scores = some(rt_torch_dist_ddp_forward(ddp, images));
        let loss = some(rt_torch_cross_entropy(scores, labels));
        if rt_torch_backward(loss) == 0 {
            let (_, text) = refusal();
            // Autograd's text; the next collective has the code.
            let tensor = give(&Tensor::from(1.0));
            assert_eq!(rt_torch_dist_all_reduce(tensor, 0), 0, "{text}");
            say("failed", format!("step {step}, error {}", refusal().0));
            done(rt_torch_dist_destroy_process_group());
            return;
        }
        done(rt_torch_optimizer_step(optimizer));
        if me == 0 && step % 2 == 1 {
            save(&path, step + 1, net, optimizer);
        }
    }
    let sums = parameters(net)
        .into_iter()
        .map(|p| p.to_kind(Kind::Double).sum(Kind::Double).double_value(&[]));
    say("parameters", sums.map(|sum| sum.to_string()).collect::<Vec<_>>().join(" "));
    done(rt_torch_dist_barrier());
    done(rt_torch_dist_destroy_process_group());
}

/// The parameters, the optimizer's momenta and the step, all at once or not at all.
fn save(path: &Path, step: i64, net: RuntimeValue, optimizer: RuntimeValue) {
    let mut tensors = vec![(String::from("step"), Tensor::from(step))];
    for (name, tensor) in Dict::find(rt_torch_module_state_dict(net)).unwrap().iter() {
        tensors.push((format!("net {name}"), look(tensor)));
    }
    let state = Dict::find(under(rt_torch_optimizer_state_dict(optimizer), "state")).unwrap();
    for (index, kept) in state.iter() {
        let momentum = look(under(kept, "momentum_buffer"));
        tensors.push((format!("momentum {index}"), momentum));
    }
    let written = path.with_extension("new");
    Tensor::save_multi(&tensors, &written).unwrap();
    std::fs::rename(written, path).unwrap();
}

fn load(path: &Path, net: RuntimeValue, optimizer: RuntimeValue) -> i64 {
    let tensors = Tensor::load_multi(path).unwrap();
    let (parameters, state) = (Dict::new(0).unwrap(), Dict::new(0).unwrap());
    let mut step = 0;
    for (name, tensor) in &tensors {
        if let Some(name) = name.strip_prefix("net ") {
            parameters.insert(name.into(), give(tensor)).unwrap();
        } else if let Some(index) = name.strip_prefix("momentum ") {
            let index: i64 = index.parse().unwrap();
            state.insert(index.into(), dict(&[("momentum_buffer", give(tensor))])).unwrap();
        } else {
            step = tensor.int64_value(&[]);
        }
    }
    some(rt_torch_module_load_state_dict(net, parameters.value(), 1));
    let groups = under(rt_torch_optimizer_state_dict(optimizer), "param_groups");
    let saved = dict(&[("state", state.value()), ("param_groups", groups)]);
    done(rt_torch_optimizer_load_state_dict(optimizer, saved));
    step
}
