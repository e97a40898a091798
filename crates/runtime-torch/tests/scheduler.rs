//! Schedulers through the C functions: their sequences are PyTorch's, to the last bit.
#![cfg(all(feature = "ffi", feature = "pytorch"))]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

mod common;
#[path = "common/values.rs"]
mod values;

use common::Case;
use runtime_core::error::{codes, last_message};
use runtime_torch::codes::RT_ERROR_TORCH_OPTION;
use runtime_torch::ffi::optimizer::*;
use runtime_torch::ffi::scheduler::*;
use runtime_value::{Array, RuntimeValue, Tuple, View};
use tch::{Kind, Tensor};
use values::{array, dict, give, options, refusal, under};

/// An optimizer as oracle/make_schedulers.py has it.
fn optimizer(kind: &str, groups: usize) -> RuntimeValue {
    let group = |lr: f64| {
        let parameter = Tensor::from_slice(&[0.0_f32]).set_requires_grad(true);
        dict(&[("params", array(&[give(&parameter)])), ("lr", lr.into())])
    };
    let groups: Vec<RuntimeValue> = [0.1, 0.03].into_iter().take(groups).map(group).collect();
    let given = if kind == "SGD" { dict(&[("momentum", 0.9.into())]) } else { RuntimeValue::NIL };
    rt_torch_optimizer_new(kind.into(), array(&groups), given)
}

fn lrs(optimizer: RuntimeValue) -> Vec<f64> {
    let groups = 0..rt_torch_optimizer_group_count(optimizer);
    groups.map(|group| rt_torch_optimizer_get_group_lr(optimizer, group)).collect()
}

fn momenta(optimizer: RuntimeValue) -> Vec<f64> {
    let groups = under(rt_torch_optimizer_state_dict(optimizer), "param_groups");
    let momentum = |group: RuntimeValue| {
        let group = runtime_value::Dict::find(group).unwrap();
        let found = |name: &str| group.get(name.into()).unwrap();
        match (found("betas"), found("momentum")) {
            (Some(betas), _) => {
                Tuple::find(betas).unwrap().iter().next().unwrap().to_float().unwrap()
            }
            (_, Some(momentum)) => momentum.to_float().unwrap(),
            _ => 0.0,
        }
    };
    Array::find(groups).unwrap().iter().map(momentum).collect()
}

fn row(tensor: &Tensor, row: i64) -> Vec<f64> {
    Vec::<f64>::try_from(tensor.get(row)).unwrap()
}

#[track_caller]
fn made(scheduler: RuntimeValue) -> RuntimeValue {
    assert_ne!(scheduler, RuntimeValue::NIL, "{:?}", last_message());
    scheduler
}

/// Steps as the case says, and compares every row.
fn follow(case: &Case, optimizer: RuntimeValue, scheduler: RuntimeValue) {
    let (wanted, momentum) = (case.tensor("lrs"), case.tensor("momenta"));
    for step in 0..wanted.size()[0] {
        let number = |name: &str| case.find(name).map(|t| t.double_value(&[step - 1]));
        if step > 0 {
            let done = match (number("metrics"), number("epochs")) {
                (Some(metric), _) => rt_torch_scheduler_step_with_metric(scheduler, metric),
                (_, Some(epoch)) => rt_torch_scheduler_step_to(scheduler, epoch),
                _ => rt_torch_scheduler_step(scheduler),
            };
            assert_eq!(done, 1, "{} step {step}: {:?}", case.name, last_message());
        }
        assert_eq!(lrs(optimizer), row(wanted, step), "{} step {step}", case.name);
        assert_eq!(momenta(optimizer), row(momentum, step), "{} step {step}", case.name);
        let last = Array::find(rt_torch_scheduler_get_last_lr(scheduler)).unwrap();
        let last: Vec<f64> = last.iter().map(|lr| lr.to_float().unwrap()).collect();
        assert_eq!(last, lrs(optimizer));
    }
}

#[test]
fn sequences_are_pytorchs() {
    for case in common::read("schedulers.txt") {
        let optimizer = optimizer(case.attribute("optimizer").unwrap(), case.parse("groups"));
        let Some(kind) = case.attribute("kind") else { continue };
        let scheduler = made(rt_torch_scheduler_new(kind.into(), optimizer, options(&case)));
        follow(&case, optimizer, scheduler);
        assert_eq!(rt_torch_scheduler_free(scheduler), 1);
        assert_eq!(rt_torch_optimizer_free(optimizer), 1);
    }
}

#[test]
fn composite_schedulers_are_pytorchs() {
    let cases = common::read("schedulers.txt");
    let case = |name: &str| cases.iter().find(|case| case.name == name).unwrap();
    let sgd = optimizer("SGD", 2);
    let parts = [
        rt_torch_scheduler_linear_new(sgd, 0.1, 1.0, 5),
        rt_torch_scheduler_cosine_new(sgd, 10, 0.0),
        rt_torch_scheduler_cosine_warm_restarts_new(sgd, 4, 2, 0.0),
        rt_torch_scheduler_exponential_new(sgd, 0.9),
    ];
    let milestones = array(&[5.into(), 12.into(), 22.into()]);
    let sequence = made(rt_torch_scheduler_sequential_new(sgd, array(&parts), milestones));
    // The parts live on in the whole.
    assert!(parts.iter().all(|part| rt_torch_scheduler_free(*part) == 1));
    follow(case("sequential"), sgd, sequence);

    let sgd = optimizer("SGD", 2);
    let parts = [
        rt_torch_scheduler_constant_new(sgd, 0.5, 4),
        rt_torch_scheduler_exponential_new(sgd, 0.9),
    ];
    let chain = made(rt_torch_scheduler_chained_new(array(&parts)));
    follow(case("chained"), sgd, chain);
}

#[test]
fn schedulers_of_schedulers_end_somewhere() {
    let sgd = optimizer("SGD", 1);
    let mut scheduler = rt_torch_scheduler_exponential_new(sgd, 0.5);
    let mut levels = 1;
    loop {
        let chained = rt_torch_scheduler_chained_new(array(&[scheduler]));
        if chained == RuntimeValue::NIL {
            break;
        }
        scheduler = chained;
        levels += 1;
    }
    assert_eq!(levels, 64);
    assert!(refusal().1.contains("nested"));
    assert_eq!(rt_torch_scheduler_step(scheduler), 1);
    assert_eq!(lrs(sgd), [0.05]);
}

#[test]
fn short_constructors_make_the_same() {
    let cases = common::read("schedulers.txt");
    let case = |kind: &str, option: &str, value: &str| {
        let found = cases.iter().find(|case| {
            case.attribute("kind") == Some(kind)
                && case.attribute(&format!("option_{option}")) == Some(value)
                && case.attribute("groups") == Some("2")
        });
        found.unwrap_or_else(|| panic!("{kind} {option} {value}"))
    };
    let milestones = array(&[2.into(), 5.into(), 5.into(), 11.into()]);
    type Make = Box<dyn Fn(RuntimeValue) -> RuntimeValue>;
    let makers: [(&Case, Make); 9] = [
        (case("StepLR", "gamma", "0.5"), Box::new(|o| rt_torch_scheduler_step_new(o, 7, 0.5))),
        (
            case("MultiStepLR", "gamma", "0.3"),
            Box::new(move |o| rt_torch_scheduler_multi_step_new(o, milestones, 0.3)),
        ),
        (
            case("ExponentialLR", "gamma", "0.93"),
            Box::new(|o| rt_torch_scheduler_exponential_new(o, 0.93)),
        ),
        (
            case("CosineAnnealingLR", "eta_min", "0.01"),
            Box::new(|o| rt_torch_scheduler_cosine_new(o, 7, 0.01)),
        ),
        (
            case("CosineAnnealingWarmRestarts", "eta_min", "0.001"),
            Box::new(|o| rt_torch_scheduler_cosine_warm_restarts_new(o, 3, 2, 0.001)),
        ),
        (
            case("LinearLR", "end_factor", "0.9"),
            Box::new(|o| rt_torch_scheduler_linear_new(o, 0.1, 0.9, 13)),
        ),
        (
            case("ConstantLR", "factor", "0.7"),
            Box::new(|o| rt_torch_scheduler_constant_new(o, 0.7, 11)),
        ),
        (
            case("OneCycleLR", "total_steps", "20"),
            Box::new(|o| rt_torch_scheduler_one_cycle_new(o, 1.0, 20)),
        ),
        (
            case("ReduceLROnPlateau", "patience", "2"),
            Box::new(|o| rt_torch_scheduler_plateau_new(o, 0, 0.1, 2, 1e-4)),
        ),
    ];
    for (case, make) in makers {
        let sgd = optimizer("SGD", 2);
        follow(case, sgd, made(make(sgd)));
    }
}

#[test]
fn a_state_goes_on_where_it_was_saved() {
    let cases = common::read("schedulers.txt");
    for case in cases.iter().filter(|case| case.find("epochs").is_none()) {
        let Some(kind) = case.attribute("kind") else { continue };
        let groups = case.parse("groups");
        let of = || {
            let optimizer = optimizer(case.attribute("optimizer").unwrap(), groups);
            (optimizer, made(rt_torch_scheduler_new(kind.into(), optimizer, options(case))))
        };
        let step = |scheduler, step: i64| match case.find("metrics") {
            Some(metrics) => {
                rt_torch_scheduler_step_with_metric(scheduler, metrics.double_value(&[step - 1]))
            }
            None => rt_torch_scheduler_step(scheduler),
        };
        let wanted = case.tensor("lrs");
        let ((first, from), (second, to)) = (of(), of());
        let half = wanted.size()[0] / 2;
        for number in 1..half {
            step(from, number);
        }
        let (state, rates) =
            (rt_torch_scheduler_state_dict(from), rt_torch_optimizer_state_dict(first));
        assert_eq!(rt_torch_scheduler_load_state_dict(to, state), 1, "{:?}", last_message());
        assert_eq!(rt_torch_optimizer_load_state_dict(second, rates), 1, "{:?}", last_message());
        for number in half..wanted.size()[0] {
            assert_eq!(step(to, number), 1);
            assert_eq!(lrs(second), row(wanted, number), "{} step {number}", case.name);
        }
    }
}

#[test]
fn going_on_after_an_epoch() {
    let sgd = optimizer("SGD", 1);
    let first = made(rt_torch_scheduler_cosine_new(sgd, 10, 0.0));
    (0..4).for_each(|_| assert_eq!(rt_torch_scheduler_step(first), 1));
    let at_four = lrs(sgd);
    let given = dict(&[("T_max", 10.into()), ("last_epoch", 3.into())]);
    made(rt_torch_scheduler_new("CosineAnnealingLR".into(), sgd, given));
    // Making it takes the step to epoch 4, from the rates that the group began with.
    assert!((lrs(sgd)[0] - at_four[0]).abs() < 1e-15);

    let fresh = optimizer("SGD", 1);
    assert_eq!(rt_torch_scheduler_new("CosineAnnealingLR".into(), fresh, given), RuntimeValue::NIL);
    assert!(refusal().1.contains("does not know its initial_lr"));
}

#[test]
fn what_pytorch_refuses_is_refused() {
    let sgd = optimizer("SGD", 2);
    let int = RuntimeValue::from;
    for (kind, given, wanted) in [
        ("StepLR", dict(&[]), "step_size is missing"),
        ("StepLR", dict(&[("step_size", 0.into())]), "step_size 0 is not above 0"),
        ("StepLR", dict(&[("step_size", "x".into())]), "step_size"),
        ("ExponentialLR", dict(&[]), "gamma is missing"),
        ("ConstantLR", dict(&[("factor", 1.5.into())]), "between 0 and 1"),
        ("LinearLR", dict(&[("start_factor", 0.0.into())]), "greater than 0"),
        ("LinearLR", dict(&[("end_factor", 2.0.into())]), "Ending multiplicative factor"),
        ("CosineAnnealingLR", dict(&[("T_max", int(-1))]), "T_max -1"),
        (
            "CosineAnnealingWarmRestarts",
            dict(&[("T_0", 0.into())]),
            "Expected positive integer T_0",
        ),
        (
            "CosineAnnealingWarmRestarts",
            dict(&[("T_0", 1.into()), ("T_mult", 0.into())]),
            "Expected integer T_mult >= 1",
        ),
        ("OneCycleLR", dict(&[("max_lr", 1.into())]), "total_steps"),
        (
            "OneCycleLR",
            dict(&[("max_lr", 1.into()), ("total_steps", 0.into())]),
            "Expected positive integer total_steps, but got 0",
        ),
        (
            "OneCycleLR",
            dict(&[("max_lr", 1.into()), ("total_steps", 9.into()), ("pct_start", 2.0.into())]),
            "Expected float between 0 and 1 pct_start, but got 2.0",
        ),
        (
            "OneCycleLR",
            dict(&[("max_lr", array(&[1.into()])), ("total_steps", 9.into()), ("bogus", 1.into())]),
            "OneCycleLR has no option \"bogus\"",
        ),
        (
            "OneCycleLR",
            dict(&[("max_lr", array(&[1.into(), 2.into(), 3.into()])), ("total_steps", 9.into())]),
            "max_lr has 3 values, param_groups has 2",
        ),
        ("ReduceLROnPlateau", dict(&[("factor", 1.0.into())]), "Factor should be < 1.0."),
        (
            "ReduceLROnPlateau",
            dict(&[("min_lr", array(&[1.into(), 2.into(), 3.into()]))]),
            "expected 2 min_lrs, got 3",
        ),
        ("LambdaLR", dict(&[]), "none of StepLR"),
        (
            "SequentialLR",
            dict(&[("schedulers", array(&[])), ("milestones", array(&[]))]),
            "at least one",
        ),
    ] {
        assert_eq!(rt_torch_scheduler_new(kind.into(), sgd, given), RuntimeValue::NIL, "{wanted}");
        let (code, text) = refusal();
        assert!(text.contains(wanted), "{text}");
        assert_eq!(code, RT_ERROR_TORCH_OPTION, "{text}");
    }
    let adagrad = optimizer("Adagrad", 1);
    assert_eq!(rt_torch_scheduler_one_cycle_new(adagrad, 1.0, 10), RuntimeValue::NIL);
    assert!(refusal().1.contains("optimizer must support momentum or beta1"));

    let other = optimizer("SGD", 1);
    let (mine, theirs) = (
        rt_torch_scheduler_exponential_new(sgd, 0.9),
        rt_torch_scheduler_exponential_new(other, 0.9),
    );
    let plateau = rt_torch_scheduler_plateau_new(sgd, 0, 0.5, 1, 0.0);
    for (parts, milestones, wanted) in [
        (array(&[mine, theirs]), array(&[1.into()]), "same optimizer"),
        (array(&[mine, plateau]), array(&[1.into()]), "ReduceLROnPlateau"),
        (array(&[mine, mine]), array(&[]), "one more than the number of milestone points"),
    ] {
        assert_eq!(rt_torch_scheduler_sequential_new(sgd, parts, milestones), RuntimeValue::NIL);
        assert!(refusal().1.contains(wanted));
    }
}

#[test]
fn steps_that_cannot_be_taken() {
    let sgd = optimizer("SGD", 1);
    let plateau = rt_torch_scheduler_plateau_new(sgd, 0, 0.5, 1, 0.0);
    assert_eq!(rt_torch_scheduler_step(plateau), 0);
    let (code, text) = refusal();
    assert_eq!(code, codes::RT_ERROR_INVALID_ARGUMENT);
    assert!(text.contains("needs a metric"), "{text}");
    assert_eq!(rt_torch_scheduler_step_to(plateau, 3.0), 0);
    refusal();

    let exponential = rt_torch_scheduler_exponential_new(sgd, 0.5);
    assert_eq!(rt_torch_scheduler_step_with_metric(exponential, 1.0), 1);
    assert_eq!(lrs(sgd), [0.05]);
    for epoch in [-1.0, 0.5, f64::NAN, f64::NEG_INFINITY] {
        assert_eq!(rt_torch_scheduler_step_to(exponential, epoch), 0);
        refusal();
    }
    let restarts = rt_torch_scheduler_cosine_warm_restarts_new(sgd, 4, 1, 0.0);
    for epoch in [-1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(rt_torch_scheduler_step_to(restarts, epoch), 0);
        refusal();
    }

    let once = optimizer("SGD", 1);
    let cycle = rt_torch_scheduler_one_cycle_new(once, 1.0, 5);
    (0..5).for_each(|_| assert_eq!(rt_torch_scheduler_step(cycle), 1));
    assert_eq!(rt_torch_scheduler_step(cycle), 0);
    assert!(
        refusal().1.ends_with("Tried to step 6 times. The specified number of total steps is 5")
    );

    let two = optimizer("SGD", 1);
    let cosine = rt_torch_scheduler_cosine_warm_restarts_new(two, 4, 1, 0.0);
    let parameter = Tensor::zeros([1], (Kind::Float, tch::Device::Cpu)).set_requires_grad(true);
    let group = dict(&[("params", array(&[give(&parameter)]))]);
    assert_eq!(rt_torch_optimizer_add_param_group(two, group), 1);
    assert_eq!(rt_torch_scheduler_step(cosine), 0);
    assert!(refusal().1.contains("the optimizer has 2 groups, and had 1"));

    assert_eq!(rt_torch_optimizer_free(sgd), 1);
    for scheduler in [plateau, exponential, restarts] {
        assert_eq!(rt_torch_scheduler_step_with_metric(scheduler, 1.0), 0);
        let (code, text) = refusal();
        assert_eq!(code, codes::RT_ERROR_STALE_HANDLE);
        assert!(text.ends_with("the scheduler's optimizer was freed"), "{text}");
        assert_eq!(rt_torch_scheduler_free(scheduler), 1);
        assert_eq!(rt_torch_scheduler_step(scheduler), 0);
        assert_eq!(refusal().0, codes::RT_ERROR_STALE_HANDLE);
    }
    for word in [RuntimeValue::NIL, RuntimeValue::TRUE, 7.into(), give(&parameter), once] {
        assert_eq!(rt_torch_scheduler_step(word), 0);
        refusal();
        assert_eq!(rt_torch_scheduler_get_last_lr(word), RuntimeValue::NIL);
        refusal();
    }
    assert_eq!(rt_torch_scheduler_step_new(RuntimeValue::NIL, 1, 0.5), RuntimeValue::NIL);
    refusal();
}

#[test]
fn a_rate_that_is_no_number_is_an_error() {
    let sgd = optimizer("SGD", 1);
    let exponential = rt_torch_scheduler_exponential_new(sgd, 1e200);
    assert_eq!(rt_torch_scheduler_step(exponential), 1);
    assert_eq!(rt_torch_scheduler_step(exponential), 0);
    assert!(refusal().1.contains("comes to a learning rate of inf in epoch 2"));
    assert_eq!(lrs(sgd), [0.1 * 1e200]);
}
