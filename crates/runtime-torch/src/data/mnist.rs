//! MNIST, and every set in its format: images and labels in IDX files.

use std::path::Path;

use runtime_core::Result;
use tch::{Kind, Tensor};

use super::{Dataset, Split, bad_file, files, idx, pixels};
use crate::error::OrTorch;

/// Where torchvision puts the files below its folder.
const INNER: &[&str] = &["raw", "MNIST/raw"];

/// Reads one split out of a folder: images as [N, 1, H, W] from 0 to 1, labels as 64-bit ints. The
/// sizes are the files' own. The other split's files need not be there.
///
/// # Errors
/// `RT_ERROR_SYSTEM` when a file is missing or cannot be read, `RT_ERROR_TORCH_DATA` when one is not in
/// the format, cut off, or of another length than it says.
pub fn load(folder: &Path, split: Split) -> Result<Dataset> {
    let name = if split == Split::Train { "train" } else { "t10k" };
    let find = |what: &str| {
        files::find(
            folder,
            INNER,
            &[&format!("{name}-{what}"), &format!("{name}-{}", dotted(what))],
        )
    };
    let (image_path, label_path) = (find("images-idx3-ubyte")?, find("labels-idx1-ubyte")?);
    let (images, labels) = (idx::load(&image_path)?, idx::load(&label_path)?);
    let [count, height, width] = images.size()[..] else {
        return Err(bad_file(&image_path, "is not images: it has not three dimensions"));
    };
    if images.kind() != Kind::Uint8 {
        return Err(bad_file(&image_path, "is not images of bytes"));
    }
    if labels.kind() != Kind::Uint8 || labels.size().len() != 1 {
        return Err(bad_file(&label_path, "is not a list of bytes"));
    }
    if labels.size() != [count] {
        let found = labels.size()[0];
        return Err(bad_file(&label_path, format!("has {found} labels for {count} images")));
    }
    let images = pixels(&images, &[count, 1, height, width])?;
    let labels: Tensor = labels.f_to_kind(Kind::Int64).or_torch()?;
    Dataset::new(&[images, labels])
}

/// The name that the files have where their dot was kept.
fn dotted(name: &str) -> String {
    name.replacen("-idx", ".idx", 1)
}
