//! Business hours against a count of minutes, and over daylight-saving changes.

use super::make::ts;
use hearback::report::{Hours, OpenSpan};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use proptest::prelude::*;

fn span(text: &str) -> OpenSpan {
    OpenSpan::parse(text).expect("a span")
}

fn weekdays(zone: &str, spans: &[&str], holidays: &[Date]) -> Hours {
    let day: Vec<OpenSpan> = spans.iter().map(|s| span(s)).collect();
    let week = std::array::from_fn(|i| if i < 5 { day.clone() } else { Vec::new() });
    Hours::new(zone, week, holidays.iter().copied()).expect("hours")
}

fn every_day(zone: &str, spans: &[&str]) -> Hours {
    let day: Vec<OpenSpan> = spans.iter().map(|s| span(s)).collect();
    Hours::new(zone, std::array::from_fn(|_| day.clone()), []).expect("hours")
}

const H: u64 = 3600;

#[test]
fn a_weekend_a_lunch_break_and_a_holiday_do_not_count() {
    let hours = weekdays("Europe/London", &["13:00-17:30", "09:00-12:00"], &["2026-12-25".parse().unwrap()]);
    // Thursday 24 Dec 16:00 to Monday 28 Dec 10:00 (GMT): 1.5 h, holiday, weekend, 1 h.
    assert_eq!(hours.business_seconds(ts("2026-12-24T16:00:00Z"), ts("2026-12-28T10:00:00Z")), 5 * H / 2);
    // Through lunch: 11:30 to 13:30 is one hour.
    assert_eq!(hours.business_seconds(ts("2026-12-28T11:30:00Z"), ts("2026-12-28T13:30:00Z")), H);
    assert_eq!(
        hours.business_seconds(ts("2026-12-28T13:30:00Z"), ts("2026-12-28T11:30:00Z")),
        0,
        "backwards is nothing"
    );
    // Due after 2 h from Thursday 16:30: one on Thursday, one on Monday.
    assert_eq!(hours.add_business(ts("2026-12-24T16:30:00Z"), 2 * H), Some(ts("2026-12-28T10:00:00Z")));
    // Exactly to closing time is due at closing time, not at the next opening.
    assert_eq!(hours.add_business(ts("2026-12-24T16:30:00Z"), H), Some(ts("2026-12-24T17:30:00Z")));
    assert!(hours.is_open(ts("2026-12-24T09:00:00Z")) && !hours.is_open(ts("2026-12-24T17:30:00Z")));
}

#[test]
fn years_are_exact() {
    // 2016-01-01 to 2026-01-01, New York, Monday to Friday 09:00-17:00: the ten years have 2609 weekdays (522 weeks from
    // Friday 1 Jan 2016 to Thursday 1 Jan 2026 less one day: 3653 days = 521 weeks + 6 days, Fri Sat Sun Mon Tue Wed).
    let hours = weekdays("America/New_York", &["09:00-17:00"], &[]);
    let (from, to) = (ts("2016-01-01T05:00:00Z"), ts("2026-01-01T05:00:00Z"));
    assert_eq!(hours.business_seconds(from, to), (521 * 5 + 4) * 8 * H);
    assert_eq!(hours.calendar(from, to).seconds_between(from.as_millisecond(), to.as_millisecond()), 2609 * 8 * H);
    // A broken date in a feed: 1 Jan of year 1 is a Monday, and 400 years are 20871 weeks; 1 Jan 2001 is a Monday again.
    let year_one = hours.business_seconds(ts("0001-01-01T12:00:00-04:56:02"), ts("2001-01-01T12:00:00-05:00"));
    assert_eq!(year_one, 5 * 20_871 * 5 * 8 * H);
    // Nothing is due beyond the last year.
    assert_eq!(hours.add_business(from, u64::MAX), None);
    assert_eq!(hours.add_business(from, 1 << 38), None);
}

#[test]
fn changes_of_the_clocks_count_as_they_happen() {
    // London 2026-03-29: 01:00 GMT becomes 02:00 BST. 2026-10-25: 02:00 BST becomes 01:00 GMT.
    let nights = every_day("Europe/London", &["00:00-06:00"]);
    assert_eq!(nights.business_seconds(ts("2026-03-29T00:00:00Z"), ts("2026-03-29T12:00:00Z")), 5 * H);
    assert_eq!(nights.business_seconds(ts("2026-10-24T23:00:00Z"), ts("2026-10-25T12:00:00Z")), 7 * H);
    // A span inside the gap opens after it: 01:30-03:00 is 02:00-03:00 BST.
    let gap = every_day("Europe/London", &["01:30-03:00"]);
    assert_eq!(gap.business_seconds(ts("2026-03-29T00:00:00Z"), ts("2026-03-29T12:00:00Z")), H);
    // Half an hour on Lord Howe Island, 2026-10-04 02:00 becomes 02:30.
    let howe = every_day("Australia/Lord_Howe", &["00:00-24:00"]);
    assert!(howe.is_always(), "all day every day is always, in any zone");
    let howe = every_day("Australia/Lord_Howe", &["00:00-06:00"]);
    assert_eq!(howe.business_seconds(ts("2026-10-03T13:30:00Z"), ts("2026-10-04T02:00:00Z")), 11 * H / 2);
}

#[test]
fn overnight_spans_go_on_into_the_next_date() {
    let mut week: [Vec<OpenSpan>; 7] = Default::default();
    week[6] = vec![span("22:00-06:00")];
    let hours = Hours::new("UTC", week, []).unwrap();
    // Sunday 2026-11-22 22:00 to Monday 06:00.
    assert_eq!(hours.business_seconds(ts("2026-11-22T00:00:00Z"), ts("2026-11-24T00:00:00Z")), 8 * H);
    assert!(hours.is_open(ts("2026-11-23T05:59:59Z")) && !hours.is_open(ts("2026-11-23T06:00:00Z")));
}

#[test]
fn wrong_hours_say_what_to_write() {
    for wrong in ["9-17", "09:00", "09:60-10:00", "24:00-25:00", "09:00-09:00", "24:00-01:00", "+9:00-10:00", ""] {
        let said = OpenSpan::parse(wrong).expect_err(wrong).to_string();
        assert!(said.contains("write"), "{said}");
    }
    let none: [Vec<OpenSpan>; 7] = Default::default();
    assert!(Hours::new("UTC", none.clone(), []).unwrap_err().to_string().contains("no open hours"));
    assert!(Hours::new("Europe/Lundon", none, []).unwrap_err().to_string().contains("Europe/Lundon"));
}

/// Minutes of the range whose local time is in one of the spans (minutes of the day), counted one by one.
fn by_the_minute(zone: &str, open: &[(i64, i64)], from: Timestamp, minutes: i64) -> u64 {
    let zone = TimeZone::get(zone).expect("in range");
    let is_open = |m: &i64| {
        let local = zone.to_datetime(from + SignedDuration::from_mins(*m));
        let minute = i64::from(local.hour()) * 60 + i64::from(local.minute());
        open.iter().any(|(a, b)| (*a..*b).contains(&minute))
    };
    u64::try_from((0..minutes).filter(is_open).count()).expect("in range")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn seconds_are_the_minutes_counted(
        zone in prop::sample::select(vec!["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
        start in 0i64..12 * 30 * 24 * 60,
        minutes in 0i64..8 * 24 * 60,
        split in 0i64..2000,
    ) {
        let from = ts("2026-01-01T00:00:00Z") + SignedDuration::from_mins(start);
        let to = from + SignedDuration::from_mins(minutes);
        let hours = every_day(zone, &["00:00-05:00", "09:15-17:45", "23:00-24:00"]);
        let expected = by_the_minute(zone, &[(0, 300), (555, 1065), (1380, 1440)], from, minutes) * 60;
        prop_assert_eq!(hours.business_seconds(from, to), expected);
        let year = hours.calendar(ts("2026-01-01T00:00:00Z"), ts("2027-03-01T00:00:00Z"));
        prop_assert_eq!(year.seconds_between(from.as_millisecond(), to.as_millisecond()), expected);
        // It adds up, and add_business is its inverse.
        let middle = from + SignedDuration::from_mins(split.min(minutes));
        prop_assert_eq!(hours.business_seconds(from, middle) + hours.business_seconds(middle, to), expected);
        let due = hours.add_business(from, expected).unwrap();
        prop_assert!(due <= to && hours.business_seconds(from, due) == expected);
        if expected > 0 {
            prop_assert_eq!(hours.business_seconds(from, due - SignedDuration::from_secs(1)), expected - 1);
        }
    }
}
