//! A rush: thousands of mentions in a minute, in a chat that takes one message a second.

use crate::harness::{Trouble, What, World};
use hearback::domain::{Mention, Post};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::time::Duration;

const START: &str = "2026-03-02T10:00:00Z";

/// So many people write at once: they ask, complain, or only name the brand; some tag it; some wrote hours ago.
async fn rush(world: &World, n: u64) {
    for i in 0..n {
        let text = match i % 3 {
            0 => format!("Acme, when does order desk {i} open?"),
            1 => format!("Acme is terrible, awful service, it is broken {i}"),
            _ => format!("the Acme bus stop number {i}"),
        };
        let ago = (i * 7919) % 5000;
        let post = super::post(&format!("rush-{i}"), &text, world.now() - Duration::from_secs(ago));
        world.network("mastodon").says(Post { addressed: i % 5 == 0, ..post });
    }
    world.polls("mastodon").await;
}

/// In the order in which they matter.
fn urgency(m: &Mention) -> (Timestamp, bool, u64) {
    (m.due_at.unwrap_or(Timestamp::MAX), !m.direct, m.no.0)
}

async fn by_urgency(world: &World) -> Vec<u64> {
    let mut all: Vec<Mention> = world.desk().store().scan(hearback::domain::MentionNo(1), 9999).await.unwrap();
    all.sort_by_key(urgency);
    all.into_iter().map(|m| m.no.0).collect()
}

fn shown(world: &World) -> Vec<u64> {
    world.chat().cards().into_iter().map(|(_, _, no)| no).collect()
}

/// What was said about the rush, with when: the message and its edits.
fn told(world: &World) -> Vec<(Timestamp, String)> {
    let calls = world.chat().calls();
    let about = calls.into_iter().filter(|c| c.done).filter_map(|c| match c.what {
        What::Say(says) | What::Change(says) if says.contains("rush") => Some((c.at, says)),
        _ => None,
    });
    about.collect()
}

fn seconds(from: Timestamp, to: Timestamp) -> i64 {
    to.as_second() - from.as_second()
}

#[tokio::test]
async fn two_thousand_at_once_come_by_urgency_one_a_second_and_none_is_missing() {
    let world = World::paced().await;
    let start: Timestamp = START.parse().unwrap();
    rush(&world, 2000).await;
    assert_eq!(world.mentions().await, 2000);
    let expected = by_urgency(&world).await;
    assert_eq!(shown(&world), expected[..1], "the most urgent at once");
    for _ in 0..60 {
        world.a_second_passes().await;
    }
    assert_eq!(shown(&world), expected[..60], "then one a second, but for the one that tells of the rush");

    // A claim shows at once, though thousands wait.
    let first = expected[0];
    let said = world.person("ana").runs(&format!("claim {first}")).await;
    assert!(said.contains(&format!("#{first}")), "{said}");
    world.settles().await;
    let calls = world.chat().calls();
    let edit = calls.iter().rev().find(|c| c.what == What::Edit(first)).expect("the card shows the claim");
    assert_eq!(edit.at, world.now());

    let now = told(&world);
    let (first_told, says) = &now[0];
    assert_eq!(seconds(start, *first_told), 1, "{says}");
    assert!(says.contains("1999 mentions wait") && says.contains("[Show the queue: queue]"), "{says}");
    let (_, last) = &now[now.len() - 1];
    assert!(last.contains("1950 mentions wait"), "as it was nine seconds ago: {last}");

    world.settles_all().await;
    assert_eq!(shown(&world), expected, "every one, once, in order");
    let last_card = world.chat().cards().last().unwrap().0;
    assert_eq!(seconds(start, last_card), 2000, "as fast as one a second allows");
    for no in 1..=2000 {
        assert_eq!(world.chat().standing(no), 1, "#{no}");
    }
    let told = told(&world);
    for pair in told.windows(2) {
        assert!(seconds(pair[0].0, pair[1].0) >= 10, "at most every ten seconds: {pair:?}");
    }
    assert_eq!(told.last().unwrap().1, "All 2000 mentions of the rush are shown.");
    assert_eq!(world.chat().messages("support"), ["All 2000 mentions of the rush are shown."]);
    world.ends().await;
}

#[tokio::test]
async fn the_message_counts_right() {
    let world = World::paced().await;
    rush(&world, 90).await;
    world.a_second_passes().await;
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut overdue, mut direct) = (0, 0);
    let shown = shown(&world);
    for m in world.desk().store().scan(hearback::domain::MentionNo(1), 99).await.unwrap() {
        if shown.contains(&m.no.0) {
            continue;
        }
        *kinds.entry(m.kind.word()).or_default() += 1;
        overdue += usize::from(m.due_at.is_some_and(|due| due <= world.now()));
        direct += usize::from(m.direct);
    }
    let says = &told(&world)[0].1;
    assert!(says.contains("89 mentions wait"), "{says}");
    assert!(kinds.len() > 1 && overdue > 0 && direct > 0, "the rush is mixed");
    assert!(says.contains(&format!("{} questions", kinds["question"])), "{says}");
    assert!(says.contains(&format!("{} complaints", kinds["complaint"])), "{says}");
    assert!(says.contains(&format!("{overdue} overdue, {direct} direct")), "{says}");
    world.settles_all().await;
    world.ends().await;
}

#[tokio::test]
async fn a_restart_in_the_middle_loses_and_repeats_nothing() {
    let mut world = World::paced().await;
    rush(&world, 120).await;
    let expected = by_urgency(&world).await;
    for round in 0..3 {
        for _ in 0..20 {
            world.a_second_passes().await;
        }
        match round {
            0 => world.restarts().await,
            1 => world.dies().await,
            // It arrives, and nobody knows.
            _ => {
                world.chat().will(1, Trouble::Silence, |call| matches!(call.what, What::Card(_)));
                world.clock().advance(Duration::from_secs(1));
                world.dies_while_it_waits().await;
            }
        }
    }
    world.settles_all().await;
    assert_eq!(shown(&world), expected);
    assert_eq!(world.chat().messages("support"), ["All 120 mentions of the rush are shown."]);
    world.ends().await;
}

#[tokio::test]
async fn the_message_is_found_again_after_a_crash_and_comes_back_if_it_is_deleted() {
    let mut world = World::paced().await;
    world.chat().will(1, Trouble::Silence, |call| matches!(call.what, What::Say(_)));
    rush(&world, 100).await;
    world.clock().advance(Duration::from_secs(1));
    world.dies_while_it_waits().await;
    for _ in 0..20 {
        world.a_second_passes().await;
    }
    assert_eq!(world.chat().messages("support").len(), 1, "not a second one");
    world.chat().delete(|no, _| no.is_none());
    for _ in 0..12 {
        world.a_second_passes().await;
    }
    assert_eq!(world.chat().messages("support").len(), 1, "a new one, while it is needed");
    while world.chat().cards().len() < 90 {
        world.a_second_passes().await;
    }
    world.chat().delete(|no, _| no.is_none());
    world.settles_all().await;
    assert_eq!(world.chat().messages("support").len(), 0, "and none where it is not");
    assert_eq!(world.chat().cards().len(), 100);
    world.ends().await;
}

#[tokio::test]
async fn a_channel_that_takes_no_such_message_still_gets_its_cards() {
    let world = World::paced().await;
    world.chat().will(9, Trouble::Never, |call| matches!(call.what, What::Say(_)));
    rush(&world, 40).await;
    world.settles_all().await;
    assert_eq!(world.chat().cards().len(), 40);
    assert_eq!(world.errors().matches("will not be told of the rush").count(), 1);
    world.ends().await;
}

#[tokio::test]
async fn a_few_cards_are_no_rush() {
    let world = World::paced().await;
    rush(&world, 20).await;
    world.settles_all().await;
    assert_eq!(world.chat().cards().len(), 20);
    assert!(told(&world).is_empty());
    world.ends().await;
}

#[tokio::test]
async fn a_rush_of_which_nothing_is_left_after_a_restart_is_not_spoken_of() {
    let mut world = World::paced().await;
    let mut commit = hearback::domain::Commit::at(world.now());
    let rush = format!(r#"{{"id":"overflow:console:support:1","began":"{}"}}"#, world.now());
    commit.settings.push(("overflow:console:support".to_owned(), Some(rush)));
    world.desk().store().commit(commit).await.unwrap();
    world.restarts().await;
    world.settles_all().await;
    assert_eq!(world.chat().messages("support"), [] as [&str; 0]);
    world.ends().await;
}
