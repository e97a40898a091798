//! Downloads of data sets.

#[cfg(feature = "pytorch")]
use std::path::Path;

#[cfg(feature = "pytorch")]
use runtime_core::arguments;

#[cfg(feature = "pytorch")]
use crate::data::download;

/// Fetches the four files of MNIST into a folder, which is made if it is not there; they stay
/// compressed, and rt_torch_mnist_load reads them so.
///
/// Files that are there and have the right checksum are left alone, and a download that was cut off
/// is resumed, by a later call too. The environment variable RT_TORCH_DATA_MIRROR names another
/// mirror: the address of a folder that has the files. When the standard error is a terminal a bar
/// shows how far it is. Returns 1; 0 with RT_ERROR_TORCH_DOWNLOAD when no mirror gives a file with
/// the right checksum, RT_ERROR_SYSTEM when it cannot be written, or RT_ERROR_NOT_UTF8 for the
/// path. Thread-safe, and safe beside other processes.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_torch_mnist_download(path_ptr: *const u8, path_len: u64) -> i64 {
    torch!("rt_torch_mnist_download", 0, {
        // SAFETY: the caller's promise is this function's own.
        let path = unsafe { arguments::text("path_ptr", path_ptr, path_len)? };
        download::mnist(folder(path)?)?;
        Ok(1)
    })
}

/// Fetches CIFAR-10 in its binary form and unpacks it into cifar-10-batches-bin below a folder,
/// where rt_torch_cifar10_load finds it. Nothing is done when its files are there. As
/// rt_torch_mnist_download. Thread-safe, and safe beside other processes.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_torch_cifar10_download(path_ptr: *const u8, path_len: u64) -> i64 {
    torch!("rt_torch_cifar10_download", 0, {
        // SAFETY: the caller's promise is this function's own.
        let path = unsafe { arguments::text("path_ptr", path_ptr, path_len)? };
        download::cifar10(folder(path)?)?;
        Ok(1)
    })
}

/// The folder of this name, which must have one.
#[cfg(feature = "pytorch")]
fn folder(path: &str) -> runtime_core::Result<&Path> {
    if path.is_empty() {
        return Err(runtime_core::Error::invalid("path_ptr is empty"));
    }
    Ok(Path::new(path))
}
