//! Instants and their calendar: components in both directions, days, weeks, differences.
//!
//! An instant is a number of microseconds since 1970-01-01T00:00:00Z; every int64_t is one. Its
//! components are those of UTC in the proleptic Gregorian calendar, counted forward before 1970 too.

use std::mem::MaybeUninit;

use runtime_core::{arguments, boundary};
use runtime_value::{RuntimeValue, Tuple, View};

use super::FAILED;
use crate::{DateTime, Offset, Timestamp, calendar};

/// The components of an instant, all at once.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RtDateTime {
    /// The year; 0 is the one before the year 1.
    pub year: i32,
    /// 1 to 12.
    pub month: i32,
    /// 1 to 31.
    pub day: i32,
    /// 0 to 23.
    pub hour: i32,
    /// 0 to 59.
    pub minute: i32,
    /// 0 to 59.
    pub second: i32,
    /// 0 to 999999.
    pub microsecond: i32,
    /// 1 (Monday) to 7 (Sunday).
    pub weekday: i32,
    /// 1 to 366.
    pub day_of_year: i32,
}

impl From<DateTime> for RtDateTime {
    fn from(parts: DateTime) -> Self {
        Self {
            year: parts.year,
            month: parts.month.into(),
            day: parts.day.into(),
            hour: parts.hour.into(),
            minute: parts.minute.into(),
            second: parts.second.into(),
            microsecond: parts.microsecond as i32,
            weekday: parts.weekday.into(),
            day_of_year: parts.day_of_year.into(),
        }
    }
}

/// The year of the instant micros (microseconds since 1970) in UTC; 0 is the one before the year 1.
/// Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_timestamp_get_year(micros: i64) -> i32 {
    Timestamp::from_micros(micros).year()
}

/// The month of the instant micros (microseconds since 1970) in UTC, 1 to 12. Cannot fail.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_timestamp_get_month(micros: i64) -> i32 {
    Timestamp::from_micros(micros).month().into()
}

/// The day of the month of the instant micros (microseconds since 1970) in UTC, 1 to 31. Cannot
/// fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_timestamp_get_day(micros: i64) -> i32 {
    Timestamp::from_micros(micros).day().into()
}

/// The hour of the instant micros (microseconds since 1970) in UTC, 0 to 23. Cannot fail.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_timestamp_get_hour(micros: i64) -> i32 {
    Timestamp::from_micros(micros).hour().into()
}

/// The minute of the instant micros (microseconds since 1970) in UTC, 0 to 59. Cannot fail.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_timestamp_get_minute(micros: i64) -> i32 {
    Timestamp::from_micros(micros).minute().into()
}

/// The second of the instant micros (microseconds since 1970) in UTC, 0 to 59. Cannot fail.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_timestamp_get_second(micros: i64) -> i32 {
    Timestamp::from_micros(micros).second().into()
}

/// The microsecond within the second of the instant micros (microseconds since 1970), 0 to 999999,
/// before 1970 too. Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_timestamp_get_microsecond(micros: i64) -> i32 {
    Timestamp::from_micros(micros).microsecond() as i32
}

/// The day of the week of the instant micros (microseconds since 1970) in UTC, 1 (Monday) to 7
/// (Sunday). Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_timestamp_get_weekday(micros: i64) -> i32 {
    Timestamp::from_micros(micros).weekday().into()
}

/// The day of the year of the instant micros (microseconds since 1970) in UTC, 1 to 366. Cannot
/// fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_timestamp_get_day_of_year(micros: i64) -> i32 {
    Timestamp::from_micros(micros).day_of_year().into()
}

/// The year of ISO 8601's week of the instant micros (microseconds since 1970) in UTC; around New
/// Year it may be the year before or after that of rt_timestamp_get_year. Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_timestamp_get_iso_year(micros: i64) -> i32 {
    Timestamp::from_micros(micros).iso_week().0
}

/// The week of ISO 8601 of the instant micros (microseconds since 1970) in UTC, 1 to 53: weeks
/// begin on Monday, week 1 is the one with the year's first Thursday. Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_timestamp_get_iso_week(micros: i64) -> i32 {
    Timestamp::from_micros(micros).iso_week().1.into()
}

/// Fills *out with all components of the instant micros (microseconds since 1970) in UTC; cheaper
/// than one getter after the other. 1 when done; 0 and RT_ERROR_NULL_POINTER or RT_ERROR_MISALIGNED
/// for an out that is null or not aligned. Thread-safe.
///
/// # Safety
/// An out that is not null points at memory for an RtDateTime that nothing else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_timestamp_get_components(micros: i64, out: *mut RtDateTime) -> i64 {
    boundary("rt_timestamp_get_components", 0, || {
        // SAFETY: the caller's promise; memory that was never written is a valid `MaybeUninit`.
        let out = unsafe { arguments::slice_mut("out", out.cast::<MaybeUninit<RtDateTime>>(), 1) }?;
        out[0].write(Timestamp::from_micros(micros).date_time().into());
        Ok(1)
    })
}

/// All components of the instant micros (microseconds since 1970) in UTC, as a tuple of nine ints:
/// year, month, day, hour, minute, second, microsecond, weekday (1 Monday to 7 Sunday), day of the
/// year. The tuple is the caller's. NIL and RT_ERROR_OUT_OF_MEMORY without memory. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_timestamp_components(micros: i64) -> RuntimeValue {
    boundary("rt_timestamp_components", RuntimeValue::NIL, || {
        let parts = RtDateTime::from(Timestamp::from_micros(micros).date_time());
        Tuple::from_slice(&[
            parts.year.into(),
            parts.month.into(),
            parts.day.into(),
            parts.hour.into(),
            parts.minute.into(),
            parts.second.into(),
            parts.microsecond.into(),
            parts.weekday.into(),
            parts.day_of_year.into(),
        ])
        .map(Tuple::value)
    })
}

/// The instant of a date and time in UTC, in microseconds since 1970. INT64_MIN and
/// RT_ERROR_TIME_COMPONENT for a date that does not exist or a component out of its range (month 1
/// to 12, day 1 to the month's length, hour 0 to 23, minute and second 0 to 59, microsecond 0 to
/// 999999); INT64_MIN and RT_ERROR_TIME_RANGE when the instant does not fit. INT64_MIN is also the
/// first instant, which sets no error. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_timestamp_from_components(
    year: i32,
    month: i32,
    day: i32,
    hour: i32,
    minute: i32,
    second: i32,
    microsecond: i32,
) -> i64 {
    boundary("rt_timestamp_from_components", FAILED, || {
        DateTime::new(year, month, day, hour, minute, second, microsecond)?
            .timestamp()
            .map(Timestamp::as_micros)
    })
}

/// The instant days days after micros, before it when days is negative; a day is 86,400 seconds.
/// INT64_MIN and RT_ERROR_TIME_RANGE when it does not fit. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_timestamp_add_days(micros: i64, days: i64) -> i64 {
    boundary("rt_timestamp_add_days", FAILED, || {
        Timestamp::from_micros(micros).add_days(days).map(Timestamp::as_micros)
    })
}

/// How many whole days lie from micros2 to micros1, rounded down: -1 when micros1 is a microsecond
/// before micros2. Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_timestamp_diff_days(micros1: i64, micros2: i64) -> i64 {
    Timestamp::from_micros(micros1).days_since(Timestamp::from_micros(micros2))
}

/// As rt_timestamp_diff_days, in seconds.
#[unsafe(no_mangle)]
pub extern "C" fn rt_timestamp_diff_seconds(micros1: i64, micros2: i64) -> i64 {
    Timestamp::from_micros(micros1).seconds_since(Timestamp::from_micros(micros2))
}

/// Whether the year has a 29 February. Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_time_is_leap_year(year: i32) -> bool {
    calendar::is_leap_year(year)
}

/// How many days the month has, 28 to 31. -1 and RT_ERROR_TIME_COMPONENT for a month that is not 1
/// to 12. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_time_days_in_month(year: i32, month: i32) -> i32 {
    boundary("rt_time_days_in_month", -1, || calendar::days_in_month(year, month).map(i32::from))
}

/// How many seconds this computer's local time is ahead of UTC at the instant micros; negative west
/// of Greenwich. The zone is that of the variable TZ or the system's setting when the process first
/// asked for it. INT32_MIN and RT_ERROR_TIME_OFFSET when the system does not tell. Thread-safe, as
/// long as no thread changes the environment.
#[unsafe(no_mangle)]
pub extern "C" fn rt_timestamp_get_local_offset(micros: i64) -> i32 {
    boundary("rt_timestamp_get_local_offset", i32::MIN, || {
        Offset::local(Timestamp::from_micros(micros)).map(Offset::as_seconds)
    })
}
