//! Writing to a child and reading from it at the same time, so that no full pipe stops either.

use std::os::fd::OwnedFd;

use runtime_core::sigpipe::HeldBack;
use runtime_core::{Error, Result};
use rustix::buffer::spare_capacity;
use rustix::event::{PollFd, PollFlags};
use rustix::io::{Errno, read, write};

use crate::command::OurEnds;
use crate::patience::{self, Deadline, system};

/// How much is read at once: what a pipe holds by default on Linux.
const CHUNK: usize = 64 << 10;

/// The most that a pipe can hold for a user without special rights, on Linux.
const LARGEST_PIPE: usize = 1 << 20;

/// The streams of a child, with what is to be written and what was read.
pub(crate) struct Exchange<'a> {
    input: Option<OwnedFd>,
    rest: &'a [u8],
    pub(crate) outputs: [Captured; 2],
}

/// A stream that is read, and what came.
pub(crate) struct Captured {
    end: Option<OwnedFd>,
    pub(crate) bytes: Vec<u8>,
    /// How many bytes are kept at most.
    room: usize,
    /// How many came that there was no room for.
    pub(crate) dropped: u64,
}

impl<'a> Exchange<'a> {
    /// Nothing written or read yet. At most `room` bytes of each stream are kept.
    pub(crate) fn new(ends: OurEnds, input: &'a [u8], room: usize) -> Self {
        let outputs = ends.outputs.map(|end| Captured { end, bytes: Vec::new(), room, dropped: 0 });
        Self { input: ends.stdin, rest: input, outputs }
    }

    /// Writes and reads until all streams are closed. False when that did not happen in time.
    pub(crate) fn pump(&mut self, deadline: Deadline) -> Result<bool> {
        loop {
            if self.rest.is_empty() {
                self.input = None;
            }
            let Self { input, outputs: [out, err], .. } = self;
            let writable = input.as_ref().map(|end| PollFd::new(end, PollFlags::OUT));
            let readable = [&*out, &*err].into_iter().filter_map(|captured| {
                captured.end.as_ref().map(|end| PollFd::new(end, PollFlags::IN))
            });
            let mut waiting: Vec<PollFd<'_>> = readable.chain(writable).collect();
            if waiting.is_empty() {
                return Ok(true);
            }
            // Without this look at the clock, a child that never stops writing would never be late.
            if !patience::wait(&mut waiting, deadline)? || patience::is_over(deadline) {
                return Ok(false);
            }
            drop(waiting);
            // None of the ends blocks, so there is no need to know which of them was meant.
            self.write()?;
            for captured in &mut self.outputs {
                captured.read()?;
            }
        }
    }

    /// Reads what lies in the pipes, and closes them, whoever may still write to them.
    pub(crate) fn drain(&mut self) -> Result<()> {
        self.input = None;
        for captured in &mut self.outputs {
            let mut left = LARGEST_PIPE;
            while left > 0 {
                match captured.read()? {
                    0 => break,
                    count => left = left.saturating_sub(count),
                }
            }
            captured.end = None;
        }
        Ok(())
    }

    fn write(&mut self) -> Result<()> {
        let Some(end) = &self.input else { return Ok(()) };
        match write_some(end, self.rest)? {
            Some(count) => self.rest = &self.rest[count..],
            // The child does not want to know more, which is its right.
            None => self.rest = &[],
        }
        Ok(())
    }
}

impl Captured {
    /// Reads once, and returns how much; 0 when nothing is there, or ever will be.
    fn read(&mut self) -> Result<usize> {
        let Some(end) = &self.end else { return Ok(0) };
        let before = self.bytes.len();
        self.bytes.try_reserve(CHUNK).map_err(|_| Error::out_of_memory(before + CHUNK))?;
        let count = match read(end, spare_capacity(&mut self.bytes)) {
            Ok(0) => {
                self.end = None;
                0
            }
            Ok(count) => count,
            Err(Errno::AGAIN | Errno::INTR) => 0,
            Err(refusal) => return Err(system("reading from the process", refusal)),
        };
        let kept = self.bytes.len().min(self.room);
        self.dropped += (self.bytes.len() - kept) as u64;
        self.bytes.truncate(kept);
        Ok(count)
    }
}

/// Writes what the pipe has room for, and returns how much; `None` when nobody reads it any more. No
/// signal comes of that.
pub(crate) fn write_some(end: &OwnedFd, bytes: &[u8]) -> Result<Option<usize>> {
    let held_back = HeldBack::new();
    match write(end, bytes) {
        Ok(count) => Ok(Some(count)),
        Err(Errno::AGAIN | Errno::INTR) => Ok(Some(0)),
        Err(Errno::PIPE) => {
            held_back.swallow();
            Ok(None)
        }
        Err(refusal) => Err(system("writing to the process", refusal)),
    }
}
