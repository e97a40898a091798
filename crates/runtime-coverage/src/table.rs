//! What a thread knows of the probes it has met: an open-addressed hash table, read on every probe.

use std::num::NonZeroU64;

/// What a probe is recognised by, without reading the file's name.
#[derive(Clone, Copy)]
pub(crate) struct Key {
    pub(crate) probe: Probe,
    pub(crate) spot: Spot,
}

/// The numbers of a probe.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Probe {
    pub(crate) id: u64,
    /// Whether there is a spot, and the kind, above the condition or block. It is not 0, which marks
    /// free slots of the table.
    what: NonZeroU64,
}

/// Where a probe stands in the source.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Spot {
    /// The address of the file's name.
    file: usize,
    /// The line above the column.
    line: u64,
}

/// What is counted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Kind {
    Decision,
    Condition,
    Block,
}

impl Kind {
    /// The kind in the upper half of a word.
    #[inline(always)]
    const fn bits(self) -> NonZeroU64 {
        const DECISION: NonZeroU64 = NonZeroU64::new(1 << 32).expect("a bit is set");
        const CONDITION: NonZeroU64 = NonZeroU64::new(2 << 32).expect("a bit is set");
        const BLOCK: NonZeroU64 = NonZeroU64::new(3 << 32).expect("a bit is set");
        match self {
            Self::Decision => DECISION,
            Self::Condition => CONDITION,
            Self::Block => BLOCK,
        }
    }
}

/// In what a probe is: that it has a spot.
const PLACED: NonZeroU64 = NonZeroU64::new(1 << 40).expect("a bit is set");

impl Probe {
    /// The kind of probe.
    pub(crate) fn kind(self) -> Kind {
        match (self.what.get() & !PLACED.get()) >> 32 {
            1 => Kind::Decision,
            2 => Kind::Condition,
            _ => Kind::Block,
        }
    }

    /// The condition or block.
    pub(crate) fn part(self) -> u32 {
        self.what.get() as u32
    }
}

impl Spot {
    /// The line.
    pub(crate) fn line(self) -> u32 {
        (self.line >> 32) as u32
    }

    /// The column.
    pub(crate) fn column(self) -> u32 {
        self.line as u32
    }
}

impl Key {
    /// A probe without a spot.
    #[inline(always)]
    pub(crate) fn new(kind: Kind, id: u64, part: u32) -> Self {
        Self { probe: Probe { id, what: kind.bits() | u64::from(part) }, spot: Spot::default() }
    }

    /// The same probe with a spot. None is the same as nulls.
    #[inline(always)]
    pub(crate) fn at(self, file: usize, line: u32, column: u32) -> Self {
        let spot = Spot { file, line: u64::from(line) << 32 | u64::from(column) };
        if spot == Spot::default() {
            return self;
        }
        Self { probe: Probe { what: self.probe.what | PLACED, ..self.probe }, spot }
    }

    /// Fibonacci hashing: the product's high bits are the good ones. The parts are turned so that
    /// small numbers do not meet.
    #[inline(always)]
    fn hash(self) -> u64 {
        const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
        let Self { probe, spot } = self;
        let place = spot.line.rotate_left(44) ^ spot.file as u64;
        (probe.id ^ probe.what.get().rotate_left(20) ^ place).wrapping_mul(GOLDEN)
    }
}

impl PartialEq for Key {
    /// Without a spot there is less to compare.
    #[inline(always)]
    fn eq(&self, other: &Self) -> bool {
        let placed = other.probe.what.get() & PLACED.get() != 0;
        self.probe == other.probe && (!placed || self.spot == other.spot)
    }
}

/// From keys to what is known of their probes. Nothing is removed.
pub(crate) struct Table<T> {
    /// A power of two of slots, at most half of them taken, so that a search always ends.
    slots: Box<[Option<(Key, T)>]>,
    /// Takes a hash to a slot.
    shift: u32,
    taken: usize,
}

impl<T: Copy> Table<T> {
    const SMALLEST: usize = 64;

    pub(crate) fn new() -> Self {
        Self::with_slots(Self::SMALLEST)
    }

    fn with_slots(count: usize) -> Self {
        let slots = vec![None; count].into_boxed_slice();
        Self { slots, shift: u64::BITS - count.trailing_zeros(), taken: 0 }
    }

    pub(crate) fn len(&self) -> usize {
        self.taken
    }

    /// What is known, if it stands at the first place to look.
    #[inline(always)]
    pub(crate) fn peek(&self, key: Key) -> Option<T> {
        let slot = (key.hash() >> self.shift) as usize;
        match &self.slots[slot] {
            Some((found, known)) if *found == key => Some(*known),
            _ => None,
        }
    }

    /// What is known.
    pub(crate) fn get(&self, key: Key) -> Option<T> {
        let (before, from) = self.slots.split_at((key.hash() >> self.shift) as usize);
        let taken = from.iter().chain(before).map_while(Option::as_ref);
        taken.copied().find(|(found, _)| *found == key).map(|(_, known)| known)
    }

    /// Adds what is not there yet.
    pub(crate) fn insert(&mut self, key: Key, known: T) {
        if self.taken == self.slots.len() / 2 {
            let mut larger = Self::with_slots(self.slots.len() * 2);
            self.slots.iter().flatten().for_each(|(key, known)| larger.insert(*key, *known));
            *self = larger;
        }
        let mask = self.slots.len() - 1;
        let mut slot = (key.hash() >> self.shift) as usize & mask;
        while self.slots[slot].is_some() {
            slot = (slot + 1) & mask;
        }
        self.slots[slot] = Some((key, known));
        self.taken += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_inserted_is_found() {
        let keys = |id: u64| {
            let plain = Key::new(Kind::Decision, id << 40, 0);
            [plain, Key::new(Kind::Condition, id, id as u32), plain.at(8, 1, id as u32)]
        };
        let mut table = Table::new();
        for id in 1..5000 {
            for (n, key) in keys(id).into_iter().enumerate() {
                assert_eq!(table.get(key), None);
                table.insert(key, (id, n));
            }
        }
        for id in 1..5000 {
            for (n, key) in keys(id).into_iter().enumerate() {
                assert_eq!(table.get(key), Some((id, n)));
            }
        }
        assert_eq!(table.len(), 3 * 4999);
    }
}
