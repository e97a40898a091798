//! Gradients: the modes, walks with options, clipping, contexts.
#![cfg(all(feature = "ffi", feature = "pytorch"))]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

mod common;

use std::thread;

use common::assert_close;
use runtime_core::error;
use runtime_core::error::codes::*;
use runtime_torch::arguments::elements;
use runtime_torch::codes::*;
use runtime_torch::ffi::autograd::*;
use runtime_torch::ffi::autograd_context::*;
use runtime_torch::ffi::tensor::arithmetic::{rt_torch_add, rt_torch_mul, rt_torch_pow};
use runtime_torch::ffi::tensor::inplace::rt_torch_fill_;
use runtime_torch::ffi::tensor::read::{rt_torch_free, rt_torch_item};
use runtime_torch::ffi::tensor::reduce::rt_torch_sum;
use runtime_torch::objects::{give_tensor, tensor};
use runtime_value::{Array, Dict, RuntimeValue, View};
use tch::{Device, Kind, Tensor};

const NIL: RuntimeValue = RuntimeValue::NIL;

/// A leaf that needs a gradient.
fn leaf(numbers: &[f32]) -> RuntimeValue {
    give_tensor(Tensor::from_slice(numbers).set_requires_grad(true)).unwrap()
}

fn number(number: f32) -> RuntimeValue {
    let tensor = Tensor::from_slice(&[number]).reshape([0_i64; 0]);
    give_tensor(tensor.set_requires_grad(true)).unwrap()
}

#[track_caller]
fn take(value: RuntimeValue) -> Tensor {
    assert_ne!(value, NIL, "{:?}", error::last_message());
    let taken = tensor("tensor", value).unwrap().shallow_clone();
    assert_eq!(rt_torch_free(value), 1);
    taken
}

fn array(values: &[RuntimeValue]) -> RuntimeValue {
    Array::from_slice(values).unwrap().value()
}

#[track_caller]
fn is(value: RuntimeValue, numbers: &[f32]) {
    assert_close("gradient", &take(value), &Tensor::from_slice(numbers), 1e-5, 1e-6);
}

fn free(values: &[RuntimeValue]) {
    for value in values {
        assert_eq!(rt_torch_free(*value), 1);
    }
}

#[test]
fn a_chain_by_hand() {
    // (x + y)^2 at 2 and 3: 25, and 10 for each.
    let (x, y) = (number(2.0), number(3.0));
    assert_eq!((rt_torch_requires_grad(x), rt_torch_is_leaf(x)), (1, 1));
    error::clear_last();
    assert_eq!((rt_torch_grad(x), error::last_code()), (NIL, RT_ERROR_NONE));
    let sum = rt_torch_add(x, y);
    let square = rt_torch_mul(sum, sum);
    assert_eq!((rt_torch_item(square), rt_torch_is_leaf(square)), (25.0, 0));
    assert_eq!(rt_torch_retain_grad(sum), 1);
    assert_eq!(rt_torch_backward(square), 1);
    assert_eq!(
        (take(rt_torch_grad(x)).double_value(&[]), take(rt_torch_grad(y)).double_value(&[])),
        (10.0, 10.0)
    );
    // The middle keeps its gradient because it was asked to; the end does not.
    assert_eq!(take(rt_torch_grad(sum)).double_value(&[]), 10.0);
    error::clear_last();
    assert_eq!((rt_torch_grad(square), error::last_code()), (NIL, RT_ERROR_NONE));
    // The record is gone.
    assert_eq!((rt_torch_backward(square), error::last_code()), (0, RT_ERROR_TORCH));
    assert_eq!(rt_torch_zero_grad(x), 1);
    assert_eq!(rt_torch_grad(x), NIL);
    free(&[x, y, sum, square]);
}

#[test]
fn walks_with_options() {
    let x = leaf(&[1.0, 2.0]);
    let cube = rt_torch_pow(x, 3.0);
    assert_eq!((rt_torch_backward(cube), error::last_code()), (0, RT_ERROR_TORCH));
    let weights = give_tensor(Tensor::from_slice(&[1.0_f32, 10.0])).unwrap();
    assert_eq!(rt_torch_backward_with(cube, weights, 1, 0), 1);
    is(rt_torch_grad(x), &[3.0, 120.0]);
    // Gradients gather.
    assert_eq!(rt_torch_backward_with(cube, weights, 0, 0), 1);
    is(rt_torch_grad(x), &[6.0, 240.0]);
    assert_eq!(rt_torch_zero_grad(x), 1);

    // A gradient of a gradient.
    let cube_again = rt_torch_pow(x, 3.0);
    let total = rt_torch_sum(cube_again);
    let options = Dict::new(0).unwrap();
    options.insert("create_graph".into(), true.into()).unwrap();
    let first = rt_torch_grad_of(array(&[total]), array(&[x]), options.value());
    let first = elements("gradients", first).unwrap()[0];
    assert_eq!(rt_torch_requires_grad(first), 1);
    let second = rt_torch_sum(first);
    let second = rt_torch_grad_of(array(&[second]), array(&[x]), NIL);
    is(elements("gradients", second).unwrap()[0], &[6.0, 12.0]);
    error::clear_last();
    assert_eq!((rt_torch_grad(x), error::last_code()), (NIL, RT_ERROR_NONE));

    // An input that nothing depends on.
    let other = leaf(&[1.0]);
    let of = |options| {
        let end = rt_torch_sum(x);
        rt_torch_grad_of(array(&[end]), array(&[x, other]), options)
    };
    assert_eq!((of(NIL), error::last_code()), (NIL, RT_ERROR_TORCH));
    let options = Dict::new(0).unwrap();
    options.insert("allow_unused".into(), true.into()).unwrap();
    let gradients = elements("gradients", of(options.value())).unwrap();
    assert_eq!(gradients[1], NIL);
    is(gradients[0], &[1.0, 1.0]);
    options.insert("retain".into(), true.into()).unwrap();
    assert_eq!((of(options.value()), error::last_code()), (NIL, RT_ERROR_TORCH_OPTION));

    // Starting with weights.
    let square = rt_torch_mul(x, x);
    let options = Dict::new(0).unwrap();
    options.insert("grad_outputs".into(), array(&[weights])).unwrap();
    let gradients = rt_torch_grad_of(array(&[square]), array(&[x]), options.value());
    is(elements("gradients", gradients).unwrap()[0], &[2.0, 40.0]);
    options.insert("grad_outputs".into(), array(&[weights, weights])).unwrap();
    assert_eq!(rt_torch_grad_of(array(&[square]), array(&[x]), options.value()), NIL);
    assert_eq!(error::last_code(), RT_ERROR_INVALID_ARGUMENT);
}

#[test]
fn the_mode_is_the_threads() {
    assert_eq!(rt_torch_is_grad_enabled(), 1);
    let x = leaf(&[1.0]);
    assert_eq!(rt_torch_autograd_no_grad_begin(), 1);
    assert_eq!(rt_torch_is_grad_enabled(), 0);
    let unrecorded = rt_torch_mul(x, x);
    assert_eq!((rt_torch_requires_grad(unrecorded), rt_torch_is_leaf(unrecorded)), (0, 1));
    thread::scope(|scope| {
        scope.spawn(|| assert_eq!(rt_torch_is_grad_enabled(), 1));
    });
    // Scopes nest, and end as they began.
    assert_eq!(rt_torch_set_grad_enabled(1), 0);
    assert_eq!(rt_torch_autograd_no_grad_begin(), 1);
    assert_eq!(rt_torch_autograd_no_grad_end(), 1);
    assert_eq!(rt_torch_is_grad_enabled(), 1);
    assert_eq!(rt_torch_autograd_no_grad_end(), 1);
    assert_eq!(rt_torch_is_grad_enabled(), 1);
    assert_eq!(
        (rt_torch_autograd_no_grad_end(), error::last_code()),
        (0, RT_ERROR_INVALID_ARGUMENT)
    );
    assert_eq!((rt_torch_set_grad_enabled(0), rt_torch_set_grad_enabled(7)), (1, 0));
    free(&[x, unrecorded]);
}

#[test]
fn flags_and_what_refuses_them() {
    let plain = give_tensor(Tensor::from_slice(&[1.0_f32])).unwrap();
    assert_eq!((rt_torch_requires_grad(plain), rt_torch_is_leaf(plain)), (0, 1));
    let same = rt_torch_set_requires_grad(plain, 1);
    assert_eq!((rt_torch_requires_grad(plain), rt_torch_requires_grad(same)), (1, 1));
    assert_eq!(rt_torch_is_leaf(same), 1);
    let made = rt_torch_mul(plain, plain);
    assert_eq!((rt_torch_set_requires_grad(made, 0), error::last_code()), (NIL, RT_ERROR_TORCH));
    let detached = rt_torch_detach(made);
    assert_eq!(rt_torch_requires_grad(detached), 0);
    assert_eq!((rt_torch_backward(detached), error::last_code()), (0, RT_ERROR_TORCH));
    assert_eq!((rt_torch_retain_grad(detached), error::last_code()), (0, RT_ERROR_TORCH));
    assert_eq!(rt_torch_requires_grad_(plain, 0), 1);
    assert_eq!(rt_torch_requires_grad(plain), 0);
    let ints = give_tensor(Tensor::from_slice(&[1_i64])).unwrap();
    assert_eq!((rt_torch_requires_grad_(ints, 1), error::last_code()), (0, RT_ERROR_TORCH));
    // A leaf that needs a gradient is not changed in place.
    let leaf = leaf(&[1.0]);
    assert_eq!((rt_torch_fill_(leaf, 2.0), error::last_code()), (0, RT_ERROR_TORCH));
    let gradient = give_tensor(Tensor::from_slice(&[5.0_f32])).unwrap();
    assert_eq!(rt_torch_set_grad(leaf, gradient), 1);
    is(rt_torch_grad(leaf), &[5.0]);
    assert_eq!((rt_torch_set_grad(leaf, ints), error::last_code()), (0, RT_ERROR_TORCH));
    free(&[plain, same, made, detached, ints, leaf, gradient]);
}

/// Two leaves with the gradients (3, 0) and (4,), and one without.
fn parameters() -> [RuntimeValue; 3] {
    let leaves = [leaf(&[1.0, 1.0]), leaf(&[1.0]), leaf(&[1.0])];
    for (leaf, gradient) in leaves.iter().zip([&[3.0_f32, 0.0][..], &[4.0]]) {
        let gradient = give_tensor(Tensor::from_slice(gradient)).unwrap();
        assert_eq!(rt_torch_set_grad(*leaf, gradient), 1);
        free(&[gradient]);
    }
    leaves
}

#[test]
fn gradients_are_clipped() {
    let leaves = parameters();
    let norm = rt_torch_clip_grad_norm(array(&leaves), 1.0, 2.0);
    assert!((norm - 5.0).abs() < 1e-5);
    is(rt_torch_grad(leaves[0]), &[0.6, 0.0]);
    is(rt_torch_grad(leaves[1]), &[0.8]);
    assert_eq!(rt_torch_grad(leaves[2]), NIL);
    // What is small enough stays.
    assert!((rt_torch_clip_grad_norm(array(&leaves), 10.0, f64::INFINITY) - 0.8).abs() < 1e-5);
    is(rt_torch_grad(leaves[1]), &[0.8]);
    assert_eq!(rt_torch_clip_grad_value(array(&leaves), 0.7), 1);
    is(rt_torch_grad(leaves[0]), &[0.6, 0.0]);
    is(rt_torch_grad(leaves[1]), &[0.7]);
    error::clear_last();
    assert_eq!(rt_torch_clip_grad_norm(array(&[]), 1.0, 2.0), 0.0);
    assert_eq!(rt_torch_clip_grad_norm(array(&leaves[2..]), 1.0, 2.0), 0.0);
    assert_eq!(error::last_code(), RT_ERROR_NONE);
    assert_eq!(rt_torch_clip_grad_norm(NIL, 1.0, 2.0), 0.0);
    assert_ne!(error::last_code(), RT_ERROR_NONE);
    free(&leaves);
}

#[test]
fn contexts_keep_what_is_saved() {
    let context = rt_torch_autograd_context_new();
    let saved = give_tensor(Tensor::ones([2], (Kind::Float, Device::Cpu))).unwrap();
    assert_eq!(rt_torch_autograd_context_save_tensor(context, saved), 1);
    assert_eq!(rt_torch_autograd_context_save_tensor(context, saved), 1);
    free(&[saved]);
    let tensors =
        elements("tensors", rt_torch_autograd_context_get_saved_tensors(context)).unwrap();
    assert_eq!(tensors.len(), 2);
    for tensor in tensors {
        is(tensor, &[1.0, 1.0]);
    }
    assert_eq!(rt_torch_autograd_context_save_tensor(context, saved), 0);
    assert_eq!(error::last_code(), RT_ERROR_STALE_HANDLE);

    let get = |key: RuntimeValue| rt_torch_autograd_context_get_value(context, key);
    // Another string with the same text is the same key.
    assert_eq!(rt_torch_autograd_context_save_value(context, "alpha".into(), 5.into()), 1);
    assert_eq!(get("alpha".into()), 5.into());
    assert_eq!(rt_torch_autograd_context_save_value(context, "alpha".into(), 6.into()), 1);
    assert_eq!(get("alpha".into()), 6.into());
    assert_eq!(rt_torch_autograd_context_save_value(context, 1.into(), 7.into()), 1);
    assert_eq!((get(1.into()), get("1".into())), (7.into(), 7.into()));
    error::clear_last();
    assert_eq!((get("beta".into()), error::last_code()), (NIL, RT_ERROR_NONE));

    assert_eq!(rt_torch_autograd_context_free(context), 1);
    assert_eq!(rt_torch_autograd_context_free(context), 0);
    assert_eq!((get("alpha".into()), error::last_code()), (NIL, RT_ERROR_STALE_HANDLE));
    assert_eq!(rt_torch_autograd_context_get_saved_tensors(NIL), NIL);
}
