//! What every `rt_*` function of the Simple runtime is made of.
//!
//! * [`error`]: the error type, its codes, and the last error of each thread.
//! * [`mod@boundary`]: the one function that every exported C function runs in. It stops panics and
//!   turns a failure into the documented failure value and a last error.
//! * [`arguments`]: from raw pointers, lengths and counts to slices, texts and sizes.
//! * [`handle`]: 64-bit handles that are safe to forge, with the two tables behind them.
//! * [`hooks`]: what to do before the process aborts or a child starts.
//!
//! This is the lowest floor of the house: it depends on nothing else of the runtime.
//!
//! ```
//! use runtime_core::{boundary::boundary, error::{self, Error, codes}};
//!
//! // A C function that halves even numbers, without its `extern "C"`.
//! fn rt_halve(number: i64) -> i64 {
//!     boundary("rt_halve", -1, || match number % 2 {
//!         0 => Ok(number / 2),
//!         _ => Err(Error::new(codes::RT_ERROR_INVALID_ARGUMENT, format!("number {number} is odd"))),
//!     })
//! }
//! assert_eq!(rt_halve(4), 2);
//! assert_eq!(rt_halve(5), -1);
//! assert_eq!(error::last_code(), codes::RT_ERROR_INVALID_ARGUMENT);
//! assert_eq!(error::last_message().as_deref(), Some("rt_halve: number 5 is odd"));
//! ```

pub mod arguments;
pub mod boundary;
pub mod error;
#[cfg(all(feature = "ffi", not(loom)))]
pub mod ffi;
pub mod handle;
pub mod hooks;
mod sync;

pub use boundary::boundary;
pub use error::{Error, Result};
