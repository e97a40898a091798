//! Environment variables and directories.

use runtime_core::{Result, boundary};
use runtime_value::{Dict, RuntimeValue, Tuple, View, array::array_of};

use super::{string, text};
use crate::{directories, environment};

/// The value of an environment variable as a new string, in bytes as they are. The caller owns it. NIL
/// without an error when the variable is not set. NIL and an error otherwise: RT_ERROR_ENV_NAME for a
/// name that is empty or has '=' or a zero byte in it, RT_ERROR_NULL_POINTER, RT_ERROR_LENGTH,
/// RT_ERROR_OUT_OF_MEMORY. Thread-safe among the functions of the runtime.
///
/// # Safety
/// `name_ptr` is null or points at `name_len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_env_get(name_ptr: *const u8, name_len: u64) -> RuntimeValue {
    boundary("rt_env_get", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise is this function's own.
        value_of(unsafe { environment::get(text("name", name_ptr, name_len)?)? })
    })
}

/// The same as `rt_env_get`.
///
/// # Safety
/// As for `rt_env_get`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_get_env(name_ptr: *const u8, name_len: u64) -> RuntimeValue {
    boundary("rt_get_env", RuntimeValue::NIL, || {
        // SAFETY: the caller's promise is this function's own.
        value_of(unsafe { environment::get(text("name", name_ptr, name_len)?)? })
    })
}

/// Whether an environment variable is set. False and an error as in `rt_env_get`. Thread-safe among the
/// functions of the runtime.
///
/// # Safety
/// As for `rt_env_get`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_env_exists(name_ptr: *const u8, name_len: u64) -> bool {
    boundary("rt_env_exists", false, || {
        // SAFETY: the caller's promise is this function's own.
        Ok(unsafe { environment::get(text("name", name_ptr, name_len)?)? }.is_some())
    })
}

/// Sets an environment variable of this process, also for the processes that are started from now on; any
/// bytes, null with length 0 as the empty value. Returns true. False and an error otherwise:
/// RT_ERROR_ENV_NAME for a name that is empty or has '=' or a zero byte in it, RT_ERROR_ENV_VALUE for a
/// value with a zero byte in it, RT_ERROR_NULL_POINTER, RT_ERROR_LENGTH. Thread-safe among the functions
/// of the runtime; C's `getenv` must not run on another thread meanwhile, nor what calls it.
///
/// # Safety
/// Each pointer is null or points at so many readable bytes, and no other thread uses the environment
/// otherwise than through the runtime meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_env_set(
    name_ptr: *const u8,
    name_len: u64,
    value_ptr: *const u8,
    value_len: u64,
) -> bool {
    boundary("rt_env_set", false, || {
        // SAFETY: the caller's promises are this function's own.
        unsafe {
            let name = text("name", name_ptr, name_len)?;
            environment::set(name, text("value", value_ptr, value_len)?).map(|()| true)
        }
    })
}

/// The same as `rt_env_set`, with 1 and 0 for true and false.
///
/// # Safety
/// As for `rt_env_set`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_set_env(
    name_ptr: *const u8,
    name_len: u64,
    value_ptr: *const u8,
    value_len: u64,
) -> i64 {
    boundary("rt_set_env", 0, || {
        // SAFETY: the caller's promises are this function's own.
        unsafe {
            let name = text("name", name_ptr, name_len)?;
            environment::set(name, text("value", value_ptr, value_len)?).map(|()| 1)
        }
    })
}

/// Takes an environment variable away. Returns true, also when it was not set. False and an error otherwise:
/// RT_ERROR_ENV_NAME, RT_ERROR_NULL_POINTER, RT_ERROR_LENGTH, as in `rt_env_set`. Thread-safe in the same
/// way.
///
/// # Safety
/// As for `rt_env_set`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_env_remove(name_ptr: *const u8, name_len: u64) -> bool {
    boundary("rt_env_remove", false, || {
        // SAFETY: the caller's promises are this function's own.
        unsafe { environment::unset(text("name", name_ptr, name_len)?).map(|()| true) }
    })
}

/// All environment variables at one moment, as an array of tuples (name, value) of strings, in no order.
/// The caller owns all of them and frees them with `rt_value_free_deep`. NIL and RT_ERROR_OUT_OF_MEMORY
/// without memory. Thread-safe among the functions of the runtime.
#[unsafe(no_mangle)]
pub extern "C" fn rt_env_vars() -> RuntimeValue {
    boundary("rt_env_vars", RuntimeValue::NIL, pairs)
}

/// The same as `rt_env_vars`.
#[unsafe(no_mangle)]
pub extern "C" fn rt_env_all() -> RuntimeValue {
    boundary("rt_env_all", RuntimeValue::NIL, pairs)
}

/// All environment variables at one moment, as a dict from names to values, both strings. The caller owns
/// all of them and frees them with `rt_value_free_deep`. NIL and RT_ERROR_OUT_OF_MEMORY without memory.
/// Thread-safe among the functions of the runtime.
#[unsafe(no_mangle)]
pub extern "C" fn rt_env_dict() -> RuntimeValue {
    boundary("rt_env_dict", RuntimeValue::NIL, || {
        let vars = environment::vars();
        let dict = Dict::new(vars.len() as u64)?;
        // Of a name that is there twice, the first counts.
        for (name, value) in vars.iter().rev() {
            dict.insert(string(name)?, string(value)?)?;
        }
        Ok(dict.value())
    })
}

/// The directory that the process works in, as a string, in bytes as they are. The caller owns it. NIL and
/// an error otherwise: RT_ERROR_SYSTEM when the system does not tell, as when the directory was removed;
/// RT_ERROR_OUT_OF_MEMORY. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_env_cwd() -> RuntimeValue {
    boundary("rt_env_cwd", RuntimeValue::NIL, || string(directories::current()?))
}

/// The same as `rt_env_cwd`.
#[unsafe(no_mangle)]
pub extern "C" fn rt_current_dir() -> RuntimeValue {
    boundary("rt_current_dir", RuntimeValue::NIL, || string(directories::current()?))
}

/// Makes the process, all its threads, work in another directory. Returns true. False and an error
/// otherwise: RT_ERROR_SYSTEM when there is no such directory or it may not be entered (RT_ERROR_SYSTEM
/// also for an empty path or one with a zero byte in it), RT_ERROR_NULL_POINTER, RT_ERROR_LENGTH.
/// Thread-safe.
///
/// # Safety
/// `path_ptr` is null or points at `path_len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_set_current_dir(path_ptr: *const u8, path_len: u64) -> bool {
    boundary("rt_set_current_dir", false, || {
        // SAFETY: the caller's promise is this function's own.
        directories::change(unsafe { text("path", path_ptr, path_len)? }).map(|()| true)
    })
}

/// The user's own directory as a string: what the variable HOME says, else what the system's list of users
/// says. The caller owns it. NIL without an error when neither says anything; NIL and
/// RT_ERROR_OUT_OF_MEMORY without memory. Thread-safe among the functions of the runtime.
#[unsafe(no_mangle)]
pub extern "C" fn rt_env_home() -> RuntimeValue {
    boundary("rt_env_home", RuntimeValue::NIL, || value_of(directories::home()))
}

/// The directory for temporary files as a string: what the first of TMPDIR, TMP and TEMP says that says
/// anything, else /tmp. The caller owns it. NIL and RT_ERROR_OUT_OF_MEMORY without memory. Thread-safe
/// among the functions of the runtime.
#[unsafe(no_mangle)]
pub extern "C" fn rt_env_temp() -> RuntimeValue {
    boundary("rt_env_temp", RuntimeValue::NIL, || string(directories::temporary()))
}

/// The string, or NIL.
fn value_of(text: Option<impl AsRef<std::ffi::OsStr>>) -> Result<RuntimeValue> {
    text.map_or(Ok(RuntimeValue::NIL), string)
}

fn pairs() -> Result<RuntimeValue> {
    let pair = |(name, value)| Ok(Tuple::from_slice(&[string(name)?, string(value)?])?.value());
    array_of(environment::vars().iter().map(|(name, value)| pair((name, value)))).map(View::value)
}
