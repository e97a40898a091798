//! Running a program to its end, with what it writes.

use std::process::ExitStatus;

use runtime_core::{Error, Result};

use crate::child::Child;
use crate::codes;
use crate::command::{Command, Stdio};
use crate::exchange::Exchange;
use crate::patience::{self, Deadline};
use crate::status;

/// How a program has ended and what it wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// How it has ended.
    pub status: ExitStatus,
    /// What it wrote to its standard output, in bytes as they are.
    pub stdout: Vec<u8>,
    /// What it wrote to its standard error.
    pub stderr: Vec<u8>,
    /// Whether its time was up before it ended, or before its streams were closed.
    pub timed_out: bool,
    /// How many bytes it wrote beyond those that were to be kept.
    pub dropped: u64,
}

impl Output {
    /// The error that tells what went wrong with a program that did run: its time was up, a signal ended
    /// it, or it wrote more than was kept; the first of these that holds.
    pub fn trouble(&self) -> Option<Error> {
        if self.timed_out {
            let reason = format!("the process took too long; it was ended ({})", self.status);
            return Some(Error::new(codes::RT_ERROR_PROCESS_TIMED_OUT, reason));
        }
        status::trouble(self.status).or_else(|| {
            let reason = format!("{} bytes of output were dropped", self.dropped);
            let cut = || Error::new(codes::RT_ERROR_PROCESS_OUTPUT_CUT, reason);
            (self.dropped > 0).then(cut)
        })
    }
}

/// Runs the program to its end.
pub(crate) fn run(command: &Command, usual: [Stdio; 3]) -> Result<Output> {
    let deadline = command.timeout.and_then(patience::deadline);
    let (child, ends) = command.start_child(usual, command.leads_group())?;
    let input = command.input.as_deref().unwrap_or_default();
    let room = command.max_output.unwrap_or(usize::MAX);
    let mut exchange = Exchange::new(ends, input, room);
    let timed_out = match converse(command, &child, &mut exchange, deadline) {
        Ok(in_time) => !in_time,
        Err(refusal) => {
            // What it writes is of no use any more, and nobody would wait for it.
            let _ = child.signal(libc::SIGKILL);
            let _ = child.wait_alone();
            return Err(refusal);
        }
    };
    let status = child.wait_alone()?;
    let [out, err] = exchange.outputs;
    let dropped = out.dropped + err.dropped;
    Ok(Output { status, stdout: out.bytes, stderr: err.bytes, timed_out, dropped })
}

/// Writes, reads and waits until the child has ended or was killed. Whether it ended in time. Its end is
/// not fetched yet, so that the group's number is its own and all of the group can be killed.
fn converse(
    command: &Command,
    child: &Child,
    exchange: &mut Exchange<'_>,
    deadline: Deadline,
) -> Result<bool> {
    let mut is_over = |deadline| Ok(exchange.pump(deadline)? && child.await_end(deadline)?);
    match deadline {
        // Who waits for ever need not be told when the child ends.
        None => return exchange.pump(None),
        Some(_) if is_over(deadline)? => return Ok(true),
        Some(_) => {}
    }
    if !command.grace.is_zero() {
        child.signal(libc::SIGTERM)?;
        if is_over(patience::deadline(command.grace))? {
            return Ok(false);
        }
    }
    child.signal(libc::SIGKILL)?;
    child.await_end(None)?;
    // What left the group may hold the pipes for ever.
    exchange.drain()?;
    Ok(false)
}
