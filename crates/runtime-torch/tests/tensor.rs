//! Every operation on tensors through its C function, compared with what PyTorch in Python gives.
#![cfg(all(feature = "ffi", feature = "pytorch"))]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

mod calls;
mod common;

use runtime_torch::ffi::autograd::{rt_torch_backward_with, rt_torch_grad};
use runtime_torch::ffi::tensor::read::rt_torch_free;
use runtime_torch::objects::{give_tensor, tensor};

#[test]
fn operations_equal_pytorchs() {
    let functions = calls::functions();
    for file in ["tensors.txt", "dtypes.txt"] {
        for case in common::read(file) {
            calls::check(&functions, &case);
        }
    }
}

#[test]
fn gradients_equal_pytorchs() {
    let functions = calls::functions();
    for case in common::read("gradients.txt") {
        let leaves: Vec<_> =
            case.tensors.iter().filter(|(name, _)| name.starts_with("grad_")).collect();
        assert!(!leaves.is_empty());
        for (name, _) in &leaves {
            let _ = case.tensor(&name["grad_".len()..]).set_requires_grad(true);
        }
        let (returned, _handles) = calls::call(&functions, &case);
        let results = calls::results(&case, returned);
        let weights = give_tensor(case.tensor("weights").shallow_clone()).unwrap();
        let result = give_tensor(results[0].shallow_clone()).unwrap();
        assert_eq!(rt_torch_backward_with(result, weights, 0, 0), 1, "{}", case.name);
        for (name, wanted) in leaves {
            let leaf = give_tensor(case.tensor(&name["grad_".len()..]).shallow_clone()).unwrap();
            let gradient = rt_torch_grad(leaf);
            let actual = tensor("grad", gradient).unwrap();
            common::assert_close(&format!("{} {name}", case.name), &actual, wanted, 1e-4, 1e-5);
            for handle in [leaf, gradient] {
                assert_eq!(rt_torch_free(handle), 1);
            }
        }
        assert_eq!((rt_torch_free(weights), rt_torch_free(result)), (1, 1));
    }
}
