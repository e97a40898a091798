//! The generator that PyTorch shuffles with: the Mersenne Twister (MT19937) with 32-bit numbers.

const LENGTH: usize = 624;
const MIDDLE: usize = 397;

/// A generator.
#[derive(Clone)]
pub(super) struct Twister {
    state: Box<[u32; LENGTH]>,
    next: usize,
}

impl Twister {
    /// The generator after `torch.Generator().manual_seed(seed)`, of which the low half counts.
    pub(super) fn new(seed: i64) -> Self {
        let mut state = Box::new([0; LENGTH]);
        state[0] = seed as u32;
        for index in 1..LENGTH {
            let before = state[index - 1];
            state[index] =
                1_812_433_253_u32.wrapping_mul(before ^ (before >> 30)).wrapping_add(index as u32);
        }
        Self { state, next: LENGTH }
    }

    /// The next number.
    pub(super) fn next(&mut self) -> u32 {
        if self.next == LENGTH {
            self.twist();
        }
        let mut number = self.state[self.next];
        self.next += 1;
        number ^= number >> 11;
        number ^= (number << 7) & 0x9d2c_5680;
        number ^= (number << 15) & 0xefc6_0000;
        number ^ (number >> 18)
    }

    /// The order that `torch.randperm(count)` gives.
    pub(super) fn permutation(&mut self, count: i64) -> Vec<i64> {
        let mut order: Vec<i64> = (0..count).collect();
        let count = order.len();
        for index in 0..count.saturating_sub(1) {
            let left = (count - index) as u64;
            let draw = if left > u64::from(u32::MAX) / 20 {
                // So many need more than 32 bits for an even choice.
                u64::from(self.next()) << 32 | u64::from(self.next())
            } else {
                u64::from(self.next())
            };
            order.swap(index, index + (draw % left) as usize);
        }
        order
    }

    fn twist(&mut self) {
        let state = &mut self.state;
        for index in 0..LENGTH {
            let joined = (state[index] & 0x8000_0000) | (state[(index + 1) % LENGTH] & 0x7fff_ffff);
            let mixed = if joined & 1 == 0 { joined >> 1 } else { joined >> 1 ^ 0x9908_b0df };
            state[index] = state[(index + MIDDLE) % LENGTH] ^ mixed;
        }
        self.next = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers of C++'s `std::mt19937` with its default seed: the first, and the 10,000th, which
    /// its standard names.
    #[test]
    fn numbers_are_the_standards() {
        let mut twister = Twister::new(5489);
        assert_eq!(twister.next(), 3_499_211_612);
        assert_eq!((2..=10_000).map(|_| twister.next()).last(), Some(4_123_659_995));
    }
}
