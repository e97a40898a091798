//! Handles: 64-bit numbers that stand for objects, safe to forge and to use after the object died.
//!
//! A handle is a positive number below 2^60, so that it survives as a tagged int of the value word:
//!
//! ```text
//! bit 59..54   53..26       25..0
//!     kind     generation   index
//! ```
//!
//! The index names a slot, and a slot's memory, once there, stays a slot of the same table for the
//! life of the process. The generation counts the slot's tenants. So a lookup is: find the slot,
//! compare the generation. It takes no lock and refuses each of the 2^64 numbers that is not a live
//! handle of the right kind. When a slot's generations are used up the slot is retired: a handle
//! never comes back.
//!
//! Two tables, by what another thread may do meanwhile:
//! * [`InPlaceTable`] for objects that are atomics themselves: one load and one comparison.
//! * [`PinnedTable`] for objects with a destructor: a lookup pins the object, so that a free on
//!   another thread takes effect at once but destroys the object only when the last user left.

mod free_list;
mod in_place;
pub mod kinds;
mod pinned;
mod slots;

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};

pub use in_place::{InPlace, InPlaceTable};
pub use kinds::HandleKind;
pub use pinned::{Pin, PinnedTable};

use crate::error::{Error, codes};

const INDEX_BITS: u32 = 26;
const GENERATION_BITS: u32 = 28;
const KIND_SHIFT: u32 = INDEX_BITS + GENERATION_BITS;
const INDEX_MASK: u64 = (1 << INDEX_BITS) - 1;
const GENERATION_MASK: u64 = (1 << GENERATION_BITS) - 1;

/// How many slots of a table must have been freed before a freed slot gets a new tenant. It keeps a
/// thread that was stopped between the check and the use of an in-place object away from the
/// slot's next tenant.
const REUSE_DISTANCE: u32 = if cfg!(loom) { 1 } else { 1024 };

/// The parts of a handle.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Parts {
    kind: u8,
    generation: u64,
    index: u32,
}

impl Parts {
    #[inline(always)]
    fn of(handle: i64) -> Self {
        let bits = handle as u64;
        Self {
            // Eight bits are kept, not six, so that a number of 2^60 and more has a kind that no
            // table has.
            kind: (bits >> KIND_SHIFT).min(0xff) as u8,
            generation: (bits >> INDEX_BITS) & GENERATION_MASK,
            index: (bits & INDEX_MASK) as u32,
        }
    }

    fn handle(self) -> i64 {
        (u64::from(self.kind) << KIND_SHIFT | self.generation << INDEX_BITS | u64::from(self.index))
            as i64
    }
}

/// Why a number was refused as a handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusal {
    /// It was never given out.
    Unknown,
    /// Its object was freed.
    Stale,
    /// It is a number of another kind's form.
    WrongKind,
}

/// The error for a refused handle, with what it should have been.
#[cold]
fn refused(handle: i64, kind: HandleKind, refusal: Refusal) -> Error {
    let name = kind.name();
    let shown = Hex(handle);
    let (code, why, other) = match refusal {
        Refusal::Unknown => (codes::RT_ERROR_NOT_A_HANDLE, "it was never given out", ""),
        Refusal::Stale => (codes::RT_ERROR_STALE_HANDLE, "it was freed", ""),
        Refusal::WrongKind => {
            let other = kinds::name_of(Parts::of(handle).kind);
            (codes::RT_ERROR_WRONG_KIND, "it is a handle of kind ", other)
        }
    };
    Error::written(code, format_args!("handle {shown} is not a live {name} ({why}{other})"))
}

/// What is wrong with `handle` as a handle of `kind`, given the generation that the slot it names
/// has reached (`None` where there is no such slot).
fn diagnose(handle: i64, kind: HandleKind, reached: Option<u64>) -> Refusal {
    let parts = Parts::of(handle);
    if parts.kind != kind.number() {
        let other_kind = parts.generation != 0 && kinds::is_kind(parts.kind);
        return if other_kind { Refusal::WrongKind } else { Refusal::Unknown };
    }
    match reached {
        Some(reached) if parts.generation != 0 && parts.generation <= reached => Refusal::Stale,
        _ => Refusal::Unknown,
    }
}

struct Hex(i64);

impl fmt::Display for Hex {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            number if number < 0 => write!(out, "{number}"),
            number => write!(out, "{number:#x}"),
        }
    }
}

/// How many objects of each kind are live. The counters of different kinds share no cache line.
static LIVE: [LiveCount; kinds::SLOTS] = [const { LiveCount(AtomicI64::new(0)) }; kinds::SLOTS];

#[repr(align(64))]
struct LiveCount(AtomicI64);

fn count_live(kind: HandleKind, change: i64) {
    LIVE[usize::from(kind.number())].0.fetch_add(change, Ordering::Relaxed);
}

/// How many handles of `kind` are live; kind 0 counts all; 0 for a number that is no kind.
pub fn live_count(kind: i64) -> i64 {
    let count = |index: usize| LIVE[index].0.load(Ordering::Relaxed);
    match usize::try_from(kind) {
        Ok(0) => (1..kinds::SLOTS).map(count).sum(),
        Ok(index) if index < kinds::SLOTS => count(index),
        _ => 0,
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn parts_survive_the_round_trip() {
        let parts = Parts { kind: 63, generation: GENERATION_MASK, index: INDEX_MASK as u32 };
        assert_eq!(parts.handle(), (1 << 60) - 1);
        assert!(Parts::of(parts.handle()) == parts);
        assert_eq!(Parts::of(-1).kind, 0xff);
        assert_eq!(Parts::of(1 << 60).kind, 64);
    }

    #[test]
    fn diagnosis() {
        let kind = kinds::ATOMIC_INT;
        let handle = |kind: HandleKind, generation| {
            Parts { kind: kind.number(), generation, index: 3 }.handle()
        };
        assert_eq!(diagnose(handle(kind, 2), kind, Some(2)), Refusal::Stale);
        assert_eq!(diagnose(handle(kind, 3), kind, Some(2)), Refusal::Unknown);
        assert_eq!(diagnose(handle(kind, 2), kind, None), Refusal::Unknown);
        assert_eq!(diagnose(handle(kinds::ATOMIC_BOOL, 2), kind, Some(2)), Refusal::WrongKind);
        for forged in [0, -1, i64::MIN, i64::MAX, 99_999] {
            assert_eq!(diagnose(forged, kind, Some(2)), Refusal::Unknown);
        }
    }
}
