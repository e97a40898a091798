//! How a process has ended, as a number and as an error.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use runtime_core::Error;

use crate::codes;

/// The exit code, or 128 and the number of the signal that ended the process, as shells have it.
///
/// # Example
/// ```
/// use runtime_process::{Command, status};
///
/// let status = Command::new("sh").args(["-c", "kill -9 $$"]).execute()?;
/// assert_eq!(status::number(status), 128 + 9);
/// assert!(status::trouble(status).is_some());
/// # Ok::<(), runtime_core::Error>(())
/// ```
pub fn number(status: ExitStatus) -> i64 {
    match (status.code(), status.signal()) {
        (Some(code), _) => i64::from(code),
        (None, signal) => 128 + i64::from(signal.unwrap_or(0)),
    }
}

/// The error that names the signal, for a process that was ended by one.
pub fn trouble(status: ExitStatus) -> Option<Error> {
    status.signal()?;
    let reason = format!("the process was ended by a {status}");
    Some(Error::new(codes::RT_ERROR_PROCESS_SIGNALED, reason))
}
