//! Captures of this thread, and mocks of its input.
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

use std::io::Write;
use std::thread;

use proptest::prelude::*;
use runtime_io::capture::{self, MAX_DEPTH, Scope};
use runtime_io::{Stream, codes, input, text};
use runtime_value::{Array, RuntimeValue, Str, View};

fn captured(work: impl FnOnce()) -> Vec<u8> {
    capture::during(Stream::Stdout, work).unwrap().1
}

#[test]
fn captures_nest() {
    let outer = captured(|| {
        Stream::Stdout.print(b"before ").unwrap();
        let inner = captured(|| Stream::Stdout.println(b"inside").unwrap());
        assert_eq!(inner, b"inside\n");
        Stream::Stdout.print(b"after").unwrap();
    });
    assert_eq!(outer, b"before after");
    assert!(!capture::is_on(Scope::Thread, Stream::Stdout));
}

#[test]
fn streams_are_apart() {
    capture::start(Scope::Thread, Stream::Stderr).unwrap();
    let out = captured(|| {
        Stream::Stdout.print(b"out").unwrap();
        Stream::Stderr.print(b"err").unwrap();
    });
    assert_eq!(out, b"out");
    assert_eq!(capture::text(Scope::Thread, Stream::Stderr).unwrap(), b"err");
    capture::clear(Scope::Thread, Stream::Stderr);
    assert_eq!(capture::stop(Scope::Thread, Stream::Stderr).unwrap(), b"");
}

#[test]
fn threads_are_apart() {
    let here = captured(|| {
        thread::spawn(|| {
            assert!(!capture::is_on(Scope::Thread, Stream::Stdout));
            assert_eq!(captured(|| Stream::Stdout.print(b"there").unwrap()), b"there");
        })
        .join()
        .unwrap();
        Stream::Stdout.print(b"here").unwrap();
    });
    assert_eq!(here, b"here");
}

#[test]
fn there_must_be_one_to_stop_and_not_too_many() {
    let refused = capture::stop(Scope::Thread, Stream::Stdout).unwrap_err();
    assert_eq!(refused.code(), codes::RT_ERROR_NOT_CAPTURING);
    assert_eq!(capture::text(Scope::Thread, Stream::Stdout), None);
    capture::clear(Scope::Thread, Stream::Stdout);
    let outer = captured(|| {
        for _ in 1..MAX_DEPTH {
            capture::start(Scope::Thread, Stream::Stdout).unwrap();
        }
        let refused = capture::start(Scope::Thread, Stream::Stdout).unwrap_err();
        assert_eq!(refused.code(), codes::RT_ERROR_CAPTURE_DEPTH);
    });
    // What was left on inside has been stopped.
    assert_eq!(outer, b"");
    assert!(!capture::is_on(Scope::Thread, Stream::Stdout));
}

#[test]
fn a_panic_stops_the_capture() {
    let result = std::panic::catch_unwind(|| captured(|| panic!("inside")));
    assert!(result.is_err());
    assert!(!capture::is_on(Scope::Thread, Stream::Stdout));
}

#[test]
fn a_capture_that_was_stopped_inside_is_missed() {
    let refused = capture::during(Stream::Stdout, || {
        capture::stop(Scope::Thread, Stream::Stdout).unwrap();
    });
    assert_eq!(refused.unwrap_err().code(), codes::RT_ERROR_NOT_CAPTURING);
}

#[test]
fn values_print_as_simple_shows_them() {
    let array = Array::new(2).unwrap();
    array.push(RuntimeValue::from(1.0)).unwrap();
    array.push(RuntimeValue::from("two")).unwrap();
    let shown = captured(|| {
        for value in [
            RuntimeValue::NIL,
            RuntimeValue::from(-42),
            RuntimeValue::from(3.14),
            RuntimeValue::from("text"),
            array.value(),
        ] {
            Stream::Stdout.println_value(value).unwrap();
        }
        Stream::Stdout.print_value(RuntimeValue::TRUE).unwrap();
    });
    assert_eq!(shown, b"nil\n-42\n3.14\ntext\n[1.0, \"two\"]\ntrue");
    // A word that is no value has a text too, and bytes that are not UTF-8 stay as they are.
    // SAFETY: the bits refer to no object.
    let forged = unsafe { RuntimeValue::from_bits(0xdead_beef_dead_bee9) };
    let shown = text(forged).unwrap();
    assert_eq!(Str::find(shown).unwrap().as_bytes(), b"<invalid 0xdeadbeefdeadbee9>");
    let bytes = RuntimeValue::from(&b"\xff\0"[..]);
    assert_eq!(captured(|| Stream::Stdout.print_value(bytes).unwrap()), b"\xff\0");
}

#[test]
fn a_stream_is_a_writer() {
    let shown = captured(|| {
        write!(Stream::Stdout, "{} {}", 1, 2).unwrap();
        Write::flush(&mut Stream::Stdout).unwrap();
    });
    assert_eq!(shown, b"1 2");
}

#[test]
fn a_mock_ends_and_is_this_threads() {
    assert!(!input::has_mock());
    input::mock(b"test input\n").unwrap();
    thread::spawn(|| assert!(!input::has_mock())).join().unwrap();
    assert_eq!(input::read_line().unwrap().unwrap(), b"test input");
    assert_eq!(input::read_line().unwrap(), None);
    assert_eq!(input::read_char().unwrap(), None);
    assert!(input::has_mock());
    input::mock(b"").unwrap();
    assert_eq!(input::read_line().unwrap(), None);
    input::clear_mock();
    input::clear_mock();
    assert!(!input::has_mock());
}

proptest! {
    /// Lines are what splitting the whole text gives, and characters what Rust makes of it.
    #[test]
    fn any_input_is_read_whole(bytes in prop::collection::vec(
        prop_oneof![Just(b'\n'), Just(b'\r'), any::<u8>()], 0..200,
    )) {
        input::mock(&bytes).unwrap();
        let mut lines = Vec::new();
        while let Some(line) = input::read_line().unwrap() {
            lines.push(line);
        }
        let mut expected: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
        let last = expected.pop().unwrap();
        for line in &mut expected {
            *line = line.strip_suffix(b"\r").unwrap_or(line);
        }
        if !last.is_empty() {
            expected.push(last);
        }
        prop_assert_eq!(lines, expected);

        input::mock(&bytes).unwrap();
        let mut text = String::new();
        loop {
            match input::read_char() {
                Ok(Some(char)) => text.push(char),
                Ok(None) => break,
                Err(_) => text.push(char::REPLACEMENT_CHARACTER),
            }
        }
        prop_assert_eq!(text, String::from_utf8_lossy(&bytes));
        input::clear_mock();
    }
}
