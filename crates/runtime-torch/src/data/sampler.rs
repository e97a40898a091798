//! A part of a data set for each rank: the samples that `torch.utils.data.DistributedSampler` names.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use runtime_core::handle::kinds;
use runtime_core::{Error, Result};
use tch::{Device, Kind};

use super::twister::Twister;
use crate::memory;
use crate::table::Table;

/// The samplers that have handles.
pub static SAMPLERS: Table<Arc<Sampler>> = Table::new(kinds::SAMPLER);

/// How a sampler divides a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SamplerOptions {
    /// How many ranks share the data set.
    pub num_replicas: i64,
    /// Which one this is.
    pub rank: i64,
    /// Whether each epoch has an order of its own.
    pub shuffle: bool,
    /// What the orders follow from, the same on all ranks.
    pub seed: i64,
    /// Whether samples are left out so that all ranks have as many; else some are there twice.
    pub drop_last: bool,
}

/// Names the samples of a rank, epoch by epoch.
///
/// # Example
/// ```
/// use runtime_torch::data::{Sampler, SamplerOptions};
///
/// # fn main() -> runtime_core::Result<()> {
/// let options = SamplerOptions { num_replicas: 2, rank: 1, shuffle: false, seed: 0, drop_last: false };
/// assert_eq!(Sampler::new(5, options)?.indices()?, [1, 3, 0]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Sampler {
    dataset_len: i64,
    options: SamplerOptions,
    epoch: AtomicI64,
}

impl Sampler {
    /// A sampler for a data set of so many samples, at epoch 0.
    ///
    /// # Errors
    /// `RT_ERROR_INVALID_ARGUMENT` for a negative length, no ranks, or a rank that is not below their
    /// number.
    pub fn new(dataset_len: i64, options: SamplerOptions) -> Result<Self> {
        let SamplerOptions { num_replicas, rank, .. } = options;
        if dataset_len < 0 {
            return Err(Error::invalid(format!("length {dataset_len} is negative")));
        }
        if num_replicas < 1 {
            return Err(Error::invalid(format!("num_replicas {num_replicas} is not above 0")));
        }
        if !(0..num_replicas).contains(&rank) {
            let text = format!("rank {rank} is not between 0 and {}", num_replicas - 1);
            return Err(Error::invalid(text));
        }
        Ok(Self { dataset_len, options, epoch: AtomicI64::new(0) })
    }

    /// How many samples the data set has.
    pub fn dataset_len(&self) -> i64 {
        self.dataset_len
    }

    /// How many samples each rank has in an epoch.
    pub fn len(&self) -> i64 {
        let (len, ranks) = (self.dataset_len, self.options.num_replicas);
        if self.options.drop_last || len % ranks == 0 { len / ranks } else { len / ranks + 1 }
    }

    /// Whether an epoch has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Chooses the order of the next epoch: the same on all ranks, another than before.
    pub fn set_epoch(&self, epoch: i64) {
        self.epoch.store(epoch, Ordering::Relaxed);
    }

    /// The positions of this rank's samples in the epoch.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_TOO_LARGE` for more than fit into memory.
    pub fn indices(&self) -> Result<Vec<i64>> {
        let SamplerOptions { num_replicas, rank, shuffle, seed, .. } = self.options;
        let (len, count) = (self.dataset_len, self.len());
        memory::check("indices", &[count], Kind::Int64, Device::Cpu)?;
        let order = if shuffle {
            memory::check("order", &[len], Kind::Int64, Device::Cpu)?;
            let seed = seed.wrapping_add(self.epoch.load(Ordering::Relaxed));
            Some(Twister::new(seed).permutation(len))
        } else {
            None
        };
        // Behind the end, PyTorch begins again from the start, as often as it takes. No overflow: the sum
        // of all ranks' samples is below the length and the number of ranks together.
        let position = |step: i64| {
            let place =
                (i128::from(rank) + i128::from(step) * i128::from(num_replicas)) % i128::from(len);
            place as i64
        };
        let sample = |step| match &order {
            Some(order) => order[position(step) as usize],
            None => position(step),
        };
        Ok((0..count).map(sample).collect())
    }
}
