//! Memory maps: what the table knows, and what it refuses.
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

mod common;

use std::fs::{self, File};
use std::os::fd::AsFd;
use std::path::Path;
use std::thread;

use common::place;
use libc::{
    MAP_ANONYMOUS, MAP_FIXED, MAP_FIXED_NOREPLACE, MAP_GROWSDOWN, MAP_HUGETLB, MAP_LOCKED,
    MAP_POPULATE, MAP_PRIVATE, MAP_SHARED, MS_ASYNC, MS_SYNC, PROT_NONE, PROT_READ, PROT_WRITE,
};
use runtime_core::error::codes::{
    RT_ERROR_INVALID_ARGUMENT, RT_ERROR_LENGTH, RT_ERROR_MISALIGNED, RT_ERROR_SYSTEM,
};
use runtime_file::codes::{RT_ERROR_BEYOND_END, RT_ERROR_NOT_MAPPED, RT_ERROR_NOT_REGULAR};
use runtime_file::map;

const PAGE: usize = 4096;

/// A file of so many pages, page n full of the letter n, open to read and write.
fn pages(count: usize) -> (tempfile::TempDir, std::path::PathBuf, File) {
    assert_eq!(rustix::param::page_size(), PAGE);
    let (folder, path) = place("file");
    let content: Vec<u8> = (0..count * PAGE).map(|at| b'a' + (at / PAGE) as u8).collect();
    fs::write(&path, content).unwrap();
    let file = File::options().read(true).write(true).open(&path).unwrap();
    (folder, path, file)
}

fn map_all(file: &File, prot: i32, flags: i32) -> usize {
    let size = file.metadata().unwrap().len();
    map::map(file.as_fd(), 0, size, prot, flags).unwrap().expose_provenance()
}

fn code<T>(result: runtime_core::Result<T>) -> i64 {
    result.err().unwrap().code()
}

#[test]
fn a_map_shows_the_file() {
    let (_folder, path) = place("file");
    fs::write(&path, "Hello, World").unwrap();
    let file = File::open(&path).unwrap();
    for flags in [MAP_SHARED, MAP_PRIVATE, MAP_PRIVATE | MAP_POPULATE] {
        let start = map::map(file.as_fd(), 0, 12, PROT_READ, flags).unwrap();
        // SAFETY: twelve bytes of a file that nobody changes.
        assert_eq!(unsafe { std::slice::from_raw_parts(start, 12) }, b"Hello, World");
        let address = start.expose_provenance();
        assert_eq!(map::read(address + 7, 5).unwrap().as_bytes(), b"World");
        // SAFETY: nothing refers to the memory any more.
        unsafe { map::unmap(address, 12).unwrap() };
        assert_eq!(code(map::read(address, 1)), RT_ERROR_NOT_MAPPED);
    }
}

#[test]
fn changes_reach_the_file() {
    let (_folder, path, file) = pages(2);
    let shared = map_all(&file, PROT_READ | PROT_WRITE, MAP_SHARED);
    let private = map_all(&file, PROT_READ | PROT_WRITE, MAP_PRIVATE);
    for address in [shared, private] {
        // SAFETY: a byte of a live map that only this test knows.
        unsafe { std::ptr::with_exposed_provenance_mut::<u8>(address + PAGE).write(b'!') };
    }
    map::sync(shared, 2 * PAGE as u64, MS_SYNC).unwrap();
    map::sync(shared + PAGE, 1, MS_ASYNC).unwrap();
    assert_eq!(fs::read(&path).unwrap()[PAGE - 1..=PAGE + 1], *b"a!b");
    file.set_len(PAGE as u64).unwrap();
    file.set_len(2 * PAGE as u64).unwrap();
    assert_eq!(map::read(shared + PAGE, 1).unwrap().as_bytes(), b"\0");
    // SAFETY: nothing refers to the memory.
    unsafe {
        map::unmap(shared, 2 * PAGE as u64).unwrap();
        map::unmap(private, 2 * PAGE as u64).unwrap();
    }
}

#[test]
fn parts_can_end() {
    let (_folder, _path, file) = pages(5);
    let start = map_all(&file, PROT_READ, MAP_SHARED);
    let page = |number: usize| start + number * PAGE;
    let is_mapped = |number: usize| map::read(page(number), PAGE as u64).is_ok();
    // SAFETY: nothing refers to the memory.
    let unmap = |number: usize, length: usize| unsafe { map::unmap(page(number), length as u64) };
    unmap(1, PAGE).unwrap();
    assert_eq!([0, 1, 2, 3, 4].map(is_mapped), [true, false, true, true, true]);
    // Across the hole, and over the end, nothing happens.
    assert_eq!(code(unmap(0, 2 * PAGE)), RT_ERROR_NOT_MAPPED);
    assert_eq!(code(unmap(0, 5 * PAGE)), RT_ERROR_NOT_MAPPED);
    assert_eq!(code(unmap(4, 2 * PAGE)), RT_ERROR_NOT_MAPPED);
    assert_eq!(code(unmap(1, PAGE)), RT_ERROR_NOT_MAPPED);
    assert_eq!([0, 1, 2, 3, 4].map(is_mapped), [true, false, true, true, true]);
    assert_eq!(code(map::read(page(0), PAGE as u64 + 1)), RT_ERROR_NOT_MAPPED);
    assert_eq!(map::read(page(2) + 1, 3 * PAGE as u64 - 1).unwrap().len(), 3 * PAGE - 1);
    // A length counts up to the border of a page.
    unmap(4, 1).unwrap();
    unmap(0, PAGE - 1).unwrap();
    assert_eq!([0, 1, 2, 3, 4].map(is_mapped), [false, false, true, true, false]);
    unmap(2, 2 * PAGE).unwrap();
    assert_eq!([0, 1, 2, 3, 4].map(is_mapped), [false; 5]);
}

#[test]
fn wrong_addresses_are_errors() {
    let (_folder, _path, file) = pages(2);
    let start = map_all(&file, PROT_READ, MAP_SHARED);
    let heap = Box::new([0_u8; 2 * PAGE]);
    let inside = heap.as_ptr().addr().next_multiple_of(PAGE);
    let wrong = [
        (0, 1, RT_ERROR_NOT_MAPPED),
        (inside, 1, RT_ERROR_NOT_MAPPED),
        (start + 1, 1, RT_ERROR_MISALIGNED),
        (start, 0, RT_ERROR_LENGTH),
        (start, u64::MAX, RT_ERROR_NOT_MAPPED),
        (start, 1 << 62, RT_ERROR_NOT_MAPPED),
        (start, 2 * PAGE as u64 + 1, RT_ERROR_NOT_MAPPED),
        (start + 2 * PAGE, 1, RT_ERROR_NOT_MAPPED),
        (usize::MAX & !(PAGE - 1), u64::MAX, RT_ERROR_NOT_MAPPED),
    ];
    for (address, length, expected) in wrong {
        // SAFETY: refused.
        unsafe {
            assert_eq!(code(map::unmap(address, length)), expected, "{address:#x} {length}");
            assert_eq!(code(map::advise(address, length, libc::MADV_NORMAL)), expected);
        }
        assert_eq!(code(map::sync(address, length, MS_ASYNC)), expected);
    }
    assert_eq!(code(map::read(usize::MAX, 1)), RT_ERROR_NOT_MAPPED);
    assert_eq!(code(map::read(start, u64::MAX)), RT_ERROR_NOT_MAPPED);
    assert_eq!(code(map::read(inside, 1)), RT_ERROR_NOT_MAPPED);
    assert_eq!(map::read(start, 2 * PAGE as u64).unwrap().len(), 2 * PAGE);
    assert_eq!(map::read(start, 0).unwrap().len(), 0);
    // SAFETY: nothing refers to the memory.
    unsafe { map::unmap(start, 2 * PAGE as u64).unwrap() };
}

#[test]
fn wrong_wishes_are_errors() {
    let (_folder, path, file) = pages(2);
    let map = |offset, length, prot, flags| map::map(file.as_fd(), offset, length, prot, flags);
    assert_eq!(code(map(0, 0, PROT_READ, MAP_SHARED)), RT_ERROR_LENGTH);
    assert_eq!(code(map(0, u64::MAX, PROT_READ, MAP_SHARED)), RT_ERROR_LENGTH);
    assert_eq!(map(0, 1 << 60, PROT_READ, MAP_SHARED).unwrap_err().errno(), libc::ENOMEM);
    assert_eq!(map(1, 1, PROT_READ, MAP_SHARED).unwrap_err().errno(), libc::EINVAL);
    for offset in [2 * PAGE as u64, 1 << 40, u64::MAX, u64::MAX - 4095] {
        assert_eq!(code(map(offset, 1, PROT_READ, MAP_SHARED)), RT_ERROR_BEYOND_END);
    }
    for more in [
        MAP_FIXED,
        MAP_FIXED_NOREPLACE,
        MAP_ANONYMOUS,
        MAP_LOCKED,
        MAP_GROWSDOWN,
        MAP_HUGETLB,
        MAP_SHARED, // Both of them.
        i32::MIN,
    ] {
        assert_eq!(code(map(0, 1, PROT_READ, MAP_PRIVATE | more)), RT_ERROR_INVALID_ARGUMENT);
    }
    assert_eq!(code(map(0, 1, PROT_READ, 0)), RT_ERROR_INVALID_ARGUMENT);
    for prot in [8, -1, i32::MIN, PROT_READ | libc::PROT_GROWSDOWN] {
        assert_eq!(code(map(0, 1, prot, MAP_SHARED)), RT_ERROR_INVALID_ARGUMENT);
    }
    let only_read = File::open(&path).unwrap();
    let refused = map::map(only_read.as_fd(), 0, 1, PROT_WRITE, MAP_SHARED).unwrap_err();
    assert_eq!((refused.code(), refused.errno()), (RT_ERROR_SYSTEM, libc::EACCES));
    let empty = tempfile::tempfile().unwrap();
    assert_eq!(code(map::map(empty.as_fd(), 0, 1, PROT_READ, MAP_SHARED)), RT_ERROR_BEYOND_END);

    let start = map_all(&file, PROT_READ | PROT_WRITE, MAP_SHARED);
    // SAFETY: advice that is harmless, or refused.
    unsafe {
        for advice in [libc::MADV_SEQUENTIAL, libc::MADV_WILLNEED, libc::MADV_POPULATE_READ] {
            map::advise(start, 2 * PAGE as u64, advice).unwrap();
        }
        for advice in [libc::MADV_REMOVE, libc::MADV_HWPOISON, libc::MADV_FREE, 99, -1, i32::MIN] {
            let refused = map::advise(start, 2 * PAGE as u64, advice);
            assert_eq!(code(refused), RT_ERROR_INVALID_ARGUMENT, "{advice}");
        }
    }
    for flags in [8, -1, MS_SYNC | MS_ASYNC, i32::MIN] {
        assert_eq!(code(map::sync(start, 1, flags)), RT_ERROR_INVALID_ARGUMENT);
    }
    assert!(fs::read(&path).unwrap().starts_with(b"aaaa"));
    // SAFETY: nothing refers to the memory.
    unsafe { map::unmap(start, 2 * PAGE as u64).unwrap() };
}

#[test]
fn what_is_not_there_is_an_error_and_no_signal() {
    let (_folder, path, file) = pages(2);
    let map = |length, prot| map::map(file.as_fd(), 0, length, prot, MAP_SHARED).unwrap();
    // Longer than the file: the first two pages are there.
    let long = map(4 * PAGE as u64, PROT_READ).expose_provenance();
    assert_eq!(map::read(long, 2 * PAGE as u64).unwrap().len(), 2 * PAGE);
    let refused = map::read(long, 2 * PAGE as u64 + 1).unwrap_err();
    assert_eq!((refused.code(), refused.errno()), (RT_ERROR_SYSTEM, libc::EFAULT));
    // A file that became shorter.
    file.set_len(1).unwrap();
    assert_eq!(map::read(long, 1).unwrap().as_bytes(), b"a");
    assert_eq!(map::read(long + PAGE, 1).unwrap_err().errno(), libc::EFAULT);
    let hidden = map(1, PROT_NONE).expose_provenance();
    assert_eq!(map::read(hidden, 1).unwrap_err().errno(), libc::EFAULT);
    // SAFETY: nothing refers to the memory.
    unsafe {
        map::unmap(hidden, 1).unwrap();
        map::unmap(long, 4 * PAGE as u64).unwrap();
    }
    assert_eq!(map::read_file(&path).unwrap().as_bytes(), b"a");
    for odd in ["/", "/dev/zero"] {
        assert_eq!(code(map::read_file(Path::new(odd))), RT_ERROR_NOT_REGULAR);
    }
}

#[test]
fn threads_share_the_table() {
    let (_folder, _path, file) = pages(8);
    thread::scope(|scope| {
        for thread in 0..4 {
            let file = &file;
            scope.spawn(move || {
                for round in 0..200 {
                    let start = map_all(file, PROT_READ, MAP_PRIVATE);
                    let page = (thread + round) % 8;
                    let letter = map::read(start + page * PAGE, 1).unwrap();
                    assert_eq!(letter.as_bytes(), [b'a' + page as u8]);
                    // SAFETY: nothing refers to the memory.
                    unsafe {
                        map::unmap(start + page * PAGE, PAGE as u64).unwrap();
                        for other in (0..8).filter(|other| *other != page) {
                            map::unmap(start + other * PAGE, 1).unwrap();
                        }
                    }
                }
            });
        }
    });
}
