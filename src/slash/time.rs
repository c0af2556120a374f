//! Times in words, for sentences that a person reads.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// How long ago `then` is, such as `29 min`, `3 h 5 min` or `2 d`.
pub fn ago(then: Timestamp, now: Timestamp) -> String {
    let minutes = (now.as_second() - then.as_second()).max(0) / 60;
    match (minutes / 1440, minutes / 60, minutes % 60) {
        (0, 0, 0) => "under a minute".to_owned(),
        (0, 0, m) => format!("{m} min"),
        (0, h, 0) => format!("{h} h"),
        (0, h, m) => format!("{h} h {m} min"),
        (d, _, _) => format!("{d} d"),
    }
}

/// The local time, such as `14:05`; with the weekday and date on another day.
pub fn clock(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let (at, now) = (at.to_zoned(zone.clone()), now.to_zoned(zone.clone()));
    let days = (at.date() - now.date()).get_days().abs();
    let shape = match days {
        0 => "%H:%M",
        1..=5 => "%a %H:%M",
        _ if at.year() == now.year() => "%a %-d %b %H:%M",
        _ => "%-d %b %Y %H:%M",
    };
    at.strftime(shape).to_string()
}

/// The local time in full with its zone, for answers to "when exactly?": `Mon 7 Sep 2026, 09:00 BST`.
pub fn moment(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%a %-d %b %Y, %H:%M %Z").to_string()
}
