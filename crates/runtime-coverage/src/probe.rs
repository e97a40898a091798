//! The probes and their switches, as Rust calls them.

use std::sync::atomic::Ordering::Relaxed;

use crate::evaluation::Evaluation;
use crate::local::{self, Local, STATE, Site};
use crate::registry;
use crate::table::{Block, Kind, Numbers, Placed, Spot};

/// Where a decision or condition stands in the source.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place<'a> {
    /// The file's name; empty when it is not known.
    pub file: &'a str,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

impl Place<'static> {
    #[inline(always)]
    fn spot(self) -> Spot {
        Spot::new(self.file.as_ptr().addr(), self.line, self.column)
    }
}

/// Counts an outcome of a decision, and closes the vector of its conditions.
#[inline]
pub fn decision(id: u64, result: bool) {
    decide(Numbers::new(Kind::Decision, id, 0), result, String::new);
}

/// Counts an outcome of a condition of a decision.
#[inline]
pub fn condition(decision: u64, condition: u32, result: bool) {
    evaluate(Numbers::new(Kind::Condition, decision, condition), condition, result, String::new);
}

/// As [`decision`], for one with a place.
///
/// The file's name is recognised by its address, so it must be a constant of the program.
#[inline]
pub fn decision_at(id: u32, result: bool, place: Place<'static>) {
    let numbers = Numbers::new(Kind::Decision, id.into(), 0);
    decide(Placed { numbers, spot: place.spot() }, result, move || place.file.to_owned());
}

/// As [`condition`], for one with a place, which is as for [`decision_at`].
#[inline]
pub fn condition_at(decision: u32, condition: u32, result: bool, place: Place<'static>) {
    let numbers = Numbers::new(Kind::Condition, decision.into(), condition);
    evaluate(Placed { numbers, spot: place.spot() }, condition, result, move || {
        place.file.to_owned()
    });
}

/// Counts a block of a path, and adds it to this thread's trace of the path.
#[inline]
pub fn path(path: u64, block: u32) {
    let reach = move |local: &mut Local, known| local.reach(known, block);
    local::probe(Block::new(path, block), String::new, reach);
}

/// Counts a decision; `file` gives the name of its file.
#[inline(always)]
pub(crate) fn decide(
    site: impl Site<Companion = Evaluation>,
    result: bool,
    file: impl FnOnce() -> String,
) {
    local::probe(site, file, move |local, known| local.decide(known, result));
}

/// Counts a condition; `file` gives the name of its file.
#[inline(always)]
pub(crate) fn evaluate(
    site: impl Site<Companion = Evaluation>,
    condition: u32,
    result: bool,
    file: impl FnOnce() -> String,
) {
    local::probe(site, file, move |local, known| local.evaluate(known, condition, result));
}

/// Ends this thread's trace of the path and counts its sequence. A trace that was too long is
/// counted as dropped; a path without a trace is nothing.
pub fn finish_path(path: u64) {
    local::with(|local| local.finish(path));
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
