//! What one thread keeps: its counts, the probes it knows, its open evaluations and traces.

use std::collections::HashMap;
use std::ptr::{self, NonNull};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use foldhash::fast::FixedState;

use crate::evaluation::Evaluation;
use crate::place;
use crate::registry::{self, Counts, DROPPED, Group, Pair, bump, limits};
use crate::table::{Block, Key, Numbers, Placed, Spot, Table};
use crate::trace::Trace;

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
pub(crate) fn probe<S: Site>(
    site: S,
    file: impl FnOnce() -> String,
    work: impl FnOnce(&mut Local, Known<S::Companion>),
) {
    let local = place::get();
    // SAFETY: what is not null is this thread's own box, made in `renew` and alive until `retire`;
    // nothing else refers to it, because `work` is this crate's own and comes here no second time:
    // all it calls is the allocator and the registry.
    if let Some(local) = unsafe { local.as_mut() }
        && local.state == STATE.load(Relaxed)
        && let Some(known) = S::table(local).peek(site)
    {
        work(local, known);
    } else {
        let (numbers, spot) = site.parts();
        probe_slowly::<S>(numbers, spot, file, work);
    }
}

/// The same for a probe that is not where it was looked for first. It comes in parts, so that it needs
/// no place on the stack before it is known to come here.
#[cold]
#[inline(never)]
fn probe_slowly<S: Site>(
    numbers: Numbers,
    spot: Spot,
    file: impl FnOnce() -> String,
    work: impl FnOnce(&mut Local, Known<S::Companion>),
) {
    let site = S::of_parts(numbers, spot);
    with(|local| {
        let known = S::table(local).get(site).unwrap_or_else(|| local.learn(site, &file()));
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

/// A probe, by what its thread recognises it.
pub(crate) trait Site: Key {
    /// What several probes of a thread work on together.
    type Companion;

    /// The probes of this sort that the thread knows.
    fn table(local: &mut Local) -> &mut Table<Self, Known<Self::Companion>>;

    /// Where the companion is, if there is room for one.
    fn companion(self, local: &mut Local, file: Arc<str>) -> Option<NonNull<Self::Companion>>;
}

impl Site for Numbers {
    type Companion = Evaluation;

    #[inline(always)]
    fn table(local: &mut Local) -> &mut Table<Self, Known<Evaluation>> {
        &mut local.plain
    }

    fn companion(self, local: &mut Local, file: Arc<str>) -> Option<NonNull<Evaluation>> {
        (self.part() < limits::CONDITIONS).then(|| local.evaluation((self.id, file)))
    }
}

impl Site for Placed {
    type Companion = Evaluation;

    #[inline(always)]
    fn table(local: &mut Local) -> &mut Table<Self, Known<Evaluation>> {
        &mut local.placed
    }

    fn companion(self, local: &mut Local, file: Arc<str>) -> Option<NonNull<Evaluation>> {
        self.numbers.companion(local, file)
    }
}

impl Site for Block {
    type Companion = Trace;

    #[inline(always)]
    fn table(local: &mut Local) -> &mut Table<Self, Known<Trace>> {
        &mut local.blocks
    }

    fn companion(self, local: &mut Local, _: Arc<str>) -> Option<NonNull<Trace>> {
        local.trace(self.parts().0.id)
    }
}

/// What a thread knows of a probe.
pub(crate) struct Known<C> {
    /// Where it is counted, in the thread's counts.
    pair: NonNull<Pair>,
    /// A pointer and no number, so that a probe's way to it is short.
    companion: Option<NonNull<C>>,
}

impl<C> Clone for Known<C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C> Copy for Known<C> {}

/// Values that keep their addresses.
struct Kept<T>(Vec<NonNull<T>>);

impl<T> Kept<T> {
    fn keep(&mut self, value: T) -> NonNull<T> {
        let kept = NonNull::from(Box::leak(Box::new(value)));
        self.0.push(kept);
        kept
    }
}

impl<T> Drop for Kept<T> {
    fn drop(&mut self) {
        // SAFETY: they were boxes, and are found through their keeper alone.
        self.0.iter().for_each(|kept| drop(unsafe { Box::from_raw(kept.as_ptr()) }));
    }
}

pub(crate) struct Local {
    /// The state that the rest belongs to.
    state: u64,
    plain: Table<Numbers, Known<Evaluation>>,
    placed: Table<Placed, Known<Evaluation>>,
    blocks: Table<Block, Known<Trace>>,
    counts: Counts,
    groups: HashMap<Group, NonNull<Evaluation>, FixedState>,
    evaluations: Kept<Evaluation>,
    /// How many vectors all evaluations remember.
    vectors: usize,
    paths: HashMap<u64, NonNull<Trace>, FixedState>,
    traces: Kept<Trace>,
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
            plain: Table::new(),
            placed: Table::new(),
            blocks: Table::new(),
            counts,
            groups: HashMap::default(),
            evaluations: Kept(Vec::new()),
            vectors: 0,
            paths: HashMap::default(),
            traces: Kept(Vec::new()),
            sequences: 0,
        }
    }

    /// Counts a decision's outcome and closes its vector.
    #[inline(always)]
    pub(crate) fn decide(&mut self, known: Known<Evaluation>, outcome: bool) {
        self.count(&known, outcome);
        // SAFETY: it is kept by `self`, and nothing else refers to it now.
        if let Some(evaluation) = known.companion.map(|mut kept| unsafe { kept.as_mut() })
            && evaluation.is_open()
        {
            self.close(evaluation, outcome);
        }
    }

    /// Ends the evaluation of a decision that has conditions, and tells all threads of its vector,
    /// unless this one did so before.
    #[inline(never)]
    fn close(&mut self, evaluation: &mut Evaluation, outcome: bool) {
        let vector = evaluation.close(outcome);
        if evaluation.has_told(vector) {
            return;
        }
        if evaluation.told.len() == limits::VECTORS || self.vectors == limits::ALL_VECTORS {
            return bump(self.counts.pair(DROPPED), true);
        }
        evaluation.told.insert(vector);
        self.vectors += 1;
        registry::with(|registry| registry.vector(&evaluation.group, vector));
    }

    /// Counts a condition's value and enters it into the decision's vector.
    #[inline(always)]
    pub(crate) fn evaluate(&mut self, known: Known<Evaluation>, condition: u32, value: bool) {
        self.count(&known, value);
        // SAFETY: as in `decide`.
        if let Some(evaluation) = known.companion.map(|mut kept| unsafe { kept.as_mut() }) {
            evaluation.enter(condition, value);
        }
    }

    /// Counts a block and adds it to its path's trace.
    #[inline(always)]
    pub(crate) fn reach(&mut self, known: Known<Trace>, block: u32) {
        self.count(&known, true);
        // SAFETY: as in `decide`.
        if let Some(trace) = known.companion.map(|mut kept| unsafe { kept.as_mut() }) {
            trace.push(block);
        }
    }

    #[inline(always)]
    fn count<C>(&mut self, known: &Known<C>, result: bool) {
        // SAFETY: it points into `counts`, which does not move and lives as long as `self`.
        bump(unsafe { known.pair.as_ref() }, result);
    }

    /// Ends the path's trace and counts its sequence.
    pub(crate) fn finish(&mut self, path: u64) {
        // SAFETY: as in `decide`.
        let Some(trace) = self.paths.get_mut(&path).map(|kept| unsafe { kept.as_mut() }) else {
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
    fn learn<S: Site>(&mut self, site: S, file: &str) -> Known<S::Companion> {
        if self.plain.len() + self.placed.len() + self.blocks.len() == limits::SITES {
            return Known { pair: self.counts.pair(DROPPED).into(), companion: None };
        }
        let (numbers, spot) = site.parts();
        let (slot, file) = registry::with(|registry| {
            let file = registry.file(file);
            let site = registry::Site {
                kind: numbers.kind(),
                id: numbers.id,
                part: numbers.part(),
                file: Arc::clone(&file),
                line: spot.line(),
                column: spot.column(),
            };
            (registry.site(site), file)
        });
        let companion = if slot == DROPPED { None } else { site.companion(self, file) };
        let known = Known { pair: self.counts.pair(slot).into(), companion };
        S::table(self).insert(site, known);
        known
    }

    /// Where the decision's evaluations are.
    fn evaluation(&mut self, group: Group) -> NonNull<Evaluation> {
        let keep = |group: &Group| self.evaluations.keep(Evaluation::new(group.clone()));
        *self.groups.entry(group).or_insert_with_key(keep)
    }

    /// Where the path's trace is; nowhere when too many are open.
    fn trace(&mut self, path: u64) -> Option<NonNull<Trace>> {
        if let Some(known) = self.paths.get(&path) {
            return Some(*known);
        }
        if self.paths.len() == limits::OPEN_TRACES {
            return None;
        }
        let trace = self.traces.keep(Trace::default());
        self.paths.insert(path, trace);
        Some(trace)
    }
}
