//! Hashers behind handles, used by several threads at once.

use std::sync::Barrier;
use std::thread;

use runtime_core::error::codes::{
    RT_ERROR_NOT_A_HANDLE, RT_ERROR_STALE_HANDLE, RT_ERROR_WRONG_KIND,
};
use runtime_hash::table::{SHA1, SHA256, XXHASH};
use runtime_hash::{Sha1, Sha256, Xxh3, sha1, sha256};

const THREADS: usize = 4;

#[test]
fn refusals_say_why() {
    let handle = SHA1.open(Sha1::new()).unwrap();
    assert_eq!(SHA256.write(handle, b"x").unwrap_err().code(), RT_ERROR_WRONG_KIND);
    assert_eq!(SHA1.write(99_999, b"x").unwrap_err().code(), RT_ERROR_NOT_A_HANDLE);
    assert_eq!(SHA1.finish(handle).unwrap(), sha1(b""));
    let refusal = SHA1.finish(handle).unwrap_err();
    assert_eq!(refusal.code(), RT_ERROR_STALE_HANDLE);
    assert_eq!(
        refusal.reason(),
        format!("handle {handle:#x} is not a live SHA-1 hasher (it was freed)")
    );
}

#[test]
fn no_write_of_many_threads_is_lost() {
    const WRITES: usize = 500;
    let handle = SHA256.open(Sha256::new()).unwrap();
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for _ in 0..WRITES {
                    SHA256.write(handle, b"abc").unwrap();
                }
            });
        }
    });
    assert_eq!(SHA256.finish(handle).unwrap(), sha256(&b"abc".repeat(THREADS * WRITES)));
}

#[test]
fn a_write_is_in_the_digest_or_refused() {
    for round in 0..50 {
        let handle = SHA256.open(Sha256::new()).unwrap();
        let start = Barrier::new(THREADS);
        let write = || {
            start.wait();
            (0..).take_while(|_| SHA256.write(handle, b"a").is_ok()).count()
        };
        let (written, digest) = thread::scope(|scope| {
            let writers: Vec<_> = (1..THREADS).map(|_| scope.spawn(write)).collect();
            start.wait();
            for _ in 0..round {
                thread::yield_now();
            }
            let digest = SHA256.finish(handle).unwrap();
            let written: usize = writers.into_iter().map(|writer| writer.join().unwrap()).sum();
            (written, digest)
        });
        assert_eq!(digest, sha256(&vec![b'a'; written]));
    }
}

#[test]
fn of_many_finishes_and_frees_one_succeeds() {
    for _ in 0..200 {
        let handle = XXHASH.open(Xxh3::new()).unwrap();
        let start = Barrier::new(THREADS);
        let end = |by_finish: bool| {
            start.wait();
            if by_finish { XXHASH.finish(handle).map(drop) } else { XXHASH.free(handle) }
        };
        let ended = thread::scope(|scope| {
            let end = &end;
            let enders: Vec<_> =
                (0..THREADS).map(|index| scope.spawn(move || end(index % 2 == 0))).collect();
            enders.into_iter().filter_map(|ender| ender.join().unwrap().ok()).count()
        });
        assert_eq!(ended, 1);
    }
}
