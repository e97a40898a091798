//! Format strings as C's `strftime` and `strptime` have them, always in English.
//!
//! | directive | meaning |
//! |---|---|
//! | `%Y` `%C` `%y` | the year; its century; its last two digits (read as 1969 to 2068) |
//! | `%m` `%B` `%b` `%h` | the month: 01 to 12; its name; its first three letters, twice |
//! | `%d` `%e` `%j` | the day: 01 to 31; the same after a space; of the year, 001 to 366 |
//! | `%H` `%k` | the hour: 00 to 23; the same after a space |
//! | `%I` `%l` `%p` `%P` | the hour: 01 to 12; the same after a space; AM or PM; am or pm |
//! | `%M` `%S` `%f` | minutes; seconds; microseconds, six digits (any number when reading) |
//! | `%A` `%a` `%u` `%w` | the weekday: its name; three letters; 1 (Monday) to 7; 0 (Sunday) to 6 |
//! | `%G` `%g` `%V` | ISO 8601's year; its last two digits; its week, 01 to 53 |
//! | `%U` `%W` | the week of the year, 00 to 53, from the first Sunday; from the first Monday |
//! | `%z` `%:z` | the UTC offset: +0200; +02:00 (reading: either, or Z) |
//! | `%s` | seconds since 1970 |
//! | `%F` `%D` | `%Y-%m-%d`; `%m/%d/%y` |
//! | `%T` `%R` `%r` | `%H:%M:%S`; `%H:%M`; `%I:%M:%S %p` |
//! | `%n` `%t` `%%` | a line feed; a tab; a percent sign |
//!
//! After the percent sign, `-` asks for no padding, `_` for spaces, `0` for zeros, where a number
//! has a fixed width. Years beyond 9999 are written with a sign. Directives whose meaning hangs on a
//! locale or on the name of a zone (`%c`, `%x`, `%X`, `%Z`) and C's modifiers `%E` and `%O` are
//! refused.

use std::fmt::Display;

use runtime_core::{Error, Result};
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::parsing::Parsed;

use crate::codes;
use crate::text::shown;
use crate::timestamp::Timestamp;
use crate::zone::Offset;

/// Writes an instant at an offset.
///
/// # Errors
/// `RT_ERROR_TIME_FORMAT` when the format has an unknown directive.
///
/// ```
/// use runtime_time::{Offset, Timestamp, format};
///
/// let text = format::write(Timestamp::UNIX_EPOCH, Offset::from_seconds(7200)?, "%a %-d %b %Y %R")?;
/// assert_eq!(text, "Thu 1 Jan 1970 02:00");
/// # Ok::<(), runtime_core::Error>(())
/// ```
pub fn write(instant: Timestamp, offset: Offset, format: &str) -> Result<String> {
    let items = items(format, Direction::Write)?;
    instant.at(offset.inner()).format(&items).map_err(|error| {
        let reason = format!("format {} cannot be used: {error}", shown(format));
        Error::new(codes::RT_ERROR_TIME_FORMAT, reason)
    })
}

/// Reads an instant. What the format does not mention is the start of what it does: midnight, the
/// full minute, UTC. The whole text must fit.
///
/// # Errors
/// `RT_ERROR_TIME_FORMAT` when the format has an unknown directive, `RT_ERROR_TIME_TEXT` when the
/// text does not fit it, does not name a date, or names one that does not exist,
/// `RT_ERROR_TIME_RANGE` when it is beyond the instants.
///
/// ```
/// use runtime_time::format;
///
/// let instant = format::read("29 Feb 2024, 6:05 PM", "%d %b %Y, %-I:%M %p")?;
/// assert_eq!(instant.to_string(), "2024-02-29T18:05:00Z");
/// # Ok::<(), runtime_core::Error>(())
/// ```
pub fn read(text: &str, format: &str) -> Result<Timestamp> {
    let misfit = |why: &dyn Display| {
        let reason = format!("text {} does not fit {}: {why}", shown(text), shown(format));
        Error::new(codes::RT_ERROR_TIME_TEXT, reason)
    };
    let items = items(format, Direction::Read)?;
    let mut parsed = Parsed::new();
    let rest = parsed.parse_items(text.as_bytes(), &items).map_err(|error| misfit(&error))?;
    if !rest.is_empty() {
        return Err(misfit(&format_args!("{} bytes are left over", rest.len())));
    }
    fill(&mut parsed);
    let date_time = OffsetDateTime::try_from(parsed).map_err(|error| misfit(&error))?;
    Timestamp::of(date_time)
}

/// What a format is made for: a few directives accept more than they write.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Read,
    Write,
}

type Items = &'static [BorrowedFormatItem<'static>];

/// The format as `time` wants it: pieces of text, and components.
fn items(format: &str, direction: Direction) -> Result<Vec<BorrowedFormatItem<'_>>> {
    let unknown = |directive: &str| {
        let reason = format!("format {} has no directive {directive:?}", shown(format));
        Error::new(codes::RT_ERROR_TIME_FORMAT, reason)
    };
    let mut items = Vec::new();
    let mut rest = format;
    while let Some(start) = rest.find('%') {
        items.push(BorrowedFormatItem::StringLiteral(&rest[..start]));
        let directive = &rest[start..];
        let mut characters = directive.char_indices().skip(1);
        let (_, first) = characters.next().ok_or_else(|| unknown(directive))?;
        let (letter_at, letter) = match first {
            '-' | '_' | '0' | ':' => characters.next().ok_or_else(|| unknown(directive))?,
            letter => (1, letter),
        };
        let end = letter_at + letter.len_utf8();
        let found = match first {
            '-' => number(letter, Padding::None),
            '_' => number(letter, Padding::Space),
            '0' => number(letter, Padding::Zero),
            ':' => offset_with_colon(letter, direction),
            letter => number(letter, Padding::Zero).or_else(|| plain(letter, direction)),
        };
        let found = found.ok_or_else(|| unknown(&directive[..end]))?;
        items.push(BorrowedFormatItem::Compound(found));
        rest = &directive[end..];
    }
    items.push(BorrowedFormatItem::StringLiteral(rest));
    Ok(items)
}

/// How a number of fixed width is filled up.
#[derive(Clone, Copy)]
enum Padding {
    None,
    Space,
    Zero,
}

/// The components of the directives that take a flag for padding.
fn number(directive: char, padding: Padding) -> Option<Items> {
    macro_rules! padded {
        ($none:tt, $space:tt, $zero:tt) => {
            match padding {
                Padding::None => format_description!(version = 2, $none),
                Padding::Space => format_description!(version = 2, $space),
                Padding::Zero => format_description!(version = 2, $zero),
            }
        };
    }
    Some(match directive {
        'C' => padded!(
            "[year repr:century padding:none]",
            "[year repr:century padding:space]",
            "[year repr:century padding:zero]"
        ),
        'y' => padded!(
            "[year repr:last_two padding:none]",
            "[year repr:last_two padding:space]",
            "[year repr:last_two padding:zero]"
        ),
        'm' => padded!("[month padding:none]", "[month padding:space]", "[month padding:zero]"),
        'd' => padded!("[day padding:none]", "[day padding:space]", "[day padding:zero]"),
        'j' => {
            padded!("[ordinal padding:none]", "[ordinal padding:space]", "[ordinal padding:zero]")
        }
        'H' => padded!("[hour padding:none]", "[hour padding:space]", "[hour padding:zero]"),
        'I' => padded!(
            "[hour repr:12 padding:none]",
            "[hour repr:12 padding:space]",
            "[hour repr:12 padding:zero]"
        ),
        'M' => padded!("[minute padding:none]", "[minute padding:space]", "[minute padding:zero]"),
        'S' => padded!("[second padding:none]", "[second padding:space]", "[second padding:zero]"),
        'g' => padded!(
            "[year base:iso_week repr:last_two padding:none]",
            "[year base:iso_week repr:last_two padding:space]",
            "[year base:iso_week repr:last_two padding:zero]"
        ),
        'V' => padded!(
            "[week_number padding:none]",
            "[week_number padding:space]",
            "[week_number padding:zero]"
        ),
        'U' => padded!(
            "[week_number repr:sunday padding:none]",
            "[week_number repr:sunday padding:space]",
            "[week_number repr:sunday padding:zero]"
        ),
        'W' => padded!(
            "[week_number repr:monday padding:none]",
            "[week_number repr:monday padding:space]",
            "[week_number repr:monday padding:zero]"
        ),
        _ => return None,
    })
}

/// The components of the other directives.
fn plain(directive: char, direction: Direction) -> Option<Items> {
    Some(match directive {
        'Y' => format_description!(version = 2, "[year]"),
        'B' => format_description!(version = 2, "[month repr:long]"),
        'b' | 'h' => format_description!(version = 2, "[month repr:short]"),
        'e' => format_description!(version = 2, "[day padding:space]"),
        'k' => format_description!(version = 2, "[hour padding:space]"),
        'l' => format_description!(version = 2, "[hour repr:12 padding:space]"),
        'p' => format_description!(version = 2, "[period]"),
        'P' => format_description!(version = 2, "[period case:lower]"),
        'f' if direction == Direction::Read => format_description!(version = 2, "[subsecond]"),
        'f' => format_description!(version = 2, "[subsecond digits:6]"),
        'A' => format_description!(version = 2, "[weekday]"),
        'a' => format_description!(version = 2, "[weekday repr:short]"),
        'u' => format_description!(version = 2, "[weekday repr:monday]"),
        'w' => format_description!(version = 2, "[weekday repr:sunday one_indexed:false]"),
        'G' => format_description!(version = 2, "[year base:iso_week]"),
        's' => format_description!(version = 2, "[unix_timestamp]"),
        'z' if direction == Direction::Read => OFFSET_TO_READ,
        'z' => format_description!(version = 2, "[offset_hour sign:mandatory][offset_minute]"),
        'F' => format_description!(version = 2, "[year]-[month]-[day]"),
        'D' => format_description!(version = 2, "[month]/[day]/[year repr:last_two]"),
        'T' => format_description!(version = 2, "[hour]:[minute]:[second]"),
        'R' => format_description!(version = 2, "[hour]:[minute]"),
        'r' => format_description!(version = 2, "[hour repr:12]:[minute]:[second] [period]"),
        'n' => &[BorrowedFormatItem::StringLiteral("\n")],
        't' => &[BorrowedFormatItem::StringLiteral("\t")],
        '%' => &[BorrowedFormatItem::StringLiteral("%")],
        _ => return None,
    })
}

/// The UTC offset with a colon, the only directive that takes that flag.
fn offset_with_colon(directive: char, direction: Direction) -> Option<Items> {
    match (directive, direction) {
        ('z', Direction::Read) => Some(OFFSET_TO_READ),
        ('z', Direction::Write) => {
            Some(format_description!(version = 2, "[offset_hour sign:mandatory]:[offset_minute]"))
        }
        _ => None,
    }
}

/// Any form of a UTC offset.
const OFFSET_TO_READ: Items = format_description!(
    version = 2,
    "[first [Z] [z] [[offset_hour sign:mandatory]:[offset_minute]] \
     [[offset_hour sign:mandatory][offset_minute]]]"
);

/// Adds what a text leaves open.
fn fill(parsed: &mut Parsed) {
    if let (None, Some(two)) = (parsed.year(), parsed.year_last_two()) {
        // POSIX: 69 to 99 are of the 20th century, 00 to 68 of the 21st.
        parsed.set_year(i32::from(two) + if two >= 69 { 1900 } else { 2000 });
    }
    if parsed.hour_24().is_none() && parsed.hour_12().is_none() {
        parsed.set_hour_24(0);
    }
    if parsed.minute().is_none() {
        parsed.set_minute(0);
    }
    if parsed.second().is_none() {
        parsed.set_second(0);
    }
    if parsed.offset_hour().is_none() {
        parsed.set_offset_hour(0);
    }
}
