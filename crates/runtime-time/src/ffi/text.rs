//! Instants as text, in both directions. Texts go in as a pointer and a length in bytes and come out
//! as strings.

use runtime_core::{arguments, boundary};
use runtime_value::RuntimeValue;

use super::FAILED;
use crate::{Offset, Timestamp, format};

/// The instant micros in UTC as text: RFC 3339 for the years 0 to 9999, 2024-03-15T14:30:45.123456Z,
/// the fraction without zeros at its end; beyond, ISO 8601 with a sign and six digits for the year.
/// rt_timestamp_from_iso reads all of it. A string of the caller's; NIL and RT_ERROR_OUT_OF_MEMORY
/// without memory. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_timestamp_to_iso(micros: i64) -> RuntimeValue {
    boundary("rt_timestamp_to_iso", RuntimeValue::NIL, || {
        RuntimeValue::string(&Timestamp::from_micros(micros).to_string())
    })
}

/// The instant micros as RFC 3339 text in a local time offset_seconds ahead of UTC. A string of the
/// caller's. NIL and RT_ERROR_TIME_RANGE for a year outside of 0 to 9999, NIL and
/// RT_ERROR_TIME_OFFSET for an offset that is not of whole minutes or is a day or more. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_timestamp_to_rfc3339(micros: i64, offset_seconds: i32) -> RuntimeValue {
    boundary("rt_timestamp_to_rfc3339", RuntimeValue::NIL, || {
        let offset = Offset::from_seconds(offset_seconds)?;
        RuntimeValue::string(&Timestamp::from_micros(micros).to_rfc3339(offset)?)
    })
}

/// The instant, in microseconds since 1970, that a text of RFC 3339 (or of ISO 8601 with a sign and
/// six digits for the year) names. Digits of the fraction after the sixth are cut off. INT64_MIN and
/// RT_ERROR_TIME_TEXT when the text is anything else or the date does not exist, RT_ERROR_TIME_RANGE
/// when the instant does not fit, RT_ERROR_NOT_UTF8 when it is no text. Thread-safe.
///
/// # Safety
/// A text_ptr that is not null points at text_len readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_timestamp_from_iso(text_ptr: *const u8, text_len: u64) -> i64 {
    boundary("rt_timestamp_from_iso", FAILED, || {
        // SAFETY: the caller's promise.
        let text = unsafe { arguments::text("text", text_ptr, text_len) }?;
        Timestamp::from_iso(text).map(Timestamp::as_micros)
    })
}

/// As rt_timestamp_from_iso, and less strict: the other forms of ISO 8601 too; a date alone is its midnight; a
/// time without an offset is UTC; a space may stand for the T; white space around the text is
/// skipped. The errors are the same. Thread-safe.
///
/// # Safety
/// A text_ptr that is not null points at text_len readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_timestamp_parse(text_ptr: *const u8, text_len: u64) -> i64 {
    boundary("rt_timestamp_parse", FAILED, || {
        // SAFETY: the caller's promise.
        let text = unsafe { arguments::text("text", text_ptr, text_len) }?;
        Timestamp::parse(text).map(Timestamp::as_micros)
    })
}

/// The instant micros, in a local time offset_seconds ahead of UTC, in a format as strftime's, in
/// English: %Y %C %y %m %B %b %h %d %e %j %H %k %I %l %p %P %M %S %f (microseconds) %A %a %u %w %G
/// %g %V %U %W %z %:z %s %F %D %T %R %r %n %t %%, with the flags - (no padding), _ (spaces) and 0
/// for numbers. A string of the caller's. NIL and RT_ERROR_TIME_FORMAT for another directive,
/// RT_ERROR_TIME_OFFSET for an offset of a day or more, RT_ERROR_NOT_UTF8. Thread-safe.
///
/// # Safety
/// A format_ptr that is not null points at format_len readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_timestamp_format(
    micros: i64,
    offset_seconds: i32,
    format_ptr: *const u8,
    format_len: u64,
) -> RuntimeValue {
    boundary("rt_timestamp_format", RuntimeValue::NIL, || {
        let offset = Offset::from_seconds(offset_seconds)?;
        // SAFETY: the caller's promise.
        let format = unsafe { arguments::text("format", format_ptr, format_len) }?;
        RuntimeValue::string(&format::write(Timestamp::from_micros(micros), offset, format)?)
    })
}

/// The instant, in microseconds since 1970, that a text names which is written in a format as
/// strptime's, with the directives of rt_timestamp_format. What the format leaves open is midnight,
/// the full minute or second, UTC. INT64_MIN and RT_ERROR_TIME_FORMAT for an unknown directive,
/// RT_ERROR_TIME_TEXT when the text does not fit or the date does not exist, RT_ERROR_TIME_RANGE
/// when the instant does not fit, RT_ERROR_NOT_UTF8. Thread-safe.
///
/// # Safety
/// A text_ptr that is not null points at text_len readable bytes, a format_ptr that is not null at
/// format_len.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_timestamp_parse_format(
    text_ptr: *const u8,
    text_len: u64,
    format_ptr: *const u8,
    format_len: u64,
) -> i64 {
    boundary("rt_timestamp_parse_format", FAILED, || {
        // SAFETY: the caller's promise.
        let text = unsafe { arguments::text("text", text_ptr, text_len) }?;
        // SAFETY: the caller's promise.
        let format = unsafe { arguments::text("format", format_ptr, format_len) }?;
        format::read(text, format).map(Timestamp::as_micros)
    })
}
