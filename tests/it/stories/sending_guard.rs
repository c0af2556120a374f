//! The last look before a reply goes out: who may be answered, whether it is there, whether it was answered, who will see it.

use super::post;
use crate::harness::World;
use hearback::domain::{Author, Idempotency, Post, State, Visibility};
use hearback::networks::Look;

/// A desk with one mention that Ana has claimed.
async fn claimed() -> World {
    let desk = World::with_network(Idempotency::Look).await;
    desk.hears("Acme, is it down?").from("bob").on("mastodon").under_id("p1").await;
    desk.person("ana").runs("claim 1").await;
    desk.settles().await;
    desk.room();
    desk
}

async fn sends(desk: &World, text: &str) {
    desk.person("ana").runs(&format!("reply 1 {text}")).await;
    desk.person("ana").runs("send 1 1").await;
    desk.settles().await;
}

/// A post of that account below the mention.
fn answer(desk: &World, account: &str, text: &str) -> Post {
    let author = Author { id: account.to_owned(), handle: account.to_owned(), ..Author::default() };
    Post { author, parent: Some("p1".to_owned()), ..post("native", text, desk.now()) }
}

#[tokio::test]
async fn where_nobody_called_us_a_link_is_all_that_is_offered() {
    let desk = World::with_network(Idempotency::Look).await;
    desk.network("mastodon").can(|can| can.summoned_only = true);
    desk.hears("I love Acme, wonderful!").from("bob").on("mastodon").await;
    let room = desk.room();
    assert!(!room.contains("Reply…") && !room.contains("Thanks") && room.contains("Open post"), "{room}");
    for line in ["reply 1 Thank you", "thanks 1", "split 1"] {
        let said = desk.person("ana").runs(line).await;
        assert!(said.contains("only where the author named you") && said.contains("https://social.test"), "{said}");
    }
    desk.person("ana").runs("done 1 answered").await;
    desk.settles().await;
    desk.room();
    assert!(desk.network("mastodon").arrived().is_empty());
    desk.ends().await;
}

#[tokio::test]
async fn what_a_source_may_do_is_asked_again_before_each_step() {
    let desk = claimed().await;
    desk.person("ana").runs("reply 1 We are on it").await;
    desk.network("mastodon").can(|can| can.reply = false);
    let said = desk.person("ana").runs("send 1 1").await;
    assert!(said.contains("cannot be sent from here"), "{said}");
    desk.network("mastodon").can(|can| can.reply = true);
    desk.person("ana").runs("send 1 1").await;
    desk.network("mastodon").can(|can| can.reply = false);
    desk.settles().await;
    assert!(desk.network("mastodon").arrived().is_empty());
    assert_eq!(desk.mention(1).await.state, State::Claimed);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_post_that_is_gone_is_marked_until_it_is_back() {
    let desk = claimed().await;
    desk.network("mastodon").shows(Look::Gone("its author has blocked us".to_owned()));
    sends(&desk, "We are on it").await;
    assert!(desk.network("mastodon").arrived().is_empty());
    let room = desk.room();
    assert!(room.contains("Not sent") && room.contains("has blocked us") && room.contains("draft is kept"), "{room}");
    let mention = desk.mention(1).await;
    assert_eq!(mention.gone.as_deref(), Some("its author has blocked us"));
    assert_eq!(mention.draft().unwrap().text, "We are on it");
    let said = desk.person("ana").runs("show 1").await;
    assert!(said.contains("The post is gone: its author has blocked us"), "{said}");
    desk.network("mastodon").shows(Look::There(hearback::networks::View::default()));
    desk.person("ana").runs("send 1 1").await;
    desk.settles().await;
    assert_eq!(desk.network("mastodon").arrived().len(), 1);
    assert_eq!(desk.mention(1).await.gone, None);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn what_any_account_of_ours_answered_is_answered() {
    let desk = claimed().await;
    desk.network("mastodon").answers_as("helpdesk-7");
    desk.sleeps("5m").await;
    let native = answer(&desk, "helpdesk-7", "It is back, Bob");
    let view = hearback::networks::View { text: None, answers: vec![native] };
    desk.network("mastodon").shows(Look::There(view));
    sends(&desk, "We are on it").await;
    assert!(desk.network("mastodon").arrived().is_empty());
    let mention = desk.mention(1).await;
    assert!(mention.state.is_closed());
    assert_eq!(mention.facts()[0].ttfr_s(), Some(300), "by the network's time");
    let room = desk.room();
    assert!(room.contains("answered already") && room.contains("Answered elsewhere"), "{room}");
    desk.ends().await;
}

/// A follow-up is answered too, and our first answer still stands below the post.
#[tokio::test]
async fn our_own_earlier_answer_is_no_answer_of_somebody_else() {
    let desk = World::with_network(Idempotency::Look).await;
    desk.network("mastodon").hands_in_its_own();
    desk.hears("Acme, is it down?").from("bob").on("mastodon").under_id("p1").await;
    sends(&desk, "Back now").await;
    desk.sleeps("5m").await;
    desk.hears("still broken").from("bob").on("mastodon").answering("p1").await;
    assert_eq!(desk.mention(1).await.cycle_no(), 2);
    desk.waits("5m").await;
    desk.person("ana").runs("reply 1 Try again please").await;
    desk.person("ana").runs("send 1 2").await;
    desk.settles().await;
    assert_eq!(desk.network("mastodon").arrived().len(), 2);
    desk.polls("mastodon").await;
    assert_eq!(desk.mention(1).await.state, State::Replied);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_private_reply_may_say_what_a_public_one_may_not() {
    let desk = World::with_network(Idempotency::Look).await;
    desk.hears("Acme, is it down?").from("bob").on("mastodon").in_private().await;
    assert!(desk.room().contains("private message"));
    assert_eq!(desk.mention(1).await.post.native.visibility, Some(Visibility::Direct));
    let said = desk.person("ana").runs("reply 1 Your order 1234567 is at jo@mail.example").await;
    assert!(said.contains("this reply is private") && said.contains("[Send"), "{said}");
    desk.person("ana").runs("send 1 1").await;
    desk.settles().await;
    assert_eq!(desk.network("mastodon").arrived().len(), 1);
    desk.room();
    desk.ends().await;
}
