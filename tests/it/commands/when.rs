//! What moments and ranges mean on a calendar, over changes of the clock.

use super::world::at;
use hearback::commands::ALL;
use hearback::slash::{Range, Value, When, parse_line};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;

fn when(typed: &str) -> When {
    let (_, args) = parse_line(ALL, &format!("snooze 142 {typed}")).unwrap_or_else(|r| panic!("{typed}: {r}"));
    match args.value("until") {
        Some(Value::When(when)) => when.clone(),
        other => panic!("{typed}: {other:?}"),
    }
}

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).expect("a zone")
}

fn london(typed: &str, now: &str) -> Timestamp {
    when(typed).resolve(at(now), &zone("Europe/London")).unwrap_or_else(|r| panic!("{typed}: {r}"))
}

#[test]
fn what_is_typed() {
    let time = |hour, minute, in_days, weekday| When::At { hour, minute, in_days, weekday };
    for (typed, wanted) in [
        ("2h", When::After(7_200)),
        ("30m", When::After(1_800)),
        ("2d", When::After(172_800)),
        ("1d12h", When::After(129_600)),
        ("in 2 hours", When::After(7_200)),
        ("2 hours", When::After(7_200)),
        ("in 45min", When::After(2_700)),
        ("tomorrow", time(9, 0, Some(1), None)),
        ("Tomorrow 9:00", time(9, 0, Some(1), None)),
        ("tomorrow at 8pm", time(20, 0, Some(1), None)),
        ("mon 9:00", time(9, 0, None, Some(1))),
        ("Sunday", time(9, 0, None, Some(7))),
        ("16:30", time(16, 30, None, None)),
        ("12am", time(0, 0, None, None)),
        ("12pm", time(12, 0, None, None)),
        ("today 23:59", time(23, 59, Some(0), None)),
        ("in 3 days at 8:15", time(8, 15, Some(3), None)),
    ] {
        assert_eq!(when(typed), wanted, "{typed}");
    }
    for bad in
        ["24:00", "9:60", "13pm", "0am", "today", "in", "9:5", "soon", "h", "2x", "99999999999999999999h", "at noon"]
    {
        assert!(parse_line(ALL, &format!("snooze 142 {bad}")).is_err(), "{bad}");
    }
}

#[test]
fn the_next_time_that_it_is_so() {
    // 7 September 2026 is a Monday; London is an hour ahead of UTC.
    let now = "2026-09-07T12:00:00Z";
    assert_eq!(london("16:30", now), at("2026-09-07T15:30:00Z"));
    assert_eq!(london("9:00", now), at("2026-09-08T08:00:00Z"));
    assert_eq!(london("mon 9:00", now), at("2026-09-14T08:00:00Z"));
    assert_eq!(london("mon 14:00", now), at("2026-09-07T13:00:00Z"));
    assert_eq!(london("tue", now), at("2026-09-08T08:00:00Z"));
    assert_eq!(london("tomorrow", now), at("2026-09-08T08:00:00Z"));
    assert_eq!(london("2h", now), at("2026-09-07T14:00:00Z"));
    // Just after midnight in London it is still the day before in UTC: the person's day counts.
    assert_eq!(london("tomorrow 9:00", "2026-09-07T23:30:00Z"), at("2026-09-09T08:00:00Z"));
}

#[test]
fn over_changes_of_the_clock() {
    // London, 29 March 2026: 01:00 GMT becomes 02:00 BST; 01:30 does not exist and is taken just after the gap.
    assert_eq!(london("tomorrow 1:30", "2026-03-28T12:00:00Z"), at("2026-03-29T01:30:00Z"));
    assert_eq!(london("tomorrow 9:00", "2026-03-28T12:00:00Z"), at("2026-03-29T08:00:00Z"));
    // 25 October 2026: 02:00 BST becomes 01:00 GMT; 01:30 happens twice, at 00:30 and 01:30 UTC.
    assert_eq!(london("1:30", "2026-10-25T00:00:00Z"), at("2026-10-25T00:30:00Z"));
    assert_eq!(london("1:30", "2026-10-25T00:45:00Z"), at("2026-10-25T01:30:00Z"));
    assert_eq!(london("1:30", "2026-10-25T01:45:00Z"), at("2026-10-26T01:30:00Z"));
}

#[test]
fn the_past_and_the_far_future_are_refused() {
    let london = zone("Europe/London");
    let refused = |typed: &str| when(typed).resolve(at("2026-09-07T12:00:00Z"), &london).expect_err(typed).say;
    assert!(refused("today 9:00").contains("has passed"));
    assert!(refused("0h").contains("has passed"));
    assert!(refused("400d").contains("more than a year"));
    assert!(refused("9000 weeks").contains("more than a year"));
    assert!(refused("in 500 days at 9:00").contains("more than a year"));
    assert!(When::After(i64::MAX).resolve(Timestamp::MAX, &london).is_err());
    assert!(When::After(i64::MIN).resolve(Timestamp::MIN, &london).is_err());
}

#[test]
fn ranges_are_whole_local_days() {
    let now = at("2026-03-30T10:00:00Z");
    let of = |range: Range| range.resolve(now, &zone("Europe/London")).expect("a range");
    assert_eq!(of(Range::Days(7)), (at("2026-03-23T10:00:00Z"), now));
    assert_eq!(of(Range::Hours(24)), (at("2026-03-29T10:00:00Z"), now));
    assert_eq!(of(Range::Today), (at("2026-03-29T23:00:00Z"), now));
    // Sunday the 29th had 23 hours.
    assert_eq!(of(Range::Yesterday), (at("2026-03-29T00:00:00Z"), at("2026-03-29T23:00:00Z")));
    let january = Range::Dates("2026-01-01".parse().unwrap(), "2026-01-31".parse().unwrap());
    assert_eq!(of(january), (at("2026-01-01T00:00:00Z"), at("2026-02-01T00:00:00Z")));
}

proptest! {
    /// Whatever is understood lies ahead, within a year, and shows the time that was typed or comes right after a gap.
    #[test]
    fn always_ahead(
        second in 1_500_000_000_i64..2_500_000_000,
        hour in 0_i8..24,
        minute in 0_i8..60,
        day in proptest::option::of(1_i8..8),
        name in proptest::sample::select(&["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"][..]),
    ) {
        let (now, zone) = (Timestamp::from_second(second).unwrap(), zone(name));
        let until = When::At { hour, minute, in_days: None, weekday: day }.resolve(now, &zone).expect("always possible");
        prop_assert!(until > now && until.as_second() - now.as_second() <= 8 * 86_400 + 3_600);
        let local = until.to_zoned(zone.clone());
        let typed = local.date().at(hour, minute, 0, 0);
        prop_assert!(local.datetime() == typed || zone.to_ambiguous_timestamp(typed).is_ambiguous());
        if let Some(day) = day {
            prop_assert_eq!(local.weekday().to_monday_one_offset(), day);
        }
    }
}
