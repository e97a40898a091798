//! The probes and their switches, as Rust calls them.

use std::sync::atomic::Ordering::Relaxed;

use crate::local::{self, STATE};
use crate::registry;
use crate::table::{Key, Kind};

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

impl Place<'static> {
    #[inline(always)]
    fn key(self, kind: Kind, id: u64, part: u32) -> Key {
        let address = if self.file.is_empty() { 0 } else { self.file.as_ptr().addr() };
        Key::new(kind, id, part).at(address, self.line, self.column)
    }
}

/// Counts an outcome of a decision, and closes the vector of its conditions.
///
/// The file's name is recognised by its address, so it must be a constant of the program.
#[inline]
pub fn decision(id: u64, result: bool, place: Place<'static>) {
    let key = place.key(Kind::Decision, id, 0);
    let file = move || place.file.to_owned();
    local::probe(key, file, move |local, known| local.decide(known, result));
}

/// Counts an outcome of a condition of a decision. The place is as for [`decision`].
#[inline]
pub fn condition(decision: u64, condition: u32, result: bool, place: Place<'static>) {
    let key = place.key(Kind::Condition, decision, condition);
    let file = move || place.file.to_owned();
    local::probe(key, file, move |local, known| local.evaluate(known, condition, result));
}

/// Counts a block of a path, and adds it to this thread's trace of the path.
#[inline]
pub fn path(path: u64, block: u32) {
    let key = Key::new(Kind::Block, path, block);
    local::probe(key, String::new, move |local, known| local.reach(known, block));
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
