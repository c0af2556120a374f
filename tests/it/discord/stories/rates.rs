//! Discord's rate limits, kept by the machine's clock and through the client library's limiter.

use super::{asked, card, said};
use crate::discord::fake::{Fail, First, Limits, Seen};
use crate::harness::World;
use crate::harness::discord::{CHANNEL, user};
use hearback::domain::SourceName;
use hearback::networks::First as Sight;
use std::time::{Duration, Instant};

const MESSAGES: &str = "POST /channels/{channel}/messages";
const EDITS: &str = "PATCH /channels/{channel}/messages/{message}";
const CALLBACK: &str = "POST /interactions/{interaction}/{token}/callback";

/// The time of the story goes as the machine's does, until this holds.
pub(super) async fn in_step(desk: &World, what: &str, holds: impl Fn() -> bool) {
    let (began, start) = (Instant::now(), desk.now());
    while !holds() {
        assert!(began.elapsed() < Duration::from_mins(2), "{what} did not happen");
        desk.clock().set(start + began.elapsed());
        desk.desk().tick().await.unwrap();
        desk.desk().settle().await.unwrap();
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

fn refused(desk: &World) -> Vec<Seen> {
    desk.discord().requests().into_iter().filter(|r| r.status == 429).collect()
}

/// Cards in the channel: how often each number stands there.
pub(super) fn cards(desk: &World) -> Vec<String> {
    said(desk, CHANNEL).into_iter().map(|(_, words)| words).filter(|words| words.contains("Open post")).collect()
}

#[tokio::test]
async fn thirty_at_once_come_as_fast_as_allowed_and_nobody_waits_for_an_answer() {
    let desk = World::in_discord().await;
    let discord = desk.discord();
    discord.limits(Limits::Real);
    for n in 1..=30 {
        let post = crate::stories::post(&format!("p{n}"), &format!("Acme, question number {n}?"), desk.now());
        desk.network("mastodon").says(post);
    }
    desk.desk().poll(&SourceName::new("mastodon"), Sight::Now).await.unwrap();
    let began = Instant::now();
    let posted = in_step(&desk, "thirty cards", || {
        cards(&desk).len() == 30 && said(&desk, CHANNEL).iter().any(|(_, words)| words.contains("All 30 mentions"))
    });
    let people = async {
        discord.until("a first card", || !cards(&desk).is_empty()).await;
        let (first, _) = said(&desk, CHANNEL).into_iter().find(|(_, words)| words.contains("Open post")).unwrap();
        for n in 0..8 {
            let button = if n % 2 == 0 { "Claim" } else { "Release" };
            // The card may show the state before, since its edits wait for their turn.
            if let Ok(said) = discord.try_click(&user("ana"), CHANNEL, &first, button).await {
                assert_eq!(said.first(), First::Message, "at once, though many cards wait");
            }
            let said = discord.slash(&user("sam"), CHANNEL, "queue", &[]).await;
            assert_eq!(said.first(), First::Message);
            tokio::time::sleep(Duration::from_millis(700)).await;
        }
        let overflow = said(&desk, CHANNEL).into_iter().find(|(_, words)| words.contains("A rush"));
        let (message, words) = overflow.expect("it is said how many wait");
        assert!(words.contains("Show the queue"), "{words}");
        let queue = discord.click(&user("sam"), CHANNEL, &message, "Show the queue").await;
        assert_eq!(queue.first(), First::Message);
        assert!(queue.text().await.contains("#1"));
    };
    tokio::join!(posted, people);
    let took = began.elapsed();
    assert!(took > Duration::from_secs(20), "the limit was kept: {took:?}");
    assert!(refused(&desk).is_empty(), "{:?}", refused(&desk));
    assert_eq!(discord.invalid_requests(), 0);
    let all = cards(&desk);
    for n in 1..=30 {
        let times = all.iter().filter(|words| words.contains(&format!("question number {n}?"))).count();
        assert_eq!(times, 1, "#{n}");
    }
    discord.limits(Limits::Off);
    desk.waits("1m").await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn an_edit_shows_all_that_happened_meanwhile() {
    let desk = World::in_discord().await;
    asked(&desk).await;
    let before = desk.discord().requests_to(EDITS).len();
    for line in ["claim 1", "kind 1 complaint", "tag 1 +urgent", "release 1", "claim 1"] {
        desk.person("ana").runs(line).await;
    }
    desk.settles().await;
    assert_eq!(desk.discord().requests_to(EDITS).len(), before + 1, "one edit for all");
    let room = desk.discord().room_text(CHANNEL);
    assert!(room.contains("Claimed]] by Ana") && room.contains("Complaint") && room.contains("urgent"), "{room}");
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_rest_that_discord_asks_for_is_kept() {
    for (fail, least) in [
        (Fail::RateLimited(1), 0),
        (Fail::RateLimited(40), 40),
        (Fail::RateLimitedGlobally(40), 40),
        (Fail::Error(429, 20_028), 5),
    ] {
        let desk = World::in_discord().await;
        desk.discord().will(MESSAGES, [fail.clone()]);
        desk.hears("Hello Acme, is the app down?").from("bob").on("mastodon").await;
        desk.waits("2m").await;
        let tries = desk.discord().requests_to(MESSAGES);
        assert_eq!(tries.len(), 2, "{fail:?}: {tries:?}");
        let rest = tries[1].at.duration_since(tries[0].at).as_secs();
        assert!(rest >= least, "{fail:?}: after {rest} s");
        assert_eq!(desk.discord_state().say, "connected", "to wait is no trouble");
        card(&desk);
        desk.room();
        desk.ends().await;
    }
}

#[tokio::test]
async fn while_a_channel_rests_people_are_answered_and_other_things_go_on() {
    let desk = World::in_discord().await;
    let at = asked(&desk).await;
    desk.discord().will(EDITS, [Fail::RateLimited(40)]);
    let said = desk.discord().click(&user("ana"), CHANNEL, &at, "Claim").await;
    assert_eq!(said.first(), First::Message);
    desk.settles().await;
    desk.hears("Acme, where is my parcel?").from("eve").on("mastodon").await;
    assert!(desk.discord().room_text(CHANNEL).contains("parcel"), "new cards come");
    let said = desk.discord().slash(&user("ana"), CHANNEL, "queue", &[("which", "mine")]).await;
    assert_eq!(said.first(), First::Message);
    assert!(said.text().await.contains("#1"));
    desk.waits("1m").await;
    assert!(desk.discord().room_text(CHANNEL).contains("Claimed]] by Ana"));
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_burst_of_answers_is_given_whole() {
    let desk = World::in_discord().await;
    asked(&desk).await;
    desk.discord().limits(Limits::Real);
    let notes = (0..60).map(|n| {
        let text = format!("number {n}");
        let desk = &desk;
        async move {
            let given = [("mention", "1"), ("text", text.as_str())];
            desk.discord().slash(&user("ana"), CHANNEL, "note", &given).await.text().await
        }
    });
    for said in futures_util::future::join_all(notes).await {
        assert!(said.contains("Noted"), "{said}");
    }
    assert_eq!(desk.mention(1).await.notes.len(), 60);
    assert!(desk.discord().requests_to(CALLBACK).iter().all(|r| r.status < 300));
    desk.discord().limits(Limits::Off);
    desk.settles_all().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_clock_that_is_set_back_holds_nothing_up() {
    let desk = World::in_discord().await;
    asked(&desk).await;
    desk.discord().will(MESSAGES, [Fail::RateLimited(500_000)]);
    desk.hears("Acme, where is my parcel?").from("eve").on("mastodon").await;
    desk.sleeps("59m").await;
    assert_eq!(said(&desk, CHANNEL).len(), 1);
    desk.sleeps("2m").await;
    assert_eq!(said(&desk, CHANNEL).len(), 2, "no rest of days");
    desk.discord().will(MESSAGES, [Fail::RateLimited(500)]);
    desk.hears("Acme, how do I pay?").from("eve").on("mastodon").await;
    desk.jumps_back("30m").await;
    desk.waits("1h").await;
    assert_eq!(said(&desk, CHANNEL).len(), 3);
    desk.room();
    desk.ends().await;
}
