//! Whole files of 1 KiB and 1 MiB, read and written, beside the standard library.
//!
//! The durable write stands beside the same steps done by hand, and beside `fs::write`, which leaves
//! half a file when it is interrupted. `cargo xtask bench-c file` has C and CPython to compare.

use std::fs::{self, File};
use std::hint::black_box;
use std::io::{self, Write};
use std::path::Path;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use runtime_file::text;
use runtime_value::{Str, View};

const SIZES: [usize; 2] = [1 << 10, 1 << 20];

fn free(string: Str) {
    // SAFETY: nobody else knows the string.
    unsafe { string.value().free().expect("a live string of one's own can be freed") };
}

fn reads(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let path = folder.path().join("file");
    let mut group = criterion.benchmark_group("read");
    for size in SIZES {
        fs::write(&path, "x".repeat(size)).expect("a file can be written");
        group.throughput(Throughput::Bytes(size as u64));
        group.bench_function(BenchmarkId::new("text::read", size), |bencher| {
            bencher.iter(|| free(text::read(black_box(&path)).expect("the file is there")));
        });
        group.bench_function(BenchmarkId::new("text::read_bytes", size), |bencher| {
            bencher.iter(|| free(text::read_bytes(black_box(&path)).expect("the file is there")));
        });
        group.bench_function(BenchmarkId::new("fs::read_to_string", size), |bencher| {
            bencher.iter(|| fs::read_to_string(black_box(&path)).expect("the file is there"));
        });
        group.bench_function(BenchmarkId::new("fs::read", size), |bencher| {
            bencher.iter(|| fs::read(black_box(&path)).expect("the file is there"));
        });
    }
    group.finish();
}

/// What `text::write_bytes` does, without looking at what was there.
fn replace_by_hand(folder: &Path, content: &[u8]) -> io::Result<()> {
    let temporary = folder.join("temporary");
    let mut file = File::create_new(&temporary)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(temporary, folder.join("file"))?;
    File::open(folder)?.sync_all()
}

fn writes(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let path = folder.path().join("file");
    let mut group = criterion.benchmark_group("write");
    group.sample_size(10);
    for size in SIZES {
        let content = "x".repeat(size).into_bytes();
        group.throughput(Throughput::Bytes(size as u64));
        group.bench_function(BenchmarkId::new("text::write_bytes", size), |bencher| {
            bencher.iter(|| text::write_bytes(&path, &content).expect("there is room"));
        });
        group.bench_function(BenchmarkId::new("by hand", size), |bencher| {
            bencher.iter(|| replace_by_hand(folder.path(), &content).expect("there is room"));
        });
        group.bench_function(BenchmarkId::new("fs::write, not durable", size), |bencher| {
            bencher.iter(|| fs::write(&path, &content).expect("there is room"));
        });
    }
    group.finish();
}

criterion_group!(benches, reads, writes);
criterion_main!(benches);
