//! Who waits for whom in a join, so that a circle is an error and not the end.

use parking_lot::Mutex;
use runtime_core::error::codes;
use runtime_core::{Error, Result};

/// The waits of all threads. Joins are rare and long, so a list behind one lock is enough.
static WAITS: Mutex<Vec<Wait>> = Mutex::new(Vec::new());

#[derive(Clone, Copy)]
struct Wait {
    by: u64,
    of: u64,
}

/// A noted wait, as long as it lives.
pub(super) struct Waiting(u64);

/// Notes that the thread `by` waits for the thread `of`.
///
/// # Errors
/// `RT_ERROR_DEADLOCK` when `of` is, or waits by any way for, `by`.
pub(super) fn begin(by: u64, of: u64) -> Result<Waiting> {
    let mut waits = WAITS.lock();
    let mut end = Some(of);
    while let Some(thread) = end {
        if thread == by {
            return Err(Error::new(
                codes::RT_ERROR_DEADLOCK,
                format!("thread {by} would wait for its own end"),
            ));
        }
        end = waits.iter().find(|wait| wait.by == thread).map(|wait| wait.of);
    }
    waits.push(Wait { by, of });
    Ok(Waiting(by))
}

impl Drop for Waiting {
    fn drop(&mut self) {
        // A thread waits in one join at a time.
        WAITS.lock().retain(|wait| wait.by != self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circles_are_refused() {
        // Numbers that no thread of the tests has.
        let [a, b, c] = [1 << 33, (1 << 33) + 1, (1 << 33) + 2];
        assert!(begin(a, a).is_err());
        let first = begin(a, b).unwrap();
        let second = begin(b, c).unwrap();
        assert_eq!(begin(c, a).err().unwrap().code(), codes::RT_ERROR_DEADLOCK);
        drop(first);
        let third = begin(c, a).unwrap();
        drop((second, third));
    }
}
