//! Hashing through the C functions beside what a C program would call instead: OpenSSL for the SHA
//! family and the xxHash library for XXH3, both as the system has them. A library that is not there
//! is left out.
//!
//! Everything a caller pays is measured: a hasher is made, fed, finished, and its result freed.

mod foreign;

use std::hint::black_box;
use std::time::Duration;

use criterion::measurement::WallTime;
use criterion::{
    BenchmarkGroup, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main,
};
use runtime_hash::ffi::{sha1, sha256, sha512, xxhash};
use runtime_value::RuntimeValue;

use foreign::{Evp, XxHash};

const SIZES: [usize; 5] = [16, 64, 1 << 10, 16 << 10, 1 << 20];

/// The C functions of one SHA algorithm, and OpenSSL's name of it.
struct Sha {
    name: &'static str,
    new: extern "C" fn() -> i64,
    write: unsafe extern "C" fn(i64, *const u8, u64) -> i64,
    finish: extern "C" fn(i64) -> RuntimeValue,
    hash: unsafe extern "C" fn(*const u8, u64) -> RuntimeValue,
}

const SHA: [Sha; 3] = [
    Sha {
        name: "sha1",
        new: sha1::rt_sha1_new,
        write: sha1::rt_sha1_write,
        finish: sha1::rt_sha1_finish_bytes,
        hash: sha1::rt_sha1_hash_bytes,
    },
    Sha {
        name: "sha256",
        new: sha256::rt_sha256_new,
        write: sha256::rt_sha256_write,
        finish: sha256::rt_sha256_finish_bytes,
        hash: sha256::rt_sha256_hash_bytes,
    },
    Sha {
        name: "sha512",
        new: sha512::rt_sha512_new,
        write: sha512::rt_sha512_write,
        finish: sha512::rt_sha512_finish_bytes,
        hash: sha512::rt_sha512_hash_bytes,
    },
];

fn secure(criterion: &mut Criterion) {
    for sha in black_box(SHA) {
        let openssl = [
            ("OpenSSL", Evp::usual(sha.name)),
            ("OpenSSL, digest fetched once", Evp::fetched(sha.name)),
        ];
        let mut group = criterion.benchmark_group(sha.name);
        for_each_size(&mut group, |group, size, data| {
            group.bench_function(BenchmarkId::new("runtime", size), |bencher| {
                bencher.iter(|| {
                    let handle = (sha.new)();
                    // SAFETY: a slice with its own length, and a value that only this line knows.
                    unsafe {
                        (sha.write)(handle, data.as_ptr(), data.len() as u64);
                        (sha.finish)(handle).free()
                    }
                });
            });
            group.bench_function(BenchmarkId::new("runtime, one call", size), |bencher| {
                // SAFETY: a slice with its own length, and a value that only this line knows.
                bencher.iter(|| unsafe { (sha.hash)(data.as_ptr(), data.len() as u64).free() });
            });
            for (name, evp) in &openssl {
                let Some(evp) = evp else { continue };
                group.bench_function(BenchmarkId::new(*name, size), |bencher| {
                    bencher.iter(|| evp.digest(black_box(data)));
                });
            }
        });
    }
}

fn fast(criterion: &mut Criterion) {
    let baseline = XxHash::load("");
    // The library's second set of functions looks for the processor's vector instructions.
    let dispatched = XxHash::load("_dispatch");
    let mut group = criterion.benchmark_group("XXH3");
    for_each_size(&mut group, |group, size, data| {
        group.bench_function(BenchmarkId::new("runtime", size), |bencher| {
            bencher.iter(|| {
                let handle = xxhash::rt_xxhash_new();
                // SAFETY: a slice with its own length.
                unsafe { xxhash::rt_xxhash_write(handle, data.as_ptr(), data.len() as u64) };
                xxhash::rt_xxhash_finish(handle)
            });
        });
        group.bench_function(BenchmarkId::new("runtime, one call", size), |bencher| {
            // SAFETY: a slice with its own length.
            bencher.iter(|| unsafe {
                xxhash::rt_xxhash_hash(black_box(data).as_ptr(), data.len() as u64, 0)
            });
        });
        for (library, name) in [(&baseline, "libxxhash"), (&dispatched, "libxxhash dispatch")] {
            let Some(library) = library else { continue };
            group.bench_function(BenchmarkId::new(name, size), |bencher| {
                bencher.iter(|| library.stream(black_box(data)));
            });
            group.bench_function(BenchmarkId::new(format!("{name}, one call"), size), |bencher| {
                bencher.iter(|| library.one_call(black_box(data)));
            });
        }
    });
}

fn for_each_size(
    group: &mut BenchmarkGroup<'_, WallTime>,
    bench: impl Fn(&mut BenchmarkGroup<'_, WallTime>, usize, &[u8]),
) {
    for size in SIZES {
        let data: Vec<u8> = (0..size).map(|index| ((index * 131) >> 3) as u8).collect();
        group.throughput(Throughput::Bytes(size as u64));
        bench(group, size, &data);
    }
}

criterion_group! {
    name = hashes;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_millis(1000))
        .sample_size(20);
    targets = secure, fast
}
criterion_main!(hashes);
