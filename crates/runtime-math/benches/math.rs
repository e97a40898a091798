//! The exported functions beside libm's own, called the same way: through a pointer that the
//! compiler cannot see through.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};

type Function = extern "C" fn(f64) -> f64;

// SAFETY: C's own functions, declared as in <math.h>.
unsafe extern "C" {
    safe fn sin(x: f64) -> f64;
    safe fn exp(x: f64) -> f64;
    safe fn log(x: f64) -> f64;
    safe fn sqrt(x: f64) -> f64;
    safe fn floor(x: f64) -> f64;
    safe fn cbrt(x: f64) -> f64;
}

/// The address of libm's function itself.
fn address(function: unsafe extern "C" fn(f64) -> f64) -> Function {
    // SAFETY: the same type but for the promise, and the functions above are safe to call.
    unsafe { std::mem::transmute(function) }
}

fn math(bench: &mut Criterion) {
    use runtime_math::ffi::*;

    let cases: &[(&str, Function, Function)] = &[
        ("sin", address(sin), rt_math_sin),
        ("exp", address(exp), rt_math_exp),
        ("log", address(log), rt_math_log),
        ("sqrt", address(sqrt), rt_math_sqrt),
        ("floor", address(floor), rt_math_floor),
        ("cbrt", address(cbrt), rt_math_cbrt),
    ];
    let points: Vec<f64> = (1..=1000).map(|n| f64::from(n) * 0.37).collect();
    for (name, libm, ours) in cases {
        let mut group = bench.benchmark_group(*name);
        for (who, function) in [("libm", libm), ("rt_math", ours)] {
            group.bench_function(who, |bencher| {
                let function = black_box(*function);
                bencher.iter(|| points.iter().map(|x| function(black_box(*x))).sum::<f64>());
            });
        }
        group.finish();
    }
}

criterion_group!(benches, math);
criterion_main!(benches);
