//! Tensors in and out: handles, buffers, nested arrays, random numbers, decompositions, bad input.
#![cfg(all(feature = "ffi", feature = "pytorch"))]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

mod common;

use std::ffi::c_void;
use std::ptr;

use common::assert_close;
use runtime_core::error;
use runtime_core::error::codes::*;
use runtime_torch::arguments::elements;
use runtime_torch::codes::*;
use runtime_torch::ffi::tensor::{
    arithmetic::*, convert::*, create::*, index::*, inplace::*, linalg::*, read::*, shape::*,
};
use runtime_torch::objects::{give_tensor, tensor};
use runtime_value::codes::*;
use runtime_value::{Array, RuntimeValue, Tuple, View, equality};
use tch::{Kind, Tensor};

const NIL: RuntimeValue = RuntimeValue::NIL;

fn ints(ints: &[i64]) -> RuntimeValue {
    let values: Vec<RuntimeValue> = ints.iter().map(|int| (*int).into()).collect();
    Array::from_slice(&values).unwrap().value()
}

fn give(tensor: &Tensor) -> RuntimeValue {
    give_tensor(tensor.shallow_clone()).unwrap()
}

#[track_caller]
fn take(value: RuntimeValue) -> Tensor {
    assert_ne!(value, NIL, "{:?}", error::last_message());
    let taken = tensor("tensor", value).unwrap().shallow_clone();
    free(value);
    taken
}

#[track_caller]
fn free(value: RuntimeValue) {
    assert_eq!(rt_torch_free(value), 1, "{:?}", error::last_message());
}

/// The call failed with this code.
#[track_caller]
fn refused(result: RuntimeValue, code: i64) {
    assert_eq!(result, NIL);
    assert_eq!(error::last_code(), code, "{:?}", error::last_message());
    error::clear_last();
}

#[test]
fn buffers_go_in_and_out() {
    let data = [1.5_f32, -2.0, 3.25, 4.0, 5.0, 6.0];
    let bytes = size_of_val(&data) as u64;
    // SAFETY: the pointer and the length are the array's.
    let handle = unsafe {
        rt_torch_tensor_from_buffer(data.as_ptr().cast(), bytes, ints(&[2, 3]), RT_TORCH_FLOAT32, 0)
    };
    let mut out = [0.0_f32; 6];
    // SAFETY: as above.
    let written = unsafe { rt_torch_copy_data_to_cpu(handle, out.as_mut_ptr().cast(), bytes) };
    assert_eq!((written, out), (24, data));

    // What does not lie row by row is put in order.
    let turned = rt_torch_t(handle);
    assert_eq!((rt_torch_is_contiguous(handle), rt_torch_is_contiguous(turned)), (1, 0));
    // SAFETY: as above.
    let written = unsafe { rt_torch_copy_data_to_cpu(turned, out.as_mut_ptr().cast(), bytes) };
    assert_eq!((written, out), (24, [1.5, 4.0, -2.0, 5.0, 3.25, 6.0]));
    assert!(equality::equal(rt_torch_shape(turned), ints(&[3, 2])).unwrap());
    assert!(equality::equal(rt_torch_strides(turned), ints(&[1, 3])).unwrap());

    // A buffer that is too short is not touched.
    out = [9.0; 6];
    // SAFETY: as above.
    let written = unsafe { rt_torch_copy_data_to_cpu(turned, out.as_mut_ptr().cast(), bytes - 1) };
    assert_eq!((written, out, error::last_code()), (0, [9.0; 6], RT_ERROR_LENGTH));
    // SAFETY: null is allowed.
    assert_eq!(unsafe { rt_torch_copy_data_to_cpu(turned, ptr::null_mut(), bytes) }, 0);
    assert_eq!(error::last_code(), RT_ERROR_NULL_POINTER);

    let empty = rt_torch_zeros(ints(&[0, 5]), RT_TORCH_INT64, 0);
    error::clear_last();
    // SAFETY: null with length 0 is an empty buffer.
    assert_eq!(unsafe { rt_torch_copy_data_to_cpu(empty, ptr::null_mut(), 0) }, 0);
    assert_eq!(error::last_code(), RT_ERROR_NONE);
    for handle in [handle, turned, empty] {
        free(handle);
    }
}

#[test]
fn lazily_conjugated_elements_are_resolved() {
    let numbers = Tensor::from_slice(&[1.0_f64, 2.0, 3.0, 4.0]).reshape([2, 2]).view_as_complex();
    let handle = give(&numbers.conj());
    let mut out = [0.0_f64; 4];
    // SAFETY: the buffer has 32 bytes.
    let written = unsafe { rt_torch_copy_data_to_cpu(handle, out.as_mut_ptr().cast(), 32) };
    assert_eq!((written, out), (32, [1.0, -2.0, 3.0, -4.0]));
    // The imaginary part of a conjugate is lazily negated.
    let imaginary = give(&numbers.conj().imag());
    // SAFETY: as above.
    let written = unsafe { rt_torch_copy_data_to_cpu(imaginary, out.as_mut_ptr().cast(), 32) };
    assert_eq!((written, &out[..2]), (16, &[-2.0, -4.0][..]));
    let pair = Tuple::from_slice(&[1.0.into(), (-2.0).into()]).unwrap().value();
    let values = elements("array", rt_torch_to_array(handle)).unwrap();
    assert!(equality::equal(values[0], pair).unwrap());
    free(handle);
    free(imaginary);
}

#[test]
fn buffers_are_checked() {
    let data = [1_u8, 2, 0, 255];
    let from = |bytes: u64, shape: RuntimeValue, dtype: i64, device: i64| {
        // SAFETY: the pointer has four bytes.
        unsafe {
            rt_torch_tensor_from_buffer(data.as_ptr().cast::<c_void>(), bytes, shape, dtype, device)
        }
    };
    // A bool is 0 or 1, whatever the byte was.
    let bools = take(from(4, ints(&[4]), RT_TORCH_BOOL, 0));
    assert_eq!(bools.to_kind(Kind::Int64).sum(Kind::Int64).int64_value(&[]), 3);
    let view: &[u8] = &{
        let mut bytes = [9_u8; 4];
        bools.view_dtype(Kind::Uint8).copy_data_u8(&mut bytes, 4);
        bytes
    };
    assert_eq!(view, [1, 1, 0, 1]);
    refused(from(3, ints(&[4]), RT_TORCH_UINT8, 0), RT_ERROR_LENGTH);
    refused(from(4, ints(&[2]), RT_TORCH_FLOAT32, 0), RT_ERROR_LENGTH);
    refused(from(4, ints(&[-4]), RT_TORCH_UINT8, 0), RT_ERROR_INVALID_ARGUMENT);
    refused(from(4, ints(&[1 << 40, 1 << 40]), RT_TORCH_UINT8, 0), RT_ERROR_TORCH_TOO_LARGE);
    refused(from(4, ints(&[4]), 12, 0), RT_ERROR_TORCH_DTYPE);
    refused(from(4, ints(&[4]), -1, 0), RT_ERROR_TORCH_DTYPE);
    refused(from(4, ints(&[4]), RT_TORCH_UINT8, 1000), RT_ERROR_TORCH_DEVICE);
    refused(from(4, 4.into(), RT_TORCH_UINT8, 0), RT_ERROR_WRONG_TYPE);
    refused(from(4, NIL, RT_TORCH_UINT8, 0), RT_ERROR_WRONG_TYPE);
    // SAFETY: null is allowed.
    let null = |bytes, shape| unsafe {
        rt_torch_tensor_from_buffer(ptr::null(), bytes, shape, RT_TORCH_UINT8, 0)
    };
    refused(null(4, ints(&[4])), RT_ERROR_NULL_POINTER);
    assert_eq!(take(null(0, ints(&[0, 3]))).size(), [0, 3]);
}

#[test]
fn nested_arrays_go_in_and_out() {
    let row = |a: f64, b: f64| Array::from_slice(&[a.into(), b.into()]).unwrap().value();
    let data = Array::from_slice(&[row(1.0, 2.5), row(-3.0, 4.0)]).unwrap().value();
    let handle = rt_torch_tensor(data, RT_TORCH_FLOAT64, 0);
    assert!(equality::equal(rt_torch_to_array(handle), data).unwrap());
    free(handle);
    let number = rt_torch_tensor(7.into(), RT_TORCH_INT64, 0);
    assert_eq!(rt_torch_to_array(number), 7.into());
    free(number);
    let bool = rt_torch_tensor(RuntimeValue::TRUE, RT_TORCH_BOOL, 0);
    assert_eq!(rt_torch_to_array(bool), RuntimeValue::TRUE);
    free(bool);
    let large = rt_torch_tensor(RuntimeValue::int(i64::MIN).unwrap(), RT_TORCH_INT64, 0);
    assert_eq!(rt_torch_item_int(large), i64::MIN);
    assert_eq!(rt_torch_to_array(large).to_int().unwrap(), i64::MIN);
    free(large);

    let ragged = Array::from_slice(&[ints(&[1, 2]), ints(&[3])]).unwrap().value();
    refused(rt_torch_tensor(ragged, RT_TORCH_FLOAT32, 0), RT_ERROR_INVALID_ARGUMENT);
    let mixed = Array::from_slice(&[ints(&[1, 2]), 3.into()]).unwrap().value();
    refused(rt_torch_tensor(mixed, RT_TORCH_FLOAT32, 0), RT_ERROR_WRONG_TYPE);
    refused(rt_torch_tensor("text".into(), RT_TORCH_FLOAT32, 0), RT_ERROR_WRONG_TYPE);
    refused(rt_torch_tensor(NIL, RT_TORCH_FLOAT32, 0), RT_ERROR_WRONG_TYPE);
    refused(rt_torch_tensor(ints(&[300]), RT_TORCH_UINT8, 0), RT_ERROR_INVALID_ARGUMENT);
    refused(rt_torch_tensor(f64::NAN.into(), RT_TORCH_INT64, 0), RT_ERROR_INVALID_ARGUMENT);
    refused(rt_torch_tensor(1e19.into(), RT_TORCH_INT64, 0), RT_ERROR_INVALID_ARGUMENT);

    // An array that holds itself has no end.
    let cycle = Array::new(1).unwrap();
    cycle.push(cycle.value()).unwrap();
    refused(rt_torch_tensor(cycle.value(), RT_TORCH_FLOAT32, 0), RT_ERROR_INVALID_ARGUMENT);
    // A small graph of arrays that spells out to 2^40 elements.
    let mut heavy = ints(&[1, 2]);
    for _ in 0..39 {
        heavy = Array::from_slice(&[heavy, heavy]).unwrap().value();
    }
    refused(rt_torch_tensor(heavy, RT_TORCH_INT8, 0), RT_ERROR_TORCH_TOO_LARGE);
}

#[test]
fn handles_are_checked() {
    let before = rt_torch_live_count();
    let handle = rt_torch_ones_1d(3, RT_TORCH_FLOAT32, 0);
    assert!(rt_torch_live_count() > before || before > 0);
    assert_eq!((rt_torch_free(handle), rt_torch_free(handle)), (1, 0));
    assert_eq!(error::last_code(), RT_ERROR_STALE_HANDLE);
    refused(rt_torch_add(handle, handle), RT_ERROR_STALE_HANDLE);
    refused(rt_torch_add(1.into(), 1.into()), RT_ERROR_NOT_A_HANDLE);
    refused(rt_torch_add(NIL, NIL), RT_ERROR_WRONG_TYPE);
    assert_eq!((rt_torch_dtype(handle), rt_torch_device(handle)), (-1, -1));
    assert_eq!((rt_torch_numel(99_999.into()), rt_torch_item(handle)), (0, 0.0));
    refused(rt_torch_shape(handle), RT_ERROR_STALE_HANDLE);
    assert_eq!(error::last_code(), RT_ERROR_NONE);
}

#[test]
fn absurd_sizes_are_errors() {
    let small = give(&Tensor::from_slice(&[1.0_f32, 2.0]));
    let huge = 1_i64 << 40;
    let calls: [&dyn Fn() -> RuntimeValue; 16] = [
        &|| rt_torch_zeros(ints(&[huge]), 0, 0),
        &|| rt_torch_ones_3d(1 << 20, 1 << 20, 1, 0, 0),
        &|| rt_torch_rand(ints(&[i64::MAX, i64::MAX]), 0, 0),
        &|| rt_torch_full(ints(&[huge, huge]), 1.0, 0, 0),
        &|| rt_torch_eye(1 << 24, 1 << 24, 0, 0),
        &|| rt_torch_arange(i64::MIN, i64::MAX, 1, 3, 0),
        &|| rt_torch_arange_float(0.0, 1e300, 1.0, 0, 0),
        &|| rt_torch_linspace(0.0, 1.0, i64::MAX, 0, 0),
        &|| rt_torch_logspace(0.0, 1.0, huge, 10.0, 0, 0),
        &|| rt_torch_randperm(i64::MAX, 3, 0),
        &|| rt_torch_expand(small, ints(&[huge, 2])),
        &|| rt_torch_repeat(small, ints(&[i64::MAX])),
        &|| rt_torch_tile(small, ints(&[1 << 62, 4])),
        &|| rt_torch_repeat_interleave(small, huge, 0),
        &|| rt_torch_diag(small, i64::MAX),
        &|| rt_torch_diag(small, i64::MIN),
    ];
    for call in calls {
        refused(call(), RT_ERROR_TORCH_TOO_LARGE);
    }
    let label = give(&Tensor::from_slice(&[huge]));
    refused(rt_torch_one_hot(label, -1), RT_ERROR_TORCH_TOO_LARGE);
    refused(rt_torch_bincount(label, NIL, 0), RT_ERROR_TORCH_TOO_LARGE);
    // Nothing is in these, and so many nothings are too much.
    let hollow = rt_torch_zeros(ints(&[1 << 60, 0]), 0, 0);
    refused(rt_torch_to_array(hollow), RT_ERROR_TORCH_TOO_LARGE);
    refused(rt_torch_split(hollow, 1, 0), RT_ERROR_TORCH_TOO_LARGE);
    refused(rt_torch_unbind(hollow, 0), RT_ERROR_TORCH_TOO_LARGE);
    for handle in [small, label, hollow] {
        free(handle);
    }
}

#[test]
fn odd_numbers_are_no_disaster() {
    let three = give(&Tensor::from_slice(&[1.0_f32, 2.0, 3.0]));
    let slice = |start, end, step| rt_torch_slice(three, 0, start, end, step);
    assert_eq!(take(slice(i64::MIN, i64::MAX, i64::MAX)).size(), [1]);
    refused(slice(0, 1, 0), RT_ERROR_TORCH);
    refused(slice(0, 1, i64::MIN), RT_ERROR_TORCH);
    refused(rt_torch_narrow(three, 0, 1, i64::MAX), RT_ERROR_TORCH);
    refused(rt_torch_select(three, 0, i64::MIN), RT_ERROR_TORCH);
    refused(rt_torch_select(three, i64::MAX, 0), RT_ERROR_TORCH);
    refused(rt_torch_index(three, 3.into()), RT_ERROR_TORCH);
    let chunks = elements("chunks", rt_torch_chunk(three, i64::MAX, 0)).unwrap();
    assert_eq!(chunks.len(), 3);
    for chunk in chunks {
        free(chunk);
    }
    refused(rt_torch_chunk(three, 0, 0), RT_ERROR_TORCH);
    refused(rt_torch_chunk(three, 2, 9), RT_ERROR_TORCH);
    refused(rt_torch_linalg_matrix_power(three, i64::MIN), RT_ERROR_INVALID_ARGUMENT);
    refused(rt_torch_reshape(three, ints(&[i64::MIN, -1])), RT_ERROR_TORCH);
    refused(rt_torch_reshape(three, ints(&[1; 100])), RT_ERROR_INVALID_ARGUMENT);
    refused(rt_torch_cat(ints(&[]), 0), RT_ERROR_TORCH);
    refused(rt_torch_einsum("ij->".into(), ints(&[])), RT_ERROR_TORCH);
    refused(rt_torch_mm(three, three), RT_ERROR_TORCH);
    assert_eq!((rt_torch_uniform_(three, 2.0, 1.0), error::last_code()), (0, RT_ERROR_TORCH));
    assert_eq!((rt_torch_normal_(three, 0.0, f64::NAN), error::last_code()), (0, RT_ERROR_TORCH));
    free(three);
}

#[test]
fn random_numbers_follow_the_seed() {
    use runtime_torch::ffi::device::rt_torch_manual_seed;
    // The generator is the process's, and other tests draw from it too: a few tries find quiet.
    let alike = (0..100).any(|_| {
        let draw = || {
            assert_eq!(rt_torch_manual_seed(7), 1);
            take(rt_torch_randn(ints(&[3]), RT_TORCH_FLOAT64, 0))
        };
        draw().equal(&draw())
    });
    assert!(alike);
    let uniform = take(rt_torch_rand(ints(&[1000]), RT_TORCH_FLOAT32, 0));
    assert!(uniform.min().double_value(&[]) >= 0.0 && uniform.max().double_value(&[]) < 1.0);
    let dice = take(rt_torch_randint(1, 7, ints(&[1000]), RT_TORCH_INT64, 0));
    assert_eq!((dice.min().int64_value(&[]), dice.max().int64_value(&[])), (1, 6));
    let order = take(rt_torch_randperm(50, RT_TORCH_INT64, 0));
    assert!(order.sort(0, false).0.equal(&Tensor::arange(50, (Kind::Int64, tch::Device::Cpu))));
    refused(rt_torch_randint(3, 3, ints(&[1]), RT_TORCH_INT64, 0), RT_ERROR_TORCH);
    refused(rt_torch_randn(ints(&[2]), RT_TORCH_INT64, 0), RT_ERROR_TORCH);

    // Filling keeps the tensor, its dtype and its aliases, also of a leaf that needs a gradient.
    let leaf = Tensor::zeros([1000], (Kind::Double, tch::Device::Cpu)).set_requires_grad(true);
    let handle = give(&leaf);
    assert_eq!(rt_torch_normal_(handle, 5.0, 0.1), 1);
    assert!((leaf.mean(Kind::Double).double_value(&[]) - 5.0).abs() < 0.1);
    assert_eq!(rt_torch_uniform_(handle, -2.0, -1.0), 1);
    assert!(leaf.max().double_value(&[]) <= -1.0 && leaf.is_leaf() && leaf.requires_grad());
    assert_eq!(rt_torch_bernoulli_(handle, 1.0), 1);
    assert_eq!(leaf.min().double_value(&[]), 1.0);
    free(handle);
}

#[test]
fn copies_and_views() {
    let base = give(&Tensor::zeros([2, 2], (Kind::Float, tch::Device::Cpu)));
    let (copy, alias, view) =
        (rt_torch_clone(base), rt_torch_shallow_clone(base), rt_torch_index(base, 0.into()));
    assert_eq!(rt_torch_fill_(view, 3.0), 1);
    assert_eq!(take(copy).sum(Kind::Float).double_value(&[]), 0.0);
    assert_eq!(take(alias).sum(Kind::Float).double_value(&[]), 6.0);
    free(view);
    let same = rt_torch_to_device(base, 0);
    refused(rt_torch_to_device(base, 1000), RT_ERROR_TORCH_DEVICE);
    refused(rt_torch_to_cuda(base, -1), RT_ERROR_TORCH_DEVICE);
    refused(rt_torch_to_dtype(base, 99), RT_ERROR_TORCH_DTYPE);
    free(same);
    free(base);
}

#[test]
fn decompositions_put_together_again() {
    let matrix = Tensor::from_slice(&[4.0_f64, 1.0, 2.0, 1.0, 3.0, 0.5, 2.0, 0.5, 5.0]);
    let matrix = matrix.reshape([3, 3]);
    let wide = matrix.narrow(0, 0, 2);
    let handle = |tensor: &Tensor| give(tensor);
    let parts = |value: RuntimeValue| -> Vec<Tensor> {
        assert_ne!(value, NIL, "{:?}", error::last_message());
        elements("tuple", value).unwrap().into_iter().map(take).collect()
    };
    for (tensor, full, sizes) in [(&wide, 0, [2, 3]), (&wide, 1, [3, 3]), (&matrix, 0, [3, 3])] {
        let given = handle(tensor);
        let [u, s, vh] = parts(rt_torch_linalg_svd(given, full)).try_into().ok().unwrap();
        assert_eq!(vh.size(), sizes);
        let rank = s.size()[0];
        let again = u.narrow(1, 0, rank).matmul(&s.diag(0)).matmul(&vh.narrow(0, 0, rank));
        assert_close("svd", &again, tensor, 1e-10, 1e-10);
        free(given);
    }
    let (given, right) =
        (handle(&matrix), handle(&Tensor::ones([3, 1], (Kind::Double, tch::Device::Cpu))));
    let [values, vectors] = parts(rt_torch_linalg_eigh(given)).try_into().ok().unwrap();
    let again = vectors.matmul(&values.diag(0)).matmul(&vectors.transpose(0, 1));
    assert_close("eigh", &again, &matrix, 1e-10, 1e-10);
    let [values, vectors] = parts(rt_torch_linalg_eig(given)).try_into().ok().unwrap();
    let again = vectors.matmul(&values.diag(0)).matmul(&vectors.inverse());
    assert_close("eig", &again.real(), &matrix, 1e-10, 1e-10);
    let [q, r] = parts(rt_torch_linalg_qr(given)).try_into().ok().unwrap();
    assert_close("qr", &q.matmul(&r), &matrix, 1e-10, 1e-10);
    let solution = &parts(rt_torch_linalg_lstsq(given, right))[0];
    let wanted = take(rt_torch_linalg_solve(given, right));
    assert_close("lstsq", solution, &wanted, 1e-10, 1e-10);
    let singular = handle(&Tensor::ones([2, 2], (Kind::Double, tch::Device::Cpu)));
    refused(rt_torch_linalg_inv(singular), RT_ERROR_TORCH);
    refused(rt_torch_linalg_solve(singular, singular), RT_ERROR_TORCH);
    for handle in [given, right, singular] {
        free(handle);
    }
}
