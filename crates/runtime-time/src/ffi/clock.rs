//! The clocks, the stopwatch, and the parts of the current time.

use runtime_core::boundary;
use runtime_value::RuntimeValue;

use crate::{Timestamp, clock, stopwatch};

/// The wall clock: microseconds since 1970-01-01T00:00:00Z, rounded down. It jumps when the clock is
/// set: not for measuring. 0 for a clock set before 1970. Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_time_now_unix_micros() -> i64 {
    clock::micros(clock::wall())
}

/// As rt_time_now_unix_micros, in milliseconds.
#[unsafe(no_mangle)]
pub extern "C" fn rt_time_now_unix_millis() -> i64 {
    clock::millis(clock::wall())
}

/// As rt_time_now_unix_micros, in nanoseconds; the largest int64_t from the year 2262 on.
#[unsafe(no_mangle)]
pub extern "C" fn rt_time_now_unix_nanos() -> i64 {
    clock::nanos(clock::wall())
}

/// As rt_time_now_unix_micros, in seconds with a fraction. A double holds today's time to about a
/// quarter of a microsecond.
#[unsafe(no_mangle)]
pub extern "C" fn rt_time_now_seconds() -> f64 {
    clock::wall().as_secs_f64()
}

/// The current time in UTC as ISO 8601 text, as rt_timestamp_to_iso. A string of the caller's; NIL
/// and RT_ERROR_OUT_OF_MEMORY without memory. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_time_now_iso() -> RuntimeValue {
    boundary("rt_time_now_iso", RuntimeValue::NIL, || {
        RuntimeValue::string(&Timestamp::now().to_string())
    })
}

/// The monotonic clock in nanoseconds since its first use in this process. It never goes back or
/// jumps, and all threads share it: the clock for measuring. Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_time_now_nanos() -> i64 {
    clock::nanos(clock::monotonic())
}

/// As rt_time_now_nanos, in microseconds.
#[unsafe(no_mangle)]
pub extern "C" fn rt_time_now_micros() -> i64 {
    clock::micros(clock::monotonic())
}

/// As rt_time_now_nanos, in milliseconds.
#[unsafe(no_mangle)]
pub extern "C" fn rt_time_now_monotonic_ms() -> i64 {
    clock::millis(clock::monotonic())
}

/// Starts the calling thread's stopwatch, anew if it runs. Always true. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_progress_init() -> bool {
    stopwatch::start();
    true
}

/// As rt_progress_init.
#[unsafe(no_mangle)]
pub extern "C" fn rt_progress_reset() -> bool {
    stopwatch::start();
    true
}

/// The seconds since the calling thread's stopwatch was started. One that was never started starts
/// now, and 0 is returned. Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_progress_get_elapsed_seconds() -> f64 {
    stopwatch::elapsed().as_secs_f64()
}

/// The current year in UTC. To take a time apart, read the clock once and use
/// rt_timestamp_get_components: between two calls the clock goes on. Cannot fail. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_time_year() -> i64 {
    Timestamp::now().year().into()
}

/// The current month in UTC, 1 to 12. See rt_time_year.
#[unsafe(no_mangle)]
pub extern "C" fn rt_time_month() -> i64 {
    Timestamp::now().month().into()
}

/// The current day of the month in UTC, 1 to 31. See rt_time_year.
#[unsafe(no_mangle)]
pub extern "C" fn rt_time_day() -> i64 {
    Timestamp::now().day().into()
}

/// The current hour in UTC, 0 to 23. See rt_time_year.
#[unsafe(no_mangle)]
pub extern "C" fn rt_time_hour() -> i64 {
    Timestamp::now().hour().into()
}

/// The current minute, 0 to 59. See rt_time_year.
#[unsafe(no_mangle)]
pub extern "C" fn rt_time_minute() -> i64 {
    Timestamp::now().minute().into()
}

/// The current second, 0 to 59. See rt_time_year.
#[unsafe(no_mangle)]
pub extern "C" fn rt_time_second() -> i64 {
    Timestamp::now().second().into()
}
