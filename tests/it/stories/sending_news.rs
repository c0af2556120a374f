//! What the author adds or changes after a text was written stops it, and is shown: one more press sends it.

use super::post;
use crate::harness::World;
use hearback::domain::{Author, EventKind, Idempotency, MentionNo, Post, State};

const NEW: &str = "New since then";

/// A desk with one mention, and a text for it that Ana has seen in a preview.
async fn previewed(mut desk: World) -> World {
    desk.hears("Acme, is it down?").from("bob").on("mastodon").under_id("p1").in_conversation("c").await;
    desk.person("ana").runs("reply 1 It is down, sorry").await;
    desk.settles().await;
    desk.sleeps("5m").await;
    desk.room();
    desk.settles_or_dies().await;
    desk
}

async fn sent(desk: &World) -> usize {
    desk.settles().await;
    desk.network("mastodon").arrived().len()
}

#[tokio::test]
async fn an_edit_that_only_the_look_sees_stops_it_and_is_shown() {
    let desk = previewed(World::with_network(Idempotency::Look).await).await;
    desk.network("mastodon").edits("p1", "Acme, is it down? Never mind, it is up again", false);
    desk.person("ana").runs("send 1 1").await;
    assert_eq!(sent(&desk).await, 0);
    let room = desk.room();
    assert!(room.contains("[+Never mind, it is up again]") && room.contains("Not sent"), "{room}");
    let mention = desk.mention(1).await;
    assert_eq!(mention.state, State::Claimed);
    assert_eq!(mention.post.text, "Acme, is it down? Never mind, it is up again");
    assert_eq!(mention.draft().unwrap().text, "It is down, sorry");
    let history = desk.desk().store().history(MentionNo(1)).await.unwrap();
    assert!(matches!(&history[0].what, EventKind::Seen { post, .. } if post.text == "Acme, is it down?"));

    // The button of the old preview shows the difference; the one below it sends.
    let said = desk.person("ana").runs("send 1 1").await;
    assert!(said.contains(NEW) && said.contains("Never mind") && said.contains("send 1 1 1"), "{said}");
    assert_eq!(sent(&desk).await, 0);
    desk.person("ana").runs("send 1 1 1").await;
    assert_eq!(sent(&desk).await, 1);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn an_edit_that_is_handed_in_again_is_told_in_the_thread() {
    let desk = previewed(World::with_network(Idempotency::Look).await).await;
    desk.network("mastodon").edits("p1", "Acme, is it   down?", true);
    desk.polls("mastodon").await;
    assert_eq!(desk.room(), "", "white space is no news");
    desk.network("mastodon").edits("p1", "Acme, is it up?", true);
    desk.polls("mastodon").await;
    desk.polls("mastodon").await;
    let room = desk.room();
    assert!(room.contains("The author changed it") && room.contains("[down? -> up?]"), "{room}");
    assert_eq!(desk.mention(1).await.edits.len(), 1);
    // Somebody else cannot change it.
    let forged = Author { id: "eve".to_owned(), ..Author::default() };
    desk.network("mastodon").says(Post { author: forged, ..post("p1", "Acme is great", desk.now()) });
    desk.polls("mastodon").await;
    assert_eq!(desk.mention(1).await.post.text, "Acme, is it up?");
    let said = desk.person("ana").runs("send 1").await;
    assert!(said.contains(NEW), "{said}");
    assert_eq!(sent(&desk).await, 0);
    desk.person("ana").runs("send 1 1 1").await;
    assert_eq!(sent(&desk).await, 1);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_follow_up_stops_an_old_button_and_what_is_queued() {
    let desk = previewed(World::with_network(Idempotency::Look).await).await;
    desk.hears("also the app").from("bob").on("mastodon").in_conversation("c").await;
    let said = desk.person("ana").runs("send 1 1").await;
    assert!(said.contains(NEW) && said.contains("also the app"), "{said}");
    assert_eq!(sent(&desk).await, 0);
    desk.room();

    // Pressed, and on its way; the author is faster than the network.
    desk.person("ana").runs("send 1 1 1").await;
    let more = Post { conversation: Some("c".to_owned()), ..post("p3", "and the shop", desk.now()) };
    let more = Post { author: Author { id: "bob".to_owned(), handle: "bob".to_owned(), ..Author::default() }, ..more };
    desk.network("mastodon").says(more);
    desk.desk().poll(&"mastodon".into(), hearback::networks::First::Now).await.unwrap();
    assert_eq!(sent(&desk).await, 0);
    let room = desk.room();
    assert!(room.contains("and the shop") && room.contains("Not sent"), "{room}");
    let said = desk.person("ana").runs("send 1 1 1").await;
    assert!(said.contains("and the shop"), "{said}");
    desk.person("ana").runs("send 1 1 2").await;
    assert_eq!(sent(&desk).await, 1);
    desk.room();
    desk.ends().await;
}

/// The network shows it below the post before any poll has brought it.
#[tokio::test]
async fn a_follow_up_that_only_the_look_sees_stops_it_too() {
    let desk = previewed(World::with_network(Idempotency::Look).await).await;
    let bob = Author { id: "bob".to_owned(), handle: "bob".to_owned(), ..Author::default() };
    let more = Post { author: bob, parent: Some("p1".to_owned()), ..post("p3", "and the shop", desk.now()) };
    desk.network("mastodon").says(more);
    desk.person("ana").runs("send 1 1").await;
    assert_eq!(sent(&desk).await, 0);
    let room = desk.room();
    assert!(room.contains("and the shop") && room.contains("Not sent"), "{room}");
    desk.person("ana").runs("send 1 1 1").await;
    assert_eq!(sent(&desk).await, 1);
    desk.polls("mastodon").await;
    assert_eq!(desk.mention(1).await.follow_ups.len(), 1);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn an_approver_reads_what_is_new_first() {
    let desk = World::in_mode("approve").await;
    desk.hears("Acme, is it down?").from("bob").on("mastodon").in_conversation("c").await;
    desk.person("ana").runs("reply 1 It is down, sorry").await;
    desk.hears("never mind").from("bob").on("mastodon").in_conversation("c").await;
    desk.settles().await;
    desk.room();
    for line in ["approve 1", "approve 1 v1"] {
        let said = desk.person("sam").runs(line).await;
        assert!(said.contains(NEW) && said.contains("never mind") && said.contains("approve 1 v1.1"), "{said}");
        assert_eq!(sent(&desk).await, 0);
    }
    desk.person("sam").runs("approve 1 v1.1").await;
    assert_eq!(sent(&desk).await, 1);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn direct_mode_shows_what_came_a_moment_ago() {
    let desk = World::in_mode("direct").await;
    desk.hears("Acme, is it down?").from("bob").on("mastodon").in_conversation("c").await;
    desk.person("ana").runs("claim 1").await;
    desk.sleeps("5m").await;
    desk.hears("never mind").from("bob").on("mastodon").in_conversation("c").await;
    let said = desk.person("ana").runs("reply 1 It is down, sorry").await;
    assert!(said.contains("Preview"), "{said}");
    assert_eq!(sent(&desk).await, 0);
    desk.sleeps("2m").await;
    desk.person("ana").runs("reply 1 Good to hear").await;
    assert_eq!(sent(&desk).await, 1);
    desk.room();
    desk.ends().await;
}
