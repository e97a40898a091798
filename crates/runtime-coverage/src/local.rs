//! What one thread keeps: its counts, the probes it knows, its open evaluations and traces.

use std::collections::HashMap;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use foldhash::fast::FixedState;

use crate::evaluation::Evaluation;
use crate::place;
use crate::registry::{self, Counts, DROPPED, Group, Pair, bump, limits};
use crate::table::{Block, Key, Kind, Numbers, Placed, Spot, Table};
use crate::trace::Trace;

/// The epoch, times two, and one more while probes count: what every probe looks at first. A thread
/// keeps the state that its counts belong to, which is odd.
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
    if let Some(local) = current(STATE.load(Relaxed))
        && let Some(known) = S::table(local).peek(site)
    {
        work(local, known);
    } else {
        let (numbers, spot) = site.parts();
        probe_slowly::<S>(numbers, spot, file, work);
    }
}

/// What this thread keeps, if it belongs to the state, and the state is one in which probes count.
#[inline(always)]
fn current<'a>(state: u64) -> Option<&'a mut Local> {
    let local = place::pointer::get();
    // SAFETY: it points to a state in any case, that of nobody or the first field of a `Local`.
    let belongs = unsafe { *local.cast::<u64>() } == state;
    // SAFETY: nobody's state is never reached, so this is the thread's own box, made in `renew` and alive until
    // `retire`. Nothing else refers to it while it is worked on, because the work is this crate's own
    // and comes here no second time: all it calls is the allocator and the registry.
    belongs.then(|| unsafe { &mut *local })
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
    if let Some(local) = current(state).or_else(|| renew(state)) {
        work(local);
    }
}

/// New tables, in a new thread or after all were cleared; none when nothing is to be counted.
#[cold]
#[inline(never)]
fn renew<'a>(state: u64) -> Option<&'a mut Local> {
    // A probe in the destructor of a thread local may find the owner gone: it counts nothing.
    if state & 1 == 0 || OWNER.try_with(|_| ()).is_err() {
        return None;
    }
    retire();
    let local = Box::into_raw(Box::new(Local::new()));
    place::pointer::set(local);
    // SAFETY: as in `current`.
    Some(unsafe { &mut *local })
}

/// Ends this thread's counting. What it counted stays.
fn retire() {
    let local = place::pointer::get();
    place::pointer::set(place::nobody());
    if local != place::nobody() {
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

    /// Where the companion is. Without a file the probe is not to have one, nor is it where there is no
    /// room, and gets a companion that nothing comes of.
    fn companion(self, local: &mut Local, file: Option<Arc<str>>) -> NonNull<Self::Companion>;
}

impl Site for Numbers {
    type Companion = Evaluation;

    #[inline(always)]
    fn table(local: &mut Local) -> &mut Table<Self, Known<Evaluation>> {
        &mut local.plain
    }

    fn companion(self, local: &mut Local, file: Option<Arc<str>>) -> NonNull<Evaluation> {
        match (self.kind(), file) {
            (Kind::Decision, None) => local.never_open,
            (_, Some(file)) if self.part() < limits::CONDITIONS => {
                local.evaluation((self.id, file))
            }
            _ => local.never_closed,
        }
    }
}

impl Site for Placed {
    type Companion = Evaluation;

    #[inline(always)]
    fn table(local: &mut Local) -> &mut Table<Self, Known<Evaluation>> {
        &mut local.placed
    }

    fn companion(self, local: &mut Local, file: Option<Arc<str>>) -> NonNull<Evaluation> {
        self.numbers.companion(local, file)
    }
}

impl Site for Block {
    type Companion = Trace;

    #[inline(always)]
    fn table(local: &mut Local) -> &mut Table<Self, Known<Trace>> {
        &mut local.blocks
    }

    fn companion(self, local: &mut Local, file: Option<Arc<str>>) -> NonNull<Trace> {
        match file {
            Some(_) => local.trace(self.parts().0.id),
            None => local.never_finished,
        }
    }
}

/// What a thread knows of a probe.
pub(crate) struct Known<C> {
    /// Where it is counted, in the thread's counts.
    pair: NonNull<Pair>,
    /// A pointer and no number, so that a probe's way to it is short.
    companion: NonNull<C>,
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

#[repr(C)]
pub(crate) struct Local {
    /// The state that the rest belongs to. The first field, since nobody has nothing else.
    state: u64,
    plain: Table<Numbers, Known<Evaluation>>,
    placed: Table<Placed, Known<Evaluation>>,
    blocks: Table<Block, Known<Trace>>,
    counts: Counts,
    /// For decisions that have none of their own.
    never_open: NonNull<Evaluation>,
    /// For conditions that take part in none.
    never_closed: NonNull<Evaluation>,
    groups: HashMap<Group, NonNull<Evaluation>, FixedState>,
    evaluations: Kept<Evaluation>,
    /// How many vectors all evaluations remember.
    vectors: usize,
    /// For blocks whose path has none.
    never_finished: NonNull<Trace>,
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
        let (mut evaluations, mut traces) = (Kept(Vec::new()), Kept(Vec::new()));
        Self {
            state: counts.epoch * 2 + 1,
            plain: Table::new(),
            placed: Table::new(),
            blocks: Table::new(),
            counts,
            never_open: evaluations.keep(Evaluation::default()),
            never_closed: evaluations.keep(Evaluation::default()),
            groups: HashMap::default(),
            evaluations,
            vectors: 0,
            never_finished: traces.keep(Trace::default()),
            paths: HashMap::default(),
            traces,
            sequences: 0,
        }
    }

    /// Counts a decision's outcome and closes its vector.
    #[inline(always)]
    pub(crate) fn decide(&mut self, known: Known<Evaluation>, outcome: bool) {
        self.count(&known, outcome);
        // SAFETY: it is kept by `self`, and nothing else refers to it now.
        let evaluation = unsafe { &mut *known.companion.as_ptr() };
        if evaluation.is_open() {
            self.close(evaluation, outcome);
        }
    }

    /// Ends the evaluation of a decision that has conditions, and tells all threads of its vector,
    /// unless this one did so before.
    #[inline(never)]
    fn close(&mut self, evaluation: &mut Evaluation, outcome: bool) {
        let vector = evaluation.close(outcome);
        let Some(finished) = &mut evaluation.finished else { return };
        if finished.has_told(vector) {
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
    pub(crate) fn evaluate(&mut self, known: Known<Evaluation>, condition: u32, value: bool) {
        self.count(&known, value);
        // SAFETY: as in `decide`.
        unsafe { &mut *known.companion.as_ptr() }.enter(condition, value);
    }

    /// Counts a block and adds it to its path's trace.
    #[inline(always)]
    pub(crate) fn reach(&mut self, known: Known<Trace>, block: u32) {
        self.count(&known, true);
        // SAFETY: as in `decide`.
        unsafe { &mut *known.companion.as_ptr() }.push(block);
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
            let pair = self.counts.pair(DROPPED).into();
            return Known { pair, companion: site.companion(self, None) };
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
        let companion = site.companion(self, (slot != DROPPED).then_some(file));
        let known = Known { pair: self.counts.pair(slot).into(), companion };
        S::table(self).insert(site, known);
        known
    }

    /// Where the decision's evaluations are.
    fn evaluation(&mut self, group: Group) -> NonNull<Evaluation> {
        let keep = |group: &Group| self.evaluations.keep(Evaluation::of(group.clone()));
        *self.groups.entry(group).or_insert_with_key(keep)
    }

    /// Where the path's trace is.
    fn trace(&mut self, path: u64) -> NonNull<Trace> {
        if let Some(known) = self.paths.get(&path) {
            return *known;
        }
        if self.paths.len() == limits::OPEN_TRACES {
            return self.never_finished;
        }
        let trace = self.traces.keep(Trace::default());
        self.paths.insert(path, trace);
        trace
    }
}
