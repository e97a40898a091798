//! Directories: making them, asking for them, and listing the names in them.
//!
//! Removing is in [`remove`](crate::remove), walking trees in [`walk`](crate::walk), finding names by
//! patterns in [`glob`](crate::glob).

pub(crate) mod descent;
pub(crate) mod handle;
pub(crate) mod listing;
mod temporary;

use std::fs;
use std::io;
use std::path::Path;

use runtime_core::Result;

use crate::name;
use handle::{Handle, Purpose};
use listing::Reader;
pub use listing::{Kind, Listing};
pub use temporary::{temporary_directory, temporary_file};

/// Makes a directory in one that exists.
///
/// # Errors
/// `RT_ERROR_SYSTEM` when it exists, or the one above it does not.
pub fn create(path: &Path) -> Result<()> {
    fs::create_dir(path).map_err(|error| name::refused("path", path, error))
}

/// Makes a directory and those above it that are missing. One that exists is as good as made.
///
/// # Errors
/// `RT_ERROR_SYSTEM` when something else has the name of one of them, or one may not be made.
pub fn create_all(path: &Path) -> Result<()> {
    fs::create_dir_all(path).map_err(|error| name::refused("path", path, error))
}

/// Whether the path leads to a directory, links followed.
///
/// # Errors
/// `RT_ERROR_SYSTEM` when the system does not tell, as where a directory above may not be searched.
pub fn exists(path: &Path) -> Result<bool> {
    match fs::metadata(path) {
        Ok(status) => Ok(status.is_dir()),
        Err(error) if is_absent(&error) => Ok(false),
        Err(error) => Err(name::refused("path", path, error)),
    }
}

/// The names in a directory, in the order of the system.
///
/// # Errors
/// `RT_ERROR_SYSTEM` when it is no directory or may not be read.
///
/// ```
/// use runtime_file::dir;
///
/// let place = tempfile::tempdir()?;
/// for name in ["b", "a", ".c"] {
///     dir::create(&place.path().join(name))?;
/// }
/// let mut listing = dir::list(place.path())?;
/// listing.sort();
/// assert!(listing.names().eq([".c", "a", "b"]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn list(path: &Path) -> Result<Listing> {
    let mut listing = Listing::default();
    Handle::open(path, Purpose::List)
        .and_then(|directory| Reader::new().read(&directory, &mut listing))
        .map_err(|error| name::refused("path", path, error))?;
    Ok(listing)
}

/// Whether the system says that there is nothing of that name.
fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}
