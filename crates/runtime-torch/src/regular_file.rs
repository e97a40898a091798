//! Files to be read: regular ones only, since of a pipe or a device nobody knows when it ends.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use runtime_core::{Error, Result};

/// Opens a regular file; returns it and its length in bytes.
///
/// # Errors
/// The system's, and `RT_ERROR_INVALID_ARGUMENT` for what is no regular file.
pub fn open(path: &Path) -> Result<(File, u64)> {
    let system = |error: io::Error| Error::system("path", &error);
    // Opening a pipe would wait for who writes to it, so it is looked at first.
    if !fs::metadata(path).map_err(system)?.is_file() {
        return Err(Error::invalid(format!("path {} is no regular file", path.display())));
    }
    let file = File::open(path).map_err(system)?;
    let length = file.metadata().map_err(system)?.len();
    Ok((file, length))
}
