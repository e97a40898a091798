//! Each rank's part of a data set, as torch.utils.data.DistributedSampler gives it.
#![cfg(all(feature = "ffi", feature = "pytorch"))]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

use runtime_core::error::codes::RT_ERROR_INVALID_ARGUMENT;
use runtime_core::error::{clear_last, last_code};
use runtime_torch::ffi::dist::sampler::{
    rt_torch_dist_sampler_free, rt_torch_dist_sampler_indices, rt_torch_dist_sampler_len,
    rt_torch_dist_sampler_new, rt_torch_dist_sampler_set_epoch,
};
use runtime_torch::objects::{free_tensor, tensor};
use runtime_value::RuntimeValue;

fn indices(sampler: RuntimeValue) -> Vec<i64> {
    let handle = rt_torch_dist_sampler_indices(sampler);
    let indices = Vec::try_from(&*tensor("indices", handle).unwrap()).unwrap();
    free_tensor("indices", handle).unwrap();
    indices
}

#[test]
fn orders_are_pythons() {
    let mut cases = 0;
    for line in include_str!("fixtures/sampler.txt").lines().filter(|line| !line.starts_with('#')) {
        let (settings, wanted) = line.split_once(':').unwrap();
        let settings: Vec<i64> = settings.split(' ').map(|word| word.parse().unwrap()).collect();
        let wanted: Vec<i64> =
            wanted.split_whitespace().map(|word| word.parse().unwrap()).collect();
        let [length, replicas, rank, shuffle, seed, drop_last, epoch] = settings[..] else {
            unreachable!("seven numbers")
        };
        let sampler = rt_torch_dist_sampler_new(length, replicas, rank, shuffle, seed, drop_last);
        assert_ne!(sampler, RuntimeValue::NIL, "{line}");
        assert_eq!(rt_torch_dist_sampler_set_epoch(sampler, epoch), 1);
        let found = indices(sampler);
        assert_eq!(rt_torch_dist_sampler_len(sampler), found.len() as i64, "{line}");
        assert_eq!(found[..wanted.len()], wanted[..], "{line}");
        assert!(found.len() == wanted.len() || wanted.len() == 40, "{line}");
        assert_eq!(rt_torch_dist_sampler_free(sampler), 1);
        cases += 1;
    }
    assert!(cases > 60, "{cases}");
}

#[test]
fn what_is_no_sampler_is_refused() {
    for (length, replicas, rank) in
        [(-1, 2, 0), (10, 0, 0), (10, -1, 0), (10, 2, 2), (10, 2, -1), (i64::MAX, 2, 0)]
    {
        clear_last();
        let sampler = rt_torch_dist_sampler_new(length, replicas, rank, 0, 0, 0);
        let refused = sampler == RuntimeValue::NIL
            || rt_torch_dist_sampler_indices(sampler) == RuntimeValue::NIL;
        assert!(refused, "{length} {replicas} {rank}");
        assert_ne!(last_code(), 0, "{length} {replicas} {rank}");
        if length < 0 {
            assert_eq!(last_code(), RT_ERROR_INVALID_ARGUMENT);
        }
    }
}
