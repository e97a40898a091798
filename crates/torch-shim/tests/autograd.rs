//! Custom functions and checkpoints, against gradients that are known.
#![cfg(feature = "pytorch")]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tch::{Device, Kind, Tensor, no_grad};
use torch_shim::autograd::{Forward, checkpoint, record};
use torch_shim::{Callback, Value};

fn vector(numbers: &[f64]) -> Tensor {
    Tensor::from_slice(numbers)
}

fn leaf(numbers: &[f64]) -> Tensor {
    vector(numbers).set_requires_grad(true)
}

fn floats(tensor: &Tensor) -> Vec<f64> {
    Vec::<f64>::try_from(tensor.detach()).unwrap()
}

fn into_tensors(value: Value) -> Vec<Tensor> {
    let tensor = |value| match value {
        Value::Tensor(tensor) => tensor,
        other => panic!("{other:?} is no tensor"),
    };
    value.into_items().into_iter().map(tensor).collect()
}

/// x^3 with its derivative written out; the graph is there for a second derivative.
fn cube(x: &Tensor) -> Tensor {
    let forward = Forward {
        inputs: &[x.shallow_clone()],
        outputs: &[no_grad(|| x * x * x)],
        differentiable: &[true],
        saved: &[x.shallow_clone()],
        materialize: true,
    };
    let backward: Callback = Box::new(|parts| {
        let [gradients, saved, _] = <[Value; 3]>::try_from(parts).unwrap();
        let (gradients, saved) = (into_tensors(gradients), into_tensors(saved));
        Ok(Value::tensors([&gradients[0] * &saved[0] * &saved[0] * 3.0]))
    });
    record(&forward, backward).unwrap().remove(0)
}

#[test]
fn the_gradient_is_the_functions_own_and_can_be_differentiated() {
    let x = leaf(&[2.0, -1.0]);
    let y = cube(&x);
    assert_eq!(floats(&y), [8.0, -1.0]);
    let gradient = Tensor::run_backward(&[y.sum(Kind::Double)], &[&x], true, true).remove(0);
    assert_eq!(floats(&gradient), [12.0, 3.0]);
    let second = Tensor::run_backward(&[gradient.sum(Kind::Double)], &[&x], false, false).remove(0);
    assert_eq!(floats(&second), [12.0, -6.0]);
}

#[test]
fn a_second_backward_needs_the_graph_to_be_kept() {
    let x = leaf(&[2.0]);
    let y = cube(&x).sum(Kind::Double);
    y.backward();
    let error = y.f_backward().unwrap_err().to_string();
    assert!(error.contains("backward through the graph a second time"), "{error}");
}

#[test]
fn a_saved_output_does_not_keep_itself_alive() {
    struct Counted(Arc<AtomicUsize>);
    impl Drop for Counted {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
    let dropped = Arc::new(AtomicUsize::new(0));
    let x = leaf(&[1.0]);
    for _ in 0..3 {
        let output = no_grad(|| x.exp());
        let forward = Forward {
            inputs: &[x.shallow_clone()],
            outputs: &[output.shallow_clone()],
            differentiable: &[true],
            saved: &[output],
            materialize: true,
        };
        let counted = Counted(Arc::clone(&dropped));
        let backward: Callback = Box::new(move |parts| {
            let _ = &counted;
            let [gradients, saved, _] = <[Value; 3]>::try_from(parts).unwrap();
            Ok(Value::tensors([&into_tensors(gradients)[0] * &into_tensors(saved)[0]]))
        });
        let y = record(&forward, backward).unwrap().remove(0);
        y.sum(Kind::Double).backward();
    }
    assert_eq!(dropped.load(Ordering::SeqCst), 3);
    assert!((x.grad().double_value(&[0]) - 3.0 * 1f64.exp()).abs() < 1e-12);
}

#[test]
fn a_saved_tensor_that_was_changed_is_noticed() {
    let x = leaf(&[2.0]);
    let mut inner = &x * 1.0;
    let y = cube(&inner);
    let _ = no_grad(|| inner.g_add_scalar_(1.0));
    let error = y.sum(Kind::Double).f_backward().unwrap_err().to_string();
    assert!(error.contains("modified by an inplace operation"), "{error}");
}

#[test]
fn errors_and_panics_of_a_callback_come_out_of_backward() {
    let x = leaf(&[2.0, 3.0]);
    let callbacks: [(Callback, &str); 4] = [
        (Box::new(|_| Err(String::from("no gradient today"))), "no gradient today"),
        (Box::new(|_| panic!("out of luck")), "a callback panicked: out of luck"),
        (Box::new(|_| Ok(Value::Tuple(vec![]))), "backward returned 0 gradients for 1 inputs"),
        (
            Box::new(|_| Ok(Value::tensors([Tensor::zeros([7], (Kind::Double, Device::Cpu))]))),
            "returned an invalid gradient at index 0",
        ),
    ];
    for (backward, text) in callbacks {
        let forward = Forward {
            inputs: &[x.shallow_clone()],
            outputs: &[no_grad(|| &x * 2.0)],
            differentiable: &[true],
            saved: &[],
            materialize: true,
        };
        let y = record(&forward, backward).unwrap().remove(0);
        let error = y.sum(Kind::Double).f_backward().unwrap_err().to_string();
        assert!(error.contains(text), "{error}");
    }
}

#[test]
fn outputs_may_be_without_gradient_and_gradients_without_tensor() {
    let (a, b) = (leaf(&[2.0]), vector(&[5.0]));
    let forward = Forward {
        inputs: &[a.shallow_clone(), b.shallow_clone()],
        outputs: &no_grad(|| [&a * &b, &a + &b, &a * 0.0]),
        differentiable: &[true, false, true],
        saved: &[b.shallow_clone()],
        materialize: false,
    };
    let backward: Callback = Box::new(|parts| {
        let [gradients, saved, wanted] = <[Value; 3]>::try_from(parts).unwrap();
        let gradients = gradients.into_items();
        assert!(matches!(gradients[..], [Value::Tensor(_), Value::None, Value::None]));
        let wanted = wanted.into_items();
        assert!(matches!(wanted[..], [Value::Bool(true), Value::Bool(false)]));
        let Value::Tensor(gradient) = &gradients[0] else { unreachable!() };
        let gradient = gradient * &into_tensors(saved)[0];
        Ok(Value::Tuple(vec![Value::Tensor(gradient), Value::None]))
    });
    let outputs = record(&forward, backward).unwrap();
    let needs: Vec<bool> = outputs.iter().map(Tensor::requires_grad).collect();
    assert_eq!(needs, [true, false, true]);
    outputs[0].backward();
    assert_eq!(floats(&a.grad()), [5.0]);
}

#[test]
fn nothing_is_recorded_when_nothing_needs_it() {
    let x = vector(&[3.0]);
    assert!(!cube(&x).requires_grad());
    let x = leaf(&[3.0]);
    assert!(!no_grad(|| cube(&x)).requires_grad());
}

/// Three layers with dropout between; what they save for backward is counted by how often it runs.
fn layers(weights: &[Tensor], runs: &Arc<AtomicUsize>) -> Callback {
    let weights: Vec<Tensor> = weights.iter().map(Tensor::shallow_clone).collect();
    let (weights, runs) = (Shared(weights), Arc::clone(runs));
    Box::new(move |inputs| {
        runs.fetch_add(1, Ordering::SeqCst);
        let weights = &weights;
        let Value::Tensor(x) = &inputs[0] else { return Err(String::from("no tensor")) };
        let step = |x: Tensor, w: &Tensor| x.matmul(w).tanh().dropout(0.5, true);
        Ok(Value::Tensor(weights.0.iter().fold(x.shallow_clone(), step)))
    })
}

struct Shared(Vec<Tensor>);
// SAFETY: the tests read the weights only.
unsafe impl Sync for Shared {}

fn weights() -> Vec<Tensor> {
    tch::manual_seed(5);
    let options = (Kind::Double, Device::Cpu);
    (0..3).map(|_| Tensor::randn([8, 8], options).set_requires_grad(true)).collect()
}

/// The generator is the process's, and a checkpoint sets it back while it recomputes, if anyone drew numbers
/// during its first run: so all tests of checkpoints take turns.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn a_checkpoint_has_the_same_gradients_and_random_numbers() {
    let _turn = turn();
    for needs_grad in [true, false] {
        let weights = weights();
        let x = Tensor::randn([4, 8], (Kind::Double, Device::Cpu)).set_requires_grad(needs_grad);
        let runs = Arc::new(AtomicUsize::new(0));

        tch::manual_seed(9);
        let plain =
            into_tensors(layers(&weights, &runs)(vec![Value::Tensor(x.shallow_clone())]).unwrap());
        let expected = Tensor::run_backward(&[plain[0].sum(Kind::Double)], &weights, false, false);
        let next = Tensor::rand([1], (Kind::Double, Device::Cpu));

        tch::manual_seed(9);
        runs.store(0, Ordering::SeqCst);
        let inputs = [Value::Tensor(x.shallow_clone())];
        let output = into_tensors(checkpoint(layers(&weights, &runs), &inputs).unwrap());
        assert_eq!(output[0], plain[0]);
        assert_eq!(runs.load(Ordering::SeqCst), 1);
        let sum = output[0].sum(Kind::Double);
        let actual = Tensor::run_backward(&[&sum], &weights, true, false);
        assert_eq!(runs.load(Ordering::SeqCst), 2);
        assert_eq!(actual, expected);
        // The generator goes on as if nothing had been run again.
        assert_eq!(Tensor::rand([1], (Kind::Double, Device::Cpu)), next);
        // A second walk runs it once more.
        assert_eq!(Tensor::run_backward(&[&sum], &weights, false, false), expected);
        assert_eq!(runs.load(Ordering::SeqCst), 3);
    }
}

#[test]
fn checkpoints_nest() {
    let _turn = turn();
    let weights = weights();
    let x = Tensor::randn([4, 8], (Kind::Double, Device::Cpu));
    let runs = Arc::new(AtomicUsize::new(0));
    tch::manual_seed(9);
    let plain =
        into_tensors(layers(&weights, &runs)(vec![Value::Tensor(x.shallow_clone())]).unwrap());
    let expected = Tensor::run_backward(&[plain[0].sum(Kind::Double)], &weights, false, false);

    tch::manual_seed(9);
    let parts: Vec<Callback> = weights.chunks(1).map(|part| layers(part, &runs)).collect();
    let parts = Arc::new(parts);
    let outer: Callback = Box::new(move |inputs| {
        let mut value = inputs;
        for index in 0..parts.len() {
            let parts = Arc::clone(&parts);
            let inner: Callback = Box::new(move |inputs| parts[index](inputs));
            value = vec![checkpoint(inner, &value)?];
        }
        Ok(value.remove(0))
    });
    let output = into_tensors(checkpoint(outer, &[Value::Tensor(x)]).unwrap());
    let actual = Tensor::run_backward(&[output[0].sum(Kind::Double)], &weights, false, false);
    assert_eq!(actual, expected);
}

#[test]
fn a_checkpoint_can_be_differentiated_twice() {
    let _turn = turn();
    let x = leaf(&[2.0]);
    let run: Callback = Box::new(|inputs| {
        let Value::Tensor(x) = &inputs[0] else { unreachable!() };
        Ok(Value::Tensor(x * x * x))
    });
    let y = into_tensors(checkpoint(run, &[Value::Tensor(x.shallow_clone())]).unwrap()).remove(0);
    let first = Tensor::run_backward(&[&y], &[&x], true, true).remove(0);
    let second = Tensor::run_backward(&[&first], &[&x], false, false).remove(0);
    assert_eq!((floats(&first), floats(&second)), (vec![12.0], vec![12.0]));
}

#[test]
fn a_function_that_computes_something_else_the_second_time_is_noticed() {
    let _turn = turn();
    let x = leaf(&[1.0, 2.0]);
    let runs = AtomicUsize::new(0);
    let run: Callback = Box::new(move |inputs| {
        let Value::Tensor(x) = &inputs[0] else { unreachable!() };
        let first = runs.fetch_add(1, Ordering::SeqCst) == 0;
        let x = if first { x.shallow_clone() } else { x.narrow(0, 0, 1) };
        Ok(Value::Tensor(x.exp()))
    });
    let y = into_tensors(checkpoint(run, &[Value::Tensor(x.shallow_clone())]).unwrap()).remove(0);
    let error = y.sum(Kind::Double).f_backward().unwrap_err().to_string();
    assert!(error.contains("[1] Double on cpu where it was [2] Double on cpu"), "{error}");

    let runs = AtomicUsize::new(0);
    let run: Callback = Box::new(move |inputs| {
        if runs.fetch_add(1, Ordering::SeqCst) > 0 {
            return Err(String::from("once is enough"));
        }
        let Value::Tensor(x) = &inputs[0] else { unreachable!() };
        Ok(Value::Tensor(x.exp()))
    });
    let y = into_tensors(checkpoint(run, &[Value::Tensor(x.shallow_clone())]).unwrap()).remove(0);
    let error = y.sum(Kind::Double).f_backward().unwrap_err().to_string();
    assert!(error.contains("once is enough"), "{error}");
}
