//! The system and the machine that the process runs on, and its place among the processes.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::thread;

use rustix::io::Errno;
use rustix::process::{Pid, test_kill_process};

use crate::account;

/// The platform: `windows`, `macos`, `linux`, otherwise `unix`.
pub const PLATFORM: &str = if cfg!(windows) {
    "windows"
} else if cfg!(target_os = "macos") {
    "macos"
} else if cfg!(target_os = "linux") {
    "linux"
} else {
    "unix"
};

/// The processor's architecture: `x86_64`, `aarch64` and so on.
pub const ARCHITECTURE: &str = std::env::consts::ARCH;

/// The version of the system's kernel, as `uname -r` prints it.
pub fn version() -> OsString {
    OsString::from_vec(rustix::system::uname().release().to_bytes().to_vec())
}

/// The machine's name in its network.
pub fn name() -> OsString {
    OsString::from_vec(rustix::system::uname().nodename().to_bytes().to_vec())
}

/// How many processors this process may use, as far as the system says; 1 if it does not.
pub fn cpu_count() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// The name of the user whose rights this process has. `None` when the system's list of users does not
/// have it.
pub fn user() -> Option<OsString> {
    account::current().map(|account| account.name)
}

/// The number of this process.
pub fn pid() -> u32 {
    std::process::id()
}

/// The number of the process that started this one, or of the one that took its place when it ended.
pub fn parent_pid() -> u32 {
    std::os::unix::process::parent_id()
}

/// Whether there is a process with this number in the system, whoever started it; also one that has ended
/// and whose end was not fetched.
pub fn process_exists(pid: i64) -> bool {
    let pid = i32::try_from(pid).ok().filter(|pid| *pid > 0).and_then(Pid::from_raw);
    // A refusal to send a signal is an answer, too.
    pid.is_some_and(|pid| !matches!(test_kill_process(pid), Err(Errno::SRCH)))
}
