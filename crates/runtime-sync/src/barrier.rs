//! The barrier: threads that wait for each other, again and again.

use parking_lot::{Condvar, Mutex};
use runtime_core::handle::{PinnedTable, kinds};
use runtime_core::{Error, Result};
use runtime_value::ObjectType;

use crate::object::{self, Kind, view};
use crate::raw::InUse;

struct State {
    threads: u64,
    round: Mutex<Round>,
    complete: Condvar,
}

struct Round {
    /// How many of this round's threads are waiting.
    waiting: u64,
    /// Counts the rounds, so that a thread that wakes up knows whether its own is over.
    number: u64,
    /// Set by a free: whoever comes later is refused.
    gone: bool,
}

static TABLE: PinnedTable<State> = PinnedTable::new(kinds::BARRIER);

struct BarrierKind;

impl Kind for BarrierKind {
    const TYPE: ObjectType = ObjectType::Barrier;

    fn retire(handle: i64) -> Result<()> {
        TABLE.free_if(handle, |barrier| {
            let mut round = barrier.round.lock();
            if round.gone {
                return Err(object::gone("barrier"));
            }
            if round.waiting != 0 {
                return Err(object::in_use("barrier", InUse::WaitedFor));
            }
            round.gone = true;
            Ok(())
        })
    }
}

view! {
    /// A barrier for a fixed number of threads. A heap object: it lives until it is freed.
    ///
    /// # Example
    /// ```
    /// use runtime_sync::Barrier;
    ///
    /// let barrier = Barrier::new(2)?;
    /// let other = std::thread::spawn(move || barrier.wait().unwrap());
    /// let mine = barrier.wait()?;
    /// assert!(mine ^ other.join().unwrap()); // one of the two leads
    /// barrier.free()?;
    /// # Ok::<(), runtime_core::Error>(())
    /// ```
    Barrier of BarrierKind, "barrier"
}

impl Barrier {
    /// A barrier for `threads` threads, at least one.
    ///
    /// # Errors
    /// `RT_ERROR_INVALID_ARGUMENT` for none, `RT_ERROR_OUT_OF_MEMORY`,
    /// `RT_ERROR_HANDLES_EXHAUSTED`.
    pub fn new(threads: u64) -> Result<Self> {
        if threads == 0 {
            return Err(Error::invalid("thread_count 0 is below 1"));
        }
        let round = Mutex::new(Round { waiting: 0, number: 0, gone: false });
        Self::of_handle(TABLE.insert(State { threads, round, complete: Condvar::new() })?)
    }

    /// Waits until all threads have come. True for one of them, the last: the leader. Then the
    /// barrier is ready for the next round.
    ///
    /// # Errors
    /// `RT_ERROR_STALE_HANDLE` when the barrier was freed.
    pub fn wait(self) -> Result<bool> {
        let barrier = TABLE.get(self.handle)?;
        let mut round = barrier.round.lock();
        if round.gone {
            return Err(object::gone("barrier"));
        }
        round.waiting += 1;
        if round.waiting == barrier.threads {
            round.waiting = 0;
            round.number = round.number.wrapping_add(1);
            barrier.complete.notify_all();
            return Ok(true);
        }
        let mine = round.number;
        barrier.complete.wait_while(&mut round, |round| round.number == mine);
        Ok(false)
    }

    /// How many threads the barrier is for.
    ///
    /// # Errors
    /// `RT_ERROR_STALE_HANDLE` when the barrier was freed.
    pub fn thread_count(self) -> Result<u64> {
        Ok(TABLE.get(self.handle)?.threads)
    }
}
