//! Environment variables. Names and values are bytes, UTF-8 or not.
//!
//! std has a lock of its own around what it does to the environment. The one here is beside that: children
//! are started while it is held, with the environment as it lies in memory.

use std::env;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;

use parking_lot::RwLock;
use runtime_core::{Error, Result};

use crate::codes;

/// Held while the environment changes, or is read otherwise than through std.
static CHANGES: RwLock<()> = RwLock::new(());

/// The value of a variable, `None` when it is not set.
///
/// # Errors
/// `RT_ERROR_ENV_NAME`.
///
/// # Example
/// ```
/// use runtime_process::environment;
///
/// assert!(environment::get("PATH")?.is_some());
/// assert_eq!(environment::get("SURELY_NOT_SET")?, None);
/// assert!(environment::get("A=B").is_err());
/// # Ok::<(), runtime_core::Error>(())
/// ```
pub fn get(name: impl AsRef<OsStr>) -> Result<Option<OsString>> {
    let name = name.as_ref();
    check_name(name)?;
    Ok(env::var_os(name))
}

/// Sets a variable of this process, which the child processes started from now on get too.
///
/// # Errors
/// `RT_ERROR_ENV_NAME`, `RT_ERROR_ENV_VALUE`.
///
/// # Safety
/// As for [`std::env::set_var`]: while this runs, no other thread reads or changes the environment
/// otherwise than through this crate, or [std's functions](mod@std::env) that read it.
pub unsafe fn set(name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Result<()> {
    let (name, value) = (name.as_ref(), value.as_ref());
    check_name(name)?;
    check_value(name, value)?;
    let _alone = CHANGES.write();
    // SAFETY: the caller's promise is this one, and the lock keeps this crate's own readers away.
    unsafe { env::set_var(name, value) };
    Ok(())
}

/// Takes a variable away. Nothing changes when it is not set.
///
/// # Errors
/// `RT_ERROR_ENV_NAME`.
///
/// # Safety
/// As [`set`].
pub unsafe fn unset(name: impl AsRef<OsStr>) -> Result<()> {
    let name = name.as_ref();
    check_name(name)?;
    let _alone = CHANGES.write();
    // SAFETY: the caller's promise is this one, and the lock keeps this crate's own readers away.
    unsafe { env::remove_var(name) };
    Ok(())
}

/// All variables and their values at one moment, in no order. Of a name that is there twice, which
/// only a strange parent process can bring about, the first counts.
pub fn vars() -> Vec<(OsString, OsString)> {
    env::vars_os().collect()
}

/// Calls `work` with the environment as it lies in memory, which this crate does not change meanwhile.
pub(crate) fn with_raw<R>(work: impl FnOnce(*const *mut libc::c_char) -> R) -> R {
    unsafe extern "C" {
        static environ: *const *mut libc::c_char;
    }
    let _unchanged = CHANGES.read();
    // SAFETY: the pointer is written by the functions that change the environment only. Who calls one that
    // is not of this crate promises that nobody reads it meanwhile.
    work(unsafe { environ })
}

/// A name that a variable can have.
pub(crate) fn check_name(name: &OsStr) -> Result<()> {
    let bytes = name.as_bytes();
    let wrong = |why: &str| {
        Err(Error::new(codes::RT_ERROR_ENV_NAME, format!("the variable name {name:?} {why}")))
    };
    match bytes.iter().find(|byte| [b'=', 0].contains(byte)) {
        Some(0) => wrong("has a zero byte in it"),
        Some(_) => wrong("has '=' in it"),
        None if bytes.is_empty() => wrong("is empty"),
        None => Ok(()),
    }
}

/// A value that a variable can have.
pub(crate) fn check_value(name: &OsStr, value: &OsStr) -> Result<()> {
    match value.as_bytes().iter().position(|byte| *byte == 0) {
        None => Ok(()),
        Some(position) => Err(Error::new(
            codes::RT_ERROR_ENV_VALUE,
            format!("the value of the variable {name:?} has a zero byte at {position}"),
        )),
    }
}
