//! Threads that share nothing but what is meant to be shared: each gets a copy of its data.

mod entry;
mod number;
mod waits;

use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{Builder, JoinHandle};

use parking_lot::{Condvar, Mutex};
use runtime_core::error::codes as core_codes;
use runtime_core::handle::{PinnedTable, kinds};
use runtime_core::{Error, Result, boundary, error};
use runtime_value::{RuntimeValue, copy};

use crate::codes;

pub use entry::Entry;
pub use number::current_number;
pub(crate) use number::number_so_far;

/// As much stack as the main thread has, because compiled code recurses on both.
const STACK_SIZE: usize = 8 << 20;

struct State {
    number: u64,
    progress: Mutex<Progress>,
    finished: Condvar,
}

struct Progress {
    outcome: Outcome,
    /// Whether a join has begun. There is one join for each thread.
    joined: bool,
    /// Whether that join still waits.
    joining: bool,
    system: Option<JoinHandle<()>>,
}

enum Outcome {
    Running,
    /// The bits of the result, or why there is none.
    Finished(Result<u64>),
    Taken,
}

static TABLE: PinnedTable<Arc<State>> = PinnedTable::new(kinds::THREAD);

/// A thread: the handle of one. The handle lives until it is freed, longer or shorter than the
/// thread itself.
///
/// # Example
/// ```
/// use runtime_sync::Thread;
/// use runtime_value::{Array, RuntimeValue, View};
///
/// let data = Array::new(1)?;
/// data.push(RuntimeValue::int(41)?)?;
/// let thread = Thread::spawn(data.value(), |copy| {
///     let array = Array::of("copy", copy).unwrap();
///     array.push(RuntimeValue::TRUE).unwrap();
///     copy
/// })?;
/// let result = Array::of("result", thread.join()?)?;
/// assert_eq!((data.len(), result.len()), (1, 2));
/// thread.free()?;
/// # Ok::<(), runtime_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thread(i64);

impl Thread {
    /// Starts a thread that calls `body` with a deep copy of `data`. The copy is the thread's.
    /// Returns when the copy is made, so `data` may be changed again at once.
    ///
    /// # Errors
    /// What [`copy::deep`] refuses, `RT_ERROR_SYSTEM` when the system starts no thread,
    /// `RT_ERROR_HANDLES_EXHAUSTED`.
    pub fn spawn(
        data: RuntimeValue,
        body: impl FnOnce(RuntimeValue) -> RuntimeValue + Send + 'static,
    ) -> Result<Self> {
        let bits = data.to_bits();
        Self::start(
            // SAFETY: the thread that made the word waits in `start` until the copy is made.
            move || copy::deep(unsafe { RuntimeValue::from_bits(bits) }),
            body,
        )
    }

    /// Starts a thread that calls compiled code with a deep copy of `data`, and then `shared`, if
    /// there is such an argument, as it is. A closure is copied together with the data.
    ///
    /// # Errors
    /// As [`spawn`](Self::spawn).
    pub fn spawn_entry(entry: Entry, data: RuntimeValue, shared: Option<u64>) -> Result<Self> {
        let bits = data.to_bits();
        Self::start(
            // SAFETY: as in `spawn`.
            move || entry.with_copies(unsafe { RuntimeValue::from_bits(bits) }),
            move |(entry, data)| entry.call(data, shared),
        )
    }

    /// Starts a thread that makes its data with `copy`, while this one waits, and goes on with
    /// `body`. The copies are made there, because this thread may have a scope open, which would
    /// free them.
    fn start<D>(
        copy: impl FnOnce() -> Result<D> + Send + 'static,
        body: impl FnOnce(D) -> RuntimeValue + Send + 'static,
    ) -> Result<Self> {
        let state = Arc::new(State::new());
        let thread = Self(TABLE.insert(Arc::clone(&state))?);
        let (ready, copied) = sync_channel(1);
        let run = {
            let state = Arc::clone(&state);
            move || state.run(&ready, copy, body)
        };
        let begun = Builder::new()
            .stack_size(STACK_SIZE)
            .spawn(run)
            .map_err(|refusal| Error::system("the thread cannot be started", &refusal))
            .and_then(|system| {
                state.progress.lock().system = Some(system);
                copied.recv().unwrap_or_else(|_| Err(ended_by_panic()))
            });
        match begun {
            Ok(()) => Ok(thread),
            Err(refusal) => {
                TABLE.free(thread.0)?;
                Err(refusal)
            }
        }
    }

    /// The thread with this handle. Any number will do: the calls refuse what is none.
    pub fn of(handle: i64) -> Self {
        Self(handle)
    }

    /// The handle.
    pub fn handle(self) -> i64 {
        self.0
    }

    /// Waits until the thread has ended. Returns its result, which is the caller's.
    ///
    /// # Errors
    /// `RT_ERROR_PANIC` when it ended by a panic, `RT_ERROR_JOINED` when its result was taken before
    /// (or another thread is about to), `RT_ERROR_DEADLOCK` when the calling thread would wait for
    /// itself, also by way of others, and the errors of a handle that is not live.
    pub fn join(self) -> Result<RuntimeValue> {
        let state = Arc::clone(&*TABLE.get(self.0)?);
        let bits = state.join()?;
        // SAFETY: the thread that made the result has ended, and the result is given out once.
        Ok(unsafe { RuntimeValue::from_bits(bits) })
    }

    /// Whether the thread has ended.
    ///
    /// # Errors
    /// The errors of a handle that is not live.
    pub fn is_done(self) -> Result<bool> {
        Ok(!matches!(TABLE.get(self.0)?.progress.lock().outcome, Outcome::Running))
    }

    /// The thread's number, as [`current_number`] gives it there.
    ///
    /// # Errors
    /// The errors of a handle that is not live.
    pub fn number(self) -> Result<u64> {
        Ok(TABLE.get(self.0)?.number)
    }

    /// Frees the handle. A running thread runs on, and nobody gets its result.
    ///
    /// # Errors
    /// `RT_ERROR_BUSY` while a thread waits in a join, and the errors of a handle that is not live.
    pub fn free(self) -> Result<()> {
        TABLE.free_if(self.0, |state| {
            let mut progress = state.progress.lock();
            if progress.joining {
                return Err(Error::new(
                    core_codes::RT_ERROR_BUSY,
                    "a thread waits in a join of it",
                ));
            }
            // From here on a join that found the handle in time is too late.
            progress.joined = true;
            Ok(())
        })
    }
}

/// How many threads can run at once, as far as the system says; 1 if it does not.
pub fn available_parallelism() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

impl State {
    fn new() -> Self {
        Self {
            number: number::new_number(),
            progress: Mutex::new(Progress {
                outcome: Outcome::Running,
                joined: false,
                joining: false,
                system: None,
            }),
            finished: Condvar::new(),
        }
    }

    /// The life of the thread.
    fn run<D>(
        &self,
        ready: &SyncSender<Result<()>>,
        copy: impl FnOnce() -> Result<D>,
        body: impl FnOnce(D) -> RuntimeValue,
    ) {
        number::assign(self.number);
        // A panic in here is the same to whoever joins as one in the body: it is stopped, and
        // `ready` is dropped without a word.
        let bits = boundary("thread", None, || match copy() {
            Ok(data) => {
                // The starting thread waits for the word; one that does not has panicked.
                let _ = ready.send(Ok(()));
                Ok(Some(body(data).to_bits()))
            }
            Err(refusal) => {
                let _ = ready.send(Err(refusal));
                Ok(Some(RuntimeValue::NIL.to_bits()))
            }
        });
        let mut progress = self.progress.lock();
        progress.outcome = Outcome::Finished(bits.ok_or_else(ended_by_panic));
        drop(progress);
        self.finished.notify_all();
    }

    fn join(&self) -> Result<u64> {
        let _wait = waits::begin(number::current_number(), self.number)?;
        let mut progress = self.progress.lock();
        if std::mem::replace(&mut progress.joined, true) {
            return Err(joined_before());
        }
        progress.joining = true;
        self.finished
            .wait_while(&mut progress, |progress| matches!(progress.outcome, Outcome::Running));
        progress.joining = false;
        let outcome = std::mem::replace(&mut progress.outcome, Outcome::Taken);
        let system = progress.system.take();
        drop(progress);
        if let Some(system) = system {
            // After this the thread's own storage is gone too. A panic was stopped before.
            let _ = system.join();
        }
        match outcome {
            Outcome::Finished(result) => result,
            Outcome::Running | Outcome::Taken => Err(joined_before()),
        }
    }
}

/// The error for whoever wants the result of a thread that panicked, from that thread's last error.
#[cold]
fn ended_by_panic() -> Error {
    let text = error::last_message().unwrap_or_default();
    Error::new(core_codes::RT_ERROR_PANIC, format!("the thread has no result; {text}"))
}

#[cold]
fn joined_before() -> Error {
    Error::new(codes::RT_ERROR_JOINED, "the thread was joined before, or is being joined")
}
