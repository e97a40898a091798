//! The clocks: one that tells the time and may be set, and one that only goes forward.

use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The wall clock: the time since 1970-01-01T00:00:00Z. Whoever sets the clock makes it jump, so it
/// says what time it is, not how long something took. A clock set before 1970 reads as 0.
pub fn wall() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// The monotonic clock: the time since its first use in this process. It never goes back and never
/// jumps; all threads see the same clock.
pub fn monotonic() -> Duration {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}

/// A duration as whole nanoseconds, rounded down; the largest number when it is longer than that.
pub fn nanos(duration: Duration) -> i64 {
    i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)
}

/// As [`nanos`], in microseconds.
pub fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

/// As [`nanos`], in milliseconds.
pub fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_monotonic_clock_never_goes_back() {
        let mut last = monotonic();
        for _ in 0..10_000 {
            let now = monotonic();
            assert!(now >= last);
            last = now;
        }
        let before = monotonic();
        let other = std::thread::spawn(monotonic).join().unwrap();
        assert!(before <= other && other <= monotonic());
    }

    #[test]
    fn the_wall_clock_tells_a_time_of_this_century() {
        let now = wall().as_secs();
        assert!((1_577_836_800..4_102_444_800).contains(&now));
    }

    #[test]
    fn long_durations_end_at_the_largest_number() {
        assert_eq!(nanos(Duration::MAX), i64::MAX);
        assert_eq!(micros(Duration::MAX), i64::MAX);
        assert_eq!(millis(Duration::MAX), i64::MAX);
        assert_eq!(millis(Duration::from_micros(1_999)), 1);
    }
}
