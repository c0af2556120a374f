//! Never by accident, never twice.

use crate::harness::{Next, World};
use hearback::domain::{Author, Idempotency, Post, State};
use hearback::networks::{Look, View};

/// A desk with one mention that Ana has claimed, on a network with that protection.
async fn claimed(idempotency: Idempotency) -> World {
    let desk = World::with_network(idempotency).await;
    desk.hears("Acme, is it down?").from("bob").on("mastodon").await;
    desk.person("ana").runs("claim 1").await;
    desk.settles().await;
    desk.room();
    desk
}

async fn sends(desk: &mut World) {
    desk.person("ana").runs("reply 1 We are on it").await;
    desk.person("ana").runs("send 1 1").await;
    desk.settles().await;
}

#[tokio::test]
async fn talk_never_goes_out() {
    let desk = claimed(Idempotency::Key).await;
    for line in
        ["we should answer that one", "note 1 reply tomorrow", "draft 1 Dear Bob", "show 1", "queue", "done 1 none"]
    {
        desk.person("ana").runs(line).await;
    }
    desk.settles().await;
    assert!(desk.network("mastodon").arrived().is_empty());
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn an_old_preview_does_not_send_a_newer_text() {
    let desk = claimed(Idempotency::Key).await;
    desk.person("ana").runs("reply 1 first").await;
    desk.person("ana").runs("draft 1 second").await;
    let said = desk.person("ana").runs("send 1 1").await;
    assert!(said.contains('2'), "the refusal names the newer version: {said}");
    desk.settles().await;
    assert!(desk.network("mastodon").arrived().is_empty());
    desk.person("ana").runs("send 1 2").await;
    desk.settles().await;
    assert_eq!(desk.network("mastodon").arrived()[0].1, "second");
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn send_twice_is_one_reply() {
    let desk = claimed(Idempotency::None).await;
    desk.person("ana").runs("reply 1 We are on it").await;
    desk.person("ana").runs("send 1 1").await;
    desk.person("ana").runs("send 1 1").await;
    desk.settles().await;
    desk.person("ana").runs("send 1 1").await;
    desk.person("ana").runs("reply 1 again").await;
    desk.settles().await;
    assert_eq!(desk.network("mastodon").arrived().len(), 1);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn accepted_and_dropped_is_still_one_reply_with_a_key() {
    let mut desk = claimed(Idempotency::Key).await;
    desk.network("mastodon").will([Next::AcceptThenDrop, Next::DropBefore, Next::Busy]);
    sends(&mut desk).await;
    desk.waits("30m").await;
    assert_eq!(desk.network("mastodon").arrived().len(), 1);
    assert_eq!(desk.mention(1).await.state, State::Replied);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn accepted_and_dropped_is_looked_up_where_it_can_be() {
    let mut desk = claimed(Idempotency::Look).await;
    desk.network("mastodon").will([Next::AcceptThenDrop]);
    sends(&mut desk).await;
    desk.waits("30m").await;
    assert_eq!(desk.network("mastodon").arrived().len(), 1);
    let mention = desk.mention(1).await;
    assert_eq!(mention.state, State::Replied);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn dropped_before_it_arrived_is_sent_again_after_a_look() {
    let mut desk = claimed(Idempotency::Look).await;
    desk.network("mastodon").will([Next::DropBefore]);
    sends(&mut desk).await;
    desk.waits("30m").await;
    assert_eq!(desk.network("mastodon").arrived().len(), 1);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn what_cannot_be_known_is_for_a_person_to_decide() {
    let mut desk = claimed(Idempotency::None).await;
    desk.network("mastodon").will([Next::AcceptThenDrop]);
    sends(&mut desk).await;
    desk.waits("3h").await;
    assert_eq!(desk.network("mastodon").arrived().len(), 1);
    assert_eq!(desk.mention(1).await.state, State::Unknown);
    let room = desk.room();
    assert!(room.to_lowercase().contains("please check"), "{room}");
    desk.person("ana").runs("done 1 answered").await;
    desk.settles().await;
    assert!(desk.mention(1).await.state.is_closed());
    assert_eq!(desk.network("mastodon").arrived().len(), 1);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_refused_reply_keeps_its_draft_and_its_sender_hears() {
    let mut desk = claimed(Idempotency::Key).await;
    desk.network("mastodon").will([Next::Refuse("the author has blocked this account")]);
    sends(&mut desk).await;
    let room = desk.room();
    assert!(room.contains("Not sent") && room.contains("blocked"), "{room}");
    let mention = desk.mention(1).await;
    assert_eq!(mention.state, State::Claimed);
    assert_eq!(mention.draft().unwrap().text, "We are on it");
    desk.ends().await;
}

#[tokio::test]
async fn the_guard_looks_once_more_just_before() {
    let mut desk = claimed(Idempotency::Key).await;
    desk.network("mastodon").shows(Look::Gone("its author deleted it".to_owned()));
    sends(&mut desk).await;
    assert!(desk.network("mastodon").arrived().is_empty());
    assert!(desk.room().contains("deleted"));

    let at = desk.now();
    let author = Author { id: "acmehelp".to_owned(), handle: "acmehelp".to_owned(), ..Author::default() };
    let post = desk.mention(1).await.post;
    let answer =
        Post { external_id: "x".to_owned(), author, posted_at: at, parent: Some(post.external_id.clone()), ..post };
    desk.network("mastodon").shows(Look::There(View { text: None, answers: vec![answer] }));
    desk.person("ana").runs("send 1 1").await;
    desk.settles().await;
    assert!(desk.network("mastodon").arrived().is_empty());
    let mention = desk.mention(1).await;
    assert!(mention.state.is_closed(), "{:?}", mention.state);
    assert_eq!(mention.cycle().response.as_ref().unwrap().at, at);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn personal_data_and_holes_stay_in() {
    let desk = claimed(Idempotency::Key).await;
    for text in [
        "We wrote to bob@example.com",
        "Your card 4111 1111 1111 1111 was charged",
        "Call us back at +44 20 7946 0018",
        "Dear {name}, thank you",
    ] {
        desk.person("ana").runs(&format!("reply 1 {text}")).await;
        let version = desk.mention(1).await.draft().map_or(0, |d| d.version);
        let said = desk.person("ana").runs(&format!("send 1 {version}")).await;
        desk.settles().await;
        assert!(desk.network("mastodon").arrived().is_empty(), "{text} went out: {said}");
    }
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn somebody_else_approves() {
    let desk = World::in_mode("approve").await;
    desk.hears("Acme, is it down?").from("bob").on("mastodon").await;
    desk.person("ana").runs("reply 1 We are on it").await;
    desk.settles().await;
    let said = desk.person("ana").runs("approve 1").await;
    assert!(!said.is_empty());
    desk.settles().await;
    assert!(desk.network("mastodon").arrived().is_empty(), "nobody approves their own draft: {said}");
    let said = desk.person("ana").runs("send 1 1").await;
    desk.settles().await;
    assert!(desk.network("mastodon").arrived().is_empty(), "{said}");
    desk.waits("3m").await;
    desk.person("sam").runs("approve 1 We are on it, sorry!").await;
    desk.settles().await;
    let arrived = desk.network("mastodon").arrived();
    assert_eq!(arrived.len(), 1);
    assert_eq!(arrived[0].1, "We are on it, sorry!");
    let mention = desk.mention(1).await;
    assert_eq!(mention.drafts.len(), 2, "the edit is a version of its own");
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn pause_stops_what_is_queued_and_resume_lets_it_go() {
    let desk = claimed(Idempotency::Key).await;
    desk.person("ana").runs("reply 1 We are on it").await;
    desk.person("ana").runs("send 1 1").await;
    desk.person("root").runs("pause legal asked").await;
    desk.settles().await;
    desk.waits("10m").await;
    assert!(desk.network("mastodon").arrived().is_empty());
    let room = desk.room();
    assert!(room.contains("Paused") && room.to_lowercase().contains("paused by"), "{room}");
    let said = desk.person("ana").runs("pause").await;
    assert!(said.contains("admin") || said.contains("lead"), "not everybody may pause: {said}");
    // The pause used up no tries: a network that is busy for a moment is asked again.
    desk.network("mastodon").will([Next::Busy]);
    desk.person("root").runs("resume").await;
    desk.waits("2m").await;
    assert_eq!(desk.network("mastodon").arrived().len(), 1);
    desk.room();
    desk.ends().await;
}

/// The first try arrived and its answer was lost; a later one is refused. Nobody may conclude that nothing went out.
#[tokio::test]
async fn refused_after_an_unknown_try_is_still_unknown() {
    let mut desk = claimed(Idempotency::Key).await;
    desk.network("mastodon").will([Next::AcceptThenDrop, Next::Refuse("404 the callback has moved")]);
    sends(&mut desk).await;
    desk.waits("5m").await;
    assert_eq!(desk.mention(1).await.state, State::Unknown);
    desk.person("ana").runs("send 1 1").await;
    desk.person("ana").runs("reply 1 again").await;
    desk.waits("5m").await;
    assert_eq!(desk.network("mastodon").arrived().len(), 1);
    desk.person("ana").runs("done 1 answered").await;
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

/// The author answers our reply before the network has confirmed it to us.
#[tokio::test]
async fn an_answer_that_overtakes_the_confirmation_is_a_new_wait() {
    let desk = World::with_network(Idempotency::Key).await;
    desk.hears("Acme, is it down?").from("bob").on("mastodon").in_conversation("c1").await;
    desk.person("ana").runs("claim 1").await;
    desk.network("mastodon").will([Next::AcceptThenDrop]);
    desk.network("mastodon").confirms_at(desk.now());
    desk.person("ana").runs("reply 1 We are on it").await;
    desk.person("ana").runs("send 1 1").await;
    desk.settles().await;
    desk.sleeps("1s").await;
    desk.hears("does not help").from("bob").on("mastodon").in_conversation("c1").await;
    desk.waits("5m").await;
    let mention = desk.mention(1).await;
    assert_eq!(mention.cycle_no(), 2);
    assert_eq!(mention.state, State::Open);
    desk.room();
    desk.ends().await;
}

/// In direct mode only what was typed for that mention goes out, never an older text and never to a guessed mention.
#[tokio::test]
async fn direct_mode_sends_only_what_was_typed() {
    let desk = World::in_mode("direct").await;
    desk.hears("I love Acme, wonderful!").from("bob").on("mastodon").await;
    desk.person("ana").runs("claim 1").await;
    desk.person("ana").runs("thanks 1").await;
    for line in ["reply 1", "reply last week we opened", "reply mine is the same"] {
        desk.person("ana").runs(line).await;
        desk.settles().await;
        assert!(desk.network("mastodon").arrived().is_empty(), "{line}");
    }
    desk.person("ana").runs("reply 1 Thank you, Bob").await;
    desk.settles().await;
    assert_eq!(desk.network("mastodon").arrived().len(), 1);
    desk.room();
    desk.ends().await;
}
