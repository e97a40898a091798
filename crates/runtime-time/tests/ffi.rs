//! The C functions: failure values, errors, pointers.
#![cfg(feature = "ffi")]

use std::mem::MaybeUninit;
use std::ptr;

use runtime_core::error::{self, codes as core_codes};
use runtime_time::codes;
use runtime_time::ffi::*;
use runtime_value::{RuntimeValue, Str, Tuple, View};

const DAY: i64 = 86_400_000_000;

/// The last error's code, which is forgotten.
fn last_error() -> i64 {
    let code = error::last_code();
    error::clear_last();
    code
}

/// The text of a string, which is freed.
fn text(value: RuntimeValue) -> String {
    let text =
        Str::of("text", value).and_then(|text| Ok(text.as_text()?.to_string())).expect("a text");
    // SAFETY: the string is this function's own, and no view of it is left.
    unsafe { value.free() }.expect("a live string");
    text
}

fn from_iso(text: &[u8]) -> i64 {
    // SAFETY: a slice with its own length.
    unsafe { rt_timestamp_from_iso(text.as_ptr(), text.len() as u64) }
}

#[test]
fn failures_have_their_value_and_error() {
    assert_eq!(rt_timestamp_from_components(2023, 2, 30, 0, 0, 0, 0), i64::MIN);
    assert_eq!(
        error::last_message().unwrap(),
        "rt_timestamp_from_components: day 30 is not from 1 to 28"
    );
    assert_eq!(last_error(), codes::RT_ERROR_TIME_COMPONENT);
    assert_eq!(rt_timestamp_from_components(300_000, 1, 1, 0, 0, 0, 0), i64::MIN);
    assert_eq!(last_error(), codes::RT_ERROR_TIME_RANGE);
    assert_eq!(rt_timestamp_add_days(0, 106_751_992), i64::MIN);
    assert_eq!(last_error(), codes::RT_ERROR_TIME_RANGE);
    assert_eq!(
        (rt_time_days_in_month(2024, 13), last_error()),
        (-1, codes::RT_ERROR_TIME_COMPONENT)
    );
    assert_eq!((from_iso(b"soon"), last_error()), (i64::MIN, codes::RT_ERROR_TIME_TEXT));
    assert_eq!((from_iso(b"\xff"), last_error()), (i64::MIN, core_codes::RT_ERROR_NOT_UTF8));
    assert!(rt_timestamp_to_rfc3339(i64::MAX, 0).is_nil());
    assert_eq!(last_error(), codes::RT_ERROR_TIME_RANGE);
    assert!(rt_timestamp_to_rfc3339(0, i32::MIN).is_nil());
    assert_eq!(last_error(), codes::RT_ERROR_TIME_OFFSET);
}

#[test]
fn the_first_instant_is_no_failure() {
    assert_eq!(rt_timestamp_from_components(-290_308, 12, 21, 19, 59, 5, 224_192), i64::MIN);
    assert_eq!(from_iso(b"-290308-12-21T19:59:05.224192Z"), i64::MIN);
    assert_eq!(last_error(), core_codes::RT_ERROR_NONE);
}

#[test]
fn components_in_one_call() {
    let mut out = MaybeUninit::uninit();
    // SAFETY: a local variable that the function fills.
    let parts = unsafe {
        assert_eq!(rt_timestamp_get_components(-1, out.as_mut_ptr()), 1);
        out.assume_init()
    };
    let expected = RtDateTime {
        year: 1969,
        month: 12,
        day: 31,
        hour: 23,
        minute: 59,
        second: 59,
        microsecond: 999_999,
        weekday: 3,
        day_of_year: 365,
    };
    assert_eq!(parts, expected);
    let tuple = rt_timestamp_components(-1);
    let items: Vec<i64> = (0..9)
        .map(|index| Tuple::of("t", tuple).unwrap().get(index).unwrap().to_int().unwrap())
        .collect();
    assert_eq!(items, [1969, 12, 31, 23, 59, 59, 999_999, 3, 365]);
    // SAFETY: the tuple is this test's own.
    unsafe { tuple.free() }.unwrap();
    // SAFETY: pointers that are refused before they are used.
    unsafe {
        assert_eq!(rt_timestamp_get_components(0, ptr::null_mut()), 0);
        assert_eq!(last_error(), core_codes::RT_ERROR_NULL_POINTER);
        assert_eq!(rt_timestamp_get_components(0, ptr::without_provenance_mut(6)), 0);
        assert_eq!(last_error(), core_codes::RT_ERROR_MISALIGNED);
    }
}

#[test]
fn texts() {
    assert_eq!(text(rt_timestamp_to_iso(DAY)), "1970-01-02T00:00:00Z");
    assert_eq!(text(rt_timestamp_to_rfc3339(DAY, -1800)), "1970-01-01T23:30:00-00:30");
    let form = b"%d.%m.%Y %H:%M";
    let value =
        // SAFETY: a slice with its own length.
        unsafe { rt_timestamp_format(0, 3600, form.as_ptr(), form.len() as u64) };
    assert_eq!(text(value), "01.01.1970 01:00");
    let (when, empty) = (b"02.01.1970 00:00", ptr::null());
    // SAFETY: slices with their own lengths, and null with a length, which is refused.
    unsafe {
        let (length, form_length) = (when.len() as u64, form.len() as u64);
        let read = rt_timestamp_parse_format(when.as_ptr(), length, form.as_ptr(), form_length);
        assert_eq!(read, DAY);
        assert_eq!(last_error(), core_codes::RT_ERROR_NONE);
        assert_eq!(rt_timestamp_parse(empty, 0), i64::MIN);
        assert_eq!(last_error(), codes::RT_ERROR_TIME_TEXT);
        assert_eq!(rt_timestamp_parse(empty, 4), i64::MIN);
        assert_eq!(last_error(), core_codes::RT_ERROR_NULL_POINTER);
        assert!(rt_timestamp_format(0, 0, b"%Q".as_ptr(), 2).is_nil());
        assert_eq!(last_error(), codes::RT_ERROR_TIME_FORMAT);
    }
}

#[test]
fn clocks_agree() {
    let micros = rt_time_now_unix_micros();
    assert!((1_577_836_800_000_000..4_102_444_800_000_000).contains(&micros));
    assert!((rt_time_now_seconds() - micros as f64 / 1e6).abs() < 60.0);
    assert!((rt_time_now_unix_nanos() / 1000 - micros).abs() < 60_000_000);
    assert!((rt_time_now_unix_millis() - micros / 1000).abs() < 60_000);
    assert!((2020..2100).contains(&rt_time_year()));
    let nanos = rt_time_now_nanos();
    assert!(rt_time_now_micros() >= nanos / 1000 && rt_time_now_nanos() >= nanos);
    assert!(rt_progress_init() && rt_progress_get_elapsed_seconds() >= 0.0);
    assert!(from_iso(text(rt_time_now_iso()).as_bytes()) >= micros);
}
