//! Descriptors: opening, reading, writing, positions, locks, and numbers that are no descriptors.
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

mod common;

use std::fs;
use std::io::Read;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::mpsc;
use std::thread;

use common::{child_folder, place, run_child};
use runtime_core::error::codes::{RT_ERROR_INVALID_ARGUMENT, RT_ERROR_LENGTH, RT_ERROR_SYSTEM};
use runtime_file::codes::{RT_ERROR_DESCRIPTOR, RT_ERROR_STANDARD_DESCRIPTOR};
use runtime_file::descriptor::{self, *};

fn open_as(path: &Path, flags: i64) -> runtime_core::Result<OwnedFd> {
    descriptor::open(path, descriptor::open_flags(flags)?, 0o640)
}

fn errno<T>(result: runtime_core::Result<T>) -> i32 {
    let error = result.err().unwrap();
    assert_eq!(error.code(), RT_ERROR_SYSTEM, "{error}");
    error.errno()
}

const ALL: i64 = RT_OPEN_READ | RT_OPEN_WRITE | RT_OPEN_CREATE;

#[test]
fn flags_have_their_sense() {
    let (_folder, path) = place("file");
    assert_eq!(errno(open_as(&path, RT_OPEN_READ)), libc::ENOENT);
    let file = open_as(&path, ALL | RT_OPEN_EXCLUSIVE).unwrap();
    assert_eq!(descriptor::write(file.as_fd(), b"content").unwrap(), 7);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7137, 0);
    assert_eq!(errno(open_as(&path, ALL | RT_OPEN_EXCLUSIVE)), libc::EEXIST);
    let file = open_as(&path, RT_OPEN_WRITE | RT_OPEN_APPEND).unwrap();
    descriptor::write(file.as_fd(), b"+").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"content+");
    assert_eq!(errno(descriptor::read(file.as_fd(), &mut [0; 4])), libc::EBADF);
    drop(open_as(&path, ALL).unwrap());
    assert_eq!(fs::read(&path).unwrap(), b"content+");
    drop(open_as(&path, ALL | RT_OPEN_TRUNCATE).unwrap());
    assert_eq!(fs::read(&path).unwrap(), b"");
    for flags in [
        0,
        RT_OPEN_CREATE,
        RT_OPEN_READ | RT_OPEN_TRUNCATE,
        RT_OPEN_READ | RT_OPEN_APPEND,
        RT_OPEN_WRITE | RT_OPEN_EXCLUSIVE,
        RT_OPEN_READ | 64,
        RT_OPEN_READ | 1 << 40,
        -1,
        i64::MIN,
    ] {
        let refused = open_as(&path, flags).unwrap_err();
        assert_eq!(refused.code(), RT_ERROR_INVALID_ARGUMENT, "{flags}");
    }
}

#[test]
fn descriptors_are_not_inherited() {
    let (_folder, path) = place("file");
    let file = open_as(&path, ALL).unwrap();
    // SAFETY: asks only.
    let flags = unsafe { libc::fcntl(file.as_raw_fd(), libc::F_GETFD) };
    assert_eq!(flags, libc::FD_CLOEXEC);
}

#[test]
fn positions() {
    let (_folder, path) = place("file");
    let owned = open_as(&path, ALL).unwrap();
    let file = owned.as_fd();
    assert_eq!(descriptor::write(file, b"0123456789").unwrap(), 10);
    assert_eq!(descriptor::size(file).unwrap(), 10);
    assert_eq!(descriptor::seek(file, 2, 0).unwrap(), 2);
    let mut buffer = [0; 3];
    assert_eq!(descriptor::read(file, &mut buffer).unwrap(), 3);
    assert_eq!(&buffer, b"234");
    assert_eq!(descriptor::seek(file, -1, 1).unwrap(), 4);
    assert_eq!(descriptor::read_string(file, 4).unwrap().as_bytes(), b"4567");
    assert_eq!(descriptor::read_at(file, &mut buffer, 8).unwrap(), 2);
    assert_eq!(&buffer, b"894");
    assert_eq!(descriptor::write_at(file, b"XY", 1).unwrap(), 2);
    assert_eq!(descriptor::read_string(file, 100).unwrap().as_bytes(), b"89");
    assert_eq!(descriptor::read_string(file, 100).unwrap().as_bytes(), b"");
    assert_eq!(descriptor::seek(file, 0, 2).unwrap(), 10);
    assert_eq!(descriptor::seek(file, 5, 2).unwrap(), 15);
    descriptor::write(file, b"!").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"0XY3456789\0\0\0\0\0!");
    descriptor::truncate(file, 3).unwrap();
    descriptor::sync(file).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"0XY");
    assert_eq!(errno(descriptor::seek(file, -4, 2)), libc::EINVAL);
    assert_eq!(descriptor::seek(file, -1, 0).unwrap_err().code(), RT_ERROR_LENGTH);
    for whence in [-1, 3, i64::MAX] {
        let refused = descriptor::seek(file, 0, whence).unwrap_err();
        assert_eq!(refused.code(), RT_ERROR_INVALID_ARGUMENT);
    }
    assert_eq!(errno(descriptor::write_at(file, b"xy", u64::MAX)), libc::EINVAL);
    assert!(descriptor::read_at(file, &mut buffer, u64::MAX).is_err());
    assert_eq!(errno(descriptor::truncate(file, i64::MAX as u64)), libc::EFBIG);
    assert_eq!(descriptor::write(file, b"").unwrap(), 0);
    assert_eq!(descriptor::read(file, &mut []).unwrap(), 0);
}

#[test]
fn numbers_that_are_no_descriptors() {
    for number in [-1, -2, i32::MIN] {
        // SAFETY: nobody has a negative descriptor.
        let refused = unsafe { descriptor::of(number) }.unwrap_err();
        assert_eq!((refused.code(), refused.errno()), (RT_ERROR_DESCRIPTOR, libc::EBADF));
        // SAFETY: as above.
        let refused = unsafe { descriptor::close(number) }.unwrap_err();
        assert_eq!((refused.code(), refused.errno()), (RT_ERROR_DESCRIPTOR, libc::EBADF));
    }
    for number in [1_000_000, i32::MAX] {
        // SAFETY: nobody has so many descriptors.
        let file = unsafe { descriptor::of(number) }.unwrap();
        let outcomes = [
            descriptor::size(file).map(drop),
            descriptor::read(file, &mut [0; 4]).map(drop),
            descriptor::read_string(file, 4).map(drop),
            descriptor::read_at(file, &mut [0; 4], 0).map(drop),
            descriptor::write(file, b"x").map(drop),
            descriptor::write(file, b"").map(drop),
            descriptor::write_at(file, b"x", 0).map(drop),
            descriptor::seek(file, 0, 0).map(drop),
            descriptor::truncate(file, 0),
            descriptor::sync(file),
            descriptor::try_lock(file, Lock::Shared).map(drop),
            descriptor::unlock(file),
            // SAFETY: as above.
            unsafe { descriptor::close(number) },
        ];
        for refused in outcomes {
            let refused = refused.unwrap_err();
            assert_eq!((refused.code(), refused.errno()), (RT_ERROR_DESCRIPTOR, libc::EBADF));
            let reason = format!("fd {number} is not open: Bad file descriptor (os error 9)");
            assert_eq!(refused.reason(), reason);
        }
    }
    for number in 0..=2 {
        // SAFETY: they are not closed.
        let refused = unsafe { descriptor::close(number) }.unwrap_err();
        assert_eq!(refused.code(), RT_ERROR_STANDARD_DESCRIPTOR);
    }
}

/// In a process of its own: elsewhere, another thread may get the number that was just closed.
#[test]
fn closing() {
    let Some(folder) = child_folder() else {
        let (folder, _) = place("");
        return run_child("closing", folder.path());
    };
    let number = descriptor::into_number(open_as(&folder.join("file"), ALL).unwrap());
    // SAFETY: nobody owns the number.
    unsafe {
        descriptor::close(number).unwrap();
        assert_eq!(descriptor::close(number).unwrap_err().code(), RT_ERROR_DESCRIPTOR);
    }
}

#[test]
fn pipes_have_no_positions() {
    let (one, mut other) = UnixStream::pair().unwrap();
    let file = one.as_fd();
    assert_eq!(errno(descriptor::seek(file, 0, 1)), libc::ESPIPE);
    assert_eq!(errno(descriptor::read_at(file, &mut [0; 4], 0)), libc::ESPIPE);
    assert_eq!(errno(descriptor::write_at(file, b"x", 0)), libc::ESPIPE);
    assert_eq!(descriptor::write(file, b"hello").unwrap(), 5);
    let mut buffer = [0; 5];
    other.read_exact(&mut buffer).unwrap();
    assert_eq!(&buffer, b"hello");
    // Full and not blocking: what fits is written, then the reason comes.
    one.set_nonblocking(true).unwrap();
    let big = vec![b'x'; 10 << 20];
    let written = descriptor::write(file, &big).unwrap();
    assert!(0 < written && written < big.len(), "{written}");
    assert_eq!(errno(descriptor::write(file, &big)), libc::EAGAIN);
    assert_eq!(errno(descriptor::read(file, &mut buffer)), libc::EAGAIN);
}

/// In a process of its own, which a signal would end.
#[test]
fn a_reader_that_is_gone_is_an_error() {
    if child_folder().is_none() {
        let (folder, _) = place("");
        return run_child("a_reader_that_is_gone_is_an_error", folder.path());
    }
    // SAFETY: setting a signal back to its default is always allowed.
    unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
    let (one, other) = UnixStream::pair().unwrap();
    drop(other);
    assert_eq!(errno(descriptor::write(one.as_fd(), b"x")), libc::EPIPE);
    let (mut ends, mut set) = ([0; 2], std::mem::MaybeUninit::uninit());
    // SAFETY: both are to be written.
    unsafe {
        common::check(libc::pipe(ends.as_mut_ptr())).unwrap();
        descriptor::close(ends[0]).unwrap();
        assert_eq!(errno(descriptor::write(descriptor::of(ends[1]).unwrap(), b"x")), libc::EPIPE);
        // And no signal waits for an unsuspecting thread.
        common::check(libc::sigpending(set.as_mut_ptr())).unwrap();
        assert_eq!(libc::sigismember(set.as_ptr(), libc::SIGPIPE), 0);
    }
}

#[test]
fn locks_bind_those_who_lock() {
    let (_folder, path) = place("file");
    let (one, other) = (open_as(&path, ALL).unwrap(), open_as(&path, ALL).unwrap());
    let (one, two) = (one.as_fd(), other.as_fd());
    descriptor::lock(one, Lock::Shared).unwrap();
    assert!(descriptor::try_lock(two, Lock::Shared).unwrap());
    assert!(!descriptor::try_lock(two, Lock::Exclusive).unwrap());
    descriptor::unlock(one).unwrap();
    descriptor::unlock(one).unwrap();
    assert!(descriptor::try_lock(two, Lock::Exclusive).unwrap());
    assert!(!descriptor::try_lock(one, Lock::Shared).unwrap());
    let (send, receive) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(|| {
            send.send("waits").unwrap();
            descriptor::lock(one, Lock::Exclusive).unwrap();
            send.send("has it").unwrap();
        });
        assert_eq!(receive.recv().unwrap(), "waits");
        assert!(receive.try_recv().is_err());
        descriptor::unlock(two).unwrap();
        assert_eq!(receive.recv().unwrap(), "has it");
    });
    assert!(!descriptor::try_lock(two, Lock::Shared).unwrap());
}

#[test]
fn a_failed_string_is_no_leak() {
    let (_folder, path) = place("file");
    let file = open_as(&path, ALL).unwrap();
    let refused = descriptor::read_string(file.as_fd(), u64::MAX).unwrap_err();
    assert_eq!(refused.code(), RT_ERROR_LENGTH);
    assert_eq!(descriptor::read_string(file.as_fd(), 0).unwrap().as_bytes(), b"");
}
