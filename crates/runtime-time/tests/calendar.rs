//! Components, dates and differences, against Python's datetime (tests/fixtures/calendar.py) and
//! over all of i64.

use proptest::prelude::*;
use runtime_time::{DateTime, Timestamp, calendar, codes};

const DAY: i64 = 86_400_000_000;

fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros)
}

/// The getters one by one.
fn getters(instant: Timestamp) -> DateTime {
    DateTime {
        year: instant.year(),
        month: instant.month(),
        day: instant.day(),
        hour: instant.hour(),
        minute: instant.minute(),
        second: instant.second(),
        microsecond: instant.microsecond(),
        weekday: instant.weekday(),
        day_of_year: instant.day_of_year(),
    }
}

fn remade(parts: &DateTime) -> runtime_core::Result<Timestamp> {
    DateTime::new(
        parts.year,
        parts.month.into(),
        parts.day.into(),
        parts.hour.into(),
        parts.minute.into(),
        parts.second.into(),
        parts.microsecond as i32,
    )?
    .timestamp()
}

#[test]
fn components_as_python() {
    let mut checked = 0;
    for line in include_str!("fixtures/calendar.txt").lines().skip(1) {
        let numbers: Vec<i64> = line.split(' ').map(|word| word.parse().unwrap()).collect();
        let instant = at(numbers[0]);
        let parts = instant.date_time();
        let (iso_year, iso_week) = instant.iso_week();
        let actual = [
            numbers[0],
            parts.year.into(),
            parts.month.into(),
            parts.day.into(),
            parts.hour.into(),
            parts.minute.into(),
            parts.second.into(),
            parts.microsecond.into(),
            parts.weekday.into(),
            parts.day_of_year.into(),
            iso_year.into(),
            iso_week.into(),
        ];
        assert_eq!(actual[..], numbers[..]);
        assert_eq!(getters(instant), parts);
        assert_eq!(remade(&parts).unwrap(), instant);
        checked += 1;
    }
    assert!(checked > 2000);
}

#[test]
fn the_ends_of_time() {
    assert_eq!(Timestamp::MIN.to_string(), "-290308-12-21T19:59:05.224192Z");
    assert_eq!(Timestamp::MAX.to_string(), "+294247-01-10T04:00:54.775807Z");
    let first = Timestamp::MIN.date_time();
    let before = DateTime { microsecond: first.microsecond - 1, ..first };
    assert_eq!(before.timestamp().unwrap_err().code(), codes::RT_ERROR_TIME_RANGE);
    let last = Timestamp::MAX.date_time();
    let after = DateTime { microsecond: last.microsecond + 1, ..last };
    assert_eq!(after.timestamp().unwrap_err().code(), codes::RT_ERROR_TIME_RANGE);
}

#[test]
fn what_does_not_exist_is_refused() {
    let component = codes::RT_ERROR_TIME_COMPONENT;
    let range = codes::RT_ERROR_TIME_RANGE;
    for (parts, code, reason) in [
        ([2023, 2, 29, 0, 0, 0, 0], component, "day 29 is not from 1 to 28"),
        ([2023, 2, 30, 0, 0, 0, 0], component, "day 30 is not from 1 to 28"),
        ([1900, 2, 29, 0, 0, 0, 0], component, "day 29 is not from 1 to 28"),
        ([2024, 2, 30, 0, 0, 0, 0], component, "day 30 is not from 1 to 29"),
        ([2024, 4, 31, 0, 0, 0, 0], component, "day 31 is not from 1 to 30"),
        ([2024, 1, 0, 0, 0, 0, 0], component, "day 0 is not from 1 to 31"),
        ([2024, 0, 1, 0, 0, 0, 0], component, "month 0 is not from 1 to 12"),
        ([2024, 13, 1, 0, 0, 0, 0], component, "month 13 is not from 1 to 12"),
        ([2024, 257, 1, 0, 0, 0, 0], component, "month 257 is not from 1 to 12"),
        ([2024, 1, 257, 0, 0, 0, 0], component, "day 257 is not from 1 to 31"),
        ([2024, 1, 1, 24, 0, 0, 0], component, "hour 24 is not from 0 to 23"),
        ([2024, 1, 1, -1, 0, 0, 0], component, "hour -1 is not from 0 to 23"),
        ([2024, 1, 1, 0, 60, 0, 0], component, "minute 60 is not from 0 to 59"),
        ([2024, 1, 1, 0, 0, 60, 0], component, "second 60 is not from 0 to 59"),
        (
            [2024, 1, 1, 0, 0, 0, 1_000_000],
            component,
            "microsecond 1000000 is not from 0 to 999999",
        ),
        ([2024, 1, 1, 0, 0, 0, i32::MIN], component, "microsecond -2147483648 is not from"),
        ([294_248, 1, 1, 0, 0, 0, 0], range, "the date +294248-01-01 is beyond"),
        ([-290_309, 1, 1, 0, 0, 0, 0], range, "the date -290309-01-01 is beyond"),
        ([i32::MAX, 1, 1, 0, 0, 0, 0], range, "year 2147483647 is beyond"),
        ([i32::MIN, 1, 1, 0, 0, 0, 0], range, "year -2147483648 is beyond"),
    ] {
        let [year, month, day, hour, minute, second, microsecond] = parts;
        let refused = DateTime::new(year, month, day, hour, minute, second, microsecond)
            .and_then(|parts| parts.timestamp())
            .unwrap_err();
        assert_eq!(refused.code(), code, "{parts:?}");
        assert!(refused.reason().starts_with(reason), "{}", refused.reason());
    }
    let leap_day = DateTime::new(2000, 2, 29, 0, 0, 0, 0).unwrap();
    let moved = DateTime { year: 2001, ..leap_day };
    assert_eq!(moved.timestamp().unwrap_err().code(), component);
}

#[test]
fn days_are_added_and_counted() {
    assert_eq!(at(0).add_days(7).unwrap().as_micros(), 604_800_000_000);
    assert_eq!(at(DAY).add_days(-1).unwrap(), Timestamp::UNIX_EPOCH);
    assert_eq!(at(-1).add_days(1).unwrap().as_micros(), DAY - 1);
    assert!(at(0).add_days(106_751_991).is_ok());
    for days in [106_751_992, -106_751_992, i64::MAX, i64::MIN] {
        let refused = at(0).add_days(days).unwrap_err();
        assert_eq!(refused.code(), codes::RT_ERROR_TIME_RANGE);
    }
    assert!(Timestamp::MAX.add_days(1).is_err());
    assert!(Timestamp::MIN.add_days(-1).is_err());
    assert_eq!(at(DAY).days_since(at(0)), 1);
    assert_eq!(at(DAY - 1).days_since(at(0)), 0);
    assert_eq!(at(0).days_since(at(DAY)), -1);
    assert_eq!(at(-1).days_since(at(0)), -1);
    assert_eq!(at(0).days_since(at(1)), -1);
    assert_eq!(Timestamp::MAX.days_since(Timestamp::MIN), 213_503_982);
    assert_eq!(Timestamp::MIN.days_since(Timestamp::MAX), -213_503_983);
    assert_eq!(at(-1).seconds_since(at(0)), -1);
    assert_eq!(Timestamp::MAX.seconds_since(Timestamp::MIN), 18_446_744_073_709);
}

#[test]
fn leap_years_and_months() {
    for (year, leap) in [
        (2024, true),
        (2023, false),
        (1900, false),
        (2000, true),
        (0, true),
        (-4, true),
        (-100, false),
    ] {
        assert_eq!(calendar::is_leap_year(year), leap, "{year}");
        assert_eq!(calendar::days_in_year(year), if leap { 366 } else { 365 });
        assert_eq!(calendar::days_in_month(year, 2).unwrap(), if leap { 29 } else { 28 });
    }
    for year in [i32::MIN, i32::MAX] {
        let days: u16 =
            (1..=12).map(|month| u16::from(calendar::days_in_month(year, month).unwrap())).sum();
        assert_eq!(days, calendar::days_in_year(year));
    }
    for month in [0, 13, -1, i32::MIN, 258] {
        let refused = calendar::days_in_month(2024, month).unwrap_err();
        assert_eq!(refused.code(), codes::RT_ERROR_TIME_COMPONENT);
    }
}

proptest! {
    #[test]
    fn every_instant_goes_there_and_back(micros: i64) {
        let instant = at(micros);
        let parts = instant.date_time();
        prop_assert_eq!(getters(instant), parts);
        prop_assert_eq!(remade(&parts).unwrap(), instant);
        prop_assert_eq!(parts.timestamp().unwrap(), instant);
        let text = instant.to_string();
        prop_assert_eq!(text.parse::<Timestamp>().unwrap(), instant);
        prop_assert_eq!(Timestamp::parse(&text).unwrap(), instant);
    }

    #[test]
    fn the_next_day_is_the_next_day(micros in i64::MIN..i64::MAX - DAY) {
        let (today, tomorrow) = (at(micros), at(micros).add_days(1).unwrap());
        prop_assert_eq!(tomorrow.weekday(), today.weekday() % 7 + 1);
        prop_assert_eq!(tomorrow.days_since(today), 1);
        prop_assert!(tomorrow.day() == today.day() + 1 || tomorrow.day() == 1);
        prop_assert_eq!((tomorrow.hour(), tomorrow.microsecond()), (today.hour(), today.microsecond()));
    }

    #[test]
    fn any_components_are_an_instant_or_an_error(
        year in -300_000..300_000, month in -1..14, day in -1..33, hour in -1..25, minute in -1..61,
        second in -1..61, microsecond in -1..1_000_001,
    ) {
        let parts = DateTime::new(year, month, day, hour, minute, second, microsecond);
        if let Ok((parts, instant)) = parts.and_then(|parts| Ok((parts, parts.timestamp()?))) {
            prop_assert_eq!(instant.date_time(), parts);
        }
    }
}
