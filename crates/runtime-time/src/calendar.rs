//! Facts of the proleptic Gregorian calendar: today's rules, for all years.

use runtime_core::{Error, Result};
use time::Month;

use crate::codes;

/// Whether the year has a 29 February. The year 0 is the one before the year 1, and is one.
pub fn is_leap_year(year: i32) -> bool {
    time::util::is_leap_year(year)
}

/// How many days the year has.
pub fn days_in_year(year: i32) -> u16 {
    time::util::days_in_year(year)
}

/// How many days the month has, from 28 to 31.
///
/// # Errors
/// `RT_ERROR_TIME_COMPONENT` when the month is not from 1 to 12.
pub fn days_in_month(year: i32, month: i32) -> Result<u8> {
    Ok(self::month(month)?.length(year))
}

/// The month with this number.
pub(crate) fn month(number: i32) -> Result<Month> {
    let month = u8::try_from(number).ok().and_then(|number| Month::try_from(number).ok());
    month.ok_or_else(|| outside("month", number, 1, 12))
}

/// The component, checked to be from `least` to `most`.
pub(crate) fn within(name: &str, value: i32, least: u32, most: u32) -> Result<u32> {
    match u32::try_from(value) {
        Ok(number) if (least..=most).contains(&number) => Ok(number),
        _ => Err(outside(name, value, least, most)),
    }
}

#[cold]
fn outside(name: &str, value: i32, least: u32, most: u32) -> Error {
    Error::new(
        codes::RT_ERROR_TIME_COMPONENT,
        format!("{name} {value} is not from {least} to {most}"),
    )
}
