//! Samplers: the part of a data set that is a rank's.

use runtime_value::RuntimeValue;

#[cfg(feature = "pytorch")]
use std::sync::Arc;

#[cfg(feature = "pytorch")]
use crate::data::{SAMPLERS, Sampler, SamplerOptions};
#[cfg(feature = "pytorch")]
use crate::dist;
#[cfg(feature = "pytorch")]
use crate::error::OrTorch;
#[cfg(feature = "pytorch")]
use crate::objects::give_tensor;

/// Makes a sampler that gives each of `num_replicas` ranks its part of `length` samples, the same as
/// PyTorch's DistributedSampler. -1 for `num_replicas` and `rank` stands for the process group's.
///
/// `shuffle`: the order follows from `seed`, the same on all ranks, and the epoch. `drop_last`: samples at
/// the end are left out so that all ranks have as many; without it some are there twice. Returns a sampler at
/// epoch 0, the caller's to free with rt_torch_dist_sampler_free; it is also an option of
/// rt_torch_dataloader_new_with. NIL with RT_ERROR_INVALID_ARGUMENT for a negative length, no ranks or a rank
/// that is not below their number, or RT_ERROR_TORCH_DIST_NO_GROUP. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_sampler_new(
    length: i64,
    num_replicas: i64,
    rank: i64,
    shuffle: i64,
    seed: i64,
    drop_last: i64,
) -> RuntimeValue {
    torch!("rt_torch_dist_sampler_new", RuntimeValue::NIL, {
        let num_replicas =
            if num_replicas == -1 { dist::default_group()?.size() } else { num_replicas };
        let rank = if rank == -1 { dist::default_group()?.rank().unwrap_or(-1) } else { rank };
        let (shuffle, drop_last) = (shuffle != 0, drop_last != 0);
        let options = SamplerOptions { num_replicas, rank, shuffle, seed, drop_last };
        SAMPLERS.give(Arc::new(Sampler::new(length, options)?))
    })
}

/// Chooses the order of the epochs from now on: with `shuffle`, each number has an order of its own. Call it
/// with the epoch's number before each. Returns 1, or 0 with a handle's error. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_sampler_set_epoch(sampler: RuntimeValue, epoch: i64) -> i64 {
    torch!("rt_torch_dist_sampler_set_epoch", 0, {
        SAMPLERS.get("sampler", sampler)?.set_epoch(epoch);
        Ok(1)
    })
}

/// How many samples each rank has in an epoch; -1 with a handle's error. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_sampler_len(sampler: RuntimeValue) -> i64 {
    torch!("rt_torch_dist_sampler_len", -1, Ok(SAMPLERS.get("sampler", sampler)?.len()))
}

/// The positions of this rank's samples in the epoch, in their order: a new int64 tensor, the caller's to
/// free. NIL with RT_ERROR_TORCH_TOO_LARGE for more than fit into memory, or with a handle's error.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_sampler_indices(sampler: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_dist_sampler_indices", RuntimeValue::NIL, {
        let indices = SAMPLERS.get("sampler", sampler)?.indices()?;
        give_tensor(tch::Tensor::f_from_slice(&indices).or_torch()?)
    })
}

/// Ends a sampler's handle; loaders that were made with it stay. Returns 1, or 0 with a handle's error.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_sampler_free(sampler: RuntimeValue) -> i64 {
    torch!("rt_torch_dist_sampler_free", 0, {
        SAMPLERS.free("sampler", sampler)?;
        Ok(1)
    })
}
