//! What a probe costs in a hot loop, with one thread and with two.

use std::hint::black_box;
use std::thread;
use std::time::Instant;

use criterion::{Criterion, criterion_group, criterion_main};
use runtime_coverage::{Place, condition, decision, finish_path, path};

/// Times `iterations` calls in each of so many threads; the longest counts.
fn in_threads(
    criterion: &mut Criterion,
    name: &str,
    probe: impl Fn(u64) + Copy + Send + Sync + 'static,
) {
    for threads in [1, 2] {
        criterion.bench_function(&format!("{name}, {threads} threads"), |bencher| {
            bencher.iter_custom(|iterations| {
                let run = move || {
                    let start = Instant::now();
                    (0..iterations).for_each(|n| probe(black_box(n)));
                    start.elapsed()
                };
                let all: Vec<_> = (0..threads).map(|_| thread::spawn(run)).collect();
                let times = all.into_iter().map(|one| one.join().expect("a probe never panics"));
                times.max().unwrap_or_default()
            });
        });
    }
}

fn probes(criterion: &mut Criterion) {
    in_threads(criterion, "decision", |n| decision(1, n & 1 == 0, Place::default()));
    let place = Place { file: "bench.spl", line: 3, column: 5 };
    in_threads(criterion, "decision with a place", move |n| decision(2, n & 1 == 0, place));
    in_threads(criterion, "condition", |n| condition(1, 0, n & 1 == 0, Place::default()));
    in_threads(criterion, "path", |n| path(1, (n & 7) as u32));
    finish_path(1);
}

criterion_group!(benches, probes);
criterion_main!(benches);
