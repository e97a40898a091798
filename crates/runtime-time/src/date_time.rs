//! The components of an instant in the calendar, and the way back.

use runtime_core::Result;
use time::Date;

use crate::calendar::{self, within};
use crate::timestamp::{EPOCH_JULIAN_DAY, MICROS_PER_DAY, MICROS_PER_SECOND, Timestamp, beyond};

/// A date and a time of day in UTC, with what follows from the date.
///
/// ```
/// use runtime_time::DateTime;
///
/// let leap_day = DateTime::new(2024, 2, 29, 12, 30, 0, 0)?;
/// assert_eq!(leap_day.weekday, 4);
/// assert_eq!(leap_day.day_of_year, 60);
/// assert_eq!(leap_day.timestamp()?.date_time(), leap_day);
/// assert!(DateTime::new(2023, 2, 29, 0, 0, 0, 0).is_err());
/// # Ok::<(), runtime_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DateTime {
    /// The year; 0 is the one before the year 1.
    pub year: i32,
    /// The month, from 1 to 12.
    pub month: u8,
    /// The day of the month, from 1 to 31.
    pub day: u8,
    /// The hour, from 0 to 23.
    pub hour: u8,
    /// The minute, from 0 to 59.
    pub minute: u8,
    /// The second, from 0 to 59: there are no leap seconds.
    pub second: u8,
    /// The microsecond, from 0 to 999,999.
    pub microsecond: u32,
    /// The day of the week, from 1 (Monday) to 7 (Sunday).
    pub weekday: u8,
    /// The day of the year, from 1 to 366.
    pub day_of_year: u16,
}

impl DateTime {
    /// The date and time with these components.
    ///
    /// # Errors
    /// `RT_ERROR_TIME_COMPONENT` for a component that does not exist, `RT_ERROR_TIME_RANGE` for a
    /// year that no instant lies in.
    pub fn new(
        year: i32,
        month: i32,
        day: i32,
        hour: i32,
        minute: i32,
        second: i32,
        microsecond: i32,
    ) -> Result<Self> {
        let date = date(year, month, day)?;
        Ok(Self {
            year,
            month: date.month().into(),
            day: date.day(),
            hour: within("hour", hour, 0, 23)? as u8,
            minute: within("minute", minute, 0, 59)? as u8,
            second: within("second", second, 0, 59)? as u8,
            microsecond: within("microsecond", microsecond, 0, 999_999)?,
            weekday: date.weekday().number_from_monday(),
            day_of_year: date.ordinal(),
        })
    }

    /// The instant. Does not read what follows from the date, the day of the week and of the year.
    ///
    /// # Errors
    /// `RT_ERROR_TIME_RANGE` when it is beyond the instants, `RT_ERROR_TIME_COMPONENT` when the date
    /// was changed to one that does not exist.
    pub fn timestamp(&self) -> Result<Timestamp> {
        let date = date(self.year, self.month.into(), self.day.into())?;
        let days = date.to_julian_day() - EPOCH_JULIAN_DAY;
        let minutes = i64::from(self.hour) * 60 + i64::from(self.minute);
        let seconds = minutes * 60 + i64::from(self.second);
        let of_day = seconds * MICROS_PER_SECOND + i64::from(self.microsecond);
        // The day that holds the first instant begins before it, so the sum is made with room.
        let micros = i128::from(days) * i128::from(MICROS_PER_DAY) + i128::from(of_day);
        i64::try_from(micros)
            .map(Timestamp::from_micros)
            .map_err(|_| beyond(format!("the date {date}")))
    }
}

fn date(year: i32, month: i32, day: i32) -> Result<Date> {
    let month = calendar::month(month)?;
    let day = within("day", day, 1, month.length(year).into())? as u8;
    Date::from_calendar_date(year, month, day).map_err(|_| beyond(format!("year {year}")))
}
