//! Process groups and collectives: several processes of this very program, against what PyTorch's ranks get.
#![cfg(all(feature = "ffi", feature = "pytorch"))]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

mod common;
#[path = "common/ranks.rs"]
mod ranks;
#[path = "common/values.rs"]
mod values;

use std::thread;

use common::{Case, assert_close};
use ranks::{free_port, init, init_with, rank, refusal, run, variable};
use runtime_core::error::codes::{RT_ERROR_INVALID_ARGUMENT, RT_ERROR_STALE_HANDLE};
use runtime_core::error::{clear_last, last_code, last_message};
use runtime_core::handle::{kinds, live_count};
use runtime_torch::codes::*;
use runtime_torch::ffi::dist::collectives::*;
use runtime_torch::ffi::dist::group::*;
use runtime_torch::ffi::dist::messages::*;
use runtime_torch::ffi::dist::work::*;
use runtime_torch::objects;
use runtime_value::{Array, RuntimeValue, Str, View};
use tch::{Device, Kind, Tensor};
use values::{array, give, look, take};

const NIL: RuntimeValue = RuntimeValue::NIL;

const PROGRAMS: &[(&str, ranks::Program)] = &[
    ("fixtures", fixtures),
    ("groups", groups),
    ("works", works),
    ("messages", messages),
    ("refusals", refusals),
    ("again", again),
    ("leaves", leaves),
    ("empty", empty),
    ("alone", alone),
    ("in_a_file", in_a_file),
];

#[test]
#[ignore = "a rank, which the other tests start"]
fn one_rank() {
    ranks::dispatch(PROGRAMS);
}

fn ones(shape: &[i64]) -> Tensor {
    Tensor::ones(shape, (Kind::Float, Device::Cpu))
}

/// A handle of a tensor of four times this number.
fn four(number: f64) -> RuntimeValue {
    give(&(ones(&[4]) * number))
}

#[track_caller]
fn done(result: i64) {
    assert_eq!(result, 1, "{:?}", last_message());
}

#[track_caller]
fn wait(work: RuntimeValue) {
    assert_ne!(work, NIL, "{:?}", last_message());
    assert_eq!(rt_torch_dist_work_wait(work, 60_000), 1, "{:?}", last_message());
    done(rt_torch_dist_work_free(work));
}

#[track_caller]
fn refused(result: i64, code: i64) {
    assert!(result == 0 || result == -1);
    let (found, text) = refusal();
    assert_eq!(found, code, "{text}");
}

/* ---- against PyTorch ---- */

#[test]
fn collectives_give_what_pytorchs_give() {
    for size in [2, 3] {
        run("fixtures", size, &[]);
    }
}

fn fixtures() {
    init(60_000);
    let (me, size) = (rank(), rt_torch_dist_world_size());
    let cases = common::read("dist.txt");
    let own = |case: &&Case| case.parse::<i64>("size") == size;
    let mut count = 0;
    for case in cases.iter().filter(own) {
        compare(case, me, size);
        count += 1;
    }
    assert_eq!(count, 115);
    // What is a number or has no elements goes through as well.
    let number = give(&Tensor::from(1.5_f32));
    done(rt_torch_dist_all_reduce(number, 0));
    assert_eq!(take(number).double_value(&[]), 1.5 * size as f64);
    done(rt_torch_dist_destroy_process_group());
}

fn compare(case: &Case, me: i64, size: i64) {
    let root = size - 1;
    let op = ["sum", "product", "min", "max", "avg", "none"];
    let op = op.iter().position(|op| *op == case.attribute("op").unwrap()).unwrap() as i64;
    let input = case.tensor(&format!("input_{me}"));
    let wanted = case.tensor(&format!("result_{me}"));
    let name = case.attribute("collective").unwrap();
    let rows = || array(&(0..size).map(|at| give(&input.get(at))).collect::<Vec<_>>());
    let zeros = |like: &Tensor| give(&like.zeros_like());
    let stack = |list: RuntimeValue| {
        let list = Array::find(list).unwrap();
        assert_eq!(list.len() as i64, size, "{}", case.name);
        Tensor::stack(
            &(0..size).map(|at| take(list.get(at as usize).unwrap())).collect::<Vec<_>>(),
            0,
        )
    };
    let tensor = give(&input.copy());
    let result = match name {
        "all_reduce" => {
            done(rt_torch_dist_all_reduce(tensor, op));
            take(tensor)
        }
        "reduce" => {
            done(rt_torch_dist_reduce(tensor, root, op));
            if me == root { take(tensor) } else { wanted.shallow_clone() }
        }
        "broadcast" => {
            done(rt_torch_dist_broadcast(tensor, root));
            take(tensor)
        }
        "all_gather" => {
            // Once into tensors that are there, once into new ones.
            let full = array(&(0..size).map(|_| zeros(input)).collect::<Vec<_>>());
            done(rt_torch_dist_all_gather(full, tensor));
            let list = array(&[]);
            done(rt_torch_dist_all_gather_in(NIL, list, tensor));
            assert!(stack(full).equal(wanted));
            stack(list)
        }
        "gather" => {
            let list = if me == root { array(&[]) } else { NIL };
            done(rt_torch_dist_gather(tensor, list, root));
            if me == root { stack(list) } else { wanted.shallow_clone() }
        }
        "scatter" => {
            let output = zeros(wanted);
            let list = if me == root { rows() } else { NIL };
            done(rt_torch_dist_scatter(output, list, root));
            take(output)
        }
        "reduce_scatter" => {
            let output = zeros(wanted);
            done(rt_torch_dist_reduce_scatter_in(NIL, output, rows(), op));
            take(output)
        }
        "all_to_all" => {
            let list = array(&[]);
            done(rt_torch_dist_all_to_all(list, rows()));
            stack(list)
        }
        other => panic!("{other}"),
    };
    assert_close(&case.name, &result, wanted, 0.0, 0.0);
}

/* ---- groups ---- */

#[test]
fn groups_of_some_ranks() {
    run("groups", 3, &[]);
}

fn groups() {
    init(60_000);
    let me = rank();
    assert_eq!(rt_torch_dist_rank_in(NIL), me);
    assert_eq!(Str::of("backend", rt_torch_dist_backend()).unwrap().as_bytes(), b"gloo");
    let ints = |ranks: &[i64]| array(&ranks.iter().map(|rank| (*rank).into()).collect::<Vec<_>>());
    // The members' order is that of their ranks.
    let outer = rt_torch_dist_new_group(ints(&[2, 0]));
    let all = rt_torch_dist_new_group_with(ints(&[0, 1, 2]), 50_000);
    assert_eq!(rt_torch_dist_world_size_in(outer), 2);
    assert_eq!(rt_torch_dist_rank_in(outer), [0, -1, 1][me as usize]);
    assert_eq!(rt_torch_dist_rank_in(all), me);
    let tensor = four(me as f64 + 1.0);
    if me == 1 {
        refused(rt_torch_dist_all_reduce_in(outer, tensor, 0), RT_ERROR_TORCH_DIST_NO_GROUP);
        refused(rt_torch_dist_set_timeout_in(outer, 1000), RT_ERROR_TORCH_DIST_NO_GROUP);
    } else {
        done(rt_torch_dist_all_reduce_in(outer, tensor, 0));
        assert_eq!(look(tensor).double_value(&[0]), 4.0);
        // Roots are ranks among all.
        refused(rt_torch_dist_broadcast_in(outer, tensor, 1), RT_ERROR_INVALID_ARGUMENT);
        let tensor = four(me as f64);
        done(rt_torch_dist_broadcast_in(outer, tensor, 2));
        assert_eq!(take(tensor).double_value(&[3]), 2.0);
    }
    let tensor = four(me as f64);
    done(rt_torch_dist_all_reduce_in(all, tensor, 3));
    assert_eq!(take(tensor).double_value(&[0]), 2.0);
    done(rt_torch_dist_group_free(all));
    refused(rt_torch_dist_world_size_in(all), RT_ERROR_STALE_HANDLE);
    done(rt_torch_dist_barrier());
    done(rt_torch_dist_destroy_process_group());
    // A group of some goes with the group of all.
    let tensor = four(1.0);
    refused(rt_torch_dist_all_reduce_in(outer, tensor, 0), RT_ERROR_TORCH_DIST_NO_GROUP);
    done(rt_torch_dist_group_free(outer));
    assert_eq!(live_count(i64::from(kinds::PROCESS_GROUP.number())), 0);
}

/* ---- works ---- */

#[test]
fn works_run_meanwhile() {
    run("works", 2, &[]);
}

fn works() {
    init(60_000);
    let me = rank();
    // Many at once, and waited for the other way round; the tensors' handles end at once.
    let tensors: Vec<Tensor> = (0..20).map(|at| ones(&[1000]) * (at + me) as f64).collect();
    let start = |tensor: &Tensor| {
        let handle = give(tensor);
        let work = rt_torch_dist_all_reduce_async(NIL, handle, 0);
        objects::free_tensor("tensor", handle).unwrap();
        work
    };
    let started: Vec<RuntimeValue> = tensors.iter().map(start).collect();
    for (work, (at, tensor)) in started.into_iter().zip(tensors.iter().enumerate()).rev() {
        wait(work);
        assert_eq!(tensor.double_value(&[999]), 2.0 * at as f64 + 1.0);
    }
    // A tensor that nobody refers to any more, while rank 1 has not even begun.
    let before = live_count(i64::from(kinds::TENSOR.number()));
    if me == 0 {
        let handle = give(&(ones(&[100_000]) * 3.0));
        let work = rt_torch_dist_broadcast_async(NIL, handle, 0);
        objects::free_tensor("tensor", handle).unwrap();
        assert_eq!(rt_torch_dist_work_wait(work, 20), 0);
        assert_eq!(last_code(), 0);
        assert_eq!(rt_torch_dist_work_wait(work, 0), 0);
        assert_eq!(rt_torch_dist_work_wait(work, i64::MIN), 0);
        assert_eq!(rt_torch_dist_work_is_completed(work), 0);
        let tensor = four(1.0);
        done(rt_torch_dist_recv(tensor, 1, 7));
        objects::free_tensor("tensor", tensor).unwrap();
        // On another thread.
        let bits = work.to_bits();
        // SAFETY: the bits are those of a work's handle, which is an int.
        thread::spawn(move || wait(unsafe { RuntimeValue::from_bits(bits) })).join().unwrap();
    } else {
        let tensor = four(1.0);
        thread::sleep(std::time::Duration::from_millis(100));
        let work = rt_torch_dist_send_async(NIL, tensor, 0, 7);
        objects::free_tensor("tensor", tensor).unwrap();
        let tensor = give(&ones(&[100_000]));
        done(rt_torch_dist_broadcast(tensor, 0));
        assert_eq!(take(tensor).double_value(&[99_999]), 3.0);
        wait(work);
    }
    assert_eq!(live_count(i64::from(kinds::TENSOR.number())), before);
    // One of each.
    let (list, tensor) = (array(&[]), four(me as f64));
    wait(rt_torch_dist_all_gather_async(NIL, list, tensor));
    assert_eq!(look(Array::find(list).unwrap().get(1).unwrap()).double_value(&[0]), 1.0);
    let list = array(&[four(1.0), four(2.0)]);
    wait(rt_torch_dist_reduce_scatter_async(NIL, tensor, list, 0));
    assert_eq!(look(tensor).double_value(&[0]), 2.0 * (me + 1) as f64);
    wait(rt_torch_dist_scatter_async(NIL, tensor, list, 1));
    assert_eq!(look(tensor).double_value(&[0]), (me + 1) as f64);
    let parts = array(&[]);
    wait(rt_torch_dist_all_to_all_async(NIL, parts, list));
    assert_eq!(
        look(Array::find(parts).unwrap().get(0).unwrap()).double_value(&[0]),
        (me + 1) as f64
    );
    wait(rt_torch_dist_reduce_async(NIL, tensor, 0, 0));
    let gathered = array(&[]);
    wait(rt_torch_dist_gather_async(NIL, tensor, gathered, 0));
    assert_eq!(Array::find(gathered).unwrap().len(), if me == 0 { 2 } else { 0 });
    wait(rt_torch_dist_barrier_async(NIL));
    assert_eq!(live_count(i64::from(kinds::WORK.number())), 0);
    // What goes on when its work is freed still happens.
    let work = rt_torch_dist_all_reduce_async(NIL, tensor, 0);
    done(rt_torch_dist_work_free(work));
    refused(rt_torch_dist_work_wait(work, 0), RT_ERROR_STALE_HANDLE);
    done(rt_torch_dist_barrier());
    done(rt_torch_dist_destroy_process_group());
}

#[test]
fn messages_find_their_tag() {
    run("messages", 3, &[]);
}

fn messages() {
    init(60_000);
    let me = rank();
    let word = |number: i64| give(&Tensor::from_slice(&[number, -number]).to_kind(Kind::Int16));
    let first = |value| take(value).int64_value(&[0]);
    // Each sends to the next and receives from the one before: all at once.
    let (next, before) = ((me + 1) % 3, (me + 2) % 3);
    let (sent, got) = (word(me), word(100));
    let work = rt_torch_dist_recv_async(NIL, got, before, 0);
    done(rt_torch_dist_send(sent, next, 0));
    wait(work);
    assert_eq!(first(got), before);
    // Tags tell messages apart, whatever their order.
    if me == 0 {
        let works = [5, 4].map(|tag| rt_torch_dist_send_async(NIL, word(tag), 1, tag));
        works.into_iter().for_each(wait);
    } else if me == 1 {
        for tag in [4, 5] {
            let got = word(0);
            done(rt_torch_dist_recv_in(NIL, got, 0, tag));
            assert_eq!(first(got), tag);
        }
    }
    let pair = give(&Tensor::complex(&ones(&[2]), &(ones(&[2]) * me)));
    if me == 1 {
        done(rt_torch_dist_send(pair, 2, i64::from(i32::MAX)));
    } else if me == 2 {
        done(rt_torch_dist_recv(pair, 1, i64::from(i32::MAX)));
        assert_eq!(take(pair).imag().double_value(&[0]), 1.0);
    }
    for tag in [-1, 1 << 31, i64::MAX, i64::MIN] {
        refused(rt_torch_dist_send(sent, next, tag), RT_ERROR_INVALID_ARGUMENT);
        refused(rt_torch_dist_recv(sent, next, tag), RT_ERROR_INVALID_ARGUMENT);
    }
    refused(rt_torch_dist_send(sent, me, 0), RT_ERROR_INVALID_ARGUMENT);
    refused(rt_torch_dist_recv(sent, 3, 0), RT_ERROR_INVALID_ARGUMENT);
    done(rt_torch_dist_barrier());
    done(rt_torch_dist_destroy_process_group());
}

/* ---- what is refused ---- */

#[test]
fn nothing_without_a_group() {
    let tensor = four(1.0);
    let no_group = RT_ERROR_TORCH_DIST_NO_GROUP;
    refused(rt_torch_dist_barrier(), no_group);
    refused(rt_torch_dist_all_reduce(tensor, 0), no_group);
    refused(rt_torch_dist_broadcast(tensor, 0), no_group);
    refused(rt_torch_dist_all_gather(array(&[]), tensor), no_group);
    refused(rt_torch_dist_reduce_scatter(tensor, array(&[])), no_group);
    refused(rt_torch_dist_reduce(tensor, 0, 0), no_group);
    refused(rt_torch_dist_gather(tensor, array(&[]), 0), no_group);
    refused(rt_torch_dist_scatter(tensor, array(&[]), 0), no_group);
    refused(rt_torch_dist_all_to_all(array(&[]), array(&[tensor])), no_group);
    refused(rt_torch_dist_send(tensor, 0, 0), no_group);
    refused(rt_torch_dist_recv(tensor, 0, 0), no_group);
    refused(rt_torch_dist_rank(), no_group);
    refused(rt_torch_dist_world_size(), no_group);
    refused(rt_torch_dist_set_timeout(1), no_group);
    refused(rt_torch_dist_destroy_process_group(), no_group);
    assert_eq!(rt_torch_dist_backend(), NIL);
    assert_eq!(refusal().0, no_group);
    assert_eq!(rt_torch_dist_new_group(array(&[0.into()])), NIL);
    assert_eq!(refusal().0, no_group);
    assert_eq!(rt_torch_dist_all_reduce_async(NIL, tensor, 0), NIL);
    assert_eq!(refusal().0, no_group);
    assert_eq!(rt_torch_dist_is_initialized(), 0);
    assert_eq!(rt_torch_dist_is_available(), 1);
}

#[test]
fn backends_are_known_by_name() {
    let is_there = |name: &str| {
        // SAFETY: the pointer and the length are those of the text.
        unsafe { rt_torch_dist_is_backend_available(name.as_ptr(), name.len() as u64) }
    };
    assert_eq!(is_there("gloo"), 1);
    for name in ["", "Gloo", "gloo ", "mpi", "ucc", "fake"] {
        refused(is_there(name), RT_ERROR_TORCH_DIST_BACKEND);
        // SAFETY: the same.
        let formed = unsafe { rt_torch_dist_init_process_group(name.as_ptr(), name.len() as u64) };
        refused(formed, RT_ERROR_TORCH_DIST_BACKEND);
    }
    if !tch::Cuda::is_available() {
        assert_eq!(is_there("nccl"), 0);
        let (code, text) = refusal();
        assert_eq!(code, RT_ERROR_TORCH_DIST_BACKEND);
        let is_explained =
            ["not in this library: the LibTorch of this library has no CUDA", "for GPUs"];
        assert!(is_explained.iter().any(|why| text.contains(why)), "{text}");
    }
    // SAFETY: null with a length is refused before it is read.
    refused(
        unsafe { rt_torch_dist_init_process_group(std::ptr::null(), 4) },
        runtime_core::error::codes::RT_ERROR_NULL_POINTER,
    );
}

#[test]
fn ranks_and_times_out_of_range() {
    let method = "tcp://127.0.0.1:1";
    for (rank, size, time) in [
        (1, 1, 0),
        (-3, 2, 0),
        (0, 0, 0),
        (0, -5, 0),
        (0, 1 << 40, 0),
        (0, 1, -1),
        (0, 1, i64::MIN),
    ] {
        refused(init_with(method, rank, size, time), RT_ERROR_INVALID_ARGUMENT);
    }
    for method in
        ["tcp://127.0.0.1", "tcp://127.0.0.1:0", "x", "file://x", "file:///nowhere/at/all"]
    {
        refused(init_with(method, 0, 1, 1000), RT_ERROR_TORCH_DIST_INIT);
    }
}

#[test]
fn tensors_that_will_not_do() {
    run("refusals", 2, &[]);
}

fn refusals() {
    init(60_000);
    let me = rank();
    let tensor = four(1.0);
    for op in [-1, 5, i64::MAX] {
        refused(rt_torch_dist_all_reduce(tensor, op), RT_ERROR_INVALID_ARGUMENT);
    }
    for root in [-1, 2, i64::MIN] {
        refused(rt_torch_dist_broadcast(tensor, root), RT_ERROR_INVALID_ARGUMENT);
        refused(rt_torch_dist_reduce(tensor, root, 0), RT_ERROR_INVALID_ARGUMENT);
    }
    // Whole numbers have no mean, complex ones no order.
    let ints = give(&Tensor::from_slice(&[1_i64]));
    refused(rt_torch_dist_all_reduce(ints, 4), RT_ERROR_TORCH_DTYPE);
    let complex = give(&ones(&[2]).to_kind(Kind::ComplexFloat));
    for op in [1, 2, 3] {
        refused(rt_torch_dist_all_reduce(complex, op), RT_ERROR_TORCH_DTYPE);
    }
    let words = give(&Tensor::from_slice(&[1_i16]));
    refused(rt_torch_dist_all_reduce(words, 0), RT_ERROR_TORCH_DTYPE);
    let (code, text) = (rt_torch_dist_broadcast(words, 0), refusal().1);
    assert_eq!(code, 0);
    assert!(text.contains("tensor is Int16 [1]: gloo does not have that dtype"), "{text}");
    // What is written must lie in memory as it is sent.
    let turned = give(&ones(&[2, 3]).transpose(0, 1));
    refused(rt_torch_dist_all_reduce(turned, 0), RT_ERROR_INVALID_ARGUMENT);
    let sparse = give(&ones(&[2]).to_sparse(None, None::<&[i64]>, None));
    refused(rt_torch_dist_all_reduce(sparse, 0), RT_ERROR_INVALID_ARGUMENT);
    // Lists have one tensor for each rank, all alike.
    for list in [vec![four(1.0)], vec![four(1.0), ints], vec![four(1.0), give(&ones(&[5]))]] {
        let list = array(&list);
        refused(rt_torch_dist_all_gather(list, tensor), RT_ERROR_INVALID_ARGUMENT);
        refused(rt_torch_dist_reduce_scatter(tensor, list), RT_ERROR_INVALID_ARGUMENT);
        refused(rt_torch_dist_gather(tensor, list, me), RT_ERROR_INVALID_ARGUMENT);
        refused(rt_torch_dist_scatter(tensor, list, me), RT_ERROR_INVALID_ARGUMENT);
        refused(rt_torch_dist_all_to_all(array(&[]), list), RT_ERROR_INVALID_ARGUMENT);
    }
    for word in [NIL, RuntimeValue::TRUE, 7.into()] {
        assert_eq!(rt_torch_dist_all_gather(word, tensor), 0);
        refusal();
        assert_eq!(rt_torch_dist_all_reduce(word, 0), 0);
        refusal();
        assert_eq!(rt_torch_dist_work_wait(word, 0), -1);
        refusal();
    }
    refused(rt_torch_dist_set_timeout(-1), RT_ERROR_INVALID_ARGUMENT);
    let none: [RuntimeValue; 0] = [];
    for ranks in [&none[..], &[2.into()], &[0.into(), 0.into()], &[RuntimeValue::from(-1)]] {
        assert_eq!(rt_torch_dist_new_group(array(ranks)), NIL);
        assert_eq!(refusal().0, RT_ERROR_INVALID_ARGUMENT);
    }
    refused(init_with("tcp://127.0.0.1:1", 0, 2, 1000), RT_ERROR_TORCH_DIST_INIT);
    // After all this the ranks still understand each other. What is read need not be contiguous.
    let list = array(&[]);
    done(rt_torch_dist_all_gather(list, turned));
    done(rt_torch_dist_all_reduce(tensor, 0));
    assert_eq!(take(tensor).double_value(&[0]), 2.0);
    done(rt_torch_dist_destroy_process_group());
}

#[test]
fn tensors_without_elements() {
    run("empty", 2, &[]);
}

fn empty() {
    init(60_000);
    let tensor = give(&ones(&[0, 3]));
    done(rt_torch_dist_all_reduce(tensor, 0));
    done(rt_torch_dist_broadcast(tensor, 1));
    let list = array(&[]);
    done(rt_torch_dist_all_gather(list, tensor));
    assert_eq!(take(Array::find(list).unwrap().get(1).unwrap()).size(), [0, 3]);
    done(rt_torch_dist_destroy_process_group());
}

/* ---- forming and ending ---- */

#[test]
fn groups_are_formed_again_at_the_same_address() {
    run("again", 3, &[]);
}

fn again() {
    for round in 0..5 {
        init(60_000);
        let me = rank();
        let tensor = four((me + round) as f64);
        done(rt_torch_dist_all_reduce(tensor, 0));
        assert_eq!(take(tensor).double_value(&[0]), 3.0 + 3.0 * round as f64);
        // Rank 0, which has the store, may be the last one to leave.
        if me == 0 {
            thread::sleep(std::time::Duration::from_millis(30));
        }
        done(rt_torch_dist_destroy_process_group());
    }
}

#[test]
fn a_program_may_end_without_destroying() {
    run("leaves", 2, &[]);
}

fn leaves() {
    init(60_000);
    let tensor = four(1.0);
    done(rt_torch_dist_all_reduce(tensor, 0));
    done(rt_torch_dist_barrier());
    assert_eq!(variable("RANK"), rank());
}

#[test]
fn one_rank_is_a_group() {
    // In a process of its own: there is one group in a process.
    run("alone", 1, &[]);
}

/// The store is in a file.
#[test]
fn ranks_meet_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let method = format!("file://{}", folder.path().join("store").display());
    run("in_a_file", 2, &[("METHOD", method)]);
}

fn in_a_file() {
    let method = std::env::var("METHOD").unwrap();
    let (me, size) = (variable("RANK"), variable("WORLD_SIZE"));
    done(init_with(&method, me, size, 60_000));
    let tensor = four(1.0);
    done(rt_torch_dist_all_reduce(tensor, 0));
    assert_eq!(take(tensor).double_value(&[0]), 2.0);
    done(rt_torch_dist_barrier());
    done(rt_torch_dist_destroy_process_group());
}

fn alone() {
    let method = format!("tcp://127.0.0.1:{}", free_port());
    done(init_with(&method, 0, 1, 60_000));
    assert_eq!(rt_torch_dist_is_initialized(), 1);
    let tensor = four(3.0);
    for op in 0..5 {
        done(rt_torch_dist_all_reduce(tensor, op));
    }
    let list = array(&[]);
    done(rt_torch_dist_all_gather(list, tensor));
    done(rt_torch_dist_barrier());
    assert_eq!(take(tensor).double_value(&[0]), 3.0);
    done(rt_torch_dist_destroy_process_group());
    clear_last();
}
