//! What a probe costs in a hot loop, with one thread and with two, beside a call of nothing.

use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use runtime_coverage::{Place, condition, decision, finish_path, path};

// Calls are not inlined, as none is across the border.

#[inline(never)]
extern "C" fn nothing(n: u64) {
    black_box(n);
}

#[inline(never)]
extern "C" fn one_decision(n: u64) {
    decision(1, n & 1 == 0, Place::default());
}

#[inline(never)]
extern "C" fn one_decision_with_a_place(n: u64) {
    decision(2, n & 1 == 0, Place { file: "bench.spl", line: 3, column: 5 });
}

#[inline(never)]
extern "C" fn many_decisions(n: u64) {
    decision(n & 1023, n & 1 == 0, Place::default());
}

#[inline(never)]
extern "C" fn one_condition(n: u64) {
    condition(1, 0, n & 1 == 0, Place::default());
}

#[inline(never)]
extern "C" fn one_block(n: u64) {
    path(1, (n & 7) as u32);
}

/// A path of four blocks each fourth time.
#[inline(never)]
extern "C" fn blocks_and_ends(n: u64) {
    path(2, (n & 3) as u32);
    if n & 3 == 3 {
        finish_path(2);
    }
}

/// The time of so many calls in each of so many threads; the longest counts.
fn time(threads: usize, calls: u64, probe: extern "C" fn(u64)) -> Duration {
    let run = move || {
        let start = Instant::now();
        (0..calls).for_each(|n| probe(black_box(n)));
        start.elapsed()
    };
    let all: Vec<_> = (0..threads).map(|_| thread::spawn(run)).collect();
    let times = all.into_iter().map(|one| one.join().expect("a probe never panics"));
    times.max().unwrap_or_default()
}

fn probes(criterion: &mut Criterion) {
    for threads in [1, 2] {
        let mut group = criterion.benchmark_group(format!("{threads} thread(s)"));
        let mut bench = |name, probe| {
            group.bench_function(name, |bencher| {
                bencher.iter_custom(|calls| time(threads, calls, probe));
            });
        };
        bench("a call of nothing", nothing);
        bench("decision", one_decision);
        bench("decision with a place", one_decision_with_a_place);
        bench("1024 decisions", many_decisions);
        bench("condition", one_condition);
        bench("path block", one_block);
        bench("path block, ended every 4", blocks_and_ends);
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .sample_size(20);
    targets = probes
}
criterion_main!(benches);
