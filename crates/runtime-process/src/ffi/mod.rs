//! The C functions of this crate, by topic.

mod arguments;
mod environment;
mod host;
mod pipes;
mod process;
mod run;

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::process::ExitStatus;
use std::time::Duration;

use runtime_core::{Error, Result, arguments as decode, error};
use runtime_value::RuntimeValue;

use crate::command::Command;
use crate::status;

pub use arguments::*;
pub use environment::*;
pub use host::*;
pub use pipes::*;
pub use process::*;
pub use run::*;

/// A name, value or path in the bytes that C has.
///
/// # Safety
/// As for [`decode::bytes`].
unsafe fn text<'a>(name: &str, pointer: *const u8, length: u64) -> Result<&'a OsStr> {
    // SAFETY: the caller's promise is this function's own.
    unsafe { decode::bytes(name, pointer, length) }.map(OsStr::from_bytes)
}

/// The string with these bytes.
fn string(text: impl AsRef<OsStr>) -> Result<RuntimeValue> {
    RuntimeValue::bytes(text.as_ref().as_bytes())
}

/// The program and its arguments.
///
/// # Safety
/// As for [`decode::bytes`].
unsafe fn command(cmd_ptr: *const u8, cmd_len: u64, args: RuntimeValue) -> Result<Command> {
    // SAFETY: the caller's promise is this function's own.
    let program = unsafe { decode::bytes("cmd", cmd_ptr, cmd_len)? };
    Command::from_values(program, args)
}

/// The exit code. That a signal ended the process is an error besides, which `function` sets.
fn code(function: &'static str, status: ExitStatus) -> i64 {
    report(function, status::trouble(status));
    status::number(status)
}

/// Sets the last error of a function that has a result all the same.
fn report(function: &'static str, trouble: Option<Error>) {
    if let Some(error) = trouble {
        error::set_last(function, error);
    }
}

/// A number of milliseconds; below 0 counts as 0.
fn milliseconds(number: i64) -> Duration {
    Duration::from_millis(u64::try_from(number).unwrap_or(0))
}
