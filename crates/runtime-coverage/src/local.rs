//! What one thread keeps: its counts, the probes it knows, its open evaluations and traces.

use std::collections::{HashMap, HashSet};
use std::ptr::{self, NonNull};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use foldhash::fast::FixedState;

use crate::place;
use crate::registry::{self, Counts, DROPPED, Group, Pair, Site, Vector, bump, limits};
use crate::table::{Key, Kind, Probe, Spot, Table};

/// The epoch, times two, and one more while probes count: what every probe looks at first.
pub(crate) static STATE: AtomicU64 = AtomicU64::new(1);

thread_local! {
    /// Hands the counts over when the thread ends.
    static OWNER: Owner = const { Owner };
}

struct Owner;

impl Drop for Owner {
    fn drop(&mut self) {
        retire();
    }
}

/// Works on this thread's counts with what is known of the probe, while probes count. `file` is the
/// file's name, asked for when the probe is met for the first time.
#[inline(always)]
pub(crate) fn probe(key: Key, file: impl FnOnce() -> String, work: impl FnOnce(&mut Local, Known)) {
    let local = place::get();
    // SAFETY: what is not null is this thread's own box, made in `renew` and alive until `retire`;
    // nothing else refers to it, because `work` is this crate's own and comes here no second time:
    // all it calls is the allocator and the registry.
    if let Some(local) = unsafe { local.as_mut() }
        && local.state == STATE.load(Relaxed)
        && let Some(known) = local.known.peek(key)
    {
        work(local, known);
    } else {
        probe_slowly(key.probe, key.spot, file, work);
    }
}

/// The same for a probe that is not where it was looked for first. The key comes in parts that fit
/// into registers.
#[cold]
#[inline(never)]
fn probe_slowly(
    probe: Probe,
    spot: Spot,
    file: impl FnOnce() -> String,
    work: impl FnOnce(&mut Local, Known),
) {
    let key = Key { probe, spot };
    with(|local| {
        let known = local.known.get(key).unwrap_or_else(|| local.learn(key, &file()));
        work(local, known);
    });
}

/// Works on this thread's counts, while probes count.
pub(crate) fn with(work: impl FnOnce(&mut Local)) {
    let state = STATE.load(Relaxed);
    let mut local = place::get();
    // SAFETY: as in `probe`.
    if local.is_null() || unsafe { (*local).state } != state {
        local = renew(state);
    }
    // SAFETY: as in `probe`.
    if let Some(local) = unsafe { local.as_mut() } {
        work(local);
    }
}

/// New tables, in a new thread or after all were cleared; null when nothing is to be counted.
#[cold]
#[inline(never)]
fn renew(state: u64) -> *mut Local {
    // A probe in the destructor of a thread local may find the owner gone: it counts nothing.
    if state & 1 == 0 || OWNER.try_with(|_| ()).is_err() {
        return ptr::null_mut();
    }
    retire();
    let local = Box::into_raw(Box::new(Local::new()));
    place::set(local);
    local
}

/// Ends this thread's counting. What it counted stays.
fn retire() {
    let local = place::get();
    place::set(ptr::null_mut());
    if !local.is_null() {
        // SAFETY: it was made in `renew`, and nothing finds it any more.
        drop(unsafe { Box::from_raw(local) });
    }
}

/// What a thread knows of a probe.
#[derive(Clone, Copy)]
pub(crate) struct Known {
    /// Where it is counted, in the thread's counts.
    pair: NonNull<Pair>,
    /// The evaluation of its decision, or the trace of its path, by position; or neither.
    companion: usize,
}

/// The conditions of a decision that were evaluated since the decision was, and their values.
#[derive(Clone, Copy, Default)]
struct Open {
    seen: u64,
    values: u64,
}

/// A power of two.
const RECENT: usize = 8;

/// The evaluations of a decision that one thread has finished.
struct Finished {
    /// The vectors that came last, each at a place of its own: most evaluations repeat one of them.
    recent: [Vector; RECENT],
    group: Group,
    /// What all threads were told of.
    told: HashSet<Vector, FixedState>,
}

/// The trace of a path in one thread.
struct Trace {
    blocks: Vec<u32>,
    /// Whether there were more blocks than are kept.
    cut: bool,
    /// The slots of the sequences that were finished before.
    finished: HashMap<Arc<[u32]>, usize, FixedState>,
}

pub(crate) struct Local {
    /// The state that the rest belongs to.
    state: u64,
    counts: Counts,
    known: Table<Known>,
    groups: HashMap<Group, usize, FixedState>,
    /// One for each decision.
    open: Vec<Open>,
    /// As many.
    finished: Vec<Finished>,
    /// How many vectors all decisions remember.
    vectors: usize,
    paths: HashMap<u64, usize, FixedState>,
    traces: Vec<Trace>,
    /// How many sequences all traces remember.
    sequences: usize,
}

impl Drop for Local {
    fn drop(&mut self) {
        registry::with(|registry| registry.leave(&self.counts));
    }
}

impl Local {
    fn new() -> Self {
        let counts = registry::with(registry::Registry::enter);
        Self {
            state: counts.epoch * 2 + 1,
            counts,
            known: Table::new(),
            groups: HashMap::default(),
            open: Vec::new(),
            finished: Vec::new(),
            vectors: 0,
            paths: HashMap::default(),
            traces: Vec::new(),
            sequences: 0,
        }
    }

    /// Counts a decision's outcome and closes its vector.
    #[inline(always)]
    pub(crate) fn decide(&mut self, known: Known, outcome: bool) {
        self.count(known, outcome);
        if self.open.get(known.companion).is_some_and(|open| open.seen != 0) {
            self.close(known.companion, outcome);
        }
    }

    /// Ends the evaluation of a decision that has conditions, and tells all threads of its vector,
    /// unless this one did so before.
    #[inline(never)]
    fn close(&mut self, decision: usize, outcome: bool) {
        let Open { seen, values } = std::mem::take(&mut self.open[decision]);
        let vector = Vector { seen, values, outcome };
        let finished = &mut self.finished[decision];
        let recent = &mut finished.recent[place_of(vector)];
        if *recent == vector {
            return;
        }
        *recent = vector;
        if finished.told.contains(&vector) {
            return;
        }
        if finished.told.len() == limits::VECTORS || self.vectors == limits::ALL_VECTORS {
            return bump(self.counts.pair(DROPPED), true);
        }
        finished.told.insert(vector);
        self.vectors += 1;
        registry::with(|registry| registry.vector(&finished.group, vector));
    }

    /// Counts a condition's value and enters it into the decision's vector.
    #[inline(always)]
    pub(crate) fn evaluate(&mut self, known: Known, condition: u32, value: bool) {
        self.count(known, value);
        if let Some(open) = self.open.get_mut(known.companion) {
            open.seen |= 1 << condition;
            open.values = open.values & !(1 << condition) | u64::from(value) << condition;
        }
    }

    /// Counts a block and adds it to its path's trace.
    #[inline(always)]
    pub(crate) fn reach(&mut self, known: Known, block: u32) {
        self.count(known, true);
        let Some(trace) = self.traces.get_mut(known.companion) else { return };
        if trace.blocks.len() < limits::TRACE {
            trace.blocks.push(block);
        } else {
            trace.cut = true;
        }
    }

    #[inline(always)]
    fn count(&mut self, known: Known, result: bool) {
        // SAFETY: it points into `counts`, which does not move and lives as long as `self`.
        bump(unsafe { known.pair.as_ref() }, result);
    }

    /// Ends the path's trace and counts its sequence.
    pub(crate) fn finish(&mut self, path: u64) {
        let Some(trace) = self.paths.get(&path).and_then(|at| self.traces.get_mut(*at)) else {
            return;
        };
        let slot = match trace.finished.get(&trace.blocks[..]) {
            _ if trace.blocks.is_empty() => return,
            _ if trace.cut => DROPPED,
            Some(slot) => *slot,
            None if self.sequences == limits::SEQUENCES => DROPPED,
            None => {
                let blocks = Arc::<[u32]>::from(&trace.blocks[..]);
                let slot = registry::with(|registry| registry.sequence(path, &blocks));
                if slot != DROPPED {
                    trace.finished.insert(blocks, slot);
                    self.sequences += 1;
                }
                slot
            }
        };
        trace.blocks.clear();
        trace.cut = false;
        bump(self.counts.pair(slot), true);
    }

    /// Meets a probe for the first time.
    fn learn(&mut self, key: Key, file: &str) -> Known {
        let nothing = Known { pair: self.counts.pair(DROPPED).into(), companion: usize::MAX };
        if self.known.len() == limits::SITES {
            return nothing;
        }
        let Key { probe, spot } = key;
        let (kind, id, part) = (probe.kind(), probe.id, probe.part());
        let (line, column) = (spot.line(), spot.column());
        let (slot, file) = registry::with(|registry| {
            let file = registry.file(file);
            let site = Site { kind, id, part, file: Arc::clone(&file), line, column };
            (registry.site(site), file)
        });
        let companion = match kind {
            _ if slot == DROPPED => usize::MAX,
            Kind::Condition if part >= limits::CONDITIONS => usize::MAX,
            Kind::Decision | Kind::Condition => self.group((id, file)),
            Kind::Block => self.trace(id),
        };
        let known = Known { pair: self.counts.pair(slot).into(), companion };
        self.known.insert(key, known);
        known
    }

    /// Where the decision's evaluations are.
    fn group(&mut self, group: Group) -> usize {
        *self.groups.entry(group).or_insert_with_key(|group| {
            self.finished.push(Finished {
                recent: [Vector::default(); RECENT],
                group: group.clone(),
                told: HashSet::default(),
            });
            self.open.push(Open::default());
            self.open.len() - 1
        })
    }

    /// Where the path's trace is; nowhere when too many are open.
    fn trace(&mut self, path: u64) -> usize {
        if let Some(known) = self.paths.get(&path) {
            return *known;
        }
        if self.traces.len() == limits::OPEN_TRACES {
            return usize::MAX;
        }
        self.traces.push(Trace { blocks: Vec::new(), cut: false, finished: HashMap::default() });
        self.paths.insert(path, self.traces.len() - 1);
        self.traces.len() - 1
    }
}

/// Where a vector stands among the recent ones.
fn place_of(Vector { seen, values, outcome }: Vector) -> usize {
    const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
    let mixed =
        (seen.rotate_left(32) ^ values.rotate_left(1) ^ u64::from(outcome)).wrapping_mul(GOLDEN);
    (mixed >> (u64::BITS - RECENT.trailing_zeros())) as usize
}
