//! Losses through the C functions, against PyTorch's.
#![cfg(all(feature = "ffi", feature = "pytorch"))]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

mod common;
#[path = "common/values.rs"]
mod values;

use common::assert_close;
use runtime_torch::codes::{RT_ERROR_TORCH, RT_ERROR_TORCH_OPTION};
use runtime_torch::ffi::loss::*;
use runtime_value::RuntimeValue;
use tch::Tensor;
use values::{dict, give, options, take};

type Two = extern "C" fn(RuntimeValue, RuntimeValue) -> RuntimeValue;
type Three = extern "C" fn(RuntimeValue, RuntimeValue, RuntimeValue) -> RuntimeValue;
type Four = extern "C" fn(RuntimeValue, RuntimeValue, RuntimeValue, RuntimeValue) -> RuntimeValue;

/// The functions without and with options.
const PAIRS: &[(&str, Option<Two>, Three)] = &[
    ("bce_loss", Some(rt_torch_bce_loss), rt_torch_bce_loss_with),
    (
        "bce_with_logits_loss",
        Some(rt_torch_bce_with_logits_loss),
        rt_torch_bce_with_logits_loss_with,
    ),
    ("cross_entropy", Some(rt_torch_cross_entropy), rt_torch_cross_entropy_with),
    ("nll_loss", Some(rt_torch_nll_loss), rt_torch_nll_loss_with),
    ("mse_loss", Some(rt_torch_mse_loss), rt_torch_mse_loss_with),
    ("l1_loss", Some(rt_torch_l1_loss), rt_torch_l1_loss_with),
    ("smooth_l1_loss", Some(rt_torch_smooth_l1_loss), rt_torch_smooth_l1_loss_with),
    ("huber_loss", None, rt_torch_huber_loss_with),
    ("kl_div", Some(rt_torch_kl_div), rt_torch_kl_div_with),
    (
        "hinge_embedding_loss",
        Some(rt_torch_hinge_embedding_loss),
        rt_torch_hinge_embedding_loss_with,
    ),
    ("soft_margin_loss", Some(rt_torch_soft_margin_loss), rt_torch_soft_margin_loss_with),
    ("poisson_nll_loss", Some(rt_torch_poisson_nll_loss), rt_torch_poisson_nll_loss_with),
    ("focal_loss", None, rt_torch_focal_loss_with),
];

const TRIPLES: &[(&str, Four)] = &[
    ("cosine_embedding_loss", rt_torch_cosine_embedding_loss),
    ("margin_ranking_loss", rt_torch_margin_ranking_loss),
    ("triplet_margin_loss", rt_torch_triplet_margin_loss),
    ("gaussian_nll_loss", rt_torch_gaussian_nll_loss),
];

#[test]
fn losses_and_gradients_are_pytorchs() {
    for case in common::read("losses.txt") {
        let names: Vec<&str> = case.attribute("inputs").unwrap().split(',').collect();
        let mut inputs: Vec<Tensor> = names.iter().map(|name| case.tensor(name).copy()).collect();
        inputs[0] = inputs[0].set_requires_grad(true);
        let function = case.attribute("function").unwrap();
        let options = options(&case);
        let given: Vec<RuntimeValue> = inputs.iter().map(give).collect();
        let loss = if let Some((_, with)) = TRIPLES.iter().find(|(name, _)| *name == function) {
            take(with(given[0], given[1], given[2], options))
        } else {
            let (_, _, with) = PAIRS.iter().find(|(name, _, _)| *name == function).unwrap();
            take(with(given[0], given[1], options))
        };
        loss.sum(loss.kind()).backward();
        assert_close(&case.name, &loss, case.tensor("loss"), 1e-6, 1e-7);
        assert_close(&case.name, &inputs[0].grad(), case.tensor("grad"), 1e-6, 1e-7);
    }
}

#[test]
fn the_short_form_is_the_mean() {
    let cases = common::read("losses.txt");
    for (function, short, _) in PAIRS {
        let plain = cases.iter().find(|case| {
            let options = case.attributes().filter(|(name, _)| name.starts_with("option_")).count();
            let mean = case.attribute("option_reduction") == Some("mean");
            let weighted = case.find("option_weight").is_some();
            case.attribute("function") == Some(function) && mean && options == 1 && !weighted
        });
        let Some((case, short)) = plain.zip(*short) else { continue };
        let loss = take(short(give(case.tensor("pred")), give(case.tensor("target"))));
        assert_close(function, &loss, case.tensor("loss"), 1e-6, 1e-7);
    }
    let (zero, three) =
        (give(&Tensor::from_slice(&[0.0_f32])), give(&Tensor::from_slice(&[3_f32])));
    assert_eq!(take(rt_torch_huber_loss(zero, three, 2.0)).double_value(&[]), 4.0);
    assert_eq!(take(rt_torch_mse_loss(zero, three)).double_value(&[]), 9.0);
    let logits = give(&Tensor::from_slice(&[0.0_f32]));
    let ones = give(&Tensor::from_slice(&[1.0_f32]));
    let focal = take(rt_torch_focal_loss(logits, ones, 0.5, 1.0)).double_value(&[]);
    assert!((focal - 0.25 * 2_f64.ln()).abs() < 1e-7);
    let scores = give(&Tensor::from_slice(&[0.0_f32, 0.0]).view([1, 2]));
    let classes = give(&Tensor::from_slice(&[1_i64]));
    let even = take(rt_torch_label_smoothing_loss(scores, classes, 0.5)).double_value(&[]);
    assert!((even - 2_f64.ln()).abs() < 1e-7);
    assert_eq!(
        take(rt_torch_cross_entropy_loss(scores, classes)).double_value(&[]) as f32,
        even as f32
    );
}

/// The code and text of the error of a call that returned NIL.
#[track_caller]
fn refusal(result: RuntimeValue) -> (i64, String) {
    assert_eq!(result, RuntimeValue::NIL);
    values::refusal()
}

#[test]
fn what_does_not_fit_is_refused() {
    let two = give(&Tensor::from_slice(&[0.5_f32, 0.25]));
    let three = give(&Tensor::from_slice(&[0.5_f32, 0.25, 1.0]));
    let (_, text) = refusal(rt_torch_bce_loss(two, three));
    assert_eq!(text, "rt_torch_bce_loss: target size [3] is not the input's size [2]");
    assert_eq!(refusal(rt_torch_mse_loss(two, three)).0, RT_ERROR_TORCH);

    let scores = give(&Tensor::from_slice(&[0.5_f32, 0.25]).view([1, 2]));
    let classes = give(&Tensor::from_slice(&[2_i64]));
    let (code, text) = refusal(rt_torch_cross_entropy(scores, classes));
    assert_eq!(
        (code, text.as_str()),
        (RT_ERROR_TORCH, "rt_torch_cross_entropy: Target 2 is out of bounds.")
    );

    let above = give(&Tensor::from_slice(&[1.5_f32, 0.5]));
    assert_eq!(refusal(rt_torch_bce_loss(above, two)).0, RT_ERROR_TORCH);

    let options = dict(&[("reduction", "median".into())]);
    let (code, text) = refusal(rt_torch_mse_loss_with(two, two, options));
    assert_eq!(code, RT_ERROR_TORCH_OPTION);
    assert!(text.ends_with("MSELoss: reduction \"median\" is none of none, mean, sum"), "{text}");
    let options = dict(&[("margin", (-1.0).into())]);
    let (_, text) = refusal(rt_torch_triplet_margin_loss(two, two, two, options));
    assert!(text.ends_with("margin must be greater than 0, got -1.0"), "{text}");
    let (code, _) = refusal(rt_torch_kl_div_with(two, two, options));
    assert_eq!(code, RT_ERROR_TORCH_OPTION);

    let negative = give(&Tensor::from_slice(&[-1.0_f32, 1.0]));
    assert!(
        refusal(rt_torch_gaussian_nll_loss(two, two, negative, RuntimeValue::NIL))
            .1
            .contains("negative")
    );
    assert!(
        refusal(rt_torch_gaussian_nll_loss(two, two, three, RuntimeValue::NIL)).1.contains("size")
    );
    for forged in [RuntimeValue::NIL, RuntimeValue::TRUE, 7.into(), (-1).into(), 0.5.into()] {
        assert_ne!(refusal(rt_torch_mse_loss(forged, two)).0, 0);
        assert_ne!(refusal(rt_torch_mse_loss(two, forged)).0, 0);
    }
}
