//! Every class of modules against PyTorch in Python: initialisation, text, results, gradients, buffers.
#![cfg(all(feature = "ffi", feature = "pytorch"))]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

mod common;

use std::sync::{Mutex, MutexGuard, PoisonError};

use common::{Case, assert_close};
use runtime_torch::ffi::nn::init::*;
use runtime_torch::ffi::nn::module::*;
use runtime_torch::ffi::nn::state::*;
use runtime_torch::objects::{give_tensor, tensor};
use runtime_value::{Array, Dict, RuntimeValue, Str, Tuple, View};
use tch::Tensor;

/// Tests that count on the numbers of LibTorch's only generator take turns.
static GENERATOR: Mutex<()> = Mutex::new(());

fn generator() -> MutexGuard<'static, ()> {
    GENERATOR.lock().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn simple_layers() {
    check_file("nn_simple.txt");
}

#[test]
fn convolutions() {
    check_file("nn_conv.txt");
}

#[test]
fn pools_padding_and_sizes() {
    check_file("nn_pool.txt");
}

#[test]
fn norms() {
    check_file("nn_norm.txt");
}

#[test]
fn recurrent_layers() {
    check_file("nn_recurrent.txt");
}

#[test]
fn attention() {
    check_file("nn_attention.txt");
}

#[test]
fn transformers() {
    check_file("nn_transformer.txt");
}

#[test]
fn stacks() {
    check_file("nn_stacks.txt");
}

fn check_file(file: &str) {
    let _turn = generator();
    for case in common::read(file) {
        check(&case);
    }
}

fn check(case: &Case) {
    let name = &case.name;
    let class = case.attribute("class").unwrap();
    let seed: i64 = case.parse("seed");
    let options = options(case.attribute("options").unwrap_or(""), &[]);

    tch::manual_seed(seed);
    let module = rt_torch_module_new(class.into(), options);
    assert_ne!(module, RuntimeValue::NIL, "{name}: {}", error());
    let expected: Vec<_> = parts(case, "param.").collect();
    let state = named(rt_torch_module_state_dict(module));
    let names = |list: &[(String, Tensor)]| -> Vec<String> {
        list.iter().map(|(name, _)| name.clone()).collect()
    };
    let wanted: Vec<String> = expected.iter().map(|(name, _)| String::from(*name)).collect();
    assert_eq!(names(&state), wanted, "{name}: state dict");
    for ((part, actual), (_, wanted)) in state.iter().zip(&expected) {
        assert_close(&format!("{name}: initial {part}"), actual, wanted, 0.0, 0.0);
    }
    let text = rt_torch_module_repr(module);
    assert_eq!(shown(text), case.attribute("repr").unwrap().replace('|', "\n"), "{name}: repr");

    match case.parse::<i64>("train") {
        0 => assert_eq!(rt_torch_module_eval(module), 1),
        _ => assert_eq!(rt_torch_module_train(module), 1),
    }
    let inputs: Vec<Tensor> = parts(case, "input.")
        .map(|(_, tensor)| {
            let input = tensor.copy();
            if input.is_floating_point() { input.set_requires_grad(true) } else { input }
        })
        .collect();
    // What works in place takes a copy that is no leaf.
    let in_place = case.attribute("options").unwrap_or("").contains("inplace:b:1");
    let given = inputs.iter().map(|x| if in_place { x.copy() } else { x.shallow_clone() });
    let given: Vec<_> = given.map(|input| give_tensor(input).unwrap()).collect();
    let masks: Vec<_> = parts(case, "mask.").collect();
    let forward = self::options(case.attribute("forward").unwrap_or(""), &masks);
    let argument = match given.as_slice() {
        [one] => *one,
        several => Array::from_slice(several).unwrap().value(),
    };

    tch::manual_seed(seed);
    let result = match (masks.is_empty(), case.attribute("forward")) {
        (true, None) => rt_torch_module_forward(module, argument),
        _ => rt_torch_module_forward_with(module, argument, forward),
    };
    assert_ne!(result, RuntimeValue::NIL, "{name}: {}", error());
    let outputs = several(result);
    let expected: Vec<_> = parts(case, "output.").collect();
    assert_eq!(outputs.len(), expected.len(), "{name}: outputs");
    for ((part, wanted), actual) in expected.iter().zip(&outputs) {
        assert_close(&format!("{name}: output {part}"), actual, wanted, 1e-5, 2e-6);
    }

    let gradients: Vec<(usize, &Tensor)> =
        parts(case, "gradient.").map(|(at, tensor)| (at.parse().unwrap(), tensor)).collect();
    if let Some(loss) =
        gradients.iter().map(|(at, g)| (&outputs[*at] * *g).sum(None)).reduce(|a, b| a + b)
    {
        loss.backward();
    }
    for (part, wanted) in parts(case, "grad.input.") {
        let actual = inputs[part.parse::<usize>().unwrap()].grad();
        assert!(actual.defined(), "{name}: no gradient of input {part}");
        assert_close(&format!("{name}: gradient of input {part}"), &actual, wanted, 1e-4, 5e-6);
    }
    let parameters = named(rt_torch_module_named_parameters(module));
    for (part, parameter) in &parameters {
        let actual = parameter.grad();
        let Some(wanted) = case.find(&format!("grad.param.{part}")) else {
            assert!(!actual.defined(), "{name}: {part} has a gradient");
            continue;
        };
        assert!(actual.defined(), "{name}: no gradient of {part}");
        let actual = if actual.is_sparse() { actual.to_dense(None, false) } else { actual };
        assert_close(&format!("{name}: gradient of {part}"), &actual, wanted, 1e-4, 5e-6);
    }
    let buffers = named(rt_torch_module_buffers(module));
    let expected: Vec<_> = parts(case, "buffer.").collect();
    assert_eq!(buffers.len(), expected.len(), "{name}: buffers");
    for ((part, actual), (_, wanted)) in buffers.iter().zip(&expected) {
        assert_close(&format!("{name}: buffer {part} afterwards"), actual, wanted, 1e-5, 1e-6);
    }
    assert_eq!(rt_torch_module_free(module), 1);
}

#[test]
fn initialisation() {
    let _turn = generator();
    for case in common::read("init.txt") {
        let size: Vec<i64> = case.list("shape");
        let target = Tensor::zeros(&size, (tch::Kind::Float, tch::Device::Cpu));
        let handle = give_tensor(target.shallow_clone()).unwrap();
        let text = case.attribute("options").unwrap_or("");
        let number = |name: &str, default: f64| -> f64 {
            word(text, name).map_or(default, |text| text.parse().unwrap())
        };
        let name = |name: &str| word(text, name).map_or(RuntimeValue::NIL, RuntimeValue::from);
        tch::manual_seed(case.parse("seed"));
        let done = match case.attribute("function").unwrap() {
            "xavier_uniform_" => rt_torch_xavier_uniform_(handle, number("gain", 1.0)),
            "xavier_normal_" => rt_torch_init_xavier_normal(handle, number("gain", 1.0)),
            "kaiming_uniform_" => {
                let (mode, nonlinearity) = (name("mode"), name("nonlinearity"));
                rt_torch_init_kaiming_uniform(handle, number("a", 0.0), mode, nonlinearity)
            }
            "kaiming_normal_" => {
                let (mode, nonlinearity) = (name("mode"), name("nonlinearity"));
                rt_torch_init_kaiming_normal(handle, number("a", 0.0), mode, nonlinearity)
            }
            "constant_" => rt_torch_init_constant(handle, number("val", 0.0)),
            "orthogonal_" => rt_torch_init_orthogonal(handle, number("gain", 1.0)),
            "trunc_normal_" => rt_torch_init_trunc_normal(
                handle,
                number("mean", 0.0),
                number("std", 1.0),
                number("a", -2.0),
                number("b", 2.0),
            ),
            "uniform_" => rt_torch_init_uniform(handle, number("a", 0.0), number("b", 1.0)),
            "normal_" => rt_torch_init_normal(handle, number("mean", 0.0), number("std", 1.0)),
            "eye_" => rt_torch_init_eye(handle),
            "sparse_" => rt_torch_init_sparse(handle, number("sparsity", 0.0), number("std", 0.01)),
            "dirac_" => rt_torch_init_dirac(handle, number("groups", 1.0) as i64),
            other => panic!("{other}"),
        };
        assert_eq!(done, 1, "{}: {}", case.name, error());
        // A factorisation may differ in the last digit from one processor to the next.
        let slack = if case.name.starts_with("orthogonal") { 1e-5 } else { 0.0 };
        assert_close(&case.name, &target, case.tensor("result"), slack, slack);
    }
}

/// The tensors whose name starts so, with the rest of the name.
fn parts<'c>(case: &'c Case, prefix: &'c str) -> impl Iterator<Item = (&'c str, &'c Tensor)> {
    let all = case.tensors.iter();
    all.filter_map(move |(name, tensor)| Some((name.strip_prefix(prefix)?, tensor)))
}

/// A dict of options out of `name:type:value` words, and of masks.
fn options(text: &str, masks: &[(&str, &Tensor)]) -> RuntimeValue {
    let dict = Dict::new(0).unwrap();
    for word in text.split_ascii_whitespace() {
        let mut parts = word.splitn(3, ':');
        let (name, kind, value) =
            (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
        let value = match kind {
            "i" => value.parse::<i64>().unwrap().into(),
            "f" => value.parse::<f64>().unwrap().into(),
            "b" => (value == "1").into(),
            "s" => value.into(),
            "n" => RuntimeValue::NIL,
            _ => {
                let items = value.split(',').map(|item| match item {
                    "None" => RuntimeValue::NIL,
                    int => int.parse::<i64>().unwrap().into(),
                });
                Array::from_slice(&items.collect::<Vec<_>>()).unwrap().value()
            }
        };
        dict.insert(name.into(), value).unwrap();
    }
    for (name, mask) in masks {
        dict.insert((*name).into(), give_tensor(mask.shallow_clone()).unwrap()).unwrap();
    }
    dict.value()
}

/// The value of one option.
fn word<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let mut words = text.split_ascii_whitespace();
    words
        .find_map(|word| word.strip_prefix(name)?.strip_prefix(':')?.split_once(':'))
        .map(|(_, v)| v)
}

/// The tensors of a dict of handles.
fn named(dict: RuntimeValue) -> Vec<(String, Tensor)> {
    let entries = Dict::of("dict", dict).unwrap();
    let entries = entries.iter().map(|(key, value)| {
        let name = String::from(Str::of("key", key).unwrap().text("key").unwrap());
        (name, tensor("value", value).unwrap().shallow_clone())
    });
    entries.collect()
}

/// The tensors of a result.
fn several(result: RuntimeValue) -> Vec<Tensor> {
    let values = match Tuple::find(result) {
        Some(tuple) => tuple.iter().collect(),
        None => vec![result],
    };
    values.into_iter().map(|value| tensor("result", value).unwrap().shallow_clone()).collect()
}

fn shown(text: RuntimeValue) -> String {
    String::from(Str::of("text", text).unwrap().text("text").unwrap())
}

fn error() -> String {
    runtime_core::error::last_message().unwrap_or_default()
}
