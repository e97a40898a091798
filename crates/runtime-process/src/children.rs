//! The children that were started and left alone, by their numbers. When they end, they are reaped,
//! whether anybody asks or not: no child stays behind as a zombie.
//!
//! Only these children are waited for, each by its number, so that those of other libraries in the
//! process are left to them.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use parking_lot::Mutex;
use runtime_core::Result;

use crate::child::{Child, not_a_child};

/// How many ends are kept for somebody who asks later. A program that never asks must not grow.
const KEPT_ENDS: usize = 4096;

static CHILDREN: Mutex<Children> = Mutex::new(Children::new());

struct Children {
    /// The process whose children these are; after a `fork`, the other process has none.
    parent: u32,
    by_pid: BTreeMap<i64, Arc<Child>>,
    /// Those that have ended and nobody has asked for, the oldest first; and some that were asked for.
    ended: VecDeque<Arc<Child>>,
    /// Those whose end nobody tells. They are looked at when there is an occasion.
    unwatched: Vec<Arc<Child>>,
    reaper: Option<reaper::Reaper>,
}

/// Somebody has closed the reaper's descriptor, as programs do that close all of them. The number may be
/// another's now.
#[derive(PartialEq, Eq)]
struct Gone;

/// Sees to it that the child is reaped, and that its end can be asked for by its number.
pub(crate) fn adopt(child: Arc<Child>) {
    let mut children = ours();
    children.look_around();
    let pid = child.pid();
    let is_watched = children.watch(&child);
    // A child that had the number before has ended long ago.
    children.by_pid.insert(pid, Arc::clone(&child));
    if !is_watched {
        children.unwatched.push(child);
    }
}

/// The child with this number.
pub(crate) fn find(pid: i64) -> Result<Arc<Child>> {
    let mut children = ours();
    children.look_around();
    children.by_pid.get(&pid).cloned().ok_or_else(|| not_a_child(pid))
}

/// Forgets a child whose end was asked for.
pub(crate) fn forget(child: &Arc<Child>) {
    ours().remove(child);
}

/// The table, emptied when it is a parent's.
fn ours() -> parking_lot::MutexGuard<'static, Children> {
    let mut children = CHILDREN.lock();
    let process = std::process::id();
    if children.parent != process {
        *children = Children { parent: process, ..Children::new() };
    }
    children
}

impl Children {
    const fn new() -> Self {
        Self {
            parent: 0,
            by_pid: BTreeMap::new(),
            ended: VecDeque::new(),
            unwatched: Vec::new(),
            reaper: None,
        }
    }

    /// Has somebody tell when the child ends. False when nobody can.
    fn watch(&mut self, child: &Child) -> bool {
        if self.reaper.is_none() {
            self.reaper = reaper::Reaper::new();
        }
        let watched = self.reaper.as_ref().map(|reaper| reaper.watch(child));
        if watched == Some(Err(Gone)) {
            self.reaper = None;
        }
        watched == Some(Ok(true))
    }

    /// Reaps those that have ended and nobody has told of.
    fn look_around(&mut self) {
        let mut index = 0;
        while let Some(child) = self.unwatched.get(index) {
            if matches!(child.status(), Ok(None)) {
                index += 1;
            } else {
                let child = self.unwatched.swap_remove(index);
                self.keep_end(child);
            }
        }
    }

    /// Reaps the child with this number, if it has ended.
    fn reap(&mut self, pid: i64) {
        if let Some(child) = self.by_pid.get(&pid).cloned()
            && !matches!(child.status(), Ok(None))
        {
            self.keep_end(child);
        }
    }

    fn keep_end(&mut self, child: Arc<Child>) {
        self.ended.push_back(child);
        if self.ended.len() > KEPT_ENDS
            && let Some(oldest) = self.ended.pop_front()
        {
            self.remove(&oldest);
        }
    }

    fn remove(&mut self, child: &Arc<Child>) {
        let pid = child.pid();
        if self.by_pid.get(&pid).is_some_and(|there| Arc::ptr_eq(there, child)) {
            self.by_pid.remove(&pid);
        }
    }
}

#[cfg(target_os = "linux")]
mod reaper {
    //! The thread that reaps children as soon as they end.

    use std::mem::{self, MaybeUninit};
    use std::os::fd::OwnedFd;
    use std::ptr;
    use std::sync::Arc;
    use std::thread::Builder;

    use rustix::buffer::spare_capacity;
    use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
    use rustix::io::Errno;

    use super::{CHILDREN, Gone};
    use crate::child::Child;

    /// It runs a few calls deep.
    const STACK_SIZE: usize = 128 << 10;

    /// The descriptor through which the thread hears of ends.
    pub(super) struct Reaper(Arc<OwnedFd>);

    impl Reaper {
        /// Starts the thread. `None` when the system has none to spare.
        pub(super) fn new() -> Option<Self> {
            let epoll = Arc::new(epoll::create(CreateFlags::CLOEXEC).ok()?);
            let reaper = Self(Arc::clone(&epoll));
            let thread = Builder::new().name(String::from("rt-reaper")).stack_size(STACK_SIZE);
            thread.spawn(|| reap_for_ever(epoll)).ok()?;
            Some(reaper)
        }

        /// Has the thread reap the child when it ends. False when it cannot be told.
        pub(super) fn watch(&self, child: &Child) -> Result<bool, Gone> {
            let Some(descriptor) = child.descriptor() else { return Ok(false) };
            let pid = EventData::new_u64(child.pid().unsigned_abs());
            // Once: who waits for the child meanwhile keeps the descriptor, and so the event, alive.
            let flags = EventFlags::IN | EventFlags::ONESHOT;
            match epoll::add(&*self.0, &*descriptor, pid, flags) {
                Err(Errno::BADF) => Err(Gone),
                outcome => Ok(outcome.is_ok()),
            }
        }
    }

    fn reap_for_ever(epoll: Arc<OwnedFd>) {
        hold_signals_back();
        let mut events = Vec::with_capacity(64);
        while let Ok(_) | Err(Errno::INTR) = epoll::wait(&*epoll, spare_capacity(&mut events), None)
        {
            for event in events.drain(..) {
                let pid = event.data;
                CHILDREN.lock().reap(pid.u64().cast_signed());
            }
        }
        // The descriptor was closed by somebody, and must not be closed again: the number may be
        // another's. The next child gets a new reaper.
        mem::forget(epoll);
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
}

#[cfg(not(target_os = "linux"))]
mod reaper {
    //! Where the system does not tell of ends through a descriptor, nobody reaps by itself.

    pub(super) struct Reaper;

    impl Reaper {
        pub(super) fn new() -> Option<Self> {
            None
        }

        pub(super) fn watch(&self, _child: &crate::child::Child) -> Result<bool, super::Gone> {
            Ok(false)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::{Command, Stdio};

    fn start(program: &str) -> Arc<Child> {
        Arc::new(Command::new(program).start_child([Stdio::Null; 3], false).unwrap().0)
    }

    #[test]
    fn ends_are_kept_but_not_for_ever() {
        let mut children = Children::new();
        for _ in 0..3 {
            let child = start("true");
            children.by_pid.insert(child.pid(), Arc::clone(&child));
            children.unwatched.push(child);
        }
        while !children.unwatched.is_empty() {
            children.look_around();
        }
        assert_eq!((children.by_pid.len(), children.ended.len()), (3, 3));
        let newest = children.ended.back().cloned().unwrap();
        for _ in 0..KEPT_ENDS {
            children.keep_end(Arc::clone(&newest));
        }
        assert_eq!(children.ended.len(), KEPT_ENDS);
        assert!(children.by_pid.len() <= 1);
    }

    #[test]
    fn an_old_child_does_not_take_a_new_ones_place() {
        let mut children = Children::new();
        let (old, new) = (start("true"), start("true"));
        old.wait(None).unwrap();
        children.by_pid.insert(old.pid(), Arc::clone(&new));
        children.remove(&old);
        assert_eq!(children.by_pid.len(), 1);
        new.wait(None).unwrap();
    }
}
