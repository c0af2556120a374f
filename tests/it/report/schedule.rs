//! The digest: once per channel and local date, whatever the clocks do.

use super::make::ts;
use hearback::domain::DigestPlan;
use hearback::report::{digest_due, mend_last, next_digest, plan_problem};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn plan(zone: &str, at: &str) -> DigestPlan {
    DigestPlan { at: at.to_owned(), zone: zone.to_owned(), ..DigestPlan::default() }
}

fn date(text: &str) -> Date {
    text.parse().expect("a date")
}

/// Worked out by hand from the rules of the zones.
#[test]
fn the_hour_on_the_days_when_the_clocks_change() {
    let cases = [
        // 01:30 does not exist on 29 March: right after the gap, 02:00 BST.
        ("Europe/London", "01:30", "2026-03-29", "2026-03-29T01:00:00Z"),
        ("Europe/London", "01:00", "2026-03-29", "2026-03-29T01:00:00Z"),
        // 01:30 comes twice on 25 October: the first, BST.
        ("Europe/London", "01:30", "2026-10-25", "2026-10-25T00:30:00Z"),
        ("Europe/London", "02:00", "2026-10-25", "2026-10-25T02:00:00Z"),
        ("America/New_York", "02:30", "2026-03-08", "2026-03-08T07:00:00Z"),
        ("America/New_York", "01:30", "2026-11-01", "2026-11-01T05:30:00Z"),
        // Half an hour: 02:00 becomes 02:30 on 4 October, 02:00 becomes 01:30 on 5 April.
        ("Australia/Lord_Howe", "02:15", "2026-10-04", "2026-10-03T15:30:00Z"),
        ("Australia/Lord_Howe", "01:45", "2026-04-05", "2026-04-04T14:45:00Z"),
        ("Asia/Kathmandu", "09:00", "2026-06-01", "2026-06-01T03:15:00Z"),
        // The last hour of 28 March is skipped: when the 29th begins.
        ("America/Nuuk", "23:30", "2026-03-28", "2026-03-29T01:00:00Z"),
    ];
    for (zone, at, day, fires) in cases {
        let (plan, day, fires) = (plan(zone, at), date(day), ts(fires));
        let last = Some(day.yesterday().unwrap());
        let before = fires - SignedDuration::from_secs(1);
        assert_eq!(digest_due(&plan, last, before), None, "{zone} {at} {day}: too early");
        assert_eq!(next_digest(&plan, last, before), Some(fires), "{zone} {at} {day}");
        assert_eq!(digest_due(&plan, last, fires), Some(day), "{zone} {at} {day}");
        assert_eq!(digest_due(&plan, Some(day), fires + SignedDuration::from_hours(1)), None, "{zone} {at}: twice");
    }
}

#[test]
fn late_on_the_same_date_and_never_a_burst() {
    let plan = plan("Europe/London", "09:00");
    let last = Some(date("2026-06-01"));
    assert_eq!(digest_due(&plan, last, ts("2026-06-05T22:59:59Z")), Some(date("2026-06-05")), "only today's");
    assert_eq!(digest_due(&plan, last, ts("2026-06-05T23:00:00Z")), None, "the 6th begins: the 5th is past");
    assert_eq!(next_digest(&plan, last, ts("2026-06-05T23:00:00Z")), Some(ts("2026-06-06T08:00:00Z")));
    assert_eq!(digest_due(&plan, None, ts("2026-06-05T08:00:00Z")), Some(date("2026-06-05")));
}

#[test]
fn a_clock_or_a_zone_that_goes_back_sends_nothing_twice() {
    let tokyo = plan("Asia/Tokyo", "09:00");
    let now = ts("2026-06-05T00:00:00Z");
    assert_eq!(digest_due(&tokyo, None, now), Some(date("2026-06-05")));
    // Moved to New York, where the 5th is still to come: the 5th was sent, the 6th is next.
    let york = plan("America/New_York", "09:00");
    let last = Some(date("2026-06-05"));
    assert_eq!(next_digest(&york, last, now), Some(ts("2026-06-06T13:00:00Z")));
    assert_eq!(digest_due(&york, last, ts("2026-06-05T13:00:00Z")), None);
    // The clock was once far ahead: nothing is sent again, and the date can be mended.
    let ahead = date("2027-01-01");
    assert_eq!(digest_due(&york, Some(ahead), now), None);
    assert_eq!(next_digest(&york, Some(ahead), now), Some(ts("2027-01-02T14:00:00Z")));
    assert_eq!(mend_last(&york, ahead, now), Some(date("2026-06-04")));
    assert_eq!(mend_last(&york, date("2026-06-06"), now), None, "a zone may be that far ahead");
}

#[test]
fn weekdays_are_those_of_the_channel() {
    // Monday to Friday in Kathmandu. Sunday 18:20 UTC is Monday 00:05 there.
    let plan = DigestPlan { days: (1..=5).collect(), ..plan("Asia/Kathmandu", "00:05") };
    assert_eq!(digest_due(&plan, None, ts("2026-11-22T18:20:00Z")), Some(date("2026-11-23")));
    assert_eq!(
        next_digest(&plan, Some(date("2026-11-27")), ts("2026-11-27T05:00:00Z")),
        Some(ts("2026-11-29T18:20:00Z"))
    );
    assert_eq!(digest_due(&plan, None, ts("2026-11-28T12:00:00Z")), None, "Saturday");
}

#[test]
fn off_and_nonsense_are_never_due() {
    let now = ts("2026-06-05T12:00:00Z");
    let off = DigestPlan { off: true, ..DigestPlan::default() };
    let no_days = DigestPlan { days: vec![], ..DigestPlan::default() };
    assert_eq!((digest_due(&off, None, now), next_digest(&off, None, now)), (None, None));
    assert_eq!((digest_due(&no_days, None, now), next_digest(&no_days, None, now)), (None, None));
    assert_eq!(plan_problem(&DigestPlan::default()), None);
    for at in ["25:00", "9", "09:60", "", "9:5", "+9:00", "09:00:00"] {
        let bad = plan("UTC", at);
        assert!(plan_problem(&bad).expect(at).contains("write it as 09:00"));
        assert_eq!((digest_due(&bad, None, now), next_digest(&bad, None, now)), (None, None));
    }
    assert!(plan_problem(&plan("Mars/Olympus", "09:00")).unwrap().contains("Mars/Olympus"));
    let eighth = DigestPlan { days: vec![8], ..DigestPlan::default() };
    assert!(plan_problem(&eighth).unwrap().contains("Sunday is 7"));
}

/// Half a year and more with both changes of the clocks, minute by minute or so, with restarts across the hour, and a
/// clock that jumps back: exactly one digest for every local date.
#[test]
fn a_simulated_year_in_every_kind_of_zone() {
    let zones = [
        ("Europe/London", &["00:59", "01:00", "01:30", "02:00"][..], 600),
        ("America/New_York", &["01:00", "01:30", "02:00", "02:30", "03:00"], 600),
        ("Australia/Lord_Howe", &["01:30", "01:45", "02:00", "02:15"], 600),
        ("Asia/Kathmandu", &["01:30", "09:00"], 600),
        ("America/Nuuk", &["22:30", "23:00", "23:30"], 20),
        ("Africa/Cairo", &["00:00", "00:30"], 600),
        ("America/Havana", &["00:00", "00:30", "01:00"], 600),
    ];
    for (zone, hours, away) in zones {
        for (seed, at) in hours.iter().enumerate() {
            for jumps in [false, true] {
                year(zone, at, away, jumps, u64::try_from(seed).unwrap());
            }
        }
    }
}

fn year(zone: &str, at: &str, away: i64, jumps: bool, seed: u64) {
    let mut rng = fastrand::Rng::with_seed(seed + 1);
    let plan = plan(zone, at);
    let tz = TimeZone::get(zone).expect("a known zone");
    let (start, end) = (ts("2026-02-20T12:00:00Z"), ts("2026-11-20T12:00:00Z"));
    let first = tz.to_datetime(start).date();
    let mut sent: Vec<Date> = vec![first];
    let mut last = Some(first);
    let mut now = start;
    while now < end {
        if let Some(due) = digest_due(&plan, last, now) {
            sent.push(due);
            last = Some(due);
        }
        let minutes = match rng.u8(..) {
            0..=2 => rng.i64(1..away),
            3 if jumps => rng.i64(-1800..0),
            _ => rng.i64(1..30),
        };
        now += SignedDuration::from_mins(minutes);
    }
    let until = *sent.last().expect("at least one");
    let expected: Vec<Date> = first.series(jiff::Span::new().days(1)).take_while(|d| *d <= until).collect();
    assert_eq!(sent, expected, "{zone} at {at}: every date once, in order");
    assert!(until >= date("2026-11-19"), "{zone} at {at}: up to the end");
    assert_eq!(sent.iter().collect::<BTreeSet<_>>().len(), sent.len());
}

proptest! {
    /// Waiting for the next digest and asking whether one is due agree, for any plan and moment.
    #[test]
    fn next_is_the_first_moment_at_which_one_is_due(
        zone in prop::sample::select(vec![
            "Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Nuuk",
            "Pacific/Apia", "Pacific/Kiritimati", "America/Havana", "Africa/Cairo", "UTC",
        ]),
        second in 1_260_000_000i64..1_900_000_000,
        minute in 0u16..1440,
        days in prop::collection::btree_set(1u8..=7, 1..8),
        ago in prop::option::of(-3i32..400),
    ) {
        let at = format!("{:02}:{:02}", minute / 60, minute % 60);
        let plan = DigestPlan { days: days.into_iter().collect(), ..plan(zone, &at) };
        let now = Timestamp::from_second(second).unwrap();
        let today = TimeZone::get(zone).unwrap().to_datetime(now).date();
        let last = ago.map(|ago| today - jiff::Span::new().days(ago));
        let next = next_digest(&plan, last, now).expect("a plan with days has a next digest");
        let due = digest_due(&plan, last, next).expect("due when it is said to be");
        prop_assert!(last.is_none_or(|l| l < due));
        if next > now {
            prop_assert_eq!(digest_due(&plan, last, now), None);
            prop_assert_eq!(digest_due(&plan, last, next - SignedDuration::from_secs(1)), None);
        }
        // Sent: never again on that date, and the next one is a later date.
        prop_assert_eq!(digest_due(&plan, Some(due), next), None);
        let after = next_digest(&plan, Some(due), next).unwrap();
        prop_assert!(after > next && digest_due(&plan, Some(due), after).unwrap() > due);
    }
}
