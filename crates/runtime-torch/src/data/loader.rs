//! Loaders: batches of a data set, one after the other, got ready ahead of time if that is wanted.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::{self, JoinHandle};

use runtime_core::error::codes as core;
use runtime_core::{Error, Result};
use tch::Tensor;

use super::order::Order;
use super::{Dataset, Sampler};
use crate::options::Options;

/// The most batches that may be ready: what is kept beyond that is memory for nothing.
const MOST_READY: i64 = 1024;

/// How a loader works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoaderOptions {
    /// How many samples a batch has.
    pub batch_size: i64,
    /// Whether each epoch has an order of its own.
    pub shuffle: bool,
    /// What the orders follow from. Without it they follow from the seed of the whole process.
    pub seed: Option<i64>,
    /// Whether a last batch that is not full is left out.
    pub drop_last: bool,
    /// How many batches a background thread gets ready; 0 for no thread.
    pub prefetch: i64,
}

impl Default for LoaderOptions {
    fn default() -> Self {
        Self { batch_size: 1, shuffle: false, seed: None, drop_last: false, prefetch: 0 }
    }
}

impl LoaderOptions {
    /// The options in a dict: `batch_size`, `shuffle`, `seed`, `drop_last`, `prefetch`.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_OPTION`.
    pub fn read(options: &Options) -> Result<Self> {
        Ok(Self {
            batch_size: options.int("batch_size", 1)?,
            shuffle: options.bool("shuffle", false)?,
            seed: options.optional_int("seed")?,
            drop_last: options.bool("drop_last", false)?,
            prefetch: options.int("prefetch", 0)?,
        })
    }
}

/// Hands out the batches of a data set, epoch by epoch.
pub struct Loader {
    dataset: Arc<Dataset>,
    options: LoaderOptions,
    order: Order,
    epoch: Epoch,
}

/// Where a loader is.
enum Epoch {
    /// Before the first batch.
    New,
    /// At a batch that is made when it is asked for.
    At { batches: Batches, next: i64 },
    /// Among batches that a thread makes.
    Ahead(Ahead),
    /// After the last batch.
    Over,
}

/// The batches of one epoch.
struct Batches {
    dataset: Arc<Dataset>,
    /// How many samples there are.
    samples: i64,
    /// The positions of the samples; `None` for their own order.
    positions: Option<Vec<i64>>,
    batch_size: i64,
    count: i64,
}

/// A thread, and what it has ready.
struct Ahead {
    /// Gone when the thread is to end: it fails at its next batch then.
    ready: Option<Receiver<Result<Vec<Tensor>>>>,
    thread: Option<JoinHandle<()>>,
}

impl Loader {
    /// A loader at the beginning of its first epoch.
    ///
    /// # Errors
    /// `RT_ERROR_INVALID_ARGUMENT` for a batch size that is not above 0, a negative number of batches to
    /// get ready, or an empty data set to shuffle.
    pub fn new(dataset: Arc<Dataset>, options: LoaderOptions) -> Result<Self> {
        let LoaderOptions { batch_size, prefetch, shuffle, seed, .. } = options;
        if batch_size <= 0 {
            return Err(Error::invalid(format!(
                "batch_size should be a positive integer value, but got batch_size={batch_size}"
            )));
        }
        if prefetch < 0 {
            return Err(Error::invalid(format!("prefetch {prefetch} is negative")));
        }
        if shuffle && dataset.is_empty() {
            return Err(Error::invalid("an empty data set cannot be shuffled"));
        }
        Ok(Self { dataset, options, order: Order::new(shuffle, seed), epoch: Epoch::New })
    }

    /// A loader of the samples that the sampler names, in its order.
    ///
    /// # Errors
    /// As [`new`](Self::new), and `RT_ERROR_INVALID_ARGUMENT` with `shuffle`, or for a sampler of another
    /// number of samples.
    pub fn with_sampler(
        dataset: Arc<Dataset>,
        options: LoaderOptions,
        sampler: Arc<Sampler>,
    ) -> Result<Self> {
        if options.shuffle {
            return Err(Error::invalid(
                "a loader with a sampler does not shuffle: the sampler does",
            ));
        }
        let (samples, of) = (dataset.len(), sampler.dataset_len());
        if samples != of {
            let text = format!("the sampler is for {of} samples, and the data set has {samples}");
            return Err(Error::invalid(text));
        }
        let mut loader = Self::new(dataset, options)?;
        loader.order = Order::Sampled(sampler);
        Ok(loader)
    }

    /// How many batches an epoch has.
    pub fn batch_count(&self) -> i64 {
        let (len, size) = (self.order.count(&self.dataset), self.options.batch_size);
        if self.options.drop_last || len % size == 0 { len / size } else { len / size + 1 }
    }

    /// The next batch, a tensor for each of the data set's; `None` at the end of the epoch.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH`, `RT_ERROR_SYSTEM` when there can be no thread.
    pub fn next_batch(&mut self) -> Result<Option<Vec<Tensor>>> {
        if matches!(self.epoch, Epoch::New) {
            self.epoch = self.begin()?;
        }
        let batch = match &mut self.epoch {
            Epoch::New | Epoch::Over => None,
            Epoch::At { batches, next } if *next < batches.count => {
                let batch = batches.make(*next)?;
                *next += 1;
                Some(batch)
            }
            Epoch::At { .. } => None,
            Epoch::Ahead(ahead) => ahead.next()?,
        };
        if batch.is_none() && !matches!(self.epoch, Epoch::Over) {
            self.epoch = Epoch::Over;
            self.order.end(self.dataset.len());
        }
        Ok(batch)
    }

    /// Goes to the beginning of another epoch, which has another order when it shuffles.
    pub fn reset(&mut self) {
        self.epoch = Epoch::New;
    }

    fn begin(&mut self) -> Result<Epoch> {
        let batches = Batches {
            samples: self.order.count(&self.dataset),
            dataset: Arc::clone(&self.dataset),
            positions: self.order.begin(self.dataset.len())?,
            batch_size: self.options.batch_size,
            count: self.batch_count(),
        };
        if self.options.prefetch == 0 {
            return Ok(Epoch::At { batches, next: 0 });
        }
        Ok(Epoch::Ahead(Ahead::start(batches, self.options.prefetch)?))
    }
}

impl Batches {
    fn make(&self, index: i64) -> Result<Vec<Tensor>> {
        // No overflow: the index is below the number of batches.
        let start = index * self.batch_size;
        let count = self.batch_size.min(self.samples - start);
        match &self.positions {
            Some(positions) => {
                self.dataset.gather(&positions[start as usize..(start + count) as usize])
            }
            None => self.dataset.range(start, count),
        }
    }
}

impl Ahead {
    fn start(batches: Batches, ready: i64) -> Result<Self> {
        // The thread has one batch in its hands while so many wait.
        let (give, take) = sync_channel(ready.min(MOST_READY) as usize - 1);
        let work = move || {
            let batches = batches;
            for index in 0..batches.count {
                let batch = batches.make(index);
                let failed = batch.is_err();
                if give.send(batch).is_err() || failed {
                    break;
                }
            }
        };
        let thread = thread::Builder::new().name(String::from("data loader")).spawn(work);
        let thread = thread.map_err(|error| Error::system("thread", &error))?;
        Ok(Self { ready: Some(take), thread: Some(thread) })
    }

    fn next(&mut self) -> Result<Option<Vec<Tensor>>> {
        match self.ready.as_ref().map(Receiver::recv) {
            Some(Ok(batch)) => batch.map(Some),
            _ => match self.thread.take().map(JoinHandle::join) {
                Some(Err(_)) => {
                    Err(Error::new(core::RT_ERROR_PANIC, "the thread of the loader panicked"))
                }
                _ => Ok(None),
            },
        }
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        drop(self.ready.take());
        if let Some(thread) = self.thread.take() {
            // Its batches are gone either way.
            let _ = thread.join();
        }
    }
}
