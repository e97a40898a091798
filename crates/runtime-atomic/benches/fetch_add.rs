//! An addition through a handle beside one through a raw pointer: on one thread, on two threads
//! with a cell each, and on two threads with one cell.

use std::hint::black_box;
use std::sync::Barrier;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use runtime_atomic::ffi::{rt_atomic_int_fetch_add, rt_atomic_int_new};

/// What one does without a runtime, through a call as C makes it.
extern "C" fn raw_fetch_add(pointer: i64, value: i64) -> i64 {
    let pointer = std::ptr::with_exposed_provenance::<AtomicI64>(pointer as usize);
    // SAFETY: the benchmark passes atomics that live as long as the process.
    unsafe { (*pointer).fetch_add(value, Ordering::SeqCst) }
}

/// An atomic on a line of its own, so that the rivals differ in the way there only.
#[repr(align(128))]
struct Apart(AtomicI64);

fn raw_new() -> i64 {
    let cell = Box::leak(Box::new(Apart(AtomicI64::new(0))));
    std::ptr::from_ref(&cell.0).expose_provenance() as i64
}

type FetchAdd = extern "C" fn(i64, i64) -> i64;

/// The time of `rounds` calls on each of `cells.len()` threads at once.
fn time(rounds: u64, cells: &[i64], call: FetchAdd) -> Duration {
    let start = Barrier::new(cells.len());
    std::thread::scope(|scope| {
        let start = &start;
        let threads: Vec<_> = cells
            .iter()
            .map(|&cell| {
                scope.spawn(move || {
                    let call = black_box(call);
                    start.wait();
                    let begin = Instant::now();
                    for _ in 0..rounds {
                        black_box(call(black_box(cell), 1));
                    }
                    begin.elapsed()
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("an addition does not panic"))
            .max()
            .unwrap_or_default()
    })
}

fn fetch_add(criterion: &mut Criterion) {
    let raw = [raw_new(), raw_new()];
    let handles = [rt_atomic_int_new(0), rt_atomic_int_new(0)];
    for (name, pick) in
        [("1 thread", &[0][..]), ("2 threads, 2 cells", &[0, 1]), ("2 threads, 1 cell", &[0, 0])]
    {
        let mut group = criterion.benchmark_group(format!("fetch_add, {name}"));
        for (rival, cells, call) in [
            ("raw pointer", raw, raw_fetch_add as FetchAdd),
            ("handle", handles, rt_atomic_int_fetch_add as FetchAdd),
        ] {
            let cells: Vec<i64> = pick.iter().map(|&index| cells[index]).collect();
            group.bench_function(rival, |bencher| {
                bencher.iter_custom(|rounds| time(rounds, &cells, call));
            });
        }
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_millis(1000))
        .sample_size(20);
    targets = fetch_add
}
criterion_main!(benches);
