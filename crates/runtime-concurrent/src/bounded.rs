//! A bounded queue whose ends can wait.

use std::collections::VecDeque;
use std::fmt;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex, MutexGuard};
use runtime_core::error::codes::{RT_ERROR_BUSY, RT_ERROR_STALE_HANDLE};
use runtime_core::{Error, Result};

use crate::codes::RT_ERROR_CLOSED;
use crate::pool::below_one;

/// A queue for at most `capacity` values, first in, first out. A push waits for room and a pop for
/// a value, each as long as it is told to.
///
/// Closing it tells both ends that no more will come: pushes are refused, pops take what is left.
///
/// # Example
/// ```
/// use std::time::Duration;
/// use runtime_concurrent::bounded::{BoundedQueue, Wait};
///
/// let queue = BoundedQueue::new(2)?;
/// std::thread::scope(|scope| {
///     scope.spawn(|| {
///         for n in 0..100 {
///             queue.push(n, Wait::ForEver).unwrap();
///         }
///         queue.close();
///     });
///     let mut next = 0;
///     while let Some(n) = queue.pop(Wait::AtMost(Duration::from_secs(60))).unwrap() {
///         assert_eq!(n, next);
///         next += 1;
///     }
///     assert_eq!(next, 100);
/// });
/// # Ok::<(), runtime_core::Error>(())
/// ```
pub struct BoundedQueue<T> {
    capacity: usize,
    state: Mutex<State<T>>,
    /// Notified when a value came or none will come any more.
    came: Condvar,
    /// Notified when there is room or there will be none any more.
    room: Condvar,
}

struct State<T> {
    values: VecDeque<T>,
    end: End,
    /// How many threads wait at either end.
    waiting: usize,
}

/// Whether the queue goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Open,
    Closed,
    /// Its handle was freed.
    Freed,
}

/// How long to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// Not at all.
    No,
    /// Until this much time has passed.
    AtMost(Duration),
    /// Until the end.
    ForEver,
}

impl Wait {
    /// A time-out given in milliseconds: one that is not positive is no wait at all.
    pub fn milliseconds(timeout: i64) -> Self {
        match u64::try_from(timeout) {
            Ok(0) | Err(_) => Self::No,
            Ok(milliseconds) => Self::AtMost(Duration::from_millis(milliseconds)),
        }
    }

    fn deadline(self) -> Deadline {
        match self {
            Self::No => Deadline::Past,
            // A moment that the clock cannot tell is never reached.
            Self::AtMost(time) => {
                Instant::now().checked_add(time).map_or(Deadline::None, Deadline::At)
            }
            Self::ForEver => Deadline::None,
        }
    }
}

#[derive(Clone, Copy)]
enum Deadline {
    Past,
    At(Instant),
    None,
}

impl<T> BoundedQueue<T> {
    /// An empty queue for at most `capacity` values, at least one. Memory is taken as values come.
    ///
    /// # Errors
    /// `RT_ERROR_LENGTH` for a capacity of 0.
    pub fn new(capacity: usize) -> Result<Self> {
        if capacity == 0 {
            return Err(below_one(0));
        }
        Ok(Self {
            capacity,
            state: Mutex::new(State { values: VecDeque::new(), end: End::Open, waiting: 0 }),
            came: Condvar::new(),
            room: Condvar::new(),
        })
    }

    /// Adds a value at the end. `Err(value)` inside the result when there was no room in time.
    ///
    /// # Errors
    /// `RT_ERROR_CLOSED` when the queue is closed, or gets closed meanwhile.
    pub fn push(&self, value: T, wait: Wait) -> Result<std::result::Result<(), T>> {
        let mut state = self.state.lock();
        let in_time = wait_while(&self.room, &mut state, wait, |state| {
            state.end == End::Open && state.values.len() >= self.capacity
        });
        match state.end {
            End::Closed => return Err(closed()),
            End::Freed => return Err(freed()),
            End::Open if !in_time => return Ok(Err(value)),
            End::Open => state.values.push_back(value),
        }
        drop(state);
        self.came.notify_one();
        Ok(Ok(()))
    }

    /// Takes the first value. `None` when none came in time, and at once when the queue is empty and
    /// closed.
    ///
    /// # Errors
    /// `RT_ERROR_STALE_HANDLE` when the queue's handle was freed before the wait began.
    pub fn pop(&self, wait: Wait) -> Result<Option<T>> {
        let mut state = self.state.lock();
        wait_while(&self.came, &mut state, wait, |state| {
            state.end == End::Open && state.values.is_empty()
        });
        if state.end == End::Freed {
            return Err(freed());
        }
        let value = state.values.pop_front();
        drop(state);
        if value.is_some() {
            self.room.notify_one();
        }
        Ok(value)
    }

    /// Ends the queue: pushes are refused from now on, pops take what is left and do not wait.
    /// False when it was closed already.
    pub fn close(&self) -> bool {
        let mut state = self.state.lock();
        let was_open = state.end == End::Open;
        if was_open {
            state.end = End::Closed;
        }
        drop(state);
        self.came.notify_all();
        self.room.notify_all();
        was_open
    }

    /// Whether the queue was closed.
    pub fn is_closed(&self) -> bool {
        self.state.lock().end != End::Open
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.state.lock().values.len()
    }

    /// Whether there are no values.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many values there can be.
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// Prepares the end of the queue's handle: who comes now, with a handle that was looked up
    /// before, is refused instead of waiting in a queue that nobody else can reach.
    ///
    /// # Errors
    /// `RT_ERROR_BUSY` while a thread waits in the queue.
    pub fn retire(&self) -> Result<()> {
        let mut state = self.state.lock();
        if state.waiting > 0 {
            return Err(busy(state.waiting));
        }
        state.end = End::Freed;
        Ok(())
    }
}

/// Waits while `blocked` says so. False when the time was over first.
fn wait_while<T>(
    condvar: &Condvar,
    state: &mut MutexGuard<'_, State<T>>,
    wait: Wait,
    blocked: impl Fn(&State<T>) -> bool,
) -> bool {
    if !blocked(state) {
        return true;
    }
    let deadline = wait.deadline();
    state.waiting += 1;
    let mut in_time = true;
    while in_time && blocked(state) {
        in_time = match deadline {
            Deadline::Past => false,
            Deadline::At(moment) => !condvar.wait_until(state, moment).timed_out(),
            Deadline::None => {
                condvar.wait(state);
                true
            }
        };
    }
    state.waiting -= 1;
    !blocked(state)
}

impl<T> fmt::Debug for BoundedQueue<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("BoundedQueue")
            .field("capacity", &self.capacity)
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

#[cold]
fn closed() -> Error {
    Error::new(RT_ERROR_CLOSED, "the queue is closed")
}

#[cold]
fn freed() -> Error {
    Error::new(RT_ERROR_STALE_HANDLE, "the queue was freed by another thread")
}

#[cold]
fn busy(waiting: usize) -> Error {
    Error::new(RT_ERROR_BUSY, format!("{waiting} threads wait in the queue"))
}

#[cfg(all(test, not(loom)))]
mod tests {
    use std::thread;

    use super::*;

    const LONG: Wait = Wait::AtMost(Duration::from_secs(60));
    const SHORT: Wait = Wait::AtMost(Duration::from_millis(5));

    #[test]
    fn keeps_order_and_bounds() {
        let queue = BoundedQueue::new(2).unwrap();
        assert_eq!(queue.pop(Wait::No).unwrap(), None);
        assert_eq!(queue.push(1, Wait::No).unwrap(), Ok(()));
        assert_eq!(queue.push(2, Wait::No).unwrap(), Ok(()));
        assert_eq!(queue.push(3, Wait::No).unwrap(), Err(3));
        assert_eq!(queue.push(3, SHORT).unwrap(), Err(3));
        assert_eq!((queue.len(), queue.capacity()), (2, 2));
        assert_eq!(queue.pop(LONG).unwrap(), Some(1));
        assert_eq!(queue.pop(Wait::ForEver).unwrap(), Some(2));
        assert_eq!(queue.pop(SHORT).unwrap(), None);
        assert!(queue.is_empty());
        assert!(BoundedQueue::<i32>::new(0).is_err());
        assert_eq!(Wait::milliseconds(-5), Wait::No);
        assert!(matches!(Wait::AtMost(Duration::MAX).deadline(), Deadline::None));
    }

    #[test]
    fn a_push_waits_for_room_and_a_pop_for_a_value() {
        let queue = BoundedQueue::new(1).unwrap();
        thread::scope(|scope| {
            scope.spawn(|| {
                for n in 0..1_000 {
                    assert_eq!(queue.push(n, Wait::ForEver).unwrap(), Ok(()));
                }
            });
            for n in 0..1_000 {
                assert_eq!(queue.pop(Wait::ForEver).unwrap(), Some(n));
            }
        });
    }

    #[test]
    fn closing_wakes_both_ends() {
        let queue = BoundedQueue::new(1).unwrap();
        thread::scope(|scope| {
            let pop = scope.spawn(|| queue.pop(Wait::ForEver).unwrap());
            until_waiting(&queue, 1);
            assert!(queue.close());
            assert_eq!(pop.join().unwrap(), None);
        });
        assert!(!queue.close());
        assert_eq!(queue.push(1, Wait::ForEver).unwrap_err().code(), RT_ERROR_CLOSED);

        let queue = BoundedQueue::new(1).unwrap();
        queue.push(1, Wait::No).unwrap().unwrap();
        thread::scope(|scope| {
            let push = scope.spawn(|| queue.push(2, Wait::ForEver).unwrap_err().code());
            until_waiting(&queue, 1);
            queue.close();
            assert_eq!(push.join().unwrap(), RT_ERROR_CLOSED);
        });
        assert_eq!(queue.pop(Wait::ForEver).unwrap(), Some(1));
        assert_eq!(queue.pop(Wait::ForEver).unwrap(), None);
    }

    #[test]
    fn does_not_retire_while_a_thread_waits() {
        let queue = BoundedQueue::new(1).unwrap();
        thread::scope(|scope| {
            let pop = scope.spawn(|| queue.pop(Wait::ForEver).unwrap());
            until_waiting(&queue, 1);
            assert_eq!(queue.retire().unwrap_err().code(), RT_ERROR_BUSY);
            queue.push(7, Wait::No).unwrap().unwrap();
            assert_eq!(pop.join().unwrap(), Some(7));
        });
        queue.retire().unwrap();
        assert_eq!(queue.pop(Wait::ForEver).unwrap_err().code(), RT_ERROR_STALE_HANDLE);
        assert_eq!(queue.push(1, Wait::ForEver).unwrap_err().code(), RT_ERROR_STALE_HANDLE);
    }

    fn until_waiting<T>(queue: &BoundedQueue<T>, threads: usize) {
        while queue.state.lock().waiting < threads {
            thread::yield_now();
        }
    }
}
