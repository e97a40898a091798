//! Custom autograd functions and checkpoints, through the C functions.
#![cfg(all(feature = "ffi", feature = "pytorch"))]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

#[path = "common/modules.rs"]
mod modules;

use std::ffi::c_void;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::thread::{self, ThreadId};

use modules::{NIL, array, dict, give, held, new, refused, text, tuple};
use runtime_core::error::{self, clear_last, codes as core_codes, last_code};
use runtime_core::handle::{HandleKind, kinds};
use runtime_torch::codes;
use runtime_torch::ffi::autograd::*;
use runtime_torch::ffi::autograd_context::*;
use runtime_torch::ffi::autograd_function::*;
use runtime_torch::ffi::device::rt_torch_manual_seed;
use runtime_torch::ffi::nn::activation::rt_torch_tanh;
use runtime_torch::ffi::nn::module::*;
use runtime_torch::ffi::tensor::arithmetic::*;
use runtime_torch::ffi::tensor::elementwise::*;
use runtime_torch::ffi::tensor::read::rt_torch_free;
use runtime_torch::ffi::tensor::reduce::rt_torch_sum;
use runtime_value::{Array, Closure, RuntimeValue, Tuple, View};
use tch::{Kind, Tensor};

type Part = extern "C-unwind" fn(RuntimeValue, RuntimeValue) -> RuntimeValue;

fn function(forward: Part, backward: Part) -> RuntimeValue {
    let address = |part: Part| part as *const () as i64;
    // SAFETY: these are such functions.
    let function = unsafe { rt_torch_autograd_function_new(address(forward), address(backward)) };
    assert_ne!(function, NIL, "{}", text());
    function
}

fn live_count(kind: HandleKind) -> i64 {
    runtime_core::handle::live_count(kind.number().into())
}

fn leaf(numbers: &[f64]) -> RuntimeValue {
    give(Tensor::from_slice(numbers).set_requires_grad(true))
}

fn numbers(tensor: RuntimeValue) -> Vec<f64> {
    Vec::<f64>::try_from(held(tensor).detach()).unwrap()
}

fn element(container: RuntimeValue, position: usize) -> RuntimeValue {
    match Array::find(container) {
        Some(array) => array.get(position).unwrap(),
        None => tuple(container)[position],
    }
}

/// The sum of the tensor, and its backward.
#[track_caller]
fn backward_of_sum(tensor: RuntimeValue) {
    let sum = rt_torch_sum(tensor);
    assert_eq!(rt_torch_backward(sum), 1, "{}", text());
    assert_eq!(rt_torch_free(sum), 1);
}

fn free(values: &[RuntimeValue]) {
    for value in values {
        assert_eq!(rt_torch_free(*value), 1, "{}", text());
    }
}

extern "C-unwind" fn exp_forward(ctx: RuntimeValue, inputs: RuntimeValue) -> RuntimeValue {
    let result = rt_torch_exp(element(inputs, 0));
    assert_eq!(rt_torch_autograd_context_save_tensor(ctx, result), 1);
    result
}

extern "C-unwind" fn exp_backward(ctx: RuntimeValue, gradients: RuntimeValue) -> RuntimeValue {
    let saved = rt_torch_autograd_context_get_saved_tensors(ctx);
    let result = rt_torch_mul(element(gradients, 0), element(saved, 0));
    free(&[element(saved, 0)]);
    result
}

/// The counts of live handles are the process's, so the tests take turns.
static TURN: Mutex<()> = Mutex::new(());

fn turn() -> std::sync::MutexGuard<'static, ()> {
    clear_last();
    TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[test]
fn exp_by_hand_has_first_and_second_derivatives() {
    let _turn = turn();
    let counted = [kinds::TENSOR, kinds::AUTOGRAD_CONTEXT, kinds::AUTOGRAD_FUNCTION];
    let before = counted.map(live_count);
    let exp = function(exp_forward, exp_backward);
    let x = leaf(&[0.5, -1.0]);
    let y = rt_torch_autograd_function_apply(exp, array(&[x]));
    assert_eq!(numbers(y), numbers(x).iter().map(|x| x.exp()).collect::<Vec<_>>());
    let options = dict(&[("create_graph", true.into()), ("grad_outputs", array(&[y]))]);
    let first = rt_torch_grad_of(array(&[y]), array(&[x]), options);
    assert_ne!(first, NIL, "{}", text());
    // What starts as y is y * y then, whose derivative is 2 y^2.
    let expected: Vec<f64> = numbers(y).iter().map(|y| y * y).collect();
    assert_eq!(numbers(element(first, 0)), expected);
    backward_of_sum(element(first, 0));
    let gradient = rt_torch_grad(x);
    for (gradient, y) in numbers(gradient).iter().zip(numbers(y)) {
        assert!((gradient - 2.0 * y * y).abs() < 1e-12);
    }
    free(&[element(first, 0), gradient, y, x]);
    assert_eq!(rt_torch_autograd_function_free(exp), 1);
    assert_eq!(rt_torch_autograd_function_free(exp), 0);
    assert_eq!(last_code(), core_codes::RT_ERROR_STALE_HANDLE);
    assert_eq!(counted.map(live_count), before);
}

extern "C-unwind" fn pair_forward(ctx: RuntimeValue, inputs: RuntimeValue) -> RuntimeValue {
    let (a, b) = (element(inputs, 0), element(inputs, 1));
    assert_eq!(rt_torch_autograd_context_needs_input_grad(ctx, 0), 1);
    assert_eq!(rt_torch_autograd_context_needs_input_grad(ctx, 1), 0);
    assert_eq!(rt_torch_autograd_context_needs_input_grad(ctx, 2), 0);
    assert_eq!(rt_torch_autograd_context_needs_input_grad(ctx, i64::MIN), 0);
    rt_torch_autograd_context_save_tensor(ctx, b);
    rt_torch_autograd_context_save_value(ctx, "factor".into(), 3.into());
    rt_torch_autograd_context_set_materialize_grads(ctx, 0);
    let (product, sum, plain) = (rt_torch_mul(a, b), rt_torch_add(a, b), rt_torch_neg(a));
    assert_eq!(rt_torch_autograd_context_mark_non_differentiable(ctx, plain), 1);
    Tuple::from_slice(&[product, sum, plain]).unwrap().value()
}

extern "C-unwind" fn pair_backward(ctx: RuntimeValue, gradients: RuntimeValue) -> RuntimeValue {
    assert_eq!(rt_torch_autograd_context_needs_input_grad(ctx, 0), 1);
    assert_eq!(rt_torch_autograd_context_needs_input_grad(ctx, 1), 0);
    assert_eq!(rt_torch_autograd_context_get_value(ctx, "factor".into()), 3.into());
    assert_eq!(Array::of("gradients", gradients).unwrap().len(), 3);
    assert_eq!(element(gradients, 1), NIL);
    assert_eq!(element(gradients, 2), NIL);
    let saved = rt_torch_autograd_context_get_saved_tensors(ctx);
    let gradient = rt_torch_mul(element(gradients, 0), element(saved, 0));
    free(&[element(saved, 0)]);
    array(&[gradient, NIL])
}

#[test]
fn several_inputs_and_outputs_with_and_without_gradients() {
    let _turn = turn();
    let pair = function(pair_forward, pair_backward);
    let (a, b) = (leaf(&[2.0]), give(Tensor::from_slice(&[5.0])));
    let outputs = rt_torch_autograd_function_apply(pair, array(&[a, b]));
    let outputs = tuple(outputs);
    let needs: Vec<i64> = outputs.iter().map(|output| rt_torch_requires_grad(*output)).collect();
    assert_eq!(needs, [1, 1, 0]);
    backward_of_sum(outputs[0]);
    assert_eq!(numbers(rt_torch_grad(a)), [5.0]);
    assert_eq!(rt_torch_grad(b), NIL);
    free(&outputs);
    assert_eq!(rt_torch_autograd_function_free(pair), 1);
}

extern "C-unwind" fn same(_: RuntimeValue, inputs: RuntimeValue) -> RuntimeValue {
    element(inputs, 0)
}

extern "C-unwind" fn same_list(_: RuntimeValue, inputs: RuntimeValue) -> RuntimeValue {
    inputs
}

#[test]
fn what_comes_in_may_go_out() {
    let _turn = turn();
    let tensors = live_count(kinds::TENSOR);
    for part in [same as Part, same_list] {
        let function = function(part, part);
        let x = leaf(&[2.0]);
        let y = rt_torch_autograd_function_apply(function, x);
        let output = if part as usize == same as *const () as usize { y } else { element(y, 0) };
        assert_eq!(numbers(output), [2.0]);
        backward_of_sum(output);
        let gradient = rt_torch_grad(x);
        assert_eq!(numbers(gradient), [1.0]);
        free(&[output, gradient, x]);
        assert_eq!(rt_torch_autograd_function_free(function), 1);
    }
    assert_eq!(live_count(kinds::TENSOR), tensors);
}

extern "C-unwind" fn fails_with_error(_: RuntimeValue, inputs: RuntimeValue) -> RuntimeValue {
    rt_torch_add(element(inputs, 0), 17.into())
}

extern "C-unwind" fn fails_silently(_: RuntimeValue, _: RuntimeValue) -> RuntimeValue {
    RuntimeValue::ERROR
}

extern "C-unwind" fn panics(_: RuntimeValue, _: RuntimeValue) -> RuntimeValue {
    panic!("out of luck")
}

extern "C-unwind" fn gives_text(_: RuntimeValue, _: RuntimeValue) -> RuntimeValue {
    "text".into()
}

extern "C-unwind" fn gives_nothing(_: RuntimeValue, _: RuntimeValue) -> RuntimeValue {
    NIL
}

extern "C-unwind" fn gives_two(_: RuntimeValue, inputs: RuntimeValue) -> RuntimeValue {
    array(&[rt_torch_neg(element(inputs, 0)), rt_torch_neg(element(inputs, 0))])
}

#[test]
fn errors_of_callbacks_are_the_callers() {
    let _turn = turn();
    let tensors = live_count(kinds::TENSOR);
    let x = leaf(&[2.0]);
    let failures: [(Part, i64, &str); 4] = [
        (fails_with_error, core_codes::RT_ERROR_NOT_A_HANDLE, "failed: rt_torch_add: b: "),
        (fails_silently, codes::RT_ERROR_TORCH_CALLBACK, "returned the error value"),
        (panics, core_codes::RT_ERROR_PANIC, "out of luck"),
        (gives_text, codes::RT_ERROR_TORCH_CALLBACK, "something other than tensors"),
    ];
    for (part, code, reason) in failures {
        let forward = function(part, same);
        clear_last();
        assert_eq!(rt_torch_autograd_function_apply(forward, x), NIL);
        assert_eq!(last_code(), code, "{}", text());
        assert!(text().starts_with("rt_torch_autograd_function_apply: "), "{}", text());
        assert!(text().contains(reason), "{}", text());

        let backward = function(same, part);
        let y = rt_torch_autograd_function_apply(backward, x);
        let sum = rt_torch_sum(y);
        clear_last();
        assert_eq!(rt_torch_backward(sum), 0);
        assert_eq!(last_code(), code, "{}", text());
        assert!(text().starts_with("rt_torch_backward: "), "{}", text());
        assert!(text().contains(reason), "{}", text());
        free(&[y, sum]);
        rt_torch_autograd_function_free(forward);
        rt_torch_autograd_function_free(backward);
    }
    // No gradient is no error, and one too many is.
    let none = function(same, gives_nothing);
    let y = rt_torch_autograd_function_apply(none, x);
    backward_of_sum(y);
    assert_eq!(rt_torch_grad(x), NIL);
    assert_eq!(rt_torch_autograd_function_apply(function(gives_nothing, same), x), NIL);
    assert_eq!(last_code(), codes::RT_ERROR_TORCH_CALLBACK);
    let two = function(same, gives_two);
    let z = rt_torch_autograd_function_apply(two, x);
    let sum = rt_torch_sum(z);
    assert_eq!(rt_torch_backward(sum), 0);
    assert!(text().contains("2 gradients for 1 inputs"), "{}", text());
    free(&[x, y, z, sum]);
    assert_eq!(live_count(kinds::TENSOR), tensors);
    assert_eq!(live_count(kinds::AUTOGRAD_CONTEXT), 0);
}

static BACKWARD_THREAD: Mutex<Option<ThreadId>> = Mutex::new(None);

extern "C-unwind" fn notes_thread(_: RuntimeValue, gradients: RuntimeValue) -> RuntimeValue {
    *BACKWARD_THREAD.lock().unwrap() = Some(thread::current().id());
    element(gradients, 0)
}

#[test]
fn backward_on_the_cpu_runs_on_the_thread_that_asks() {
    let _turn = turn();
    let function = function(same, notes_thread);
    let x = leaf(&[2.0]);
    let y = rt_torch_autograd_function_apply(function, x);
    let word = y.to_bits();
    let other = thread::spawn(move || {
        // SAFETY: a handle is an int, which belongs to no thread.
        backward_of_sum(unsafe { RuntimeValue::from_bits(word) });
        thread::current().id()
    });
    assert_eq!(Some(other.join().unwrap()), *BACKWARD_THREAD.lock().unwrap());
    rt_torch_autograd_function_free(function);
}

#[test]
fn functions_that_are_none_are_refused() {
    let _turn = turn();
    let good = exp_forward as *const () as i64;
    let stack = &raw const good as i64;
    for bad in
        [0, 1, -1, 4096, i64::MIN, i64::MAX, stack, RuntimeValue::from("text").to_bits() as i64]
    {
        for (forward, backward) in [(bad, good), (good, bad)] {
            clear_last();
            // SAFETY: what is no code is refused.
            assert_eq!(unsafe { rt_torch_autograd_function_new(forward, backward) }, NIL);
            assert_ne!(last_code(), 0);
        }
    }
    let x = leaf(&[1.0]);
    let handle = x;
    for func in [NIL, 1.into(), handle, "text".into(), RuntimeValue::ERROR, 2.5.into()] {
        clear_last();
        assert_eq!(rt_torch_autograd_function_apply(func, x), NIL);
        assert_ne!(last_code(), 0);
        // SAFETY: as above.
        assert_eq!(unsafe { rt_torch_checkpoint(func, x) }, NIL);
        assert_eq!(rt_torch_autograd_function_free(func), 0);
    }
    let exp = function(exp_forward, exp_backward);
    for inputs in [NIL, 1.into(), array(&[NIL]), array(&[x, "x".into()]), "text".into()] {
        clear_last();
        assert_eq!(rt_torch_autograd_function_apply(exp, inputs), NIL);
        assert_ne!(last_code(), 0);
    }
}

extern "C-unwind" fn scale(
    userdata: *mut c_void,
    _: RuntimeValue,
    tensors: RuntimeValue,
) -> RuntimeValue {
    // SAFETY: it is the factor that the test gave.
    let factor = unsafe { (*userdata.cast::<AtomicI64>()).load(Ordering::SeqCst) };
    rt_torch_mul_scalar(element(tensors, 0), factor as f64)
}

extern "C-unwind" fn dropped(userdata: *mut c_void) {
    // SAFETY: as above.
    unsafe { (*userdata.cast::<AtomicI64>()).store(-1, Ordering::SeqCst) };
}

#[test]
fn userdata_lives_as_long_as_the_gradient() {
    let _turn = turn();
    let factor = AtomicI64::new(7);
    let userdata = (&raw const factor).cast_mut().cast::<c_void>();
    // SAFETY: the factor outlives all of it.
    let function = unsafe {
        rt_torch_autograd_function_new_with(Some(scale), Some(scale), userdata, Some(dropped))
    };
    let x = leaf(&[2.0]);
    let y = rt_torch_autograd_function_apply(function, x);
    assert_eq!(numbers(y), [14.0]);
    assert_eq!(rt_torch_autograd_function_free(function), 1);
    assert_eq!(factor.load(Ordering::SeqCst), 7);
    backward_of_sum(y);
    assert_eq!(numbers(rt_torch_grad(x)), [7.0]);
    free(&[y]);
    assert_eq!(factor.load(Ordering::SeqCst), -1);

    factor.store(7, Ordering::SeqCst);
    // SAFETY: as above.
    let none =
        unsafe { rt_torch_autograd_function_new_with(None, Some(scale), userdata, Some(dropped)) };
    refused(none, core_codes::RT_ERROR_NULL_POINTER);
    assert_eq!(factor.load(Ordering::SeqCst), -1);
}

extern "C-unwind" fn closure_part(
    closure: RuntimeValue,
    _: RuntimeValue,
    tensors: RuntimeValue,
) -> RuntimeValue {
    let factor = Closure::of("closure", closure).unwrap().get(0).unwrap();
    rt_torch_mul_scalar(element(tensors, 0), factor.to_float().unwrap())
}

#[test]
fn closures_are_functions_too() {
    let _turn = turn();
    let closure = Closure::new(closure_part as *const () as *const u8, 1).unwrap();
    closure.set(0, 4.into()).unwrap();
    let word = closure.value().to_bits() as i64;
    // SAFETY: it is such a closure.
    let function = unsafe { rt_torch_autograd_function_new(word, word) };
    let x = leaf(&[2.0]);
    let y = rt_torch_autograd_function_apply(function, x);
    assert_eq!(numbers(y), [8.0]);
    let sum = rt_torch_sum(y);
    // SAFETY: the closure is not used after this.
    unsafe { closure.value().free().unwrap() };
    clear_last();
    assert_eq!(rt_torch_backward(sum), 0);
    assert!(text().contains("closure"), "{}", text());
}

static RUNS: AtomicU64 = AtomicU64::new(0);

/// tanh(x x^T), twice over.
extern "C-unwind" fn deep(inputs: RuntimeValue) -> RuntimeValue {
    RUNS.fetch_add(1, Ordering::SeqCst);
    let x = element(inputs, 0);
    let square = rt_torch_mul(x, x);
    let first = rt_torch_tanh(square);
    let product = rt_torch_mul(first, x);
    let second = rt_torch_tanh(product);
    free(&[square, first, product]);
    second
}

fn address(function: extern "C-unwind" fn(RuntimeValue) -> RuntimeValue) -> RuntimeValue {
    RuntimeValue::int(function as *const () as i64).unwrap()
}

#[test]
fn a_checkpoint_of_code_runs_twice_and_has_the_same_gradient() {
    let _turn = turn();
    let tensors = live_count(kinds::TENSOR);
    let x = leaf(&[0.5, -0.25]);
    let inputs = array(&[x]);
    let plain = deep(inputs);
    backward_of_sum(plain);
    let expected = rt_torch_grad(x);
    let wanted = numbers(expected);
    assert_eq!(rt_torch_zero_grad(x), 1);

    RUNS.store(0, Ordering::SeqCst);
    // SAFETY: it is such a function.
    let output = unsafe { rt_torch_checkpoint(address(deep), inputs) };
    assert_eq!(numbers(output), numbers(plain));
    assert_eq!(RUNS.load(Ordering::SeqCst), 1);
    backward_of_sum(output);
    assert_eq!(RUNS.load(Ordering::SeqCst), 2);
    let gradient = rt_torch_grad(x);
    assert_eq!(numbers(gradient), wanted);
    free(&[plain, expected, output, gradient, x]);
    assert_eq!(live_count(kinds::TENSOR), tensors);
}

extern "C-unwind" fn nested(inputs: RuntimeValue) -> RuntimeValue {
    // SAFETY: it is such a function.
    let inner = unsafe { rt_torch_checkpoint(address(deep), inputs) };
    // SAFETY: as above.
    let outer = unsafe { rt_torch_checkpoint(address(deep), array(&[inner])) };
    free(&[inner]);
    outer
}

#[test]
fn checkpoints_nest() {
    let _turn = turn();
    let x = leaf(&[0.5, -0.25]);
    let plain = deep(array(&[x]));
    let plain = deep(array(&[plain]));
    backward_of_sum(plain);
    let wanted = numbers(rt_torch_grad(x));
    rt_torch_zero_grad(x);
    // SAFETY: it is such a function.
    let output = unsafe { rt_torch_checkpoint(address(nested), array(&[x])) };
    assert_eq!(numbers(output), numbers(plain));
    backward_of_sum(output);
    assert_eq!(numbers(rt_torch_grad(x)), wanted);
}

#[test]
fn a_checkpoint_of_a_module_has_the_same_dropout() {
    let _turn = turn();
    let module = rt_torch_sequential_new(array(&[
        new("Linear", &[("in_features", 6.into()), ("out_features", 6.into())]),
        new("Dropout", &[("p", 0.5.into())]),
        new("Tanh", &[]),
        new("Linear", &[("in_features", 6.into()), ("out_features", 2.into())]),
    ]));
    let x = give(modules::randn(&[5, 6]));
    let gradients = |output: RuntimeValue| {
        let sum = rt_torch_sum(output);
        let got = rt_torch_grad_of(array(&[sum]), rt_torch_module_parameters(module), NIL);
        let got = Array::of("gradients", got).unwrap().to_vec().unwrap();
        got.into_iter().map(held).collect::<Vec<_>>()
    };
    rt_torch_manual_seed(11);
    let plain = rt_torch_module_forward(module, x);
    let wanted = gradients(plain);
    rt_torch_manual_seed(11);
    // SAFETY: a module is no address.
    let output = unsafe { rt_torch_checkpoint(module, x) };
    assert_eq!(held(output), held(plain));
    // Other random numbers in between change nothing.
    let _ = modules::randn(&[100]);
    assert_eq!(gradients(output), wanted);
    assert_eq!(held(output).kind(), Kind::Float);
    assert_eq!(rt_torch_module_free(module), 1);
}

extern "C-unwind" fn once(inputs: RuntimeValue) -> RuntimeValue {
    if RUNS.fetch_add(1, Ordering::SeqCst) > 0 {
        return rt_torch_add(NIL, NIL);
    }
    rt_torch_exp(element(inputs, 0))
}

#[test]
fn errors_of_checkpoints_are_the_callers() {
    let _turn = turn();
    let x = leaf(&[0.5]);
    RUNS.store(1, Ordering::SeqCst);
    // SAFETY: it is such a function.
    refused(
        unsafe { rt_torch_checkpoint(address(once), x) },
        runtime_value::codes::RT_ERROR_WRONG_TYPE,
    );
    RUNS.store(0, Ordering::SeqCst);
    // SAFETY: as above.
    let output = unsafe { rt_torch_checkpoint(address(once), x) };
    let sum = rt_torch_sum(output);
    clear_last();
    assert_eq!(rt_torch_backward(sum), 0);
    assert_eq!(last_code(), runtime_value::codes::RT_ERROR_WRONG_TYPE, "{}", text());
    assert!(text().contains("rt_torch_add: "), "{}", text());
    let _ = error::last_errno();
}

extern "C-unwind" fn with_userdata(userdata: *mut c_void, inputs: RuntimeValue) -> RuntimeValue {
    scale(userdata, NIL, inputs)
}

#[test]
fn a_checkpoint_keeps_its_userdata() {
    let _turn = turn();
    let factor = AtomicI64::new(3);
    let userdata = (&raw const factor).cast_mut().cast::<c_void>();
    let x = leaf(&[2.0]);
    // SAFETY: the factor outlives all of it.
    let y = unsafe { rt_torch_checkpoint_with(Some(with_userdata), x, userdata, Some(dropped)) };
    assert_eq!(numbers(y), [6.0]);
    backward_of_sum(y);
    assert_eq!(numbers(rt_torch_grad(x)), [3.0]);
    free(&[y]);
    assert_eq!(factor.load(Ordering::SeqCst), -1);
    // SAFETY: as above.
    refused(
        unsafe { rt_torch_checkpoint_with(None, x, userdata, None) },
        core_codes::RT_ERROR_NULL_POINTER,
    );
}
