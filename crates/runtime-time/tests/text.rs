//! Text in both directions, against Python's datetime (tests/fixtures/text.py), RFC 3339's own
//! examples, and text that is none.

use proptest::prelude::*;
use runtime_time::{Offset, Timestamp, codes, format};

fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros)
}

fn offset(seconds: i32) -> Offset {
    Offset::from_seconds(seconds).expect("less than a day")
}

/// The lines of the fixture of one kind, in parts.
fn lines(kind: &str) -> impl Iterator<Item = Vec<&'static str>> {
    let kind = format!("{kind}\t");
    let lines = include_str!("fixtures/text.txt").lines();
    lines.filter_map(move |line| Some(line.strip_prefix(&kind)?.split('\t').collect()))
}

fn unescaped(text: &str) -> String {
    text.replace("\\\\", "\0").replace("\\n", "\n").replace("\\t", "\t").replace('\0', "\\")
}

#[test]
fn formats_as_python() {
    let mut checked = 0;
    for parts in lines("format") {
        let [micros, ahead, form, text] = parts[..] else { panic!("{parts:?}") };
        let (instant, ahead) = (at(micros.parse().unwrap()), offset(ahead.parse().unwrap()));
        assert_eq!(format::write(instant, ahead, form).unwrap(), unescaped(text), "{parts:?}");
        checked += 1;
    }
    assert!(checked > 1500);
}

#[test]
fn what_was_written_is_read_back() {
    for (form, unit) in [
        ("%Y-%m-%dT%H:%M:%S.%f%z", 1),
        ("%A, %e %B %Y, %l:%M:%S.%f %P (%:z)", 1),
        ("%j of %Y at %T %z", 1_000_000),
        ("%G-W%V-%u %R%z", 60_000_000),
        ("%s", 1_000_000),
    ] {
        for parts in lines("iso") {
            let instant: i64 = parts[0].parse().unwrap();
            let text = format::write(at(instant), offset(parts[1].parse().unwrap()), form).unwrap();
            let read = format::read(&text, form).unwrap_or_else(|e| panic!("{text} {form} {e}"));
            assert_eq!(read, at(instant.div_euclid(unit) * unit), "{text}");
        }
    }
}

#[test]
fn iso_as_python() {
    for parts in lines("iso") {
        let [micros, ahead, text] = parts[..] else { panic!("{parts:?}") };
        let (instant, ahead) = (at(micros.parse().unwrap()), offset(ahead.parse().unwrap()));
        assert_eq!(Timestamp::from_iso(text).unwrap(), instant);
        assert_eq!(Timestamp::parse(text).unwrap(), instant);
        let ours = instant.to_rfc3339(ahead).unwrap();
        assert_eq!(Timestamp::from_iso(&ours).unwrap(), instant);
        // Python writes all six digits of a fraction, and +00:00 for UTC.
        let theirs = match text.split_once('.') {
            Some((start, rest)) => {
                format!("{start}.{}{}", rest[..6].trim_end_matches('0'), &rest[6..])
            }
            None => text.to_string(),
        };
        assert_eq!(ours, theirs.replace("+00:00", "Z"));
    }
}

#[test]
fn reads_what_python_reads() {
    for parts in lines("read") {
        let [text, expected] = parts[..] else { panic!("{parts:?}") };
        let actual = Timestamp::parse(text);
        match expected.parse() {
            Ok(micros) => {
                assert_eq!(actual.unwrap_or_else(|e| panic!("{e}")), at(micros), "{text}");
            }
            Err(_) => {
                assert_eq!(actual.unwrap_err().code(), codes::RT_ERROR_TIME_TEXT, "{text}");
                assert!(Timestamp::from_iso(text).is_err(), "{text}");
            }
        }
    }
}

#[test]
fn examples_of_rfc_3339() {
    for (text, utc) in [
        ("1985-04-12T23:20:50.52Z", "1985-04-12T23:20:50.52Z"),
        ("1996-12-19T16:39:57-08:00", "1996-12-20T00:39:57Z"),
        ("1937-01-01T12:00:27.87+00:20", "1937-01-01T11:40:27.87Z"),
        ("1985-04-12t23:20:50z", "1985-04-12T23:20:50Z"),
        // Leap seconds, which this count does not have.
        ("1990-12-31T23:59:60Z", "1990-12-31T23:59:59.999999Z"),
        ("1990-12-31T15:59:60-08:00", "1990-12-31T23:59:59.999999Z"),
    ] {
        assert_eq!(Timestamp::from_iso(text).unwrap().to_string(), utc);
    }
}

#[test]
fn from_iso_is_strict() {
    for text in [
        "2024-03-15",
        "2024-03-15T14:30:45",
        "2024-03-15T14:30Z",
        "20240315T143045Z",
        "2024-W11-5T14:30:45Z",
        " 2024-03-15T14:30:45Z",
        "2024-03-15T14:30:45Z ",
        "2024-03-15_14:30:45Z",
        "2024-03-15T14:30:45+0200",
        "2024-03-15T14:30:45+24:00",
        "2024-06-15T14:30:60Z",
        "12024-03-15T14:30:45Z",
        "\u{662}024-03-15T14:30:45Z",
        "2024-03-1\u{e9}T14:30:45Z",
    ] {
        let refused = Timestamp::from_iso(text).unwrap_err();
        assert_eq!(refused.code(), codes::RT_ERROR_TIME_TEXT, "{text}");
        assert!(refused.reason().starts_with("text \""), "{}", refused.reason());
    }
    let refused = Timestamp::from_iso("+300000-01-01T00:00:00.000000Z").unwrap_err();
    assert_eq!(refused.code(), codes::RT_ERROR_TIME_RANGE);
}

#[test]
fn years_beyond_four_digits() {
    for text in [
        "+010000-01-01T00:00:00.000000Z",
        "-000001-12-31T23:59:59.999999Z",
        "+294247-01-10T04:00:54.775807Z",
    ] {
        assert_eq!(Timestamp::from_iso(text).unwrap().to_string(), text);
    }
    let refused = Timestamp::MAX.to_rfc3339(Offset::UTC).unwrap_err();
    assert_eq!(refused.code(), codes::RT_ERROR_TIME_RANGE);
    assert_eq!(format::write(Timestamp::MAX, Offset::UTC, "%Y").unwrap(), "+294247");
    // The last hours of the year 9999 in UTC are in the year 10000 further east.
    let last = Timestamp::from_iso("9999-12-31T23:30:00Z").unwrap();
    assert!(last.to_rfc3339(offset(3600)).is_err());
    assert_eq!(format::write(Timestamp::MAX, offset(86_399), "%d %H").unwrap(), "11 04");
}

#[test]
fn offsets_have_limits() {
    for seconds in [86_400, -86_400, i32::MAX, i32::MIN] {
        let refused = Offset::from_seconds(seconds).unwrap_err();
        assert_eq!(refused.code(), codes::RT_ERROR_TIME_OFFSET);
    }
    assert_eq!(offset(-86_399).as_seconds(), -86_399);
    let refused = at(0).to_rfc3339(offset(3601)).unwrap_err();
    assert_eq!(refused.code(), codes::RT_ERROR_TIME_OFFSET);
}

#[test]
fn formats_are_checked() {
    for form in
        ["%", "%Q", "%Z", "%c", "%x", "%X", "%Ey", "%Od", "abc%", "%-", "%-B", "%:d", "%é", "%-é"]
    {
        let refused = format::write(at(0), Offset::UTC, form).unwrap_err();
        assert_eq!(refused.code(), codes::RT_ERROR_TIME_FORMAT, "{form}");
        assert_eq!(format::read("1", form).unwrap_err().code(), codes::RT_ERROR_TIME_FORMAT);
    }
    assert_eq!(format::write(at(0), Offset::UTC, "").unwrap(), "");
    assert_eq!(format::write(at(0), Offset::UTC, "[%%] \\é").unwrap(), "[%] \\é");
}

#[test]
fn reading_fills_in_and_checks() {
    for (text, form, expected) in [
        ("2024-02-29", "%F", "2024-02-29T00:00:00Z"),
        ("29/02/24 18", "%d/%m/%y %H", "2024-02-29T18:00:00Z"),
        ("01/01/69", "%D", "1969-01-01T00:00:00Z"),
        ("01/01/68", "%D", "2068-01-01T00:00:00Z"),
        ("2024-060", "%Y-%j", "2024-02-29T00:00:00Z"),
        ("2024-02-29 12:00 AM", "%F %I:%M %p", "2024-02-29T00:00:00Z"),
        ("2024-02-29 12:00 pm", "%F %I:%M %P", "2024-02-29T12:00:00Z"),
        ("2024-02-29 1:02:03.5 Z", "%F %-H:%M:%S.%f %z", "2024-02-29T01:02:03.5Z"),
        ("2024-02-29T12:00+02:30", "%FT%R%z", "2024-02-29T09:30:00Z"),
        ("2024-02-29T12:00-0030", "%FT%R%z", "2024-02-29T12:30:00Z"),
        ("20240229", "%Y%m%d", "2024-02-29T00:00:00Z"),
        ("-1", "%s", "1969-12-31T23:59:59Z"),
        ("100% [x] 2024-01-01", "100%% [x] %F", "2024-01-01T00:00:00Z"),
    ] {
        let read = format::read(text, form).unwrap_or_else(|e| panic!("{text} {form}: {e}"));
        assert_eq!(read.to_string(), expected, "{text} {form}");
    }
    for (text, form) in [
        ("2023-02-29", "%F"),
        ("2024-13-01", "%F"),
        ("2024-01-01x", "%F"),
        ("2024-01-0", "%F"),
        ("", "%F"),
        ("", ""),
        ("12:00", "%R"),
        ("24:00 2024-01-01", "%R %F"),
        ("2024-366", "%Y-%k"),
        ("2023-366", "%Y-%j"),
    ] {
        let refused = format::read(text, form).unwrap_err();
        assert_eq!(refused.code(), codes::RT_ERROR_TIME_TEXT, "{text} {form}");
    }
}

proptest! {
    #[test]
    fn no_text_breaks_the_readers(text in "\\PC{0,40}", form in "[%A-Za-z0-9:_ -]{0,12}") {
        let _ = Timestamp::from_iso(&text);
        let _ = Timestamp::parse(&text);
        let _ = format::read(&text, &form);
        let _ = format::write(at(0), Offset::UTC, &form);
    }

    #[test]
    fn no_time_like_text_breaks_the_readers(text in "[-+]?[0-9]{1,7}[-W]?[0-9]{1,3}[-]?[0-9]{0,2}[T ]?[0-9]{0,2}:?[0-9:]{0,6}[.,]?[0-9]{0,30}[Z+-]?[0-9:]{0,6}") {
        if let Ok(instant) = Timestamp::parse(&text) {
            prop_assert_eq!(Timestamp::from_iso(&instant.to_string()).unwrap(), instant);
        }
        let _ = format::read(&text, "%Y-%m-%d %H:%M:%S.%f%z");
    }

    #[test]
    fn every_instant_can_be_formatted(micros: i64, ahead in -86_399..86_400) {
        let text = format::write(at(micros), offset(ahead), "%Y-%j %T.%f %C %y %G %g %V %U %W %s %z");
        prop_assert!(text.is_ok());
        let _ = at(micros).to_rfc3339(offset(ahead));
    }
}
