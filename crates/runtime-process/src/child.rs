//! A child process: how it ends, and signals that reach it or nobody.
//!
//! The system keeps the number of a child for it until its end is fetched ("reaped"). That and every
//! signal happen under one lock, so that a signal never reaches a stranger who has the number now.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use parking_lot::{Mutex, MutexGuard};
use runtime_core::{Error, Result};
use rustix::event::{PollFd, PollFlags};
use rustix::io::Errno;
use rustix::process::{Pid, WaitId, WaitIdOptions, WaitOptions, waitid, waitpid};

use crate::codes;
use crate::patience::{self, Deadline, system};

/// Where the system cannot tell when a child ends, one looks again and again, at longer and longer
/// intervals up to this one.
const LONGEST_NAP: Duration = Duration::from_millis(10);

pub(crate) struct Child {
    pid: Pid,
    /// The process that started it. After a `fork` the other process knows the child too, but it is
    /// not its child.
    parent: u32,
    leads_group: bool,
    state: Mutex<State>,
}

enum State {
    /// Its end was not fetched: the number is its own. With the descriptor that tells of the end, once
    /// somebody wanted it.
    Alive(Option<Arc<OwnedFd>>),
    Ended(ExitStatus),
    Lost,
}

/// How to hear of the end.
enum News {
    Ended,
    From(Arc<OwnedFd>),
    /// There is no descriptor for it: the system is too old, or has none left.
    Nowhere,
}

impl Child {
    /// The child that was just started. `leads_group` tells that it is the first of a process group of
    /// its own, which signals are to reach as a whole.
    pub(crate) fn new(pid: Pid, leads_group: bool) -> Self {
        let state = Mutex::new(State::Alive(None));
        Self { pid, parent: std::process::id(), leads_group, state }
    }

    /// Its number.
    pub(crate) fn pid(&self) -> i64 {
        i64::from(self.pid.as_raw_nonzero().get())
    }

    /// How it has ended, `None` while it runs. Fetches the end.
    pub(crate) fn status(&self) -> Result<Option<ExitStatus>> {
        let mut state = self.state()?;
        if let State::Alive(_) = *state {
            self.fetch(&mut state, WaitOptions::NOHANG);
        }
        match *state {
            State::Alive(_) => Ok(None),
            State::Ended(status) => Ok(Some(status)),
            State::Lost => Err(self.lost()),
        }
    }

    /// Waits for the end and fetches it; `None` when it did not come in time.
    pub(crate) fn wait(&self, deadline: Deadline) -> Result<Option<ExitStatus>> {
        while self.await_end(deadline)? {
            if let Some(status) = self.status()? {
                return Ok(Some(status));
            }
        }
        Ok(None)
    }

    /// As [`wait`](Self::wait), for ever, in the cheapest way. Signals from other threads wait with it,
    /// so this is for children that nobody else knows.
    pub(crate) fn wait_alone(&self) -> Result<ExitStatus> {
        let mut state = self.state()?;
        while let State::Alive(_) = *state {
            self.fetch(&mut state, WaitOptions::empty());
        }
        match *state {
            State::Ended(status) => Ok(status),
            State::Alive(_) | State::Lost => Err(self.lost()),
        }
    }

    /// Waits for the end and does not fetch it. False when it did not come in time.
    pub(crate) fn await_end(&self, deadline: Deadline) -> Result<bool> {
        if deadline.is_none() {
            return self.await_end_for_ever().map(|()| true);
        }
        match self.news()? {
            News::Ended => Ok(true),
            News::From(descriptor) => {
                patience::wait(&mut [PollFd::new(&descriptor, PollFlags::IN)], deadline)
            }
            News::Nowhere => self.look_until(deadline),
        }
    }

    /// As [`await_end`](Self::await_end), in the cheapest way.
    fn await_end_for_ever(&self) -> Result<()> {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        while self.is_running()? {
            // Not under the lock, so that others may ask for the child and send it signals. Should one of
            // them fetch the end just now, the system says that there is no such child.
            let _ = waitid(WaitId::Pid(self.pid), options);
        }
        Ok(())
    }

    /// Whether it has not ended. Does not fetch the end.
    pub(crate) fn is_running(&self) -> Result<bool> {
        let state = self.state()?;
        Ok(matches!(*state, State::Alive(_)) && !self.has_ended())
    }

    /// Sends a signal, to the whole group where the child leads one. False when it has ended.
    pub(crate) fn signal(&self, signal: i32) -> Result<bool> {
        let state = self.state()?;
        let is_there = match *state {
            State::Alive(_) => self.leads_group || !self.has_ended(),
            State::Ended(_) | State::Lost => false,
        };
        if !is_there {
            return Ok(false);
        }
        let pid = self.pid.as_raw_nonzero().get();
        let receiver = if self.leads_group { -pid } else { pid };
        // SAFETY: a signal to another process does nothing to the memory of this one.
        match unsafe { libc::kill(receiver, signal) } {
            0 => Ok(true),
            _ => match io::Error::last_os_error() {
                // The group has no member but those that have ended.
                gone if gone.raw_os_error() == Some(libc::ESRCH) => Ok(false),
                refusal => Err(Error::system(&format!("signal {signal}"), &refusal)),
            },
        }
    }

    /// The descriptor that can be read when the child has ended; `None` when it has, or when there is
    /// none to be had.
    pub(crate) fn descriptor(&self) -> Option<Arc<OwnedFd>> {
        match self.news() {
            Ok(News::From(descriptor)) => Some(descriptor),
            Ok(News::Ended | News::Nowhere) | Err(_) => None,
        }
    }

    /// The state, in the process that started the child only.
    fn state(&self) -> Result<MutexGuard<'_, State>> {
        if self.parent != std::process::id() {
            return Err(not_a_child(self.pid()));
        }
        Ok(self.state.lock())
    }

    fn news(&self) -> Result<News> {
        let mut state = self.state()?;
        let State::Alive(descriptor) = &mut *state else { return Ok(News::Ended) };
        if descriptor.is_none() {
            // The number is the child's own here, so this is no stranger's.
            *descriptor = open(self.pid).map(Arc::new);
        }
        Ok(descriptor.clone().map_or(News::Nowhere, News::From))
    }

    /// Fetches the end if it has come, or when it comes.
    fn fetch(&self, state: &mut State, options: WaitOptions) {
        match waitpid(Some(self.pid), options) {
            Ok(Some((_, status))) => *state = State::Ended(ExitStatus::from_raw(status.as_raw())),
            Ok(None) | Err(Errno::INTR) => {}
            // There is no such child (any more).
            Err(_) => *state = State::Lost,
        }
    }

    /// Whether the child has ended, without fetching that. The caller holds the lock, and the child's
    /// end was not fetched.
    fn has_ended(&self) -> bool {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        !matches!(waitid(WaitId::Pid(self.pid), options), Ok(None) | Err(Errno::INTR))
    }

    /// Looks again and again whether the child has ended.
    fn look_until(&self, deadline: Deadline) -> Result<bool> {
        let mut nap = Duration::from_micros(100);
        while self.is_running()? {
            if patience::is_over(deadline) {
                return Ok(false);
            }
            thread::sleep(patience::left(deadline).map_or(nap, |left| nap.min(left)));
            nap = (nap * 2).min(LONGEST_NAP);
        }
        Ok(true)
    }

    #[cold]
    fn lost(&self) -> Error {
        let reason = format!(
            "how process {} has ended is unknown: the program ignores SIGCHLD, or waited for it elsewhere",
            self.pid()
        );
        system(&reason, Errno::CHILD).with_code(codes::RT_ERROR_PROCESS_STATUS_LOST)
    }
}

/// The error for a number that is no child's.
#[cold]
pub(crate) fn not_a_child(pid: i64) -> Error {
    Error::new(
        codes::RT_ERROR_NOT_A_CHILD,
        format!("process {pid} was not started here, or its end was fetched before"),
    )
}

/// A descriptor that can be read when the process has ended.
#[cfg(target_os = "linux")]
fn open(pid: Pid) -> Option<OwnedFd> {
    rustix::process::pidfd_open(pid, rustix::process::PidfdFlags::empty()).ok()
}

#[cfg(not(target_os = "linux"))]
fn open(_pid: Pid) -> Option<OwnedFd> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::{Command, Stdio};

    fn start(script: &str) -> Child {
        Command::new("sh").args(["-c", script]).start_child([Stdio::Null; 3], false).unwrap().0
    }

    #[test]
    fn without_a_descriptor_one_looks() {
        let child = start("sleep 0.05; exit 3");
        assert!(!child.look_until(patience::deadline(Duration::ZERO)).unwrap());
        assert!(child.look_until(None).unwrap());
        assert_eq!(child.status().unwrap().unwrap().code(), Some(3));
        assert!(child.look_until(None).unwrap());
    }

    #[test]
    fn a_signal_does_not_reach_who_has_ended() {
        let child = start("exit 0");
        assert!(child.await_end(None).unwrap());
        assert!(!child.signal(libc::SIGKILL).unwrap());
        assert!(child.status().unwrap().unwrap().success());
        assert!(!child.signal(libc::SIGKILL).unwrap());
        assert!(child.status().unwrap().unwrap().success());
    }

    #[test]
    fn a_child_that_was_waited_for_elsewhere_is_lost() {
        let mut elsewhere = std::process::Command::new("true").spawn().unwrap();
        let child = Child::new(Pid::from_child(&elsewhere), false);
        elsewhere.wait().unwrap();
        let refusal = child.wait(None).unwrap_err();
        assert_eq!(refusal.code(), codes::RT_ERROR_PROCESS_STATUS_LOST);
        assert_eq!(refusal.errno(), libc::ECHILD);
        assert_eq!(child.wait_alone().unwrap_err().code(), codes::RT_ERROR_PROCESS_STATUS_LOST);
    }
}
