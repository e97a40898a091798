//! The C functions, called from Rust.
#![cfg(feature = "ffi")]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

use std::ptr;

use runtime_core::error::{self, codes as core_codes};
use runtime_io::codes;
use runtime_io::ffi::*;
use runtime_value::{RuntimeValue, Str, View};

fn bytes(word: RuntimeValue) -> Vec<u8> {
    Str::of("word", word).unwrap().as_bytes().to_vec()
}

fn expect_error(code: i64, function: &str) {
    assert_eq!(error::last_code(), code);
    assert!(error::last_message().unwrap().starts_with(&format!("{function}: ")));
    error::clear_last();
}

#[test]
fn each_function_prints_what_it_says() {
    assert_eq!(rt_capture_stdout_start(), 1);
    assert_eq!(rt_capture_stderr_start(), 1);
    let text = b"text";
    // SAFETY: a live array with its length.
    unsafe {
        for print in [rt_print_str, rt_println_str, rt_eprint_str, rt_eprintln_str] {
            assert_eq!(print(text.as_ptr(), 4), 1);
        }
    }
    let value = RuntimeValue::from(42);
    for print in [rt_print_value, rt_println_value, rt_print, rt_println] {
        assert_eq!(print(value), 1);
    }
    for print in [rt_eprint_value, rt_eprintln_value] {
        assert_eq!(print(RuntimeValue::NIL), 1);
    }
    assert!(rt_is_stdout_capturing() && rt_is_stderr_capturing());
    assert_eq!(bytes(rt_get_captured_stdout()), b"texttext\n4242\n4242\n");
    assert_eq!(bytes(rt_get_captured_stderr()), b"texttext\nnilnil\n");
    assert_eq!((rt_clear_captured_stdout(), rt_clear_captured_stderr()), (1, 1));
    assert_eq!((rt_stdout_flush(), rt_stderr_flush()), (1, 1));
    assert_eq!(bytes(rt_capture_stdout_stop()), b"");
    assert_eq!(bytes(rt_capture_stderr_stop()), b"");
    assert!(!rt_is_stdout_capturing() && !rt_is_stderr_capturing());
    assert_eq!(bytes(rt_value_to_string(RuntimeValue::from(1.0))), b"1.0");
    assert_eq!(bytes(rt_to_string(RuntimeValue::NIL)), b"nil");
    assert_eq!(error::last_code(), 0);
}

#[test]
fn null_is_empty_or_refused() {
    type Print = (&'static str, unsafe extern "C" fn(*const u8, u64) -> i64);
    let prints: [Print; 4] = [
        ("rt_print_str", rt_print_str),
        ("rt_println_str", rt_println_str),
        ("rt_eprint_str", rt_eprint_str),
        ("rt_eprintln_str", rt_eprintln_str),
    ];
    rt_capture_stdout_start();
    rt_capture_stderr_start();
    for (name, print) in prints {
        // SAFETY: null, and lengths that are refused before anything is read.
        unsafe {
            assert_eq!(print(ptr::null(), 0), 1);
            assert_eq!(print(ptr::null(), 5), 0);
            expect_error(core_codes::RT_ERROR_NULL_POINTER, name);
            assert_eq!(print(b"x".as_ptr(), u64::MAX), 0);
            expect_error(core_codes::RT_ERROR_LENGTH, name);
        }
    }
    assert_eq!(bytes(rt_capture_stdout_stop()), b"\n");
    assert_eq!(bytes(rt_capture_stderr_stop()), b"\n");
    // SAFETY: as above.
    unsafe {
        assert_eq!(rt_set_stdin(ptr::null(), 1), 0);
        expect_error(core_codes::RT_ERROR_NULL_POINTER, "rt_set_stdin");
    }
}

#[test]
fn without_a_capture() {
    assert!(rt_get_captured_stdout().is_nil() && rt_get_captured_stderr().is_nil());
    assert_eq!((rt_clear_captured_stdout(), rt_clear_captured_stderr()), (1, 1));
    assert_eq!(error::last_code(), 0);
    assert!(rt_capture_stdout_stop().is_nil());
    expect_error(codes::RT_ERROR_NOT_CAPTURING, "rt_capture_stdout_stop");
    assert!(rt_capture_stderr_stop().is_nil());
    expect_error(codes::RT_ERROR_NOT_CAPTURING, "rt_capture_stderr_stop");
}

#[test]
fn input_ends_with_nil() {
    let text = "a\u{e9}\n\nlast\u{20ac}".as_bytes();
    // SAFETY: a live array with its length.
    assert_eq!(unsafe { rt_set_stdin(text.as_ptr(), text.len() as u64) }, 1);
    assert!(rt_has_mock_stdin());
    assert_eq!(rt_read_stdin_char(), i64::from(b'a'));
    assert_eq!(rt_read_stdin_char(), 0xe9);
    assert_eq!(bytes(rt_read_stdin_line()), b"");
    assert_eq!(bytes(rt_read_stdin_line()), b"");
    assert_eq!(bytes(rt_read_stdin_line()), "last\u{20ac}".as_bytes());
    assert!(rt_read_stdin_line().is_nil());
    assert_eq!(rt_read_stdin_char(), -1);
    assert_eq!(error::last_code(), 0);
    // SAFETY: a live array with its length.
    assert_eq!(unsafe { rt_set_stdin(b"\xffz".as_ptr(), 2) }, 1);
    assert_eq!(rt_read_stdin_char(), -2);
    expect_error(core_codes::RT_ERROR_NOT_UTF8, "rt_read_stdin_char");
    assert_eq!(rt_read_stdin_char(), i64::from(b'z'));
    assert_eq!(rt_clear_stdin(), 1);
    assert!(!rt_has_mock_stdin());
}
