//! What a thread knows of the probes it has met: an open-addressed hash table, read on every probe.

/// What a probe is recognised by, without reading the file's name.
pub(crate) trait Key: Copy + PartialEq {
    /// What no probe has: it marks the free slots of a table.
    const NONE: Self;

    /// Spreads the keys; the high bits are the good ones.
    fn hash(self) -> u64;

    /// Its parts, which fit into registers, as a key may not.
    fn parts(self) -> (Numbers, Spot);

    fn of_parts(numbers: Numbers, spot: Spot) -> Self;
}

/// What is counted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Kind {
    Decision = 0,
    Condition = 1,
    Block = 2,
}

/// The numbers of a probe; a decision or condition without a spot has nothing else.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Numbers {
    pub(crate) id: u64,
    /// The condition or block, above the two bits of the kind: 0 for a decision, which so takes the
    /// fewest instructions.
    what: u64,
}

impl Numbers {
    #[inline(always)]
    pub(crate) fn new(kind: Kind, id: u64, part: u32) -> Self {
        Self { id, what: u64::from(part) << 2 | kind as u64 }
    }

    pub(crate) fn kind(self) -> Kind {
        match self.what & 3 {
            0 => Kind::Decision,
            1 => Kind::Condition,
            _ => Kind::Block,
        }
    }

    /// The condition or block.
    pub(crate) fn part(self) -> u32 {
        (self.what >> 2) as u32
    }

    /// Small numbers do not meet: the part begins where few ids reach, and has 34 bits with the kind.
    #[inline(always)]
    fn mixed(self) -> u64 {
        self.id ^ self.what << 20
    }
}

impl Key for Numbers {
    const NONE: Self = Self { id: 0, what: u64::MAX };

    #[inline(always)]
    fn hash(self) -> u64 {
        fibonacci(self.mixed())
    }

    #[inline(always)]
    fn parts(self) -> (Numbers, Spot) {
        (self, Spot::default())
    }

    fn of_parts(numbers: Numbers, _: Spot) -> Self {
        numbers
    }
}

/// A block of a path. It has no spot.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Block(Numbers);

impl Block {
    #[inline(always)]
    pub(crate) fn new(path: u64, block: u32) -> Self {
        Self(Numbers::new(Kind::Block, path, block))
    }
}

impl Key for Block {
    const NONE: Self = Self(Numbers::NONE);

    #[inline(always)]
    fn hash(self) -> u64 {
        self.0.hash()
    }

    #[inline(always)]
    fn parts(self) -> (Numbers, Spot) {
        (self.0, Spot::default())
    }

    fn of_parts(numbers: Numbers, _: Spot) -> Self {
        Self(numbers)
    }
}

/// Where a probe stands in the source.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Spot {
    /// The address of the file's name.
    file: usize,
    /// The line above the column.
    line: u64,
}

impl Spot {
    #[inline(always)]
    pub(crate) fn new(file: usize, line: u32, column: u32) -> Self {
        Self { file, line: u64::from(line) << 32 | u64::from(column) }
    }

    /// The line.
    pub(crate) fn line(self) -> u32 {
        (self.line >> 32) as u32
    }

    /// The column.
    pub(crate) fn column(self) -> u32 {
        self.line as u32
    }
}

/// A probe with a spot. One of nulls is a spot too, which the shared tables take for none.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Placed {
    pub(crate) numbers: Numbers,
    pub(crate) spot: Spot,
}

impl Key for Placed {
    const NONE: Self = Self { numbers: Numbers::NONE, spot: Spot { file: 0, line: 0 } };

    #[inline(always)]
    fn hash(self) -> u64 {
        let Self { numbers, spot } = self;
        fibonacci(numbers.mixed() ^ spot.line.rotate_left(44) ^ spot.file as u64)
    }

    #[inline(always)]
    fn parts(self) -> (Numbers, Spot) {
        (self.numbers, self.spot)
    }

    fn of_parts(numbers: Numbers, spot: Spot) -> Self {
        Self { numbers, spot }
    }
}

#[inline(always)]
fn fibonacci(mixed: u64) -> u64 {
    mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Aligned so that it is a power of two of bytes and lies in one cache line.
#[derive(Clone, Copy)]
#[repr(align(32))]
struct Slot<K, T> {
    key: K,
    /// Something whenever the key is not `K::NONE`.
    known: Option<T>,
}

/// From keys to what is known of their probes. Nothing is removed.
pub(crate) struct Table<K, T> {
    /// A power of two of slots, at most half of them taken, so that a search always ends.
    slots: Box<[Slot<K, T>]>,
    /// Takes a hash to a slot.
    shift: u32,
    taken: usize,
}

impl<K: Key, T: Copy> Table<K, T> {
    const SMALLEST: usize = 64;

    pub(crate) fn new() -> Self {
        Self::with_slots(Self::SMALLEST)
    }

    fn with_slots(count: usize) -> Self {
        let slots = vec![Slot { key: K::NONE, known: None }; count].into_boxed_slice();
        Self { slots, shift: u64::BITS - count.trailing_zeros(), taken: 0 }
    }

    pub(crate) fn len(&self) -> usize {
        self.taken
    }

    #[inline(always)]
    fn first(&self, key: K) -> usize {
        (key.hash() >> self.shift) as usize
    }

    /// What is known, if it stands at the first place to look. The key is a probe's.
    #[inline(always)]
    pub(crate) fn peek(&self, key: K) -> Option<T> {
        // SAFETY: the shift leaves as many bits of a hash as number the slots.
        let slot = unsafe { self.slots.get_unchecked(self.first(key)) };
        // SAFETY: a key of a probe was put there by `insert`, together with what is known.
        (slot.key == key).then(|| unsafe { slot.known.unwrap_unchecked() })
    }

    /// What is known.
    pub(crate) fn get(&self, key: K) -> Option<T> {
        let (before, from) = self.slots.split_at(self.first(key));
        let mut taken = from.iter().chain(before).take_while(|slot| slot.known.is_some());
        taken.find(|slot| slot.key == key).and_then(|slot| slot.known)
    }

    /// Adds what is not there yet.
    pub(crate) fn insert(&mut self, key: K, known: T) {
        if self.taken == self.slots.len() / 2 {
            let mut larger = Self::with_slots(self.slots.len() * 2);
            for slot in &self.slots {
                slot.known.iter().for_each(|known| larger.insert(slot.key, *known));
            }
            *self = larger;
        }
        let mask = self.slots.len() - 1;
        let mut slot = self.first(key);
        while self.slots[slot].known.is_some() {
            slot = (slot + 1) & mask;
        }
        self.slots[slot] = Slot { key, known: Some(known) };
        self.taken += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keys that differ in one part only, all of them found again.
    fn check<K: Key>(keys: impl Fn(u64) -> [K; 3]) {
        let mut table = Table::new();
        for id in 1..5000 {
            for (n, key) in keys(id).into_iter().enumerate() {
                assert_eq!((table.peek(key), table.get(key)), (None, None));
                table.insert(key, (id, n));
            }
        }
        for id in 1..5000 {
            for (n, key) in keys(id).into_iter().enumerate() {
                assert_eq!(table.get(key), Some((id, n)));
                assert!(table.peek(key).is_none_or(|known| known == (id, n)));
            }
        }
        assert_eq!(table.len(), 3 * 4999);
    }

    #[test]
    fn what_is_inserted_is_found() {
        let plain = |id| {
            [
                Numbers::new(Kind::Decision, id << 40, 0),
                Numbers::new(Kind::Condition, id, id as u32),
                Numbers::new(Kind::Condition, 0, id as u32),
            ]
        };
        check(plain);
        check(|id| [Block::new(id << 40, 0), Block::new(id, id as u32), Block::new(0, id as u32)]);
        check(|id| {
            let [high, condition, _] = plain(id);
            let at =
                |numbers, file, line| Placed { numbers, spot: Spot::new(file, line, id as u32) };
            [at(high, 0, 0), at(condition, 8, 1), at(condition, 8, 2)]
        });
    }

    #[test]
    fn a_kind_and_a_part_are_told_back() {
        for kind in [Kind::Decision, Kind::Condition, Kind::Block] {
            let numbers = Numbers::new(kind, 7, u32::MAX);
            assert_eq!((numbers.kind(), numbers.part()), (kind, u32::MAX));
        }
    }
}
