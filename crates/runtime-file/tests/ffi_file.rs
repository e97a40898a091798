//! The C functions of files, descriptors and maps, called from Rust: what each returns, and which
//! error it sets.
#![cfg(feature = "ffi")]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

mod common;

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr;

use common::{names, place};
use runtime_core::error::{self, codes as core_codes};
use runtime_file::codes::*;
use runtime_file::descriptor::*;
use runtime_file::ffi::*;
use runtime_value::string::array_of_strings;
use runtime_value::{Array, RuntimeValue, Str, View, codes as value_codes};

/// A path or a text, as bytes that live as long as a call.
fn raw(path: impl AsRef<Path>) -> Vec<u8> {
    path.as_ref().as_os_str().as_bytes().to_vec()
}

/// Calls a function whose first arguments are paths or texts.
macro_rules! call {
    ($function:ident($one:expr $(; $($rest:expr),*)?)) => {{
        let one = raw(&$one);
        // SAFETY: a live slice with its length.
        unsafe { $function(one.as_ptr(), one.len() as u64 $(, $($rest),*)?) }
    }};
    ($function:ident($one:expr, $two:expr)) => {{
        let (one, two) = (raw(&$one), raw(&$two));
        // SAFETY: live slices with their lengths.
        unsafe { $function(one.as_ptr(), one.len() as u64, two.as_ptr(), two.len() as u64) }
    }};
}

fn bytes(word: RuntimeValue) -> Vec<u8> {
    Str::of("word", word).unwrap().as_bytes().to_vec()
}

#[track_caller]
fn expect_error(code: i64, errno: i32, function: &str) {
    let found = (error::last_code(), error::last_errno());
    assert_eq!(found, (code, errno), "{:?}", error::last_message());
    let message = error::last_message().unwrap();
    assert!(message.starts_with(&format!("{function}: ")), "{message}");
    error::clear_last();
}

#[track_caller]
fn expect_refusal(errno: i32, function: &str) {
    expect_error(core_codes::RT_ERROR_SYSTEM, errno, function);
}

#[test]
fn whole_files() {
    let (folder, path) = place("file");
    assert!(call!(rt_file_write_text(path, "Hello, World!")));
    assert_eq!(bytes(call!(rt_file_read_text(path))), b"Hello, World!");
    assert!(call!(rt_file_append_text(path, "\r\nzwölf")));
    assert_eq!(bytes(call!(rt_file_read_bytes(path))), "Hello, World!\r\nzwölf".as_bytes());
    assert_eq!(bytes(call!(rt_file_mmap_read_text(path))), "Hello, World!\r\nzwölf".as_bytes());
    let lines = Array::of("lines", call!(rt_file_read_lines(path))).unwrap();
    assert_eq!(bytes(lines.get(1).unwrap()), "zwölf".as_bytes());
    assert!(call!(rt_file_write_lines(path; lines.value())));
    assert_eq!(fs::read_to_string(&path).unwrap(), "Hello, World!\nzwölf\n");
    let odd = std::ffi::OsStr::from_bytes(b"\xff\0");
    assert!(call!(rt_file_write_bytes(path, odd)));
    assert!(call!(rt_file_append_bytes(path, odd)));
    assert_eq!(bytes(call!(rt_file_read_bytes(path))), b"\xff\0\xff\0");
    assert_eq!(bytes(call!(rt_file_mmap_read_bytes(path))), b"\xff\0\xff\0");
    assert_eq!(error::last_code(), 0);

    assert_eq!(call!(rt_file_read_text(path)), RuntimeValue::NIL);
    expect_error(core_codes::RT_ERROR_NOT_UTF8, 0, "rt_file_read_text");
    assert_eq!(call!(rt_file_mmap_read_text(path)), RuntimeValue::NIL);
    expect_error(core_codes::RT_ERROR_NOT_UTF8, 0, "rt_file_mmap_read_text");
    assert!(!call!(rt_file_write_text(path, odd)));
    expect_error(core_codes::RT_ERROR_NOT_UTF8, 0, "rt_file_write_text");
    assert!(!call!(rt_file_append_text(path, odd)));
    expect_error(core_codes::RT_ERROR_NOT_UTF8, 0, "rt_file_append_text");
    assert!(!call!(rt_file_write_lines(path; RuntimeValue::from(7))));
    expect_error(value_codes::RT_ERROR_WRONG_TYPE, 0, "rt_file_write_lines");
    assert_eq!(bytes(call!(rt_file_read_bytes(path))), b"\xff\0\xff\0");

    let name = raw(&path);
    let (start, length) = (name.as_ptr(), name.len() as u64);
    // A null content with a length never empties a file.
    // SAFETY: null is refused, or empty.
    unsafe {
        assert!(!rt_file_write_text(start, length, ptr::null(), 5));
        expect_error(core_codes::RT_ERROR_NULL_POINTER, 0, "rt_file_write_text");
        assert!(!rt_file_write_bytes(start, length, ptr::null(), 5));
        expect_error(core_codes::RT_ERROR_NULL_POINTER, 0, "rt_file_write_bytes");
        assert_eq!(fs::read(&path).unwrap(), b"\xff\0\xff\0");
        assert!(rt_file_write_text(start, length, ptr::null(), 0));
    }
    assert_eq!(bytes(call!(rt_file_read_text(path))), b"");
    assert_eq!(call!(rt_file_read_text(folder.path())), RuntimeValue::NIL);
    expect_refusal(libc::EISDIR, "rt_file_read_text");
    assert_eq!(call!(rt_file_mmap_read_bytes(folder.path())), RuntimeValue::NIL);
    expect_error(RT_ERROR_NOT_REGULAR, 0, "rt_file_mmap_read_bytes");
}

/// Every function that takes a path refuses what is none, with its own name.
#[test]
fn what_is_no_path() {
    type Call = (&'static str, Box<dyn Fn(*const u8, u64) -> bool>);
    macro_rules! calls {
        ($($name:ident($($rest:expr),*) fails $failure:expr;)*) => {
            vec![$((
                stringify!($name),
                // SAFETY: what is passed is refused or a live slice with its length.
                Box::new(move |start, length| unsafe { $name(start, length $(, $rest)*) } == $failure),
            )),*]
        };
    }
    let good = b"/nowhere/at/all";
    let (at, len) = (good.as_ptr(), good.len() as u64);
    let null = ptr::null_mut();
    let lines = array_of_strings(["x"]).unwrap().value();
    let calls: Vec<Call> = calls! {
        rt_file_read_text() fails RuntimeValue::NIL;
        rt_file_read_bytes() fails RuntimeValue::NIL;
        rt_file_read_lines() fails RuntimeValue::NIL;
        rt_file_mmap_read_text() fails RuntimeValue::NIL;
        rt_file_mmap_read_bytes() fails RuntimeValue::NIL;
        rt_file_read_link() fails RuntimeValue::NIL;
        rt_file_write_text(at, len) fails false;
        rt_file_write_bytes(at, len) fails false;
        rt_file_write_lines(lines) fails false;
        rt_file_append_text(at, len) fails false;
        rt_file_append_bytes(at, len) fails false;
        rt_file_copy(at, len) fails false;
        rt_file_move(at, len) fails false;
        rt_file_rename(at, len) fails false;
        rt_file_symlink(at, len) fails false;
        rt_file_hard_link(at, len) fails false;
        rt_file_is_same(at, len) fails false;
        rt_file_exists() fails false;
        rt_file_is_symlink() fails false;
        rt_file_stat(null, null, null, null, null, ptr::null_mut()) fails 0;
        rt_file_size() fails -1;
        rt_file_get_permissions() fails -1;
        rt_file_set_permissions(0o644) fails false;
        rt_file_get_modified() fails i64::MIN;
        rt_file_get_accessed() fails i64::MIN;
        rt_file_set_times(0, 0) fails false;
        rt_file_touch() fails false;
        rt_file_truncate(0) fails false;
        rt_file_sync() fails false;
        rt_file_remove() fails false;
        rt_file_open(0) fails -1;
        rt_file_open_with(RT_OPEN_READ, 0) fails -1;
    };
    for (name, fails) in calls {
        assert!(fails(ptr::null(), 0), "{name}");
        expect_error(RT_ERROR_PATH, 0, name);
        assert!(fails(ptr::null(), 3), "{name}");
        expect_error(core_codes::RT_ERROR_NULL_POINTER, 0, name);
        assert!(fails(at, u64::MAX), "{name}");
        expect_error(core_codes::RT_ERROR_LENGTH, 0, name);
        assert!(fails(b"a\0b".as_ptr(), 3), "{name}");
        expect_error(RT_ERROR_PATH, 0, name);
    }
}

#[test]
fn facts_and_changes() {
    let (folder, path) = place("file");
    let dir = folder.path();
    fs::write(&path, "five5").unwrap();
    assert!(call!(rt_file_exists(path)) && !call!(rt_file_exists(dir.join("missing"))));
    let (mut exists, mut is_file, mut is_dir) = (false, false, true);
    let (mut readable, mut writable, mut size) = (false, false, -1);
    let name = raw(&path);
    let (start, length) = (name.as_ptr(), name.len() as u64);
    // SAFETY: live results, or null.
    unsafe {
        let flags = (&raw mut readable, &raw mut writable);
        let kinds = (&raw mut exists, &raw mut is_file, &raw mut is_dir);
        let done =
            rt_file_stat(start, length, kinds.0, kinds.1, kinds.2, flags.0, flags.1, &raw mut size);
        assert_eq!(done, 1);
        assert_eq!((exists, is_file, is_dir), (true, true, false));
        assert_eq!((readable, writable, size), (true, true, 5));
        // A failure clears what there was.
        let null = ptr::null_mut();
        let done = rt_file_stat(ptr::null(), 0, kinds.0, null, null, null, null, &raw mut size);
        assert_eq!((done, exists, size), (0, false, 0));
    }
    expect_error(RT_ERROR_PATH, 0, "rt_file_stat");

    assert_eq!(call!(rt_file_size(path)), 5);
    assert!(call!(rt_file_set_permissions(path; 0o600)));
    assert_eq!(call!(rt_file_get_permissions(path)), 0o600);
    assert!(!call!(rt_file_set_permissions(path; 0o10000)));
    expect_error(core_codes::RT_ERROR_INVALID_ARGUMENT, 0, "rt_file_set_permissions");
    assert!(call!(rt_file_set_times(path; 1_000_001, i64::MIN)));
    assert_eq!(call!(rt_file_get_accessed(path)), 1_000_001);
    assert!(call!(rt_file_set_times(path; i64::MIN, 2_000_002)));
    assert_eq!(call!(rt_file_get_modified(path)), 2_000_002);
    assert!(call!(rt_file_touch(path)));
    assert!(call!(rt_file_get_modified(path)) > 2_000_002);
    assert!(call!(rt_file_truncate(path; 4)) && call!(rt_file_sync(path)));
    assert!(!call!(rt_file_truncate(path; -4)));
    expect_error(core_codes::RT_ERROR_LENGTH, 0, "rt_file_truncate");

    assert!(call!(rt_file_symlink("file", dir.join("soft"))));
    assert!(call!(rt_file_is_symlink(dir.join("soft"))) && !call!(rt_file_is_symlink(path)));
    assert_eq!(bytes(call!(rt_file_read_link(dir.join("soft")))), b"file");
    assert!(call!(rt_file_hard_link(path, dir.join("hard"))));
    assert!(call!(rt_file_is_same(dir.join("soft"), dir.join("hard"))));
    assert!(call!(rt_file_copy(path, path)) && call!(rt_file_copy(path, dir.join("copy"))));
    assert!(call!(rt_file_rename(dir.join("copy"), dir.join("renamed"))));
    assert!(call!(rt_file_move(dir.join("renamed"), dir.join("moved"))));
    assert_eq!(fs::read(dir.join("moved")).unwrap(), b"five");
    for name in ["soft", "hard", "moved"] {
        assert!(call!(rt_file_remove(dir.join(name))));
    }
    assert_eq!(names(dir), ["file"]);
    assert_eq!(error::last_code(), 0);
    assert!(!call!(rt_file_remove(dir.join("moved"))));
    expect_refusal(libc::ENOENT, "rt_file_remove");
    assert!(!call!(rt_file_copy(dir, path)));
    expect_error(RT_ERROR_NOT_REGULAR, 0, "rt_file_copy");
    assert!(!call!(rt_file_move(dir.join("x"), path)));
    expect_refusal(libc::ENOENT, "rt_file_move");
}

#[test]
fn descriptors() {
    let (_folder, path) = place("file");
    assert_eq!(call!(rt_file_open(path; 0)), -1);
    expect_refusal(libc::ENOENT, "rt_file_open");
    let all = RT_OPEN_READ | RT_OPEN_WRITE | RT_OPEN_CREATE;
    let fd = call!(rt_file_open_with(path; all, 0o600));
    assert!(fd > 2);
    let other = call!(rt_file_open(path; 1));
    assert_eq!((rt_fd_lock(fd, true), rt_fd_try_lock(other, true)), (1, 0));
    assert_eq!(rt_file_close(other), 1);
    let mut buffer = [0; 8];
    // SAFETY: live arrays with their lengths.
    unsafe {
        assert_eq!(rt_fd_write(fd, b"content".as_ptr(), 7), 7);
        assert_eq!(rt_fd_pwrite(fd, b"C".as_ptr(), 1, 0), 1);
        assert_eq!(rt_fd_pread(fd, buffer.as_mut_ptr(), 8, 3), 4);
        assert_eq!(&buffer[..4], b"tent");
        assert_eq!(rt_fd_seek(fd, -7, 1), 0);
        assert_eq!(rt_fd_read(fd, buffer.as_mut_ptr(), 3), 3);
        assert_eq!(&buffer[..3], b"Con");
        assert_eq!(bytes(rt_fd_read_string(fd, 100)), b"tent");
        assert_eq!(rt_fd_read(fd, buffer.as_mut_ptr(), 8), 0);
        assert_eq!(rt_file_get_size(fd), 7);
        assert_eq!((rt_fd_truncate(fd, 3), rt_fd_sync(fd)), (1, 1));
        assert_eq!((rt_fd_lock(fd, true), rt_fd_try_lock(fd, false), rt_fd_unlock(fd)), (1, 1, 1));
        assert_eq!(error::last_code(), 0);

        assert_eq!(rt_fd_read(fd, ptr::null_mut(), 8), -1);
        expect_error(core_codes::RT_ERROR_NULL_POINTER, 0, "rt_fd_read");
        assert_eq!(rt_fd_write(fd, ptr::null(), 8), -1);
        expect_error(core_codes::RT_ERROR_NULL_POINTER, 0, "rt_fd_write");
        assert_eq!(rt_fd_pread(fd, buffer.as_mut_ptr(), 8, -1), -1);
        expect_error(core_codes::RT_ERROR_LENGTH, 0, "rt_fd_pread");
        assert_eq!(rt_fd_pwrite(fd, buffer.as_ptr(), 8, -1), -1);
        expect_error(core_codes::RT_ERROR_LENGTH, 0, "rt_fd_pwrite");
    }
    assert_eq!(rt_fd_read_string(fd, -1), RuntimeValue::NIL);
    expect_error(core_codes::RT_ERROR_LENGTH, 0, "rt_fd_read_string");
    assert_eq!(rt_fd_seek(fd, 0, 9), -1);
    expect_error(core_codes::RT_ERROR_INVALID_ARGUMENT, 0, "rt_fd_seek");
    assert_eq!(rt_fd_truncate(fd, -1), 0);
    expect_error(core_codes::RT_ERROR_LENGTH, 0, "rt_fd_truncate");
    assert_eq!(rt_file_close(fd), 1);
    for mode in [-1, 3, i32::MAX] {
        assert_eq!(call!(rt_file_open(path; mode)), -1);
        expect_error(core_codes::RT_ERROR_INVALID_ARGUMENT, 0, "rt_file_open");
    }
    for mode in 0..3 {
        let fd = call!(rt_file_open(path; mode));
        assert!(fd > 2);
        assert_eq!(rt_file_close(fd), 1);
    }
    assert_eq!(call!(rt_file_open_with(path; RT_OPEN_READ, -1)), -1);
    expect_error(core_codes::RT_ERROR_INVALID_ARGUMENT, 0, "rt_file_open_with");
    for fd in 0..3 {
        assert_eq!(rt_file_close(fd), 0);
        expect_error(RT_ERROR_STANDARD_DESCRIPTOR, 0, "rt_file_close");
    }
    for fd in [-1, i32::MIN, i32::MAX] {
        let closed = |failed: bool, name| {
            assert!(failed);
            expect_error(RT_ERROR_DESCRIPTOR, libc::EBADF, name);
        };
        // SAFETY: live arrays with their lengths.
        unsafe {
            closed(rt_fd_read(fd, buffer.as_mut_ptr(), 8) == -1, "rt_fd_read");
            closed(rt_fd_pread(fd, buffer.as_mut_ptr(), 8, 0) == -1, "rt_fd_pread");
            closed(rt_fd_write(fd, buffer.as_ptr(), 8) == -1, "rt_fd_write");
            closed(rt_fd_pwrite(fd, buffer.as_ptr(), 8, 0) == -1, "rt_fd_pwrite");
        }
        closed(rt_fd_read_string(fd, 8) == RuntimeValue::NIL, "rt_fd_read_string");
        closed(rt_fd_seek(fd, 0, 0) == -1, "rt_fd_seek");
        closed(rt_fd_truncate(fd, 0) == 0, "rt_fd_truncate");
        closed(rt_fd_sync(fd) == 0, "rt_fd_sync");
        closed(rt_fd_lock(fd, true) == 0, "rt_fd_lock");
        closed(rt_fd_try_lock(fd, true) == -1, "rt_fd_try_lock");
        closed(rt_fd_unlock(fd) == 0, "rt_fd_unlock");
        closed(rt_file_get_size(fd) == 0, "rt_file_get_size");
        closed(rt_file_close(fd) == 0, "rt_file_close");
        let map = rt_file_mmap(ptr::null_mut(), 1, libc::PROT_READ, libc::MAP_SHARED, fd, 0);
        closed(map.is_null(), "rt_file_mmap");
    }
}

#[test]
fn maps() {
    let (_folder, path) = place("file");
    fs::write(&path, "Hello, World").unwrap();
    let fd = call!(rt_file_open(path; 1));
    let all = libc::PROT_READ | libc::PROT_WRITE;
    let map = rt_file_mmap(ptr::null_mut(), 12, all, libc::MAP_SHARED, fd, 0);
    assert_eq!(rt_file_close(fd), 1);
    // SAFETY: twelve bytes of a live map that nobody else knows.
    unsafe {
        assert_eq!(std::slice::from_raw_parts(map, 12), b"Hello, World");
        map.write(b'J');
        assert_eq!(rt_file_msync(map, 12, libc::MS_SYNC), 0);
        assert_eq!(rt_file_madvise(map, 12, libc::MADV_SEQUENTIAL), 0);
        assert_eq!(bytes(rt_file_mmap_read(map.add(7), 5)), b"World");
        assert_eq!(fs::read(&path).unwrap(), b"Jello, World");
        assert_eq!(rt_file_munmap(map, 12), 0);
        assert_eq!(error::last_code(), 0);
        assert_eq!(rt_file_munmap(map, 12), -1);
        expect_error(RT_ERROR_NOT_MAPPED, 0, "rt_file_munmap");
        assert_eq!(rt_file_madvise(map, 12, libc::MADV_NORMAL), -1);
        expect_error(RT_ERROR_NOT_MAPPED, 0, "rt_file_madvise");
    }
    assert_eq!(rt_file_msync(map, 12, libc::MS_SYNC), -1);
    expect_error(RT_ERROR_NOT_MAPPED, 0, "rt_file_msync");
    assert_eq!(rt_file_mmap_read(map, 12), RuntimeValue::NIL);
    expect_error(RT_ERROR_NOT_MAPPED, 0, "rt_file_mmap_read");
    let fd = call!(rt_file_open(path; 0));
    let map = |length, flags, offset| {
        rt_file_mmap(ptr::null_mut(), length, libc::PROT_READ, flags, fd, offset).is_null()
    };
    assert!(map(1, libc::MAP_SHARED, 4096));
    expect_error(RT_ERROR_BEYOND_END, 0, "rt_file_mmap");
    assert!(map(1, libc::MAP_SHARED | libc::MAP_FIXED, 0));
    expect_error(core_codes::RT_ERROR_INVALID_ARGUMENT, 0, "rt_file_mmap");
    assert!(map(0, libc::MAP_SHARED, 0));
    expect_error(core_codes::RT_ERROR_LENGTH, 0, "rt_file_mmap");
    assert!(map(1, libc::MAP_SHARED, 5));
    expect_refusal(libc::EINVAL, "rt_file_mmap");
    assert_eq!(rt_file_close(fd), 1);
}
