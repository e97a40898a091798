//! The arguments that the process was started with, found without any help of its `main`.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::sync::OnceLock;

/// All arguments, the program's own name first, as they were at the first call.
///
/// They come from the system, and not from `argv`, because a C program may sort that one, as `getopt`
/// does.
///
/// # Example
/// ```
/// use runtime_process::arguments;
///
/// assert_eq!(arguments::all(), std::env::args_os().collect::<Vec<_>>());
/// ```
pub fn all() -> &'static [OsString] {
    static ALL: OnceLock<Vec<OsString>> = OnceLock::new();
    ALL.get_or_init(|| from_system().unwrap_or_else(|| std::env::args_os().collect()))
}

/// What Linux remembers; `None` where `/proc` is not to be had.
fn from_system() -> Option<Vec<OsString>> {
    if !cfg!(target_os = "linux") {
        return None;
    }
    let mut line = std::fs::read("/proc/self/cmdline").ok()?;
    // Each argument ends with a zero byte, also the last.
    line.pop().filter(|last| *last == 0)?;
    Some(line.split(|byte| *byte == 0).map(|text| OsString::from_vec(text.to_vec())).collect())
}
