//! An outcome that is unknown: whatever the network does and whenever the program dies, each post is there once, or a
//! person is asked.

use super::sending_threads::{long, split};
use crate::harness::{Find, Next, World};
use hearback::domain::{Idempotency, ResponseSource, State};
use std::collections::BTreeMap;
use std::time::Duration;

const TEXT: &str = "We are on it";

/// A desk with one mention and a text for it that Ana has seen in a preview.
async fn previewed(idempotency: Idempotency) -> World {
    let desk = World::with_network(idempotency).await;
    desk.hears("Acme, is it down?").from("bob").on("mastodon").under_id("p1").await;
    desk.person("ana").runs(&format!("reply 1 {TEXT}")).await;
    desk.settles().await;
    desk.room();
    desk
}

#[tokio::test]
async fn what_arrives_late_is_found_before_it_is_sent_again() {
    for idempotency in [Idempotency::Key, Idempotency::Look] {
        let desk = previewed(idempotency).await;
        desk.network("mastodon").will([Next::AcceptLate(Duration::from_secs(25))]);
        desk.person("ana").runs("send 1 1").await;
        desk.waits("10m").await;
        assert_eq!(desk.network("mastodon").arrived().len(), 1, "{idempotency:?}");
        assert_eq!(desk.mention(1).await.state, State::Replied);
        desk.room();
        desk.ends().await;
    }
}

/// It is not there when first looked for, since the network's own lists are behind.
#[tokio::test]
async fn one_look_is_not_believed() {
    let desk = previewed(Idempotency::Look).await;
    desk.network("mastodon").will([Next::AcceptLate(Duration::from_secs(50))]);
    desk.person("ana").runs("send 1 1").await;
    desk.waits("10m").await;
    assert_eq!(desk.network("mastodon").arrived().len(), 1);
    assert_eq!(desk.mention(1).await.state, State::Replied);
    desk.room();
    desk.ends().await;
}

/// After two looks that found nothing the guard looks again, too.
#[tokio::test]
async fn what_was_lost_is_not_sent_into_what_happened_meanwhile() {
    let desk = previewed(Idempotency::Look).await;
    desk.network("mastodon").will([Next::DropBefore]);
    desk.person("ana").runs("send 1 1").await;
    desk.settles().await;
    desk.hears("never mind").from("bob").on("mastodon").answering("p1").await;
    desk.waits("10m").await;
    assert!(desk.network("mastodon").arrived().is_empty());
    let room = desk.room();
    assert!(room.contains("never mind") && room.contains("Not sent"), "{room}");
    desk.person("ana").runs("send 1 1 1").await;
    desk.settles().await;
    assert_eq!(desk.network("mastodon").arrived().len(), 1);
    desk.room();
    desk.ends().await;
}

/// Nobody could say whether it is there; then the network hands it in.
#[tokio::test]
async fn our_own_post_that_is_seen_ends_the_doubt() {
    let desk = previewed(Idempotency::None).await;
    desk.network("mastodon").hands_in_its_own();
    desk.network("mastodon").will([Next::AcceptThenDrop]);
    desk.person("ana").runs("send 1 1").await;
    desk.settles().await;
    assert_eq!(desk.mention(1).await.state, State::Unknown);
    desk.waits("1m").await;
    desk.polls("mastodon").await;
    let mention = desk.mention(1).await;
    assert_eq!(mention.state, State::Replied);
    let response = mention.cycle().response.as_ref().unwrap();
    assert_eq!((response.source, response.by.as_ref().unwrap().as_str()), (ResponseSource::Sent, "ana"));
    assert_eq!(desk.network("mastodon").arrived().len(), 1);
    desk.room();
    desk.ends().await;
}

/// A small generator: the same seed, the same story.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % sides
    }

    fn next(&mut self) -> Next {
        match self.roll(9) {
            0 => Next::Accept,
            1 => Next::AcceptThenDrop,
            2 | 3 => Next::AcceptThenDie,
            4 => Next::DropBefore,
            5 | 6 => Next::DieBefore,
            7 => Next::Busy,
            _ => Next::AcceptLate(Duration::from_secs(1 + self.roll(28))),
        }
    }

    fn find(&mut self) -> Find {
        match self.roll(4) {
            0 => Find::Die,
            1 => Find::Busy,
            _ => Find::Answer,
        }
    }
}

/// How many deaths there were.
async fn weathers(seed: u64, idempotency: Idempotency) -> usize {
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let thread = dice.roll(2) == 0;
    let mut desk = if thread { split(idempotency).await } else { previewed(idempotency).await };
    if dice.roll(4) == 0 {
        desk.network("mastodon").hands_in_its_own();
    }
    let troubles: Vec<Next> = (0..=dice.roll(6)).map(|_| dice.next()).collect();
    let looks: Vec<Find> = (0..dice.roll(5)).map(|_| dice.find()).collect();
    let what = format!("seed {seed}, {idempotency:?}, {troubles:?}, {looks:?}");
    desk.network("mastodon").will(troubles);
    desk.network("mastodon").finds(looks);
    desk.person("ana").runs(if thread { "send 1 2" } else { "send 1 1" }).await;
    let (mut deaths, mut steps) = (0, 0);
    while desk.mention(1).await.state == State::Sending {
        deaths += usize::from(desk.settles_or_dies().await);
        let soon = desk.now() + Duration::from_secs(1 + dice.roll(20));
        let next = desk.desk().next_due().await.unwrap().unwrap_or(soon);
        desk.clock().set(next.max(soon));
        if dice.roll(3) == 0 {
            desk.desk().poll(&"mastodon".into(), hearback::networks::First::Now).await.unwrap();
        }
        steps += 1;
        assert!(steps < 2000, "{what}: there is no end to it");
    }
    // Whatever is late has arrived by then.
    desk.clock().advance(Duration::from_mins(5));
    desk.settles_or_dies().await;
    let mut there: BTreeMap<String, usize> = BTreeMap::new();
    for (_, text) in desk.network("mastodon").arrived() {
        *there.entry(text).or_default() += 1;
    }
    assert!(there.values().all(|n| *n == 1), "{what}: {there:#?}");
    let state = desk.mention(1).await.state;
    let expected = if thread { 3 } else { 1 };
    match idempotency {
        Idempotency::None => assert!(matches!(state, State::Replied | State::Unknown), "{what}: {state:?}"),
        _ => assert_eq!(state, State::Replied, "{what}"),
    }
    if state == State::Replied && desk.mention(1).await.unfinished.is_none() {
        assert_eq!(there.len(), expected, "{what}");
    } else {
        desk.person("ana").runs("done 1 answered").await;
    }
    assert!(!thread || long().len() > 280);
    desk.settles_or_dies().await;
    desk.room();
    desk.ends().await;
    deaths
}

async fn weather(idempotency: Idempotency, seeds: std::ops::Range<u64>) {
    let mut deaths = 0;
    for seed in seeds {
        deaths += Box::pin(weathers(seed, idempotency)).await;
    }
    assert!(deaths > 20, "the program hardly died: {deaths}");
}

#[tokio::test]
async fn a_hundred_storms_with_a_key() {
    Box::pin(weather(Idempotency::Key, 0..100)).await;
}

#[tokio::test]
async fn a_hundred_storms_with_a_look() {
    Box::pin(weather(Idempotency::Look, 100..200)).await;
}

#[tokio::test]
async fn a_hundred_storms_without_either() {
    Box::pin(weather(Idempotency::None, 200..300)).await;
}
