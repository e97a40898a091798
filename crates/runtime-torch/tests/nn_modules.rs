//! Modules as a whole: sharing, saving, loading, moving, copying; the short functions.
#![cfg(all(feature = "ffi", feature = "pytorch"))]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

mod common;
#[path = "common/modules.rs"]
mod modules;

use common::assert_close;
use modules::*;
use runtime_core::error::codes as core_codes;
use runtime_core::error::{clear_last, last_code};
use runtime_torch::codes;
use runtime_torch::ffi::nn::activation::*;
use runtime_torch::ffi::nn::attention::*;
use runtime_torch::ffi::nn::conv::*;
use runtime_torch::ffi::nn::embedding::*;
use runtime_torch::ffi::nn::functional::*;
use runtime_torch::ffi::nn::init::*;
use runtime_torch::ffi::nn::linear::*;
use runtime_torch::ffi::nn::module::*;
use runtime_torch::ffi::nn::norm::*;
use runtime_torch::ffi::nn::pool::*;
use runtime_torch::ffi::nn::recurrent::*;
use runtime_torch::ffi::nn::state::*;
use runtime_torch::ffi::nn::transformer::*;
use runtime_value::{Array, Dict, RuntimeValue, View};
use tch::{Device, Kind, Tensor};

fn network() -> RuntimeValue {
    let modules = [
        rt_torch_linear_new(4, 8, 1),
        new("BatchNorm1d", &[("num_features", 8.into())]),
        new("ReLU", &[]),
        rt_torch_linear_new(8, 2, 0),
    ];
    let network = rt_torch_sequential_new(array(&modules));
    for module in modules {
        assert_eq!(rt_torch_module_free(module), 1);
    }
    network
}

#[test]
fn containers_hold_the_very_modules() {
    let linear = rt_torch_linear_new(3, 3, 1);
    let twice = rt_torch_sequential_new(array(&[linear, linear]));
    assert_eq!(keys(rt_torch_module_named_parameters(twice)), ["0.weight", "0.bias"]);
    let dotted = ["0.weight", "0.bias", "1.weight", "1.bias"];
    assert_eq!(keys(rt_torch_module_state_dict(twice)), dotted);
    assert_eq!(keys(rt_torch_module_named_modules(twice)), ["", "0"]);
    assert_eq!(keys(rt_torch_module_children(twice)), ["0", "1"]);
    let parameters = Array::of("parameters", rt_torch_module_parameters(twice)).unwrap();
    assert_eq!(parameters.len(), 2);
    // A change through any handle is seen through all of them.
    let weight = held(rt_torch_linear_get_weight(linear));
    assert_eq!(rt_torch_init_constant(parameters.get(0).unwrap(), 2.0), 1);
    assert_eq!(weight.double_value(&[1, 1]), 2.0);
    assert_eq!(rt_torch_module_eval(twice), 1);
    assert_eq!(rt_torch_module_is_training(linear), 0);
    // Nine, and three biases.
    assert_eq!(rt_torch_module_param_count(twice), 12);
    assert_eq!(rt_torch_module_requires_grad_(linear, 0), 1);
    assert_eq!(rt_torch_module_trainable_param_count(twice), 0);
    assert_eq!(rt_torch_module_free(linear), 1);
    let input = give(randn(&[2, 3]));
    assert_eq!(held(rt_torch_module_forward(twice, input)).size(), [2, 3]);
    let first = rt_torch_module_get_parameter(twice, "0.bias".into());
    assert_eq!(held(first).size(), [3]);
    clear_last();
    assert_eq!(rt_torch_module_get_parameter(twice, "2.bias".into()), NIL);
    assert_eq!(last_code(), 0);
    assert_eq!(shown(rt_torch_module_class(twice)), "Sequential");
    let empty = rt_torch_sequential_new(array(&[]));
    assert_eq!(held(rt_torch_module_forward(empty, input)).size(), [2, 3]);
    assert_eq!(shown(rt_torch_module_repr(empty)), "Sequential()");
    assert_eq!(
        shown(rt_torch_module_repr(network())),
        "Sequential(\n  (0): Linear(in_features=4, out_features=8, bias=True)\n  \
         (1): BatchNorm1d(8, eps=1e-05, momentum=0.1, affine=True, bias=True, \
         track_running_stats=True)\n  (2): ReLU()\n  \
         (3): Linear(in_features=8, out_features=2, bias=False)\n)"
    );
}

#[test]
fn a_list_shares_lines_in_its_text() {
    let module = || new("ReLU", &[]);
    let modules = array(&[module(), module(), new("Tanh", &[]), module()]);
    let list = new("ModuleList", &[("modules", modules)]);
    let text = "ModuleList(\n  (0-1): 2 x ReLU()\n  (2): Tanh()\n  (3): ReLU()\n)";
    assert_eq!(shown(rt_torch_module_repr(list)), text);
    refused(
        rt_torch_module_forward(list, give(randn(&[2]))),
        core_codes::RT_ERROR_INVALID_ARGUMENT,
    );
}

#[test]
fn a_state_dict_goes_into_another_module() {
    let (from, to) = (network(), network());
    let input = give(randn(&[5, 4]));
    assert_eq!(held(rt_torch_module_forward(from, input)).size(), [5, 2]);
    let saved = rt_torch_module_state_dict(from);
    let names = ["0.weight", "0.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var"];
    let names = [&names[..], &["1.num_batches_tracked", "3.weight"]].concat();
    assert_eq!(keys(saved), names);
    let parameter = held(rt_torch_module_get_parameter(to, "3.weight".into()));
    let report = tuple(rt_torch_module_load_state_dict(to, saved, 1));
    assert!(report.iter().all(|list| Array::of("list", *list).unwrap().is_empty()));
    for module in [from, to] {
        assert_eq!(rt_torch_module_eval(module), 1);
    }
    let outputs = [from, to].map(|module| held(rt_torch_module_forward(module, input)));
    assert_close("outputs", &outputs[0], &outputs[1], 0.0, 0.0);
    // The parameter is still the same one, and has its gradient.
    let weight = held(rt_torch_module_get_parameter(from, "3.weight".into()));
    assert_close("weights", &parameter, &weight, 0.0, 0.0);
    outputs[1].sum(Kind::Float).backward();
    assert!(parameter.grad().defined());
    assert_eq!(rt_torch_module_zero_grad(to), 1);
    assert!(!parameter.grad().defined());
    // Saved tensors have no gradients of their own.
    assert!(
        !held(Dict::of("saved", saved).unwrap().get("0.weight".into()).unwrap().unwrap())
            .requires_grad()
    );
}

#[test]
fn what_does_not_fit_is_named() {
    let module = network();
    let saved = Dict::of("saved", rt_torch_module_state_dict(module)).unwrap();
    saved.remove("0.bias".into()).unwrap();
    saved.insert("4.weight".into(), give(randn(&[1]))).unwrap();
    let before = held(rt_torch_module_get_parameter(module, "0.weight".into())).copy();
    saved.insert("0.weight".into(), give(randn(&[8, 4]))).unwrap();
    refused(
        rt_torch_module_load_state_dict(module, saved.value(), 1),
        core_codes::RT_ERROR_INVALID_ARGUMENT,
    );
    let weight = held(rt_torch_module_get_parameter(module, "0.weight".into()));
    assert_close("an unchanged weight", &weight, &before, 0.0, 0.0);
    let report = tuple(rt_torch_module_load_state_dict(module, saved.value(), 0));
    let lists: Vec<Vec<String>> = report
        .iter()
        .map(|list| Array::of("list", *list).unwrap().iter().map(shown).collect())
        .collect();
    assert_eq!(lists, [["0.bias"], ["4.weight"]]);
    assert_ne!(weight.double_value(&[0, 0]), before.double_value(&[0, 0]));
    // Another shape is an error even when not strict, and says both.
    saved.insert("3.weight".into(), give(randn(&[2, 9]))).unwrap();
    assert_eq!(rt_torch_module_load_state_dict(module, saved.value(), 0), NIL);
    assert!(text().contains("3.weight is [2, 8] here and [2, 9] there"), "{}", text());
    saved.insert("3.weight".into(), 7.into()).unwrap();
    refused(
        rt_torch_module_load_state_dict(module, saved.value(), 0),
        core_codes::RT_ERROR_NOT_A_HANDLE,
    );
    refused(rt_torch_module_load_state_dict(module, NIL, 0), 101);
}

#[test]
fn moving_keeps_the_parameters() {
    let module = network();
    let parameter = held(rt_torch_module_get_parameter(module, "0.weight".into()));
    let input = randn(&[3, 4]);
    held(rt_torch_module_forward(module, give(input.shallow_clone()))).sum(Kind::Float).backward();
    let gradient = parameter.grad().copy();
    assert_eq!(rt_torch_module_to(module, -1, codes::RT_TORCH_FLOAT64), 1, "{}", text());
    assert_eq!(parameter.kind(), Kind::Double);
    assert_eq!(parameter.grad().kind(), Kind::Double);
    assert_close("gradient", &parameter.grad().to_kind(Kind::Float), &gradient, 0.0, 0.0);
    let buffers = Dict::of("buffers", rt_torch_module_buffers(module)).unwrap();
    let kinds = buffers.iter().map(|(_, value)| held(value).kind()).collect::<Vec<_>>();
    assert_eq!(kinds, [Kind::Double, Kind::Double, Kind::Int64]);
    let output = held(rt_torch_module_forward(module, give(input.to_kind(Kind::Double))));
    assert_eq!(output.kind(), Kind::Double);
    output.sum(Kind::Double).backward();
    assert_eq!(rt_torch_module_to(module, 0, -1), 1);
    for (device, dtype, code) in [
        (-2, -1, codes::RT_ERROR_TORCH_DEVICE),
        (99, -1, codes::RT_ERROR_TORCH_DEVICE),
        (0, 12, codes::RT_ERROR_TORCH_DTYPE),
        (0, codes::RT_TORCH_INT64, codes::RT_ERROR_TORCH_DTYPE),
        (0, codes::RT_TORCH_BOOL, codes::RT_ERROR_TORCH_DTYPE),
    ] {
        assert_eq!(rt_torch_module_to(module, device, dtype), 0);
        assert_eq!(last_code(), code);
    }
}

#[test]
fn a_copy_has_parameters_of_its_own() {
    let linear = rt_torch_linear_new(3, 3, 1);
    let module = rt_torch_sequential_new(array(&[linear, linear]));
    rt_torch_module_eval(module);
    let copy = rt_torch_module_clone(module);
    assert_eq!(rt_torch_module_is_training(copy), 0);
    assert_eq!(keys(rt_torch_module_named_parameters(copy)), ["0.weight", "0.bias"]);
    let [first, second] =
        [module, copy].map(|module| held(rt_torch_module_get_parameter(module, "0.weight".into())));
    assert_close("weights", &first, &second, 0.0, 0.0);
    assert!(second.requires_grad() && second.is_leaf());
    rt_torch_init_constant(rt_torch_linear_get_weight(linear), 5.0);
    assert_ne!(second.double_value(&[0, 0]), 5.0);
}

#[test]
fn depth_and_number_are_bounded() {
    let mut module = new("Identity", &[]);
    let mut depth = 1;
    loop {
        let outer = rt_torch_sequential_new(array(&[module]));
        if outer == NIL {
            break;
        }
        (module, depth) = (outer, depth + 1);
    }
    assert_eq!((depth, last_code()), (200, codes::RT_ERROR_TORCH_TOO_LARGE));
    assert_eq!(held(rt_torch_module_forward(module, give(randn(&[2])))).size(), [2]);
    let mut module = new("Identity", &[]);
    let mut doublings = 0;
    loop {
        let outer = rt_torch_sequential_new(array(&[module, module]));
        if outer == NIL {
            break;
        }
        (module, doublings) = (outer, doublings + 1);
    }
    assert_eq!((doublings, last_code()), (19, codes::RT_ERROR_TORCH_TOO_LARGE));
}

#[test]
fn short_functions_do_what_the_modules_do() {
    let image = randn(&[2, 3, 8, 8]);
    let conv = rt_torch_conv2d_new(3, 4, 3, 2, 1);
    let output = held(rt_torch_conv2d_forward(conv, give(image.shallow_clone())));
    assert_eq!(output.size(), [2, 4, 4, 4]);
    let general = held(rt_torch_module_forward(conv, give(image.shallow_clone())));
    assert_close("conv2d", &output, &general, 0.0, 0.0);
    let weight = rt_torch_module_get_parameter(conv, "weight".into());
    let bias = rt_torch_module_get_parameter(conv, "bias".into());
    let image = give(image);
    let free = rt_torch_nn_conv2d(image, weight, bias, 2.into(), ints(&[1, 1]), 1.into(), 1);
    assert_close("nn_conv2d", &held(free), &general, 0.0, 0.0);
    assert_eq!(
        held(rt_torch_conv1d_forward(rt_torch_conv1d_new(3, 2, 2, 1, 0), give(randn(&[3, 5]))))
            .size(),
        [2, 4]
    );
    let conv3d = rt_torch_conv3d_new(3, 16, 3);
    assert_eq!(
        held(rt_torch_conv3d_forward(conv3d, give(randn(&[1, 3, 4, 4, 4])))).size(),
        [1, 16, 2, 2, 2]
    );
    assert_eq!(held(rt_torch_max_pool2d(image, 2, 2, 0)).size(), [2, 3, 4, 4]);
    assert_eq!(held(rt_torch_nn_max_pool2d(image, 2.into(), NIL, 0.into())).size(), [2, 3, 4, 4]);
    assert_eq!(held(rt_torch_avg_pool2d(image, 2, 1, 1)).size(), [2, 3, 9, 9]);
    assert_eq!(
        held(rt_torch_nn_avg_pool2d(image, ints(&[2, 4]), NIL, 0.into())).size(),
        [2, 3, 4, 2]
    );
    let mean = held(rt_torch_global_avg_pool2d(image));
    assert_close("mean", &mean, &held(image).mean_dim([2, 3].as_slice(), true, None), 1e-6, 1e-6);
    assert_close(
        "max",
        &held(rt_torch_global_max_pool2d(image)),
        &held(image).amax([2, 3], true),
        0.0,
        0.0,
    );
    assert_eq!(held(rt_torch_adaptive_avg_pool2d(image, 7, 5)).size(), [2, 3, 7, 5]);
    assert_eq!(held(rt_torch_adaptive_max_pool2d(image, 4, 4)).size(), [2, 3, 4, 4]);
    let bigger = rt_torch_nn_interpolate(
        image,
        dict(&[("scale_factor", 2.into()), ("mode", "bilinear".into())]),
    );
    assert_eq!(held(bigger).size(), [2, 3, 16, 16]);

    let ones = give(Tensor::ones([10, 10], (Kind::Float, Device::Cpu)));
    let sum = |value| held(value).sum(Kind::Double).double_value(&[]);
    for (p, training, wanted) in [(0.5, 0, 100.0), (0.0, 1, 100.0), (1.0, 1, 0.0)] {
        assert_eq!(
            sum(rt_torch_dropout_forward(rt_torch_dropout_new(p, 0), ones, training)),
            wanted
        );
        assert_eq!(sum(rt_torch_dropout(ones, p, training)), wanted);
        assert_eq!(sum(rt_torch_nn_dropout(ones, p, training)), wanted);
    }
    let norm = rt_torch_layernorm_new(ints(&[10]), 1e-5, 1);
    assert_eq!(sum(rt_torch_layernorm_get_weight(norm)), 10.0);
    assert_eq!(sum(rt_torch_layernorm_get_bias(norm)), 0.0);
    assert!(sum(rt_torch_layernorm_forward(norm, ones)).abs() < 1e-3);
    assert!(sum(rt_torch_layer_norm(ones, ints(&[10]))).abs() < 1e-3);
    let weight = rt_torch_layernorm_get_weight(norm);
    assert!(sum(rt_torch_nn_layer_norm(ones, ints(&[10]), weight, NIL, 1e-5)).abs() < 1e-3);
    let plain = rt_torch_layernorm_new(ints(&[10]), 1e-5, 0);
    assert_eq!(rt_torch_layernorm_get_weight(plain), NIL);

    let batch = rt_torch_batchnorm2d_new(3, 1e-5, 0.1, 1);
    assert_eq!(held(rt_torch_batchnorm2d_forward(batch, image, 1)).size(), [2, 3, 8, 8]);
    let mean = held(rt_torch_batchnorm2d_get_running_mean(batch));
    assert_ne!(mean.abs().sum(Kind::Double).double_value(&[]), 0.0);
    let before = mean.copy();
    assert_eq!(held(rt_torch_batchnorm2d_forward(batch, image, 0)).size(), [2, 3, 8, 8]);
    assert_close("running mean", &mean, &before, 0.0, 0.0);
    assert_eq!(held(rt_torch_batchnorm2d_get_running_var(batch)).size(), [3]);
    let mean = give(Tensor::zeros([3], (Kind::Float, Device::Cpu)));
    assert_eq!(
        held(rt_torch_nn_batch_norm(image, mean, mean, NIL, NIL, 0, 0.1, 1e-5)).size(),
        [2, 3, 8, 8]
    );
    let batch = rt_torch_batchnorm1d_new(10, 1e-5, 0.1, 0, 0);
    assert_eq!(held(rt_torch_batchnorm1d_forward(batch, ones, 1)).size(), [10, 10]);
    assert_eq!(rt_torch_batchnorm2d_get_running_mean(batch), NIL);

    let table = rt_torch_embedding_new(10, 3, 2);
    let indices = give(Tensor::from_slice(&[2_i64, 9, 0]));
    let rows = held(rt_torch_embedding_forward(table, indices));
    assert_eq!(
        (rows.size(), rows.get(0).abs().sum(Kind::Double).double_value(&[])),
        (vec![3, 3], 0.0)
    );
    let weight = rt_torch_embedding_get_weight(table);
    assert_close("nn_embedding", &held(rt_torch_nn_embedding(indices, weight)), &rows, 0.0, 0.0);
    let given = give(randn(&[30, 50]));
    let frozen = rt_torch_embedding_from_pretrained(given, 1, -1);
    assert_eq!(held(rt_torch_embedding_forward(frozen, indices)).size(), [3, 50]);
    assert!(!held(rt_torch_embedding_get_weight(frozen)).requires_grad());
    let trained = rt_torch_embedding_from_pretrained(given, 0, -1);
    assert!(held(rt_torch_embedding_get_weight(trained)).requires_grad());
    assert!(!held(given).requires_grad());

    let linear = rt_torch_linear_new(10, 5, 0);
    assert_eq!(held(rt_torch_linear_get_weight(linear)).size(), [5, 10]);
    clear_last();
    assert_eq!((rt_torch_linear_get_bias(linear), last_code()), (NIL, 0));
    let output = held(rt_torch_linear_forward(linear, ones));
    assert_close(
        "linear",
        &held(rt_torch_nn_linear(ones, rt_torch_linear_get_weight(linear), NIL)),
        &output,
        0.0,
        0.0,
    );
}

#[test]
fn recurrent_layers_give_their_states() {
    let size = |value: &RuntimeValue| held(*value).size();
    let results =
        tuple(rt_torch_rnn_forward(rt_torch_rnn_new(10, 20), give(randn(&[2, 5, 10])), NIL));
    assert_eq!(results.iter().map(size).collect::<Vec<_>>(), [vec![2, 5, 20], vec![1, 2, 20]]);
    let lstm = rt_torch_lstm_new(8, 16, 1, 1);
    let results = tuple(rt_torch_lstm_forward(lstm, give(randn(&[3, 1, 8])), NIL, NIL));
    let sizes = [vec![3, 1, 32], vec![2, 1, 16], vec![2, 1, 16]];
    assert_eq!(results.iter().map(size).collect::<Vec<_>>(), sizes);
    let again = rt_torch_lstm_forward(lstm, give(randn(&[3, 1, 8])), results[1], results[2]);
    assert_eq!(tuple(again).iter().map(size).collect::<Vec<_>>(), sizes);
    let gru = rt_torch_gru_new(12, 24, 1, 0);
    let results = tuple(rt_torch_gru_forward(gru, give(randn(&[6, 2, 12])), NIL));
    assert_eq!(results.iter().map(size).collect::<Vec<_>>(), [vec![6, 2, 24], vec![1, 2, 24]]);
    let invalid = core_codes::RT_ERROR_INVALID_ARGUMENT;
    let input = give(randn(&[3, 1, 8]));
    refused(rt_torch_lstm_forward(lstm, input, results[1], NIL), invalid);
    refused(rt_torch_lstm_forward(lstm, input, results[1], results[1]), invalid);
    refused(rt_torch_lstm_forward(lstm, give(randn(&[3, 1, 9])), NIL, NIL), invalid);
    refused(rt_torch_lstm_forward(lstm, give(randn(&[3])), NIL, NIL), invalid);
    refused(rt_torch_lstm_forward(gru, input, NIL, NIL), core_codes::RT_ERROR_WRONG_KIND);
    let doubles = give(randn(&[3, 1, 8]).to_kind(Kind::Double));
    refused(rt_torch_lstm_forward(lstm, doubles, NIL, NIL), invalid);
    for (input, hidden, layers) in [(0, 1, 1), (1, 0, 1), (1, 1, 0), (1, 1, 1 << 40), (-1, -1, -1)]
    {
        refused(rt_torch_lstm_new(input, hidden, layers, 0), invalid);
    }
    refused(rt_torch_gru_new(1 << 50, 1 << 20, 1, 0), codes::RT_ERROR_TORCH_TOO_LARGE);
}

#[test]
fn attention_hides_what_comes_later() {
    let attention = rt_torch_multihead_attention_new(8, 2);
    let x = give(randn(&[2, 5, 8]));
    let plain = held(rt_torch_multihead_attention_forward(attention, x, x, x));
    assert_eq!(plain.size(), [2, 5, 8]);
    let masked = |options: &[(&str, RuntimeValue)]| {
        tuple(rt_torch_multihead_attention_forward_masked(attention, x, x, x, dict(options)))
    };
    let all = masked(&[]);
    assert_close("with weights", &held(all[0]), &plain, 1e-5, 1e-6);
    assert_eq!(held(all[1]).size(), [2, 5, 5]);
    let mask = rt_torch_square_subsequent_mask(5, codes::RT_TORCH_FLOAT32, 0);
    let given = held(masked(&[("attn_mask", mask)])[0]);
    let no = RuntimeValue::from(false);
    for options in [
        &[("is_causal", RuntimeValue::from(true))][..],
        &[("is_causal", true.into()), ("need_weights", no)],
        &[("is_causal", true.into()), ("attn_mask", mask)],
        &[("attn_mask", mask), ("need_weights", no)],
    ] {
        assert_close("causal", &held(masked(options)[0]), &given, 1e-5, 1e-6);
    }
    assert_eq!(masked(&[("need_weights", no)]).len(), 1);
    let heads = masked(&[("average_attn_weights", no), ("is_causal", true.into())]);
    assert_eq!(held(heads[1]).size(), [2, 2, 5, 5]);
    assert_eq!(held(heads[1]).double_value(&[0, 0, 0, 1]), 0.0);
    let free = rt_torch_scaled_dot_product_attention(x, x, x, NIL, 0.0, 1);
    assert_eq!(held(free).size(), [2, 5, 8]);
    let invalid = core_codes::RT_ERROR_INVALID_ARGUMENT;
    let wrong = |options: &[(&str, RuntimeValue)]| {
        rt_torch_multihead_attention_forward_masked(attention, x, x, x, dict(options))
    };
    refused(wrong(&[("attn_mask", give(randn(&[5, 4])))]), invalid);
    refused(wrong(&[("attn_mask", give(Tensor::from_slice(&[1_i64])))]), invalid);
    refused(wrong(&[("key_padding_mask", give(randn(&[5])))]), invalid);
    refused(wrong(&[("mask", mask)]), codes::RT_ERROR_TORCH_OPTION);
    let short = give(randn(&[2, 5, 7]));
    refused(rt_torch_multihead_attention_forward(attention, short, x, x), invalid);
    refused(
        rt_torch_multihead_attention_forward(attention, x, x, give(randn(&[2, 4, 8]))),
        invalid,
    );
    for (size, heads) in [(8, 3), (0, 1), (8, 0), (-8, 2), (i64::MIN, -1), (i64::MAX, 1)] {
        refused(rt_torch_multihead_attention_new(size, heads), invalid);
    }
}

#[test]
fn transformers_follow_the_mode() {
    let layer = rt_torch_transformer_encoder_layer_new(8, 2);
    assert_eq!(
        rt_torch_module_param_count(layer),
        4 * 8 * 8 + 4 * 8 + 2 * 2048 * 8 + 2048 + 8 + 32
    );
    let x = give(randn(&[2, 5, 8]));
    let run = |layer| held(rt_torch_transformer_encoder_layer_forward(layer, x));
    assert_ne!(run(layer).double_value(&[0, 0, 0]), run(layer).double_value(&[0, 0, 0]));
    rt_torch_module_eval(layer);
    assert_close("evaluation", &run(layer), &run(layer), 0.0, 0.0);
    let norm = rt_torch_layernorm_new(ints(&[8]), 1e-5, 1);
    let stack = rt_torch_transformer_encoder_new(layer, 3, norm);
    assert_eq!(rt_torch_module_free(layer), 1);
    rt_torch_module_eval(stack);
    let causal = dict(&[("is_causal", true.into())]);
    let output = held(rt_torch_transformer_encoder_forward_masked(stack, x, causal));
    assert_eq!(output.size(), [2, 5, 8]);
    // What comes later does not change what came before.
    let other = held(x).copy();
    drop(other.narrow(1, 3, 2).fill_(9.0));
    let causal = dict(&[("is_causal", true.into())]);
    let changed = held(rt_torch_transformer_encoder_forward_masked(stack, give(other), causal));
    assert_close("before", &changed.narrow(1, 0, 3), &output.narrow(1, 0, 3), 1e-5, 1e-6);
    assert_ne!(changed.double_value(&[0, 4, 0]), output.double_value(&[0, 4, 0]));
    let keys = keys(rt_torch_module_state_dict(stack));
    assert_eq!(keys.len(), 3 * 12 + 2);
    assert_eq!(keys[0], "layers.0.self_attn.in_proj_weight");
    let decoder = rt_torch_transformer_decoder_layer_new(8, 2);
    let memory = give(output);
    let output = held(rt_torch_transformer_decoder_layer_forward(decoder, x, memory));
    assert_eq!(output.size(), [2, 5, 8]);
    let stack = rt_torch_transformer_decoder_new(decoder, 2, NIL);
    let causal = dict(&[("tgt_is_causal", true.into())]);
    let output = rt_torch_transformer_decoder_forward_masked(stack, x, memory, causal);
    assert_eq!(held(output).size(), [2, 5, 8]);
    let invalid = core_codes::RT_ERROR_INVALID_ARGUMENT;
    refused(rt_torch_transformer_encoder_new(decoder, 2, NIL), invalid);
    refused(rt_torch_transformer_decoder_new(decoder, 0, NIL), invalid);
    refused(rt_torch_transformer_decoder_new(decoder, i64::MAX, NIL), invalid);
    let wrong = core_codes::RT_ERROR_WRONG_KIND;
    refused(rt_torch_transformer_encoder_forward_masked(stack, x, NIL), wrong);
    refused(rt_torch_transformer_decoder_layer_forward(stack, x, x), wrong);
}

#[test]
fn positions_are_sines_and_cosines() {
    let encoding = rt_torch_positional_encoding_new(5, 7);
    let zeros = give(Tensor::zeros([2, 6, 5], (Kind::Float, Device::Cpu)));
    let output = held(rt_torch_positional_encoding_forward(encoding, zeros));
    assert_eq!(output.size(), [2, 6, 5]);
    for position in 0..6 {
        for column in 0..5 {
            let rate = 10_000_f64.powf(-((column / 2 * 2) as f64) / 5.0);
            let angle = position as f64 * rate;
            let wanted = if column % 2 == 0 { angle.sin() } else { angle.cos() };
            let actual = output.double_value(&[1, position, column]);
            assert!((actual - wanted).abs() < 1e-6, "{position}, {column}: {actual}, {wanted}");
        }
    }
    assert_eq!(keys(rt_torch_module_state_dict(encoding)), ["pe"]);
    assert_eq!(
        held(rt_torch_positional_encoding_forward(encoding, give(randn(&[7, 5])))).size(),
        [7, 5]
    );
    let invalid = core_codes::RT_ERROR_INVALID_ARGUMENT;
    for size in [&[8, 5][..], &[2, 7, 4], &[5], &[]] {
        refused(rt_torch_positional_encoding_forward(encoding, give(randn(size))), invalid);
    }
    refused(rt_torch_positional_encoding_new(0, 5), invalid);
    refused(rt_torch_positional_encoding_new(5, -1), invalid);
    refused(rt_torch_positional_encoding_new(1 << 30, 1 << 30), codes::RT_ERROR_TORCH_TOO_LARGE);
}

#[test]
fn activations_keep_the_dtype() {
    let x = give(Tensor::from_slice(&[-2.0_f64, -0.5, 0.0, 0.5, 2.0]));
    type Unary = extern "C" fn(RuntimeValue) -> RuntimeValue;
    let unary: [(Unary, f64); 14] = [
        (rt_torch_relu, 2.0),
        (rt_torch_relu6, 2.0),
        (rt_torch_sigmoid, 0.880797),
        (rt_torch_tanh, 0.964028),
        (rt_torch_gelu, 1.9545),
        (rt_torch_gelu_tanh, 1.954598),
        (rt_torch_silu, 1.761594),
        (rt_torch_mish, 1.943959),
        (rt_torch_selu, 2.101402),
        (rt_torch_hardswish, 1.666667),
        (rt_torch_hardsigmoid, 0.833333),
        (rt_torch_log_sigmoid, -0.126928),
        (rt_torch_softsign, 0.666667),
        (rt_torch_tanhshrink, 1.035972),
    ];
    for (function, wanted) in unary {
        let result = held(function(x));
        assert_eq!((result.kind(), result.size()), (Kind::Double, vec![5]));
        assert!((result.double_value(&[4]) - wanted).abs() < 1e-4, "{wanted}: {result}");
        refused(function(NIL), 101);
    }
    let at = |value: RuntimeValue, index| held(value).double_value(&[index]);
    assert_eq!(at(rt_torch_leaky_relu(x, 3.0), 0), -6.0);
    assert_eq!(at(rt_torch_leaky_relu(x, 3.0), 4), 2.0);
    assert!((at(rt_torch_elu(x, 2.0), 0) - 2.0 * (-2.0_f64).exp_m1()).abs() < 1e-12);
    assert!((at(rt_torch_celu(x, 2.0), 0) - 2.0 * (-1.0_f64).exp_m1()).abs() < 1e-12);
    assert!((at(rt_torch_softplus(x, 1.0, 20.0), 2) - 2.0_f64.ln()).abs() < 1e-12);
    assert_eq!(at(rt_torch_softplus(x, 100.0, 20.0), 4), 2.0);
    assert_eq!(at(rt_torch_hardtanh(x, -1.0, 0.25), 4), 0.25);
    assert_eq!(at(rt_torch_hardshrink(x, 0.75), 3), 0.0);
    assert_eq!(at(rt_torch_softshrink(x, 0.25), 0), -1.75);
    assert_eq!(at(rt_torch_threshold(x, 0.5, 9.0), 3), 9.0);
    assert_eq!(at(rt_torch_prelu(x, give(Tensor::from_slice(&[0.5_f64]))), 0), -1.0);
    assert!((held(rt_torch_softmax(x, 0)).sum(Kind::Double).double_value(&[]) - 1.0).abs() < 1e-12);
    assert!(
        (at(rt_torch_log_softmax(x, -1), 4) - at(rt_torch_softmax(x, -1), 4).ln()).abs() < 1e-12
    );
    assert!((at(rt_torch_softmin(x, 0), 0) - at(rt_torch_softmax(x, 0), 4)).abs() < 1e-12);
    assert_eq!(held(rt_torch_glu(give(randn(&[4, 3])), 0)).size(), [2, 3]);
    for bad in [f64::NAN, 1.0, -1.0] {
        refused(rt_torch_hardtanh(x, 1.0, bad), core_codes::RT_ERROR_INVALID_ARGUMENT);
    }
    refused(rt_torch_softmax(x, 1), codes::RT_ERROR_TORCH);
    refused(rt_torch_glu(x, 0), codes::RT_ERROR_TORCH);
    refused(rt_torch_celu(x, 0.0), codes::RT_ERROR_TORCH);
    let large = give(Tensor::from_slice(&[1e4_f64]).set_requires_grad(true));
    for output in [rt_torch_elu(large, 1.0), rt_torch_softplus(large, 1.0, 20.0)] {
        let input = held(large);
        let gradient = Tensor::run_backward(&[held(output)], &[input], false, false);
        assert_eq!(gradient[0].double_value(&[0]), 1.0);
    }
}
