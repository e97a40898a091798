//! The probes: a thread counts by itself what it has seen before.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::registry::{self, Counts, Group, Kind, Site, Vector, bump, limits};

/// The epoch, times two, and one more while probes count: what every probe looks at first.
static STATE: AtomicU64 = AtomicU64::new(1);

const CACHE: usize = 256;

/// Where a decision or condition stands in the source. The default is no known place.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Place<'a> {
    /// The file's name; empty when it is not known.
    pub file: &'a str,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

/// What a probe is recognised by without reading the file's name.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) id: u64,
    pub(crate) file: usize,
    pub(crate) part: u32,
    pub(crate) line: u32,
    pub(crate) column: u32,
    pub(crate) kind: Kind,
}

#[derive(Clone, Copy)]
struct Known {
    key: Key,
    site: usize,
    /// The evaluations of its decision, or the trace of its path.
    companion: usize,
}

/// The evaluations of a decision in one thread.
struct Evaluations {
    group: Group,
    current: Vector,
    last: Vector,
    told: HashSet<Vector>,
}

#[derive(Default)]
struct Trace {
    blocks: Vec<u32>,
    cut: bool,
}

struct Local {
    /// The state that the rest belongs to.
    state: u64,
    counts: Arc<Counts>,
    cache: Box<[Option<Known>; CACHE]>,
    known: HashMap<Key, Known>,
    groups: HashMap<Group, usize>,
    evaluations: Vec<Evaluations>,
    paths: HashMap<u64, usize>,
    traces: Vec<Trace>,
}

thread_local! {
    static LOCAL: RefCell<Option<Local>> = const { RefCell::new(None) };
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
            cache: Box::new([None; CACHE]),
            known: HashMap::new(),
            groups: HashMap::new(),
            evaluations: Vec::new(),
            paths: HashMap::new(),
            traces: Vec::new(),
        }
    }

    #[inline]
    fn hit(&mut self, key: Key, result: bool, file: impl FnOnce() -> String) -> Known {
        let slot = (key.id as usize).wrapping_mul(31).wrapping_add(key.part as usize) % CACHE;
        let known = match self.cache[slot] {
            Some(known) if known.key == key => known,
            _ => self.miss(key, slot, file),
        };
        self.counts.add(known.site, result);
        known
    }

    #[cold]
    #[inline(never)]
    fn miss(&mut self, key: Key, slot: usize, file: impl FnOnce() -> String) -> Known {
        let known = self.known.get(&key).copied().unwrap_or_else(|| self.learn(key, &file()));
        self.cache[slot] = Some(known);
        known
    }

    fn learn(&mut self, key: Key, file: &str) -> Known {
        let Key { id, part, line, column, kind, .. } = key;
        let (site, file) = registry::with(|registry| {
            let file = registry.file(file);
            let site = Site { kind, id, part, file: Arc::clone(&file), line, column };
            (registry.site(site), file)
        });
        let companion = match kind {
            _ if site >= limits::SITES => usize::MAX,
            Kind::Block => self.trace(id),
            Kind::Decision | Kind::Condition => self.group((id, file)),
        };
        let known = Known { key, site, companion };
        if self.known.len() < limits::SITES {
            self.known.insert(key, known);
        }
        known
    }

    fn group(&mut self, group: Group) -> usize {
        *self.groups.entry(group).or_insert_with_key(|group| {
            self.evaluations.push(Evaluations {
                group: group.clone(),
                current: Vector::default(),
                last: Vector::default(),
                told: HashSet::new(),
            });
            self.evaluations.len() - 1
        })
    }

    fn trace(&mut self, path: u64) -> usize {
        if let Some(known) = self.paths.get(&path) {
            return *known;
        }
        if self.traces.len() == limits::OPEN_TRACES {
            return usize::MAX;
        }
        self.traces.push(Trace::default());
        self.paths.insert(path, self.traces.len() - 1);
        self.traces.len() - 1
    }
}

/// Works on this thread's counts, while probes count.
#[inline]
fn local(work: impl FnOnce(&mut Local)) {
    let state = STATE.load(Relaxed);
    if state & 1 == 0 {
        return;
    }
    // A probe in the destructor of a thread local may find the counts gone: it counts nothing.
    let _ = LOCAL.try_with(|local| {
        let mut local = local.borrow_mut();
        match &mut *local {
            Some(local) if local.state == state => work(local),
            other => work(other.insert(Local::new())),
        }
    });
}

/// Counts an outcome of a decision, and closes the vector of its conditions.
///
/// The file's name is recognised by its address, so it must be a constant of the program.
#[inline]
pub fn decision(id: u64, result: bool, place: Place<'static>) {
    let Place { file, line, column } = place;
    let address = if file.is_empty() { 0 } else { file.as_ptr().addr() };
    decision_at(id, result, address, line, column, || file.to_owned());
}

/// Counts an outcome of a condition of a decision. The place is as for [`decision`].
#[inline]
pub fn condition(decision: u64, condition: u32, result: bool, place: Place<'static>) {
    let Place { file, line, column } = place;
    let address = if file.is_empty() { 0 } else { file.as_ptr().addr() };
    condition_at(decision, condition, result, address, line, column, || file.to_owned());
}

#[inline]
pub(crate) fn decision_at(
    id: u64,
    result: bool,
    file: usize,
    line: u32,
    column: u32,
    name: impl FnOnce() -> String,
) {
    local(|local| {
        let key = Key { id, file, part: 0, line, column, kind: Kind::Decision };
        let known = local.hit(key, result, name);
        if let Some(evaluations) = local.evaluations.get_mut(known.companion) {
            let vector = Vector { outcome: result, ..evaluations.current };
            evaluations.current = Vector::default();
            if vector.seen != 0 && vector != evaluations.last {
                tell(evaluations, vector);
            }
        }
    });
}

/// Tells all threads of a vector, unless this thread did so before.
fn tell(evaluations: &mut Evaluations, vector: Vector) {
    evaluations.last = vector;
    if evaluations.told.contains(&vector) {
        return;
    }
    if evaluations.told.len() < limits::VECTORS {
        evaluations.told.insert(vector);
    }
    registry::with(|registry| registry.vector(&evaluations.group, vector));
}

#[inline]
pub(crate) fn condition_at(
    id: u64,
    part: u32,
    result: bool,
    file: usize,
    line: u32,
    column: u32,
    name: impl FnOnce() -> String,
) {
    local(|local| {
        let key = Key { id, file, part, line, column, kind: Kind::Condition };
        let known = local.hit(key, result, name);
        if part < limits::CONDITIONS
            && let Some(evaluations) = local.evaluations.get_mut(known.companion)
        {
            let current = &mut evaluations.current;
            current.seen |= 1 << part;
            current.values = current.values & !(1 << part) | u64::from(result) << part;
        }
    });
}

/// Counts a block of a path, and adds it to this thread's trace of the path.
#[inline]
pub fn path(path: u64, block: u32) {
    local(|local| {
        let key = Key { id: path, file: 0, part: block, line: 0, column: 0, kind: Kind::Block };
        let known = local.hit(key, true, String::new);
        let Some(trace) = local.traces.get_mut(known.companion) else { return };
        if trace.blocks.len() < limits::TRACE {
            trace.blocks.push(block);
        } else {
            trace.cut = true;
        }
    });
}

/// Ends this thread's trace of the path and counts its sequence. A trace that was too long is
/// counted as dropped; a path without a trace is nothing.
pub fn finish_path(path: u64) {
    local(|local| {
        let trace = local.paths.get(&path).and_then(|trace| local.traces.get_mut(*trace));
        match trace.map(std::mem::take) {
            Some(trace) if trace.cut => bump(&local.counts.dropped),
            Some(trace) if !trace.blocks.is_empty() => {
                registry::with(|registry| registry.sequence(path, trace.blocks));
            }
            _ => {}
        }
    });
}

/// Whether probes count. They do from the start.
pub fn is_enabled() -> bool {
    STATE.load(Relaxed) & 1 == 1
}

/// Has probes count, or not, and tells whether they did. What was counted stays.
pub fn set_enabled(enabled: bool) -> bool {
    let before = if enabled { STATE.fetch_or(1, Relaxed) } else { STATE.fetch_and(!1, Relaxed) };
    before & 1 == 1
}

/// Forgets all counts, vectors, sequences and open traces, of all threads.
pub fn clear() {
    registry::with(|registry| {
        registry.clear();
        STATE.fetch_add(2, Relaxed);
    });
}
