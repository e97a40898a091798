//! The text of tensors, compared with what Python prints.
#![cfg(all(feature = "ffi", feature = "pytorch"))]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

mod common;

use runtime_torch::ffi::tensor::read::{rt_torch_free, rt_torch_to_string};
use runtime_torch::objects::give_tensor;
use runtime_value::{Str, View};

#[test]
fn tensors_look_as_in_python() {
    for case in common::read("print.txt") {
        let mut shown = case.tensor("x").shallow_clone();
        if case.attribute("requires_grad").is_some() {
            shown = shown.set_requires_grad(true);
        }
        if case.attribute("then") == Some("mul") {
            shown = shown.f_mul(&tch::Tensor::from(2_i64)).unwrap();
        }
        let handle = give_tensor(shown).unwrap();
        let text = rt_torch_to_string(handle);
        let text = Str::of("text", text).unwrap();
        let wanted = case.attribute("text").unwrap().replace("\\n", "\n");
        assert_eq!(text.text("text").unwrap(), wanted);
        assert_eq!(rt_torch_free(handle), 1);
    }
}
