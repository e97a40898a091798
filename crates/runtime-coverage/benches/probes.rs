//! What a probe costs in a hot loop, with one thread and with two: the C functions, as compiled code
//! calls them, beside a call of nothing.

use std::ffi::CStr;
use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use runtime_coverage::ffi::*;

/// Calls a C function in a loop. It is called through a pointer that the compiler does not see through,
/// so that it is called, and not inlined, as across the border.
macro_rules! calls {
    ($name:ident, $function:ident as $kind:ty, |$probe:ident, $n:ident| $call:expr) => {
        fn $name(calls: u64) {
            let $probe = black_box($function as $kind);
            for $n in 0..calls {
                $call;
            }
        }
    };
}

const FILE: &CStr = c"bench.spl";

type Probe = extern "C" fn(u64, bool);
type Condition = extern "C" fn(u64, u32, bool);
type Block = extern "C" fn(u64, u32);
type PlacedDecision = unsafe extern "C" fn(u32, bool, *const i8, u32, u32);
type PlacedCondition = unsafe extern "C" fn(u32, u32, bool, *const i8, u32, u32);

#[inline(never)]
extern "C" fn nothing(id: u64, result: bool) {
    black_box((id, result));
}

calls!(call_of_nothing, nothing as Probe, |probe, n| probe(1, n & 1 == 0));
calls!(one_decision, rt_decision_probe as Probe, |probe, n| probe(1, n & 1 == 0));
calls!(many_decisions, rt_decision_probe as Probe, |probe, n| probe(n & 1023, n & 1 == 0));
calls!(one_condition, rt_condition_probe as Condition, |probe, n| probe(2, 0, n & 1 == 0));
calls!(one_block, rt_path_probe as Block, |probe, n| probe(1, (n & 7) as u32));

calls!(
    placed_decision,
    rt_coverage_decision_probe as PlacedDecision,
    // SAFETY: a constant text.
    |probe, n| unsafe { probe(3, n & 1 == 0, FILE.as_ptr(), 3, 5) }
);

calls!(
    placed_condition,
    rt_coverage_condition_probe as PlacedCondition,
    // SAFETY: a constant text.
    |probe, n| unsafe { probe(4, 0, n & 1 == 0, FILE.as_ptr(), 3, 5) }
);

/// What is in `a && b`: three probes, or two when `a` is false.
fn two_conditions_and_their_decision(calls: u64) {
    let condition = black_box(rt_condition_probe as Condition);
    let decision = black_box(rt_decision_probe as Probe);
    for n in 0..calls {
        let (a, b) = (n & 1 == 0, n & 2 == 0);
        condition(5, 0, a);
        if a {
            condition(5, 1, b);
        }
        decision(5, a && b);
    }
}

/// A path of four blocks and its end: five calls.
fn four_blocks_and_their_end(calls: u64) {
    let block = black_box(rt_path_probe as Block);
    let end = black_box(rt_path_finalize as extern "C" fn(u64));
    for _ in 0..calls {
        (0..4).for_each(|n| block(2, n));
        end(2);
    }
}

/// The time of so many calls in each of so many threads; the longest counts.
fn time(threads: usize, calls: u64, run: fn(u64)) -> Duration {
    let run = move || {
        // What is met for the first time is not measured.
        run(1024);
        let start = Instant::now();
        run(calls);
        start.elapsed()
    };
    let all: Vec<_> = (0..threads).map(|_| thread::spawn(run)).collect();
    let times = all.into_iter().map(|one| one.join().expect("a probe never panics"));
    times.max().unwrap_or_default()
}

fn probes(criterion: &mut Criterion) {
    for threads in [1, 2] {
        let mut group = criterion.benchmark_group(format!("{threads} thread(s)"));
        let mut bench = |name, run| {
            group.bench_function(name, |bencher| {
                bencher.iter_custom(|calls| time(threads, calls, run));
            });
        };
        bench("a call of nothing", call_of_nothing as fn(u64));
        bench("decision", one_decision);
        bench("decision with a place", placed_decision);
        bench("1024 decisions", many_decisions);
        bench("condition", one_condition);
        bench("condition with a place", placed_condition);
        bench("path block", one_block);
        bench("a && b", two_conditions_and_their_decision);
        bench("path of 4 blocks and its end", four_blocks_and_their_end);
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
