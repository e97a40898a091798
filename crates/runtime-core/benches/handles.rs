//! A handle lookup beside what one would use instead: a raw pointer, a locked map, a sharded map, a
//! general slab. One increment of a counter each, on the only thread of the process, on one beside an idle
//! one, and on two with a counter each.
#![expect(clippy::unwrap_used, reason = "a benchmark ends when its set-up fails")]

use std::collections::HashMap;
use std::hint::black_box;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use dashmap::DashMap;
use runtime_core::boundary;
use runtime_core::handle::{InPlaceTable, PinnedTable, kinds};
use sharded_slab::Slab;

/// Both counters on cache lines of their own, so that two threads show the cost of the way there.
#[repr(align(128))]
struct Counter(AtomicI64);

impl runtime_core::handle::InPlace for Counter {
    fn vacant() -> Self {
        Self(AtomicI64::new(0))
    }
}

impl Counter {
    /// A plain load and store: the cheapest use, so that the way to it is what is measured.
    fn bump(&self) -> i64 {
        let old = self.0.load(Ordering::Relaxed);
        self.0.store(old + 1, Ordering::Relaxed);
        old
    }
}

static IN_PLACE: InPlaceTable<Counter> = InPlaceTable::new(kinds::ATOMIC_INT);
static PINNED: PinnedTable<Counter> = PinnedTable::new(kinds::POOL);
static LOCKED: LazyLock<Mutex<HashMap<i64, Arc<Counter>>>> = LazyLock::new(Mutex::default);
static SHARDED: LazyLock<DashMap<i64, Arc<Counter>>> = LazyLock::new(DashMap::default);
static SLAB: LazyLock<Slab<Counter>> = LazyLock::new(Slab::new);

// Calls are not inlined, as none is across the border.
#[inline(never)]
unsafe extern "C" fn raw(pointer: *const Counter) -> i64 {
    // SAFETY: the benchmark passes a counter that lives as long as the process.
    unsafe { (*pointer).bump() }
}

#[inline(never)]
extern "C" fn in_place(handle: i64) -> i64 {
    boundary("bench", 0, || Ok(IN_PLACE.get(handle)?.bump()))
}

#[inline(never)]
extern "C" fn pinned(handle: i64) -> i64 {
    boundary("bench", 0, || Ok(PINNED.get(handle)?.bump()))
}

#[inline(never)]
extern "C" fn locked(key: i64) -> i64 {
    LOCKED.lock().unwrap().get(&key).map_or(0, |counter| counter.bump())
}

#[inline(never)]
extern "C" fn sharded(key: i64) -> i64 {
    SHARDED.get(&key).map_or(0, |counter| counter.bump())
}

#[inline(never)]
extern "C" fn slab(key: i64) -> i64 {
    SLAB.get(key as usize).map_or(0, |counter| counter.bump())
}

/// The time of `rounds` calls, in all.
fn calls(rounds: u64, key: i64, call: impl Fn(i64) -> i64) -> Duration {
    let begin = Instant::now();
    for _ in 0..rounds {
        black_box(call(black_box(key)));
    }
    begin.elapsed()
}

/// The time of `rounds` calls on each of `keys.len()` threads at once.
fn time(rounds: u64, keys: &[i64], call: impl Fn(i64) -> i64 + Sync) -> Duration {
    let start = std::sync::Barrier::new(keys.len());
    std::thread::scope(|scope| {
        let (start, call) = (&start, &call);
        let threads: Vec<_> = keys
            .iter()
            .map(|&key| {
                scope.spawn(move || {
                    start.wait();
                    calls(rounds, key, call)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).max().unwrap_or_default()
    })
}

fn lookups(criterion: &mut Criterion) {
    let counter = || Counter(AtomicI64::new(0));
    let raw_keys: Vec<i64> =
        (0..2).map(|_| std::ptr::from_ref(Box::leak(Box::new(counter()))) as i64).collect();
    let in_place_keys: Vec<i64> = (0..2).map(|_| IN_PLACE.insert(|_| ()).unwrap()).collect();
    let pinned_keys: Vec<i64> = (0..2).map(|_| PINNED.insert(counter()).unwrap()).collect();
    let map_keys: Vec<i64> = (1..3).collect();
    for &key in &map_keys {
        LOCKED.lock().unwrap().insert(key, Arc::new(counter()));
        SHARDED.insert(key, Arc::new(counter()));
    }
    let slab_keys: Vec<i64> = (0..2).map(|_| SLAB.insert(counter()).unwrap() as i64).collect();

    for (name, threads) in [("alone in the process", 0), ("1 thread", 1), ("2 threads", 2)] {
        let mut group = criterion.benchmark_group(format!("lookup, {name}"));
        let mut bench = |name: &str, keys: &[i64], call: &(dyn Fn(i64) -> i64 + Sync)| {
            group.bench_function(name, |bencher| {
                bencher.iter_custom(|rounds| match threads {
                    0 => calls(rounds, keys[0], call),
                    _ => time(rounds, &keys[..threads], call),
                });
            });
        };
        // SAFETY: the keys of `raw` are addresses of leaked counters.
        bench("raw pointer", &raw_keys, &|key| unsafe { raw(key as *const Counter) });
        bench("handle in place", &in_place_keys, &|key| in_place(key));
        bench("handle pinned", &pinned_keys, &|key| pinned(key));
        bench("Mutex<HashMap>", &map_keys, &|key| locked(key));
        bench("DashMap", &map_keys, &|key| sharded(key));
        bench("sharded-slab", &slab_keys, &|key| slab(key));
        group.finish();
    }
}

criterion_group! {
    name = handles;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_millis(1000))
        .sample_size(20);
    targets = lookups
}
criterion_main!(handles);
