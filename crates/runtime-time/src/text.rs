//! ISO 8601 and RFC 3339: an instant as text, and back.

use std::fmt;
use std::num::NonZeroU8;
use std::str::FromStr;

use runtime_core::{Error, Result};
use time::format_description::well_known::iso8601::{Config, EncodedConfig, TimePrecision};
use time::format_description::well_known::{Iso8601, Rfc3339};
use time::{Date, OffsetDateTime, PrimitiveDateTime};

use crate::codes;
use crate::timestamp::Timestamp;
use crate::zone::Offset;

/// ISO 8601 with six digits and a sign for the year, for years that four digits do not hold.
const EXPANDED: EncodedConfig = Config::DEFAULT
    .set_year_is_six_digits(true)
    .set_time_precision(TimePrecision::Second { decimal_digits: NonZeroU8::new(6) })
    .encode();

impl Timestamp {
    /// The instant as RFC 3339 writes it, at an offset: `2024-03-15T16:30:45.123456+02:00`. A
    /// fraction has no zeros at its end, and is left out when it is zero.
    ///
    /// # Errors
    /// `RT_ERROR_TIME_RANGE` when the year is not from 0 to 9999, `RT_ERROR_TIME_OFFSET` when the
    /// offset is not of whole minutes: RFC 3339 has no way to write them.
    pub fn to_rfc3339(self, offset: Offset) -> Result<String> {
        if offset.as_seconds() % 60 != 0 {
            let reason = format!(
                "the UTC offset of {} seconds is not of whole minutes, as RFC 3339 demands",
                offset.as_seconds()
            );
            return Err(Error::new(codes::RT_ERROR_TIME_OFFSET, reason));
        }
        let date_time = self.at(offset.inner());
        date_time.format(&Rfc3339).map_err(|_| {
            let reason =
                format!("year {} is not from 0 to 9999, as RFC 3339 demands", date_time.year());
            Error::new(codes::RT_ERROR_TIME_RANGE, reason)
        })
    }

    /// The instant that a text of RFC 3339 or of ISO 8601 with an expanded year names: what
    /// [`Timestamp`]'s `Display` writes, at any offset. Digits of the fraction after the sixth are
    /// cut off. A leap second is the last microsecond before it ends.
    ///
    /// # Errors
    /// `RT_ERROR_TIME_TEXT` when it is written in another way or the date does not exist,
    /// `RT_ERROR_TIME_RANGE` when it is beyond the instants.
    pub fn from_iso(text: &str) -> Result<Self> {
        let parsed = if text.starts_with(['+', '-']) {
            OffsetDateTime::parse(text, &Iso8601::<EXPANDED>)
        } else if matches!(text.as_bytes().get(10), Some(b'T' | b't' | b' ')) {
            OffsetDateTime::parse(text, &Rfc3339)
        } else {
            return Err(unreadable(text, "there is no T between a date and a time"));
        };
        Self::of(parsed.map_err(|error| unreadable(text, error))?)
    }

    /// As [`from_iso`](Self::from_iso), and less strict: the other forms of ISO 8601 too (basic,
    /// with a week or a day of the year, without seconds, with a decimal comma), a date alone, which
    /// is its midnight, and a time without an offset, which is UTC. White space around it is
    /// skipped, and a space may stand for the T.
    ///
    /// # Errors
    /// As [`from_iso`](Self::from_iso).
    ///
    /// ```
    /// use runtime_time::Timestamp;
    ///
    /// let noon = Timestamp::parse("2024-02-29 12:00")?;
    /// assert_eq!(noon, Timestamp::parse("20240229T140000+0200")?);
    /// assert_eq!(noon, "2024-02-29T12:00:00Z".parse()?);
    /// # Ok::<(), runtime_core::Error>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self> {
        let trimmed = text.trim_ascii();
        if let Ok(instant) = Self::from_iso(trimmed) {
            return Ok(instant);
        }
        let text = trimmed.replacen(' ', "T", 1);
        let parsed = if !text.contains(['T', 't']) {
            Date::parse(&text, &Iso8601::PARSING).map(|date| date.midnight().assume_utc())
        } else {
            OffsetDateTime::parse(&text, &Iso8601::PARSING).or_else(|refusal| {
                PrimitiveDateTime::parse(&text, &Iso8601::PARSING)
                    .map(PrimitiveDateTime::assume_utc)
                    .map_err(|_| refusal)
            })
        };
        Self::of(parsed.map_err(|error| unreadable(trimmed, error))?)
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC, for the years 0 to 9999; ISO 8601 with a sign and six digits for the year
    /// beyond: `+012345-06-07T08:09:10.111213Z`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date_time = self.at(Offset::UTC.inner());
        let text = date_time.format(&Rfc3339).or_else(|_| date_time.format(&Iso8601::<EXPANDED>));
        out.write_str(&text.map_err(|_| fmt::Error)?)
    }
}

impl FromStr for Timestamp {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::from_iso(text)
    }
}

#[cold]
fn unreadable(text: &str, why: impl fmt::Display) -> Error {
    Error::new(codes::RT_ERROR_TIME_TEXT, format!("text {} is no time: {why}", shown(text)))
}

/// The text in quotes, shortened when it is long.
pub(crate) fn shown(text: &str) -> String {
    const LIMIT: usize = 60;
    match text.char_indices().nth(LIMIT) {
        Some((end, _)) => format!("{:?}...", &text[..end]),
        None => format!("{text:?}"),
    }
}
