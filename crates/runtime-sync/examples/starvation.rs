//! Whether a thread starves: several threads take one lock again and again for some seconds, and
//! the shares of all are printed. `cargo run --release -p runtime-sync --example starvation -- 10`

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use runtime_core::Result;
use runtime_sync::{Mutex, RwLock, Semaphore};

const THREADS: usize = 4;

/// What one thread got: how often it had the lock, and the longest it waited for it.
struct Share {
    turns: u64,
    longest: Duration,
}

fn contend(name: &str, seconds: u64, turn: impl Fn(usize) -> Result<()> + Sync) {
    let stop = AtomicBool::new(false);
    let shares: Vec<Share> = std::thread::scope(|scope| {
        let (stop, turn) = (&stop, &turn);
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| {
                scope.spawn(move || {
                    let mut share = Share { turns: 0, longest: Duration::ZERO };
                    while !stop.load(Ordering::Relaxed) {
                        let start = Instant::now();
                        turn(thread).expect("the lock is live and used by its rules");
                        share.longest = share.longest.max(start.elapsed());
                        share.turns += 1;
                    }
                    share
                })
            })
            .collect();
        std::thread::sleep(Duration::from_secs(seconds));
        stop.store(true, Ordering::Relaxed);
        threads.into_iter().filter_map(|thread| thread.join().ok()).collect()
    });
    let total: u64 = shares.iter().map(|share| share.turns).sum();
    println!("{name}: {total} turns in {seconds} s");
    for (thread, share) in shares.iter().enumerate() {
        let percent = share.turns as f64 * 100.0 / total as f64;
        println!("  thread {thread}: {percent:5.1} %, longest turn {:?}", share.longest);
    }
}

fn main() -> Result<()> {
    let seconds = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(10);
    let mutex = Mutex::new(0)?;
    contend("mutex", seconds, |_| mutex.with(|turns| turns + 1));
    mutex.free()?;

    let lock = RwLock::new(0)?;
    contend("rwlock, thread 0 writes and the others read", seconds, |thread| {
        if thread == 0 {
            let turns = lock.write()?;
            lock.set(turns + 1)?;
            return lock.unlock_write();
        }
        lock.read()?;
        lock.unlock_read()
    });
    lock.free()?;

    let semaphore = Semaphore::new(1)?;
    contend("semaphore with one permit", seconds, |_| {
        semaphore.acquire()?;
        semaphore.release()
    });
    semaphore.free()
}
