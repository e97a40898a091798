//! Data sets, and files of them.

use runtime_value::RuntimeValue;

#[cfg(feature = "pytorch")]
use std::path::Path;
#[cfg(feature = "pytorch")]
use std::sync::Arc;

#[cfg(feature = "pytorch")]
use runtime_core::{Result, arguments};

#[cfg(feature = "pytorch")]
use crate::arguments::{give_array, give_tuple, tensors};
#[cfg(feature = "pytorch")]
use crate::data::{self, DATASETS, Dataset, Split};
#[cfg(feature = "pytorch")]
use crate::objects::{give_tensor, tensor};

#[cfg(feature = "pytorch")]
fn give(dataset: Dataset) -> Result<RuntimeValue> {
    DATASETS.give(Arc::new(dataset))
}

/// Which split an int stands for.
#[cfg(feature = "pytorch")]
fn split(train: i64) -> Split {
    if train == 0 { Split::Test } else { Split::Train }
}

/// Makes a data set of two tensors whose rows belong together.
///
/// The data set refers to the tensors' memory and does not copy it; the handles stay the caller's,
/// and may be freed. Returns a new data set, the caller's to free with rt_torch_dataset_free. NIL
/// with RT_ERROR_INVALID_ARGUMENT when the first dimensions differ or a tensor has none, or with a
/// handle's error. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_tensor_dataset_new(
    features: RuntimeValue,
    labels: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_tensor_dataset_new", RuntimeValue::NIL, {
        let (features, labels) = (tensor("features", features)?, tensor("labels", labels)?);
        give(Dataset::new(&[features.shallow_clone(), labels.shallow_clone()])?)
    })
}

/// Makes a data set of an array of tensors whose rows belong together; as
/// rt_torch_tensor_dataset_new. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dataset_new(tensors: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_dataset_new", RuntimeValue::NIL, {
        give(Dataset::new(&self::tensors("tensors", tensors)?)?)
    })
}

/// How many samples a data set has; -1 with a handle's error for what is none. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dataset_len(dataset: RuntimeValue) -> i64 {
    torch!("rt_torch_dataset_len", -1, Ok(DATASETS.get("dataset", dataset)?.len()))
}

/// One sample: a tuple of its row of each tensor, (features, labels) for two. Negative indices
/// count from the end.
///
/// The rows are views of the data set's tensors, with new handles that are the caller's to free.
/// NIL with RT_ERROR_INVALID_ARGUMENT for an index that is out of the data set, or with a handle's
/// error. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dataset_get(dataset: RuntimeValue, index: i64) -> RuntimeValue {
    torch!("rt_torch_dataset_get", RuntimeValue::NIL, {
        give_tuple(DATASETS.get("dataset", dataset)?.sample(index)?)
    })
}

/// The data set's tensors with all rows, as an array of new handles that are the caller's to free.
/// NIL with a handle's error for what is no data set. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dataset_tensors(dataset: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_dataset_tensors", RuntimeValue::NIL, {
        let dataset = DATASETS.get("dataset", dataset)?;
        give_array(dataset.tensors().iter().map(tch::Tensor::shallow_clone))
    })
}

/// Ends a data set's handle; tensors and loaders that were made with it stay. Returns 1, or 0 with
/// a handle's error. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dataset_free(dataset: RuntimeValue) -> i64 {
    torch!("rt_torch_dataset_free", 0, {
        DATASETS.free("dataset", dataset)?;
        Ok(1)
    })
}

/// Reads an IDX file, plain or compressed by gzip, into a tensor of the shape and type that it
/// says.
///
/// The tensor is new and the caller's to free. NIL with RT_ERROR_SYSTEM when the file cannot be
/// read, RT_ERROR_TORCH_DATA when it is no IDX file, is cut off or goes on after its end,
/// RT_ERROR_TORCH_TOO_LARGE when it would not fit into memory, or RT_ERROR_NOT_UTF8 for the path.
/// Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_torch_idx_load(path_ptr: *const u8, path_len: u64) -> RuntimeValue {
    torch!("rt_torch_idx_load", RuntimeValue::NIL, {
        // SAFETY: the caller's promise is this function's own.
        let path = unsafe { arguments::text("path_ptr", path_ptr, path_len)? };
        give_tensor(data::load_idx(Path::new(path))?)
    })
}

/// Reads MNIST, or a set in its format, out of a folder: the part to train with, or to test with
/// when `train` is 0.
///
/// The files are train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and
/// t10k-labels-idx1-ubyte, as they are or with .gz, in the folder or where torchvision puts them
/// below it; only those of the wanted part need be there. The features are float32 [N, 1, H, W]
/// from 0 to 1, the labels int64 [N], with sizes as the files say. Returns a new data set, the
/// caller's to free with rt_torch_dataset_free; NIL with the errors of rt_torch_idx_load.
/// Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_torch_mnist_load(
    path_ptr: *const u8,
    path_len: u64,
    train: i64,
) -> RuntimeValue {
    torch!("rt_torch_mnist_load", RuntimeValue::NIL, {
        // SAFETY: the caller's promise is this function's own.
        let path = unsafe { arguments::text("path_ptr", path_ptr, path_len)? };
        give(data::load_mnist(Path::new(path), split(train))?)
    })
}

/// Reads CIFAR-10 in its binary form out of a folder: the part to train with, or to test with when
/// `train` is 0.
///
/// The files are data_batch_1.bin to data_batch_5.bin and test_batch.bin, as they are or with .gz,
/// in the folder or in cifar-10-batches-bin below it; only those of the wanted part need be there.
/// The features are float32 [N, 3, 32, 32] from 0 to 1, the labels int64 [N]. Returns a new data
/// set, the caller's to free with rt_torch_dataset_free; NIL with the errors of rt_torch_idx_load.
/// Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_torch_cifar10_load(
    path_ptr: *const u8,
    path_len: u64,
    train: i64,
) -> RuntimeValue {
    torch!("rt_torch_cifar10_load", RuntimeValue::NIL, {
        // SAFETY: the caller's promise is this function's own.
        let path = unsafe { arguments::text("path_ptr", path_ptr, path_len)? };
        give(data::load_cifar10(Path::new(path), split(train))?)
    })
}
