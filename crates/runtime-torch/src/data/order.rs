//! In which order a loader goes through its samples, epoch by epoch: the order of PyTorch's
//! `DataLoader`, whose draws from the generator are repeated one by one.

use std::sync::Arc;

use runtime_core::Result;
use tch::{Device, Kind, Tensor};

use super::twister::Twister;
use super::{Dataset, Sampler};
use crate::error::OrTorch;
use crate::memory;

/// Where the order comes from.
pub(super) enum Order {
    /// The samples' own.
    Sequential,
    /// Shuffled by a generator of the loader's own.
    Seeded(Twister),
    /// Shuffled by what the generator of the whole process gives.
    Shuffled,
    /// What a sampler says.
    Sampled(Arc<Sampler>),
}

impl Order {
    pub(super) fn new(shuffle: bool, seed: Option<i64>) -> Self {
        match (shuffle, seed) {
            (false, _) => Self::Sequential,
            (true, Some(seed)) => Self::Seeded(Twister::new(seed)),
            (true, None) => Self::Shuffled,
        }
    }

    /// How many samples an epoch has.
    pub(super) fn count(&self, dataset: &Dataset) -> i64 {
        match self {
            Self::Sampled(sampler) => sampler.len(),
            _ => dataset.len(),
        }
    }

    /// The positions for an epoch; `None` for 0, 1, 2 and so on.
    pub(super) fn begin(&mut self, count: i64) -> Result<Option<Vec<i64>>> {
        if matches!(self, Self::Seeded(_) | Self::Shuffled) {
            memory::check("order", &[count], Kind::Int64, Device::Cpu)?;
        }
        match self {
            Self::Sequential => Ok(None),
            Self::Sampled(sampler) => sampler.indices().map(Some),
            Self::Seeded(twister) => {
                // PyTorch draws 64 bits for its workers first.
                twister.next();
                twister.next();
                Ok(Some(twister.permutation(count)))
            }
            Self::Shuffled => {
                draw()?;
                Ok(Some(Twister::new(draw()?).permutation(count)))
            }
        }
    }

    /// The epoch has been gone through to its end. PyTorch shuffles once more then, for nothing.
    pub(super) fn end(&mut self, count: i64) {
        if let Self::Seeded(twister) = self {
            drop(twister.permutation(count));
        }
    }
}

/// 64 bits of the generator of the whole process.
fn draw() -> Result<i64> {
    let drawn = || {
        let mut drawn = Tensor::f_empty([0_i64; 0], (Kind::Int64, Device::Cpu))?;
        let _ = drawn.f_random_()?;
        drawn.f_int64_value(&[])
    };
    drawn().or_torch()
}
