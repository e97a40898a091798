//! The local offset. The zone comes from the environment, so this program starts itself again with
//! another one.

use std::process::Command;

use runtime_time::{Offset, Timestamp};

const ASKED: &str = "RUNTIME_TIME_TEST_OFFSETS";

/// Instants of a winter and of a summer.
const INSTANTS: [&str; 2] = ["2024-01-15T12:00:00Z", "2024-07-15T12:00:00Z"];

/// What the system says in a time zone.
fn offsets_in(zone: &str) -> String {
    let output = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "the_local_offset_is_that_of_the_zone", "--nocapture"])
        .env("TZ", zone)
        .env(ASKED, "1")
        .output()
        .expect("it starts");
    let text = String::from_utf8(output.stdout).expect("text");
    let start = text.find("offsets:").unwrap_or_else(|| panic!("{text}"));
    text[start..].lines().take(1).collect()
}

#[test]
#[cfg(unix)]
fn the_local_offset_is_that_of_the_zone() {
    if std::env::var_os(ASKED).is_some() {
        // Two threads ask at once, which other ways to the local offset refuse.
        let ask =
            || INSTANTS.map(|text| Offset::local(text.parse().unwrap()).unwrap().as_seconds());
        let other = std::thread::spawn(ask);
        let [winter, summer] = ask();
        assert_eq!(other.join().unwrap(), [winter, summer]);
        println!("offsets: {winter} {summer}");
        return;
    }
    // Zones in POSIX's own notation, which no database is needed for: it counts west of Greenwich.
    assert_eq!(offsets_in("UTC0"), "offsets: 0 0");
    assert_eq!(offsets_in("CET-1CEST,M3.5.0,M10.5.0/3"), "offsets: 3600 7200");
    assert_eq!(offsets_in("EST5EDT,M3.2.0,M11.1.0"), "offsets: -18000 -14400");
    assert_eq!(offsets_in("IST-5:30"), "offsets: 19800 19800");
}

#[test]
fn every_instant_has_a_local_offset_or_none() {
    for micros in [i64::MIN, -1, 0, i64::MAX] {
        let _ = Offset::local(Timestamp::from_micros(micros));
    }
}
