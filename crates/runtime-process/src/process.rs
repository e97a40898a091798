//! Processes that were started: by a handle, with pipes, or by their number.

use std::os::fd::OwnedFd;
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use runtime_core::handle::{PinnedTable, kinds};
use runtime_core::{Error, Result};
use rustix::buffer::spare_capacity;
use rustix::event::{PollFd, PollFlags};
use rustix::io::{Errno, read};

use crate::child::Child;
use crate::children;
use crate::codes;
use crate::command::OurEnds;
use crate::exchange::write_some;
use crate::patience::{self, Deadline, system};

/// The most that one read returns.
const LARGEST_READ: usize = 1 << 20;

static TABLE: PinnedTable<Started> = PinnedTable::new(kinds::PROCESS);

struct Started {
    child: Arc<Child>,
    stdin: Pipe,
    outputs: [Pipe; 2],
}

/// This process's end of a pipe, until it is closed. Who uses it keeps it open meanwhile.
struct Pipe {
    end: Mutex<Option<Arc<OwnedFd>>>,
    /// Held by who writes, so that texts of several threads do not mix.
    turn: Mutex<()>,
}

/// A stream that a process writes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Its standard output.
    Stdout,
    /// Its standard error.
    Stderr,
}

/// A process that this one has started. It is known by a number: the handle of
/// [`Command::start`](crate::Command::start), which lives until it is freed and has pipes to the process,
/// or the process's own number from [`Command::spawn`](crate::Command::spawn), which is known until its end
/// was asked for.
///
/// # Example
/// ```
/// use runtime_process::{Command, Stream};
///
/// let process = Command::new("cat").start()?;
/// process.write(b"there and back")?;
/// assert_eq!(process.read(Stream::Stdout, 100)?.as_deref(), Some(&b"there and back"[..]));
/// process.close_stdin()?;
/// assert_eq!(process.read(Stream::Stdout, 100)?, None);
/// assert!(process.wait()?.success());
/// process.free()?;
/// # Ok::<(), runtime_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Process(i64);

impl Process {
    pub(crate) fn new(child: Arc<Child>, ends: OurEnds) -> Result<Self> {
        let spare = Arc::clone(&child);
        let started =
            Started { child, stdin: Pipe::new(ends.stdin), outputs: ends.outputs.map(Pipe::new) };
        TABLE.insert(started).map(Self).inspect_err(|_| {
            // Nobody would know of it. What was made for it is gone, and it was adopted.
            let _ = spare.signal(libc::SIGKILL);
        })
    }

    /// The process with this number. Any number will do: the calls refuse what is none.
    pub fn of(number: i64) -> Self {
        Self(number)
    }

    /// The number: a handle, or the system's number of the process. The two never meet.
    pub fn number(self) -> i64 {
        self.0
    }

    /// The system's number of the process.
    ///
    /// # Errors
    /// `RT_ERROR_NOT_A_CHILD`, or the errors of a handle that is not live.
    pub fn pid(self) -> Result<i64> {
        Ok(self.child()?.pid())
    }

    /// Waits for the end of the process. For one that is known by its own number, this is the end of that:
    /// it is told once.
    ///
    /// # Errors
    /// As [`pid`](Self::pid), and `RT_ERROR_PROCESS_STATUS_LOST`.
    pub fn wait(self) -> Result<ExitStatus> {
        let child = self.child()?;
        let ended = self.told(&child, child.wait(None))?;
        Ok(ended.expect("who waits for ever sees the end"))
    }

    /// How the process has ended, `None` while it runs.
    ///
    /// # Errors
    /// As [`wait`](Self::wait).
    pub fn try_wait(self) -> Result<Option<ExitStatus>> {
        let child = self.child()?;
        self.told(&child, child.status())
    }

    /// As [`wait`](Self::wait), but at most so long; `None` when it did not end in time.
    ///
    /// # Errors
    /// As [`wait`](Self::wait).
    pub fn wait_for(self, duration: Duration) -> Result<Option<ExitStatus>> {
        let child = self.child()?;
        self.told(&child, child.wait(patience::deadline(duration)))
    }

    /// Whether the process has not ended. Does not take its end from who waits for it.
    ///
    /// # Errors
    /// As [`pid`](Self::pid).
    pub fn is_running(self) -> Result<bool> {
        self.child()?.is_running()
    }

    /// Sends a signal to the process, or to its group if it was started with one. False when it has
    /// ended.
    ///
    /// # Errors
    /// As [`pid`](Self::pid); `RT_ERROR_INVALID_ARGUMENT` for a number that is no signal's,
    /// `RT_ERROR_SYSTEM` when the system does not allow it.
    pub fn signal(self, signal: i64) -> Result<bool> {
        let child = self.child()?;
        let largest = i64::from(libc::SIGRTMAX());
        match i32::try_from(signal) {
            Ok(number) if (1..=largest).contains(&signal) => child.signal(number),
            _ => Err(Error::invalid(format!("signal {signal} is not from 1 to {largest}"))),
        }
    }

    /// Kills the process, or its group if it was started with one: SIGKILL, which nothing withstands.
    /// False when it has ended.
    ///
    /// # Errors
    /// As [`signal`](Self::signal).
    pub fn kill(self) -> Result<bool> {
        self.child()?.signal(libc::SIGKILL)
    }

    /// Reads what the process writes, at most `limit` bytes, waiting until there is something. `None` when
    /// the stream is at its end.
    ///
    /// # Errors
    /// The errors of a handle that is not live; `RT_ERROR_PROCESS_NO_PIPE`, `RT_ERROR_SYSTEM`,
    /// `RT_ERROR_OUT_OF_MEMORY`.
    pub fn read(self, stream: Stream, limit: usize) -> Result<Option<Vec<u8>>> {
        self.read_until(stream, limit, None)
    }

    /// As [`read`](Self::read), waiting at most so long; nothing, but not `None`, when nothing came.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_for(
        self,
        stream: Stream,
        limit: usize,
        duration: Duration,
    ) -> Result<Option<Vec<u8>>> {
        self.read_until(stream, limit, patience::deadline(duration))
    }

    /// Writes all of the bytes to the process's standard input, waiting until there is room for them.
    ///
    /// # Errors
    /// As [`read`](Self::read), and `RT_ERROR_PROCESS_CLOSED_PIPE` when the process does not read them.
    pub fn write(self, bytes: &[u8]) -> Result<()> {
        let started = TABLE.get(self.0)?;
        let end = started.stdin.end("standard input")?;
        let _turn = started.stdin.turn.lock();
        let mut rest = bytes;
        while !rest.is_empty() {
            match write_some(&end, rest)? {
                Some(0) => {
                    patience::wait(&mut [PollFd::new(&end, PollFlags::OUT)], None)?;
                }
                Some(count) => rest = &rest[count..],
                None => return Err(closed_pipe(bytes.len() - rest.len(), bytes.len())),
            }
        }
        Ok(())
    }

    /// Closes the process's standard input: it reads what is in the pipe and then the end. Nothing changes
    /// when it is closed already, or is no pipe.
    ///
    /// # Errors
    /// The errors of a handle that is not live.
    pub fn close_stdin(self) -> Result<()> {
        TABLE.get(self.0)?.stdin.end.lock().take();
        Ok(())
    }

    /// Frees the handle and closes the pipes. A process that runs runs on, and can be waited for by its own
    /// number, like one of [`Command::spawn`](crate::Command::spawn).
    ///
    /// # Errors
    /// The errors of a handle that is not live.
    pub fn free(self) -> Result<()> {
        TABLE.free(self.0)
    }

    /// The process behind the number. Handles are far above the largest number of a process.
    fn child(self) -> Result<Arc<Child>> {
        match i32::try_from(self.0) {
            Ok(_) => children::find(self.0),
            Err(_) => Ok(Arc::clone(&TABLE.get(self.0)?.child)),
        }
    }

    /// Forgets a process that is known by its own number, once its end is told.
    fn told(
        self,
        child: &Arc<Child>,
        status: Result<Option<ExitStatus>>,
    ) -> Result<Option<ExitStatus>> {
        if !matches!(status, Ok(None)) && self.0 == child.pid() {
            children::forget(child);
        }
        status
    }

    fn read_until(
        self,
        stream: Stream,
        limit: usize,
        deadline: Deadline,
    ) -> Result<Option<Vec<u8>>> {
        let started = TABLE.get(self.0)?;
        let end = match stream {
            Stream::Stdout => started.outputs[0].end("standard output")?,
            Stream::Stderr => started.outputs[1].end("standard error")?,
        };
        let room = limit.min(LARGEST_READ);
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(room).map_err(|_| Error::out_of_memory(room))?;
        if room == 0 {
            return Ok(Some(bytes));
        }
        loop {
            match read(&end, spare_capacity(&mut bytes)) {
                Ok(0) => return Ok(None),
                Ok(_) => return Ok(Some(bytes)),
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => {
                    if !patience::wait(&mut [PollFd::new(&end, PollFlags::IN)], deadline)? {
                        return Ok(Some(bytes));
                    }
                }
                Err(refusal) => return Err(system("reading from the process", refusal)),
            }
        }
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        // Reaps it, or sees to it that it is reaped.
        if matches!(self.child.status(), Ok(None)) {
            children::adopt(Arc::clone(&self.child));
        }
    }
}

impl Pipe {
    fn new(end: Option<OwnedFd>) -> Self {
        Self { end: Mutex::new(end.map(Arc::new)), turn: Mutex::new(()) }
    }

    fn end(&self, name: &str) -> Result<Arc<OwnedFd>> {
        self.end.lock().clone().ok_or_else(|| {
            let reason = format!("{name} of the process is no pipe, or was closed");
            Error::new(codes::RT_ERROR_PROCESS_NO_PIPE, reason)
        })
    }
}

#[cold]
fn closed_pipe(written: usize, wanted: usize) -> Error {
    let reason = format!("the process reads no more, after {written} of {wanted} bytes");
    system(&reason, Errno::PIPE).with_code(codes::RT_ERROR_PROCESS_CLOSED_PIPE)
}
