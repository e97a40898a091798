//! CIFAR-10 in its binary form: records of a label and the pixels of 32 x 32 in three planes.

use std::path::Path;

use runtime_core::Result;
use tch::{Kind, Tensor};

use super::{Dataset, Split, bad_file, files, pixels};
use crate::error::OrTorch;

/// The folder in the archive.
pub(super) const INNER: &str = "cifar-10-batches-bin";
/// The files to train with.
pub(super) const TRAIN: [&str; 5] = [
    "data_batch_1.bin",
    "data_batch_2.bin",
    "data_batch_3.bin",
    "data_batch_4.bin",
    "data_batch_5.bin",
];
/// The file to test with.
pub(super) const TEST: [&str; 1] = ["test_batch.bin"];

const CLASSES: u8 = 10;
const PIXELS: i64 = 3 * 32 * 32;
const RECORD: usize = 1 + PIXELS as usize;
/// More than any file of the set has, by far.
const MOST_BYTES: u64 = 1 << 30;

/// Reads one split out of a folder: images as [N, 3, 32, 32] from 0 to 1, labels as 64-bit ints. How
/// many there are follows from the files. The other split's files need not be there.
///
/// # Errors
/// `RT_ERROR_SYSTEM` when a file is missing or cannot be read, `RT_ERROR_TORCH_DATA` when one is not
/// made of whole records, or has a label that is no class.
pub fn load(folder: &Path, split: Split) -> Result<Dataset> {
    let names: &[&str] = if split == Split::Train { &TRAIN } else { &TEST };
    let mut records = Vec::new();
    for name in names {
        let mut source = files::Source::open(&files::find(folder, &[INNER], &[name])?)?;
        let bytes = source.up_to(MOST_BYTES)?;
        if bytes.is_empty() || bytes.len() % RECORD != 0 {
            let length = bytes.len();
            let why = format!("is cut off: {length} bytes are not whole records of {RECORD}");
            return Err(bad_file(source.path(), why));
        }
        let wrong = bytes.chunks_exact(RECORD).position(|record| record[0] >= CLASSES);
        if let Some(index) = wrong {
            let label = bytes[index * RECORD];
            let why = format!("has the label {label} in record {index}, and there are 10 classes");
            return Err(bad_file(source.path(), why));
        }
        records.extend_from_slice(&bytes);
    }
    let count = (records.len() / RECORD) as i64;
    let shape = [count, RECORD as i64];
    let records = Tensor::f_from_data_size(&records, &shape, Kind::Uint8).or_torch()?;
    let labels = records.f_select(1, 0).and_then(|l| l.f_to_kind(Kind::Int64)).or_torch()?;
    let images = records.f_narrow(1, 1, PIXELS).or_torch()?;
    Dataset::new(&[pixels(&images, &[count, 3, 32, 32])?, labels])
}
