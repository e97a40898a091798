//! What modules and the functions behind them refuse, and that nothing breaks them.
#![cfg(all(feature = "ffi", feature = "pytorch"))]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

#[path = "common/modules.rs"]
mod modules;

use modules::*;
use runtime_core::error::codes as core_codes;
use runtime_core::error::last_code;
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
use runtime_torch::ffi::nn::state::*;
use runtime_value::RuntimeValue;

#[test]
fn bad_options_are_errors() {
    let option = codes::RT_ERROR_TORCH_OPTION;
    let make = |class: &str, options: &[(&str, RuntimeValue)]| {
        rt_torch_module_new(class.into(), dict(options))
    };
    refused(make("Conv4d", &[]), option);
    refused(make("", &[]), option);
    refused(make("Linear", &[("in_features", 3.into())]), option);
    refused(make("Linear", &[("in_features", 3.into()), ("out_features", "4".into())]), option);
    refused(make("ReLU", &[("in_place", true.into())]), option);
    let conv = |name: &'static str, value: RuntimeValue| {
        let base =
            [("in_channels", 4.into()), ("out_channels", 4.into()), ("kernel_size", 3.into())];
        let mut all: Vec<_> = base.into_iter().filter(|(known, _)| *known != name).collect();
        all.push((name, value));
        make("Conv2d", &all)
    };
    for (name, value) in [
        ("groups", 3.into()),
        ("groups", 0.into()),
        ("groups", (-1).into()),
        ("stride", 0.into()),
        ("padding", (-1).into()),
        ("padding", "some".into()),
        ("padding_mode", "none".into()),
        ("dilation", 0.into()),
        ("kernel_size", ints(&[3, 3, 3])),
        ("kernel_size", 0.into()),
        ("kernel_size", NIL),
        ("stride", ints(&[i64::MAX, 1])),
        ("stride", 1.5.into()),
    ] {
        refused(conv(name, value), option);
    }
    refused(conv("kernel_size", (1 << 20).into()), codes::RT_ERROR_TORCH_TOO_LARGE);
    refused(conv("in_channels", (-4).into()), core_codes::RT_ERROR_INVALID_ARGUMENT);
    refused(conv("dtype", codes::RT_TORCH_INT32.into()), codes::RT_ERROR_TORCH);
    refused(conv("dtype", 77.into()), codes::RT_ERROR_TORCH_DTYPE);
    refused(conv("device", 9.into()), codes::RT_ERROR_TORCH_DEVICE);
    let wide = conv("padding", (1 << 30).into());
    refused(
        rt_torch_module_forward(wide, give(randn(&[1, 4, 5, 5]))),
        codes::RT_ERROR_TORCH_TOO_LARGE,
    );
    refused(make("Dropout", &[("p", 1.5.into())]), core_codes::RT_ERROR_INVALID_ARGUMENT);
    refused(make("Dropout", &[("p", f64::NAN.into())]), core_codes::RT_ERROR_INVALID_ARGUMENT);
    refused(rt_torch_dropout_new(-0.1, 0), core_codes::RT_ERROR_INVALID_ARGUMENT);
    refused(make("GroupNorm", &[("num_groups", 0.into()), ("num_channels", 0.into())]), option);
    refused(make("Upsample", &[]), option);
    refused(make("Upsample", &[("scale_factor", f64::INFINITY.into())]), option);
    refused(make("Unflatten", &[("dim", 0.into())]), option);
    refused(
        make(
            "Embedding",
            &[("num_embeddings", 3.into()), ("embedding_dim", 2.into()), ("padding_idx", 3.into())],
        ),
        core_codes::RT_ERROR_INVALID_ARGUMENT,
    );
    refused(
        make("Sequential", &[("modules", array(&[1.into()]))]),
        core_codes::RT_ERROR_NOT_A_HANDLE,
    );
    refused(make("TransformerEncoder", &[("num_layers", 2.into())]), option);
    refused(
        make(
            "Linear",
            &[("in_features", (1_i64 << 40).into()), ("out_features", (1_i64 << 40).into())],
        ),
        codes::RT_ERROR_TORCH_TOO_LARGE,
    );
    refused(rt_torch_module_new("ReLU".into(), 5.into()), 101);
    refused(rt_torch_module_new(5.into(), NIL), 101);
    assert_ne!(rt_torch_module_new("ReLU".into(), NIL), NIL);
}

#[test]
fn wrong_kinds_and_freed_handles_are_errors() {
    let (linear, x) = (rt_torch_linear_new(2, 2, 1), give(randn(&[2, 2])));
    let kind = core_codes::RT_ERROR_WRONG_KIND;
    refused(rt_torch_module_forward(x, x), kind);
    refused(rt_torch_module_forward(linear, linear), kind);
    refused(rt_torch_conv2d_forward(linear, x), kind);
    refused(rt_torch_conv2d_forward(rt_torch_conv1d_new(1, 1, 1, 1, 0), x), kind);
    refused(rt_torch_batchnorm2d_get_running_mean(linear), kind);
    refused(rt_torch_module_forward(linear, array(&[x, x])), core_codes::RT_ERROR_INVALID_ARGUMENT);
    refused(rt_torch_module_forward(linear, array(&[NIL])), core_codes::RT_ERROR_INVALID_ARGUMENT);
    refused(rt_torch_module_forward(linear, give(randn(&[2, 3]))), codes::RT_ERROR_TORCH);
    assert_eq!(rt_torch_module_free(x), 0);
    assert_eq!(last_code(), kind);
    assert_eq!(rt_torch_module_free(linear), 1);
    assert_eq!(rt_torch_module_free(linear), 0);
    assert_eq!(last_code(), core_codes::RT_ERROR_STALE_HANDLE);
    refused(rt_torch_module_forward(linear, x), core_codes::RT_ERROR_STALE_HANDLE);
    refused(rt_torch_module_parameters(linear), core_codes::RT_ERROR_STALE_HANDLE);
    refused(rt_torch_sequential_new(array(&[linear])), core_codes::RT_ERROR_STALE_HANDLE);
    for word in [0, 1, 2, 3, u64::MAX, 1 << 63, 0xdead_beef] {
        // SAFETY: any word may be given; none of these is a live object.
        let value = unsafe { RuntimeValue::from_bits(word) };
        assert_eq!(rt_torch_module_forward(value, value), NIL);
        assert_eq!(rt_torch_sequential_new(value), NIL);
        assert_eq!(rt_torch_module_load_state_dict(value, value, 1), NIL);
        assert_eq!(rt_torch_module_train(value), 0);
    }
}

#[test]
fn absurd_numbers_are_errors() {
    let x = give(randn(&[1, 2, 4, 4]));
    let numbers = [i64::MIN, i64::MIN + 1, -(1 << 32), -1, 0, 1 << 31, 1 << 32, 1 << 40, i64::MAX];
    for a in numbers {
        assert_eq!(rt_torch_linear_new(a, 1 << 40, 0) == NIL, a != 0, "{a}");
        assert_eq!(rt_torch_conv2d_new(2, 2, a, 1, 0), NIL);
        assert_eq!(rt_torch_conv2d_new(2, 2, 1, a, 0) == NIL, !(1..1 << 31).contains(&a));
        assert_eq!(rt_torch_max_pool2d(x, a, 1, 0), NIL, "{a}");
        assert_eq!(rt_torch_max_pool2d(x, 2, a, 0), NIL, "{a}");
        assert_eq!(rt_torch_avg_pool2d(x, 2, 1, a) == NIL, a != 0, "{a}");
        assert_eq!(rt_torch_adaptive_avg_pool2d(x, a, a) == NIL, a != 0, "{a}");
        assert_eq!(rt_torch_adaptive_max_pool2d(x, a, 1) == NIL, a != 0, "{a}");
        let square = rt_torch_square_subsequent_mask(a, 0, 0);
        assert_eq!(square == NIL, a != 0, "{a}");
        let padded = rt_torch_module_new("ZeroPad2d".into(), dict(&[("padding", a.into())]));
        assert!(
            padded == NIL || rt_torch_module_forward(padded, x) == NIL || a == 0 || a == -1,
            "{a}"
        );
        // Some gigabytes are not absurd, but nothing for a test.
        if !(1 << 31..1 << 33).contains(&a) {
            rt_torch_batchnorm2d_new(a, 0.0, 0.0, 1);
        }
        rt_torch_embedding_new(a, a, a);
        rt_torch_layernorm_new(ints(&[a, a]), 0.0, 1);
        rt_torch_layer_norm(x, ints(&[a]));
        rt_torch_softmax(x, a);
        rt_torch_init_dirac(x, a);
        let options = dict(&[("size", ints(&[a, a]))]);
        assert_eq!(rt_torch_nn_interpolate(x, options), NIL);
        let kernel = give(randn(&[2, 2, 1, 1]));
        rt_torch_nn_conv2d(x, kernel, NIL, a.into(), a.into(), a.into(), a);
        rt_torch_nn_conv2d(x, kernel, NIL, 1.into(), 0.into(), 1.into(), a);
        rt_torch_nn_conv2d(x, kernel, NIL, 1.into(), a.into(), 1.into(), 1);
    }
    refused(rt_torch_max_pool2d(x, 0, 1, 0), codes::RT_ERROR_TORCH);
    let wild = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, -1.0, 0.0, f64::MIN_POSITIVE];
    for a in wild {
        for b in wild {
            rt_torch_init_trunc_normal(x, a, b, 0.0, 1.0);
            rt_torch_init_trunc_normal(x, 0.0, 1.0, a, b);
            rt_torch_init_uniform(x, a, b);
            rt_torch_init_normal(x, a, b);
            rt_torch_init_sparse(give(randn(&[3, 3])), a, b);
            rt_torch_init_orthogonal(x, a);
            rt_torch_softplus(x, a, b);
            rt_torch_dropout(x, a, 1);
            rt_torch_batchnorm2d_forward(rt_torch_batchnorm2d_new(2, a, b, 1), x, 1);
        }
    }
    // Nothing falls into an interval a thousand deviations off; it is not waited for.
    assert_eq!(rt_torch_init_trunc_normal(x, -1e6, 1.0, 0.0, 1e9), 0);
}
