//! A million prints of ten bytes to a file, beside C's `fputs` on a buffered `FILE` and Rust's own
//! standard output, which is flushed at every line.

use std::ffi::{CString, c_char};
use std::fs::File;
use std::hint::black_box;
use std::io::Write;
use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use runtime_io::Stream;

const PRINTS: u64 = 1_000_000;
const TEXT: &[u8] = b"nine char\n";
const TEXT_FOR_C: *const c_char = c"nine char\n".as_ptr();

/// The time of `rounds` times `work`, with standard output going to a file that is emptied each time.
fn redirected(rounds: u64, mut work: impl FnMut()) -> Duration {
    let file = tempfile::tempfile().expect("a temporary file can be made");
    (0..rounds)
        .map(|_| {
            file.set_len(0).expect("a file of one's own can be emptied");
            // SAFETY: descriptors that are open; standard output is put back below.
            let saved = unsafe {
                let saved = libc::dup(libc::STDOUT_FILENO);
                libc::lseek(file.as_raw_fd(), 0, libc::SEEK_SET);
                libc::dup2(file.as_raw_fd(), libc::STDOUT_FILENO);
                saved
            };
            let start = Instant::now();
            work();
            let time = start.elapsed();
            assert_eq!(length(&file), PRINTS * TEXT.len() as u64);
            // SAFETY: as above.
            unsafe {
                libc::dup2(saved, libc::STDOUT_FILENO);
                libc::close(saved);
            }
            time
        })
        .sum()
}

fn length(file: &File) -> u64 {
    file.metadata().expect("an open file has a length").len()
}

// Calls are not inlined, as none is across the border.
#[inline(never)]
extern "C" fn print(text: *const u8, length: usize) -> i64 {
    runtime_core::boundary("bench", 0, || {
        // SAFETY: the benchmark passes a live text with its length.
        let text = unsafe { std::slice::from_raw_parts(text, length) };
        Stream::Stdout.print(text).map(|()| 1)
    })
}

fn prints(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("print ten bytes to a file");
    group.throughput(Throughput::Elements(PRINTS)).sample_size(10);
    group.bench_function("fputs", |bencher| {
        bencher.iter_custom(|rounds| {
            redirected(rounds, || {
                let mode = CString::from(c"w");
                // SAFETY: a stream on a copy of the descriptor, used and closed here.
                unsafe {
                    let stream = libc::fdopen(libc::dup(libc::STDOUT_FILENO), mode.as_ptr());
                    for _ in 0..PRINTS {
                        black_box(libc::fputs(black_box(TEXT_FOR_C), stream));
                    }
                    libc::fclose(stream);
                }
            })
        });
    });
    group.bench_function("rt_print_str", |bencher| {
        bencher.iter_custom(|rounds| {
            redirected(rounds, || {
                for _ in 0..PRINTS {
                    black_box(print(black_box(TEXT.as_ptr()), TEXT.len()));
                }
                Stream::Stdout.flush().expect("a file takes everything");
            })
        });
    });
    group.bench_function("std", |bencher| {
        bencher.iter_custom(|rounds| {
            redirected(rounds, || {
                for _ in 0..PRINTS {
                    let _ = std::io::stdout().write_all(black_box(TEXT));
                }
                let _ = std::io::stdout().flush();
            })
        });
    });
    group.finish();
}

criterion_group!(benches, prints);
criterion_main!(benches);
