//! Messages whose outcome nobody knows: they are looked for, stand there once, and show what is so now.

use super::{asked, card, cards, thread};
use crate::harness::World;
use crate::harness::slack::CHANNEL;
use crate::slack::fake::Fail;
use hearback::domain::SourceName;
use hearback::networks::First;
use std::time::Duration;

/// Somebody else asks.
async fn asked_again(desk: &World) {
    desk.hears("Acme, is it down for me as well?").from("eve").on("mastodon").await;
}

/// Somebody asks; the card arrives, and the answer says nothing.
async fn asked_and_nobody_knows(desk: &World) {
    desk.slack().will("chat.postMessage", [Fail::AcceptThenStatus(500)]);
    desk.network("mastodon").says(crate::stories::post("p1", "Hello Acme, is it down?", desk.now()));
    desk.desk().poll(&SourceName::new("mastodon"), First::Now).await.unwrap();
    desk.desk().settle().await.unwrap();
}

#[tokio::test]
async fn a_full_disk_posts_no_card_and_no_line_twice() {
    let desk = World::in_slack_on_a_small_disk().await;
    let at = asked(&desk).await;
    desk.slack().will("chat.postMessage", [Fail::RateLimited(1)]);
    asked_again(&desk).await;
    desk.slack().slash("UANA", CHANNEL, "/note", "1 between ourselves").await.text().await;
    desk.disk().room(Some(0));
    for _ in 0..40 {
        desk.clock().advance(Duration::from_secs(1));
        desk.desk().settle().await.ok();
    }
    desk.disk().room(None);
    desk.waits("2m").await;
    assert_eq!(cards(&desk).len(), 2);
    assert_eq!(thread(&desk, &at).len(), 1);
    desk.room();
    desk.ends_with_errors().await;
}

#[tokio::test]
async fn a_card_that_arrived_after_nobody_waited_any_more_is_found() {
    let desk = World::in_slack().await;
    desk.slack().will("chat.postMessage", [Fail::Status(500)]);
    desk.hears("Hello Acme, is the app down?").from("bob").on("mastodon").await;
    desk.waits("2m").await;
    let before = cards(&desk).len();
    // The history is known by now. It arrives, and the desk gives up on the answer before Slack's client does.
    desk.slack().will("chat.postMessage", [Fail::AcceptThenHang]);
    desk.clock().advance(Duration::from_secs(30));
    let heard = asked_again(&desk);
    let gives_up = async {
        desk.slack().until("the card is there", || cards(&desk).len() > before).await;
        desk.clock().advance(Duration::from_secs(121));
    };
    tokio::join!(heard, gives_up);
    desk.waits("5m").await;
    assert_eq!(cards(&desk).len(), 2, "{}", desk.slack().room_text(CHANNEL));
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_card_that_is_found_shows_what_happened_meanwhile() {
    let desk = World::in_slack().await;
    asked_and_nobody_knows(&desk).await;
    assert!(desk.mention(1).await.cards.is_empty(), "not found yet");
    desk.slack().slash("UANA", CHANNEL, "/claim", "1").await.text().await;
    desk.waits("2m").await;
    card(&desk);
    assert!(desk.slack().room_text(CHANNEL).contains("Claimed by Ana"), "{}", desk.slack().room_text(CHANNEL));
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn an_edit_whose_answer_says_nothing_is_made_again() {
    let desk = World::in_slack().await;
    asked(&desk).await;
    desk.slack().will("chat.update", [Fail::Garbage]);
    desk.slack().slash("UANA", CHANNEL, "/claim", "1").await.text().await;
    desk.waits("2m").await;
    assert!(desk.slack().room_text(CHANNEL).contains("Claimed by Ana"), "{}", desk.slack().room_text(CHANNEL));
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn the_same_mark_on_the_message_of_somebody_else_is_not_ours() {
    let desk = World::in_slack().await;
    // It arrives; but it turns out to be another app's.
    asked_and_nobody_knows(&desk).await;
    desk.slack().change_channel(CHANNEL, |channel| {
        for message in &mut channel.messages {
            (message.ours, message.user) = (false, "USAM".to_owned());
        }
    });
    desk.waits("2m").await;
    card(&desk);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_look_through_a_long_history_goes_on_where_it_was_broken_off() {
    let desk = World::in_slack().await;
    asked_and_nobody_knows(&desk).await;
    for n in 0..700 {
        desk.slack().writes("UANA", CHANNEL, None, &format!("chatter {n}"));
    }
    // Every other page is refused: a look that began anew each time would never end.
    desk.slack().limits(false);
    for _ in 0..40 {
        let before = desk.slack().requests_to("conversations.history").len();
        desk.clock().advance(Duration::from_secs(30));
        desk.slack().will("conversations.history", [Fail::Slow(Duration::ZERO), Fail::RateLimited(20)]);
        desk.desk().settle().await.unwrap();
        if desk.slack().requests_to("conversations.history").len() == before && !desk.mention(1).await.cards.is_empty()
        {
            break;
        }
    }
    card(&desk);
    assert_eq!(desk.mention(1).await.cards.len(), 1, "it was found in the end");
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_line_is_not_taken_back_only_because_slack_cannot_be_asked() {
    let desk = World::in_slack().await;
    let at = asked(&desk).await;
    desk.slack().will("chat.getPermalink", [Fail::Slow(Duration::ZERO), Fail::Status(500)]);
    desk.slack().will("chat.postMessage", [Fail::AcceptThenThin]);
    desk.slack().slash("UANA", CHANNEL, "/note", "1 between ourselves").await.text().await;
    desk.waits("2m").await;
    assert_eq!(thread(&desk, &at).len(), 1);
    assert_eq!(card(&desk), at, "the card is the same");
    assert!(desk.slack().requests_to("chat.delete").is_empty());
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_card_whose_metadata_slack_does_not_like_comes_without_it_and_whole() {
    let desk = World::in_slack().await;
    desk.slack().will("chat.postMessage", [Fail::Error("invalid_metadata_format")]);
    let at = asked(&desk).await;
    let posted = desk.slack().requests_to("chat.postMessage");
    assert!(posted.last().unwrap().params.get("metadata").is_none());
    desk.slack().click("UANA", CHANNEL, &at, "Claim").await.text().await;
    desk.settles().await;
    desk.room();
    desk.ends_with_errors().await;
}

#[tokio::test]
async fn words_for_a_channel_that_is_closed_to_us_are_given_up_and_cards_wait() {
    let desk = World::in_slack().await;
    desk.slack().kick("C2");
    // Pause is told where the configuration says, and not wherever somebody types it.
    desk.slack().slash("UROOT", "C2", "/hearback", "pause").await.text().await;
    desk.slack().slash("UROOT", "C2", "/hearback", "resume").await.text().await;
    desk.waits("1m").await;
    assert!(desk.slack().requests_to("chat.postMessage").iter().all(|r| r.params["channel"] != "C2"));
    desk.slack().slash("UANA", "C2", "/hearback", "digest now").await.text().await;
    desk.waits("1m").await;
    let left = desk.desk().store().due_effects(jiff::Timestamp::MAX, 5).await.unwrap();
    assert!(left.is_empty(), "{left:?}");
    desk.room();
    desk.ends_with_errors().await;
}

#[tokio::test]
async fn a_card_that_may_not_be_edited_any_more_is_not_tried_for_ever() {
    let desk = World::in_slack().await;
    let at = asked(&desk).await;
    desk.slack().edit_window(60);
    desk.waits("5m").await;
    desk.slack().click("UANA", CHANNEL, &at, "Claim").await.text().await;
    desk.waits("1m").await;
    assert_eq!(desk.slack().requests_to("chat.update").len(), 1);
    assert_eq!(card(&desk), at);
    desk.room();
    desk.ends_with_errors().await;
}
