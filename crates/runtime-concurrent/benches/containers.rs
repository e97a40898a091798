//! The containers through their C functions, beside what they are made of called from Rust: on one
//! thread, and on two threads that share one container.

use std::alloc::Layout;
use std::hint::black_box;
use std::mem::ManuallyDrop;
use std::sync::Barrier;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use bumpalo::Bump;
use criterion::{Criterion, criterion_group, criterion_main};
use crossbeam::epoch::{self, Atomic, Owned};
use crossbeam::queue::SegQueue;
use dashmap::DashMap;
use runtime_concurrent::ffi::*;
use runtime_value::RuntimeValue;

/// The time of `rounds` rounds of `work` on each of `threads` threads at once. `work` gets the
/// number of its thread and of its round.
fn time(rounds: u64, threads: u64, work: impl Fn(u64, u64) + Sync) -> Duration {
    let start = Barrier::new(threads as usize);
    std::thread::scope(|scope| {
        let (start, work) = (&start, &work);
        let threads: Vec<_> = (0..threads)
            .map(|thread| {
                scope.spawn(move || {
                    start.wait();
                    let begin = Instant::now();
                    for round in 0..rounds {
                        work(thread, round);
                    }
                    begin.elapsed()
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("the work does not panic"))
            .max()
            .unwrap_or_default()
    })
}

/// A function as C calls it: not inlined.
fn c<F: Copy>(function: F) -> F {
    black_box(function)
}

/// What a thread does in a round; the numbers of both.
type Work<'w> = &'w (dyn Fn(u64, u64) + Sync);

fn compare(criterion: &mut Criterion, group: &str, rivals: &[(&str, Work<'_>)]) {
    for threads in [1, 2] {
        let mut group = criterion.benchmark_group(format!("{group}, {threads} thread(s)"));
        for &(name, work) in rivals {
            group.bench_function(name, |bencher| {
                bencher.iter_custom(|rounds| time(rounds, threads, work));
            });
        }
        group.finish();
    }
}

/// The key of a round: 1,024 keys in an order that looks like chance.
fn key(thread: u64, round: u64) -> i64 {
    ((thread << 32 | round).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 54) as i64
}

/// Eight of ten rounds read, one sets and one takes out.
fn maps(criterion: &mut Criterion) {
    let handle = rt_concurrent_map_new();
    let dash: DashMap<i64, u64> = DashMap::new();
    let folded: DashMap<i64, u64, foldhash::fast::RandomState> = DashMap::default();
    for key in 0..1024 {
        rt_concurrent_map_insert(handle, key, RuntimeValue::TRUE);
        dash.insert(key, 1);
        folded.insert(key, 1);
    }
    let (insert, get, remove) = (
        c(rt_concurrent_map_insert as extern "C" fn(_, _, _) -> _),
        c(rt_concurrent_map_get as extern "C" fn(_, _) -> _),
        c(rt_concurrent_map_remove as extern "C" fn(_, _) -> _),
    );
    compare(
        criterion,
        "map",
        &[
            ("dashmap", &|thread, round| {
                let key = key(thread, round);
                match round % 10 {
                    0 => {
                        black_box(dash.insert(key, round));
                    }
                    5 => {
                        black_box(dash.remove(&key));
                    }
                    _ => {
                        black_box(dash.get(&key).map(|entry| *entry));
                    }
                }
            }),
            ("dashmap with foldhash", &|thread, round| {
                let key = key(thread, round);
                match round % 10 {
                    0 => {
                        black_box(folded.insert(key, round));
                    }
                    5 => {
                        black_box(folded.remove(&key));
                    }
                    _ => {
                        black_box(folded.get(&key).map(|entry| *entry));
                    }
                }
            }),
            ("rt_concurrent_map", &|thread, round| {
                let key = key(thread, round);
                match round % 10 {
                    0 => {
                        black_box(insert(handle, key, RuntimeValue::TRUE));
                    }
                    5 => {
                        black_box(remove(handle, key));
                    }
                    _ => {
                        black_box(get(handle, key));
                    }
                }
            }),
        ],
    );
}

/// What a C interface without handles costs.
extern "C" fn raw_queue_push(queue: &SegQueue<u64>, value: u64) -> i64 {
    queue.push(value);
    1
}

extern "C" fn raw_queue_pop(queue: &SegQueue<u64>) -> u64 {
    queue.pop().unwrap_or(RuntimeValue::NIL.to_bits())
}

/// A push and a pop.
fn queues(criterion: &mut Criterion) {
    let handle = rt_concurrent_queue_new();
    let queue = SegQueue::new();
    for _ in 0..100 {
        rt_concurrent_queue_push(handle, RuntimeValue::TRUE);
        queue.push(1);
    }
    let (push, pop) = (
        c(rt_concurrent_queue_push as extern "C" fn(_, _) -> _),
        c(rt_concurrent_queue_pop as extern "C" fn(_) -> _),
    );
    let (raw_push, raw_pop) = (
        c(raw_queue_push as extern "C" fn(&_, u64) -> i64),
        c(raw_queue_pop as extern "C" fn(&_) -> u64),
    );
    compare(
        criterion,
        "queue",
        &[
            ("SegQueue", &|_, round| {
                queue.push(round);
                black_box(queue.pop());
            }),
            ("SegQueue through calls", &|_, _| {
                raw_push(&queue, 1);
                black_box(raw_pop(&queue));
            }),
            ("rt_concurrent_queue", &|_, _| {
                push(handle, RuntimeValue::TRUE);
                black_box(pop(handle));
            }),
        ],
    );
}

/// The stack of crossbeam-epoch's own example.
struct TextbookStack(Atomic<TextbookNode>);

struct TextbookNode {
    value: ManuallyDrop<u64>,
    next: Atomic<TextbookNode>,
}

impl TextbookStack {
    fn push(&self, value: u64) {
        let mut node =
            Owned::new(TextbookNode { value: ManuallyDrop::new(value), next: Atomic::null() });
        let guard = epoch::pin();
        loop {
            let head = self.0.load(Ordering::Relaxed, &guard);
            node.next.store(head, Ordering::Relaxed);
            match self.0.compare_exchange(head, node, Ordering::Release, Ordering::Relaxed, &guard)
            {
                Ok(_) => break,
                Err(refused) => node = refused.new,
            }
        }
    }

    fn pop(&self) -> Option<u64> {
        let guard = epoch::pin();
        loop {
            let head = self.0.load(Ordering::Acquire, &guard);
            // SAFETY: loaded in this epoch.
            let node = unsafe { head.as_ref()? };
            let next = node.next.load(Ordering::Relaxed, &guard);
            if self
                .0
                .compare_exchange(head, next, Ordering::Relaxed, Ordering::Relaxed, &guard)
                .is_ok()
            {
                // SAFETY: taken off by this thread.
                unsafe { guard.defer_destroy(head) };
                return Some(*node.value);
            }
        }
    }
}

fn stacks(criterion: &mut Criterion) {
    let handle = rt_concurrent_stack_new();
    let stack = TextbookStack(Atomic::null());
    let (push, pop) = (
        c(rt_concurrent_stack_push as extern "C" fn(_, _) -> _),
        c(rt_concurrent_stack_pop as extern "C" fn(_) -> _),
    );
    compare(
        criterion,
        "stack",
        &[
            ("crossbeam-epoch stack", &|_, round| {
                stack.push(round);
                black_box(stack.pop());
            }),
            ("rt_concurrent_stack", &|_, _| {
                push(handle, RuntimeValue::TRUE);
                black_box(pop(handle));
            }),
        ],
    );
}

/// 24 bytes at a time; the arena is reset when it is full. Each thread has its own arena, since a
/// bumpalo arena has one thread.
fn arenas(criterion: &mut Criterion) {
    const CAPACITY: i64 = 1 << 16;
    const ALLOCATIONS: u64 = 2_000;
    let alloc = c(rt_arena_alloc as extern "C" fn(i64, i64, i64) -> i64);
    let reset = c(rt_arena_reset as extern "C" fn(_) -> _);

    extern "C" fn bump_alloc(bump: &Bump, size: i64, align: i64) -> i64 {
        match Layout::from_size_align(size as usize, align as usize) {
            Ok(layout) => bump
                .try_alloc_layout(layout)
                .map_or(0, |address| address.as_ptr().expose_provenance() as i64),
            Err(_) => 0,
        }
    }
    let through_c = c(bump_alloc as extern "C" fn(&Bump, i64, i64) -> i64);

    for (name, threads) in [("alone in the process", 0), ("1 thread", 1), ("2 threads", 2)] {
        let mut group = criterion.benchmark_group(format!("arena, {name}"));
        group.bench_function("bumpalo through a call", |bencher| {
            bencher.iter_custom(|rounds| {
                on_each(threads, || {
                    let mut bump = Bump::with_capacity(CAPACITY as usize);
                    in_batches(rounds, ALLOCATIONS, &mut bump, Bump::reset, |bump| {
                        black_box(through_c(bump, 24, 8));
                    })
                })
            });
        });
        group.bench_function("bumpalo inlined", |bencher| {
            bencher.iter_custom(|rounds| {
                on_each(threads, || {
                    let mut bump = Bump::with_capacity(CAPACITY as usize);
                    in_batches(rounds, ALLOCATIONS, &mut bump, Bump::reset, |bump| {
                        black_box(bump.alloc_layout(Layout::new::<[u64; 3]>()));
                    })
                })
            });
        });
        group.bench_function("rt_arena", |bencher| {
            bencher.iter_custom(|rounds| {
                on_each(threads, || {
                    let mut handle = rt_arena_new(CAPACITY);
                    let time = in_batches(
                        rounds,
                        ALLOCATIONS,
                        &mut handle,
                        |handle| {
                            black_box(reset(*handle));
                        },
                        |handle| {
                            black_box(alloc(*handle, 24, 8));
                        },
                    );
                    rt_arena_free(handle);
                    time
                })
            });
        });
        group.finish();
    }
}

/// The time of `rounds` allocations, with a reset before each batch.
fn in_batches<A>(
    rounds: u64,
    batch: u64,
    arena: &mut A,
    reset: impl Fn(&mut A),
    alloc: impl Fn(&A),
) -> Duration {
    let begin = Instant::now();
    let mut left = rounds;
    while left > 0 {
        reset(arena);
        for _ in 0..left.min(batch) {
            alloc(arena);
        }
        left -= left.min(batch);
    }
    begin.elapsed()
}

/// The longest of the times that `work` takes on `threads` threads at once; on this one for none.
fn on_each(threads: usize, work: impl Fn() -> Duration + Sync) -> Duration {
    if threads == 0 {
        return work();
    }
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(&work)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("the work does not panic"))
            .max()
            .unwrap_or_default()
    })
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_millis(1000))
        .sample_size(20);
    // First what has to have the process to itself.
    targets = arenas, maps, queues, stacks
}
criterion_main!(benches);
