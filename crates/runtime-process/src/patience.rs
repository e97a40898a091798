//! Waiting for descriptors, until a moment or for ever.

use std::time::{Duration, Instant};

use runtime_core::{Error, Result};
use rustix::event::{PollFd, Timespec, poll};
use rustix::io::Errno;

/// The moment until which somebody waits; without one, for ever.
pub(crate) type Deadline = Option<Instant>;

/// The moment in so long; one that no clock reaches is none.
pub(crate) fn deadline(duration: Duration) -> Deadline {
    Instant::now().checked_add(duration)
}

/// How long it is until then; zero when it is over.
pub(crate) fn left(deadline: Deadline) -> Option<Duration> {
    deadline.map(|moment| moment.saturating_duration_since(Instant::now()))
}

/// Whether the moment is over.
pub(crate) fn is_over(deadline: Deadline) -> bool {
    left(deadline).is_some_and(|left| left.is_zero())
}

/// Waits until something can be done with one of the descriptors, at most until then. False when the
/// time was not enough.
pub(crate) fn wait(descriptors: &mut [PollFd<'_>], deadline: Deadline) -> Result<bool> {
    loop {
        // A time that the system's type cannot hold is as good as for ever.
        let left = left(deadline).and_then(|left| Timespec::try_from(left).ok());
        match poll(descriptors, left.as_ref()) {
            Ok(ready) => return Ok(ready > 0),
            Err(Errno::INTR) => {}
            Err(refusal) => return Err(system("waiting for the process", refusal)),
        }
    }
}

/// A refusal of the system.
#[cold]
pub(crate) fn system(what: &str, refusal: Errno) -> Error {
    Error::system(what, &refusal.into())
}
