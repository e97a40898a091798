//! Reading and writing the standard descriptors with the system's own calls: whole writes, no
//! death by a closed pipe, patience with interruptions and with descriptors that do not block.

use std::io::{self, ErrorKind, IoSlice};

use runtime_core::sigpipe::HeldBack;

/// A file descriptor that the process was started with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Descriptor(libc::c_int);

impl Descriptor {
    pub(crate) const STDIN: Self = Self(libc::STDIN_FILENO);
    pub(crate) const STDOUT: Self = Self(libc::STDOUT_FILENO);
    pub(crate) const STDERR: Self = Self(libc::STDERR_FILENO);

    /// Writes all parts, in one call where the system takes them in one.
    pub(crate) fn write_all(self, parts: &mut [IoSlice<'_>]) -> io::Result<()> {
        let mut rest = parts;
        // Empty parts at the front would make a write of nothing.
        IoSlice::advance_slices(&mut rest, 0);
        if rest.is_empty() {
            return Ok(());
        }
        let held_back = HeldBack::new();
        while !rest.is_empty() {
            match self.write_some(rest) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(written) => IoSlice::advance_slices(&mut rest, written),
                Err(error) => {
                    if error.kind() == ErrorKind::BrokenPipe {
                        held_back.swallow();
                    }
                    self.wait_or_fail(error, libc::POLLOUT)?;
                }
            }
        }
        Ok(())
    }

    /// Reads at most `buffer.len()` bytes; 0 at the end.
    pub(crate) fn read(self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            // SAFETY: the buffer is as long as it says.
            let count = unsafe { libc::read(self.0, buffer.as_mut_ptr().cast(), buffer.len()) };
            match usize::try_from(count) {
                Ok(count) => return Ok(count),
                Err(_) => self.wait_or_fail(io::Error::last_os_error(), libc::POLLIN)?,
            }
        }
    }

    /// Whether this is a terminal.
    pub(crate) fn is_terminal(self) -> bool {
        // SAFETY: any number may be asked about.
        unsafe { libc::isatty(self.0) == 1 }
    }

    fn write_some(self, parts: &[IoSlice<'_>]) -> io::Result<usize> {
        // A handful of parts at most, so the number fits whatever the system's limit is.
        let count = parts.len() as libc::c_int;
        // SAFETY: an `IoSlice` is laid out as the system's `iovec`, which std promises.
        let written = unsafe { libc::writev(self.0, parts.as_ptr().cast(), count) };
        usize::try_from(written).map_err(|_| io::Error::last_os_error())
    }

    /// Returns when the call that failed with `error` is worth another try.
    fn wait_or_fail(self, error: io::Error, event: libc::c_short) -> io::Result<()> {
        match error.kind() {
            ErrorKind::Interrupted => Ok(()),
            ErrorKind::WouldBlock => {
                let mut poll = libc::pollfd { fd: self.0, events: event, revents: 0 };
                // SAFETY: one entry is given and announced. Whatever comes of it, the next try
                // tells.
                unsafe { libc::poll(&raw mut poll, 1, -1) };
                Ok(())
            }
            _ => Err(error),
        }
    }
}
