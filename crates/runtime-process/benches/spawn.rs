//! Starting `true` and waiting for it, beside `posix_spawnp` and std's `Command`.

use std::ffi::CStr;
use std::process;
use std::ptr;

use criterion::{Criterion, criterion_group, criterion_main};
use runtime_process::{Command, Process};

unsafe extern "C" {
    static environ: *const *mut libc::c_char;
}

fn posix_spawnp(name: &CStr) {
    let arguments = [name.as_ptr().cast_mut(), ptr::null_mut()];
    let (mut pid, mut status) = (0, 0);
    // SAFETY: C texts and lists that end with null; nothing changes the environment.
    let ended = unsafe {
        let (actions, attributes) = (ptr::null(), ptr::null());
        let arguments = arguments.as_ptr();
        libc::posix_spawnp(&raw mut pid, name.as_ptr(), actions, attributes, arguments, environ);
        libc::waitpid(pid, &raw mut status, 0)
    };
    assert_eq!((ended, status), (pid, 0));
}

fn spawns(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("start true and wait for it");
    group.bench_function("posix_spawnp", |bencher| bencher.iter(|| posix_spawnp(c"true")));
    group.bench_function("std", |bencher| {
        bencher.iter(|| process::Command::new("true").status().expect("there is such a program"));
    });
    group.bench_function("execute", |bencher| {
        bencher.iter(|| Command::new("true").execute().expect("there is such a program"));
    });
    group.bench_function("spawn and wait", |bencher| {
        bencher.iter(|| Command::new("true").spawn().and_then(Process::wait));
    });
    group.bench_function("run", |bencher| {
        bencher.iter(|| Command::new("true").run().expect("there is such a program"));
    });
    group.finish();
}

criterion_group!(benches, spawns);
criterion_main!(benches);
