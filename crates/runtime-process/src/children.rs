//! The children that were started and left alone, by their numbers. When they end, they are reaped,
//! whether anybody asks or not: no child stays behind as a zombie.
//!
//! Only these children are waited for, each by its number, so that those of other libraries in the
//! process are left to them.

use std::collections::{BTreeMap, VecDeque};
use std::mem;
use std::sync::Arc;

use parking_lot::{Mutex, MutexGuard};
use runtime_core::Result;

use crate::child::{Child, not_a_child};
use crate::reaper::Reaper;

/// How many ends are kept for somebody who asks later. A program that never asks must not grow.
const KEPT_ENDS: usize = 4096;

static CHILDREN: Mutex<Children> = Mutex::new(Children::new());

pub(crate) struct Children {
    /// The process whose children these are; after a `fork`, the other process has none.
    parent: u32,
    by_pid: BTreeMap<i64, Arc<Child>>,
    /// Those that have ended and nobody has asked for, the oldest first; and some that were asked for since.
    ended: VecDeque<Arc<Child>>,
    /// Those that have to be looked at to hear of their end.
    pub(crate) unwatched: Vec<Arc<Child>>,
    /// Who looks. Without one, whoever asks for a child looks at all.
    pub(crate) reaper: Option<Reaper>,
}

/// Sees to it that the child is reaped, and that its end can be asked for by its number.
pub(crate) fn adopt(child: Arc<Child>) {
    let mut children = ours();
    // A child that had the number before has ended long ago.
    children.by_pid.insert(child.pid(), Arc::clone(&child));
    children.unwatched.push(child);
    children.have_looked();
}

/// The child with this number.
pub(crate) fn find(pid: i64) -> Result<Arc<Child>> {
    let mut children = ours();
    if children.reaper.is_none() {
        children.look(|_| false);
    }
    children.by_pid.get(&pid).cloned().ok_or_else(|| not_a_child(pid))
}

/// Forgets a child whose end was asked for.
pub(crate) fn forget(child: &Arc<Child>) {
    ours().remove(child);
}

/// The table, emptied when it is a parent's.
pub(crate) fn ours() -> MutexGuard<'static, Children> {
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

    /// Has the children looked at, soon or now.
    pub(crate) fn have_looked(&mut self) {
        if self.reaper.as_mut().is_none_or(|reaper| !reaper.wake()) {
            self.reaper = Reaper::start();
        }
        if self.reaper.is_none() {
            self.look(|_| false);
        }
    }

    /// Reaps those that have ended and nobody has told of. The others stay in the list, unless `watch` has
    /// somebody tell.
    pub(crate) fn look(&mut self, watch: impl Fn(&Child) -> bool) {
        for child in mem::take(&mut self.unwatched) {
            if !matches!(child.status(), Ok(None)) {
                self.keep_end(child);
            } else if !watch(&child) {
                self.unwatched.push(child);
            }
        }
    }

    /// Reaps the child with this number, if it has ended.
    pub(crate) fn reap(&mut self, pid: i64) {
        if let Some(child) = self.by_pid.get(&pid).cloned()
            && !matches!(child.status(), Ok(None))
        {
            self.keep_end(child);
        }
    }

    /// Keeps an end for who may ask for it, if nobody has.
    fn keep_end(&mut self, child: Arc<Child>) {
        if is_in(&self.by_pid, &child) {
            self.ended.push_back(child);
        }
        if self.ended.len() > 2 * KEPT_ENDS {
            let by_pid = &self.by_pid;
            self.ended.retain(|child| is_in(by_pid, child));
            let surplus = self.ended.len().saturating_sub(KEPT_ENDS);
            for child in self.ended.drain(..surplus) {
                self.by_pid.remove(&child.pid());
            }
        }
    }

    fn remove(&mut self, child: &Arc<Child>) {
        if is_in(&self.by_pid, child) {
            self.by_pid.remove(&child.pid());
        }
    }
}

/// Whether it is this child that stands under its number, and not one that has got the number since.
fn is_in(by_pid: &BTreeMap<i64, Arc<Child>>, child: &Arc<Child>) -> bool {
    by_pid.get(&child.pid()).is_some_and(|there| Arc::ptr_eq(there, child))
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
        let started: Vec<Arc<Child>> = (0..3).map(|_| start("true")).collect();
        for child in &started {
            children.by_pid.insert(child.pid(), Arc::clone(child));
            children.unwatched.push(Arc::clone(child));
        }
        children.remove(&started[0]);
        while !children.unwatched.is_empty() {
            children.look(|_| false);
        }
        // One was asked for before its end was known, another is afterwards.
        assert_eq!((children.by_pid.len(), children.ended.len()), (2, 2));
        children.remove(&started[1]);
        for _ in 0..2 * KEPT_ENDS {
            children.keep_end(Arc::clone(&started[2]));
        }
        assert_eq!(children.ended.len(), KEPT_ENDS);
        assert!(children.ended.iter().all(|child| Arc::ptr_eq(child, &started[2])));
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
