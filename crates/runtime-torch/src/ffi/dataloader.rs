//! Data loaders.

use runtime_value::RuntimeValue;

#[cfg(feature = "pytorch")]
use std::sync::{Arc, Mutex, PoisonError};

#[cfg(feature = "pytorch")]
use runtime_core::Result;

#[cfg(feature = "pytorch")]
use crate::arguments::give_tuple;
#[cfg(feature = "pytorch")]
use crate::data::{DATASETS, LOADERS, Loader, LoaderOptions, SAMPLERS};
#[cfg(feature = "pytorch")]
use crate::options::Options;

#[cfg(feature = "pytorch")]
fn give(dataset: RuntimeValue, options: LoaderOptions) -> Result<RuntimeValue> {
    let dataset = Arc::clone(&*DATASETS.get("dataset", dataset)?);
    LOADERS.give(Mutex::new(Loader::new(dataset, options)?))
}

/// Does something with the loader that the argument stands for.
#[cfg(feature = "pytorch")]
fn with<R>(value: RuntimeValue, act: impl FnOnce(&mut Loader) -> R) -> Result<R> {
    let loader = LOADERS.get("dataloader", value)?;
    let mut loader = loader.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(act(&mut loader))
}

/// Makes a loader that hands out a data set's samples in batches.
///
/// `shuffle`: each epoch has an order of its own, which follows from the seed of
/// rt_torch_manual_seed as PyTorch's DataLoader's does. `drop_last`: a last batch that is not full
/// is left out. The data set's handle stays the caller's, and may be freed. Returns a new loader,
/// the caller's to free with rt_torch_dataloader_free. NIL with RT_ERROR_INVALID_ARGUMENT for a
/// batch size that is not above 0 or an empty data set to shuffle, or with a handle's error.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dataloader_new(
    dataset: RuntimeValue,
    batch_size: i64,
    shuffle: i64,
    drop_last: i64,
) -> RuntimeValue {
    torch!("rt_torch_dataloader_new", RuntimeValue::NIL, {
        let (shuffle, drop_last) = (shuffle != 0, drop_last != 0);
        let options = LoaderOptions { batch_size, shuffle, drop_last, ..LoaderOptions::default() };
        give(dataset, options)
    })
}

/// Makes a loader with options, a dict or NIL: `batch_size` (1), `shuffle` (false), `seed` (an int:
/// the orders are those of PyTorch's DataLoader with a generator of this seed), `drop_last`
/// (false), `prefetch` (how many batches a background thread gets ready ahead of time, 0 for no
/// thread), `sampler` (one of rt_torch_dist_sampler_new for as many samples as the data set has, instead
/// of `shuffle`: each epoch has what it says then; the handle stays the caller's).
///
/// As rt_torch_dataloader_new, and NIL with RT_ERROR_TORCH_OPTION for an option that there is not.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dataloader_new_with(
    dataset: RuntimeValue,
    options: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_dataloader_new_with", RuntimeValue::NIL, {
        let given = Options::of("DataLoader", "options", options)?;
        let options = LoaderOptions::read(&given)?;
        let sampler = given.value("sampler")?.filter(|sampler| *sampler != RuntimeValue::NIL);
        given.finish()?;
        let Some(sampler) = sampler else { return give(dataset, options) };
        let sampler = Arc::clone(&*SAMPLERS.get("sampler", sampler)?);
        let dataset = Arc::clone(&*DATASETS.get("dataset", dataset)?);
        LOADERS.give(Mutex::new(Loader::with_sampler(dataset, options, sampler)?))
    })
}

/// The next batch: a tuple of a tensor for each of the data set's, (features, labels) for two; NIL
/// at the end of the epoch, which is no error.
///
/// The tensors are copies, with new handles that are the caller's to free, as the tuple is. NIL
/// with RT_ERROR_TORCH when there is no memory, RT_ERROR_SYSTEM when there can be no thread, or a
/// handle's error. Thread-safe: several threads get different batches.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dataloader_next(dataloader: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_dataloader_next", RuntimeValue::NIL, {
        match with(dataloader, Loader::next_batch)?? {
            Some(batch) => give_tuple(batch),
            None => Ok(RuntimeValue::NIL),
        }
    })
}

/// Goes to the beginning of another epoch, at its end or before; a loader that shuffles has another
/// order then. Returns 1, or 0 with a handle's error. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dataloader_reset(dataloader: RuntimeValue) -> i64 {
    torch!("rt_torch_dataloader_reset", 0, {
        with(dataloader, Loader::reset)?;
        Ok(1)
    })
}

/// How many batches an epoch has; -1 with a handle's error for what is no loader. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dataloader_len(dataloader: RuntimeValue) -> i64 {
    torch!("rt_torch_dataloader_len", -1, with(dataloader, |loader| loader.batch_count()))
}

/// Ends a loader, and its thread if it has one; the data set stays. Returns 1, or 0 with a handle's
/// error. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dataloader_free(dataloader: RuntimeValue) -> i64 {
    torch!("rt_torch_dataloader_free", 0, {
        LOADERS.free("dataloader", dataloader)?;
        Ok(1)
    })
}
