//! What a check costs that holds.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use runtime_contracts::ffi::simple_contract_check;

fn checks(criterion: &mut Criterion) {
    let name = b"function";
    criterion.bench_function("a check that holds", |bencher| {
        bencher.iter(|| {
            let (name, length) = (name.as_ptr(), name.len() as i64);
            // SAFETY: a live array with its length.
            unsafe { simple_contract_check(black_box(1), black_box(0), name, length) }
        });
    });
}

criterion_group!(benches, checks);
criterion_main!(benches);
