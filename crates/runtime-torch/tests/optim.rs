//! Optimizers through the C functions: the ways that parameters take are PyTorch's.
#![cfg(all(feature = "ffi", feature = "pytorch"))]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

mod common;
#[path = "common/values.rs"]
mod values;

use common::{Case, assert_close};
use runtime_torch::codes::{RT_ERROR_TORCH, RT_ERROR_TORCH_OPTION};
use runtime_torch::ffi::optimizer::*;
use runtime_value::{Array, Dict, RuntimeValue, Str, Tuple, View};
use tch::{Device, Kind, Tensor};
use values::{array, dict, give, look, options, refusal, take, under};

const SAVED_AFTER: i64 = 12;

/// The parameters and gradients that all cases of a dtype begin with.
fn problem(cases: &[Case], dtype: &str) -> ([Tensor; 2], [Tensor; 2]) {
    let case = cases.iter().find(|case| case.name == format!("problem_{dtype}")).unwrap();
    let tensors = |name: &str| [0, 1].map(|index| case.tensor(&format!("{name}_{index}")).copy());
    (tensors("start"), tensors("grads"))
}

/// Whether parameters lie in memory as the fused kernels want them.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Layout {
    Dense,
    Strided,
}

/// A leaf with these elements.
fn parameter(of: &Tensor, layout: Layout) -> Tensor {
    if layout == Layout::Dense {
        return of.copy().set_requires_grad(true);
    }
    let size = of.size();
    let wide: Vec<i64> = size.iter().map(|size| size * 2).collect();
    let mut strided = Tensor::zeros(wide, (of.kind(), of.device()));
    for dim in 0..size.len() as i64 {
        strided = strided.slice(dim, 0, None, 2);
    }
    strided.copy_(of);
    assert!(!strided.is_contiguous());
    strided.set_requires_grad(true)
}

/// Gives the parameters the gradients of a step: none where PyTorch had none.
fn set_gradients(
    optimizer: RuntimeValue,
    parameters: &[Tensor; 2],
    grads: &[Tensor; 2],
    step: i64,
) {
    assert_eq!(rt_torch_optimizer_zero_grad(optimizer), 1);
    for (index, parameter) in parameters.iter().enumerate() {
        assert!(!parameter.grad().defined());
        if index == 1 && step % 5 == 3 {
            continue;
        }
        let gradient = grads[index].get(step);
        if gradient.is_complex() {
            // The gradient of the real part of conj(g) p is g.
            (parameter * gradient.conj()).real().sum(None).backward();
        } else {
            (parameter * gradient).sum(None).backward();
        }
    }
}

/// The groups of a case, or its parameters alone.
fn params(case: &Case, parameters: &[Tensor; 2]) -> RuntimeValue {
    let [first, second] = [0, 1].map(|index| give(&parameters[index]));
    let group =
        |of: RuntimeValue, more: (&str, RuntimeValue)| dict(&[("params", array(&[of])), more]);
    match case.name.as_str() {
        "groups_SGD" => {
            array(&[group(first, ("lr", 0.2.into())), group(second, ("weight_decay", 0.1.into()))])
        }
        "groups_AdamW" => array(&[
            group(first, ("betas", array(&[0.5.into(), 0.9.into()]))),
            group(second, ("lr", 0.1.into())),
        ]),
        _ => array(&[first, second]),
    }
}

fn optimizer(case: &Case, parameters: &[Tensor; 2]) -> RuntimeValue {
    let given = match case.name.as_str() {
        "groups_SGD" => dict(&[("lr", 0.05.into()), ("momentum", 0.9.into())]),
        "groups_AdamW" => dict(&[("lr", 0.05.into()), ("weight_decay", 0.0.into())]),
        _ => options(case),
    };
    let kind = RuntimeValue::from(case.attribute("kind").unwrap());
    let made = rt_torch_optimizer_new(kind, params(case, parameters), given);
    assert_ne!(made, RuntimeValue::NIL, "{}: {:?}", case.name, runtime_core::error::last_message());
    made
}

/// The state that PyTorch saved, in its own form.
fn saved_state(case: &Case, of: RuntimeValue) -> RuntimeValue {
    let state = Dict::new(0).unwrap();
    for index in 0..2_i64 {
        let kept = Dict::new(0).unwrap();
        for (name, tensor) in &case.tensors {
            if let Some(name) = name.strip_prefix(&format!("state_{index}_")) {
                kept.insert(name.into(), give(tensor)).unwrap();
            }
        }
        if !kept.is_empty() {
            state.insert(index.into(), kept.value()).unwrap();
        }
    }
    dict(&[("state", state.value()), ("param_groups", under(of, "param_groups"))])
}

fn check_step(case: &Case, layout: Layout, parameters: &[Tensor; 2], step: i64) {
    for (index, parameter) in parameters.iter().enumerate() {
        let wanted = case.tensor(&format!("path_{index}")).get(step);
        let (relative, absolute) =
            if wanted.kind() == Kind::Double { (1e-12, 1e-13) } else { (1e-6, 5e-7) };
        let what = format!("{} {layout:?} step {step} parameter {index}", case.name);
        assert_close(&what, parameter, &wanted, relative, absolute);
    }
}

#[test]
fn parameters_go_pytorchs_way() {
    let cases = common::read("optim.txt");
    for case in cases.iter().filter(|case| case.attribute("kind").is_some()) {
        let (start, grads) = problem(&cases, case.attribute("dtype").unwrap_or("float32"));
        for layout in [Layout::Dense, Layout::Strided] {
            let parameters = [0, 1].map(|index| parameter(&start[index], layout));
            let addresses = [0, 1].map(|index| parameters[index].data_ptr());
            let optimizer = optimizer(case, &parameters);
            for step in 0..grads[0].size()[0] {
                set_gradients(optimizer, &parameters, &grads, step);
                assert_eq!(rt_torch_optimizer_step(optimizer), 1);
                check_step(case, layout, &parameters, step);
            }
            assert_eq!(addresses, [0, 1].map(|index| parameters[index].data_ptr()));
            assert!(parameters.iter().all(|p| p.is_leaf() && p.requires_grad()));
            assert_eq!(rt_torch_optimizer_free(optimizer), 1);
        }
    }
}

#[test]
fn states_are_pytorchs_and_go_on_from_them() {
    let cases = common::read("optim.txt");
    for case in cases.iter().filter(|case| case.attribute("kind").is_some()) {
        let dtype = case.attribute("dtype").unwrap_or("float32");
        let (start, grads) = problem(&cases, dtype);
        let parameters = [0, 1].map(|index| parameter(&start[index], Layout::Dense));
        let first = optimizer(case, &parameters);
        for step in 0..SAVED_AFTER {
            set_gradients(first, &parameters, &grads, step);
            rt_torch_optimizer_step(first);
        }
        let given = rt_torch_optimizer_state_dict(first);
        let wanted = saved_state(case, given);
        for (index, kept) in Dict::find(under(wanted, "state")).unwrap().iter() {
            let mine = Dict::find(under(under(given, "state"), index)).unwrap();
            let names = Dict::find(kept).unwrap();
            assert_eq!(mine.len(), names.len(), "{}", case.name);
            for (name, tensor) in names.iter() {
                let what = format!("{} {index} {name}", case.name);
                assert_close(
                    &what,
                    &look(mine.get(name).unwrap().unwrap()),
                    &look(tensor),
                    1e-6,
                    2e-7,
                );
            }
        }
        // PyTorch's own state, into a new optimizer with parameters of its own.
        let parameters = [0, 1].map(|index| {
            let path = case.tensor(&format!("path_{index}"));
            parameter(&path.get(SAVED_AFTER - 1), Layout::Dense)
        });
        let kind = RuntimeValue::from(case.attribute("kind").unwrap());
        let values = params(case, &parameters);
        let second = rt_torch_optimizer_new(kind, values, RuntimeValue::NIL);
        assert_eq!(
            rt_torch_optimizer_load_state_dict(second, wanted),
            1,
            "{:?}",
            runtime_core::error::last_message()
        );
        for step in SAVED_AFTER..grads[0].size()[0] {
            set_gradients(second, &parameters, &grads, step);
            rt_torch_optimizer_step(second);
            check_step(case, Layout::Dense, &parameters, step);
        }
    }
}

fn leaf(elements: &[f32]) -> Tensor {
    Tensor::from_slice(elements).set_requires_grad(true)
}

fn text(value: RuntimeValue) -> String {
    String::from_utf8_lossy(Str::find(value).unwrap().as_bytes()).into_owned()
}

#[test]
fn the_state_dict_has_pytorchs_keys() {
    let parameters = array(&[give(&leaf(&[1.0]))]);
    let optimizer = rt_torch_adamw_new(parameters, 0.1, 0.8, 0.9, 1e-7, 0.02);
    let state = rt_torch_optimizer_state_dict(optimizer);
    let group = Array::find(under(state, "param_groups")).unwrap().get(0).unwrap();
    let keys: Vec<String> = Dict::find(group).unwrap().iter().map(|(key, _)| text(key)).collect();
    let wanted = [
        "lr",
        "betas",
        "eps",
        "weight_decay",
        "amsgrad",
        "maximize",
        "foreach",
        "capturable",
        "differentiable",
        "fused",
        "decoupled_weight_decay",
        "params",
    ];
    assert_eq!(keys, wanted);
    let betas = Tuple::find(under(group, "betas")).unwrap();
    assert_eq!(betas.iter().map(|b| b.to_float().unwrap()).collect::<Vec<_>>(), [0.8, 0.9]);
    assert_eq!(under(group, "decoupled_weight_decay"), RuntimeValue::TRUE);
    assert_eq!(under(group, "fused"), RuntimeValue::NIL);
    assert!(Dict::find(under(state, "state")).unwrap().is_empty());
    assert_eq!(rt_torch_optimizer_free(optimizer), 1);
}

#[test]
fn the_short_constructors_are_pytorchs_classes() {
    let cases = common::read("optim.txt");
    let (start, grads) = problem(&cases, "float32");
    for (kind, make) in [
        ("Adam", (|params| rt_torch_adam_new(params, 1e-3, 0.9, 0.999, 1e-8, 0.0)) as fn(_) -> _),
        ("AdamW", |params| rt_torch_adamw_new(params, 1e-3, 0.9, 0.999, 1e-8, 1e-2)),
        ("RMSprop", |params| rt_torch_rmsprop_new(params, 1e-2)),
        ("SGD", |params| rt_torch_sgd_new(params, 0.05, 0.9, 0.0)),
    ] {
        let case = cases.iter().find(|case| {
            let plain =
                case.attributes().filter(|(name, _)| name.starts_with("option_")).count() == 0;
            let sgd = case.attribute("option_momentum") == Some("0.9")
                && case.attribute("option_dampening").is_none();
            case.attribute("kind") == Some(kind) && if kind == "SGD" { sgd } else { plain }
        });
        let parameters = [0, 1].map(|index| parameter(&start[index], Layout::Dense));
        let optimizer = make(array(&[give(&parameters[0]), give(&parameters[1])]));
        for step in 0..3 {
            set_gradients(optimizer, &parameters, &grads, step);
            rt_torch_optimizer_step(optimizer);
            check_step(case.unwrap(), Layout::Dense, &parameters, step);
        }
    }
}

#[test]
fn learning_rates_of_groups() {
    let (a, b) = (leaf(&[1.0]), leaf(&[2.0]));
    let groups = array(&[
        dict(&[("params", array(&[give(&a)]))]),
        dict(&[("params", array(&[give(&b)])), ("lr", 0.5.into())]),
    ]);
    let optimizer = rt_torch_optimizer_new("SGD".into(), groups, dict(&[("lr", 0.1.into())]));
    assert_eq!(rt_torch_optimizer_group_count(optimizer), 2);
    assert_eq!(rt_torch_optimizer_get_lr(optimizer), 0.1);
    assert_eq!(rt_torch_optimizer_get_group_lr(optimizer, 1), 0.5);
    assert_eq!(rt_torch_optimizer_set_group_lr(optimizer, 1, 0.25), 1);
    assert_eq!(rt_torch_optimizer_get_group_lr(optimizer, 1), 0.25);
    assert_eq!(rt_torch_optimizer_set_lr(optimizer, 0.75), 1);
    assert_eq!(rt_torch_optimizer_get_group_lr(optimizer, 1), 0.75);
    let c = leaf(&[3.0]);
    let third = dict(&[("params", array(&[give(&c)])), ("maximize", true.into())]);
    assert_eq!(rt_torch_optimizer_add_param_group(optimizer, third), 1);
    assert_eq!(rt_torch_optimizer_get_group_lr(optimizer, 2), 0.1);
    (&a + &b + &c).sum(Kind::Float).backward();
    assert_eq!(rt_torch_optimizer_step(optimizer), 1);
    let value = |tensor: &Tensor| tensor.double_value(&[0]) as f32;
    assert_eq!([value(&a), value(&b), value(&c)], [0.25, 1.25, 3.1]);

    for group in [-1, 3, i64::MAX, i64::MIN] {
        assert_eq!(rt_torch_optimizer_get_group_lr(optimizer, group), 0.0);
        refusal();
        assert_eq!(rt_torch_optimizer_set_group_lr(optimizer, group, 0.1), 0);
        refusal();
    }
    for lr in [-1.0, f64::NAN] {
        assert_eq!(rt_torch_optimizer_set_lr(optimizer, lr), 0);
        assert_eq!(refusal().0, RT_ERROR_TORCH_OPTION);
    }
    assert_eq!(rt_torch_optimizer_add_param_group(optimizer, dict(&[("lr", 0.1.into())])), 0);
    assert!(refusal().1.contains("params"));
    let twice = dict(&[("params", array(&[give(&c)]))]);
    assert_eq!(rt_torch_optimizer_add_param_group(optimizer, twice), 0);
    assert!(refusal().1.contains("more than once"));
}

#[test]
fn hyper_parameters_are_refused_in_pytorchs_words() {
    let params = || array(&[give(&leaf(&[1.0]))]);
    for (kind, option, value, wanted) in [
        ("SGD", "lr", -1.0, "Invalid learning rate: -1.0"),
        ("SGD", "momentum", -0.5, "Invalid momentum value: -0.5"),
        ("SGD", "weight_decay", -0.5, "Invalid weight_decay value: -0.5"),
        ("Adam", "lr", f64::NAN, "Invalid learning rate: NaN"),
        ("Adam", "eps", -1.0, "Invalid epsilon value: -1.0"),
        ("RMSprop", "alpha", -1.0, "Invalid alpha value: -1.0"),
        ("Adadelta", "rho", 1.5, "Invalid rho value: 1.5"),
        ("Adagrad", "lr_decay", -1.0, "Invalid lr_decay value: -1.0"),
        ("NAdam", "momentum_decay", -1.0, "Invalid momentum_decay value: -1.0"),
    ] {
        let made = rt_torch_optimizer_new(kind.into(), params(), dict(&[(option, value.into())]));
        assert_eq!(made, RuntimeValue::NIL);
        let (code, text) = refusal();
        assert_eq!(code, RT_ERROR_TORCH_OPTION);
        assert_eq!(text, format!("rt_torch_optimizer_new: {wanted}"));
    }
    let betas = |first: f64, second: f64| array(&[first.into(), second.into()]);
    for (option, value, wanted) in [
        ("betas", betas(1.0, 0.9), "Invalid beta parameter at index 0: 1.0"),
        ("betas", betas(0.9, -0.1), "Invalid beta parameter at index 1: -0.1"),
        ("betas", array(&[0.5.into()]), "betas"),
        ("amsgrad", "yes".into(), "amsgrad"),
        ("capturable", true.into(), "capturable is not there"),
        ("momentum", 0.9.into(), "Adam has no option \"momentum\""),
    ] {
        assert_eq!(
            rt_torch_optimizer_new("Adam".into(), params(), dict(&[(option, value)])),
            RuntimeValue::NIL
        );
        let (code, text) = refusal();
        assert_eq!(code, RT_ERROR_TORCH_OPTION, "{text}");
        assert!(text.contains(wanted), "{text}");
    }
    let nesterov = dict(&[("nesterov", true.into())]);
    assert_eq!(rt_torch_optimizer_new("SGD".into(), params(), nesterov), RuntimeValue::NIL);
    assert!(refusal().1.ends_with("Nesterov momentum requires a momentum and zero dampening"));
    assert_eq!(
        rt_torch_optimizer_new("Sgd".into(), params(), RuntimeValue::NIL),
        RuntimeValue::NIL
    );
    assert!(refusal().1.contains("\"Sgd\" is none of SGD, Adam"));
    assert_eq!(rt_torch_sgd_new(params(), -1.0, 0.0, 0.0), RuntimeValue::NIL);
    assert_eq!(refusal().1, "rt_torch_sgd_new: Invalid learning rate: -1.0");
}

#[test]
fn what_cannot_be_optimized_is_refused() {
    let a = leaf(&[1.0, 2.0]);
    let product = &a * 2.0;
    for (params, wanted) in [
        (array(&[]), "empty parameter list"),
        (array(&[give(&product)]), "can't optimize a non-leaf Tensor"),
        (array(&[give(&a), give(&a)]), "more than once"),
        (array(&[RuntimeValue::NIL]), "params[0]"),
        (array(&[give(&a), dict(&[])]), "params[1]"),
        (array(&[dict(&[]), give(&a)]), "no \"params\""),
        (RuntimeValue::NIL, "params"),
        (give(&a), "params"),
    ] {
        assert_eq!(rt_torch_sgd_new(params, 0.1, 0.0, 0.0), RuntimeValue::NIL);
        let (_, text) = refusal();
        assert!(text.contains(wanted), "{text}");
    }
    for word in [RuntimeValue::NIL, 7.into(), give(&a), RuntimeValue::TRUE] {
        assert_eq!(rt_torch_optimizer_step(word), 0);
        refusal();
        assert_eq!(rt_torch_optimizer_zero_grad(word), 0);
        refusal();
        assert_eq!(rt_torch_optimizer_get_lr(word), 0.0);
        refusal();
        assert_eq!(rt_torch_optimizer_free(word), 0);
        refusal();
    }
}

#[test]
fn a_state_that_does_not_fit_changes_nothing() {
    let a = leaf(&[1.0, 2.0]);
    let make =
        |kind: &str| rt_torch_optimizer_new(kind.into(), array(&[give(&a)]), RuntimeValue::NIL);
    let adam = make("Adam");
    (&a * &a).sum(Kind::Float).backward();
    rt_torch_optimizer_step(adam);
    let state = rt_torch_optimizer_state_dict(adam);
    let before = take(under(under(under(state, "state"), 0), "exp_avg")).copy();
    let groups = under(state, "param_groups");
    let three = Tensor::zeros([3], (Kind::Float, Device::Cpu));
    let with = |kept: RuntimeValue| {
        let states = Dict::new(0).unwrap();
        states.insert(0.into(), kept).unwrap();
        dict(&[("state", states.value()), ("param_groups", groups)])
    };
    let plain = |word: RuntimeValue| dict(&[("state", dict(&[])), ("param_groups", word)]);
    let group = Array::find(groups).unwrap().get(0).unwrap();
    for (given, wanted) in [
        (RuntimeValue::NIL, "state_dict"),
        (dict(&[]), "\"state\""),
        (plain(array(&[])), "different number of parameter groups"),
        (plain(array(&[group, group])), "different number of parameter groups"),
        (plain(array(&[dict(&[("params", array(&[]))])])), "size of optimizer's group"),
        (plain(array(&[dict(&[("lr", 0.1.into())])])), "params"),
        (
            plain(array(&[dict(&[("params", array(&[0.into()])), ("lr", (-1.0).into())])])),
            "Invalid",
        ),
        (plain(array(&[dict(&[("params", array(&[0.into()])), ("mom", 1.into())])])), "mom"),
        (with(dict(&[("exp_avg", give(&three))])), "exp_avg has the size [3]"),
        (with(dict(&[("momentum_buffer", give(&a))])), "keeps no \"momentum_buffer\""),
        (with(dict(&[("step", give(&three))])), "step is not one number"),
        (with(RuntimeValue::TRUE), "state"),
    ] {
        assert_eq!(rt_torch_optimizer_load_state_dict(adam, given), 0, "{wanted}");
        let (_, text) = refusal();
        assert!(text.contains(wanted), "{text}");
    }
    let after = rt_torch_optimizer_state_dict(adam);
    assert_close(
        "exp_avg",
        &take(under(under(under(after, "state"), 0), "exp_avg")),
        &before,
        0.0,
        0.0,
    );
    // A step that is no tensor, as older PyTorch wrote it.
    let old = with(dict(&[("step", 3.into())]));
    assert_eq!(rt_torch_optimizer_load_state_dict(adam, old), 1);
    rt_torch_optimizer_step(adam);
    let state = rt_torch_optimizer_state_dict(adam);
    assert_eq!(take(under(under(under(state, "state"), 0), "step")).double_value(&[]), 4.0);
}

#[test]
fn autograd_sees_that_a_step_changed_parameters() {
    for kind in ["SGD", "Adam", "AdamW", "RMSprop"] {
        let weight = leaf(&[1.0, 2.0]);
        let optimizer =
            rt_torch_optimizer_new(kind.into(), array(&[give(&weight)]), RuntimeValue::NIL);
        let loss = weight.square().sum(Kind::Float);
        weight.square().sum(Kind::Float).backward();
        assert_eq!(rt_torch_optimizer_step(optimizer), 1);
        let refused = loss.f_backward().unwrap_err().to_string();
        assert!(refused.contains("modified by an inplace operation"), "{refused}");
    }
}

#[test]
fn parameters_of_all_sorts_in_one_optimizer() {
    let make = |shape: &[i64], kind: Kind| {
        Tensor::ones(shape, (kind, Device::Cpu)).set_requires_grad(true)
    };
    for kind in
        ["SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "Adadelta", "Adamax", "NAdam", "RAdam"]
    {
        let parameters = [
            make(&[3], Kind::Float),
            make(&[2, 2], Kind::Double),
            make(&[0], Kind::Float),
            make(&[], Kind::Float),
            make(&[2, 0, 3], Kind::Double),
            make(&[5], Kind::BFloat16),
            make(&[5], Kind::Half),
            make(&[2], Kind::ComplexFloat),
        ];
        let params = array(&parameters.iter().map(give).collect::<Vec<_>>());
        let options = dict(&[("lr", 0.125.into()), ("weight_decay", 0.25.into())]);
        let optimizer = rt_torch_optimizer_new(kind.into(), params, options);
        for parameter in &parameters {
            let square = parameter * parameter;
            if square.is_complex() { square.real() } else { square }.sum(None).backward();
        }
        assert_eq!(rt_torch_optimizer_step(optimizer), 1, "{kind}: {:?}", refusal());
        assert_eq!(rt_torch_optimizer_step(optimizer), 1);
        let wanted = parameters[1].double_value(&[0, 0]);
        assert!(wanted < 1.0, "{kind}");
        for parameter in parameters.iter().filter(|parameter| parameter.numel() > 0) {
            let real =
                if parameter.is_complex() { parameter.real() } else { parameter.shallow_clone() };
            let first = real.to_kind(Kind::Double).flatten(0, -1).double_value(&[0]);
            // Sixteen bits are good for two digits.
            assert!(
                (first - wanted).abs() < 0.02,
                "{kind} {:?} {first} {wanted}",
                parameter.kind()
            );
        }
    }
}

#[test]
fn sparse_gradients() {
    let sparse = |weight: &Tensor| {
        let rows = Tensor::from_slice(&[1_i64, 1]);
        Tensor::embedding(weight, &rows, -1, false, true).sum(Kind::Float).backward();
        assert!(weight.grad().is_sparse());
    };
    for (kind, taken) in [("SGD", true), ("Adagrad", true), ("Adam", false), ("RMSprop", false)] {
        let weight = leaf(&[1.0, 2.0, 3.0]).detach().reshape([3, 1]).set_requires_grad(true);
        let options = dict(&[("lr", 0.25.into())]);
        let optimizer = rt_torch_optimizer_new(kind.into(), array(&[give(&weight)]), options);
        sparse(&weight);
        assert_eq!(rt_torch_optimizer_step(optimizer), i64::from(taken));
        if taken {
            assert_ne!(weight.double_value(&[1, 0]), 2.0);
            assert_eq!(weight.double_value(&[2, 0]), 3.0);
        } else {
            assert_eq!(
                refusal().1,
                format!("rt_torch_optimizer_step: {kind} does not support sparse gradients")
            );
        }
    }
    assert_ne!(RT_ERROR_TORCH, RT_ERROR_TORCH_OPTION);
}

#[test]
fn ten_thousand_steps_need_no_more_memory_than_one() {
    // Threads that wait for each other would take minutes where tests run side by side.
    tch::set_num_threads(1);
    let weight = Tensor::zeros([64, 64], (Kind::Float, Device::Cpu)).set_requires_grad(true);
    let optimizer = rt_torch_adam_new(array(&[give(&weight)]), 1e-3, 0.9, 0.999, 1e-8, 0.0);
    let run = |steps: usize| {
        for _ in 0..steps {
            rt_torch_optimizer_zero_grad(optimizer);
            (&weight * 2.0).sum(Kind::Float).backward();
            assert_eq!(rt_torch_optimizer_step(optimizer), 1);
        }
    };
    run(500);
    let before = resident();
    run(10_000);
    let grown = resident().saturating_sub(before);
    assert!(grown < 2 << 20, "{grown} bytes more");
    assert!(!weight.grad().requires_grad());
}

/// The bytes of this process that lie in memory.
fn resident() -> u64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: u64 = text.split(' ').nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(0);
    pages * 4096
}
