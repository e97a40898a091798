//! Starting the child: `posix_spawn`, and the pipes to it.
//!
//! Not std's `Command`, because that lets the child inherit the signals that the calling thread holds
//! back, which a library cannot know.

use std::ffi::CStr;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, OwnedFd};

use rustix::io::{fcntl_dupfd_cloexec, ioctl_fionbio};
use rustix::process::Pid;

use super::texts::Texts;
use crate::environment;

/// What a standard stream of a child is connected with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stdio {
    /// The same stream of this process.
    Inherit,
    /// Nothing: it is empty, or swallows all.
    Null,
    /// A pipe from or to this process.
    Pipe,
    /// For standard error: what standard output is connected with. It counts as [`Null`](Self::Null)
    /// for the others.
    Stdout,
}

/// This process's ends of the pipes to a child. They never block.
#[derive(Debug)]
pub(crate) struct OurEnds {
    pub(crate) stdin: Option<OwnedFd>,
    /// Standard output and standard error.
    pub(crate) outputs: [Option<OwnedFd>; 2],
}

pub(crate) struct Launch<'a> {
    pub(crate) program: &'a CStr,
    /// The program's name among them.
    pub(crate) arguments: &'a Texts,
    /// Each as `name=value`; those of this process, where there is no list.
    pub(crate) environment: Option<&'a Texts>,
    pub(crate) cwd: Option<&'a CStr>,
    pub(crate) leads_group: bool,
}

impl Launch<'_> {
    /// Starts the child. The error is that of the step that failed in the child, as `execve`.
    pub(crate) fn start(&self, streams: [Stdio; 3]) -> io::Result<(Pid, OurEnds)> {
        let mut actions = Actions::new()?;
        let mut ends = OurEnds { stdin: None, outputs: [None, None] };
        // The child's ends are closed here when the child has them.
        let mut theirs = Vec::new();
        for (stream, number) in streams.into_iter().zip(0..) {
            match (stream, number) {
                (Stdio::Inherit, _) => {}
                (Stdio::Pipe, _) => {
                    let (reader, writer) = io::pipe()?;
                    let (our, their): (OwnedFd, OwnedFd) = match number {
                        0 => (writer.into(), reader.into()),
                        _ => (reader.into(), writer.into()),
                    };
                    ioctl_fionbio(&our, true)?;
                    let their = above_streams(their)?;
                    actions.connect(&their, number)?;
                    theirs.push(their);
                    match number {
                        0 => ends.stdin = Some(our),
                        _ => ends.outputs[number as usize - 1] = Some(our),
                    }
                }
                (Stdio::Stdout, libc::STDERR_FILENO) => actions.copy_stdout()?,
                (Stdio::Null | Stdio::Stdout, _) => actions.open_nothing(number)?,
            }
        }
        if let Some(cwd) = self.cwd {
            actions.change_directory(cwd)?;
        }
        Ok((self.spawn(&actions, &Attributes::new(self.leads_group)?)?, ends))
    }

    fn spawn(&self, actions: &Actions, attributes: &Attributes) -> io::Result<Pid> {
        match self.environment {
            Some(list) => self.spawn_with(actions, attributes, list.addresses().as_ptr()),
            None => environment::with_raw(|list| self.spawn_with(actions, attributes, list)),
        }
    }

    fn spawn_with(
        &self,
        actions: &Actions,
        attributes: &Attributes,
        environment: *const *mut libc::c_char,
    ) -> io::Result<Pid> {
        let mut pid = 0;
        let arguments = self.arguments.addresses();
        // SAFETY: the program is a C text, the lists are made of such and end with null, and all of
        // them, the actions and the attributes live until the call returns, when the child has
        // copied what it needs.
        check(unsafe {
            libc::posix_spawn(
                &raw mut pid,
                self.program.as_ptr(),
                &raw const actions.0,
                &raw const attributes.0,
                arguments.as_ptr(),
                environment,
            )
        })?;
        Ok(Pid::from_raw(pid).expect("the system gives a child a positive number"))
    }
}

/// The same descriptor with a number above those of the standard streams, which it could otherwise have
/// when the program has closed some: connecting one stream must not overwrite the end for another.
fn above_streams(descriptor: OwnedFd) -> io::Result<OwnedFd> {
    if descriptor.as_raw_fd() > libc::STDERR_FILENO {
        return Ok(descriptor);
    }
    Ok(fcntl_dupfd_cloexec(&descriptor, libc::STDERR_FILENO + 1)?)
}

/// `posix_spawn` and its kin return the error instead of setting `errno`.
fn check(refusal: libc::c_int) -> io::Result<()> {
    match refusal {
        0 => Ok(()),
        errno => Err(io::Error::from_raw_os_error(errno)),
    }
}

/// What the child does before it becomes the program.
struct Actions(libc::posix_spawn_file_actions_t);

impl Actions {
    fn new() -> io::Result<Self> {
        let mut actions = MaybeUninit::uninit();
        // SAFETY: the call initialises the list, or fails and it is not used.
        unsafe {
            check(libc::posix_spawn_file_actions_init(actions.as_mut_ptr()))?;
            Ok(Self(actions.assume_init()))
        }
    }

    fn connect(&mut self, descriptor: &OwnedFd, stream: libc::c_int) -> io::Result<()> {
        self.duplicate(descriptor.as_raw_fd(), stream)
    }

    fn copy_stdout(&mut self) -> io::Result<()> {
        self.duplicate(libc::STDOUT_FILENO, libc::STDERR_FILENO)
    }

    fn duplicate(&mut self, from: libc::c_int, to: libc::c_int) -> io::Result<()> {
        // SAFETY: the list is initialised.
        check(unsafe { libc::posix_spawn_file_actions_adddup2(&raw mut self.0, from, to) })
    }

    fn open_nothing(&mut self, stream: libc::c_int) -> io::Result<()> {
        let path = c"/dev/null".as_ptr();
        // SAFETY: the list is initialised, and the path a C text that stays.
        check(unsafe {
            let actions = &raw mut self.0;
            libc::posix_spawn_file_actions_addopen(actions, stream, path, libc::O_RDWR, 0)
        })
    }

    fn change_directory(&mut self, path: &CStr) -> io::Result<()> {
        // SAFETY: the list is initialised, and the path a C text, which the call copies.
        check(unsafe { libc::posix_spawn_file_actions_addchdir_np(&raw mut self.0, path.as_ptr()) })
    }
}

impl Drop for Actions {
    fn drop(&mut self) {
        // SAFETY: the list is initialised and not used any more.
        unsafe { libc::posix_spawn_file_actions_destroy(&raw mut self.0) };
    }
}

/// What the child is like before it becomes the program.
struct Attributes(libc::posix_spawnattr_t);

impl Attributes {
    /// No signal is held back; SIGPIPE, which runtimes like to ignore, ends it; a group of its own, if
    /// wanted.
    fn new(leads_group: bool) -> io::Result<Self> {
        let mut attributes = MaybeUninit::uninit();
        // SAFETY: the call initialises the attributes, or fails and they are not used.
        let mut attributes = unsafe {
            check(libc::posix_spawnattr_init(attributes.as_mut_ptr()))?;
            Self(attributes.assume_init())
        };
        let mut flags = libc::POSIX_SPAWN_SETSIGMASK | libc::POSIX_SPAWN_SETSIGDEF;
        let place = &raw mut attributes.0;
        let mut signals = MaybeUninit::uninit();
        // SAFETY: the attributes are initialised, and so is the set of signals by the first call.
        unsafe {
            libc::sigemptyset(signals.as_mut_ptr());
            check(libc::posix_spawnattr_setsigmask(place, signals.as_ptr()))?;
            libc::sigaddset(signals.as_mut_ptr(), libc::SIGPIPE);
            check(libc::posix_spawnattr_setsigdefault(place, signals.as_ptr()))?;
            if leads_group {
                flags |= libc::POSIX_SPAWN_SETPGROUP;
                check(libc::posix_spawnattr_setpgroup(place, 0))?;
            }
            check(libc::posix_spawnattr_setflags(place, flags as libc::c_short))?;
        }
        Ok(attributes)
    }
}

impl Drop for Attributes {
    fn drop(&mut self) {
        // SAFETY: the attributes are initialised and not used any more.
        unsafe { libc::posix_spawnattr_destroy(&raw mut self.0) };
    }
}
