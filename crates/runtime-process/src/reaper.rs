//! The thread that reaps children when they end.
//!
//! A new child is looked at after a short while: most have ended by then, and starting them has cost
//! nothing more. For those that have not, the thread gets a descriptor that tells of the end, and so it
//! sleeps while they run.

use std::mem::{self, MaybeUninit};
use std::os::fd::OwnedFd;
use std::ptr;
use std::sync::Arc;
use std::thread::Builder;

use rustix::buffer::spare_capacity;
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
use rustix::event::{EventfdFlags, Timespec, eventfd};
use rustix::io::Errno;

use crate::child::Child;
use crate::children;

/// How often the thread looks at children that nobody tells of.
const TICK: Timespec = Timespec { tv_sec: 0, tv_nsec: 20_000_000 };

/// How often it does so in vain before it goes to sleep: where one child was started, others follow.
const PATIENCE: u32 = 50;

/// It runs a few calls deep.
const STACK_SIZE: usize = 128 << 10;

/// What stands for the alarm among the numbers of children.
const ALARM: u64 = 0;

/// Children tell once: who waits for one meanwhile keeps its descriptor, and so the event, alive. And the
/// alarm rings once each time that it is set.
const ONCE: EventFlags = EventFlags::IN.union(EventFlags::ONESHOT);

/// The way to the thread.
pub(crate) struct Reaper {
    ears: Arc<Ears>,
    pub(crate) is_asleep: bool,
}

/// What the thread listens to.
struct Ears {
    epoll: OwnedFd,
    /// It can always be read, so that setting it is enough to make it ring: nothing is written, which could
    /// end up in a stranger's file should somebody have closed the descriptor.
    alarm: OwnedFd,
}

impl Reaper {
    /// Starts the thread. `None` when the system has none to spare.
    pub(crate) fn start() -> Option<Self> {
        let ears = Arc::new(Ears {
            epoll: epoll::create(CreateFlags::CLOEXEC).ok()?,
            alarm: eventfd(1, EventfdFlags::CLOEXEC).ok()?,
        });
        epoll::add(&ears.epoll, &ears.alarm, EventData::new_u64(ALARM), ONCE).ok()?;
        let reaper = Self { ears: Arc::clone(&ears), is_asleep: false };
        let thread = Builder::new().name(String::from("rt-reaper")).stack_size(STACK_SIZE);
        thread.spawn(|| reap_for_ever(ears)).ok()?;
        Some(reaper)
    }

    /// Sees to it that the thread looks soon. False when it is gone: programs that close all descriptors
    /// close its own too.
    pub(crate) fn wake(&mut self) -> bool {
        let Ears { epoll, alarm } = &*self.ears;
        if mem::take(&mut self.is_asleep) {
            return epoll::modify(epoll, alarm, EventData::new_u64(ALARM), ONCE).is_ok();
        }
        true
    }
}

impl Ears {
    /// Listens to the end of the child. False when it cannot be told.
    fn listen(&self, child: &Child) -> bool {
        let pid = EventData::new_u64(child.pid().unsigned_abs());
        child
            .descriptor()
            .is_some_and(|descriptor| epoll::add(&self.epoll, &*descriptor, pid, ONCE).is_ok())
    }
}

fn reap_for_ever(ears: Arc<Ears>) {
    hold_signals_back();
    let mut events = Vec::with_capacity(64);
    let mut quiet = 0;
    loop {
        let tick = (quiet < PATIENCE).then_some(&TICK);
        match epoll::wait(&ears.epoll, spare_capacity(&mut events), tick) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(_) => break,
        }
        let mut children = children::ours();
        for event in events.drain(..) {
            let pid = event.data;
            children.reap(pid.u64().cast_signed());
        }
        quiet = if children.unwatched.is_empty() { quiet + 1 } else { 0 };
        children.look(|child| ears.listen(child));
        match children.reaper.as_mut().filter(|reaper| Arc::ptr_eq(&reaper.ears, &ears)) {
            Some(reaper) => reaper.is_asleep = quiet >= PATIENCE,
            // Another has taken over.
            None => break,
        }
    }
    let mut children = children::ours();
    if children.reaper.as_ref().is_some_and(|reaper| Arc::ptr_eq(&reaper.ears, &ears)) {
        children.reaper = None;
        children.have_looked();
    }
    // The descriptors were closed by somebody, and must not be closed again: the numbers may be another's.
    mem::forget(ears);
}

/// The program's signals are for its own threads.
fn hold_signals_back() {
    let mut all = MaybeUninit::uninit();
    // SAFETY: the first call initialises the set; the second changes this thread only.
    unsafe {
        libc::sigfillset(all.as_mut_ptr());
        libc::pthread_sigmask(libc::SIG_BLOCK, all.as_ptr(), ptr::null_mut());
    }
}
