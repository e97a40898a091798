//! A stopwatch for each thread, on the monotonic clock.

use std::cell::Cell;
use std::time::Duration;

use crate::clock;

thread_local! {
    static START: Cell<Option<Duration>> = const { Cell::new(None) };
}

/// Starts this thread's stopwatch, anew if it runs.
pub fn start() {
    START.set(Some(clock::monotonic()));
}

/// The time since [`start`] on this thread. A stopwatch that was never started starts now, at zero.
pub fn elapsed() -> Duration {
    let now = clock::monotonic();
    let start = START.get().unwrap_or_else(|| {
        START.set(Some(now));
        now
    });
    now.saturating_sub(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_thread_has_its_own() {
        assert_eq!(elapsed(), Duration::ZERO);
        std::thread::sleep(Duration::from_millis(2));
        let here = elapsed();
        assert!(here >= Duration::from_millis(2));
        std::thread::spawn(|| assert_eq!(elapsed(), Duration::ZERO)).join().unwrap();
        assert!(elapsed() >= here);
        start();
        std::thread::sleep(Duration::from_millis(1));
        assert!(elapsed() >= Duration::from_millis(1));
    }
}
