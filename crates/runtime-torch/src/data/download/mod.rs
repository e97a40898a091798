//! Downloads of MNIST and CIFAR-10: from several mirrors, with checksums, and resumed where they were
//! cut off.
//!
//! The environment variable `RT_TORCH_DATA_MIRROR` names another mirror, which is then the only one: the
//! address of a folder that has the files by their names.

mod fetch;
mod progress;
mod unpack;

use std::path::Path;
use std::{env, fs};

use runtime_core::Result;

pub use self::fetch::{Remote, fetch};
use super::{cifar, no_file};

/// The variable that names another mirror.
pub const MIRROR: &str = "RT_TORCH_DATA_MIRROR";

const MNIST_MIRRORS: [&str; 2] = [
    "https://ossci-datasets.s3.amazonaws.com/mnist",
    "https://storage.googleapis.com/cvdf-datasets/mnist",
];

const CIFAR10_MIRRORS: [&str; 1] = ["https://www.cs.toronto.edu/~kriz"];

/// The files of MNIST, with the checksums that torchvision publishes.
pub const MNIST: [Remote; 4] = [
    Remote {
        name: "train-images-idx3-ubyte.gz",
        size: 9_912_422,
        md5: "f68b3c2dcbeaaa9fbdd348bbdeb94873",
    },
    Remote {
        name: "train-labels-idx1-ubyte.gz",
        size: 28_881,
        md5: "d53e105ee54ea40749a09fcbcd1e9432",
    },
    Remote {
        name: "t10k-images-idx3-ubyte.gz",
        size: 1_648_877,
        md5: "9fb629c4189551a2d022fa330f9573f3",
    },
    Remote {
        name: "t10k-labels-idx1-ubyte.gz",
        size: 4_542,
        md5: "ec29112dd5afa0611ce80d1b7f02629c",
    },
];

/// The archive of CIFAR-10 in its binary form, with the checksum that its authors publish.
pub const CIFAR10: Remote = Remote {
    name: "cifar-10-binary.tar.gz",
    size: 170_052_171,
    md5: "c32a1d4ab5d03f1284b67883e8d87530",
};

/// How long each of CIFAR-10's files is: 10,000 records.
const CIFAR10_FILE: u64 = 10_000 * 3_073;

/// Fetches the files of MNIST into a folder, which is made if it is not there. Files that are there
/// and right are left alone.
///
/// # Errors
/// `RT_ERROR_TORCH_DOWNLOAD` when no mirror gives a file, `RT_ERROR_SYSTEM` when it cannot be written.
pub fn mnist(folder: &Path) -> Result<()> {
    let mirrors = mirrors(&MNIST_MIRRORS);
    make(folder)?;
    MNIST.iter().try_for_each(|remote| fetch(remote, &mirrors, folder).map(drop))
}

/// Fetches CIFAR-10 and unpacks it into a folder below `folder`, where
/// [`load_cifar10`](super::load_cifar10) finds it. Nothing is done when its files are there.
///
/// # Errors
/// As [`mnist`], and `RT_ERROR_TORCH_DATA` when the archive lacks a file.
pub fn cifar10(folder: &Path) -> Result<()> {
    let inner = folder.join(cifar::INNER);
    let names = || cifar::TRAIN.iter().chain(&cifar::TEST);
    let there = |name: &str| {
        fs::metadata(inner.join(name))
            .is_ok_and(|file| file.is_file() && file.len() == CIFAR10_FILE)
    };
    if names().all(|name| there(name)) {
        return Ok(());
    }
    make(&inner)?;
    let archive = fetch(&CIFAR10, &mirrors(&CIFAR10_MIRRORS), folder)?;
    let names: Vec<&str> = names().copied().collect();
    unpack::files(&archive, &names, &inner)?;
    // What it held is unpacked: it would only lie about.
    fs::remove_file(&archive).map_err(|error| no_file(&archive, &error))
}

/// The mirrors, or the one that the environment names.
fn mirrors(known: &[&str]) -> Vec<String> {
    match env::var(MIRROR) {
        Ok(mirror) if !mirror.is_empty() => vec![mirror],
        _ => known.iter().copied().map(String::from).collect(),
    }
}

fn make(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).map_err(|error| no_file(folder, &error))
}
