//! The arguments of this process.

use runtime_core::boundary;
use runtime_value::string::array_of_strings;
use runtime_value::{RuntimeValue, View};

use super::string;
use crate::arguments;

/// The arguments that the process was started with, as an array of strings, the program's name first; any
/// bytes. They need no help of `main`, and are those of the start whatever became of `argv` since then.
/// The caller owns the array and its strings. NIL and RT_ERROR_OUT_OF_MEMORY without memory. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_get_args() -> RuntimeValue {
    boundary("rt_get_args", RuntimeValue::NIL, || {
        array_of_strings(arguments::all().iter().map(|text| text.as_encoded_bytes()))
            .map(View::value)
    })
}

/// The same as `rt_get_args`.
#[unsafe(no_mangle)]
pub extern "C" fn rt_args_get() -> RuntimeValue {
    boundary("rt_args_get", RuntimeValue::NIL, || {
        array_of_strings(arguments::all().iter().map(|text| text.as_encoded_bytes()))
            .map(View::value)
    })
}

/// How many arguments the process was started with, the program's name among them. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_args_count() -> i64 {
    boundary("rt_args_count", 0, || Ok(arguments::all().len() as i64))
}

/// The argument at `index` as a string; 0 is the program's name. The caller owns the string. NIL without
/// an error when there is none, also for a negative index; NIL and RT_ERROR_OUT_OF_MEMORY without memory.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_args_at(index: i64) -> RuntimeValue {
    boundary("rt_args_at", RuntimeValue::NIL, || {
        let argument = usize::try_from(index).ok().and_then(|index| arguments::all().get(index));
        argument.map_or(Ok(RuntimeValue::NIL), string)
    })
}
