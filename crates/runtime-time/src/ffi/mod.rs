//! The C functions of this crate. What cannot fail or panic, the getters of one component, has no
//! boundary around it.

mod calendar;
mod clock;
mod text;

pub use calendar::*;
pub use clock::*;
pub use text::*;

/// What functions that return an instant return when they fail. It is also the first instant, in
/// the year -290308, which sets no error.
const FAILED: i64 = i64::MIN;
