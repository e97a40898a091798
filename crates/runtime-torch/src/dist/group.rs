//! Process groups: some ranks that do things together.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::thread;
use std::time::{Duration, Instant};

use parking_lot::RwLock;
use runtime_core::handle::kinds;
use runtime_core::{Error, Result};
use runtime_value::RuntimeValue;
use torch_shim::dist::{self as engine, Backend, Place, Store};

use super::failure::{explain, failed, is_of_others};
use super::meeting::refuse;
use super::world;
use crate::codes::{
    RT_ERROR_TORCH_DIST_MISMATCH, RT_ERROR_TORCH_DIST_NO_GROUP, RT_ERROR_TORCH_DIST_TIMEOUT,
};
use crate::table::Table;

/// The groups that have handles.
pub static GROUPS: Table<Arc<Group>> = Table::new(kinds::PROCESS_GROUP);

/// How long ranks whose collective failed look for what the others were at.
const LOOK: Duration = Duration::from_millis(500);

/// What a rank says of a collective that it waited for in vain.
const LATE: &str = "late";

/// The group that the argument `name` stands for; NIL stands for the group of all ranks.
///
/// # Errors
/// The handle errors, `RT_ERROR_TORCH_DIST_NO_GROUP` for NIL before [`init`](super::init).
pub fn group_or_default(name: &str, value: RuntimeValue) -> Result<Arc<Group>> {
    if value == RuntimeValue::NIL {
        return world::default_group();
    }
    Ok(Arc::clone(&*GROUPS.get(name, value)?))
}

/// One rank's end of a group.
pub struct Group {
    /// Gone when the group is destroyed; never there on ranks that are no members.
    engine: RwLock<Option<Arc<engine::Group>>>,
    name: String,
    /// The members' ranks among all.
    members: Vec<u64>,
    /// This rank's place among the members.
    rank: Option<i32>,
    backend: Backend,
    is_guarded: bool,
    /// Whether a collective failed because of another rank.
    has_failed: AtomicBool,
    /// Where the ranks met: it goes with the group of all ranks.
    store: Weak<Store>,
}

/// What makes a group.
pub(super) struct Plan {
    pub(super) name: String,
    pub(super) members: Vec<u64>,
    /// This rank among all.
    pub(super) rank: u64,
    pub(super) backend: Backend,
    pub(super) timeout_ms: i64,
    /// How long the ranks may take to meet.
    pub(super) left_ms: i64,
}

impl Group {
    /// Meets the members in the store; a rank that is none of them gets a group that does nothing.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_DIST_INIT`.
    pub(super) fn form(
        plan: Plan,
        store: &Arc<Store>,
        is_guarded: impl FnOnce() -> Result<bool>,
    ) -> Result<Self> {
        let Plan { name, members, rank, backend, timeout_ms, left_ms } = plan;
        let position = members.iter().position(|member| *member == rank);
        let rank = position.and_then(|position| i32::try_from(position).ok());
        let mut group = Self {
            engine: RwLock::new(None),
            name,
            members,
            rank,
            backend,
            is_guarded: false,
            has_failed: AtomicBool::new(false),
            store: Arc::downgrade(store),
        };
        if let Some(rank) = rank {
            let place =
                Place { name: &group.name, members: &group.members, rank, timeout_ms: left_ms };
            let formed = store
                .prefix(&format!("{}/", group.name))
                .and_then(|store| engine::Group::new(&store, backend, place));
            let mut formed = formed.map_err(|text| {
                let size = group.members.len();
                refuse(format!("rank {rank} of {size} did not find the others: {}", explain(&text)))
            })?;
            formed.set_timeout(timeout_ms).map_err(|text| refuse(explain(&text)))?;
            group.is_guarded = backend == Backend::Gloo && is_guarded()?;
            if group.is_guarded {
                formed.guard();
            }
            group.engine = RwLock::new(Some(Arc::new(formed)));
        }
        Ok(group)
    }

    /// This rank's place in the group; `None` when it is no member.
    pub fn rank(&self) -> Option<i64> {
        self.rank.map(i64::from)
    }

    /// How many members there are.
    pub fn size(&self) -> i64 {
        self.members.len() as i64
    }

    /// What carries the messages.
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// Whether every member is one of ours, so that different collectives are kept apart.
    pub fn is_guarded(&self) -> bool {
        self.is_guarded
    }

    /// The place in the group of a rank among all.
    ///
    /// # Errors
    /// `RT_ERROR_INVALID_ARGUMENT` when it is no member.
    pub fn member(&self, name: &str, rank: i64) -> Result<i32> {
        let found = u64::try_from(rank).ok();
        let found = found.and_then(|rank| self.members.iter().position(|member| *member == rank));
        found.and_then(|position| i32::try_from(position).ok()).ok_or_else(|| {
            Error::invalid(format!("{name} {rank} is no rank of this group: {}", self.shown()))
        })
    }

    fn shown(&self) -> String {
        let size = self.members.len();
        if self.members.iter().enumerate().all(|(at, member)| at as u64 == *member) {
            return format!("it has 0 to {}", size - 1);
        }
        let shown: Vec<String> = self.members.iter().take(8).map(u64::to_string).collect();
        format!("it has {}{}", shown.join(", "), if size > 8 { " and others" } else { "" })
    }

    /// Sets for how long the collectives that start from now on wait for the others.
    ///
    /// # Errors
    /// `RT_ERROR_INVALID_ARGUMENT` for a negative time, `RT_ERROR_TORCH_DIST_NO_GROUP`.
    pub fn set_timeout(&self, milliseconds: i64) -> Result<()> {
        let milliseconds = super::timeout(milliseconds)?;
        self.engine()?.set_timeout(milliseconds).map_err(|text| failed(&text))
    }

    /// Ends the group on this rank. What runs fails, here and on ranks that wait for this one.
    pub fn close(&self) {
        self.cut_pending();
        drop(self.engine.write().take());
    }

    pub(super) fn cut_pending(&self) {
        let engine = self.engine.read().clone();
        if let Some(engine) = engine
            && engine.pending() != 0
        {
            engine.cut("the process group was destroyed");
        }
    }

    pub(super) fn engine(&self) -> Result<Arc<engine::Group>> {
        let gone = || {
            Error::new(
                RT_ERROR_TORCH_DIST_NO_GROUP,
                match self.rank {
                    Some(_) => "the process group was destroyed",
                    None => "this rank is no member of the group",
                },
            )
        };
        self.engine.read().clone().ok_or_else(gone)
    }

    /// What a collective came to. Where other ranks are to blame, looks for what they were at.
    pub(super) fn outcome<T>(
        &self,
        result: torch_shim::Result<T>,
        what: &dyn Fn() -> String,
    ) -> Result<T> {
        result.map_err(|text| {
            let error = failed(&text);
            if !is_of_others(&error) {
                return error;
            }
            let is_late = error.code() == RT_ERROR_TORCH_DIST_TIMEOUT;
            match self.other_collective(&what(), is_late) {
                Some(found) => Error::new(
                    RT_ERROR_TORCH_DIST_MISMATCH,
                    format!("{found}, which is not the same ({})", error.reason()),
                ),
                None => error,
            }
        })
    }

    /// Tells the others what this rank was at when it failed, and looks for one that was at something else.
    /// Ranks that died or left are no sign of that: one of the two must have waited in vain. Only the first
    /// failure of a group tells anything; after it all others fail.
    fn other_collective(&self, own: &str, is_late: bool) -> Option<String> {
        let store = self.store.upgrade().filter(|_| self.is_guarded)?;
        if self.has_failed.swap(true, Ordering::Relaxed) {
            return None;
        }
        let (name, size) = (self.name.clone(), self.members.len());
        let rank = usize::try_from(self.rank?).ok()?;
        let own = format!("{} {own}", if is_late { LATE } else { "lost" });
        let (give, take) = std::sync::mpsc::channel();
        let look = move || {
            let key = |rank: usize| format!("simple_runtime/failed/{name}/{rank}");
            let deadline = Instant::now() + LOOK;
            let differs = |other: usize, theirs: &str| {
                let ((how, theirs), (own_how, own)) =
                    (theirs.split_once(' ')?, own.split_once(' ')?);
                (theirs != own && (how == LATE || own_how == LATE)).then(|| {
                    format!("rank {other} of the group was in {theirs} and this rank in {own}")
                })
            };
            let mut others: Vec<usize> = (0..size).filter(|other| *other != rank).collect();
            let mut found = None;
            let mut look = || -> torch_shim::Result<()> {
                store.set(&key(rank), &own)?;
                // To the end of the time even when something is found: the store may be this rank's, and
                // the others look, too.
                while Instant::now() < deadline {
                    let mut silent = Vec::new();
                    for other in others.drain(..) {
                        if store.has(&key(other))? {
                            found = found.take().or(differs(other, &store.get(&key(other))?));
                        } else {
                            silent.push(other);
                        }
                    }
                    others = silent;
                    thread::sleep(Duration::from_millis(20));
                }
                Ok(())
            };
            // A store that does not answer has nothing to say.
            let _ = look();
            let _ = give.send(found);
        };
        // The store may not answer for a long time: somebody else waits for it then.
        thread::Builder::new().spawn(look).ok()?;
        take.recv_timeout(2 * LOOK).ok().flatten()
    }
}
