//! Data: sets of samples, files of them, loaders that hand them out in batches, and downloads.
//!
//! ```
//! use std::sync::Arc;
//!
//! use runtime_torch::data::{Dataset, Loader, LoaderOptions};
//! use tch::{Device, Kind, Tensor};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let features = Tensor::f_zeros([5, 3], (Kind::Float, Device::Cpu))?;
//! let labels = Tensor::f_from_slice(&[0_i64, 1, 2, 3, 4])?;
//! let dataset = Arc::new(Dataset::new(&[features, labels])?);
//! let options = LoaderOptions { batch_size: 2, ..LoaderOptions::default() };
//! let mut loader = Loader::new(dataset, options)?;
//! let mut sizes = Vec::new();
//! while let Some(batch) = loader.next_batch()? {
//!     sizes.push(batch[0].size()[0]);
//! }
//! assert_eq!(sizes, [2, 2, 1]);
//! # Ok(())
//! # }
//! ```

mod cifar;
mod dataset;
pub mod download;
mod files;
mod idx;
mod loader;
mod mnist;
mod order;
mod sampler;
mod twister;

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};

use runtime_core::handle::kinds;
use runtime_core::{Error, Result};
use tch::{Device, Kind, Tensor};

pub use self::cifar::load as load_cifar10;
pub use self::dataset::Dataset;
pub use self::idx::load as load_idx;
pub use self::loader::{Loader, LoaderOptions};
pub use self::mnist::load as load_mnist;
pub use self::sampler::{SAMPLERS, Sampler, SamplerOptions};
use crate::error::OrTorch;
use crate::scalar;
use crate::table::Table;
use crate::{codes, memory};

/// The data sets that have handles.
pub static DATASETS: Table<Arc<Dataset>> = Table::new(kinds::DATASET);

/// The loaders that have handles.
pub static LOADERS: Table<Mutex<Loader>> = Table::new(kinds::DATALOADER);

/// Which part of a set of two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// To train with.
    Train,
    /// To test with.
    Test,
}

/// The error for a file that is not what it should be.
#[cold]
fn bad_file(path: &Path, why: impl AsRef<str>) -> Error {
    let text = format!("{}: {}", path.display(), why.as_ref());
    Error::new(codes::RT_ERROR_TORCH_DATA, text)
}

/// A file of `path` that cannot be opened or read.
#[cold]
fn no_file(path: &Path, error: &io::Error) -> Error {
    Error::system(&format!("path {path:?}"), error)
}

/// Bytes of pixels as floats from 0 to 1, in another shape.
fn pixels(bytes: &Tensor, shape: &[i64]) -> Result<Tensor> {
    memory::check("images", shape, Kind::Float, Device::Cpu)?;
    let floats = || scalar::div_(&bytes.f_to_kind(Kind::Float)?, 255.0)?.f_reshape(shape);
    floats().or_torch()
}
