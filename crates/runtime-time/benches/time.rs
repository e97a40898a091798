//! The exported getters beside C's `gmtime_r`, over instants in random order between the years 1900
//! and 2100.

use std::hint::black_box;
use std::mem::MaybeUninit;

use criterion::{Criterion, criterion_group, criterion_main};
use runtime_time::ffi::*;

extern "C" fn year_of_gmtime_r(micros: i64) -> i32 {
    let seconds = micros.div_euclid(1_000_000);
    let mut parts = MaybeUninit::<libc::tm>::zeroed();
    // SAFETY: pointers to local variables; zeroed is a valid `tm`.
    unsafe {
        libc::gmtime_r(&raw const seconds, parts.as_mut_ptr());
        black_box(parts.assume_init()).tm_year + 1900
    }
}

extern "C" fn all_components(micros: i64) -> i32 {
    let mut parts = MaybeUninit::<RtDateTime>::uninit();
    // SAFETY: a pointer to a local variable, which the function fills.
    unsafe {
        rt_timestamp_get_components(micros, parts.as_mut_ptr());
        black_box(parts.assume_init()).year
    }
}

type Getter = extern "C" fn(i64) -> i32;

fn getters(bench: &mut Criterion) {
    const YEAR: i64 = 31_556_952_000_000;
    let instants: Vec<i64> = (0..1000_i64)
        .map(|n| n.wrapping_mul(0x9E37_79B9_7F4A_7C15_u64 as i64) % (100 * YEAR))
        .collect();
    let cases: &[(&str, Getter)] = &[
        ("gmtime_r", year_of_gmtime_r),
        ("rt_timestamp_get_components", all_components),
        ("rt_timestamp_get_year", rt_timestamp_get_year),
        ("rt_timestamp_get_month", rt_timestamp_get_month),
        ("rt_timestamp_get_day", rt_timestamp_get_day),
        ("rt_timestamp_get_hour", rt_timestamp_get_hour),
        ("rt_timestamp_get_minute", rt_timestamp_get_minute),
        ("rt_timestamp_get_second", rt_timestamp_get_second),
        ("rt_timestamp_get_microsecond", rt_timestamp_get_microsecond),
        ("rt_timestamp_get_weekday", rt_timestamp_get_weekday),
        ("rt_timestamp_get_iso_week", rt_timestamp_get_iso_week),
    ];
    let mut group = bench.benchmark_group("1000 calls");
    for (name, getter) in cases {
        group.bench_function(*name, |bencher| {
            let getter = black_box(*getter);
            bencher.iter(|| {
                instants.iter().map(|micros| i64::from(getter(black_box(*micros)))).sum::<i64>()
            });
        });
    }
    group.finish();
}

fn back(bench: &mut Criterion) {
    bench.bench_function("rt_timestamp_from_components", |bencher| {
        bencher.iter(|| {
            rt_timestamp_from_components(
                black_box(2024),
                black_box(2),
                black_box(29),
                12,
                30,
                45,
                6,
            )
        });
    });
    bench.bench_function("rt_time_now_nanos", |bencher| bencher.iter(|| rt_time_now_nanos()));
}

criterion_group!(benches, getters, back);
criterion_main!(benches);
