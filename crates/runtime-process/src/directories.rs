//! Directories that a process has: the one it works in, its user's, and the one for what is
//! temporary.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use runtime_core::{Error, Result};

use crate::account;

/// The directory that the process works in.
///
/// # Errors
/// `RT_ERROR_SYSTEM` when the system does not tell, as when the directory was removed.
pub fn current() -> Result<PathBuf> {
    env::current_dir().map_err(|refusal| Error::system("the current directory", &refusal))
}

/// Makes the process, all its threads, work in another directory.
///
/// # Errors
/// `RT_ERROR_SYSTEM` when there is no such directory or it may not be entered.
pub fn change(path: impl AsRef<Path>) -> Result<()> {
    let path = path.as_ref();
    env::set_current_dir(path).map_err(|refusal| Error::system(&format!("path {path:?}"), &refusal))
}

/// The user's own directory: what the variable `HOME` says, else what the system's list of users
/// says. `None` when neither says anything.
pub fn home() -> Option<PathBuf> {
    named(&["HOME"]).or_else(|| account::current()?.home).map(PathBuf::from)
}

/// The directory for temporary files: what the first of `TMPDIR`, `TMP` and `TEMP` says that says
/// anything, else `/tmp`.
pub fn temporary() -> PathBuf {
    named(&["TMPDIR", "TMP", "TEMP"]).map_or_else(|| PathBuf::from("/tmp"), PathBuf::from)
}

/// The value of the first of these variables that has one.
fn named(variables: &[&str]) -> Option<OsString> {
    variables.iter().filter_map(env::var_os).find(|value| !value.is_empty())
}
