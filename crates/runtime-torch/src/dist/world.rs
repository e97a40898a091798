//! The group of all ranks: one in a process at a time.

use std::sync::{Arc, Weak};
use std::thread;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use runtime_core::{Error, Result};
use torch_shim::dist::Store;

use super::Ddp;
use super::group::{Group, Plan};
use super::meeting::{Init, Meeting, refuse};
use crate::codes::RT_ERROR_TORCH_DIST_NO_GROUP;

/// What a process has while it takes part.
struct World {
    store: Arc<Store>,
    default: Arc<Group>,
    /// The rank among all.
    rank: u64,
    /// The groups beside the one of all ranks.
    groups: Mutex<Vec<Weak<Group>>>,
    ddps: Mutex<Vec<Weak<Ddp>>>,
    /// How many groups there have been: names are numbers, the same on all ranks.
    named: Mutex<u64>,
}

static WORLD: Mutex<Option<Arc<World>>> = Mutex::new(None);

/// Held while the ranks meet.
static FORMING: Mutex<()> = Mutex::new(());

fn world() -> Result<Arc<World>> {
    WORLD.lock().clone().ok_or_else(|| {
        let text = "there is no process group: it was not formed, or destroyed";
        Error::new(RT_ERROR_TORCH_DIST_NO_GROUP, text)
    })
}

/// Forms the group of all ranks. Each rank calls this, and waits for the others.
///
/// # Errors
/// `RT_ERROR_TORCH_DIST_BACKEND`; `RT_ERROR_TORCH_DIST_INIT` when there is a group already, when the method
/// is none, and when the ranks do not meet within the time-out.
pub fn init(backend: &str, init: &Init) -> Result<()> {
    let backend = super::backend(backend)?;
    let timeout_ms = super::timeout(init.timeout_ms)?;
    let meeting = Meeting::of(init)?;
    let _forming = FORMING.try_lock().ok_or_else(|| refuse("another thread is forming a group"))?;
    if is_initialized() {
        return Err(refuse("there is a process group already: destroy it first"));
    }
    let begin = Instant::now();
    let store = meeting.store(timeout_ms)?;
    let roll = Roll { store: Arc::new(store), size: meeting.world_size };
    let is_lazy = torch_shim::dist::is_lazy();
    if !is_lazy {
        roll.enter(meeting.rank)?;
    }
    // The prefixes are those of Python's torch.distributed.
    let inner = roll.store.prefix("default_pg").map_err(refuse)?;
    let store = Arc::new(inner);
    let spent = i64::try_from(begin.elapsed().as_millis()).unwrap_or(i64::MAX);
    let plan = Plan {
        name: String::from("0"),
        members: (0..meeting.world_size.unsigned_abs()).collect(),
        rank: meeting.rank.unsigned_abs(),
        backend,
        timeout_ms,
        left_ms: timeout_ms.saturating_sub(spent).max(1),
    };
    let is_guarded = || if is_lazy { Ok(false) } else { roll.is_complete() };
    let default = Group::form(plan, &store, is_guarded);
    let default = default.map_err(|error| roll.other_size().map_or(error, refuse))?;
    Meeting::remember(&roll.store);
    *WORLD.lock() = Some(Arc::new(World {
        store,
        default: Arc::new(default),
        rank: meeting.rank.unsigned_abs(),
        groups: Mutex::default(),
        ddps: Mutex::default(),
        named: Mutex::new(1),
    }));
    Ok(())
}

/// Who takes part. Ranks of ours enter themselves before they look for the others, ranks in Python do not.
struct Roll {
    store: Arc<Store>,
    size: i64,
}

impl Roll {
    fn key(rank: i64) -> String {
        format!("simple_runtime/world_size/{rank}")
    }

    fn enter(&self, rank: i64) -> Result<()> {
        self.store.set(&Self::key(rank), &self.size.to_string()).map_err(refuse)
    }

    /// Whether all are of ours; once the ranks have found each other, all have entered who will.
    fn is_complete(&self) -> Result<bool> {
        for rank in 0..self.size {
            if !self.store.has(&Self::key(rank)).map_err(refuse)? {
                return Ok(false);
            }
            let size = self.store.get(&Self::key(rank)).map_err(refuse)?;
            if size != self.size.to_string() {
                return Err(refuse(self.differs(rank, &size)));
            }
        }
        Ok(true)
    }

    fn differs(&self, rank: i64, size: &str) -> String {
        format!("rank {rank} was told that the world size is {size}, and this rank {}", self.size)
    }

    /// What may have kept the ranks from finding each other: one that was told another size.
    #[cold]
    fn other_size(&self) -> Option<String> {
        let roll = Self { store: Arc::clone(&self.store), size: self.size };
        let (give, take) = std::sync::mpsc::channel();
        let look = move || {
            for rank in 0..roll.size {
                let Ok(true) = roll.store.has(&Self::key(rank)) else { continue };
                let Ok(size) = roll.store.get(&Self::key(rank)) else { break };
                if size != roll.size.to_string() {
                    let _ = give.send(roll.differs(rank, &size));
                    break;
                }
            }
        };
        // A store that is gone may not answer for a long time.
        thread::Builder::new().spawn(look).ok()?;
        take.recv_timeout(Duration::from_millis(500)).ok()
    }
}

/// Whether there is a group.
pub fn is_initialized() -> bool {
    WORLD.lock().is_some()
}

/// The group of all ranks.
///
/// # Errors
/// `RT_ERROR_TORCH_DIST_NO_GROUP`.
pub fn default_group() -> Result<Arc<Group>> {
    Ok(Arc::clone(&world()?.default))
}

/// Forms a group of some of the ranks. Every rank calls this, members or not, in the same order.
///
/// # Errors
/// `RT_ERROR_TORCH_DIST_NO_GROUP`; `RT_ERROR_INVALID_ARGUMENT` for no ranks, one that there is not or one
/// named twice; `RT_ERROR_TORCH_DIST_INIT`.
pub fn new_group(ranks: &[i64], timeout_ms: i64) -> Result<Arc<Group>> {
    let world = world()?;
    let timeout_ms = super::timeout(timeout_ms)?;
    let mut members = Vec::with_capacity(ranks.len());
    for (at, &rank) in ranks.iter().enumerate() {
        world.default.member(&format!("ranks[{at}]"), rank)?;
        members.push(rank.unsigned_abs());
    }
    members.sort_unstable();
    if members.is_empty() {
        return Err(Error::invalid("ranks is empty"));
    }
    if let Some(twice) = members.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(Error::invalid(format!("ranks has {} twice", twice[0])));
    }
    let number = {
        let mut named = world.named.lock();
        let number = *named;
        *named += 1;
        number
    };
    let plan = Plan {
        name: number.to_string(),
        members,
        rank: world.rank,
        backend: world.default.backend(),
        timeout_ms,
        left_ms: timeout_ms,
    };
    let is_guarded = world.default.is_guarded();
    let group = Arc::new(Group::form(plan, &world.store, || Ok(is_guarded))?);
    let mut groups = world.groups.lock();
    groups.retain(|group| group.strong_count() != 0);
    groups.push(Arc::downgrade(&group));
    Ok(group)
}

/// A DDP ends with its groups.
pub(super) fn remember(ddp: &Arc<Ddp>) -> Result<()> {
    let world = world()?;
    let mut ddps = world.ddps.lock();
    ddps.retain(|ddp| ddp.strong_count() != 0);
    ddps.push(Arc::downgrade(ddp));
    Ok(())
}

/// Ends all groups of this process, and what was made with them. What runs fails, here and on ranks that
/// wait for this one. Another group can be formed then.
///
/// # Errors
/// `RT_ERROR_TORCH_DIST_NO_GROUP` when there is none.
pub fn destroy() -> Result<()> {
    let world = world()?;
    *WORLD.lock() = None;
    let groups: Vec<Arc<Group>> = world
        .groups
        .lock()
        .iter()
        .filter_map(Weak::upgrade)
        .chain([Arc::clone(&world.default)])
        .collect();
    groups.iter().for_each(|group| group.cut_pending());
    for ddp in world.ddps.lock().iter().filter_map(Weak::upgrade) {
        ddp.close();
    }
    groups.iter().for_each(|group| group.close());
    Ok(())
}
