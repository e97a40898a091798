//! Instants: microseconds since 1970, and what the calendar says of them.

use runtime_core::{Error, Result};
use time::{Date, OffsetDateTime, UtcOffset};

use crate::date_time::DateTime;
use crate::{clock, codes};

/// The microseconds of a day. There are no leap seconds in this count.
pub(crate) const MICROS_PER_DAY: i64 = 86_400 * MICROS_PER_SECOND;
pub(crate) const MICROS_PER_SECOND: i64 = 1_000_000;
/// The Julian day number of 1970-01-01.
pub(crate) const EPOCH_JULIAN_DAY: i32 = 2_440_588;

/// An instant: a number of microseconds since 1970-01-01T00:00:00Z, negative before. All of `i64`
/// is an instant, from the year -290308 to 294247.
///
/// The calendar components are those of UTC in the proleptic Gregorian calendar. Parts of a unit
/// are always counted forward: one microsecond before 1970 is the last one of 1969.
///
/// ```
/// use runtime_time::Timestamp;
///
/// let last_of_1969 = Timestamp::from_micros(-1);
/// assert_eq!(last_of_1969.year(), 1969);
/// assert_eq!(last_of_1969.microsecond(), 999_999);
/// assert_eq!(last_of_1969.to_string(), "1969-12-31T23:59:59.999999Z");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const UNIX_EPOCH: Self = Self(0);
    /// The first instant, in the year -290308.
    pub const MIN: Self = Self(i64::MIN);
    /// The last instant, in the year 294247.
    pub const MAX: Self = Self(i64::MAX);

    /// The instant so many microseconds after 1970 began.
    #[inline]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// The microseconds since 1970 began.
    #[inline]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// What the [wall clock](clock::wall) shows.
    pub fn now() -> Self {
        Self(clock::micros(clock::wall()))
    }

    /// All components at once: cheaper than one after the other.
    pub fn date_time(self) -> DateTime {
        let date = self.date();
        let (year, month, day) = date.to_calendar_date();
        let micros = self.of_day();
        let seconds = micros / MICROS_PER_SECOND as u64;
        DateTime {
            year,
            month: month.into(),
            day,
            hour: (seconds / 3600) as u8,
            minute: (seconds / 60 % 60) as u8,
            second: (seconds % 60) as u8,
            microsecond: (micros % MICROS_PER_SECOND as u64) as u32,
            weekday: self.weekday(),
            day_of_year: date.ordinal(),
        }
    }

    /// The year; 0 is the one before the year 1.
    #[inline]
    pub fn year(self) -> i32 {
        self.date().year()
    }

    /// The month, from 1 to 12.
    #[inline]
    pub fn month(self) -> u8 {
        self.date().month().into()
    }

    /// The day of the month, from 1 to 31.
    #[inline]
    pub fn day(self) -> u8 {
        self.date().day()
    }

    /// The hour, from 0 to 23.
    #[inline]
    pub fn hour(self) -> u8 {
        (self.of_day() / (3600 * MICROS_PER_SECOND as u64)) as u8
    }

    /// The minute, from 0 to 59.
    #[inline]
    pub fn minute(self) -> u8 {
        (self.of_day() / (60 * MICROS_PER_SECOND as u64) % 60) as u8
    }

    /// The second, from 0 to 59.
    #[inline]
    pub fn second(self) -> u8 {
        (self.of_day() / MICROS_PER_SECOND as u64 % 60) as u8
    }

    /// The microsecond within the second, from 0 to 999,999.
    #[inline]
    pub fn microsecond(self) -> u32 {
        self.0.rem_euclid(MICROS_PER_SECOND) as u32
    }

    /// The day of the week, from 1 (Monday) to 7 (Sunday) as ISO 8601 counts them.
    #[inline]
    pub fn weekday(self) -> u8 {
        // 1970 began on a Thursday. From the count of days this is cheaper than from the date.
        (self.days() + 3).rem_euclid(7) as u8 + 1
    }

    /// The day of the year, from 1 to 366.
    #[inline]
    pub fn day_of_year(self) -> u16 {
        self.date().ordinal()
    }

    /// The year and week of ISO 8601. Weeks begin on Monday; week 1 is the one with the year's first
    /// Thursday, so days around New Year may belong to a week of the other year.
    #[inline]
    pub fn iso_week(self) -> (i32, u8) {
        let (year, week, _) = self.date().to_iso_week_date();
        (year, week)
    }

    /// The same time of day `days` later, or earlier when negative.
    ///
    /// # Errors
    /// `RT_ERROR_TIME_RANGE` when that is no instant.
    pub fn add_days(self, days: i64) -> Result<Self> {
        days.checked_mul(MICROS_PER_DAY)
            .and_then(|micros| self.0.checked_add(micros))
            .map(Self)
            .ok_or_else(|| beyond(format!("micros {} and days {days} more", self.0)))
    }

    /// How many whole days lie between `earlier` and this instant, rounded down: -1 for an instant
    /// that is a microsecond before `earlier`.
    #[inline]
    pub fn days_since(self, earlier: Self) -> i64 {
        self.units_since(earlier, MICROS_PER_DAY)
    }

    /// How many whole seconds lie between `earlier` and this instant, rounded down.
    #[inline]
    pub fn seconds_since(self, earlier: Self) -> i64 {
        self.units_since(earlier, MICROS_PER_SECOND)
    }

    fn units_since(self, earlier: Self, unit: i64) -> i64 {
        // The difference of two instants needs a bit more than an i64 has; a second's worth less.
        let difference = i128::from(self.0) - i128::from(earlier.0);
        difference.div_euclid(i128::from(unit)) as i64
    }

    /// The days since 1970 began.
    #[inline]
    fn days(self) -> i32 {
        self.0.div_euclid(MICROS_PER_DAY) as i32
    }

    /// The day of the instant.
    #[inline]
    fn date(self) -> Date {
        Date::from_julian_day(self.days() + EPOCH_JULIAN_DAY)
            .expect("the years of all instants are within those of `Date`, -999999 to 999999")
    }

    /// The microseconds since the day began.
    #[inline]
    fn of_day(self) -> u64 {
        self.0.rem_euclid(MICROS_PER_DAY) as u64
    }

    /// The same instant for `time`'s formatting.
    pub(crate) fn at(self, offset: UtcOffset) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1000)
            .expect("the years of all instants are within those of `OffsetDateTime`")
            .to_offset(offset)
    }

    /// The instant of a date and time of `time`. Nanoseconds are cut off.
    pub(crate) fn of(date_time: OffsetDateTime) -> Result<Self> {
        i64::try_from(date_time.unix_timestamp_nanos().div_euclid(1000))
            .map(Self)
            .map_err(|_| beyond(format!("{date_time}")))
    }
}

/// The error for what is no instant.
#[cold]
pub(crate) fn beyond(what: String) -> Error {
    Error::new(
        codes::RT_ERROR_TIME_RANGE,
        what + " is beyond the instants of an int64_t of microseconds",
    )
}
