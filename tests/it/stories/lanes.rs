//! One channel's trouble is its own, what people wait for goes first, and nothing is lost on the way.

use crate::harness::{Call, Trouble, What, World};
use std::time::Duration;

fn done(world: &World) -> Vec<What> {
    world.chat().calls().into_iter().filter(|c| c.done).map(|c| c.what).collect()
}

fn edits(world: &World, no: u64) -> usize {
    done(world).into_iter().filter(|what| *what == What::Edit(no)).count()
}

fn lines(world: &World, words: &str) -> usize {
    done(world).into_iter().filter(|what| matches!(what, What::Line(_, says) if says.contains(words))).count()
}

fn is_card(call: &Call) -> bool {
    matches!(call.what, What::Card(_))
}

#[tokio::test]
async fn a_chat_that_asks_for_half_a_minute_is_left_alone_for_half_a_minute() {
    let world = World::paced().await;
    world.chat().will(1, Trouble::Later(Some(30)), is_card);
    for n in 1..=5 {
        world.hears(&format!("Acme, question {n}?")).from("bob").await;
    }
    assert_eq!(world.chat().calls().len(), 1, "the others do not run into the same wall");
    for _ in 0..29 {
        world.a_second_passes().await;
    }
    assert_eq!(world.chat().calls().len(), 1);
    world.settles_all().await;
    assert_eq!(world.chat().cards().len(), 5);
    assert_eq!(world.chat().calls().len(), 6, "one try too many, and no more");
    world.ends().await;
}

#[tokio::test]
async fn a_chat_that_fails_without_a_word_is_asked_less_and_less_often() {
    let world = World::paced().await;
    world.chat().will(10, Trouble::Later(None), |_| true);
    for n in 1..=50 {
        world.hears(&format!("Acme, question {n}?")).from("bob").await;
    }
    for _ in 0..60 {
        world.a_second_passes().await;
    }
    let tries = world.chat().calls().len();
    assert!((3..=6).contains(&tries), "{tries} tries in a minute");
    world.settles_all().await;
    assert_eq!(world.chat().cards().len(), 50);
    world.ends().await;
}

#[tokio::test]
async fn two_channels_do_not_hold_each_other_up() {
    let world = World::paced().await;
    world.chat().will(1, Trouble::Later(Some(3600)), |call| call.channel == "support");
    world.hears("Acme, is it down?").from("bob").await;
    for n in 1..=5 {
        world.hears(&format!("I love Acme, it is wonderful and great {n}")).from("eve").await;
    }
    for _ in 0..4 {
        world.a_second_passes().await;
    }
    let cards = world.chat().cards();
    assert_eq!(cards.iter().filter(|(_, channel, _)| channel == "fans").count(), 5, "{cards:?}");
    assert_eq!(cards.len(), 5);
    world.settles_all().await;
    assert_eq!(world.chat().cards().len(), 6);
    world.ends().await;
}

#[tokio::test]
async fn many_changes_of_one_card_are_few_edits_and_the_last_one_shows() {
    let world = World::paced().await;
    world.hears("Acme, is it down?").from("bob").await;
    for _ in 0..40 {
        world.person("ana").runs("claim 1").await;
        world.person("ana").runs("release 1").await;
    }
    world.person("ana").runs("claim 1").await;
    world.settles().await;
    assert_eq!(edits(&world, 1), 1, "81 changes, one edit");
    assert_eq!(world.desk().store().health().await.unwrap().effects, 0, "and all of them are done with it");
    // Back to what is shown already: nothing to do.
    world.person("ana").runs("tag 1 +vip").await;
    world.person("ana").runs("tag 1 -vip").await;
    world.settles().await;
    assert_eq!(edits(&world, 1), 1);
    world.ends().await;
}

#[tokio::test]
async fn a_card_that_changed_before_it_could_be_posted_needs_no_edit() {
    let world = World::paced().await;
    world.chat().will(1, Trouble::Later(Some(20)), is_card);
    world.hears("Acme, is it down?").from("bob").await;
    world.person("ana").runs("claim 1").await;
    world.settles_all().await;
    assert_eq!((world.chat().standing(1), edits(&world, 1)), (1, 0), "the card came with the claim on it");
    world.ends().await;
}

#[tokio::test]
async fn a_card_that_changed_while_it_was_posted_is_brought_up_to_date() {
    let world = World::paced().await;
    world.chat().will(1, Trouble::Slow(3), is_card);
    world.network("mastodon").says(super::post("p1", "Acme, is it down?", world.now()));
    let mastodon = hearback::domain::SourceName::new("mastodon");
    world.desk().poll(&mastodon, hearback::networks::First::Now).await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    while world.chat().calls().is_empty() {
        world.desk().deliver(&mut tasks).await.unwrap();
        tokio::task::yield_now().await;
    }
    world.person("ana").runs("claim 1").await;
    world.clock().advance(Duration::from_secs(3));
    while tasks.join_next().await.is_some() {}
    world.settles_all().await;
    assert_eq!((world.chat().standing(1), edits(&world, 1)), (1, 1));
    world.ends().await;
}

#[tokio::test]
async fn the_desk_knows_when_a_channel_may_go_on() {
    let world = World::paced().await;
    assert_eq!(world.desk().next_due().await.unwrap(), None);
    world.hears("Acme, is it down?").from("bob").await;
    world.clock().advance(Duration::from_millis(300));
    world.hears("Acme, when do you open?").from("eve").await;
    let due = world.desk().next_due().await.unwrap();
    assert_eq!(due, Some(world.now() + Duration::from_millis(700)), "a second after the last message");
    world.chat().will(1, Trouble::Later(Some(30)), is_card);
    world.a_second_passes().await;
    let due = world.desk().next_due().await.unwrap();
    assert_eq!(due, Some(world.now() + Duration::from_secs(30)));
    world.settles_all().await;
    world.ends().await;
}

#[tokio::test]
async fn a_flood_of_edits_that_nobody_waits_for_leaves_room_for_those_that_somebody_does() {
    let world = World::paced().await;
    for n in 1..=100 {
        world.network("mastodon").says(super::post(&format!("q{n}"), "Acme, is it down?", world.now()));
    }
    world.polls("mastodon").await;
    world.settles_all().await;
    // All of them become overdue: a hundred edits, and the chat takes fifty a minute.
    world.sleeps("2h").await;
    for n in 1..=10 {
        for _ in 0..5 {
            world.a_second_passes().await;
        }
        world.person("ana").runs(&format!("claim {}", 101 - n)).await;
        world.settles().await;
        let last = world.chat().calls().into_iter().rfind(|c| c.what == What::Edit(101 - n)).expect("it shows");
        assert_eq!(last.at, world.now(), "at once");
    }
    world.settles_all().await;
    world.ends().await;
}

#[tokio::test]
async fn a_deleted_card_comes_back_and_its_thread_goes_on_there() {
    let world = World::paced().await;
    world.hears("Acme, is it down?").from("bob").await;
    world.chat().delete(|no, _| no == Some(1));
    world.person("ana").runs("note 1 first look").await;
    world.person("ana").runs("note 1 second look").await;
    world.person("ana").runs("claim 1").await;
    world.settles_all().await;
    assert_eq!(world.chat().standing(1), 1, "posted anew");
    assert_eq!((lines(&world, "first look"), lines(&world, "second look")), (1, 1));
    let done = done(&world);
    let at = |meant: &dyn Fn(&What) -> bool| done.iter().rposition(meant).unwrap();
    let line = |words: &'static str| at(&move |what| matches!(what, What::Line(_, says) if says.contains(words)));
    assert!(at(&|what| *what == What::Card(1)) < line("first look"), "{done:?}");
    assert!(line("first look") < line("second look"), "{done:?}");
    let mention = world.mention(1).await;
    assert_eq!(mention.cards.len(), 1);
    world.ends().await;
}

#[tokio::test]
async fn a_card_that_is_deleted_before_an_edit_comes_back_as_it_is_now() {
    let world = World::paced().await;
    world.hears("Acme, is it down?").from("bob").await;
    world.chat().delete(|no, _| no == Some(1));
    world.person("ana").runs("claim 1").await;
    world.settles_all().await;
    assert_eq!((world.chat().standing(1), edits(&world, 1)), (1, 0));
    assert_eq!(world.chat().cards().len(), 2);
    world.ends().await;
}

#[tokio::test]
async fn somebody_who_deletes_every_card_does_not_start_a_race() {
    let world = World::paced().await;
    world.hears("Acme, is it down?").from("bob").await;
    world.person("ana").runs("note 1 look").await;
    for _ in 0..120 {
        world.chat().delete(|no, _| no == Some(1));
        world.a_second_passes().await;
    }
    let cards = world.chat().cards().len();
    assert!(cards < 12, "{cards} cards in two minutes");
    world.settles_all().await;
    assert_eq!(lines(&world, "look"), 1, "and the line is said in the end");
    world.ends().await;
}

#[tokio::test]
async fn an_answer_that_is_lost_makes_no_second_message() {
    let world = World::paced().await;
    world.chat().will(1, Trouble::AnswerLost, is_card);
    world.chat().will(1, Trouble::AnswerLost, |call| matches!(call.what, What::Line(..)));
    world.hears("Acme, is it down?").from("bob").await;
    world.person("ana").runs("note 1 look").await;
    world.settles_all().await;
    assert_eq!((world.chat().standing(1), world.chat().cards().len(), lines(&world, "look")), (1, 1, 1));
    world.ends().await;
}

#[tokio::test]
async fn what_a_chat_breaks_off_is_done_later_and_its_channel_goes_on() {
    let world = World::paced().await;
    world.chat().will(1, Trouble::Panic, |call| call.what == What::Card(1));
    world.hears("Acme, is it down?").from("bob").await;
    world.hears("Acme, when do you open?").from("eve").await;
    assert_eq!(world.chat().calls().len(), 1, "no hot loop");
    world.settles_all().await;
    assert_eq!((world.chat().standing(1), world.chat().standing(2)), (1, 1));
    assert!(world.errors().contains("broke off"), "whoever runs it hears of it");
    world.ends().await;
}

#[tokio::test]
async fn a_chat_that_never_answers_holds_up_one_channel_and_not_for_ever() {
    let world = World::paced().await;
    world.chat().will(1, Trouble::Silence, |call| call.channel == "support");
    let desk = world.desk().clone();
    let mut tasks = tokio::task::JoinSet::new();
    world.network("mastodon").says(super::post("s1", "Acme, is it down?", world.now()));
    world.network("mastodon").says(super::post("s2", "I love Acme, it is wonderful and great", world.now()));
    desk.poll(&hearback::domain::SourceName::new("mastodon"), hearback::networks::First::Now).await.unwrap();
    while world.chat().hanging() == 0 || world.chat().standing(2) == 0 {
        desk.deliver(&mut tasks).await.unwrap();
        tokio::task::yield_now().await;
    }
    world.clock().advance(Duration::from_secs(150));
    while tasks.join_next().await.is_some() {}
    world.settles_all().await;
    assert_eq!((world.chat().standing(1), world.chat().cards().len()), (1, 2), "found, not posted twice");
    world.ends().await;
}

#[tokio::test]
async fn what_a_person_did_is_shown_before_what_only_time_did() {
    let world = World::paced().await;
    for n in 1..=70 {
        world.network("mastodon").says(super::post(&format!("q{n}"), "Acme, is it down?", world.now()));
    }
    world.polls("mastodon").await;
    world.settles_all().await;
    // All of them become overdue, and the chat asks to be left alone.
    world.chat().will(1, Trouble::Later(Some(30)), |call| matches!(call.what, What::Edit(_)));
    world.sleeps("2h").await;
    world.person("ana").runs("claim 70").await;
    world.settles_all().await;
    let first = world.chat().calls().into_iter().find(|c| c.done && matches!(c.what, What::Edit(_))).unwrap();
    assert_eq!(first.what, What::Edit(70), "the claim is the first edit that goes through");
    world.ends().await;
}
