//! The system and the machine, and the end of this process.

use runtime_core::boundary;
use runtime_value::RuntimeValue;

use super::string;
use crate::{exit, host};

/// The platform as a string: "linux", "macos", "windows", otherwise "unix". The caller owns it. NIL and
/// RT_ERROR_OUT_OF_MEMORY without memory. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_platform_name() -> RuntimeValue {
    boundary("rt_platform_name", RuntimeValue::NIL, || string(host::PLATFORM))
}

/// The processor's architecture as a string: "x86_64", "aarch64" and so on. The caller owns it. NIL and
/// RT_ERROR_OUT_OF_MEMORY without memory. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_platform_arch() -> RuntimeValue {
    boundary("rt_platform_arch", RuntimeValue::NIL, || string(host::ARCHITECTURE))
}

/// The version of the system's kernel as a string, as `uname -r` prints it. The caller owns it. NIL and
/// RT_ERROR_OUT_OF_MEMORY without memory. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_platform_version() -> RuntimeValue {
    boundary("rt_platform_version", RuntimeValue::NIL, || string(host::version()))
}

/// The machine's name in its network, as a string. The caller owns it. NIL and RT_ERROR_OUT_OF_MEMORY
/// without memory. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_hostname() -> RuntimeValue {
    boundary("rt_hostname", RuntimeValue::NIL, || string(host::name()))
}

/// The name of the user whose rights the process has, as a string. The caller owns it. NIL without an error
/// when the system's list of users does not have it; NIL and RT_ERROR_OUT_OF_MEMORY without memory.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_username() -> RuntimeValue {
    boundary("rt_username", RuntimeValue::NIL, || {
        host::user().map_or(Ok(RuntimeValue::NIL), string)
    })
}

/// How many processors the process may use, as far as the system says; 1 if it does not. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_cpu_count() -> i64 {
    boundary("rt_cpu_count", 1, || Ok(host::cpu_count() as i64))
}

/// The number of this process. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_getpid() -> i64 {
    i64::from(host::pid())
}

/// The number of the process that started this one, or of the one that took its place when it ended.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_getppid() -> i64 {
    i64::from(host::parent_pid())
}

/// Whether there is a process with this number in the system, whoever started it; also one that has ended
/// and whose end nobody has fetched. False without an error for a number that is none. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_process_exists(pid: i64) -> bool {
    boundary("rt_process_exists", false, || Ok(host::process_exists(pid)))
}

/// Writes what was printed and ends the process with `code`, of which the system keeps the low 8 bits.
/// What the program registered with `atexit` runs; destructors of what lives on the stacks do not. Does
/// not return. Thread-safe: of several threads that call it, one ends the process. Called by what an exit
/// runs, it lets the rest of that run and changes the code.
#[unsafe(no_mangle)]
pub extern "C" fn rt_exit(code: i32) {
    exit(code)
}
