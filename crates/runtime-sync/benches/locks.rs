//! The locks through their C functions, beside those of pthread: alone, and with two threads that
//! want the same one. Each round takes and releases once.

use std::cell::UnsafeCell;
use std::hint::black_box;
use std::sync::Barrier;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use runtime_sync::ffi::*;
use runtime_value::RuntimeValue;

type Word = u64;

/// A lock of pthread at a fixed address.
struct Posix<T>(Box<UnsafeCell<T>>);

// SAFETY: the functions of pthread are made for being called on one lock by several threads.
unsafe impl<T> Sync for Posix<T> {}

impl<T> Posix<T> {
    /// From a value that pthread says is a lock in its first state.
    fn new(initial: T) -> Self {
        Self(Box::new(UnsafeCell::new(initial)))
    }

    fn at(&self) -> *mut T {
        self.0.get()
    }
}

/// A function pointer that the optimiser does not see through, as none is across the border.
fn opaque<F: Copy>(function: F) -> F {
    black_box(function)
}

/// Runs `round` so often on each of `threads` threads, all starting at once.
fn time(rounds: u64, threads: usize, round: &(dyn Fn() + Sync)) -> Duration {
    if threads == 1 {
        let start = Instant::now();
        for _ in 0..rounds {
            round();
        }
        return start.elapsed();
    }
    let start_line = Barrier::new(threads);
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    start_line.wait();
                    let start = Instant::now();
                    for _ in 0..rounds {
                        round();
                    }
                    start.elapsed()
                })
            })
            .collect();
        running.into_iter().filter_map(|thread| thread.join().ok()).max().unwrap_or_default()
    })
}

fn word(bits: Word) -> RuntimeValue {
    // SAFETY: the words in this benchmark are locks, which threads share.
    unsafe { RuntimeValue::from_bits(bits) }
}

fn locks(criterion: &mut Criterion) {
    // A second thread, asleep: without one glibc leaves out the atomic instructions, and its locks
    // lock nothing.
    std::thread::spawn(std::thread::park);

    let mutex = rt_mutex_new(RuntimeValue::NIL).to_bits();
    let rwlock = rt_rwlock_new(RuntimeValue::NIL).to_bits();
    let semaphore = rt_semaphore_new(1).to_bits();
    let posix_mutex = Posix::new(libc::PTHREAD_MUTEX_INITIALIZER);
    let posix_rwlock = Posix::new(libc::PTHREAD_RWLOCK_INITIALIZER);
    // SAFETY: zeroed bytes are a place for a semaphore, which `sem_init` makes one.
    let posix_semaphore = Posix::new(unsafe { std::mem::zeroed::<libc::sem_t>() });
    // SAFETY: as above.
    unsafe { libc::sem_init(posix_semaphore.at(), 0, 1) };

    let (lock, unlock) = (
        opaque(rt_mutex_lock as extern "C" fn(_) -> _),
        opaque(rt_mutex_unlock as extern "C" fn(_, _) -> _),
    );
    let (read, unlock_read) = (
        opaque(rt_rwlock_read as extern "C" fn(_) -> _),
        opaque(rt_rwlock_unlock_read as extern "C" fn(_) -> _),
    );
    let (write, unlock_write) = (
        opaque(rt_rwlock_write as extern "C" fn(_) -> _),
        opaque(rt_rwlock_unlock_write as extern "C" fn(_) -> _),
    );
    let (acquire, release) = (
        opaque(rt_semaphore_acquire as extern "C" fn(_) -> _),
        opaque(rt_semaphore_release as extern "C" fn(_) -> _),
    );

    for threads in [1, 2] {
        let mut group = criterion.benchmark_group(format!("{threads} thread(s)"));
        let mut bench = |name: &str, round: &(dyn Fn() + Sync)| {
            group.bench_function(name, |bencher| {
                bencher.iter_custom(|rounds| time(rounds, threads, round));
            });
        };
        bench("pthread mutex", &|| {
            // SAFETY: the lock is live, and released by the thread that took it.
            unsafe {
                libc::pthread_mutex_lock(posix_mutex.at());
                libc::pthread_mutex_unlock(posix_mutex.at());
            }
        });
        bench("rt_mutex", &|| {
            lock(word(mutex));
            unlock(word(mutex), RuntimeValue::TRUE);
        });
        bench("pthread rwlock, read", &|| {
            // SAFETY: as above.
            unsafe {
                libc::pthread_rwlock_rdlock(posix_rwlock.at());
                libc::pthread_rwlock_unlock(posix_rwlock.at());
            }
        });
        bench("rt_rwlock, read", &|| {
            read(word(rwlock));
            unlock_read(rwlock as i64);
        });
        bench("pthread rwlock, write", &|| {
            // SAFETY: as above.
            unsafe {
                libc::pthread_rwlock_wrlock(posix_rwlock.at());
                libc::pthread_rwlock_unlock(posix_rwlock.at());
            }
        });
        bench("rt_rwlock, write", &|| {
            write(word(rwlock));
            unlock_write(rwlock as i64);
        });
        bench("sem_wait and sem_post", &|| {
            // SAFETY: as above.
            unsafe {
                libc::sem_wait(posix_semaphore.at());
                libc::sem_post(posix_semaphore.at());
            }
        });
        bench("rt_semaphore", &|| {
            acquire(word(semaphore));
            release(word(semaphore));
        });
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_millis(1000))
        .sample_size(20);
    targets = locks
}
criterion_main!(benches);
