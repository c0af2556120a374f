//! The daily digest: once per channel and local date, never twice, never missing.

use crate::harness::World;

#[tokio::test]
async fn unanswered_praise_comes_first_and_can_be_thanked_from_there() {
    let desk = World::new().await;
    desk.hears("I love Acme, wonderful service, thank you!").from("bob").on("mastodon").await;
    desk.hears("Acme is broken, terrible, I want a refund").from("eve").on("mastodon").await;
    desk.room();
    desk.waits_until("2026-03-03T08:59:00Z").await;
    assert!(!desk.room().contains("Unanswered praise"));
    desk.waits("2m").await;
    let room = desk.room();
    assert_eq!(room.matches("Unanswered praise").count(), 1, "{room}");
    assert!(room.contains("thanks 1"), "{room}");
    let praise = room.find("Unanswered praise").unwrap();
    let overdue = room.find("#2").unwrap();
    assert!(praise < overdue, "{room}");
    desk.ends().await;
}

/// Half a year in three zones, with both changes of daylight saving at the digest's hour, idle days, restarts across the
/// hour and a clock that jumps.
#[tokio::test]
async fn half_a_year_in_three_zones() {
    // London springs forward at 01:00, New York at 02:00, Lord Howe (by half an hour) at 02:00.
    for (zone, at) in [("Europe/London", "01:30"), ("America/New_York", "02:30"), ("Australia/Lord_Howe", "02:15")] {
        let mut desk = World::with_digest(zone, at, "2026-03-01T12:00:00Z").await;
        let first = desk.local_date(zone);
        let mut step = 0u32;
        while desk.now().to_string().as_str() < "2026-11-05" {
            step += 1;
            // Uneven steps, so that the hour is met early, late and in the middle.
            desk.sleeps(["47m", "3h", "11h", "5h 13m", "19m"][step as usize % 5]).await;
            if step.is_multiple_of(17) {
                desk.restarts().await;
            }
            if step.is_multiple_of(29) {
                desk.jumps_back("2h").await;
            }
            if step.is_multiple_of(41) {
                desk.hears("Acme, I love it").from("bob").on("mastodon").await;
            }
        }
        let last = desk.local_date(zone);
        let sent = desk.digests();
        let mut expected = Vec::new();
        let mut date = first.tomorrow().unwrap();
        while date < last {
            expected.push(date);
            date = date.tomorrow().unwrap();
        }
        let inner: Vec<_> = sent.iter().copied().filter(|d| *d > first && *d < last).collect();
        assert_eq!(inner, expected, "{zone}: once for every local date");
        desk.room();
        desk.ends().await;
    }
}

#[tokio::test]
async fn a_channel_sets_its_own_hour_and_days_or_none() {
    let desk = World::new().await;
    desk.person("lee").runs("digest at 17:30").await;
    desk.waits_until("2026-03-03T17:29:00Z").await;
    assert_eq!(desk.digests().len(), 0);
    desk.waits("2m").await;
    assert_eq!(desk.digests().len(), 1);
    desk.person("lee").runs("digest off").await;
    desk.waits_until("2026-03-05T12:00:00Z").await;
    assert_eq!(desk.digests().len(), 1);
    desk.hears("I love Acme, wonderful, thank you!").from("bob").on("mastodon").await;
    desk.room();
    let preview = desk.person("ana").runs("digest preview").await;
    assert!(preview.contains("Unanswered praise: 1"), "{preview}");
    assert_eq!(desk.room(), "", "a preview is private");
    desk.person("lee").runs("digest now").await;
    desk.settles().await;
    assert!(!desk.room().is_empty());
    desk.ends().await;
}

/// A clock that jumps far ahead and comes back: today's digest still comes, and those after it.
#[tokio::test]
async fn a_clock_that_jumps_ahead_and_comes_back_misses_nothing() {
    let desk = World::new().await;
    desk.waits_until("2026-03-03T08:00:00Z").await;
    desk.waits_until("2026-03-13T09:30:00Z").await;
    desk.waits_until("2026-03-03T08:30:00Z").await;
    desk.waits_until("2026-03-03T09:01:00Z").await;
    desk.waits_until("2026-03-04T09:01:00Z").await;
    let sent: Vec<String> = desk.digests().iter().map(ToString::to_string).collect();
    assert_eq!(sent, ["2026-03-13", "2026-03-03", "2026-03-04"]);
    desk.room();
    desk.ends().await;
}

/// A plan made after today's hour begins tomorrow; one made before it, today.
#[tokio::test]
async fn a_plan_is_not_made_up_for_but_holds_from_now_on() {
    let desk = World::new().await; // 10:00, an hour after the configured 09:00
    desk.person("lee").runs("digest at 09:30").await;
    desk.waits("2m").await;
    assert_eq!(desk.digests().len(), 0);
    let status = desk.person("ana").runs("status").await;
    assert!(status.contains("next Tue 03 Mar 09:30"), "{status}");
    desk.person("lee").runs("digest at 21:00").await;
    desk.waits_until("2026-03-02T21:01:00Z").await;
    desk.waits_until("2026-03-03T21:01:00Z").await;
    let sent: Vec<String> = desk.digests().iter().map(ToString::to_string).collect();
    assert_eq!(sent, ["2026-03-02", "2026-03-03"]);
    desk.room();
    desk.ends().await;
}
